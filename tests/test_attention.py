"""Attention: by hand, by loops, against differences and torch; and a model of names."""

import math

import numpy as np
import pytest
from checking import check_gradient, refuses
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.attention import (
    attention,
    causal_mask,
    decode,
    encode,
    gpt,
    next_token_loss,
    recall_network,
    recurrence,
    recurrent_network,
    sample,
    self_attention,
)
from mathlib.autodiff import value_and_gradient
from mathlib.backprop import unpack
from mathlib.datasets import first_names, recall, stream_of_pairs
from mathlib.fused_operations import softmax_cross_entropy
from mathlib.initialization import lecun
from mathlib.networks import (
    count_parameters,
    evaluate,
    objective,
    outputs,
    scores,
    start,
    train,
)
from mathlib.normalization import layer_norm
from mathlib.optimizers import adam_in_place
from mathlib.special import softmax

seeds = st.integers(0, 2**32 - 1)

# How far a slope may be off, as a share of the largest.
SHARP = 1e-8

# Recurrence


@given(seeds, st.integers(1, 5))
def test_a_recurrence_is_its_loop(seed, length):
    rng = np.random.default_rng(seed)
    X, W = rng.normal(size=(2, length, 3)), rng.normal(size=(3, 4))
    U, b = rng.normal(size=(4, 4)), rng.normal(size=4)
    H = np.zeros((2, 4))
    for t, state in enumerate(recurrence(X, W, U, b)):
        H = np.tanh(X[:, t] @ W + H @ U + b)
        assert_allclose(state, H, rtol=1e-12, atol=1e-14)


def test_gradients_through_time_agree_with_differences():
    network = recurrent_network(2, 3, 2)
    theta = start(network, lecun, rng=np.random.default_rng(0))
    X, y = np.random.default_rng(1).normal(size=(4, 5, 2)), np.array([0, 1, 1, 0])
    _, gradient = objective(network)(theta, X, y)
    check_gradient(
        lambda t: evaluate(network, t, X, y).loss, theta, gradient, within=SHARP
    )
    assert len(outputs(network, theta, X)) == 6
    assert scores(network, theta, X[:, :2]).shape == (4, 2)  # any length will do


# Looking up


@given(seeds)
def test_attention_by_a_loop_and_its_laws(seed):
    rng = np.random.default_rng(seed)
    Q, K, V = (rng.normal(size=shape) for shape in ((2, 4), (3, 4), (3, 5)))
    read = attention(Q, K, V)
    for q, output, weights in zip(Q, *read, strict=True):
        shares = np.exp([q @ k / 2 for k in K])
        assert_allclose(weights, shares / shares.sum(), rtol=1e-12)
        assert_allclose(output, weights @ V, rtol=1e-12, atol=1e-12)
    order = rng.permutation(3)
    assert_allclose(
        attention(Q, K[order], V[order]).output, read.output, rtol=1e-10, atol=1e-12
    )


def test_attention_of_a_batch_is_attention_of_each():
    rng = np.random.default_rng(0)
    Q, K, V = (rng.normal(size=(2, n, 3)) for n in (4, 5, 5))
    both = attention(Q, K, V)
    for i in range(2):
        one = attention(Q[i], K[i], V[i])
        assert_allclose(both.output[i], one.output, rtol=1e-12)
        assert_allclose(both.weights[i], one.weights, rtol=1e-12)


def test_gradients_of_attention_agree_with_differences():
    network = recall_network(3, 2)
    theta = start(network, lecun, rng=np.random.default_rng(0))
    data = recall(6, rng=np.random.default_rng(1), pairs=3, letters=3, numbers=2)
    _, gradient = objective(network)(theta, *data)
    check_gradient(
        lambda t: evaluate(network, t, *data).loss, theta, gradient, within=SHARP
    )


def test_attention_learns_to_look_up():
    network, rng = recall_network(4, 4), np.random.default_rng(0)
    history = train(
        network,
        start(network, lecun, rng=rng) / 3,
        *recall(500, rng=np.random.default_rng(0)),
        epochs=10,
        size=20,
        rng=rng,
        optimizer=adam_in_place(0.02),
        test=recall(200, rng=np.random.default_rng(1)),
    )
    assert history.test[0].accuracy < 0.6
    assert history.test[-1].accuracy == 1


