// The strip at the foot of a live page: how far Python is, and what can be done with all
// the cells and with what is the reader's own.

import { button, element } from "./outputs.mjs";

const KEPT = "Your edits stay in this browser, on this machine; nothing is sent.";
const MEGA = 1e6;

export class Dock {
  constructor(settings, does) {
    this.does = does;
    this.whole = Object.values(settings.files).reduce((sum, [, size]) => sum + size, 0);
    this.sizes = {};
    for (const [title, size] of Object.values(settings.files)) this.sizes[title] = (this.sizes[title] ?? 0) + size;
    this.box = document.body.appendChild(element("div", "live-dock"));
    this.box.setAttribute("role", "region");
    this.box.setAttribute("aria-label", "Python in this page");
    this.bar = this.box.appendChild(element("progress", "live-progress"));
    this.bar.max = this.whole;
    this.bar.setAttribute("aria-label", "How much of Python is here");
    this.words = this.box.appendChild(element("span", "live-words"));
    this.words.setAttribute("role", "status");
    this.cancels = button(this.box, "Cancel", does.cancel);
    this.again = button(this.box, "Try again", does.start);
    this.runs = button(this.box, "Run all", does.runAll);
    this.stops = button(this.box, "Stop", does.stop);
    this.restarts = button(this.box, "Restart", does.restart);
    this.addYours();
  }

  only(...shown) {
    for (const each of [this.bar, this.cancels, this.again, this.runs, this.stops, this.restarts])
      each.hidden = !shown.includes(each);
  }

  // ---- what is told of the start

  starting() {
    this.bar.value = 0;
    this.only(this.bar, this.cancels);
    this.words.textContent = `Fetching Python, ${megabytes(this.whole)} in all`;
  }

  hear(kind, what) {
    if (kind === "bytes") this.bar.value += what;
    if (kind !== "step") return;
    this.words.textContent = what === "starting" ? "Starting Python" : `Fetching ${what}, ${megabytes(this.sizes[what])}`;
  }

  ready() {
    this.only(this.runs, this.restarts);
    this.words.replaceChildren("Python is ready.", element("span", "live-keys", " Shift+Enter runs a cell."));
  }

  running(number, count) {
    this.only(this.stops);
    this.words.textContent = `Cell ${number} of ${count} is running`;
  }

  failed(why) {
    this.only(this.again);
    this.words.textContent = why === "stopped" ? "Python was not started."
      : `Python could not be fetched: ${why}. Are you offline? The book's figures move without it.`;
  }

  kept(worked) {
    this.line.textContent = worked ? KEPT : "This browser keeps nothing: your edits end with this page.";
  }

  // ---- what is the reader's own

  addYours() {
    this.yours = this.box.appendChild(element("details", "live-yours"));
    this.yours.append(element("summary", "", "Yours"));
    const inside = this.yours.appendChild(element("div"));
    this.line = inside.appendChild(element("p", "", KEPT));
    button(inside, "Export", () => this.save());
    button(inside, "Import", () => { picker.value = ""; picker.click(); }); // or the same file would do nothing
    button(inside, "Forget all", () => { if (confirm("Forget all edits, answers and solved exercises of this book?")) this.does.forgetAll(); });
    const picker = inside.appendChild(element("input"));
    Object.assign(picker, { type: "file", accept: ".json", hidden: true });
    picker.addEventListener("change", () => this.load(picker.files[0]));
  }

  save() {
    try {
      this.download(JSON.stringify(this.does.exportAll(), null, 1));
    } catch (error) {
      this.line.textContent = `Nothing was exported: ${error.message}`;
    }
  }

  download(text) {
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = "my-work-in-the-book.json";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  async load(file) {
    try {
      this.does.importAll(await file.text());
    } catch (error) {
      this.line.textContent = `Nothing was taken in: ${error.message}`;
    }
  }
}

const megabytes = size => `${(size / MEGA).toFixed(1)} MB`;
