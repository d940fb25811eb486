"""Special functions: landmark values, the laws they obey, and scipy's versions."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from scipy import special, stats

from mathlib.special import (
    erfc,
    leg_share,
    log_softmax,
    log_sum_exp,
    normal_cdf,
    sigmoid,
    softmax,
)

scores = arrays(
    float,
    st.tuples(st.integers(1, 4), st.integers(1, 5)),
    elements=(st.floats(-1e4, 1e4)),
)
bells = st.tuples(st.floats(-8, 8), st.floats(-3, 3), st.floats(0.5, 3))


def refuses(message):
    return pytest.raises(ValueError, match="^" + re.escape(message))


# Scores


@given(scores)
def test_scores_agree_with_scipy(z):
    theirs = special.logsumexp(z, axis=-1, keepdims=True)
    assert_allclose(log_sum_exp(z), theirs, rtol=1e-14, atol=1e-14)
    assert_allclose(log_softmax(z), special.log_softmax(z, axis=-1), atol=1e-11)
    assert_allclose(softmax(z), special.softmax(z, axis=-1), rtol=1e-11)


def test_scores_known_by_hand():
    assert_allclose(softmax(np.log([1.0, 2.0, 5.0])), [0.125, 0.25, 0.625])
    assert log_sum_exp(np.zeros(10)) == pytest.approx(np.log(10))
    assert_array_equal(softmax([[1000.0, 0.0], [-1e5, -1e5]]), [[1, 0], [0.5, 0.5]])


@given(scores, st.floats(-100, 100))
def test_a_shift_of_all_scores_changes_no_probability(z, shift):
    assert_allclose(softmax(z + shift), softmax(z), rtol=1e-10, atol=1e-300)
    assert_allclose(softmax(z).sum(axis=-1), 1, rtol=1e-10)


def test_a_score_of_minus_infinity_gets_no_probability():
    assert_array_equal(softmax([-np.inf, 3.0, -np.inf]), [0, 1, 0])
    assert_array_equal(log_softmax([-np.inf, 3.0]), [-np.inf, 0])


@pytest.mark.parametrize("function", [log_sum_exp, log_softmax, softmax])
def test_what_is_no_row_of_scores_is_refused(function):
    with refuses("z must have shape (..., k) with k ≥ 1, but its shape is ()"):
        function(2.0)
    with refuses("z must have shape (..., k) with k ≥ 1, but its shape is (2, 0)"):
        function(np.zeros((2, 0)))
    for bad in (np.inf, np.nan):
        with refuses("z must have a finite largest entry along its last axis"):
            function([[0.0, bad], [0.0, 1.0]])
    with refuses("z must have a finite largest entry along its last axis"):
        function([-np.inf, -np.inf])


# One number


def test_sigmoid_agrees_with_scipy_and_never_overflows():
    z = np.linspace(-700, 700, 2001)
    assert_allclose(sigmoid(z), special.expit(z), rtol=1e-12)
    assert_array_equal(sigmoid([-1e6, 1e6]), [0, 1])


@given(st.floats(-700, 700))
def test_sigmoid_is_softmax_for_two(z):
    assert_allclose(sigmoid(z), softmax([0.0, z])[1], rtol=1e-12)
    assert_allclose(sigmoid(-z), 1 - sigmoid(z), atol=1e-15)


# The bell


@given(st.floats(-37, 37))
def test_normal_cdf_agrees_with_scipy_far_into_the_tails(z):
    assert_allclose(normal_cdf(z), special.ndtr(z), rtol=1e-12)
    assert_allclose(2 * normal_cdf(-z * np.sqrt(2)), erfc(z), rtol=1e-12)


@given(bells)
def test_normal_cdf_takes_mean_and_deviation(bell):
    z, mean, sd = bell
    x = mean + sd * z
    assert_allclose(normal_cdf(x, mean, sd), stats.norm.cdf(x, mean, sd), rtol=1e-12)


def test_the_share_within_one_two_three_deviations():
    within = normal_cdf([1.0, 2.0, 3.0]) - normal_cdf([-1.0, -2.0, -3.0])
    known = [0.6826894921370859, 0.9544997361036416, 0.9973002039367398]
    assert_allclose(within, known, rtol=1e-14)
    assert normal_cdf(-2.0) == pytest.approx(0.02275013194817921, rel=1e-14)


def test_a_deviation_of_zero_is_refused():
    with refuses("sd must be a finite number > 0, but is 0"):
        normal_cdf(1.0, sd=0)


def test_a_deviation_of_32_bits_is_the_number_it_shows():
    sd = np.float32(1.1)
    assert normal_cdf(-8.0, sd=sd) == normal_cdf(-8.0, sd=float(sd))


# Slopes


@pytest.mark.parametrize("leg", [5e-324, 1e-310, 1.0, 1.5e308])
def test_the_share_of_a_leg_minds_no_unit(leg):
    assert leg_share(leg, leg) == pytest.approx(np.sqrt(0.5))
    assert leg_share(-leg, 0.0) == -1


def test_the_share_of_a_leg_at_0_and_infinity():
    shares = leg_share([np.inf, -np.inf, 1.0, 0.0], [1.0, np.inf, np.inf, 0.0])
    assert_array_equal(shares, [1, -1, 0, 0])
    assert_array_equal(leg_share([np.nan, 1.0], [1.0, np.nan]), [np.nan, np.nan])


@pytest.mark.parametrize("mean", ["a", None, 1j])
def test_a_mean_that_is_no_number_is_named(mean):
    with pytest.raises(TypeError, match=r"^mean must hold real numbers, but holds"):
        normal_cdf(0.0, mean)


def test_scores_may_lie_farther_apart_than_the_largest_float():
    z = [1.7e308, -1.7e308]
    assert_array_equal(softmax(z), [1, 0])
    assert log_sum_exp(z).item() == 1.7e308
    assert_array_equal(log_softmax(z), [0, -np.inf])
