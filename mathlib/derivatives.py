"""Derivatives, in three ways: by differences, by rules, and by numbers that carry them.

A difference quotient has two errors. Dropping terms costs more the larger the step h;
rounding costs more the smaller it is. With ε the spacing of floats at 1, an error of
order hᵖ is in balance with the rounding of f, divided by h, at::

    h = ε^(1/(p + 1)) · max(1, |x|)

which is 1.49e-8 for p = 1, 6.06e-6 for p = 2, 7.40e-4 for p = 4. Every difference below
takes this step unless it is told another. The factor ``max(1, |x|)`` is a guess at the
length on which f bends. Where f bends sooner (sin x at 1e6, log x at 1e-5) the digits
promised are lost: pass the step that fits, or measure another variable.

Functions of one variable are called with a number or an array, entry by entry. A point
of several variables is x of shape (d,); a gradient has the shape of x, a Jacobian the
shape (m, d), a Hessian (d, d).

Reading order: the quotients of one variable (``forward_difference`` … ``complex_step``,
``one_sided_quotients``); ``numerical_gradient``, ``numerical_jacobian``,
``numerical_hessian``; ``directional_derivative`` and ``hessian_vector_product``;
``taylor``; the integrals ``trapezoid`` and ``simpson``; ``RULES`` and ``Dual``; the
table of matrix calculus.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from mathlib.checks import (
    as_floats,
    check_callable,
    check_count,
    check_finite,
    check_least,
    check_not_negative,
    check_positive,
    check_shapes,
    guarded,
)
from mathlib.special import (
    chosen_share,
    first_share,
    leg_share,
    log_sum_exp,
    sech_squared,
    softmax,
)

EPSILON = np.finfo(float).eps

# The step of complex_step: its square is far below any rounding.
TINY = 1e-20


class Difference(NamedTuple):
    """A difference quotient, the order of its error, and what it costs.

    Chapter: derivatives
    """

    quotient: Callable  # (f, x, h) -> the slope of f at x
    order: int  # p: halving h divides the error by 2ᵖ
    calls: int  # how often it calls f


class OneSided(NamedTuple):
    """The slopes seen when one looks to the left, and to the right.

    Chapter: derivatives
    """

    left: float
    right: float


# One variable


def best_step(order, x=0.0, *, epsilon=EPSILON):
    """The step at which the two errors of a difference quotient are in balance.

    For an error of order hᵖ::

        h = ε^(1/(p + 1)) · max(1, |x|)

    Parameters
    ----------
    order : int
        p, at least 1: 1 for forward, 2 for central, 4 for five-point differences. A
        second derivative by central differences, divided by h², has p + 1 = 4: order 3.
    x : number or array
    epsilon : float
        The spacing of the floats used at 1: ``np.finfo(np.float32).eps`` for 32 bits.

    Returns
    -------
    array of the shape of x
        Right within a factor of ten or so where f and its derivatives are about as
        large as 1 and change on the scale of ``max(1, |x|)``.

    Raises
    ------
    TypeError, ValueError
        If order is no whole number, or is 0.

    References
    ----------
    Press et al. (2007), Numerical Recipes, §5.7.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> [f"{best_step(p):.2e}" for p in (1, 2, 3, 4)]
    ['1.49e-08', '6.06e-06', '1.22e-04', '7.40e-04']
    """
    check_least(1, order=order)
    check_positive(epsilon=epsilon)
    x = as_floats(x, "x")
    return _plain(epsilon ** (1 / (order + 1)) * np.maximum(1, np.abs(x)))


def forward_difference(f, x, h=None):
    """Slope of f at x, from x and a point to the right of it.

    The error is about h/2 times the second derivative::

        f′(x) ≈ (f(x + h) − f(x)) / h

    Parameters
    ----------
    f : function of a number, entry by entry
    x : number or array
    h : float, optional
        The step, > 0; ``best_step(1, x)`` where left out.

    Returns
    -------
    array of the shape of x
        Correct to about 8 digits where f and its derivatives are about as large as 1
        and f bends on the scale of ``max(1, |x|)``. It calls f twice.

    Raises
    ------
    TypeError
        If f is not a function, or x or what f returns holds no real numbers.
    ValueError
        If h is not positive, or so small that x + h is rounded to x, where the quotient
        would be 0 whatever f is; or if f changes the shape of x.

    References
    ----------
    Press et al. (2007), Numerical Recipes, §5.7.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> forward_difference(np.square, 3.0, h=0.5)
    6.5
    """
    x, h = _point_and_step(f, x, h, order=1, sides="+")
    return _plain((_values(f, x + h) - _values(f, x)) / h)


def central_difference(f, x, h=None):
    """Slope of f at x, from two points on either side of it.

    The error is about h²/6 times the third derivative::

        f′(x) ≈ (f(x + h) − f(x − h)) / 2h

    Arguments as for ``forward_difference``; where h is left out, ``best_step(2, x)``,
    and then the slope is correct to about 10 digits, on the same condition. It calls f
    twice.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> central_difference(np.square, 3.0, h=0.5)
    6.0
    """
    x, h = _point_and_step(f, x, h, order=2)
    return _plain((_values(f, x + h) - _values(f, x - h)) / (2 * h))


def five_point_difference(f, x, h=None):
    """Slope of f at x, from four of the five points x − 2h, x − h, x, x + h, x + 2h.

    Two central differences are combined so that their errors in h² cancel; what
    remains is about h⁴/30 times the fifth derivative::

        f′(x) ≈ (8 (f(x + h) − f(x − h)) − (f(x + 2h) − f(x − 2h))) / 12h

    Arguments as for ``forward_difference``; where h is left out, ``best_step(4, x)``,
    and then the slope is correct to about 12 digits, on the same condition. It calls f
    four times.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> five_point_difference(lambda x: x**3, 1.0, h=0.5)
    3.0
    """
    x, h = _point_and_step(f, x, h, order=4)
    near = _values(f, x + h) - _values(f, x - h)
    far = _values(f, x + 2 * h) - _values(f, x - 2 * h)
    return _plain((8 * near - far) / (12 * h))


def complex_step(f, x, h=TINY):
    """Slope of f at x, from one step along the imaginary axis: no difference at all.

    With i² = −1, f(x + ih) is f(x) + ih f′(x) − h²f″(x)/2 − …, so::

        f′(x) ≈ Im f(x + ih) / h

    Nothing is subtracted, so nothing cancels: h may be so small that the error, of
    order h², is below every rounding.

    Parameters
    ----------
    f : function of a complex number, entry by entry
        A formula of sums, products, powers, exp, log, sin, …: analytic near x. It must
        not take abs, a real part or a conjugate anywhere: inside a formula nothing
        notices them, and the slope is wrong. Numpy's comparisons and its maximum look
        at the real parts first, so away from a kink they do no harm.
    x : number or array
    h : float
        The step, > 0.

    Returns
    -------
    array of the shape of x
        Correct to the last digits where h² is nothing beside the square of the length
        on which f bends. It calls f once.

    Raises
    ------
    TypeError
        If what f returns is not complex, as where abs comes last.
    ValueError
        If h is not positive, or f changes the shape of x.

    References
    ----------
    Squire & Trapp (1998), Using complex variables to estimate derivatives of real
    functions.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> complex_step(lambda x: x**3, 2.0)
    12.0
    """
    x, h = _point_and_step(f, x, h, order=2, sides="")
    value = np.asarray(guarded(f)(x + 1j * h))
    if value.dtype.kind != "c":
        raise TypeError(
            f"f must return complex numbers for complex arguments, but returns "
            f"{value.dtype}: it may take abs or a real part; use central_difference"
        )
    _check_same_shape(value, x)
    return _plain(value.imag / h)


DIFFERENCES = {
    "forward": Difference(forward_difference, order=1, calls=2),
    "central": Difference(central_difference, order=2, calls=2),
    "five-point": Difference(five_point_difference, order=4, calls=4),
}


def one_sided_quotients(f, x, h=None):
    """The two slopes of f at x, from the left and from the right.

    They are::

        left  = (f(x) − f(x − h)) / h
        right = (f(x + h) − f(x)) / h

    Where f has a derivative, the two have the same limit as h shrinks. At a kink they
    have two limits; the central difference is their mean, and so hides the kink.

    Arguments as for ``forward_difference``.

    Returns
    -------
    OneSided
        Fields ``left`` and ``right``, each of the shape of x.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> one_sided_quotients(abs, 0.0, h=0.5)
    OneSided(left=-1.0, right=1.0)
    """
    x, h = _point_and_step(f, x, h, order=1)
    here = _values(f, x)
    left, right = (here - _values(f, x - h)) / h, (_values(f, x + h) - here) / h
    return OneSided(_plain(left), _plain(right))


# Several variables


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
    f, x = guarded(f), _as_point(x)
    gradient, h = np.empty(x.shape), _steps(x, 2)
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
    f, x = guarded(f), _as_point(x)
    check_shapes(x=(x, "d"))
    columns = []
    for j, h in enumerate(_steps(x, 2)):
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
    f, x = guarded(f), _as_point(x)
    check_shapes(x=(x, "d"))
    h, hessian = _steps(x, 3), np.empty((x.size, x.size))
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
    Chapter: derivatives

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
    Chapter: derivatives

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


# Polynomials that share derivatives


def taylor(derivatives, center=0.0):
    """The polynomial with these derivatives at the center.

    With f, f′, f″, … taken at the center a, n of them besides f itself::

        T(x) = f + f′ (x − a) + f″ (x − a)²/2! + … + f⁽ⁿ⁾ (x − a)ⁿ/n!

    Parameters
    ----------
    derivatives : (n + 1,) array
        The value, the first derivative, the second, … at the center.
    center : float

    Returns
    -------
    function of a number or an array
        T, entry by entry.

    Raises
    ------
    ValueError
        If there is no derivative at all, or derivatives are not a vector.

    References
    ----------
    Spivak (2008), Calculus, chapter 20.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> exp2 = taylor([1.0, 1.0, 1.0])
    >>> exp2(1.0), exp2(0.1)
    (2.5, 1.105)
    """
    derivatives = as_floats(derivatives, "derivatives")
    sizes = check_shapes(derivatives=(derivatives, "n"))
    if not sizes["n"]:
        raise ValueError("derivatives must hold the value at least, but are empty")
    coefficients = [_over_factorial(c, k) for k, c in enumerate(derivatives.tolist())]
    center = float(center)

    def polynomial(x):
        distance = x - center if isinstance(x, Dual) else as_floats(x, "x") - center
        value = coefficients[-1] + 0 * distance
        for coefficient in coefficients[-2::-1]:
            value = value * distance + coefficient
        return value if isinstance(x, Dual) else _plain(value)

    return polynomial


def taylor_bound(ceiling, order, distance):
    """How far a Taylor polynomial can be from its function, at most.

    If the derivative after the last one used stays within ±M between a and x::

        |f(x) − T(x)| ≤ M |x − a|ⁿ⁺¹ / (n + 1)!

    Parameters
    ----------
    ceiling : float
        M, the bound of the derivative of order n + 1.
    order : int
        n, the order of the last derivative used.
    distance : number or array
        x − a.

    Returns
    -------
    array of the shape of distance

    Raises
    ------
    TypeError, ValueError
        If ceiling is negative, or order is no whole number.

    References
    ----------
    Spivak (2008), Calculus, chapter 20.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> taylor_bound(1.0, 1, 0.5)
    0.125
    """
    check_not_negative(ceiling=ceiling)
    check_count(order=order)
    distance = np.abs(as_floats(distance, "distance"))
    # ceiling · |x − a|/1 · |x − a|/2 …, with the powers of 2 kept apart: no overflow
    bound, exponent = np.frexp(np.full(distance.shape, float(ceiling)))
    for k in range(1, order + 2):
        bound, more = np.frexp(bound * (distance / k))
        exponent = exponent + more
    return _plain(np.ldexp(bound, exponent))


def _over_factorial(number, k):
    """number / k!, also where k! is too large for a float."""
    if k <= 170 or not math.isfinite(number):
        return number / math.factorial(min(k, 170))
    return float(Fraction(number) / math.factorial(k))


# Integrals


def trapezoid(f, a, b, pieces=100):
    """Integral of f from a to b, as trapezoids under straight pieces of its graph.

    With n pieces of width h = (b − a)/n and xᵢ = a + ih::

        ∫ f ≈ h (½ f(x₀) + f(x₁) + … + f(xₙ₋₁) + ½ f(xₙ))

    Parameters
    ----------
    f : function of a (n + 1,) array, entry by entry
    a, b : float
        Where to begin and to end; for b < a the integral has the other sign.
    pieces : int
        n, at least 1.

    Returns
    -------
    float
        Its error is −(b − a) h²/12 times a second derivative of f between a and b.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind, a or b is not finite, or pieces is 0.

    References
    ----------
    Press et al. (2007), Numerical Recipes, §4.1.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> trapezoid(lambda x: 3 * x, 0, 2, pieces=1)
    6.0
    """
    heights, width = _heights(f, a, b, pieces)
    return float(width * (heights.sum() - (heights[0] + heights[-1]) / 2))


def simpson(f, a, b, pieces=100):
    """Integral of f from a to b, as areas under parabolas through three points each.

    With the notation of ``trapezoid``::

        ∫ f ≈ h/3 (f(x₀) + 4f(x₁) + 2f(x₂) + 4f(x₃) + … + 4f(xₙ₋₁) + f(xₙ))

    Arguments as for ``trapezoid``; the number of pieces must be even, at least 2. The
    error is −(b − a) h⁴/180 times a fourth derivative of f between a and b.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> simpson(lambda x: x**3, 0, 2, pieces=2)
    4.0
    """
    check_least(2, pieces=pieces)
    if pieces % 2:
        raise ValueError(f"pieces must be even for Simpson's rule, but is {pieces}")
    heights, width = _heights(f, a, b, pieces)
    odd, even = heights[1::2].sum(), heights[2:-1:2].sum()
    return float(width / 3 * (heights[0] + 4 * odd + 2 * even + heights[-1]))


# Numbers that carry their slope


def _slope_in_base(x, y):
    """∂(xʸ)/∂x = y xʸ⁻¹, which is 0 for y = 0, at x = 0 and at infinity too."""
    return y * x ** np.where(y == 0, 0.0, y - 1)


def _slope_in_exponent(x, y):
    """∂(xʸ)/∂y = xʸ log x; 0 as x goes down to 0 for y > 0, or up to ∞ for y < 0."""
    flat = np.where(y > 0, x == 0, (y < 0) & np.isinf(x))
    return np.where(flat, 0.0, x**y * np.log(np.where(flat, 1.0, x)))


# The table of derivatives, one for each argument, right to the last digits far out and
# beside singular points. At a tie, maximum follows its second argument and minimum its
# first: the slope at 0 of relu as maximum(x, 0) is then 0, as maximum(0, x) it is 1.
RULES = {
    np.add: (lambda x, y: 1.0, lambda x, y: 1.0),
    np.subtract: (lambda x, y: 1.0, lambda x, y: -1.0),
    np.multiply: (lambda x, y: y, lambda x, y: x),
    np.divide: (lambda x, y: 1 / y, lambda x, y: -(x / y) / y),
    np.power: (_slope_in_base, _slope_in_exponent),
    np.maximum: (
        lambda x, y: chosen_share(np.maximum(x, y), x > y),
        lambda x, y: chosen_share(np.maximum(x, y), x <= y),
    ),
    np.minimum: (
        lambda x, y: chosen_share(np.minimum(x, y), x <= y),
        lambda x, y: chosen_share(np.minimum(x, y), x > y),
    ),
    np.hypot: (leg_share, lambda x, y: leg_share(y, x)),
    np.arctan2: (
        lambda y, x: leg_share(x, y) / np.hypot(x, y),
        lambda y, x: -leg_share(y, x) / np.hypot(x, y),
    ),
    np.logaddexp: (first_share, lambda x, y: first_share(y, x)),
    np.positive: (lambda x: 1.0,),
    np.negative: (lambda x: -1.0,),
    np.absolute: (np.sign,),
    np.fabs: (np.sign,),
    np.square: (lambda x: 2 * x,),
    np.reciprocal: (lambda x: -(1 / x) / x,),
    np.sqrt: (lambda x: 0.5 / np.sqrt(x),),
    np.cbrt: (lambda x: 1 / (3 * np.cbrt(x) ** 2),),
    np.exp: (np.exp,),
    np.exp2: (lambda x: math.log(2) * np.exp2(x),),
    np.expm1: (np.exp,),
    np.log: (lambda x: 1 / x,),
    np.log2: (lambda x: 1 / math.log(2) / x,),
    np.log10: (lambda x: 1 / math.log(10) / x,),
    np.log1p: (lambda x: 1 / (1 + x),),
    np.sin: (np.cos,),
    np.cos: (lambda x: -np.sin(x),),
    np.tan: (lambda x: 1 / np.cos(x) ** 2,),
    np.arcsin: (lambda x: 1 / np.sqrt((1 - x) * (1 + x)),),
    np.arccos: (lambda x: -1 / np.sqrt((1 - x) * (1 + x)),),
    np.arctan: (lambda x: 1 / np.hypot(1, x) / np.hypot(1, x),),
    np.sinh: (np.cosh,),
    np.cosh: (np.sinh,),
    np.tanh: (sech_squared,),
    np.arcsinh: (lambda x: 1 / np.hypot(1, x),),
    np.arccosh: (lambda x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1)),),
    np.arctanh: (lambda x: 1 / ((1 - x) * (1 + x)),),
}

# What asks a question about the values, and answers with plain truth values.
QUESTIONS = {
    *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
    *(np.isfinite, np.isinf, np.isnan, np.signbit),
}


class Dual(NDArrayOperatorsMixin):
    """A number (or an array) that carries its slope through every calculation.

    A dual number is x + x′δ, where δ is so small that δ² = 0. Every function then
    follows one rule::

        f(x + x′δ) = f(x) + f′(x) x′ δ

    So Dual(x, 1) comes out of a formula as its value and its derivative at x. Use it as
    an array: the operators, numpy's functions in ``RULES``, matrix products, sums and
    means, ``np.where``, indexing and ``T`` all return Duals; comparisons and the truth
    of a Dual look at the values alone. At a tie ``np.maximum`` follows its second
    argument: ``np.maximum(x, 0)`` has the slope 0 at 0, ``np.maximum(0, x)`` has 1.

    The Duals of one ``derivative`` know one another. Those of two, one inside the
    other, never mix: their slopes are by different variables.

    Parameters
    ----------
    value : number or array
    slope : number or array
        Of the shape of value, or one number for all of it.

    Attributes
    ----------
    value, slope : array of floats, of one shape

    Raises
    ------
    TypeError
        For a function that has no rule: the message names it. For Duals of two
        derivatives in one formula. A slope is never dropped in silence.
    ValueError
        If slope does not fit value.

    References
    ----------
    Clifford (1873), Preliminary sketch of biquaternions. Griewank & Walther (2008),
    Evaluating Derivatives, chapter 3.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> x = Dual(3.0, 1.0)
    >>> x * x + 2 * x
    Dual(15.0, 8.0)
    >>> np.floor(x)
    Traceback (most recent call last):
    TypeError: floor has no rule for Dual numbers: add its derivative to RULES
    """

    stands_for_array = True
    __slots__ = ("_run", "slope", "value")

    def __init__(self, value, slope):
        _refuse_inner(value, slope)
        self._run = None  # which derivative it belongs to; none, where made by hand
        self.value = as_floats(value, "value")[()]
        slope, shape = as_floats(slope, "slope"), np.shape(self.value)
        if slope.ndim and slope.shape != shape:
            raise ValueError(
                f"slope must have the shape of value, {shape}, or be one number, but "
                f"its shape is {slope.shape}"
            )
        self.slope = np.broadcast_to(slope, shape)[()]

    def __repr__(self):
        return f"Dual({self.value}, {self.slope})"

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        """Follow the rule of one numpy function."""
        name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
        if options.get("out") is not None:
            raise TypeError(f"{name} must make a new Dual: write x = x + y, not x += y")
        if method != "__call__":
            raise _no_rule(name)
        for option in options:
            raise TypeError(f"{name} of a Dual has no option {option}")
        run, values = _run_of(*inputs), [_value_of(each) for each in inputs]
        if ufunc in QUESTIONS:
            return ufunc(*values)
        if ufunc is np.matmul:
            return _product(*inputs)
        if ufunc not in RULES:
            raise _no_rule(name)
        value = ufunc(*values)
        slope = np.zeros(np.shape(value))
        for rule, each in zip(RULES[ufunc], inputs, strict=True):
            if isinstance(each, Dual):
                slope = slope + rule(*values) * each.slope
        return _dual(value, slope, run)

    def __array_function__(self, function, types, arguments, options):
        """Follow the few functions of whole arrays that have a rule."""
        if function not in FUNCTIONS:
            raise _no_rule(function.__name__)
        rule, known = FUNCTIONS[function]
        for option in set(options) - known:
            raise TypeError(f"{function.__name__} of a Dual has no option {option}")
        return rule(*arguments, **options)

    def __array__(self, *arguments, **options):
        raise TypeError("a Dual must not become a plain array: its slope would be lost")

    def __float__(self):
        raise TypeError(
            "a Dual must not become a plain number, its slope would be lost: use "
            "numpy's functions (np.exp) in place of math's"
        )

    def __bool__(self):
        return bool(self.value)

    def __copy__(self):
        return _dual(np.copy(self.value), np.copy(self.slope), self._run)

    def __deepcopy__(self, memo):
        return self.__copy__()

    def __reduce__(self):
        raise TypeError("a Dual must not be pickled: store its value and its slope")

    def __getitem__(self, index):
        """Both parts of the entries at an index."""
        return _dual(self.value[index], self.slope[index], self._run)

    def __len__(self):
        if not self.ndim:
            raise TypeError("a Dual of shape () has no length")
        return len(self.value)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    @property
    def shape(self):
        """The shape of the value."""
        return np.shape(self.value)

    @property
    def ndim(self):
        """The number of axes of the value."""
        return np.ndim(self.value)

    @property
    def size(self):
        """The number of entries of the value."""
        return np.size(self.value)

    @property
    def T(self):
        """Both parts with their axes reversed."""
        return _dual(np.transpose(self.value), np.transpose(self.slope), self._run)

    def sum(self, axis=None, keepdims=False):
        """Sum of both parts, over all entries or along an axis."""
        parts = (np.sum(x, axis, keepdims=keepdims) for x in (self.value, self.slope))
        return _dual(*parts, self._run)

    def mean(self, axis=None, keepdims=False):
        """Mean of both parts, over all entries or along an axis."""
        parts = (np.mean(x, axis, keepdims=keepdims) for x in (self.value, self.slope))
        return _dual(*parts, self._run)


def derivative(f, x):
    """The slope of f at x, by dual numbers.

    The second part of::

        f(x + 1δ) = f(x) + f′(x) δ

    Parameters
    ----------
    f : function of a number, entry by entry
        A formula of functions in ``RULES``.
    x : number or array

    Returns
    -------
    array of the shape of x
        With no error but the rounding of each operation; zero where f does not depend
        on x.

    Raises
    ------
    TypeError
        If f is not a function, calls one without a rule, or returns no numbers; if f is
        itself a derivative that depends on x.
    ValueError
        If f changes the shape of x.

    References
    ----------
    Griewank & Walther (2008), Evaluating Derivatives, chapter 3.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> derivative(lambda x: x**3, 2.0)
    12.0
    """
    check_callable(f=f)
    x = _as_point(x)
    slope, depends = _slope_along(f, x, 1.0)
    if slope.ndim or depends:  # a constant may be one number
        _check_same_shape(slope, x)
    return _plain(np.broadcast_to(slope, x.shape).copy())


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
    Chapter: derivatives

    Examples
    --------
    >>> jacobian_vector_product(lambda x: x * x, [1.0, 2.0], [1.0, -1.0])
    array([ 2., -4.])
    """
    check_callable(f=f)
    x, v = _as_point(x), as_floats(v, "v")
    check_shapes(x=(x, "d"), v=(v, "d"))
    return _slope_along(f, x, v)[0][()]


