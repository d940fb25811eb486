// A cell that can be edited and run. It is one of the book's cells with an editor in the
// place of its code, and a row of buttons.

import { edit, replace } from "./editor.mjs";
import { Output, button, element } from "./outputs.mjs";

const DELAY = 400; // milliseconds of rest before an edit is kept

export class Cell {
  // `does`: run(cell), runTo(cell), train(cell), keep(cell), python
  constructor(box, number, does) {
    Object.assign(this, { box, number, does });
    this.input = box.querySelector(".cell_input");
    this.code = this.input.querySelector("[class*=highlight-]");
    this.book = this.code.querySelector("pre").textContent.replace(/\n$/, "");
    this.text = this.book;
    this.output = new Output(box.querySelector(".cell_output") ?? this.makeOutput(), does.python);
    this.trained = box.matches(".tag_trained");
    this.aside = box.matches(".tag_exercise, .tag_solution");
    this.exercise = box.classList.contains("tag_exercise") ? this.findExercise() : null;
    this.forget();
    this.addTools();
  }

  makeOutput() {
    return this.input.parentElement.appendChild(element("div", "cell_output"));
  }

  // The exercise that stands above.
  findExercise() {
    const exercises = [...document.querySelectorAll(".exercise[id]")];
    return exercises.filter(e => e.compareDocumentPosition(this.box) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1);
  }

  addTools() {
    this.tools = element("div", "live-tools");
    this.runs = this.button(this.exercise ? "Check" : "Run", () => this.does.run(this));
    this.button("Run to here", () => this.does.runTo(this));
    if (this.trained) this.button("Train here", () => this.does.train(this));
    this.resets = this.button("Reset", () => this.reset());
    this.resets.hidden = true;
    this.state = this.tools.appendChild(element("span", "live-state"));
    const number = this.tools.appendChild(element("span", "live-number", `cell ${this.number}`));
    number.setAttribute("aria-hidden", "true"); // the buttons say it
    this.input.after(this.tools);
  }

  button(text, act) {
    const made = button(this.tools, text, act);
    made.setAttribute("aria-label", `${text}: cell ${this.number}`);
    return made;
  }

  // ---- the text

  // An editor takes a moment to make, so each comes when its cell comes near.
  makeEditor() {
    if (this.editor) return;
    const place = element("div", "live-editor");
    this.code.hidden = true;
    this.code.after(place);
    this.editor = edit(place, this.text, `Code of cell ${this.number}`, {
      run: () => this.does.run(this),
      change: text => this.change(text),
      complete: before => this.does.asks({ what: "complete", before }),
      describe: path => this.does.asks({ what: "describe", path }),
    });
  }

  change(text) {
    this.text = text;
    this.resets.hidden = text === this.book;
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keepNow(), DELAY);
  }

  keepNow() {
    if (!this.keeping) return;
    clearTimeout(this.keeping);
    this.keeping = null;
    this.does.keep(this);
  }

  // Put a text into the cell, as if it had been typed.
  take(text) {
    this.makeEditor();
    replace(this.editor, text);
  }

  reset() {
    this.take(this.book);
    this.output.reset();
    this.show("");
    this.forget();
  }

  // The book has another text now than the one that the reader changed; `decided` is
  // called when the reader needs the offer no more.
  offerOld(text, decided) {
    const fold = element("details", "live-old fold");
    fold.open = true;
    fold.append(element("summary", "", "Your text; the book has changed this cell since"), element("pre", "", text));
    const choice = (words, act) => button(fold, words, () => { act(); fold.remove(); decided(); });
    choice("Use it", () => this.take(text));
    choice("Forget it", () => {});
    this.tools.after(fold);
  }

  // ---- a run

  // Python knows nothing of this cell.
  forget() {
    this.ranAs = null;
  }

  get ran() {
    return this.ranAs !== null;
  }

  // Whether Python holds what this cell gives in the book.
  get isAsInTheBook() {
    return this.ranAs === this.book && this.text === this.book;
  }

  // In place of a run: take what the cell gave when the book was made.
  async takeResults(python, content) {
    await python.ask({ what: "take", content });
    this.output.reset();
    this.ranAs = this.book;
    this.show("done", "trained when the book was made");
  }

  async run(python) {
    this.output.clear();
    this.show("running");
    this.box.classList.add("live-running");
    let worked = false;
    const code = this.text;
    try {
      worked = await python.ask({ what: "run", code, cell: this.number },
        (kind, what) => this.output.hear(kind, what));
    } catch (error) {
      this.output.hear("error", error.message === "stopped"
        ? "Stopped. Python starts anew: run the cells above again." : error.message);
    }
    this.box.classList.remove("live-running");
    this.ranAs = worked ? code : null;
    this.show(worked ? "done" : "failed");
    if (!this.exercise || this.text === this.book) this.output.compare();
    return worked;
  }

  show(state, words = state) {
    this.state.textContent = words;
    this.box.dataset.live = state;
  }

  get solved() {
    return Boolean(this.exercise) && this.ran && this.output.texts.some(text => /^Right: /m.test(text));
  }
}

// Make the editors of the cells that are in sight or near it.
export function makeEditorsNear(cells) {
  const owners = new Map(cells.map(cell => [cell.code, cell]));
  const watch = new IntersectionObserver(entries => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      owners.get(target).makeEditor();
    }
  }, { rootMargin: "100% 0px" });
  for (const code of owners.keys()) watch.observe(code);
}
