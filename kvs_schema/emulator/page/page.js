"use strict";
// Shows what the control API tells. Everything from outside becomes text, never markup.
const { texts, variants, control, lang } = JSON.parse(document.getElementById("data").textContent);
const say = (name, values = {}) =>
  texts["page." + name].replace(/{(\w+)}/g, (_, key) => values[key]);
const at = (id) => document.getElementById(id);
let chosen = null;
const open = new Set();

function make(tag, attributes = {}, ...children) {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) found.addEventListener(name.slice(2), value);
    else found.setAttribute(name, value);
  }
  found.append(...children.filter((child) => child !== null && child !== ""));
  return found;
}

function table(names, rows) {
  const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, say(name))));
  const body = rows.map((cells) => make("tr", {}, ...cells.map((cell, index) => {
    const parts = [cell].flat().filter((part) => part !== null && part !== "");
    if (!parts.length) return make("td");
    return make("td", {}, make("span", { class: "label" }, say(names[index])), make("div", {}, ...parts));
  })));
  return make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
}

const json = async (path, options) => (await fetch(`${control}/${path}?lang=${lang}`, options)).json();

function answer(attempt) {
  if (attempt === null) return "";
  const text = attempt.status === null ? attempt.error : `${attempt.status} · ${attempt.milliseconds} ms`;
  return make("span", { class: attempt.accepted ? "good" : "bad" }, text);
}

function state(task) {
  const kind = { running: "quiet", done: "good", no_callback: "quiet" }[task.state] || "bad";
  return make("span", { class: kind }, say(task.state));
}

function choose(id) {
  chosen = id;
  open.clear();
  return refresh().then(() => at("task").scrollIntoView({ block: "nearest" }));
}

function showState(found) {
  at("counts").textContent = `${say("tasks")} ${found.created} · ${say("running")} ${found.running}`;
  const rows = found.tasks.map((task) => [
    make("button", { class: "link", onclick: () => choose(task.task_id) }, task.task_id),
    [state(task), task.error ? make("div", { class: "bad" }, task.error) : null],
    task.end ? make("code", { class: "name" }, task.end) : "",
    task.address ? make("code", {}, task.address) : "",
    task.planned ? `${task.accepted} / ${task.planned}` : "",
    answer(task.last),
  ]);
  at("tasks").replaceChildren(make("h2", {}, say("tasks")), rows.length
    ? table(["task", "state", "end", "address", "accepted", "last"], rows)
    : make("p", { class: "quiet" }, say("nothing")));
  const requests = found.requests.map((one) => [
    [make("span", { class: one.code ? "bad" : "good" }, String(one.code)),
      one.basis ? ` (${say(one.basis)})` : null],
    make("code", {}, one.task_id || one.operation),
    one.findings.map((text) => make("div", {}, text))
      .concat(make("div", { class: "quiet" }, say(one.signature))),
  ]);
  at("requests").replaceChildren(...(requests.length ? [
    make("h2", {}, say("requests")), table(["code", "task", "findings"], requests)] : []));
}

function body(key, text) {
  const shown = make("details", {}, make("summary", {}, say("body")), make("pre", {}, text));
  shown.open = open.has(key);
  shown.addEventListener("toggle", () => shown.open ? open.add(key) : open.delete(key));
  return shown;
}

async function send(variant) {
  const sent = await json(`tasks/${chosen}/send`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ variant }),
  });
  await refresh();
  at("sent").replaceChildren("status" in sent ? answer(sent) : make("span", { class: "bad" }, sent.error));
}

function sender() {
  const select = make("select", { "aria-label": say("callback") },
    ...variants.map((name) => make("option", {}, name)));
  return make("form", { id: "sender", onsubmit: (event) => { event.preventDefault(); send(select.value); } },
    make("p", {}, say("send_another")), select, " ", make("button", {}, say("send")), " ",
    make("span", { id: "sent", role: "status" }));
}

function showTask(task) {
  const place = at("task");
  place.hidden = false;
  if (place.dataset.id !== chosen) {
    place.dataset.id = chosen;
    const close = () => { chosen = null; place.hidden = true; };
    place.replaceChildren(
      make("h2", {}, make("code", {}, task.task_id), make("button", { onclick: close }, say("close"))),
      task.address ? sender() : "", make("div", { id: "attempts" }));
  }
  const rows = task.attempts.map((attempt, index) => [
    `${attempt.at.toFixed(1)} s`,
    [make("code", {}, attempt.variant),
      attempt.fault ? make("div", { class: "quiet" }, say(attempt.fault)) : null,
      attempt.tries ? make("div", { class: "quiet" }, say("try", { count: attempt.tries + 1 })) : null],
    [answer(attempt), attempt.answer ? make("pre", {}, attempt.answer) : null],
    body(index, attempt.body),
  ]);
  at("attempts").replaceChildren(table(["time", "callback", "answer", "body"], rows));
}

async function refresh() {
  try {
    showState(await json("state"));
    if (chosen !== null) {
      const task = await json(`tasks/${chosen}`);
      if ("attempts" in task) showTask(task);
    }
  } catch {
    at("counts").textContent = say("gone");
  }
}

document.title = at("task").ariaLabel = say("title");
document.querySelector("h1").textContent = say("title");
const other = lang === "en" ? "zh" : "en";
Object.assign(at("other"), { href: `?lang=${other}`, textContent: other === "zh" ? "中文" : "English" });
refresh();
setInterval(refresh, 1000);
