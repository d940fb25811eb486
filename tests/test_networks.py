"""Networks: counted by hand, checked against layers by hand."""

import re
from itertools import pairwise
from pathlib import Path

import nbformat
import numpy as np
import pytest
from checking import check_gradient, refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.activations import ACTIVATIONS
from mathlib.backprop import (
    backpropagate,
    chain,
    elementwise,
    feed_forward,
    pack,
    residual,
    unpack,
)
from mathlib.backprop import dense as dense_layer
from mathlib.convolution import Filters, cnn
from mathlib.datasets import (
    circles,
    digits8,
    digits28,
    moons,
    spirals,
    xor,
)
from mathlib.fused_operations import softmax_cross_entropy
from mathlib.initialization import he, lecun
from mathlib.losses import LOSSES, cross_entropy, squared_error
from mathlib.networks import (
    RELU,
    TANH,
    History,
    Network,
    Score,
    confusion_matrix,
    count_parameters,
    evaluate,
    mlp,
    objective,
    outputs,
    report,
    saliency,
    scores,
    spot_check,
    start,
    train,
)
from mathlib.optimizers import adam, adam_in_place
from mathlib.singular_values import principal_components
from mathlib.tensor import Tensor
from mathlib.update_rules import sgd
from mathlib.vectors import images_to_vectors, one_hot

seeds = st.integers(0, 2**32 - 1)
SMALL_CNN = cnn((4, 4, 1), [Filters(3, pool=2)], 3)
widths = st.lists(st.integers(1, 5), min_size=2, max_size=5)
CORNERS = xor(4, rng=np.random.default_rng(0), noise=0.0)
BY_HAND = [[[1.0, 1], [1, 1]], [0.0, -1], [[0.0, 1], [0, -2]], [0.5, 0]]


def some_data(n, d, classes, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), rng.integers(classes, size=n)


# Networks


def test_the_famous_counts():
    assert count_parameters(mlp((784, 10))) == 7850
    assert count_parameters(mlp((784, 128, 10))) == 101_770
    assert count_parameters(mlp((64, 128, 10))) == 9610
    assert count_parameters(mlp((3, 4, 2))) == 20 + 6  # edges, and units that compute
    assert count_parameters(SMALL_CNN) == 3 * 3 * 3 + 3 + 3 * 3 + 3


def test_only_a_network_has_parameters_to_count():
    with refuses(TypeError, "network must"):
        count_parameters([(784, 10)])


@given(widths)
def test_every_unit_has_a_weight_for_each_input_and_a_bias(sizes):
    expected = sum((d + 1) * k for d, k in pairwise(sizes))
    assert count_parameters(mlp(sizes)) == expected
    assert start(mlp(sizes), rng=np.random.default_rng(0)).shape == (expected,)


def test_two_rectifiers_solve_xor_by_hand():
    hidden, z = outputs(mlp((2, 2, 2)), pack(BY_HAND), CORNERS.X)
    assert_array_equal(hidden, [[0, 0], [1, 0], [1, 0], [2, 1]])
    assert_array_equal(z, [[0.5, 0], [0.5, 1], [0.5, 1], [0.5, 0]])
    assert_array_equal(z.argmax(axis=1), CORNERS.y)


@given(widths, seeds, st.sampled_from(["relu", "tanh", "gelu"]))
def test_backprop_by_hand_finds_the_same_gradient(sizes, seed, name):
    X, y = some_data(4, sizes[0], sizes[-1], seed)
    network = mlp(sizes, ACTIVATIONS[name])
    theta = start(network, rng=np.random.default_rng(seed))
    value, gradient = objective(network)(theta, X, y)
    layers = feed_forward(sizes, ACTIVATIONS[name])
    by_hand = backpropagate(
        layers, LOSSES["cross_entropy"], unpack(theta, network.shapes), X, y
    )
    assert_allclose(value, by_hand.loss, rtol=1e-12)
    assert_allclose(gradient, pack(by_hand.gradients), rtol=1e-9, atol=1e-12)


