"""All eigenpairs of a symmetric matrix, by way of its tridiagonal form.

A part of the lesson eigenvalue_algorithms. A symmetric matrix A has shape (d, d). Its
tridiagonal form is zero but for its diagonal, of shape (d,), and what stands beside it,
of shape (d − 1,). Several eigenvectors are the columns of one matrix.

Reading order: ``symmetric_eigenpairs``, then its three stages: ``_tridiagonalize``,
``_sections`` and ``_tridiagonal_eigenvectors``.
"""

from typing import NamedTuple

import numpy as np

from mathlib.checks import as_symmetric
from mathlib.rotations import EPS, TINY, reflector, scaled, sorted_pairs

PANEL = 32  # columns that are reduced before the rest of the matrix is updated
AWAY = 64  # roundings: beyond what an eigenvalue is off, within any wide gap
SECTIONS = 8  # into how many parts each round of ``symmetric_eigenpairs`` cuts


class Eigenpairs(NamedTuple):
    """All eigenvalues, ascending, and their eigenvectors.

    Chapter: eigenvalue_algorithms
    """

    eigenvalues: np.ndarray  # (d,)
    eigenvectors: np.ndarray  # (d, d), one in each column


def symmetric_eigenpairs(A):
    """All eigenpairs of a symmetric matrix, the fast way for large ones.

    Three stages. Reflections ``I − vvᵀ`` bring A to tridiagonal form T. The number of
    eigenvalues of T below x is the number of negative terms in Sturm's recurrence, with
    diagonal a and off-diagonal b::

        q₁ = a₁ − x,   qᵢ = aᵢ − x − bᵢ₋₁² / qᵢ₋₁

    so each eigenvalue is closed in by cutting its interval into eight, all of them at
    once. Inverse iteration finds the eigenvectors, orthonormalized after each step,
    since close eigenvalues give nearly the same direction.

    Parameters
    ----------
    A : (d, d) symmetric array

    Returns
    -------
    Eigenpairs
        The eigenvalues ascend; the eigenvectors are orthonormal columns.

    Raises
    ------
    ValueError
        If A is not symmetric, is empty, or has an entry that is not finite.
    ArithmeticError
        If inverse iteration does not settle.

    References
    ----------
    Givens (1954), Numerical computation of the characteristic values of a real
    symmetric matrix. Golub & Van Loan (2013), Matrix Computations, §8.3–8.4. Demmel,
    Heath & van der Vorst (1993), Parallel numerical linear algebra, for the sections.

    Notes
    -----
    Chapter: eigenvalue_algorithms

    Examples
    --------
    >>> symmetric_eigenpairs([[2, 1], [1, 3]]).eigenvalues.round(6)
    array([1.381966, 3.618034])
    """
    A, scale = scaled(as_symmetric(A))
    diagonal, beside, panels = _tridiagonalize(A)
    values = _sections(diagonal, beside)
    vectors = _tridiagonal_eigenvectors(diagonal, beside, values)
    for first, V in reversed(panels):  # I − V T⁻¹ Vᵀ is the product of its I − vvᵀ
        T = np.triu(V.T @ V, 1) + np.eye(V.shape[1])
        vectors[first:] -= V @ np.linalg.solve(T, V.T @ vectors[first:])
    return Eigenpairs(*sorted_pairs(scale * values, vectors))


def _tridiagonalize(A):
    """Diagonal, off-diagonal, and the reflections, in panels (first row, columns)."""
    A, panels = A.copy(), []
    d = len(A)
    beside = np.append(np.diag(A, -1), 0.0)  # its last entry is never read
    for first in range(0, d - 2, PANEL):
        width = min(PANEL, d - 2 - first)
        left, right = np.zeros((2, d - first, 2 * width))
        rest = A[first:, first:]
        for k in range(width):
            done = slice(0, 2 * k)
            rest[k:, k] -= left[k:, done] @ right[k, done]
            v, beside[first + k] = reflector(rest[k + 1 :, k])
            image = rest[k + 1 :, k + 1 :] @ v
            image -= left[k + 1 :, done] @ (right[k + 1 :, done].T @ v)
            image -= (v @ image) / 2 * v
            left[k + 1 :, 2 * k], left[k + 1 :, 2 * k + 1] = v, image
            right[k + 1 :, 2 * k], right[k + 1 :, 2 * k + 1] = image, v
        rest[width:, width:] -= left[width:] @ right[width:].T
        panels.append((first, left[:, ::2].copy()))
    if d > 1:
        beside[d - 2] = A[d - 1, d - 2]
    return np.diag(A).copy(), beside[:-1], panels


