"""What Python compiled for a page serves at the next start, and only that."""

import importlib
import importlib.util
import io
import sys
from importlib.machinery import SourceFileLoader
from zipfile import ZipFile

import pytest
from book.book import ROOT

SOURCE = ROOT / "_ext" / "live" / "spared.py"


@pytest.fixture
def spared(monkeypatch):
    """The module; what it does to the loader of modules ends with the test."""
    monkeypatch.setattr(SourceFileLoader, "get_code", SourceFileLoader.get_code)
    spec = importlib.util.spec_from_file_location("page_spared", SOURCE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder and a zip file from which modules are imported."""
    with ZipFile(tmp_path / "library.zip", "w") as packed:
        packed.writestr("zipped/__init__.py", "VALUE = 1")
        packed.writestr("zipped/inner.py", "VALUE = 1")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "library.zip")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    forget()


def forget():
    """Have the modules imported anew."""
    for name in ("plain", "zipped.inner", "zipped"):
        sys.modules.pop(name, None)
    importlib.invalidate_caches()


def value(name):
    """What a module says, imported for the first time."""
    forget()
    return importlib.import_module(name).VALUE


def test_what_was_compiled_is_not_compiled_again(spared, place, monkeypatch):
    plain = SourceFileLoader.get_code
    (place / "plain.py").write_text("VALUE = 1")
    first = spared.Compiled()
    assert value("plain") == 1
    SourceFileLoader.get_code = plain
    spared.Compiled(memoryview(first.pack()))
    monkeypatch.setattr(SourceFileLoader, "source_to_code", None)
    assert value("plain") == 1


def test_a_module_that_the_reader_writes_anew_is_compiled_anew(spared, place):
    plain = SourceFileLoader.get_code
    (place / "plain.py").write_text("VALUE = 1")
    first = spared.Compiled(writable=str(place))
    assert value("plain") == 1
    (place / "plain.py").write_text("VALUE = 2")
    assert value("plain") == 2
    SourceFileLoader.get_code = plain
    (place / "plain.py").write_text("VALUE = 3")
    spared.Compiled(memoryview(first.pack()), str(place))
    assert value("plain") == 3


def test_nothing_is_packed_twice(spared, place):
    (place / "plain.py").write_text("VALUE = 1")
    first = spared.Compiled()
    value("plain")
    assert first.pack()
    assert first.pack() == b""


def test_a_module_that_is_not_there_is_not_remembered(spared, place):
    first = spared.Compiled()
    with pytest.raises(ModuleNotFoundError):
        value("plain")
    assert first.codes == {}


def test_the_library_gets_the_code_of_what_is_imported(spared, place):
    path = place / "library.zip"
    assert value("zipped") == 1
    library = spared.Library(str(path))
    assert library.compile_one()
    assert not library.compile_one()
    content = library.pack()
    assert library.pack() == b""
    names = ZipFile(io.BytesIO(content)).namelist()
    assert names == ["zipped/__init__.py", "zipped/inner.py", "zipped/__init__.pyc"]

    path.write_bytes(content)
    assert value("zipped") == 1
    assert sys.modules["zipped"].__file__.endswith(".pyc")
    library = spared.Library(str(path))
    assert not library.compile_one()
    assert value("zipped.inner") == 1
    assert library.compile_one()
    assert "zipped/inner.pyc" in ZipFile(io.BytesIO(library.pack())).namelist()


def test_fonts_of_pdf_files_are_dropped_and_no_others(spared, tmp_path, monkeypatch):
    fonts = tmp_path / "matplotlib" / "mpl-data" / "fonts"
    for kind in ("afm", "pdfcorefonts", "ttf"):
        (fonts / kind).mkdir(parents=True)
    spec = importlib.util.spec_from_file_location("m", fonts.parents[1] / "__init__.py")
    monkeypatch.setattr(spared, "find_spec", lambda name: spec)
    spared.drop_fonts()
    assert [path.name for path in fonts.iterdir()] == ["ttf"]
