"""The tape: all that a result was computed from, in order, and the walk back along it.

A Tensor has a ``value``, ``edges`` to what it was made from, each with a pullback, and
a ``serial`` number: later made, larger number. Nothing else is asked of it here.

Nothing here calls itself: a graph may be as deep as memory allows.

Reading order: ``value_of``, the numbers of a Tensor and of what is none; ``tape`` and
``sweep``, the chain rule along it; and ``free_tape``, for one derivative at a time.
"""

from operator import attrgetter

import numpy as np

from mathlib.checks import as_floats, stands_for_array

# Tensors, and what is none


def remembers(x):
    """Whether x remembers what it was made from, as a Tensor does."""
    return hasattr(type(x), "edges")


def value_of(x, name="value"):
    """The plain numbers of x, a Tensor or an array; a message calls it ``name``."""
    if type(x) is np.ndarray or not remembers(x):  # most are arrays: ask no more
        return plain(x, name)
    return x.value


def plain(value, name="value"):
    """A value as a Tensor holds it: an array of floats, or a number of numpy's.

    A message calls it ``name``.
    """
    if type(value) is np.ndarray and value.dtype == float:  # most are: ask no more
        return value
    if stands_for_array(value):
        raise TypeError(
            f"{name} must be a plain array, but is a {type(value).__name__}: "
            "a Tensor is differentiated once; for second derivatives take differences "
            "of its gradient"
        )
    return as_floats(value, name)[()]


# The walk back


def tape(output):
    """All that a Tensor was computed from, and itself, in the order it was made.

    An operation is made after its inputs are, so walking the list backward meets every
    Tensor after all that use it: a topological order, without a search for one.

    Parameters
    ----------
    output : Tensor

    Returns
    -------
    list of Tensor
        Each once, however often it was used; the output last.

    Raises
    ------
    TypeError
        If output is no Tensor.

    References
    ----------
    Griewank & Walther (2008), Evaluating Derivatives, §3.2. Wengert (1964), A simple
    automatic derivative evaluation program.

    Notes
    -----
    Chapter: autodiff

    Examples
    --------
    >>> from mathlib.tensor import Tensor
    >>> x = Tensor(3.0)
    >>> tape(x * x + x)
    [Tensor(3.0), Tensor(9.0), Tensor(12.0)]
    """
    if not remembers(output):
        kind = type(output).__name__
        raise TypeError(f"output must be a Tensor, but is of type {kind}")
    found, waiting = {output}, [output]
    while waiting:
        for parent, _ in waiting.pop().edges:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return sorted(found, key=attrgetter("serial"))


def sweep(nodes, g):
    """The chain rule, from the last of the nodes to the first: adjoints of the inputs.

    ``g`` is the adjoint of the last. It empties the list as it goes, so what only the
    list held on to is freed. The first adjoint of an input is written into its home, if
    it has one; a sum is new memory, since adjoints may be shared.
    """
    adjoints = {nodes[-1]: g}
    while nodes:
        node = nodes.pop()
        if not node.edges:
            continue
        g = adjoints.pop(node)
        for parent, pullback in node.edges:
            home, before = parent.home, adjoints.get(parent)
            sent = pullback(g, home) if before is None else pullback(g)
            if sent is not home and sent.shape != parent.value.shape:
                raise ValueError(
                    f"a pullback must return the shape of its argument, {parent.shape},"
                    f" but returns {sent.shape}"
                )
            adjoints[parent] = sent if before is None else before + sent
    return adjoints


def first_adjoint(output):
    """The adjoint that the walk begins with at the output, ∂L/∂L."""
    if output.value.size != 1:
        raise ValueError(
            f"the value must be one number to have a gradient, but its shape is "
            f"{output.shape}: sum it, or use value_and_pullback"
        )
    return np.ones(output.shape) if output.value.ndim else np.float64(1)


# Inputs of the functions that are being run, to be differentiated.
under_way = set()


def free_tape(output):
    """The tape of an output, which must not end a derivative around it with numbers."""
    nodes = tape(output)
    if under_way and not under_way.isdisjoint(nodes):
        raise TypeError(
            "a derivative inside a derivative must not depend on an argument of the "
            "one around it, whose slope would be lost: for second derivatives take "
            "differences of the gradient (hessian_vector_product)"
        )
    return nodes
