"""Probability: landmark numbers, the laws of chance, and scipy's distributions."""

import math
import re

import numpy as np
import pytest
from checking import check_gradient
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from scipy.optimize import linprog, minimize, minimize_scalar

from mathlib.probability import (
    are_independent,
    are_pairwise_independent,
    bayes,
    bernoulli,
    bernoulli_map,
    calibration,
    categorical,
    conditional,
    correlation,
    covariance,
    error_rates,
    expectation,
    exponential,
    fit_normal,
    lags,
    log_likelihood,
    logistic_regression,
    marginal,
    monte_carlo,
    normal,
    normal_mean_map,
    policy_gradient,
    posterior,
    r_squared,
    random_walks,
    running_mean,
    shared_birthday,
    standardized_means,
    sum_distribution,
    uniform,
    variance,
)
from mathlib.special import sigmoid

DIE = np.full(6, 1 / 6)
WEATHER = np.array([0.5, 0.3, 0.2])
XOR = np.zeros((2, 2, 2))
XOR[[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]] = 0.25

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 4)
shares = st.floats(0.001, 0.999)


def refuses(error, message):
    return pytest.raises(error, match=f"^{re.escape(message)}")


def rng_of(seed=0):
    return np.random.default_rng(seed)


def table_of(seed, shape):
    p = rng_of(seed).uniform(size=shape)
    return p / p.sum()


# Distributions

CONTINUOUS = {
    "normal": (normal(1.5, 0.7), stats.norm(1.5, 0.7)),
    "uniform": (uniform(-1.0, 3.0), stats.uniform(-1.0, 4.0)),
    "exponential": (exponential(2.5), stats.expon(scale=1 / 2.5)),
}
DISCRETE = {
    "bernoulli": (bernoulli(0.3), stats.bernoulli(0.3)),
    "categorical": (
        categorical(WEATHER),
        stats.rv_discrete(values=(range(3), WEATHER)),
    ),
}
BOTH = CONTINUOUS | DISCRETE


