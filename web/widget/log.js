import { button, icon, make, setText } from "./elements.js";
import { isRating, Row } from "./rows.js";
import { words } from "./words.js";

const NEAR_END = 60;

/** The conversation as a list of rows, and where in it the customer reads. */
export class Log {
  constructor(talk, doings) {
    this.talk = talk;
    this.doings = doings;
    this.rows = new Map();
    this.notice = "";
    this.list = make("div", { class: "list" });
    const dots = make("span", { class: "dots", "aria-hidden": "true" });
    this.typingWords = make("span");
    this.typingRow = make("p", { class: "typing", hidden: true }, dots, this.typingWords);
    this.scroll = make(
      "div", { class: "log", role: "log", "aria-live": "polite", "aria-label": words.log, tabindex: "0" },
      this.list, this.typingRow,
    );
    this.jump = button("jump", "", () => this.jumpDown(), icon("down"), words.new_messages);
    this.jump.hidden = true;
    this.element = make("div", { class: "stage" }, this.scroll, this.jump);
    this.scroll.addEventListener("scroll", () => this.isAtEnd && (this.jump.hidden = true));
  }

  // -- where the customer reads

  get isAtEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR_END;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }

  jumpDown() {
    this.jump.hidden = true;
    this.toEnd();
    this.scroll.focus();
  }

  /** Do something that changes heights; whoever reads at the end stays there. */
  keepingEnd(change) {
    const wasAtEnd = this.isAtEnd && !this.talk.isEmpty;
    change();
    if (wasAtEnd) this.toEnd();
  }

  /** Bring the beginning of what is new to the top; of a history, its last question. */
  settle() {
    if (!this.placed || !this.scroll.getClientRects().length) return;
    const questions = this.list.querySelectorAll(".by-customer");
    const row = this.placed === "history" ? questions[questions.length - 1] : this.rows.get(this.placed)?.element;
    this.placed = undefined;
    this.scroll.scrollTop = row ? row.offsetTop - 12 : this.scroll.scrollHeight;
  }

  /** What was read once is not read out again: a history appears in silence. */
  inSilence(change) {
    this.scroll.setAttribute("aria-live", "off");
    change();
    setTimeout(() => this.scroll.setAttribute("aria-live", "polite"), 100);
  }

  /** Place what a state brought, once it is drawn. */
  heard(replies, { isShown, wasAtEnd }) {
    if (!replies.length) return;
    this.placed ??= String(replies[0].id);
    if (!isShown || wasAtEnd) return;
    this.placed = undefined;
    this.jump.hidden = false;
  }

  /** Say who is at work on an answer; nobody when there are no words. */
  showTyping(text) {
    setText(this.typingWords, text);
    if (this.typingRow.hidden === !text) return;
    this.keepingEnd(() => (this.typingRow.hidden = !text));
  }

  /** Let the row of a message on its way become the row of the stored message. */
  rename(message, reply) {
    const row = this.rows.get(message.clientId);
    if (!row) return;
    this.rows.delete(message.clientId);
    this.rows.set(String(reply.id), row);
  }

  // -- what is shown

  update(isConnected) {
    const { talk } = this;
    const replies = talk.sorted;
    const ratings = this.ratingsOf(replies);
    const rating = new Set(ratings.values());
    const shown = replies.filter((reply) => !rating.has(reply));
    const own = [...shown.filter((reply) => reply.author === "customer"), ...talk.outbox];
    const lastOwn = own[own.length - 1];
    const entries = [["welcome", this.welcome()]];
    if (this.notice) entries.push(["notice", { author: "system", text: this.notice }]);
    for (const reply of shown) {
      const offered = this.offered(reply, shown, ratings.get(reply.id));
      entries.push([String(reply.id), { ...reply, ...offered, state: reply === lastOwn ? this.arrival(reply) : "" }]);
    }
    for (const message of talk.outbox) {
      if (message.rates && message.state !== "failed") continue;
      const state = this.stateOf(message, lastOwn, isConnected);
      entries.push([message.clientId, { ...message, author: "customer", message, state }]);
    }
    if (this.areWaysOpen) entries.push(["ways", this.waysOn()]);
    this.place(entries);
  }

  welcome() {
    const examples = words.examples.map((title) => ({ title, payload: null }));
    const buttons = [...examples, { title: words.help_title, payload: "help" }];
    const { isEmpty } = this.talk;
    return { author: "bot", text: words.welcome, buttons: isEmpty ? buttons : [], label: words.examples_label };
  }

  get areWaysOpen() {
    if (!this.talk.ways.length) this.areWaysHidden = false;
    return this.talk.ways.length > 0 && !this.areWaysHidden && !this.talk.outbox.length;
  }

  /** The customer has chosen; nothing is offered again until there is something new to offer. */
  hideWays() {
    this.areWaysHidden = true;
  }

  waysOn() {
    const buttons = this.talk.ways.filter((payload) => words.ways[payload]);
    return {
      author: "system",
      text: words.ways_title,
      buttons: buttons.map((payload) => ({ title: words.ways[payload], payload })),
    };
  }

  stateOf(message, lastOwn, isConnected) {
    if (message.state === "sending" && !isConnected) return "sending_offline";
    return message.state === "sent" && message !== lastOwn ? "" : message.state;
  }

  /** How far the customer's last message came. */
  arrival(reply) {
    return this.talk.mode === "human" && reply.id <= this.talk.readId ? "read" : "sent";
  }

  /** Which stored messages only rated a reply (id of the reply -> message); they are shown with the reply. */
  ratingsOf(replies) {
    const ratings = new Map();
    const said = replies.filter((reply) => reply.author !== "system" || reply.buttons?.length);
    said.forEach((reply, place) => {
      const titles = (reply.buttons || []).filter(isRating).map(({ title }) => title);
      const next = said[place + 1];
      if (next?.author === "customer" && titles.includes(next.text)) ratings.set(reply.id, next);
    });
    return ratings;
  }

  /** What of a reply's buttons is still to be pressed: choices as long as it is the last word, and its rating. */
  offered(reply, shown, stored) {
    const said = reply.buttons || [];
    const all = this.isLastWord(reply, shown) ? said : said.filter((one) => this.isAsked(reply, one));
    const rating = all.filter(isRating);
    const buttons = all.filter((one) => !isRating(one) && (one.payload !== "verify" || !this.talk.isVerified));
    const sent = this.talk.outbox.find((message) => message.rates === reply.id && message.state !== "failed");
    return { buttons, rating, rated: (stored || sent)?.text || "" };
  }

  /** Whether a button answers what the consultant asks for: the identity, or a consent, as long as it is open. */
  isAsked({ author }, { payload }) {
    if (author !== "system" || this.talk.mode !== "human") return false;
    return payload === "verify" || new RegExp(`^consent:${this.talk.consent}:`).test(payload || "");
  }

  /** Whether a reply's buttons still answer something: nothing was said after it but notices. */
  isLastWord(reply, shown) {
    const isOffering = reply.author === "bot" || reply.author === "system";
    const isOnItsWay = this.talk.outbox.some((message) => message.state !== "failed");
    if (!isOffering || this.talk.withPerson || isOnItsWay) return false;
    const isAfter = (other) => other.id > reply.id && (other.author !== "system" || (other.buttons || []).length);
    return !shown.some(isAfter);
  }

  place(entries) {
    const keys = new Set(entries.map(([key]) => key));
    for (const [key, row] of this.rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      this.rows.delete(key);
    }
    let before = null;
    for (const [key, entry] of entries) {
      const row = this.rows.get(key) || new Row(this.doings);
      row.show(entry);
      this.rows.set(key, row);
      const wanted = before ? before.nextSibling : this.list.firstChild;
      if (row.element !== wanted) this.list.insertBefore(row.element, wanted);
      before = row.element;
    }
  }
}
