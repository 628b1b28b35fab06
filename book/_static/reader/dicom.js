// A DICOM file to greys and header facts: the chain of readingroom.data.greys, in its order and
// words. dicom-parser takes the file apart; greys and rules are ours.
(() => {
  "use strict";
  const home = (globalThis.filmReader ??= {});
  const { Unreadable } = home;
  const IMPLICIT = "1.2.840.10008.1.2", EXPLICIT = "1.2.840.10008.1.2.1", BIG = "1.2.840.10008.1.2.2";
  const DEFLATED = "1.2.840.10008.1.2.1.99", RLE = "1.2.840.10008.1.2.5";
  const BASELINE = "1.2.840.10008.1.2.4.50";
  const NAMES = { // of what the page cannot read, PS3.6 A
    "1.2.840.10008.1.2.4.51": "JPEG Extended (Process 2 and 4)",
    "1.2.840.10008.1.2.4.57": "JPEG Lossless, Non-Hierarchical (Process 14)",
    "1.2.840.10008.1.2.4.70": "JPEG Lossless, Non-Hierarchical, First-Order Prediction",
    "1.2.840.10008.1.2.4.80": "JPEG-LS Lossless",
    "1.2.840.10008.1.2.4.81": "JPEG-LS Lossy (Near-Lossless)",
    "1.2.840.10008.1.2.4.90": "JPEG 2000 (Lossless Only)",
    "1.2.840.10008.1.2.4.91": "JPEG 2000",
    "1.2.840.10008.1.2.4.201": "High-Throughput JPEG 2000 (Lossless Only)",
    "1.2.840.10008.1.2.4.202": "High-Throughput JPEG 2000 with RPCL Options (Lossless Only)",
    "1.2.840.10008.1.2.4.203": "High-Throughput JPEG 2000",
  };
  const DAMAGED = "DICOM cut short or damaged";

  const isDicom = (bytes) => {
    const text = (from, to) => String.fromCharCode(...bytes.subarray(from, to));
    if (text(128, 132) === "DICM") return true;
    if (bytes.length < 20 || ![2, 8].includes(bytes[0]) || bytes[1] || bytes[3]) return false;
    const small = bytes[4] + 256 * bytes[5] + 65536 * bytes[6] + 16777216 * bytes[7];
    return ["UL", "CS", "UI", "SH", "OB", "DA", "TM"].includes(text(4, 6)) || small <= 128;
  };

  // the file taken apart, with or without its preamble and its own first lines
  async function opened(bytes) {
    const { dicomParser: parser } = globalThis;
    if (String.fromCharCode(...bytes.subarray(128, 132)) !== "DICM") {
      if (bytes[0] !== 2) {
        const explicit = /^[A-Z]{2}$/.test(String.fromCharCode(bytes[4], bytes[5]));
        return bare(bytes, explicit);
      }
      const whole = new Uint8Array(bytes.length + 132);
      whole.set([68, 73, 67, 77], 128);
      whole.set(bytes, 132);
      bytes = whole;
    }
    const first = parser.readPart10Header(bytes), syntax = first.string("x00020010");
    if (first.string("x00020002") === "1.2.840.10008.1.3.10") {
      throw new Unreadable("a table of contents (DICOMDIR), no film");
    }
    const options = {};
    if (syntax === DEFLATED) {
      const rest = await unfolded(bytes.subarray(first.position));
      const whole = new Uint8Array(first.position + rest.length);
      whole.set(bytes.subarray(0, first.position));
      whole.set(rest, first.position);
      options.inflater = () => whole;
    }
    try {
      return { data: parser.parseDicom(bytes, options), syntax };
    } catch (problem) { // some files say that they name each kind of value, and do not
      return { ...bare(bytes, false, first.position), syntax };
    }
  }

  // A deflated data set. Behind it may stand one byte that fills up, or the eight of a checksum, and
  // a browser takes neither.
  async function unfolded(bytes) {
    for (const extra of [0, 1, 8]) {
      const rest = bytes.subarray(0, bytes.length - extra);
      const found = await home.inflated(rest, "deflate-raw").catch(() => null);
      if (found) return found;
    }
    throw new Unreadable(DAMAGED);
  }

  // a data set alone: dicom-parser wants to be told how it is written
  function bare(bytes, explicit, start = 0) {
    const { dicomParser: parser } = globalThis;
    const stream = new parser.ByteStream(parser.littleEndianByteArrayParser, bytes, start);
    const data = new parser.DataSet(stream.byteArrayParser, bytes, {});
    if (explicit) parser.parseDicomDataSetExplicit(data, stream, bytes.length);
    else parser.parseDicomDataSetImplicit(data, stream, bytes.length);
    return { data, syntax: explicit ? EXPLICIT : IMPLICIT };
  }

  const word = (data, tag) => (data.string(tag) ?? "").trim().toUpperCase();
  const whole = (data, tag) => (data.elements[tag]?.length >= 2 ? data.uint16(tag) : undefined);

  function number(data, tag) {
    const value = data.elements[tag]?.length ? Number(data.string(tag).split("\\")[0].trim() || NaN) : NaN;
    return Number.isNaN(value) ? null : value;
  }

  // an age such as 048Y or 18M in years; null where it is none
  function years(age) {
    const found = /^(\d{1,5})\s*([DWMY]?)$/.exec(age.trim().toUpperCase());
    return found && found[1] / { D: 365.25, W: 52.18, M: 12, Y: 1, "": 1 }[found[2]];
  }

  // an enhanced file states rescale and window for all frames, or for this one, in sequences
  function flat(data) {
    const found = [data];
    for (const group of ["x52009229", "x52009230"]) {
      const item = data.elements[group]?.items?.[0]?.dataSet;
      for (const inner of ["x00289145", "x00289132"]) {
        for (const one of item?.elements[inner]?.items ?? []) found.unshift(one.dataSet);
      }
    }
    return (tag) => found.find((one) => one.elements[tag]) ?? data;
  }

  const views = (text, rules) => rules.views[text.toUpperCase().replace(/[_-]/g, " ").trim()
    .replace(/\s+/g, " ")] ?? null;

  // what a header says against a film, and what it does not say: the gate's rules
  function ofHeader(data, rules) {
    const { words } = rules, reasons = [], unasked = [], { said } = home;
    const modality = word(data, "x00080060"), part = word(data, "x00180015");
    if (!modality) reasons.push(words.no_modality);
    else if (!rules.plain.includes(modality)) reasons.push(said(words.modality, { modality }));
    if ((data.string("x00080016") ?? "").startsWith(rules.screenshot)) reasons.push(words.screenshot);
    if (word(data, "x00080068") === "FOR PROCESSING") reasons.push(words.processing);
    if (!part) unasked.push(words.body_part);
    else if (!rules.chests.some((chest) => part.includes(chest))) {
      reasons.push(said(words.part, { part }));
    }
    const view = word(data, "x00185101");
    if (!view) unasked.push(words.view_unasked);
    else if (!["AP", "PA"].includes(views(view, rules))) reasons.push(said(words.view, { view }));
    const old = years(data.string("x00101010") ?? "");
    if (old === null) unasked.push(words.age);
    else if (old < rules.ages[0] || old >= rules.ages[1]) {
      reasons.push(said(words.years, { years: home.even(old), scope: rules.scope }));
    }
    return { reasons, unasked, age: old, view: views(view, rules) };
  }

  function shape(data) {
    const [rows, columns] = [whole(data, "x00280010"), whole(data, "x00280011")];
    const needed = { Rows: rows, Columns: columns, SamplesPerPixel: whole(data, "x00280002"),
      PhotometricInterpretation: word(data, "x00280004"), BitsAllocated: whole(data, "x00280100"),
      BitsStored: whole(data, "x00280101"), PixelRepresentation: whole(data, "x00280103") };
    for (const [name, value] of Object.entries(needed)) {
      if (value === undefined || value === "") throw new Unreadable(`its header lacks ${name}`);
    }
    home.tooLarge(columns, rows);
    return needed;
  }

  // the numbers that the file holds, as they lie there
  async function numbers({ data, syntax }, { Rows, Columns, BitsAllocated: bits }) {
    const element = data.elements.x7fe00010, count = Rows * Columns;
    if (element.encapsulatedPixelData) return unpacked(data, element, syntax, count, bits);
    if (![IMPLICIT, EXPLICIT, BIG, DEFLATED].includes(syntax)) {
      throw new Unreadable(`its transfer syntax '${String(syntax).slice(0, 40)}' is not known`);
    }
    const bytes = data.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
    if (bytes.length < (count * bits) / 8) throw new Unreadable(DAMAGED);
    const out = new Uint32Array(count), view = new DataView(bytes.buffer, bytes.byteOffset);
    const little = syntax !== BIG, swapped = syntax === BIG && bits === 8 && element.vr === "OW";
    for (let k = 0; k < count; k += 1) {
      out[k] = bits === 8 ? bytes[swapped ? k ^ 1 : k]
        : bits === 16 ? view.getUint16(2 * k, little) : view.getUint32(4 * k, little);
    }
    return out;
  }

  async function unpacked(data, element, syntax, count, bits) {
    const parts = element.fragments.map((one) => (
      data.byteArray.subarray(one.position, one.position + one.length)));
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    if (syntax === RLE) return runs(bytes, count, bits / 8);
    if (syntax === BASELINE && bits === 8) return (await home.jpeg(bytes, false)).film.pixels;
    if (!NAMES[syntax] && syntax !== BASELINE) {
      throw new Unreadable(`its transfer syntax '${String(syntax).slice(0, 40)}' is not known`);
    }
    const name = NAMES[syntax] ?? "12-bit JPEG";
    throw new Unreadable(`no decoder for its compression (${name}); export uncompressed`);
  }

  // run lengths, one segment for each byte of a number, the highest first (PS3.5 G)
  function runs(bytes, count, deep) {
    const view = new DataView(bytes.buffer), out = new Uint32Array(count);
    if (view.getUint32(0, true) !== deep) throw new Unreadable(DAMAGED);
    for (let s = 0; s < deep; s += 1) {
      let at = view.getUint32(4 * (s + 1), true), k = 0;
      while (k < count) {
        if (at >= bytes.length) throw new Unreadable(DAMAGED);
        const told = view.getInt8(at++);
        if (told === -128) continue;
        for (let n = Math.abs(told) + 1; n > 0 && k < count; n -= 1) {
          out[k] = out[k] * 256 + bytes[told < 0 ? at : at++];
          k += 1;
        }
        if (told < 0) at += 1;
      }
    }
    return out;
  }

  // bits that belong to the number, at its usual place, with its sign (PS3.5 8.1.1)
  function signed(data, stored, { BitsAllocated: room, BitsStored: bits, PixelRepresentation: sign },
    packed) {
    const high = whole(data, "x00280102") ?? bits - 1, shift = high + 1 - bits;
    if (shift && (packed || !(bits - 1 < high && high < room))) {
      const kind = packed ? "a compressed file" : `${room} bits`;
      throw new Unreadable(`HighBit ${high} does not fit ${bits} bits stored in ${kind}`);
    }
    const full = 2 ** bits;
    return Float64Array.from(stored, (v) => {
      const value = Math.floor(v / 2 ** shift) % full;
      return sign && value >= full / 2 ? value - full : value;
    });
  }

  // each pixel as a position among the distinct numbers of the film
  function coded(values) {
    const seen = new Map(), codes = new Uint32Array(values.length), distinct = [];
    for (let k = 0; k < values.length; k += 1) {
      let code = seen.get(values[k]);
      if (code === undefined) {
        seen.set(values[k], code = distinct.length);
        distinct.push(values[k]);
      }
      codes[k] = code;
    }
    return { codes, distinct };
  }

  function table(item, negative) {
    const about = item?.elements.x00283002, held = item?.elements.x00283006;
    if (!about || !held) throw new Unreadable("its table of greys (LUT) is not complete");
    const [length, start, bits] = [0, 1, 2].map((k) => item.uint16("x00283002", k));
    const count = length || 65536;
    const narrow = held.length <= count + 1;
    const entries = Array.from({ length: Math.min(count, narrow ? held.length : held.length / 2) },
      (_, k) => (narrow ? item.byteArray[held.dataOffset + k] : item.uint16("x00283006", k)));
    if (entries.length < count || bits < 1 || bits > 16) {
      throw new Unreadable("its table of greys (LUT) is not complete");
    }
    const from = start > 32767 && negative ? start - 65536 : start;
    return { bits, entries, at: (v) => entries[Math.min(Math.max(Math.trunc(v) - from, 0), count - 1)] };
  }

  function rescaled(data, at, distinct) {
    const item = data.elements.x00283000?.items?.[0]?.dataSet;
    if (item) return distinct.map(table(item, distinct.some((v) => v < 0)).at);
    const slope = number(at("x00281053"), "x00281053"), shift = number(at("x00281052"), "x00281052");
    if (slope === null || shift === null) return distinct;
    if (slope === 0) throw new Unreadable("its RescaleSlope is 0");
    return distinct.map((v) => v * slope + shift);
  }

  // 0 below a window, 1 above it (PS3.3 C.11.2.1.2 and C.11.2.1.3)
  function windowed(values, centre, width, curve) {
    if (curve === "SIGMOID") return values.map((v) => 1 / (1 + Math.exp((-4 * (v - centre)) / width)));
    const [c, w] = curve === "LINEAR" ? [centre - 0.5, width - 1] : [centre, width];
    return values.map((v) => (v <= c - w / 2 ? 0 : v > c + w / 2 ? 1 : (v - c) / w + 0.5));
  }

  // greys from 0 to 1: the file's table, its window, or the range of its numbers
  function shown(data, at, values, range) {
    const item = at("x00283010").elements.x00283010?.items?.[0]?.dataSet;
    if (item) {
      const { at: entry, entries, bits } = table(item, values.some((v) => v < 0));
      const full = 2 ** bits - 1, most = entries.reduce((a, b) => Math.max(a, b), 0);
      const white = full / 2 <= most && most <= full ? full : Math.max(most, 1);
      return values.map((v) => entry(v) / white);
    }
    const centre = number(at("x00281050"), "x00281050"), width = number(at("x00281051"), "x00281051");
    if (centre !== null && width > 0) {
      const said = word(at("x00281056"), "x00281056");
      const curve = ["LINEAR_EXACT", "SIGMOID"].includes(said) ? said : "LINEAR";
      return windowed(values, centre, width, curve === "LINEAR" && width < 1 ? "LINEAR_EXACT" : curve);
    }
    const [low, high] = range();
    return values.map((v) => Math.min(Math.max((v - low) / Math.max(high - low, 1e-9), 0), 1));
  }

  // which distinct numbers lie outside the film (PS3.3 C.7.5.1.1.2)
  function padding(data, distinct, sign) {
    const one = (tag) => (data.elements[tag]?.length >= 2
      ? (sign ? data.int16(tag) : data.uint16(tag)) : undefined);
    const first = one("x00280120"), last = one("x00280121") ?? first;
    if (first === undefined) return distinct.map(() => false);
    const [low, high] = [Math.min(first, last), Math.max(first, last)];
    return distinct.map((v) => v >= low && v <= high);
  }

  async function dicom(bytes, rules) {
    const file = await opened(bytes), { data } = file;
    if (!["x00080016", "x00100020", "x00080060", "x7fe00010", "x00280010"].some((tag) => (
      data.elements[tag]))) throw new Unreadable("not a DICOM file");
    for (const tag of ["x7fe00008", "x7fe00009"]) {
      if (data.elements[tag]) throw new Unreadable("its numbers are decimal fractions, which this page does not read");
    }
    if (!data.elements.x7fe00010) throw new Unreadable("DICOM without pixels");
    const frames = number(data, "x00280008") ?? 1;
    if (frames > 1) {
      throw new Unreadable(`multi-frame DICOM (${frames} frames); export one film per file`);
    }
    const about = shape(data), { Rows: height, Columns: width, PixelRepresentation: sign } = about;
    const kind = about.PhotometricInterpretation;
    if (!["MONOCHROME1", "MONOCHROME2"].includes(kind)) throw new Unreadable(rules.words.colour);
    if (![8, 16, 32].includes(about.BitsAllocated)) {
      throw new Unreadable(`${about.BitsAllocated} bits a pixel, which this page does not read`);
    }
    const stored = await numbers(file, about);
    const packed = Boolean(data.elements.x7fe00010.encapsulatedPixelData);
    const { codes, distinct } = coded(signed(data, stored, about, packed));
    const at = flat(data), values = rescaled(data, at, distinct);
    const outside = padding(data, distinct, sign), some = outside.some(Boolean);
    const cut = some && !outside.every(Boolean);
    const light = shown(data, at, values, () => home.filmRange(codes, width, height, values,
      cut ? outside : undefined));
    const grey = light.map((v, k) => (cut && outside[k] ? 0
      : home.even((kind === "MONOCHROME1" ? 1 - v : v) * 255)));
    const film = { pixels: Uint8Array.from(codes, (code) => grey[code]), width, height };
    return { film, coloured: false, header: ofHeader(data, rules) };
  }

  Object.assign(home, { dicom, isDicom });
})();
