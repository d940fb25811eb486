"""Matrices: tables of numbers that move space.

A matrix is an array of shape (m, n): m rows, n columns. It takes a vector x of shape
(n,) to the vector Ax of shape (m,), and its column j is where the unit vector j goes. A
vector stays one-dimensional: a column (n, 1) is a matrix. Angles are in radians.

Whatever asks "is this zero?" after rounding has a tolerance, and says which.

Reading order: tables and maps; the product and its views; LU, and what it gives
(``lu_solve``, ``determinant``, ``inverse``); ``rank``; sliding filters as matrices.
Systems that have no solution, or many, are in
`mathlib.linear_systems`.
"""

import math
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_matrix,
    check_callable,
    check_count,
    check_fields,
    check_finite,
    check_rng,
    check_shapes,
    guarded,
)
from mathlib.reflections import rank_of_triangle, rank_tolerance, reflect
from mathlib.rotations import scaled

EPSILON = np.finfo(float).eps
# Columns that ``lu`` brings up to date in one matrix product.
BLOCK = 32
# How many roundings two ways to compute the same thing may differ by.
ROUNDINGS = 1000


class LU(NamedTuple):
    """A matrix with its rows reordered, as lower times upper triangle: PA = LU.

    Chapter: linear_systems
    """

    P: np.ndarray  # (n, n), each row and each column holds a single 1
    L: np.ndarray  # (n, n), ones on the diagonal, zeros above, no entry beyond 1
    U: np.ndarray  # (n, n), zeros below the diagonal


class Stretches(NamedTuple):
    """How a 2×2 matrix stretches: most along a direction, least across it, at 90°.

    Chapter: matrices
    """

    largest: float  # σ₁
    smallest: float  # σ₂
    directions: np.ndarray  # (2, 2), its columns are stretched by σ₁ and σ₂


# Tables and maps


def add(A, B):
    """The sum of two matrices of one shape, entry by entry.

    Each entry is::

        cᵢⱼ = aᵢⱼ + bᵢⱼ

    Parameters
    ----------
    A, B : (m, n) array

    Returns
    -------
    (m, n) array

    Raises
    ------
    ValueError
        If the shapes differ. (numpy would stretch a (3, 1) and a (1, 3) array to a
        (3, 3) sum.)

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> add([[1, 2]], [[3, 4]])
    array([[4., 6.]])
    """
    A, B = as_floats(A, "A"), as_floats(B, "B")
    check_shapes(A=(A, "m n"), B=(B, "m n"))
    return A + B


def rotation(angle):
    """The 2×2 matrix that turns the plane counterclockwise.

    It is::

        ⎡cos φ  −sin φ⎤
        ⎣sin φ   cos φ⎦

    Parameters
    ----------
    angle : float
        φ in radians.

    Returns
    -------
    (2, 2) array

    Raises
    ------
    ValueError
        If the angle is not a finite number.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> rotation(np.pi / 2).round(9) @ [1, 0]
    array([0., 1.])
    """
    angle = _number(angle, "angle")
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.array([[cosine, -sine], [sine, cosine]])


def shear(amount):
    """The 2×2 matrix that pushes each point sideways by a multiple of its height.

    It is::

        ⎡1  k⎤
        ⎣0  1⎦

    Parameters
    ----------
    amount : float
        k, any finite number.

    Returns
    -------
    (2, 2) array

    Raises
    ------
    ValueError
        If the amount is not a finite number.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> shear(2) @ [0, 1]
    array([2., 1.])
    """
    return np.array([[1.0, _number(amount, "amount")], [0.0, 1.0]])


def scale(x, y):
    """The 2×2 matrix that stretches by x along the first axis, by y along the second.

    It is::

        ⎡x  0⎤
        ⎣0  y⎦

    Parameters
    ----------
    x, y : float
        Any finite numbers; a negative one also flips.

    Returns
    -------
    (2, 2) array

    Raises
    ------
    ValueError
        If x or y is not a finite number.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> scale(2, 3) @ [1, 1]
    array([2., 3.])
    """
    return np.diag([_number(x, "x"), _number(y, "y")])


