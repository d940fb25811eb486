"""What long trainings gave is kept for the page: data alone, and all of it."""

import gzip
import pickle

import nbformat
import numpy as np
import pytest
import trained
import trained_names
from execution import fill
from jupyter_cache import get_cache
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.errors import ExtensionError

TAGS = {"tags": ["trained"]}
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook(*cells):
    """A notebook of code cells; those in brackets are tagged, others may be ready."""
    return new_notebook(cells=[*map(made, cells)], metadata={"kernelspec": KERNEL})


def made(cell):
    if isinstance(cell, list):
        return new_code_cell(cell[0], metadata=TAGS)
    return new_code_cell(cell) if isinstance(cell, str) else cell


def kept(path):
    return pickle.loads(gzip.decompress(path.read_bytes()))


def executed(tmp_path, *cells):
    """Execute a notebook as a build does; return it and the folder of the cache."""
    path, folder = tmp_path / "bowls.ipynb", tmp_path / "cache"
    nbformat.write(notebook(*cells), path)
    fill(str(folder), [path], 60)
    return nbformat.read(path, as_version=4), folder


def test_what_a_tagged_cell_binds_is_kept(tmp_path):
    cells = "import numpy as np", ["w = np.arange(3) / 2\nruns = {1: (w, 'a')}"], "w"
    book, folder = executed(tmp_path, *cells)
    (path,) = trained.files(book, folder)
    found = kept(path)
    assert list(found) == ["w", "runs"]
    np.testing.assert_array_equal(found["w"], [0, 0.5, 1])
    assert found["runs"][1][1] == "a"


def test_the_page_shows_no_cell_of_the_watch(tmp_path):
    _, folder = executed(tmp_path, ["a = 1"], "a")
    cache = get_cache(folder)
    record = cache.match_cache_file(str(tmp_path / "bowls.ipynb"))
    cells = cache.get_cache_bundle(record.pk).nb.cells
    assert [cell.source for cell in cells] == ["a = 1", "a"]
    assert cells[1].outputs[0].data["text/plain"] == "1"


def test_a_lesson_is_executed_again_where_what_it_kept_is_gone(tmp_path):
    book, folder = executed(tmp_path, ["a = 1"])
    (path,) = trained.files(book, folder)
    path.unlink()
    assert trained.missing(book, folder) == [path]
    executed(tmp_path, ["a = 1"])
    assert kept(path) == {"a": 1}


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([["def f(): pass"]], "must bind data alone; f is a function"),
        ([["b = [len]"]], "must bind data alone; b is a list"),
        ([["import math"]], "must bind data alone; math is a module"),
        (["a = [1]", ["a.append(2)"]], "must leave a as it was"),
        (
            ["import random\nr = random.Random(0)", ["b = r.random()"]],
            "must leave r as it was",
        ),
    ],
)
def test_what_cannot_be_kept_turns_the_build_red(tmp_path, cells, message):
    with pytest.raises(ExtensionError, match=f"bowls.ipynb: a trained cell {message}"):
        executed(tmp_path, *cells)


def test_a_notebook_that_fails_is_left_to_the_build(tmp_path):
    book, folder = executed(tmp_path, "1 / 0", ["a = 1"])
    assert trained.ship(book, folder, tmp_path / "shipped") == []


def test_all_code_above_and_no_text_counts_for_a_file_s_name(tmp_path):
    plain = trained.files(notebook("a = 1", ["b = a"]), tmp_path)
    other = trained.files(notebook("a = 2", ["b = a"]), tmp_path)
    told = notebook(new_markdown_cell("A text."), "a = 1", ["b = a"], "c = 3")
    assert plain != other
    assert plain == trained.files(told, tmp_path)


@pytest.mark.parametrize(
    ("value", "is_data"),
    [
        (np.ones(3), True),
        ({"a": [1, 2.5, None, "b"], 2: (True, np.float64(1))}, True),
        (np.array([len]), False),
        ([{1: len}], False),
        (np.random.default_rng(0), False),
    ],
)
def test_data_is_told_from_all_else(value, is_data):
    assert trained_names.is_data(value) is is_data


def test_the_same_values_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        trained_names.keep({}, {"w": np.ones(4)}, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
