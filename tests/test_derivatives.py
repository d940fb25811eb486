"""Numerical derivatives: known values, laws, and scipy's as an independent method."""

import math

import numpy as np
import pytest
from checking import check_gradient
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad
from scipy.integrate import simpson as scipy_simpson
from scipy.interpolate import approximate_taylor_polynomial
from scipy.optimize import approx_fprime, rosen, rosen_der, rosen_hess, rosen_hess_prod

from mathlib.derivatives import (
    DIFFERENCES,
    EPSILON,
    JACOBIANS,
    MATRIX_GRADIENTS,
    RULES,
    VECTOR_GRADIENTS,
    Dual,
    best_step,
    central_difference,
    complex_step,
    derivative,
    directional_derivative,
    five_point_difference,
    forward_difference,
    hessian_vector_product,
    jacobian_vector_product,
    numerical_gradient,
    numerical_hessian,
    numerical_jacobian,
    one_sided_quotients,
    simpson,
    taylor,
    taylor_bound,
    trapezoid,
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


# Quotients of one variable


def test_the_steps_known_by_hand():
    steps = [best_step(order) for order in (1, 2, 3, 4)]
    assert_allclose(steps, [1.49e-8, 6.06e-6, 1.22e-4, 7.40e-4], rtol=1e-3)
    single = np.finfo(np.float32).eps
    steps = [best_step(order, epsilon=single) for order in (1, 2)]
    assert_allclose(steps, [3.45e-4, 4.92e-3], rtol=1e-3)
    assert_allclose(best_step(1, [0.1, -50.0]), np.sqrt(EPSILON) * np.array([1, 50]))


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_quotient_is_exact_up_to_its_order(name):
    """On xᵖ, where the first term left out has a derivative of zero."""
    quotient, order, _ = DIFFERENCES[name]
    assert_allclose(quotient(lambda x: x**order, 1.5, 0.5), order * 1.5 ** (order - 1))
    exact = (order + 1) * 1.5**order
    assert abs(quotient(lambda x: x ** (order + 1), 1.5, 0.5) - exact) > 0.01


@pytest.mark.parametrize("name", DIFFERENCES)
def test_halving_the_step_divides_the_error_by_two_to_the_order(name):
    quotient, order, _ = DIFFERENCES[name]
    errors = [abs(quotient(np.exp, 1.0, h) - math.e) for h in (0.02, 0.01)]
    assert_allclose(errors[0] / errors[1], 2**order, rtol=0.02)


@pytest.mark.parametrize(
    ("name", "digits"), [("forward", 7), ("central", 9.5), ("five-point", 11.5)]
)
@given(x=st.floats(-3, 3))
def test_the_best_step_gives_the_digits_of_the_docstring(name, digits, x):
    assert abs(DIFFERENCES[name].quotient(np.sin, x) - math.cos(x)) < 10**-digits


@pytest.mark.parametrize("name", DIFFERENCES)
def test_no_step_is_a_hundred_times_better_than_the_best(name):
    quotient, order, _ = DIFFERENCES[name]
    steps = best_step(order) * np.geomspace(1e-3, 1e3, 25)
    errors = [abs(quotient(np.exp, 1.0, h) - math.e) for h in steps]
    at_best = abs(quotient(np.exp, 1.0) - math.e)
    assert at_best < 0.1 * min(errors[0], errors[-1])
    assert at_best < 1e-7


@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_cost_is_what_the_table_says(name):
    quotient, _, calls = DIFFERENCES[name]
    seen = []
    quotient(lambda x: seen.append(1) or x, 1.0)
    assert len(seen) == calls


def test_a_step_that_rounding_swallows_gives_the_slope_zero():
    assert forward_difference(np.exp, 1.0, h=1e-16) == 0.0
    assert complex_step(np.exp, 1.0, h=1e-200) == math.exp(1)


@given(st.lists(numbers, min_size=1, max_size=5))
def test_complex_step_is_correct_to_the_last_digits(x):
    def f(x):
        return np.exp(np.sin(x)) / (2 + x**2)

    def exact(x):
        return f(x) * (np.cos(x) - 2 * x / (2 + x**2))

    assert_allclose(complex_step(f, x), exact(np.array(x)), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize(
    "rule", [forward_difference, central_difference, five_point_difference, derivative]
)
def test_arrays_are_taken_entry_by_entry_and_left_alone(rule):
    x = np.array([[0.1, 2.0], [-30.0, 1e4]])
    before = x.copy()
    assert_allclose(rule(np.square, x), 2 * x, rtol=1e-6)
    assert_array_equal(x, before)
    assert isinstance(rule(np.square, 3), float)


QUOTIENTS = [*(each.quotient for each in DIFFERENCES.values()), one_sided_quotients]


@pytest.mark.parametrize("rule", [*QUOTIENTS, complex_step])
def test_quotients_refuse_by_name(rule):
    with pytest.raises(TypeError, match=r"^f must be a function, but is of type int"):
        rule(1, 1.0)
    with pytest.raises(ValueError, match=r"^h must be a finite number > 0, but is 0"):
        rule(np.exp, 1.0, h=0)
    with pytest.raises(TypeError, match=r"^x must hold real numbers, but holds text"):
        rule(np.exp, "1")
    with pytest.raises(ValueError, match=r"^f must return what has the shape of x"):
        rule(np.sum, [1.0, 2.0])


def test_complex_step_refuses_what_is_not_analytic():
    with pytest.raises(TypeError, match=r"^f must return complex numbers .* float64"):
        complex_step(np.abs, 1.0)


@pytest.mark.parametrize("order", [0, -1])
def test_an_order_below_one_is_refused(order):
    with pytest.raises(ValueError, match=r"^order must be "):
        best_step(order)


@pytest.mark.parametrize("h", [1.0, 1e-3, 1e-9])
def test_the_kink_of_relu(h):
    def relu(x):
        return np.maximum(x, 0)

    assert one_sided_quotients(relu, 0.0, h) == (0.0, 1.0)
    assert central_difference(relu, 0.0, h) == 0.5


@given(numbers, st.floats(1e-6, 1))
def test_the_central_difference_is_the_mean_of_the_two_sides(x, h):
    left, right = one_sided_quotients(np.sin, x, h)
    assert_allclose(central_difference(np.sin, x, h), (left + right) / 2, atol=1e-9)


# Several variables


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


# Taylor


def test_taylor_of_exp_by_hand():
    assert taylor([1, 1, 1])(1.0) == 2.5
    assert_allclose(taylor([math.e] * 3, center=1.0)(1.5), math.e * (1 + 0.5 + 0.125))
    assert taylor([7.0])(3.0) == 7.0


def test_taylor_agrees_with_scipys_fit():
    fitted = approximate_taylor_polynomial(np.sin, 0.5, 5, 0.01, 9)
    ours = taylor(
        [np.sin(0.5), np.cos(0.5), -np.sin(0.5), -np.cos(0.5), np.sin(0.5)], 0.5
    )
    assert_allclose(ours(0.7), fitted(0.2), atol=1e-5)


@given(st.integers(0, 12), numbers)
def test_the_rest_of_the_sine_stays_below_the_bound(order, x):
    derivatives = [math.sin(k * math.pi / 2) for k in range(order + 1)]
    rest = abs(taylor(derivatives)(x) - math.sin(x))
    assert rest <= taylor_bound(1.0, order, x) + 1e-14


def test_the_polynomial_has_the_derivatives_that_it_was_given():
    polynomial = taylor([1.0, -2.0, 3.0, 4.0], center=2.0)
    assert derivative(polynomial, 2.0) == -2.0
    assert_allclose(
        numerical_hessian(lambda x: polynomial(x[0]), [2.0]), 3.0, rtol=1e-5
    )


def test_taylor_refuses_by_name():
    with pytest.raises(ValueError, match=r"^derivatives must hold the value at least"):
        taylor([])
    with pytest.raises(ValueError, match=r"^derivatives must have shape \(n,\)"):
        taylor(1.0)
    with pytest.raises(ValueError, match=r"^ceiling must be a finite number >= 0"):
        taylor_bound(-1.0, 1, 0.5)


# Integrals


@pytest.mark.parametrize("rule", [trapezoid, simpson])
def test_integrals_known_by_hand(rule):
    assert rule(lambda x: 3 * x, 0, 2, 2) == 6.0
    assert rule(lambda x: 5.0, 1, 3) == pytest.approx(10.0)
    assert rule(np.sin, 2.0, 2.0) == 0.0
    assert_allclose(rule(np.exp, 1, 0), -rule(np.exp, 0, 1))
    assert abs(rule(np.sin, 0, 2 * np.pi)) < 1e-12
    assert_allclose(rule(lambda x: abs(np.sin(x)), 0, 2 * np.pi, 1000), 4, atol=1e-4)


@pytest.mark.parametrize(("rule", "order"), [(trapezoid, 2), (simpson, 4)])
def test_twice_the_pieces_divide_the_error_by_the_order(rule, order):
    errors = [abs(rule(np.exp, 0, 1, n) - (math.e - 1)) for n in (10, 20)]
    assert_allclose(errors[0] / errors[1], 2**order, rtol=0.01)


@given(numbers, numbers)
def test_integrals_agree_with_scipy(a, b):
    def f(x):
        return np.exp(np.sin(x))

    exact = quad(f, a, b)[0]
    assert_allclose(trapezoid(f, a, b, 2000), exact, atol=1e-4)
    assert_allclose(simpson(f, a, b, 2000), exact, atol=1e-9)
    x = np.linspace(a, b, 11)
    assert_allclose(trapezoid(f, a, b, 10), np.trapezoid(f(x), x), atol=1e-12)
    if a != b:
        assert_allclose(simpson(f, a, b, 10), scipy_simpson(f(x), x=x), atol=1e-9)


def test_the_fundamental_theorem():
    def area(x):
        return simpson(np.cos, 0.0, float(x), 200)

    assert_allclose(central_difference(area, 1.2), np.cos(1.2), rtol=1e-8)


def test_integrals_refuse_by_name():
    with pytest.raises(ValueError, match=r"^pieces must be even for Simpson's rule"):
        simpson(np.sin, 0, 1, 3)
    for rule in (trapezoid, simpson):
        with pytest.raises(ValueError, match=r"^pieces must be at least 1, but is 0"):
            rule(np.sin, 0, 1, 0)
        with pytest.raises(ValueError, match=r"^a and b must be finite"):
            rule(np.sin, 0, np.inf)
        with pytest.raises(ValueError, match=r"^what f returns must have shape \(5,\)"):
            rule(lambda x: x[1:], 0, 1, 4)


# Dual numbers

# Where to try a function of one or two variables; elsewhere at 0.3, or at 0.3 and 0.8.
PLACES = {np.arccosh: (1.7,), np.power: (0.3, -1.2)}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # log of −0.3
@pytest.mark.parametrize("ufunc", RULES, ids=lambda ufunc: ufunc.__name__)
def test_every_rule_against_differences(ufunc):
    x = np.array(PLACES.get(ufunc, (0.3, 0.8)[: ufunc.nin]))
    expected = numerical_gradient(lambda x: ufunc(*x), x)
    got = [
        ufunc(*(Dual(each, float(i == j)) for j, each in enumerate(x))).slope
        for i in range(ufunc.nin)
    ]
    assert_allclose(got, expected, rtol=1e-8)
    assert len(RULES[ufunc]) == ufunc.nin
    other = np.array([-each for each in x])
    if ufunc(*other) == ufunc(*other):  # it is defined there too
        expected = numerical_gradient(lambda x: ufunc(*x), other)
        got = ufunc(*(Dual(each, 1.0) for each in other)).slope
        assert_allclose(got, expected.sum(), rtol=1e-8, atol=1e-10)


UNARY = [
    np.sin,
    np.cos,
    np.tanh,
    np.arctan,
    lambda x: np.exp(-x * x),
    lambda x: np.sqrt(1 + x**2),
    lambda x: np.log1p(x * x),
    lambda x: 1 / (2 + np.sin(x)),
]
BINARY = [np.add, np.subtract, np.multiply, lambda x, y: x / (1 + y * y)]
leaves = st.one_of(
    st.just(lambda x: x), st.floats(-2, 2).map(lambda c: lambda x: c + 0 * x)
)
trees = st.recursive(
    leaves,
    lambda smaller: st.one_of(
        st.builds(lambda f, g: lambda x: f(g(x)), st.sampled_from(UNARY), smaller),
        st.builds(
            lambda f, g, h: lambda x: f(g(x), h(x)),
            st.sampled_from(BINARY),
            smaller,
            smaller,
        ),
    ),
    max_leaves=6,
)


@given(trees, st.floats(-1.5, 1.5))
def test_dual_numbers_agree_with_differences_on_random_expressions(tree, x):
    slope = derivative(tree, x)
    size = max(1.0, abs(slope), abs(float(tree(x))))
    assert abs(slope - five_point_difference(tree, x, 1e-3)) <= 1e-8 * size
    assert abs(slope - central_difference(tree, x)) <= 1e-8 * size


@given(trees, st.floats(-1.5, 1.5))
def test_dual_numbers_agree_with_the_complex_step_to_the_last_digits(tree, x):
    assert_allclose(derivative(tree, x), complex_step(tree, x), rtol=1e-9, atol=1e-9)


def test_a_dual_number_by_hand():
    x = Dual(3.0, 1.0)
    assert repr(x * x + 2 * x) == "Dual(15.0, 8.0)"
    assert repr(x / x) == "Dual(1.0, 0.0)"
    assert repr(2**x) == f"Dual(8.0, {8 * math.log(2)})"
    assert repr(abs(-x)) == "Dual(3.0, 1.0)"
    assert (x > 2, x == 3, x < Dual(2.0, 5.0)) == (True, True, False)


def test_powers_at_zero():
    zero = Dual(0.0, 1.0)
    assert (zero**0).slope == 0
    assert (zero**1).slope == 1
    assert (zero**2).slope == 0
    assert (0.0 ** Dual(2.0, 1.0)).slope == 0


def test_the_tie_rules():
    zero = Dual(0.0, 1.0)
    assert np.maximum(zero, 0).slope == 0
    assert np.maximum(0, zero).slope == 1
    assert np.abs(zero).slope == 0
    both = np.maximum(zero, 0) + np.minimum(zero, 0)
    assert both.slope == 1


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 99))
def test_matrix_products_of_duals(n, m, seed):
    rng = np.random.default_rng(seed)
    A, dA, B, dB = rng.normal(size=(4, n, m))
    product = Dual(A, dA) @ Dual(B, dB).T
    h = 1e-4
    above, below = ((A + s * dA) @ (B + s * dB).T for s in (h, -h))
    assert_allclose(product.slope, (above - below) / (2 * h), atol=1e-8)
    assert_allclose((A @ Dual(B, dB).T).slope, A @ dB.T)
    assert_allclose(np.dot(Dual(A, dA), B.T).slope, dA @ B.T)


