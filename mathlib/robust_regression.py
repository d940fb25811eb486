"""Robust regression: lines that an outlier does not pull away.

They minimize losses that grow no faster than the error itself, far from the target.
The losses are in `mathlib.losses`.

Reading order: ``huber_regression``, by weighted least squares; ``least_absolute_line``,
by trying all pairs of points.
"""

import numpy as np

from mathlib.checks import (
    as_floats,
    check_count,
    check_finite,
    check_positive,
    check_shapes,
)


def huber_regression(X, y, *, delta=1.0, steps=10_000, tolerance=1e-10):
    """The weights and the intercept of smallest Huber loss.

    By weighted least squares, again and again: a sample with the error r counts with
    the weight::

        min(1, δ / |r|)

    Parameters
    ----------
    X : (n, d) array
        A sample is a row. With d = 0 only a constant is fitted.
    y : (n,) array
    delta : float
        The threshold δ > 0 of Huber's loss.
    steps : int
        The most rounds to take.
    tolerance : float
        Stop once no weight moves the predictions by more, relative to the largest
        effect of a weight or the usual distance of a target from their median.

    Returns
    -------
    (d + 1,) array
        The d weights, then the intercept. For a δ above all errors that of least
        squares; for a tiny δ near that of least absolute errors.

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no sample, or an entry is not finite.
    ArithmeticError
        If the weights still move after the last round.

    References
    ----------
    Huber (1981), Robust Statistics, §7.8.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> nothing = np.empty((5, 0))
    >>> huber_regression(nothing, [1.0, 2.0, 3.0, 4.0, 105.0]).round(6)
    array([3.])
    """
    X, y = as_floats(X, "X"), as_floats(y, "y")
    n = check_shapes(X=(X, "n d"), y=(y, "n"))["n"]
    check_finite(X=X, y=y)
    delta, tolerance = check_positive(delta=delta, tolerance=tolerance)
    steps = check_count(steps=steps)
    if n == 0:
        raise ValueError("X must hold at least one sample, but is empty")
    # Columns and targets around 0, columns of size 1: neither offset nor unit matters.
    constant = X.min(axis=0) == X.max(axis=0)
    middle, base = np.where(constant, X[0], X.mean(axis=0)), np.median(y)
    size = np.abs(X - middle).max(axis=0)
    size[size == 0] = 1
    A = np.column_stack([(X - middle) / size, np.ones(n)])
    theta, least = np.linalg.lstsq(A, y - base, rcond=None)[0], _usual(y - base, delta)
    # Below a rounding of the targets all δ are alike, but weights would all vanish.
    floor = max(delta, np.finfo(float).eps * _usual(y - base, np.inf))
    for _ in range(steps):
        before, theta = theta, _reweighted(A, y - base, theta, floor)
        moved = np.abs(theta - before).max()
        if moved <= tolerance * max(np.abs(theta).max(), least):
            weights = theta[:-1] / size
            return np.append(weights, base + theta[-1] - middle @ weights)
    raise ArithmeticError(
        f"Huber's regression still moves after {steps} rounds: take more steps, or a "
        f"larger delta than {delta:g}"
    )


def _usual(offsets, delta):
    """How far targets are from their median, as a rule, but no farther than δ."""
    sizes = np.abs(offsets[offsets != 0])
    return min(np.median(sizes), delta) if sizes.size else 0.0


def _reweighted(A, y, theta, delta):
    """Least squares, with less weight for the samples that θ misses by more than δ."""
    sizes = np.maximum(np.abs(A @ theta - y), delta)
    root = np.sqrt(delta / sizes)
    return np.linalg.lstsq(A * root[:, None], y * root, rcond=None)[0]


def least_absolute_line(x, y):
    """The line of smallest mean absolute error.

    Some best line goes through two of the points, so all pairs are tried. That is
    exact, and meant for few points: it takes n³ / 2 operations.

    Parameters
    ----------
    x : (n,) array
        At least two different numbers.
    y : (n,) array

    Returns
    -------
    (2,) array
        Slope and intercept. Where several lines are equally good, one of them.

    Raises
    ------
    ValueError
        If the shapes differ, an entry is not finite, all x are equal, or so near each
        other that every slope overflows.

    References
    ----------
    Bloomfield & Steiger (1983), Least Absolute Deviations, §1.3.

    Notes
    -----
    Chapter: losses

    Examples
    --------
    >>> least_absolute_line([0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 50.0, 7.0])
    array([2., 1.])
    """
    x, y = as_floats(x, "x"), as_floats(y, "y")
    check_shapes(x=(x, "n"), y=(y, "n"))
    check_finite(x=x, y=y)
    i, j = np.triu_indices(x.size, 1)
    i, j = i[x[i] != x[j]], j[x[i] != x[j]]
    if not i.size:
        raise ValueError("x must hold two different numbers, or no line is determined")
    with np.errstate(over="ignore", invalid="ignore"):  # two x may nearly coincide
        slopes = (y[j] - y[i]) / (x[j] - x[i])
        # From a point of the line, not from x = 0, which may be far away.
        errors = slopes[:, None] * (x - x[i][:, None]) + y[i][:, None] - y
        sizes = np.abs(errors).sum(axis=1)
    if np.isnan(sizes).all():
        raise ValueError("x must hold numbers farther apart: every slope overflows")
    best = np.nanargmin(sizes)
    return np.array([slopes[best], y[i][best] - slopes[best] * x[i][best]])
