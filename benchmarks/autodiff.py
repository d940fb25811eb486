"""A training step by autodiff beside numpy by hand and other libraries.

All in a process of its own, on one thread. What is not installed is skipped.
"""

import importlib.util
import json
import os
import subprocess
import sys
import warnings

import numpy as np

from benchmarks.linear_algebra import ALONE
from benchmarks.results import Result
from benchmarks.stopwatch import share
from mathlib.autodiff import (
    dense,
    dense_relu,
    softmax_cross_entropy,
    value_and_flat_gradient,
)
from mathlib.datasets import digits8
from mathlib.optimizers import adam_in_place, minibatches, sgd
from tools.tasks import ROOT

ROUNDS = 200
RATE, BATCH, EPOCHS = 1e-3, 64, 5
SHAPES = [(64, 128), (128,), (128, 10), (10,)]
DEPTHS = (1, 2, 4, 8, 16, 32, 64)


def measure():
    """Time each pair in turn, round by round, in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.autodiff"]
    settings = {"cwd": ROOT, "env": os.environ | ALONE, "text": True}
    ran = subprocess.run(command, check=True, capture_output=True, **settings)
    return [Result(*result) for result in json.loads(ran.stdout)]


def results():
    """Return every share of another's time, with the most it should be."""
    images, labels = digits8()
    X, start = images.reshape(len(images), -1) / 16, weights()
    batch = X[:BATCH], labels[:BATCH]
    descent, adam = (stepper(each, start, batch) for each in (sgd, adam_in_place))
    book, deepest = Textbook(start, batch), max(map(depth_share, DEPTHS))
    rows = {
        "SGD step, of numpy's by the book": (descent, book.sgd, 105),
        "SGD step, of numpy's with every saving": (descent, book.thrifty, 115),
        "Adam step, of numpy's by the book": (adam, book.adam, 88),
        "SGD step, of torch's": (descent, torch_step("SGD", start, batch), 100 / 2.8),
        "Adam step, of torch's": (adam, torch_step("Adam", start, batch), 100 / 2.8),
        "SGD step, of HIPS autograd's": (
            descent,
            autograd_step(start, batch),
            100 / 4.5,
        ),
        "training, of scikit-learn's": (
            trainer(start, X, labels),
            sklearn_training(X, labels),
            100 / 1.6,
        ),
    }
    rounds = {"training, of scikit-learn's": ROUNDS // 20}
    return [
        (f"autodiff: {name}", share_or_none(*pair, rounds.get(name, ROUNDS)), "%", goal)
        for name, (*pair, goal) in rows.items()
    ] + [("autodiff: value and gradient, of the value alone", deepest, "%", 450)]


def share_or_none(quick, slow, rounds):
    """Return the share, or None where the other is not installed."""
    return None if slow is None else share(quick, slow, rounds)


def installed(name):
    """Return whether a library can be imported."""
    return importlib.util.find_spec(name) is not None


def weights():
    """Return the weights of 64-128-10."""
    rng = np.random.default_rng(0)
    return [rng.normal(scale=0.1, size=shape) for shape in SHAPES]


# Ours


def loss(W_1, b_1, W_2, b_2, X, labels):
    """The loss of a network with one hidden layer."""
    return softmax_cross_entropy(dense(dense_relu(X, W_1, b_1), W_2, b_2), labels)


def stepper(make, start, batch):
    """Return a function that takes a step of an optimizer on a batch."""
    both, optimizer = value_and_flat_gradient(loss, SHAPES), make(RATE)
    theta = np.concatenate([each.ravel() for each in start])
    held = [theta, optimizer.init(theta)]

    def step():
        value, gradient = both(held[0], *batch)
        held[:] = optimizer.step(held[0], gradient, held[1])
        return value

    return step


def trainer(start, X, labels):
    """Return a function that trains for some epochs."""
    both = value_and_flat_gradient(loss, SHAPES)
    begin = np.concatenate([each.ravel() for each in start])
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
    theta = np.concatenate([each.ravel() for each in arrays])

    def value(*arrays):
        hidden = X
        for W, b in zip(arrays[::2], arrays[1::2], strict=True):
            hidden = dense_relu(hidden, W, b)
        return np.sum(hidden)

    both = value_and_flat_gradient(value, shapes)
    return share(lambda: both(theta), lambda: value(*arrays), ROUNDS // 2)


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

    def __init__(self, start, batch):
        self.weights = [each.copy() for each in start]
        self.means = [np.zeros_like(each) for each in start]
        self.squares = [np.zeros_like(each) for each in start]
        self.steps, (self.X, self.labels) = 0, batch

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
        (W_1, b_1, W_2, b_2), n, zeros = self.weights, len(self.X), np.zeros(128)
        A = self.X @ W_1
        A += b_1
        np.maximum(A, zeros, out=A)
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
        D_1, ones = P.T @ W_2.T, np.ones(n)
        D_1 *= A > 0
        W_2 -= RATE * (A.T @ P.T)
        b_2 -= RATE * (ones @ P.T)
        W_1 -= RATE * (self.X.T @ D_1)
        b_1 -= RATE * (ones @ D_1)
        return value


# Others, where they are installed


def torch_step(name, start, batch):
    """Return a function that takes a step of torch's, eager, on one thread."""
    if not installed("torch"):
        return None
    import torch

    torch.set_num_threads(1)
    layers = torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10)
    model = torch.nn.Sequential(*layers).double()
    with torch.no_grad():
        for tensor, array in zip(model.parameters(), start, strict=True):
            tensor.copy_(torch.tensor(array.T))
    X, labels = map(torch.tensor, batch)
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=RATE)

    def step():
        optimizer.zero_grad()
        value = torch.nn.functional.cross_entropy(model(X), labels)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def autograd_step(start, batch):
    """Return a function that takes a step by HIPS autograd, on one flat vector."""
    if not installed("autograd"):
        return None
    import autograd.numpy as anp
    from autograd import value_and_grad

    X, labels = batch
    at, held = (np.arange(BATCH), labels), [np.concatenate([w.ravel() for w in start])]

    def their_loss(theta):
        W_1, b_1 = theta[:8192].reshape((64, 128)), theta[8192:8320]
        W_2, b_2 = theta[8320:9600].reshape((128, 10)), theta[9600:]
        z = anp.dot(anp.maximum(anp.dot(X, W_1) + b_1, 0), W_2) + b_2
        z = z - anp.max(z, axis=1, keepdims=True)
        return anp.mean(anp.log(anp.sum(anp.exp(z), axis=1)) - z[at])

    both = value_and_grad(their_loss)

    def step():
        value, gradient = both(held[0])
        held[0] = held[0] - RATE * gradient
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