def test_sequences_refuse():
    with refuses(ValueError, "the number of steps in X must be at least 1, but is 0"):
        scores(recurrent_network(1, 2, 2), np.zeros(14), np.zeros((3, 0, 1)))
    with refuses(ValueError, "the number of keys must be at least 1, but is 0"):
        attention(np.ones((1, 2)), np.ones((0, 2)), np.ones((0, 1)))
    with refuses(ValueError, "the size of a key must be at least 1, but is 0"):
        attention(np.ones((1, 0)), np.ones((2, 0)), np.ones((2, 1)))
    with refuses(ValueError, "U must have shape (k, k) with k = 2"):
        recurrence(np.zeros((1, 1, 1)), np.zeros((1, 2)), np.zeros((2, 3)), np.zeros(2))
    with refuses(ValueError, "keys must have shape (n, d) with d = 2"):
        attention(np.zeros((1, 2)), np.zeros((3, 4)), np.zeros((3, 1)))
    with refuses(ValueError, "values must have shape (n, m) with n = 3"):
        attention(np.zeros((1, 2)), np.zeros((3, 2)), np.zeros((2, 1)))


# Masks


def test_three_words_by_hand():
    X = np.array([[1.0, 0], [0, 1], [1, 1]])
    Q, V, base_two = X @ [[0, 0], [1, 0]], 30 * X, math.log(2)
    read = attention(Q, X, V, scale=base_two)
    assert_allclose(read.output, [[20, 20], [24, 18], [24, 18]], rtol=1e-14)
    read = attention(Q, X, V, mask=causal_mask(3), scale=base_two)
    assert_allclose(read.output, [[30, 0], [20, 10], [24, 18]], rtol=1e-14)
    assert_array_equal(read.weights[0], [1, 0, 0])


@given(seeds, st.integers(2, 6))
def test_no_place_sees_what_comes_after_it(seed, length):
    rng = np.random.default_rng(seed)
    X, W = rng.normal(size=(2, length, 4)), rng.normal(size=(4, 12))
    before = self_attention(X, W, heads=2, mask=causal_mask(length)).output
    place = rng.integers(length)
    X[:, place] += rng.normal(size=4)
    after = self_attention(X, W, heads=2, mask=causal_mask(length)).output
    assert_array_equal(after[:, :place], before[:, :place])
    assert not np.allclose(after[:, place:], before[:, place:])


@given(seeds)
def test_places_exchanged_exchange_what_is_read(seed):
    rng = np.random.default_rng(seed)
    X, W, order = (
        rng.normal(size=(1, 5, 4)),
        rng.normal(size=(4, 12)),
        rng.permutation(5),
    )
    read, moved = self_attention(X, W), self_attention(X[:, order], W)
    assert_allclose(moved.output, read.output[:, order], rtol=1e-9, atol=1e-12)