@pytest.mark.parametrize("name", CONTINUOUS)
def test_densities_agree_with_scipy(name):
    ours, theirs = CONTINUOUS[name]
    x = np.linspace(-6, 9, 301)
    assert_allclose(ours.density(x), theirs.pdf(x), rtol=1e-12, atol=0)
    assert_allclose(ours.log_density(x), theirs.logpdf(x), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", DISCRETE)
def test_probabilities_agree_with_scipy(name):
    ours, theirs = DISCRETE[name]
    x = np.array([-1, 0, 1, 2, 3])
    assert_allclose(ours.density(x), theirs.pmf(x), rtol=1e-12, atol=0)
    assert_allclose(ours.log_density(x), theirs.logpmf(x), rtol=1e-12)
    assert_array_equal(ours.density([0.5, 1.5]), 0)


@pytest.mark.parametrize("name", BOTH)
def test_means_and_variances_agree_with_scipy_and_with_samples(name):
    ours, theirs = BOTH[name]
    assert ours.mean == pytest.approx(theirs.mean(), rel=1e-12)
    assert ours.variance == pytest.approx(theirs.var(), rel=1e-12)
    x = ours.sample((400, 250), rng=rng_of(1))
    assert x.shape == (400, 250)
    error = math.sqrt(ours.variance / x.size)
    assert abs(x.mean() - ours.mean) < 4 * error
    assert x.var() == pytest.approx(ours.variance, rel=0.02)


@pytest.mark.parametrize("name", CONTINUOUS)
def test_samples_follow_the_density(name):
    ours, theirs = CONTINUOUS[name]
    x = ours.sample(5000, rng=rng_of(2))
    assert stats.kstest(x, theirs.cdf).pvalue > 0.01


@pytest.mark.parametrize("name", DISCRETE)
def test_samples_follow_the_probabilities(name):
    ours, _ = DISCRETE[name]
    counts = np.bincount(ours.sample(5000, rng=rng_of(3)))
    expected = 5000 * ours.density(np.arange(counts.size))
    assert stats.chisquare(counts, expected).pvalue > 0.01


def test_densities_sum_to_one():
    for distribution, _ in CONTINUOUS.values():
        x = np.linspace(-20, 40, 600_001)
        assert np.sum(distribution.density(x)) * 1e-4 == pytest.approx(1, abs=1e-3)


def test_samples_repeat_with_the_seed_and_with_older_generators():
    for distribution, _ in BOTH.values():
        first, second = (distribution.sample(9, rng=rng_of(5)) for _ in range(2))
        assert_array_equal(first, second)
        old = distribution.sample(3, rng=np.random.RandomState(0))
        assert old.shape == (3,)


def test_the_extremes_of_distributions():
    assert bernoulli(0).sample(100, rng=rng_of()).max() == 0
    assert bernoulli(1).sample(100, rng=rng_of()).min() == 1
    assert bernoulli(1).log_density(0) == -np.inf
    assert normal(0, 1).density(40.0) == pytest.approx(stats.norm.pdf(40), rel=1e-12)
    assert normal(0, 1e-200).density(0.0) == pytest.approx(3.989422804014327e199)
    assert categorical([1.0]).variance == 0


def test_distributions_refuse():
    with refuses(ValueError, "sd must be a finite number > 0, but is 0"):
        normal(0, 0)
    with refuses(ValueError, "mean must be a finite number, but is nan"):
        normal(np.nan)
    with refuses(TypeError, "mean must be a finite number, but is '0'"):
        normal("0")
    with refuses(ValueError, "low must be below high, but low is 1 and high is 1"):
        uniform(1, 1)
    with refuses(ValueError, "rate must be a finite number > 0, but is -1"):
        exponential(-1)
    with refuses(ValueError, "p must be a number from 0 to 1, but is 1.5"):
        bernoulli(1.5)
    with refuses(ValueError, "p must sum to 1, but sums to 0.9: divide by its sum"):
        categorical([0.4, 0.5])
    with refuses(ValueError, "p must hold numbers >= 0, but one is -0.5"):
        categorical([1.5, -0.5])
    with refuses(ValueError, "p must hold numbers >= 0, but one is nan"):
        categorical([1.5, np.nan])
    with refuses(ValueError, "p must have shape (k,), but its shape is (1, 1)"):
        categorical([[1.0]])
    for rng in (None, 0, np.random):
        with refuses(TypeError, "rng must be a random generator, but is "):
            normal().sample(3, rng=rng)


# Tables


def test_marginals_and_conditions_by_hand():
    joint = np.array([[0.4, 0.1], [0.2, 0.3]])
    assert_allclose(marginal(joint, 0), [0.5, 0.5])
    assert_allclose(marginal(joint, 1), [0.6, 0.4])
    assert_allclose(conditional(joint, given=0, value=0), [0.8, 0.2])
    assert_allclose(conditional(joint, given=1, value=1), [0.25, 0.75])
    assert_allclose(marginal(joint, (1, 0)), joint.T)
    assert marginal(joint, ()) == pytest.approx(1)


@given(seeds, sizes, sizes, sizes)
def test_conditions_put_the_table_together_again(seed, a, b, c):
    joint = table_of(seed, (a, b, c))
    for given_axis in range(3):
        rest = marginal(joint, given_axis)
        parts = [
            rest[i] * conditional(joint, given=given_axis, value=i)
            for i in range(rest.size)
        ]
        assert_allclose(np.stack(parts, axis=given_axis), joint, atol=1e-15)
    assert_allclose(marginal(joint, (2, 0)), joint.sum(axis=1).T)
    shuffled = marginal(joint, (2, 0, 1))
    assert_array_equal(shuffled, joint.transpose(2, 0, 1))


def test_tables_refuse():
    joint = np.array([[0.5, 0.0], [0.5, 0.0]])
    with refuses(ValueError, "value must have a probability > 0, but 1 never happens"):
        conditional(joint, given=1, value=1)
    with refuses(ValueError, "value must be an index from 0 to 1, but is 2"):
        conditional(joint, given=1, value=2)
    with refuses(ValueError, "given must be an axis of joint, 0 to 1, but is 2"):
        conditional(joint, given=2, value=0)
    with refuses(ValueError, "given must be a whole number >= 0, but is -1"):
        conditional(joint, given=-1, value=0)
    with refuses(ValueError, "keep must be an axis of joint, 0 to 1, but is 2"):
        marginal(joint, (0, 2))
    with refuses(ValueError, "keep must name each axis once, but is (0, 0)"):
        marginal(joint, (0, 0))
    with refuses(ValueError, "joint must sum to 1, but sums to 2: divide by its sum"):
        marginal(2 * joint, 0)


# Bayes


@pytest.mark.parametrize(
    ("prior", "sensitivity", "false_positive_rate", "expected"),
    [
        (0.01, 0.99, 0.01, 0.5),
        (0.001, 0.99, 0.01, 0.0902),
        (0.01, 0.99, 0.05, 0.1667),
        (0.25, 0.9, 0.1, 0.75),
        (0.0, 0.9, 0.1, 0.0),
        (1.0, 0.9, 0.1, 1.0),
        (0.3, 0.5, 0.5, 0.3),
    ],
)
def test_bayes_by_hand(prior, sensitivity, false_positive_rate, expected):
    found = bayes(prior, sensitivity, false_positive_rate)
    assert found == pytest.approx(expected, abs=5e-5)


@given(shares, shares, shares)
def test_bayes_is_conditioning_of_the_joint_table(prior, sensitivity, rate):
    ill = [prior * sensitivity, prior * (1 - sensitivity)]
    healthy = [(1 - prior) * rate, (1 - prior) * (1 - rate)]
    expected = conditional([ill, healthy], given=1, value=0)[0]
    assert bayes(prior, sensitivity, rate) == pytest.approx(expected, rel=1e-12)
    odds = prior / (1 - prior) * sensitivity / rate
    assert bayes(prior, sensitivity, rate) == pytest.approx(odds / (1 + odds))


@given(seeds, sizes)
def test_two_pieces_of_evidence_in_turn_or_at_once(seed, k):
    rng = rng_of(seed)
    prior, first, second = table_of(seed, k), *rng.uniform(0.1, 1, (2, k))
    in_turn = posterior(posterior(prior, first), second)
    assert_allclose(in_turn, posterior(prior, first * second), rtol=1e-12)
    assert in_turn.sum() == pytest.approx(1)


def test_bayes_refuses():
    with refuses(ValueError, "prior must be a number from 0 to 1, but is 2"):
        bayes(2, 0.5, 0.5)
    with refuses(ValueError, "false_positive_rate must be a number from 0 to 1, but"):
        bayes(0.5, 0.5, -0.1)
    with refuses(ValueError, "sensitivity or false_positive_rate must make a positive"):
        bayes(0.0, 0.9, 0.0)
    with refuses(ValueError, "likelihood must have shape (k,) with k = 2, but its"):
        posterior([0.5, 0.5], [1, 1, 1])
    with refuses(ValueError, "likelihood must hold numbers >= 0, but one is -1"):
        posterior([0.5, 0.5], [1, -1])


def test_birthdays():
    assert shared_birthday(22) < 0.5 < shared_birthday(23)
    assert shared_birthday(23) == pytest.approx(0.5073, abs=5e-5)
    assert shared_birthday(0) == shared_birthday(1) == 0
    assert shared_birthday(2) == pytest.approx(1 / 365)
    assert shared_birthday(366) == shared_birthday(10**9) == 1
    rooms = rng_of(1).integers(365, size=(20_000, 23))
    different = np.mean([len(set(room)) == 23 for room in rooms.tolist()])
    assert 1 - different == pytest.approx(shared_birthday(23), abs=0.012)
    with refuses(ValueError, "days must be a finite number > 0, but is 0"):
        shared_birthday(2, days=0)
    with refuses(TypeError, "people must be a whole number >= 0, but is 2.5"):
        shared_birthday(2.5)


# Independence


def test_three_coins_independent_by_twos_only():
    assert are_pairwise_independent(XOR)
    assert not are_independent(XOR)
    assert_array_equal(conditional(XOR, given=2, value=0), [[0.5, 0], [0, 0.5]])


@given(seeds, st.lists(sizes, min_size=1, max_size=4))
def test_products_are_independent(seed, shape):
    product = np.ones(())
    for number, size in enumerate(shape):
        product = np.multiply.outer(product, table_of(seed + number, size))
    assert are_independent(product)
    assert are_pairwise_independent(product)


@given(seeds, st.integers(2, 4), st.integers(2, 4))
def test_a_random_table_is_dependent(seed, a, b):
    joint = table_of(seed, (a, b))
    assert not are_independent(joint, tolerance=1e-9)
    assert are_independent(joint, tolerance=1)
    with refuses(ValueError, "tolerance must be a finite number >= 0, but is -1"):
        are_independent(joint, tolerance=-1)


def test_a_square_is_uncorrelated_but_dependent():
    x = np.array([-1.0, 0.0, 1.0])
    joint = np.array([[0, 1 / 3], [1 / 3, 0], [0, 1 / 3]])
    assert covariance(x, [0.0, 1.0], joint) == pytest.approx(0, abs=1e-16)
    assert not are_independent(joint)


# Expectation


def test_a_die():
    faces = np.arange(1, 7)
    assert expectation(faces, DIE) == pytest.approx(3.5)
    assert variance(faces, DIE) == pytest.approx(35 / 12)


@given(seeds, sizes, sizes, st.floats(-3, 3), st.floats(-3, 3))
def test_the_rules_of_mean_and_variance(seed, a, b, factor, shift):
    joint, rng = table_of(seed, (a, b)), rng_of(seed)
    x, y = rng.normal(size=a), rng.normal(size=b)
    row, column = marginal(joint, 0), marginal(joint, 1)
    total = np.add.outer(factor * x + shift, y)
    assert expectation(total, joint) == pytest.approx(
        factor * expectation(x, row) + shift + expectation(y, column)
    )
    between = covariance(x, y, joint)
    parts = factor**2 * variance(x, row) + variance(y, column) + 2 * factor * between
    assert variance(total, joint) == pytest.approx(parts, abs=1e-12)
    assert between == pytest.approx(covariance(y, x, joint.T))
    product = expectation(np.multiply.outer(x, y), joint)
    means = expectation(x, row) * expectation(y, column)
    assert between == pytest.approx(product - means, abs=1e-12)
    assert covariance(x, y, np.outer(row, column)) == pytest.approx(0, abs=1e-14)


@given(seeds, sizes)
def test_mean_and_variance_of_a_table_agree_with_scipy(seed, k):
    p, values = table_of(seed, k), rng_of(seed).normal(size=k)
    theirs = stats.rv_discrete(values=(np.arange(k), p))
    mean = theirs.expect(lambda i: values[np.asarray(i, int)])
    square = theirs.expect(lambda i: values[np.asarray(i, int)] ** 2)
    assert_allclose(expectation(values, p), mean, rtol=1e-12, atol=1e-12)
    assert_allclose(variance(values, p), square - mean**2, rtol=1e-12, atol=1e-12)


@given(seeds, st.integers(2, 5))
def test_covariance_and_correlation_agree_with_numpy_and_scipy(seed, n):
    x, y = rng_of(seed).normal(size=(2, n))
    joint = np.eye(n) / n
    theirs = np.cov(x, y, bias=True)
    assert_allclose(covariance(x, y, joint), theirs[0, 1], rtol=1e-12, atol=1e-12)
    pearson = stats.pearsonr(x, y).statistic
    assert_allclose(correlation(x, y, joint), pearson, rtol=1e-12, atol=1e-12)
    assert correlation(x, -2 * x, joint) == pytest.approx(-1)


def test_expectation_refuses():
    with refuses(ValueError, "values must have the shape of p, (6,), but have (5,)"):
        expectation(np.arange(5), DIE)
    with refuses(ValueError, "p must sum to 1, but sums to 0.5"):
        variance([1, 2], [0.25, 0.25])
    with refuses(ValueError, "joint must have shape (a, b) with a = 2, b = 3, but"):
        covariance([1, 2], [1, 2, 3], np.full((2, 2), 0.25))
    with refuses(ValueError, "x and y must vary, but one of them has variance 0"):
        correlation([1, 1], [1, 2], np.full((2, 2), 0.25))


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
    with refuses(ValueError, "what f returns must have shape (5,), but its shape is"):
        monte_carlo(np.mean, uniform().sample, 5, rng=rng_of())
    with refuses(TypeError, "sample must be a function, but is of type Distribution"):
        monte_carlo(np.exp, uniform(), 5, rng=rng_of())
    with refuses(TypeError, "rng must be a random generator"):
        monte_carlo(np.exp, uniform().sample, 5, rng=None)


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


# Estimates


def test_fit_normal_is_scipy_s_maximum_likelihood():
    x = rng_of(2).normal(3, 2, size=40)
    assert_allclose(fit_normal(x), stats.norm.fit(x), rtol=1e-12)
    theirs = minimize(
        lambda t: -log_likelihood(normal(t[0], math.exp(t[1])), x), [1.0, 0.0]
    )
    assert_allclose([theirs.x[0], math.exp(theirs.x[1])], fit_normal(x), atol=1e-4)
    assert fit_normal([5.0]) == (5.0, 0.0)


def test_log_likelihood():
    x = np.array([1, 0, 1, 1])
    assert log_likelihood(bernoulli(0.7), x) == pytest.approx(
        3 * math.log(0.7) + math.log(0.3)
    )
    assert log_likelihood(bernoulli(1), x) == -np.inf
    for name, (ours, theirs) in BOTH.items():
        x = ours.sample(40, rng=rng_of(3))
        logs = theirs.logpdf(x) if name in CONTINUOUS else theirs.logpmf(x)
        assert log_likelihood(ours, x) == pytest.approx(logs.sum(), rel=1e-12)
    assert log_likelihood(normal(), [0.0, 50.0]) == pytest.approx(
        stats.norm.logpdf([0, 50]).sum(), rel=1e-12
    )


@given(st.integers(0, 30), st.integers(0, 30), st.floats(0.1, 9), st.floats(0.1, 9))
def test_bernoulli_map_is_the_top_of_the_posterior(heads, tails, a, b):
    found = bernoulli_map(heads, heads + tails, prior_heads=a, prior_tails=b)
    top = minimize_scalar(
        lambda p: -stats.beta.logpdf(p, heads + a + 1, tails + b + 1),
        bounds=(0, 1),
        method="bounded",
        options={"xatol": 1e-9},
    ).x
    assert found == pytest.approx(top, abs=1e-6)


def test_bernoulli_map_by_hand_and_refused():
    assert bernoulli_map(3, 4) == 0.75
    assert bernoulli_map(3, 4, prior_heads=1, prior_tails=5) == 0.4
    with refuses(ValueError, "heads must be at most flips, 4, but are 5"):
        bernoulli_map(5, 4)
    with refuses(ValueError, "flips must be > 0 where the prior is flat, but are 0"):
        bernoulli_map(0, 0)


def test_normal_mean_map_is_the_top_of_the_posterior():
    x = rng_of(4).normal(2, 1.5, size=7)

    def loss(mean):
        return -log_likelihood(normal(mean, 1.5), x) - stats.norm.logpdf(mean, -1, 0.5)

    found = normal_mean_map(x, sd=1.5, prior_mean=-1, prior_sd=0.5)
    assert found == pytest.approx(minimize_scalar(loss).x, abs=1e-6)
    wide = normal_mean_map(x, sd=1.5, prior_mean=-1, prior_sd=1e6)
    assert wide == pytest.approx(x.mean())
    with refuses(ValueError, "x must hold at least one number, but is empty"):
        normal_mean_map([], sd=1, prior_mean=0, prior_sd=1)


# Yes or no


def yes_or_no(seed, n, d):
    rng = rng_of(seed)
    X = rng.normal(size=(n, d))
    y = rng.uniform(size=n) < sigmoid(X @ np.linspace(0.5, 1, d) - 0.3)
    return X, y.astype(float)


@given(st.integers(0, 1000), st.integers(1, 3))
def test_logistic_regression_stands_where_the_likelihood_is_level(seed, d):
    X, y = yes_or_no(seed, 200, d)
    theta = logistic_regression(X, y)
    p = sigmoid(X @ theta[:-1] + theta[-1])
    assert_allclose(X.T @ (y - p), 0, atol=1e-8)
    assert p.sum() == pytest.approx(y.sum())


def test_logistic_regression_agrees_with_scipy_s_minimizer():
    X, y = yes_or_no(1, 300, 2)

    def loss(theta):
        z = X @ theta[:-1] + theta[-1]
        return np.mean(np.logaddexp(0, z) - y * z)

    theirs = minimize(loss, np.zeros(3), options={"gtol": 1e-9}).x
    assert_allclose(logistic_regression(X, y), theirs, atol=1e-5)
    p = sigmoid(X @ theirs[:-1] + theirs[-1])
    A = np.column_stack([X, np.ones(300)])
    other = theirs + 1
    p = sigmoid(A @ other)
    check_gradient(loss, other, A.T @ (p - y) / 300)


@pytest.mark.parametrize("shift", [0.0, 7e3, 3e6, 1.7e9])
@pytest.mark.parametrize("scale", [1e-150, 1e-8, 1.0, 86_400.0, 1e150])
def test_logistic_regression_minds_neither_offsets_nor_units(shift, scale):
    rng = rng_of(3)
    x = rng.normal(size=(400, 2)).round(3)
    y = (rng.uniform(size=400) < sigmoid(x @ [1.0, -0.5] + 0.2)).astype(int)
    plain = logistic_regression(x, y)
    moved = logistic_regression((x + shift) * [scale, 1.0], y)
    rel = 1e-9 + 1e-15 * shift
    assert_allclose(moved[:2], plain[:2] / [scale, 1.0], rtol=rel)
    intercept = plain[2] - shift * plain[:2].sum()
    assert_allclose(moved[2], intercept, rtol=rel, atol=rel * (1 + shift))


@pytest.mark.parametrize("steps", [50, 3000])
@pytest.mark.parametrize(
    ("X", "y"),
    [
        ([[0], [0], [1], [1]], [0, 1, 1, 1]),  # nobody with a 1 failed
        ([[0], [0], [1], [1]], [0, 0, 1, 1]),
        ([[0], [1], [2], [3]], [1, 1, 1, 1]),
        ([[1e9], [2e9], [3e9], [4e9]], [0, 0, 1, 1]),
        ([[0, 0], [1, 0], [0, 1], [1, 1]], [0, 1, 1, 1]),
        (np.zeros((3, 0)), [1, 1, 1]),
    ],
)
def test_separable_labels_have_no_maximum(X, y, steps):
    with refuses(ArithmeticError, "logistic regression found no maximum: the labels"):
        logistic_regression(X, y, steps=steps)


def test_labels_drawn_at_random_have_a_maximum_or_are_separable():
    for seed in range(200):
        rng = rng_of(seed)
        n, d = rng.integers(4, 40), rng.integers(1, 4)
        X = rng.standard_cauchy(size=(n, d)) * 10.0 ** rng.integers(-9, 9, size=d)
        y = rng.integers(2, size=n)
        A = np.column_stack([X / np.abs(X).max(axis=0), np.ones(n)])
        signed = A * (1 - 2 * y)[:, None]
        # a direction in which no label is on the wrong side, and some on the right
        found = linprog(signed.sum(axis=0), signed, np.zeros(n), bounds=(-1, 1))
        if found.fun < -1e-9:
            with pytest.raises(ArithmeticError, match="no maximum"):
                logistic_regression(X, y)
        elif found.fun == 0:
            w = logistic_regression(X, y)
            left = y - sigmoid(X @ w[:-1] + w[-1])
            assert_allclose(A.T @ left, np.zeros(d + 1), atol=1e-8)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([[0.1], [0.1], [0.1], [0.1], [0.1]], "column 0 of X is constant"),
        ([[1, 7e3], [2, 7e3], [3, 7e3], [4, 7e3], [5, 7e3]], "column 1 of X is"),
        ([[x, 3 * x + 0.1] for x in (1, 2, 3, 4, 5)], "columns of X depend on one"),
        ([[x + 7e3, 3 * x] for x in (0.1, 0.2, 0.3, 0.4, 0.5)], "columns of X depend"),
        (np.ones((5, 9)) * np.arange(5)[:, None] ** np.arange(1, 10), "columns of X"),
    ],
)
def test_columns_that_depend_on_one_another_have_many_maxima(X, message):
    with refuses(ArithmeticError, f"logistic regression found many maxima: {message}"):
        logistic_regression(X, [0, 1, 0, 1, 0])


