"""Reflections: any matrix as orthonormal columns times a triangle, and its rank.

A mirror sends a vector to the first axis and changes no length; mirror after mirror, a
matrix becomes a triangle (Householder). With the longest column first, the diagonal of
the triangle falls, and the rank shows on it.

Reading order: ``reflect``; then ``rank_tolerance`` and ``rank_of_triangle``, which ask
where the diagonal is zero up to rounding. `mathlib.matrices` reads the rank of a matrix
off the triangle, `mathlib.linear_systems` solves with it.
"""

import math
from typing import NamedTuple

import numpy as np

from mathlib.checks import as_matrix, check_choice, check_not_negative
from mathlib.rotations import scaled

EPSILON = np.finfo(float).eps


class Reflected(NamedTuple):
    """A matrix, its columns reordered, as orthonormal columns times a triangle.

    Chapter: linear_systems
    """

    Q: np.ndarray  # (m, k)
    R: np.ndarray  # (m, n), zeros below the diagonal; of its rows only k are not zero
    order: np.ndarray  # (n,), which column of the matrix stands at each place


def reflect(A, *, choose, full=False):
    """Make the columns of a matrix orthonormal by reflections.

    The result is, with its columns in this order::

        A[:, order] = Q R[:k],   QᵀQ = I

    Parameters
    ----------
    A : (m, n) array
    choose : bool
        Whether each step takes the longest of the columns left, so that the diagonal of
        R falls and the rank shows on it. Otherwise the order stays.
    full : bool
        Whether Q has all k = m columns; otherwise k = min(m, n).

    Returns
    -------
    Reflected
        Fields ``Q`` (m, k), ``R`` (m, n) and ``order`` (n,). The diagonal of R is not
        negative.

    Raises
    ------
    ValueError
        If A is empty or not finite, or choose or full is neither True nor False.

    References
    ----------
    Golub & Van Loan (2013), Matrix Computations, §5.2 and §5.4. Householder (1958),
    Unitary triangularization of a nonsymmetric matrix.

    Notes
    -----
    Chapter: linear_systems

    Examples
    --------
    >>> Q, R, order = reflect([[3, 1, 0], [4, 2, 9]], choose=True)
    >>> order
    array([2, 0, 1])
    >>> (Q @ R).round(9) + 0.0
    array([[0., 3., 1.],
           [9., 4., 2.]])
    """
    A = as_matrix(A, "A")
    check_choice((True, False), choose=choose, full=full)
    (R, size), order, mirrors = scaled(A), np.arange(A.shape[1]), []
    for j in range(min(A.shape)):
        if choose:
            swap = [j, j + _longest(R[j:, j:])]
            R[:, swap], order[swap] = R[:, swap[::-1]], order[swap[::-1]]
        mirrors.append(_mirror(R[j:, j]))
        _apply(mirrors[j], R[j:, j:])
        R[j + 1 :, j] = 0
    signs = np.ones(len(A))
    signs[: len(mirrors)] = np.where(np.diag(R) < 0, -1.0, 1.0)
    Q = np.eye(len(A), len(A) if full else len(mirrors)) * signs[:, None]
    for j in reversed(range(len(mirrors))):
        _apply(mirrors[j], Q[j:, j:])
    return Reflected(Q, signs[:, None] * R * size + 0.0, order)


def _mirror(x):
    """The unit vector v for which I − 2vvᵀ takes x to its axis; zero for zero."""
    if not x.any():
        return np.zeros_like(x)
    x, _ = scaled(x)  # else the smallest floats, with few digits, lose more
    v = x / _length(x)
    cosine = v[0]
    v[0] += math.copysign(1.0, cosine)  # the sign that adds: no digits cancel
    return v / math.sqrt(2 * (1 + abs(cosine)))


def _apply(v, block):
    """Reflect every column of the block, in place."""
    block -= np.outer(2 * v, v @ block)


def _longest(columns):
    scaled = columns / (np.abs(columns).max() or 1.0)
    return int((scaled**2).sum(axis=0).argmax())


def _length(x):
    """The root of the sum of squares; hypot neither over- nor underflows."""
    return math.hypot(*x.ravel().tolist())


def rank_tolerance(A, tolerance=None):
    """What is no larger, relative to the longest column, counts as zero.

    By default some roundings, since what is smaller may be all rounding::

        max(m, n) · 2.2e-16

    Parameters
    ----------
    A : (m, n) array
    tolerance : float, optional
        At least 0; it takes the place of the default.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If A is empty or not finite, or the tolerance is negative or not finite.

    Notes
    -----
    Chapter: linear_systems

    Examples
    --------
    >>> print(f"{rank_tolerance(np.eye(2)):.2g}", rank_tolerance(np.eye(2), 1e-6))
    4.4e-16 1e-06
    """
    A = as_matrix(A, "A")
    if tolerance is None:
        return max(A.shape) * EPSILON
    return check_not_negative(tolerance=tolerance)


def rank_of_triangle(R, tolerance):
    """The rank of a triangle whose diagonal falls: how much of it is not zero.

    It is the number of j with::

        |rⱼⱼ| > tolerance · |r₁₁|

    Parameters
    ----------
    R : (m, n) array
        From ``reflect`` with choose.
    tolerance : float
        From ``rank_tolerance``.

    Returns
    -------
    int
        From 0, for zeros alone, to min(m, n).

    Raises
    ------
    ValueError
        If R is empty or not finite, or the tolerance is negative or not finite.

    Notes
    -----
    Chapter: linear_systems

    Examples
    --------
    >>> rank_of_triangle([[5, 1], [0, 1e-20]], tolerance=1e-15)
    1
    """
    R = as_matrix(R, "R")
    tolerance = check_not_negative(tolerance=tolerance)
    diagonal = np.abs(np.diag(R))
    return int((diagonal > tolerance * diagonal[0]).sum())
