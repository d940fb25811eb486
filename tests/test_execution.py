"""Which notebooks a build executes, and what it keeps of them."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import execution
import nbformat
import pytest
from execution import fill, join_prints, left_out
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell, new_notebook, new_output
from sphinx.errors import ConfigError, ExtensionError

from mathlib.explore.page import assets

STEMS = ["bowls", "cups", "plates"]


def test_without_names_all_are_executed():
    assert left_out([], STEMS) == []


def test_those_that_are_not_named_are_left_out():
    assert left_out(["cups"], STEMS) == ["bowls", "plates"]


def test_a_name_that_is_no_lesson_s_is_refused():
    with pytest.raises(ConfigError, match="must name lessons, but 'forks' is none"):
        left_out(["cups", "forks"], STEMS)


def kept(tmp_path, pieces):
    """A cache that keeps a notebook which printed these pieces, and the notebook."""
    path = tmp_path / "bowls.ipynb"
    outputs = [new_output("stream", name="stdout", text=text) for text in pieces]
    cell = new_code_cell("print()", outputs=outputs, execution_count=1)
    nbformat.write(new_notebook(cells=[cell]), path)
    cache = get_cache(tmp_path / "cache")
    cache.cache_notebook_file(str(path), data={"seconds": 2})
    return cache, path


def test_what_chance_cut_is_joined(tmp_path):
    cache, path = kept(tmp_path, ["one, ", "two\n", "three\n"])
    join_prints(cache, path)
    record = cache.match_cache_file(str(path))
    (output,) = cache.get_cache_bundle(record.pk).nb.cells[0].outputs
    assert output.text == "one, two\nthree\n"
    assert (record.uri, record.data) == (str(path), {"seconds": 2})


def test_of_a_notebook_that_failed_nothing_is_kept(tmp_path):
    cache, path = kept(tmp_path, ["one"])
    failed = new_notebook(cells=[new_code_cell("1 / 0")])
    nbformat.write(failed, path)
    join_prints(cache, path)
    assert [record.uri for record in cache.list_cache_records()] == [str(path)]


def test_a_notebook_that_is_gone_does_not_stop_a_build(tmp_path):
    cache, path = kept(tmp_path, ["one"])
    gone = tmp_path / "forks.ipynb"
    for each in (path.rename(gone), path):
        nbformat.write(new_notebook(cells=[new_code_cell("2 + 2")]), each)
        cache.add_nb_to_project(str(each))
    gone.unlink()
    fill(tmp_path / "cache", [path], timeout=60)
    assert [record.uri for record in cache.list_project_records()] == [str(path)]
    assert cache.match_cache_file(str(path))


@pytest.mark.parametrize("left", [None, b"", b'{"cells": [', b'{"cells": ["\xce'])
def test_what_a_stopped_build_half_kept_is_made_again(tmp_path, left):
    cache, path = kept(tmp_path, ["one"])
    (stored,) = (tmp_path / "cache" / "executed").rglob("base.ipynb")
    if left is None:
        shutil.rmtree(stored.parent)
    else:
        stored.write_bytes(left)
    fill(tmp_path / "cache", [path], timeout=60)
    record = cache.match_cache_file(str(path))
    assert cache.get_cache_bundle(record.pk).nb.cells[0].outputs[0].text == "\n"


IN_PIECES = """import time
print("one, ", end="", flush=True)
time.sleep(0.5)
print("two", flush=True)"""


def test_what_a_build_executes_is_kept_with_its_prints_joined(tmp_path):
    path = tmp_path / "bowls.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(IN_PIECES)]), path)
    fill(tmp_path / "cache", [path], timeout=60)
    cache = get_cache(tmp_path / "cache")
    record = cache.match_cache_file(str(path))
    (output,) = cache.get_cache_bundle(record.pk).nb.cells[0].outputs
    assert output.text == "one, two\n"


def test_a_trained_cell_that_cannot_be_kept_stops_a_build(tmp_path):
    path = tmp_path / "bowls.ipynb"
    cell = new_code_cell("f = lambda x: x", metadata={"tags": ["trained"]})
    nbformat.write(new_notebook(cells=[cell]), path)
    with pytest.raises(ExtensionError, match=r"bowls.ipynb: a trained cell must"):
        fill(tmp_path / "cache", [path], timeout=60)


# ---- what pages and cache depend on


def test_notebooks_run_again_when_mathlib_changes_and_for_nothing_else(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(execution, "ROOT", tmp_path)
    for folder in ("mathlib/explore", "tests"):
        (tmp_path / folder).mkdir(parents=True)
    keys = []
    for name in (
        *("tests/test_bowls.py", "mathlib/notes.txt", "mathlib/bowls.py"),
        *("mathlib/explore/cups.js", "mathlib/plates.py"),
    ):
        keys.append(execution.cache_key())
        (tmp_path / name).write_text("1", "utf-8")
    keys.append(execution.cache_key())
    assert keys[0] == keys[1] == keys[2]
    assert len({*keys[2:]}) == 4
    (tmp_path / "mathlib" / "plates.py").write_text("2", "utf-8")
    assert execution.cache_key() not in keys


def test_the_explorers_script_and_style_are_shipped(tmp_path):
    config = SimpleNamespace(html_static_path=["_static"])
    execution.ship_assets(SimpleNamespace(doctreedir=tmp_path, config=config))
    first, folder = config.html_static_path
    assert first == "_static"
    shipped = {path.name: path.read_text("utf-8") for path in Path(folder).iterdir()}
    assert shipped == assets()
