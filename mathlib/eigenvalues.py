"""Eigenvalues and singular values: the directions that a matrix only stretches.

A matrix A has shape (d, d); an eigenvector v has shape (d,) and is never zero. Several
eigenvectors are the columns of one matrix V, in the order of their eigenvalues, so that
``A V = V Λ``. Every vector returned has length one, and its entry largest in size is
positive (the first of them, up to rounding), since v and −v say the same.

Iterations raise ArithmeticError, with the reason, where they do not converge. What is
promised is a small *backward* error: the result is exact for a matrix that differs from
A in the last digits. How far the eigenvalues themselves may be off depends on A; for a
symmetric A they are as good as its entries, for a defective one they are not.

Reading order: what an eigenpair is (``is_eigenpair`` to ``gershgorin``); one eigenpair
(``power_iteration`` and its relatives); all of them (``naive_qr_algorithm``,
``qr_algorithm``, ``naive_jacobi``, ``jacobi``, ``symmetric_eigenpairs``); then any
matrix of any shape (``svd``, ``best_rank``, ``pseudoinverse``,
``principal_components``).
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    check_count,
    check_finite,
    check_not_negative,
    check_shapes,
)

EPS = np.finfo(float).eps
TINY = 1e-140  # after scaling; the square of a smaller number would lose digits
SWEEPS = 60  # Jacobi's method needs about ten, whatever the matrix
PANEL = 32  # columns that are reduced before the rest of the matrix is updated
SECTIONS = 8  # into how many parts each round of ``symmetric_eigenpairs`` cuts


class Eigenpair(NamedTuple):
    """One eigenvalue and its eigenvector, and the way there.

    Chapter: eigenvalues
    """

    value: float
    vector: np.ndarray  # (d,), of length one
    values: np.ndarray  # (k,), the estimates of the eigenvalue, first to last
    vectors: np.ndarray  # (k, d), the estimates of the eigenvector


class Eigenpairs(NamedTuple):
    """All eigenvalues, ascending, and their eigenvectors.

    Chapter: eigenvalues
    """

    eigenvalues: np.ndarray  # (d,)
    eigenvectors: np.ndarray  # (d, d), one in each column


class Schur(NamedTuple):
    """All eigenpairs of a matrix, and its triangular form ``A = Q T Q*``.

    Chapter: eigenvalues
    """

    eigenvalues: np.ndarray  # (d,), real or complex
    eigenvectors: np.ndarray  # (d, d), one in each column
    unitary: np.ndarray  # Q, (d, d)
    triangular: np.ndarray  # T, (d, d), with the eigenvalues on its diagonal


class Discs(NamedTuple):
    """Discs of the complex plane, one for each row of a matrix.

    Chapter: eigenvalues
    """

    centers: np.ndarray  # (d,)
    radii: np.ndarray  # (d,)


class SVD(NamedTuple):
    """The singular value decomposition ``A = U Σ Vᵀ``, with r = min(m, n).

    Chapter: eigenvalues
    """

    u: np.ndarray  # (m, r), orthonormal columns
    singular_values: np.ndarray  # (r,), descending, none negative
    vt: np.ndarray  # (r, n), orthonormal rows


class PCA(NamedTuple):
    """The k directions in which data spread most.

    Chapter: eigenvalues
    """

    components: np.ndarray  # (k, d), one direction in each row
    variances: np.ndarray  # (k,), descending
    scores: np.ndarray  # (n, k), the samples' coordinates along the directions
    mean: np.ndarray  # (d,)


# What an eigenpair is


def is_eigenpair(A, value, vector, *, tolerance=1e-9):
    """Whether a vector is an eigenvector of A, with this eigenvalue.

    Up to rounding::

        A v = λ v,   v ≠ 0

    Parameters
    ----------
    A : (d, d) array
    value : number
        λ; it may be complex.
    vector : (d,) array
        v, of any length but zero; it may be complex.
    tolerance : float
        How far ``A v − λ v`` may be from zero, relative to ``(‖A‖ + |λ|) ‖v‖``.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        If the vector is zero, or the shapes do not fit, or an entry is not finite.

    References
    ----------
    Golub & Van Loan (2013), Matrix Computations, §7.1.

    Notes
    -----
    Chapter: eigenvalues

    Examples
    --------
    >>> is_eigenpair([[2, 1], [1, 2]], 3, [1, 1])
    True
    >>> is_eigenpair([[2, 1], [1, 2]], 2, [1, 0])
    False
    >>> is_eigenpair([[0, -1], [1, 0]], 1j, [1, -1j])
    True
    """
    A, v = _square(A), _numbers(vector, "vector")
    check_not_negative(tolerance=tolerance)
    check_shapes(A=(A, "d d"), vector=(v, "d"))
    value = _numbers(value, "value")
    check_shapes(value=(value, ""))
    check_finite(vector=v, value=value)
    v = v / _largest(v, "vector", "A·0 = λ·0 holds for every λ")
    A, scale = _scaled(A)
    value = value / scale
    bound = tolerance * (np.linalg.norm(A) + abs(value)) * np.linalg.norm(v)
    return bool(np.linalg.norm(A @ v - value * v) <= bound)


def characteristic_polynomial(A):
    """The polynomial whose roots are the eigenvalues, for two or three dimensions.

    The coefficients of ``det(λI − A)``, highest power first::

        2×2:   λ² − (a₁₁ + a₂₂) λ + det A
        3×3:   λ³ − (a₁₁ + a₂₂ + a₃₃) λ² + m λ − det A

    where m is the sum of the three 2×2 determinants along the diagonal.

    Parameters
    ----------
    A : (2, 2) or (3, 3) array

    Returns
    -------
    (3,) or (4,) array

    Raises
    ------
    ValueError
        If A has another shape: the roots of long polynomials move far when their
        coefficients are rounded, so that larger matrices need ``qr_algorithm``.

    References
    ----------
    Golub & Van Loan (2013), Matrix Computations, §7.1.

    Notes
    -----
    Chapter: eigenvalues

    Examples
    --------
    >>> characteristic_polynomial([[2, 1], [1, 3]])
    array([ 1., -5.,  5.])
    >>> characteristic_polynomial([[1, 0, 0], [0, 2, 0], [0, 0, 3]])
    array([  1.,  -6.,  11.,  -6.])
    """
    A = _square(A)
    if len(A) == 2:
        return np.array([1.0, -np.trace(A), _minor(A, 0, 1)])
    if len(A) == 3:
        minors = _minor(A, 0, 1) + _minor(A, 0, 2) + _minor(A, 1, 2)
        determinant = A[0] @ np.cross(A[1], A[2])
        return np.array([1.0, -np.trace(A), minors, -determinant])
    raise ValueError(
        f"A must have shape (2, 2) or (3, 3), but its shape is {A.shape}: "
        f"use qr_algorithm(A).eigenvalues"
    )


def _minor(A, i, j):
    """The determinant of rows and columns i and j."""
    return A[i, i] * A[j, j] - A[i, j] * A[j, i]


def rayleigh_quotient(A, vector):
    """The number λ for which λv comes closest to Av.

    It is::

        λ = vᵀAv / vᵀv

    For an eigenvector it is the eigenvalue. For a symmetric A it lies between the
    smallest and the largest eigenvalue, whatever v is.

    Parameters
    ----------
    A : (d, d) array
    vector : (d,) array
        Any vector but zero.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the vector is zero, or the shapes do not fit, or an entry is not finite.

    References
    ----------
    Trefethen & Bau (1997), Numerical Linear Algebra, Lecture 27.

    Notes
    -----
    Chapter: eigenvalues

    Examples
    --------
    >>> rayleigh_quotient([[2, 1], [1, 2]], [1, 0])
    2.0
    >>> rayleigh_quotient([[2, 1], [1, 2]], [5, 5])
    3.0
    """
    A, v = _square_and_vector(A, vector, "vector")
    v = v / _largest(v, "vector", "0ᵀA0 / 0ᵀ0 is no number")
    A, scale = _scaled(A)
    return float(scale * (v @ (A @ v) / (v @ v)))


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
    Chapter: eigenvalues

    Examples
    --------
    >>> gershgorin([[4, 1], [0, -2]])
    Discs(centers=array([ 4., -2.]), radii=array([1., 0.]))
    """
    A = _square(A)
    return Discs(np.diag(A).copy(), np.abs(_off_diagonal(A)).sum(axis=1))


