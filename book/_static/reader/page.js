// The page of the film reader: a film in; the gate's verdict, scores, spread and heat map out.
(() => {
  "use strict";
  const home = globalThis.filmReader, { rules, said, Unreadable } = home;
  const PANELS = [home.panel_children, home.panel_simulated];
  const LARGEST_FILE = 60_000_000; // bytes
  const AGE_UNKNOWN = "The file does not say how old the patient is.";
  const find = (id) => document.getElementById(id);
  const nets = new Map();

  function make(tag, fields = {}, ...inside) {
    const made = Object.assign(document.createElement(tag), fields);
    made.append(...inside);
    return made;
  }

  const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  function networksOf(panel) {
    if (!nets.has(panel)) {
      nets.set(panel, panel.seeds.map((seed) => home.network(bytesOf(seed.base64), panel)));
    }
    return nets.get(panel);
  }

  // bytes of any file to a film, whether it is coloured, and what its header says
  async function decoded(bytes) {
    if (!bytes.length) throw new Unreadable("empty file (0 bytes)");
    const starts = (...wanted) => wanted.every((byte, k) => bytes[k] === byte);
    const kind = starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) ? "PNG"
      : starts(0xff, 0xd8, 0xff) ? "JPEG" : home.isDicom(bytes) ? "DICOM" : "";
    if (!kind) throw new Unreadable(rules.words.unreadable);
    if (kind === "JPEG" && !home.honest()) {
      throw new Unreadable("this browser alters pictures that a page reads; use a PNG or DICOM file");
    }
    try {
      if (kind === "PNG") return await home.png(bytes);
      return kind === "JPEG" ? await home.jpeg(bytes) : await home.dicom(bytes, rules);
    } catch (problem) {
      if (problem instanceof Unreadable) throw problem;
      throw new Unreadable(`${kind} cut short or damaged`);
    }
  }

  // refuse what has no picture in it, in the words of readingroom.reader
  function legible({ pixels, width, height }) {
    const [short, long] = [Math.min(width, height), Math.max(width, height)], { words } = rules;
    if (short < rules.smallest) return said(words.too_small, { long, short, smallest: rules.smallest });
    if (long > rules.longest * short) return said(words.strip, { long, short });
    return pixels.every((v) => v === pixels[0]) ? words.flat : "";
  }

  // why a film is out of scope: the gate on header and greys
  function scope({ film, coloured, header }) {
    const { words } = rules, reasons = [...(header?.reasons ?? [])];
    if (coloured) reasons.push(words.colour);
    reasons.push(...home.ofPicture(film, rules));
    const sentences = reasons.map((reason) => `${reason[0].toUpperCase()}${reason.slice(1)}.`);
    if (header?.view === "PA") sentences.push(said(words.not_ap, { view: "PA" }));
    return sentences;
  }

  function score(film, panel) {
    const all = networksOf(panel), start = performance.now();
    const found = home.readAll(all, home.squared(film, panel.size), panel.size, panel.output);
    const { scores } = found, mean = scores.reduce((a, b) => a + b, 0) / scores.length;
    return { ...found, mean, low: Math.min(...scores), high: Math.max(...scores),
      milliseconds: performance.now() - start };
  }

  const spread = ({ scores, low, high }) => (scores.length > 1
    ? `${scores.length} networks: ${low.toFixed(2)} to ${high.toFixed(2)}` : "one network");

  // a film on a canvas; with a map the hotter, the less of the film shines through
  function canvas(film, heat, alt) {
    const size = Math.min(rules.shown, film.width, film.height), grey = home.squared(film, size);
    const drawn = make("canvas", { width: size, height: size, role: "img" });
    drawn.setAttribute("aria-label", `${alt} ${rules.warning}`);
    const brush = drawn.getContext("2d"), image = brush.createImageData(size, size);
    const share = heat ? enlarged(heat, size) : null;
    for (let k = 0; k < size * size; k += 1) {
      const warm = share ? share[k] : 0, veil = 0.65 * warm ** 0.7;
      const colour = rules.heat[Math.min(Math.floor(warm * 256), 255)];
      for (let c = 0; c < 3; c += 1) image.data[4 * k + c] = (1 - veil) * grey[k] + veil * colour[c];
      image.data[4 * k + 3] = 255;
    }
    brush.putImageData(image, 0, 0);
    return drawn;
  }

  // a map enlarged as every viewer does, bilinear between the centres of its cells
  function enlarged(heat, size) {
    const grid = Math.sqrt(heat.length), top = Math.max(...heat), out = new Float32Array(size * size);
    if (top <= 0) return out;
    const place = (k) => Math.min(Math.max(((k + 0.5) * grid) / size - 0.5, 0), grid - 1);
    for (let y = 0; y < size; y += 1) {
      const v = place(y), row = Math.min(Math.floor(v), grid - 2), down = v - row;
      for (let x = 0; x < size; x += 1) {
        const u = place(x), column = Math.min(Math.floor(u), grid - 2), right = u - column;
        const at = row * grid + column;
        const upper = heat[at] * (1 - right) + heat[at + 1] * right;
        const lower = heat[at + grid] * (1 - right) + heat[at + grid + 1] * right;
        out[y * size + x] = (upper * (1 - down) + lower * down) / top;
      }
    }
    return out;
  }

  const figure = (picture, words) => make("figure", {}, picture, make("figcaption", {}, words));

  // the scores as dots on a line from 0 to 1, their mean as a bar
  function ruler({ scores, mean }) {
    const line = make("div", { className: "fr-ruler" });
    line.setAttribute("aria-hidden", "true");
    const put = (value, name) => {
      const mark = make("span", { className: name });
      mark.style.left = `${100 * value}%`;
      line.append(mark);
    };
    scores.forEach((value) => put(value, "fr-dot"));
    put(mean, "fr-mean");
    return make("div", {}, line, make("div", { className: "fr-ends" }, make("span", {}, "0"),
      make("span", {}, "1")));
  }

  let now = null; // the film that is shown

  function shown(film, panel) {
    const found = score(film, panel), said = `score for ${panel.finding} ${found.mean.toFixed(2)}`;
    const inner = make("div", { className: "fr-score" },
      make("p", {}, make("strong", { className: "fr-number" }, found.mean.toFixed(2)),
        ` score for ${panel.finding} (${spread(found)}). A rank, not a probability.`),
      ruler(found),
      make("div", { className: "fr-pair" },
        figure(canvas(film, null, "The film."), "the film"),
        figure(canvas(film, found.heat, `The film with its heat map; ${said}, ${spread(found)}.`),
          found.heat.some((cell) => cell > 0) ? "what spoke for a high score" : "nothing spoke for it")),
      make("p", { className: "fr-small" },
        `${found.milliseconds.toFixed(0)} ms. ${rules.warning}`));
    now.found = found;
    return inner;
  }

  function alone(film) {
    return make("div", { className: "fr-pair" }, figure(canvas(film, null, "The film."), "the film"));
  }

  const button = (words, act) => {
    const made = make("button", { type: "button", className: "fr-button" }, words);
    made.addEventListener("click", act);
    return made;
  };

  function hidden(reasons, panel, grown) {
    const why = reasons.map((reason) => make("li", {}, reason));
    const box = make("div", { className: "fr-out" },
      make("p", {}, make("strong", {}, "Out of scope. The score is hidden: here it means nothing.")),
      make("ul", {}, ...why));
    if (grown && panel === PANELS[0]) box.append(make("p", {}, home.adults));
    box.append(button("Show the score all the same", () => draw({ asked: true })));
    return box;
  }

  function question() {
    return make("div", { className: "fr-out" },
      make("p", {}, make("strong", {}, `${AGE_UNKNOWN} Whose film is it?`)),
      button("A child of 1 to 5", () => draw({ child: true })),
      button("An adult or another child", () => draw({ other: true })),
      button("I do not know", () => draw({ other: true })));
  }

  // show what may be shown of the film at hand, given what the visitor has said of it
  function draw(told) {
    Object.assign(now, told);
    const panel = PANELS[find("fr-panel").value], { film, name, reasons, header } = now;
    const trained = `Trained on ${panel.learned_from}.`;
    find("fr-trained").textContent = trained;
    const outside = now.other ? [...reasons, `The program is for ${rules.scope}.`] : reasons;
    const ageless = now.age === undefined && (header?.age ?? null) === null && !now.child;
    const older = now.other || (now.age ?? header?.age ?? 0) >= rules.ages[1];
    const parts = [make("h2", {}, name),
      make("p", { className: "fr-warning" }, make("strong", {}, trained),
        " For teaching only. Not for patients.")];
    if (outside.length) {
      if (!now.asked) parts.push(hidden(outside, panel, older), alone(film));
      else parts.push(make("p", { className: "fr-out" },
        `Out of scope. ${outside.join(" ")} The score below means nothing.`), shown(film, panel));
    } else if (ageless) parts.push(question(), alone(film));
    else parts.push(shown(film, panel));
    if (header?.unasked.length) {
      parts.push(make("p", { className: "fr-small" },
        `The file does not say: ${header.unasked.join(", ")}.`));
    }
    if (now.simulated && panel === PANELS[0]) {
      parts.push(make("p", { className: "fr-small" }, "The film is simulated; these networks "
        + "learned from real films. “Read by” has a network of simulated films as well."));
    }
    find("fr-result").replaceChildren(...parts);
    find("fr-result").dataset.state = `done ${name}`;
  }

  function refused(sentence) {
    now = null;
    find("fr-result").replaceChildren(make("p", { className: "fr-out" },
      make("strong", {}, "Not read. "), sentence));
    find("fr-result").dataset.state = "refused";
  }

  async function bring(name, bytes, known = {}) {
    const { words } = rules;
    try {
      const found = await decoded(bytes), blank = legible(found.film);
      if (blank) {
        refused(blank);
        return;
      }
      now = { name, ...found, ...known };
      now.reasons = [...(known.reasons ?? []), ...scope(found)];
      draw({});
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      refused(said(words.use, { name, problem: problem.message }));
    }
  }

  async function file(one) {
    if (!one) return;
    const name = one.name.slice(0, 60);
    if (one.size > LARGEST_FILE) {
      refused(`${name} has ${(one.size / 1e6).toFixed(0)} MB; a film has less than 60.`);
      return;
    }
    find("fr-result").replaceChildren(make("p", {}, "Reading …"));
    await bring(name, new Uint8Array(await one.arrayBuffer()));
    find("fr-result").scrollIntoView({ block: "nearest" });
  }

  // a film that comes with the page: its age and view stand beside it as in a header
  function known({ age, view }) {
    const { words } = rules, reasons = [];
    if (age < rules.ages[0] || age >= rules.ages[1]) {
      reasons.push(`${said(words.years, { years: age, scope: rules.scope })}.`);
    }
    if (view !== "AP") reasons.push(said(words.not_ap, { view }));
    return { age, reasons, simulated: true };
  }

  function listed(film) {
    const picture = make("img", { src: `data:image/png;base64,${film.png}`, alt: film.alt,
      width: 96, height: 96 });
    const made = button("", async () => {
      await bring(`Simulated: ${film.title}`, bytesOf(film.png), known(film));
      find("fr-result").scrollIntoView({ block: "nearest" });
    });
    made.append(picture, make("span", {}, film.title));
    return make("li", {}, made);
  }

  PANELS.forEach((panel, k) => {
    const several = panel.seeds.length > 1 ? `${panel.seeds.length} networks` : "one network";
    find("fr-panel").append(make("option", { value: k },
      `${several}, ${panel.finding}: ${panel.learned_from}`));
  });
  find("fr-films").append(...home.films.map(listed));
  find("fr-panel").addEventListener("change", () => now && draw({}));
  for (const id of ["fr-file", "fr-photo"]) {
    find(id).addEventListener("change", ({ target }) => {
      file(target.files[0]);
      target.value = ""; // the same film may be brought again
    });
  }
  const drop = find("film-reader");
  for (const name of ["dragover", "drop"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      if (name === "drop") file(event.dataTransfer.files[0]);
    });
  }
  find("fr-trained").textContent = `Trained on ${PANELS[0].learned_from}.`;
  drop.hidden = false;
  // the networks unpack while the visitor looks for a film
  setTimeout(() => PANELS.forEach(networksOf), 50);

  Object.assign(home, { decoded, score, scope, panels: PANELS, current: () => now });
})();
