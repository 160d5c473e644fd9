// Words findings as kvs_schema does, from the same texts: values shortened and escaped, one line each.
import { SentNumber } from "./receiver.js";

const LONGEST = 80;
const SEMICOLONS = { en: "; ", zh: "；" };
// Reasons whose value is a name of ours, not a value of the body.
const NAMING = ["unrecognised", "wrapped", "other_casing", "other_variant"];

const escaped = (text) =>
  text.replace(/[^\P{C}]|[^\P{Z} ]/gu, (character) => {
    const code = character.codePointAt(0);
    const short = { 9: "\\t", 10: "\\n", 13: "\\r" }[code];
    if (short) return short;
    const digits = code.toString(16);
    if (code < 256) return `\\x${digits.padStart(2, "0")}`;
    return code < 65536 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
  });

function shortened(value) {
  if (value instanceof SentNumber) return value.digits.length > LONGEST ? `${value.digits.slice(0, 10)}…` : value.digits;
  if (typeof value === "string") {
    const text = escaped([...value].slice(0, LONGEST + 1).join(""));
    return [...text].length <= LONGEST ? text : `${[...text].slice(0, LONGEST - 1).join("")}…`;
  }
  return value;
}

function quoted(value) {
  const short = shortened(value);
  return typeof value === "string" ? `"${short}"` : String(short ?? null);
}

/** Fill a template; a space goes between Chinese characters and others. */
function filled(template, fields) {
  let found = "";
  for (const piece of template.split(/\{(\w+)\}/).map((each, at) => (at % 2 ? String(fields[each]) : each))) {
    const joint = /[\u4e00-\u9fff][!-~]|[!-~][\u4e00-\u9fff]/.test(found.slice(-1) + piece.slice(0, 1));
    found += joint ? ` ${piece}` : piece;
  }
  return found;
}

export function makeWords(spec, lang) {
  const { words } = spec;
  const word = (name) => words.words[name][lang];

  function described(finding) {
    const kind = words.kinds[finding.kind][lang];
    if (["object", "array", "null"].includes(finding.kind)) return kind;
    const value = quoted(finding.actual);
    return lang === "zh" ? `${kind} ${value}` : `the ${finding.kind} ${value}`;
  }

  function table(rule, other) {
    if (!rule?.endsWith("/errorTable")) return "";
    const named = spec.rule_tables[rule.split("#")[0]];
    const found = Object.entries(spec.tables).filter(([name]) => (name !== named) === other);
    return found.map(([, title]) => title[lang]).join("");
  }

  function form(rule, pattern) {
    const title = spec.titles[rule.split("#")[0]]?.[lang];
    if (!rule.endsWith("#/pattern") || !title) return `/${pattern}/`;
    const [first] = title.split(" ");
    const plain = first.slice(1) === first.slice(1).toLowerCase();
    return `${plain ? title[0].toLowerCase() + title.slice(1) : title} (${pattern})`;
  }

  function expectedOf({ keyword, reason, rule, expected }) {
    if (keyword === "type" && expected !== null && expected !== undefined) {
      return [expected].flat().map((kind) => words.kinds[kind][lang]).join(word("or"));
    }
    if (reason === "no_table" || reason === "other_table") return table(rule, false);
    if (keyword === "pattern" && rule) return form(rule, expected);
    if (!Array.isArray(expected)) return quoted(expected);
    const values = expected.every((each) => typeof each === "number") ? [...expected].sort((a, b) => a - b) : expected;
    const more = values.length > 8 ? ["…"] : [];
    return [...values.slice(0, 8).map(quoted), ...more].join(word("comma"));
  }

  /** What was expected, what was found and what to do. */
  return function message(finding) {
    const { reason, keyword, position, location, erratum } = finding;
    const template = words.reasons[reason] ?? words.keywords[keyword];
    const place = word(location.length > 1 ? "position_inside" : "position");
    let found = filled(template[lang], {
      expected: expectedOf(finding),
      actual: NAMING.includes(reason) ? String(finding.actual) : described(finding),
      other: table(finding.rule, true),
      position: position ? place.replace("{line}", position.line).replace("{column}", position.column) : "",
      key: quoted(String(location.at(-1).at(-1) ?? "")),
    });
    if (words.advice[reason]) found += SEMICOLONS[lang] + words.advice[reason][lang];
    if (erratum) {
      const title = spec.errata[erratum]?.[lang] ?? "";
      found += ` [${word("deviation").replace("{id}", erratum).replace("{title}", title)}]`;
    }
    return found;
  };
}
