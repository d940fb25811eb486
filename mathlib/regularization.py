"""Regularization: what to add to a fit so that it forecasts, not only remembers.

A sample is a row. Linear fits here minimize half a *sum* of squares, not a mean, since
a penalty does not grow with the data while their sum does::

    ½ ‖Xw − y‖² + λ penalty(w)

For a loss that is a mean over n samples divide λ by n. No column of ones is appended;
a column is left free of the penalty by a strength of 0 of its own.

``Penalty`` is a value with its gradient and its proximal step. Noise comes from
``rng``. A layer with a backward step has the form of this book's layers: called with
its input and parameters, it returns the output and its pullback.

Reading order: ``polynomial_features``, ``bias_variance`` and the splits; ``Penalty``
and ``L2``; ``ridge`` and its filter; ``descent_filter`` and ``early_stop``;
``dropout``; ``shift_images``.
"""

from collections.abc import Callable
from numbers import Integral
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mathlib.checks import (
    as_floats,
    as_numbers,
    as_samples,
    as_single,
    as_slopes,
    as_vector,
    check_between,
    check_callable,
    check_count,
    check_fields,
    check_finite,
    check_labels,
    check_least,
    check_none_negative,
    check_not_negative,
    check_positive,
    check_rng,
    check_series,
    check_shapes,
    guarded,
    guarded_gradient,
    plain_number,
)
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
    degree = check_count(degree=degree)
    return np.vander(as_vector(x, "x"), degree + 1, increasing=True)


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
    x = as_vector(x, "x")
    count = check_least(1, count=count)
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
    m, n = check_shapes(predictions=(predictions, "m n"), truth=(truth, "n")).values()
    _ = check_least(1, **{"the number of fits": m, "the number of places": n})
    check_finite(predictions=predictions, truth=truth)
    bias = (predictions.mean(axis=0) - truth) ** 2
    return BiasVariance(float(bias.mean()), float(predictions.var(axis=0).mean()))


def validation_split(n, share, *, rng):
    """Set some samples aside, to judge by what has not been learned.

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
    n, share = check_least(2, n=n), check_between(0, 1, share=share)
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
    n, k = check_least(2, n=n, k=k)
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
        If fit or loss is no function, a fold is no pair of lists of rows, or the shapes
        do not fit: those of X and y, or of the predictions; or if loss returns more
        than a number.

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
    X, y = as_samples(X, y)
    losses = []
    for train, validation in [_as_fold(fold, len(X)) for fold in folds]:
        wanted = y[validation]
        predicted = fit(X[train], y[train])(X[validation])
        predicted = as_slopes(predicted, "the predictions", wanted.shape)
        losses.append(as_single(loss(predicted, wanted), "what loss returns"))
    return np.array(losses)


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
    amount = check_not_negative(amount=amount)
    return as_floats(w, "w") / (1 + amount)


L2 = Penalty(l2, l2_gradient, shrink)


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
        returned, if what a gradient returns has not the shape of its argument.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> slope = penalized_gradient(lambda w: w - 3, L2, 1.0)
    >>> slope(np.array([1.5]))
    array([0.])
    """
    check_fields("gradient", penalty=penalty)
    check_callable(gradient=gradient)
    strength = check_not_negative(strength=strength)
    slope, pull = guarded_gradient(gradient), guarded(penalty.gradient)

    def total(w):
        w = as_floats(w, "w")
        pulled = as_slopes(pull(w), "what penalty.gradient returns", w.shape)
        return slope(w) + strength * pulled

    return total


# Ridge


