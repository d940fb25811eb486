"""Derivatives of one variable: known values, laws, and scipy's as another method."""

import copy
import math
import pickle
import re
from decimal import Decimal, getcontext, localcontext

import numpy as np
import pytest
from checking import refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.integrate import quad
from scipy.integrate import simpson as scipy_simpson
from scipy.interpolate import approximate_taylor_polynomial

from mathlib.autodiff import value_and_gradient
from mathlib.derivatives import (
    DIFFERENCES,
    EPSILON,
    best_step,
    central_difference,
    complex_step,
    derivative,
    five_point_difference,
    forward_difference,
    one_sided_quotients,
    simpson,
    taylor,
    taylor_bound,
    trapezoid,
)
from mathlib.dual import RULES, Dual
from mathlib.gradients import (
    directional_derivative,
    hessian_vector_product,
    jacobian_vector_product,
    numerical_gradient,
    numerical_hessian,
    numerical_jacobian,
)

numbers = st.floats(-3, 3)
seeds = st.integers(0, 2**32 - 1)


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


def test_the_complex_step_may_be_as_small_as_you_like():
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


@pytest.mark.parametrize("rule", QUOTIENTS)
def test_a_step_that_rounding_swallows_is_refused(rule):
    message = (
        r"^h must be so large that x \+ h is not rounded to x, but is {} at x = {}"
    )
    for x, h, where in ((1.0, 1e-16, "1.0"), ([0.0, 1.0, 1e10, 1e20], 1e-7, "1e10")):
        where = re.escape(str(float(where)))
        with pytest.raises(ValueError, match=message.format(h, where)):
            rule(np.square, x, h)
    assert rule(lambda x: x, 0.0, 1e-300) in (1.0, (1.0, 1.0))


@pytest.mark.parametrize("rule", [central_difference, five_point_difference])
def test_a_step_swallowed_on_one_side_is_refused(rule):
    assert -1.0 + 1e-16 != -1.0 == -1.0 - 1e-16
    with pytest.raises(ValueError, match=r"^h must be so large that x - h is not"):
        rule(np.exp, -1.0, 1e-16)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_a_default_step_is_never_swallowed(order):
    sizes = np.geomspace(5e-324, 1e300, 2001)
    x = np.concatenate([-sizes, [0.0], sizes])
    h = best_step(order, x)
    assert np.all((x + h != x) & (x - h != x))


def test_complex_step_refuses_what_is_masked():
    with refuses(ValueError, "what f returns must have all its entries, but some are"):
        complex_step(lambda x: np.ma.masked_array(x**2, mask=True), 1.0)


def test_complex_step_refuses_by_name_what_is_ragged_or_masked_within_a_list():
    with refuses(ValueError, "what f returns must have rows of one length"):
        complex_step(lambda x: [1j, [2j]], 1.0)
    with refuses(ValueError, "what f returns must have all its entries, but some are"):
        complex_step(lambda x: [np.ma.masked, 1j], [1.0, 2.0])


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


def test_the_polynomial_of_a_tensor_is_a_tensor():
    polynomial = taylor([1.0, -2.0, 3.0, 4.0], center=2.0)
    value, (slope,) = value_and_gradient(polynomial)(3.0)
    assert_allclose([value, slope], [polynomial(3.0), derivative(polynomial, 3.0)])


def test_taylor_refuses_by_name():
    with pytest.raises(TypeError, match=r"^center must be a finite number, but is 'a'"):
        taylor([1.0], "a")
    with pytest.raises(ValueError, match=r"^center must be a finite number, but is na"):
        taylor([1.0], np.nan)
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
    for rule, least in ((trapezoid, 1), (simpson, 2)):
        message = rf"^pieces must be at least {least}, but is 0"
        with pytest.raises(ValueError, match=message):
            rule(np.sin, 0, 1, 0)
        with pytest.raises(ValueError, match=r"^a must have shape \(\), but its shape"):
            rule(np.sin, np.array([0.0]), np.array([1.0]))
        with pytest.raises(ValueError, match=r"^b must have shape \(\), but its shape"):
            rule(np.sin, 0, np.array([1.0]))
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


