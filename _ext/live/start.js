// Before Python runs in a page: the button that starts it, the reader's answers to the
// quiz, and what is done. Nothing is fetched before the click.
"use strict";
{
  const here = document.currentScript.src;
  const nameOf = path => path.split("/").at(-1).replace(/\.html$/, "");
  const page = nameOf(location.pathname);
  const at = name => new URL(name, here).href;
  const key = name => `book:${name}`;

  function read(name) {
    try { return JSON.parse(localStorage.getItem(key(name))) ?? {}; } catch { return {}; }
  }

  // ---- the button

  function hindrance() {
    if (!location.protocol.startsWith("http"))
      return "Python runs in pages that come from a server. With the project on your machine, run “make live”; or serve this folder: python -m http.server";
    if (!("WebAssembly" in self && "TransformStream" in self && "structuredClone" in self))
      return "This browser is too old to run Python. A newer one does, or “make live” on your machine.";
  }

  async function run(button, said) {
    const why = hindrance();
    if (why) return said(why);
    button.disabled = true;
    try {
      const { open } = await import(at("runner.mjs"));
      await open(page);
      button.hidden = true;
      document.querySelector(".live-note")?.remove();
    } catch (error) {
      button.disabled = false;
      said(`What runs the page could not be loaded (${error.message}). Are you offline?`);
    }
  }

  function note(text) {
    let box = document.querySelector(".live-note");
    if (!box) {
      box = document.createElement("p");
      box.className = "live-note";
      box.setAttribute("role", "status");
      document.querySelector("main").before(box);
    }
    box.textContent = text;
  }

  // ---- the notebook, with a first cell that installs what it needs

  const installing = wheel => ({
    cell_type: "code", id: "install", metadata: {}, execution_count: null, outputs: [],
    source: `# Installs the book's package, and what it draws with, where there is none.\ntry:\n    from mathlib import vectors\nexcept ImportError:\n    %pip install --quiet "${wheel.split("/").at(-1).split("-")[0]}[explore] @ ${wheel}"`,
  });

  async function download(link) {
    const [notebook, { wheel }] = await Promise.all(
      [link.href, at("live.json")].map(async place => (await fetch(place)).json()));
    notebook.cells.unshift(installing(at(wheel)));
    const file = document.createElement("a");
    file.href = URL.createObjectURL(new Blob([JSON.stringify(notebook, null, 1)], { type: "application/json" }));
    file.download = link.href.split("/").at(-1);
    file.click();
    URL.revokeObjectURL(file.href);
  }

  // From the disk a page can read no other file: there the notebook comes as it is.
  function addInstalling(link) {
    link.addEventListener("click", event => {
      if (!location.protocol.startsWith("http")) return;
      event.preventDefault();
      download(link).catch(() => { location.href = link.href; });
    });
  }

  // ---- the quiz: the choice that was opened last is opened again

  function keepQuiz() {
    const quizzes = [...document.querySelectorAll(".quiz[id]")];
    const { quiz = {} } = read(page);
    for (const each of quizzes) {
      const choices = [...each.querySelectorAll("details.quiz-choice")];
      if (choices[quiz[each.id]]) choices[quiz[each.id]].open = true;
      each.addEventListener("toggle", event => {
        const chosen = choices.indexOf(event.target); // -1: a fold inside a feedback
        if (chosen < 0 || !event.target.open) return;
        const kept = read(page);
        kept.quiz = { ...kept.quiz, [each.id]: chosen };
        try { localStorage.setItem(key(page), JSON.stringify(kept)); } catch { /* kept nowhere */ }
      }, true);
    }
  }

  // ---- what is done, beside the lessons and on the map

  function markDone() {
    for (const link of document.querySelectorAll(".lessons a, .lesson-map a")) {
      const address = new URL(link.href.baseVal ?? link.href, location);
      const { solved = [], of } = read(nameOf(address.pathname));
      if (!solved.length) continue;
      link.dataset.done = `✓ ${solved.length} of ${of || "?"}`;
      link.about ??= link.getAttribute("aria-description") ?? "";
      link.setAttribute("aria-description", `${link.about} ${solved.length} of ${of || "?"} exercises solved`.trim());
      if (link.ownerSVGElement) markBox(link);
    }
  }

  // On the upper edge of a lesson's box, at its right end.
  function markBox(link) {
    const { x, y, width } = link.querySelector("rect").getBBox();
    link.querySelector(".done")?.remove();
    const mark = document.createElementNS(link.namespaceURI, "text");
    mark.setAttribute("class", "done");
    mark.setAttribute("x", x + width - 8);
    mark.setAttribute("y", y + 4);
    mark.textContent = link.dataset.done;
    mark.setAttribute("aria-hidden", "true");
    link.append(mark);
  }

  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("button.run");
    button?.addEventListener("click", () => run(button, note));
    const notebook = document.querySelector("a.tool[download]");
    if (notebook) addInstalling(notebook);
    keepQuiz();
    markDone();
    addEventListener("kept", markDone);
  });
}
