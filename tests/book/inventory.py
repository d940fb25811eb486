"""What the book holds, thing by thing, and where each thing stands.

    PYTHONPATH=tests:. python -m book.inventory

prints where each thing stands now that the book held when it had fourteen lessons
(`inventory.json`). `GONE` names what was left out on purpose, and why; `RENAMED` what
has another name now. Reading order: ``inventory``, ``standing``.
"""

import json
import re
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

from book.book import CHAPTERS, calls, chapter, checked_exercises, parts
from mathlib.exercises.checker import chapters as with_exercises
from mathlib.exercises.checker import exercises_of

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BEFORE = HERE / "inventory.json"
CITED = re.compile(r"\{cite[a-z:]*\}`([^`]+)`")
EQUATION = re.compile(r"^\$\$ *\(([\w-]+)\)|\\label\{([\w-]+)\}", re.M)
SOURCE = re.compile(r"^\| (\d\.\d\d) \| .*", re.M)
LINKED = re.compile(r"\]\((?:\.\./chapters/)?(\w+)\.(ipynb|md)#")
TERM = re.compile(r"^\| *(?!term)([^|]+?) *\| *[^|]*[\u4e00-\u9fff][^|]*\|", re.M)
MODULES = ROOT / "mathlib"

RENAMED = {  # "kind name": "name now"
    "section One step, then six hundred": "Three steps, then three hundred",
    "section Finding all of them": "The QR algorithm",
    "section QR: make the columns square first": (
        "QR: make the columns perpendicular first"
    ),
    "section Which digits to trust": "Which eigenvalues can you trust?",
    "section Many machines, and the edge of stability": "The gradient of the parts",
    "section Batches in parts": "The gradient of the parts",
    "section More than the slope, and less": "Curvature without the Hessian",
    "section Equal units stay equal": "Equal weights stay equal",
    "statement thm-bp-product": "thm-product",
    "check thm-bp-product": "thm-product",
    "statement thm-bp-symmetry": "thm-twins",
    "check thm-bp-symmetry": "thm-twins",
    "quiz quiz-bp-equal": "quiz-twins",
    "mistake a penalty against vanishing slopes": (
        '"weight decay helps against vanishing gradients"'
    ),
    "figure second-column": "two-columns",
    "figure towards-singular": "there-and-back",
    "section Any matrix: singular values": "Turn, stretch, turn",
    "section Turned: the transpose of a product": "The transpose of a product",
    "section Principal components": "Patterns that all pictures share",
    "section Matrices of pure chance": "Which components are real?",
    'mistake "L2 helps against vanishing gradients"': (
        '"weight decay helps against vanishing gradients"'
    ),
    "term vanishing, exploding gradient": "vanishing gradient",
    "statement prop-split": "thm-gibbs",
    "check prop-split": "thm-gibbs",
    "statement prop-chain": "thm-mutual-information",
    "check prop-chain": "thm-mutual-information",
    "figure coding-in-blocks": "spending",
    "figure drawn-by-units": "bumps",
    "statement prop-corners": "thm-folding",
    "check prop-corners": "thm-folding",
    "section Born dead": "Dead units",
    "section What a dead start looks like": "Dead units",
    "figure margin-losses": "pulls",
    "section From noise to a loss": "From a distribution to a loss",
    "section Labels that are almost sure": "How sure should it be?",
    "section Other wishes": "Which loss when?",
    "statement thm-noise-loss": "thm-likelihood-squares",
    "check thm-noise-loss": "thm-likelihood-squares",
    "statement cor-triangle": "thm-cauchy-schwarz",
    "check cor-triangle": "thm-cauchy-schwarz",
    "section Space in many dimensions": "Everybody lives at the equator",
    "section Other wirings: images and depth": "One small layer, everywhere",
    "function convnet": "cnn",
    "statement thm-largest-rate": "thm-stability",
    "check thm-largest-rate": "thm-stability",
    "statement thm-steepest-descent": "thm-gradient-slopes",
    "check thm-steepest-descent": "thm-gradient-slopes",
    "statement prop-twins": "thm-twins",
    "check prop-twins": "thm-twins",
    "quiz quiz-net-twins": "quiz-twins",
    "section From one neuron to a network": "Ten neurons",
    "section One neuron is an old friend": "Ten neurons",
    "section Hand-made or learned": "Features that nobody designed",
    "section Why the start must be random": "Equal weights stay equal",
    "section Which activation?": "Which one?",
    "section The dashboard": "When it does not learn",
    "section The capstone: 101,770 parameters": "The training loop",
    "section And now, training": "The training loop",
    "section First rung: the loss before the first step": "A ladder of checks",
    "section Second rung: the gradient": "A ladder of checks",
    "section Third rung: learn ten images by heart": "A ladder of checks",
    "section Fourth rung: nothing to learn": "A ladder of checks",
    "section Memory": "A memory that is rewritten",
    "section Attention": "A soft look-up",
    "section Other wirings: sequences": "Every word asks, none sees ahead",
    "figure attention-by-epoch": "who-looks-where",
    "statement prop-scale-cancels": "prop-length",
    "check prop-scale-cancels": "prop-length",
    "statement prop-residual": "prop-net-residual",
    "check prop-residual": "prop-net-residual",
    "section Depth": "Sixty layers",
    "section Vanishing and exploding": "Flat ends, and products that vanish",
    "section Three remedies": "Ways out, when a good start is not enough",
    "section Other things to learn": "Groups without labels",
    "section A number, and groups without labels": "Groups without labels",
    "section No labels, but a network": "A code drawn by chance",
    "section Two senses, and sound": "Two senses",
    "section A gradient through chance": "A code drawn by chance",
}
PLAIN = "said in plain text, over people who can be counted"
PARTS = "autodiff adds up the gradient of the parts, each counted by its size"
GONE = {  # "kind name": why it was left out
    "figure two-coins-that-agree": "wind-and-weather has its stairs",
    "figure coin-over-a-wire": "a fold prints its numbers, below the inequality",
    "figure noise": "the figure expression draws the same law beside data with a find",
    "statement def-derivative": "said in the text, where the first slope is found",
    "statement prop-two-sides": "said in the text, in a sentence",
    "check prop-two-sides": "its numbers stand below that sentence",
    "statement def-conditional": PLAIN,
    "statement def-independence": PLAIN,
    "statement def-mean": "said word by word, over one die",
    "statement prop-pairs": "said in plain text, beside the table that shows it",
    "check prop-pairs": "the table of the three variables is printed",
    "statement prop-uncorrelated": "seen in the figure of rectangles, said below it",
    "check prop-uncorrelated": "the figure and a common mistake print its numbers",
    "statement prop-birthdays": "a common mistake, with its formula",
    "check prop-birthdays": "the mistake prints formula and count",
    "figure birthdays": "three of its points are printed beside the mistake",
    "figure broadcasting": "its six pairs of shapes are predicted, then printed",
    "figure pick-an-entry": "rows, columns and entries of the digit are printed",
    "figure row-meets-column": "found on paper, and seen in three scenes",
    "statement def-matrix-product": "derived in the text, from where two points go",
    "statement prop-four-views": "a table, with all four on the same whole numbers",
    "check prop-four-views": "printed there",
    "statement prop-stretches": "a fold beside the area, with its proof",
    "check prop-stretches": "printed there",
    "statement thm-surprise": "a fold, with its proof: the logarithm counts halvings",
    "check thm-surprise": "its numbers are printed above that fold",
    "statement def-entropy": "said in the text, where the staircase has its area",
    "statement thm-entropy-range": "said below Gibbs' inequality, which gives it",
    "check thm-entropy-range": "a line of the check of Gibbs' inequality",
    "statement def-cross-entropy": "said in the text, with its staircase",
    "statement prop-likelihood": "said in the text, in three sentences",
    "check prop-likelihood": "thm-likelihood-frequency has the same check",
    "statement cor-largest-entropy": "said below thm-moments, which gives it",
    "check cor-largest-entropy": "a line of the check of thm-moments",
    "statement def-mutual-information": "said in the text, with its bars",
    "statement prop-gain": "a fold, with its proof",
    "check prop-gain": "its numbers are printed beside that fold",
    "section What a parameter must earn": "a fold, with its numbers",
    "mistake bits and nats in one formula": "said where perplexity is, and printed",
    "statement def-vector": "said in the text, of pictures with two dots",
    "statement def-span": "said in the text, with the basis that comes of it",
    "statement def-p-norm": "said in the text, where its three cases stand",
    "statement def-dot": "said in the text, at the end of its derivation",
    "statement def-hyperplane": "said in the text, where a neuron decides",
    "figure three-arrows": "two-walks draws arrows together with their pictures",
    "statement prop-one-weight": "done by hand in the text, with its stable rate",
    "check prop-one-weight": "a common mistake prints its minimum and its limit",
    "statement def-ridge": "said in the text, where the penalty is chosen",
    "statement prop-decay": "derived in the text, as a changed rule, and by hand",
    "check prop-decay": "the walk by hand is printed, and PyTorch's beside it",
    "statement def-dropout": "said in the text, with its four cases by hand",
    "figure fit": "degree-and-strength shows it where its strength is 0",
    "figure learning-curve": "five of its points are printed where more data help",
    "figure stopping": "the run of the question stops early; ellipse shows why",
    "figure line-model": "gradient_descent has a figure that fits this line",
    "statement prop-shards": PARTS,
    "check prop-shards": PARTS,
    "quiz quiz-shards": PARTS,
    "exercise ex-shards": PARTS,
    "checker average_gradients": PARTS,
    "answer average_gradients": PARTS,
    "settled L2 is a remedy against vanishing gradients.": (
        "settled once, with the way back through many layers"
    ),
    "mistake a plain mean over unequal parts": PARTS,
    "statement def-sgd": "said in the text, with its formula",
    "statement prop-running-mean": "said in the text, with its proof and three samples",
    "check prop-running-mean": "its numbers are printed there",
    "figure compass": "the lesson on gradients turns an arrow over a loss",
    "figure tolerance": "its steps per digit are printed where a walk stops",
    "figure rate-sweep": "its lowest points are printed where a rate is chosen",
    "statement prop-closed-form": "said where a step is one multiplication",
    "check prop-closed-form": "its numbers are printed there, at five rates",
    "statement prop-backtracking": "said in the text, below the rule of Armijo",
    "check prop-backtracking": "its numbers are printed there",
    "exercise ex-step": "the loop is printed where gradient descent is defined",
    "mistake shapes that broadcast": "shown where the features are many",
    "mistake a factor of two in a famous formula": (
        "said and printed where a narrow valley has its price"
    ),
    'mistake "the loss did not get smaller, so this is the minimum"': (
        "said where a walk stops; the quiz asks it"
    ),
    "statement def-bp-adjoint": "said in the text, with the deltas of the nine knobs",
    "statement prop-bp-count": "a formula in the text, with two examples",
    "check prop-bp-count": "the nine knobs are counted by hand, 2-2-1",
    "statement prop-bp-sweeps": "said in the text, beside the tower that counts it",
    "check prop-bp-sweeps": "its numbers are those of the check of thm-bp-adjoints",
    "statement prop-bp-error": "said in the text, in two sentences",
    "check prop-bp-error": "five mutants show its numbers, 0.667 and 1",
    "figure network-graph": "blame-walks-back draws a network, with its numbers",
    "figure outer-product": "blame-walks-back shows its products, wire by wire",
    "section Jacobians, from the left": "a paragraph in a fold",
    "section A layer is a pair": "a fold with its table",
    "mistake no φ′ at the output": "a mutant, and half of the algorithm that is tried",
    "mistake the output layer never learns": "a mutant, and the other half",
    "mistake a step before all deltas are known": "a mutant",
    "mistake a gradient from memory": "a fold among the mistakes, with its numbers",
    "exercise ex-bp-output": "hidden_delta asks for the same two factors",
    "checker output_delta": "hidden_delta asks for the same two factors",
    "answer output_delta": "hidden_delta asks for the same two factors",
    "exercise ex-bp-error": "a formula of the text, in code",
    "checker relative_error": "a formula of the text, in code",
    "answer relative_error": "a formula of the text, in code",
    "statement prop-sigmoid-slope": "a fold, with its proof",
    "check prop-sigmoid-slope": "its numbers are printed below that fold",
    "statement prop-tanh": "a fold, with its proof",
    "check prop-tanh": "its numbers are printed below that fold",
    "figure subgradient": "prop-relu-corner prints which lines stay below",
    "statement def-dead": "said in the text, in two sentences",
    "statement prop-born-dead": "a fold, with its proof",
    "check prop-born-dead": "formula and count are printed below that fold",
    "figure born-dead": "one of its points is printed there",
    "exercise ex-born-dead": "the formula of that fold",
    "checker chance_of_death": "with its exercise",
    "answer chance_of_death": "with its exercise",
    "exercise ex-softplus": "log_sum_exp of the losses asks for the same",
    "checker softplus": "with its exercise",
    "answer softplus": "with its exercise",
    "statement def-loss": "said in the text, with pulls by hand",
    "statement prop-sum-mean": "a fold, with its proof",
    "check prop-sum-mean": "its numbers are printed above that fold",
    "figure sum-or-mean": "three of its points are printed there",
    "figure five-numbers": "the pulls of the five numbers stand in a table",
    "quiz quiz-outlier": "that table of pulls answers it",
    "statement lem-lse": "a fold, with its proof",
    "check lem-lse": "softmax of 1000 and of -1000 is printed beside the program",
    "statement prop-temperature": "a fold, with its proof",
    "check prop-temperature": "the digits print temperature, loss and decisions",
    "figure temperature": "the figure sureness of likelihood multiplies all scores",
    "statement prop-smoothing": "said in the text: the pull is zero at the table",
    "check prop-smoothing": "the walk to that table is printed",
    "statement prop-bound": "a fold, with its proof",
    "check prop-bound": "its numbers are printed below that fold",
    "statement prop-weights": "a fold, with its proof",
    "check prop-weights": "odds at the weight 99 are turned back, and printed",
    "mistake a gradient that nobody checked": "a fold, with its numbers",
    "mistake labels that count from 1": "said in the text",
    'mistake "99 % accuracy"': "said where the rare classes are, and printed",
    "exercise ex-binary": "its line stands in the text, and fit uses its slope",
    "checker binary_cross_entropy": "with its exercise",
    "answer binary_cross_entropy": "with its exercise",
    "exercise ex-weights": "balanced_weights does it, printed beside the figure",
    "checker class_weights": "with its exercise",
    "answer class_weights": "with its exercise",
    "mistake summing over every neuron": "an exercise of autodiff, the walk in a table",
    "statement def-ad-tape": "said in the text, below the table that it is made of",
    "statement def-ad-adjoint": "said in the text, in its first sentence",
    "statement prop-ad-order": "said in the text, with its reason",
    "check prop-ad-order": "the printed tape shows it",
    "statement prop-ad-cut": "an exercise, the walk in a table, and a fence",
    "check prop-ad-cut": "the solution of that exercise prints its numbers",
    "section Through which values must one add?": "an exercise",
    'mistake "backpropagation is how a network is optimized"': (
        "a mistake of backprop; the triangle stands in the deep learning of autodiff"
    ),
    "mistake a value that leaves the tape": "shown where a function has no rule",
    "quiz quiz-ad-sum": "quiz-bp-children asks the same",
    "statement prop-one-neuron": "said in plain text, below the ten neurons",
    "check prop-one-neuron": "both losses are one function, which that text says",
    "figure one-neuron": "the figure hidden-units has XOR, and counts for every line",
    "figure wiring": "the numbers of weights are in a check; sizes are in the text",
    "figure rate-and-width": "the figure dashboard has rates, for two rules",
    "section Digits: a rehearsal": "the lesson reads one row of digits throughout",
    "section Rate and width together": "rates alone carry the story of two failures",
    "mistake gradients that add up": "said beside zero_grad, in the framework's loop",
    "statement thm-autoencoder": "singular_values has it, in words and with a walk",
    "check thm-autoencoder": "singular_values trains one down to the floor of PCA",
}


