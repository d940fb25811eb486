"""The project's tasks: ``make book``, or, without make, ``python tools/tasks.py book``.

The standard library is all this needs. It makes ``.venv`` on first use, installs the
locked requirements into it, and runs every task with that environment's Python.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "installed.txt"
OLDEST, NEWEST = (3, 11), (3, 14)
ENVIRONMENT = {
    # Two notebooks run at once: with a thread for each core, each waits for the other.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # glibc gives the memory of large arrays back and asks for it again, step by step: a
    # step of training takes half the time if it does not.
    "MALLOC_TRIM_THRESHOLD_": "1000000000",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    # A terminal that knows few letters gets a question mark in place of the others.
    "PYTHONIOENCODING": ":replace",
    **os.environ,  # Python 3.8 knows no |, and is to be told which Python it must be
}
DIST = ("--dist", "loadscope", "--no-loadscope-reorder")  # tests/conftest.py
TORCH = "torch==2.13.0"
BROWSERS = (
    "chromium-headless-shell",  # without what only a window needs: a quarter less work
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)


def book():
    """Build the book, and name the file to open."""
    build_book()
    print("\nThe book is built. Open this file in a browser:")
    print(f"  {ROOT / '_build' / 'html' / 'index.html'}")


def twice():
    """Build the book twice, anew, and compare every byte of the pages."""
    run("tools.twice")


def live():
    """Open JupyterLab on the chapters."""
    news = "@jupyterlab/apputils-extension:announcements"  # it asks a third party
    finish([BIN / "jupyter-labextension", "disable", "--level=sys_prefix", news])
    run("jupyterlab", "--notebook-dir", ROOT / "chapters")


def test():
    """Run the tests: style, units, notebooks, the built book in a browser."""
    install_browser()
    lint()
    build_book()
    # Twice as many workers as cores, often: a test of a page waits for its browser.
    run("pytest", "--numprocesses", "4", *DIST, "--quiet", "-rs")


def units():
    """Run style and unit tests alone: a first answer, without book and browser."""
    lint()
    which = ("--ignore", "tests/book", "-m", "not browser", "mathlib", "tests")
    run("pytest", "--numprocesses", "auto", "--quiet", "-rs", *which)


def kernels():
    """Run the notebooks as on other processors; KERNELS="A B" names some of them."""
    run("tools.kernels", *os.environ.get("KERNELS", "").split())


def browsers():
    """Test in Firefox and WebKit, where these can be had; ENGINES=kinds a few pages."""
    run("tools.engines")
    build_book()
    screen = ["xvfb-run", "-a"] if shutil.which("xvfb-run") else []
    tests = ["-m", "pytest", "--quiet", "-rs", "tests/book/test_engines.py"]
    finish([*screen, BIN / "python", *tests], ENGINES=os.environ.get("ENGINES", "all"))


def page():
    """Run every lesson in its page, and mathlib's tests as a page runs mathlib."""
    install_browser()
    build_book()
    tests = ["-m", "pytest", "--quiet", "-rs", "tests/book/test_page_python.py"]
    finish([BIN / "python", *tests], LIVE="all")
    run("tools.in_pyodide")


def pages():
    """Ask every page all that `test` asks of one of each kind, and of the heaviest."""
    of_all_pages()


def axe():
    """Ask axe about every page in four looks; `test` asks about each kind of page."""
    of_all_pages("-k", "axe")


def of_all_pages(*which):
    """Run the tests of pages that look at some of them in `test`."""
    install_browser()
    build_book()
    files = ("laid_out", "links_land", "looks")
    tests = [f"tests/book/test_{name}.py" for name in files]
    pytest = ["-m", "pytest", "--quiet", "--numprocesses", "2", *DIST, *tests]
    finish([BIN / "python", *pytest, *which], PAGES="all")


def pdf():
    """Print the whole book into one file, _build/book.pdf."""
    install_browser()
    build_book()
    run("tools.pdf")


def torch():
    """Install torch, a large download: the tests that compare with it skip without."""
    run("pip", "install", "--quiet", TORCH)


def bench():
    """Measure speed, as ratios; write the table in benchmarks/README.md."""
    install_browser()
    build_book()
    run("benchmarks", "--write")


def notebooks():
    """Run every chapter and store its outputs, after an edit."""
    run("tools.notebooks", "run")


def lint():
    """Look for likely mistakes and for breaks of style, notebooks included."""
    run("ruff", "check", "--quiet")
    run("ruff", "format", "--check", "--quiet")
    run("tools.notebooks", "check")


def format():  # noqa: A001 - named like its task
    """Rewrite code and notebooks to the style."""
    run("ruff", "check", "--fix")
    run("ruff", "format")
    run("tools.notebooks", "normalize")


def lock():
    """Pin everything that requirements.txt brings along (needs uv)."""
    command = ["uv", "pip", "compile", "--universal", "--python-version", "3.11"]
    quiet = ["--no-header", "--no-annotate", "--no-emit-index-url"]
    files = ["requirements.txt", "--output-file", "requirements.lock"]
    if not shutil.which("uv"):
        sys.exit("uv is needed: https://docs.astral.sh/uv")
    finish([*command, *quiet, "--generate-hashes", *files])