def _slope_along(f, x, v):
    """The slope of what f returns, an array of our own; and whether it may vary."""
    run = object()
    result = f(_dual(x.copy(), v, run))
    if isinstance(result, Dual) and result._run is run:
        return np.array(result.slope), True
    _refuse_inner(result)
    return np.zeros(np.shape(as_floats(result, "what f returns"))), False


def _dual(value, slope, run):
    """A Dual that belongs to one derivative."""
    dual = Dual(value, slope)
    dual._run = run
    return dual


def _run_of(*inputs):
    """The derivative that all Duals among the inputs belong to."""
    runs = {id(each._run): each._run for each in inputs if isinstance(each, Dual)}
    if len(runs) > 1:
        raise _two_derivatives()
    return next(iter(runs.values()), None)


def _refuse_inner(*parts):
    """Refuse a Dual where plain numbers must stand."""
    if any(isinstance(part, Dual) for part in parts):
        raise _two_derivatives()


def _two_derivatives():
    return TypeError(
        "a derivative inside a derivative must not depend on an argument of the one "
        "around it: their slopes are by different variables. For a second derivative "
        "take differences of the first: central_difference(first, x)"
    )


def _no_rule(name):
    return TypeError(
        f"{name} has no rule for Dual numbers: add its derivative to RULES"
    )


