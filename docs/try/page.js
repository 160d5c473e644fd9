// The page: reads a body as it is typed, pasted or dropped. Nothing is sent, nothing is kept.

const byId = (id) => document.getElementById(id);
const lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
const receive = makeReceiver(spec, validators);
const message = makeWords(spec, lang);

/** An element with attributes and children; text is never markup. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

function ruleLink(finding) {
  const [name] = (finding.rule ?? "").split("#");
  const page = finding.erratum ? "errata" : spec.pages[name];
  if (!page) return null;
  const text = finding.erratum ?? finding.rule;
  return element("a", { href: `../reference/${page}/#${finding.erratum ?? name}` }, text);
}

function listed(findings) {
  const items = findings.map((finding) => {
    const place = element("code", {}, `${finding.line}:${finding.column} ${finding.pointer}`);
    const link = ruleLink(finding);
    const words = finding.erratum ? message({ ...finding, erratum: null }) : message(finding);
    return element("li", {}, place, " ", words, link && " ", link);
  });
  return element("ul", {}, ...items);
}

function folded(title, open, ...content) {
  const made = element("details", {}, element("summary", {}, title), ...content);
  made.open = open;
  return made;
}

function show(bytes) {
  const result = byId("kvs-result");
  const say = result.dataset;
  result.replaceChildren();
  if (!bytes.length) return;
  const found = receive(bytes);
  const facts = [found.variant, found.task_id, found.status].filter((fact) => fact !== null);
  const violations = found.findings.filter((finding) => !finding.erratum);
  const deviations = found.findings.filter((finding) => finding.erratum);
  const head = element("p", { class: `kvs-outcome kvs-${found.outcome}` }, say[found.outcome]);
  if (facts.length) head.append(" ", element("code", {}, facts.join(" · ")));
  result.append(head);
  if (violations.length) result.append(listed(violations));
  if (deviations.length) {
    result.append(folded(`${say.deviations} (${deviations.length})`, !violations.length, listed(deviations)));
  }
  if (found.document !== undefined) {
    const text = JSON.stringify(found.document, null, 2);
    result.append(folded(say.opened, false, element("pre", { tabindex: "0" }, element("code", {}, text))));
  }
}

function start() {
  const body = byId("kvs-body");
  const examples = byId("kvs-example");
  const typed = () => show(new TextEncoder().encode(body.value));
  for (const each of spec.examples) examples.append(element("option", { value: each.name }, each[lang]));

  const choose = (name) => {
    const example = spec.examples.find((each) => each.name === name);
    if (!example) return;
    examples.value = name;
    body.value = JSON.stringify(example.body);
    typed();
  };
  const take = async (file) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    body.value = new TextDecoder().decode(bytes);
    examples.value = "";
    show(bytes); // the bytes, which the text may not have
  };

  body.addEventListener("input", () => {
    examples.value = "";
    typed();
  });
  examples.addEventListener("change", () => {
    history.replaceState(null, "", `#${examples.value}`); // an example, never a body
    choose(examples.value);
  });
  byId("kvs-file").addEventListener("change", (event) => take(event.target.files[0]));
  body.addEventListener("dragover", (event) => event.preventDefault());
  body.addEventListener("drop", (event) => {
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    take(file);
  });
  choose(decodeURIComponent(location.hash.slice(1)));
}

globalThis.kvsSchema = { receive, message };
start();
