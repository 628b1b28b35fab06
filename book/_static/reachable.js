// Names for what the theme leaves unnamed, so that a screen reader can say what opens.
document.addEventListener("DOMContentLoaded", () => {
  for (const summary of document.querySelectorAll("summary")) {
    if (summary.textContent.trim()) {
      summary.removeAttribute("aria-label"); // its own words say more than "toggle"
      continue;
    }
    const entry = summary.closest("li")?.querySelector("a")?.textContent.trim();
    summary.setAttribute("aria-label", entry ? `Pages of ${entry}` : "More pages");
  }
  // a spoken name must hold the words that are seen on the button
  for (const button of document.querySelectorAll("button.search-button-field")) {
    button.setAttribute("aria-label", button.textContent.replace(/\s+/g, " ").trim());
  }
  // a table that scrolls must be reachable with the keyboard, and be seen to go on
  const tables = () => {
    for (const table of document.querySelectorAll(".bd-article table.table")) {
      const wide = table.scrollWidth > table.clientWidth + 1;
      if (wide) table.setAttribute("tabindex", "0");
      table.classList.toggle("rr-goes-on", wide);
    }
  };
  tables();
  addEventListener("resize", tables);
});
