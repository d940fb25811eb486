"""The steps of eigenvalue methods: what each must do to its arrays."""

import numpy as np
import pytest
from hard_matrices import normal, symmetric
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.rotations import (
    jacobi_angles,
    reflector,
    rotate,
    scaled,
    signs,
    sorted_pairs,
    tournament,
)


@pytest.mark.parametrize("d", range(1, 12))
def test_in_a_tournament_each_pair_meets_once_and_nobody_twice_a_round(d):
    met = []
    for p, q in tournament(d):
        assert len({*p.tolist(), *q.tolist()}) == 2 * len(p)
        met += zip(p.tolist(), q.tolist(), strict=True)
    assert sorted(met) == [(p, q) for p in range(d) for q in range(p + 1, d)]


def test_a_rotation_makes_its_entry_zero_and_turns_by_45_degrees_at_most():
    for seed in range(20):
        A = symmetric(2, seed)
        cosine, sine = jacobi_angles(A[0, 0], A[1, 1], A[0, 1])
        turned = A.copy()
        rotate(turned, 0, 1, cosine, sine)
        rotate(turned.T, 0, 1, cosine, sine)
        assert turned[0, 1] == pytest.approx(0, abs=1e-15)
        assert abs(sine) <= cosine
        assert_allclose(np.linalg.eigvalsh(A), np.sort(np.diag(turned)))


def test_a_reflection_sends_a_vector_to_the_axis_and_leaves_zero_alone():
    x = normal(6)
    v, s = reflector(x)
    assert v @ v == pytest.approx(2)
    assert_allclose(x - v * (v @ x), [s, 0, 0, 0, 0, 0], atol=1e-15)
    assert abs(s) == pytest.approx(np.linalg.norm(x))
    v, s = reflector(np.zeros(3))
    assert (v.tolist(), s) == ([0, 0, 0], 0)


@pytest.mark.parametrize("size", [1e-300, 1.0, 3.0, 1e300])
def test_scaling_is_by_a_power_of_two_and_exact(size):
    A = size * normal(4, 4)
    small, scale = scaled(A)
    assert 0.5 <= np.abs(small).max() < 1
    assert np.frexp(scale)[0] == 0.5
    assert_array_equal(small * scale, A)


def test_pairs_are_sorted_and_the_largest_entry_is_positive():
    values, vectors = sorted_pairs(np.array([2.0, 1.0]), np.array([[1.0, -3], [-2, 1]]))
    assert values.tolist() == [1, 2]
    assert vectors.tolist() == [[3, -1], [-1, 2]]
    assert_allclose(signs(np.array([[1.0], [-1.0]])), [1])  # equally large: the first
    assert_allclose(signs(np.array([[1j], [0]])), [-1j])


@pytest.mark.parametrize("rounding", [-1e-15, 1e-15])
def test_rounding_does_not_turn_a_vector_round(rounding):
    vectors = np.array([[-1.0], [1.0 + rounding]])
    assert_array_equal(signs(vectors), [-1])  # up to rounding equally large: the first


def test_a_tournament_cannot_be_changed_for_the_next_caller():
    rounds = tournament(4)
    assert isinstance(rounds, tuple)
    assert not any(places.flags.writeable for pair in rounds for places in pair)