def stretches(A):
    """The longest and the shortest image of a unit vector under a 2×2 matrix.

    The image of the unit circle is an ellipse; these are its half axes, the singular
    values of A. In closed form::

        A = ⎡a b⎤    σ₁ = ½ (√((a + d)² + (c − b)²) + √((a − d)² + (b + c)²))
            ⎣c d⎦    σ₂ = |ad − bc| / σ₁

    Parameters
    ----------
    A : (2, 2) array

    Returns
    -------
    Stretches
        The first direction v has Av of length σ₁ (any direction, where σ₁ = σ₂).

    Raises
    ------
    ValueError
        If A is not a finite (2, 2) array.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> stretches([[3, 0], [0, -2]])[:2]
    (3.0, 2.0)
    """
    A = as_floats(A, "A")
    check_shapes(A=(A, "2 2"))
    check_finite(A=A)
    size = np.abs(A).max() or 1.0
    (a, b), (c, d) = (A / size).tolist()
    largest = (math.hypot(a + d, c - b) + math.hypot(a - d, b + c)) / 2
    smallest = min(abs(a * d - b * c) / largest, largest) if largest else 0.0
    angle = math.atan2(2 * (a * b + c * d), a * a + c * c - b * b - d * d) / 2
    return Stretches(float(largest * size), float(smallest * size), rotation(angle))


def matrix_of(f, d):
    """The matrix of a linear map: column j is the image of the unit vector j.

    With e₁, e₂, … the unit vectors it is::

        A = (f(e₁), f(e₂), …, f(e_d))

    Parameters
    ----------
    f : function of a (d,) array
        Returns an (m,) array.
    d : int
        At least 1.

    Returns
    -------
    (m, d) array

    Raises
    ------
    ValueError
        If f does not send zero to zero: then no matrix does what f does. Or if its
        values are not (m,) arrays.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> matrix_of(lambda x: np.array([x[0] + x[1], 3 * x[0]]), 2)
    array([[1., 1.],
           [3., 0.]])
    """
    d = _check_map(f, d)
    zero = _image(f, np.zeros(d))
    if zero.any():
        raise ValueError(
            f"f must be linear, but sends zero to {zero.tolist()}: "
            f"use the matrix of f(x) - f(0), and add f(0)"
        )
    return np.stack([_image(f, unit, zero) for unit in np.eye(d)], axis=1)


def is_linear(f, d, *, rng, trials=20):
    """Whether a function passes the test of a linear map on random vectors.

    For numbers s, t and vectors u, v it must be, up to rounding::

        f(s u + t v) = s f(u) + t f(v)

    Parameters
    ----------
    f : function of a (d,) array
        Returns an (m,) array.
    d : int
        At least 1.
    rng : numpy.random.Generator
    trials : int
        How many pairs of vectors to try.

    Returns
    -------
    bool
        True is evidence: no pair broke the rule by more than a thousand roundings of
        float64 for each entry of x, of the size of the largest entries of s f(u) and
        t f(v). What is smaller than that goes unseen: x + 1e-13 passes. False: one
        pair did, or a value was not finite. For an f whose own rounding stays below
        that it is proof; one that rounds more coarsely, in float32 or by large terms
        that cancel as in (x + 1e6 x₁) − 1e6 x₁, fails by that alone.

    Raises
    ------
    TypeError, ValueError
        If f is no function, its values are not (m,) arrays, or rng cannot draw.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> is_linear(lambda x: 2 * x, 3, rng=np.random.default_rng(0))
    True
    >>> is_linear(lambda x: 2 * x + 1, 3, rng=np.random.default_rng(0))
    False
    """
    d = _check_map(f, d)
    trials = check_count(trials=trials)
    check_rng(rng)
    weights = rng.normal(size=(trials, 2))
    return all(_keeps(f, *rng.normal(size=(2, d)), s, t) for s, t in weights)


def is_affine(f, d, *, rng, trials=20):
    """Whether a function passes the test of an affine map, linear plus a constant.

    f is affine exactly when it keeps the combinations whose weights add up to 1::

        f(s u + t v) = s f(u) + t f(v),   s + t = 1

    Parameters
    ----------
    f, d, rng, trials
        Arguments as for ``is_linear``.

    Returns
    -------
    bool
        As for ``is_linear``. Every linear map is affine too.

    Raises
    ------
    TypeError, ValueError
        As for ``is_linear``.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> is_affine(lambda x: 2 * x + 1, 3, rng=np.random.default_rng(0))
    True
    >>> is_affine(lambda x: x**2, 3, rng=np.random.default_rng(0))
    False
    """
    d = _check_map(f, d)
    trials = check_count(trials=trials)
    check_rng(rng)
    weights = [(s, 1 - s) for s in rng.normal(size=trials)]
    return all(_keeps(f, *rng.normal(size=(2, d)), s, t) for s, t in weights)


