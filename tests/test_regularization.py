"""Regularization: values by hand, filters to rounding, noise against its average."""

from fractions import Fraction

import numpy as np
import pytest
from checking import careless, check_gradient, problem, refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.datasets import noisy_wave
from mathlib.gradients import numerical_gradient
from mathlib.optimizers import adam, adamw
from mathlib.regularization import (
    L2,
    EarlyStop,
    Split,
    bias_variance,
    cosine_features,
    cross_validate,
    degrees_of_freedom,
    descent_filter,
    dropout,
    dropout_mask,
    dropout_strengths,
    early_stop,
    filtered_solution,
    k_fold,
    l2,
    l2_gradient,
    penalized_gradient,
    polynomial_features,
    ridge,
    ridge_filter,
    ridge_path,
    shift_images,
    shrink,
    validation_split,
)
from mathlib.update_rules import minimize, sgd

seeds = st.integers(0, 2**32 - 1)
strengths = st.floats(0.01, 10)


# Features


def test_polynomials_and_waves_by_hand():
    assert_array_equal(polynomial_features([2, -1], 3), [[1, 2, 4, 8], [1, -1, 1, -1]])
    assert_allclose(cosine_features([0.0], 4), [[1, 0, -0.5, 0]], atol=1e-15)
    assert polynomial_features([], 2).shape == (0, 3)


@given(st.integers(2, 8))
def test_waves_are_orthogonal_on_a_fine_grid(count):
    x = (np.arange(1000) + 0.5) / 500 - 1
    products = cosine_features(x, count).T @ cosine_features(x, count) / 500
    squares = [2, *(1 / np.arange(1, count) ** 2)]
    assert_allclose(products, np.diag(squares), atol=1e-12)


def test_features_refuse():
    for make in (polynomial_features, cosine_features):
        with refuses(ValueError, "x must have shape (k,), but its shape is (2, 1)"):
            make(np.ones((2, 1)), 2)
        with refuses(ValueError, "x must be finite"):
            make([np.nan], 2)
    with refuses(ValueError, "degree must be a whole number >= 0, but is -1"):
        polynomial_features([1.0], -1)
    with refuses(ValueError, "count must be at least 1, but is 0"):
        cosine_features([1.0], 0)


# Forecasts


@given(st.integers(1, 9), st.integers(1, 9), seeds)
def test_bias_and_variance_add_up_to_the_error(m, n, seed):
    rng = np.random.default_rng(seed)
    predictions, truth = rng.normal(size=(m, n)), rng.normal(size=n)
    bias, variance = bias_variance(predictions, truth)
    assert bias + variance == pytest.approx(((predictions - truth) ** 2).mean())
    assert bias_variance(predictions[:1], truth).variance == 0


def test_bias_variance_refuses():
    with refuses(ValueError, "truth must have shape (n,) with n = 2, but its shape is"):
        bias_variance(np.ones((3, 2)), np.ones(3))
    with refuses(ValueError, "the number of fits must be at least 1, but is 0"):
        bias_variance(np.ones((0, 2)), np.ones(2))
    with refuses(ValueError, "the number of places must be at least 1, but is 0"):
        bias_variance(np.ones((2, 0)), np.ones(0))
    with refuses(ValueError, "predictions must be finite"):
        bias_variance([[np.nan]], [1.0])


@given(st.integers(2, 60), st.floats(0.01, 0.99), seeds)
def test_a_split_keeps_every_sample_once(n, share, seed):
    train, validation = validation_split(n, share, rng=np.random.default_rng(seed))
    assert_array_equal(np.sort(np.concatenate([train, validation])), np.arange(n))
    assert min(train.size, validation.size) >= 1
    assert abs(validation.size - share * n) <= 1


