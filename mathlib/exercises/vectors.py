"""The exercises of the lesson on vectors."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    with_whole_numbers,
    with_zeros,
)


def whole(rng, *size):
    """Return random whole numbers from −4 to 4 as floats, none of them 0."""
    return rng.choice([-4.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0], size=size)


THREE_NORMS = Exercise(
    reference=np.array([11.0, 7.0, 6.0]),
    mistakes=(
        Mistake(
            [5.0, 7.0, 6.0],
            "The 1-norm adds the sizes of the entries: 2 + 3 + 6 = 11. You let the −3 "
            "count against the others.",
        ),
        Mistake(
            [11.0, 49.0, 6.0],
            "49 is the sum of the squares. The 2-norm is its root: 7.",
        ),
        Mistake(
            [11.0, 7.0, 2.0],
            "The ∞-norm is the largest size, not the smallest: 6.",
        ),
        Mistake(
            [11.0, 7.0, 3.0],
            "The ∞-norm takes the largest entry by size: 6. The size of −3 is 3.",
        ),
        Mistake(
            [7.0, 11.0, 6.0],
            "The first two are exchanged: the 1-norm is never below the 2-norm.",
        ),
    ),
)


def cosine(u, v):
    """Return the cosine of the angle between two vectors."""
    return u @ v / (np.linalg.norm(u) * np.linalg.norm(v))


def pairs(seed):
    """Return the cases of two vectors, of length 1 in no direction, not both alike."""
    yield np.array([3.0, 4.0]), np.array([2.0, 0.0])
    yield np.array([1.0, 2.0]), np.array([-2.0, 1.0])
    yield np.array([1.0, 1.0]), np.array([-3.0, -3.0])
    yield np.array([2.0]), np.array([5.0])
    yield np.array([0.0003, -0.0004]), np.array([0.0125, 0.25])
    yield np.array([300.0, 0.5]), np.array([-250.0, 150.0])
    yield np.array([-0.25, 0.125]), np.array([0.0003, 0.0004])
    rng = np.random.default_rng(seed)
    for _ in range(RANDOM_CASES):
        yield tuple(whole(rng, 2, rng.integers(2, 5)))


COSINE = Exercise(
    reference=cosine,
    absolute=1e-12,
    cases=tuple(pairs(1)),
    mistakes=(
        Mistake(
            lambda u, v: u @ v,
            "That is the dot product, {got:g}: it grows with the lengths. A cosine is "
            "never above 1. Divide by both lengths.",
        ),
        Mistake(
            lambda u, v: u @ v / np.linalg.norm(u),
            "Only the length of u is divided out: twice as long a v would give twice "
            "your {got:g}.",
        ),
        Mistake(
            lambda u, v: u @ v / np.linalg.norm(v),
            "Only the length of v is divided out: twice as long a u would give twice "
            "your {got:g}.",
        ),
        Mistake(
            lambda u, v: u @ v / ((u @ u) * (v @ v)),
            "You divide by the squared lengths, 25·4: that gives {got:g}. Divide by "
            "the lengths, 5·2.",
        ),
        Mistake(
            lambda u, v: abs(cosine(u, v)),
            "The sign is lost: for (1, 1) and (−3, −3), which point opposite ways, the "
            "cosine is −1.",
        ),
        Mistake(
            lambda u, v: np.arccos(np.clip(cosine(u, v), -1, 1)),
            "That is the angle itself, {got:.4g} radians. Its cosine was asked for: "
            "{expected:g}.",
        ),
        Mistake(
            lambda u, v: 1 - cosine(u, v),
            "That is the cosine distance, {got:g}: 0 for equal directions. The cosine "
            "is 1 there.",
        ),
    ),
)


def shadow(v, a):
    """Return the shadow of v on the line through the origin along a."""
    return (v @ a) / (a @ a) * a


SHADOW = Exercise(
    reference=shadow,
    absolute=1e-12,
    cases=with_whole_numbers(shadow, with_zeros(shadow, pairs(2), "v"), "v", "a"),
    mistakes=(
        Mistake(
            lambda v, a: (v @ a) * a,
            "a has the length 2, and enters twice: your shadow of (3, 4) on the first "
            "axis is ({got[0]:g}, {got[1]:g}), not (3, 0). Divide by a · a.",
        ),
        Mistake(
            lambda v, a: (v @ a) / np.linalg.norm(a) * a,
            "You divide by the length of a, and it enters twice: you reach "
            "({got[0]:g}, {got[1]:g}), not ({expected[0]:g}, {expected[1]:g}).",
        ),
        Mistake(
            lambda v, a: v - shadow(v, a),
            "That is the rest, ({got[0]:g}, {got[1]:g}), square to the line. The "
            "shadow is what you took away.",
        ),
        Mistake(
            lambda v, a: shadow(a, v),
            "The roles are exchanged: you cast the shadow of a on the line along v.",
        ),
        Mistake(
            lambda v, a: (v @ a) / (v @ v) * a,
            "You divide by v · v. The length of the shadow must not depend on how long "
            "a is, so it is a · a that has to go.",
        ),
        Mistake(
            lambda v, a: (v @ a) / np.linalg.norm(a),
            "That is the signed length of the shadow, {got:g}. The shadow is a vector: "
            "give it the direction of a.",
        ),
    ),
)


def signed_distance(x, w, b):
    """Return the distance from the plane w·x + b = 0, with the side as its sign."""
    return (w @ x + b) / np.linalg.norm(w)


def plane_cases():
    """Return the cases for `signed_distance`."""
    yield np.array([1.0, 1.0]), np.array([3.0, 4.0]), 3.0
    yield np.array([0.0, 0.0]), np.array([0.0, 2.0]), -6.0
    yield np.array([3.0, 4.0]), np.array([0.0, 2.0]), -2.0
    yield np.array([2.0, -1.0]), np.array([1.0, 2.0]), 0.0
    yield np.array([0.5, -0.25]), np.array([0.0003, -0.0004]), 0.0625
    yield np.array([300.0, -250.0]), np.array([200.0, 150.0]), -500.0
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        x, w = whole(rng, 2, rng.integers(2, 5))
        yield x, w, float(rng.integers(-5, 6))


SIGNED_DISTANCE = Exercise(
    reference=signed_distance,
    absolute=1e-12,
    cases=tuple(plane_cases()),
    mistakes=(
        Mistake(
            lambda x, w, b: w @ x + b,
            "That is the score w·x + b = {got:g}, which doubles when you double w and "
            "b; the plane stays where it is. Divide by the length of w.",
        ),
        Mistake(
            lambda x, w, b: abs(signed_distance(x, w, b)),
            "The side is lost: for x = (0, 0), w = (0, 2), b = −6 the point lies at "
            "−3, on the side from which w points away.",
        ),
        Mistake(
            lambda x, w, b: w @ x / np.linalg.norm(w) + b,
            "b must be divided too: for w = (3, 4) you add {b:g} to 7/5 and get "
            "{got:g}; the distance is {expected:g}.",
        ),
        Mistake(
            lambda x, w, b: (w @ x + b) / (w @ w),
            "You divide by the squared length, 25: that gives {got:g}. The length is "
            "5, the distance {expected:g}.",
        ),
        Mistake(
            lambda x, w, b: (w @ x - b) / np.linalg.norm(w),
            "The sign of b: the plane is where w·x + b is zero. At x = (1, 1) you "
            "say {got:g}; it is {expected:g}.",
        ),
        Mistake(
            lambda x, w, b: (w @ x + b) / np.linalg.norm(x),
            "You divide by the length of x, and at the origin there is none. It is "
            "the length of w that has to go.",
        ),
    ),
)


def dot_from_lengths(length_of_sum, length_of_difference):
    """Return u · v from the lengths of u + v and u − v."""
    return (length_of_sum**2 - length_of_difference**2) / 4


def length_cases():
    """Return the cases for `dot_from_lengths`."""
    yield 5.0, 3.0
    yield 2.0, 2.0
    yield 1.0, 3.0
    yield 300.0, 150.0
    yield 0.0005, 0.0
    yield 0.5, 0.0004
    rng = np.random.default_rng(6)
    for _ in range(RANDOM_CASES):
        yield tuple(np.round(rng.uniform(0, 9, size=2), 2).tolist())


DOT_FROM_LENGTHS = Exercise(
    reference=dot_from_lengths,
    absolute=1e-12,
    cases=with_zeros(dot_from_lengths, length_cases(), "length_of_sum"),
    mistakes=(
        Mistake(
            lambda length_of_sum, length_of_difference: (
                (length_of_sum**2 - length_of_difference**2) / 2
            ),
            "Each square holds 2 u·v, with opposite signs: their difference is 4 u·v, "
            "and half of it, {got:g}, is twice too much.",
        ),
        Mistake(
            lambda length_of_sum, length_of_difference: (
                (length_of_sum - length_of_difference) / 4
            ),
            "The lengths must be squared first: 25 − 9, not 5 − 3.",
        ),
        Mistake(
            lambda length_of_sum, length_of_difference: (
                (length_of_difference**2 - length_of_sum**2) / 4
            ),
            "The sign: where the sum is the longer one the vectors agree, and the dot "
            "product is positive.",
        ),
        Mistake(
            lambda length_of_sum, length_of_difference: (
                (length_of_sum**2 + length_of_difference**2) / 4
            ),
            "Added, the squares lose u·v: their sum is 2‖u‖² + 2‖v‖². Take the "
            "difference.",
        ),
        Mistake(
            lambda length_of_sum, length_of_difference: (
                length_of_sum**2 - length_of_difference**2
            ),
            "That is 4 u·v = {got:g}.",
        ),
    ),
)


EXERCISES = {
    "three_norms": THREE_NORMS,
    "cosine": COSINE,
    "shadow": SHADOW,
    "signed_distance": SIGNED_DISTANCE,
    "dot_from_lengths": DOT_FROM_LENGTHS,
}
