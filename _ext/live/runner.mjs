// Makes a page live: its cells, the strip at its foot, and what is kept of the reader's.

import { Cell, makeEditorsNear } from "./cells.mjs";
import { Dock } from "./dock.mjs";
import * as keep from "./keep.mjs";
import { Python } from "./python.mjs";
import { forget } from "./spared.mjs";

const at = name => new URL(name, import.meta.url).href;

// Called once, by the button of the page.
export async function open(page) {
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: at("live.css") });
  document.head.append(sheet);
  const settings = await (await fetch(at("live.json"))).json();
  settings.address = new URL(settings.address, document.baseURI).href;
  settings.wheel = at(settings.wheel);
  const trained = (settings.trained[page] ?? []).map(([name, , integrity]) => [at(name), integrity]);
  new Page(page, settings, trained);
}

class Page {
  // `trained`: the address and the sum of what each long training gave in the book.
  constructor(name, settings, trained) {
    this.name = name;
    this.stops = 0; // how often what runs was ended
    this.kept = keep.read(name);
    this.python = new Python(settings, (kind, what) => this.dock.hear(kind, what));
    this.dock = new Dock(settings, {
      runAll: () => this.runAll(),
      stop: () => this.stop(),
      restart: () => this.restart(),
      cancel: () => this.end(),
      start: () => this.start(),
      exportAll: () => { this.keepNow(); return keep.everything(); },
      importAll: text => { this.keepNow(); keep.takeIn(text); location.reload(); },
      forgetAll: async () => { this.keepNow(); keep.forgetAll(); await forget(); location.reload(); },
    });
    this.makeCells();
    addEventListener("pagehide", () => this.keepNow());
    this.results = new Map(this.cells.filter(cell => cell.trained).map((cell, i) => [cell, trained[i]]));
    this.start();
  }

  makeCells() {
    const boxes = [...document.querySelectorAll("article .cell")].filter(box => box.querySelector(".cell_input pre"));
    this.cells = boxes.map((box, i) => new Cell(box, i + 1, {
      python: this.python,
      run: cell => this.queue(() => this.runWithNeeds(cell)),
      runTo: cell => this.queue(() => this.runThese(this.cells.slice(0, cell.number))),
      train: cell => this.queue(() => this.runWithNeeds(cell, cell)),
      keep: cell => this.keep(cell),
      asks: question => this.asks(question),
    }));
    this.giveBack();
    makeEditorsNear(this.cells);
  }

  // ---- Python

  async start() {
    if (!this.python.started) this.begin();
    try {
      await this.python.start();
      this.dock.ready();
      return true;
    } catch (error) {
      this.dock.failed(error.message);
      return false;
    }
  }

  // A Python that starts knows of no cell.
  begin() {
    for (const cell of this.cells) cell.forget();
    this.dock.starting();
  }

  // Names are asked for between two runs; while a cell runs there is no answer.
  asks(question) {
    return this.python.started && !this.python.waiting.size ? this.python.ask(question) : null;
  }

  // One run after the other; what ends one ends those that wait for it.
  queue(job) {
    const { stops } = this;
    return this.running = (this.running ?? Promise.resolve()).then(() => this.stops === stops && job());
  }

  runAll() {
    return this.queue(() => this.runThese(this.cells));
  }

  // A cell, after those above it that this Python has not run. An exercise, and its
  // solution, are for the reader to run: none of the book's cells needs them.
  async runWithNeeds(cell, trains) {
    if (!await this.start()) return;
    await this.runThese([...this.above(cell).filter(each => !each.ran), cell], trains);
  }

  above(cell) {
    return this.cells.slice(0, cell.number - 1).filter(each => !each.aside);
  }

  // One after the other, up to the first that fails. What a long training gives is the
  // book's, but for the cell that `trains`.
  async runThese(cells, trains) {
    const { stops } = this, isOver = () => this.stops !== stops;
    if (!await this.start()) return;
    for (const cell of cells) {
      this.dock.running(cell.number, this.cells.length);
      const taken = cell !== trains && await this.takeResults(cell, isOver);
      if (isOver()) break;
      const worked = taken || await cell.run(this.python);
      this.note(cell);
      if (worked) continue;
      if (cell !== cells.at(-1)) cells.at(-1).show(`not run, since cell ${cell.number} failed`);
      break;
    }
    await this.start(); // where it was stopped, it starts anew
  }

  // Whether a cell's results could be taken from the book: the code that leads to them
  // must be the book's, and they must be there.
  async takeResults(cell, isOver) {
    const [address, integrity] = this.results.get(cell) ?? [];
    if (!address || cell.text !== cell.book || !this.above(cell).every(each => each.isAsInTheBook)) return false;
    try {
      const answer = await fetch(address, { integrity });
      const content = await answer.arrayBuffer();
      if (!answer.ok || isOver()) return false;
      await cell.takeResults(this.python, content);
      return true;
    } catch {
      return false;
    }
  }

  stop() {
    this.stops += 1;
    if (!this.python.stop()) this.start();
  }

  end() {
    this.stops += 1;
    this.python.end("stopped");
  }

  restart() {
    this.end();
    for (const cell of this.cells) cell.show("");
    return this.start();
  }

  // ---- what is the reader's

  keep(cell) {
    this.kept = keep.read(this.name);
    if (cell.text === cell.book) delete this.kept.cells[cell.number];
    else this.kept.cells[cell.number] = { from: cell.book, text: cell.text };
    this.dock.kept(keep.write(this.name, this.kept));
  }

  // What was typed last, before it has rested.
  keepNow() {
    for (const cell of this.cells) cell.keepNow();
  }

  giveBack() {
    const { cells, old } = keep.placed(this.kept, this.cells.map(cell => cell.book));
    Object.assign(this.kept, { cells, old });
    if (old.length || Object.keys(cells).length) keep.write(this.name, this.kept);
    for (const { exercise } of this.cells)
      if (this.kept.solved.includes(exercise?.id)) exercise.classList.add("live-solved");
    for (const [number, { text }] of Object.entries(this.kept.cells)) this.cells[number - 1].take(text);
    for (const { at, text } of this.kept.old) this.cells[at - 1].offerOld(text, () => this.letGo(text));
  }

  // The reader has decided about a text of an earlier edition.
  letGo(text) {
    this.kept = keep.read(this.name);
    this.kept.old = this.kept.old.filter(each => each.text !== text);
    keep.write(this.name, this.kept);
  }

  // An exercise that is solved once stays so.
  note(cell) {
    if (!cell.solved) return;
    cell.exercise.classList.add("live-solved");
    this.kept = keep.read(this.name);
    this.kept.solved = [...new Set([...this.kept.solved, cell.exercise.id])];
    this.kept.of = this.cells.filter(each => each.exercise).length;
    keep.write(this.name, this.kept);
    dispatchEvent(new Event("kept")); // for the contents
  }
}