def _value_of(x):
    return x.value if isinstance(x, Dual) else as_floats(x, "an operand")


def _slope_of(x):
    return x.slope if isinstance(x, Dual) else np.zeros(np.shape(x))


def _product(A, B):
    """The matrix product: the slope of A times B, plus A times the slope of B."""
    value = _value_of(A) @ _value_of(B)
    slope = np.zeros(np.shape(value))
    if isinstance(A, Dual):
        slope = slope + A.slope @ _value_of(B)
    if isinstance(B, Dual):
        slope = slope + _value_of(A) @ B.slope
    return _dual(value, slope, _run_of(A, B))


def _dot(A, B):
    """numpy's dot: a product with a number, or of vectors and matrices."""
    if 0 in (np.ndim(_value_of(A)), np.ndim(_value_of(B))):
        return np.multiply(A, B)
    if np.ndim(_value_of(B)) > 2:
        raise TypeError("dot of Duals takes no stack of matrices: use A @ B")
    return _product(A, B)


def _where(condition, x, y):
    if isinstance(condition, Dual):
        raise TypeError("condition must hold truth values, but is a Dual: write x > 0")
    value = np.where(condition, _value_of(x), _value_of(y))
    slope = np.where(condition, _slope_of(x), _slope_of(y))
    return _dual(value, np.broadcast_to(slope, value.shape), _run_of(x, y))