@given(seeds)
def test_heads_side_by_side_are_heads_one_by_one(seed):
    rng = np.random.default_rng(seed)
    X, W = rng.normal(size=(2, 5, 6)), rng.normal(size=(6, 18))
    both = self_attention(X, W, heads=3, mask=causal_mask(5))
    for head in range(3):
        own = slice(2 * head, 2 * head + 2)
        Q, K, V = (X @ W[:, 6 * k : 6 * k + 6][:, own] for k in range(3))
        one = attention(Q, K, V, mask=causal_mask(5))
        assert_allclose(both.output[..., own], one.output, rtol=1e-9, atol=1e-12)
        assert_allclose(both.weights[:, head], one.weights, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("mask", [None, causal_mask(3)])
def test_gradients_of_heads_agree_with_differences(mask):
    rng = np.random.default_rng(0)
    X, W, R = (rng.normal(size=s) for s in ((2, 3, 4), (4, 12), (2, 3, 4)))

    def value(X, W):
        return (self_attention(X, W, heads=2, mask=mask, scale=0.7).output * R).sum()

    _, (dX, dW) = value_and_gradient(value)(X, W)
    check_gradient(lambda X: value(X, W), X, dX, within=SHARP)
    check_gradient(lambda W: value(X, W), W, dW, within=SHARP)


def test_weights_that_were_read_may_be_overwritten():
    rng = np.random.default_rng(0)
    X, W = rng.normal(size=(1, 3, 2)), rng.normal(size=(2, 6))

    def total(W, rude):
        read = self_attention(X, W)
        read.weights[...] *= rude
        return read.output.sum()

    gradients = [
        value_and_gradient(lambda W, rude=rude: total(W, rude))(W)[1][0]
        for rude in (1, 0)
    ]
    assert_array_equal(*gradients)


def test_masks_refuse():
    Q, K, V = np.zeros((2, 2)), np.zeros((3, 2)), np.zeros((3, 1))
    blind = np.array([[True, False, False], [False, False, False]])
    with refuses(ValueError, "mask must leave every query a key to see, but hides all"):
        attention(Q, K, V, mask=blind)
    with refuses(TypeError, "mask must hold True and False, but holds float64"):
        attention(Q, K, V, mask=np.ones((2, 3)))
    with refuses(ValueError, "mask must have shape (2, 3), but its shape is (3, 3)"):
        attention(Q, K, V, mask=causal_mask(3))
    with refuses(ValueError, "scale must be a finite number > 0, but is 0"):
        attention(Q, K, V, scale=0)
    with refuses(ValueError, "heads must divide d = 4, but is 3"):
        self_attention(np.zeros((1, 2, 4)), np.zeros((4, 12)), heads=3)
    with refuses(ValueError, "W must have shape (4, 12), but its shape is (4, 4)"):
        self_attention(np.zeros((1, 2, 4)), np.zeros((4, 4)))
    with refuses(ValueError, "length must be at least 1, but is 0"):
        causal_mask(0)


# A model of language


def forward(tokens, E, P, blocks, U, heads):
    """The scores of one text, without any function of the book."""
    T, d = len(tokens), E.shape[1]
    X = E[tokens] + P[:T]
    for Wqkv, Wo, W1, b1, W2, b2 in blocks:
        read = np.zeros((T, d))
        for h in range(heads):
            own = slice(h * d // heads, (h + 1) * d // heads)
            Q, K, V = (X @ Wqkv[:, k * d : (k + 1) * d][:, own] for k in range(3))
            for t in range(T):
                e = np.exp(K[: t + 1] @ Q[t] / math.sqrt(d // heads))
                read[t, own] = e / e.sum() @ V[: t + 1]
        X = X + read @ Wo
        X = X + np.maximum(X @ W1 + b1, 0) @ W2 + b2
    return X @ U


def test_a_network_by_loops():
    network, rng = gpt(5, 7, 4, layers=2, heads=2), np.random.default_rng(0)
    arrays = [rng.normal(size=shape) / 2 for shape in network.shapes]
    tokens = rng.integers(5, size=(3, 6))
    *weights, Z = network.layers(tokens, *arrays)
    assert [w.shape for w in weights] == [(3, 2, 6, 6)] * 2
    E, P, *blocks, U = arrays
    for row, z in zip(tokens, Z, strict=True):
        ours = forward(row, E, P, [blocks[:6], blocks[6:]], U, 2)
        assert_allclose(z, ours, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    "options",
    [
        {"heads": 2},
        {"norm": True, "layers": 2},
        {"wide": 0, "place": False},
        {"causal": False, "scale": 1.0, "norm": True, "wide": 0},
    ],
)
def test_gradients_of_a_network_agree_with_differences(options):
    network, rng = gpt(4, 5, 4, **{"layers": 1, **options}), np.random.default_rng(0)
    theta = rng.normal(size=count_parameters(network)) / 2
    tokens, targets = rng.integers(4, size=(2, 3, 5))
    targets[0, 3:] = -1
    _, gradient = objective(network, next_token_loss)(theta, tokens, targets)

    def loss(theta):
        parameters = unpack(theta, network.shapes)
        return next_token_loss(network.layers(tokens, *parameters)[-1], targets)

    check_gradient(loss, theta, gradient, within=SHARP)


def test_the_parameters_are_counted():
    assert count_parameters(gpt(27, 16, 32, layers=2, heads=4)) == 27136
    assert count_parameters(gpt(27, 16, 32, layers=2, norm=True)) == 27136 + 5 * 64
    assert count_parameters(gpt(27, 16, 32, layers=1, wide=0)) == (
        2 * 27 * 32 + 16 * 32 + 4 * 32 * 32
    )


def test_one_layer_without_places_sees_a_bag():
    rng = np.random.default_rng(0)
    texts = np.array([[0, 3, 1, 4, 0], [0, 4, 1, 3, 0]])  # a 3 b 4 a, a 4 b 3 a
    for layers, apart in ((1, False), (2, True)):
        network = gpt(5, 5, 6, layers=layers, heads=2, place=False)
        arrays = [rng.normal(size=shape) for shape in network.shapes]
        last = network.layers(texts, *arrays)[-1][:, -1]
        assert np.allclose(last[0], last[1], rtol=0, atol=1e-12) != apart


def test_the_loss_is_the_mean_surprise_where_a_target_counts():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(2, 3, 5)), np.array([[0, -1, 4], [-1, -1, 2]])
    p = softmax(z)
    surprise = -np.log([p[0, 0, 0], p[0, 2, 4], p[1, 2, 2]]).mean()
    assert_allclose(next_token_loss(z, y), surprise, rtol=1e-12)
    with refuses(ValueError, "targets must hold one that counts, but all are −1"):
        next_token_loss(z, np.full((2, 3), -1))
    for wrong in (-2, 5):
        with refuses(ValueError, "targets must be whole numbers in 0 … 4"):
            next_token_loss(z, np.full((2, 3), wrong))


def test_a_stream_is_learned_in_two_layers_and_not_in_one():
    rng = np.random.default_rng(9)
    tokens, targets = stream_of_pairs(300, rng=rng, pairs=8, letters=4, different=2)
    right = {}
    for layers in (1, 2):
        network, rng = gpt(12, 16, 24, layers=layers, wide=0), np.random.default_rng(0)
        theta, adam = start(network, lecun, rng=rng), adam_in_place(1e-2)
        slopes, state = objective(network, next_token_loss), adam.init(theta)
        for _ in range(200):
            data = stream_of_pairs(32, rng=rng, pairs=8, letters=4, different=2)
            theta, state = adam.step(theta, slopes(theta, *data)[1], state)
        z = network.layers(tokens, *unpack(theta, network.shapes))[-1]
        right[layers] = (z.argmax(axis=-1) == targets)[targets >= 0].mean()
    assert right[1] < 0.75 < 0.97 < right[2]


def test_samples_follow_the_scores():
    network = gpt(3, 4, 1, layers=1, wide=0, place=False)
    arrays = [np.zeros(shape) for shape in network.shapes]
    arrays[0][:] = 1.0
    arrays[-1][:] = np.log([1.0, 2.0, 5.0])
    theta = np.concatenate([np.ravel(a) for a in arrays])
    for temperature in (1.0, 0.5, 2.0):
        rng = np.random.default_rng(0)
        drawn = sample(network, theta, 20_000, 1, temperature=temperature, rng=rng)
        shares = np.bincount(drawn[:, 0]) / len(drawn)
        wanted = softmax(np.log([1.0, 2.0, 5.0]) / temperature)
        assert_allclose(shares, wanted, atol=4 / np.sqrt(len(drawn)))
    arrays[-1][:] = [0.0, 1e-4, 0.0]  # far apart, where it is cold enough
    cold = np.concatenate([np.ravel(a) for a in arrays])
    drawn = sample(
        network, cold, 500, 1, temperature=1e-6, rng=np.random.default_rng(2)
    )
    assert (drawn == 1).all()
    rows = sample(network, theta, 500, 4, rng=np.random.default_rng(1))
    over = np.cumsum(rows == 0, axis=1) > 0
    assert (rows[over] == 0).all()


def test_words_there_and_back():
    names = first_names()
    assert len(names) == len(set(names)) == 29494
    assert names == sorted(names)
    tokens, targets = encode(names[:200], 16)
    assert decode(targets * (targets > 0)) == names[:200]
    assert_array_equal(tokens[:, 1:], np.maximum(targets, 0)[:, :-1])
    assert (tokens[:, 0] == 0).all()


def test_a_language_model_refuses():
    network, rng = gpt(4, 3, 2, layers=1), np.random.default_rng(0)
    theta = start(network, lecun, rng=rng)
    parameters = unpack(theta, network.shapes)
    for wrong in (4, -1):
        with refuses(ValueError, "tokens must be whole numbers in 0 … 3, but are"):
            network.layers(np.array([[0, wrong]]), *parameters)
    with refuses(ValueError, "tokens must be whole numbers, but are [[0.5]]"):
        network.layers(np.array([[0.5]]), *parameters)
    with refuses(ValueError, "tokens must have 1 … 3 places, but have 4"):
        network.layers(np.zeros((1, 4), int), *parameters)
    with refuses(ValueError, "length must fit, but is 4: tokens must have"):
        sample(network, theta, 1, 4, rng=rng)
    for wrong in (0.0, -1.0, np.nan):
        with refuses(ValueError, "temperature must be a finite number > 0, but is"):
            sample(network, theta, 1, 2, temperature=wrong, rng=rng)
    with refuses(ValueError, "heads must divide d = 4, but is 3"):
        gpt(4, 3, 4, layers=1, heads=3)
    with refuses(ValueError, "causal must be True or False, but is None"):
        gpt(4, 3, 4, layers=1, causal=None)
    with refuses(ValueError, "words must have fewer than 3 letters of"):
        encode(["abc"], 3)
    with refuses(ValueError, "words must have fewer than 9 letters of 'ab'"):
        encode(["abc"], 9, letters="ab")
    with refuses(TypeError, "words must hold texts, but one is 3"):
        encode([3], 9)
    with refuses(ValueError, "rows must be whole numbers in 0 … 2"):
        decode([[3]], letters="ab")


# Data


@given(st.integers(1, 5), st.integers(0, 3), st.integers(1, 4), seeds)
def test_a_question_has_its_answer_in_the_list(pairs, more, numbers, seed):
    letters, rng = pairs + more, np.random.default_rng(seed)
    X, y = recall(20, rng=rng, pairs=pairs, letters=letters, numbers=numbers)
    assert X.shape == (20, pairs + 1, letters + numbers)
    for sequence, answer in zip(X, y, strict=True):
        *rows, question = sequence
        found = [row for row in rows if row[:letters] @ question[:letters]]
        assert len(found) == 1
        assert found[0][letters:].argmax() == answer
        assert not question[letters:].any()


def test_recall_refuses():
    with refuses(ValueError, "pairs must be in 1 … letters = 4, but is 5"):
        recall(rng=np.random.default_rng(0), pairs=5)


@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 3), seeds)
def test_a_letter_of_a_stream_keeps_its_number(pairs, different, more, seed):
    letters, rng = different + more, np.random.default_rng(seed)
    sizes = {"pairs": pairs, "letters": letters, "different": different}
    tokens, targets = stream_of_pairs(9, rng=rng, numbers=3, **sizes)
    assert tokens.shape == targets.shape == (9, 2 * pairs)
    for row, asked in zip(tokens, targets, strict=True):
        known = {}
        for t in range(0, 2 * pairs, 2):
            assert 0 <= row[t] < letters <= row[t + 1] < letters + 3
            assert asked[t] == known.get(row[t], -1)
            assert asked[t + 1] == -1
            assert known.setdefault(row[t], row[t + 1]) == row[t + 1]
        assert len(known) <= different


def test_a_stream_refuses():
    with refuses(ValueError, "different must be in 1 … letters = 8, but is 9"):
        stream_of_pairs(rng=np.random.default_rng(0), different=9)
    with refuses(ValueError, "pairs must be at least 1, but is 0"):
        stream_of_pairs(rng=np.random.default_rng(0), pairs=0)


# Another library's word


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


def test_torch_attends_alike(torch):
    Q, K, V = np.random.default_rng(0).normal(size=(3, 2, 4, 3))
    theirs = torch.nn.functional.scaled_dot_product_attention(
        *(torch.tensor(each) for each in (Q, K, V))
    )
    assert_allclose(attention(Q, K, V).output, theirs.numpy(), rtol=1e-12)
    theirs = torch.nn.functional.scaled_dot_product_attention(
        *(torch.tensor(each) for each in (Q, K, V)), is_causal=True
    )
    ours = attention(Q, K, V, mask=causal_mask(4)).output
    assert_allclose(ours, theirs.numpy(), rtol=1e-12)


def test_torch_finds_the_same_loss_where_some_places_do_not_count(torch):
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(2, 3, 5)), np.array([[0, -1, 4], [-1, -1, 2]])
    theirs = torch.nn.functional.cross_entropy(
        torch.tensor(z).flatten(0, 1), torch.tensor(y).flatten(), ignore_index=-1
    )
    assert_allclose(next_token_loss(z, y), theirs.item(), rtol=1e-12)


