"""The tasks: what they say, what they accept, and under which name they install."""

import contextlib
import io
import os
import re
import runpy
import shutil
import signal
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock

from tools import (
    changes,
    editor,
    faces,
    in_pyodide,
    kernels,
    mutants,
    newest,
    notebooks,
    pdf,
    pyodide,
    server,
    slides,
    tasks,
    twice,
)
from tools.install import LAST_LINES, installed, pinned
from tools.progress import Progress

ROOT = Path(__file__).resolve().parent.parent
LETTERS = "faces.py"  # it names the letters that a face keeps
TOOLS = sorted(p for p in (ROOT / "tools").glob("*.py") if p.name != LETTERS)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def python(*arguments, **environment):
    """Run this Python in the project's folder."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize("path", TOOLS, ids=lambda path: path.name)
def test_what_a_tool_says_can_be_shown_by_every_terminal(path):
    assert path.read_text("utf-8").isascii()


def test_a_message_with_other_letters_survives_an_ascii_terminal():
    done = python("tools/tasks.py", "Überbau", PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert b"There is no task '?berbau'." in done.stderr
    assert b"Traceback" not in done.stderr


def test_every_task_is_a_target():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    listed = re.search(r"TASKS := (.*)", makefile)[1].split()
    assert listed == [task.__name__ for task in tasks.TASKS]


@pytest.mark.parametrize("version", [(3, 10), (3, 15)])
def test_an_unsupported_python_is_told_which_to_use(version, monkeypatch):
    monkeypatch.setattr(tasks.sys, "version_info", version)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11, 3\.12, 3\.13 or 3\.14"):
        tasks.check_python()


def test_a_python_that_cannot_join_tables_is_told_which_to_use(monkeypatch):
    monkeypatch.delattr(os._Environ, "__ror__")  # as in Python 3.8
    with pytest.raises(SystemExit, match="There is no task 'none'"):
        runpy.run_path(tasks.__file__)["main"](["none"])


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_supported_pythons_pass(minor, monkeypatch):
    monkeypatch.setattr(tasks.sys, "version_info", (3, minor))
    tasks.check_python()


def test_the_supported_versions_are_the_same_everywhere():
    (low, high) = tasks.OLDEST[1], tasks.NEWEST[1]
    assert PROJECT["requires-python"] == f">=3.{low},<3.{high + 1}"
    names = [f"3.{minor}" for minor in range(low, high + 1)]
    said = f"Python {', '.join(names[:-1])} or {names[-1]}"
    for page in ("README.md", "pages/run.md"):
        assert said in (ROOT / page).read_text("utf-8"), page


def test_the_distribution_has_a_name_of_its_own():
    """The registry's mathlib is a stranger's: nothing here may ask for it by name."""
    assert PROJECT["name"] != "mathlib"
    assert "Private :: Do Not Upload" in PROJECT["classifiers"]
    asks = re.compile(r"pip install (?:-\S+ )*mathlib\b")
    for pattern in ("*.md", "pages/*.md", "chapters/*.ipynb", "tools/*.py", ".ci/*"):
        for path in ROOT.glob(pattern):
            assert not asks.search(path.read_text("utf-8")), path.name


ENDS_IN_ITS_TIME = """
import time
try:
    print("begun", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(1)
    print("ended", flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="there a group is interrupted otherwise")
def test_a_command_that_is_interrupted_may_end_in_its_own_time():
    command = f"[sys.executable, '-c', {ENDS_IN_ITS_TIME!r}]"
    program = f"import sys; from tools import tasks; tasks.finish({command})"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    alone = {"cwd": ROOT, "start_new_session": True, **pipes}
    with subprocess.Popen([sys.executable, "-c", program], **alone) as running:
        assert running.stdout.readline() == b"begun\n"
        os.killpg(running.pid, signal.SIGINT)
        said, complained = running.communicate()
    assert (said, complained, running.returncode) == (b"ended\n", b"", 130)


def test_units_open_no_browser(monkeypatch):
    asked = []
    monkeypatch.setattr(tasks, "lint", lambda: None)
    monkeypatch.setattr(tasks, "run", lambda *arguments: asked.extend(arguments))
    tasks.units()
    *options, _, _ = asked
    done = python("-m", *options, "tests/test_quiz.py", "--collect-only")
    assert b"test_a_warning_stops_a_strict_build" in done.stdout
    assert b"test_the_keyboard_opens_one_choice_at_a_time" not in done.stdout


def test_the_lock_without_uv_is_a_sentence(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match="uv is needed"):
        tasks.lock()


def test_what_cannot_be_removed_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(tasks, "ROOT", tmp_path)
    tasks.clean()  # nothing is there
    (tmp_path / "_build").write_text("no folder")
    with pytest.raises(SystemExit, match="_build could not be removed"):
        tasks.clean()
    # On Python 3.11 and 3.12 so ends what another program removes from at once.
    monkeypatch.setattr(shutil, "rmtree", lambda path: Path("gone").unlink())
    with pytest.raises(SystemExit, match="_build could not be removed"):
        tasks.clean()


@pytest.mark.skipif(
    os.name == "nt" or not shutil.which("make"), reason="it needs make and a shell"
)
def test_tasks_of_one_make_come_one_after_the_other(tmp_path):
    slow = tmp_path / "python"
    slow.write_text("#!/bin/sh\necho $2; sleep 0.3; echo $2\n")
    slow.chmod(0o755)
    said = subprocess.run(
        ["make", "-s", "-j2", "lint", "clean", f"PYTHON={slow}"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    assert said.stdout.split() == [b"lint"] * 2 + [b"clean"] * 2


# ---- progress


def test_a_terminal_gets_one_line_that_renews_itself():
    screen = Terminal()
    progress = Progress("ran", 2, screen)
    progress.step("vectors")
    progress.step("matrices")
    assert screen.getvalue() == (
        "\r  ran 1 of 2: vectors (0 s)\x1b[K\r  ran 2 of 2: matrices (0 s)\n"
    )


def test_a_file_gets_a_line_now_and_then_and_the_last():
    file = io.StringIO()
    progress = Progress("ran", 3, file)
    progress.step("vectors")
    progress.told -= 10
    progress.step("matrices")
    progress.step("losses")
    assert (
        file.getvalue() == "  ran 2 of 3: matrices (0 s)\n  ran 3 of 3: losses (0 s)\n"
    )


def test_the_lock_is_counted_and_pips_lines_are_read(capsys):
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    names = pinned(lock)
    assert {"numpy", "jupyter-book", "nbval"} <= set(names)
    lines = [f"Collecting {name}==1.0\n" for name in names]
    last = installed([*lines, "Installing collected packages: numpy\n"], len(names))
    assert len(last) == LAST_LINES
    said = capsys.readouterr().out
    assert f"fetched {len(names)} of {len(names)}: {names[-1]}" in said
    assert "unpacking" in said


# ---- processors


def test_a_kernel_is_chosen_for_the_processor():
    environment = kernels.settings("Nehalem", 2)
    assert environment["OPENBLAS_CORETYPE"] == "Nehalem"
    assert environment["OPENBLAS_NUM_THREADS"] == environment["OMP_NUM_THREADS"] == "2"


def test_a_kernel_that_is_not_obeyed_is_said(monkeypatch, capsys):
    monkeypatch.setattr(kernels, "obeyed", lambda kernel: kernel == "Haswell")
    ran = []

    def python(*arguments, environment):
        ran.append(environment["OPENBLAS_NUM_THREADS"])
        return subprocess.CompletedProcess(arguments, int(ran[-1]) - 1)

    monkeypatch.setattr(kernels, "python", python)
    assert kernels.changed(["Nehalem", "Haswell"]) == ["Haswell with 2"]
    assert ran == ["1", "2"]
    assert "Nehalem: not to be had on this machine" in capsys.readouterr().out


def test_an_unknown_kernel_is_refused():
    with pytest.raises(SystemExit, match=r"must be one of Prescott, .* but is Zen"):
        kernels.main(["Zen"])


def test_the_newest_versions_have_no_pins_but_the_limits_that_are_known():
    found = newest.unpinned("# a book\njupyter-book==1.0.4\n\nnumpy==2.4.6  # why\n")
    assert found == ["jupyter-book<2", "numpy"]


def test_of_two_builds_every_file_that_differs_is_named(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        (folder / "deep").mkdir(parents=True)
        (folder / "same.html").write_text("same")
        (folder / "deep" / "odd.html").write_text("a" if folder == one else "b")
    (one / "first.html").write_text("")
    (other / "second.html").write_text("")
    assert twice.differences(one, other) == [
        "deep/odd.html",
        "first.html",
        "second.html",
    ]
    assert twice.differences(one, one) == []


def test_a_file_is_changed_in_one_place_and_stays_a_program(tmp_path, monkeypatch):
    path = tmp_path / "half.py"
    path.write_text("def half(x):\n    check(x=x)\n    return x / 2 if x > 0 else 0\n")
    monkeypatch.setattr(changes, "ROOT", tmp_path)
    made = list(changes.mutants_of(path))
    said = {f"{one.before} becomes {one.after}" for one in made}
    assert said > {"check(x=x) becomes pass", "x / 2 becomes (2 / x)", "0 becomes (1)"}
    assert len({one.source for one in made}) == len({one.change for one in made})
    for one in made:
        compile(one.source, "half", "exec")


def test_a_line_ends_where_python_says(tmp_path, monkeypatch):
    path = tmp_path / "half.py"
    path.write_text(
        'def half(x):\n    """Of\u2028x\x0c."""\n    return x / 2\n', "utf-8"
    )
    monkeypatch.setattr(changes, "ROOT", tmp_path)
    assert "half.py: half: x / 2 becomes (x * 2)" in {
        one.change for one in changes.mutants_of(path)
    }


def test_what_stands_in_a_trial_is_left_alone(tmp_path):
    path = tmp_path / "exercises" / "one.py"
    path.parent.mkdir()
    path.write_text("def one_cases(rng):\n    def f(x):\n        return x / 2\n")
    assert not list(changes.mutants_of(path))


def test_a_change_that_is_called_the_same_program_can_still_be_made():
    same = changes.same_programs()
    named = {changes.ROOT / line.partition(":")[0] for line in same}
    assert same <= {one.change for path in named for one in changes.mutants_of(path)}


def test_what_is_broken_meets_tests():
    for path in mutants.files():
        for run in mutants.runs_of(path):
            names = [name for name in run if name.endswith(".py")]
            assert names
            assert all((mutants.ROOT / name).exists() for name in names)


@pytest.mark.parametrize("text", ["ten", "0.5", "-1", "", "1e3"])
def test_minutes_that_are_no_whole_number_are_refused(text, monkeypatch):
    monkeypatch.setenv("MINUTES", text)
    with pytest.raises(SystemExit, match="MINUTES must be a whole number from 0, is"):
        mutants.setting("MINUTES", "10")


# ---- other tools


def test_a_lesson_that_twice_does_not_know_is_refused():
    assert twice.lessons_anew(" vectors  losses ") == ["vectors", "losses"]
    with pytest.raises(SystemExit, match="ANEW must name lessons, but 'vektors' is"):
        twice.lessons_anew("vectors vektors")


@pytest.mark.parametrize("folder", ["book", "my book", "Bücher (100%)"])
def test_a_link_stays_in_the_pdf_wherever_the_book_stands(
    folder, tmp_path, monkeypatch
):
    monkeypatch.setattr(pdf, "HTML", tmp_path / folder)
    address = (tmp_path / folder / "chapters" / "vectors.html").as_uri()
    assert pdf._name_of(f"{address}#norms") == "chapters/vectors"
    assert pdf._name_of("https://example.org/chapters/vectors.html") == ""


def test_a_server_ends_when_its_test_fails(tmp_path):
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError), server.served(tmp_path):
        raise ZeroDivisionError
    assert threading.active_count() == before


def test_a_page_that_is_no_lesson_has_no_slides(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "index.html").write_text("<h1>one</h1>")
    with pytest.raises(ValueError, match="LESSON must be one of"):
        slides.made("../index", tmp_path)


def test_claims_of_a_file_that_is_not_there_are_a_sentence():
    done = python("-m", "tools.claims", "none.md")
    assert (done.returncode, done.stderr.split()) == (
        1,
        b"there is no file none.md".split(),
    )


@pytest.mark.skipif(os.name == "nt", reason="there is no head")
def test_claims_end_when_their_reader_has_seen_enough():
    command = f"'{sys.executable}' -m tools.claims | head -1"
    done = subprocess.run(
        command, shell=True, cwd=ROOT, capture_output=True, check=True
    )
    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""


# ---- notebooks

EMPTY = nbformat.v4.new_notebook()


@pytest.fixture
def chapters(tmp_path, monkeypatch):
    """A folder of chapters with two notebooks."""
    folder = tmp_path / "chapters"
    folder.mkdir()
    for name in ("one", "two"):
        nbformat.write(EMPTY, folder / f"{name}.ipynb")
    monkeypatch.setattr(notebooks, "CHAPTERS", folder)
    return folder


def client_that(acts):
    """A client that does something in place of running a notebook."""

    class Client:
        def __init__(self, notebook, *, resources, **options):
            self.folder = Path(resources["metadata"]["path"])

        def execute(self):
            acts(self.folder)

    return Client


def test_a_notebook_is_named_by_its_name_or_by_its_file(chapters, tmp_path):
    other = tmp_path / "one.ipynb"
    nbformat.write(EMPTY, other)
    one = chapters / "one.ipynb"
    assert notebooks.chapters(["one", "chapters/one.ipynb"]) == [one]
    assert notebooks.chapters([str(other)]) == [other]
    with contextlib.chdir(tmp_path):
        assert notebooks.chapters(["./one.ipynb"]) == [other]
    for name in ("three", "", str(tmp_path / "two.ipynb")):
        with pytest.raises(SystemExit, match=f"there is no notebook {re.escape(name)}"):
            notebooks.chapters([name])


def test_a_notebook_that_is_named_twice_runs_once(monkeypatch):
    monkeypatch.chdir(ROOT)
    one = notebooks.CHAPTERS / "vectors.ipynb"
    assert notebooks.chapters(["vectors", "chapters/vectors.ipynb"]) == [one]


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "<" * 7 + " ours"),
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": null}',
    ],
)
def test_what_is_no_notebook_is_said_and_left(text, chapters):
    path = chapters / "one.ipynb"
    path.write_text(text)
    with pytest.raises(SystemExit, match=r"one\.ipynb is no notebook"):
        notebooks.main("normalize", "one")
    assert path.read_text() == text


