"""The exercises of the chapter on generation."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_whole_numbers,
    with_zeros,
)

WALK = Exercise(
    reference=np.array([5.0, 10.0]),
    mistakes=(
        Mistake(
            np.array([10.0, 10.0]),
            "You leap to the guess at once. At ᾱ = 0.64 there is noise left: 0.8 · 10 "
            "and 0.6 of the noise that the guess leaves.",
        ),
        Mistake(
            np.array([8.0, 10.0]),
            "You put no noise back: 0.8 · 10 is the part of the guess alone.",
        ),
        Mistake(
            np.array([11.0, 10.0]),
            "The sign of the noise is turned: from 6 down to 2 it is −5, not 5.",
        ),
        Mistake(
            np.array([4.0, 10.0]),
            "You keep the old factor of the noise, 0.8. At ᾱ = 0.64 it is 0.6.",
        ),
        Mistake(
            np.array([4.25, 10.0]),
            "You divide by 1 − ᾱ, and its root is meant: the noise is −4/0.8.",
        ),
        Mistake(
            np.array([5.5, 10.0]),
            "You take the shares ᾱ and 1 − ᾱ for the factors: these are their roots, "
            "0.6 and 0.8, then 0.8 and 0.6.",
        ),
        Mistake(
            np.array([5.0, 5.0]),
            "The last step leads to the guess itself: at ᾱ = 1 no noise is left.",
        ),
    ),
)


def step_back(x, clean, now, then):
    """Return where the walk stands at the share then."""
    noise = (x - np.sqrt(now) * clean) / np.sqrt(1 - now)
    return np.sqrt(then) * clean + np.sqrt(1 - then) * noise


def step_cases():
    """Return the cases for `step_back`: shares that grow."""
    yield np.array([[2.0]]), np.array([[10.0]]), 0.36, 0.64
    yield np.array([[6.5]]), np.array([[10.0]]), 0.64, 0.96
    yield np.array([[0.0004]]), np.array([[0.002]]), 0.25, 0.49
    yield np.array([[1.0]]), np.array([[3000.0]]), 1e-8, 9e-8
    yield np.array([[1.0, -2.0]]), np.array([[0.0, 0.0]]), 0.0004, 0.5
    yield np.array([[300.0], [-0.002]]), np.array([[-0.5], [250.0]]), 0.5, 0.9999
    yield np.array([[1.0]]), np.array([[3.0]]), 0.0004, 0.0009
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        x, clean = rounded(rng, -2, 2, (2, 3, int(rng.integers(1, 4))))
        now = float(rounded(rng, 0.01, 0.5))
        yield x, clean, now, now + float(rounded(rng, 0.01, 0.49))


def in_one_leap(x, clean, now, then):
    """Return the wrong `step_back` that goes to the guess at once."""
    return clean + 0 * x


def shares_as_factors(x, clean, now, then):
    """Return the wrong `step_back` that takes no roots."""
    return then * clean + (1 - then) * (x - now * clean) / (1 - now)


def without_noise(x, clean, now, then):
    """Return the wrong `step_back` that puts no noise back."""
    return np.sqrt(then) * clean + 0 * x


def with_the_old_noise(x, clean, now, then):
    """Return the wrong `step_back` that keeps as much noise as there was."""
    return np.sqrt(then) * clean + x - np.sqrt(now) * clean


def divided_by_the_share(x, clean, now, then):
    """Return the wrong `step_back` whose noise is divided by 1 − ᾱ."""
    noise = (x - np.sqrt(now) * clean) / (1 - now)
    return np.sqrt(then) * clean + np.sqrt(1 - then) * noise


def upwards(x, clean, now, then):
    """Return the wrong `step_back` with the two shares exchanged."""
    return np.sqrt(now) * clean + np.sqrt(1 - now) * (
        (x - np.sqrt(then) * clean) / np.sqrt(1 - then)
    )


STEP_BACK = Exercise(
    reference=step_back,
    absolute=1e-12,
    cases=with_whole_numbers(
        step_back, with_zeros(step_back, step_cases(), "x"), "x", "clean"
    ),
    mistakes=(
        Mistake(
            in_one_leap,
            "You leap to the guess, {got[0][0]:g}. At ᾱ = {then:g} some of the noise "
            "is still there: mix √ᾱ of the guess with √(1 − ᾱ) of the noise.",
        ),
        Mistake(
            shares_as_factors,
            "ᾱ is a share of the variance: the factors are its root and the root of "
            "1 − ᾱ. From {x[0][0]:g} you go to {got[0][0]:g}, not {expected[0][0]:g}.",
        ),
        Mistake(
            without_noise,
            "You put no noise back: {got[0][0]:g} is √ᾱ times the guess. The noise "
            "is what the guess leaves of x, divided by √(1 − ᾱ).",
        ),
        Mistake(
            with_the_old_noise,
            "You keep as much noise as there was at ᾱ = {now:g}. At {then:g} its "
            "factor is √(1 − ᾱ), which is smaller.",
        ),
        Mistake(
            divided_by_the_share,
            "You divide the noise by 1 − ᾱ, and its root is meant: at ᾱ = {now:g} you "
            "get {got[0][0]:g}, not {expected[0][0]:g}.",
        ),
        Mistake(
            upwards,
            "You exchange now and then: from {now:g} the walk goes up to {then:g}.",
        ),
    ),
)


def best_guess(x, data, kept):
    """Return the mean of the rows, each weighted by how likely it is."""
    squares = ((x - np.sqrt(kept) * data) ** 2).sum(axis=1)
    weights = np.exp(-squares / (2 * (1 - kept)))
    return weights @ data / weights.sum()


def guess_cases():
    """Return the cases for `best_guess`: data near each other and far apart."""
    yield np.array([0.5]), np.array([[-1.0], [1.0]]), 0.64
    yield np.array([3.0]), np.array([[0.0], [10.0]]), 0.36
    yield np.array([2.5]), np.array([[0.0], [10.0]]), 0.36
    yield np.array([1.0, 0.0]), np.array([[1.0, 2.0]]), 0.5
    yield np.array([0.3, -0.4]), np.array([[2.0, 0.0], [0.0, -3.0], [0.5, 0.5]]), 0.25
    yield np.array([0.5]), np.array([[-30.0], [10.0]]), 0.0004
    yield np.array([0.02, 0.01]), np.array([[0.03, 0.0], [0.0, 0.02]]), 0.9996
    yield np.array([0.0004]), np.array([[-1.0], [1.0]]), 0.5
    yield np.array([240.3]), np.array([[300.0], [301.0]]), 0.64
    yield np.array([-25.0]), np.array([[1.0], [-0.5]]), 0.5
    yield np.array([0.5]), np.array([[-3000.0], [10000.0]]), 1e-8
    yield np.array([0.0, 0.0]), np.array([[1.0, 2.0], [1.0, 2.0], [0.0, -1.0]]), 0.36
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        d = int(rng.integers(1, 4))
        x, data = rounded(rng, -1, 1, (d,)), rounded(rng, -1, 1, (4, d))
        yield x, data, float(rounded(rng, 0.1, 0.9))


def without_the_half(x, data, kept):
    """Return the wrong `best_guess` whose exponent lacks the 2."""
    squares = ((x - np.sqrt(kept) * data) ** 2).sum(axis=1)
    weights = np.exp(-squares / (1 - kept))
    return weights @ data / weights.sum()


def compared_with_clean_rows(x, data, kept):
    """Return the wrong `best_guess` that compares x with the rows themselves."""
    weights = np.exp(-((x - data) ** 2).sum(axis=1) / (2 * (1 - kept)))
    return weights @ data / weights.sum()


def compared_with_shares(x, data, kept):
    """Return the wrong `best_guess` with ᾱ in place of its root."""
    weights = np.exp(-((x - kept * data) ** 2).sum(axis=1) / (2 * (1 - kept)))
    return weights @ data / weights.sum()


def nearest_row(x, data, kept):
    """Return the wrong `best_guess`: the one row that is most likely."""
    return data[((x - np.sqrt(kept) * data) ** 2).sum(axis=1).argmin()]


def shrunken_mean(x, data, kept):
    """Return the wrong `best_guess` that takes the mean of the rows under noise."""
    return np.sqrt(kept) * best_guess(x, data, kept)


def plain_mean(x, data, kept):
    """Return the wrong `best_guess` that does not look at x."""
    return data.mean(axis=0) + 0 * x


def distances_without_squares(x, data, kept):
    """Return the wrong `best_guess` that does not square the distances."""
    far = np.sqrt(((x - np.sqrt(kept) * data) ** 2).sum(axis=1))
    weights = np.exp(-far / (2 * (1 - kept)))
    return weights @ data / weights.sum()


BEST_GUESS = Exercise(
    reference=best_guess,
    absolute=1e-12,
    cases=with_whole_numbers(
        best_guess, with_zeros(best_guess, guess_cases(), "x", "data"), "x"
    ),
    mistakes=(
        Mistake(
            without_the_half,
            "The 2 below the square is missing: a bell is exp(−off²/2v). You are "
            "surer than you may be: {got[0]:g} in place of {expected[0]:g}.",
        ),
        Mistake(
            compared_with_clean_rows,
            "You compare x with the rows as they are. Under noise a row stands at √ᾱ "
            "times itself: at ᾱ = {kept:g} the guess is {expected[0]:g}, not "
            "{got[0]:g}.",
        ),
        Mistake(
            compared_with_shares,
            "Under noise a row stands at √ᾱ times itself, not at ᾱ times: the guess "
            "at ᾱ = {kept:g} is {expected[0]:g}, not {got[0]:g}.",
        ),
        Mistake(
            nearest_row,
            "You return the most likely row. The best guess, in the mean square, is "
            "the mean of all rows by their weights: {expected[0]:g}.",
        ),
        Mistake(
            shrunken_mean,
            "You average the rows under noise, √ᾱ times the rows. What is asked for "
            "is clean: {expected[0]:g}, not {got[0]:g}.",
        ),
        Mistake(
            plain_mean,
            "You return the mean of all rows, {got[0]:g}. It must depend on x: rows "
            "that explain x better weigh more.",
        ),
        Mistake(
            distances_without_squares,
            "The exponent of a bell holds the square of the distance, not the "
            "distance: the guess is {expected[0]:g}, not {got[0]:g}.",
        ),
    ),
)


def gap(x, mean, variance):
    """Return log p(x) minus the bound, in nats."""
    return variance + (mean - x / 2) ** 2 - 1 / 2 - np.log(2 * variance) / 2


def gap_cases():
    """Return the cases for `gap`: the posterior itself, and beliefs far from it."""
    yield 2.0, 1.0, 0.5
    yield 2.0, 1.0, 1.0
    yield 2.0, 0.0, 1.0
    yield 3.0, -1.0, 0.25
    yield -0.5, 4.0, 0.0004
    yield 0.0, 0.0, 250.0
    yield 1.0, 0.5, 0.0004
    yield -250.0, 300.0, 0.5
    yield 0.5, 0.25, 1e-14
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        x, mean = rounded(rng, -3, 3, (2,)).tolist()
        yield x, mean, float(rounded(rng, 0.05, 3))


GAP = Exercise(
    reference=gap,
    absolute=1e-12,
    cases=tuple(gap_cases()),
    mistakes=(
        Mistake(
            lambda x, mean, variance: (
                (1 / (2 * variance) + (mean - x / 2) ** 2 / variance - 1) / 2
                + np.log(2 * variance) / 2
            ),
            "That is the divergence the other way round. The cloud q comes first: "
            "KL(q ‖ p(z | x)) is {expected:g} here, not {got:g}.",
        ),
        Mistake(
            lambda x, mean, variance: (
                (variance + mean**2 - 1 - np.log(variance)) / 2 + 0 * x
            ),
            "That is the price, the divergence from the code before x is seen. The "
            "gap is the one from N(x/2, ½): {expected:g}.",
        ),
        Mistake(
            lambda x, mean, variance: (
                (variance + (mean - x / 2) ** 2 - 1 - np.log(variance)) / 2
            ),
            "The mean is right, but what may be believed of the code has the variance "
            "½, not 1: to divide by it is to double.",
        ),
        Mistake(
            lambda x, mean, variance: (
                variance + (mean - x) ** 2 - 1 / 2 - np.log(2 * variance) / 2
            ),
            "Once x is seen, the code is near x/2, half way to 0: at x = {x:g} the gap "
            "is {expected:g}, not {got:g}.",
        ),
        Mistake(
            lambda x, mean, variance: (
                2 * variance + 2 * (mean - x / 2) ** 2 - 1 - np.log(2 * variance)
            ),
            "The half in front is missing: {got:g} is twice the gap.",
        ),
        Mistake(
            lambda x, mean, variance: -gap(x, mean, variance),
            "The sign is turned: the bound lies below log p(x), so the gap is not "
            "negative.",
        ),
        Mistake(
            lambda x, mean, variance: (
                variance**2 + (mean - x / 2) ** 2 - 1 / 2 - np.log(2 * variance**2) / 2
            ),
            "You take the variance for a spread, and square it.",
        ),
    ),
)

EXERCISES = {
    "walk": WALK,
    "step_back": STEP_BACK,
    "best_guess": BEST_GUESS,
    "gap": GAP,
}
