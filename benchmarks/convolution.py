"""A convolution, its gradients, and the digits that its networks misread.

Beside four loops and, where it is installed, torch, both in double precision and on
one thread. The misread digits are means over three starts.
"""

import json
from importlib.util import find_spec

import numpy as np

from benchmarks.alone import measured_alone
from benchmarks.stopwatch import seconds, share
from mathlib.autodiff import value_and_gradient
from mathlib.convolution import Filters, cnn, convolution
from mathlib.datasets import digits28
from mathlib.networks import evaluate, objective, start
from mathlib.optimizers import adam_in_place, cosine_decay, minibatches
from mathlib.regularization import random_shifts, shift_images

ROUNDS = 40
FIRST, INNER = ((64, 28, 28, 1), (3, 3, 1, 8)), ((64, 14, 14, 8), (3, 3, 8, 16))
SMALL = cnn((28, 28, 1), [Filters(8, 5, 2), Filters(16, 3, 2)], 10, hidden=(64,))
BODY = [Filters(8, 5, 2, 2), Filters(16, 3, 2, 1), Filters(32, 3, 1, 1)]
ANYWHERE = cnn((28, 28, 1), BODY, 10, head="max")
STARTS, BATCH, RATE = (0, 1, 2), 50, 5e-3
WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1))


def measure():
    """Time all in a fresh process."""
    return measured_alone("convolution")


def results():
    """Return shares of the time of others, and of the digits."""
    name = "convolution: 64 digits, 8 filters of 3 by 3"
    inner = "convolution: 64 of 14 by 14 by 8, 16 filters"
    return [
        (f"{name}, of four loops", of_loops(), "%", 0.25),
        (f"{name}, with gradients, of torch's", of_torch(*FIRST), "%", 250),
        (f"{inner}, with gradients, of torch's", of_torch(*INNER), "%", 150),
        *digits("27,690 numbers", SMALL, most=2, epochs=16, goals=(5, 3, 4)),
        *digits("anywhere", ANYWHERE, most=4, epochs=10, goals=(None, 6, 6)),
    ]


def arrays(image, kernel):
    """Return images, a kernel and biases at random."""
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape) for shape in (image, kernel, kernel[3:])]


def of_loops():
    """Return the share of the time of four loops over places, window and filters."""
    X, K, b = arrays(*FIRST)
    return share(lambda: convolution(X, K, b), lambda: loops(X, K, b), rounds=3)


def loops(X, K, b):
    """Add up window by window: a loop for pictures, rows, columns and filters."""
    n, h, w, _ = X.shape
    p, q, _, k = K.shape
    Y = np.empty((n, h - p + 1, w - q + 1, k))
    for i in range(n):
        for r in range(h - p + 1):
            for s in range(w - q + 1):
                for m in range(k):
                    Y[i, r, s, m] = (X[i, r : r + p, s : s + q] * K[..., m]).sum() + b[
                        m
                    ]
    return Y


def of_torch(image, kernel):
    """Return the share of the time that torch takes for all three gradients."""
    if find_spec("torch") is None:
        return None
    import torch

    torch.set_num_threads(1)
    X, K, b = arrays(image, kernel)
    theirs = [
        torch.tensor(each, requires_grad=True)
        for each in (X.transpose(0, 3, 1, 2).copy(), K.transpose(3, 2, 0, 1).copy(), b)
    ]
    ours = value_and_gradient(lambda X, K, b: convolution(X, K, b).sum())

    def torchs():
        loss = torch.nn.functional.conv2d(*theirs).sum()
        return torch.autograd.grad(loss, theirs)

    return share(lambda: ours(X, K, b), torchs, ROUNDS)


def digits(name, network, most, epochs, goals):
    """Return the share of new digits misread, at their place and moved at worst."""
    data = digits28()
    images, new = data.train_images / 255, data.test_images / 255
    times, wrong = [], []
    for seed in STARTS:
        thetas = []
        times.append(
            seconds(
                lambda seed=seed, thetas=thetas: thetas.append(
                    trained(network, images, data.train_labels, most, epochs, seed)
                )
            )
        )
        wrong.append(
            [misread(network, thetas[0], new, data, far) for far in range(most + 1)]
        )
    mean = np.mean(wrong, axis=0)
    name = f"convolution: {name}, shown moves up to {most}"
    return [
        (f"{name}: training", float(np.mean(times)), "s", goals[0]),
        (f"{name}: misread at their place", float(mean[0]), "%", goals[1]),
        (f"{name}: misread, moved by so much", float(mean.max()), "%", goals[2]),
    ]


def trained(network, images, labels, most, epochs, seed):
    """Train as the lesson does."""
    rng = np.random.default_rng(seed)
    theta, both = start(network, rng=rng), objective(network)
    adam = adam_in_place(cosine_decay(RATE, epochs * len(images) // BATCH))
    state = adam.init(theta)
    for _ in range(epochs):
        seen = random_shifts(images, most, rng=rng)
        for batch in minibatches(len(images), BATCH, rng=rng):
            gradient = both(theta, seen[batch][..., None], labels[batch])[1]
            theta, state = adam.step(theta, gradient, state)
    return theta


def misread(network, theta, images, data, far):
    """Return the percentage of the moved digits that are misread."""
    moved = [shift_images(images, far * down, far * right) for down, right in WAYS]
    found = [evaluate(network, theta, X[..., None], data.test_labels) for X in moved]
    return 100 * (1 - np.mean([each.accuracy for each in found]))


if __name__ == "__main__":
    print(json.dumps(results()))
