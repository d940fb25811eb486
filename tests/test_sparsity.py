"""Sparsity: values by hand, a lasso by the conditions of its minimum."""

from fractions import Fraction

import numpy as np
import pytest
from checking import careless, check_gradient, problem, refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize_scalar

from mathlib.regularization import l2, l2_gradient, ridge, shrink
from mathlib.sparsity import (
    PENALTIES,
    elastic_net,
    l1,
    l1_gradient,
    largest_useful_strength,
    lasso,
    lasso_path,
    proximal_gradient,
    soft_threshold,
)

seeds = st.integers(0, 2**32 - 1)
strengths = st.floats(0.01, 10)


# Penalties


@pytest.mark.parametrize("name", PENALTIES)
@given(seeds)
def test_a_penalty_s_gradient(name, seed):
    w = np.random.default_rng(seed).normal(size=(2, 3))
    w = w + np.copysign(0.1, w)  # away from the corners
    penalty = PENALTIES[name]
    check_gradient(penalty.value, w, penalty.gradient(w))


@pytest.mark.parametrize("name", PENALTIES)
@given(st.floats(-5, 5), st.floats(0, 3))
def test_a_proximal_step_finds_the_minimum(name, w, amount):
    penalty = PENALTIES[name]

    def total(v):
        return (v - w) ** 2 / 2 + amount * penalty.value(np.array([v]))

    found = penalty.prox(np.array([w]), amount)[0]
    best = minimize_scalar(total, bounds=(-6, 6), options={"xatol": 1e-9})
    assert total(found) <= best.fun + 1e-9
    assert found == pytest.approx(best.x, abs=1e-3)


@pytest.mark.parametrize("name", PENALTIES)
def test_a_penalty_costs_nothing_at_zero_and_keeps_shapes(name):
    penalty, w = PENALTIES[name], np.ones((2, 1, 3))
    assert penalty.value(np.zeros(3)) == 0
    assert penalty.value(-w) == penalty.value(w) > 0
    assert penalty.gradient(w).shape == penalty.prox(w, 0.5).shape == w.shape
    assert_array_equal(penalty.prox(w, 0), w)
    assert_array_equal(penalty.gradient(np.zeros(2)), np.zeros(2))
    with refuses(ValueError, "amount must be a finite number >= 0, but is -1"):
        penalty.prox(w, -1)


def test_penalties_by_hand():
    w = np.array([3.0, -4.0])
    assert (l2(w), l1(w), elastic_net(0.25).value(w)) == (12.5, 7, 0.25 * 7 + 9.375)
    assert_array_equal(l2_gradient(w), w)
    assert l2_gradient(w) is not w
    assert_array_equal(l1_gradient(w), [1, -1])
    assert_array_equal(shrink(w, 1), [1.5, -2])
    assert_array_equal(soft_threshold([3, 0.5, -0.5, -2], 0.5), [2.5, 0, 0, -1.5])


def test_one_weight_with_each_penalty():
    """(θ − 3)² + λθ² and (θ − 3)² + λ|θ| are twice what ridge and lasso minimize."""
    for target, by_l2, by_l1 in ((3.0, 1.5, 2.5), (0.3, 0.15, 0.0)):
        assert ridge([[1.0]], [target], 1.0) == pytest.approx(by_l2)
        assert lasso([[1.0]], [target], 0.5) == pytest.approx(by_l1)
    for strength, theta in ((0.01, 2.970), (0.1, 2.727), (1, 1.5), (10, 0.273)):
        assert ridge([[1.0]], [3.0], strength) == pytest.approx(theta, abs=5e-4)


def test_penalties_refuse():
    with refuses(ValueError, "what gradient returns must have shape (1,), but has ()"):
        proximal_gradient(lambda w: 1.0, PENALTIES["l1"], [1.0], strength=1, rate=1)
    for mix in (0.0, 1.0):
        with refuses(ValueError, "mix must be a number between 0 and 1, both excluded"):
            elastic_net(mix)


