"""Privacy: a promise kept, whatever the gradients, and descent without noise."""

import math
from fractions import Fraction

import numpy as np
import pytest
from checking import problem, refuses, rng_of
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from mathlib.privacy import (
    least_delta,
    least_noise,
    privacy_noise,
    private_descent,
    private_mean,
)
from mathlib.update_rules import minimize, sgd

seeds = st.integers(0, 2**32 - 1)


# Noise that protects


def test_privacy():
    assert privacy_noise(0.5, 1e-5) == pytest.approx(9.6896, abs=1e-4)
    gradients = rng_of(1).normal(size=(50, 3)) * 5
    exact = private_mean(gradients, clip=1e6, noise=0, rng=rng_of())
    assert_allclose(exact, gradients.mean(axis=0))
    short = private_mean(gradients, clip=0.1, noise=0, rng=rng_of())
    assert np.linalg.norm(short) <= 0.1
    draws = [
        private_mean(gradients, clip=2.0, noise=3.0, rng=rng_of(seed))
        for seed in range(4000)
    ]
    assert_allclose(np.std(draws, axis=0), 3.0 * 2.0 / 50, rtol=0.05)
    without = private_mean(gradients, clip=2.0, noise=0, rng=rng_of())
    assert_allclose(np.mean(draws, axis=0), without, atol=0.01)
    assert_array_equal(private_mean([[0.0]], clip=1.0, noise=0.0, rng=rng_of()), [0])


def test_no_one_moves_the_clipped_sum_by_more_than_the_clip():
    gradients = rng_of(2).normal(size=(10, 4)) * 7
    n, sums = len(gradients), {}
    for left_out in (None, 0):
        kept = gradients[1:] if left_out == 0 else gradients
        mean = private_mean(kept, clip=1.5, noise=0, rng=rng_of())
        sums[left_out] = mean * (n - (left_out == 0))
    assert np.linalg.norm(sums[None] - sums[0]) <= 1.5 + 1e-12


def test_privacy_refuses():
    with refuses(ValueError, "epsilon must be a number between 0 and 1, both excluded"):
        privacy_noise(1.0, 1e-5)
    with refuses(ValueError, "the number of gradients must be at least 1, but is 0"):
        private_mean(np.zeros((0, 2)), clip=1.0, noise=0.0, rng=rng_of())
    with refuses(ValueError, "gradients must have shape (n, d), but its shape is (3,)"):
        private_mean(np.ones(3), clip=1.0, noise=0.0, rng=rng_of())
    assert privacy_noise(np.float16(0.5), 1e-5) == privacy_noise(0.5, 1e-5)


def summed_delta(epsilon, noise):
    """The least δ, added up: what one normal curve has above e^ε times the other."""
    x = np.linspace(-40 * noise, 1 + 40 * noise, 400_001)
    first, second = stats.norm.pdf(x, 0, noise), stats.norm.pdf(x, 1, noise)
    above = np.maximum(first - math.exp(epsilon) * second, 0)
    return np.trapezoid(above, x)


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 0.5, 2.0])
@pytest.mark.parametrize("noise", [0.3, 1.0, 2.0, 8.0])
def test_the_least_delta_is_what_one_curve_has_above_the_other(epsilon, noise):
    assert least_delta(noise, epsilon) == pytest.approx(
        summed_delta(epsilon, noise), rel=1e-4, abs=1e-9
    )


def test_the_least_delta_by_hand_and_at_its_ends():
    within = stats.norm.cdf(0.5) - stats.norm.cdf(-0.5)  # ε = 0: how far they differ
    assert least_delta(1.0, 0.0) == pytest.approx(within, rel=1e-12)
    assert least_delta(1e-9, 1.0) == 1.0  # hardly any noise hides nothing
    assert 0 <= least_delta(1e9, 0.0) < 1e-9
    assert least_delta(1e9, 100.0) == 0.0
    assert 0 <= least_delta(0.07, 100.0) <= 1
    widths = [least_delta(noise, 0.5) for noise in (0.5, 1.0, 2.0, 4.0, 8.0)]
    assert widths == sorted(widths, reverse=True)


