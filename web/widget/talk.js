import { begun } from "./page.js";
import { lasting, newId, parsed, passing } from "./storage.js";

/** The conversation as far as this page knows it: what is stored, and what is still on its way. */
export class Talk {
  constructor() {
    if (begun) lasting.set("conversation", begun);
    this.token = begun || lasting.get("conversation");
    this.seen = Number(lasting.get("seen")) || 0;
    this.outbox = parsed(passing.get("outbox"), []);
    this.clear();
  }

  clear() {
    this.replies = new Map();
    this.after = 0;
    this.mode = "bot";
    this.level = "anonymous";
    this.position = 0;
    this.waitMinutes = null;
    this.ways = [];
    this.principals = [];
    this.actingFor = null;
    this.oidc = null;
    this.consultantName = "";
    this.readId = 0;
    this.consent = null;
    this.loaded = this.token === null;
  }

  /** Go on with another conversation, or with none yet. */
  switchTo(token) {
    lasting.set("conversation", token);
    this.look(0);
    this.follow(token);
  }

  /** Show the conversation that another tab has chosen. */
  follow(token) {
    this.token = token;
    this.seen = Number(lasting.get("seen")) || 0;
    this.clear();
  }

  /** Remember up to which message everything was seen. */
  look(id) {
    this.seen = id;
    lasting.set("seen", String(id));
  }

  get isVerified() {
    return this.level === "verified" || this.level === "representative";
  }

  get withPerson() {
    return this.mode === "waiting" || this.mode === "human";
  }

  get isEmpty() {
    return this.replies.size === 0 && this.outbox.length === 0;
  }

  get sorted() {
    return [...this.replies.values()].sort((one, other) => one.id - other.id);
  }

  get consultant() {
    return this.consultantName || this.sorted.reduce((name, reply) => reply.name || name, "");
  }

  /** Messages of the others that were not looked at yet. */
  get unseen() {
    return this.sorted.filter((reply) => reply.id > this.seen && reply.author !== "customer");
  }

  /** Add a message on its way. One with personal data is kept in no storage: it is forgotten with the page. */
  add(text, payload, isPersonal = false) {
    const message = { clientId: newId(), text, payload, isPersonal, state: "sending", at: new Date().toISOString() };
    this.outbox.push(message);
    this.save();
    return message;
  }

  drop(message) {
    this.outbox = this.outbox.filter((other) => other !== message);
    this.save();
  }

  save() {
    const kept = this.outbox.filter((message) => !message.isPersonal);
    passing.set("outbox", kept.length ? JSON.stringify(kept) : null);
  }

  find(clientId) {
    return this.outbox.find((message) => message.clientId === clientId);
  }

  /** Take the token that the server names: the first one, or a new one for the same conversation. */
  adopt(token) {
    if (!token || this.token === token) return;
    this.token = token;
    lasting.set("conversation", token);
  }

  /**
   * Take in a state of the server.
   * @returns what is new: replies of the others, and pairs [own message on its way, its stored reply].
   */
  take(state) {
    this.adopt(state.conversation);
    this.mode = state.mode;
    this.level = state.auth_level;
    this.position = state.position;
    this.waitMinutes = state.wait_minutes ?? null;
    this.ways = state.ways ?? [];
    this.principals = state.principals ?? [];
    this.actingFor = state.acting_for ?? null;
    this.oidc = state.oidc ?? null;
    this.consultantName = state.consultant ?? "";
    this.readId = state.read_id ?? 0;
    this.consent = state.consent ?? null;
    this.loaded = true;
    return this.takeReplies(state.replies);
  }

  takeReplies(replies) {
    const fresh = [];
    const arrived = [];
    for (const reply of [...replies].sort((one, other) => one.id - other.id)) {
      const isKnown = this.replies.has(reply.id);
      this.replies.set(reply.id, reply);
      this.after = Math.max(this.after, reply.id);
      if (isKnown) continue;
      const own = reply.client_id && this.find(reply.client_id);
      if (own) {
        this.drop(own);
        arrived.push([own, reply]);
      } else {
        fresh.push(reply);
      }
    }
    return { fresh, arrived };
  }

  /** Note that a message is stored; its row stays until its reply comes. @returns it, when it was still on its way. */
  acknowledge(clientId) {
    const message = this.find(clientId);
    if (!message) return undefined;
    message.state = "sent";
    this.save();
    return message;
  }

  fail(message, why, isRefused) {
    Object.assign(message, { state: "failed", why, isRefused });
    this.save();
  }
}
