"""What it saves to move all learning rates at once, and to let Adam work in place."""

import numpy as np

from benchmarks.results import Result
from benchmarks.stopwatch import share
from mathlib.optimizers import adam, adam_in_place, sweep
from mathlib.update_rules import minimize, sgd

ROUNDS = 100
CURVATURE = np.array([0.01, 1.0])
RATES = np.geomspace(1e-3, 1.9, 200)
WEIGHTS = 64 * 128 + 128 + 128 * 10 + 10


def measure():
    """Time each pair in turn, round by round; compare the minima."""
    at_once = share(descend_at_once, descend_one_by_one, ROUNDS // 3)
    in_place = share(stepper(adam_in_place()), stepper(adam()), ROUNDS)
    return [
        Result(
            "200 learning rates at once, of the loop's time", at_once, "%", 100 / 60
        ),
        Result("Adam's step in place, of the pure step's time", in_place, "%"),
    ]


def gradient(theta):
    """The slopes of a valley, at a point (d,) or at many (m, d)."""
    return CURVATURE * theta


def descend_at_once():
    """Walk a hundred steps at all the rates."""
    return sweep(gradient, np.ones(2), RATES, steps=100)


def descend_one_by_one():
    """Walk a hundred steps at one rate after the other."""
    return [minimize(gradient, np.ones(2), sgd(rate), steps=100) for rate in RATES]


def stepper(optimizer):
    """Return a function that takes one step on the weights of a small network."""
    theta, slope = np.random.default_rng(0).normal(size=(2, WEIGHTS))
    held = [(theta, optimizer.init(theta))]

    def step():
        held[0] = optimizer.step(held[0][0], slope, held[0][1])

    return step