# One eigenpair


def power_walk(A, start, *, steps):
    """The directions that a start takes when A is applied again and again.

    Each step is::

        v ← Av / ‖Av‖

    Parameters
    ----------
    A : (d, d) array
    start : (d,) array
        Any vector but zero.
    steps : int

    Returns
    -------
    (steps + 1, d) array
        The start, scaled to length one, and the directions after each step.

    Raises
    ------
    ValueError
        If the start is zero, or the shapes do not fit, or an entry is not finite.
    ArithmeticError
        If the walk meets a v with Av = 0.

    Notes
    -----
    Chapter: eigenvalues

    Examples
    --------
    >>> power_walk([[2, 0], [0, 1]], [3, 4], steps=1).round(3)
    array([[0.6  , 0.8  ],
           [0.832, 0.555]])
    """
    check_count(steps=steps)
    A, v = _square_and_vector(A, start, "start")
    A, v = _scaled(A)[0], _unit(v, "start")
    walk = [v]
    for _ in range(steps):
        image = A @ v
        if not image.any():
            raise ArithmeticError(_met_zero("power_walk"))
        v = image / np.linalg.norm(image)
        walk.append(v)
    return np.array(walk)


def power_iteration(A, start, *, steps=1000, tolerance=1e-10):
    """The eigenvalue of A that is largest in size, and its eigenvector.

    Each step is::

        v ← Av / ‖Av‖,   λ ≈ vᵀAv

    Parameters
    ----------
    A : (d, d) array
    start : (d,) array
        Any vector with a component along the eigenvector sought; a random one has it.
    steps : int
        Give up after this many.
    tolerance : float
        Stop once ``‖Av − λv‖ ≤ tolerance · |λ|``.

    Returns
    -------
    Eigenpair
        Fields ``value``, ``vector``, and the estimates on the way: ``values``,
        ``vectors``.

    Raises
    ------
    ValueError
        If the start is zero, or the shapes do not fit, or an entry is not finite.
    ArithmeticError
        If the iteration meets Av = 0 although A is not zero, or has not settled after
        the given steps.

    References
    ----------
    Golub & Van Loan (2013), Matrix Computations, §7.3.

    Notes
    -----
    Chapter: eigenvalues

    Examples
    --------
    >>> pair = power_iteration([[2, 1], [1, 2]], [1, 0])
    >>> print(f"{pair.value:.6f}", pair.vector.round(6))
    3.000000 [0.707107 0.707107]
    """
    check_count(steps=steps)
    check_not_negative(tolerance=tolerance)
    A, v = _square_and_vector(A, start, "start")
    (A, scale), v = _scaled(A), _unit(v, "start")
    values, vectors = [], []
    for _ in range(steps + 1):
        image = A @ v
        values.append(v @ image)
        vectors.append(v)
        gap = np.linalg.norm(image - values[-1] * v)
        if not image.any() and A.any():
            raise ArithmeticError(_met_zero("power_iteration"))
        if gap <= tolerance * abs(values[-1]):
            return _eigenpair(values, vectors, scale)
        v = image / np.linalg.norm(image)
    raise ArithmeticError(
        f"power_iteration did not settle in {steps} steps: the two largest "
        f"eigenvalues may be of the same size, or nearly (λ and −λ, or a complex pair)"
    )


