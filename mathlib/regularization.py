"""Regularization: what to add to a fit so that it forecasts, not only remembers.

A sample is a row. Linear fits here minimize half a *sum* of squares, not a mean, since
a penalty does not grow with the data while their sum does::

    ½ ‖Xw − y‖² + λ penalty(w)

For a loss that is a mean over n samples divide λ by n. No column of ones is appended;
a column is left free of the penalty by a strength of 0 of its own.

``Penalty`` is a value with its gradient and its proximal step; the table ``PENALTIES``
holds them. Noise comes from ``rng``. The layers with a backward step have the form of
this book's layers: called with their input and parameters, they return the output and
its pullback.

Reading order: ``polynomial_features``, ``bias_variance`` and the splits; ``Penalty``
and its table; ``ridge`` and its filter; ``lasso``; ``descent_filter`` and
``early_stop``; ``dropout``; ``batch_norm``; ``private_descent``.
"""

from collections.abc import Callable
from numbers import Integral
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_numbers,
    check_between,
    check_callable,
    check_count,
    check_fields,
    check_finite,
    check_labels,
    check_least,
    check_not_negative,
    check_positive,
    check_rng,
    check_series,
    check_shapes,
    guarded,
    plain_number,
    stands_for_array,
)
from mathlib.probability import private_mean
from mathlib.vectors import norm


class Split(NamedTuple):
    """Which samples to learn from, and which to judge by: arrays of indices.

    Chapter: regularization
    """

    train: np.ndarray  # (n − m,) int
    validation: np.ndarray  # (m,) int


class BiasVariance(NamedTuple):
    """Two reasons why forecasts are wrong: a mean that is off, and a spread about it.

    Chapter: regularization
    """

    bias: float  # squared, mean over the places
    variance: float  # mean over the places


class Penalty(NamedTuple):
    """A price for weights: its value, its gradient and its proximal step.

    Chapter: regularization
    """

    value: Callable  # w -> float
    gradient: Callable  # w -> array of the shape of w; at a corner, 0
    prox: Callable  # w, amount -> argmin over v of ½ ‖v − w‖² + amount · value(v)


class EarlyStop(NamedTuple):
    """When a run was best, and when one had waited long enough to know.

    Chapter: regularization
    """

    best: int
    stopped: int


class Moments(NamedTuple):
    """The mean and the variance of every feature.

    Chapter: regularization
    """

    mean: np.ndarray  # (d,)
    variance: np.ndarray  # (d,), the mean squared deviation


# Features of one number


def polynomial_features(x, degree):
    """The powers of numbers, from 0 to a degree.

    Each row is::

        1, x, x², …, x^degree

    Parameters
    ----------
    x : (n,) array
    degree : int
        At least 0.

    Returns
    -------
    (n, degree + 1) array
        The first column is all ones.

    Raises
    ------
    TypeError, ValueError
        If x is not (n,), or degree is not a whole number >= 0.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> polynomial_features([2.0, 3.0], 2)
    array([[1., 2., 4.],
           [1., 3., 9.]])
    """
    check_count(degree=degree)
    return np.vander(_numbers(x, "x"), degree + 1, increasing=True)


def cosine_features(x, count):
    """Waves over [−1, 1], the quicker the smaller.

    Each row is::

        1,   cos(kπ(x + 1)/2) / k   for k = 1, …, count − 1

    Of all weights that fit equally well the shortest make the calmest curve, since a
    quick wave needs a large weight.

    Parameters
    ----------
    x : (n,) array
    count : int
        At least 1.

    Returns
    -------
    (n, count) array

    Raises
    ------
    TypeError, ValueError
        If x is not (n,), or count is not a whole number >= 1.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> cosine_features([-1.0, 1.0], 3).round(9)
    array([[ 1. ,  1. ,  0.5],
           [ 1. , -1. ,  0.5]])
    """
    x = _numbers(x, "x")
    check_least(1, count=count)
    k = np.arange(count)
    return np.cos(np.pi / 2 * np.outer(x + 1, k)) / np.maximum(k, 1)


# How well will it forecast?


def bias_variance(predictions, truth):
    """Split the error of many fits into a common part and a spread.

    With p̄ the mean prediction over the fits, at each place::

        mean over fits of (p − truth)² = (p̄ − truth)² + mean over fits of (p − p̄)²

    Parameters
    ----------
    predictions : (m, n) array
        A fit is a row: its predictions at n places.
    truth : (n,) array
        What an endless number of noisy measurements would give on average.

    Returns
    -------
    BiasVariance
        Fields ``bias`` (squared) and ``variance``, each a mean over the n places.

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not finite, or there is no fit or place.

    References
    ----------
    Geman, Bienenstock & Doursat (1992), Neural networks and the bias/variance dilemma.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> bias_variance([[1.0], [3.0]], [1.0])
    BiasVariance(bias=1.0, variance=1.0)
    """
    predictions = as_floats(predictions, "predictions")
    truth = as_floats(truth, "truth")
    sizes = check_shapes(predictions=(predictions, "m n"), truth=(truth, "n"))
    check_least(1, **{"the number of fits": sizes["m"]})
    check_least(1, **{"the number of places": sizes["n"]})
    check_finite(predictions=predictions, truth=truth)
    bias = (predictions.mean(axis=0) - truth) ** 2
    return BiasVariance(float(bias.mean()), float(predictions.var(axis=0).mean()))


