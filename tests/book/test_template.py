"""The template of a lesson, read from headings, directives and cell tags.

Every rule is a function that yields what is missing. Below the chapters' tests, a small
sound lesson is broken in every way that a rule must notice.
"""

import re
from itertools import pairwise

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from book.book import (
    CHAPTERS,
    FOLDED,
    calls,
    chapter,
    checked_exercises,
    parts,
    sections,
    shows_explorer,
    sliders,
)

FIRST = "The question"
LAST = ("Common mistakes", "In deep learning", "Quiz", "Exercises", "Recap")
OBJECTIVES = range(3, 6)
CLAIMS = ("theorem", "lemma", "property", "proposition", "corollary")
CLAIM_KINDS = {f"prf:{claim}" for claim in CLAIMS}
CHECK = re.compile(r"# check: (.+)")
NUMBERED = re.compile(r"^\d+\. ", re.MULTILINE)
LINK = re.compile(r"\]\([^)]+\)|\{(doc|ref)\}`")
MISTAKE = re.compile(r"Common mistake: \S")
SHAPE = re.compile(r"\([\w\\{}]+, ?[\w\\{}, ]*\)")  # (784, 128) or (n, d)
HINTS = ["Hint 1", "Hint 2", "Hint 3"]


def section(lesson, title):
    """The section of this title; an empty one if there is none."""
    found = [part for part in sections(lesson) if part.title == title]
    return found[0] if found else sections([])[0]


def explorers(lesson):
    """The cells that show an explorer."""
    return [p for p in lesson if p.kind == "code" and shows_explorer(p.text)]


def claims(lesson):
    """Theorems and their kin."""
    return [part for part in lesson if part.kind in CLAIM_KINDS]


def tagged(lesson, tag):
    """The cells with this tag."""
    return [part for part in lesson if tag in part.tags]


def checked_labels(part):
    """The labels that a check cell names in its first line."""
    found = CHECK.match(part.text)
    return found[1].split() if found else []


# ---- the rules


def header(lesson, name):
    """Title, then time, needs with a link, and numbered objectives."""
    if [p.level for p in lesson if p.kind == "heading"][:2] != [1, 2]:
        yield "begin with one title (#), then sections (##)"
    boxes = sections(lesson)[0].of("admonition")
    text = boxes[0].text if boxes else ""
    if not boxes or boxes[0].title != "Before you start":
        yield 'the admonition "Before you start" is missing'
    if "**Time:**" not in text:
        yield "**Time:** is missing"
    needs = re.search(r"\*\*You need:\*\*(.*?)(\n\n|$)", text, re.DOTALL)
    if not needs or not LINK.search(needs[1]):
        yield "**You need:** with a link is missing"
    if "you can" not in text or len(NUMBERED.findall(text)) not in OBJECTIVES:
        yield "three to five numbered objectives, “you can …”, are missing"


def order(lesson, name):
    """The sections, in the template's order."""
    titles = [part.title for part in sections(lesson)[1:]]
    if titles[:1] != [FIRST] or tuple(titles[-len(LAST) :]) != LAST:
        yield f"sections must be {FIRST!r}, ideas, {LAST}; they are {titles}"


def question(lesson, name):
    """Predict, then an explorer, then the answer folded."""
    steps = ["predict", "explorer", "answer"]
    seen = [step_of(part) for part in section(lesson, FIRST).parts]
    if [step for step in seen if step] != steps:
        yield f"{FIRST} must have {steps} in this order, has {[*filter(None, seen)]}"


def step_of(part):
    """Which step of the question this part is, if any."""
    if part.kind == "text" and "**Predict" in part.text:
        return "predict"
    if part.kind == "code" and shows_explorer(part.text):
        return "explorer"
    return "answer" if part.kind == "dropdown" else None


def proofs(lesson, name):
    """Every claim has a label and, right after it, a folded proof."""
    for claim, after in pairwise([*lesson, None]):
        if claim.kind not in CLAIM_KINDS:
            continue
        if not claim.options.get("label"):
            yield f"{claim.title!r} has no :label:"
        if not after or (after.kind, after.title) != ("dropdown", "Proof"):
            yield f"no folded proof stands directly after {claim.title!r}"


