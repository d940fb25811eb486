"""The exercises of the chapter on probability."""

import numpy as np

from mathlib.exercises.checker import RANDOM_CASES, Exercise, Mistake, rounded


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
    cases=tuple(positive_cases()),
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
    cases=tuple(draw_cases()),
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


def coin_map(heads, flips, prior_heads, prior_tails):
    """Return the most probable bias of a coin after real and imagined flips."""
    return (heads + prior_heads) / (flips + prior_heads + prior_tails)


def coin_cases():
    """Return the cases for `coin_map`."""
    yield 3, 4, 1, 5
    yield 3, 3, 0, 0
    yield 0, 2, 4, 4
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

EXERCISES = {
    "after_positive": AFTER_POSITIVE,
    "ill_given_positive": ILL_GIVEN_POSITIVE,
    "given_row": GIVEN_ROW,
    "dependence": DEPENDENCE,
    "mean_and_error": MEAN_AND_ERROR,
    "coin_map": COIN_MAP,
    "mean_variance": MEAN_VARIANCE,
}
