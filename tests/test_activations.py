"""Activations: known values, laws, differences, scipy and torch."""

import importlib.util
import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from checking import check_gradient, refuses
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, optimize, stats

from mathlib.activations import (
    ACTIVATIONS,
    Activation,
    active_share,
    dead_units,
    elu,
    gelu,
    gelu_derivative,
    leaky_relu,
    leaky_relu_derivative,
    linear_pieces,
    relu,
    relu_derivative,
    sigmoid_derivative,
    silu,
    silu_derivative,
    softplus,
    step,
    swiglu,
    tanh,
    tanh_derivative,
)
from mathlib.special import normal_cdf, sigmoid

NAMES = ("identity", "step", "sigmoid", "tanh", "relu", "leaky_relu", "elu")
NAMES = (*NAMES, "softplus", "gelu", "silu")
ROWS = pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=ACTIVATIONS)
Z = np.array([[-6.0, -3.0, -0.7, -0.1], [0.2, 1.1, 2.5, 6.0]])
SMOOTH = ("identity", "sigmoid", "tanh", "elu", "softplus", "gelu", "silu")
seeds = st.integers(0, 2**32 - 1)
numbers = st.floats(-30, 30)
torch_missing = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="torch is not installed: the comparison with it is left out",
)


class Formulas(NDArrayOperatorsMixin):
    """A stand-in for a Tensor: it allows ufuncs, and no other function of numpy."""

    stands_for_array = True

    def __init__(self, value):
        self.value = np.asarray(value, float)

    shape = property(lambda self: self.value.shape)

    def __array_ufunc__(self, operation, method, *inputs, **options):
        assert (method, options) == ("__call__", {})
        bare = [x.value if isinstance(x, Formulas) else x for x in inputs]
        result = operation(*bare)
        return result if np.asarray(result).dtype == bool else Formulas(result)

    def __array_function__(self, function, types, args, kwargs):
        raise TypeError(f"np.{function.__name__} does not let a Tensor pass")


# Every row of the table


def test_the_table_holds_what_it_promises():
    assert tuple(ACTIVATIONS) == NAMES
    assert all(isinstance(row, Activation) for row in ACTIVATIONS.values())


@pytest.mark.parametrize("name", [name for name in NAMES if name != "step"])
def test_the_derivative_is_the_slope(name):
    f, df = ACTIVATIONS[name]
    check_gradient(lambda z: f(z).sum(), Z, df(Z))


def test_a_step_has_no_slope_to_learn_by():
    assert_array_equal(ACTIVATIONS["step"].df(Z), np.zeros_like(Z))
    assert_array_equal(step(Z), Z > 0)


@ROWS
def test_the_fundamental_theorem_joins_each_pair(row):
    for low, high in ((-4.0, -0.5), (0.5, 3.0)):
        area = integrate.quad(row.df, low, high)[0]
        assert area == pytest.approx(row.f(high) - row.f(low), abs=1e-9)


@ROWS
def test_a_large_number_is_no_trouble(row):
    far = np.array([-1000.0, 1000.0])
    assert np.isfinite(row.f(far)).all()
    assert np.isfinite(row.df(far)).all()


