"""Generation: by hand, by Bayes' rule, against differences, scipy and exact bounds."""

from fractions import Fraction
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from checking import refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from scipy.spatial.distance import cdist

from mathlib.attention import attention
from mathlib.autodiff import value_and_flat_gradient
from mathlib.generation import (
    copied_share,
    denoiser,
    diffuse,
    energy_distance,
    generate,
    nearest_distances,
    network_guess,
    noise_schedule,
    perfect_guess,
    time_features,
    train_denoiser,
)
from mathlib.gradients import numerical_gradient
from mathlib.information import gaussian_kl
from mathlib.initialization import lecun
from mathlib.networks import mlp, start
from mathlib.variational import (
    elbo,
    pathwise_slopes,
    score_function_slopes,
    train_autoencoder,
    variational_autoencoder,
)

seeds = st.integers(0, 2**32 - 1)
TWO = perfect_guess([[0.0], [10.0]])
KEPT = np.array([1.0, 0.64, 0.36])


def cloud(seed, n=6, d=3):
    return np.random.default_rng(seed).normal(size=(n, d))


# From data to noise


def test_one_dot_by_hand():
    assert_allclose(diffuse([[10.0]], 0.36, [[-5.0]]), [[2.0]], rtol=1e-15)
    each = diffuse([[1.0], [1.0]], [[0.0], [1.0]], [[7.0], [7.0]])
    assert_array_equal(each, [[7.0], [1.0]])  # all noise, none


@given(st.integers(2, 30), seeds)
def test_many_small_steps_are_one_step(steps, seed):
    """A step keeps a and adds 1 − a; the factors of x₀ and of each noise add up."""
    kept = noise_schedule(steps)
    of_data, of_noise = 1.0, 0.0
    for before, after in pairwise(kept):
        a = after / before
        of_data, of_noise = a * of_data, a * of_noise + 1 - a
        assert_allclose([of_data, of_noise], [after, 1 - after], rtol=1e-12)


def test_the_schedule_falls_from_1_to_the_least():
    kept = noise_schedule(50)
    assert (kept[0], len(kept)) == (1.0, 51)
    assert (np.diff(kept) < 0).all()
    assert_allclose(kept[[25, 50]], [0.50005, 1e-4], rtol=1e-12)  # cos² of 45°
    assert_allclose(noise_schedule(1), [1, 1e-4])


def test_a_schedule_ends_in_the_least_and_begins_with_1_whatever_its_numbers():
    for least in (np.float32(1e-4), np.float16(1e-4), Fraction(1, 10**4), 1e-40):
        kept = noise_schedule(np.int8(127), least=least)
        assert (kept[0], kept[-1], len(kept)) == (1.0, float(least), 128)
        assert kept.dtype == float


def test_each_wave_is_twice_as_fast_as_the_one_before():
    angle = np.arccos(np.sqrt(0.3))
    fast = angle * np.array([2.0, 4.0, 8.0, 16.0])
    expected = np.concatenate([np.sin(fast), np.cos(fast)])
    assert_allclose(time_features([0.3], 8)[0], expected)


def test_of_one_row_with_little_spread_the_guess_is_by_hand():
    kept, sd, row, x = 0.9999, 0.01, np.array([1.0, -2.0]), np.array([1.1, -2.0])
    root, spread = np.sqrt(kept), kept * sd**2 + 1 - kept
    guess = perfect_guess(row[None], sd=sd)(x[None], kept)[0]
    assert_allclose(guess, row + root * sd**2 / spread * (x - root * row))


def test_time_features_are_waves_of_the_angle():
    angles = np.linspace(0, np.pi / 2, 7)
    waves = np.outer(angles, [2, 4])
    expected = np.concatenate([np.sin(waves), np.cos(waves)], axis=1)
    assert_allclose(time_features(np.cos(angles) ** 2, 4), expected, atol=1e-7)


# The guess


def test_the_guess_between_two_data_by_hand():
    """Bells at 0 and 6 with the variance 0.64: the odds at 4 are exp(12/1.28)."""
    odds = np.exp((4**2 - 2**2) / (2 * 0.64))
    found = TWO([[3.0], [4.0], [2.0]], 0.36).ravel()
    assert_allclose(found, [5, 10 * odds / (1 + odds), 10 / (1 + odds)], rtol=1e-12)


