"""What a computer keeps of a number, and which digits of a result can be trusted.

A float of 64 bits has about 16 digits, one of 32 bits about 7, one of 16 bits 2 or 3.
Each operation rounds to them. How much of that reaches a result depends on the order
of the operations, as in a sum, and on the question itself: its condition number says
how shaky it is.

Reading order: ``spacing`` and ``rounded_to``, what is kept of a number; ``naive_norm``,
which overflows; the sums; ``condition_number``; the matrices of Hilbert, whose systems
cannot be trusted.
"""

import math
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_matrix,
    as_numbers,
    check_finite,
    check_least,
    check_shapes,
)
from mathlib.rotations import scaled


class Format(NamedTuple):
    """What a kind of floating-point number has room for.

    Chapter: floating_point
    """

    digits: int  # binary digits of a number, t
    lowest: int  # 2 to this is the smallest number that has all its digits
    largest: float  # beyond it, plus half a gap, is infinity


FORMATS = {
    "float64": Format(53, -1022, (2 - 2.0**-52) * 2.0**1023),
    "float32": Format(24, -126, (2 - 2.0**-23) * 2.0**127),
    "float16": Format(11, -14, (2 - 2.0**-10) * 2.0**15),
    "bfloat16": Format(8, -126, (2 - 2.0**-7) * 2.0**127),
}


# What is kept of a number


def spacing(x, kind="float64"):
    """How far apart the numbers of a format are at x.

    With t binary digits::

        2ᵏ⁻ᵗ⁺¹   where   2ᵏ ≤ |x| < 2ᵏ⁺¹

    Parameters
    ----------
    x : array
        Finite numbers.
    kind : str
        A name from ``FORMATS``.

    Returns
    -------
    array of the shape of x
        At a power of two the gap above it; the one below it is half of that. Close to
        zero, where numbers have fewer digits, all gaps are the same.

    Raises
    ------
    TypeError, ValueError
        If x holds no real numbers, one of them is not finite, or kind is no format.

    References
    ----------
    Higham (2002), Accuracy and Stability of Numerical Algorithms, §2.1.

    Notes
    -----
    Chapter: floating_point

    Examples
    --------
    >>> spacing([1, 2, 3, 4], "bfloat16") * 128
    array([1., 2., 2., 4.])
    >>> float(spacing(600_000, "float32"))
    0.0625
    """
    x = as_floats(x, "x")
    check_finite(x=x)
    digits, lowest, _ = _format(kind)
    _, exponent = np.frexp(x)  # 2**(exponent - 1) <= |x| < 2**exponent
    exponent = np.where(x == 0, lowest, np.maximum(exponent - 1, lowest))
    return np.ldexp(1.0, exponent - digits + 1)


def rounded_to(x, kind):
    """The numbers of a format that are closest to x: what it keeps of x.

    Of two that are as close it is the one whose last digit is 0.

    Parameters
    ----------
    x : array
        Finite numbers. Whole ones beyond 2⁵³ are first rounded to 53 binary digits.
    kind : str
        A name from ``FORMATS``. No array of numpy has the kind "bfloat16".

    Returns
    -------
    array of float64, of the shape of x
        ``inf`` or ``-inf`` for what is too large.

    Raises
    ------
    TypeError, ValueError
        As for ``spacing``.

    References
    ----------
    Higham (2002), Accuracy and Stability of Numerical Algorithms, §2.1.

    Notes
    -----
    Off by at most half a gap; so, unless x is closer to zero than ``2**lowest`` or too
    large, by at most 2⁻ᵗ relative to x.

    Chapter: floating_point

    Examples
    --------
    >>> rounded_to([0.1, 257, 1e5], "bfloat16")
    array([1.00097656e-01, 2.56000000e+02, 9.98400000e+04])
    >>> float(rounded_to(1e5, "float16"))
    inf
    """
    x = as_numbers(x, "x")  # in 64 bits a longer float would be rounded twice
    gap = spacing(x, kind)
    with np.errstate(over="ignore"):
        near = as_floats(np.rint(x / gap) * gap)
    largest = _format(kind).largest
    return np.where(abs(near) > largest, np.copysign(np.inf, near), near)[()]


def _format(kind):
    if not isinstance(kind, str) or kind not in FORMATS:
        raise ValueError(f"kind must be one of {', '.join(FORMATS)}, but is {kind!r}")
    return FORMATS[kind]


# A length


def naive_norm(v):
    """Length of a vector as the formula is written; it overflows and underflows.

    ::

        ‖v‖₂ = √(v₁² + … + v_d²)

    Parameters
    ----------
    v : (d,) array

    Returns
    -------
    float
        ``inf`` where a square overflows (from about 1e154), 0 where all vanish (below
        about 1e-162); use ``mathlib.vectors.norm``.

    Raises
    ------
    TypeError, ValueError
        If v holds no real numbers, or is no vector.

    Notes
    -----
    Chapter: floating_point

    Examples
    --------
    >>> naive_norm([3.0, 4.0]), naive_norm([1e200, 1e200]), naive_norm([1e-200, 1e-200])
    (5.0, inf, 0.0)
    """
    v = as_floats(v, "v")
    check_shapes(v=(v, "d"))
    with np.errstate(over="ignore"):
        return float(np.sqrt((v**2).sum()))


# Sums


def running_sum(x):
    """Sum from left to right, rounded after each addition in the type of x.

    ::

        s ← 0,   s ← s + xᵢ  for i = 1 … n

    Parameters
    ----------
    x : (n,) array
        float32 stays float32.

    Returns
    -------
    float
        Its error may grow in proportion to n.

    Raises
    ------
    TypeError, ValueError
        If x holds no real numbers, or is no vector.

    Notes
    -----
    Chapter: floating_point

    Examples
    --------
    >>> running_sum(np.full(10, 0.1)) == 1.0
    False
    """
    x = _as_summands(x)
    return float(np.add.accumulate(x)[-1]) if x.size else 0.0


