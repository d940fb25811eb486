"""Probability: distributions, tables, averages, and estimates from data.

A ``Distribution`` holds a density, a sampler, a mean and a variance. A table of
probabilities is an array of numbers >= 0 that sum to 1; a joint table of k variables
has k axes, one for each. Entries of data are samples, (n,) or a row each. Randomness
always comes from the keyword ``rng``: either of numpy's generators.

Reading order: the five distributions; tables, conditioning and Bayes; independence;
expectation and covariance; averages of many draws (``monte_carlo``); estimates from
data; then what people do with chance: walks, decisions, games.
"""

import itertools
import math
from collections.abc import Callable
from numbers import Real
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
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
from mathlib.special import sigmoid, softmax

# How far the entries of a table may miss the sum 1.
SUM_TOLERANCE = 1e-9
# A Newton step so short (relative to the weights) is rounding.
SETTLED = 1e-10
# A log likelihood that bends less, seen along some direction, has no top there.
FLAT = 1e-13


class Distribution(NamedTuple):
    """A probability distribution on numbers.

    ``density(x)`` and ``log_density(x)`` take an array and return one of its shape; for
    a discrete distribution the density at x is the probability of x; at nan it is nan.
    ``sample(size, rng=rng)`` draws an array of shape ``size``, a number or a tuple.
    A mean or variance too large for a float is infinite, one too small is 0. A variance
    is a square, so that comes early: ``exponential(1e-200)`` has the mean 1e200 and the
    variance inf, ``normal(0, 1e-200)`` the variance 0.

    Chapter: probability
    """

    density: Callable
    log_density: Callable
    sample: Callable
    mean: float
    variance: float


class MonteCarlo(NamedTuple):
    """An average of random draws, and how far it typically is from the truth.

    Chapter: probability
    """

    estimate: float
    standard_error: float


class NormalFit(NamedTuple):
    """The normal distribution that fits data best.

    Chapter: probability
    """

    mean: float
    sd: float


class Calibration(NamedTuple):
    """Predicted probabilities beside what happened, bin by bin; empty bins left out.

    Chapter: probability
    """

    predicted: np.ndarray  # (bins,), the mean prediction
    observed: np.ndarray  # (bins,), the share of outcomes that are 1
    counts: np.ndarray  # (bins,), the number of samples


class ErrorRates(NamedTuple):
    """The two ways in which a yes-or-no decision goes wrong, as shares.

    Chapter: probability
    """

    false_positive: float  # of those with label 0, the share decided yes
    false_negative: float  # of those with label 1, the share decided no


class Play(NamedTuple):
    """A game of pulling arms, and what was learnt from it.

    Chapter: probability
    """

    policies: np.ndarray  # (steps + 1, k), the probability of each arm
    arms: np.ndarray  # (steps,), the arms pulled
    rewards: np.ndarray  # (steps,), 0 or 1


# Distributions


def normal(mean=0.0, sd=1.0):
    """The normal (Gaussian) distribution.

    The density, with mean μ and standard deviation σ, is::

        p(x) = exp(−(x − μ)² / 2σ²) / (σ √(2π))

    Parameters
    ----------
    mean : float
    sd : float
        The standard deviation σ > 0.

    Returns
    -------
    Distribution

    Raises
    ------
    TypeError, ValueError
        If mean is not a finite number, or sd is not a finite number > 0.

    References
    ----------
    Wasserman (2004), All of Statistics, §2.4.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> height = normal(mean=170.0, sd=10.0)
    >>> height.density([170.0, 180.0]).round(5)
    array([0.03989, 0.0242 ])
    >>> height.sample(3, rng=np.random.default_rng(0)).round(1)
    array([171.3, 168.7, 176.4])
    """
    _check_number(mean=mean)
    check_positive(sd=sd)

    def log_density(x):
        z = (as_floats(x, "x") - mean) / sd
        return -0.5 * z**2 - math.log(sd) - 0.5 * math.log(2 * math.pi)

    def sample(size, *, rng):
        return _checked(rng).normal(mean, sd, size)

    return _from_log(log_density, sample, float(mean), float(sd) * float(sd))


def uniform(low=0.0, high=1.0):
    """The uniform distribution: every place between low and high alike.

    Density, mean and variance are::

        p(x) = 1 / (high − low) inside, 0 outside
        mean = (low + high) / 2,   variance = (high − low)² / 12

    Parameters
    ----------
    low, high : float
        The ends, low < high.

    Returns
    -------
    Distribution

    Raises
    ------
    TypeError, ValueError
        If low and high are not finite numbers with low < high, or too far apart for
        their distance to be a float.

    References
    ----------
    Wasserman (2004), All of Statistics, §2.4.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> noise = uniform(0.0, 1.0)
    >>> noise.mean, round(noise.variance, 4)
    (0.5, 0.0833)
    """
    _check_number(low=low, high=high)
    if not low < high:
        raise ValueError(f"low must be below high, but low is {low} and high is {high}")
    width = float(high) - float(low)
    if width == math.inf:
        raise ValueError(f"high - low must be a float, but low = {low}, high = {high}")

    def density(x):
        x = as_floats(x, "x")
        return np.where((low <= x) & (x <= high), 1 / width, 0.0)

    def sample(size, *, rng):
        return _checked(rng).uniform(low, high, size)

    return _from_density(density, sample, low / 2 + high / 2, width * width / 12)


