"""Sparsity: penalties whose corners make weights exactly zero.

A sample is a row. As in the lesson on regularization the lasso minimizes half a *sum*
of squares plus a price for the weights::

    ½ ‖Xw − y‖² + λ ‖w‖₁

The table ``PENALTIES`` holds each penalty: its value, its gradient and its proximal
step, which needs no gradient where a penalty has a corner.

Reading order: ``l1`` and ``soft_threshold``, ``elastic_net``, ``PENALTIES``;
``proximal_gradient``; ``lasso`` and its path.
"""

import numpy as np

from mathlib.checks import (
    as_floats,
    as_samples,
    as_slopes,
    as_vector,
    check_between,
    check_callable,
    check_count,
    check_fields,
    check_not_negative,
    check_positive,
    check_shapes,
    guarded,
    guarded_gradient,
    plain_number,
)
from mathlib.regularization import L2, Penalty, l2, l2_gradient, shrink, unit_columns
from mathlib.vectors import norm

# Penalties


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
    Chapter: sparsity

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
    Chapter: sparsity

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
    Chapter: sparsity

    Examples
    --------
    >>> soft_threshold([3.0, 0.3, -2.0], 0.5)
    array([ 2.5,  0. , -1.5])
    """
    amount = check_not_negative(amount=amount)
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
    Chapter: sparsity

    Examples
    --------
    >>> elastic_net(0.5).prox([3.0, 0.3], 1.0).round(4)
    array([1.6667, 0.    ])
    """
    mix = check_between(0, 1, mix=mix)

    def prox(w, amount):
        amount = check_not_negative(amount=amount)
        return shrink(soft_threshold(w, mix * amount), (1 - mix) * amount)

    return Penalty(
        lambda w: mix * l1(w) + (1 - mix) * l2(w),
        lambda w: mix * l1_gradient(w) + (1 - mix) * l2_gradient(w),
        prox,
    )


PENALTIES = {
    "l2": L2,
    "l1": Penalty(l1, l1_gradient, soft_threshold),
    "elastic_net": elastic_net(0.5),
}


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
        If an argument has the wrong kind, or an impossible value, or gradient or the
        penalty's step returns another shape than that of start.

    References
    ----------
    Daubechies, Defrise & De Mol (2004), An iterative thresholding algorithm for linear
    inverse problems. Parikh & Boyd (2014), Proximal algorithms, §4.2.

    Notes
    -----
    Chapter: sparsity

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
    strength = check_not_negative(strength=strength)
    rate, steps = check_positive(rate=rate), check_count(steps=steps)
    amount = check_not_negative(**{"rate times strength": rate * strength})
    points, slope = [as_vector(start, "start")], guarded_gradient(gradient)
    prox = guarded(penalty.prox)
    for _ in range(steps):
        w = points[-1]
        w = prox(w - rate * slope(w), amount)
        points.append(as_slopes(w, "what prox returns", points[0].shape))
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
    Chapter: sparsity

    Examples
    --------
    >>> lasso(np.eye(2), [3.0, 0.3], 0.5)
    array([2.5, 0. ])
    """
    X, y = as_samples(X, y)
    strength, tolerance = check_not_negative(strength=strength, tolerance=tolerance)
    steps = check_count(steps=steps)
    w = np.zeros(X.shape[1]) if start is None else as_vector(start, "start")
    check_shapes(X=(X, "n d"), start=(w, "d"))
    units, lengths = unit_columns(X)
    w, threshold = w * lengths * units.any(axis=0), strength / lengths
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
    Chapter: sparsity

    Examples
    --------
    >>> lasso_path(np.eye(2), [3.0, 0.5], [1.0, 0.25])
    array([[2.  , 0.  ],
           [2.75, 0.25]])
    """
    (X, y), rows, w = as_samples(X, y), [], None
    for strength in as_vector(strengths, "strengths").tolist():
        strength = check_not_negative(**{"each of strengths": strength})
        w = lasso(X, y, strength, start=w)
        rows.append(w)
    return np.array(rows).reshape(len(rows), X.shape[1])


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
    Chapter: sparsity

    Examples
    --------
    >>> largest_useful_strength(np.eye(2), [3.0, -4.0])
    4.0
    """
    X, y = as_samples(X, y)
    return float(np.abs(y @ X).max())
