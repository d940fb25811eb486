"""Second order: steps that know the curvature, and steps that do not know the slope.

A function to minimize comes as functions of a point θ of shape (d,): its ``value`` (a
number), its ``gradient`` (d,), and where curvature is wanted its ``hessian`` (d, d) or
its ``product``, the Hessian times a vector. A walk that diverges is a result, not an
error. A function of yours is handed copies, and what it returns is copied: it may keep
and change either. In a search a value that is nan counts as infinite, so it is never
the lowest.

Reading order: ``newton`` and ``bfgs``; ``conjugate_gradients`` and ``hessian_free``,
which need no Hessian; the searches that need no gradient.
"""

import math
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    as_single,
    check_callable,
    check_count,
    check_finite,
    check_least,
    check_not_negative,
    check_positive,
    check_rng,
    check_shapes,
    guarded,
    or_nan,
)
from mathlib.gradient_descent import ROUNDING, backtracking, follow
from mathlib.update_rules import as_pair, minimize, sgd


class Search(NamedTuple):
    """A walk judged by what it cost: points, their values, evaluations spent on them.

    Chapter: second_order
    """

    points: np.ndarray  # (k + 1, d)
    values: np.ndarray  # (k + 1,)
    evaluations: np.ndarray  # (k + 1,) int, all those made up to each point


class Conjugate(NamedTuple):
    """What conjugate gradients visited, and why they stopped.

    Chapter: second_order
    """

    points: np.ndarray  # (k + 1, d)
    residuals: np.ndarray  # (k + 1, d), b − Ax at each point
    stop_reason: str  # "tolerance", "max_iterations" or "curvature"


# Walks that use the curvature


def newton(gradient, hessian, start, *, steps=50, tolerance=1e-12, bound=1e100):
    """Find a point of zero gradient by Newton's method, with full steps.

    Each step goes where the quadratic model has zero gradient::

        x ← x − ∇²f(x)⁻¹ ∇f(x)

    It is attracted by maxima and saddles as much as by minima.

    Parameters
    ----------
    gradient : function of a (d,) array
    hessian : function of a (d,) array
        Returns ∇²f(x), a (d, d) array; for d = 1 a number will do.
    start, steps, tolerance, bound
        Arguments as for ``gradient_descent``.

    Returns
    -------
    Path

    Raises
    ------
    ArithmeticError
        If the Hessian is singular at a point visited; the message names the point.

    References
    ----------
    Nocedal & Wright (2006), Numerical Optimization, §3.3.

    Notes
    -----
    Chapter: second_order

    Examples
    --------
    >>> path = newton(lambda x: x**2 - 2, lambda x: 2 * x, 1.5)
    >>> path.points.ravel().round(6)
    array([1.5     , 1.416667, 1.414216, 1.414214, 1.414214])
    """

    def step(x, slope, _):
        matrix = _hessian_at(hessian, x)
        change = or_nan(np.linalg.solve, matrix, slope)
        given = np.append(matrix, slope)
        if np.isnan(change).any() and np.isfinite(given).all():
            raise ArithmeticError(
                f"Newton's step needs an invertible Hessian, but it is singular at {x}"
            )
        return x - change, None

    check_callable(hessian=hessian)
    return follow(step, gradient, start, steps=steps, tolerance=tolerance, bound=bound)


def _hessian_at(hessian, x):
    matrix = as_floats(guarded(hessian)(x), "the Hessian")
    if x.size == matrix.size == 1:
        return matrix.reshape(1, 1)
    check_shapes(**{"point": (x, "d"), "the Hessian": (matrix, "d d")})
    return matrix


def bfgs(value, gradient, start, *, steps=200, tolerance=1e-8):
    """Minimize with a model of the inverse Hessian, learned from the gradients.

    Each step, and what is learned from it, with s the step and y the change of
    gradient over it::

        x ← x − t H ∇f(x),   t from ``backtracking``, first try 1
        H ← (I − s yᵀ/yᵀs) H (I − y sᵀ/yᵀs) + s sᵀ/yᵀs

    H begins as I, times yᵀs/yᵀy before it first learns. The update is skipped unless
    yᵀs > 0 beyond rounding: otherwise H would stop being positive definite, and −H∇f a
    direction of descent.

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
    Nocedal & Wright (2006), Numerical Optimization, §6.1.

    Notes
    -----
    Chapter: second_order

    Examples
    --------
    >>> from mathlib.gradient_descent import quadratic
    >>> bowl = quadratic([[1.0, 0.0], [0.0, 100.0]], b=[1.0, 100.0])
    >>> path = bfgs(bowl.value, bowl.gradient, [5.0, 5.0])
    >>> path.stop_reason, path.points[-1].round(6)
    ('tolerance', array([1., 1.]))
    """

    def step(x, slope, before):
        inverse = None if before is None else _learn(*before, x, slope)
        direction = -slope if inverse is None else -inverse @ slope
        rate = backtracking(value, gradient, x, direction)
        return x + rate * direction, (inverse, x, slope)

    check_callable(value=value)
    return follow(step, gradient, start, steps=steps, tolerance=tolerance)


