"""Activation functions: what a unit does with its weighted sum, and what that costs.

A unit computes z = w·x + b and passes on f(z). The f of this module act on every entry
of an array of any shape and keep the shape; each has its derivative beside it, as
``Activation(f, df)``, and ``ACTIVATIONS`` lists them by name. A Tensor passes through.

Where f has no slope, the derivative is a convention: at z = 0 ``step`` is 0, and so are
the slopes of ``step`` and ``relu``; ``leaky_relu`` has its smaller slope there. Any
number between the slopes of the two sides of ``relu`` or ``leaky_relu`` would be a
subgradient too.

A layer of `inputs` and `outputs` units has weights W of shape (inputs, outputs); a
sample is a row, so that a layer is H ↦ f(HW).

Reading order: ``Activation`` and the functions; ``gaussian_mean``, what they do to a
normal variable; the starts of the weights; ``propagate`` and ``pull_back``, a batch on
its way through many layers and a gradient on its way back; the measures at the end.
"""

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    check_between,
    check_callable,
    check_count,
    check_fields,
    check_finite,
    check_positive,
    check_rng,
    check_series,
    check_shapes,
)
from mathlib.special import normal_cdf, sigmoid

# A normal variable farther out than this has no weight that a float could show.
FAR = 12.0
# Quadrature: nodes in each part; how often a part is halved; how many parts at most;
# and the error in a part, relative to the whole, at which it is left alone.
NODES, HALVINGS, PARTS, EXACT = 20, 60, 4096, 1e-14
# Beyond, Φ and φ are 0 in a float, and so are σ and its slope.
NO_NORMAL, NO_SIGMOID = 40.0, 800.0


class Activation(NamedTuple):
    """A function of one number, entry by entry, and its derivative.

    Chapter: activations
    """

    f: Callable  # (...) array -> (...) array
    df: Callable  # (...) array -> (...) array, the slope at each entry


class Signal(NamedTuple):
    """What a batch becomes on its way through layers.

    Chapter: activations
    """

    outputs: list  # the batch, then f(Z) of each layer: depth + 1 arrays (n, width)
    preactivations: list  # Z = HW of each layer: depth arrays (n, width)


# The functions, each with its derivative


def identity(z):
    """No activation: z as it is.

    Parameters
    ----------
    z : array or number

    Returns
    -------
    array of the shape of z
        A copy.

    Notes
    -----
    Chapter: activations
    """
    return as_floats(z, "z") * 1.0


def identity_derivative(z):
    """The slope of `identity`: 1. Arguments as for `identity`."""
    return np.ones(as_floats(z, "z").shape)


def step(z):
    """The threshold unit: 1 where z > 0, else 0.

    Parameters
    ----------
    z : array or number

    Returns
    -------
    array of the shape of z
        0 at 0, by convention.

    References
    ----------
    McCulloch & Pitts (1943), A logical calculus of the ideas immanent in nervous
    activity.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> step([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    z = as_floats(z, "z")
    return (z > 0) / (z == z)  # of nan 0/0, which is nan again


def step_derivative(z):
    """The slope of `step`: 0, and 0 by convention at the jump. Arguments as for `step`.

    Gradient descent learns nothing through it.
    """
    return np.zeros(as_floats(z, "z").shape)


def sigmoid_derivative(z):
    """The slope of `mathlib.special.sigmoid`.

    It is σ(z) (1 − σ(z)). But for large z, 1 − σ(z) is rounded to 0. So it is computed
    from e = exp(−|z|), which is not::

        σ′(z) = σ(z) σ(−z) = e / (1 + e)²

    Parameters
    ----------
    z : array or number

    Returns
    -------
    array of the shape of z
        At most ¼, at 0; 0.0066 at ±5.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> sigmoid_derivative([0.0, 5.0, 1000.0]).round(4)
    array([0.25  , 0.0066, 0.    ])
    """
    e = np.exp(-np.abs(as_floats(z, "z")))
    return e / np.square(1.0 + e)


def tanh(z):
    """The hyperbolic tangent, a sigmoid stretched to reach from −1 to 1.

    It is::

        tanh(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ) = 2σ(2z) − 1

    Parameters
    ----------
    z : array or number

    Returns
    -------
    array of the shape of z
        0 at 0, 0.7616 at 1; tanh(−z) = −tanh(z).

    References
    ----------
    LeCun, Bottou, Orr & Müller (1998), Efficient BackProp.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> tanh([-1000.0, 0.0, 1.0]).round(4)
    array([-1.    ,  0.    ,  0.7616])
    """
    return np.tanh(as_floats(z, "z"))


def tanh_derivative(z):
    """The slope of `tanh`.

    It is 1 − tanh²(z). But for large z, tanh(z) is rounded to ±1. So it is computed
    from e = exp(−2|z|), which is not::

        tanh′(z) = 1 − tanh²(z) = 4e / (1 + e)²

    Arguments as for `tanh`.

    Returns
    -------
    array of the shape of z
        At most 1, at 0; 0.00018 at ±5, 1.7e-17 at ±20.
    """
    e = np.square(np.exp(-np.abs(as_floats(z, "z"))))
    return 4.0 * e / np.square(1.0 + e)


def relu(z):
    """The rectifier (rectified linear unit): it lets through what is positive.

    It is::

        relu(z) = max(z, 0)

    Parameters
    ----------
    z : array or number

    Returns
    -------
    array of the shape of z
        Never negative.

    References
    ----------
    Fukushima (1969), Visual feature extraction by a multilayered network of analog
    threshold elements. Glorot, Bordes & Bengio (2011), Deep sparse rectifier neural
    networks.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    return np.maximum(as_floats(z, "z"), 0.0)


