"""Sequences: read step by step with a memory, or all at once with attention.

What stands at the places of a sequence is an array (T, d), a row for each place; n of
them are (n, T, d). All functions that compute let Tensors pass through. Text is a row
of tokens, whole numbers 0 … V − 1; a batch of rows is (n, T).

Reading order: ``recurrence`` and ``recurrent_network``; ``attention``, ``causal_mask``
and ``recall_network``; ``self_attention``, several heads in one operation; ``gpt``, a
model of language, with ``next_token_loss`` and ``sample``; ``encode`` and ``decode``,
between words and tokens.
"""

import math
from itertools import takewhile
from typing import NamedTuple

import numpy as np

from mathlib.backprop import unpack
from mathlib.checks import (
    as_floats,
    as_numbers,
    check_choice,
    check_fields,
    check_finite,
    check_labels,
    check_least,
    check_positive,
    check_rng,
    check_series,
    check_shapes,
)
from mathlib.fused_operations import (
    dense,
    dense_relu,
    operation,
    softmax_cross_entropy,
)
from mathlib.networks import Network
from mathlib.normalization import layer_norm
from mathlib.special import softmax

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Attention(NamedTuple):
    """What queries read from a memory, and how much of each value they took.

    Chapter: attention
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
    Chapter: attention

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
    Chapter: attention

    Examples
    --------
    >>> recurrent_network(2, 8, 3).shapes
    ((2, 8), (8, 8), (8,), (8, 3), (3,))
    """
    sizes = check_least(1, inputs=inputs, units=units, classes=classes)
    inputs, units, classes = sizes

    def layers(X, W, U, b, V, c):
        states = recurrence(X, W, U, b)
        _ = check_least(1, **{"the number of steps in X": len(states)})
        return [*states, dense(states[-1], V, c)]

    shapes = ((inputs, units), (units, units), (units,), (units, classes), (classes,))
    return Network(shapes, layers)


def attention(queries, keys, values, *, mask=None, scale=None):
    """Read from a memory with softmax weights: scaled dot-product attention.

    With d the size of a key::

        A = softmax(Q Kᵀ / √d),   output = A V

    Parameters
    ----------
    queries : (..., q, d) array or Tensor
    keys : (..., n, d) array or Tensor
    values : (..., n, m) array or Tensor
        The axes in front are one batch; they must be the same.
    mask : (q, n) array of bool, optional
        Where it is False, the query gives the key no weight at all.
    scale : float, optional
        What the dot products are multiplied by; 1/√d unless it is given.

    Returns
    -------
    Attention
        Fields ``output`` (..., q, m) and ``weights`` (..., q, n); each row of weights
        has the sum 1, and no entry below 0.

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no key or no feature of a key, the mask hides
        every key from a query, or the largest product of a query is not finite.

    References
    ----------
    Vaswani et al. (2017), Attention Is All You Need, §3.2.

    Notes
    -----
    Chapter: attention

    Examples
    --------
    >>> read = attention([[9.0, 0.0]], [[9.0, 0.0], [0.0, 9.0]], [[5.0], [7.0]])
    >>> read.weights.round(3), read.output.round(3)
    (array([[1., 0.]]), array([[5.]]))
    >>> Q, K, V = np.zeros((2, 1)), np.zeros((2, 1)), np.array([[4.0], [8.0]])
    >>> attention(Q, K, V, mask=causal_mask(2), scale=1.0).output.tolist()
    [[4.0], [6.0]]
    """
    queries, keys = as_floats(queries, "queries"), as_floats(keys, "keys")
    values = as_floats(values, "values")
    batch = " ".join(map(str, queries.shape[:-2]))
    sizes = check_shapes(
        queries=(queries, f"{batch} q d"),
        keys=(keys, f"{batch} n d"),
        values=(values, f"{batch} n m"),
    )
    _ = check_least(1, **{"the number of keys": sizes["n"]})
    _ = check_least(1, **{"the size of a key": sizes["d"]})
    z = queries @ keys.mT * _scale(scale, sizes["d"])
    if mask is not None:
        z = z + np.where(_seen(mask, sizes["q"], sizes["n"]), 0.0, -np.inf)
    weights = softmax(z, "the product of queries and keys")
    return Attention(weights @ values, weights)


