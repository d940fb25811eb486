"""The data: bit for bit as in the sources, and within the laws of their noise."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from mathlib.datasets import (
    digits8,
    digits28,
    line_with_gaussian_noise,
    line_with_uniform_noise,
)
from mathlib.gradient_descent import least_squares

LINES = [line_with_uniform_noise, line_with_gaussian_noise]


def test_uniform_noise_is_the_source_s_bit_for_bit():
    np.random.seed(0)  # noqa: NPY002
    X = np.random.rand(100, 1)  # noqa: NPY002
    y = 3 * X + 2 + np.random.rand(100, 1)  # noqa: NPY002
    rng = np.random.RandomState(0)
    data = line_with_uniform_noise(rng=rng)
    assert_array_equal(data.X, X)
    assert_array_equal(data.y, y.ravel())
    assert rng.rand() == np.random.rand()  # noqa: NPY002


def test_gaussian_noise_is_the_source_s_bit_for_bit():
    np.random.seed(0)  # noqa: NPY002
    X = np.random.rand(100, 1)  # noqa: NPY002
    y = 2 * X + 1 + np.random.randn(100, 1) * 0.1  # noqa: NPY002
    data = line_with_gaussian_noise(rng=np.random.RandomState(0))
    assert_array_equal(data.X, X)
    assert_array_equal(data.y, y.ravel())


@pytest.mark.parametrize("line", LINES)
@given(n=st.integers(0, 30), seed=st.integers(0, 2**32 - 1))
def test_shapes_and_the_same_seed_the_same_data(line, n, seed):
    one, two = (line(n, rng=np.random.default_rng(seed)) for _ in range(2))
    assert (one.X.shape, one.y.shape) == ((n, 1), (n,))
    assert_array_equal(one.X, two.X)
    assert_array_equal(one.y, two.y)
    assert ((one.X >= 0) & (one.X < 1)).all()


def test_the_noise_floor_and_the_intercept_that_can_be_learnt():
    X, y = line_with_uniform_noise(100_000, rng=np.random.default_rng(0))
    w, b = least_squares(X, y)
    assert (w, b) == pytest.approx((3, 2.5), abs=0.02)
    assert np.mean((X[:, 0] * w + b - y) ** 2) == pytest.approx(1 / 12, rel=0.02)
    X, y = line_with_gaussian_noise(100_000, rng=np.random.default_rng(0), noise=0.3)
    w, b = least_squares(X, y)
    assert (w, b) == pytest.approx((2, 1), abs=0.02)
    assert np.mean((X[:, 0] * w + b - y) ** 2) == pytest.approx(0.09, rel=0.02)


@pytest.mark.parametrize("line", LINES)
def test_lines_refuse(line):
    rng = np.random.default_rng(0)
    with pytest.raises(TypeError, match=r"rng must be a random generator, but is None"):
        line(rng=None)
    with pytest.raises(TypeError, match=r"use np\.random\.default_rng\(0\)$"):
        line(rng=np.random)
    with pytest.raises(ValueError, match=re.escape("n must be a whole number >= 0")):
        line(-1, rng=rng)
    with pytest.raises(TypeError, match=r"required keyword-only argument: 'rng'"):
        line(10)


def test_gaussian_noise_refuses_a_negative_width():
    with pytest.raises(ValueError, match=r"^noise must be a finite number >= 0, but"):
        line_with_gaussian_noise(rng=np.random.default_rng(0), noise=-0.1)


def test_digits8_are_what_the_docstring_says():
    images, labels = digits8()
    assert (images.shape, images.dtype) == ((1797, 8, 8), np.uint8)
    assert (images.min(), images.max()) == (0, 16)
    assert (labels.shape, labels.dtype) == ((1797,), np.int64)
    assert_array_equal(np.unique(labels), np.arange(10))


def test_digits8_equal_scikit_learn_s():
    theirs = pytest.importorskip("sklearn.datasets").load_digits()
    assert_array_equal(digits8().images, theirs.images)
    assert_array_equal(digits8().labels, theirs.target)


def test_digits28_are_what_the_docstring_says():
    digits = digits28()
    for n, images, labels in ((5000, *digits[:2]), (1000, *digits[2:])):
        assert (images.shape, images.dtype) == ((n, 28, 28), np.uint8)
        assert (images.min(), images.max()) == (0, 255)
        assert (labels.shape, labels.dtype) == ((n,), np.int64)
        assert_array_equal(np.unique(labels), np.arange(10))


def test_the_digits_can_be_told_apart():
    digits = digits28()
    train = digits.train_images.reshape(5000, -1).astype(float)
    middles = np.array(
        [train[digits.train_labels == k].mean(axis=0) for k in range(10)]
    )
    test = digits.test_images.reshape(1000, -1).astype(float)
    nearest = ((test[:, None] - middles) ** 2).sum(axis=2).argmin(axis=1)
    assert np.mean(nearest == digits.test_labels) > 0.7


def test_changing_the_data_changes_no_later_copy():
    digits8().images[:] = 0
    assert digits8().images.any()
