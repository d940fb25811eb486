"""Matrices: known numbers, laws of factorizations, and numpy and scipy beside them."""

import checking  # noqa: F401  (sets the hypothesis profile)
import numpy as np
import pytest
import scipy.linalg
import scipy.signal
from checking import refuses
from hard_matrices import HARD, WELL, error, every, hard, normal, seeds, sizes, well
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.matrices import (
    add,
    back_substitution,
    convolution_matrix,
    convolve,
    correlation_matrix,
    cross_correlate,
    determinant,
    inverse,
    is_affine,
    is_linear,
    lu,
    lu_solve,
    matmul,
    matrix_of,
    product_by_columns,
    product_by_outer_products,
    product_by_rows,
    rank,
    rotation,
    scale,
    shear,
    stretches,
)

GOLDEN = (1 + np.sqrt(5)) / 2
W, SHIFT = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0])


# Tables and maps


def test_add_is_strict_where_numpy_stretches():
    assert_array_equal(
        add([[1, 2], [3, 4]], [[10, 20], [30, 40]]), [[11, 22], [33, 44]]
    )
    assert (np.zeros((3, 1)) + np.zeros((1, 3))).shape == (3, 3)
    with refuses(ValueError, "B must have shape (m, n) with m = 3, n = 1, but its"):
        add(np.zeros((3, 1)), np.zeros((1, 3)))
    with refuses(ValueError, "B must have shape (m, n) with m = 2, n = 3, but its"):
        add(np.zeros((2, 3)), np.zeros((3, 2)))


def test_a_quarter_turn_a_push_and_a_stretch():
    assert_allclose(rotation(np.pi / 2), [[0, -1], [1, 0]], atol=1e-15)
    assert_array_equal(shear(0.5), [[1, 0.5], [0, 1]])
    assert_array_equal(scale(2, -3), [[2, 0], [0, -3]])


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_turns_and_pushes_add_up(s, t):
    assert_allclose(rotation(s) @ rotation(t), rotation(s + t), atol=1e-14)
    assert_allclose(shear(s) @ shear(t), shear(s + t), atol=1e-14)
    assert_allclose(rotation(s).T @ rotation(s), np.eye(2), atol=1e-15)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_the_plane_s_maps_refuse_by_name(bad):
    with refuses(ValueError, "angle must be finite"):
        rotation(bad)
    with refuses(ValueError, "amount must be finite"):
        shear(bad)
    with refuses(ValueError, "y must be finite"):
        scale(1, bad)
    with refuses(ValueError, "angle must have shape (), but its shape is (2,)"):
        rotation([0, 1])
    with refuses(TypeError, "x must hold real numbers, but holds text"):
        scale("2", 1)


def test_the_shear_stretches_by_the_golden_ratio():
    found = stretches(shear(1))
    assert found.largest == pytest.approx(GOLDEN, rel=1e-15)
    assert found.smallest == pytest.approx(1 / GOLDEN, rel=1e-15)


@given(seeds, st.sampled_from([1e-200, 1.0, 1e200]))
def test_stretches_are_singular_values(seed, size):
    A = size * normal(2, 2, seed=seed)
    found = stretches(A)
    assert_allclose(found[:2], np.linalg.svd(A, compute_uv=False), rtol=1e-9)
    assert_allclose(found.directions.T @ found.directions, np.eye(2), atol=1e-15)
    images = A / size @ found.directions
    assert_allclose(np.hypot(*images), np.array(found[:2]) / size, atol=1e-12)
    assert abs(images[:, 0] @ images[:, 1]) < 1e-12
    assert found.largest * found.smallest == pytest.approx(
        abs(determinant(A / size)) * size * size if size == 1 else found[0] * found[1]
    )


@pytest.mark.parametrize(
    ("A", "expected"),
    [
        (np.zeros((2, 2)), (0, 0)),
        (np.eye(2), (1, 1)),
        ([[0, 5], [0, 0]], (5, 0)),
        ([[1, 2], [2, 4]], (5, 0)),
        (scale(1, -7), (7, 1)),
    ],
)
def test_stretches_at_the_edges(A, expected):
    assert_allclose(stretches(A)[:2], expected, atol=1e-15)


def test_stretches_refuse():
    with refuses(ValueError, "A must have shape (2, 2), but its shape is (3, 2)"):
        stretches(np.zeros((3, 2)))
    with refuses(ValueError, "A must be finite"):
        stretches([[1, np.nan], [0, 1]])


