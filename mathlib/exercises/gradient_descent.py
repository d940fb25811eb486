"""The exercises of the chapter on gradient descent.

To add an exercise, to this chapter or another:

1. Write the right answer: a value, or a function of one to five lines. Its parameters
   are the ones that the reader sees.
2. Write the cases: first small ones that can be done in the head and together tell
   every mistake from the right answer, then random ones, rounded, so that a case which
   is shown can be tried by hand. `with_zeros` adds cases in which something is 0,
   `with_whole_numbers` such with arrays of int.
3. Write each typical wrong answer, as a `Mistake`: what is wrong, and one line that
   says what happens because of it, with a number, and where to look. ``{got}``,
   ``{expected}`` and the parameters' names stand for what they are in the first case
   in which the mistake shows.
4. Enter it in ``EXERCISES``. The tests find it there and try all its mistakes. They
   also derive wrong versions of the reference by rule. Where one is taken for right, a
   case is missing: one with a negative, a zero, a tie, something very large or small.

A new chapter's module is found by its name.
"""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Formula,
    Mistake,
    rounded,
    with_whole_numbers,
    with_zeros,
)

square_slope = Formula("2w", lambda w: 2 * w)
bowl_at_one = Formula("2(w − 1)", lambda w: 2 * (w - 1))
cube = Formula("w³", lambda w: w**3)


def bowl_slope(curvatures):
    """Return the gradient of ½ Σᵢ cᵢ wᵢ² as a `Formula`."""
    numbers = ", ".join(f"{each:g}" for each in curvatures)
    return Formula(f"[{numbers}]·w", lambda w: curvatures * w)


def third_point_on_square(factor):
    """Return the third point from 4 if every step multiplies w by a factor."""
    return 4 * factor**3


THIRD_POINT = Exercise(
    reference=third_point_on_square(0.5),
    mistakes=(
        Mistake(
            third_point_on_square(0.75),
            "Your slope at w is w, so your first step goes from 4 to 3; "
            "the slope of w² at 4 is 8.",
        ),
        Mistake(
            third_point_on_square(1.5),
            "You climb: your first step goes from 4 up to 6; "
            "the bottom is the other way.",
        ),
        Mistake(1.0, "One step too few: 1 is where the second step lands."),
        Mistake(0.25, "One step too many: 0.25 is where the fourth step lands."),
    ),
)


def step(w, gradient, rate):
    """Take one step of gradient descent."""
    return w - rate * gradient(w)


def step_cases():
    """Return the cases for `step`."""
    yield np.array([1.0]), square_slope, 0.1
    yield np.array([2.0]), cube, 0.1
    yield np.array([0.0]), square_slope, 0.5
    yield np.array([1.0, -2.0]), square_slope, 0.5
    yield np.array([300.0, 0.0004]), square_slope, 2.5
    yield np.array([-3.0]), square_slope, 150.0
    yield np.array([-0.0002]), square_slope, 0.0005
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        size = rng.integers(1, 4)
        slope = bowl_slope(rounded(rng, 0, 3, size))
        yield rounded(rng, -2, 2, size), slope, rounded(rng, 0, 1)


STEP = Exercise(
    reference=step,
    absolute=1e-12,
    cases=with_whole_numbers(step, with_zeros(step, step_cases(), "rate"), "w"),
    mistakes=(
        Mistake(
            lambda w, gradient, rate: w + rate * gradient(w),
            "You climb: from w = {w[0]:g} on w², your step goes to {got[0]:g}; "
            "the bottom is the other way.",
        ),
        Mistake(
            lambda w, gradient, rate: w - gradient(w),
            "The rate is missing: from w = {w[0]:g} on w² with rate {rate:g}, you leap "
            "the whole slope, to {got[0]:g}; a tenth of it leads to {expected[0]:g}.",
        ),
        Mistake(
            lambda w, gradient, rate: w - rate * w,
            "You subtract w where the gradient belongs: from w = {w[0]:g} on w² you "
            "reach {got[0]:g}, but the slope there is 2, which leads to "
            "{expected[0]:g}.",
        ),
        Mistake(
            lambda w, gradient, rate: w - gradient(rate * w),
            "You ask for the gradient at rate·w, a place where you do not stand: with "
            "gradient w³ at w = {w[0]:g} you reach {got[0]:g}, not {expected[0]:g}. "
            "The rate multiplies the gradient.",
        ),
        Mistake(
            lambda w, gradient, rate: -rate * gradient(w),
            "You return the step alone, {got[0]:g}; added to w = {w[0]:g} it leads to "
            "the new point, {expected[0]:g}.",
        ),
    ),
)


