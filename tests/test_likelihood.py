"""Likelihood: estimates at the top of it, beside scipy's minimizers; decisions."""

import itertools
import math

import numpy as np
import pytest
from checking import careless, check_gradient, refuses, rng_of
from distributions import BOTH, CONTINUOUS
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from scipy.optimize import linprog, minimize, minimize_scalar

from mathlib.likelihood import (
    bernoulli_map,
    bernoulli_posterior,
    calibration,
    error_rates,
    fit_normal,
    log_likelihood,
    logistic_regression,
    normal_mean_map,
)
from mathlib.probability import bernoulli, normal
from mathlib.special import sigmoid

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


counts = st.integers(0, 10**6)
imagined = st.floats(0, 50)


@given(counts, counts, imagined, imagined, st.floats(0.01, 0.999))
def test_bernoulli_posterior_is_scipy_s_beta(heads, tails, a, b, level):
    theirs = stats.beta(heads + a + 1, tails + b + 1)
    found = bernoulli_posterior(
        heads, heads + tails, prior_heads=a, prior_tails=b, level=level
    )
    assert found.mean == pytest.approx(theirs.mean(), rel=1e-12)
    near = {"rtol": 1e-9, "atol": 1e-9 * theirs.std()}
    assert_allclose(found[1:], theirs.interval(level), **near)


def test_bernoulli_posterior_by_hand():
    assert bernoulli_posterior(0, 0, level=0.5) == pytest.approx((0.5, 0.25, 0.75))
    three = bernoulli_posterior(3, 3, level=0.9)  # the area up to x is x⁴
    assert three == pytest.approx((0.8, 0.05**0.25, 0.95**0.25), rel=1e-8)
    one_head = bernoulli_posterior(1, 1)  # the area up to x is x²
    assert one_head == pytest.approx((2 / 3, 0.05**0.5, 0.95**0.5), rel=1e-8)
    one_tail = bernoulli_posterior(0, 1)  # beyond x lies the area (1 − x)²
    assert one_tail == pytest.approx((1 / 3, 1 - 0.95**0.5, 1 - 0.05**0.5), rel=1e-8)
    none = bernoulli_posterior(0, 10**9)  # nearly exponential
    assert none.high == pytest.approx(-math.log(0.05) / 1e9, rel=1e-6)
    one_of_many = bernoulli_posterior(
        1, 10**15
    )  # times 1e15 it has a density p exp(−p)
    gamma = stats.gamma(2).ppf([0.05, 0.95])
    assert one_of_many[1:] == pytest.approx(gamma / 1e15, rel=1e-9)
    one_of_more = bernoulli_posterior(1, 10**25)
    assert one_of_more[1:] == pytest.approx(gamma / 1e25, rel=1e-9)
    third = bernoulli_posterior(10**20, 3 * 10**20)  # nearly normal
    width = 1.6448536 * math.sqrt(2 / 9 / 3e20)
    assert third.high - 1 / 3 == pytest.approx(width, rel=1e-5)
    assert 1 / 3 - third.low == pytest.approx(width, rel=1e-5)
    sure = bernoulli_posterior(0, 0, prior_heads=1e300, prior_tails=1e300)
    assert sure == pytest.approx((0.5, 0.5, 0.5))


def test_a_bias_whose_distance_from_1_is_rounded_is_weighed_without_a_warning():
    heads = 10**9 + 28  # the mean less 1 is not what the tails alone give
    found, theirs = bernoulli_posterior(heads, heads + 1), stats.beta(heads + 1, 2)
    assert_allclose(found[1:], theirs.interval(0.9), rtol=0, atol=1e-6 / heads)


def test_an_interval_may_hold_nearly_all():
    level = 1 - 1e-12
    found = bernoulli_posterior(0, 0, level=level)
    assert found.low == pytest.approx((1 - level) / 2, rel=1e-9)
    assert 1 - found.high == pytest.approx((1 - level) / 2, rel=1e-3)


def test_a_fraction_of_an_imagined_head_makes_a_steep_end():
    found = bernoulli_posterior(0, 0, prior_heads=0.01)  # the area up to x is x^1.01
    assert found[1:] == pytest.approx(
        (0.05 ** (1 / 1.01), 0.95 ** (1 / 1.01)), rel=1e-9
    )
    least = bernoulli_posterior(0, 0, prior_heads=5e-324, prior_tails=3.0)
    assert least[1:] == pytest.approx(bernoulli_posterior(0, 3)[1:], rel=1e-9)


def test_half_precision_does_not_spoil_an_estimate():
    half, single = np.float16, np.float32
    level = half(0.9)
    assert bernoulli_posterior(3, 4, level=level) == bernoulli_posterior(
        3, 4, level=float(level)
    )
    sds, mean = (single(0.1), single(0.3)), half(0.3)
    found = normal_mean_map([1.0, 2.0], sd=sds[0], prior_mean=mean, prior_sd=sds[1])
    sd, prior_sd = map(float, sds)
    assert found == normal_mean_map(
        [1.0, 2.0], sd=sd, prior_mean=float(mean), prior_sd=prior_sd
    )


@pytest.mark.parametrize("estimate", [bernoulli_map, bernoulli_posterior])
def test_counts_beyond_all_floats_are_named(estimate):
    with refuses(ValueError, "heads must be a finite number >= 0, but is of type int"):
        estimate(10**400, 10**400)
    with refuses(ValueError, "flips must be a finite number >= 0, but is of type int"):
        estimate(1, 10**400)


def test_bernoulli_posterior_mirrors_heads_and_tails():
    one, other = bernoulli_posterior(2, 9), bernoulli_posterior(7, 9)
    assert one == pytest.approx((1 - other.mean, 1 - other.high, 1 - other.low))


