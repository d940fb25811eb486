"""Vectors: numbers known by hand, laws of length and angle, and numpy's own."""

import math
from fractions import Fraction

import numpy as np
import pytest
from checking import refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.datasets import digits8
from mathlib.vectors import (
    angle,
    cosine,
    distance_to_hyperplane,
    dot,
    gram_schmidt,
    images_to_vectors,
    linear_combination,
    modified_gram_schmidt,
    norm,
    normalize,
    one_hot,
    one_hot_labels,
    predict,
    projection,
    vectors_to_images,
)

EPSILON = np.finfo(float).eps
HUGE, TINY = 1e200, 1e-200
BOTH = pytest.mark.parametrize("orthonormalize", [gram_schmidt, modified_gram_schmidt])

dimensions = st.integers(1, 30)
seeds = st.integers(0, 2**32 - 1)
exponents = st.floats(1, 100) | st.just(math.inf)


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


# Combinations


def test_a_combination_by_hand():
    rows = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, -1.0]])
    assert_array_equal(linear_combination([3, -2], rows), [3, -2, 8])
    assert_array_equal(linear_combination([], np.zeros((0, 4))), np.zeros(4))
    with refuses(ValueError, "coefficients must have shape (k,) with k = 2, but its"):
        linear_combination([1, 2, 3], rows)


@given(dimensions, st.integers(0, 6), seeds)
def test_a_combination_is_a_row_times_a_matrix(d, k, seed):
    rows, coefficients = normal(seed, k, d), normal(seed + 1, k)
    assert_allclose(linear_combination(coefficients, rows), coefficients @ rows)


# Length


def test_three_norms_by_hand():
    assert [norm([3, 4], p) for p in (1, 2, math.inf)] == [7, 5, 4]
    assert [norm([2, -3, 6], p) for p in (1, 2, np.inf)] == [11, 7, 6]
    assert norm([1, 2, 3], 3) == pytest.approx(36 ** (1 / 3), rel=1e-15)
    assert type(norm([3, 4])) is type(norm([3, 4], 1)) is float


@given(dimensions, seeds, exponents)
def test_norms_agree_with_numpy(d, seed, p):
    v = normal(seed, d)
    assert norm(v, p) == pytest.approx(np.linalg.norm(v, p), rel=1e-13)


@given(dimensions, st.integers(0, 5), seeds, exponents)
def test_rows_are_treated_each_alone(d, n, seed, p):
    rows = normal(seed, n, d)
    assert_array_equal(norm(rows, p), [norm(row, p) for row in rows])


@given(dimensions, seeds, exponents, st.floats(-1e3, 1e3))
def test_the_laws_of_a_norm(d, seed, p, factor):
    u, v = normal(seed, d), normal(seed + 1, d)
    assert norm(u + v, p) <= (norm(u, p) + norm(v, p)) * (1 + 1e-14)
    assert norm(factor * v, p) == pytest.approx(abs(factor) * norm(v, p), rel=1e-12)
    assert norm(v, p) > 0 == norm(0 * v, p)


@given(dimensions, seeds, st.floats(1, 20), st.floats(0, 20))
def test_norms_fall_as_p_grows(d, seed, p, more):
    v = normal(seed, d)
    ceiling = d ** (1 / p - 1 / (p + more)) * norm(v, p + more)
    assert norm(v, p + more) <= norm(v, p) * (1 + 1e-13)
    assert norm(v, p) <= ceiling * (1 + 1e-13)


@pytest.mark.parametrize("p", [1, 1.5, 2, 7, 400, math.inf])
@pytest.mark.parametrize("size", [HUGE, TINY, 1e307, 1e-300])
def test_norms_neither_overflow_nor_vanish(p, size):
    expected = size * np.linalg.norm([3.0, 4.0], p)
    assert norm([3 * size, -4 * size], p) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.longdouble, Fraction])
def test_the_kind_of_p_costs_no_digit(kind):
    assert norm([1.0, 2.0, 3.0], kind(3)) == norm([1.0, 2.0, 3.0], 3)
    rows = norm([[1.0, 2.0, 3.0]], kind(3))
    assert rows.dtype == float
    assert_array_equal(rows, norm([[1.0, 2.0, 3.0]], 3))