def validation_split(n, share, *, rng):
    """Set some samples aside, to judge by what has not been learnt.

    Parameters
    ----------
    n : int
        The number of samples.
    share : float
        How many to set aside, between 0 and 1: round(share · n), but at least one, and
        at least one stays.
    rng : numpy.random.Generator
        Draws which.

    Returns
    -------
    Split
        Fields ``train`` and ``validation``; together they hold each index once.

    Raises
    ------
    TypeError, ValueError
        If n is not a whole number >= 2, share is not strictly between 0 and 1, or rng
        is no random generator.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> train, validation = validation_split(5, 0.4, rng=np.random.default_rng(0))
    >>> train, validation
    (array([3, 0, 1]), array([2, 4]))
    """
    check_least(2, n=n)
    check_between(0, 1, share=share)
    check_rng(rng)
    aside = min(max(round(share * n), 1), n - 1)
    order = rng.permutation(n)
    return Split(order[aside:], order[:aside])


def k_fold(n, k, *, rng):
    """Cut the samples into k parts; each part judges once, the others teach.

    Parameters
    ----------
    n : int
        The number of samples.
    k : int
        The number of parts, from 2 to n; their sizes differ by at most one.
    rng : numpy.random.Generator
        Draws the order.

    Returns
    -------
    list of Split
        Each index is in ``validation`` exactly once.

    Raises
    ------
    TypeError, ValueError
        If n or k is no such number, or rng is no random generator.

    References
    ----------
    Stone (1974), Cross-validatory choice and assessment of statistical predictions.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> folds = k_fold(5, 2, rng=np.random.default_rng(0))
    >>> [fold.validation.tolist() for fold in folds]
    [[2, 4, 3], [0, 1]]
    """
    check_least(2, n=n, k=k)
    if k > n:
        raise ValueError(f"k must be at most the number of samples, {n}, but is {k}")
    check_rng(rng)
    parts = np.array_split(rng.permutation(n), k)
    return [
        Split(np.concatenate(parts[:i] + parts[i + 1 :]), part)
        for i, part in enumerate(parts)
    ]


def cross_validate(fit, loss, X, y, folds):
    """Judge a way of fitting by samples that each fit has not seen.

    Parameters
    ----------
    fit : function of X (m, d) and y (m,)
        Returns a function from an (l, d) array to l predictions.
    loss : function of predictions and targets
        Returns a number.
    X : (n, d) array
    y : (n,) array
    folds : sequence of Split
        As from ``k_fold``.

    Returns
    -------
    (k,) array
        The loss on the validation part of each fold.

    Raises
    ------
    TypeError, ValueError
        If fit or loss is no function, or the shapes do not fit.

    References
    ----------
    Stone (1974), Cross-validatory choice and assessment of statistical predictions.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> def constant(X, y):
    ...     return lambda X: np.full(len(X), y.mean())
    >>> X, y = np.zeros((4, 1)), [0.0, 0.0, 2.0, 2.0]
    >>> folds = [Split([0, 1], [2, 3]), Split([0, 2], [1, 3])]
    >>> cross_validate(constant, lambda p, y: ((p - y) ** 2).mean(), X, y, folds)
    array([4., 1.])
    """
    check_series(folds=folds)
    check_callable(fit=fit, loss=loss)
    X, y = _samples(X, y)
    for rows in (rows for fold in folds for rows in fold):
        rows = as_numbers(rows, "rows of a fold")
        check_labels(rows, len(X), "rows of a fold")
    return np.array(
        [
            float(loss(fit(X[train], y[train])(X[validation]), y[validation]))
            for train, validation in folds
        ]
    )


# Penalties


def l2(w):
    """Half the squared length of the weights.

    The factor ½ makes the gradient the weights themselves::

        ½ Σⱼ wⱼ²

    Parameters
    ----------
    w : array of any shape

    Returns
    -------
    float

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> l2([3.0, 4.0])
    12.5
    """
    w = as_floats(w, "w")
    return plain_number((w * w).sum() / 2)


def l2_gradient(w):
    """The gradient of `l2`: the weights themselves.

    Parameters
    ----------
    w : array of any shape

    Returns
    -------
    array of the shape of w

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> l2_gradient([3.0, -4.0])
    array([ 3., -4.])
    """
    return as_floats(w, "w") * 1.0


def shrink(w, amount):
    """The proximal step of `l2`: every weight becomes shorter by one factor.

    It solves min over v of ½ ‖v − w‖² + a · ½ ‖v‖²::

        w / (1 + a)

    Parameters
    ----------
    w : array of any shape
    amount : float
        a >= 0.

    Returns
    -------
    array of the shape of w

    Raises
    ------
    TypeError, ValueError
        If amount is no finite number >= 0.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> shrink([3.0, -0.3], 1.0)
    array([ 1.5 , -0.15])
    """
    check_not_negative(amount=amount)
    return as_floats(w, "w") / (1 + amount)


def l1(w):
    """The sum of the sizes of the weights.

    With a corner wherever a weight is zero::

        Σⱼ |wⱼ|

    Parameters
    ----------
    w : array of any shape

    Returns
    -------
    float

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> l1([3.0, -4.0])
    7.0
    """
    return plain_number(np.abs(as_floats(w, "w")).sum())


