import { base, profile, SECOND } from "./page.js";
import { Polling } from "./polling.js";
import { reasonOf, request } from "./requests.js";
import { parsed } from "./storage.js";
import { words } from "./words.js";

const OPEN = 1; // WebSocket.OPEN
const ACK_WITHIN = 30 * SECOND;
/** A live server answers any frame at once with another; silence means that the connection is dead. */
const FRAME_WITHIN = 12 * SECOND;
const PROBE_EVERY = 45 * SECOND;
const LONGEST_PAUSE = 60;
const BEGIN_AGAIN = 3 * SECOND;
const LIMITED_PAUSE = 20;
const LIMITED_TRIES = 5;
const TYPING_EVERY = 3 * SECOND;

/**
 * Carries messages. `on` is told: state(state), typing(isShown), writing() when the consultant types, acked(message), changed(), problem(text), and lost(),
 * which says whether to go on in another conversation.
 */
export class Line {
  constructor(talk, on) {
    this.talk = talk;
    this.on = on;
    this.socket = null;
    this.isWanted = false;
    this.tries = 0;
    this.readSent = 0;
    this.typedAt = -Infinity;
    this.onTheirWay = new Set();
    this.ackTimers = new Map();
    this.polling = new Polling(this);
    setInterval(() => this.talk.withPerson && this.probe(), PROBE_EVERY);
    window.addEventListener("online", () => this.retryNow());
    window.addEventListener("offline", () => this.socket && this.giveUp());
    document.addEventListener("visibilitychange", () => document.hidden || this.retryNow());
  }

  get isOpen() {
    return this.socket !== null && this.socket.readyState === OPEN;
  }

  get isConnected() {
    return this.isOpen || this.polling.works;
  }

  get isNeeded() {
    return this.isWanted || !this.talk.loaded || this.talk.withPerson || this.talk.outbox.length > 0;
  }

  /** Whether customers should be told that nothing goes through; a moment's break is not worth a word. */
  get isCut() {
    return this.isNeeded && !this.isConnected && (this.tries > 1 || navigator.onLine === false);
  }

  /** Connect when there is something to hear or to say, hang up when there is not. */
  wake() {
    if (!this.isNeeded) this.hangUp();
    else if (!this.socket && !this.timer) this.connect();
  }

  hangUp() {
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.timer = this.silence = undefined;
    this.polling.end();
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close();
  }

  /** Begin again, as for another conversation. */
  restart() {
    this.hangUp();
    this.tries = 0;
    this.readSent = 0;
    this.wake();
  }

  retryNow() {
    if (this.isOpen) this.probe();
    else if (this.isNeeded && this.timer) this.restart();
  }