def test_a_derivative_inside_a_derivative_is_right_or_refused():
    # independent of the one around it: right
    assert derivative(lambda x: x * derivative(lambda y: y * y, 3.0), 1.0) == 6.0
    for inner in (
        lambda x: x * derivative(lambda y: x + y, 1.0),
        lambda x: derivative(lambda y: y * x * x, 1.0),
        lambda x: derivative(lambda y: y * y, x),
        lambda x: derivative(lambda y: x, 1.0),
        lambda x: derivative(lambda y: np.where(y > 0, x, y), 1.0),
        lambda x: derivative(lambda y: np.stack([x, y]).sum(), 1.0),
        lambda x: jacobian_vector_product(lambda y: x * y, [1.0], [1.0])[0],
        lambda x: x + Dual(1.0, 2.0),
        lambda x: Dual(x, 1.0),
        lambda x: Dual(1.0, x),
        lambda x: central_difference(lambda y: x * y, 1.0),
        lambda x: central_difference(np.square, x),
        lambda x: numerical_gradient(lambda y: x * y, 1.0),
        lambda x: numerical_jacobian(lambda y: x * y, [1.0]),
        lambda x: trapezoid(lambda y: x + y, 0.0, 1.0),
    ):
        with pytest.raises(TypeError, match=r"^a derivative inside a derivative must"):
            derivative(inner, 1.0)
    second = central_difference(lambda x: derivative(lambda y: y**3, x), 2.0)
    assert second == pytest.approx(12)


@pytest.mark.parametrize("nothing", [None, "a", {"a": 1}, [None], 1j])
def test_what_is_no_number_has_no_slope(nothing):
    with pytest.raises(TypeError, match=r"^what f returns must hold real numbers"):
        derivative(lambda x: nothing, 1.0)
    with pytest.raises(TypeError, match=r"^what f returns must hold real numbers"):
        jacobian_vector_product(lambda x: nothing, [1.0], [1.0])


def test_truth_and_iteration_of_a_dual_are_numpy_s():
    with pytest.raises(TypeError, match=r"has no length"):
        list(Dual(3.0, 1.0))
    with pytest.raises(TypeError, match=r"has no length"):
        len(Dual(3.0, 1.0))
    with pytest.raises(ValueError, match=r"ambiguous"):
        bool(Dual([1.0, 2.0], 1.0))
    assert (bool(Dual([0.0], 1.0)), bool(Dual(2.0, 0.0))) == (False, True)
    rows = list(Dual([[1.0, 2.0], [3.0, 4.0]], 1.0))
    assert [repr(row) for row in rows] == [
        "Dual([1. 2.], [1. 1.])",
        "Dual([3. 4.], [1. 1.])",
    ]
    assert repr(sum(Dual([1.0, 2.0], [3.0, 5.0]))) == "Dual(3.0, 8.0)"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copied_dual_shares_nothing_and_belongs_to_the_same_derivative(copied):
    value, slope = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    twin = copied(Dual(value, slope))
    value[0], slope[0] = 9.0, 9.0
    assert repr(twin) == "Dual([1. 2.], [3. 4.])"
    assert derivative(lambda x: x * copied(x), 3.0) == 6.0
    with pytest.raises(TypeError, match=r"^a Dual must not be pickled"):
        pickle.dumps(twin)


def test_dot_is_numpy_s_or_refused():
    x, A = Dual([1.0, 2.0], 1.0), np.arange(12.0).reshape(2, 3, 2)
    assert repr(np.dot(2.0, x)) == repr(np.dot(x, 2.0)) == repr(2 * x)
    assert_array_equal(np.dot(A, x).value, np.dot(A, x.value))
    with pytest.raises(TypeError, match=r"^dot of Duals takes no stack of matrices"):
        np.dot(x, np.ones((3, 2, 2)))


def test_options_of_sums_are_followed_or_refused_by_name():
    x = Dual([[1.0, 2.0], [3.0, 4.0]], 1.0)
    assert np.sum(x, axis=1, keepdims=True).shape == (2, 1)
    assert np.mean(x, keepdims=True).shape == (1, 1)
    for f in (np.sum, np.mean):
        with pytest.raises(TypeError, match=rf"^{f.__name__} of a Dual has no option"):
            f(x, dtype=float)
    with pytest.raises(TypeError, match=r"^exp of a Dual has no option where"):
        np.exp(x, where=True)


