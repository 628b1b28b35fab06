/* The stack: volumes to scroll, window, measure and mark. Written by hand, nothing is built.
 *
 * remoteEntry.js finds a figure that `readingroom.show.stack` made and calls mount(); what draws
 * here knows neither notebooks nor answers. A mark is written as the line `name = …` below the
 * figure, and the page's own button takes it from there. Tested by tests/show/test_stack_page.py
 * alone and by tests/test_mouse.py in JupyterLab.
 *
 * Mouse: wheel scrolls; drag draws, or scrolls where nothing is to be drawn; right drag, or Shift
 * and drag, moves the window. Keys: Page Up, Page Down, Home, End scroll, arrows too; Enter places
 * a mark, then arrows move it, Shift and arrows move its end, Delete takes it away.
 */
const REGIONS = ["#56B4E9", "#D55E00", "#009E73", "#CC79A7"];
const MARK = "#FFD23F";
const CHUNK = 1 << 19; // voxels asked for at a time
const NOTCH = 50, GLIDE = 30; // wheel distance: a mouse's notch, a touch pad's slice
const STYLE = `
.rr-stack{max-width:100%}
.rr-views{display:flex;flex-wrap:wrap;gap:.6em}
.rr-view{max-width:100%}
.rr-view canvas{display:block;max-width:100%;background:#000;touch-action:none;cursor:crosshair;border-radius:2px}
.rr-view canvas:focus-visible{outline:3px solid #D55E00;outline-offset:1px}
.rr-view input[type=range]{width:100%;box-sizing:border-box;margin:.2em 0}
.rr-view-title{font-size:.85em;display:flex;justify-content:space-between;gap:.6em;flex-wrap:wrap}
.rr-window{display:flex;flex-wrap:wrap;gap:.3em .9em;align-items:center;font-size:.85em;margin:.3em 0}
.rr-window label{display:inline-flex;gap:.4em;align-items:center}
.rr-literal{font-size:.9em;margin:.3em 0}
.rr-literal code{white-space:pre-wrap;overflow-wrap:anywhere}
`;

const made = (tag, name, text) => Object.assign(document.createElement(tag), { className: name || "", textContent: text || "" });
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const tenth = (value) => Math.round(value * 10) / 10;
const shown = (value) => (Math.abs(value) >= 20 || Number.isInteger(value) ? Math.round(value) : value.toFixed(2));