@given(sizes, sizes, seeds)
def test_the_columns_of_a_map_are_images_of_the_unit_vectors(m, n, seed):
    A = normal(m, n, seed=seed)
    assert_array_equal(matrix_of(lambda x: A @ x, n), A)


def test_no_matrix_moves_zero():
    with refuses(ValueError, "f must be linear, but sends zero to [1.0, -1.0]: use"):
        matrix_of(lambda x: x + SHIFT, 2)
    with refuses(
        ValueError, "what f returns must have shape (m,), but its shape is ()"
    ):
        matrix_of(lambda x: x.sum(), 2)
    with refuses(TypeError, "f must be a function"):
        matrix_of(np.eye(2), 2)
    with refuses(ValueError, "d must be a whole number >= 1, but is 0"):
        matrix_of(lambda x: x, 0)


def test_the_images_of_a_map_have_one_length():
    def short(x):
        return x[:1] if x[0] > 0 else np.full(3, x[0])

    with refuses(ValueError, "what f returns must have one shape, but has (3,) and (1"):
        matrix_of(short, 3)
    with refuses(ValueError, "what f returns must have one shape, but has (0,) and (1"):
        matrix_of(lambda x: x[x > 0], 2)
    for test in (is_linear, is_affine):
        with refuses(ValueError, "what f returns must have one shape, but has"):
            test(short, 3, rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("f", "linear", "affine"),
    [
        (lambda x: W @ x, True, True),
        (lambda x: W @ x + SHIFT, False, True),
        (lambda x: x + 1e6, False, True),
        (lambda x: 0 * x, True, True),
        (lambda x: x**2, False, False),
        (lambda x: np.maximum(x, 0), False, False),
        (lambda x: np.linalg.norm(x) * x, False, False),
        (lambda x: 1e-200 * x, True, True),
    ],
)
def test_linear_or_affine(f, linear, affine):
    rng = np.random.default_rng(0)
    assert is_linear(f, 2, rng=rng) is linear
    assert is_affine(f, 2, rng=rng) is affine


@pytest.mark.parametrize("test", [is_linear, is_affine])
def test_trials_and_rng_are_checked(test):
    with refuses(TypeError, "rng must be a random generator, but is 0: use"):
        test(lambda x: x, 2, rng=0)
    with refuses(TypeError, "trials must be a whole number >= 0, but is 2.5"):
        test(lambda x: x, 2, rng=np.random.default_rng(0), trials=2.5)


def test_the_source_s_affine_map():
    def T(x):
        return W @ x + SHIFT

    assert_array_equal(T([1, 0]) + T([0, 1]), [5, 5])
    assert_array_equal(T([1, 1]), [4, 6])
    assert_array_equal(T([0, 0]), [1, -1])


@given(sizes, sizes, seeds)
def test_every_matrix_is_linear_and_with_a_shift_affine(m, n, seed):
    A, b, rng = (
        normal(m, n, seed=seed),
        normal(m, seed=seed + 1),
        np.random.default_rng(0),
    )
    assert is_linear(lambda x: A @ x, n, rng=rng)
    assert is_affine(lambda x: A @ x + b, n, rng=rng)


# The product

PRODUCTS = [matmul, product_by_columns, product_by_rows, product_by_outer_products]
products = pytest.mark.parametrize("product", PRODUCTS)


@products
def test_the_product_by_hand(product):
    assert_array_equal(product(W, [[5, 6], [7, 8]]), [[19, 22], [43, 50]])
    assert_array_equal(product([[5, 6], [7, 8]], W), [[23, 34], [31, 46]])


@products
@given(sizes, sizes, sizes, seeds)
def test_every_view_is_the_product(product, m, n, p, seed):
    A, B = normal(m, n, seed=seed), normal(n, p, seed=seed + 1)
    assert_allclose(product(A, B), A @ B, atol=1e-13)


@products
def test_the_product_refuses_by_name(product):
    with refuses(ValueError, "B must have shape (n, p) with n = 2, but its shape is"):
        product(np.ones((2, 2)), np.ones((3, 2)))
    with refuses(ValueError, "B must have shape (m, n), but its shape is (2,): use"):
        product(np.ones((2, 2)), np.ones(2))
    with refuses(ValueError, "A must not be empty, but its shape is (0, 2)"):
        product(np.ones((0, 2)), np.ones((2, 2)))


# LU


