"""A code drawn by chance, and a bound that training can climb: a part of *generation*.

A machine that draws samples is trained through its draws. z is normal, with the mean μ
and the spread σ, and what is wanted are the slopes of E f(z) along both. With them two
networks learn together: one gives each sample a mean and a spread of its code, the
other makes a sample of a code.

Reading order: ``Slopes``; ``pathwise_slopes``, for an f with a slope, and
``score_function_slopes``, for any f; ``variational_autoencoder``, the two networks;
``Elbo`` and ``elbo``, what they climb; ``train_autoencoder``.
"""

from typing import NamedTuple

import numpy as np

from mathlib.activations import ACTIVATIONS
from mathlib.autodiff import value_and_flat_gradient
from mathlib.backprop import unpack
from mathlib.checks import (
    as_floats,
    check_callable,
    check_fields,
    check_finite,
    check_generator,
    check_least,
    check_not_negative,
    check_positive,
    check_rng,
    check_series,
    check_shapes,
)
from mathlib.initialization import lecun
from mathlib.networks import mlp, start
from mathlib.optimizers import adam_in_place, cosine_decay

TANH = ACTIVATIONS["tanh"]


class Slopes(NamedTuple):
    """Estimates of the slopes of a mean along the mean and the spread of a normal.

    Chapter: generation
    """

    mean: float  # ∂/∂μ
    sd: float  # ∂/∂σ


class Elbo(NamedTuple):
    """The evidence lower bound, in nats for each sample, and its two terms.

    Chapter: generation
    """

    bound: float  # fit − divergence, at most log p(x) on average
    fit: float  # the mean log density of x, given its code
    divergence: float  # KL of the code from the standard normal


# Slopes through chance


def pathwise_slopes(slope, mean, sd, n, *, rng):
    """The slopes of E f(z), z normal, by following each draw: reparameterization.

    Write z = μ + σε with ε standard normal; the draw no longer depends on μ and σ::

        ∂/∂μ E f(z) = E f′(z),   ∂/∂σ E f(z) = E f′(z) ε

    Parameters
    ----------
    slope : function of an (n,) array
        f′.
    mean : float
        μ.
    sd : float
        σ > 0.
    n : int
        The number of draws, at least 1.
    rng : numpy.random.Generator

    Returns
    -------
    Slopes

    Raises
    ------
    TypeError, ValueError
        If sd or n is not > 0, mean not finite, slope no function that returns an (n,)
        array, or rng no random generator.

    References
    ----------
    Kingma & Welling (2014), Auto-encoding variational Bayes.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> found = pathwise_slopes(lambda z: 2 * z, 1.5, 0.7, 100_000, rng=rng)
    >>> round(found.mean, 1), round(found.sd, 1)  # of μ² + σ²: 2μ and 2σ
    (3.0, 1.4)
    """
    check_callable(slope=slope)
    sd, noise = _standard_normal(mean, sd, n, rng)
    slopes = as_floats(slope(mean + sd * noise), "what slope returns")
    check_shapes(**{"what slope returns": (slopes, f"{n}")})
    return Slopes(float(slopes.mean()), float((slopes * noise).mean()))


def score_function_slopes(f, mean, sd, n, *, rng):
    """The slopes of E f(z), z normal, from values alone: f need not have a slope.

    The density is what is differentiated::

        ∂/∂μ E f(z) = E f(z) ε/σ,   ∂/∂σ E f(z) = E f(z) (ε² − 1)/σ,   ε = (z − μ)/σ

    Arguments as for `pathwise_slopes`; f is the function itself.

    Returns
    -------
    Slopes
        Right on average too, but usually scattered wider.

    References
    ----------
    Williams (1992), Simple statistical gradient-following algorithms.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> found = score_function_slopes(np.square, 1.5, 0.7, 1_000_000, rng=rng)
    >>> round(found.mean, 1), round(found.sd, 1)
    (3.0, 1.4)
    """
    check_callable(f=f)
    sd, noise = _standard_normal(mean, sd, n, rng)
    values = as_floats(f(mean + sd * noise), "what f returns")
    check_shapes(**{"what f returns": (values, f"{n}")})
    along_mean, along_sd = values * noise / sd, values * (noise**2 - 1) / sd
    return Slopes(float(along_mean.mean()), float(along_sd.mean()))