def _stack(duals, axis=0):
    values = [_value_of(each) for each in duals]
    slopes = [_slope_of(each) for each in duals]
    run = _run_of(*duals)
    return _dual(np.stack(values, axis=axis), np.stack(slopes, axis=axis), run)


# The functions of whole arrays that Dual follows, and the options each may be given.
FUNCTIONS = {
    np.sum: (lambda x, *axis, **options: x.sum(*axis, **options), {"axis", "keepdims"}),
    np.mean: (
        lambda x, *axis, **options: x.mean(*axis, **options),
        {"axis", "keepdims"},
    ),
    np.dot: (_dot, set()),
    np.where: (_where, set()),
    np.stack: (_stack, {"axis"}),
}


# The table of matrix calculus


class Identity(NamedTuple):
    """A function of x (or X) with its derivative, both of (x, A, b).

    Chapter: derivatives
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

# Gradients by a square matrix X (d, d), of the shape of X.
MATRIX_GRADIENTS = {
    "tr(AX)": Identity(lambda X, A, b: np.trace(A @ X), lambda X, A, b: A.T),
    "‖X‖²": Identity(lambda X, A, b: (X * X).sum(), lambda X, A, b: 2 * X),
    "bᵀXb": Identity(lambda X, A, b: b @ X @ b, lambda X, A, b: np.outer(b, b)),
    "‖Xb‖²": Identity(
        lambda X, A, b: ((X @ b) ** 2).sum(), lambda X, A, b: 2 * np.outer(X @ b, b)
    ),
    "‖AX‖²": Identity(
        lambda X, A, b: ((A @ X) ** 2).sum(), lambda X, A, b: 2 * A.T @ A @ X
    ),
    "det X": Identity(
        lambda X, A, b: np.linalg.det(X),
        lambda X, A, b: np.linalg.det(X) * np.linalg.inv(X).T,
    ),
    "bᵀX⁻¹b": Identity(
        lambda X, A, b: b @ np.linalg.solve(X, b),
        lambda X, A, b: -np.outer(np.linalg.solve(X.T, b), np.linalg.solve(X, b)),
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


def _steps(x, order):
    """The step for each entry, rounded so that x + h is a float and h its distance."""
    return (x + best_step(order, x)) - x


def _moved(x, moves):
    x = x.copy()
    for index, move in moves.items():
        x[index] += move
    return x


def _number(value):
    _refuse_inner(value)
    value = as_floats(value, "what f returns")
    if value.size != 1:
        raise ValueError(
            f"f must return one number, but what it returns has shape {value.shape}: "
            f"perhaps you meant numerical_jacobian(f, x)"
        )
    return value.item()


def _vector(value):
    _refuse_inner(value)
    value = as_floats(value, "what f returns")
    if value.ndim == 0:
        raise ValueError(
            "f must return an array of shape (m,), but returns one number: "
            "perhaps you meant numerical_gradient(f, x)"
        )
    check_shapes(**{"what f returns": (value, "m")})
    return value


def _point_and_step(f, x, h, order, sides="+-"):
    """x and the step, checked; a step of our own is rounded so that x + h is exact.

    A step that is given must reach another float on all sides where f is asked.
    """
    check_callable(f=f)
    x = _as_point(x)
    if h is None:
        return x, _steps(x, order)
    check_positive(h=h)
    for side in sides:
        moved = x + h if side == "+" else x - h
        stuck = x[(moved == x) & np.isfinite(x)]
        if stuck.size:
            raise ValueError(
                f"h must be so large that x {side} h is not rounded to x, but is {h} "
                f"at x = {stuck[0]}: leave it out, for {_steps(stuck[0], order):.1e}"
            )
    return x, h


def _plain(value):
    """A number as Python's own, an array as it is."""
    return value if np.ndim(value) else float(value)


