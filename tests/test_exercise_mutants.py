"""Wrong versions of every reference, derived by rule: each is refused.

`tests/mutants.py` has the rules. Here stands what holds of arguments and results where
an exercise is meant; in `tests/same_program.txt`, by hand, the mutants that are the
same program, with the reason.
"""

import collections
import functools
import inspect
import warnings
from pathlib import Path

import numpy as np
import pytest
from checking import FUNCTIONS
from mutants import mutants

from mathlib.exercises.checker import (
    answer,
    is_right,
    run,
)

# What is never negative where an exercise is meant: its text says so, or a proof.
NEVER_NEGATIVE = {
    "activations.dead_count": ["result"],
    "autodiff.fewest_stored": ["result"],
    "autodiff.softmax_pullback": ["p"],
    "backprop.hidden_delta": ["1 - np.tanh(Z) ** 2"],
    "backprop.step": ["1 - h ** 2", "rate"],
    "derivatives.central": ["h"],
    "singular_values.best_rank_error": ["result", "singular_values"],
    "eigenvalue_algorithms.halved": ["below"],
    "eigenvalue_algorithms.lower_bound": [
        *("columns", "rows", "sizes.sum(axis=0)", "sizes.sum(axis=1)"),
        "sizes.sum(axis=0) - np.abs(diagonal)",
        "sizes.sum(axis=1) - np.abs(diagonal)",
    ],
    "eigenvalues.eigenvalues_2x2": ["((a - d) / 2) ** 2 + b * c", "root"],
    "singular_values.explained": ["result", "sizes"],
    "singular_values.shortest": ["sizes", "sizes[kept]"],
    "eigenvalues.power_factor": ["result", "sizes"],
    "floating_point.forward_step": ["curvature", "epsilon", "result", "value"],
    "floating_point.sideways": ["h"],
    "generation.step_back": ["now", "then", "1 - now", "1 - then"],
    "generation.best_guess": [
        *("kept", "1 - kept", "2 * (1 - kept)", "squares", "weights"),
        "weights.sum()",
    ],
    "generation.gap": [
        *("variance", "2 * variance", "result", "variance + (mean - x / 2) ** 2"),
        "variance + (mean - x / 2) ** 2 - 1 / 2 - np.log(2 * variance) / 2",
    ],
    "gradients.nearest": ["a @ a"],
    "floating_point.small_root": ["b", "b * b - 1", "result"],
    "gradient_descent.guaranteed_decrease": ["rate", "smoothness"],
    "gradient_descent.largest_stable_rate": ["np.linalg.eigvalsh(hessian)", "result"],
    "gradient_descent.regression_step": ["rate"],
    "gradient_descent.step": ["rate"],
    "gradient_descent.walk": ["rate", "result", "tolerance"],
    "information.divergence": [
        "p",
        "q",
        "result",
        "surprises(q[seen])",
        "surprises(p[seen])",
        "0.0 - np.log(p)",
        "np.sum(p[seen] * (surprises(q[seen]) - surprises(p[seen])))",
    ],
    "information.kl_to_standard": [
        "result",
        "variance",
        "(variance + mean ** 2 - 1 - np.log(variance)) / 2",
        "variance + mean ** 2 - 1 - np.log(variance)",
    ],
    "information.mean_surprise": ["0.0 - np.log(p)", "p", "result", "surprises(p)"],
    "information.shared": [
        "apart",
        "joint",
        "p",
        "q",
        "result",
        "surprises(q[seen])",
        "surprises(p[seen])",
        "0.0 - np.log(p)",
        "np.sum(p[seen] * (surprises(q[seen]) - surprises(p[seen])))",
        "divergence(joint.ravel(), apart.ravel())",
    ],
    "likelihood.text_perplexity": [
        "0.0 - np.log(given)",
        "costs(given)",
        "given",
        "result",
    ],
    "initialization.leaky_gain": [
        "1 + slope ** 2",
        "2 / (1 + slope ** 2)",
        "result",
        "slope",
    ],
    "initialization.mean_square_after": ["gain", "result"],
    "initialization.vanishing_bound": ["norm", "result", "slope"],
    "likelihood.coin_map": ["result"],
    "likelihood.two_rates": [
        "1 - yes[labels == 1].mean()",
        "result",
        "yes",
        "yes[labels == 0].mean()",
        "yes[labels == 1].mean()",
    ],
    "likelihood.weighted_mean": ["sd", "weights", "weights.sum()"],
    "losses.cross_entropy_gradient": ["powers", "probabilities(logits)"],
    "losses.curvature": ["p", "p @ v ** 2 - (p @ v) ** 2", "result"],
    "losses.huber_gradient": ["delta"],
    "losses.log_sum_exp": ["np.log(np.exp(z - z.max()).sum())"],
    "momentum.best_memory": ["condition", "result", "root", "root - 1"],
    "momentum.momentum_step": ["beta", "rate"],
    "momentum.walls": ["1 - root", "beta", "result", "root"],
    "attention.attention_weights": ["result", "shares"],
    "attention.read_back": [
        "shares",
        "shares.sum(axis=1, keepdims=True)",
        "shares / shares.sum(axis=1, keepdims=True)",
        "np.inf",
    ],
    "networks.blind_loss": [
        "labels",
        "result",
        "shares",
        "float(-np.sum(shares * np.log(shares)))",
        "np.unique(labels, return_counts=True)",
        "np.unique(labels, return_counts=True)[1]",
        "np.unique(labels, return_counts=True)[1] / len(labels)",
    ],
    "networks.confusion": ["result"],
    "networks.one_epoch": ["rate"],
    "attention.slope_through_time": ["1 - states ** 2"],
    "optimizers.adam_step": [
        "square",
        "0.9 ** t",
        "0.999 ** t",
        "1 - 0.9 ** t",
        "1 - 0.999 ** t",
    ],
    "optimizers.noise_floor": [
        "2 - rate * curvature",
        "curvature",
        "rate",
        "result",
        "noise",
    ],
    "optimizers.rate_at": [
        "k - warm",
        "peak",
        "result",
        "steps - warm",
        "1 + math.cos(math.pi * (k - warm) / (steps - warm))",
    ],
    "privacy.clipped": ["clip", "lengths", "np.maximum(lengths, clip)"],
    "probability.after_several": [
        "(1 - prior) * false_positive_rate ** tests",
        "1 - prior",
        "false_positive_rate",
        "false_positive_rate ** tests",
        "healthy",
        "ill",
        "ill + healthy",
        "ill / (ill + healthy)",
        "prior",
        "prior * sensitivity ** tests",
        "result",
        "sensitivity",
        "sensitivity ** tests",
        "tests",
    ],
    "probability.dependence": ["joint", "product", "result"],
    "probability.given_row": ["joint", "result"],
    "probability.ill_given_positive": [
        "1 - prior",
        "false_positive_rate",
        "healthy",
        "ill",
        "prior",
        "result",
        "sensitivity",
    ],
    "sampling.pull_slope": ["arm", "np.arange(len(theta))", "policy"],
    "sampling.mean_variance": ["1 + (n - 1) * correlation", "n - 1", "result", "sd"],
    "regularization.dropped": ["1 - p", "p", "u"],
    "regularization.kept": ["result", "sigma", "strength"],
    "regularization.leave_one_out": ["result"],
    "second_order.first_point": ["b @ A @ b", "b @ b"],
    "second_order.next_error": ["result", "root", "w"],
    "sparsity.soft_threshold": ["amount"],
    "vectors.dot_from_lengths": ["length_of_difference", "length_of_sum"],
    "high_dimensions.one_hot": ["result"],
    "high_dimensions.peel": ["d", "thickness", "1 - thickness", "result"],
}

