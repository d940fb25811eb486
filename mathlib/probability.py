"""Probability: distributions, tables, and what to expect of them.

A ``Distribution`` holds a density, a sampler, a mean and a variance. A table of
probabilities is an array of numbers >= 0 that sum to 1; a joint table of k variables
has k axes, one for each. Randomness always comes from the keyword ``rng``: either of
numpy's generators.

Reading order: the five distributions; tables, conditioning and Bayes; independence;
expectation and covariance.
"""

import itertools
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_table,
    check_count,
    check_entries,
    check_finite,
    check_not_negative,
    check_number,
    check_positive,
    check_rng,
    check_shapes,
)


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


# Distributions


def check_distribution(distribution):
    """Check that the argument is a ``Distribution``.

    Parameters
    ----------
    distribution : Distribution

    Raises
    ------
    TypeError
        If it is none.

    Notes
    -----
    Chapter: probability

    Examples
    --------
    >>> check_distribution(normal())
    >>> check_distribution(3)
    Traceback (most recent call last):
    TypeError: distribution must be a Distribution, but is of type int
    """
    if not isinstance(distribution, Distribution):
        kind = type(distribution).__name__
        raise TypeError(f"distribution must be a Distribution, but is of type {kind}")


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
    mean, sd = check_number(mean=mean), check_positive(sd=sd)

    def log_density(x):
        z = (as_floats(x, "x") - mean) / sd
        return -0.5 * z**2 - math.log(sd) - 0.5 * math.log(2 * math.pi)

    def sample(size, *, rng):
        return _checked(rng).normal(mean, sd, size)

    return _from_log(log_density, sample, mean, sd * sd)


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
    ends = check_number(low=low, high=high)
    if not ends[0] < ends[1]:
        raise ValueError(f"low must be below high, but low is {low} and high is {high}")
    low, high = ends
    width = high - low
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
    rate = check_positive(rate=rate)

    def log_density(x):
        x = as_floats(x, "x")
        return np.where(x >= 0, math.log(rate) - rate * x, -np.inf)

    def sample(size, *, rng):
        return _checked(rng).exponential(1 / rate, size)

    scale = 1 / rate
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
    (p,) = _check_probabilities(p=p)

    def density(x):
        x = as_floats(x, "x")
        return np.where(x == 1, p, np.where(x == 0, 1 - p, 0.0))

    def sample(size, *, rng):
        return (_checked(rng).uniform(size=size) < p).astype(int)

    return _from_density(density, sample, p, p * (1 - p))


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
    >>> weather.sample(6, rng=np.random.default_rng(0)).tolist()
    [1, 0, 0, 0, 2, 2]
    """
    p = as_table(p, "p").copy()
    check_shapes(p=(p, "k"))
    classes = np.arange(p.size)

    def density(x):
        x = as_floats(x, "x")
        known = (x >= 0) & (x < p.size) & (x == np.floor(x))
        return np.where(known, p[np.where(known, x, 0).astype(int)], 0.0)

    def sample(size, *, rng):
        drawn = _checked(rng).choice(p.size, size=size, p=p / p.sum())
        return np.asarray(drawn, dtype=np.intp)[()]

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
    joint = as_table(joint, "joint")
    kept = keep if isinstance(keep, tuple | list) else (keep,)
    kept = tuple(_check_axis(joint, "keep", axis) for axis in kept)
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
    joint = as_table(joint, "joint")
    given = _check_axis(joint, "given", given)
    value = check_count(value=value)
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
    prior, likelihood = as_table(prior, "prior"), as_floats(likelihood, "likelihood")
    check_shapes(prior=(prior, "k"), likelihood=(likelihood, "k"))
    check_entries(likelihood, "likelihood")
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
    p, hit, false_alarm = _check_probabilities(
        prior=prior, sensitivity=sensitivity, false_positive_rate=false_positive_rate
    )
    if (p == 0 or hit == 0) and (p == 1 or false_alarm == 0):
        raise ValueError(
            f"sensitivity or false_positive_rate must make a positive test possible, "
            f"but with prior {prior} they are {sensitivity} and {false_positive_rate}"
        )
    return float(posterior((p, 1 - p), (hit, false_alarm))[0])


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
    people, days = check_count(people=people, days=days)
    days = check_positive(days=days)
    if people > days or people * (people - 1) > 80 * days:  # all but 1e-17 of the cases
        return 1.0
    return float(0.0 - np.expm1(np.log1p(-np.arange(people) / days).sum()))


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
    tolerance = check_not_negative(tolerance=tolerance)
    joint = as_table(joint, "joint")
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
    tolerance = check_not_negative(tolerance=tolerance)
    joint = as_table(joint, "joint")
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
    values, p = as_floats(values, "values"), as_table(p, "p")
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
    values, center = as_floats(values, "values"), expectation(values, p)
    return float(((values - center) ** 2 * as_table(p, "p")).sum())


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
    x, y, joint = _as_two_variables(x, y, joint)
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
    x, y, joint = _as_two_variables(x, y, joint)
    x = _in_its_own_units(x, marginal(joint, 0))
    y = _in_its_own_units(y, marginal(joint, 1))
    together = covariance(x, y, joint)
    spread = variance(x, marginal(joint, 0)) * variance(y, marginal(joint, 1))
    return min(1.0, max(-1.0, together / math.sqrt(spread)))


def _in_its_own_units(x, p):
    """x less its mean, in a unit that makes the variance about 1: nothing underflows.

    Only values of a probability above 0 count; what is left of a constant is rounding.
    """
    happens = p > 0
    distance = np.where(happens, x - expectation(x, p), 0.0)
    largest = np.abs(distance).max()
    if largest <= 4 * np.finfo(float).eps * np.abs(x[happens]).max():
        raise ValueError("x and y must vary, but one of them has variance 0")
    distance = distance / largest
    _, exponent = math.frexp(variance(distance, p))
    return np.ldexp(distance, min(-(exponent // 2), 500))  # its square is a float too


# Arguments


def _as_two_variables(x, y, joint):
    x, y, joint = as_floats(x, "x"), as_floats(y, "y"), as_table(joint, "joint")
    check_shapes(x=(x, "a"), y=(y, "b"), joint=(joint, "a b"))
    check_finite(x=x, y=y)
    return x, y, joint


def _checked(rng):
    """rng itself, if it can draw."""
    check_rng(rng)
    return rng


def _check_probabilities(**numbers):
    plain = []
    for name, number in numbers.items():
        plain.append(check_number(**{name: number}))
        if not 0 <= number <= 1:
            raise ValueError(f"{name} must be a number from 0 to 1, but is {number}")
    return plain


def _check_axis(joint, name, axis):
    axis = check_count(**{name: axis})
    if axis >= joint.ndim:
        raise ValueError(
            f"{name} must be an axis of joint, 0 to {joint.ndim - 1}, but is {axis}"
        )
    return axis
