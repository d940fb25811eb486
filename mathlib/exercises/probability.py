"""The exercises of the chapter on probability."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_zeros,
)


def table(rng, shape):
    """Return a random joint table without zeros."""
    counts = rng.integers(1, 10, size=shape)
    return counts / counts.sum()


AFTER_POSITIVE = Exercise(
    reference=0.75,
    mistakes=(
        Mistake(
            0.9,
            "0.9 is the share of positive tests among the ill; asked is the share of "
            "ill among the positive tests. Count both kinds of positive tests.",
        ),
        Mistake(
            0.225,
            "0.225 is the share of people who are ill and positive, out of all 1000; "
            "compare it with all who are positive.",
        ),
        Mistake(
            0.3,
            "0.3 is the share of all people whose test is positive; which part of "
            "those 300 is ill?",
        ),
        Mistake(
            0.25,
            "0.25 is what you knew before the test, or the share of the healthy among "
            "the positive; the test has told you something.",
        ),
    ),
)


def ill_given_positive(prior, sensitivity, false_positive_rate):
    """Return the probability of being ill after a positive test."""
    ill = prior * sensitivity
    healthy = (1 - prior) * false_positive_rate
    return ill / (ill + healthy)


def positive_cases():
    """Return the cases for `ill_given_positive`."""
    yield 0.25, 0.9, 0.1
    yield 0.01, 0.99, 0.05
    yield 0.5, 1.0, 0.0
    yield 0.0, 0.9, 0.1
    yield 0.0004, 0.5, 0.0003
    yield 0.5, 0.0004, 0.0003
    yield 1.0, 0.25, 0.5
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        yield tuple(rounded(rng, 0, 0.98, 3).tolist())


ILL_GIVEN_POSITIVE = Exercise(
    reference=ill_given_positive,
    cases=with_zeros(ill_given_positive, positive_cases(), "sensitivity"),
    mistakes=(
        Mistake(
            lambda prior, sensitivity, false_positive_rate: sensitivity,
            "You return the sensitivity, {got:g}: the share of positive tests among "
            "the ill. Asked is the share of ill among the positive: {expected:g}.",
        ),
        Mistake(
            lambda prior, sensitivity, false_positive_rate: prior * sensitivity,
            "You return P(ill and positive) = {got:g}; divide it by P(positive), "
            "since the test is known to be positive.",
        ),
        Mistake(
            lambda prior, sensitivity, false_positive_rate: (
                sensitivity / (sensitivity + false_positive_rate)
            ),
            "The prior is missing: you give {got:g} as if half of the people were "
            "ill; with prior {prior:g} it is {expected:g}.",
        ),
        Mistake(
            lambda prior, sensitivity, false_positive_rate: (
                prior * sensitivity / (prior * sensitivity + false_positive_rate)
            ),
            "Below the line the healthy are not weighted by their share 1 − prior = "
            "0.75: you get {got:.4f} in place of {expected:g}.",
        ),
        Mistake(
            lambda prior, sensitivity, false_positive_rate: ill_given_positive(
                prior, sensitivity, 1 - false_positive_rate
            ),
            "You take the false positive rate for its complement: with "
            "{false_positive_rate:g} you get {got:g} in place of {expected:g}.",
        ),
    ),
)


def given_row(joint, row):
    """Return the table of the second variable once the first is known."""
    return joint[row] / joint[row].sum()


def joint_cases():
    """Return the cases for `given_row`."""
    yield np.array([[0.4, 0.1], [0.2, 0.3]]), 0
    yield np.array([[0.4, 0.1], [0.2, 0.3]]), 1
    yield np.array([[0.2, 0.2, 0.1], [0.0, 0.5, 0.0]]), 1
    yield np.array([[0.0001, 0.0003], [0.5, 0.4996]]), 0
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        size = int(rng.integers(2, 4))
        yield table(rng, (size, size)), int(rng.integers(size))


GIVEN_ROW = Exercise(
    reference=given_row,
    cases=tuple(joint_cases()),
    mistakes=(
        Mistake(
            lambda joint, row: joint[row],
            "You return the row as it stands, {got[0]:g} first: the sum of your row is "
            "0.5, the probability of the row. Divide by it.",
        ),
        Mistake(
            lambda joint, row: joint[row] / joint.sum(axis=0),
            "You divide by the column sums, {got[0]:.4f} first: that is "
            "P(X = row | Y = j) for each j. Divide by the sum of the row.",
        ),
        Mistake(
            lambda joint, row: joint[:, row] / joint[:, row].sum(),
            "You condition on the second variable: the column instead of the row "
            "gives {got[0]:.4f} first, in place of {expected[0]:g}.",
        ),
        Mistake(
            lambda joint, row: joint.sum(axis=0),
            "You return the marginal, {got[0]:g} first: what was known before the "
            "first variable was seen. With it, {expected[0]:g}.",
        ),
    ),
)


def dependence(joint):
    """Return the largest distance of an entry from the product of its marginals."""
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    return np.abs(joint - product).max()


def dependence_cases():
    """Return the cases for `dependence`."""
    yield (np.array([[0.4, 0.1], [0.1, 0.4]]),)
    yield (np.array([[0.1, 0.4], [0.1, 0.4]]),)
    yield (np.array([[0.3, 0.0], [0.5, 0.2]]),)
    yield (np.array([[0.125, 0.25, 0.125], [0.125, 0.0, 0.375]]),)
    yield (np.array([[0.0, 0.5], [0.5, 0.0]]),)
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        yield (table(rng, rng.integers(2, 4, 2)),)


DEPENDENCE = Exercise(
    reference=dependence,
    absolute=1e-12,
    cases=tuple(dependence_cases()),
    mistakes=(
        Mistake(
            lambda joint: (
                joint - np.outer(joint.sum(axis=1), joint.sum(axis=0))
            ).sum(),
            "Your differences cancel: their sum is always 0, dependent or not. Take "
            "the size of each first, then the largest.",
        ),
        Mistake(
            lambda joint: np.abs(joint - 1 / joint.size).max(),
            "You compare with a table of equal entries: independent variables need "
            "not be uniform. On [[0.1, 0.4], [0.1, 0.4]] you find {got:g}; those two "
            "are independent.",
        ),
        Mistake(
            lambda joint: np.abs(
                joint - np.outer(joint.sum(axis=1), joint.sum(axis=0))
            ).sum(),
            "You add up all distances: {got:g}; asked is the largest, {expected:g}.",
        ),
        Mistake(
            lambda joint: (
                joint - np.outer(joint.sum(axis=1), joint.sum(axis=0))
            ).max(),
            "You look at entries above the product only; one may lie further below "
            "it: there the distance is {expected:g}, and you say {got:g}.",
        ),
    ),
)


def after_several(prior, sensitivity, false_positive_rate, tests):
    """Return the probability of being ill after several positive tests."""
    ill = prior * sensitivity**tests
    healthy = (1 - prior) * false_positive_rate**tests
    return ill / (ill + healthy)


def several_cases():
    """Return the cases for `after_several`."""
    yield 0.01, 0.99, 0.01, 2
    yield 0.01, 0.9, 0.1, 3
    yield 0.25, 0.75, 0.25, 0
    yield 0.2, 0.5, 0.25, 1
    yield 0.0004, 0.9, 0.3, 5
    yield 0.5, 0.0004, 0.0003, 2
    yield 0.75, 0.25, 0.5, 4
    rng = np.random.default_rng(7)
    for _ in range(RANDOM_CASES):
        yield *(rounded(rng, 0.02, 0.98, 3).tolist()), int(rng.integers(1, 5))


AFTER_SEVERAL = Exercise(
    reference=after_several,
    cases=tuple(several_cases()),
    mistakes=(
        Mistake(
            lambda prior, sensitivity, false_positive_rate, tests: ill_given_positive(
                prior, sensitivity, false_positive_rate
            ),
            "You use one of the {tests} results: {got:g}. Each of them multiplies the "
            "odds; after all of them it is {expected:g}.",
        ),
        Mistake(
            lambda prior, sensitivity, false_positive_rate, tests: (
                sensitivity**tests / (sensitivity**tests + false_positive_rate**tests)
            ),
            "The prior is missing: you give {got:g} as if half of the people were ill; "
            "with prior {prior:g} it is {expected:g}.",
        ),
        Mistake(
            lambda prior, sensitivity, false_positive_rate, tests: (
                prior / (1 - prior) * (sensitivity / false_positive_rate) ** tests
            ),
            "You return the odds p/(1 − p), which are {got:g}; asked is p, "
            "{expected:g}.",
        ),
        Mistake(
            lambda prior, sensitivity, false_positive_rate, tests: (
                ill_given_positive(prior, sensitivity, false_positive_rate) ** tests
            ),
            "You multiply the posteriors of single tests: {got:g}. The prior belongs "
            "in once, the tests {tests} times: {expected:g}.",
        ),
    ),
)

EXERCISES = {
    "after_positive": AFTER_POSITIVE,
    "ill_given_positive": ILL_GIVEN_POSITIVE,
    "given_row": GIVEN_ROW,
    "dependence": DEPENDENCE,
    "after_several": AFTER_SEVERAL,
}
