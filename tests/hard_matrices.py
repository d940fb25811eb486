"""Matrices on which linear algebra goes wrong, and what their tests share."""

import numpy as np
import pytest
from hypothesis import strategies as st

BACKWARD = 1e-12  # how well a decomposition gives its matrix back
FORWARD = 1e-10  # how well its values agree with LAPACK's
GRADES = 10.0 ** -np.arange(20)
ROTATION = [[0.0, -1.0], [1.0, 0.0]]
SHEAR = [[1.0, 1.0], [0.0, 1.0]]
PAIR = [[2.0, 1.0], [1.0, 2.0]]  # eigenvalues 3 and 1, along (1, 1) and (1, −1)

sizes = st.integers(1, 8)
seeds = st.integers(0, 2**32 - 1)


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def turn(n, seed=0):
    return np.linalg.qr(normal(n, n, seed=seed))[0]


def wilkinson(n):
    """The tridiagonal matrix W21+ for n = 21, with nearly equal eigenvalues."""
    half = (n - 1) // 2
    beside = np.diag(np.ones(n - 1), 1)
    return np.diag(abs(np.arange(-half, half + 1.0))) + beside + beside.T


def graded(n):
    falling = 10.0 ** -np.arange(n)
    return falling[:, None] * normal(n, n) * falling


HARD = {
    "random": normal(60, 60),
    "larger than a block": normal(75, 75, seed=1),
    "graded": graded(30),
    "from 1 to 1e290": np.diag(10.0 ** np.arange(0, 300, 10)),
    "clustered": turn(40) @ np.diag(1 + 1e-9 * normal(40)) @ turn(40, 1),
    "rank 5 of 40": normal(40, 5) @ normal(5, 40, seed=1),
    "Wilkinson": wilkinson(21),
    "Hilbert": 1 / np.add.outer(np.arange(12), np.arange(1, 13)),
    "Vandermonde": np.vander(np.linspace(0, 1, 15)),
    "identity": np.eye(7),
    "zero": np.zeros((5, 5)),
    "1×1": np.array([[-3.0]]),
    "tiny": 1e-200 * normal(6, 6),
    "huge": 1e200 * normal(6, 6),
}
WELL = ["random", "larger than a block", "clustered", "Wilkinson", "identity", "1×1"]
WELL += ["tiny", "huge"]
TALL = {
    "tall": normal(30, 7),
    "wide": normal(7, 30),
    "a column": normal(5, 1),
    "a row": normal(1, 5),
    "tall of rank 3": normal(30, 3) @ normal(3, 7),
}

hard = pytest.mark.parametrize("A", HARD.values(), ids=HARD)
well = pytest.mark.parametrize("A", [HARD[name] for name in WELL], ids=WELL)
every = pytest.mark.parametrize(
    "A", [*HARD.values(), *TALL.values()], ids=[*HARD, *TALL]
)


def symmetric(d, seed=0):
    B = normal(d, d, seed=seed)
    return (B + B.T) / 2


def turned(values, seed=1):
    """A symmetric matrix with these eigenvalues."""
    Q = np.linalg.qr(normal(len(values), len(values), seed=seed))[0]
    A = Q * np.asarray(values) @ Q.T
    return (A + A.T) / 2


def hilbert(m, n):
    return 1 / (np.arange(m)[:, None] + np.arange(n) + 1.0)


def unit_scale(A):
    """A over its largest entry, that entry, and the norm of the first, 1 for zero."""
    scale = np.abs(A).max() or 1.0
    return A / scale, scale, np.linalg.norm(A / scale) or 1.0


def check_orthonormal(V):
    assert np.linalg.norm(V.conj().T @ V - np.eye(V.shape[1])) <= BACKWARD


def error(found, expected):
    """The largest difference, relative to the largest entry expected."""
    return np.abs(found - expected).max(initial=0) / (np.abs(expected).max() or 1)
