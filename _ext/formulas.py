"""Sphinx extension: formulas as MathML, made when the book is built.

Temml turns TeX into MathML, which every browser of today draws by itself: a formula is
there with the first paint, and no script comes with it. Each carries its TeX as an
annotation. Temml is JavaScript; ``quickjs``, an engine in a wheel, runs it here.

What touches a formula stays with it: no line begins with the comma after one.
"""

import re
from functools import cache
from html import escape
from pathlib import Path

import quickjs
from docutils import nodes
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

TEMML = Path(__file__).with_name("temml") / "temml.min.js"
# A string that JavaScript has put together from parts does not reach Python whole:
# split and joined it is of one piece.
RENDER = """(tex, displayMode) =>
  temml.renderToString(tex, { displayMode, annotate: true, throwOnError: true })
    .split("").join("")"""
NO_FENCE = re.compile(
    r"<mo [^>]*></mo>"
)  # of \\left and \\right a point; it takes room
PROBLEM = re.compile(r"(?:ParseError: *)?(.*?)(?:\n|$)")

SIGNS = re.compile(r"<m[ino][^>]*>([^<]*)|<mtext>([^<]*)")
LONG = 34  # signs in a row: more do not fit a phone's line

AFTER = re.compile(r"[^\s\-–—]{1,14}(?!\S)|[^\s\-–—]{0,14}[-–—]|[.,;:!?)\]”’]+")
BEFORE = re.compile(r"(?:(?<=\s)|(?<=[-–—])|^)\S{1,14}$|[(\[“−]$")
PERCENT = re.compile(r"(?<=\d) (?=%)")
AROUND = (nodes.strong, nodes.emphasis)
AS_TYPED = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)

logger = logging.getLogger(__name__)


# ---- TeX to MathML

# Firefox draws words as large as the text where they alone are a script, and this sign
# as large as a sum's.
SCRIPT = re.compile(
    "(<mtext[^>]*>[^<]*</mtext>)(?=</(?:msub|msup|msubsup|munder|mover)>)"
)
CIRCLED = "<mo>⊙</mo>", '<mo form="infix" largeop="false">⊙</mo>'


@cache
def engine():
    """Return Temml's function from TeX to MathML."""
    context = quickjs.Context()
    context.eval(TEMML.read_text("utf-8"))
    return context.eval(RENDER)


@cache
def mathml(tex, display=False):
    r"""Return a formula as MathML.

    Raises
    ------
    ValueError
        If Temml does not understand it; the message says what.
    """
    try:
        markup = NO_FENCE.sub("", engine()(tex, display))
    except quickjs.JSException as error:
        raise ValueError(PROBLEM.match(str(error))[1]) from None
    return SCRIPT.sub(r"<mrow>\1</mrow>", markup).replace(*CIRCLED)


def signs(markup):
    """Return the signs that a formula shows, in a row."""
    return "".join(sign or words for sign, words in SIGNS.findall(markup))


def is_long(markup):
    """Whether a formula is wider than a phone."""
    return len(signs(markup)) > LONG


def as_display(text, nowrap=False):
    """Return the TeX of a displayed formula: lines and paragraphs as rows of one.

    Examples
    --------
    >>> as_display("a = b")
    'a = b'
    """
    if nowrap:
        return text.strip()
    parts = [part.strip() for part in text.split("\n\n") if part.strip()]
    rows = [split(part) for part in parts]
    if len(rows) == 1:
        return rows[0]
    return r"\begin{aligned}" + r"\\".join(rows) + r"\end{aligned}"


def split(part):
    """Return a formula, as lines under each other if it is written in lines."""
    outside = re.sub(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", "", part, flags=re.DOTALL)
    return rf"\begin{{split}}{part}\end{{split}}" if r"\\" in outside else part


# ---- into the page


def formula(node, tex, display=False):
    """Return a node's formula as MathML, or its TeX with a warning."""
    try:
        return mathml(tex, display)
    except ValueError as problem:
        logger.warning("formula: %s", problem, location=node, type="formula")
        return f"<code>{escape(tex)}</code>"


def visit_math(translator, node):
    """Write a formula in a line."""
    markup = formula(node, node.astext())
    kind = "math long" if is_long(markup) else "math"
    tag = translator.starttag(node, "span", "", CLASS=f"{kind} notranslate")
    translator.body.append(f"{tag}{markup}</span>")
    raise nodes.SkipNode


def visit_math_block(translator, node):
    """Write a formula in a line of its own, with its number if it has one."""
    markup = formula(node, as_display(node.astext(), node.get("nowrap")), display=True)
    body = translator.body
    body.append(translator.starttag(node, "div", "", CLASS="math notranslate"))
    body.append(markup)
    if node["number"]:
        number = get_node_equation_number(translator, node)
        body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        body.append("</span>")
    body.append("</div>\n")
    raise nodes.SkipNode


# ---- what stays together


class KeepTogether(SphinxPostTransform):
    """Puts a formula and what touches it into one piece that no line breaks.

    A number stays with its percent sign as well.
    """

    default_priority = 800
    formats = ("html",)

    def run(self, **kwargs):
        """Go through the formulas of a document, and through its numbers."""
        for text in list(self.document.findall(nodes.Text)):
            if PERCENT.search(text) and not isinstance(text.parent, AS_TYPED):
                bound = PERCENT.sub("\N{NO-BREAK SPACE}", text)
                text.parent[place(text)] = nodes.Text(bound)
        for node in list(self.document.findall(nodes.math)):
            if not is_long(formula(node, node.astext())):
                keep_together(node)


def keep_together(node):
    """Join a formula with the signs before and after it."""
    if isinstance(node.parent, AROUND) and node.parent[-1] is node:
        set_apart(node)
    alone = isinstance(node.parent, AROUND) and len(node.parent) == 1
    unit = node.parent if alone else node
    before, after = beside(unit, -1), beside(unit, 1)
    head = BEFORE.search(before.astext()) if before is not None else None
    tail = AFTER.match(after.astext()) if after is not None else None
    if not (head or tail):
        return
    joined = nodes.inline(classes=["joined"])
    unit.replace_self(joined)
    if head:
        shorten(before, slice(head.start()))
        joined += nodes.Text(head[0])
    joined += unit
    if tail:
        shorten(after, slice(tail.end(), None))
        joined += nodes.Text(tail[0])


def set_apart(node):
    """Give a formula at the end of strong or emphasized words a node of its own."""
    around = node.parent
    if len(around) > 1:
        around.remove(node)
        own = around.__class__("", "", node)
        around.parent.insert(around.parent.index(around) + 1, own)


def beside(node, step):
    """Return the text before or after a node, or None."""
    at = place(node) + step
    found = node.parent[at] if 0 <= at < len(node.parent) else None
    return found if isinstance(found, nodes.Text) else None


def place(node):
    """Return which child of its parent a node is; texts alike are told apart."""
    return next(at for at, child in enumerate(node.parent) if child is node)


def shorten(text, kept):
    """Leave a part of a text in its place."""
    left = text.astext()[kept]
    at = place(text)
    text.parent[at : at + 1] = [nodes.Text(left)] if left else []


def setup(app):
    """Make the renderer known; the configuration chooses it."""
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.add_post_transform(KeepTogether)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
