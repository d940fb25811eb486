"""Graphs of single numbers: slopes along every value, by sweeps in two directions.

A graph is a list of nodes, each after its parents; the last is the output. A node names
its operation, one of the table ``OPERATIONS``, which has a function of one or two
numbers and its slope along each of them.

Reading order: ``Operation``, ``Node`` and ``OPERATIONS``; ``forward_values``, from the
inputs to the output; ``messages`` and ``adjoints``, back from the output; and
``tangents``, the other direction. Layers are in `mathlib.backprop`.
"""

from collections.abc import Callable
from inspect import signature
from numbers import Real
from typing import NamedTuple

import numpy as np

from mathlib.activations import ACTIVATIONS
from mathlib.checks import (
    as_single,
    check_fields,
    check_number,
    check_series,
    stands_for_array,
)

# Graphs of single numbers


class Operation(NamedTuple):
    """A function of one or two numbers, and its slope along each of them.

    Chapter: backprop
    """

    f: Callable  # (u, v) -> number
    df: Callable  # (u, v) -> (∂f/∂u, ∂f/∂v)


class Node(NamedTuple):
    """One value of a computational graph, and how it is made from its parents.

    Chapter: backprop
    """

    name: str
    operation: str  # a name of the table OPERATIONS
    parents: tuple  # names of inputs or of nodes before this one


class Message(NamedTuple):
    """What one edge of a graph passes back: the child's adjoint times its slope.

    Chapter: backprop
    """

    child: str
    parent: str
    slope: float  # ∂child/∂parent, of this edge alone
    amount: float  # the child's adjoint times the slope
    total: float  # the parent's adjoint so far, this amount included


OPERATIONS = {
    "+": Operation(lambda u, v: u + v, lambda u, v: (1.0, 1.0)),
    "−": Operation(lambda u, v: u - v, lambda u, v: (1.0, -1.0)),
    "·": Operation(lambda u, v: u * v, lambda u, v: (v, u)),
    "relu": Operation(
        lambda u: max(u, 0.0), lambda u: (u if np.isnan(u) else float(u > 0),)
    ),
    "tanh": Operation(np.tanh, lambda u: (ACTIVATIONS["tanh"].df(u),)),
    "exp": Operation(np.exp, lambda u: (np.exp(u),)),
    "½□²": Operation(lambda u: u * u / 2, lambda u: (u,)),
}


def forward_values(graph, inputs):
    """The value of every node of a graph, inputs first.

    Parameters
    ----------
    graph : sequence of Node
        Each node after its parents, with a name of its own; the last is the output.
    inputs : dict of str to float
        The values that no node makes.

    Returns
    -------
    dict of str to float
        The inputs, then the nodes, in order.

    Raises
    ------
    TypeError
        If graph is no list of nodes, or inputs no dictionary of numbers.
    ValueError
        If a node's operation is not in ``OPERATIONS``, it has too many or too few
        parents, a parent does not stand before it, or its name stands there already; or
        if an input is too large for a float.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> graph = [Node("u", "·", ("w", "x")), Node("L", "½□²", ("u",))]
    >>> forward_values(graph, {"w": 2.0, "x": 3.0})
    {'w': 2.0, 'x': 3.0, 'u': 6.0, 'L': 18.0}
    """
    _check_nodes(graph, inputs=inputs)
    _check_graph(graph, inputs)
    values = _floats("inputs", inputs)
    for node in graph:
        values[node.name] = _operation(node).f(*_parents(node, values))
    return values


def messages(graph, values):
    """All that passes along the edges of a graph, from the output back.

    A node's adjoint is the slope of the output along it. The output's own is 1; every
    other is the sum of what its children send::

        amount = adjoint of the child · ∂child/∂parent

    A node is asked last, after all its children, so that its sum is complete.

    Parameters
    ----------
    graph : sequence of Node
    values : dict of str to float
        From ``forward_values``.

    Returns
    -------
    list of Message
        One per edge; two, where a node uses the same parent twice.

    Raises
    ------
    ValueError
        If the graph has no node, values lack one, or as in ``forward_values``.

    References
    ----------
    Griewank & Walther (2008), Evaluating Derivatives, §3.2.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> graph = [Node("u", "·", ("w", "x")), Node("L", "½□²", ("u",))]
    >>> sent = messages(graph, forward_values(graph, {"w": 2.0, "x": 3.0}))
    >>> [(each.child, each.parent, each.amount) for each in sent]
    [('L', 'u', 6.0), ('u', 'w', 18.0), ('u', 'x', 12.0)]
    """
    values = _checked_values(graph, values)
    totals, sent = {_output(graph): 1.0}, []
    for node in reversed(graph):
        adjoint = totals.get(node.name, 0.0)
        slopes = _operation(node).df(*_parents(node, values))
        for parent, slope in zip(node.parents, slopes, strict=True):
            amount = _sent(adjoint, slope)
            totals[parent] = totals.get(parent, 0.0) + amount
            sent.append(Message(node.name, parent, slope, amount, totals[parent]))
    return sent


