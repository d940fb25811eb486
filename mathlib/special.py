"""Functions that many lessons need and numpy lacks, safe at any size of their input.

The naive formulas overflow: exp(1000) is infinite, and the log of a vanished
probability is −∞. The versions here rearrange them so that nothing does. They are made
of numpy's own operations, so a Tensor passes through them.

Reading order: `log_sum_exp`, `log_softmax` and `softmax`; `sigmoid`, which is softmax
for two classes; `normal_cdf`, and `erfc` from which it is made; four slopes that both
tables of derivatives need, `sech_squared`, `first_share`, `leg_share` and
`chosen_share`, with `part_of`.
"""

import math

import numpy as np

from mathlib.checks import as_floats, as_numbers, check_positive, stands_for_array

# A ufunc, so that it acts entry by entry and has its rule in autodiff's table.
erfc = np.frompyfunc(math.erfc, 1, 1)


def log_sum_exp(z):
    """The logarithm of a sum of exponentials, along the last axis.

    The largest entry m is taken out of the sum first, so that exp cannot overflow::

        log Σⱼ exp(zⱼ) = m + log Σⱼ exp(zⱼ − m)

    Parameters
    ----------
    z : (..., k) array
        At least one axis, and k ≥ 1. Entries may be −∞: they add nothing.

    Returns
    -------
    (..., 1) array
        The summed axis stays, with size 1, so that z − log_sum_exp(z) fits. At least
        the largest entry, at most that plus log k.

    Raises
    ------
    ValueError
        If z is a single number, k is 0, or a largest entry is infinite or nan.

    References
    ----------
    Blanchard, Higham & Higham (2021), Accurately computing the log-sum-exp and softmax
    functions.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> print(log_sum_exp([1000.0, 1000.0]) - 1000)  # log 2
    [0.69314718]
    """
    z, largest = _scores(z)
    below = _below(z, largest)
    return np.log(np.exp(below).sum(axis=-1, keepdims=True)) + largest


def log_softmax(z, name="z"):
    """The logarithm of `softmax`, without ever making a probability that vanishes.

    Along the last axis::

        log softmax(z)ᵢ = (zᵢ − m) − log Σⱼ exp(zⱼ − m),   m = maxⱼ zⱼ

    Arguments as for `log_sum_exp`; ``name`` is what an error calls z.

    Returns
    -------
    (..., k) array
        At most 0; −log k everywhere if all scores are equal.

    Examples
    --------
    >>> log_softmax([1000.0, 0.0])
    array([    0., -1000.])
    """
    z, largest = _scores(z, name)
    below = _below(z, largest)
    return below - np.log(np.exp(below).sum(axis=-1, keepdims=True))


def softmax(z, name="z"):
    """Probabilities from scores, along the last axis.

    With any number added to all scores it is the same::

        softmax(z)ᵢ = exp(zᵢ) / Σⱼ exp(zⱼ)

    Arguments as for `log_softmax`.

    Returns
    -------
    (..., k) array
        From 0 to 1, with sum 1; 1/k everywhere if all scores are equal. A score 746 or
        more below the largest gets 0.

    Examples
    --------
    >>> softmax([0.0, 1.0, 1.0]).round(4)
    array([0.1554, 0.4223, 0.4223])
    """
    return np.exp(log_softmax(z, name))


def sigmoid(z):
    """The logistic function: any number becomes one between 0 and 1.

    Computed through log(1 + exp(−z)), which never overflows::

        σ(z) = 1 / (1 + exp(−z))

    Parameters
    ----------
    z : array or number

    Returns
    -------
    array of the shape of z
        0.5 at 0, 0.8808 at 2; σ(−z) = 1 − σ(z).

    Notes
    -----
    Chapter: activations

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 2.0]).round(4)
    array([0.    , 0.5   , 0.8808])
    """
    return np.exp(-np.logaddexp(0, -as_floats(z, "z")))


def normal_cdf(x, mean=0.0, sd=1.0):
    """The probability that a normal variable is at most x.

    Through the complementary error function, exact in both tails::

        Φ((x − μ)/σ) = ½ erfc((μ − x) / (σ √2))

    Parameters
    ----------
    x : array or number
    mean : float
    sd : float
        The standard deviation σ > 0.

    Returns
    -------
    array of the shape of x
        0.5 at the mean; 0.8413 one standard deviation above it, 6.2e-16 eight below.

    Raises
    ------
    TypeError
        If x, mean or sd holds no real numbers.
    ValueError
        If sd is not a finite number > 0.

    Notes
    -----
    Chapter: sampling

    Examples
    --------
    >>> within = normal_cdf(1.0) - normal_cdf(-1.0)
    >>> print(f"{within:.6f}")
    0.682689
    """
    sd = check_positive(sd=sd)
    z = (as_floats(mean, "mean") - as_floats(x, "x")) / (sd * math.sqrt(2))
    return 0.5 * _as_numbers(erfc(z))


