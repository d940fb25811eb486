"""Eigenvalues: known matrices, backward errors on hard ones, and LAPACK."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import linear_sum_assignment

from mathlib import eigenvalues
from mathlib.eigenvalues import (
    best_rank,
    characteristic_polynomial,
    gershgorin,
    inverse_iteration,
    is_eigenpair,
    jacobi,
    naive_jacobi,
    naive_qr_algorithm,
    power_iteration,
    power_walk,
    principal_components,
    pseudoinverse,
    qr_algorithm,
    rayleigh_quotient,
    svd,
    symmetric_eigenpairs,
)

BACKWARD = 1e-12
FORWARD = 1e-10
ROTATION = [[0.0, -1.0], [1.0, 0.0]]
SHEAR = [[1.0, 1.0], [0.0, 1.0]]
PAIR = [[2.0, 1.0], [1.0, 2.0]]  # eigenvalues 3 and 1, along (1, 1) and (1, −1)

sizes = st.integers(1, 8)
seeds = st.integers(0, 2**32 - 1)


def refuses(error, message):
    return pytest.raises(error, match=f"^{re.escape(message)}")


def random(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def random_symmetric(d, seed=0):
    B = random(d, d, seed=seed)
    return (B + B.T) / 2


def turned(values, seed=1):
    """A symmetric matrix with these eigenvalues."""
    Q = np.linalg.qr(random(len(values), len(values), seed=seed))[0]
    A = Q * np.asarray(values) @ Q.T
    return (A + A.T) / 2


def hilbert(m, n):
    return 1 / (np.arange(m)[:, None] + np.arange(n) + 1.0)


def wilkinson(n=21):
    off = np.diag(np.ones(n - 1), 1)
    return np.diag(np.abs(np.arange(n) - n // 2).astype(float)) + off + off.T


def between(m, n, values, seed=2):
    """An (m, n) matrix with these singular values."""
    U = np.linalg.qr(random(m, len(values), seed=seed))[0]
    V = np.linalg.qr(random(n, len(values), seed=seed + 1))[0]
    return U * np.asarray(values) @ V.T


GRADES = 10.0 ** -np.arange(20)
SYMMETRIC = {
    "random": random_symmetric(30),
    "odd": random_symmetric(7),
    "graded": random_symmetric(20) * np.sqrt(np.outer(GRADES, GRADES)),
    "graded spectrum": turned(GRADES),
    "clustered": turned([1, 1, 1, 1 + 1e-12, 1 + 2e-12, 2, 2, 3]),
    "rank-deficient": turned([0] * 12 + [1, 2, 3]),
    "wilkinson": wilkinson(),
    "glued wilkinson": np.kron(np.eye(2), wilkinson())
    + 1e-10 * (np.eye(42, k=1) + np.eye(42, k=-1)),
    "hilbert": hilbert(12, 12),
    "identity": np.eye(9),
    "zero": np.zeros((5, 5)),
    "1x1": np.array([[-3.0]]),
    "2x2": np.array([[2.0, 1.0], [1.0, 3.0]]),
    "ones": np.ones((20, 20)),
    "diagonal": np.diag([3.0, -1.0, 2.0, -1.0]),
    "path": 2 * np.eye(40) - np.eye(40, k=1) - np.eye(40, k=-1),
    "huge": random_symmetric(6) * 1e300,
    "small": random_symmetric(6) * 1e-300,
    "both": np.diag([1.0, 1e-200, 1e-320, 1.0]) + 1e-160 * random_symmetric(4),
}
GENERAL = {
    "random": random(25, 25),
    "rotation": np.array(ROTATION),
    "cycle": np.roll(np.eye(7), 1, axis=0),
    "orthogonal": np.linalg.qr(random(12, 12))[0],
    "skew": random(9, 9) - random(9, 9).T,
    "shear": np.array(SHEAR),
    "jordan": 0.5 * np.eye(12) + np.eye(12, k=1),
    "nilpotent": np.eye(6, k=-1),
    "graded": random(15, 15) * np.logspace(0, -20, 15),
    "vandermonde": np.vander(np.linspace(0, 1, 10)),
    "rank 1": np.outer(random(12), random(12, seed=1)),
    "triangular": np.triu(random(10, 10)),
    "rotations": np.kron(np.eye(4), ROTATION),
    "huge": random(5, 5) * 1e300,
    "clustered": random(8, 8)
    @ np.diag([1.0, 1.0, 1.0 + 1e-12, 1.0 + 2e-12, 2.0, 2.0, 3.0, 3.0])
    @ np.linalg.inv(random(8, 8)),
    "rank-deficient": random(12, 4) @ random(4, 12, seed=1),
} | {
    name: SYMMETRIC[name]
    for name in ("random", "wilkinson", "hilbert", "identity", "zero", "1x1", "ones")
}
ANY = {
    "square": random(30, 30),
    "tall": random(60, 12),
    "wide": random(4, 30),
    "column": random(7, 1),
    "row": random(1, 7),
    "hilbert": hilbert(20, 12),
    "vandermonde": np.vander(np.linspace(0, 1, 14)),
    "rank-deficient": between(20, 15, [3.0, 2.0, 1.0]),
    "graded": between(20, 20, GRADES),
    "graded rows": random(20, 20) * np.logspace(0, -300, 20)[:, None],
    "graded columns": random(20, 20) * np.logspace(0, -300, 20),
    "clustered": between(12, 12, [1.0] * 6 + [1e-8] * 6),
    "ones": np.ones((9, 14)),
    "zero column": np.hstack([random(6, 2), np.zeros((6, 2))]),
    "zero": np.zeros((5, 3)),
    "identity": np.eye(8),
    "1x1": np.array([[-2.0]]),
    "huge": random(6, 5) * 1e300,
    "small": random(6, 5) * 1e-300,
}


def unit_scale(A):
    """A over its largest entry, that entry, and the norm of the first, 1 for zero."""
    scale = np.abs(A).max() or 1.0
    return A / scale, scale, np.linalg.norm(A / scale) or 1.0


def check_orthonormal(V):
    assert np.linalg.norm(V.conj().T @ V - np.eye(V.shape[1])) <= BACKWARD


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
    A = random_symmetric(d, seed)
    expected = np.linalg.eigvalsh(A)
    for method in (jacobi, naive_jacobi, symmetric_eigenpairs, qr_algorithm):
        assert_allclose(method(A).eigenvalues, expected, rtol=0, atol=1e-12)


@given(sizes, seeds)
def test_trace_and_determinant_are_sum_and_product(d, seed):
    A = random_symmetric(d, seed)
    values = symmetric_eigenpairs(A).eigenvalues
    assert np.sum(values) == pytest.approx(np.trace(A), abs=1e-12)
    assert np.prod(values) == pytest.approx(np.linalg.det(A), abs=1e-9)


def test_a_matrix_larger_than_one_panel():
    A = random_symmetric(80)
    values, V = symmetric_eigenpairs(A)
    assert np.linalg.norm(A @ V - V * values) <= BACKWARD * np.linalg.norm(A)
    check_orthonormal(V)


def test_the_chain_s_eigenvalues_are_known():
    values = symmetric_eigenpairs(SYMMETRIC["path"]).eigenvalues
    expected = 2 - 2 * np.cos(np.arange(1, 41) * np.pi / 41)
    assert_allclose(values, expected, rtol=0, atol=1e-14)


def test_wilkinson_s_closest_pair():
    values = symmetric_eigenpairs(wilkinson()).eigenvalues
    assert_allclose(values[-2:], 10.7461941829033, rtol=2e-14)


def test_the_off_diagonal_norm_does_not_cancel():
    A = np.diag([1e9, 2e9]) + 1e-3 * np.array([[0, 1.0], [1, 0]])
    cancelled = np.sum(A**2) - np.sum(np.diag(A) ** 2)
    assert cancelled == 0  # the trap: nothing seems to be left to do
    assert np.linalg.norm(eigenvalues._off_diagonal(A)) == pytest.approx(1.414e-3, 1e-3)


@pytest.mark.parametrize("d", range(1, 12))
def test_in_a_tournament_each_pair_meets_once_and_nobody_twice_a_round(d):
    met = []
    for p, q in eigenvalues._tournament(d):
        assert len({*p.tolist(), *q.tolist()}) == 2 * len(p)
        met += zip(p.tolist(), q.tolist(), strict=True)
    assert sorted(met) == [(p, q) for p in range(d) for q in range(p + 1, d)]


def test_sturm_counts():
    counts = eigenvalues._count_below(
        np.array([2.0, 2.0, 2.0]), np.array([1.0, 1.0]), np.array([0.5, 1, 2.1, 4])
    )
    assert counts.tolist() == [0, 1, 2, 3]  # 2 − √2, 2, 2 + √2


def test_signs_are_settled_by_the_largest_entry():
    for A in (PAIR, random_symmetric(6)):
        for method in (jacobi, symmetric_eigenpairs, qr_algorithm):
            check_signs(method(A).eigenvectors)
    for method in (jacobi, symmetric_eigenpairs, qr_algorithm):
        assert_allclose(method(PAIR).eigenvectors[0], np.sqrt([0.5, 0.5]))


def test_jacobi_says_what_is_left(monkeypatch):
    monkeypatch.setattr(eigenvalues, "SWEEPS", 1)
    with pytest.raises(ArithmeticError, match=r"Jacobi's method left .* off the"):
        jacobi(random_symmetric(10))
    with pytest.raises(ArithmeticError, match="svd: after 1 sweeps two rows still"):
        svd(random(10, 10))


# General matrices


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
    values = qr_algorithm(random(d, d, seed=seed)).eigenvalues
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
    Q = np.linalg.qr(random(3, 3))[0]
    off = np.abs(qr_algorithm(Q @ A @ Q.T).eigenvalues - 2).max()
    assert 1e-7 < off < 1e-4  # ε^(1/3) is 6e-6


def test_real_eigenvalues_give_real_results():
    result = qr_algorithm([[2.0, 1.0], [0.0, 3.0]])
    assert result.eigenvalues.dtype == result.eigenvectors.dtype == float
    assert_allclose(result.eigenvalues, [3, 2])


def test_the_qr_algorithm_says_when_it_gives_up():
    with pytest.raises(ArithmeticError, match="did not separate eigenvalue 7 in 1"):
        qr_algorithm(random(8, 8), steps=1)


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


# One eigenpair


def test_power_iteration_shrinks_by_a_third_and_its_quotient_by_a_ninth():
    pair = power_iteration(PAIR, [1.0, 0.0])
    off = np.linalg.norm(pair.vectors - np.sqrt([0.5, 0.5]), axis=1)
    assert_allclose(off[4:15] / off[3:14], 1 / 3, rtol=1e-3)
    short = np.abs(pair.values - 3)
    assert_allclose(short[5:9] / short[4:8], 1 / 9, rtol=1e-3)
    assert pair.value == pytest.approx(3, abs=1e-15)


def test_fibonacci():
    walk = power_walk([[1.0, 1.0], [1.0, 0.0]], [1.0, 0.0], steps=20)
    golden = (1 + np.sqrt(5)) / 2
    off = np.abs(walk[1:, 0] / walk[1:, 1] - golden)
    assert_allclose(off[10:14] / off[9:13], 0.381966, rtol=1e-4)


@given(sizes, seeds)
def test_power_iteration_finds_the_largest_in_size(d, seed):
    A = turned(np.append(-4.0, np.linspace(-2, 2, d - 1)), seed)
    pair = power_iteration(A, random(d, seed=seed), tolerance=1e-11)
    assert pair.value == pytest.approx(-4)
    assert_allclose(A @ pair.vector, -4 * pair.vector, atol=1e-9)
    assert pair.vectors.shape == (len(pair.values), d)


@given(sizes, seeds)
def test_inverse_iteration_finds_the_nearest(d, seed):
    A = turned(np.arange(d), seed)
    for k in range(d):
        pair = inverse_iteration(A, random(d, seed=seed), shift=k + 0.2)
        assert pair.value == pytest.approx(k, abs=1e-11)
        assert_allclose(A @ pair.vector, k * pair.vector, atol=1e-10)


def test_a_shift_may_be_the_eigenvalue_itself():
    for A, shift in ((PAIR, 3), (PAIR, 1), (np.eye(3), 1), (np.zeros((2, 2)), 0)):
        pair = inverse_iteration(A, np.arange(1.0, len(A) + 1), shift=shift)
        assert pair.value == pytest.approx(shift, abs=1e-15)
        assert is_eigenpair(A, shift, pair.vector)


def test_an_eigenvector_to_start_with_is_kept():
    pair = power_iteration(np.diag([1.0, 2.0]), [1.0, 0.0])
    assert (pair.value, len(pair.values)) == (1, 1)  # no trace of the other
    assert power_iteration(np.zeros((2, 2)), [1.0, 2.0]).value == 0


@pytest.mark.parametrize("scale", [1e300, 1e-300])
def test_extreme_scales(scale):
    A = scale * np.array(PAIR)
    start = np.array([1e-200, 3e-200])
    assert power_iteration(A, start).value / scale == pytest.approx(3)
    assert inverse_iteration(A, start).value / scale == pytest.approx(1)
    assert rayleigh_quotient(A, [1e200, 1e200]) / scale == pytest.approx(3)
    assert is_eigenpair(A, 3 * scale, [1e-300, 1e-300])
    assert not is_eigenpair(A, 2 * scale, [1e-300, 1e-300])


@pytest.mark.parametrize("A", [ROTATION, [[1.0, 0.0], [0.0, -1.0]]])
def test_power_iteration_says_when_it_does_not_settle(A):
    with pytest.raises(ArithmeticError, match="did not settle in 50 steps: the two"):
        power_iteration(A, [1.0, 0.5], steps=50)


def test_inverse_iteration_says_when_it_does_not_settle():
    with pytest.raises(ArithmeticError, match="nearest to the shift 2 may be at the"):
        inverse_iteration(PAIR, [1.0, 0.5], shift=2.0)


def test_meeting_zero_is_said():
    nilpotent = [[0.0, 1.0], [0.0, 0.0]]
    with pytest.raises(ArithmeticError, match="power_iteration met Av = 0"):
        power_iteration(nilpotent, [1.0, 1.0])
    with pytest.raises(ArithmeticError, match="power_walk met Av = 0"):
        power_walk(nilpotent, [1.0, 1.0], steps=3)


@given(sizes, seeds)
def test_the_rayleigh_quotient_is_the_best_number_and_lies_between(d, seed):
    A, v = random_symmetric(d, seed), random(d, seed=seed + 1)
    quotient = rayleigh_quotient(A, v)
    values = np.linalg.eigvalsh(A)
    assert values[0] - 1e-12 <= quotient <= values[-1] + 1e-12
    best = np.linalg.lstsq(v[:, None], A @ v)[0][0]
    assert quotient == pytest.approx(best)


# Definitions


def test_is_eigenpair_by_hand():
    assert is_eigenpair(PAIR, 3, [1, 1])
    assert is_eigenpair(PAIR, 1, [-2, 2])
    assert not is_eigenpair(PAIR, 3, [1, -1])
    assert not is_eigenpair(PAIR, 3, [1, 1.001])
    assert is_eigenpair(PAIR, 3, [1, 1.001], tolerance=1e-2)
    assert is_eigenpair(ROTATION, -1j, [1, 1j])
    assert not is_eigenpair(ROTATION, 1, [1, 0])
    assert is_eigenpair(np.zeros((2, 2)), 0, [1, 0])


@given(st.sampled_from([2, 3]), seeds)
def test_the_characteristic_polynomial_has_the_eigenvalues_as_roots(d, seed):
    A = random(d, d, seed=seed)
    assert_allclose(characteristic_polynomial(A), np.poly(A), atol=1e-12)
    for value in np.linalg.eigvals(A):
        assert np.polyval(characteristic_polynomial(A), value) == pytest.approx(0)


def test_the_source_s_matrix():
    a, b, c = characteristic_polynomial([[2, 1], [1, 3]])
    roots = (-b + np.array([-1, 1]) * np.sqrt(b * b - 4 * a * c)) / (2 * a)
    assert_allclose(roots, [1.381966, 3.618034], atol=5e-7)


@given(sizes, seeds)
def test_every_eigenvalue_lies_in_a_disc(d, seed):
    A = random(d, d, seed=seed)
    discs = gershgorin(A)
    apart = np.abs(np.linalg.eigvals(A)[:, None] - discs.centers)
    assert (apart <= discs.radii + 1e-12).any(axis=1).all()


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
    A = random(m, n, seed=seed)
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
    A = random(m, n, seed=seed)
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


# Principal components


@given(st.integers(2, 12), st.integers(1, 5), seeds)
def test_principal_components_are_the_eigenpairs_of_the_covariance(n, d, seed):
    X = random(n, d, seed=seed) + 5
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
    X = random(20, 5, seed=seed) * [5, 3, 1, 1, 0.5]
    found = principal_components(X, 2)
    error = np.sum((found.scores @ found.components + found.mean - X) ** 2)
    other = np.linalg.qr(random(5, 2, seed=seed + 1))[0]
    centered = X - X.mean(axis=0)
    assert error <= np.sum((centered @ other @ other.T - centered) ** 2)
    left = 19 * principal_components(X, 5).variances[2:].sum()
    assert error == pytest.approx(left)


# What is refused


SQUARE = (
    characteristic_polynomial,
    gershgorin,
    jacobi,
    naive_jacobi,
    qr_algorithm,
    symmetric_eigenpairs,
    lambda A: is_eigenpair(A, 1.0, [1.0]),
    lambda A: rayleigh_quotient(A, [1.0]),
    lambda A: power_iteration(A, [1.0]),
    lambda A: power_walk(A, [1.0], steps=1),
    lambda A: inverse_iteration(A, [1.0]),
    lambda A: naive_qr_algorithm(A, steps=1),
)
RECTANGULAR = (svd, pseudoinverse, lambda A: best_rank(A, 0))


@pytest.mark.parametrize("function", SQUARE)
def test_what_is_not_square_is_refused(function):
    with refuses(ValueError, "A must have shape (d, d), but its shape is (2, 3)"):
        function(np.ones((2, 3)))


@pytest.mark.parametrize("function", SQUARE + RECTANGULAR)
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


def test_the_zero_vector_is_refused():
    with refuses(ValueError, "vector must not be zero: A·0 = λ·0 holds for every λ"):
        is_eigenpair(PAIR, 7.0, [0.0, 0.0])
    with refuses(ValueError, "vector must not be zero: 0ᵀA0 / 0ᵀ0 is no number"):
        rayleigh_quotient(PAIR, [0.0, 0.0])
    for method in (power_iteration, inverse_iteration):
        with refuses(ValueError, "start must not be zero: the zero vector has no dire"):
            method(PAIR, [0.0, 0.0])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: characteristic_polynomial(np.eye(4)),
            ValueError,
            "A must have shape (2, 2) or (3, 3), but its shape is (4, 4): use qr_alg",
        ),
        (
            lambda: characteristic_polynomial([[1.0]]),
            ValueError,
            "A must have shape (2, 2) or (3, 3), but its shape is (1, 1)",
        ),
        (
            lambda: is_eigenpair(PAIR, 1, [1, 2, 3]),
            ValueError,
            "vector must have shape (d,) with d = 2, but its shape is (3,)",
        ),
        (
            lambda: is_eigenpair(PAIR, [1, 2], [1, 2]),
            ValueError,
            "value must have shape (), but its shape is (2,)",
        ),
        (
            lambda: is_eigenpair(PAIR, np.inf, [1, 2]),
            ValueError,
            "value must be finite",
        ),
        (
            lambda: is_eigenpair(PAIR, 1, [1, 1], tolerance=-1),
            ValueError,
            "tolerance must be a finite number >= 0, but is -1",
        ),
        (
            lambda: power_iteration(PAIR, [[1], [2]]),
            ValueError,
            "start must have shape (d,) with d = 2, but its shape is (2, 1)",
        ),
        (
            lambda: power_iteration(PAIR, [1, np.inf]),
            ValueError,
            "start must be finite",
        ),
        (
            lambda: power_iteration(PAIR, [1, 2], steps=1.5),
            TypeError,
            "steps must be a whole number >= 0, but is 1.5",
        ),
        (
            lambda: inverse_iteration(PAIR, [1, 2], shift=np.nan),
            ValueError,
            "shift must be finite",
        ),
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
