"""Sphinx extension: editions for a class, by one word in the environment.

``EDITION=student make book`` leaves the solutions out; ``EDITION=exam make book``
leaves out the hints and the answers of the quiz as well. Without the word the book is
whole. The notebooks that a page offers are cut like the page.
"""

import os
import re
from pathlib import Path

import nbformat
from docutils import nodes
from folds import fold
from quiz import quiz_feedback
from sphinx.errors import ConfigError
from sphinx.transforms.post_transforms import SphinxPostTransform

LEFT_OUT = {"": (), "student": ("solution",), "exam": ("solution", "hint")}
FENCE = r"(\s*)(:{3,}|`{3,}|~{3,})\s*"
FOLD = re.compile(FENCE + r"\{dropdown\}\s*(\w*)")
QUIZ = re.compile(FENCE + r"\{quiz\}")
RIGHT = re.compile(r"^(\s*[-*+]\s+)\[[xX]\]")


def choose(app, config):
    """Take the edition from the environment."""
    config.edition = os.environ.get("EDITION", "")
    if config.edition not in LEFT_OUT:
        known = ", ".join(name for name in LEFT_OUT if name)
        raise ConfigError(f"EDITION must be one of {known}, is {config.edition!r}")


class Cut(SphinxPostTransform):
    """Takes out of a page what the edition does not hold."""

    default_priority = 5

    def run(self, **kwargs):
        """Go through folds, cells and the feedback of the quiz."""
        kinds = LEFT_OUT[self.config.edition]
        for node in [
            n for n in self.document.findall(nodes.Element) if is_cut(n, kinds)
        ]:
            node.parent.remove(node)


def is_cut(node, kinds):
    """Whether a node belongs to what is left out."""
    classes = node.get("classes", ())
    if isinstance(node, quiz_feedback):
        return "hint" in kinds
    named = {f"fold-{kind}" for kind in kinds} | {f"tag_{kind}" for kind in kinds}
    return bool(named & {*classes}) and isinstance(node, (fold, nodes.container))


def cut_notebooks(app, error):
    """Cut the notebooks that the pages offer."""
    kinds = LEFT_OUT[app.config.edition]
    if error or not kinds or app.builder.format != "html":
        return
    for path in Path(app.outdir, "_sources", "chapters").glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.write(cut(notebook, kinds), path)


def cut(notebook, kinds):
    """Return a notebook without the cells and the folds of some kinds."""
    notebook.cells = [
        cell
        for cell in notebook.cells
        if not {*kinds} & {*cell.metadata.get("tags", ())}
    ]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = without_folds(cell.source, kinds)
    return notebook


def without_folds(text, kinds):
    """Return a text without its folds of some kinds, and without a quiz's feedback."""
    kept, fence = [], None
    for line in text.splitlines():
        opened = FOLD.match(line)
        if fence is None and opened and opened[3].lower() in kinds:
            fence = opened[2]
        elif fence is None:
            kept.append(line)
        elif closes(line, fence):
            fence = None
    if "hint" in kinds:
        kept = without_feedback(kept)
    return "\n".join(kept)


def without_feedback(lines):
    """Return lines without marks and feedback in quizzes."""
    kept, fence, indent = [], None, 0
    for line in lines:
        opened = QUIZ.match(line)
        if fence is None and opened:
            indent, fence = len(opened[1].expandtabs()), opened[2]
        elif fence and closes(line, fence):
            fence = None
        if fence is None or not line.expandtabs()[indent:].startswith("  "):
            kept.append(RIGHT.sub(r"\1[ ]", line) if fence else line)
    return kept


def closes(line, fence):
    """Whether a line ends what a fence began: its sign alone, at least as often."""
    end = line.strip()
    return end.startswith(fence) and not end.strip(fence[0])


def setup(app):
    """Connect the above."""
    app.add_config_value("edition", "", "html", str)
    app.connect("config-inited", choose)
    app.add_post_transform(Cut)
    app.connect("build-finished", cut_notebooks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
