"""Convolution: sums by hand, laws of moving, gradients three ways, scipy and torch."""

import numpy as np
import pytest
from checking import check_gradient, refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import correlate2d

from mathlib.autodiff import value_and_gradient
from mathlib.convolution import (
    HEADS,
    Filters,
    circulant,
    cnn,
    convolution,
    equivariant_part,
    max_over_places,
    max_pool,
    mean_over_places,
    output_size,
    patches,
    receptive_field,
    seen_by,
    spectrogram,
    transposed_convolution,
)
from mathlib.matrices import convolve, correlation_matrix, cross_correlate
from mathlib.networks import count_parameters, evaluate, objective, scores, start
from mathlib.tensor import Tensor

seeds = st.integers(0, 2**32 - 1)
X_HAND = np.array([[1.0, 2, 0, 1], [0, 1, 3, 1], [2, 1, 0, 0], [1, 0, 1, 2]])
K_HAND = np.array([[1.0, 0], [0, -1]])
G_HAND = np.diag([1.0, 2, -1])


def image(rows):
    """One picture of one channel."""
    return np.asarray(rows, dtype=float)[None, :, :, None]


def kernel(rows):
    """One filter that looks at one channel."""
    return np.asarray(rows, dtype=float)[:, :, None, None]


def gradients(f, *arrays):
    return value_and_gradient(f)(*arrays)[1]


# By hand


def test_a_sliding_sum_by_hand():
    Y = convolution(image(X_HAND), kernel(K_HAND), np.zeros(1))
    assert_array_equal(Y[0, :, :, 0], [[0, -1, -1], [-1, 1, 3], [2, 0, -2]])


def test_gradients_by_hand():
    dX, dK, db = gradients(
        lambda X, K, b: (convolution(X, K, b) * image(G_HAND)).sum(),
        image(X_HAND),
        kernel(K_HAND),
        np.zeros(1),
    )
    assert_array_equal(dK[:, :, 0, 0], [[3, 8], [1, -1]])
    assert_array_equal(db, [2])
    by_hand = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, -3, 0], [0, 0, 0, 1]]
    assert_array_equal(dX[0, :, :, 0], by_hand)


def test_sizes_by_hand():
    assert output_size(28, 5, 2, 2) == 14
    assert output_size(5, 5) == 1
    assert output_size(0, 1, 1, 1) == 2


def test_pooling_by_hand():
    X = image([[1.0, 5, 2, 0], [3, 4, 9, 8]])
    assert_array_equal(max_pool(X).ravel(), [5, 9])
    assert_array_equal(max_pool(X, 1), X)
    assert_array_equal(max_over_places(X), [[9]])
    assert_array_equal(mean_over_places(X), [[4]])


def test_a_tie_keeps_the_sum_of_the_slopes():
    X = image([[3.0, 3.0], [1.0, 3.0]])
    (first,) = gradients(lambda X: max_pool(X).sum(), X)
    assert_array_equal(first[0, :, :, 0], [[1, 0], [0, 0]])
    (shared,) = gradients(lambda X: max_over_places(X).sum(), X)
    assert_allclose(shared[0, :, :, 0], [[1 / 3, 1 / 3], [0, 1 / 3]])


def test_fields_by_hand():
    assert receptive_field([]) == (1, 1)
    assert receptive_field([(3, 1)] * 2) == (5, 1)
    assert receptive_field([(5, 1), (2, 2), (5, 1), (2, 2)]) == (16, 4)
    assert receptive_field([(3, 2), (3, 2), (3, 1)]) == (15, 4)
    assert receptive_field([(3, 2, 1), (3, 1, 2)]) == (11, 2)


def test_counts_by_hand():
    assert count_parameters(cnn((8, 8, 1), [Filters(8, pool=2)], 10)) == 80 + 730
    fast = cnn((28, 28, 1), [Filters(8, 5, 2), Filters(16, 3, 2)], 10, hidden=(64,))
    assert count_parameters(fast) == 27_690
    assert count_parameters(cnn((9, 9, 1), [Filters(4)], 3, head="max")) == 40 + 15


def test_lists_will_do():
    one, K = [[[[1.0], [2.0]], [[3.0], [4.0]]]], [[[[1.0]]]]
    assert_array_equal(patches(one, 2, 2).ravel(), [1, 2, 3, 4])
    assert_array_equal(convolution(one, K, [1.0]).ravel(), [2, 3, 4, 5])
    assert max_pool(one).item() == 4


def test_no_picture_is_a_batch_too():
    fast = cnn((12, 12, 1), [Filters(2, 3, 2, 1, 2)], 3, hidden=(4,))
    theta = start(fast, rng=np.random.default_rng(0))
    assert scores(fast, theta, np.zeros((0, 12, 12, 1))).shape == (0, 3)


