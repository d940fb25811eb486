"""Privacy: what a model gives away of the people whose data it has seen, and a bound.

The gradient of each person's loss is a row. Rows are shortened to one length, added up,
and hidden in normal noise: the Gaussian mechanism of differential privacy.

Reading order: ``least_delta``, ``least_noise``, ``privacy_noise``, ``private_mean``,
``private_descent``.
"""

import math

import numpy as np

from mathlib.checks import (
    as_floats,
    as_vector,
    check_between,
    check_callable,
    check_count,
    check_finite,
    check_least,
    check_not_negative,
    check_positive,
    check_rng,
    check_shapes,
    guarded,
)
from mathlib.special import normal_cdf

# Noise that protects

MOST_EPSILON = 100  # beyond it e^ε is a promise of nothing, and may overflow
LEAST_DELTA = 1e-12  # below it the two terms of the formula are lost in rounding


def least_delta(noise, epsilon):
    """The least δ that normal noise can promise beside an ε.

    For two normal curves of standard deviation σ whose means are one apart, with the
    normal distribution function Φ::

        δ = Φ(1/(2σ) − εσ) − e^ε Φ(−1/(2σ) − εσ)

    Parameters
    ----------
    noise : float
        The standard deviation σ > 0, in units of what one person can change.
    epsilon : float
        How much may leak, from 0 to 100.

    Returns
    -------
    float
        From 0 to 1; up to rounding by 1e-15, which may show where δ is smaller.

    Raises
    ------
    TypeError, ValueError
        If noise or epsilon is out of range.

    References
    ----------
    Balle & Wang (2018), Improving the Gaussian mechanism for differential privacy,
    Theorem 8.

    Notes
    -----
    Chapter: privacy

    Examples
    --------
    >>> round(least_delta(1.0, 0.0), 6), round(least_delta(2.0, 0.5), 6)
    (0.382925, 0.05244)
    """
    noise, epsilon = check_positive(noise=noise), _as_epsilon(epsilon)
    half, shift = 1 / (2 * noise), epsilon * noise
    rare = math.exp(epsilon) * float(normal_cdf(-half - shift))
    return max(float(normal_cdf(half - shift)) - rare, 0.0)


def least_noise(epsilon, delta):
    """The least normal noise that hides one person, per unit of what one can change.

    ``least_delta`` falls as the noise grows. So an interval that holds the answer is
    halved until no number lies within it::

        σ with  Φ(1/(2σ) − εσ) − e^ε Φ(−1/(2σ) − εσ) = δ

    Parameters
    ----------
    epsilon : float
        How much may leak, from 0 to 100.
    delta : float
        The chance that more leaks, at least 1e-12 and below 1.

    Returns
    -------
    float
        The standard deviation σ > 0, in units of what one person can change.

    Raises
    ------
    TypeError, ValueError
        If epsilon or delta is out of range.

    References
    ----------
    Balle & Wang (2018), Improving the Gaussian mechanism for differential privacy,
    Theorem 8.

    Notes
    -----
    Chapter: privacy

    Examples
    --------
    >>> round(least_noise(0.5, 1e-5), 3)
    7.032
    """
    epsilon, delta = _as_epsilon(epsilon), check_between(0, 1, delta=delta)
    if delta < LEAST_DELTA:
        raise ValueError(f"delta must be at least {LEAST_DELTA}, but is {delta}")
    least, enough = 0.0, 1.0
    while least_delta(enough, epsilon) > delta:
        least, enough = enough, 2 * enough
    while least < (middle := (least + enough) / 2) < enough:
        if least_delta(middle, epsilon) > delta:
            least = middle
        else:
            enough = middle
    return enough


def _as_epsilon(epsilon):
    leak = check_not_negative(epsilon=epsilon)
    if leak > MOST_EPSILON:
        raise ValueError(f"epsilon must be at most {MOST_EPSILON}, but is {epsilon}")
    return leak


def privacy_noise(epsilon, delta):
    """Enough Gaussian noise to hide one person, by a formula; ``least_noise`` is less.

    The Gaussian mechanism is (ε, δ)-private with::

        σ = √(2 ln(1.25/δ)) / ε

    Parameters
    ----------
    epsilon : float
        How much may leak, strictly between 0 and 1: smaller is more private.
    delta : float
        The chance that more leaks, strictly between 0 and 1.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If epsilon or delta is out of range.

    References
    ----------
    Dwork & Roth (2014), The Algorithmic Foundations of Differential Privacy, Theorem
    3.22.

    Notes
    -----
    Chapter: privacy

    Examples
    --------
    >>> round(privacy_noise(0.5, 1e-5), 3)
    9.69
    """
    epsilon, delta = check_between(0, 1, epsilon=epsilon, delta=delta)
    return math.sqrt(2 * math.log(1.25 / delta)) / epsilon