/** Deflated, then base64: back to bytes. */
async function bytesOf(text) {
  const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

/** One volume on its canvas. */
class View {
  constructor(spec, number, stack) {
    Object.assign(this, spec, { number, stack });
    [this.depth, this.rows, this.columns] = spec.shape;
    this.slice = spec.start;
    this.values = new Array(this.depth);
    this.masks = new Array(this.depth);
    this.mark = null;
    this.rolled = 0;
    this.build();
  }

  build() {
    const ratio = (this.rows * this.spacing[1]) / (this.columns * this.spacing[2]);
    const wide = this.stack.spec.width;
    const dense = Math.min(2, window.devicePixelRatio || 1);
    this.node = made("div", "rr-view");
    this.canvas = document.createElement("canvas");
    this.canvas.width = Math.round(wide * dense);
    this.canvas.height = Math.round(wide * ratio * dense);
    this.canvas.style.width = `${wide}px`;
    this.canvas.style.aspectRatio = `${this.canvas.width} / ${this.canvas.height}`;
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.paper = this.canvas.getContext("2d");
    this.small = document.createElement("canvas");
    [this.small.width, this.small.height] = [this.columns, this.rows];
    this.ink = this.small.getContext("2d");
    this.image = this.ink.createImageData(this.columns, this.rows);
    this.greys = new Uint32Array(this.image.data.buffer);
    const head = made("div", "rr-view-title");
    this.said = made("span");
    this.said.setAttribute("role", "status");
    this.told = made("span");
    head.append(made("b", "", this.title), this.said, this.told);
    this.range = Object.assign(document.createElement("input"), { type: "range", min: 0, max: this.depth - 1, value: this.slice });
    this.range.setAttribute("aria-label", `slice of ${this.title || "the volume"}`);
    this.range.addEventListener("input", () => this.go(Number(this.range.value)));
    this.range.addEventListener("keydown", (event) => event.stopPropagation());
    this.node.append(head, this.canvas, this.range);
    this.node.style.width = `${wide}px`;
    this.listen();
  }

  /** Turn to a slice; linked volumes turn with it, by place. */
  go(slice, leads = true) {
    const next = clamp(Math.round(slice), 0, this.depth - 1);
    if (next !== this.slice) {
      this.slice = next;
      this.range.value = next;
      this.stack.ask();
    }
    if (leads && this.stack.spec.linked) {
      for (const other of this.stack.views) if (other !== this) other.go(this.level(next, other), false);
    }
  }

  /** The slice of another volume at the same place. */
  level(slice, other) {
    if (other.depth === this.depth || !this.spacing[0] || !other.spacing[0]) return slice;
    return (slice * this.spacing[0]) / other.spacing[0];
  }

  draw() {
    const slice = this.values[this.slice];
    const { low, high } = this.stack;
    if (slice) {
      const scale = (255 / (high - low)) * this.slope;
      const shift = (this.intercept - low) * (255 / (high - low));
      for (let i = 0; i < slice.length; i += 1) {
        const value = slice[i] * scale + shift;
        const grey = value <= 0 ? 0 : value >= 255 ? 255 : value | 0;
        this.greys[i] = 0xff000000 | (grey << 16) | (grey << 8) | grey;
      }
      this.ink.putImageData(this.image, 0, 0);
    }
    const { width, height } = this.canvas;
    this.paper.imageSmoothingEnabled = true;
    this.paper.drawImage(this.small, 0, 0, width, height);
    if (!slice) { this.paper.fillStyle = "#000"; this.paper.fillRect(0, 0, width, height); }
    if (this.stack.outlined && this.masks[this.slice]) this.outline(this.masks[this.slice]);
    this.ruler();
    if (this.cursor) this.cross(this.cursor);
    if (this.mark && this.mark[0] === this.slice) this.drawMark();
    const words = `slice ${this.slice} of 0 to ${this.depth - 1}${slice ? "" : " · loading"}`;
    if (this.said.textContent !== words) this.said.textContent = words;
    this.canvas.dataset.slice = this.slice;
    this.canvas.setAttribute("aria-label", `${this.title || "volume"}, ${words}. ${this.stack.help}`);
  }

  /** Middle of a voxel on the canvas. */
  x(column) { return ((column + 0.5) / this.columns) * this.canvas.width; }
  y(row) { return ((row + 0.5) / this.rows) * this.canvas.height; }

  /** The edges between a region and its surroundings. */
  outline(mask) {
    const { rows, columns, paper } = this;
    const [across, down] = [this.canvas.width / columns, this.canvas.height / rows];
    const paths = new Map();
    for (let i = 0; i < mask.length; i += 1) {
      const region = mask[i];
      if (!region) continue;
      const [row, column] = [(i / columns) | 0, i % columns];
      if (!paths.has(region)) paths.set(region, new Path2D());
      const path = paths.get(region);
      const line = (r0, c0, r1, c1) => { path.moveTo(c0 * across, r0 * down); path.lineTo(c1 * across, r1 * down); };
      if (!row || mask[i - columns] !== region) line(row, column, row, column + 1);
      if (row === rows - 1 || mask[i + columns] !== region) line(row + 1, column, row + 1, column + 1);
      if (!column || mask[i - 1] !== region) line(row, column, row + 1, column);
      if (column === columns - 1 || mask[i + 1] !== region) line(row, column + 1, row + 1, column + 1);
    }
    paper.lineWidth = Math.max(1.5, this.canvas.width / 240);
    for (const [region, path] of paths) { paper.strokeStyle = REGIONS[(region - 1) % REGIONS.length]; paper.stroke(path); }
  }

  /** A bar of round length, so that sizes can be judged. */
  ruler() {
    const whole = this.columns * this.spacing[2];
    const bar = [1, 2, 5, 10, 20, 50, 100, 200].filter((mm) => mm <= whole / 3).pop() || whole / 3;
    const { paper, canvas } = this;
    const long = (bar / whole) * canvas.width;
    const [x, y] = [canvas.width * 0.03, canvas.height * 0.96];
    paper.fillStyle = "#000a";
    paper.fillRect(x - 3, y - canvas.width / 18, long + 6, canvas.width / 18 + 5);
    paper.fillStyle = "#fff";
    paper.fillRect(x, y, long, Math.max(2, canvas.width / 200));
    paper.font = `${Math.max(11, canvas.width / 30)}px sans-serif`;
    paper.fillText(`${bar} mm`, x, y - 4, long + 40);
  }

  cross([row, column]) {
    const { paper } = this;
    paper.strokeStyle = "#ffffff90";
    paper.lineWidth = 1;
    paper.beginPath();
    paper.moveTo(this.x(column), 0); paper.lineTo(this.x(column), this.canvas.height);
    paper.moveTo(0, this.y(row)); paper.lineTo(this.canvas.width, this.y(row));
    paper.stroke();
  }

  drawMark() {
    const { paper, mark } = this;
    const { draw } = this.stack.spec;
    const path = new Path2D();
    const cap = this.canvas.width / 60;
    if (draw === "point") {
      path.arc(this.x(mark[2]), this.y(mark[1]), cap, 0, 7);
    } else if (draw === "line") {
      const [x0, y0, x1, y1] = [this.x(mark[2]), this.y(mark[1]), this.x(mark[4]), this.y(mark[3])];
      const length = Math.hypot(x1 - x0, y1 - y0) || 1;
      const [nx, ny] = [((y0 - y1) / length) * cap, ((x1 - x0) / length) * cap];
      path.moveTo(x0, y0); path.lineTo(x1, y1);
      for (const [x, y] of [[x0, y0], [x1, y1]]) { path.moveTo(x - nx, y - ny); path.lineTo(x + nx, y + ny); }
    } else {
      path.rect(this.x(mark[3] - 0.5), this.y(mark[1] - 0.5), this.x(mark[4]) - this.x(mark[3]), this.y(mark[2]) - this.y(mark[1]));
    }
    for (const [width, colour] of [[4, "#000"], [2, MARK]]) {
      paper.lineWidth = width * Math.max(1, this.canvas.width / 500);
      paper.strokeStyle = colour;
      paper.stroke(path);
    }
  }

  millimetres() {
    const { mark } = this;
    if (!mark || this.stack.spec.draw !== "line") return "";
    return `${Math.hypot((mark[3] - mark[1]) * this.spacing[1], (mark[4] - mark[2]) * this.spacing[2]).toFixed(1)} mm`;
  }

  /** Row and column under the pointer, in voxels. */
  at(event) {
    const frame = this.canvas.getBoundingClientRect();
    return [
      clamp(((event.clientY - frame.top) / frame.height) * this.rows - 0.5, -0.5, this.rows - 0.5),
      clamp(((event.clientX - frame.left) / frame.width) * this.columns - 0.5, -0.5, this.columns - 0.5),
    ];
  }

  /** A mark from two places of the pointer. */
  marked(start, end) {
    const [r0, c0, r1, c1] = [...start, ...end].map(tenth);
    const { draw } = this.stack.spec;
    if (draw === "point") return [this.slice, Math.round(end[0]), Math.round(end[1])].map((v) => Math.max(0, v));
    if (draw === "line") return [this.slice, r0, c0, r1, c1];
    const edge = (value, most) => clamp(Math.round(value + 0.5), 0, most);
    const [rows, columns] = [[r0, r1].map((v) => edge(v, this.rows)), [c0, c1].map((v) => edge(v, this.columns))];
    return [this.slice, Math.min(...rows), Math.max(...rows), Math.min(...columns), Math.max(...columns)];
  }

  listen() {
    const { canvas, stack } = this;
    let start = null, how = "";
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      const far = event.deltaMode === 1 ? event.deltaY * 30 : event.deltaY;
      if (Math.abs(far) >= NOTCH) { this.rolled = 0; this.go(this.slice + Math.sign(far)); return; }
      this.rolled += far;
      if (Math.abs(this.rolled) >= GLIDE) { this.go(this.slice + Math.sign(this.rolled)); this.rolled = 0; }
    }, { passive: false });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    canvas.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      try { canvas.setPointerCapture(event.pointerId); } catch (error) { /* a pointer that is gone */ }
      how = event.button === 2 || event.shiftKey ? "window" : stack.spec.draw ? "mark" : "scroll";
      start = { at: this.at(event), x: event.clientX, y: event.clientY, slice: this.slice, low: stack.low, high: stack.high };
      if (how === "mark" && stack.spec.draw === "point") this.set(this.marked(start.at, start.at));
    });
    canvas.addEventListener("pointermove", (event) => {
      const here = this.at(event);
      this.read(here);
      if (!start) return;
      if (how === "window") {
        const span = start.high - start.low;
        const width = span * Math.exp((event.clientX - start.x) / 200);
        const centre = (start.low + start.high) / 2 + ((event.clientY - start.y) / 300) * span;
        stack.windowed(centre - width / 2, centre + width / 2);
      } else if (how === "scroll") {
        this.go(start.slice + (event.clientY - start.y) / 6);
      } else if (stack.spec.draw === "point" || Math.hypot(event.clientX - start.x, event.clientY - start.y) > 3) {
        this.set(this.marked(start.at, here));
      }
    });
    const done = () => { if (start && how === "mark") stack.write(); start = null; };
    canvas.addEventListener("pointerup", done);
    canvas.addEventListener("pointercancel", done);
    canvas.addEventListener("pointerleave", () => { stack.point(null); this.told.textContent = ""; });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const here = this.mark && this.mark[0] === this.slice;
    const turn = { PageUp: 1, PageDown: -1, Home: -this.depth, End: this.depth, "+": 1, "-": -1 }[event.key];
    if (turn) this.go(this.slice + turn);
    else if (event.key === "Enter" && this.stack.spec.draw) { this.place(); this.stack.write(); }
    else if ((event.key === "Delete" || event.key === "Backspace") && this.mark) { this.set(null); this.stack.write(); }
    else if (step && here) { this.move(step, event.shiftKey); this.stack.write(); }
    else if (step) this.go(this.slice - step[0] + step[1]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A mark in the middle of the slice. */
  place() {
    const { draw } = this.stack.spec;
    const [row, column] = [this.rows, this.columns].map((n) => n / 2 - (draw === "box" ? 0.5 : 0));
    const reach = draw === "point" ? 0 : Math.max(1, Math.round(this.columns / 12));
    const down = draw === "box" ? reach : 0;
    this.set(this.marked([row - down, column - reach], [row + down, column + reach]));
  }

  /** Move a mark, or with `end` its second end, by a step. */
  move([down, right], end) {
    const by = this.stack.spec.draw === "line" ? 0.5 : 1;
    const [d, r] = [down * by, right * by];
    const next = [...this.mark];
    const { draw } = this.stack.spec;
    const places = draw === "point" ? [[1, d], [2, r]]
      : draw === "line" ? (end ? [[3, d], [4, r]] : [[1, d], [2, r], [3, d], [4, r]])
        : end ? [[2, d], [4, r]] : [[1, d], [2, d], [3, r], [4, r]];
    for (const [place, change] of places) next[place] = tenth(next[place] + change);
    const most = draw === "box" ? [this.rows, this.rows, this.columns, this.columns] : [this.rows, this.columns, this.rows, this.columns];
    const low = draw === "line" ? -0.5 : 0, less = draw === "box" ? 0 : draw === "line" ? 0.5 : 1;
    const inside = next.slice(1).every((value, i) => value >= low && value <= most[i] - less);
    if (inside && (draw !== "box" || (next[2] > next[1] && next[4] > next[3]))) this.set(next);
  }

  set(mark) { this.mark = mark; this.stack.ask(); }

  /** Value under the pointer, and the same place in linked volumes. */
  read([row, column]) {
    const [r, c] = [clamp(Math.round(row), 0, this.rows - 1), clamp(Math.round(column), 0, this.columns - 1)];
    const slice = this.values[this.slice];
    const value = slice ? shown(slice[r * this.columns + c] * this.slope + this.intercept) : "";
    this.told.textContent = `row ${r}, column ${c}${value === "" ? "" : `: ${value} ${this.unit}`}`;
    this.stack.point(this, row / this.rows, column / this.columns);
  }

  /** Ask for the slices, from the one in view outwards. */
  async load(part) {
    const many = clamp(Math.floor(CHUNK / (this.rows * this.columns)), 1, 32);
    const starts = [];
    for (let first = 0; first < this.depth; first += many) starts.push(first);
    starts.sort((a, b) => Math.abs(a + many / 2 - this.slice) - Math.abs(b + many / 2 - this.slice));
    for (const first of starts) {
      const last = Math.min(this.depth, first + many);
      for (const mask of this.mask ? [false, true] : [false]) {
        const text = await part(this.number, first, last, mask);
        if (!text) return false;
        const buffer = await bytesOf(text);
        const Kind = mask || this.bytes === 1 ? Uint8Array : Int16Array;
        const plane = this.rows * this.columns;
        for (let k = first; k < last; k += 1) {
          (mask ? this.masks : this.values)[k] = new Kind(buffer, (k - first) * plane * Kind.BYTES_PER_ELEMENT, plane);
        }
      }
      this.stack.ask();
    }
    return true;
  }
}

