"""Which notebooks a build executes, and what it keeps of them."""

import nbformat
import pytest
from execution import fill, join_prints, left_out
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell, new_notebook, new_output
from sphinx.errors import ConfigError

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
