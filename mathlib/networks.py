"""Networks: neurons wired in layers, trained, tested and looked into.

A network is a pair: the shapes of its parameter arrays, and a pure function ::

    H₁, H₂, …, Z = network.layers(X, *parameters)     # row i belongs to sample i

that returns what every layer puts out; the last output Z, of shape (n, k), holds the
scores. It is written for arrays, so that Tensors pass through and autodiff finds the
slopes. All parameters lie end to end in one vector θ of shape (p,).

Data are a pair X, y: samples in rows, and labels (n,) of int, or what else the loss
compares with. Nothing here changes its arguments: a network is handed arrays that can
only be read, a loss and a metric get copies.

Reading order: ``Network``, ``mlp`` and ``start``; ``scores``; ``objective``, ``train``
and ``evaluate``; what to ask of a trained network: ``confusion_matrix``, ``saliency``,
``spot_check``; other wirings: ``convolution``, ``recurrence``, ``attention``; then the
gradients of a mean over random draws, and the ``spectrogram``.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mathlib.activations import ACTIVATIONS, relu
from mathlib.autodiff import (
    dense,
    dense_relu,
    softmax_cross_entropy,
    value_and_flat_gradient,
    value_and_gradient,
)
from mathlib.backprop import pack, unpack
from mathlib.checks import (
    as_floats,
    as_numbers,
    check_callable,
    check_count,
    check_fields,
    check_finite,
    check_labels,
    check_least,
    check_positive,
    check_rng,
    check_series,
    check_shapes,
    guarded,
    stands_for_array,
)
from mathlib.derivatives import central_difference
from mathlib.initialization import he
from mathlib.losses import accuracy
from mathlib.optimizers import adam_in_place, minibatches
from mathlib.special import softmax

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


class Attention(NamedTuple):
    """What queries read from a memory, and how much of each value they took.

    Chapter: networks
    """

    output: np.ndarray  # (..., q, m)
    weights: np.ndarray  # (..., q, n)


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
    sizes = tuple(sizes)
    _check_sizes(sizes)
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
    return sum(map(math.prod, network.shapes))


def start(network, weights=he, *, rng):
    """The parameters before training: random weights, zero biases, as one θ.

    Parameters
    ----------
    network : Network
        An array with one axis is a bias. Of any other array the last axis counts the
        outputs; all others together are the inputs.
    weights : function
        Called as ``weights(inputs, outputs, rng=rng)``: one of ``INITIALIZATIONS``.
    rng : numpy.random.Generator
        Draws the arrays in order.

    Returns
    -------
    (p,) array

    Raises
    ------
    TypeError
        If weights is no function, or rng no random generator.

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
    arrays = []
    for shape in network.shapes:
        if len(shape) == 1:
            arrays.append(np.zeros(shape))
        else:
            drawn = weights(math.prod(shape[:-1]), shape[-1], rng=rng)
            arrays.append(as_floats(drawn, "what weights returns").reshape(shape))
    return pack(arrays)


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
    ValueError
        If theta has another size, X another width, or X is not finite.

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
    return network.layers(_read_only(X), *parameters)


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
        return loss(network.layers(_read_only(X), *parameters)[-1], _read_only(y))

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
        If the shapes do not fit, X is not finite, or a label is none of the classes.

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
    z = scores(network, theta, X)
    measured = guarded(metric)(z, y) if metric and np.isfinite(z).all() else math.nan
    return Score(float(guarded(loss)(z, y)), measured)


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
        If an argument has the wrong kind or an impossible value.

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
    check_count(epochs=epochs)
    X, y = as_floats(X, "X"), as_numbers(y, "y")
    theta = as_floats(theta, "theta").copy()
    _check_pairs(X, y)
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
            if progress and epoch:
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
    check_least(1, every=every)
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
    check_least(1, classes=classes)
    labels = as_numbers(labels, "labels")
    predictions = as_numbers(predictions, "predictions")
    check_shapes(labels=(labels, "n"), predictions=(predictions, "n"))
    check_labels(labels, classes)
    check_labels(predictions, classes)
    labels = labels.astype(int)  # int8 cannot count to 200 places
    counts = np.bincount(labels * classes + predictions, minlength=classes**2)
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
    check_labels(classes, network.shapes[-1][-1])

    def total(x):
        return network.layers(x, *parameters)[-1][np.arange(len(X)), classes].sum()

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
        nearby. 0 if all that were tried are flat.

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
    check_least(1, count=count)
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


