"""The exercises of the lesson on initialization."""

import math

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_zeros,
)

GRADIENT_LEFT = Exercise(
    reference=0.25**10,
    tolerance=1e-4,  # four digits are asked for: 9.537e-7 is right, 9.54e-7 is not
    mistakes=(
        Mistake(
            0.5**10,
            "You multiply ten values of the sigmoid: σ(0) = ½ is what goes forward. "
            "Backward goes the slope, σ′(0) = ½ · ½.",
        ),
        Mistake(
            10 * 0.25,
            "You add the ten slopes, and get more than you began with. The chain rule "
            "multiplies them.",
        ),
        Mistake(
            1.0,
            "That is tanh's slope at 0. The sigmoid's is σ(0)(1 − σ(0)).",
        ),
        Mistake(
            0.25**11,
            "One layer too many: ten slopes, none for the input.",
        ),
        Mistake(
            0.25,
            "That is what one layer leaves. Each of the ten multiplies by it.",
        ),
        Mistake(
            4.0**10,
            "That is the factor by which it is smaller. The derivative itself is one "
            "over it.",
        ),
    ),
)


def leaky_gain(slope):
    """Return the gain at which leaky rectifiers keep the mean square."""
    return math.sqrt(2 / (1 + slope**2))


def leaky_cases():
    """Return the cases for `leaky_gain`."""
    yield (0.5,)
    yield (0.0,)
    yield (1.0,)
    yield (0.01,)
    rng = np.random.default_rng(17)
    for _ in range(RANDOM_CASES):
        yield (float(rng.integers(101) / 100),)


LEAKY_GAIN = Exercise(
    reference=leaky_gain,
    cases=tuple(leaky_cases()),
    mistakes=(
        Mistake(
            lambda slope: math.sqrt(2),
            "That is the gain for the plain rectifier. The leak lets a part of the "
            "negative half through: with the slope {slope:g} it is {expected:.4f}.",
        ),
        Mistake(
            lambda slope: 2 / (1 + slope**2),
            "That is the square of the gain, the factor that the mean square needs. "
            "Take the root.",
        ),
        Mistake(
            lambda slope: math.sqrt(2 / (1 + slope)),
            "What leaks is multiplied by the slope, and its square by slope²: with ½ "
            "the negative half keeps a quarter of its mean square.",
        ),
        Mistake(
            lambda slope: math.sqrt((1 + slope**2) / 2),
            "That is the size which an activation leaves. The gain makes up for it: "
            "take one over it.",
        ),
        Mistake(
            lambda slope: (1 + slope**2) / 2,
            "That is the share of the mean square that comes through. The gain is "
            "one over its root.",
        ),
    ),
)


def mean_square_after(layers, gain):
    """Return what is left of the mean square after so many layers of rectifiers."""
    return (gain**2 / 2) ** layers


def mean_square_cases():
    """Return the cases for `mean_square_after`."""
    yield 1, 1.0
    yield 1, 2.0
    yield 3, 2.0
    yield 50, 1.0
    yield 2, 200.0
    yield 2, 0.0005
    yield 3, 0.0
    yield 0, 2.0
    rng = np.random.default_rng(16)
    for _ in range(RANDOM_CASES):
        yield int(rng.integers(1, 12)), float(rounded(rng, 0.5, 2))


MEAN_SQUARE_AFTER = Exercise(
    reference=mean_square_after,
    cases=tuple(mean_square_cases()),
    mistakes=(
        Mistake(
            lambda layers, gain: gain ** (2 * layers),
            "The rectifier is missing: it lets half of the mean square through. With "
            "gain {gain:g} one layer leaves {expected:g}, not {got:g}.",
        ),
        Mistake(
            lambda layers, gain: (gain / 2) ** layers,
            "The gain enters squared, since you follow a mean square: with gain 2 one "
            "layer leaves 4 · ½ = 2, not {got:g}.",
        ),
        Mistake(
            lambda layers, gain: (gain**2 * (0.5 - 0.5 / math.pi)) ** layers,
            "You took the variance of the rectified signal, 0.3408. Its mean is not 0, "
            "and what the next layer adds up is the mean square, ½.",
        ),
        Mistake(
            lambda layers, gain: (gain / math.sqrt(2)) ** layers,
            "That is the size, the root of what is asked: with gain {gain:g} you have "
            "{got:.4f}, and its square is {expected:g}.",
        ),
        Mistake(
            lambda layers, gain: layers * gain**2 / 2,
            "Each layer multiplies what the one before left: three layers with gain 2 "
            "leave 2³ = 8, not 6.",
        ),
    ),
)


def vanishing_bound(norm, slope, layers):
    """Return the most by which that many layers can stretch a gradient."""
    return (norm * slope) ** layers


def bound_cases():
    """Return the cases for `vanishing_bound`."""
    yield 2.0, 0.25, 3
    yield 1.0, 1.0, 5
    yield 4.0, 0.5, 1
    yield 200.0, 0.0005, 2
    yield 0.0004, 300.0, 3
    yield 2.0, 0.0, 2
    yield 2.0, 0.25, 0
    rng = np.random.default_rng(6)
    for _ in range(RANDOM_CASES):
        norm, slope = (rng.integers(1, 21, size=2) / 10).tolist()
        yield norm, slope, int(rng.integers(1, 6))


VANISHING_BOUND = Exercise(
    reference=vanishing_bound,
    cases=with_zeros(vanishing_bound, bound_cases(), "norm", "layers"),
    mistakes=(
        Mistake(
            lambda norm, slope, layers: norm * slope * layers,
            "Layers multiply, they do not add: three layers that halve leave an "
            "eighth, {expected:g}, not {got:g}.",
        ),
        Mistake(
            lambda norm, slope, layers: slope**layers,
            "The weights are missing: with norm 2 a slope of ¼ halves, and three "
            "layers leave {expected:g}, not {got:g}.",
        ),
        Mistake(
            lambda norm, slope, layers: norm**layers,
            "The activation is missing: three layers of norm 2 and slope ¼ leave "
            "{expected:g}, not {got:g}.",
        ),
        Mistake(
            lambda norm, slope, layers: (norm * slope) ** (layers - 1),
            "One layer too few: you count {got:g} for three layers that halve.",
        ),
        Mistake(
            lambda norm, slope, layers: norm * slope**layers,
            "Every layer has its own W: the norm is a factor as often as the slope.",
        ),
    ),
)


EXERCISES = {
    "gradient_left": GRADIENT_LEFT,
    "leaky_gain": LEAKY_GAIN,
    "mean_square_after": MEAN_SQUARE_AFTER,
    "vanishing_bound": VANISHING_BOUND,
}