# Two networks, and what they climb


def variational_autoencoder(d, hidden, k):
    """The two networks: from a sample to its code's mean and spread, and back.

    ::

        encoder: x → (μ, log σ²),   decoder: z → x̂,   each with one hidden layer of tanh

    Parameters
    ----------
    d, hidden, k : int
        The size of a sample, of the hidden layers, and of a code.

    Returns
    -------
    (Network, Network)
        The encoder, which returns 2k numbers for each row, and the decoder.

    Raises
    ------
    TypeError, ValueError
        If d, hidden or k is no whole number ≥ 1.

    References
    ----------
    Kingma & Welling (2014), Auto-encoding variational Bayes.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> encoder, decoder = variational_autoencoder(64, 128, 8)
    >>> encoder.shapes[-1], decoder.shapes[0], decoder.shapes[-1]
    ((16,), (8, 128), (64,))
    """
    d, hidden, k = check_least(1, d=d, hidden=hidden, k=k)
    return mlp((d, hidden, 2 * k), TANH), mlp((k, hidden, d), TANH)


def elbo(networks, arrays, X, noise, *, sd):
    """The evidence lower bound, with one draw of the code for each sample.

    With z = μ + σ ⊙ ε, the decoder's x̂ and its spread s::

        fit = mean of −‖x − x̂‖²/2s² − d/2 log 2πs²
        divergence = mean of ½ Σ (μ² + σ² − log σ² − 1)
        bound = fit − divergence

    Parameters
    ----------
    networks : (Network, Network)
        As made by `variational_autoencoder`.
    arrays : sequence of arrays or Tensors
        The parameters, the encoder's first.
    X : (n, d) array
    noise : (n, k) array
        ε, standard normal.
    sd : float
        s > 0, the spread of a sample around what the decoder makes of its code.

    Returns
    -------
    Elbo
        Numbers, or Tensors if the arrays are.

    Raises
    ------
    TypeError, ValueError
        If networks is no such pair, or their sizes do not fit, there are too few or too
        many arrays, the shapes do not fit, X or noise is not finite, or sd or 2π
        times its square is not a finite number > 0.

    References
    ----------
    Kingma & Welling (2014), Auto-encoding variational Bayes, §2.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> pair, zero = variational_autoencoder(1, 2, 1), lambda *shape: np.zeros(shape)
    >>> arrays = [zero(*shape) for net in pair for shape in net.shapes]
    >>> bound = elbo(pair, arrays, [[2.0]], [[0.5]], sd=1.0)  # code N(0, 1), x̂ = 0
    >>> round(float(bound.bound), 4), float(bound.divergence)  # −2²/2 − ½ log 2π
    (-2.9189, 0.0)
    """
    encoder, decoder = _pair(networks)
    X, noise = as_floats(X, "X"), as_floats(noise, "noise")
    check_finite(X=X, noise=noise)
    sd = _spread(sd)
    cut, arrays = len(encoder.shapes), _all(networks, arrays)
    d, k = decoder.shapes[-1][0], decoder.shapes[0][0]
    n = check_shapes(X=(X, f"n {d}"), noise=(noise, f"n {k}"))["n"]
    n = check_least(1, **{"the number of rows of X": n})
    code = encoder.layers(X, *arrays[:cut])[-1]
    mean, log_variance = code[:, :k], code[:, k:]
    z = mean + np.exp(0.5 * log_variance) * noise
    off = decoder.layers(z, *arrays[cut:])[-1] - X
    fit = -(off * off).sum() / (2 * sd**2 * n) - d / 2 * np.log(2 * np.pi * sd**2)
    squares = mean * mean + (np.expm1(log_variance) - log_variance)
    divergence = squares.sum() / (2 * n)
    return Elbo(fit - divergence, fit, divergence)


