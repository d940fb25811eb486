"""Gradients, Jacobians, Hessians: known values, laws, and scipy's as another method."""

import math

import numpy as np
import pytest
from checking import check_gradient
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime, rosen, rosen_der, rosen_hess, rosen_hess_prod

from mathlib.gradients import (
    JACOBIANS,
    MATRIX_GRADIENTS,
    VECTOR_GRADIENTS,
    directional_derivative,
    hessian_vector_product,
    jacobian_vector_product,
    kind_of_level,
    numerical_gradient,
    numerical_hessian,
    numerical_jacobian,
)

ALL = [numerical_gradient, numerical_jacobian, numerical_hessian]


numbers = st.floats(-3, 3)
seeds = st.integers(0, 2**32 - 1)


def polar(x):
    return np.array([x[0] * np.cos(x[1]), x[0] * np.sin(x[1]), x[1]])


def test_the_gradient_is_correct_to_nine_digits():
    x = np.array([[0.5, -2.0], [1.2, 1e-3]])
    gradient = numerical_gradient(lambda x: np.sin(x).sum(), x)
    assert_allclose(gradient, np.cos(x), rtol=1e-9)


@pytest.mark.parametrize("x", [1e-6, 1.0, 1e6, -1e9])
def test_the_step_grows_with_the_point(x):
    assert_allclose(numerical_gradient(lambda x: x**2 / 2, x), x, rtol=1e-9, atol=1e-12)


@given(st.lists(numbers, min_size=2, max_size=5))
def test_rosenbrock_by_three_methods(x):
    x = np.array(x)
    exact, scale = rosen_der(x), 1 + np.abs(rosen_der(x)).max()
    assert_allclose(numerical_gradient(rosen, x), exact, atol=1e-7 * scale)
    assert_allclose(approx_fprime(x, rosen), exact, atol=1e-3 * scale)
    assert_allclose(numerical_jacobian(rosen_der, x), rosen_hess(x), atol=1e-6 * scale)
    assert_allclose(numerical_hessian(rosen, x), rosen_hess(x), atol=1e-4 * scale)


def test_the_jacobian_of_polar_coordinates():
    r, angle = 2.0, 0.3
    expected = [
        [np.cos(angle), -r * np.sin(angle)],
        [np.sin(angle), r * np.cos(angle)],
        [0, 1],
    ]
    assert_allclose(numerical_jacobian(polar, [r, angle]), expected, atol=1e-9)


@given(st.integers(0, 4), st.integers(1, 4))
def test_the_jacobian_of_a_linear_map_is_its_matrix(d, m):
    A = np.random.default_rng(d + 10 * m).normal(size=(m, d))
    assert numerical_jacobian(lambda x: A @ x, np.ones(d)).shape == (m, d)
    assert_allclose(numerical_jacobian(lambda x: A @ x, np.ones(d)), A, atol=1e-9)


@given(st.integers(1, 5), st.randoms(use_true_random=False))
def test_the_hessian_of_a_quadratic_is_its_matrix(d, random):
    A = np.array([[random.uniform(-1, 1) for _ in range(d)] for _ in range(d)])
    A = A + A.T
    hessian = numerical_hessian(lambda x: x @ A @ x / 2, np.ones(d))
    assert_allclose(hessian, A, atol=1e-6)
    assert_array_equal(hessian, hessian.T)


def test_the_hessian_of_rosenbrock_at_its_minimum():
    eigenvalues = np.linalg.eigvalsh(numerical_hessian(rosen, [1.0, 1.0]))
    assert_allclose(eigenvalues, [0.399, 1001.6], rtol=1e-3)


def test_the_steps_are_those_of_the_docstring():
    seen = []
    numerical_gradient(lambda x: seen.append(x.item()) or 0.0, 0.0)
    assert_allclose(seen, [6.06e-6, -6.06e-6], rtol=1e-3)
    seen.clear()
    numerical_hessian(lambda x: seen.append(x.item()) or 0.0, [0.0])
    assert_allclose(max(seen), 2 * 1.22e-4, rtol=1e-2)
    assert len(seen) == 4


def test_a_number_has_a_derivative_and_an_empty_array_an_empty_gradient():
    assert_allclose(numerical_gradient(math.exp, 1.0), math.e, rtol=1e-9)
    assert numerical_gradient(np.sum, np.zeros((0, 3))).shape == (0, 3)


def scalar(x):
    return np.sum(x * x)


@pytest.mark.parametrize(
    ("derivative", "f"),
    [
        (numerical_gradient, scalar),
        (numerical_jacobian, np.square),
        (numerical_hessian, scalar),
    ],
)
def test_the_argument_is_left_alone(derivative, f):
    x = np.array([1.0, 2.0])
    derivative(f, x)
    assert_array_equal(x, [1.0, 2.0])


