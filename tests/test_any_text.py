"""What reads text, given any text: it reads it or refuses it by name, and no more.

The quiz, the editions, the stops of a slider, the notebooks' normalizer, the terms. The
addresses of figures are read in a page: see ``book/test_any_address.py``.
"""

import copy
import itertools
import warnings

import nbformat
import pytest
from docutils import nodes
from docutils.core import publish_doctree
from editions import LEFT_OUT, without_folds
from hypothesis import given, settings
from hypothesis import strategies as st
from lessons import terms_of
from myst_parser.docutils_ import Parser
from nbformat.v4 import new_code_cell, new_notebook, new_output
from quiz import Malformed, read_choices
from terms import searched

from mathlib.explore import even_stops, log_stops, stops
from mathlib.explore.controls import number
from tools.notebooks import WIDGET_VIEW, normalize, written

few = settings(max_examples=40)
many = settings(max_examples=200)


def tried(function, *arguments, **named):
    """What a function returns, and what it says if it refuses."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*arguments, **named), ""
    except ValueError as problem:
        return None, str(problem)


# ---- a quiz

LINES = ["- [x] yes", "- [ ] no", "- [X] `code`", "- [y] odd", "- ", "  Why.", "", ""]
LINES += ["- [x]", "- [ ] $x$", "  - [x] deeper", "* [ ] other", "[x] none", "# Title"]
LINES += ["- [ ] [link](a.md)", "- [ ]no room", "1. [x] one", "> - [ ] quoted", "- [x"]
quizzes = st.lists(st.sampled_from(LINES) | st.text(max_size=9), max_size=9)


def content(text):
    """The nodes that MyST makes of a text."""
    quiet = {"report_level": 5, "halt_level": 6, "warning_stream": False}
    return publish_doctree(text, parser=Parser(), settings_overrides=quiet).children


@few
@given(quizzes.map("\n".join))
def test_a_quiz_is_read_or_refused(text):
    choices, refusal = tried(read_choices, content(text))
    if refusal:
        return
    assert len(choices) >= 2
    assert [right for right, _, _ in choices].count(True) == 1
    for _, said, feedback in choices:
        assert said.astext().strip()
        assert feedback


RIGHT = st.integers(0, 4)


@few
@given(st.lists(st.text("abc $`*", min_size=1), min_size=2, max_size=5), RIGHT)
def test_a_quiz_that_is_well_written_is_read(texts, right):
    right %= len(texts)
    rows = [
        f"- [{'x' if at == right else ' '}] a{text}\n\n  Why {at}.\n"
        for at, text in enumerate(texts)
    ]
    choices = read_choices(content("\n".join(rows)))
    assert [at for at, (one, _, _) in enumerate(choices) if one] == [right]
    assert [why[0].astext() for _, _, why in choices] == [
        f"Why {at}." for at in range(len(texts))
    ]


# ---- editions

FOLDS = [":::{dropdown} Solution", "```{dropdown} Hint 1", ":::", "```", "42", "  Yes."]
FOLDS += ["::::{dropdown} Solution", "::::", ":::{quiz} Which?", "- [x] a", "text", ""]


@many
@given(st.lists(st.sampled_from(FOLDS) | st.text("ab:`[]{}"), max_size=14))
def test_an_edition_only_takes_away(lines):
    text = "\n".join(lines)
    assert without_folds(text, ()).split("\n") == text.splitlines() or not text
    for kinds in LEFT_OUT.values():
        left = without_folds(text, kinds).replace("- [ ]", "- [x]").splitlines()
        rest = iter(text.replace("- [ ]", "- [x]").splitlines())
        assert all(line in rest for line in left), "not a part of it, in order"
        assert not any(
            "{dropdown} Solution" in line for line in left if "solution" in kinds
        )


# ---- the table of a recap, and terms in a text


@many
@given(st.text("|ab \\\n-中", max_size=60))
def test_terms_are_rows_of_a_table(text):
    for row in terms_of(f"| term | 中文 | meaning |\n|-|-|-|\n{text}"):
        assert all("\n" not in cell for cell in row)


words = st.text(min_size=1).filter(lambda word: word.split())


@many
@given(words, st.text())
def test_any_word_is_searched_for_as_it_is_written(word, text):
    pattern = searched([word])
    pattern.search(text)
    if word.isascii() and word.isalpha():
        assert pattern.search(f"({word})")


# ---- the stops of a slider

ODD = [0.0, -0.0, 1.0, 5e-324, 1e-300, 1e308, -1e308, float("inf"), float("nan")]
numbers = st.sampled_from(ODD) | st.floats() | st.integers(-(10**6), 10**6)
makers = pytest.mark.parametrize("maker", [even_stops, log_stops])


@makers
@pytest.mark.parametrize("count", [0, 2, 5])
def test_an_odd_range_of_stops_rises_or_is_refused(maker, count):
    for low, high in itertools.product(ODD, ODD):
        made, refusal = tried(maker, low, high, count)
        assert refusal.startswith(maker.__name__) if made is None else rises(made)


def rises(made):
    """Whether each stop lies above the one before."""
    return all(one < other for one, other in itertools.pairwise(made.values))


@makers
@many
@given(numbers, numbers, st.integers(-1, 9), st.none() | numbers)
def test_a_range_of_stops_rises_or_is_refused(maker, low, high, count, start):
    made, refusal = tried(maker, low, high, count, start=start)
    if refusal:
        assert maker.__name__ in refusal
        return
    assert made.values[0] == low
    assert made.values[-1] == pytest.approx(high)
    assert rises(made)
    assert 0 <= made.start < len(made.values)
    assert all(made.text(value) for value in made.values)


@many
@given(st.lists(numbers | st.text() | st.booleans()))
def test_listed_stops_are_taken_as_they_are(values):
    made, refusal = tried(stops, *values)
    if refusal:
        assert refusal.startswith("stops")
        return
    assert list(made.values) == values
    assert len({*made.values}) == len(values)
    assert made.kind() in {"choice", "whole", "log", "decimal"}


@many
@given(st.floats(-1e300, 1e300))
def test_a_number_is_written_so_that_it_can_be_read(value):
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
    text = number(value).replace("×10", "e").translate(raised)
    assert float(text) == pytest.approx(value, rel=6e-3)


# ---- notebooks

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
STREAMS = st.builds(
    lambda name, text: new_output("stream", name=name, text=text),
    st.sampled_from(["stdout", "stderr"]),
    TEXTS,
)
SHOWN = st.builds(
    lambda text, widget: new_output(
        "display_data",
        data={"text/plain": text}
        | ({WIDGET_VIEW: {"model_id": "7"}} if widget else {}),
    ),
    TEXTS,
    st.booleans(),
)
CELLS = st.builds(
    lambda source, outputs: new_code_cell(
        source, outputs=outputs, metadata={"execution": {"shell.execute_reply": "now"}}
    ),
    TEXTS,
    st.lists(STREAMS | SHOWN, max_size=6),
)


def printed(notebook, name):
    """All that a stream of a notebook says."""
    return "".join(
        output.text
        for cell in notebook.cells
        for output in cell.outputs
        if output.get("name") == name
    )


@few
@given(st.lists(CELLS, max_size=3))
def test_a_normal_notebook_says_the_same_and_stays_normal(cells):
    notebook = new_notebook(cells=cells, metadata={"widgets": {}, "who": "me"})
    normal = normalize(copy.deepcopy(notebook))
    nbformat.validate(normal)
    for name in ("stdout", "stderr"):
        assert printed(normal, name) == printed(notebook, name)
    assert WIDGET_VIEW not in written(normal)
    assert "execute_reply" not in written(normal)
    read_again = nbformat.reads(written(normal), as_version=4)
    assert written(normalize(read_again)) == written(normal)


def test_a_choice_without_a_word_is_refused_by_name():
    item = nodes.list_item("", nodes.paragraph())
    with pytest.raises(Malformed, match="must begin with a line of text"):
        read_choices([nodes.bullet_list("", item, item.deepcopy())])
