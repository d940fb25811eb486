"""The exercises of the lesson on many dimensions."""

import math

import numpy as np

from mathlib.exercises.checker import RANDOM_CASES, Exercise, Mistake, with_zeros
from mathlib.exercises.vectors import whole

BALL_SHARE = Exercise(
    reference=math.pi**2 / 32,
    tolerance=1.6e-3,  # 0.308 is right, 0.309 is not
    mistakes=(
        Mistake(
            math.pi**2 / 2,
            "That is the volume of the ball, π²/2. Divide it by that of the cube, "
            "2⁴ = 16.",
        ),
        Mistake(
            math.pi**2 / 16,
            "That would be two discs, each in its square: π/4 · π/4. A point whose two "
            "shadows lie in the discs may still be farther than 1 from the center.",
        ),
        Mistake(
            math.pi / 32,
            "The rule multiplies V₂ = π by 2π/4. You have the factor, or V₂, but not "
            "both.",
        ),
        Mistake(
            math.pi**2 / 8,
            "You divide by 2² = 4. The cube has the side 2 along each of four axes: "
            "its volume is 2⁴ = 16.",
        ),
        Mistake(
            math.pi**2 / 64,
            "Half of it: you took π/4 for the factor. The rule says 2π/d, here 2π/4.",
        ),
    ),
)


def one_hot(labels, classes):
    """Return a row for each label with a 1 at its place."""
    return np.eye(classes)[labels]


def label_cases():
    """Return the cases for `one_hot`."""
    yield np.array([2, 0]), 3
    yield np.array([0]), 2
    yield np.array([1, 1, 0, 2]), 5
    rng = np.random.default_rng(4)
    for _ in range(RANDOM_CASES):
        classes = int(rng.integers(3, 7))
        yield rng.integers(0, classes, size=rng.integers(1, 6)), classes


ONE_HOT = Exercise(
    reference=one_hot,
    cases=tuple(label_cases()),
    mistakes=(
        Mistake(
            lambda labels, classes: np.eye(classes)[labels - 1],
            "Classes count from 0: your row for label 2 has its 1 at the second "
            "place, which is class 1, and label 0 wraps round to the last.",
        ),
        Mistake(
            lambda labels, classes: np.eye(classes)[labels].T,
            "A sample is a row: two labels and 3 classes give the shape (2, 3), not "
            "(3, 2).",
        ),
        Mistake(
            lambda labels, classes: np.eye(labels.max() + 1)[labels],
            "You count the classes from the labels: where the last class is missing "
            "the rows are too short. Use the argument classes.",
        ),
        Mistake(
            lambda labels, classes: np.outer(labels, np.ones(classes)),
            "Each row repeats its label. The label says where the single 1 stands.",
        ),
        Mistake(
            lambda labels, classes: labels[:, None] * np.eye(classes)[labels],
            "The label is the place, not the height: label 2 must give (0, 0, 1), and "
            "label 0 must not vanish.",
        ),
    ),
)


def read_memory(query, keys, values):
    """Return the values, added up, each times the dot product of its key and query."""
    return (keys @ query) @ values


def softmax_read(query, keys, values):
    """Return the wrong `read_memory` whose weights go through a softmax."""
    scores = keys @ query
    weights = np.exp(scores - scores.max())
    return weights / weights.sum() @ values


def the_best_only(query, keys, values):
    """Return the wrong `read_memory` that takes the value of the best key alone."""
    return values[(keys @ query).argmax()]


def by_cosine(query, keys, values):
    """Return the wrong `read_memory` whose weights are cosines."""
    lengths = np.linalg.norm(keys, axis=1) * np.linalg.norm(query)
    return (keys @ query / lengths) @ values


