"""Singular values: hard matrices of any shape, laws, and LAPACK."""

import numpy as np
import pytest
from checking import refuses
from hard_matrices import (
    BACKWARD,
    FORWARD,
    GRADES,
    PAIR,
    SHEAR,
    check_orthonormal,
    hilbert,
    normal,
    seeds,
    sizes,
    unit_scale,
)
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mathlib import singular_values
from mathlib.singular_values import (
    best_rank,
    principal_components,
    pseudoinverse,
    svd,
)


def between(m, n, values, seed=2):
    """An (m, n) matrix with these singular values."""
    U = np.linalg.qr(normal(m, len(values), seed=seed))[0]
    V = np.linalg.qr(normal(n, len(values), seed=seed + 1))[0]
    return U * np.asarray(values) @ V.T


ANY = {
    "square": normal(30, 30),
    "tall": normal(60, 12),
    "wide": normal(4, 30),
    "column": normal(7, 1),
    "row": normal(1, 7),
    "hilbert": hilbert(20, 12),
    "vandermonde": np.vander(np.linspace(0, 1, 14)),
    "rank-deficient": between(20, 15, [3.0, 2.0, 1.0]),
    "graded": between(20, 20, GRADES),
    "graded rows": normal(20, 20) * np.logspace(0, -300, 20)[:, None],
    "graded columns": normal(20, 20) * np.logspace(0, -300, 20),
    "clustered": between(12, 12, [1.0] * 6 + [1e-8] * 6),
    "ones": np.ones((9, 14)),
    "zero column": np.hstack([normal(6, 2), np.zeros((6, 2))]),
    "zero": np.zeros((5, 3)),
    "identity": np.eye(8),
    "1x1": np.array([[-2.0]]),
    "huge": normal(6, 5) * 1e300,
    "small": normal(6, 5) * 1e-300,
}


# Singular values


@pytest.mark.parametrize("name", ANY)
def test_singular_values_easy_and_hard(name):
    A, scale, norm = unit_scale(ANY[name])
    before = ANY[name].copy()
    u, values, vt = svd(ANY[name])
    assert_array_equal(ANY[name], before)
    values = values / scale
    assert np.linalg.norm(A - u * values @ vt) <= BACKWARD * norm
    check_orthonormal(u)
    check_orthonormal(vt.T)
    assert (np.diff(values) <= 0).all()
    assert values[-1] >= 0
    expected = np.linalg.svd(A, compute_uv=False)
    assert np.abs(values - expected).max() <= FORWARD * norm


@pytest.mark.parametrize("shape", [(12, 12), (30, 12), (12, 30)])
def test_singular_vectors_agree_with_lapack_where_the_values_lie_apart(shape):
    A = between(*shape, np.arange(1.0, 13.0))
    u, _, vt = svd(A)
    their_u, _, their_vt = np.linalg.svd(A, full_matrices=False)
    signs = np.sign((u * their_u).sum(axis=0))
    assert np.abs(u - signs * their_u).max() <= FORWARD
    assert np.abs(vt - signs[:, None] * their_vt).max() <= FORWARD


@given(sizes, sizes, seeds)
def test_the_svd_of_any_shape(m, n, seed):
    A = normal(m, n, seed=seed)
    u, values, vt = svd(A)
    assert u.shape + vt.shape == (m, min(m, n), min(m, n), n)
    assert_allclose(u * values @ vt, A, atol=1e-13)
    squares = np.linalg.eigvalsh(A @ A.T)[::-1][: min(m, n)]
    assert_allclose(values**2, squares, atol=1e-12)


def test_a_shear_stretches_by_the_golden_ratio():
    golden = (1 + np.sqrt(5)) / 2
    assert_allclose(svd(SHEAR).singular_values, [golden, 1 / golden])


@given(sizes, sizes, seeds)
def test_eckart_young(m, n, seed):
    A = normal(m, n, seed=seed)
    values = svd(A).singular_values
    for k in range(min(m, n) + 1):
        rest = A - best_rank(A, k)
        assert np.linalg.matrix_rank(best_rank(A, k), tol=1e-9) <= k
        left = np.sqrt(np.sum(values[k:] ** 2))
        assert np.linalg.norm(rest) == pytest.approx(left, abs=1e-12)
        largest = values[k] if k < len(values) else 0
        assert np.linalg.norm(rest, 2) == pytest.approx(largest, abs=1e-12)


