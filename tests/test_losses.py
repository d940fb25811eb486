"""Losses: known numbers, laws, differences, torch's losses, scipy's minimizers."""

from fractions import Fraction

import numpy as np
import pytest
from checking import check_gradient, refuses, rng_of
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import optimize, special, stats

from mathlib.further_losses import (
    contrastive,
    contrastive_gradient,
    multi_label,
    multi_label_gradient,
    pinball,
    pinball_gradient,
)
from mathlib.losses import (
    LOSSES,
    absolute_error,
    accuracy,
    balanced_weights,
    best_temperature,
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    cross_entropy,
    cross_entropy_gradient,
    focal,
    focal_gradient,
    hinge,
    hinge_gradient,
    huber,
    huber_gradient,
    naive_binary_cross_entropy,
    naive_cross_entropy,
    naive_softmax,
    smooth_labels,
    smoothed_cross_entropy,
    smoothed_cross_entropy_gradient,
    soft_cross_entropy,
    soft_cross_entropy_gradient,
    squared_error,
    squared_error_gradient,
    tempered_cross_entropy,
    tempered_cross_entropy_gradient,
    weighted_cross_entropy,
    weighted_cross_entropy_gradient,
)
from mathlib.robust_regression import huber_regression, least_absolute_line
from mathlib.special import sigmoid, softmax
from mathlib.vectors import one_hot

NUMBERS = {"squared_error", "absolute_error", "huber"}
BINARY = {"binary_cross_entropy", "hinge", "focal"}
CLASSES = {
    "cross_entropy",
    "smoothed_cross_entropy",
    "weighted_cross_entropy",
    "tempered_cross_entropy",
}

sizes = st.tuples(st.integers(1, 6), st.integers(2, 5))
seeds = st.integers(0, 2**32 - 1)
by_name = pytest.mark.parametrize("name", LOSSES)


def example(name, size, seed):
    """Predictions and targets that fit the loss, away from its corners."""
    rng = np.random.default_rng(seed)
    n, k = size
    logits = rng.normal(scale=2, size=size)
    if name in NUMBERS:
        away = rng.choice([0.2, 0.5, 0.8, 1.3, 2.6], size=size)
        return logits, logits + away * rng.choice([-1, 1], size=size)
    if name in BINARY:
        return rng.choice([-3.1, -1.3, -0.2, 0.4, 1.7], size=n), rng.integers(0, 2, n)
    if name == "soft_cross_entropy":
        return logits, softmax(rng.normal(size=size))
    return logits, rng.integers(0, k, size=n)


# Every row of the table


def test_the_kinds_cover_the_table():
    assert NUMBERS | BINARY | CLASSES | {"soft_cross_entropy"} == set(LOSSES)


@by_name
@given(sizes, seeds)
def test_a_gradient_agrees_with_differences(name, size, seed):
    loss, (predictions, targets) = LOSSES[name], example(name, size, seed)
    gradient = loss.gradient(predictions, targets)
    assert gradient.shape == predictions.shape
    if name == "hinge" and not gradient.any():  # all are beyond the margin
        assert loss.value(predictions, targets) == 0
        return
    check_gradient(lambda p: loss.value(p, targets), predictions, gradient)


@by_name
@given(sizes, seeds)
def test_a_loss_is_one_float_and_leaves_its_inputs_alone(name, size, seed):
    predictions, targets = example(name, size, seed)
    before = predictions.copy(), targets.copy()
    value = LOSSES[name].value(predictions, targets)
    LOSSES[name].gradient(predictions, targets)
    assert type(value) is float
    assert value >= 0
    assert_array_equal(predictions, before[0])
    assert_array_equal(targets, before[1])


@by_name
@given(sizes, seeds)
def test_a_loss_is_the_mean_over_samples(name, size, seed):
    if name == "weighted_cross_entropy":  # its weights depend on all labels
        return
    predictions, targets = example(name, size, seed)
    loss = LOSSES[name]
    each = [loss.value(predictions[[i]], targets[[i]]) for i in range(size[0])]
    assert loss.value(predictions, targets) == pytest.approx(np.mean(each))
    rows = [loss.gradient(predictions[[i]], targets[[i]])[0] for i in range(size[0])]
    assert_allclose(loss.gradient(predictions, targets), np.array(rows) / size[0])


@by_name
@given(sizes, seeds)
def test_samples_twice_change_nothing(name, size, seed):
    predictions, targets = example(name, size, seed)
    twice = np.concatenate([predictions] * 2), np.concatenate([targets] * 2)
    value = LOSSES[name].value
    assert value(*twice) == pytest.approx(value(predictions, targets))


@by_name
@given(sizes, seeds)
def test_a_loss_is_convex_in_the_predictions(name, size, seed):
    if name == "focal":  # the one that is not
        return
    here, targets = example(name, size, seed)
    there = example(name, size, seed + 1)[0]
    value = LOSSES[name].value
    chord = (value(here, targets) + value(there, targets)) / 2
    assert value((here + there) / 2, targets) <= chord + 1e-12


def test_the_focal_loss_is_not_convex():
    left, middle, right = (focal([z], [1]) for z in (-6.0, -5.0, -4.0))
    assert middle > (left + right) / 2


@by_name
def test_no_sample_is_refused(name):
    predictions, targets = example(name, (2, 3), 0)
    first = "scores" if name == "hinge" else "predictions"
    first = first if name in NUMBERS | {"hinge"} else "logits"
    for face in LOSSES[name]:
        with refuses(ValueError, f"{first} must hold at least one sample, but"):
            face(predictions[:0], targets[:0])


# Against torch, where it is installed


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="torch is not installed here")


