// A small residual network at rest: weights in, score and heat map out. Plain JavaScript, since the
// whole of one film is 0.1 billion multiplications and an engine for any network weighs 14 MB.
(() => {
  "use strict";
  const SHARP = 3; // of the soft maximum over cells, as in readingroom.models.nets

  // half precision to numbers, all 65,536 of them
  const HALF = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits += 1) {
    const sign = bits & 0x8000 ? -1 : 1, power = (bits >> 10) & 31, rest = bits & 1023;
    HALF[bits] = power === 31 ? (rest ? NaN : sign * Infinity)
      : sign * (power ? 2 ** (power - 15) * (1 + rest / 1024) : 2 ** -14 * (rest / 1024));
  }

  // a safetensors file: eight bytes of length, a JSON table, the numbers
  function tensors(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = Number(view.getBigUint64(0, true));
    const table = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
    const found = {};
    for (const [name, { dtype, shape, data_offsets: ends }] of Object.entries(table)) {
      if (dtype !== "F16" && dtype !== "F32") continue; // how many batches it saw
      const count = shape.reduce((a, b) => a * b, 1), values = new Float32Array(count);
      for (let k = 0, at = 8 + length + ends[0]; k < count; k += 1) {
        values[k] = dtype === "F16" ? HALF[view.getUint16(at + 2 * k, true)]
          : view.getFloat32(at + 4 * k, true);
      }
      found[name] = { shape, values };
    }
    return found;
  }

  // a convolution and the normalisation behind it, folded into one
  function folded(all, convolution, norm, stride) {
    const { shape: [out, inside, edge], values } = all[`${convolution}.weight`];
    const of = (what) => all[`${norm}.${what}`].values;
    const weights = new Float32Array(values.length), bias = new Float32Array(out);
    const each = values.length / out;
    for (let o = 0; o < out; o += 1) {
      const scale = of("weight")[o] / Math.sqrt(of("running_var")[o] + 1e-5);
      bias[o] = of("bias")[o] - of("running_mean")[o] * scale;
      for (let k = o * each; k < (o + 1) * each; k += 1) weights[k] = values[k] * scale;
    }
    return { out, inside, edge, weights, bias, stride };
  }

  function padded(planes, channels, size) {
    const wide = size + 2, out = new Float32Array(channels * wide * wide);
    for (let c = 0; c < channels; c += 1) {
      for (let y = 0; y < size; y += 1) {
        const from = (c * size + y) * size;
        out.set(planes.subarray(from, from + size), (c * wide + y + 1) * wide + 1);
      }
    }
    return out;
  }

  // convolutions of one pixel, added to what is made
  function points(source, wide, { out, inside, weights, stride }, made, small) {
    for (let o = 0; o < out; o += 1) {
      for (let i = 0; i < inside; i += 1) {
        const a = weights[o * inside + i];
        for (let y = 0, k = o * small * small; y < small; y += 1) {
          for (let x = 0, at = (i * wide + y * stride) * wide; x < small; x += 1, at += stride) {
            made[k++] += a * source[at];
          }
        }
      }
    }
  }

  // convolutions of 3 x 3 pixels; two channels at a time, so that each pixel is fetched half as often
  function pairs(source, wide, { out, inside, weights, stride }, made, small) {
    const cells = small * small;
    for (let o = 0; o < out; o += 2) {
      for (let i = 0; i < inside; i += 1) {
        const w = (o * inside + i) * 9, v = w + inside * 9;
        const a = weights[w], b = weights[w + 1], c = weights[w + 2];
        const d = weights[w + 3], e = weights[w + 4], f = weights[w + 5];
        const g = weights[w + 6], h = weights[w + 7], j = weights[w + 8];
        const A = weights[v], B = weights[v + 1], C = weights[v + 2];
        const D = weights[v + 3], E = weights[v + 4], F = weights[v + 5];
        const G = weights[v + 6], H = weights[v + 7], J = weights[v + 8];
        for (let y = 0, k = o * cells; y < small; y += 1) {
          let p = (i * wide + y * stride) * wide, q = p + wide, r = q + wide;
          for (let x = 0; x < small; x += 1, k += 1, p += stride, q += stride, r += stride) {
            const p0 = source[p], p1 = source[p + 1], p2 = source[p + 2];
            const q0 = source[q], q1 = source[q + 1], q2 = source[q + 2];
            const r0 = source[r], r1 = source[r + 1], r2 = source[r + 2];
            made[k] += a * p0 + b * p1 + c * p2 + d * q0 + e * q1 + f * q2 + g * r0 + h * r1 + j * r2;
            made[k + cells] += A * p0 + B * p1 + C * p2 + D * q0 + E * q1 + F * q2
              + G * r0 + H * r1 + J * r2;
          }
        }
      }
    }
  }

  // planes (channels, size, size) to (out, size / stride, size / stride)
  function convolve(planes, size, layer) {
    const { out, inside, edge, bias, stride } = layer;
    const small = Math.ceil(size / stride), cells = small * small;
    const made = new Float32Array(out * cells);
    const wide = edge === 3 ? size + 2 : size;
    const source = edge === 3 ? padded(planes, inside, size) : planes;
    for (let o = 0; o < out; o += 1) made.fill(bias[o], o * cells, (o + 1) * cells);
    if (edge === 1) points(source, wide, layer, made, small);
    else pairs(source, wide, layer, made, small);
    return { planes: made, size: small };
  }

  function rectified(planes) {
    for (let k = 0; k < planes.length; k += 1) if (planes[k] < 0) planes[k] = 0;
    return planes;
  }

  // bytes of a safetensors file, and what weights do not tell: strides and pooling
  function network(bytes, { strides, local }) {
    const all = tensors(bytes);
    const stem = folded(all, "stem.0", "stem.1", 2);
    const stages = strides.map((stride, s) => ({
      first: folded(all, `stages.${s}.first`, `stages.${s}.first_norm`, stride),
      second: folded(all, `stages.${s}.second`, `stages.${s}.second_norm`, 1),
      around: all[`stages.${s}.around.0.weight`]
        && folded(all, `stages.${s}.around.0`, `stages.${s}.around.1`, stride),
    }));
    return { stem, stages, local, weight: all["score.weight"], bias: all["score.bias"].values };
  }

  // film (size, size) of bytes to the score of one finding and its map
  function read(net, film, size, output) {
    const grey = new Float32Array(film.length);
    for (let k = 0; k < film.length; k += 1) grey[k] = (film[k] / 255 - 0.5) / 0.25;
    let now = convolve(grey, size, net.stem);
    rectified(now.planes);
    for (const { first, second, around } of net.stages) {
      const inner = convolve(now.planes, now.size, first);
      const next = convolve(rectified(inner.planes), inner.size, second);
      const short = around ? convolve(now.planes, now.size, around).planes : now.planes;
      for (let k = 0; k < short.length; k += 1) next.planes[k] += short[k];
      rectified(next.planes);
      now = next;
    }
    const cells = now.size * now.size, channels = net.weight.shape[1];
    const map = new Float64Array(cells);
    for (let c = 0; c < channels; c += 1) {
      const weight = net.weight.values[output * channels + c];
      for (let k = 0; k < cells; k += 1) map[k] += weight * now.planes[c * cells + k];
    }
    const bias = net.bias[output];
    let logit = 0;
    if (net.local) {
      const top = SHARP * (Math.max(...map) + bias);
      for (const cell of map) logit += Math.exp(SHARP * (cell + bias) - top);
      logit = (Math.log(logit) + top - Math.log(cells)) / SHARP;
    } else {
      for (const cell of map) logit += cell / cells;
      logit += bias;
    }
    return { score: 1 / (1 + Math.exp(-logit)), heat: map.map((cell) => Math.max(cell, 0)) };
  }

  // every network of a panel on one film: their scores, and the mean of their maps
  function readAll(nets, film, size, output) {
    const found = nets.map((net) => read(net, film, size, output));
    const heat = new Float64Array(found[0].heat.length);
    for (const one of found) one.heat.forEach((cell, k) => { heat[k] += cell / found.length; });
    return { scores: found.map((one) => one.score), heat };
  }

  const home = (globalThis.filmReader ??= {});
  Object.assign(home, { network, readAll });
})();
