"""What moves numbers about: numpy's functions that join, cut and lay out arrays.

Each has the name and the arguments of numpy's, of which at least one is a Tensor, and
returns a Tensor. They stand before the class `mathlib.tensor.Tensor`, whose door leads
numpy's calls to them: a new Tensor is made by the class of an old one.

Reading order: ``where``, ``concatenate`` and ``stack``, whose pullbacks hand out parts;
then what is put together from operators and methods.
"""

from itertools import accumulate, pairwise

import numpy as np

from mathlib.pullback_rules import pullback_of
from mathlib.tape import remembers, value_of


def where(condition, x, y):
    """Entries of ``x`` where the ``condition`` holds, of ``y`` elsewhere."""
    if remembers(condition):
        raise TypeError(
            "condition must hold truth values, but is a Tensor: write x > 0"
        )
    condition = np.array(condition, dtype=bool)  # ours: nobody else can change it
    edges = [
        (each, pullback_of(rule, None, (condition,), each.value.shape))
        for each, rule in ((x, _where_true), (y, _where_false))
        if remembers(each)
    ]
    return _made(np.where(condition, value_of(x, "x"), value_of(y, "y")), edges)


def _where_true(y, condition, g):
    return np.where(condition, g, 0.0)  # g · 0 would be nan where g is infinite


def _where_false(y, condition, g):
    return np.where(condition, 0.0, g)


def concatenate(arrays, axis=0):
    """The ``arrays`` end to end along an ``axis``; None lays each flat before."""
    if axis is None:
        return concatenate([np.reshape(each, -1) for each in arrays])
    values = [value_of(each, "each of arrays") for each in arrays]
    whole = np.concatenate(values, axis=axis)
    ends = accumulate((value.shape[axis] for value in values), initial=0)
    parts = [slice(start, end) for start, end in pairwise(ends)]
    return _joined(whole, arrays, parts, axis)


def stack(arrays, axis=0):
    """The ``arrays`` side by side along a new ``axis``."""
    value = np.stack([value_of(each, "each of arrays") for each in arrays], axis=axis)
    return _joined(value, arrays, range(len(arrays)), axis)


def _joined(value, arrays, parts, axis):
    """Arrays that were put side by side: to each goes its part of the adjoint."""
    before = (slice(None),) * (axis % value.ndim)
    edges = [
        (x, lambda g, out=None, at=(*before, part): g[at])
        for x, part in zip(arrays, parts, strict=True)
        if remembers(x)
    ]
    return _made(value, edges)


def _made(value, edges):
    """A Tensor, of the class of what it was made from."""
    return type(edges[0][0])(value, edges)


def clip(x, a_min=None, a_max=None, *, min=None, max=None):  # noqa: A002
    """No entry of ``x`` below ``a_min`` or ``min``, none above ``a_max`` or ``max``."""
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    x = +x if low is None else np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


def dot(a, b):
    """The product of ``a`` and ``b``: numbers, vectors or matrices."""
    if not np.ndim(a) or not np.ndim(b):
        return a * b
    if np.ndim(b) > 2:
        raise TypeError("dot has no rule for Tensors of three axes: write it with @")
    return a @ b


def outer(a, b):
    """Every entry of ``a`` times every entry of ``b``."""
    return np.reshape(a, (-1, 1)) * np.reshape(b, -1)


def expand_dims(x, axis):
    """``x`` with a new ``axis`` of size 1."""
    return x.reshape(np.expand_dims(x.value, axis).shape)


def reshape(x, shape):
    """The entries of ``x`` in another ``shape``."""
    return x.reshape(shape)


def transpose(x, axes=None):
    """``x`` with its ``axes`` in another order."""
    return x.transpose(axes)


def swapaxes(x, axis1, axis2):
    """``x`` with its axes ``axis1`` and ``axis2`` exchanged."""
    axes = np.arange(x.ndim)
    axes[[axis1, axis2]] = axes[[axis2, axis1]]
    return x.transpose(tuple(axes))


def pad(x, pad_width):
    """``x`` within zeros, ``pad_width`` of them at each end, or as many as it says."""
    if isinstance(pad_width, dict):
        raise TypeError(
            "pad_width of a Tensor must be a number or a list of pairs, but is a dict"
        )
    value = np.pad(x.value, pad_width)
    widths = np.broadcast_to(pad_width, (x.ndim, 2)).tolist()  # 8 bits may be too few
    inside = tuple(
        slice(before, before + size)
        for (before, _), size in zip(widths, x.shape, strict=True)
    )
    return _made(value, [(x, lambda g, out=None: g[inside])])
