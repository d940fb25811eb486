"""Likelihood: estimates from data, and decisions by probabilities.

A ``Distribution`` says how probable data are; what makes them most probable is the
estimate, with a prior or without. Entries of data are samples, (n,) or a row each.

Reading order: ``log_likelihood`` and the estimates by it; estimates with a prior, and
the whole posterior of a coin; logistic regression; whether predicted probabilities come
true; the errors of a threshold.
"""

import math
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    check_between,
    check_count,
    check_entries,
    check_finite,
    check_least,
    check_not_negative,
    check_number,
    check_positive,
    check_shapes,
    guarded,
)
from mathlib.probability import check_distribution
from mathlib.rotations import scaled
from mathlib.sampling import spread
from mathlib.special import sigmoid

# A Newton step so short (relative to the weights) is rounding.
SETTLED = 1e-10
# So many standard deviations from the mean a posterior is as good as 0.
FAR = 60.0
# Two places this close, relative to the larger, are neighbors but for rounding.
CLOSE = 4e-16
# A log likelihood that bends less along some direction may have no top there,
FLAT = 1e-13
# one that bends less than this does so by rounding.
HIDDEN = 1e-15
# A margin lost by no more, relative to the largest gained, is none.
BORDER = 1e-11


class NormalFit(NamedTuple):
    """The normal distribution that fits data best.

    Chapter: likelihood
    """

    mean: float
    sd: float


class Belief(NamedTuple):
    """What to believe of a coin after its flips: the posterior, in three numbers.

    Chapter: likelihood
    """

    mean: float  # the probability that the next flip is heads
    low: float  # with the probability asked for, the bias of the coin lies from here
    high: float  # to here


class Calibration(NamedTuple):
    """Predicted probabilities beside what happened, bin by bin; empty bins left out.

    Chapter: likelihood
    """

    predicted: np.ndarray  # (bins,), the mean prediction
    observed: np.ndarray  # (bins,), the share of outcomes that are 1
    counts: np.ndarray  # (bins,), the number of samples