def private_mean(gradients, *, clip, noise, rng, lot=None):
    """The mean gradient, with no sample's share too large, and noise on top.

    Each row is shortened to length at most C, then::

        1/L (Σᵢ gᵢ min(1, C/‖gᵢ‖) + σ C z),   z standard normal (d,)

    With the factor σ of ``least_noise(ε, δ)`` the result is (ε, δ)-private if L does
    not depend on who takes part. Give it as ``lot``, and a sample may be added or left
    out. Without it L is the number of rows, which everybody may then know: what is
    hidden is whether a row holds a person's gradient or zeros in its place.

    Parameters
    ----------
    gradients : (n, d) array
        One gradient for each sample.
    clip : float
        The greatest length C > 0.
    noise : float
        The factor σ >= 0, as from ``least_noise``.
    rng : numpy.random.Generator or numpy.random.RandomState
    lot : int, optional
        L, at least 1: a number chosen without a look at the data, such as the number of
        samples expected; n where left out.

    Returns
    -------
    (d,) array

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or size, or there is no sample and no lot.

    References
    ----------
    Abadi et al. (2016), Deep learning with differential privacy. Balle & Wang (2018),
    Improving the Gaussian mechanism for differential privacy, Theorem 8.

    Notes
    -----
    Chapter: privacy

    Examples
    --------
    >>> gradients = [[3.0, 4.0], [0.0, 1.0]]
    >>> private_mean(gradients, clip=1.0, noise=0.0, rng=np.random.default_rng(0))
    array([0.3, 0.9])
    """
    gradients = as_floats(gradients, "gradients")
    sizes = check_shapes(gradients=(gradients, "n d"))
    check_finite(gradients=gradients)
    clip, noise = _clip_and_noise(clip, noise, rng)
    if lot is None:
        lot = check_least(1, **{"the number of gradients": sizes["n"]})
    else:
        lot = check_positive(lot=check_least(1, lot=lot))
    z = rng.normal(size=sizes["d"])
    total = _shortened(gradients, clip).sum(axis=0) + noise * clip * z
    return total / lot


def _clip_and_noise(clip, noise, rng):
    """Both as plain floats, where they and rng are what they should be."""
    clip, noise = check_positive(clip=clip), check_not_negative(noise=noise)
    check_rng(rng)
    return clip, noise


def _shortened(rows, clip):
    """Each row at its own length, or at clip where it is longer."""
    largest = np.abs(rows).max(axis=1, initial=0.0, keepdims=True)
    unit = rows / np.where(largest > 0, largest, 1.0)  # its square cannot overflow
    length = np.linalg.norm(unit, axis=1, keepdims=True)
    with np.errstate(over="ignore"):  # no row is longer than an infinite bound
        too_long = length > clip / np.where(largest > 0, largest, 1.0)
    return np.where(
        too_long & (largest > 0), unit * (clip / np.where(too_long, length, 1.0)), rows
    )


# A descent in private


def private_descent(gradients, start, *, rate, clip, noise, steps, rng):
    """Gradient descent in which no sample's share is large, and noise hides the rest.

    Each step, with ``private_mean``::

        θ ← θ − η private_mean(gradients(θ))

    The number n of samples is no secret; what the noise hides in each step is whether a
    row of the gradients is somebody's or zero.

    Parameters
    ----------
    gradients : function of a (d,) array
        Returns the gradient of each sample's loss, an (n, d) array.
    start : (d,) array
    rate : float
        The learning rate η > 0.
    clip : float
        The greatest length C > 0 of one sample's gradient.
    noise : float
        The factor >= 0 by which the noise is larger than C.
    steps : int
    rng : numpy.random.Generator or numpy.random.RandomState

    Returns
    -------
    (steps + 1, d) array
        The points, first to last.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind, or an impossible value.

    References
    ----------
    Abadi et al. (2016), Deep learning with differential privacy.

    Notes
    -----
    Chapter: privacy

    Examples
    --------
    >>> rng, data = np.random.default_rng(0), np.array([[1.0], [3.0]])
    >>> private_descent(
    ...     lambda w: w - data, [2.0], rate=1.0, clip=9.0, noise=0.0, steps=1, rng=rng
    ... )
    array([[2.],
           [2.]])
    """
    check_callable(gradients=gradients)
    rate, steps = check_positive(rate=rate), check_count(steps=steps)
    clip, noise = _clip_and_noise(clip, noise, rng)
    points, gradients = [as_vector(start, "start")], guarded(gradients)
    for _ in range(steps):
        slope = private_mean(gradients(points[-1]), clip=clip, noise=noise, rng=rng)
        check_shapes(start=(points[0], "d"), **{"a gradient": (slope, "d")})
        points.append(points[-1] - rate * slope)
    return np.array(points)
