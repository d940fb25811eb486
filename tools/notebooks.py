"""Keep the chapters' notebooks normal: run them, and store only what can be compared.

A stored notebook keeps text outputs, which nbval compares with a new run. It keeps no
widget state, no timing, no machine's version numbers.

    python -m tools.notebooks run [NAME ...]        run, normalize, store
    python -m tools.notebooks normalize [FILE ...]  normalize without running
    python -m tools.notebooks check               fail if a notebook is not normal
"""

import os
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


def run(path):
    """Run a notebook from top to bottom in a fresh kernel, and store it."""
    notebook = read(path)
    NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    path.write_text(written(normalize(notebook)), encoding="utf-8")
    return path.name


def run_all(paths):
    """Run notebooks side by side, and say how far that is."""
    progress = Progress("ran", len(paths))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done in as_completed(pool.submit(run, path) for path in paths):
            progress.step(done.result())


def chapters(names):
    """The named chapters, or all of them."""
    if not names:
        return sorted(CHAPTERS.glob("*.ipynb"))
    return [CHAPTERS / f"{Path(name).stem}.ipynb" for name in names]


def normalize_files(paths):
    """Normalize files in place; say which were not normal."""
    changed = []
    for path in paths:
        text = written(normalize(read(path)))
        if text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
            changed.append(path.name)
    return changed


def check(paths):
    """The names of notebooks that are not normal."""
    return [
        path.name
        for path in paths
        if written(normalize(read(path))) != path.read_text(encoding="utf-8")
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
