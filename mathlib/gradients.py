"""Slopes of functions of many variables: gradients, Jacobians, Hessians.

A point of several variables is x of shape (d,); a gradient has the shape of x, a
Jacobian the shape (m, d), outputs in rows, a Hessian (d, d). The differences are
central, with the steps of `mathlib.derivatives`.

Reading order: ``numerical_gradient``, ``numerical_jacobian``, ``numerical_hessian``;
``directional_derivative`` and ``hessian_vector_product``; ``jacobian_vector_product``,
by dual numbers; ``kind_of_level``; the table of matrix calculus.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_symmetric,
    check_callable,
    check_finite,
    check_not_negative,
    check_shapes,
    guarded,
)
from mathlib.derivatives import best_step, exact_steps
from mathlib.dual import as_point, refuse_duals, slope_along
from mathlib.special import log_sum_exp, sech_squared, softmax

# By differences


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
    Chapter: gradients

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, 2.0]).round(6)
    array([2., 4.])
    """
    check_callable(f=f)
    f, x = guarded(f), as_point(x)
    gradient, h = np.empty(x.shape), exact_steps(x, 2)
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
    Chapter: gradients

    Examples
    --------
    >>> numerical_jacobian(lambda x: np.array([x[0] * x[1], x[0]]), [2.0, 3.0]).round(6)
    array([[3., 2.],
           [1., 0.]])
    """
    check_callable(f=f)
    f, x = guarded(f), as_point(x)
    check_shapes(x=(x, "d"))
    columns = []
    for j, h in enumerate(exact_steps(x, 2)):
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
    Chapter: gradients

    Examples
    --------
    >>> numerical_hessian(lambda x: x[0] ** 2 * x[1], [1.0, 2.0]).round(5) + 0.0
    array([[4., 2.],
           [2., 0.]])
    """
    check_callable(f=f)
    f, x = guarded(f), as_point(x)
    check_shapes(x=(x, "d"))
    h, hessian = exact_steps(x, 3), np.empty((x.size, x.size))
    for i, j in zip(*np.triu_indices(x.size), strict=True):
        hessian[i, j] = hessian[j, i] = _second_difference(f, x, i, j, h)
    return hessian


def directional_derivative(f, x, u):
    """Slope of f at x along u, from two points on that line.

    Where f has a gradient, it is ∇f(x)·u, but no gradient is needed::

        D f(x)[u] ≈ (f(x + hu) − f(x − hu)) / 2h,   h‖u‖ = ε^(1/3) · max(1, ‖x‖)

    Parameters
    ----------
    f : function of a (d,) array
        Returns one number.
    x : (d,) array
    u : (d,) array
        Of length 1, if the slope per unit of length is wanted; the result is in
        proportion to the length of u.

    Returns
    -------
    float
        Correct to about 9 digits where f varies along u on the scale that the step
        guesses, ``max(1, ‖x‖)``. It calls f twice, whatever d.

    Raises
    ------
    ValueError
        If x and u differ in shape, one is not finite, or u is zero and so points
        nowhere.

    Notes
    -----
    Chapter: gradients

    Examples
    --------
    >>> round(directional_derivative(lambda x: x[0] * x[1], [3.0, 2.0], [0.6, 0.8]), 6)
    3.6
    """
    check_callable(f=f)
    f, (x, u, h) = guarded(f), _line(x, u, "u")
    if h is None:
        raise ValueError(f"u must point somewhere, but is zero: {u}")
    return float((_number(f(x + h * u)) - _number(f(x - h * u))) / (2 * h))


