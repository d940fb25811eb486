"""Linear systems: none, one or infinitely many solutions, and the closest point.

A matrix A has shape (m, n), a right side b shape (m,): a row of A with its entry of b
is an equation. The bases of subspaces are the columns of a matrix.

Whatever asks "is this zero?" after rounding has a tolerance, and says which.

Reading order: ``qr``; ``subspaces``; ``solve``; ``least_squares_qr``. Elimination,
``lu`` and ``lu_solve``, is in `mathlib.matrices`, which needs it for determinants and
inverses; the reflections of which QR is made are in `mathlib.reflections`.
"""

from typing import NamedTuple

import numpy as np

from mathlib.checks import as_floats, as_matrix, check_finite, check_shapes
from mathlib.matrices import back_substitution
from mathlib.reflections import rank_of_triangle, rank_tolerance, reflect
from mathlib.rotations import moderate, scaled
from mathlib.vectors import norm


class QR(NamedTuple):
    """A matrix as orthonormal columns times an upper triangle: A = QR.

    Chapter: linear_systems
    """

    Q: np.ndarray  # (m, k) with k = min(m, n)
    R: np.ndarray  # (k, n), zeros below the diagonal


class Subspaces(NamedTuple):
    """Orthonormal bases, in columns, of the four subspaces of a matrix of rank r.

    Chapter: linear_systems
    """

    column_space: np.ndarray  # (m, r), all that Ax can be
    null_space: np.ndarray  # (n, n - r), all x with Ax = 0
    row_space: np.ndarray  # (n, r), square to the null space
    left_null_space: np.ndarray  # (m, m - r), square to the column space


class Solution(NamedTuple):
    """All solutions of Ax = b: one of them, plus anything from the null space.

    Chapter: linear_systems
    """

    kind: str  # "none", "one" or "infinitely many"
    particular: np.ndarray | None  # (n,), the shortest solution; None if there is none
    null_space: np.ndarray  # (n, n - r), an orthonormal basis in columns
    up_to_rounding: bool  # whether something tiny was taken for zero


class LeastSquares(NamedTuple):
    """The closest that Ax comes to b.

    Chapter: linear_systems
    """

    solution: np.ndarray  # (n,)
    fitted: np.ndarray  # (m,), Ax: the foot of the perpendicular from b
    residual: np.ndarray  # (m,), b - Ax, square to every column of A


def qr(A):
    """Factor a matrix into orthonormal columns and a triangle, by reflections.

    The result is::

        A = Q R,   QᵀQ = I

    Step j reflects what is left of column j onto its axis (Householder)::

        H = I − 2 v vᵀ / vᵀv

    Parameters
    ----------
    A : (m, n) array

    Returns
    -------
    QR
        ``Q`` of shape (m, k) and ``R`` of shape (k, n), k = min(m, n). The diagonal of
        R is not negative.

    Raises
    ------
    ValueError
        If A is empty or not finite.

    References
    ----------
    Golub & Van Loan (2013), Matrix Computations, §5.2. Householder (1958), Unitary
    triangularization of a nonsymmetric matrix.

    Notes
    -----
    Q is orthonormal to some roundings even where the columns of A are nearly dependent.

    Chapter: linear_systems

    Examples
    --------
    >>> Q, R = qr([[3, 1], [4, 2]])
    >>> Q.round(3)
    array([[ 0.6, -0.8],
           [ 0.8,  0.6]])
    >>> R.round(3)
    array([[5. , 2.2],
           [0. , 0.4]])
    """
    Q, R, _ = reflect(as_matrix(A, "A"), choose=False)
    return QR(Q, R[: min(R.shape)])


def subspaces(A, tolerance=None):
    """The four subspaces of a matrix: what it reaches, what it sends to zero.

    With r the rank::

        column space   all Ax          dimension r
        null space     Ax = 0          dimension n − r
        row space      all Aᵀy         dimension r,     square to the null space
        left null      Aᵀy = 0         dimension m − r, square to the column space

    Parameters
    ----------
    A : (m, n) array
    tolerance : float, optional
        As for ``rank``.

    Returns
    -------
    Subspaces
        An orthonormal basis of each, in columns; a subspace that holds zero alone has
        a basis without columns.

    Raises
    ------
    ValueError
        If A is empty or not finite.

    References
    ----------
    Strang (2023), Introduction to Linear Algebra, §3.

    Notes
    -----
    Chapter: linear_systems

    Examples
    --------
    >>> spaces = subspaces([[1, 2], [2, 4]])
    >>> [basis.shape[1] for basis in spaces]
    [1, 1, 1, 1]
    >>> abs(spaces.null_space.ravel()).round(4)
    array([0.8944, 0.4472])
    """
    A, _ = scaled(as_matrix(A, "A"))  # else the longest column could overflow
    Q, R, _ = reflect(A, choose=True, full=True)
    r = rank_of_triangle(R, rank_tolerance(A, tolerance))
    across, _, _ = reflect(A.T, choose=True, full=True)
    return Subspaces(Q[:, :r], across[:, r:], across[:, :r], Q[:, r:])


