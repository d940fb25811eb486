// What a cell shows: texts, figures that move, pictures, errors. All of it is text, but for
// the figures, whose HTML mathlib makes.

import { drive } from "./figures.mjs";

const MOST = 200_000; // characters of what is printed

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function button(box, text, act) {
  const made = box.appendChild(element("button", "", text));
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

export class Output {
  constructor(box, python) {
    this.box = box;
    this.python = python;
    this.book = [...box.childNodes];
    this.said = words(box);
  }

  // The book's own output again.
  reset() {
    this.box.replaceChildren(...this.book);
    this.box.classList.remove("live-differs");
  }

  clear() {
    this.box.replaceChildren();
    this.box.classList.remove("live-differs");
    this.last = null;
  }

  hear(kind, what) {
    if (kind === "text" || kind === "warning") return this.print(kind, what);
    this.last = null;
    if (kind === "figure") return this.figure(what);
    if (kind === "picture") return this.picture(what);
    if (kind === "error") return this.error(what);
    this.box.append(element("pre", `live-${kind}`, what));
  }

  // The marks below a line of code are apart: they mean nothing where it is broken.
  error(text) {
    const shown = this.box.appendChild(element("pre", "live-error"));
    for (const line of text.trimEnd().split("\n"))
      shown.append(element("span", /^ *[\^~]+$/.test(line) ? "live-carets" : "", `${line}\n`));
  }

  print(kind, text) {
    if (this.last?.dataset.kind !== kind) {
      this.last = this.box.appendChild(element("pre", `live-${kind}`, ""));
      this.last.dataset.kind = kind;
    }
    const room = MOST - this.last.textContent.length;
    if (room < 0) return;
    this.last.append(text.length > room ? `${text.slice(0, room)}\n… and more` : text);
  }

  figure(html) {
    const holder = this.box.appendChild(element("div", "live-figure"));
    holder.innerHTML = html;
    drive(holder.firstElementChild, this.python);
  }

  picture(svg) {
    const image = this.box.appendChild(element("img", "live-picture"));
    image.alt = "The picture that this cell draws";
    image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  }

  get texts() {
    return [...this.box.querySelectorAll("pre")].map(part => part.textContent);
  }

  // Say so where the book shows something else.
  compare() {
    this.box.classList.toggle("live-differs", words(this.box) !== this.said);
  }
}

// The words of an output, without the picture and the sliders of a figure. In how many
// pieces they came, and the room between them, does not matter.
function words(box) {
  const parts = [...box.querySelectorAll("pre, figcaption")];
  return parts.map(part => part.textContent).join(" ").split(/\s+/).filter(Boolean).join(" ");
}