@pytest.mark.parametrize("derivative", ALL)
def test_wrong_kinds_are_refused_by_name(derivative):
    with pytest.raises(TypeError, match=r"^f must be a function, but is of type float"):
        derivative(2.0, [1.0])
    with pytest.raises(TypeError, match=r"^x must hold real numbers, but holds text"):
        derivative(scalar, "12")
    with pytest.raises(TypeError, match="what f returns must hold real numbers"):
        derivative(lambda x: x.sum() * 1j, [1.0])


@pytest.mark.parametrize("derivative", [numerical_jacobian, numerical_hessian])
def test_a_column_is_refused_with_the_remedy(derivative):
    with pytest.raises(ValueError, match=r"x must have shape \(d,\).*use x\.ravel"):
        derivative(scalar, np.ones((3, 1)))


@pytest.mark.parametrize("derivative", [numerical_gradient, numerical_hessian])
def test_more_than_one_number_hints_at_the_jacobian(derivative):
    with pytest.raises(
        ValueError, match=r"shape \(2,\): perhaps you meant numerical_j"
    ):
        derivative(lambda x: 2 * x, [1.0, 2.0])


def test_one_number_hints_at_the_gradient():
    with pytest.raises(ValueError, match=r"perhaps you meant numerical_gradient\(f, x"):
        numerical_jacobian(scalar, [1.0, 2.0])


def test_check_gradient_rejects_a_wrong_gradient():
    x = np.array([0.3, -1.2])

    def tiny(x):
        return np.exp(x - 30).sum()

    check_gradient(tiny, x, np.exp(x - 30))
    for factor in (0.0, -1.0, 1.0001):
        with pytest.raises(AssertionError):
            check_gradient(tiny, x, factor * np.exp(x - 30))
    with pytest.raises(AssertionError):
        check_gradient(tiny, x, np.exp(x - 30)[:, None])


def test_check_gradient_rejects_a_point_that_proves_nothing():
    with pytest.raises(AssertionError, match="a zero gradient proves nothing"):
        check_gradient(scalar, np.zeros(2), np.zeros(2))


@given(st.lists(numbers, min_size=2, max_size=5), seeds)
def test_the_slope_along_a_direction_is_the_dot_product(x, seed):
    x = np.array(x)
    u = np.random.default_rng(seed).normal(size=x.size)
    scale = 1 + np.abs(rosen_der(x)).max() * np.abs(u).max()
    assert_allclose(
        directional_derivative(rosen, x, u), rosen_der(x) @ u, atol=1e-7 * scale
    )


def test_the_direction_enters_with_its_length():
    def f(x):
        return x @ [3.0, 4.0]

    assert_allclose(directional_derivative(f, [0.0, 0.0], [1e-6, 0.0]), 3e-6)
    assert_allclose(directional_derivative(f, [0.0, 0.0], [0.0, 1e6]), 4e6)
    with pytest.raises(ValueError, match=r"^u must point somewhere, but is zero"):
        directional_derivative(f, [0.0, 0.0], [0.0, 0.0])
    with pytest.raises(ValueError, match=r"^u must have shape \(d,\) with d = 2"):
        directional_derivative(f, [0.0, 0.0], [1.0])


@given(st.lists(numbers, min_size=2, max_size=6), seeds)
def test_the_hessian_vector_product_of_rosenbrock(x, seed):
    x = np.array(x)
    v = np.random.default_rng(seed).normal(size=x.size)
    exact = rosen_hess_prod(x, v)
    product = hessian_vector_product(rosen_der, x, v)
    assert_allclose(product, exact, atol=1e-6 * (1 + np.abs(rosen_hess(x)).max()))


def test_a_hessian_vector_product_costs_two_gradients_and_no_matrix():
    calls = []

    def gradient(x):
        calls.append(1)
        return 2 * x

    x = np.zeros(100_000)
    assert_allclose(hessian_vector_product(gradient, x, np.ones_like(x))[:3], 2.0)
    assert len(calls) == 2
    assert_array_equal(hessian_vector_product(gradient, x, x), x)
    with pytest.raises(
        ValueError, match=r"^what gradient returns must have shape \(2,"
    ):
        hessian_vector_product(lambda x: x.sum(), [1.0, 2.0], [1.0, 0.0])


