"""The exercises of the chapter on likelihood."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_zeros,
)

LOG_TWOS = Exercise(
    reference=1.5,
    mistakes=(
        Mistake(6, "6 is the sum over the four; asked is their mean."),
        Mistake(
            -1.5,
            "−1.5 log 2 is the mean logarithm; the loss is minus that: it is smallest "
            "where the data are most probable.",
        ),
        Mistake(
            1.415,
            "1.415 log 2 is minus the logarithm of the mean probability, 0.375; take "
            "the logarithms first, then the mean.",
        ),
        Mistake(
            0.375,
            "0.375 is the mean of the probabilities; the loss is a mean of their "
            "negative logarithms.",
        ),
    ),
)


def coin_map(heads, flips, prior_heads, prior_tails):
    """Return the most probable bias of a coin after real and imagined flips."""
    return (heads + prior_heads) / (flips + prior_heads + prior_tails)


def coin_cases():
    """Return the cases for `coin_map`."""
    yield 3, 4, 1, 5
    yield 3, 3, 0, 0
    yield 0, 2, 4, 4
    yield 0, 2, 0, 3
    yield tuple(np.array([0, 0, 3, 1]))
    rng = np.random.default_rng(5)
    for _ in range(RANDOM_CASES):
        flips = int(rng.integers(1, 20))
        heads = int(rng.integers(flips + 1))
        yield heads, flips, *rng.integers(0, 10, 2).tolist()


COIN_MAP = Exercise(
    reference=coin_map,
    cases=tuple(coin_cases()),
    mistakes=(
        Mistake(
            lambda heads, flips, prior_heads, prior_tails: heads / flips,
            "You forget the prior: {got:g} is the estimate of maximum likelihood; with "
            "{prior_heads} imagined heads and {prior_tails} tails it is {expected:g}.",
        ),
        Mistake(
            lambda heads, flips, prior_heads, prior_tails: (
                (heads + prior_heads) / (flips + prior_heads)
            ),
            "The imagined tails are flips too: you divide by {flips} + {prior_heads} "
            "and get {got:g}; with all {prior_tails} tails it is {expected:g}.",
        ),
        Mistake(
            lambda heads, flips, prior_heads, prior_tails: (
                (heads + prior_heads + 1) / (flips + prior_heads + prior_tails + 2)
            ),
            "You return the mean of the posterior, {got:.4f}; asked is its highest "
            "point, {expected:g}.",
        ),
        Mistake(
            lambda heads, flips, prior_heads, prior_tails: (
                (heads + prior_heads) / (heads + flips + prior_heads + prior_tails)
            ),
            "You count the heads twice below the line: the {flips} flips contain them. "
            "You get {got:.4f} in place of {expected:g}.",
        ),
    ),
)


def weighted_mean(y, sd):
    """Return the mean of maximum likelihood from measurements of known spread."""
    weights = 1 / sd**2
    return (weights * y).sum() / weights.sum()


def weighted_cases():
    """Return the cases for `weighted_mean`."""
    yield np.array([1.0, 6.0]), np.array([1.0, 2.0])
    yield np.array([-1.0, 1.0]), np.array([3.0, 3.0])
    yield np.array([-300.0]), np.array([5.0])
    yield np.array([-1.0, 1.0]), np.array([150.0, 300.0])
    yield np.array([0.0, -4.0, 2.0]), np.array([0.5, 0.25, 1.0])
    yield np.array([0.0004, -0.0003]), np.array([0.0002, 0.0001])
    yield np.array([3, 1, 5]), np.array([0.5, 1.0, 2.0])
    rng = np.random.default_rng(7)
    for _ in range(RANDOM_CASES):
        n = int(rng.integers(2, 6))
        yield rounded(rng, -2, 2, n), rounded(rng, 0.25, 2, n)


WEIGHTED_MEAN = Exercise(
    reference=weighted_mean,
    absolute=1e-12,
    cases=with_zeros(weighted_mean, weighted_cases(), "y"),
    mistakes=(
        Mistake(
            lambda y, sd: y.mean(),
            "You give the plain mean, {got:g}: each measurement counts alike. The "
            "exact ones count more: {expected:g}.",
        ),
        Mistake(
            lambda y, sd: (y / sd).sum() / (1 / sd).sum(),
            "You weigh by 1/σ and get {got:.4f}; in the exponent stands σ², so the "
            "weight is 1/σ²: {expected:g}.",
        ),
        Mistake(
            lambda y, sd: (y * sd**2).sum() / (sd**2).sum(),
            "You weigh by σ², the worst measurement most: {got:g}. The weight is one "
            "over it: {expected:g}.",
        ),
        Mistake(
            lambda y, sd: (y / sd**2).sum(),
            "Your weights do not add up to 1: you get {got:g}. Divide by their sum: "
            "{expected:g}.",
        ),
    ),
)


def two_rates(scores, labels, threshold):
    """Return the rates of false positives and of false negatives."""
    yes = scores >= threshold
    return yes[labels == 0].mean(), 1 - yes[labels == 1].mean()


def threshold_cases():
    """Return the cases for `two_rates`."""
    yield np.array([0.6, 0.9]), np.array([0, 1]), 0.5
    yield np.array([0.1, 0.6, 0.4, 0.9, 0.2]), np.array([0, 0, 1, 1, 0]), 0.5
    yield np.array([0.5, 0.5, -0.5, 0.5]), np.array([0, 1, 1, 1]), 0.5
    yield np.array([-3.0, -1.0, -2.0, 0.0]), np.array([1, 0, 1, 0]), -2.5
    yield np.array([300.0, -150.0, 200.0]), np.array([0, 1, 1]), 250.0
    yield np.array([0.0004, 0.0002]), np.array([1, 0]), 0.0003
    rng = np.random.default_rng(8)
    for _ in range(RANDOM_CASES):
        n = int(rng.integers(4, 9))
        labels = rng.permutation(np.append(rng.integers(2, size=n), [0, 1]))
        yield rounded(rng, -2, 2, n + 2), labels, float(rounded(rng, -1, 1, 1)[0])


TWO_RATES = Exercise(
    reference=two_rates,
    absolute=1e-12,
    cases=with_zeros(two_rates, threshold_cases(), "scores", "threshold"),
    mistakes=(
        Mistake(
            lambda scores, labels, threshold: two_rates(scores, labels, threshold)[
                ::-1
            ],
            "Your two numbers are exchanged: false positives first. They are the share "
            "of yes among those with label 0.",
        ),
        Mistake(
            lambda scores, labels, threshold: (
                np.mean((scores >= threshold) & (labels == 0)),
                np.mean((scores < threshold) & (labels == 1)),
            ),
            "You divide by all samples: {got[0]:g} first. Divide by those with label "
            "0, then by those with label 1: {expected[0]:.4f}.",
        ),
        Mistake(
            lambda scores, labels, threshold: (
                np.mean(scores[labels == 0] > threshold),
                np.mean(scores[labels == 1] <= threshold),
            ),
            "A score equal to the threshold is a yes: use >=. You find {got[0]:g} and "
            "{got[1]:.4f}.",
        ),
        Mistake(
            lambda scores, labels, threshold: (
                np.mean(scores[labels == 0] < threshold),
                np.mean(scores[labels == 1] >= threshold),
            ),
            "You count what is decided right: {got[0]:g} of those with label 0 and "
            "{got[1]:g} of those with label 1. Asked are the wrong ones.",
        ),
    ),
)


def costs(given):
    """Return −log of each probability."""
    return 0.0 - np.log(given)


def text_perplexity(given):
    """Return exp of the mean negative log-likelihood."""
    return np.exp(np.mean(costs(given)))


def perplexity_cases():
    """Return the cases for `text_perplexity`."""
    yield (np.array([0.5, 0.125]),)
    yield (np.array([0.25]),)
    yield (np.array([0.1, 0.1, 0.1]),)
    yield (np.array([1e-14, 1.0]),)
    yield (np.full(3, 1e-14),)
    yield (np.array([0.25, 1e-300]),)
    yield (np.array([1e-308]),)
    yield (np.array([1e-200, 1e-200]),)  # the product is 0
    rng = np.random.default_rng(4)
    for _ in range(RANDOM_CASES):
        yield (np.round(rng.uniform(0.01, 1, size=rng.integers(2, 6)), 2),)


TEXT_PERPLEXITY = Exercise(
    reference=text_perplexity,
    cases=tuple(perplexity_cases()),
    mistakes=(
        Mistake(
            lambda given: np.exp(np.sum(costs(given))),
            "You add up the logarithms where a mean belongs: ½ and ⅛ give {got:g}, and "
            "a longer text would give ever more. The mean gives {expected:g}.",
        ),
        Mistake(
            lambda given: 2 ** np.mean(costs(given)),
            "Natural logarithms go with e, not with 2. You mix: {got:.4f} for ½ and ⅛ "
            "in place of {expected:g}.",
        ),
        Mistake(
            lambda given: 1 / np.mean(given),
            "You take the mean of the probabilities first: ½ and ⅛ give {got:g}. The "
            "mean belongs to the logarithms, and gives {expected:g}.",
        ),
        Mistake(
            lambda given: np.mean(1 / given),
            "You take the mean of 1/probability: ½ and ⅛ give {got:g}. First the mean "
            "of the logarithms, then exp: {expected:g}.",
        ),
        Mistake(
            lambda given: np.mean(costs(given)),
            "That is the loss, {got:.4f}. The perplexity is exp of it, {expected:g}.",
        ),
    ),
)

EXERCISES = {
    "log_twos": LOG_TWOS,
    "coin_map": COIN_MAP,
    "text_perplexity": TEXT_PERPLEXITY,
    "two_rates": TWO_RATES,
    "weighted_mean": WEIGHTED_MEAN,
}
