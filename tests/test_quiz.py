"""The directive ``quiz``: what it makes of a page, and what it refuses."""

import re
import subprocess
import sys
from pathlib import Path
from string import ascii_uppercase

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup

EXTENSIONS = Path(__file__).resolve().parent.parent / "_ext"
SHEETS = "faces", "page", "text", "formulas", "code", "statements"

PAGE = r"""# Page

:::{quiz} Which rate lands on the bottom of *this* $w^2$?
:label: quiz-lands

- [ ] $\eta = 1$

  It leaps to the other side.

  Then it leaps back.
- [x] $\eta = 0.5$ or so

  Each step multiplies $w$ by zero.
- [ ] None **of them**

  $$ 1 - 2\eta = 0 $$
:::

See [the quiz](#quiz-lands).

:::{quiz} And `now`?

- [X] Yes

  Good.
- [ ] No

  - One reason
  - Another
:::
"""


def sphinx(folder, text=PAGE, builder="html", fence="colon_fence", **settings):
    """Build a page, or several by name, in a process of its own; return its stderr."""
    values = {
        "extensions": ["myst_parser", "quiz"],
        "myst_enable_extensions": [fence, "colon_fence", "dollarmath"],
        "html_theme": "basic",
        **settings,
    }
    lines = [f"import sys; sys.path.insert(0, {str(EXTENSIONS)!r})"]
    lines += [f"{name} = {value!r}" for name, value in values.items()]
    (folder / "conf.py").write_text("\n".join(lines), encoding="utf-8")
    pages = text if isinstance(text, dict) else {"index": text}
    for name, content in pages.items():
        (folder / f"{name}.md").write_text(content, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-b", builder, ".", builder]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stderr


def soup(folder, name="index"):
    """Return a built page."""
    html = (folder / f"html/{name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(html, "html.parser")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder in which the page above has been built."""
    folder = tmp_path_factory.mktemp("quiz")
    assert sphinx(folder) == ""
    return folder


@pytest.fixture(scope="module")
def page(folder):
    return soup(folder)


# The page


def test_the_group_is_named_by_its_question(page):
    groups = page.select("div.quiz")
    assert [group["id"] for group in groups] == ["quiz-lands", "quiz-2"]
    for group in groups:
        assert group["role"] == "group"
        question = page.find(id=group["aria-labelledby"])
        assert question.parent is group
        assert question.name == "p"
    assert groups[1].p.text == "And now?"


def test_the_question_and_the_choices_may_have_markup(page):
    question = page.find(id="quiz-lands-question")
    assert question.em.text == "this"
    assert question.select_one("span.math").text == r"\(w^2\)"
    summaries = page.select("#quiz-lands summary")
    assert [each.text.strip() for each in summaries] == [
        r"A \(\eta = 1\)",
        r"B \(\eta = 0.5\) or so",
        "C None of them",
    ]


def test_the_choices_are_native_and_exclusive(page):
    names = [each["name"] for each in page.select("details")]
    assert names == ["quiz-lands"] * 3 + ["quiz-2"] * 2
    assert not page.select("details[open]")
    for choice in page.select("details"):
        assert [child.name for child in choice.find_all(recursive=False)] == [
            "summary",
            "div",
        ]


def test_ids_are_unique(page):
    ids = [each["id"] for each in page.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_the_feedback_says_right_or_wrong_in_words(page):
    said = [each.text for each in page.select(".quiz-verdict")]
    assert said == ["Not quite.", "Right.", "Not quite.", "Right.", "Not quite."]
    kinds = ["quiz-right" in each["class"] for each in page.select("details")]
    assert kinds == [False, True, False, True, False]
    for feedback in page.select(".quiz-feedback"):
        assert "quiz-verdict" in feedback.find(True)["class"]


def test_the_feedback_keeps_all_its_parts(page):
    feedbacks = page.select(".quiz-feedback")
    assert [p.text for p in feedbacks[0].find_all("p")] == [
        "Not quite.",
        "It leaps to the other side.",
        "Then it leaps back.",
    ]
    assert feedbacks[2].select_one("div.math")
    assert len(feedbacks[4].find_all("li")) == 2


def test_no_mark_is_left_and_nothing_runs(page):
    for quiz in page.select(".quiz"):
        assert not re.search(r"\[[ xX]\]", quiz.text)
        assert not quiz.find_all(["script", "input", "button"])


def test_the_label_can_be_linked_to(page):
    link = page.find("a", string="the quiz")
    assert link["href"] == "#quiz-lands"


def test_the_style_is_there(folder, page):
    link = page.select_one('link[href*="quiz.css"]')
    name = link["href"].split("?")[0]
    built = (folder / "html" / name).read_text(encoding="utf-8")
    assert built == (EXTENSIONS / "quiz.css").read_text(encoding="utf-8")


def test_two_builds_are_the_same(folder, page):
    before = str(page)
    assert sphinx(folder) == ""
    assert str(soup(folder)) == before


def test_a_tasklist_is_read_as_well(tmp_path, page):
    assert sphinx(tmp_path, fence="tasklist") == ""
    assert list(map(str, soup(tmp_path).select(".quiz"))) == list(
        map(str, page.select(".quiz"))
    )


def test_a_notebook_parser_makes_the_same(tmp_path, page):
    warnings = sphinx(tmp_path, extensions=["myst_nb", "quiz"], nb_execution_mode="off")
    assert warnings == ""
    assert list(map(str, soup(tmp_path).select(".quiz"))) == list(
        map(str, page.select(".quiz"))
    )


# Other builders


def test_the_text_has_every_choice_with_its_feedback(tmp_path):
    assert sphinx(tmp_path, builder="text") == ""
    text = (tmp_path / "text/index.txt").read_text(encoding="utf-8")
    assert text.count("Not quite.") == 3
    assert text.count("Right.") == 2
    assert re.search(r"2\. \\eta = 0\.5 or so\s+Right\.\s+Each step", text)


def test_latex_numbers_the_choices(tmp_path):
    assert sphinx(tmp_path, builder="latex", root_doc="index") == ""
    [path] = (tmp_path / "latex").glob("*.tex")
    text = path.read_text(encoding="utf-8")
    assert text.count(r"\begin{enumerate}") == 2
    assert text.count("Not quite.") == 3


# An edition for an exam


EXAM = {"extensions": ["myst_parser", "quiz", "folds", "editions"]}


def test_an_exam_does_not_say_which_choice_is_right(tmp_path, monkeypatch):
    monkeypatch.setenv("EDITION", "exam")
    assert sphinx(tmp_path, **EXAM) == ""
    choices = soup(tmp_path).select("details")
    assert [each["class"] for each in choices] == [["quiz-choice"]] * 5
    assert not soup(tmp_path).select(".quiz-feedback")


def test_an_exam_can_be_printed(tmp_path, monkeypatch):
    monkeypatch.setenv("EDITION", "exam")
    assert sphinx(tmp_path, builder="text", **EXAM) == ""
    text = (tmp_path / "text/index.txt").read_text(encoding="utf-8")
    assert "None **of them**" in text
    assert "Right." not in text


# Translation

MESSAGES = [
    "Which rate lands on the bottom of *this* $w^2$?",
    r"$\eta = 1$",
    "It leaps to the other side.",
    r"$\eta = 0.5$ or so",
    "None **of them**",
    "And `now`?",
    "Yes",
    "Right.",
    "Not quite.",
]


def test_all_text_goes_to_the_translators(tmp_path):
    assert sphinx(tmp_path, builder="gettext") == ""
    catalog = (tmp_path / "gettext/index.pot").read_text(encoding="utf-8")
    for message in MESSAGES:
        quoted = message.replace("\\", "\\\\")
        assert f'msgid "{quoted}"\n' in catalog


def test_a_translation_appears(tmp_path):
    messages = {
        "Yes": "是 $x$",
        "Right.": "对。",
        "And `now`?": "*现在*呢",
        "Good.": "很好。",
    }
    catalog = tmp_path / "locale/zh_CN/LC_MESSAGES/index.po"
    catalog.parent.mkdir(parents=True)
    entries = ['msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n']
    entries += [f'msgid "{key}"\nmsgstr "{text}"\n' for key, text in messages.items()]
    catalog.write_text("\n".join(entries), encoding="utf-8")
    assert sphinx(tmp_path, language="zh_CN", locale_dirs=["locale"]) == ""
    quiz = soup(tmp_path).find(id="quiz-2")
    assert quiz.p.em.text == "现在"
    assert quiz.summary.text.strip() == r"A 是 \(x\)"
    assert [p.text for p in quiz.details.find_all("p")] == ["对。", "很好。"]


# What is refused


HEAD = "---\norphan: true\n---\n# Page\n\n"
GOOD = "- [x] A\n\n  Because.\n"
BAD = "- [ ] B\n\n  No.\n"

LIST = "the content must be one bullet list, and nothing else"
MARK = "every choice must begin with [x] or [ ], not "
TEXT = "every choice must begin with a line of text"
LINK = "a choice must hold no link: it is clicked itself"

MALFORMED = {
    "empty": ("", LIST),
    "text": ("Text", LIST),
    "more": (GOOD + BAD + "\nText", LIST),
    "numbers": ("1. [x] A\n\n   Because.", LIST),
    "single": (GOOD, "there must be at least two choices, but is 1"),
    "all-right": (GOOD + GOOD, "exactly one choice must be marked [x], but 2 are"),
    "none-right": (BAD + BAD, "exactly one choice must be marked [x], but 0 are"),
    "silent": (GOOD + "- [ ] B", "the choice 'B' has no feedback: leave an empty line"),
    "joined": (GOOD + "- [ ] B\n  No.", "has no feedback: leave an empty line"),
    "unmarked": (GOOD + "- B\n\n  No.", MARK + "'B'"),
    "mismarked": (GOOD + "- []  B\n\n  No.", MARK + "'[] '"),
    "mark-only": (GOOD + "- [ ]\n\n  No.", "a choice has no text after its mark"),
    "link": (GOOD + "- [ ] [B](https://example.org)\n\n  No.", "must hold no link"),
    "reference": (GOOD + "- [ ] {ref}`genindex`\n\n  No.", "must hold no link"),
    "footnote": (
        GOOD + "- [ ] B[^1]\n\n  No.\n:::\n\n[^1]: Foot\n\n:::{note}\nA",
        LINK,
    ),
    "written": (GOOD + "- [ ] B <A href='x'>C</A>\n\n  No.", LINK),
    "html": (GOOD + "- <b>B</b>\n\n  No.", MARK + "'<b>'"),
    "many": (GOOD + BAD * 26, "there must be at most 26 choices, but are 27"),
    "blank": (GOOD + "- \n", TEXT),
    "code": (GOOD + "- ```\n  code\n  ```", TEXT),
}


@pytest.fixture(scope="module", params=["colon_fence", "tasklist"])
def refused(request, tmp_path_factory):
    """Return a folder of malformed quizzes, and the warnings about them."""
    folder = tmp_path_factory.mktemp("refused")
    pages = {
        name: f"{HEAD}:::{{quiz}} Question?\n\n{content}\n:::\n"
        for name, (content, _) in MALFORMED.items()
    }
    return folder, sphinx(folder, pages | {"index": PAGE}, fence=request.param)


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_quiz_is_a_warning_with_its_place(refused, name):
    folder, warnings = refused
    [line] = [each for each in warnings.splitlines() if f"/{name}.md" in each]
    assert f"/{name}.md:6: WARNING: quiz: " in line
    assert MALFORMED[name][1] in line
    assert not soup(folder, name).select(".quiz")


def test_a_good_quiz_among_malformed_ones_stands(refused):
    folder, warnings = refused
    assert "index.md" not in warnings
    assert len(soup(folder).select(".quiz")) == 2


def test_every_quiz_is_a_group_of_its_own(tmp_path):
    labels = "a", "quiz-a"
    quizzes = [
        f":::{{quiz}} Which?\n:label: {each}\n\n{GOOD}{BAD}:::\n" for each in labels
    ]
    assert sphinx(tmp_path, HEAD + "\n".join(quizzes)) == ""
    names = [each["name"] for each in soup(tmp_path).select("details")]
    assert names == ["a", "a", "quiz-a", "quiz-a"]


def test_as_many_choices_as_letters_are_shown(tmp_path):
    assert sphinx(tmp_path, f"{HEAD}:::{{quiz}} Q?\n\n{GOOD}{BAD * 25}:::\n") == ""
    letters = [each.text for each in soup(tmp_path).select(".quiz-letter")]
    assert "".join(letters) == ascii_uppercase


def test_missing_questions_and_doubled_labels_are_warnings(tmp_path):
    twice = f":::{{quiz}} Question?\n:label: twice\n\n{GOOD}{BAD}:::\n\n" * 2
    nameless = f":::{{quiz}}\n\n{GOOD}{BAD}:::\n\n"
    warnings = sphinx(tmp_path, HEAD + twice + nameless)
    assert "1 argument(s) required, 0 supplied" in warnings
    assert 'uplicate explicit target name: "twice"' in warnings


def test_a_warning_stops_a_strict_build(tmp_path):
    sphinx(tmp_path, f"# Page\n\n:::{{quiz}} Question?\n\n{GOOD}:::\n")
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-W", ".", "strict"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120)
    assert done.returncode != 0


# In a browser, with the theme of the book


@pytest.fixture(scope="module")
def themed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("themed")
    extensions = ["myst_nb", "quiz", "formulas", "look"]
    look = {"html_theme": "book", "html_math_renderer": "mathml"}
    look |= {"html_static_path": [str(EXTENSIONS.parent / "_static")]}
    look |= {"html_favicon": str(EXTENSIONS.parent / "_static" / "favicon.svg")}
    look |= {"html_css_files": [f"{name}.css" for name in SHEETS]}
    assert sphinx(folder, extensions=extensions, **look) == ""
    return (folder / "html/index.html").as_uri()


@pytest.fixture(params=["light", "dark"])
def opened(request, browser, themed):
    """Return the page in a narrow window, in light and in dark."""
    context = browser.new_context(
        viewport={"width": 390, "height": 900}, color_scheme=request.param
    )
    page = context.new_page()
    page.goto(themed)
    assert page.locator("html").get_attribute("data-theme") == request.param
    page.locator("summary math").first.wait_for()
    yield page
    context.close()


@pytest.mark.browser
def test_the_keyboard_opens_one_choice_at_a_time(opened):
    choices = opened.locator("#quiz-lands details")
    choices.nth(0).locator("summary").focus()
    opened.keyboard.press("Enter")
    assert choices.nth(0).get_by_text("It leaps to the other side.").is_visible()
    opened.keyboard.press("Tab")
    opened.keyboard.press("Space")
    assert choices.nth(1).get_by_text("Right.").is_visible()
    assert not choices.nth(0).get_by_text("Not quite.").is_visible()
    assert choices.nth(0).get_attribute("open") is None


@pytest.mark.browser
@pytest.mark.parametrize("choice", [0, 1])
def test_an_open_choice_can_be_read_by_everyone(opened, choice):
    opened.locator("#quiz-lands summary").nth(choice).click()
    opened.mouse.move(0, 0)
    found = Axe().run(opened, context=".quiz").response
    assert found["violations"] == []
    checked = {each["id"] for each in found["passes"]}
    assert {"color-contrast", "aria-allowed-role"} <= checked
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_the_marks_of_open_choices_differ_without_color(opened):
    def mark(number):
        summary = opened.locator("#quiz-lands summary").nth(number)
        return summary.evaluate("s => getComputedStyle(s, '::before').content[1]")

    assert mark(0) == mark(1) == "○"
    opened.locator("#quiz-lands summary").nth(0).click()
    assert (mark(0), mark(1)) == ("✗", "○")
    opened.locator("#quiz-lands summary").nth(1).click()
    assert (mark(0), mark(1)) == ("○", "✓")


@pytest.mark.browser
def test_paper_shows_every_feedback(opened):
    feedback = opened.get_by_text("It leaps to the other side.")
    height = "e => e.getBoundingClientRect().height"
    assert feedback.evaluate(height) == 0
    opened.emulate_media(media="print")
    assert feedback.evaluate(height) > 10


FOLD = """# Page

:::{quiz} Which?

- [x] A

  <details><summary>More</summary>Deep inside.</details>
- [ ] B

  No.
:::
"""


@pytest.mark.browser
def test_a_choice_is_opened_again_though_a_fold_in_it_was_opened(browser, tmp_path):
    script = (EXTENSIONS / "live" / "start.js").as_uri()
    sphinx(tmp_path, FOLD, html_js_files=[script])
    page = browser.new_page()
    page.goto((tmp_path / "html/index.html").as_uri())
    page.get_by_text("A A").click()
    page.get_by_text("More").click()
    assert page.get_by_text("Deep inside.").is_visible()
    page.wait_for_function("localStorage.length")
    page.reload()
    assert page.locator("details.quiz-choice").first.get_attribute("open") is not None
    page.close()