class ErrorRates(NamedTuple):
    """The two ways in which a yes-or-no decision goes wrong, as shares.

    Chapter: likelihood
    """

    false_positive: float  # of those with label 0, the share decided yes
    false_negative: float  # of those with label 1, the share decided no


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
    Chapter: likelihood

    Examples
    --------
    >>> from mathlib.probability import bernoulli
    >>> round(log_likelihood(bernoulli(0.5), [1, 0, 1]), 4)
    -2.0794
    """
    check_distribution(distribution)
    x = as_floats(x, "x")
    check_shapes(x=(x, "n"))
    return float(guarded(distribution.log_density)(x).sum())


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
    Chapter: likelihood

    Examples
    --------
    >>> fit_normal([1.0, 3.0])
    NormalFit(mean=2.0, sd=1.0)
    """
    x = _as_data(x)
    return NormalFit(float(x.mean()), spread(x, x.size))


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
        If a count is negative or too large for a float, heads exceed flips, or there is
        no flip of either kind.

    References
    ----------
    Murphy (2022), Probabilistic Machine Learning: An Introduction, §4.5.

    Notes
    -----
    Chapter: likelihood

    Examples
    --------
    >>> bernoulli_map(3, 3), bernoulli_map(3, 3, prior_heads=1, prior_tails=1)
    (1.0, 0.8)
    """
    counts = _as_flips(heads, flips, prior_heads, prior_tails)
    if not any(counts):
        raise ValueError("flips must be > 0 where the prior is flat, but are 0")
    h, n, a, b = scaled(np.array(counts))[0].tolist()  # else a sum could overflow
    return (h + a) / (n + a + b)


def bernoulli_posterior(heads, flips, *, prior_heads=0.0, prior_tails=0.0, level=0.9):
    """What to believe of a coin's bias, after real flips and imagined ones.

    With h heads in n flips, and a prior worth of a heads and b tails, the posterior is
    the density proportional to pʰ⁺ᵃ (1 − p)ⁿ⁻ʰ⁺ᵇ. Its mean is::

        (h + a + 1) / (n + a + b + 2)

    Parameters
    ----------
    heads, flips, prior_heads, prior_tails
        As for ``bernoulli_map``; all may be 0.
    level : float
        The probability that the bias lies in the interval, between 0 and 1.

    Returns
    -------
    Belief
        Fields ``mean``, ``low`` and ``high``. The bias is below ``low`` and above
        ``high`` with the same probability, (1 − level)/2.

    Raises
    ------
    TypeError, ValueError
        If a count is negative or too large for a float, heads exceed flips, or level is
        not between 0 and 1.

    References
    ----------
    Murphy (2022), Probabilistic Machine Learning: An Introduction, §4.6.

    Notes
    -----
    Chapter: likelihood

    Examples
    --------
    >>> belief = bernoulli_posterior(3, 3)
    >>> [round(each, 4) for each in belief]  # the density is 4p³: roots of 5 and 95 %
    [0.8, 0.4729, 0.9873]
    """
    heads, flips, a, b = _as_flips(heads, flips, prior_heads, prior_tails)
    level = check_between(0, 1, level=level)
    a, b = heads + a, flips - heads + b
    mean = (a / 2 + 0.5) / (a / 2 + b / 2 + 1)
    sd = math.sqrt(mean * (1 - mean) / 2) / math.sqrt(a / 2 + b / 2 + 1.5)
    left, right = max(0.0, mean - FAR * sd), min(1.0, mean + FAR * sd)
    share = (1 - level) / 2  # on either side: 1 − share would round a tiny one
    low = _quantile(lambda p: _powers(p, a, b), share, left, right)
    high = -_quantile(lambda p: _powers(-p, a, b), share, -right, -left)
    return Belief(mean, low, max(low, high))  # near level 0 both are the median


def _powers(p, a, b):
    """The function pᵃ (1 − p)ᵇ, divided by its largest value."""
    total = a / 2 + b / 2
    if total == 0:
        return np.ones_like(p)
    top, other = a / 2 / total, b / 2 / total
    with np.errstate(divide="ignore", over="ignore"):
        heads = _log_power(a, p, p - top, top)
        tails = _log_power(b, 1 - p, top - p, other)
    return np.exp(heads + tails)


def _log_power(count, p, away, top):
    """count · log(p / top), precise also near the top; away is p − top."""
    if top == 0:
        return np.zeros_like(p)
    share = np.maximum(away / top, -1)
    far = np.log(p) - math.log(top)
    return count * np.where(np.abs(share) > 0.5, far, np.log1p(share))


def _quantile(height, share, low, high):
    """Where this share of the area under a curve from low to high is on the left.

    Of many strips the one that holds the place is cut into strips again, until its
    edges are neighbors. The first are thin at both ends, where a curve may be steep.
    """
    nodes, weights = np.polynomial.legendre.leggauss(8)  # exact to degree 15 in a strip
    even = np.linspace(0, 1, 401)
    cuts, left, target = _denser_at_ends(_denser_at_ends(even)), 0.0, None
    while high - low > CLOSE * max(abs(low), abs(high)):
        edges = low + (high - low) * cuts
        half = np.diff(edges)[:, None] / 2
        areas = (height(edges[:-1, None] + half * (1 + nodes)) * half) @ weights
        up_to = left + np.cumsum(areas)
        target = share * up_to[-1] if target is None else target
        at = min(int(np.searchsorted(up_to, target)), areas.size - 1)
        if (edges[at], edges[at + 1]) == (low, high):
            break
        low, high, left = edges[at], edges[at + 1], up_to[at] - areas[at]
        cuts = even
    return float((low + high) / 2)


def _denser_at_ends(cuts):
    """Cuts between 0 and 1, moved toward the nearer end."""
    return cuts**2 * (3 - 2 * cuts)


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
    Chapter: likelihood

    Examples
    --------
    >>> normal_mean_map([4.0], sd=1.0, prior_mean=0.0, prior_sd=1.0)
    2.0
    """
    x = _as_data(x)
    sd, prior_sd = check_positive(sd=sd, prior_sd=prior_sd)
    prior_mean = check_number(prior_mean=prior_mean)
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
        The d weights w, then the intercept b. Where a sample lies 1e6 times farther
        away than the others are apart, six digits are right, at 1e7 times only four.

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no sample, an entry of X is not finite, or y
        holds anything but 0 and 1.
    ArithmeticError
        If there is no maximum: along some direction ever larger weights fit ever
        better, as where the labels can be separated (samples on the border aside); or
        if there are many: the columns of X depend on one another, or one is constant;
        or if the steps do not suffice, or rounding hides the maximum.

    References
    ----------
    Wasserman (2004), All of Statistics, §13.7.

    Notes
    -----
    Chapter: likelihood

    Examples
    --------
    >>> logistic_regression([[0.0], [0.0], [1.0], [1.0]], [0, 1, 1, 1])
    Traceback (most recent call last):
    ArithmeticError: logistic regression found no maximum: along some direction ever \
