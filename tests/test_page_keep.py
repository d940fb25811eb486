"""What is the reader's own in a page: what a file of it may hold, run by Node.js."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

KEEP = Path(__file__).resolve().parent.parent / "_ext" / "live" / "keep.mjs"
MINE = json.dumps({"solved": ["mine"]})
PAGES = [{"a": each} for each in (5, "b", [], {"cells": 5}, {"quiz": 5})]

# A browser's store that has room for so many characters, and what is in it at the end;
# with less than none it refuses to be read, too.
SCRIPT = """
const [address, text, room, ...before] = process.argv.slice(2);
const store = new Map(before.map(each => each.split("=")));
const size = () => [...store.values()].join("").length;
globalThis.localStorage = {
  getItem(name) {
    if (Number(room) < 0) throw new Error("access is denied");
    return store.get(name) ?? null;
  },
  removeItem: name => store.delete(name),
  setItem(name, value) {
    const more = value.length - (store.get(name) ?? "").length;
    if (size() + more > Number(room)) throw new Error("no room");
    store.set(name, value);
  },
};
const keep = await import(address);
let said = "";
try { keep.takeIn(text); } catch (error) { said = error.message; }
console.log(JSON.stringify([said, Object.fromEntries(store)]));
"""


def take_in(folder, pages, room=10**6, **before):
    """Return what is said of a file, and what is kept after it: a text for a page."""
    if not shutil.which("node"):
        pytest.skip("Node.js is not installed")
    script = folder / "take_in.mjs"
    script.write_text(SCRIPT, "utf-8")
    text = json.dumps({"format": "the reader's work", "version": 1, "pages": pages})
    there = [f"book:{page}={kept}" for page, kept in before.items()]
    command = ["node", script, KEEP.as_uri(), text, str(room), *there]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    said, kept = json.loads(done.stdout)
    return said, {name.removeprefix("book:"): text for name, text in kept.items()}


def test_what_was_exported_is_taken_in(tmp_path):
    said, kept = take_in(tmp_path, {"a": {"solved": ["new"]}}, a=MINE, b=MINE)
    assert said == ""
    assert json.loads(kept["a"])["solved"] == ["new"]
    assert kept["b"] == MINE


@pytest.mark.parametrize("pages", [1, "abc", [], None, *PAGES])
def test_what_is_no_page_is_refused_and_takes_nothing_away(tmp_path, pages):
    said, kept = take_in(tmp_path, pages, a=MINE)
    assert said == "This file was not made by Export."
    assert kept == {"a": MINE}


def test_what_was_there_comes_back_where_a_file_has_no_room(tmp_path):
    large, small = ({"solved": ["x" * length]} for length in (400, 1))
    before = {"a": json.dumps(large), "b": json.dumps(small)}
    pages = {"a": small, "b": large, "c": large}
    said, kept = take_in(tmp_path, pages, room=700, **before)
    assert said == "This browser does not keep it."
    assert kept == before


def test_a_browser_that_refuses_to_be_asked_is_said_not_to_keep_it(tmp_path):
    said, _ = take_in(tmp_path, {"a": {"solved": ["new"]}}, room=-1)
    assert said == "This browser does not keep it."
