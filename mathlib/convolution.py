"""Convolution: one small layer, applied to every window of an image.

An image is an array (h, w, c): its height, width and channels; n of them are (n, h, w,
c). All functions of images let Tensors pass through.

Reading order: ``patches``, the windows; ``convolution`` and ``max_pool``; ``convnet``,
a network of both; and the ``spectrogram``, an image of a sound.
"""

import numpy as np

from mathlib.checks import (
    as_floats,
    check_count,
    check_finite,
    check_least,
    check_series,
    check_shapes,
)
from mathlib.fused_operations import dense
from mathlib.networks import Network


def patches(X, height, width):
    """Every window of an image, laid out as a row of numbers.

    ::

        row (r, c) of sample i holds X[i, r : r + height, c : c + width] in order

    Parameters
    ----------
    X : (n, h, w, c) array or Tensor
        Images of c channels.
    height, width : int
        Of the window; it must fit into the image.

    Returns
    -------
    (n, h − height + 1, w − width + 1, height · width · c) array or Tensor

    Raises
    ------
    ValueError
        If X has not four axes, or the window does not fit.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> patches(np.arange(6.0).reshape(1, 2, 3, 1), 2, 2).reshape(2, 4)
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.]])
    """
    X = as_floats(X, "X")
    check_count(height=height, width=width)
    n, h, w, c = check_shapes(X=(X, "n h w c")).values()
    if not (1 <= height <= h and 1 <= width <= w):
        raise ValueError(
            f"the window must fit into an image of {h} by {w}, but is {height} by "
            f"{width}"
        )
    rows, columns = h - height + 1, w - width + 1
    windows = np.stack(
        [
            X[:, i : i + rows, j : j + columns]
            for i in range(height)
            for j in range(width)
        ],
        axis=3,
    )
    return windows.reshape(n, rows, columns, height * width * c)


def convolution(X, K, b):
    """One small dense layer, applied to every window of an image.

    Not flipped, as in every library::

        Y[i, r, s, m] = Σ_{a,e,c} X[i, r + a, s + e, c] K[a, e, c, m] + b[m]

    Parameters
    ----------
    X : (n, h, w, c) array or Tensor
        Images of c channels.
    K : (height, width, c, k) array or Tensor
        The kernel: k filters.
    b : (k,) array or Tensor

    Returns
    -------
    (n, h − height + 1, w − width + 1, k) array or Tensor

    Raises
    ------
    ValueError
        If the shapes do not fit.

    References
    ----------
    LeCun et al. (1989), Backpropagation applied to handwritten zip code recognition.
    LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document
    recognition.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> X, K = np.arange(4.0).reshape(1, 1, 4, 1), np.ones((1, 2, 1, 1))
    >>> convolution(X, K, np.zeros(1)).ravel()
    array([1., 3., 5.])
    """
    X, K, b = as_floats(X, "X"), as_floats(K, "K"), as_floats(b, "b")
    check_shapes(X=(X, "n h w c"), K=(K, "height width c k"), b=(b, "k"))
    windows = patches(X, *K.shape[:2])
    n, rows, columns, size = windows.shape
    flat = windows.reshape(n * rows * columns, size)
    kernels = K.shape[-1]
    outputs = dense(flat, K.reshape(size, kernels), b)
    return outputs.reshape(n, rows, columns, kernels)


def max_pool(X, size=2):
    """The largest of each square of numbers: an image of a half, a third, … the size.

    ::

        Y[i, r, s, m] = max over a, e < size of X[i, size·r + a, size·s + e, m]

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
    ValueError
        If X has not four axes, or size does not divide h and w.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> max_pool(np.arange(8.0).reshape(1, 2, 4, 1)).ravel()
    array([5., 7.])
    """
    X = as_floats(X, "X")
    check_count(size=size)
    n, h, w, c = check_shapes(X=(X, "n h w c")).values()
    if size < 1 or h % size or w % size:
        raise ValueError(f"size must divide {h} and {w}, but is {size}")
    blocks = X.reshape(n, h // size, size, w // size, size, c)
    return blocks.max(axis=(2, 4))


def convnet(shape, filters, classes, *, kernel=3, pool=2):
    """A small convolutional network: filters, rectifier, pooling, one dense layer.

    Parameters
    ----------
    shape : (h, w, c)
        Of one image.
    filters, classes : int
    kernel : int
        Height and width of a filter.
    pool : int
        It divides h − kernel + 1 and w − kernel + 1.

    Returns
    -------
    Network
        It takes X of shape (n, h, w, c).

    Raises
    ------
    TypeError, ValueError
        If an argument is no whole number ≥ 1, or the sizes do not fit.

    References
    ----------
    LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document
    recognition.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> convnet((8, 8, 1), 8, 10).shapes
    ((3, 3, 1, 8), (8,), (72, 10), (10,))
    """
    check_series(shape=shape)
    if len(shape) != 3:
        raise ValueError(f"shape must be (height, width, channels), but is {shape}")
    h, w, c = shape
    for size in (h, w, c, filters, classes, kernel, pool):
        check_least(1, sizes=size)
    rows, columns = h - kernel + 1, w - kernel + 1
    if rows < 1 or columns < 1 or rows % pool or columns % pool:
        raise ValueError(
            f"pool must divide {rows} and {columns}, what the kernel leaves of the "
            f"image, but is {pool}"
        )
    flat = rows // pool * (columns // pool) * filters

    def layers(X, K, b, W, a):
        found = max_pool(np.maximum(convolution(X, K, b), 0.0), pool)
        return [found, dense(found.reshape(len(X), flat), W, a)]

    shapes = ((kernel, kernel, c, filters), (filters,), (flat, classes), (classes,))
    return Network(shapes, layers)


def spectrogram(signal, window, hop):
    """A sound as a matrix: which frequencies are in it, and when.

    Cut into pieces that overlap, faded in and out by a Hann window, each piece becomes
    a column of the sizes of its Fourier coefficients::

        S[f, t] = | Σₖ signal[t·hop + k] · hann[k] · exp(−2πi f k / window) |

    Parameters
    ----------
    signal : (n,) array
    window : int
        The length of a piece, from 2 to n.
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
    Chapter: networks

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
    check_count(window=window)
    check_least(1, hop=hop)
    window, hop = int(window), int(hop)
    if not 2 <= window <= len(signal):
        raise ValueError(
            f"window must be in 2 … {len(signal)}, the length of the signal, but is "
            f"{window}"
        )
    starts = np.arange(0, len(signal) - window + 1, hop)
    pieces = signal[starts[:, None] + np.arange(window)] * np.hanning(window)
    return np.abs(np.fft.rfft(pieces, axis=1)).T