def l1_gradient(w):
    """The gradient of `l1`: the signs; at a corner, 0.

    Parameters
    ----------
    w : array of any shape

    Returns
    -------
    array of the shape of w

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> l1_gradient([3.0, 0.0, -4.0])
    array([ 1.,  0., -1.])
    """
    return np.sign(as_floats(w, "w"))


def soft_threshold(w, amount):
    """The proximal step of `l1`: weights move to 0 by one length, and stay there.

    It solves min over v of ½ ‖v − w‖² + a ‖v‖₁::

        sign(w) max(|w| − a, 0)

    Parameters
    ----------
    w : array of any shape
    amount : float
        a >= 0.

    Returns
    -------
    array of the shape of w
        0 exactly wherever the size of w is at most a.

    Raises
    ------
    TypeError, ValueError
        If amount is no finite number >= 0.

    References
    ----------
    Donoho & Johnstone (1994), Ideal spatial adaptation by wavelet shrinkage.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> soft_threshold([3.0, 0.3, -2.0], 0.5)
    array([ 2.5,  0. , -1.5])
    """
    check_not_negative(amount=amount)
    w = as_floats(w, "w")
    return np.sign(w) * np.maximum(np.abs(w) - amount, 0.0)


def elastic_net(mix):
    """A penalty between `l1` and `l2`.

    For a mix m::

        m ‖w‖₁ + (1 − m) ½ ‖w‖²

    Parameters
    ----------
    mix : float
        Strictly between 0 (only l2) and 1 (only l1).

    Returns
    -------
    Penalty
        Its proximal step is that of `l1`, then that of `l2`.

    Raises
    ------
    TypeError, ValueError
        If mix is no number between 0 and 1.

    References
    ----------
    Zou & Hastie (2005), Regularization and variable selection via the elastic net.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> elastic_net(0.5).prox([3.0, 0.3], 1.0).round(4)
    array([1.6667, 0.    ])
    """
    check_between(0, 1, mix=mix)

    def prox(w, amount):
        check_not_negative(amount=amount)
        return shrink(soft_threshold(w, mix * amount), (1 - mix) * amount)

    return Penalty(
        lambda w: mix * l1(w) + (1 - mix) * l2(w),
        lambda w: mix * l1_gradient(w) + (1 - mix) * l2_gradient(w),
        prox,
    )


PENALTIES = {
    "l2": Penalty(l2, l2_gradient, shrink),
    "l1": Penalty(l1, l1_gradient, soft_threshold),
    "elastic_net": elastic_net(0.5),
}


def penalized_gradient(gradient, penalty, strength):
    """The gradient of a loss with a penalty added.

    It is::

        ∇L(w) + λ ∇penalty(w)

    Parameters
    ----------
    gradient : function of an array
        ∇L.
    penalty : Penalty
    strength : float
        λ >= 0.

    Returns
    -------
    function of an array

    Raises
    ------
    TypeError, ValueError
        If gradient is no function, or strength no finite number >= 0; from the function
        returned, if what gradient returns has not the shape of its argument.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> slope = penalized_gradient(lambda w: w - 3, PENALTIES["l2"], 1.0)
    >>> slope(np.array([1.5]))
    array([0.])
    """
    check_fields("gradient", penalty=penalty)
    check_callable(gradient=gradient)
    check_not_negative(strength=strength)
    slope = _slope(gradient)
    return lambda w: slope(w) + strength * penalty.gradient(w)


# Ridge


def ridge(X, y, strength):
    """The weights of smallest squared error plus squared length.

    They minimize::

        ½ ‖Xw − y‖² + ½ Σⱼ λⱼ wⱼ²

    Found by least squares on X with the rows diag(√λ) below it, and zeros below y: that
    does not square the condition number as XᵀX would. The columns are brought to one
    length before, so that no choice of units makes one look like nothing.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    strength : float or (d,) array
        λ >= 0, one for all columns or one for each; 0 leaves a column free.

    Returns
    -------
    (d,) array
        Where several w are equally good, the shortest.

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, a number is not finite, or a strength is negative.

    References
    ----------
    Hoerl & Kennard (1970), Ridge regression: biased estimation for nonorthogonal
    problems.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> ridge([[1.0]], [3.0], 1.0).round(9)
    array([1.5])
    """
    X, y = _samples(X, y)
    d = X.shape[1]
    below = np.diag(np.sqrt(_strengths(strength, d)))
    return _least_squares(np.vstack([X, below]), np.concatenate([y, np.zeros(d)]))


def ridge_filter(singular_values, strength):
    """What ridge leaves of the least-squares weights along each singular direction.

    Along the direction with singular value σ::

        σ² / (σ² + λ)

    Parameters
    ----------
    singular_values : (r,) array
        σ >= 0, of X.
    strength : float
        λ >= 0.

    Returns
    -------
    (r,) array
        1 for λ = 0, ½ where σ² = λ; 0 where σ = 0.

    Raises
    ------
    TypeError, ValueError
        If an entry or strength is negative or not finite.

    References
    ----------
    Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning, §3.4.1.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> ridge_filter([3.0, 1.0, 0.0], 1.0)
    array([0.9, 0.5, 0. ])
    """
    sigma = _singular(singular_values)
    check_not_negative(strength=strength)
    with np.errstate(over="ignore"):  # 1/(1 + ∞) = 0 is right
        ratios = np.divide(
            np.sqrt(strength), sigma, out=np.full_like(sigma, np.inf), where=sigma > 0
        )
        return 1 / (1 + ratios**2)


