"""Install the newest versions that the book may work with: ``python -m tools.newest``.

The pins of requirements.txt are left out, but for limits that are known; a build on
them, once a week, tells what will break. It is for an environment of its own.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMITS = {"jupyter-book": "<2"}  # 2.x ignores _config.yml and _toc.yml


def unpinned(text):
    """Return the requirements of a file without their versions."""
    names = re.findall(r"^([\w.-]+)==", text, flags=re.MULTILINE)
    return [name + LIMITS.get(name, "") for name in names]


def main():
    """Install them, and mathlib itself."""
    wanted = unpinned((ROOT / "requirements.txt").read_text("utf-8"))
    pip = [sys.executable, "-m", "pip", "install", "--upgrade"]
    for these in (wanted, ["--no-deps", "."]):
        code = subprocess.run([*pip, *these], cwd=ROOT, check=False).returncode
        if code:
            sys.exit(code)  # pip has said why


if __name__ == "__main__":
    main()