def test_arrays_of_duals():
    x = Dual([[1.0, 2.0], [3.0, 4.0]], [[0.1, 0.2], [0.3, 0.4]])
    assert (x.shape, x.ndim, x.size, len(x)) == ((2, 2), 2, 4, 2)
    assert_allclose(np.sum(x).slope, 1.0)
    assert_allclose(np.mean(x, axis=0).slope, [0.2, 0.3])
    assert_allclose(x.sum(axis=1).value, [3, 7])
    assert_array_equal(x[1].slope, [0.3, 0.4])
    assert_array_equal(np.where(x > 2, x, 0).slope, [[0, 0], [0.3, 0.4]])
    rows = np.stack([x[0], x[1] * 2])
    assert_allclose(rows.slope, [[0.1, 0.2], [0.6, 0.8]])
    assert sum(row.sum() for row in x).value == 10
    assert (x[0] + 1.0).slope.shape == (2,)
    assert (x[0, 0] + np.ones(3)).slope.shape == (3,)


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


def test_a_derivative_keeps_the_shape_of_the_point():
    with pytest.raises(
        ValueError, match=r"^f must return what has the shape of x, \(\)"
    ):
        derivative(lambda x: np.stack([x, x]), 1.0)
    with pytest.raises(ValueError, match=r"use numerical_gradient or numerical_jac"):
        derivative(lambda x: x[0] * x[1], [2.0, 3.0])


