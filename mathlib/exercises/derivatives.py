"""Exercises of the chapter on derivatives.

How to add one is told in `mathlib.exercises.gradient_descent`.
"""

import numpy as np

from mathlib.exercises.checker import RANDOM_CASES, Exercise, Formula, Mistake, rounded

square = Formula("x²", lambda x: x * x)
cube = Formula("x³", lambda x: x**3)
sine = Formula("sin x", lambda x: np.sin(x))
tangent_of_cube = Formula("3x²", lambda x: 3 * x * x)


# The differential of x³ at 2 for dx = 0.1, and the true change.
DIFFERENTIAL = Exercise(
    reference=(12 * 0.1, 2.1**3 - 8),
    mistakes=(
        Mistake(
            (12.0, 2.1**3 - 8),
            "12 is the derivative, a rate. The differential is the rate times "
            "dx = 0.1.",
        ),
        Mistake(
            (2.1**3 - 8, 12 * 0.1),
            "You have exchanged the two: the differential runs along the tangent, the "
            "change along the curve.",
        ),
        Mistake(
            (12 * 0.1, 12 * 0.1),
            "The change is not the differential: compute 2.1³ − 2³ itself; it is a "
            "little more.",
        ),
        Mistake(
            (4 * 0.1, 2.1**3 - 8),
            "The slope of x³ at 2 is not 2²: mind the factor 3 in 3x².",
        ),
    ),
)


def central(f, x, h):
    """Return the central difference quotient."""
    return (f(x + h) - f(x - h)) / (2 * h)


def central_cases():
    """Return the cases for `central`."""
    yield cube, 1.0, 1.0
    yield square, 3.0, 0.5
    yield sine, 0.0, 0.1
    yield cube, -300.0, 150.0
    yield cube, 1.0, 0.0004
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        formula = (square, cube, sine)[rng.integers(3)]
        yield formula, float(rounded(rng, -2, 2)), float(rounded(rng, 0.1, 1))


CENTRAL = Exercise(
    reference=central,
    absolute=1e-12,
    cases=tuple(central_cases()),
    mistakes=(
        Mistake(
            lambda f, x, h: (f(x + h) - f(x - h)) / h,
            "You divide by h, but the two points are 2h apart: for x³ at {x:g} with "
            "h = {h:g} you get {got:g}, twice {expected:g}.",
        ),
        Mistake(
            lambda f, x, h: (f(x + h) - f(x)) / h,
            "That is the forward difference: for x³ at {x:g} with h = {h:g} it is "
            "{got:g}; the one with a point on either side is {expected:g}.",
        ),
        Mistake(
            lambda f, x, h: (f(x - h) - f(x + h)) / (2 * h),
            "The sign is turned round: x³ climbs at {x:g}, but you get {got:g}. Right "
            "minus left.",
        ),
        Mistake(
            lambda f, x, h: f(x + h) - f(x - h) / (2 * h),
            "Brackets: only the second value is divided by 2h, so for x³ at {x:g} you "
            "get {got:g}.",
        ),
    ),
)


def gradient(w, b, x, y):
    """Return the slopes of the mean of (w x + b − y)², in w and in b."""
    error = w * x + b - y
    return 2 * np.mean(error * x), 2 * np.mean(error)


def gradient_cases():
    """Return the cases for `gradient`."""
    yield 0.0, 0.0, np.array([2.0]), np.array([1.0])
    yield 1.0, 0.0, np.array([1.0, 2.0]), np.array([0.0, 0.0])
    yield 150.0, -200.0, np.array([300.0, 0.0004]), np.array([-500.0, 2.0])
    yield 0.0005, 0.0003, np.array([0.0004]), np.array([-0.0002])
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        x, y = rounded(rng, -2, 2, size=(2, rng.integers(2, 5)))
        w, b = rounded(rng, -2, 2, size=2).tolist()
        yield w, b, x, y


def data_minus_prediction(w, b, x, y):
    """Return the wrong `gradient` that subtracts the other way round."""
    return tuple(-slope for slope in gradient(w, b, x, y))


def halved(w, b, x, y):
    """Return the wrong `gradient` without the factor 2."""
    return tuple(slope / 2 for slope in gradient(w, b, x, y))


def summed(w, b, x, y):
    """Return the wrong `gradient` of a sum."""
    return tuple(slope * len(x) for slope in gradient(w, b, x, y))


def without_the_inner_slope(w, b, x, y):
    """Return the wrong `gradient` that forgets ∂ŷ/∂w = x."""
    slope = gradient(w, b, x, y)[1]
    return slope, slope


GRADIENT = Exercise(
    reference=gradient,
    absolute=1e-12,
    cases=tuple(gradient_cases()),
    mistakes=(
        Mistake(
            data_minus_prediction,
            "The sign: at w = 0, b = 0 the prediction for x = 2 is 0, below y = 1, so "
            "more w helps and the slope is negative; yours is {got[0]:g}.",
        ),
        Mistake(
            halved,
            "The factor 2 of the square is missing: your slopes {got[0]:g} and "
            "{got[1]:g} are half of the right ones.",
        ),
        Mistake(
            summed,
            "You add up where the loss takes the mean: with 2 points your slopes are "
            "twice too large, {got[0]:g} for w in place of {expected[0]:g}.",
        ),
        Mistake(
            without_the_inner_slope,
            "The chain rule has one more factor for w: the slope of w x + b in w is x. "
            "At x = 2 you get {got[0]:g} in place of {expected[0]:g}.",
        ),
    ),
)


