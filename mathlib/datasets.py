"""Data to learn from: drawn anew, or on disk, handwritten digits and first names.

A sample is a row. What is drawn at random comes from ``rng``, either of numpy's
generators: ``np.random.default_rng(0)``, or ``np.random.RandomState(0)`` to draw the
very numbers of an older text that calls ``np.random.seed(0)``; but for sequences, which
need a ``Generator``.

Reading order: the lines and the wave; the points in the plane; sequences; then the
digits and the names.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from mathlib.checks import (
    check_choice,
    check_count,
    check_generator,
    check_least,
    check_not_negative,
    check_number,
    check_rng,
)

DATA = Path(__file__).with_name("data")


class Regression(NamedTuple):
    """Samples and the number to predict for each.

    Chapter: gradient_descent
    """

    X: np.ndarray  # (n, d)
    y: np.ndarray  # (n,)


class Classification(NamedTuple):
    """Samples and the class of each.

    Chapter: networks
    """

    X: np.ndarray  # (n, d), or a sequence for each sample (n, T, d)
    y: np.ndarray  # (n,) int64


class Tokens(NamedTuple):
    """Rows of tokens, and at each place what a network should say there.

    Chapter: attention
    """

    tokens: np.ndarray  # (n, T) int64
    targets: np.ndarray  # (n, T) int64; −1 where nothing is asked


class Digits(NamedTuple):
    """Images of handwritten digits, and the digit each shows.

    Chapter: networks
    """

    images: np.ndarray  # (n, height, width) uint8
    labels: np.ndarray  # (n,) int64


class DigitsSplit(NamedTuple):
    """Images of handwritten digits to train on, and others to test on.

    Chapter: networks
    """

    train_images: np.ndarray  # (n, height, width) uint8
    train_labels: np.ndarray  # (n,) int64
    test_images: np.ndarray  # (m, height, width) uint8
    test_labels: np.ndarray  # (m,) int64


def line_with_uniform_noise(n=100, *, rng):
    """Points near a line, lifted by noise that is never negative.

    Each point is::

        y = 3x + 2 + noise,   x and noise uniform on [0, 1)

    The noise has mean ½, so the intercept that can be learned is 2.5, not 2; its
    variance 1/12 is the mean squared error that no line can beat.

    Parameters
    ----------
    n : int
        The number of points.
    rng : numpy.random.Generator or numpy.random.RandomState
        First the n values x are drawn, then the n values of noise.

    Returns
    -------
    Regression
        X of shape (n, 1), y of shape (n,).

    Raises
    ------
    TypeError, ValueError
        If n is not a whole number >= 0, or rng is no random generator.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> X, y = line_with_uniform_noise(rng=np.random.RandomState(0))
    >>> X.shape, y.shape
    ((100, 1), (100,))
    >>> y[:3].round(4)
    array([4.3243, 4.4156, 4.5435])
    """
    check_rng(rng)
    n = check_count(n=n)
    x = rng.uniform(0.0, 1.0, n)
    return Regression(x[:, None], 3 * x + 2 + rng.uniform(0.0, 1.0, n))


def line_with_gaussian_noise(n=100, *, rng, noise=0.1):
    """Points near a line, moved up or down by Gaussian noise.

    Each point is::

        y = 2x + 1 + σz,   x uniform on [0, 1), z standard normal

    The noise has mean 0, so slope 2 and intercept 1 can be learned.

    Parameters
    ----------
    n : int
        The number of points.
    rng : numpy.random.Generator or numpy.random.RandomState
        First the n values x are drawn, then the n values of noise.
    noise : float
        The standard deviation σ >= 0.

    Returns
    -------
    Regression
        X of shape (n, 1), y of shape (n,).

    Raises
    ------
    TypeError, ValueError
        If n is not a whole number >= 0, noise is negative, or rng is no random
        generator.

    Notes
    -----
    Chapter: gradient_descent

    Examples
    --------
    >>> X, y = line_with_gaussian_noise(3, rng=np.random.RandomState(0), noise=0.0)
    >>> (y - 2 * X.ravel()).round(9)
    array([1., 1., 1.])
    """
    check_rng(rng)
    n = check_count(n=n)
    noise = check_not_negative(noise=noise)
    x = rng.uniform(0.0, 1.0, n)
    return Regression(x[:, None], 2 * x + 1 + noise * rng.normal(size=n))


def noisy_wave(n=12, *, rng, noise=0.2, ordered=False):
    """Points near a wave that a straight line misses.

    Each point is::

        y = sin(3x) + σz,   x uniform on [−1, 1), z standard normal

    Parameters
    ----------
    n : int
        The number of points.
    rng : numpy.random.Generator or numpy.random.RandomState
        First the n values x are drawn, then the n values of noise.
    noise : float
        The standard deviation σ >= 0: no forecast has a smaller mean squared error
        than σ².
    ordered : bool
        Whether the values x are put in ascending order before the noise is drawn.

    Returns
    -------
    Regression
        X of shape (n, 1), y of shape (n,).

    Raises
    ------
    TypeError, ValueError
        If n is not a whole number >= 0, noise is negative, or rng is no random
        generator.

    Notes
    -----
    Chapter: regularization

    Examples
    --------
    >>> X, y = noisy_wave(3, rng=np.random.default_rng(1), noise=0.0, ordered=True)
    >>> X.ravel().round(4), (y - np.sin(3 * X.ravel())).round(9)
    (array([-0.7117,  0.0236,  0.9009]), array([0., 0., 0.]))
    """
    check_choice((True, False), ordered=ordered)
    check_rng(rng)
    n = check_count(n=n)
    noise = check_not_negative(noise=noise)
    x = rng.uniform(-1.0, 1.0, n)
    x = np.sort(x) if ordered else x
    return Regression(x[:, None], np.sin(3 * x) + noise * rng.normal(size=n))


def xor(n=200, *, rng, noise=0.15):
    """Points around the corners of a square; opposite corners belong together.

    Each point is::

        x = corner + σz,   corner in {0, 1}²,   y = 1 where its coordinates differ

    Parameters
    ----------
    n : int
        The number of points; the four corners take turns.
    rng : numpy.random.Generator or numpy.random.RandomState
    noise : float
        The standard deviation σ >= 0; at 0 and n = 4, the truth table.

    Returns
    -------
    Classification
        X of shape (n, 2), y of shape (n,).

    Raises
    ------
    TypeError, ValueError
        If n is not a whole number >= 0, noise is negative, or rng is no random
        generator.

    References
    ----------
    Minsky & Papert (1969), Perceptrons.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> X, y = xor(4, rng=np.random.default_rng(0), noise=0.0)
    >>> X.tolist(), y.tolist()
    ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0])
    """
    n, noise = _check_points(n, noise, rng)
    corners = np.arange(n) % 4
    X = np.stack([corners // 2, corners % 2], axis=1).astype(float)
    y = (X[:, 0] != X[:, 1]).astype(np.intp)
    return Classification(X + noise * rng.normal(size=(n, 2)), y)


def moons(n=200, *, rng, noise=0.15):
    """Two half circles that reach into each other.

    With angles a evenly spaced from 0 to π, one class and the other are::

        (cos a, sin a) + σz   and   (1 − cos a, ½ − sin a) + σz

    Arguments as for `xor`; the classes take turns.

    Returns
    -------
    Classification

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> X, y = moons(4, rng=np.random.default_rng(0), noise=0.0)
    >>> X.round(9).tolist(), y.tolist()
    ([[1.0, 0.0], [0.0, 0.5], [-1.0, 0.0], [2.0, 0.5]], [0, 1, 0, 1])
    """
    n, noise = _check_points(n, noise, rng)
    y = np.arange(n) % 2
    angle = np.linspace(0, np.pi, (n + 1) // 2)[np.arange(n) // 2]
    X = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    X[y == 1] = [1, 0.5] - X[y == 1]
    return Classification(X + noise * rng.normal(size=(n, 2)), y)


def circles(n=200, *, rng, noise=0.1):
    """A ring around a smaller ring.

    With angles a evenly spaced around the circle::

        r (cos a, sin a) + σz,   r = 1 for class 0 and ½ for class 1

    Arguments as for `xor`; the classes take turns.

    Returns
    -------
    Classification

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> X, y = circles(4, rng=np.random.default_rng(0), noise=0.0)
    >>> np.hypot(*X.T).round(9), y.tolist()
    (array([1. , 0.5, 1. , 0.5]), [0, 1, 0, 1])
    """
    n, noise = _check_points(n, noise, rng)
    y = np.arange(n) % 2
    angle = 2 * np.pi * (np.arange(n) // 2) / max((n + 1) // 2, 1)
    radius = np.where(y == 1, 0.5, 1.0)
    X = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return Classification(X + noise * rng.normal(size=(n, 2)), y)


def spirals(n=200, *, rng, noise=0.05, turns=1.0):
    """Two arms that wind around each other.

    With t evenly spaced from 0.1 to 1, and class 1 turned by half a circle::

        ±t (cos 2πt·turns, sin 2πt·turns) + σz

    Arguments as for `xor`; the classes take turns.

    Parameters
    ----------
    n, rng, noise
        As there.
    turns : float
        How often an arm winds around.

    Returns
    -------
    Classification

    Raises
    ------
    TypeError, ValueError
        As there, or if turns is no finite number.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> X, y = spirals(4, rng=np.random.default_rng(0), noise=0.0)
    >>> np.hypot(*X.T).round(9), y.tolist()
    (array([0.1, 0.1, 1. , 1. ]), [0, 1, 0, 1])
    """
    n, noise = _check_points(n, noise, rng)
    y = np.arange(n) % 2
    turns = check_number(turns=turns)
    t = np.linspace(0.1, 1, (n + 1) // 2)[np.arange(n) // 2]
    angle = 2 * np.pi * turns * t
    arm = t[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    X = np.where(y == 1, -1, 1)[:, None] * arm
    return Classification(X + noise * rng.normal(size=(n, 2)), y)


def recall(n=200, *, rng, pairs=4, letters=4, numbers=4):
    """Lists of letters with numbers, and the question which stood beside one letter.

    A row is a letter and a number, both one-hot, side by side. In the last row, the
    question, the part of the number is zero. The letters of a list all differ.

    Parameters
    ----------
    n : int
        The number of lists.
    rng : numpy.random.Generator
    pairs : int
        The length of a list, at most letters.
    letters, numbers : int
        How many there are.

    Returns
    -------
    Classification
        X of shape (n, pairs + 1, letters + numbers); y, the answers, of shape (n,).

    Raises
    ------
    TypeError, ValueError
        If n is not a whole number >= 0, pairs is not in 1 … letters, numbers is below
        1, or rng is no Generator.

    Notes
    -----
    Chapter: attention

    Examples
    --------
    >>> X, y = recall(1, rng=np.random.default_rng(0), pairs=2, letters=2, numbers=2)
    >>> X[0], y.tolist()
    (array([[1., 0., 0., 1.],
           [0., 1., 0., 1.],
           [1., 0., 0., 0.]]), [1])
    """
    check_generator(rng)
    n, pairs, letters = check_count(n=n, pairs=pairs, letters=letters)
    numbers = check_least(1, numbers=numbers)
    if not 1 <= pairs <= letters:
        raise ValueError(f"pairs must be in 1 … letters = {letters}, but is {pairs}")
    order = rng.permuted(np.tile(np.arange(letters), (n, 1)), axis=1)[:, :pairs]
    beside = rng.integers(numbers, size=(n, pairs))
    asked, rows = rng.integers(pairs, size=n), np.arange(n)
    X = np.zeros((n, pairs + 1, letters + numbers))
    X[:, :-1, :letters] = np.eye(letters)[order]
    X[:, :-1, letters:] = np.eye(numbers)[beside]
    X[:, -1, :letters] = np.eye(letters)[order[rows, asked]]
    return Classification(X, beside[rows, asked].astype(np.intp))


def stream_of_pairs(n=200, *, rng, pairs=12, letters=8, numbers=8, different=4):
    """Texts letter number letter number …, in which each letter keeps its number.

    Each text has letters and numbers of its own. Where a letter has stood before, the
    number that follows can be known: it is asked for at the letter's place.

    Parameters
    ----------
    n : int
        The number of texts.
    rng : numpy.random.Generator
    pairs : int
        The length of a text: 2 · pairs tokens.
    letters, numbers : int
        How many there are: the tokens 0 … letters − 1, then the numbers.
    different : int
        How many letters one text is made of, at most letters.

    Returns
    -------
    Tokens
        tokens and targets, both of shape (n, 2 · pairs).

    Raises
    ------
    TypeError, ValueError
        If n is not a whole number >= 0, a size is below 1, different is not in
        1 … letters, or rng is no Generator.

    Notes
    -----
    Chapter: attention

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> tokens, targets = stream_of_pairs(1, rng=rng, pairs=4, different=2)
    >>> tokens.tolist(), targets.tolist()
    ([[5, 11, 5, 11, 0, 14, 0, 14]], [[-1, -1, 11, -1, -1, -1, 14, -1]])
    """
    check_generator(rng)
    n = check_count(n=n)
    pairs, letters, numbers, different = check_least(
        1, pairs=pairs, letters=letters, numbers=numbers, different=different
    )
    if different > letters:
        raise ValueError(
            f"different must be in 1 … letters = {letters}, but is {different}"
        )
    alphabet = np.tile(np.arange(letters), (n, 1))
    own = rng.permuted(alphabet, axis=1)[:, :different]
    beside = letters + rng.integers(numbers, size=(n, letters))
    drawn = np.take_along_axis(own, rng.integers(different, size=(n, pairs)), axis=1)
    answers = np.take_along_axis(beside, drawn, axis=1)
    tokens = np.stack([drawn, answers], axis=2).reshape(n, 2 * pairs)
    before = (drawn[:, :, None] == drawn[:, None]) & np.tri(pairs, k=-1, dtype=bool)
    targets = np.full(tokens.shape, -1)
    targets[:, ::2] = np.where(before.any(axis=2), answers, -1)
    return Tokens(tokens, targets)


def _check_points(n, noise, rng):
    check_rng(rng)
    return check_count(n=n), check_not_negative(noise=noise)


def digits8():
    """1,797 handwritten digits, 8×8 pixels with values 0 (empty) … 16 (full).

    Returns
    -------
    Digits
        images (1797, 8, 8) uint8, labels (1797,) int64.

    References
    ----------
    E. Alpaydin, C. Kaynak (1998), Optical Recognition of Handwritten Digits (the test
    set), UCI Machine Learning Repository. License: CC BY 4.0.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> digits = digits8()
    >>> digits.images.shape, digits.labels[:5].tolist()
    ((1797, 8, 8), [0, 1, 2, 3, 4])
    """
    return Digits(**_load("digits8.npz"))


def digits28():
    """6,000 handwritten digits, 28×28 pixels with values 0 (empty) … 255 (full).

    The first 5,000 training images and the first 1,000 test images of MNIST.

    Returns
    -------
    DigitsSplit
        train_images (5000, 28, 28) uint8, train_labels (5000,) int64; test_images
        (1000, 28, 28), test_labels (1000,) of the same kinds.

    References
    ----------
    Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits. License:
    CC BY-SA 3.0.

    Notes
    -----
    Chapter: networks

    Examples
    --------
    >>> digits = digits28()
    >>> digits.train_images.shape, digits.test_labels[:5].tolist()
    ((5000, 28, 28), [7, 2, 1, 0, 4])
    """
    return DigitsSplit(**_load("digits28.npz"))


def first_names():
    """29,494 first names, each once, in the order of the alphabet.

    They have 2 to 15 letters, a … z.

    Returns
    -------
    list of str

    References
    ----------
    U.S. Social Security Administration, Baby names from Social Security card
    applications, national data, 2018: public domain. As chosen and spelled in
    A. Karpathy's makemore; there a name may stand twice.

    Notes
    -----
    Chapter: attention

    Examples
    --------
    >>> names = first_names()
    >>> len(names), names[:2], max(names, key=len)
    (29494, ['aaban', 'aabid'], 'muhammadibrahim')
    """
    return _load("names.npz")["names"].astype(str).tolist()


def _load(name):
    """The arrays of one file; labels as int64, since uint8 wraps round at 256."""
    with np.load(DATA / name) as file:
        arrays = dict(file)
    return {
        key: array.astype(np.intp) if key.endswith("labels") else array
        for key, array in arrays.items()
    }
