from fractions import Fraction

import numpy as np
import pytest
from checking import rng_of
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.datasets import (
    circles,
    digits8,
    digits28,
    line_with_gaussian_noise,
    line_with_uniform_noise,
    moons,
    noisy_wave,
    recall,
    spirals,
    stream_of_pairs,
    xor,
)


def test_uniform_noise_is_the_article_s_data_bit_for_bit():
    np_random = np.random.RandomState(0)
    x, noise = np_random.rand(100, 1), np_random.rand(100, 1)
    X, y = line_with_uniform_noise(rng=np.random.RandomState(0))
    assert_array_equal(X, x)
    assert_array_equal(y, (3 * x + 2 + noise).ravel())


def test_gaussian_noise_is_the_article_s_data():
    np_random = np.random.RandomState(0)
    x, noise = np_random.rand(100, 1), np_random.randn(100, 1)
    X, y = line_with_gaussian_noise(rng=np.random.RandomState(0))
    assert_array_equal(X, x)
    assert_allclose(y, (2 * x + 1 + noise * 0.1).ravel(), rtol=1e-15)


def test_noise_has_the_mean_and_the_variance_promised():
    X, y = line_with_uniform_noise(100_000, rng=np.random.default_rng(1))
    noise = y - 3 * X[:, 0] - 2
    assert 0 <= noise.min() < noise.max() < 1
    assert abs(noise.mean() - 1 / 2) < 5 * np.sqrt(1 / 12 / 100_000)
    assert abs(noise.var() - 1 / 12) < 0.001
    X, y = line_with_gaussian_noise(100_000, rng=np.random.default_rng(1), noise=3)
    noise = y - 2 * X[:, 0] - 1
    assert abs(noise.mean()) < 5 * 3 / np.sqrt(100_000)
    assert abs(noise.std() - 3) < 0.03
    X, y = noisy_wave(100_000, rng=np.random.default_rng(1))
    noise = y - np.sin(3 * X[:, 0])
    assert -1 <= X.min() < X.max() < 1
    assert abs(noise.mean()) < 5 * 0.2 / np.sqrt(100_000)
    assert abs(noise.std() - 0.2) < 0.002


def test_an_ordered_wave_has_the_same_places_and_the_same_noise():
    plain = noisy_wave(9, rng=np.random.default_rng(1))
    ordered = noisy_wave(9, rng=np.random.default_rng(1), ordered=True)
    assert_array_equal(np.sort(plain.X, axis=0), ordered.X)
    plain_noise, noise = (y - np.sin(3 * X[:, 0]) for X, y in (plain, ordered))
    assert_allclose(plain_noise, noise, atol=1e-15)


@pytest.mark.parametrize(
    "make", [line_with_uniform_noise, line_with_gaussian_noise, noisy_wave]
)
def test_lines_refuse(make):
    rng = np.random.default_rng(0)
    with pytest.raises(TypeError, match="rng must be a random generator, but is 0"):
        make(rng=0)
    with pytest.raises(TypeError, match="rng must be a random generator"):
        make(rng=np.random)
    with pytest.raises(ValueError, match="n must be"):
        make(-1, rng=rng)
    with pytest.raises(TypeError, match="n must be"):
        make(2.5, rng=rng)
    assert make(0, rng=rng).X.shape == (0, 1)


def test_gaussian_noise_refuses_a_negative_spread():
    for make in (line_with_gaussian_noise, noisy_wave):
        with pytest.raises(ValueError, match="noise must be"):
            make(rng=np.random.default_rng(0), noise=-1.0)


def test_small_digits_are_whole_and_known():
    digits = digits8()
    assert digits.images.shape == (1797, 8, 8)
    assert digits.images.dtype == np.uint8
    assert (digits.images.min(), digits.images.max()) == (0, 16)
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.bincount(digits.labels).tolist() == counts


def test_large_digits_are_whole_and_known():
    digits = digits28()
    assert digits.train_images.shape == (5000, 28, 28)
    assert digits.test_images.shape == (1000, 28, 28)
    assert digits.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert digits.test_labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert digits.train_images.max() == digits.test_images.max() == 255


def test_labels_do_not_wrap_round():
    for labels in (digits8().labels, digits28().train_labels, digits28().test_labels):
        assert labels.dtype == np.intp
        assert (labels - 10 < 0).all()


def test_images_of_a_digit_are_nearer_to_its_mean_than_to_the_others():
    digits = digits8()
    X = digits.images.reshape(len(digits.images), -1).astype(float)
    means = np.array([X[digits.labels == label].mean(axis=0) for label in range(10)])
    nearest = np.linalg.norm(X[:, None] - means, axis=2).argmin(axis=1)
    assert np.mean(nearest == digits.labels) > 0.9


def test_spirals_by_their_formula_and_noise_on_top():
    t = np.array([0.1, 0.1, 0.55, 0.55, 1.0, 1.0])
    angle, side = 2 * np.pi * 0.7 * t, np.array([1, -1] * 3)
    arms = (side * t)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    X, y = spirals(6, rng=rng_of(0), noise=0.0, turns=0.7)
    assert_allclose(X, arms)
    assert_array_equal(y, [0, 1] * 3)
    noisy = spirals(6, rng=rng_of(1), noise=0.5, turns=0.7)[0]
    assert_allclose(noisy, arms + 0.5 * rng_of(1).normal(size=(6, 2)))


@pytest.mark.parametrize("make", [xor, moons, circles, spirals])
def test_a_count_of_8_bits_is_a_count(make):
    assert_array_equal(make(np.uint8(255), rng=rng_of(0)).X, make(255, rng=rng_of(0)).X)


def test_turns_are_a_finite_number():
    few_bits = spirals(9, rng=rng_of(0), turns=np.float16(3))
    assert_array_equal(few_bits.X, spirals(9, rng=rng_of(0), turns=3).X)
    with pytest.raises(TypeError, match="turns must be a finite number, but is 'a'"):
        spirals(9, rng=rng_of(0), turns="a")
    with pytest.raises(ValueError, match="turns must be a finite number, but is nan"):
        spirals(9, rng=rng_of(0), turns=np.nan)


@pytest.mark.parametrize("make", [recall, stream_of_pairs])
def test_sequences_need_a_generator(make):
    with pytest.raises(TypeError, match=r"rng must be a numpy\.random\.Generator"):
        make(rng=np.random.RandomState(0))


@pytest.mark.parametrize(
    "make", [line_with_gaussian_noise, noisy_wave, xor, moons, circles, spirals]
)
@pytest.mark.parametrize("kind", [Fraction, np.longdouble, np.float16])
def test_noise_of_any_kind_of_number_makes_floats(make, kind):
    for one, other in zip(
        make(5, rng=rng_of(0), noise=kind(0.5)),
        make(5, rng=rng_of(0), noise=0.5),
        strict=True,
    ):
        assert one.dtype == other.dtype
        assert_array_equal(one, other)
