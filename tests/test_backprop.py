"""Backpropagation: small numbers by hand, laws, differences, and mutants caught."""

from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from checking import check_gradient, refuses
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from mathlib.activations import ACTIVATIONS
from mathlib.backprop import (
    MUTANTS,
    Layer,
    Parts,
    backpropagate,
    chain,
    dense,
    elementwise,
    feed_forward,
    gradient_check,
    jacobian,
    pack,
    relative_error,
    residual,
    softmax_layer,
    trace,
    unpack,
)
from mathlib.gradients import numerical_gradient, numerical_jacobian
from mathlib.graph import (
    OPERATIONS,
    Node,
    adjoints,
    forward_values,
    messages,
    tangents,
)
from mathlib.initialization import initialize, lecun
from mathlib.losses import LOSSES
from mathlib.special import log_softmax, softmax

seeds = st.integers(0, 2**32 - 1)
widths = st.integers(1, 5)


TANH, SIGMOID, RELU = (ACTIVATIONS[name] for name in ("tanh", "sigmoid", "relu"))
SMOOTH = ("identity", "sigmoid", "tanh", "softplus", "gelu", "silu")
SQUARES = LOSSES["squared_error"]
XOR = (
    np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]),
    np.array([[0.0], [1.0], [1.0], [0.0]]),
)


def random_case(sizes, n, seed, network):
    """Parameters without a zero among them, data and targets."""
    rng = np.random.default_rng(seed)
    parameters = [rng.normal(size=shape) for shape in network.shapes]
    return parameters, rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))


# Graphs

SKIP = [
    Node("u", "·", ("w", "x")),
    Node("h", "relu", ("u",)),
    Node("p", "·", ("v", "h")),
    Node("s", "+", ("p", "h")),
    Node("e", "−", ("s", "y")),
    Node("L", "½□²", ("e",)),
]
INPUTS = {"x": 2.0, "w": 1.5, "v": -0.5, "y": 1.0}
CUT = [Node("z₁", "·", ("w", "x")), Node("z₂", "·", ("v", "z₁"))]
CUT += [Node("L", "½□²", ("z₂",))]


def test_a_graph_by_hand():
    values = forward_values(SKIP, INPUTS)
    assert values == INPUTS | {
        "u": 3.0, "h": 3.0, "p": -1.5, "s": 1.5, "e": 0.5, "L": 0.125
    }  # fmt: skip
    assert adjoints(SKIP, values) == {
        "x": 0.375, "w": 0.5, "v": 1.5, "y": -0.5,
        "u": 0.25, "h": 0.25, "p": 0.5, "s": 0.5, "e": 0.5, "L": 1.0,
    }  # fmt: skip


def test_the_children_of_a_node_add_up():
    sent = messages(SKIP, forward_values(SKIP, INPUTS))
    to_h = [
        (each.child, each.amount, each.total) for each in sent if each.parent == "h"
    ]
    assert to_h == [("s", 0.5, 0.5), ("p", -0.25, 0.25)]
    assert len(sent) == sum(len(node.parents) for node in SKIP)


def test_a_dead_relu_sends_nothing_back():
    slopes = adjoints(SKIP, forward_values(SKIP, INPUTS | {"w": -1.5}))
    assert (slopes["h"], slopes["u"], slopes["w"], slopes["x"]) == (-0.5, 0, 0, 0)


def test_a_parent_used_twice_counts_twice():
    graph = [Node("q", "·", ("x", "x"))]
    assert adjoints(graph, forward_values(graph, {"x": 3.0}))["x"] == 6.0
    assert tangents(graph, forward_values(graph, {"x": 3.0}), "x")["q"] == 6.0


def test_what_the_output_does_not_use_has_adjoint_zero():
    graph = [Node("p", "exp", ("x",)), Node("q", "exp", ("y",))]
    slopes = adjoints(graph, forward_values(graph, {"x": 0.0, "y": 0.0}))
    assert slopes == {"x": 0.0, "y": 1.0, "p": 0.0, "q": 1.0}


def test_what_is_not_used_sends_nothing_though_its_slope_be_infinite():
    graph = [Node("p", "exp", ("x",)), Node("q", "exp", ("p",))]
    graph += [Node("L", "exp", ("y",))]
    with np.errstate(over="ignore"):
        values = forward_values(graph, {"x": 800.0, "y": 0.0})
        assert adjoints(graph, values)["x"] == 0
        along_y = tangents(graph, values, "y")
    assert (along_y["p"], along_y["q"], along_y["L"]) == (0, 0, 1)


def test_relu_has_no_slope_at_nan():
    assert np.isnan(OPERATIONS["relu"].df(np.nan))
    assert OPERATIONS["relu"].df(0.0) == (0.0,)


def test_numbers_of_eight_bits_do_not_overflow():
    graph = [Node("q", "+", ("x", "x")), Node("L", "½□²", ("q",))]
    few_bits, wide = {"x": np.int8(100)}, {"x": 100.0}
    values = forward_values(graph, wide)
    assert forward_values(graph, few_bits) == values
    assert adjoints(graph, values | few_bits) == adjoints(graph, values)
    assert tangents(graph, values | few_bits, "x") == tangents(graph, values, "x")


def test_numbers_of_any_kind_are_numbers_in_a_graph():
    graph = [Node("s", "−", ("a", "b")), Node("p", "·", ("a", "a"))]
    few = (np.float16(300), np.float32(1e30), np.True_, np.array(100, np.int8))
    for number in few:
        a = float(number)
        values = forward_values(graph, {"a": number, "b": np.False_})
        assert values == {"a": a, "b": 0.0, "s": a, "p": a * a}
        assert adjoints(graph, values | {"a": number})["a"] == 2 * a