# Laws


@given(st.integers(-3, 3), st.integers(-3, 3), st.sampled_from([1, 2, 3]), seeds)
def test_a_convolution_moves_with_the_image(down, right, stride, seed):
    """By as many places as the stride goes into the move."""
    rng = np.random.default_rng(seed)
    X, K = np.zeros((1, 25, 25, 2)), rng.normal(size=(3, 3, 2, 4))
    X[0, 11:14, 11:14] = rng.normal(size=(3, 3, 2))
    moved = np.roll(X, (stride * down, stride * right), axis=(1, 2))
    before, after = (
        convolution(x, K, np.zeros(4), stride=stride, padding=1) for x in (X, moved)
    )
    assert_array_equal(after[:, 3:-3, 3:-3].shape, before[:, 3:-3, 3:-3].shape)
    assert_allclose(after, np.roll(before, (down, right), axis=(1, 2)), atol=1e-14)


@given(st.integers(-4, 4), st.integers(-4, 4), seeds)
def test_what_was_found_anywhere_is_found_anywhere(down, right, seed):
    rng = np.random.default_rng(seed)
    X, K = np.zeros((2, 16, 16, 1)), rng.normal(size=(3, 3, 1, 5))
    X[:, 6:10, 6:10] = rng.normal(size=(2, 4, 4, 1))
    before, after = (
        convolution(x, K, np.ones(5))
        for x in (X, np.roll(X, (down, right), axis=(1, 2)))
    )
    assert_allclose(max_over_places(after), max_over_places(before), atol=1e-14)
    assert_allclose(mean_over_places(after), mean_over_places(before), atol=1e-14)


@given(st.integers(1, 9), seeds)
def test_circulants_are_what_commutes_with_turns(n, seed):
    rng = np.random.default_rng(seed)
    A, row = rng.normal(size=(n, n)), rng.normal(size=n)
    turn = np.roll(np.eye(n), 1, axis=0)
    B = equivariant_part(A)
    assert_allclose(B @ turn, turn @ B, atol=1e-13)
    assert_allclose(B, circulant(B[0], n), atol=1e-13)
    assert_allclose(equivariant_part(circulant(row, n)), circulant(row, n), atol=1e-13)
    assert abs(((A - B) * circulant(row, n)).sum()) < 1e-12  # so none is nearer to A


def test_a_circulant_slides_and_the_waves_are_its_eigenvectors():
    rng = np.random.default_rng(0)
    w, x = rng.normal(size=3), rng.normal(size=8)
    C = circulant(w, 8)
    around = np.concatenate([x, x[:2]])
    assert_allclose(C @ x, cross_correlate(around, w), atol=1e-14)
    assert_allclose(np.roll(x, 1) @ C.T, np.roll(C @ x, 1), atol=1e-14)
    waves = np.fft.fft(np.eye(8))
    mixed = np.fft.fft(np.fft.ifft(C, axis=0), axis=1)  # in the basis of the waves
    assert_allclose(mixed, np.diag(np.diag(mixed)), atol=1e-14)
    assert_allclose(C @ waves, waves * np.fft.fft(C[0]), atol=1e-13)


@given(st.integers(1, 3), st.integers(1, 3), seeds)
def test_the_way_back_is_the_adjoint(stride, size, seed):
    rng = np.random.default_rng(seed)
    X, K = rng.normal(size=(2, 7, 8, 2)), rng.normal(size=(size, 2, 2, 3))
    Z = convolution(X, K, np.zeros(3), stride=stride)
    Y = rng.normal(size=Z.shape)
    back = transposed_convolution(Y, K, X.shape, stride=stride)
    assert (Z * Y).sum() == pytest.approx((X * back).sum(), rel=1e-9, abs=1e-9)


def test_the_way_back_is_a_convolution_with_the_flipped_kernel():
    rng = np.random.default_rng(0)
    X, K, Y = (rng.normal(size=shape) for shape in ((6, 7), (3, 3), (4, 5)))
    back = transposed_convolution(image(Y), kernel(K), (1, 6, 7, 1))[0, :, :, 0]
    assert_allclose(back, cross_correlate(np.pad(Y, 2), np.flip(K)), atol=1e-14)
    assert_allclose(back, convolve(np.pad(Y, 2), K), atol=1e-14)
    matrix = correlation_matrix(K, X.shape)
    assert_allclose(back.ravel(), matrix.T @ Y.ravel(), atol=1e-14)