def test_a_sum_of_duals_takes_no_option_by_its_place():
    """The third argument of numpy's sum is a dtype: 2 was taken for keepdims."""
    x = Dual(np.ones((2, 3)), 1.0)
    for function, name in ((np.sum, "sum"), (np.mean, "mean")):
        with pytest.raises(TypeError, match=rf"^Dual\.{name}\(\) takes from 1 to 2"):
            function(x, 0, 2)
    assert np.sum(x, 0, keepdims=True).shape == (1, 3)


def test_functions_with_a_memory_change_nothing():
    buffer = np.empty(2)

    def doubled(x):  # the same array each time
        buffer[:] = 2 * x
        return buffer

    def careless(x):  # it works in place
        x -= 1
        return x * x if x.ndim == 0 else (x * x).sum()

    assert_allclose(numerical_jacobian(doubled, [1.0, 3.0]), 2 * np.eye(2))
    assert_allclose(hessian_vector_product(doubled, [1.0, 3.0], [1.0, 1.0]), [2, 2])
    x = np.array([1.0, 3.0])
    point = np.array(3.0)
    for rule in QUOTIENTS:
        assert_allclose(rule(doubled, x), np.full_like(rule(doubled, x), 2), rtol=1e-6)
        assert_allclose(rule(careless, point), 4, rtol=1e-6)
    assert_allclose(numerical_gradient(careless, x), [0, 4], atol=1e-8)
    assert_allclose(numerical_hessian(careless, x), 2 * np.eye(2), atol=1e-5)
    assert directional_derivative(careless, x, [0.0, 1.0]) == pytest.approx(4)
    assert derivative(lambda y: careless(y.value) + y * 0, 3.0) == 0
    assert (point, *x) == (3.0, 1.0, 3.0)


def test_taylor_beyond_what_a_factorial_may_be():
    many = taylor(np.ones(201))
    assert many(1.0) == pytest.approx(math.e, rel=1e-15)
    assert taylor(np.ones(401))(200.0) == pytest.approx(math.exp(200), rel=1e-13)
    assert taylor_bound(1.0, 400, 100.0) == pytest.approx(
        math.exp(401 * math.log(100) - math.lgamma(402)), rel=1e-11
    )
    assert taylor_bound(1.0, 100_000, 1.0) == 0.0
    assert taylor_bound(0.0, 3, 2.0) == 0.0


def test_counts_of_eight_bits_are_numbers_like_others():
    many = np.int8(127)
    assert taylor_bound(1.0, many, 0.5) == taylor_bound(1.0, 127, 0.5)
    assert best_step(many) == best_step(127)
    assert trapezoid(np.sin, 0, 1, many) == trapezoid(np.sin, 0, 1, 127)
    assert simpson(np.sin, 0, 1, np.int8(126)) == simpson(np.sin, 0, 1, 126)


# The rules against 50 digits, far out and beside singular points

FAR = [*(s * a for a in (1e-200, 1e-20, 0.3, 1.0, 2.5, 40.0, 1e200) for s in (1, -1))]


BELOW_1, ABOVE_1 = np.nextafter(1, 0), np.nextafter(1, 2)


HUGE = 460  # digits: enough for 1e200 in units of a turn, and for 1 + 1e-200


def exponential(x):
    return x.exp() if abs(x) < 10**6 else Decimal(0 if x < 0 else "Infinity")


def turn():
    """2π, by Machin's formula."""

    def arctan_of_one_over(n):
        total, term, k = Decimal(0), Decimal(1) / n, 0
        while abs(term) > Decimal(10) ** -HUGE:
            total += term / (2 * k + 1) * (-1) ** k
            term, k = term / (n * n), k + 1
        return total

    return 8 * (4 * arctan_of_one_over(5) - arctan_of_one_over(239))


def cosine(x):
    x = x % turn()
    total, term, k = Decimal(0), Decimal(1), 0
    while abs(term) > Decimal(10) ** -300:
        total += term
        k += 2
        term *= -x * x / (k * (k - 1))
    return total


def sine(x):
    return cosine(x - turn() / 4)


def hyperbolic(x, sign):
    return (exponential(x) + sign * exponential(-x)) / 2


def sech_squared(x):
    e = exponential(-2 * abs(x))
    return 4 * e / (1 + e) ** 2


def square_root(x):
    return x.sqrt()


