"""Exercises of the chapter on floating point.

How to add one is told in `mathlib.exercises.gradient_descent`.
"""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Formula,
    Mistake,
    rounded,
    with_zeros,
)

square = Formula("x²", lambda x: x * x)
cube = Formula("x³", lambda x: x**3)
sine = Formula("sin x", lambda x: np.sin(x))

# The first whole numbers that bfloat16 and float8, of 8 and 4 binary digits, skip.
FIRST_GAP = Exercise(
    reference=np.array([257.0, 17.0]),
    mistakes=(
        Mistake(
            [256.0, 16.0],
            "256 = 2⁸ is a single 1 followed by zeros: it is kept. Which is the first "
            "number after it that needs a ninth digit?",
        ),
        Mistake(
            [255.0, 15.0],
            "255 is eight ones in binary, and eight digits are kept. Go on.",
        ),
        Mistake(
            [129.0, 9.0],
            "129 is 10000001 in binary: eight digits, and eight are kept. Go on.",
        ),
        Mistake(
            [17.0, 257.0],
            "You have exchanged the two: bfloat16 keeps more digits than float8.",
        ),
    ),
)


def small_root(b):
    """Return the smaller solution of x² − 2bx + 1 = 0, without a subtraction."""
    return 1 / (b + np.sqrt((b - 1) * (b + 1)))


SMALL_ROOT = Exercise(
    reference=small_root,
    cases=((1.25,), (20.0,), (1e4,), (1e8,), (1.5,), (3e6,), (1.0000002,)),
    mistakes=(
        Mistake(
            lambda b: b - np.sqrt(b * b - 1),
            "The formula cancels: at b = {b:g} it gives {got:.9g} in place of "
            "{expected:.9g}. Divide 1 by the larger solution.",
        ),
        Mistake(
            lambda b: b + np.sqrt(b * b - 1),
            "That is the larger solution. The product of the two is 1.",
        ),
        Mistake(
            lambda b: 1 / (b + np.sqrt(b * b + 1)),
            "A sign below the root: x² − 2bx + 1 = (x − b)² − (b² − 1).",
        ),
        Mistake(
            lambda b: 2 / (b + np.sqrt(b * b - 4)),
            "You solved x² − bx + 1 = 0. Here the middle term is 2bx.",
            also=(lambda b: 2 / (b + np.sqrt(b * b - 4)) if b > 2 else 0.5,),
        ),
    ),
)


def sideways(f, x, h):
    """Return the slope of f by a step of length h along the imaginary axis."""
    return f(x + 1j * h).imag / h


def sideways_cases():
    """Return the cases for `sideways`, tiny steps among them."""
    yield square, 3.0, 0.5
    yield cube, 1.0, 0.5
    yield sine, 0.5, 1e-20
    yield cube, -300.0, 1e-20
    yield cube, 2.0, 150.0
    yield sine, 0.0004, 0.0005
    rng = np.random.default_rng(8)
    for _ in range(RANDOM_CASES):
        formula = (square, cube, sine)[rng.integers(3)]
        yield formula, float(rounded(rng, -2, 2)), float(rounded(rng, 0.1, 1))


SIDEWAYS = Exercise(
    reference=sideways,
    absolute=1e-12,
    cases=with_zeros(sideways, sideways_cases(), "x"),
    mistakes=(
        Mistake(
            lambda f, x, h: f(x + 1j * h).real / h,
            "You took the real part: it holds the value of f. The slope stands alone "
            "in the imaginary part.",
        ),
        Mistake(
            lambda f, x, h: f(x + 1j * h).imag,
            "The imaginary part is h times the slope: for x² at {x:g} with h = {h:g} "
            "you get {got:g}. Divide by h.",
        ),
        Mistake(
            lambda f, x, h: (f(x + h) - f(x)) / h,
            "That is the forward difference, a step to the right. Step to x + ih: in "
            "Python the imaginary unit is 1j.",
        ),
        Mistake(
            lambda f, x, h: f(x + 1j * h).imag / (2 * h),
            "There is one step here, of length h: divide by h, not by 2h. For x² at "
            "{x:g} you get {got:g}.",
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
    "first_gap": FIRST_GAP,
    "small_root": SMALL_ROOT,
    "sideways": SIDEWAYS,
    "forward_step": FORWARD_STEP,
}