def test_numbers_of_python_s_are_floats_in_a_graph():
    graph = [Node("p", "·", ("a", "a")), Node("e", "exp", ("p",))]
    for number in (True, 0, 2**40, 2**70, Fraction(1, 2)):
        with np.errstate(over="ignore"):
            values = forward_values(graph, {"a": number})
            same = forward_values(graph, {"a": float(number)})
        assert values == same
        assert [type(each) for each in values.values()] == [float, float, np.float64]
        assert messages(graph[:1], {"a": number, "p": 1})[0].amount == float(number)
    with refuses(ValueError, "a of inputs must be a finite number, but is of type int"):
        forward_values(graph, {"a": 10**400})


def test_what_is_no_number_has_no_place_in_a_graph():
    graph = [Node("s", "+", ("a", "b"))]
    for nothing, kind in (("2", "text"), (1j, "complex128"), (None, "object")):
        found = f"a of inputs must hold real numbers, but holds {kind}"
        with refuses(TypeError, found):
            forward_values(graph, {"a": nothing, "b": 3.0})
        with refuses(TypeError, found.replace("inputs", "values")):
            adjoints(graph, {"a": nothing, "b": 3.0, "s": 5.0})
    with refuses(ValueError, "a of inputs must be one number, but its shape is (2,)"):
        forward_values(graph, {"a": [2, 3], "b": 3.0})


def test_a_node_s_names_are_text():
    for node, message in (
        (Node("q", "exp", None), "parents of q must be a list, but is of type None"),
        (Node("q", "exp", "xy"), "parents of q must be a list, but is of type str"),
        (Node("q", "exp", ([],)), "each name in graph must be text, but is a list"),
        (Node(["q"], "exp", ("x",)), "each name in graph must be text, but is a list"),
    ):
        with refuses(TypeError, message):
            forward_values([node], {"x": 1.0})
    with refuses(ValueError, "operation of q must be one of +, −, ·, relu"):
        forward_values([Node("q", ["exp"], ("x",))], {"x": 1.0})


