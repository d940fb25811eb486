"""The exercises of the chapter on optimizers."""

import math

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_zeros,
)

FIRST_STEP = Exercise(
    reference=0.11,
    mistakes=(
        Mistake(
            0.09,
            "You climb: the slope is negative, so the way down is to the right, to "
            "larger w.",
        ),
        Mistake(
            5.1,
            "You step by η times the slope, 0.01 · 500. Adam divides the slope by its "
            "own size first.",
        ),
        Mistake(
            0.1316,
            "You leave both means as they are: m/√s is −50/√250, or −3.16. Corrected "
            "it is −500/500.",
        ),
        Mistake(
            0.1 + 5 / np.sqrt(250),
            "You correct the mean of the slopes and not that of their squares, 250. It "
            "began at 0 as well: divide it by 1 − 0.999.",
        ),
        Mistake(
            0.101,
            "You leave the mean of the slopes as it is, −50. It began at 0, so divide "
            "it by 1 − 0.9.",
        ),
    ),
)


def adam_step(mean, square, t, slope):
    """Return Adam's new mean, its new mean square, and the step per unit of rate."""
    mean = 0.9 * mean + 0.1 * slope
    square = 0.999 * square + 0.001 * slope**2
    corrected = mean / (1 - 0.9**t)
    return mean, square, corrected / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)


def adam_cases():
    """Return the cases for `adam_step`."""
    yield np.array([0.0]), np.array([0.0]), 1, np.array([2.0])
    yield np.array([0.2]), np.array([0.004]), 2, np.array([-3.0])
    yield np.array([300.0]), np.array([90000.0]), 1000, np.array([-250.0])
    yield np.array([0.0]), np.array([0.0]), 1, np.array([-1e-7])
    yield np.array([3.0, 0.0]), np.array([9.0, 1e-12]), 3, np.array([0.0004, 1e-6])
    yield np.array([0.5, 0.0]), np.array([0.25, 0.0]), 2, np.array([0.0, 0.0])
    yield np.array([3, -2]), np.array([9, 4]), 3, np.array([1, -5])
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        mean, slope = rounded(rng, -2, 2, (2, rng.integers(1, 4)))
        square = rounded(rng, 0, 1, mean.size)
        yield mean, square, int(rng.integers(1, 50)), slope


def uncorrected(mean, square, t, slope):
    """Return the wrong `adam_step` that leaves both means as they are."""
    mean, square, _ = adam_step(mean, square, t, slope)
    return mean, square, mean / (np.sqrt(square) + 1e-8)


def half_corrected(mean, square, t, slope):
    """Return the wrong `adam_step` that corrects only the mean."""
    mean, square, _ = adam_step(mean, square, t, slope)
    return mean, square, mean / (1 - 0.9**t) / (np.sqrt(square) + 1e-8)


def without_a_root(mean, square, t, slope):
    """Return the wrong `adam_step` that divides by the mean square itself."""
    mean, square, _ = adam_step(mean, square, t, slope)
    return mean, square, mean / (1 - 0.9**t) / (square / (1 - 0.999**t) + 1e-8)


def keeps_the_corrected(mean, square, t, slope):
    """Return the wrong `adam_step` that hands the corrected means on."""
    mean, square, moved = adam_step(mean, square, t, slope)
    return mean / (1 - 0.9**t), square / (1 - 0.999**t), moved


def squares_the_mean(mean, square, t, slope):
    """Return the wrong `adam_step` that squares the mean in place of the slope."""
    mean = 0.9 * mean + 0.1 * slope
    square = 0.999 * square + 0.001 * mean**2
    corrected = mean / (1 - 0.9**t)
    return mean, square, corrected / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)


ADAM_STEP = Exercise(
    reference=adam_step,
    cases=with_zeros(adam_step, adam_cases(), "slope"),
    mistakes=(
        Mistake(
            uncorrected,
            "Both means begin at 0 and you do not correct them: your first step is "
            "{got[2][0]:.3f} rates long; it should be {expected[2][0]:.3f}.",
        ),
        Mistake(
            half_corrected,
            "You correct the mean, but not the mean square: your first step is "
            "{got[2][0]:.1f} rates long; it should be {expected[2][0]:.3f}.",
        ),
        Mistake(
            without_a_root,
            "The root is missing: for the slope {slope[0]:g} your step is "
            "{got[2][0]:.2f}, and for a slope ten times as large it would be a tenth; "
            "Adam's does not depend on the scale.",
        ),
        Mistake(
            keeps_the_corrected,
            "Your step is right, but you hand the corrected means on: the next step "
            "would correct them again. The mean to keep is {expected[0][0]:g}, not "
            "{got[0][0]:g}.",
        ),
        Mistake(
            squares_the_mean,
            "You square the mean: the mean square is made of the slope {slope[0]:g} "
            "itself and becomes {expected[1][0]:g}, not {got[1][0]:.2g}.",
        ),
    ),
)


def rate_at(k, peak, warm, steps):
    """Return the rate of a linear warm-up, then half a cosine down to 0."""
    if k < warm:
        return peak * (k + 1) / warm
    return peak * (1 + math.cos(math.pi * (k - warm) / (steps - warm))) / 2


