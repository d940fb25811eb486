"""Many dimensions: volumes known by hand, random cosines, and a memory as a table."""

import math

import numpy as np
import pytest
from checking import refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.special import gamma

from mathlib.high_dimensions import ball_volume, dot_product_attention
from mathlib.vectors import modified_gram_schmidt, normalize

seeds = st.integers(0, 2**32 - 1)


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


# Many dimensions


def test_volumes_by_hand():
    assert [ball_volume(d) for d in range(4)] == pytest.approx(
        [1, 2, math.pi, 4 * math.pi / 3], rel=1e-14
    )
    assert ball_volume(2) / 2**2 == pytest.approx(0.785, abs=5e-4)
    assert ball_volume(20) / 2**20 == pytest.approx(2.46e-8, rel=1e-3)
    volumes = [ball_volume(d) for d in range(30)]
    assert np.argmax(volumes) == 5
    assert volumes[5] == pytest.approx(5.264, abs=5e-4)


@given(st.integers(0, 100), st.floats(0.1, 10))
def test_volumes_agree_with_scipy(d, radius):
    expected = math.pi ** (d / 2) / gamma(d / 2 + 1) * radius**d
    assert ball_volume(d, radius) == pytest.approx(expected, rel=1e-12)


def test_volumes_at_the_edges():
    assert ball_volume(10_000) == 0
    assert ball_volume(2000, 1e3) == math.inf
    assert (ball_volume(0, 0), ball_volume(3, 0)) == (1, 0)
    with refuses(TypeError, "d must be a whole number >= 0, but is 2.0: use int(2.0)"):
        ball_volume(2.0)
    for radius in (-1.0, math.nan, math.inf):
        with refuses(ValueError, "radius must be a finite number >= 0, but is"):
            ball_volume(2, radius)


def test_the_cosine_of_random_vectors_spreads_like_one_over_root_d():
    for d in (10, 100, 1000):
        u, v = normalize(normal(0, 2000, d)), normalize(normal(1, 2000, d))
        assert np.std((u * v).sum(axis=1)) == pytest.approx(d**-0.5, rel=0.05)


# Attention


def test_orthonormal_keys_make_a_table():
    keys = modified_gram_schmidt(normal(1, 4, 6))
    values = normal(2, 4, 3)
    for key, value in zip(keys, values, strict=True):
        output, weights = dot_product_attention(key, keys, values)
        assert_allclose(output, value, atol=1e-14)
        assert_allclose(weights.sum(), 1)


@given(st.integers(1, 6), st.integers(0, 6), st.integers(1, 4), seeds)
def test_attention_is_two_products(d, n, m, seed):
    query, keys, values = normal(seed, d), normal(seed, n, d), normal(seed, n, m)
    output, weights = dot_product_attention(query, keys, values)
    assert_allclose(weights, keys @ query, atol=1e-13)
    assert_allclose(output, (keys @ query) @ values, atol=1e-12)


def test_attention_refuses():
    with refuses(
        ValueError, "keys must have shape (n, d) with d = 2, but its shape is"
    ):
        dot_product_attention(np.ones(2), np.ones((4, 3)), np.ones((4, 1)))
    with refuses(ValueError, "values must have shape (n, m) with n = 4"):
        dot_product_attention(np.ones(3), np.ones((4, 3)), np.ones((5, 1)))


@pytest.mark.parametrize("d", [10**306, 10**400])
def test_in_dimensions_beyond_the_largest_float_a_ball_has_no_volume(d):
    assert ball_volume(d) == ball_volume(d, 1e100) == 0
    assert ball_volume(10**306, 1e200) == math.inf
