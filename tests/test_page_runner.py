"""What ends a run in a page ends those that wait for it, run by Node.js."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

LIVE = Path(__file__).resolve().parent.parent / "_ext" / "live"

# A page of two cells without a browser: elements that only know their buttons, and a
# Python that has started, if it may, and whose first cell never comes to its end.
SCRIPT = """
class Element {
  dataset = {}; childNodes = [];
  classList = { add() {}, remove() {}, toggle() {}, contains() {} };
  append() {} after() {} replaceChildren() {} setAttribute() {}
  appendChild(child) { return child; }
  addEventListener(kind, act) { this.click = act; }
  querySelector(what) {
    return what === ".cell_output" ? null : (this.inside ??= new Element());
  }
  querySelectorAll() { return []; }
  matches() { return false; }
  get parentElement() { return new Element(); }
  textContent = "";
}
const made = [], cells = [new Element(), new Element()], log = [];
const keep = element => { made.push(element); return element; };
globalThis.document = {
  head: new Element(), body: new Element(), baseURI: "http://book/",
  createElement: () => keep(new Element()),
  querySelectorAll: what => what === "article .cell" ? cells : [],
  querySelector: () => ({ explorer: { constructor: Object } }),
};
globalThis.localStorage = { getItem: () => null };
globalThis.addEventListener = () => {};
globalThis.IntersectionObserver = class { observe() {} };
const settings = { address: "", wheel: "", files: {}, trained: {} };
const answer = { ok: true, json: async () => settings, text: async () => "" };
globalThis.fetch = async () => answer;
const [pressed] = process.argv.slice(2);
globalThis.Worker = class {
  terminate() {}
  postMessage({ number, what, cell }) {
    log.push(cell ? `${what} ${cell}` : what);
    const data = { to: number, kind: "done", what: true };
    const ends = pressed !== "Cancel" && cell !== 1;
    if (ends) setTimeout(() => this.onmessage({ data }));
  }
};
const rest = () => new Promise(done => setTimeout(done, 30));
const { open } = await import("./runner.mjs");
await open("page");
await rest();
for (const run of made.filter(each => each.textContent === "Run")) run.click();
await rest();
made.find(each => each.textContent === pressed).click();
await rest();
console.log(JSON.stringify(log));
process.exit();
"""


@pytest.mark.parametrize(
    ("pressed", "asked"),
    [
        ("Cancel", ["start"]),
        ("Stop", ["start", "run 1", "start"]),
        ("Restart", ["start", "run 1", "start"]),
    ],
)
def test_no_cell_runs_that_has_waited_for_what_was_ended(tmp_path, pressed, asked):
    if not shutil.which("node"):
        pytest.skip("Node.js is not installed")
    for path in LIVE.glob("*.mjs"):
        shutil.copy(path, tmp_path)
    (tmp_path / "editor.mjs").write_text(
        "export function edit() {} export { edit as replace };"
    )
    (tmp_path / "page.mjs").write_text(SCRIPT, "utf-8")
    command = ["node", tmp_path / "page.mjs", pressed]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    assert json.loads(done.stdout) == asked