def test_logistic_regression_refuses():
    X = np.array([[0.0], [1.0], [2.0], [3.0]])
    with refuses(ArithmeticError, "logistic regression found no maximum: the labels"):
        logistic_regression(X, [0, 0, 1, 1])
    with refuses(ArithmeticError, "logistic regression found no maximum in 2 steps"):
        logistic_regression(X, [0, 1, 0, 1], steps=2)
    with refuses(ValueError, "the number of samples must be at least 1, but is 0"):
        logistic_regression(np.zeros((0, 2)), [])
    with refuses(ValueError, "y must hold 0 and 1 only, but one is 2"):
        logistic_regression(X, [0, 1, 2, 1])
    with refuses(ValueError, "y must have shape (n,) with n = 4, but its shape"):
        logistic_regression(X, [0, 1, 1])


def test_calibration():
    p = rng_of(1).uniform(size=40_000)
    happened = (rng_of(2).uniform(size=p.size) < p).astype(int)
    table = calibration(p, happened)
    assert table.counts.sum() == p.size
    assert_allclose(table.predicted, np.arange(10) / 10 + 0.05, atol=0.002)
    assert_allclose(table.observed, table.predicted, atol=0.03)
    sure = calibration([1.0, 1.0, 0.0], [1, 0, 0], bins=4)
    assert_array_equal(sure.predicted, [0, 1])
    assert_array_equal(sure.observed, [0, 0.5])
    assert_array_equal(sure.counts, [1, 2])
    with refuses(ValueError, "predicted must hold numbers from 0 to 1, but one is 1.5"):
        calibration([1.5], [1])
    with refuses(ValueError, "bins must be at least 1, but is 0"):
        calibration([0.5], [1], bins=0)