def _keeps(f, u, v, s, t):
    first = s * _image(f, u)
    second = t * _image(f, v, first)
    size = np.abs(first).max(initial=0) + np.abs(second).max(initial=0)
    image = _image(f, s * u + t * v, first)
    gap = np.abs(image - (first + second)).max(initial=0)
    return bool(gap <= ROUNDINGS * EPSILON * u.size * size)


# The product


def matmul(A, B):
    """The matrix product, by its definition.

    Row i of A meets column j of B::

        cᵢⱼ = Σₖ aᵢₖ bₖⱼ

    In earnest write ``A @ B``: the same numbers, thousands of times as fast.

    Parameters
    ----------
    A : (m, n) array
    B : (n, p) array

    Returns
    -------
    (m, p) array

    Raises
    ------
    ValueError
        If the columns of A are not as many as the rows of B.

    References
    ----------
    Strang (2023), Introduction to Linear Algebra, §2.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> matmul([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    array([[19., 22.],
           [43., 50.]])
    """
    A, B = _factors(A, B)
    (m, n), p = A.shape, B.shape[1]
    C = np.zeros((m, p))
    for i in range(m):
        for j in range(p):
            for k in range(n):
                C[i, j] += A[i, k] * B[k, j]
    return C


def product_by_columns(A, B):
    """The matrix product, column by column: A acts on each column of B.

    That is::

        column j of AB = A · (column j of B)

    Arguments as for ``matmul``.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> product_by_columns([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    array([[19., 22.],
           [43., 50.]])
    """
    A, B = _factors(A, B)
    return np.stack([A @ column for column in B.T], axis=1)


def product_by_rows(A, B):
    """The matrix product, row by row: each row of A mixes the rows of B.

    That is::

        row i of AB = (row i of A) · B

    Arguments as for ``matmul``.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> product_by_rows([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    array([[19., 22.],
           [43., 50.]])
    """
    A, B = _factors(A, B)
    return np.stack([row @ B for row in A])


def product_by_outer_products(A, B):
    """The matrix product as a sum of matrices, one for each inner index.

    Each of them is an outer product, of rank one::

        AB = Σₖ (column k of A) (row k of B)

    Arguments as for ``matmul``.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> product_by_outer_products([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    array([[19., 22.],
           [43., 50.]])
    """
    A, B = _factors(A, B)
    pairs = zip(A.T, B, strict=True)
    return sum(np.outer(column, row) for column, row in pairs)


def _factors(A, B):
    A, B = as_matrix(A, "A"), as_matrix(B, "B")
    check_shapes(A=(A, "m n"), B=(B, "n p"))
    return A, B


# LU: elimination, written down


def lu(A):
    """Factor a square matrix into triangles, exchanging rows where that is safer.

    The result is::

        P A = L U

    Step j finishes column j of L and row j of U from the parts that are finished; the
    rest of A waits (left-looking). Of the candidates for the pivot, the divisor of the
    step, it takes the largest: then no entry of L exceeds 1. A block of columns at a
    time catches up with what came before it.

    Parameters
    ----------
    A : (n, n) array

    Returns
    -------
    LU
        Fields ``P``, ``L``, ``U``. A singular matrix has factors too; a zero then
        stands on the diagonal of U, or a number of the size of rounding.

    Raises
    ------
    ValueError
        If A is empty, not square or not finite.
    OverflowError
        If an entry of U, or a sum on the way to it, is beyond the largest float: then
        scale A down first.

    References
    ----------
    Golub & Van Loan (2013), Matrix Computations, §3.2 and §3.4.

    Notes
    -----
    The error ``PA − LU`` is some roundings of the largest entry of U. In theory that
    can be 2ⁿ⁻¹ times the largest of A; on matrices met in practice it is of its size.

    Chapter: linear_systems

    Examples
    --------
    >>> factors = lu([[1, 2], [4, 4]])
    >>> factors.P, factors.L, factors.U
    (array([[0., 1.],
           [1., 0.]]), array([[1.  , 0.  ],
           [0.25, 1.  ]]), array([[4., 4.],
           [0., 1.]]))
    """
    A = _square(A, "A")
    with np.errstate(over="ignore", invalid="ignore"):
        F, rows = _eliminate(A.copy())
    if not np.isfinite(F).all():
        raise OverflowError(
            f"A must have smaller entries than {np.abs(A).max():.2g}: an entry of U, "
            f"or a sum on the way to it, is beyond the largest float; divide A by a "
            f"power of two"
        )
    n = len(F)
    return LU(np.eye(n)[rows], np.tril(F, -1) + np.eye(n), np.triu(F))