FAR = {
    "identity": ((-1000, 1000), (1, 1)),
    "step": ((0, 1), (0, 0)),
    "sigmoid": ((0, 1), (0, 0)),
    "tanh": ((-1, 1), (0, 0)),
    "relu": ((0, 1000), (0, 1)),
    "leaky_relu": ((-10, 1000), (0.01, 1)),
    "elu": ((-1, 1000), (0, 1)),
    "softplus": ((0, 1000), (0, 1)),
    "gelu": ((0, 1000), (0, 1)),
    "silu": ((0, 1000), (0, 1)),
}
AT_ZERO = {
    "identity": (0, 1),
    "step": (0, 0),
    "sigmoid": (0.5, 0.25),
    "tanh": (0, 1),
    "relu": (0, 0),
    "leaky_relu": (0, 0.01),
    "elu": (0, 1),
    "softplus": (math.log(2), 0.5),
    "gelu": (0, 0.5),
    "silu": (0, 0.5),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_ends_and_the_middle_by_hand(name):
    f, df = ACTIVATIONS[name]
    values, slopes = FAR[name]
    assert_allclose(f([-1000.0, 1000.0]), values, rtol=1e-15, atol=1e-300)
    assert_allclose(df([-1000.0, 1000.0]), slopes, rtol=1e-15, atol=1e-300)
    assert_allclose((f(0.0), df(0.0)), AT_ZERO[name], rtol=1e-15)


@ROWS
@pytest.mark.parametrize("shape", [(), (3,), (0, 2), (2, 3, 4)])
def test_any_shape_is_kept_and_the_input_left_alone(row, shape):
    z = np.random.default_rng(0).normal(size=shape)
    before = z.copy()
    for face in row:
        result = face(z)
        assert np.shape(result) == shape
        assert np.asarray(result).dtype == float
        assert not np.shares_memory(result, z)
    assert_array_equal(z, before)


@ROWS
def test_a_list_and_a_number_will_do(row):
    for face in row:
        assert face([-1, 2])[1] == face(2) == face(2.0)


@ROWS
def test_formulas_let_a_tensor_pass(row):
    for face in row:
        result = face(Formulas(Z))
        bare = result.value if isinstance(result, Formulas) else result
        assert_array_equal(np.asarray(bare, float), face(Z))


@ROWS
def test_what_is_no_number_is_refused_by_name(row):
    for face in row:
        with refuses(TypeError, "z must hold real numbers, but holds text"):
            face("1")


# Torch, where it is installed


def torch_rows(torch):
    f = torch.nn.functional
    return {
        "identity": lambda z: z * 1,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": f.relu,
        "leaky_relu": f.leaky_relu,
        "elu": f.elu,
        "softplus": lambda z: f.softplus(z, threshold=35),
        "gelu": f.gelu,
        "silu": f.silu,
    }


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


def in_torch(torch, f, z):
    """Torch's values and slopes, in double precision."""
    tensor = torch.tensor(z, dtype=torch.float64, requires_grad=True)
    value = f(tensor)
    value.sum().backward()
    return value.detach().numpy(), tensor.grad.numpy()


@torch_missing
@pytest.mark.parametrize("name", [name for name in NAMES if name != "step"])
def test_values_and_slopes_equal_torch_s(torch, name):
    far = [-1000.0, -100.0, -30.0, 30.0, 100.0, 1000.0]
    z = np.concatenate([np.linspace(-9, 9, 721), far])
    value, slope = in_torch(torch, torch_rows(torch)[name], z)
    assert_allclose(ACTIVATIONS[name].f(z), value, rtol=1e-12, atol=1e-12)
    assert_allclose(ACTIVATIONS[name].df(z), slope, rtol=1e-12, atol=1e-12)


@torch_missing
def test_at_the_kink_torch_answers_differently_to_the_same_function(torch):
    zero = torch.zeros((), dtype=torch.float64)
    asked = {
        torch.relu: 0.0,
        lambda z: torch.clamp(z, min=0): 1.0,
        lambda z: torch.maximum(zero, z): 0.5,
        torch.nn.functional.leaky_relu: 0.01,
    }
    for f, slope in asked.items():
        assert in_torch(torch, f, 0.0)[1] == slope
    assert relu_derivative(0.0) == 0.0
    assert leaky_relu_derivative(0.0) == 0.01


# Laws of single functions


@given(numbers)
def test_what_is_lost_on_one_side_is_kept_on_the_other(z):
    for f in (relu, softplus, gelu, silu):
        assert f(z) - f(-z) == pytest.approx(z, abs=1e-13)
    assert sigmoid(z) + sigmoid(-z) == pytest.approx(1, rel=1e-14)


@given(numbers)
def test_tanh_is_a_stretched_sigmoid(z):
    assert tanh(z) == pytest.approx(2 * sigmoid(2 * z) - 1, abs=1e-14)
    assert tanh_derivative(z) == pytest.approx(4 * sigmoid_derivative(2 * z), abs=1e-14)


@given(numbers)
def test_the_sigmoid_s_slope_needs_its_value_only(z):
    s = sigmoid(z)
    assert sigmoid_derivative(z) == pytest.approx(s * (1 - s), abs=1e-15)
    assert 0 < sigmoid_derivative(z) <= 0.25 * (1 + 1e-15)


def test_the_sigmoid_s_slope_keeps_its_tail():
    tail = np.exp(-np.array([40.0, 100.0, 700.0]))
    assert_allclose(sigmoid_derivative([40.0, 100.0, 700.0]), tail, rtol=1e-12)


@given(numbers)
def test_softplus_lies_just_above_the_rectifier(z):
    assert 0 < softplus(z) - relu(z) < math.log(2) + 1e-14 or z > 30
    assert elu(z) >= -1


@given(numbers, st.floats(0.01, 0.99))
def test_a_leak_is_the_slope_below_zero(z, slope):
    assert leaky_relu(z, slope) == (z if z > 0 else slope * z)
    assert leaky_relu_derivative(z, slope) == pytest.approx(1 if z > 0 else slope)


def test_a_leak_outside_0_and_1_is_refused():
    for face in (leaky_relu, leaky_relu_derivative):
        with refuses(ValueError, "slope must be a number between 0 and 1, both excl"):
            face(1.0, slope=1.0)


@pytest.mark.parametrize(
    ("f", "bracket", "place", "least"),
    [
        (gelu, (-3, 0), -0.7518, -0.1700),
        (silu, (-3, 0), -1.2785, -0.2785),
        (lambda z: -gelu_derivative(z), (0, 4), math.sqrt(2), -1.1289),
        (lambda z: -silu_derivative(z), (0, 4), 2.3994, -1.0998),
        (lambda z: -sigmoid_derivative(z), (-2, 3), 0, -0.25),
        (lambda z: -tanh_derivative(z), (-2, 3), 0, -1),
    ],
)
def test_the_extremes(f, bracket, place, least):
    found = optimize.minimize_scalar(f, bounds=bracket, method="bounded")
    assert found.x == pytest.approx(place, abs=1e-4)
    assert found.fun == pytest.approx(least, abs=5e-5)


# Measures


@given(arrays(float, (5, 4), elements=st.floats(-3, 3)))
def test_dead_and_active_agree_with_a_loop(Z):
    dead = [all(z <= 0 for z in column) for column in Z.T]
    assert_array_equal(dead_units(Z), dead)
    assert active_share(Z) == sum(z > 0 for z in Z.ravel()) / Z.size
    assert_array_equal(dead_units(Z), ~(relu(Z) > 0).any(axis=0))


def test_a_dead_unit_gets_no_gradient_and_a_leaky_one_does():
    rng = np.random.default_rng(4)
    X, w, bias = rng.uniform(size=(50, 3)), np.ones(3), -3.0
    z = X @ w + bias
    assert dead_units(z[:, None]) == [True]
    assert_array_equal(X.T @ relu_derivative(z), np.zeros(3))
    assert (X.T @ leaky_relu_derivative(z) > 0).all()


def test_units_die_as_often_as_the_formula_says():
    rng = np.random.default_rng(5)
    Z = rng.normal(size=(100, 4000)) - 2
    assert active_share(Z) == pytest.approx(normal_cdf(-2.0), abs=1e-3)
    chance = (1 - normal_cdf(-2.0)) ** 100
    assert chance == pytest.approx(0.100, abs=5e-4)
    assert dead_units(Z).mean() == pytest.approx(chance, abs=0.015)


@given(st.integers(0, 8), seeds)
def test_one_layer_has_a_bend_for_each_unit(units, seed):
    knots = np.random.default_rng(seed).uniform(0.01, 0.99, units)
    x = np.linspace(0, 1, 20_001)[:, None]
    assert linear_pieces(x - knots) <= units + 1
    if units and np.diff(np.sort(knots), prepend=0).min() > 1e-4:
        assert linear_pieces(x - knots) == units + 1


@pytest.mark.parametrize("depth", range(1, 8))
def test_folding_doubles_the_pieces(depth):
    h = np.linspace(0, 1, 2**10 + 2)[1:-1, None]  # no point on a fold
    layers = []
    for _ in range(depth):
        Z = h - [0.0, 0.5]
        layers.append(Z)
        h = relu(Z) @ [[2.0], [-4.0]]
    assert linear_pieces(np.hstack(layers)) == 2**depth


def test_measures_refuse():
    for measure in (active_share, dead_units):
        with refuses(ValueError, "Z must have shape (n, units), but its shape is (3,)"):
            measure(np.ones(3))
    with refuses(ValueError, "Z must have shape (points, units), but its shape is (3"):
        linear_pieces(np.ones(3))
    with refuses(ValueError, "Z must hold at least one row, but its shape is (0, 2)"):
        linear_pieces(np.ones((0, 2)))


# Extremes


def fifty_digits(name, z):
    """Value and slope of a smooth activation, in decimals."""
    with localcontext(prec=60):
        z = Decimal(z)
        s = 1 / (1 + (-z).exp())
        if name == "silu":
            return z * s, s + z * s * (1 - s)
        if name == "softplus":
            return (1 + z.exp()).ln(), s
        if name == "elu":
            return (z, Decimal(1)) if z > 0 else (z.exp() - 1, z.exp())
        if name == "tanh":
            t = 1 - 2 / (1 + (2 * z).exp())
            return t, (1 - t) * (1 + t)
        return s, s * (1 - s)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "softplus", "silu"])