def test_a_constant_has_the_slope_zero():
    assert derivative(lambda x: 3.0, 1.0) == 0.0
    assert_array_equal(derivative(lambda x: 3.0, [1.0, 2.0]), [0, 0])
    assert jacobian_vector_product(lambda x: 3.0, [1.0], [1.0]) == 0


@pytest.mark.parametrize(
    ("f", "name"),
    [
        (np.floor, "floor"),
        (np.add.reduce, "add.reduce"),
        (np.linalg.norm, "norm"),
        (np.cumsum, "cumsum"),
        (lambda x: np.exp(x, where=True), "exp"),
    ],
)
def test_what_has_no_rule_is_refused_by_name(f, name):
    with pytest.raises(TypeError, match=rf"^{name} has no rule for Dual numbers: add"):
        f(Dual([1.0, 2.0], 1.0))


def test_a_slope_is_never_dropped_in_silence():
    x = Dual(1.0, 1.0)
    with pytest.raises(TypeError, match=r"plain number.*\(np.exp\) in place of math's"):
        math.exp(x)
    with pytest.raises(TypeError, match=r"plain array: its slope would be lost"):
        np.array(x, dtype=float)
    with pytest.raises(TypeError, match=r"^add must make a new Dual: write x = x \+ y"):
        x += 1
    with pytest.raises(TypeError, match=r"^condition must hold truth values"):
        np.where(x, 1, 2)


