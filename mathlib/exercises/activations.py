"""The exercises of the chapter on activation functions."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_whole_numbers,
    with_zeros,
)

PIECES_GAINED = Exercise(
    reference=51,
    mistakes=(
        Mistake(
            64,
            "That is what the six layers draw. Take away what the twelve units draw "
            "side by side.",
        ),
        Mistake(
            52,
            "Twelve corners cut a line into thirteen pieces, not twelve.",
        ),
        Mistake(
            13,
            "That is what the twelve units draw side by side. The layers draw 2⁶.",
        ),
        Mistake(
            4083,
            "You double for every unit. It takes two of them to fold once.",
        ),
        Mistake(
            -1,
            "You let each layer add two pieces, as units side by side do. Each layer "
            "doubles what the one before drew.",
        ),
    ),
)


def collapse(W1, b1, W2, b2):
    """Return W, b of the one layer that equals two without an activation."""
    return W1 @ W2, b1 @ W2 + b2


def sum_of_layers(W1, b1, W2, b2):
    """Return the wrong `collapse` that adds the two layers."""
    return W1 + W2, b1 + b2


def collapse_cases():
    """Return the cases for `collapse`: square, with a shape for every order; but one.

    In that one all sizes differ.
    """
    one = np.array([[1.0]])
    yield 2 * one, np.array([1.0]), 3 * one, np.array([5.0])
    turn, shear = np.array([[[0.0, 1.0], [-1.0, 0.0]], [[1.0, 1.0], [0.0, 1.0]]])
    yield turn, np.array([1.0, 0.0]), shear, np.array([0.0, 2.0])
    yield 0.0123 * one, np.array([0.0045]), -0.067 * one, np.array([0.00089])
    far = np.array([[300.0, 0.0], [0.25, -200.0]])
    yield far, np.array([150.0, -0.5]), far[::-1] / -2, np.array([0.0, 500.0])
    rng = np.random.default_rng(11)
    for _ in range(RANDOM_CASES):
        size = rng.integers(1, 4)
        W1, W2 = rounded(rng, -2, 2, (2, size, size))
        b1, b2 = rounded(rng, -2, 2, (2, size))
        yield W1, b1, W2, b2
    W1, W2 = rounded(rng, -2, 2, (2, 3)), rounded(rng, -2, 2, (3, 1))
    yield W1, rounded(rng, -2, 2, 3), W2, rounded(rng, -2, 2, 1)


COLLAPSE = Exercise(
    reference=collapse,
    cases=with_whole_numbers(
        collapse, with_zeros(collapse, collapse_cases(), "W1", "b1", "W2", "b2"), "b2"
    ),
    mistakes=(
        Mistake(
            lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2),
            "The first bias goes through the second layer too: with b₁ = {b1[0]:g} and "
            "W₂ = {W2[0][0]:g} it arrives as 3, so b = {expected[1][0]:g}; you have "
            "{got[1][0]:g}.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W2 @ W1, b1 @ W2 + b2),
            "The order is reversed: a sample is a row, x W₁ comes first, then W₂. So "
            "W = W₁ W₂.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W1 @ W2, b2),
            "The first bias is lost: from x = 0 the first layer gives {b1[0]:g}, and "
            "the second makes {expected[1][0]:g} of it, not {got[1][0]:g}.",
        ),
        Mistake(
            lambda W1, b1, W2, b2: (W2 @ W1, W2 @ b1 + b2),
            "You write samples as columns. Here a sample is a row, x W₁ comes first: "
            "W = W₁ W₂, and b₁ meets W₂ from the left.",
        ),
        Mistake(
            sum_of_layers,
            "You add the layers, but the second acts on what the first returns: from "
            "x = 1 they give 3, and then 3 · 3 + 5 = 14; yours gives 11.",
        ),
    ),
)


def relu_backward(gradient, z):
    """Return the gradient at the input of a rectifier."""
    return gradient * (z > 0)


def relu_backward_cases():
    """Return the cases for `relu_backward`."""
    yield np.array([2.0]), np.array([-1.0])
    yield np.array([-1.0, 3.0]), np.array([2.0, -2.0])
    yield np.array([5.0, 5.0]), np.array([0.0, 0.5])
    yield np.array([-300.0, 400.0, 7.0]), np.array([500.0, -500.0, -0.0001])
    yield np.array([0.000123, -0.000456]), np.array([0.0001, 1.0])
    yield (
        np.array([[2.0, -1.0], [3.0, 4.0], [-5.0, 6.0]]),
        np.array([[-1.0, 2.0], [0.5, 0.0], [3.0, -4.0]]),
    )
    rng = np.random.default_rng(13)
    for _ in range(RANDOM_CASES):
        gradient, z = rounded(rng, -3, 3, (2, rng.integers(2, 5)))
        yield gradient, z


RELU_BACKWARD = Exercise(
    reference=relu_backward,
    cases=with_whole_numbers(
        relu_backward,
        with_zeros(relu_backward, relu_backward_cases(), "gradient", "z"),
        "z",
    ),
    mistakes=(
        Mistake(
            lambda gradient, z: np.maximum(gradient, 0.0),
            "You rectify the gradient: a gradient of {gradient[0]:g} passes at "
            "z = {z[0]:g}, where the unit is off, and negative ones are lost. It is z "
            "that opens and shuts the gate.",
        ),
        Mistake(
            lambda gradient, z: 1.0 * (z > 0),
            "That is the slope alone. The chain rule multiplies it by the gradient "
            "that arrives.",
        ),
        Mistake(
            lambda gradient, z: gradient * (z >= 0),
            "At z = 0 exactly this book, like most libraries, takes the slope 0: you "
            "let {got[0]:g} through.",
        ),
        Mistake(
            lambda gradient, z: gradient * np.maximum(z, 0.0),
            "You multiply by the output, z = {z[0]:g}, in place of the slope, which is "
            "1: the gradient {gradient[0]:g} becomes {got[0]:g}.",
        ),
        Mistake(
            lambda gradient, z: gradient * 1.0,
            "You let everything through: at z = {z[0]:g} the unit is off, and its "
            "slope is 0.",
        ),
    ),
)


def dead_count(X, W, b):
    """Return how many rectifiers are silent on all samples."""
    return int(((X @ W + b) <= 0).all(axis=0).sum())


def dead_count_cases():
    """Return the cases for `dead_count`."""
    yield np.array([[1.0]]), np.array([[1.0]]), np.array([-1.0])
    yield np.array([[1.0], [2.0]]), np.array([[1.0, -1.0]]), np.array([-1.5, -1.0])
    yield np.array([[1.0], [3.0], [-1.0]]), np.array([[1.0, 2.0]]), np.array([-5.0, -7])
    # From so near to 0 or so far away that a threshold in between would be seen.
    near, far = np.array([[0.0001]]), np.array([[300.0]])
    yield near, np.array([[1.0, 1.0]]), np.array([-0.0005, -0.00005])
    yield np.array([[1.0]]), np.hstack([near, -5 * near]), np.array([-0.0005, 0.0001])
    yield far, np.array([[0.01, 1.0]]), np.array([-2.0, -300.0])
    yield np.array([[0.01]]), np.hstack([far, -far]), np.array([-2.0, -2.0])
    rng = np.random.default_rng(14)
    for _ in range(RANDOM_CASES):
        n, d, units = rng.integers(2, 5, 3)
        X, W = rounded(rng, -2, 2, (n, d)), rounded(rng, -1, 1, (d, units))
        yield X, W, rounded(rng, -2, 0.5, units)


DEAD_COUNT = Exercise(
    reference=dead_count,
    cases=with_zeros(dead_count, dead_count_cases(), "X", "W", "b"),
    mistakes=(
        Mistake(
            lambda X, W, b: int(((X @ W + b) < 0).all(axis=0).sum()),
            "A preactivation of exactly 0 is silent too, and its slope is 0: with "
            "x = 1, w = 1, b = −1 the unit is dead. Compare with <=.",
        ),
        Mistake(
            lambda X, W, b: int(((X @ W + b) <= 0).any(axis=0).sum()),
            "You count units that are silent on *some* sample: {got} here. Dead are "
            "those that are silent on *all*: {expected}.",
        ),
        Mistake(
            lambda X, W, b: int(((X @ W + b) <= 0).all(axis=1).sum()),
            "You count samples on which all units are silent. A sample is a row, a "
            "unit a column: look along axis 0.",
        ),
        Mistake(
            lambda X, W, b: int(((X @ W) <= 0).all(axis=0).sum()),
            "The bias is missing. It alone can kill a unit: with x = 1, w = 1 and "
            "b = −1 nothing comes out.",
        ),
        Mistake(
            lambda X, W, b: int(((X @ W + b).mean(axis=0) <= 0).sum()),
            "A negative mean is no death: one sample above 0 keeps a unit alive. You "
            "count {got}, dead are {expected}.",
        ),
    ),
)


def unit_weights(slopes):
    """Return the output weights of rectifiers that draw pieces of these slopes."""
    return np.diff(slopes, prepend=0.0)


def slopes_cases():
    """Return the cases for `unit_weights`."""
    yield (np.array([1.0, -1.0]),)
    yield (np.array([2.0, 5.0, 5.0, 1.0]),)
    yield (np.array([-3.0]),)
    yield (np.array([300.0, -0.0005, -250.0]),)
    yield (np.array([0.000123, 0.000456, -0.000389]),)
    rng = np.random.default_rng(18)
    for _ in range(RANDOM_CASES):
        yield (rounded(rng, -5, 5, int(rng.integers(2, 6))),)


UNIT_WEIGHTS = Exercise(
    reference=unit_weights,
    cases=with_zeros(unit_weights, slopes_cases(), "slopes"),
    mistakes=(
        Mistake(
            lambda slopes: 1.0 * slopes,
            "You return the slopes. A unit once active stays so, and its weight "
            "*changes* the slope: from 1 to −1 takes {expected[1]:g}, not {got[1]:g}.",
        ),
        Mistake(
            lambda slopes: np.diff(slopes),
            "The first unit is missing: it is active from the beginning and gives the "
            "first piece its slope, {slopes[0]:g}.",
        ),
        Mistake(
            lambda slopes: np.append(slopes[0], -np.diff(slopes)),
            "The changes have the wrong sign: from 1 to −1 the slope falls by 2, so "
            "the weight is {expected[1]:g}.",
        ),
        Mistake(
            lambda slopes: np.cumsum(slopes),
            "You add slopes up: that goes from weights to slopes. Here it is the other "
            "way, from slopes to their changes.",
        ),
        Mistake(
            lambda slopes: np.diff(slopes, append=0.0),
            "You end with a unit that makes the line level after its end. The list "
            "must begin with the first slope itself.",
        ),
    ),
)

EXERCISES = {
    "pieces_gained": PIECES_GAINED,
    "collapse": COLLAPSE,
    "relu_backward": RELU_BACKWARD,
    "dead_count": DEAD_COUNT,
    "unit_weights": UNIT_WEIGHTS,
}
