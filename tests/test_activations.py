"""Activations: known values, laws, differences, scipy and torch; starts and signals."""

import importlib.util
import math
import re
from decimal import Decimal, localcontext

import numpy as np
import pytest
from checking import check_gradient
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.lib.mixins import NDArrayOperatorsMixin
from numpy.testing import assert_allclose, assert_array_equal
from scipy import integrate, optimize, stats

from mathlib.activations import (
    ACTIVATIONS,
    INITIALIZATIONS,
    Activation,
    active_share,
    critical_gain,
    dead_units,
    elu,
    gaussian_mean,
    gelu,
    gelu_derivative,
    he,
    leaky_relu,
    leaky_relu_derivative,
    lecun,
    linear_pieces,
    normal_weights,
    propagate,
    pull_back,
    random_layers,
    relu,
    relu_derivative,
    sigmoid_derivative,
    silu,
    silu_derivative,
    sizes,
    softplus,
    step,
    tanh,
    tanh_derivative,
    xavier,
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


def refuses(error, message):
    return pytest.raises(error, match=f"^{re.escape(message)}")


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


@torch_missing
def test_starts_have_torch_s_deviations(torch):
    torch.manual_seed(0)
    inputs, outputs = 300, 500
    weight = torch.empty(outputs, inputs, dtype=torch.float64)
    init = torch.nn.init
    theirs = {
        he: init.kaiming_normal_(weight.clone(), nonlinearity="relu").std(),
        xavier: init.xavier_normal_(weight.clone()).std(),
        lecun: init.kaiming_normal_(weight.clone(), nonlinearity="linear").std(),
    }
    for start, deviation in theirs.items():
        W = start(inputs, outputs, rng=np.random.default_rng(0))
        assert W.shape == (inputs, outputs)
        assert W.std() == pytest.approx(float(deviation), rel=0.01)


@torch_missing
def test_torch_s_default_layer_starts_smaller_than_lecun_s(torch):
    torch.manual_seed(0)
    weight = torch.nn.Linear(400, 1000).weight.detach().numpy()
    assert weight.var() == pytest.approx(1 / (3 * 400), rel=0.01)
    assert abs(weight).max() <= 1 / math.sqrt(400)


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


# What they do to a normal variable


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (0.5, 2.0), (-3.0, 0.5)])
def test_gaussian_mean_agrees_with_scipy(name, mean, sd):
    f = ACTIVATIONS[name].f
    theirs = stats.norm(mean, sd).expect
    halves = theirs(f, ub=0, epsabs=1e-12) + theirs(f, lb=0, epsabs=1e-12)
    assert gaussian_mean(f, mean, sd) == pytest.approx(halves, abs=1e-8)


def test_gaussian_mean_by_hand():
    assert gaussian_mean(np.square, 3.0, 2.0) == pytest.approx(13)
    assert gaussian_mean(np.exp) == pytest.approx(math.exp(0.5))
    assert gaussian_mean(relu) == pytest.approx(1 / math.sqrt(2 * math.pi))
    assert gaussian_mean(lambda z: relu(z) ** 2) == pytest.approx(0.5)
    variance = 0.5 - gaussian_mean(relu) ** 2
    assert variance == pytest.approx(0.5 - 0.5 / math.pi)
    assert variance == pytest.approx(0.3408, abs=5e-5)
    assert gaussian_mean(step, -2.0) == pytest.approx(normal_cdf(-2.0), rel=1e-10)
    assert gaussian_mean(np.square, 40.0) == pytest.approx(1601)  # the cut is far off


def test_the_mean_of_tanh_is_zero_for_centered_input_only():
    means = [gaussian_mean(tanh, mean) for mean in (0.0, 0.5, 1.0, 2.0)]
    assert_allclose(means, [0, 0.2955, 0.5504, 0.8647], atol=5e-5)


def test_critical_gains():
    known = {"identity": 1, "relu": math.sqrt(2), "step": math.sqrt(2), "tanh": 1.5925}
    for name, gain in known.items():
        assert critical_gain(ACTIVATIONS[name]) == pytest.approx(gain, abs=5e-5)
    with refuses(
        ValueError, "activation must have a finite mean square > 0, but it is"
    ):
        critical_gain(Activation(np.zeros_like, np.zeros_like))


def test_gaussian_mean_refuses():
    with refuses(TypeError, "f must be a function, but is of type float"):
        gaussian_mean(1.0)
    with refuses(ValueError, "sd must be a finite number > 0, but is 0"):
        gaussian_mean(relu, sd=0)


# Starts