def hessian_vector_product(gradient, x, v):
    """The Hessian at x times a vector, without the Hessian: from two gradients.

    The gradient's own slope along v::

        H v ≈ (∇f(x + hv) − ∇f(x − hv)) / 2h,   h‖v‖ = ε^(1/3) · max(1, ‖x‖)

    Parameters
    ----------
    gradient : function of a (d,) array
        Returns ∇f(x), a (d,) array.
    x : (d,) array
    v : (d,) array

    Returns
    -------
    (d,) array
        Correct to about 9 digits if the gradient is exact and varies along v on the
        scale that the step guesses, ``max(1, ‖x‖)``; zero for v = 0. It calls gradient
        twice, and stores vectors only: d numbers, not d².

    Raises
    ------
    ValueError
        If x, v or what gradient returns is not of shape (d,), or x or v is not finite.

    References
    ----------
    Pearlmutter (1994), Fast exact multiplication by the Hessian. Martens (2010), Deep
    learning via Hessian-free optimization.

    Notes
    -----
    Chapter: gradients

    Examples
    --------
    >>> def gradient(x):
    ...     return np.array([2.0, 8.0]) * x
    >>> hessian_vector_product(gradient, [1.0, 1.0], [1.0, -1.0]).round(6)
    array([ 2., -8.])
    """
    check_callable(gradient=gradient)
    x, v, h = _line(x, v, "v")
    if h is None:
        return np.zeros(x.shape)
    gradient = guarded(gradient)
    above, below = (
        as_floats(gradient(point), "what gradient returns")
        for point in (x + h * v, x - h * v)
    )
    check_shapes(**{"what gradient returns": (above, f"{x.size}")})
    return (above - below) / (2 * h)


# By dual numbers


def jacobian_vector_product(f, x, v):
    """The Jacobian of f at x times a vector, by one run of dual numbers.

    The second part of::

        f(x + vδ) = f(x) + J(x) v δ

    Parameters
    ----------
    f : function of a (d,) array
        Returns a number or an array.
    x : (d,) array
    v : (d,) array

    Returns
    -------
    array of the shape of what f returns
        For a function f that returns one number it is ∇f(x)·v; for f = ∇g it is the
        Hessian of g times v.

    Raises
    ------
    TypeError
        As in ``derivative``.
    ValueError
        If x and v differ in shape.

    References
    ----------
    Griewank & Walther (2008), Evaluating Derivatives, chapter 3.

    Notes
    -----
    Chapter: gradients

    Examples
    --------
    >>> jacobian_vector_product(lambda x: x * x, [1.0, 2.0], [1.0, -1.0])
    array([ 2., -4.])
    """
    check_callable(f=f)
    x, v = as_point(x), as_floats(v, "v")
    check_shapes(x=(x, "d"), v=(v, "d"))
    return slope_along(f, x, v)[0][()]


# What a Hessian says of a level point


def kind_of_level(H, *, tolerance=1e-6):
    """What a point is where the gradient is zero, by the signs of the eigenvalues of H.

    All positive, a minimum; all negative, a maximum; some of each, a saddle. If some
    are zero and no two have different signs, H does not decide.

    Parameters
    ----------
    H : (d, d) symmetric array
        The Hessian at that point.
    tolerance : float
        An eigenvalue counts as zero if its size is at most this share of the largest.

    Returns
    -------
    str
        ``"minimum"``, ``"maximum"``, ``"saddle"`` or ``"undecided"``.

    Raises
    ------
    ValueError
        If H is empty, not square, not finite or not symmetric, or tolerance < 0.

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, §2.1.

    Notes
    -----
    Chapter: gradients

    Examples
    --------
    >>> kind_of_level([[2.0, 3.0], [3.0, 2.0]])
    'saddle'
    >>> kind_of_level([[2.0, 1.0], [1.0, 2.0]])
    'minimum'
    """
    H = as_symmetric(H, "H")
    tolerance = check_not_negative(tolerance=tolerance)
    curvatures = np.linalg.eigvalsh(H / (np.abs(H).max() or 1.0))
    zero = tolerance * np.abs(curvatures).max()
    up, down = curvatures > zero, curvatures < -zero
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "undecided"


# The table of matrix calculus


class Identity(NamedTuple):
    """A function of x (or W) with its derivative, both of (x, A, b).

    Chapter: gradients
    """

    value: Callable  # (x, A, b) -> number, or array for a Jacobian
    derivative: Callable  # (x, A, b) -> array