def filtered_solution(X, y, filter):  # noqa: A002
    """Least squares with each singular direction kept in part.

    With X = Σᵢ σᵢ uᵢ vᵢᵀ and f the filter::

        w = Σᵢ f(σᵢ) (uᵢ·y / σᵢ) vᵢ

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    filter : function of the (r,) singular values
        Returns what to keep of each, in an (r,) array.

    Returns
    -------
    (d,) array
        Singular values that are 0 up to rounding, of the largest, are left out; so
        bring columns of very different size to one size first.

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, a number is not finite, or filter is no function.

    References
    ----------
    Hansen (1998), Rank-Deficient and Discrete Ill-Posed Problems, §4.2.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> filtered_solution([[2.0]], [6.0], lambda sigma: 0.5 + 0 * sigma)
    array([1.5])
    """
    check_callable(filter=filter)
    U, sigma, Vt = _svd(*_samples(X, y))
    kept = as_floats(guarded(filter)(sigma), "what filter returns")
    check_shapes(**{"what filter returns": (kept, f"{sigma.size}")})
    return (kept * (U.T @ as_floats(y)) / sigma) @ Vt


def ridge_path(X, y, strengths):
    """The ridge weights at many strengths, from one factorization.

    As `filtered_solution` with a `ridge_filter` for each strength.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    strengths : (m,) array
        Each λ >= 0, the same for all columns.

    Returns
    -------
    (m, d) array
        The weights at each strength, a row each.

    Raises
    ------
    TypeError, ValueError
        As in ``ridge``.

    References
    ----------
    Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning, §3.4.1.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> ridge_path([[1.0]], [3.0], [0.0, 1.0, 2.0]).ravel()
    array([3. , 1.5, 1. ])
    """
    X, y = _samples(X, y)
    strengths = _numbers(strengths, "strengths")
    _check_entries(strengths, "strengths")
    U, sigma, Vt = _svd(X, y)
    kept = np.array([ridge_filter(sigma, strength) for strength in strengths.tolist()])
    return kept * (U.T @ y) / sigma @ Vt


def degrees_of_freedom(X, strength):
    """How many weights a ridge fit really uses.

    The sum of its filter::

        Σᵢ σᵢ² / (σᵢ² + λ)

    Parameters
    ----------
    X : (n, d) array
    strength : float
        λ >= 0.

    Returns
    -------
    float
        The rank of X for λ = 0; towards 0 for large λ.

    Raises
    ------
    TypeError, ValueError
        If X is not (n, d) and finite, or strength no finite number >= 0.

    References
    ----------
    Hastie, Tibshirani & Friedman (2009), The Elements of Statistical Learning, §3.4.1.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> round(degrees_of_freedom([[3.0, 0.0], [0.0, 1.0]], 1.0), 9)
    1.4
    """
    X = as_floats(X, "X")
    sizes = check_shapes(X=(X, "n d"))
    sigma = _svd(*_samples(X, np.zeros(sizes["n"])))[1]
    return float(ridge_filter(sigma, strength).sum())


# Lasso


def proximal_gradient(gradient, penalty, start, *, strength, rate, steps=1000):
    """Minimize a smooth loss plus a penalty that may have corners.

    A step down the loss, then the penalty's own step::

        w ← prox(w − η ∇L(w), ηλ)

    Parameters
    ----------
    gradient : function of a (d,) array
        ∇L, without the penalty.
    penalty : Penalty
    start : (d,) array
    strength : float
        λ >= 0.
    rate : float
        The learning rate η > 0; at most 1/λmax, with λmax the largest curvature of L.
    steps : int

    Returns
    -------
    (steps + 1, d) array
        The points, first to last.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind, or an impossible value, or gradient returns
        another shape than that of start.

    References
    ----------
    Daubechies, Defrise & De Mol (2004), An iterative thresholding algorithm for linear
    inverse problems. Parikh & Boyd (2014), Proximal algorithms, §4.2.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> proximal_gradient(
    ...     lambda w: w - [3.0, 0.3],
    ...     PENALTIES["l1"],
    ...     [0.0, 0.0],
    ...     strength=0.5,
    ...     rate=1.0,
    ...     steps=1,
    ... )
    array([[0. , 0. ],
           [2.5, 0. ]])
    """
    check_fields("value prox", penalty=penalty)
    check_callable(gradient=gradient)
    check_not_negative(strength=strength)
    check_positive(rate=rate)
    check_count(steps=steps)
    points, slope = [_numbers(start, "start")], _slope(gradient)
    for _ in range(steps):
        w = points[-1]
        points.append(penalty.prox(w - rate * slope(w), rate * strength))
    return np.array(points)