def _learn(inverse, x_before, slope_before, x, slope):
    """The model H after a step; None until a step has shown some curvature."""
    s, y = x - x_before, slope - slope_before
    if not y @ s > ROUNDING * math.hypot(*y) * math.hypot(*s):
        return inverse
    if inverse is None:  # The identity has no scale: take that of the curvature seen.
        inverse = (y @ s) / (y @ y) * np.eye(s.size)
    turn = np.eye(s.size) - np.outer(s, y) / (y @ s)
    return turn @ inverse @ turn.T + np.outer(s, s) / (y @ s)


# Curvature without the Hessian


def conjugate_gradients(product, b, *, steps=None, tolerance=1e-10):
    """Solve Ax = b for a symmetric A that is known only by its products Av.

    Each step goes to the minimum of ½ xᵀAx − bᵀx along a direction that does not undo
    what the earlier ones did::

        x ← x + t p,   r ← r − t A p,   t = rᵀr / pᵀAp
        p ← r + (rᵀr / that of the step before) p

    Parameters
    ----------
    product : function of a (d,) array
        Returns Av, a (d,) array.
    b : (d,) array
    steps : int, optional
        The most steps to take; d by default.
    tolerance : float
        Stop once ‖b − Ax‖ is at most this part of ‖b‖.

    Returns
    -------
    Conjugate
        ``points[-1]`` is the solution. With exact arithmetic it takes at most as many
        steps as A has different eigenvalues. The stop reason is "curvature" where a
        direction was met along which A does not curve upward, or its product is not
        finite; the point is the last one before it.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind or shape, or b is not finite.

    References
    ----------
    Hestenes & Stiefel (1952), Methods of conjugate gradients for solving linear
    systems. Nocedal & Wright (2006), Numerical Optimization, §5.1.

    Notes
    -----
    Chapter: second_order

    Examples
    --------
    >>> found = conjugate_gradients(lambda v: np.array([1.0, 4.0]) * v, [1.0, 1.0])
    >>> found.points[-1].round(6), found.stop_reason
    (array([1.  , 0.25]), 'tolerance')
    """
    check_callable(product=product)
    b = as_floats(b, "b")
    d = check_shapes(b=(b, "d"))["d"]
    steps = check_count(steps=d if steps is None else steps)
    tolerance = check_not_negative(tolerance=tolerance)
    check_finite(b=b)
    # In units of b, a power of 2, so that no square is infinite or 0, and no bit lost.
    unit = math.ldexp(1.0, math.frexp(np.abs(b).max(initial=0))[1] - 1)
    b = b / unit
    found = _conjugate(guarded(product), b, steps, tolerance * np.linalg.norm(b))
    return found._replace(points=found.points * unit, residuals=found.residuals * unit)


def _conjugate(product, b, steps, enough):
    x, r, p = np.zeros(b.shape), b, b
    points, residuals, reason = [x], [r], "tolerance"
    while np.linalg.norm(r) > enough:
        if len(points) > steps:
            reason = "max_iterations"
            break
        _, Ap = as_pair(p, product(p), "the product")
        if not 0 < p @ Ap < math.inf:
            reason = "curvature"
            break
        t = (r @ r) / (p @ Ap)
        x, before, r = x + t * p, r, r - t * Ap
        p = r + (r @ r) / (before @ before) * p
        points.append(x)
        residuals.append(r)
    return Conjugate(np.array(points), np.array(residuals), reason)


