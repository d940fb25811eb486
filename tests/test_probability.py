"""Probability: landmark numbers, the laws of tables, and scipy's distributions."""

import math
from fractions import Fraction

import numpy as np
import pytest
from checking import refuses, rng_of
from distributions import BOTH, CONTINUOUS, DISCRETE
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from mathlib.probability import (
    are_independent,
    are_pairwise_independent,
    bayes,
    bernoulli,
    categorical,
    conditional,
    correlation,
    covariance,
    expectation,
    exponential,
    marginal,
    normal,
    posterior,
    shared_birthday,
    uniform,
    variance,
)

DIE = np.full(6, 1 / 6)
XOR = np.zeros((2, 2, 2))
XOR[[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]] = 0.25

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 4)
shares = st.floats(0.001, 0.999)


def table_of(seed, shape):
    p = rng_of(seed).uniform(size=shape)
    return p / p.sum()


# Distributions


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


# Privacy


# What may not be lost: nan, far scales, a promise


@pytest.mark.parametrize("name", BOTH)
def test_nan_is_neither_possible_nor_impossible(name):
    distribution = BOTH[name][0]
    assert np.isnan(distribution.density(np.nan))
    assert np.isnan(distribution.log_density([np.nan, 1.0])[0])


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


def test_birthdays_in_a_very_long_year():
    assert shared_birthday(2, 10**12) == pytest.approx(1e-12, rel=1e-15)
    assert shared_birthday(366) == shared_birthday(10**9, 1) == 1.0
    assert shared_birthday(0) == shared_birthday(1) == 0.0


def test_odd_arguments_are_refused_by_name():
    with refuses(TypeError, "keep must be a whole number"):
        marginal(XOR, None)


def test_each_variable_has_its_own_spread():
    joint = np.array([[0.7, 0.1, 0.05], [0.05, 0.05, 0.05]])
    x, y = np.array([0.0, 1.0]), np.array([0.0, 1.0, 5.0])
    p, q = joint.sum(axis=1), joint.sum(axis=0)
    mean, other = x @ p, y @ q
    together = (x - mean) @ joint @ (y - other)
    spread = (x - mean) ** 2 @ p * ((y - other) ** 2 @ q)
    assert correlation(x, y, joint) == pytest.approx(together / np.sqrt(spread))


def test_what_never_happens_does_not_count_for_a_correlation():
    joint = [[0, 0.5, 0], [0, 0, 0.5], [0, 0, 0]]
    assert correlation([0, 1, 1e300], [1e300, 0, 1], joint) == pytest.approx(1)


def test_one_person_shares_no_birthday():
    assert [str(shared_birthday(people)) for people in (0, 1)] == ["0.0", "0.0"]


def test_huge_values_vary_and_are_correlated():
    with np.errstate(all="raise", over="ignore"):
        assert variance([0, 1e200], [0.5, 0.5]) == np.inf
    joint = [[0.4, 0.1], [0.1, 0.4]]
    assert_allclose(correlation([0, 1e200], [0, 1e200], joint), 0.6)


def test_one_variable_has_a_tolerance_too():
    with refuses(ValueError, "tolerance"):
        are_pairwise_independent([0.5, 0.5], tolerance=-1)


# What a number or a table is made of


@pytest.mark.parametrize("kind", [np.float16, np.float32, Fraction])
def test_a_parameter_of_few_bits_counts_as_the_number_that_it_is(kind):
    p, x = kind(0.3), [0.0, 0.5, 1.0]
    pairs = [
        (make(p), make(float(p))) for make in (bernoulli, exponential, uniform_from)
    ]
    for short, long in [*pairs, (normal(p, p), normal(float(p), float(p)))]:
        assert short[-2:] == long[-2:]
        assert short.density(x).dtype == float
        assert_array_equal(short.density(x), long.density(x))
        assert_array_equal(
            short.sample(5, rng=rng_of(0)), long.sample(5, rng=rng_of(0))
        )
    assert bayes(p, p, kind(0.1)) == bayes(float(p), float(p), float(kind(0.1)))
    with pytest.raises(ValueError, match="sensitivity or false_positive_rate must"):
        bayes(Fraction(1, 10**400), 1, 0)  # among floats the prior is 0


def uniform_from(low):
    return uniform(low, 1)


def test_a_rate_of_16_bits_has_waits_longer_than_16_bits():
    assert np.isfinite(exponential(np.float16(6e-8)).sample(5, rng=rng_of(0))).all()


def test_a_table_written_with_ten_digits_is_divided_by_its_sum():
    p = np.full(3, 0.3333333333)
    assert variance(np.arange(3) + 1e9, p) == pytest.approx(2 / 3, rel=1e-6)
    assert are_independent(np.outer([0.5, 0.5], p))
    with refuses(ValueError, "x and y must vary, but one of them has variance 0"):
        correlation([5, 5], [0, 1], [[0.25, 0.25], [0.25, 0.25 + 5e-10]])


def test_what_hardly_ever_happens_still_correlates():
    for rare in (1e-170, 1e-300, 1e-320, 5e-324):
        joint = [[1.0, 0.0], [0.0, rare]]
        assert correlation([0, 1], [0, 1], joint) == pytest.approx(1)
        assert correlation([0, 1], [1, 0], joint) == pytest.approx(-1)


def test_a_crowd_surely_shares_a_birthday_however_long_the_year():
    assert shared_birthday(10**20, 10**21) == 1
    assert shared_birthday(10**10, 10**11) == 1
    assert shared_birthday(900, 10_000) == 1 - 1e-18
    assert 0 < 1 - shared_birthday(600, 10_000) < 1e-7


@pytest.mark.parametrize("ends", [(2**53, 2**53 + 1), (0, Fraction(1, 10**400))])
def test_an_interval_without_width_among_floats_is_refused(ends):
    with pytest.raises(ValueError, match="low must be below high"):
        uniform(*ends)
