"""Old addresses: where each leads, and a warning for one that leads nowhere."""

import json
from pathlib import Path

import moved
import pytest

ROOT = Path(__file__).resolve().parent.parent

OLD = {"bowls": ["one", "two", "valley:"]}


def test_what_stays_on_its_page_needs_nothing():
    assert moved.moved(OLD, {"bowls": {"one", "two", "valley:"}}, {}) == {}


def test_what_moved_is_found_by_its_name():
    now = {"bowls": {"one"}, "cups": {"two", "valley:"}}
    table = {"bowls#two": "cups#two", "bowls#valley:": "cups#valley:"}
    assert moved.moved(OLD, now, {}) == table


def test_what_has_another_name_is_told():
    now = {"bowls": {"one", "valley:"}, "cups": {"second"}}
    renamed = {"bowls#two": "cups#second"}
    assert moved.moved(OLD, now, renamed) == renamed


def test_what_is_lost_is_seen():
    assert moved.moved(OLD, {"bowls": {"one", "two"}}, {}) == {"bowls#valley:": None}


def test_ids_and_figures_of_the_article_alone_can_be_named():
    page = '<p id="no"></p><article><h2 id="a"></h2><figure class="explore" '
    page += 'id="explore-b" data-name="b"></figure></article>'
    assert moved.targets(page) == {"a", "explore-b", "b:"}


@pytest.mark.parametrize("file", ["addresses.json", "renamed.json"])
def test_the_lists_can_be_read(file):
    assert json.loads((ROOT / "_ext" / file).read_text("utf-8")) is not None
