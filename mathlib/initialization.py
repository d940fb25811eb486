"""Initialization: how large the first weights may be, and what comes through layers.

A layer of `inputs` and `outputs` units has weights W of shape (inputs, outputs); a
sample is a row, so that a layer is H ↦ f(HW). A start is a function that draws W:
``start(inputs, outputs, rng=rng)``. ``INITIALIZATIONS`` lists those that have a name.

Reading order: ``gaussian_mean``, what an activation does to a normal variable, and
``critical_gain``; the starts of the weights; ``propagate`` and ``pull_back``, a batch
on its way through many layers and a gradient on its way back; ``sizes``, their measure.
"""

import math
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    check_callable,
    check_count,
    check_fields,
    check_finite,
    check_least,
    check_positive,
    check_rng,
    check_series,
    check_shapes,
    check_sizes,
    copied,
    guarded,
)

# A normal variable farther out than this has no weight that a float could show.
FAR = 12.0
# Quadrature: nodes in each part; how often a part is halved; how many parts at most;
# and the error in a part, relative to the whole, at which it is left alone.
NODES, HALVINGS, PARTS, EXACT = 20, 60, 4096, 1e-14


class Signal(NamedTuple):
    """What a batch becomes on its way through layers.

    Chapter: initialization
    """

    outputs: list  # the batch, then f(Z) of each layer: depth + 1 arrays (n, width)
    preactivations: list  # Z = HW of each layer: depth arrays (n, width)


# What an activation does to a normal variable


def gaussian_mean(f, mean=0.0, sd=1.0):
    """The mean of a function of a normal variable.

    With Z standard normal and φ its density::

        E f(μ + σZ) = ∫ f(μ + σz) φ(z) dz

    The integral is cut where μ + σz = 0, into parts that are the shorter the nearer
    they are, and each part is halved until that changes nothing. So a kink or a jump
    costs time, not accuracy, and a bend at 0 may be narrow beside σ. A feature much
    narrower than its distance from 0, two jumps close together, may be missed; and f
    must not grow as fast as exp(8z), for z beyond ±12 is left out.

    Parameters
    ----------
    f : function of an array
        Acts entry by entry.
    mean : float
        The mean μ.
    sd : float
        The standard deviation σ > 0.

    Returns
    -------
    float
        0.3989 for `mathlib.activations.relu`, ½ for its square.

    Raises
    ------
    TypeError, ValueError
        If f is no function or does not act entry by entry, mean is no finite number, or
        sd is not > 0.
    ArithmeticError
        If f changes too fast, beside sd, for 4096 parts to follow.

    References
    ----------
    Press et al. (2007), Numerical Recipes, §4.6 (Gauss–Legendre quadrature).

    Notes
    -----
    Chapter: initialization

    Examples
    --------
    >>> from mathlib.activations import relu
    >>> print(f"{gaussian_mean(relu):.6f}")  # 1 / √(2π)
    0.398942
    """
    check_callable(f=f)
    sd = check_positive(sd=sd)
    check_finite(mean=as_floats(mean, "mean"))
    check_shapes(mean=(as_floats(mean, "mean"), ""))
    mean = float(mean)  # −μ does not fit an unsigned integer
    low, high = _parts(min(max(-mean / sd, -FAR), FAR))
    total = size = 0.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        whole = _integrals(f, mean, sd, low, high)
        halves = sum(
            _integrals(f, mean, sd, *ends) for ends in ((low, middle), (middle, high))
        )
        size = max(size, np.abs(halves).sum())
        unsettled = np.abs(whole - halves) > EXACT * size  # a nan is left as it is
        total += halves[~unsettled].sum()
        if not unsettled.any():
            return float(total) / math.sqrt(2 * math.pi)
        low, middle, high = low[unsettled], middle[unsettled], high[unsettled]
        low, high = np.append(low, middle), np.append(middle, high)
        if low.size > PARTS:
            break
    raise ArithmeticError(
        f"f must change more slowly, beside sd = {sd:g}: {PARTS} parts do not follow it"
    )


def _parts(cut):
    """Where the parts begin and end: ever shorter ones toward the cut."""
    steps = np.append(0.0, np.geomspace(1e-15, 2 * FAR, 25))
    edges = np.clip(np.append(cut - steps[:0:-1], cut + steps), -FAR, FAR)
    edges = np.unique(edges)
    return edges[:-1], edges[1:]