def test_the_variances_of_the_starts():
    rng = np.random.default_rng(1)
    wanted = {"lecun": 1 / 200, "xavier": 2 / 1000, "he": 2 / 200}
    assert INITIALIZATIONS.keys() == wanted.keys()
    for name, variance in wanted.items():
        W = INITIALIZATIONS[name](200, 800, rng=rng)
        assert W.shape == (200, 800)
        assert W.var() == pytest.approx(variance, rel=0.02)
        assert abs(W.mean()) < 4 * math.sqrt(variance / W.size)


def test_a_start_is_normal():
    W = normal_weights(50, 100, gain=2.0, rng=np.random.default_rng(2))
    assert stats.kstest(W.ravel() * math.sqrt(50) / 2, "norm").pvalue > 0.05


def test_the_same_generator_draws_the_same_weights():
    for make in (np.random.default_rng, np.random.RandomState):
        first, second = (he(3, 4, rng=make(5)) for _ in range(2))
        assert_array_equal(first, second)


@pytest.mark.parametrize("start", [normal_weights, *INITIALIZATIONS.values()])
def test_starts_refuse_by_name(start):
    rng = np.random.default_rng(0)
    with refuses(ValueError, "inputs must be a finite number > 0, but is 0"):
        start(0, 3, rng=rng)
    with refuses(ValueError, "outputs must be a whole number >= 0, but is -1"):
        start(3, -1, rng=rng)
    with refuses(TypeError, "inputs must be a whole number >= 0, but is 2.0: use int"):
        start(2.0, 3, rng=rng)
    with refuses(TypeError, "rng must be a random generator, but is 0"):
        start(2, 3, rng=0)


def test_random_layers():
    weights = random_layers([3, 5, 2], lecun, rng=np.random.default_rng(0))
    assert [W.shape for W in weights] == [(3, 5), (5, 2)]
    assert_array_equal(weights[0], lecun(3, 5, rng=np.random.default_rng(0)))
    with refuses(ValueError, "widths must hold two numbers or more, but is [3]"):
        random_layers([3], he, rng=np.random.default_rng(0))
    with refuses(TypeError, "start must be a function, but is of type str"):
        random_layers([3, 2], "he", rng=np.random.default_rng(0))


def test_gain_is_checked():
    with refuses(ValueError, "gain must be a finite number > 0, but is -1.0"):
        normal_weights(2, 2, gain=-1.0, rng=np.random.default_rng(0))


# Signals


def test_two_layers_by_hand():
    weights = [np.array([[1.0, -1.0], [2.0, 0.0]]), np.array([[3.0], [5.0]])]
    signal = propagate(ACTIVATIONS["relu"], [[1.0, 2.0]], weights)
    assert_array_equal(signal.preactivations[0], [[5, -1]])
    assert_array_equal(signal.outputs[1], [[5, 0]])
    assert_array_equal(signal.outputs[2], [[15]])
    back = pull_back(ACTIVATIONS["relu"], signal, weights, [[1.0]])
    assert [g.tolist() for g in back] == [[[3, 6]], [[3, 5]], [[1]]]


@pytest.mark.parametrize("name", SMOOTH)
def test_the_gradient_that_comes_back_is_the_gradient(name):
    rng = np.random.default_rng(3)
    weights = random_layers([3, 4, 4, 2], lecun, rng=rng)
    X, upstream = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))

    def loss(X):
        return (propagate(ACTIVATIONS[name], X, weights).outputs[-1] * upstream).sum()

    signal = propagate(ACTIVATIONS[name], X, weights)
    back = pull_back(ACTIVATIONS[name], signal, weights, upstream)
    assert [g.shape for g in back] == [H.shape for H in signal.outputs]
    check_gradient(loss, X, back[0])


@given(st.integers(1, 6), st.floats(0.25, 4), seeds)
def test_rectifiers_pass_a_scale_through_and_leave_a_power_of_it(depth, scale, seed):
    rng = np.random.default_rng(seed)
    weights = random_layers([6] * (depth + 1), he, rng=rng)
    X, upstream = rng.normal(size=(2, 4, 6))
    bend = ACTIVATIONS["relu"]
    signal = propagate(bend, X, weights)
    scaled = propagate(bend, X, [scale * W for W in weights])
    wanted = scale**depth * signal.outputs[-1]
    assert_allclose(scaled.outputs[-1], wanted, rtol=1e-9, atol=1e-9)
    back = pull_back(bend, scaled, [scale * W for W in weights], upstream)[0]
    plain = pull_back(bend, signal, weights, upstream)[0]
    assert_allclose(back, scale**depth * plain, rtol=1e-9, atol=1e-9)


