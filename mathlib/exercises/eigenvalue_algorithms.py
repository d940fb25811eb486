"""The exercises of the lesson on finding all eigenvalues.

How to add one is told in `mathlib.exercises.gradient_descent`.
"""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_zeros,
)

# A round of the QR algorithm by hand

ROUND_BY_HAND = Exercise(
    reference=np.array([[11.0, 2.0], [0.0, 0.0]]),
    mistakes=(
        Mistake(
            np.array([[5.0, 10.0], [0.0, 0.0]]),
            "That is R. Multiply it by Q now, with R on the left.",
        ),
        Mistake(
            np.array([[3.0, 6.0], [4.0, 8.0]]),
            "That is QR, the matrix you began with. Multiply in the other order: RQ.",
        ),
        Mistake(
            np.array([[-5.0, 10.0], [0.0, 0.0]]),
            "You multiplied R by the transpose of Q: the trace is −5, but it was 11.",
        ),
        Mistake(
            np.array([[11.0, -2.0], [0.0, 0.0]]),
            "Your Q is a mirror, with the determinant −1. Turn one of its columns "
            "round.",
        ),
    ),
)


# Where the eigenvalues are, read off the rows

BOUNDS = Exercise(
    reference=np.array([1.0, 11.0]),
    mistakes=(
        Mistake(
            np.array([4.0, 9.0]),
            "These are the smallest and the largest center. Take the radii off and "
            "on: row 2 reaches from 1 to 7.",
        ),
        Mistake(
            np.array([2.0, 11.0]),
            "A radius is the sum of the sizes: in row 2 it is |−1| + |2| = 3, not 2.",
        ),
        Mistake(
            np.array([3.0, 11.0]),
            "A radius is the sum of the sizes: in row 2 the minus does not count, and "
            "4 − 3 is 1.",
        ),
        Mistake(
            np.array([11.0, 1.0]), "Both are right, in the wrong order: smaller first."
        ),
    ),
)


# The turn that makes an entry zero


def tangent(app, aqq, apq):
    """Return the tangent, at most 1 in size, of the turn that makes apq zero."""
    half = (aqq - app) / (2 * apq)
    return np.sign(half) / (abs(half) + np.sqrt(half**2 + 1))


def entry_cases():
    """Return the cases for `tangent`: two entries of the diagonal, one beside it."""
    yield 4.0, 1.0, 2.0
    yield 1.0, 4.0, 2.0
    yield 4.0, 1.0, -2.0
    yield 2.0, 5.0, -300.0
    yield -3.0, 5.0, 3.0
    yield 300.0, -150.0, 0.5
    yield 0.0001, 0.0004, -0.0002
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        app, gap, apq = rounded(rng, 0.1, 3, 3, decimals=1) * rng.choice([-1, 1], 3)
        yield app, app + gap, apq


TANGENT = Exercise(
    reference=tangent,
    cases=with_zeros(tangent, entry_cases(), "app", "aqq"),
    mistakes=(
        Mistake(
            lambda app, aqq, apq: -1 / tangent(app, aqq, apq),
            "This turn makes the entry zero, too, but by more than 45°: of the two "
            "roots take the one that is at most 1 in size.",
        ),
        Mistake(
            lambda app, aqq, apq: -tangent(app, aqq, apq),
            "You turn the wrong way: the sign of the result must be that of "
            "(a_qq − a_pp)/(2 a_pq).",
        ),
        Mistake(
            lambda app, aqq, apq: 2 * apq / (aqq - app),
            "That is the tangent of twice the angle.",
        ),
        Mistake(
            lambda app, aqq, apq: np.arctan(tangent(app, aqq, apq)),
            "That is the angle itself; its tangent is asked for.",
        ),
    ),
)


# Half of an interval


def halved(low, high, below, k):
    """Return the half of an interval in which eigenvalue k lies, counted from 0."""
    middle = (low + high) / 2
    return np.array([middle, high] if below <= k else [low, middle])


def interval_cases():
    """Return the cases for `halved`: an interval, how many lie below, which one."""
    yield 0.0, 4.0, 1, 0
    yield 0.0, 4.0, 1, 1
    yield 1.0, 2.0, 0, 0
    yield -4.0, 0.0, 0, 1
    yield -3.0, -1.0, 3, 2
    yield -3.0, -1.0, 2, 3
    yield -300.0, 150.0, 2, 2
    yield -0.0004, 0.0003, 4, 3
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        low, width = rounded(rng, -3, 3, 2, decimals=1)
        below, k = rng.integers(0, 6, size=2).tolist()
        yield low, low + abs(width) + 1, below, k