def checks(lesson, name):
    """Every claim is checked after it; every check names a claim and prints."""
    place = {claim.options.get("label"): claim.cell for claim in claims(lesson)}
    cells = tagged(lesson, "check")
    for label, claimed in place.items():
        if not any(label in checked_labels(c) and c.cell > claimed for c in cells):
            yield f"no cell tagged check after it begins with # check: {label}"
    for cell in cells:
        labels = checked_labels(cell)
        if not labels or not set(labels) <= set(place):
            yield f"a check must name labels of claims, names {labels}"
        if not cell.output.strip():
            yield f"the check of {labels} prints nothing"


def hero(lesson, name):
    """One explorer of at most two sliders, then three tasks to try."""
    heroes = tagged(lesson, "hero")
    if len(heroes) != 1 or not shows_explorer(heroes[0].text):
        yield f"exactly one explorer has the tag hero; {len(heroes)} cells have it"
        return
    moved = sliders(calls(heroes[0].text, "explore")[0])
    if not 1 <= len(moved) <= 2:
        yield f"the hero has one or two sliders, has {moved}"
    if len(NUMBERED.findall(tasks_after(lesson, heroes[0]))) != 3:
        yield "after the hero stands “**Try this.**” with three numbered tasks"


def tasks_after(lesson, cell):
    """What follows "Try this." before anything else than text comes."""
    after = lesson[lesson.index(cell) + 1 :]
    text = after[0].text if after and after[0].kind == "text" else ""
    return text.partition("**Try this.**")[2]


def figures(lesson, name):
    """The code of explorers is folded."""
    for cell in explorers(lesson):
        if not FOLDED & cell.tags:
            yield f"the code of the explorer in cell {cell.cell} is not folded"


def mistakes(lesson, name):
    """Each with its symptom, its remedy, and code that shows both."""
    found = section(lesson, LAST[0]).of("admonition", "code")
    for box, after in pairwise([*found, None]):
        if box.kind == "admonition":
            yield from mistake(box, after)


def mistake(box, after):
    """One common mistake."""
    if not MISTAKE.match(box.title):
        yield f"a title must begin “Common mistake: ”, is {box.title!r}"
    if "**How you notice:**" not in box.text:
        yield f"{box.title!r} has no **How you notice:**"
    if not re.search(r"\*\*(What catches it|What to do):\*\*", box.text):
        yield f"{box.title!r} has no **What catches it:** or **What to do:**"
    if not after or after.kind != "code" or not after.output.strip():
        yield f"{box.title!r} is not followed by code that prints"


def deep_learning(lesson, name):
    """Where this is used, with shapes."""
    if not SHAPE.search(section(lesson, LAST[1]).text()):
        yield "no shape, such as (784, 128), is named"


def exercises(lesson, name):
    """Each is followed by its stub, its solution in words and its solution in code."""
    found = section(lesson, "Exercises").of("exercise", "dropdown", "code")
    starts = [at for at, part in enumerate(found) if part.kind == "exercise"]
    levels = {found[at].title.split()[0] for at in starts if found[at].title}
    if not {"★", "★★", "★★★"} <= levels:
        yield f"exercises of ★, ★★ and ★★★; there are {sorted(levels)}"
    for start, end in pairwise([*starts, len(found)]):
        for missing in exercise(name, *found[start:end]):
            yield f"{found[start].title!r}: {missing}"


def exercise(name, task, *after):
    """One exercise and what follows it."""
    if not re.match(r"★{1,3} \S", task.title):
        yield "the title must begin with ★, ★★ or ★★★"
    if not task.options.get("label"):
        yield "has no :label:"
    hints = re.findall(r"^[`:]{3,}\{dropdown\} (.*)", task.text, re.MULTILINE)
    if hints != HINTS:
        yield f"its dropdowns must be {HINTS}, are {hints}"
    if [part.kind for part in after] != ["code", "dropdown", "code"]:
        yield "must be followed by a stub, a dropdown Solution and a solution in code"
    else:
        yield from answers(name, *after)