# What is never above 1 in size.
AT_MOST_ONE = {
    "autodiff.softmax_pullback": ["p"],
    "eigenvalue_algorithms.tangent": ["result"],
    "singular_values.explained": ["result"],
    "singular_values.shortest": ["u", "vt"],
    "eigenvalues.power_factor": ["result"],
    "eigenvalues.power_step": ["result"],
    "floating_point.forward_step": ["epsilon"],
    "floating_point.small_root": ["result"],
    "information.divergence": ["p", "q"],
    "information.mean_surprise": ["p"],
    "information.shared": ["joint"],
    "likelihood.text_perplexity": ["given"],
    "generation.step_back": ["now", "then"],
    "generation.best_guess": ["kept"],
    "initialization.leaky_gain": ["slope"],
    "likelihood.coin_map": ["result"],
    "likelihood.two_rates": ["result"],
    "losses.cross_entropy_gradient": ["result"],
    "losses.curvature": ["p"],
    "momentum.best_memory": ["result"],
    "momentum.momentum_step": ["beta"],
    "momentum.walls": ["beta", "root"],
    "attention.attention_weights": ["result"],
    "attention.slope_through_time": ["states"],
    "probability.after_several": [
        "false_positive_rate",
        "prior",
        "result",
        "sensitivity",
    ],
    "probability.dependence": ["joint", "result"],
    "probability.given_row": ["joint", "result"],
    "probability.ill_given_positive": [
        "false_positive_rate",
        "prior",
        "result",
        "sensitivity",
    ],
    "sampling.mean_variance": ["correlation"],
    "regularization.dropped": ["p", "u"],
    "regularization.kept": ["result"],
    "vectors.cosine": ["result"],
    "high_dimensions.one_hot": ["result"],
    "high_dimensions.peel": ["thickness", "1 - thickness", "result"],
    "linear_systems.orthonormal": ["result"],
}


