// What a page does beside its figures: light and dark, the list of lessons on a phone, the
// section one reads, copying, and what is too wide within reach of the keyboard.
"use strict";
{
  const root = document.documentElement;
  const one = selector => document.querySelector(selector);
  const all = selector => [...document.querySelectorAll(selector)];

  // ---- light and dark: as the system has it, until the reader says otherwise

  const dark = matchMedia("(prefers-color-scheme: dark)");
  let asked;
  try { asked = localStorage.getItem("mode"); } catch { asked = null; }

  function show(mode) {
    root.dataset.theme = mode;
    try { localStorage.setItem("mode", asked = mode); } catch { asked = mode; }
  }

  dark.addEventListener("change", () => {
    if (!asked) root.dataset.theme = dark.matches ? "dark" : "light";
  });

  // ---- the list of lessons, where there is no room for it

  function drawer(button, list) {
    const open = wanted => {
      list.classList.toggle("open", wanted);
      button.setAttribute("aria-expanded", wanted);
    };
    button.addEventListener("click", () => open(!list.classList.contains("open")));
    addEventListener("keydown", event => {
      if (event.key !== "Escape" || !list.classList.contains("open")) return;
      open(false);
      button.focus();
    });
    addEventListener("pointerdown", event => {
      if (!list.contains(event.target) && !button.contains(event.target)) open(false);
    });
  }

  // The list alone scrolls: scrollIntoView would have the first Tab begin at the link.
  function showCurrent(list) {
    const current = list.querySelector("a.current");
    const below = e => e.getBoundingClientRect().bottom;
    if (current) list.scrollTop += Math.max(0, below(current) - below(list));
  }

  // ---- the section one reads

  function follow(list) {
    const links = new Map([...list.querySelectorAll("a")].map(a => [a.hash.slice(1), a]));
    const seen = new Set();
    const watch = new IntersectionObserver(entries => {
      for (const { target, isIntersecting } of entries)
        seen[isIntersecting ? "add" : "delete"](target.id);
      const now = [...links.keys()].filter(id => seen.has(id)).at(-1);
      for (const [id, link] of links)
        if (id === now) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
    }, { rootMargin: "-20% 0px -75%" });
    for (const id of links.keys()) {
      const section = document.getElementById(id);
      if (section) watch.observe(section);
    }
  }

  // ---- copying: what one types, without prompts and without what the computer said

  const PROMPT = /^(>>> ?|\.\.\. ?|\$ )/;

  function typed(text) {
    const lines = text.replace(/\n$/, "").split("\n");
    const asked = lines.filter(line => PROMPT.test(line));
    return (asked.length ? asked.map(line => line.replace(PROMPT, "")) : lines).join("\n");
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.body.appendChild(document.createElement("textarea"));
      field.value = text;
      field.select();
      document.execCommand("copy");
      field.remove();
    }
  }

  function addCopying(block) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.setAttribute("aria-label", "Copy the code");
    button.addEventListener("click", async () => {
      await copy(typed(block.querySelector("pre").textContent));
      button.classList.add("done");
      setTimeout(() => button.classList.remove("done"), 2000);
    });
    block.append(button);
  }

  // ---- what is too wide scrolls, so the keyboard must reach it

  function reach() {
    const boxes = all("div.math, .math.long, .table-box, pre");
    const wide = boxes.map(box => box.scrollWidth > box.clientWidth);
    boxes.forEach((box, i) => {
      if (wide[i]) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }

  function keepInReach() {
    let waiting;
    const soon = () => { waiting ??= setTimeout(() => { waiting = null; reach(); }, 100); };
    soon();
    document.fonts.addEventListener("loadingdone", soon);
    addEventListener("resize", soon);
    document.addEventListener("toggle", soon, true);
  }

  // ---- a link into something folded opens it

  function named() {
    try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; }
  }

  function unfold() {
    const id = named();
    const target = document.getElementById(id);
    const folds = [];
    for (let d = target?.closest("details"); d; d = d.parentElement.closest("details"))
      if (!d.open) folds.push(d);
    for (const fold of folds) fold.open = true;
    if (folds.length) target.scrollIntoView();
  }

  // ---- a link to what stands on another page now leads there

  const MOVED = new URL("moved.js", document.currentScript.src);

  function onPage(name) {
    const figure = name.split(":")[0];
    return document.getElementById(name)
      || all("figure.explore").some(each => each.dataset.name === figure);
  }

  function goWhereItStands(table) {
    const [name, setting] = named().split(/:(.*)/s);
    const page = location.pathname.split("/").at(-1).replace(/\.html$/, "");
    const figure = setting === undefined ? "" : ":";
    const place = table[`${page}#${name}${figure}`];
    const rest = place?.endsWith(":") ? setting : "";
    if (place) location.replace(new URL(place + rest, location.href));
  }

  function lookElsewhere() {
    if (!named() || onPage(named())) return;
    window.bookMoved = goWhereItStands;
    const script = document.createElement("script");
    script.src = MOVED;
    document.head.append(script);
  }

  // ---- a mistake is reported with the page's address and the figure's setting

  function addReport(link) {
    link.addEventListener("click", () => {
      const address = new URL(link.href);
      address.searchParams.set("page", location.href.split("#")[0]);
      if (location.hash.includes(":")) address.searchParams.set("setting", location.hash);
      link.href = address;
    });
  }

  addEventListener("DOMContentLoaded", () => {
    one("button.look").addEventListener("click", () =>
      show(root.dataset.theme === "dark" ? "light" : "dark"));
    drawer(one("button.menu"), one(".lessons"));
    showCurrent(one(".lessons"));
    const list = one(".onpage");
    if (list) follow(list);
    const report = one("a.report");
    if (report) addReport(report);
    for (const block of all(".cell_input div.highlight, [class*=highlight-]:not(.output) > div.highlight"))
      addCopying(block);
    unfold();
    lookElsewhere();
  });
  addEventListener("hashchange", () => { unfold(); lookElsewhere(); });
  addEventListener("load", keepInReach);
  addEventListener("keydown", event => {
    if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const field = one(".bar input");
    if (field.checkVisibility()) field.focus();
    else location.href = one(".find").href;
  });
}