@given(seeds, st.sampled_from(["x", "w", "v", "y"]))
def test_backward_forward_and_differences_agree(seed, source):
    rng = np.random.default_rng(seed)
    graph = [Node("a", "tanh", ("w",)), Node("c", "exp", ("v",))]
    graph += [*SKIP[:-1], Node("m", "·", ("a", "c"))]
    graph += [Node("t", "·", ("e", "m")), Node("L", "+", ("t", "a"))]
    inputs = dict(zip(INPUTS, rng.uniform(0.5, 2, size=4), strict=True))
    values = forward_values(graph, inputs)
    back = adjoints(graph, values)[source]
    measured = numerical_gradient(
        lambda at: forward_values(graph, inputs | {source: at})["L"], inputs[source]
    )
    assert back == pytest.approx(tangents(graph, values, source)["L"], rel=1e-12)
    assert back == pytest.approx(float(measured), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_s_slopes(name):
    at = np.array([0.7, -1.3])
    try:
        slopes = OPERATIONS[name].df(*at)
    except TypeError:
        at = at[:1]
        slopes = OPERATIONS[name].df(*at)
    measured = numerical_gradient(lambda x: OPERATIONS[name].f(*x), at)
    assert_allclose(slopes, measured, rtol=1e-8)


def test_the_cut_set_of_the_source():
    values = forward_values(CUT, {"x": 1.0, "w": 2.0, "v": 3.0})
    back, forward = adjoints(CUT, values), tangents(CUT, values, "w")
    assert back["w"] == 18
    for cut in (("z₁",), ("z₂",)):
        assert sum(back[name] * forward[name] for name in cut) == 18
    assert sum(back[name] * forward[name] for name in ("z₁", "z₂")) == 36


def test_graphs_refuse_by_name():
    with refuses(ValueError, "operation of q must be one of +, −, ·, relu, tanh, exp"):
        forward_values([Node("q", "sqrt", ("x",))], {"x": 1.0})
    with refuses(ValueError, "parents of q must stand before it, but y does not"):
        forward_values([Node("q", "+", ("x", "y"))], {"x": 1.0})
    with refuses(ValueError, "source must be one of ['x', 'q'], but is 'z'"):
        tangents([Node("q", "exp", ("x",))], {"x": 0.0, "q": 1.0}, "z")
    with refuses(ValueError, "parents of q must be 2, but are 1"):
        forward_values([Node("q", "·", ("x",))], {"x": 1.0})
    with refuses(ValueError, "parents of q must be 1, but are 2"):
        adjoints([Node("q", "tanh", ("x", "x"))], {"x": 1.0, "q": 1.0})
    for sweep in (messages, adjoints, lambda *each: tangents(*each, "x")):
        with refuses(ValueError, "values must hold q: take them from forward_values"):
            sweep([Node("q", "exp", ("x",))], {"x": 1.0})
    with refuses(ValueError, "graph must have a node, but is empty"):
        adjoints([], {"x": 0.0})


TWICE = [
    Node("u", "·", ("w", "x")),
    Node("u", "·", ("u", "x")),
    Node("L", "½□²", ("u",)),
]
OVER = [Node("w", "·", ("w", "x")), Node("L", "½□²", ("w",))]
LATE = [Node("L", "½□²", ("u",)), Node("u", "·", ("w", "x"))]
WRONG_GRAPHS = {
    "twice": (TWICE, "the name u must be new, but stands already"),
    "over an input": (OVER, "the name w must be new, but stands already"),
    "too early": (LATE, "parents of L must stand before it, but u does not"),
}


@pytest.mark.parametrize("name", WRONG_GRAPHS)
def test_a_name_stands_for_one_value(name):
    graph, message = WRONG_GRAPHS[name]
    with refuses(ValueError, message):
        forward_values(graph, {"w": 2.0, "x": 3.0})
    values = {"w": 2.0, "x": 3.0, "u": 18.0, "L": 162.0}
    for sweep in (messages, adjoints, lambda *each: tangents(*each, "w")):
        with pytest.raises(ValueError, match="stand"):
            sweep(graph, values)


@given(seeds)
def test_a_graph_that_is_let_through_has_right_slopes(seed):
    """Names and parents at random: refused, or as measured."""
    rng = np.random.default_rng(seed)
    names = ["w", "x", *"abcd"]
    graph = [
        Node(str(rng.choice(names[1:])), "·", tuple(map(str, rng.choice(names, 2))))
        for _ in range(3)
    ]
    inputs = {"w": 1.3, "x": 0.7}
    try:
        values = forward_values(graph, inputs)
    except ValueError:
        return
    back = adjoints(graph, values)
    for name in inputs:
        measured = numerical_gradient(
            lambda at, name=name: forward_values(graph, inputs | {name: at})[
                graph[-1].name
            ],
            inputs[name],
        )
        assert back[name] == pytest.approx(float(measured), rel=1e-8, abs=1e-9)


def test_slopes_of_tanh_do_not_round_to_zero():
    graph = [Node("L", "tanh", ("u",))]
    for u, slope in ((20.0, 1.6993417021166355e-17), (-40.0, 7.219405551381661e-35)):
        found = adjoints(graph, forward_values(graph, {"u": u}))["u"]
        assert found == pytest.approx(slope, rel=1e-8, abs=0)


def row_of_tanh(w, depth=20):
    """The slope of the last of many tanh units along the first input, all weights w."""
    graph = [
        node
        for k in range(depth)
        for node in (
            Node(f"z{k}", "·", ("w", f"a{k}")),
            Node(f"a{k + 1}", "tanh", (f"z{k}",)),
        )
    ]
    values = forward_values(graph, {"w": w, "a0": 1.0})
    return adjoints(graph, values)["a0"]


def test_smaller_weights_help_where_units_are_saturated_and_harm_where_not():
    assert row_of_tanh(0.9 * 3.0) > 1e4 * row_of_tanh(3.0)
    assert row_of_tanh(0.9 * 0.9) < 0.5 * row_of_tanh(0.9)
    assert row_of_tanh(3.0) == pytest.approx(4.7e-31, rel=0.02, abs=0)


# Layers


def test_a_dense_layer_by_hand():
    Y, pullback = dense(2, 2).forward(
        [[1.0, 2.0], [0.0, 1.0]], [[1.0, 0.0], [3.0, -1.0]], [0.5, 0.0]
    )
    assert_array_equal(Y, [[7.5, -2], [3.5, -1]])
    dX, dW, db = pullback([[1.0, 2.0], [3.0, 0.0]])
    assert_array_equal(dX, [[1, 1], [3, 9]])
    assert_array_equal(dW, [[1, 2], [5, 4]])
    assert_array_equal(db, [4, 2])


@settings(max_examples=30)
@given(widths, widths, widths, seeds)
def test_each_layer_s_pullback_is_its_transposed_jacobian(n, inputs, outputs, seed):
    rng = np.random.default_rng(seed)
    layers = [
        dense(inputs, outputs),
        elementwise(TANH),
        softmax_layer(),
        residual(chain(dense(inputs, outputs), dense(outputs, inputs))),
    ]
    for layer in layers:
        arrays = [rng.normal(size=(n, inputs))]
        arrays += [rng.normal(size=shape) for shape in layer.shapes]
        Y, pullback = layer.forward(*arrays)
        dY = rng.normal(size=Y.shape)
        for position, gradient in enumerate(pullback(dY)):

            def along(array, at=position, layer=layer, arrays=arrays, dY=dY):
                moved = [*arrays[:at], array, *arrays[at + 1 :]]
                return (layer.forward(*moved)[0] * dY).sum()

            expected = numerical_gradient(along, arrays[position])
            assert_allclose(gradient, expected, atol=1e-7 * (1 + abs(expected).max()))


@given(widths, widths, widths, seeds)
def test_outputs_agree_with_their_transpose(n, inputs, outputs, seed):
    """⟨dY, J dX⟩ = ⟨Jᵀ dY, dX⟩, for the linear part of a dense layer."""
    rng = np.random.default_rng(seed)
    W, X, V = (rng.normal(size=s) for s in ((inputs, outputs), *[(n, inputs)] * 2))
    dY = rng.normal(size=(n, outputs))
    _, pullback = dense(inputs, outputs).forward(X, W, np.zeros(outputs))
    assert (dY * (V @ W)).sum() == pytest.approx((pullback(dY)[0] * V).sum())


def test_softmax_s_pullback_is_its_jacobian():
    z = np.array([2.0, 1.0, 0.1])
    p = softmax(z)
    _, pullback = softmax_layer().forward(z[None])
    rows = [pullback(row[None])[0][0] for row in np.eye(3)]
    assert_allclose(rows, np.diag(p) - np.outer(p, p), atol=1e-15)
    assert_allclose(rows, numerical_jacobian(softmax, z), atol=1e-9)


def test_the_source_s_softmax_deltas():
    z = np.array([[2.0, 1.0, 0.1]])
    p, pullback = softmax_layer().forward(z)
    by_output = np.array([[-1 / p[0, 0], 0.0, 0.0]])
    assert_allclose(by_output, [[-1.517, 0, 0]], atol=5e-4)
    assert_allclose(pullback(by_output)[0], [[-0.341, 0.2424, 0.0986]], atol=5e-4)
    assert_allclose(pullback(by_output)[0], p - [[1, 0, 0]], atol=1e-15)
    assert_allclose(by_output * p * (1 - p), [[-0.341, 0, 0]], atol=5e-4)
    check_gradient(lambda z: -log_softmax(z)[0, 0], z, pullback(by_output)[0])


def test_an_empty_chain_changes_nothing():
    Y, pullback = chain().forward(np.eye(2))
    assert_array_equal(Y, np.eye(2))
    assert_array_equal(pullback(2 * np.eye(2))[0], 2 * np.eye(2))


@given(seeds)
def test_a_chain_of_chains_is_one_chain(seed):
    flat = chain(dense(3, 4), elementwise(TANH), dense(4, 4), dense(4, 2))
    nested = chain(
        chain(dense(3, 4), elementwise(TANH)), chain(dense(4, 4), chain(dense(4, 2)))
    )
    parameters, X, dY = random_case((3, 2), 5, seed, flat)
    assert flat.shapes == nested.shapes
    for one, other in zip(
        flat.forward(X, *parameters)[1](dY),
        nested.forward(X, *parameters)[1](dY),
        strict=True,
    ):
        assert_array_equal(one, other)


@given(seeds)
def test_jacobians_multiply(seed):
    first = chain(dense(3, 4), elementwise(TANH))
    second = chain(dense(4, 2), elementwise(SIGMOID))
    parameters, X, _ = random_case((3, 2), 1, seed, chain(first, second))
    x, inner = X[0], first.forward(X, *parameters[:2])[0][0]
    whole = jacobian(chain(first, second), parameters, x)
    product = jacobian(second, parameters[2:], inner) @ jacobian(
        first, parameters[:2], x
    )
    assert_allclose(whole, product, atol=1e-14)
    measured = numerical_jacobian(
        lambda x: chain(first, second).forward(x[None], *parameters)[0][0], x
    )
    assert_allclose(whole, measured, atol=1e-8)


def test_the_way_back_is_linear():
    network = feed_forward((3, 4, 2), TANH, SIGMOID)
    parameters, X, dY = random_case((3, 2), 5, 0, network)
    _, pullback = network.forward(X, *parameters)
    for once, twice in zip(pullback(dY), pullback(2 * dY), strict=True):
        assert_array_equal(2 * once, twice)


def test_shapes_of_a_feed_forward_network():
    assert feed_forward((3, 4, 2), TANH).shapes == ((3, 4), (4,), (4, 2), (2,))
    sizes = [int(np.prod(s)) for s in feed_forward((784, 128, 10), RELU).shapes]
    assert (sum(sizes), sizes[0] + sizes[2]) == (101_770, 784 * 128 + 1280)
    assert feed_forward((784, 10), RELU).shapes == ((784, 10), (10,))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: dense(3, 2).forward(np.ones((4, 5)), np.ones((3, 2)), np.ones(2)),
            ValueError,
            "X must have shape (n, 3), but its shape is (4, 5)",
        ),
        (
            lambda: dense(3, 2).forward(np.ones((4, 3)), np.ones((2, 3)), np.ones(2)),
            ValueError,
            "W must have shape (3, 2), but its shape is (2, 3)",
        ),
        (
            lambda: dense(3, 2).forward(np.ones((4, 3)), np.ones((3, 2)), np.eye(2)),
            ValueError,
            "b must have shape (2,), but its shape is (2, 2)",
        ),
        (
            lambda: dense(1, 2).forward([[1.0]], np.ones((1, 2)), np.ones(2))[1]([1.0]),
            ValueError,
            "dY must have shape (1, 2), but its shape is (1,)",
        ),
        (
            lambda: elementwise(TANH).forward(np.ones((3, 1)))[1](np.ones(3)),
            ValueError,
            "dY must have shape (3, 1), but its shape is (3,): use dY[:, None]",
        ),
        (
            lambda: softmax_layer().forward(np.ones(3)),
            ValueError,
            "X must have shape (n, k), but its shape is (3,): use X[:, None]",
        ),
        (
            lambda: elementwise(np.tanh),
            TypeError,
            "activation must have f and df, such as ACTIVATIONS['tanh'], but is of",
        ),
        (lambda: dense(2.0, 1), TypeError, "inputs must be a whole number >= 0"),
        (lambda: dense(2, -1), ValueError, "outputs must be a whole number >= 0"),
        (
            lambda: residual(dense(2, 1)).forward(
                np.ones((3, 2)), np.ones((2, 1)), np.ones(1)
            ),
            ValueError,
            "layer must return the shape of X, (3, 2), but returns (3, 1)",
        ),
        (
            lambda: chain(dense(2, 1)).forward(np.ones((3, 2)), np.ones((2, 1))),
            ValueError,
            "parameters must be 2 arrays for these layers, but are 1",
        ),
        (
            lambda: feed_forward((3,), TANH),
            ValueError,
            "sizes must be two or more, but are (3,)",
        ),
        (
            lambda: feed_forward((3, 2), TANH, 3),
            TypeError,
            "output must have the fields f and df, but is of type int",
        ),
        (
            lambda: feed_forward((3, 2), TANH, parts=()),
            TypeError,
            "parts must have the fields hidden and last and output, but is of type tup",
        ),
        (
            lambda: trace([dense(1, 1)], [], [[1.0]], np.ones_like),
            ValueError,
            "parameters must be 2 arrays for these layers, but are 0",
        ),
        (
            lambda: trace([], [], [[1.0]], 1.0),
            TypeError,
            "slope must be a function, but is of type float",
        ),
        (
            lambda: jacobian(chain(), [], np.ones((1, 2))),
            ValueError,
            "x must have shape (d,), but its shape is (1, 2): use x.ravel()",
        ),
    ],
)
def test_layers_refuse_by_name(call, error, message):
    with refuses(error, message):
        call()