def _eliminate(F):
    """F, turned into U and below its diagonal L; and the order of its rows."""
    n, rows = len(F), np.arange(len(F))
    for start in range(0, n, BLOCK):
        stop = min(start + BLOCK, n)
        F[start:, start:stop] -= F[start:, :start] @ F[:start, start:stop]
        for j in range(start, stop):
            F[j:, j] -= F[j:, start:j] @ F[start:j, j]
            pivot = j + np.abs(F[j:, j]).argmax()
            rows[j], rows[pivot] = rows[pivot], rows[j]
            row, F[j] = F[j].copy(), F[pivot]  # faster than two rows by a list
            F[pivot] = row
            F[j, j + 1 : stop] -= F[j, start:j] @ F[start:j, j + 1 : stop]
            if F[j, j] != 0:  # else the column below is zero already
                F[j + 1 :, j] /= F[j, j]
        F[start:stop, stop:] -= F[start:stop, :start] @ F[:start, stop:]
        for j in range(start, stop):
            F[j, stop:] -= F[j, start:j] @ F[start:j, stop:]
    return F, rows


def lu_solve(factors, b):
    """Solve Ax = b with the factors of A: down through L, back up through U.

    Two systems with triangles take the place of one::

        L y = P b,   U x = y

    Factoring costs about 2n³/3 operations, this 2n²: keep the factors for the next b.

    Parameters
    ----------
    factors : LU
        From ``lu(A)``.
    b : (n,) or (n, k) array
        k right sides are solved at once, a column each.

    Returns
    -------
    array of b's shape

    Raises
    ------
    ValueError
        If a zero stands on the diagonal of U (A is singular: ``solve`` names the case),
        or b does not fit.

    Notes
    -----
    The residual ``b − Ax`` is small. How far x is from the exact solution depends on
    ``mathlib.floating_point.condition_number(A)`` besides.

    Chapter: linear_systems

    Examples
    --------
    >>> lu_solve(lu([[1, 2], [3, 4]]), [5, 11])
    array([1., 2.])
    """
    check_fields("P L U", factors=factors)
    P, L, U = factors
    b = as_floats(b, "b")
    check_shapes(b=(b, f"{len(L)} k" if b.ndim == 2 else f"{len(L)}"))
    check_finite(b=b)
    return back_substitution(U, _forward(L, b[P.argmax(axis=1)]))


def _forward(L, b):
    """Solve Ly = b for a lower triangle with ones on its diagonal."""
    y = b.copy()
    for i in range(1, len(y)):
        y[i] -= L[i, :i] @ y[:i]
    return y


def back_substitution(U, y):
    """Solve a system with an upper triangle, from the last row up.

    Each row gives one unknown, since those below it are known::

        xᵢ = (yᵢ − Σⱼ uᵢⱼ xⱼ) / uᵢᵢ,   j = i + 1, …, n

    Parameters
    ----------
    U : (n, n) array
        What stands below the diagonal is not read.
    y : (n,) or (n, k) array
        k right sides are solved at once, a column each.

    Returns
    -------
    array of y's shape

    Raises
    ------
    ValueError
        If a zero stands on the diagonal, an entry of U from there up is not finite, or
        y does not fit.

    Notes
    -----
    Chapter: linear_systems

    Examples
    --------
    >>> back_substitution([[2, 1], [0, 5]], [5, 10])
    array([1.5, 2. ])
    """
    U, y = as_floats(U, "U"), as_floats(y, "y")
    check_shapes(U=(U, "n n"), y=(y, "n k" if y.ndim == 2 else "n"))
    check_finite(U=np.triu(U))
    diagonal = np.diag(U)
    if not diagonal.all():
        raise ValueError(
            f"U must be invertible, but entry {diagonal.tolist().index(0)} of its "
            "diagonal is zero: use solve, which names the case"
        )
    x = y.copy()
    for i in reversed(range(len(x))):
        x[i] = (x[i] - U[i, i + 1 :] @ x[i + 1 :]) / U[i, i]
    return x