def inverse_iteration(A, start, *, shift=0.0, steps=50, tolerance=1e-12):
    """The eigenvalue of A that is nearest to a shift, and its eigenvector.

    Power iteration with ``(A − sI)⁻¹``, whose largest eigenvalue is ``1/(λ − s)``: each
    step solves a system of linear equations::

        (A − sI) w = v,   v ← w / ‖w‖,   λ ≈ vᵀAv

    Parameters
    ----------
    A : (d, d) array
    start : (d,) array
        Any vector with a component along the eigenvector sought; a random one has it.
    shift : float
        s, an estimate of the eigenvalue; it may be the eigenvalue itself.
    steps : int
        Give up after this many.
    tolerance : float
        Stop once ``‖Av − λv‖ ≤ tolerance · ‖A‖``.

    Returns
    -------
    Eigenpair

    Raises
    ------
    ValueError
        If the start is zero, or the shapes do not fit, or an entry is not finite.
    ArithmeticError
        If the iteration has not settled after the given steps.

    References
    ----------
    Trefethen & Bau (1997), Numerical Linear Algebra, Lecture 27.

    Notes
    -----
    Chapter: eigenvalues

    Examples
    --------
    >>> pair = inverse_iteration([[2, 1], [1, 2]], [1, 0], shift=0.9)
    >>> print(f"{pair.value:.6f}", pair.vector.round(6))
    1.000000 [ 0.707107 -0.707107]
    """
    check_count(steps=steps)
    check_not_negative(tolerance=tolerance)
    A, v = _square_and_vector(A, start, "start")
    shift = as_floats(shift, "shift")
    check_shapes(shift=(shift, ""))
    check_finite(shift=shift)
    (A, scale), v = _scaled(A), _unit(v, "start")
    shifted = _invertible(A, shift / scale) if A.any() else np.eye(len(A))
    norm, values, vectors = np.linalg.norm(A), [], []
    for _ in range(steps + 1):
        image = A @ v
        values.append(v @ image)
        vectors.append(v)
        settled = np.linalg.norm(image - values[-1] * v) <= tolerance * norm
        if settled and (len(values) > 1 or not norm):
            return _eigenpair(values, vectors, scale)
        v = _unit(np.linalg.solve(shifted, v), "the solution")
    raise ArithmeticError(
        f"inverse_iteration did not settle in {steps} steps: the two eigenvalues "
        f"nearest to the shift {shift:g} may be at the same distance, or nearly"
    )


