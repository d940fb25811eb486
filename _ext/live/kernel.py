"""Python's side of a page that runs: cells, what they show, their errors, their names.

The worker hands it `emit`, a function that takes the kind of a message and its text.
The kinds are ``text`` and ``warning`` (what was printed), ``value`` (of the last line),
``figure`` (HTML made by mathlib), ``picture`` (SVG) and ``error``.
"""

import ast
import builtins
import gzip
import inspect
import io
import json
import linecache
import pickle
import re
import sys
import time
import tokenize
import traceback
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial

import matplotlib as mpl
from matplotlib.figure import Figure

from mathlib.explore import explorer, live
from mathlib.explore.explorer import Explorer, forget
from mathlib.explore.style import STYLE

PAUSE = 0.05  # seconds between two messages of what is printed
PATH = re.compile(r"[\w.]*$")
IMPORT = re.compile(r"from\s+([\w.]+)\s+import(?:\s*\([\w,\s]*|[ \t]+[\w, \t]*)$")
KINDS = (
    (inspect.isclass, "class"),
    (inspect.ismodule, "namespace"),
    (callable, "function"),
)
MOST = 300  # names offered at once
LONGEST = 100_000  # characters that one value may show
UNSEEN = tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER
LOST = "Python no longer knows this figure: run its cell again."


class Printed(io.TextIOBase):
    """A stream that gathers what is printed and sends it a few times a second."""

    def __init__(self, kind, emit):
        self.kind, self.emit = kind, emit
        self.waiting, self.sent = [], 0.0

    def writable(self):
        """Return that it can be written to."""
        return True

    def write(self, text):
        """Keep the text; send it if the last message is a while ago."""
        if not isinstance(text, str):
            raise TypeError(f"text must be a str, is {type(text).__name__}")
        self.waiting.append(text)
        if time.monotonic() - self.sent > PAUSE:
            self.flush()
        return len(text)

    def flush(self):
        """Send what has been kept."""
        if self.waiting:
            self.emit(self.kind, "".join(self.waiting))
        self.waiting, self.sent = [], time.monotonic()


class Kernel:
    """The names of a page and the figures of its cells."""

    def __init__(self, emit):
        self.emit = emit
        self.streams = Printed("text", emit), Printed("warning", emit)
        self.names = {"__name__": "__main__", "display": self.display, "input": refuse}
        self.figures = {}  # the explorers, by name
        self.made = {}  # the names of the explorers that each cell has made

    def run(self, code, cell):
        """Run a cell; return whether it came to its end."""
        forget(self.made.pop(cell, ()))
        taken = {*explorer._taken}
        self.names.pop("__warningregistry__", None)  # each run warns, as in the book
        with self.listening():
            worked = self.does(
                lambda: self.display(value_of(code, file_of(cell), self.names))
            )
            worked = self.show_open_figures() and worked
        self.made[cell] = explorer._taken - taken
        return worked

    def does(self, act):
        """Do a part of a cell, or tell its error; return whether it came to its end."""
        try:
            act()
            return True
        except BaseException as error:
            self.flush()
            self.emit("error", told(error))
            return False

    def take(self, content):
        """Take what a cell bound when the book was made, in place of a run."""
        self.names.update(pickle.loads(gzip.decompress(content)))

    @contextmanager
    def listening(self):
        """Send what is printed meanwhile."""
        out, err = self.streams
        with redirect_stdout(out), redirect_stderr(err):
            yield
        self.flush()

    def flush(self):
        """Send what was printed, before anything else is shown."""
        for stream in self.streams:
            stream.flush()

    def display(self, *values):
        """Show values as the book does: figures that move, pictures, texts."""
        self.flush()
        for value in values:
            if isinstance(value, Explorer):
                self.show_explorer(value)
            elif isinstance(value, Figure):
                self.show_figure(value)
            elif value is not None:
                self.emit("value", shortened(repr(value)))

    def show_explorer(self, shown):
        """Keep the explorer, for its sliders, and show it."""
        self.figures[shown.name] = shown
        self.emit("figure", live.html(shown))

    def show_open_figures(self):
        """Show the figures that pyplot holds; return whether all could be drawn."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return True
        figures = [pyplot.figure(number) for number in pyplot.get_fignums()]
        shown = [self.does(partial(self.show_figure, one)) for one in figures]
        pyplot.close("all")
        return all(shown)

    def show_figure(self, figure):
        """Show a figure of matplotlib."""
        self.emit("picture", picture(figure))

    def move(self, name, places):
        """Return as JSON what moves in a figure, or the error that `draw` raises."""
        if name not in self.figures:  # it was shown before Python started anew
            return json.dumps({"error": LOST})
        with self.listening():
            try:
                return json.dumps(live.moved(self.figures[name], places))
            except BaseException as error:
                return json.dumps({"error": told(error)})

    def complete(self, before):
        """Return as JSON the names that may follow a text, each with what it is."""
        return json.dumps(completions(before, self.names))

    def describe(self, path):
        """Return as JSON the signature and docstring of what a dotted name holds."""
        return json.dumps(description(path, self.names))


# ---- cells


def file_of(cell):
    """Return what a cell is called in a traceback."""
    return f"cell {cell}"


def value_of(code, file, names):
    """Run a cell and return the value of its last line, if that is an expression."""
    lines = io.StringIO(code, newline=None).readlines()  # as Python counts them
    linecache.cache[file] = len(code), None, lines, file
    tree = ast.parse(code, file)
    last = tree.body[-1] if tree.body else None
    shown = isinstance(last, ast.Expr) and not is_quiet(code)
    if shown:
        tree.body.pop()
    exec(compile(tree, file, "exec"), names)
    return (
        eval(compile(ast.Expression(last.value), file, "eval"), names)
        if shown
        else None
    )


def is_quiet(code):
    """Whether a cell ends with a semicolon, comments apart."""
    tokens = tokenize.generate_tokens(io.StringIO(code, newline=None).readline)
    return [token.string for token in tokens if token.type not in UNSEEN][-1] == ";"


def shortened(text):
    """Return a text, or its beginning and that there is more."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… and more"