@given(st.integers(2, 60), st.data())
def test_every_sample_judges_once(n, data):
    k = data.draw(st.integers(2, n))
    folds = k_fold(n, k, rng=np.random.default_rng(0))
    judges = np.concatenate([fold.validation for fold in folds])
    assert_array_equal(np.sort(judges), np.arange(n))
    for train, validation in folds:
        both = np.concatenate([train, validation])
        assert_array_equal(np.sort(both), np.arange(n))
        assert validation.size in (n // k, -(-n // k))


def test_a_split_is_random_but_repeats_with_its_seed():
    def draw(seed):
        return validation_split(50, 0.2, rng=np.random.default_rng(seed)).validation

    assert_array_equal(draw(0), draw(0))
    assert (draw(0) != draw(1)).any()


def test_cross_validation_never_shows_a_fit_its_judges():
    X, y = np.arange(10.0)[:, None], np.arange(10.0)

    def fit(X, y):
        seen = set(y)
        return lambda X: np.array([x in seen for x in X[:, 0]], float)

    folds = k_fold(10, 5, rng=np.random.default_rng(0))
    seen = cross_validate(fit, lambda p, y: p.sum(), X, y, folds)
    assert_array_equal(seen, np.zeros(5))


def test_leaving_one_out_has_a_closed_form_for_ridge():
    X, y = problem(3, n=9, d=3)

    def fit(X, y):
        w = ridge(X, y, 2.0)
        return lambda X: X @ w

    folds = [Split(np.delete(np.arange(9), i), np.array([i])) for i in range(9)]
    losses = cross_validate(fit, lambda p, y: ((p - y) ** 2).mean(), X, y, folds)
    hat = X @ np.linalg.solve(X.T @ X + 2 * np.eye(3), X.T)
    assert_allclose(losses, ((y - hat @ y) / (1 - np.diag(hat))) ** 2, rtol=1e-10)


def test_splits_refuse():
    rng = np.random.default_rng(0)
    with refuses(ValueError, "share must be a number between 0 and 1, both excluded"):
        validation_split(5, 1.0, rng=rng)
    with refuses(ValueError, "n must be at least 2, but is 1"):
        validation_split(1, 0.5, rng=rng)
    with refuses(ValueError, "k must be at most the number of samples, 3, but is 4"):
        k_fold(3, 4, rng=rng)
    with refuses(ValueError, "k must be at least 2, but is 1"):
        k_fold(3, 1, rng=rng)
    for split in (lambda: validation_split(5, 0.5, rng=0), lambda: k_fold(5, 2, rng=0)):
        with refuses(TypeError, "rng must be a random generator, but is 0"):
            split()
    with refuses(TypeError, "fit must be a function, but is of type int"):
        cross_validate(1, abs, np.ones((2, 1)), np.ones(2), [])


def test_judging_refuses_what_would_be_broadcast_and_what_is_no_fold():
    X, y, halves = np.zeros((4, 1)), np.arange(4.0), [Split((0, 1), (2, 3))]

    def mean(X, y):
        return lambda X: np.full(len(X), y.mean())

    def column(X, y):
        return lambda X: np.full((len(X), 1), y.mean())

    def squared(p, y):
        return ((p - y) ** 2).mean()

    assert_array_equal(cross_validate(mean, squared, X, y, halves), [4.25])
    with refuses(ValueError, "the predictions must have shape (2,), but has (2, 1)"):
        cross_validate(column, squared, X, y, halves)
    with refuses(ValueError, "what loss returns must be one number, but its shape is "):
        cross_validate(mean, np.subtract, X, y, halves)
    for folds, message in (
        ([1], "each of folds must be a list, but is of type int"),
        ([([0], [1], [2])], "each of folds must have 2 parts, but one has 3"),
        ([([0], 1)], "rows of a fold must have shape (m,), but its shape is ()"),
    ):
        with refuses((TypeError, ValueError), message):
            cross_validate(mean, squared, X, y, folds)


# Penalties


@given(seeds, strengths)
def test_a_penalized_gradient_is_the_gradient_of_the_sum(seed, strength):
    X, y = problem(seed)
    w = np.random.default_rng(seed).normal(size=X.shape[1]) + 2
    slope = penalized_gradient(lambda w: X.T @ (X @ w - y), L2, strength)

    def total(w):
        return ((X @ w - y) ** 2).sum() / 2 + strength * l2(w)

    check_gradient(total, w, slope(w))


def test_a_gradient_with_a_memory_changes_nothing():
    """It may work in place, and return the same array each time."""
    kept = np.zeros(2)

    def gradient(w):
        w -= [3.0, 0.3]
        kept[...] = w
        return kept

    start = np.array([1.0, 1.0])
    slope = penalized_gradient(gradient, L2, 1.0)
    assert_array_equal(slope(start), [-1, 1.7])
    assert_array_equal(start, [1, 1])
    sigma_doubled = filtered_solution([[2.0]], [6.0], lambda s: np.multiply(s, 2, s))
    assert sigma_doubled[0] == 4 * 6 / 2


def test_a_penalty_with_a_memory_changes_nothing():
    w = np.ones(2)
    careless_l2 = L2._replace(gradient=careless(l2_gradient, 2))
    assert_array_equal(penalized_gradient(abs, careless_l2, 1.0)(w), [2, 2])
    assert_array_equal(w, [1, 1])
    with refuses(ValueError, "what penalty.gradient returns must have shape (2,), but"):
        penalized_gradient(abs, L2._replace(gradient=np.sum), 1.0)(w)


def test_penalties_refuse():
    slope = penalized_gradient(lambda w: w[:, None], L2, 1.0)
    with refuses(ValueError, "what gradient returns must have shape (2,), but has (2,"):
        slope(np.ones(2))
    with refuses(TypeError, "gradient must be a function"):
        penalized_gradient(1.0, L2, 1.0)
    with refuses(ValueError, "strength must be a finite number >= 0, but is -1"):
        penalized_gradient(abs, L2, -1)


# Ridge


@given(seeds, strengths)
def test_ridge_solves_its_normal_equations(seed, strength):
    X, y = problem(seed)
    w = ridge(X, y, strength)
    assert_allclose(X.T @ (X @ w - y) + strength * w, 0, atol=1e-11)
    assert_allclose(w, filtered_solution(X, y, lambda s: ridge_filter(s, strength)))
    assert_allclose(w, ridge_path(X, y, [0.0, strength])[1], rtol=1e-9, atol=1e-12)


@given(seeds, strengths)
def test_more_strength_means_shorter_weights_and_a_worse_fit(seed, strength):
    X, y = problem(seed)
    w, v = ridge(X, y, strength), ridge(X, y, 1.1 * strength)
    assert np.linalg.norm(v) < np.linalg.norm(w)
    assert np.linalg.norm(X @ v - y) > np.linalg.norm(X @ w - y) - 1e-12


@given(seeds)
def test_no_strength_is_least_squares_of_least_length(seed):
    X, y = problem(seed)
    for A, b in ((X, y), (X.T, y[: X.shape[1]])):
        expected = np.linalg.pinv(A) @ b
        assert_allclose(ridge(A, b, 0), expected, atol=1e-9)
        assert_allclose(ridge_path(A, b, [0.0])[0], expected, atol=1e-9)


def test_a_column_may_be_left_free():
    X = np.column_stack([np.ones(4), [0.0, 1.0, 2.0, 3.0]])
    w = ridge(X, [5.0, 5.0, 7.0, 7.0], [0.0, 1e12])
    assert_allclose(w, [6, 0], atol=1e-9)


@pytest.mark.parametrize("unit", [1e-150, 1e-12, 1e12, 1e150])
@given(seeds)
def test_units_change_the_weights_and_no_forecast(unit, seed):
    X, y = problem(seed, n=12, d=3)
    units = np.array([1.0, unit, 1.0])
    assert_allclose(ridge(X * units, y, 0) * units, ridge(X, y, 0), rtol=1e-9)
    free = np.array([0.0, 1.0, 0.0])
    found = ridge(X * units, y, free * unit**2) * units
    assert_allclose(found, ridge(X, y, free), rtol=1e-9)
    every = X * unit, y
    assert_allclose(ridge(*every, unit**2) * unit, ridge(X, y, 1), rtol=1e-9)
    assert_allclose(
        ridge_path(*every, [0.0, unit**2]) * unit,
        ridge_path(X, y, [0.0, 1.0]),
        rtol=1e-9,
    )


def test_a_free_column_is_not_lost_beside_a_forbidden_one():
    X = np.column_stack([np.ones(4), [0.0, 1.0, 2.0, 3.0]])
    w = ridge(X, [5.0, 5.0, 7.0, 7.0], [0.0, 1e40])
    assert_allclose(w, [6, 0], atol=1e-12)


def test_filters_keep_their_digits_at_extremes():
    assert_array_equal(ridge_filter([1e-200, 1e200, 0.0], 0.0), [1, 1, 0])
    assert_array_equal(ridge_filter([1e-200, 1e200, 0.0], 1.0), [0, 1, 0])
    assert_allclose(descent_filter([1e-9, 1e-5], 1.0, 3), [3e-18, 3e-10], rtol=1e-9)
    assert_array_equal(descent_filter([1e-9, 1.0], 1.0, 0), [0, 0])


def test_the_filter_agrees_with_the_fit_to_rounding():
    X, y = problem(0, n=20, d=5)
    _, sigma, Vt = np.linalg.svd(X, full_matrices=False)
    plain, w = ridge(X, y, 0), ridge(X, y, 3.0)
    kept = (Vt @ w) / (Vt @ plain)
    assert_allclose(kept, ridge_filter(sigma, 3.0), rtol=0, atol=1e-14)
    assert_array_equal(ridge_filter([2.0, 0.0], 4.0), [0.5, 0])
    assert_array_equal(ridge_filter([2.0, 0.0], 0.0), [1, 0])


def test_the_table_of_degree_11():
    """Training and test error of the wave, by strength; the constant is free."""
    rng = np.random.default_rng(1)
    X, y = noisy_wave(rng=rng, ordered=True)
    places, measured = noisy_wave(2000, rng=rng)
    P, Q = (polynomial_features(x[:, 0], 11) for x in (X, places))
    found = []
    for strength in (0, 1e-4, 1e-2, 1, 100):
        w = ridge(P, y, strength * (np.arange(12) > 0))
        found.append([((P @ w - y) ** 2).mean(), ((Q @ w - measured) ** 2).mean()])
    assert found[0][1] == pytest.approx(34112.6, abs=0.1)
    train, test = np.array(found).T
    assert_allclose(train, [0, 0.0020, 0.0057, 0.0947, 0.3814], atol=5e-5)
    assert_allclose(test[1:], [0.1144, 0.0560, 0.2025, 0.5267], atol=5e-5)


@given(seeds, strengths)
def test_degrees_of_freedom_are_the_trace_of_the_hat_matrix(seed, strength):
    X, _ = problem(seed)
    d = X.shape[1]
    hat = X @ np.linalg.solve(X.T @ X + strength * np.eye(d), X.T)
    assert degrees_of_freedom(X, strength) == pytest.approx(np.trace(hat))
    assert degrees_of_freedom(X, 0) == pytest.approx(d)


def test_ridge_refuses():
    X, y = np.eye(2), np.ones(2)
    message = "y must have shape (n,) with n = 2, but its shape is (2, 1): use y.ravel"
    with refuses(ValueError, message):
        ridge(X, y[:, None], 1.0)
    with refuses(ValueError, "X must hold at least one number, but its shape is (0"):
        ridge(X[:0], y[:0], 1.0)
    with refuses(ValueError, "X must be finite"):
        ridge(X + np.inf, y, 1.0)
    with refuses(ValueError, "strength must be >= 0, but holds -1"):
        ridge(X, y, [1.0, -1.0])
    with refuses(ValueError, "strength must have shape (2,), but its shape is (3,)"):
        ridge(X, y, np.ones(3))
    with refuses(ValueError, "strengths must be >= 0, but holds -2"):
        ridge_path(X, y, [-2.0])
    with refuses(ValueError, "singular_values must be >= 0, but holds -1"):
        ridge_filter([-1.0], 1.0)
    with refuses(ValueError, "what filter returns must have shape (2,), but its shape"):
        filtered_solution(X, y, lambda sigma: sigma[:1])
    with refuses(TypeError, "filter must be a function"):
        filtered_solution(X, y, 1.0)


# Stopping early


@given(seeds, st.integers(0, 50), st.floats(0.05, 1.95))
def test_gradient_descent_is_a_filter(seed, steps, share):
    X, y = problem(seed)
    rate = share / np.linalg.norm(X, 2) ** 2
    walk = minimize(
        lambda w: X.T @ (X @ w - y), np.zeros(X.shape[1]), sgd(rate), steps=steps
    )
    formula = filtered_solution(X, y, lambda s: descent_filter(s, rate, steps))
    assert_allclose(walk[-1], formula, rtol=0, atol=1e-12 * (1 + np.abs(formula).max()))


def test_the_filter_of_descent_by_hand_and_beyond_its_limit():
    assert_allclose(descent_filter([1.0, 2.0], 0.25, 3), [1 - 0.75**3, 1])
    assert descent_filter([2.0], 1.0, 4)[0] == 1 - (-3.0) ** 4
    assert_array_equal(descent_filter([3.0, 0.0], 0.1, 0), [0, 0])
    with refuses(ValueError, "rate must be a finite number > 0, but is 0"):
        descent_filter([1.0], 0, 1)
    with refuses(TypeError, "steps must be a whole number >= 0, but is 1.5"):
        descent_filter([1.0], 1, 1.5)


@pytest.mark.parametrize(
    ("losses", "patience", "answer"),
    [
        ([5, 3, 4, 3.5, 1], 2, (1, 3)),
        ([5, 3, 4, 3.5, 1], 3, (4, 4)),
        ([5, 4, 3], 1, (2, 2)),
        ([1, 1, 1], 2, (0, 2)),
        ([1, np.nan, 0.5], 2, (2, 2)),
        ([np.nan, 3, 2], 2, (2, 2)),
        ([np.nan, 3, np.nan, np.inf], 2, (1, 3)),
        ([2.0], 1, (0, 0)),
    ],
)
def test_early_stop_by_hand(losses, patience, answer):
    assert early_stop(losses, patience) == EarlyStop(*answer)


def test_early_stop_refuses():
    with refuses(ValueError, "patience must be at least 1, but is 0"):
        early_stop([1.0], 0)
    with refuses(ValueError, "the number of losses must be at least 1, but is 0"):
        early_stop([], 1)
    with refuses(
        ValueError, "losses must hold a number below infinity, but the first 3 are none"
    ):
        early_stop([np.nan, np.inf, np.nan, 1.0], 2)


# Decay


def test_decay_in_adamw_is_a_factor_and_l2_in_adam_is_not():
    k = np.arange(101)
    decayed = minimize(np.zeros_like, 1.0, adamw(0.1, decay=0.5), steps=100)
    assert_allclose(decayed, (1 - 0.1 * 0.5) ** k, rtol=1e-12)
    for strength in (0.5, 50.0):
        slope = penalized_gradient(np.zeros_like, L2, strength)
        walk = minimize(slope, 1.0, adam(0.01), steps=10)
        assert walk[10] == pytest.approx(0.9, abs=2e-3)  # ten steps of one length


@given(st.floats(0.01, 0.5), st.floats(0.01, 1.5), seeds)
def test_decay_and_l2_are_the_same_for_plain_steps(rate, strength, seed):
    rng = np.random.default_rng(seed)
    w, g = rng.normal(size=4), rng.normal(size=4)
    slope = penalized_gradient(lambda w: g, L2, strength)
    by_penalty = minimize(slope, w, sgd(rate), steps=1)[1]
    assert_allclose(by_penalty, (1 - rate * strength) * w - rate * g, atol=1e-12)


# Noise that teaches


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.9])
def test_a_mask_has_mean_one_and_the_variance_promised(p):
    mask = dropout_mask(200_000, p, rng=np.random.default_rng(0))
    assert set(np.unique(mask)) == ({0, 1 / (1 - p)} if p else {1.0})
    spread = p / (1 - p)
    assert abs(mask.mean() - 1) < 5 * np.sqrt(spread / 200_000) + 1e-12
    assert mask.var() == pytest.approx(spread, rel=0.03)