def test_norms_at_the_edges():
    assert norm([HUGE, HUGE]) == pytest.approx(1.4142135623730951e200, rel=1e-15)
    assert norm([]) == norm([0.0, 0.0], 3) == norm(np.zeros(0), math.inf) == 0
    assert norm([5e-324]) == 5e-324
    assert norm([1e308, 1e308, 1e308, 1e308]) == math.inf == norm([math.inf, 1.0], 3)
    assert math.isnan(norm([math.nan, 1.0]))
    assert norm([1.0, 0.999], 1e300) == norm([1.0, 0.999], 10**400) == 1
    assert_array_equal(norm([[0, 0], [HUGE, 0], [3, 4]]), [0, HUGE, 5])


@pytest.mark.parametrize("p", [0.5, 0, -1, math.nan, -math.inf])
def test_below_one_it_is_no_norm(p):
    message = f"p must be a number from 1 to inf, but is {p}: for p < 1 the triangle"
    with refuses(ValueError, message):
        norm([1.0, 2.0], p)


def test_the_formula_with_p_one_half_breaks_the_triangle():
    def half(v):
        return (np.abs(v) ** 0.5).sum() ** 2

    assert half(np.array([1.0, 1.0])) == 4 > half(np.array([1.0, 0.0])) * 2


def test_norm_refuses():
    with refuses(TypeError, "p must be a real number, but is '2'"):
        norm([1.0], "2")
    with refuses(TypeError, "p must be a real number, but is True"):
        norm([1.0], True)
    with refuses(ValueError, "v must have shape (d,) or (n, d), but its shape is ()"):
        norm(3.0)
    with refuses(TypeError, "v must hold real numbers, but holds complex128"):
        norm([1j])


@given(dimensions, seeds, st.sampled_from([1.0, HUGE, TINY, 1e308, 1e-308]))
def test_normalized_vectors_keep_their_direction(d, seed, size):
    v = np.clip(normal(seed, d), -1, 1) * size
    unit = normalize(v)
    assert norm(unit) == pytest.approx(1, abs=4 * EPSILON)
    assert_allclose(unit * norm(v / size), v / size, atol=1e-14)
    assert_array_equal(normalize(np.array([v, v])), [unit, unit])


def test_zero_has_no_direction():
    with refuses(ValueError, "v must not be the zero vector: it has no direction"):
        normalize([0.0, 0.0])
    with refuses(ValueError, "row 1 of v must not be the zero vector"):
        normalize([[1.0, 0.0], [0.0, 0.0]])
    with refuses(ValueError, "v must not be the zero vector"):
        normalize([])
    with refuses(ValueError, "v must be finite, but 1 of its 2 entries are not"):
        normalize([np.inf, 1.0])


# Angle


def test_a_dot_product_by_hand():
    assert dot([1, 2, 3], [4, 5, 6]) == 32
    assert dot([], []) == 0
    assert type(dot([1], [2])) is float


@given(dimensions, seeds, st.floats(-10, 10))
def test_the_laws_of_the_dot_product(d, seed, factor):
    u, v, w = normal(seed, 3, d)
    scale = norm(u) * (norm(v) + norm(w)) * (1 + abs(factor))
    assert dot(u, v) == dot(v, u) == pytest.approx(u @ v, abs=1e-14 * scale)
    sides = dot(u, factor * v + w), factor * dot(u, v) + dot(u, w)
    assert sides[0] == pytest.approx(sides[1], abs=1e-13 * scale)
    assert abs(dot(u, v)) <= norm(u) * norm(v) * (1 + 1e-14)
    assert dot(u, u) == pytest.approx(norm(u) ** 2, rel=1e-13)


def test_two_matrices_have_no_dot_product():
    A = np.array([[1.0, 2.0], [3.0, 4.0]])
    with refuses(ValueError, "u must have shape (d,), but its shape is (2, 2)"):
        dot(A, A)
    with refuses(ValueError, "v must have shape (d,) with d = 2, but its shape is (3,"):
        dot([1, 2], [1, 2, 3])
    with refuses(ValueError, "v must have shape (d,) with d = 2, but its shape is (2,"):
        dot([1, 2], [[1], [2]])