# Gradients by a vector x (d,), with A (d, d) and b (d,).
VECTOR_GRADIENTS = {
    "bᵀx": Identity(lambda x, A, b: b @ x, lambda x, A, b: b),
    "xᵀx": Identity(lambda x, A, b: x @ x, lambda x, A, b: 2 * x),
    "‖x‖": Identity(lambda x, A, b: np.sqrt(x @ x), lambda x, A, b: x / np.sqrt(x @ x)),
    "xᵀAx": Identity(lambda x, A, b: x @ A @ x, lambda x, A, b: (A + A.T) @ x),
    "‖Ax − b‖²": Identity(
        lambda x, A, b: ((A @ x - b) ** 2).sum(),
        lambda x, A, b: 2 * A.T @ (A @ x - b),
    ),
    "log Σ exp x": Identity(
        lambda x, A, b: log_sum_exp(x)[0], lambda x, A, b: softmax(x)
    ),
}


# Gradients by a square matrix W (d, d), of the shape of W.
MATRIX_GRADIENTS = {
    "tr(AW)": Identity(lambda W, A, b: np.trace(A @ W), lambda W, A, b: A.T),
    "‖W‖²": Identity(lambda W, A, b: (W * W).sum(), lambda W, A, b: 2 * W),
    "bᵀWb": Identity(lambda W, A, b: b @ W @ b, lambda W, A, b: np.outer(b, b)),
    "‖Wb‖²": Identity(
        lambda W, A, b: ((W @ b) ** 2).sum(), lambda W, A, b: 2 * np.outer(W @ b, b)
    ),
    "‖AW‖²": Identity(
        lambda W, A, b: ((A @ W) ** 2).sum(), lambda W, A, b: 2 * A.T @ A @ W
    ),
    "det W": Identity(
        lambda W, A, b: np.linalg.det(W),
        lambda W, A, b: np.linalg.det(W) * np.linalg.inv(W).T,
    ),
    "bᵀW⁻¹b": Identity(
        lambda W, A, b: b @ np.linalg.solve(W, b),
        lambda W, A, b: -np.outer(np.linalg.solve(W.T, b), np.linalg.solve(W, b)),
    ),
}


# Jacobians of functions of a vector x (d,), of shape (d, d).
JACOBIANS = {
    "Ax": Identity(lambda x, A, b: A @ x, lambda x, A, b: A),
    "x ⊙ b": Identity(lambda x, A, b: x * b, lambda x, A, b: np.diag(b)),
    "tanh x": Identity(
        lambda x, A, b: np.tanh(x), lambda x, A, b: np.diag(sech_squared(x))
    ),
    "(bᵀx) x": Identity(
        lambda x, A, b: (b @ x) * x,
        lambda x, A, b: np.outer(x, b) + (b @ x) * np.eye(x.size),
    ),
    "softmax x": Identity(
        lambda x, A, b: softmax(x),
        lambda x, A, b: np.diag(softmax(x)) - np.outer(softmax(x), softmax(x)),
    ),
}


# What the differences share


def _second_difference(f, x, i, j, h):
    corners = 0.0
    for a in (1, -1):
        for b in (1, -1):
            corner = _moved(_moved(x, {i: a * h[i]}), {j: b * h[j]})
            corners += a * b * _number(f(corner))
    return corners / (4 * h[i] * h[j])


def _moved(x, moves):
    x = x.copy()
    for index, move in moves.items():
        x[index] += move
    return x


def _number(value):
    refuse_duals(value)
    value = as_floats(value, "what f returns")
    if value.size != 1:
        raise ValueError(
            f"f must return one number, but what it returns has shape {value.shape}: "
            f"perhaps you meant numerical_jacobian(f, x)"
        )
    return value.item()


def _vector(value):
    refuse_duals(value)
    value = as_floats(value, "what f returns")
    if value.ndim == 0:
        raise ValueError(
            "f must return an array of shape (m,), but returns one number: "
            "perhaps you meant numerical_gradient(f, x)"
        )
    check_shapes(**{"what f returns": (value, "m")})
    return value


def _line(x, direction, name):
    """A point, a direction, and the step along it; no step if it points nowhere."""
    x, direction = as_point(x), as_floats(direction, name)
    check_shapes(x=(x, "d"), **{name: (direction, "d")})
    check_finite(x=x, **{name: direction})
    length = math.hypot(*direction.tolist())
    if length == 0:
        return x, direction, None
    return x, direction, best_step(2) * max(1.0, math.hypot(*x.tolist())) / length
