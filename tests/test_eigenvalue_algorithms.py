"""All eigenvalues: backward errors on hard matrices, known ones, and LAPACK."""

import numpy as np
import pytest
from checking import refuses, rng_of
from hard_matrices import (
    BACKWARD,
    FORWARD,
    GRADES,
    PAIR,
    ROTATION,
    SHEAR,
    check_orthonormal,
    hilbert,
    normal,
    seeds,
    sizes,
    symmetric,
    turned,
    unit_scale,
    wilkinson,
)
from hypothesis import given
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linear_sum_assignment

from mathlib import eigenvalue_algorithms, tridiagonal
from mathlib.eigenvalue_algorithms import (
    _shift,
    gershgorin,
    jacobi,
    naive_jacobi,
    naive_qr_algorithm,
    qr_algorithm,
)
from mathlib.eigenvalues import is_eigenpair
from mathlib.tridiagonal import symmetric_eigenpairs

SYMMETRIC = {
    "random": symmetric(30),
    "odd": symmetric(7),
    "graded": symmetric(20) * np.sqrt(np.outer(GRADES, GRADES)),
    "graded spectrum": turned(GRADES),
    "clustered": turned([1, 1, 1, 1 + 1e-12, 1 + 2e-12, 2, 2, 3]),
    "rank-deficient": turned([0] * 12 + [1, 2, 3]),
    "wilkinson": wilkinson(21),
    "glued wilkinson": np.kron(np.eye(2), wilkinson(21))
    + 1e-10 * (np.eye(42, k=1) + np.eye(42, k=-1)),
    "hilbert": hilbert(12, 12),
    "identity": np.eye(9),
    "zero": np.zeros((5, 5)),
    "1x1": np.array([[-3.0]]),
    "2x2": np.array([[2.0, 1.0], [1.0, 3.0]]),
    "ones": np.ones((20, 20)),
    "diagonal": np.diag([3.0, -1.0, 2.0, -1.0]),
    "path": 2 * np.eye(40) - np.eye(40, k=1) - np.eye(40, k=-1),
    "huge": symmetric(6) * 1e300,
    "small": symmetric(6) * 1e-300,
    "both": np.diag([1.0, 1e-200, 1e-320, 1.0]) + 1e-160 * symmetric(4),
}
GENERAL = {
    "random": normal(25, 25),
    "rotation": np.array(ROTATION),
    "cycle": np.roll(np.eye(7), 1, axis=0),
    "orthogonal": np.linalg.qr(normal(12, 12))[0],
    "skew": normal(9, 9) - normal(9, 9).T,
    "shear": np.array(SHEAR),
    "jordan": 0.5 * np.eye(12) + np.eye(12, k=1),
    "nilpotent": np.eye(6, k=-1),
    "graded": normal(15, 15) * np.logspace(0, -20, 15),
    "vandermonde": np.vander(np.linspace(0, 1, 10)),
    "rank 1": np.outer(normal(12), normal(12, seed=1)),
    "triangular": np.triu(normal(10, 10)),
    "rotations": np.kron(np.eye(4), ROTATION),
    "huge": normal(5, 5) * 1e300,
    "clustered": normal(8, 8)
    @ np.diag([1.0, 1.0, 1.0 + 1e-12, 1.0 + 2e-12, 2.0, 2.0, 3.0, 3.0])
    @ np.linalg.inv(normal(8, 8)),
    "rank-deficient": normal(12, 4) @ normal(4, 12, seed=1),
} | {
    name: SYMMETRIC[name]
    for name in ("random", "wilkinson", "hilbert", "identity", "zero", "1x1", "ones")
}


def check_signs(V):
    """The entry largest in size is positive, where none is nearly as large."""
    for v in V.T:
        second, first = np.sort(np.abs(v))[-2:]
        assert second > 0.99 * first or v[np.abs(v).argmax()] > 0


# Symmetric matrices


@pytest.mark.parametrize("name", SYMMETRIC)
@pytest.mark.parametrize(
    "method", [jacobi, naive_jacobi, symmetric_eigenpairs, qr_algorithm]
)
def test_symmetric_matrices_easy_and_hard(method, name):
    A, scale, norm = unit_scale(SYMMETRIC[name])
    before = SYMMETRIC[name].copy()
    result = method(SYMMETRIC[name])
    assert_array_equal(SYMMETRIC[name], before)
    values, V = result.eigenvalues / scale, result.eigenvectors
    assert np.linalg.norm(A @ V - V * values) <= BACKWARD * norm
    check_orthonormal(V)
    assert (np.diff(values) >= 0).all()
    assert np.abs(values - np.linalg.eigvalsh(A)).max() <= FORWARD * norm


@pytest.mark.parametrize(
    "method", [jacobi, naive_jacobi, symmetric_eigenpairs, qr_algorithm]
)
def test_eigenvectors_agree_with_lapack_where_the_eigenvalues_lie_apart(method):
    A = turned(np.arange(1.0, 21.0))
    V, theirs = method(A).eigenvectors, np.linalg.eigh(A).eigenvectors
    signs = np.sign((V * theirs).sum(axis=0))
    assert np.abs(V - signs * theirs).max() <= FORWARD