def test_a_skip_is_a_residual_block():
    network = mlp((3, 4, 4, 2), TANH, skip=True)
    theta = start(network, rng=np.random.default_rng(0))
    X, y = some_data(5, 3, 2, 1)
    tanh = elementwise(TANH)
    block = residual(chain(dense_layer(4, 4), tanh))
    layers = chain(dense_layer(3, 4), tanh, block, dense_layer(4, 2))
    by_hand = backpropagate(
        layers, LOSSES["cross_entropy"], unpack(theta, network.shapes), X, y
    )
    value, gradient = objective(network)(theta, X, y)
    assert_allclose(value, by_hand.loss, rtol=1e-12)
    assert_allclose(gradient, pack(by_hand.gradients), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"step"}))
@pytest.mark.parametrize("loss", [softmax_cross_entropy, cross_entropy])
def test_gradients_agree_with_differences(name, loss):
    network = mlp((3, 4, 4, 3), ACTIVATIONS[name])
    theta = start(network, lecun, rng=np.random.default_rng(4))
    X, y = some_data(6, 3, 3, 5)
    _, gradient = objective(network, loss)(theta, X, y)
    check_gradient(
        lambda t: evaluate(network, t, X, y, loss=loss).loss, theta, gradient
    )


def test_the_start_scales_with_the_inputs_of_a_kernel():
    network = cnn((28, 28, 4), [Filters(50, 5, pool=2)], 10)
    K, b, *_ = unpack(start(network, he, rng=np.random.default_rng(0)), network.shapes)
    assert K.shape == (5, 5, 4, 50)
    assert abs(K.std() - np.sqrt(2 / 100)) < 0.005
    assert not b.any()


@given(seeds)
def test_equal_hidden_units_stay_equal(seed):
    X, y = some_data(20, 2, 2, seed)
    network = mlp((2, 4, 2), TANH)
    parts = [np.full((2, 4), 0.3), np.zeros(4), np.full((4, 2), 0.2), np.zeros(2)]
    rng = np.random.default_rng(seed)
    theta = train(network, pack(parts), X, y, epochs=3, size=5, rng=rng).theta
    W, b, V, _ = unpack(theta, network.shapes)
    assert np.ptp(W, axis=1).max() < 1e-12
    assert np.ptp(b) < 1e-12
    assert np.ptp(V, axis=0).max() < 1e-12


def test_networks_refuse():
    with refuses(ValueError, "sizes must be two or more, but are (3,)"):
        mlp((3,))
    with refuses(ValueError, "sizes must be at least 1, but is 0"):
        mlp((3, 0))
    with refuses(TypeError, "sizes must be a whole number >= 0, but is 2.5"):
        mlp((3, 2.5))
    with refuses(TypeError, "activation must be a pair such as ACTIVATIONS['tanh']"):
        mlp((3, 2), np.tanh)
    with refuses(TypeError, "weights must be a function"):
        start(mlp((3, 2)), "he", rng=np.random.default_rng(0))
    with refuses(TypeError, "rng must be a random generator, but is 0"):
        start(mlp((3, 2)), rng=0)
    with refuses(ValueError, "theta must have shape (8,)"):
        scores(mlp((3, 2)), np.zeros(7), np.zeros((1, 3)))
    with refuses(ValueError, "W must have shape (d, k) with d = 4"):
        scores(mlp((3, 2)), np.zeros(8), np.zeros((1, 4)))
    with refuses(TypeError, "loss must be a function"):
        objective(mlp((3, 2)), "cross-entropy")


# Training


def test_one_step_by_hand():
    network, X, y = mlp((1, 2)), np.array([[2.0]]), np.array([1])
    history = train(
        network,
        np.zeros(4),
        X,
        y,
        epochs=1,
        size=1,
        rng=np.random.default_rng(0),
        optimizer=sgd(0.5),
    )
    # The slopes of the scores are (½, −½); W follows them times 2, b as they are.
    assert_allclose(history.theta, [-0.5, 0.5, -0.25, 0.25], rtol=0, atol=1e-15)
    assert history.train[0] == Score(np.log(2), 0.0)
    assert history.train[1].accuracy == 1.0


def quick(optimizer=None, **options):
    network = mlp((2, 8, 2), TANH)
    theta = start(network, lecun, rng=np.random.default_rng(0))
    data = moons(60, rng=np.random.default_rng(0))
    settings = {"epochs": 5, "size": 10, "rng": np.random.default_rng(1)}
    return train(network, theta, *data, optimizer=optimizer, **{**settings, **options})


