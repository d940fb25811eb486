"""Derivatives of functions of one variable: by differences, and by dual numbers.

A difference quotient has two errors. Dropping terms costs more the larger the step h;
rounding costs more the smaller it is. With ε the spacing of floats at 1, an error of
order hᵖ is in balance with the rounding of f, divided by h, at::

    h = ε^(1/(p + 1)) · max(1, |x|)

which is 1.49e-8 for p = 1, 6.06e-6 for p = 2, 7.40e-4 for p = 4. Every difference below
takes this step unless it is told another. The factor ``max(1, |x|)`` is a guess at the
length on which f bends. Where f bends sooner (sin x at 1e6, log x at 1e-5) the digits
promised are lost: pass the step that fits, or measure another variable.

Functions are called with a number or an array, entry by entry. Those of several
variables are the subject of `mathlib.gradients`.

Reading order: the quotients (``forward_difference`` … ``complex_step``,
``one_sided_quotients``); ``derivative``, by the numbers of `mathlib.dual`; ``taylor``;
the integrals ``trapezoid`` and ``simpson``.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_numbers,
    check_callable,
    check_count,
    check_finite,
    check_least,
    check_not_negative,
    check_number,
    check_positive,
    check_shapes,
    guarded,
    shown,
    stands_for_array,
)
from mathlib.dual import as_point, refuse_duals, slope_along

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


# Difference quotients


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
    order = check_least(1, order=order)
    epsilon = check_positive(epsilon=epsilon)
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
    remains is about −h⁴/30 times the fifth derivative::

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
        at the real parts first, so away from a kink they do no harm. Nor may it take a
        power of ±100 or more of a negative number: numpy goes through the logarithm,
        whose angle π is rounded, and the slope is wrong.
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
        If h is not positive, f changes the shape of x, or what it returns is masked or
        has rows that differ in length.

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
    value = as_numbers(guarded(f)(x + 1j * h), "what f returns", or_complex=True)
    if value.dtype.kind != "c":
        raise TypeError(
            f"f must return complex numbers for complex arguments, but returns "
            f"{value.dtype}: it may take abs or a real part; use central_difference"
        )
    _check_same_shape(value, x)
    return _plain(as_floats(value.imag) / h)  # of 64 bits


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


# By dual numbers


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
        With no error but the rounding of each operation, where each has a slope; at a
        kink what ``RULES`` choose. Zero where f does not depend on x.

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
    x = as_point(x)
    slope, depends = slope_along(f, x, 1.0)
    if slope.ndim or depends:  # a constant may be one number
        _check_same_shape(slope, x)
    return _plain(np.broadcast_to(slope, x.shape).copy())


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
    TypeError, ValueError
        If there is no derivative at all, derivatives are not a vector of real numbers,
        or center is no finite number.

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
    center, slopes = check_number(center=center), derivatives.tolist()

    def polynomial(x):
        distance = as_floats(x, "x") - center
        value = slopes[-1] + 0 * distance
        for k in range(len(slopes) - 1, 0, -1):  # k! alone may be too large
            value = value * (distance / k) + slopes[k - 1]
        return value if stands_for_array(x) else _plain(value)

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
    ceiling = check_not_negative(ceiling=ceiling)
    order = check_count(order=order)
    distance = np.abs(as_floats(distance, "distance"))
    # ceiling · |x − a|/1 · |x − a|/2 …, with the powers of 2 kept apart: no overflow
    bound, exponent = np.frexp(np.full(distance.shape, ceiling))
    for k in range(1, order + 2):
        bound, more = np.frexp(bound * (distance / k))
        exponent = exponent + more
    return _plain(np.ldexp(bound, exponent))


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
        It is too large by (b − a) h²/12 times a second derivative of f between a and b.

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
    result is too large by (b − a) h⁴/180 times a fourth derivative of f in between.

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> simpson(lambda x: x**3, 0, 2, pieces=2)
    4.0
    """
    pieces = check_least(2, pieces=pieces)
    if pieces % 2:
        raise ValueError(
            f"pieces must be even for Simpson's rule, but is {shown(pieces)}"
        )
    heights, width = _heights(f, a, b, pieces)
    odd, even = heights[1::2].sum(), heights[2:-1:2].sum()
    return float(width / 3 * (heights[0] + 4 * odd + 2 * even + heights[-1]))


# What the functions share


def exact_steps(x, order):
    """The step for each entry, rounded so that x + h is a float and h its distance.

    Parameters
    ----------
    x : array of floats
    order : int
        As for ``best_step``.

    Returns
    -------
    array of the shape of x

    Notes
    -----
    Chapter: derivatives

    Examples
    --------
    >>> exact_steps(np.array([2.0]), 1).item() == 2.0**-25
    True
    """
    x = as_floats(x, "x")
    return (x + best_step(order, x)) - x


def _point_and_step(f, x, h, order, sides="+-"):
    """x and the step, checked; a step of our own is rounded so that x + h is exact.

    A step that is given must reach another float on all sides where f is asked.
    """
    check_callable(f=f)
    x = as_point(x)
    if h is None:
        return x, exact_steps(x, order)
    h = check_positive(h=h)
    for side in sides:
        moved = x + h if side == "+" else x - h
        stuck = x[(moved == x) & np.isfinite(x)]
        if stuck.size:
            longer = exact_steps(stuck[0], order)
            raise ValueError(
                f"h must be so large that x {side} h is not rounded to x, but is {h} "
                f"at x = {stuck[0]}: leave it out, for {longer:.1e}"
            )
    return x, h


def _plain(value):
    """A number as Python's own, an array as it is."""
    return value if np.ndim(value) else float(value)


def _values(f, x):
    value = as_floats(guarded(f)(x), "what f returns")
    refuse_duals(value)
    _check_same_shape(value, x)
    return value


def _check_same_shape(value, x):
    if value.shape != x.shape:
        raise ValueError(
            f"f must return what has the shape of x, {x.shape}, but returns shape "
            f"{value.shape}: for functions of several variables use "
            f"numerical_gradient or numerical_jacobian"
        )


def _heights(f, a, b, pieces):
    """f at the ends of the pieces, and the width of a piece."""
    check_callable(f=f)
    pieces = check_least(1, pieces=pieces)
    check_shapes(a=(as_floats(a, "a"), ""), b=(as_floats(b, "b"), ""))
    ends = as_floats([a, b], "a and b")
    check_finite(**{"a and b": ends})
    x = np.linspace(*ends, pieces + 1)
    heights = as_floats(f(x), "what f returns")
    refuse_duals(heights)
    if heights.ndim == 0:  # a constant
        heights = np.full(x.shape, heights)
    check_shapes(**{"what f returns": (heights, f"{x.size}")})
    return heights, (ends[1] - ends[0]) / pieces