  connect() {
    const url = new URL("api/chat/ws", base);
    url.protocol = base.protocol === "https:" ? "wss:" : "ws:";
    let socket;
    try {
      socket = new WebSocket(url);
    } catch {
      this.reconnectLater({ wasOpen: false });
      return;
    }
    let wasOpen = false;
    this.socket = socket;
    socket.onopen = () => {
      if (this.socket !== socket) return;
      wasOpen = true;
      this.tries = 0;
      this.polling.end();
      this.onTheirWay.clear();
      this.readSent = 0;
      this.hello();
      this.flush();
      this.on.changed();
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) this.hear(parsed(event.data, {}));
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.reconnectLater({ wasOpen });
    };
  }

  reconnectLater({ wasOpen }) {
    clearTimeout(this.silence);
    this.silence = undefined;
    if (!this.isNeeded) return;
    const pause = Math.min(LONGEST_PAUSE, 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.tries += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.wake();
    }, pause * SECOND);
    if (!wasOpen) this.polling.begin();
    this.on.typing(false);
    this.on.changed();
  }

  sendFrame(frame) {
    this.socket.send(JSON.stringify(frame));
    this.silence ??= setTimeout(() => this.giveUp(), FRAME_WITHIN);
  }

  giveUp() {
    const socket = this.socket;
    this.socket = null;
    this.silence = undefined;
    if (socket) socket.close();
    this.reconnectLater({ wasOpen: true });
  }

  /** Greet with the conversation; without one there is nothing that a greeting could be answered with. */
  hello() {
    if (this.talk.token) this.sendFrame({ type: "hello", conversation: this.talk.token, after: this.talk.after });
  }

  /** The gateway answers a repeated greeting with the whole state: a sign of life, and nothing missed. */
  probe() {
    if (this.isOpen) this.hello();
  }

  hear(frame) {
    clearTimeout(this.silence);
    this.silence = undefined;
    if (frame.type === "state") this.on.state(frame);
    else if (frame.type === "typing" && frame.author === "consultant") this.on.writing();
    else if (frame.type === "typing") this.on.typing(true);
    else if (frame.type === "ack") this.acknowledged(frame.client_id);
    else if (frame.type === "error") this.refused(frame.client_id, frame.status, frame.text, frame.retry_after);
  }

  /** Tell that the customer types, never what; nobody answers this frame. */
  typing() {
    const now = performance.now();
    if (!this.isOpen || this.talk.mode !== "human" || now - this.typedAt < TYPING_EVERY) return;
    this.typedAt = now;
    this.socket.send(JSON.stringify({ type: "typing" }));
  }

  /** Tell the consultant up to which message everything was shown. */
  read(id) {
    if (this.talk.mode !== "human" || id <= this.readSent) return;
    if (this.isOpen) this.socket.send(JSON.stringify({ type: "read", id }));
    else if (this.polling.works) request(`/${encodeURIComponent(this.talk.token)}/read`, { id });
    else return;
    this.readSent = id;
  }

  acknowledged(clientId) {
    const message = this.talk.acknowledge(clientId);
    if (message) this.on.acked(message);
  }

  refuse(clientId, answer) {
    this.refused(clientId, answer.status, reasonOf(answer), answer.retryAfter);
  }

  refused(clientId, status, why, retryAfter) {
    const message = clientId && this.talk.find(clientId);
    this.on.typing(false);
    this.onTheirWay.delete(clientId);
    if (status === 404) {
      if (!this.on.lost()) return;
      this.onTheirWay.clear();
      if (this.isOpen) this.hello();
      this.flush();
    } else if (message) {
      this.talk.fail(message, why, true);
      if (status === 429) this.sendLater(message, retryAfter);
      if (status === 503) this.sendLater(message, retryAfter * ((message.tries || 0) + 1));
      this.on.changed();
      this.on.problem("");
    } else {
      this.on.problem(why);
    }
  }

  /** Too many messages in a short time, or the service is away: try again by itself, each time after a longer pause. */
  sendLater(message, seconds) {
    const tries = (message.tries || 0) + 1;
    if (tries > LIMITED_TRIES) return;
    Object.assign(message, { tries, isLater: true });
    const pause = seconds || LIMITED_PAUSE * tries;
    setTimeout(() => message.isLater && this.talk.find(message.clientId) && this.send(message), pause * SECOND);
  }

  /** Send what is on its way; what was sent before goes out under the same id and is stored once. */
  flush() {
    const waiting = this.talk.outbox.filter((message) => message.state !== "sent" && !message.isRefused);
    if (waiting.length && !this.talk.token) this.begin();
    for (const message of waiting) {
      if (this.isOpen && this.onTheirWay.has(message.clientId)) continue;
      message.state = "sending";
      this.expectAck(message);
      if (!this.isOpen || !this.talk.token) continue;
      const { text, payload, clientId } = message;
      this.sendFrame({ type: "message", text, payload, profile, client_id: clientId });
      this.onTheirWay.add(clientId);
    }
    this.talk.save();
  }

  /** Get a conversation before the first message, so that a message sent again cannot begin a second one. */
  async begin() {
    if (this.talk.token) return true;
    this.beginning ??= request("/start", { profile });
    const answer = await this.beginning;
    this.beginning = null;
    if (this.talk.token) return true;
    if (answer.status === 200) {
      this.on.state(answer.body);
      if (this.isOpen) this.hello();
      this.flush();
      this.polling.hurry();
      return true;
    }
    if (answer.status >= 400 && answer.status < 500) {
      for (const message of this.talk.outbox) this.refuse(message.clientId, answer);
    } else if (this.talk.outbox.some((message) => message.state === "sending")) {
      setTimeout(() => this.flush(), BEGIN_AGAIN);
    }
    return false;
  }

  expectAck({ clientId }) {
    const late = () => {
      const message = this.talk.find(clientId);
      if (message?.state !== "sending") return;
      this.talk.fail(message, words.not_sent, false);
      this.on.changed();
    };
    clearTimeout(this.ackTimers.get(clientId));
    this.ackTimers.set(clientId, setTimeout(late, ACK_WITHIN));
  }

  /** Send a message, for the first time or once more. */
  send(message) {
    Object.assign(message, { isRefused: false, isLater: false });
    this.onTheirWay.delete(message.clientId);
    this.wake();
    this.flush();
    this.polling.hurry();
    this.on.changed();
  }
}
