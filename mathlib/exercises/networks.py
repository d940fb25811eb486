"""The exercises of the chapter on networks; how to write one: `gradient_descent`."""

from itertools import pairwise

import numpy as np

from mathlib.exercises.checker import (
    Exercise,
    Formula,
    Mistake,
    with_whole_numbers,
    with_zeros,
)
from mathlib.exercises.gradient_descent import rounded

RANDOM_CASES = 20


def parameters_of(*sizes):
    """Return the number of weights and biases of dense layers."""
    return sum((d + 1) * k for d, k in pairwise(sizes))


PARAMETERS = Exercise(
    reference=parameters_of(64, 32, 10),
    mistakes=(
        Mistake(
            64 * 32 + 32 * 10,
            "The biases are missing: every unit has one, 32 + 10 in all; "
            "you count the 2368 weights alone.",
        ),
        Mistake(
            64 * 32 + 32,
            "You stop at the hidden layer: its 2080 numbers are right, and the 10 "
            "scores have 32 weights and a bias each.",
        ),
        Mistake(
            parameters_of(64, 32, 10) + 64,
            "You give the inputs a bias each: they are not computed, so the 64 extra "
            "numbers belong to nothing.",
        ),
        Mistake(
            64 * 32 * 10,
            "You multiply across the layers: 20480 would be a weight for every path; "
            "a weight belongs to one edge.",
        ),
    ),
)


def forward(X, W1, b1, W2, b2):
    """Return the scores of a network with one hidden layer of rectifiers."""
    return np.maximum(X @ W1 + b1, 0) @ W2 + b2


def forward_cases():
    """Return the cases for `forward`."""

    def case(*numbers):
        x, w1, b1, w2, b2 = numbers
        rows = np.array([[x]]), np.array([[w1]]), np.array([b1]), np.array([[w2]])
        return *rows, np.array([b2])

    yield case(1.0, 2.0, 1.0, 2.0, -7.0)
    yield case(1.0, -2.0, 1.0, 2.0, 1.0)
    yield case(1.0, 1.0, -0.9996, 2.0, 0.0)
    yield case(300.0, 0.0004, 5.0, 150.0, -200.0)
    yield case(0.0003, 300.0, 150.0, -0.0005, 0.5)
    yield case(3.0, -3.0, 9.0004, 250.0, 0.0)
    yield case(2.0, 3.0, 0.0004, -3.0, 0.25)
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        n, d, k, m = rng.integers(1, 4, size=4)
        shapes = (n, d), (d, k), k, (k, m), m
        yield tuple(rounded(rng, -2, 2, shape) for shape in shapes)


FORWARD = Exercise(
    reference=forward,
    cases=with_zeros(forward, forward_cases(), "X", "W1", "b1", "W2"),
    mistakes=(
        Mistake(
            lambda X, W1, b1, W2, b2: (X @ W1 + b1) @ W2 + b2,
            "The rectifier is missing: at hidden pre-activation −1 the unit must say "
            "0, not −1. Without it the two layers are one affine layer: you get "
            "{got[0][0]:g} in place of {expected[0][0]:g}.",
        ),
        Mistake(
            lambda X, W1, b1, W2, b2: np.maximum(forward(X, W1, b1, W2, b2), 0),
            "You rectify the scores too: the score {expected[0][0]:g} becomes "
            "{got[0][0]:g}, and a class that is unlikely cannot say so any more.",
        ),
        Mistake(
            lambda X, W1, b1, W2, b2: np.maximum(X @ W1, 0) @ W2 + b2,
            "b1 is missing: the hidden unit hears 2 in place of 3, and the score is "
            "{got[0][0]:g} in place of {expected[0][0]:g}.",
        ),
        Mistake(
            lambda X, W1, b1, W2, b2: np.maximum(X @ W1 + b1, 0) @ W2,
            "b2 is missing: the score is {got[0][0]:g} in place of {expected[0][0]:g}.",
        ),
        Mistake(
            lambda X, W1, b1, W2, b2: (np.maximum(X @ W1, 0) + b1) @ W2 + b2,
            "You add b1 after the rectifier: a bias shifts the place of the kink, so "
            "it belongs inside; you get {got[0][0]:g} in place of "
            "{expected[0][0]:g}.",
        ),
    ),
)


def confusion(labels, predictions, classes):
    """Count how often class i was taken for class j."""
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (labels, predictions), 1)
    return counts


def counts_once(labels, predictions, classes):
    """Return the wrong `confusion` in which a pair counts once, however frequent."""
    counts = np.zeros((classes, classes), dtype=int)
    counts[labels, predictions] += 1
    return counts


def confusion_cases():
    """Return the cases for `confusion`."""
    yield np.array([0, 0]), np.array([1, 1]), 2
    yield np.array([0, 1, 1]), np.array([0, 0, 1]), 2
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        classes = int(rng.integers(2, 5))
        n = int(rng.integers(4, 12))
        yield rng.integers(classes, size=n), rng.integers(classes, size=n), classes


CONFUSION = Exercise(
    reference=confusion,
    cases=with_zeros(confusion, confusion_cases(), "predictions"),
    mistakes=(
        Mistake(
            lambda labels, predictions, classes: confusion(
                predictions, labels, classes
            ),
            "Rows and columns are exchanged: two samples of class 0 taken for 1 belong "
            "into row 0, column 1; you put them into row 1.",
        ),
        Mistake(
            counts_once,
            "A pair that occurs twice counts once: with an index array, += adds to "
            "each place one time only. Use np.add.at, or a loop.",
        ),
        Mistake(
            lambda labels, predictions, classes: np.diag(
                np.bincount(labels[labels == predictions], minlength=classes)
            ),
            "You count what was right only: the diagonal. What a confusion matrix is "
            "for stands beside it.",
        ),
    ),
)


