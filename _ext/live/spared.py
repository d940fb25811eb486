"""What a start of Python in a page can spare.

Half of a first start is the compiling of modules. Their code is kept (`Compiled`), for
the very same Python with the very same files: the worker sees to that. And matplotlib
would read fonts that no page shows (`drop_fonts`).
"""

import io
import marshal
import shutil
import sys
import zipfile
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER, find_spec
from pathlib import Path
from zipimport import zipimporter

UNCHECKED = (1).to_bytes(4, "little") + bytes(8)  # code that asks for no source


class Compiled:
    """The code of modules: what was kept, and what is compiled from now on.

    The standard library is a zip file, a part of which is imported before anything of
    ours. So its code is put into a copy of that file, for Python to start with.

    Parameters
    ----------
    kept : bytes
        What `pack` returned at another start, or nothing.
    writable : str, optional
        Where the reader may write modules, which are compiled each time: the working
        folder.
    """

    def __init__(self, kept=b"", writable=None):
        self.writable = writable or str(Path.cwd())
        self.codes = marshal.loads(kept) if kept else {}
        self.packed = len(self.codes)
        SourceFileLoader.get_code = self.remembering(SourceFileLoader.get_code)

    def remembering(self, compiled):
        """Return a loader's `get_code` that asks what is kept, and keeps the rest."""

        def get_code(loader, name):
            if loader.get_filename(name).startswith(self.writable):
                return compiled(loader, name)
            if name in self.codes:
                return marshal.loads(self.codes[name])
            code = compiled(loader, name)
            self.codes[name] = marshal.dumps(code)
            return code

        return get_code

    def pack(self):
        """Return all of it, if there is more than at the last time; else nothing."""
        if len(self.codes) == self.packed:
            return b""
        self.packed = len(self.codes)
        return marshal.dumps(self.codes)


class Library:
    """The zip file of the standard library, with the code of what is imported.

    Parameters
    ----------
    path : str
        The file; it is left as it is.
    """

    def __init__(self, path):
        self.path = path
        with zipfile.ZipFile(path) as packed:
            self.known = {*packed.namelist()}
        self.added = {}

    def compile_one(self):
        """Compile a module of it that is imported; return whether there was one."""
        for name, module in [*sys.modules.items()]:
            loader = getattr(getattr(module, "__spec__", None), "loader", None)
            if not isinstance(loader, zipimporter) or loader.archive != self.path:
                continue
            inside = module.__file__.removeprefix(f"{self.path}/")
            if inside.endswith(".py") and f"{inside}c" not in self.known:
                code = marshal.dumps(loader.get_code(name))
                self.added[f"{inside}c"] = MAGIC_NUMBER + UNCHECKED + code
                self.known.add(f"{inside}c")
                return True
        return False

    def pack(self):
        """Return the file with what was added, if anything was; else nothing."""
        if not self.added:
            return b""
        whole = io.BytesIO(Path(self.path).read_bytes())
        with zipfile.ZipFile(whole, "a") as packed:
            for inside, code in self.added.items():
                packed.writestr(inside, code)
        self.added = {}
        return whole.getvalue()


def drop_fonts():
    """Remove the fonts of PDF files: matplotlib would read them when it is imported."""
    fonts = Path(find_spec("matplotlib").origin).parent / "mpl-data" / "fonts"
    for kind in ("afm", "pdfcorefonts"):
        shutil.rmtree(fonts / kind, ignore_errors=True)
