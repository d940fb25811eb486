"""Gradient descent: walk downhill, one short step at a time.

A point is an array of shape (d,); a plain number stands for a point with d = 1. A
function to minimize comes as functions of a point: its ``value`` (a number), its
``gradient`` (d,) and its ``hessian`` (d, d). ``Objective`` holds all three.

Every walk returns a ``Path``: the points visited, the slope at each, and the reason for
stopping. A walk that diverges is a result, not an error. A function of yours is handed
copies, and what it returns is copied: it may keep and change either.

Reading order: ``Path`` and ``gradient_descent``; the objectives ``quadratic`` and
``linear_regression``; what their curvature says about the learning rate; then the walks
that choose their own step: the line search, and the extragradient.
"""

import math
from collections.abc import Callable
from numbers import Real
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_single,
    as_symmetric,
    check_between,
    check_callable,
    check_count,
    check_finite,
    check_not_negative,
    check_positive,
    check_shapes,
    guarded,
)

# How far two rounded numbers may differ, relative to each, and still be equal.
ROUNDING = 1e-12
# A difference of values below so many roundings is too blurred to compare.
BLURRED = 1000


class Path(NamedTuple):
    """What a walk visited, first to last, and why it stopped.

    Chapter: gradient_descent
    """

    points: np.ndarray  # (k + 1, d)
    slopes: np.ndarray  # (k + 1,), the norm of the gradient at each point
    stop_reason: str  # "tolerance", "max_iterations" or "diverged"


class Objective(NamedTuple):
    """A function of a point θ of shape (d,), with its first two derivatives.

    Chapter: gradient_descent
    """

    value: Callable  # θ -> float
    gradient: Callable  # θ -> (d,)
    hessian: Callable  # θ -> (d, d)


class Curvatures(NamedTuple):
    """The extreme eigenvalues of a Hessian.

    Chapter: gradient_descent
    """

    smallest: float
    largest: float


class BestRate(NamedTuple):
    """The learning rate that shrinks the worst direction most, and by what factor.

    Chapter: gradient_descent
    """

    rate: float
    factor: float


# The walk


def gradient_descent(gradient, start, *, rate, steps=1000, tolerance=0.0, bound=1e100):
    """Minimize a function by stepping against its gradient.

    Each step is::

        x ← x − η ∇f(x)

    Parameters
    ----------
    gradient : function of a (d,) array
        Returns ∇f(x), a (d,) array; for d = 1 a number will do.
    start : (d,) array or number
    rate : float
        The learning rate η > 0.
    steps : int
        The most steps to take.
    tolerance : float
        Stop once the norm of the gradient is at most this; at 0, only where the
        gradient is exactly zero.
    bound : float
        A walk farther than this from the origin has diverged.

    Returns
    -------
    Path
        At most ``steps + 1`` points. A point that left the ball of radius ``bound`` is
        the last; one that is not finite is left out.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind, or an impossible value; if the gradient does
        not have the shape of the point.

    References
    ----------
    Cauchy (1847), Méthode générale pour la résolution des systèmes d'équations
    simultanées. Nesterov (2018), Lectures on Convex Optimization, §1.2.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> path = gradient_descent(lambda x: 2 * x, [4.0], rate=0.25, steps=2)
    >>> path.points.ravel()
    array([4., 2., 1.])
    >>> path.stop_reason
    'max_iterations'
    """
    rate = _as_rate(rate)
    return follow(
        lambda x, slope, _: (x - rate * slope, None),
        gradient,
        start,
        steps=steps,
        tolerance=tolerance,
        bound=bound,
    )


