"""A JupyterLab with settings of its own, for tests and benchmarks of live figures."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

TOKEN = "a-token-for-this-folder"
OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--ServerApp.port_retries=0",
    f"--IdentityProvider.token={TOKEN}",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.expose_app_in_browser=True",
)
FOLDERS = (
    "JUPYTER_CONFIG_DIR",
    "JUPYTER_DATA_DIR",
    "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR",
    "JUPYTERLAB_WORKSPACES_DIR",
    "IPYTHONDIR",
)
KERNEL_IDLE = """() => window.jupyterapp?.shell.currentWidget
  ?.sessionContext?.session?.kernel?.status === "idle" """
RUN_ALL = "() => { jupyterapp.commands.execute('notebook:run-all-cells'); }"
PATIENCE = 60_000  # milliseconds


@contextmanager
def jupyterlab(folder):
    """Start JupyterLab on a folder; yield the address of its notebooks, ending in /."""
    port = free_port()
    private = {name: str(folder / f".{name.lower()}") for name in FOLDERS}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--port={port}"],
            cwd=folder,
            env={k: v for k, v in os.environ.items() if k != "MATHLIB_BOOK"} | private,
            stdout=log,
            stderr=log,
        )
    try:
        wait_until_it_answers(f"http://127.0.0.1:{port}/api", server, folder)
        yield f"http://127.0.0.1:{port}/lab/tree/"
    finally:
        server.terminate()
        server.wait(30)


def run_notebook(page, address, name):
    """Open a notebook of a running JupyterLab, and have all its cells run."""
    page.goto(f"{address}{name}?token={TOKEN}")
    page.wait_for_function(KERNEL_IDLE, timeout=PATIENCE)
    page.evaluate(RUN_ALL)


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(address, server, folder, seconds=60):
    """Return when the server answers; say what it said if it does not."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up and server.poll() is None:
        try:
            return urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
    raise RuntimeError((folder / "server.log").read_text())
