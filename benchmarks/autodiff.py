"""A training step by autodiff, against numpy by hand and against other libraries.

The times are taken in a process of its own: one thread, and memory that the process
keeps once it has it. Each pair takes turns there, and the minima are compared.
"""

import importlib.util
import json
import os
import subprocess
import sys
from time import perf_counter

import numpy as np

from benchmarks.results import Result
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
STEADY = {
    "MALLOC_TRIM_THRESHOLD_": "4000000000",
    "MALLOC_MMAP_THRESHOLD_": "4000000000",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}


def measure():
    """Have a process of its own measure; read what it prints."""
    command = [sys.executable, "-m", "benchmarks.autodiff"]
    environment = os.environ | STEADY
    ran = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return [Result(*row) for row in json.loads(ran.stdout.splitlines()[-1])]


def results():
    """Measure in this process."""
    images, labels = digits8()
    X = images.reshape(len(images), -1) / 16
    batch = X[:BATCH], labels[:BATCH]
    start = weights()
    ours, others = stepper(sgd(RATE), start, batch), "autodiff's SGD step, of"
    adam, theirs = stepper(adam_in_place(RATE), start, batch), Textbook(start, batch)
    yield Result(f"{others} numpy's by the book", share(ours, theirs.sgd), "%", 105)
    yield Result(f"{others} numpy's at its best", share(ours, theirs.thrifty), "%")
    yield Result("its Adam step, of numpy's by the book", share(adam, theirs.adam), "%", 88)
    yield Result(f"{others} torch's", optional("torch", ours, start, batch), "%", 36)
    yield Result(f"{others} HIPS autograd's", optional("autograd", ours, start, batch), "%", 22)
    fit, theirs = fitter(start, X, labels), optional_fit(X, labels)
    yield Result("its training by Adam, of scikit-learn's", share(fit, theirs, 5), "%", 62)
    deepest = max(depth_ratio(depth, width=64) for depth in DEPTHS)
    yield Result("value and gradient, of the value, depth 1–64", deepest, "%", 450)


def share(quick, slow, rounds=ROUNDS):
    """Return the fastest time of one as a percentage of that of the other."""
    if slow is None:
        return None
    times = [(seconds(quick), seconds(slow)) for _ in range(rounds)]
    fastest, other = map(min, zip(*times, strict=True))
    return 100 * fastest / other


def seconds(run):
    """Return how long one call takes."""
    begin = perf_counter()
    run()
    return perf_counter() - begin


def weights():
    """Return the weights of 64-128-10."""
    rng = np.random.default_rng(0)
    return [rng.normal(scale=0.1, size=shape) for shape in SHAPES]


# Ours


def loss(W_1, b_1, W_2, b_2, X, labels):
    """The loss of a network with one hidden layer."""
    return softmax_cross_entropy(dense(dense_relu(X, W_1, b_1), W_2, b_2), labels)


def stepper(optimizer, start, batch):
    """Return a function that takes a step on a batch."""
    both = value_and_flat_gradient(loss, SHAPES)
    theta = np.concatenate([each.ravel() for each in start])
    held = [theta, optimizer.init(theta)]

    def step():
        value, gradient = both(held[0], *batch)
        held[:] = optimizer.step(held[0], gradient, held[1])
        return value

    return step


def fitter(start, X, labels):
    """Return a function that trains for some epochs."""
    both = value_and_flat_gradient(loss, SHAPES)
    begin = np.concatenate([each.ravel() for each in start])
    optimizer = adam_in_place(RATE)

    def fit():
        theta, rng = begin.copy(), np.random.default_rng(0)
        state = optimizer.init(theta)
        for _ in range(EPOCHS):
            for chosen in minibatches(len(X), BATCH, rng=rng):
                _, gradient = both(theta, X[chosen], labels[chosen])
                theta, state = optimizer.step(theta, gradient, state)

    return fit


def depth_ratio(depth, width):
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


def optional(name, ours, start, batch):
    """Return our share of another library's time; None where it is not installed."""
    if importlib.util.find_spec(name) is None:
        return None
    return share(ours, {"torch": torch_step, "autograd": autograd_step}[name](start, batch))


def torch_step(start, batch):
    """Return a function that takes torch's step, eager, on one thread."""
    import torch

    torch.set_num_threads(1)
    layers = torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10)
    model = torch.nn.Sequential(*layers).double()
    with torch.no_grad():
        for tensor, array in zip(model.parameters(), start, strict=True):
            tensor.copy_(torch.tensor(array.T))
    X, labels = map(torch.tensor, batch)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)

    def step():
        optimizer.zero_grad()
        value = torch.nn.functional.cross_entropy(model(X), labels)
        value.backward()
        optimizer.step()
        return value.item()

    return step


def autograd_step(start, batch):
    """Return a function that takes a step by HIPS autograd."""
    import autograd.numpy as anp
    from autograd import value_and_grad
    from autograd.scipy.special import logsumexp

    X, labels = batch
    rows, arrays = np.arange(len(labels)), [each.copy() for each in start]

    def their_loss(arrays):
        W_1, b_1, W_2, b_2 = arrays
        scores = anp.maximum(anp.dot(X, W_1) + b_1, 0) @ W_2 + b_2
        return anp.mean(logsumexp(scores, axis=1) - scores[rows, labels])

    both = value_and_grad(their_loss)

    def step():
        value, gradients = both(arrays)
        for array, g in zip(arrays, gradients, strict=True):
            array -= RATE * g
        return value

    return step


def optional_fit(X, labels):
    """Return a function that trains scikit-learn's network; None without it."""
    if importlib.util.find_spec("sklearn") is None:
        return None
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)
    options = {"solver": "adam", "batch_size": BATCH, "max_iter": EPOCHS, "alpha": 0}
    return lambda: MLPClassifier((128,), **options, random_state=0).fit(X, labels)


if __name__ == "__main__":
    print(json.dumps([tuple(result) for result in results()]))
