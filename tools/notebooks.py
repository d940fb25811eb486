"""Keep the chapters' notebooks normal: run them, and store only what can be compared.

A stored notebook keeps text outputs, which nbval compares with a new run. It keeps no
widget state, no timing, no machine's version numbers.

    python -m tools.notebooks run [NAME ...]        run, normalize, store
    python -m tools.notebooks normalize [FILE ...]  normalize without running
    python -m tools.notebooks check               fail if a notebook is not normal
"""

import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tools.progress import Progress

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
SECONDS_A_CELL = 120
MALFORMED = (AttributeError, KeyError, TypeError, ValueError, nbformat.ValidationError)


def normalize(notebook):
    """Drop what differs from run to run or from machine to machine."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET_VIEW, None)
        if "outputs" in cell:
            cell.outputs = joined(cell.outputs)
    return notebook


def joined(outputs):
    """The outputs, with what was printed in several pieces in one: chance cut it."""
    whole = []
    for output in outputs:
        before = whole[-1] if whole else {}
        if output.get("name") and output.get("name") == before.get("name"):
            before["text"] += output["text"]
        else:
            whole.append(output)
    return whole


def written(notebook):
    """The notebook as its file's text."""
    return nbformat.writes(notebook, version=4, indent=1) + "\n"


def read(path):
    """The notebook at this path."""
    return nbformat.read(path, as_version=4)


def normal(path):
    """The text that a notebook's file should hold; stop here if it is none."""
    try:
        return written(normalize(read(path)))
    except MALFORMED as error:
        sys.exit(f"{path} is no notebook: {error}")


def store(path, text):
    """Write a notebook whole, or not at all: it may be all that somebody has."""
    path = path.resolve()  # a link stays one
    beside = path.with_suffix(".part")
    try:
        beside.write_text(text, encoding="utf-8")
        shutil.copymode(path, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def run(path):
    """Run a notebook from top to bottom in a fresh kernel, and store it.

    Raises
    ------
    RuntimeError
        If the file was changed meanwhile: what stands there now is not lost.
    """
    before, notebook = path.read_bytes(), read(path)
    NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    if path.read_bytes() != before:
        raise RuntimeError(
            "it was changed while it ran, and is not stored: run it again"
        )
    store(path, written(normalize(notebook)))


def run_all(paths):
    """Run notebooks side by side, and say how far that is, and which fail."""
    progress, failed = Progress("ran", len(paths)), []
    pool = ThreadPoolExecutor(os.cpu_count())
    running = {pool.submit(run, path): path for path in paths}
    try:
        for done in as_completed(running):
            progress.step(running[done].name)
            if error := done.exception():
                failed.append(f"{running[done].name}: {error}")
    finally:
        pool.shutdown(cancel_futures=True)  # no further one begins after Ctrl+C
    if failed:
        sys.exit("\n".join(failed))


def chapters(names):
    """The named chapters, each once, or all of them."""
    if not names:
        return sorted(CHAPTERS.glob("*.ipynb"))
    return [*dict.fromkeys(map(file_of, names))]


def file_of(name):
    """The file of a path, or of a chapter's name; stop here if there is none."""
    file = f"{name.removesuffix('.ipynb')}.ipynb"
    for folder in (Path(), CHAPTERS, CHAPTERS.parent):
        if (folder / file).is_file():
            return (folder / file).absolute()
    return sys.exit(f"there is no notebook {name}")


def normalize_files(paths):
    """Normalize files in place; say which were not normal."""
    changed = []
    for path in paths:
        text = normal(path)
        if text != path.read_text(encoding="utf-8"):
            store(path, text)
            changed.append(path.name)
    return changed


def check(paths):
    """The names of notebooks that are not normal."""
    return [
        path.name for path in paths if normal(path) != path.read_text(encoding="utf-8")
    ]


def main(action, *names):
    """Do what the command line asks."""
    paths = chapters(names)
    if action == "run":
        os.environ.pop("MATHLIB_BOOK", None)
        run_all(paths)
    elif action == "normalize":
        changed = normalize_files(paths)
        sys.exit(f"normalized {', '.join(changed)}" if changed else 0)
    elif action == "check":
        abnormal = check(paths)
        sys.exit(
            f"not normal: {', '.join(abnormal)}; run make format" if abnormal else 0
        )
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["help"]))
