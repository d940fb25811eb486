"""What a figure says is true at every stop: each claim in words against its condition.

`CONDITIONS` has a line for each figure whose words change with its sliders: at every
setting, the words on the left stand in the sentence exactly where the condition on the
right holds. A condition reads the setting (`s`), the numbers of the sentence (`n`, in
their order), and what can be computed from them.
"""

import re

import numpy as np
import pytest

from book.book import CHAPTERS
from book.readouts import readouts

NUMBER = re.compile(r"[−-]?\d+(?:,\d{3})*(?:\.\d+)?(?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?|∞")
BAD_SIGN = re.compile(r"(?<![\w–])-\d|−0(?:\.0*)?(?![\d.]*\d)")
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
MATRIX = re.compile(r"\((-?\d+) (-?\d+); (-?\d+) (-?\d+)\)")


def numbers(sentence):
    """The numbers that a sentence shows, in their order."""
    return [_number(found) for found in NUMBER.finditer(sentence)]


def _number(found):
    if found[0] == "∞":
        return np.inf
    mantissa = found[0].split("×")[0].replace("−", "-").replace(",", "").rstrip(".")
    exponent = int(found[1].translate(SUPERSCRIPTS)) if found[1] else 0
    return float(mantissa) * 10.0**exponent


def after(words, sentence):
    """The first number after some words."""
    return numbers(sentence.split(words, 1)[1])[0]


def is_eigenvector(setting):
    """Whether the matrix of a setting leaves the direction of its angle alone."""
    a, b, c, d = map(float, MATRIX.search(setting["matrix"].replace("−", "-")).groups())
    angle = np.radians(setting["angle"])
    v = np.array([np.cos(angle), np.sin(angle)])
    Av = np.array([[a, b], [c, d]]) @ v
    return abs(v[0] * Av[1] - v[1] * Av[0]) < 1e-9


def adds_up(sentence):
    """Whether the whole numbers of a sum give its result."""
    terms, total = sentence.split(": ")[1].rstrip(".").split(" = ")
    return sum(numbers(terms.replace("− ", "−").replace("+ ", ""))) == numbers(total)[0]


def fits_a_step(setting):
    """Whether a layer's old answer, moved, is its answer to the moved digit."""
    if setting["layer"].startswith("no room"):
        return setting["far"] <= 6  # then the ink of this 4 meets the rim
    return setting["layer"] == "convolution" or setting["far"] % 2 == 0


def walls(setting):
    """Where the bowl of a memory begins and ends."""
    root = np.sqrt(setting["beta"])
    return (1 - root) ** 2, (1 + root) ** 2


def in_the_bowl(setting):
    """Whether both directions of the valley 1 : 25 swing."""
    left, right = walls(setting)
    touches = np.allclose((left, right), [setting["rate"], 25 * setting["rate"]])
    return left < setting["rate"] and 25 * setting["rate"] < right and not touches


def keeps_multipliers(s):
    """Whether each weight of the tilted valley 1 : 10 is multiplied by one number."""
    c, v = np.cos(np.radians(s["tilt"])), np.sin(np.radians(s["tilt"]))
    step = np.eye(2) - s["rate"] * np.array(
        [[c * c + 10 * v * v, -9 * c * v], [-9 * c * v, v * v + 10 * c * c]]
    )
    start = np.array([3 * c - v, 3 * v + c])
    one, two = step @ start, step @ step @ start
    return np.allclose(one / start, two / one)


def is_under(s):
    """Whether w²/10 + cos(3w)/2 stays below its parabola at a place."""
    w, x = round(s["place"], 1), np.linspace(-4.2, 4.2, 1500)
    slope = w / 5 - 1.5 * np.sin(3 * w)
    rise = (x * x - w * w) / 10 + (np.cos(3 * x) - np.cos(3 * w)) / 2
    return (rise - slope * (x - w) - s["curvature"] / 2 * (x - w) ** 2).max() < 1e-6


def by_size(name, words, limits, of):
    """Conditions for words that stand for ranges of one number."""
    ranges = zip((-np.inf, *limits), (*limits, np.inf), strict=True)
    return [
        (name, word, lambda s, t, low=low, high=high: low <= of(t) < high)
        for word, (low, high) in zip(words, ranges, strict=True)
    ]