def test_the_least_delta_refuses():
    with refuses(ValueError, "noise must be a finite number > 0, but is 0"):
        least_delta(0, 0.5)
    with refuses(ValueError, "epsilon must be a finite number >= 0, but is -1"):
        least_delta(1.0, -1)
    with refuses(ValueError, "epsilon must be at most 100, but is 101"):
        least_delta(1.0, 101)


@pytest.mark.parametrize("epsilon", [0.0, 0.01, 0.5, 1.0, 8.0, 100.0])
@pytest.mark.parametrize("delta", [1e-9, 1e-5, 1e-2, 0.2, 0.9])
def test_the_least_noise_keeps_what_it_promises_and_less_does_not(epsilon, delta):
    noise = least_noise(epsilon, delta)
    assert least_delta(noise, epsilon) <= delta
    assert least_delta(noise * (1 - 1e-5), epsilon) > delta


def test_the_least_noise_by_hand_and_at_its_ends():
    # ε = 0: the two curves differ by 2 Φ(1/(2σ)) − 1, so that σ is known.
    known = 1 / (2 * stats.norm.ppf((1 + 0.1) / 2))
    assert least_noise(0.0, 0.1) == pytest.approx(known, rel=1e-9)
    assert least_noise(0.5, 1e-5) == pytest.approx(7.0318, abs=1e-4)
    assert 0 < least_noise(100.0, 0.999) < 0.1
    assert least_noise(0.0, 1e-12) == pytest.approx(1e12 / math.sqrt(2 * math.pi), 1e-3)


@pytest.mark.parametrize("epsilon", [0.01, 0.5, 0.999])
@pytest.mark.parametrize("delta", [1e-9, 1e-5, 0.2, 0.9])
def test_the_formula_takes_more_than_the_least_noise(epsilon, delta):
    assert least_noise(epsilon, delta) <= privacy_noise(epsilon, delta)


def test_the_least_noise_refuses():
    with refuses(ValueError, "epsilon must be at most 100, but is 101"):
        least_noise(101, 1e-5)
    with refuses(ValueError, "delta must be a number between 0 and 1, both excluded"):
        least_noise(0.5, 0.0)
    with refuses(ValueError, "delta must be at least 1e-12, but is 1e-13"):
        least_noise(0.5, 1e-13)
    with refuses(TypeError, "epsilon must be a finite number >= 0"):
        least_noise("half", 1e-5)


