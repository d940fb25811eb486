"""Update rules: what turns a gradient into a step. A part of the lesson on momentum.

A rule, called an optimizer, is a pair of pure functions of one array θ of any shape::

    state = optimizer.init(θ)
    θ, state = optimizer.step(θ, gradient, state)

The state holds what the rule remembers, and counts the steps. A learning rate is a
number η > 0, an array of them that broadcasts against θ, or a schedule: a function of
the number k = 0, 1, … of the step. With θ of shape (m, d) and a rate of shape (m, 1),
one step is m steps at m learning rates.

A walk that diverges is a result, not an error. A function of yours is handed copies,
and what it returns is copied: it may keep and change either.

Reading order: ``Optimizer``, ``sgd`` and ``minimize``; then how a rule reads its
arguments.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    check_callable,
    check_count,
    check_fields,
    check_finite,
    guarded,
)


class Optimizer(NamedTuple):
    """A rule for steps: how to begin, and how to go on. Both functions are pure.

    Chapter: momentum
    """

    init: Callable  # θ -> state
    step: Callable  # θ, gradient, state -> θ, state


class Counted(NamedTuple):
    """The state of a rule that remembers nothing but the number of the step.

    Chapter: momentum
    """

    steps: int  # taken so far


# The walk


def sgd(rate):
    """Gradient descent; fed with gradients of mini-batches, stochastic.

    Each step is::

        θ ← θ − η g

    Parameters
    ----------
    rate : float, array or schedule
        The learning rate η > 0.

    Returns
    -------
    Optimizer

    Raises
    ------
    TypeError, ValueError
        If a rate is not a number, or not positive and finite; at a step, if it does not
        broadcast against θ.

    References
    ----------
    Robbins & Monro (1951), A stochastic approximation method.

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> optimizer = sgd(0.25)
    >>> theta, state = optimizer.step([4.0], [8.0], optimizer.init([4.0]))
    >>> theta, state
    (array([2.]), Counted(steps=1))
    """
    rate_at = as_schedule(rate)

    def step(theta, gradient, state):
        theta, g = as_pair(theta, gradient)
        eta = fitting(rate_at(state.steps), theta)
        return theta - eta * g, Counted(state.steps + 1)

    return Optimizer(lambda theta: Counted(0), step)


def minimize(gradient, start, optimizer, *, steps=1000):
    """Follow an optimizer from a start, and return its path.

    Parameters
    ----------
    gradient : function of an array of the shape of start
        Returns the gradient there, or an estimate of it, in an array of that shape.
    start : array or number
        θ before the first step.
    optimizer : Optimizer
    steps : int

    Returns
    -------
    (steps + 1, ...) array
        θ before each step, and after the last. Where the walk diverged it holds
        numbers that are huge, infinite or nan; nothing is raised.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind, or an impossible value; if the gradient does
        not have the shape of the point.

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> minimize(lambda theta: 2 * theta, 4.0, sgd(0.25), steps=3)
    array([4. , 2. , 1. , 0.5])
    """
    check_fields("init step", optimizer=optimizer)
    check_callable(gradient=gradient)
    steps = check_count(steps=steps)
    gradient = guarded(gradient)
    theta = as_floats(start, "start").copy()
    check_finite(start=theta)
    path = np.empty((steps + 1, *theta.shape))
    path[0], state = theta, optimizer.init(theta)
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps):
            theta, state = optimizer.step(theta, gradient(theta), state)
            path[k + 1] = theta
    return path


# Arguments


def as_schedule(rate, name="rate"):
    """A rate as a function of the number of the step.

    Parameters
    ----------
    rate : float, array or schedule
        Each number > 0 and finite. A schedule is returned as it is.
    name : str
        What a message calls it.

    Returns
    -------
    function of k

    Raises
    ------
    TypeError, ValueError
        If a rate is not a number, or not positive and finite.

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> as_schedule(0.1)(7), as_schedule(lambda k: 1 / (1 + k))(3)
    (0.1, 0.25)
    """
    if callable(rate):
        return rate
    rate = _entries(rate, name, "> 0", lambda x: x > 0)
    return lambda k: rate


def as_share(beta, name="beta"):
    """A share, or an array of them, in [0, 1).

    Parameters
    ----------
    beta : float or array
    name : str
        What a message calls it.

    Returns
    -------
    float or array
        A copy.

    Raises
    ------
    TypeError, ValueError
        If beta is not a number, or not in [0, 1).

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> as_share(0.9), as_share([0.5, 0.0])
    (0.9, array([0.5, 0. ]))
    """
    return _entries(beta, name, "in [0, 1)", lambda x: (x >= 0) & (x < 1))


def _entries(value, name, wanted, good):
    """A float, or a copy as an array of floats, each of them finite and as wanted."""
    entries = as_floats(value, name)
    if np.asarray(value).dtype == bool:
        raise TypeError(f"{name} must be finite and {wanted}, but is {value}")
    bad = ~(good(entries) & np.isfinite(entries))
    if bad.any():
        found = f"{'holds' if entries.ndim else 'is'} {entries[bad][0]:g}"
        raise ValueError(f"{name} must be finite and {wanted}, but {found}")
    return entries.copy() if entries.ndim else float(entries)


def zeros_for(theta):
    """An array of zeros of the shape of θ: a memory before the first step.

    Parameters
    ----------
    theta : array or number

    Returns
    -------
    array of the shape of theta

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> zeros_for([3.0, 4.0])
    array([0., 0.])
    """
    return np.zeros_like(as_floats(theta, "theta"))


def fitting(rate, theta, name="rate"):
    """A rate, if it broadcasts against θ: an axis that θ lacks would enlarge θ.

    Parameters
    ----------
    rate : float or array
    theta : array
    name : str
        What a message calls it.

    Returns
    -------
    float or array
        The rate in floats of 64 bits.

    Raises
    ------
    TypeError, ValueError
        If the rate holds no numbers, or does not fit.

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> fitting(0.1, np.zeros(2)), fitting(np.array([0.1, 0.2]), np.zeros(2))
    (0.1, array([0.1, 0.2]))
    """
    wanted = as_floats(theta, "theta").shape
    if type(rate) is float:
        return rate
    rate = as_floats(rate, name)
    shape = rate.shape
    pairs = zip(shape[::-1], wanted[::-1], strict=False)
    if len(shape) > len(wanted) or any(a not in (1, b) for a, b in pairs):
        raise ValueError(
            f"{name} must broadcast against theta, of shape {wanted}, but its shape is "
            f"{shape}"
        )
    return rate if shape else float(rate)


def as_pair(theta, gradient, name="gradient"):
    """Both as arrays of floats; a gradient of another shape would be broadcast.

    Parameters
    ----------
    theta : array or number
    gradient : array or number
        Of the shape of theta.
    name : str
        What a message calls the gradient.

    Returns
    -------
    tuple of two arrays

    Raises
    ------
    ValueError
        If the shapes differ.

    Notes
    -----
    Chapter: momentum

    Examples
    --------
    >>> as_pair([1.0, 2.0], [3.0, 4.0])
    (array([1., 2.]), array([3., 4.]))
    """
    theta, gradient = as_floats(theta, "theta"), as_floats(gradient, name)
    _check_shape(theta, gradient, name)
    return theta, gradient


def _check_shape(theta, gradient, name):
    if gradient.shape != theta.shape:
        raise ValueError(
            f"{name} must have the shape of theta, {theta.shape}, but its shape is "
            f"{gradient.shape}"
        )