def test_the_history_is_complete():
    test = moons(30, rng=np.random.default_rng(2))
    history = quick(test=test, keep=True)
    assert isinstance(history, History)
    assert [len(each) for each in (history.train, history.test, history.thetas)] == [
        6,
        6,
        6,
    ]
    assert_array_equal(history.thetas[-1], history.theta)
    assert len({theta.tobytes() for theta in history.thetas}) == 6
    network = mlp((2, 8, 2), TANH)
    assert evaluate(network, history.theta, *test) == history.test[-1]
    assert history.stop_reason == "epochs"
    assert quick().thetas == quick().test == []


def test_training_is_repeatable_and_test_data_change_nothing():
    test = moons(30, rng=np.random.default_rng(2))
    assert_array_equal(quick().theta, quick(test=test, keep=True).theta)


def test_adam_in_place_and_pure_adam_train_alike():
    pure, in_place = quick(adam(0.01)), quick(adam_in_place(0.01))
    assert_allclose(pure.theta, in_place.theta, rtol=1e-12)


def test_nothing_given_is_changed():
    network = mlp((2, 2))
    theta, (X, y) = np.zeros(6), moons(20, rng=np.random.default_rng(0))
    before = X.copy(), y.copy()
    train(network, theta, X, y, epochs=1, size=5, rng=np.random.default_rng(0))
    assert not theta.any()
    assert_array_equal(X, before[0])
    assert_array_equal(y, before[1])


def test_a_divergence_is_reported_and_ends_the_training():
    def cubed(z, y):
        return (z**4).mean()

    rng = np.random.default_rng(0)
    history = train(
        mlp((1, 1)),
        np.array([3.0, 0.0]),
        np.ones((2, 1)),
        np.zeros(2),
        epochs=50,
        size=2,
        rng=rng,
        optimizer=sgd(10.0),
        loss=cubed,
        metric=None,
    )
    assert history.stop_reason == "diverged"
    assert len(history.train) < 20
    assert np.isnan(history.train[0].accuracy)


def test_a_loss_that_is_no_number_ends_the_training_though_theta_is_finite():
    options = {"epochs": 5, "size": 2, "rng": np.random.default_rng(0), "metric": None}
    history = train(
        mlp((1, 1)),
        np.array([1e200, 0.0]),
        np.ones((2, 1)),
        np.zeros((2, 1)),
        optimizer=sgd(1e-300),
        loss=squared_error,
        **options,
    )
    assert history.stop_reason == "diverged"
    assert [score.loss for score in history.train] == [np.inf]
    assert np.isfinite(history.theta).all()


def test_scores_of_nan_have_no_accuracy():
    theta = np.array([1e300, -1e300, 0.0, 0.0])
    with np.errstate(over="ignore", invalid="ignore"):
        lost = evaluate(mlp((1, 2, 2)), np.full(10, 1e300), [[1e300]], np.array([0]))
    assert np.isnan(lost).all()
    with refuses(ValueError, "X must be finite"):
        evaluate(mlp((1, 2)), theta, [[np.nan]], np.array([0]))
    with refuses(ValueError, "X must be finite"):
        saliency(mlp((1, 2)), theta, [[np.nan]], np.array([0]))


def test_a_loss_and_a_metric_may_work_in_place():
    def rude(z, y):
        z -= 100.0
        y += 1
        return float(np.abs(z).mean())

    theta, X, y = np.array([1.0, 2.0, 0.0, 0.0]), np.ones((3, 1)), np.zeros(3, int)
    score = evaluate(mlp((1, 2)), theta, X, y, loss=rude, metric=rude)
    assert score == Score(98.5, 98.5)
    assert not y.any()


def test_a_network_cannot_change_what_it_is_given():
    def layers(X, W):
        W *= 2
        return [X @ W]

    rude, theta = Network(((1, 1),), layers), np.ones(1)
    with pytest.raises(ValueError, match="read-only"):
        scores(rude, theta, [[1.0]])
    assert theta[0] == 1

    def other(X, W):
        X *= 2
        return [X @ W]

    rude, X = Network(((1, 2),), other), np.ones((1, 1))
    with pytest.raises(ValueError, match="read-only"):
        objective(rude)(np.ones(2), X, np.zeros(1, int))
    with pytest.raises(ValueError, match="read-only"):
        scores(rude, np.ones(2), X)
    assert X[0, 0] == 1


