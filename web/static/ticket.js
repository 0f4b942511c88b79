// The ticket's script: keeps drafts while typing, inserts answers, shows who else is here, and listens to the keyboard.
// Everything works without it; it only makes the page quicker.
"use strict";

(function () {
  const BEAT = 20000;
  const QUIET = 1500;
  const answer = document.getElementById("answer");
  // The Polish words stand in the page.
  const said = document.querySelector("[data-viewers]")?.dataset ?? {};
  let typedAt = 0;
  let told = 0;

  // --- Drafts -------------------------------------------------------------------------------------------------

  function keepsDraft(form) {
    const words = form.querySelector("textarea");
    const state = form.querySelector("[data-draft-state]");
    let timer = 0;
    let sending = false;

    async function save() {
      if (sending) { return; }
      const body = new URLSearchParams({
        csrf: form.elements.csrf.value, text: words.value, part: form.dataset.part, quiet: "true",
      });
      try {
        const response = await fetch(form.dataset.draft, { method: "POST", body, credentials: "same-origin" });
        if (!response.ok || response.redirected) { throw new Error(String(response.status)); }
        const now = new Date().toLocaleTimeString("pl-PL", { hour: "2-digit", minute: "2-digit" });
        state.textContent = said.saved + " " + now;
      } catch (_) {
        state.textContent = said.notSaved;
      }
    }

    words.addEventListener("input", () => {
      typedAt = Date.now();
      clearTimeout(timer);
      timer = setTimeout(save, QUIET);
    });
    form.addEventListener("submit", () => { sending = true; clearTimeout(timer); });
    form.saveDraft = () => { clearTimeout(timer); return save(); };
  }
  document.querySelectorAll("form[data-draft]").forEach(keepsDraft);

  // --- Inserting ----------------------------------------------------------------------------------------------

  function put(text, from, to) {
    answer.focus();
    answer.setSelectionRange(from, to);
    answer.setRangeText(text, from, to, "end");
    answer.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function append(text) {
    const before = answer.value.trimEnd();
    put((before ? "\n\n" : "") + text.trim() + "\n", before.length, answer.value.length);
  }

  function textBeside(button) {
    return button.closest("details.suggested, li").querySelector("[data-text]").textContent;
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-put]");
    if (!button || !answer) { return; }
    event.preventDefault();
    append(textBeside(button));
    tellInserted(button);
  });

  function byNumber(number) {
    const button = document.querySelector('button[data-put-key="' + number + '"]');
    if (!button || !answer) { return false; }
    append(textBeside(button));
    tellInserted(button);
    return true;
  }

  // Which article was needed, so that editors see where a suggestion was wrong; nothing here waits for it.
  function tellInserted(button) {
    const [kind, article] = button.value.split(":");
    if (kind !== "article" || !button.form) { return; }
    const body = new URLSearchParams({ csrf: button.form.elements.csrf.value, article });
    fetch(button.formAction + "ed", { method: "POST", body, credentials: "same-origin" }).catch(() => {});
  }

  function canned() {
    const before = answer.value.slice(0, answer.selectionStart);
    const typed = /(?:^|\s)\/([a-z0-9-]{1,40})$/.exec(before);
    const known = typed && document.querySelector('[data-shortcut="' + typed[1] + '"]');
    if (!known) { return false; }
    put(known.textContent, before.length - typed[1].length - 1, before.length);
    return true;
  }

  // --- Searching articles -------------------------------------------------------------------------------------

  const search = document.querySelector("form[data-search]");
  if (search) {
    const found = document.querySelector("[data-found]");
    let asked = 0;
    let timer = 0;
    const look = async () => {
      const mine = ++asked;
      const query = search.elements.q.value.trim();
      if (!query) { found.textContent = ""; return; }
      try {
        const address = search.dataset.search + "?q=" + encodeURIComponent(query);
        const response = await fetch(address, { credentials: "same-origin" });
        if (response.ok && !response.redirected && mine === asked) {
          found.innerHTML = await response.text(); // rendered and escaped by our own server
        }
      } catch (_) {
        // The network is away; the next letter tries again.
      }
    };
    search.elements.q.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(look, 300); });
    search.addEventListener("submit", (event) => { event.preventDefault(); look(); });
  }

  // --- Who else is here ---------------------------------------------------------------------------------------

  const colleagues = document.querySelector("[data-viewers]");
  async function beat() {
    if (document.hidden) { return; }
    const writing = Date.now() - typedAt < 30000;
    const body = new URLSearchParams({ csrf: colleagues.dataset.csrf, writing: String(writing) });
    try {
      const response = await fetch(colleagues.dataset.viewers, { method: "POST", body, credentials: "same-origin" });
      if (!response.ok || response.redirected) { return; }
      const html = await response.text();
      if (colleagues.innerHTML.trim() !== html.trim()) { colleagues.innerHTML = html; } // our own server's
      const now = colleagues.querySelector("[data-now]");
      if (now && now.dataset.now !== colleagues.dataset.revision) { tellChanged(); }
    } catch (_) {
      // The network is away; the next beat tries again.
    }
  }

  function tellChanged() {
    const note = document.createElement("p");
    note.className = "warning";
    const link = document.createElement("a");
    link.href = location.pathname;
    link.textContent = said.reload;
    note.append(said.changed + " ", link);
    colleagues.append(note);
  }

  if (colleagues) {
    setInterval(beat, BEAT);
    document.addEventListener("visibilitychange", beat);
    if (answer) { answer.addEventListener("input", () => { if (Date.now() - told > BEAT) { told = Date.now(); beat(); } }); }
  }


  // --- The keyboard -------------------------------------------------------------------------------------------

  const SWITCH = "okienko-single-keys";
  function singleKeys() {
    try { return localStorage.getItem(SWITCH) !== "off"; } catch (_) { return true; }
  }

  const toggle = document.getElementById("single-keys");
  if (toggle) {
    document.querySelector("[data-keys-switch]").hidden = false;
    toggle.checked = singleKeys();
    toggle.addEventListener("change", () => {
      try { localStorage.setItem(SWITCH, toggle.checked ? "on" : "off"); } catch (_) { /* it holds for this page */ }
    });
  }

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function focusOn(id) {
    const found = document.getElementById(id);
    if (found) { found.focus(); found.scrollIntoView({ block: "center" }); }
    return Boolean(found);
  }

  function press(key) {
    const button = document.querySelector('button[data-key="' + key + '"]');
    if (button) { button.click(); }
    return Boolean(button);
  }

  const SINGLE = {
    o: () => focusOn("answer"),
    n: () => focusOn("note"),
    s: () => focusOn("q"),
    w: () => byNumber(1),
    p: () => press("p"),
    r: () => press("r"),
    g: () => {
      const list = document.querySelector("details[data-canned]");
      if (list) { list.open = true; list.querySelector("summary").focus(); }
      return Boolean(list);
    },
    "?": () => { location.assign("/desk/keys"); return true; },
  };

  function withCtrl(event) {
    const form = event.target.closest ? event.target.closest("form[data-draft]") : null;
    if (event.key === "Enter" && form) { form.requestSubmit(); return true; }
    if (event.key.toLowerCase() === "s" && !event.shiftKey && form) { form.saveDraft(); return true; }
    const digit = event.shiftKey && /^Digit([1-5])$/.exec(event.code);
    return digit ? byNumber(digit[1]) : false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.metaKey) { return; } // AltGr writes Polish letters
    let done = false;
    if (event.ctrlKey) {
      done = withCtrl(event);
    } else if (event.target === answer && event.key === "Tab" && !event.shiftKey) {
      done = canned();
    } else if (!isTyping(event.target) && singleKeys()) {
      const key = event.key.length === 1 ? event.key.toLowerCase() : "";
      if (key && Object.hasOwn(SINGLE, key)) {
        done = SINGLE[key]();
      } else if (/^[1-5]$/.test(key)) {
        done = byNumber(key);
      }
    }
    if (done) { event.preventDefault(); }
  });

  const refused = document.querySelector("[data-problem-shown]");
  if (refused) { refused.focus(); }
})();