# Parameters


@given(st.lists(st.tuples(widths, widths) | st.tuples(widths), max_size=5), seeds)
def test_unpack_undoes_pack(shapes, seed):
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(size=shape) for shape in shapes]
    theta = pack(arrays)
    for array, again in zip(arrays, unpack(theta, shapes), strict=True):
        assert_array_equal(again, array)
        assert np.shares_memory(again, theta)
        assert not np.shares_memory(array, theta)


def test_unpack_of_what_is_no_array_of_floats_is_a_copy():
    for theta in ([1.0, 2.0], np.arange(2), np.ones(2, np.float32)):
        (part,) = unpack(theta, [(2,)])
        part[0] = 9
        assert list(theta) != [9, theta[1]]


def test_unpack_refuses_by_name():
    with refuses(ValueError, "theta must have shape (3,), but its shape is (4,)"):
        unpack(np.ones(4), [(2, 1), (1,)])


# Backpropagation


@settings(max_examples=30)
@given(st.sampled_from(SMOOTH), widths, st.lists(widths, min_size=2, max_size=4), seeds)
def test_backpropagation_is_the_slope(name, n, sizes, seed):
    network = feed_forward(sizes, ACTIVATIONS[name], SIGMOID)
    parameters, X, T = random_case(sizes, n, seed, network)
    slopes = backpropagate(network, SQUARES, parameters, X, T)
    theta = pack(parameters)

    def loss(theta, X=X):
        return SQUARES.value(network.forward(X, *unpack(theta, network.shapes))[0], T)

    for gradient, point, f in (
        (pack(slopes.gradients), theta, loss),
        (slopes.dX, X, lambda X: loss(theta, X)),
    ):
        expected = numerical_gradient(f, point)
        assert_allclose(gradient, expected, atol=1e-7 * (0.01 + abs(expected).max()))
    assert slopes.loss == loss(theta)


