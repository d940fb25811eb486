"""Convolution: one small dense layer, applied at every place of an image.

An image is an array (h, w, c): h by w dots with c channels; n of them are (n, h, w, c).
A kernel is an array (height, width, c, k): k filters. What a network is made of lets
Tensors pass through; ``transposed_convolution`` does not.

Reading order: ``output_size``; ``patches``, the windows, ``convolution`` and its way
back, ``transposed_convolution``; ``max_pool``, ``max_over_places`` and
``mean_over_places``; what a layer is as a matrix: ``circulant``, ``equivariant_part``;
how far a unit sees: ``receptive_field`` and ``seen_by``; ``Filters`` and ``cnn``, a
network of all these; and the ``spectrogram``, an image of a sound.
"""

import math
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from mathlib.autodiff import value_and_gradient
from mathlib.checks import (
    as_floats,
    as_square,
    as_vector,
    check_callable,
    check_count,
    check_finite,
    check_least,
    check_series,
    check_shapes,
    stands_for_array,
)
from mathlib.fused_operations import dense, operation
from mathlib.networks import Network
from mathlib.special import chosen_share

# One layer


def output_size(size, kernel, stride=1, padding=0):
    """How many places a kernel has along an axis.

    ::

        ⌊(size + 2 · padding − kernel) / stride⌋ + 1

    Parameters
    ----------
    size : int
        Dots along the axis.
    kernel : int
        Dots of the kernel; it must fit.
    stride : int
        From one place to the next.
    padding : int
        Zeros put at each end.

    Returns
    -------
    int

    Raises
    ------
    TypeError, ValueError
        If an argument is no whole number, or the kernel does not fit.

    References
    ----------
    Dumoulin & Visin (2016), A guide to convolution arithmetic for deep learning.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> output_size(28, 3), output_size(28, 3, padding=1), output_size(28, 5, stride=2)
    (26, 28, 12)
    """
    size, padding = check_count(size=size, padding=padding)
    kernel, stride = check_least(1, kernel=kernel, stride=stride)
    if kernel > size + 2 * padding:
        raise ValueError(
            f"kernel must fit into {size} + 2 · {padding} dots, but has {kernel}"
        )
    return (size + 2 * padding - kernel) // stride + 1


def patches(X, height, width, *, stride=1):
    """Every window of an image, laid out as a row of numbers.

    ::

        row (r, s) of sample i holds X[i, r·stride : r·stride + height, s·stride : …]

    It copies each dot up to height · width times, the price of one large product.

    Parameters
    ----------
    X : (n, h, w, c) array or Tensor
        Images of c channels.
    height, width : int
        Of the window; it must fit into the image.
    stride : int
        From one window to the next.

    Returns
    -------
    (n, rows, columns, height · width · c) array or Tensor
        As many rows and columns as ``output_size`` says.

    Raises
    ------
    TypeError, ValueError
        If X has not four axes, or the window does not fit.

    References
    ----------
    Chellapilla, Puri & Simard (2006), High performance convolutional neural networks
    for document processing.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> patches(np.arange(6.0).reshape(1, 2, 3, 1), 2, 2).reshape(2, 4)
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.]])
    """
    X = as_floats(X, "X")
    height, width, stride = check_least(1, height=height, width=width, stride=stride)
    _, h, w, _ = check_shapes(X=(X, "n h w c")).values()
    if height > h or width > w:
        raise ValueError(
            f"the window must fit into an image of {h} by {w}, but is {height} by "
            f"{width}"
        )
    return operation(_patches)(X, height=height, width=width, stride=stride)


def _patches(X, *, height, width, stride):
    seen = sliding_window_view(X, (height, width), axis=(1, 2))[:, ::stride, ::stride]
    flat = height * width * X.shape[3]  # said, not −1: there may be no sample at all
    rows = seen.transpose(0, 1, 2, 4, 5, 3).copy().reshape(*seen.shape[:3], flat)

    def pullback(g):
        g = g.reshape(*g.shape[:3], height, width, X.shape[3])
        part = lambda a, e: g[:, :, :, a, e]  # noqa: E731
        return (_gathered(part, X.shape, g.shape[1:5], stride),)

    return rows, pullback


