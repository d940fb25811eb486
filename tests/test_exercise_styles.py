"""Right answers are right in any style, and what an exercise excludes does not occur.

By rule: every reference, its results written as lists, tuples, arrays, fractions and so
on. By hand: other right ways, the words of each exercise as conditions on its cases.
"""

import collections
import copy
import inspect
import itertools
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from checking import EXERCISES, FUNCTIONS
from scipy.special import entr, logsumexp, rel_entr, softmax

from mathlib.exercises._results import agree, as_numbers, as_parts, show
from mathlib.exercises.checker import (
    answer,
    as_whole,
    has_decimals,
    run,
    same,
    verdict,
    zeroed,
)

PAIRS = {
    name: each
    for name, each in EXERCISES.items()
    if isinstance(answer(each.reference, copy.deepcopy(each.cases[0])), tuple)
}


# Styles, by rule


def exact(make):
    """Return a style for finite floats; what is whole, infinite or nan stays."""

    def style(number):
        return make(number) if np.isfinite(number) else number

    return style


def whole_as_int(number):
    return int(number) if number == round(number) else number


NUMBERS = {
    "float": float,
    "numpy scalar": np.float64,
    "0-d array": np.array,
    "long double": np.longdouble,
    "int where it is whole": exact(whole_as_int),
    "fraction": exact(Fraction),
    "decimal": exact(lambda number: Decimal(repr(float(number)))),
    "shape () of objects": exact(
        lambda number: np.array(Fraction(number), dtype=object)
    ),
}


def entries(make):
    """Return the style of an array whose entries have a style."""

    def style(array):
        return make(array.item()) if array.ndim == 0 else [style(row) for row in array]

    return style


def spread_out(array):
    """Return the same array, as every second entry of a larger one."""
    return np.repeat(array, 2, axis=-1)[..., ::2]


