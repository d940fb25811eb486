"""The exercises of the lesson on linear systems."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    with_whole_numbers,
    with_zeros,
)
from mathlib.exercises.matrices import whole
from mathlib.exercises.vectors import whole as nonzero

CROSSING = Exercise(
    reference=np.array([1.0, 2.0]),
    mistakes=(
        Mistake(
            [2.0, 1.0],
            "The two are exchanged: with x = 2 the second equation gives 4·2 + y = 6, "
            "and y would be −2.",
        ),
        Mistake(
            [7.0, -2.0],
            "A sign: twice the first equation taken from the second leaves "
            "(1 − 6) y = 6 − 16. Both sides are negative, so y = 2.",
        ),
        Mistake(
            [3.4, 0.4],
            "The right side must be doubled too: twice the first equation says "
            "4x + 6y = 16.",
        ),
        Mistake(
            [1.0, 6.0],
            "With x = 1 the second equation says 4 + y = 6.",
        ),
        Mistake(
            [4.0, 2.0],
            "y = 2 is right. In 2x + 3y = 8 that leaves 2x = 2, not x = 8 / 2.",
        ),
    ),
)


def solve_upper(U, y):
    """Solve Ux = y for an upper triangle, from the last row up."""
    x = np.zeros(len(y))
    for i in reversed(range(len(y))):
        x[i] = (y[i] - U[i, i + 1 :] @ x[i + 1 :]) / U[i, i]
    return x


def adds_the_known(U, y):
    """Return the wrong `solve_upper` that adds what it should take away."""
    x = np.zeros(len(y))
    for i in reversed(range(len(y))):
        x[i] = (y[i] + U[i, i + 1 :] @ x[i + 1 :]) / U[i, i]
    return x


def never_divides(U, y):
    """Return the wrong `solve_upper` that forgets the pivots."""
    x = np.zeros(len(y))
    for i in reversed(range(len(y))):
        x[i] = y[i] - U[i, i + 1 :] @ x[i + 1 :]
    return x


def from_the_top(U, y):
    """Return the wrong `solve_upper` that goes down instead of up."""
    x = np.zeros(len(y))
    for i in range(len(y)):
        x[i] = (y[i] - U[i, i + 1 :] @ x[i + 1 :]) / U[i, i]
    return x


def triangle_cases():
    """Return the cases for `solve_upper`."""
    yield np.array([[2.0]]), np.array([6.0])
    yield np.array([[2.0, 1.0], [0.0, 4.0]]), np.array([8.0, 8.0])
    yield np.eye(2), np.array([3.0, 5.0])
    yield np.array([[2, 1], [0, 4]]), np.array([7, 6])  # whole numbers, x is not
    yield np.array([[-2.0, 1.0], [0.0, -0.5]]), np.array([8.0, -3.0])
    yield np.array([[-0.0004, 3.25], [0.0, 2.5]]), np.array([0.25, 0.3])
    yield np.array([[300.0, 150.5], [0.0, -250.0]]), np.array([500.25, -300.0])
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        n = int(rng.integers(2, 5))
        pivots = np.diag(rng.integers(2, 5, size=n))
        yield np.triu(whole(rng, n, n), 1) + pivots, whole(rng, n)


SOLVE_UPPER = Exercise(
    reference=solve_upper,
    cases=with_zeros(solve_upper, triangle_cases(), "y"),
    mistakes=(
        Mistake(
            never_divides,
            "The pivot is missing: from {U[0][0]:g}·x = {y[0]:g} you get {got[0]:g}. "
            "Divide each row by its number on the diagonal.",
        ),
        Mistake(
            adds_the_known,
            "The known part must change sides: in 2x + y = 8 with y = 2 you find "
            "x = {got[0]:g}; taken away it leaves {expected[0]:g}.",
        ),
        Mistake(
            from_the_top,
            "You begin at the top, or leave out what stands beside the diagonal: in "
            "2x + y = 8, 4y = 8 you find x = {got[0]:g}. The last row has only one "
            "unknown: begin there, and take what you know to the other side.",
        ),
    ),
)


def projection(A, b):
    """Return the point of the column space of A that is closest to b."""
    return A @ np.linalg.lstsq(A, b)[0]


def projection_cases():
    """Return the cases for `projection`."""
    yield np.array([[1.0], [1.0]]), np.array([1.0, 3.0])
    yield np.array([[2.0], [0.0]]), np.array([3.0, 4.0])
    yield np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), np.array([6.0, 0.0, 0.0])
    yield np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.5]]), np.array([0.25, -3.0, 1.5])
    yield (
        np.array([[300.0, 1.0], [-0.5, 150.0], [250.0, 0.0]]),
        np.array([0.5, 500.0, 2.0]),
    )
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        n = int(rng.integers(1, 4))
        A = np.vstack([np.eye(n), whole(rng, 2, n)])
        yield A, whole(rng, n + 2)


PROJECTION = Exercise(
    reference=projection,
    absolute=1e-12,
    cases=with_whole_numbers(
        projection, with_zeros(projection, projection_cases(), "b"), "b"
    ),
    mistakes=(
        Mistake(
            lambda A, b: np.linalg.lstsq(A, b)[0],
            "You return the weights x, here [{got[0]:g}]; the point itself is one "
            "multiplication away: A @ x = [{expected[0]:g}, {expected[1]:g}].",
        ),
        Mistake(
            lambda A, b: b - projection(A, b),
            "That is the residual, the part of b that is left: [{got[0]:g}, "
            "{got[1]:g}]. The foot of the perpendicular is b minus it.",
        ),
        Mistake(
            lambda A, b: A @ (A.T @ b),
            "A @ A.T @ b is right only for orthonormal columns: for the column (1, 1) "
            "you get {got[0]:g} in place of {expected[0]:g}. Divide by its squared "
            "length; in general, solve with A.T @ A.",
        ),
    ),
)


def orthonormal(vectors):
    """Return orthonormal rows that span what the rows span."""
    rows = []
    for v in vectors:
        for q in rows:
            v = v - (v @ q) * q
        rows.append(v / np.linalg.norm(v))
    return np.array(rows)


def without_lengths(vectors):
    """Return the wrong `orthonormal` that never divides by the length."""
    rows = []
    for v in vectors:
        for q in rows:
            v = v - (v @ q) / (q @ q) * q
        rows.append(v)
    return np.array(rows)


def from_the_last_only(vectors):
    """Return the wrong `orthonormal` that takes away one shadow only."""
    rows = []
    for v in vectors:
        for q in rows[-1:]:
            v = v - (v @ q) * q
        rows.append(v / np.linalg.norm(v))
    return np.array(rows)


def shadows_of_the_vectors(vectors):
    """Return the wrong `orthonormal` that projects on the vectors as they came."""
    rows = []
    for k, v in enumerate(vectors):
        left = v
        for before in vectors[:k]:
            left = left - (v @ before) / (before @ before) * before
        rows.append(left / np.linalg.norm(left))
    return np.array(rows)


def vector_cases():
    """Return the cases for `orthonormal`: independent rows."""
    yield (np.array([[3.0, 4.0], [1.0, 0.0]]),)
    yield (np.array([[0.0, -2.0]]),)
    yield (np.array([[3, 4], [1, 0]]),)  # whole numbers, the result is not
    yield (np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]),)
    yield (np.array([[0.0003, -0.0004], [0.25, 0.75]]),)
    yield (np.array([[300.0, -0.5], [-250.0, 150.0]]),)
    rng = np.random.default_rng(5)
    for _ in range(RANDOM_CASES):
        d = int(rng.integers(2, 5))
        rows = nonzero(rng, int(rng.integers(1, d + 1)), d) + 9 * np.eye(d)[
            : rng.integers(d)
        ].sum(0)
        if np.linalg.matrix_rank(rows) == len(rows):
            yield (rows,)


def rows_turned(expected, rows):
    """Return the rows, each turned to the side to which the expected one points."""
    along = np.sum(expected * rows, axis=1, keepdims=True)
    return np.where(along < 0, -rows, rows)


ORTHONORMAL = Exercise(
    reference=orthonormal,
    cases=tuple(vector_cases()),
    align=rows_turned,  # what the first rows span does not depend on their signs
    mistakes=(
        Mistake(
            without_lengths,
            "Square to each other, but not of length 1: your first row still has the "
            "length 5.",
        ),
        Mistake(
            lambda vectors: vectors / np.linalg.norm(vectors, axis=1)[:, None],
            "All have length 1, but none is square to another: take the shadows away "
            "before you divide.",
        ),
        Mistake(
            from_the_last_only,
            "From the third vector on, the shadows on all rows before it must go, not "
            "only the one on the row just before.",
        ),
        Mistake(
            shadows_of_the_vectors,
            "From the third vector on, the shadows must be cast on your new rows, "
            "which are square to each other, not on the vectors as they came.",
        ),
        Mistake(
            lambda vectors: orthonormal(vectors[::-1])[::-1],
            "You begin with the last row. The first row must stay on its line.",
        ),
    ),
)


def mirrored(x, v):
    """Return the image of x in the mirror that is square to v."""
    return x - 2 * (v @ x) / (v @ v) * v


def mirror_cases():
    """Return the cases for `mirrored`."""
    yield np.array([3.0, 4.0]), np.array([2.0, 0.0])
    yield np.array([1.0, 2.0]), np.array([-2.0, 1.0])
    yield np.array([1.0, 2.0, 2.0]), np.array([1.0, 1.0, -1.0])
    yield np.array([5.0]), np.array([-3.0])
    yield np.array([0.0003, -0.0004]), np.array([0.25, 0.125])
    yield np.array([-0.25, 0.125]), np.array([0.0003, 0.0004])
    yield np.array([300.0, 0.5]), np.array([-250.0, 150.0])
    rng = np.random.default_rng(6)
    for _ in range(RANDOM_CASES):
        yield tuple(nonzero(rng, 2, int(rng.integers(2, 5))))


MIRRORED = Exercise(
    reference=mirrored,
    absolute=1e-12,
    cases=with_whole_numbers(
        mirrored, with_zeros(mirrored, mirror_cases(), "x"), "x", "v"
    ),
    mistakes=(
        Mistake(
            lambda x, v: x - (v @ x) / (v @ v) * v,
            "You stop on the mirror, at ({got[0]:g}, {got[1]:g}): the shadow on v is "
            "gone. The image lies as far behind the mirror as x before it: take the "
            "shadow away twice.",
        ),
        Mistake(
            lambda x, v: x - 2 * (v @ x) * v,
            "v has the length 2, and enters twice: you reach ({got[0]:g}, {got[1]:g}), "
            "not ({expected[0]:g}, {expected[1]:g}). Divide by v · v.",
        ),
        Mistake(
            lambda x, v: x - 2 * (v @ x) / np.linalg.norm(v) * v,
            "You divide by the length of v, and it enters twice: you reach "
            "({got[0]:g}, {got[1]:g}), not ({expected[0]:g}, {expected[1]:g}).",
        ),
        Mistake(
            lambda x, v: 2 * (v @ x) / (v @ v) * v - x,
            "That is the image in the line along v. Here the mirror stands square to "
            "v: the part along v changes its sign, the rest stays.",
        ),
        Mistake(
            lambda x, v: mirrored(v, x),
            "The roles are exchanged: you reflect v, in the mirror square to x.",
        ),
        Mistake(
            lambda x, v: x + 2 * (v @ x) / (v @ v) * v,
            "You add the shadow in place of taking it away: the image is longer than "
            "x, and a mirror keeps lengths.",
        ),
    ),
)

EXERCISES = {
    "crossing": CROSSING,
    "solve_upper": SOLVE_UPPER,
    "projection": PROJECTION,
    "orthonormal": ORTHONORMAL,
    "mirrored": MIRRORED,
}