def largest_stable_rate(hessian):
    """Return the rate beyond which gradient descent diverges on this bowl."""
    return 2 / np.linalg.eigvalsh(hessian)[-1]


def hessian_cases():
    """Return the cases for `largest_stable_rate`: symmetric and positive definite."""
    yield (np.array([[2.0]]),)
    yield (np.diag([1.0, 4.0]),)
    yield (np.array([[2.0, 1.0], [1.0, 2.0]]),)
    yield (np.diag([5.0, 1.0, 2.0]),)
    yield (np.array([[0.0004]]),)
    yield (np.array([[300.5, -7.25], [-7.25, 150.0]]),)
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        size = rng.integers(2, 5)
        root = rng.integers(-2, 3, size=(size, size))
        yield ((root @ root.T + np.eye(size)),)


LARGEST_STABLE_RATE = Exercise(
    reference=largest_stable_rate,
    cases=tuple(hessian_cases()),
    mistakes=(
        Mistake(
            lambda hessian: 1 / np.linalg.eigvalsh(hessian)[-1],
            "Half of it: at rate 1/λmax = {got:g} the steepest direction arrives in "
            "one step; it takes more than twice that rate to be thrown out.",
        ),
        Mistake(
            lambda hessian: 2 / np.linalg.eigvalsh(hessian)[0],
            "You look along the flattest direction: for curvatures 1 and 4 you allow "
            "{got:g}, and there each step multiplies the steep one by −7.",
        ),
        Mistake(
            lambda hessian: 2 / np.trace(hessian),
            "You divide by the trace, the sum of all curvatures: for 1 and 4 you allow "
            "only {got:g}. The steepest direction alone decides: {expected:g}.",
        ),
        Mistake(
            lambda hessian: 2 / np.linalg.norm(hessian),
            "You divide by the Frobenius norm, which mixes all curvatures: for 1 and 4 "
            "it is √17, and you allow only {got:.3f}. The largest alone gives "
            "{expected:g}.",
        ),
        Mistake(
            lambda hessian: 2 / np.linalg.eigvalsh(hessian)[[0, -1]].sum(),
            "2/(λmin + λmax) is the fastest rate, not the largest stable one: for the "
            "single curvature 2 it is {got:g}, which lands on the bottom; the limit is "
            "{expected:g}.",
        ),
        Mistake(
            lambda hessian: 2 / np.diag(hessian).max(),
            "You read the curvatures off the diagonal: for [[2, 1], [1, 2]] the "
            "steepest direction is the diagonal one, with curvature 3, not 2.",
        ),
    ),
)


def regression_step(w, b, x, y, rate):
    """Take one step on the mean of (w x + b − y)²."""
    residual = w * x + b - y
    return w - rate * 2 * np.mean(residual * x), b - rate * 2 * np.mean(residual)


def regression_update(along_w, along_b):
    """Return the wrong `regression_step` that multiplies the two steps by factors."""

    def update(w, b, x, y, rate):
        new_w, new_b = regression_step(w, b, x, y, rate)
        return w + along_w * (new_w - w), b + along_b * (new_b - b)

    return update


def sum_for_mean(w, b, x, y, rate):
    """Return the wrong `regression_step` whose loss is a sum."""
    return regression_step(w, b, x, y, rate * len(x))


def one_after_the_other(w, b, x, y, rate):
    """Return the wrong `regression_step` that moves w before it looks at b."""
    new_w, _ = regression_step(w, b, x, y, rate)
    return new_w, regression_step(new_w, b, x, y, rate)[1]


def regression_cases():
    """Return the cases for `regression_step`."""
    yield 0.0, 0.0, np.array([1.0]), np.array([1.0]), 0.1
    yield 0.0, 0.0, np.array([1.0, 2.0]), np.array([2.0, 4.0]), 0.1
    yield 2.0, 1.0, np.array([0.0, 1.0]), np.array([1.0, 3.0]), 0.5
    yield 150.0, -200.0, np.array([300.0, 0.5]), np.array([-500.0, 2.0]), 2.5
    yield -3.0, 0.0004, np.array([0.0004, 2.0]), np.array([0.0002, 0.0]), 150.0
    yield 0.0003, 0.5, np.array([1.0]), np.array([3.0]), 0.0005
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        x, y = rounded(rng, -2, 2, size=(2, rng.integers(2, 5)))
        w, b = rounded(rng, -2, 2, size=2).tolist()
        yield w, b, x, y, rounded(rng, 0, 0.5)


