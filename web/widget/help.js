import { button, make } from "./elements.js";
import { radios } from "./forms.js";
import { link, telephone } from "./links.js";
import { LOOKS, SIZES } from "./looks.js";
import { words } from "./words.js";

const section = (title, ...content) => make("section", {}, make("h4", {}, title), ...content);

const choiceOf = (looks, name, values, chosen, announce) =>
  radios({
    name,
    legend: words[`${name}_legend`],
    options: values.map((value) => ({ value, title: words[`${name}_names`][value] })),
    chosen,
    onchange: (value) => {
      looks.choose(name, value);
      announce(words.looks_changed);
    },
  }).element;

const keys = () => {
  const pairs = words.keys.map(([key, use]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, use)]);
  return make("dl", { class: "keys" }, ...pairs.flat());
};

/** The menu, which is also the page of help: the conversation, its looks, the deaf, telephone, keyboard. */
export const helpSheet = ({ talk, looks, announce, startNew, transcript, verify, back }) => {
  const title = make("h3", { id: "form-title", class: "title", tabindex: "-1" }, words.help_title);
  const doings = [button("choice", words.new, startNew), button("choice", words.transcript_title, transcript)];
  if (!talk.isVerified) doings.push(button("choice", words.verify, verify));
  const signing = make("p", {}, link("/wiedza/jezyk-migowy-osoby-gluche", words.help_signing));
  const phone = make("p", {}, telephone(words.help_phone_number), ` – ${words.help_phone_hours}`);
  const element = make(
    "div", { class: "sheet help", role: "region", "aria-labelledby": "form-title" },
    title,
    section(words.help_conversation, make("div", { class: "choices" }, ...doings)),
    choiceOf(looks, "look", LOOKS, looks.look, announce),
    choiceOf(looks, "size", SIZES, looks.size, announce),
    section(words.help_deaf, make("p", {}, words.help_deaf_text), signing),
    section(words.help_phone, phone),
    section(words.help_keyboard, keys()),
    make("div", { class: "choices" }, button("secondary", words.back, back)),
  );
  return { element, first: title };
};