def _as_point(x):
    """x as plain floats: a Dual belongs to another derivative, around this one."""
    _refuse_inner(x)
    return as_floats(x, "x")


def _values(f, x):
    value = as_floats(guarded(f)(x), "what f returns")
    _refuse_inner(value)
    _check_same_shape(value, x)
    return value


def _check_same_shape(value, x):
    if value.shape != x.shape:
        raise ValueError(
            f"f must return what has the shape of x, {x.shape}, but returns shape "
            f"{value.shape}: for functions of several variables use "
            f"numerical_gradient or numerical_jacobian"
        )


def _line(x, direction, name):
    """A point, a direction, and the step along it; no step if it points nowhere."""
    x, direction = _as_point(x), as_floats(direction, name)
    check_shapes(x=(x, "d"), **{name: (direction, "d")})
    check_finite(x=x, **{name: direction})
    length = math.hypot(*direction.tolist())
    if length == 0:
        return x, direction, None
    return x, direction, best_step(2) * max(1.0, math.hypot(*x.tolist())) / length


def _heights(f, a, b, pieces):
    """f at the ends of the pieces, and the width of a piece."""
    check_callable(f=f)
    check_least(1, pieces=pieces)
    ends = as_floats([a, b], "a and b")
    check_finite(**{"a and b": ends})
    x = np.linspace(*ends, pieces + 1)
    heights = as_floats(f(x), "what f returns")
    _refuse_inner(heights)
    if heights.ndim == 0:  # a constant
        heights = np.full(x.shape, heights)
    check_shapes(**{"what f returns": (heights, f"{x.size}")})
    return heights, (ends[1] - ends[0]) / pieces
