/**
 * The "ask" buttons of the public knowledge pages: each opens the chat widget with its topic already written.
 *
 * Without the widget the buttons stay hidden, so nobody presses one in vain.
 */
(() => {
  "use strict";

  const buttons = document.querySelectorAll("button[data-ask]");
  let written = "";

  const ask = (panel, text) => {
    panel.querySelector(".launcher:not([hidden])")?.click();
    const input = panel.querySelector("#input");
    // What the customer has begun to write is worth more than our beginning.
    if (input.value === "" || input.value === written) {
      input.value = written = text;
      input.dispatchEvent(new Event("input"));
    }
    input.focus();
  };

  const show = (panel) => {
    for (const button of buttons) {
      button.addEventListener("click", () => ask(panel, button.dataset.ask));
      button.hidden = false;
    }
  };

  /** Wait until `find` returns something in `place`, which changes. */
  const when = (place, find, then) => {
    const found = find();
    if (found) {
      then(found);
      return;
    }
    const observer = new MutationObserver(() => {
      const later = find();
      if (!later) return;
      observer.disconnect();
      then(later);
    });
    observer.observe(place, { childList: true, subtree: true });
  };

  if (!buttons.length) return;
  when(
    document.body,
    () => document.querySelector("okienko-widget")?.shadowRoot,
    (panel) => when(panel, () => panel.querySelector(".launcher") && panel, show),
  );
})();
