import { Bars } from "./bars.js";
import { Changes } from "./changes.js";
import { Composer } from "./composer.js";
import { button, icon, isVisible, make, setBusy, setText } from "./elements.js";
import { isPhone, keepFocusInside, keepOverKeyboard } from "./fitting.js";
import { Header } from "./header.js";
import { Line } from "./line.js";
import { Log } from "./log.js";
import { Openings } from "./openings.js";
import { script } from "./page.js";
import { Sheets } from "./sheets.js";
import { Steps } from "./steps.js";
import { passing } from "./storage.js";
import { Talk } from "./talk.js";
import { Unread } from "./unread.js";
import { say, words } from "./words.js";

const TYPING_AFTER_ACK = 2_000;
const WRITING_SHOWN = 5_000;
const CALLBACK = "act:request_callback";

/** Everything the customer sees: puts the parts together and does what their buttons ask for. */
export class Panel {
  constructor(root, looks) {
    this.root = root;
    this.looks = looks;
    this.talk = new Talk();
    this.unread = new Unread(this.talk);
    this.build();
    const lost = () => this.changes.lose();
    const state = (taken) => this.receive(taken);
    this.line = new Line(this.talk, {
      state,
      lost,
      typing: (isShown) => this.showTyping(isShown && this.talk.mode === "bot"),
      writing: () => this.showWriting(),
      acked: () => this.acked(),
      changed: () => this.update(),
      problem: (why) => this.composer.hint(why),
    });
    this.steps = new Steps(this.talk, this.line, { state, lost });
    this.openings = new Openings(this);
    this.changes = new Changes(this);
    this.listen();
    this.update();
    const wasOpen = passing.get("open") || (script.dataset.open === undefined ? "no" : "yes");
    if (wasOpen === "yes") this.open({ keepFocus: true });
    this.line.wake();
  }

  get isOpen() {
    return !this.dialog.hidden;
  }

  // -- building

  build() {
    const label = make("span", {}, words.launcher);
    this.launcher = button("launcher", "", () => this.open(), icon("counter"), label, ...this.unread.elements);
    this.launcher.setAttribute("aria-haspopup", "dialog");
    this.announcer = make("p", { class: "for-ears", role: "status" });
    this.dialog = make("section", { class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true });
    const keepingEnd = (change) => this.log.keepingEnd(change);
    this.header = new Header({
      consultant: () => this.askForConsultant(),
      menu: () => this.openings.menu(),
      close: () => this.close(),
    });
    this.bars = new Bars(this.talk, {
      verify: () => this.openings.verification(),
      leave: () => this.leave(),
      actFor: () => this.openings.actFor(),
      startNew: () => this.changes.startNew(),
      closeQuestion: () => this.changes.closeQuestion(),
    });
    this.log = new Log(this.talk, {
      press: (pressed, rates) => this.press(pressed, rates),
      retry: (message) => this.retry(message),
      edit: (message) => this.edit(message),
    });
    const typing = () => this.line.typing();
    this.composer = new Composer({ send: (text, isPersonal) => this.send(text, null, { isPersonal }), typing, keepingEnd });
    this.conversation = make("div", { class: "conversation" }, this.log.element, this.composer.element);
    this.sheets = new Sheets(this.root, this.conversation, () => this.focusInput());
    this.dialog.append(this.header.element, this.bars.element, this.conversation, this.sheets.element);
    this.root.append(make("aside", { "aria-label": words.landmark }, this.launcher, this.dialog, this.announcer));
  }

  listen() {
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("visibilitychange", () => this.update());
    window.addEventListener("storage", (event) => this.changes.otherTab(event));
    keepOverKeyboard(this.dialog);
  }

  // -- opening, closing, and the focus

  open({ keepFocus = false } = {}) {
    this.dialog.hidden = false;
    this.launcher.hidden = true;
    passing.set("open", "yes");
    this.composer.wake();
    this.update();
    this.log.settle();
    this.line.isWanted = true;
    this.line.wake();
    if (!keepFocus) this.focusInput();
  }

  close() {
    this.sheets.close({ keepFocus: true });
    this.dialog.hidden = true;
    this.launcher.hidden = false;
    passing.set("open", "no");
    this.line.isWanted = false;
    this.line.wake();
    this.update();
    this.launcher.focus();
  }

  /** Keys pressed in the panel are not shortcuts of the page around it; Escape closes what is innermost. */
  key(event) {
    event.stopPropagation();
    if (event.key === "Tab" && isPhone()) keepFocusInside(event, this.dialog, this.root);
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (this.sheets.isOpen) this.sheets.close();
    else if (!this.bars.question.hidden) this.changes.closeQuestion();
    else this.close();
  }

  /** A finger on the text field would call up the keyboard over what is to be read. */
  focusInput() {
    if (window.matchMedia("(pointer: coarse)").matches || this.sheets.isOpen) this.header.title.focus();
    else this.composer.input.focus();
  }

