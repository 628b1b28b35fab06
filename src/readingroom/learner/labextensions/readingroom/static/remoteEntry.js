/* Answer with the mouse. Written by hand, so that nothing has to be built: JupyterLab loads a
 * "federated extension" as an object with init() and get(), which this file is.
 *
 * The answer stays a literal in the answer cell. A click writes it there, runs the cell and its
 * check, and repeats the check's reply beside the question. What is typed into the cell by hand
 * works as before. Nothing here knows which answer is right.
 *
 * How it is tested: tests/test_mouse.py drives it in Chromium, through whole lessons. What the page
 * offers to click is said by src/readingroom/questions/offers.py and by the lesson's own sentences
 * and figures; the kernel tells it in the output of rr.lesson().
 */
"use strict";
(() => {
  const TABLET = 1000; // px, below which the list of files starts closed
  const CHECK = /\brr\.(?:check|look|judge)\(\s*["']([a-z0-9-]+)["']/;
  const HEADING = /^### \w+ · /m;
  const OPENS = /\brr\.lesson\(/;
  const ANSWER = "application/vnd.readingroom.answer+json";
  const LESSON = "application/vnd.readingroom.lesson+json";
  const STYLE = `
.rr-option{cursor:pointer;border:1px solid transparent;border-radius:4px;padding:.15em .5em}
.rr-option:hover{background:#eef4fb;border-color:#1f5a99;color:#0d2b4b}
.rr-option:focus-visible,.rr-film:focus-visible,.rr-draw:focus-visible,.rr-word:focus-visible,.rr-part :focus-visible{outline:3px solid #D55E00;outline-offset:1px}
.rr-option[aria-checked=true]{background:#dceafa;border-color:#1f5a99;color:#0d2b4b;font-weight:600}
.rr-tools:has(.rr-set){display:flex;flex-wrap:wrap;gap:.3em .8em;align-items:flex-start}
.rr-tools:has(.rr-set)>.rr-ask{flex-basis:100%;min-width:0;max-width:100%}
.rr-set{border:1px solid #8a94a0;border-radius:4px;margin:0;padding:.1em .7em .4em;min-width:0;max-width:100%;box-sizing:border-box}
.rr-set legend{font-weight:600;padding:.2em 0;float:left;width:100%} /* within the frame, however many lines it has */
.rr-set label{display:inline-flex;gap:.5em;align-items:center;max-width:100%}
.rr-set input{max-width:100%;box-sizing:border-box}
.rr-set input[type=range]{width:24em}
.rr-word{font:inherit;margin:.15em .3em .15em 0;padding:.2em .8em;border:1px solid #1f5a99;border-radius:4px;background:#fff;color:#0d2b4b;cursor:pointer}
.rr-word[aria-checked=true],.rr-word[aria-pressed=true]{background:#1f5a99;color:#fff}
.rr-word[aria-checked=true]::before{content:"✓ "}
.rr-told{font-size:.9em;min-width:0;max-width:100%;box-sizing:border-box}
.rr-part code.rr-told{white-space:pre-wrap;overflow-wrap:anywhere}
.rr-term{display:block;border-left:4px solid #1f5a99;background:#eef4fb;color:#0d2b4b;padding:.3em .7em;margin:.3em 0;border-radius:0 4px 4px 0;max-width:60em}
.rr-ask{margin:.5em 0;display:flex;gap:.6em;align-items:center;flex-wrap:wrap}
.rr-ask label{display:flex;gap:.5em;align-items:center;flex-wrap:wrap;max-width:100%}
.rr-ask textarea{font-family:var(--jp-code-font-family);font-size:inherit;padding:.25em .5em;width:30em;max-width:100%;box-sizing:border-box;resize:vertical;field-sizing:content}
.rr-button{font:inherit;padding:.3em 1em;border:1px solid #1f5a99;background:#1f5a99;color:#fff;border-radius:4px;cursor:pointer}
.rr-button:focus-visible{outline:3px solid #D55E00;outline-offset:1px}
.rr-long{overflow:auto;border-bottom:1px dashed var(--jp-border-color1)}
.rr-long:focus-visible{outline:3px solid #D55E00;outline-offset:1px}
.rr-button[disabled]{opacity:.5;cursor:default}
.rr-part{margin-left:calc(var(--jp-cell-prompt-width) + var(--jp-cell-collapser-width) + 6px)}
.rr-reply{margin:.4em 0}
.rr-plain{display:none} /* "nothing can be clicked": see kernel/page.py */
@media only screen and (max-width:760px){.rr-part{margin-left:0}} /* there JupyterLab has no room for prompts */
.jp-OutputArea code:has(+.rr-take){overflow-wrap:anywhere;white-space:pre-wrap}
.rr-plate{position:relative;display:inline-block;max-width:100%}
.rr-plate img{display:block}
.rr-film{position:absolute;background:transparent;border:2px solid transparent;padding:0;cursor:pointer;border-radius:2px}
.rr-film:hover{border-color:#56B4E9}
.rr-film[aria-pressed=true]{border-color:#D55E00;box-shadow:inset 0 0 0 2px #D55E00}
.rr-film[aria-pressed=true]::after{content:"✓";position:absolute;right:2px;top:0;color:#fff;background:#D55E00;font-weight:700;padding:0 .25em;border-radius:2px}
.rr-film[data-word]{border-color:#D55E00;box-shadow:inset 0 0 0 2px #D55E00}
.rr-film[data-word]::after{content:attr(data-word);position:absolute;right:0;top:0;max-width:100%;color:#fff;background:#B34700;font-weight:700;font-size:.8em;padding:0 .25em;border-radius:2px;overflow-wrap:anywhere}
.rr-draw{position:absolute;cursor:crosshair;touch-action:none}
.rr-box{position:absolute;border:2px solid #D55E00;box-shadow:0 0 0 1px #000;pointer-events:none}
.rr-cell{cursor:pointer}
.rr-cell:hover{border-color:#1f5a99!important}
.rr-cell.rr-marked{border-left:6px solid #D55E00!important}
.rr-cell .rr-flaw{font:inherit;max-width:100%;margin-left:.6em}
.rr-cell.rr-marked .rr-flaw{font-weight:700}
.rr-cell .rr-flaw:focus-visible{outline:3px solid #D55E00;outline-offset:1px}
.rr-bar{display:flex;gap:.8em;align-items:center;padding:.25em .6em}
`;

  // the stack of volumes is a script of its own, loaded where a page shows one
  const HERE = document.currentScript && document.currentScript.src;
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
      const upwards = (from, fits) => {
        let place = from;
        while (place > earlier + 1 && !fits(cells[place])) place -= 1;
        return place;
      };
      const question = upwards(answer, (other) => other.model.type === "markdown");
      const heading = upwards(question, (other) => HEADING.test(sourceOf(other)));
      found.push({ slug: named[1], at, check: cell, answer: cells[answer], question: cells[question],
                   heading: cells[HEADING.test(sourceOf(cells[heading])) ? heading : question],
                   before: cells.slice(earlier + 1, heading), between: cells.slice(heading, at) });
    });
    return found;
  }

  /** The part of a released answer cell that is to be filled: what stands before and after it. */
  function blankOf(released) {
    let first = released.indexOf("...");
    let last = released.lastIndexOf("...") + 3;
    if (first < 0) return null;
    if (released[first - 1] === "(" && released[last] === ")") { first -= 1; last += 1; }
    const before = released.slice(0, first);
    const start = before.lastIndexOf("\n") + 1;
    return { before, after: released.slice(last).trimEnd(), above: before.slice(0, start),
             indent: /^\s*/.exec(before.slice(start))[0],
             names: before.slice(start).replace(/=\s*$/, "").trim() };
  }

  /** The whole cell with an answer in it: a value, or lines of code that set the name themselves. */
  function filled(blank, text) {
    const name = blank.names.split(",")[0].trim();
    // a blank within a call, such as f(films, part=...), stands behind no name
    const whole = /^\w+$/.test(name) && text.split("\n").some((line) => new RegExp(`^\\s*${name}\\b[\\w\\s,]*=[^=]`).test(line));
    const lines = text.split("\n").map((line) => blank.indent + line).join("\n");
    return `${whole ? blank.above + lines : blank.before + text}${blank.after}\n`;
  }

  /** What was filled into a cell; empty where the dots still stand. */
  function held(blank, source) {
    const text = source.trimEnd();
    if (text.includes("...")) return "";
    const inside = text.startsWith(blank.before) && text.endsWith(blank.after);
    return inside ? text.slice(blank.before.length, text.length - blank.after.length) : text;
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

    /** The blank of an exercise: as it was released, or as it stands while it is open. */
    function blank(panel, exercise) {
      const facts = factsOf(panel);
      return blankOf((facts && facts.cells && facts.cells[exercise.slug]) || sourceOf(exercise.answer));
    }

    function literalOf(panel, exercise) {
      const found = blank(panel, exercise);
      return found ? held(found, sourceOf(exercise.answer)) : "";
    }

    /** Write a literal into the answer cell, run it and its check, show the reply at the question. */
    async function answer(panel, exercise, literal) {
      const found = blank(panel, exercise);
      if (!found) return;
      exercise.answer.model.sharedModel.setSource(filled(found, literal));
      const place = panelOf(exercise);
      place.reply.textContent = "Checking …";
      const field = place.tools.querySelector("textarea[name=answer]");
      if (field) { field.value = literal; fit(field); }
      await run(panel, [exercise.answer, exercise.check]);
      const failed = [...exercise.answer.node.querySelectorAll(".jp-OutputArea-output [role=status]")].pop();
      showReply(exercise, failed);
      reveal(panel, exercise);
      progress(panel);
      // below a long form it would come where nobody looks
      place.reply.scrollIntoView({ block: "nearest" });
    }

    /** The course's part of a question: made once, below the question's text. */
    function panelOf(exercise) {
      const host = exercise.question.node;
      let part = host.querySelector(`:scope > .rr-part[data-slug="${exercise.slug}"]`);
      if (!part) {
        part = document.createElement("div");
        part.className = "rr-part jp-RenderedHTMLCommon";
        part.dataset.slug = exercise.slug;
        part.innerHTML = '<div class="rr-tools"></div><div class="rr-reply" aria-live="polite"></div>';
        host.appendChild(part);
      }
      part.tools = part.querySelector(".rr-tools");
      part.reply = part.querySelector(".rr-reply");
      return part;
    }

    /** Repeat the check's reply; above it what to do about a cell that failed. */
    function showReply(exercise, failed) {
      const data = output(exercise.check, ANSWER) || output(exercise.check, "text/html");
      const place = panelOf(exercise).reply;
      place.innerHTML = (failed ? failed.outerHTML : "") + ((data && data["text/html"]) || "");
      const offered = exercise.check.node.querySelector(".rr-reveal");
      if (offered) place.append(offered.cloneNode(true));
    }

    /** "Show me a right answer": a button where the check offers it. */
    function reveal(panel, exercise) {
      for (const offered of panelOf(exercise).reply.querySelectorAll(".rr-reveal:not(:has(button))")) {
        const button = made("button", "rr-button", `Show me ${offered.dataset.what}`);
        button.type = "button";
        own(button);
        button.addEventListener("click", () => {
          const kernel = panel.sessionContext.session.kernel;
          const asked = kernel.requestExecute({ code: `__import__("readingroom").reveal("${exercise.slug}")`, store_history: false });
          asked.onIOPub = ({ content }) => {
            const html = content.data && content.data["text/html"];
            if (html || content.text) offered.innerHTML = html || content.text;
          };
        });
        offered.lastElementChild.replaceWith(button);
      }
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
      const held = /["']([A-Za-z])["'](?:\s*,\s*(\d+))?/.exec(literalOf(panel, exercise)) || [];
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

    /** A field as tall as its text. */
    function fit(field) {
      field.rows = Math.max(1, field.value.split("\n").length);
    }

    /** Keys typed into the course's own fields are not JupyterLab's, save the one that saves. */
    const own = (field) => field.addEventListener("keydown", (event) => {
      if (!((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s")) event.stopPropagation();
    });

    /** A field to type into, for numbers, words and lines of code: no cell has to be found or run. */
    function line(panel, exercise) {
      const part = panelOf(exercise);
      if (part.tools.childElementCount) return;
      const found = blank(panel, exercise);
      if (!found) return;
      part.tools.innerHTML = '<form class="rr-ask"><label><span>Your answer: <code></code> =</span> '
        + '<textarea name="answer" rows="1" autocomplete="off" autocapitalize="off" spellcheck="false"></textarea></label>'
        + '<button class="rr-button" type="submit">Check</button></form>';
      part.tools.querySelector("code").textContent = found.names;
      const field = part.tools.querySelector("textarea");
      field.value = literalOf(panel, exercise);
      field.placeholder = "as the page says after “Type”";
      field.title = "Enter checks it; Shift and Enter begin a new line";
      fit(field);
      const send = () => { if (field.value.trim()) answer(panel, exercise, field.value.trim()); };
      field.addEventListener("input", () => fit(field));
      field.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); send(); }
      });
      part.tools.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); send(); });
    }

    const made = (tag, name, text) => Object.assign(document.createElement(tag), { className: name, textContent: text || "" });

    /** Buttons of which one is chosen, or that are clicked in sequence. */
    function words(part, set, box) {
      const several = part.kind === "order";
      const chosen = [];
      const said = made("span", "rr-told");
      const buttons = part.words.map(([shown, stands], i) => {
        const button = made("button", "rr-word", shown);
        button.type = "button";
        button.setAttribute(several ? "aria-pressed" : "aria-checked", "false");
        if (!several) button.setAttribute("role", "radio");
        own(button);
        button.addEventListener("click", () => {
          if (several && chosen.includes(i)) chosen.splice(chosen.indexOf(i), 1);
          else if (several) chosen.push(i);
          else chosen.splice(0, 1, i);
          buttons.forEach((other, k) => other.setAttribute(several ? "aria-pressed" : "aria-checked", String(chosen.includes(k))));
          if (several) said.textContent = chosen.map((k, n) => `${n + 1}. ${part.words[k][0]}`).join("  ") || "none clicked yet";
          const all = !several || chosen.length === part.words.length;
          const stand = chosen.map((k) => part.words[k][1]);
          set(all ? (several ? `(${stand.join(", ")})` : stand[0]) : null);
        });
        return button;
      });
      if (!several) box.setAttribute("role", "radiogroup");
      box.append(...buttons, said);
    }

    /** A number dragged along a line; the field beside it takes it to the last digit. */
    function slide(part, set, box) {
      const [low, high, step] = part.span;
      const middle = low + Math.round((high - low) / 2 / step) * step; // no half weeks or films
      const inputs = ["range", "number"].map((type) => {
        const input = document.createElement("input");
        Object.assign(input, { type, min: low, max: high, step: type === "range" ? step : "any", value: middle });
        input.setAttribute("aria-label", part.label + (type === "number" ? ", as a number" : ""));
        own(input);
        input.addEventListener("input", () => { inputs.forEach((other) => { if (other !== input) other.value = input.value; }); set(input.value || null); });
        return input;
      });
      box.append(...inputs);
    }

    function typed(part, set, box) {
      const input = document.createElement("input");
      input.type = "text";
      input.setAttribute("aria-label", part.label);
      own(input);
      input.addEventListener("input", () => set(input.value.trim() || null));
      box.append(input);
    }

    function ticked(part, set, box) {
      const input = document.createElement("input");
      input.type = "checkbox";
      input.setAttribute("aria-label", part.label);
      own(input);
      set("");
      input.addEventListener("change", () => set(input.checked ? part.words[0][1] : ""));
      box.append(input);
    }

    /** An answer of several parts: each is clicked, dragged or typed; then one button checks it. */
    function form(panel, exercise, offer) {
      const tools = panelOf(exercise).tools;
      if (tools.childElementCount) return;
      const values = offer.parts.map(() => null);
      const check = made("button", "rr-button", "Check");
      check.type = "button";
      const now = literalOf(panel, exercise);
      const said = made("code", "rr-told", now && `in the cell: ${now}`);
      const update = () => {
        check.disabled = values.includes(null);
        let place = 0;
        if (!check.disabled) check.rrText = offer.text.replace(/\[\]/g, () => values[place++]);
        said.textContent = check.disabled ? "" : check.rrText;
      };
      offer.parts.forEach((part, i) => {
        const box = made("fieldset", "rr-set");
        box.append(made("legend", "", part.label));
        const set = (value) => { values[i] = value; update(); };
        if (part.kind === "box") { exercise.rrBox = set; tools.rrBox = set; box.append(made("span", "rr-told", "on the film near this question")); }
        else if (part.kind === "sort") {
          tools.rrSort = { set, words: part.words.map(([shown]) => shown) };
          box.append(made("span", "rr-told", "on the films near this question"));
        }
        else ({ one: words, order: words, slide, line: typed, tick: ticked })[part.kind](part, set, box);
        tools.append(box);
      });
      const row = made("div", "rr-ask");
      row.append(check, said);
      tools.append(row);
      check.addEventListener("click", () => answer(panel, exercise, check.rrText));
      own(check);
      check.disabled = true;
    }

    /** The line that a slider or a table prints is an answer: one button checks it. */
    function takeable(panel, exercise) {
      const found = blank(panel, exercise);
      if (!found) return;
      const starts = found.names.replace(/\s+/g, "");
      for (const cell of [...exercise.before, ...exercise.between].filter(isCode)) {
        if (cell === exercise.answer) continue;
        for (const code of cell.node.querySelectorAll(".jp-OutputArea code, .jp-OutputArea pre")) {
          if (code.closest(".jp-RenderedText")) continue;
          const [names, ...rest] = code.textContent.split("=");
          const ready = rest.length && names.replace(/\s+/g, "") === starts;
          let button = code.parentElement.querySelector(":scope > .rr-take");
          if (!ready) continue;
          if (!button) {
            button = made("button", "rr-button rr-take", "Check this answer");
            button.type = "button";
            own(button);
            button.addEventListener("click", () => {
              const value = button.rrCode.textContent.split("=").slice(1).join("=").trim();
              answer(panel, exercise, value);
              exercise.question.node.scrollIntoView({ block: "center" });
            });
            code.after(button);
          }
          button.rrCode = code;
          button.disabled = rest.join("=").includes("?");
        }
      }
    }

    /** A word of the glossary opens where it stands; the same click, Escape or leaving closes it. */
    function glossary(node) {
      for (const word of node.querySelectorAll('a[href^="#term-"][title], a[href*="#term-"][title]')) {
        const text = word.title;
        word.removeAttribute("title");
        word.setAttribute("aria-expanded", "false");
        let note = null;
        const shut = () => { if (note) note.remove(); note = null; word.setAttribute("aria-expanded", "false"); };
        const open = () => {
          if (note) return;
          note = made("span", "rr-term", text);
          note.setAttribute("role", "note");
          (word.closest("p, li, td") || word).append(note);
          word.setAttribute("aria-expanded", "true");
        };
        word.addEventListener("mouseenter", open);
        word.addEventListener("mouseleave", () => { if (document.activeElement !== word) shut(); });
        word.addEventListener("focus", open);
        word.addEventListener("blur", shut);
        word.addEventListener("keydown", (event) => { if (event.key === "Escape") { shut(); event.stopPropagation(); } });
        word.addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); open(); }, true);
      }
    }

    /** A button over one film of a figure. */
    function over(plate, [left, top, width, height]) {
      const button = document.createElement("button");
      button.className = "rr-film";
      button.type = "button";
      Object.assign(button.style, { left: `${left * 100}%`, top: `${top * 100}%`, width: `${width * 100}%`, height: `${height * 100}%` });
      button.addEventListener("keydown", (event) => event.stopPropagation());
      plate.appendChild(button);
      return button;
    }

    /** Films of a figure, each under one of a few words: a click takes the next word. */
    function sorted(panel, exercise, figure) {
      if (figure.dataset.rrReady) return;
      figure.dataset.rrReady = exercise.slug;
      const { set, words } = panelOf(exercise).tools.rrSort;
      const places = JSON.parse(figure.dataset.rrFilms);
      const plate = plateOf(figure);
      // the answer is a list of films for each word but the first
      const lists = (literalOf(panel, exercise).match(/\[[^\]]*\]/g) || []).map((text) => (text.match(/\d+/g) || []).map(Number));
      const state = places.map((_, i) => 1 + lists.findIndex((list) => list.includes(i)));
      const under = (k) => state.flatMap((now, i) => (now === k ? [i] : []));
      places.forEach((place, i) => {
        const button = over(plate, place);
        const show = () => {
          button.setAttribute("aria-label", `film ${i}: ${words[state[i]]}`);
          if (state[i]) button.dataset.word = words[state[i]];
          else delete button.dataset.word;
        };
        button.addEventListener("click", () => {
          state[i] = (state[i] + 1) % words.length;
          show();
          set(words.slice(1).map((_, k) => `[${under(k + 1).join(", ")}]`).join(", "));
        });
        show();
      });
    }

    /** Films of a figure become buttons; those pressed are the answer. */
    function films(panel, exercise, figure) {
      if (figure.dataset.rrReady) return;
      figure.dataset.rrReady = exercise.slug;
      const places = JSON.parse(figure.dataset.rrFilms);
      const plate = plateOf(figure);
      const pressed = new Set((literalOf(panel, exercise).match(/\d+/g) || []).map(Number));
      places.forEach((place, i) => {
        const button = over(plate, place);
        button.setAttribute("aria-label", `film ${i}`);
        button.setAttribute("aria-pressed", String(pressed.has(i)));
        button.addEventListener("click", () => {
          if (!pressed.delete(i)) pressed.add(i);
          button.setAttribute("aria-pressed", String(pressed.has(i)));
          const chosen = [...pressed].sort((a, b) => a - b);
          field.value = chosen.length ? `{${chosen.join(", ")}}` : "set()";
        });
      });
      line(panel, exercise);
      const field = panelOf(exercise).tools.querySelector("textarea[name=answer]") || {};
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
      const numbers = (literalOf(panel, exercise).match(/\d+/g) || []).map(Number);
      const drawn = places.map((_, i) => (numbers.length === 4 * places.length ? numbers.slice(4 * i, 4 * i + 4) : null));
      const tools = panelOf(exercise).tools;
      const partial = tools.rrBox; // one part of a longer answer
      if (!partial) line(panel, exercise);
      const field = tools.querySelector("textarea[name=answer]") || {};
      const said = document.createElement("span");
      const write = () => {
        const missing = drawn.filter((box) => !box).length;
        said.textContent = missing ? ` ${missing} of ${places.length} films without a box` : " every film has its box";
        const texts = drawn.map((box) => (box ? `(${box.join(", ")})` : "..."));
        field.value = places.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
        check.disabled = missing > 0;
        if (partial && !missing) partial(texts[0]);
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
      figure.append(...(partial ? [] : [check]), said);
    }

    /** Cells of a study that lies on the page: each is clicked, and what is wrong with it chosen. */
    function cellsToMark(panel, exercise, study) {
      if (study.dataset.rrReady) return;
      study.dataset.rrReady = exercise.slug;
      const { flaws } = JSON.parse(study.dataset.rrStudy);
      line(panel, exercise);
      const field = panelOf(exercise).tools.querySelector("textarea[name=answer]") || {};
      const marks = new Map([...literalOf(panel, exercise).matchAll(/(\d+)["']?\s*:\s*["']?(\d+)/g)].map((pair) => [Number(pair[1]), Number(pair[2])]));
      const said = made("span", "rr-told");
      const write = () => {
        const pairs = [...marks].sort((a, b) => a[0] - b[0]);
        field.value = pairs.length ? `{${pairs.map(([cell, flaw]) => `${cell}: ${flaw}`).join(", ")}}` : "";
        if (field.rows) fit(field);
        check.disabled = !pairs.length;
        said.textContent = `${pairs.length} cells marked`;
      };
      const check = made("button", "rr-button", "Check the cells marked");
      check.type = "button";
      own(check);
      check.addEventListener("click", () => answer(panel, exercise, field.value));
      for (const section of study.querySelectorAll("section[data-rr-cell]")) {
        const cell = Number(section.dataset.rrCell);
        const choice = made("select", "rr-flaw");
        choice.setAttribute("aria-label", `Cell ${cell}: what is wrong`);
        choice.append(new Option("nothing marked", ""), ...flaws.map(([number, text]) => new Option(`${number}. ${text}`, number)));
        choice.value = String(marks.get(cell) || "");
        const show = () => section.classList.toggle("rr-marked", Boolean(choice.value));
        choice.addEventListener("change", () => {
          if (choice.value) marks.set(cell, Number(choice.value));
          else marks.delete(cell);
          show();
          write();
        });
        own(choice);
        section.firstElementChild.append(" ", choice);
        section.classList.add("rr-cell");
        section.addEventListener("click", (event) => {
          if (event.target === choice || String(window.getSelection())) return; // a text was selected
          choice.focus();
          if (choice.showPicker) choice.showPicker();
        });
        show();
      }
      const row = made("div", "rr-ask");
      row.append(check, said);
      study.append(row);
      const now = field.value;
      write();
      if (now) field.value = now;
    }

    /** Ask the kernel for slices of a stack; its answer to an execution passes no limit on outputs. */
    async function slices(panel, id, view, first, last, mask) {
      const kernel = panel.sessionContext.session && panel.sessionContext.session.kernel;
      if (!kernel) return "";
      const asked = `__import__("readingroom.show.stacks", fromlist=["part"]).part("${id}", ${view}, ${first}, ${last}, ${mask ? "True" : "False"})`;
      for (let tries = 0; tries < 3; tries += 1) {
        const future = kernel.requestExecute({ code: "pass", silent: true, store_history: false, stop_on_error: false, user_expressions: { part: asked } });
        const { content } = await future.done;
        const got = content.user_expressions && content.user_expressions.part;
        if (got && got.status === "ok") return got.data["text/plain"].slice(1, -1);
        if (content.status !== "aborted") return ""; // aborted: a cell before it failed; ask again
      }
      return "";
    }

    /** Volumes become stacks to scroll; where the kernel has forgotten them the picture stays. */
    async function stacks(panel) {
      for (const figure of panel.content.node.querySelectorAll("figure[data-rr-stack]:not([data-rr-ready])")) {
        figure.dataset.rrReady = "stack";
        const { id, name } = JSON.parse(figure.dataset.rrStack);
        const exercise = name && exercises(panel.content).find((one) => (blank(panel, one) || {}).names === name);
        const { mount } = await import(new URL("stack.js", HERE).href);
        const shown = await mount(figure, (...which) => slices(panel, id, ...which), exercise ? literalOf(panel, exercise) : "");
        if (!shown) figure.append(made("div", "rr-told", "This picture is at rest. Run the cell above it again to scroll."));
      }
    }

    /** The figure that a question points at: below its heading, else the last one above it. */
    function pointedAt(exercise) {
      const figures = (cells) => cells.flatMap((cell) => [...cell.node.querySelectorAll("figure[data-rr-films]")]);
      const near = figures(exercise.between);
      return near.length ? near.slice(0, 1) : figures(exercise.before).slice(-1);
    }

    /** Say that the page is as it will stay; whoever drives the page waits for this. */
    function dressed(panel) {
      panel.node.dataset.rrDressed = "";
    }

    /** Dress every question that stands on the page; called again whenever the page changes. */
    function dress(panel) {
      const facts = factsOf(panel);
      const { kinds = {}, offers = {} } = facts || {};
      for (const exercise of exercises(panel.content)) {
        // the sentences may stand below a figure: in another text than the heading
        const texts = exercise.between.filter((cell) => cell.model.type === "markdown");
        const pages = texts.map((cell) => cell.node.querySelector(".jp-RenderedMarkdown"));
        if (!texts.length || pages.includes(null)) continue;
        const offer = offers[exercise.slug];
        if (offer) form(panel, exercise, offer);
        const kind = (kinds[exercise.slug] || {}).name;
        const { rrBox, rrSort } = panelOf(exercise).tools;
        const pointing = rrSort ? sorted : kind === "indices" ? films : kind === "boxes" || rrBox ? boxes : null;
        if (pointing && !exercise.before.concat(exercise.between).some((cell) => cell.node.querySelector(".rr-take"))) {
          for (const figure of pointedAt(exercise)) pointing(panel, exercise, figure);
        }
        for (const cell of kind === "table" ? exercise.before.concat(exercise.between) : []) {
          const study = cell.node.querySelector("[data-rr-study]");
          if (study && JSON.parse(study.dataset.rrStudy).name === (blank(panel, exercise) || {}).names) cellsToMark(panel, exercise, study);
        }
        const chosen = (page, i) => (i === 0 || kind === "choice") && choice(panel, exercise, page);
        if (!offer && facts && !pages.some(chosen)) line(panel, exercise);
        takeable(panel, exercise);
        reveal(panel, exercise);
      }
      for (const cell of panel.content.widgets) {
        if (cell.model.type === "markdown") glossary(cell.node);
        else fold(cell);
      }
      progress(panel);
      dressed(panel);
    }

    /** Code that is not the learner's to change is folded, once; a click opens it. */
    function fold(cell) {
      const tags = cell.model.getMetadata("tags") || [];
      const marks = cell.model.getMetadata("nbgrader") || {};
      if (cell.rrFolded || !tags.includes("hide-input") || marks.solution || marks.grade) return;
      cell.rrFolded = true;
      cell.inputHidden = true;
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
      if (panel.rrSaid && !panel.rrRunning) panel.rrSaid.textContent = all.length ? `${done.length} of ${all.length} answered, ${right.length} right` : "";
    }

    /** The cells that have run in the kernel there is now; a new kernel knows none. */
    const ranIn = new WeakMap();

    /** Code cells before a place that this kernel has not run: from where it began, or this part. */
    function waiting(panel, until) {
      const cells = panel.content.widgets;
      const ran = ranIn.get(panel);
      let start = cells.findIndex((cell) => ran.has(cell));
      if (start < 0 || start > until) {
        start = until;
        while (start > 0 && !(isCode(cells[start]) && OPENS.test(sourceOf(cells[start])))) start -= 1;
      }
      return cells.slice(start, until).filter((cell) => isCode(cell) && !ran.has(cell));
    }

    /** Run on to the next exercise that is open, and bring its question into view. */
    async function goOn(panel) {
      const notebook = panel.content;
      const cells = notebook.widgets;
      const all = exercises(notebook);
      const next = all.find((exercise) => isOpen(exercise) && cells.indexOf(exercise.answer) >= notebook.activeCellIndex)
        || all.find(isOpen);
      const until = next ? cells.indexOf(next.answer) : cells.length;
      const due = waiting(panel, Math.min(until, cells.length - 1));
      if (next && !due.length && next === panel.rrAsked) return leave(panel, next);
      panel.rrAsked = next;
      panel.rrSaid.textContent = "Running on …";
      panel.rrRunning = true;
      await run(panel, due).finally(() => { panel.rrRunning = false; });
      dress(panel);
      const last = all[all.length - 1];
      if (next) await together(panel, next);
      else await bring(panel, cells[Math.min(last.at + 1, cells.length - 1)]);
      if (!next) following(panel);
    }

    /** An open question is left only on purpose: its check runs unanswered, and the page goes on. */
    function leave(panel, exercise) {
      const place = panelOf(exercise).reply;
      if (place.querySelector(".rr-leave")) return;
      const button = made("button", "rr-button rr-leave", "Go on without answering");
      button.type = "button";
      own(button);
      button.addEventListener("click", async () => {
        await run(panel, [exercise.answer, exercise.check]);
        panel.content.activeCellIndex = exercise.at + 1;
        goOn(panel);
      });
      place.replaceChildren(made("span", "", "This question is still open. "), button);
      place.scrollIntoView({ block: "nearest" });
    }

    async function bring(panel, cell) {
      const notebook = panel.content;
      notebook.activeCellIndex = notebook.widgets.indexOf(cell);
      await notebook.scrollToItem(notebook.activeCellIndex, "start");
      cell.node.scrollIntoView({ block: "start" });
    }

    /**
     * Bring a question and its figure into view. Where both fit, the figure stands at the top; where
     * they do not, the question ends the view and as much of the figure as fits stands above it.
     */
    async function together(panel, exercise) {
      const shows = (cell) => isCode(cell) && cell.node.querySelector("figure, canvas, img");
      const figure = exercise.between.some(shows) ? null : exercise.before.filter(shows).pop();
      if (figure) await Promise.all([...figure.node.querySelectorAll("img")].map((image) => image.decode().catch(() => {})));
      await bring(panel, exercise.heading);
      const view = (panel.content.outerNode || panel.content.node).getBoundingClientRect().height;
      for (const cell of exercise.between.filter(isCode)) shortened(cell, view / 3);
      if (!figure) return;
      const end = exercise.question.node;
      const fits = (cell) => end.getBoundingClientRect().bottom - cell.node.getBoundingClientRect().top <= view;
      if (figure.node.isConnected && fits(figure)) figure.node.scrollIntoView({ block: "start" });
      else if (fits(exercise.heading)) end.scrollIntoView({ block: "end" });
    }

    /** A long table between heading and field scrolls in a frame of its own. */
    function shortened(cell, most) {
      for (const place of cell.node.querySelectorAll(".jp-OutputArea-output")) {
        if (place.querySelector("figure, canvas, img") || place.getBoundingClientRect().height <= most) continue;
        place.classList.add("rr-long");
        place.style.maxHeight = `${most}px`;
        place.tabIndex = 0; // the arrow keys turn it too
        place.setAttribute("role", "region");
        place.setAttribute("aria-label", "A long table; it scrolls");
      }
    }

    /** The next lesson's link, in the bar, once nothing is open; its kernel needs this one's memory. */
    function following(panel) {
      const facts = factsOf(panel);
      if (!facts || !facts.next || panel.rrNext) return;
      panel.rrNext = tools.button(facts.next_title, async () => {
        await panel.context.save();
        await panel.sessionContext.shutdown();
        tools.open(panel.context.path.split(facts.slug).join(facts.next));
      });
      panel.toolbar.insertItem(0, "readingroom-next", panel.rrNext);
    }

    /** Back at a lesson begun before: bring the first question after the last answer. */
    function resume(panel) {
      const all = exercises(panel.content);
      const last = all.map(isOpen).lastIndexOf(false);
      if (last >= 0 && last + 1 < all.length) together(panel, all[last + 1]);
    }

    /** Ask the kernel to make ready what the lesson's first figure and check need. */
    function warm(panel) {
      const opening = panel.content.widgets.filter(isCode).map((cell) => /\brr\.lesson\(\s*["'](\d+)/.exec(sourceOf(cell))).find(Boolean);
      const kernel = panel.sessionContext.session && panel.sessionContext.session.kernel;
      if (!opening || !kernel) return;
      kernel.requestExecute({ code: `__import__("readingroom.kernel.ready").kernel.ready.begin("${opening[1]}")`,
                              silent: true, store_history: false, stop_on_error: false });
    }

    /** After `readingroom reset` the open tab takes the fresh copy: saving must not bring back the old. */
    function follow(panel) {
      const STAMP = "readingroom_reset";
      const look = async () => {
        const { path, contentsModel } = panel.context;
        const file = await tools.contents.get(path, { content: false });
        if (!contentsModel || file.last_modified === contentsModel.last_modified) return;
        const disk = (await tools.contents.get(path)).content.metadata[STAMP];
        if (!disk || disk === panel.context.model.getMetadata(STAMP)) return;
        await panel.context.revert();
        await panel.sessionContext.restartKernel();
        panel.rrSaid.textContent = "This is the fresh copy; your old file is in the folder put-aside.";
      };
      const timer = setInterval(() => { if (panel.isVisible) look().catch(() => {}); }, 2000);
      panel.disposed.connect(() => clearInterval(timer));
    }

    NotebookActions.executed.connect((_, { notebook, cell }) => {
      const panel = notebook.parent;
      if (ranIn.has(panel)) ranIn.get(panel).add(cell);
    });

    /** Call `then` a moment after the page has changed, save where the course itself changed it. */
    function watched(panel, then) {
      let due = 0;
      const later = () => { clearTimeout(due); due = setTimeout(then, 150); };
      const watch = new MutationObserver((changes) => {
        if (changes.some((change) => !change.target.closest || !change.target.closest(".rr-part, .rr-live"))) later();
      });
      watch.observe(panel.content.node, { childList: true, subtree: true });
      panel.disposed.connect(() => watch.disconnect());
      later();
    }

    function attend(panel) {
      panel.context.ready.then(() => {
        watched(panel, () => stacks(panel)); // in a learner's own notebook too
        if (!exercises(panel.content).length) return dressed(panel);
        const ran = () => ranIn.set(panel, new WeakSet());
        ran();
        panel.sessionContext.kernelChanged.connect(ran);
        panel.sessionContext.statusChanged.connect((_, status) => { if (/restarting|dead/.test(status)) ran(); });
        panel.sessionContext.ready.then(() => warm(panel));
        setTimeout(() => resume(panel), 500);
        follow(panel);
        const button = tools.button("Go on ▶", () => goOn(panel));
        button.node.title = "Run on to the next exercise (Alt+G)";
        panel.toolbar.insertItem(0, "readingroom-go-on", button);
        const said = tools.label();
        panel.rrSaid = said.node;
        panel.toolbar.insertItem(1, "readingroom-progress", said);
        watched(panel, () => dress(panel));
        panel.node.addEventListener("keydown", (event) => {
          if (event.altKey && event.key.toLowerCase() === "g") { event.preventDefault(); goOn(panel); }
        }, true);
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
            contents: app.serviceManager.contents,
            open: (path) => app.commands.execute("docmanager:open", { path }),
            button: (label, onClick) => new apputils.ToolbarButton({ label, onClick }),
            label: () => { const item = new lumino.Widget(); item.addClass("rr-bar"); item.node.setAttribute("role", "status"); return item; },
          });
          tracker.forEach(made.attend);
          tracker.widgetAdded.connect((_, panel) => made.attend(panel));
          // on a tablet the list of files would take half of the page; its tab opens it again
          if (window.innerWidth < TABLET) app.restored.then(() => app.shell.collapseLeft());
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
