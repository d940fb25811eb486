"""Eigenvalues: the directions that a matrix only stretches.

A matrix A has shape (d, d); an eigenvector v has shape (d,) and is never zero. Every
vector returned has length one, and its entry largest in size is positive (the first of
them, up to rounding), since v and −v say the same.

Iterations raise ArithmeticError, with the reason, where they do not converge.

Reading order: what an eigenpair is (``is_eigenpair``, ``characteristic_polynomial``,
``rayleigh_quotient``); then one eigenpair (``power_walk``, ``power_iteration``,
``inverse_iteration``). All of them at once are found in ``eigenvalue_algorithms``.
"""

from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_numbers,
    as_square,
    check_count,
    check_finite,
    check_not_negative,
    check_shapes,
    or_nan,
)
from mathlib.rotations import EPS, scaled, signs


class Eigenpair(NamedTuple):
    """One eigenvalue and its eigenvector, and the way there.

    Chapter: eigenvalues
    """

    value: float
    vector: np.ndarray  # (d,), of length one
    values: np.ndarray  # (k,), the estimates of the eigenvalue, first to last
    vectors: np.ndarray  # (k, d), the estimates of the eigenvector


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
    A, v = as_square(A), _numbers(vector, "vector")
    tolerance = check_not_negative(tolerance=tolerance)
    check_shapes(A=(A, "d d"), vector=(v, "d"))
    value = _numbers(value, "value")
    check_shapes(value=(value, ""))
    check_finite(vector=v, value=value)
    _, size = scaled(_largest(v, "vector", "A·0 = λ·0 holds for every λ"))
    v = v / size  # a power of two: over the smallest floats, complex numbers are nan
    _, scale = scaled(np.append(A, [value.real, value.imag]))
    A, value = A / scale, value / scale
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
    A = as_square(A)
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
    A, scale = scaled(A)
    return float(scale * (v @ (A @ v) / (v @ v)))


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
    steps = check_count(steps=steps)
    A, v = _square_and_vector(A, start, "start")
    A, v = scaled(A)[0], _unit(v, "start")
    walk = [v]
    for _ in range(steps):
        image = A @ v
        if not image.any():
            raise ArithmeticError(_met_zero("power_walk"))
        image, _ = scaled(image)
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
        Any vector with a component along the eigenvector sought, well above the
        tolerance (a start next to another eigenvector has settled there); a random one
        has it.
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
    steps = check_count(steps=steps)
    tolerance = check_not_negative(tolerance=tolerance)
    A, v = _square_and_vector(A, start, "start")
    (A, scale), v = scaled(A), _unit(v, "start")
    values, vectors = [], []
    for _ in range(steps + 1):
        image, size = scaled(A @ v)
        value = v @ image
        values.append(size * value)
        vectors.append(v)
        if not image.any() and A.any():
            raise ArithmeticError(_met_zero("power_iteration"))
        if np.linalg.norm(image - value * v) <= tolerance * abs(value):
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
    steps = check_count(steps=steps)
    tolerance = check_not_negative(tolerance=tolerance)
    A, v = _square_and_vector(A, start, "start")
    shift = as_floats(shift, "shift")
    check_shapes(shift=(shift, ""))
    check_finite(shift=shift)
    (A, scale), v = scaled(A), _unit(v, "start")
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
        if not np.isnan(or_nan(np.linalg.solve, shifted, A[0])).any():
            return shifted
    raise ArithmeticError(f"A − sI is singular for all s near {shift:g}")


def _eigenpair(values, vectors, scale):
    values, vectors = scale * np.array(values), np.array(vectors)
    sign = signs(vectors[-1][:, None])[0]
    return Eigenpair(float(values[-1]), sign * vectors[-1], values, vectors)


def _met_zero(name):
    return (
        f"{name} met Av = 0: v is an eigenvector for the eigenvalue 0; where A has "
        f"others, another start finds the largest"
    )


# Arguments


def _square_and_vector(A, vector, name):
    A, v = as_square(A), as_floats(vector, name)
    check_shapes(**{"A": (A, "d d"), name: (v, "d")})
    check_finite(**{name: v})
    return A, v


def _numbers(x, name):
    """x as an array of floats, or of complex numbers if it holds any."""
    x = as_numbers(x, name, or_complex=True)
    return x.astype(complex if x.dtype.kind == "c" else float, copy=False)


def _largest(v, name, why):
    largest = max(np.abs(v.real).max(), np.abs(v.imag).max())  # |v| may overflow
    if largest == 0:
        raise ValueError(f"{name} must not be zero: {why}")
    return largest


def _unit(v, name):
    v = v / _largest(v, name, "the zero vector has no direction")
    return v / np.linalg.norm(v)