COLUMN = Layer((), lambda X: (X[:, 0], lambda dY: (np.outer(dY, [1.0, 0.0]),)))
POINTS = np.array([[0.3, -1.0], [2.0, 0.1], [0.4, 1.5]])
TARGETS = {
    "squared_error": POINTS,
    "absolute_error": POINTS,
    "huber": POINTS,
    "soft_cross_entropy": np.array([[0.5, 0.5], [0.9, 0.1], [0.0, 1.0]]),
}
ONE_SCORE = {"binary_cross_entropy", "hinge", "focal"}


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_behind_every_smooth_activation(loss):
    for activation in SMOOTH:
        network = feed_forward((3, 4, 2), ACTIVATIONS[activation])
        if loss in ONE_SCORE:
            network = chain(network, COLUMN)
        parameters, X, _ = random_case((3, 2), 3, 7, network)
        targets = TARGETS.get(loss, np.array([0, 1, 1]))
        checked = gradient_check(network, LOSSES[loss], parameters, X, targets)
        assert checked.passes, (activation, checked.errors)


def test_backpropagation_equals_torch():
    torch = pytest.importorskip("torch")
    network = feed_forward((3, 4, 2), TANH)
    parameters, X, _ = random_case((3, 2), 5, 0, network)
    labels = np.array([0, 1, 1, 0, 1])
    slopes = backpropagate(network, LOSSES["cross_entropy"], parameters, X, labels)
    W1, b1, W2, b2 = (torch.tensor(each, requires_grad=True) for each in parameters)
    logits = torch.tanh(torch.tensor(X) @ W1 + b1) @ W2 + b2
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(labels))
    loss.backward()
    assert slopes.loss == pytest.approx(loss.item(), rel=1e-12)
    for ours, theirs in zip(slopes.gradients, (W1, b1, W2, b2), strict=True):
        assert_allclose(ours, theirs.grad.numpy(), rtol=1e-12, atol=1e-15)


def test_the_step_function_passes_nothing_back():
    network = feed_forward((3, 4, 2), ACTIVATIONS["step"])
    checked = gradient_check(network, SQUARES, *random_case((3, 2), 3, 0, network))
    assert np.isnan(checked.errors[:2]).all()
    assert not checked.passes


@given(seeds)
def test_scale_counts_to_the_power_of_depth(seed):
    rng = np.random.default_rng(seed)
    scale, x = rng.uniform(0.5, 2), rng.normal(size=4)
    for name in ("identity", "relu"):
        network = chain(*[dense(4, 4), elementwise(ACTIVATIONS[name])] * 6)
        weights = initialize(network.shapes, lecun, rng=rng)
        whole = jacobian(network, weights, x)
        larger = jacobian(network, [scale * each for each in weights], x)
        assert_allclose(larger, scale**6 * whole, rtol=1e-9, atol=1e-12)