def refuse(*prompt):
    """Stand for `input`, which would stop the page."""
    raise RuntimeError("input() cannot be asked here: write the value into the cell")


def told(error):
    """Return an error as a traceback that shows the reader's own lines alone."""
    whole = traceback.TracebackException.from_exception(error)
    waiting = [whole]
    while waiting:
        step = waiting.pop()
        step.stack = traceback.StackSummary.from_list(
            [line for line in step.stack if line.filename.startswith("cell ")]
        )
        others = (step.__cause__, step.__context__, *(step.exceptions or ()))
        waiting += [other for other in others if other is not None]
    return "".join(whole.format()).replace('File "cell', 'In "cell')


def picture(figure):
    """Return a figure as SVG, in the book's style."""
    text = io.StringIO()
    with mpl.rc_context(STYLE | {"svg.hashsalt": "book"}):
        figure.savefig(text, format="svg", bbox_inches="tight")
    svg = text.getvalue()
    return svg[svg.index("<svg") :]


# ---- names


def completions(before, names):
    """Return the names that may follow a text: label, kind, signature, first line."""
    imported = IMPORT.search(before)
    if imported:
        module = sys.modules.get(imported[1])
        offered = {} if module is None else members(module)
        start = re.search(r"\w*$", before)[0]
    else:
        owner, dot, start = PATH.search(before)[0].rpartition(".")
        offered = members(find(owner, names)) if dot else vars(builtins) | names
    chosen = sorted(
        (
            name
            for name in offered
            if isinstance(name, str)
            and name.startswith(start)
            and not hidden(name, start)
        ),
        key=str.lower,
    )
    return [entry(name, offered[name]) for name in chosen[:MOST]]


def members(owner):
    """Return what stands behind the dot of a value, without computing anything."""
    if owner is None:  # no value: a number, or what a call would return
        return {}
    return {
        name: inspect.getattr_static(owner, name, None) for name in told_by(dir, owner)
    }


def find(path, names):
    """Return what a dotted name holds, or None."""
    first, *rest = path.split(".")
    value = names.get(first, vars(builtins).get(first))
    try:
        for name in rest:
            value = getattr(value, name, None)
    except Exception:  # of a property
        return None
    return value


def hidden(name, start):
    """Whether a name is private and the reader has not begun to write it."""
    return name.startswith("_") and not start.startswith("_")


def entry(name, value):
    """Return a name with its kind, its signature and what it says first."""
    kind = next((kind for fits, kind in KINDS if told_by(fits, value)), "variable")
    described = {} if kind == "variable" else description_of(value)
    said = described.get("text", "").partition("\n")[0]
    return {
        "label": name,
        "type": kind,
        "detail": described.get("call", ""),
        "info": said,
    }


def description(path, names):
    """Return the signature and the docstring of what a dotted name holds."""
    value = find(path, names)
    return {} if value is None else description_of(value)


def description_of(value):
    """Return a signature and a docstring, where there are any."""
    call = told_by(lambda one: str(inspect.signature(one)), value)
    return {"call": call, "text": told_by(inspect.getdoc, value) or ""}


def told_by(ask, value):
    """Return what a value says of itself; nothing where the reader's own code fails."""
    try:
        return ask(value)
    except Exception:
        return ""
