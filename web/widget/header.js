import { button, icon, iconButton, make, setText } from "./elements.js";
import { words } from "./words.js";

/** The head of the panel: who answers, and the buttons for a person, the menu, and closing. */
export class Header {
  /** `doings`: consultant(), menu(), close(). */
  constructor(doings) {
    this.title = make("h2", { id: "title", tabindex: "-1" }, words.dialog);
    this.subtitle = make("p", { class: "subtitle" });
    this.consultantButton = button("ask", words.consultant, doings.consultant);
    this.consultantButton.setAttribute("aria-label", words.consultant_label);
    this.menuButton = iconButton("tool", words.menu, doings.menu, "menu");
    const close = iconButton("tool", words.close, doings.close, "close");
    const names = make("div", { class: "names" }, this.title, this.subtitle);
    const tools = make("div", { class: "tools" }, this.consultantButton, this.menuButton, close);
    this.element = make("div", { class: "header" }, icon("counter"), names, tools);
  }

  update(talk) {
    setText(this.subtitle, talk.mode === "human" ? words.disclosure_human : words.disclosure);
    this.consultantButton.hidden = talk.withPerson;
  }
}
