"""Optimizers: rules that turn gradients into steps.

An optimizer is a pair of pure functions of one array θ of any shape::

    state = optimizer.init(θ)
    θ, state = optimizer.step(θ, gradient, state)

The state holds what the rule remembers, and counts the steps. A learning rate is a
number η > 0, an array of them that broadcasts against θ, or a schedule: a function of
the number k = 0, 1, … of the step. With θ of shape (m, d) and a rate of shape (m, 1),
one step is m steps at m learning rates.

A function to minimize comes as functions of θ: its ``value`` (a number), its
``gradient`` (of the shape of θ), and where curvature is wanted its ``product``, the
Hessian times a vector. A walk that diverges is a result, not an error. A function of
yours is handed copies, and what it returns is copied: it may keep and change either. In
a search a value that is nan counts as infinite, so it is never the lowest.

Reading order: ``Optimizer``, ``sgd`` and ``minimize``; ``minibatches`` and what their
noise costs; the schedules; ``momentum`` and what theory says of it; ``nesterov``; the
rules with a rate for each weight, from ``adagrad`` to ``adamw`` and ``amsgrad``;
``hessian_free``; the searches that need no gradient.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    check_between,
    check_callable,
    check_count,
    check_fields,
    check_finite,
    check_least,
    check_not_negative,
    check_positive,
    check_rng,
    check_shapes,
    guarded,
)

# How far a product of rounded numbers may miss its limit and still be at it.
ROUNDING = 1e-12


class Optimizer(NamedTuple):
    """A rule for steps: how to begin, and how to go on. Both functions are pure.

    Chapter: optimizers
    """

    init: Callable  # θ -> state
    step: Callable  # θ, gradient, state -> θ, state


class Counted(NamedTuple):
    """The state of a rule that remembers nothing but the number of the step.

    Chapter: optimizers
    """

    steps: int  # taken so far


class Moving(NamedTuple):
    """The state of a rule with a velocity.

    Chapter: optimizers
    """

    steps: int
    velocity: np.ndarray  # of the shape of θ


class Scaled(NamedTuple):
    """The state of a rule that remembers how large the gradients were.

    Chapter: optimizers
    """

    steps: int
    squares: np.ndarray  # of the shape of θ: a sum or a running mean of g²


class AdamState(NamedTuple):
    """The state of Adam and its kin.

    Chapter: optimizers
    """

    steps: int
    mean: np.ndarray  # of the shape of θ: a running mean of g
    square: np.ndarray  # of the shape of θ: a running mean of g²


class AMSGradState(NamedTuple):
    """The state of ``amsgrad``: Adam's, and the largest mean of g² so far.

    Chapter: optimizers
    """

    steps: int
    mean: np.ndarray  # of the shape of θ: a running mean of g
    square: np.ndarray  # of the shape of θ: a running mean of g²
    largest: np.ndarray  # of the shape of θ: the largest of these means of g²


class BestMomentum(NamedTuple):
    """The fastest heavy ball on a quadratic, and its factor per step in the long run.

    Chapter: optimizers
    """

    rate: float
    beta: float
    factor: float


class Search(NamedTuple):
    """A walk judged by what it cost: points, their values, evaluations spent on them.

    Chapter: optimizers
    """

    points: np.ndarray  # (k + 1, d)
    values: np.ndarray  # (k + 1,)
    evaluations: np.ndarray  # (k + 1,) int, all those made up to each point


class Conjugate(NamedTuple):
    """What conjugate gradients visited, and why they stopped.

    Chapter: optimizers
    """

    points: np.ndarray  # (k + 1, d)
    residuals: np.ndarray  # (k + 1, d), b − Ax at each point
    stop_reason: str  # "tolerance", "max_iterations" or "curvature"


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
        If a rate is not a number, or not positive and finite.

    References
    ----------
    Robbins & Monro (1951), A stochastic approximation method.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> optimizer = sgd(0.25)
    >>> theta, state = optimizer.step([4.0], [8.0], optimizer.init([4.0]))
    >>> theta, state
    (array([2.]), Counted(steps=1))
    """
    rate_at = _as_schedule(rate)

    def step(theta, gradient, state):
        theta, g = _as_pair(theta, gradient)
        return theta - rate_at(state.steps) * g, Counted(state.steps + 1)

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
    Chapter: optimizers

    Examples
    --------
    >>> minimize(lambda theta: 2 * theta, 4.0, sgd(0.25), steps=3)
    array([4. , 2. , 1. , 0.5])
    """
    check_fields("init step", optimizer=optimizer)
    check_callable(gradient=gradient)
    check_count(steps=steps)
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


def sweep(gradient, start, rates, *, optimizer=sgd, steps=1000):
    """Walk from one start at many learning rates, all of them at once.

    Row i of θ, of shape (m, d), is the walk at rate i: one step moves all rows.

    Parameters
    ----------
    gradient : function of a (m, d) array
        Returns the gradient at every row, in an array of that shape.
    start : (d,) array
    rates : (m,) array
    optimizer : function of a rate
        Makes the optimizer: ``sgd``, ``momentum`` …
    steps : int

    Returns
    -------
    (steps + 1, m, d) array
        What ``minimize`` would find at each rate, to the last bit where gradient does
        the same arithmetic for a row as for a point.

    Raises
    ------
    TypeError, ValueError
        As in ``minimize``; if the shapes of start or rates do not fit.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> sweep(lambda theta: 2 * theta, [4.0], [0.25, 0.5, 1.0], steps=1)[-1].ravel()
    array([ 2.,  0., -4.])
    """
    start, rates = as_floats(start, "start"), as_floats(rates, "rates")
    check_shapes(start=(start, "d"), rates=(rates, "m"))
    rows = np.tile(start, (rates.size, 1))
    return minimize(gradient, rows, optimizer(rates[:, None]), steps=steps)


# Mini-batches


def minibatches(n, size, *, rng):
    """The n samples in random order, cut into batches: one epoch.

    Parameters
    ----------
    n : int
        The number of samples.
    size : int
        The number of samples in a batch, from 1 to n. The last batch holds what is
        left over.
    rng : numpy.random.Generator
        Draws the order.

    Yields
    ------
    (size,) array of int
        The indices of the batch's samples. Together the batches hold every index once.

    Raises
    ------
    TypeError, ValueError
        If n or size is not a whole number, size is not in 1 … n, or rng is no random
        generator.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> batches = list(minibatches(5, 2, rng=np.random.default_rng(0)))
    >>> [batch.tolist() for batch in batches]
    [[2, 4], [3, 0], [1]]
    """
    _check_batch(n, size)
    check_rng(rng)
    return _cut(rng.permutation(n), size)


def _cut(order, size):
    for first in range(0, len(order), size):
        yield order[first : first + size]


def minibatch_gradient(gradient, n, size, *, rng):
    """A gradient that sees another mini-batch at each call, epoch after epoch.

    Parameters
    ----------
    gradient : function of θ and of an array of indices
        ``gradient(θ, rows)`` returns the gradient of the mean loss of these samples.
    n, size, rng
        Arguments as for ``minibatches``.

    Returns
    -------
    function of θ
        To be passed to ``minimize``. It is not pure: each call moves on to the next
        batch; after the last of an epoch the samples are shuffled anew.

    Raises
    ------
    TypeError, ValueError
        As in ``minibatches``; if gradient is not a function.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0, 6.0])
    >>> def gradient(theta, rows):  # of the mean of ½(θ − x)²
    ...     return theta - x[rows].mean()
    >>> noisy = minibatch_gradient(gradient, 4, 2, rng=np.random.default_rng(0))
    >>> [float(noisy(0.0)) for batch in range(2)]  # their mean is −3, the whole slope
    [-2.0, -4.0]
    """
    check_callable(gradient=gradient)
    _check_batch(n, size)
    check_rng(rng)
    batches, gradient = _forever(n, size, rng), guarded(gradient)
    return lambda theta: gradient(theta, next(batches))


def _forever(n, size, rng):
    while True:
        yield from minibatches(n, size, rng=rng)


def average_gradients(gradients, sizes):
    """The gradient of all samples, from those of parts that were computed apart.

    Each part counts by its number of samples::

        g = Σᵢ nᵢ gᵢ / Σᵢ nᵢ

    Parameters
    ----------
    gradients : (m, ...) array
        ``gradients[i]`` is the gradient of the mean loss over part i. That of a part
        without samples is not looked at; it may be nan.
    sizes : (m,) array
        The numbers nᵢ of samples in the parts, not all 0.

    Returns
    -------
    array of the shape of one gradient

    Raises
    ------
    ValueError
        If the shapes do not fit, a size is negative or not finite, or all are 0.

    References
    ----------
    Dean et al. (2012), Large scale distributed deep networks.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> average_gradients([[1.0], [5.0]], [3, 1])
    array([2.])
    """
    gradients, sizes = as_floats(gradients, "gradients"), as_floats(sizes, "sizes")
    check_shapes(sizes=(sizes, "m"))
    if gradients.shape[:1] != sizes.shape:
        raise ValueError(
            f"gradients must have shape (m, ...) with m = {sizes.size}, one for each "
            f"size, but its shape is {gradients.shape}"
        )
    check_finite(sizes=sizes)
    if not (sizes.sum() > 0 and sizes.min() >= 0):
        raise ValueError(f"sizes must be numbers >= 0, not all 0, but are {sizes}")
    held = sizes > 0
    return np.tensordot(sizes[held] / sizes.sum(), gradients[held], axes=1)


def noise_floor(rate, curvature, noise):
    """The mean square of w, long after the start, under gradients with noise.

    On L(w) = ½ λ w², if each gradient is off by independent noise of mean 0 and
    standard deviation σ::

        E[w²] = η σ² / (λ (2 − η λ))

    Parameters
    ----------
    rate : float
        The learning rate η, below 2/λ.
    curvature : float
        λ > 0.
    noise : float
        σ >= 0. A mini-batch of size B has σ = σ₁/√B.

    Returns
    -------
    float
        About η σ² / 2λ for small rates: in proportion to the rate, not to its square.

    Raises
    ------
    ValueError
        If an argument is not as said; at a rate of 2/λ and beyond there is no floor.

    References
    ----------
    Bottou, Curtis & Nocedal (2018), Optimization methods for large-scale machine
    learning, §4.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> round(noise_floor(0.1, 1.0, 1.0), 4)
    0.0526
    """
    check_positive(rate=rate, curvature=curvature)
    check_not_negative(noise=noise)
    if rate * curvature >= 2:
        raise ValueError(
            f"rate must be below 2/curvature = {2 / curvature:g}, but is {rate}: "
            f"from there on the walk diverges even without noise"
        )
    rate, curvature, noise = map(float, (rate, curvature, noise))
    return rate * noise * noise / (curvature * (2 - rate * curvature))


# Schedules


def constant(rate):
    """The schedule that stays: η at every step.

    Parameters
    ----------
    rate : float
        η > 0.

    Returns
    -------
    function of k

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> constant(0.1)(1000)
    0.1
    """
    check_positive(rate=rate)
    return lambda k: rate


def step_decay(rate, every, factor=0.1):
    """The schedule in steps: after every so many steps the rate is cut.

    At step k::

        η · factor^⌊k / every⌋

    Parameters
    ----------
    rate : float
        η > 0.
    every : int
        The number of steps at each rate, at least 1.
    factor : float
        Between 0 and 1.

    Returns
    -------
    function of k

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> [step_decay(1.0, every=10, factor=0.5)(k) for k in (0, 9, 10, 20)]
    [1.0, 1.0, 0.5, 0.25]
    """
    check_positive(rate=rate)
    check_least(1, every=every)
    check_between(0, 1, factor=factor)
    return lambda k: rate * factor ** (k // every)


def inverse_decay(rate, period=1.0):
    """The schedule that fades like one over the number of steps.

    At step k::

        η / (1 + k / period)

    The rates add up to infinity, their squares do not. With slopes that grow no faster
    than the distance, these are the conditions of Robbins and Monro: noise dies out,
    and no distance is too far. Where slopes grow faster, the first steps may be too
    long all the same.

    Parameters
    ----------
    rate : float
        η > 0.
    period : float
        After how many steps the rate is half of what it was; > 0.

    Returns
    -------
    function of k

    References
    ----------
    Robbins & Monro (1951), A stochastic approximation method.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> [inverse_decay(1.0, period=10)(k) for k in (0, 10, 90)]
    [1.0, 0.5, 0.1]
    """
    check_positive(rate=rate, period=period)
    return lambda k: rate / (1 + k / period)


def cosine_decay(rate, steps, floor=0.0):
    """The schedule along half a cosine, from the full rate to a floor.

    At step k, and the floor from k = steps on::

        floor + (η − floor) · (1 + cos(π k / steps)) / 2

    Parameters
    ----------
    rate : float
        η > 0.
    steps : int
        How many steps the way down takes, at least 1.
    floor : float
        The last rate, from 0 to η.

    Returns
    -------
    function of k

    Raises
    ------
    TypeError, ValueError
        If an argument is not as said.

    References
    ----------
    Loshchilov & Hutter (2017), SGDR: stochastic gradient descent with warm restarts.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> [round(cosine_decay(1.0, steps=10)(k), 3) for k in (0, 5, 10, 20)]
    [1.0, 0.5, 0.0, 0.0]
    """
    check_positive(rate=rate)
    check_least(1, steps=steps)
    check_not_negative(floor=floor)
    if floor > rate:
        raise ValueError(f"floor must be at most rate = {rate}, but is {floor}")

    def rate_at(k):
        return floor + (rate - floor) * (1 + math.cos(math.pi * min(k / steps, 1))) / 2

    return rate_at


def warmup(schedule, steps):
    """A schedule that begins small: it grows to full size within some steps.

    At step k, with the schedule's own rate η_k::

        η_k · min(1, (k + 1) / steps)

    Parameters
    ----------
    schedule : float or function of k
    steps : int
        How many steps the way up takes, at least 1.

    Returns
    -------
    function of k

    References
    ----------
    Goyal et al. (2017), Accurate, large minibatch SGD: training ImageNet in 1 hour.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> [warmup(1.0, steps=4)(k) for k in (0, 1, 3, 10)]
    [0.25, 0.5, 1.0, 1.0]
    """
    rate_at = _as_schedule(schedule, "schedule")
    check_least(1, steps=steps)
    return lambda k: rate_at(k) * min(1.0, (k + 1) / steps)


# Momentum


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
        How much of the velocity is kept at each step: 0 <= β < 1.

    Returns
    -------
    Optimizer
        With the convention of PyTorch's SGD with momentum (without dampening): the
        gradient enters the velocity in full, the rate multiplies the velocity.

    Raises
    ------
    ValueError
        If a rate or beta is not as said.

    References
    ----------
    Polyak (1964), Some methods of speeding up the convergence of iteration methods.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> minimize(lambda theta: theta, 8.0, momentum(0.25, beta=0.5), steps=2)
    array([8. , 6. , 3.5])
    """
    rate_at, beta = _as_schedule(rate), _kept(beta)

    def step(theta, gradient, state):
        theta, g = _as_pair(theta, gradient)
        v = beta * state.velocity + g
        return theta - rate_at(state.steps) * v, Moving(state.steps + 1, v)

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
        How much of the velocity is kept at each step: 0 <= β < 1.

    Returns
    -------
    Optimizer
        With the convention of PyTorch's SGD with ``nesterov=True``. Nesterov's own
        writing has two sequences, x ← y − η ∇f(y) and y ← x + β(x − x_before). Here θ
        is y, the point at which the gradient is taken.

    Raises
    ------
    ValueError
        If a rate or beta is not as said.

    References
    ----------
    Nesterov (1983), A method for solving the convex programming problem with
    convergence rate O(1/k²). Sutskever, Martens, Dahl & Hinton (2013), On the
    importance of initialization and momentum in deep learning.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> minimize(lambda theta: theta, 8.0, nesterov(0.25, beta=0.5), steps=1)
    array([8., 5.])
    """
    rate_at, beta = _as_schedule(rate), _kept(beta)

    def step(theta, gradient, state):
        theta, g = _as_pair(theta, gradient)
        v = beta * state.velocity + g
        theta = theta - rate_at(state.steps) * (g + beta * v)
        return theta, Moving(state.steps + 1, v)

    return Optimizer(_at_rest, step)


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
    Chapter: optimizers

    Examples
    --------
    >>> round(momentum_factor(1.0, 0.81, 1.0), 12)
    0.9
    """
    beta = _kept(beta)
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
    Chapter: optimizers

    Examples
    --------
    >>> round(nesterov_factor(1.0, 9 / 11, 0.01), 6)
    0.9
    """
    beta = _kept(beta)
    rate, curvature = as_floats(rate, "rate"), as_floats(curvature, "curvature")
    left = 1 - rate * curvature
    return _larger_root((1 + beta) * left, beta * left)


def _larger_root(total, product):
    """The larger size of the roots of z² − total·z + product."""
    gap = total**2 - 4 * product
    real = (np.abs(total) + np.sqrt(np.maximum(gap, 0))) / 2
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
        Without momentum the words of ``gradient_descent.regime``, but for "lands".

    Raises
    ------
    ValueError
        If an argument is not as said.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> [momentum_regime(rate, 0.25, 1.0) for rate in (0.1, 1.0, 2.4, 2.5, 2.6)]
    ['creeps', 'swings', 'leaps', 'bounces', 'is thrown out']
    """
    check_positive(rate=rate, curvature=curvature)
    _kept(beta)
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
    Chapter: optimizers

    Examples
    --------
    >>> largest_momentum_rate(10.0, beta=0.5)
    0.3
    """
    check_positive(curvature=curvature)
    _kept(beta)
    return (2 + 2 * float(beta)) / float(curvature)


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
    Chapter: optimizers

    Examples
    --------
    >>> [round(each, 6) for each in best_momentum(0.01, 1.0)]
    [3.305785, 0.669421, 0.818182]
    """
    check_positive(smallest=smallest, largest=largest)
    if smallest > largest:
        raise ValueError(
            f"smallest must be at most largest = {largest}, but is {smallest}"
        )
    low, high = math.sqrt(smallest), math.sqrt(largest)
    factor = (high - low) / (high + low)
    return BestMomentum(4 / (high + low) ** 2, factor**2, factor)