@pytest.mark.parametrize("z", [-40.0, -20.0, -1e-8, 1e-8, 0.5, 20.0, 40.0])
def test_values_and_slopes_keep_their_digits_in_the_tails(name, z):
    f, df = ACTIVATIONS[name]
    value, slope = fifty_digits(name, z)
    assert float(f(z)) == pytest.approx(float(value), rel=1e-13, abs=0)
    assert float(df(z)) == pytest.approx(float(slope), rel=1e-13, abs=0)


def test_the_tail_of_gelu_keeps_its_digits():
    z = np.array([-35.0, -20.0, -6.0])
    assert_allclose(gelu(z), z * stats.norm.cdf(z), rtol=1e-12)
    slopes = stats.norm.cdf(z) + z * stats.norm.pdf(z)
    assert_allclose(gelu_derivative(z), slopes, rtol=1e-11)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "identity"])
def test_at_infinity_stands_the_limit(name):
    f, df = ACTIVATIONS[name]
    (low, high), slopes = FAR[name]
    ends = [-np.inf if low < -1 else low, np.inf if high > 1 else high]
    for far in (np.inf, 1e300):
        at = [-far, far]
        assert_allclose(df(at), slopes, rtol=1e-15)
        if far == np.inf:
            assert_array_equal(f(at), ends)