def test_error_rates():
    scores, labels = np.array([0.1, 0.6, 0.4, 0.9]), np.array([0, 0, 1, 1])
    assert error_rates(scores, labels, 0.0) == (1.0, 0.0)
    assert error_rates(scores, labels, 0.6) == (0.5, 0.5)
    assert error_rates(scores, labels, 0.65) == (0.0, 0.5)
    assert error_rates(scores, labels, 2.0) == (0.0, 1.0)
    with refuses(ValueError, "labels must hold both 0 and 1, but hold {"):
        error_rates(scores, [1, 1, 1, 1], 0.5)


# Walks, games, privacy


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


# What may not be lost: nan, far scales

EVERY = {
    "normal": normal(),
    "uniform": uniform(),
    "exponential": exponential(),
    "bernoulli": bernoulli(0.3),
    "categorical": categorical([0.3, 0.7]),
}


@pytest.mark.parametrize("distribution", EVERY.values(), ids=list(EVERY))
def test_nan_is_neither_possible_nor_impossible(distribution):
    assert np.isnan(distribution.density(np.nan))
    assert np.isnan(distribution.log_density([np.nan, 1.0])[0])
    assert np.isnan(log_likelihood(distribution, [1.0, np.nan]))


def test_nan_is_on_no_side_of_a_threshold():
    with refuses(ValueError, "scores must not be nan"):
        error_rates([np.nan, 1.0], [0, 1], 0.5)
    with refuses(ValueError, "threshold must not be nan"):
        error_rates([0.0, 1.0], [0, 1], np.nan)
    assert error_rates([0.0, 1.0], [0, 1], np.inf) == (0.0, 1.0)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_is_refused(bad):
    half = [0.5, 0.5]
    with pytest.raises(ValueError, match=r"^likelihood must "):
        posterior(half, [bad, 1.0])
    for f in (expectation, variance):
        with refuses(ValueError, "values must be finite"):
            f([bad, 1.0], half)
    for f in (covariance, correlation):
        with refuses(ValueError, "x must be finite"):
            f([bad, 1.0], [0, 1], np.full((2, 2), 0.25))
        with refuses(ValueError, "y must be finite"):
            f([0, 1], [bad, 1.0], np.full((2, 2), 0.25))
    with refuses(ValueError, "y must be finite"):
        r_squared([bad, 1.0], [0.0, 1.0])
    with refuses(ValueError, "predicted must be finite"):
        r_squared([0.0, 1.0], [bad, 1.0])