REGRESSION_STEP = Exercise(
    reference=regression_step,
    absolute=1e-12,
    cases=with_zeros(regression_step, regression_cases(), "x", "y", "rate"),
    mistakes=(
        Mistake(
            regression_update(-1, -1),
            "You climb: for the point (1, 1), from w = 0 and b = 0, you go to "
            "w = {got[0]:g}, b = {got[1]:g}, and the line moves away from the point.",
        ),
        Mistake(
            sum_for_mean,
            "You sum where the loss takes the mean: with 2 points your step is twice "
            "too long, to w = {got[0]:g} in place of {expected[0]:g}; with a thousand, "
            "a thousand times.",
        ),
        Mistake(
            regression_update(0.5, 0.5),
            "The factor 2 is missing, from the derivative of the square: you go to "
            "w = {got[0]:g}, half as far as {expected[0]:g}.",
        ),
        Mistake(
            one_after_the_other,
            "You move w first and find b's slope with the new w: b goes to {got[1]:g} "
            "in place of {expected[1]:g}. Find both slopes first, then move.",
        ),
        Mistake(
            regression_update(-1, 1),
            "The sign of w's slope is reversed, b's is right: for the point (1, 1), "
            "from w = 0, w goes to {got[0]:g} and b to {got[1]:g}. Take ŷ − y in both.",
        ),
        Mistake(
            regression_update(1, -1),
            "The sign of b's slope is reversed, w's is right: for the point (1, 1), "
            "from b = 0, w goes to {got[0]:g} and b to {got[1]:g}. Take ŷ − y in both.",
        ),
    ),
)


def walk(gradient, start, rate, tolerance, steps):
    """Count the steps until the slope is at most the tolerance."""
    w = start
    for taken in range(steps):
        if np.linalg.norm(gradient(w)) <= tolerance:
            return taken
        w = w - rate * gradient(w)
    return steps


def checks_the_old_slope(gradient, start, rate, tolerance, steps):
    """Return the wrong `walk` that steps once more from where it should stop."""
    return min(walk(gradient, start, rate, tolerance, steps) + 1, steps)


def never_checks_the_start(gradient, start, rate, tolerance, steps):
    """Return the wrong `walk` that steps before it looks for the first time."""
    first = min(steps, 1)
    return max(walk(gradient, start, rate, tolerance, steps), first)


def compares_the_step(gradient, start, rate, tolerance, steps):
    """Return the wrong `walk` that stops when its step is short."""
    return walk(gradient, start, rate, tolerance / rate, steps)


def stops_only_below(gradient, start, rate, tolerance, steps):
    """Return the wrong `walk` that goes on at the tolerance itself."""
    return walk(gradient, start, rate, np.nextafter(tolerance, -1), steps)


def walk_cases():
    """Return the cases for `walk`: a loop without ``steps`` ends in all of them."""
    yield square_slope, np.array([2.0]), 0.25, 1.0, 10
    yield square_slope, np.array([0.0]), 0.25, 1.0, 10
    yield square_slope, np.array([8.0]), 0.25, 1.0, 3
    yield square_slope, np.array([1.0]), 0.5, 0.1, 10
    yield square_slope, np.array([1.0]), 0.25, 1.0, 0
    yield square_slope, np.array([2.0]), 0.25, 1.0, 3
    yield bowl_at_one, np.array([-2.0]), 0.25, 1.0, 10
    yield bowl_at_one, np.array([3.0, -1.0]), 0.25, 0.5, 10
    yield square_slope, np.array([300.0]), 0.25, 250.0, 10
    yield square_slope, np.array([0.0004]), 0.25, 0.0003, 10
    yield bowl_slope(np.array([0.004])), np.array([300.0]), 200.0, 0.1, 10
    yield bowl_slope(np.array([1000.0])), np.array([1.0]), 0.0005, 100.0, 10
    yield square_slope, np.array([8.0]), 0.25, 3.0, 10
    rng = np.random.default_rng(4)
    for _ in range(RANDOM_CASES):
        size = rng.integers(1, 4)
        slope = bowl_slope(rounded(rng, 0.2, 3, size))
        start = rounded(rng, 1, 3, size)
        yield slope, start, rounded(rng, 0.05, 0.5), 0.01, int(rng.integers(5, 60))