def answers(name, stub, words, solution):
    """The stub, the solution in words and the solution in code of an exercise."""
    if words.title != "Solution" or not words.text.strip():
        yield "has no dropdown Solution"
    if "exercise" not in stub.tags or FOLDED & stub.tags:
        yield "the stub must be tagged exercise, and in sight"
    if not {"solution", "hide-cell"} <= solution.tags:
        yield "the solution must be tagged solution and hide-cell"
    asked = checked_exercises(stub.text)
    if len(asked) != 1 or not asked[0].startswith(f"{name}."):
        yield f'the stub must call check("{name}.…") once, calls it for {asked}'
    if checked_exercises(solution.text) != asked:
        yield "the solution must call the same check"
    if not stub.output.startswith("Not attempted yet"):
        yield f"the stub must say “Not attempted yet”, says {stub.output[:40]!r}"
    if not solution.output.startswith("Right"):
        yield f"the solution must say “Right”, says {solution.output[:40]!r}"


def recap(lesson, name):
    """Formulas, terms in two languages, where next, references."""
    text = section(lesson, "Recap").text()
    for what, pattern in RECAP.items():
        if not re.search(pattern, text, re.MULTILINE):
            yield f"the recap has no {what}"


RECAP = {
    "table of formulas": r"^\| *formula.*\n\|[-| :]+\n\|",
    "table of terms with 中文": r"^\| *term.*\| *中文 *\|.*\n\|[-| :]+\n\|",
    "“**Where next:**” with a link": r"\*\*Where next:\*\*.*\]\(",
    "“**Read more:**” with a {cite}": r"\*\*Read more:\*\*[^|]*\{cite",
}

RULES = (
    header,
    order,
    question,
    proofs,
    checks,
    hero,
    figures,
    mistakes,
    deep_learning,
    exercises,
    recap,
)


# ---- the chapters


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter(path, rule):
    missing = "\n".join(rule(parts(chapter(path)), path.stem))
    assert not missing, missing


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_labels_of_a_chapter_are_unique(path):
    lesson = parts(chapter(path))
    labels = [p.options["label"] for p in lesson if "label" in p.options]
    assert len(labels) == len(set(labels))


# ---- the rules themselves


HEADER = """\
# Bowls

:::{admonition} Before you start
**Time:** an hour.

**You need:** [vectors](vectors.ipynb).

**Afterwards you can**

1. see;
2. say;
3. prove.
:::"""
THEOREM = """\
## The first idea

:::{prf:theorem} A bowl holds
:label: thm-bowl

Always.
:::

:::{dropdown} Proof
It does.
:::"""
LEMMA = ":::{prf:lemma} A cup too\n:label: lem-cup\n:::\n\n## The third"
FOLDED_LEMMA = f"::::{{dropdown}} More\n{LEMMA}".replace("\n\n", "\n::::\n\n")
MISTAKES = """\
:::{{admonition}} Common mistake: the sign, number {0}
**How you notice:** it grows. **What catches it:** a check.
:::"""
QUIZ = """\
:::{quiz} Which?
- [x] this

  Yes.
:::
"""
EXERCISE = """\
:::{{exercise}} {0} Compute
:label: ex-{1}

Do it.

```{{dropdown}} Hint 1
Think.
```
```{{dropdown}} Hint 2
Think.
```
```{{dropdown}} Hint 3
Think.
```
:::"""
SOLUTION = """\
:::{dropdown} Solution
It is 3.
:::"""
END = """\
## Recap

| formula | it says |
|-|-|
| $1$ | one |

| term | 中文 | meaning |
|-|-|-|
| bowl | 碗 | a bowl |

**Where next:** [vectors](vectors.ipynb).

**Read more:** {cite}`cauchy1847`."""
EXPLORER = "explore(walk, scene, size=(3, 2), rate=stops(1, 2))"
PREDICT = "## The question\n\n**Predict** first."
TRY = "Look.\n\n**Try this.**\n\n1. One.\n2. Two.\n3. Three."
STUB = 'answer = ...\ncheck("bowls.answer", answer)'
SOLVED = 'answer = 3\ncheck("bowls.answer", answer)'