def frozen(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def nested(make):
    def style(array):
        return array if array.ndim == 0 else make(style(row) for row in array)

    return style


ARRAYS = {
    "list": np.ndarray.tolist,
    "tuple": nested(tuple),
    "list of arrays": list,
    "columns first": np.asfortranarray,
    "spread out": spread_out,
    "read only": frozen,
    "objects": lambda array: array.astype(object),
    "big end first": lambda array: array.astype(array.dtype.newbyteorder(">")),
    "list of 0-d arrays": entries(np.array),
    "list of fractions": entries(exact(Fraction)),
    "whole where all are": lambda array: (
        array.astype(int) if np.all(array == np.round(array)) else array
    ),
}
Two = collections.namedtuple("Two", "first second")
Three = collections.namedtuple("Three", "first second third")
PARTS = {
    "tuple": tuple,
    "list": list,
    "named tuple": lambda parts: (Two if len(parts) == 2 else Three)(*parts),
    "array": lambda parts: (
        np.array(parts) if len({np.shape(part) for part in parts}) == 1 else list(parts)
    ),
    "array of objects": lambda parts: as_objects(parts),
}


def as_objects(parts):
    array = np.empty(len(parts), dtype=object)
    array[:] = parts
    return array


def in_style(result, number=None, array=None):
    """Return a result, or one of its parts, in a style."""
    result = np.asarray(result)
    if result.ndim == 0:
        return number(result.item()) if number else result.item()
    return array(result) if array else result


def styled(exercise, style):
    """Return the reference with its results in a style."""
    if not callable(exercise.reference):
        return style(copy.deepcopy(exercise.reference))

    def attempt(*arguments):
        return style(answer(exercise.reference, arguments))

    attempt.__signature__ = inspect.signature(exercise.reference)
    return attempt


def whole(exercise):
    """Return whether whole numbers are asked for."""
    result = answer(exercise.reference, copy.deepcopy(exercise.cases[0]))
    return not isinstance(result, tuple) and np.asarray(result).dtype.kind in "iu"


def judge(name, style):
    return verdict(
        name.rpartition(".")[2], EXERCISES[name], styled(EXERCISES[name], style)
    )


@pytest.mark.parametrize("style", NUMBERS)
@pytest.mark.parametrize("name", EXERCISES)
def test_a_right_number_is_right_in_every_style(name, style):
    make = NUMBERS[style]

    def change(result):
        if isinstance(result, tuple):
            return tuple(in_style(part, number=make) for part in result)
        return in_style(result, number=make)

    assert judge(name, change).startswith("Right")


@pytest.mark.parametrize("style", ARRAYS)
@pytest.mark.parametrize("name", EXERCISES)
def test_a_right_array_is_right_in_every_style(name, style):
    # A fraction is not one of the whole numbers that are asked for.
    make = ARRAYS["list" if whole(EXERCISES[name]) and "fractions" in style else style]

    def change(result):
        if isinstance(result, tuple):
            return tuple(in_style(part, array=make) for part in result)
        return in_style(result, array=make)

    assert judge(name, change).startswith("Right")


@pytest.mark.parametrize("style", PARTS)
@pytest.mark.parametrize("name", PAIRS)
def test_several_results_are_right_in_every_style(name, style):
    assert judge(name, PARTS[style]).startswith("Right")


# Wrong kinds, by rule: named for what they are


def with_a_boolean(result):
    return np.asarray(result) > 0


def with_an_imaginary_part(result):
    return np.asarray(result) + 0j


KINDS = {
    "booleans": (with_a_boolean, ["boolean", "use .astype(float)", "use float(…)"]),
    "complex": (with_an_imaginary_part, ["complex number", "its real part is .real"]),
    "strings": (lambda result: np.asarray(result).astype(str), ["string"]),
    "a dictionary": (lambda result: {"result": result}, ["a dictionary"]),
    "a set": (lambda result: {1.0}, ["a set"]),
    "a generator": (lambda result: (each for each in [result]), ["a generator"]),
    "one value": (lambda result: (result,), ["1 value", "shape"]),
    "ragged": (lambda result: [[1.0], [1.0, 2.0]], ["2 unequal parts", "shape ("]),
}


@pytest.mark.parametrize("style", KINDS)
@pytest.mark.parametrize("name", EXERCISES)
def test_a_wrong_kind_is_named(name, style):
    change, words = KINDS[style]

    def each_part(result):
        if isinstance(result, tuple) and style in ("booleans", "complex", "strings"):
            return tuple(change(part) for part in result)
        return change(result)

    line = judge(name, each_part)
    said = line.split(" but yours is ")[-1]
    assert line.startswith("Not right yet: ")
    assert any(word in said for word in words)
    assert "ndarray" not in said
    assert "1 values" not in line


def test_the_place_of_a_wrong_part_is_said():
    step = EXERCISES["gradient_descent.regression_step"]
    line = verdict("regression_step", step, lambda w, b, x, y, rate: (w, x))
    assert line.endswith(
        "must have as its second value a number (float), but yours is an array of "
        "shape (1,)."
    )


def test_whole_numbers_that_are_floats_are_told_how_to_become_whole():
    confusion = EXERCISES["networks.confusion"]
    line = judge("networks.confusion", lambda result: result.astype(float))
    assert line.endswith(
        "must be an array of whole numbers (int) of shape (2, 2), but yours is an "
        "array of floats of shape (2, 2): use .astype(int)."
    )
    assert verdict("confusion", confusion, confusion.reference).startswith("Right")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ([Fraction(1, 2), 1], "f"),
        ([Fraction(1, 2), None], "O"),
        ([10**400], "O"),
        ([10**30, 1], "f"),
        (np.array([1, 2], dtype=object), "i"),
        (Decimal("0.5"), "f"),
    ],
)
def test_as_numbers(value, kind):
    assert as_numbers(value).dtype.kind == kind


def test_what_cannot_become_an_array_is_no_number():
    class Stubborn:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("not this one")

    assert as_numbers(Stubborn()) is None


# Rounding


def off_by_a_rounding(rng, argument):
    """Return a number or an array of numbers, each changed by one rounding or none."""
    if callable(argument) or isinstance(argument, (int, tuple)):
        return argument
    array = np.asarray(argument)
    if array.dtype.kind != "f":
        return argument
    changed = array * (1 + rng.choice([-1, 0, 1], size=array.shape) * 2.0**-52)
    return changed if changed.ndim else changed.item()


# Here a case stands exactly on a threshold, on purpose.
STEEP = {
    *("activations.dead_count", "gradient_descent.walk", "likelihood.two_rates"),
    "regularization.dropped",
}


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in STEEP])
def test_rounding_in_another_order_is_forgiven_in_every_case(name):
    exercise, rng = FUNCTIONS[name], np.random.default_rng(0)
    for case in exercise.cases:
        right = answer(exercise.reference, case)
        for _ in range(10):
            nearby = tuple(off_by_a_rounding(rng, each) for each in case)
            got = answer(exercise.reference, nearby)
            assert same(exercise, right, got, exercise.tolerance), case