def follow(step, gradient, start, *, steps, tolerance, bound=1e100, name="gradient"):
    """Follow a rule from point to point, and say why the walk ended.

    Each step is::

        x, state ← step(x, ∇f(x), state)

    Parameters
    ----------
    step : function of a (d,) array, a (d,) array and a state
        Takes the point, the slope there and what it returned as state the last time;
        None at first. Returns the next point and the next state; for d = 1 the point
        may be a number.
    gradient, start, steps, tolerance, bound
        Arguments as for ``gradient_descent``.
    name : str
        What messages call the function ``gradient``.

    Returns
    -------
    Path

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> def halve(x, slope, state):
    ...     return x / 2, state
    >>> path = follow(halve, lambda x: 2 * x, [4.0], steps=2, tolerance=0.0)
    >>> path.points.ravel()
    array([4., 2., 1.])
    """
    check_callable(step=step, **{name: gradient})
    steps = check_count(steps=steps)
    tolerance = check_not_negative(tolerance=tolerance)
    bound = check_positive(bound=bound)
    x, state, points, slopes = _as_point(start, "start").copy(), None, [], []
    check_finite(start=x)
    step, gradient = guarded(step), guarded(gradient)
    with np.errstate(over="ignore", invalid="ignore"):
        while np.isfinite(x).all():
            slope = _slope(gradient, x, f"the {name}")
            points.append(x)
            slopes.append(_norm(slope))
            reason = _reason(points, slopes, steps, tolerance, bound)
            if reason:
                return Path(np.array(points), np.array(slopes), reason)
            after, state = step(x, slope, state)
            x = _as_point(after, "what step returns", x.size)
    return Path(np.array(points), np.array(slopes), "diverged")


def _reason(points, slopes, steps, tolerance, bound):
    """Why to stop here, or None; bound first, since far out a gradient may be 0."""
    if _norm(points[-1]) > bound:
        return "diverged"
    if slopes[-1] <= tolerance:
        return "tolerance"
    return "max_iterations" if len(points) > steps else None


def _norm(x):
    """‖x‖; hypot, unlike the root of a sum of squares, does not over- or underflow."""
    return math.hypot(*x.tolist())


# Objectives


def quadratic(A, b=None):
    """A quadratic function, as value, gradient and Hessian.

    The function is::

        f(x) = ½ xᵀA x − bᵀx,   ∇f(x) = A x − b,   ∇²f(x) = A

    Parameters
    ----------
    A : (d, d) symmetric array, or number
    b : (d,) array or number, optional
        Zero where left out.

    Returns
    -------
    Objective

    Raises
    ------
    ValueError
        If A is not symmetric, or the shapes do not fit.

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, §2.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> bowl = quadratic([[1.0, 0.0], [0.0, 10.0]])
    >>> bowl.value([2.0, 1.0]), bowl.gradient([2.0, 1.0])
    (7.0, array([ 2., 10.]))
    """
    A = _symmetric(A, "A").copy()
    b = np.zeros(len(A)) if b is None else _as_point(b, "b").copy()
    check_shapes(A=(A, "d d"), b=(b, "d"))

    def value(x):
        x = _as_point(x, "x", b.size)
        return float(x @ (A @ x) / 2 - b @ x)

    def gradient(x):
        return A @ _as_point(x, "x", b.size) - b

    def hessian(x):
        _as_point(x, "x", b.size)
        return A.copy()

    return Objective(value, gradient, hessian)


def linear_regression(X, y):
    """Mean squared error of a line (or plane) through data, in θ = (w, b).

    With the factor 1/n and without ½::

        f(θ) = 1/n Σᵢ (xᵢ·w + b − yᵢ)²,   ∇f(θ) = 2/n Aᵀ(Aθ − y),   ∇²f(θ) = 2/n AᵀA

    where A is X with a column of ones appended, and ``xᵢ·w + b`` is the prediction ŷᵢ.

    Parameters
    ----------
    X : (n, d) array
        A sample is a row.
    y : (n,) array

    Returns
    -------
    Objective
        A function of θ of shape (d + 1,): the d weights, then the intercept.

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no sample, or an entry is not finite.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> line = linear_regression([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    >>> line.value([2.0, 1.0])
    0.0
    >>> line.gradient([2.0, 0.0])
    array([-2., -2.])
    """
    A, y = _design(X, y)
    n, size = A.shape

    def error(theta):
        return A @ _as_point(theta, "theta", size) - y

    def value(theta):
        return float((error(theta) ** 2).mean())

    def gradient(theta):
        return 2 / n * (error(theta) @ A)

    def hessian(theta):
        _as_point(theta, "theta", size)
        return 2 / n * (A.T @ A)

    return Objective(value, gradient, hessian)