def forgetful(function):
    """A function that works in its argument, and returns one array again and again."""
    buffers = {}

    def careless(*arrays):
        result = function(*(np.copy(each) for each in arrays))
        buffer = buffers.setdefault(np.shape(result), np.empty(np.shape(result)))
        buffer[...] = result
        for each in arrays[:1]:
            each[...] = 7.0
        return buffer

    return careless


class Pair(NamedTuple):
    f: object
    df: object


def test_functions_with_a_memory_spoil_nothing():
    """An activation, a loss and weights that reuse their arrays and change ours."""
    careless = Pair(*map(forgetful, (TANH.f, TANH.df)))
    loss = SQUARES._replace(gradient=forgetful(SQUARES.gradient))
    networks = [
        chain(dense(3, 3), elementwise(each), dense(3, 3), elementwise(each))
        for each in (TANH, careless)
    ]
    parameters, X, T = random_case((3, 3), 4, 0, networks[0])
    right = backpropagate(networks[0], SQUARES, parameters, X, T)
    for network, each in ((networks[1], loss), (networks[1], SQUARES)):
        found = backpropagate(network, each, parameters, X, T)
        assert found.loss == right.loss
        assert_array_equal(pack(found.gradients), pack(right.gradients))
    assert_array_equal(
        jacobian(networks[1], parameters, X[0]), jacobian(networks[0], parameters, X[0])
    )


def test_layers_with_a_memory_spoil_nothing():
    """Each layer writes its output and its gradients into the same arrays again."""

    def reused(layer):
        def forward(X, *parameters):
            Y, pullback = layer.forward(X, *parameters)
            outs.setdefault(Y.shape, np.empty(Y.shape))[...] = Y
            return outs[Y.shape], lambda dY: tuple(map(again, pullback(dY)))

        def again(g):
            backs.setdefault(g.shape, np.empty(g.shape))[...] = g
            return backs[g.shape]

        outs, backs = {}, {}
        return Layer(layer.shapes, forward)

    plain = [dense(3, 3), elementwise(TANH), dense(3, 3), dense(3, 3)]
    once = reused(dense(3, 3))
    careless = [once, elementwise(TANH), once, once]
    parameters, X, T = random_case((3, 3), 4, 0, chain(*plain))
    right, found = (
        trace(layers, parameters, X, lambda Y: SQUARES.gradient(Y, T))
        for layers in (plain, careless)
    )
    for one, other in zip(
        [*right.values, *right.adjoints], [*found.values, *found.adjoints], strict=True
    ):
        assert_array_equal(one, other)
    for one, other in zip(right.gradients, found.gradients, strict=True):
        assert_array_equal(pack(one), pack(other))
    whole, other = (
        backpropagate(chain(*layers), SQUARES, parameters, X, T)
        for layers in (plain, careless)
    )
    assert_array_equal(pack(whole.gradients), pack(other.gradients))
    reuse = reused(chain(*plain))
    assert_array_equal(
        jacobian(reuse, parameters, X[0]), jacobian(chain(*plain), parameters, X[0])
    )


def test_a_layer_alone_and_a_loss_with_a_memory_spoil_nothing():
    """Gradients in one array again and again, and a value that changes its targets."""
    home = np.empty((1, 1))

    def forward(X, W):
        X, W = np.asarray(X), np.asarray(W)

        def pullback(dY):
            home[...] = X.T @ dY
            return dY @ W.T, home

        return X @ W, pullback

    def value(Y, T):
        T -= 1
        return SQUARES.value(Y, T)

    layer, W, T = Layer(((1, 1),), forward), np.array([[2.0]]), np.zeros((1, 1))
    first = backpropagate(layer, SQUARES, [W], [[3.0]], T).gradients[0]
    kept = first.copy()
    backpropagate(layer, SQUARES, [W], [[4.0]], T)
    assert_array_equal(first, kept)
    _, pullback = residual(layer).forward([[3.0]], W)
    assert [pullback([[g]])[1] for g in (1.0, 5.0)] == [3.0, 15.0]
    changing = SQUARES._replace(value=value)
    backpropagate(layer, changing, [W], [[3.0]], T)
    gradient_check(layer, changing, [W], [[3.0]], T)
    assert_array_equal(T, [[0.0]])


def test_layers_that_double_in_place_change_nothing_but_their_own():
    def forward(X):
        X *= 2

        def pullback(dY):
            dY *= 2
            return (dY,)

        return X, pullback

    layer, X, dY = Layer((), forward), np.array([[3.0]]), np.array([[1.0]])
    for whole, factor in ((chain(layer, layer), 4), (residual(layer), 3)):
        Y, pullback = whole.forward(X)
        assert (Y, pullback(dY)[0]) == (3 * factor, factor)
    passed = trace([layer, layer], [], X, np.ones_like)
    assert [passed.values, passed.adjoints] == [[3, 6, 12], [4, 2, 1]]
    assert (X, dY) == (3, 1)


def test_a_way_past_nothing_doubles_lists_too():
    _, pullback = residual(chain()).forward([[1.0]])
    assert_array_equal(pullback([[1.0]])[0], [[2.0]])
    with refuses(ValueError, "dY must have shape (1, 1), but its shape is (2, 1)"):
        pullback([[1.0], [1.0]])