def test_a_slope_of_another_shape_is_refused():
    with pytest.raises(
        ValueError, match=r"^slope must have the shape of value, \(2,\)"
    ):
        Dual([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(
        TypeError, match=r"^value must hold real numbers, but holds text"
    ):
        Dual("one", 1.0)


# The table of matrix calculus


@pytest.fixture
def given_matrices():
    rng = np.random.default_rng(5)
    A, X = rng.normal(size=(2, 3, 3))
    return A, X + 2 * np.eye(3), rng.normal(size=3), rng.normal(size=3)


@pytest.mark.parametrize("name", VECTOR_GRADIENTS)
def test_a_gradient_by_a_vector(name, given_matrices):
    A, _, b, x = given_matrices
    value, gradient = VECTOR_GRADIENTS[name]
    check_gradient(lambda x: value(x, A, b), x, gradient(x, A, b))


@pytest.mark.parametrize("name", MATRIX_GRADIENTS)
def test_a_gradient_by_a_matrix(name, given_matrices):
    A, X, b, _ = given_matrices
    value, gradient = MATRIX_GRADIENTS[name]
    check_gradient(lambda X: value(X, A, b), X, gradient(X, A, b))


@pytest.mark.parametrize("name", JACOBIANS)
def test_a_jacobian_of_the_table(name, given_matrices):
    A, _, b, x = given_matrices
    value, jacobian = JACOBIANS[name]
    numerical = numerical_jacobian(lambda x: value(x, A, b), x)
    assert_allclose(jacobian(x, A, b), numerical, atol=1e-8)
