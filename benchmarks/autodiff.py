"""A training step by autodiff beside numpy by hand and other libraries.

What is not installed is skipped.
"""

import importlib.util
import json
import warnings
from typing import NamedTuple

import numpy as np

from benchmarks.alone import measured_alone
from benchmarks.stopwatch import share
from mathlib.autodiff import value_and_flat_gradient
from mathlib.datasets import digits8, digits28
from mathlib.fused_operations import dense, dense_relu, softmax_cross_entropy
from mathlib.optimizers import adam_in_place, minibatches, sgd_in_place
from mathlib.vectors import images_to_vectors

ROUNDS, STEPS = 100, 28
RATE, BATCH, EPOCHS = 1e-3, 64, 5
DEPTHS = (1, 2, 4, 8, 16, 32, 64)


class Case(NamedTuple):
    """A network with one hidden layer, its first weights, and a batch of digits."""

    shapes: list  # of W_1, b_1, W_2, b_2
    start: list  # the arrays of these shapes
    batch: tuple  # images, one in a row, and labels


def measure():
    """Time each pair in turn, round by round, in a fresh process."""
    return measured_alone("autodiff")


def results():
    """Return every share of another's time, with the most it should be."""
    images, labels = digits8()
    X = images_to_vectors(images) / 16
    large = digits28()
    X_28, labels_28 = images_to_vectors(large.train_images) / 255, large.train_labels
    small = case(X[:BATCH], labels[:BATCH])
    wide = case(X_28[: 2 * BATCH], labels_28[: 2 * BATCH])
    trainings = trainer(small, X, labels), sklearn_training(X, labels)
    training = share_or_none(*trainings, rounds=ROUNDS // 10)
    descents = stepper(sgd_in_place, small), autograd_step(small)
    deepest = max(map(depth_share, DEPTHS))
    return [
        *step_shares(small, "", by_hand=115, adam=88, torch=(2.3, 2.8)),
        (
            "autodiff: SGD step, of HIPS autograd's",
            share_or_none(*descents, calls=STEPS),
            "%",
            100 / 4.5,
        ),
        ("autodiff: training, of scikit-learn's", training, "%", 100 / 1.6),
        *step_shares(wide, "784-128-10: ", by_hand=108, adam=None, torch=(1.5, 1.5)),
        ("autodiff: value and gradient, of the value alone", deepest, "%", 450),
    ]


def step_shares(case, label, *, by_hand, adam, torch):
    """Return our step's share of the time of numpy's and of torch's, with goals."""
    descent, moments = (stepper(each, case) for each in (sgd_in_place, adam_in_place))
    book, theirs = Textbook(case), torch_step("SGD", case)
    descents, adams = (100 / times for times in torch)
    rows = {
        "SGD step, of numpy's by the book": (descent, book.sgd, 105),
        "SGD step, of numpy's with every saving": (descent, book.thrifty, by_hand),
        "Adam step, of numpy's by the book": (moments, book.adam, adam),
        "SGD step, of torch's": (descent, theirs, descents),
        "Adam step, of torch's": (moments, torch_step("Adam", case), adams),
        "numpy's SGD step with every saving, of torch's": (book.thrifty, theirs, None),
    }
    return [
        (f"autodiff: {label}{name}", share_or_none(*pair, calls=STEPS), "%", goal)
        for name, (*pair, goal) in rows.items()
    ]


def share_or_none(quick, slow, *, rounds=ROUNDS, calls=1):
    """Time calls that follow each other; None where the other is not installed."""
    if slow is None:
        return None
    return share(in_a_row(quick, calls), in_a_row(slow, calls), rounds)


def in_a_row(run, calls):
    """Return a function that runs something some times."""

    def runs():
        for _ in range(calls):
            run()

    return runs


def installed(name):
    """Return whether a library can be imported."""
    return importlib.util.find_spec(name) is not None


def case(X, labels, *, hidden=128, classes=10):
    """Return a network for these data."""
    shapes = [(X.shape[1], hidden), (hidden,), (hidden, classes), (classes,)]
    rng = np.random.default_rng(0)
    start = [rng.normal(scale=0.1, size=shape) for shape in shapes]
    return Case(shapes, start, (X, labels))


def flat(arrays):
    """Return one vector of all numbers."""
    return np.concatenate([each.ravel() for each in arrays])


# Ours


def loss(W_1, b_1, W_2, b_2, X, labels):
    """The loss of a network with one hidden layer."""
    return softmax_cross_entropy(dense(dense_relu(X, W_1, b_1), W_2, b_2), labels)


def stepper(make, case):
    """Return a function that takes a step of an optimizer on a batch, in place."""
    both, optimizer = value_and_flat_gradient(loss, case.shapes), make(RATE)
    theta = flat(case.start)
    state = optimizer.init(theta)

    def step():
        nonlocal state
        value, gradient = both(theta, *case.batch)
        _, state = optimizer.step(theta, gradient, state)
        return value

    return step


def trainer(case, X, labels):
    """Return a function that trains for some epochs."""
    both, begin = value_and_flat_gradient(loss, case.shapes), flat(case.start)
    optimizer = adam_in_place(RATE)

    def train():
        theta, rng = begin.copy(), np.random.default_rng(0)
        state = optimizer.init(theta)
        for _ in range(EPOCHS):
            for chosen in minibatches(len(X), BATCH, rng=rng):
                _, gradient = both(theta, X[chosen], labels[chosen])
                theta, state = optimizer.step(theta, gradient, state)

    return train


def depth_share(depth, width=64):
    """Return the time of value and gradient, as a percentage of that of the value."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(BATCH, width))
    shapes = [(width, width), (width,)] * depth
    arrays = [rng.normal(scale=width**-0.5, size=shape) for shape in shapes]
    theta = flat(arrays)

    def value(*arrays):
        hidden = X
        for W, b in zip(arrays[::2], arrays[1::2], strict=True):
            hidden = dense_relu(hidden, W, b)
        return np.sum(hidden)

    both = value_and_flat_gradient(value, shapes)
    return share(lambda: both(theta), lambda: value(*arrays), ROUNDS)


# Numpy by hand


def relu(z):
    """As books write it."""
    return np.maximum(0, z)


def relu_derivative(z):
    """As books write it."""
    return (z > 0).astype(float)


def softmax(z):
    """As books write it, once they have seen it overflow."""
    powers = np.exp(z - np.max(z, axis=1, keepdims=True))
    return powers / np.sum(powers, axis=1, keepdims=True)


class Textbook:
    """The network's step in numpy: by the book, and with every saving we know."""

    def __init__(self, case):
        self.weights = [each.copy() for each in case.start]
        self.means = [np.zeros_like(each) for each in case.start]
        self.squares = [np.zeros_like(each) for each in case.start]
        self.steps, (self.X, self.labels) = 0, case.batch
        self.ones = np.ones(len(self.X))

    def gradients(self):
        """Return the loss and a gradient for each array."""
        (W_1, b_1, W_2, b_2), n = self.weights, len(self.X)
        Z_1 = self.X @ W_1 + b_1
        A_1 = relu(Z_1)
        P = softmax(A_1 @ W_2 + b_2)
        value = -np.mean(np.log(P[np.arange(n), self.labels]))
        D_2 = P.copy()
        D_2[np.arange(n), self.labels] -= 1
        D_2 /= n
        D_1 = (D_2 @ W_2.T) * relu_derivative(Z_1)
        return value, (
            *(self.X.T @ D_1, np.sum(D_1, axis=0)),
            *(A_1.T @ D_2, np.sum(D_2, axis=0)),
        )

    def sgd(self):
        """Take a step of gradient descent."""
        value, gradients = self.gradients()
        for array, g in zip(self.weights, gradients, strict=True):
            array -= RATE * g
        return value

    def adam(self):
        """Take a step of Adam."""
        value, gradients = self.gradients()
        self.steps += 1
        for k, g in enumerate(gradients):
            self.means[k] = 0.9 * self.means[k] + 0.1 * g
            self.squares[k] = 0.999 * self.squares[k] + 0.001 * g**2
            mean = self.means[k] / (1 - 0.9**self.steps)
            square = self.squares[k] / (1 - 0.999**self.steps)
            self.weights[k] -= RATE * mean / (np.sqrt(square) + 1e-8)
        return value

    def thrifty(self):
        """Take a step of gradient descent with every saving we know."""
        (W_1, b_1, W_2, b_2), n, ones = self.weights, len(self.X), self.ones
        A = self.X @ W_1
        A += b_1
        np.maximum(A, np.zeros(A.shape), out=A)
        Z = A @ W_2
        Z += b_2
        P = Z.T.copy()
        P -= P.max(axis=0)
        at = self.labels, np.arange(n)
        right = P[at]
        np.exp(P, out=P)
        total = P.sum(axis=0)
        value = (np.log(total) - right).sum() / n
        P *= 1 / n / total
        P[at] -= 1 / n
        D_1 = P.T @ W_2.T
        D_1 *= A > 0
        W_2 -= RATE * (A.T @ P.T)
        b_2 -= RATE * (ones @ P.T)
        W_1 -= RATE * (self.X.T @ D_1)
        b_1 -= RATE * (ones @ D_1)
        return value


# Others, where they are installed


def torch_step(name, case):
    """Return a function that takes a step of torch's, eager, on one thread."""
    if not installed("torch"):
        return None
    import torch

    torch.set_num_threads(1)
    first, last = (torch.nn.Linear(*shape) for shape in case.shapes[::2])
    model = torch.nn.Sequential(first, torch.nn.ReLU(), last).double()
    with torch.no_grad():
        for tensor, array in zip(model.parameters(), case.start, strict=True):
            tensor.copy_(torch.tensor(array.T))
    X, labels = map(torch.tensor, case.batch)
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=RATE)

    def step():
        optimizer.zero_grad()
        value = torch.nn.functional.cross_entropy(model(X), labels)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def autograd_step(case):
    """Return a function that takes a step by HIPS autograd, on one flat vector."""
    if not installed("autograd"):
        return None
    import autograd.numpy as anp
    from autograd import value_and_grad

    (X, labels), theta = case.batch, flat(case.start)
    at, ends = (np.arange(len(X)), labels), np.cumsum([w.size for w in case.start])

    def their_loss(theta):
        W_1, b_1 = theta[: ends[0]].reshape(case.shapes[0]), theta[ends[0] : ends[1]]
        W_2, b_2 = theta[ends[1] : ends[2]].reshape(case.shapes[2]), theta[ends[2] :]
        z = anp.dot(anp.maximum(anp.dot(X, W_1) + b_1, 0), W_2) + b_2
        z = z - anp.max(z, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(z), axis=1)) - z[at])

    both = value_and_grad(their_loss)

    def step():
        nonlocal theta
        value, gradient = both(theta)
        theta = theta - RATE * gradient
        return value

    return step


def sklearn_training(X, labels):
    """Return a function that trains scikit-learn's network by Adam."""
    if not installed("sklearn"):
        return None
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)
    options = {"batch_size": BATCH, "max_iter": EPOCHS, "alpha": 0}
    return lambda: MLPClassifier((128,), **options, random_state=0).fit(X, labels)


if __name__ == "__main__":
    print(json.dumps(results()))
