"""Formulas made when the book is built: what becomes of TeX, what stays together."""

import io
import re
import subprocess
import sys
from pathlib import Path

import formulas
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from fontTools.ttLib import TTFont

from tools import faces

ROOT = Path(__file__).resolve().parent.parent

CONSTRUCTS = {
    r"\tfrac12 w^2": "mfrac",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}": "mtable",
    r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{else} \end{cases}": "mtable",
    r"\begin{aligned} a &= b \\ &= c \end{aligned}": "mtable",
    r"\sum\limits_{i=1}^n x_i": "munderover",
    r"\left( \frac ab \right)": "mo",
    r"\hat y": "mover",
    r"x_{i+1}^{(k)}": "msubsup",
    r"\underbrace{a + b}_{c}": "munder",
    r"\sqrt[3]{x}": "mroot",
    r"\mathbb{E}": "mi",
    r"\operatorname{tr} A": "mi",
    r"\text{a rest}": "mtext",
}


def parsed(markup):
    return BeautifulSoup(markup, "html.parser").math


@pytest.mark.parametrize(("tex", "element"), CONSTRUCTS.items())
@pytest.mark.parametrize("display", [False, True])
def test_every_construct_becomes_mathml_that_carries_its_tex(tex, element, display):
    math = parsed(formulas.mathml(tex, display))
    note = math.semantics.annotation
    assert (note["encoding"], note.text) == ("application/x-tex", tex)
    assert math.get("display") == ("block" if display else None)
    note.extract()
    assert math.find(element)
    assert not math.find("merror")


def test_signs_of_tex_are_safe_in_html():
    math = parsed(formulas.mathml(r"a < b \& c"))
    assert math.find(string="<")
    assert math.annotation.text == r"a < b \& c"


@pytest.mark.parametrize(
    ("tex", "said"),
    [(r"\foo", r"Unsupported function name: \\foo"), (r"\frac{a", "expected '}'")],
)
def test_tex_that_is_none_is_refused_with_its_reason(tex, said):
    with pytest.raises(ValueError, match=said):
        formulas.mathml(tex)


def test_lines_and_paragraphs_of_a_displayed_formula_become_rows():
    assert formulas.as_display("\na = b\n") == "a = b"
    assert formulas.as_display(r"a \\ b") == r"\begin{split}a \\ b\end{split}"
    rows = r"\begin{aligned}a\\b\end{aligned}"
    assert formulas.as_display("a\n\nb") == rows
    matrix = r"A = \begin{pmatrix} 1 \\ 2 \end{pmatrix}"
    assert formulas.as_display(matrix) == matrix
    amsmath = r"\begin{gather} a \\ b \end{gather}"
    assert formulas.as_display(amsmath, nowrap=True) == amsmath
    assert len(parsed(formulas.mathml(rows, True)).find_all("mtr")) == 2


def test_a_formula_wider_than_a_phone_is_told_from_others():
    assert not formulas.is_long(formulas.mathml(r"\lVert Ax - b \rVert^2 = 0"))
    assert formulas.is_long(formulas.mathml("+".join("abcdefghijklmnopqrst")))


# ---- what stays together


def paragraph(*parts):
    """Return a paragraph: a string that begins with $ is a formula."""
    made = [
        nodes.math("", part[1:])
        if isinstance(part, str) and part.startswith("$")
        else nodes.Text(part)
        if isinstance(part, str)
        else part
        for part in parts
    ]
    return nodes.paragraph("", "", *made)


def joined(text):
    """Return what is in one piece after the transform, the text being the same."""
    before = text.astext()
    for node in list(text.findall(nodes.math)):
        formulas.keep_together(node)
    assert text.astext() == before
    return [
        node.astext()
        for node in text.findall(nodes.inline)
        if "joined" in node["classes"]
    ]