larger weights fit ever better, as far as rounding shows
    >>> X, y = [[0.0]] * 4 + [[1.0]] * 4, [0, 0, 0, 1, 0, 1, 1, 1]
    >>> logistic_regression(X, y).round(4)
    array([ 2.1972, -1.0986])
    """
    X, y = as_floats(X, "X"), as_floats(y, "y")
    n = check_shapes(X=(X, "n d"), y=(y, "n"))["n"]
    check_finite(X=X)
    _check_binary(y, "y")
    steps = check_count(steps=steps)
    n = check_least(1, **{"the number of samples": n})
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
        _check_top(signs[:, None] * Z, theta, directions[:, bend <= FLAT], bend[0])
    step = directions @ ((directions.T @ (Z.T @ slopes)) / bend) / len(y)
    here = np.logaddexp(0, -signs * z).sum()
    while np.logaddexp(0, -signs * (Z @ (theta + step))).sum() > here * (1 + SETTLED):
        step = step / 2
    return step


def _check_top(margins, theta, flat, bend):
    """Refuse to climb on along directions in which there is no top.

    There is none where the way that the weights have gone along them lowers the margin
    of no sample; each row of margins, times weights, is one.
    """
    gained = margins @ (flat @ (flat.T @ theta))
    if gained.min() >= -BORDER * np.abs(gained).max():
        raise ArithmeticError(
            "logistic regression found no maximum: along some direction ever larger "
            "weights fit ever better, as far as rounding shows"
        )
    if bend <= HIDDEN:
        raise ArithmeticError(
            "logistic regression found no maximum: a sample lies so far away that "
            "rounding hides what the others say"
        )


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
        At least 1; empty ones cost nothing.

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
    Chapter: likelihood

    Examples
    --------
    >>> table = calibration([0.2, 0.2, 0.9, 0.9], [0, 1, 1, 1], bins=2)
    >>> table.predicted.round(3), table.observed, table.counts
    (array([0.2, 0.9]), array([0.5, 1. ]), array([2, 2]))
    """
    predicted, labels = as_floats(predicted, "predicted"), as_floats(labels, "labels")
    check_shapes(predicted=(predicted, "n"), labels=(labels, "n"))
    check_entries(predicted, "predicted", most=1)
    _check_binary(labels, "labels")
    bins = check_least(1, bins=bins)
    bins = check_positive(bins=bins)  # nor too large for a float
    bin_of = np.minimum(np.floor(predicted * bins), bins - 1)
    _, place, counts = np.unique(bin_of, return_inverse=True, return_counts=True)
    means = [np.bincount(place, weights=each) / counts for each in (predicted, labels)]
    return Calibration(*means, counts)


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
    Chapter: likelihood

    Examples
    --------
    >>> error_rates([0.1, 0.6, 0.4, 0.9], [0, 0, 1, 1], 0.5)
    ErrorRates(false_positive=0.5, false_negative=0.5)
    """
    scores, labels = as_floats(scores, "scores"), as_floats(labels, "labels")
    check_shapes(scores=(scores, "n"), labels=(labels, "n"))
    _check_binary(labels, "labels")
    if not 0 < labels.sum() < labels.size:
        raise ValueError(f"labels must hold both 0 and 1, but hold {_held(labels)}")
    threshold = as_floats(threshold, "threshold")
    check_shapes(threshold=(threshold, ""))
    for name, numbers in (("scores", scores), ("threshold", threshold)):
        if np.isnan(numbers).any():
            raise ValueError(
                f"{name} must not be nan: nan is on no side of a threshold"
            )
    yes = scores >= threshold
    return ErrorRates(float(yes[labels == 0].mean()), float((~yes[labels == 1]).mean()))


# Arguments


def _as_flips(heads, flips, prior_heads, prior_tails):
    """The four counts as floats."""
    heads, flips = check_count(heads=heads, flips=flips)
    counts = check_not_negative(  # nor too large for a float
        heads=heads, flips=flips, prior_heads=prior_heads, prior_tails=prior_tails
    )
    if heads > flips:
        raise ValueError(f"heads must be at most flips, {flips}, but are {heads}")
    return counts


def _held(labels):
    """The one label that all have, in words."""
    return f"{labels[0]:g} alone" if labels.size else "none"


def _check_binary(array, name):
    bad = array[(array != 0) & (array != 1)]
    if bad.size:
        raise ValueError(f"{name} must hold 0 and 1 only, but one is {bad[0]:g}")


def _as_data(x):
    x = as_floats(x, "x")
    sizes = check_shapes(x=(x, "n"))
    check_finite(x=x)
    if sizes["n"] == 0:
        raise ValueError("x must hold at least one number, but is empty")
    return x
