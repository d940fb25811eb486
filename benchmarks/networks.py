"""The capstone's training, and what the diary costs, in a process of its own.

One thread, as in the lesson.
"""

import json

import numpy as np

from benchmarks.alone import measured_alone
from benchmarks.stopwatch import seconds, share
from mathlib.datasets import digits28
from mathlib.networks import mlp, objective, start, train
from mathlib.optimizers import adam_in_place, minibatches
from mathlib.vectors import images_to_vectors

ROUNDS = 15
RATE, BATCH, EPOCHS = 5e-3, 100, 10
READER = mlp((784, 128, 10))


def measure():
    """Time both in a fresh process."""
    return measured_alone("networks")


def results():
    """Return the seconds of the capstone, and the loop's share of a mere loop."""
    digits = digits28()
    X, y = images_to_vectors(digits.train_images) / 255, digits.train_labels
    tests = images_to_vectors(digits.test_images) / 255, digits.test_labels
    fastest = min(seconds(lambda: trained(X, y, test=tests)) for _ in range(ROUNDS))
    diary = share(lambda: trained(X, y), lambda: bare(X, y), ROUNDS)
    return [
        ("networks: 784-128-10, ten epochs with test", fastest, "s", 20),
        ("networks: train with its diary, of the bare loop", diary, "%"),
    ]


def trained(X, y, **options):
    """Train as the lesson does."""
    theta, rng = begin()
    adam = adam_in_place(RATE)
    options |= {"epochs": EPOCHS, "size": BATCH, "rng": rng, "optimizer": adam}
    return train(READER, theta, X, y, **options)


def bare(X, y):
    """Take the same steps, and measure nothing on the way."""
    theta, rng = begin()
    adam, both = adam_in_place(RATE), objective(READER)
    state = adam.init(theta)
    for _ in range(EPOCHS):
        for batch in minibatches(len(X), BATCH, rng=rng):
            theta, state = adam.step(theta, both(theta, X[batch], y[batch])[1], state)
    return theta


def begin():
    """Return the weights before the first step, and what draws the batches."""
    return start(READER, rng=np.random.default_rng(1)), np.random.default_rng(1)


if __name__ == "__main__":
    print(json.dumps(results()))
