"""What stands around the lessons: heroes, editions, ways, slides, cards, addresses."""

from types import SimpleNamespace

import heroes
import nbformat
import pytest
from book.book import CHAPTERS, chapter, parts
from docutils import nodes
from editions import LEFT_OUT, cut, without_folds
from heroes import LONGEST, SVG, shortened, still
from lessons import WAYS, Lesson, exercises, lesson, lessons, text_of, way, ways
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from public import report, sitemap
from sphinx.errors import ConfigError

from mathlib.explore import explore, stops
from mathlib.explore.page import html
from tools import cards, slides

LESSONS = pytest.mark.parametrize("one", lessons(), ids=lambda one: one.name)


@pytest.fixture(scope="module")
def figure():
    def scene(ax):
        ax.set(xlim=(0, 5), ylim=(0, 30))

    def square(ax, w):
        ax.plot([0, w], [0, w**2])
        return f"At {w} the square is {w**2}."

    return html(explore(square, scene, w=stops(2, 3, 4)))


# ---- what a lesson asks


@LESSONS
def test_the_recap_begins_with_the_question(one):
    recap = text_of(one.name).partition("## Recap\n")[2].strip().partition("\n\n")[0]
    asked, mark, answer = recap.partition("?")
    assert mark, f"{one.name}: the recap must begin with the lesson's question"
    assert len(asked) < LONGEST
    assert len(answer.split()) > 20


def test_a_long_question_is_cut_at_a_word():
    assert shortened("why\n so?") == "why so?"
    long = shortened("word " * 100)
    assert len(long) <= LONGEST + 2
    assert long.endswith("word …")


def test_a_text_without_words_is_cut_where_it_is_full():
    assert shortened("长" * 200) == "长" * LONGEST + " …"


def test_a_still_is_a_picture_of_its_own(figure):
    picture = still(figure)
    assert picture.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "--fig-ink" in picture
    assert "<script" not in picture
    assert SVG.search(figure)[3] in picture


# ---- ways


@pytest.mark.parametrize(("title", "goal"), WAYS)
def test_a_way_holds_all_that_it_rests_on(title, goal):
    on = {one.name for one in way(lessons(), goal)}
    assert goal is None or goal in on
    for one in lessons():
        if one.name in on:
            assert {*one.needs} <= on


def made_up(name, *needs, side=False, minutes=(30, 30)):
    return Lesson(name, name.title(), needs, (), side, minutes)


def test_a_way_leads_past_what_its_goal_does_not_need():
    found = [made_up("a"), made_up("b", side=True), made_up("c", "a")]
    found += [made_up("d", "c"), made_up("e", "d")]
    assert [one.name for one in way(found, "d")] == ["a", "c", "d"]
    assert [one.name for one in way(found, None)] == ["a", "c", "d", "e"]


def test_each_way_is_listed_with_its_hours():
    listed = [*ways(lessons())]
    assert len(listed) == len(WAYS)
    assert all(" 0 hours" not in line for line in listed)


def test_hours_are_rounded_to_the_nearest():
    (line,) = ways([made_up("a", minutes=(60, 31)), made_up("b", minutes=(29, 60))])
    assert "2 lessons, 1 hours to read, 2 for all exercises: [A](" in line


@LESSONS
def test_a_header_names_its_minutes(one):
    assert all(number > 0 for number in one.minutes)


def test_every_exercise_is_listed():
    there = sum(
        part.kind == "exercise" for path in CHAPTERS for part in parts(chapter(path))
    )
    assert len([*exercises()]) == there + 2


# ---- editions

FOLDS = """Text.

:::{dropdown} Proof
It stays.
:::

:::{exercise} ★ One
```{dropdown} Hint 1
Think.
```
:::

:::{dropdown} Solution
42
:::

:::{quiz} Which?
:label: quiz-one

- [ ] this

  No.
- [x] that

  Yes.
:::

End."""


def test_an_edition_leaves_out_what_it_names():
    student = without_folds(FOLDS, LEFT_OUT["student"])
    assert "42" not in student
    assert all(word in student for word in ("It stays.", "Think.", "Yes.", "End."))
    exam = without_folds(FOLDS, LEFT_OUT["exam"])
    assert not any(word in exam for word in ("42", "Think.", "Yes.", "No.", "[x]"))
    assert all(word in exam for word in ("It stays.", "this", "that", "End."))
    assert without_folds(FOLDS, ()) == FOLDS


