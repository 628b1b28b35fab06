// PNG and JPEG to greys. PNG is decoded here: a browser's canvas would cut 16 bits to 8 and apply
// the colour profile. JPEG is decoded by the browser.
(() => {
  "use strict";
  const home = (globalThis.filmReader ??= {});
  const { Unreadable } = home;
  const LARGEST = 100_000_000; // pixels
  const CHANNELS = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
  const ADAM7 = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2],
    [0, 1, 1, 2]];

  const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });

  function crc(bytes) {
    let c = 0xffffffff;
    for (const byte of bytes) c = CRC[(c ^ byte) & 255] ^ (c >>> 8);
    return (c ^ 0xffffffff) >>> 0;
  }

  async function inflated(bytes, kind = "deflate") {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(kind));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  function chunks(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found = { data: [] };
    for (let at = 8; ;) {
      const length = view.getUint32(at), body = bytes.subarray(at + 8, at + 8 + length);
      const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
      if (view.getUint32(at + 8 + length) !== crc(bytes.subarray(at + 4, at + 8 + length))) throw 0;
      if (name === "IDAT") found.data.push(body);
      else found[name] = body;
      if (name === "IEND") return found;
      at += 12 + length;
    }
  }

  // one pass of rows, each behind the number of its filter, to samples of 0 to 2^depth - 1
  function samples(raw, start, wide, tall, channels, depth) {
    const row = Math.ceil((wide * channels * depth) / 8), step = Math.max(1, (channels * depth) / 8);
    if (raw.length < start + tall * (row + 1)) throw 0;
    let above = new Uint8Array(row);
    const out = new Uint16Array(wide * tall * channels);
    for (let y = 0, at = start; y < tall; y += 1, at += row + 1) {
      const kind = raw[at], line = raw.slice(at + 1, at + 1 + row);
      for (let x = 0; x < row; x += 1) {
        const a = x >= step ? line[x - step] : 0, b = above[x], c = x >= step ? above[x - step] : 0;
        if (kind === 1) line[x] += a;
        else if (kind === 2) line[x] += b;
        else if (kind === 3) line[x] += (a + b) >> 1;
        else if (kind === 4) {
          const p = a + b - c, pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c);
          line[x] += pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
        } else if (kind) throw 0;
      }
      for (let k = 0, to = y * wide * channels; k < wide * channels; k += 1) {
        const bit = k * depth;
        out[to + k] = depth === 16 ? (line[2 * k] << 8) | line[2 * k + 1]
          : (line[bit >> 3] >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
      }
      above = line;
    }
    return { out, next: start + tall * (row + 1) };
  }

  function woven(raw, width, height, channels, depth) {
    const whole = new Uint16Array(width * height * channels);
    let start = 0;
    for (const [left, top, across, down] of ADAM7) {
      const wide = Math.ceil((width - left) / across), tall = Math.ceil((height - top) / down);
      if (wide <= 0 || tall <= 0) continue;
      const { out, next } = samples(raw, start, wide, tall, channels, depth);
      start = next;
      for (let k = 0; k < wide * tall; k += 1) {
        const x = left + (k % wide) * across, y = top + Math.floor(k / wide) * down;
        for (let c = 0; c < channels; c += 1) {
          whole[(y * width + x) * channels + c] = out[k * channels + c];
        }
      }
    }
    return whole;
  }

  async function png(bytes) {
    const found = chunks(bytes), head = new DataView(found.IHDR.buffer, found.IHDR.byteOffset);
    const width = head.getUint32(0), height = head.getUint32(4);
    const [depth, kind, , , interlaced] = found.IHDR.subarray(8);
    tooLarge(width, height);
    if (found.acTL) {
      const frames = new DataView(found.acTL.buffer, found.acTL.byteOffset).getUint32(0);
      if (frames > 1) throw new Unreadable(`${frames} frames; export one film per file`);
    }
    const channels = CHANNELS[kind], raw = await inflated(new Blob(found.data));
    const got = interlaced ? woven(raw, width, height, channels, depth)
      : samples(raw, 0, width, height, channels, depth).out;
    return upright(greysOf(got, { width, height, depth, kind, channels, palette: found.PLTE }),
      found.eXIf);
  }

  function greysOf(got, { width, height, depth, kind, channels, palette }) {
    const eight = (v) => (depth === 16 ? v >> 8 : depth === 8 ? v : v * (255 / ((1 << depth) - 1)));
    if (kind === 0 && depth === 16) {
      return { film: home.spread(got, width, height, 65536), coloured: false };
    }
    if (kind === 0 || kind === 4) {
      const pixels = Uint8Array.from({ length: width * height }, (_, k) => eight(got[k * channels]));
      return { film: { pixels, width, height }, coloured: false };
    }
    const rgb = new Uint8Array(3 * width * height);
    for (let k = 0; k < width * height; k += 1) {
      for (let c = 0; c < 3; c += 1) {
        rgb[3 * k + c] = kind === 3 ? palette[3 * got[k] + c] : eight(got[k * channels + c]);
      }
    }
    return home.ofColours(rgb, width, height);
  }

  // a camera may store a film on its side and say so in its notes (EXIF 2.3, tag 0x0112)
  function upright(found, notes) {
    const way = notes ? orientation(notes) : 1;
    if (way < 2 || way > 8) return found;
    const { pixels, width, height } = found.film;
    const [wide, tall] = way > 4 ? [height, width] : [width, height], out = new Uint8Array(pixels.length);
    for (let y = 0; y < tall; y += 1) {
      for (let x = 0; x < wide; x += 1) {
        const [a, b] = [wide - 1 - x, tall - 1 - y];
        const [u, v] = [, , [a, y], [a, b], [x, b], [y, x], [y, a], [b, a], [b, x]][way];
        out[y * wide + x] = pixels[v * width + u];
      }
    }
    return { ...found, film: { pixels: out, width: wide, height: tall } };
  }

  function orientation(notes) {
    const view = new DataView(notes.buffer, notes.byteOffset, notes.byteLength);
    const little = view.getUint16(0) === 0x4949, start = view.getUint32(4, little);
    for (let k = 0; k < view.getUint16(start, little); k += 1) {
      const at = start + 2 + 12 * k;
      if (view.getUint16(at, little) === 0x0112) return view.getUint16(at + 8, little);
    }
    return 1;
  }

  function tooLarge(width, height) {
    if (width * height > LARGEST) {
      throw new Unreadable(`${width} x ${height} pixels, too large for a film; save it smaller`);
    }
  }

  // what the browser makes of a JPEG, as it lies in the file: no colour profile, turned upright
  async function jpeg(bytes, turn = true) {
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }), {
      colorSpaceConversion: "none", premultiplyAlpha: "none",
      imageOrientation: turn ? "from-image" : "none",
    });
    const { width, height } = bitmap;
    tooLarge(width, height);
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const brush = canvas.getContext("2d", { willReadFrequently: true });
    brush.drawImage(bitmap, 0, 0);
    bitmap.close();
    const { data } = brush.getImageData(0, 0, width, height);
    return home.ofColours(data, width, height, 4);
  }

  // A browser that guards against fingerprints changes what is read back from a canvas.
  function honest() {
    const canvas = Object.assign(document.createElement("canvas"), { width: 16, height: 16 });
    const brush = canvas.getContext("2d", { willReadFrequently: true });
    const given = brush.createImageData(16, 16);
    for (let k = 0; k < 1024; k += 1) given.data[k] = k % 4 === 3 ? 255 : (k * 37) % 256;
    brush.putImageData(given, 0, 0);
    return brush.getImageData(0, 0, 16, 16).data.every((v, k) => v === given.data[k]);
  }

  Object.assign(home, { png, jpeg, inflated, honest, tooLarge });
})();