def test_posteriors_of_tiny_likelihoods():
    assert_allclose(posterior([0.5, 0.5], [3e-310, 1e-310]), [0.75, 0.25], rtol=1e-9)
    assert_array_equal(posterior([1e-200, 1.0], [1e-200, 0.0]), [1.0, 0.0])
    assert_array_equal(posterior([0.5, 0.5], [1e308, 1e308]), [0.5, 0.5])
    assert_array_equal(posterior([1.0, 0.0], [1e-300, 1.0]), [1.0, 0.0])


def test_bayes_names_its_own_arguments():
    with refuses(ValueError, "sensitivity or false_positive_rate must make a positive"):
        bayes(0.3, 0, 0)
    assert bayes(0.0, 0.9, 0.1) == 0.0
    assert bayes(1.0, 0.9, 0.0) == 1.0


def test_independence_is_judged_by_what_is_compared():
    rare = [[1 - 1.1e-12, 5e-13], [5e-13, 1e-13]]
    assert not are_independent(rare)  # P(Y = 1 | X = 1) = 0.167, P(Y = 1) = 6e-13
    assert not are_pairwise_independent(rare)
    assert are_independent(np.outer([1 - 1e-15, 1e-15], [1 - 1e-13, 1e-13]))
    assert are_independent(np.outer([1.0, 0.0], [0.1, 0.9]))


