"""Reverse-mode automatic differentiation of plain numpy code.

A function of arrays is run once on Tensors, arrays that remember how they were made.
From its result one walk back along what was remembered, the tape, finds the slopes
along all inputs at once.

The engine is in parts: `mathlib.pullback_rules`, the table of derivatives;
`mathlib.tape`, the walk back; `mathlib.array_functions` and `mathlib.tensor`, the
arrays that remember; `mathlib.fused_operations`, several operations in one.

Reading order: ``value_and_gradient`` and its relatives ``value_and_pullback`` and
``value_and_flat_gradient``; ``count_operations``, what all this costs.
"""

import math
from functools import wraps
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    check_callable,
    check_series,
    check_shapes,
    check_sizes,
)
from mathlib.tape import first_adjoint, free_tape, plain, sweep, under_way
from mathlib.tensor import Tensor

# Derivatives


def value_and_gradient(f):
    """The function that returns what f returns, and the slopes along all arguments.

    One run of f and one walk back give::

        f(a, b, …)   and   ∂f/∂a, ∂f/∂b, …

    Parameters
    ----------
    f : function of one or more arrays
        Returns one number. It may use numpy's functions in ``RULES`` and ``FUNCTIONS``.

    Returns
    -------
    function of the same arrays
        Returns the value, a float, and a tuple with one gradient for each argument,
        of its shape; zeros where f does not depend on it.

    Raises
    ------
    TypeError
        If f is not a function, or calls one without a rule (the message names it), or
        is a derivative inside a derivative and depends on an argument of the one
        around it.
    ValueError
        If f returns more than one number.

    References
    ----------
    Baydin, Pearlmutter, Radul & Siskind (2018), Automatic differentiation in machine
    learning: a survey.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> value, (gradient,) = value_and_gradient(lambda x: (x**2).sum())([1.0, 2.0])
    >>> value, gradient
    (5.0, array([2., 4.]))
    """
    check_callable(f=f)

    @wraps(f)
    def differentiated(*arrays):
        inputs = [Tensor(x) for x in arrays]
        nodes = _recorded(f, inputs)
        one, value = first_adjoint(nodes[-1]), nodes[-1].value.item()
        return value, _gradients(sweep(nodes, one), inputs)

    return differentiated


def value_and_pullback(f):
    """The function that returns what f returns, and what takes adjoints back through f.

    For y = f(x) with the Jacobian J, the pullback is::

        g ↦ gᵀ J,   one row of J for each g

    Parameters
    ----------
    f : function of one or more arrays
        Returns a number or an array.

    Returns
    -------
    function of the same arrays
        Returns y, an array, and ``pullback(g)``: for g of the shape of y, a tuple with
        an array for each argument, of its shape. It may be called many times. Plain
        arrays in a formula are kept, not copied: leave them as they are until the walk
        back is over.

    Raises
    ------
    TypeError
        As in `value_and_gradient`.
    ValueError
        From the pullback, if g has not the shape of y.

    References
    ----------
    Griewank & Walther (2008), Evaluating Derivatives, §3.2.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> y, pullback = value_and_pullback(lambda x: x * x)([1.0, 2.0])
    >>> y, pullback([1.0, 10.0])
    (array([1., 4.]), (array([ 2., 40.]),))
    """
    check_callable(f=f)

    @wraps(f)
    def with_pullback(*arrays):
        inputs = [Tensor(x) for x in arrays]
        for x in inputs:  # ours, since the caller may change the arrays meanwhile
            x.value = x.value.copy()
        nodes = _recorded(f, inputs)
        shape = nodes[-1].shape

        def pullback(g):
            g = plain(g, "g")
            check_shapes(g=(g, " ".join(map(str, shape))))
            return _gradients(sweep(nodes.copy(), g), inputs)

        return nodes[-1].value.copy(), pullback

    return with_pullback