@given(st.integers(1, 5), st.integers(1, 5), seeds, st.floats(0, 0.9))
def test_dropout_s_pullback(n, d, seed, p):
    X, dY = np.random.default_rng(seed).normal(size=(2, n, d))

    def masked(X):
        return dropout(X, p, rng=np.random.default_rng(seed))

    Y, pullback = masked(X)
    assert Y.shape == X.shape
    (dX,) = pullback(dY)
    expected = numerical_gradient(lambda X: (masked(X)[0] * dY).sum(), X)
    assert_allclose(dX, expected, atol=1e-6)


def test_dropout_of_inputs_is_a_ridge_on_average():
    X, y = problem(1, n=30, d=4)
    rng = np.random.default_rng(0)
    masks = dropout_mask((4000, 30, 4), 0.3, rng=rng)
    dropped = (X * masks).reshape(-1, 4)
    by_noise = np.linalg.lstsq(dropped, np.tile(y, 4000))[0]
    by_formula = ridge(X, y, dropout_strengths(X, 0.3))
    assert_allclose(by_noise, by_formula, atol=0.01)
    assert np.abs(ridge(X, y, 0) - by_formula).max() > 0.02


def test_noise_on_inputs_is_a_ridge_on_average():
    X, y = problem(1, n=30, d=4)
    rng = np.random.default_rng(0)
    moved = (X + rng.normal(0, 0.5, size=(4000, 30, 4))).reshape(-1, 4)
    by_noise = np.linalg.lstsq(moved, np.tile(y, 4000))[0]
    assert_allclose(by_noise, ridge(X, y, 30 * 0.5**2), atol=0.01)


