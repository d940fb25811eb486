"""The page of notation names every letter that a lesson uses, and the lesson."""

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
LESSONS = re.findall(r"chapters/(\w+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
PAGE = (ROOT / "pages" / "notation.md").read_text(encoding="utf-8")
SHOWN = {
    "gradient descent": "gradient_descent",
    "high dimensions": "high_dimensions",
    "floating point": "floating_point",
    "linear systems": "linear_systems",
    "eigenvalue algorithms": "eigenvalue_algorithms",
    "singular values": "singular_values",
    "second order": "second_order",
    "backpropagation": "backprop",
    "automatic differentiation": "autodiff",
}
MATH = re.compile(r"\$\$.+?\$\$|\$.+?\$", re.S)
LETTERS = re.compile(
    r"\\(?:alpha|beta|gamma|delta|epsilon|varepsilon|eta|theta|kappa|lambda|Lambda|mu|xi"
    r"|pi|rho|sigma|Sigma|tau|varphi|Phi|phi|psi|ell|odot|bar|dot|hat|nabla|mathbb|prod"
    r"|int|perp|circ|leftarrow|lceil|langle|det|lim)(?![a-zA-Z])"
    r"|(?<![A-Za-z\\])[A-Z](?![a-zA-Z])"
)


def letters(text):
    """Capitals, Greek letters and signs in the formulas of a text."""
    formulas = " ".join(MATH.findall(text))
    formulas = re.sub(r"\\(?:text|mathrm|operatorname|label)\*?\{[^}]*\}", "", formulas)
    return set(LETTERS.findall(re.sub(r"(\\math\w+)\{\w\}", r"\1 ", formulas)))


def rows():
    """Each row of the page's tables: what it explains, and in which lessons."""
    for line in PAGE.splitlines():
        if line.startswith("| $"):
            first, *_, last = line.strip("| ").split(" | ")
            names = [SHOWN.get(name, name) for name in last.split(", ")]
            yield first, LESSONS if names == ["all"] else names


def used(lesson):
    """The letters in the formulas of a lesson."""
    cells = nbformat.read(ROOT / "chapters" / f"{lesson}.ipynb", as_version=4).cells
    texts = (cell.source for cell in cells if cell.cell_type == "markdown")
    return set().union(*map(letters, texts))


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_letter_of_a_lesson_is_on_the_page_for_it(lesson):
    named = set().union(*(letters(first) for first, where in rows() if lesson in where))
    assert sorted(used(lesson) - named) == []


def test_a_lesson_that_is_named_exists_and_uses_the_letter():
    for first, where in rows():
        assert set(where) <= set(LESSONS), first
        if where != LESSONS:
            idle = [x for x in where if letters(first) and not letters(first) & used(x)]
            assert idle == [], first