def theirs(torch, name, z, targets):
    """The same loss, made of torch's own functions."""
    F = torch.nn.functional
    t, n = torch.tensor(targets), len(targets)
    signs = 2 * t.double() - 1
    return {
        "squared_error": lambda: F.mse_loss(z, t, reduction="sum") / n,
        "absolute_error": lambda: F.l1_loss(z, t, reduction="sum") / n,
        "huber": lambda: F.huber_loss(z, t, reduction="sum") / n,
        "binary_cross_entropy": lambda: F.binary_cross_entropy_with_logits(
            z, t.double()
        ),
        "hinge": lambda: torch.relu(1 - signs * z).mean(),
        "focal": lambda: (
            (1 - torch.sigmoid(signs * z)) ** 2 * -F.logsigmoid(signs * z)
        ).mean(),
        "cross_entropy": lambda: F.cross_entropy(z, t),
        "soft_cross_entropy": lambda: F.cross_entropy(z, t),
        "smoothed_cross_entropy": lambda: F.cross_entropy(z, t, label_smoothing=0.1),
        "weighted_cross_entropy": lambda: F.cross_entropy(
            z, t, torch.tensor(balanced_weights(targets, z.shape[1]))
        ),
        "tempered_cross_entropy": lambda: F.cross_entropy(z / 2, t),
    }[name]()


@by_name
@pytest.mark.parametrize("seed", range(5))
def test_value_and_gradient_agree_with_torch(torch, name, seed):
    predictions, targets = example(name, (7, 4), seed)
    z = torch.tensor(predictions, requires_grad=True)
    value = theirs(torch, name, z, targets)
    value.backward()
    gradient = LOSSES[name].gradient(predictions, targets)
    assert LOSSES[name].value(predictions, targets) == pytest.approx(
        value.item(), rel=1e-12
    )
    scale = np.abs(gradient).max()
    assert scale > 0
    assert_allclose(gradient, z.grad.numpy(), rtol=0, atol=1e-12 * scale)


# A Tensor as the first argument


@by_name
def test_a_tensor_passes_through_the_values(name):
    autodiff = pytest.importorskip("mathlib.autodiff", reason="not written yet")
    predictions, targets = example(name, (4, 3), 3)

    def value(p):
        return LOSSES[name].value(p, targets)

    number, (gradient,) = autodiff.value_and_gradient(value)(predictions)
    assert number == pytest.approx(value(predictions), rel=1e-12)
    expected = LOSSES[name].gradient(predictions, targets)
    assert_allclose(gradient, expected, rtol=1e-9, atol=1e-15)


# Numbers


def test_errors_of_numbers_by_hand():
    assert squared_error([1.0, 2.0], [1.0, 5.0]) == 4.5
    assert squared_error([[1.0, 2.0]], [[1.0, 5.0]]) == 9  # adds over the outputs
    assert absolute_error([[1.0, 2.0], [0.0, 0.0]], [[2.0, 5.0], [0.0, 0.0]]) == 2
    assert huber([0.0, 0.0], [0.5, 3.0], delta=1.0) == (0.125 + 2.5) / 2
    assert_array_equal(huber_gradient([0.0, 0.0], [0.5, 3.0]), [-0.25, -0.5])


def test_a_point_of_the_seeded_line_has_the_known_gradient():
    data_rng = np.random.RandomState(0)
    x = data_rng.uniform(size=100)
    y = 3 * x + 2 + data_rng.uniform(size=100)
    slope = squared_error_gradient(0.31179588 * x + 0.69634349, y)
    assert slope @ x == pytest.approx(-3.3702071, abs=5e-7)
    assert slope.sum() == pytest.approx(-6.2054092, abs=5e-7)


@given(seeds, st.floats(0.01, 5))
def test_huber_lies_between_its_two_neighbors(seed, delta):
    predictions, targets = np.random.default_rng(seed).normal(scale=3, size=(2, 8))
    ours = huber(predictions, targets, delta=delta)
    assert ours <= squared_error(predictions, targets) / 2 + 1e-12
    assert ours <= delta * absolute_error(predictions, targets) + 1e-12
    expected = special.huber(delta, predictions - targets).mean()
    assert ours == pytest.approx(expected)


@given(seeds)
def test_what_each_error_of_a_constant_settles_on(seed):
    y = np.random.default_rng(seed).normal(size=7)
    grid = np.linspace(-3, 3, 601)
    least = {
        name: grid[np.argmin([LOSSES[name].value(np.full(7, c), y) for c in grid])]
        for name in NUMBERS
    }
    assert least["squared_error"] == pytest.approx(y.mean(), abs=0.006)
    # steeper on one side than on the other: the grid's best may be the second nearest
    assert least["absolute_error"] == pytest.approx(np.median(y), abs=0.01)
    center = huber_regression(np.empty((7, 0)), y)[0]
    assert least["huber"] == pytest.approx(center, abs=0.01)


def test_a_column_against_a_vector_is_refused_with_the_remedy():
    column, vector = np.zeros((3, 1)), np.zeros(3)
    for name in NUMBERS:
        for face in LOSSES[name]:
            message = "targets must have shape (n,) with n = 3, but its shape is (3, 1)"
            with refuses(ValueError, f"{message}: use targets.ravel()"):
                face(vector, column)
            message = "targets must have shape (n, k) with n = 3, k = 1, but its shape"
            with refuses(ValueError, f"{message} is (3,): use targets[:, None]"):
                face(column, vector)


def test_the_column_that_nobody_refused():
    y = np.random.default_rng(0).normal(size=100)
    assert np.mean((y[:, None] - y) ** 2) == pytest.approx(1.8514, abs=5e-5)
    assert squared_error(y, y) == 0


@pytest.mark.parametrize(
    ("predictions", "targets", "error", "message"),
    [
        ([1.0], ["a"], TypeError, "targets must hold real numbers, but holds text"),
        ([1j], [1.0], TypeError, "predictions must hold real numbers, but holds compl"),
        (1.0, 1.0, ValueError, "predictions must have shape (n,), but its shape is ()"),
        ([[1.0], [2.0, 3.0]], [1.0], ValueError, "predictions must have rows of one"),
        (np.zeros((2, 2, 2)), np.zeros((2, 2, 2)), ValueError, "predictions must have"),
    ],
)
def test_numbers_of_a_wrong_kind_are_refused(predictions, targets, error, message):
    for name in NUMBERS:
        with refuses(error, message):
            LOSSES[name].value(predictions, targets)