def solve(A, b, tolerance=None):
    """All solutions of a system of linear equations, and how many there are.

    Every solution is one of them plus a combination of the null space::

        A x = b   for   x = particular + null_space · t,   t any (n − r,) vector

    Parameters
    ----------
    A : (m, n) array
        An equation is a row.
    b : (m,) array
    tolerance : float, optional
        As for ``rank``. The equations count as satisfied when::

            ‖b − Ax‖ ≤ 10 · tolerance · (‖A‖ ‖x‖ + ‖b‖)

    Returns
    -------
    Solution
        ``kind`` "none", "one" or "infinitely many"; ``particular``, the shortest
        solution; ``null_space``; and ``up_to_rounding``, whether something tiny was
        taken for zero: a direction (the rank r is found to be below m and n both) or,
        with r below m, the residual. Then the kind is a judgment: a matrix that has an
        inverse may be among those. Where it is False rounding can still deceive, if
        rarely: what it leaves of a dependent column may be just above the tolerance.

    Raises
    ------
    ValueError
        If A is empty, an entry is not finite, or the shapes do not fit.

    Notes
    -----
    A matrix that is singular up to rounding counts as singular: that of Hilbert, of
    size 12, is one, though it has an inverse. Where A is known to be invertible,
    ``lu_solve(lu(A), b)`` is several times as fast.

    Chapter: linear_systems

    Examples
    --------
    >>> solve([[1, 1], [1, -1]], [3, 1]).particular.round(9)
    array([2., 1.])
    >>> solve([[1, 1], [2, 2]], [3, 6]).kind, solve([[1, 1], [2, 2]], [3, 7]).kind
    ('infinitely many', 'none')
    """
    A, b, _, exponent = _scaled_system(*_system(A, b))
    tolerance = rank_tolerance(A, tolerance)
    x, r = _basic_solution(A, b, tolerance)
    null_space = reflect(A.T, choose=True, full=True)[0][:, r:]
    x = x - null_space @ (x @ null_space)
    m, n = A.shape
    size = norm(A.ravel()) * norm(x) + norm(b)
    if norm(b - A @ x) > 10 * tolerance * size:
        return Solution("none", None, null_space, up_to_rounding=r < min(m, n))
    kind = "infinitely many" if null_space.size else "one"
    return Solution(kind, np.ldexp(x, exponent), null_space, up_to_rounding=r < m)


def least_squares_qr(A, b):
    """The x for which Ax comes closest to b, through QR.

    It minimizes the length of the residual, and so makes it square to the columns::

        ‖b − Ax‖ smallest   ⇔   Aᵀ(b − Ax) = 0   ⇔   R x = Qᵀ b

    (The chapter on gradient descent has ``least_squares``, which appends a column of
    ones to its data and fits a line. This one takes A as it is, and never forms AᵀA,
    whose condition number is the square of that of A.)

    Parameters
    ----------
    A : (m, n) array
        With independent columns; so m >= n.
    b : (m,) array

    Returns
    -------
    LeastSquares
        Fields ``solution``, ``fitted`` (Ax) and ``residual`` (b − Ax).

    Raises
    ------
    ValueError
        If the columns of A are dependent, so that several x are equally good; if A is
        empty, an entry is not finite, or the shapes do not fit.

    References
    ----------
    Golub & Van Loan (2013), Matrix Computations, §5.3.

    Notes
    -----
    Chapter: linear_systems

    Examples
    --------
    >>> fit = least_squares_qr([[1, 0], [1, 1], [1, 2]], [6, 0, 0])
    >>> fit.solution.round(9), fit.residual.round(9)
    (array([ 5., -3.]), array([ 1., -2.,  1.]))
    """
    A, b = _system(A, b)
    small, part, height, exponent = _scaled_system(A, b)
    x, r = _basic_solution(small, part, rank_tolerance(A, None))
    if r < A.shape[1]:
        raise ValueError(
            f"A must have independent columns, but its rank is {r}, with {A.shape[1]} "
            f"columns: several x are equally good"
        )
    fitted = height * (small @ x)  # what A @ x adds up may overflow
    return LeastSquares(np.ldexp(x, exponent), fitted, b - fitted)


def _basic_solution(A, b, tolerance):
    """The x that makes Ax closest to b with r entries not zero, and the rank r."""
    Q, R, order = reflect(A, choose=True)
    r = rank_of_triangle(R, tolerance)
    x = np.zeros(A.shape[1])
    x[order[:r]] = back_substitution(R[:r, :r], b @ Q[:, :r])
    return x, r


def _scaled_system(A, b):
    """A near 1 and b by powers of two, that of b, and what x then lacks: 2 to this."""
    (A, size), (b, height) = scaled(A), moderate(b)
    return A, b, height, np.frexp(height)[1] - np.frexp(size)[1]


def _system(A, b):
    A, b = as_matrix(A, "A"), as_floats(b, "b")
    check_shapes(A=(A, "m n"), b=(b, "m"))
    check_finite(b=b)
    return A, b