def test_shapes_of_eight_bits_are_shapes_like_others():
    few = np.int8(100)
    W, b = unpack(np.zeros(10_100), dense(few, few).shapes)
    assert (W.shape, b.shape) == ((100, 100), (100,))
    first, last = unpack(np.arange(200.0), [(few,), (few,)])
    assert (first[0], last[0]) == (0, 100)


def test_a_prediction_may_be_changed_before_the_way_back():
    Y, pullback = softmax_layer().forward([[0.0, 1.0]])
    before = pullback([[1.0, 0.0]])[0]
    Y -= 1
    assert_array_equal(pullback([[1.0, 0.0]])[0], before)


def test_backpropagation_changes_nothing():
    network = feed_forward((2, 4, 1), TANH, SIGMOID)
    parameters, X, T = random_case((2, 1), 4, 0, network)
    before = [np.copy(each) for each in (*parameters, X, T)]
    backpropagate(network, SQUARES, parameters, X, T)
    for array, copy in zip((*parameters, X, T), before, strict=True):
        assert_array_equal(array, copy)


@given(seeds)
def test_a_batch_is_the_mean_of_its_samples(seed):
    network = feed_forward((3, 4, 2), TANH)
    parameters, X, T = random_case((3, 2), 5, seed, network)
    whole = backpropagate(network, SQUARES, parameters, X, T)
    single = [
        pack(backpropagate(network, SQUARES, parameters, X[[i]], T[[i]]).gradients)
        for i in range(5)
    ]
    assert_allclose(pack(whole.gradients), np.mean(single, axis=0), atol=1e-12)


def test_a_trace_is_what_the_chain_does():
    layers = [dense(3, 4), elementwise(TANH), dense(4, 2)]
    parameters, X, T = random_case((3, 2), 5, 1, chain(*layers))
    passed = trace(layers, parameters, X, lambda Y: SQUARES.gradient(Y, T))
    slopes = backpropagate(chain(*layers), SQUARES, parameters, X, T)
    assert [each.shape for each in passed.values] == [(5, 3), (5, 4), (5, 4), (5, 2)]
    assert [each.shape for each in passed.adjoints] == [
        each.shape for each in passed.values
    ]
    assert [len(each) for each in passed.gradients] == [2, 0, 2]
    assert_array_equal(passed.adjoints[0], slopes.dX)
    flat = [array for own in passed.gradients for array in own]
    for one, other in zip(flat, slopes.gradients, strict=True):
        assert_array_equal(one, other)


def test_equal_units_stay_equal():
    network = feed_forward((2, 4, 1), TANH, SIGMOID)
    W1, b1, W2, b2 = np.full((2, 4), 0.5), np.zeros(4), np.full((4, 1), 0.3), [0.0]
    parameters = [W1, b1, W2, np.array(b2)]
    for _ in range(200):
        slopes = backpropagate(network, SQUARES, parameters, *XOR)
        parameters = [p - g for p, g in zip(parameters, slopes.gradients, strict=True)]
    assert np.ptp(parameters[0], axis=1).max() < 1e-12
    assert abs(parameters[0] - 0.5).max() > 0.1


def xor_solved(parts, seed, rounds=600):
    network = feed_forward((2, 4, 1), TANH, SIGMOID, parts=parts)
    rng = np.random.default_rng(seed)
    parameters = [rng.normal(size=shape) for shape in network.shapes]
    for _ in range(rounds):
        slopes = backpropagate(network, SQUARES, parameters, *XOR)
        parameters = [p - g for p, g in zip(parameters, slopes.gradients, strict=True)]
    prediction = network.forward(XOR[0], *parameters)[0]
    return bool(((prediction > 0.5) == (XOR[1] > 0.5)).all())


def test_xor_is_solved_from_every_seed_and_by_the_source_s_rules_from_half():
    article = Parts(
        last=MUTANTS["no output gradient"].last, output=MUTANTS["missing φ′"].output
    )
    assert sum(xor_solved(Parts(), seed) for seed in range(20)) == 20
    assert sum(xor_solved(article, seed) for seed in range(20)) == 11


# The gradient check


def test_relative_error_by_hand():
    assert relative_error([3.0, 4.0], [3.0, 4.0]) == 0
    assert relative_error([3.0, 4.0], [0.0, 0.0]) == 1
    assert relative_error([3.0, 4.0], [-6.0, -8.0]) == 1
    assert relative_error([[5.0], [10.0]], [[1.0], [2.0]]) == pytest.approx(4 / 6)
    assert np.isnan(relative_error([0.0], [0.0]))
    assert np.isnan(relative_error(np.zeros(0), np.zeros(0)))
    for bad in (np.inf, np.nan):
        assert np.isnan(relative_error([bad, 1.0], [bad, 1.0]))


@pytest.mark.parametrize("size", [1e-200, 1e-40, 1e200, 1e300])
def test_relative_error_of_the_tiny_and_the_huge(size):
    assert relative_error([3 * size, 4 * size], [6 * size, 8 * size]) == pytest.approx(
        1 / 3
    )
    assert relative_error([size], [-size]) == 1
    assert relative_error([size], [size]) == 0


@given(widths, seeds)
def test_relative_error_is_symmetric_and_free_of_scale(d, seed):
    g, e = np.random.default_rng(seed).normal(size=(2, d))
    assert 0 <= relative_error(g, e) <= 1 + 1e-12
    assert relative_error(g, e) == pytest.approx(relative_error(e, g))
    assert relative_error(1e-9 * g, 1e-9 * e) == pytest.approx(relative_error(g, e))