def one_epoch(theta, gradient, order, size, rate):
    """Take a step for each batch, in this order of the samples."""
    for first in range(0, len(order), size):
        theta = theta - rate * gradient(theta, order[first : first + size])
    return theta


def old_gradients(theta, gradient, order, size, rate):
    """Return the wrong `one_epoch` whose gradients are all taken at the start."""
    return one_epoch(theta, lambda _, batch: gradient(theta, batch), order, size, rate)


def without_the_rest(theta, gradient, order, size, rate):
    """Return the wrong `one_epoch` that leaves out an incomplete batch."""
    return one_epoch(theta, gradient, order[: len(order) // size * size], size, rate)


def mean_slope(X, y):
    """Return the gradient of ½ mean (Xθ − y)² over the samples of a batch."""
    return Formula(
        "Xᵀ(Xθ − y)/n of the batch",
        lambda theta, batch: X[batch].T @ (X[batch] @ theta - y[batch]) / len(batch),
    )


def epoch_cases():
    """Return the cases for `one_epoch`."""
    two = mean_slope(np.array([[1.0], [2.0]]), np.array([1.0, 4.0]))
    yield np.array([0.0]), two, np.array([1]), 1, 0.5
    three = mean_slope(np.array([[1.0], [2.0], [1.0]]), np.array([1.0, 4.0, 3.0]))
    yield np.array([0.0]), three, np.array([2, 0, 1]), 2, 0.1
    yield np.array([300.0]), two, np.array([1, 0]), 1, 2.5
    yield np.array([3.0]), two, np.array([0, 1]), 1, 0.0005
    yield np.array([-3.0]), two, np.array([0, 1]), 1, 150.0
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        n, d = int(rng.integers(5, 9)), int(rng.integers(1, 3))
        slope = mean_slope(rounded(rng, -2, 2, (n, d)), rounded(rng, -2, 2, n))
        order, size = rng.permutation(n), int(rng.integers(2, n - 1))
        yield rounded(rng, -1, 1, d), slope, order, size, 0.1


ONE_EPOCH = Exercise(
    reference=one_epoch,
    cases=with_whole_numbers(
        one_epoch, with_zeros(one_epoch, epoch_cases(), "order", "rate"), "theta"
    ),
    mistakes=(
        Mistake(
            lambda theta, gradient, order, size, rate: (
                theta - rate * gradient(theta, order)
            ),
            "One step along the gradient of all data: that is an epoch of full-batch "
            "descent. With {size} samples a batch there are several steps.",
        ),
        Mistake(
            old_gradients,
            "All your gradients are taken where the epoch began: the second batch must "
            "see the θ that the first has made, and leads to {expected[0]:.4g}, not "
            "{got[0]:.4g}.",
        ),
        Mistake(
            without_the_rest,
            "You leave out the last batch, because it is smaller than {size}: each "
            "sample must be met once.",
        ),
        Mistake(
            lambda theta, gradient, order, size, rate: one_epoch(
                theta, gradient, np.sort(order), size, rate
            ),
            "You go through the samples as they lie: the batches must be cut from "
            "order, or the classes may come sorted.",
        ),
        Mistake(
            lambda theta, gradient, order, size, rate: one_epoch(
                theta, gradient, order, size, -rate
            ),
            "You climb: from θ = {theta[0]:g} you go to {got[0]:g}, and the loss "
            "grows.",
        ),
    ),
)


def blind_loss(labels):
    """Return the least mean cross-entropy of scores that are the same for all."""
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(-np.sum(shares * np.log(shares)))


def blind_cases():
    """Return the cases for `blind_loss`."""
    yield (np.array([0, 1, 1, 1]),)
    yield (np.array([2, 0, 2]),)
    yield (np.array([1, 1]),)
    yield (np.array([0, 1, 2, 3]),)
    yield (np.array([12, 7, 12]),)
    yield (np.array([3] * 200 + [1]),)
    rng = np.random.default_rng(6)
    for _ in range(RANDOM_CASES):
        yield (rng.integers(rng.integers(2, 6), size=int(rng.integers(2, 12))),)


BLIND_LOSS = Exercise(
    reference=blind_loss,
    cases=with_zeros(blind_loss, blind_cases(), "labels"),
    mistakes=(
        Mistake(
            lambda labels: float(np.log(len(np.unique(labels)))),
            "That is the loss of equal scores. With its biases the machine learns how "
            "frequent each class is, and gets {expected:.4g}, not {got:.4g}.",
        ),
        Mistake(
            lambda labels: blind_loss(labels) / float(np.log(2)),
            "You measure in bits, with log2: losses here are natural logarithms, and "
            "this one is {expected:.4g}.",
        ),
        Mistake(
            lambda labels: -blind_loss(labels),
            "The sign: logarithms of shares are negative, and the loss is minus their "
            "weighted mean, {expected:.4g}.",
        ),
        Mistake(
            lambda labels: blind_loss(labels) / len(np.unique(labels)),
            "You take the mean over the classes; each class counts by its share "
            "already, and the terms are added.",
        ),
        Mistake(
            lambda labels: blind_loss(labels) * len(labels),
            "You add over the samples: with counts in place of shares the loss grows "
            "with the number of labels. Divide by {labels.size}.",
        ),
    ),
)


EXERCISES = {
    "parameters": PARAMETERS,
    "forward": FORWARD,
    "confusion": CONFUSION,
    "one_epoch": ONE_EPOCH,
    "blind_loss": BLIND_LOSS,
}