def test_layers_return_a_list():
    X, y, theta = np.ones((2, 2)), [0, 1], np.ones(4)
    for what, kind in ((np.ones((2, 2)), "ndarray"), (None, "NoneType"), ([], "empty")):
        network = Network(((2, 2),), lambda X, W, what=what: what)
        for call in (
            lambda network=network: scores(network, theta, X),
            lambda network=network: objective(network)(theta, X, y),
            lambda network=network: saliency(network, theta, X, y),
        ):
            with refuses(
                TypeError,
                "what the network's layers return must be a list "
                f"of arrays, but is {kind}",
            ):
                call()


def test_progress_is_told_after_each_epoch():
    seen = []
    history = quick(progress=lambda *told: seen.append(told))
    assert seen == [(k, 5, history.train[k]) for k in range(1, 6)]


def test_report_writes_now_and_then():
    lines = []
    progress = report(every=2, write=lines.append)
    for epoch in (1, 2, 3):
        progress(epoch, 3, Score(0.5, float("nan")))
    assert lines == ["epoch 2 of 3: loss 0.5000", "epoch 3 of 3: loss 0.5000"]
    with refuses(ValueError, "every must be at least 1, but is 0"):
        report(0)
    with refuses(TypeError, "write must be a function"):
        report(write="stdout")


def test_training_refuses():
    network, rng = mlp((2, 2)), np.random.default_rng(0)
    X, y = moons(20, rng=rng)
    with refuses(ValueError, "X and y must hold the same number of samples"):
        train(network, np.zeros(6), X, y[:-1], epochs=1, size=5, rng=rng)
    with refuses(ValueError, "X and y must hold the same number of samples"):
        train(network, np.zeros(6), X[:0], y[:0], epochs=1, size=5, rng=rng)
    with refuses(ValueError, "size must be a whole number in 1 … n = 20, but is 21"):
        train(network, np.zeros(6), X, y, epochs=1, size=21, rng=rng)
    with refuses(TypeError, "epochs must be a whole number >= 0"):
        train(network, np.zeros(6), X, y, epochs=1.5, size=5, rng=rng)
    with pytest.raises(ValueError, match="labels must be whole numbers in 0 … 1"):
        train(network, np.zeros(6), X, y + 1, epochs=1, size=5, rng=rng)


def test_counts_of_eight_bits_count_on():
    small = np.int8(127)
    assert len(quick(epochs=small, size=60).train) == 128
    lines = []
    report(np.int8(3), lines.append)(300, 400, Score(0.5, 0.5))
    assert len(lines) == 1


def test_weights_of_another_shape_are_refused():
    def turned(inputs, outputs, *, rng):
        return np.ones((outputs, inputs))

    with refuses(ValueError, "what weights returns must have shape (2, 3), but its"):
        start(mlp((2, 3)), turned, rng=np.random.default_rng(0))


def test_a_single_number_among_the_parameters_begins_at_zero():
    network = Network(((2, 1), ()), lambda X, W, b: [X @ W + b])
    theta = start(network, rng=np.random.default_rng(0))
    assert (theta.shape, theta[-1]) == ((3,), 0)
    with refuses(TypeError, "each of shapes must be a list, but is of type int"):
        start(Network((3,), None), rng=np.random.default_rng(0))


@pytest.mark.parametrize("name", ["loss", "metric"])
def test_what_is_measured_is_one_number(name):
    theta, data = np.ones(6), (np.ones((3, 2)), [0, 1, 1])
    with refuses(ValueError, f"what {name} returns must be one number, but its shape"):
        evaluate(mlp((2, 2)), theta, *data, **{name: lambda z, y: z})
    with refuses(TypeError, f"what {name} returns must hold real numbers"):
        evaluate(mlp((2, 2)), theta, *data, **{name: lambda z, y: None})
    half = evaluate(mlp((2, 2)), theta, *data, **{name: lambda z, y: np.array(0.5)})
    assert type(getattr(half, {"metric": "accuracy"}.get(name, name))) is float


def test_a_metric_that_counts_as_nothing_is_a_metric():
    class Half(list):
        def __call__(self, z, y):
            return 0.5

    theta, data = np.ones(6), (np.ones((3, 2)), [0, 1, 1])
    assert evaluate(mlp((2, 2)), theta, *data, metric=Half()).accuracy == 0.5
    told = Half()
    told.__class__.__call__ = lambda self, *news: self.append(news)
    quick(progress=told)
    assert len(told) == 5


