import { button, icon, make, setBusy, setText } from "./elements.js";
import { words } from "./words.js";

/** A labelled field with its hint and, when something is wrong with it, the error beside it. */
export class Field {
  constructor({ id, label, hint = "", tag = "input", check = () => "", ...attributes }) {
    this.check = check;
    this.error = make("p", { id: `${id}-error`, class: "error" });
    this.input = make(tag, {
      id, maxlength: "100", autocomplete: "off", autocapitalize: "none", spellcheck: "false",
      "aria-describedby": [hint && `${id}-hint`, `${id}-error`, "form-error"].filter(Boolean).join(" "), ...attributes,
    });
    const hintText = hint ? [make("p", { id: `${id}-hint`, class: "field-hint" }, hint)] : [];
    this.elements = [make("label", { for: id }, label), this.input, ...hintText, this.error];
  }

  get value() {
    return this.input.value.trim();
  }

  mark(problem) {
    setText(this.error, problem);
    this.input.setAttribute("aria-invalid", String(Boolean(problem)));
  }
}

/**
 * A form over the conversation. `submit(values)` gives "" or what is wrong; `fields` are checked before.
 * Whatever was filled in leaves the page with the form.
 */
export class Form {
  constructor(wanted) {
    const { name, title, notes = [], safe = "", before = [], fields = [], others = [] } = wanted;
    const { submit, submitLabel, back } = wanted;
    this.fields = fields;
    this.step = submit;
    this.submitLabel = submitLabel;
    this.error = make("p", { id: "form-error", class: "error", role: "alert" });
    this.submitButton = make("button", { type: "submit", class: "primary" }, submitLabel);
    this.others = others;
    const heading = make("h3", { id: "form-title", class: "title", tabindex: "-1" }, title);
    const onsubmit = (event) => this.submit(event);
    this.element = make(
      "form", { class: `sheet ${name}`, novalidate: true, "aria-labelledby": "form-title", onsubmit },
      heading,
      ...notes.map((note) => make("p", {}, note)),
      ...(safe ? [make("p", { class: "safe" }, icon("info"), make("span", {}, safe))] : []),
      ...before,
      ...fields.flatMap((field) => field.elements),
      this.error,
      make("div", { class: "choices" }, this.submitButton, ...others, button("quiet", words.back, back)),
    );
    this.first = fields[0]?.input || heading;
  }

  fail(problem) {
    setText(this.error, problem);
    if (problem) this.error.scrollIntoView({ block: "nearest" });
  }

  /** Check the fields; the first wrong one gets the focus. @returns whether all are right. */
  isRight() {
    const wrong = this.fields.filter((field) => {
      const problem = field.check(field.value);
      field.mark(problem);
      return problem;
    });
    wrong[0]?.input.focus();
    return wrong.length === 0;
  }

  submit(event) {
    event.preventDefault();
    this.fail("");
    if (!this.isBusy && this.isRight()) this.run(() => this.step(this));
  }

  /** Do a step once at a time and show why it failed. */
  async run(step) {
    if (this.isBusy) return;
    this.isBusy = true;
    this.showBusy();
    this.fail("");
    const problem = await step();
    this.isBusy = false;
    this.showBusy();
    if (problem && this.element.isConnected) this.fail(problem);
  }

  showBusy() {
    for (const one of [this.submitButton, ...this.others]) setBusy(one, this.isBusy);
    setText(this.submitButton, this.isBusy ? words.busy : this.submitLabel);
  }
}

/** A choice of one: radio buttons under a heading. @returns {{element, value}} */
export const radios = ({ name, legend, options, chosen, onchange = () => {} }) => {
  const made = options.map(({ value, title }) => {
    const id = `${name}-${value}`;
    const input = make("input", { type: "radio", name, value, id, onchange: () => onchange(value) });
    input.checked = value === chosen;
    return make("label", { class: "radio", for: id }, input, make("span", {}, title));
  });
  const element = make("fieldset", { class: "radios" }, make("legend", {}, legend), ...made);
  return {
    element,
    get value() {
      return element.querySelector("input:checked")?.value ?? chosen;
    },
  };
};