# A learning rate for each weight


def adagrad(rate, *, epsilon=1e-10):
    """Steps divided by the length of all past gradients, weight by weight.

    Each step is::

        s ← s + g²,   θ ← θ − η g / (√s + ε)

    Parameters
    ----------
    rate : float, array or schedule
        The learning rate η > 0: the length of the first step, in each weight.
    epsilon : float
        Keeps the division finite where every gradient was zero.

    Returns
    -------
    Optimizer
        With the convention of PyTorch: the sum begins at 0, ε stands outside the root.

    Raises
    ------
    ValueError
        If a rate or epsilon is not positive.

    References
    ----------
    Duchi, Hazan & Singer (2011), Adaptive subgradient methods for online learning and
    stochastic optimization.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> minimize(np.ones_like, [0.0, 0.0], adagrad(1.0), steps=4)[:, 0].round(3)
    array([ 0.   , -1.   , -1.707, -2.284, -2.784])
    """
    return _scaled(rate, lambda squares, g: squares + g**2, epsilon)


def rmsprop(rate=0.01, *, beta=0.99, epsilon=1e-8):
    """Steps divided by the recent size of the gradients, weight by weight.

    Each step is::

        s ← β s + (1 − β) g²,   θ ← θ − η g / (√s + ε)

    Parameters
    ----------
    rate : float, array or schedule
        The learning rate η > 0.
    beta : float or array
        How much of the mean square is kept at each step: 0 <= β < 1.
    epsilon : float
        Keeps the division finite where the gradients were zero.

    Returns
    -------
    Optimizer
        With the convention of PyTorch (its β is called alpha): the mean begins at 0 and
        is not corrected for it, ε stands outside the root.

    Raises
    ------
    ValueError
        If a rate or epsilon is not positive, or beta not as said.

    References
    ----------
    Tieleman & Hinton (2012), Lecture 6.5: RMSProp. Neural Networks for Machine
    Learning, Coursera.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> path = minimize(np.ones_like, [0.0], rmsprop(0.01), steps=1)
    >>> path[-1].round(6)  # ten times the rate: the mean began at 0
    array([-0.1])
    """
    beta = _kept(beta)
    return _scaled(rate, lambda s, g: beta * s + (1 - beta) * g**2, epsilon)


