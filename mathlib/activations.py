"""Activation functions: what a unit does with its weighted sum, and what that costs.

A unit computes z = w·x + b and passes on f(z). The f of this module act on every entry
of an array of any shape and keep the shape; each has its derivative beside it, as
``Activation(f, df)``, and ``ACTIVATIONS`` lists them by name. A Tensor passes through.

Where f has no slope, the derivative is a convention: at z = 0 ``step`` is 0, and so are
the slopes of ``step`` and ``relu``; ``leaky_relu`` has its smaller slope there. Any
number between the slopes of the two sides of ``relu`` or ``leaky_relu`` would be a
subgradient too.

Reading order: ``Activation`` and the functions, with their table; ``swiglu``, a layer
of gated units; then what is counted in a layer of rectifiers, from its weighted sums Z,
a sample in each row.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    check_between,
    check_shapes,
)
from mathlib.special import normal_cdf, sigmoid

# Beyond, Φ and φ are 0 in a float, and so are σ and its slope.
NO_NORMAL, NO_SIGMOID = 40.0, 800.0


class Activation(NamedTuple):
    """A function of one number, entry by entry, and its derivative.

    Chapter: activations
    """

    f: Callable  # (...) array -> (...) array
    df: Callable  # (...) array -> (...) array, the slope at each entry


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
    z = as_floats(z, "z")
    return (z == z) / (z == z)  # of nan 0/0, which is nan again


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
    z = as_floats(z, "z")
    return 0.0 / (z == z)


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
    slope = check_between(0, 1, slope=slope)
    z = as_floats(z, "z")
    return np.maximum(z, slope * z)


def leaky_relu_derivative(z, slope=0.01):
    """The slope of `leaky_relu`: 1 where z > 0, else ``slope``, so it is never 0.

    Arguments as for `leaky_relu`.
    """
    slope = check_between(0, 1, slope=slope)
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


# Gated units


def swiglu(X, W, V):
    """Gated units: two weighted sums of the same inputs, one through silu, multiplied.

    ::

        silu(XW) ⊙ (XV)

    Parameters
    ----------
    X : (n, m) array
        A sample is a row.
    W : (m, k) array
        The weights of the gates.
    V : (m, k) array
        The weights of what the gates let through.

    Returns
    -------
    (n, k) array
        Linear in V; where an entry of XW is far below 0, nothing comes through.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    References
    ----------
    Shazeer (2020), GLU variants improve transformer.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> W, V = [[1.0, -1.0], [0.0, 0.0]], [[0.0, 0.0], [1.0, -1.0]]
    >>> print(swiglu([[3.0, 5.0]], W, V).sum().round(9))  # two units multiply: 3 · 5
    15.0
    """
    X, W, V = as_floats(X, "X"), as_floats(W, "W"), as_floats(V, "V")
    check_shapes(X=(X, "n m"), W=(W, "m k"), V=(V, "m k"))
    return silu(X @ W) * (X @ V)


# Measures


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
        If Z is not (n, units), holds no number, or an entry is nan.

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> active_share([[-1.0, 2.0], [-3.0, -4.0]])
    0.25
    """
    Z = _preactivations(Z, "n units")
    if not Z.size:
        raise ValueError(f"Z must hold at least one unit, but its shape is {Z.shape}")
    return float(step(Z).mean())


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
        If Z is not (n, units), there is no sample, or an entry is nan.

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
