"""Sphinx extension: Python in the page, once the reader asks for it.

Each lesson has a button. What it starts stands in ``live/``: ``start.js`` comes with
the page, all else is fetched by the click, and Python itself from the address in
``live/pyodide.json``. Beside it go the package's wheel, made here, and ``live.json``,
which says where everything is and how large, and what its sum must be.

To serve Python from the book's own server, put the files that ``pyodide.json`` names
into a folder of it, and set ``live_address`` to that folder (``tools/pyodide.py``).
"""

import ast
import base64
import hashlib
import json
import os
import re
import shutil
from contextlib import chdir
from pathlib import Path

import trained
from execution import CHAPTERS
from flit_core.buildapi import build_wheel
from sphinx.errors import ExtensionError

from tools.notebooks import read

HERE = Path(__file__).with_name("live")
ROOT = HERE.parent.parent
FIRST = "start.js"  # what a page loads before the click
COMMENT = re.compile(
    r"^\s*(//.*\n|/\*((?!\*/).)*\*/\n)?", re.MULTILINE
)  # and what indents
DOCUMENTED = ast.Module, ast.ClassDef, ast.FunctionDef
VENDORED = "codemirror.mjs"
LONG_AGO = "315532800"  # the first day a zip file knows: the same wheel on every day


def settings(address, wheel, results):
    """Return what ``live.json`` says: where Python is, and its files, with the wheel.

    A file has the title under which it is announced, its size, and its sum. `results`
    are the files of what each lesson's long trainings gave, by the lesson's name.
    """
    known = json.loads((HERE / "pyodide.json").read_text("utf-8"))
    files = known["files"] | {wheel.name: ["the book's package", *measured(wheel)]}
    return {
        "address": address or known["address"],
        "wheel": wheel.name,
        "files": files,
        "trained": {
            lesson: [[f"{trained.TAG}/{path.name}", *measured(path)] for path in paths]
            for lesson, paths in results.items()
        },
    }


def measured(path):
    """Return the size of a file, and its sum as a browser wants to read it."""
    content = path.read_bytes()
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return len(content), f"sha256-{digest}"


def make_wheel(folder):
    """Build the package's wheel into a folder, byte for byte the same each time."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = before or LONG_AGO
    try:
        with chdir(ROOT):
            return folder / build_wheel(str(folder))
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]


def without_indents(name, text):
    """Return a script or a style without indents and lines that are comments."""
    for line in text.splitlines():
        if line.count("`") % 2:
            raise ExtensionError(f"live/{name}: a text must end on its line: {line}")
    return COMMENT.sub("", text)


def bare(path):
    """Return the text of one of the runner's files without what only we read."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        return without_indents(path.name, text)
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def ship(app):
    """Put what the click fetches among the static files."""
    if app.builder.format != "html":
        return
    folder = Path(app.doctreedir) / "runner" / "live"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("*.pyc", "__pycache__"))
    for path in folder.iterdir():
        if path.suffix in {".js", ".mjs", ".css", ".py"} and path.name != VENDORED:
            path.write_text(bare(path), encoding="utf-8")
    kept = Path(app.config.nb_execution_cache_path)
    results = {
        path.stem: paths
        for path in CHAPTERS
        if (paths := trained.ship(read(path), kept, folder / trained.TAG))
    }
    found = settings(app.config.live_address, make_wheel(folder), results)
    (folder / "live.json").write_text(json.dumps(found), encoding="utf-8")
    (folder / "pyodide.json").unlink()
    app.config.html_static_path.append(str(folder.parent))


def offer(app, name, template, context, doctree):
    """Give the pages that have cells a button."""
    context["runs"] = 'class="cell ' in context.get("body", "")


def setup(app):
    """Connect the above."""
    app.add_config_value("live_address", "", "html", str)
    app.add_js_file(f"live/{FIRST}", loading_method="defer")
    app.connect("builder-inited", ship)
    app.connect("html-page-context", offer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
