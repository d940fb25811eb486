"""The exercises of the chapter on sampling."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_whole_numbers,
    with_zeros,
)

PICTURES_NEEDED = Exercise(
    reference=1600.0,
    mistakes=(
        Mistake(
            40,
            "40 is the number whose square you want: 0.4/√n = 0.01 gives √n = 40.",
        ),
        Mistake(
            16,
            "16 is the variance 0.16 over 0.01; but the variance of the mean, 0.16/n, "
            "is the square of 0.01.",
        ),
        Mistake(
            8000,
            "8000 is 0.8/0.01²; the variance of one answer is not p but p(1 − p).",
        ),
        Mistake(
            400,
            "400 takes 0.2 for the spread of one answer; it is the root of 0.8 · 0.2, "
            "which is 0.4.",
        ),
    ),
)


def mean_and_error(values):
    """Return the mean of some draws and its standard error."""
    return values.mean(), values.std(ddof=1) / np.sqrt(len(values))


def draw_cases():
    """Return the cases for `mean_and_error`."""
    yield (np.array([0.0, 2.0]),)
    yield (np.array([1.0, 1.0, 1.0]),)
    yield (np.array([0.0, 4.0, 4.0, 0.0]),)
    yield (np.array([-300.0, 150.0, -0.5]),)
    yield (np.array([-1.0, -3.0]),)
    rng = np.random.default_rng(4)
    for _ in range(RANDOM_CASES):
        yield (rounded(rng, -2, 2, rng.integers(2, 6)),)


MEAN_AND_ERROR = Exercise(
    reference=mean_and_error,
    absolute=1e-12,
    cases=with_zeros(mean_and_error, draw_cases(), "values"),
    mistakes=(
        Mistake(
            lambda values: (values.mean(), values.std(ddof=1)),
            "Your second number, {got[1]:.4f}, is the spread of single draws; the "
            "mean of n draws strays √n times less, by {expected[1]:g}.",
        ),
        Mistake(
            lambda values: (values.mean(), values.std() / np.sqrt(len(values))),
            "You divide by n where n − 1 belongs: the draws lie closer to their own "
            "mean than to the true one. You get {got[1]:.4f}, not {expected[1]:g}.",
        ),
        Mistake(
            lambda values: (values.mean(), values.std(ddof=1) / len(values)),
            "You divide the spread by n; it falls with √n only: {expected[1]:g}, not "
            "{got[1]:.4f}.",
        ),
        Mistake(
            lambda values: (values.mean(), values.var(ddof=1) / len(values)),
            "Your second number is the squared error of [0, 4, 4, 0], {got[1]:.4f}; "
            "take the root: {expected[1]:.4f}.",
        ),
    ),
)


def mean_variance(sd, n, correlation):
    """Return the variance of a mean of n equally correlated variables."""
    return sd**2 / n * (1 + (n - 1) * correlation)


def mean_variance_cases():
    """Return the cases for `mean_variance`."""
    yield 2.0, 4, 0.5
    yield 3.0, 1, 0.5
    yield 2.0, 4, 0.0
    yield 2.0, 4, 1.0
    yield 2.0, 3, -0.25
    yield 2.0, 3, -0.5
    yield 300.0, 2, 0.25
    yield 0.0004, 5, 0.5
    rng = np.random.default_rng(6)
    for _ in range(RANDOM_CASES):
        sd, correlation = rounded(rng, 0, 0.98, 2).tolist()
        yield sd, int(rng.integers(1, 20)), correlation


MEAN_VARIANCE = Exercise(
    reference=mean_variance,
    absolute=1e-12,
    cases=tuple(mean_variance_cases()),
    mistakes=(
        Mistake(
            lambda sd, n, correlation: sd**2 / n,
            "You treat them as independent: {got:g}. Correlation {correlation:g} adds "
            "n(n − 1) covariances; the variance is {expected:g}.",
        ),
        Mistake(
            lambda sd, n, correlation: sd**2 / n * (1 + n * correlation),
            "You count n² covariances; a variable with itself is its variance, which "
            "leaves n(n − 1). You get {got:g} in place of {expected:g}.",
        ),
        Mistake(
            lambda sd, n, correlation: sd**2 / n * (1 + (n - 1) * correlation / 2),
            "You count each pair once; in the square of the sum it stands twice. "
            "You get {got:g} in place of {expected:g}.",
        ),
        Mistake(
            lambda sd, n, correlation: sd**2 * (n + n * (n - 1) * correlation),
            "That is the variance of the sum, {got:g}; the mean is the sum over n, so "
            "divide by n²: {expected:g}.",
        ),
    ),
)


def pull_slope(theta, arm, reward, usual):
    """Return what one pull says of the gradient of the expected reward."""
    policy = np.exp(theta) / np.exp(theta).sum()
    return (reward - usual) * ((np.arange(len(theta)) == arm) - policy)


def pull_cases():
    """Return the cases for `pull_slope`."""
    yield np.array([0.0, 0.0]), 0, 1.0, 0.25
    yield np.array([1.0, 0.0, -1.0]), 2, 0.0, 0.5
    yield np.array([0.5, -0.5, 2.0, -3.0]), 1, 1.0, 0.0
    yield np.array([0.0, 200.0]), 0, -1.5, 0.5
    yield np.array([-600.0, -601.0]), 1, 300.0, -150.0
    yield np.array([0.0, 1.0]), 1, 0.0004, 0.0003
    rng = np.random.default_rng(7)
    for _ in range(RANDOM_CASES):
        k = int(rng.integers(2, 5))
        reward, usual = rounded(rng, 0.02, 0.98, 2).tolist()
        yield rounded(rng, -2, 2, k), int(rng.integers(k)), reward, usual


PULL_SLOPE = Exercise(
    reference=pull_slope,
    absolute=1e-12,
    cases=with_whole_numbers(pull_slope, pull_cases(), "theta"),
    mistakes=(
        Mistake(
            lambda theta, arm, reward, usual: pull_slope(theta, arm, reward, 0.0),
            "You multiply by the reward {reward:g} itself; what counts is how far it "
            "is above the usual {usual:g}. The first entry is {expected[0]:g}, not "
            "{got[0]:g}.",
        ),
        Mistake(
            lambda theta, arm, reward, usual: (
                (reward - usual) * (np.arange(len(theta)) == arm)
            ),
            "The policy is missing from the bracket: you move the pulled arm only, by "
            "{got[0]:g}. Subtract q from all entries.",
        ),
        Mistake(
            lambda theta, arm, reward, usual: -pull_slope(theta, arm, reward, usual),
            "You go the other way: a reward above the usual makes the arm less "
            "probable. The first entry should be {expected[0]:g}, not {got[0]:g}.",
        ),
        Mistake(
            lambda theta, arm, reward, usual: (
                (reward - usual) * ((np.arange(len(theta)) == arm) - theta)
            ),
            "You subtract the preferences; their softmax belongs there, the "
            "probabilities of the arms.",
        ),
    ),
)

EXERCISES = {
    "pictures_needed": PICTURES_NEEDED,
    "mean_and_error": MEAN_AND_ERROR,
    "pull_slope": PULL_SLOPE,
    "mean_variance": MEAN_VARIANCE,
}