STACKS = [
    [(3, 1)] * 3,
    [(3, 1), (2, 2), (3, 1), (2, 2)],
    [(3, 1, 1), (3, 1, 2), (3, 1, 4)],
    [(3, 2, 1), (3, 2, 1), (3, 1, 1)],
    [(3, 2, 1), (3, 1, 2)],
]


def spread(size, gap):
    """A kernel of positive numbers whose dots are a gap apart."""
    K = np.zeros((gap * (size - 1) + 1,) * 2)
    K[::gap, ::gap] = 1 + np.random.default_rng(size).random((size, size))
    return kernel(K)


@pytest.mark.parametrize("stack", STACKS)
def test_the_field_is_where_the_slopes_are(stack):
    def layers(X):
        for size, stride, *gap in stack:
            K = spread(size, gap[0] if gap else 1)
            X = convolution(X, K, np.zeros(1), stride=stride)
        return X

    X = np.ones((1, 40, 40, 1))
    sides = [np.flatnonzero(seen_by(layers, X, row, 2).any(axis=1)) for row in (2, 3)]
    field, step = receptive_field(stack)
    assert sides[0][-1] - sides[0][0] + 1 == field
    assert sides[1][0] - sides[0][0] == step


# Gradients against differences


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_gradients_of_a_convolution(stride, padding):
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=s) for s in ((2, 5, 6, 3), (3, 2, 3, 4), (4,))]
    options = {"stride": stride, "padding": padding}
    G = rng.normal(size=convolution(*arrays, **options).shape)

    def loss(*arrays):
        return (convolution(*arrays, **options) * G).sum()

    for i, found in enumerate(gradients(loss, *arrays)):
        check_gradient(
            lambda x, i=i: loss(*arrays[:i], x, *arrays[i + 1 :]), arrays[i], found
        )
    plain = gradients(lambda K, b: loss(arrays[0], K, b), *arrays[1:])
    for mine, theirs in zip(plain, gradients(loss, *arrays)[1:], strict=True):
        assert_allclose(mine, theirs, rtol=0, atol=1e-12 * np.abs(theirs).max())


@pytest.mark.parametrize(
    "layer",
    [
        lambda X: patches(X, 2, 3, stride=2),
        max_pool,
        lambda X: max_pool(X, 1),
        max_over_places,
        mean_over_places,
    ],
)
def test_gradients_of_layers_without_weights(layer):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2, 4, 6, 3))
    G = rng.normal(size=layer(X).shape)
    (found,) = gradients(lambda X: (layer(X) * G).sum(), X)
    check_gradient(lambda X: (layer(X) * G).sum(), X, found)


@pytest.mark.parametrize("head", HEADS)
def test_gradients_of_a_network(head):
    filters = [Filters(2, 3, padding=1, pool=2), Filters(3, 2, stride=2)]
    network = cnn((6, 8, 2), filters, 3, hidden=(4,), head=head)
    rng = np.random.default_rng(1)
    theta = start(network, rng=rng) + rng.normal(scale=0.1, size=count(network))
    X, y = rng.normal(size=(3, 6, 8, 2)), np.array([0, 2, 1])
    _, gradient = objective(network)(theta, X, y)
    check_gradient(lambda t: evaluate(network, t, X, y).loss, theta, gradient)


def count(network):
    return count_parameters(network)


def test_dense_layers_before_the_scores_pass_on_what_is_above_0():
    network = cnn((1, 1, 1), [Filters(1, 1)], 2, hidden=(2,))
    weights = np.array([[[[1.0]]]]), [0.0], [[0.5, -1.0]], [0.0, 0.0], np.eye(2), [0, 0]
    answers = network.layers(np.full((1, 1, 1, 1), 0.5), *weights)
    assert_array_equal(answers[-2], [[0.25, 0.0]])
    assert_array_equal(answers[-1], [[0.25, 0.0]])


def test_a_head_that_forgets_the_place_takes_images_of_any_size():
    network = cnn((6, 6, 1), [Filters(2)], 3, head="max")
    theta = start(network, rng=np.random.default_rng(0))
    assert scores(network, theta, np.zeros((2, 9, 11, 1))).shape == (2, 3)


def test_no_slope_is_made_for_plain_images():
    K = Tensor(np.ones((2, 2, 1, 1)))
    y = convolution(np.ones((1, 3, 3, 1)), K, np.zeros(1))
    (parent, _), *others = y.edges
    assert not others
    assert len(parent.edges) == 1  # the weights alone


# Numbers of few bits, and no numbers


