// The wall board reads its figures anew every few seconds, beside the desk's own hints. Without script one reloads it.
"use strict";

(function () {
  const board = document.querySelector("[data-every]");
  const told = document.querySelector(".stale");
  const every = 1000 * Number(board.dataset.every);
  let shown = Date.now();

  // The desk's script says when the figures were read; when that was long ago, they are not trusted.
  window.okienkoDesk.on((word) => { if (word === "shown") { shown = Date.now(); } });

  setInterval(() => {
    window.okienkoDesk.refresh(board);
    const text = Date.now() - shown > 3 * every ? board.dataset.stale : "";
    if (told.textContent !== text) { told.textContent = text; }
  }, every);
})();