def exponential(rate=1.0):
    """The exponential distribution: waiting for what comes at a constant rate.

    Density, mean and variance are::

        p(x) = λ exp(−λx) for x >= 0,   mean = 1/λ,   variance = 1/λ²

    Parameters
    ----------
    rate : float
        Arrivals per unit of time, λ > 0.

    Returns
    -------
    Distribution

    Raises
    ------
    TypeError, ValueError
        If rate is not a finite number > 0.

    References
    ----------
    Wasserman (2004), All of Statistics, §2.4.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> wait = exponential(rate=0.5)
    >>> wait.mean, wait.variance, wait.density([-1.0, 0.0])
    (2.0, 4.0, array([0. , 0.5]))
    """
    check_positive(rate=rate)

    def log_density(x):
        x = as_floats(x, "x")
        return np.where(x >= 0, math.log(rate) - rate * x, -np.inf)

    def sample(size, *, rng):
        return _checked(rng).exponential(1 / rate, size)

    scale = 1 / float(rate)
    return _from_log(log_density, sample, scale, scale * scale)


def bernoulli(p):
    """The Bernoulli distribution: 1 with probability p, else 0.

    Mean and variance are::

        mean = p,   variance = p (1 − p)

    Parameters
    ----------
    p : float
        A probability, 0 and 1 included.

    Returns
    -------
    Distribution
        Its samples are whole numbers, 0 or 1.

    Raises
    ------
    TypeError, ValueError
        If p is not a number from 0 to 1.

    References
    ----------
    Wasserman (2004), All of Statistics, §2.3.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> coin = bernoulli(0.25)
    >>> coin.mean, coin.variance, coin.density([0, 1, 2])
    (0.25, 0.1875, array([0.75, 0.25, 0.  ]))
    """
    _check_probability(p=p)

    def density(x):
        x = as_floats(x, "x")
        return np.where(x == 1, p, np.where(x == 0, 1 - p, 0.0))

    def sample(size, *, rng):
        return (_checked(rng).uniform(size=size) < p).astype(int)

    return _from_density(density, sample, float(p), float(p * (1 - p)))


def categorical(p):
    """The categorical distribution: class i with probability p[i].

    Mean and variance are those of the class number::

        mean = Σ i pᵢ,   variance = Σ (i − mean)² pᵢ

    Parameters
    ----------
    p : (k,) array
        The probabilities of the classes 0 … k − 1; they sum to 1.

    Returns
    -------
    Distribution
        Its samples are whole numbers, 0 … k − 1.

    Raises
    ------
    ValueError
        If p is no table of probabilities of shape (k,).

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> weather = categorical([0.5, 0.3, 0.2])
    >>> weather.density([0, 2, 7])
    array([0.5, 0.2, 0. ])
    >>> weather.sample(6, rng=np.random.default_rng(0))
    array([1, 0, 0, 0, 2, 2])
    """
    p = _as_table(p, "p").copy()
    check_shapes(p=(p, "k"))
    classes = np.arange(p.size)

    def density(x):
        x = as_floats(x, "x")
        known = (x >= 0) & (x < p.size) & (x == np.floor(x))
        return np.where(known, p[np.where(known, x, 0).astype(int)], 0.0)

    def sample(size, *, rng):
        return _checked(rng).choice(p.size, size=size, p=p / p.sum())

    return _from_density(density, sample, expectation(classes, p), variance(classes, p))


def _from_log(log_density, sample, mean, variance):
    log_density = _nan_at_nan(log_density)

    def density(x):
        return np.exp(log_density(x))

    return Distribution(density, log_density, sample, mean, variance)


def _from_density(density, sample, mean, variance):
    density = _nan_at_nan(density)

    def log_density(x):
        with np.errstate(divide="ignore"):  # log 0 is −inf: what cannot happen
            return np.log(density(x))

    return Distribution(density, log_density, sample, mean, variance)


def _nan_at_nan(f):
    """f, but nan where x is: neither possible nor impossible."""

    def careful(x):
        x = as_floats(x, "x")
        return np.where(np.isnan(x), np.nan, f(x))[()]

    return careful


# Tables: marginals, conditions, Bayes


def marginal(joint, keep):
    """The table of some of the variables: the others are summed out.

    For two variables::

        P(X = i) = Σⱼ P(X = i, Y = j)

    Parameters
    ----------
    joint : array with an axis for each variable
        Probabilities that sum to 1.
    keep : int or tuple of int
        The axes of the variables to keep, in their order in the result.

    Returns
    -------
    array
        With an axis for each variable kept.

    Raises
    ------
    TypeError, ValueError
        If joint is no table of probabilities, or keep is no whole number, names an axis
        that joint lacks, or one twice.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> joint = np.array([[0.4, 0.1], [0.2, 0.3]])
    >>> marginal(joint, 0), marginal(joint, 1)
    (array([0.5, 0.5]), array([0.6, 0.4]))
    """
    joint = _as_table(joint, "joint")
    kept = tuple(keep) if isinstance(keep, tuple | list) else (keep,)
    for axis in kept:
        _check_axis(joint, keep=axis)
    if len(set(kept)) < len(kept):
        raise ValueError(f"keep must name each axis once, but is {kept}")
    gone = tuple(axis for axis in range(joint.ndim) if axis not in kept)
    return joint.sum(axis=gone).transpose(np.argsort(np.argsort(kept)))