/** Volumes beside each other under one window. */
class Stack {
  constructor(figure, spec) {
    Object.assign(this, { figure, spec, due: 0, outlined: true });
    [this.low, this.high] = spec.window;
    this.help = "Page Up and Page Down scroll."
      + (spec.draw ? ` Enter places a ${spec.draw}, arrows move it, Shift and arrows move its end, Delete removes it.` : "");
    this.node = made("div", "rr-stack rr-live");
    this.views = spec.views.map((view, i) => new View(view, i, this));
    const row = made("div", "rr-views");
    row.append(...this.views.map((view) => view.node));
    this.node.append(row, this.controls());
    if (spec.draw) {
      this.line = made("div", "rr-literal");
      this.code = document.createElement("code");
      this.length = made("span", "rr-live");
      this.line.append(made("span", "", "Typed, this is: "), this.code, this.length);
    }
  }

  controls() {
    const bar = made("div", "rr-window");
    const slope = this.views[0];
    const span = slope.bytes === 1 ? [0, 255] : [slope.intercept - 32768 * slope.slope, slope.intercept + 32767 * slope.slope];
    const wide = Math.min(span[1] - span[0], 8 * (this.high - this.low));
    const centre = (this.low + this.high) / 2;
    this.fields = [["window centre", centre - wide / 2, centre + wide / 2], ["window width", wide / 1000, wide]].map(([label, min, max]) => {
      const input = Object.assign(document.createElement("input"), { type: "range", min, max, step: (max - min) / 1000 });
      input.addEventListener("keydown", (event) => event.stopPropagation());
      input.addEventListener("input", () => {
        const [middle, width] = this.fields.map((field) => Number(field.value));
        this.windowed(middle - width / 2, middle + width / 2);
      });
      const holder = made("label", "", label);
      holder.append(input);
      bar.append(holder);
      return input;
    });
    for (const [word, low, high] of this.spec.windows) {
      const button = made("button", "rr-word", word);
      button.type = "button";
      button.addEventListener("click", () => this.windowed(low, high));
      button.addEventListener("keydown", (event) => event.stopPropagation());
      bar.append(button);
    }
    if (this.spec.views.some((view) => view.mask)) {
      const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
      box.addEventListener("change", () => { this.outlined = box.checked; this.ask(); });
      box.addEventListener("keydown", (event) => event.stopPropagation());
      const holder = made("label", "");
      holder.append(box, "outlines");
      bar.append(holder);
    }
    bar.append(made("span", "", "Wheel: scroll. Right drag: window."));
    this.windowed(this.low, this.high);
    return bar;
  }