def _integrals(f, mean, sd, low, high):
    """The integral of f(μ + σz) exp(−z²/2) over each part."""
    nodes, weights = _legendre()
    half = (high - low) / 2
    z = (low + half)[:, None] + half[:, None] * nodes
    values = as_floats(f((mean + sd * z).ravel()), "f of an array")
    if values.ndim:  # else a constant
        check_shapes(**{"f of an array": (values, f"{z.size}")})
    values = values * np.ones(z.size)
    return half * (values.reshape(z.shape) * np.exp(-0.5 * z * z) @ weights)


@cache
def _legendre():
    return np.polynomial.legendre.leggauss(NODES)


def critical_gain(activation):
    """The gain at which random layers keep the size of their signal.

    If the entries of z are standard normal, the mean square of f(z) is E f(Z)². Weights
    of variance g²/inputs multiply it by g²; it is 1 again for::

        g = 1 / √(E f(Z)²)

    Parameters
    ----------
    activation : Activation

    Returns
    -------
    float
        1 for the identity, √2 for relu (He's start), 1.5925 for tanh.

    Raises
    ------
    ValueError
        If f(Z) is zero with certainty, infinite or nan.

    References
    ----------
    He, Zhang, Ren & Sun (2015), Delving deep into rectifiers.

    Notes
    -----
    Chapter: initialization

    Examples
    --------
    >>> from mathlib.activations import ACTIVATIONS
    >>> print(f"{critical_gain(ACTIVATIONS['relu']):.6f}")
    1.414214
    """
    check_fields("f", activation=activation)
    square = gaussian_mean(lambda z: as_floats(activation.f(z), "what f returns") ** 2)
    if not 0 < square < math.inf:
        raise ValueError(
            f"activation must have a finite mean square > 0, but it is {square:g}"
        )
    return 1 / math.sqrt(square)


# Starts of the weights


def normal_weights(inputs, outputs, *, gain=1.0, rng):
    """Random weights, so scaled that a sum of `inputs` terms does not grow with them.

    Independent, normal, with mean 0 and::

        Var W = gain² / inputs

    Parameters
    ----------
    inputs, outputs : int
        The units before the layer and in it; at least one each.
    gain : float
        The factor g > 0 by which the layer enlarges its input before the activation.
    rng : numpy.random.Generator or numpy.random.RandomState

    Returns
    -------
    (inputs, outputs) array

    Raises
    ------
    TypeError, ValueError
        If a number of units is not whole and ≥ 1, gain is not > 0, or rng is no random
        generator.

    Notes
    -----
    Chapter: initialization

    Examples
    --------
    >>> W = normal_weights(400, 300, gain=3.0, rng=np.random.default_rng(0))
    >>> W.shape, round(float(W.std() * 400**0.5), 1)
    ((400, 300), 3.0)
    """
    gain = check_positive(gain=gain)
    check_rng(rng)
    units = check_count(inputs=inputs, outputs=outputs)
    inputs, outputs = check_positive(inputs=inputs, outputs=outputs)
    return rng.normal(0.0, gain / math.sqrt(inputs), units)


def lecun(inputs, outputs, *, rng):
    """LeCun's start: gain 1, made for a nearly straight activation such as tanh.

    It is::

        Var W = 1 / inputs

    Arguments as for `normal_weights`.

    References
    ----------
    LeCun, Bottou, Orr & Müller (1998), Efficient BackProp.
    """
    return normal_weights(inputs, outputs, rng=rng)


def xavier(inputs, outputs, *, rng):
    """Glorot's start, called Xavier: between what the way there and the way back want.

    The harmonic mean of 1/inputs, which keeps the signal, and 1/outputs, which keeps
    the gradient::

        Var W = 2 / (inputs + outputs)

    Arguments as for `normal_weights`.

    References
    ----------
    Glorot & Bengio (2010), Understanding the difficulty of training deep feedforward
    neural networks.
    """
    units = check_count(inputs=inputs, outputs=outputs)
    inputs, outputs = check_positive(inputs=inputs, outputs=outputs)
    gain = math.sqrt(2 * units[0] / sum(units))
    return normal_weights(*units, gain=gain, rng=rng)


def he(inputs, outputs, *, rng):
    """He's start: gain √2, since a rectifier lets half of the mean square through.

    It is::

        Var W = 2 / inputs

    Arguments as for `normal_weights`.

    References
    ----------
    He, Zhang, Ren & Sun (2015), Delving deep into rectifiers.
    """
    return normal_weights(inputs, outputs, gain=math.sqrt(2), rng=rng)