def ridge(X, y, strength):
    """The weights of smallest squared error plus squared length.

    They minimize::

        ½ ‖Xw − y‖² + ½ Σⱼ λⱼ wⱼ²

    Found by least squares on X with the rows diag(√λ) below it, and zeros below y: that
    does not square the condition number as XᵀX would. Where its columns are independent
    they are brought to one length before, so that no choice of units makes one look
    like nothing.

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
    X, y = as_samples(X, y)
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
    strength = check_not_negative(strength=strength)
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
    U, sigma, Vt = _svd(*as_samples(X, y))
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
    X, y = as_samples(X, y)
    strengths = as_vector(strengths, "strengths")
    check_none_negative(strengths=strengths)
    U, sigma, Vt = _svd(X, y)
    kept = [ridge_filter(sigma, strength) for strength in strengths.tolist()]
    kept = np.reshape(kept, (len(strengths), len(sigma)))
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
    sigma = _svd(*as_samples(X, np.zeros(sizes["n"])))[1]
    return float(ridge_filter(sigma, strength).sum())


def unit_columns(A):
    """The columns of A at length 1, and their lengths; a column of zeros stays.

    Parameters
    ----------
    A : (n, d) array

    Returns
    -------
    units : (n, d) array
    lengths : (d,) array
        1 for a column of zeros.

    Raises
    ------
    TypeError, ValueError
        If A is not (n, d) and finite.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> unit_columns([[3.0, 0.0], [4.0, 0.0]])
    (array([[0.6, 0. ],
           [0.8, 0. ]]), array([5., 1.]))
    """
    A = as_floats(A, "A")
    check_shapes(A=(A, "n d"))
    check_finite(A=A)
    lengths = norm(A.T)
    lengths[lengths == 0] = 1.0
    return A / lengths, lengths


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
    rate, steps = check_positive(rate=rate), check_count(steps=steps)
    _ = check_not_negative(steps=steps)  # too large for a float is too large
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
    k = check_shapes(losses=(losses, "k"))["k"]
    patience, _ = check_least(1, patience=patience, **{"the number of losses": k})
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
    p = _as_chance(p)
    check_rng(rng)
    sizes = np.atleast_1d(np.array(shape, object))
    shape = tuple(check_count(**{"each entry of shape": size}) for size in sizes)
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
    return X * mask, lambda dY: (as_slopes(dY, "dY", X.shape) * mask,)


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
    p = _as_chance(p)
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


def random_shifts(images, most, *, rng):
    """Each picture moved by steps of its own, up to `most` each way; 0 enters.

    All places are windows of the padded pictures, so nothing is moved one by one.

    Parameters
    ----------
    images : (n, height, width) array
    most : int
        How far at most, down or up and left or right; each step is equally likely.
    rng : numpy.random.Generator or numpy.random.RandomState

    Returns
    -------
    array of the shape and kind of images

    Raises
    ------
    TypeError, ValueError
        If images are not (n, height, width), or most is no whole number >= 0.

    References
    ----------
    Simard, Steinkraus & Platt (2003), Best practices for convolutional neural networks
    applied to visual document analysis.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> moved = random_shifts(np.eye(3)[None], 1, rng=np.random.default_rng(0))
    >>> moved[0]
    array([[0., 1., 0.],
           [0., 0., 1.],
           [0., 0., 0.]])
    """
    as_floats(images, "images")  # refuses what is no table of numbers
    images = np.asarray(images)
    n, height, width = check_shapes(images=(images, "n height width")).values()
    most = check_count(most=most)
    check_rng(rng)
    room = np.pad(images, ((0, 0), (most, most), (most, most)))
    down, right = rng.uniform(0, 2 * most + 1, (2, n)).astype(int)
    # One way after the other: of windows both ways at once a page cannot make so many.
    rows = sliding_window_view(room, height, axis=1)[np.arange(n), down]
    return sliding_window_view(rows, width, axis=1)[np.arange(n), right]


# Arguments


def _least_squares(A, b):
    """Least squares; of equally good weights the shortest."""
    units, lengths = unit_columns(A)
    w, _, rank, _ = np.linalg.lstsq(units, b)
    return w / lengths if rank == len(w) else np.linalg.lstsq(A, b)[0]


def _svd(X, y):
    """Singular vectors and values of X; without those that are 0 up to rounding."""
    U, sigma, Vt = np.linalg.svd(X, full_matrices=False)
    kept = sigma > max(X.shape) * np.finfo(float).eps * sigma[0]
    return U[:, kept], sigma[kept], Vt[kept]


def _singular(singular_values):
    sigma = as_vector(singular_values, "singular_values")
    check_none_negative(singular_values=sigma)
    return sigma


def _strengths(strength, d):
    strength = as_floats(strength, "strength")
    if strength.ndim:
        check_shapes(strength=(strength, f"{d}"))
    check_finite(strength=strength)
    check_none_negative(strength=np.atleast_1d(strength))
    return np.broadcast_to(strength, (d,))


def _overlap(size, name, shift):
    """The slices of what a shift fills, and of where that comes from."""
    if not isinstance(shift, Integral) or isinstance(shift, bool):
        raise TypeError(f"{name} must be a whole number, but is {shift!r}")
    shift = int(shift)  # a type without minus would wrap round
    forth, back = min(max(shift, 0), size), min(max(-shift, 0), size)
    return slice(forth, size - back), slice(back, size - forth)


def _as_chance(p):
    """p as a plain float, below 1."""
    chance = check_not_negative(p=p)
    if chance >= 1:
        raise ValueError(f"p must be below 1, since something must stay, but is {p}")
    return chance


def _as_fold(fold, n):
    """The rows to learn from, and those to judge by, as arrays of indices."""
    check_series(**{"each of folds": fold})
    if len(fold) != 2:
        raise ValueError(f"each of folds must have 2 parts, but one has {len(fold)}")
    parts = [as_numbers(rows, "rows of a fold") for rows in fold]
    for rows in parts:
        check_shapes(**{"rows of a fold": (rows, "m")})
        check_labels(rows, n, "rows of a fold")
    return parts
