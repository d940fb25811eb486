"""Python's side of a live page: cells run, what they show, what their errors say."""

import gzip
import importlib.util
import json
import pickle

import pytest
from book.book import ROOT

SOURCE = ROOT / "_ext" / "live" / "kernel.py"
EXPLORER = """
from mathlib.explore import explore, stops

def scene(ax):
    ax.set(xlim=(0, 5), ylim=(0, 30))

def square(ax, w):
    ax.plot([0, w], [0, w**2])
    return f"At {w} the square is {w**2}."

explore(square, scene, w=stops(2, 3, 4))
"""


@pytest.fixture(scope="module")
def module():
    spec = importlib.util.spec_from_file_location("page_kernel", SOURCE)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture
def page(module):
    """A kernel and all that it has sent."""
    sent = []
    kernel = module.Kernel(lambda kind, text: sent.append((kind, text)))
    yield kernel, sent
    module.forget([name for names in kernel.made.values() for name in names])


def run(page, code, cell=1):
    """Run a cell; return whether it worked and what it sent, texts joined."""
    kernel, sent = page
    sent.clear()
    worked = kernel.run(code, cell)
    joined = []
    for kind, text in sent:
        if joined and joined[-1][0] == kind == "text":
            joined[-1] = kind, joined[-1][1] + text
        else:
            joined.append((kind, text))
    return worked, joined


def test_the_last_line_is_shown_and_names_stay(page):
    assert run(page, "x = 6\nprint('so')\nx * 7") == (
        True,
        [("text", "so\n"), ("value", "42")],
    )
    assert run(page, "x + 1", 2) == (True, [("value", "7")])


def test_what_the_book_has_kept_of_a_cell_is_taken(page):
    kernel, _ = page
    kernel.take(gzip.compress(pickle.dumps({"theta": 42})))
    assert run(page, "theta + 1") == (True, [("value", "43")])


@pytest.mark.parametrize(
    "code", ["", "# nothing", "x = 1", "None", "1 + 1;", "1 + 1;  # quiet", "1;\n# x"]
)
def test_nothing_is_shown_where_there_is_nothing(page, code):
    assert run(page, code) == (True, [])


@pytest.mark.parametrize("code", ["7  # of a week;", "7\n# and;", "(7)"])
def test_a_semicolon_in_a_comment_hides_nothing(page, code):
    assert run(page, code) == (True, [("value", "7")])


def test_a_value_that_is_cut_says_that_there_is_more(module, page):
    _, sent = run(page, f"'a' * {module.LONGEST}")
    assert sent[0][1].endswith("a\n… and more")
    assert run(page, f"'a' * {module.LONGEST - 2}")[1][0][1].endswith("a'")


def test_what_is_no_text_is_not_printed_and_does_no_harm(page):
    worked, sent = run(page, "import sys\nsys.stdout.write(5)")
    assert not worked
    assert "text must be a str, is int" in sent[-1][1]
    assert run(page, "print(1)") == (True, [("text", "1\n")])


def test_a_cell_that_runs_again_warns_again(page, recwarn):
    for cell in (1, 1, 2):
        run(page, "import warnings\nwarnings.warn('mind', stacklevel=1)", cell)
    assert len(recwarn) == 3


def test_display_keeps_the_order_of_what_is_printed(page):
    _, sent = run(page, "print(1)\ndisplay(2, None)\nprint(3)")
    assert sent == [("text", "1\n"), ("value", "2"), ("text", "3\n")]


def test_an_error_shows_the_readers_lines_alone(page):
    code = (
        "from mathlib.vectors import dot\n\n"
        "def f(u):\n    return dot(u, [1, 2])\n\n"
        "f([1])"
    )
    worked, sent = run(page, code, 7)
    kind, text = sent[-1]
    assert (worked, kind) == (False, "error")
    assert 'In "cell 7", line 6' in text
    assert "return dot(u, [1, 2])" in text
    assert "kernel.py" not in text
    assert "vectors.py" not in text
    assert text.splitlines()[-1].startswith("ValueError: ")