def _scaled(rate, remember, epsilon):
    """The optimizer that divides by the root of what it remembers of g²."""
    rate_at = _as_schedule(rate)
    check_positive(epsilon=epsilon)

    def step(theta, gradient, state):
        theta, g = _as_pair(theta, gradient)
        squares = remember(state.squares, g)
        theta = theta - rate_at(state.steps) * g / (np.sqrt(squares) + epsilon)
        return theta, Scaled(state.steps + 1, squares)

    return Optimizer(lambda theta: Scaled(0, _zeros(theta)), step)


def adam(rate=1e-3, *, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Momentum, divided weight by weight by the recent size of the gradients.

    Step t = 1, 2, … is::

        m ← β₁ m + (1 − β₁) g,        m̂ = m / (1 − β₁ᵗ)
        s ← β₂ s + (1 − β₂) g²,       ŝ = s / (1 − β₂ᵗ)
        θ ← θ − η m̂ / (√ŝ + ε)

    Parameters
    ----------
    rate : float, array or schedule
        The learning rate η > 0: about the length of a step, in each weight.
    beta1, beta2 : float
        How much of each mean is kept at each step: 0 <= β < 1.
    epsilon : float
        Keeps the division finite where the gradients were zero; > 0.

    Returns
    -------
    Optimizer
        With the convention of PyTorch, which is that of the paper's algorithm 1. It
        squares gradients, as do ``adagrad`` and ``rmsprop``: one above 1e154 in size
        has an infinite square, with numpy's warning, and the weight stands still.

    Raises
    ------
    ValueError
        If a rate or epsilon is not positive, or a beta not as said.

    References
    ----------
    Kingma & Ba (2015), Adam: a method for stochastic optimization.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> path = minimize(lambda theta: [500.0, 0.02], [0.0, 0.0], adam(0.1), steps=2)
    >>> path.round(6)
    array([[ 0. ,  0. ],
           [-0.1, -0.1],
           [-0.2, -0.2]])
    """
    return _adam(rate, beta1, beta2, epsilon, decay=0.0, corrected=True)


def adamw(rate=1e-3, *, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0.01):
    """Adam with weight decay that is not divided by anything.

    Before a step of ``adam`` the weights shrink::

        θ ← (1 − ηλ) θ

    Parameters
    ----------
    rate, beta1, beta2, epsilon
        Arguments as for ``adam``.
    decay : float
        The weight decay λ >= 0. Without gradients, k steps leave (1 − ηλ)ᵏ of θ.

    Returns
    -------
    Optimizer
        With the convention of PyTorch: the decay is multiplied by the rate.

    Raises
    ------
    ValueError
        If decay is negative, or as in ``adam``.

    References
    ----------
    Loshchilov & Hutter (2019), Decoupled weight decay regularization.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> minimize(np.zeros_like, [8.0], adamw(0.5, decay=1.0), steps=3).ravel()
    array([8., 4., 2., 1.])
    """
    return _adam(rate, beta1, beta2, epsilon, decay, corrected=True)


def amsgrad(rate=1e-3, *, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Adam that never forgets a large gradient: its divisor only grows.

    Step t = 1, 2, … is that of ``adam``, with the largest mean square so far::

        m ← β₁ m + (1 − β₁) g,        m̂ = m / (1 − β₁ᵗ)
        s ← β₂ s + (1 − β₂) g²,       S ← max(S, s),       Ŝ = S / (1 − β₂ᵗ)
        θ ← θ − η m̂ / (√Ŝ + ε)

    Parameters
    ----------
    rate, beta1, beta2, epsilon
        Arguments as for ``adam``.

    Returns
    -------
    Optimizer
        With the convention of PyTorch's Adam with ``amsgrad=True``. The paper leaves
        out both corrections.

    Raises
    ------
    ValueError
        As in ``adam``.

    References
    ----------
    Reddi, Kale & Kumar (2018), On the convergence of Adam and beyond, algorithm 2.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> slopes = iter([100.0, 1.0, 1.0])  # the large one is remembered
    >>> rule = amsgrad(1.0, beta1=0.0, beta2=0.5)
    >>> minimize(lambda theta: next(slopes), 0.0, rule, steps=3).round(3)
    array([ 0.   , -1.   , -1.012, -1.025])
    """
    rate_at = _adam_arguments(rate, beta1, beta2, epsilon, decay=0.0)

    def step(theta, gradient, state):
        theta, g = _as_pair(theta, gradient)
        t = state.steps + 1
        m = state.mean * beta1 + g * (1 - beta1)
        s = state.square * beta2 + g * g * (1 - beta2)
        S = np.maximum(state.largest, s)
        root = np.sqrt(S / (1 - beta2**t))
        moved = rate_at(state.steps) * m / (1 - beta1**t) / (root + epsilon)
        return theta - moved, AMSGradState(t, m, s, S)

    def init(theta):
        return AMSGradState(0, _zeros(theta), _zeros(theta), _zeros(theta))

    return Optimizer(init, step)


def naive_adam(rate=1e-3, *, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Adam without the correction of its two means, which begin at 0.

    Arguments as for ``adam``. Under a constant gradient step t is longer than Adam's by
    the factor::

        (1 − β₁ᵗ) / √(1 − β₂ᵗ)

    Returns
    -------
    Optimizer
        Its first step is 3.162 times too long, its twelfth 6.569 times.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> minimize(np.ones_like, 0.0, naive_adam(1.0), steps=1).round(3)
    array([ 0.   , -3.162])
    """
    return _adam(rate, beta1, beta2, epsilon, decay=0.0, corrected=False)


def _adam(rate, beta1, beta2, epsilon, decay, corrected):
    rate_at = _adam_arguments(rate, beta1, beta2, epsilon, decay)

    def step(theta, gradient, state):
        theta, g = _as_pair(theta, gradient)
        t, eta = state.steps + 1, rate_at(state.steps)
        m = state.mean * beta1 + g * (1 - beta1)
        s = state.square * beta2 + g * g * (1 - beta2)
        root = math.sqrt(1 - beta2**t) if corrected else 1.0
        scale = eta * root / (1 - beta1**t) if corrected else eta
        # m̂/(√ŝ + ε), multiplied above and below by the number √(1 − β₂ᵗ).
        moved = m / (np.sqrt(s) + epsilon * root) * scale
        return theta * (1 - eta * decay) - moved, AdamState(t, m, s)

    def init(theta):
        return AdamState(0, _zeros(theta), _zeros(theta))

    return Optimizer(init, step)


def sgd_in_place(rate):
    """Gradient descent that overwrites θ, and allocates no array.

    The same numbers as ``sgd``, to the last bit, for training loops in which time
    matters. The step is not pure::

        state = optimizer.init(θ)
        θ, state = optimizer.step(θ, gradient, state)   # θ is the same array as before

    Parameters
    ----------
    rate : float, array or schedule
        The learning rate η > 0.

    Returns
    -------
    Optimizer
        Its step takes arrays of float64 only, and returns the very θ that it was given.
        It holds one array of scratch for each θ it has begun with ``init``.

    Raises
    ------
    TypeError
        In a step, if θ or the gradient is no array of float64.

    References
    ----------
    Robbins & Monro (1951), A stochastic approximation method.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> optimizer, theta = sgd_in_place(0.25), np.array([4.0])
    >>> again, state = optimizer.step(theta, np.array([8.0]), optimizer.init(theta))
    >>> again is theta, theta
    (True, array([2.]))
    """
    rate_at = _as_schedule(rate)

    def step(theta, gradient, state):
        _check_arrays(theta, gradient)
        (steps,), scratch = state
        np.multiply(gradient, rate_at(steps), out=scratch)
        np.subtract(theta, scratch, out=theta)
        return theta, (Counted(steps + 1), scratch)

    return Optimizer(lambda theta: (Counted(0), _zeros(theta)), step)


def adam_in_place(rate=1e-3, *, beta1=0.9, beta2=0.999, epsilon=1e-8, decay=0.0):
    """Adam that overwrites θ and its own state.

    The same numbers as ``adam`` (as ``adamw`` where decay > 0), to the last bit, for
    training loops in which time matters. It allocates no array, unless the rate is one.
    The step is not pure::

        state = optimizer.init(θ)
        θ, state = optimizer.step(θ, gradient, state)   # θ is the same array as before

    Parameters
    ----------
    rate, beta1, beta2, epsilon, decay
        Arguments as for ``adam`` and ``adamw``.

    Returns
    -------
    Optimizer
        Its step takes arrays of float64 only, and returns the very θ that it was given.
        It holds one array of scratch for each θ it has begun with ``init``.

    Raises
    ------
    TypeError
        In a step, if θ or the gradient is no array of float64.

    References
    ----------
    Kingma & Ba (2015), Adam: a method for stochastic optimization, §2.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> optimizer, theta = adam_in_place(0.1), np.zeros(2)
    >>> state = optimizer.init(theta)
    >>> again, state = optimizer.step(theta, np.array([500.0, -0.02]), state)
    >>> again is theta, theta.round(6)
    (True, array([-0.1,  0.1]))
    """
    rate_at = _adam_arguments(rate, beta1, beta2, epsilon, decay)

    def step(theta, gradient, state):
        _check_arrays(theta, gradient)
        (t, m, s), scratch = state
        eta, t = rate_at(t), t + 1
        _remember(m, gradient, beta1, scratch)
        np.multiply(gradient, gradient, out=scratch)
        _remember(s, scratch, beta2, scratch)
        root = math.sqrt(1 - beta2**t)
        np.sqrt(s, out=scratch)
        np.add(scratch, epsilon * root, out=scratch)
        np.divide(m, scratch, out=scratch)
        np.multiply(scratch, eta * root / (1 - beta1**t), out=scratch)
        if decay:
            np.multiply(theta, 1 - eta * decay, out=theta)
        np.subtract(theta, scratch, out=theta)
        return theta, (AdamState(t, m, s), scratch)

    def init(theta):
        return AdamState(0, _zeros(theta), _zeros(theta)), _zeros(theta)

    return Optimizer(init, step)


def _remember(mean, new, beta, scratch):
    """The running mean, in place: mean ← mean·β + new·(1 − β)."""
    np.multiply(mean, beta, out=mean)
    np.multiply(new, 1 - beta, out=scratch)
    np.add(mean, scratch, out=mean)


OPTIMIZERS = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}


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
        direction was met along which A does not curve upward, or its product is nan;
        the point is the last one before it.

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
    Chapter: optimizers

    Examples
    --------
    >>> found = conjugate_gradients(lambda v: np.array([1.0, 4.0]) * v, [1.0, 1.0])
    >>> found.points[-1].round(6), found.stop_reason
    (array([1.  , 0.25]), 'tolerance')
    """
    check_callable(product=product)
    b = as_floats(b, "b")
    d = check_shapes(b=(b, "d"))["d"]
    steps = d if steps is None else steps
    check_count(steps=steps)
    check_not_negative(tolerance=tolerance)
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
        _, Ap = _as_pair(p, product(p), "the product")
        if not p @ Ap > 0:
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
    multiplied by 4 when it lowered it by less than ¼. A step that would not lower the
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
        Stop once the norm of the gradient is at most this.

    Returns
    -------
    Search
        An evaluation is one of ``gradient`` or of ``product``.

    Raises
    ------
    TypeError, ValueError
        If an argument has the wrong kind or shape.

    References
    ----------
    Martens (2010), Deep learning via Hessian-free optimization. Pearlmutter (1994),
    Fast exact multiplication by the Hessian.

    Notes
    -----
    Chapter: optimizers

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
    check_count(steps=steps)
    check_positive(damping=damping)
    check_not_negative(tolerance=tolerance)
    value, gradient, product = guarded(value), guarded(gradient), guarded(product)
    theta, trail = _begin(value, start)
    theta, g = _as_pair(theta, gradient(theta))
    height, spent = trail[0][1], 1
    for _ in range(steps):
        if np.linalg.norm(g) <= tolerance:
            break
        p, promise, products = _damped_newton(product, theta, g, damping)
        lower = _height(value, theta + p)
        damping *= _how_much_more(height - lower, promise)
        if lower < height:
            theta, g = _as_pair(theta + p, gradient(theta + p))
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
        return as_floats(product(theta, v), "the product") + damping * v

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
    Chapter: optimizers

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> search = random_search(lambda x: x @ x, [3.0], width=1.0, steps=50, rng=rng)
    >>> bool(search.values[-1] < 0.01), int(search.evaluations[-1])
    (True, 51)
    """
    check_callable(value=value)
    check_count(steps=steps)
    check_positive(width=width)
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

    References
    ----------
    Salimans, Ho, Chen, Sidor & Sutskever (2017), Evolution strategies as a scalable
    alternative to reinforcement learning.

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> slope = evolution_gradient(lambda x: 3 * x[0], width=0.1, pairs=10_000, rng=rng)
    >>> slope(np.zeros(1)).round(1)
    array([3.])
    """
    check_callable(value=value)
    check_positive(width=width)
    check_least(1, pairs=pairs)
    check_rng(rng)

    def estimate(theta):
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
    Chapter: optimizers

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
    return Search(points, values, 2 * pairs * np.arange(steps + 1))


def _begin(value, start):
    """θ, and the trail of a search: (point, value, evaluations so far)."""
    theta = as_floats(start, "start").copy()
    check_shapes(start=(theta, "d"))
    check_finite(start=theta)
    return theta, [(theta, _height(value, theta), 1)]


def _search(trail):
    return Search(*(np.array(column) for column in zip(*trail, strict=True)))


# Arguments


def _as_schedule(rate, name="rate"):
    """A rate as a function of the number of the step."""
    if callable(rate):
        return rate
    rate = _entries(rate, name, "> 0", lambda x: x > 0)
    return lambda k: rate


def _kept(beta, name="beta"):
    """A share, or an array of them, in [0, 1)."""
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


def _adam_arguments(rate, beta1, beta2, epsilon, decay):
    """Check them, and return the rate as a schedule."""
    check_not_negative(beta1=beta1, beta2=beta2, decay=decay)
    _kept(beta1, "beta1"), _kept(beta2, "beta2")
    check_positive(epsilon=epsilon)
    return _as_schedule(rate)


def _check_batch(n, size):
    check_count(n=n, size=size)
    if not 1 <= size <= n:
        raise ValueError(f"size must be a whole number in 1 … n = {n}, but is {size}")


def _zeros(theta):
    return np.zeros_like(as_floats(theta, "theta"))


def _at_rest(theta):
    return Moving(0, _zeros(theta))


def _as_pair(theta, gradient, name="gradient"):
    """Both as arrays of floats; a gradient of another shape would be broadcast."""
    theta, gradient = as_floats(theta, "theta"), as_floats(gradient, name)
    _check_shape(theta, gradient, name)
    return theta, gradient


def _check_shape(theta, gradient, name):
    if gradient.shape != theta.shape:
        raise ValueError(
            f"{name} must have the shape of theta, {theta.shape}, but its shape is "
            f"{gradient.shape}"
        )


def _check_arrays(theta, gradient):
    """What is written in place must be arrays of float64 already."""
    for name, array in (("theta", theta), ("gradient", gradient)):
        if not (isinstance(array, np.ndarray) and array.dtype == np.float64):
            raise TypeError(
                f"{name} must be an array of float64 to be worked on in place, but is "
                f"{getattr(array, 'dtype', type(array).__name__)}"
            )
    _check_shape(theta, gradient, "gradient")


def _height(value, theta):
    """The value, for a comparison: nan is as high as it can be."""
    height = _number(value, theta)
    return math.inf if math.isnan(height) else height


def _number(value, theta):
    height = as_floats(guarded(value)(theta), "the value")
    if height.size != 1:
        raise ValueError(
            f"the value must be one number, but its shape is {height.shape}"
        )
    return height.item()
