"""The pages around the lessons, made of what lessons say: the map above all."""

import re
from pathlib import Path
from types import SimpleNamespace

import lessons
import nbformat
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent

NAMES = {path.stem for path in (ROOT / "chapters").glob("*.ipynb")}
RECAP = """## Recap

| term | 中文 | meaning |
|-|-|-|
| norm | 范数 | a length, $\\lVert v \\rVert$ |
| either \\| or | 或 | a bar in a cell |

**Where next:** elsewhere."""


def test_lessons_stand_in_the_books_order_with_titles_and_terms():
    found = lessons.lessons()
    names = [one.name for one in found]
    assert names.index("vectors") < names.index("gradient_descent")
    assert {f"{name}.ipynb" for name in names} == {
        path.name for path in (ROOT / "chapters").glob("*.ipynb")
    }
    for one in found:
        assert one.title[0].isupper()
        assert len(one.terms) >= 3, one.name


def test_terms_are_read_from_the_recap():
    assert lessons.terms_of(RECAP) == (
        ("norm", "范数", "a length, $\\lVert v \\rVert$"),
        ("either \\| or", "或", "a bar in a cell"),
    )
    assert lessons.terms_of("no table") == ()


def test_levels_count_what_comes_before():
    needs = {"a": [], "b": ["a"], "c": ["a", "b"], "d": []}
    assert lessons.levels(needs) == {"a": 0, "d": 0, "b": 1, "c": 2}


@pytest.mark.parametrize("needs", [{"a": ["b"], "b": ["a"]}, {"a": ["nowhere"]}])
def test_a_circle_and_an_unknown_lesson_are_refused(needs):
    with pytest.raises(ValueError, match=r"need each other, or one unknown: \['a'"):
        lessons.levels(needs)


def test_what_follows_from_a_need_is_not_drawn():
    needs = {"a": [], "b": ["a"], "c": ["b"], "d": ["a", "c"]}
    assert lessons.direct(needs) == {"a": [], "b": ["a"], "c": ["b"], "d": ["c"]}


def test_no_two_lessons_stand_in_one_place():
    needs = {name: [] for name in "abcdefg"} | {"h": ["a"]}
    place = lessons.places(needs)
    assert len(set(place.values())) == 8
    assert place["h"][1] > max(place[name][1] for name in "abcdefg")


def test_the_map_leads_to_every_lesson():
    found = lessons.lessons()
    svg = lessons.drawn(found, lambda name: f"to/{name}.html")
    links = dict(re.findall(r'<a href="to/(\w+).html".*?<text>(.*?)</text>', svg))
    shown = {name: re.sub("<.*?>", "", text) for name, text in links.items()}
    assert shown == {one.name: one.title for one in found}
    assert svg.count('class="side"') == sum(one.side for one in found)
    joined = lessons.direct({one.name: one.needs for one in found})
    assert svg.count("<path") == sum(map(len, joined.values())) > 0


BOX = re.compile(r'<rect x="(\S+)" y="(\S+)" rx="6" width="(\S+)" height="(\S+)"')


def test_the_map_holds_its_boxes_in_the_middle():
    svg = lessons.drawn(lessons.lessons(), str)
    view = re.search(r'viewBox="(\S+) (\S+) (\S+) (\S+)"', svg).groups()
    left, top, wide, tall = map(float, view)
    x, y, width, height = np.array(BOX.findall(svg), dtype=float).T
    assert x.min() - left == pytest.approx(left + wide - (x + width).max())
    assert top < y.min()
    assert (y + height).max() < top + tall


def test_the_lines_of_the_map_run_from_box_to_box():
    far, near = (0, 100 * 1.0), (30, 300.0)
    top, bottom = far[1] + lessons.HEIGHT / 2, near[1] - lessons.HEIGHT / 2
    middle = (top + bottom) / 2
    assert lessons.line(far, near) == (
        f'<path d="M0 {top:g}C0 {middle:g} 30 {middle:g} 30 {bottom:g}" '
        'aria-hidden="true"/>'
    )


def test_a_long_name_stands_in_two_lines_in_the_middle_of_its_box():
    long = lessons.lessons()[0]._replace(title="A name that is a good deal longer")
    svg = lessons.box(long, "there", 0.0, 200.0)
    lines = [float(y) for y in re.findall(r'<tspan x="0" y="([\d.]+)"', svg)]
    assert np.diff(lines).tolist() == [16.0] * (len(lines) - 1) != []
    assert np.mean(lines) == 205.0
    assert f'y="{200 - lessons.HEIGHT / 2:g}"' in svg


def test_a_page_made_of_lessons_is_made_again_when_one_of_them_changes():
    noted = []
    lessons.note_lessons(SimpleNamespace(note_dependency=noted.append))
    assert sorted(noted) == sorted(map(str, (ROOT / "chapters").glob("*.ipynb")))


SECTION = re.compile(r"^#+ (.+)$", re.M)
LINK = re.compile(r"\[([^\]]+)\]\((?:\.\./chapters/)?(\w+)\.ipynb(?:#[\w-]+)?\)")


def written():
    """The text of every lesson, and of every page around them, by its name."""
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        text = [cell.source for cell in cells if cell.cell_type == "markdown"]
        yield path.stem, "\n\n".join(text)
    for path in sorted((ROOT / "pages").glob("*.md")):
        yield path.name, path.read_text(encoding="utf-8")


def test_a_link_that_names_a_section_leads_to_the_lesson_that_has_it():
    texts = dict(written())
    sections = {name: {*SECTION.findall(text)} for name, text in texts.items()}
    known = {each for name, own in sections.items() if name in NAMES for each in own}
    wrong = [
        f"{name}: {shown} is not in {lesson}"
        for name, text in texts.items()
        for shown, lesson in LINK.findall(text)
        if shown in known and shown not in sections[lesson]
    ]
    assert wrong == []