def test_bernoulli_posterior_refuses():
    with refuses(ValueError, "heads must be at most flips, 4, but are 5"):
        bernoulli_posterior(5, 4)
    with refuses(ValueError, "level must be a number between 0 and 1, both excluded"):
        bernoulli_posterior(1, 4, level=1)
    with refuses(ValueError, "prior_tails must be a finite number >= 0, but is -1"):
        bernoulli_posterior(1, 4, prior_tails=-1)


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


def test_normal_mean_map_at_any_scale():
    for sd, prior_sd in ((1.0, 1e200), (1e-200, 1.0), (1e-200, 1e200)):
        assert normal_mean_map([4.0], sd=sd, prior_mean=9.0, prior_sd=prior_sd) == 4
        assert normal_mean_map([4.0], sd=prior_sd, prior_mean=9.0, prior_sd=sd) == 9
    assert normal_mean_map([4.0], sd=1e200, prior_mean=0.0, prior_sd=1e200) == 2


@pytest.mark.parametrize("scale", [1e-200, 1e-170, 1.0, 1e170, 1e300])
def test_a_normal_fits_at_any_scale(scale):
    data = scale * np.array([1.0, 3.0])
    assert fit_normal(data) == pytest.approx((2 * scale, scale), rel=1e-15)
    assert fit_normal([0.1, 0.1, 0.1]).sd == 0


@pytest.mark.parametrize("name", BOTH)
def test_the_likelihood_of_nan_is_nan(name):
    assert np.isnan(log_likelihood(BOTH[name][0], [1.0, np.nan]))


def test_a_density_that_works_in_place_leaves_the_data_alone():
    x = np.array([1.0, 2.0])
    expected = log_likelihood(normal(), x)
    careful = normal()
    spoiling = careful._replace(log_density=careless(careful.log_density, 2))
    assert log_likelihood(spoiling, x) == expected
    assert_array_equal(x, [1, 2])


@pytest.mark.parametrize("no_distribution", [3, "a", None, np.zeros(5)])
def test_what_is_no_distribution_is_refused(no_distribution):
    with refuses(TypeError, "distribution must be a Distribution, but is of type"):
        log_likelihood(no_distribution, [1.0])


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


@pytest.mark.parametrize("outlier", [1e3, 1e6, 1e7])
def test_a_sample_far_away_hides_no_maximum(outlier):
    """It stands on its side already: the others alone decide."""
    others = logistic_regression([[0], [1], [2], [3]], [0, 1, 0, 1])
    found = logistic_regression([[0], [1], [2], [3], [outlier]], [0, 1, 0, 1, 1])
    assert_allclose(found, others, rtol=1e-5)


def test_a_sample_too_far_away_is_named():
    X = [[0], [1], [2], [3], [1e9]]
    with refuses(ArithmeticError, "logistic regression found no maximum: a sample"):
        logistic_regression(X, [0, 1, 0, 1, 1])


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
    with refuses(ArithmeticError, "logistic regression found no maximum: along some"):
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
    with refuses(ArithmeticError, "logistic regression found no maximum: along some"):
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
    with refuses(ValueError, "labels must hold both 0 and 1, but hold 1 alone"):
        error_rates(scores, [1, 1, 1, 1], 0.5)
    with refuses(ValueError, "labels must hold both 0 and 1, but hold none"):
        error_rates([], [], 0.5)


def test_an_error_rate_is_the_float_nearest_to_its_share():
    assert error_rates([0, 0, 0, 1, 1, 1, 1], [0, *[1] * 6], 1) == (0, 2 / 6)
    assert error_rates([0, *[1] * 9, 1], [*[1] * 10, 0], 1) == (1, 1 / 10)


def test_nan_is_on_no_side_of_a_threshold():
    with refuses(ValueError, "scores must not be nan"):
        error_rates([np.nan, 1.0], [0, 1], 0.5)
    with refuses(ValueError, "threshold must not be nan"):
        error_rates([0.0, 1.0], [0, 1], np.nan)
    assert error_rates([0.0, 1.0], [0, 1], np.inf) == (0.0, 1.0)


@pytest.mark.parametrize("gap", [1e-3, 1e-9, 1e-12, 1e-15])
@pytest.mark.parametrize(("heads", "flips"), [(0, 10), (5, 10), (700, 1000)])
def test_both_ends_of_a_belief_are_precise_however_sure_it_is(heads, flips, gap):
    level = 1 - gap
    found = bernoulli_posterior(heads, flips, level=level)
    theirs, tail = stats.beta(heads + 1, flips - heads + 1), (1 - level) / 2
    assert found[1:] == pytest.approx((theirs.ppf(tail), theirs.isf(tail)), rel=1e-12)


@pytest.mark.parametrize("level", [5e-324, 1e-300, 1e-17])
def test_the_ends_of_a_belief_that_is_no_longer_than_a_rounding_stay_in_order(level):
    for heads, flips in itertools.product(range(11), (10, 100)):
        _, low, high = bernoulli_posterior(heads, flips, level=level)
        assert low <= high <= low * (1 + 1e-15)


def test_empty_bins_cost_nothing_however_many():
    for bins in (10**12, 10**30):
        table = calibration([0.2, 0.7, 0.7], [0, 1, 0], bins=bins)
        assert_allclose(table.predicted, [0.2, 0.7])
        assert_array_equal(table.observed, [0, 0.5])
        assert_array_equal(table.counts, [1, 2])
    with refuses(ValueError, "bins must be a finite number > 0, but is of type int"):
        calibration([0.2], [0], bins=10**400)
