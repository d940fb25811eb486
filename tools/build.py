"""Jupyter Book's build, without what a build that finds nothing to do can spare.

jsonschema, if it finds rfc3987_syntax (JupyterLab brings it), makes 39 grammars for
addresses when it is imported: a second, for formats that no book has. And the collector
of reference cycles goes through all pages again and again while they are loaded.

Two builds in one folder would write the same files: the second waits for the first.
"""

import gc
import os
import sys
from pathlib import Path

from filelock import FileLock, Timeout

sys.modules["rfc3987_syntax"] = None  # importing it now fails, as if it were not there
gc.disable()

from jupyter_book.cli.main import main  # noqa: E402 - after the above

OPTIONS = ("-W", "-n", "--keep-going", "--quiet")  # a warning is an error
STAMP = Path("_build") / "built"  # for the tests: when the book was last built
LOCK = Path("_build") / "building"


def alone(path):
    """Take the lock of this path; say so if another build holds it, and wait."""
    path.parent.mkdir(exist_ok=True)
    lock = FileLock(path)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        said = "Another build is at work in this folder: waiting until it ends."
        print(said, flush=True)
        return lock.acquire()


def is_whole():
    """Whether every lesson is executed: LESSONS names none (`_ext/execution.py`)."""
    return not os.environ.get("LESSONS", "").split()


if __name__ == "__main__":
    with alone(LOCK):
        main(["build", ".", *OPTIONS], standalone_mode=False)
        if is_whole():
            STAMP.touch()
