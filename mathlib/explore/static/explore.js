// Moves a figure.explore to the setting of its sliders. Every setting was drawn by
// Python when the book was built; page.py says what the table in the figure means.
"use strict";
{
  const REST = 500; // milliseconds until a slider that rests is spoken of
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  class Explorer {
    constructor(figure) {
      this.figure = figure;
      figure.explorer = this; // in a page that runs, figures of another kind extend it
      this.sliders = [...figure.querySelectorAll("input[type=range]")];
      this.panel = figure.querySelector("svg");
      this.caption = figure.querySelector("figcaption");
      this.status = figure.querySelector(".explore-status");
      this.buttons = {};
      for (const b of figure.querySelectorAll("[data-does]")) this.buttons[b.dataset.does] = b;
      if (this.sliders.length) this.enable();
    }

    enable() {
      const { play, reset, link } = this.buttons;
      for (const slider of this.sliders) {
        slider.disabled = false;
        slider.addEventListener("input", () => this.change());
        slider.addEventListener("pointerdown", () => rest(this.figure));
      }
      reset.parentElement.hidden = false;
      reset.addEventListener("click", () => this.change(this.sliders.map(s => s.defaultValue)));
      link.addEventListener("click", () => this.link());
      play?.addEventListener("click", () => this.press());
      this.rename();
      this.figure.addEventListener("pointerenter", () => this.load());
      this.figure.addEventListener("focusin", () => this.load());
      if ("handle" in this.figure.dataset) this.addHandles();
      this.restore();
    }

    // Read the table, once, when the reader comes near.
    load() {
      if (this.data) return this.data;
      this.data = JSON.parse(this.figure.querySelector("script").textContent);
      const elements = { "-1": this.caption };
      for (const e of this.figure.querySelectorAll("[data-x]")) elements[e.dataset.x] = e;
      const columns = this.data.columns.map(unpack);
      this.patches = this.data.slots.map(([number, attribute, column]) =>
        ({ element: elements[number], attribute, shown: null, column: columns[column] }));
      return this.data;
    }

    // ---- one setting

    // The number of the setting: the last slider counts fastest, as in Python.
    at() {
      const { values } = this.load();
      return this.sliders.reduce((sum, s, i) => sum * values[i].length + Number(s.value), 0);
    }

    show() {
      this.moved = true;
      const at = this.at();
      for (const patch of this.patches) {
        const value = patch.column(at);
        if (value !== patch.shown) write(patch, value);
        patch.shown = value;
      }
      this.sliders.forEach((slider, i) => say(slider, this.data.texts[i][slider.value]));
      this.placeHandles?.();
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.speak(this.caption.textContent), REST);
    }

    // What the reader does stops the play.
    change(stops = []) {
      this.pause();
      stops.forEach((stop, i) => { if (stop !== null) this.sliders[i].value = stop; });
      this.show();
    }

    // The browser may have put the sliders back to where they were, or to their start.
    restore() {
      if (this.moved || this.sliders.some(s => s.value !== s.defaultValue)) this.show();
    }

    speak(text) {
      this.status.textContent = text;
    }

    // ---- play

    get played() {
      return this.sliders.find(s => "plays" in s.dataset);
    }

    press() {
      if (this.playing) return this.pause();
      const slider = this.played;
      if (slider.value === slider.max) slider.value = -1; // wraps to the first stop
      else if (calm.matches) slider.stepUp(stop(slider));
      else this.step();
      this.show();
      if (calm.matches) return;
      const pace = Math.min(12, Math.max(2, slider.max / 6)); // stops in a second
      this.playing = setInterval(() => this.step(), 1000 / pace);
      this.rename();
    }

    step() {
      const slider = this.played;
      slider.stepUp(stop(slider));
      this.show();
      if (slider.value === slider.max) this.pause();
    }

    pause() {
      clearInterval(this.playing);
      this.playing = null;
      this.rename();
    }

    rename() {
      const name = calm.matches ? "Next" : this.playing ? "Pause" : "Play";
      if (this.buttons.play && this.buttons.play.textContent !== name)
        this.buttons.play.textContent = name;
    }

    // ---- handles to drag in the first panel

    addHandles() {
      const { points, handles } = this.load();
      const placers = handles.map((names, i) => this.addHandle(names, points[i]));
      this.placeHandles = () => placers.forEach(place => place());
      this.placeHandles();
    }

    // Returns what puts the handle where the sliders want it.
    addHandle(names, points) {
      const moved = names.map(name => this.sliders.findIndex(s => s.name === name));
      const counts = moved.map(i => this.data.values[i].length);
      const grip = this.panel.appendChild(svg("g", { class: "explore-handle" }));
      grip.append(svg("circle", { class: "grip", r: 180 }), svg("circle", { class: "ring", r: 90 }));
      const placed = () => {
        const at = moved.reduce((sum, i, k) => sum * counts[k] + Math.round(this.sliders[i].value), 0);
        grip.setAttribute("transform", `translate(${points[at]})`);
      };
      const drag = event => {
        const at = nearest(points, place(this.panel, event));
        const last = counts.at(-1);
        const stops = moved.length > 1 ? [Math.floor(at / last), at % last] : [at];
        this.change(this.sliders.map((_, i) => stops[moved.indexOf(i)] ?? null));
      };
      grip.addEventListener("pointerdown", event => {
        event.preventDefault();
        grip.setPointerCapture(event.pointerId);
        rest(this.figure);
      });
      grip.addEventListener("pointermove", event => {
        if (grip.hasPointerCapture(event.pointerId)) drag(event);
      });
      return placed;
    }

    // ---- the setting in the address: #name:rate=0.2,start=1

    link() {
      this.pause();
      const { values } = this.load();
      const pairs = this.sliders.map((s, i) =>
        `${encodeURIComponent(s.name)}=${encodeURIComponent(values[i][s.value])}`);
      const address = new URL(`#${this.figure.dataset.name}:${pairs}`, location.href).href;
      history.replaceState(history.state, "", address);
      const said = text => {
        clearTimeout(this.resting);
        this.flash(text);
        this.speak(text);
      };
      if (!navigator.clipboard) return said("The link is in the address bar");
      navigator.clipboard.writeText(address).then(
        () => said("Link copied"), () => said("The link is in the address bar"));
    }

    flash(text) {
      const { link } = this.buttons;
      link.dataset.name ??= link.textContent;
      link.textContent = text;
      clearTimeout(this.flashing);
      this.flashing = setTimeout(() => { link.textContent = link.dataset.name; }, 2500);
    }

    // Go to the stops nearest to what the address asks for; skip what makes no sense.
    follow(asked) {
      const { values } = this.load();
      this.change(this.sliders.map((slider, i) =>
        Object.hasOwn(asked, slider.name) ? stopOf(values[i], asked[slider.name]) : null));
      for (let d = this.figure.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
      this.figure.scrollIntoView({ block: "center" });
    }
  }

  // ---- the table

  // A column lists each value once and, unless every setting has its own, their numbers.
  const unpack = ([values, numbers]) => at => values[numbers ? numbers[at] : at];

  function write({ element, attribute }, value) {
    if (element.localName === "figcaption") retype(element, value);
    else if (attribute === "d") element.setAttribute("d", path(value));
    else if (attribute === "dots") element.setAttribute("d", dots(path(value)));
    else if (attribute) element.setAttribute(attribute, value);
    else element.innerHTML = value;
  }

  // A line comes as its x, a comma, its y; one that is out of sight comes as nothing.
  function path(text) {
    if (text === "" || text.startsWith("m")) return text;
    const [xs, ys] = text.split(",").map(part => part.match(/-?\d+/g));
    return `m${xs.map((x, i) => `${x} ${ys[i]}`).join(" ")}`.replaceAll(" -", "-");
  }

  // A line's corners, as round strokes of no length.
  const dots = line => line.replace(/m? ?(-?\d+) ?(-?\d+)/g, "m$1 $2h0");

  // How many of a slider's own steps lead to its next stop.
  const stop = slider => Math.round(1 / (Number(slider.step) || 1));

  // New text in the old node: a new node would have the page's :has() rules tried again.
  function retype(element, text) {
    if (element.firstChild) element.firstChild.data = text;
    else element.textContent = text;
  }

  function say(slider, text) {
    const shown = slider.nextElementSibling;
    if (shown.textContent === text) return;
    retype(shown, text);
    slider.setAttribute("aria-valuetext", text);
  }

  // ---- the page around

  // While something is dragged, the sections out of sight rest: they keep their place and
  // their height but cost no frame. What moves the page wakes them.
  function rest(figure) {
    const resting = [...document.querySelectorAll("section > section")]
      .filter(section => !section.contains(figure))
      .map(section => ({ section, box: section.getBoundingClientRect() }))
      .filter(({ box }) => box.bottom < 0 || box.top > innerHeight);
    for (const { section: { style }, box } of resting) {
      style.containIntrinsicBlockSize = `${box.height}px`;
      style.contentVisibility = "hidden";
    }
    const awake = new AbortController();
    const wake = () => {
      awake.abort();
      for (const { section: { style } } of resting)
        style.contentVisibility = style.containIntrinsicBlockSize = "";
    };
    for (const event of ["pointerup", "pointercancel", "scroll", "resize"])
      addEventListener(event, wake, { capture: true, signal: awake.signal });
  }

  // ---- places

  function svg(tag, attributes) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  const place = (panel, event) =>
    new DOMPoint(event.clientX, event.clientY).matrixTransform(panel.getScreenCTM().inverse());

  const least = list => list.reduce((best, x, i) => (x < list[best] ? i : best), 0);
  const nearest = (points, { x, y }) => least(points.map(([px, py]) => Math.hypot(px - x, py - y)));

  // ---- addresses

  function decode(text) {
    try { return decodeURIComponent(text); } catch { return ""; }
  }

  function stopOf(values, text) {
    const exact = values.findIndex(value => String(value) === text);
    if (exact >= 0) return exact;
    const number = text.trim() === "" ? NaN : Number(text);
    const distances = values.map(value => (typeof value === "number" ? Math.abs(value - number) : NaN));
    return distances.every(Number.isFinite) ? least(distances) : null;
  }

  function followAddress(explorers) {
    const [name, rest] = location.hash.slice(1).split(/:(.*)/s);
    const explorer = explorers.find(e => e.figure.dataset.name === decode(name));
    if (!explorer?.sliders.length || rest === undefined) return;
    const pairs = rest.split(",").map(pair => pair.split("=").map(decode));
    explorer.follow(Object.fromEntries(pairs.filter(pair => pair.length === 2)));
  }

  function start() {
    const explorers = [...document.querySelectorAll("figure.explore")].map(f => new Explorer(f));
    followAddress(explorers);
    addEventListener("hashchange", () => followAddress(explorers));
    addEventListener("pageshow", () => explorers.forEach(e => e.restore()));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
