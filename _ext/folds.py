"""Sphinx extension: what folds, as a native ``<details>`` without boxes or icons.

``{dropdown}`` is the directive that JupyterLab shows as well. Its kind is the first
word of its title: proof, hint, solution, in (another library), what (was expected).
"""

import re

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective


class fold(nodes.General, nodes.Element):
    """What folds: its title, then what it hides."""


class fold_title(nodes.Part, nodes.TextElement):
    """What stays in sight."""


class Fold(SphinxDirective):
    """The directive: the title is its argument."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = {  # noqa: RUF012
        "open": directives.flag,
        "name": directives.unchanged,
        "class-container": directives.class_option,
    }

    def run(self):
        """Return the node."""
        text = self.arguments[0]
        kind = re.match(r"\w*", text)[0].lower()
        classes = ["fold", f"fold-{kind}", *self.options.get("class-container", [])]
        node = fold(classes=classes, opened="open" in self.options)
        self.set_source_info(node)
        self.add_name(node)
        children, messages = self.state.inline_text(text, self.lineno)
        node += [fold_title(text, "", *children), *messages]
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def visit_fold(translator, node):
    """Open the disclosure."""
    state = {"open": "open"} if node["opened"] else {}
    translator.body.append(translator.starttag(node, "details", **state))


def depart_fold(translator, node):
    """Close it."""
    translator.body.append("</details>\n")


def visit_title(translator, node):
    """Open what stays in sight."""
    translator.body.append(translator.starttag(node, "summary", ""))


def depart_title(translator, node):
    """Close it."""
    translator.body.append("</summary>\n")


def setup(app):
    """Make the directive known."""
    app.add_node(fold, html=(visit_fold, depart_fold))
    app.add_node(fold_title, html=(visit_title, depart_title))
    app.add_directive("dropdown", Fold)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
