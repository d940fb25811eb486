"""Sampling: what averages do, walks and games of chance, beside scipy's numbers."""

import math

import numpy as np
import pytest
import scipy
from checking import refuses, rng_of
from distributions import BOTH
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from mathlib.probability import (
    bernoulli,
    expectation,
    exponential,
    normal,
    uniform,
    variance,
)
from mathlib.sampling import (
    bootstrap,
    lags,
    monte_carlo,
    policy_gradient,
    r_squared,
    random_walks,
    running_mean,
    spread,
    standardized_means,
    sum_distribution,
)

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 4)
shares = st.floats(0.001, 0.999)


def table_of(seed, shape):
    p = rng_of(seed).uniform(size=shape)
    return p / p.sum()


# Averages


def test_monte_carlo_finds_pi_and_its_error():
    def inside(points):
        return 4 * ((points**2).sum(axis=1) <= 1)

    def square(n, *, rng):
        return rng.uniform(-1, 1, (n, 2))

    found = monte_carlo(inside, square, 40_000, rng=rng_of(1))
    assert found.standard_error == pytest.approx(1.642 / 200, rel=0.01)
    assert abs(found.estimate - np.pi) < 3 * found.standard_error
    assert 4 * math.sqrt(np.pi / 4 * (1 - np.pi / 4)) == pytest.approx(1.642, abs=5e-4)


def test_the_standard_error_is_the_spread_of_estimates():
    runs = [
        monte_carlo(np.exp, uniform().sample, 50, rng=rng_of(seed))
        for seed in range(2000)
    ]
    estimates, errors = np.array(runs).T
    assert estimates.std() == pytest.approx(errors.mean(), rel=0.05)
    assert estimates.mean() == pytest.approx(math.e - 1, abs=0.005)


def test_monte_carlo_by_hand():
    draws = np.array([0.0, 2.0])
    found = monte_carlo(lambda x: x, lambda n, rng: draws, 2, rng=rng_of())
    assert found == (1.0, 1.0)


@given(seeds, st.integers(2, 50))
def test_the_standard_error_agrees_with_scipy(seed, n):
    draws = rng_of(seed).normal(3, 2, size=n)
    found = monte_carlo(np.exp, lambda n, rng: draws, n, rng=rng_of())
    assert_allclose(found.estimate, np.exp(draws).mean(), rtol=1e-12)
    assert_allclose(found.standard_error, stats.sem(np.exp(draws)), rtol=1e-12)


def test_monte_carlo_refuses():
    with refuses(ValueError, "n must be at least 2, but is 1"):
        monte_carlo(np.exp, uniform().sample, 1, rng=rng_of())
    with refuses(TypeError, "rng must"):
        monte_carlo(np.exp, uniform().sample, 50, rng=0)
    with refuses(ValueError, "what f returns must have shape (5,), but its shape is"):
        monte_carlo(np.mean, uniform().sample, 5, rng=rng_of())
    with refuses(TypeError, "sample must be a function, but is of type Distribution"):
        monte_carlo(np.exp, uniform(), 5, rng=rng_of())
    with refuses(TypeError, "rng must be a random generator"):
        monte_carlo(np.exp, uniform().sample, 5, rng=None)


def test_bootstrap_by_hand():
    assert_array_equal(bootstrap([3.0, 3.0], 5, rng=rng_of()), np.full(5, 3.0))
    means = bootstrap([0.0, 1.0], 40_000, rng=rng_of(1))
    shares = [np.mean(means == mean) for mean in (0.0, 0.5, 1.0)]
    assert_allclose(shares, [0.25, 0.5, 0.25], atol=0.01)
    legacy = bootstrap([1.0, 2.0], 3, rng=np.random.RandomState(0))
    assert set(legacy) <= {1.0, 1.5, 2.0}
    assert bootstrap([1.0], 0, rng=rng_of()).shape == (0,)