def test_each_sample_needs_its_label_in_a_measurement_too():
    def squared(z, y):
        return np.square(z - y).mean()

    options, X = {"loss": squared, "metric": None}, np.ones((3, 2))
    with refuses(ValueError, "X and y must hold the same number of samples"):
        evaluate(mlp((2, 1)), np.ones(3), X, [1.0], **options)
    hidden = np.ma.masked_array(np.ones((3, 1)), [[0], [0], [1]])
    with refuses(ValueError, "y must have all its entries, but some are masked"):
        evaluate(mlp((2, 1)), np.ones(3), X, hidden, **options)


def test_test_data_and_progress_are_refused_by_their_names():
    X, y = moons(30, rng=np.random.default_rng(2))
    with refuses(TypeError, "test must be a list, but is of type tuple_iterator"):
        quick(test=iter((X, y)))  # it would be empty after the first epoch
    with refuses(ValueError, "test must be a pair (X, y), but holds 3"):
        quick(test=(X, y, y))
    with refuses(ValueError, "X of test must be finite, but 60 of its 60 entries"):
        quick(test=(X * np.nan, y))
    with refuses(ValueError, "X of test and y of test must hold the same number of"):
        quick(test=(X, y[:9]))
    with refuses(TypeError, "progress must be a function, but is of type str"):
        quick(progress="print")


def test_a_loss_that_refuses_what_has_overflowed_says_so():
    both, far = objective(mlp((1, 2)), cross_entropy), np.array([1e300, 0.0, 0.0, 0.0])
    with (
        np.errstate(over="ignore"),
        refuses(ValueError, "logits must have a finite largest entry along its last"),
    ):
        both(far, np.array([[1e300]]), np.array([0]))


def test_predictions_are_refused_by_their_name():
    with refuses(ValueError, "predictions must be whole numbers in 0 … 1, but are"):
        confusion_matrix([0, 1], [0, 5], 2)


# What the chapter promises


def test_no_line_has_more_than_three_corners():
    network = mlp((2, 2))
    for seed in range(20):
        rng = np.random.default_rng(seed)
        theta = start(network, rng=rng)
        history = train(
            network,
            theta,
            *CORNERS,
            epochs=100,
            size=4,
            rng=rng,
            optimizer=adam_in_place(0.1),
        )
        assert max(score.accuracy for score in history.train) <= 0.75


def test_xor_is_learned_from_twenty_of_twenty_starts():
    network = mlp((2, 4, 2), TANH)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        history = train(
            network,
            start(network, lecun, rng=rng),
            *CORNERS,
            epochs=200,
            size=4,
            rng=rng,
            optimizer=adam_in_place(0.05),
        )
        assert history.train[-1].accuracy == 1
        assert history.train[-1].loss < 0.1


def test_small_digits_to_97_percent():
    digits = digits8()
    X = images_to_vectors(digits.images) / 16
    order = np.random.default_rng(0).permutation(1797)
    learn, rest = order[:1437], order[1437:]
    network, rng = mlp((64, 128, 10)), np.random.default_rng(0)
    history = train(
        network,
        start(network, rng=rng),
        X[learn],
        digits.labels[learn],
        epochs=30,
        size=32,
        rng=rng,
        optimizer=adam_in_place(2e-3),
        test=(X[rest], digits.labels[rest]),
    )
    assert history.test[-1].accuracy >= 0.97


def test_large_digits_to_93_percent():
    digits = digits28()
    X, X_test = (
        images_to_vectors(images) / 255
        for images in (digits.train_images, digits.test_images)
    )
    network, rng = mlp((784, 128, 10)), np.random.default_rng(1)
    history = train(
        network,
        start(network, rng=rng),
        X,
        digits.train_labels,
        epochs=8,
        size=100,
        rng=rng,
        optimizer=adam_in_place(5e-3),
    )
    found = evaluate(network, history.theta, X_test, digits.test_labels)
    assert found.accuracy >= 0.93


def test_a_linear_autoencoder_comes_down_to_the_floor_of_pca():
    X = images_to_vectors(digits8().images[:500]) / 16
    X = X - X.mean(axis=0)
    pca = principal_components(X, 4)
    floor = squared_error(pca.scores @ pca.components + pca.mean, X)
    network, rng = mlp((64, 4, 64), ACTIVATIONS["identity"]), np.random.default_rng(0)
    history = train(
        network,
        start(network, lecun, rng=rng),
        X,
        X,
        epochs=60,
        size=20,
        rng=rng,
        optimizer=adam_in_place(3e-3),
        loss=squared_error,
        metric=None,
    )
    assert floor < history.train[-1].loss < 1.02 * floor