def test_a_notebook_that_fails_is_named_and_the_others_are_stored(
    chapters, monkeypatch
):
    (chapters / "one.ipynb").write_text("")
    monkeypatch.setattr(notebooks, "NotebookClient", client_that(lambda folder: None))
    with pytest.raises(SystemExit, match=r"^one\.ipynb: Notebook does not appear"):
        notebooks.main("run")
    assert notebooks.check([chapters / "two.ipynb"]) == []


def test_an_edit_made_while_a_notebook_runs_is_kept(chapters, monkeypatch):
    path = chapters / "one.ipynb"
    edits = client_that(lambda folder: path.write_text("an edit"))
    monkeypatch.setattr(notebooks, "NotebookClient", edits)
    with pytest.raises(SystemExit, match=r"one\.ipynb: it was changed while it ran"):
        notebooks.main("run", "one")
    assert path.read_text() == "an edit"


def test_after_an_interrupt_no_further_notebook_begins(chapters, monkeypatch):
    begun = []

    def slow(folder):
        begun.append(folder)
        time.sleep(0.2)

    def interrupt(progress, name):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(notebooks, "NotebookClient", client_that(slow))
    monkeypatch.setattr(notebooks.Progress, "step", interrupt)
    with pytest.raises(KeyboardInterrupt):
        notebooks.run_all([chapters / "one.ipynb"] * 4)
    assert len(begun) <= 2


