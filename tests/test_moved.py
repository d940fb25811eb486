"""Old addresses: where each leads, and a warning for one that leads nowhere."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

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


OF_ARTICLE = '<article><h2 id="{name}"></h2></article>'


def built(tmp_path, monkeypatch, pages, **others):
    """The table that a build of these pages writes, and what it warns of."""
    places = {name: tmp_path / name for name in ("ext", "out/chapters", "out/_static")}
    for place in places.values():
        place.mkdir(parents=True)
    (places["ext"] / "addresses.json").write_text(json.dumps(OLD), "utf-8")
    for page, name in pages.items():
        text = OF_ARTICLE.format(name=name)
        (places["out/chapters"] / f"{page}.html").write_text(text, "utf-8")
    heard = []
    monkeypatch.setattr(moved, "HERE", places["ext"])
    monkeypatch.setattr(moved, "RENAMED", {"bowls#valley:": "cups#nowhere"})
    monkeypatch.setattr(moved.logger, "warning", lambda *a, **k: heard.append(a[1]))
    config = SimpleNamespace(nb_execution_excludepatterns=others.get("left_out", []))
    builder = SimpleNamespace(name=others.get("builder", "html"))
    app = SimpleNamespace(builder=builder, config=config, outdir=tmp_path / "out")
    moved.write(app, others.get("exception"))
    script = places["out/_static"] / "moved.js"
    if not script.exists():
        return None, heard
    table = script.read_text("utf-8").removeprefix("bookMoved(").removesuffix(");\n")
    return json.loads(table), heard


def test_a_build_writes_where_old_addresses_lead_and_warns_of_the_lost(
    tmp_path, monkeypatch
):
    pages = {"bowls": "one", "cups": "two"}
    assert built(tmp_path, monkeypatch, pages) == (
        {"bowls#two": "cups.html#two"},
        ["bowls#valley:"],
    )


def test_a_book_of_a_few_pages_misses_none_of_the_others(tmp_path, monkeypatch):
    assert built(tmp_path, monkeypatch, {"cups": "three"}) == ({}, [])


@pytest.mark.parametrize(
    "others",
    [
        {"exception": OSError()},
        {"builder": "dummy"},
        {"left_out": ["chapters/a.ipynb"]},
    ],
    ids=str,
)
def test_a_build_that_has_not_all_figures_tells_no_addresses(
    others, tmp_path, monkeypatch
):
    pages = {"bowls": "one", "cups": "two"}
    assert built(tmp_path, monkeypatch, pages, **others) == (None, [])


def test_the_addresses_of_the_first_book_are_those_of_its_lessons():
    old = json.loads((ROOT / "_ext" / "addresses.json").read_text("utf-8"))
    assert {*old} <= {path.stem for path in (ROOT / "chapters").glob("*.ipynb")}
    assert {address.partition("#")[0] for address in moved.RENAMED} <= {*old}
