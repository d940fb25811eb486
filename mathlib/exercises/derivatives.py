"""Exercises of the chapter on derivatives.

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
    cases=with_zeros(dual_product, dual_cases(), "da", "db"),
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


def dual_quotient(a, da, b, db):
    """Return value and slope of a quotient of two dual numbers."""
    return a / b, (da * b - a * db) / b**2


def quotient_cases():
    """Return the cases for `dual_quotient`: b and its slope are never 0."""
    yield 6.0, 1.0, 2.0, 0.5
    yield 1.0, 0.0, 3.0, 1.0
    yield 300.0, 0.0004, -250.0, 150.0
    yield 0.0003, -500.0, 0.125, 0.0007
    yield -0.25, 2.0, -0.5, -0.75
    yield 0.25, 0.5, 0.0005, -0.125
    rng = np.random.default_rng(6)
    for _ in range(RANDOM_CASES):
        signs = rng.choice([-1.0, 1.0], size=4)
        yield tuple((signs * rounded(rng, 0.2, 3, size=4)).tolist())


DUAL_QUOTIENT = Exercise(
    reference=dual_quotient,
    absolute=1e-12,
    cases=with_zeros(dual_quotient, quotient_cases(), "a", "db"),
    mistakes=(
        Mistake(
            lambda a, da, b, db: (a / b, da / db),
            "The slope of a quotient is not the quotient of the slopes: for {a:g} over "
            "{b:g} that is {got[1]:g}, and the right slope is {expected[1]:g}.",
        ),
        Mistake(
            lambda a, da, b, db: (a / b, (a * db - da * b) / b**2),
            "The sign is turned round: the change of the numerator, {da:g}, counts "
            "with a plus. You get {got[1]:g} in place of {expected[1]:g}.",
        ),
        Mistake(
            lambda a, da, b, db: (a / b, (da * b + a * db) / b**2),
            "The plus belongs to the product. A larger denominator makes the quotient "
            "smaller: {expected[1]:g}, not {got[1]:g}.",
        ),
        Mistake(
            lambda a, da, b, db: (a / b, (da * b - a * db) / b),
            "You divide by b once. In da = slope·b + (a/b)·db there is an a/b already: "
            "there is b² below in all: {expected[1]:g}, not {got[1]:g}.",
        ),
    ),
)

EXERCISES = {
    "differential": DIFFERENTIAL,
    "central": CENTRAL,
    "dual_product": DUAL_PRODUCT,
    "dual_quotient": DUAL_QUOTIENT,
}