def determinant(A):
    """By what factor a matrix multiplies areas and volumes; negative if it flips.

    With the factors of ``lu`` and s the number of row exchanges::

        det A = (−1)ˢ · u₁₁ u₂₂ ⋯ uₙₙ

    Parameters
    ----------
    A : (n, n) array

    Returns
    -------
    float
        0 for a singular matrix, up to rounding. Too large for a float it is inf, too
        small 0: the size of a determinant is no test of anything.

    Raises
    ------
    ValueError
        As for ``lu``.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> determinant([[2, 0], [0, -3]])
    -6.0
    """
    power = 0
    try:
        P, _, U = lu(A)
    except OverflowError:  # entries of U grow at most to 2ⁿ⁻¹ times the largest of A
        power = len(A)
        P, _, U = lu(np.ldexp(as_floats(A, "A"), -power))
    mantissas, exponents = np.frexp(np.diag(U))
    product, exponent = _sign(P.argmax(axis=1)), int(exponents.sum())
    exponent += power * len(U)
    for mantissa in mantissas.tolist():
        product, shift = math.frexp(product * mantissa)
        exponent += shift
    with np.errstate(over="ignore", under="ignore"):
        return float(np.ldexp(product, exponent)) + 0.0


def _sign(order):
    """1.0 if it takes an even number of exchanges to sort the order, else −1.0."""
    sign, seen = 1.0, set()
    for start in range(len(order)):
        place, length = start, 0
        while place not in seen:
            seen.add(place)
            place, length = int(order[place]), length + 1
        if length and length % 2 == 0:
            sign = -sign
    return sign


def inverse(A):
    """The matrix that undoes A.

    From either side::

        A⁻¹ A = A A⁻¹ = I

    Parameters
    ----------
    A : (n, n) array

    Returns
    -------
    (n, n) array

    Raises
    ------
    ValueError
        If A is singular: its ``rank`` is below n, up to rounding.

    Notes
    -----
    The error is about as many roundings as the condition number of A. To solve Ax = b
    there is no need of it: ``lu_solve`` costs a third, and its residual is as a rule
    the smaller one.

    Chapter: matrices

    Examples
    --------
    >>> inverse([[2, 1], [1, 1]])
    array([[ 1., -1.],
           [-1.,  2.]])
    """
    A = _square(A, "A")
    if rank(A) < len(A):
        raise ValueError(
            f"A must be invertible, but its rank is {rank(A)}, with {len(A)} columns: "
            f"it sends some vector other than zero to zero, up to rounding"
        )
    return lu_solve(lu(A), np.eye(len(A))) + 0.0


def rank(A, tolerance=None):
    """The number of independent columns, which is also that of independent rows.

    It is read off a QR factorization that takes the longest remaining column first:
    the number of j with::

        |rⱼⱼ| > tolerance · |r₁₁|

    Parameters
    ----------
    A : (m, n) array
    tolerance : float, optional
        By default max(m, n) roundings of 2.2e-16: what is smaller may be all rounding.

    Returns
    -------
    int
        From 0, for the zero matrix, to min(m, n).

    Raises
    ------
    ValueError
        If A is empty or not finite.

    References
    ----------
    Golub & Van Loan (2013), Matrix Computations, §5.4.2 (and §5.4.3 on the rare
    matrices whose rank hides from it).

    Notes
    -----
    Chapter: linear_systems

    Examples
    --------
    >>> rank([[1, 2], [2, 4]]), rank([[1, 2], [3, 4]])
    (1, 2)
    """
    A, _ = scaled(as_matrix(A, "A"))  # else the longest column could overflow
    return rank_of_triangle(reflect(A, choose=True)[1], rank_tolerance(A, tolerance))


# Sliding filters