def conditional(joint, *, given, value):
    """The table of the other variables once one variable is known.

    For two variables, given the second::

        P(X = i | Y = j) = P(X = i, Y = j) / P(Y = j)

    Parameters
    ----------
    joint : array with an axis for each variable
        Probabilities that sum to 1.
    given : int
        The axis of the variable that is known.
    value : int
        What it is known to be: an index along that axis.

    Returns
    -------
    array
        With an axis for each other variable; it sums to 1.

    Raises
    ------
    ValueError
        If joint is no table of probabilities, has no such axis or value, or the value
        has probability 0: then nothing can be said about the rest.

    References
    ----------
    Wasserman (2004), All of Statistics, §1.6.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> joint = np.array([[0.4, 0.1], [0.2, 0.3]])
    >>> conditional(joint, given=1, value=0).round(4)
    array([0.6667, 0.3333])
    """
    joint = _as_table(joint, "joint")
    _check_axis(joint, given=given)
    check_count(value=value)
    if value >= joint.shape[given]:
        last = joint.shape[given] - 1
        raise ValueError(f"value must be an index from 0 to {last}, but is {value}")
    part = joint.take(value, axis=given)
    if part.sum() == 0:
        raise ValueError(
            f"value must have a probability > 0, but {value} never happens: nothing "
            f"follows from it"
        )
    return part / part.sum()


def posterior(prior, likelihood):
    """Bayes' rule: what to think of each explanation after the data.

    For explanations i and data D::

        P(i | D) = P(D | i) P(i) / Σⱼ P(D | j) P(j)

    Parameters
    ----------
    prior : (k,) array
        The probability of each explanation beforehand; they sum to 1.
    likelihood : (k,) array
        The probability of the data under each; these need not sum to 1.

    Returns
    -------
    (k,) array
        The probability of each explanation afterwards.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is negative, infinite or nan, or the data are
        impossible under every explanation.

    References
    ----------
    Bayes (1763), An essay towards solving a problem in the doctrine of chances.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> posterior([0.5, 0.5], [0.9, 0.3])
    array([0.75, 0.25])
    """
    prior, likelihood = _as_table(prior, "prior"), as_floats(likelihood, "likelihood")
    check_shapes(prior=(prior, "k"), likelihood=(likelihood, "k"))
    _check_entries(likelihood, "likelihood")
    check_finite(likelihood=likelihood)
    joint = _scaled_product(prior, likelihood)
    if joint.sum() == 0:
        raise ValueError(
            "likelihood must be > 0 for some explanation with a prior > 0, but the "
            "data are impossible under all of them"
        )
    return joint / joint.sum()


def _scaled_product(a, b):
    """a · b, times the power of 2 that makes the largest entry about 1."""
    (a, exponents), (b, more) = np.frexp(a), np.frexp(b)
    product, exponents = a * b, exponents + more
    largest = exponents[product > 0].max(initial=np.iinfo(exponents.dtype).min)
    return np.ldexp(product, np.where(product > 0, exponents - largest, 0))


def bayes(prior, sensitivity, false_positive_rate):
    """The probability of being ill after a positive test.

    With s the sensitivity and f the false positive rate::

        P(ill | positive) = s · prior / (s · prior + f · (1 − prior))

    Parameters
    ----------
    prior : float
        The share of the ill among all who are tested (the prevalence).
    sensitivity : float
        The share of positive tests among the ill.
    false_positive_rate : float
        The share of positive tests among the healthy.

    Returns
    -------
    float
        0.5 for a test that is right 99 times in 100 either way, at prior 0.01.

    Raises
    ------
    TypeError, ValueError
        If an argument is not a number from 0 to 1, or no test can be positive.

    References
    ----------
    Bayes (1763), An essay towards solving a problem in the doctrine of chances.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> round(bayes(0.01, sensitivity=0.99, false_positive_rate=0.01), 12)
    0.5
    >>> round(bayes(0.01, sensitivity=0.99, false_positive_rate=0.05), 4)
    0.1667
    """
    _check_probability(prior=prior, sensitivity=sensitivity)
    _check_probability(false_positive_rate=false_positive_rate)
    if (prior == 0 or sensitivity == 0) and (prior == 1 or false_positive_rate == 0):
        raise ValueError(
            f"sensitivity or false_positive_rate must make a positive test possible, "
            f"but with prior {prior} they are {sensitivity} and {false_positive_rate}"
        )
    likelihood = (sensitivity, false_positive_rate)
    return float(posterior((prior, 1 - prior), likelihood)[0])