@pytest.mark.parametrize("scale", [1e-200, 1e-170, 1e-3, 1.0, 1e150, 1e300])
def test_correlation_has_no_units_and_never_leaves_its_range(scale):
    joint = [[0.4, 0.1], [0.1, 0.4]]
    x = np.array([0.0, scale])
    assert correlation(x, [0, 1], joint) == pytest.approx(0.6, rel=1e-14)
    for seed in range(200):
        values, p = rng_of(seed).normal(size=4), rng_of(seed).dirichlet(np.ones(4))
        assert abs(correlation(scale * values, values, np.diag(p))) <= 1
    with refuses(ValueError, "x and y must vary, but one of them has variance 0"):
        correlation(np.full(3, 0.1 * scale), [0, 1, 2], np.full((3, 3), 1 / 9))


def test_distributions_at_the_ends_of_the_floats():
    assert exponential(1e-200)[3:] == (1e200, np.inf)
    assert exponential(1e200)[3:] == (1e-200, 0.0)
    assert normal(0, 1e200).variance == np.inf
    assert normal(0, 1e-200).variance == 0.0
    assert uniform(1e308, 1.5e308)[3:] == (1.25e308, np.inf)
    with refuses(ValueError, "high - low must be a float"):
        uniform(-1.5e308, 1.5e308)
    for wide in (exponential(1e-200), normal(0, 1e-200)):
        with refuses(ValueError, "distribution must have a variance > 0, but has"):
            standardized_means(wide, 2, 3, rng=rng_of())