def test_lu_by_hand():
    P, L, U = lu([[1, 2], [3, 4]])
    assert_array_equal(P, [[0, 1], [1, 0]])
    assert_allclose(L, [[1, 0], [1 / 3, 1]])
    assert_allclose(U, [[3, 4], [0, 2 / 3]])


@hard
def test_lu_has_small_backward_error(A):
    P, L, U = lu(A)
    assert error(L @ U, P @ A) <= 1e-12
    assert_array_equal(L, np.tril(L, -1) + np.eye(len(A)))
    assert_array_equal(U, np.triu(U))
    assert np.abs(L).max() == 1
    assert_array_equal(P @ P.T, np.eye(len(A)))


@given(sizes, seeds)
def test_lu_is_scipy_s(n, seed):
    A = normal(n, n, seed=seed)
    P, L, U = lu(A)
    exchanged, lower, upper = scipy.linalg.lu(A)
    assert_array_equal(P, exchanged.T)
    assert_allclose(L, lower, atol=1e-9)
    assert_allclose(U, upper, atol=1e-9)


def test_lu_goes_on_past_a_column_without_pivot():
    P, L, U = lu([[0, 1, 2], [0, 3, 4], [0, 5, 7]])
    assert_allclose(L @ U, P @ [[0, 1, 2], [0, 3, 4], [0, 5, 7]], atol=1e-15)
    assert U[0, 0] == 0


@well
def test_lu_solve_is_lapack_s_where_the_system_is_well_conditioned(A):
    b = A @ normal(len(A), seed=5)
    assert error(lu_solve(lu(A), b), np.linalg.solve(A, b)) <= 1e-10


INVERTIBLE = [*WELL, "graded", "from 1 to 1e290", "Hilbert", "Vandermonde"]


@pytest.mark.parametrize("A", [HARD[name] for name in INVERTIBLE], ids=INVERTIBLE)
def test_lu_solve_has_small_backward_error(A):
    """Relative to ‖A‖ ‖x‖: b belongs to a matrix that differs in the last digits."""
    A = A / np.abs(A).max()
    b = A @ np.ones(len(A))
    x = lu_solve(lu(A), b)
    size = np.linalg.norm(A) * np.linalg.norm(x)
    assert np.linalg.norm(b - A @ x) <= 1e-12 * size


def test_many_right_sides_at_once():
    A, B = normal(5, 5), normal(5, 3, seed=1)
    X = lu_solve(lu(A), B)
    assert_allclose(A @ X, B, atol=1e-12)
    assert_allclose(lu_solve(lu(A), B[:, 1]), X[:, 1], atol=1e-12)


def test_back_substitution_reads_the_upper_triangle_alone():
    U, y = np.triu(normal(5, 5)) + 3 * np.eye(5), normal(5, 2, seed=1)
    assert_allclose(back_substitution(U, y), np.linalg.solve(U, y), atol=1e-13)
    lower = np.tril(normal(5, 5, seed=2), -1)
    assert_array_equal(back_substitution(U + lower, y), back_substitution(U, y))
    U[4, 0] = np.nan
    assert np.isfinite(back_substitution(U, y)).all()
    with refuses(ValueError, "U must be finite, but 1 of its 4 entries are not"):
        back_substitution([[1, np.nan], [0, 1]], [1, 2])
    with refuses(ValueError, "U must be invertible, but entry 1 of its diagonal is"):
        back_substitution([[1, 2], [0, 0]], [1, 2])


def test_lu_refuses_by_name():
    with refuses(ValueError, "A must have shape (n, n), but its shape is (2, 3)"):
        lu(np.ones((2, 3)))
    with refuses(ValueError, "A must not be empty, but its shape is (0, 0)"):
        lu(np.ones((0, 0)))
    with refuses(ValueError, "A must be finite, but 1 of its 4 entries are not"):
        lu([[1, 2], [np.nan, 4]])
    with refuses(ValueError, "U must be invertible, but entry 1 of its diagonal is"):
        lu_solve(lu([[1, 2], [2, 4]]), [1, 2])
    with refuses(ValueError, "b must have shape (2,), but its shape is (3,)"):
        lu_solve(lu(W), [1, 2, 3])
    with refuses(ValueError, "b must have shape (2, k), but its shape is (3, 1)"):
        lu_solve(lu(W), np.ones((3, 1)))


