"""All eigenvalues of a matrix, and their eigenvectors.

A matrix A has shape (d, d). Several eigenvectors are the columns of one matrix V, in
the order of their eigenvalues, so that ``A V = V Λ``. Every eigenvector has length one,
and its entry largest in size is positive (the first of them, up to rounding).

Iterations raise ArithmeticError, with the reason, where they do not converge. What is
promised is a small *backward* error: the result is exact for a matrix that differs from
A in the last digits. How far the eigenvalues themselves may be off depends on A; for a
symmetric A they are as good as its entries, for a defective one they are not.

Reading order: the QR algorithm for any matrix (``naive_qr_algorithm``,
``qr_algorithm``); Jacobi's method for a symmetric one (``naive_jacobi``, ``jacobi``); a
guess without any work (``gershgorin``). The fast way for large symmetric matrices,
``symmetric_eigenpairs``, stands in ``mathlib.tridiagonal``.
"""

from typing import NamedTuple

import numpy as np

from mathlib.checks import as_square, as_symmetric, check_count
from mathlib.rotations import (
    EPS,
    SWEEPS,
    TINY,
    jacobi_angles,
    reflector,
    rotate,
    scaled,
    signs,
    sorted_pairs,
    tournament,
)
from mathlib.tridiagonal import Eigenpairs


class Schur(NamedTuple):
    """All eigenpairs of a matrix, and its triangular form ``A = Q T Q*``.

    Chapter: eigenvalue_algorithms
    """

    eigenvalues: np.ndarray  # (d,), real or complex
    eigenvectors: np.ndarray  # (d, d), one in each column
    unitary: np.ndarray  # Q, (d, d)
    triangular: np.ndarray  # T, (d, d), with the eigenvalues on its diagonal


class Discs(NamedTuple):
    """Discs of the complex plane, one for each row of a matrix.

    Chapter: eigenvalue_algorithms
    """

    centers: np.ndarray  # (d,)
    radii: np.ndarray  # (d,)


# The QR algorithm


def naive_qr_algorithm(A, *, steps):
    """Factor, multiply in the other order, repeat: the QR algorithm without shifts.

    Each step is a change of basis, so that the eigenvalues stay::

        A = Q R,   A ← R Q = Qᵀ A Q

    Where all eigenvalues differ in size, the largest first, the entries below the
    diagonal as a rule shrink, entry (i, j) in the long run by ``|λᵢ/λⱼ|`` a step. Where
    two sizes are equal, nothing may happen: [[0, 1], [1, 0]] stays as it is.

    Parameters
    ----------
    A : (d, d) array
    steps : int

    Returns
    -------
    (steps + 1, d, d) array
        A and what becomes of it.

    Raises
    ------
    ValueError
        If A is not square, is empty, or has an entry that is not finite.

    References
    ----------
    Francis (1961), The QR transformation.

    Notes
    -----
    Chapter: eigenvalue_algorithms

    Examples
    --------
    >>> naive_qr_algorithm([[2, 1], [1, 2]], steps=10)[-1].round(3) + 0.0
    array([[3., 0.],
           [0., 1.]])
    """
    steps = check_count(steps=steps)
    iterates = [as_square(A)]
    for _ in range(steps):
        Q, R = np.linalg.qr(iterates[-1])
        iterates.append(R @ Q)
    return np.array(iterates)


def qr_algorithm(A, *, steps=60):
    """All eigenpairs of any real square matrix, by the shifted QR algorithm.

    A is brought to Hessenberg form (zero below the first subdiagonal). Then each step,
    with a shift μ near an eigenvalue, all but separates the last row from the rest::

        H − μI = Q R,   H ← R Q + μI

    until ``A = Q T Q*`` with T upper triangular; for a symmetric A, T is diagonal.

    Parameters
    ----------
    A : (d, d) array
    steps : int
        The most steps to take for one eigenvalue; two or three are usual.

    Returns
    -------
    Schur
        For a symmetric A all is real and the eigenvalues ascend. Otherwise Q and T are
        complex; eigenvalues and eigenvectors are complex if any eigenvalue is, in
        descending order of size (sizes are compared up to 1e-9 of the largest entry of
        A; of equal ones the larger real part is first). ``eigenvectors`` has unit
        columns with ``A V = V Λ``. Where A is defective, it has too few directions, and
        V is singular up to rounding; an eigenvalue of multiplicity m is then off by
        about ``ε^(1/m)``.

    Raises
    ------
    ValueError
        If A is not square, is empty, or has an entry that is not finite.
    ArithmeticError
        If an eigenvalue has not separated after the given steps.

    References
    ----------
    Francis (1961), The QR transformation. Golub & Van Loan (2013), Matrix
    Computations, §7.4–7.6.

    Notes
    -----
    Chapter: eigenvalue_algorithms

    Examples
    --------
    >>> qr_algorithm([[2, 1], [1, 3]]).eigenvalues.round(6)
    array([1.381966, 3.618034])
    >>> qr_algorithm([[0, -1], [1, 0]]).eigenvalues.round(6) + 0.0
    array([0.+1.j, 0.-1.j])
    """
    steps = check_count(steps=steps)
    H, scale = scaled(as_square(A))
    symmetric = np.array_equal(H, H.T)
    H, Q = _hessenberg(H)
    if not symmetric:
        H, Q = H.astype(complex), Q.astype(complex)
    _separate(H, Q, steps)
    return (_from_symmetric if symmetric else _from_triangular)(H, Q, scale)