# Other wirings: images


def patches(X, height, width):
    """Every window of an image, laid out as a row of numbers.

    ::

        row (r, c) of sample i holds X[i, r : r + height, c : c + width] in order

    Parameters
    ----------
    X : (n, h, w, c) array or Tensor
        Images of c channels.
    height, width : int
        Of the window; it must fit into the image.

    Returns
    -------
    (n, h − height + 1, w − width + 1, height · width · c) array or Tensor

    Raises
    ------
    ValueError
        If X has not four axes, or the window does not fit.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> patches(np.arange(6.0).reshape(1, 2, 3, 1), 2, 2).reshape(2, 4)
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.]])
    """
    X = as_floats(X, "X")
    check_count(height=height, width=width)
    n, h, w, c = check_shapes(X=(X, "n h w c")).values()
    if not (1 <= height <= h and 1 <= width <= w):
        raise ValueError(
            f"the window must fit into an image of {h} by {w}, but is {height} by "
            f"{width}"
        )
    rows, columns = h - height + 1, w - width + 1
    windows = np.stack(
        [
            X[:, i : i + rows, j : j + columns]
            for i in range(height)
            for j in range(width)
        ],
        axis=3,
    )
    return windows.reshape(n, rows, columns, height * width * c)


def convolution(X, K, b):
    """One small dense layer, applied to every window of an image.

    Not flipped, as in every library::

        Y[i, r, s, m] = Σ_{a,e,c} X[i, r + a, s + e, c] K[a, e, c, m] + b[m]

    Parameters
    ----------
    X : (n, h, w, c) array or Tensor
        Images of c channels.
    K : (height, width, c, k) array or Tensor
        The kernel: k filters.
    b : (k,) array or Tensor

    Returns
    -------
    (n, h − height + 1, w − width + 1, k) array or Tensor

    Raises
    ------
    ValueError
        If the shapes do not fit.

    References
    ----------
    LeCun et al. (1989), Backpropagation applied to handwritten zip code recognition.
    LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document
    recognition.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> X, K = np.arange(4.0).reshape(1, 1, 4, 1), np.ones((1, 2, 1, 1))
    >>> convolution(X, K, np.zeros(1)).ravel()
    array([1., 3., 5.])
    """
    X, K, b = as_floats(X, "X"), as_floats(K, "K"), as_floats(b, "b")
    check_shapes(X=(X, "n h w c"), K=(K, "height width c k"), b=(b, "k"))
    windows = patches(X, *K.shape[:2])
    n, rows, columns, size = windows.shape
    flat = windows.reshape(n * rows * columns, size)
    kernels = K.shape[-1]
    outputs = dense(flat, K.reshape(size, kernels), b)
    return outputs.reshape(n, rows, columns, kernels)