def same_program(name):
    """Return the mutants of an exercise that are no wrong answers."""
    lines = Path(__file__).with_name("same_program.txt").read_text("utf-8").split("\n")
    start = f"  {name}: "
    return {line.removeprefix(start) for line in lines if line.startswith(start)}


def mutants_of(name):
    """Return the mutants of an exercise's reference."""
    facts = NEVER_NEGATIVE.get(name, ()), AT_MOST_ONE.get(name, ())
    return mutants(FUNCTIONS[name], *facts)


def judge(exercise, mutant):
    """Return whether a mutant is right, wrong, or stops before it gives any result."""
    outcome = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for outcome in run(exercise, mutant):
            if not is_right(exercise, outcome):
                break
        else:
            return "right"
    first = outcome.arguments is exercise.cases[0]
    return "stops" if outcome.error and first else "wrong"


@functools.cache
def results(name):
    """Return what becomes of each mutant of an exercise."""
    return {line: judge(FUNCTIONS[name], each) for line, each in mutants_of(name)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_mutant_is_refused_unless_it_is_the_same_program(name):
    right = {line for line, result in results(name).items() if result == "right"}
    assert right == same_program(name)


def test_the_mutants_are_many_and_most_of_them_give_a_result():
    counts = {name: collections.Counter(results(name).values()) for name in FUNCTIONS}
    assert min(each["wrong"] for each in counts.values()) >= 20
    total = sum(counts.values(), collections.Counter())
    assert total["wrong"] >= 6000
    assert total["stops"] < 500
    assert total["right"] < 300


@pytest.mark.parametrize("name", NEVER_NEGATIVE | AT_MOST_ONE)
def test_what_is_said_of_results_holds_in_every_case(name):
    exercise = FUNCTIONS[name]
    results = [answer(exercise.reference, case) for case in exercise.cases]
    if "result" in NEVER_NEGATIVE.get(name, ()):
        assert all(np.all(np.asarray(each) >= 0) for each in results)
    if "result" in AT_MOST_ONE.get(name, ()):
        assert all(np.all(np.abs(each) <= 1 + 1e-12) for each in results)


@pytest.mark.parametrize("name", NEVER_NEGATIVE | AT_MOST_ONE)
def test_what_is_said_of_arguments_holds_in_every_case(name):
    exercise = FUNCTIONS[name]
    for case in exercise.cases:
        arguments = inspect.signature(exercise.reference).bind(*case).arguments
        for each, value in arguments.items():
            if each in NEVER_NEGATIVE.get(name, ()):
                assert np.all(np.asarray(value) >= 0)
            if each in AT_MOST_ONE.get(name, ()):
                assert np.all(np.abs(value) <= 1)
