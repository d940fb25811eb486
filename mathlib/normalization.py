"""Normalization: numbers kept in range from layer to layer, forward and back.

A sample is a row, a feature a column. Each layer has the form of this book's layers:
called with its input and parameters, it returns the output and its pullback, which
takes the slopes with respect to the output to those with respect to what went in.

Reading order: ``standardize``; ``batch_norm`` and ``layer_norm``, which learn a scale
and a shift besides; ``moments``, ``running_moments`` and ``normalize`` for use.
"""

from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_slopes,
    check_between,
    check_count,
    check_fields,
    check_finite,
    check_least,
    check_none_negative,
    check_not_negative,
    check_shapes,
    stands_for_array,
)


class Moments(NamedTuple):
    """The mean and the variance of every feature.

    Chapter: normalization
    """

    mean: np.ndarray  # (d,)
    variance: np.ndarray  # (d,), the mean squared deviation


# Layers


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
        If X is not (n, d) or not finite, axis is neither 0 nor 1, epsilon is negative,
        or epsilon is 0 and a column (or row) is constant; from the pullback, if dZ has
        another shape.

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization.

    Notes
    -----
    Chapter: normalization

    Examples
    --------
    >>> Z, pullback = standardize([[1.0], [3.0]], axis=0, epsilon=0.0)
    >>> Z.ravel()
    array([-1.,  1.])
    """
    X = as_floats(X, "X")
    sizes = check_shapes(X=(X, "n d"))
    axis = check_count(axis=axis)
    if axis > 1:
        raise ValueError(f"axis must be 0 or 1, but is {axis}")
    epsilon = check_not_negative(epsilon=epsilon)
    _ = check_least(1, **{"the size of X along axis": sizes["nd"[axis]]})
    centered, spread, unit = _centered_and_spread(X, axis, epsilon)
    Z, s = centered / spread, unit * spread

    def pullback(dZ):
        dZ = as_slopes(dZ, "dZ", Z.shape)
        along = (dZ * Z).mean(axis=axis, keepdims=True)
        return ((dZ - dZ.mean(axis=axis, keepdims=True) - Z * along) / s,)

    return Z, pullback


def batch_norm(X, scale, shift, *, epsilon=1e-5):
    """Normalize each feature over the batch, then give it a learned scale and shift.

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
    Chapter: normalization

    Examples
    --------
    >>> Y, pullback = batch_norm([[1.0], [3.0]], [2.0], [5.0], epsilon=0.0)
    >>> Y.ravel()
    array([3., 7.])
    """
    return _normalized(X, scale, shift, axis=0, epsilon=epsilon)


def layer_norm(X, scale, shift, *, epsilon=1e-5):
    """Normalize each sample over its features; give each a learned scale and shift.

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
    Chapter: normalization

    Examples
    --------
    >>> Y, pullback = layer_norm([[1.0, 3.0]], [1.0, 1.0], [0.0, 0.0], epsilon=0.0)
    >>> Y
    array([[-1.,  1.]])
    """
    return _normalized(X, scale, shift, axis=1, epsilon=epsilon)


# In use


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
    Chapter: normalization

    Examples
    --------
    >>> moments([[1.0], [3.0]])
    Moments(mean=array([2.]), variance=array([1.]))
    """
    X = as_floats(X, "X")
    sizes = check_shapes(X=(X, "n d"))
    _ = check_least(1, **{"the number of rows of X": sizes["n"]})
    check_finite(X=X)
    constant = X.min(axis=0) == X.max(axis=0)  # a rounded mean would give it spread
    mean = np.where(constant, X[0], X.mean(axis=0))
    return Moments(mean, np.where(constant, 0.0, X.var(axis=0)))


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
    Chapter: normalization

    Examples
    --------
    >>> zero, one = Moments(np.zeros(1), np.ones(1)), moments([[1.0], [3.0]])
    >>> running_moments(zero, one).mean
    array([0.2])
    """
    check_fields("mean variance", running=running, batch=batch)
    share = check_between(0, 1, share=share)
    running, batch = _moments(running), _moments(batch)
    check_shapes(running=(running.mean, "d"), batch=(batch.mean, "d"))
    pairs = zip(running, batch, strict=True)
    return Moments(*((1 - share) * old + share * new for old, new in pairs))


def normalize(X, moments, scale, shift, *, epsilon=1e-5):
    """Use what batch normalization has learned: no sample depends on its batch.

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
        If the shapes do not fit, a variance or epsilon is negative or not finite, or
        their sum is 0.

    References
    ----------
    Ioffe & Szegedy (2015), Batch normalization.

    Notes
    -----
    Chapter: normalization

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
    epsilon = check_not_negative(epsilon=epsilon)
    check_finite(variance=variance)  # divided by infinity every X is the same
    if not (variance + epsilon > 0).all():
        raise ValueError(
            f"variance + epsilon must be > 0, but the smallest is "
            f"{(variance + epsilon).min():g}"
        )
    return (X - mean) / np.sqrt(variance + epsilon) * scale + shift


# Arguments


def _moments(given):
    """Moments as arrays of one shape."""
    mean = as_floats(given.mean, "mean")
    variance = as_floats(given.variance, "variance")
    check_shapes(mean=(mean, "d"), variance=(variance, "d"))
    check_none_negative(variance=variance)
    return Moments(mean, variance)


def _centered_and_spread(X, axis, epsilon):
    """X less its mean along an axis, and √(variance + ε), both in a unit; the unit."""
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
    # An ε that vanishes in these units still keeps a constant from 0/0.
    least = np.maximum(epsilon / unit / unit, np.nextafter(0, epsilon))
    return centered, np.sqrt(variance + least), unit


def _normalized(X, scale, shift, *, axis, epsilon):
    X = as_floats(X, "X")
    scale, shift = as_floats(scale, "scale"), as_floats(shift, "shift")
    check_shapes(X=(X, "n d"), scale=(scale, "d"), shift=(shift, "d"))
    Z, back = standardize(X, axis=axis, epsilon=epsilon)

    def pullback(dY):
        dY = as_slopes(dY, "dY", Z.shape)
        return *back(dY * scale), (dY * Z).sum(axis=0), dY.sum(axis=0)

    return Z * scale + shift, pullback
