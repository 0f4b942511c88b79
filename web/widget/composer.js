import { button, icon, make, setText } from "./elements.js";
import { LIMIT } from "./page.js";
import { personalIn } from "./personal.js";
import { passing } from "./storage.js";
import { say, sayCount, words } from "./words.js";

const COUNTER_FROM = 1800;

/** The text field with its counter, its hints, and the warning before personal data are sent. */
export class Composer {
  /** `doings`: send(text, isPersonal), typing(), keepingEnd(change) around what changes heights. */
  constructor(doings) {
    this.doings = doings;
    this.input = make("textarea", {
      id: "input", rows: "1", placeholder: words.placeholder, "aria-label": words.input,
      "aria-describedby": "hint counter", enterkeyhint: "send", autocomplete: "off",
    });
    this.hintText = make("span", { id: "hint", role: "status" });
    this.counter = make("span", { id: "counter", class: "counter" });
    this.spoken = make("span", { class: "for-ears", role: "status" });
    const submit = make("button", { type: "submit", class: "send" }, icon("send"), make("span", {}, words.send));
    this.element = make(
      "form", { class: "composer", novalidate: true },
      this.buildWarning(),
      make("div", { class: "line" }, this.input, submit),
      make("p", { class: "notes" }, this.hintText, this.counter, this.spoken),
    );
    this.listen();
    this.input.value = passing.get("draft") || "";
  }

  buildWarning() {
    this.warningText = make("p", { id: "warning", role: "status" });
    this.warningEdit = button("secondary", words.personal_edit, () => this.input.focus());
    const anyway = button("quiet", words.personal_send, () => this.submit({ isAccepted: true }));
    this.warningWays = make("div", { class: "ways" }, this.warningEdit, anyway);
    this.warningWays.hidden = true;
    this.warning = make("div", { class: "warning", role: "group", "aria-labelledby": "warning" });
    this.warning.append(this.warningText, this.warningWays);
    return this.warning;
  }

  listen() {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("input", () => this.typed());
  }

  /** Give a draft of several lines its height, once there is room to measure it. */
  wake() {
    if (this.text) this.typed();
  }

  get text() {
    return this.input.value;
  }

  fill(text) {
    this.input.value = text;
    this.typed();
  }

  typed() {
    const personal = personalIn(this.text);
    // A draft with a PESEL number or a PIN is not left behind in the browser.
    passing.set("draft", personal ? null : this.text || null);
    if (this.text) this.doings.typing();
    this.count();
    this.hint("");
    this.doings.keepingEnd(() => {
      this.warn(personal);
      this.fit();
    });
  }

  count() {
    const length = [...this.text].length;
    const left = LIMIT - length;
    this.counter.textContent = length < COUNTER_FROM ? "" : left < 0 ? sayCount("over", -left) : sayCount("left", left);
    this.counter.classList.toggle("over", left < 0);
    this.input.setAttribute("aria-invalid", String(left < 0));
    // Read out at the bounds only; a screen reader that counts down every letter is of no use.
    if (length < COUNTER_FROM) setText(this.spoken, "");
    else if (left < 0) setText(this.spoken, words.over_spoken);
    else setText(this.spoken, sayCount("left", Math.ceil(left / 100) * 100));
  }

  fit() {
    this.input.style.height = "auto";
    // Hidden, the field has no height to take over.
    this.input.style.height = this.input.scrollHeight ? `${this.input.scrollHeight + 2}px` : "";
  }

  warn(personal) {
    setText(this.warningText, personal ? say("personal_warning", { what: personal }) : "");
    this.warningWays.hidden = !personal;
    this.warning.classList.toggle("shown", Boolean(personal));
  }

  hint(text, { isGood = false } = {}) {
    this.hintText.className = isGood ? "good" : "";
    this.doings.keepingEnd(() => setText(this.hintText, text));
  }

  submit({ isAccepted = false } = {}) {
    const text = this.text.trim();
    const personal = personalIn(text);
    if (!text) this.hint(words.empty);
    else if ([...text].length > LIMIT) this.hint(say("too_long", { limit: LIMIT.toLocaleString("pl-PL") }));
    else if (personal && !isAccepted) this.warningEdit.focus();
    else this.send(text, Boolean(personal));
  }

  send(text, isPersonal) {
    const hadFocus = this.warning.contains(this.input.getRootNode().activeElement);
    this.fill("");
    this.doings.send(text, isPersonal);
    if (hadFocus) this.input.focus();
  }
}
