// Reads JSON without losing anything: what JSON.parse drops or rounds silently is a fault with its
// place. Opens JSON in strings. Without imports, so that Node and browsers use the same file.

const BLANKS = /[ \t\r\n]*/y;
const STARTED = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*/y;
const STRING = new RegExp(`${STARTED.source}"`, "y");
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** A text that cannot be read: `reason` says why, `at` is the offset in it. */
export class Unreadable extends Error {
  constructor(reason, at = 0) {
    super(reason);
    Object.assign(this, { reason, at });
  }
}

/** The text of a body. Throws `Unreadable` for other encodings than UTF-8, a mark, or nothing. */
export function decode(bytes) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const loose = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const sent = (at) => String(bytes.subarray(at, at + 3)) === "239,191,189";
    const bytesBefore = (at) => new TextEncoder().encode(loose.slice(0, at)).length;
    let at = loose.indexOf("\ufffd");
    while (sent(bytesBefore(at))) at = loose.indexOf("\ufffd", at + 1);
    throw new Unreadable("utf8", at);
  }
  if (!text.trim()) throw new Unreadable("empty");
  if (text.startsWith("\ufeff")) throw new Unreadable("byte_order_mark");
  return text;
}

/**
 * Read one text: `value`; `faults`, each with `path`, `reason` and `at`; and `starts`, the offset of
 * each value by object or array and key. Of duplicate keys the last counts; `same` says whether it
 * equals the one before. Throws `Unreadable`.
 */
export function read(text, depth = 100) {
  const faults = [];
  const starts = new Map();
  let at = 0;

  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const fail = () => {
    throw new Unreadable("syntax", at);
  };
  const string = () => {
    const found = take(STRING);
    if (!found) take(STARTED), fail(); // where it stops to be a string
    return JSON.parse(found);
  };
  const next = (characters) => {
    take(BLANKS);
    const found = text[at];
    if (!found || !characters.includes(found)) fail();
    at += 1;
    return found;
  };
  const lose = (path, reason, where) => {
    const fault = { path, reason, at: where };
    if (!path.includes(null)) faults.push(fault);
    return reason === "duplicate_key" ? fault : null;
  };

  function value(path) {
    take(BLANKS);
    const start = at;
    const first = text[at];
    if (first === "{" || first === "[") return container(path, first === "{");
    if (first === '"') {
      const found = string();
      return LONE.test(found) ? lose(path, "surrogate_escape", start) : found;
    }
    const word = take(WORD);
    if (word) return JSON.parse(word);
    const number = Number(take(NUMBER) ?? fail());
    return Number.isFinite(number) ? number : lose(path, "number_out_of_range", start);
  }

  function container(path, isObject) {
    if (path.length >= depth) throw new Unreadable("depth");
    const found = isObject ? {} : [];
    const places = new Map();
    const close = isObject ? "}" : "]";
    starts.set(found, places);
    at += 1;
    take(BLANKS);
    if (text[at] === close) return (at += 1), found;
    do {
      take(BLANKS);
      const start = at;
      let key = places.size;
      let again;
      if (isObject) {
        key = string();
        if (LONE.test(key)) key = lose(path, "surrogate_escape", start);
        else if (places.has(key)) again = lose([...path, key], "duplicate_key", start);
        next(":");
        take(BLANKS);
      }
      if (key !== null) places.set(key, at);
      const member = value([...path, key]);
      if (again) again.same = JSON.stringify(found[key]) === JSON.stringify(member);
      const property = { value: member, configurable: true, enumerable: true, writable: true };
      if (key !== null) Object.defineProperty(found, key, property); // "__proto__" too
    } while (next(`,${close}`) === ",");
    return found;
  }

  take(BLANKS);
  starts.set(null, at);
  const whole = value([]);
  take(BLANKS);
  if (at < text.length) fail();
  return { value: whole, faults, starts };
}

/**
 * Open, in place, the strings of a document that contain JSON: `rules.embedded` leads to them by
 * keys, with the kind of each; `rules.absent` has by status the texts that stand for none, and
 * `rules.status` the keys of a status. Returns faults, each with its `location`: a path through the
 * body, and one through the embedded document. `inside` gets, by the value that was opened, its text
 * and `starts`.
 */
export function open(document, rules, depth = 100, inside = new Map()) {
  const faults = [];

  function opened(text, path, kind) {
    try {
      const found = read(text.trim() ? text : lost("empty"), depth - path.length);
      faults.push(...found.faults.map((fault) => ({ ...fault, location: [path, fault.path] })));
      const type = Array.isArray(found.value) ? "array" : typeof (found.value ?? "");
      if (type !== kind) faults.push({ location: [path, []], reason: "content_kind", value: found.value });
      if (typeof (found.value ?? "") !== "object") return text;
      inside.set(found.value, { text, starts: found.starts });
      return found.value;
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      faults.push({ location: [path, []], reason: error.reason, at: error.at });
      return text;
    }
  }

  function walk(value, tree, path, absent) {
    if (value === null || typeof value !== "object") return;
    if (Array.isArray(value)) {
      value.forEach((element, index) => walk(element, tree, [...path, index], absent));
      return;
    }
    const status = rules.status.find((key) => typeof value[key] === "number");
    const texts = status === undefined ? absent : rules.absent[value[status]] ?? [];
    for (const key of Object.keys(tree).filter((key) => Object.hasOwn(value, key))) {
      const [member, kind, place] = [value[key], tree[key], [...path, key]];
      if (typeof kind === "object") walk(member, kind, place, texts);
      else if (member && typeof member === "object") {
        faults.push({ location: [place], reason: "native", value: member });
      } else if (member && typeof member === "string" && !texts.includes(member)) {
        value[key] = opened(member, place, kind);
      }
    }
  }

  walk(document, rules.embedded, [], []);
  return faults;
}

const lost = (reason) => {
  throw new Unreadable(reason);
};