def test_dropout_refuses():
    rng = np.random.default_rng(0)
    for call in (
        lambda p: dropout_mask(3, p, rng=rng),
        lambda p: dropout(np.ones(3), p, rng=rng),
        lambda p: dropout_strengths(np.ones((3, 1)), p),
    ):
        with refuses(ValueError, "p must be below 1, since something must stay, but i"):
            call(1.0)
        with refuses(ValueError, "p must be a finite number >= 0, but is -0.1"):
            call(-0.1)
    with refuses(TypeError, "rng must be a random generator, but is None"):
        dropout(np.ones(3), 0.5, rng=None)
    pullback = dropout(np.ones((3, 2)), 0.5, rng=rng)[1]
    for dY in (1.0, np.ones(2), np.ones((1, 2))):
        with refuses(ValueError, "dY must have shape (3, 2), but has"):
            pullback(dY)
    assert pullback([[1, 1]] * 3)[0].shape == (3, 2)


def test_pictures_move_by_hand():
    image = np.arange(1, 7).reshape(1, 2, 3)
    assert_array_equal(shift_images(image, 1, 0)[0], [[0, 0, 0], [1, 2, 3]])
    assert_array_equal(shift_images(image, -1, -1)[0], [[5, 6, 0], [0, 0, 0]])
    assert_array_equal(shift_images(image, 0, 2)[0], [[0, 0, 1], [0, 0, 4]])
    assert not shift_images(image, 2, 0).any()
    assert not shift_images(image, 0, -7).any()
    assert shift_images(image.astype(np.uint8), 0, 0).dtype == np.uint8


