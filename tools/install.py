"""Install the locked requirements and mathlib itself into this Python's environment.

python -m tools.install
"""

import re
import subprocess
import sys
from pathlib import Path

from tools.progress import Progress

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
PIP = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check")
FETCHED = re.compile(r"\s*Collecting (?P<name>[\w.\[\]-]+)")
LAST_LINES = 30


def pinned(text):
    """The names of the packages that a lock pins for some platform."""
    return re.findall(r"^([\w.-]+)(?:\[[\w,.-]+\])?==", text, flags=re.MULTILINE)


def installed(lines, total):
    """Report pip's lines as progress; return the last of them, for an error."""
    progress, kept = Progress("fetched", total), []
    for line in lines:
        kept = [*kept[1 - LAST_LINES :], line]
        if found := FETCHED.match(line):
            progress.step(found["name"])
        elif line.startswith("Installing collected packages"):
            print("\n  unpacking: a minute or two", flush=True)
    return kept


def install(*arguments, total=1):
    """Run pip; stop here, with its last words, if it fails."""
    with subprocess.Popen(
        [*PIP, "--progress-bar=off", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as pip:
        last = installed(pip.stdout, total)
    if pip.returncode:
        sys.exit("".join(last) + f"pip could not install {' '.join(arguments)}")


if __name__ == "__main__":
    names = pinned(LOCK.read_text(encoding="utf-8"))
    install("--require-hashes", "-r", LOCK.name, total=len(names))
    install("--no-deps", "--no-build-isolation", "--editable", ".")