def test_counts_of_eight_bits_are_counts():
    two, X = np.int8(2), np.arange(90_000.0).reshape(1, 300, 300, 1)
    K, b = np.ones((2, 2, 1, 1)), np.zeros(1)
    assert patches(X[:, :99, :99], np.int8(12), np.int8(12)).shape == (1, 88, 88, 144)
    for layer in (
        lambda X, size: max_pool(X, size),
        lambda X, size: patches(X, 2, 2, stride=size),
        lambda X, size: convolution(X, K, b, stride=size, padding=size),
    ):
        (found,), (expected,) = (
            gradients(lambda X, s=size, layer=layer: layer(X, s).sum(), X)
            for size in (two, 2)
        )
        assert_array_equal(found, expected)
    Y = np.ones((1, 150, 150, 1))
    assert transposed_convolution(Y, K, X.shape, stride=two).shape == X.shape
    small = cnn((4, 4, 1), [Filters(np.int8(64), two)], two, hidden=(np.int8(100),))
    theta = start(small, rng=np.random.default_rng(0))
    assert scores(small, theta, np.zeros((1, 4, 4, 1))).shape == (1, 2)


def test_at_nan_a_slope_is_nan():
    X = image([[np.nan, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0, 4.0]])
    (found,) = gradients(lambda X: max_pool(X).sum(), X)
    assert_array_equal(found[0, :, :2], np.full((2, 2, 1), np.nan))
    assert_array_equal(found[0, :, 2:, 0], [[0, 0], [0, 1]])


def test_an_image_turned_by_a_right_angle_is_another():
    network = cnn((6, 8, 1), [Filters(2, 1)], 3)
    theta = start(network, rng=np.random.default_rng(0))
    for shape in ((1, 8, 6, 1), (1, 9, 9, 1)):
        with refuses(ValueError, "X must have shape (n, 6, 8, 1), but its shape is"):
            scores(network, theta, np.zeros(shape))


def test_patches_are_copies_even_where_they_are_the_whole_image():
    X = image([[1.0, 2.0], [3.0, 4.0]])
    for size in (1, 2):
        found = patches(X, size, size)
        found += 1  # it may be written to
        assert not np.shares_memory(found, X)
    assert_array_equal(X.ravel(), [1, 2, 3, 4])


def test_what_layers_return_is_named_even_if_it_has_no_shape():
    with refuses(
        ValueError, "what layers return must have shape (n, rows, columns, k)"
    ):
        seen_by(lambda X: 5, np.ones((1, 2, 2, 1)), 0, 0)
    with refuses(TypeError, "what layers return must hold real numbers"):
        seen_by(lambda X: None, np.ones((1, 2, 2, 1)), 0, 0)


# Refused


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: patches(np.zeros((1, 2, 2, 1)), 3, 1),
            "the window must fit into an image of 2 by 2, but is 3 by 1",
        ),
        (lambda: patches(np.zeros((2, 2)), 1, 1), "X must have shape (n, h, w, c)"),
        (
            lambda: convolution(
                np.zeros((1, 4, 4, 3)), np.zeros((2, 2, 1, 1)), np.zeros(1)
            ),
            "K must have shape (height, width, c, k) with c = 3",
        ),
        (
            lambda: convolution(
                np.zeros((1, 4, 2, 1)), np.zeros((2, 3, 1, 1)), np.zeros(1)
            ),
            "kernel must fit into 2 + 2 · 0 dots, but has 3",
        ),
        (lambda: output_size(3, 3, 0), "stride must be at least 1, but is 0"),
        (lambda: max_pool(np.zeros((1, 4, 5, 1))), "size must divide 4 and 5, but is"),
        (lambda: max_pool(np.zeros((1, 4, 4, 1)), 0), "size must be at least 1"),
        (lambda: max_over_places(np.zeros((1, 0, 4, 1))), "X must have a dot, but its"),
        (
            lambda: transposed_convolution(
                np.zeros((1, 2, 2, 1)), np.zeros((2, 2, 1, 1)), (1, 4, 3, 1)
            ),
            "Y must have shape (1, 3, 2, k)",
        ),
        (lambda: circulant([1.0, 2.0], 1), "kernel must fit on a circle of 1 places"),
        (lambda: receptive_field([(3,)]), "each of layers must be (kernel, stride) or"),
        (
            lambda: seen_by(lambda X: X, np.zeros((1, 2, 2, 1)), 0, 2),
            "row and column must be a place of 2 by 2, but are 0 and 2",
        ),
        (
            lambda: cnn((7, 7, 1), [Filters(2, pool=2)], 3),
            "pool must divide 5 and 5, what the kernel leaves of the image, but is 2",
        ),
        (
            lambda: cnn((2, 7, 1), [Filters(2)], 3),
            "kernel must fit into 2 + 2 · 0 dots, but has 3",
        ),
        (
            lambda: cnn((8, 8, 1), [Filters(0)], 3),
            "the count of filters must be at",
        ),
        (lambda: cnn((8, 8), [Filters(2)], 3), "shape must be (height, width, channel"),
        (
            lambda: cnn((8, 8, 1), [Filters(2)], 3, head="sum"),
            "head must be one of flatten, max, mean, but is 'sum'",
        ),
        (
            lambda: cnn((8, 8, 1), [Filters(2)], 3, head=["max"]),
            "head must be one of flatten, max, mean, but is ['max']",
        ),
        (
            lambda: spectrogram(np.ones(20), window=21, hop=1),
            "window must be in 3 … 20",
        ),
        (
            lambda: spectrogram(np.ones(20), window=4, hop=0),
            "hop must be at least 1, but is 0",
        ),
    ],
)
def test_what_is_refused_is_named(call, message):
    with refuses(ValueError, message):
        call()


