"""Sphinx extension: what the lessons say of themselves, gathered for the pages around.

``{lesson-map}`` draws which lesson needs which: the links after "You need" at the head
of each; "A side road" there says that a reader in a hurry may pass by.
``{lesson-ways}`` lists ways through the book with their hours, ``{lesson-exercises}``
all exercises. So nothing is written twice, and no map grows old.
"""

import html
import re
import textwrap
from functools import cache
from pathlib import Path
from typing import NamedTuple

import nbformat
import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parent.parent
NEEDS = re.compile(r"\*\*You need:\*\*(.*?)(?:\n\n|\Z)", re.DOTALL)
TIME = re.compile(r"\*\*Time:\*\* about (\d+) minutes to read, (\d+) for")
LINK = re.compile(r"\]\((\w+)\.ipynb")
TERMS = re.compile(r"^\| term \| 中文 \| meaning \|\n\|[-|]+\|\n((?:\|.*\n?)+)", re.M)
ROW = 3  # lessons side by side, so that a phone shows them all
WIDTH, HEIGHT, ACROSS, DOWN = 128, 42, 146, 84  # of a box; from box to box
LETTERS = 17  # that fit into a box


# Ways through the book: what each is called, and where it leads. None: everywhere on
# the main road.
WAYS = (
    ("A first course", None),
    ("A programmer in a hurry", "backprop"),
    ("Towards a transformer", "attention"),
)


class Lesson(NamedTuple):
    """A lesson: its file's name, its title, the lessons it needs, its terms, its road.

    ``side`` says that it stands on a side road: nothing on the main road needs it.
    ``minutes`` are those to read it and those for its exercises.
    """

    name: str
    title: str
    needs: tuple
    terms: tuple
    side: bool
    minutes: tuple


# ---- what the lessons say


@cache
def lessons():
    """The lessons, in the book's order."""
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))["parts"]
    files = [Path(chapter["file"]) for part in parts for chapter in part["chapters"]]
    return tuple(lesson(path.name) for path in files if path.parent.name == "chapters")


@cache
def cells_of(name):
    """The texts of a lesson, cell by cell."""
    notebook = nbformat.read(ROOT / "chapters" / f"{name}.ipynb", as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def text_of(name):
    """The whole text of a lesson."""
    return "\n\n".join(cells_of(name))


def lesson(name):
    """Read one lesson."""
    text = cells_of(name)
    needs = NEEDS.search(text[0])
    return Lesson(
        name,
        text[0].partition("\n")[0].removeprefix("# "),
        tuple(dict.fromkeys(LINK.findall(needs[1] if needs else ""))),
        terms_of(text_of(name)),
        "**A side road:**" in text[0],
        minutes(text[0]),
    )


def minutes(head):
    """The minutes that a lesson's head names: to read it, and for its exercises."""
    named = TIME.search(head)
    return tuple(map(int, named.groups())) if named else (0, 0)


def terms_of(text):
    """The rows (term, Chinese, meaning) of a recap's table of terms."""
    table = TERMS.search(text)
    rows = table[1].splitlines() if table else []
    return tuple(
        tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip("| ")))
        for row in rows
    )


# ---- the map


def levels(needs):
    """For each lesson, how many lessons in a row come before it.

    Parameters
    ----------
    needs : dict of str to sequence of str

    Raises
    ------
    ValueError
        If lessons need each other in a circle, or one that does not exist.
    """
    level = {}
    while len(level) < len(needs):
        waiting = [name for name in needs if name not in level]
        ready = [name for name in waiting if all(m in level for m in needs[name])]
        if not ready:
            message = "these lessons need each other, or one unknown"
            raise ValueError(f"{message}: {waiting}")
        for name in ready:
            level[name] = max((level[m] + 1 for m in needs[name]), default=0)
    return level


def places(needs):
    """Where each lesson's box has its center, (x, y); a level may take two rows."""
    level = levels(needs)
    rows = []
    for number in range(max(level.values()) + 1):
        names = [name for name in needs if level[name] == number]
        rows += [names[i : i + ROW] for i in range(0, len(names), ROW)]
    return {
        name: ((column - (len(row) - 1) / 2) * ACROSS, number * DOWN)
        for number, row in enumerate(rows)
        for column, name in enumerate(row)
    }


def direct(needs):
    """Leave out what is needed by something else that is needed: fewer lines to see."""

    def below(name):
        return set(needs[name]).union(*(below(m) for m in needs[name]))

    return {
        name: [m for m in own if not any(m in below(k) for k in own if k != m)]
        for name, own in needs.items()
    }