def _invertible(A, shift):
    """A − sI; where it is exactly singular, with s moved by a rounding or two."""
    step = EPS * max(np.linalg.norm(A), abs(shift))
    for nudge in range(8):
        shifted = A - (shift + nudge * step) * np.eye(len(A))
        try:
            np.linalg.solve(shifted, A[0])
        except np.linalg.LinAlgError:
            continue
        return shifted
    raise ArithmeticError(f"A − sI is singular for all s near {shift:g}")


def _eigenpair(values, vectors, scale):
    values, vectors = scale * np.array(values), np.array(vectors)
    sign = _signs(vectors[-1][:, None])[0]
    return Eigenpair(float(values[-1]), sign * vectors[-1], values, vectors)


def _met_zero(name):
    return (
        f"{name} met Av = 0: v is an eigenvector for the eigenvalue 0, "
        f"which is not the largest; try another start"
    )


# All eigenpairs: the QR algorithm


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
    Chapter: eigenvalues

    Examples
    --------
    >>> naive_qr_algorithm([[2, 1], [1, 2]], steps=10)[-1].round(3) + 0.0
    array([[3., 0.],
           [0., 1.]])
    """
    check_count(steps=steps)
    iterates = [_square(A)]
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
        descending order of size. ``eigenvectors`` has unit columns with ``A V = V Λ``.
        Where A is defective, it has too few directions, and V is singular up to
        rounding; an eigenvalue of multiplicity m is then off by about ``ε^(1/m)``.

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
    Chapter: eigenvalues

    Examples
    --------
    >>> qr_algorithm([[2, 1], [1, 3]]).eigenvalues.round(6)
    array([1.381966, 3.618034])
    >>> qr_algorithm([[0, -1], [1, 0]]).eigenvalues.round(6) + 0.0
    array([0.+1.j, 0.-1.j])
    """
    check_count(steps=steps)
    H, scale = _scaled(_square(A))
    symmetric = _asymmetry(H) == 0
    H, Q = _hessenberg(H)
    if not symmetric:
        H, Q = H.astype(complex), Q.astype(complex)
    _separate(H, Q, steps)
    return (_from_symmetric if symmetric else _from_triangular)(H, Q, scale)