def rate_cases():
    """Return the cases for `rate_at`."""
    yield 0, 1.0, 4, 12
    yield 3, 1.0, 4, 12
    yield 4, 1.0, 4, 12
    yield 8, 1.0, 4, 12
    yield 12, 1.0, 4, 12
    yield 1, 300.0, 4, 12
    yield 10, 2.5, 4, 12
    yield 5, 0.0005, 4, 12
    rng = np.random.default_rng(4)
    for _ in range(RANDOM_CASES):
        warm, extra = (int(each) for each in rng.integers(2, 20, 2))
        k = int(rng.integers(0, warm + extra + 1))
        yield k, float(rounded(rng, 0, 1)), warm, warm + extra


def begins_at_zero(k, peak, warm, steps):
    """Return the wrong `rate_at` whose first step does nothing."""
    return peak * k / warm if k < warm else rate_at(k, peak, warm, steps)


def measures_from_the_start(k, peak, warm, steps):
    """Return the wrong `rate_at` whose cosine has run since step 0."""
    if k < warm:
        return rate_at(k, peak, warm, steps)
    return peak * (1 + math.cos(math.pi * k / steps)) / 2


def runs_a_whole_turn(k, peak, warm, steps):
    """Return the wrong `rate_at` whose cosine comes back up."""
    if k < warm:
        return rate_at(k, peak, warm, steps)
    return peak * (1 + math.cos(2 * math.pi * (k - warm) / (steps - warm))) / 2


def does_not_halve(k, peak, warm, steps):
    """Return the wrong `rate_at` that is twice as high on its way down."""
    rate = rate_at(k, peak, warm, steps)
    return rate if k < warm else 2 * rate


RATE_AT = Exercise(
    reference=rate_at,
    absolute=1e-12,
    cases=with_zeros(rate_at, rate_cases(), "peak"),
    mistakes=(
        Mistake(
            begins_at_zero,
            "Your step 0 has the rate {got:g}, so it does nothing: count from 1, "
            "(k + 1)/{warm} of the peak.",
        ),
        Mistake(
            measures_from_the_start,
            "Your cosine runs since step 0: when the warm-up of {warm} steps ends, at "
            "k = {k}, the rate drops to {got:.2f} at once. Let it begin there.",
        ),
        Mistake(
            runs_a_whole_turn,
            "You go round a whole turn: at k = {k}, halfway down, you are at {got:g} "
            "and come up again. Half a turn, π, ends at the bottom.",
        ),
        Mistake(
            does_not_halve,
            "1 + cos reaches from 0 to 2, so you must halve it: at k = {k} you have "
            "{got:g}, twice the peak.",
        ),
    ),
)


def noise_floor(rate, curvature, noise):
    """Return the mean of w² in the long run, on ½ λ w² with noisy gradients."""
    return rate * noise**2 / (curvature * (2 - rate * curvature))


def noise_cases():
    """Return the cases for `noise_floor`: rates below the limit."""
    yield 0.5, 2.0, 1.0
    yield 0.5, 2.0, 3.0
    yield 0.1, 1.0, 1.0
    yield 200.0, 0.004, 300.0
    yield 0.0005, 300.0, 0.0004
    yield 0.5, 0.0004, 1.0
    yield 0.5, 1.0, 0.0
    rng = np.random.default_rng(5)
    for _ in range(RANDOM_CASES):
        curvature = float(rounded(rng, 0.1, 3))
        share = float(rounded(rng, 0.05, 0.9))
        yield share * 2 / curvature, curvature, float(rounded(rng, 0, 2))


NOISE_FLOOR = Exercise(
    reference=noise_floor,
    cases=tuple(noise_cases()),
    mistakes=(
        Mistake(
            lambda rate, curvature, noise: rate * noise**2 / (2 * curvature),
            "That is the floor for small rates: it forgets the square (ηλ)². At "
            "ηλ = 1 you find {got:g}, and it is {expected:g}.",
        ),
        Mistake(
            lambda rate, curvature, noise: rate**2 * noise**2,
            "That is what one step adds. The steps before it left some too: the floor "
            "solves V = (1 − ηλ)²V + η²σ².",
        ),
        Mistake(
            lambda rate, curvature, noise: (
                rate * noise / (curvature * (2 - rate * curvature))
            ),
            "The noise enters squared: variances add, standard deviations do not. With "
            "σ = 3 you find {got:g}, and the floor is {expected:g}.",
        ),
        Mistake(
            lambda rate, curvature, noise: rate * noise**2 / (2 - rate * curvature),
            "A factor λ is lost below: 1 − (1 − ηλ)² is ηλ(2 − ηλ). With λ = "
            "{curvature:g} you find {got:g}, and it is {expected:g}.",
        ),
        Mistake(
            lambda rate, curvature, noise: math.sqrt(
                noise_floor(rate, curvature, noise)
            ),
            "You give the typical distance, the root of the mean square: "
            "{got:.3f} in place of {expected:g}.",
        ),
    ),
)

EXERCISES = {
    "first_step": FIRST_STEP,
    "adam_step": ADAM_STEP,
    "rate_at": RATE_AT,
    "noise_floor": NOISE_FLOOR,
}