@pytest.mark.parametrize("delta", [0.0, -1.0, np.inf, np.nan])
def test_a_threshold_that_is_none_is_refused(delta):
    for face in (huber, huber_gradient):
        with refuses(ValueError, "delta must be a finite number > 0, but is"):
            face([1.0], [2.0], delta=delta)


# Lines that resist


@given(seeds, st.floats(0.1, 3))
def test_huber_s_regression_has_no_slope_and_agrees_with_scipy(seed, delta):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(12, 2))
    y = X @ [1.0, -2.0] + 3 + rng.standard_t(2, size=12)
    A = np.column_stack([X, np.ones(12)])
    theta = huber_regression(X, y, delta=delta)
    assert_allclose(huber_gradient(A @ theta, y, delta=delta) @ A, 0, atol=1e-6)
    best = optimize.minimize(lambda t: huber(A @ t, y, delta=delta), theta + 0.1)
    assert huber(A @ theta, y, delta=delta) <= best.fun + 1e-9


def test_huber_s_regression_far_from_the_origin():
    X, y = rng_of(4).normal(size=(30, 2)), rng_of(5).normal(size=30)
    near, far = (huber_regression(X + away, y, delta=0.5) for away in (0.0, 1e9))
    assert_allclose(far[:2], near[:2], atol=1e-5)


def test_huber_s_regression_between_mean_and_median():
    y = np.array([1.0, 2.0, 3.0, 4.0, 105.0])
    nothing = np.empty((5, 0))
    assert_allclose(huber_regression(nothing, y, delta=1e3), y.mean())
    assert_allclose(huber_regression(nothing, y, delta=0.01), 3, atol=0.02)
    assert_allclose(huber_regression(nothing, y), 3)
    y[-1] = 1e9  # farther out, and no further pull
    assert_allclose(huber_regression(nothing, y), 3)


def test_huber_s_regression_refuses():
    with refuses(ValueError, "X must have shape (n, d), but its shape is (3,): use"):
        huber_regression(np.ones(3), np.ones(3))
    with refuses(ValueError, "y must be finite, but 1 of its 1 entries are not"):
        huber_regression([[1.0]], [np.nan])
    with refuses(ValueError, "X must hold at least one sample, but is empty"):
        huber_regression(np.empty((0, 1)), [])
    with refuses(ArithmeticError, "Huber's regression still moves after 1 rounds"):
        huber_regression([[0.0], [1.0], [2.0]], [0.0, 9.0, 1.0], steps=1)


@given(seeds, st.integers(2, 9))
def test_the_least_absolute_line_is_as_good_as_linear_programming_s(seed, n):
    x, y = np.random.default_rng(seed).normal(size=(2, n))
    w, b = least_absolute_line(x, y)
    above = np.column_stack([x, np.ones(n), -np.eye(n)])
    below = np.column_stack([-x, -np.ones(n), -np.eye(n)])
    program = optimize.linprog(
        np.r_[0, 0, np.ones(n) / n],
        A_ub=np.vstack([above, below]),
        b_ub=np.r_[y, -y],
        bounds=[(None, None)] * 2 + [(0, None)] * n,
    )
    assert absolute_error(w * x + b, y) == pytest.approx(program.fun, abs=1e-9)
    assert np.sum(np.abs(w * x + b - y) < 1e-9) >= 2


def test_the_least_absolute_line_refuses_a_vertical_one():
    with refuses(ValueError, "x must hold two different numbers, or no line is determ"):
        least_absolute_line([1.0, 1.0], [0.0, 2.0])
    with refuses(ValueError, "y must have shape (n,) with n = 2, but its shape is (3"):
        least_absolute_line([1.0, 2.0], [0.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("name", "log_density"),
    [
        ("squared_error", lambda r: 2 * stats.norm.logpdf(r)),
        ("absolute_error", stats.laplace.logpdf),
    ],
)
def test_a_loss_is_the_likelihood_of_its_noise(name, log_density):
    errors = np.linspace(-3, 3, 13)
    surprise = [LOSSES[name].value([r], [0.0]) + log_density(r) for r in errors]
    assert np.ptp(surprise) < 1e-14


# Yes or no


def test_binary_losses_by_hand():
    z, y = [np.log(3.0), -np.log(3.0)], [1, 1]  # p = 3/4 and 1/4
    assert binary_cross_entropy(z, y) == pytest.approx((np.log(4 / 3) + np.log(4)) / 2)
    assert_allclose(binary_cross_entropy_gradient(z, y), [-0.125, -0.375])
    assert hinge([2.0, 0.5, -1.0], [1, 1, 0]) == pytest.approx(0.5 / 3)
    assert_array_equal(hinge_gradient([1.0], [1]), [0])  # the corner
    tenth = np.log(9.0)  # p = 0.9
    share = focal([tenth], [1]) / binary_cross_entropy([tenth], [1])
    assert share == pytest.approx(0.01)


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=5), seeds)
def test_binary_cross_entropy_agrees_with_scipy_at_any_size(z, seed):
    z = np.array(z)
    y = np.random.default_rng(seed).integers(0, 2, size=z.size)
    expected = -(special.log_expit((2 * y - 1) * z)).mean()
    assert binary_cross_entropy(z, y) == pytest.approx(expected, rel=1e-13, abs=0)
    expected = (1 - 2 * y) * special.expit((1 - 2 * y) * z) / z.size
    assert_allclose(binary_cross_entropy_gradient(z, y), expected, rtol=1e-11)