@cache
def inventory():
    """Each thing of the book, as "kind name", with the places where it stands."""
    found = {}
    for thing, place in [*_in_lessons(), *_in_code(), *_in_pages()]:
        found.setdefault(thing, []).append(place)
    return {thing: sorted(set(places)) for thing, places in sorted(found.items())}


def _in_lessons():
    for path in CHAPTERS:
        lesson = parts(chapter(path))
        for part in lesson:
            for thing in _of_part(part):
                yield thing, path.stem
        text = "\n".join(part.text for part in lesson if part.kind != "code")
        for key in {key for found in CITED.findall(text) for key in found.split(",")}:
            yield f"reference {key.strip()}", path.stem
        for term in TERM.findall(text):
            yield f"term {term}", path.stem


def _of_part(part):
    """What one part of a lesson is, in one word, and its name."""
    label = part.options.get("label")
    if part.kind.startswith("prf:") and label:
        yield f"statement {label}"
    elif part.kind in {"exercise", "quiz"} and label:
        yield f"{part.kind} {label}"
    elif part.kind == "admonition" and part.title.startswith("Common mistake: "):
        yield f"mistake {part.title.removeprefix('Common mistake: ')}"
    elif part.kind == "heading" and part.level > 1:
        yield f"section {part.title}"
    elif part.kind == "code":
        yield from _of_code(part)
    for one, other in EQUATION.findall(part.text if part.kind != "code" else ""):
        yield f"equation {one or other}"