def test_a_layer_may_be_its_numbers_alone():
    shapes = cnn((8, 8, 1), [(4, 5), [2]], 3).shapes
    assert shapes == cnn((8, 8, 1), [Filters(4, 5), Filters(2)], 3).shapes
    with refuses(TypeError, "each of filters must be"):
        cnn((8, 8, 1), [3], 3)
    with refuses(
        ValueError, "each of filters must be (count, kernel, stride, padding,"
    ):
        cnn((8, 8, 1), [(1, 1, 1, 1, 1, 1)], 3)


# Sound


def test_a_spectrogram_by_the_sum_of_its_definition():
    signal = np.random.default_rng(0).normal(size=20)
    S = spectrogram(signal, window=6, hop=4)
    assert S.shape == (4, 4)
    k = np.arange(6)
    for f in range(4):
        for t in range(4):
            wave = np.exp(-2j * np.pi * f * k / 6)
            piece = signal[4 * t : 4 * t + 6] * np.hanning(6)
            assert_allclose(S[f, t], abs((piece * wave).sum()), atol=1e-12)


# Another library's word


@given(
    st.integers(1, 3),
    st.integers(2, 5),
    st.integers(2, 5),
    st.integers(1, 2),
    st.integers(1, 3),
    seeds,
)
def test_a_convolution_is_a_sum_of_scipy_s_correlations(n, h, w, c, k, seed):
    rng = np.random.default_rng(seed)
    X, K, b = (
        rng.normal(size=(n, h, w, c)),
        rng.normal(size=(2, 2, c, k)),
        rng.normal(size=k),
    )
    Y = convolution(X, K, b)
    for i in range(n):
        for m in range(k):
            expected = b[m] + sum(
                correlate2d(X[i, :, :, a], K[:, :, a, m], mode="valid")
                for a in range(c)
            )
            assert_allclose(Y[i, :, :, m], expected, atol=1e-12)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("padding", [0, 2])
def test_torch_convolves_alike_and_back(torch, stride, padding):
    rng = np.random.default_rng(0)
    X, K = rng.normal(size=(2, 6, 5, 3)), rng.normal(size=(3, 2, 3, 4))
    b = rng.normal(size=4)
    inputs = [
        torch.tensor(each, requires_grad=True)
        for each in (X.transpose(0, 3, 1, 2), K.transpose(3, 2, 0, 1), b)
    ]
    theirs = torch.nn.functional.conv2d(*inputs, stride=stride, padding=padding)
    (theirs**2).sum().backward()

    def loss(X, K, b):
        return (convolution(X, K, b, stride=stride, padding=padding) ** 2).sum()

    ours = convolution(X, K, b, stride=stride, padding=padding)
    assert_allclose(ours, theirs.detach().numpy().transpose(0, 2, 3, 1), rtol=1e-12)
    dX, dK, db = gradients(loss, X, K, b)
    assert_allclose(dX, inputs[0].grad.numpy().transpose(0, 2, 3, 1), rtol=1e-10)
    assert_allclose(dK, inputs[1].grad.numpy().transpose(2, 3, 1, 0), rtol=1e-10)
    assert_allclose(db, inputs[2].grad.numpy(), rtol=1e-10)


def test_torch_breaks_ties_alike(torch):
    X = image([[3.0, 3.0], [1.0, 3.0]])
    theirs = torch.tensor(X.transpose(0, 3, 1, 2), requires_grad=True)
    torch.nn.functional.max_pool2d(theirs, 2).sum().backward()
    (ours,) = gradients(lambda X: max_pool(X).sum(), X)
    assert_array_equal(ours.ravel(), theirs.grad.numpy().ravel())