def test_two_classes_are_yes_or_no():
    z, y = np.array([-2.0, 0.3, 5.0]), np.array([0, 1, 0])
    pair = np.column_stack([np.zeros(3), z])
    assert binary_cross_entropy(z, y) == pytest.approx(cross_entropy(pair, y))
    both = cross_entropy_gradient(pair, y)
    assert_allclose(binary_cross_entropy_gradient(z, y), both[:, 1])


@given(st.floats(-30, 30), st.integers(0, 1))
def test_no_focus_is_the_cross_entropy(z, y):
    assert focal([z], [y], focus=0.0) == pytest.approx(binary_cross_entropy([z], [y]))
    slope = binary_cross_entropy_gradient([z], [y])
    assert_allclose(focal_gradient([z], [y], focus=0.0), slope)


def test_losses_bound_the_share_of_wrong_decisions():
    rng = np.random.default_rng(4)
    z, y = rng.normal(size=1000), rng.integers(0, 2, size=1000)
    wrong = 1 - accuracy(z, y)
    assert wrong <= hinge(z, y)
    assert wrong <= binary_cross_entropy(z, y) / np.log(2)


def test_extreme_logits_stay_finite():
    z, y = np.array([1000.0, -1000.0]), np.array([0, 1])
    assert binary_cross_entropy(z, y) == 1000
    assert_array_equal(binary_cross_entropy_gradient(z, y), [0.5, -0.5])
    assert focal(z, y) == pytest.approx(1000)
    assert_allclose(focal_gradient(z, y), [0.5, -0.5])
    assert binary_cross_entropy([40.0], [1]) == pytest.approx(np.exp(-40), rel=1e-12)
    tiny = binary_cross_entropy_gradient([40.0], [1])
    assert_allclose(tiny, [-np.exp(-40)], rtol=1e-12)
    assert cross_entropy([[1e4, 0.0]], [1]) == 1e4
    assert_array_equal(cross_entropy_gradient([[1e4, 0.0]], [1]), [[1, -1]])


def test_a_saturated_neuron():
    p = sigmoid(-10.0)
    slope = squared_error_gradient([p], [1.0])[0] * p * (1 - p)
    assert slope / 2 == pytest.approx(-4.54e-5, rel=1e-3)
    assert binary_cross_entropy_gradient([-10.0], [1])[0] == pytest.approx(-0.99995, 5)


@pytest.mark.parametrize("name", sorted([*BINARY, *CLASSES]))
def test_labels_of_text_are_refused(name):
    scores = [0.5, -0.5] if name in BINARY else [[0.5, -0.5], [1.0, 0.0]]
    for face in LOSSES[name]:
        with refuses(TypeError, "labels must hold real numbers, but holds text"):
            face(scores, ["0", "1"])


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([0, 2], "labels must be whole numbers in 0 … 1, but are [0 2]"),
        ([-1, 1], "labels must be whole numbers in 0 … 1, but are [-1  1]"),
        ([0.0, 1.0], "labels must be whole numbers in 0 … 1, but are [0. 1.]"),
        ([True, False], "labels must be whole numbers in 0 … 1"),
        ([[0], [1]], "labels must have shape (n,) with n = 2, but its shape is (2, 1)"),
        ([0, 1, 1], "labels must have shape (n,) with n = 2, but its shape is (3,)"),
    ],
)
def test_bad_labels_are_refused(labels, message):
    for name in BINARY:
        for face in LOSSES[name]:
            with refuses(ValueError, message):
                face([0.5, -0.5], labels)
    for name in CLASSES:
        for face in LOSSES[name]:
            with refuses(ValueError, message):
                face(np.zeros((2, 2)), labels)
    with refuses(ValueError, message):
        accuracy(np.zeros((2, 2)), labels)


def test_logits_of_a_wrong_shape_are_refused():
    message = "logits must have shape (n,), but its shape is (2, 1): use logits.ravel()"
    with refuses(ValueError, message):
        binary_cross_entropy(np.zeros((2, 1)), [0, 1])
    with refuses(ValueError, "scores must have shape (n,), but its shape is (2, 2)"):
        hinge(np.zeros((2, 2)), [0, 1])
    with refuses(ValueError, "logits must have shape (n, k), but its shape is (2,)"):
        cross_entropy(np.zeros(2), [0, 1])


def test_a_focus_below_zero_is_refused():
    for face in (focal, focal_gradient):
        with refuses(ValueError, "focus must be a finite number >= 0, but is -1"):
            face([1.0], [1], focus=-1)


# One of k classes


@pytest.mark.parametrize("k", [2, 3, 10])
def test_equal_scores_cost_log_k(k):
    assert cross_entropy(np.full((4, k), 7.0), np.arange(4) % k) == pytest.approx(
        np.log(k)
    )


def test_the_gradient_at_a_known_point():
    gradient = cross_entropy_gradient([[2.0, 1.0, 0.1]], [0])
    assert_allclose(gradient, [[-0.341, 0.2424, 0.0986]], atol=5e-5)


@given(sizes, seeds)
def test_laws_of_the_cross_entropy(size, seed):
    z, y = example("cross_entropy", size, seed)
    assert cross_entropy(z + 100, y) == pytest.approx(cross_entropy(z, y))
    assert_allclose(cross_entropy_gradient(z, y).sum(axis=1), 0, atol=1e-15)
    assert soft_cross_entropy(z, one_hot(y, size[1])) == pytest.approx(
        cross_entropy(z, y)
    )
    assert smoothed_cross_entropy(z, y, smoothing=0.0) == pytest.approx(
        cross_entropy(z, y)
    )
    assert tempered_cross_entropy(z, y, temperature=1.0) == cross_entropy(z, y)
    same = weighted_cross_entropy(z, y, weights=np.full(size[1], 3.0))
    assert same == pytest.approx(cross_entropy(z, y))


@given(sizes, seeds)
def test_a_soft_cross_entropy_is_entropy_plus_divergence(size, seed):
    z, t = example("soft_cross_entropy", size, seed)
    q = softmax(z)
    parts = special.entr(t).sum() + special.rel_entr(t, q).sum()
    assert soft_cross_entropy(z, t) == pytest.approx(parts / size[0])
    floor = special.entr(t).sum() / size[0]
    assert soft_cross_entropy(np.log(t), t) == pytest.approx(floor)