  windowed(low, high) {
    this.low = low;
    this.high = Math.max(high, low + 1e-9);
    this.fields[0].value = (this.low + this.high) / 2;
    this.fields[1].value = this.high - this.low;
    this.ask();
  }

  /** Draw once before the next frame, whatever changed until then. */
  ask() {
    if (this.due || !this.views) return;
    this.due = requestAnimationFrame(() => { this.due = 0; this.views.forEach((view) => view.draw()); this.measured(); });
  }

  measured() {
    if (this.length) this.length.textContent = this.views.map((view) => view.millimetres()).filter(Boolean).map((text) => ` · ${text}`).join("");
  }

  /** The pointer's place in every other linked volume. */
  point(from, row, column) {
    if (!this.spec.linked) return;
    for (const view of this.views) view.cursor = from && view !== from ? [row * view.rows, column * view.columns] : null;
    this.ask();
  }

  /** The line that the marks stand for. */
  write() {
    const texts = this.views.map((view) => (view.mark ? `(${view.mark.join(", ")})` : "?"));
    this.code.textContent = `${this.spec.name} = ${texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`}`;
    this.measured();
  }

  /** Take marks back from an answer that was given before. */
  recall(text) {
    const numbers = (text.match(/-?\d+(?:\.\d+)?/g) || []).map(Number);
    const each = { point: 3, line: 5, box: 5 }[this.spec.draw];
    if (!each || numbers.length !== each * this.views.length) return;
    this.views.forEach((view, i) => {
      view.mark = numbers.slice(i * each, (i + 1) * each);
      view.slice = clamp(view.mark[0], 0, view.depth - 1);
      view.range.value = view.slice;
    });
  }
}

let styled = false;

/** Put a stack in the place of its picture; false where its slices cannot be had any more.
 *
 * part(view, first, last, mask) answers with slices as `readingroom.show.stacks.part` packs them.
 */
export async function mount(figure, part, held = "") {
  const spec = JSON.parse(figure.dataset.rrStack);
  if (!(await part(0, 0, 1, false))) return false;
  if (!styled) { document.head.append(made("style", "", STYLE)); styled = true; }
  const stack = new Stack(figure, spec);
  if (held) stack.recall(held);
  const picture = figure.querySelector("img");
  stack.node.setAttribute("role", "group");
  stack.node.setAttribute("aria-label", picture.alt);
  picture.replaceWith(stack.node);
  if (stack.line) { stack.node.after(stack.line); stack.write(); }
  stack.ask();
  for (const view of stack.views) if (!(await view.load(part))) return false;
  figure.dataset.rrLoaded = "yes";
  return true;
}
