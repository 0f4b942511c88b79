// The notices on every page of the desk: refreshed when the server hints, with a sound and a blinking title.
"use strict";

(function () {
  const desk = window.okienkoDesk;
  const box = document.querySelector("[data-notices]");
  if (!box) { return; }
  const CHOICE = "okienko.desk.sound"; // a choice of this browser, no personal data
  const title = document.title;
  let known = new Set(keys());
  let waiting = 0;
  let blink = false;

  function keys() {
    return [...box.querySelectorAll("[data-notice]")].map((one) => one.dataset.notice);
  }

  function unread() {
    const found = box.querySelector("[data-unread]");
    return found ? Number(found.dataset.unread) : 0;
  }

  function isLoud() {
    try { return localStorage.getItem(CHOICE) !== "off"; } catch (_) { return true; }
  }

  // -- the sound: two short tones, made here; browsers allow it after the page was first used

  function sound() {
    if (!isLoud() || !window.AudioContext) { return; }
    try {
      const audio = new AudioContext();
      [660, 880].forEach((pitch, place) => {
        const tone = audio.createOscillator();
        const volume = audio.createGain();
        const start = audio.currentTime + place * 0.18;
        tone.frequency.value = pitch;
        volume.gain.setValueAtTime(0.12, start);
        volume.gain.exponentialRampToValueAtTime(0.001, start + 0.16);
        tone.connect(volume).connect(audio.destination);
        tone.start(start);
        tone.stop(start + 0.17);
      });
      setTimeout(() => audio.close(), 1000);
    } catch (_) {
      // Without sound the title and the notice remain.
    }
  }

  const choice = document.createElement("button");
  choice.type = "button";
  choice.className = "sound";
  function showChoice() {
    choice.setAttribute("aria-pressed", String(isLoud()));
    choice.textContent = isLoud() ? box.dataset.soundOn : box.dataset.soundOff;
  }
  choice.addEventListener("click", () => {
    try { localStorage.setItem(CHOICE, isLoud() ? "off" : "on"); } catch (_) { return; }
    showChoice();
    sound();
    showTitle();
  });
  showChoice();
  const right = document.querySelector("header.top .right");
  if (right) { right.prepend(choice); }

  // -- the title

  function showTitle() {
    const number = keys().length + unread();
    const mark = number ? "(" + number + ") " : waiting ? "(" + waiting + ") " : "";
    const calling = keys().length && blink && document.hidden && isLoud();
    document.title = calling ? "● " + box.dataset.calling : mark + title;
  }
  setInterval(() => { blink = !blink; showTitle(); }, 1000);
  document.addEventListener("visibilitychange", showTitle);

  // -- the countdown of an offer; at its end the server says what became of it

  let ends = [];
  function readCountdowns() {
    const now = performance.now();
    ends = [...box.querySelectorAll("[data-countdown]")].map((shown) => ({
      shown, at: now + Number(shown.dataset.countdown) * 1000,
    }));
  }
  setInterval(() => {
    let over = false;
    for (const { shown, at } of ends) {
      const left = Math.max(0, Math.ceil((at - performance.now()) / 1000));
      shown.textContent = box.dataset.left.replace("{n}", String(left));
      over = over || left === 0;
    }
    if (over) { ends = ends.filter(({ at }) => at > performance.now()); refresh(); }
  }, 500);

  // -- refreshing

  let asking = false;
  let again = false;
  let before = unread();

  async function refresh() {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const response = await fetch(box.dataset.notices, { credentials: "same-origin" });
      if (response.ok && !response.redirected) { show(await response.text()); }
    } catch (_) {
      // The next hint tries again.
    } finally {
      asking = false;
      if (again) { again = false; refresh(); }
    }
  }

  function show(html) {
    const made = document.createElement("template");
    made.innerHTML = html; // rendered and escaped by our own server
    const looks = (within) => [...within.querySelectorAll("[data-notice], [data-unread]")].map(
      (one) => one.dataset.notice || "unread " + one.dataset.unread,
    ).join();
    if (looks(made.content) !== looks(box)) {
      const focused = box.contains(document.activeElement) ? document.activeElement.id : "";
      box.replaceChildren(made.content);
      if (focused && document.getElementById(focused)) { document.getElementById(focused).focus(); }
    }
    readCountdowns();
    const now = keys();
    const more = unread();
    const isWatched = !document.hidden && document.querySelector("[data-mine]");
    if (now.some((key) => !known.has(key)) || (more > before && !isWatched)) { sound(); }
    known = new Set(now);
    before = more;
    showTitle();
  }

  desk.on((word, about) => {
    if (word === "notices") { refresh(); }
    if (word === "waiting") { waiting = Number(about); showTitle(); }
  });
  readCountdowns();
  showTitle();
})();
