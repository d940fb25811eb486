"""Generation: draw new samples like those that were shown.

Data are rows. A *guess* is a function of noisy rows and of the share ᾱ of the data's
variance that is left in them; it returns what it takes for the clean rows. A schedule
is the array of these shares, from ᾱ₀ = 1 down. Noise comes from ``rng``.

Reading order: what noise does, ``noise_schedule`` and ``diffuse``; who guesses what was
there before, ``perfect_guess``, and ``denoiser``, ``train_denoiser``,
``network_guess``; the way back, ``generate``; is it good and is it new,
``energy_distance``, ``nearest_distances``, ``copied_share``. Another road, a code drawn
by chance, is in `mathlib.variational`.
"""

from itertools import pairwise

import numpy as np

from mathlib.activations import ACTIVATIONS
from mathlib.autodiff import value_and_flat_gradient
from mathlib.checks import (
    as_floats,
    as_matrix,
    as_single,
    check_between,
    check_callable,
    check_count,
    check_fields,
    check_finite,
    check_generator,
    check_least,
    check_not_negative,
    check_number,
    check_positive,
    check_rng,
    check_series,
    check_shapes,
    guarded,
)
from mathlib.initialization import lecun
from mathlib.networks import mlp, scores, start
from mathlib.optimizers import adam_in_place, cosine_decay
from mathlib.special import softmax

TANH = ACTIVATIONS["tanh"]
TIMES = 8  # numbers that tell a network how noisy its input is
NEAR = 1e-6  # of two rows: the square of their distance has lost six of 16 digits


# From data to noise


def noise_schedule(steps=50, *, least=1e-4):
    """The share of the data's variance that is left after each step towards noise.

    ::

        ᾱₜ = least + (1 − least) cos²(π/2 · t/T),   t = 0 … T

    Parameters
    ----------
    steps : int
        T ≥ 1.
    least : float
        The last share, between 0 and 1.

    Returns
    -------
    (T + 1,) array
        From 1 down to ``least``.

    Raises
    ------
    TypeError, ValueError
        If steps is no whole number ≥ 1, or least not strictly between 0 and 1.

    References
    ----------
    Nichol & Dhariwal (2021), Improved denoising diffusion probabilistic models, §3.2.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> noise_schedule(4, least=0.01).round(3)
    array([1.   , 0.855, 0.505, 0.155, 0.01 ])
    """
    steps, least = check_least(1, steps=steps), check_between(0, 1, least=least)
    angle = np.pi / 2 * np.arange(steps + 1) / steps
    kept = least + (1 - least) * np.cos(angle) ** 2
    kept[-1] = least  # a right angle is rounded, so its cosine is not quite 0
    return kept


def diffuse(X, kept, noise):
    """Data under noise.

    ::

        √ᾱ x + √(1 − ᾱ) ε

    Parameters
    ----------
    X : (n, d) array
    kept : float, or (n, 1) array
        ᾱ, from 0 to 1; one for all rows, or one for each.
    noise : (n, d) array
        ε, standard normal.

    Returns
    -------
    (n, d) array

    Raises
    ------
    ValueError
        If the shapes do not fit, or kept is not in [0, 1].

    References
    ----------
    Ho, Jain & Abbeel (2020), Denoising diffusion probabilistic models, §2.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> diffuse([[10.0]], 0.36, [[-5.0]])  # 0.6 · 10 − 0.8 · 5
    array([[2.]])
    """
    X, noise, kept = as_floats(X, "X"), as_floats(noise, "noise"), _shares(kept)
    check_finite(X=X, noise=noise)
    sizes = check_shapes(X=(X, "n d"), noise=(noise, "n d"))
    if kept.shape not in ((), (sizes["n"], 1)):
        raise ValueError(
            f"kept must be a number or of shape ({sizes['n']}, 1), but its shape is "
            f"{kept.shape}"
        )
    return np.sqrt(kept) * X + np.sqrt(1 - kept) * noise


# What was there before the noise?