def test_soft_targets_must_be_tables():
    message = "targets must be rows of numbers >= 0 with the sum 1, but one is "
    for targets in ([[0.5, 0.6]], [[1.5, -0.5]], [[np.nan, 1.0]]):
        with refuses(ValueError, message):
            soft_cross_entropy([[0.0, 0.0]], targets)
    with refuses(ValueError, "targets must have shape (n, k) with n = 1, k = 2, but"):
        soft_cross_entropy([[0.0, 0.0]], [0.5, 0.5])


def test_smoothed_labels_have_a_floor_and_a_finite_gap():
    t = smooth_labels([3], 10, 0.1)
    assert t[0, 3] == pytest.approx(0.91)
    gap = np.zeros((1, 10))
    gap[0, 3] = np.log(0.91 / 0.01)
    assert smoothed_cross_entropy(gap, [3]) == pytest.approx(0.5003, abs=5e-5)
    assert_allclose(smoothed_cross_entropy_gradient(gap, [3]), 0, atol=1e-15)
    for smoothing, message in ((-0.1, "a finite number >= 0"), (1.5, "at most 1, but")):
        with refuses(ValueError, f"smoothing must be {message}"):
            smoothed_cross_entropy(gap, [3], smoothing=smoothing)


def test_weights_are_repetitions():
    rng = np.random.default_rng(5)
    z, y = rng.normal(size=(6, 3)), np.array([0, 0, 1, 2, 1, 0])
    weights = np.array([1, 2, 5])
    again = np.repeat(np.arange(6), weights[y])
    value = weighted_cross_entropy(z, y, weights=weights)
    assert value == pytest.approx(cross_entropy(z[again], y[again]))
    whole = np.zeros((6, 3))
    np.add.at(whole, again, cross_entropy_gradient(z[again], y[again]))
    assert_allclose(weighted_cross_entropy_gradient(z, y, weights=weights), whole)


def test_balanced_means_the_mean_of_the_classes_means():
    z, y = np.random.default_rng(6).normal(size=(7, 3)), np.array([0, 0, 0, 0, 0, 2, 2])
    means = [cross_entropy(z[y == c], y[y == c]) for c in (0, 2)]
    assert weighted_cross_entropy(z, y) == pytest.approx(np.mean(means))
    assert_allclose(balanced_weights(y, 3), [7 / 15, 0, 7 / 6])
    assert_array_equal(balanced_weights([0, 1, 2], 3), [1, 1, 1])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0], "weights must have shape (2,), but its shape is (1,)"),
        ([1.0, -1.0], "weights must be >= 0, and above 0 for some sample, but are"),
        ([0.0, 1.0], "weights must be >= 0, and above 0 for some sample, but are"),
        ([np.inf, 1.0], "weights must be finite"),
        (["a", "b"], "weights must hold real numbers, but holds text"),
    ],
)
def test_weights_that_are_none_are_refused(weights, message):
    for face in (weighted_cross_entropy, weighted_cross_entropy_gradient):
        with refuses(TypeError if weights[0] == "a" else ValueError, message):
            face([[0.0, 0.0]], [0], weights=weights)
    with refuses(ValueError, "labels must hold at least one sample, but is empty"):
        balanced_weights(np.array([], dtype=int), 2)


# Temperature


@given(st.integers(5, 40), seeds)
def test_the_best_temperature_is_a_minimum(n, seed):
    rng = np.random.default_rng(seed)
    z = rng.normal(scale=2, size=(n, 3))
    y = z.argmax(axis=1)
    y[0] = z[0].argmin()  # wrong at least once
    try:
        best = best_temperature(z, y)
    except ArithmeticError:  # and then no better than chance
        assert (z[np.arange(n), y] - z.mean(axis=1)).mean() <= 1e-4
        return
    least = tempered_cross_entropy(z, y, temperature=best)
    for factor in (0.9, 1.1):
        assert least < tempered_cross_entropy(z, y, temperature=factor * best)
    assert best_temperature(3 * z, y) == pytest.approx(3 * best)


def test_a_temperature_that_cannot_be_best_is_refused():
    message = "logits must be better than chance, and wrong at least once, or no tem"
    for labels in ([0, 1], [1, 0]):  # all right, all wrong
        with refuses(ArithmeticError, message):
            best_temperature([[1.0, 0.0], [0.0, 1.0]], labels)
    with refuses(ValueError, "temperature must be a finite number > 0, but is 0"):
        tempered_cross_entropy([[1.0, 0.0]], [0], temperature=0)


# Naive formulas, and the metric


def test_where_the_naive_formulas_break():
    assert_array_equal(naive_softmax([1000.0, 0.0]), [np.nan, 0])
    assert_allclose(naive_softmax([709.0, 0.0]), [1, 0], atol=1e-300)
    assert np.isnan(naive_softmax([709.79, 0.0])[0])
    assert naive_binary_cross_entropy([-800.0], [1]) == np.inf
    assert np.isnan(naive_binary_cross_entropy([36.8], [1]))
    assert naive_binary_cross_entropy([36.7], [1]) < 1e-15
    assert np.isnan(naive_binary_cross_entropy([-800.0], [0]))
    assert naive_binary_cross_entropy([36.8], [0]) == np.inf
    for z, label in ((-800.0, 1), (800.0, 0)):
        capped = naive_binary_cross_entropy([z], [label], epsilon=1e-7)
        assert capped == pytest.approx(16.118, abs=5e-4)
    assert naive_cross_entropy([[0.0, -800.0]], [1]) == np.inf
    assert np.isnan(naive_cross_entropy([[1e3, 0.0]], [0]))


