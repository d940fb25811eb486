"""The book's linear algebra beside LAPACK's, in a process of its own, on one thread."""

import json

import numpy as np
from numpy.linalg import eigh

from benchmarks.alone import measured_alone
from benchmarks.stopwatch import share
from mathlib.eigenvalue_algorithms import jacobi, naive_jacobi
from mathlib.matrices import lu, lu_solve
from mathlib.singular_values import svd
from mathlib.tridiagonal import symmetric_eigenpairs


def measure():
    """Time each pair in turn, round by round, in a fresh process."""
    return measured_alone("linear_algebra")


def results():
    """Return every ratio, with the most it should be."""
    A, b, square = normal(500, 500), normal(500), normal(100, 100)
    small, large = symmetric(100), symmetric(500)
    return [
        (
            "LU and solve over LAPACK's, n = 500",
            ratio(lambda: lu_solve(lu(A), b), lambda: np.linalg.solve(A, b), 50),
            "times",
            6,
        ),
        (
            "symmetric eigenpairs over LAPACK's, n = 100",
            ratio(lambda: symmetric_eigenpairs(small), lambda: eigh(small), 50),
            "times",
            25,
        ),
        (
            "symmetric eigenpairs over LAPACK's, n = 500",
            ratio(lambda: symmetric_eigenpairs(large), lambda: eigh(large), 15),
            "times",
            12,
        ),
        (
            "singular values over LAPACK's, n = 100",
            ratio(lambda: svd(square), lambda: np.linalg.svd(square), 15),
            "times",
            None,
        ),
        (
            "Jacobi in rounds, of the time pair by pair, n = 100",
            100 * ratio(lambda: jacobi(small), lambda: naive_jacobi(small), 5),
            "%",
            100 / 6,
        ),
    ]


def ratio(one, other, rounds):
    """Return the fastest time of one function over that of the other, run in turn."""
    return share(one, other, rounds) / 100


def normal(*shape):
    """Return a matrix of standard normal numbers, the same in every run."""
    return np.random.default_rng(0).normal(size=shape)


def symmetric(n):
    """Return a symmetric random matrix."""
    A = normal(n, n)
    return A + A.T


if __name__ == "__main__":
    print(json.dumps(results()))
