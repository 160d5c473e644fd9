// Reads lines {"schema": key, "document": value} after one line of schemas {key: schema},
// and answers each with true or false: Ajv's verdict. All schemas are compiled, in Ajv's strict mode
// but for types, which may be said in one schema and their bounds in another.
const readline = require("node:readline");
const Ajv2020 = require("ajv/dist/2020");

const ajv = new Ajv2020({ strictTypes: false });
const judges = new Map();
let schemas;

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  if (schemas === undefined) {
    schemas = JSON.parse(line);
    for (const [key, schema] of Object.entries(schemas)) judges.set(key, ajv.compile(schema));
    return;
  }
  const { schema, document } = JSON.parse(line);
  process.stdout.write(`${judges.get(schema)(document)}\n`);
});