WALK = Exercise(
    reference=walk,
    cases=tuple(walk_cases()),
    mistakes=(
        Mistake(
            checks_the_old_slope,
            "Off by one: on w² from {start[0]:g}, you count {got} steps, but after "
            "{expected} the slope is down to the tolerance. Look before you step.",
        ),
        Mistake(
            never_checks_the_start,
            "You step before you look: from w = {start[0]:g}, where the slope is "
            "within the tolerance, you take {got} step; {expected} are needed.",
        ),
        Mistake(
            compares_the_step,
            "You compare the step, rate·slope, with the tolerance: on w² from "
            "{start[0]:g} at rate {rate:g} you stop after {got}, where the slope is "
            "still 4. A small rate would stop you anywhere.",
        ),
        Mistake(
            lambda gradient, start, rate, tolerance, steps: steps,
            "You never stop early: on w² from {start[0]:g} you take all {got} steps, "
            "but after {expected} the slope is down to the tolerance.",
        ),
        Mistake(
            stops_only_below,
            "A slope equal to the tolerance is small enough: on w² from {start[0]:g} "
            "it is exactly {tolerance:g} after {expected} steps, and you take {got}. "
            "Compare with <=.",
        ),
        Mistake(
            lambda gradient, start, rate, tolerance, steps: walk(
                gradient, start, rate, tolerance, 1000
            ),
            "You go on when the steps are used up: {steps} were allowed from "
            "w = {start[0]:g}, and you take {got}.",
        ),
    ),
)


def guaranteed_decrease(rate, smoothness, slope):
    """Return by how much the descent lemma promises that one step lowers the loss."""
    return rate * (1 - smoothness * rate / 2) * slope**2


def decrease_cases():
    """Return the cases for `guaranteed_decrease`."""
    yield 0.1, 2.0, 3.0
    yield 1.0, 1.0, 1.0
    yield 1.0, 2.0, 3.0
    yield 2.0, 2.0, 1.0
    yield 0.5, 1.0, 0.0
    yield 0.1, 3.0, -2.0
    yield 150.0, 0.0004, 300.0
    yield 0.0005, 300.0, -0.25
    rng = np.random.default_rng(5)
    for _ in range(RANDOM_CASES):
        yield tuple(rounded(rng, 0, 2, size=3).tolist())


GUARANTEED_DECREASE = Exercise(
    reference=guaranteed_decrease,
    absolute=1e-12,
    cases=tuple(decrease_cases()),
    mistakes=(
        Mistake(
            lambda rate, smoothness, slope: rate * (1 - smoothness * rate) * slope**2,
            "The ½ of the second-order term is missing: with η = {rate:g}, "
            "λ = {smoothness:g} and slope {slope:g} you promise {got:g}, "
            "less than the {expected:g} that is sure.",
        ),
        Mistake(
            lambda rate, smoothness, slope: rate * (1 - smoothness * rate / 2) * slope,
            "The slope enters squared: it gives the step its length and the descent "
            "its steepness. With slope {slope:g} you promise {got:g} in place of "
            "{expected:g}.",
        ),
        Mistake(
            lambda rate, smoothness, slope: (1 - smoothness * rate / 2) * slope**2,
            "The factor η in front is missing: at η = {rate:g} you promise {got:g}, "
            "and at η = 0, without a step, still {slope:g}² = 9.",
        ),
        Mistake(
            lambda rate, smoothness, slope: rate * slope**2,
            "You follow the tangent and forget that the ground bends: of η·slope² = "
            "{got:g} the curvature may take back 0.09; sure is {expected:g}.",
        ),
    ),
)

EXERCISES = {
    "third_point": THIRD_POINT,
    "step": STEP,
    "largest_stable_rate": LARGEST_STABLE_RATE,
    "regression_step": REGRESSION_STEP,
    "walk": WALK,
    "guaranteed_decrease": GUARANTEED_DECREASE,
}