def mean_square_ratio(seed, depth, width, start):
    """How much of the mean square a network of rectifiers leaves."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(1, width))
    weights = random_layers([width] * (depth + 1), start, rng=rng)
    ends = sizes(propagate(ACTIVATIONS["relu"], X, weights).outputs)[[0, -1]]
    return (ends[1] / ends[0]) ** 2


def test_he_keeps_the_mean_square_on_average():
    ratios = [mean_square_ratio(seed, 4, 50, he) for seed in range(2000)]
    error = np.std(ratios) / math.sqrt(len(ratios))
    assert np.mean(ratios) == pytest.approx(1, abs=3 * error)
    assert error < 0.02


def test_fifty_rectifiers_at_gain_one_leave_a_fiftieth_power_of_a_half():
    ratio = mean_square_ratio(0, 50, 256, lecun)
    assert 0.1 < ratio * 2**50 < 10


def test_sigmoids_let_the_gradient_vanish_and_tanh_does_not():
    rng = np.random.default_rng(0)
    weights = random_layers([256] * 21, lecun, rng=rng)
    X, upstream = rng.normal(size=(2, 1, 256))
    left = {}
    for name in ("sigmoid", "tanh"):
        signal = propagate(ACTIVATIONS[name], X, weights)
        ends = sizes(pull_back(ACTIVATIONS[name], signal, weights, upstream))[[0, -1]]
        left[name] = ends[0] / ends[1]
    assert 1e-14 < left["sigmoid"] < 1e-12
    assert 0.03 < left["tanh"] < 1


def test_signals_refuse_what_does_not_fit():
    bend, W = ACTIVATIONS["tanh"], np.ones((2, 3))
    with refuses(ValueError, "what enters a layer must have shape (n, d) with d = 2,"):
        propagate(bend, np.ones((4, 3)), [W])
    with refuses(ValueError, "what enters a layer must have shape (n, d) with d = 2,"):
        propagate(bend, np.ones((4, 2)), [W, W])
    with refuses(ValueError, "each of weights must have shape (d, outputs), but its s"):
        propagate(bend, np.ones((4, 2)), [np.ones(2)])
    signal = propagate(bend, np.ones((4, 2)), [W])
    with refuses(ValueError, "gradient must have shape (4, 3), but its shape is (4,)"):
        pull_back(bend, signal, [W], np.ones(4))


# Measures


def test_sizes_by_hand():
    assert_allclose(sizes([np.array([[3.0, -4.0]]), [2, 2]]), [math.sqrt(12.5), 2])


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


def test_gaussian_mean_of_what_changes_fast():
    for sd in (1e3, 1e6, 1e12):  # as narrow as a needle beside the density
        needle = 1 / (sd * math.sqrt(2 * math.pi))
        mean = gaussian_mean(sigmoid_derivative, sd=sd)
        assert mean == pytest.approx(needle, rel=2e-6)
    assert gaussian_mean(lambda z: np.cos(50 * z)) == pytest.approx(0, abs=1e-14)
    assert gaussian_mean(lambda z: step(z - 0.3)) == pytest.approx(normal_cdf(-0.3))
    kink = gaussian_mean(lambda z: relu(z - 1))
    exact = math.exp(-0.5) / math.sqrt(2 * math.pi) - normal_cdf(-1.0)
    assert kink == pytest.approx(exact, rel=1e-11)
    assert gaussian_mean(lambda z: 1.0) == pytest.approx(1)
    with refuses(ArithmeticError, "f must change more slowly, beside sd = 1: 4096 par"):
        gaussian_mean(lambda z: np.cos(1e6 * z))
    with refuses(ValueError, "mean must be finite"):
        gaussian_mean(relu, np.nan)


def test_sizes_neither_overflow_nor_vanish():
    assert_allclose(sizes([[1e200, -1e200], [1e-200], [0.0, 0.0]]), [1e200, 1e-200, 0])
    assert np.isinf(sizes([[np.inf, 1.0]])).all()
    assert np.isnan(sizes([[np.nan, 1.0]])).all()
    with refuses(ValueError, "each of arrays must hold at least one entry"):
        sizes([[]])


def test_what_is_neither_active_nor_silent_is_refused():
    for measure in (active_share, dead_units, linear_pieces):
        with refuses(ValueError, "Z must hold numbers, but some are nan"):
            measure([[np.nan, 1.0]])
        with refuses(
            ValueError, "Z must hold at least one row, but its shape is (0, 2"
        ):
            measure(np.ones((0, 2)))