def _of_code(part):
    """The figures, checks and checked exercises of a cell."""
    for call in calls(part.text, "explore"):
        named = [word.value.value for word in call.keywords if word.arg == "name"]
        name = named[0] if named else call.args[0].id
        yield f"figure {name.replace('_', '-')}"
    if "check" in part.tags:
        labels = part.text.partition("\n")[0].removeprefix("# check: ").split()
        yield from (f"check {label}" for label in labels)
    for exercise in checked_exercises(part.text):
        yield f"checker {exercise.partition('.')[2]}"


def _in_code():
    """The public functions and tables of mathlib, and the references of exercises."""
    for path in sorted(MODULES.glob("[a-z]*.py")):
        module = import_module(f"mathlib.{path.stem}")
        for name, value in vars(module).items():
            own = getattr(value, "__module__", None) == module.__name__
            if own and not name.startswith("_"):
                yield f"function {name}", path.stem
    for name in with_exercises():
        for exercise in exercises_of(name):
            yield f"answer {exercise}", name


def _in_pages():
    """The rows of two pages: what each settles, and where each source is treated."""
    text = (ROOT / "pages" / "mistakes.md").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith("| often"):
            yield f"settled {line.strip('| ').partition(' | ')[0]}", "pages/mistakes"
    text = (ROOT / "pages" / "source_map.md").read_text(encoding="utf-8")
    for row in SOURCE.finditer(text):
        for name, kind in LINKED.findall(row[0]):
            yield f"source {row[1]}", name if kind == "ipynb" else f"pages/{name}"


@cache
def before():
    """What the book held, and where, before it was cut."""
    return json.loads(BEFORE.read_text(encoding="utf-8"))


def standing():
    """For each thing of the old book: where it stood, where it stands, or why not."""
    now = inventory()
    for thing, old in before().items():
        kind = thing.partition(" ")[0]
        renamed = RENAMED.get(thing)
        key = f"{kind} {renamed}" if renamed else thing
        yield thing, old, now.get(key, []), GONE.get(thing)


def main(write=False):
    """Print where everything stands; `write` keeps what stands now as the old book."""
    if write:
        text = json.dumps(inventory(), indent=0, ensure_ascii=False)
        BEFORE.write_text(text + "\n", encoding="utf-8")
    for thing, old, new, why in standing():
        place = ", ".join(new) or f"nowhere: {why or 'LOST'}"
        sys.stdout.write(f"{thing}: {', '.join(old)} → {place}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