def least_squares(X, y):
    """The minimizer of ``linear_regression(X, y)``, in one step.

    It solves the normal equations::

        AᵀA θ = Aᵀy,   A = (X, 1)

    through a factorization of A itself, since AᵀA squares the condition number; and of
    its columns shifted to mean 0 and divided by their size, so that neither the unit of
    a feature nor its offset costs digits (where the features depend on one another or
    one is constant, A is taken as it is).

    Parameters
    ----------
    X : (n, d) array
    y : (n,) array

    Returns
    -------
    (d + 1,) array
        The d weights, then the intercept. Where several θ are equally good, the
        shortest of them.

    Raises
    ------
    ValueError
        As in ``linear_regression``.

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, §10.2.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> least_squares([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]).round(9)
    array([2., 1.])
    """
    A, y = _design(X, y)
    X, ones, base = A[:, :-1], A[:, -1:], y.mean()
    middle = X.mean(axis=0)
    size = np.abs(X - middle).max(axis=0)
    if not size.all():  # a constant feature: no θ is the only best one
        return np.linalg.lstsq(A, y)[0]
    scaled = np.hstack([(X - middle) / size, ones])
    theta, _, rank, _ = np.linalg.lstsq(scaled, y - base)
    if rank < A.shape[1]:
        return np.linalg.lstsq(A, y)[0]
    w = theta[:-1] / size
    return np.append(w, base + theta[-1] - middle @ w)


# What the curvature says about the learning rate


def curvatures(hessian):
    """The smallest and the largest curvature: extreme eigenvalues of the Hessian.

    Parameters
    ----------
    hessian : (d, d) symmetric array, or number
        A number is the curvature of a function of one variable.

    Returns
    -------
    Curvatures
        Fields ``smallest`` (μ) and ``largest`` (L).

    Raises
    ------
    ValueError
        If the Hessian is not square, empty, not symmetric or not finite.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> curvatures([[2.0, 0.0], [0.0, 8.0]])
    Curvatures(smallest=2.0, largest=8.0)
    """
    hessian = _symmetric(hessian, "hessian")
    eigenvalues = np.linalg.eigvalsh(hessian)
    return Curvatures(float(eigenvalues[0]), float(eigenvalues[-1]))


def largest_stable_rate(hessian):
    """The learning rate beyond which gradient descent is thrown out.

    On a quadratic with largest curvature L it is::

        2 / L

    Below it the walk shrinks along every direction of positive curvature, and so
    converges if all are positive; at it, the walk bounces for ever.

    Parameters
    ----------
    hessian : (d, d) symmetric array, or number

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the largest curvature is not positive, or as in ``curvatures``.

    References
    ----------
    Nesterov (2018), Lectures on Convex Optimization, §1.2.3.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> largest_stable_rate([[2.0, 0.0], [0.0, 8.0]])
    0.25
    """
    largest = curvatures(hessian).largest
    if largest <= 0:
        raise ValueError(
            f"hessian must curve upward somewhere, but its largest eigenvalue is "
            f"{largest:g}: no learning rate makes the walk arrive"
        )
    return 2 / largest


def best_rate(hessian):
    """The best fixed learning rate for the worst start on a quadratic, and its factor.

    With μ and L the smallest and the largest curvature::

        η = 2 / (μ + L),   factor = (L − μ) / (L + μ)

    There the flattest and the steepest direction shrink equally fast.

    Parameters
    ----------
    hessian : (d, d) symmetric array, or number

    Returns
    -------
    BestRate
        Fields ``rate`` and ``factor``; each step multiplies the distance to the
        minimizer by at most ``factor``, 0 where all curvatures are equal.

    Raises
    ------
    ValueError
        If a curvature is not positive, or as in ``curvatures``.

    References
    ----------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods.
    Nesterov (2018), Lectures on Convex Optimization, §2.1.5.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> best_rate([[2.0, 0.0], [0.0, 8.0]])
    BestRate(rate=0.2, factor=0.6)
    """
    smallest, largest = curvatures(hessian)
    if smallest <= 0:
        raise ValueError(
            f"hessian must have positive eigenvalues only, but its smallest is "
            f"{smallest:g}: no learning rate shrinks that direction"
        )
    mean = smallest / 2 + largest / 2  # halves, since the sum might be infinite
    return BestRate(1 / mean, (largest / 2 - smallest / 2) / mean)


def steps_to_shrink(factor, target):
    """The number of steps until repeated shrinking reaches a target.

    The smallest whole k with::

        factorᵏ ≤ target

    Parameters
    ----------
    factor : float
        What each step multiplies by, between 0 and 1.
    target : float
        The fraction wanted, between 0 and 1.

    Returns
    -------
    int
        Equality up to rounding counts, one part in 10¹²: three steps of 0.1 reach
        0.001. Beyond 10¹² steps the last digits are those of a rounded logarithm.

    Raises
    ------
    ValueError
        If factor or target is not strictly between 0 and 1.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> steps_to_shrink(0.5, 0.2)
    3
    """
    factor, target = check_between(0, 1, factor=factor, target=target)
    rounding = min(ROUNDING / -math.log(factor), 1e-3)  # in steps
    return math.ceil(math.log(target) / math.log(factor) - rounding)