INITIALIZATIONS = {"lecun": lecun, "xavier": xavier, "he": he}


def orthogonal(inputs, outputs, *, gain=1.0, rng):
    """Random weights that keep right angles and proportions if outputs ≥ inputs.

    Drawn uniformly among the matrices with::

        WᵀW = gain² I   if inputs ≥ outputs,   WWᵀ = gain² I   otherwise

    Arguments as for `normal_weights`: the gain multiplies every singular value.

    Returns
    -------
    (inputs, outputs) array
        Its entries have the mean square gain² / max(inputs, outputs).

    Raises
    ------
    TypeError, ValueError
        As `normal_weights`.

    References
    ----------
    Saxe, McClelland & Ganguli (2014), Exact solutions to the nonlinear dynamics of
    learning in deep linear neural networks. Mezzadri (2007), How to generate random
    matrices from the classical compact groups, for the signs.

    Notes
    -----
    Chapter: initialization

    Examples
    --------
    >>> W = orthogonal(3, 3, gain=2.0, rng=np.random.default_rng(0))
    >>> print((W.T @ W).round(12) + 0.0)
    [[4. 0. 0.]
     [0. 4. 0.]
     [0. 0. 4.]]
    """
    drawn = normal_weights(inputs, outputs, rng=rng)
    gain = check_positive(gain=gain)
    wide = outputs > inputs
    Q, R = np.linalg.qr(drawn.T if wide else drawn)
    Q = gain * Q * np.where(np.diagonal(R) < 0, -1.0, 1.0)
    return Q.T if wide else Q


def random_layers(widths, start, *, rng):
    """The weights of a network of these widths, each drawn by the same start.

    Parameters
    ----------
    widths : sequence of int
        The units of the input, of each layer, and of the output; at least two numbers.
    start : function of inputs, outputs and the keyword rng
        One of ``INITIALIZATIONS``, or alike.
    rng : numpy.random.Generator or numpy.random.RandomState
        The first layer is drawn first.

    Returns
    -------
    list of (inputs, outputs) arrays

    Raises
    ------
    TypeError, ValueError
        If start is no function, or widths has fewer than two numbers.

    Notes
    -----
    Chapter: initialization

    Examples
    --------
    >>> [W.shape for W in random_layers([3, 5, 1], he, rng=np.random.default_rng(0))]
    [(3, 5), (5, 1)]
    """
    check_series(widths=widths)
    check_callable(start=start)
    if len(widths) < 2:
        raise ValueError(f"widths must hold two numbers or more, but is {widths}")
    widths = [check_least(1, **{"each of widths": width}) for width in widths]
    return [copied(start(*sizes, rng=rng)) for sizes in pairwise(widths)]


def initialize(shapes, weights, *, rng):
    """Random weights and zero biases, in a list.

    Parameters
    ----------
    shapes : sequence of shapes
        A weight matrix is (inputs, outputs); a bias is (outputs,).
    weights : function
        Called as ``weights(inputs, outputs, rng=rng)``, it returns an (inputs, outputs)
        array; such as ``he`` or ``xavier``.
    rng : numpy.random.Generator
        Draws the weight matrices in order.

    Returns
    -------
    list of arrays
        One for each shape.

    Raises
    ------
    TypeError
        If weights is not a function, or rng is no random generator.
    ValueError
        If a shape has neither one nor two axes, or the weights have another shape.

    Notes
    -----
    Chapter: initialization

    Examples
    --------
    >>> def ones(inputs, outputs, *, rng):
    ...     return np.ones((inputs, outputs))
    >>> W, b = initialize(((2, 1), (1,)), ones, rng=np.random.default_rng(0))
    >>> W.tolist(), b.tolist()
    ([[1.0], [1.0]], [0.0])
    """
    shapes = check_sizes(shapes=shapes)  # in 8 bits the sum of two may not fit
    check_callable(weights=weights)
    check_rng(rng)
    arrays = []
    for shape in shapes:
        if len(shape) not in (1, 2):
            raise ValueError(f"shapes must have one or two axes, but one is {shape}")
        is_bias = len(shape) == 1
        array = np.zeros(shape) if is_bias else weights(*shape, rng=rng)
        array = as_floats(array, "what weights returns")
        check_shapes(**{"what weights returns": (array, " ".join(map(str, shape)))})
        arrays.append(array.copy())
    return arrays


# A batch on its way through layers, and a gradient on its way back