def test_a_gradient_with_a_memory_changes_nothing():
    """It may work in place, and return the same array each time."""
    kept = np.zeros(2)

    def gradient(w):
        w -= [3.0, 0.3]
        kept[...] = w
        return kept

    start = np.array([1.0, 1.0])
    options = {"strength": 0.5, "rate": 1.0, "steps": 2}
    walk = proximal_gradient(gradient, PENALTIES["l1"], start, **options)
    assert_array_equal(walk, [[1, 1], [2.5, 0], [2.5, 0]])
    assert_array_equal(start, [1, 1])


# Lasso


@pytest.mark.parametrize("unit", [1e-150, 1e-12, 1e12, 1e150])
@given(seeds)
def test_units_change_the_weights_and_no_forecast(unit, seed):
    X, y = problem(seed, n=12, d=3)
    every = X * unit, y
    assert_allclose(lasso(*every, unit) * unit, lasso(X, y, 1.0), atol=1e-7)
    assert_allclose(lasso(X, y * unit, unit) / unit, lasso(X, y, 1.0), atol=1e-7)


def test_lasso_settles_where_columns_differ_in_unit():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 2)) * [1, 1e4]
    y = X @ [1, 1e-4] + 0.1 * rng.normal(size=50)
    w = lasso(X, y, 0.1)
    assert_allclose(X.T @ (y - X @ w), 0.1 * np.sign(w), atol=1e-5)


@given(seeds, strengths)
def test_lasso_keeps_the_conditions_of_its_minimum(seed, strength):
    X, y = problem(seed)
    w = lasso(X, y, strength)
    pull = X.T @ (y - X @ w)
    assert (np.abs(pull) <= strength + 1e-6).all()
    assert_allclose(pull[w != 0], strength * np.sign(w[w != 0]), atol=1e-6)


@given(seeds, strengths)
def test_on_orthonormal_columns_lasso_is_a_soft_threshold(seed, strength):
    X, y = problem(seed)
    Q = np.linalg.qr(X)[0]
    expected = soft_threshold(Q.T @ (4 * y), strength)
    assert_allclose(lasso(Q, 4 * y, strength), expected, atol=1e-8)
    assert_allclose(ridge(Q, 4 * y, strength), shrink(Q.T @ (4 * y), strength))


@given(seeds)
def test_from_the_largest_useful_strength_on_all_weights_are_zero(seed):
    X, y = problem(seed)
    largest = largest_useful_strength(X, y)
    assert not lasso(X, y, largest * (1 + 1e-9)).any()
    assert lasso(X, y, 0.99 * largest).any()


def test_a_path_is_its_fits_one_by_one():
    X, y = problem(5, n=12, d=4)
    values = np.geomspace(largest_useful_strength(X, y), 0.1, 7)
    path = lasso_path(X, y, values)
    for strength, w in zip(values, path, strict=True):
        assert_allclose(w, lasso(X, y, strength), atol=1e-7)
    assert (path[0] == 0).all()
    assert (np.diff((path != 0).sum(axis=1)) >= 0).all()


def test_proximal_steps_arrive_at_the_lasso_and_never_rise():
    X, y = problem(2, n=15, d=4)

    def gradient(w):
        return X.T @ (X @ w - y)

    rate = 1 / np.linalg.norm(X, 2) ** 2
    walk = proximal_gradient(
        gradient, PENALTIES["l1"], np.ones(4), strength=2.0, rate=rate, steps=500
    )
    totals = ((walk @ X.T - y) ** 2).sum(axis=1) / 2 + 2 * np.abs(walk).sum(axis=1)
    assert (np.diff(totals) <= 1e-12).all()
    assert_allclose(walk[-1], lasso(X, y, 2.0), atol=1e-8)
    ridged = proximal_gradient(
        gradient, PENALTIES["l2"], np.ones(4), strength=2.0, rate=rate, steps=500
    )
    assert_allclose(ridged[-1], ridge(X, y, 2.0), atol=1e-10)