def _gathered(part, shape, sizes, stride):
    """What every dot is sent by the windows that see it, where it is dot (a, e)."""
    rows, columns, height, width = sizes
    dX = np.zeros(shape)
    high, wide = stride * (rows - 1) + 1, stride * (columns - 1) + 1
    for a, e in np.ndindex(height, width):
        dX[:, a : a + high : stride, e : e + wide : stride] += part(a, e)
    return dX


def convolution(X, K, b, *, stride=1, padding=0):
    """One small dense layer, applied to every window of an image.

    Not flipped, as in every library::

        Y[i,r,s,m] = Σ_{a,e,j} X[i, r·stride + a, s·stride + e, j] K[a,e,j,m] + b[m]

    ``padding`` dots of 0 are put around the image first.

    Parameters
    ----------
    X : (n, h, w, c) array or Tensor
        Images of c channels.
    K : (height, width, c, k) array or Tensor
        The kernel: k filters.
    b : (k,) array or Tensor
    stride, padding : int

    Returns
    -------
    (n, rows, columns, k) array or Tensor
        As many rows and columns as ``output_size`` says.

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, or the kernel does not fit into the image.

    References
    ----------
    LeCun et al. (1989), Backpropagation applied to handwritten zip code recognition.
    LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document
    recognition.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> X, K = np.arange(4.0).reshape(1, 1, 4, 1), np.ones((1, 2, 1, 1))
    >>> convolution(X, K, np.zeros(1)).ravel()
    array([1., 3., 5.])
    """
    X, K, b = as_floats(X, "X"), as_floats(K, "K"), as_floats(b, "b")
    check_shapes(X=(X, "n h w c"), K=(K, "height width c k"), b=(b, "k"))
    (_, h, w, _), (height, width, _, k) = X.shape, K.shape
    rows = output_size(h, height, stride, padding)
    columns = output_size(w, width, stride, padding)
    stride, padding = int(stride), int(padding)
    if padding:
        X = np.pad(X, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    if stands_for_array(X):
        return operation(_convolution)(X, K, b, stride=stride)
    seen, _ = _patches(X, height=height, width=width, stride=stride)  # X needs no slope
    seen = seen.reshape(len(X) * rows * columns, seen.shape[3])
    return dense(seen, K.reshape(seen.shape[1], k), b).reshape(len(X), rows, columns, k)


def _convolution(X, K, b, *, stride):
    """The layer and its way back; all are matrix products.

    ::

        Y = seen · K + b,   dK = seenᵀ · dY,   db = Σ dY,   windows of dX get dY · Kᵀ
    """
    height, width, c, k = K.shape
    seen, _ = _patches(X, height=height, width=width, stride=stride)
    places = seen.shape[:3]
    seen = seen.reshape(math.prod(places), height * width * c)
    Y = seen @ K.reshape(height * width * c, k)
    Y += b

    def pullback(dY):
        flat = np.ascontiguousarray(dY).reshape(len(seen), k)  # BLAS wants it so
        part = lambda a, e: (flat @ K[a, e].T).reshape(*places, c)  # noqa: E731
        dX = _gathered(part, X.shape, (*places[1:], height, width), stride)
        return dX, (seen.T @ flat).reshape(K.shape), np.ones(len(flat)) @ flat

    return Y.reshape(*places, k), pullback


def transposed_convolution(Y, K, shape, *, stride=1):
    """The way back of a convolution without padding: its matrix, transposed.

    Each number of Y puts down a copy of the kernel, that many times as strong::

        Σ convolution(X, K, 0) · Y = Σ X · transposed_convolution(Y, K, X.shape)

    Parameters
    ----------
    Y : (n, rows, columns, k) array
    K : (height, width, c, k) array
    shape : (n, h, w, c)
        That of X: with a stride, several sizes of X give one size of Y.
    stride : int

    Returns
    -------
    (n, h, w, c) array

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit.

    References
    ----------
    Dumoulin & Visin (2016), A guide to convolution arithmetic for deep learning.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> Y, K = np.array([1.0, 2.0]).reshape(1, 1, 2, 1), np.ones((1, 3, 1, 1))
    >>> transposed_convolution(Y, K, (1, 1, 4, 1)).ravel()
    array([1., 3., 3., 2.])
    """
    Y, K = as_floats(Y, "Y"), as_floats(K, "K")
    _check_image_sizes(4, shape=shape)
    n, h, w, c = shape
    check_shapes(K=(K, f"height width {c} k"), Y=(Y, f"{n} rows columns k"))
    sizes = [output_size(h, K.shape[0], stride), output_size(w, K.shape[1], stride)]
    check_shapes(Y=(Y, f"{n} {sizes[0]} {sizes[1]} k"))
    sizes, stride = (*sizes, *K.shape[:2]), int(stride)
    return _gathered(lambda a, e: Y @ K[a, e].T, shape, sizes, stride)


# Pooling


def max_pool(X, size=2):
    """The largest of each square of numbers: an image of a half, a third, … the size.

    ::

        Y[i, r, s, m] = max over a, e < size of X[i, size·r + a, size·s + e, m]

    Of equal numbers the first takes the slope, so the sum of all slopes is kept. Where
    one is nan all slopes of the square are.

    Parameters
    ----------
    X : (n, h, w, c) array or Tensor
    size : int
        It divides h and w.

    Returns
    -------
    (n, h / size, w / size, c) array or Tensor

    Raises
    ------
    TypeError, ValueError
        If X has not four axes, or size does not divide h and w.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> max_pool(np.arange(8.0).reshape(1, 2, 4, 1)).ravel()
    array([5., 7.])
    """
    X = as_floats(X, "X")
    size = check_least(1, size=size)
    _, h, w, _ = check_shapes(X=(X, "n h w c")).values()
    if h % size or w % size:
        raise ValueError(f"size must divide {h} and {w}, but is {size}")
    return operation(_max_pool)(X, size=size)


def _max_pool(X, *, size):
    parts = {at: X[:, at[0] :: size, at[1] :: size] for at in np.ndindex(size, size)}
    Y = reduce(np.maximum, parts.values())

    def pullback(dY):
        dX, left = np.zeros(X.shape), np.ones(Y.shape, bool)
        for (a, e), part in parts.items():
            winners = (part == Y) & left
            left &= ~winners
            np.multiply(dY, chosen_share(Y, winners), out=dX[:, a::size, e::size])
        return (dX,)

    return Y.copy(), pullback


def max_over_places(X):
    """Whether each filter has found its pattern anywhere: the largest of all places.

    ::

        y[i, m] = max over r, s of X[i, r, s, m]

    Parameters
    ----------
    X : (n, h, w, c) array or Tensor
        With at least one dot.

    Returns
    -------
    (n, c) array or Tensor
        Several largest numbers share the slope.

    Raises
    ------
    TypeError, ValueError
        If X has not four axes, or no dot.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> max_over_places(np.arange(4.0).reshape(1, 2, 2, 1))
    array([[3.]])
    """
    return _with_dots(X).max(axis=(1, 2))


def mean_over_places(X):
    """How much each filter has found in all: the mean over all places.

    ::

        y[i, m] = mean over r, s of X[i, r, s, m]

    Arguments as for `max_over_places`.

    Returns
    -------
    (n, c) array or Tensor

    References
    ----------
    Lin, Chen & Yan (2014), Network in network, where it is called global average
    pooling.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> mean_over_places(np.arange(4.0).reshape(1, 2, 2, 1))
    array([[1.5]])
    """
    return _with_dots(X).mean(axis=(1, 2))


def _with_dots(X):
    X = as_floats(X, "X")
    _, h, w, _ = check_shapes(X=(X, "n h w c")).values()
    if not h * w:
        raise ValueError(f"X must have a dot, but its shape is {X.shape}")
    return X


# What a layer is, as a matrix


def circulant(kernel, n):
    """The matrix that slides a kernel around a circle of n places.

    ::

        (Cx)ᵢ = Σₖ kernelₖ x₍ᵢ₊ₖ₎ mod n

    Parameters
    ----------
    kernel : (k,) array
        Not longer than n.
    n : int

    Returns
    -------
    (n, n) array
        Each row is the one above, turned by one place.

    Raises
    ------
    TypeError, ValueError
        If the kernel is no vector, or longer than the circle.

    References
    ----------
    Gray (2006), Toeplitz and circulant matrices: a review.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> circulant([1.0, 2.0], 3)
    array([[1., 2., 0.],
           [0., 1., 2.],
           [2., 0., 1.]])
    """
    kernel = as_vector(kernel, "kernel")
    n = check_least(1, n=n)
    if len(kernel) > n:
        raise ValueError(
            f"kernel must fit on a circle of {n} places, but has {len(kernel)}"
        )
    row = np.zeros(n)
    row[: len(kernel)] = kernel
    return np.stack([np.roll(row, i) for i in range(n)])


def equivariant_part(A):
    """The mean of a matrix over all turns of a circle: it commutes with each.

    With S the turn by one place::

        mean over t of S⁻ᵗ A Sᵗ,   entry (i, j) = mean over t of A[i + t, j + t]

    Parameters
    ----------
    A : (n, n) array

    Returns
    -------
    (n, n) array
        The circulant matrix nearest to A, in the sum of squared differences.

    Raises
    ------
    TypeError, ValueError
        If A is not square.

    References
    ----------
    Cohen & Welling (2016), Group equivariant convolutional networks, for equivariance
    under other groups.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> equivariant_part([[1.0, 2.0], [6.0, 3.0]])
    array([[2., 4.],
           [4., 2.]])
    """
    A = as_square(A)
    return np.mean([np.roll(A, (-t, -t), (0, 1)) for t in range(len(A))], axis=0)


# How far a unit sees


def receptive_field(layers):
    """The side of the square that one unit sees, and the step between neighbors.

    For layers first to last, each (kernel, stride) or (kernel, stride, gap), where gap
    is the distance between the dots that the kernel looks at, usually 1::

        field ← field + (kernel − 1) · gap · step,   step ← step · stride

    Parameters
    ----------
    layers : sequence of (kernel, stride) or (kernel, stride, gap)
        Whole numbers from 1 on. Pooling is a kernel whose stride is its size.

    Returns
    -------
    field, step : int

    Raises
    ------
    TypeError, ValueError
        If layers are no such sequence.

    References
    ----------
    Araujo, Norris & Sim (2019), Computing receptive fields of convolutional neural
    networks.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> receptive_field([(3, 1), (2, 2), (3, 1), (2, 2)])
    (10, 4)
    >>> receptive_field([(3, 1, 1), (3, 1, 2), (3, 1, 4)])
    (15, 1)
    """
    check_series(layers=layers)
    field = step = 1
    for layer in layers:
        check_series(**{"each of layers": layer})
        if len(layer) not in (2, 3):
            raise ValueError(
                f"each of layers must be (kernel, stride) or (kernel, stride, gap), "
                f"but is {layer}"
            )
        numbers = [check_least(1, **{"each number of layers": n}) for n in layer]
        kernel, stride, gap = (*numbers, 1)[:3]
        field, step = field + (kernel - 1) * gap * step, step * stride
    return field, step


def seen_by(layers, X, row, column):
    """How strongly the unit at a place follows each dot of the images.

    For the sum y over the channels of the unit::

        root of the sum over samples and channels of (∂y / ∂X)²

    Parameters
    ----------
    layers : function of images (n, h, w, c)
        Returns (n, rows, columns, k), and lets Tensors through.
    X : (n, h, w, c) array
    row, column : int
        Of the unit.

    Returns
    -------
    (h, w) array
        Where it is not 0, the unit sees.

    Raises
    ------
    TypeError, ValueError
        If layers is no function, X has not four axes, or there is no such unit.

    References
    ----------
    Luo, Li, Urtasun & Zemel (2016), Understanding the effective receptive field in deep
    convolutional neural networks.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> K = np.ones((1, 2, 1, 1))
    >>> seen_by(lambda X: convolution(X, K, np.zeros(1)), np.ones((1, 1, 4, 1)), 0, 1)
    array([[0., 1., 1., 0.]])
    """
    check_callable(layers=layers)
    row, column = check_count(row=row, column=column)
    X = as_floats(X, "X")
    check_shapes(X=(X, "n h w c"))

    def unit(images):
        Y = as_floats(layers(images), "what layers return")
        check_shapes(**{"what layers return": (Y, "n rows columns k")})
        if row >= Y.shape[1] or column >= Y.shape[2]:
            raise ValueError(
                f"row and column must be a place of {Y.shape[1]} by {Y.shape[2]}, but "
                f"are {row} and {column}"
            )
        return Y[:, row, column].sum()

    slopes = value_and_gradient(unit)(X)[1][0]
    return np.sqrt(np.square(slopes).sum(axis=(0, 3)))


# Networks


class Filters(NamedTuple):
    """One convolutional layer of a `cnn`; pooling and a rectifier follow it.

    Chapter: convolution
    """

    count: int
    kernel: int = 3
    stride: int = 1
    padding: int = 0
    pool: int = 1


HEADS = {"flatten": None, "max": max_over_places, "mean": mean_over_places}


def cnn(shape, filters, classes, *, hidden=(), head="flatten"):
    """A convolutional network: convolutions, rectifiers and pooling, dense layers.

    Parameters
    ----------
    shape : (h, w, c)
        Of one image.
    filters : sequence of Filters
        The convolutional layers, first to last.
    classes : int
        The scores.
    hidden : sequence of int
        Units of the dense layers before the scores.
    head : "flatten", "max" or "mean"
        What the dense layers see: every place, or for each filter the largest or the
        mean answer of all places. With the last two the network takes images of any
        size.

    Returns
    -------
    Network
        It takes X of shape (n, h, w, c).

    Raises
    ------
    TypeError, ValueError
        If an argument is no whole number ≥ 1, a kernel does not fit, or pooling does
        not divide what it is given.

    References
    ----------
    LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document
    recognition.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> fast = [Filters(8, 5, 2), Filters(16, 3, 2)]
    >>> cnn((28, 28, 1), fast, 10, hidden=(64,)).shapes[:5]
    ((5, 5, 1, 8), (8,), (3, 3, 8, 16), (16,), (400, 64))
    >>> cnn((28, 28, 1), fast, 10, head="max").shapes[4:]
    ((16, 10), (10,))
    """
    _check_image_sizes(3, shape=shape)
    check_series(filters=filters, hidden=hidden)
    filters = tuple(map(_as_filters, filters))
    h, w, c = shape = tuple(map(int, shape))
    pairs = []
    for layer in filters:
        pairs.append(((layer.kernel, layer.kernel, c, layer.count), (layer.count,)))
        h, w, c = _size_after(layer, h, w)
    if not isinstance(head, str) or head not in HEADS:
        raise ValueError(f"head must be one of {', '.join(HEADS)}, but is {head!r}")
    hidden = [check_least(1, **{"each of hidden": size}) for size in hidden]
    classes = check_least(1, classes=classes)
    sizes = (h * w * c if head == "flatten" else c, *hidden, classes)
    pairs += [((d, k), (k,)) for d, k in pairwise(sizes)]

    def layers(X, *parameters):
        outputs, H = [], as_floats(X, "X")
        if head == "flatten":
            check_shapes(X=(H, "n " + " ".join(map(str, shape))))
        pairs = list(zip(parameters[::2], parameters[1::2], strict=True))
        for (K, b), layer in zip(pairs, filters, strict=False):
            H = convolution(H, K, b, stride=layer.stride, padding=layer.padding)
            if layer.pool > 1:  # the rectifier after it has less to do, and is the same
                H = max_pool(H, layer.pool)
            H = np.maximum(H, 0.0)
            outputs.append(H)
        found = HEADS[head](H) if HEADS[head] else H.reshape(len(X), sizes[0])
        for W, b in pairs[len(filters) : -1]:
            found = np.maximum(dense(found, W, b), 0.0)
            outputs.append(found)
        return [*outputs, dense(found, *pairs[-1])]

    shapes = (tuple(map(int, sizes)) for pair in pairs for sizes in pair)
    return Network(tuple(shapes), layers)


def _as_filters(layer):
    """One layer, which may be given as its numbers alone."""
    check_series(**{"each of filters": layer})
    if not 1 <= len(layer) <= len(Filters._fields):
        known = ", ".join(Filters._fields)
        raise ValueError(f"each of filters must be ({known}), but is {layer}")
    return Filters(*layer)


def _size_after(layer, h, w):
    """Height, width and channels of what a layer makes of h by w dots."""
    count = check_least(1, **{"the count of filters": layer.count})
    pool = check_least(1, **{"the pool of filters": layer.pool})
    rows, columns = (
        output_size(size, layer.kernel, layer.stride, layer.padding) for size in (h, w)
    )
    if rows % pool or columns % pool:
        raise ValueError(
            f"pool must divide {rows} and {columns}, what the kernel leaves of the "
            f"image, but is {pool}"
        )
    return rows // pool, columns // pool, count


def _check_image_sizes(axes, **shapes):
    for name, shape in shapes.items():
        check_series(**{name: shape})
        if len(shape) != axes:
            letters = ["n", "height", "width", "channels"][-axes:]
            raise ValueError(f"{name} must be ({', '.join(letters)}), but is {shape}")
        for size in shape:
            _ = check_count(**{f"each of {name}": size})


def spectrogram(signal, window, hop):
    """A sound as a matrix: which frequencies are in it, and when.

    Cut into pieces that overlap, faded in and out by a Hann window, each piece becomes
    a column of the sizes of its Fourier coefficients::

        S[f, t] = | Σₖ signal[t·hop + k] · hann[k] · exp(−2πi f k / window) |
        hann[k] = ½ − ½ cos(2πk / (window − 1))

    Parameters
    ----------
    signal : (n,) array
    window : int
        The length of a piece, from 3 to n.
    hop : int
        From the start of one piece to the next, at least 1.

    Returns
    -------
    (window // 2 + 1, pieces) array
        Row f is the frequency of f cycles in a piece.

    Raises
    ------
    TypeError, ValueError
        If signal is no finite vector, or window or hop is out of range.

    Notes
    -----
    Chapter: convolution

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 8 * np.arange(256) / 64)  # 8 cycles in 64 numbers
    >>> S = spectrogram(tone, window=64, hop=32)
    >>> S.shape, S.argmax(axis=0)
    ((33, 7), array([8, 8, 8, 8, 8, 8, 8]))
    """
    signal = as_floats(signal, "signal")
    check_shapes(signal=(signal, "n"))
    check_finite(signal=signal)
    window, hop = check_count(window=window), check_least(1, hop=hop)
    if not 3 <= window <= len(signal):
        raise ValueError(
            f"window must be in 3 … {len(signal)}, the length of the signal, but is "
            f"{window}"
        )
    starts = np.arange(0, len(signal) - window + 1, hop)
    pieces = signal[starts[:, None] + np.arange(window)] * np.hanning(window)
    return np.abs(np.fft.rfft(pieces, axis=1)).T