@given(st.floats(-3, 3), st.floats(0.05, 0.95))
def test_for_plus_and_minus_one_it_is_one_neuron(x, kept):
    found = perfect_guess([[-1.0], [1.0]])([[x]], kept).item()
    assert_allclose(found, np.tanh(np.sqrt(kept) * x / (1 - kept)), atol=1e-12)


@given(seeds, st.floats(0.05, 0.95), st.sampled_from([0.0, 0.4]))
def test_the_guess_is_the_mean_by_bayes_rule(seed, kept, sd):
    """Clouds around each row: scipy's densities, and the mean of each cloud given x."""
    data, X = cloud(seed), cloud(seed + 1, n=2)
    variance = kept * sd**2 + 1 - kept
    p = np.array(
        [
            [
                stats.multivariate_normal(np.sqrt(kept) * row, variance).pdf(x)
                for row in data
            ]
            for x in X
        ]
    )
    p /= p.sum(axis=1, keepdims=True)
    gain = np.sqrt(kept) * sd**2 / variance
    means = data + gain * (X[:, None] - np.sqrt(kept) * data)
    expected = np.einsum("ni,nid->nd", p, means)
    assert_allclose(perfect_guess(data, sd)(X, kept), expected, atol=1e-9)


@given(seeds, st.floats(0.05, 0.95))
def test_the_guess_is_attention_over_the_data(seed, kept):
    data, X = cloud(seed), cloud(seed + 1, n=2)
    last = -kept / 2 * np.square(data).sum(axis=1, keepdims=True)
    keys = np.hstack([np.sqrt(kept) * data, last])
    queries = np.sqrt(4) / (1 - kept) * np.hstack([X, np.ones((2, 1))])
    expected = attention(queries, keys, data).output
    assert_allclose(perfect_guess(data)(X, kept), expected, atol=1e-10)


@given(seeds, st.floats(0.1, 0.9))
def test_the_guess_is_the_slope_of_the_log_density(seed, kept):
    """Tweedie: √ᾱ x̂ = x + (1 − ᾱ) ∇ log p."""
    data, x = cloud(seed), cloud(seed + 1, n=1)[0]

    def log_p(x):
        squares = np.square(x - np.sqrt(kept) * data).sum(axis=1)
        return np.log(np.exp(-squares / (2 * (1 - kept))).sum())

    slope = numerical_gradient(log_p, x)
    found = np.sqrt(kept) * perfect_guess(data)(x[None], kept)[0]
    assert_allclose(found, x + (1 - kept) * slope, atol=1e-6)


@given(seeds)
def test_no_other_guess_is_nearer_on_average(seed):
    """Sums over a grid of noise: every change of the guess makes the error larger."""
    noise = np.linspace(-7, 7, 1401)[:, None]
    chance = np.exp(-np.square(noise[:, 0]) / 2)
    data, kept = np.array([-1.0, 0.5, 2.0]), 0.5
    other = np.random.default_rng(seed).normal(size=3) * 0.2

    def error(guess):
        off = [
            np.square(guess(diffuse(np.full_like(noise, x), kept, noise)) - x)[:, 0]
            for x in data
        ]
        return np.sum(chance * np.array(off))

    best = perfect_guess(data[:, None])
    shifted = error(lambda x: best(x, kept) + other[0] + other[1] * x + other[2] * x**2)
    assert error(lambda x: best(x, kept)) < shifted


def test_a_small_spread_is_not_lost_beside_1():
    guess = perfect_guess([[0.0]], sd=1e-9)
    assert_allclose(guess([[0.5]], 1.0), [[0.5]], rtol=1e-12)  # nothing is noise
    exact = np.sqrt(0.9999) * 1e-8 / (0.9999 * 1e-8 + 1e-4) * 0.5
    for kind in (float, np.float32, np.float16):
        sd = kind(1e-4)
        found = perfect_guess([[0.0]], sd=sd)([[0.5]], 0.9999)
        assert_allclose(found, exact * (float(sd) / 1e-4) ** 2, rtol=1e-7)


