// Answers the conformance protocol with Ajv, from the exported schemas and reader.js:
//   kvs-schema export out
//   kvs-schema conformance -- node adapter.js out
// With --plain instead of the folder it only calls JSON.parse, to show what that makes of a body.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { decode, open, read, Unreadable } from "./reader.js";

const OUTPUT = { metainfo: "object", outMediainfo: "object", segmentsinfo: "array", thumnailsinfo: "array" };
const SINGLE = { items: OUTPUT };
const FLOW = { OutInfo: OUTPUT };
const RULES = { status: ["Status", "status"], absent: { 4: ["null", "{}"] } };
const CASINGS = [["TaskID", "Status", "Details", "Type"], ["taskid", "status", "details", "type"]];
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isFlow = (details) => {
  if (!isObject(details)) return Array.isArray(details);
  const single = "errnum" in details || "items" in details;
  return "OutInfo" in details || ("Order" in details && !single);
};

/** Whether the first level is complete in both casings, and they differ in task id or status. */
function contradicts(body) {
  const complete = ([id, status, details, type]) =>
    [id, status, details].every((key) => key in body) && (type in body || isFlow(body[details]));
  return CASINGS.every(complete) && (body.TaskID !== body.taskid || body.Status !== body.status);
}

/** Where documents are embedded in a body; other documents are parts of a callback. */
function places(schema, body) {
  const parts = { output: OUTPUT, outinfo: OUTPUT, details: SINGLE, subtasks: FLOW };
  const found = parts[schema.split(".")[0]];
  if (found) return found;
  const [first, second] = ["Details", "details"].map((key) => (isFlow(body?.[key]) ? FLOW : SINGLE));
  return schema.startsWith("Create") ? {} : { Details: first, details: second };
}

async function careful(folder) {
  const { default: Ajv2020 } = await import("ajv/dist/2020.js");
  const ajv = new Ajv2020({ strictTypes: false });
  const compiled = new Map();
  const holds = (level, name, value) => {
    const path = `${folder}/schemas/${level}/opened/${name}.json`;
    if (!compiled.has(path)) compiled.set(path, ajv.compile(JSON.parse(readFileSync(path, "utf8"))));
    return compiled.get(path)(value);
  };
  return (bytes, schema) => {
    let body, faults;
    try {
      ({ value: body, faults } = read(decode(bytes)));
    } catch (error) {
      if (error instanceof Unreadable) return { tolerant: false, strict: false };
      throw error;
    }
    faults.push(...open(body, { ...RULES, embedded: places(schema, body) }));
    const refused = faults.length > 0 || (isObject(body) && contradicts(body));
    const valid = (level) => !refused && holds(level, schema, body);
    return { tolerant: valid("tolerant"), strict: valid("strict") };
  };
}

/** What a receiver knows that trusts JSON.parse. */
function plain(bytes, schema, seq) {
  if (!seq.startsWith("raw/")) return { skipped: true, message: "reads, and does not validate" };
  const none = { tolerant: false };
  try {
    const { TaskID, Status, Details } = JSON.parse(bytes.toString());
    for (const output of [Details?.items ?? []].flat()) {
      for (const key of Object.keys(OUTPUT)) if (output[key]) JSON.parse(output[key]);
    }
    const usable = typeof TaskID === "string" && [2, 3, 4].includes(Status);
    return usable ? { tolerant: true, task_id: TaskID, status: Status } : none;
  } catch {
    return none;
  }
}

const [folder] = process.argv.slice(2);
const verdict = folder === "--plain" ? plain : await careful(folder);
const name = folder === "--plain" ? "JSON.parse" : "Ajv";
for await (const line of createInterface({ input: process.stdin })) {
  const { cmd, seq, schema, raw } = JSON.parse(line);
  const answer =
    cmd === "start"
      ? { version: 1, implementation: { language: "javascript", name } }
      : { seq, ...verdict(Buffer.from(raw, "base64"), schema, seq) };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
