// The worker: Python, and nothing of the page. Each message asks for one thing and has a
// number; what comes back names the number. Files are taken from one place, and each must
// have the sum that the book knows.

let kernel, asked;
const tell = (kind, what) => postMessage({ to: asked, kind, what });

// ---- fetching, counted and checked

function guard(files, address) {
  const plain = globalThis.fetch;
  let step = "";
  globalThis.fetch = async (place, options) => {
    const name = new URL(place.url ?? place, address).pathname.split("/").at(-1);
    if (!(name in files)) throw new Error(`${name} is no file of the book's Python`);
    const [title, , integrity] = files[name];
    if (title !== step) tell("step", step = title);
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

async function start({ address, files, wheel, kernelText, interrupts }) {
  guard(files, address);
  const at = name => new URL(name, address).href;
  const [{ loadPyodide }] = await Promise.all([script(at("pyodide.mjs")), script(at("pyodide.asm.js"))]);
  const python = await loadPyodide({
    indexURL: address, packages: ["numpy", "matplotlib"], stdout() {}, stderr() {}, env: { MPLBACKEND: "agg", HOME: "/home/pyodide" },
  });
  python.unpackArchive(await (await fetch(wheel)).arrayBuffer(), "wheel");
  if (interrupts) python.setInterruptBuffer(interrupts);
  tell("step", "starting");
  const names = python.globals.get("dict")();
  names.set("__name__", "kernel");
  python.runPython(kernelText, { globals: names, filename: "kernel.py" });
  kernel = names.get("Kernel")(tell);
}

const does = {
  start,
  run: ({ code, cell }) => kernel.run(code, cell),
  move: ({ figure, places }) => JSON.parse(kernel.move(figure, places)),
  complete: ({ before }) => JSON.parse(kernel.complete(before)),
  describe: ({ path }) => JSON.parse(kernel.describe(path)),
};

// ---- one thing after the other

let last = Promise.resolve();

async function answer({ number, what, ...rest }) {
  asked = number;
  try {
    tell("done", await does[what](rest));
  } catch (error) {
    tell("failed", String(error?.message ?? error));
  }
}

onmessage = ({ data }) => { last = last.then(() => answer(data)); };
