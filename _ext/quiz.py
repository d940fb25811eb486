r"""A directive for questions with a few choices, each answered with feedback.

In a page::

    :::{quiz} Which rate lands on the bottom of $w^2$ in one step?
    :label: quiz-lands

    - [ ] $\eta = 1$

      It leaps to the other side, as high as before.
    - [x] $\eta = 0.5$

      Each step multiplies $w$ by $1 - 2\eta = 0$.
    :::

The choices become native ``<details>`` of one name, of which the browser keeps at most
one open: no script, no server, and keyboard and screen reader work by themselves. Other
builders print the choices as a list with the feedback below each.

A quiz has at least two choices, at most one for each letter, exactly one of them right,
and feedback for every one; anything else is a warning that names the place.
"""

import re
import shutil
from pathlib import Path
from string import ascii_uppercase

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

STYLE = Path(__file__).with_suffix(".css")
RIGHT, WRONG = "Right.", "Not quite."
MARKS = {"[x]": True, "[X]": True, "[ ]": False}

LINKS = (nodes.reference, addnodes.pending_xref)
LINKS += (nodes.footnote_reference, nodes.citation_reference)
LETTERS = {"enumtype": "upperalpha", "prefix": "", "suffix": "."}

logger = logging.getLogger(__name__)


class quiz(nodes.General, nodes.Element):
    """The question and its choices."""


class quiz_choice(nodes.Part, nodes.Element):
    """One choice: its text, and the feedback for it."""


class quiz_option(nodes.Part, nodes.TextElement):
    """The text of a choice."""


class quiz_feedback(nodes.Part, nodes.Element):
    """What is said to the reader who opens the choice."""


class Malformed(ValueError):
    """A quiz that cannot be asked."""


class Quiz(SphinxDirective):
    """The directive: the question is its argument, the choices a list with marks."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {"label": directives.unchanged_required}  # noqa: RUF012

    def run(self):
        """Return the quiz's node, or a warning and nothing."""
        node = quiz()
        self.set_source_info(node)
        try:
            choices = read_choices(self.parse_content())
        except Malformed as problem:
            logger.warning("quiz: %s", problem, location=node, type="quiz")
            return []
        self.identify(node)
        node += self.question(node["ids"][0])
        node += [
            build_choice(node, letter, *choice)
            for letter, choice in zip(ascii_uppercase, choices, strict=False)
        ]
        return [node]

    def parse_content(self):
        """Return the nodes of the directive's content."""
        container = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, container)
        return container.children

    def identify(self, node):
        """Give the quiz its id: the label, or its number on the page."""
        number = self.env.new_serialno("quiz") + 1
        label = self.options.get("label", f"quiz-{number}")
        node["names"].append(nodes.fully_normalize_name(label))
        self.state.document.note_explicit_target(node, node)

    def question(self, quiz_id):
        """Return the question, a paragraph that names the group."""
        text = self.arguments[0]
        children, messages = self.state.inline_text(text, self.lineno)
        paragraph = nodes.paragraph(text, "", *children, classes=["quiz-question"])
        paragraph["ids"] = [f"{quiz_id}-question"]
        self.set_source_info(paragraph)
        return [paragraph, *messages]


def read_choices(content):
    """Return (right, text, feedback) for each item of the list, or raise Malformed."""
    if len(content) != 1 or not isinstance(content[0], nodes.bullet_list):
        raise Malformed("the content must be one bullet list, and nothing else")
    choices = [read_choice(item) for item in content[0]]
    if len(choices) < 2:
        raise Malformed(f"there must be at least two choices, but is {len(choices)}")
    if len(choices) > len(ascii_uppercase):
        raise Malformed(f"there must be at most 26 choices, but are {len(choices)}")
    count = sum(right for right, _, _ in choices)
    if count != 1:
        raise Malformed(f"exactly one choice must be marked [x], but {count} are")
    return choices


def read_choice(item):
    """Return (right, text, feedback) of a list item, or raise Malformed."""
    if not item.children or not isinstance(item[0], nodes.paragraph):
        raise Malformed("every choice must begin with a line of text")
    if not item[0].children:
        raise Malformed("every choice must begin with a line of text, not an empty one")
    text, feedback = item[0], item.children[1:]
    right = take_mark(text)
    if not text.astext().strip():
        raise Malformed("a choice has no text after its mark")
    if text.next_node(is_link):
        raise Malformed("a choice must hold no link: it is clicked itself")
    if not feedback:
        raise Malformed(
            f"the choice {text.astext()!r} has no feedback: "
            "leave an empty line below it and indent the feedback"
        )
    return right, text, feedback