def _scale(scale, size):
    """1/√d, unless another scale is asked for."""
    if scale is None:
        return 1 / math.sqrt(size)
    return check_positive(scale=scale)


def _seen(mask, queries, keys):
    """The mask, if it leaves every query something to see."""
    mask = as_numbers(mask, "mask")
    if mask.dtype.kind != "b":
        raise TypeError(f"mask must hold True and False, but holds {mask.dtype}")
    check_shapes(mask=(mask, f"{queries} {keys}"))
    blind = np.flatnonzero(~mask.any(axis=-1))
    if len(blind):
        raise ValueError(
            f"mask must leave every query a key to see, but hides all from {blind}"
        )
    return mask


def causal_mask(length):
    """Who sees whom in a text: place t sees the places 0 … t, and none after it.

    Parameters
    ----------
    length : int
        T, at least 1.

    Returns
    -------
    (T, T) array of bool
        True on the diagonal and below.

    Raises
    ------
    TypeError, ValueError
        If length is no whole number ≥ 1.

    Notes
    -----
    Chapter: attention

    Examples
    --------
    >>> causal_mask(2).tolist()
    [[True, False], [True, True]]
    """
    return np.tri(check_least(1, length=length), dtype=bool)


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
    Chapter: attention

    Examples
    --------
    >>> recall_network(4, 3).shapes
    ((4, 4), (4, 4), (3, 3))
    """
    letters, classes = check_least(1, letters=letters, classes=classes)

    def layers(X, Q, K, V):
        check_shapes(X=(X, f"n rows {letters + classes}"))
        memory, question = X[:, :-1], X[:, -1:, :letters]
        values = memory[:, :, letters:] @ V
        read = attention(question @ Q, memory[:, :, :letters] @ K, values)
        return [read.weights, read.output.reshape(len(X), classes)]

    shapes = ((letters, letters), (letters, letters), (classes, classes))
    return Network(shapes, layers)


def self_attention(X, W, *, heads=1, mask=None, scale=None):
    """Every place asks, every place answers: several heads, as one operation.

    With W = (W_q  W_k  W_v) side by side, and each head on its own d / heads columns of
    the three products::

        Q = X W_q,   K = X W_k,   V = X W_v,   output = softmax(Q Kᵀ scale) V

    Parameters
    ----------
    X : (n, T, d) array or Tensor
        n sequences of T rows.
    W : (d, 3d) array or Tensor
    heads : int
        A divisor of d.
    mask : (T, T) array of bool, optional
        Where it is False, the place of the row does not see that of the column.
    scale : float, optional
        1/√(d / heads) unless it is given.

    Returns
    -------
    Attention
        Fields ``output`` (n, T, d), the heads side by side, and ``weights``, an array
        (n, heads, T, T).

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, heads does not divide d, or the mask hides every place
        from one.

    References
    ----------
    Vaswani et al. (2017), Attention Is All You Need, §3.2.

    Notes
    -----
    Chapter: attention

    Examples
    --------
    >>> X, W = np.array([[[1.0], [0.0]]]), np.array([[0.0, 0.0, 6.0]])
    >>> self_attention(X, W, mask=causal_mask(2)).output.tolist()
    [[[6.0], [3.0]]]
    """
    X, W = as_floats(X, "X"), as_floats(W, "W")
    sizes = check_shapes(X=(X, "n T d"))
    n, T, d = sizes.values()
    check_shapes(W=(W, f"{d} {3 * d}"))
    _ = check_least(1, **{f"the sizes {n}, {T}, {d} of X": min(n, T, d)})
    heads = _check_heads(d, heads)
    mask = None if mask is None else _seen(mask, T, T)
    scale, kept = _scale(scale, d // heads), []
    QKV = (X.reshape(n * T, d) @ W).reshape(n, T, 3 * d)
    output = operation(_heads)(QKV, heads=heads, mask=mask, scale=scale, kept=kept)
    return Attention(output, kept[0].copy())  # the way back needs its own


def _check_heads(d, heads):
    heads = check_least(1, heads=heads)
    if d % heads:
        raise ValueError(f"heads must divide d = {d}, but is {heads}")
    return heads


def _heads(QKV, *, heads, mask, scale, kept):
    """What the heads read, and its pullback; the weights go into ``kept``."""
    n, T, size = QKV.shape[0], QKV.shape[1], QKV.shape[2] // (3 * heads)
    Q, K, V = QKV.reshape(n, T, 3, heads, size).transpose(2, 0, 3, 1, 4)
    P = Q @ K.mT * scale
    if mask is not None:
        P[..., ~mask] = -np.inf
    P -= P.max(axis=-1, keepdims=True)
    np.exp(P, out=P)
    P /= P.sum(axis=-1, keepdims=True)
    kept.append(P)

    def pullback(g):
        g = g.reshape(n, T, heads, size).transpose(0, 2, 1, 3)
        back = np.empty((n, T, 3, heads, size))
        dQ, dK, dV = back.transpose(2, 0, 3, 1, 4)  # windows into its memory
        dZ = g @ V.mT
        dZ -= (P * dZ).sum(axis=-1, keepdims=True)
        dZ *= P
        dZ *= scale
        dQ[...], dK[...], dV[...] = dZ @ K, dZ.mT @ Q, P.mT @ g
        return (back.reshape(QKV.shape),)

    return (P @ V).transpose(0, 2, 1, 3).reshape(n, T, heads * size), pullback


def gpt(
    vocabulary,
    length,
    d,
    *,
    layers,
    heads=1,
    wide=4,
    norm=False,
    place=True,
    causal=True,
    scale=None,
):
    """A transformer that says at every place of a text at once what comes next.

    ::

        X = E[tokens] + P
        X ← X + self_attention(X) W_o
        X ← X + relu(X W₁ + b₁) W₂ + b₂       both lines, ``layers`` times
        scores = X U

    Parameters
    ----------
    vocabulary : int
        V, how many tokens there are.
    length : int
        The longest text.
    d : int
        The size of the stream: what stands at a place is a row of d numbers.
    layers, heads : int
    wide : int
        The dense part has wide · d units; 0 leaves it out.
    norm : bool
        Whether a layer norm stands before each part and before U.
    place : bool
        Whether each place adds a row of its own, P.
    causal : bool
        Whether the places see only what stands before them, and themselves.
    scale : float, optional
        As in `self_attention`.

    Returns
    -------
    Network
        It takes tokens (n, T) with T ≤ length. It puts out the weights of each layer
        (n, heads, T, T), then the scores (n, T, V).

    Raises
    ------
    TypeError, ValueError
        If a size is no whole number ≥ 1, or heads does not divide d. In use, if a token
        is outside the vocabulary, or a text too long.

    References
    ----------
    Radford et al. (2018), Improving language understanding by generative pre-training.

    Notes
    -----
    Chapter: attention

    Examples
    --------
    >>> network = gpt(27, 16, 32, layers=2, heads=4)
    >>> sum(math.prod(shape) for shape in network.shapes)
    27136
    """
    sizes = {"vocabulary": vocabulary, "length": length, "d": d, "layers": layers}
    vocabulary, length, d, layers = check_least(1, **sizes)
    wide, heads = check_least(0, wide=wide), _check_heads(d, heads)
    check_choice((True, False), norm=norm, place=place, causal=causal)
    scale = _scale(scale, d // heads)
    pair = ((d,), (d,)) if norm else ()
    think = (*pair, (d, wide * d), (wide * d,), (wide * d, d), (d,)) if wide else ()
    block = (*pair, (d, 3 * d), (d, d), *think)
    where = ((length, d),) if place else ()
    shapes = ((vocabulary, d), *where, *block * layers, *pair, (d, vocabulary))

    def run(tokens, *parameters):
        tokens, rest = _tokens(tokens, vocabulary, length), iter(parameters)
        (n, T), weights = tokens.shape, []

        def rows(X):
            X = X.reshape(n * T, d)
            # the scale begins at 0 like every bias, so it is told apart from 1
            return operation(layer_norm)(X, 1 + next(rest), next(rest)) if norm else X

        X = next(rest)[tokens]
        X = X + next(rest)[:T] if place else X
        options = {"heads": heads, "scale": scale}
        options["mask"] = causal_mask(T) if causal else None
        for _ in range(layers):
            read = self_attention(rows(X).reshape(n, T, d), next(rest), **options)
            weights.append(read.weights)
            X = X + (read.output.reshape(n * T, d) @ next(rest)).reshape(n, T, d)
            if wide:
                H = dense_relu(rows(X), next(rest), next(rest))
                X = X + dense(H, next(rest), next(rest)).reshape(n, T, d)
        return [*weights, (rows(X) @ next(rest)).reshape(n, T, vocabulary)]

    return Network(shapes, run)


def _tokens(tokens, vocabulary, length):
    """Rows of tokens, as whole numbers of the vocabulary."""
    given = as_numbers(tokens, "tokens")
    sizes = check_shapes(tokens=(given, "n T"))
    with np.errstate(invalid="ignore"):
        tokens = given.astype(int)
    if not np.array_equal(tokens, given):
        raise ValueError(f"tokens must be whole numbers, but are {given}")
    check_labels(tokens, vocabulary, "tokens")
    if not 1 <= sizes["T"] <= length:
        raise ValueError(f"tokens must have 1 … {length} places, but have {sizes['T']}")
    return tokens


def next_token_loss(scores, targets):
    """The mean surprise at what came next, in nats a token.

    With P the softmax of the scores along their last axis::

        L = − mean of log P at the targets,   over the places whose target is ≥ 0

    Parameters
    ----------
    scores : (n, T, V) array or Tensor
    targets : (n, T) array of int
        In 0 … V − 1; −1 is a place that does not count.

    Returns
    -------
    Tensor of shape ()
        log V where all scores are equal. A plain number if scores are plain.

    Raises
    ------
    ValueError
        If the shapes do not fit, a target is outside −1 … V − 1, or none counts.

    Notes
    -----
    Chapter: attention

    Examples
    --------
    >>> round(float(next_token_loss(np.zeros((1, 2, 27)), np.array([[3, -1]]))), 4)
    3.2958
    """
    scores, targets = as_floats(scores, "scores"), as_numbers(targets, "targets")
    V = check_shapes(scores=(scores, "n T V"), targets=(targets, "n T"))["V"]
    check_labels(targets + (targets == -1), V, "targets")
    counts = np.flatnonzero(targets.ravel() >= 0)
    if not len(counts):
        raise ValueError("targets must hold one that counts, but all are −1")
    flat = scores.reshape(-1, V)
    return softmax_cross_entropy(flat[counts], targets.ravel()[counts].astype(int))


def sample(network, theta, n, length, *, temperature=1.0, rng):
    """Write n texts, token by token, each from its own beginning.

    Token 0 begins a text and ends it. With z the scores of the last place::

        the next token is a draw from softmax(z / temperature)

    Parameters
    ----------
    network : Network
        Such as `gpt` makes.
    theta : (p,) array
    n : int
        How many texts.
    length : int
        The most tokens, at most the network's length; then a text ends unfinished.
    temperature : float
        Above 0. Below 1 the likely is drawn more often still, above 1 less often.
    rng : numpy.random.Generator

    Returns
    -------
    (n, length) array of int
        The tokens after the first 0; zeros from the end of a text on.

    Raises
    ------
    TypeError, ValueError
        If a count is below 1, length exceeds the network's, the temperature is not
        above 0, rng is no random generator, or theta gives scores that overflow.

    Notes
    -----
    Chapter: attention

    Examples
    --------
    >>> network = gpt(2, 5, 1, layers=1)
    >>> theta = np.zeros(sum(math.prod(shape) for shape in network.shapes))
    >>> sample(network, theta, 3, 4, rng=np.random.default_rng(0)).tolist()
    [[1, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    """
    check_fields("shapes layers", network=network)
    check_rng(rng)
    n, length = check_least(1, n=n, length=length)
    temperature = check_positive(temperature=temperature)
    theta = as_floats(theta, "theta")
    check_finite(theta=theta)
    parameters = unpack(theta, network.shapes)
    zeros = [np.zeros(shape) for shape in network.shapes]  # nothing overflows
    longest = np.zeros((1, length), int)
    _scores(network, longest, zeros, f"length must fit, but is {length}")
    tokens = np.zeros((n, 1), int)
    for _ in range(length):
        z = _scores(network, tokens, parameters, "theta must give finite scores")[:, -1]
        largest = z.max(axis=1, keepdims=True)  # nan would be taken for the likeliest
        check_finite(**{"the largest score that theta gives": largest})
        z = (z - largest) / temperature
        drawn = (z + rng.gumbel(size=z.shape)).argmax(axis=1)  # a draw from softmax(z)
        over = (tokens[:, 1:] == 0).any(axis=1)
        tokens = np.concatenate([tokens, np.where(over, 0, drawn)[:, None]], axis=1)
    return tokens[:, 1:]


def _scores(network, tokens, parameters, wanted):
    """What a network puts out; what it refuses is told after what was wanted."""
    try:
        return network.layers(tokens, *parameters)[-1]
    except ValueError as error:
        raise ValueError(f"{wanted}: {error}") from None


# Words and tokens


def encode(words, length, *, letters=LETTERS):
    """Words as rows of tokens, and at every place what comes next.

    The letters are the tokens 1, 2, …; 0 stands before a word and after it::

        tokens  = 0 w₁ … w_k,   targets = w₁ … w_k 0

    Parameters
    ----------
    words : sequence of str
    length : int
        The places of a row, more than the longest word has letters.
    letters : str
        The alphabet.

    Returns
    -------
    tokens, targets : (n, length) arrays of int
        Filled up with 0 and with −1.

    Raises
    ------
    TypeError, ValueError
        If a word is no text, is too long, or has a letter that is not in the alphabet,
        or that is no text or has a letter twice.

    Notes
    -----
    Chapter: attention

    Examples
    --------
    >>> tokens, targets = encode(["ab"], 4)
    >>> tokens.tolist(), targets.tolist()
    ([[0, 1, 2, 0]], [[1, 2, 0, -1]])
    """
    check_series(words=words)
    length = check_least(1, length=length)
    _check_alphabet(letters)
    place = {letter: k for k, letter in enumerate(letters, 1)}
    if len(place) < len(letters):
        raise ValueError(f"letters must differ from each other, but are {letters!r}")
    tokens, targets = np.zeros((2, len(words), length), int)
    targets[:] = -1
    for row, word in enumerate(words):
        if not isinstance(word, str):
            raise TypeError(f"words must hold texts, but one is {word!r}")
        if len(word) >= length or not place.keys() >= {*word}:
            raise ValueError(
                f"words must have fewer than {length} letters of {letters!r}, but one "
                f"is {word!r}"
            )
        code = [place[letter] for letter in word]
        tokens[row, 1 : len(word) + 1] = code
        targets[row, : len(word) + 1] = [*code, 0]
    return tokens, targets


def decode(rows, *, letters=LETTERS):
    """Rows of tokens as words: each up to its first 0. The way back from `encode`.

    Parameters
    ----------
    rows : (n, T) array of int
        In 0 … len(letters), such as `sample` returns.
    letters : str
        The alphabet.

    Returns
    -------
    list of str

    Raises
    ------
    TypeError, ValueError
        If a token is no letter of the alphabet, or that is no text.

    Notes
    -----
    Chapter: attention

    Examples
    --------
    >>> decode([[1, 2, 0, 2], [0, 1, 1, 1]])
    ['ab', '']
    """
    rows = as_numbers(rows, "rows")
    check_shapes(rows=(rows, "n T"))
    _check_alphabet(letters)
    check_labels(rows, len(letters) + 1, "rows")
    return ["".join(letters[k - 1] for k in takewhile(int, row)) for row in rows]


def _check_alphabet(letters):
    if not isinstance(letters, str):
        raise TypeError(f"letters must be a text, but is a {type(letters).__name__}")