@given(sizes, seeds)
def test_where_the_naive_formulas_hold(size, seed):
    z, y = example("cross_entropy", size, seed)
    assert_allclose(naive_softmax(z), softmax(z))
    assert naive_cross_entropy(z, y) == pytest.approx(cross_entropy(z, y))
    z, y = example("binary_cross_entropy", size, seed)
    assert naive_binary_cross_entropy(z, y) == pytest.approx(binary_cross_entropy(z, y))


def test_a_metric_and_a_loss_disagree():
    y = np.ones(4, dtype=int)
    timid = special.logit(np.full(4, 0.55))
    bold = special.logit([0.99, 0.99, 0.99, 0.45])
    assert binary_cross_entropy(timid, y) == pytest.approx(0.598, abs=5e-4)
    assert binary_cross_entropy(bold, y) == pytest.approx(0.207, abs=5e-4)
    assert (accuracy(timid, y), accuracy(bold, y)) == (1.0, 0.75)


def test_accuracy_by_hand():
    assert accuracy([[1.0, 1.0], [0.0, 2.0]], [0, 1]) == 1  # the first of equals
    assert accuracy([0.0, 0.0], [0, 1]) == 0.5  # at 0 the decision is 0
    with refuses(ValueError, "labels must have shape (n,) with n = 1, but its shape"):
        accuracy([[1.0, 1.0]], [0, 1])


# Infinite, missing, huge and tiny


def test_an_infinite_logit_costs_what_its_limit_costs():
    assert soft_cross_entropy([[0.0, -np.inf]], [[1.0, 0.0]]) == 0
    assert soft_cross_entropy([[0.0, -np.inf]], [[0.5, 0.5]]) == np.inf
    assert_array_equal(
        soft_cross_entropy_gradient([[0.0, -np.inf]], [[1.0, 0.0]]), [[0, 0]]
    )
    for focus in (0.0, 0.5, 2.0):
        assert focal([np.inf], [1], focus=focus) == 0
        assert_array_equal(focal_gradient([np.inf], [1], focus=focus), [0])
        assert_array_equal(focal_gradient([-np.inf], [1], focus=focus), [-1])
    assert_array_equal(hinge_gradient([-np.inf, np.inf], [1, 1]), [-0.5, 0])


@pytest.mark.parametrize("name", sorted(NUMBERS | BINARY))
def test_a_nan_makes_the_loss_nan_and_its_own_slope(name):
    predictions, targets = example(name, (4, 3), 3)
    predictions[1] = np.nan
    with np.errstate(invalid="ignore"):
        value, slopes = (face(predictions, targets) for face in LOSSES[name])
    assert np.isnan(value)
    assert np.isnan(slopes[1]).all()
    assert np.isfinite(slopes[[0, 2, 3]]).all()


@pytest.mark.parametrize("name", sorted(CLASSES | {"soft_cross_entropy"}))
def test_a_row_of_scores_with_nan_is_refused(name):
    predictions, targets = example(name, (4, 3), 3)
    predictions[1] = np.nan
    for face in LOSSES[name]:
        with refuses(ValueError, "logits must have a finite largest entry"):
            face(predictions, targets)


def test_a_decision_from_nan_is_refused():
    for logits in ([[np.nan, 1.0]], [np.nan]):
        with refuses(ValueError, "logits must be numbers, but hold nan"):
            accuracy(logits, [0])
    assert accuracy([[np.inf, 1.0]], [0]) == 1


def test_a_small_slope_of_the_true_class_is_kept():
    slopes = cross_entropy_gradient([[40.0, 0.0], [0.0, 800.0]], [0, 1])
    assert_allclose(slopes[0], [-np.exp(-40) / 2, np.exp(-40) / 2], rtol=1e-12)
    assert_array_equal(slopes.sum(axis=1), [0, 0])
    assert str(cross_entropy([[40.0, 0.0]], [0])) == "0.0"  # not -0.0


def test_a_mask_is_refused_in_labels_too():
    labels = np.ma.masked_array([0, 1], mask=[False, True])
    for face in LOSSES["binary_cross_entropy"]:
        with refuses(ValueError, "labels must have all its entries, but some are mask"):
            face([0.0, 1.0], labels)
    with refuses(ValueError, "labels must have all its entries"):
        accuracy([[0.0, 1.0], [0.0, 1.0]], labels)


def test_tables_of_32_bits_are_tables():
    p = np.random.default_rng(6).dirichlet(np.ones(1000), size=20).astype(np.float32)
    assert np.abs(p.astype(float).sum(axis=1) - 1).max() > 1e-9
    assert np.isfinite(soft_cross_entropy(np.zeros((20, 1000)), p))
    with refuses(ValueError, "classes must be at least 1, but is 0"):
        smooth_labels([], 0, 0.1)


@pytest.mark.parametrize("scale", [1e-150, 1e-7, 1e6, 1e150])
def test_the_best_temperature_grows_with_the_logits(scale):
    rng = np.random.default_rng(7)
    z = rng.normal(size=(50, 3))
    y = np.where(rng.uniform(size=50) < 0.7, z.argmax(axis=1), 0)
    best = best_temperature(z, y)
    assert best_temperature(scale * z, y) == pytest.approx(scale * best, rel=1e-9)
    assert best_temperature(z + 1e6, y) == pytest.approx(best, rel=1e-8)
    with refuses(ValueError, "logits must be finite"):
        best_temperature(np.where(z > 2, np.inf, z), y)


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_robust_lines_mind_neither_unit_nor_offset(scale):
    rng = np.random.default_rng(8)
    X = rng.normal(size=(40, 2))
    y = X @ [1.0, -2.0] + 3 + rng.laplace(size=40)
    w1, w2, b = huber_regression(X, y)
    assert_allclose(huber_regression(scale * X, y), [w1 / scale, w2 / scale, b], 1e-7)
    far = huber_regression(X + np.array([1e6, 0]), y + 1e6)
    assert_allclose(far[:2], [w1, w2], rtol=1e-7)
    assert far[2] == pytest.approx(b + 1e6 - 1e6 * w1, rel=1e-7)
    w, b = least_absolute_line(X[:, 0], y)
    assert_allclose(least_absolute_line(scale * X[:, 0], y), [w / scale, b])
    assert_allclose(least_absolute_line(X[:, 0] + 1e6, y)[0], w, rtol=1e-7)
    nearly = least_absolute_line([0.0, 5e-324, 1.0, 2.0], [0.0, 1.0, 1.0, 2.0])
    assert_array_equal(nearly, [1, 0])