def drawn(found, address):
    """The map as SVG; ``address`` says where a lesson is."""
    needs = {one.name: one.needs for one in found}
    place = places(needs)
    lines = [line(place[m], place[n]) for n, own in direct(needs).items() for m in own]
    boxes = [box(one, address(one.name), *place[one.name]) for one in found]
    wide, tall = ROW * ACROSS, max(y for _, y in place.values()) + HEIGHT + 8
    view = f"{-wide / 2:g} {-HEIGHT / 2 - 4:g} {wide} {tall:g}"
    return (
        f'<svg class="lesson-map" viewBox="{view}" role="group"'
        f' aria-label="Which lesson needs which">{"".join([*lines, *boxes])}</svg>'
    )


def line(start, end):
    """A line from a needed lesson down to the one that needs it."""
    (x, y), (to_x, to_y) = start, end
    y, to_y = y + HEIGHT / 2, to_y - HEIGHT / 2
    bend = (y + to_y) / 2
    path = f"M{x:g} {y:g}C{x:g} {bend:g} {to_x:g} {bend:g} {to_x:g} {to_y:g}"
    return f'<path d="{path}" aria-hidden="true"/>'


def box(one, address, x, y):
    """A lesson's name, in a box that leads to it; a long name in two lines."""
    rows = textwrap.wrap(one.title, LETTERS)
    side = ' class="side" aria-description="a side road"' if one.side else ""
    top = y + 5 - (len(rows) - 1) * 8
    words = "".join(
        f'<tspan x="{x:g}" y="{top + 16 * number:g}">{html.escape(row)}</tspan> '
        for number, row in enumerate(rows)
    )
    return (
        f'<a href="{html.escape(address)}"{side}>'
        f'<rect x="{x - WIDTH / 2:g}" y="{y - HEIGHT / 2:g}" rx="6"'
        f' width="{WIDTH}" height="{HEIGHT}"/><text>{words.strip()}</text></a>'
    )


class LessonMap(SphinxDirective):
    """Which lesson needs which, as a picture with links."""

    def run(self):
        """Draw the map."""
        note_lessons(self.env)
        builder, here = self.env.app.builder, self.env.docname
        svg = drawn(
            lessons(), lambda name: builder.get_relative_uri(here, f"chapters/{name}")
        )
        return [nodes.raw("", svg, format="html")]


# ---- ways


def way(found, goal):
    """Return the lessons of a way, in the book's order: all that the goal rests on.

    Without a goal the way is the main road.
    """
    if goal is None:
        return [one for one in found if not one.side]
    needs, on = {one.name: one.needs for one in found}, {goal}
    while more := set().union(*(needs[name] for name in on)) - on:
        on |= more
    return [one for one in found if one.name in on]


def ways(found):
    """The lines of a list of the ways, each with its hours and its lessons."""
    names = {one.name for one in found}
    for title, goal in WAYS:
        if goal is not None and goal not in names:
            continue
        on = way(found, goal)
        reading, exercises = (sum(one.minutes[i] for one in on) / 60 for i in (0, 1))
        links = ", ".join(f"[{one.title}](../chapters/{one.name}.ipynb)" for one in on)
        yield (
            f"- **{title}.** {len(on)} lessons, {reading:.0f} hours to read, "
            f"{exercises:.0f} for all exercises: {links}."
        )


class LessonWays(SphinxDirective):
    """The marked ways, each with its hours."""

    def run(self):
        """Have the list parsed like any other."""
        note_lessons(self.env)
        return parsed(self, ways(lessons()))


def parsed(directive, lines):
    """Return the nodes of lines that a directive writes."""
    found = nodes.Element()
    source = directive.get_source_info()[0]
    directive.state.nested_parse(StringList([*lines], source), 0, found)
    return found.children


# ---- exercises and figures, for teachers

EXERCISE = re.compile(r"^:{3,}\{exercise\} (★+) (.+)\n:label: ([\w-]+)$", re.MULTILINE)
MINUTES = {"★": 5, "★★": 15, "★★★": 30}


def exercises():
    """The lines of a table of all exercises, in the book's order."""
    yield "| lesson | exercise | stars | minutes |"
    yield "|-|-|-|-|"
    for one in lessons():
        for stars, title, label in EXERCISE.findall(text_of(one.name)):
            link = f"{{ref}}`{title} <{label}>`"
            yield f"| {one.title} | {link} | {stars} | {MINUTES[stars]} |"


class LessonExercises(SphinxDirective):
    """The exercises of all lessons, by stars and minutes."""

    def run(self):
        """Have the table parsed like any other."""
        note_lessons(self.env)
        return parsed(self, exercises())


# ---- the build


def note_lessons(env):
    """Have the page made again when a lesson changes."""
    for one in lessons():
        env.note_dependency(str(ROOT / "chapters" / f"{one.name}.ipynb"))


def setup(app):
    """Make the directives known."""
    app.add_directive("lesson-map", LessonMap)
    app.add_directive("lesson-ways", LessonWays)
    app.add_directive("lesson-exercises", LessonExercises)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
