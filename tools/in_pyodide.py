"""Run mathlib's tests in Pyodide, under Node: as a live page runs mathlib.

Part of ``make page``. Left out is what needs torch, a browser or a process of its own.
The packages of the tests are pure Python, at versions that still are.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools import pyodide

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "_build" / "pyodide-tests"
PINNED = (
    *("pytest==8.4.2", "pluggy==1.6.0", "iniconfig==2.1.0", "packaging==25.0"),
    *("pygments==2.19.2", "hypothesis==6.131.0", "sortedcontainers==2.4.0"),
    *("attrs==23.2.0", "mpmath==1.3.0"),
)
# What scipy needs, and what matplotlib names but a page never imports.
BESIDES = ("openblas", "scipy", "fonttools", "pytz", "matplotlib-pyodide")
FOREIGN = (
    r"^\s*(?:import|from) (torch|sklearn|nbformat|bs4|sphinx|tools|book|fuzzing)\b"
)


def suitable():
    """Return the files of mathlib and of its tests that can run there."""
    stems = sorted(path.stem for path in (ROOT / "mathlib").glob("*.py"))
    tests = [ROOT / "tests" / f"test_{stem}.py" for stem in stems]
    found = [
        path.relative_to(ROOT).as_posix()
        for path in tests
        if path.exists() and not re.search(FOREIGN, path.read_text("utf-8"), re.M)
    ]
    return [*found, "mathlib", "--ignore=mathlib/explore/notebook.py"]


def install():
    """Put the packages of the tests into a folder of their own, all or none."""
    stamp, wanted = PACKAGES / "pinned.txt", "\n".join(PINNED)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(PACKAGES, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
    command = [*pip, "--target", str(PACKAGES), *PINNED]
    if subprocess.run(command, check=False).returncode:
        sys.exit("the packages of the tests cannot be had here")
    stamp.write_text(wanted)


def main():
    """Run the tests, or those that are named."""
    if not shutil.which("node"):
        sys.exit("node is needed: it runs Pyodide")
    try:
        pyodide.have_besides(BESIDES)
    except pyodide.Unreachable as why:
        sys.exit(str(why))
    install()
    script = ROOT / "tools" / "in_pyodide.mjs"
    command = ["node", script, pyodide.FOLDER, PACKAGES, *(sys.argv[1:] or suitable())]
    sys.exit(subprocess.run([*map(str, command)], cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
