import { make } from "./elements.js";
import { Looks } from "./looks.js";
import { base } from "./page.js";
import { Panel } from "./panel.js";
import { words } from "./words.js";

const TAG = "okienko-widget";

const bodyReady = new Promise((resolve) => {
  if (document.body) resolve();
  else document.addEventListener("DOMContentLoaded", resolve, { once: true });
});

const styled = (root) =>
  new Promise((resolve) => {
    // A panel without its looks still works, so a style sheet that cannot be loaded stops nothing.
    const href = new URL("widget.css", base).href;
    root.append(make("link", { rel: "stylesheet", href, onload: resolve, onerror: resolve }));
  });

const start = async () => {
  const answer = fetch(new URL("widget.json", base), { credentials: "omit" }).then((found) => found.json());
  await bodyReady;
  if (document.querySelector(TAG)) return;
  const host = make(TAG, { lang: "pl" });
  const root = host.attachShadow({ mode: "open" });
  const looks = new Looks(host);
  document.body.append(host);
  const looksReady = styled(root);
  Object.assign(words, await answer);
  await looksReady;
  new Panel(root, looks);
};

start().catch((problem) => console.warn("okienko: the widget could not start", problem));
