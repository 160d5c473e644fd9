// Small repairs of the theme: the language switch keeps the anchor that the reader is at, and the
// search dialog has a name for screen readers.
(() => {
  "use strict";
  const follow = () => {
    for (const link of document.querySelectorAll(".kvs-language")) {
      link.hash = location.hash;
    }
  };
  const name = () => {
    const field = document.querySelector(".md-search__input");
    field?.closest("[role=dialog]")?.setAttribute("aria-label", field.placeholder);
  };
  const start = () => {
    follow();
    name();
  };
  addEventListener("hashchange", follow);
  document.addEventListener("click", follow, true);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