def test_one_share_is_one_number():
    guess, network = perfect_guess([[0.0], [1.0]]), denoiser(1, (2,))
    theta = start(network, lecun, rng=np.random.default_rng(0))
    for each in (guess, network_guess(network, theta)):
        with refuses(ValueError, "kept must be one number, but its shape is (2,)"):
            each([[0.5]], [0.3, 0.4])


# Back


def test_the_walks_of_the_lesson_by_hand():
    walk = generate(TWO, [[2.0], [3.0], [4.0]], KEPT, fresh=0.0)
    assert_array_equal(walk[:, 1, 0], [3, 4, 5])
    assert_allclose(walk[:, 0, 0], [2, 1.5, 0], atol=1e-3)
    assert_allclose(walk[:, 2, 0], [4, 6.5, 10], atol=1e-3)


def test_a_step_with_new_noise_has_the_mean_and_variance_of_the_chain():
    """From 2 and the guess 10, ᾱ 0.36 → 0.64: complete the square."""
    a = 0.36 / 0.64
    variance = (1 - 0.64) / (1 - 0.36) * (1 - a)
    mean = (np.sqrt(0.64) * (1 - a) * 10 + np.sqrt(a) * (1 - 0.64) * 2) / (1 - 0.36)
    start_at, rng = np.full((200_000, 1), 2.0), np.random.default_rng(0)
    walk = generate(lambda X, kept: np.full_like(X, 10.0), start_at, KEPT, rng=rng)
    assert_allclose(walk[1].mean(), mean, atol=6 * np.sqrt(variance / 200_000))
    assert_allclose(walk[1].var(), variance, rtol=0.02)
    assert (walk[2] == 10).all()


@pytest.mark.parametrize("fresh", [0.0, 1.0])
def test_a_bell_is_drawn_with_its_spread(fresh):
    """The best guess for N(0, 4) is linear, so the spread of each step is known."""
    kept = noise_schedule(200)
    rng = np.random.default_rng(0)
    guess = perfect_guess([[0.0]], sd=2.0)
    drawn = generate(guess, rng.normal(size=(50_000, 1)), kept, fresh=fresh, rng=rng)[
        -1
    ]
    assert_allclose(drawn.std(), 1.98, atol=0.03)


def test_the_perfect_guess_draws_copies_only():
    data, rng = cloud(0, n=30, d=5), np.random.default_rng(1)
    noise = rng.normal(size=(100, 5))
    drawn = generate(perfect_guess(data), noise, noise_schedule(50), rng=rng)[-1]
    assert nearest_distances(drawn, data)[:, 0].max() < 1e-3
    assert copied_share(drawn, data) == 1


def test_fewer_stops():
    walk = generate(TWO, [[4.0]], noise_schedule(50), steps=3, fresh=0.0)
    assert walk.shape == (4, 1, 1)


# A network that guesses


def test_the_gradient_of_the_denoiser_is_that_of_differences():
    network, rng = denoiser(2, (3,), classes=2), np.random.default_rng(0)
    theta = start(network, lecun, rng=rng)
    seen, clean = rng.normal(size=(4, 12)), rng.normal(size=(4, 2))

    def loss(*arguments):
        *arrays, seen, clean = arguments
        return np.square(network.layers(seen, *arrays)[-1] - clean).mean()

    both = value_and_flat_gradient(loss, network.shapes)
    expected = numerical_gradient(lambda theta: both(theta, seen, clean)[0], theta)
    assert_allclose(both(theta, seen, clean)[1], expected, atol=1e-8)


def test_training_comes_near_the_perfect_guess():
    data, rng = np.array([[-1.0], [1.0]]), np.random.default_rng(0)
    network, kept = denoiser(1, (32,)), noise_schedule(10)
    theta, losses = train_denoiser(network, data, kept, steps=3000, size=64, rng=rng)
    assert losses[-100:].mean() < 0.6 * losses[:20].mean()
    X, guess = np.linspace(-1.5, 1.5, 21)[:, None], network_guess(network, theta)
    for at in (3, 5, 8):
        off = guess(X, kept[at]) - perfect_guess(data)(X, kept[at])
        assert np.sqrt(np.mean(off**2)) < 0.3


