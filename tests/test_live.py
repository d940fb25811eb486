"""What the click fetches comes without comments, docstrings and indents."""

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
        ("a.py", '"""Why."""\n\nx = 1  # no\n', "x = 1"),
        ("a.py", 'def f():\n    """Why."""\n', "def f():\n    pass"),
        ("a.py", 'def f():\n    return "text"\n', "def f():\n    return 'text'"),
    ],
)
def test_what_only_we_read_stays_at_home(tmp_path, name, text, shipped):
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert live.bare(tmp_path / name) == shipped


def test_a_text_over_two_lines_would_lose_its_indents():
    with pytest.raises(
        ExtensionError, match=r"live/a\.mjs: a text must end on its line"
    ):
        live.without_indents("a.mjs", "const text = `one\n  two`;\n")
