"""Momentum: a walk that remembers its motion.

A heavy ball keeps a part β of its velocity at each step and adds the gradient to it.
Its rules, ``momentum`` and ``nesterov``, are optimizers as in ``mathlib.update_rules``,
which holds the first of them, ``sgd``, and the walk itself, ``minimize``. What theory
says is said of one direction of a quadratic, with curvature λ.

Reading order: ``momentum`` and ``nesterov``; their factors per step in the long run;
what the ball does, in words; its largest and its best learning rate.
"""

import math
from typing import NamedTuple

import numpy as np

from mathlib.checks import as_floats, as_single, check_positive
from mathlib.gradient_descent import regime
from mathlib.update_rules import (
    Optimizer,
    as_pair,
    as_schedule,
    as_share,
    fitting,
    zeros_for,
)

# How far a product of rounded numbers may miss its limit and still be at it.
ROUNDING = 1e-12


class Moving(NamedTuple):
    """The state of a rule with a velocity.

    Chapter: momentum
    """

    steps: int
    velocity: np.ndarray  # of the shape of θ


class BestMomentum(NamedTuple):
    """The fastest heavy ball on a quadratic, and its factor per step in the long run.

    Chapter: momentum
    """

    rate: float
    beta: float
    factor: float


# The two rules


def momentum(rate, beta=0.9):
    """Gradient descent with a heavy ball, which keeps part of its velocity.

    Each step is::

        v ← β v + g,   θ ← θ − η v

    Parameters
    ----------
    rate : float, array or schedule
        The learning rate η > 0. Under a slope that stays the same, the ball ends up
        moving by η/(1 − β) times the slope.
    beta : float or array
        How much of the velocity is kept at each step: 0 <= β < 1; an array broadcasts
        against θ.

    Returns
    -------
    Optimizer
        With the convention of PyTorch's SGD with momentum (without dampening): the
        gradient enters the velocity in full, the rate multiplies the velocity.

    Raises
    ------
    TypeError, ValueError
        If a rate or beta is not as said; at a step, if one does not broadcast against
        θ, or the state is that of another θ.

    References
    ----------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods.

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> from mathlib.update_rules import minimize
    >>> minimize(lambda theta: theta, 8.0, momentum(0.25, beta=0.5), steps=2)
    array([8. , 6. , 3.5])
    """
    rate_at, beta = as_schedule(rate), as_share(beta)

    def step(theta, gradient, state):
        theta, g = as_pair(theta, gradient)
        v = _velocity(beta, theta, g, state)
        eta = fitting(rate_at(state.steps), theta)
        return theta - eta * v, Moving(state.steps + 1, v)

    return Optimizer(_at_rest, step)


def nesterov(rate, beta=0.9):
    """Momentum that looks ahead: the gradient is taken where the velocity leads.

    Each step is::

        v ← β v + g,   θ ← θ − η (g + β v)

    Parameters
    ----------
    rate : float, array or schedule
        The learning rate η > 0.
    beta : float or array
        How much of the velocity is kept at each step: 0 <= β < 1; an array broadcasts
        against θ.

    Returns
    -------
    Optimizer
        With the convention of PyTorch's SGD with ``nesterov=True``. Nesterov's own
        writing has two sequences, x ← y − η ∇f(y) and y ← x + β(x − x_before). Here θ
        is y, the point at which the gradient is taken.

    Raises
    ------
    TypeError, ValueError
        If a rate or beta is not as said; at a step, if one does not broadcast against
        θ, or the state is that of another θ.

    References
    ----------
    Nesterov (1983), A method of solving a convex programming problem with
    convergence rate O(1/k²). Sutskever, Martens, Dahl & Hinton (2013), On the
    importance of initialization and momentum in deep learning.

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> from mathlib.update_rules import minimize
    >>> minimize(lambda theta: theta, 8.0, nesterov(0.25, beta=0.5), steps=1)
    array([8., 5.])
    """
    rate_at, beta = as_schedule(rate), as_share(beta)

    def step(theta, gradient, state):
        theta, g = as_pair(theta, gradient)
        v = _velocity(beta, theta, g, state)
        eta = fitting(rate_at(state.steps), theta)
        return theta - eta * (g + beta * v), Moving(state.steps + 1, v)

    return Optimizer(_at_rest, step)


def _at_rest(theta):
    return Moving(0, zeros_for(theta))


def _velocity(beta, theta, g, state):
    """β v + g, in the shape of θ."""
    kept = fitting(beta, theta, "beta")
    return kept * as_pair(theta, state.velocity, "state.velocity")[1] + g


# What theory says of one direction


def momentum_factor(rate, beta, curvature):
    """By what a step of the heavy ball multiplies a distance, in the long run.

    On f(w) = ½ λ w² the last two points determine the next. The factor is the larger
    size of the two solutions z of::

        z² − (1 + β − ηλ) z + β = 0

    Parameters
    ----------
    rate, beta, curvature : float or array
        η, β and λ; arrays are combined entry by entry.

    Returns
    -------
    float or array
        √β where the solutions are complex and the ball oscillates. Below 1, and the
        walk converges, exactly while 0 < ηλ < 2 + 2β.

    Raises
    ------
    ValueError
        If beta is not in [0, 1).

    References
    ----------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods.

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> round(momentum_factor(1.0, 0.81, 1.0), 12)
    0.9
    """
    beta = as_share(beta)
    rate, curvature = as_floats(rate, "rate"), as_floats(curvature, "curvature")
    return _larger_root(1 + beta - rate * curvature, beta)