@pytest.mark.parametrize("n", [2, 5, 40])
def test_the_bootstrap_is_spread_as_the_mean_of_the_draws(n):
    values = rng_of(n).normal(3, 2, size=n)
    means = bootstrap(values, 20_000, rng=rng_of(2))
    expected = stats.sem(values) * np.sqrt((n - 1) / n)
    assert means.std() == pytest.approx(expected, rel=0.03)
    assert means.mean() == pytest.approx(values.mean(), abs=0.05)


@pytest.mark.skipif(
    np.lib.NumpyVersion(scipy.__version__) < "1.15.0",
    reason="its rng has another name",
)
def test_the_bootstrap_agrees_with_scipy():
    values = rng_of(4).exponential(size=30)
    theirs = stats.bootstrap((values,), np.mean, n_resamples=20_000, rng=rng_of(5))
    ours = bootstrap(values, 20_000, rng=rng_of(6))
    assert ours.std() == pytest.approx(theirs.standard_error, rel=0.03)


def test_bootstrap_refuses():
    with refuses(ValueError, "the number of values must be at least 1, but is 0"):
        bootstrap([], 3, rng=rng_of())
    with refuses(ValueError, "values must have shape (n,), but its shape is (1, 2)"):
        bootstrap([[1.0, 2.0]], 3, rng=rng_of())
    with refuses(ValueError, "values must be finite"):
        bootstrap([np.nan], 3, rng=rng_of())
    with refuses(ValueError, "repeats must be a whole number >= 0, but is -1"):
        bootstrap([1.0], -1, rng=rng_of())
    with refuses(TypeError, "rng must be a random generator"):
        bootstrap([1.0], 3, rng=None)


def test_running_mean():
    x = rng_of(1).normal(size=50)
    assert_allclose(running_mean(x), [x[: k + 1].mean() for k in range(50)])
    assert running_mean([]).shape == (0,)
    with refuses(ValueError, "x must have shape (n,), but its shape is (2, 1)"):
        running_mean([[1], [2]])


@given(seeds, sizes, st.integers(1, 12))
def test_sum_distribution_keeps_mean_and_variance_in_step(seed, k, n):
    p = table_of(seed, k)
    total = sum_distribution(p, n)
    once, values = np.arange(k), np.arange(total.size)
    assert total.sum() == pytest.approx(1)
    assert expectation(values, total) == pytest.approx(n * expectation(once, p))
    assert variance(values, total) == pytest.approx(n * variance(once, p), abs=1e-12)


@given(st.integers(1, 40), shares)
def test_sum_of_coins_is_binomial(n, p):
    theirs = stats.binom.pmf(np.arange(n + 1), n, p)
    assert_allclose(sum_distribution([1 - p, p], n), theirs, atol=1e-12)


def test_sum_distribution_refuses_and_copies():
    p = np.array([0.5, 0.5])
    sum_distribution(p, 1)[0] = 9
    assert p[0] == 0.5
    with refuses(ValueError, "n must be at least 1, but is 0"):
        sum_distribution(p, 0)


@pytest.mark.parametrize("name", BOTH)
def test_standardized_means_approach_the_normal(name):
    z = standardized_means(BOTH[name][0], 400, 4000, rng=rng_of(3))
    assert abs(z.mean()) < 0.06
    assert z.std() == pytest.approx(1, abs=0.05)
    assert np.mean(abs(z) < 1) == pytest.approx(0.6827, abs=0.035)


def test_standardized_means_refuse():
    with refuses(ValueError, "distribution must have a variance > 0, but has 0"):
        standardized_means(bernoulli(1), 3, 3, rng=rng_of())
    with refuses(ValueError, "n must be at least 1, but is 0"):
        standardized_means(normal(), 0, 3, rng=rng_of())


@pytest.mark.parametrize("scale", [1e-200, 1e-170, 1.0, 1e170, 1e300])
def test_spreads_at_any_scale(scale):
    data = scale * np.array([1.0, 3.0])
    assert spread(data, 2) == pytest.approx(scale, rel=1e-15)
    assert spread(data, 1) == pytest.approx(math.sqrt(2) * scale, rel=1e-15)
    assert r_squared(data, data[:1].repeat(2)) == pytest.approx(-1)
    drawn = monte_carlo(lambda x: x, lambda n, rng: data, 2, rng=rng_of())
    assert drawn == pytest.approx((2 * scale, scale), rel=1e-15)