@given(sizes, seeds)
def test_determinants_multiply(n, seed):
    A, B = normal(n, n, seed=seed), normal(n, n, seed=seed + 1)
    assert determinant(A) == pytest.approx(np.linalg.det(A), rel=1e-9)
    product = determinant(A) * determinant(B)
    assert determinant(A @ B) == pytest.approx(product, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("A", "expected"),
    [
        (W, -2),
        (np.eye(4), 1),
        (np.zeros((3, 3)), 0),
        ([[1, 2], [2, 4]], 0),
        ([[-3]], -3),
        (np.eye(3)[[1, 2, 0]], 1),
        (np.eye(3)[[1, 0, 2]], -1),
        (np.diag([1e200, 1e200, 1e-300, 1e-90]), 1e10),
        (np.eye(400) * 10, np.inf),
        (np.eye(400) / 10, 0),
        (rotation(1.0), 1),
    ],
)
def test_determinants_by_hand(A, expected):
    assert determinant(A) == pytest.approx(expected, rel=1e-13)


@well
def test_determinants_are_lapack_s_where_the_matrix_is_well_conditioned(A):
    A = A / np.abs(A).max()
    assert determinant(A) == pytest.approx(np.linalg.det(A), rel=1e-10)


@well
def test_the_inverse_from_both_sides(A):
    found, identity = inverse(A), np.eye(len(A))
    assert_allclose(found @ A, identity, atol=1e-12)
    assert_allclose(A @ found, identity, atol=1e-12)
    assert error(found, np.linalg.inv(A)) <= 1e-10


def test_the_inverse_of_a_singular_matrix_is_refused_by_name():
    with refuses(ValueError, "A must be invertible, but its rank is 1, with 2 columns"):
        inverse([[1, 2], [2, 4]])
    with refuses(ValueError, "A must be invertible, but its rank is 11, with 12"):
        inverse(scipy.linalg.hilbert(12))
    with refuses(ValueError, "A must have shape (n, n), but its shape is (3, 2)"):
        inverse(np.ones((3, 2)))


# Rank


@every
def test_rank_is_numpy_s(A):
    assert rank(A) == np.linalg.matrix_rank(A)


@given(sizes, sizes, sizes, seeds)
def test_the_rank_of_a_product_is_its_inner_size(m, n, r, seed):
    r = min(m, n, r)
    A = normal(m, r, seed=seed) @ normal(r, n, seed=seed + 1)
    assert rank(A, tolerance=1e-10) == rank(A.T, tolerance=1e-10) == r


def test_the_tolerance_decides():
    A = np.diag([1.0, 1e-5, 0.0])
    assert [rank(A, tolerance) for tolerance in (0.0, 1e-6, 1e-4)] == [2, 2, 1]
    with refuses(ValueError, "tolerance must be a finite number >= 0, but is -1"):
        rank(A, -1)
    with refuses(ValueError, "A must not be empty"):
        rank(np.zeros((0, 3)))


# Sliding filters


def test_the_source_s_kernel_both_ways():
    assert_array_equal(cross_correlate([1, 2, 3, 4], [1, 0, -1]), [-2, -2])
    assert_array_equal(convolve([1, 2, 3, 4], [1, 0, -1]), [2, 2])
    assert_array_equal(np.correlate([1, 2, 3, 4], [1, 0, -1]), [-2, -2])
    assert_array_equal(np.convolve([1, 2, 3, 4], [1, 0, -1], "valid"), [2, 2])


@given(st.integers(0, 8), sizes, seeds)
def test_signals_are_numpy_s(extra, k, seed):
    x, w = normal(k + extra, seed=seed), normal(k, seed=seed + 1)
    assert_allclose(cross_correlate(x, w), np.correlate(x, w), atol=1e-13)
    assert_allclose(convolve(x, w), np.convolve(x, w, "valid"), atol=1e-13)
    assert_allclose(
        correlation_matrix(w, len(x)) @ x, cross_correlate(x, w), atol=1e-13
    )
    assert_allclose(convolution_matrix(w, len(x)) @ x, convolve(x, w), atol=1e-13)


@given(st.integers(0, 4), st.integers(0, 4), sizes, sizes, seeds)
def test_images_are_scipy_s(down, across, k, el, seed):
    x, w = normal(k + down, el + across, seed=seed), normal(k, el, seed=seed + 1)
    expected = scipy.signal.correlate2d(x, w, "valid")
    assert_allclose(cross_correlate(x, w), expected, atol=1e-12)
    assert_allclose(convolve(x, w), scipy.signal.convolve2d(x, w, "valid"), atol=1e-12)
    C = correlation_matrix(w, x.shape)
    assert_allclose(C @ x.ravel(), expected.ravel(), atol=1e-12)