def pairwise_sum(x):
    """Sum of neighbors, then of the neighboring sums, until one number is left.

    ::

        (x₁ + x₂) + (x₃ + x₄) + …

    Parameters
    ----------
    x : (n,) array
        float32 stays float32.

    Returns
    -------
    float
        Its error grows in proportion to log n only: no number is rounded more often
        than there are rounds.

    Raises
    ------
    TypeError, ValueError
        As for ``running_sum``.

    References
    ----------
    Higham (2002), Accuracy and Stability of Numerical Algorithms, §4.2.

    Notes
    -----
    Chapter: floating_point

    Examples
    --------
    >>> pairwise_sum(np.full(10, 0.1)) == 1.0
    True
    """
    x = _as_summands(x)
    while x.size > 1:
        odd_one = x[x.size // 2 * 2 :]
        x = np.append(x[:-1:2] + x[1::2], odd_one)
    return float(x.sum())


def _as_summands(x):
    """x as a vector of its own kind of float."""
    kind = as_numbers(x, "x").dtype
    kept = kind if kind.kind == "f" else float
    x = as_floats(x, "x")
    check_shapes(x=(x, "d"))
    return x.astype(kept, copy=False)


# How far an answer can be trusted


def condition_number(A):
    """By how much a matrix can magnify a relative error.

    The longest image over the shortest, with v running over the vectors of length one::

        κ(A) = max ‖Av‖ / min ‖Av‖ = σ₁ / σₙ

    If b in Ax = b is off by a relative error of ε, then x is off by at most κ ε.
    Rounding alone makes ε about 1e-16.

    Parameters
    ----------
    A : (m, n) array

    Returns
    -------
    float
        From 1, for a rotation, to inf, for dependent columns. A result beyond 1e15 is
        itself mostly rounding: it says "more than 1e15", no more.

    Raises
    ------
    ValueError
        If A is empty or not finite.

    References
    ----------
    Golub & Van Loan (2013), Matrix Computations, §2.6.2. Trefethen & Bau (1997),
    Numerical Linear Algebra, lecture 12.

    Notes
    -----
    The lengths are Euclidean, since then ``κ(AᵀA) = κ(A)²``, and a matrix need not be
    square. The singular values come from numpy: how to compute them is the subject of
    `mathlib.singular_values`. For 2×2 see ``mathlib.matrices.stretches``.

    Chapter: floating_point

    Examples
    --------
    >>> round(condition_number([[3, 0], [0, -2]]), 9)
    1.5
    >>> condition_number([[1, 2], [2, 4]]) > 1e15
    True
    """
    A, _ = scaled(as_matrix(A, "A"))  # else the largest could overflow
    sizes = np.linalg.svd(A, compute_uv=False).tolist()
    narrow = A.shape[0] < A.shape[1]
    return math.inf if narrow or sizes[-1] == 0 else sizes[0] / sizes[-1]


def hilbert(n):
    """The Hilbert matrix, the classic of the systems that cannot be trusted.

    Its entries are::

        hᵢⱼ = 1 / (i + j − 1),   i, j = 1, …, n

    Its condition number grows about 30-fold with each n.

    Parameters
    ----------
    n : int
        At least 1.

    Returns
    -------
    (n, n) array

    Raises
    ------
    TypeError, ValueError
        If n is not a whole number >= 1.

    References
    ----------
    Hilbert (1894), Ein Beitrag zur Theorie des Legendre'schen Polynoms.

    Notes
    -----
    Chapter: floating_point

    Examples
    --------
    >>> 1 / hilbert(3)
    array([[1., 2., 3.],
           [2., 3., 4.],
           [3., 4., 5.]])
    """
    n = check_least(1, n=n)
    i = np.arange(1, n + 1)
    return 1 / (i[:, None] + i - 1)


def hilbert_inverse(n):
    """The inverse of the Hilbert matrix, from a formula: nothing is solved for.

    Its entries are whole numbers::

        (−1)ⁱ⁺ʲ (i + j − 1) C(n+i−1, n−j) C(n+j−1, n−i) C(i+j−2, i−1)²

    with C(m, k) = m! / (k! (m − k)!), the number of ways to choose k out of m.

    Parameters
    ----------
    n : int
        At least 1.

    Returns
    -------
    (n, n) array
        Exact up to n = 12; from then on the largest entries have more than 16 digits,
        and each is rounded once.

    Raises
    ------
    TypeError, ValueError
        If n is not a whole number >= 1.
    OverflowError
        If the largest entry is no float: from about n = 205 on.

    References
    ----------
    Choi (1983), Tricks or Treats with the Hilbert Matrix.

    Notes
    -----
    Chapter: floating_point

    Examples
    --------
    >>> hilbert_inverse(3)
    array([[   9.,  -36.,   30.],
           [ -36.,  192., -180.],
           [  30., -180.,  180.]])
    """
    n = check_least(1, n=n)

    def entry(i, j):
        corners = math.comb(n + i - 1, n - j) * math.comb(n + j - 1, n - i)
        middle = math.comb(i + j - 2, i - 1) ** 2
        return (-1) ** (i + j) * (i + j - 1) * corners * middle

    places = range(1, n + 1)
    entries = [[entry(i, j) for j in places] for i in places]
    try:
        return np.array(entries, dtype=float)
    except OverflowError:
        raise OverflowError(
            f"n must be smaller than {n}: the largest entry of the inverse is beyond "
            f"the largest float"
        ) from None