def memory_cases():
    """Return the cases for `read_memory`."""
    yield np.array([2.0]), np.array([[1.0], [3.0]]), np.array([[5.0], [1.0]])
    yield (
        np.array([2.0, 1.0]),
        np.array([[1.0, 0.0], [0.0, -1.0], [1.0, 1.0]]),
        np.array([[5.0, 0.5], [7.0, 0.25], [1.0, 1.0]]),
    )
    yield np.array([0.5, 2.0]), np.eye(2), np.array([[5.0], [7.0]])
    yield np.array([3.0]), np.array([[2.0]]), np.array([[1.0, -1.0, 4.0]])
    yield (
        np.array([0.0003, -0.25]),
        np.array([[0.5, 0.0004], [-0.75, 0.125]]),
        np.array([[0.0005, 2.0], [1.5, -0.25]]),
    )
    yield (
        np.array([300.0, -0.5]),
        np.array([[150.0, 1.0], [-250.0, 0.5]]),
        np.array([[200.0], [0.25]]),
    )
    rng = np.random.default_rng(7)
    for _ in range(RANDOM_CASES):
        n, d, m = rng.integers(2, 5, size=3)
        yield whole(rng, d), whole(rng, n, d), whole(rng, n, m)


READ_MEMORY = Exercise(
    reference=read_memory,
    absolute=1e-12,
    cases=with_zeros(read_memory, memory_cases(), "query", "keys", "values"),
    mistakes=(
        Mistake(
            lambda query, keys, values: keys @ query,
            "Those are the weights, one for each key. Multiply each value by its "
            "weight, and add up.",
        ),
        Mistake(
            softmax_read,
            "You put the weights through a softmax. Here they stay as they are: dot "
            "products, of any sign.",
        ),
        Mistake(
            lambda query, keys, values: (keys @ query)[:, None] * values,
            "Those are the values, each times its weight. They must be added up, to "
            "one vector.",
        ),
        Mistake(
            the_best_only,
            "You take the value of the best key alone. Every key has its say, by its "
            "weight.",
        ),
        Mistake(
            by_cosine,
            "Your weights are cosines: they do not grow when the query is twice as "
            "long. Leave the lengths in.",
        ),
        Mistake(
            lambda query, keys, values: (keys @ query) @ values / len(keys),
            "You take the mean of the weighted values. Add them up: nothing is "
            "divided here.",
        ),
        Mistake(
            lambda query, keys, values: (keys @ query) @ values / math.sqrt(len(query)),
            "You divide by √d, as a Transformer does. Here the weights are the dot "
            "products themselves.",
        ),
    ),
)


def peel(d, thickness):
    """Return the share of a ball of radius 1 that lies in its outermost layer."""
    return 1 - (1 - thickness) ** d


def peel_cases():
    """Return the cases for `peel`."""
    yield 3, 0.1
    yield 1, 0.25
    yield 2, 0.5
    yield 20, 0.03125
    yield 300, 0.0004
    yield 7, 0.0
    yield 4, 1.0
    rng = np.random.default_rng(8)
    for _ in range(RANDOM_CASES):
        yield int(rng.integers(2, 60)), float(np.round(rng.uniform(0.01, 0.4), 3))


PEEL = Exercise(
    reference=peel,
    absolute=1e-12,
    cases=tuple(peel_cases()),
    mistakes=(
        Mistake(
            lambda d, thickness: (1 - thickness) ** d,
            "That is the flesh: the ball that is left when the peel is off. The peel "
            "is the rest of it.",
        ),
        Mistake(
            lambda d, thickness: d * thickness,
            "d · ε is right for a very thin peel only: for d = 3 and ε = 0.1 it says "
            "0.3, and for a thicker one soon more than the whole ball.",
        ),
        Mistake(
            lambda d, thickness: thickness**d,
            "That is a small ball of the radius ε. The ball that is left inside has "
            "the radius 1 − ε.",
        ),
        Mistake(
            lambda d, thickness: 1 - (1 - thickness) ** (d - 1),
            "One power is missing: a ball of radius r in d dimensions has rᵈ times "
            "the volume of the one of radius 1.",
        ),
        Mistake(
            lambda d, thickness: 1 - (1 - 2 * thickness) ** d,
            "You take the peel off twice: the diameter loses 2ε, but the radius is 1 "
            "and loses ε.",
        ),
        Mistake(
            lambda d, thickness: 1 - (1 - thickness) ** 3,
            "You stay in three dimensions. The power is d.",
        ),
    ),
)


EXERCISES = {
    "ball_share": BALL_SHARE,
    "one_hot": ONE_HOT,
    "read_memory": READ_MEMORY,
    "peel": PEEL,
}