def relu_derivative(z):
    """The slope of `relu`: that is `step`, so 0 at the kink. Arguments as for `relu`.

    Every number from 0 to 1 would be a subgradient there.
    """
    return step(z)


def leaky_relu(z, slope=0.01):
    """A rectifier that lets a little of the negative through.

    It is::

        leaky_relu(z) = max(z, slope · z)

    Parameters
    ----------
    z : array or number
    slope : float
        Between 0 and 1.

    Returns
    -------
    array of the shape of z

    Raises
    ------
    ValueError
        If slope is not between 0 and 1.

    References
    ----------
    Maas, Hannun & Ng (2013), Rectifier nonlinearities improve neural network acoustic
    models.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> leaky_relu([-2.0, 0.0, 3.0])
    array([-0.02,  0.  ,  3.  ])
    """
    check_between(0, 1, slope=slope)
    z = as_floats(z, "z")
    return np.maximum(z, slope * z)


def leaky_relu_derivative(z, slope=0.01):
    """The slope of `leaky_relu`: 1 where z > 0, else ``slope``, so it is never 0.

    Arguments as for `leaky_relu`.
    """
    check_between(0, 1, slope=slope)
    return slope + (1 - slope) * step(z)


def elu(z):
    """The exponential linear unit: a rectifier that bends smoothly down to −1.

    It is::

        elu(z) = z where z > 0, else eᶻ − 1

    Parameters
    ----------
    z : array or number

    Returns
    -------
    array of the shape of z
        Above −1, which it is rounded to below −38; −0.6321 at −1.

    References
    ----------
    Clevert, Unterthiner & Hochreiter (2016), Fast and accurate deep network learning by
    exponential linear units.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> elu([-1.0, 0.0, 3.0]).round(4)
    array([-0.6321,  0.    ,  3.    ])
    """
    z = as_floats(z, "z")
    return np.maximum(z, 0.0) + np.expm1(np.minimum(z, 0.0))


def elu_derivative(z):
    """The slope of `elu`: 1 where z > 0, else eᶻ. Arguments as for `elu`."""
    return np.exp(np.minimum(as_floats(z, "z"), 0.0))


def softplus(z):
    """A smooth rectifier, whose slope is the sigmoid.

    It is::

        softplus(z) = log(1 + eᶻ)

    Parameters
    ----------
    z : array or number

    Returns
    -------
    array of the shape of z
        0.6931 = log 2 at 0; between relu(z) and relu(z) + log 2 everywhere.

    References
    ----------
    Dugas, Bengio, Bélisle, Nadeau & Garcia (2001), Incorporating second-order
    functional knowledge for better option pricing.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> softplus([-1000.0, 0.0, 3.0]).round(4)
    array([0.    , 0.6931, 3.0486])
    """
    return np.logaddexp(as_floats(z, "z"), 0.0)


def softplus_derivative(z):
    """The slope of `softplus`: the sigmoid. Arguments as for `softplus`."""
    return sigmoid(z)


def gelu(z):
    """The Gaussian error linear unit: z, times the chance of a normal below it.

    With Φ the normal cumulative distribution function::

        gelu(z) = z Φ(z)

    Parameters
    ----------
    z : array or number

    Returns
    -------
    array of the shape of z
        0.8413 at 1; the least value is −0.1700, at −0.7518.

    References
    ----------
    Hendrycks & Gimpel (2016), Gaussian error linear units (GELUs), arXiv:1606.08415.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> gelu([-1.0, 0.0, 1.0]).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """
    z = as_floats(z, "z")
    return np.maximum(z, -NO_NORMAL) * normal_cdf(z)  # −∞ · 0 would be nan