def code(source, *tags, says="At 1 it is 1."):
    """A cell that has run."""
    output = new_output("stream", name="stdout", text=says)
    return new_code_cell(source, metadata={"tags": [*tags]}, outputs=[output])


def text(source):
    """A cell of prose."""
    return new_markdown_cell(source)


def one_exercise(number):
    """An exercise with all that follows it."""
    return [
        text(EXERCISE.format("★" * (1 + number % 3), number)),
        code(STUB, "exercise", says="Not attempted yet: …"),
        text(SOLUTION),
        code(SOLVED, "solution", "hide-cell", says="Right: it is 3."),
    ]


def sound():
    """A small lesson that breaks no rule."""
    figure = [code(EXPLORER, "hide-input") for _ in range(2)]
    wrong = [(text(MISTAKES.format(n)), code(f"print({n})")) for n in range(3)]
    cells = [
        *(text(HEADER), text(PREDICT), code(EXPLORER, "hide-input")),
        *(text(":::{dropdown} What happens\nThis.\n:::"), text(THEOREM)),
        code("# check: thm-bowl\nprint(1)", "check"),
        *(code(EXPLORER, "hide-input", "hero"), text(TRY), *figure),
        text("## The second idea\n\n## The third\n\n## The fourth"),
        *(text("## Common mistakes"), *(cell for pair in wrong for cell in pair)),
        text("## In deep learning\n\nThe weights are $W\\,(784, 128)$."),
        *(text("## Quiz"), text(QUIZ * 4), text("## Exercises")),
        *(cell for n in range(5) for cell in one_exercise(n)),
        text(END),
    ]
    return new_notebook(cells=cells)


def replace(old, new, count=1):
    """An edit of what is written: in the first cells that hold it."""

    def edit(notebook):
        holding = [cell for cell in notebook.cells if old in cell.source]
        assert holding, f"no cell holds {old!r}"
        for cell in holding[:count]:
            cell.source = cell.source.replace(old, new)

    return edit


def untag(tag):
    """An edit that takes this tag from the first cell that has it."""

    def edit(notebook):
        cell = next(c for c in notebook.cells if tag in c.metadata.get("tags", []))
        cell.metadata.tags.remove(tag)

    return edit


def say(tag, words):
    """An edit of what the first cell with this tag printed."""

    def edit(notebook):
        cell = next(c for c in notebook.cells if tag in c.metadata.get("tags", []))
        cell.outputs[0].text = words

    return edit


def drop(holding):
    """An edit that removes the first cell that holds this."""

    def edit(notebook):
        notebook.cells.remove(next(c for c in notebook.cells if holding in c.source))

    return edit


def move_to_the_end(holding):
    """An edit that moves the first cell that holds this to the end."""

    def edit(notebook):
        cell = next(c for c in notebook.cells if holding in c.source)
        notebook.cells.remove(cell)
        notebook.cells.append(cell)

    return edit


def move_to_the_front(holding):
    """An edit that moves the first cell that holds this to the front."""

    def edit(notebook):
        cell = next(c for c in notebook.cells if holding in c.source)
        notebook.cells.remove(cell)
        notebook.cells.insert(0, cell)

    return edit