  /** Do something that may take away the element with the focus; it then goes to the text field, not to nowhere. */
  keepingFocus(change) {
    const before = this.root.activeElement;
    change();
    if (before && this.isOpen && before !== this.launcher && !isVisible(before)) this.focusInput();
  }

  announce(text) {
    setText(this.announcer, "");
    setText(this.announcer, text);
  }

  // -- saying

  send(text, payload = null, { isPersonal = false, rates = undefined } = {}) {
    const message = this.talk.add(text, payload, isPersonal);
    message.rates = rates;
    this.line.send(message);
    this.update();
    if (!rates) this.log.toEnd();
  }

  press({ title, payload }, rates) {
    const own = {
      verify: () => this.openings.verification(),
      person: () => this.askForPerson(),
      wait: () => this.keepWaiting(),
      transcript: () => this.openings.transcript(),
      ticket: () => this.openings.ticket(),
      help: () => this.openings.menu(),
    };
    if (Object.hasOwn(own, payload)) {
      own[payload]();
      return;
    }
    if (payload === "callback") this.log.hideWays();
    this.send(title, payload === "callback" ? CALLBACK : payload, { rates });
    this.focusInput();
  }

  askForConsultant() {
    this.sheets.close({ keepFocus: true });
    this.send(words.consultant_text, "consultant");
    this.focusInput();
  }

  async askForPerson() {
    this.composer.hint(await this.steps.take("person"));
    this.focusInput();
  }

  /** Choose to wait: for who already waits, nothing changes but that the choice is made. */
  keepWaiting() {
    this.log.hideWays();
    if (this.talk.mode !== "waiting") return this.askForPerson();
    this.announce(words.wait_chosen);
    this.update();
    return this.focusInput();
  }

  async leave() {
    const { leaveButton } = this.bars;
    if (leaveButton.getAttribute("aria-disabled") === "true") return;
    setBusy(leaveButton, true);
    this.composer.hint(await this.steps.take("leave"));
    setBusy(leaveButton, false);
    this.focusInput();
  }

  retry(message) {
    this.line.send(message);
    this.update();
    this.composer.input.focus();
  }

  edit(message) {
    this.talk.drop(message);
    this.composer.fill([message.text, this.composer.text].filter(Boolean).join("\n"));
    this.update();
    this.composer.input.focus();
  }

  // -- hearing

  receive(state) {
    const isHistory = !this.talk.loaded;
    const wasVerified = this.talk.isVerified;
    const { isAtEnd: wasAtEnd } = this.log;
    const { fresh, arrived } = this.talk.take(state);
    for (const [message, reply] of arrived) this.log.rename(message, reply);
    const heard = fresh.filter((reply) => reply.author !== "customer");
    if (heard.length || this.talk.mode !== this.typingIn) this.showTyping(false);
    const [firstUnseen] = this.talk.unseen;
    if (isHistory && this.talk.replies.size) {
      this.log.placed = firstUnseen ? String(firstUnseen.id) : "history";
      this.log.inSilence(() => this.update());
    } else {
      this.log.heard(heard, { isShown: this.isOpen, wasAtEnd });
      this.update();
    }
    this.log.settle();
    if (!wasVerified && this.talk.isVerified) this.openings.confirmedElsewhere();
    this.line.wake();
  }

  acked() {
    // The reply comes in a frame of its own, a moment after the acknowledgement.
    clearTimeout(this.typingEnd);
    this.typingEnd = setTimeout(() => this.showTyping(false), TYPING_AFTER_ACK);
    this.announce(words.sent);
    this.update();
  }

  showTyping(isShown) {
    clearTimeout(this.typingEnd);
    this.typingIn = "bot";
    this.log.showTyping(isShown ? words.typing : "");
  }

  /** The consultant types; the sign goes by itself when no further one comes. */
  showWriting() {
    if (this.talk.mode !== "human") return;
    clearTimeout(this.typingEnd);
    this.typingIn = "human";
    const name = this.talk.consultant;
    this.log.showTyping(name ? say("writing_named", { name }) : words.writing);
    this.typingEnd = setTimeout(() => this.showTyping(false), WRITING_SHOWN);
  }

  // -- showing

  update() {
    const { talk, line } = this;
    this.keepingFocus(() =>
      this.log.keepingEnd(() => {
        this.dialog.dataset.mode = talk.mode;
        this.header.update(talk);
        this.bars.update(Boolean(line?.isCut));
        this.log.update(Boolean(line?.isConnected));
      }),
    );
    this.failures();
    this.unread.update({ isShown: this.isOpen && !document.hidden && talk.loaded });
    line?.read(talk.seen);
  }

  /** Say once of each message that it did not get through. */
  failures() {
    const failed = this.talk.outbox.filter((message) => message.state === "failed");
    const fresh = failed.find((message) => !message.isTold);
    for (const message of this.talk.outbox) message.isTold = message.state === "failed";
    if (fresh) this.announce(fresh.why);
  }
}