def test_torch_recurs_alike_and_back(torch):
    rng = np.random.default_rng(0)
    X, W, U, b = (rng.normal(size=shape) for shape in ((2, 5, 3), (3, 4), (4, 4), (4,)))
    cell = torch.nn.RNN(3, 4, batch_first=True).double()
    with torch.no_grad():
        cell.weight_ih_l0.copy_(torch.tensor(W.T))
        cell.weight_hh_l0.copy_(torch.tensor(U.T))
        cell.bias_ih_l0.copy_(torch.tensor(b))
        cell.bias_hh_l0.zero_()
    states, _ = cell(torch.tensor(X))
    assert_allclose(recurrence(X, W, U, b)[-1], states[:, -1].detach().numpy())
    states[:, -1].sum().backward()
    _, (slope,) = value_and_gradient(lambda U: recurrence(X, W, U, b)[-1].sum())(U)
    assert_allclose(slope.T, cell.weight_hh_l0.grad.numpy(), rtol=1e-10)


def test_a_norm_s_scale_begins_at_one_although_its_array_begins_at_zero():
    network = gpt(3, 2, 4, layers=1, wide=0, norm=True)
    rng, zero = np.random.default_rng(0), np.zeros(4)
    E, P, U = (rng.normal(size=shape) for shape in ((3, 4), (2, 4), (4, 3)))
    nothing = np.zeros((4, 12)), np.zeros((4, 4))  # no word reads another
    X = E[[0, 2]] + P
    normal, _ = layer_norm(X, np.ones(4), zero)
    found = network.layers([[0, 2]], E, P, zero, zero, *nothing, zero, zero, U)[-1]
    np.testing.assert_allclose(found[0], normal @ U, atol=1e-12)


