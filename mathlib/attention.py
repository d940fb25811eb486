"""Sequences: read step by step with a memory, or all at once with attention.

A sequence is an array (T, d), a row for each step; n of them are (n, T, d). All
functions let Tensors pass through.

Reading order: ``recurrence`` and ``recurrent_network``; ``Attention``, ``attention``
and ``recall_network``.
"""

import math
from typing import NamedTuple

import numpy as np

from mathlib.checks import as_floats, check_least, check_shapes
from mathlib.fused_operations import dense
from mathlib.networks import Network
from mathlib.special import softmax


class Attention(NamedTuple):
    """What queries read from a memory, and how much of each value they took.

    Chapter: networks
    """

    output: np.ndarray  # (..., q, m)
    weights: np.ndarray  # (..., q, n)


def recurrence(X, W, U, b):
    """Read a sequence with the same weights at every step.

    With H₀ = 0::

        Hₜ = tanh(Xₜ W + Hₜ₋₁ U + b),   t = 1 … T

    Parameters
    ----------
    X : (n, T, d) array
        n sequences of T rows.
    W : (d, k) array or Tensor
    U : (k, k) array or Tensor
    b : (k,) array or Tensor

    Returns
    -------
    list of T (n, k) arrays or Tensors
        The states, in order.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    References
    ----------
    Elman (1990), Finding structure in time.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> X = np.array([[[1.0], [0.0], [0.0]]])
    >>> states = recurrence(X, np.eye(1), np.eye(1), np.zeros(1))
    >>> [round(H.item(), 4) for H in states]  # tanh, once, twice, three times
    [0.7616, 0.642, 0.5663]
    """
    X, W = as_floats(X, "X"), as_floats(W, "W")
    U, b = as_floats(U, "U"), as_floats(b, "b")
    sizes = check_shapes(X=(X, "n T d"), W=(W, "d k"), U=(U, "k k"), b=(b, "k"))
    states, H = [], np.zeros((sizes["n"], sizes["k"]))
    for t in range(sizes["T"]):
        H = np.tanh(dense(X[:, t], W, b) + H @ U)
        states.append(H)
    return states


def recurrent_network(inputs, units, classes):
    """A recurrence whose last state is scored by a dense layer.

    Parameters
    ----------
    inputs, units, classes : int
        d, k, and the number of scores.

    Returns
    -------
    Network
        It takes X of shape (n, T, d), of any length T ≥ 1: the number of its parameters
        does not depend on T.

    Raises
    ------
    TypeError, ValueError
        If an argument is no whole number ≥ 1.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> recurrent_network(2, 8, 3).shapes
    ((2, 8), (8, 8), (8,), (8, 3), (3,))
    """
    for size in (inputs, units, classes):
        check_least(1, sizes=size)

    def layers(X, W, U, b, V, c):
        states = recurrence(X, W, U, b)
        check_least(1, **{"the number of steps in X": len(states)})
        return [*states, dense(states[-1], V, c)]

    shapes = ((inputs, units), (units, units), (units,), (units, classes), (classes,))
    return Network(shapes, layers)


def attention(queries, keys, values):
    """Read from a memory with softmax weights: scaled dot-product attention.

    With d the size of a key::

        A = softmax(Q Kᵀ / √d),   output = A V

    Parameters
    ----------
    queries : (..., q, d) array or Tensor
    keys : (..., n, d) array or Tensor
    values : (..., n, m) array or Tensor
        The axes in front are one batch; they must be the same.

    Returns
    -------
    Attention
        Fields ``output`` (..., q, m) and ``weights`` (..., q, n); each row of weights
        has the sum 1, and no entry below 0.

    Raises
    ------
    ValueError
        If the shapes do not fit, or there is no key or no feature of a key.

    References
    ----------
    Vaswani et al. (2017), Attention Is All You Need, §3.2.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> read = attention([[9.0, 0.0]], [[9.0, 0.0], [0.0, 9.0]], [[5.0], [7.0]])
    >>> read.weights.round(3), read.output.round(3)
    (array([[1., 0.]]), array([[5.]]))
    """
    queries, keys = as_floats(queries, "queries"), as_floats(keys, "keys")
    values = as_floats(values, "values")
    batch = " ".join(map(str, queries.shape[:-2]))
    sizes = check_shapes(
        queries=(queries, f"{batch} q d"),
        keys=(keys, f"{batch} n d"),
        values=(values, f"{batch} n m"),
    )
    check_least(1, **{"the number of keys": sizes["n"]})
    check_least(1, **{"the size of a key": sizes["d"]})
    weights = softmax(queries @ keys.mT / math.sqrt(keys.shape[-1]))
    return Attention(weights @ values, weights)


def recall_network(letters, classes):
    """One head of attention that looks up what stood beside a letter.

    It takes sequences from ``datasets.recall``: rows (letter, number), and a last row
    with a letter alone, the question. The scores are what is read::

        q = question · W_q,   kᵢ = letterᵢ · W_k,   vᵢ = numberᵢ · W_v

    Parameters
    ----------
    letters, classes : int
        The sizes of the two one-hot parts of a row.

    Returns
    -------
    Network
        Its first output holds the attention's weights (n, 1, pairs).

    Raises
    ------
    TypeError, ValueError
        If an argument is no whole number ≥ 1.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> recall_network(4, 3).shapes
    ((4, 4), (4, 4), (3, 3))
    """
    for size in (letters, classes):
        check_least(1, sizes=size)

    def layers(X, Q, K, V):
        memory, question = X[:, :-1], X[:, -1:, :letters]
        values = memory[:, :, letters:] @ V
        read = attention(question @ Q, memory[:, :, :letters] @ K, values)
        return [read.weights, read.output.reshape(len(X), classes)]

    shapes = ((letters, letters), (letters, letters), (classes, classes))
    return Network(shapes, layers)
