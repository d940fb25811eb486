"""How large a lesson is, counted: an hour to read, one question, one module.

    PYTHONPATH=tests:_ext:. python -m book.sizes

prints a table of all lessons. Reading order: ``SIZES``, ``sizes``, ``hours``.
"""

import ast
import math
import re
import sys
from functools import cache
from pathlib import Path

from layout import modules_of
from lessons import MINUTES

from book.book import CHAPTERS, chapter, parts, sections, shows_explorer

MODULES = Path(__file__).resolve().parent.parent.parent / "mathlib"
AROUND = ("The question", "Common mistakes", "In deep learning")
AFTER = ("Quiz", "Exercises", "Recap")
FOLDED = {"dropdown", "exercise", "solution", "quiz", "block"}
FORMULA = re.compile(r"\$\$.+?\$\$|\$.+?\$", re.S)
ROLE_OR_LINK = re.compile(r"\{[\w:]+\}`[^`]*`|\]\([^)]*\)")
WORD = re.compile(r"\w[\w'’-]*")
STARS = re.compile(r"★+")
WORDS_A_MINUTE = 150
FIGURE = 2  # minutes for one that moves

# What is counted, and how many there may be.
SIZES = {
    "idea sections": (3, 5),
    "words": (0, 3500),
    "statements": (1, 6),
    "explorers": (2, 6),
    "mistakes": (2, 3),
    "quiz questions": (3, 4),
    "exercises": (4, 5),
    "lines of the module": (1, 250),
}


@cache
def sizes(path):
    """How many there are of each in the lesson of this notebook."""
    lesson = parts(chapter(path))
    found = sections(lesson)
    mistakes = [s for s in found if s.title == AROUND[1]]
    return {
        "idea sections": sum(s.title not in ("", *AROUND, *AFTER) for s in found),
        "words": words(lesson),
        "statements": sum(part.kind.startswith("prf:") for part in lesson),
        "explorers": figures(lesson),
        "mistakes": sum(len(section.of("admonition")) for section in mistakes),
        "quiz questions": sum(part.kind == "quiz" for part in lesson),
        "exercises": sum(part.kind == "exercise" for part in lesson),
        "lines of the module": max(map(code_lines, modules(path))),
    }


def modules(path):
    """The files of a lesson's modules: its own, and its parts."""
    return [MODULES / f"{name}.py" for name in modules_of(path.stem)]


def words(lesson):
    """The words of the main text: no folds, no code, nothing after the ideas."""
    main = [s for s in sections(lesson)[1:] if s.title not in AFTER]
    texts = (p.text for s in main for p in s.parts if is_main(p))
    return sum(len(WORD.findall(plain(text))) for text in texts)


def folded_words(lesson):
    """The words of what is folded among the ideas: proofs, answers, other programs."""
    main = [s for s in sections(lesson)[1:] if s.title not in AFTER]
    texts = (p.text for s in main for p in s.parts if p.kind in FOLDED)
    return sum(len(WORD.findall(plain(text))) for text in texts)


def figures(lesson):
    """The figures that move."""
    return sum(part.kind == "code" and shows_explorer(part.text) for part in lesson)


def is_main(part):
    """Whether everybody reads this part."""
    return part.kind not in FOLDED | {"code", "heading"}


def plain(text):
    """Text in which each formula, each link's address and role is one word or none."""
    return ROLE_OR_LINK.sub(" ", FORMULA.sub(" x ", text))


def hours(path):
    """Minutes to read a lesson, rounded up to five, and minutes for its exercises.

    To read it is to read the folds, too, and to move the figures.
    """
    lesson = parts(chapter(path))
    stars = [STARS.search(p.title) for p in lesson if p.kind == "exercise"]
    text = (words(lesson) + folded_words(lesson)) / WORDS_A_MINUTE
    reading = 5 * math.ceil((text + FIGURE * figures(lesson)) / 5)
    return reading, sum(MINUTES[found[0]] for found in stars if found)


def code_lines(path):
    """The lines of a module that are code: no docstring, no comment, not empty."""
    source = path.read_text(encoding="utf-8")
    said = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            said |= {*range(node.lineno, node.end_lineno + 1)}
    lines = enumerate(source.splitlines(), 1)
    code = [line.strip() for number, line in lines if number not in said]
    return sum(bool(line) and not line.startswith("#") for line in code)


def main():
    """Print the table."""
    sys.stdout.write(" | ".join(("lesson", *SIZES, "minutes")) + "\n")
    for path in CHAPTERS:
        counted = [str(number) for number in sizes(path).values()]
        minutes = " + ".join(map(str, hours(path)))
        sys.stdout.write(" | ".join((path.stem, *counted, minutes)) + "\n")


if __name__ == "__main__":
    main()