def test_huge_weights_are_shares_too():
    z, y = [[0.0, 1.0], [0.0, 2.0]], [0, 1]
    same = weighted_cross_entropy(z, y, weights=[1.0, 1.0])
    assert weighted_cross_entropy(z, y, weights=[1e308, 1e308]) == pytest.approx(same)


# Quantiles, many answers, pairs


def test_pinball_by_hand():
    assert pinball([3.0, 3.0], [2.0, 5.0], level=0.75) == 0.875
    assert_array_equal(
        pinball_gradient([3.0, 3.0, 3.0, 3.0], [2.0, 5.0, 3.0, 9.0], level=0.75),
        [0.0625, -0.1875, 0, -0.1875],
    )
    assert pinball([[0.0, 1.0]], [[1.0, 0.0]], level=0.25) == 0.25 + 0.75


@given(seeds, st.floats(0.05, 0.95))
def test_pinball_settles_on_a_quantile(seed, level):
    y = np.random.default_rng(seed).normal(size=9)
    costs = [pinball(np.full(9, c), y, level=level) for c in y]
    best = y[np.argmin(costs)]
    assert np.mean(y < best) <= level + 1e-9
    assert np.mean(y > best) <= 1 - level + 1e-9


@given(sizes, seeds)
def test_pinball_at_one_half_is_half_the_absolute_error(size, seed):
    predictions, targets = np.random.default_rng(seed).normal(size=(2, *size))
    half = absolute_error(predictions, targets) / 2
    assert pinball(predictions, targets) == pytest.approx(half)
    low, high = (
        pinball(*pair, level=0.2)
        for pair in ((predictions, targets), (-predictions, -targets))
    )
    assert low + high == pytest.approx(absolute_error(predictions, targets))


@given(sizes, seeds)
def test_many_answers_are_so_many_yes_or_no(size, seed):
    rng = np.random.default_rng(seed)
    z, y = rng.normal(scale=2, size=size), rng.integers(0, 2, size=size)
    columns = [binary_cross_entropy(z[:, j], y[:, j]) for j in range(size[1])]
    assert multi_label(z, y) == pytest.approx(sum(columns))
    assert_allclose(multi_label_gradient(z, y), (sigmoid(z) - y) / size[0], atol=1e-15)


@given(st.integers(1, 6), seeds)
def test_pairs_are_classes_from_both_sides(n, seed):
    S, own = np.random.default_rng(seed).normal(size=(n, n)), np.arange(n)
    assert contrastive(S) == pytest.approx(contrastive(S.T))
    assert contrastive(S + S.T) == pytest.approx(cross_entropy(S + S.T, own))
    assert contrastive(np.full((n, n), 3.0)) == pytest.approx(np.log(n))
    assert contrastive_gradient(S).sum() == pytest.approx(0, abs=1e-12)
    order = np.random.default_rng(seed).permutation(n)
    assert contrastive(S[order][:, order]) == pytest.approx(contrastive(S))


FURTHER = {
    "pinball": (
        lambda z, seed: pinball(z, away(z, seed), level=0.3),
        lambda z, seed: pinball_gradient(z, away(z, seed), level=0.3),
    ),
    "multi_label": (
        lambda z, seed: multi_label(z, tags(z, seed)),
        lambda z, seed: multi_label_gradient(z, tags(z, seed)),
    ),
    "contrastive": (lambda z, _: contrastive(z), lambda z, _: contrastive_gradient(z)),
}


def away(z, seed):
    """Targets that no prediction meets."""
    return np.random.default_rng(seed + 1).normal(scale=2, size=z.shape)


def tags(z, seed):
    """Labels 0 and 1 of this shape."""
    return np.random.default_rng(seed).integers(0, 2, size=z.shape)


@pytest.mark.parametrize("name", FURTHER)
@given(st.integers(2, 5), seeds)
def test_further_gradients_agree_with_differences(name, n, seed):
    value, gradient = FURTHER[name]
    z = np.random.default_rng(seed).normal(scale=2, size=(n, n))
    check_gradient(lambda z: value(z, seed), z, gradient(z, seed))


@pytest.mark.parametrize("name", FURTHER)
def test_further_losses_take_a_tensor(name):
    autodiff = pytest.importorskip("mathlib.autodiff", reason="not written yet")
    value, gradient = FURTHER[name]
    z = np.random.default_rng(4).normal(size=(3, 3))
    _, (slopes,) = autodiff.value_and_gradient(lambda z: value(z, 4))(z)
    assert_allclose(slopes, gradient(z, 4), rtol=1e-9, atol=1e-15)


def test_further_losses_agree_with_torch(torch):
    F, rng = torch.nn.functional, np.random.default_rng(5)
    z, y = rng.normal(size=(6, 6)), rng.integers(0, 2, size=(6, 6))
    t = torch.tensor(z)
    theirs = F.multilabel_soft_margin_loss(t, torch.tensor(y)).item() * 6
    assert multi_label(z, y) == pytest.approx(theirs, rel=1e-12)
    own = torch.arange(6)
    theirs = (F.cross_entropy(t, own) + F.cross_entropy(t.T, own)).item() / 2
    assert contrastive(z) == pytest.approx(theirs, rel=1e-12)


def test_further_losses_at_any_size():
    assert multi_label([[800.0, -800.0]], [[0, 1]]) == 1600
    assert contrastive([[0.0, 800.0], [800.0, 0.0]]) == 800


