import { button, icon, make } from "./elements.js";
import { telephone } from "./links.js";
import { appendText, languageOf } from "./replies.js";
import { say, sayClock, words } from "./words.js";

const AUTHOR_ICONS = { bot: "counter", consultant: "person", system: "info" };
const RATINGS = new Set(["act:helpful", "act:unhelpful"]);
const MANY = 4;
const LONGEST_IN_GRID = 42;
const IN_LANGUAGE = /^option:([a-z]{2})\./;

export const isRating = ({ payload }) => RATINGS.has(payload);

const authorOf = ({ author, name }) =>
  author === "consultant" && name ? say("author_consultant_named", { name }) : words[`author_${author}`];

/**
 * One message as it is shown: who and when, the text, and what can be done about it. Each of the three is drawn only
 * when it changed, or a screen reader would read a whole answer again when only its buttons go.
 */
export class Row {
  constructor(doings) {
    this.doings = doings; // press(button, id of the rated reply), retry(message), edit(message)
    this.head = make("p", { class: "author" });
    this.body = make("div", { class: "body" });
    this.tail = make("div", { class: "tail" });
    this.element = make("div", {}, this.head, this.body, this.tail);
    this.drawn = {};
  }

  show(entry) {
    const { author, state, text, lang, article, kind, urgent, at, name, why, buttons, rating, rated } = entry;
    const classes = ["message", `by-${author}`, state === "failed" && "failed", urgent && "urgent"];
    this.element.className = classes.filter(Boolean).join(" ");
    // What customers wrote themselves is not read out to them; how its sending went is said by the panel.
    if (author === "customer") this.element.setAttribute("aria-live", "off");
    this.redraw("head", [author, name, at && sayClock(at)], () => this.drawHead(entry));
    this.redraw("body", [text, lang, article], () => this.drawBody(entry));
    this.redraw("tail", [state, why, entry.isLater, buttons, rating, rated, urgent, kind], () => this.tailOf(entry));
  }

  redraw(part, look, draw) {
    const wanted = JSON.stringify(look);
    if (this.drawn[part] === wanted) return;
    this.drawn[part] = wanted;
    this[part].replaceChildren(...draw());
  }

  drawHead(entry) {
    const drawing = AUTHOR_ICONS[entry.author];
    const time = entry.at ? [make("time", { datetime: entry.at }, sayClock(entry.at))] : [];
    return [...(drawing ? [icon(drawing)] : []), authorOf(entry), ...time];
  }

  drawBody({ author, text, lang, article }) {
    for (const name of ["lang", "dir"]) this.body.removeAttribute(name);
    for (const [name, value] of Object.entries(languageOf(lang))) this.body.setAttribute(name, value);
    this.body.hidden = !text;
    if (author === "customer") return [make("p", {}, text)];
    const drawn = make("div");
    appendText(drawn, text, Boolean(article));
    return [...drawn.childNodes];
  }

  tailOf(entry) {
    const { author, state, why, message, urgent, label, buttons = [] } = entry;
    if (state === "failed") {
      const again = button("quiet", words.retry, () => this.doings.retry(message));
      const edit = button("quiet", words.edit, () => this.doings.edit(message));
      const told = entry.isLater ? `${why} ${words.again_later}` : why;
      return [make("p", { class: "state" }, told), make("div", { class: "ways" }, again, edit)];
    }
    if (author === "customer") return words[state] ? [make("p", { class: "state" }, words[state])] : [];
    const made = [];
    if (urgent) made.push(this.calls());
    if (buttons.length) made.push(this.choices(buttons, label || words.buttons_label, entry.lang));
    if (entry.rated) made.push(make("p", { class: "rating" }, icon("check"), say("rated", { title: entry.rated })));
    else if (entry.rating?.length) made.push(this.rating(entry));
    return made;
  }

  choices(buttons, label, lang) {
    const isShort = ({ title, payload }) => /^option:/.test(payload || "") && title.length <= LONGEST_IN_GRID;
    const isGrid = buttons.filter(isShort).length >= MANY;
    const made = buttons.map((one) => {
      const look = one.payload === "help" ? "choice plain" : "choice";
      const pressed = button(look, one.title, () => this.doings.press(one));
      // Titles of the gateway's own are Polish; those of a translated article say so, and others' letters tell.
      const isForeign = /[^\u0000-\u024F\u2000-\u206F]/.test(one.title);
      const language = IN_LANGUAGE.exec(one.payload || "")?.[1] || (isForeign && lang);
      if (language) pressed.setAttribute("lang", language);
      return pressed;
    });
    return make("div", { class: isGrid ? "choices grid" : "choices", role: "group", "aria-label": label }, ...made);
  }

  rating({ rating, id, text }) {
    const made = rating.map((one) => button("small", one.title, () => this.doings.press(one, id)));
    const attributes = { class: "rating", role: "group", "aria-label": words.rating };
    const question = text.trim().endsWith("?") ? [] : [make("span", { "aria-hidden": "true" }, words.rating)];
    return make("div", attributes, ...question, ...made);
  }

  calls() {
    const made = words.urgent_calls.map(({ number, label }) => {
      const call = telephone(number, "", "call");
      call.append(icon("phone"), make("span", {}, label));
      return call;
    });
    return make("div", { class: "choices", role: "group", "aria-label": words.urgent_label }, ...made);
  }
}
