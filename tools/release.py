"""Make a release: ``make release VERSION=1.2.0``.

Nothing is changed unless all is in order: a version higher than the last, a clean
folder, notes in the changelog. Then the version is written where it stands, committed
and tagged, and into ``_build/release`` go the wheel, the book for reading offline as
one zip file, and the PDF. What is left to do by hand is said at the end.
"""

import datetime
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "_build" / "release"
PART = "(?:0|[1-9][0-9]*)"  # with more zeros the wheel would bear another name
VERSION = re.compile(rf"{PART}\.{PART}\.{PART}")
OPEN = "## Unreleased"
STATED = {  # where the version stands, and in which form
    "mathlib/__init__.py": '__version__ = "{}"',
    "CITATION.cff": "version: {}",
}


class Refused(ValueError):
    """Something is not in order; nothing has been changed."""


def number(version):
    """Return a version as numbers, to compare it."""
    if not VERSION.fullmatch(version):
        raise Refused(f"VERSION must be like 1.2.0, is {version!r}")
    return [int(part) for part in version.split(".")]


def stated(name, root=ROOT):
    """Return the version that a file states."""
    pattern = re.escape(STATED[name]).replace(r"\{\}", f"({VERSION.pattern})")
    return re.search(f"^{pattern}", (root / name).read_text("utf-8"), re.MULTILINE)[1]


def check(version, changes, root=ROOT):
    """Raise `Refused` unless a release of this version is in order."""
    for name in STATED:
        if number(version) <= number(stated(name, root)):
            found = stated(name, root)
            raise Refused(f"VERSION must be above {found} in {name}, is {version}")
    if changes:
        raise Refused(f"the folder has changes that are not committed:\n{changes}")
    if not notes((root / "CHANGELOG.md").read_text("utf-8")):
        raise Refused(f"CHANGELOG.md has no line under {OPEN!r}")


def notes(changelog):
    """Return what stands under the open heading of the changelog."""
    return changelog.partition(OPEN)[2].partition("\n## ")[0].strip()


def write(version, day, root=ROOT):
    """Write the version where it stands; close the open heading of the changelog."""
    for name, form in STATED.items():
        path, before = root / name, re.escape(form.format(stated(name, root)))
        line = re.compile(f"^{before}", re.MULTILINE)  # cff-version is another
        text = line.sub(form.format(version), path.read_text("utf-8"), count=1)
        path.write_text(text, encoding="utf-8")
    path = root / "CHANGELOG.md"
    closed = f"{OPEN}\n\n## {version} ({day})"
    path.write_text(path.read_text("utf-8").replace(OPEN, closed, 1), encoding="utf-8")


def git(*arguments):
    """Run git here; return what it says.

    Raises
    ------
    Refused
        If there is no git, or it fails.
    """
    options = {"cwd": ROOT, "check": True, "capture_output": True, "text": True}
    try:
        return subprocess.run(["git", *arguments], **options).stdout.strip()
    except OSError as error:
        raise Refused(f"git is needed: {error}") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip() or error.stdout.strip()
        raise Refused(f"git {arguments[0]} failed:\n{said}") from error


def check_tag(version):
    """Raise `Refused` if a tag bears this version already."""
    if git("tag", "--list", f"v{version}"):
        raise Refused(f"there is a tag v{version} already")


def record(version):
    """Commit and tag what was written into a clean folder; if that fails, undo it."""
    before = git("rev-parse", "HEAD")
    try:
        git("commit", "--all", "--message", f"Release {version}")
        git("tag", "--annotate", f"v{version}", "--message", f"Version {version}")
    except Refused:
        git("reset", "--hard", before)
        raise


def build(version):
    """Build the book anew, its PDF and the wheel; gather them."""
    for folder in ("html", ".doctrees"):  # no file of an older build
        left = ROOT / "_build" / folder
        shutil.rmtree(left, ignore_errors=True)
        if left.exists():
            sys.exit(unfinished(version, f"{left} could not be removed"))
    for task in ("book", "pdf"):
        command = [sys.executable, "tools/tasks.py", task]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            sys.exit(unfinished(version, f"make {task} failed"))
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    shutil.copyfile(ROOT / "_build" / "book.pdf", TARGET / f"book-{version}.pdf")
    shutil.make_archive(str(TARGET / f"book-{version}"), "zip", ROOT / "_build", "html")
    live = ROOT / "_build" / "html" / "_static" / "live"
    shutil.copy(next(live.glob(f"*-{version}-*.whl")), TARGET)


def unfinished(version, why):
    """Say what is wrong with a version that is tagged, and how to begin again."""
    return (
        f"Version {version} is tagged, but {why}. To begin again: "
        f"git tag --delete v{version}; git reset --hard HEAD~1"
    )


def main():
    """Make the release, or say why not."""
    version = os.environ.get("VERSION", "")
    try:
        check(version, git("status", "--porcelain"))
        check_tag(version)
        write(version, datetime.datetime.now(datetime.UTC).date().isoformat())
        record(version)
    except Refused as why:
        sys.exit(f"No release: {why}")
    build(version)
    print(f"Version {version} is tagged; its files are in {TARGET}.")
    print("Left to do: git push --follow-tags, and put the files beside the tag.")


if __name__ == "__main__":
    main()