@given(st.integers(-4, 4), st.integers(-4, 4))
def test_moving_there_and_back_loses_only_the_rim(down, right):
    image = np.zeros((1, 9, 9))
    image[0, 4, 4] = 1
    moved = shift_images(image, down, right)
    assert moved[0, 4 + down, 4 + right] == moved.sum() == 1
    assert_array_equal(shift_images(moved, -down, -right), image)


def test_shift_images_refuses():
    with refuses(TypeError, "down must be a whole number, but is True"):
        shift_images(np.zeros((1, 2, 2)), True, 0)
    with refuses(ValueError, "images must have shape (n, height, width), but its shap"):
        shift_images(np.ones((2, 2)), 1, 0)
    with refuses(ValueError, "images must have all its entries, but some are masked"):
        shift_images(np.ma.masked_equal(np.eye(2)[None], 1), 0, 0)
    assert_array_equal(shift_images([[[1, 2]]], 0, 1), [[[0, 1]]])
    with refuses(TypeError, "down must be a whole number, but is 0.5"):
        shift_images(np.ones((1, 2, 2)), 0.5, 0)


def test_a_path_without_strengths_has_no_rows():
    assert ridge_path(np.eye(3), np.ones(3), []).shape == (0, 3)


def test_a_strength_of_eight_bits_is_a_number_like_others():
    assert_array_equal(ridge_filter([1.0], np.int8(2)), ridge_filter([1.0], 2))


