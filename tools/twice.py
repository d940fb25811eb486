"""Two builds of the same sources are the same, byte by byte: ``make twice`` compares.

Each is made anew, with another seed for Python's hashes; what is executed is taken from
the cache. ``ANEW="vectors losses" make twice`` executes these lessons again before the
second build. The first stays in ``_build/first``, to look at.
"""

import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

from jupyter_cache import get_cache

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "_ext"))

from execution import CHAPTERS, cache_key, forget  # noqa: E402 - after the folder is known

BUILD = ROOT / "_build"
HTML, FIRST, PAGES = BUILD / "html", BUILD / "first", BUILD / ".doctrees"
SHOWN = 20  # names that are listed


def files(folder):
    """Return the files of a folder, by their paths in it."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path for path in found}


def differences(one, other):
    """Return the paths of files that two folders do not share, byte by byte.

    Parameters
    ----------
    one, other : pathlib.Path
    """
    first, second = files(one), files(other)
    return sorted(
        name
        for name in first.keys() | second.keys()
        if name not in first
        or name not in second
        or not filecmp.cmp(first[name], second[name], shallow=False)
    )


def build(seed):
    """Build the book anew, with this seed for Python's hashes."""
    for folder in (HTML, PAGES):
        shutil.rmtree(folder, ignore_errors=True)
    environment = os.environ | {"PYTHONHASHSEED": str(seed)}
    command = [sys.executable, "-m", "tools.build"]
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    if code:
        sys.exit(code)  # the build has said why


def lessons_anew(text):
    """Return the lessons that ANEW names; stop here if one is unknown."""
    named, known = text.split(), {path.stem for path in CHAPTERS}
    if unknown := [name for name in named if name not in known]:
        sys.exit(f"ANEW must name lessons, but {unknown[0]!r} is none")
    return named


def execute_again(lessons):
    """Have lessons executed again: what the cache keeps of them goes."""
    cache = get_cache(BUILD / ".jupyter_cache" / cache_key())
    for path in CHAPTERS:
        if path.stem in lessons:
            forget(cache, path)
            print(f"{path.stem} is to be executed again", flush=True)


def main():
    """Build twice, compare, and fail if something differs."""
    lessons = lessons_anew(os.environ.get("ANEW", ""))
    build(1)
    shutil.rmtree(FIRST, ignore_errors=True)
    HTML.rename(FIRST)
    execute_again(lessons)
    build(2)
    found = differences(FIRST, HTML)
    if found:
        sys.exit("\n".join([f"{len(found)} files differ:", *found[:SHOWN]]))
    print(f"{len(files(HTML))} files, the same byte by byte")


if __name__ == "__main__":
    main()
