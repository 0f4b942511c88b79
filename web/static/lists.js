// Lists of tickets: ticks stay when the server's hint refreshes the rows, and the whole page is ticked without a reload.
"use strict";

(function () {
  const fragment = document.querySelector("[data-fragment]");
  const told = document.querySelector("[data-ticked]");
  const ticked = new Set();

  function boxes() { return Array.from(fragment.querySelectorAll("input[name=ids]")); }

  function tell() { told.textContent = ticked.size ? " (" + ticked.size + ")" : ""; }

  function note() {
    boxes().forEach((box) => { if (box.checked) { ticked.add(box.value); } else { ticked.delete(box.value); } });
    tell();
  }

  function renew() {
    const there = new Set(boxes().map((box) => box.value));
    ticked.forEach((value) => { if (!there.has(value)) { ticked.delete(value); } });
    boxes().forEach((box) => { box.checked = ticked.has(box.value); });
    tell();
  }

  fragment.addEventListener("change", note);
  fragment.addEventListener("click", (event) => {
    if (!event.target.closest("[data-tick-all]")) { return; }
    event.preventDefault();
    const all = boxes();
    const wanted = all.some((box) => !box.checked);
    all.forEach((box) => { box.checked = wanted; });
    note();
  });
  new MutationObserver(renew).observe(fragment, { childList: true });
  note();
})();