def is_link(node):
    """Return whether a node is a link, or HTML that begins one."""
    written = isinstance(node, nodes.raw) and re.match(r"<a\b", node.astext(), re.I)
    return isinstance(node, LINKS) or bool(written)


def is_box(node):
    """Return whether a node is the box that MyST's extension tasklist makes."""
    return isinstance(node, nodes.raw) and 'type="checkbox"' in node.astext()


def take_mark(paragraph):
    """Remove the mark that a choice begins with; return whether it says right."""
    if is_box(paragraph[0]):
        right, length = "checked=" in paragraph.pop(0).astext(), 0
    else:
        right, length = read_mark(paragraph.rawsource), 3
    paragraph.rawsource = paragraph.rawsource[length:].lstrip()
    if paragraph.children and isinstance(paragraph[0], nodes.Text):
        text = nodes.Text(paragraph.pop(0)[length:].lstrip())
        paragraph[:0] = [text] if text else []
    return right


def read_mark(text):
    """Return whether a text begins with [x], or raise Malformed."""
    if text[:3] not in MARKS:
        raise Malformed(f"every choice must begin with [x] or [ ], not {text[:3]!r}")
    return MARKS[text[:3]]


def build_choice(parent, letter, right, text, feedback):
    """Return the node of one choice."""
    choice = quiz_choice(right=right, group=parent["ids"][0])
    option = quiz_option(text.rawsource, "", *text.children, letter=letter)
    said = RIGHT if right else WRONG
    verdict = nodes.paragraph(said, said, classes=["quiz-verdict"])
    for each in (option, verdict):
        each.source, each.line = text.source or parent.source, text.line or parent.line
    choice += [option, quiz_feedback("", verdict, *feedback)]
    return choice


class PrintedQuiz(SphinxPostTransform):
    """Turns a quiz into a plain list for the builders that do not make HTML."""

    default_priority = 200

    def run(self, **kwargs):
        """Replace every quiz of the document."""
        if self.app.builder.format in ("html", ""):  # none: message catalogs, links
            return
        for node in list(self.document.findall(quiz)):
            question, *choices = node.children
            items = [printed_choice(choice) for choice in choices]
            numbered = nodes.enumerated_list("", *items, **LETTERS)
            node.replace_self([question, numbered])


def printed_choice(choice):
    """Return a choice as an item of a list."""
    option, *feedback = choice.children  # none, where an edition leaves it out
    text = nodes.paragraph(option.rawsource, "", *option.children)
    return nodes.list_item("", text, *(part for each in feedback for part in each))


def visit_quiz(translator, node):
    """Open the group, named by its question."""
    label = f"{node['ids'][0]}-question"
    attributes = {"role": "group", "aria-labelledby": label, "CLASS": "quiz"}
    translator.body.append(translator.starttag(node, "div", **attributes))


def visit_choice(translator, node):
    """Open the native disclosure; those of one name close each other.

    Without feedback, as in an edition for an exam, nothing says whether it is right.
    """
    kind = " quiz-right" if node["right"] else " quiz-wrong"
    classes = f"quiz-choice{kind if len(node) > 1 else ''}"
    tag = translator.starttag(node, "details", name=node["group"], CLASS=classes)
    translator.body.append(tag)


def visit_option(translator, node):
    """Open the line that is clicked; the letter is its name where all else is math."""
    letter = f'<span class="quiz-letter">{node["letter"]}</span> '
    translator.body.append(translator.starttag(node, "summary", "") + letter)


def visit_feedback(translator, node):
    """Open the part that is hidden until the choice is opened."""
    translator.body.append(translator.starttag(node, "div", CLASS="quiz-feedback"))


def closing(tag):
    """Return a function that closes an element."""

    def depart(translator, node):
        translator.body.append(f"</{tag}>\n")

    return depart


def copy_style(app):
    """Put the stylesheet where the pages look for it."""
    if app.builder.format == "html":
        target = Path(app.outdir, "_static")
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(STYLE, target / STYLE.name)


def setup(app):
    """Register the directive, its nodes and its stylesheet."""
    app.add_node(quiz, html=(visit_quiz, closing("div")))
    app.add_node(quiz_choice, html=(visit_choice, closing("details")))
    app.add_node(quiz_option, html=(visit_option, closing("summary")))
    app.add_node(quiz_feedback, html=(visit_feedback, closing("div")))
    app.add_directive("quiz", Quiz)
    app.add_post_transform(PrintedQuiz)
    app.add_css_file(STYLE.name)
    app.connect("builder-inited", copy_style)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