@pytest.mark.parametrize("name", NAMES)
def test_nan_stays_nan(name):
    f, df = ACTIVATIONS[name]
    with np.errstate(invalid="ignore"):
        assert np.isnan(f(np.nan))
        # The slope of a line, and of stairs, does not depend on where one stands.
        assert np.isnan(df(np.nan)) or name in ("identity", "step")


def test_what_is_neither_active_nor_silent_is_refused():
    for measure in (active_share, dead_units, linear_pieces):
        with refuses(ValueError, "Z must hold numbers, but some are nan"):
            measure([[np.nan, 1.0]])
        with refuses(
            ValueError, "Z must hold at least one row, but its shape is (0, 2"
        ):
            measure(np.ones((0, 2)))


# Gated units


def test_gated_units_by_hand():
    X, W, V = np.array([[0.0, 2.0]]), np.array([[1.0], [0.0]]), np.array([[3.0], [4.0]])
    assert_array_equal(swiglu(X, W, V), [[0.0]])  # the gate is at silu(0)
    X = np.array([[1.0, 2.0]])
    assert_allclose(swiglu(X, W, V), [[11 * 0.7310585786300049]])
    assert_allclose(swiglu([[-60.0, 1.0]], W, V), [[0.0]], atol=1e-20)


@given(st.integers(0, 99))
def test_two_gated_units_multiply(seed):
    X = np.random.default_rng(seed).normal(scale=3, size=(20, 2))
    W, V = np.array([[1.0, -1.0], [0, 0]]), np.array([[0, 0], [1.0, -1.0]])
    product = swiglu(X, W, V).sum(axis=1)
    assert_allclose(product, X[:, 0] * X[:, 1], rtol=1e-12, atol=1e-12)


@given(st.integers(0, 99))
def test_a_gated_layer_is_linear_in_what_it_lets_through(seed):
    rng = np.random.default_rng(seed)
    X, (W, V, U) = rng.normal(size=(5, 3)), rng.normal(size=(3, 3, 4))
    both = swiglu(X, W, V) + 2 * swiglu(X, W, U)
    assert_allclose(swiglu(X, W, V + 2 * U), both, atol=1e-12)
    assert_allclose(swiglu(X, W, V), silu(X @ W) * (X @ V))


def test_gated_units_refuse():
    with refuses(ValueError, "V must have shape (m, k) with m = 2, k = 3, but its sha"):
        swiglu(np.ones((1, 2)), np.ones((2, 3)), np.ones((2, 2)))
    with refuses(ValueError, "W must have shape (m, k) with m = 2, but its shape is"):
        swiglu(np.ones((1, 2)), np.ones((3, 2)), np.ones((3, 2)))


def test_a_layer_without_units_has_no_share():
    with refuses(ValueError, "Z must hold at least one unit"):
        active_share(np.zeros((3, 0)))


@pytest.mark.parametrize("kind", [np.float16, np.float32, Fraction])
def test_a_leak_of_few_bits_is_the_number_it_shows(kind):
    z, slope = [-1.0, 1.0], kind(0.1)
    found = leaky_relu_derivative(z, slope)
    assert found.dtype == leaky_relu(z, slope).dtype == float
    assert_array_equal(found, [float(slope), 1.0])


def test_in_a_layer_without_units_none_is_dead():
    assert dead_units(np.zeros((3, 0))).shape == (0,)
    with refuses(ValueError, "Z must hold at least one row"):
        dead_units(np.zeros((0, 3)))
