"""Momentum: known numbers, and laws of the heavy ball and of Nesterov's rule."""

import math

import numpy as np
import pytest
from checking import refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.momentum import (
    best_momentum,
    largest_momentum_rate,
    momentum,
    momentum_factor,
    momentum_regime,
    nesterov,
    nesterov_factor,
)
from mathlib.update_rules import minimize, sgd


def identity(theta):
    """The gradient of ½‖θ‖²."""
    return theta


# By hand


def test_gradient_descent_by_hand():
    assert_array_equal(minimize(identity, 8.0, sgd(0.5), steps=3), [8, 4, 2, 1])


def test_two_steps_of_the_heavy_ball_by_hand():
    assert_array_equal(
        minimize(identity, 8.0, momentum(0.25, 0.5), steps=2), [8, 6, 3.5]
    )


def test_two_steps_of_nesterov_by_hand():
    # v = 8, θ = 8 − (8 + 4)/4 = 5; v = 4 + 5 = 9, θ = 5 − (5 + 4.5)/4.
    path = minimize(identity, 8.0, nesterov(0.25, 0.5), steps=2)
    assert_array_equal(path, [8, 5, 2.625])


# The walk


def test_minimize_leaves_the_start_alone_and_goes_on_where_it_diverges():
    start = np.array([1.0])
    path = minimize(lambda theta: theta**3, start, sgd(9.0), steps=9)
    assert_array_equal(start, [1.0])
    assert path.shape == (10, 1)
    assert not np.isfinite(path[-1]).any()


def test_minimize_refuses_by_name():
    with refuses(TypeError, "gradient must be a function"):
        minimize(1.0, 1.0, sgd(0.1))
    with refuses(TypeError, "steps must be a whole number"):
        minimize(identity, 1.0, sgd(0.1), steps=1.5)
    with refuses(ValueError, "start must be finite"):
        minimize(identity, [np.nan], sgd(0.1))


def test_a_number_of_steps_may_have_8_bits():
    assert minimize(identity, 1.0, sgd(0.1), steps=np.int8(127)).shape == (128,)


@pytest.mark.parametrize("rate", [[[0.1], [0.2]], [0.1, 0.2, 0.3]])
def test_a_rate_that_would_change_the_shape_of_theta_is_refused(rate):
    with refuses(ValueError, "rate must broadcast against theta, of shape (2,), but "):
        sgd(rate).step([1.0, 2.0], [1.0, 1.0], sgd(rate).init([1.0, 2.0]))
    columns = minimize(identity, np.ones((2, 3)), sgd([[0.1], [0.2]]), steps=1)[-1]
    assert_allclose(columns, [[0.9] * 3, [0.8] * 3])


def test_what_is_no_rate_is_refused():
    with refuses(TypeError, "rate must be finite and > 0, but is True"):
        sgd(True)
    rates = np.array([0.1, 0.2])
    rule = sgd(rates)
    rates[:] = 99
    walk = minimize(identity, [1.0, 1.0], rule, steps=1)
    assert_allclose(walk[-1], [0.9, 0.8])


@pytest.mark.parametrize("rule", [momentum, nesterov])
def test_neither_beta_nor_a_state_changes_the_shape_of_theta(rule):
    one, three = rule(0.1).init([1.0]), rule(0.1).init(np.ones(3))
    with refuses(ValueError, "beta must broadcast against theta, of shape (1,), but "):
        rule(0.1, [0.5, 0.9]).step([1.0], [1.0], one)
    for theta, state in (([1.0], three), (np.ones(3), one)):
        with refuses(ValueError, "state.velocity must have the shape of theta, ("):
            rule(0.1).step(theta, theta, state)


