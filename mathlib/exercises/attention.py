"""The exercises of the chapter on attention; how to write one: `gradient_descent`."""

import numpy as np

from mathlib.exercises.checker import (
    RANDOM_CASES,
    Exercise,
    Mistake,
    rounded,
    with_whole_numbers,
    with_zeros,
)

SECOND_WORD = Exercise(
    reference=np.array([20.0, 30.0]),
    mistakes=(
        Mistake(
            np.array([24.0, 18.0]),
            "You let the second word see the third, which is not written yet: 24 and "
            "18 are read from all three words.",
        ),
        Mistake(
            np.array([12.0, 18.0]),
            "You hide the third word after the division by 5: the two shares left are "
            "2/5 and 1/5, and do not add up to 1.",
        ),
        Mistake(
            np.array([15.0, 30.0]),
            "Your shares are a half each. “run” asks, with the query (1, 0), and the "
            "keys are (1, 1) and (0, 1): the scores are 1 and 0.",
        ),
        Mistake(
            np.array([10.0, 30.0]),
            "You count the first word once and the second twice: it is the first that "
            "has the score 1, and so the number 2.",
        ),
        Mistake(
            np.array([2 / 3, 1.0]),
            "You read the marks. The values are 30 times the marks.",
        ),
        Mistake(
            30 * np.array([np.e / (np.e + 1), 1.0]),
            "You take powers of e = 2.718 …: in this exercise they are powers of 2, so "
            "that the shares are fractions.",
        ),
    ),
)


def attention_weights(query, keys):
    """Return the share of each key in what is read."""
    z = keys @ query / np.sqrt(len(query))
    shares = np.exp(z - z.max())
    return shares / shares.sum()


def shares_of(z):
    """Return the softmax of scores, row by row."""
    shares = np.exp(z - z.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def attention_cases():
    """Return the cases for `attention_weights`."""
    yield np.array([2.0]), np.array([[1.0], [0.0]])
    yield np.array([1.0, 1.0, 0.0, 1.0]), np.eye(4)
    yield np.array([300.0, 0.0]), np.array([[9.0, 0.0], [0.0, 9.0]])
    yield np.array([300.0, 0.0]), np.array([[0.0, 9.0], [9.0, 0.0]])
    yield np.array([300.0, 0.0]), np.array([[8.0, 0.0], [8.003, 0.0], [7.0, 1.0]])
    yield np.array([-300.0]), np.array([[5.0], [4.0], [4.002]])
    yield np.array([0.5]), np.array([[300.0], [150.0], [298.0]])
    rng = np.random.default_rng(4)
    for _ in range(RANDOM_CASES):
        d, n = rng.integers(2, 5, size=2)
        yield rounded(rng, -2, 2, d), rounded(rng, -2, 2, (n, d))


ATTENTION_WEIGHTS = Exercise(
    reference=attention_weights,
    cases=with_zeros(attention_weights, attention_cases(), "query", "keys"),
    mistakes=(
        Mistake(
            lambda query, keys: shares_of(keys @ query),
            "The scale is missing: divide the dot products by √d, here √{query.size}, "
            "or long vectors make the softmax choose one key alone.",
        ),
        Mistake(
            lambda query, keys: shares_of(keys @ query / len(query)),
            "You divide by d where √d belongs: the dot product of d independent terms "
            "spreads like √{query.size}.",
        ),
        Mistake(
            lambda query, keys: keys @ query / np.sqrt(len(query)),
            "These are scores, {got[0]:g} and so on, not shares: the softmax is "
            "missing.",
        ),
        Mistake(
            lambda query, keys: (
                np.exp(keys @ query / np.sqrt(len(query)))
                / np.exp(keys @ query / np.sqrt(len(query))).sum()
            ),
            "exp overflows: with scores above 709 your shares are nan. Subtract the "
            "largest score first; the shares stay the same.",
        ),
    ),
)


def read_back(Q, K, V):
    """Return what each place reads, if it sees itself and what stands before it."""
    z = Q @ K.T / np.sqrt(K.shape[1])
    z[np.triu_indices(len(z), 1)] = -np.inf
    shares = np.exp(z - z.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True) @ V


def scores_of(Q, K):
    """Return the scaled dot products of queries and keys."""
    return Q @ K.T / np.sqrt(K.shape[1])


def hidden(z, below=0):
    """Return scores with those of the future at minus infinity."""
    return np.where(np.tri(len(z), k=below, dtype=bool), z, -np.inf)


def mean_of_the_open(Q, K, V):
    """Return the wrong `read_back` that never hides a place."""
    return shares_of(scores_of(Q, K)) @ V


def masked_too_late(Q, K, V):
    """Return the wrong `read_back` that hides shares, not scores."""
    return shares_of(scores_of(Q, K)) * np.tri(len(Q)) @ V


def zeros_for_scores(Q, K, V):
    """Return the wrong `read_back` that writes the score 0 where nothing is seen."""
    return shares_of(scores_of(Q, K) * np.tri(len(Q))) @ V


def without_itself(Q, K, V):
    """Return the wrong `read_back` whose places do not see themselves."""
    with np.errstate(invalid="ignore"):
        return shares_of(hidden(scores_of(Q, K), -1)) @ V


def down_the_columns(Q, K, V):
    """Return the wrong `read_back` whose columns, not rows, add up to 1."""
    with np.errstate(invalid="ignore"):
        return shares_of(hidden(scores_of(Q, K)).T).T @ V


def reading_cases():
    """Return the cases for `read_back`."""
    yield np.array([[1.0]]), np.array([[2.0]]), np.array([[3.0]])
    two = np.array([[1.0], [2.0]])
    yield two, np.array([[1.0], [-1.0]]), np.array([[8.0], [4.0]])
    four = np.array([[0.0, 2.0, 0.0, 0.0], [2.0, 0.0, 0.0, 2.0]])
    yield four, np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]), two
    yield np.array([[1.0], [250.0]]), np.array([[0.0], [0.004]]), two
    yield 300 * two, np.array([[9.0], [-9.0]]), two
    yield 300 * two, np.array([[-9.0], [9.0]]), two
    yield -300 * two, np.array([[5.0], [4.002]]), 250 * two
    yield 0.0004 * two, np.array([[300.0], [-150.0]]), two
    yield 300 * two, np.array([[-90.0], [90.0]]), two
    rng = np.random.default_rng(6)
    for _ in range(RANDOM_CASES):
        T, d, m = rng.integers(2, 5, size=3)
        shapes = (T, d), (T, d), (T, m)
        yield tuple(rounded(rng, -2, 2, shape) for shape in shapes)