def _hessenberg(A):
    """H and orthogonal Q with A = Q H Qᵀ, H zero below the first subdiagonal."""
    H, Q = A.copy(), np.eye(len(A))
    for k in range(len(A) - 2):
        v, H[k + 1, k] = reflector(H[k + 1 :, k])
        H[k + 2 :, k] = 0
        H[k + 1 :, k + 1 :] -= np.outer(v, v @ H[k + 1 :, k + 1 :])
        H[:, k + 1 :] -= np.outer(H[:, k + 1 :] @ v, v)
        Q[:, k + 1 :] -= np.outer(Q[:, k + 1 :] @ v, v)
    return H, Q


def _separate(H, Q, steps):
    """Make H triangular by shifted QR steps from the last row up, in place."""
    norm = np.linalg.norm(H)
    last, tried = len(H) - 1, 0
    while last > 0:
        first = _start_of_block(H, last, norm)
        if first == last:
            last, tried = last - 1, 0
            continue
        if tried == steps:
            raise ArithmeticError(
                f"qr_algorithm did not separate eigenvalue {last} in {steps} steps: "
                f"raise steps"
            )
        tried += 1
        _qr_step(H, Q, first, last, _shift(H, last, tried))


def _start_of_block(H, last, norm):
    """Where the block that ends at last begins; subdiagonals too small become 0."""
    for k in range(last, 0, -1):
        if abs(H[k, k - 1]) <= EPS * norm:
            H[k, k - 1] = 0
            return k
    return 0


def _shift(H, last, tried):
    """Wilkinson's: of the last 2×2 block, the eigenvalue nearest the corner."""
    if tried % 10 == 0:  # Off any symmetry, where the usual one runs in circles.
        return H[last, last] + 0.75 * abs(H[last, last - 1])
    (a, b), (c, d) = H[last - 1 : last + 1, last - 1 : last + 1]
    half = (a - d) / 2
    inside = half * half + b * c
    root = np.sqrt(inside if H.dtype.kind == "c" else max(inside, 0.0))
    far = half + root if abs(half + root) >= abs(half - root) else half - root
    return d - b * c / far if far else d


def _qr_step(H, Q, first, last, shift):
    """One QR step on a block, by rotations of neighboring rows, then columns."""
    block = np.arange(first, last + 1)
    H[block, block] -= shift
    turns = []
    for k in range(first, last):
        x, y = H[k, k], H[k + 1, k]
        r = np.hypot(abs(x), abs(y)) or 1.0
        turn = np.array([[x.conj(), y.conj()], [-y, x]]) / r
        turn = turn if x or y else np.eye(2, dtype=H.dtype)
        H[k : k + 2, k:] = turn @ H[k : k + 2, k:]
        turns.append(turn.conj().T)
    for k, turn in zip(block, turns, strict=False):
        H[: k + 2, k : k + 2] = H[: k + 2, k : k + 2] @ turn
        Q[:, k : k + 2] = Q[:, k : k + 2] @ turn
    H[block, block] += shift


def _from_symmetric(H, Q, scale):
    values, Q = sorted_pairs(scale * np.diag(H), Q)
    return Schur(values, Q, Q.copy(), np.diag(values))


def _from_triangular(T, Q, scale):
    values = np.diag(T).copy()
    size = len(T) * EPS * np.linalg.norm(T)
    values.imag[np.abs(values.imag) <= size] = 0
    vectors = Q @ _triangular_eigenvectors(T)
    vectors /= np.linalg.norm(vectors, axis=0)
    vectors *= signs(vectors)
    order = np.lexsort(-np.array([values.imag, values.real, np.abs(values)]).round(9))
    values, vectors = scale * values[order], vectors[:, order]
    if not values.imag.any():
        values, vectors = values.real.copy(), _real_directions(vectors)
    return Schur(values, vectors, Q, scale * np.triu(T))


def _triangular_eigenvectors(T):
    """Unit upper triangular X with T X = X diag(T), its columns rescaled."""
    X, values = np.eye(len(T), dtype=T.dtype), np.diag(T)
    floor = EPS * max(np.linalg.norm(T), TINY)
    for i in range(len(T) - 2, -1, -1):
        gaps = T[i, i] - values[i + 1 :]
        gaps[np.abs(gaps) < floor] = floor
        X[i, i + 1 :] = -(T[i, i + 1 :] @ X[i + 1 :, i + 1 :]) / gaps
        X[i:, i + 1 :] /= np.maximum(1.0, np.abs(X[i, i + 1 :]))
    return X