def propagate(activation, X, weights):
    """Push a batch through layers without bias.

    With H₀ = X, for each W in turn::

        Z = H W,   H ← f(Z)

    Parameters
    ----------
    activation : Activation
    X : (n, d) array
        A sample is a row.
    weights : list of (inputs, outputs) arrays
        The first has d inputs, each other as many as the one before has outputs.

    Returns
    -------
    Signal
        ``outputs`` has one array more than ``preactivations``: it begins with X.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    Chapter: initialization

    Examples
    --------
    >>> from mathlib.activations import ACTIVATIONS
    >>> signal = propagate(ACTIVATIONS["relu"], [[1.0, -2.0]], [np.eye(2), [[3], [1]]])
    >>> signal.outputs[-1]
    array([[3.]])
    """
    check_fields("f", activation=activation)
    check_series(weights=weights)
    H, f = as_floats(X, "X"), guarded(activation.f)
    check_shapes(X=(H, "n d"))
    outputs, preactivations = [H], []
    for W in weights:
        W = as_floats(W, "each of weights")
        name = "what enters a layer"
        check_shapes(**{"each of weights": (W, "d outputs"), name: (H, "n d")})
        preactivations.append(H @ W)
        H = as_floats(f(preactivations[-1]), "what f returns")
        outputs.append(H)
    return Signal(outputs, preactivations)


def pull_back(activation, signal, weights, gradient):
    """Pull a gradient back through the layers that a batch went through.

    From the last layer to the first, with ⊙ the product entry by entry::

        ∂L/∂Z = ∂L/∂H ⊙ f′(Z),   ∂L/∂(layer's input) = ∂L/∂Z Wᵀ

    Parameters
    ----------
    activation : Activation
    signal : Signal
        What `propagate` returned for these weights.
    weights : list of (inputs, outputs) arrays
    gradient : (n, outputs) array
        ∂L/∂H for the last layer's output H.

    Returns
    -------
    list of arrays
        The gradient of L with respect to each of ``signal.outputs``, in their order;
        the last is ``gradient`` itself.

    Raises
    ------
    ValueError
        If the gradient does not have the shape of the output, or one of the weights not
        that of its layer.

    Notes
    -----
    Chapter: initialization

    Examples
    --------
    >>> from mathlib.activations import ACTIVATIONS
    >>> bend, weights = ACTIVATIONS["tanh"], [[[2.0]], [[2.0]]]
    >>> signal = propagate(bend, [[0.0]], weights)
    >>> [gradient.item() for gradient in pull_back(bend, signal, weights, [[1.0]])]
    [4.0, 2.0, 1.0]
    """
    check_fields("df", activation=activation)
    check_fields("outputs preactivations", signal=signal)
    check_series(weights=weights)
    if len(weights) != len(signal.preactivations):
        raise ValueError(
            f"weights must be one for each layer of signal, "
            f"{len(signal.preactivations)}, but are {len(weights)}"
        )
    gradient = as_floats(gradient, "gradient")
    n, outputs = signal.outputs[-1].shape
    check_shapes(gradient=(gradient, f"{n} {outputs}"))
    gradients, df = [gradient], guarded(activation.df)
    layers = zip(signal.outputs[:-1], signal.preactivations, weights, strict=True)
    for H, Z, W in reversed(list(layers)):
        W = as_floats(W, "each of weights")
        check_shapes(**{"each of weights": (W, f"{H.shape[1]} {Z.shape[1]}")})
        gradient = gradient * df(Z) @ W.T
        gradients.append(gradient)
    return gradients[::-1]


# How large an array is


def sizes(arrays):
    """The size of each array: the root of the mean square of its entries.

    Parameters
    ----------
    arrays : list of arrays
        Such as the outputs of all layers.

    Returns
    -------
    (number of arrays,) array

    Raises
    ------
    ValueError
        If one of the arrays is empty.

    Notes
    -----
    Chapter: initialization

    Examples
    --------
    >>> sizes([np.ones((2, 3)), np.array([3.0, -4.0])]).round(4)
    array([1.    , 3.5355])
    """
    check_series(arrays=arrays)
    return np.array([_size(as_floats(each, "each of arrays")) for each in arrays])


def _size(x):
    """In units of the largest entry, whose square might be too large or too small."""
    if not x.size:
        raise ValueError(
            "each of arrays must hold at least one entry, but one is empty"
        )
    largest = np.abs(x).max()
    if not 0 < largest < math.inf:
        return largest
    return largest * math.sqrt(np.square(x / largest).mean())