def perfect_guess(data, sd=0.0):
    """The mean of what may lie beneath the noise, if the truth is one of these rows.

    With sd > 0, each row stands for a normal cloud around it::

        w = softmax(−‖x − √ᾱ xᵢ‖² / 2v),   v = ᾱ sd² + 1 − ᾱ
        x̂ = Σ wᵢ (xᵢ + √ᾱ sd²/v · (x − √ᾱ xᵢ))

    Parameters
    ----------
    data : (m, d) array
        The rows xᵢ, all equally likely.
    sd : float
        The spread of each cloud, ≥ 0.

    Returns
    -------
    function of X, (n, d), and of ᾱ, a number
        Returns the guesses, (n, d).

    Raises
    ------
    TypeError, ValueError
        If data is no finite (m, d) array with a row, or sd is negative; when called, if
        X has another width, or ᾱ is not from 0 to below 1 (to 1, if sd > 0).

    References
    ----------
    Bishop (2006), Pattern Recognition and Machine Learning, §2.3.3.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> guess = perfect_guess([[0.0], [10.0]])
    >>> guess([[2.0], [3.0], [4.0]], 0.36).round(3).ravel()  # 3: between 0 and 6
    array([1.000e-03, 5.000e+00, 9.999e+00])
    """
    data = as_matrix(data, "data").copy()
    _ = check_least(1, **{"the number of rows of data": len(data)})
    sd = check_not_negative(sd=sd)

    def guess(X, kept):
        X, kept = as_matrix(X, "X"), as_single(_shares(kept), "kept")
        check_shapes(X=(X, f"n {data.shape[1]}"))
        spread = kept * sd**2 + (1 - kept)  # else a small sd is lost in the 1
        if not spread:
            raise ValueError("kept must be below 1 for data without spread, but is 1")
        root = np.sqrt(kept)
        weights = softmax(-(_gaps(X, root * data) ** 2) / (2 * spread))
        mean = weights @ data
        return mean + root * sd**2 / spread * (X - root * mean)

    return guess


