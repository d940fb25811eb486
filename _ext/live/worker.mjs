// The worker: Python, and nothing of the page. Each message asks for one thing and has a
// number; what comes back names the number. Files are taken from one place, and each must
// have the sum that the book knows.

import { forget, keep, kept } from "./spared.mjs";

let kernel, asked, sums, compiled, library, toPython;
const tell = (kind, what) => postMessage({ to: asked, kind, what });

// ---- fetching, counted and checked

const LIBRARY = "python_stdlib.zip";

function guard(files, address, ours) {
  const plain = globalThis.fetch;
  let step = "";
  globalThis.fetch = async (place, options) => {
    const name = new URL(place.url ?? place, address).pathname.split("/").at(-1);
    if (!(name in files)) throw new Error(`${name} is no file of the book's Python`);
    const [title, size, integrity] = files[name];
    if (title !== step) tell("step", step = title);
    if (name === LIBRARY && ours.length) {
      tell("bytes", size);
      return new Response(ours);
    }
    const answer = await plain(place, { ...options, integrity });
    if (!answer.ok) throw new Error(`${name}: the server answers ${answer.status}`);
    return new Response(counted(answer.body), { headers: answer.headers });
  };
}

function counted(body) {
  let waiting = 0;
  const send = () => { tell("bytes", waiting); waiting = 0; };
  return body.pipeThrough(new TransformStream({
    transform(part, through) {
      through.enqueue(part);
      if ((waiting += part.length) > 2e5) send();
    },
    flush: send,
  }));
}

// A script comes as a blob, once its sum has been found right.
async function script(place) {
  const text = await (await fetch(place)).blob();
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  try { return await import(address); } finally { URL.revokeObjectURL(address); }
}

// ---- starting

async function start({ address, files, wheel, texts, interrupts }) {
  sums = Object.values(files).map(([, , sum]) => sum).join(" ");
  const [codes, ours] = await Promise.all([kept("codes", sums), kept(LIBRARY, sums)]);
  guard(files, address, ours);
  try {
    const at = name => new URL(name, address).href;
    const [{ loadPyodide }] = await Promise.all([script(at("pyodide.mjs")), script(at("pyodide.asm.js"))]);
    const python = await loadPyodide({
      indexURL: address, packages: packages(files, wheel).map(at), stdout() {}, stderr() {}, env: { MPLBACKEND: "agg", HOME: "/home/pyodide" },
    });
    const spared = namesOf(python, texts, "spared.py");
    toPython = value => python.toPy(value);
    compiled = spared.get("Compiled")(toPython(codes));
    library = spared.get("Library")("/lib/python312.zip");
    spared.get("drop_fonts")();
    python.unpackArchive(await (await fetch(wheel)).arrayBuffer(), "wheel");
    if (interrupts) python.setInterruptBuffer(interrupts);
    tell("step", "starting");
    kernel = namesOf(python, texts, "kernel.py").get("Kernel")(tell);
  } catch (error) {
    await forget(); // in case that it was what was kept
    throw error;
  }
}

// What Python loads beside itself: all that is listed but the book's own.
const packages = (files, wheel) =>
  Object.keys(files).filter(name => name.endsWith(".whl") && !wheel.endsWith(`/${name}`));

// The names that a file of the runner's own makes.
function namesOf(python, texts, filename) {
  const globals = python.globals.get("dict")();
  globals.set("__name__", filename.replace(".py", ""));
  python.runPython(texts[filename], { globals, filename });
  return globals;
}

const does = {
  start,
  run: ({ code, cell }) => kernel.run(code, cell),
  take: ({ content }) => kernel.take(toPython(content)),
  move: ({ figure, places }) => JSON.parse(kernel.move(figure, places)),
  complete: ({ before }) => JSON.parse(kernel.complete(before)),
  describe: ({ path }) => JSON.parse(kernel.describe(path)),
};

// ---- one thing after the other; when there is none, what Python compiled is kept

const REST = 1000, BREATH = 20; // milliseconds with nothing to do, before the first step and the others

let last = Promise.resolve(), resting;

async function answer({ number, what, ...rest }) {
  asked = number;
  try {
    tell("done", await does[what](rest));
  } catch (error) {
    tell("failed", String(error?.message ?? error));
  }
}

// One step; returns whether there is another.
async function keepMore() {
  if (!kernel) return false;
  if (library.compile_one()) return true;
  for (const [name, from] of [["codes", compiled], [LIBRARY, library]]) {
    const packed = from.pack(), bytes = packed.toJs();
    packed.destroy();
    await keep(name, sums, bytes);
  }
  return false;
}

function rest(time) {
  resting = setTimeout(() => {
    last = last.then(keepMore).then(more => { if (more) rest(BREATH); }, () => { /* nothing more is kept */ });
  }, time);
}

onmessage = ({ data }) => {
  last = last.then(() => answer(data));
  clearTimeout(resting);
  rest(REST);
};