HALVED = Exercise(
    reference=halved,
    cases=tuple(interval_cases()),
    mistakes=(
        Mistake(
            lambda low, high, below, k: halved(low, high, k, below),
            "If {below} of them lie below the middle, numbers 0 to {below} − 1 are the "
            "ones on the left; your half for number {k} is the other one.",
        ),
        Mistake(
            lambda low, high, below, k: halved(low, high, below, k - 1),
            "Counting begins at 0: with {below} below the middle the numbers on the "
            "left end at {below} − 1. You count from 1.",
        ),
        Mistake(
            lambda low, high, below, k: np.array([low, (low + high) / 2]),
            "You always keep the left half: count whether number {k} is in it.",
        ),
        Mistake(
            lambda low, high, below, k: np.array([(low + high) / 2, high]),
            "You always keep the right half: count whether number {k} is in it.",
        ),
        Mistake(
            lambda low, high, below, k: (
                np.array([(high - low) / 2, high])
                if below <= k
                else np.array([low, (high - low) / 2])
            ),
            "The middle is (low + high)/2. Half of the difference is the middle only "
            "if low is 0.",
        ),
    ),
)


# A bound from rows and columns


def lower_bound(A):
    """Return the largest number that rows or columns prove to be a lower bound."""
    sizes, diagonal = np.abs(A), np.diag(A)
    rows = sizes.sum(axis=1) - np.abs(diagonal)
    columns = sizes.sum(axis=0) - np.abs(diagonal)
    return max((diagonal - rows).min(), (diagonal - columns).min())


def discs_cases():
    """Return the cases for `lower_bound`."""
    yield (np.array([[4.0, 1.0], [3.0, 9.0]]),)
    yield (np.array([[4.0, 3.0], [1.0, 9.0]]),)
    yield (np.array([[-4.0, 1.0], [-2.0, 6.0]]),)
    yield (np.array([[10.0, 1.0, 0.0], [1.0, 6.0, 2.0], [0.0, 2.0, 9.0]]),)
    yield (np.array([[300.0, -150.0], [0.5, -250.0]]),)
    yield (np.array([[0.00012, 0.00035], [-0.00021, 0.0004]]),)
    yield (np.array([[7.0]]),)
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        size = int(rng.integers(2, 5))
        yield (rounded(rng, -3, 3, (size, size), decimals=1),)


def lowest(A, axis):
    """Return the lower end of the discs of rows (axis 1) or columns (axis 0)."""
    beside = np.abs(A - np.diag(np.diag(A)))
    return (np.diag(A) - beside.sum(axis=axis)).min()


LOWER_BOUND = Exercise(
    reference=lower_bound,
    absolute=1e-12,
    cases=with_zeros(lower_bound, discs_cases(), "A"),
    mistakes=(
        Mistake(
            lambda A: lowest(A, axis=1),
            "You use the rows only. Aᵀ has the same eigenvalues: for [[4, 1], [3, 9]] "
            "the rows prove 3, the columns 1; for [[4, 3], [1, 9]] it is the columns "
            "that prove more.",
        ),
        Mistake(
            lambda A: lowest(A, axis=0),
            "You use the columns only. For [[4, 1], [3, 9]] the rows prove more: 3.",
        ),
        Mistake(
            lambda A: min(lowest(A, axis=0), lowest(A, axis=1)),
            "Both bounds hold, so the larger of the two holds as well; you take the "
            "smaller.",
        ),
        Mistake(
            lambda A: max(
                (np.diag(A) - np.abs(A).sum(axis=axis)).min() for axis in (0, 1)
            ),
            "The entry on the diagonal is the center. It does not belong to the "
            "radius.",
        ),
        Mistake(
            lambda A: max(
                (np.diag(A) - (A - np.diag(np.diag(A))).sum(axis=axis)).min()
                for axis in (0, 1)
            ),
            "A radius adds up sizes: take absolute values first.",
        ),
        Mistake(
            lambda A: np.linalg.eigvals(A).real.min(),
            "That is the eigenvalue itself. A bound without that work is asked for.",
        ),
    ),
)

EXERCISES = {
    "round_by_hand": ROUND_BY_HAND,
    "bounds": BOUNDS,
    "tangent": TANGENT,
    "halved": HALVED,
    "lower_bound": LOWER_BOUND,
}