def test_a_label_is_heard():
    data, labels = np.array([[-1.0], [1.0]]), np.eye(2)
    network, rng, kept = denoiser(1, (16,), classes=2), np.random.default_rng(0), KEPT
    theta, _ = train_denoiser(
        network, data, kept, labels=labels, steps=500, size=32, rng=rng
    )
    guess = network_guess(network, theta, labels)
    assert_allclose(guess(np.zeros((2, 1)), 0.36), data, atol=0.1)


# Good, and new?


@given(seeds)
def test_energy_distance_by_all_pairs(seed):
    X, Y = cloud(seed, n=5), cloud(seed + 1, n=4) + 0.5
    within = [cdist(A, A).sum() / len(A) / (len(A) - 1) for A in (X, Y)]
    expected = 2 * cdist(X, Y).mean() - sum(within)
    assert_allclose(energy_distance(X, Y), expected, atol=1e-6)


def test_energy_distance_of_one_source_is_about_0():
    same = [energy_distance(cloud(s, 400), cloud(s + 9, 400)) for s in range(5)]
    assert np.abs(same).max() < 0.03 < energy_distance(cloud(0, 400), cloud(1, 400) + 1)


def test_rows_near_each_other_keep_the_digits_of_their_distance():
    data = np.array([[1.0], [1 + 1e-8], [3.0]])
    found = nearest_distances([[1 + 1e-9], [1.0]], data)
    expected = np.sort(np.abs([1 + 1e-9, 1.0] - data), axis=0)[:2].T
    assert_allclose(found, expected, rtol=1e-12)
    far = nearest_distances([[0.1]], [[0.1], [0.1 + 1e-9], [1e8]])
    assert_array_equal(far, [[0, 0.1 + 1e-9 - 0.1]])
    X = cloud(0, n=50, d=7)
    assert not nearest_distances(X, np.concatenate([X, X])).any()
    assert_allclose(energy_distance(X, X[::-1]), energy_distance(X, X), rtol=1e-12)


@given(seeds)
def test_nearest_distances_by_sorting(seed):
    X, data = cloud(seed, n=5), cloud(seed + 1, n=4)
    expected = np.sort(cdist(X, data), axis=1)[:, :2]
    assert_allclose(nearest_distances(X, data), expected, atol=1e-6)
    share = (expected[:, 0] < 0.7 * expected[:, 1]).mean()
    assert copied_share(X, data, ratio=0.7) == share


def test_numbers_of_few_bits_count_and_an_old_generator_is_refused():
    kept = noise_schedule(130)
    assert generate(TWO, [[4.0]], kept, steps=np.int8(127), fresh=0).shape[0] == 128
    few, plain = (
        generate(TWO, [[4.0]], KEPT, fresh=fresh, rng=np.random.default_rng(0))
        for fresh in (np.float16(0.3), float(np.float16(0.3)))
    )
    assert_array_equal(few, plain)
    network, rng = denoiser(1, (2,)), np.random.RandomState(0)
    with refuses(TypeError, "rng must be a numpy.random.Generator, but is RandomState"):
        train_denoiser(network, [[0.0], [1.0]], KEPT, steps=1, size=2, rng=rng)
    with refuses(ValueError, "each of hidden must be at least 1, but is 0"):
        denoiser(2, (0,))


# A code drawn by chance

LINE = mlp((1, 2)), mlp((1, 1))


def line_elbo(m, v, x):
    """The bound where z ~ N(0, 1), x | z ~ N(z, 1) and q = N(m, v); exact: ε = ±1."""
    arrays = np.zeros((1, 2)), np.array([m, np.log(v)]), np.ones((1, 1)), np.zeros(1)
    return elbo(LINE, arrays, [[x], [x]], [[1.0], [-1.0]], sd=1.0)


