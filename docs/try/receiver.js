// Reads a callback as kvs_schema does: variant, outcome, findings. `spec` is what docs/try_it.py writes,
// `validators` are Ajv's functions for the strict level, which names the erratum of what the tolerant one
// does not require.
import { decode, open, read, Unreadable } from "./reader.js";

const DEPTH = 100;
const MOST = 100;
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isIn = (object, key) => Object.hasOwn(object, key);

export const kindOf = (value) => {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value !== "number") return typeof value;
  return Number.isInteger(value) ? "integer" : "number";
};

const parsed = (text) => {
  try {
    return read(text, Infinity).value;
  } catch {
    return undefined;
  }
};

const holdsJson = (value) =>
  typeof value === "string" && /^\s*[[{]/.test(value) && parsed(value) !== undefined;

/** What a body was taken for, before any schema is applied. */
class Classifier {
  constructor(source) {
    this.source = source;
    this.casings = Object.entries(source.names);
  }

  classify(body) {
    const verdict = this.plainly(body);
    return verdict.problem === "unrecognised" ? this.nearly(body, verdict) : verdict;
  }

  isFlow(details) {
    if (!isObject(details)) return Array.isArray(details);
    const { object_with: names, unless } = this.source.flow_details;
    return names.some((name) => isIn(details, name) && !(unless[name] ?? []).some((n) => isIn(details, n)));
  }

  isComplete(body, roles) {
    const flow = this.isFlow(body[roles.details]);
    return Object.entries(roles).every(([role, name]) => (flow && role === "type") || isIn(body, name));
  }

  plainly(body) {
    if (!isObject(body)) return { problem: "no_object", names: [] };
    const present = this.casings.map(([casing, roles]) => [
      casing,
      Object.values(roles).filter((name) => isIn(body, name)),
    ]);
    let found = present.filter(([, names]) => names.length);
    if (found.length > 1) {
      const complete = found.filter(([casing]) => this.isComplete(body, this.source.names[casing]));
      const told = complete.map(([casing]) => {
        const roles = this.source.names[casing];
        return JSON.stringify([body[roles.task_id], body[roles.status]]);
      });
      if (!told.length || told.some((each) => each !== told[0])) {
        const all = found.flatMap(([, names]) => names);
        return { problem: "mixed_casing", names: Object.keys(body).filter((name) => all.includes(name)) };
      }
      found = [complete[0]];
    }
    const [casing, names] = found[0] ?? present[0];
    const roles = this.source.names[casing];
    const flow = this.isFlow(body[roles.details]);
    const dialects = Object.entries(this.source.dialects);
    const [dialect] = dialects.find(([, each]) => each.names === casing && each.flow === flow);
    const by = this.source.recognised_by;
    if (names.length < by.names || !by.one_of.some((role) => names.includes(roles[role]))) {
      const wanted = Object.entries(roles).filter(([role]) => !(flow && role === "type"));
      const missing = wanted.map(([, name]) => name).filter((name) => !names.includes(name));
      return { problem: "unrecognised", names: missing, likely: dialect };
    }
    const phase = this.phaseOf(body[roles.status]);
    return { dialect, phase, variant: phase && `${dialect}.${phase}`, roles };
  }

  phaseOf(status) {
    return Object.entries(this.source.phases).find(([, each]) => each.status.includes(status))?.[0];
  }

  /** What an unrecognised body would be without its wrapping or in another casing. */
  nearly(body, verdict) {
    const known = [...this.casings].reverse().flatMap(([, roles]) => Object.values(roles));
    const spelling = Object.fromEntries(known.map((name) => [name.toLowerCase(), name]));
    const first = Object.keys(body).slice(0, 64);
    const spelt = (name) => (isIn(spelling, name.toLowerCase()) ? spelling[name.toLowerCase()] : name);
    for (const name of first) {
      if (spelt(name) !== name || known.includes(name)) continue;
      const inside = typeof body[name] === "string" ? parsed(body[name]) : body[name];
      const { dialect } = this.plainly(inside);
      if (dialect) return { problem: "wrapped", names: [name], likely: dialect };
    }
    const names = first.filter((name) => !known.includes(name) && known.includes(spelt(name)));
    if (!names.length) return verdict;
    const other = Object.fromEntries(first.map((name) => [spelt(name), body[name]]));
    return { problem: "other_casing", names, likely: this.plainly(other).dialect ?? verdict.likely };
  }
}

/** A text, and what it may be after one more step of decoding. */
function readings(text) {
  const code = (_, digits) => String.fromCharCode(parseInt(digits, 16));
  const found = [text, text.replaceAll("\0", "")];
  const plain = text.replace(/(?<!\\)\\+u00([0-9a-f]{2})/gi, code);
  found.push(plain, plain.replace(/%([0-9a-f]{2})/gi, code));
  return found;
}

/** Whether what is not a callback could still be one, and of which task. */
class Identifier {
  constructor({ identified_by: pattern, names }) {
    this.firstLevel = Object.values(names).flatMap(Object.values);
    this.key = new RegExp(`^(?:${pattern})$`, "i");
    const word = `(?:(?<![a-z0-9_])|(?<=\\\\[bfnrt])|(?<=\\\\u[0-9a-f]{4}))(?:${pattern})(?=[^a-z0-9_])`;
    this.word = new RegExp(word, "i");
    this.text = new RegExp(`${word}|"(?:${this.firstLevel.join("|")})\\\\*"\\s*:`, "i");
  }

  inValue(value) {
    if (isObject(value) && this.firstLevel.some((key) => isIn(value, key))) return true;
    if (typeof value === "string") return readings(value).some((each) => this.word.test(each));
    if (value === null || typeof value !== "object") return false;
    if (isObject(value) && Object.keys(value).some((key) => this.key.test(key))) return true;
    return Object.values(value).some((member) => this.inNested(member));
  }

  inNested(value) {
    if (!isObject(value)) return this.inValue(value);
    return Object.entries(value).some(([key, member]) => this.key.test(key) || this.inNested(member));
  }

  inBytes(bytes) {
    const text = new TextDecoder("latin1").decode(bytes);
    return readings(text).some((each) => this.text.test(each));
  }

  only(values) {
    const [value] = values;
    return values.length === 1 && typeof value === "string" && !value.includes("\ufffd") ? value || null : null;
  }

  taskId(value) {
    const members = isObject(value) ? Object.entries(value) : [];
    return this.only(members.filter(([key]) => this.key.test(key)).map(([, member]) => member));
  }

  taskIdInBytes(bytes) {
    const text = new TextDecoder().decode(bytes);
    const tokens = text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|[{}[\],:]|[^\s"{}[\],:]+/gs);
    const string = (token) => {
      try {
        return JSON.parse(token);
      } catch {
        return null;
      }
    };
    const found = [];
    let [depth, before, last] = [0, "", ""];
    for (const [piece] of tokens) {
      if (depth === 1 && last === ":" && before) {
        const key = string(before);
        if (typeof key === "string" && this.key.test(key)) found.push(string(piece));
      }
      depth += { "{": 1, "[": 1, "}": -1, "]": -1 }[piece] ?? 0;
      [before, last] = [last, piece];
    }
    return this.only(found);
  }
}

/** Turns errors of Ajv and faults of reading into findings. */
class Collector {
  constructor(spec, shape, document, faults) {
    Object.assign(this, { spec, shape, document, faults });
    const breaking = faults.filter((f) => f.reason !== "duplicate_key" && f.reason !== "status_missing");
    this.broken = new Set(breaking.map((fault) => JSON.stringify(fault.location.flat())));
    this.told = faults.filter((f) => f.reason === "status_missing").map((fault) => fault.expected);
    this.found = new Map();
  }

  add(error) {
    const { spec } = this;
    let { keyword } = error;
    const { $comment: comment, not } = error.parentSchema;
    if (!comment || keyword === "if" || (keyword === "not" && not.pattern === "\n")) return;
    let [rule, erratum, nullable] = comment.split(" ");
    const schema = rule.split("#")[0];
    // That only an empty string stands for none is said by reading.
    if (keyword === "pattern" && Object.values(spec.holders).includes(schema)) return;
    const path = this.pathOf(error.instancePath);
    const key = error.params.missingProperty ?? error.params.additionalProperty;
    if (path.some((_, end) => this.broken.has(JSON.stringify(path.slice(0, end)))) || this.broken.has(JSON.stringify(path))) return;
    if (!path.length && this.told.includes(key)) return;
    const [actual, holder, location] = this.look(path, schema);
    const { type, allowedValue, allowedValues, limit, pattern } = error.params;
    let expected = type ?? (keyword === "const" ? allowedValue : allowedValues ?? limit ?? pattern ?? null);
    let reason = null;
    const source = [schema, ...rule.split("#/").slice(1).join("#/").split("/"), keyword];
    if (actual === null && key === undefined && holder?.null && this.isNullable(nullable, source)) {
      [rule, erratum, keyword, expected] = [holder.null.rule, holder.null.erratum, "type", null];
      reason = "null_for_absent";
    } else if (keyword === "not" && !Object.keys(not).length) {
      keyword = "falseSchema";
      expected = false;
    } else {
      rule = `${rule}/${keyword}`;
      if (spec.error_tables.includes(rule)) rule = rule.replace(/enum$/, "errorTable");
      const structure = [expected].flat().some((kind) => kind === "object" || kind === "array");
      if (keyword === "type" && structure && holdsJson(actual)) reason = "holds_json";
      else if (rule.endsWith("/errorTable") && kindOf(actual) === "integer") {
        reason = spec.codes.includes(actual) ? "other_table" : "no_table";
      }
    }
    if (key !== undefined) expected = key;
    else if (keyword === "type" && Object.values(spec.holders).includes(schema)) expected = "string";
    const finding = { path, location, keyword, rule, erratum: erratum || null, expected, actual, reason };
    const id = JSON.stringify([path, rule, key ?? null]);
    if (!this.found.has(id)) this.found.set(id, finding);
  }

  pathOf(pointer) {
    let value = this.document;
    return pointer.split("/").slice(1).map((token) => {
      const plain = token.replaceAll("~1", "/").replaceAll("~0", "~");
      const step = Array.isArray(value) ? Number(plain) : plain;
      value = value[step];
      return step;
    });
  }

  /** The value at a path, the shape of its object, and its location. */
  look(path, schema) {
    let [value, parent, node] = [this.document, null, this.shape];
    const location = [[]];
    for (const token of path) {
      if (node?.content) {
        location.push([]);
        node = this.spec.shapes[node.content];
      }
      location.at(-1).push(token);
      value = value[token];
      if (typeof token === "string" && node) [parent, node] = [node, node.properties?.[token]];
    }
    if (node?.content && node.roots.includes(schema)) location.push([]);
    return [value, parent, location];
  }

  isNullable(nullable, source) {
    const descends = (tokens) =>
      tokens.some((token) => ["properties", "additionalProperties", "items"].includes(token));
    if (nullable) return !descends(source.slice(1));
    return source.some((token, at) => {
      const end = at + 2;
      const prefix = source.slice(0, end).join("/");
      return token === "properties" && this.spec.nullable.includes(prefix) && !descends(source.slice(end));
    });
  }

  ordered() {
    const faults = this.faults.map((fault) => ({ path: fault.location.flat(), ...this.ofFault(fault) }));
    const entries = [...this.found.values(), ...faults];
    for (const entry of entries) entry.order = this.order(entry.path);
    entries.sort((one, other) => {
      const at = one.order.findIndex((step, index) => step !== other.order[index]);
      if (at < 0) return one.order.length - other.order.length;
      return at < other.order.length ? one.order[at] - other.order[at] : 1;
    });
    const place = (f) => JSON.stringify([f.location, f.keyword === "required" ? f.expected : null]);
    const taken = new Set(entries.filter((f) => !f.erratum).map(place));
    return entries.filter((f) => !f.erratum || !taken.has(place(f)));
  }

  order(path) {
    let value = this.document;
    return path.map((token) => {
      const keys = isObject(value) ? Object.keys(value) : [];
      const at = typeof token === "number" ? token : keys.indexOf(token);
      value = value?.[token];
      return at < 0 ? keys.length : at;
    });
  }

  ofFault(fault) {
    const [first] = fault.location;
    let [rule, expected, actual] = [null, fault.expected ?? null, fault.actual];
    const content = first.length ? this.contentAt(first) : null;
    if (["content_kind", "content_twice"].includes(fault.reason)) {
      [rule, expected] = [`${content}#/type`, this.spec.kinds[content]];
    } else if (fault.reason === "native") {
      [rule, expected] = [`${this.spec.holders[content]}#/type`, "string"];
    }
    return { ...fault, rule, expected, actual, erratum: null, keyword: fault.keyword ?? keywordOf(fault.reason) };
  }

  contentAt(path) {
    let node = this.shape;
    for (const token of path) if (typeof token === "string") node = node?.properties?.[token];
    return node?.content;
  }
}

function keywordOf(reason) {
  if (reason === "duplicate_key") return "duplicateKey";
  if (["native", "content_kind", "content_twice"].includes(reason)) return "type";
  return reason === "depth" ? "limit" : "json";
}

/** Line and column of an offset, both from 1; columns count code points. */
function lineColumn(text, offset) {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: [...before.at(-1)].length + 1 };
}

/** The offset in a text of an offset in a string that begins at `start` in it. */
function unescaped(text, start, offset) {
  let at = start + 1;
  for (let seen = 0; seen < offset; seen += 1) at += text[at] !== "\\" ? 1 : text[at + 1] === "u" ? 6 : 2;
  return at;
}

/** Where a location is in the body; `at` is an offset in its innermost text, if known. */
function offsetOf({ text, starts }, document, location, inside, at) {
  const [path, ...rest] = location;
  let [value, offset] = [document, starts.get(null)];
  for (const [index, token] of path.entries()) {
    if (index && inside.has(value)) break;
    offset = starts.get(value)?.get(token) ?? offset;
    value = value?.[token];
  }
  if (!rest.length) return at ?? offset;
  const inner = inside.get(value);
  const below = inner ? offsetOf(inner, value, rest, inside, at) : at ?? 0;
  return unescaped(text, offset, below);
}

/** The places in a tree of shapes where documents are embedded, with the kind of each. */
function places(shape, kinds) {
  const found = {};
  for (const [key, child] of Object.entries(shape.properties ?? {})) {
    const below = child.content ? kinds[child.content] : places(child, kinds);
    if (typeof below === "string" || Object.keys(below).length) found[key] = below;
  }
  return found;
}

function remove(document, path) {
  let value = document;
  for (const token of path.slice(0, -1)) value = value?.[token];
  const last = path.at(-1);
  if (Array.isArray(value)) value[last] = {};
  else if (value) delete value[last];
}

export function makeReceiver(spec, validators) {
  const classifier = new Classifier(spec.classifier);
  const identifier = new Identifier(spec.classifier);
  const statuses = { progress: 2, finished: 3, failed: 4 };

  function remainder(bytes) {
    let found;
    try {
      found = read(decode(bytes), DEPTH);
    } catch {
      if (!identifier.inBytes(bytes)) return { outcome: "foreign", task_id: null, status: null };
      return { outcome: "unclear", task_id: identifier.taskIdInBytes(bytes), status: null };
    }
    const { value, faults } = found;
    const { dialect, roles } = classifier.classify(value);
    const identified = dialect || identifier.inValue(value);
    const whole = { ...value };
    for (const { path: [key, ...rest], same } of faults) if (key !== undefined && !rest.length && !same) whole[key] = null;
    for (const { path, same } of faults) if (path.length && !same) remove(value, path);
    const task = dialect && value[roles.task_id];
    const phase = dialect && classifier.phaseOf(value[roles.status]);
    if (phase && typeof task === "string" && task) {
      return { outcome: "partial", task_id: task, status: statuses[phase] };
    }
    if (!identified) return { outcome: "foreign", task_id: null, status: null };
    return { outcome: "unclear", task_id: isObject(value) ? identifier.taskId(whole) : null, status: null };
  }

  function discriminator(body) {
    const { problem, names, likely } = classifier.classify(body);
    const twice = problem === "no_object" && holdsJson(body);
    return problem === "no_object"
      ? { reason: twice ? "body_twice" : problem, expected: "object", actual: body }
      : { reason: problem, expected: names, actual: likely ?? null };
  }

  function examine(bytes) {
    let [text, whole] = ["", null];
    const stopped = (fault) => ({ text, whole, faults: [{ location: [[]], at: 0, ...fault }] });
    try {
      text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
      whole = read(decode(bytes), DEPTH);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      const expected = error.reason === "depth" ? DEPTH : null;
      return stopped({ reason: error.reason, at: error.at, expected });
    }
    const document = whole.value;
    const faults = whole.faults.map((fault) => ({ ...fault, location: [fault.path] }));
    const { dialect, phase, variant, roles } = classifier.classify(document);
    if (!dialect) return stopped({ keyword: "discriminator", at: undefined, ...discriminator(document) });
    const name = variant ?? dialect;
    const shape = spec.shapes[name];
    const inside = new Map();
    const rules = {
      embedded: places(spec.shapes[dialect], spec.kinds),
      status: Object.values(spec.classifier.names).map((each) => each.status),
      absent: Object.fromEntries(
        Object.values(spec.classifier.phases).flatMap((each) => each.status.map((s) => [s, each.absent ?? []])),
      ),
    };
    for (const fault of open(document, rules, DEPTH, inside)) {
      const value = fault.value;
      const twice = fault.reason === "content_kind" && holdsJson(value);
      const expected = fault.reason === "depth" ? DEPTH : null;
      faults.push({ ...fault, expected, actual: value, reason: twice ? "content_twice" : fault.reason });
    }
    if (!phase) {
      const known = Object.values(spec.classifier.phases).flatMap((each) => each.status);
      faults.push(
        isIn(document, roles.status)
          ? { keyword: "discriminator", location: [[roles.status]], reason: "status", expected: known, actual: document[roles.status] }
          : { keyword: "discriminator", location: [[]], reason: "status_missing", expected: roles.status },
      );
    }
    return { text, whole, document, faults, name, variant, shape, inside };
  }

  /** What a body is: verdicts, outcome, task id, status, and the findings of the strict level. */
  return function receive(bytes) {
    const found = examine(bytes);
    const collector = new Collector(spec, found.shape, found.document, found.faults);
    if (found.name) {
      const validate = validators[found.name];
      if (!validate(found.document)) validate.errors.forEach((error) => collector.add(error));
    }
    const findings = collector.ordered().slice(0, MOST);
    for (const finding of findings) {
      const known = finding.at !== undefined && finding.location.length === 1;
      const body = { text: found.text, starts: found.whole?.starts ?? new Map() };
      const offset = known
        ? finding.at
        : offsetOf(body, found.document ?? null, finding.location, found.inside ?? new Map(), finding.at) ?? 0;
      Object.assign(finding, lineColumn(found.text, offset));
      if (finding.at !== undefined) {
        const last = finding.location.length > 1 ? innerText(found, finding.location) : found.text;
        finding.position = lineColumn(last, finding.at);
      }
      finding.pointer = finding.location.map(pointer).join("#");
      finding.kind = kindOf(finding.actual);
      if (typeof finding.actual === "number" && finding.location.flat().length) {
        finding.actual = numberAt(found.text, offset) ?? finding.actual;
        finding.kind = /[.eE]/.test(finding.actual) ? "number" : finding.kind;
      }
    }
    const tolerant = findings.every((finding) => finding.erratum);
    const rest = remainder(bytes);
    return {
      tolerant,
      strict: !findings.length,
      ...rest,
      outcome: tolerant ? "valid" : rest.outcome,
      variant: found.variant ?? null,
      document: found.document,
      findings,
    };
  };
}

const pointer = (path) =>
  path.map((token) => `/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** A number as it was sent, which may be beyond what JavaScript can hold. */
function numberAt(text, offset) {
  const [digits] = text.slice(offset, offset + 100).match(/^-?[0-9]+(?:\.[0-9]+)?(?![0-9.eE])/) ?? [];
  return digits === undefined ? undefined : new SentNumber(digits);
}

export class SentNumber {
  constructor(digits) {
    this.digits = digits;
  }

  toString() {
    return this.digits;
  }
}

function innerText(found, location) {
  let value = found.document;
  for (const token of location[0]) value = value?.[token];
  return found.inside.get(value)?.text ?? (typeof value === "string" ? value : "");
}
