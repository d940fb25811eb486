"""Optimizers: noise, schedules, and a learning rate for each weight.

An optimizer is a pair of pure functions, as in ``mathlib.update_rules``. A learning
rate is a number η > 0, an array of them that broadcasts against θ, or a schedule: a
function of the number k = 0, 1, … of the step.

Reading order: ``sweep``; ``minibatches`` and what their noise costs; the schedules; the
rules with a rate for each weight, from ``adagrad`` to ``adamw`` and ``amsgrad``; the
same in place; the table ``OPTIMIZERS``.
"""

import math
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    as_floats,
    check_between,
    check_callable,
    check_count,
    check_finite,
    check_least,
    check_not_negative,
    check_positive,
    check_rng,
    check_shapes,
    guarded,
)
from mathlib.momentum import momentum, nesterov
from mathlib.update_rules import (
    Counted,
    Optimizer,
    as_pair,
    as_schedule,
    as_share,
    fitting,
    minimize,
    sgd,
    zeros_for,
)


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


# Many rates at once


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
        As in ``minimize``; if the shapes of start or rates do not fit, or optimizer is
        no function of a rate (an optimizer already made is none).

    Notes
    -----
    Chapter: optimizers

    Examples
    --------
    >>> sweep(lambda theta: 2 * theta, [4.0], [0.25, 0.5, 1.0], steps=1)[-1].ravel()
    array([ 2.,  0., -4.])
    """
    check_callable(optimizer=optimizer)
    start, rates = as_floats(start, "start"), as_floats(rates, "rates")
    check_shapes(start=(start, "d"), rates=(rates, "m"))
    rates = np.array([check_positive(**{"each of rates": r}) for r in rates.tolist()])
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
    n, size = _as_batch(n, size)
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
    n, size = _as_batch(n, size)
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
    rate, curvature = check_positive(rate=rate, curvature=curvature)
    noise = check_not_negative(noise=noise)
    if rate * curvature >= 2:
        raise ValueError(
            f"rate must be below 2/curvature = {2 / curvature:g}, but is {rate}: "
            f"from there on the walk diverges even without noise"
        )
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
    rate = check_positive(rate=rate)
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
    rate, every = check_positive(rate=rate), check_least(1, every=every)
    factor = check_between(0, 1, factor=factor)
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
    rate, period = check_positive(rate=rate, period=period)
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
    high, steps = check_positive(rate=rate), check_least(1, steps=steps)
    low = check_not_negative(floor=floor)
    if low > high:
        raise ValueError(f"floor must be at most rate = {rate}, but is {floor}")

    def rate_at(k):
        return low + (high - low) * (1 + math.cos(math.pi * min(k / steps, 1))) / 2

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
    rate_at = as_schedule(schedule, "schedule")
    steps = check_least(1, steps=steps)
    return lambda k: rate_at(k) * min(1.0, (k + 1) / steps)


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
        How much of the mean square is kept at each step: 0 <= β < 1; an array
        broadcasts against θ.
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
    beta = as_share(beta)

    def remember(squares, g):
        share = fitting(beta, g, "beta")
        return share * squares + (1 - share) * g**2

    return _scaled(rate, remember, epsilon)


def _scaled(rate, remember, epsilon):
    """The optimizer that divides by the root of what it remembers of g²."""
    rate_at = as_schedule(rate)
    epsilon = check_positive(epsilon=epsilon)

    def step(theta, gradient, state):
        theta, g = as_pair(theta, gradient)
        _, squares = as_pair(theta, state.squares, "state.squares")
        squares = remember(squares, g)
        eta = fitting(rate_at(state.steps), theta)
        theta = theta - eta * g / (np.sqrt(squares) + epsilon)
        return theta, Scaled(state.steps + 1, squares)

    return Optimizer(lambda theta: Scaled(0, zeros_for(theta)), step)


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
    """Adam that never forgets a large gradient: its mean square never falls.

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
    rate_at, numbers = _adam_arguments(rate, beta1, beta2, epsilon, decay=0.0)
    beta1, beta2, epsilon, _ = numbers

    def step(theta, gradient, state):
        theta, g = as_pair(theta, gradient)
        t, (mean, square) = state.steps + 1, _means(state, theta)
        m = mean * beta1 + g * (1 - beta1)
        s = square * beta2 + g * g * (1 - beta2)
        S = np.maximum(state.largest, s)
        root = np.sqrt(S / (1 - beta2**t))
        eta = fitting(rate_at(state.steps), theta)
        moved = eta * m / (1 - beta1**t) / (root + epsilon)
        return theta - moved, AMSGradState(t, m, s, S)

    def init(theta):
        return AMSGradState(0, zeros_for(theta), zeros_for(theta), zeros_for(theta))

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
    rate_at, numbers = _adam_arguments(rate, beta1, beta2, epsilon, decay)
    beta1, beta2, epsilon, decay = numbers

    def step(theta, gradient, state):
        theta, g = as_pair(theta, gradient)
        t, eta = state.steps + 1, fitting(rate_at(state.steps), theta)
        mean, square = _means(state, theta)
        m = mean * beta1 + g * (1 - beta1)
        s = square * beta2 + g * g * (1 - beta2)
        root = math.sqrt(1 - beta2**t) if corrected else 1.0
        scale = eta * root / (1 - beta1**t) if corrected else eta
        # m̂/(√ŝ + ε), multiplied above and below by the number √(1 − β₂ᵗ).
        moved = m / (np.sqrt(s) + epsilon * root) * scale
        return theta * (1 - eta * decay) - moved, AdamState(t, m, s)

    def init(theta):
        return AdamState(0, zeros_for(theta), zeros_for(theta))

    return Optimizer(init, step)


