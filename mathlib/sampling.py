"""Sampling: averages of many draws, how far they stray, and what they measure.

A ``Distribution`` is drawn from, or data are averaged. Entries of data are samples,
(n,) or a row each. Randomness always comes from the keyword ``rng``: either of numpy's
generators.

Reading order: ``monte_carlo``, an average with its error, and ``bootstrap``, which
finds the error by drawing again; ``running_mean``; the shape of sums and means; walks,
and what may be predicted of a series; a game played by chance.
"""

import math
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_table,
    check_callable,
    check_choice,
    check_count,
    check_entries,
    check_finite,
    check_least,
    check_positive,
    check_rng,
    check_shapes,
    guarded,
)
from mathlib.probability import check_distribution
from mathlib.special import softmax


class MonteCarlo(NamedTuple):
    """An average of random draws, and how far it typically is from the truth.

    Chapter: sampling
    """

    estimate: float
    standard_error: float


class Play(NamedTuple):
    """A game of pulling arms, and what was learned from it.

    Chapter: sampling
    """

    policies: np.ndarray  # (steps + 1, k), the probability of each arm
    arms: np.ndarray  # (steps,), the arms pulled
    rewards: np.ndarray  # (steps,), 0 or 1


# Averages of many draws


def monte_carlo(f, sample, n, *, rng):
    """Estimate a mean by averaging over random draws.

    The average, and its standard error from the same draws::

        estimate = 1/n Σ f(xᵢ),   standard error = s / √n,
        s² = 1/(n − 1) Σ (f(xᵢ) − estimate)²

    Parameters
    ----------
    f : function
        Takes all draws at once and returns an array of shape (n,).
    sample : function
        ``sample(n, rng=rng)`` returns n draws, one in each row: the field of a
        ``Distribution``, for example.
    n : int
        The number of draws, at least 2.
    rng : numpy.random.Generator or numpy.random.RandomState

    Returns
    -------
    MonteCarlo
        Fields ``estimate`` and ``standard_error``. They mean something only where f(x)
        has a mean and a variance; s² divides by n − 1, and so has the mean Var f(x).

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind, n is below 2, or f does not return (n,).

    References
    ----------
    Metropolis & Ulam (1949), The Monte Carlo method.

    Notes
    -----
    Chapter: sampling

    Examples
    --------
    >>> from mathlib.probability import uniform
    >>> square = monte_carlo(
    ...     lambda x: x**2, uniform(0, 1).sample, 10_000, rng=np.random.default_rng(0)
    ... )
    >>> print(f"{square.estimate:.3f} ± {square.standard_error:.3f}")
    0.333 ± 0.003
    """
    check_callable(f=f, sample=sample)
    check_rng(rng)
    n = check_least(2, n=n)
    values = as_floats(guarded(f)(sample(n, rng=rng)), "what f returns")
    check_shapes(**{"what f returns": (values, f"{n}")})
    standard_error = spread(values, n - 1) / math.sqrt(n)
    return MonteCarlo(float(values.mean()), standard_error)


def bootstrap(values, repeats, *, rng):
    """Means of new samples, drawn with replacement from some numbers.

    Each of the results, for places i drawn evenly, is::

        1/n Σ values[iₖ],   k = 1 … n

    Parameters
    ----------
    values : (n,) array
        At least one number.
    repeats : int
        The number of new samples.
    rng : numpy.random.Generator or numpy.random.RandomState

    Returns
    -------
    (repeats,) array
        Spread about as the mean of n draws is: their variance is, on average,
        (n − 1)/n times the square of the standard error.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind, or values are not (n,), empty or not finite.

    References
    ----------
    Wasserman (2004), All of Statistics, §8.2.

    Notes
    -----
    Chapter: sampling

    Examples
    --------
    >>> means = bootstrap([0.0, 1.0], 1000, rng=np.random.default_rng(0))
    >>> [float(np.mean(means == mean)) for mean in (0.0, 0.5, 1.0)]
    [0.217, 0.523, 0.26]
    """
    values = as_floats(values, "values")
    n = check_shapes(values=(values, "n"))["n"]
    n = check_least(1, **{"the number of values": n})
    check_finite(values=values)
    repeats = check_count(repeats=repeats)
    check_rng(rng)
    means = np.zeros(repeats)
    for repeat in range(repeats):
        means[repeat] = values[_places(n, rng)].mean()
    return means


def _places(n, rng):
    """n places of n, drawn evenly, by either of numpy's generators."""
    draw = getattr(rng, "integers", None) or rng.randint
    return draw(n, size=n)