def _hessenberg(A):
    """H and orthogonal Q with A = Q H Qᵀ, H zero below the first subdiagonal."""
    H, Q = A.copy(), np.eye(len(A))
    for k in range(len(A) - 2):
        v, H[k + 1, k] = _reflector(H[k + 1 :, k])
        H[k + 2 :, k] = 0
        H[k + 1 :, k + 1 :] -= np.outer(v, v @ H[k + 1 :, k + 1 :])
        H[:, k + 1 :] -= np.outer(H[:, k + 1 :] @ v, v)
        Q[:, k + 1 :] -= np.outer(Q[:, k + 1 :] @ v, v)
    return H, Q


def _reflector(x):
    """v of length √2 with ``(I − vvᵀ) x = (s, 0, 0, …)``, and s."""
    norm = np.sqrt(x @ x)
    if norm < TINY:
        return np.zeros_like(x), 0.0
    v = x.copy()
    s = -np.copysign(norm, x[0])
    v[0] -= s
    v /= np.sqrt(norm * (norm + abs(x[0])))
    return v, s


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
    """One QR step on a block, by rotations of neighbouring rows, then columns."""
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
    values, Q = _sorted_pairs(scale * np.diag(H), Q)
    return Schur(values, Q, Q.copy(), np.diag(values))


def _from_triangular(T, Q, scale):
    values = np.diag(T).copy()
    size = len(T) * EPS * np.linalg.norm(T)
    values.imag[np.abs(values.imag) <= size] = 0
    vectors = Q @ _triangular_eigenvectors(T)
    vectors /= np.linalg.norm(vectors, axis=0)
    vectors *= _signs(vectors)
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


# All eigenpairs of a symmetric matrix: Jacobi's method


def naive_jacobi(A):
    """All eigenpairs of a symmetric matrix, one pair of axes after the other.

    Each rotation of two axes p, q makes the entries ``a_pq = a_qp`` zero, and what
    leaves them goes to the diagonal::

        A ← Jᵀ A J,   tan 2φ = 2 a_pq / (a_pp − a_qq)

    Arguments, result and errors as for ``jacobi``, which makes the same rotations in
    another order, many of them at once.

    Notes
    -----
    Chapter: eigenvalues

    Examples
    --------
    >>> naive_jacobi([[2, 1], [1, 3]]).eigenvalues.round(6)
    array([1.381966, 3.618034])
    """
    d = len(_symmetric(A))
    return _jacobi(A, [(p, q) for p in range(d) for q in range(p + 1, d)])


def jacobi(A):
    """All eigenpairs of a symmetric matrix, by rotations of pairs of axes.

    In each round the axes are paired off as in a tournament, and all pairs p, q are
    rotated at once: no two pairs share an axis. A rotation makes ``a_pq`` zero::

        A ← Jᵀ A J,   tan 2φ = 2 a_pq / (a_pp − a_qq)

    After d − 1 rounds, one sweep, every pair has met.

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
    Chapter: eigenvalues

    Examples
    --------
    >>> pairs = jacobi([[2, 1], [1, 2]])
    >>> pairs.eigenvalues.round(6)
    array([1., 3.])
    >>> pairs.eigenvectors.round(3)
    array([[ 0.707,  0.707],
           [-0.707,  0.707]])
    """
    return _jacobi(A, _tournament(len(_symmetric(A))))


def _jacobi(A, rounds):
    """Sweep through the rounds (p, q) until nothing is left off the diagonal."""
    A, scale = _scaled(_symmetric(A).copy())
    rows, norm = np.eye(len(A)), np.linalg.norm(A)
    for _ in range(SWEEPS):
        if np.linalg.norm(_off_diagonal(A)) <= EPS * norm:
            return _sorted_pairs(scale * np.diag(A), rows.T)
        for p, q in rounds:
            cosine, sine = _jacobi_angles(A[p, p], A[q, q], A[p, q])
            _rotate(A, p, q, cosine, sine)
            _rotate(A.T, p, q, cosine, sine)
            _rotate(rows, p, q, cosine, sine)
            A[p, q] = A[q, p] = 0.0
    left = np.linalg.norm(_off_diagonal(A)) / norm
    raise ArithmeticError(
        f"Jacobi's method left {left:.2g} of the norm off the diagonal after "
        f"{SWEEPS} sweeps"
    )