@given(st.floats(-3, 3), st.floats(0.1, 3), st.floats(-3, 3))
def test_the_bound_lacks_the_divergence_from_the_posterior(m, v, x):
    log_p = stats.norm(0, np.sqrt(2)).logpdf(x)
    found = line_elbo(m, v, x)
    assert_allclose(found.divergence, gaussian_kl((m, v), (0, 1)), atol=1e-12)
    assert_allclose(log_p - found.bound, gaussian_kl((m, v), (x / 2, 0.5)), atol=1e-12)


def test_a_divergence_near_0_keeps_its_digits():
    v, near = 1 + 2e-8, 1e-16
    assert line_elbo(0.0, v, 2.0).divergence == pytest.approx(near, rel=1e-6, abs=0)


def test_the_bounds_of_the_lesson():
    found = [line_elbo(m, v, 2.0).bound for m, v in ((1, 0.5), (1, 1), (0, 1), (2, 1))]
    assert_allclose(found, [-2.2655, -2.4189, -3.4189, -3.4189], atol=5e-5)


def test_the_slope_of_the_bound_passes_through_the_draw():
    pair, rng = variational_autoencoder(2, 3, 2), np.random.default_rng(0)
    theta = np.concatenate([start(net, lecun, rng=rng) for net in pair])
    X, noise = rng.normal(size=(2, 4, 2))
    shapes = (*pair[0].shapes, *pair[1].shapes)
    both = value_and_flat_gradient(
        lambda *arrays: elbo(pair, arrays, X, noise, sd=0.5).bound, shapes
    )
    expected = numerical_gradient(lambda theta: both(theta)[0], theta)
    assert_allclose(both(theta)[1], expected, atol=1e-6)


