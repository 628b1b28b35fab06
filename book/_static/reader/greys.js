// Greys as Python prepares them: squared, spread, and asked whether they are a chest film at all.
// The rules and their words come from readingroom.data.gate, by way of rules.js.
(() => {
  "use strict";
  const home = (globalThis.filmReader ??= {});

  class Unreadable extends Error {}

  // to the nearest whole number, halves to the even one, as numpy does
  function even(x) {
    const low = Math.floor(x), rest = x - low;
    return rest === 0.5 ? low + (low & 1) : Math.floor(x + 0.5);
  }

  // Pillow's filters of eight-bit greys: fixed point of 22 bits, rows first, rounded after each
  const sinc = (x) => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));
  const LANCZOS = { reach: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) };
  const BICUBIC = { reach: 2, at: (x) => {
    const far = Math.abs(x);
    if (far < 1) return (1.5 * far - 2.5) * far * far + 1;
    return far < 2 ? (((far - 5) * far + 8) * far - 4) * -0.5 : 0;
  } };

  function weightsOf(from, to, { reach, at }) {
    const scale = from / to, wider = Math.max(scale, 1), support = reach * wider;
    return Array.from({ length: to }, (_, place) => {
      const centre = (place + 0.5) * scale;
      const first = Math.max(Math.trunc(centre - support + 0.5), 0);
      const last = Math.min(Math.trunc(centre + support + 0.5), from);
      const weights = [];
      for (let k = first; k < last; k += 1) weights.push(at((k - centre + 0.5) / wider));
      const sum = weights.reduce((a, b) => a + b, 0);
      return { first, weights: Int32Array.from(weights, (w) => {
        const fixed = (w / sum) * 4194304;
        return Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5);
      }) };
    });
  }

  const clipped = (sum) => Math.min(Math.max(sum >> 22, 0), 255);

  // a part of a film that begins at `left`, `top`, resized to (tall, wide)
  function resized({ pixels, width }, [left, top, across, down], wide, tall, kernel) {
    const rows = new Uint8Array(down * wide), out = new Uint8Array(tall * wide);
    const table = weightsOf(across, wide, kernel);
    for (let y = 0; y < down; y += 1) {
      const start = (top + y) * width + left;
      for (let x = 0; x < wide; x += 1) {
        const { first, weights } = table[x];
        let sum = 1 << 21;
        for (let k = 0; k < weights.length; k += 1) sum += pixels[start + first + k] * weights[k];
        rows[y * wide + x] = clipped(sum);
      }
    }
    weightsOf(down, tall, kernel).forEach(({ first, weights }, y) => {
      for (let x = 0; x < wide; x += 1) {
        let sum = 1 << 21;
        for (let k = 0; k < weights.length; k += 1) sum += rows[(first + k) * wide + x] * weights[k];
        out[y * wide + x] = clipped(sum);
      }
    });
    return out;
  }

  // the central square of a film, resized; nothing is squashed
  function squared(film, size) {
    const { pixels, width, height } = film, edge = Math.min(width, height);
    const top = Math.floor((height - edge) / 2), left = Math.floor((width - edge) / 2);
    if (edge !== size) return resized(film, [left, top, edge, edge], size, size, LANCZOS);
    const out = new Uint8Array(size * size);
    for (let y = 0; y < size; y += 1) {
      const from = (top + y) * width + left;
      out.set(pixels.subarray(from, from + size), y * size);
    }
    return out;
  }

  // RGB to greys, and whether the channels really differ, as in a picture with coloured marks
  function ofColours(rgb, width, height, step = 3) {
    const pixels = new Uint8Array(width * height);
    const planes = [0, 1, 2].map(() => new Uint8Array(width * height));
    for (let k = 0; k < pixels.length; k += 1) {
      const [r, g, b] = [rgb[k * step], rgb[k * step + 1], rgb[k * step + 2]];
      pixels[k] = (r * 19595 + g * 38470 + b * 7471 + 32768) >> 16;
      planes[0][k] = r;
      planes[1][k] = g;
      planes[2][k] = b;
    }
    const [red, green, blue] = planes.map((plane) => (
      resized({ pixels: plane, width }, [0, 0, width, height], 64, 64, BICUBIC)));
    const coloured = red.some((r, k) => (
      Math.max(r, green[k], blue[k]) - Math.min(r, green[k], blue[k]) > 24));
    return { film: { pixels, width, height }, coloured };
  }

  // the value below which a share of sorted numbers lies; `at(k)` is the k-th of n
  function percentile(at, n, share) {
    const place = (n - 1) * share, low = Math.floor(place), rest = place - low;
    const a = at(low), b = at(Math.min(low + 1, n - 1));
    return rest < 0.5 ? a + (b - a) * rest : b - (b - a) * (1 - rest);
  }

  // The darkest and brightest number a film is shown over: of its middle four fifths, without
  // their outermost 1 %. `codes` point into `values`, the distinct numbers; some lie outside.
  function filmRange(codes, width, height, values, outside) {
    const counts = new Float64Array(values.length), all = new Uint8Array(values.length);
    const top = Math.floor(height / 10), left = Math.floor(width / 10);
    for (let y = 0; y < height; y += 1) {
      const middle = y >= top && y < height - top;
      for (let x = 0; x < width; x += 1) {
        const code = codes[y * width + x];
        if (outside?.[code] || !Number.isFinite(values[code])) continue;
        all[code] = 1;
        if (middle && x >= left && x < width - left) counts[code] += 1;
      }
    }
    const order = [...all.keys()].filter((k) => all[k]).sort((a, b) => values[a] - values[b]);
    if (!order.length) return [0, 0];
    const inside = order.filter((k) => counts[k]), ends = [];
    let n = 0;
    for (const k of inside) ends.push((n += counts[k]));
    const at = (k) => values[inside[ends.findIndex((end) => k < end)]];
    if (n) {
      const [low, high] = [0.01, 0.99].map((share) => percentile(at, n, share));
      if (high > low) return [low, high];
    }
    return [values[order[0]], values[order.at(-1)]];
  }

  // deep greys onto 0 to 255, in single precision as in Python
  function spread(codes, width, height, depth) {
    const values = Float32Array.from({ length: depth }, (_, k) => k), { fround } = Math;
    const [low, high] = filmRange(codes, width, height, values);
    const factor = fround(255 / Math.max(high - low, 1e-6)), dark = fround(low), bright = fround(high);
    const table = Uint8Array.from(values, (v) => (
      even(fround(fround(Math.min(Math.max(v, dark), bright) - dark) * factor))));
    return { pixels: Uint8Array.from(codes, (code) => table[code]), width, height };
  }

  // a sentence of Python's with its gaps filled: {view:.20} is cut after 20 letters
  const said = (sentence, filled = {}) => sentence.replace(
    /\{(\w+)(?::\.(\d+)(f?))?\}/g, (_, name, digits, number) => {
      return digits && !number ? String(filled[name]).slice(0, digits) : String(filled[name]);
    });

  const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;

  function deviation(list) {
    const middle = mean(list);
    return Math.sqrt(mean(list.map((v) => (v - middle) ** 2)));
  }

  function typical({ typical: half }) {
    const whole = half.flatMap((row) => [...row, ...[...row].reverse()]);
    const middle = mean(whole), wide = deviation(whole);
    return whole.map((v) => (v - middle) / wide);
  }

  // what the greys say against a frontal chest film; the same rules as in Python
  function ofPicture(film, rules) {
    const { grid, words } = rules, size = 4 * grid;
    const small = Array.from(squared(film, size)), wide = deviation(small);
    if (wide < rules.flat) return [words.blank];
    const cells = Array(grid * grid).fill(0);
    small.forEach((v, k) => {
      cells[Math.floor(k / size / 4) * grid + Math.floor((k % size) / 4)] += v / 16;
    });
    if (deviation(cells) < rules.by_cells * wide) return [words.noise];
    const reasons = [], empty = small.filter((v) => v < rules.black).length / small.length;
    if (empty > rules.empty) reasons.push(said(words.empty, { percent: even(100 * empty) }));
    const middle = mean(cells), far = deviation(cells);
    const z = cells.map((v) => (v - middle) / far);
    const turned = turnedHow(z, rules);
    if (turned) reasons.push(words[turned]);
    return turned && turned !== "unlike" ? reasons : [...reasons, ...anatomy(z, rules)];
  }

  // how a picture that is unlike a chest film would become like one; else that nothing does
  function turnedHow(z, { grid, like, ...rules }) {
    const model = typical(rules), last = grid - 1;
    const likeness = (from) => mean(model.map((m, k) => {
      return m * from(Math.floor(k / grid), k % grid);
    }));
    const at = (y, x) => z[y * grid + x];
    if (likeness(at) >= like) return "";
    const ways = [
      ["inverted", likeness((y, x) => -at(y, x))],
      ["upside_down", likeness((y, x) => at(last - y, x))],
      ["on_its_side", likeness((y, x) => at(x, last - y))],
      ["on_its_side", likeness((y, x) => at(last - x, y))],
    ];
    const [name, best] = ways.reduce((a, b) => (b[1] > a[1] ? b : a));
    return best >= like ? name : "unlike";
  }

  // two things every frontal chest film shows: a bright middle, a bright belly
  function anatomy(z, { grid, belly, words }) {
    const over = (y0, y1, x0, x1) => {
      const found = [];
      for (let y = y0; y < y1; y += 1) found.push(...z.slice(y * grid + x0, y * grid + x1));
      return mean(found);
    };
    const right = over(4, 10, 3, 6), left = over(4, 10, 10, 13), reasons = [];
    if (over(4, 11, 7, 9) <= Math.max(right, left)) reasons.push(words.no_middle);
    if (over(13, 15, 4, 12) - (right + left) / 2 < belly) reasons.push(words.no_belly);
    return reasons;
  }

  Object.assign(home, {
    Unreadable, even, squared, ofColours, spread, filmRange, said, ofPicture,
  });
})();
