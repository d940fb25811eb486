"""Networks: neurons wired in layers, trained, tested and looked into.

A network is a pair: the shapes of its parameter arrays, and a pure function ::

    H₁, H₂, …, Z = network.layers(X, *parameters)     # row i belongs to sample i

that returns what every layer puts out; the last output Z, of shape (n, k), holds the
scores. It is written for arrays, so that Tensors pass through and autodiff finds the
slopes. All parameters lie end to end in one vector θ of shape (p,).

Data are a pair X, y: samples in rows, and labels (n,) of int, or what else the loss
compares with. Nothing here changes its arguments: a network is handed arrays that can
only be read, a loss and a metric get copies (in `objective`, what they cannot write).

Reading order: ``Network``, ``mlp`` and ``start``; ``scores``; ``objective``, ``train``
and ``evaluate``; what to ask of a trained network: ``confusion_matrix``, ``saliency``,
``spot_check``. Other wirings come later: `mathlib.convolution` is one.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mathlib.activations import ACTIVATIONS, relu
from mathlib.autodiff import value_and_flat_gradient, value_and_gradient
from mathlib.backprop import pack, unpack
from mathlib.checks import (
    as_floats,
    as_numbers,
    as_single,
    check_callable,
    check_count,
    check_fields,
    check_finite,
    check_labels,
    check_least,
    check_rng,
    check_series,
    check_shapes,
    check_sizes,
    guarded,
    stands_for_array,
)
from mathlib.derivatives import central_difference
from mathlib.fused_operations import dense, dense_relu, softmax_cross_entropy
from mathlib.initialization import he
from mathlib.losses import accuracy
from mathlib.optimizers import adam_in_place, minibatches

RELU = ACTIVATIONS["relu"]
TANH = ACTIVATIONS["tanh"]


class Network(NamedTuple):
    """The shapes of the parameters, and what every layer makes of data.

    Chapter: networks
    """

    shapes: tuple  # one shape per parameter array
    layers: Callable  # (X, *parameters) -> list of outputs, the scores last


class Score(NamedTuple):
    """How well a network does on some data.

    Chapter: networks
    """

    loss: float
    accuracy: float  # or what else the metric measures; nan without one


class History(NamedTuple):
    """What happened during training; entry 0 is before the first step.

    Chapter: networks
    """

    theta: np.ndarray  # (p,), the parameters at the end
    train: list  # a Score before the first epoch and after each
    test: list  # the same on test data; empty if none are given
    thetas: list  # the parameters at these times, if they were to be kept
    stop_reason: str  # "epochs" or "diverged"


# Networks, and where they start


def mlp(sizes, activation=RELU, *, skip=False):
    """A multilayer perceptron: dense layers, with an activation after all but the last.

    With H₀ = X and weights Wₗ of shape (dₗ₋₁, dₗ)::

        Hₗ = φ(Hₗ₋₁ Wₗ + bₗ),   l = 1 … K − 1;   Z = H_{K−1} W_K + b_K

    Parameters
    ----------
    sizes : sequence of int
        d₀, …, d_K: the inputs, the units of each hidden layer, the scores. Two sizes
        are a linear model.
    activation : Activation
        φ, from ``ACTIVATIONS``.
    skip : bool
        Whether the input of a hidden layer is added to its output, where both have one
        size: a residual block.

    Returns
    -------
    Network
        Of Σ (dₗ₋₁ + 1) dₗ parameters.

    Raises
    ------
    TypeError, ValueError
        If sizes are not two or more whole numbers ≥ 1, or activation is no such pair.

    References
    ----------
    Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating
    errors. He, Zhang, Ren & Sun (2016), Deep residual learning, for ``skip``.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> mlp((784, 128, 10)).shapes
    ((784, 128), (128,), (128, 10), (10,))
    """
    check_series(sizes=sizes)
    sizes = tuple(check_least(1, sizes=size) for size in sizes)
    if len(sizes) < 2:
        raise ValueError(f"sizes must be two or more, but are {sizes}")
    if not callable(getattr(activation, "f", None)):
        raise TypeError(
            "activation must be a pair such as ACTIVATIONS['tanh'], but is of type "
            f"{type(activation).__name__}"
        )

    def layers(X, *parameters):
        outputs, H = [], X
        for W, b in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
            new = _hidden(H, W, b, activation)
            H = new + H if skip and new.shape == H.shape else new
            outputs.append(H)
        return [*outputs, dense(H, *parameters[-2:])]

    shapes = (((d, k), (k,)) for d, k in pairwise(sizes))
    return Network(tuple(shape for pair in shapes for shape in pair), layers)


def _hidden(H, W, b, activation):
    """φ(HW + b); as one operation where φ is the rectifier."""
    fused = activation.f is relu
    return dense_relu(H, W, b) if fused else activation.f(dense(H, W, b))


def count_parameters(network):
    """The number p of all the numbers that training may change.

    ::

        p = Σ over the arrays of the product of the sizes of their axes

    Parameters
    ----------
    network : Network

    Returns
    -------
    int

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> count_parameters(mlp((784, 10))), count_parameters(mlp((784, 128, 10)))
    (7850, 101770)
    """
    check_fields("shapes layers", network=network)
    check_sizes(shapes=network.shapes)
    return sum(math.prod(map(int, shape)) for shape in network.shapes)


def start(network, weights=he, *, rng):
    """The parameters before training: random weights, zero biases, as one θ.

    Parameters
    ----------
    network : Network
        An array with one axis, or none, is a bias. Of any other array the last axis
        counts the outputs; all others together are the inputs.
    weights : function
        Called as ``weights(inputs, outputs, rng=rng)``: one of ``INITIALIZATIONS``. It
        returns an (inputs, outputs) array.
    rng : numpy.random.Generator
        Draws the arrays in order.

    Returns
    -------
    (p,) array

    Raises
    ------
    TypeError, ValueError
        If weights is no function, or returns another shape, or rng is no random
        generator.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> theta = start(mlp((2, 3, 1)), rng=np.random.default_rng(0))
    >>> theta.shape, theta[6:9]
    ((13,), array([0., 0., 0.]))
    """
    check_fields("shapes layers", network=network)
    check_callable(weights=weights)
    check_rng(rng)
    check_sizes(shapes=network.shapes)
    return pack([_first(tuple(shape), weights, rng) for shape in network.shapes])


def _first(shape, weights, rng):
    """One array before training."""
    if len(shape) < 2:
        return np.zeros(shape)
    inputs, units = math.prod(map(int, shape[:-1])), int(shape[-1])
    drawn = as_floats(weights(inputs, units, rng=rng), "what weights returns")
    check_shapes(**{"what weights returns": (drawn, f"{inputs} {units}")})
    return drawn.reshape(shape)


def outputs(network, theta, X):
    """What every layer puts out: the hidden layers, then the scores.

    Parameters
    ----------
    network : Network
    theta : (p,) array
    X : array
        A sample in each row, of the shape that the network takes.

    Returns
    -------
    list of arrays

    Raises
    ------
    TypeError, ValueError
        If theta has another size, X another width, X is not finite, or the layers
        return no list.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> network = mlp((1, 2, 1))
    >>> hidden, z = outputs(network, [1.0, -1, 0, 0, 1, 1, 0], [[3.0], [-2.0]])
    >>> hidden.tolist(), z.tolist()
    ([[3.0, 0.0], [0.0, 2.0]], [[3.0], [2.0]])
    """
    check_fields("shapes layers", network=network)
    X = as_floats(X, "X")
    check_finite(X=X)
    parameters = unpack(_read_only(as_floats(theta, "theta")), network.shapes)
    return _outputs(network, _read_only(X), parameters)


def _outputs(network, X, parameters):
    """A list: of a single array the last row would be taken for the scores."""
    found = network.layers(X, *parameters)
    if not isinstance(found, list | tuple) or not found:
        raise TypeError(
            f"what the network's layers return must be a list of arrays, but is "
            f"{'empty' if isinstance(found, list | tuple) else type(found).__name__}"
        )
    return found


def scores(network, theta, X):
    """The scores: what the last layer puts out, before any softmax.

    Arguments as for `outputs`.

    Returns
    -------
    (n, k) array
        A row for each sample. The class predicted is ``scores(…).argmax(axis=1)``.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> scores(mlp((2, 1)), [1.0, 2.0, 0.5], [[1.0, 1.0]])
    array([[3.5]])
    """
    return outputs(network, theta, X)[-1]


# Training


def objective(network, loss=softmax_cross_entropy):
    """The loss as a function of θ and data, with its gradient: what training descends.

    Parameters
    ----------
    network : Network
    loss : function of the scores (n, k) and of y
        Returns the mean over samples, and lets Tensors through.

    Returns
    -------
    function of theta, X and y
        Returns the loss, a float, and its gradient, a new (p,) array.

    Raises
    ------
    TypeError
        If loss is no function.

    Notes
    -----
    X and y are handed on as views that can only be read.

    Chapter: networks

    Examples
    --------
    >>> both, y = objective(mlp((2, 3))), np.array([0, 2])
    >>> value, gradient = both(np.zeros(9), np.eye(2), y)
    >>> print(f"{value:.4f}", gradient[-3:].round(4))  # log 3; shares minus labels
    1.0986 [-0.1667  0.3333 -0.1667]
    """
    check_fields("shapes layers", network=network)
    check_callable(loss=loss)

    def f(*arguments):
        *parameters, X, y = arguments
        return loss(_outputs(network, _read_only(X), parameters)[-1], _read_only(y))

    return value_and_flat_gradient(f, network.shapes)


def evaluate(network, theta, X, y, *, loss=softmax_cross_entropy, metric=accuracy):
    """The loss and the accuracy on some data, which may be data never trained on.

    Parameters
    ----------
    network, theta, X
        As in `outputs`.
    y : (n,) array of int, or what the loss compares with
    loss : function of the scores and of y
    metric : function of the scores and of y, optional
        None for a task that is no classification.

    Returns
    -------
    Score
        The accuracy is nan where a score has overflowed: none is the largest then.

    Raises
    ------
    ValueError
        If the shapes do not fit, X is not finite, a label is none of the classes, or
        loss or metric returns more than one number.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> evaluate(mlp((2, 2)), [1.0, 0, 0, 1, 0, 0], np.eye(2), np.array([0, 0]))
    Score(loss=0.8132616875182228, accuracy=0.5)
    """
    check_callable(loss=loss)
    if metric is not None:
        check_callable(metric=metric)
    X, y = _as_pair(X, y)
    z = scores(network, theta, X)
    measured = math.nan
    if metric is not None and np.isfinite(z).all():
        measured = as_single(guarded(metric)(z, y), "what metric returns")
    return Score(as_single(guarded(loss)(z, y), "what loss returns"), measured)


def train(
    network,
    theta,
    X,
    y,
    *,
    epochs,
    size,
    rng,
    optimizer=None,
    loss=softmax_cross_entropy,
    metric=accuracy,
    test=None,
    keep=False,
    progress=None,
):
    """Train by mini-batches: forward, backward, step, over and over.

    In each epoch every sample is met once, in random order, ``size`` at a time::

        θ ← step of the optimizer along the gradient of the loss of one batch

    Parameters
    ----------
    network : Network
    theta : (p,) array
        Where to start.
    X, y
        The data to learn from, n samples.
    epochs : int
        How often each sample is met.
    size : int
        The number of samples in a batch, from 1 to n.
    rng : numpy.random.Generator
        Draws the order of the samples.
    optimizer : Optimizer, optional
        By default Adam with the rate 0.001, in place.
    loss, metric
        As in `evaluate`.
    test : (X, y), optional
        Data to be measured on after each epoch, and never learned from.
    keep : bool
        Whether the history holds θ after every epoch too.
    progress : function, optional
        Called after each epoch with its number, with ``epochs`` and with the Score on
        the training data: for long runs. Such as `report`.

    Returns
    -------
    History
        It ends early, with the reason "diverged", once the loss on the training data is
        no finite number; that loss is its last Score.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind or an impossible value; or if the loss or the
        network refuses scores that have overflowed, as `losses.cross_entropy` and
        `attention.attention` do.

    References
    ----------
    Goodfellow, Bengio & Courville (2016), Deep Learning, §8.1.3.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 0, 1, 1])
    >>> network, rng = mlp((1, 2)), np.random.default_rng(0)
    >>> history = train(network, np.zeros(4), X, y, epochs=400, size=2, rng=rng,
    ...     optimizer=adam_in_place(0.1))
    >>> history.train[0].accuracy, history.train[-1].accuracy, history.stop_reason
    (0.5, 1.0, 'epochs')
    """
    check_fields("shapes layers", network=network)
    epochs = check_count(epochs=epochs)
    X, y = _as_pair(X, y)
    theta = as_floats(theta, "theta").copy()
    test = None if test is None else _as_test(test)
    if progress is not None:
        check_callable(progress=progress)
    optimizer = adam_in_place() if optimizer is None else optimizer
    check_fields("init step", optimizer=optimizer)
    gradient, state = objective(network, loss), optimizer.init(theta)

    def measure(data):
        return evaluate(network, theta, *data, loss=loss, metric=metric)

    history = History(theta, [], [], [], "epochs")
    with np.errstate(over="ignore", invalid="ignore"):
        for epoch in range(epochs + 1):
            if epoch:
                for batch in minibatches(len(X), size, rng=rng):
                    g = gradient(theta, X[batch], y[batch])[1]
                    theta, state = optimizer.step(theta, g, state)
            _note(history, theta, measure, (X, y), test, keep)
            if progress is not None and epoch:
                progress(epoch, epochs, history.train[-1])
            if not math.isfinite(history.train[-1].loss):
                return history._replace(theta=theta, stop_reason="diverged")
    return history._replace(theta=theta)


def _note(history, theta, measure, data, test, keep):
    """Measure, and write it down."""
    history.train.append(measure(data))
    if test is not None:
        history.test.append(measure(test))
    if keep:
        history.thetas.append(theta.copy())


def report(every=1, write=print):
    """A progress for `train`: a line about every so many epochs, and about the last.

    Parameters
    ----------
    every : int
        At least 1.
    write : function of a text

    Returns
    -------
    function of an epoch's number, the number of all, and a Score

    Raises
    ------
    TypeError, ValueError
        If every is no whole number ≥ 1, or write no function.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> progress = report(every=10)
    >>> for epoch in range(1, 16):
    ...     progress(epoch, 15, Score(1 / epoch, 0.5))
    epoch 10 of 15: loss 0.1000, accuracy 50.0 %
    epoch 15 of 15: loss 0.0667, accuracy 50.0 %
    """
    every = check_least(1, every=every)
    check_callable(write=write)

    def progress(epoch, epochs, score):
        if epoch % every == 0 or epoch == epochs:
            share = "" if math.isnan(score.accuracy) else _percent(score.accuracy)
            write(f"epoch {epoch} of {epochs}: loss {score.loss:.4f}{share}")

    return progress


def _percent(share):
    return f", accuracy {100 * share:.1f} %"


# What to ask of a network


def confusion_matrix(labels, predictions, classes):
    """How often each class was taken for which.

    ::

        Cᵢⱼ = the number of samples of class i that were predicted as j

    Parameters
    ----------
    labels, predictions : (n,) arrays of int
        Each in 0 … classes − 1.
    classes : int
        At least 1.

    Returns
    -------
    (classes, classes) array of int
        The sum is n; the share on the diagonal is the accuracy.

    Raises
    ------
    ValueError
        If the shapes differ, a label is none of the classes, or classes is below 1.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), 2)
    array([[1, 1],
           [0, 1]])
    """
    classes = check_least(1, classes=classes)
    labels = as_numbers(labels, "labels")
    predictions = as_numbers(predictions, "predictions")
    check_shapes(labels=(labels, "n"), predictions=(predictions, "n"))
    check_labels(labels, classes)
    check_labels(predictions, classes, "predictions")
    pairs = labels.astype(int) * classes + predictions.astype(int)
    counts = np.bincount(pairs, minlength=classes**2)
    return counts.reshape(classes, classes)


def saliency(network, theta, X, classes):
    """How each score follows a small change of each input.

    For sample i and the class cᵢ asked about::

        ∂z(xᵢ)_{cᵢ} / ∂xᵢ

    Parameters
    ----------
    network, theta, X
        As in `outputs`.
    classes : (n,) array of int
        Whose score to look at: the labels, or the predictions.

    Returns
    -------
    array of the shape of X
        For a linear model the weights of the class, whatever X is.

    Raises
    ------
    ValueError
        If the shapes do not fit, X is not finite, or a class is none of the network's.

    References
    ----------
    Simonyan, Vedaldi & Zisserman (2014), Deep inside convolutional networks.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> W, b = np.array([[1.0, 4.0], [2.0, 5.0]]), np.zeros(2)
    >>> saliency(mlp((2, 2)), pack([W, b]), [[0.0, 0.0], [7.0, 7.0]], np.array([0, 1]))
    array([[1., 2.],
           [4., 5.]])
    """
    check_fields("shapes layers", network=network)
    theta, X = _read_only(as_floats(theta, "theta")), as_floats(X, "X")
    classes = as_numbers(classes, "classes")
    check_series(X=X)
    parameters = unpack(theta, network.shapes)
    check_finite(X=X)
    check_shapes(classes=(classes, f"{len(X)}"))
    check_labels(classes, network.shapes[-1][-1], "classes")

    def total(x):
        return _outputs(network, x, parameters)[-1][np.arange(len(X)), classes].sum()

    return value_and_gradient(total)(X)[1][0]


def spot_check(network, theta, X, y, *, count, rng, loss=softmax_cross_entropy):
    """Compare the gradient with central differences, at a few parameters of each array.

    A full check takes two losses for each of p parameters. A wrong formula, or a layer
    that the gradient does not reach, spoils most slopes of an array, so that a few in
    every array show it; a fault in single entries may be missed.

    Parameters
    ----------
    network, theta, X, y, loss
        As in `evaluate`.
    count : int
        How many parameters to try, from 1 to p: as many in each array, as far as it has
        them. With fewer than there are arrays some array is not tried.
    rng : numpy.random.Generator
        Chooses them in each array, whatever the gradient says of them.

    Returns
    -------
    float
        The largest error, as a share of the largest slope that was tried, found or
        measured; about 1e-8 or below if the gradient is right, unless a kink lies
        nearby, or all slopes tried are so small that rounding outweighs them. 0 if all
        that were tried are flat.

    Raises
    ------
    ValueError
        If count is 0, or larger than the number of parameters.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> network, rng = mlp((2, 3, 2), TANH), np.random.default_rng(0)
    >>> X, y = rng.normal(size=(5, 2)), np.array([0, 1, 0, 1, 1])
    >>> theta = start(network, rng=rng)
    >>> spot_check(network, theta, X, y, count=10, rng=rng) < 1e-7
    True
    """
    check_fields("shapes layers", network=network)
    check_rng(rng)
    count = check_least(1, count=count)
    theta = as_floats(theta, "theta")
    gradient = objective(network, loss)(theta, X, y)[1]
    if count > len(gradient):
        raise ValueError(
            f"count must be at most {len(gradient)}, the number of slopes, but is "
            f"{count}"
        )
    places = _spread(network.shapes, count, rng)

    def along(place):
        def value(w):
            moved = np.array(theta, float)
            moved[place] = w
            return evaluate(network, moved, X, y, loss=loss, metric=None).loss

        return central_difference(value, float(theta[place]))

    measured, found = np.array([along(place) for place in places]), gradient[places]
    error, largest = np.abs(measured - found).max(), np.abs([measured, found]).max()
    return float(error / largest) if largest else 0.0


def _spread(shapes, count, rng):
    """Random places in θ, as evenly as they go over its arrays."""
    rounds = [rng.permutation(math.prod(shape)) for shape in shapes]
    rounds = np.concatenate(rounds)  # the r-th of its array is taken in round r
    return np.lexsort((rng.random(len(rounds)), rounds))[:count]


# Arguments


def _read_only(x):
    """A view of an array that refuses changes: as safe as a copy, and free."""
    if stands_for_array(x) or not isinstance(x, np.ndarray):
        return x
    view = x.view()
    view.flags.writeable = False
    return view


def _as_pair(X, y, of=""):
    """A sample without its label would go unnoticed, or stop in the last batch."""
    X, y = as_floats(X, f"X{of}"), as_numbers(y, f"y{of}")
    if y.shape[:1] != X.shape[:1] or X.shape[:1] in ((), (0,)):
        raise ValueError(
            f"X{of} and y{of} must hold the same number of samples, at least one, but "
            f"their shapes are {X.shape} and {y.shape}"
        )
    check_finite(**{f"X{of}": X})
    return X, y


def _as_test(test):
    check_series(test=test)
    if len(test) != 2:
        raise ValueError(f"test must be a pair (X, y), but holds {len(test)}")
    return _as_pair(*test, of=" of test")
