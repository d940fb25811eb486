"""The exercises of the lesson on singular values.

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

# Two singular values by hand

BY_HAND = Exercise(
    reference=np.array([10.0, 5.0]),
    mistakes=(
        Mistake(
            np.array([5.0, 10.0]), "Both are right, in the wrong order: largest first."
        ),
        Mistake(
            np.array([100.0, 25.0]),
            "These are the eigenvalues of A Aᵀ. The singular values are their roots.",
        ),
        Mistake(
            np.sqrt([73.0, 52.0]),
            "You measured the columns. They do not stand at right angles: (3, −8) and "
            "(4, 6) have the dot product −36. The rows do.",
        ),
        Mistake(
            np.array([6.0, 3.0]),
            "You read the diagonal. That works only where everything else is zero.",
        ),
    ),
)


# The error of the best rank-k matrix


def best_rank_error(singular_values, k):
    """Return the Frobenius norm of what rank k leaves out."""
    return np.sqrt(np.sum(singular_values[k:] ** 2))


def rank_cases():
    """Return the cases for `best_rank_error`: singular values, descending."""
    yield np.array([5.0, 4.0, 3.0]), 1
    yield np.array([5.0, 4.0, 3.0]), 0
    yield np.array([5.0, 4.0, 3.0]), 3
    yield np.array([2.0, 1.0]), 1
    yield np.array([300.0, 150.0, 0.5]), 1
    yield np.array([0.003, 0.0004, 0.0003, 0.0]), 1
    rng = np.random.default_rng(4)
    for _ in range(RANDOM_CASES):
        size = int(rng.integers(2, 6))
        values = np.sort(rounded(rng, 0.1, 9, size, decimals=1))[::-1]
        yield values, int(rng.integers(0, size))


BEST_RANK_ERROR = Exercise(
    reference=best_rank_error,
    cases=with_zeros(best_rank_error, rank_cases(), "singular_values"),
    mistakes=(
        Mistake(
            lambda singular_values, k: np.sum(singular_values[k:]),
            "Lengths at right angles do not add up, their squares do: of 4 and 3 you "
            "make {got:g}; it is {expected:g}.",
        ),
        Mistake(
            lambda singular_values, k: np.sum(singular_values[k:] ** 2),
            "The root is missing: {got:g} is the square of the error {expected:g}.",
        ),
        Mistake(
            lambda singular_values, k: np.append(singular_values, 0.0)[k],
            "{got:g} is the error in the spectral norm, the largest one left out. In "
            "the Frobenius norm all that are left out count: {expected:g}.",
        ),
        Mistake(
            lambda singular_values, k: np.sqrt(np.sum(singular_values[:k] ** 2)),
            "You measure what is kept, {got:g}, not what is left out, {expected:g}.",
        ),
        Mistake(
            lambda singular_values, k: np.sqrt(np.sum(singular_values[k + 1 :] ** 2)),
            "You skip one too many. Counting begins at 0: with k = {k} the first that "
            "is left out is singular_values[{k}].",
        ),
    ),
)


# The shortest answer


def shortest(u, sizes, vt, b):
    """Return the shortest x that makes the distance of A x and b smallest."""
    kept = sizes > 0
    return vt[kept].T @ (u[:, kept].T @ b / sizes[kept])


def factor_cases():
    """Return the cases for `shortest`: factors of A, some sizes zero, and b."""
    swap = np.array([[0.0, 1.0], [1.0, 0.0]])
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    yield np.eye(1), np.array([4.0]), np.eye(1), np.array([8.0])
    yield np.eye(2), np.array([4.0, 2.0]), np.eye(2), np.array([8.0, 6.0])
    yield turn, np.array([5.0, 0.0]), swap, np.array([1.0, 2.0])
    yield turn, np.array([3.0, 0.5]), turn.T, np.array([-2.0, 1.0])
    yield turn, np.array([300.0, 0.0005]), swap, np.array([150.0, -250.0])
    yield turn, np.array([0.7, 0.0]), swap, np.array([0.0004, 0.0005])
    yield turn, np.array([4e-7, 2e-7]), swap, np.array([3e-7, 1e-7])
    yield turn, np.array([4, 2]), swap, np.array([1, 2])  # whole numbers
    rng = np.random.default_rng(6)
    for _ in range(RANDOM_CASES):
        m, n = rng.integers(2, 5, size=2)
        A = rounded(rng, -3, 3, (m, n), decimals=1)
        u, sizes, vt = np.linalg.svd(A, full_matrices=False)
        sizes[int(rng.integers(1, len(sizes) + 1)) :] = 0.0
        yield u, sizes, vt, rounded(rng, -3, 3, int(m), decimals=1)


SHORTEST = Exercise(
    reference=shortest,
    absolute=1e-9,
    cases=with_zeros(shortest, factor_cases(), "b"),
    mistakes=(
        Mistake(
            lambda u, sizes, vt, b: vt.T @ (u.T @ b * sizes),
            "You multiply by the singular values. That is Aᵀb; to undo a stretch, "
            "divide: {got} must be {expected}.",
        ),
        Mistake(
            lambda u, sizes, vt, b: vt.T @ (u.T @ b),
            "You turn back and forget the stretch: {got} must be {expected}.",
        ),
        Mistake(
            lambda u, sizes, vt, b: vt.T @ (u.T @ b / np.maximum(sizes, 1e-12)),
            "You divide by a singular value that is zero, or nearly by it. What was "
            "lost there does not come back: leave it at zero.",
        ),
        Mistake(
            lambda u, sizes, vt, b: (
                vt.T @ (u.T @ b / np.where(sizes > 0, sizes, np.inf) ** 2)
            ),
            "You divide by the squares, the eigenvalues of AᵀA: divide by the singular "
            "values themselves.",
        ),
        Mistake(
            lambda u, sizes, vt, b: vt[:1].T @ (u[:, :1].T @ b / sizes[:1]),
            "You keep the first term only. Every singular value above zero counts.",
        ),
    ),
)


# The share of variance that k components explain


def explained(X, k):
    """Return which share of the total variance the first k components hold."""
    sizes = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    return np.sum(sizes[:k] ** 2) / np.sum(sizes**2)


def share(singular_values, k):
    """Return which share of their sum the first k numbers have."""
    return np.sum(singular_values[:k]) / np.sum(singular_values)


def data_cases():
    """Return the cases for `explained`: samples in rows."""
    yield np.array([[0.0, 0.0], [2.0, 2.0]]), 1
    yield np.array([[4.0, 0.0], [0.0, 0.0], [2.0, 1.0], [2.0, -1.0]]), 1
    yield np.array([[9.0, 1.0], [9.0, -1.0], [11.0, 3.0], [8.0, 0.0]]), 2
    yield np.array([[-9.0, -1.0], [-9.5, 1.0], [-11.0, -3.0]]), 1
    yield np.array([[0.001, 0.002], [0.003, 0.001], [0.002, 0.0]]), 1
    yield np.array([[300.0, 1.0], [-150.0, 200.0], [50.0, -250.0]]), 1
    yield np.array([[0, 0], [2, 1], [5, 1]]), 1  # whole numbers
    yield np.array([[1.0, 0, 2, 5, 1], [0, 3, 1, 2, 4], [2, 2, 0, 1, 0]]), 1  # n < d
    rng = np.random.default_rng(5)
    for _ in range(RANDOM_CASES):
        size = int(rng.integers(2, 5))
        shape = int(rng.integers(6, 9)), size
        X = rounded(rng, -3, 3, shape, decimals=1) + 2
        yield X, int(rng.integers(1, size))


EXPLAINED = Exercise(
    reference=explained,
    cases=tuple(data_cases()),
    mistakes=(
        Mistake(
            lambda X, k: share(np.linalg.svd(X, compute_uv=False) ** 2, k),
            "You did not subtract the mean: then the first direction points from the "
            "origin to the cloud, whatever its shape, and you say {got:.3f} where "
            "{expected:.3f} is right.",
        ),
        Mistake(
            lambda X, k: share(np.linalg.svd(X - X.mean(axis=0), compute_uv=False), k),
            "The singular values are not squared: a variance is σ²/(n − 1). You say "
            "{got:.3f} where {expected:.3f} is right.",
        ),
        Mistake(
            lambda X, k: share(
                np.linalg.svd((X - X.mean(axis=1)[:, None]), compute_uv=False) ** 2, k
            ),
            "You subtract from each sample its own mean (axis=1). The mean of each "
            "feature, over the samples, is axis=0.",
        ),
        Mistake(
            lambda X, k: share(X.var(axis=0), k),
            "You take the first k features, not the first k components: for the points "
            "(0, 0) and (2, 2) you say {got:g}, but one direction holds everything.",
        ),
    ),
)

EXERCISES = {
    "by_hand": BY_HAND,
    "best_rank_error": BEST_RANK_ERROR,
    "explained": EXPLAINED,
    "shortest": SHORTEST,
}
