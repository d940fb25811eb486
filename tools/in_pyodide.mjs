// Run mathlib's own tests as a page would run mathlib: in Pyodide, under Node.
//   node tools/in_pyodide.mjs PYODIDE SITE_PACKAGES TESTS...
// Packages that are pure Python (pytest, hypothesis) come from the environment's folder.
import { mkdirSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, packages, ...tests] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: `${folder}/`, env: { MPLBACKEND: "agg", HOME: "/tmp" } });
await python.loadPackage(["numpy", "matplotlib", "scipy"], { messageCallback() {} });

const mount = (from, at) => {
  python.FS.mkdirTree(at);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: from }, at);
};
mount(process.cwd(), "/book");
mount(packages, "/packages");
python.globals.set("tests", python.toPy(tests));
process.exitCode = python.runPython(`
import os, sys
os.chdir("/book")
sys.path[:0] = ["/book", "/book/tests", "/book/_ext"]
sys.path.append("/packages")
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
import pytest
from hypothesis import settings
settings.register_profile("page", derandomize=True, deadline=None, database=None)
settings.load_profile("page")
options = ["-q", "-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir=/book", "--noconftest",
           "--import-mode=importlib", "--doctest-modules",
           "-o", "doctest_optionflags=NORMALIZE_WHITESPACE"]
int(pytest.main(options + list(tests)))
`);