def test_an_alphabet_names_each_letter_once():
    with refuses(ValueError, "letters must differ"):
        encode(["a"], 3, letters="aa")


def test_a_list_of_another_width_is_refused_by_its_name():
    network = recall_network(2, 2)
    for shape in ((2, 4), (2, 3, 5)):
        with refuses(ValueError, "X must have shape (n, rows, 4)"):
            scores(network, np.ones(12), np.ones(shape))


def test_an_alphabet_is_a_text():
    for call in (
        lambda x: encode(["a"], 3, letters=x),
        lambda x: decode([[1]], letters=x),
    ):
        with refuses(TypeError, "letters must be a text, but is a list"):
            call(["a"])


def test_every_sign_of_an_alphabet_is_decoded():
    tokens, _ = encode(["a\0b"], 5, letters="ab\0")
    assert decode(tokens[:, 1:], letters="ab\0") == ["a\0b"]


@pytest.mark.parametrize(
    ("norm", "message"),
    [
        (False, "the largest score that theta gives must be finite, but"),
        (True, "theta must give finite scores: X must be finite, but"),
    ],
)
def test_from_scores_that_overflow_nothing_is_drawn(norm, message):
    network = gpt(3, 4, 2, layers=1, norm=norm)
    theta = np.full(count_parameters(network), 1e200)
    with np.errstate(over="ignore", invalid="ignore"), refuses(ValueError, message):
        sample(network, theta, 2, 3, rng=np.random.default_rng(0))


def test_a_product_beyond_floats_is_refused_where_slopes_are_followed_too():
    Q = np.array([[np.nan]])
    for read in (attention, value_and_gradient(lambda *x: attention(*x).output.sum())):
        with refuses(ValueError, "the product of queries and keys must have a finite"):
            read(Q, Q, Q)


def test_sizes_of_eight_bits_are_sizes():
    many, rng = np.int8(100), np.random.default_rng(0)
    text, kinds = np.ones((2, 3), int), np.ones(2, int)
    language = gpt(many, many, np.int8(64), layers=np.int8(1), heads=np.int8(64))
    for network, X, y, loss in (
        (language, text, text, next_token_loss),
        (recurrent_network(2, many, many), np.ones((2, 3, 2)), kinds, None),
        (recall_network(many, many), np.ones((2, 3, 200)), kinds, None),
    ):
        both = objective(network, loss or softmax_cross_entropy)
        theta = start(network, lecun, rng=rng)
        assert both(theta, X, y)[1].shape == (count_parameters(network),)
    X, W = rng.normal(size=(1, 2, 300)), rng.normal(size=(300, 900)) / 300
    few, plain = (self_attention(X, W, heads=two).output for two in (np.int8(2), 2))
    assert_array_equal(few, plain)
