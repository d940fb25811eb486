"""Bundle the editor of the pages in which Python runs: ``make editor`` (needs npm).

CodeMirror comes as many small packages. Those that the page uses are taken at pinned
versions and joined into one file, ``_ext/live/codemirror.mjs``: the same packages give
the same bytes. Their license, which is one for all of them, goes beside it.
"""

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "_ext" / "live"
WORK = ROOT / "_build" / "editor"

PACKAGES = {
    "@codemirror/autocomplete": "6.20.4",
    "@codemirror/commands": "6.11.1",
    "@codemirror/lang-python": "6.2.1",
    "@codemirror/language": "6.13.1",
    "@codemirror/search": "6.7.2",
    "@codemirror/state": "6.7.6",
    "@codemirror/streamparser": "6.0.0",
    "@codemirror/view": "6.43.15",
    "@lezer/common": "1.5.5",
    "@lezer/highlight": "1.2.5",
    "@lezer/lr": "1.4.12",
    "@lezer/python": "1.1.19",
    "@marijn/find-cluster-break": "1.0.4",
    "crelt": "1.0.7",
    "esbuild": "0.28.2",
    "style-mod": "4.1.5",
    "w3c-keyname": "2.2.8",
}

PARTS = {
    "@codemirror/autocomplete": (
        *("autocompletion", "closeBrackets", "closeBracketsKeymap"),
        "completionKeymap",
    ),
    "@codemirror/commands": (
        *("defaultKeymap", "history", "historyKeymap", "indentLess", "indentMore"),
    ),
    "@codemirror/lang-python": ("pythonLanguage",),
    "@codemirror/language": (
        *("HighlightStyle", "bracketMatching", "indentOnInput", "indentUnit"),
        "syntaxHighlighting",
    ),
    "@codemirror/search": ("highlightSelectionMatches", "search", "searchKeymap"),
    "@codemirror/state": ("EditorState",),
    "@codemirror/view": ("EditorView", "hoverTooltip", "keymap"),
    "@lezer/highlight": ("tags",),
}

BUNDLE = (
    *("--bundle", "--minify", "--format=esm", "--legal-comments=none"),
    "--banner:js=/* CodeMirror 6, MIT license: LICENSE-codemirror.txt */",
)


def run(*command):
    """Run a command among the packages, or stop with its message."""
    program = shutil.which(command[0]) or command[0]  # on Windows npm is npm.cmd
    done = subprocess.run([program, *command[1:]], cwd=WORK, check=False)
    if done.returncode:
        sys.exit(f"{command[0]} failed: nothing was changed")


def entry():
    """Return the module that takes from each package what the editor uses."""
    lines = (
        f'export {{ {", ".join(names)} }} from "{package}";'
        for package, names in PARTS.items()
    )
    return "\n".join(lines)


def main():
    """Install the packages, join them, and lay their license beside them."""
    if not shutil.which("npm"):
        sys.exit("npm is needed: it comes with Node.js")
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    (WORK / "package.json").write_text('{"private": true}')
    (WORK / "entry.mjs").write_text(entry())
    pinned = [f"{name}@{version}" for name, version in PACKAGES.items()]
    run("npm", "install", "--silent", "--no-package-lock", "--save-exact", *pinned)
    target = TARGET / "codemirror.mjs"
    run("npx", "esbuild", "entry.mjs", *BUNDLE, f"--outfile={target}")
    license_ = WORK / "node_modules" / "@codemirror" / "view" / "LICENSE"
    shutil.copyfile(license_, TARGET / "LICENSE-codemirror.txt")
    size = len(gzip.compress(target.read_bytes(), 9, mtime=0))
    print(f"codemirror.mjs: {size / 1000:.0f} kB packed")


if __name__ == "__main__":
    main()
