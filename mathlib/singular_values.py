"""Singular values: any matrix is a turn, a stretch along the axes and another turn.

A matrix A has shape (m, n), any shape, and r = min(m, n) singular values, none
negative, in descending order. Data X have shape (n, d): a sample is a row. Every
singular vector and every component has length one; in each column of U and in each
component the entry largest in size is positive (the first of them, up to rounding).

Reading order: ``svd``, by Jacobi rotations from one side; what is made of it:
``best_rank``, ``pseudoinverse``, ``principal_components``.
"""

from typing import NamedTuple

import numpy as np

from mathlib.checks import as_matrix, check_count, shown
from mathlib.reflections import rank_tolerance
from mathlib.rotations import (
    EPS,
    SWEEPS,
    TINY,
    jacobi_angles,
    moderate,
    rotate,
    scaled,
    signs,
    tournament,
)


class SVD(NamedTuple):
    """The singular value decomposition ``A = U Σ Vᵀ``, with r = min(m, n).

    Chapter: singular_values
    """

    u: np.ndarray  # (m, r), orthonormal columns
    singular_values: np.ndarray  # (r,), descending, none negative
    vt: np.ndarray  # (r, n), orthonormal rows


class PCA(NamedTuple):
    """The k directions in which data spread most.

    Chapter: singular_values
    """

    components: np.ndarray  # (k, d), one direction in each row
    variances: np.ndarray  # (k,), descending
    scores: np.ndarray  # (n, k), the samples' coordinates along the directions
    mean: np.ndarray  # (d,)


# The decomposition


def svd(A):
    """The singular value decomposition, by Jacobi rotations from one side.

    Any matrix is a rotation, a stretch along the axes, and another rotation, where a
    mirror may go with a rotation::

        A = U Σ Vᵀ

    A is first shrunk to a square triangle (``A = QR``). Then its rows are rotated in
    pairs until all are orthogonal to each other: their lengths are the singular values.

    Parameters
    ----------
    A : (m, n) array

    Returns
    -------
    SVD
        Fields ``u`` (m, r), ``singular_values`` (r,) descending, ``vt`` (r, n), with
        r = min(m, n). In each column of u the entry largest in size is positive.

    Raises
    ------
    ValueError
        If A is no matrix, is empty, or has an entry that is not finite.
    ArithmeticError
        If two rows are not orthogonal after 60 sweeps.

    References
    ----------
    Hestenes (1958), Inversion of matrices by biorthogonalization and related results.
    Golub & Van Loan (2013), Matrix Computations, §8.6.

    Notes
    -----
    Chapter: singular_values

    Examples
    --------
    >>> svd([[3, 0], [4, 5]]).singular_values.round(6)
    array([6.708204, 2.236068])
    """
    A = as_matrix(A, "A")
    A, scale = scaled(A)
    tall = A if A.shape[0] >= A.shape[1] else A.T
    Q, R = np.linalg.qr(tall)
    turns, rows = _orthogonal_rows(R)
    lengths = np.sqrt((rows * rows).sum(axis=1))
    order = np.argsort(-lengths, kind="stable")
    lengths = lengths[order]
    u, vt = Q @ turns[order].T, _completed(rows[order], lengths)
    if tall is not A:
        u, vt = vt.T, u.T
    sign = signs(u)
    return SVD(u * sign, scale * lengths, vt * sign[:, None])


def _orthogonal_rows(R):
    """J and rows = J R, with J orthogonal and the rows orthogonal to each other."""
    d = len(R)
    both = np.hstack([R, np.eye(d)])  # What is done to R is done to the identity.
    for _ in range(SWEEPS):
        worst = 0.0
        for p, q in tournament(d):
            rows, others = both[p, :d], both[q, :d]
            first, second = (rows * rows).sum(axis=1), (others * others).sum(axis=1)
            product = (rows * others).sum(axis=1)
            size = np.sqrt(first) * np.sqrt(second)
            oblique = (np.abs(product) > d * EPS * size) & (
                np.minimum(first, second) > TINY * TINY
            )
            if oblique.any():
                worst = max(worst, (np.abs(product[oblique]) / size[oblique]).max())
                product = np.where(oblique, product, 0.0)
                rotate(both, p, q, *jacobi_angles(first, second, product))
        if worst == 0:
            return both[:, d:], both[:, :d]
    raise ArithmeticError(
        f"svd: after {SWEEPS} sweeps two rows still have the cosine {worst:.2g}"
    )


def _completed(rows, lengths):
    """The rows with length one; where a length is 0, any that complete the basis."""
    known = lengths > TINY
    units = rows[known] / lengths[known, None]
    if known.all():
        return units
    d = rows.shape[1]
    extra = np.random.default_rng(0).normal(size=(d, d - len(units)))
    for _ in range(2):  # Once more, since subtraction cancels.
        extra = np.linalg.qr(extra - units.T @ (units @ extra))[0]
    return np.vstack([units, extra.T[: len(rows) - len(units)]])


