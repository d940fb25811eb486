"""What long trainings gave, kept for the page that runs.

A cell tagged ``trained`` binds data alone: arrays, numbers, texts, and lists, tuples
and dicts of them. When a lesson is executed (``execution.py``), what such a cell bound
is kept beside the cache. The page takes it from there in place of training anew, as
long as no cell above is changed (``live/``): in a browser a training takes ten times as
long. A file's name is a sum of the code that leads to it.
"""

import hashlib
import shutil
from pathlib import Path

from nbformat.v4 import new_code_cell

TAG = "trained"
REFUSAL = "a trained cell must"  # how each refusal of trained_names.py begins
WATCH = Path(__file__).with_name("trained_names.py").read_text("utf-8")
BEFORE = """_watch = {{}}
exec({code!r}, _watch)
_before = _watch["names_before"](globals())"""
AFTER = """_watch["keep"](_before, globals(), {path!r})
del _watch, _before"""


def tagged(cell):
    """Whether a cell is one of those whose results are kept."""
    return TAG in cell.metadata.get("tags", ())


def files(notebook, folder):
    """The file of each tagged cell, in their order.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
    folder : pathlib.Path
        Of the cache.
    """
    digest, found = hashlib.sha256(), []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        digest.update(cell.source.encode() + b"\0")
        if tagged(cell):
            found.append(folder / TAG / f"{digest.hexdigest()[:16]}.gz")
    return found


def watched(notebook, folder):
    """The notebook's cells, with one before and one after each that is tagged."""
    places, cells = iter(files(notebook, folder)), []
    for cell in notebook.cells:
        if not tagged(cell):
            cells.append(cell)
            continue
        before = new_code_cell(BEFORE.format(code=WATCH))
        cells += [before, cell, new_code_cell(AFTER.format(path=str(next(places))))]
    return cells


def missing(notebook, folder):
    """Those of the files that are not there."""
    return [path for path in files(notebook, folder) if not path.exists()]


def ship(notebook, folder, target):
    """Copy a notebook's files into another folder; return where each of them is.

    A lesson that was not executed has none.
    """
    if missing(notebook, folder):
        return []
    target.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copy(path, target)) for path in files(notebook, folder)]