def value_and_flat_gradient(f, shapes):
    """As `value_and_gradient`, for arrays laid end to end in one vector θ.

    The gradient is one vector too, so that an optimizer moves all weights in one step.
    Where a rule can, it writes a part straight into its place.

    Parameters
    ----------
    f : function of arrays of these shapes, and of whatever else it needs
        Returns one number.
    shapes : sequence of shapes
        Their sizes add up to p.

    Returns
    -------
    function of θ, a (p,) array, and of whatever else f needs
        Returns the value, a float, and the gradient, a new (p,) array. The rest of the
        arguments is handed to f as it is: neither differentiated nor copied.

    Raises
    ------
    TypeError
        As in `value_and_gradient`.
    ValueError
        If θ has not the shape (p,), or f returns more than one number.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> def loss(w, b, x, y):
    ...     return np.square(x @ w + b - y).mean()
    >>> both = value_and_flat_gradient(loss, [(2,), ()])
    >>> both([1.0, 2.0, 0.5], np.array([[1.0, 1.0]]), 0.0)
    (12.25, array([7., 7., 7.]))
    """
    shapes = check_sizes(shapes=shapes)
    check_callable(f=f)
    ends = list(accumulate((math.prod(shape) for shape in shapes), initial=0))
    cuts = [
        (slice(*ends_of), shape)
        for ends_of, shape in zip(pairwise(ends), shapes, strict=True)
    ]

    @wraps(f)
    def differentiated(theta, *rest):
        theta = plain(theta, "theta")
        if theta.shape != (ends[-1],):
            check_shapes(theta=(theta, f"{ends[-1]}"))
        inputs = [Tensor(theta[cut].reshape(shape), ()) for cut, shape in cuts]
        gradient = np.empty(ends[-1])
        for x, (cut, shape) in zip(inputs, cuts, strict=True):
            x.home = gradient[cut].reshape(shape)
        nodes = _recorded(f, inputs, rest)
        one, value = first_adjoint(nodes[-1]), nodes[-1].value.item()
        adjoints = sweep(nodes, one)
        for x in inputs:
            g = adjoints.get(x, 0.0)
            if g is not x.home:
                x.home[...] = g
        return value, gradient

    return differentiated


def _recorded(f, inputs, rest=()):
    """The tape of one run of f."""
    under_way.update(inputs)
    try:
        result = f(*inputs, *rest)
    finally:
        under_way.difference_update(inputs)
    return free_tape(_as_tensor(result))


def _as_tensor(result):
    """What f returned; a plain result does not depend on the inputs."""
    return result if isinstance(result, Tensor) else Tensor(result)


def _gradients(adjoints, inputs):
    """An array of its own for each input; zero where the result does not depend."""
    return tuple(np.array(adjoints.get(x, np.zeros(x.shape)))[()] for x in inputs)


# What it costs


class Cost(NamedTuple):
    """What a value and its gradient take.

    Chapter: autodiff
    """

    forward: int  # operations on numbers to find the value
    backward: int  # operations on numbers to find the gradient after that
    length: int  # operations on the tape
    stored: int  # numbers that the tape keeps for the way back


def count_operations(f, *arrays):
    """Count the operations on numbers behind f and behind its gradient.

    An entrywise function costs one for each entry it makes; a matrix product
    (m, k) (k, n) costs 2mkn; a sum, one for each summand. Moving numbers is free,
    but the way back through an index is counted as an array of zeros to add.

    Parameters
    ----------
    f : function of arrays
        Returns one number.
    *arrays : array
        Where to run it.

    Returns
    -------
    Cost
        Fields ``forward``, ``backward``, ``length`` and ``stored``.

    Raises
    ------
    TypeError, ValueError
        As in `value_and_gradient`.

    References
    ----------
    Baur & Strassen (1983), The complexity of partial derivatives, for the bound on
    backward / forward. Griewank & Walther (2008), Evaluating Derivatives, chapter 4.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> count_operations(lambda x: (x * x).sum(), np.ones(100))
    Cost(forward=200, backward=300, length=2, stored=101)
    """
    check_series(arrays=arrays)
    check_callable(f=f)
    inputs, tally = [Tensor(x) for x in arrays], []
    for x in inputs:
        x.value = _counted(x.value, tally)
    nodes = _recorded(f, inputs)
    forward = sum(tally)
    made = [node for node in nodes if node.edges]
    stored = sum({id(_owner(x.value)): x.size for x in made}.values())
    length, one = len(made), _counted(first_adjoint(nodes[-1]), tally)
    sweep(nodes, one)
    return Cost(forward, sum(tally) - forward, length, stored)


class _Counted(np.ndarray):
    """An array that notes the work of each numpy function it goes through."""

    def __array_finalize__(self, source):
        self.tally = getattr(source, "tally", None)

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        tally = next(x.tally for x in (*inputs, *out) if isinstance(x, _Counted))
        if out:
            options["out"] = tuple(np.asarray(x) for x in out)
        plain = [np.asarray(x) if isinstance(x, _Counted) else x for x in inputs]
        result = getattr(ufunc, method)(*plain, **options)
        tally.append(_work(ufunc, method, plain, result))
        return out[0] if out else _counted(result, tally)

    def __array_function__(self, function, types, arguments, options):
        # What moves numbers about is free, but what becomes of them is counted.
        result = super().__array_function__(function, types, arguments, options)
        return _counted(result, self.tally) if type(result) is np.ndarray else result


def _counted(array, tally):
    counted = np.asarray(array).view(_Counted)
    counted.tally = tally
    return counted


def _work(ufunc, method, inputs, result):
    """How many numbers are made; a sum takes one addition for each summand."""
    if ufunc is np.matmul:
        return 2 * np.size(result) * inputs[0].shape[-1]
    if method in ("reduce", "at"):
        return max(np.size(x) for x in inputs if isinstance(x, np.ndarray))
    return np.size(result)


def _owner(array):
    """The array whose memory this one looks into."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
