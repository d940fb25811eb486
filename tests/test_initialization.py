"""Initialization: starts and signals, by hand, by laws, against scipy and torch."""

import importlib.util
import math
from fractions import Fraction

import numpy as np
import pytest
from checking import check_gradient, refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from mathlib.activations import (
    ACTIVATIONS,
    Activation,
    relu,
    sigmoid_derivative,
    step,
    tanh,
)
from mathlib.gradients import numerical_jacobian
from mathlib.initialization import (
    INITIALIZATIONS,
    critical_gain,
    gaussian_mean,
    he,
    initialize,
    lecun,
    normal_weights,
    orthogonal,
    propagate,
    pull_back,
    random_layers,
    sizes,
    xavier,
)
from mathlib.special import normal_cdf

SMOOTH = ("identity", "sigmoid", "tanh", "elu", "softplus", "gelu", "silu")
seeds = st.integers(0, 2**32 - 1)
torch_missing = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None,
    reason="torch is not installed: the comparison with it is left out",
)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


# What an activation does to a normal variable


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (0.5, 2.0), (-3.0, 0.5)])
def test_gaussian_mean_agrees_with_scipy(name, mean, sd):
    f = ACTIVATIONS[name].f
    theirs = stats.norm(mean, sd).expect
    halves = theirs(f, ub=0, epsabs=1e-12) + theirs(f, lb=0, epsabs=1e-12)
    assert gaussian_mean(f, mean, sd) == pytest.approx(halves, abs=1e-8)


def test_gaussian_mean_keeps_its_digits_on_a_small_scale():
    phi = math.exp(-0.5) / math.sqrt(2 * math.pi)
    exact = normal_cdf(1.0) + phi
    assert gaussian_mean(relu, 1e-9, 1e-9) == pytest.approx(1e-9 * exact, rel=1e-12)


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


@pytest.mark.parametrize(
    "start", [normal_weights, orthogonal, *INITIALIZATIONS.values()]
)
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


@pytest.mark.parametrize("sizes", [(1, 1), (5, 5), (7, 3), (3, 7)])
def test_an_orthogonal_start_keeps_right_angles(sizes):
    W = orthogonal(*sizes, gain=3.0, rng=np.random.default_rng(0))
    assert W.shape == sizes
    gram = W.T @ W if sizes[0] >= sizes[1] else W @ W.T
    assert_allclose(gram, 9 * np.eye(min(sizes)), atol=1e-13)
    assert np.mean(W**2) == pytest.approx(9 / max(sizes))


def test_an_orthogonal_start_prefers_no_direction():
    """Each entry of a uniform 2 × 2 draw is the cosine of a uniform angle."""
    rng = np.random.default_rng(1)
    entries = np.array([orthogonal(2, 2, rng=rng).ravel() for _ in range(2000)])
    for entry in entries.T:
        assert stats.kstest(np.arccos(entry) / np.pi, "uniform").pvalue > 0.01
    turns = np.sign(np.prod(entries[:, [0, 3]], axis=1))  # det = ±1, as often
    assert abs(turns.mean()) < 0.1
    one = [orthogonal(1, 1, rng=rng).item() for _ in range(400)]
    assert abs(np.mean(one)) < 0.2


@torch_missing
def test_torch_s_orthogonal_start_has_the_same_law(torch):
    torch.manual_seed(0)
    theirs = torch.empty(8, 8, dtype=torch.float64)
    found = [torch.nn.init.orthogonal_(theirs).trace().item() for _ in range(400)]
    rng = np.random.default_rng(2)
    ours = [np.trace(orthogonal(8, 8, rng=rng)) for _ in range(400)]
    assert stats.ks_2samp(ours, found).pvalue > 0.01


def test_gain_is_checked():
    with refuses(ValueError, "gain must be a finite number > 0, but is 0"):
        orthogonal(2, 2, gain=0, rng=np.random.default_rng(0))
    with refuses(ValueError, "gain must be a finite number > 0, but is -1.0"):
        normal_weights(2, 2, gain=-1.0, rng=np.random.default_rng(0))


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


def test_initialize_draws_in_order():
    shapes = (3, 4), (4,), (4, 2), (2,)
    W1, b1, W2, b2 = initialize(shapes, lecun, rng=np.random.default_rng(0))
    rng = np.random.default_rng(0)
    assert_array_equal(W1, lecun(3, 4, rng=rng))
    assert_array_equal(W2, lecun(4, 2, rng=rng))
    assert not b1.any()
    assert not b2.any()
    assert b1.shape == (4,)


def test_initialize_refuses_by_name():
    rng = np.random.default_rng(0)
    with refuses(TypeError, "weights must be a function, but is of type str"):
        initialize([(1, 1)], "he", rng=rng)
    with refuses(TypeError, "rng must be a random generator, but is 0"):
        initialize([(1, 1)], lecun, rng=0)
    with refuses(ValueError, "shapes must have one or two axes, but one is (1, 1, 1)"):
        initialize([(1, 1, 1)], lecun, rng=rng)
    with refuses(ValueError, "what weights returns must have shape (2, 3), but its"):
        initialize([(2, 3)], lambda i, o, *, rng: np.ones((o, i)), rng=rng)
    with refuses(TypeError, "what weights returns must hold real numbers, but holds"):
        initialize([(1, 1)], lambda i, o, *, rng: "he", rng=rng)


