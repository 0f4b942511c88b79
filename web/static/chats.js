// Live chats at the desk: answers that leave the page where it is, drafts, the signs of typing and of reading.
"use strict";

(function () {
  const desk = window.okienkoDesk;
  const TYPING_SHOWN = 5000;
  const TYPING_EVERY = 3000;
  const DRAFT_AFTER = 700;
  const headers = { "X-Okienko-Script": "1" };

  function post(action, values) {
    const body = new URLSearchParams(values);
    return fetch(action, { method: "POST", body, headers, credentials: "same-origin", keepalive: true });
  }

  // -- answering

  document.querySelectorAll("form[data-live]").forEach((form) => {
    const chat = form.dataset.live;
    const words = form.querySelector("textarea");
    const csrf = form.elements.csrf.value;
    let typedAt = -Infinity;
    let keeping;

    words.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    });

    words.addEventListener("input", () => {
      if (words.value && performance.now() - typedAt > TYPING_EVERY) {
        typedAt = performance.now();
        desk.say("typing " + chat);
      }
      clearTimeout(keeping);
      keeping = setTimeout(keep, DRAFT_AFTER);
    });

    function keep() {
      clearTimeout(keeping);
      keeping = undefined;
      post(form.dataset.draft, { csrf, text: words.value }).catch(() => {});
    }
    window.addEventListener("pagehide", () => { if (keeping !== undefined) { keep(); } });

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = words.value;
      if (!said.trim()) { return; }
      const values = new FormData(form);
      clearTimeout(keeping);
      keeping = undefined;
      words.value = "";
      typedAt = -Infinity;
      const problem = form.querySelector("[data-problem]");
      problem.hidden = true;
      try {
        const response = await post(form.action, values);
        if (!response.ok) { throw new Error(String(response.status)); }
        document.querySelectorAll('[data-chat="' + chat + '"]').forEach(desk.refresh);
      } catch (_) {
        words.value = said + (words.value ? "\n" + words.value : "");
        problem.hidden = false;
      }
      words.focus();
    });
  });

  document.querySelectorAll("form[data-note]").forEach((form) => {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const words = form.querySelector("textarea");
      const said = words.value;
      try {
        const response = await post(form.action, new FormData(form));
        if (response.ok) { words.value = words.value === said ? "" : words.value; }
      } catch (_) {
        // The words stay in the field.
      }
    });
  });

  // -- reading: what is on a page that is looked at was read

  const read = new Map();

  function markRead() {
    if (document.hidden) { return; }
    document.querySelectorAll("[data-mine]").forEach((fragment) => {
      const chat = fragment.dataset.chat;
      const state = fragment.querySelector("[data-last]");
      const last = Number(state ? state.dataset.last : 0);
      // On a narrow screen only one of the chats is shown.
      if (!fragment.getClientRects().length || last <= (read.get(chat) || 0)) { return; }
      read.set(chat, last);
      post("/desk/chats/" + chat + "/read", { csrf: fragment.dataset.csrf, seen: last }).catch(() => read.delete(chat));
    });
  }
  document.addEventListener("visibilitychange", markRead);
  window.addEventListener("resize", markRead);
  document.addEventListener("DOMContentLoaded", markRead);

  // -- what the line tells

  const ends = new Map();

  function typing(chat, isShown) {
    const sign = document.querySelector('[data-typing="' + chat + '"]');
    if (!sign) { return; }
    const words = isShown ? sign.dataset.words : "";
    if (sign.textContent !== words) { sign.textContent = words; }
    clearTimeout(ends.get(chat));
    if (isShown) { ends.set(chat, setTimeout(() => typing(chat, false), TYPING_SHOWN)); }
  }

  function gone(chat) {
    const sign = document.querySelector('[data-gone="' + chat + '"]');
    if (!sign) { return; }
    sign.hidden = false;
    document.querySelectorAll('[data-live="' + chat + '"]').forEach((form) => { form.hidden = true; });
  }

  desk.on((word, about) => {
    if (word === "typing") { typing(about, true); }
    if (word === "chat") { typing(about, false); }
    if (word === "shown") { markRead(); }
    if (word === "gone") { gone(about); }
  });
})();
