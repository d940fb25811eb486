"""Linear systems: known solutions, laws of factorizations, numpy and LAPACK beside."""

from fractions import Fraction

import checking  # noqa: F401  (sets the hypothesis profile)
import numpy as np
import pytest
from checking import refuses
from hard_matrices import HARD, TALL, WELL, error, every, hard, normal, seeds, sizes
from hypothesis import given
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.linear_systems import least_squares_qr, qr, solve, subspaces
from mathlib.matrices import lu, lu_solve, rank

W = np.array([[1.0, 2.0], [3.0, 4.0]])

# QR


@every
def test_qr_has_small_backward_error(A):
    Q, R = qr(A)
    k = min(A.shape)
    assert (Q.shape, R.shape) == ((len(A), k), (k, A.shape[1]))
    assert error(Q @ R, A) <= 1e-12
    assert_allclose(Q.T @ Q, np.eye(k), atol=1e-13)
    assert_array_equal(R, np.triu(R))
    assert (np.diag(R) >= 0).all()


@given(sizes, sizes, seeds)
def test_qr_is_numpy_s_up_to_signs(m, n, seed):
    A = normal(m, n, seed=seed)
    Q, R = qr(A)
    theirs = np.linalg.qr(A)
    assert_allclose(np.abs(R), np.abs(theirs[1]), atol=1e-9)
    assert_allclose(np.abs(Q), np.abs(theirs[0]), atol=1e-8)


@every
def test_the_four_subspaces(A):
    spaces, size = subspaces(A), np.abs(A).max() or 1
    (m, n), r = A.shape, rank(A)
    found = [basis.shape for basis in spaces]
    assert found == [(m, r), (n, n - r), (n, r), (m, m - r)]
    for basis in spaces:
        assert_allclose(basis.T @ basis, np.eye(basis.shape[1]), atol=1e-12)
    assert_allclose(A / size @ spaces.null_space, 0, atol=1e-12)
    assert_allclose((A / size).T @ spaces.left_null_space, 0, atol=1e-12)
    assert_allclose(spaces.row_space.T @ spaces.null_space, 0, atol=1e-12)
    assert_allclose(spaces.column_space.T @ spaces.left_null_space, 0, atol=1e-12)


# Systems


@pytest.mark.parametrize(
    ("A", "b", "kind", "particular"),
    [
        ([[1, 1], [1, -1]], [3, 1], "one", [2, 1]),
        ([[1, 1], [2, 2]], [3, 6], "infinitely many", [1.5, 1.5]),
        ([[1, 1], [2, 2]], [3, 7], "none", None),
        ([[1], [1]], [2, 2], "one", [2]),
        ([[1], [1]], [2, 3], "none", None),
        ([[3, 4]], [25], "infinitely many", [3, 4]),
        ([[0, 0], [0, 0]], [0, 0], "infinitely many", [0, 0]),
        ([[0, 0], [0, 0]], [0, 1], "none", None),
        ([[5]], [10], "one", [2]),
        ([[1e-200, 0], [0, 1e-200]], [1e-200, 2e-200], "one", [1, 2]),
    ],
)
def test_none_one_infinitely_many(A, b, kind, particular):
    found = solve(A, b)
    assert found.kind == kind
    if particular is None:
        assert found.particular is None
    else:
        assert_allclose(found.particular, particular, atol=1e-13)


@given(sizes, sizes, sizes, seeds)
def test_all_solutions_solve(m, n, r, seed):
    r = min(m, n, r)
    A = normal(m, r, seed=seed) @ normal(r, n, seed=seed + 1)
    b = A @ normal(n, seed=seed + 2)
    found = solve(A, b, tolerance=1e-10)
    assert found.kind == ("one" if r == n else "infinitely many")
    assert found.null_space.shape == (n, n - r)
    t = normal(n - r, seed=seed + 3)
    assert_allclose(A @ (found.particular + found.null_space @ t), b, atol=1e-8)
    assert_allclose(found.particular @ found.null_space, 0, atol=1e-8)
    lost = solve(A, b + 10 * subspaces(A, 1e-10).left_null_space.sum(axis=1), 1e-10)
    assert lost.kind == ("none" if r < m else found.kind)


@pytest.mark.parametrize(
    ("A", "b", "judged"),
    [
        ([[1, 1], [2, 1]], [3, 4], False),
        ([[1, 2, 3]], [6], False),  # wide: infinitely many, by counting alone
        ([[1], [1]], [2, 3], False),  # tall: none, and no column is in doubt
        ([[1], [1]], [2, 2], True),  # tall: one, if the residual is zero
        ([[1, 1], [1, 1]], [3, 4], True),
        ([[1, 1, 0], [2, 2, 0]], [3, 6], True),
    ],
)
def test_solve_says_whether_something_tiny_was_taken_for_zero(A, b, judged):
    assert solve(A, b).up_to_rounding is judged


def test_of_hilbert_s_matrix_solve_is_wrong_and_says_what_it_rests_on():
    exact = [[Fraction(1, i + j + 1) for j in range(12)] for i in range(12)]
    H = np.array(exact, dtype=float)
    found = solve(H, H @ np.ones(12))
    assert (found.kind, found.up_to_rounding) == ("infinitely many", True)
    for j in range(12):  # exactly: no pivot is zero, and there is one solution
        assert exact[j][j] > 0
        for i in range(j + 1, 12):
            times = exact[i][j] / exact[j][j]
            pairs = zip(exact[i], exact[j], strict=True)
            exact[i] = [a - times * b for a, b in pairs]