@pytest.mark.parametrize("opened", ["dropdown}  Solution", "dropdown} solution: all"])
def test_a_fold_is_left_out_however_it_is_written(opened):
    text = f":::{{{opened}\n42\n:::\nEnd."
    assert without_folds(text, LEFT_OUT["student"]) == "End."
    indented = f"- One\n\n  :::{{{opened}\n  42\n  :::\nEnd."
    assert without_folds(indented, LEFT_OUT["student"]) == "- One\n\nEnd."
    assert "42" in without_folds(":::{dropdown} Solutions\n42\n:::", ("solution",))


@pytest.mark.parametrize("fence", ["::: ", "~~~", "```"])
def test_a_fold_ends_where_its_page_ends_it(fence):
    text = f"{fence}{{dropdown}} Solution\n42\n{fence[0] * 4}\nEnd."
    assert without_folds(text, LEFT_OUT["student"]) == "End."


def test_a_quiz_in_a_list_keeps_its_question_and_its_choices():
    quiz = "- One\n\n  :::{quiz} Which?\n  - [x] that\n\n    Yes.\n  :::\n\n  End."
    exam = without_folds(quiz, LEFT_OUT["exam"])
    assert exam == quiz.replace("x", " ").replace("    Yes.\n", "")


@pytest.mark.parametrize("fence", [":::", "::::", "```", "~~~", "::: "])
@pytest.mark.parametrize("mark", ["- [x]", "- [X]", "* [x]", "-  [x]", "-\t[x]"])
@pytest.mark.parametrize("indent", ["  ", "\t"])
def test_an_exam_gives_no_answer_away_however_it_is_written(fence, mark, indent):
    quiz = f"{fence}{{quiz}} Which?\n{mark} that\n\n{indent}Yes.\n{fence}\n  End."
    exam = without_folds(quiz, LEFT_OUT["exam"])
    asked = f"{mark[:-3]}[ ] that"
    assert exam == f"{fence}{{quiz}} Which?\n{asked}\n\n{fence}\n  End."


def test_a_notebook_is_cut_like_its_page():
    solution = new_code_cell("x = 42", metadata={"tags": ["solution", "hide-cell"]})
    stub = new_code_cell("x = ...", metadata={"tags": ["exercise"]})
    notebook = new_notebook(cells=[new_markdown_cell(FOLDS), stub, solution])
    left = cut(notebook, LEFT_OUT["exam"])
    assert [cell.source for cell in left.cells[1:]] == ["x = ..."]
    assert "42" not in left.cells[0].source


@LESSONS
def test_no_solution_is_left_in_a_lesson(one):
    notebook = nbformat.from_dict(chapter(CHAPTERS[0].with_stem(one.name)).copy())
    left = cut(nbformat.v4.upgrade(notebook), LEFT_OUT["exam"])
    text = "\n".join(cell.source for cell in left.cells)
    assert "{dropdown} Solution" not in text
    assert "{dropdown} Hint" not in text
    assert "- [x]" not in text
    assert text.count("{exercise}") >= 4


def test_an_unknown_edition_is_refused(monkeypatch):
    import editions

    monkeypatch.setenv("EDITION", "teacher")
    with pytest.raises(ConfigError, match="EDITION must be one of student, exam"):
        editions.choose(None, type("Config", (), {})())


# ---- slides and cards


def test_slides_need_a_lesson_that_is_built(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "one.html").write_text("<h1>One</h1>")
    for name in ("", "two", "../one"):
        with pytest.raises(ValueError, match="LESSON must be one of one, is"):
            slides.made(name, tmp_path)


def test_slides_hold_question_figures_statements_and_recap(tmp_path, figure):
    page = (
        "<html><head><link rel='stylesheet' href='a.css'></head><body><article>"
        "<section><h1>One &lt; 2 &amp; more</h1>"
        f"<section><h2>Idea</h2><p>words</p>{figure}<div class='proof'>T</div>"
        "</section><section id='recap'><h2>Recap</h2><p>Why? Because.</p>"
        "<table></table></section></section></article></body></html>"
    )
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "one.html").write_text(page)
    made = slides.made("one", tmp_path)
    assert made.count('class="slide"') == 4
    assert "<p>Why?</p>" in made
    assert "<title>One &lt; 2 &amp; more: slides</title>" in made
    assert "<h1>One &lt; 2 &amp; more</h1>" in made
    assert "words" not in made
    assert 'href="a.css"' in made