@given(sizes, seeds)
def test_the_methods_agree_on_any_symmetric_matrix(d, seed):
    A = symmetric(d, seed)
    expected = np.linalg.eigvalsh(A)
    for method in (jacobi, naive_jacobi, symmetric_eigenpairs, qr_algorithm):
        assert_allclose(method(A).eigenvalues, expected, rtol=0, atol=1e-12)


@given(sizes, seeds)
def test_trace_and_determinant_are_sum_and_product(d, seed):
    A = symmetric(d, seed)
    values = symmetric_eigenpairs(A).eigenvalues
    assert np.sum(values) == pytest.approx(np.trace(A), abs=1e-12)
    assert np.prod(values) == pytest.approx(np.linalg.det(A), abs=1e-9)


def test_a_matrix_larger_than_one_panel():
    A = symmetric(80)
    values, V = symmetric_eigenpairs(A)
    assert np.linalg.norm(A @ V - V * values) <= BACKWARD * np.linalg.norm(A)
    check_orthonormal(V)


@pytest.mark.parametrize("d", [65, 90])
@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 5])
def test_two_eigenvalues_each_of_half_the_dimensions(d, seed):
    A = turned(np.r_[np.ones(d // 2), -np.ones(d - d // 2)], seed)
    values, V = symmetric_eigenpairs(A)
    assert np.linalg.norm(A @ V - V * values) <= BACKWARD * np.linalg.norm(A)
    check_orthonormal(V)


def test_the_chain_s_eigenvalues_are_known():
    values = symmetric_eigenpairs(SYMMETRIC["path"]).eigenvalues
    expected = 2 - 2 * np.cos(np.arange(1, 41) * np.pi / 41)
    assert_allclose(values, expected, rtol=0, atol=1e-14)


def test_wilkinson_s_closest_pair():
    values = symmetric_eigenpairs(wilkinson(21)).eigenvalues
    assert_allclose(values[-2:], 10.7461941829033, rtol=2e-14)


def test_the_off_diagonal_norm_does_not_cancel():
    A = np.diag([1e9, 2e9]) + 1e-3 * np.array([[0, 1.0], [1, 0]])
    canceled = np.sum(A**2) - np.sum(np.diag(A) ** 2)
    assert canceled == 0  # the trap: nothing seems to be left to do
    assert np.linalg.norm(eigenvalue_algorithms._off_diagonal(A)) == pytest.approx(
        1.414e-3, 1e-3
    )


def test_sturm_counts():
    counts = tridiagonal._count_below(
        np.array([2.0, 2.0, 2.0]), np.array([1.0, 1.0]), np.array([0.5, 1, 2.1, 4])
    )
    assert counts.tolist() == [0, 1, 2, 3]  # 2 − √2, 2, 2 + √2


def test_signs_are_settled_by_the_largest_entry():
    for A in (PAIR, symmetric(6)):
        for method in (jacobi, symmetric_eigenpairs, qr_algorithm):
            check_signs(method(A).eigenvectors)
    for method in (jacobi, symmetric_eigenpairs, qr_algorithm):
        assert_allclose(method(PAIR).eigenvectors[0], np.sqrt([0.5, 0.5]))


def test_jacobi_says_what_is_left(monkeypatch):
    monkeypatch.setattr(eigenvalue_algorithms, "SWEEPS", 1)
    with pytest.raises(ArithmeticError, match=r"Jacobi's method left .* off the"):
        jacobi(symmetric(10))


# General matrices


def test_sizes_far_below_the_largest_entry_count_as_equal():
    values = qr_algorithm([[1, 1, 0], [0, 1e-11, 0], [0, 0, 1e-10]]).eigenvalues
    assert values.tolist() == [1, 1e-11, 1e-10]
    assert "up to 1e-9 of the largest entry" in qr_algorithm.__doc__


@pytest.mark.parametrize("name", GENERAL)
def test_general_matrices_easy_and_hard(name):
    A, scale, norm = unit_scale(GENERAL[name])
    values, V, Q, T = qr_algorithm(GENERAL[name])
    values, T = values / scale, T / scale
    assert np.linalg.norm(A @ V - V * values) <= BACKWARD * norm
    assert np.linalg.norm(A - Q @ T @ Q.conj().T) <= BACKWARD * norm
    assert_array_equal(T, np.triu(T))
    check_orthonormal(Q)
    assert_allclose(np.linalg.norm(V, axis=0), 1)


@pytest.mark.parametrize(
    "name", ["random", "rotation", "cycle", "orthogonal", "skew", "rotations"]
)
def test_well_conditioned_eigenvalues_agree_with_lapack(name):
    apart = np.abs(
        qr_algorithm(GENERAL[name]).eigenvalues[:, None]
        - np.linalg.eigvals(GENERAL[name])
    )
    assert apart[linear_sum_assignment(apart)].max() <= FORWARD


@given(sizes, seeds)
def test_complex_eigenvalues_come_in_pairs(d, seed):
    values = qr_algorithm(normal(d, d, seed=seed)).eigenvalues
    apart = np.abs(values[:, None] - values.conj())
    assert (apart.min(axis=0) <= 1e-9).all()
    assert (np.diff(np.abs(values)) <= 1e-8).all()


def test_a_rotation_has_the_eigenvalues_plus_and_minus_i():
    result = qr_algorithm(ROTATION)
    assert_allclose(result.eigenvalues, [1j, -1j], atol=1e-15)
    for value, vector in zip(result.eigenvalues, result.eigenvectors.T, strict=True):
        assert is_eigenpair(ROTATION, value, vector)


def test_a_defective_matrix_has_one_direction_twice():
    result = qr_algorithm(SHEAR)
    assert_array_equal(result.eigenvalues, [1, 1])
    assert_allclose(np.abs(result.eigenvectors[0]), 1)
    assert np.linalg.cond(result.eigenvectors) > 1e15


def test_a_defective_eigenvalue_is_off_by_a_root_of_the_rounding():
    A = np.diag([2.0] * 3) + np.diag([1.0, 1.0], 1)
    Q = np.linalg.qr(normal(3, 3))[0]
    off = np.abs(qr_algorithm(Q @ A @ Q.T).eigenvalues - 2).max()
    assert 1e-7 < off < 1e-4  # ε^(1/3) is 6e-6


def test_real_eigenvalues_give_real_results():
    result = qr_algorithm([[2.0, 1.0], [0.0, 3.0]])
    assert result.eigenvalues.dtype == result.eigenvectors.dtype == float
    assert_allclose(result.eigenvalues, [3, 2])


def test_the_qr_algorithm_says_when_it_gives_up():
    with pytest.raises(ArithmeticError, match="did not separate eigenvalue 7 in 1"):
        qr_algorithm(normal(8, 8), steps=1)


def test_the_naive_qr_algorithm_keeps_the_eigenvalues_and_shrinks_by_the_ratio():
    A = turned([4.0, 2.0, 1.0])
    iterates = naive_qr_algorithm(A, steps=30)
    for iterate in iterates[::10]:
        assert_allclose(np.linalg.eigvalsh(iterate), [1, 2, 4])
    below = np.abs(iterates[:, 1, 0])
    assert_allclose(below[11:20] / below[10:19], 0.5, rtol=0.01)
    assert_allclose(np.diag(iterates[-1]), [4, 2, 1])


def test_the_naive_qr_algorithm_stands_still_on_a_rotation():
    assert_allclose(np.abs(naive_qr_algorithm(ROTATION, steps=9)[-1]), np.abs(ROTATION))


@given(sizes, seeds)
def test_every_eigenvalue_lies_in_a_disc(d, seed):
    A = normal(d, d, seed=seed)
    discs = gershgorin(A)
    apart = np.abs(np.linalg.eigvals(A)[:, None] - discs.centers)
    assert (apart <= discs.radii + 1e-12).any(axis=1).all()


# What is refused


SQUARE = (
    gershgorin,
    jacobi,
    naive_jacobi,
    qr_algorithm,
    symmetric_eigenpairs,
    lambda A: naive_qr_algorithm(A, steps=1),
)


@pytest.mark.parametrize("function", SQUARE)
def test_what_is_not_square_is_refused(function):
    with refuses(ValueError, "A must have shape (d, d), but its shape is (2, 3)"):
        function(np.ones((2, 3)))


@pytest.mark.parametrize("function", SQUARE)
def test_what_is_empty_or_not_finite_or_no_number_is_refused(function):
    with refuses(ValueError, "A must not be empty, but its shape is (0, 0)"):
        function(np.zeros((0, 0)))
    with refuses(ValueError, "A must be finite, but 1 of its 4 entries are not"):
        function([[1.0, np.nan], [0.0, 1.0]])
    with refuses(TypeError, "A must hold real numbers, but holds complex128"):
        function([[1j]])


@pytest.mark.parametrize("method", [jacobi, naive_jacobi, symmetric_eigenpairs])
def test_what_is_not_symmetric_is_refused(method):
    with refuses(ValueError, "A must be symmetric, but differs from its transpose"):
        method(SHEAR)
    almost = [[2.0, 1.0 + 1e-15], [1.0, 2.0]]
    assert_allclose(method(almost).eigenvalues, [1, 3])


@pytest.mark.parametrize("seed", range(20))
def test_the_shift_is_the_eigenvalue_of_the_last_block_that_is_nearest_the_corner(seed):
    A, B = rng_of(seed).normal(size=(2, 4, 4))
    A = A + A.T if seed % 2 else A + 1j * B
    eigenvalues = np.linalg.eigvals(A[2:, 2:])
    nearest = eigenvalues[np.abs(eigenvalues - A[3, 3]).argmin()]
    assert_allclose(_shift(A, 3, 1), nearest)
    assert _shift(A, 3, 20) == A[3, 3] + 0.75 * abs(A[3, 2])


def test_the_shift_of_a_block_without_real_eigenvalues_is_real():
    turn = np.array([[0.0, -1.0], [1.0, 0.5]])
    assert_allclose(_shift(turn, 1, 1), -3.5)