def gelu_derivative(z):
    """The slope of `gelu`.

    With φ the normal density::

        gelu′(z) = Φ(z) + z φ(z)

    Arguments as for `gelu`.

    Returns
    -------
    array of the shape of z
        ½ at 0; at most 1.1289, at √2.
    """
    z = as_floats(z, "z")
    near = np.minimum(np.maximum(z, -NO_NORMAL), NO_NORMAL)
    return normal_cdf(z) + near * np.exp(-0.5 * near * near) / math.sqrt(2 * math.pi)


def silu(z):
    """The sigmoid linear unit, also called swish.

    It is::

        silu(z) = z σ(z)

    Parameters
    ----------
    z : array or number

    Returns
    -------
    array of the shape of z
        0.7311 at 1; the least value is −0.2785, at −1.2785.

    References
    ----------
    Elfwing, Uchibe & Doya (2018), Sigmoid-weighted linear units for neural network
    function approximation in reinforcement learning.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> silu([-1.0, 0.0, 1.0]).round(4)
    array([-0.2689,  0.    ,  0.7311])
    """
    z = as_floats(z, "z")
    return np.maximum(z, -NO_SIGMOID) * sigmoid(z)  # −∞ · 0 would be nan


def silu_derivative(z):
    """The slope of `silu`.

    It is::

        silu′(z) = σ(z) + z σ′(z)

    Arguments as for `silu`.

    Returns
    -------
    array of the shape of z
        ½ at 0; at most 1.0998, at 2.3994.
    """
    z = as_floats(z, "z")
    near = np.minimum(np.maximum(z, -NO_SIGMOID), NO_SIGMOID)
    return sigmoid(z) + near * sigmoid_derivative(z)


