"""The exercises of the chapter on convolution."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_zeros,
)

PLACES = Exercise(
    reference=14,
    mistakes=(
        Mistake(
            12,
            "You forget the padding: with two zeros at each end there are 32 dots.",
        ),
        Mistake(
            14.5,
            "A last place that does not fit is none: (32 − 5)/2 = 13.5 steps are 13.",
        ),
        Mistake(13, "13 is the number of steps. Before the first step stands a place."),
        Mistake(
            28,
            "That is for stride 1. With stride 2 only every second place is taken.",
        ),
        Mistake(
            13.5,
            "These are the steps, (32 − 5)/2. Half a step does not count, and before "
            "the first step stands a place.",
        ),
    ),
)

KERNEL_COUNT = Exercise(
    reference=1168,
    mistakes=(
        Mistake(1152, "The biases are missing: one for each of the 16 filters."),
        Mistake(160, "The channels are missing: each filter is 3 by 3 by 8."),
        Mistake(144, "Channels and biases are missing: a filter has 3 · 3 · 8 + 1."),
        Mistake(80, "That is one channel seen by 8 filters. Here 16 filters see 8."),
        Mistake(
            1280,
            "You give a bias to each pair of channels: a filter has one for all of it.",
        ),
    ),
)


def kernel_gradient(x, g):
    """Return ∂L/∂w for y = the kernel w slid over x, from g = ∂L/∂y."""
    count = len(x) - len(g) + 1
    return np.array([g @ x[k : k + len(g)] for k in range(count)])


def gradient_cases():
    """Return the cases for `kernel_gradient`: signals, and slopes of their answers."""
    yield np.array([1.0, 2.0, 3.0]), np.array([-1.0, 2.0])
    yield np.array([1.0, 2.0, 0.0, 3.0]), np.array([-1.0, 0.0, -2.0])
    yield np.array([0.0003, 0.0]), np.array([0.5, 300.0])
    yield np.array([1.0, 0.0, 0.0]), np.array([2.0])
    yield np.array([0.0, 0.0, 5.0, 0.0]), np.array([1.0, 0.0])
    yield np.array([2.0, -1.0]), np.array([3.0, 0.5])
    yield np.array([400.0, -0.003, 7.0]), np.array([0.0004, -250.0])
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        n = rng.integers(2, 7)
        yield rounded(rng, -3, 3, n), rounded(rng, -3, 3, rng.integers(1, n + 1))


def flips_the_slopes(x, g):
    """Return the wrong `kernel_gradient` that convolves."""
    return kernel_gradient(x, g[::-1])


def flips_the_result(x, g):
    """Return the wrong `kernel_gradient` in the opposite order."""
    return kernel_gradient(x, g)[::-1]


def means_over_places(x, g):
    """Return the wrong `kernel_gradient` that takes a mean."""
    return kernel_gradient(x, g) / len(g)


def slides_too_far(x, g):
    """Return the wrong `kernel_gradient` for every overlap."""
    return np.correlate(x, g, "full")


KERNEL_GRADIENT = Exercise(
    reference=kernel_gradient,
    absolute=1e-12,
    cases=with_zeros(kernel_gradient, gradient_cases(), "x", "g"),
    mistakes=(
        Mistake(
            flips_the_slopes,
            "You flip g. At place i the weight k meets x at i + k: both indices run "
            "forward.",
        ),
        Mistake(
            flips_the_result,
            "Your entries stand in the opposite order: entry 0 belongs to the weight "
            "that meets the beginning of x.",
        ),
        Mistake(
            means_over_places,
            "One weight is used at {g.size} places, and its slopes add up. You take "
            "their mean.",
        ),
        Mistake(
            slides_too_far,
            "You have {got.size} numbers, but the kernel has {expected.size} weights: "
            "keep the places where g fits inside x.",
        ),
    ),
)


def found(x, w):
    """Return the largest answer that the kernel w gives anywhere on the signal x."""
    return np.correlate(x, w, "valid").max()


def signal_cases():
    """Return the cases for `found`: signals with room for their kernels."""
    yield np.array([0.0, 2.0, 1.0]), np.array([1.0, -1.0])
    yield np.array([1.0, 5.0]), np.array([1.0, -1.0])
    yield np.array([2.0, 0.0, 0.0, 0.0]), np.array([1.0])
    yield np.array([3.0, -2.0, 0.0]), np.array([1.0, 2.0, 3.0])
    yield np.array([0.0004, 300.0, 0.0]), np.array([-0.5, 0.0002])
    yield np.array([0.0, 0.0003, 0.0001]), np.array([0.5, 250.0])
    yield np.array([0.00035, 0.0]), np.array([0.3, 0.1])
    yield np.array([1.0, 5000.0]), np.array([1.0, -1.0])
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        n = rng.integers(2, 7)
        yield rounded(rng, -3, 3, n), rounded(rng, -3, 3, rng.integers(1, n + 1))


def flips_the_kernel(x, w):
    """Return the wrong `found` that convolves."""
    return found(x, w[::-1])


def finds_the_strongest(x, w):
    """Return the wrong `found` that takes the largest size."""
    return np.abs(np.correlate(x, w, "valid")).max()


def never_below_zero(x, w):
    """Return the wrong `found` with a rectifier."""
    return max(found(x, w), 0.0)


def hangs_over(x, w):
    """Return the wrong `found` with zeros around the signal."""
    return np.correlate(x, w, "full").max()


def mean_answer(x, w):
    """Return the wrong `found` that takes the mean."""
    return np.correlate(x, w, "valid").mean()


def says_where(x, w):
    """Return the wrong `found` that gives the place."""
    return float(np.correlate(x, w, "valid").argmax())


FOUND = Exercise(
    reference=found,
    absolute=1e-12,
    cases=with_zeros(found, signal_cases(), "x", "w"),
    mistakes=(
        Mistake(
            flips_the_kernel,
            "You flip the kernel before it slides: np.convolve does that, "
            "np.correlate does not. You find {got:g}, not {expected:g}.",
        ),
        Mistake(
            finds_the_strongest,
            "You take the largest size. An answer of −4 means that the pattern is "
            "there upside down; the largest answer is {expected:g}.",
        ),
        Mistake(
            never_below_zero,
            "No rectifier was asked for: where every answer is below 0, the largest "
            "is {expected:g}.",
        ),
        Mistake(
            hangs_over,
            "You let the kernel hang over the ends. Only the places count where all of "
            "it lies on the signal: there the largest answer is {expected:g}.",
        ),
        Mistake(
            mean_answer,
            "That is the mean of all answers, {got:g}. The largest is {expected:g}.",
        ),
        Mistake(
            says_where,
            "That is where the largest answer stands. Asked is how large it is, "
            "{expected:g}, wherever it stands.",
        ),
    ),
)


def from_first_column(c):
    """Return the circulant matrix whose first column is c."""
    places = np.arange(len(c))
    return c[(places[:, None] - places) % len(c)]


def column_cases():
    """Return the cases for `from_first_column`."""
    yield (np.array([1.0, 2.0, 3.0]),)
    yield (np.array([0.0, 1.0, 0.0, 0.0]),)
    yield (np.array([5.0]),)
    yield (np.array([2.0, -1.0]),)
    yield (np.array([300.0, -0.00004, -200.0]),)
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        yield (rounded(rng, -2, 2, rng.integers(2, 6)),)


def from_first_row(c):
    """Return the wrong `from_first_column` with c as its first row."""
    return from_first_column(c).T


def turns_backwards(c):
    """Return the wrong `from_first_column` that turns each column upward."""
    return np.stack([np.roll(c, -j) for j in range(len(c))], axis=1)


def nothing_comes_back(c):
    """Return the wrong `from_first_column` of a line, not of a circle."""
    return np.tril(from_first_column(c))


FROM_FIRST_COLUMN = Exercise(
    reference=from_first_column,
    absolute=1e-12,
    cases=with_zeros(from_first_column, column_cases(), "c"),
    mistakes=(
        Mistake(
            from_first_row,
            "You have made c the first row. A e₀ is the first column.",
        ),
        Mistake(
            turns_backwards,
            "Your columns turn upward. S moves every entry one place down, and the "
            "last comes to the top.",
        ),
        Mistake(
            nothing_comes_back,
            "What leaves below must come in at the top: the places lie on a circle.",
        ),
    ),
)

EXERCISES = {
    "places": PLACES,
    "kernel_count": KERNEL_COUNT,
    "kernel_gradient": KERNEL_GRADIENT,
    "found": FOUND,
    "from_first_column": FROM_FIRST_COLUMN,
}