@LESSONS
def test_a_deck_has_terms_formulas_and_questions(one):
    found = [*cards.cards(one)]
    held = parts(chapter(CHAPTERS[0].with_stem(one.name)))
    questions = sum(part.kind == "quiz" for part in held)
    assert len(found) >= 1 + questions + len(one.terms)
    fields = [cards.shown(side) for card in found for side in card]
    assert all(fields)
    assert not any("FORMULA" in field or "{prf:ref}" in field for field in fields)


def test_a_card_shows_formulas_as_anki_reads_them():
    assert cards.shown("so $a < b$ is") == r"<p>so \(a &lt; b\) is</p>"
    assert cards.shown("$$x$$") == r"<p>\[x\]</p>"
    assert (
        cards.shown("see {prf:ref}`thm-a` and [here](a.md)") == "<p>see  and here</p>"
    )


def test_a_card_keeps_its_number():
    first, again = cards.deck(lessons()[0]), cards.deck(lessons()[0])
    assert [n.guid for n in first.notes] == [n.guid for n in again.notes]
    assert len({note.guid for note in first.notes}) == len(first.notes)


# ---- for those who do not read


def test_a_mistake_is_reported_with_page_and_version():
    address = report("https://example.org/book", "chapters/vectors")
    assert address.startswith("https://example.org/book/issues/new?")
    assert "page=chapters%2Fvectors" in address
    assert "version=" in address


def test_the_list_of_pages_is_escaped():
    assert "<loc>https://example.org/a&amp;b.html</loc>" in sitemap(
        "https://example.org/", ["a&b.html"]
    )


def test_a_lesson_is_read_once():
    assert lesson("vectors").title == "Vectors"


@pytest.mark.parametrize("found", [SimpleNamespace(figure="<svg/>"), None])
def test_a_lesson_without_a_hero_leaves_its_place_empty(monkeypatch, found):
    monkeypatch.setattr(heroes, "hero", lambda env, lesson: found)
    text = heroes.filled(SimpleNamespace(env=None), "index", "hero", "momentum")
    assert text == (found.figure if found else "")


def executed(*cells):
    """What Sphinx knows of lessons whose cells are these: tags, and HTML."""
    made = [nodes.container("", nodes.raw("", r), classes=c) for c, r in cells]
    page = nodes.section("", *made)
    return SimpleNamespace(get_doctree=lambda name: page, note_dependency=print)


def test_the_hero_of_a_lesson_is_the_figure_of_its_tagged_cell(figure):
    tags = ["cell", "tag_hero"]
    other = figure.replace('id="', 'id="not-')
    env = executed((["cell"], other), (tags, "<p>words</p>"), (tags, figure))
    found = heroes.hero(env, "momentum")
    assert found.figure == figure
    assert f'id="{found.name}"' in figure
    assert found.sentence == "At 2 the square is 4."
    assert heroes.hero(executed((["cell"], figure)), "momentum") is None


def test_a_mark_is_filled_with_the_hero_that_it_names(figure):
    env = executed((["tag_hero"], figure))
    directive = SimpleNamespace(env=env, arguments=["momentum"])
    (mark,) = heroes.HeroOf.run(directive)
    app = SimpleNamespace(
        env=env, builder=SimpleNamespace(get_target_uri=lambda name: f"{name}.html")
    )
    context = {"body": f"<p>{mark.astext()}</p>"}
    heroes.fill(app, "index", "page.html", context, None)
    assert context["body"] == f"<p>{figure}</p>"
    assert heroes.PLACE.fullmatch(mark.astext()).groups() == ("hero", "momentum")


@pytest.mark.parametrize(("here", "up"), [("index.html", ""), ("pages/a.html", "../")])
def test_the_gallery_shows_a_still_of_each_hero_that_leads_to_it(
    figure, here, up, tmp_path
):
    builder = SimpleNamespace(get_target_uri=lambda name: f"{name}.html")
    env = executed((["tag_hero"], figure))
    app = SimpleNamespace(env=env, builder=builder, outdir=tmp_path)
    gallery = heroes.filled(app, here, "gallery", "")
    name = heroes.hero(env, "momentum").name
    for one in lessons():
        assert f'<a href="{up}chapters/{one.name}.html#{name}">' in gallery
        assert f'src="{up}_static/heroes/{one.name}.svg"' in gallery
        drawn = tmp_path / "_static" / "heroes" / f"{one.name}.svg"
        assert drawn.read_text("utf-8") == still(figure)
    assert gallery.count('alt="At 2 the square is 4."') == len(lessons())