def along(t):
    """The factor along the valley."""
    return after("Along it, by", t)


def across(t):
    """The factor across the valley, or the one factor that there is."""
    words = "the distance by" if "the distance by" in t else "multiplies w by"
    return after(words, t)


def larger_first(t):
    """Whether KL(p‖q) is the larger of the two divergences."""
    return after("KL(p‖q) =", t) > after("KL(q‖p) =", t)


def budget(s):
    """The share of all words that four words take."""
    return 0.5 ** s["first"] + 0.5 ** s["second"] + 2 * 0.5 ** s["others"]


def percent(t):
    """The number before the first percent sign."""
    return numbers(t.split("%")[0])[-1]


def about_equal(t):
    """Whether the two divergences are within a tenth of each other."""
    first, second = after("KL(p‖q) =", t), after("KL(q‖p) =", t)
    return abs(first - second) < 0.2 * min(first, second)


def best_segments(t):
    """The least room for the depth, over all numbers of segments."""
    depth = int(after("Depth", t))
    return min(count + -(-depth // count) for count in range(1, depth + 1))


def lines_meet(s):
    """What x + y = 3 and ax + y = c have in common."""
    if s["a"] != 1:
        return "one"
    return "all" if s["c"] == 3 else "none"


def columns(s):
    """The four numbers of a matrix: its first column, then its second."""
    return [*numbers(s["first"]), *numbers(s["second"])]


def area(s):
    """The determinant of that matrix, to nine digits."""
    a, c, b, d = columns(s)
    return round(a * d - b * c, 9)


def alike(four):
    """Whether two columns are perpendicular and of one length."""
    a, c, b, d = four
    return abs(a * b + c * d) + abs(a * a + c * c - b * b - d * d) < 1e-9


BESIDE = {"h": 6, "c": 2, "d": 7}  # the numbers of the letters in a stream of pairs
STOPPED = {("float16", 256), ("bfloat16", 32)}
GROWTH = ("vanishes", "shrinks", "arrives", "grows", "explodes")
WALKS = {
    "creeps": lambda f: 0 < f < 1,
    "lands": lambda f: f == 0,
    "leaps": lambda f: -1 < f < 0,
    "bounces": lambda f: f == -1,
    "is thrown out": lambda f: abs(f) > 1,
}

CONDITIONS = [
    (
        "singular_values/right-angle",
        "again at right angles",
        lambda s, t: abs(np.tan(np.radians(s["angle"])) - 3 / 4) < 1e-6,
    ),
    (
        "singular_values/best-line",
        "no line does better",
        lambda s, t: s["angle"] % 5 != 0,
    ),
    (
        "vectors/two-walks",
        "no picture",
        lambda s, t: not -s["a"] <= s["c"] <= 2 * s["a"],
    ),
    ("vectors/neuron", "says: a 1", lambda s, t: after("b =", t) > 0),
    ("high_dimensions/unit-ball", "is no norm", lambda s, t: s["p"] < "1"),
    ("vectors/dot-is-shadow", "backwards", lambda s, t: 2 * s["v1"] + s["v2"] < 0),
    ("vectors/dot-is-shadow", "no angle", lambda s, t: s["v1"] == s["v2"] == 0),
    (
        "matrices/two-orders",
        "the same picture",
        lambda s, t: s["k"] == 0 or not s["angle"] % 180,
    ),
    ("matrices/two-columns", "Nothing moves", lambda s, t: columns(s) == [1, 0, 0, 1]),
    ("matrices/two-columns", "onto a point", lambda s, t: not any(columns(s))),
    (
        "matrices/two-columns",
        "onto a line",
        lambda s, t: any(columns(s)) and not area(s),
    ),
    ("matrices/two-columns", "from behind", lambda s, t: area(s) < 0),
    (
        "matrices/two-columns",
        "keeps its shape",
        lambda s, t: area(s) and alike(columns(s)) and columns(s) != [1, 0, 0, 1],
    ),
    (
        "matrices/two-columns",
        "shape and size",
        lambda s, t: (
            abs(abs(area(s)) - 1) < 1e-9
            and alike(columns(s))
            and columns(s) != [1, 0, 0, 1]
        ),
    ),
    (
        "matrices/two-columns",
        "out of shape",
        lambda s, t: area(s) and not alike(columns(s)),
    ),
    ("matrices/there-and-back", "no way back", lambda s, t: s["t"] == 0.5),
    ("linear_systems/three-peaks", "fit all three", lambda s, t: s["c"] == 3),
    ("linear_systems/three-peaks", "no heights fit", lambda s, t: s["c"] != 3),
    (
        "linear_systems/on-the-sheet",
        "on the sheet",
        lambda s, t: after("Ax = (", t) == numbers(t)[5] - numbers(t)[4],
    ),
    ("linear_systems/two-lines", "one solution", lambda s, t: lines_meet(s) == "one"),
    ("linear_systems/two-lines", "no solution", lambda s, t: lines_meet(s) == "none"),
    (
        "linear_systems/two-lines",
        "infinitely many",
        lambda s, t: lines_meet(s) == "all",
    ),
    (
        "linear_systems/square-residual",
        "no line comes closer",
        lambda s, t: (s["w"], s["b"]) == (-3, 5),
    ),
    ("eigenvalues/stretched", "an eigenvector", lambda s, t: is_eigenvector(s)),
    ("eigenvalues/stretched", "no eigenvector", lambda s, t: not is_eigenvector(s)),
    ("eigenvalues/bowl-or-saddle", "a saddle", lambda s, t: min(numbers(t)[1:]) < 0),
    ("eigenvalues/bowl-or-saddle", "a bowl", lambda s, t: min(numbers(t)[1:]) > 0),
    (
        "eigenvalues/bowl-or-saddle",
        "a trough",
        lambda s, t: abs(s["c"] ** 2 - 3) < 1e-4,
    ),
    ("eigenvalues/crushed", "crushed to a line", lambda s, t: s["value"] in {7, 10}),
    ("eigenvalues/two-planes", "Undone", lambda s, t: s["times"] < 0),
    (
        "derivatives/mean-slope",
        "nowhere between",
        lambda s, t: s["curve"] != "sin x",
    ),
    ("gradients/nudge", "have not moved", lambda s, t: s["stage"].endswith("sent")),
    (
        "gradients/nudge",
        "so ∂L/∂",
        lambda s, t: s["stage"].endswith("at L") and s["which"] != "both",
    ),
    ("gradients/fence", "nothing of it", lambda s, t: s["x1"] == 4),
    ("gradients/fence", "to the right", lambda s, t: s["x1"] < 4),
    ("gradients/fence", "to the left", lambda s, t: s["x1"] > 4),
    *by_size(
        "gradients/level-cut",
        ("falls to both sides", "does not tell", "rises to both sides"),
        (-0.001, 0.001),
        lambda t: after("the bend is", t),
    ),
    (
        "eigenvalue_algorithms/two-walkers",
        "each alone",
        lambda s, t: s["how"] == "each alone",
    ),
    (
        "floating_point/water-meter",
        "has stopped",
        lambda s, t: (s["kind"], after("meter shows", t)) in STOPPED,
    ),
    (
        "floating_point/ruler",
        "does not move",
        lambda s, t: "becomes" not in t and after("next mark is", t) > 0.2,
    ),
    (
        "floating_point/ruler",
        "becomes ∞",
        lambda s, t: s["kind"] == "float16" and s["at"] > 65_504,
    ),
    (
        "floating_point/secant",
        "1 + h is rounded to 1",
        lambda s, t: 1 + s["h"] == 1 and s["rule"] == "forward",
    ),
    (
        "probability/thousand-people",
        "orange",
        lambda s, t: s["seen"] in ("the ill", "whose they are"),
    ),
    (
        "probability/bayes-square",
        "none of the healthy",
        lambda s, t: s["accuracy"] == 1,
    ),
    ("probability/films", "goes up", lambda s, t: s["both"] / 250 > 0.4),
    ("probability/films", "stays", lambda s, t: s["both"] / 250 == 0.4),
    ("probability/films", "goes down", lambda s, t: s["both"] / 250 < 0.4),
    ("probability/rectangles", "orange", lambda s, t: after("covariance is", t) > 0),
    ("probability/rectangles", "blue", lambda s, t: after("covariance is", t) < 0),
    ("probability/rectangles", "cancel", lambda s, t: after("covariance is", t) == 0),
    (
        "information/bill-of-a-book",
        " 0 more than by the cheapest",
        lambda s, t: (
            (s["book"], s["place"])
            in {
                ("all alike", "where all are alike"),
                ("sun", "our island"),
                ("storms", "a stormy coast"),
            }
        ),
    ),
    ("information/spending", "is left", lambda s, t: budget(s) < 1),
    ("information/spending", "to the last", lambda s, t: budget(s) == 1),
    ("information/spending", "no prefix code", lambda s, t: budget(s) > 1),
    (
        "information/one-gaussian-for-two-bumps",
        "KL(p‖q) is the larger",
        lambda s, t: "No " not in t and larger_first(t) and not about_equal(t),
    ),
    (
        "information/one-gaussian-for-two-bumps",
        "KL(q‖p) is the larger",
        lambda s, t: "No " not in t and not (larger_first(t) or about_equal(t)),
    ),
    (
        "losses/pulls",
        "at the target alone",
        lambda s, t: s["loss"] in ("half a square", "size", "Huber (δ = 1)"),
    ),
    ("losses/pulls", "zero from 1 on", lambda s, t: s["loss"] == "hinge"),
    ("losses/pulls", "on both sides", lambda s, t: "square behind" in s["loss"]),
    (
        "losses/pulls",
        "fades to the right",
        lambda s, t: s["loss"] in ("cross-entropy", "focal (γ = 2)"),
    ),
    ("activations/one-more-layer", "One layer", lambda s, t: s["layers"] == 1),
    (
        "activations/one-more-layer",
        "no bend",
        lambda s, t: s["bend"] == "none" and s["layers"] > 1,
    ),
    (
        "activations/gallery",
        "flat ground",
        lambda s, t: "no tangent" not in t and abs(after("slope", t)) < 0.01,
    ),
    *by_size(
        "initialization/twenty-layers",
        GROWTH,
        (1e-3, 0.1, 10, 1e3),
        lambda t: after("comes back at", t),
    ),
    *[
        (
            "gradient_descent/steps-on-a-parabola",
            f"the walk {word}",
            lambda s, t, is_so=is_so: is_so(across(t)),
        )
        for word, is_so in WALKS.items()
    ],
    *[
        (
            "gradient_descent/learning-rate",
            f"the walk {word}",
            lambda s, t, is_so=is_so: is_so(across(t)),
        )
        for word, is_so in WALKS.items()
    ],
    ("gradient_descent/learning-rate", ": it creeps", lambda s, t: 0 < along(t) < 1),
    ("gradient_descent/tilted-valley", "two walks", lambda s, t: keeps_multipliers(s)),
    (
        "gradient_descent/ceiling-parabola",
        "never rises above",
        lambda s, t: is_under(s),
    ),
    ("gradient_descent/line-fit", "thrown out", lambda s, t: after("loss", t) > 1e199),
    (
        "momentum/rate-and-momentum",
        "is thrown out across",
        lambda s, t: after("Factor", t) > 1,
    ),
    (
        "momentum/rate-and-momentum",
        "bounces across",
        lambda s, t: after("Factor", t) == 1,
    ),
    ("momentum/two-bands", "on the other side", lambda s, t: 25 * s["rate"] > 1.001),
    ("momentum/rod-in-a-bowl", "hangs free", lambda s, t: in_the_bowl(s)),
    (
        "momentum/rod-in-a-bowl",
        "on the line, or beyond",
        lambda s, t: 25 * s["rate"] > 2 + 2 * s["beta"] - 1e-9,
    ),
    (
        "momentum/rod-in-a-bowl",
        "touches both walls",
        lambda s, t: np.allclose(walls(s), [s["rate"], 25 * s["rate"]]),
    ),
    *(
        (f"convolution/{figure}", words, condition)
        for figure in ("one-reader", "three-readers")
        for words, condition in (
            ("to the right", lambda s, t: s["right"] > 0),
            ("to the left", lambda s, t: s["right"] < 0),
        )
    ),
    ("convolution/window", " = ", lambda s, t: adds_up(t)),
    (
        "convolution/learned-edge",
        "hardly anything",
        lambda s, t: s["data"] == "noise" and s["steps"] >= 30,
    ),
    ("convolution/averaged", "every diagonal", lambda s, t: s["turns"] == 12),
    ("convolution/averaged", "0.00", lambda s, t: s["turns"] == 12),
    ("convolution/moves-along", "nothing is left", lambda s, t: fits_a_step(s)),
    ("second_order/newton-jump", "bottom", lambda s, t: after("curvature", t) > 0),
    (
        "second_order/damping",
        "down the slope",
        lambda s, t: 12 * s["start"] ** 2 - 4 + s["delta"] > 0,
    ),
    (
        "second_order/damping",
        "up the slope",
        lambda s, t: 12 * s["start"] ** 2 - 4 + s["delta"] < 0,
    ),
    ("second_order/newton-jump", "top", lambda s, t: after("curvature", t) < 0),
    ("optimizers/without-correction", "too long", lambda s, t: numbers(t)[-1] > 1),
    ("optimizers/without-correction", "too short", lambda s, t: numbers(t)[-1] < 1),
    ("optimizers/rate-plan", "all walks arrive", lambda s, t: "mean loss" in t),
    (
        "backprop/gradient-checked",
        "it passes",
        lambda s, t: after("differ by", t) < 1e-7,
    ),
    ("backprop/gradient-checked", "as it must", lambda s, t: s["network"] != "right"),
    *by_size(
        "initialization/depth-slopes",
        ("vanishes", "arrives", "explodes"),
        (0.01, 100),
        lambda t: after("at the output,", t),
    ),
    (
        "autodiff/memory",
        "That is the least",
        lambda s, t: after("room for", t) == best_segments(t),
    ),
    ("autodiff/memory", "nothing is run twice", lambda s, t: "one segment" in t),
    ("autodiff/copies", "nothing is copied", lambda s, t: s["shape"] == "(3, 4)"),
    (
        "regularization/twenty-fits",
        "bias.",
        lambda s, t: after("bias²", t) > after("variance", t),
    ),
    (
        "regularization/twenty-fits",
        "is variance",
        lambda s, t: after("bias²", t) < after("variance", t),
    ),
    (
        "sparsity/ball",
        "exactly 0",
        lambda s, t: "0.00)" in t and "(0.00" not in t,
    ),
    ("sparsity/ball", "Both weights are 0", lambda s, t: "(0.00, 0.00)" in t),
    (
        "sparsity/corner",
        "the corner holds",
        lambda s, t: after("pulls with", t) <= after("λ =", t),
    ),
    ("sparsity/diet", "after training on", lambda s, t: s["after"]),
    (
        "normalization/fifty-layers",
        "nearly the same",
        lambda s, t: after("two samples is", t) > 0.9,
    ),
    ("normalization/fifty-layers", "told apart", lambda s, t: "batch norm" in t),
    (
        "networks/nearest-mean",
        "is wrong",
        lambda s, t: after("is a", t) != after("that of the", t),
    ),
    (
        "networks/hidden-units",
        "no more than",
        lambda s, t: "(" in t and numbers(t)[1] <= after("gets (", t),
    ),
    (
        "networks/hidden-units",
        "every point",
        lambda s, t: numbers(t)[1] == numbers(t)[2],
    ),
    (
        "networks/confusions",
        "None is taken",
        lambda s, t: numbers(t)[0] == numbers(t)[2],
    ),
    (
        "initialization/depth-and-gain",
        "the signal dies out",
        lambda s, t: after("Size at the end", t) < 0.045,
    ),
    (
        "initialization/depth-and-gain",
        "saturate",
        lambda s, t: after("Size at the end", t) >= 0.045 and percent(t) > 20,
    ),
    (
        "initialization/depth-and-gain",
        "explodes",
        lambda s, t: after("comes back at", t) >= 100,
    ),
    (
        "backprop/xor-training",
        "The loss rises in",
        lambda s, t: "falls in every" not in t and after("rises in", t) >= 1,
    ),
    ("initialization/equal-units", "one and the same", lambda s, t: s["spread"] == 0),
    (
        "losses/race",
        "not in 300 steps",
        lambda s, t: "squared error (pull" in t and "300" in t,
    ),
    ("networks/what-it-sees", "are the same as", lambda s, t: "Ten neurons" in t),
    (
        "attention/two-looks",
        "which is wrong",
        lambda s, t: after("It says", t) != BESIDE[t.split("this ")[1][0]],
    ),
    *by_size(
        "attention/back-in-time",
        ("fades", "lasts", "grows"),
        (0.35, 1.2),
        lambda t: after("the slope is", t),
    ),
    *by_size(
        "networks/dashboard",
        ("The rate is too", "The rate is on the", "The rate is good"),
        (70, 80),
        lambda t: after("epochs", t),
    ),
    (
        "networks/dashboard",
        "small",
        lambda s, t: after("epochs", t) < 80 and s["rate"] < 0.05,
    ),
    ("regularization/width", "fewer than points", lambda s, t: numbers(t)[0] < 12),
    ("regularization/width", "enough to reach", lambda s, t: numbers(t)[0] >= 12),
    ("generation/three-rows", "were drawn", lambda s, t: s["answer"] == "shown"),
]


@pytest.mark.parametrize(
    ("figure", "words", "holds"),
    CONDITIONS,
    ids=[f"{c[0]}: {c[1]}" for c in CONDITIONS],
)
def test_the_words_stand_exactly_where_they_are_true(figure, words, holds):
    chapter, name = figure.split("/")
    every = readouts(chapter)[name]
    for setting, sentence in every:
        assert (words in sentence) == holds(setting, sentence), (setting, sentence)
    assert any(words in sentence for _, sentence in every), "the words never stand"


# Figures whose sentences differ by names, by one and many, or by the same rule of
# writing numbers: their words claim nothing that the numbers beside them do not say.
NO_CLAIM = {
    *("activations/careless", "initialization/input-mean", "autodiff/growing-tape"),
    *("autodiff/fan-out", "backprop/turned-knob"),
    *("backprop/graph-sweep", "backprop/output-deltas", "derivatives/microscope"),
    "backprop/blame-walks-back",
    *("derivatives/taylor-order", "derivatives/strips", "derivatives/two-sides"),
    *("eigenvalues/power", "eigenvalue_algorithms/jacobi-turns"),
    *("singular_values/digit-plane", "singular_values/expression"),
    "losses/outlier",
    *("information/wind-and-weather", "information/price-of-belief"),
    "networks/reading-the-row",
    "attention/next-letter",
    "gradients/picture-direction",
    "floating_point/nearly-parallel",
    *("matrices/sliding-kernel", "momentum/three-balls", "momentum/a-ball-with-memory"),
    *("optimizers/noise-cloud", "optimizers/optimizer-race", "probability/line-drawn"),
    "matrices/three-scenes",
    *("optimizers/other-units", "second_order/conjugate-steps"),
    *("regularization/degree-and-strength", "sparsity/path", "sparsity/thrown-out"),
    *("likelihood/noise-and-fit", "sampling/central-limit", "vectors/likeness"),
    *("likelihood/coin-belief", "sampling/bandit", "regularization/ellipse"),
    *("generation/plane-of-codes", "generation/two-data", "generation/one-noise"),
    *("generation/two-strangers", "generation/slow-judge"),
    *("high_dimensions/coins", "high_dimensions/equator"),
    *("vectors/dividing-line", "vectors/mirror", "singular_values/rank-picture"),
}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_number_below_zero_has_a_minus_and_zero_has_none(path):
    for name, every in readouts(path.stem).items():
        wrong = [sentence for _, sentence in every if BAD_SIGN.search(sentence)]
        assert wrong == [], name


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_figure_whose_words_change_is_forgotten(path):
    known = {figure for figure, _, _ in CONDITIONS} | NO_CLAIM
    for name, every in readouts(path.stem).items():
        distinct = {NUMBER.sub("#", sentence) for _, sentence in every}
        assert len(distinct) == 1 or f"{path.stem}/{name}" in known, distinct