def test_normal_mean_map_at_any_scale():
    for sd, prior_sd in ((1.0, 1e200), (1e-200, 1.0), (1e-200, 1e200)):
        assert normal_mean_map([4.0], sd=sd, prior_mean=9.0, prior_sd=prior_sd) == 4
        assert normal_mean_map([4.0], sd=prior_sd, prior_mean=9.0, prior_sd=sd) == 9
    assert normal_mean_map([4.0], sd=1e200, prior_mean=0.0, prior_sd=1e200) == 2


def test_spreads_at_any_scale():
    for scale in (1e-200, 1e-170, 1.0, 1e170, 1e300):
        data = scale * np.array([1.0, 3.0])
        assert fit_normal(data) == pytest.approx((2 * scale, scale), rel=1e-15)
        assert r_squared(data, data[:1].repeat(2)) == pytest.approx(-1)
        drawn = monte_carlo(lambda x: x, lambda n, rng: data, 2, rng=rng_of())  # noqa: B023
        assert drawn == pytest.approx((2 * scale, scale), rel=1e-15)
    assert fit_normal([0.1, 0.1, 0.1]).sd < 1e-16


def test_birthdays_in_a_very_long_year():
    assert shared_birthday(2, 10**12) == pytest.approx(1e-12, rel=1e-15)
    assert shared_birthday(366) == shared_birthday(10**9, 1) == 1.0
    assert shared_birthday(0) == shared_birthday(1) == 0.0


@pytest.mark.parametrize("no_distribution", [3, "a", None, np.zeros(5)])
def test_what_is_no_distribution_is_refused(no_distribution):
    with refuses(TypeError, "distribution must be a Distribution, but is of type"):
        standardized_means(no_distribution, 2, 3, rng=rng_of())
    with refuses(TypeError, "distribution must be a Distribution, but is of type"):
        log_likelihood(no_distribution, [1.0])


def test_monte_carlo_changes_no_draws_of_the_caller():
    draws = np.array([1.0, 2.0, 4.0])

    def careless(x):
        x *= 2
        return x

    assert monte_carlo(careless, lambda n, rng: draws, 3, rng=rng_of()).estimate > 4
    assert_array_equal(draws, [1, 2, 4])


def test_odd_arguments_are_refused_by_name():
    with refuses(TypeError, "keep must be a whole number"):
        marginal(XOR, None)
    with refuses(ValueError, "the number of chances must be at least 1, but is 0"):
        policy_gradient([], 3, rate=0.1, rng=rng_of())
