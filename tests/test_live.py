"""What the click fetches comes without comments, docstrings and indents."""

import os

import live
import pytest
from sphinx.errors import ExtensionError


@pytest.mark.parametrize(
    ("name", "text", "shipped"),
    [
        ("a.mjs", "// why\nif (x) {\n  y();  // no\n}\n", "if (x) {\ny();  // no\n}\n"),
        (
            "a.mjs",
            "\n\n  /* why */\n  const u = `/* ${x} */`;\n",
            "const u = `/* ${x} */`;\n",
        ),
        ("a.css", "/* why */\n.a {\n  color: red;\n}\n", ".a {\ncolor: red;\n}\n"),
        ("a.css", "/* a */ .a {} /* b */\n", "/* a */ .a {} /* b */\n"),
        ("a.py", '"""Why."""\n\nx = 1  # no\n', "x = 1"),
        ("a.py", 'def f():\n    """Why."""\n', "def f():\n    pass"),
        ("a.py", 'def f():\n    return "text"\n', "def f():\n    return 'text'"),
    ],
)
def test_what_only_we_read_stays_at_home(tmp_path, name, text, shipped):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert live.bare(tmp_path / name) == shipped


def test_what_the_page_fetches_is_listed_with_size_and_sum(tmp_path):
    wheel, result = tmp_path / "book.whl", tmp_path / "weights.json"
    wheel.write_bytes(b"a wheel")
    result.write_bytes(b"")
    found = live.settings("", wheel, {"networks": [result]})
    empty = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert found["wheel"] == "book.whl"
    assert found["files"]["book.whl"][:2] == ["the book's package", 7]
    assert len(found["files"]) > 5
    assert found["address"].startswith("https://")
    assert live.settings("here/", wheel, {})["address"] == "here/"
    ((path, size, digest),) = found["trained"]["networks"]
    assert path.endswith("/weights.json")
    assert (size, digest) == (0, empty)


def test_the_wheel_is_the_same_each_time(tmp_path, monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()
    one, other = live.make_wheel(first), live.make_wheel(second)
    assert one.parent == first
    assert one.read_bytes() == other.read_bytes()
    assert "SOURCE_DATE_EPOCH" not in os.environ


def test_a_text_over_two_lines_would_lose_its_indents():
    with pytest.raises(
        ExtensionError, match=r"live/a\.mjs: a text must end on its line"
    ):
        live.without_indents("a.mjs", "const text = `one\n  two`;\n")