def _jacobi_angles(app, aqq, apq):
    """Cosine and sine of the smaller rotation that makes apq zero."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        cotangent = (aqq - app) / (2 * apq)
        tangent = np.copysign(1.0, cotangent) / (
            np.abs(cotangent) + np.hypot(1.0, cotangent)
        )
    tangent = np.where(apq == 0, 0.0, tangent)
    cosine = 1 / np.sqrt(1 + tangent * tangent)
    return cosine, tangent * cosine


def _rotate(rows, p, q, cosine, sine):
    """Replace rows p and q by cos·p − sin·q and sin·p + cos·q, in place."""
    cosine, sine = cosine[..., None], sine[..., None]
    first, second = rows[p], rows[q]
    rows[p], rows[q] = cosine * first - sine * second, sine * first + cosine * second


@lru_cache(maxsize=8)
def _tournament(d):
    """Rounds (p, q), two arrays each, in which every pair of 0 … d − 1 meets once."""
    players = list(range(d + d % 2))  # An odd one out sits beside a player d: a pause.
    half, rounds = len(players) // 2, []
    for _ in range(len(players) - 1):
        pairs = list(zip(players[:half], reversed(players[half:]), strict=True))
        pairs = [sorted(pair) for pair in pairs if max(pair) < d]
        p, q = np.array(pairs, dtype=int).reshape(-1, 2).T
        rounds.append((p.copy(), q.copy()))
        players = [players[0], players[-1], *players[1:-1]]
    return rounds


# All eigenpairs of a symmetric matrix: tridiagonal form and bisection


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
    Chapter: eigenvalues

    Examples
    --------
    >>> symmetric_eigenpairs([[2, 1], [1, 3]]).eigenvalues.round(6)
    array([1.381966, 3.618034])
    """
    A, scale = _scaled(_symmetric(A))
    diagonal, beside, panels = _tridiagonalize(A)
    values = _sections(diagonal, beside)
    vectors = _tridiagonal_eigenvectors(diagonal, beside, values)
    for first, V in reversed(panels):  # I − V T⁻¹ Vᵀ is the product of its I − vvᵀ
        T = np.triu(V.T @ V, 1) + np.eye(V.shape[1])
        vectors[first:] -= V @ np.linalg.solve(T, V.T @ vectors[first:])
    return _sorted_pairs(scale * values, vectors)


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
            v, beside[first + k] = _reflector(rest[k + 1 :, k])
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
    """Orthonormal eigenvectors, all at once, by inverse iteration."""
    size = max(np.abs(diagonal).max(), np.abs(beside).max(initial=0), TINY)
    d, beside = len(diagonal), np.append(beside, [0.0, 0.0])
    solve = _tridiagonal_solver(diagonal, beside, values, EPS * size)
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
    raise ArithmeticError("symmetric_eigenpairs: inverse iteration did not settle")


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