def test_a_misspelled_line_is_pointed_at(page):
    worked, sent = run(page, "x = (1,\ny = 2")
    assert not worked
    assert "SyntaxError" in sent[-1][1]
    assert 'In "cell 1", line' in sent[-1][1]


def test_what_was_printed_before_an_error_stays(page):
    _, sent = run(page, "print('first')\n1 / 0")
    assert [kind for kind, _ in sent] == ["text", "error"]


def test_the_cause_of_an_error_is_told_too(page):
    _, sent = run(
        page,
        "try:\n    1 / 0\n"
        "except ZeroDivisionError as e:\n    raise KeyError('k') from e",
    )
    assert "ZeroDivisionError" in sent[-1][1]
    assert "direct cause" in sent[-1][1]


def test_errors_in_a_group_show_the_readers_lines_alone(page):
    code = (
        "from mathlib.vectors import dot\n"
        "try:\n    dot([1], [1, 2])\n"
        "except ValueError as e:\n    raise ExceptionGroup('both', [e]) from None"
    )
    text = run(page, code)[1][-1][1]
    assert "dot([1], [1, 2])" in text
    assert "vectors.py" not in text


@pytest.mark.parametrize("sign", ["\u2028", "\x0c", "\x85"])
def test_a_line_ends_in_a_traceback_where_it_ends_for_python(page, sign):
    text = run(page, f"s = 'a{sign}b'\n1 / len('')")[1][-1][1]
    assert "line 2, in <module>\n    1 / len('')" in text


@pytest.mark.parametrize("code", ["raise SystemExit", "raise KeyboardInterrupt"])
def test_leaving_ends_the_cell_and_not_the_page(page, code):
    assert run(page, code)[0] is False
    assert run(page, "1") == (True, [("value", "1")])


def test_input_says_what_to_do_instead(page):
    assert "write the value into the cell" in run(page, "input('name? ')")[1][-1][1]


def test_a_value_is_no_markup(page):
    _, sent = run(
        page,
        "class Page:\n    def _repr_html_(self):\n        return '<script>'\nPage()",
    )
    assert sent[-1][0] == "value"


def test_a_figure_follows_places_between_its_stops(page):
    kernel, _ = page
    worked, sent = run(page, EXPLORER)
    assert worked
    assert sent[-1][0] == "figure"
    found = json.loads(kernel.move("square", [1]))
    assert found["readout"] == "At 3 the square is 9."
    assert found["texts"] == ["3"]
    assert sent[-1][1].count("data-layer") == len(found["layers"])


def test_a_figure_that_cannot_be_drawn_says_why_and_comes_back(page):
    kernel, _ = page
    run(page, EXPLORER.replace("return f", "1 / (w - 3)\n    return f"))
    assert "ZeroDivisionError" in json.loads(kernel.move("square", [1]))["error"]
    assert json.loads(kernel.move("square", [2]))["readout"] == "At 4 the square is 16."


def test_a_figure_of_a_python_that_is_gone_says_what_to_do(page):
    told = json.loads(page[0].move("square", [1]))["error"]
    assert told == "Python no longer knows this figure: run its cell again."


def test_a_cell_that_runs_again_keeps_the_name_of_its_figure(page):
    kernel, _ = page
    run(page, EXPLORER, 1)
    run(page, EXPLORER, 2)
    run(page, EXPLORER, 1)
    assert kernel.made == {1: {"square"}, 2: {"square-2"}}


def test_a_figure_keeps_its_name_where_another_cell_shows_it(page):
    kernel, _ = page
    made = EXPLORER.replace("explore(square", "kept = explore(square")
    run(page, made, 1)
    run(page, "kept", 2)
    run(page, "kept", 2)
    run(page, EXPLORER, 3)
    assert kernel.made[3] == {"square-2"}
    run(page, made, 1)
    assert kernel.made[1] == {"square"}