def regime(rate, curvature):
    """What gradient descent does along one direction, in words.

    Each step multiplies the distance to the bottom by m = 1 − ηλ::

        0 < m < 1    "creeps"          −1 < m < 0   "leaps"
            m = 0    "lands"                m = −1  "bounces"
                                            m < −1  "is thrown out"

    Parameters
    ----------
    rate : float
        The learning rate η > 0.
    curvature : float
        The curvature λ > 0 of the direction.

    Returns
    -------
    str
        Equality up to rounding counts: 0.2 · 10 is 2.

    Raises
    ------
    ValueError
        If rate or curvature is not positive.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> [regime(rate, 1.0) for rate in (0.3, 1.0, 1.9, 2.0, 2.1)]
    ['creeps', 'lands', 'leaps', 'bounces', 'is thrown out']
    """
    product = _as_rate(rate) * check_positive(curvature=curvature)
    if math.isclose(product, 1, rel_tol=ROUNDING):
        return "lands"
    if math.isclose(product, 2, rel_tol=ROUNDING):
        return "bounces"
    if product < 1:
        return "creeps"
    return "leaps" if product < 2 else "is thrown out"


# Walks that choose their own step


def backtracking(
    value, gradient, point, direction, *, start=1.0, shrink=0.5, sufficient=1e-4
):
    """The first of ever shorter steps along a direction that lowers f enough.

    With m = ∇f(x)·p the slope along the direction p, the first step t out of start,
    start · shrink, start · shrink², … with::

        f(x + tp) ≤ f(x) + c t m                    (c: ``sufficient``)

    Near a minimizer the two values differ by little more than their rounding. There the
    slope decides, which on a quadratic is the same condition::

        ∇f(x + tp)·p ≤ (2c − 1) m

    Parameters
    ----------
    value : function of a (d,) array
        Returns f(x), a number.
    gradient : function of a (d,) array
    point : (d,) array or number
    direction : (d,) array or number
        A direction of descent: m < 0.
    start : float
        The longest step tried.
    shrink : float
        Between 0 and 1.
    sufficient : float
        Between 0 and ½: which part of the decrease that the slope promises is enough.

    Returns
    -------
    float
        The step t.

    Raises
    ------
    ArithmeticError
        If the direction does not descend, or no step along it lowers f.

    References
    ----------
    Armijo (1966), Minimization of functions having Lipschitz continuous first partial
    derivatives. Nocedal & Wright (2006), Numerical Optimization, §3.1. Hager & Zhang
    (2005), A new conjugate gradient method with guaranteed descent, for the rounding.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> bowl = quadratic(10.0)
    >>> backtracking(bowl.value, bowl.gradient, 1.0, -10.0)
    0.125
    """
    check_callable(value=value, gradient=gradient)
    start = check_positive(start=start)
    shrink = check_between(0, 1, shrink=shrink)
    sufficient = check_between(0, 0.5, sufficient=sufficient)
    x = _as_point(point, "point")
    p = _as_point(direction, "direction", x.size)
    value, gradient = guarded(value), guarded(gradient)
    with np.errstate(over="ignore", invalid="ignore"):
        return _first_sufficient(value, gradient, x, p, start, shrink, sufficient)


def _first_sufficient(value, gradient, x, p, step, shrink, sufficient):
    height = as_single(value(x), "the value")
    promise = _slope(gradient, x, "the gradient") @ p
    if not promise < 0:
        raise ArithmeticError(
            f"direction must descend, but the slope along it is {promise:.3g} at {x}"
        )
    rounding = np.finfo(float).eps * abs(height)
    near = -step * promise <= BLURRED * rounding
    while -step * promise > (0 if near else rounding):
        landing = x + step * p
        gain = as_single(value(landing), "the value") - height
        enough = gain <= sufficient * step * promise
        if -step * promise <= BLURRED * rounding:
            slope = _slope(gradient, landing, "the gradient") @ p
            flat = slope <= (2 * sufficient - 1) * promise
            if near:
                enough = flat and gain <= BLURRED * rounding
            near = near or not flat  # the slope agrees that the step is too long
        if enough:
            return step
        step *= shrink
    raise ArithmeticError(f"no step along the direction lowers the value at {x}")