@pytest.mark.parametrize(
    ("u", "v", "expected"),
    [
        ([1, 0], [0, 3], 0),
        ([2, 0], [7, 0], 1),
        ([1, 1], [-3, -3], -1),
        ([3, 4], [2, 0], 0.6),
        ([HUGE, 0], [HUGE, HUGE], math.sqrt(0.5)),
        ([TINY, 0], [HUGE, HUGE], math.sqrt(0.5)),
        ([1e308, 1e308], [1e308, 1e308], 1),
    ],
)
def test_cosines_by_hand(u, v, expected):
    assert cosine(u, v) == pytest.approx(expected, abs=2 * EPSILON)
    assert angle(u, v) == pytest.approx(math.acos(expected), abs=1e-15)


@given(dimensions, seeds)
def test_cosine_and_angle_agree(d, seed):
    u, v = normal(seed, 2, d)
    assert -1 <= cosine(u, v) <= 1
    assert math.cos(angle(u, v)) == pytest.approx(cosine(u, v), abs=1e-14)
    assert cosine(3 * u, -0.5 * v) == pytest.approx(-cosine(u, v), abs=1e-14)
    assert cosine(u, u) == pytest.approx(1, abs=4 * EPSILON)
    assert angle(u, v) + angle(u, -v) == pytest.approx(math.pi, rel=1e-14)


@given(st.floats(-300, 0))
def test_angles_keep_their_digits_where_the_arccosine_has_none(power):
    phi = 10**power
    u, v = [1.0, 0.0], [math.cos(phi), math.sin(phi)]
    assert angle(u, v) == pytest.approx(phi, rel=1e-14)
    assert angle(u, np.negative(v)) == pytest.approx(math.pi - phi, rel=1e-15)
    if phi < 1e-9:
        assert math.acos(cosine(u, v)) == 0


def test_zero_makes_no_angle():
    for function in (cosine, angle):
        with refuses(ValueError, "v must not be the zero vector: it has no direction"):
            function([1.0, 0.0], [0.0, 0.0])
        with refuses(ValueError, "u must be finite"):
            function([np.nan, 0.0], [1.0, 0.0])


# Shadow


def test_a_shadow_by_hand():
    shadow, rest = projection([2.0, 3.0], onto=[5.0, 0.0])
    assert_array_equal(shadow, [2, 0])
    assert_array_equal(rest, [0, 3])
    assert projection([1.0, 0.0], [1.0, 1.0]).shadow == pytest.approx([0.5, 0.5])


@given(dimensions, seeds, st.sampled_from([1, -1, 1e150, 1e-150]))
def test_the_laws_of_the_shadow(d, seed, size):
    v, onto, other = normal(seed, 3, d)
    shadow, rest = projection(v, size * onto)
    assert_allclose(shadow, v @ onto / (onto @ onto) * onto, atol=1e-13)
    assert_array_equal(v - shadow, rest)
    assert dot(rest, onto) == pytest.approx(0, abs=1e-13 * norm(v) * norm(onto))
    assert norm(shadow) ** 2 + norm(rest) ** 2 == pytest.approx(norm(v) ** 2)
    assert_allclose(projection(shadow, onto).shadow, shadow, atol=1e-13)
    assert norm(rest) <= norm(v - other[0] * onto) * (1 + 1e-12)  # the closest point


def test_no_shadow_on_a_point():
    with refuses(ValueError, "onto must not be the zero vector"):
        projection([1.0, 2.0], [0.0, 0.0])
    with refuses(ValueError, "onto must have shape (d,) with d = 2"):
        projection([1.0, 2.0], [1.0, 2.0, 3.0])
    with refuses(ValueError, "v must be finite"):
        projection([np.inf, 2.0], [1.0, 2.0])


@BOTH
@given(st.integers(1, 12), st.integers(0, 12), seeds)
def test_orthonormal_rows(orthonormalize, d, k, seed):
    vectors = normal(seed, min(k, d), d)
    singular = np.linalg.svd(vectors, compute_uv=False)
    condition = singular.max(initial=1) / singular.min(initial=1)
    basis = orthonormalize(vectors)
    gram = basis @ basis.T
    assert_allclose(gram, np.eye(len(vectors)), atol=100 * EPSILON * condition**2)
    triangle = vectors @ basis.T  # the first j rows span the same on both sides
    assert_allclose(
        triangle @ basis, vectors, atol=1e-13 * condition * singular.max(initial=1)
    )
    assert_allclose(np.triu(triangle, 1), 0, atol=1e-12 * condition**2)
    assert (np.diag(triangle) > 0).all()