def test_a_picture_of_the_readers_own_is_shown(page):
    code = "from matplotlib import pyplot\npyplot.plot([1, 2], [3, 4]);"
    worked, sent = run(page, code)
    assert worked
    assert [kind for kind, _ in sent] == ["picture"]
    assert sent[0][1].startswith("<svg")


def test_a_picture_that_cannot_be_drawn_says_why_and_is_gone(page):
    code = (
        "from matplotlib import pyplot\n"
        "pyplot.figure().suptitle(r'$\\frac$')\npyplot.figure();"
    )
    worked, sent = run(page, code)
    assert not worked
    assert [kind for kind, _ in sent] == ["error", "picture"]
    assert run(page, "1") == (True, [("value", "1")])


def labels(kernel, before):
    return [each["label"] for each in json.loads(kernel.complete(before))]


def test_names_are_completed_with_what_they_are(page):
    kernel, _ = page
    run(page, "import numpy as np\nfrom mathlib import vectors\nlearning_rate = 0.1")
    assert labels(kernel, "x = learning_r") == ["learning_rate"]
    assert "linspace" in labels(kernel, "np.lin")
    assert "len" in labels(kernel, "le")
    found = json.loads(kernel.complete("vectors.norm"))
    assert found[0]["label"] == "norm"
    assert found[0]["type"] == "function"
    assert found[0]["detail"].startswith("(")
    assert found[0]["info"]
    assert "norm" in labels(kernel, "from mathlib.vectors import dot, no")
    assert not any(name.startswith("_") for name in labels(kernel, "vectors."))


@pytest.mark.parametrize("before", ["f(1).le", "x[0].", "'a'.le", "0.", "1e", ".5"])
def test_nothing_is_offered_behind_what_has_no_name(page, before):
    assert labels(page[0], before) == []


def test_names_are_offered_in_the_line_after_an_import(page):
    kernel, _ = page
    run(page, "from mathlib.vectors import dot\nnumber = 1\nθ_1 = 2")
    assert labels(kernel, "from mathlib.vectors import dot\nnum") == ["number"]
    assert "norm" in labels(kernel, "from mathlib.vectors import (\n    dot,\n    no")
    assert labels(kernel, "x = θ") == ["θ_1"]


def test_names_are_offered_beside_what_is_none(page):
    kernel, _ = page
    code = "class A:\n    @property\n    def b(self):\n        return 1 / 0\na = A()"
    run(page, f"{code}\nglobals()[5] = 1")
    assert labels(kernel, "a.b.re") == []
    assert json.loads(kernel.describe("a.b")) == {}
    assert labels(kernel, "prin") == ["print"]


UNWILLING = """class Bag:
    def __call__(self):
        return 1
    def __getattr__(self, name):
        return self.__dict__[name]
class Closed:
    __doc__ = property(lambda self: 1 / 0)
    def __dir__(self):
        raise RuntimeError("no")
class Nameless:
    __class__ = property(lambda self: 1 / 0)
bag, closed, nameless = Bag(), Closed(), Nameless()"""


def test_what_cannot_say_what_it_is_stops_no_completion(page):
    kernel, _ = page
    run(page, UNWILLING)
    assert labels(kernel, "ba") == ["bag"]
    assert labels(kernel, "nameles") == ["nameless"]
    assert labels(kernel, "closed.") == []
    for name in ("bag", "closed"):
        assert json.loads(kernel.describe(name)) == {"call": "", "text": ""}


def test_a_completion_computes_nothing(page):
    kernel, sent = page
    run(
        page,
        "class Loud:\n    @property\n    def value(self):\n        print('computed')\n"
        "l = Loud()",
    )
    sent.clear()
    assert labels(kernel, "l.v") == ["value"]
    assert sent == []


def test_a_name_is_described(page):
    kernel, _ = page
    run(page, "from mathlib.vectors import norm")
    found = json.loads(kernel.describe("norm"))
    assert found["call"].startswith("(")
    assert "length" in found["text"].lower()
    assert json.loads(kernel.describe("no_such_name")) == {}