def line_search_descent(value, gradient, start, *, steps=1000, tolerance=1e-8):
    """Gradient descent whose rate is found anew at each step, by backtracking.

    Each step is::

        x ← x − t ∇f(x),   t from ``backtracking``, first try 1

    Parameters
    ----------
    value : function of a (d,) array
        Returns f(x), a number.
    gradient, start, steps, tolerance
        Arguments as for ``gradient_descent``.

    Returns
    -------
    Path

    Raises
    ------
    ArithmeticError
        If no step lowers f: the gradient is not the gradient of value.

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, §3.1.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> bowl = quadratic([[1.0, 0.0], [0.0, 10.0]])
    >>> path = line_search_descent(bowl.value, bowl.gradient, [2.0, 1.0])
    >>> path.stop_reason, path.points[-1].round(6) + 0.0
    ('tolerance', array([0., 0.]))
    """

    def step(x, slope, _):
        return x - backtracking(value, gradient, x, -slope) * slope, None

    check_callable(value=value)
    return follow(step, gradient, start, steps=steps, tolerance=tolerance)


def extragradient(field, start, *, rate, steps):
    """Follow a field to a point of balance, looking one step ahead.

    The step uses the field where a plain step would land::

        x½ = x − η F(x),   x ← x − η F(x½)

    For a game min over u, max over v of g(u, v) the field is F = (∂g/∂u, −∂g/∂v). Where
    g = uv the plain step spirals outward, and this one arrives if η < 1.

    Parameters
    ----------
    field : function of a (d,) array
        Returns F(x), a (d,) array.
    start : (d,) array or number
    rate : float
        The learning rate η > 0.
    steps : int
        The most steps to take.

    Returns
    -------
    Path
        The slopes are the norms of F(x).

    Raises
    ------
    ValueError
        If an argument has an impossible value, or F(x) not the shape of the point.

    References
    ----------
    Korpelevich (1976), The extragradient method for finding saddle points and other
    problems.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> game = lambda x: np.array([x[1], -x[0]])  # min over u, max over v of u·v
    >>> path = extragradient(game, [1.0, 0.0], rate=0.5, steps=2)
    >>> path.slopes.round(4)
    array([1.    , 0.9014, 0.8125])
    """

    def step(x, slope, _):
        ahead = x - rate * slope
        return x - rate * _slope(guarded(field), ahead, "the field"), None

    rate = _as_rate(rate)
    return follow(step, field, start, steps=steps, tolerance=0.0, name="field")


# Arguments


def _as_rate(rate):
    """A rate as a plain float; a negative one is refused with what to do instead."""
    if isinstance(rate, Real) and rate < 0:
        raise ValueError(
            f"rate must be a finite number > 0, but is {rate}: to climb, pass the "
            f"negated gradient"
        )
    return check_positive(rate=rate)


def _as_point(x, name, size="d"):
    """x as an array of shape (size,); a number is a point with d = 1."""
    x = as_floats(x, name)
    if x.ndim == 0:
        x = x.reshape(1)
    check_shapes(**{name: (x, f"{size}")})
    return x


def _slope(gradient, x, name):
    """The gradient at x, refused by name where its shape is not that of x."""
    slope = as_floats(gradient(x), name)
    if slope.ndim == 0 and x.size == 1:
        return slope.reshape(1)
    if slope.shape != x.shape:
        check_shapes(**{"point": (x, "d"), name: (slope, "d")})
    return slope


def _symmetric(matrix, name):
    """A symmetric matrix as a (d, d) array; a number is one with d = 1."""
    matrix = as_floats(matrix, name)
    return as_symmetric(matrix[None, None] if matrix.ndim == 0 else matrix, name)


def _design(X, y):
    """X with a column of ones appended, and y, both checked."""
    X, y = as_floats(X, "X"), as_floats(y, "y")
    sizes = check_shapes(X=(X, "n d"), y=(y, "n"))
    check_finite(X=X, y=y)
    if sizes["n"] == 0:
        raise ValueError("X must hold at least one sample, but its shape is (0, d)")
    return np.column_stack([X, np.ones(sizes["n"])]), y.copy()