def shared_birthday(people, days=365):
    """The probability that among some people two share a birthday.

    One minus the probability that all are different::

        1 − Πᵢ (1 − i/days),   i = 0 … people − 1

    Parameters
    ----------
    people : int
    days : int
        The number of days in the year, all equally likely.

    Returns
    -------
    float
        Just over one half for 23 people.

    Raises
    ------
    TypeError, ValueError
        If people or days is not a whole number >= 0, or there are no days.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> round(shared_birthday(23), 4)
    0.5073
    """
    check_count(people=people, days=days)
    check_positive(days=days)
    if people > days:
        return 1.0
    return float(-np.expm1(np.log1p(-np.arange(people) / days).sum()))


# Independence


def are_independent(joint, *, tolerance=1e-12):
    """Whether all variables of a joint table are independent of one another.

    They are where the joint table is the product of its marginals::

        P(X = i, Y = j, …) = P(X = i) P(Y = j) …   for all i, j, …

    Parameters
    ----------
    joint : array with an axis for each variable
        Probabilities that sum to 1.
    tolerance : float
        How far an entry may be off, as a share of the least of the probabilities
        P(X = i), P(Y = j), …: how much the one may change the chances of the other.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        If joint is no table of probabilities, or tolerance is negative.

    References
    ----------
    Wasserman (2004), All of Statistics, §1.5.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> are_independent(np.outer([0.5, 0.5], [0.2, 0.8]))
    True
    >>> are_independent([[0.4, 0.1], [0.2, 0.3]])
    False
    """
    check_not_negative(tolerance=tolerance)
    joint = _as_table(joint, "joint")
    product, least = np.ones(()), np.ones(())
    for axis in range(joint.ndim):
        product = np.multiply.outer(product, marginal(joint, axis))
        least = np.minimum.outer(least, marginal(joint, axis))
    return bool(np.all(np.abs(joint - product) <= tolerance * least))


def are_pairwise_independent(joint, *, tolerance=1e-12):
    """Whether every two variables of a joint table are independent.

    That is less than ``are_independent``: three variables may be independent two by
    two, and each still be settled by the other two.

    Parameters
    ----------
    joint : array with an axis for each variable
        Probabilities that sum to 1.
    tolerance : float
        As in ``are_independent``.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        As in ``are_independent``.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    Two coins, and whether they differ:

    >>> joint = np.zeros((2, 2, 2))
    >>> for a, b in np.ndindex(2, 2):
    ...     joint[a, b, a ^ b] = 0.25
    >>> are_pairwise_independent(joint), are_independent(joint)
    (True, False)
    """
    joint = _as_table(joint, "joint")
    return all(
        are_independent(marginal(joint, pair), tolerance=tolerance)
        for pair in itertools.combinations(range(joint.ndim), 2)
    )


# Expectation, variance, covariance


def expectation(values, p):
    """The mean of a random variable, each value weighted by its probability.

    The weighted sum::

        E[X] = Σᵢ xᵢ pᵢ

    Parameters
    ----------
    values : array
        The value in each case, of any shape.
    p : array of the same shape
        The probability of each case; they sum to 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ, a value is not finite, or p is no table of probabilities.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> round(expectation([1, 2, 3, 4, 5, 6], np.full(6, 1 / 6)), 12)
    3.5
    """
    values, p = as_floats(values, "values"), _as_table(p, "p")
    if values.shape != p.shape:
        raise ValueError(
            f"values must have the shape of p, {p.shape}, but have {values.shape}"
        )
    check_finite(values=values)
    return float((values * p).sum())


def variance(values, p):
    """The mean squared distance of a random variable from its mean.

    It is::

        Var X = E[(X − E[X])²]

    Parameters
    ----------
    values : array
        The value in each case, of any shape.
    p : array of the same shape
        The probability of each case; they sum to 1.

    Returns
    -------
    float
        At least 0; its square root is the standard deviation.

    Raises
    ------
    ValueError
        As in ``expectation``.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> round(variance([1, 2, 3, 4, 5, 6], np.full(6, 1 / 6)), 4)
    2.9167
    """
    values = as_floats(values, "values")
    return expectation((values - expectation(values, p)) ** 2, p)


def covariance(x, y, joint):
    """How two variables move together.

    It is::

        Cov(X, Y) = E[(X − E[X]) (Y − E[Y])]

    Parameters
    ----------
    x : (a,) array
        The values of the first variable.
    y : (b,) array
        The values of the second.
    joint : (a, b) array
        The probability of each pair.

    Returns
    -------
    float
        0 where the two are independent; the reverse need not hold.

    Raises
    ------
    ValueError
        If the shapes do not fit, a value is not finite, or joint is no table of
        probabilities.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> covariance([0, 1], [0, 1], [[0.5, 0.0], [0.0, 0.5]])
    0.25
    """
    x, y, joint = as_floats(x, "x"), as_floats(y, "y"), _as_table(joint, "joint")
    check_shapes(x=(x, "a"), y=(y, "b"), joint=(joint, "a b"))
    check_finite(x=x, y=y)
    dx = x - expectation(x, marginal(joint, 0))
    dy = y - expectation(y, marginal(joint, 1))
    return float(dx @ joint @ dy)


