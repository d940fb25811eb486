// What is the reader's own stays on the reader's machine: edits and solved exercises, page
// by page. A kept cell remembers the book's text that it came from; what is old belongs to
// a text that the book has no more.

const PREFIX = "book:";

const key = page => `${PREFIX}${page}`;

export function read(page) {
  try {
    return cleaned(JSON.parse(localStorage.getItem(key(page))) ?? {});
  } catch {
    return cleaned({});
  }
}

// Where the kept texts belong among the book's cells of today: in the cell that a text
// came from, wherever that stands now; where the book has changed it, beside the new one.
export function placed({ cells, old }, books) {
  const found = {}, beside = old.map(({ at, text }) => ({ at: Math.min(at, books.length), text }));
  for (const [number, { from, text }] of Object.entries(cells)) {
    const at = books[number - 1] === from ? number : books.indexOf(from) + 1;
    if (at) found[at] = { from, text };
    else beside.push({ at: Math.min(number, books.length), text });
  }
  return { cells: found, old: beside };
}

// Returns whether it could be kept: a browser may refuse.
export function write(page, kept) {
  try {
    localStorage.setItem(key(page), JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

export function everything() {
  const pages = {};
  for (const name of Object.keys(localStorage))
    if (name.startsWith(PREFIX)) pages[name.slice(PREFIX.length)] = read(name.slice(PREFIX.length));
  return { format: "the reader's work", version: 1, pages };
}

// Take in what a file holds, all or nothing. Nothing in it runs; what is no text is refused.
export function takeIn(text) {
  const { format, version, pages } = JSON.parse(text) ?? {};
  const found = format === "the reader's work" && version === 1 && allCleaned(pages);
  if (!found) throw new Error("This file was not made by Export.");
  let before = [];
  try {
    before = found.map(([page]) => [key(page), localStorage.getItem(key(page))]);
    if (found.every(([page, kept]) => write(page, kept))) return;
  } catch { /* it may not even be read */ }
  for (const [name] of before) localStorage.removeItem(name); // or there might be no room
  for (const [name, old] of before) if (old !== null) localStorage.setItem(name, old);
  throw new Error("This browser does not keep it.");
}

function allCleaned(pages) {
  try { return Object.entries(object(pages)).map(([page, kept]) => [page, cleaned(kept)]); } catch { return null; }
}

const isText = value => typeof value === "string";

// An object, as it is; a number or a text would seem to hold nothing.
function object(value) {
  if (typeof value !== "object" || Array.isArray(value)) throw new TypeError("no object");
  return value;
}

function cleaned(kept) {
  const { cells = {}, old = [], solved = [], quiz = {}, of = 0 } = object(kept);
  const pairs = Object.entries(object(cells)).filter(([at, cell]) => /^[1-9]\d*$/.test(at) && isText(cell?.from) && isText(cell?.text));
  return {
    cells: Object.fromEntries(pairs.map(([at, { from, text }]) => [at, { from, text }])),
    old: old.filter(each => Number.isInteger(each?.at) && each.at > 0 && isText(each.text)).map(({ at, text }) => ({ at, text })),
    solved: solved.filter(isText),
    quiz: Object.fromEntries(Object.entries(object(quiz)).filter(([, choice]) => Number.isInteger(choice))),
    of: Number.isInteger(of) ? of : 0,
  };
}

export function forgetAll() {
  for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) localStorage.removeItem(name);
}