def faces():
    """Cut the typefaces anew, after an edit of tools/faces.py (needs npm)."""
    run("tools.faces")


def editor():
    """Bundle the editor of the pages that run anew (needs npm)."""
    run("tools.editor")


def mutants():
    """Break the code in one place after the other: MINUTES=10 SEED=0 say how long."""
    run("tools.mutants")


def slides():
    """Make slides of a lesson's figures and statements: LESSON=momentum names it."""
    build_book()
    run("tools.slides")


def cards():
    """Write a deck of cards for Anki, _build/cards.apkg."""
    build_book()
    run("tools.cards")


def links():
    """Follow the links that lead out of the book."""
    finish([BIN / "jupyter-book", "build", ".", "--builder", "linkcheck"])


def release():
    """Make a release: VERSION=1.2.0 names it."""
    run("tools.release")


def clean():
    """Remove what can be made again, .venv excepted."""
    for name in ("_build", ".pytest_cache", ".ruff_cache", ".hypothesis"):
        if not os.path.lexists(ROOT / name):
            continue
        try:
            shutil.rmtree(ROOT / name)
        except OSError as error:
            sys.exit(f"{ROOT / name} could not be removed: {error}")


TASKS = (
    *(book, twice, live, pdf, test, units, kernels, browsers),
    *(page, pages, axe, torch, bench, mutants, slides, cards),
    *(notebooks, lint, format, lock, faces, editor, links, release, clean),
)
WITHOUT_ENVIRONMENT = (lock, clean)


def run(module, *arguments):
    """Run a module with the environment's Python; stop here if it fails."""
    finish([BIN / "python", "-m", module, *arguments])


def finish(command, **settings):
    """Run a command in the project's folder; stop here if it fails."""
    command, environment = [*map(str, command)], {**ENVIRONMENT, **settings}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as running:
        code = end_of(running)
    if code:
        sys.exit(code)


def end_of(running):
    """Wait for the end of a command; return its code, or 130 after Ctrl+C.

    The command gets Ctrl+C too, and may ask back (JupyterLab) or clear up.
    """
    interrupted = False
    while True:
        try:
            return running.wait() or (130 if interrupted else 0)
        except KeyboardInterrupt:
            interrupted = True


def build_book():
    """Execute the notebooks and build the HTML; a warning is an error."""
    run("tools.build")


def check_python():
    """Refuse a Python that the pinned requirements do not support."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    sys.exit(
        "The book needs Python 3.11, 3.12, 3.13 or 3.14, but this is Python "
        f"{sys.version_info[0]}.{sys.version_info[1]} ({sys.executable}).\n"
        "Name another: make book PYTHON=python3.14"
    )


def install_environment():
    """Make .venv and install the locked requirements, unless that has been done."""
    recipe = (ROOT / "requirements.lock").read_bytes() + sys.version.encode()
    wanted = hashlib.sha256(recipe).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Installing the locked requirements into .venv: once, a few minutes.")
    sys.stdout.flush()
    make_environment()
    run("tools.install")
    STAMP.write_text(wanted)


def make_environment():
    """Make an empty .venv with pip."""
    try:
        venv.create(VENV, clear=True, with_pip=True)
    except (subprocess.CalledProcessError, OSError) as error:
        sys.exit(
            f"Python could not make .venv: {error}\n"
            "On Debian or Ubuntu install the package python3-venv, then try again."
        )


def install_browser():
    """Headless Chromium: the system's, else Playwright's, else Debian's package."""
    if any(map(shutil.which, BROWSERS)) or playwright_chromium():
        return
    attempts = [[str(BIN / "python"), "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get"):
        attempts += [
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "chromium-headless-shell"],
            ["apt-get", "install", "-y", "-qq", "chromium"],
        ]
    for command in attempts:
        print("No Chromium found; trying:", " ".join(command), flush=True)
        subprocess.run(command, cwd=ROOT, check=False)
        if any(map(shutil.which, BROWSERS)) or playwright_chromium():
            return
    sys.exit("The browser tests need Chromium: install it, then run this again.")


def playwright_chromium():
    """Whether Playwright has downloaded a Chromium of its own."""
    question = (
        "import pathlib, playwright.sync_api as p\n"
        "with p.sync_playwright() as browsers:\n"
        "    print(pathlib.Path(browsers.chromium.executable_path).exists())"
    )
    command = [str(BIN / "python"), "-c", question]
    return (
        subprocess.run(command, capture_output=True, text=True, check=False).stdout
        == "True\n"
    )


def explain():
    """List the tasks."""
    print("make TASK, or: python tools/tasks.py TASK\n")
    for task in TASKS:
        print(f"  {task.__name__:10} {task.__doc__}")


def main(names):
    """Run the named tasks, or explain them all."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Python 3.6 has none
            stream.reconfigure(errors="replace")
    tasks = {task.__name__: task for task in TASKS}
    unknown = [name for name in names if name not in tasks]
    if unknown or not names:
        explain()
        sys.exit(f"There is no task {unknown[0]!r}." if unknown else 0)
    for name in names:
        if tasks[name] not in WITHOUT_ENVIRONMENT:
            check_python()
            install_environment()
        tasks[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
