"""Many dimensions: the volume of a ball, and a memory read by dot products.

A vector is an array of shape (d,), with d in the hundreds. Directions drawn at random
are then almost square to each other, so that one space holds many keys which hardly
disturb each other.

Reading order: ``ball_volume``; ``dot_product_attention``.
"""

import math
from typing import NamedTuple

import numpy as np

from mathlib.checks import as_floats, check_count, check_not_negative, check_shapes
from mathlib.vectors import linear_combination

BEYOND = 10**300  # so many dimensions are too many for the gamma function


class Attention(NamedTuple):
    """What a query reads from a memory, and how much of each value it took.

    Chapter: high_dimensions
    """

    output: np.ndarray  # (m,)
    weights: np.ndarray  # (n,)


def ball_volume(d, radius=1.0):
    """Volume of a ball in d dimensions.

    With the gamma function, Γ(m + 1) = m! ::

        π^(d/2) / Γ(d/2 + 1) · rᵈ

    Parameters
    ----------
    d : int
        The dimension. Landmarks for radius 1: 2 (a segment) for d = 1, π for d = 2,
        4π/3 for d = 3; the largest is 5.264 at d = 5.
    radius : float
        r >= 0.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        If d is not a whole number >= 0, or radius is negative.

    References
    ----------
    Blum, Hopcroft & Kannan (2020), Foundations of Data Science, §2.4.

    Notes
    -----
    Chapter: high_dimensions

    Examples
    --------
    >>> round(ball_volume(2), 6), round(ball_volume(5), 3)
    (3.141593, 5.264)
    """
    d = check_count(d=d)
    radius = check_not_negative(radius=radius)
    if d == 0 or radius == 0:
        return float(d == 0)
    if d > BEYOND:  # by Stirling, log volume / d; the volume itself is no float
        share = math.log(radius) + (math.log(2 * math.pi) + 1 - math.log(d)) / 2
        return math.inf if share > 0 else 0.0
    # Through logarithms: each factor alone overflows or vanishes in high dimension.
    log = d / 2 * math.log(math.pi) - math.lgamma(d / 2 + 1) + d * math.log(radius)
    return math.exp(log) if log < math.log(np.finfo(float).max) else math.inf


def dot_product_attention(query, keys, values):
    """Read from a memory: each value counts as much as its key agrees with the query.

    ::

        weightᵢ = query · keyᵢ,   output = Σᵢ weightᵢ valueᵢ

    There is no softmax here: the weights may be negative and need not add up to 1.
    Where the keys are orthonormal this is a table: the query keyᵢ returns valueᵢ.

    Parameters
    ----------
    query : (d,) array
    keys : (n, d) array
    values : (n, m) array

    Returns
    -------
    Attention
        Fields ``output`` (m,) and ``weights`` (n,).

    Raises
    ------
    ValueError
        If the shapes do not fit.

    References
    ----------
    Vaswani et al. (2017), Attention Is All You Need, §3.2; there the weights are scaled
    by 1/√d and go through a softmax.

    Notes
    -----
    Chapter: high_dimensions

    Examples
    --------
    >>> attention = dot_product_attention(
    ...     query=[1.0, 0.0], keys=[[1.0, 0.0], [0.0, 1.0]], values=[[5.0], [7.0]]
    ... )
    >>> attention.weights, attention.output
    (array([1., 0.]), array([5.]))
    """
    query, keys = as_floats(query, "query"), as_floats(keys, "keys")
    values = as_floats(values, "values")
    check_shapes(query=(query, "d"), keys=(keys, "n d"), values=(values, "n m"))
    weights = (keys * query).sum(axis=1)
    return Attention(linear_combination(weights, values), weights)