def logistic(x, y):
    """eˣ / (eˣ + eʸ)."""
    return 1 / (1 + exponential(y - x))


BIG, ONE = Decimal(10) ** 307, Decimal(1)


OF_ONE = {  # the slope, and points of its own besides FAR; None for the domain
    np.positive: (lambda x: ONE, []),
    np.negative: (lambda x: -ONE, []),
    np.absolute: (lambda x: ONE.copy_sign(x), []),
    np.fabs: (lambda x: ONE.copy_sign(x), []),
    np.square: (lambda x: 2 * x, []),
    np.reciprocal: (lambda x: -1 / (x * x), [1e-154, 1e154, 3e154]),
    np.sqrt: (lambda x: 1 / (2 * square_root(x)), [5e-324, 1e308]),
    np.cbrt: (lambda x: abs(x) ** (Decimal(-2) / 3) / 3, [5e-324, 1e308]),
    np.exp: (exponential, [700.0, -700.0]),
    np.exp2: (lambda x: Decimal(2).ln() * exponential(x * Decimal(2).ln()), [-1000.0]),
    np.expm1: (exponential, [-700.0, 1e-16]),
    np.log: (lambda x: 1 / x, [1e308, 1e-308]),
    np.log2: (lambda x: 1 / (Decimal(2).ln() * x), [1e308]),
    np.log10: (lambda x: 1 / (Decimal(10).ln() * x), [1e308]),
    np.log1p: (lambda x: 1 / (1 + x), [-BELOW_1]),
    np.sin: (cosine, [np.pi / 2]),
    np.cos: (lambda x: -sine(x), [np.pi]),
    np.tan: (lambda x: 1 / cosine(x) ** 2, [np.pi / 2, -np.pi / 2]),
    np.arcsin: (lambda x: 1 / square_root(1 - x * x), [BELOW_1, -BELOW_1]),
    np.arccos: (lambda x: -1 / square_root(1 - x * x), [BELOW_1, -BELOW_1]),
    np.arctan: (lambda x: 1 / (1 + x * x), [1e154, 3e154]),
    np.sinh: (lambda x: hyperbolic(x, 1), [700.0]),
    np.cosh: (lambda x: hyperbolic(x, -1), [700.0, 1e-16]),
    np.tanh: (sech_squared, [10.0, 15.0, 18.0, 20.0, -350.0, 1e-8]),
    np.arcsinh: (lambda x: 1 / square_root(1 + x * x), [1e154]),
    np.arccosh: (lambda x: 1 / square_root(x * x - 1), [ABOVE_1]),
    np.arctanh: (lambda x: 1 / (1 - x * x), [BELOW_1, -BELOW_1]),
}


OF_TWO = {
    np.add: (lambda x, y: ONE, lambda x, y: ONE),
    np.subtract: (lambda x, y: ONE, lambda x, y: -ONE),
    np.multiply: (lambda x, y: y, lambda x, y: x),
    np.divide: (lambda x, y: 1 / y, lambda x, y: -x / (y * y)),
    np.maximum: (lambda x, y: Decimal(x > y), lambda x, y: Decimal(x <= y)),
    np.minimum: (lambda x, y: Decimal(x <= y), lambda x, y: Decimal(x > y)),
    np.hypot: (
        lambda x, y: x / square_root(x * x + y * y),
        lambda x, y: y / square_root(x * x + y * y),
    ),
    np.arctan2: (
        lambda y, x: x / (x * x + y * y),
        lambda y, x: -y / (x * x + y * y),
    ),
    np.logaddexp: (logistic, lambda x, y: logistic(y, x)),
}


def in_domain(ufunc, x):
    with np.errstate(all="ignore"):
        return np.isfinite(ufunc(x))


@pytest.mark.parametrize("ufunc", OF_ONE, ids=lambda ufunc: ufunc.__name__)
def test_a_rule_is_right_to_the_last_digits_far_out_and_beside_singular_points(ufunc):
    exact, own = OF_ONE[ufunc]
    tried = [x for x in (*FAR, *own) if in_domain(ufunc, x)]
    assert len(tried) >= 3
    for x in tried:
        with localcontext() as context:
            context.prec = HUGE
            try:
                wanted = float(exact(Decimal(float(x))))
            except ZeroDivisionError:  # a pole
                continue
        with np.errstate(all="ignore"):
            got = float(RULES[ufunc][0](np.float64(x)))
        assert got == pytest.approx(wanted, rel=4e-15, abs=1e-320), (x, got, wanted)