@BOTH
def test_orthonormal_rows_agree_with_qr(orthonormalize):
    vectors = normal(0, 5, 8)
    Q, R = np.linalg.qr(vectors.T)
    assert_allclose(orthonormalize(vectors), (Q * np.sign(np.diag(R))).T, atol=1e-13)
    assert_allclose(orthonormalize(HUGE * vectors), orthonormalize(vectors), atol=1e-12)
    assert orthonormalize(np.zeros((0, 3))).shape == (0, 3)


@BOTH
@given(st.integers(2, 12), st.integers(1, 11), seeds)
def test_a_dependent_row_is_named(orthonormalize, d, k, seed):
    vectors = normal(seed, min(k, d - 1), d)
    vectors = vectors + 3 * np.eye(*vectors.shape)  # not nearly dependent by chance
    combined = normal(seed + 1, len(vectors)) @ vectors
    with refuses(ValueError, f"vectors must be independent, but row {len(vectors)} is"):
        orthonormalize(np.vstack([vectors, combined]))


@BOTH
def test_more_rows_than_dimensions_and_zero_rows_are_refused(orthonormalize):
    with refuses(ValueError, "vectors must be independent, but row 2 is a combination"):
        orthonormalize([[1, 0], [1, 1], [2, 5]])
    with refuses(ValueError, "row 1 of vectors must not be the zero vector"):
        orthonormalize([[1, 0], [0, 0]])
    with refuses(ValueError, "vectors must have shape (k, d), but its shape is (2,)"):
        orthonormalize([1.0, 2.0])


@BOTH
def test_dependence_shows_although_earlier_rows_are_nearly_dependent(orthonormalize):
    with refuses(ValueError, "vectors must be independent, but row 2 is a combination"):
        orthonormalize([[5, 3, 0], [3, 2, 0], [9, 5, 0]])


@BOTH
def test_four_rows_of_three_entries_are_always_refused(orthonormalize):
    for seed in range(300):
        with refuses(ValueError, "vectors must be independent, but row 3 is"):
            orthonormalize(normal(seed, 4, 3))


def test_the_modified_way_stays_square_where_the_classical_fails():
    e = 1e-8  # Läuchli's vectors: 1 + e² is rounded to 1
    vectors = np.array([[1, e, 0, 0], [1, 0, e, 0], [1, 0, 0, e]])

    def off(basis):
        return np.abs(basis @ basis.T - np.eye(3)).max()

    assert off(gram_schmidt(vectors)) == pytest.approx(0.5)
    assert off(modified_gram_schmidt(vectors)) < 2e-8


# The plane


def test_predictions_by_hand():
    assert predict([1.0, 2.0], w=[3.0, -1.0], b=0.5) == 1.5
    assert_array_equal(predict([[0, 0], [1, 2]], [3, -1], 0.5), [0.5, 1.5])
    assert predict(np.zeros((0, 2)), [1, 2], 3).shape == (0,)


@given(dimensions, st.integers(1, 5), seeds)
def test_predictions_agree_with_the_matrix_product(d, n, seed):
    X, w = normal(seed, n, d), normal(seed + 1, d)
    assert_allclose(predict(X, w, 2.0), X @ w + 2, atol=1e-13)


def test_shadow_and_distance_at_the_end_of_the_range():
    largest = 1.7e308
    shadow, rest = projection([largest, largest], [1.0, 1.0])
    assert_allclose(shadow, largest, rtol=1e-15)
    assert np.abs(rest).max() < 1e-15 * largest
    far = distance_to_hyperplane([0.0, 0.0], [largest, largest], largest)
    assert far == pytest.approx(np.sqrt(0.5))


def test_a_distance_by_hand():
    assert distance_to_hyperplane([1.0, 1.0], [3.0, 4.0], 3.0) == pytest.approx(2)
    assert distance_to_hyperplane([0.0, 0.0], [0.0, 2.0], -6.0) == -3
    points = [[0.0, 0.0], [0.0, 3.0], [9.0, 4.0]]
    assert_array_equal(distance_to_hyperplane(points, [0, 2], -6), [-3, 0, 1])