def _real_directions(vectors):
    vectors = vectors.real
    return vectors / np.linalg.norm(vectors, axis=0)


# Jacobi's method


def naive_jacobi(A):
    """All eigenpairs of a symmetric matrix, one pair of axes after the other.

    Each rotation of two axes p, q makes the entries ``a_pq = a_qp`` zero, and what
    leaves them goes to the diagonal::

        A ← Jᵀ A J,   tan 2φ = 2 a_pq / (a_qq − a_pp),
        in rows and columns p, q of J:  cos φ, sin φ above −sin φ, cos φ

    Arguments, result and errors as for ``jacobi``, which makes the same rotations in
    another order, many of them at once.

    Notes
    -----
    Chapter: eigenvalue_algorithms

    Examples
    --------
    >>> naive_jacobi([[2, 1], [1, 3]]).eigenvalues.round(6)
    array([1.381966, 3.618034])
    """
    d = len(as_symmetric(A))
    return _jacobi(A, [(p, q) for p in range(d) for q in range(p + 1, d)])


def jacobi(A):
    """All eigenpairs of a symmetric matrix, by rotations of pairs of axes.

    In each round the axes are paired off as in a tournament, and all pairs p, q are
    rotated at once: no two pairs share an axis. A rotation makes ``a_pq`` zero::

        A ← Jᵀ A J,   tan 2φ = 2 a_pq / (a_qq − a_pp),
        in rows and columns p, q of J:  cos φ, sin φ above −sin φ, cos φ

    After d − 1 rounds (d, where d is odd), one sweep, every pair has met.

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
        If entries off the diagonal are left after 60 sweeps.

    References
    ----------
    Jacobi (1846), Über ein leichtes Verfahren, die in der Theorie der Säcularstörungen
    vorkommenden Gleichungen numerisch aufzulösen. Golub & Van Loan (2013), Matrix
    Computations, §8.5.

    Notes
    -----
    Chapter: eigenvalue_algorithms

    Examples
    --------
    >>> pairs = jacobi([[2, 1], [1, 2]])
    >>> pairs.eigenvalues.round(6)
    array([1., 3.])
    >>> pairs.eigenvectors.round(3)
    array([[ 0.707,  0.707],
           [-0.707,  0.707]])
    """
    return _jacobi(A, tournament(len(as_symmetric(A))))


def _jacobi(A, rounds):
    """Sweep through the rounds (p, q) until nothing is left off the diagonal."""
    A, scale = scaled(as_symmetric(A).copy())
    rows, norm = np.eye(len(A)), np.linalg.norm(A)
    for _ in range(SWEEPS):
        if np.linalg.norm(_off_diagonal(A)) <= EPS * norm:
            return Eigenpairs(*sorted_pairs(scale * np.diag(A), rows.T))
        for p, q in rounds:
            cosine, sine = jacobi_angles(A[p, p], A[q, q], A[p, q])
            rotate(A, p, q, cosine, sine)
            rotate(A.T, p, q, cosine, sine)
            rotate(rows, p, q, cosine, sine)
            A[p, q] = A[q, p] = 0.0
    left = np.linalg.norm(_off_diagonal(A)) / norm
    raise ArithmeticError(
        f"Jacobi's method left {left:.2g} of the norm off the diagonal after "
        f"{SWEEPS} sweeps"
    )


def _off_diagonal(A):
    """A with a zero diagonal; to subtract two sums of squares would cancel."""
    return A - np.diag(np.diag(A))


# A guess without any work


def gershgorin(A):
    """Discs that contain all eigenvalues, read off the rows.

    Around each entry of the diagonal, with the sizes of the other entries of its row::

        center = aᵢᵢ,   radius = Σ_{j≠i} |aᵢⱼ|

    Parameters
    ----------
    A : (d, d) array

    Returns
    -------
    Discs
        Every eigenvalue, real or complex, lies in at least one of the discs. A disc
        that touches no other contains exactly one.

    Raises
    ------
    ValueError
        If A is not square, is empty, or has an entry that is not finite.

    References
    ----------
    Gershgorin (1931), Über die Abgrenzung der Eigenwerte einer Matrix.

    Notes
    -----
    Chapter: eigenvalue_algorithms

    Examples
    --------
    >>> gershgorin([[4, 1], [0, -2]])
    Discs(centers=array([ 4., -2.]), radii=array([1., 0.]))
    """
    A = as_square(A)
    return Discs(np.diag(A).copy(), np.abs(_off_diagonal(A)).sum(axis=1))