@hard
def test_solve_has_a_small_residual(A):
    b = A @ np.ones(len(A))
    x = solve(A, b).particular
    size = np.abs(A).max() * np.abs(x).max() * len(A) or 1
    assert np.abs(b - A @ x).max() <= 1e-12 * size


@pytest.mark.parametrize("function", [solve, least_squares_qr])
def test_systems_are_refused_by_name(function):
    with refuses(ValueError, "b must have shape (m,) with m = 2, but its shape is (3"):
        function(W, [1, 2, 3])
    with refuses(ValueError, "b must have shape (m,) with m = 2, but its shape is (2"):
        function(W, [[1], [2]])
    with refuses(ValueError, "b must be finite, but 1 of its 2 entries are not"):
        function(W, [1, np.inf])
    with refuses(ValueError, "A must not be empty"):
        function(np.zeros((0, 0)), [])


def test_least_squares_by_hand():
    fit = least_squares_qr([[1, 0], [1, 1], [1, 2]], [6, 0, 0])
    assert_allclose(fit.solution, [5, -3], atol=1e-14)
    assert_allclose(fit.fitted, [5, 2, -1], atol=1e-14)
    assert_allclose(fit.residual, [1, -2, 1], atol=1e-14)


@given(sizes, sizes, seeds)
def test_the_residual_is_square_to_the_columns(extra, n, seed):
    A, b = normal(n + extra, n, seed=seed), normal(n + extra, seed=seed + 1)
    fit = least_squares_qr(A, b)
    assert_allclose(A.T @ fit.residual, 0, atol=1e-10)
    assert_allclose(fit.fitted + fit.residual, b, atol=1e-10)
    assert_allclose(fit.solution, np.linalg.lstsq(A, b)[0], atol=1e-7)


@pytest.mark.parametrize(
    "A", [*[HARD[name] for name in WELL], TALL["tall"]], ids=[*WELL, "tall"]
)
def test_least_squares_are_lapack_s_where_the_matrix_is_well_conditioned(A):
    A = A / np.abs(A).max()
    b = normal(len(A), seed=7)
    fit = least_squares_qr(A, b)
    expected = np.linalg.lstsq(A, b)[0]
    assert error(fit.solution, expected) <= 1e-10
    assert np.abs(A.T @ fit.residual).max() <= 1e-12 * np.linalg.norm(b) * len(A)


def test_dependent_columns_are_refused():
    with refuses(ValueError, "A must have independent columns, but its rank is 1"):
        least_squares_qr([[1, 2], [1, 2], [1, 2]], [1, 2, 3])
    with refuses(ValueError, "A must have independent columns, but its rank is 1"):
        least_squares_qr([[1, 2]], [1])


def test_qr_keeps_the_digits_that_the_normal_equations_lose():
    A = np.vander(np.linspace(0, 1, 30), 10)
    b = A @ np.ones(10)
    through_qr = error(least_squares_qr(A, b).solution, np.ones(10))
    through_normal = error(lu_solve(lu(A.T @ A), A.T @ b), np.ones(10))
    assert through_qr < 1e-8 < 100 * through_normal


# Huge and tiny


def test_what_overflows_on_the_way_decides_nothing():
    A = 1.7e308 * np.eye(3)[:, :2]
    assert solve(A, [0, 0, 1]).kind == solve(A, [1, 1, 1]).kind == "none"
    assert_allclose(solve(A, [1.7e308, 3.4e307, 0]).particular, [1, 0.2])
    column = [[1.7e308], [1.7e308]]
    assert subspaces(column).null_space.shape == (1, 0)
    assert_allclose(least_squares_qr(column, [1.7e308, 1.7e308]).solution, [1])
    b = [0.17e308, 0.6e308]  # each product of a row with x overflows
    fit = least_squares_qr([[1.7e308, 1.7e308], [0.5e308, 0]], b)
    assert_allclose(fit.solution, [1.2, -1.1])
    assert_allclose(fit.fitted, b)
    assert np.abs(fit.residual).max() < 1e293


def test_a_small_part_beside_a_large_one_is_kept():
    for b in ([1e200, 1e-200], [1e-200, 1e-300], [1e250, 1e-300]):
        assert_allclose(least_squares_qr(np.eye(2), b).solution, b)
        assert_allclose(solve(np.eye(2), b).particular, b)


def test_a_solution_that_vanishes_is_one():
    found = solve([[1e200]], [1e-200])
    assert (found.kind, found.particular.tolist()) == ("one", [0])


def test_a_tolerance_of_8_bits_is_multiplied_by_ten():
    A, b = [[1, 1], [1, 1]], [3, 3]
    assert solve(A, b, tolerance=np.int8(100)).kind == solve(A, b, 100).kind


# What all share


@pytest.mark.parametrize("function", [qr, subspaces])
def test_inputs_are_left_alone(function):
    A = np.array([[1.0, 2.0], [3.0, 4.0]])
    function(A)
    assert_array_equal(A, W)
    b = np.array([1.0, 2.0])
    for solver in (solve, least_squares_qr):
        solver(A, b)
    assert_array_equal(b, [1, 2])


def test_complex_numbers_and_text_are_refused():
    with refuses(TypeError, "A must hold real numbers, but holds complex128"):
        qr([[1j]])
    with refuses(TypeError, "A must hold real numbers, but holds text"):
        qr([["1"]])