@settings(max_examples=30)
@given(seeds)
def test_right_networks_pass(seed):
    network = feed_forward((2, 3, 3, 1), TANH, SIGMOID)
    checked = gradient_check(
        network, SQUARES, *random_case((2, 1), 5, seed, network), tolerance=1e-6
    )
    assert checked.passes
    assert len(checked.errors) == 6


@settings(max_examples=30)
@pytest.mark.parametrize(
    ("mutant", "wrong"),
    [
        ("missing φ′", {0, 1, 2, 3, 4, 5}),
        ("no output gradient", {4, 5}),
        ("missing mean", {0, 1, 2, 3, 4, 5}),
        ("transposed W", {0, 1}),
        ("update before deltas", {0, 1, 2, 3}),
    ],
)
@given(seeds)
def test_each_mutant_is_caught_where_it_is_wrong(mutant, wrong, seed):
    right = feed_forward((2, 3, 3, 1), TANH, SIGMOID)
    network = feed_forward((2, 3, 3, 1), TANH, SIGMOID, parts=MUTANTS[mutant])
    case = random_case((2, 1), 5, seed, network)
    assert_array_equal(
        network.forward(case[1], *case[0])[0], right.forward(case[1], *case[0])[0]
    )
    checked = gradient_check(network, SQUARES, *case, tolerance=1e-6)
    assert not checked.passes
    assert {i for i, error in enumerate(checked.errors) if error > 1e-6} == wrong


def test_every_mutant_is_tested():
    assert set(MUTANTS) == {
        "missing φ′",
        "no output gradient",
        "missing mean",
        "transposed W",
        "update before deltas",
    }


def test_a_missing_mean_is_off_by_the_number_of_samples():
    network = feed_forward((2, 3, 1), TANH, parts=MUTANTS["missing mean"])
    for n in (2, 5, 9):
        case = random_case((2, 1), n, 0, network)
        errors = gradient_check(network, SQUARES, *case).errors
        assert_allclose(errors, (n - 1) / (n + 1), rtol=1e-6)


def test_the_source_s_missing_slope():
    errors = {}
    for name, activation in (("sigmoid", SIGMOID), ("tanh", TANH)):
        rng = np.random.default_rng(1)
        W1, b1 = rng.normal(size=(5, 3)).T / 2, rng.normal(size=5)
        W2, b2 = rng.normal(size=(1, 5)).T / 2, rng.normal(size=1)
        X, T = rng.normal(size=(5, 3)), np.ones((5, 1))
        right, wrong = (
            pack(
                backpropagate(
                    feed_forward((3, 5, 1), activation, activation, parts=parts),
                    SQUARES,
                    [W1, b1, W2, b2],
                    X,
                    T,
                ).gradients
            )
            for parts in (Parts(), MUTANTS["missing φ′"])
        )
        errors[name] = relative_error(wrong, right)
    assert errors["sigmoid"] == pytest.approx(0.826, abs=5e-4)
    assert errors["tanh"] == pytest.approx(0.850, abs=5e-4)


def test_the_source_s_update_before_deltas():
    rng = np.random.default_rng(3)
    right = feed_forward((2, 4, 1), SIGMOID, SIGMOID)
    hasty = feed_forward(
        (2, 4, 1), SIGMOID, SIGMOID, parts=MUTANTS["update before deltas"]
    )
    parameters = [rng.normal(size=shape) for shape in right.shapes]
    expected, got = (
        backpropagate(each, SQUARES, parameters, *XOR).gradients[0]
        for each in (right, hasty)
    )
    error = np.linalg.norm(got - expected) / np.linalg.norm(expected)
    assert error == pytest.approx(0.060, abs=5e-4)


def test_a_kink_fails_though_the_gradient_is_right():
    network = chain(dense(1, 1), elementwise(RELU))
    at_kink = [np.array([[1.0]]), np.array([-1.0])]
    beside = [np.array([[1.0]]), np.array([-0.9])]
    data = np.array([[1.0]]), np.array([[2.0]])
    assert gradient_check(network, SQUARES, beside, *data).passes
    assert gradient_check(network, SQUARES, at_kink, *data).errors == [1, 1]


def test_a_zero_gradient_proves_nothing():
    network = chain(dense(1, 1), elementwise(RELU))
    dead = [np.array([[1.0]]), np.array([-5.0])]
    checked = gradient_check(
        network, SQUARES, dead, np.array([[1.0]]), np.array([[2.0]])
    )
    assert np.isnan(checked.errors).all()
    assert not checked.passes


def test_a_check_of_nothing_does_not_pass():
    checked = gradient_check(chain(), SQUARES, [], np.eye(2), np.eye(2))
    assert checked == ([], False)


def test_the_check_refuses_by_name():
    with refuses(ValueError, "tolerance must be a finite number > 0, but is 0"):
        gradient_check(chain(), SQUARES, [], np.eye(1), np.eye(1), tolerance=0)
    with refuses(ValueError, "gradient must have shape (3,), but its shape is (2,)"):
        relative_error([1.0, 2.0], [1.0, 2.0, 3.0])


@pytest.mark.parametrize("count", [1, 3])
def test_a_single_layer_has_its_number_of_parameters_counted(count):
    message = f"parameters must be 2 arrays for these layers, but are {count}"
    with pytest.raises(ValueError, match=message):
        backpropagate(dense(1, 1), SQUARES, [[[2.0]]] * count, [[3.0]], [[5.0]])