@given(dimensions, seeds, st.sampled_from([1.0, 1e-3, 1e160, 1e-160]))
def test_the_laws_of_the_distance(d, seed, size):
    x, w = normal(seed, 2, d)
    distance = distance_to_hyperplane(x, size * w, size * 0.7)
    assert distance == pytest.approx((w @ x + 0.7) / np.linalg.norm(w), abs=1e-12)
    foot = x - distance * normalize(w)
    assert dot(w, foot) + 0.7 == pytest.approx(0, abs=1e-12 * (1 + abs(distance)))
    assert distance_to_hyperplane(x, -w, -0.7) == pytest.approx(-distance)


def test_planes_are_refused():
    with refuses(ValueError, "w must not be the zero vector: it has no direction"):
        distance_to_hyperplane([1.0, 2.0], [0.0, 0.0], 1.0)
    for function in (predict, distance_to_hyperplane):
        with pytest.raises(ValueError, match=r"must have shape \(n, d\) with d = 3"):
            function(np.zeros((4, 2)), np.ones(3), 0.0)
        with refuses(ValueError, "b must have shape (), but its shape is (1,)"):
            function(np.zeros(3), np.ones(3), np.ones(1))


# Data


@given(st.integers(1, 9), st.integers(0, 20), seeds)
def test_one_hot_and_back(classes, n, seed):
    labels = np.random.default_rng(seed).integers(0, classes, size=n)
    rows = one_hot(labels, classes)
    assert rows.shape == (n, classes)
    assert_array_equal(rows.argmax(axis=1), labels)
    assert_array_equal(rows.sum(axis=1), np.ones(n))
    assert_array_equal(one_hot_labels(rows), labels)


def test_one_of_very_many_classes():
    row = one_hot([99_999], classes=100_000)  # the identity would fill 80 gigabytes
    assert row.shape == (1, 100_000)
    assert row.nonzero()[1].tolist() == [99_999]


def test_one_hot_refuses():
    with refuses(ValueError, "labels must be whole numbers in 0 … -1, but are [0]"):
        one_hot([0], np.uint8(0))
    for labels in ([-1], [3], [0.5]):
        with refuses(ValueError, "labels must be whole numbers in 0 … 2, but are"):
            one_hot(labels, 3)
    with refuses(ValueError, "labels must have shape (n,), but its shape is (1, 1)"):
        one_hot([[1]], 3)
    for row in ([0.0] * 3, [1.0, 1.0, 0.0], [0.3, 0.7, 0], [2.0, -1.0, 0], [1, 1, -1]):
        with refuses(ValueError, "rows must each hold a single 1 and zeros, but row 1"):
            one_hot_labels([[1.0, 0.0, 0.0], row])


def test_images_and_back():
    images = np.array([[[1, 2, 3], [4, 5, 6]]], dtype=np.uint8)
    assert_array_equal(images_to_vectors(images), [[1, 2, 3, 4, 5, 6]])
    digits = digits8().images
    rows = images_to_vectors(digits)
    assert rows.shape == (1797, 64)
    assert rows.dtype == float
    assert_array_equal(vectors_to_images(rows, 8, 8), digits)


def test_an_image_has_more_places_than_8_bits_can_count():
    shape = vectors_to_images(np.zeros((1, 784)), np.uint8(28), np.uint8(28)).shape
    assert shape == (1, 28, 28)


def test_images_are_copied_and_refused():
    images = np.ones((1, 2, 2))
    images_to_vectors(images)[:] = 5
    vectors_to_images(images_to_vectors(images), 2, 2)[:] = 7
    assert (images == 1).all()
    with refuses(ValueError, "images must have shape (n, height, width), but its shap"):
        images_to_vectors(np.ones((2, 2)))
    with refuses(ValueError, "X must have shape (n, 6), but its shape is (1, 4)"):
        vectors_to_images(np.ones((1, 4)), 2, 3)


def test_arguments_are_left_alone():
    u, v = np.array([1.0, 2.0]), np.array([3.0, 4.0])
    rows = np.array([u, v])
    for result in (normalize(u), projection(u, v).shadow, normalize(rows)):
        result[:] = 9
    gram_schmidt(rows)[:] = 9
    modified_gram_schmidt(rows)[:] = 9
    assert_array_equal(rows, [[1, 2], [3, 4]])
    assert_array_equal([u, v], [[1, 2], [3, 4]])
