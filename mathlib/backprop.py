"""Backpropagation by hand: the slopes of a loss along every weight, in one sweep.

A layer is a pair: the shapes of its parameter arrays, and a pure function ::

    Y, pullback = layer.forward(X, *parameters)      # row i of X is sample i
    dX, *gradients = pullback(dY)                    # dY stands for ∂L/∂Y, and so on

whose pullback returns one gradient per argument of forward, in the same order. So a
network is a layer too, and backpropagation is one loop: the pullbacks, from the last
layer to the first. It computes gradients and changes nothing; an optimizer uses them.
A pullback looks at the arrays that forward was given: change them after it, not before.

Reading order: graphs of single numbers in `mathlib.graph`; then ``Layer``, ``dense``,
``elementwise``, ``softmax_layer``, ``chain``, ``residual``; ``backpropagate`` and
``trace``; ``gradient_check``; and the ``MUTANTS`` that it catches.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    check_callable,
    check_count,
    check_fields,
    check_finite,
    check_positive,
    check_series,
    check_shapes,
    check_sizes,
    guarded,
)
from mathlib.gradients import numerical_gradient
from mathlib.special import softmax

# A right gradient in 64-bit floats agrees with central differences to this and better.
TOLERANCE = 1e-7


# Layers


class Layer(NamedTuple):
    """The shapes of a layer's parameters, and what it does with them.

    Chapter: backprop
    """

    shapes: tuple  # one shape per parameter array
    forward: Callable  # (X, *parameters) -> (Y, pullback)


def dense(inputs, outputs):
    """A layer in which every unit sees every input.

    Forward, and its pullback::

        Y = X W + b,     dX = dY Wᵀ,   dW = Xᵀ dY,   db = Σᵢ dYᵢ

    Parameters
    ----------
    inputs, outputs : int
        W has shape (inputs, outputs), b has shape (outputs,).

    Returns
    -------
    Layer
        X is (n, inputs), Y is (n, outputs).

    Raises
    ------
    TypeError, ValueError
        If inputs or outputs is not a whole number >= 0. In forward and pullback, if a
        shape does not fit.

    References
    ----------
    Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating
    errors.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> Y, pullback = dense(2, 1).forward([[1.0, 2.0]], [[3.0], [4.0]], [5.0])
    >>> dX, dW, db = pullback([[1.0]])
    >>> Y.tolist(), dX.tolist(), dW.tolist(), db.tolist()
    ([[16.0]], [[3.0, 4.0]], [[1.0], [2.0]], [1.0])
    """
    return _dense(inputs, outputs, _dense_pullback)


def elementwise(activation):
    """A layer that applies an activation to every entry.

    Forward, and its pullback, with φ and its slope φ′ for f and df::

        Y = φ(X),     dX = dY ⊙ φ′(X)

    Parameters
    ----------
    activation : Activation
        Any pair with ``f`` and ``df``, such as ``ACTIVATIONS["tanh"]``.

    Returns
    -------
    Layer
        Without parameters; Y and X have one shape.

    Raises
    ------
    TypeError
        If the activation is no such pair.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> from mathlib.graph import Operation
    >>> square = Operation(lambda z: z**2, lambda z: 2 * z)
    >>> Y, pullback = elementwise(square).forward([[1.0, -3.0]])
    >>> Y.tolist(), pullback([[1.0, 10.0]])[0].tolist()
    ([[1.0, 9.0]], [[2.0, -60.0]])
    """
    return _elementwise(activation, lambda df, X, dY: dY * df(X))


def softmax_layer():
    """A layer that turns each row of scores into probabilities.

    With p a row of Y. Every output depends on every input of its row, so the pullback
    takes the whole Jacobian diag(p) − ppᵀ, without ever building it::

        Y = softmax(X),     dX = p · (dY − Σⱼ pⱼ dYⱼ)

    Returns
    -------
    Layer
        Without parameters; X and Y are (n, k).

    Raises
    ------
    ValueError
        In forward and pullback, if a shape does not fit.

    References
    ----------
    Bridle (1990), Probabilistic interpretation of feedforward classification network
    outputs.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> Y, pullback = softmax_layer().forward([[0.0, 0.0]])
    >>> Y.tolist(), pullback([[1.0, 0.0]])[0].tolist()
    ([[0.5, 0.5]], [[0.25, -0.25]])
    """

    def forward(X):
        X = as_floats(X, "X")
        check_shapes(X=(X, "n k"))
        p = softmax(X)

        def pullback(dY):
            dY = _same_shape(dY, X)
            return (p * (dY - (p * dY).sum(axis=-1, keepdims=True)),)

        return p.copy(), pullback

    return Layer((), forward)


def chain(*layers):
    """Layers one after the other: the output of each is the input of the next.

    Parameters
    ----------
    *layers : Layer

    Returns
    -------
    Layer
        Its parameters are those of the layers, in order. Without layers, the identity.

    Raises
    ------
    ValueError
        In forward, if there are too many or too few parameters.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> chain(dense(784, 128), dense(128, 10)).shapes
    ((784, 128), (128,), (128, 10), (10,))
    """
    for layer in layers:
        check_fields("shapes forward", layers=layer)

    def forward(X, *parameters):
        pullbacks = []
        for layer, own in zip(layers, _shared_out(layers, parameters), strict=True):
            X, pullback = guarded(layer.forward)(X, *own)
            pullbacks.append(pullback)

        def backward(dY):
            gradients = []
            for pullback in reversed(pullbacks):
                dY, *own = guarded(pullback)(dY)
                gradients = own + gradients
            return dY, *gradients

        return X, backward

    return Layer(sum((tuple(layer.shapes) for layer in layers), ()), forward)


def residual(layer):
    """A layer with a way past it: what it computes is added to what came in.

    Forward, and its pullback::

        Y = X + F(X),     dX = dY + (the pullback of F at dY)

    Parameters
    ----------
    layer : Layer
        F; its outputs have the shape of its inputs.

    Returns
    -------
    Layer
        With the parameters of F.

    Raises
    ------
    ValueError
        In forward, if the shapes of F(X) and X differ; in the pullback, if that of dY
        does.

    References
    ----------
    He et al. (2016), Deep residual learning for image recognition.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> Y, pullback = residual(dense(1, 1)).forward([[2.0]], [[0.5]], [0.0])
    >>> Y.tolist(), pullback([[1.0]])[0].tolist()
    ([[3.0]], [[1.5]])
    """
    check_fields("shapes forward", layer=layer)

    def forward(X, *parameters):
        X = as_floats(X, "X")
        Y, pullback = guarded(layer.forward)(X, *parameters)
        Y = as_floats(Y, "what layer returns")
        if Y.shape != X.shape:
            raise ValueError(
                f"layer must return the shape of X, {X.shape}, but returns {Y.shape}: "
                "only equal shapes can be added"
            )

        def backward(dY):
            dX, *gradients = guarded(pullback)(dY)
            return _same_shape(dY, X) + dX, *gradients

        return Y + X, backward

    return Layer(layer.shapes, forward)


def feed_forward(sizes, activation, output=None, *, parts=None):
    """Dense layers with an activation after each: a multilayer perceptron.

    For sizes (d₀, …, d_K), from the input to the output::

        dense(d₀, d₁), φ, dense(d₁, d₂), φ, …, dense(d_{K−1}, d_K), output

    Parameters
    ----------
    sizes : sequence of int
        At least two: inputs, the widths of the hidden layers, outputs.
    activation : Activation
        φ, after each hidden layer.
    output : Activation, optional
        After the last layer; by default nothing, so that the network returns scores.
    parts : Parts, optional
        The makers of its layers; by default the right ones.

    Returns
    -------
    Layer

    Raises
    ------
    TypeError, ValueError
        If sizes are not two or more whole numbers, or as in ``elementwise``.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> from mathlib.graph import Operation
    >>> tanh = Operation(np.tanh, lambda z: 1 - np.tanh(z) ** 2)
    >>> feed_forward((3, 4, 2), tanh).shapes
    ((3, 4), (4,), (4, 2), (2,))
    """
    check_series(sizes=sizes)
    parts = Parts() if parts is None else parts
    check_fields("hidden last output", parts=parts)
    pairs = list(pairwise(sizes))
    if not pairs:
        raise ValueError(f"sizes must be two or more, but are {tuple(sizes)}")
    layers = []
    for inputs, outputs in pairs[:-1]:
        layers += [parts.hidden(inputs, outputs), elementwise(activation)]
    layers.append(parts.last(*pairs[-1]))
    if output is not None:
        check_fields("f df", output=output)
        layers.append(parts.output(output))
    return chain(*layers)


# Parameters


def pack(arrays):
    """All the numbers of several arrays, laid end to end in one vector θ.

    Parameters
    ----------
    arrays : sequence of arrays

    Returns
    -------
    (p,) array
        A copy; p is the sum of the arrays' sizes.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> pack([[[1.0, 2.0]], [3.0]])
    array([1., 2., 3.])
    """
    check_series(arrays=arrays)
    flat = [as_floats(array, "arrays").ravel() for array in arrays]
    return np.concatenate([np.zeros(0), *flat])


def unpack(theta, shapes):
    """Arrays of the given shapes, cut from θ in order: the inverse of ``pack``.

    Parameters
    ----------
    theta : (p,) array
    shapes : sequence of shapes
        Their sizes sum to p.

    Returns
    -------
    list of arrays
        Views of theta, where it is an array of float64; else arrays of their own.

    Raises
    ------
    ValueError
        If theta has another size, or is no vector.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> W, b = unpack(np.arange(3.0), [(2, 1), (1,)])
    >>> W.tolist(), b.tolist()
    ([[0.0], [1.0]], [2.0])
    """
    shapes = check_sizes(shapes=shapes)
    theta = as_floats(theta, "theta")
    check_shapes(theta=(theta, str(sum(map(math.prod, shapes)))))
    arrays, start = [], 0
    for shape in shapes:
        stop = start + math.prod(shape)
        arrays.append(theta[start:stop].reshape(shape))
        start = stop
    return arrays


# Backpropagation


class Slopes(NamedTuple):
    """The loss at one point, and its slope along all that it depends on.

    Chapter: backprop
    """

    loss: float
    gradients: list  # one array per parameter, of its shape
    dX: np.ndarray  # (n, d), the slope along the data


class Trace(NamedTuple):
    """What passes between the layers of a network: forward, and back.

    Chapter: backprop
    """

    values: list  # X, then the output of each layer
    adjoints: list  # ∂L/∂ of each of them, of its shape
    gradients: list  # for each layer, the list of its gradients


def backpropagate(network, loss, parameters, X, targets):
    """The loss of a network, and its gradient along every parameter.

    One run forward and one run back; nothing is updated::

        Y, pullback = network(X, θ),     dX, dθ = pullback(∂L/∂Y)

    Parameters
    ----------
    network : Layer
    loss : Loss
        Any pair with ``value(Y, targets)`` and ``gradient(Y, targets)``, such as
        ``LOSSES["squared_error"]``.
    parameters : sequence of arrays
        One for each of ``network.shapes``; left as they are.
    X : (n, d) array
    targets : array
        What the loss compares with: (n, k), or (n,) labels.

    Returns
    -------
    Slopes
        Fields ``loss``, ``gradients`` and ``dX``.

    Raises
    ------
    ValueError
        If a shape does not fit, or there are too many or too few parameters.

    References
    ----------
    Rumelhart, Hinton & Williams (1986), Learning representations by back-propagating
    errors.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> from typing import NamedTuple
    >>> class Pair(NamedTuple):
    ...     value: object
    ...     gradient: object
    >>> half_square = Pair(lambda Y, T: ((Y - T) ** 2).sum() / 2, lambda Y, T: Y - T)
    >>> slopes = backpropagate(dense(1, 1), half_square, [[[2.0]], [0.0]], [[3.0]], 5.0)
    >>> print(slopes.loss, [each.tolist() for each in slopes.gradients])
    0.5 [[[3.0]], [1.0]]
    """
    check_fields("shapes forward", network=network)
    check_fields("value gradient", loss=loss)
    check_series(parameters=parameters)
    _check_number(parameters, len(network.shapes))
    Y, pullback = guarded(network.forward)(X, *parameters)
    dX, *gradients = guarded(pullback)(guarded(loss.gradient)(Y, targets))
    return Slopes(guarded(loss.value)(Y, targets), gradients, dX)


def trace(layers, parameters, X, slope):
    """What ``chain(*layers)`` computes on the way, forward and back.

    Parameters
    ----------
    layers : sequence of Layer
    parameters : sequence of arrays
        Those of all layers, in order.
    X : (n, d) array
    slope : function of the output
        Returns ∂L/∂Y, of the shape of the output Y.

    Returns
    -------
    Trace
        Fields ``values``, ``adjoints`` and ``gradients``.

    Raises
    ------
    TypeError
        If slope is not a function.
    ValueError
        As in ``chain``.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> passed = trace([dense(1, 1)] * 2, [[[2.0]], [0.0]] * 2, [[3.0]], np.ones_like)
    >>> [each.item() for each in passed.values]
    [3.0, 6.0, 12.0]
    >>> [each.item() for each in passed.adjoints]
    [4.0, 2.0, 1.0]
    """
    check_series(layers=layers, parameters=parameters)
    for layer in layers:
        check_fields("shapes forward", **{"each of layers": layer})
    check_callable(slope=slope)
    values, pullbacks = [as_floats(X, "X")], []
    for layer, own in zip(layers, _shared_out(layers, parameters), strict=True):
        Y, pullback = guarded(layer.forward)(values[-1], *own)
        values.append(Y)
        pullbacks.append(pullback)
    slopes, gradients = [guarded(slope)(values[-1])], []
    for pullback in reversed(pullbacks):
        dX, *own = guarded(pullback)(slopes[0])
        slopes.insert(0, dX)
        gradients.insert(0, own)
    return Trace(values, slopes, gradients)


def jacobian(network, parameters, x):
    """The Jacobian of a network's outputs by its inputs, at one sample.

    Row i is what the pullback makes of the i-th unit vector::

        J = (∂yᵢ/∂xⱼ)

    Parameters
    ----------
    network : Layer
    parameters : sequence of arrays
    x : (d,) array
        One sample.

    Returns
    -------
    (k, d) array
        One pullback for each of the k outputs.

    Raises
    ------
    ValueError
        If x is not a vector, or as in ``chain``.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> jacobian(dense(2, 1), [[[3.0], [4.0]], [0.0]], [1.0, 1.0])
    array([[3., 4.]])
    """
    check_fields("shapes forward", network=network)
    check_series(parameters=parameters)
    _check_number(parameters, len(network.shapes))
    x = as_floats(x, "x")
    check_shapes(x=(x, "d"))
    check_finite(x=x)
    Y, pullback = guarded(network.forward)(x[None, :], *parameters)
    rows = [guarded(pullback)(row[None, :])[0] for row in np.eye(Y.shape[1])]
    return np.concatenate(rows) if rows else np.empty((0, x.size))


# The gradient check


class GradientCheck(NamedTuple):
    """How far each gradient is from a measured one, and whether all are near enough.

    Chapter: backprop
    """

    errors: list  # one relative error per parameter array
    passes: bool


def relative_error(gradient, expected):
    """How far two gradients are apart, measured by their own lengths.

    With ‖·‖ the root of the sum of all squares::

        ‖g − e‖ / (‖g‖ + ‖e‖)

    Parameters
    ----------
    gradient, expected : arrays of one shape

    Returns
    -------
    float
        0 if equal; (n − 1)/(n + 1) if one is n times the other; 1 if one of them is
        zero or they point opposite ways; nan where nothing is proved: if both are zero,
        or an entry is infinite or nan.

    Raises
    ------
    ValueError
        If the shapes differ.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> print(f"{relative_error([3.0, 4.0], [6.0, 8.0]):.4f}")  # (2 − 1)/(2 + 1)
    0.3333
    """
    gradient = as_floats(gradient, "gradient")
    expected = as_floats(expected, "expected")
    _check_exactly("gradient", gradient, expected.shape)
    largest = max(np.abs(each).max(initial=0.0) for each in (gradient, expected))
    if not 0 < largest < math.inf:
        return math.nan
    g, e = gradient / largest, expected / largest  # so that no square overflows
    apart, *lengths = (np.linalg.norm(np.ravel(each)) for each in (g - e, g, e))
    return float(apart / sum(lengths))


def gradient_check(network, loss, parameters, X, targets, *, tolerance=TOLERANCE):
    """Compare backpropagation with central differences, array by array.

    Only the values of the loss are trusted. Which arrays are wrong tells where to look:
    behind the last right one, on the way back.

    Parameters
    ----------
    network, loss, parameters, X, targets
        As for ``backpropagate``. A small network and few samples are enough: the loss
        is evaluated twice for every parameter.
    tolerance : float
        The largest relative error allowed. 1e-7 fits 64-bit floats and a loss and
        gradient that are not tiny; at a kink no tolerance does.

    Returns
    -------
    GradientCheck
        Fields ``errors`` and ``passes``. An array whose gradients are both zero has the
        error nan and does not pass: a zero gradient proves nothing. Nor does a network
        without parameters.

    Raises
    ------
    TypeError, ValueError
        If tolerance is not a finite number > 0, or as in ``backpropagate``.

    References
    ----------
    Bishop (2006), Pattern Recognition and Machine Learning, §5.3.3.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> from typing import NamedTuple
    >>> class Pair(NamedTuple):
    ...     value: object
    ...     gradient: object
    >>> half_square = Pair(lambda Y, T: ((Y - T) ** 2).sum() / 2, lambda Y, T: Y - T)
    >>> wrong = Pair(half_square.value, lambda Y, T: T - Y)
    >>> case = [[[2.0]], [0.0]], [[3.0]], 5.0
    >>> gradient_check(dense(1, 1), half_square, *case).passes
    True
    >>> gradient_check(dense(1, 1), wrong, *case).passes
    False
    """
    check_fields("shapes forward", network=network)
    check_fields("value gradient", loss=loss)
    check_series(parameters=parameters)
    tolerance = check_positive(tolerance=tolerance)
    parameters = [as_floats(each, "parameters") for each in parameters]
    gradients = backpropagate(network, loss, parameters, X, targets).gradients

    def value(position, array):
        moved = [*parameters[:position], array, *parameters[position + 1 :]]
        return guarded(loss.value)(guarded(network.forward)(X, *moved)[0], targets)

    errors = []
    for position, (array, gradient) in enumerate(
        zip(parameters, gradients, strict=True)
    ):
        measured = numerical_gradient(
            lambda moved, at=position: value(at, moved), array
        )
        errors.append(relative_error(gradient, measured))
    passes = bool(errors) and all(error <= tolerance for error in errors)
    return GradientCheck(errors, passes)


# Wrong on purpose


class Parts(NamedTuple):
    """The makers of a feed-forward network's layers; a mutant has a wrong one.

    Chapter: backprop
    """

    hidden: Callable = dense  # (inputs, outputs) -> Layer, all but the last
    last: Callable = dense  # (inputs, outputs) -> Layer
    output: Callable = elementwise  # Activation -> Layer


def _passing(activation):
    """Mutant of ``elementwise``: it forgets the factor f′."""
    return _elementwise(activation, lambda df, X, dY: dY)


def _frozen(inputs, outputs):
    """Mutant of ``dense``: it passes slopes on and keeps none for itself."""

    def pullback(X, W, b, dY):
        return dY @ W.T, np.zeros_like(W), np.zeros_like(b)

    return _dense(inputs, outputs, pullback)


def _summing(inputs, outputs):
    """Mutant of ``dense``: it undoes the 1/n of a loss that is a mean."""

    def pullback(X, W, b, dY):
        return _dense_pullback(X, W, b, len(X) * dY)

    return _dense(inputs, outputs, pullback)


def _transposed(inputs, outputs):
    """Mutant of ``dense``: W in place of Wᵀ. Only a square W lets that pass."""

    def pullback(X, W, b, dY):
        dX, dW, db = _dense_pullback(X, W, b, dY)
        return dY @ W if inputs == outputs else dX, dW, db

    return _dense(inputs, outputs, pullback)


def _hasty(inputs, outputs):
    """Mutant of ``dense``: it takes its step, at rate 1, before it passes slopes on."""

    def pullback(X, W, b, dY):
        _, dW, db = _dense_pullback(X, W, b, dY)
        return dY @ (W - dW).T, dW, db

    return _dense(inputs, outputs, pullback)


MUTANTS = {
    "missing φ′": Parts(output=_passing),
    "no output gradient": Parts(last=_frozen),
    "missing mean": Parts(last=_summing),
    "transposed W": Parts(hidden=_transposed),
    "update before deltas": Parts(last=_hasty),
}


# What the layers share


def _dense(inputs, outputs, pull):
    """A dense layer whose pullback is ``pull(X, W, b, dY)``."""
    inputs, outputs = check_count(inputs=inputs, outputs=outputs)

    def forward(X, W, b):
        X, W, b = as_floats(X, "X"), as_floats(W, "W"), as_floats(b, "b")
        check_shapes(
            X=(X, f"n {inputs}"), W=(W, f"{inputs} {outputs}"), b=(b, f"{outputs}")
        )
        Y = X @ W + b
        return Y, lambda dY: pull(X, W, b, _same_shape(dY, Y))

    return Layer(((inputs, outputs), (outputs,)), forward)


def _dense_pullback(X, W, b, dY):
    return dY @ W.T, X.T @ dY, dY.sum(axis=0)


def _elementwise(activation, pull):
    """A layer of an activation whose pullback is ``pull(df, X, dY)``."""
    if not (hasattr(activation, "f") and hasattr(activation, "df")):
        raise TypeError(
            "activation must have f and df, such as ACTIVATIONS['tanh'], but is of "
            f"type {type(activation).__name__}"
        )

    f, df = guarded(activation.f), guarded(activation.df)

    def forward(X):
        X = as_floats(X, "X")
        return f(X), lambda dY: (pull(df, X, _same_shape(dY, X)),)

    return Layer((), forward)


def _same_shape(dY, Y):
    """DY as floats, of the shape of Y: any other would broadcast."""
    dY = as_floats(dY, "dY")
    _check_exactly("dY", dY, Y.shape)
    return dY


def _check_exactly(name, array, shape):
    check_shapes(**{name: (array, " ".join(map(str, shape)))})


def _check_number(parameters, wanted):
    if len(parameters) != wanted:
        raise ValueError(
            f"parameters must be {wanted} arrays for these layers, but are "
            f"{len(parameters)}: use network.forward(X, *parameters)"
        )


def _shared_out(layers, parameters):
    """The parameters of each layer, in a list of its own."""
    _check_number(parameters, sum(len(layer.shapes) for layer in layers))
    shared, start = [], 0
    for layer in layers:
        stop = start + len(layer.shapes)
        shared.append(parameters[start:stop])
        start = stop
    return shared