def sech_squared(x):
    """The slope of tanh, to its last digits: 1 − tanh² is rounded to 0 from 19 on.

    ::

        1/cosh²(x) = 4e / (1 + e)²,   e = exp(−2|x|)

    Parameters
    ----------
    x : array of any shape, plain

    Returns
    -------
    array of the shape of x
        1 at 0; 1.7e-17 at ±20; 0 at ±∞.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> print(f"{sech_squared(20.0):.3g}")
    1.7e-17
    """
    e = np.exp(-2 * np.abs(as_floats(x, "x")))
    return 4 * e / (1 + e) ** 2


def first_share(x, y):
    """The share of the first in a sum of two exponentials: the slopes of logaddexp.

    ::

        eˣ / (eˣ + eʸ)

    Parameters
    ----------
    x, y : arrays that broadcast, plain

    Returns
    -------
    array
        One half at a tie, be it at infinity.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> print(first_share(0.0, 0.0), first_share(-np.inf, -np.inf))
    0.5 0.5
    """
    x, y = as_floats(x, "x"), as_floats(y, "y")
    above = np.where(x == y, 0.0, y) - np.where(x == y, 0.0, x)
    e = np.exp(-np.abs(above))
    return np.where(above > 0, e, 1.0) / (1 + e)


def leg_share(x, y):
    """The share of a leg in the hypotenuse: the slopes of hypot.

    ::

        x / √(x² + y²)

    Parameters
    ----------
    x, y : arrays that broadcast, plain

    Returns
    -------
    array
        From −1 to 1: the sign of x where x is infinite, 0 at the origin.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> print(leg_share(3.0, 4.0), leg_share(0.0, 0.0))
    0.6 0.0
    """
    x, y = as_floats(x, "x"), as_floats(y, "y")
    # Both divided by a power of 2, which rounds nothing: the larger is then near 1.
    larger = np.maximum(np.abs(x), np.abs(y))
    power = np.frexp(np.where(np.isfinite(larger), larger, 1.0))[1]
    x, y = np.ldexp(x, -power), np.ldexp(y, -power)
    r = np.hypot(x, y)
    special = np.isinf(x) | (r == 0)
    return np.where(special, np.sign(x), x / np.where(special, 1.0, r))


def chosen_share(extreme, chosen):
    """The share of one of two in their larger or smaller: the slopes of maximum.

    Parameters
    ----------
    extreme : array, plain
        The larger or the smaller.
    chosen : array of truth values, of the same shape
        Where that is the one.

    Returns
    -------
    array
        1 where chosen, else 0; nan where the extreme is, since no choice was made.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> print(chosen_share(2.0, True), chosen_share(np.nan, False))
    1.0 nan
    """
    extreme, chosen = as_floats(extreme, "extreme"), as_numbers(chosen, "chosen")
    return np.where(np.isnan(extreme), np.nan, chosen)


def part_of(share, whole):
    """The share times the whole; where nothing was chosen 0, be the whole infinite.

    Parameters
    ----------
    share : array, plain
        From `chosen_share`.
    whole : array of the same shape, plain
        A slope.

    Returns
    -------
    array

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> print(part_of(0.0, np.inf), part_of(1.0, np.inf), part_of(np.nan, 1.0))
    0.0 inf nan
    """
    share = as_floats(share, "share")
    as_floats(whole, "whole")  # to refuse it: as an array of another class it goes on
    return share * np.where(share, whole, 0.0)


def _scores(z, name="z"):
    """Rows of scores, and the largest of each, which must be finite."""
    z = as_floats(z, name)
    if not z.ndim or not z.shape[-1]:
        raise ValueError(
            f"{name} must have shape (..., k) with k ≥ 1, but its shape is {z.shape}"
        )
    largest = z.max(axis=-1, keepdims=True)
    if not np.all(np.isfinite(largest)):
        plain = getattr(largest, "value", largest)  # of a Tensor
        raise ValueError(
            f"{name} must have a finite largest entry along its last axis, but has "
            f"{np.unique(plain[~np.isfinite(plain)])}"
        )
    return z, largest


def _below(z, largest):
    """How far each score lies below the largest; beyond the largest float, −∞."""
    with np.errstate(over="ignore"):
        return z - largest


def _as_numbers(result):
    """What a ufunc made from Python returns are objects: make them floats again."""
    return result if stands_for_array(result) else np.asarray(result, float)[()]