# What to ask of a network


@given(st.integers(1, 5), st.integers(0, 30), seeds)
def test_the_confusion_matrix_counts_every_sample_once(classes, n, seed):
    rng = np.random.default_rng(seed)
    labels, predictions = rng.integers(classes, size=(2, n))
    counts = confusion_matrix(labels, predictions, classes)
    assert_array_equal(
        counts, one_hot(labels, classes).T @ one_hot(predictions, classes)
    )
    assert counts.sum() == n
    assert np.trace(counts) == (labels == predictions).sum()


def test_the_confusion_matrix_counts_labels_of_one_byte():
    labels = np.arange(100, dtype=np.uint8)
    assert_array_equal(confusion_matrix(labels, labels, 100), np.eye(100))


def test_the_confusion_matrix_refuses():
    with refuses(ValueError, "classes must be at least 1, but is 0"):
        confusion_matrix(np.zeros(0, int), np.zeros(0, int), 0)
    with refuses(ValueError, "predictions must have shape (n,) with n = 2"):
        confusion_matrix(np.array([0, 1]), np.array([0]), 2)
    with refuses(ValueError, "labels must be whole numbers in 0 … 1"):
        confusion_matrix(np.array([0, -1]), np.array([0, 1]), 2)


@given(seeds)
def test_saliency_of_a_linear_model_is_its_weights(seed):
    rng = np.random.default_rng(seed)
    W, b, X = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(5, 3))
    classes = rng.integers(4, size=5)
    found = saliency(mlp((3, 4)), pack([W, b]), X, classes)
    assert_array_equal(found, W[:, classes].T)


@pytest.mark.parametrize(
    ("network", "shape"),
    [(mlp((4, 5, 3), TANH), (4,)), (SMALL_CNN, (4, 4, 1))],
)
def test_saliency_agrees_with_differences(network, shape):
    rng = np.random.default_rng(0)
    theta, X = start(network, rng=rng), rng.normal(size=(2, *shape))
    found = saliency(network, theta, X, np.array([2, 0]))
    check_gradient(
        lambda x: scores(network, theta, np.stack([x, X[1]]))[0, 2], X[0], found[0]
    )
    assert found.shape == X.shape


def test_saliency_refuses():
    with refuses(ValueError, "classes must be whole numbers in 0 … 1"):
        saliency(mlp((2, 2)), np.zeros(6), np.zeros((1, 2)), np.array([2]))
    with refuses(ValueError, "classes must have shape (1,)"):
        saliency(mlp((2, 2)), np.zeros(6), np.zeros((1, 2)), np.array([0, 0]))


def test_a_spot_check_sees_a_wrong_gradient():
    network, rng = mlp((5, 6, 3), TANH), np.random.default_rng(0)
    theta, (X, y) = start(network, rng=rng), some_data(8, 5, 3, 1)
    options = {"count": 20, "rng": rng}
    assert spot_check(network, theta, X, y, **options) < 1e-8

    def twice_backward(z, y):
        """The value is right; the slope is twice what it should be."""
        loss = softmax_cross_entropy(z, y)
        if not isinstance(loss, Tensor):
            return loss
        edges = [(x, lambda g, out=None, p=p: 2 * p(g)) for x, p in loss.edges]
        return Tensor(loss.value, edges)

    assert spot_check(network, theta, X, y, **options, loss=twice_backward) > 0.4
    with refuses(ValueError, "count must be at most 57, the number of slopes"):
        spot_check(network, theta, X, y, count=58, rng=rng)
    with refuses(ValueError, "count must be at least 1, but is 0"):
        spot_check(network, theta, X, y, count=0, rng=rng)


def off_the_tape(sizes, lost):
    """A network in which some arrays leave the tape, so that their slopes are 0."""
    network = mlp(sizes, TANH)

    def layers(X, *parameters):
        seen = [
            getattr(array, "value", array) if k in lost else array
            for k, array in enumerate(parameters)
        ]
        return network.layers(X, *seen)

    return Network(network.shapes, layers)