def lasso(X, y, strength, *, start=None, steps=100_000, tolerance=1e-10):
    """The weights of smallest squared error plus sum of sizes: many are exactly 0.

    They minimize::

        ½ ‖Xw − y‖² + λ ‖w‖₁

    Found by proximal gradient steps, with each column at length 1 so that units do not
    matter, at the rate 1/σ₁².

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    strength : float
        λ >= 0.
    start : (d,) array, optional
        Zeros where left out; a good guess saves steps.
    steps : int
        The most steps to take.
    tolerance : float
        Stop once the pull on no weight is out of balance by more than this share of
        ‖xⱼ‖ ‖y‖, the largest pull that there can be.

    Returns
    -------
    (d,) array

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, a number is not finite, or strength is negative.
    ArithmeticError
        If the weights have not settled after the steps.

    References
    ----------
    Tibshirani (1996), Regression shrinkage and selection via the lasso.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> lasso(np.eye(2), [3.0, 0.3], 0.5)
    array([2.5, 0. ])
    """
    X, y = _samples(X, y)
    check_not_negative(strength=strength, tolerance=tolerance)
    check_count(steps=steps)
    w = np.zeros(X.shape[1]) if start is None else _numbers(start, "start")
    check_shapes(X=(X, "n d"), start=(w, "d"))
    units, lengths = _unit_columns(X)
    w, threshold = w * lengths, strength / lengths
    rate = 1 / max(np.linalg.norm(units, 2) ** 2, 1.0)  # below 1: all columns are 0
    enough = tolerance * rate * norm(y)
    for _ in range(steps):
        before = w
        w = w - rate * ((units @ w - y) @ units)
        w = np.sign(w) * np.maximum(np.abs(w) - rate * threshold, 0.0)
        if np.abs(w - before).max() <= enough:
            return w / lengths
    raise ArithmeticError(
        f"lasso has not settled after {steps} steps: columns of X may nearly depend on "
        f"one another; allow more steps, or a larger tolerance"
    )


def lasso_path(X, y, strengths):
    """The lasso weights at many strengths; each start is the solution before.

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array
    strengths : (m,) array
        Each λ >= 0; usually quickest from large to small.

    Returns
    -------
    (m, d) array
        The weights at each strength, a row each.

    Raises
    ------
    TypeError, ValueError, ArithmeticError
        As in ``lasso``.

    References
    ----------
    Friedman, Hastie & Tibshirani (2010), Regularization paths for generalized linear
    models via coordinate descent.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> lasso_path(np.eye(2), [3.0, 0.5], [1.0, 0.25])
    array([[2.  , 0.  ],
           [2.75, 0.25]])
    """
    rows, w = [], None
    for strength in _numbers(strengths, "strengths").tolist():
        w = lasso(X, y, strength, start=w)
        rows.append(w)
    return np.array(rows)


def largest_useful_strength(X, y):
    """The strength from which on every lasso weight is 0.

    It is::

        max over j of |Σᵢ xᵢⱼ yᵢ|

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, or a number is not finite.

    References
    ----------
    Tibshirani (1996), Regression shrinkage and selection via the lasso.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> largest_useful_strength(np.eye(2), [3.0, -4.0])
    4.0
    """
    X, y = _samples(X, y)
    return float(np.abs(y @ X).max())


# Stopping early


def descent_filter(singular_values, rate, steps):
    """What gradient descent from 0 has found of the least-squares weights by now.

    On ½ ‖Xw − y‖², along the direction with singular value σ, after t steps::

        1 − (1 − ησ²)ᵗ

    Parameters
    ----------
    singular_values : (r,) array
        σ >= 0, of X.
    rate : float
        The learning rate η > 0.
    steps : int
        t.

    Returns
    -------
    (r,) array
        0 at the start; towards 1 wherever 0 < ησ² < 2, the sooner the larger σ.

    Raises
    ------
    TypeError, ValueError
        If an entry is negative or not finite, rate is not positive, or steps is no
        whole number >= 0.

    References
    ----------
    Yao, Rosasco & Caponnetto (2007), On early stopping in gradient descent learning.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> descent_filter([1.0, 0.5], 1.0, 2)
    array([1.    , 0.4375])
    """
    sigma = _singular(singular_values)
    check_positive(rate=rate)
    check_count(steps=steps)
    share = rate * sigma**2  # of the way, in the first step
    small = share < 0.5  # here 1 − (1 − share)ᵗ would cancel
    slow = -np.expm1(steps * np.log1p(-share * small))
    return np.where(small, slow, 1 - (1 - share) ** steps)


def early_stop(losses, patience):
    """Find when a run that watches its validation loss would stop.

    It stops once ``patience`` losses in a row were no better than the best before them.
    A loss that is nan is worse than any number.

    Parameters
    ----------
    losses : (k,) array
        The validation loss after 0, 1, … k − 1 rounds; k >= 1.
    patience : int
        At least 1.

    Returns
    -------
    EarlyStop
        Fields ``best``, the round whose weights to keep, and ``stopped``, the round
        after which the run ends; the last round if patience never ran out.

    Raises
    ------
    TypeError, ValueError
        If losses are not (k,) with k >= 1, patience is no whole number >= 1, or no loss
        up to the stop is below infinity.

    References
    ----------
    Prechelt (1998), Early stopping, but when?

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> early_stop([5.0, 3.0, 4.0, 3.5, 1.0], patience=2)
    EarlyStop(best=1, stopped=3)
    """
    losses = as_floats(losses, "losses")
    sizes = check_shapes(losses=(losses, "k"))
    check_least(1, patience=patience, **{"the number of losses": sizes["k"]})
    best, least = 0, np.inf
    for at, loss in enumerate(losses.tolist()):
        if loss < least:
            best, least = at, loss
        if at - best >= patience:
            break
    if least == np.inf:
        raise ValueError(
            f"losses must hold a number below infinity, but the first {at + 1} are none"
        )
    return EarlyStop(best, at)


# Noise that teaches


