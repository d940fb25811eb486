"""Numerical derivatives: known values, laws, and scipy's as an independent method."""

import math

import numpy as np
import pytest
from checking import check_gradient
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import approx_fprime, rosen, rosen_der, rosen_hess

from mathlib.derivatives import (
    numerical_gradient,
    numerical_hessian,
    numerical_jacobian,
)

ALL = [numerical_gradient, numerical_jacobian, numerical_hessian]
numbers = st.floats(-3, 3)


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