def time_features(kept, count=TIMES):
    """Waves of the angle arccos √ᾱ, which tell a network how noisy its input is.

    √ᾱ and √(1 − ᾱ) are the cosine and the sine of one angle a, from 0 to a right
    angle::

        sin 2a, sin 4a, … sin 2^(count/2) a,   cos 2a, cos 4a, …

    Parameters
    ----------
    kept : float or array
        ᾱ, from 0 to 1: n of them.
    count : int
        An even number ≥ 2.

    Returns
    -------
    (n, count) array

    Raises
    ------
    TypeError, ValueError
        If kept is not in [0, 1], or count not even and ≥ 2.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> time_features([1.0, 0.5], count=4).round(3) + 0.0
    array([[ 0.,  0.,  1.,  1.],
           [ 1.,  0.,  0., -1.]])
    """
    count = check_least(2, count=count)
    if count % 2:
        raise ValueError(f"count must be even, but is {count}")
    angle = np.arccos(np.sqrt(_shares(kept))).reshape(-1, 1)
    angles = angle * 2.0 ** np.arange(1, count // 2 + 1)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


def denoiser(d, hidden=(128, 128), classes=0, activation=TANH):
    """A network that guesses the clean row.

    ::

        (noisy row, time features of ᾱ, which class, one-hot) → clean row

    Parameters
    ----------
    d : int
        The size of a row.
    hidden : sequence of int
        The sizes of the hidden layers.
    classes : int
        How many classes it can be told; with 0 it is told none.
    activation : Activation

    Returns
    -------
    Network

    Raises
    ------
    TypeError, ValueError
        If d is no whole number ≥ 1, classes none ≥ 0, or as in `networks.mlp`.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> denoiser(64, classes=10).shapes[0], denoiser(64).shapes[-1]
    ((82, 128), (64,))
    """
    d, classes = check_least(1, d=d), check_count(classes=classes)
    check_series(hidden=hidden)
    hidden = [check_least(1, **{"each of hidden": size}) for size in hidden]
    return mlp((d + TIMES + classes, *hidden, d), activation)


def train_denoiser(
    network, X, kept, *, labels=None, steps=3000, size=128, rate=4e-3, rng
):
    """Plain regression, by Adam, on pairs that cost nothing: noisy and clean.

    In each step rows are drawn with replacement, and a time t from 1 to T for each::

        loss = mean of (network(√ᾱₜ x + √(1 − ᾱₜ) ε, ᾱₜ, label) − x)²

    Parameters
    ----------
    network : Network
        As made by `denoiser`.
    X : (n, d) array
    kept : (T + 1,) array
        The schedule, from 1 down.
    labels : (n, classes) array, optional
        One-hot.
    steps, size : int
        The number of steps, and of rows drawn for each.
    rate : float
        The learning rate of the first step; it falls to 0 by a cosine.
    rng : numpy.random.Generator

    Returns
    -------
    θ, a (p,) array, and the losses, (steps,)

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit each other or the network, kept does not fall from 1,
        or steps, size, rate or rng is none of these.

    References
    ----------
    Ho, Jain & Abbeel (2020), Denoising diffusion probabilistic models, algorithm 1;
    there the network guesses the noise.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> network, X = denoiser(2, (8,)), rng.normal(size=(30, 2))
    >>> theta, losses = train_denoiser(
    ...     network, X, noise_schedule(5), steps=3, size=4, rng=rng
    ... )
    >>> theta.shape, losses.shape
    ((106,), (3,))
    """
    check_fields("shapes layers", network=network)
    X, kept = as_matrix(X, "X"), _schedule(kept)
    counts = {"steps": steps, "size": size, "the number of rows of X": len(X)}
    steps, size, _ = check_least(1, **counts)
    rate = check_positive(rate=rate)
    check_generator(rng)
    labels = None if labels is None else as_matrix(labels, "labels")
    _check_width(network, X, labels)
    theta, losses = start(network, lecun, rng=rng), []
    adam = adam_in_place(cosine_decay(rate, steps))
    state = adam.init(theta)

    def loss(*arguments):
        *arrays, seen, clean = arguments
        return np.square(network.layers(seen, *arrays)[-1] - clean).mean()

    gradient = value_and_flat_gradient(loss, network.shapes)
    for _ in range(steps):
        rows = rng.integers(len(X), size=size)
        left = kept[rng.integers(1, len(kept), size=size)][:, None]
        noisy = diffuse(X[rows], left, rng.normal(size=(size, X.shape[1])))
        seen = _seen(noisy, left, None if labels is None else labels[rows])
        value, g = gradient(theta, seen, X[rows])
        theta, state = adam.step(theta, g, state)
        losses.append(value)
    return theta, np.array(losses)


def network_guess(network, theta, labels=None):
    """The guess of a trained denoiser.

    ::

        x̂ = network(x, time features of ᾱ, label)

    Parameters
    ----------
    network : Network
        As made by `denoiser`.
    theta : (p,) array
    labels : (n, classes) array, optional
        What each row is to become, one-hot.

    Returns
    -------
    function of X, (n, d), and of ᾱ, a number
        Returns the guesses, (n, d).

    Raises
    ------
    TypeError, ValueError
        If network is none, or theta has another size; when called, if the shapes do not
        fit.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> network = denoiser(2, (3,))
    >>> theta = start(network, lecun, rng=np.random.default_rng(0))
    >>> network_guess(network, theta)([[0.0, 1.0]], 0.5).shape
    (1, 2)
    """
    check_fields("shapes layers", network=network)
    theta = as_floats(theta, "theta").copy()
    check_finite(theta=theta)
    size = sum(int(np.prod(shape)) for shape in network.shapes)
    check_shapes(theta=(theta, f"{size}"))
    labels = None if labels is None else as_matrix(labels, "labels").copy()

    def guess(X, kept):
        X = as_matrix(X, "X")
        _check_width(network, X, labels)
        left = np.full((len(X), 1), as_single(_shares(kept), "kept"))
        return scores(network, theta, _seen(X, left, labels))

    return guess


def _seen(noisy, kept, labels):
    parts = [noisy, time_features(kept)]
    return np.concatenate(parts if labels is None else [*parts, labels], axis=1)


# From noise to data


def generate(guess, X, kept, *, steps=None, fresh=1.0, rng=None):
    """Walk from noise to samples, from ᾱ_T to ᾱ₀ = 1.

    With x̂ = guess(x, ᾱₜ) and ε̂ = (x − √ᾱₜ x̂)/√(1 − ᾱₜ), a step to s < t is::

        x ← √ᾱₛ x̂ + √(1 − ᾱₛ − σ²) ε̂ + σ · new noise
        σ² = fresh² (1 − ᾱₛ)/(1 − ᾱₜ) (1 − ᾱₜ/ᾱₛ)

    Parameters
    ----------
    guess : function of X and ᾱ
        Returns an array of the shape of X.
    X : (n, d) array
        Where to start: standard normal noise.
    kept : (T + 1,) array
        The schedule, from 1 down.
    steps : int, optional
        From 1 to T: so many stops, spread evenly; by default all T.
    fresh : float
        From 0 to 1. With 1 it is the chain of Ho et al.; with 0 no noise is drawn on
        the way, and one start ends in one sample.
    rng : numpy.random.Generator, optional
        Needed if fresh > 0.

    Returns
    -------
    (steps + 1, n, d) array
        Where the walk stood, the noise first and the samples last.

    Raises
    ------
    TypeError, ValueError
        If guess is no function that keeps the shape, kept does not fall from 1, steps
        is not in 1 … T, fresh not in [0, 1], or rng is missing.

    References
    ----------
    Ho, Jain & Abbeel (2020), Denoising diffusion probabilistic models. Song, Meng &
    Ermon (2021), Denoising diffusion implicit models, equation 12.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> guess = perfect_guess([[0.0], [10.0]])
    >>> kept = np.array([1.0, 0.64, 0.36])
    >>> generate(guess, [[3.0]], kept, fresh=0.0).ravel()  # 3 is no datum's
    array([3., 4., 5.])
    """
    check_callable(guess=guess)
    x, kept, guess = as_matrix(X, "X"), _schedule(kept), guarded(guess)
    steps = check_least(1, steps=len(kept) - 1 if steps is None else steps)
    fresh = check_number(fresh=fresh)
    if steps >= len(kept) or not 0 <= fresh <= 1:
        raise ValueError(
            f"steps must be at most {len(kept) - 1}, and fresh from 0 to 1, but they "
            f"are {steps} and {fresh}"
        )
    if fresh:
        check_rng(rng)
    stops = kept[np.linspace(len(kept) - 1, 0, steps + 1).round().astype(int)]
    path = [x.copy()]
    for now, then in pairwise(stops):
        clean = as_floats(guess(path[-1], float(now)), "what guess returns")
        check_shapes(X=(x, "n d"), **{"what guess returns": (clean, "n d")})
        noise = (path[-1] - np.sqrt(now) * clean) / np.sqrt(1 - now)
        variance = fresh**2 * (1 - then) / (1 - now) * (1 - now / then)
        x = np.sqrt(then) * clean + np.sqrt(max(1 - then - variance, 0.0)) * noise
        if variance:
            x = x + np.sqrt(variance) * rng.normal(size=x.shape)
        path.append(x)
    return np.array(path)


# Is it good, and is it new?


def energy_distance(X, Y):
    """How far two sets of samples are apart as wholes: 0 if they have one source.

    ::

        2 E‖x − y‖ − E‖x − x′‖ − E‖y − y′‖

    Parameters
    ----------
    X : (n, d) array
    Y : (m, d) array
        At least two rows each; the means are over pairs of different rows.

    Returns
    -------
    float
        On average 0 exactly if both have one source, else more; by chance it can fall
        below 0.

    Raises
    ------
    ValueError
        If the widths differ, there are fewer than two rows, or one is not finite.

    References
    ----------
    Székely & Rizzo (2013), Energy statistics.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> energy_distance([[0.0], [2.0]], [[3.0], [5.0]])  # 2 · 3 − 2 − 2
    2.0
    """
    X, Y = _two_sets(X, Y, 2, 2, "Y")

    def mean(A, B, same):
        return _gaps(A, B).sum() / (len(A) * (len(B) - same))

    return float(2 * mean(X, Y, 0) - mean(X, X, 1) - mean(Y, Y, 1))


def nearest_distances(X, data):
    """The distance of each row to the nearest and the second nearest row of data.

    ::

        the two smallest ‖x − dataᵢ‖

    Parameters
    ----------
    X : (n, d) array
    data : (m, d) array
        At least two rows.

    Returns
    -------
    (n, 2) array

    Raises
    ------
    ValueError
        If the widths differ, data has fewer than two rows, or one is not finite.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> nearest_distances([[1.0], [5.0]], [[0.0], [4.0], [9.0]])
    array([[1., 3.],
           [1., 4.]])
    """
    X, data = _two_sets(X, data, 1, 2, "data")
    return np.partition(_gaps(X, data), 1, axis=1)[:, :2]


def copied_share(X, data, *, ratio=0.5):
    """The share of rows that lie much nearer to one row of data than to any other.

    ::

        nearest distance < ratio · second nearest distance

    Parameters
    ----------
    X : (n, d) array
    data : (m, d) array
        At least two rows.
    ratio : float
        Between 0 and 1, 1 allowed.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        As in `nearest_distances`, or if ratio is not above 0 and at most 1.

    References
    ----------
    Somepalli et al. (2023), Diffusion art or digital forgery? for the question.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> copied_share([[1.0], [2.0]], [[0.0], [4.0]])  # 1 < ½ · 3, but not 2 < ½ · 2
    0.5
    """
    ratio = check_number(ratio=ratio)
    if not 0 < ratio <= 1:
        raise ValueError(f"ratio must be above 0 and at most 1, but is {ratio}")
    first, second = nearest_distances(X, data).T
    return float((first < ratio * second).mean())


def _gaps(X, Y):
    """All distances, (n, m); far from 0 and near each other they keep their digits."""
    middle = Y.mean(axis=0)
    A, B = X - middle, Y - middle
    sums = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1)
    squares = sums - 2 * A @ B.T
    near = np.argwhere(squares < NEAR * sums)
    for first in range(0, len(near), 4096):  # so many at once need little memory
        i, j = near[first : first + 4096].T
        squares[i, j] = np.square(X[i] - Y[j]).sum(axis=1)
    return np.sqrt(np.maximum(squares, 0))