@given(st.lists(numbers, min_size=2, max_size=5), seeds)
def test_one_run_of_duals_is_a_jacobian_times_a_vector(x, seed):
    x = np.array(x)
    v = np.random.default_rng(seed).normal(size=x.size)

    def f(x):
        return np.stack([x.sum(), x[0] * x[1], np.exp(x[0])])

    assert_allclose(
        jacobian_vector_product(f, x, v), numerical_jacobian(f, x) @ v, atol=1e-7
    )
    scale = 1 + np.abs(rosen_der(x)).max() * np.abs(v).max()

    def rosenbrock(x):
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

    product = jacobian_vector_product(rosenbrock, x, v)
    assert_allclose(product, rosen_der(x) @ v, atol=1e-12 * scale)


def test_a_result_of_dual_numbers_is_no_part_of_the_arguments():
    v = np.array([1.0, 2.0])
    result = jacobian_vector_product(lambda x: x, [0.0, 0.0], v)
    v[0] = 9.0
    assert_array_equal(result, [1.0, 2.0])


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_a_direction_must_be_finite(bad):
    with pytest.raises(ValueError, match=r"^u must be finite"):
        directional_derivative(np.sum, [1.0, 2.0], [bad, 1.0])
    with pytest.raises(ValueError, match=r"^v must be finite"):
        hessian_vector_product(np.square, [1.0, 2.0], [bad, 1.0])
    with pytest.raises(ValueError, match=r"^x must be finite"):
        directional_derivative(np.sum, [bad, 2.0], [1.0, 1.0])


# What a level point is


@pytest.mark.parametrize(
    ("curvatures", "kind"),
    [
        ([1.0, 2.0, 3.0], "minimum"),
        ([-1.0, -2.0, -3.0], "maximum"),
        ([-1.0, 2.0, 3.0], "saddle"),
        ([-1.0, 0.0, 3.0], "saddle"),
        ([0.0, 2.0, 3.0], "undecided"),
        ([0.0, -2.0, -3.0], "undecided"),
        ([0.0, 0.0, 0.0], "undecided"),
    ],
)
@given(seeds, st.floats(-290, 290))
def test_the_signs_of_the_curvatures_decide(curvatures, kind, seed, power):
    Q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    H = Q @ np.diag(curvatures) @ Q.T
    assert kind_of_level((H + H.T) / 2 * 10.0**power) == kind


def test_what_counts_as_zero_is_a_share_of_the_largest_curvature():
    H = np.diag([4.0, 3e-6])
    assert kind_of_level(H) == "undecided"
    assert kind_of_level(H, tolerance=1e-7) == "minimum"
    assert kind_of_level(H, tolerance=0.75e-6) == "undecided"
    assert kind_of_level([[2.0]]) == "minimum"
    assert kind_of_level([[1.0, 2.0], [2.0, 1.0]]) == "saddle"


def test_a_table_that_is_no_hessian_is_refused():
    with pytest.raises(ValueError, match=r"^H must be symmetric, but differs"):
        kind_of_level([[1.0, 2.0], [0.0, 1.0]])
    with pytest.raises(ValueError, match=r"^H must have shape \(d, d\)"):
        kind_of_level([[1.0, 2.0]])
    with pytest.raises(ValueError, match=r"^H must not be empty"):
        kind_of_level(np.empty((0, 0)))
    with pytest.raises(ValueError, match=r"^H must be finite"):
        kind_of_level([[np.nan]])
    with pytest.raises(ValueError, match=r"^tolerance must be"):
        kind_of_level([[1.0]], tolerance=-1.0)
    assert kind_of_level([[1.0, 1e-9], [0.0, 1.0]]) == "minimum"  # but for rounding


# The table of matrix calculus


@pytest.fixture
def given_matrices():
    rng = np.random.default_rng(5)
    A, W = rng.normal(size=(2, 3, 3))
    return A, W + 2 * np.eye(3), rng.normal(size=3), rng.normal(size=3)


@pytest.mark.parametrize("name", VECTOR_GRADIENTS)
def test_a_gradient_by_a_vector(name, given_matrices):
    A, _, b, x = given_matrices
    value, gradient = VECTOR_GRADIENTS[name]
    check_gradient(lambda x: value(x, A, b), x, gradient(x, A, b))


@pytest.mark.parametrize("name", MATRIX_GRADIENTS)
def test_a_gradient_by_a_matrix(name, given_matrices):
    A, W, b, _ = given_matrices
    value, gradient = MATRIX_GRADIENTS[name]
    check_gradient(lambda W: value(W, A, b), W, gradient(W, A, b))


@pytest.mark.parametrize("name", JACOBIANS)
def test_a_jacobian_of_the_table(name, given_matrices):
    A, _, b, x = given_matrices
    value, jacobian = JACOBIANS[name]
    numerical = numerical_jacobian(lambda x: value(x, A, b), x)
    assert_allclose(jacobian(x, A, b), numerical, atol=1e-8)