def test_what_a_schedule_returns_is_counted_with_as_floats():
    def slowly(rate):
        return minimize(identity, [8.0], momentum(lambda k: rate), steps=2)

    eighth = slowly(0.125)
    for rate in (np.float16(0.125), [0.125]):
        assert_array_equal(slowly(rate), eighth)
    rule = momentum(lambda k: np.longdouble(0.125))
    assert rule.step([8.0], [8.0], rule.init([8.0]))[0].dtype == float
    with refuses(TypeError, "rate must hold real numbers, but holds object"):
        slowly(None)


# Theory


def walk_matrix(total, product):
    """What takes the last two points to the next two."""
    return np.array([[total, -product], [1.0, 0.0]])


@given(st.floats(0.01, 4), st.floats(0, 0.99), st.floats(0.1, 3))
def test_the_factors_are_spectral_radii(rate, beta, curvature):
    left = 1 - rate * curvature
    pairs = (
        (momentum_factor, beta + left, beta),
        (nesterov_factor, (1 + beta) * left, beta * left),
    )
    for factor, total, product in pairs:
        radius = np.abs(np.linalg.eigvals(walk_matrix(total, product))).max()
        assert factor(rate, beta, curvature) == pytest.approx(radius, rel=1e-6)


@given(st.floats(0.05, 0.95), st.floats(0, 0.95), st.floats(0.1, 5))
def test_the_heavy_ball_converges_exactly_below_its_limit(share, beta, curvature):
    limit = largest_momentum_rate(curvature, beta)
    assert momentum_factor(share * limit, beta, curvature) < 1
    assert momentum_factor(limit, beta, curvature) == pytest.approx(1, abs=1e-7)
    assert momentum_factor((1 + share) * limit, beta, curvature) > 1
    nesterov_s = limit / (1 + 2 * beta)
    assert nesterov_factor(share * nesterov_s, beta, curvature) < 1
    assert nesterov_factor((1 + share) * nesterov_s, beta, curvature) > 1


def test_without_memory_it_can_land():
    assert momentum_regime(0.25, 0.0, 4.0) == "lands"
    assert momentum_regime(0.25, 0.01, 4.0) == "swings"


@pytest.mark.parametrize(
    ("rate", "beta", "word"),
    [
        (0.3, 0.0, "creeps"),
        (1.9, 0.0, "leaps"),
        (2.0, 0.0, "bounces"),
        (2.1, 0.0, "is thrown out"),
        ((1 - 0.8) ** 2, 0.64, "creeps"),
        (0.05, 0.64, "swings"),
        (3.25, 0.64, "leaps"),
        (3.28, 0.64, "bounces"),
        (3.3, 0.64, "is thrown out"),
    ],
)
def test_the_fates_of_the_heavy_ball(rate, beta, word):
    assert momentum_regime(rate, beta, 1.0) == word
    path = minimize(identity, 1.0, momentum(rate, beta), steps=60)
    changes = np.sum(np.sign(path[1:]) != np.sign(path[:-1]))
    assert {
        "creeps": changes == 0,
        "swings": 0 < changes < 60,
        "leaps": changes == 60,
        "bounces": np.abs(path[-2:]).min() > 0.1,
        "is thrown out": np.abs(path[-1]) > 1,
    }[word]


def test_an_oscillating_ball_shrinks_by_the_root_of_beta():
    path = minimize(identity, 1.0, momentum(1.0, 0.81), steps=400)
    sizes = np.abs(path)
    measured = (sizes[200:].max() / sizes[100:301].max()) ** (1 / 100)
    assert momentum_factor(1.0, 0.81, 1.0) == pytest.approx(0.9)
    assert measured == pytest.approx(0.9, abs=5e-3)


def test_factors_of_arrays_are_those_of_their_entries():
    rates, betas = np.linspace(0.1, 3, 5), np.linspace(0, 0.9, 4)
    table = momentum_factor(rates[:, None], betas, 1.0)
    assert table.shape == (5, 4)
    assert table[2, 3] == momentum_factor(rates[2], betas[3], 1.0)