def spread(x, count):
    """How far numbers typically are from their mean, with a divisor of one's choice.

    The standard deviation, in units in which no square over- or underflows::

        √(Σ (xᵢ − x̄)² / count)

    Parameters
    ----------
    x : (n,) array
        At least one number.
    count : int
        The divisor, at least 1: n, or n − 1 for draws from a larger world.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If x is not (n,) or is empty, or count is below 1.

    Notes
    -----
    Chapter: sampling

    Examples
    --------
    >>> spread([1.0, 3.0], 2), round(spread([1.0, 3.0], 1), 4)
    (1.0, 1.4142)
    """
    x = as_floats(x, "x")
    n = check_shapes(x=(x, "n"))["n"]
    n, count = check_least(1, **{"the number of x": n, "count": count})
    distance = x - x.mean()
    unit = np.abs(distance).max()
    if not 0 < unit < math.inf:
        return float(unit)
    return float(unit * math.sqrt(_squares_about_mean(distance / unit) / count))


def _squares_about_mean(x):
    """Σ (xᵢ − x̄)² of numbers whose mean is 0 but for rounding."""
    return max((x**2).sum() - x.sum() ** 2 / x.size, 0.0)


def running_mean(x):
    """The mean of the first 1, 2, … n entries.

    Entry k − 1 is::

        (x₁ + … + x_k) / k

    Parameters
    ----------
    x : (n,) array

    Returns
    -------
    (n,) array

    Raises
    ------
    ValueError
        If x is not (n,).

    Notes
    -----
    Chapter: sampling

    Examples
    --------
    >>> running_mean([2.0, 4.0, 9.0])
    array([2., 3., 5.])
    """
    x = as_floats(x, "x")
    sizes = check_shapes(x=(x, "n"))
    return np.cumsum(x) / np.arange(1, sizes["n"] + 1)


def sum_distribution(p, n):
    """The exact distribution of the sum of n independent draws of a class number.

    One draw more is a convolution::

        P(Sₙ = s) = Σᵢ P(Sₙ₋₁ = s − i) pᵢ

    Parameters
    ----------
    p : (k,) array
        The probabilities of the values 0 … k − 1; they sum to 1.
    n : int
        The number of draws, at least 1.

    Returns
    -------
    (n (k − 1) + 1,) array
        The probabilities of the sums 0, 1, …

    Raises
    ------
    TypeError, ValueError
        If p is no table of probabilities of shape (k,), or n is below 1.

    Notes
    -----
    Chapter: sampling

    Examples
    --------
    >>> sum_distribution([0.5, 0.5], 3)
    array([0.125, 0.375, 0.375, 0.125])
    """
    p = as_table(p, "p")
    check_shapes(p=(p, "k"))
    n = check_least(1, n=n)
    total = p
    for _ in range(n - 1):
        total = np.convolve(total, p)
    return total.copy()


def standardized_means(distribution, n, repeats, *, rng):
    """Means of n draws each, shifted and scaled to mean 0 and variance 1.

    Each of the results is::

        (x̄ − μ) / (σ / √n)

    Parameters
    ----------
    distribution : Distribution
        With a variance > 0.
    n : int
        The number of draws in each mean, at least 1.
    repeats : int
        The number of means.
    rng : numpy.random.Generator or numpy.random.RandomState

    Returns
    -------
    (repeats,) array
        For large n nearly standard normal.

    Raises
    ------
    TypeError, ValueError
        If n or repeats is not such a number, or distribution is none, or its variance
        is not a finite number > 0.

    Notes
    -----
    Chapter: sampling

    Examples
    --------
    >>> from mathlib.probability import uniform
    >>> z = standardized_means(
    ...     uniform(0, 1), 12, 10_000, rng=np.random.default_rng(0)
    ... )
    >>> print(f"{np.mean(abs(z) < 1):.2f}")
    0.67
    """
    n = check_least(1, n=n)
    repeats = check_count(repeats=repeats)
    check_distribution(distribution)
    if not 0 < distribution.variance < math.inf:
        raise ValueError(
            f"distribution must have a variance > 0, but has {distribution.variance}"
        )
    means = distribution.sample((repeats, n), rng=rng).mean(axis=1)
    units = (means - distribution.mean) / math.sqrt(distribution.variance)
    return units * math.sqrt(n)  # the variance over n could underflow


# Walks and series


def random_walks(count, steps, *, rng, sd=1.0):
    """Sums of independent normal steps, from 0.

    Each walk is::

        s₀ = 0,   s_t = s_{t−1} + σ z_t,   z standard normal

    Parameters
    ----------
    count : int
        The number of walks.
    steps : int
        The number of steps in each.
    rng : numpy.random.Generator or numpy.random.RandomState
    sd : float
        The standard deviation σ > 0 of a step.

    Returns
    -------
    (count, steps + 1) array

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or size.

    Notes
    -----
    Chapter: sampling

    Examples
    --------
    >>> random_walks(2, 3, rng=np.random.default_rng(0)).shape
    (2, 4)
    """
    count, steps = check_count(count=count, steps=steps)
    sd = check_positive(sd=sd)
    check_rng(rng)
    walks = np.zeros((count, steps + 1))
    np.cumsum(rng.normal(0.0, sd, (count, steps)), axis=1, out=walks[:, 1:])
    return walks