ACTIVATIONS = {
    "identity": Activation(identity, identity_derivative),
    "step": Activation(step, step_derivative),
    "sigmoid": Activation(sigmoid, sigmoid_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "relu": Activation(relu, relu_derivative),
    "leaky_relu": Activation(leaky_relu, leaky_relu_derivative),
    "elu": Activation(elu, elu_derivative),
    "softplus": Activation(softplus, softplus_derivative),
    "gelu": Activation(gelu, gelu_derivative),
    "silu": Activation(silu, silu_derivative),
}


# What they do to a normal variable


def gaussian_mean(f, mean=0.0, sd=1.0):
    """The mean of a function of a normal variable.

    With Z standard normal and φ its density::

        E f(μ + σZ) = ∫ f(μ + σz) φ(z) dz

    The integral is cut where μ + σz = 0, into parts that are the shorter the nearer
    they are, and each part is halved until that changes nothing. So a kink or a jump
    costs time, not accuracy, and a bend at 0 may be narrow beside σ.

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
        0.3989 for `relu`, ½ for its square.

    Raises
    ------
    TypeError, ValueError
        If f is no function, mean is not finite, or sd is not > 0.
    ArithmeticError
        If f changes too fast, beside sd, for 4096 parts to follow.

    References
    ----------
    Press et al. (2007), Numerical Recipes, §4.6 (Gauss–Legendre quadrature).

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> print(f"{gaussian_mean(relu):.6f}")  # 1 / √(2π)
    0.398942
    """
    check_callable(f=f)
    check_positive(sd=sd)
    check_finite(mean=as_floats(mean, "mean"))
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
    values = as_floats(f((mean + sd * z).ravel()), "f of an array") * np.ones(z.size)
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
    Chapter: activations

    Examples
    --------
    >>> print(f"{critical_gain(ACTIVATIONS['relu']):.6f}")
    1.414214
    """
    check_fields("f", activation=activation)
    square = gaussian_mean(lambda z: activation.f(z) ** 2)
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
    Chapter: activations

    Examples
    --------
    >>> W = normal_weights(400, 300, gain=3.0, rng=np.random.default_rng(0))
    >>> W.shape, round(float(W.std() * 400**0.5), 1)
    ((400, 300), 3.0)
    """
    check_positive(gain=gain)
    check_rng(rng)
    check_count(inputs=inputs, outputs=outputs)
    check_positive(inputs=inputs, outputs=outputs)
    return rng.normal(0.0, float(gain) / math.sqrt(inputs), (inputs, outputs))


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
    check_count(inputs=inputs, outputs=outputs)
    check_positive(inputs=inputs, outputs=outputs)
    gain = math.sqrt(2 * inputs / (inputs + outputs))
    return normal_weights(inputs, outputs, gain=gain, rng=rng)


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
    Chapter: activations

    Examples
    --------
    >>> [W.shape for W in random_layers([3, 5, 1], he, rng=np.random.default_rng(0))]
    [(3, 5), (5, 1)]
    """
    check_series(widths=widths)
    check_callable(start=start)
    if len(widths) < 2:
        raise ValueError(f"widths must hold two numbers or more, but is {widths}")
    return [start(*sizes, rng=rng) for sizes in pairwise(widths)]


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
    Chapter: activations

    Examples
    --------
    >>> signal = propagate(ACTIVATIONS["relu"], [[1.0, -2.0]], [np.eye(2), [[3], [1]]])
    >>> signal.outputs[-1]
    array([[3.]])
    """
    check_fields("f", activation=activation)
    check_series(weights=weights)
    H = as_floats(X, "X")
    outputs, preactivations = [H], []
    for W in weights:
        W = as_floats(W, "each of weights")
        name = "what enters a layer"
        check_shapes(**{"each of weights": (W, "d outputs"), name: (H, "n d")})
        preactivations.append(H @ W)
        H = activation.f(preactivations[-1])
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
        If the gradient does not have the shape of the output.

    Notes
    -----
    Chapter: activations

    Examples
    --------
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
    gradients = [gradient]
    for Z, W in zip(signal.preactivations[::-1], list(weights)[::-1], strict=True):
        gradient = gradient * activation.df(Z) @ np.transpose(W)
        gradients.append(gradient)
    return gradients[::-1]


# Measures


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
    Chapter: activations

    Examples
    --------
    >>> sizes([np.ones((2, 3)), np.array([3.0, -4.0])]).round(4)
    array([1.    , 3.5355])
    """
    check_series(arrays=arrays)
    return np.array([_size(as_floats(each)) for each in arrays])


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


def active_share(Z):
    """The share of preactivations above 0, where a rectifier lets the signal through.

    Parameters
    ----------
    Z : (n, units) array
        The weighted sums of a layer on n samples.

    Returns
    -------
    float
        Between 0 and 1; about ½ for weights drawn at random and no bias.

    Raises
    ------
    ValueError
        If Z is not (n, units), holds no sample, or an entry is nan.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> active_share([[-1.0, 2.0], [-3.0, -4.0]])
    0.25
    """
    return float(step(_preactivations(Z, "n units")).mean())


def dead_units(Z):
    """Which rectifiers are dead on these samples: silent on every one of them.

    A unit is dead when its preactivation is ≤ 0 on all samples. Then the slope is 0 on
    all samples, no gradient reaches its weights, and it stays dead as long as what
    enters it stays as it is.

    Arguments as for `active_share`.

    Returns
    -------
    (units,) array of bool

    Raises
    ------
    ValueError
        As in `active_share`.

    References
    ----------
    Lu, Shin, Su & Karniadakis (2020), Dying ReLU and initialization.

    Examples
    --------
    >>> dead_units([[-1.0, 2.0], [-3.0, -4.0]])
    array([ True, False])
    """
    return (_preactivations(Z, "n units") <= 0).all(axis=0)


def linear_pieces(Z):
    """The number of straight pieces of a rectifier network along a path.

    Between two points where the same units are active the network is straight. So the
    pieces are counted by how often the pattern of active units changes::

        1 + number of k with pattern(k) ≠ pattern(k + 1)

    Parameters
    ----------
    Z : (points, units) array
        The preactivations of all units of all layers, at points in their order on a
        straight line; two changes between neighboring points count as one.

    Returns
    -------
    int
        At least 1. A change after which the network happens to go straight on counts
        too.

    Raises
    ------
    ValueError
        If Z is not (points, units), there is no point, or an entry is nan.

    References
    ----------
    Montúfar, Pascanu, Cho & Bengio (2014), On the number of linear regions of deep
    neural networks.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> x = np.linspace(0, 1, 101)[:, None]
    >>> linear_pieces(x - np.array([0.25, 0.75]))
    3
    """
    active = _preactivations(Z, "points units") > 0
    return 1 + int((active[1:] != active[:-1]).any(axis=1).sum())


def _preactivations(Z, pattern):
    """Z, if each of its entries is on one side of 0; a nan is on none."""
    Z = as_floats(Z, "Z")
    check_shapes(Z=(Z, pattern))
    if not len(Z):
        raise ValueError(f"Z must hold at least one row, but its shape is {Z.shape}")
    if np.isnan(Z).any():
        raise ValueError("Z must hold numbers, but some are nan: did the walk diverge?")
    return Z