def dropout_mask(shape, p, *, rng):
    """Zeros with probability p, and 1/(1 − p) elsewhere, so that the mean is 1.

    Parameters
    ----------
    shape : int or tuple of int
    p : float
        The probability 0 <= p < 1 of a zero.
    rng : numpy.random.Generator or numpy.random.RandomState

    Returns
    -------
    array of this shape
        Each entry has mean 1 and variance p/(1 − p).

    Raises
    ------
    TypeError, ValueError
        If p is no such number, or rng no random generator.

    References
    ----------
    Srivastava et al. (2014), Dropout: a simple way to prevent neural networks from
    overfitting.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> dropout_mask((2, 4), 0.5, rng=np.random.default_rng(0))
    array([[2., 0., 0., 0.],
           [2., 2., 2., 2.]])
    """
    _check_chance(p)
    check_rng(rng)
    for size in np.atleast_1d(np.array(shape, object)):
        check_count(**{"each entry of shape": size})
    return (rng.uniform(size=shape) >= p) / (1 - p)


def dropout(X, p, *, rng):
    """Silence entries at random while training, and make the others louder.

    With a mask M from ``dropout_mask``::

        Y = X ⊙ M,   dX = dY ⊙ M

    When the network is used, the layer is left out: the mean of Y is X.

    Parameters
    ----------
    X : array of any shape
    p : float
        The probability 0 <= p < 1 that an entry is silenced.
    rng : numpy.random.Generator or numpy.random.RandomState

    Returns
    -------
    Y : array of the shape of X
    pullback : function
        From dY, of the shape of X, to (dX,).

    Raises
    ------
    TypeError, ValueError
        As in ``dropout_mask``; from the pullback, if dY has another shape.

    References
    ----------
    Srivastava et al. (2014), Dropout: a simple way to prevent neural networks from
    overfitting.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> Y, pullback = dropout([[1.0, 2.0]], 0.5, rng=np.random.default_rng(0))
    >>> Y, pullback(np.ones((1, 2)))[0]
    (array([[2., 0.]]), array([[2., 0.]]))
    """
    X = as_floats(X, "X")
    mask = dropout_mask(X.shape, p, rng=rng)
    return X * mask, lambda dY: (_slopes(dY, "dY", X.shape) * mask,)


def dropout_strengths(X, p):
    """The ridge penalty that dropout of the inputs amounts to in linear regression.

    For column j::

        λⱼ = p/(1 − p) Σᵢ xᵢⱼ²

    Parameters
    ----------
    X : (n, d) array
    p : float
        The probability 0 <= p < 1 of a zero.

    Returns
    -------
    (d,) array
        As ``ridge`` takes it.

    Raises
    ------
    TypeError, ValueError
        If X is not (n, d) and finite, or p is no such number.

    References
    ----------
    Wager, Wang & Liang (2013), Dropout training as adaptive regularization.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> dropout_strengths([[1.0, 2.0], [1.0, 0.0]], 0.5)
    array([2., 4.])
    """
    X = as_floats(X, "X")
    check_shapes(X=(X, "n d"))
    check_finite(X=X)
    _check_chance(p)
    return p / (1 - p) * (X**2).sum(axis=0)


def shift_images(images, down, right):
    """Move every picture by whole pixels; what enters is 0, what leaves is lost.

    Parameters
    ----------
    images : (n, height, width) array
    down, right : int
        How far; negative for up and left.

    Returns
    -------
    array of the shape and kind of images

    Raises
    ------
    TypeError, ValueError
        If images are not (n, height, width), or a shift is no whole number.

    References
    ----------
    Simard, Steinkraus & Platt (2003), Best practices for convolutional neural networks
    applied to visual document analysis.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> shift_images(np.array([[[1, 2], [3, 4]]]), 0, 1)
    array([[[0, 1],
            [0, 3]]])
    """
    as_floats(images, "images")  # refuses what is no table of numbers
    images = np.asarray(images)
    check_shapes(images=(images, "n height width"))
    moved = np.zeros_like(images)
    rows = _overlap(images.shape[1], "down", down)
    columns = _overlap(images.shape[2], "right", right)
    moved[:, rows[0], columns[0]] = images[:, rows[1], columns[1]]
    return moved


# Normalization


def standardize(X, *, axis, epsilon=1e-5):
    """Give numbers mean 0 and variance 1 along an axis, with the way back.

    With m the mean and v the mean squared deviation along the axis::

        Z = (X − m) / s,   s = √(v + ε)
        dX = (dZ − mean(dZ) − Z mean(dZ ⊙ Z)) / s

    Parameters
    ----------
    X : (n, d) array
        n and d at least 1.
    axis : int
        0: each column by itself; 1: each row.
    epsilon : float
        ε keeps the division from 0; it makes the variance a little less than 1. It may
        be 0 where nothing along the axis is constant.

    Returns
    -------
    Z : (n, d) array
    pullback : function
        From dZ (n, d) to (dX,).

    Raises
    ------
    TypeError, ValueError
        If X is not (n, d), axis is neither 0 nor 1, epsilon is negative, or epsilon is
        0 and a column (or row) is constant; from the pullback, if dZ has another shape.

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> Z, pullback = standardize([[1.0], [3.0]], axis=0, epsilon=0.0)
    >>> Z.ravel()
    array([-1.,  1.])
    """
    X = as_floats(X, "X")
    sizes = check_shapes(X=(X, "n d"))
    if axis not in (0, 1):
        raise ValueError(f"axis must be 0 or 1, but is {axis}")
    check_not_negative(epsilon=epsilon)
    check_least(1, **{"the size of X along axis": sizes["nd"[axis]]})
    centered, s = _centered_and_spread(X, axis, epsilon)
    Z = centered / s

    def pullback(dZ):
        dZ = _slopes(dZ, "dZ", Z.shape)
        along = (dZ * Z).mean(axis=axis, keepdims=True)
        return ((dZ - dZ.mean(axis=axis, keepdims=True) - Z * along) / s,)

    return Z, pullback