# Arguments


def _shares(kept):
    kept = as_floats(kept, "kept")
    if not ((kept >= 0) & (kept <= 1)).all():
        raise ValueError(f"kept must be from 0 to 1, but is {kept}")
    return kept


def _schedule(kept):
    kept = _shares(kept)
    check_shapes(kept=(kept, "T"))
    if len(kept) < 2 or kept[0] != 1 or not (np.diff(kept) < 0).all():
        raise ValueError(f"kept must fall from 1, in one step or more, but is {kept}")
    return kept.copy()


def _check_width(network, X, labels):
    """A network asks for so many inputs: the row, the time, and the label."""
    if labels is not None:
        check_shapes(X=(X, "n d"), labels=(labels, "n classes"))
    told = 0 if labels is None else labels.shape[1]
    inputs, d = network.shapes[0][0], network.shapes[-1][0]
    if X.shape[1] != d or d + TIMES + told != inputs:
        raise ValueError(
            f"X and labels must have {d} and {inputs - d - TIMES} columns for this "
            f"network, but have {X.shape[1]} and {told}"
        )


def _two_sets(X, Y, least_X, least_Y, name):
    X, Y = as_matrix(X, "X"), as_matrix(Y, name)
    check_shapes(X=(X, "n d"), **{name: (Y, "m d")})
    _ = check_least(least_X, **{"the number of rows of X": len(X)})
    _ = check_least(least_Y, **{f"the number of rows of {name}": len(Y)})
    return X, Y