@given(st.floats(0.001, 1), st.floats(1.01, 100))
def test_no_pair_beats_the_best_momentum(smallest, spread):
    best = best_momentum(smallest, smallest * spread)

    def factor(rate, beta):
        ends = np.array([smallest, smallest * spread])
        return momentum_factor(rate, beta, ends).max()

    assert factor(best.rate, best.beta) == pytest.approx(best.factor, abs=1e-6)
    for change in (0.98, 1.02):
        assert factor(change * best.rate, best.beta) > best.factor
        beta = min(change * best.beta, 0.999)
        assert factor(best.rate, beta) > best.factor


def test_69_steps_predicted_and_93_walked():
    rate, beta, factor = best_momentum(0.01, 1.0)
    assert rate == pytest.approx(3.305785, abs=5e-7)
    assert beta == pytest.approx(0.669421, abs=5e-7)
    assert factor == pytest.approx(0.818182, abs=5e-7)
    assert math.ceil(math.log(1e-6) / math.log(factor)) == 69
    curvature = np.array([0.01, 1.0])
    path = minimize(
        lambda w: curvature * w, [1.0, 1.0], momentum(rate, beta), steps=150
    )
    k = np.arange(151)
    flat, steep = (1 + k * (1 - factor)), (1 + k * (1 + factor))
    assert_allclose(path[:, 0], flat * factor**k, atol=1e-13)
    assert_allclose(path[:, 1], steep * (-factor) ** k, atol=1e-13)
    distance = np.linalg.norm(path, axis=1)
    assert np.argmax(distance <= 1e-6 * distance[0]) == 93


def test_nesterov_in_two_sequences_is_the_same_walk():
    rate, beta, curvature = 0.3, 0.8, np.array([0.2, 2.0])
    path = minimize(lambda w: curvature * w, [1.0, 1.0], nesterov(rate, beta), steps=50)
    x = y = np.ones(2)
    for k in range(50):
        assert_allclose(path[k], y, atol=1e-13)
        x, before = y - rate * curvature * y, x
        y = x + beta * (x - before)


def test_momentum_theory_refuses():
    with refuses(ValueError, "smallest must be at most largest = 1, but is 2"):
        best_momentum(2, 1)
    with refuses(ValueError, "smallest must be a finite number > 0, but is 0"):
        best_momentum(0, 1)
    with refuses(ValueError, "beta must be finite and in [0, 1), but is 1"):
        momentum_factor(0.1, 1.0, 1.0)
    with refuses(ValueError, "curvature must be a finite number > 0, but is -1"):
        largest_momentum_rate(-1, 0.5)
    assert best_momentum(4.0, 4.0) == (0.25, 0.0, 0.0)


def test_one_word_or_rate_needs_one_beta():
    for theory in (
        lambda b: momentum_regime(1, b, 1),
        lambda b: largest_momentum_rate(1, b),
    ):
        with refuses(ValueError, "beta must be one number, but its shape is (2,)"):
            theory([0.5, 0.9])
    beta = np.float16(0.9)  # in 16 bits 2 + 2β would be 3.8008 instead of 3.7998
    assert momentum_regime(2 + 2 * float(beta), beta, 1.0) == "bounces"


def test_theory_of_numbers_whose_squares_are_too_large():
    assert_allclose(momentum_factor([1e150, 1.0], 0.81, 1e10), [1e160, 1e10])
    assert nesterov_factor(1e150, 0.5, 1e10) == pytest.approx(1.5e160)
    assert best_momentum(1e308, 1e308) == (1e-308, 0.0, 0.0)


def test_memories_may_be_a_list():
    factors = momentum_factor(1.0, [0.25, 0.81], 1.0)
    assert_allclose(factors, [momentum_factor(1.0, beta, 1.0) for beta in (0.25, 0.81)])
    assert nesterov_factor(1.0, [0.5], 0.01).shape == (1,)
    walk = minimize(identity, [8.0, 8.0], momentum(0.25, [0.5, 0.0]), steps=2)
    assert_array_equal(walk[-1], [3.5, 4.5])
