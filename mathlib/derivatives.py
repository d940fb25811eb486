"""Derivatives by finite differences: slow, approximate, and true to the definition.

All differences are central, ``f(x + h) − f(x − h)``, whose error is of order h² where a
one-sided difference has h. The step h balances that error, which grows with h, against
the rounding of f, which is divided by h. In units of ``max(1, |x|)`` and with ε the
spacing of floats at 1::

    first derivatives:   h² against ε/h     h = ε^(1/3) = 6.06e-6
    second derivatives:  h² against ε/h²    h = ε^(1/4) = 1.22e-4

Reading order: ``numerical_gradient``, ``numerical_jacobian``, ``numerical_hessian``.
"""

import numpy as np

from mathlib.checks import as_floats, check_callable, check_shapes

EPSILON = np.finfo(float).eps


def numerical_gradient(f, x):
    """Gradient of f at x by central differences.

    Entry by entry::

        ∂f/∂xᵢ ≈ (f(x + hᵢeᵢ) − f(x − hᵢeᵢ)) / 2hᵢ,   hᵢ = ε^(1/3) · max(1, |xᵢ|)

    Parameters
    ----------
    f : function of an array
        Returns one number.
    x : array of any shape, or number

    Returns
    -------
    array of the shape of x
        Correct to about 9 digits where f varies on the scale of ``max(1, |x|)``. It
        calls f twice per entry of x.

    Raises
    ------
    TypeError
        If f is not a function, or x holds no real numbers.
    ValueError
        If f returns more than one number.

    References
    ----------
    Press et al. (2007), Numerical Recipes, §5.7.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, 2.0]).round(6)
    array([2., 4.])
    """
    check_callable(f=f)
    x = as_floats(x, "x")
    gradient, h = np.empty(x.shape), _steps(x, 1 / 3)
    for index in np.ndindex(x.shape):
        above, below = _moved(x, {index: h[index]}), _moved(x, {index: -h[index]})
        rise = _number(f(above)) - _number(f(below))
        gradient[index] = rise / (above[index] - below[index])
    return gradient


def numerical_jacobian(f, x):
    """Jacobian of f at x by central differences, column by column.

    Entry (i, j) tells how output i answers to input j::

        ∂fᵢ/∂xⱼ ≈ (fᵢ(x + hⱼeⱼ) − fᵢ(x − hⱼeⱼ)) / 2hⱼ,   hⱼ = ε^(1/3) · max(1, |xⱼ|)

    Parameters
    ----------
    f : function of a (d,) array
        Returns an (m,) array.
    x : (d,) array

    Returns
    -------
    (m, d) array
        Correct to about 9 digits, as in ``numerical_gradient``. It calls f 2d times.

    Raises
    ------
    TypeError
        If f is not a function, or x holds no real numbers.
    ValueError
        If x or what f returns is not a vector.

    References
    ----------
    Press et al. (2007), Numerical Recipes, §5.7.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> numerical_jacobian(lambda x: np.array([x[0] * x[1], x[0]]), [2.0, 3.0]).round(6)
    array([[3., 2.],
           [1., 0.]])
    """
    check_callable(f=f)
    x = as_floats(x, "x")
    check_shapes(x=(x, "d"))
    columns = []
    for j, h in enumerate(_steps(x, 1 / 3)):
        above, below = _moved(x, {j: h}), _moved(x, {j: -h})
        rise = _vector(f(above)) - _vector(f(below))
        columns.append(rise / (above[j] - below[j]))
    return np.stack(columns, axis=1) if columns else np.empty((_vector(f(x)).size, 0))


def numerical_hessian(f, x):
    """Hessian of f at x by central differences of central differences.

    Entry (i, j), which is also entry (j, i)::

        ∂²f/∂xᵢ∂xⱼ ≈ (f(x + a + b) − f(x + a − b) − f(x − a + b) + f(x − a − b)) / 4hᵢhⱼ

    with a = hᵢeᵢ, b = hⱼeⱼ and hᵢ = ε^(1/4) max(1, abs(xᵢ)).

    Parameters
    ----------
    f : function of a (d,) array
        Returns one number.
    x : (d,) array

    Returns
    -------
    (d, d) symmetric array
        Correct to about 6 digits where f varies on the scale of ``max(1, |x|)``. It
        calls f 2d(d + 1) times.

    Raises
    ------
    TypeError
        If f is not a function, or x holds no real numbers.
    ValueError
        If x is not a vector, or f returns more than one number.

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, §8.1.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> numerical_hessian(lambda x: x[0] ** 2 * x[1], [1.0, 2.0]).round(5) + 0.0
    array([[4., 2.],
           [2., 0.]])
    """
    check_callable(f=f)
    x = as_floats(x, "x")
    check_shapes(x=(x, "d"))
    h, hessian = _steps(x, 1 / 4), np.empty((x.size, x.size))
    for i, j in zip(*np.triu_indices(x.size), strict=True):
        hessian[i, j] = hessian[j, i] = _second_difference(f, x, i, j, h)
    return hessian


def _second_difference(f, x, i, j, h):
    corners = 0.0
    for a in (1, -1):
        for b in (1, -1):
            corner = _moved(_moved(x, {i: a * h[i]}), {j: b * h[j]})
            corners += a * b * _number(f(corner))
    return corners / (4 * h[i] * h[j])


def _steps(x, power):
    """The step for each entry, rounded so that x + h is a float and h its distance."""
    return (x + EPSILON**power * np.maximum(1, np.abs(x))) - x


def _moved(x, moves):
    x = x.copy()
    for index, move in moves.items():
        x[index] += move
    return x


def _number(value):
    value = as_floats(value, "what f returns")
    if value.size != 1:
        raise ValueError(
            f"f must return one number, but what it returns has shape {value.shape}: "
            f"perhaps you meant numerical_jacobian(f, x)"
        )
    return value.item()


def _vector(value):
    value = as_floats(value, "what f returns")
    if value.ndim == 0:
        raise ValueError(
            "f must return an array of shape (m,), but returns one number: "
            "perhaps you meant numerical_gradient(f, x)"
        )
    check_shapes(**{"what f returns": (value, "m")})
    return value