def max_pool(X, size=2):
    """The largest of each square of numbers: an image of a half, a third, … the size.

    ::

        Y[i, r, s, m] = max over a, e < size of X[i, size·r + a, size·s + e, m]

    Parameters
    ----------
    X : (n, h, w, c) array or Tensor
    size : int
        It divides h and w.

    Returns
    -------
    (n, h / size, w / size, c) array or Tensor

    Raises
    ------
    ValueError
        If X has not four axes, or size does not divide h and w.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> max_pool(np.arange(8.0).reshape(1, 2, 4, 1)).ravel()
    array([5., 7.])
    """
    X = as_floats(X, "X")
    check_count(size=size)
    n, h, w, c = check_shapes(X=(X, "n h w c")).values()
    if size < 1 or h % size or w % size:
        raise ValueError(f"size must divide {h} and {w}, but is {size}")
    blocks = X.reshape(n, h // size, size, w // size, size, c)
    return blocks.max(axis=(2, 4))


def convnet(shape, filters, classes, *, kernel=3, pool=2):
    """A small convolutional network: filters, rectifier, pooling, one dense layer.

    Parameters
    ----------
    shape : (h, w, c)
        Of one image.
    filters, classes : int
    kernel : int
        Height and width of a filter.
    pool : int
        It divides h − kernel + 1 and w − kernel + 1.

    Returns
    -------
    Network
        It takes X of shape (n, h, w, c).

    Raises
    ------
    TypeError, ValueError
        If an argument is no whole number ≥ 1, or the sizes do not fit.

    References
    ----------
    LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document
    recognition.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> convnet((8, 8, 1), 8, 10).shapes
    ((3, 3, 1, 8), (8,), (72, 10), (10,))
    """
    check_series(shape=shape)
    if len(shape) != 3:
        raise ValueError(f"shape must be (height, width, channels), but is {shape}")
    h, w, c = shape
    _check_sizes((h, w, c, filters, classes, kernel, pool))
    rows, columns = h - kernel + 1, w - kernel + 1
    if rows < 1 or columns < 1 or rows % pool or columns % pool:
        raise ValueError(
            f"pool must divide {rows} and {columns}, what the kernel leaves of the "
            f"image, but is {pool}"
        )
    flat = rows // pool * (columns // pool) * filters

    def layers(X, K, b, W, a):
        found = max_pool(np.maximum(convolution(X, K, b), 0.0), pool)
        return [found, dense(found.reshape(len(X), flat), W, a)]

    shapes = ((kernel, kernel, c, filters), (filters,), (flat, classes), (classes,))
    return Network(shapes, layers)


# Other wirings: sequences


def recurrence(X, W, U, b):
    """Read a sequence with the same weights at every step.

    With H₀ = 0::

        Hₜ = tanh(Xₜ W + Hₜ₋₁ U + b),   t = 1 … T

    Parameters
    ----------
    X : (n, T, d) array
        n sequences of T rows.
    W : (d, k) array or Tensor
    U : (k, k) array or Tensor
    b : (k,) array or Tensor

    Returns
    -------
    list of T (n, k) arrays or Tensors
        The states, in order.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    References
    ----------
    Elman (1990), Finding structure in time.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> X = np.array([[[1.0], [0.0], [0.0]]])
    >>> states = recurrence(X, np.eye(1), np.eye(1), np.zeros(1))
    >>> [round(H.item(), 4) for H in states]  # tanh, once, twice, three times
    [0.7616, 0.642, 0.5663]
    """
    X, W = as_floats(X, "X"), as_floats(W, "W")
    U, b = as_floats(U, "U"), as_floats(b, "b")
    sizes = check_shapes(X=(X, "n T d"), W=(W, "d k"), U=(U, "k k"), b=(b, "k"))
    states, H = [], np.zeros((sizes["n"], sizes["k"]))
    for t in range(sizes["T"]):
        H = np.tanh(dense(X[:, t], W, b) + H @ U)
        states.append(H)
    return states


def recurrent_network(inputs, units, classes):
    """A recurrence whose last state is scored by a dense layer.

    Parameters
    ----------
    inputs, units, classes : int
        d, k, and the number of scores.

    Returns
    -------
    Network
        It takes X of shape (n, T, d), of any length T ≥ 1: the number of its parameters
        does not depend on T.

    Raises
    ------
    TypeError, ValueError
        If an argument is no whole number ≥ 1.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> recurrent_network(2, 8, 3).shapes
    ((2, 8), (8, 8), (8,), (8, 3), (3,))
    """
    _check_sizes((inputs, units, classes))

    def layers(X, W, U, b, V, c):
        states = recurrence(X, W, U, b)
        check_least(1, **{"the number of steps in X": len(states)})
        return [*states, dense(states[-1], V, c)]

    shapes = ((inputs, units), (units, units), (units,), (units, classes), (classes,))
    return Network(shapes, layers)


def attention(queries, keys, values):
    """Read from a memory with softmax weights: scaled dot-product attention.

    With d the size of a key::

        A = softmax(Q Kᵀ / √d),   output = A V

    Parameters
    ----------
    queries : (..., q, d) array or Tensor
    keys : (..., n, d) array or Tensor
    values : (..., n, m) array or Tensor
        The axes in front are one batch; they must be the same.

    Returns
    -------
    Attention
        Fields ``output`` (..., q, m) and ``weights`` (..., q, n); each row of weights
        has the sum 1, and no entry below 0.

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is no key or no feature of a key.

    References
    ----------
    Vaswani et al. (2017), Attention Is All You Need, §3.2.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> read = attention([[9.0, 0.0]], [[9.0, 0.0], [0.0, 9.0]], [[5.0], [7.0]])
    >>> read.weights.round(3), read.output.round(3)
    (array([[1., 0.]]), array([[5.]]))
    """
    queries, keys = as_floats(queries, "queries"), as_floats(keys, "keys")
    values = as_floats(values, "values")
    batch = " ".join(map(str, queries.shape[:-2]))
    sizes = check_shapes(
        queries=(queries, f"{batch} q d"),
        keys=(keys, f"{batch} n d"),
        values=(values, f"{batch} n m"),
    )
    check_least(1, **{"the number of keys": sizes["n"]})
    check_least(1, **{"the size of a key": sizes["d"]})
    weights = softmax(queries @ keys.mT / math.sqrt(keys.shape[-1]))
    return Attention(weights @ values, weights)


def recall_network(letters, classes):
    """One head of attention that looks up what stood beside a letter.

    It takes sequences from ``datasets.recall``: rows (letter, number), and a last row
    with a letter alone, the question. The scores are what is read::

        q = question · W_q,   kᵢ = letterᵢ · W_k,   vᵢ = numberᵢ · W_v

    Parameters
    ----------
    letters, classes : int
        The sizes of the two one-hot parts of a row.

    Returns
    -------
    Network
        Its first output holds the attention's weights (n, 1, pairs).

    Raises
    ------
    TypeError, ValueError
        If an argument is no whole number ≥ 1.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> recall_network(4, 3).shapes
    ((4, 4), (4, 4), (3, 3))
    """
    _check_sizes((letters, classes))

    def layers(X, Q, K, V):
        memory, question = X[:, :-1], X[:, -1:, :letters]
        values = memory[:, :, letters:] @ V
        read = attention(question @ Q, memory[:, :, :letters] @ K, values)
        return [read.weights, read.output.reshape(len(X), classes)]

    shapes = ((letters, letters), (letters, letters), (classes, classes))
    return Network(shapes, layers)


# A gradient through chance


class Slopes(NamedTuple):
    """Estimates of the slopes of a mean along the mean and the spread of a normal.

    Chapter: networks
    """

    mean: float  # ∂/∂μ
    sd: float  # ∂/∂σ


def pathwise_slopes(slope, mean, sd, n, *, rng):
    """The slopes of E f(z), z normal, by following each draw: reparameterisation.

    Write z = μ + σε with ε standard normal; the draw no longer depends on μ and σ::

        ∂/∂μ E f(z) = E f′(z),   ∂/∂σ E f(z) = E f′(z) ε

    Parameters
    ----------
    slope : function of an (n,) array
        f′.
    mean : float
        μ.
    sd : float
        σ > 0.
    n : int
        The number of draws, at least 1.
    rng : numpy.random.Generator

    Returns
    -------
    Slopes

    Raises
    ------
    TypeError, ValueError
        If sd or n is not > 0, mean not finite, slope no function that returns an (n,)
        array, or rng no random generator.

    References
    ----------
    Kingma & Welling (2014), Auto-encoding variational Bayes.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> found = pathwise_slopes(lambda z: 2 * z, 1.5, 0.7, 100_000, rng=rng)
    >>> round(found.mean, 1), round(found.sd, 1)  # of μ² + σ²: 2μ and 2σ
    (3.0, 1.4)
    """
    check_callable(slope=slope)
    noise = _standard_normal(mean, sd, n, rng)
    slopes = as_floats(slope(mean + sd * noise), "what slope returns")
    check_shapes(**{"what slope returns": (slopes, f"{n}")})
    return Slopes(float(slopes.mean()), float((slopes * noise).mean()))


def score_function_slopes(f, mean, sd, n, *, rng):
    """The slopes of E f(z), z normal, from values alone: f need not have a slope.

    The density is what is differentiated::

        ∂/∂μ E f(z) = E f(z) ε/σ,   ∂/∂σ E f(z) = E f(z) (ε² − 1)/σ,   ε = (z − μ)/σ

    Arguments as for `pathwise_slopes`; f is the function itself.

    Returns
    -------
    Slopes
        Right on average too, but usually scattered wider.

    References
    ----------
    Williams (1992), Simple statistical gradient-following algorithms.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> found = score_function_slopes(np.square, 1.5, 0.7, 1_000_000, rng=rng)
    >>> round(found.mean, 1), round(found.sd, 1)
    (3.0, 1.4)
    """
    check_callable(f=f)
    noise = _standard_normal(mean, sd, n, rng)
    values = as_floats(f(mean + sd * noise), "what f returns")
    check_shapes(**{"what f returns": (values, f"{n}")})
    along_mean, along_sd = values * noise / sd, values * (noise**2 - 1) / sd
    return Slopes(float(along_mean.mean()), float(along_sd.mean()))


def _standard_normal(mean, sd, n, rng):
    check_finite(mean=as_floats(mean, "mean"))
    check_shapes(mean=(as_floats(mean, "mean"), ""))
    check_positive(sd=sd)
    check_rng(rng)
    check_least(1, n=n)
    return rng.normal(size=n)


# Sound


def spectrogram(signal, window, hop):
    """A sound as a matrix: which frequencies are in it, and when.

    Cut into pieces that overlap, faded in and out by a Hann window, each piece becomes
    a column of the sizes of its Fourier coefficients::

        S[f, t] = | Σₖ signal[t·hop + k] · hann[k] · exp(−2πi f k / window) |

    Parameters
    ----------
    signal : (n,) array
    window : int
        The length of a piece, from 2 to n.
    hop : int
        From the start of one piece to the next, at least 1.

    Returns
    -------
    (window // 2 + 1, pieces) array
        Row f is the frequency of f cycles in a piece.

    Raises
    ------
    TypeError, ValueError
        If signal is no finite vector, or window or hop is out of range.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 8 * np.arange(256) / 64)  # 8 cycles in 64 numbers
    >>> S = spectrogram(tone, window=64, hop=32)
    >>> S.shape, S.argmax(axis=0)
    ((33, 7), array([8, 8, 8, 8, 8, 8, 8]))
    """
    signal = as_floats(signal, "signal")
    check_shapes(signal=(signal, "n"))
    check_finite(signal=signal)
    check_count(window=window)
    check_least(1, hop=hop)
    window, hop = int(window), int(hop)
    if not 2 <= window <= len(signal):
        raise ValueError(
            f"window must be in 2 … {len(signal)}, the length of the signal, but is "
            f"{window}"
        )
    starts = np.arange(0, len(signal) - window + 1, hop)
    pieces = signal[starts[:, None] + np.arange(window)] * np.hanning(window)
    return np.abs(np.fft.rfft(pieces, axis=1)).T


# Arguments


def _check_sizes(sizes):
    """Check that all sizes are whole numbers ≥ 1, and two or more."""
    for size in sizes:
        check_least(1, sizes=size)
    if len(sizes) < 2:
        raise ValueError(f"sizes must be two or more, but are {tuple(sizes)}")


def _read_only(x):
    """A view of an array that refuses changes: as safe as a copy, and free."""
    if stands_for_array(x) or not isinstance(x, np.ndarray):
        return x
    view = x.view()
    view.flags.writeable = False
    return view


def _check_pairs(X, y):
    """A sample without its label would go unnoticed, or stop in the last batch."""
    if y.shape[:1] != X.shape[:1] or not len(X):
        raise ValueError(
            f"X and y must hold the same number of samples, at least one, but their "
            f"shapes are {X.shape} and {y.shape}"
        )