# Other right ways, by hand


def negated_rows(vectors):
    return -EXERCISES["linear_systems.orthonormal"].reference(vectors)


def loop_confusion(labels, predictions, classes):
    table = [[0] * classes for _ in range(classes)]
    for i, j in zip(labels, predictions, strict=True):
        table[i][j] += 1
    return table


def while_walk(gradient, start, rate, tolerance, steps):
    taken, point = 0, start
    while taken < steps and np.sqrt(np.sum(gradient(point) ** 2)) > tolerance:
        point, taken = point - rate * gradient(point), taken + 1
    return taken


def weights(query, keys):
    return softmax(keys @ query / len(query) ** 0.5)


def rows_sorted_out(X, k):
    sizes = np.linalg.eigvalsh(np.cov(X.T))
    return sizes[::-1][:k].sum() / sizes.sum()


def by_matrix(slopes):
    return np.linalg.solve(np.eye(len(slopes)) - slopes.T, np.eye(len(slopes))[-1])


RIGHT = [
    ("initialization.gradient_left", 9.537e-7),
    ("initialization.gradient_left", 9.5367e-7),
    ("initialization.gradient_left", Fraction(1, 4) ** 10),
    ("activations.relu_backward", lambda g, z: np.where(z > 0, g, 0)),
    ("activations.relu_backward", lambda g, z: [
        each * (z[i] > 0) for i, each in enumerate(g)]),
    ("activations.dead_count", lambda X, W, b: np.sum((X @ W + b).max(axis=0) <= 0)),
    ("initialization.mean_square_after", lambda n, gain: gain ** (2 * n) / 2**n),
    ("initialization.leaky_gain", lambda a: np.sqrt(2) / np.hypot(1, a)),
    ("activations.unit_weights", lambda s: [s[0], *(s[1:] - s[:-1])]),
    ("backprop.tower_slope", lambda v: np.exp(np.log(1 + v + 0j).sum()).real),
    ("autodiff.adjoints", by_matrix),
    ("autodiff.fewest_stored", lambda depth: int(np.ceil(2 * np.sqrt(depth)))),
    ("autodiff.softmax_pullback", lambda p, g: (np.diag(p) - np.outer(p, p)) @ g),
    ("backprop.step", lambda u, v, x, y, r: two_weights(np.array([u, v]), x, y, r)),
    ("backprop.hidden_delta", lambda dY, W, Z: dY @ W.T / np.cosh(Z) ** 2),
    ("derivatives.differential", np.array([1.2, 1.261])),
    ("derivatives.differential", [Fraction(12, 10), Fraction(1261, 1000)]),
    ("gradients.gradient", lambda w, b, x, y: slopes_at(w, b, x, y)),
    ("derivatives.dual_product", lambda a, da, b, db: np.array(
        [a * b, da * b + a * db])),
    ("eigenvalues.by_hand", (2, 5)),
    ("eigenvalue_algorithms.bounds", (1, 11)),
    ("eigenvalue_algorithms.tangent", lambda p, q, b: np.tan(
        np.arctan(2 * b / (q - p)) / 2)),
    ("singular_values.by_hand", (10, 5)),
    ("singular_values.shortest", lambda u, s, vt, b: np.linalg.lstsq(
        u * s @ vt, b, rcond=1e-9)[0]),
    ("eigenvalues.eigenvalues_2x2", lambda A: np.sort(np.linalg.eigvals(A))),
    ("singular_values.explained", rows_sorted_out),
    ("singular_values.best_rank_error", lambda s, k: np.linalg.norm(s[k:])),
    ("gradient_descent.walk", while_walk),
    ("gradient_descent.regression_step", lambda w, b, x, y, r: moved(w, b, x, y, r)),
    ("information.mean_surprise", lambda p: entr(p).sum()),
    ("information.mean_surprise", lambda p: entr(p / p.sum()).sum()),
    ("information.divergence", lambda p, q: rel_entr(p, q).sum()),
    ("information.shared", lambda t: entr(t.sum(0)).sum() + entr(t.sum(1)).sum()
     - entr(t).sum()),
    ("likelihood.text_perplexity", lambda p: np.prod(p ** (-1 / len(p)))),
    ("likelihood.coin_map", lambda h, n, a, b: Fraction(h + a, n + a + b)),
    ("likelihood.log_twos", Fraction(3, 2)),
    ("likelihood.two_rates", lambda s, y, t: (
        np.mean(s[y == 0] >= t), np.mean(s[y == 1] < t))),
    ("likelihood.weighted_mean", lambda y, sd: np.average(y, weights=sd**-2)),
    ("likelihood.weighted_mean", lambda y, sd: np.linalg.lstsq(
        1 / sd[:, None], y / sd)[0][0]),
    ("losses.best_absolute", Fraction(101, 5)),
    ("losses.log_sum_exp", logsumexp),
    ("losses.cross_entropy_gradient", lambda z, y: (softmax(z, axis=1)
     - (y[:, None] == np.arange(z.shape[1]))) / len(y)),
    ("losses.curvature", lambda p, v: p @ (v - p @ v) ** 2),
    ("matrices.entry", Fraction(43)),
    ("linear_systems.projection", lambda A, b: A @ np.linalg.solve(A.T @ A, A.T @ b)),
    ("linear_systems.projection", lambda A, b: A @ np.linalg.pinv(A) @ b),
    ("linear_systems.solve_upper", np.linalg.solve),
    ("matrices.undo", lambda A, B, y: np.linalg.solve(inverse(A) @ inverse(B), y)),
    ("attention.attention_weights", weights),
    ("networks.confusion", loop_confusion),
    ("networks.parameters", 2410.0),
    ("networks.parameters", 2410),
    ("momentum.momentum_step", lambda w, v, g, r, b: np.array(
        [w - r * (b * v + g), b * v + g])),
    ("optimizers.rate_at", lambda k, peak, warm, steps: peak * (k + 1) / warm
     if k < warm else peak * np.cos(np.pi / 2 * (k - warm) / (steps - warm)) ** 2),
    ("optimizers.rate_at", lambda k, peak, warm, steps: peak * (k + 1) / warm
     if k < warm else peak * np.sin(np.pi / 2 * (steps - k) / (steps - warm)) ** 2),
    ("probability.after_positive", Fraction(3, 4)),
    ("probability.after_positive", Decimal("0.75")),
    ("probability.after_several", lambda p, s, f, k: 1 / (
        1 + (1 - p) / p * (f / s) ** k)),
    ("sampling.pictures_needed", 1600),
    ("sampling.pictures_needed", 1600.0),
    ("sampling.pull_slope", lambda theta, arm, r, u: (r - u) * (
        np.eye(len(theta))[arm] - softmax(theta))),
    ("sampling.mean_and_error", lambda x: np.array(
        [x.mean(), np.sqrt(np.sum((x - x.mean()) ** 2) / (len(x) - 1) / len(x))])),
    ("sampling.mean_variance", lambda sd, n, r: np.mean(
        sd**2 * (r + (1 - r) * np.eye(n)))),
    ("regularization.leave_one_out", lambda y: np.mean(
        ((y - y.mean()) * len(y) / (len(y) - 1)) ** 2)),
    ("sparsity.soft_threshold", lambda w, a: w - np.clip(w, -a, a)),
    ("linear_systems.orthonormal", lambda vectors: np.linalg.qr(vectors.T)[0].T),
    ("linear_systems.orthonormal", negated_rows),
    ("convolution.places", 14.0),
    ("convolution.places", Fraction(14)),
    ("high_dimensions.ball_share", Decimal("0.308425137534044")),
    ("high_dimensions.ball_share", 0.308),
    ("high_dimensions.one_hot", lambda labels, k: (
        labels[:, None] == range(k)).astype(int)),
    ("high_dimensions.peel", lambda d, t: -np.expm1(d * np.log1p(-t)) if t < 1 else 1),
    ("high_dimensions.read_memory", lambda q, K, V: sum(
        np.dot(q, k) * v for k, v in zip(K, V, strict=True))),
    ("high_dimensions.read_memory", lambda q, K, V: V.T @ K @ q),
    ("linear_systems.crossing", (1, Fraction(2))),
    ("linear_systems.mirrored", lambda x, v: (
        np.eye(len(v)) - 2 * np.outer(v, v) / (v @ v)) @ x),
    ("vectors.cosine", lambda u, v: u @ v / np.sqrt(u @ u * (v @ v))),
    ("vectors.three_norms", (11, 7.0, Fraction(6))),
]  # fmt: skip