def test_spread_is_numpy_s():
    x = rng_of(1).normal(3, 2, size=40)
    assert spread(x, 40) == pytest.approx(x.std(), rel=1e-12)
    assert spread(x, 39) == pytest.approx(x.std(ddof=1), rel=1e-12)
    assert spread([5.0], 1) == 0
    with refuses(ValueError, "the number of x must be at least 1, but is 0"):
        spread([], 1)
    with refuses(ValueError, "count must be at least 1, but is 0"):
        spread([1.0], 0)


def test_numbers_a_rounding_apart_are_spread_as_they_are():
    gap = 2.0**-52
    assert spread([0.1, 0.1, 0.1], 3) == 0
    assert spread([1, 1 + gap], 2) == gap / 2
    assert spread([1, 1 + gap, 1 + 2 * gap], 2) == gap
    assert r_squared([1, 1 + gap], [1, 1]) == -1
    drawn = monte_carlo(np.ones_like, lambda n, rng: np.arange(n) / 10, 3, rng=rng_of())
    assert drawn == (1, 0)


def test_the_narrowest_means_can_be_standardized():
    wide = standardized_means(normal(), 100, 5, rng=rng_of(1))
    narrow = standardized_means(normal(0, 2.0**-535), 100, 5, rng=rng_of(1))
    assert_allclose(narrow, wide, rtol=1e-12)


@pytest.mark.parametrize("wide", [exponential(1e-200), normal(0, 1e-200)])
def test_what_has_no_finite_variance_is_not_standardized(wide):
    with refuses(ValueError, "distribution must have a variance > 0, but has"):
        standardized_means(wide, 2, 3, rng=rng_of())


@pytest.mark.parametrize("no_distribution", [3, "a", None, np.zeros(5)])
def test_what_is_no_distribution_is_refused(no_distribution):
    with refuses(TypeError, "distribution must be a Distribution, but is of type"):
        standardized_means(no_distribution, 2, 3, rng=rng_of())


def test_monte_carlo_changes_no_draws_of_the_caller():
    draws = np.array([1.0, 2.0, 4.0])

    def careless(x):
        x *= 2
        return x

    assert monte_carlo(careless, lambda n, rng: draws, 3, rng=rng_of()).estimate > 4
    assert_array_equal(draws, [1, 2, 4])


# Walks, series, a game


def test_random_walks_spread_with_the_root_of_time():
    walks = random_walks(4000, 100, rng=rng_of(1), sd=2.0)
    assert_array_equal(walks[:, 0], 0)
    spread = walks.std(axis=0)[[1, 25, 100]]
    assert_allclose(spread, 2 * np.array([1, 5, 10]), rtol=0.05)
    assert random_walks(0, 3, rng=rng_of()).shape == (0, 4)
    with refuses(ValueError, "sd must be a finite number > 0, but is 0"):
        random_walks(1, 1, rng=rng_of(), sd=0)


def test_the_random_walk_trap():
    walks = random_walks(200, 1000, rng=rng_of(0))
    flattering = [r_squared(walk[1:], walk[:-1]) for walk in walks]
    assert np.median(flattering) == pytest.approx(0.992, abs=0.002)
    honest = []
    for walk in walks:
        X, y = lags(np.diff(walk), 5)
        A, half = np.column_stack([X, np.ones(len(y))]), 4 * len(y) // 5
        theta = np.linalg.lstsq(A[:half], y[:half])[0]
        honest.append(r_squared(y[half:], A[half:] @ theta))
    assert -0.02 < np.median(honest) < 0


def test_small_integers_count_as_far_as_any():
    walks = random_walks(2, np.int8(127), rng=rng_of(1))
    assert_array_equal(walks, random_walks(2, 127, rng=rng_of(1)))
    for ours, expected in zip(
        lags(np.arange(200.0), np.int8(100)), lags(np.arange(200.0), 100), strict=True
    ):
        assert_array_equal(ours, expected)


