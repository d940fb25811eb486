"""The exercises of the chapter on second order."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_zeros,
)

NEWTON_TWICE = Exercise(
    reference=17 / 12,
    tolerance=1e-4,  # "1.4167" is right
    mistakes=(
        Mistake(1.5, "One step too few: 1.5 is where the first step lands."),
        Mistake(
            577 / 408,
            "One step too many: 577/408 is where the third step lands.",
        ),
        Mistake(
            2.25,
            "Your first step has the wrong sign: at 1 the slope is −1, so it goes to "
            "the right, to 1.5.",
        ),
        Mistake(
            19 / 12,
            "Your second step has the wrong sign: at 1.5 the slope is 0.25, so it goes "
            "to the left.",
        ),
        Mistake(
            -1.25,
            "Both steps have the wrong sign: Newton's step is minus the slope over the "
            "curvature.",
        ),
        Mistake(
            1.375,
            "You divide by the curvature at 1 both times. At 1.5 it is 3.",
        ),
        Mistake(
            1.75,
            "Your first step is right, but at 1.5 the slope is 0.25, not −0.75: "
            "w² − 2 with w = 1.5.",
        ),
    ),
)


def secant_step(w, slope, before, slope_before):
    """Take Newton's step with the curvature that the last step has shown."""
    return w - slope * (w - before) / (slope - slope_before)


def secant_cases():
    """Return the cases for `secant_step`: the two slopes differ."""
    yield 2.0, 6.0, 4.0, 10.0
    yield 3.0, 1.0, 1.0, -3.0
    yield -2.0, 0.5, 2.0, -0.5
    yield 0.0, 1.0, 1.0, 2.0
    yield 300.0, 0.25, -100.0, -250.0
    yield 1.0, -250.0, 300.0, 2.0
    yield -1.0, 3.0, -0.0004, -200.0
    yield 5.0, -0.0002, -300.0, 0.5
    yield 1.0, 0.5, 2.0, 0.0002
    yield 0.0004, 150.0, 0.0002, 100.0
    yield 1.0, 0.0, 3.0, 2.0
    yield 3.0, 2.0, 1.0, 0.0
    yield 2.0, -3.0, 0.0, 1.0
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        w, before = rounded(rng, -2, 2, 2).tolist()
        slope = float(rounded(rng, -2, 2))
        yield w, slope, before, slope + float(rounded(rng, 0.5, 2))


SECANT_STEP = Exercise(
    reference=secant_step,
    absolute=1e-12,
    cases=with_zeros(secant_step, secant_cases(), "slope", "before", "slope_before"),
    mistakes=(
        Mistake(
            lambda w, slope, before, slope_before: (
                w - slope * (slope - slope_before) / (w - before)
            ),
            "You multiply by the curvature where you must divide by it: from "
            "w = {w:g} you reach {got:g}, not {expected:g}.",
        ),
        Mistake(
            lambda w, slope, before, slope_before: (
                w + slope * (w - before) / (slope - slope_before)
            ),
            "You climb: from w = {w:g} you go to {got:g}; the level point of the "
            "parabola is at {expected:g}.",
        ),
        Mistake(
            lambda w, slope, before, slope_before: (
                before - slope * (w - before) / (slope - slope_before)
            ),
            "You start from the place before, {before:g}. You stand at w = {w:g}, and "
            "the slope is the one there.",
        ),
        Mistake(
            lambda w, slope, before, slope_before: (
                w - slope_before * (w - before) / (slope - slope_before)
            ),
            "You take the slope of the place before, {slope_before:g}. At w = {w:g} "
            "it is {slope:g}.",
        ),
        Mistake(
            lambda w, slope, before, slope_before: w - slope / (slope - slope_before),
            "The change of the slope is not the curvature yet: divide it by the way, "
            "from {before:g} to {w:g}.",
        ),
    ),
)


def first_point(A, b):
    """Return the lowest point of ½ xᵀAx − bᵀx along b, from 0."""
    return (b @ b) / (b @ A @ b) * b


