// Filter boxes for error tables and the errata, and labels for tables that turn into cards on a
// phone. No framework; where a theme loads pages without reloading, it runs again for each page.
(() => {
  "use strict";

  const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);

  const rowsOf = (block) =>
    block.classList.contains("kvs-errata")
      ? [...block.querySelectorAll(".kvs-erratum")]
      : [...block.querySelectorAll("tbody tr")];

  const add = (block) => {
    if (block.dataset.kvsReady) return;
    block.dataset.kvsReady = "1";
    const rows = rowsOf(block).map((row) => ({ row, text: row.textContent.toLowerCase() }));
    const box = document.createElement("div");
    box.className = "kvs-filter";
    const label = document.createElement("label");
    const input = document.createElement("input");
    const output = document.createElement("output");
    input.type = "search";
    input.id = `kvs-filter-${document.querySelectorAll(".kvs-filter").length + 1}`;
    input.placeholder = block.dataset.kvsFilter;
    input.autocomplete = "off";
    input.spellcheck = false;
    label.htmlFor = input.id;
    label.textContent = block.dataset.kvsLabel;
    output.htmlFor = input.id;
    output.setAttribute("aria-live", "polite");
    box.append(label, input, output);
    block.before(box);

    const show = () => {
      const wanted = words(input.value);
      let shown = 0;
      for (const { row, text } of rows) {
        const fits = wanted.every((word) => text.includes(word));
        row.classList.toggle("kvs-hidden", !fits);
        shown += fits ? 1 : 0;
      }
      output.textContent = shown
        ? block.dataset.kvsShown.replace("{shown}", shown).replace("{total}", rows.length)
        : block.dataset.kvsNone;
    };
    const clear = () => {
      input.value = "";
      show();
    };
    input.addEventListener("input", show);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") clear();
      event.stopPropagation(); // themes use single keys as shortcuts
    });
    // An address that leads to a hidden row shows it.
    addEventListener("hashchange", () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (target?.closest(".kvs-hidden")) {
        clear();
        target.scrollIntoView();
      }
    });
    show();
  };

  const labelled = (table) => {
    const colon = document.documentElement.lang.startsWith("zh") ? "：" : ": ";
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent);
    for (const row of table.querySelectorAll("tbody tr")) {
      [...row.children].forEach((cell, index) => {
        cell.dataset.label = heads[index] + colon;
      });
    }
  };

  // All errata were on one page once: the address of one there leads on to the entry's own page.
  const lead = () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest(".kvs-entries tr");
    if (row) location.replace(row.querySelector("a[href]").href);
  };

  const start = () => {
    lead();
    addEventListener("hashchange", lead);
    document.querySelectorAll("[data-kvs-filter]").forEach(add);
    document.querySelectorAll(".kvs-fields table, .kvs-codes table, .kvs-variants table, .kvs-exports table").forEach(labelled);
  };

  if (window.document$?.subscribe) window.document$.subscribe(start);
  else if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