def test_a_start_with_a_memory_spoils_nothing():
    buffer = np.empty((2, 2))

    def draw(inputs, outputs, *, rng):
        buffer[...] = rng.normal(size=(inputs, outputs))
        return buffer

    first, second = initialize([(2, 2)] * 2, draw, rng=np.random.default_rng(0))
    assert not np.shares_memory(first, second)


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


def test_unit_vectors_bring_back_the_jacobian():
    rng = np.random.default_rng(6)
    weights, x = random_layers([3, 5, 4], lecun, rng=rng), rng.normal(size=3)
    bend = ACTIVATIONS["tanh"]
    signal = propagate(bend, np.tile(x, (4, 1)), weights)
    J = pull_back(bend, signal, weights, np.eye(4))[0]
    measured = numerical_jacobian(
        lambda x: propagate(bend, x[None], weights).outputs[-1][0], x
    )
    assert_allclose(J, measured, atol=1e-9)


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


def test_sizes_by_hand():
    assert_allclose(sizes([np.array([[3.0, -4.0]]), [2, 2]]), [math.sqrt(12.5), 2])


def test_sizes_neither_overflow_nor_vanish():
    assert_allclose(sizes([[1e200, -1e200], [1e-200], [0.0, 0.0]]), [1e200, 1e-200, 0])
    assert np.isinf(sizes([[np.inf, 1.0]])).all()
    assert np.isnan(sizes([[np.nan, 1.0]])).all()
    with refuses(ValueError, "each of arrays must hold at least one entry"):
        sizes([[]])


def test_a_mean_of_a_normal_variable_wants_one_number_and_a_function_of_each_entry():
    for mean in ([0.0, 1.0], np.zeros(1)):
        with refuses(ValueError, "mean must have shape (), but its shape is"):
            gaussian_mean(np.exp, mean)
    for f in (lambda z: z[:2], lambda z: z[:, None], lambda z: z[:1]):
        with refuses(ValueError, "f of an array must have shape ("):
            gaussian_mean(f)
    assert gaussian_mean(np.abs, np.uint8(3)) == gaussian_mean(np.abs, 3.0)
    assert gaussian_mean(np.exp, sd=Fraction(1, 2)) == gaussian_mean(np.exp, sd=0.5)
    listed = Activation(lambda z: np.tanh(z).tolist(), None)
    assert critical_gain(listed) == critical_gain(ACTIVATIONS["tanh"])


def test_a_start_that_fills_the_same_array_again_loses_no_layer():
    buffer = np.empty((3, 3))

    def start(inputs, outputs, *, rng):
        buffer[:] = rng.normal(size=(inputs, outputs))
        return buffer

    first, second = random_layers([3, 3, 3], start, rng=np.random.default_rng(0))
    expected = np.random.default_rng(0).normal(size=(2, 3, 3))
    assert_array_equal([first, second], expected)


def test_an_activation_that_works_in_place_leaves_the_weighted_sums():
    weights, X, back = [np.eye(2), np.eye(2)], [[1.0, -2.0]], [[1.0, 1.0]]
    bend = ACTIVATIONS["tanh"]
    hasty = Activation(
        lambda z: np.tanh(z, out=z), lambda z: np.power(np.cosh(z, out=z), -2, out=z)
    )
    signal = propagate(hasty, X, weights)
    plain = propagate(bend, X, weights)
    assert_array_equal(signal.preactivations, plain.preactivations)
    slopes = pull_back(hasty, signal, weights, back)
    assert_allclose(slopes, pull_back(bend, plain, weights, back))
    assert_array_equal(signal.preactivations, plain.preactivations)


def test_an_activation_may_return_lists():
    listed = Activation(lambda z: np.tanh(z).tolist(), None)
    X, weights = [[1.0, -2.0]], [np.eye(2), np.eye(2)]
    for ours, same in zip(
        propagate(listed, X, weights).outputs,
        propagate(ACTIVATIONS["tanh"], X, weights).outputs,
        strict=True,
    ):
        assert_array_equal(ours, same, strict=True)


def test_a_start_of_ones_own_gets_plain_sizes():
    def start(inputs, outputs, *, rng):
        return np.full((inputs, outputs), 1 / (inputs + outputs))

    many, rng = np.uint8(200), np.random.default_rng(0)
    assert initialize([(many, many)], start, rng=rng)[0][0, 0] == 1 / 400
    assert random_layers([many, many], start, rng=rng)[0][0, 0] == 1 / 400


def test_a_gradient_comes_back_through_the_weights_of_its_layer_only():
    bend = ACTIVATIONS["tanh"]
    signal = propagate(bend, [[1.0, 2.0]], [np.eye(2)])
    for wrong in (np.ones(2), np.ones((3, 3)), np.ones((3, 2))):
        with refuses(ValueError, "each of weights must have shape (2, 2), but its sha"):
            pull_back(bend, signal, [wrong], [[1.0, 1.0]])
    with refuses(ValueError, "X must have shape (n, d), but its shape is (2,)"):
        propagate(bend, [1.0, 2.0], [])
    with refuses(TypeError, "each of arrays must hold real numbers, but holds text"):
        sizes(["one"])