def cross_correlate(x, kernel):
    """Slide a kernel over a signal or an image; multiply and add at each place.

    For a signal, and for an image::

        yᵢ = Σₖ xᵢ₊ₖ wₖ          yᵢⱼ = Σₖₗ xᵢ₊ₖ,ⱼ₊ₗ wₖₗ

    Only the places where the kernel fits inside count. This is what a "convolutional"
    layer computes; it does not flip the kernel.

    Parameters
    ----------
    x : (n,) or (h, w) array
    kernel : (k,) or (k, l) array
        Of as many axes as x, along none of them longer.

    Returns
    -------
    (n - k + 1,) or (h - k + 1, w - l + 1) array

    Raises
    ------
    ValueError
        If the kernel is empty or does not fit into x.

    References
    ----------
    Goodfellow, Bengio & Courville (2016), Deep Learning, §9.1.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> cross_correlate([1, 2, 3, 4], [1, 0, -1])
    array([-2., -2.])
    """
    x, kernel = as_floats(x, "x"), as_floats(kernel, "kernel")
    places = _places(x.shape, kernel.shape)
    y = np.zeros(places)
    for offset, weight in np.ndenumerate(kernel):
        pairs = zip(offset, places, strict=True)
        y += weight * x[tuple(slice(o, o + size) for o, size in pairs)]
    return y


def convolve(x, kernel):
    """Convolution: ``cross_correlate`` with the kernel turned end for end.

    For a kernel of k entries::

        y[i] = Σⱼ x[i + j] w[k − 1 − j]

    Arguments as for ``cross_correlate``. With the flip, two signals of one length give
    the same in either order. A layer that learns its kernel has no use for it.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> convolve([1, 2, 3, 4], [1, 0, -1])
    array([2., 2.])
    """
    return cross_correlate(x, np.flip(as_floats(kernel, "kernel")))


def correlation_matrix(kernel, shape):
    """The matrix C that slides a kernel: the kernel's entries along its diagonals.

    With x laid out row by row::

        C · x.ravel() = cross_correlate(x, kernel).ravel()

    For a signal each row is the one above, moved one place to the right (a Toeplitz
    matrix); for an image, it is made of blocks of that kind.

    Parameters
    ----------
    kernel : (k,) or (k, l) array
    shape : tuple of int, or int
        The shape of x.

    Returns
    -------
    array of as many rows as there are places, as many columns as x has entries

    Raises
    ------
    ValueError
        As for ``cross_correlate``, or if an entry of the kernel is not finite.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> correlation_matrix([1, 2], 4)
    array([[1., 2., 0., 0.],
           [0., 1., 2., 0.],
           [0., 0., 1., 2.]])
    """
    kernel = as_floats(kernel, "kernel")
    check_finite(kernel=kernel)
    sizes = enumerate([shape] if np.ndim(shape) == 0 else shape)
    shape = tuple(check_count(**{f"entry {at} of shape": size}) for at, size in sizes)
    _places(shape, kernel.shape)
    return matrix_of(
        lambda x: cross_correlate(x.reshape(shape), kernel).ravel(), math.prod(shape)
    )


def convolution_matrix(kernel, shape):
    """The matrix that convolves: ``correlation_matrix`` of the flipped kernel.

    Arguments as for ``correlation_matrix``.

    Notes
    -----
    Chapter: matrices

    Examples
    --------
    >>> convolution_matrix([1, 2], 4)
    array([[2., 1., 0., 0.],
           [0., 2., 1., 0.],
           [0., 0., 2., 1.]])
    """
    return correlation_matrix(np.flip(as_floats(kernel, "kernel")), shape)


def _places(shape, kernel):
    """The shape of the result: how often the kernel fits along each axis."""
    fits = len(kernel) == len(shape) in (1, 2) and all(
        0 < k <= n for k, n in zip(kernel, shape, strict=True)
    )
    if not fits:
        raise ValueError(
            f"kernel must have one or two axes and fit into x of shape {shape}, "
            f"but its shape is {kernel}"
        )
    return tuple(n - k + 1 for k, n in zip(kernel, shape, strict=True))


# Arguments


def _square(A, name):
    A = as_matrix(A, name)
    check_shapes(**{name: (A, "n n")})
    return A


def _number(x, name):
    x = as_floats(x, name)
    check_shapes(**{name: (x, "")})
    check_finite(**{name: x})
    return float(x)


def _check_map(f, d):
    check_callable(f=f)
    d = check_count(d=d)
    if d == 0:
        raise ValueError("d must be a whole number >= 1, but is 0")
    return d


def _image(f, x, other=None):
    """f(x), of the shape of another image: of two lengths one might be stretched."""
    image = as_floats(guarded(f)(x), "what f returns")
    check_shapes(**{"what f returns": (image, "m")})
    if other is not None and image.shape != other.shape:
        raise ValueError(
            f"what f returns must have one shape, but has {other.shape} and "
            f"{image.shape}"
        )
    return image