def correlation(x, y, joint):
    """The covariance in units of the two standard deviations, from −1 to 1.

    It is::

        Cov(X, Y) / √(Var X · Var Y)

    Arguments as for ``covariance``.

    Raises
    ------
    ValueError
        As in ``covariance``, or if one of the variables never varies.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> round(correlation([0, 1], [0, 1], [[0.4, 0.1], [0.1, 0.4]]), 12)
    0.6
    """
    covariance(x, y, joint)  # it checks the arguments
    joint = _as_table(joint, "joint")
    x = _in_its_own_units(as_floats(x, "x"), marginal(joint, 0))
    y = _in_its_own_units(as_floats(y, "y"), marginal(joint, 1))
    together = covariance(x, y, joint)
    spread = variance(x, marginal(joint, 0)) * variance(y, marginal(joint, 1))
    return min(1.0, max(-1.0, together / math.sqrt(spread)))


def _in_its_own_units(x, p):
    """x less its mean, over the largest distance from it: no square underflows.

    Only values of a probability above 0 count; what is left of a constant is rounding.
    """
    happens = p > 0
    distance = np.where(happens, x - expectation(x, p), 0.0)
    largest = np.abs(distance).max()
    if largest <= 4 * np.finfo(float).eps * np.abs(x[happens]).max():
        raise ValueError("x and y must vary, but one of them has variance 0")
    return distance / largest


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
    Chapter: probability

    Examples
    --------
    >>> square = monte_carlo(
    ...     lambda x: x**2, uniform(0, 1).sample, 10_000, rng=np.random.default_rng(0)
    ... )
    >>> print(f"{square.estimate:.3f} ± {square.standard_error:.3f}")
    0.333 ± 0.003
    """
    check_callable(f=f, sample=sample)
    _checked(rng)
    check_least(2, n=n)
    values = as_floats(guarded(f)(sample(n, rng=rng)), "what f returns")
    check_shapes(**{"what f returns": (values, f"{n}")})
    standard_error = _spread(values, n - 1) / math.sqrt(n)
    return MonteCarlo(float(values.mean()), standard_error)


def _spread(x, count):
    """√(Σ (xᵢ − x̄)² / count), in units in which no square over- or underflows."""
    distance = x - x.mean()
    unit = np.abs(distance).max()
    if not 0 < unit < math.inf:
        return float(unit)
    return float(unit * math.sqrt(((distance / unit) ** 2).sum() / count))


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
    Chapter: probability

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
    Chapter: probability

    Examples
    --------
    >>> sum_distribution([0.5, 0.5], 3)
    array([0.125, 0.375, 0.375, 0.125])
    """
    p = _as_table(p, "p")
    check_shapes(p=(p, "k"))
    check_least(1, n=n)
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
    Chapter: probability

    Examples
    --------
    >>> z = standardized_means(
    ...     uniform(0, 1), 12, 10_000, rng=np.random.default_rng(0)
    ... )
    >>> print(f"{np.mean(abs(z) < 1):.2f}")
    0.67
    """
    check_least(1, n=n)
    check_count(repeats=repeats)
    _check_distribution(distribution)
    if not 0 < distribution.variance < math.inf:
        raise ValueError(
            f"distribution must have a variance > 0, but has {distribution.variance}"
        )
    means = distribution.sample((repeats, n), rng=rng).mean(axis=1)
    return (means - distribution.mean) / math.sqrt(distribution.variance / n)


# Estimates from data


def log_likelihood(distribution, x):
    """The logarithm of the density of independent data.

    It is::

        log p(x₁) + … + log p(xₙ)

    Parameters
    ----------
    distribution : Distribution
    x : (n,) array

    Returns
    -------
    float
        −inf where a value cannot happen, nan where one is nan.

    Raises
    ------
    TypeError, ValueError
        If distribution is none, or x is not (n,).

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> round(log_likelihood(bernoulli(0.5), [1, 0, 1]), 4)
    -2.0794
    """
    _check_distribution(distribution)
    x = as_floats(x, "x")
    check_shapes(x=(x, "n"))
    return float(distribution.log_density(x).sum())


def fit_normal(x):
    """The normal distribution of maximum likelihood.

    Its mean and variance are those of the data, with 1/n::

        μ = 1/n Σ xᵢ,   σ² = 1/n Σ (xᵢ − μ)²

    Parameters
    ----------
    x : (n,) array
        At least one number; all equal gives sd 0.

    Returns
    -------
    NormalFit
        Fields ``mean`` and ``sd``.

    Raises
    ------
    ValueError
        If x is not (n,), is empty, or an entry is not finite.

    References
    ----------
    Wasserman (2004), All of Statistics, §9.3.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> fit_normal([1.0, 3.0])
    NormalFit(mean=2.0, sd=1.0)
    """
    x = _as_data(x)
    return NormalFit(float(x.mean()), _spread(x, x.size))


def bernoulli_map(heads, flips, *, prior_heads=0.0, prior_tails=0.0):
    """The most probable bias of a coin, after real flips and imagined ones.

    With h heads in n flips, and a prior worth of a heads and b tails::

        p = (h + a) / (n + a + b)

    The prior is the Beta(a + 1, b + 1) density, proportional to pᵃ (1 − p)ᵇ. At
    a = b = 0 it is flat, and p = h/n is the estimate of maximum likelihood.

    Parameters
    ----------
    heads, flips : int
        Of the flips, how many were heads.
    prior_heads, prior_tails : float
        The imagined heads a and tails b, each >= 0.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If a count is negative, heads exceed flips, or there is no flip of either kind.

    References
    ----------
    Murphy (2022), Probabilistic Machine Learning: An Introduction, §4.5.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> bernoulli_map(3, 3), bernoulli_map(3, 3, prior_heads=1, prior_tails=1)
    (1.0, 0.8)
    """
    check_count(heads=heads, flips=flips)
    check_not_negative(prior_heads=prior_heads, prior_tails=prior_tails)
    if heads > flips:
        raise ValueError(f"heads must be at most flips, {flips}, but are {heads}")
    total = flips + prior_heads + prior_tails
    if total == 0:
        raise ValueError("flips must be > 0 where the prior is flat, but are 0")
    return (heads + prior_heads) / total


def normal_mean_map(x, *, sd, prior_mean, prior_sd):
    """The most probable mean, after normal data and a normal prior.

    A mean of data and prior, each weighted by one over its variance::

        μ = (Σ xᵢ/σ² + m/τ²) / (n/σ² + 1/τ²)

    Parameters
    ----------
    x : (n,) array
    sd : float
        The known standard deviation σ > 0 of the data.
    prior_mean : float
        The mean m of the prior.
    prior_sd : float
        Its standard deviation τ > 0: small for a strong opinion.

    Returns
    -------
    float
        Between the mean of the data and that of the prior.

    Raises
    ------
    TypeError, ValueError
        If x is not (n,), or a standard deviation is not > 0.

    References
    ----------
    Murphy (2022), Probabilistic Machine Learning: An Introduction, §4.6.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> normal_mean_map([4.0], sd=1.0, prior_mean=0.0, prior_sd=1.0)
    2.0
    """
    x = _as_data(x)
    check_positive(sd=sd, prior_sd=prior_sd)
    _check_number(prior_mean=prior_mean)
    data, prior = float(x.size), 1.0  # the weights, times σ² or τ²: the smaller
    if sd <= prior_sd:
        prior = (sd / prior_sd) ** 2
    else:
        data *= (prior_sd / sd) ** 2
    return float((data * x.mean() + prior * prior_mean) / (data + prior))


# Yes or no: logistic regression, calibration, thresholds


def logistic_regression(X, y, *, steps=50):
    """The weights of maximum likelihood for yes-or-no data.

    The model is P(y = 1) = σ(x·w + b); Newton's method climbs::

        log likelihood = Σᵢ log P(yᵢ)
        gradient = Aᵀ(y − p),   Hessian = −Aᵀ diag(p (1 − p)) A

    where A is X with a column of ones appended. It works in coordinates of its own, in
    which the columns are centered, of one size and at right angles: neither the units
    of X nor where they count from matter.

    Parameters
    ----------
    X : (n, d) array
        A sample is a row.
    y : (n,) array
        Zeros and ones.
    steps : int
        The most steps to take.

    Returns
    -------
    (d + 1,) array
        The d weights w, then the intercept b.

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no sample, an entry of X is not finite, or y
        holds anything but 0 and 1.
    ArithmeticError
        If there is no maximum: the labels can be separated, and ever larger weights fit
        ever better; or if there are many: the columns of X depend on one another, or
        one is constant; or if the steps do not suffice.

    References
    ----------
    Wasserman (2004), All of Statistics, §13.7.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> logistic_regression([[0.0], [0.0], [1.0], [1.0]], [0, 1, 1, 1])
    Traceback (most recent call last):
    ArithmeticError: logistic regression found no maximum: the labels can be \
