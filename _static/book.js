// Mends what the theme leaves undone for a screen reader.
document.addEventListener("DOMContentLoaded", () => {
  // The visible text is already a good name.
  const buttons = "button.search-button-field, button.theme-switch-button";
  for (const button of document.querySelectorAll(buttons)) {
    button.removeAttribute("aria-label");
  }
  for (const entry of document.querySelectorAll("[role=doc-biblioentry]")) {
    entry.setAttribute("role", "listitem");
  }
  // The logo sits outside every landmark.
  const sidebar = document.getElementById("pst-primary-sidebar");
  if (sidebar && sidebar.tagName !== "DIALOG") {
    sidebar.setAttribute("role", "region");
    sidebar.setAttribute("aria-label", "Book sidebar");
  }
});

// What is too wide scrolls, so the keyboard must reach it. Reading a width lays out even
// what is out of sight; it changes when the fonts of the formulas come, when the window
// does, and when a folded part is opened.
const SCROLLING = "div.math, .math.long, .pst-scrollable-table-container";

function reach() {
  const boxes = [...document.querySelectorAll(SCROLLING)];
  const wide = boxes.map(box => box.scrollWidth > box.clientWidth);
  boxes.forEach((box, i) => { box.tabIndex = wide[i] ? 0 : -1; });
}

addEventListener("load", () => {
  let asked;
  const soon = () => { asked ??= setTimeout(() => { asked = null; reach(); }, 100); };
  reach();
  document.fonts.addEventListener("loadingdone", soon);
  addEventListener("resize", soon);
  document.addEventListener("toggle", soon, true);
});