def adjoints(graph, values):
    """The slope of the output along every value of a graph: one sweep, backward.

    Parameters
    ----------
    graph : sequence of Node
    values : dict of str to float
        From ``forward_values``.

    Returns
    -------
    dict of str to float
        In the order of ``values``; 1 for the output, 0 for what it does not use.

    Raises
    ------
    ValueError
        As in ``messages``.

    References
    ----------
    Linnainmaa (1976), Taylor expansion of the accumulated rounding error.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> graph = [Node("u", "·", ("w", "x")), Node("L", "½□²", ("u",))]
    >>> adjoints(graph, forward_values(graph, {"w": 2.0, "x": 3.0}))
    {'w': 18.0, 'x': 12.0, 'u': 6.0, 'L': 1.0}
    """
    sent = messages(graph, values)
    slopes = dict.fromkeys(values, 0.0) | {_output(graph): 1.0}
    return slopes | {each.parent: each.total for each in sent}


def tangents(graph, values, source):
    """The slope of every value of a graph along one of them: one sweep, forward.

    Parameters
    ----------
    graph : sequence of Node
    values : dict of str to float
        From ``forward_values``.
    source : str
        The name of the value that is moved.

    Returns
    -------
    dict of str to float
        In the order of ``values``; 1 for the source, 0 for what does not use it.

    Raises
    ------
    ValueError
        If there is no value of that name, values lack a node, or as in
        ``forward_values``.

    Notes
    -----
    Chapter: backprop

    Examples
    --------
    >>> graph = [Node("u", "·", ("w", "x")), Node("L", "½□²", ("u",))]
    >>> tangents(graph, forward_values(graph, {"w": 2.0, "x": 3.0}), "w")
    {'w': 1.0, 'x': 0.0, 'u': 3.0, 'L': 18.0}
    """
    values = _checked_values(graph, values)
    if not isinstance(source, str) or source not in values:
        raise ValueError(f"source must be one of {list(values)}, but is {source!r}")
    slopes = dict.fromkeys(values, 0.0) | {source: 1.0}
    for node in graph:
        if node.name != source:
            local = _operation(node).df(*_parents(node, values))
            along = [slopes[parent] for parent in node.parents]
            slopes[node.name] = sum(map(_sent, along, local), 0.0)
    return slopes


def _sent(before, slope):
    """A slope times that of one edge: 0 stays 0, even where the edge's is inf."""
    return before * slope if before else 0.0


def _check_nodes(graph, **values):
    """Refuse what is no list of nodes, or no dictionary of numbers, by name."""
    check_series(graph=graph)
    for node in graph:
        check_fields("name operation parents", **{"each of graph": node})
        check_series(**{f"parents of {node.name}": node.parents})
        for name in (node.name, *node.parents):
            if not isinstance(name, str):
                kind = type(name).__name__
                raise TypeError(f"each name in graph must be text, but is a {kind}")
    for name, numbers in values.items():
        if not isinstance(numbers, dict):
            kind = type(numbers).__name__
            raise TypeError(f"{name} must be a dictionary, but is of type {kind}")


def _checked_values(graph, values):
    """The values as floats, if they are those of a graph."""
    _check_nodes(graph, values=values)
    _check_graph(graph, _inputs(graph, values))
    for node in graph:
        if node.name not in values:
            raise ValueError(
                f"values must hold {node.name}: take them from forward_values"
            )
    return _floats("values", values)


def _floats(kind, numbers):
    """The same numbers, all as floats of 64 bits; a Dual stays one."""
    return {
        name: _as_float(number, f"{name} of {kind}") for name, number in numbers.items()
    }


def _as_float(number, name):
    if isinstance(number, float) or stands_for_array(number):
        return number
    if isinstance(number, Real) and not isinstance(number, bool | np.generic):
        return check_number(**{name: number})  # may be too large for a float
    return as_single(number, name)


def _check_parents(node):
    """As many parents as the operation has arguments."""
    wanted, found = len(signature(_operation(node).df).parameters), len(node.parents)
    if found != wanted:
        raise ValueError(f"parents of {node.name} must be {wanted}, but are {found}")


def _check_graph(graph, inputs):
    """Each node after its parents, and no name twice: it would stand for two values."""
    standing = set(inputs)
    for node in graph:
        _check_parents(node)
        for parent in node.parents:
            if parent not in standing:
                raise ValueError(
                    f"parents of {node.name} must stand before it, but {parent} does "
                    "not"
                )
        if node.name in standing:
            raise ValueError(f"the name {node.name} must be new, but stands already")
        standing.add(node.name)


def _inputs(graph, values):
    made = {node.name for node in graph}
    return [name for name in values if name not in made]


def _output(graph):
    if not len(graph):
        raise ValueError("graph must have a node, but is empty")
    return graph[-1].name


def _operation(node):
    if not isinstance(node.operation, str) or node.operation not in OPERATIONS:
        known = ", ".join(OPERATIONS)
        raise ValueError(
            f"operation of {node.name} must be one of {known}, but is {node.operation}"
        )
    return OPERATIONS[node.operation]


def _parents(node, values):
    """The values of a node's parents."""
    return [values[parent] for parent in node.parents]