def hessian_free(
    value, gradient, product, start, *, steps=100, damping=1.0, tolerance=1e-8
):
    """Newton's method without a Hessian: each step is found by conjugate gradients.

    With g the gradient and H the Hessian at θ, known only by its products Hv::

        (H + δI) p = −g,   θ ← θ + p

    The damping δ keeps p where the quadratic model can be trusted: it is divided by 4
    when a step lowered the value by more than ¾ of what the model promised, and
    multiplied by 4 when it lowered it by ¼ at most. A step that would not lower the
    value, or lead to where it is nan, is not taken.

    Parameters
    ----------
    value : function of a (d,) array
        Returns a number.
    gradient : function of a (d,) array
        Returns a (d,) array.
    product : function of two (d,) arrays
        ``product(θ, v)`` returns Hv, with the Hessian H at θ.
    start : (d,) array
    steps : int
        The most steps to try.
    damping : float
        The first δ > 0.
    tolerance : float
        Stop once the norm of the gradient is at most this. Where the values are not
        near 0, rounding hides in them what the last steps gain: then all steps are
        spent at a gradient a little above.

    Returns
    -------
    Search
        An evaluation is one of ``gradient`` or of ``product``.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind or shape, or a gradient is not finite.

    References
    ----------
    Martens (2010), Deep learning via Hessian-free optimization. Pearlmutter (1994),
    Fast exact multiplication by the Hessian.

    Notes
    -----
    Chapter: second_order

    Examples
    --------
    >>> curvature = np.array([1.0, 1000.0])
    >>> search = hessian_free(
    ...     lambda theta: (curvature * theta**2).sum() / 2,
    ...     lambda theta: curvature * theta,
    ...     lambda theta, v: curvature * v,
    ...     [1.0, 1.0],
    ... )
    >>> bool(search.values[-1] < 1e-15), int(search.evaluations[-1])
    (True, 17)
    """
    check_callable(value=value, gradient=gradient, product=product)
    steps = check_count(steps=steps)
    damping = check_positive(damping=damping)
    tolerance = check_not_negative(tolerance=tolerance)
    value, gradient, product = guarded(value), guarded(gradient), guarded(product)
    theta, trail = _begin(value, start)
    theta, g = as_pair(theta, gradient(theta))
    height, spent = trail[0][1], 1
    for _ in range(steps):
        if np.linalg.norm(g) <= tolerance:
            break
        check_finite(**{"the gradient": g})
        p, promise, products = _damped_newton(product, theta, g, damping)
        lower = _height(value, theta + p)
        damping *= _how_much_more(height - lower, promise)
        if lower < height:
            theta, g = as_pair(theta + p, gradient(theta + p))
            height, spent = lower, spent + 1
        spent += products
        trail.append((theta, height, spent))
    return _search(trail)


def _how_much_more(gain, promise):
    """By what to multiply the damping, from what a step gained and what it promised."""
    if not gain > promise / 4:
        return 4.0
    return 0.25 if gain > promise * 0.75 else 1.0


def _damped_newton(product, theta, g, damping):
    """The step, by how much the model promises that it lowers f, and its products."""

    def damped(v):
        v, Hv = as_pair(v, product(theta, v), "the product")
        return Hv + damping * v

    tolerance = min(0.01, math.sqrt(np.linalg.norm(g)))
    found = conjugate_gradients(damped, -g, tolerance=tolerance)
    p, r = found.points[-1], found.residuals[-1]
    products = len(found.points) - (found.stop_reason != "curvature")
    return p, p @ (r - g) / 2, products


# No gradient at all


def random_search(value, start, *, width, steps, rng):
    """Try a random neighbor; go there if it is lower.

    Each step, with ε standard normal::

        θ′ = θ + width · ε,   θ ← θ′ if f(θ′) < f(θ)

    Parameters
    ----------
    value : function of a (d,) array
        Returns a number.
    start : (d,) array
    width : float
        The standard deviation of a trial in each direction, > 0.
    steps : int
        The number of trials.
    rng : numpy.random.Generator

    Returns
    -------
    Search
        The values never rise. An evaluation is one of ``value``. Where it is nan it
        counts as infinite: the first trial with a number is gone to.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind or shape.

    References
    ----------
    Rastrigin (1963), The convergence of the random search method in the extremal
    control of a many parameter system.

    Notes
    -----
    Chapter: second_order

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> search = random_search(lambda x: x @ x, [3.0], width=1.0, steps=50, rng=rng)
    >>> bool(search.values[-1] < 0.01), int(search.evaluations[-1])
    (True, 51)
    """
    check_callable(value=value)
    steps = check_count(steps=steps)
    width = check_positive(width=width)
    check_rng(rng)
    theta, trail = _begin(value, start)
    lowest = trail[0][1]
    for k in range(steps):
        trial = theta + width * rng.normal(size=theta.shape)
        height = _height(value, trial)
        if height < lowest:
            theta, lowest = trial, height
        trail.append((theta, lowest, k + 2))
    return _search(trail)