separated, and ever larger weights fit ever better
    >>> X, y = [[0.0]] * 4 + [[1.0]] * 4, [0, 0, 0, 1, 0, 1, 1, 1]
    >>> logistic_regression(X, y).round(4)
    array([ 2.1972, -1.0986])
    """
    X, y = as_floats(X, "X"), as_floats(y, "y")
    sizes = check_shapes(X=(X, "n d"), y=(y, "n"))
    check_finite(X=X)
    _check_binary(y, "y")
    check_count(steps=steps)
    check_least(1, **{"the number of samples": sizes["n"]})
    Z, back = _own_coordinates(X)
    theta = np.zeros(Z.shape[1])
    for _ in range(steps):
        step = _newton_step(Z, y, theta)
        theta = theta + step
        if np.abs(step).max() <= SETTLED * (1 + np.abs(theta).max()):
            return back(theta)
    raise ArithmeticError(f"logistic regression found no maximum in {steps} steps")


def _own_coordinates(X):
    """Z (n, d + 1), whose columns are at right angles, and the way back to weights.

    Z spans what the columns of X and a column of ones span.
    """
    _, size = np.frexp(np.abs(X).max(axis=0))
    Z = np.ldexp(X, -size)  # over powers of 2: exact
    center = Z.mean(axis=0)
    Z = Z - center
    spread = np.abs(Z).max(axis=0)
    rounding = np.finfo(float).eps * math.sqrt(X.size + len(X))
    if np.any(spread <= rounding):
        raise ArithmeticError(
            f"logistic regression found many maxima: column "
            f"{np.argmin(spread)} of X is constant, as the intercept is"
        )
    A = np.column_stack([Z / spread, np.ones(len(X))])
    U, lengths, Vt = np.linalg.svd(A, full_matrices=False)
    # each entry of A may be wrong by a rounding of X, seen at the spread of its column
    wrong = 4 * rounding * max(1.0, 1 / spread.min(initial=1.0))
    if len(X) < A.shape[1] or lengths[-1] <= wrong * lengths[0]:
        raise ArithmeticError(
            "logistic regression found many maxima: columns of X depend on one another"
        )
    root = math.sqrt(len(X))

    def back(theta):
        *weights, intercept = Vt.T @ (theta * root / lengths)
        weights = np.asarray(weights) / spread
        result = np.append(np.ldexp(weights, -size), intercept - weights @ center)
        if not np.isfinite(result).all():
            raise ArithmeticError("X is too small: its weights are not finite")
        return result

    return U * root, back


def _newton_step(Z, y, theta):
    """One step up the log likelihood, halved until it is one."""
    signs = 2 * y - 1
    z = Z @ theta
    slopes, bends = signs * sigmoid(-signs * z), sigmoid(z) * sigmoid(-z)
    bend, directions = np.linalg.eigh(Z.T * bends @ Z / len(y))
    if bend[0] <= FLAT:
        raise ArithmeticError(
            "logistic regression found no maximum: the labels can be separated, and "
            "ever larger weights fit ever better"
        )
    step = directions @ ((directions.T @ (Z.T @ slopes)) / bend) / len(y)
    here = np.logaddexp(0, -signs * z).sum()
    while np.logaddexp(0, -signs * (Z @ (theta + step))).sum() > here * (1 + SETTLED):
        step = step / 2
    return step


def calibration(predicted, labels, *, bins=10):
    """Compare predicted probabilities with the frequencies that came true.

    Samples are sorted into bins of equal width by prediction. A forecast is calibrated
    where, of all days with a 30 % chance of rain, 30 % are wet.

    Parameters
    ----------
    predicted : (n,) array
        Probabilities of the label 1.
    labels : (n,) array
        What happened, 0 or 1.
    bins : int
        At least 1.

    Returns
    -------
    Calibration
        Fields ``predicted``, ``observed``, ``counts``; empty bins are left out.

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, a prediction is no probability, or a label is not 0
        or 1.

    References
    ----------
    Guo et al. (2017), On calibration of modern neural networks.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> table = calibration([0.2, 0.2, 0.9, 0.9], [0, 1, 1, 1], bins=2)
    >>> table.predicted.round(3), table.observed, table.counts
    (array([0.2, 0.9]), array([0.5, 1. ]), array([2, 2]))
    """
    predicted, labels = as_floats(predicted, "predicted"), as_floats(labels, "labels")
    check_shapes(predicted=(predicted, "n"), labels=(labels, "n"))
    _check_entries(predicted, "predicted", most=1)
    _check_binary(labels, "labels")
    check_least(1, bins=bins)
    bin_of = np.minimum((predicted * bins).astype(int), bins - 1)
    counts = np.bincount(bin_of, minlength=bins)
    used = counts > 0
    means = [
        np.bincount(bin_of, weights=each, minlength=bins)[used] / counts[used]
        for each in (predicted, labels)
    ]
    return Calibration(*means, counts[used])


def error_rates(scores, labels, threshold):
    """How often the rule "yes where the score is at least the threshold" is wrong.

    The two rates::

        false positive = P(score >= threshold | label 0)
        false negative = P(score <  threshold | label 1)

    Parameters
    ----------
    scores : (n,) array
    labels : (n,) array
        The truth, 0 or 1; each occurs.
    threshold : float
        May be infinite.

    Returns
    -------
    ErrorRates
        Fields ``false_positive`` and ``false_negative``.

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is not 0 or 1, one of the two is missing, or a
        score or the threshold is nan.

    References
    ----------
    Hardt, Price & Srebro (2016), Equality of opportunity in supervised learning.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> error_rates([0.1, 0.6, 0.4, 0.9], [0, 0, 1, 1], 0.5)
    ErrorRates(false_positive=0.5, false_negative=0.5)
    """
    scores, labels = as_floats(scores, "scores"), as_floats(labels, "labels")
    check_shapes(scores=(scores, "n"), labels=(labels, "n"))
    _check_binary(labels, "labels")
    if not 0 < labels.sum() < labels.size:
        raise ValueError(f"labels must hold both 0 and 1, but hold {set(labels)}")
    threshold = as_floats(threshold, "threshold")
    check_shapes(threshold=(threshold, ""))
    for name, numbers in (("scores", scores), ("threshold", threshold)):
        if np.isnan(numbers).any():
            raise ValueError(
                f"{name} must not be nan: nan is on no side of a threshold"
            )
    yes = scores >= threshold
    return ErrorRates(
        float(yes[labels == 0].mean()), float(1 - yes[labels == 1].mean())
    )


# Walks, games


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
    Chapter: probability

    Examples
    --------
    >>> random_walks(2, 3, rng=np.random.default_rng(0)).shape
    (2, 4)
    """
    check_count(count=count, steps=steps)
    check_positive(sd=sd)
    walks = np.zeros((count, steps + 1))
    np.cumsum(_checked(rng).normal(0.0, sd, (count, steps)), axis=1, out=walks[:, 1:])
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
    Chapter: probability

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
    total = ((distance / unit) ** 2).sum()
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
    Chapter: probability

    Examples
    --------
    >>> X, y = lags([1.0, 2.0, 3.0, 4.0], 2)
    >>> X, y
    (array([[1., 2.],
           [2., 3.]]), array([3., 4.]))
    """
    series = as_floats(series, "series")
    sizes = check_shapes(series=(series, "n"))
    check_least(1, order=order)
    if order >= sizes["n"]:
        raise ValueError(
            f"order must be below the length of series, {sizes['n']}, but is {order}"
        )
    rows = np.lib.stride_tricks.sliding_window_view(series, order)[:-1]
    return rows.copy(), series[order:].copy()


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
    Chapter: probability

    Examples
    --------
    >>> play = policy_gradient(
    ...     [0.2, 0.8], 500, rate=0.2, rng=np.random.default_rng(0)
    ... )
    >>> bool(play.policies[-1, 1] > 0.9)
    True
    """
    chances = as_floats(chances, "chances")
    sizes = check_shapes(chances=(chances, "k"))
    _check_entries(chances, "chances", most=1)
    check_least(1, **{"the number of chances": sizes["k"]})
    check_count(steps=steps)
    check_positive(rate=rate)
    preferences, arms = np.zeros(sizes["k"]), np.zeros(steps, int)
    policies, rewards = [softmax(preferences)], np.zeros(steps, int)
    for t, luck in enumerate(_checked(rng).uniform(size=(steps, 2))):
        policy = policies[-1]
        arm = min(int(np.searchsorted(policy.cumsum(), luck[0])), sizes["k"] - 1)
        arms[t], rewards[t] = arm, luck[1] < chances[arm]
        usual = rewards[:t].mean() if baseline and t else 0.0
        surprise = (np.arange(sizes["k"]) == arm) - policy
        preferences = preferences + rate * (rewards[t] - usual) * surprise
        policies.append(softmax(preferences))
    return Play(np.array(policies), arms, rewards)