@pytest.mark.parametrize("ufunc", OF_TWO, ids=lambda ufunc: ufunc.__name__)
def test_a_rule_of_two_arguments_is_right_to_the_last_digits(ufunc):
    points = [(x, y) for x in FAR for y in FAR]
    for rule, exact in zip(RULES[ufunc], OF_TWO[ufunc], strict=True):
        for x, y in points:
            with localcontext() as context:
                context.prec = HUGE
                wanted = float(exact(Decimal(x), Decimal(y)))
            with np.errstate(all="ignore"):
                got = float(rule(np.float64(x), np.float64(y)))
            # the difference y − x, once rounded, is all that logaddexp sees
            rel = 1e-13 if ufunc is np.logaddexp else 4e-15
            assert got == pytest.approx(wanted, rel=rel, abs=1e-320), (x, y, got)


def test_the_slopes_of_a_power_are_right_to_the_last_digits():
    exponents = [-40.0, -1.0, -0.5, 0.0, 1e-200, 0.5, 1.0, 2.0, 3.0, 40.0]
    bases = [x for x in (*FAR, BELOW_1, ABOVE_1, 1e-6, 30.0) if x > 0]
    in_base, in_exponent = RULES[np.power]
    for x in bases:
        for y in exponents:
            with localcontext() as context:
                context.prec = 60
                X, Y = Decimal(x), Decimal(y)
                wanted = [float(Y * X ** (Y - 1)), float(X**Y * X.ln())]
            with np.errstate(all="ignore"):
                got = [
                    float(rule(np.float64(x), np.float64(y)))
                    for rule in (in_base, in_exponent)
                ]
            assert got == pytest.approx(wanted, rel=1e-14, abs=1e-320), (x, y)


def test_the_slope_of_a_power_is_finite_where_the_next_power_is_not():
    for x, y, slope in ((1e-300, -0.03, -3e307), (1e-310, 1e-310, 1.0)):
        assert RULES[np.power][0](x, y) == pytest.approx(slope, rel=1e-13)
        assert derivative(lambda x, y=y: x**y, [x, 2.0])[0] == pytest.approx(
            slope, rel=1e-13
        )


@pytest.mark.parametrize("f", [np.maximum, lambda x, y: -np.minimum(-y, -x)])
def test_what_is_not_the_larger_has_no_slope_be_it_infinite(f):
    with np.errstate(divide="ignore", invalid="raise"):
        assert_array_equal(
            derivative(lambda x: f(np.sqrt(x), 1.0), [0.0, 4]), [0, 0.25]
        )


def test_every_rule_has_a_reference_of_many_digits():
    assert {*OF_ONE, *OF_TWO, np.power} == set(RULES)
    assert getcontext().prec == 28  # left as it was


@pytest.mark.parametrize(
    "ufunc",
    [f for f in RULES if f not in (np.add, np.subtract, np.positive, np.negative)],
    ids=lambda ufunc: ufunc.__name__,
)
def test_nan_has_no_slope(ufunc):
    for place, rule in enumerate(RULES[ufunc]):
        nan = [1.5] * ufunc.nin
        nan[0 if ufunc not in (np.multiply, np.divide) else 1 - place] = np.nan
        if ufunc is np.divide:
            nan[1] = np.nan
        with np.errstate(all="ignore"):
            assert np.isnan(rule(*map(np.float64, nan)))


def test_slopes_at_infinity_and_at_the_origin():
    inf = np.inf
    with np.errstate(all="ignore"):
        for x, y in ((-inf, -inf), (inf, inf)):
            assert [rule(x, y) for rule in RULES[np.logaddexp]] == [0.5, 0.5]
        assert [rule(inf, 0.0) for rule in RULES[np.logaddexp]] == [1, 0]
        assert [rule(0.0, 0.0) for rule in RULES[np.hypot]] == [0, 0]
        assert RULES[np.hypot][0](-inf, 1.0) == -1
        assert (RULES[np.tanh][0](inf), RULES[np.tanh][0](-inf)) == (0, 0)
        assert RULES[np.power][0](inf, 0.0) == 0
