"""JupyterLite beside a page that runs: the same lesson, until its first output.

It is installed into an environment of its own below ``_build``, builds a site of one
lesson, and takes Python and the book's wheel from a folder, as a page does. The list in
that folder names the kernel's packages too, so that it need not look for any.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

from benchmarks.results import Result
from tools import pyodide
from tools.browser import chromium
from tools.running import PATIENCE
from tools.server import SETTINGS, served
from tools.tasks import ROOT

LESSON = "momentum"
HOME = ROOT / "_build" / "jupyterlite"
PYTHON, SITE, WHEELS = HOME / "python", HOME / "site", HOME / "wheels"
START, LOCK = PYTHON / "pyodide.js", "pyodide-lock.json"
BIN = HOME / "environment" / ("Scripts" if os.name == "nt" else "bin")
INSTALLED = (
    *("jupyterlite-core==0.6.4", "jupyterlite-pyodide-kernel==0.6.1"),
    "jupyter_server==2.21.1",  # lists the contents
)
WIDGETS = ("ipywidgets==8.1.7", "jupyterlab_widgets==3.0.15", "comm==0.2.3")
PIP = (BIN / "python", "-m", "pip", "--quiet", "--disable-pip-version-check")
APPLICATION = {"apps": ["notebooks"], "contents": ["content"], "output_dir": "site"}
KERNEL = "@jupyterlite/pyodide-kernel-extension"
NEEDED = ("ipython", "jedi", "matplotlib", "micropip", "numpy", "sqlite3", "ssl")
OURS = {  # packages that Pyodide does not list, and what each needs
    "comm": ["traitlets"],
    "ipykernel": ["comm", "ipython"],
    "ipywidgets": ["comm", "ipython", "jupyterlab-widgets", "widgetsnbextension"],
    "jupyterlab-widgets": [],
    "mathematics-of-deep-learning-executed": ["matplotlib", "numpy"],
    "piplite": ["micropip"],
    "pyodide-kernel": ["comm", "ipykernel", "ipython", "jedi"],
    "widgetsnbextension": [],
}


def measure():
    """Open the lesson in JupyterLite twice, and run its first cell."""
    names = [f"JupyterLite: address to first output, {how}" for how in ("cold", "warm")]
    try:
        build()
    except (pyodide.Unreachable, subprocess.CalledProcessError):
        return [Result(name, None, "s") for name in names]
    site = served(SITE, python)
    with site as address, chromium() as browser:
        context = browser.new_context()
        taken = [started(context, address) for _ in names]
    return [Result(name, each, "s") for name, each in zip(names, taken, strict=True)]


def python(path):
    """Return the file of Python that a path of the site asks for, or None."""
    folder, _, name = path.partition("/")
    return PYTHON / name if folder == "python" and name else None


def started(context, address):
    """Open the lesson; return the seconds to the first output."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    begun = time.perf_counter()
    page.goto(f"{address}notebooks/index.html?path={LESSON}.ipynb")
    page.wait_for_selector("[data-status=idle]")
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-InputPrompt", has_text="[1]:").wait_for(state="attached")
    passed = time.perf_counter() - begun
    page.close()
    return passed


# ---- the site


def build():
    """Make the site, and the folder that it takes Python from."""
    shutil.rmtree(HOME, ignore_errors=True)
    (HOME / "content").mkdir(parents=True)
    run(sys.executable, "-m", "venv", HOME / "environment")
    run(*PIP, "install", *INSTALLED)
    run(*PIP, "download", "--no-deps", "--dest", WHEELS, *WIDGETS)
    lesson = json.loads((ROOT / "chapters" / f"{LESSON}.ipynb").read_text("utf-8"))
    (HOME / "content" / f"{LESSON}.ipynb").write_text(json.dumps(bare(lesson)), "utf-8")
    settings = json.dumps({"LiteBuildConfig": APPLICATION})
    (HOME / "jupyter_lite_config.json").write_text(settings, "utf-8")
    run(BIN / "jupyter", "lite", "build")
    fill_python()
    configure()


def bare(notebook):
    """Return the code of a notebook without its outputs, for the kernel of the site."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    fresh = [cell | {"outputs": [], "execution_count": None} for cell in cells]
    kernel = {"name": "python", "display_name": "Python", "language": "python"}
    return notebook | {"cells": fresh, "metadata": {"kernelspec": kernel}}


def fill_python():
    """Fill the folder with Python, the packages of the kernel and the book's wheel."""
    PYTHON.mkdir()
    START.write_bytes(pyodide.core({START.name})[START.name])
    listed = json.loads((pyodide.have() / LOCK).read_text("utf-8"))
    needed = with_what_they_need(NEEDED, listed["packages"])
    pyodide.have_besides(needed, PYTHON)
    listed["packages"] |= dict(map(entry, found_wheels()))
    (PYTHON / LOCK).write_text(json.dumps(listed), "utf-8")


def with_what_they_need(names, packages):
    """Return packages, with all that these need."""
    found, left = set(), list(names)
    while left:
        name = canonical(left.pop())
        if name not in found:
            found.add(name)
            left += packages[name]["depends"]
    return sorted(found)


def found_wheels():
    """Return the wheels of ours, one of each name: the newest; the book's of its pages.

    Beside that one the built book may keep those of older versions.
    """
    folders = WHEELS, SITE / "extensions" / KERNEL / "static" / "pypi"
    wheels = sorted(path for folder in folders for path in folder.glob("*.whl"))
    live = ROOT / "_build" / "html" / SETTINGS
    book = live.with_name(json.loads(live.read_text("utf-8"))["wheel"])
    return {package_of(path): path for path in (*wheels, book)}.values()


def package_of(wheel):
    """Return the name of the package in a wheel."""
    return canonical(wheel.name.split("-")[0])


def canonical(name):
    """Return a package's name as Pyodide lists it."""
    return name.lower().replace("_", "-")


def entry(wheel):
    """Return a package's name and what Pyodide's list says of it."""
    shutil.copy(wheel, PYTHON)
    name = package_of(wheel)
    return name, {
        "name": name,
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "package_type": "package",
        "install_dir": "site",
        "imports": [name.replace("-", "_")],
        "depends": OURS[name],
        "unvendored_tests": False,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
    }


def configure():
    """Tell the kernel where Python lies, and what is loaded at its start."""
    path = SITE / "jupyter-lite.json"
    settings = json.loads(path.read_text("utf-8"))
    every = settings["jupyter-config-data"]["litePluginSettings"]
    every[f"{KERNEL}:kernel"] |= {
        "pyodideUrl": f"/python/{START.name}",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": [*NEEDED, *OURS]},
    }
    path.write_text(json.dumps(settings), "utf-8")


def run(*command):
    """Run a command in the folder of the site's parts, silently."""
    subprocess.run(command, cwd=HOME, check=True, capture_output=True)
