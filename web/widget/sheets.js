import { isVisible, make } from "./elements.js";

/** The place for a form or a page of help over the conversation: one at a time, gone from the page when it closes. */
export class Sheets {
  constructor(root, conversation, focusInput) {
    this.root = root;
    this.conversation = conversation;
    this.focusInput = focusInput;
    this.element = make("div", { class: "sheets", hidden: true });
    this.shown = null;
  }

  get isOpen() {
    return this.shown !== null;
  }

  open(name, { element, first }) {
    if (!this.isOpen) this.opener = this.root.activeElement;
    this.shown = name;
    this.element.replaceChildren(element);
    this.element.hidden = false;
    this.conversation.hidden = true;
    first.focus();
  }

  close({ keepFocus = false } = {}) {
    if (!this.isOpen) return;
    this.shown = null;
    this.element.hidden = true;
    // Passwords and addresses stay in no field, not even in one that nobody sees.
    for (const field of this.element.querySelectorAll("input, textarea")) field.value = "";
    this.element.replaceChildren();
    this.conversation.hidden = false;
    if (keepFocus) return;
    if (this.opener && isVisible(this.opener)) this.opener.focus();
    else this.focusInput();
  }
}
