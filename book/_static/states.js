// A slider of a lesson without a kernel: the browser's own range control turns pictures over.
(() => {
  const root = document.documentElement.dataset.content_root || "./";
  let count = 0;

  function line(text, tag, kind) {
    const made = document.createElement(tag);
    made.className = kind;
    made.textContent = text;
    return made;
  }

  // the last figure above the row, of the same cell
  function figureOf(row) {
    const cell = row.closest(".cell_output") || document;
    const above = [...cell.querySelectorAll("figure")].filter(
      (one) => one.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING
    );
    return above.pop();
  }

  function start(row) {
    const { controls, states } = JSON.parse(row.querySelector("script").textContent);
    const figure = figureOf(row);
    if (!figure) return;
    const image = figure.querySelector("img");
    const caption = figure.querySelector("figcaption");
    const typed = figure.parentElement.querySelector("code");
    const said = line("", "p", "rr-said");
    said.setAttribute("role", "status");
    const ranges = [];
    let later = 0;

    function show() {
      let at = 0;
      ranges.forEach((range, i) => (at = at * controls[i].steps.length + Number(range.value)));
      const state = states[at];
      image.src = `${root}_static/states/${state.file}`;
      image.alt = state.alt;
      if (caption) caption.innerHTML = state.caption;
      if (typed) typed.textContent = state.typed;
      // spoken once the slider rests
      clearTimeout(later);
      later = setTimeout(() => (said.textContent = state.alt), 400);
    }

    row.replaceChildren();
    for (const control of controls) {
      const range = document.createElement("input");
      Object.assign(range, { type: "range", min: 0, max: control.steps.length - 1, step: 1 });
      range.value = control.start;
      range.id = `rr-state-${(count += 1)}`;
      const label = line(control.words, "label", "rr-words");
      label.htmlFor = range.id;
      const now = line("", "output", "rr-now");
      now.htmlFor.add(range.id);
      now.setAttribute("aria-live", "off"); // the range says its value itself
      const name = () => {
        const step = control.steps[Number(range.value)];
        now.textContent = step;
        range.setAttribute("aria-valuetext", step);
      };
      range.addEventListener("input", () => {
        name();
        show();
      });
      name();
      ranges.push(range);
      const one = line("", "div", "rr-range");
      one.append(label, range, now);
      row.append(one);
    }
    row.append(said);
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const row of document.querySelectorAll(".rr-states")) start(row);
  });
})();