def test_further_losses_refuse():
    for level in (0.0, 1.0, np.nan):
        for face in (pinball, pinball_gradient):
            with refuses(ValueError, "level must be a number between 0 and 1, both ex"):
                face([1.0], [2.0], level=level)
    for face in (pinball, pinball_gradient):
        with refuses(
            ValueError, "targets must have shape (n,) with n = 2, but its sha"
        ):
            face([1.0, 2.0], [[1.0], [2.0]])
        with refuses(
            ValueError, "predictions must hold at least one sample, but is em"
        ):
            face([], [])
    for face in (multi_label, multi_label_gradient):
        with refuses(
            ValueError, "labels must have shape (n, k) with n = 1, k = 2, but"
        ):
            face([[0.0, 0.0]], [1, 0])
        with refuses(ValueError, "labels must be whole numbers in 0 … 1, but are [["):
            face([[0.0, 0.0]], [[2, 0]])
        with refuses(ValueError, "logits must hold at least one sample, but is empty"):
            face(np.empty((0, 2)), np.empty((0, 2), dtype=int))
    for face in (contrastive, contrastive_gradient):
        with refuses(ValueError, "similarities must have shape (n, n)"):
            face([[0.0, 1.0]])
        with refuses(ValueError, "similarities must hold at least one row, but is em"):
            face(np.empty((0, 0)))


def test_a_weight_of_0_silences_an_infinite_surprise():
    logits = [[0.0, -np.inf], [0.0, 0.0]]
    value = weighted_cross_entropy(logits, [1, 0], weights=[1, 0])
    assert_allclose(value, np.log(2))


@pytest.mark.parametrize(
    ("loss", "narrow", "name"),
    [
        (focal, np.uint8(2), "focus"),
        (focal_gradient, np.uint8(2), "focus"),
        (huber, np.uint8(1), "delta"),
        (huber_gradient, np.uint8(1), "delta"),
        (smoothed_cross_entropy, np.float16(0.1), "smoothing"),
        (smoothed_cross_entropy_gradient, np.float16(0.1), "smoothing"),
        (tempered_cross_entropy, np.float16(0.1), "temperature"),
        (tempered_cross_entropy_gradient, Fraction(1, 3), "temperature"),
        (focal_gradient, Fraction(1, 3), "focus"),
        (huber, Fraction(1, 3), "delta"),
        (naive_binary_cross_entropy, Fraction(1, 3), "epsilon"),
        (pinball, np.float32(0.1), "level"),
        (pinball_gradient, np.float32(0.1), "level"),
    ],
)
def test_a_number_of_few_bits_is_the_number_it_shows(loss, narrow, name):
    of_classes = name in ("smoothing", "temperature")
    z, y = ([[0.0, 5.0]], [1]) if of_classes else ([0.0, 5.0], [1, 0])
    found = loss(z, y, **{name: narrow})
    assert_array_equal(found, loss(z, y, **{name: float(narrow)}))
    assert np.asarray(found).dtype == float


def test_a_soft_gradient_is_that_of_the_value_where_a_sum_is_not_quite_1():
    targets = np.array([[0.5, 0.5 + 9e-7]])
    slopes = soft_cross_entropy_gradient([[1.0, 2.0]], targets)
    assert slopes.sum() == pytest.approx(0, abs=1e-15)  # a shift changes no value


def test_soft_targets_without_a_class_are_refused():
    nothing = np.zeros((1, 0))
    for face in (soft_cross_entropy, soft_cross_entropy_gradient):
        with refuses(ValueError, "the number of classes in targets must be at least 1"):
            face(nothing, nothing)


def test_a_temperature_near_0_leaves_only_the_largest():
    z = [[1e10, 0.0], [-1e10, 1e10]]
    assert tempered_cross_entropy(z, [0, 1], temperature=1e-300) == 0
    slopes = tempered_cross_entropy_gradient(z, [0, 1], temperature=1e-300)
    assert_array_equal(slopes, np.zeros((2, 2)))


def test_pinball_at_the_smallest_and_the_largest_errors():
    slopes = pinball_gradient([5e-324, *[0.0] * 9], [0.0] * 10)
    assert_allclose(slopes, [0.05, *[0.0] * 9])
    assert pinball([1e308], [0.0]) == pytest.approx(5e307)


@pytest.mark.parametrize(("unit", "delta"), [(1, 1e-32), (1e150, 1e-180)])
def test_huber_s_regression_with_a_tiny_threshold_is_that_of_least_absolute(
    unit, delta
):
    X = np.arange(5.0)[:, None]
    line = huber_regression(X, unit * np.array([0.0, 1, 2, 3, 100]), delta=delta)
    assert_allclose(line, [unit, 0], atol=1e-8 * unit)


def test_the_least_absolute_line_refuses_slopes_that_all_overflow():
    with refuses(ValueError, "x must hold numbers farther apart"):
        least_absolute_line([0.0, 1e-200], [0.0, 1e150])


@pytest.mark.parametrize("constant", [0.1, 1e6 + 0.1, 1e150 / 3])
def test_huber_s_regression_gives_a_constant_column_the_weight_0(constant):
    y = [1.0, 2.0, 10.0]
    alone = huber_regression(np.full((3, 1), constant), y, delta=100.0)
    assert_allclose(alone, [0.0, 13 / 3], atol=1e-12)
    X = np.column_stack([np.full(3, constant), [1.0, 2.0, 5.0]])
    line = huber_regression(X, y, delta=100.0)
    assert_allclose(line[1:], huber_regression(X[:, 1:], y, delta=100.0))
    assert line[0] == 0


def test_huber_s_regression_takes_a_threshold_that_is_a_fraction():
    X, y = [[1.0], [2.0], [3.0]], [1.0, 2.0, 9.0]
    found = huber_regression(X, y, delta=Fraction(1, 4))
    assert_array_equal(found, huber_regression(X, y, delta=0.25))