def _means(state, theta):
    """What Adam remembers; refused where it is of a θ of another shape."""
    _, mean = as_pair(theta, state.mean, "state.mean")
    return mean, as_pair(theta, state.square, "state.square")[1]


# In place


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
    TypeError, ValueError
        In a step, if θ or the gradient is no array of float64, θ is read-only, or a
        shape differs: then nothing has been overwritten.

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
    rate_at = as_schedule(rate)

    def step(theta, gradient, state):
        (steps,), scratch = state
        _check_arrays(theta, gradient, scratch)
        np.multiply(gradient, fitting(rate_at(steps), theta), out=scratch)
        np.subtract(theta, scratch, out=theta)
        return theta, (Counted(steps + 1), scratch)

    return Optimizer(lambda theta: (Counted(0), zeros_for(theta)), step)


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
    TypeError, ValueError
        In a step, if θ or the gradient is no array of float64, θ is read-only, or a
        shape differs: then nothing has been overwritten.

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
    rate_at, numbers = _adam_arguments(rate, beta1, beta2, epsilon, decay)
    beta1, beta2, epsilon, decay = numbers

    def step(theta, gradient, state):
        (t, m, s), scratch = state
        _check_arrays(theta, gradient, scratch)
        eta, t = fitting(rate_at(t), theta), t + 1
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
        return AdamState(0, zeros_for(theta), zeros_for(theta)), zeros_for(theta)

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


# Arguments


def _adam_arguments(rate, beta1, beta2, epsilon, decay):
    """Check them; return the rate as a schedule, and the others as plain floats."""
    *_, decay = check_not_negative(beta1=beta1, beta2=beta2, decay=decay)
    beta1, beta2 = as_share(beta1, "beta1"), as_share(beta2, "beta2")
    epsilon = check_positive(epsilon=epsilon)
    return as_schedule(rate), (beta1, beta2, epsilon, decay)


def _as_batch(n, size):
    n, size = check_count(n=n, size=size)
    if not 1 <= size <= n:
        raise ValueError(f"size must be a whole number in 1 … n = {n}, but is {size}")
    return n, size


def _check_arrays(theta, gradient, scratch):
    """What is written in place must be arrays of float64 already."""
    for name, array in (("theta", theta), ("gradient", gradient)):
        if not (isinstance(array, np.ndarray) and array.dtype == np.float64):
            kind = type(array).__name__
            if isinstance(array, np.ndarray):
                kind = f"an array of {array.dtype}"
            raise TypeError(
                f"{name} must be an array of float64 to be worked on in place, but is "
                f"{kind}"
            )
    if not theta.flags.writeable:
        raise ValueError(
            "theta must be worked on in place, but is read-only: use theta.copy()"
        )
    if not gradient.shape == scratch.shape == theta.shape:  # else as_pair only delays
        as_pair(theta, gradient), as_pair(theta, scratch, "state")