def test_a_notebook_that_cannot_be_written_stays_as_it_was(chapters):
    path = chapters / "one.ipynb"
    before = path.read_bytes()
    with pytest.raises(UnicodeEncodeError):
        notebooks.store(path, "half \ud800")
    assert path.read_bytes() == before
    assert sorted(chapters.iterdir()) == [path, chapters / "two.ipynb"]


@pytest.mark.skipif(os.name == "nt", reason="there a link needs rights")
def test_a_notebook_keeps_its_rights_and_a_link_stays_one(chapters, tmp_path):
    one, link = chapters / "one.ipynb", tmp_path / "link.ipynb"
    one.chmod(0o600)
    link.symlink_to(one)
    notebooks.store(link, "new")
    assert link.is_symlink()
    assert one.read_text() == "new"
    assert one.stat().st_mode & 0o777 == 0o600


# ---- what is fetched


@pytest.fixture
def known(monkeypatch):
    """One file of the page's Python, which comes from npm."""
    files = {"core.mjs": ("Python", 4, pyodide.sum_of(b"core"))}
    monkeypatch.setitem(pyodide.KNOWN, "files", files)
    monkeypatch.setattr(pyodide, "wheels", lambda wanted: {})
    monkeypatch.setattr(pyodide, "core", lambda wanted: {"core.mjs": b"core"})


