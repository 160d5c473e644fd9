// Reads lines {"schema": key, "document": value} after one line of schemas {key: schema},
// and answers each with true or false: Ajv's verdict.
const readline = require("node:readline");
const Ajv2020 = require("ajv/dist/2020");

const ajv = new Ajv2020({ strict: false, allErrors: false, logger: false });
const judges = new Map();
let schemas;

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  if (schemas === undefined) {
    schemas = JSON.parse(line);
    return;
  }
  const { schema, document } = JSON.parse(line);
  if (!judges.has(schema)) judges.set(schema, ajv.compile(schemas[schema]));
  process.stdout.write(`${judges.get(schema)(document)}\n`);
});
