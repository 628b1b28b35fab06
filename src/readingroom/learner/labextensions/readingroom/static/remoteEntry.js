/* Answer with the mouse. Written by hand, so that nothing has to be built: JupyterLab loads a
 * "federated extension" as an object with init() and get(), which this file is.
 *
 * The answer stays a literal in the answer cell. A click writes it there, runs the cell and its
 * check, and repeats the check's reply beside the question. What is typed into the cell by hand
 * works as before. Nothing here knows which answer is right.
 */
"use strict";
(() => {
  const CHECK = /\brr\.(?:check|look|judge)\(\s*["']([a-z0-9-]+)["']/;
  const ANSWER = "application/vnd.readingroom.answer+json";
  const LESSON = "application/vnd.readingroom.lesson+json";
  const STYLE = `
.rr-option{cursor:pointer;border:1px solid transparent;border-radius:4px;padding:.15em .5em}
.rr-option:hover{background:#eef4fb;border-color:#1f5a99;color:#0d2b4b}
.rr-option:focus-visible,.rr-film:focus-visible,.rr-draw:focus-visible{outline:3px solid #D55E00;outline-offset:1px}
.rr-option[aria-checked=true]{background:#dceafa;border-color:#1f5a99;color:#0d2b4b;font-weight:600}
.rr-ask{margin:.5em 0;display:flex;gap:.6em;align-items:center;flex-wrap:wrap}
.rr-ask input[type=text]{font:inherit;padding:.25em .5em;min-width:14em;max-width:100%}
.rr-button{font:inherit;padding:.3em 1em;border:1px solid #1f5a99;background:#1f5a99;color:#fff;border-radius:4px;cursor:pointer}
.rr-button:focus-visible{outline:3px solid #D55E00;outline-offset:1px}
.rr-button[disabled]{opacity:.5;cursor:default}
.rr-part{margin-left:calc(var(--jp-cell-prompt-width) + var(--jp-cell-collapser-width) + 6px)}
.rr-reply{margin:.4em 0}
.rr-plate{position:relative;display:inline-block;max-width:100%}
.rr-plate img{display:block}
.rr-film{position:absolute;background:transparent;border:2px solid transparent;padding:0;cursor:pointer;border-radius:2px}
.rr-film:hover{border-color:#56B4E9}
.rr-film[aria-pressed=true]{border-color:#D55E00;box-shadow:inset 0 0 0 2px #D55E00}
.rr-film[aria-pressed=true]::after{content:"✓";position:absolute;right:2px;top:0;color:#fff;background:#D55E00;font-weight:700;padding:0 .25em;border-radius:2px}
.rr-draw{position:absolute;cursor:crosshair;touch-action:none}
.rr-box{position:absolute;border:2px solid #D55E00;box-shadow:0 0 0 1px #000;pointer-events:none}
.rr-bar{display:flex;gap:.8em;align-items:center;padding:.25em .6em}
`;

  let scope = null;

  /** The newest shared copy of one of JupyterLab's own packages. */
  async function shared(name) {
    const versions = scope[name];
    const newest = Object.keys(versions).sort((a, b) => a.localeCompare(b, undefined, { numeric: true })).pop();
    return (await versions[newest].get())();
  }

  const isCode = (cell) => cell.model.type === "code";
  const sourceOf = (cell) => cell.model.sharedModel.getSource();

  /** Every exercise of a notebook: its question, figure, answer and check cells, in order. */
  function exercises(notebook) {
    const cells = notebook.widgets;
    const found = [];
    cells.forEach((cell, at) => {
      const named = isCode(cell) && CHECK.exec(sourceOf(cell));
      if (!named) return;
      let answer = cells.findIndex((other) => isCode(other) && other.model.id === named[1]);
      if (answer < 0) answer = at - 1;
      while (answer > 0 && !isCode(cells[answer])) answer -= 1;
      if (answer < 0 || CHECK.test(sourceOf(cells[answer]))) return;
      const earlier = found.length ? found[found.length - 1].at : -1;
      let question = answer;
      while (question > earlier + 1 && cells[question].model.type !== "markdown") question -= 1;
      found.push({ slug: named[1], at, check: cell, answer: cells[answer], question: cells[question],
                   between: cells.slice(question + 1, answer) });
    });
    return found;
  }

  /** What stands on the right of the first assignment of an answer cell; null where it has none. */
  function assignment(text) {
    const match = /^([ \t]*)([A-Za-z_][\w, ]*?)[ \t]*=(?!=)[ \t]*([\s\S]*?)\s*$/m.exec(text);
    return match && { indent: match[1], names: match[2], value: match[3], start: match.index };
  }

  function literalOf(exercise) {
    const held = assignment(sourceOf(exercise.answer));
    return held && !held.value.includes("...") ? held.value : "";
  }

  const isOpen = (exercise) => sourceOf(exercise.answer).includes("...");

  /** The newest output of one kind in a cell. */
  function output(cell, mime) {
    const outputs = cell.model.outputs;
    for (let i = outputs.length - 1; i >= 0; i -= 1) {
      const data = outputs.get(i).data;
      if (mime in data) return data;
    }
    return null;
  }

  function plugin(tools) {
    const { NotebookActions } = tools;

    /** Run some cells of a notebook; false where a cell stopped. */
    const run = (panel, cells) => NotebookActions.runCells(panel.content, cells, panel.sessionContext);

    /** Write a literal into the answer cell, run it and its check, show the reply at the question. */
    async function answer(panel, exercise, literal) {
      const text = sourceOf(exercise.answer);
      const held = assignment(text);
      if (!held) return;
      const before = text.slice(0, held.start);
      exercise.answer.model.sharedModel.setSource(`${before}${held.indent}${held.names} = ${literal}\n`);
      const place = panelOf(exercise);
      place.reply.textContent = "Checking …";
      await run(panel, [exercise.answer, exercise.check]);
      showReply(exercise);
      progress(panel);
    }

    /** The course's part of a question: made once, below the question's text. */
    function panelOf(exercise) {
      const host = exercise.question.node;
      let part = host.querySelector(":scope > .rr-part");
      if (!part) {
        part = document.createElement("div");
        part.className = "rr-part jp-RenderedHTMLCommon";
        part.innerHTML = '<div class="rr-tools"></div><div class="rr-reply" aria-live="polite"></div>';
        host.appendChild(part);
      }
      part.tools = part.querySelector(".rr-tools");
      part.reply = part.querySelector(".rr-reply");
      return part;
    }

    function showReply(exercise) {
      const data = output(exercise.check, ANSWER) || output(exercise.check, "text/html");
      const place = panelOf(exercise).reply;
      const html = data && data["text/html"];
      place.innerHTML = html ? String(html) : "";
    }

    /** Make a group of list items work as radio buttons, by mouse and by keyboard. */
    function radios(items, label, values, chosen, choose) {
      const list = items[0].parentElement;
      list.setAttribute("role", "radiogroup");
      list.setAttribute("aria-label", label);
      const mark = (value) => items.forEach((item, i) => {
        item.setAttribute("aria-checked", String(values[i] === value));
        item.tabIndex = values[i] === value || (!values.includes(value) && i === 0) ? 0 : -1;
      });
      items.forEach((item, i) => {
        item.classList.add("rr-option");
        item.setAttribute("role", "radio");
        item.addEventListener("click", () => { mark(values[i]); choose(values[i]); });
        item.addEventListener("keydown", (event) => {
          const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
          if (event.key === " " || event.key === "Enter") { mark(values[i]); choose(values[i]); }
          else if (step) items[(i + step + items.length) % items.length].focus();
          else return;
          event.preventDefault();
          event.stopPropagation();
        });
      });
      mark(chosen);
    }

    /** Sentences with a letter, and the numbered reasons below them: click one of each. */
    function choice(panel, exercise, page) {
      const lettered = [...page.querySelectorAll("li")].filter((item) => {
        const first = item.querySelector("strong");
        return first && /^[A-Z]$/.test(first.textContent) && item.textContent.trim().startsWith(first.textContent);
      });
      if (lettered.length < 2 || lettered[0].dataset.rr === exercise.slug) return lettered.length > 1;
      const letters = lettered.map((item) => item.querySelector("strong").textContent);
      const reasons = [...page.querySelectorAll("ol")].pop();
      const numbered = reasons && lettered[0].compareDocumentPosition(reasons) & Node.DOCUMENT_POSITION_FOLLOWING
        ? [...reasons.children] : [];
      const held = /["']([A-Za-z])["'](?:\s*,\s*(\d+))?/.exec(literalOf(exercise)) || [];
      const state = { letter: (held[1] || "").toUpperCase(), reason: held[2] ? Number(held[2]) : 0 };
      const done = () => {
        if (!numbered.length && state.letter) answer(panel, exercise, `"${state.letter}"`);
        else if (state.letter && state.reason) answer(panel, exercise, `"${state.letter}", ${state.reason}`);
        else panelOf(exercise).reply.textContent = state.letter ? "Now click the reason." : "Now click the sentence.";
      };
      radios(lettered, "The sentences", letters, state.letter, (value) => { state.letter = value; done(); });
      if (numbered.length) {
        radios(numbered, "The reasons", numbered.map((_, i) => i + 1), state.reason,
               (value) => { state.reason = value; done(); });
      }
      lettered[0].dataset.rr = exercise.slug;
      return true;
    }

    /** A line to type into, for numbers and words: no cell has to be found or run. */
    function line(panel, exercise) {
      const part = panelOf(exercise);
      if (part.tools.childElementCount) return;
      const held = assignment(sourceOf(exercise.answer));
      if (!held || held.indent || /\n/.test(held.value)) return;
      const names = held.names.replace(/\s+/g, " ");
      part.tools.innerHTML = '<form class="rr-ask"><label>Your answer: <code></code> = '
        + '<input type="text" autocomplete="off" spellcheck="false"></label>'
        + '<button class="rr-button" type="submit">Check</button></form>';
      part.tools.querySelector("code").textContent = names;
      const field = part.tools.querySelector("input");
      field.value = literalOf(exercise);
      field.placeholder = "as the page says after “Type”";
      field.addEventListener("keydown", (event) => event.stopPropagation());
      part.tools.querySelector("form").addEventListener("submit", (event) => {
        event.preventDefault();
        event.stopPropagation();
        if (field.value.trim()) answer(panel, exercise, field.value.trim());
      });
    }

    /** Films of a figure become buttons; those pressed are the answer. */
    function films(panel, exercise, figure) {
      if (figure.dataset.rrReady) return;
      figure.dataset.rrReady = exercise.slug;
      const places = JSON.parse(figure.dataset.rrFilms);
      const plate = plateOf(figure);
      const pressed = new Set((literalOf(exercise).match(/\d+/g) || []).map(Number));
      places.forEach(([left, top, width, height], i) => {
        const button = document.createElement("button");
        button.className = "rr-film";
        button.type = "button";
        Object.assign(button.style, { left: `${left * 100}%`, top: `${top * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` });
        button.setAttribute("aria-label", `film ${i}`);
        button.setAttribute("aria-pressed", String(pressed.has(i)));
        button.addEventListener("click", () => {
          if (!pressed.delete(i)) pressed.add(i);
          button.setAttribute("aria-pressed", String(pressed.has(i)));
          const chosen = [...pressed].sort((a, b) => a - b);
          field.value = chosen.length ? `{${chosen.join(", ")}}` : "set()";
        });
        button.addEventListener("keydown", (event) => event.stopPropagation());
        plate.appendChild(button);
      });
      line(panel, exercise);
      const field = panelOf(exercise).tools.querySelector("input") || {};
      const check = document.createElement("button");
      check.className = "rr-button";
      check.type = "button";
      check.textContent = "Check the films clicked";
      check.addEventListener("click", () => answer(panel, exercise, field.value || "set()"));
      figure.appendChild(check);
    }

    function plateOf(figure) {
      const plate = document.createElement("div");
      plate.className = "rr-plate";
      const image = figure.querySelector("img");
      image.replaceWith(plate);
      plate.appendChild(image);
      return plate;
    }

    /** A rectangle drawn on each film, in that film's own rows and columns. */
    function boxes(panel, exercise, figure) {
      if (figure.dataset.rrReady) return;
      figure.dataset.rrReady = exercise.slug;
      const places = JSON.parse(figure.dataset.rrFilms);
      const plate = plateOf(figure);
      const numbers = (literalOf(exercise).match(/\d+/g) || []).map(Number);
      const drawn = places.map((_, i) => (numbers.length === 4 * places.length ? numbers.slice(4 * i, 4 * i + 4) : null));
      line(panel, exercise);
      const field = panelOf(exercise).tools.querySelector("input") || {};
      const said = document.createElement("span");
      const write = () => {
        const missing = drawn.filter((box) => !box).length;
        said.textContent = missing ? ` ${missing} of ${places.length} films without a box` : " every film has its box";
        const texts = drawn.map((box) => (box ? `(${box.join(", ")})` : "..."));
        field.value = places.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
        check.disabled = missing > 0;
      };
      const check = document.createElement("button");
      check.className = "rr-button";
      check.type = "button";
      check.textContent = places.length === 1 ? "Check the box" : "Check the boxes";
      check.addEventListener("click", () => answer(panel, exercise, field.value));
      places.forEach(([left, top, width, height, rows, columns], i) => {
        const area = document.createElement("div");
        area.className = "rr-draw";
        area.tabIndex = 0;
        area.setAttribute("role", "application");
        area.setAttribute("aria-label", `film ${i}: drag a box; by keyboard, Enter places one, arrows move it, Shift and arrows change its size`);
        Object.assign(area.style, { left: `${left * 100}%`, top: `${top * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` });
        const shown = document.createElement("div");
        shown.className = "rr-box";
        area.appendChild(shown);
        const show = () => {
          const box = drawn[i];
          shown.hidden = !box;
          if (box) Object.assign(shown.style, { top: `${(box[0] / rows) * 100}%`, height: `${((box[1] - box[0]) / rows) * 100}%`, left: `${(box[2] / columns) * 100}%`, width: `${((box[3] - box[2]) / columns) * 100}%` });
          write();
        };
        const at = (event) => {
          const frame = area.getBoundingClientRect();
          const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
          return [within(((event.clientY - frame.top) / frame.height) * rows, rows), within(((event.clientX - frame.left) / frame.width) * columns, columns)];
        };
        let start = null;
        area.addEventListener("pointerdown", (event) => { start = at(event); area.setPointerCapture(event.pointerId); event.preventDefault(); area.focus(); });
        area.addEventListener("pointermove", (event) => {
          if (!start) return;
          const end = at(event);
          const box = [Math.min(start[0], end[0]), Math.max(start[0], end[0]), Math.min(start[1], end[1]), Math.max(start[1], end[1])];
          if (box[1] > box[0] && box[3] > box[2]) { drawn[i] = box; show(); }
        });
        area.addEventListener("pointerup", () => { start = null; });
        area.addEventListener("keydown", (event) => {
          const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
          if (event.key === "Enter" && !drawn[i]) drawn[i] = [Math.round(rows * 0.4), Math.round(rows * 0.6), Math.round(columns * 0.4), Math.round(columns * 0.6)];
          else if (step && drawn[i]) {
            const [r0, r1, c0, c1] = drawn[i];
            const [down, right] = [step[0] * Math.max(1, Math.round(rows / 64)), step[1] * Math.max(1, Math.round(columns / 64))];
            const next = event.shiftKey ? [r0, r1 + down, c0, c1 + right] : [r0 + down, r1 + down, c0 + right, c1 + right];
            if (next[0] >= 0 && next[1] <= rows && next[2] >= 0 && next[3] <= columns && next[1] > next[0] && next[3] > next[2]) drawn[i] = next;
          } else return;
          event.preventDefault();
          event.stopPropagation();
          show();
        });
        plate.appendChild(area);
        show();
      });
      figure.append(check, said);
    }

    /** Dress every question that stands on the page; called again whenever the page changes. */
    function dress(panel) {
      const facts = factsOf(panel);
      const kinds = facts ? facts.kinds : {};
      for (const exercise of exercises(panel.content)) {
        const page = exercise.question.node.querySelector(".jp-RenderedMarkdown");
        if (!page || exercise.question.model.type !== "markdown") continue;
        const pointing = { indices: films, boxes }[(kinds[exercise.slug] || {}).name];
        for (const cell of pointing ? exercise.between : []) {
          for (const figure of cell.node.querySelectorAll("figure[data-rr-films]")) pointing(panel, exercise, figure);
        }
        if (!choice(panel, exercise, page)) line(panel, exercise);
      }
      progress(panel);
    }

    /** What the lesson's first cell said about itself; null before it has run. */
    function factsOf(panel) {
      const said = panel.content.widgets.filter(isCode).map((cell) => output(cell, LESSON)).find(Boolean);
      return said ? said[LESSON] : null;
    }

    /** How far along: exercises with a reply that is right, of all. */
    function progress(panel) {
      const all = exercises(panel.content);
      const right = all.filter((exercise) => (output(exercise.check, ANSWER) || { [ANSWER]: {} })[ANSWER].status === "right");
      const done = all.filter((exercise) => !isOpen(exercise));
      if (panel.rrSaid) panel.rrSaid.textContent = all.length ? `${done.length} of ${all.length} answered, ${right.length} right` : "";
    }

    /** Run on to the next exercise that is open, and bring its question into view. */
    async function goOn(panel) {
      const notebook = panel.content;
      const cells = notebook.widgets;
      const next = exercises(notebook).find((exercise) => isOpen(exercise) && cells.indexOf(exercise.answer) >= notebook.activeCellIndex)
        || exercises(notebook).find(isOpen);
      const until = next ? cells.indexOf(next.answer) : cells.length;
      const waiting = cells.slice(0, until).filter((cell) => isCode(cell) && cell.model.executionCount === null);
      if (panel.rrSaid) panel.rrSaid.textContent = "Running on …";
      await run(panel, waiting);
      dress(panel);
      if (next) {
        notebook.activeCellIndex = cells.indexOf(next.question);
        await notebook.scrollToItem(cells.indexOf(next.question), "start");
        next.question.node.scrollIntoView({ block: "start" });
      } else {
        notebook.activeCellIndex = cells.length - 1;
        await notebook.scrollToItem(cells.length - 1, "end");
        await following(panel);
      }
    }

    /** The next lesson's link, in the bar, once nothing is open. */
    async function following(panel) {
      const facts = factsOf(panel);
      if (!facts || !facts.next || panel.rrNext) return;
      panel.rrNext = tools.button(facts.next_title, () => {
        panel.sessionContext.shutdown(); // memory for the next lesson's kernel
        tools.open(facts.next);
      });
      panel.toolbar.insertItem(0, "readingroom-next", panel.rrNext);
    }

    function attend(panel) {
      panel.context.ready.then(() => {
        if (!exercises(panel.content).length) return;
        const button = tools.button("Go on ▶", () => goOn(panel));
        button.node.title = "Run on to the next exercise (Alt+G)";
        panel.toolbar.insertItem(0, "readingroom-go-on", button);
        const said = tools.label();
        panel.rrSaid = said.node;
        panel.toolbar.insertItem(1, "readingroom-progress", said);
        let due = 0;
        const later = () => { clearTimeout(due); due = setTimeout(() => dress(panel), 150); };
        const watch = new MutationObserver((changes) => {
          if (changes.some((change) => !change.target.closest || !change.target.closest(".rr-part"))) later();
        });
        watch.observe(panel.content.node, { childList: true, subtree: true });
        panel.disposed.connect(() => watch.disconnect());
        panel.node.addEventListener("keydown", (event) => {
          if (event.altKey && event.key.toLowerCase() === "g") { event.preventDefault(); goOn(panel); }
        }, true);
        later();
      });
    }

    return { attend };
  }

  async function extension() {
    const notebook = await shared("@jupyterlab/notebook");
    const apputils = await shared("@jupyterlab/apputils");
    const lumino = await shared("@lumino/widgets");
    return () => ({
      __esModule: true,
      default: {
        id: "readingroom:answers",
        description: "Answers a lesson's questions with the mouse.",
        autoStart: true,
        requires: [notebook.INotebookTracker],
        activate: (app, tracker) => {
          const style = document.createElement("style");
          style.textContent = STYLE;
          document.head.appendChild(style);
          const made = plugin({
            NotebookActions: notebook.NotebookActions,
            open: (path) => app.commands.execute("docmanager:open", { path }),
            button: (label, onClick) => new apputils.ToolbarButton({ label, onClick }),
            label: () => { const item = new lumino.Widget(); item.addClass("rr-bar"); item.node.setAttribute("role", "status"); return item; },
          });
          tracker.forEach(made.attend);
          tracker.widgetAdded.connect((_, panel) => made.attend(panel));
        },
      },
    });
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB.readingroom = {
    init: (given) => { scope = given; },
    get: () => extension(),
  };
})();