def test_lasso_that_starts_at_its_minimum_stays():
    X, y = np.diag([1.0, 10.0]), np.array([3.0, 50.0])
    there = lasso(X, y, 1.0)
    assert_allclose(there, [2.0, 4.99])
    assert_allclose(lasso(X, y, 1.0, start=there, steps=1), there)


def test_lasso_says_when_it_did_not_settle_and_refuses():
    X = np.array([[1.0, 1.0], [1.0, 1.0001]])
    with refuses(ArithmeticError, "lasso has not settled after 10 steps: columns of X"):
        lasso(X, [1.0, 2.0], 1e-6, steps=10)
    with refuses(ValueError, "start must have shape (d,) with d = 2, but its shape is"):
        lasso(X, [1.0, 2.0], 1.0, start=[1.0])
    with refuses(ValueError, "strength must be a finite number >= 0, but is -1"):
        lasso(X, [1.0, 2.0], -1)
    with refuses(ValueError, "rate must be a finite number > 0, but is 0"):
        proximal_gradient(abs, PENALTIES["l1"], [1.0], strength=1, rate=0)
    assert_array_equal(lasso(np.zeros((2, 1)), [1.0, 2.0], 0.0), [0])
    X, y = np.eye(2), np.ones(2)
    message = "y must have shape (n,) with n = 2, but its shape is (2, 1): use y.ravel"
    with refuses(ValueError, message):
        lasso(X, y[:, None], 1.0)
    with refuses(ValueError, "X must hold at least one number, but its shape is (0"):
        lasso(X[:0], y[:0], 1.0)
    with refuses(ValueError, "X must be finite"):
        lasso(X + np.inf, y, 1.0)


def test_a_column_of_zeros_has_no_weight_whatever_the_start():
    assert lasso([[0.0], [0.0]], [1.0, 2.0], 1e-8, start=[5.0]).tolist() == [0.0]


def test_no_strength_gives_no_row():
    assert lasso_path([[1.0, 2.0]], [1.0], []).shape == (0, 2)


def test_numbers_of_other_types_are_counted_with_as_floats():
    half, few = Fraction(1, 2), np.float16(0.5)
    net = elastic_net(0.5)
    for mix in (half, few):
        assert elastic_net(mix).value([3.0]) == net.value([3.0])
        for amount in (1e-8, Fraction(1, 8)):
            found = elastic_net(mix).prox([3.0], amount)
            assert_array_equal(found, net.prox([3.0], float(amount)))
    walks = [
        proximal_gradient(abs, PENALTIES["l1"], [4.0], strength=n, rate=n, steps=2)
        for n in (half, 0.5)
    ]
    assert_array_equal(*walks)
    for found in (soft_threshold([3.0], half), lasso([[1.0]], [3.0], half)):
        assert_array_equal(found, [2.5])
        assert found.dtype == float


def test_a_step_too_long_for_the_penalty_is_refused_by_the_names_given():
    with refuses(
        ValueError, "rate times strength must be a finite number >= 0, but is"
    ):
        proximal_gradient(abs, PENALTIES["l1"], [1.0], strength=1e200, rate=1e200)


def test_a_penalty_s_step_with_a_memory_changes_no_point():
    options = {"strength": 1.0, "rate": 0.5, "steps": 3}
    penalty = PENALTIES["l2"]
    forgetful = penalty._replace(prox=careless(penalty.prox, 2))
    walks = [
        proximal_gradient(abs, p, [4.0, 2], **options) for p in (penalty, forgetful)
    ]
    assert_array_equal(*walks)
    with refuses(ValueError, "what prox returns must have shape (2,), but has ()"):
        proximal_gradient(
            abs, penalty._replace(prox=lambda w, _: w[0]), [4.0, 2.0], **options
        )


def test_a_path_without_strengths_minds_its_samples_too():
    assert lasso_path([[1.0, 2.0]], [1.0], []).shape == (0, 2)
    for X, y in (([1.0], [1.0]), ([[np.nan]], [1.0]), ([[1.0]], [1.0, 2.0])):
        with pytest.raises(ValueError, match=r"^[Xy] must "):
            lasso_path(X, y, [])