READ_BACK = Exercise(
    reference=read_back,
    cases=with_whole_numbers(
        read_back, with_zeros(read_back, reading_cases(), "Q", "K", "V"), "V"
    ),
    mistakes=(
        Mistake(
            mean_of_the_open,
            "Your first place reads {got[0][0]:g}: it sees what stands after it. It "
            "can only read its own value, {expected[0][0]:g}.",
        ),
        Mistake(
            masked_too_late,
            "You hide shares, not scores: the shares that are left do not add up to 1, "
            "and the first place reads {got[0][0]:g} in place of {expected[0][0]:g}.",
        ),
        Mistake(
            zeros_for_scores,
            "A score of 0 is a score: exp(0) = 1 gives the future a share. Write minus "
            "infinity there, whose exponential is 0.",
        ),
        Mistake(
            without_itself,
            "Your places do not see themselves: the first has nothing to read from, "
            "and 0/0 is nan.",
        ),
        Mistake(
            down_the_columns,
            "Your softmax runs down the columns: the shares that one place *gives* add "
            "up to 1. It is those that it takes, a row, which must.",
        ),
        Mistake(
            lambda Q, K, V: shares_of(hidden(Q @ K.T)) @ V,
            "The scale is missing: divide the dot products by √d, here √{K.shape[1]}.",
        ),
        Mistake(
            lambda Q, K, V: shares_of(hidden(Q @ K.T / np.sqrt(len(K)))) @ V,
            "You divide by the root of the number of places; √d is the root of the "
            "number of features of a key, {K.shape[1]}.",
        ),
        Mistake(
            lambda Q, K, V: read_back(K, Q, V),
            "Q and K are exchanged: row t of the scores belongs to the question that "
            "place t asks, so it is Q Kᵀ, not K Qᵀ.",
        ),
    ),
)


def slope_through_time(states, u):
    """Return ∂h_T/∂h₀ of hₜ = tanh(u hₜ₋₁ + …), from the states h₁ … h_T."""
    return float(np.prod(u * (1 - states**2)))


def time_cases():
    """Return the cases for `slope_through_time`."""
    yield np.array([0.5]), 2.0
    yield np.array([0.5, 0.0]), 3.0
    yield np.array([0.5]), -2.0
    yield np.array([-0.5, 0.25, 0.0]), -0.25
    yield np.array([0.5, 0.5]), 0.0
    yield np.array([0.25]), 300.0
    yield np.array([0.25]), 0.0004
    rng = np.random.default_rng(5)
    for _ in range(RANDOM_CASES):
        size = rng.integers(2, 6)
        yield rounded(rng, -0.9, 0.9, size), float(rounded(rng, 0.2, 1.5))


SLOPE_THROUGH_TIME = Exercise(
    reference=slope_through_time,
    cases=with_zeros(slope_through_time, time_cases(), "states"),
    mistakes=(
        Mistake(
            lambda states, u: float(u ** len(states)),
            "You leave out the slope of tanh, 1 − h²: at h = {states[0]:g} it is "
            "0.75, and the slope is {expected:g}, not {got:g}.",
        ),
        Mistake(
            lambda states, u: float(np.prod(1 - states**2)),
            "The weight is missing: each step multiplies by u = {u:g} too, which "
            "makes {expected:g} of your {got:g}.",
        ),
        Mistake(
            lambda states, u: float(u * np.prod(1 - states**2)),
            "u enters once in your answer, but the same weight is used at every step: "
            "with u = {u:g} and {states.size} steps it enters {states.size} times.",
        ),
        Mistake(
            lambda states, u: float(np.sum(u * (1 - states**2))),
            "You add where the chain rule multiplies: one path leads back, through all "
            "steps one after the other.",
        ),
        Mistake(
            lambda states, u: float(np.prod(u * (1 - np.tanh(states) ** 2))),
            "The states are what tanh has put out already: its slope is 1 − h², and "
            "you take tanh of h = {states[0]:g} once more.",
        ),
    ),
)

EXERCISES = {
    "second_word": SECOND_WORD,
    "attention_weights": ATTENTION_WEIGHTS,
    "read_back": READ_BACK,
    "slope_through_time": SLOPE_THROUGH_TIME,
}
