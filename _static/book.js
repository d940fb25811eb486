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

// A formula that is too wide scrolls, so the keyboard must reach it.
addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  const reach = ({ target }) => {
    if (target.scrollWidth > target.clientWidth) target.setAttribute("tabindex", "0");
    else target.removeAttribute("tabindex");
  };
  const resized = new ResizeObserver(entries => entries.forEach(reach));
  for (const formula of document.querySelectorAll("mjx-container[display=true]")) {
    resized.observe(formula);
  }
});
