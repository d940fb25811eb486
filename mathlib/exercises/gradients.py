"""Exercises of the chapter on gradients.

How to add one is told in `mathlib.exercises.gradient_descent`.
"""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_whole_numbers,
    with_zeros,
)

# x₁² x₂ at (1, 2): its two slopes, and the slope along (0.6, 0.8).
CLIMB = Exercise(
    reference=(4.0, 1.0, 3.2),
    mistakes=(
        Mistake(
            (4.0, 1.0, 5.0),
            "The two slopes are right. The slope along u weighs each with its entry of "
            "u: 0.6 of the one and 0.8 of the other.",
        ),
        Mistake(
            (4.0, 1.0, np.sqrt(17.0)),
            "That is the largest slope of all, the length of the gradient. Along u it "
            "is the dot product.",
        ),
        Mistake(
            (2.0, 1.0, 2.0),
            "Holding x₂ still does not make it go away: the slope of x₁² x₂ in x₁ is "
            "2 x₁ x₂, which is 4 at (1, 2).",
        ),
        Mistake(
            (4.0, 2.0, 4.0),
            "In x₂ the function is a straight line, x₁² times x₂: its slope is x₁², "
            "which is 1.",
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
    cases=with_zeros(gradient, gradient_cases(), "x"),
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
    """Return the cases for `composed`: both orders are possible, but in the last."""
    yield np.array([[1.0], [2.0]]), np.array([[3.0, 4.0]])
    yield np.array([[1.0, 1.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [2.0, 3.0]])
    yield np.array([[0.00012345], [-0.5]]), np.array([[0.25, 0.0]])
    yield np.array([[300.0], [-0.25]]), np.array([[-150.5, 200.0]])
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        k, m = rng.integers(1, 4, size=2)
        yield rng.integers(-3, 4, (m, k)) * 1.0, rng.integers(-3, 4, (k, m)) * 1.0
    yield np.array([[2.0], [1.0]]), np.array([[1.0, 3.0], [0.0, 2.0]])


COMPOSED = Exercise(
    reference=composed,
    absolute=1e-12,
    cases=with_zeros(composed, jacobian_cases(), "J_f"),
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


def nearest(a, c):
    """Return the point with a·x = c that is nearest to the origin."""
    return c / (a @ a) * a


def nearest_cases():
    """Return the cases for `nearest`: a is not zero."""
    yield np.array([3.0, 4.0]), 500.0
    yield np.array([1.0, 2.0]), 8.0
    yield np.array([2.0]), -3.0
    yield np.array([0.0, 0.5, 0.0]), 0.0
    yield np.array([300.0, -0.0004]), 150.0
    yield np.array([0.0005, 0.0002]), -0.0003
    rng = np.random.default_rng(11)
    for _ in range(RANDOM_CASES):
        a = rounded(rng, 0.5, 3, size=rng.integers(2, 5))
        yield a * rng.choice([-1.0, 1.0], size=a.size), float(rounded(rng, -4, 4))


NEAREST = Exercise(
    reference=nearest,
    absolute=1e-12,
    cases=with_whole_numbers(nearest, nearest_cases(), "a"),
    mistakes=(
        Mistake(
            lambda a, c: c / np.sqrt(a @ a) * a,
            "You divide by the length of a, not by its square: put your point into "
            "a·x, and it is not {c:g}.",
        ),
        Mistake(
            lambda a, c: c * a,
            "The direction is right, the distance is not: put x = s a into a·x = c, "
            "which is s (a·a) = c.",
        ),
        Mistake(
            lambda a, c: a / (a @ a),
            "That is the point with a·x = 1: multiply by c.",
        ),
        Mistake(
            lambda a, c: 2 * c / (a @ a) * a,
            "That is λ a, and 2x = λ a: halve it. Your point has a·x = 2c.",
        ),
        Mistake(
            lambda a, c: np.where(np.arange(a.size) == 0, c / a[0], 0.0),
            "Your point lies on the fence, where it crosses the first axis. Its "
            "gradient 2x is no multiple of a, so there is a nearer one.",
        ),
    ),
)


def degree(value, slopes, x):
    """Return k of a function that grows k-fold like x: ∇f(x)·x = k f(x)."""
    return slopes @ x / value


def degree_cases():
    """Return the cases for `degree`: the value is never 0."""
    yield 2.0, np.array([4.0, 1.0]), np.array([1.0, 2.0])
    yield 5.0, np.array([0.6, 0.8]), np.array([3.0, 4.0])
    yield -3.0, np.array([-6.0]), np.array([1.0])
    yield 2.0, np.array([100.0, -400.0]), np.array([1.0, 0.25])
    yield -2.0, np.array([100.0, 1.0]), np.array([1.0, 0.25])
    yield 0.0004, np.array([300.0, -0.5]), np.array([0.0002, 0.125])
    yield 250.0, np.array([0.0003, 150.0]), np.array([-500.0, 0.0005])
    rng = np.random.default_rng(7)
    for _ in range(RANDOM_CASES):
        slopes, x = rounded(rng, -3, 3, size=(2, rng.integers(2, 5)))
        yield -float(rounded(rng, 0.5, 4)), slopes, x


DEGREE = Exercise(
    reference=degree,
    absolute=1e-12,
    cases=with_zeros(degree, degree_cases(), "slopes"),
    mistakes=(
        Mistake(
            lambda value, slopes, x: slopes @ x,
            "∇f(x)·x is k times the value: for x₁² x₂ at (1, 2) it is {got:g}, and the "
            "value is {value:g}. Divide.",
        ),
        Mistake(
            lambda value, slopes, x: value / (slopes @ x),
            "Upside down: for x₁² x₂ you get {got:.4g}, and k is {expected:g}.",
        ),
        Mistake(
            lambda value, slopes, x: slopes * x / value,
            "You multiply entry by entry and do not add up. A dot product is one "
            "number: here {expected:g}.",
        ),
        Mistake(
            lambda value, slopes, x: np.linalg.norm(slopes) * np.linalg.norm(x) / value,
            "You multiply the lengths. The cosine of the angle between ∇f(x) and x is "
            "missing: use the dot product.",
        ),
    ),
)

EXERCISES = {
    "climb": CLIMB,
    "gradient": GRADIENT,
    "composed": COMPOSED,
    "nearest": NEAREST,
    "degree": DEGREE,
}