def two_weights(w, x, y, rate):
    h = np.tanh(w[0] * x)
    return w - rate * (w[1] * h - y) * np.array([w[1] * (1 - h * h) * x, h])


def slopes_at(w, b, x, y):
    X = np.stack([x, np.ones_like(x)])
    return 2 / len(x) * X @ (w * x + b - y)


def moved(w, b, x, y, rate):
    return np.array([w, b]) - rate * slopes_at(w, b, x, y)


inverse = np.linalg.inv


@pytest.mark.parametrize(("name", "attempt"), RIGHT)
def test_another_right_way_is_right(name, attempt):
    line = verdict(name.rpartition(".")[2], EXERCISES[name], attempt)
    assert line.startswith("Right: ")


# Wrong answers that were once taken for right, or told the wrong thing


def one_way_only(slopes):
    g = np.zeros(len(slopes))
    g[-1] = 1
    for i in reversed(range(len(slopes))):
        g[:i] = g[i] * slopes[i, :i]
    return g


@pytest.mark.parametrize(
    ("name", "attempt", "said"),
    [
        ("initialization.gradient_left", 9e-7, "Not right yet: 9e-07 is too small."),
        ("initialization.gradient_left", 4**10, "That is the factor"),
        ("activations.collapse", lambda W, b, V, c: (V @ W, V @ b + c), "You write"),
        ("autodiff.adjoints", one_way_only, "You set where you must add"),
        ("autodiff.fewest_stored", lambda D: round(2 * D**0.5), "2√D is right where i"),
        ("information.four_signs", 1.213, "Your number is right in nats"),
        ("losses.best_absolute", (20.2,), "Not right yet: the answer must be a number "
         "(float), but yours is 1 value."),
        ("momentum.momentum_step", lambda w, v, g, r, b: (
            w + (b * v - r * g), b * v - r * g), "You let the velocity be a step"),
        ("sparsity.soft_threshold", lambda w, a: -1.0 * -np.maximum(w - a, -0.0),
         "You lose the negative weights: −2 becomes 0, and must become -1.5."),
        ("vectors.three_norms", [11, 7, 3], "The ∞-norm takes the largest entry by si"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_told_what_is_wrong(name, attempt, said):
    line = verdict(name.rpartition(".")[2], EXERCISES[name], attempt)
    assert line.startswith(said)


def row_away(z, from_what):
    powers = np.exp(z - from_what)
    return powers / powers.sum(axis=-1, keepdims=True)


def scores(query, keys):
    return keys @ query / np.sqrt(len(query))


@pytest.mark.parametrize(
    ("name", "attempt"),
    [
        *(
            ("losses.log_sum_exp", lambda z, m=m: m(z) + np.log(np.exp(z - m(z)).sum()))
            for m in (np.mean, np.min, np.median, lambda z: z[0])
        ),
        ("losses.cross_entropy_gradient", lambda z, y: (
            row_away(z, z.max()) - np.eye(z.shape[1])[y]) / len(y)),
        *(
            ("losses.cross_entropy_gradient", lambda z, y, m=m: (
                row_away(z, m(z, axis=1, keepdims=True)) - np.eye(z.shape[1])[y])
             / len(y))
            for m in (np.mean, np.min, np.median)
        ),
        ("attention.attention_weights", lambda q, K: row_away(
            scores(q, K), scores(q, K)[0])),
        ("attention.attention_weights", lambda q, K: row_away(
            np.clip(scores(q, K), None, 700), 0)),
        ("attention.attention_weights", lambda q, K: row_away(
            np.clip(scores(q, K), -500, 500), 0)),
        ("eigenvalues.eigenvalues_2x2", lambda A: np.trace(A) / 2 + np.array([-1, 1])
         * np.sqrt((A[0, 0] - A[1, 1]) ** 2 + 4 * abs(A[0, 1] * A[1, 0])) / 2),
        ("eigenvalues.rayleigh", lambda A, v: abs(v @ A @ v) / (v @ v)),
        ("normalization.batch_norm", lambda X, scale, shift: (
            (X - X.mean(axis=0)) / X.std(axis=0) * np.abs(scale) + shift)),
        ("sampling.mean_variance", lambda sd, n, r: (
            sd**2 * (1 + (n - 1) * abs(r)) / n)),
        ("information.divergence", lambda p, q: np.nan_to_num(rel_entr(p, q).sum())),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_refused(name, attempt):
    line = verdict(name.rpartition(".")[2], EXERCISES[name], attempt)
    assert not line.startswith("Right")


# The words of the exercises, as conditions on the arguments of every case


def is_symmetric(A):
    return np.array_equal(A, A.T)


def sums_to_one(*tables):
    return all(np.all(p >= 0) and abs(p.sum() - 1) < 1e-9 for p in tables)


def has_rank(A, rank):
    return np.linalg.matrix_rank(A) == rank


def second_is_smaller(values):
    sizes = np.sort(np.abs(values))
    return sizes[-1] > sizes[-2]


ALLOWED = {
    "autodiff.softmax_pullback": lambda p, g: sums_to_one(p),
    "autodiff.unbroadcast": lambda g, shape: (
        np.broadcast_to(np.empty(shape), g.shape).size > 0
    ),
    "autodiff.adjoints": lambda slopes: is_symmetric(np.triu(slopes)) and not np.any(
        np.triu(slopes)),
    "autodiff.fewest_stored": lambda depth: depth >= 1,
    "derivatives.central": lambda f, x, h: h > 0,
    "derivatives.dual_quotient": lambda a, da, b, db: b != 0,
    "singular_values.best_rank_error": lambda s, k: (
        np.all(s >= 0) and np.all(np.diff(s) <= 0) and 0 <= k <= len(s)),
    "eigenvalue_algorithms.tangent": lambda app, aqq, apq: app != aqq and apq != 0,
    "eigenvalue_algorithms.halved": lambda low, high, below, k: low < high,
    "singular_values.shortest": lambda u, s, vt, b: (
        s[0] > 0 and np.all(s >= 0) and np.any(u) and np.any(vt)),
    "eigenvalues.eigenvalues_2x2": lambda A: np.all(np.isreal(np.linalg.eigvals(A))),
    "singular_values.explained": lambda X, k: 1 <= k <= X.shape[1] and np.ptp(X) > 0,
    "eigenvalues.power_factor": second_is_smaller,
    "eigenvalues.power_step": lambda A, v: np.any(A @ v),
    "eigenvalues.rayleigh": lambda A, v: np.any(v),
    "floating_point.forward_step": lambda epsilon, value, curvature: (
        0 < epsilon < 1 and value > 0 and curvature > 0),
    "floating_point.sideways": lambda f, x, h: h > 0,
    "floating_point.small_root": lambda b: 1 < b <= 1e8,
    "generation.best_guess": lambda x, data, kept: 0 < kept < 1,
    "generation.gap": lambda x, mean, variance: variance > 0,
    "generation.step_back": lambda x, clean, now, then: 0 < now < then < 1,
    "gradients.degree": lambda value, slopes, x: value != 0 and np.any(x),
    "gradients.nearest": lambda a, c: np.any(a),
    "gradient_descent.guaranteed_decrease": lambda rate, smoothness, slope: (
        rate > 0 and smoothness > 0),
    "gradient_descent.largest_stable_rate": lambda H: (
        is_symmetric(H) and np.linalg.eigvalsh(H)[0] > 0),
    "gradient_descent.walk": lambda gradient, start, rate, tolerance, steps: (
        rate > 0 and tolerance > 0 and steps >= 0),
    "information.divergence": sums_to_one,
    "information.kl_to_standard": lambda mean, variance: variance > 0,
    "information.mean_surprise": sums_to_one,
    "information.shared": sums_to_one,
    "likelihood.text_perplexity": lambda given: np.all((given > 0) & (given <= 1)),
    "initialization.leaky_gain": lambda slope: 0 <= slope <= 1,
    "initialization.mean_square_after": lambda layers, gain: layers >= 0 and gain >= 0,
    "initialization.vanishing_bound": lambda norm, slope, layers: min(norm, slope) >= 0,
    "likelihood.coin_map": lambda h, n, a, b: 0 <= h <= n and min(a, b) >= 0,
    "likelihood.two_rates": lambda scores, labels, threshold: (
        set(labels.tolist()) == {0, 1}),
    "likelihood.weighted_mean": lambda y, sd: len(y) and np.all(sd > 0),
    "losses.cross_entropy_gradient": lambda z, y: np.all((y >= 0) & (y < z.shape[1])),
    "losses.curvature": lambda p, v: sums_to_one(p),
    "losses.huber_gradient": lambda predictions, targets, delta: delta > 0,
    "matrices.correlate": lambda x, w: 1 <= len(w) <= len(x),
    "linear_systems.projection": lambda A, b: has_rank(A, A.shape[1]),
    "linear_systems.solve_upper": lambda U, y: (
        np.array_equal(U, np.triu(U)) and np.all(np.diag(U) != 0)),
    "matrices.undo": lambda A, B, y: has_rank(A, len(y)) and has_rank(B, len(y)),
    "momentum.best_memory": lambda condition: condition >= 1,
    "momentum.momentum_step": lambda w, v, slope, rate, beta: 0 <= beta < 1,
    "momentum.walls": lambda beta: 0 <= beta < 1,
    "networks.one_epoch": lambda theta, gradient, order, size, rate: (
        size >= 1 and len(set(order.tolist())) == len(order)),
    "attention.slope_through_time": lambda states, u: np.all(np.abs(states) < 1),
    "optimizers.adam_step": lambda mean, square, t, slope: (
        t >= 1 and np.all(square >= 0)),
    "optimizers.noise_floor": lambda rate, curvature, noise: (
        0 < rate * curvature < 2 and noise >= 0),
    "optimizers.rate_at": lambda k, peak, warm, steps: 0 <= k <= steps and (
        1 <= warm < steps),
    "privacy.clipped": lambda gradients, clip: clip > 0,
    "probability.after_several": lambda prior, sensitivity, rate, tests: (
        0 < prior < 1 and 0 < sensitivity <= 1 and 0 < rate <= 1 and tests >= 0),
    "probability.dependence": sums_to_one,
    "probability.given_row": lambda joint, row: (
        sums_to_one(joint) and np.all(joint.sum(axis=1) > 0)),
    "probability.ill_given_positive": lambda prior, sensitivity, rate: (
        0 < prior * sensitivity + (1 - prior) * rate <= 1),
    "sampling.pull_slope": lambda theta, arm, reward, usual: (
        0 <= arm < len(theta) and np.all(theta <= 300)),
    "sampling.mean_and_error": lambda values: len(values) >= 2,
    "sampling.mean_variance": lambda sd, n, correlation: (
        sd > 0 and 1 + (n - 1) * correlation >= 0 and correlation <= 1),
    "normalization.batch_norm": lambda X, scale, shift: np.all(np.ptp(X, axis=0) > 0),
    "regularization.dropped": lambda x, u, p: (
        0 <= p < 1 and np.all((u >= 0) & (u <= 1))),
    "regularization.kept": lambda sigma, strength: sigma > 0 and strength >= 0,
    "regularization.leave_one_out": lambda y: len(y) >= 2,
    "second_order.first_point": lambda A, b: (
        is_symmetric(A) and np.linalg.eigvalsh(A)[0] > 0 and np.any(b)),
    "second_order.next_error": lambda w, root: min(w, root) > 0,
    "second_order.secant_step": lambda w, slope, before, slope_before: (
        slope != slope_before),
    "sparsity.soft_threshold": lambda w, amount: amount >= 0,
    "vectors.cosine": lambda u, v: np.any(u) and np.any(v),
    "vectors.dot_from_lengths": lambda first, second: min(first, second) >= 0,
    "high_dimensions.one_hot": lambda labels, classes: (
        np.all((labels >= 0) & (labels < classes))),
    "high_dimensions.peel": lambda d, thickness: d >= 1 and 0 <= thickness <= 1,
    "linear_systems.mirrored": lambda x, v: np.any(v),
    "linear_systems.orthonormal": lambda vectors: has_rank(vectors, len(vectors)),
    "vectors.shadow": lambda v, a: np.any(a),
    "vectors.signed_distance": lambda x, w, b: np.any(w),
}  # fmt: skip


@pytest.mark.parametrize("name", ALLOWED)
def test_no_case_is_one_that_the_words_exclude(name):
    for case in FUNCTIONS[name].cases:
        assert ALLOWED[name](*copy.deepcopy(case)), case


def may_be(name, case):
    """Whether the words allow a case, and the reference has finite numbers for it."""
    allowed = ALLOWED.get(name, lambda *arguments: True)
    try:
        if not allowed(*copy.deepcopy(case)):
            return False
        right = answer(FUNCTIONS[name].reference, copy.deepcopy(case))
        return all(map(np.all, finite_parts(right)))
    except (ArithmeticError, ValueError, IndexError):
        return False


def finite_parts(result):
    """Where the parts of a result are finite."""
    return [np.isfinite(p) for p in as_parts(result)]


def numeric(things):
    """Whether all are numbers or arrays of numbers."""
    return all(isinstance(each, (int, float, np.ndarray)) for each in things)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_may_be_zero_is_zero_in_a_case(name):
    cases = FUNCTIONS[name].cases
    for place, values in enumerate(zip(*cases, strict=True)):
        if numeric(values) and may_be(name, zeroed(cases[0], place)):
            assert not all(map(np.any, values)), place


# Sizes that are alike in all cases, though the reference does not ask for it: in the
# text they are one letter, or those of a matrix that is square.
ONE_LETTER = {
    *("attention.read_back", "backprop.dense_pullback", "eigenvalues.power_step"),
    "matrices.undo",
}


def filled(name, place):
    """Return the reference as one who fills an array that is made like an argument.

    That is `np.zeros_like`: where the argument holds whole numbers, decimals are lost.
    """

    def fills(*arguments):
        result, model = FUNCTIONS[name].reference(*arguments), arguments[place]
        parts = as_parts(result)
        parts = tuple(
            np.asarray(part).astype(model.dtype)
            if np.shape(part) == model.shape
            else part
            for part in parts
        )
        return parts if isinstance(result, tuple) else parts[0]

    fills.__signature__ = inspect.signature(FUNCTIONS[name].reference)
    return fills


def fillable(name):
    """Yield the places of arrays in whose form a result comes, if it has decimals."""
    cases = FUNCTIONS[name].cases
    for place, value in enumerate(cases[0]):
        if not isinstance(value, np.ndarray):
            continue
        whole = [as_whole(case, place) for case in cases]
        alike = [parts_alike(name, case, place) for case in whole]
        if all(alike) and any(
            may_be(name, case) and case[place].any() and any(map(has_decimals, parts))
            for case, parts in zip(whole, alike, strict=True)
        ):
            yield place


def parts_alike(name, case, place):
    """Return the parts of the right result that have the shape of an argument."""
    try:
        result = answer(FUNCTIONS[name].reference, copy.deepcopy(case))
    except np.linalg.LinAlgError:
        return []
    return [part for part in as_parts(result) if np.shape(part) == case[place].shape]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_array_that_cuts_off_decimals_is_refused(name):
    for place in fillable(name):
        line = verdict(name, FUNCTIONS[name], filled(name, place))
        assert not line.startswith("Right"), place


def longer(case, axes):
    """Return a case whose arrays have one entry more along some axes."""
    case = [*copy.deepcopy(case)]
    for place, axis in axes:
        again = np.take(case[place], [0], axis=axis)
        case[place] = np.concatenate([case[place], again], axis=axis)
    return tuple(case)


def free_sizes(name):
    """Yield the axes of arguments that are always as long as others, for no reason."""
    cases = FUNCTIONS[name].cases
    arrays = [
        place
        for place, values in enumerate(zip(*cases, strict=True))
        if numeric(values) and len({np.ndim(value) for value in values}) == 1
    ]
    largest = max(cases, key=lambda case: sum(np.size(case[at]) for at in arrays))
    alike = collections.defaultdict(list)
    for place in arrays:
        for axis in range(np.ndim(cases[0][place])):
            sizes = tuple(case[place].shape[axis] for case in cases)
            alike[sizes].append((place, axis))
    for axes in alike.values():
        for count in range(1, len(axes)):
            for some in itertools.combinations(axes, count):
                if may_be(name, longer(largest, some)):
                    yield some


@pytest.mark.parametrize("name", FUNCTIONS)
def test_sizes_that_may_differ_do_in_a_case(name):
    assert name in ONE_LETTER or [*free_sizes(name)] == []


def test_a_size_of_one_letter_is_seen_as_free_else():
    assert all([*free_sizes(name)] for name in ONE_LETTER)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_reference_gives_numbers_in_every_case(name):
    for outcome in run(FUNCTIONS[name], FUNCTIONS[name].reference):
        right = outcome.expected
        assert not any(np.any(np.isnan(part)) for part in as_parts(right))


def shown(thing):
    """What a message shows of an argument, read back."""
    if isinstance(thing, np.ndarray) and thing.dtype.kind == "f":
        return np.vectorize(lambda number: float(show(number)), otypes=[float])(thing)
    return float(show(thing)) if isinstance(thing, float) else thing


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_case_as_it_is_shown_has_the_result_that_is_shown(name):
    exercise = FUNCTIONS[name]
    for case in exercise.cases:
        right = answer(exercise.reference, copy.deepcopy(case))
        again = answer(exercise.reference, tuple(map(shown, case)))
        assert agree(right, again, 3e-4, exercise.absolute), case