def _sections(diagonal, beside):
    """The eigenvalues of a tridiagonal matrix, each cut out of its interval."""
    d = len(diagonal)
    reach = np.abs(np.append(beside, 0)) + np.abs(np.append(0, beside))
    size = (np.abs(diagonal) + reach).max()
    low = np.full(d, (diagonal - reach).min() - EPS * size)
    high = np.full(d, (diagonal + reach).max() + EPS * size)
    index = np.arange(d)[:, None]
    parts = np.arange(1, SECTIONS) / SECTIONS
    while (high - low).max() > EPS * size:
        cuts = low[:, None] + (high - low)[:, None] * parts
        below = _count_below(diagonal, beside, cuts.ravel()).reshape(cuts.shape)
        at = (below <= index).sum(axis=1)  # how many cuts lie left of eigenvalue i
        edges = np.column_stack([low, cuts, high])
        low, high = edges[index[:, 0], at], edges[index[:, 0], at + 1]
    return (low + high) / 2


def _count_below(diagonal, beside, cuts):
    """How many eigenvalues of a tridiagonal matrix lie below each cut (Sturm)."""
    squares = np.maximum(beside * beside, TINY * TINY)
    terms = diagonal[:, None] - cuts
    part = np.empty_like(cuts)
    with np.errstate(divide="ignore", over="ignore"):  # 1/0 = ∞ counts as it should
        for square, before, term in zip(squares, terms, terms[1:], strict=False):
            np.divide(square, before, out=part)
            np.subtract(term, part, out=term)
    return np.signbit(terms).sum(axis=0)


def _tridiagonal_eigenvectors(diagonal, beside, values):
    """Orthonormal eigenvectors, all at once, by inverse iteration.

    Of many equal eigenvalues, each a rounding or two off, one may outgrow the others by
    thousands: their vectors then all but coincide, and digits are lost. Shifts some way
    off the eigenvalues make them grow alike.
    """
    for roundings in (0, AWAY):
        vectors = _inverse_iteration(diagonal, beside, values, roundings)
        if vectors is not None:
            return vectors
    raise ArithmeticError("symmetric_eigenpairs: inverse iteration did not settle")


def _inverse_iteration(diagonal, beside, values, roundings):
    """The eigenvectors, by shifts so many roundings off; None if it never settles."""
    size = max(np.abs(diagonal).max(), np.abs(beside).max(initial=0), TINY)
    d, beside = len(diagonal), np.append(beside, [0.0, 0.0])
    shifts = values + roundings * EPS * size
    solve = _tridiagonal_solver(diagonal, beside, shifts, EPS * size)
    vectors = np.random.default_rng(0).normal(size=(d, d))
    for _ in range(5):
        vectors = solve(vectors)
        vectors /= np.abs(vectors).max(axis=0)
        vectors = np.linalg.qr(vectors)[0]
        gap = (diagonal[:, None] - values) * vectors
        gap[:-1] += beside[: d - 1, None] * vectors[1:]
        gap[1:] += beside[: d - 1, None] * vectors[:-1]
        if np.linalg.norm(gap, axis=0).max() <= 8 * np.sqrt(d) * EPS * size:
            return vectors
    return None


def _tridiagonal_solver(diagonal, beside, values, floor):
    """A function that solves with T − λI for each λ in values, a column for each.

    Gaussian elimination, the larger of two rows on top; a pivot of 0 becomes floor.
    """
    d, zero = len(diagonal), np.zeros(len(values))
    pivots, next1, next2 = np.empty((3, d, len(values)))
    factors, swaps = np.empty((d, len(values))), np.empty((d, len(values)), dtype=bool)
    top, over = diagonal[0] - values, zero + beside[0]
    for i in range(d - 1):
        below, own, after = beside[i], diagonal[i + 1] - values, beside[i + 1]
        swap = np.less(np.abs(top), abs(below), out=swaps[i])
        pivots[i] = np.where(swap, below, top)
        pivots[i][np.abs(pivots[i]) < floor] = floor
        factor = np.divide(np.where(swap, top, below), pivots[i], out=factors[i])
        next1[i], next2[i] = np.where(swap, own, over), np.where(swap, after, 0.0)
        top = np.where(swap, over, own) - factor * next1[i]
        over = np.where(swap, 0.0, after) - factor * next2[i]
    pivots[-1] = np.where(np.abs(top) < floor, floor, top)

    def solve(right):
        x = right.copy()
        for i in range(d - 1):
            swap = swaps[i]
            upper = np.where(swap, x[i + 1], x[i])
            x[i + 1] = np.where(swap, x[i], x[i + 1]) - factors[i] * upper
            x[i] = upper
        x[-1] /= pivots[-1]
        if d > 1:
            x[-2] = (x[-2] - next1[-2] * x[-1]) / pivots[-2]
        for i in range(d - 3, -1, -1):
            x[i] = (x[i] - next1[i] * x[i + 1] - next2[i] * x[i + 2]) / pivots[i]
        return x

    return solve