# What is made of it


def best_rank(A, k):
    """The matrix of rank at most k that is closest to A.

    Keep the k largest singular values::

        A_k = σ₁ u₁v₁ᵀ + … + σ_k u_kv_kᵀ

    Its error is ``σ_{k+1}`` in the spectral norm and ``√(σ²_{k+1} + … + σ²_r)`` in the
    Frobenius norm; no matrix of that rank has a smaller one.

    Parameters
    ----------
    A : (m, n) array
    k : int
        Between 0 and min(m, n).

    Returns
    -------
    (m, n) array

    Raises
    ------
    ValueError
        If k is too large, or as in ``svd``.

    References
    ----------
    Eckart & Young (1936), The approximation of one matrix by another of lower rank.

    Notes
    -----
    Chapter: singular_values

    Examples
    --------
    >>> best_rank([[3, 0], [0, 1]], 1)
    array([[3., 0.],
           [0., 0.]])
    """
    A = as_matrix(A, "A")
    k = _check_rank(k, A.shape, "A")
    u, sizes, vt = svd(A)
    return (u[:, :k] * sizes[:k]) @ vt[:k] + 0.0


def pseudoinverse(A, *, tolerance=None):
    """The matrix that undoes A as far as it can be undone.

    Turn back, divide by the singular values that are not zero, turn back::

        A⁺ = V Σ⁺ Uᵀ,   σ⁺ = 1/σ where σ > tolerance · σ₁, else 0

    ``A⁺ b`` is the shortest of the x that make ``‖Ax − b‖`` smallest. For an
    invertible A it is ``A⁻¹ b``.

    Parameters
    ----------
    A : (m, n) array
    tolerance : float, optional
        Below which share of the largest a singular value counts as zero; by default
        max(m, n) roundings.

    Returns
    -------
    (n, m) array

    Raises
    ------
    ValueError
        As in ``svd``.

    References
    ----------
    Penrose (1955), A generalized inverse for matrices.

    Notes
    -----
    Chapter: singular_values

    Examples
    --------
    >>> pseudoinverse([[2, 0], [0, 0], [0, 4]]).round(6) + 0.0
    array([[0.5 , 0.  , 0.  ],
           [0.  , 0.  , 0.25]])
    """
    A = as_matrix(A, "A")
    tolerance = rank_tolerance(A, tolerance)
    u, sizes, vt = svd(A)
    kept = sizes > tolerance * sizes[0]
    return (vt[kept].T / sizes[kept]) @ u[:, kept].T


def principal_components(X, k):
    """The k orthogonal directions in which the samples spread most.

    With the mean of every feature subtracted, the right singular vectors::

        X − mean = U Σ Vᵀ,   components = first k rows of Vᵀ,   variances = σ²/(n − 1)

    They are the eigenpairs of the covariance matrix, which is never formed.

    Parameters
    ----------
    X : (n, d) array
        A sample is a row; at least two.
    k : int
        Between 0 and min(n, d).

    Returns
    -------
    PCA
        ``scores @ components + mean`` is the reconstruction from k numbers a sample,
        the best that any k directions allow. In each component the entry largest in
        size is positive.

    Raises
    ------
    ValueError
        If there are fewer than two samples, k is too large, or as in ``svd``.

    References
    ----------
    Pearson (1901), On lines and planes of closest fit to systems of points in space.

    Notes
    -----
    Chapter: singular_values

    Examples
    --------
    >>> found = principal_components([[0, 0], [1, 1], [2, 2]], 1)
    >>> found.components.round(3), found.variances.round(3)
    (array([[0.707, 0.707]]), array([2.]))
    """
    X = as_matrix(X, "X")
    n = len(X)
    if n < 2:
        raise ValueError(
            f"X must hold at least two samples, but its shape is {X.shape}"
        )
    k = _check_rank(k, X.shape, "X")
    X, size = moderate(X)  # else a sum of the largest floats could overflow
    mean = X.mean(axis=0)
    _, sizes, vt = svd(X - mean)
    components = vt[:k] * signs(vt[:k].T)[:, None]
    scores = (X - mean) @ components.T
    variances = (size * sizes[:k]) ** 2 / (n - 1)
    return PCA(components, variances, size * scores, size * mean)


# Arguments


def _check_rank(k, shape, name):
    k = check_count(k=k)
    if k > min(shape):
        raise ValueError(
            f"k must be at most {min(shape)} for {name} of shape {shape}, but is "
            f"{shown(k)}"
        )
    return k
