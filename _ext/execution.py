"""Sphinx extension: how the notebooks are executed, and what explorers need in a page.

Executions are cached under a key made of mathlib's code and the installed versions, so
an edit in mathlib runs every notebook again. Before the build, all notebooks that the
cache does not hold are executed at once, in parallel. An edit of a script or a style
has every page written again: each names the version it loads.

LESSONS="vectors matrices" in the environment has only these executed, for a quick look:
the others show what their notebooks store, and no figures that move.
"""

import hashlib
import multiprocessing
import os
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import trained
from jupyter_cache import get_cache
from jupyter_cache.cache.db import NbCacheRecord
from jupyter_cache.cache.main import CacheBundleIn
from jupyter_cache.executors.basic import ExecutionWorkerLocalMProc, ProcessData
from sphinx.errors import ConfigError, ExtensionError

from mathlib.explore.page import assets
from tools.notebooks import joined, read
from tools.progress import Progress

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
PACKAGES = ("numpy", "matplotlib", "ipywidgets", "ipykernel")


def cache_key():
    """A fingerprint of what a notebook's outputs depend on beside its cells."""
    fingerprint = hashlib.sha256(sys.version.encode())
    for package in PACKAGES:
        fingerprint.update(f"{package}={version(package)};".encode())
    for path in sorted((ROOT / "mathlib").rglob("*")):
        if path.is_file() and path.suffix in {".py", ".js", ".css", ".npz"}:
            name = path.relative_to(ROOT).as_posix()
            fingerprint.update(name.encode() + b"\0" + path.read_bytes())
    return fingerprint.hexdigest()[:16]


def choose_cache(app, config):
    """Point myst-nb at the cache of this key."""
    if not config.nb_execution_cache_path:
        folder = ROOT / "_build" / ".jupyter_cache" / cache_key()
        config.nb_execution_cache_path = str(folder)


def left_out(named, stems):
    """The lessons that are not executed if these are named: none if none are named."""
    if unknown := sorted(set(named) - set(stems)):
        raise ConfigError(f"LESSONS must name lessons, but {unknown[0]!r} is none")
    return [stem for stem in stems if named and stem not in named]


def leave_lessons_out(app, config):
    """Execute the lessons that LESSONS names, if it names some."""
    named = os.environ.get("LESSONS", "").split()
    others = left_out(named, [path.stem for path in CHAPTERS])
    config.nb_execution_excludepatterns += [f"chapters/{stem}.ipynb" for stem in others]


def execute_in_parallel(app, config):
    """Fill the cache. A notebook that fails is left to myst-nb, which says where."""
    if config.nb_execution_mode != "cache":
        return
    left = config.nb_execution_excludepatterns
    chapters = [path for path in CHAPTERS if f"chapters/{path.name}" not in left]
    fill(config.nb_execution_cache_path, chapters, config.nb_execution_timeout)


class Worker(ExecutionWorkerLocalMProc):
    """Executes one notebook, and keeps what its long trainings gave."""

    @staticmethod
    def execute(project_nb, data):
        """Execute it in its folder."""
        notebook, cells = project_nb.nb, project_nb.nb.cells
        notebook.cells = trained.watched(notebook, Path(data.cache.path))
        result = ExecutionWorkerLocalMProc.execute(project_nb, data)
        notebook.cells = cells
        return result


def fill(folder, chapters, timeout):
    """Execute the chapters that the cache in this folder does not hold, all at once."""
    cache = get_cache(folder)
    leave_out_what_is_gone(cache)
    leave_out_what_is_damaged(cache)
    for path in chapters:
        cache.add_nb_to_project(str(path))
        if trained.missing(read(path), Path(folder)):
            forget(cache, path)
    named = {path.name for path in chapters}
    waiting = [
        ProcessData(one.pk, one.uri, cache, timeout, False)
        for one in cache.list_unexecuted()
        if Path(one.uri).name in named
    ]
    if not waiting:
        return
    progress = Progress("executed", len(waiting))
    with multiprocessing.Pool() as pool:
        for failed, path in pool.imap_unordered(Worker(), waiting):
            if failed:
                refuse_unkept(cache, path)
            else:
                join_prints(cache, path)
            progress.step(Path(path).stem)


def leave_out_what_is_gone(cache):
    """Drop the notebooks that were moved or deleted: the cache would stop at them."""
    for record in cache.list_project_records():
        if not Path(record.uri).exists():
            cache.remove_nb_from_project(record.pk)


def leave_out_what_is_damaged(cache):
    """Drop records without a whole file: a build was stopped while it kept them."""
    for record in cache.list_cache_records():
        path = Path(cache.path) / "executed" / record.hashkey / "base.ipynb"
        if not path.exists() or not path.read_bytes().rstrip().endswith(b"}"):
            shutil.rmtree(path.parent, ignore_errors=True)
            NbCacheRecord.remove_record(record.pk, cache.db)


def refuse_unkept(cache, path):
    """Say which trained cell binds what cannot be kept; other failures are not ours."""
    told = cache.get_project_record(path).traceback or ""
    if trained.REFUSAL in told:
        reason = told[told.rindex(trained.REFUSAL) :].partition("\n")[0]
        raise ExtensionError(f"{Path(path).name}: {reason}")


def forget(cache, path):
    """Have a notebook executed again."""
    try:
        cache.remove_cache(cache.match_cache_file(str(path)).pk)
    except KeyError:  # it has never been
        return


def join_prints(cache, path):
    """Join, in what the cache holds of a notebook, what was printed in several pieces.

    Chance cuts it where a computation takes long, and myst-nb ends a line at each cut.
    """
    try:
        record = cache.match_cache_file(str(path))
    except KeyError:  # it failed: nothing is kept
        return
    notebook = cache.get_cache_bundle(record.pk).nb
    for cell in notebook.cells:
        if "outputs" in cell:
            cell.outputs = joined(cell.outputs)
    bundle = CacheBundleIn(notebook, record.uri, data=record.data)
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)


def note_assets(app, config):
    """Let the pages depend on scripts, styles, templates, and on how they are made."""
    folders = (ROOT / "_static").rglob("*"), (ROOT / "_ext").rglob("*")
    files = [path for found in folders for path in sorted(found) if path.is_file()]
    static = (path.read_bytes() for path in files if path.suffix != ".pyc")
    shipped = (text.encode() for text in assets().values())
    every = b"\0".join((*static, *shipped))
    config.static_fingerprint = hashlib.sha256(every).hexdigest()


def ship_assets(app):
    """Add the explorers' script and style to the page's static files."""
    folder = Path(app.doctreedir) / "explore"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in assets().items():
        (folder / name).write_text(text, encoding="utf-8")
    app.config.html_static_path.append(str(folder))


def leave_out(app, what, name, thing, skip, options):
    """Leave a named tuple's fields out: their class says already what they are."""
    said = getattr(thing, "__doc__", None) or ""
    return True if said.startswith("Alias for field number") else None


def setup(app):
    """Connect the above."""
    app.connect("autodoc-skip-member", leave_out)
    os.environ["MATHLIB_BOOK"] = "1"  # the kernels inherit it: a page is being made
    app.add_config_value("static_fingerprint", "", "html", str)
    app.connect("config-inited", note_assets)
    app.connect("config-inited", choose_cache, priority=800)
    app.connect("config-inited", leave_lessons_out, priority=800)
    app.connect("config-inited", execute_in_parallel, priority=900)
    app.connect("builder-inited", ship_assets)
    app.add_js_file("explore.js", loading_method="defer")
    app.add_css_file("explore.css")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
