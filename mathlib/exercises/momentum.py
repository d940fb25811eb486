"""The exercises of the chapter on momentum."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_whole_numbers,
    with_zeros,
)

TWO_STEPS = Exercise(
    reference=3.5,
    mistakes=(
        Mistake(
            4.5,
            "You forget the velocity: 4.5 is where plain gradient descent lands after "
            "two steps, 8 · 0.75².",
        ),
        Mistake(
            3.0,
            "Your second velocity takes the slope at 8 again: 4 + 8. You stand at 6 by "
            "then, and the slope there is 6.",
        ),
        Mistake(
            2.5,
            "You keep all of the old velocity: 8 + 6 = 14. Half of the 8 is 4, and "
            "4 + 6 = 10.",
        ),
        Mistake(
            5.625,
            "You weigh each slope by 1 − β. The heavy ball takes the slope in full: "
            "its first velocity is 8.",
        ),
        Mistake(
            0.0,
            "Your slopes are twice too large: the slope of ½w² at w is w, not 2w.",
        ),
        Mistake(6.0, "One step too few: 6 is where the first step lands."),
    ),
)


def momentum_step(w, v, slope, rate, beta):
    """Take one step of the heavy ball: the new w and the new v."""
    v = beta * v + slope
    return w - rate * v, v


def momentum_cases():
    """Return the cases for `momentum_step`."""
    yield np.array([1.0]), np.array([2.0]), np.array([4.0]), 0.1, 0.5
    yield np.array([0.0]), np.array([0.0]), np.array([1.0]), 0.5, 0.9
    yield np.array([1.0, -1.0]), np.array([0.0, 1.0]), np.array([2.0, 0.0]), 0.5, 0.5
    far, near = np.array([300.0, -3.0]), np.array([0.0004, 250.0])
    yield far, near, -far, 2.5, 0.5
    yield near, -far, near, 150.0, 0.0005
    yield near, far, far, 0.0005, 0.25
    rng = np.random.default_rng(1)
    for _ in range(RANDOM_CASES):
        w, v, slope = rounded(rng, -2, 2, (3, rng.integers(1, 4)))
        yield w, v, slope, rounded(rng, 0, 1), rounded(rng, 0, 0.9)


def moves_with_the_old_velocity(w, v, slope, rate, beta):
    """Return the wrong `momentum_step` that moves before it takes the slope in."""
    return w - rate * v, beta * v + slope


def averages(w, v, slope, rate, beta):
    """Return the wrong `momentum_step` that weighs the slope by 1 − β."""
    v = beta * v + (1 - beta) * slope
    return w - rate * v, v


def climbs(w, v, slope, rate, beta):
    """Return the wrong `momentum_step` that adds the velocity."""
    v = beta * v + slope
    return w + rate * v, v


def counts_the_rate_twice(w, v, slope, rate, beta):
    """Return the wrong `momentum_step` with the rate in the velocity as well."""
    v = beta * v + rate * slope
    return w - rate * v, v


def velocity_as_step(w, v, slope, rate, beta):
    """Return the wrong `momentum_step` whose velocity is a step: v ← βv − ηg, w + v."""
    v = beta * v - rate * slope
    return w + v, v


def returns_the_slope(w, v, slope, rate, beta):
    """Return the wrong `momentum_step` that forgets all but the last slope."""
    return momentum_step(w, v, slope, rate, beta)[0], slope


MOMENTUM_STEP = Exercise(
    reference=momentum_step,
    absolute=1e-12,
    cases=with_whole_numbers(
        momentum_step,
        with_zeros(momentum_step, momentum_cases(), "slope", "rate", "beta"),
        "w",
        "v",
        "slope",
    ),
    mistakes=(
        Mistake(
            moves_with_the_old_velocity,
            "You move with the old velocity: from w = {w[0]:g} you reach {got[0][0]:g} "
            "whatever the slope is. First v ← βv + g, then w ← w − ηv.",
        ),
        Mistake(
            averages,
            "You weigh the slope by 1 − β, which is Adam's way: your velocity is "
            "{got[1][0]:g}, not {expected[1][0]:g}. The heavy ball takes the slope in "
            "full.",
        ),
        Mistake(
            climbs,
            "You climb: the velocity sums up slopes, so it is subtracted. From "
            "w = {w[0]:g} you go to {got[0][0]:g}.",
        ),
        Mistake(
            counts_the_rate_twice,
            "The rate enters twice, in the velocity and in the step: at η = {rate:g} "
            "you reach {got[0][0]:g}, not {expected[0][0]:g}.",
        ),
        Mistake(
            velocity_as_step,
            "You let the velocity be a step, v ← βv − ηg and w ← w + v, as some books "
            "do. Here it adds up slopes: v ← βv + g becomes {expected[1][0]:g}, not "
            "{got[1][0]:g}, and w ← w − ηv.",
        ),
        Mistake(
            returns_the_slope,
            "You hand back the slope as velocity, so the ball forgets: it must "
            "remember {expected[1][0]:g}, and yours remembers {got[1][0]:g}.",
        ),
    ),
)


def walls(beta):
    """Return the least and the largest ηλ between which the heavy ball swings."""
    root = np.sqrt(beta)
    return (1 - root) ** 2, (1 + root) ** 2


def wall_cases():
    """Return the cases for `walls`: memories from 0 to nearly 1."""
    yield (0.25,)
    yield (0.81,)
    yield (0.0,)
    yield (0.0004,)
    yield (0.9999,)
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        yield (float(rounded(rng, 0, 0.99)),)


WALLS = Exercise(
    reference=walls,
    absolute=1e-12,
    cases=tuple(wall_cases()),
    mistakes=(
        Mistake(
            lambda beta: ((1 - beta) ** 2, (1 + beta) ** 2),
            "The root is missing: at β = {beta:g} the walls stand at 1 − √β and "
            "1 + √β, squared; you have {got[0]:g} in place of {expected[0]:g}.",
        ),
        Mistake(
            lambda beta: (1 - np.sqrt(beta), 1 + np.sqrt(beta)),
            "You have taken the root of both sides and stopped: these are √(ηλ). At "
            "β = {beta:g} the left wall is at {expected[0]:g}, not {got[0]:g}.",
        ),
        Mistake(
            lambda beta: (0.0, 2 + 2 * beta),
            "Between these the ball arrives. It swings where 1 + β − ηλ is smaller "
            "than 2√β in size: at β = {beta:g} from {expected[0]:g} on.",
        ),
        Mistake(
            lambda beta: walls(beta)[::-1],
            "You give the right wall first: at β = {beta:g} the least ηλ is "
            "{expected[0]:g}.",
        ),
        Mistake(
            lambda beta: (1 + beta - 2 * beta, 1 + beta + 2 * beta),
            "Four β is the square of 2√β, not of 2β: at β = {beta:g} the left wall is "
            "at {expected[0]:g}, not {got[0]:g}.",
        ),
    ),
)


def best_memory(condition):
    """Return the memory with which the heavy ball is fastest, from κ."""
    root = np.sqrt(condition)
    return ((root - 1) / (root + 1)) ** 2


def memory_cases():
    """Return the cases for `best_memory`: condition numbers from 1."""
    yield (25.0,)
    yield (9.0,)
    yield (1.0,)
    yield (1.0004,)
    yield (250000.0,)
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        yield (float(rounded(rng, 1, 100)),)


BEST_MEMORY = Exercise(
    reference=best_memory,
    absolute=1e-12,
    cases=tuple(memory_cases()),
    mistakes=(
        Mistake(
            lambda condition: (np.sqrt(condition) - 1) / (np.sqrt(condition) + 1),
            "That is √β, the factor per step. At κ = {condition:g} the memory is its "
            "square, {expected:.4g}.",
        ),
        Mistake(
            lambda condition: ((condition - 1) / (condition + 1)) ** 2,
            "The roots are missing: the ratio of the walls is a square, and its root "
            "is √κ. At κ = {condition:g} you find {got:.4g}, not {expected:.4g}.",
        ),
        Mistake(
            lambda condition: (condition - 1) / (condition + 1),
            "That is what a light ball keeps at each step, {got:.4g} at "
            "κ = {condition:g}. The heavy ball's best memory is {expected:.4g}.",
        ),
        Mistake(
            lambda condition: 1 - best_memory(condition),
            "You give what is forgotten at each step, {got:.4g} at κ = {condition:g}; "
            "the memory is what is kept, {expected:.4g}.",
        ),
    ),
)

EXERCISES = {
    "two_steps": TWO_STEPS,
    "momentum_step": MOMENTUM_STEP,
    "walls": WALLS,
    "best_memory": BEST_MEMORY,
}
