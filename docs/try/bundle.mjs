// Writes the script of the page: node bundle.mjs AJV SPECIFICATION.json OUTPUT.js FILE...
// Validators that Ajv generates beforehand, so that nothing is compiled in the browser; then the data and
// the files, joined to one plain script without imports.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [ajv, data, output, ...files] = process.argv.slice(2);
const require = createRequire(`${ajv}/package.json`);
const Ajv2020 = require("./dist/2020.js").default;
const standaloneCode = require("./dist/standalone").default;

const { schema, names, ...spec } = JSON.parse(readFileSync(data, "utf8"));
const engine = new Ajv2020({ strictTypes: false, allErrors: true, verbose: true, code: { source: true, lines: false } });
engine.addSchema(schema, "callback");
const exported = Object.fromEntries(names.map((name, at) => [`v${at}`, `callback#/$defs/${name}`]));
const validators = standaloneCode(engine, exported);

const plain = (file) =>
  readFileSync(file, "utf8")
    .replace(/^import .*;$/gm, "")
    .replace(/^export /gm, "");
// What the generated code asks of Ajv's own files.
const needed = `
  const exports = {};
  const require = (name) => ({
    default: name.endsWith("ucs2length")
      ? (text) => [...text].length
      : (one, other) => JSON.stringify(one) === JSON.stringify(other),
  });
`;
writeFileSync(
  output,
  `"use strict";
(() => {
const validators = (() => {${needed}${validators}
return { ${names.map((name, at) => `${JSON.stringify(name)}: exports.v${at}`).join(", ")} };
})();
const spec = ${JSON.stringify(spec)};
${files.map(plain).join("\n")}
})();
`,
);