def nesterov_factor(rate, beta, curvature):
    """By what a step of Nesterov's rule multiplies a distance, in the long run.

    The larger size of the two solutions z of::

        z² − (1 + β)(1 − ηλ) z + β(1 − ηλ) = 0

    Arguments as for ``momentum_factor``.

    Returns
    -------
    float or array
        Below 1 exactly while 0 < ηλ < (2 + 2β)/(1 + 2β).

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> round(nesterov_factor(1.0, 9 / 11, 0.01), 6)
    0.9
    """
    beta = as_share(beta)
    rate, curvature = as_floats(rate, "rate"), as_floats(curvature, "curvature")
    left = 1 - rate * curvature
    return _larger_root((1 + beta) * left, beta * left)


def _larger_root(total, product):
    """The larger size of the roots of z² − total·z + product."""
    with np.errstate(over="ignore"):
        gap = total**2 - 4 * product
    real = (np.abs(total) + np.sqrt(np.maximum(gap, 0))) / 2
    real = np.where(gap == np.inf, np.abs(total), real)  # beside it the product is 0
    result = np.where(gap < 0, np.sqrt(np.maximum(product, 0)), real)
    return result if result.ndim else float(result)


def momentum_regime(rate, beta, curvature):
    """What the heavy ball does along one direction, in words.

    By the solutions z of the equation in ``momentum_factor``::

        real, z > 0   "creeps"        complex         "swings"
        real, z < 0   "leaps"         ηλ = 2 + 2β     "bounces"
                                      ηλ > 2 + 2β     "is thrown out"

    Parameters
    ----------
    rate : float
        The learning rate η > 0.
    beta : float
        0 <= β < 1.
    curvature : float
        The curvature λ > 0 of the direction.

    Returns
    -------
    str
        Without momentum the words of ``gradient_descent.regime``.

    Raises
    ------
    ValueError
        If an argument is not as said.

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> [momentum_regime(rate, 0.25, 1.0) for rate in (0.1, 1.0, 2.4, 2.5, 2.6)]
    ['creeps', 'swings', 'leaps', 'bounces', 'is thrown out']
    """
    rate, curvature = check_positive(rate=rate, curvature=curvature)
    beta = _one_share(beta)
    if beta == 0:
        return regime(rate, curvature)
    product, limit = rate * curvature, 2 + 2 * beta
    if math.isclose(product, limit, rel_tol=ROUNDING):
        return "bounces"
    if product > limit:
        return "is thrown out"
    total = 1 + beta - product
    if total**2 < 4 * beta * (1 - ROUNDING):
        return "swings"
    return "creeps" if total > 0 else "leaps"


def largest_momentum_rate(curvature, beta):
    """The learning rate beyond which the heavy ball is thrown out.

    For the largest curvature λ it is::

        (2 + 2β) / λ

    Parameters
    ----------
    curvature : float
        λ > 0.
    beta : float
        0 <= β < 1.

    Returns
    -------
    float
        2/λ without momentum, nearly twice that for β near 1.

    Raises
    ------
    ValueError
        If an argument is not as said.

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> largest_momentum_rate(10.0, beta=0.5)
    0.3
    """
    curvature = check_positive(curvature=curvature)
    return (2 + 2 * _one_share(beta)) / curvature


def best_momentum(smallest, largest):
    """Rate and momentum of the heavy ball that is fastest in the long run; its factor.

    On a quadratic with the extreme curvatures μ and L, in its worst direction::

        η = 4 / (√L + √μ)²,   β = ((√L − √μ) / (√L + √μ))²,   factor = √β

    Parameters
    ----------
    smallest, largest : float
        The extreme curvatures, 0 < μ <= L.

    Returns
    -------
    BestMomentum
        After k steps the distance is below a multiple of k · factorᵏ, not of factorᵏ:
        both roots coincide at both ends.

    Raises
    ------
    ValueError
        If a curvature is not positive, or the smallest exceeds the largest.

    References
    ----------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods.

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> [round(each, 6) for each in best_momentum(0.01, 1.0)]
    [3.305785, 0.669421, 0.818182]
    """
    low, high = check_positive(smallest=smallest, largest=largest)
    if low > high:
        raise ValueError(
            f"smallest must be at most largest = {largest}, but is {smallest}"
        )
    low, high = math.sqrt(low), math.sqrt(high)
    factor = (high - low) / (high + low)
    mean = (high + low) / 2  # the square of the sum itself may be too large
    return BestMomentum(1 / mean**2, factor**2, factor)


def _one_share(beta):
    """β as a plain float in [0, 1); where one word is the answer, no array will do."""
    return as_single(as_share(beta), "beta")