def point_cases():
    """Return the cases for `first_point`: symmetric, with positive eigenvalues."""
    yield np.array([[2.0]]), np.array([6.0])
    yield np.array([[1.0, 0.0], [0.0, 3.0]]), np.array([1.0, 1.0])
    yield np.array([[2.0, 1.0], [1.0, 4.0]]), np.array([1.0, -1.0])
    yield np.array([[300.0, 0.0], [0.0, 0.25]]), np.array([0.5, 200.0])
    yield np.array([[0.0004, 0.0], [0.0, 0.0002]]), np.array([0.5, -1.0])
    yield np.array([[3.0, -2.0], [-2.0, 5.0]]), np.array([-200.0, 0.0004])
    yield np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([0.0, -1.0])
    yield np.array([[2, 1], [1, 4]]), np.array([1, -2])  # whole numbers
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        d = rng.integers(1, 4)
        B = rounded(rng, -1, 1, (d, d))
        yield B @ B.T + np.eye(d), rounded(rng, 0.25, 2, d)


FIRST_POINT = Exercise(
    reference=first_point,
    absolute=1e-12,
    cases=tuple(point_cases()),
    mistakes=(
        Mistake(
            lambda A, b: np.linalg.solve(A, b),
            "That is the bottom of the bowl itself, {got}. The first step stays on "
            "the line along b, and its lowest point is {expected}.",
        ),
        Mistake(
            lambda A, b: (b @ A @ b) / (b @ b) * b,
            "Your quotient is upside down: the more the bowl bends along b, the "
            "shorter the step. You reach {got}, not {expected}.",
        ),
        Mistake(
            lambda A, b: (b @ b) / (b @ A @ b),
            "That is how far to go, in units of b: multiply it by b to have a point.",
        ),
        Mistake(
            lambda A, b: b / (b @ A @ b),
            "You divide by bᵀAb alone; the slope along b at 0 is −bᵀb. You reach "
            "{got}, not {expected}.",
        ),
        Mistake(
            lambda A, b: -first_point(A, b),
            "You climb: at 0 the gradient is −b, so the way down is along +b.",
        ),
    ),
)


def next_error(w, root):
    """Return how far Newton's next point is from the root of w² = root²."""
    return (w - root) ** 2 / (2 * w)


def error_cases():
    """Return the cases for `next_error`: w and the root are positive."""
    yield 3.0, 1.0
    yield 1.0, 3.0
    yield 2.0, 2.0
    yield 300.0, 0.25
    yield 0.25, 300.0
    yield 0.0004, 2.5
    yield 2.5, 0.0004
    yield 1.5, 1.4
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        yield tuple(rounded(rng, 0.1, 3, 2).tolist())


NEXT_ERROR = Exercise(
    reference=next_error,
    absolute=1e-12,
    cases=tuple(error_cases()),
    mistakes=(
        Mistake(
            lambda w, root: (w - root) ** 2,
            "The square is right; divide it by 2w, the curvature at w = {w:g}.",
        ),
        Mistake(
            lambda w, root: (w - root) ** 2 / 2,
            "The curvature at w is 2w, not 2: from w = {w:g} the next error is "
            "{expected:g}, not {got:g}.",
        ),
        Mistake(
            lambda w, root: (w - root) ** 2 / (2 * root),
            "You divide by 2 times the root. The step divides by the curvature where "
            "it stands, at w = {w:g}: {expected:g}, not {got:g}.",
        ),
        Mistake(
            lambda w, root: (w * w - root * root) / (2 * w),
            "That is the length of the step, {got:g}. The error that is left is "
            "w − root less this step, {expected:g}.",
        ),
        Mistake(
            lambda w, root: w - (w * w - root * root) / (2 * w),
            "That is the next point, {got:g}. Its distance from {root:g} is asked.",
        ),
        Mistake(
            lambda w, root: (w - root) / (2 * w),
            "The error enters squared: (w − root)², from w = {w:g} that makes "
            "{expected:g}, not {got:g}.",
        ),
    ),
)

EXERCISES = {
    "newton_twice": NEWTON_TWICE,
    "secant_step": SECANT_STEP,
    "first_point": FIRST_POINT,
    "next_error": NEXT_ERROR,
}