def batch_norm(X, scale, shift, *, epsilon=1e-5):
    """Normalize each feature over the batch, then give it a learnt scale and shift.

    With Z from ``standardize`` along axis 0::

        Y = Z ⊙ scale + shift

    Parameters
    ----------
    X : (n, d) array
        A batch. Of a single sample nothing is left: Y is the shift.
    scale, shift : (d,) array
    epsilon : float

    Returns
    -------
    Y : (n, d) array
    pullback : function
        From dY (n, d) to (dX, dscale, dshift).

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, or as in `standardize`; from the pullback, if dY has
        another shape.

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> Y, pullback = batch_norm([[1.0], [3.0]], [2.0], [5.0], epsilon=0.0)
    >>> Y.ravel()
    array([3., 7.])
    """
    return _normalized(X, scale, shift, axis=0, epsilon=epsilon)


def layer_norm(X, scale, shift, *, epsilon=1e-5):
    """Normalize each sample over its features, then give each a learnt scale and shift.

    With Z from ``standardize`` along axis 1::

        Y = Z ⊙ scale + shift

    No sample needs another, so that it is the same in training and in use.

    Arguments as for `batch_norm`.

    Returns
    -------
    Y : (n, d) array
    pullback : function
        From dY (n, d) to (dX, dscale, dshift).

    References
    ----------
    Ba, Kiros & Hinton (2016), Layer normalization.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> Y, pullback = layer_norm([[1.0, 3.0]], [1.0, 1.0], [0.0, 0.0], epsilon=0.0)
    >>> Y
    array([[-1.,  1.]])
    """
    return _normalized(X, scale, shift, axis=1, epsilon=epsilon)


def moments(X):
    """The mean and the variance of each feature of a batch.

    Parameters
    ----------
    X : (n, d) array
        n at least 1.

    Returns
    -------
    Moments
        Fields ``mean`` and ``variance``, the latter the mean squared deviation.

    Raises
    ------
    TypeError, ValueError
        If X is not (n, d) and finite, or has no row.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> moments([[1.0], [3.0]])
    Moments(mean=array([2.]), variance=array([1.]))
    """
    X = as_floats(X, "X")
    sizes = check_shapes(X=(X, "n d"))
    check_least(1, **{"the number of rows of X": sizes["n"]})
    check_finite(X=X)
    return Moments(X.mean(axis=0), X.var(axis=0))


def running_moments(running, batch, share=0.1):
    """Let remembered moments follow those of the latest batch.

    Both fields::

        running ← (1 − share) running + share batch

    Parameters
    ----------
    running, batch : Moments
    share : float
        Strictly between 0 and 1.

    Returns
    -------
    Moments

    Raises
    ------
    TypeError, ValueError
        If share is no number between 0 and 1, or the moments differ in shape.

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> zero, one = Moments(np.zeros(1), np.ones(1)), moments([[1.0], [3.0]])
    >>> running_moments(zero, one).mean
    array([0.2])
    """
    check_fields("mean variance", running=running, batch=batch)
    check_between(0, 1, share=share)
    running, batch = _moments(running), _moments(batch)
    check_shapes(running=(running.mean, "d"), batch=(batch.mean, "d"))
    pairs = zip(running, batch, strict=True)
    return Moments(*((1 - share) * old + share * new for old, new in pairs))


def normalize(X, moments, scale, shift, *, epsilon=1e-5):
    """Use what batch normalization has learnt: no sample depends on its batch.

    With remembered moments m and v::

        Y = (X − m) / √(v + ε) ⊙ scale + shift

    Parameters
    ----------
    X : (n, d) array
    moments : Moments
        As from ``running_moments``.
    scale, shift : (d,) array
    epsilon : float

    Returns
    -------
    (n, d) array

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, a variance or epsilon is negative, or their sum is 0.

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> seen = Moments(np.array([2.0]), np.array([4.0]))
    >>> normalize([[6.0]], seen, [1.0], [1.0], epsilon=0.0)
    array([[3.]])
    """
    check_fields("mean variance", moments=moments)
    X, scale, shift = (
        as_floats(array, name)
        for name, array in (("X", X), ("scale", scale), ("shift", shift))
    )
    mean, variance = _moments(moments)
    check_shapes(X=(X, "n d"), scale=(scale, "d"), shift=(shift, "d"), mean=(mean, "d"))
    check_not_negative(epsilon=epsilon)
    if not (variance + epsilon > 0).all():
        raise ValueError(
            f"variance + epsilon must be > 0, but the smallest is "
            f"{(variance + epsilon).min():g}"
        )
    return (X - mean) / np.sqrt(variance + epsilon) * scale + shift


# Privacy


