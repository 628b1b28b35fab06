// Choices answered in the book. Each reply is enciphered under a key made from its answer, so the
// page's source gives nothing away at a glance; whoever tries every answer finds the right one.
(() => {
  const MANY = 10; // more options than these are a list to open
  const utf8 = new TextEncoder();

  // SHA-256 (FIPS 180-4); the browser's own is missing on pages without TLS
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  const K = primes.map((p) => fraction(Math.cbrt(p)));
  const START = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  const turn = (x, n) => (x >>> n) | (x << (32 - n));

  function sha256(bytes) {
    const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 4, bytes.length * 8);
    const hash = [...START];
    const w = new Int32Array(64);
    for (let at = 0; at < padded.length; at += 64) {
      for (let i = 0; i < 16; i += 1) w[i] = view.getInt32(at + 4 * i);
      for (let i = 16; i < 64; i += 1) {
        const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
      }
      let [a, b, c, d, e, f, g, h] = hash;
      for (let i = 0; i < 64; i += 1) {
        const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
        const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((x, i) => (hash[i] = (hash[i] + x) | 0));
    }
    const out = new DataView(new ArrayBuffer(32));
    hash.forEach((x, i) => out.setInt32(4 * i, x));
    return new Uint8Array(out.buffer);
  }

  function joined(first, second) {
    const both = new Uint8Array(first.length + 1 + second.length);
    both.set(first);
    both[first.length] = 0x7c; // "|"
    both.set(second, first.length + 1);
    return both;
  }

  function reply({ salt, replies }, answer) {
    const key = sha256(joined(utf8.encode(salt), utf8.encode(answer)));
    const id = [...sha256(joined(key, utf8.encode("id"))).slice(0, 8)];
    const hidden = atob(replies[id.map((b) => b.toString(16).padStart(2, "0")).join("")]);
    const told = Uint8Array.from(hidden, (c) => c.charCodeAt(0));
    for (let at = 0; at < told.length; at += 32) {
      const stream = sha256(joined(key, utf8.encode(String(at / 32))));
      for (let i = 0; i < 32 && at + i < told.length; i += 1) told[at + i] ^= stream[i];
    }
    return JSON.parse(new TextDecoder().decode(told));
  }

  function made(tag, kind, text = "") {
    const one = document.createElement(tag);
    one.className = kind;
    one.textContent = text;
    return one;
  }

  function button(text) {
    const one = made("button", "rr-answer", text);
    one.type = "button";
    return one;
  }

  function start(place) {
    const known = JSON.parse(place.querySelector("script").textContent);
    const said = made("div", "rr-reply");
    said.setAttribute("role", "status");
    const sets = known.parts.map((part, at) => {
      const set = made("fieldset", "rr-options");
      set.append(made("legend", "", part.label));
      if (part.options.length > MANY) {
        const list = document.createElement("select");
        list.setAttribute("aria-label", part.label);
        list.append(new Option("choose", ""));
        part.options.forEach((words, i) => list.append(new Option(words, i)));
        set.append(list);
        return set;
      }
      part.options.forEach((words, i) => {
        const label = made("label", "rr-option");
        const radio = document.createElement("input");
        Object.assign(radio, { type: "radio", name: `${known.slug}-${at}`, value: i });
        label.append(radio, document.createTextNode(` ${words}`));
        set.append(label);
      });
      return set;
    });

    function tell(status, says, kind) {
      said.replaceChildren(made("strong", "", status), document.createTextNode(` ${says}`));
      said.dataset.kind = kind;
    }

    const give = button("Answer");
    give.addEventListener("click", () => {
      const chosen = sets.map((set) => set.querySelector("input:checked, select")?.value ?? "");
      const open = chosen.indexOf("");
      if (open >= 0) {
        tell("Not yet.", `Choose first: ${known.parts[open].label}.`, "open");
        sets[open].querySelector("input, select").focus();
        return;
      }
      const found = reply(known, chosen.join(","));
      tell(found.status, found.says, found.right ? "right" : "wrong");
    });

    const show = button("Show one answer");
    show.addEventListener("click", () => {
      let every = [[]];
      for (const part of known.parts) {
        every = every.flatMap((some) => part.options.map((_, i) => [...some, i]));
      }
      const right = every.find((answer) => reply(known, answer.join(",")).right);
      sets.forEach((set, i) => {
        const list = set.querySelector("select");
        if (list) list.value = right[i];
        else set.querySelectorAll("input")[right[i]].checked = true;
      });
      tell("One answer.", reply(known, right.join(",")).says, "right");
    });
    place.replaceChildren(...sets, give, show, said);
    place.append(
      made("p", "rr-note", "Nothing is sent or kept. The replies are hidden in this page from a glance at its source, not from somebody who tries every answer.")
    );
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const place of document.querySelectorAll(".rr-ask")) start(place);
  });
})();