def composed(J_f, J_g):
    """Return the Jacobian of g after f."""
    return J_g @ J_f


def jacobian_cases():
    """Return the cases for `composed`: each order of the product is possible."""
    yield np.array([[1.0], [2.0]]), np.array([[3.0, 4.0]])
    yield np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [2.0, 3.0]])
    yield np.array([[0.00012345], [-0.5]]), np.array([[0.25, 0.0]])
    yield np.array([[300.0], [-0.25]]), np.array([[-150.5, 200.0]])
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        k, m = rng.integers(1, 4, size=2)
        yield rng.integers(-3, 4, (m, k)) * 1.0, rng.integers(-3, 4, (k, m)) * 1.0


COMPOSED = Exercise(
    reference=composed,
    absolute=1e-12,
    cases=tuple(jacobian_cases()),
    mistakes=(
        Mistake(
            lambda J_f, J_g: J_f @ J_g,
            "The order: your product has the shape {got.shape}. g comes last, so its "
            "Jacobian stands on the left, and the shape is {expected.shape}.",
        ),
        Mistake(
            lambda J_f, J_g: J_g * J_f.T,
            "You multiply along each way and do not add up: the ways through the "
            "middle values give {got[0][0]:g} and {got[0][1]:g}, together "
            "{expected[0][0]:g}.",
        ),
        Mistake(
            lambda J_f, J_g: (J_g @ J_f).T,
            "Your result is transposed: an output belongs in each row, an input in "
            "each column.",
        ),
    ),
)


def dual_product(a, da, b, db):
    """Return value and slope of a product of two dual numbers."""
    return a * b, da * b + a * db


def dual_cases():
    """Return the cases for `dual_product`."""
    yield 2.0, 1.0, 3.0, 5.0
    yield 3.0, 1.0, 3.0, 1.0
    yield 300.0, 0.0004, -250.0, 150.0
    yield 0.0003, -500.0, 0.0002, 0.0007
    yield 0.0, 1.0, 0.0, 1.0
    rng = np.random.default_rng(4)
    for _ in range(RANDOM_CASES):
        yield tuple(rounded(rng, -3, 3, size=4).tolist())


DUAL_PRODUCT = Exercise(
    reference=dual_product,
    absolute=1e-12,
    cases=tuple(dual_cases()),
    mistakes=(
        Mistake(
            lambda a, da, b, db: (a * b, da * db),
            "The slope of a product is not the product of the slopes: for x·x at 3 "
            "that would be 1, but it is 6.",
        ),
        Mistake(
            lambda a, da, b, db: (a * b, da * b),
            "Half of the rule: b changes too, and its change {db:g} is multiplied by "
            "a = {a:g}. You get {got[1]:g} in place of {expected[1]:g}.",
        ),
        Mistake(
            lambda a, da, b, db: (a * b, da * b - a * db),
            "The minus sign belongs to the quotient rule; in a product both changes "
            "add: {expected[1]:g}, not {got[1]:g}.",
        ),
        Mistake(
            lambda a, da, b, db: (a * b + da * db, da * b + a * db),
            "δ² = 0: the product of the two slopes, {da:g}·{db:g}, does not belong to "
            "the value.",
        ),
    ),
)


def forward_step(epsilon, value, curvature):
    """Return the step at which curvature·h/2 + 2·epsilon·value/h is least."""
    return 2 * np.sqrt(epsilon * value / curvature)


def step_cases():
    """Return the cases for `forward_step`."""
    yield 0.01, 1.0, 1.0
    yield 1e-16, 1.0, 4.0
    yield 1e-6, 4.0, 1.0
    yield 0.01, 300.0, 0.0004
    yield 0.01, 0.0005, 250.0
    rng = np.random.default_rng(5)
    for _ in range(RANDOM_CASES):
        value, curvature = rounded(rng, 0.5, 9, size=2).tolist()
        yield 10.0 ** -int(rng.integers(2, 7)), value, curvature


FORWARD_STEP = Exercise(
    reference=forward_step,
    cases=tuple(step_cases()),
    mistakes=(
        Mistake(
            lambda epsilon, value, curvature: np.sqrt(epsilon * value / curvature),
            "A factor is lost: at h = {got:g} the two errors are not equal, one is "
            "four times the other. Solve Mh/2 = 2εF/h.",
        ),
        Mistake(
            lambda epsilon, value, curvature: 4 * epsilon * value / curvature,
            "That is h²: take the root. For ε = {epsilon:g} you give {got:g} in place "
            "of {expected:g}.",
        ),
        Mistake(
            lambda epsilon, value, curvature: np.cbrt(epsilon * value / curvature),
            "The cube root belongs to the central difference, whose error is in h². "
            "Here it is in h, and the root is a square root.",
        ),
        Mistake(
            lambda epsilon, value, curvature: 2 * np.sqrt(epsilon * curvature / value),
            "Upside down: a function that bends harder needs a shorter step. For "
            "M = 4 and F = 1 yours grows.",
        ),
    ),
)

EXERCISES = {
    "differential": DIFFERENTIAL,
    "central": CENTRAL,
    "gradient": GRADIENT,
    "composed": COMPOSED,
    "dual_product": DUAL_PRODUCT,
    "forward_step": FORWARD_STEP,
}