def private_descent(gradients, start, *, rate, clip, noise, steps, rng):
    """Gradient descent in which no sample's share is large, and noise hides the rest.

    Each step, with ``mathlib.probability.private_mean``::

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
    Chapter: regularization

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
    check_positive(rate=rate)
    check_count(steps=steps)
    points, gradients = [_numbers(start, "start")], guarded(gradients)
    for _ in range(steps):
        slope = private_mean(gradients(points[-1]), clip=clip, noise=noise, rng=rng)
        check_shapes(start=(points[0], "d"), **{"a gradient": (slope, "d")})
        points.append(points[-1] - rate * slope)
    return np.array(points)


# Arguments


def _samples(X, y):
    X, y = as_floats(X, "X"), as_floats(y, "y")
    check_shapes(X=(X, "n d"), y=(y, "n"))
    check_finite(X=X, y=y)
    if not X.size:
        raise ValueError(f"X must hold at least one number, but its shape is {X.shape}")
    return X, y


def _slope(gradient):
    """A gradient that leaves its argument alone, and is refused in another shape."""
    gradient = guarded(gradient)

    def slope(w):
        w = as_floats(w, "w")
        return _slopes(gradient(w), "what gradient returns", w.shape)

    return slope


def _slopes(slopes, name, shape):
    """Slopes as an array of one shape: any other would broadcast."""
    slopes = as_floats(slopes, name)
    if slopes.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, but has {slopes.shape}")
    return slopes


def _unit_columns(A):
    """The columns of A at length 1, and their lengths; a column of zeros stays."""
    lengths = norm(A.T)
    lengths[lengths == 0] = 1.0
    return A / lengths, lengths


def _least_squares(A, b):
    """Least squares; of equally good weights the shortest."""
    units, lengths = _unit_columns(A)
    w, _, rank, _ = np.linalg.lstsq(units, b)
    return w / lengths if rank == len(w) else np.linalg.lstsq(A, b)[0]


def _svd(X, y):
    """Singular vectors and values of X; without those that are 0 up to rounding."""
    U, sigma, Vt = np.linalg.svd(X, full_matrices=False)
    kept = sigma > max(X.shape) * np.finfo(float).eps * sigma[0]
    return U[:, kept], sigma[kept], Vt[kept]


def _numbers(x, name):
    x = as_floats(x, name)
    check_shapes(**{name: (x, "k")})
    check_finite(**{name: x})
    return x


def _singular(singular_values):
    sigma = _numbers(singular_values, "singular_values")
    _check_entries(sigma, "singular_values")
    return sigma


def _strengths(strength, d):
    strength = as_floats(strength, "strength")
    if strength.ndim:
        check_shapes(strength=(strength, f"{d}"))
    check_finite(strength=strength)
    _check_entries(np.atleast_1d(strength), "strength")
    return np.broadcast_to(strength, (d,))


def _check_entries(array, name):
    if (array < 0).any():
        raise ValueError(f"{name} must be >= 0, but holds {array.min():g}")


def _overlap(size, name, shift):
    """The slices of what a shift fills, and of where that comes from."""
    if not isinstance(shift, Integral):
        raise TypeError(f"{name} must be a whole number, but is {shift!r}")
    shift = int(shift)  # a type without minus would wrap round
    forth, back = min(max(shift, 0), size), min(max(-shift, 0), size)
    return slice(forth, size - back), slice(back, size - forth)


def _check_chance(p):
    check_not_negative(p=p)
    if p >= 1:
        raise ValueError(f"p must be below 1, since something must stay, but is {p}")


def _moments(given):
    """Moments as arrays of one shape."""
    mean, variance = given
    mean, variance = as_floats(mean, "mean"), as_floats(variance, "variance")
    check_shapes(mean=(mean, "d"), variance=(variance, "d"))
    _check_entries(variance, "variance")
    return Moments(mean, variance)


def _centered_and_spread(X, axis, epsilon):
    """X less its mean along an axis, and √(variance + ε), whatever the size of X."""
    values = X.value if stands_for_array(X) else X
    check_finite(X=values)
    first = values[:1] if axis == 0 else values[:, :1]
    if epsilon == 0 and (values == first).all(axis=axis).any():
        raise ValueError(
            f"X must vary along axis {axis} if epsilon is 0: a constant has no spread"
        )
    largest = np.abs(values).max(axis=axis, keepdims=True)
    # In units of a power of two nothing is rounded, and no square overflows.
    unit = 2.0 ** (np.frexp(np.maximum(largest, np.sqrt(epsilon)))[1] - 1)
    centered = X / unit - (X / unit).mean(axis=axis, keepdims=True)
    centered = centered - centered.mean(axis=axis, keepdims=True)
    variance = (centered**2).mean(axis=axis, keepdims=True)
    return centered * unit, unit * np.sqrt(variance + epsilon / unit / unit)


def _normalized(X, scale, shift, *, axis, epsilon):
    X = as_floats(X, "X")
    scale, shift = as_floats(scale, "scale"), as_floats(shift, "shift")
    check_shapes(X=(X, "n d"), scale=(scale, "d"), shift=(shift, "d"))
    Z, back = standardize(X, axis=axis, epsilon=epsilon)

    def pullback(dY):
        dY = _slopes(dY, "dY", Z.shape)
        return *back(dY * scale), (dY * Z).sum(axis=0), dY.sum(axis=0)

    return Z * scale + shift, pullback
