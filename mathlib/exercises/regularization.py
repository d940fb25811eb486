"""The exercises of the chapter on regularization."""

import numpy as np

from mathlib.exercises.checker import Exercise, Mistake, with_whole_numbers, with_zeros

RANDOM_CASES = 20


def rounded(rng, low, high, size=None):
    """Return uniform random numbers with two decimals."""
    return np.round(rng.uniform(low, high, size), 2)


PULLED_BACK = Exercise(
    reference=1.0,
    mistakes=(
        Mistake(
            3.0,
            "That is the minimum without the penalty: at 3 the penalty 2θ² still has "
            "the slope 12.",
        ),
        Mistake(
            1.5,
            "The slope of 2θ² is 4θ, not 2θ: at 1.5 the two slopes are −3 and 6, and "
            "their sum is not 0.",
        ),
        Mistake(
            0.6,
            "The slope of (θ − 3)² is 2(θ − 3): both squares bring a factor 2, and it "
            "cancels.",
        ),
        Mistake(
            0.0,
            "That is the minimum of the penalty alone: at 0 the loss still pulls with "
            "the slope −6.",
        ),
    ),
)


def dropped(x, u, p):
    """Silence the entries with u < p, and make the others louder."""
    return np.where(u < p, 0.0, x / (1 - p))


def dropped_cases():
    """Return the cases for `dropped`."""
    yield np.array([1.0, 2.0]), np.array([0.3, 0.9]), 0.5
    yield np.array([4.0, 4.0]), np.array([0.1, 0.6]), 0.2
    yield np.array([5.0]), np.array([0.4]), 0.0
    yield np.array([3.0]), np.array([0.75]), 0.75
    yield np.array([-3.0, 300.0]), np.array([0.75, 0.25]), 0.2
    yield np.array([0.0004, -2.0]), np.array([0.9, 0.0003]), 0.0005
    yield np.array([0.5, 0.25]), np.array([0.9997, 0.9999]), 0.9998
    yield np.array([1, 3]), np.array([0.1, 0.9]), 0.2
    rng = np.random.default_rng(2)
    for _ in range(RANDOM_CASES):
        x, u = rounded(rng, 0, 1, size=(2, rng.integers(2, 5)))
        yield x, u, rounded(rng, 0.05, 0.9)


DROPPED = Exercise(
    reference=dropped,
    cases=with_whole_numbers(
        dropped, with_zeros(dropped, dropped_cases(), "x", "u"), "u"
    ),
    mistakes=(
        Mistake(
            lambda x, u, p: np.where(u < p, 0.0, x),
            "The survivors must become louder: {x[1]:g} stays {got[1]:g} at p = {p:g}, "
            "so that the mean is only (1 − p) of what the network sees later.",
        ),
        Mistake(
            lambda x, u, p: np.where(u < p, 0.0, x * (1 - p)),
            "You multiply by 1 − p, as the old form does in use. While training, "
            "divide: {x[1]:g} becomes {expected[1]:g}, not {got[1]:g}.",
        ),
        Mistake(
            lambda x, u, p: np.where(u < p, x / (1 - p), 0.0),
            "You keep what should go: with u = {u[0]:g} < p the first entry must be 0, "
            "and yours is {got[0]:g}.",
        ),
        Mistake(
            lambda x, u, p: np.where(u < p, 0.0, x / p) if p else x * np.inf,
            "You divide by p, but the share that stays is 1 − p: with p = {p:g} the "
            "second entry becomes {got[1]:g}, not {expected[1]:g}.",
        ),
        Mistake(
            lambda x, u, p: np.where(u < 1 - p, 0.0, x / (1 - p)),
            "You use p as the share that stays: with u = {u[1]:g} and p = {p:g} the "
            "second entry stays, and yours is {got[1]:g}.",
        ),
    ),
)


def leave_one_out(y):
    """Return the mean squared error of forecasting each number by the others' mean."""
    others = [np.delete(y, i).mean() for i in range(len(y))]
    return float(np.mean((y - np.array(others)) ** 2))


def typical_miss(y):
    """Return the wrong `leave_one_out` that takes sizes in place of squares."""
    others = [np.delete(y, i).mean() for i in range(len(y))]
    return float(np.mean(np.abs(y - np.array(others))))


def samples_to_judge_by():
    """Return the cases for `leave_one_out`."""
    yield (np.array([0.0, 4.0]),)
    yield (np.array([1.0, 1.0, 4.0]),)
    yield (np.array([-300.0, 150.0, 0.25]),)
    yield (np.array([-0.0004, 0.0003]),)
    yield (np.array([1, 2, 4]),)
    rng = np.random.default_rng(3)
    for _ in range(RANDOM_CASES):
        yield (rounded(rng, -2, 2, rng.integers(2, 7)),)


LEAVE_ONE_OUT = Exercise(
    reference=leave_one_out,
    absolute=1e-12,
    cases=with_zeros(leave_one_out, samples_to_judge_by(), "y"),
    mistakes=(
        Mistake(
            lambda y: float(np.mean((y - y.mean()) ** 2)),
            "You let each number judge itself: the mean of 0 and 4 has seen both, and "
            "its squared error is {got:g}. Forecast unseen, it is {expected:g}.",
        ),
        Mistake(
            lambda y: leave_one_out(y) * len(y),
            "You sum where the mean is asked for: two squared errors of 16 give "
            "{got:g} in place of {expected:g}.",
        ),
        Mistake(
            lambda y: float((y[-1] - y[:-1].mean()) ** 2),
            "You let only the last one judge: for 1, 1, 4 its squared error is "
            "{got:g}; the mean over all three is {expected:g}.",
        ),
        Mistake(
            typical_miss,
            "The error is squared: 0 forecast as 4 counts 16, not {got:g}.",
        ),
    ),
)


def kept(sigma, strength):
    """Return what ridge keeps of a direction with singular value σ."""
    return sigma**2 / (sigma**2 + strength)


def kept_cases():
    """Return the cases for `kept`."""
    yield 3.0, 1.0
    yield 1.0, 1.0
    yield 2.0, 0.0
    yield 2.0, 3.0
    yield 300.0, 250.0
    yield 0.0004, 1e-7
    rng = np.random.default_rng(5)
    for _ in range(RANDOM_CASES):
        yield tuple(rounded(rng, 0.1, 3, size=2).tolist())


KEPT = Exercise(
    reference=kept,
    cases=tuple(kept_cases()),
    mistakes=(
        Mistake(
            lambda sigma, strength: sigma / (sigma + strength),
            "The singular value enters squared, since XᵀX does: for σ = 3 and λ = 1 "
            "{got:g} is too little, {expected:g} is kept.",
        ),
        Mistake(
            lambda sigma, strength: strength / (sigma**2 + strength),
            "That is what is lost: for σ = 3 and λ = 1 ridge keeps {expected:g} and "
            "loses {got:g}.",
        ),
        Mistake(
            lambda sigma, strength: sigma / (sigma**2 + strength),
            "That is what u·y is multiplied by, {got:g}; least squares would multiply "
            "by 1/σ. The share kept is the ratio of the two, {expected:g}.",
        ),
        Mistake(
            lambda sigma, strength: sigma**2 / (sigma**2 + strength**2),
            "λ enters unsquared: for σ = {sigma:g} and λ = {strength:g} you keep "
            "{got:.3g}, ridge keeps {expected:.3g}.",
        ),
    ),
)

EXERCISES = {
    "pulled_back": PULLED_BACK,
    "dropped": DROPPED,
    "leave_one_out": LEAVE_ONE_OUT,
    "kept": KEPT,
}