@pytest.mark.parametrize("sizes", [(5, 6, 3), (784, 128, 10)])
@pytest.mark.parametrize("lost", [(0,), (1,), (2,), (3,), (2, 3), (0, 1, 2, 3)])
def test_a_spot_check_sees_a_lost_slope(sizes, lost):
    """A slope that is wrongly 0 must not be left out because it is 0."""
    network, rng = off_the_tape(sizes, lost), np.random.default_rng(0)
    theta, (X, y) = start(network, rng=rng), some_data(8, sizes[0], sizes[-1], 1)
    assert spot_check(network, theta, X, y, count=20, rng=rng) > 0.01
    whole = mlp(sizes, TANH)
    assert spot_check(whole, theta, X, y, count=20, rng=rng) < 1e-6


def test_a_spot_check_tries_as_many_in_every_array():
    seen = []

    def layers(X, *parameters):
        if not isinstance(parameters[0], Tensor):
            seen.append(pack(parameters))
        return plain.layers(X, *parameters)

    plain = mlp((30, 20, 3), TANH)
    network, rng = Network(plain.shapes, layers), np.random.default_rng(0)
    theta, (X, y) = start(plain, rng=rng), some_data(4, 30, 3, 1)
    spot_check(network, theta, X, y, count=20, rng=rng)
    moved = {int(np.flatnonzero(each != theta)[0]) for each in seen}
    ends = np.cumsum([600, 20, 60, 3])
    tried = np.bincount(np.searchsorted(ends, sorted(moved), side="right"))
    assert len(moved) == 20
    assert tried.tolist()[3] == 3
    assert max(tried[:3]) - min(tried[:3]) <= 1


def test_a_spot_check_of_a_flat_loss_is_zero():
    flat, rng = mlp((2, 2)), np.random.default_rng(0)
    X, y = np.zeros((1, 2)), np.array([0])
    found = spot_check(flat, np.zeros(6), X, y, count=6, rng=rng, loss=lambda z, y: 1.0)
    assert found == 0


# Data


@pytest.mark.parametrize("make", [xor, moons, circles, spirals])
def test_points_in_the_plane(make):
    for n in (0, 1, 7, 200):
        X, y = make(n, rng=np.random.default_rng(0))
        assert X.shape == (n, 2)
        assert y.shape == (n,)
        assert y.dtype == np.int64
        assert abs(2 * y.sum() - n) <= 1
    still, moved = (
        make(300, rng=np.random.default_rng(0), noise=noise).X for noise in (0.0, 0.3)
    )
    assert abs((moved - still).std() - 0.3) < 0.03
    with refuses(TypeError, "rng must be a random generator"):
        make(rng=0)
    with refuses(ValueError, "noise must be"):
        make(rng=np.random.default_rng(0), noise=-1.0)


def test_moons_circles_and_spirals_do_not_touch():
    for make in (moons, circles, spirals):
        X, y = make(200, rng=np.random.default_rng(0), noise=0.0)
        apart = np.linalg.norm(X[y == 0][:, None] - X[y == 1], axis=-1)
        assert apart.min() > 0.15


def test_the_rectifier_is_fused_and_the_default():
    assert RELU is ACTIVATIONS["relu"]
    X, y = some_data(6, 3, 2, 0)
    theta = start(mlp((3, 4, 2)), rng=np.random.default_rng(0))
    plain = mlp((3, 4, 2), RELU._replace(f=lambda z: np.maximum(z, 0.0)))
    for a, b in zip(
        objective(mlp((3, 4, 2)))(theta, X, y),
        objective(plain)(theta, X, y),
        strict=True,
    ):
        assert_allclose(a, b, rtol=1e-12, atol=1e-14)


def test_the_listing_in_torch_defines_its_names_and_learns():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    lesson = Path(__file__).parent.parent / "chapters" / "networks.ipynb"
    sources = (cell.source for cell in nbformat.read(lesson, as_version=4).cells)
    listing = next(text for text in sources if "for epoch in range(10)" in text)
    code, names = re.search(r"```python\n(.*?)```", listing, re.S)[1], {}
    exec(code, names)
    with torch.no_grad():
        found = names["reader"](names["X"]).argmax(axis=1)
    assert (found == names["y"]).double().mean() > 0.98


def test_small_integers_are_counted_exactly():
    small = np.int8(100)
    assert count_parameters(mlp((small, small, 10))) == 11_110
    labels = np.array([0, 1], np.uint64)
    assert confusion_matrix([0, 1], labels, 2).tolist() == [[1, 0], [0, 1]]