def test_a_file_of_python_that_is_half_written_is_fetched_again(known, tmp_path):
    (tmp_path / "core.mjs").write_bytes(b"co")
    pyodide.have(tmp_path)
    assert (tmp_path / "core.mjs").read_bytes() == b"core"


def test_what_is_whole_is_not_fetched_again(known, tmp_path, monkeypatch):
    pyodide.have(tmp_path)
    monkeypatch.setattr(pyodide, "wheels", None)
    assert pyodide.have(tmp_path) == tmp_path


def test_a_stranger_in_place_of_a_file_of_python_is_refused(
    known, tmp_path, monkeypatch
):
    monkeypatch.setattr(pyodide, "core", lambda wanted: {"core.mjs": b"stranger"})
    with pytest.raises(ValueError, match=r"core\.mjs must have the sum sha256-"):
        pyodide.have(tmp_path)


def test_python_for_the_page_without_a_network_is_a_sentence(tmp_path):
    no_registry = {"PIP_INDEX_URL": "http://127.0.0.1:9", "PIP_RETRIES": "0"}
    done = python("-m", "tools.pyodide", tmp_path, PATH=str(tmp_path), **no_registry)
    assert done.returncode == 1
    assert b"cannot be had here" in done.stderr
    assert b"Traceback" not in done.stderr


