"""Reflections: orthonormal columns, a falling diagonal, and what counts as zero."""

import numpy as np
import pytest
from checking import refuses
from hard_matrices import error, every, normal
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.reflections import rank_of_triangle, rank_tolerance, reflect

CHOOSE = pytest.mark.parametrize("choose", [True, False])
FULL = pytest.mark.parametrize("full", [True, False])


@every
@CHOOSE
@FULL
def test_the_columns_become_orthonormal(A, choose, full):
    (m, n), k = A.shape, len(A) if full else min(A.shape)
    Q, R, order = reflect(A, choose=choose, full=full)
    assert (Q.shape, R.shape, sorted(order)) == ((m, k), (m, n), [*range(n)])
    assert error(Q @ R[:k], A[:, order]) <= 1e-12
    assert_allclose(Q.T @ Q, np.eye(k), rtol=0, atol=1e-13)
    assert_array_equal(R, np.triu(R))
    assert (np.diag(R) >= 0).all()


@every
def test_with_the_longest_column_first_the_diagonal_falls(A):
    diagonal = np.diag(reflect(A, choose=True).R)
    assert (np.diff(diagonal) <= 1e-12 * diagonal[0]).all()
    assert diagonal[0] == pytest.approx(
        np.linalg.norm(A / (np.abs(A).max() or 1), axis=0).max() * np.abs(A).max()
    )


def test_without_a_choice_the_order_stays():
    assert reflect(normal(4, 3), choose=False).order.tolist() == [0, 1, 2]


def test_the_matrix_is_left_alone():
    A = normal(4, 3)
    before = A.copy()
    reflect(A, choose=True)
    assert_array_equal(A, before)


def test_the_rank_is_read_off_the_diagonal():
    R = np.diag([4.0, 1e-3, 0.0])
    assert [rank_of_triangle(R, t) for t in (0.0, 1e-4, 1e-3, 1.0)] == [2, 2, 1, 0]
    assert rank_of_triangle(np.zeros((2, 3)), 0.0) == 0


def test_the_tolerance_is_some_roundings_or_what_is_given():
    assert rank_tolerance(np.ones((3, 7))) == 7 * np.finfo(float).eps
    assert rank_tolerance(np.ones((3, 7)), 0.25) == 0.25
    with refuses(ValueError, "tolerance must be a finite number >= 0, but is -1"):
        rank_tolerance(np.eye(2), -1)


def test_what_is_no_matrix_is_refused():
    with refuses(ValueError, "A must not be empty, but its shape is (0, 3)"):
        reflect(np.zeros((0, 3)), choose=True)
    with refuses(ValueError, "choose must be True or False, but is None"):
        reflect(np.eye(2), choose=None)


def test_columns_of_the_smallest_floats_become_orthonormal():
    A = [[1, 0], [0, 1.2e-316], [0, 2.1e-316]]
    Q = reflect(A, choose=False).Q
    assert_allclose(Q.T @ Q, np.eye(2), rtol=0, atol=1e-15)


def test_the_smallest_floats_have_a_rank():
    R = reflect(np.full((2, 2), 5e-324), choose=True).R
    assert rank_of_triangle(R, 1e-15) == 1