@pytest.mark.parametrize("name", ["square", "tall", "wide", "rank-deficient", "zero"])
def test_penrose_s_four_equations(name):
    A = ANY[name]
    P = pseudoinverse(A)
    assert P.shape == A.shape[::-1]
    assert_allclose(A @ P @ A, A, atol=1e-11)
    assert_allclose(P @ A @ P, P, atol=1e-11)
    assert_allclose(A @ P, (A @ P).T, atol=1e-11)
    assert_allclose(P @ A, (P @ A).T, atol=1e-11)
    assert_allclose(P, np.linalg.pinv(A), atol=1e-11)


def test_the_pseudoinverse_drops_what_is_below_the_tolerance():
    A = np.diag([1.0, 1e-3])
    assert_allclose(pseudoinverse(A), np.diag([1, 1e3]))
    assert_allclose(pseudoinverse(A, tolerance=0.01), np.diag([1, 0]))


def test_svd_says_what_is_left(monkeypatch):
    monkeypatch.setattr(singular_values, "SWEEPS", 1)
    with pytest.raises(ArithmeticError, match="svd: after 1 sweeps two rows still"):
        svd(normal(10, 10))


# Principal components


@given(st.integers(2, 12), st.integers(1, 5), seeds)
def test_principal_components_are_the_eigenpairs_of_the_covariance(n, d, seed):
    X = normal(n, d, seed=seed) + 5
    k = min(n, d)
    found = principal_components(X, k)
    covariance = np.atleast_2d(np.cov(X.T))
    expected = np.linalg.eigvalsh(covariance)[::-1][:k]
    assert_allclose(found.variances, expected, atol=1e-12)
    gap = covariance @ found.components.T - found.components.T * found.variances
    assert_allclose(gap, 0, atol=1e-12)
    assert_allclose(found.scores.var(axis=0, ddof=1), expected, atol=1e-12)
    assert_allclose(found.mean, X.mean(axis=0))
    check_orthonormal(found.components.T)
    if k == d:
        assert_allclose(found.scores @ found.components + found.mean, X)


@given(seeds)
def test_no_other_directions_reconstruct_better(seed):
    X = normal(20, 5, seed=seed) * [5, 3, 1, 1, 0.5]
    found = principal_components(X, 2)
    error = np.sum((found.scores @ found.components + found.mean - X) ** 2)
    other = np.linalg.qr(normal(5, 2, seed=seed + 1))[0]
    centered = X - X.mean(axis=0)
    assert error <= np.sum((centered @ other @ other.T - centered) ** 2)
    left = 19 * principal_components(X, 5).variances[2:].sum()
    assert error == pytest.approx(left)


# What is refused


@pytest.mark.parametrize("function", [svd, pseudoinverse, lambda A: best_rank(A, 0)])
def test_what_is_empty_or_not_finite_or_no_number_is_refused(function):
    with refuses(ValueError, "A must not be empty, but its shape is (0, 0)"):
        function(np.zeros((0, 0)))
    with refuses(ValueError, "A must be finite, but 1 of its 4 entries are not"):
        function([[1.0, np.nan], [0.0, 1.0]])
    with refuses(TypeError, "A must hold real numbers, but holds complex128"):
        function([[1j]])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: svd([1.0, 2.0]), ValueError, "A must have shape (m, n)"),
        (
            lambda: best_rank(PAIR, 3),
            ValueError,
            "k must be at most 2 for A of shape (2, 2), but is 3",
        ),
        (lambda: best_rank(PAIR, -1), ValueError, "k must be a whole number >= 0"),
        (
            lambda: pseudoinverse(PAIR, tolerance=-1),
            ValueError,
            "tolerance must be a finite number >= 0",
        ),
        (
            lambda: principal_components([[1.0, 2.0]], 1),
            ValueError,
            "X must hold at least two samples, but its shape is (1, 2)",
        ),
        (
            lambda: principal_components(np.ones((3, 2)), 3),
            ValueError,
            "k must be at most 2 for X of shape (3, 2), but is 3",
        ),
        (
            lambda: principal_components(np.zeros((0, 2)), 0),
            ValueError,
            "X must not be empty, but its shape is (0, 2)",
        ),
    ],
)
def test_refusals_name_the_argument(call, error, message):
    with refuses(error, message):
        call()


def test_components_of_the_largest_floats():
    found = principal_components([[1.7e308], [1.7e308]], 1)
    assert (found.mean.tolist(), found.variances.tolist()) == ([1.7e308], [0])


def test_the_mean_of_a_small_column_beside_a_large_one_is_kept():
    found = principal_components([[1e150, 1e-200], [-1e150, 3e-200]], 1)
    assert_allclose(found.mean, [0, 2e-200])
