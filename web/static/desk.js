// The desk's script: refreshes the marked fragment when the server hints, and inserts suggested answers.
// Everything works without it; it only makes the page quicker.
"use strict";

(function () {
  const fragment = document.querySelector("[data-fragment]");

  function atEnd(log) {
    return log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  }

  function toEnd() {
    document.querySelectorAll(".log").forEach((log) => { log.scrollTop = log.scrollHeight; });
  }

  let asking = false;
  let again = false;

  async function refresh() {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const response = await fetch(fragment.dataset.fragment, { credentials: "same-origin" });
      if (response.redirected || response.status === 404) { location.assign("/desk"); return; }
      if (response.ok) {
        const log = fragment.querySelector(".log");
        const follow = !log || atEnd(log);
        const place = log ? log.scrollTop : 0;
        const before = fragment.querySelectorAll("[data-waiting]").length;
        const html = await response.text();
        if (fragment.innerHTML !== html && !fragment.contains(document.activeElement)) {
          fragment.innerHTML = html; // rendered and escaped by our own server
        } else if (fragment.innerHTML !== html) {
          const focused = document.activeElement.id;
          fragment.innerHTML = html;
          if (focused && document.getElementById(focused)) { document.getElementById(focused).focus(); }
        }
        const fresh = fragment.querySelector(".log");
        if (fresh) { if (follow) { toEnd(); } else { fresh.scrollTop = place; } }
        const now = fragment.querySelectorAll("[data-waiting]").length;
        announce(now, before);
      }
    } catch (_) {
      // The network is away; the next hint or the reconnection tries again.
    } finally {
      asking = false;
      if (again) { again = false; refresh(); }
    }
  }

  const title = document.title;
  function announce(now, before) {
    document.title = now > 0 ? "(" + now + ") " + title : title;
    if (now > before && document.hidden && "vibrate" in navigator) { navigator.vibrate(100); }
  }

  let delay = 500;
  function listen() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const chat = fragment.dataset.chat ? "?chat=" + encodeURIComponent(fragment.dataset.chat) : "";
    const socket = new WebSocket(scheme + "//" + location.host + "/desk/ws" + chat);
    socket.onopen = () => { delay = 500; refresh(); };
    socket.onmessage = refresh;
    socket.onclose = () => { setTimeout(listen, delay); delay = Math.min(delay * 2, 15000); };
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) { return; }
    const source = document.getElementById(button.dataset.insert);
    const target = document.getElementById(button.dataset.into);
    target.value = (target.value ? target.value.trimEnd() + "\n\n" : "") + source.textContent.trim() + "\n";
    target.focus();
  });

  // Enter sends a chat answer, Shift+Enter begins a new line; the form stays on the page.
  const form = document.querySelector("form[data-live]");
  if (form) {
    const words = form.querySelector("textarea");
    words.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = words.value;
      if (!said.trim()) { return; }
      const body = new URLSearchParams(new FormData(form));
      words.value = "";
      const problem = form.querySelector("[data-problem]");
      problem.hidden = true;
      try {
        const response = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
        if (!response.ok) { throw new Error(String(response.status)); }
        refresh();
      } catch (_) {
        words.value = said + (words.value ? "\n" + words.value : "");
        problem.hidden = false;
      }
      words.focus();
    });
  }

  toEnd();
  if (fragment) { listen(); }
})();