def test_training_raises_the_bound_to_that_of_the_best_linear_machine():
    """Data on a line with noise: probabilistic PCA is exact, and tanh is nearly it."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 1)) * [1.0, 0.5] + 0.1 * rng.normal(size=(300, 2))
    pair = variational_autoencoder(2, 8, 1)
    arrays = train_autoencoder(pair, X, sd=0.1, steps=1500, rng=rng)
    bound = elbo(pair, arrays, X, rng.normal(size=(300, 1)), sd=0.1).bound
    exact = stats.multivariate_normal(X.mean(axis=0), np.cov(X.T)).logpdf(X).mean()
    assert -1.0 < bound - exact < 0.2


def test_without_a_price_codes_need_not_be_near_the_standard_normal():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3)) * [1.0, 1.0, 0.1]
    pair, divergence = variational_autoencoder(3, 8, 2), []
    for price in (0.0, 1.0):
        arrays = train_autoencoder(
            pair, X, sd=0.2, steps=400, price=price, rng=np.random.default_rng(1)
        )
        noise = np.random.default_rng(2).normal(size=(200, 2))
        divergence.append(elbo(pair, arrays, X, noise, sd=0.2).divergence)
    assert divergence[0] > 1.3 * divergence[1]


@given(st.floats(-2, 2), st.floats(0.2, 2), seeds)
def test_both_estimates_of_a_slope_agree_with_the_exact_one(mean, sd, seed):
    rng = np.random.default_rng(seed)
    n, exact = 20_000, np.array([2 * mean, 2 * sd])  # of E z² = μ² + σ²
    off = np.abs(pathwise_slopes(lambda z: 2 * z, mean, sd, n, rng=rng) - exact)
    spread = np.array([2 * sd, 2 * np.hypot(mean, sd * np.sqrt(2))]) / np.sqrt(n)
    assert (off <= 6 * spread).all()
    off = np.abs(score_function_slopes(np.square, mean, sd, n, rng=rng) - exact)
    wide = 12 * (mean**2 + sd**2) / sd / np.sqrt(n)
    assert (off <= 6 * wide).all()


def test_the_source_s_million_draws():
    rng = np.random.default_rng(0)
    found = pathwise_slopes(lambda z: 2 * z, 1.5, 0.7, 1_000_000, rng=rng)
    assert_allclose(found, [3.0014, 1.4049], atol=5e-5)


def test_a_spread_that_is_a_fraction_is_the_number_it_shows():
    for slopes in (pathwise_slopes, score_function_slopes):
        found, plain = (
            slopes(np.cos, 0.5, sd, 5, rng=np.random.default_rng(0))
            for sd in (Fraction(1, 4), 0.25)
        )
        assert found == plain


def test_a_rate_of_32_bits_trains_as_the_number_it_shows():
    pair, X = variational_autoencoder(2, 3, 1), np.eye(2)
    found, plain = (
        train_autoencoder(
            pair, X, sd=0.5, steps=3, size=4, rate=rate, rng=np.random.default_rng(0)
        )
        for rate in (np.float32(0.1), float(np.float32(0.1)))
    )
    for ours, same in zip(found, plain, strict=True):
        assert_array_equal(ours, same)


def test_slopes_refuse():
    rng = np.random.default_rng(0)
    with refuses(ValueError, "mean must be finite"):
        pathwise_slopes(np.cos, np.nan, 1.0, 5, rng=rng)
    with refuses(ValueError, "what slope returns must have shape (5,), but its shape"):
        pathwise_slopes(lambda z: 1.0, 0.0, 1.0, 5, rng=rng)
    with refuses(ValueError, "what f returns must have shape (5,), but its shape"):
        score_function_slopes(lambda z: z[:, None], 0.0, 1.0, 5, rng=rng)
    rng = np.random.default_rng(0)
    with refuses(ValueError, "sd must be a finite number > 0"):
        pathwise_slopes(np.cos, 0.0, 0.0, 5, rng=rng)
    with refuses(ValueError, "n must be at least 1, but is 0"):
        score_function_slopes(np.cos, 0.0, 1.0, 0, rng=rng)
    with refuses(TypeError, "slope must be a function"):
        pathwise_slopes(2.0, 0.0, 1.0, 5, rng=rng)
    with refuses(TypeError, "rng must be a random generator"):
        pathwise_slopes(np.cos, 0.0, 1.0, 5, rng=0)


# Refusals

NETWORK = denoiser(2, (3,))
THETA = start(NETWORK, lecun, rng=np.random.default_rng(0))
PAIR = variational_autoencoder(2, 3, 1)


def train_a_pair(X=((0.0, 0.0),), **changed):
    rng = np.random.default_rng(0)
    return train_autoencoder(PAIR, X, **{"sd": 1.0, "steps": 1, **changed}, rng=rng)


ARRAYS = [np.zeros(shape) for net in PAIR for shape in net.shapes]


@pytest.mark.parametrize(("sd", "square"), [(1e-200, "0.0"), (1e154, "inf")])
def test_a_spread_is_squared_and_must_bear_it(sd, square):
    message = f"2π times the square of sd must be a finite number > 0, but is {square}"
    with refuses(ValueError, message):
        elbo(PAIR, ARRAYS, [[0.0, 0.0]], [[0.0]], sd=sd)
    with refuses(ValueError, message):
        train_a_pair(sd=sd)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: noise_schedule(0), ValueError, "steps must be at least 1"),
        (
            lambda: noise_schedule(4, least=1.0),
            ValueError,
            "least must be a number between 0 and 1",
        ),
        (
            lambda: diffuse([[1.0]], 1.5, [[0.0]]),
            ValueError,
            "kept must be from 0 to 1",
        ),
        (
            lambda: diffuse([[1.0], [2.0]], [0.5, 0.5], [[0.0], [0.0]]),
            ValueError,
            "kept must be a number or of shape (2, 1), but its shape is (2,)",
        ),
        (lambda: perfect_guess([[0.0]], sd=-1.0), ValueError, "sd must be a finite"),
        (
            lambda: TWO([[1.0]], 1.0),
            ValueError,
            "kept must be below 1 for data",
        ),
        (lambda: TWO([[1.0, 2.0]], 0.5), ValueError, "X must have shape (n, 1)"),
        (lambda: time_features(0.5, 3), ValueError, "count must be even, but is 3"),
        (lambda: denoiser(0), ValueError, "d must be at least 1"),
        (
            lambda: train_denoiser(
                NETWORK, [[1.0]], KEPT, steps=1, rng=np.random.default_rng(0)
            ),
            ValueError,
            "X and labels must have 2 and 0 columns for this network, but have 1 and 0",
        ),
        (
            lambda: network_guess(NETWORK, THETA, [[1.0]])([[0.0, 0.0]], 0.5),
            ValueError,
            "X and labels must have 2 and 0 columns for this network, but have 2 and 1",
        ),
        (
            lambda: generate(TWO, [[1.0]], [0.9, 0.5], fresh=0.0),
            ValueError,
            "kept must fall from 1",
        ),
        (
            lambda: generate(TWO, [[1.0]], KEPT, steps=3, fresh=0.0),
            ValueError,
            "steps must be at most 2",
        ),
        (lambda: generate(TWO, [[1.0]], KEPT), TypeError, "rng must be a random"),
        (
            lambda: generate(lambda X, kept: X[0], [[1.0]], KEPT, fresh=0.0),
            ValueError,
            "what guess returns must have shape (n, d)",
        ),
        (
            lambda: energy_distance([[1.0]], [[1.0], [2.0]]),
            ValueError,
            "the number of r",
        ),
        (lambda: nearest_distances([[1.0]], [[1.0]]), ValueError, "the number of rows"),
        (
            lambda: copied_share([[1.0]], [[1.0], [2.0]], ratio=0),
            ValueError,
            "ratio must",
        ),
        (
            lambda: elbo(1, ARRAYS, [[0.0, 0.0]], [[0.0]], sd=1.0),
            TypeError,
            "networks mu",
        ),
        (
            lambda: elbo(PAIR, ARRAYS[1:], [[0.0, 0.0]], [[0.0]], sd=1.0),
            ValueError,
            "arrays must have the shapes",
        ),
        (
            lambda: elbo(PAIR, ARRAYS, [[0.0, 0.0]], [[0.0]], sd=0.0),
            ValueError,
            "sd must be a finite number > 0",
        ),
        (
            lambda: elbo(PAIR, ARRAYS, [[np.nan, 0.0]], [[0.0]], sd=1.0),
            ValueError,
            "X must be finite",
        ),
        (
            lambda: elbo(PAIR, ARRAYS, [[0.0, 0.0]], [[np.inf]], sd=1.0),
            ValueError,
            "noise must be finite",
        ),
        (
            lambda: elbo((mlp((2, 3)), mlp((1, 2))), [], [[0.0]], [[0.0]], sd=1.0),
            ValueError,
            "networks must lead from d numbers to 2k and from k to d, but lead from 2 "
            "to 3 and from 1 to 2",
        ),
        (
            lambda: elbo((mlp((3, 2)), mlp((1, 2))), [], [[0.0]], [[0.0]], sd=1.0),
            ValueError,
            "networks must lead from d numbers to 2k and from k to d, but lead from 3 ",
        ),
        (
            lambda: elbo(PAIR, [["a"]], [[0.0, 0.0]], [[0.0]], sd=1.0),
            TypeError,
            "each of arrays must hold real numbers, but holds text",
        ),
        (
            lambda: train_autoencoder(
                PAIR, [[0.0, 0.0]], sd=1.0, rng=np.random.RandomState(0)
            ),
            TypeError,
            "rng must be a numpy.random.Generator",
        ),
        *(
            (partial(train_a_pair, **{name: wrong}), ValueError, f"{name} must be ")
            for name, wrong in (
                *(("price", -1.0), ("price", np.inf), ("rate", 0.0), ("sd", 0.0)),
                *(("steps", 0), ("size", 0)),
            )
        ),
        (
            partial(train_a_pair, [[np.nan, 0.0], [0.0, 0.0]]),
            ValueError,
            "X must be finite, but 1 of its 4 entries are not",  # not only if drawn
        ),
        (
            partial(train_a_pair, np.zeros((0, 2))),
            ValueError,
            "the number of rows of X must be at least 1",
        ),
    ],
)
def test_refusals(call, error, message):
    with refuses(error, message):
        call()


def test_far_from_0_distances_keep_their_digits():
    assert_allclose(nearest_distances([[1e8]], [[1e8 + 1], [1e8 + 3]]), [[1, 3]])
    far = energy_distance([[1e8], [1e8 + 2]], [[1e8 + 3], [1e8 + 5]])
    assert_allclose(far, energy_distance([[0], [2]], [[3], [5]]))
