"""Old addresses: where each leads, and a warning for one that leads nowhere."""

import io
import json
from pathlib import Path

import moved
import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

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


CONF = "import sys\nsys.path[:0] = [{ext!r}]\nextensions = ['moved']\n"
ORDER = "Start\n=====\n\n.. toctree::\n\n   a\n   z\n"
LABELED = "Bowls\n=====\n\n.. _bowl:\n\nA bowl\n------\n"
PLAIN = "Bowls\n=====\n"


def warnings_of(folder):
    """What a build of a folder warns of."""
    heard = io.StringIO()
    places = [folder, folder, folder / "out", folder / "trees"]
    with docutils_namespace():
        Sphinx(*map(str, places), "dummy", status=None, warning=heard).build()
    return heard.getvalue()


def test_a_label_may_move_to_a_page_that_is_read_earlier(tmp_path):
    """As it stands, Sphinx would say that the label stands twice."""
    conf = CONF.format(ext=str(ROOT / "_ext"))
    (tmp_path / "conf.py").write_text(conf, encoding="utf-8")
    (tmp_path / "index.rst").write_text(ORDER, encoding="utf-8")
    for a, z in ((PLAIN, LABELED), (LABELED, PLAIN)):
        (tmp_path / "a.rst").write_text(a, encoding="utf-8")
        (tmp_path / "z.rst").write_text(z, encoding="utf-8")
        assert warnings_of(tmp_path) == ""


@pytest.mark.parametrize("file", ["addresses.json", "renamed.json"])
def test_the_lists_can_be_read(file):
    assert json.loads((ROOT / "_ext" / file).read_text("utf-8")) is not None
