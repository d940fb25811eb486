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

// What is too wide scrolls, so the keyboard must reach it; formulas grow late.
const SCROLLING = "mjx-container[display=true], .pst-scrollable-table-container";

function reach(box) {
  box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1;
}

addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  const resized = new ResizeObserver(entries => entries.forEach(e => reach(e.target)));
  for (const box of document.querySelectorAll(SCROLLING)) {
    reach(box);
    resized.observe(box);
  }
});
