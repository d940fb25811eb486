"""Print the sentences that claim much: all, never, only, exactly, fastest ...

Each is worth a hostile reading: is it true at its extremes, does it name its
hypothesis, is there a check or a search for a counter-example? To run it:

    python -m tools.claims [FILE ...]
"""

import os
import re
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
STRONG = re.compile(
    r"\b(all|any|every\w*|each|none|nothing|nobody|never|always|only|alone|cannot"
    r"|impossible|exactly|whatever|whichever|no matter|best|fastest|largest"
    r"|smallest)\b",
    flags=re.IGNORECASE,
)
HEADING = re.compile(r"^#{1,6}\s+(.*)$", flags=re.MULTILINE)
CODE = re.compile(r"^(```|~~~).*?^\1", flags=re.MULTILINE | re.DOTALL)
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n\s*\n|\n(?=[|*-])")


def sections(text):
    """The headings of a Markdown text, each with what stands under it."""
    parts = HEADING.split(CODE.sub("", text))
    yield "", parts[0]
    yield from zip(parts[1::2], parts[2::2], strict=True)


def claims(text):
    """Each sentence with a strong word, after the heading it stands under."""
    for heading, body in sections(text):
        for sentence in SENTENCE_END.split(body):
            words = " ".join(sentence.split())
            if STRONG.search(words):
                yield heading, words


def markdown(path):
    """The prose of a notebook or of a page."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def main(names):
    """Print the claims of the named files, or of all chapters and pages."""
    book = [*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("pages/*.md")]
    paths = [*map(Path, names)] or sorted(book)
    if absent := [path for path in paths if not path.is_file()]:
        sys.exit(f"there is no file {absent[0]}")
    for path in paths:
        for heading, sentence in claims(markdown(path)):
            print(f"{path.stem} | {heading} | {sentence}")


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")
    try:
        main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # who reads, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
