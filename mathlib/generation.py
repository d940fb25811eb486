"""Generation: the gradient of a mean over random draws.

A machine that draws samples is trained through its draws. z is normal, with the mean μ
and the spread σ, and what is wanted are the slopes of E f(z) along both.

Reading order: ``Slopes``; ``pathwise_slopes``, for an f with a slope; and
``score_function_slopes``, for any f.
"""

from typing import NamedTuple

from mathlib.checks import (
    as_floats,
    check_callable,
    check_finite,
    check_least,
    check_positive,
    check_rng,
    check_shapes,
)


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
    >>> import numpy as np
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
    >>> import numpy as np
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