def test_npm_runs_under_the_name_that_windows_gives_it(monkeypatch):
    ran = []

    def run(command, **options):
        ran.append(command[0])
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(shutil, "which", lambda name: f"C:\\node\\{name}.cmd")
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(pyodide.Unreachable):
        pyodide.core(pyodide.KNOWN["files"])
    with pytest.raises(subprocess.CalledProcessError):
        editor.run("npx", "esbuild")
    assert ran == [r"C:\node\npm.cmd", r"C:\node\npx.cmd"]


def test_packages_of_other_versions_are_installed_anew(tmp_path, monkeypatch):
    folder, asked = tmp_path / "packages", []

    def run(command, **options):
        asked.append(command)
        folder.mkdir()
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(in_pyodide, "PACKAGES", folder)
    monkeypatch.setattr(subprocess, "run", run)
    in_pyodide.install()
    in_pyodide.install()
    assert len(asked) == 1
    monkeypatch.setattr(in_pyodide, "PINNED", ("pytest==1.0.0",))
    in_pyodide.install()
    assert len(asked) == 2


def test_a_package_of_npm_that_is_half_there_is_fetched_again(tmp_path, monkeypatch):
    package = faces.Package("face", "1.0.0", "", "LICENSE")
    whole = tmp_path / "whole"
    whole.write_bytes(b"whole")
    package = package._replace(sha512=faces.sum_of(whole))
    monkeypatch.setattr(faces, "PACKAGES", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    path = faces.stored(package)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: path.write_bytes(b"whole"))
    path.write_bytes(b"half")
    assert faces.archive(package) == b"whole"


@pytest.mark.parametrize("act", [newest.main, lambda: twice.build(1)])
def test_what_pip_or_the_build_has_said_is_followed_by_no_traceback(
    act, tmp_path, monkeypatch
):
    failed = subprocess.CompletedProcess([], 3)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    for name in ("HTML", "PAGES"):
        monkeypatch.setattr(twice, name, tmp_path / name)
    with pytest.raises(SystemExit, match="3"):
        act()


@pytest.mark.parametrize(("named", "whole"), [("", b"True"), ("vectors", b"False")])
def test_a_book_is_whole_unless_lessons_are_named(named, whole):
    question = "from tools import build; print(build.is_whole())"
    assert python("-c", question, LESSONS=named).stdout.strip() == whole


def test_a_second_build_waits_for_the_first_and_says_so(tmp_path):
    path = tmp_path / "_build" / "building"
    act = f"""from pathlib import Path; from tools.build import alone
with alone(Path({str(path)!r})):
    print("built", flush=True)"""
    path.parent.mkdir()
    with FileLock(path):
        second = subprocess.Popen(
            [sys.executable, "-c", act], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert second.stdout.readline().startswith("Another build is at work")
    assert second.communicate(timeout=60) == ("built\n", None)