def test_numbers_of_other_types_are_counted_with_as_floats():
    assert_allclose(shrink([3.0], np.int8(127)), [3 / 128])
    assert_allclose(
        shrink([3.0], np.float16(1e-4)), [3 / (1 + float(np.float16(1e-4)))]
    )
    few = np.float16(0.3)
    aside = validation_split(10**6, few, rng=np.random.default_rng(0)).validation
    assert len(aside) == round(float(few) * 10**6)
    assert_array_equal(
        dropout_strengths([[1.0, 2.0]], few),
        dropout_strengths([[1.0, 2.0]], float(few)),
    )
    half = Fraction(1, 2)
    assert_array_equal(descent_filter([1.0], half, 1), [0.5])
    assert_array_equal(descent_filter([1.0], half, 10**30), [1.0])
    with refuses(ValueError, "steps must be a finite number >= 0, but is of type int "):
        descent_filter([1.0], half, 10**400)
    for found in (
        shrink([3.0], half),
        penalized_gradient(abs, L2, half)(np.ones(1)),
        dropout_strengths([[1.0]], half),
    ):
        assert found.dtype == float
    with refuses(
        ValueError, "p must be below 1, since something must stay, but is 999"
    ):
        dropout_mask(3, 1 - Fraction(1, 10**20), rng=np.random.default_rng(0))