# Any matrix: singular values


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
    Chapter: eigenvalues

    Examples
    --------
    >>> svd([[3, 0], [4, 5]]).singular_values.round(6)
    array([6.708204, 2.236068])
    """
    A = _matrix(A)
    A, scale = _scaled(A)
    tall = A if A.shape[0] >= A.shape[1] else A.T
    Q, R = np.linalg.qr(tall)
    turns, rows = _orthogonal_rows(R)
    lengths = np.sqrt((rows * rows).sum(axis=1))
    order = np.argsort(-lengths, kind="stable")
    lengths = lengths[order]
    u, vt = Q @ turns[order].T, _completed(rows[order], lengths)
    if tall is not A:
        u, vt = vt.T, u.T
    signs = _signs(u)
    return SVD(u * signs, scale * lengths, vt * signs[:, None])


def _orthogonal_rows(R):
    """J and rows = J R, with J orthogonal and the rows orthogonal to each other."""
    d = len(R)
    both = np.hstack([R, np.eye(d)])  # What is done to R is done to the identity.
    for _ in range(SWEEPS):
        worst = 0.0
        for p, q in _tournament(d):
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
                _rotate(both, p, q, *_jacobi_angles(first, second, product))
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
    Chapter: eigenvalues

    Examples
    --------
    >>> best_rank([[3, 0], [0, 1]], 1)
    array([[3., 0.],
           [0., 0.]])
    """
    A = _matrix(A)
    _check_rank(k, A.shape, "A")
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
    Chapter: eigenvalues

    Examples
    --------
    >>> pseudoinverse([[2, 0], [0, 0], [0, 4]]).round(6) + 0.0
    array([[0.5 , 0.  , 0.  ],
           [0.  , 0.  , 0.25]])
    """
    A = _matrix(A)
    tolerance = max(A.shape) * EPS if tolerance is None else tolerance
    check_not_negative(tolerance=tolerance)
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
    Chapter: eigenvalues

    Examples
    --------
    >>> found = principal_components([[0, 0], [1, 1], [2, 2]], 1)
    >>> found.components.round(3), found.variances.round(3)
    (array([[0.707, 0.707]]), array([2.]))
    """
    X = _matrix(X, "X")
    n = len(X)
    if n < 2:
        raise ValueError(
            f"X must hold at least two samples, but its shape is {X.shape}"
        )
    _check_rank(k, X.shape, "X")
    mean = X.mean(axis=0)
    _, sizes, vt = svd(X - mean)
    components = vt[:k] * _signs(vt[:k].T)[:, None]
    scores = (X - mean) @ components.T
    return PCA(components, sizes[:k] ** 2 / (n - 1), scores, mean)


# Arguments


def _matrix(A, name="A"):
    A = as_floats(A, name)
    check_shapes(**{name: (A, "m n")})
    if not A.size:
        raise ValueError(f"{name} must not be empty, but its shape is {A.shape}")
    check_finite(**{name: A})
    return A


def _square(A):
    A = as_floats(A, "A")
    check_shapes(A=(A, "d d"))
    return _matrix(A)


def _symmetric(A):
    A = _square(A)
    gap = _asymmetry(A)
    if gap > 1e-10 * np.abs(A).max():
        raise ValueError(
            f"A must be symmetric, but differs from its transpose by {gap:.3g}: "
            f"use (A + A.T) / 2, or qr_algorithm(A) for any square matrix"
        )
    return A if gap == 0 else A / 2 + A.T / 2


def _asymmetry(A):
    return np.abs(A / 2 - A.T / 2).max() * 2


def _square_and_vector(A, vector, name):
    A, v = _square(A), as_floats(vector, name)
    check_shapes(**{"A": (A, "d d"), name: (v, "d")})
    check_finite(**{name: v})
    return A, v


def _numbers(x, name):
    """x as an array of floats, or of complex numbers if it holds any."""
    array = np.asarray(x)
    return array if array.dtype.kind == "c" else as_floats(x, name)


def _largest(v, name, why):
    largest = np.abs(v).max()
    if largest == 0:
        raise ValueError(f"{name} must not be zero: {why}")
    return largest


def _unit(v, name):
    v = v / _largest(v, name, "the zero vector has no direction")
    return v / np.linalg.norm(v)


def _check_rank(k, shape, name):
    check_count(k=k)
    if k > min(shape):
        raise ValueError(
            f"k must be at most {min(shape)} for {name} of shape {shape}, but is {k}"
        )


# Small things


def _scaled(A):
    """A over a power of two that brings its largest entry near 1, and that power."""
    scale = 2.0 ** np.frexp(np.abs(A).max())[1].clip(-1000, 1000)
    return A / scale, scale


def _off_diagonal(A):
    """A with a zero diagonal; to subtract two sums of squares would cancel."""
    return A - np.diag(np.diag(A))


def _sorted_pairs(values, vectors):
    order = np.argsort(values, kind="stable")
    vectors = vectors[:, order]
    return Eigenpairs(values[order], vectors * _signs(vectors))


def _signs(vectors):
    """For each column the number of size one that makes its largest entry positive.

    Of entries equally large up to rounding, the first counts.
    """
    sizes = np.abs(vectors)
    first = (sizes >= (1 - 1e-6) * sizes.max(axis=0)).argmax(axis=0)
    chosen = vectors[first, np.arange(vectors.shape[1])]
    return chosen.conj() / np.abs(chosen)