# Arguments


def _checked(rng):
    """rng itself, if it can draw."""
    check_rng(rng)
    return rng


def _check_distribution(distribution):
    if not isinstance(distribution, Distribution):
        kind = type(distribution).__name__
        raise TypeError(f"distribution must be a Distribution, but is of type {kind}")


def _check_number(**numbers):
    for name, number in numbers.items():
        if not isinstance(number, Real) or isinstance(number, bool):
            raise TypeError(f"{name} must be a finite number, but is {number!r}")
        if not math.isfinite(number):
            raise ValueError(f"{name} must be a finite number, but is {number}")


def _check_probability(**numbers):
    for name, number in numbers.items():
        _check_number(**{name: number})
        if not 0 <= number <= 1:
            raise ValueError(f"{name} must be a number from 0 to 1, but is {number}")


def _check_entries(array, name, most=math.inf):
    """Refuse an entry that is negative, too large or nan, and show it."""
    bad = array[~((array >= 0) & (array <= most))]
    if bad.size:
        wanted = ">= 0" if most == math.inf else f"from 0 to {most}"
        raise ValueError(f"{name} must hold numbers {wanted}, but one is {bad[0]:g}")


def _check_binary(array, name):
    bad = array[(array != 0) & (array != 1)]
    if bad.size:
        raise ValueError(f"{name} must hold 0 and 1 only, but one is {bad[0]:g}")


def _check_axis(joint, **axes):
    for name, axis in axes.items():
        check_count(**{name: axis})
        if axis >= joint.ndim:
            raise ValueError(
                f"{name} must be an axis of joint, 0 to {joint.ndim - 1}, but is {axis}"
            )


def _as_table(p, name):
    """p as an array of probabilities that sum to 1."""
    p = as_floats(p, name)
    _check_entries(p, name)
    total = p.sum()
    if not abs(total - 1) <= SUM_TOLERANCE:
        raise ValueError(
            f"{name} must sum to 1, but sums to {total:.9g}: divide by its sum"
        )
    return p


def _as_data(x):
    x = as_floats(x, "x")
    sizes = check_shapes(x=(x, "n"))
    check_finite(x=x)
    if sizes["n"] == 0:
        raise ValueError("x must hold at least one number, but is empty")
    return x