BROKEN = [
    (header, "title", replace("# Bowls", "Bowls")),
    (header, "Before you start", replace("Before you start", "Hello")),
    (header, "Time", replace("**Time:**", "Time")),
    (header, "You need", replace("[vectors](vectors.ipynb)", "vectors")),
    (header, "objectives", replace("3. prove.", "Prove.")),
    (header, "objectives", replace("you can", "you know")),
    (order, "sections must be", replace("## The question", "## A question")),
    (order, "sections must be", replace("## Quiz", "## Questions")),
    (order, "sections must be", move_to_the_end("## Quiz")),
    (question, "in this order", replace("**Predict**", "Guess")),
    (question, "in this order", drop(":::{dropdown} What happens")),
    (question, "in this order", drop("explore(")),
    (proofs, "label", replace(":label: thm-bowl\n", "")),
    (proofs, "proof", replace("{dropdown} Proof", "{note} Proof")),
    (proofs, "proof", replace(":::{dropdown} Proof", "So:\n\n:::{dropdown} Proof")),
    (checks, "after it begins", replace("# check: thm-bowl", "# check: thm-cup")),
    (checks, "must name labels", replace("# check: thm-bowl", "# thm-bowl")),
    (checks, "must name labels", replace(": thm-bowl\np", ": thm-bowl thm-cup\np")),
    (checks, "after it begins", untag("check")),
    (checks, "after it begins", move_to_the_front("# check: thm-bowl")),
    (checks, "after it begins", replace("## The third", LEMMA)),
    (checks, "after it begins", replace("## The third", FOLDED_LEMMA)),
    (proofs, "proof", replace("## The third", FOLDED_LEMMA)),
    (checks, "prints nothing", say("check", "")),
    (hero, "exactly one", untag("hero")),
    (hero, "one or two sliders", replace("rate=s", "a=s(1), b=s(2), rate=s", 9)),
    (hero, "Try this", replace("3. Three.", "")),
    (hero, "Try this", replace("3. Three.", "3. Three.\n4. Four.")),
    (hero, "Try this", replace("**Try this.**", "Try this.")),
    (figures, "not folded", untag("hide-input")),
    (mistakes, "a title must begin", replace("Common mistake: ", "A mistake: ")),
    (mistakes, "How you notice", replace("**How you notice:**", "Look:")),
    (mistakes, "What catches it", replace("**What catches it:**", "Do:")),
    (mistakes, "code that prints", drop("print(0)")),
    (deep_learning, "shape", replace("(784, 128)", "many")),
    (exercises, "of ★, ★★ and ★★★", replace("★★★ Compute", "★ Compute")),
    (exercises, "title must begin", replace("★ Compute", "Compute")),
    (exercises, ":label:", replace(":label: ex-0\n", "")),
    (exercises, "dropdowns must be", replace("Hint 2", "Help")),
    (
        exercises,
        "dropdowns must be",
        replace("} Hint 3\n", "} No hint\n"),
    ),
    (exercises, "followed by a stub", drop("{dropdown} Solution")),
    (exercises, "followed by a stub", drop("answer = 3")),
    (exercises, "no dropdown Solution", replace("} Solution", "} Answer")),
    (exercises, "tagged exercise", untag("exercise")),
    (exercises, "tagged solution", untag("solution")),
    (exercises, "tagged solution", untag("hide-cell")),
    (exercises, "must call check", replace("bowls.answer", "answer")),
    (exercises, "the same check", replace("3\ncheck(", "3\nprint(")),
    (exercises, "Not attempted yet", say("exercise", "Right: it is 3.")),
    (exercises, "Right", say("solution", "Not yet: it is 3.")),
    *((recap, "no table of f", replace(old, "")) for old in ("| formula", "|-|-|\n")),
    (recap, "中文", replace("中文", "Chinese")),
    (recap, "Where next", replace("Where next", "Next")),
    (recap, "Read more", replace("{cite}", "")),
]


def broken_rules(notebook):
    """All complaints about a lesson called bowls, by rule."""
    lesson = parts(notebook)
    return {rule: list(rule(lesson, "bowls")) for rule in RULES}


def test_rules_let_a_sound_lesson_pass():
    assert broken_rules(sound()) == {rule: [] for rule in RULES}


@pytest.mark.parametrize(("rule", "complaint", "edit"), BROKEN)
def test_rule_finds(rule, complaint, edit):
    notebook = sound()
    edit(notebook)
    found = broken_rules(notebook)[rule]
    assert any(complaint in each for each in found), found


def test_every_rule_is_broken_once():
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


def test_a_heading_in_a_block_of_code_is_no_heading():
    assert [p.kind for p in parts(new_notebook(cells=[text("```\n## No\n```")]))] == [
        "block"
    ]