def train_autoencoder(
    networks, X, *, sd, steps=6000, size=64, rate=5e-3, price=1.0, rng
):
    """Climb the bound with Adam and a cosine schedule; the best parameters at the end.

    The slopes pass through the draws, z = μ + σ ⊙ ε, as in `pathwise_slopes`; what
    climbs is::

        fit − price · divergence

    Parameters
    ----------
    networks : (Network, Network)
        As made by `variational_autoencoder`.
    X : (n, d) array
    sd : float
        As in `elbo`.
    steps, size : int
        The number of steps, and of samples drawn, with replacement, for each.
    rate : float
        The learning rate of the first step; it falls to 0.
    price : float
        What a nat of divergence costs, ≥ 0: 1 for the bound itself; with 0 nothing
        keeps the codes near the standard normal, and it is a plain autoencoder.
    rng : numpy.random.Generator

    Returns
    -------
    list of arrays
        The parameters, the encoder's first.

    Raises
    ------
    TypeError, ValueError
        As in `elbo`, or if steps, size, rate, price or rng is none of these.

    References
    ----------
    Kingma & Welling (2014), Auto-encoding variational Bayes, algorithm 1.

    Notes
    -----
    Chapter: generation

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> pair, X = variational_autoencoder(2, 3, 1), rng.normal(size=(20, 2))
    >>> arrays = train_autoencoder(pair, X, sd=0.5, steps=2, size=4, rng=rng)
    >>> [array.shape for array in arrays][:2]
    [(2, 3), (3,)]
    """
    encoder, decoder = _pair(networks)
    X = as_floats(X, "X")
    check_finite(X=X)
    n = check_shapes(X=(X, f"n {decoder.shapes[-1][0]}"))["n"]
    numbers = {"the number of rows of X": n, "steps": steps, "size": size}
    n, steps, size = check_least(1, **numbers)
    sd, rate = _spread(sd), check_positive(rate=rate)
    price = check_not_negative(price=price)
    check_generator(rng)
    shapes, k = (*encoder.shapes, *decoder.shapes), decoder.shapes[0][0]
    theta = np.concatenate([start(net, lecun, rng=rng) for net in networks])

    def loss(*arguments):
        *arrays, x, noise = arguments
        found = elbo(networks, arrays, x, noise, sd=sd)
        return price * found.divergence - found.fit

    gradient, adam = (
        value_and_flat_gradient(loss, shapes),
        adam_in_place(cosine_decay(rate, steps)),
    )
    state = adam.init(theta)
    for _ in range(steps):
        x = X[rng.integers(n, size=size)]
        g = gradient(theta, x, rng.normal(size=(size, k)))[1]
        theta, state = adam.step(theta, g, state)
    return unpack(theta, shapes)


# Arguments


def _pair(networks):
    if not isinstance(networks, tuple | list) or len(networks) != 2:
        raise TypeError("networks must be a pair: an encoder and a decoder")
    for network in networks:
        check_fields("shapes layers", networks=network)
    (d, twice), (k, back) = [(net.shapes[0][0], net.shapes[-1][-1]) for net in networks]
    if (d, twice) != (back, 2 * k):
        raise ValueError(
            f"networks must lead from d numbers to 2k and from k to d, but lead from "
            f"{d} to {twice} and from {k} to {back}"
        )
    return networks


def _all(networks, arrays):
    check_series(arrays=arrays)
    arrays = [as_floats(array, "each of arrays") for array in arrays]
    shapes = [shape for network in networks for shape in network.shapes]
    if [np.shape(array) for array in arrays] != shapes:
        raise ValueError(f"arrays must have the shapes {shapes}")
    return arrays


def _spread(sd):
    """The spread of a sample, which is divided by its square."""
    sd = check_positive(sd=sd)
    _ = check_positive(**{"2π times the square of sd": 2 * np.pi * sd * sd})
    return sd


def _standard_normal(mean, sd, n, rng):
    """The spread as a plain float, and n draws."""
    check_finite(mean=as_floats(mean, "mean"))
    check_shapes(mean=(as_floats(mean, "mean"), ""))
    sd = check_positive(sd=sd)
    check_rng(rng)
    return sd, rng.normal(size=check_least(1, n=n))