def test_r_squared():
    y = np.array([1.0, 2.0, 3.0, 6.0])
    assert r_squared(y, y) == 1
    assert r_squared(y, np.full(4, 3.0)) == 0
    assert r_squared(y, -y) < 0
    line = stats.linregress(np.arange(4), y)
    fitted = line.intercept + line.slope * np.arange(4)
    assert r_squared(y, fitted) == pytest.approx(line.rvalue**2, rel=1e-12)
    with refuses(ValueError, "y must vary, but all its entries are equal"):
        r_squared([1, 1], [1, 2])


def test_lags():
    X, y = lags(np.arange(6.0), 3)
    assert_array_equal(X, [[0, 1, 2], [1, 2, 3], [2, 3, 4]])
    assert_array_equal(y, [3, 4, 5])
    with refuses(ValueError, "order must be below the length of series, 3, but is 3"):
        lags([1, 2, 3], 3)
    with refuses(ValueError, "order must be at least 1, but is 0"):
        lags([1, 2, 3], 0)


def test_the_bandit_learns_the_best_arm_and_its_policies_are_tables():
    play = policy_gradient([0.2, 0.5, 0.8], 3000, rate=0.1, rng=rng_of(1))
    assert_allclose(play.policies.sum(axis=1), 1)
    assert_allclose(play.policies[0], 1 / 3)
    assert play.policies[-1, 2] > 0.95
    assert play.rewards[-500:].mean() > 0.7
    assert set(play.arms) == {0, 1, 2}


class Lucky(np.random.Generator):
    """Draws nothing but the largest float below 1."""

    def __init__(self):
        super().__init__(np.random.PCG64(0))

    def uniform(self, *, size):
        return np.full(size, 1 - 2**-53)


def test_luck_beyond_the_rounded_sum_of_a_policy_pulls_the_last_arm():
    sums = []
    for arms in range(1, 60):
        play = policy_gradient(np.zeros(arms), 1, rate=0.1, rng=Lucky())
        assert play.arms == [arms - 1]
        sums.append(play.policies[0].cumsum()[-1])
    assert min(sums) < 1 - 2**-53  # less than was drawn


def test_what_is_usual_is_taken_off_a_reward():
    chances = [1.0, 1.0]  # each play gets 1: after the first nothing is a surprise
    play = policy_gradient(chances, 5, rate=0.5, rng=rng_of(3))
    assert_allclose(play.policies[1:], play.policies[[1]].repeat(5, axis=0))
    assert play.policies[1].max() > 0.5


def test_the_first_step_of_the_bandit_is_the_policy_gradient_on_average():
    chances, rate = np.array([0.2, 0.5, 0.9]), 0.01
    steps = []
    for seed in range(4000):
        play = policy_gradient(chances, 1, rate=rate, rng=rng_of(seed))
        z = np.log(play.policies[1])
        steps.append(z - z.mean())
    slope = np.full(3, 1 / 3) * (chances - chances.mean())
    assert_allclose(np.mean(steps, axis=0), rate * slope, atol=4e-4 * 0.5)


def test_the_bandit_refuses():
    with refuses(ValueError, "chances must hold numbers from 0 to 1, but one is 2"):
        policy_gradient([2.0], 5, rate=0.1, rng=rng_of())
    with refuses(ValueError, "rate must be a finite number > 0, but is 0"):
        policy_gradient([0.5], 5, rate=0, rng=rng_of())
    with refuses(ValueError, "baseline must be True or False, but is 'no'"):
        policy_gradient([0.5], 5, rate=0.1, rng=rng_of(), baseline="no")
    with refuses(ValueError, "the number of chances must be at least 1, but is 0"):
        policy_gradient([], 3, rate=0.1, rng=rng_of())
    with refuses(TypeError, "rng must be a random generator"):
        policy_gradient([0.5], 5, rate=0.1, rng=None)
    with refuses(TypeError, "rng must be a random generator"):
        random_walks(1, 1, rng=None)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_has_no_r_squared(bad):
    with refuses(ValueError, "y must be finite"):
        r_squared([bad, 1.0], [0.0, 1.0])
    with refuses(ValueError, "predicted must be finite"):
        r_squared([0.0, 1.0], [bad, 1.0])