@pytest.mark.parametrize("epsilon", [0.01, 0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("delta", [1e-9, 1e-5, 1e-2, 0.2, 0.9])
def test_the_noise_keeps_what_it_promises(epsilon, delta):
    assert least_delta(privacy_noise(epsilon, delta), epsilon) <= delta


@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_one_person_moves_the_sum_by_no_more_than_the_clip(seed, n):
    rng = rng_of(seed)
    gradients = rng.standard_cauchy(size=(n, 3)) * 10.0 ** rng.integers(-3, 200)
    neighbor = gradients.copy()
    neighbor[rng.integers(n)] = 0  # the number of rows is public
    totals = [
        n * private_mean(rows, clip=2.0, noise=0, rng=rng)
        for rows in (gradients, neighbor)
    ]
    assert np.linalg.norm(totals[0] - totals[1]) <= 2 * (1 + 1e-12 * n)
    fewer = gradients[1:]  # the lot is public, the number of rows is not
    totals = [
        100 * private_mean(rows, clip=2.0, noise=0, rng=rng, lot=100)
        for rows in (gradients, fewer)
    ]
    assert np.linalg.norm(totals[0] - totals[1]) <= 2 * (1 + 1e-12 * n)


def test_the_size_of_the_noise_does_not_tell_how_many_take_part():
    noise = privacy_noise(0.5, 1e-5)
    results = [
        private_mean(np.zeros((n, 9)), clip=1.0, noise=noise, rng=rng_of(1), lot=100)
        for n in (0, 1, 100, 101)
    ]
    for result in results[1:]:
        assert_array_equal(result, results[0])
    with refuses(ValueError, "lot must be at least 1, but is 0"):
        private_mean([[1.0]], clip=1.0, noise=0, rng=rng_of(), lot=0)


def test_a_gradient_of_any_length_is_shortened_to_the_clip():
    rows = [[1e200, 0.0], [0.0, 1.0]]
    assert_array_equal(private_mean(rows, clip=1.0, noise=0, rng=rng_of()), [0.5, 0.5])
    rows = [[1.7e308, -1.7e308], [0.0, 0.0]]
    assert_allclose(
        private_mean(rows, clip=1.0, noise=0, rng=rng_of()), [0.5**1.5, -(0.5**1.5)]
    )
    rows = [[3e-200, 4e-200]]
    assert_allclose(
        private_mean(rows, clip=1e-200, noise=0, rng=rng_of()), [6e-201, 8e-201]
    )


# A descent in private


def test_private_descent_without_noise_is_descent():
    X, y = problem(4, n=12, d=3)

    def each(w):
        return (X @ w - y)[:, None] * X

    start, rng = np.zeros(3), np.random.default_rng(0)
    open_walk = minimize(lambda w: each(w).mean(axis=0), start, sgd(0.1), steps=20)
    walk = private_descent(each, start, rate=0.1, clip=1e6, noise=0, steps=20, rng=rng)
    assert_allclose(walk, open_walk, atol=1e-14)


@given(seeds)
def test_one_sample_moves_a_private_step_by_at_most_its_share(seed):
    rng = np.random.default_rng(seed)
    G = rng.normal(0, 10, size=(5, 2))
    H = G.copy()
    H[0] = rng.normal(0, 1000, size=2)

    def step(gradients):
        return private_descent(
            lambda w: gradients,
            [0.0, 0.0],
            rate=1.0,
            clip=2.0,
            noise=1.0,
            steps=1,
            rng=np.random.default_rng(seed),
        )[1]

    assert np.linalg.norm(step(G) - step(H)) <= 2 * 2.0 / 5 + 1e-12


def test_private_descent_refuses():
    rng = np.random.default_rng(0)
    options = {"rate": 1.0, "clip": 1.0, "noise": 0.0, "steps": 1, "rng": rng}
    with refuses(TypeError, "gradients must be a function"):
        private_descent(1.0, [0.0], **options)
    with refuses(
        ValueError, "a gradient must have shape (d,) with d = 1, but its shap"
    ):
        private_descent(lambda w: np.ones((3, 2)), [0.0], **options)
    for wrong, error, message in (
        ({"clip": 0}, ValueError, "clip must be a finite number > 0, but is 0"),
        ({"noise": -1}, ValueError, "noise must be a finite number >= 0, but is -1"),
        ({"rng": None}, TypeError, "rng must be a random generator, but is None"),
    ):
        for steps in (0, 1):
            changed = options | {"steps": steps} | wrong
            with refuses(error, message):
                private_descent(lambda w: np.ones((3, 1)), [0.0], **changed)


def test_numbers_of_other_types_are_counted_with_as_floats():
    def walk(number):
        return private_descent(
            lambda w: w - np.ones((3, 1)),
            [4.0],
            rate=number,
            clip=number,
            noise=number,
            steps=2,
            rng=np.random.default_rng(0),
        )

    assert_array_equal(walk(Fraction(1, 2)), walk(0.5))
    one, rng = Fraction(1), np.random.default_rng(0)
    assert private_mean([[3.0, 4.0]], clip=one, noise=one, rng=rng).dtype == float
    with refuses(ValueError, "lot must be a finite number > 0, but is of type int and"):
        private_mean([[3.0]], clip=1, noise=0, rng=rng, lot=10**400)


def test_small_integers_make_all_the_noise_they_promise():
    numbers = {"clip": 100, "noise": 100}
    small = {name: np.int8(number) for name, number in numbers.items()}
    plain, narrow = (
        private_mean([[0.0]], **each, rng=np.random.default_rng(0))
        for each in (numbers, small)
    )
    assert_allclose(narrow, plain)