def evolution_gradient(value, *, width, pairs, rng):
    """A gradient estimated from values alone, at random points in mirrored pairs.

    With m pairs and standard normal ε₁ … ε_m::

        g = 1/m Σᵢ (f(θ + σ εᵢ) − f(θ − σ εᵢ)) / 2σ · εᵢ

    Parameters
    ----------
    value : function of an array of the shape of θ
        Returns a number.
    width : float
        The standard deviation σ > 0 of the points.
    pairs : int
        m, at least 1.
    rng : numpy.random.Generator

    Returns
    -------
    function of θ
        An estimate of the gradient: on a quadratic its mean is the gradient. On a plane
        its mean squared error is (d + 1)/m times the squared length of the gradient.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind or an impossible value.
    ArithmeticError
        By the function that is returned: if a value is not finite.

    References
    ----------
    Salimans, Ho, Chen, Sidor & Sutskever (2017), Evolution strategies as a scalable
    alternative to reinforcement learning.

    Notes
    -----
    Chapter: second_order

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> slope = evolution_gradient(lambda x: 3 * x[0], width=0.1, pairs=10_000, rng=rng)
    >>> slope(np.zeros(1)).round(1)
    array([3.])
    """
    check_callable(value=value)
    width = check_positive(width=width)
    pairs = check_least(1, pairs=pairs)
    check_rng(rng)

    def estimate(theta):
        theta = as_floats(theta, "theta")
        noise = rng.normal(size=(pairs, *np.shape(theta)))
        slopes = [
            (_number(value, theta + width * e) - _number(value, theta - width * e))
            for e in noise
        ]
        if not np.isfinite(slopes).all():
            raise ArithmeticError(
                f"the value is not finite {width:g} away from the point: "
                f"use a smaller width"
            )
        return np.tensordot(slopes, noise, axes=1) / (2 * width * pairs)

    return estimate


def evolution_strategy(value, start, *, rate, width, pairs, steps, rng):
    """Gradient descent along gradients that are estimated from values alone.

    Each step, with g from ``evolution_gradient``::

        θ ← θ − η g

    Parameters
    ----------
    value : function of a (d,) array
        Returns a number.
    start : (d,) array
    rate : float or schedule
        The learning rate η > 0.
    width, pairs
        Arguments as for ``evolution_gradient``.
    steps : int
    rng : numpy.random.Generator

    Returns
    -------
    Search
        An evaluation is one of ``value``: 2 · pairs for each step. (Those made for the
        field ``values`` are not counted, since the walk does without them.)

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind or an impossible value.

    References
    ----------
    Rechenberg (1973), Evolutionsstrategie. Salimans, Ho, Chen, Sidor & Sutskever
    (2017), Evolution strategies as a scalable alternative to reinforcement learning.

    Notes
    -----
    Chapter: second_order

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> search = evolution_strategy(
    ...     lambda x: x @ x, [3.0], rate=0.2, width=0.1, pairs=2, steps=20, rng=rng
    ... )
    >>> bool(search.values[-1] < 0.01), int(search.evaluations[-1])
    (True, 80)
    """
    theta = as_floats(start, "start")
    check_shapes(start=(theta, "d"))
    estimate = evolution_gradient(value, width=width, pairs=pairs, rng=rng)
    points = minimize(estimate, theta, sgd(rate), steps=steps)
    values = np.array([_height(value, point) for point in points])
    return Search(points, values, 2 * int(pairs) * np.arange(int(steps) + 1))


def _begin(value, start):
    """θ, and the trail of a search: (point, value, evaluations so far)."""
    theta = as_floats(start, "start").copy()
    check_shapes(start=(theta, "d"))
    check_finite(start=theta)
    return theta, [(theta, _height(value, theta), 1)]


def _search(trail):
    return Search(*(np.array(column) for column in zip(*trail, strict=True)))


# Arguments


def _height(value, theta):
    """The value, for a comparison: nan is as high as it can be."""
    height = _number(value, theta)
    return math.inf if math.isnan(height) else height


def _number(value, theta):
    return as_single(guarded(value)(theta), "the value")