def r_squared(y, predicted):
    """The share of the variance of y that a prediction accounts for.

    Compared with always predicting the mean::

        R² = 1 − Σ (yᵢ − ŷᵢ)² / Σ (yᵢ − ȳ)²

    Parameters
    ----------
    y : (n,) array
        What happened.
    predicted : (n,) array

    Returns
    -------
    float
        1 for a perfect prediction, 0 for the mean, below 0 for worse than that.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite, or y never varies.

    Notes
    -----
    Chapter: sampling

    Examples
    --------
    >>> r_squared([1.0, 2.0, 3.0], [1.0, 2.0, 2.0])
    0.5
    """
    y, predicted = as_floats(y, "y"), as_floats(predicted, "predicted")
    check_shapes(y=(y, "n"), predicted=(predicted, "n"))
    check_finite(y=y, predicted=predicted)
    if not y.size or y.min() == y.max():
        raise ValueError("y must vary, but all its entries are equal")
    distance = y - y.mean()
    unit = np.abs(distance).max()  # in this unit no square underflows
    total = _squares_about_mean(distance / unit)
    return float(1 - (((y - predicted) / unit) ** 2).sum() / total)


def lags(series, order):
    """Rows of consecutive entries, and the entry that follows each.

    Row t holds::

        series[t], …, series[t + order − 1],   to predict series[t + order]

    Parameters
    ----------
    series : (n,) array
    order : int
        The number of entries in a row, from 1 to n − 1.

    Returns
    -------
    X : (n − order, order) array
    y : (n − order,) array

    Raises
    ------
    TypeError, ValueError
        If series is not (n,), or order is not such a number.

    Notes
    -----
    Chapter: sampling

    Examples
    --------
    >>> X, y = lags([1.0, 2.0, 3.0, 4.0], 2)
    >>> X, y
    (array([[1., 2.],
           [2., 3.]]), array([3., 4.]))
    """
    series = as_floats(series, "series")
    sizes = check_shapes(series=(series, "n"))
    order = check_least(1, order=order)
    if order >= sizes["n"]:
        raise ValueError(
            f"order must be below the length of series, {sizes['n']}, but is {order}"
        )
    rows = np.lib.stride_tricks.sliding_window_view(series, order)[:-1]
    return rows.copy(), series[order:].copy()


# A game


def policy_gradient(chances, steps, *, rate, rng, baseline=True):
    """Learn which arm pays, from rewards alone.

    The policy is a softmax of preferences θ. After arm a with reward r::

        θ ← θ + η (r − r̄) (e_a − π),   π = softmax(θ)

    with r̄ the mean of the rewards before, or 0 without a baseline. On average this is
    a step up the gradient of the expected reward.

    Parameters
    ----------
    chances : (k,) array
        The probability that each arm pays 1; the player does not know it.
    steps : int
        The number of pulls.
    rate : float
        The learning rate η > 0.
    rng : numpy.random.Generator or numpy.random.RandomState
    baseline : bool
        Whether to compare a reward with the mean of the rewards before.

    Returns
    -------
    Play
        Fields ``policies``, ``arms``, ``rewards``.

    Raises
    ------
    TypeError, ValueError
        If an argument is of the wrong kind or size.

    References
    ----------
    Williams (1992), Simple statistical gradient-following algorithms for connectionist
    reinforcement learning.

    Notes
    -----
    Chapter: sampling

    Examples
    --------
    >>> play = policy_gradient(
    ...     [0.2, 0.8], 500, rate=0.2, rng=np.random.default_rng(0)
    ... )
    >>> bool(play.policies[-1, 1] > 0.9)
    True
    """
    chances = as_floats(chances, "chances")
    k = check_shapes(chances=(chances, "k"))["k"]
    check_entries(chances, "chances", most=1)
    k = check_least(1, **{"the number of chances": k})
    steps = check_count(steps=steps)
    rate = check_positive(rate=rate)
    check_rng(rng)
    check_choice((True, False), baseline=baseline)
    preferences, arms = np.zeros(k), np.zeros(steps, int)
    policies, rewards = [softmax(preferences)], np.zeros(steps, int)
    for t, luck in enumerate(rng.uniform(size=(steps, 2))):
        policy = policies[-1]
        arm = min(int(np.searchsorted(policy.cumsum(), luck[0])), k - 1)
        arms[t], rewards[t] = arm, luck[1] < chances[arm]
        usual = rewards[:t].mean() if baseline and t else 0.0
        surprise = (np.arange(k) == arm) - policy
        preferences = preferences + rate * (rewards[t] - usual) * surprise
        policies.append(softmax(preferences))
    return Play(np.array(policies), arms, rewards)