def test_a_kernel_that_is_not_finite_is_refused_by_its_name():
    with refuses(ValueError, "kernel must be finite"):
        correlation_matrix([np.nan, 1], 4)


def test_the_matrix_of_a_filter_is_toeplitz():
    C = correlation_matrix([1, 2, 3], 6)
    assert_array_equal(C, scipy.linalg.toeplitz([1, 0, 0, 0], [1, 2, 3, 0, 0, 0]))


def test_a_shape_of_8_bits_has_more_places_than_8_bits_count():
    assert correlation_matrix([[1]], np.array([16, 16], np.int8)).shape == (256, 256)


def test_filters_refuse_by_name():
    wanted = "kernel must have one or two axes and fit into x of shape (2,), but its"
    with refuses(ValueError, f"{wanted} shape is (3,)"):
        cross_correlate([1, 2], [1, 2, 3])
    with refuses(ValueError, f"{wanted} shape is (0,)"):
        convolve([1, 2], [])
    with refuses(ValueError, f"{wanted} shape is (1, 1)"):
        correlation_matrix([[1]], 2)
    with refuses(ValueError, "kernel must have one or two axes"):
        cross_correlate(np.ones((2, 2, 2)), np.ones((1, 1, 1)))


# What all share


@pytest.mark.parametrize(
    "function",
    [lu, inverse, determinant, rank, stretches],
)
def test_inputs_are_left_alone(function):
    A = np.array([[1.0, 2.0], [3.0, 4.0]])
    function(A)
    assert_array_equal(A, W)
    b = np.array([1.0, 2.0])
    lu_solve(lu(A), b)
    assert_array_equal(b, [1, 2])


@pytest.mark.parametrize("function", [lu, rank])
def test_complex_numbers_and_text_are_refused(function):
    with refuses(TypeError, "A must hold real numbers, but holds complex128"):
        function([[1j]])
    with refuses(TypeError, "A must hold real numbers, but holds text"):
        function([["1"]])


def test_factors_beyond_the_largest_float_are_refused_but_not_their_determinant():
    huge = np.array([[1e308, 1e308], [1e308, -1e308]])
    with refuses(OverflowError, "A must have smaller entries than 1e+308"):
        lu(huge)
    with refuses(OverflowError, "A must have smaller entries than 1.7e+308"):
        lu([[1e308, 0, 1.5e308], [0, 1e308, 1.5e308], [1e308, 1e308, 1.7e308]])
    assert "sum on the way" in lu.__doc__  # that U has no entry beyond 1.5e308
    assert rank([[1.7e308], [1.7e308]]) == 1
    assert determinant(huge) == -np.inf
    assert determinant([[1e308, 1e308, 0], [1e308, -1e308, 0], [0, 0, 1e-320]]) < -1e295
    assert determinant([[1e308, 0], [0, 1e-308]]) == pytest.approx(1)


def test_a_map_with_a_memory_or_that_changes_its_argument_is_read_right():
    kept = np.zeros(2)

    def same_array_each_time(x):
        kept[:] = 2 * x
        return kept

    def doubled_in_place(x):
        x *= 2
        return x

    for f in (same_array_each_time, doubled_in_place):
        assert_array_equal(matrix_of(f, 2), 2 * np.eye(2))
        assert is_linear(f, 2, rng=np.random.default_rng(0))


def test_a_layer_in_32_bits_fails_the_test_of_a_linear_map_by_its_rounding():
    W = np.random.default_rng(0).normal(size=(5, 8)).astype(np.float32)

    def layer(x):
        return (W @ x.astype(np.float32)).astype(float)

    assert not is_linear(layer, 8, rng=np.random.default_rng(1))
    assert "float32" in is_linear.__doc__


def test_rounding_may_hide_a_departure_from_a_linear_map_or_look_like_one():
    def answer(f):
        return is_linear(f, 5, rng=np.random.default_rng(0))

    assert answer(lambda x: x + 1e-13)
    assert not answer(lambda x: x + 1e-3)
    assert not answer(lambda x: (x + 1e6 * x[0]) - 1e6 * x[0])


def test_the_longer_stretch_is_never_the_shorter():
    found = [stretches(rotation(angle)) for angle in np.linspace(0, 6, 200)]
    assert all(each.largest >= each.smallest for each in found)
