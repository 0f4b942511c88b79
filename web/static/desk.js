// The desk's script: refreshes the marked parts of a page when the server hints, and inserts suggested answers.
// Everything works without it; it only makes the page quicker.
"use strict";

window.okienkoDesk = (function () {
  const hearers = [];
  const fragments = () => [...document.querySelectorAll("[data-fragment]")];

  function atEnd(log) {
    return log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  }

  function toEnd(within) {
    within.querySelectorAll(".log").forEach((log) => { log.scrollTop = log.scrollHeight; });
  }

  // Elements that did not change stay the same, so that a screen reader says only what is new and no focus is lost.
  function patchLog(before, after) {
    const known = new Map([...before.children].map((child) => [child.id, child]));
    let place = before.firstElementChild;
    for (const child of [...after.children]) {
      const same = known.get(child.id);
      if (same && same.outerHTML === child.outerHTML) {
        if (same !== place) { before.insertBefore(same, place); } else { place = place.nextElementSibling; }
        known.delete(child.id);
      } else {
        before.insertBefore(child, place);
      }
    }
    for (const left of known.values()) { left.remove(); }
  }

  function show(fragment, html) {
    const made = document.createElement("template");
    made.innerHTML = html; // rendered and escaped by our own server
    const log = fragment.querySelector(".log");
    const fresh = made.content.querySelector(".log");
    if (!log || !fresh) {
      if (fragment.innerHTML === html) { return; }
      const focused = fragment.contains(document.activeElement) ? document.activeElement.id : "";
      fragment.replaceChildren(made.content);
      if (focused && document.getElementById(focused)) { document.getElementById(focused).focus(); }
      toEnd(fragment);
      return;
    }
    const follow = atEnd(log);
    patchLog(log, fresh);
    for (const part of fragment.querySelectorAll("[data-part]")) {
      const next = made.content.querySelector("[data-part=" + part.dataset.part + "]");
      if (next && part.outerHTML !== next.outerHTML) { part.replaceWith(next); }
    }
    if (follow) { log.scrollTop = log.scrollHeight; }
  }

  const busy = new Map();

  async function refresh(fragment) {
    if (busy.has(fragment)) { busy.set(fragment, true); return; }
    busy.set(fragment, false);
    try {
      const response = await fetch(fragment.dataset.fragment, { credentials: "same-origin" });
      const chat = fragment.dataset.chat;
      if (response.redirected) { location.assign("/desk/login"); return; }
      if (response.status === 404 && chat) { tell("gone", chat); return; }
      if (response.ok) {
        show(fragment, await response.text());
        announce();
        tell("shown", chat || "");
      }
    } catch (_) {
      // The network is away; the next hint or the reconnection tries again.
    } finally {
      const again = busy.get(fragment);
      busy.delete(fragment);
      if (again) { refresh(fragment); }
    }
  }

  function tell(word, about) {
    for (const hear of hearers) { hear(word, about); }
  }

  // How many wait stands in the title, before what desk_notices.js puts there.
  function announce() {
    tell("waiting", String(document.querySelectorAll("[data-waiting]").length));
  }

  let socket = null;
  let delay = 500;

  function listen() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const query = new URLSearchParams();
    const chats = fragments().filter((one) => one.dataset.chat);
    chats.forEach((one) => query.append("chat", one.dataset.chat));
    if (!fragments().some((one) => !one.dataset.chat)) { query.set("quiet", "true"); }
    socket = new WebSocket(scheme + "//" + location.host + "/desk/ws?" + query);
    socket.onopen = () => { delay = 500; hear("look"); tell("notices", ""); };
    socket.onmessage = (event) => hear(event.data);
    socket.onclose = () => { setTimeout(listen, delay); delay = Math.min(delay * 2, 15000); };
  }

  // A busy desk changes its lists many times a second; they are read at most every other second.
  let lists;
  function laterLists() {
    lists = lists || setTimeout(() => {
      lists = undefined;
      fragments().filter((one) => !one.dataset.chat).forEach(refresh);
    }, 2000);
  }

  function hear(said) {
    const [word, about = ""] = said.split(" ");
    if (word === "look") { fragments().forEach(refresh); tell("notices", ""); return; }
    if (word === "lists") { laterLists(); return; }
    if (word === "chat") { fragments().filter((one) => one.dataset.chat === about).forEach(refresh); }
    if (word === "notices") { fragments().filter((one) => "noticesToo" in one.dataset).forEach(refresh); }
    tell(word, about);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) { return; }
    const source = document.getElementById(button.dataset.insert);
    const target = document.getElementById(button.dataset.into);
    target.value = (target.value ? target.value.trimEnd() + "\n\n" : "") + source.textContent.trim() + "\n";
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.focus();
  });

  document.addEventListener("DOMContentLoaded", () => {
    toEnd(document);
    if (document.querySelector("[data-notices], [data-fragment]")) { listen(); }
  });

  return {
    /** Hear of words: (word, about). */
    on: (hearer) => hearers.push(hearer),
    /** Say a word to the server, if the line is open; a lost one is no harm. */
    say: (word) => { if (socket && socket.readyState === WebSocket.OPEN) { socket.send(word); } },
    refresh,
  };
})();