@pytest.mark.parametrize(
    ("parts", "pieces"),
    [
        (("Take ", "$x", ", then."), ["x,"]),
        (("Take (", "$x", ") now."), ["(x)"]),
        (("Take ", "$x", " now."), []),
        (("the “", "$x", "”?"), ["“x”?"]),
        (("an ", "$n", "-dimensional space"), ["n-"]),
        (("the ", "$k", "th of them"), ["kth"]),
        (("a non-", "$x", " part"), ["non-x"]),
        (("either ", "$a", "/", "$b", "."), ["a/", "b."]),
        (("$x", ", ", "$y", ", ", "$x", ", and"), ["x,", "y,", "x,"]),
        (("the end ", "$x", "."), ["x."]),
        (("$x",), []),
    ],
)
def test_what_touches_a_formula_stays_with_it(parts, pieces):
    assert joined(paragraph(*parts)) == pieces


def test_a_formula_that_ends_strong_words_keeps_the_point_after_them():
    strong = nodes.strong("", "", nodes.Text("largest "), nodes.math("", "x"))
    text = paragraph("the ", strong, ".")
    assert joined(text) == ["x."]
    assert [node.astext() for node in text.findall(nodes.strong)] == ["largest ", "x"]


def test_strong_words_around_a_formula_may_still_be_broken():
    inside = nodes.Text("turn ("), nodes.math("", "V"), nodes.Text("), then stretch")
    text = paragraph("First ", nodes.strong("", "", *inside), ".")
    assert joined(text) == ["(V),"]


def test_a_number_keeps_its_percent_sign(tmp_path):
    page = built(tmp_path, "At 70 % of `70 %` and $70 \\%$ of it.\n")
    assert "At 70\N{NO-BREAK SPACE}% of" in page.text
    assert page.select_one("code").text == "70 %"


# ---- in a page

PAGE = r"""# Page

An equation of two rows:

$$
\lambda = 1 \\ \mu = 2
$$ (pair)

See {eq}`pair`, or $a < b$, or:

\begin{align} x &= 1 \\ y &= 2 \end{align}

$$ \nosuchthing $$
"""


def built(folder, text):
    """Return a page, and note what Sphinx said."""
    conf = (
        f"import sys; sys.path.insert(0, {str(ROOT / '_ext')!r})\n"
        "extensions = ['myst_parser', 'formulas']\n"
        "myst_enable_extensions = ['dollarmath', 'amsmath']\n"
        "html_math_renderer = 'mathml'\n"
    )
    (folder / "conf.py").write_text(conf, encoding="utf-8")
    (folder / "index.md").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", ".", "html"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, timeout=120
    )
    (folder / "said.txt").write_text(re.sub(r"\x1b\[[0-9;]*m", "", done.stderr))
    html = (folder / "html/index.html").read_text(encoding="utf-8")
    return BeautifulSoup(html, "html.parser")


def test_numbers_references_and_a_warning_with_its_place(tmp_path):
    page = built(tmp_path, PAGE)
    said = "index.md:13: WARNING: formula: Unsupported function name: \\nosuchthing"
    assert said in (tmp_path / "said.txt").read_text()
    numbered = page.select_one("div.math#equation-pair")
    assert numbered.select_one(".eqno").text.startswith("(1)")
    assert page.select_one("a.reference[href='#equation-pair']").text == "(1)"
    assert len(page.select("div.math mtable")) == 2
    assert page.select_one("code").text.strip() == r"\nosuchthing"
    assert page.select("script[src*=mathjax i]") == []


# ---- the face


@pytest.mark.parametrize("display", [False, True])
def test_the_math_face_has_the_signs_of_every_construct(display):
    known = TTFont(io.BytesIO(faces.packed("math"))).getBestCmap()
    for tex in CONSTRUCTS:
        math = parsed(formulas.mathml(tex, display))
        math.annotation.extract()
        assert {sign for sign in math.text if ord(sign) not in known} == set()


def test_words_that_alone_are_a_script_stand_in_a_row():
    assert "<mrow><mtext>in</mtext></mrow></msub>" in formulas.mathml(r"d_{\text{in}}")
    assert "<mrow><mtext>noise</mtext></mrow></munder>" in formulas.mathml(
        r"\underbrace{s}_{\text{noise}}"
    )
    assert "<msub><mtext>in</mtext>" in formulas.mathml(r"\text{in}_1")


def test_the_product_of_entries_is_no_larger_than_the_text():
    assert 'largeop="false">⊙' in formulas.mathml(r"g \odot z")
