/**
 * The chat widget of Okienko: one script tag on any page opens the counter there.
 *
 * `Talk` is what is known of the conversation, `Line` carries it to the gateway and back (WebSocket, or HTTP with
 * polling), `Panel` shows it. Every text that comes from outside is inserted as text, never as markup.
 * Attributes of the script tag: data-profile (the group of customers the page is for), data-open (open at once).
 */
(() => {
  "use strict";

  const script = document.currentScript || document.querySelector('script[src*="widget.js"]');
  if (!script) return;
  const base = new URL(".", script.src);
  const profile = script.dataset.profile || null;

  const TAG = "okienko-widget";
  const LIMIT = 2000;
  const COUNTER_FROM = 1800;
  const SECOND = 1000;
  const ACK_WITHIN = 30 * SECOND;
  /** A live server answers any frame at once with another; silence means that the connection is dead. */
  const FRAME_WITHIN = 12 * SECOND;
  const PROBE_EVERY = 45 * SECOND;
  const LONGEST_PAUSE = 60;
  const POLL_TALKING = 3 * SECOND;
  const POLL_IDLE = 15 * SECOND;
  const UNOPENED_BEFORE_POLLING = 2;
  const OPEN = 1; // WebSocket.OPEN

  // ---------------------------------------------------------------- words and storage

  let words = {};

  const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  const say = (key, values = {}) => fill(words[key], values);
  const sayCount = (key, n) => fill(words[key][new Intl.PluralRules("pl").select(n)], { n });

  /** A storage that may be forbidden or full: then nothing is remembered, and nothing breaks. */
  const storage = (area) => ({
    get(key) {
      try {
        return area().getItem(`okienko.${key}`);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        if (value === null) area().removeItem(`okienko.${key}`);
        else area().setItem(`okienko.${key}`, value);
      } catch {
        // The conversation goes on without being remembered.
      }
    },
  });
  const lasting = storage(() => window.localStorage);
  const passing = storage(() => window.sessionStorage);

  const parsed = (json, otherwise) => {
    try {
      return JSON.parse(json) ?? otherwise;
    } catch {
      return otherwise;
    }
  };

  const newId = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  // ---------------------------------------------------------------- the conversation

  const plain = (text) => text.normalize("NFC").replace(/[^\S ]+/gu, " ").replace(/\p{C}/gu, "").replace(/ +/g, " ").trim();

  /** Whether a stored message can be what was typed: the gateway hides personal data as [PESEL], [NIP] and so on. */
  const sameWords = (typed, stored) => {
    const pattern = plain(stored).replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/\\\[[A-Z_]+\\\]/g, ".+");
    return new RegExp(`^${pattern}$`, "u").test(plain(typed));
  };

  /** The conversation as far as this page knows it: what is stored, and what is still on its way. */
  class Talk {
    constructor() {
      this.token = lasting.get("conversation");
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
      this.loaded = this.token === null;
    }

    /** Go on with another conversation, or with none yet. */
    switchTo(token) {
      this.token = token;
      lasting.set("conversation", token);
      this.look(0);
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
      return this.sorted.reduce((name, reply) => reply.name || name, "");
    }

    /** Messages of the others that were not looked at yet. */
    get unseen() {
      return this.sorted.filter((reply) => reply.id > this.seen && reply.author !== "customer");
    }

    add(text, payload) {
      const message = { clientId: newId(), text, payload, state: "sending", at: new Date().toISOString() };
      this.outbox.push(message);
      this.save();
      return message;
    }

    drop(message) {
      this.outbox = this.outbox.filter((other) => other !== message);
      this.save();
    }

    save() {
      passing.set("outbox", this.outbox.length ? JSON.stringify(this.outbox) : null);
    }

    find(clientId) {
      return this.outbox.find((message) => message.clientId === clientId);
    }

    adopt(token) {
      if (token && this.token !== token) {
        this.token = token;
        lasting.set("conversation", token);
      }
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
      this.loaded = true;
      const fresh = [];
      const arrived = [];
      for (const reply of [...state.replies].sort((one, other) => one.id - other.id)) {
        const known = this.replies.has(reply.id);
        this.replies.set(reply.id, reply);
        this.after = Math.max(this.after, reply.id);
        if (known) continue;
        const own = reply.author === "customer" && this.ownOf(reply);
        if (own) {
          this.drop(own);
          arrived.push([own, reply]);
        } else {
          fresh.push(reply);
        }
      }
      return { fresh, arrived };
    }

    /** The message on its way that a stored one is; a state can come before the acknowledgement. */
    ownOf(reply) {
      return (
        this.outbox.find((message) => message.id === reply.id) ||
        this.outbox.find((message) => !message.id && message.wasSent && sameWords(message.text, reply.text)) ||
        this.outbox.find((message) => !message.id && message.state === "sent")
      );
    }

    /** Note that a message is stored. @returns the message, when it was still on its way. */
    acknowledge(clientId, id) {
      const message = this.find(clientId);
      if (!message) return undefined;
      message.state = "sent";
      if (id) message.id = id;
      if (this.replies.has(id)) this.drop(message);
      else this.save();
      return message;
    }

    fail(message, why, isRefused) {
      Object.assign(message, { state: "failed", why, isRefused });
      this.save();
    }
  }

  // ---------------------------------------------------------------- the line to the gateway

  /** Carries messages. `on` is told: state(state), typing(isShown), acked(message), changed(), lost(), problem(text). */
  class Line {
    constructor(talk, on) {
      this.talk = talk;
      this.on = on;
      this.socket = null;
      this.isWanted = false;
      this.polling = null;
      this.pollWorked = false;
      this.unopened = 0;
      this.tries = 0;
      this.onTheirWay = new Set();
      this.ackTimers = new Map();
      setInterval(() => this.talk.withPerson && this.probe(), PROBE_EVERY);
      window.addEventListener("online", () => this.retryNow());
      document.addEventListener("visibilitychange", () => document.hidden || this.retryNow());
    }

    get isOpen() {
      return this.socket !== null && this.socket.readyState === OPEN;
    }

    get isConnected() {
      return this.isOpen || (this.polling !== null && this.pollWorked);
    }

    get isNeeded() {
      return this.isWanted || !this.talk.loaded || this.talk.withPerson || this.talk.outbox.length > 0;
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
      this.polling = null;
      const socket = this.socket;
      this.socket = null;
      if (socket) socket.close();
    }

    /** Begin again, as for another conversation. */
    restart() {
      this.hangUp();
      this.tries = 0;
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
        this.unopened += 1;
        this.reconnectLater();
        return;
      }
      let wasOpen = false;
      this.socket = socket;
      socket.onopen = () => {
        if (this.socket !== socket) return;
        wasOpen = true;
        this.unopened = this.tries = 0;
        this.polling = null;
        this.onTheirWay.clear();
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
        if (!wasOpen) this.unopened += 1;
        this.reconnectLater();
      };
    }

    reconnectLater() {
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
      if (this.unopened >= UNOPENED_BEFORE_POLLING) this.poll();
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
      this.reconnectLater();
    }

    hello() {
      const frame = { type: "hello", conversation: this.talk.token, after: this.talk.after };
      // A greeting without a conversation is not answered, so no answer is awaited.
      if (this.talk.token) this.sendFrame(frame);
      else this.socket.send(JSON.stringify(frame));
    }

    /** The gateway answers a repeated greeting with the whole state: a sign of life, and nothing missed. */
    probe() {
      if (this.isOpen && this.talk.token) this.hello();
    }

    hear(frame) {
      clearTimeout(this.silence);
      this.silence = undefined;
      if (frame.type === "state") this.on.state(frame);
      else if (frame.type === "typing") this.on.typing(true);
      else if (frame.type === "ack") this.acknowledged(frame.client_id, frame.id, frame.conversation);
      else if (frame.type === "error") this.refused(frame.client_id, frame.status, frame.text);
    }

    acknowledged(clientId, id, token) {
      this.talk.adopt(token);
      const message = this.talk.acknowledge(clientId, id);
      if (message) this.on.acked(message);
    }

    refused(clientId, status, why) {
      const message = clientId && this.talk.find(clientId);
      this.on.typing(false);
      if (status === 404) {
        this.on.lost();
        this.onTheirWay.clear();
        if (this.isOpen) this.hello();
        this.flush();
      } else if (message) {
        this.talk.fail(message, why, true);
        this.on.changed();
      } else {
        this.on.problem(why);
      }
    }

    /** Send what is on its way; what was sent before goes out under the same id and is stored once. */
    flush() {
      for (const message of this.talk.outbox) {
        if (message.state === "sent" || message.isRefused) continue;
        if (this.isOpen && this.onTheirWay.has(message.clientId)) continue;
        message.state = "sending";
        this.expectAck(message);
        if (!this.isOpen) continue;
        const { text, payload, clientId } = message;
        this.sendFrame({ type: "message", text, payload, profile, client_id: clientId });
        this.onTheirWay.add(clientId);
        message.wasSent = true;
      }
      this.talk.save();
    }

    expectAck(message) {
      const { clientId } = message;
      const late = () => {
        if (this.talk.find(clientId)?.state !== "sending") return;
        this.talk.fail(message, words.not_sent, false);
        this.on.changed();
      };
      clearTimeout(this.ackTimers.get(clientId));
      this.ackTimers.set(clientId, setTimeout(late, ACK_WITHIN));
    }

    /** Send a message, for the first time or once more. */
    send(message) {
      message.isRefused = false;
      this.onTheirWay.delete(message.clientId);
      this.wake();
      this.flush();
      this.hurry?.();
    }

    /** Ask over HTTP. @returns {{status: number, body: any}} status 0 when the network failed. */
    async request(path, body) {
      const options = { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout?.(ACK_WITHIN) };
      if (body) {
        Object.assign(options, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
        });
      }
      try {
        const answer = await fetch(new URL(`api/chat${path}`, base), options);
        return { status: answer.status, body: await answer.json().catch(() => null) };
      } catch {
        return { status: 0, body: null };
      }
    }

    /** Do one of the steps outside the talk: "verify", "person" or "leave". @returns "" or why it failed. */
    async step(name, body = {}) {
      const token = this.talk.token;
      const answer = await this.request(`/${encodeURIComponent(token)}/${name}`, body);
      if (token !== this.talk.token) return "";
      if (answer.status === 200) {
        this.on.state(answer.body);
        return "";
      }
      if (answer.status === 404) {
        this.on.lost();
        this.restart();
        return words.lost;
      }
      return typeof answer.body?.detail === "string" ? answer.body.detail : words.failed;
    }

    /** Ask for news over and over while there is no WebSocket. */
    async poll() {
      if (this.polling) return;
      const round = {};
      this.polling = round;
      while (this.polling === round && this.isNeeded) {
        await this.post();
        await this.fetchNews();
        this.on.changed();
        const pause = this.talk.withPerson || this.talk.outbox.length ? POLL_TALKING : POLL_IDLE;
        await new Promise((resolve) => {
          this.hurry = resolve;
          setTimeout(resolve, pause);
        });
      }
      if (this.polling === round) this.polling = null;
    }

    async post() {
      for (const message of this.talk.outbox.filter((one) => one.state === "sending")) {
        message.wasSent = true;
        this.on.typing(true);
        const { text, payload, clientId } = message;
        const token = this.talk.token;
        const sent = { conversation: token, text, payload, profile, client_id: clientId };
        const answer = await this.request("", sent);
        if (token !== this.talk.token) return;
        if (answer.status === 200) this.acknowledged(clientId, 0, answer.body.conversation);
        else if (answer.status >= 400 && answer.status < 500)
          this.refused(clientId, answer.status, answer.body?.detail || words.not_sent);
        else this.on.typing(false);
      }
    }

    async fetchNews() {
      const token = this.talk.token;
      if (!token) {
        this.pollWorked = true;
        return;
      }
      const answer = await this.request(`/${encodeURIComponent(token)}?after=${this.talk.after}`);
      if (token !== this.talk.token) return;
      this.pollWorked = answer.status === 200;
      if (answer.status === 200) this.on.state(answer.body);
      else if (answer.status === 404) this.on.lost();
    }
  }

  // ---------------------------------------------------------------- building blocks of the page

  /** Make an element; strings among the children become text. */
  const make = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value !== false && value !== null) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children);
    return made;
  };

  const ICONS = {
    counter: ["M4 20h16M6 20V11a6 6 0 0 1 12 0v9", "M9 12.5h6M9 15.5h4"],
    person: ["M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z", "M5 20a7 7 0 0 1 14 0"],
    info: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z", "M12 11v5M12 7.6v.3"],
    fresh: ["M4 5.5h12v9H9l-4 3.5v-3.5H4z", "M19 12v7M15.5 15.5h7"],
    close: ["M6 6l12 12M18 6L6 18"],
    send: ["M4 12h15M13 6l6 6-6 6"],
    check: ["M5 12.5l4.5 4.5L19 7.5"],
    down: ["M6 10l6 6 6-6"],
  };

  const icon = (name) => {
    const namespace = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(namespace, "svg");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("aria-hidden", "true");
    for (const line of ICONS[name]) {
      const path = document.createElementNS(namespace, "path");
      path.setAttribute("d", line);
      drawing.append(path);
    }
    return drawing;
  };

  const button = (className, label, onclick, ...children) =>
    make("button", { type: "button", class: className, onclick }, ...(children.length ? children : [label]));

  const iconButton = (className, label, onclick, name) => {
    const made = button(className, label, onclick, icon(name));
    made.setAttribute("aria-label", label);
    made.title = label;
    return made;
  };

  const clock = (at) => {
    const moment = new Date(at);
    const isToday = moment.toDateString() === new Date().toDateString();
    const day = isToday ? {} : { day: "numeric", month: "short" };
    return new Intl.DateTimeFormat("pl-PL", { ...day, hour: "2-digit", minute: "2-digit" }).format(moment);
  };

  // ---------------------------------------------------------------- replies as paragraphs, lists and links

  const ORDERED = /^\s*(\d{1,2})[.)]\s+(.*)$/;
  const BULLET = /^\s*[-–•]\s+(.*)$/;
  const LINK = /https?:\/\/[^\s<>"„”]+|\/wiedza\/[a-z0-9-]+/gi;
  const LABELLED = /^([^:]{3,60}): (https?:\/\/\S+|\/wiedza\/[a-z0-9-]+)$/i;

  const resolved = (address) => {
    try {
      return new URL(address.replace(/^\//, ""), base);
    } catch {
      return null;
    }
  };

  const link = (address, label) => {
    const { href } = resolved(address);
    const hint = make("span", { class: "for-ears" }, ` ${words.new_tab}`);
    return make("a", { href, target: "_blank", rel: "noopener" }, label, hint);
  };

  const siteOf = (address) => (address.startsWith("/") ? "" : resolved(address).hostname.replace(/^www\./, ""));

  /** Append a line, its addresses as links; "Label: address" and "site, address" become one link each. */
  const appendLine = (parent, line) => {
    const labelled = LABELLED.exec(line);
    if (labelled && resolved(labelled[2])) {
      parent.append(link(labelled[2], labelled[1]));
      return;
    }
    let end = 0;
    for (const found of line.matchAll(LINK)) {
      const address = found[0].replace(/[.,;:!?)\]]+$/, "");
      const isInsideWord = address.startsWith("/") && /[^\s(]$/.test(line.slice(0, found.index));
      if (isInsideWord || !resolved(address)) continue;
      const site = siteOf(address);
      const before = line.slice(end, found.index);
      const isNamed = site && before.endsWith(`${site}, `);
      parent.append(isNamed ? before.slice(0, -site.length - 2) : before);
      parent.append(link(address, isNamed ? site : address.replace(/^https?:\/\/(www\.)?/, "")));
      end = found.index + address.length;
    }
    parent.append(line.slice(end));
  };

  /** Read lines as blocks: {tag: "p" | "h3" | "ol" | "ul", lines, start}. */
  const blocksOf = (text) => {
    const blocks = [];
    let current = null;
    const begin = (tag, extra = {}) => blocks.push((current = { tag, lines: [], ...extra }));
    for (const line of text.split("\n")) {
      const numbered = ORDERED.exec(line);
      const bullet = BULLET.exec(line);
      if (numbered) {
        if (current?.tag !== "ol") begin("ol", { start: numbered[1] });
        current.lines.push(numbered[2]);
      } else if (bullet) {
        if (current?.tag !== "ul") begin("ul");
        current.lines.push(bullet[1]);
      } else if (!line.trim()) {
        current = null;
      } else {
        if (current?.tag !== "p") begin("p");
        current.lines.push(line.trim());
      }
    }
    return blocks.flatMap((block, place) => {
      const leadsToList = block.tag === "p" && /^[ou]l$/.test(blocks[place + 1]?.tag || "");
      const last = block.lines[block.lines.length - 1];
      if (!leadsToList || !last.endsWith(":") || last.length > 80) return [block];
      const rest = { ...block, lines: block.lines.slice(0, -1) };
      return [...(rest.lines.length ? [rest] : []), { tag: "h3", lines: [last.slice(0, -1)] }];
    });
  };

  const appendBlock = (parent, { tag, lines, start }) => {
    const made = make(tag, start && start !== "1" ? { start } : {});
    lines.forEach((line, place) => {
      if (tag === "ol" || tag === "ul") {
        const item = make("li");
        appendLine(item, line);
        made.append(item);
      } else {
        if (place) made.append(make("br"));
        appendLine(made, line);
      }
    });
    parent.append(made);
    return made;
  };

  /** Append a reply's text; that of an article begins with its title and ends with its source. */
  const appendText = (parent, text, isArticle) => {
    const blocks = blocksOf(text);
    blocks.forEach((block, place) => {
      const isTitle = isArticle && place === 0 && blocks.length > 1 && block.lines.length === 1 && block.tag === "p";
      const made = appendBlock(parent, isTitle ? { ...block, tag: "h3" } : block);
      if (isTitle) made.className = "title";
      else if (isArticle && place === blocks.length - 1 && made.querySelector("a")) made.className = "source";
    });
  };

  // ---------------------------------------------------------------- the panel

  const AUTHOR_ICONS = { bot: "counter", consultant: "person", system: "info" };

  /** Everything the customer sees. */
  class Panel {
    constructor(root) {
      this.root = root;
      this.talk = new Talk();
      this.rows = new Map();
      this.notice = "";
      this.pageTitle = "";
      this.build();
      this.line = new Line(this.talk, {
        state: (state) => this.receive(state),
        typing: (isShown) => this.showTyping(isShown && this.talk.mode === "bot"),
        acked: () => this.acked(),
        changed: () => this.update(),
        lost: () => this.lose(),
        problem: (why) => this.hint(why),
      });
      this.listen();
      this.input.value = passing.get("draft") || "";
      this.update();
      const wasOpen = passing.get("open") || (script.dataset.open === undefined ? "no" : "yes");
      if (wasOpen === "yes") this.open({ keepFocus: true });
      this.line.wake();
    }

    get isOpen() {
      return !this.dialog.hidden;
    }

    get isPhone() {
      return window.matchMedia("(max-width: 480px)").matches;
    }

    // -- building

    build() {
      this.badge = make("span", { class: "badge", "aria-hidden": "true", hidden: true });
      this.launcherNote = make("span", { class: "for-ears" });
      this.launcher = button(
        "launcher", "", () => this.open(), icon("counter"), make("span", {}, words.launcher), this.badge, this.launcherNote,
      );
      this.launcher.setAttribute("aria-haspopup", "dialog");
      this.dialog = make("section", { class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true });
      this.dialog.append(this.buildHeader(), this.buildBars(), this.buildConversation(), this.buildVerification());
      this.root.append(this.launcher, this.dialog);
    }

    buildHeader() {
      this.title = make("h2", { id: "title", tabindex: "-1" }, words.dialog);
      this.subtitle = make("p", { class: "subtitle" });
      this.consultantButton = button("ask", words.consultant, () => this.askForConsultant());
      this.consultantButton.setAttribute("aria-label", words.consultant_label);
      this.newButton = iconButton("tool", words.new, () => this.askNew(), "fresh");
      const close = iconButton("tool", words.close, () => this.close(), "close");
      const names = make("div", { class: "names" }, this.title, this.subtitle);
      return make("div", { class: "header" }, icon("counter"), names, this.consultantButton, this.newButton, close);
    }

    buildBars() {
      this.modeText = make("span", { role: "status" });
      this.levelText = make("span", { class: "level", hidden: true });
      this.verifyButton = button("quiet", words.verify, () => this.openVerification());
      this.leaveButton = button("quiet", words.leave, () => this.leave());
      const ways = make("div", { class: "ways" }, this.verifyButton, this.leaveButton);
      this.modeBar = make("div", { class: "bar", hidden: true }, this.modeText, this.levelText, ways);
      this.offlineBar = make("div", { class: "bar offline", role: "status" });
      const yes = button("primary", words.new_yes, () => this.startNew());
      const no = button("secondary", words.new_no, () => this.closeQuestion());
      this.question = make(
        "div", { class: "bar question", role: "group", "aria-labelledby": "question", hidden: true },
        make("p", { id: "question" }, words.new_question), make("div", { class: "ways" }, yes, no),
      );
      return make("div", { class: "bars" }, this.offlineBar, this.modeBar, this.question);
    }

    buildConversation() {
      this.list = make("div", { class: "list" });
      this.typingRow = make("p", { class: "typing", hidden: true }, make("span", { class: "dots", "aria-hidden": "true" }), words.typing);
      this.log = make(
        "div", { class: "log", role: "log", "aria-live": "polite", "aria-label": words.log, tabindex: "0" },
        this.list, this.typingRow,
      );
      this.jump = button("jump", "", () => this.jumpDown(), icon("down"), words.new_messages);
      this.jump.hidden = true;
      this.input = make("textarea", {
        id: "input", rows: "1", placeholder: words.placeholder, "aria-label": words.input, "aria-describedby": "hint counter",
        enterkeyhint: "send", autocomplete: "off",
      });
      this.hintText = make("span", { id: "hint", role: "status" });
      this.counter = make("span", { id: "counter", class: "counter" });
      const submit = make("button", { type: "submit", class: "send" }, icon("send"), make("span", {}, words.send));
      this.composer = make(
        "form", { class: "composer", novalidate: true },
        make("div", { class: "line" }, this.input, submit),
        make("p", { class: "notes" }, this.hintText, this.counter),
      );
      this.conversation = make("div", { class: "conversation" }, make("div", { class: "stage" }, this.log, this.jump), this.composer);
      return this.conversation;
    }

    buildVerification() {
      const field = { autocomplete: "off", autocapitalize: "none", spellcheck: "false", "aria-describedby": "verify-error" };
      this.pueField = make("input", { id: "pue", type: "text", maxlength: "100", ...field });
      this.pinField = make("input", {
        id: "pin", type: "password", inputmode: "numeric", maxlength: "100", ...field, "aria-describedby": "verify-error pin-hint",
      });
      this.verifyError = make("p", { id: "verify-error", class: "error", role: "alert" });
      this.verifySubmit = make("button", { type: "submit", class: "primary" }, words.verify_submit);
      this.verifySkip = button("secondary", words.verify_skip, () => this.skipVerification());
      const back = button("quiet", words.verify_back, () => this.closeVerification());
      this.verification = make(
        "form", { class: "verification", novalidate: true, hidden: true, "aria-labelledby": "verify-title" },
        make("h3", { id: "verify-title", class: "title" }, words.verify_title),
        make("p", {}, words.verify_why),
        make("p", { class: "safe" }, icon("info"), make("span", {}, words.verify_safe)),
        make("label", { for: "pue" }, words.pue_id), this.pueField,
        make("label", { for: "pin" }, words.pin), this.pinField,
        make("p", { id: "pin-hint", class: "field-hint" }, words.pin_hint),
        this.verifyError,
        make("div", { class: "choices" }, this.verifySubmit, this.verifySkip, back),
      );
      return this.verification;
    }

    listen() {
      this.composer.addEventListener("submit", (event) => {
        event.preventDefault();
        this.submit();
      });
      this.verification.addEventListener("submit", (event) => {
        event.preventDefault();
        this.verify();
      });
      this.input.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        this.submit();
      });
      this.input.addEventListener("input", () => this.typed());
      this.log.addEventListener("scroll", () => this.isAtEnd() && (this.jump.hidden = true));
      this.dialog.addEventListener("keydown", (event) => this.key(event));
      document.addEventListener("visibilitychange", () => this.update());
      window.addEventListener("storage", (event) => this.otherTab(event));
      window.visualViewport?.addEventListener("resize", () => this.fit());
      window.visualViewport?.addEventListener("scroll", () => this.fit());
    }

    // -- opening and closing

    open({ keepFocus = false } = {}) {
      this.dialog.hidden = false;
      this.launcher.hidden = true;
      passing.set("open", "yes");
      this.fit();
      this.typed();
      this.update();
      this.settle();
      this.line.isWanted = true;
      this.line.wake();
      if (!keepFocus) this.focusInput();
    }

    close() {
      this.closeVerification({ keepFocus: true });
      this.dialog.hidden = true;
      this.launcher.hidden = false;
      passing.set("open", "no");
      this.line.isWanted = false;
      this.line.wake();
      this.update();
      this.launcher.focus();
    }

    key(event) {
      // Keys pressed in the panel are not shortcuts of the page around it.
      event.stopPropagation();
      if (event.key === "Escape") {
        event.preventDefault();
        this.close();
      } else if (event.key === "Tab" && this.isPhone) {
        this.keepFocusInside(event);
      }
    }

    /** On a phone the panel covers the page, so the focus may not wander under it. */
    keepFocusInside(event) {
      const stops = [...this.dialog.querySelectorAll("button, a[href], textarea, input, [tabindex='0']")].filter(
        (one) => !one.disabled && one.getClientRects().length,
      );
      const [first, last] = [stops[0], stops[stops.length - 1]];
      const here = this.root.activeElement;
      if (event.shiftKey && (here === first || here === this.title)) {
        event.preventDefault();
        last.focus();
      } else if (!event.shiftKey && here === last) {
        event.preventDefault();
        first.focus();
      }
    }

    /** Keep the full-screen panel above an on-screen keyboard. */
    fit() {
      const view = window.visualViewport;
      if (view && view.scale > 1.01) return; // Somebody magnifies the page: the panel stays as it is.
      const isFull = this.isPhone && view;
      this.dialog.style.height = isFull ? `${view.height}px` : "";
      this.dialog.style.top = isFull ? `${view.offsetTop}px` : "";
      this.dialog.setAttribute("aria-modal", String(this.isPhone));
    }

    /** A finger on the text field would call up the keyboard over what is to be read. */
    focusInput() {
      if (window.matchMedia("(pointer: coarse)").matches) this.title.focus();
      else this.input.focus();
    }

    // -- saying

    typed() {
      passing.set("draft", this.input.value || null);
      const length = [...this.input.value].length;
      const left = LIMIT - length;
      this.counter.textContent = length < COUNTER_FROM ? "" : left < 0 ? sayCount("over", -left) : sayCount("left", left);
      this.counter.classList.toggle("over", left < 0);
      this.hint("");
      this.keepingEnd(() => {
        this.input.style.height = "auto";
        // Hidden, the field has no height to take over.
        this.input.style.height = this.input.scrollHeight ? `${this.input.scrollHeight + 2}px` : "";
      });
    }

    hint(text) {
      this.keepingEnd(() => (this.hintText.textContent = text));
    }

    submit() {
      const text = this.input.value.trim();
      if (!text) return this.hint(words.empty);
      if ([...text].length > LIMIT) return this.hint(say("too_long", { limit: LIMIT.toLocaleString("pl-PL") }));
      this.input.value = "";
      this.typed();
      return this.send(text);
    }

    send(text, payload = null) {
      const message = this.talk.add(text, payload);
      this.line.send(message);
      this.update();
      this.log.scrollTop = this.log.scrollHeight;
    }

    press({ title, payload }) {
      if (payload === "verify") {
        this.openVerification();
      } else if (payload === "person") {
        this.askForPerson();
      } else {
        this.send(title, payload);
        this.focusInput();
      }
    }

    askForConsultant() {
      this.closeVerification({ keepFocus: true });
      this.send(words.consultant_text, "consultant");
      this.focusInput();
    }

    async askForPerson() {
      this.hint(await this.line.step("person"));
      this.focusInput();
    }

    async leave() {
      this.leaveButton.disabled = true;
      this.hint(await this.line.step("leave"));
      this.leaveButton.disabled = false;
      this.focusInput();
    }

    retry(message) {
      this.line.send(message);
      this.update();
      this.input.focus();
    }

    edit(message) {
      this.talk.drop(message);
      this.input.value = [message.text, this.input.value].filter(Boolean).join("\n");
      this.typed();
      this.update();
      this.input.focus();
    }

    // -- a new conversation

    askNew() {
      if (this.talk.isEmpty) return this.focusInput();
      this.question.hidden = false;
      return this.question.querySelector("button").focus();
    }

    closeQuestion() {
      this.question.hidden = true;
      this.newButton.focus();
    }

    startNew() {
      // Nobody should wait in the queue for a customer who has gone.
      if (this.talk.mode === "waiting") this.line.request(`/${encodeURIComponent(this.talk.token)}/leave`, {});
      this.question.hidden = true;
      this.talk.outbox = [];
      this.talk.save();
      this.reset(null, "");
      this.closeVerification({ keepFocus: true });
      this.focusInput();
    }

    reset(token, notice) {
      this.talk.switchTo(token);
      this.notice = notice;
      this.showTyping(false);
      this.line.restart();
      this.update();
    }

    /** The conversation is unknown to the server: go on in a new one, with what was not sent yet. */
    lose() {
      this.talk.switchTo(null);
      for (const message of this.talk.outbox) message.state = message.state === "sent" ? "sending" : message.state;
      this.notice = words.lost;
      this.closeVerification({ keepFocus: true });
      this.update();
    }

    otherTab(event) {
      if (event.key === "okienko.seen") this.talk.seen = Number(event.newValue) || 0;
      else if (event.key !== "okienko.conversation" || event.newValue === this.talk.token) return;
      else this.reset(event.newValue, "");
      this.update();
    }

    // -- confirming the identity

    openVerification() {
      this.conversation.hidden = true;
      this.verification.hidden = false;
      this.showVerifyError("");
      this.verifySkip.hidden = this.talk.withPerson;
      (this.pueField.value ? this.pinField : this.pueField).focus();
    }

    closeVerification({ keepFocus = false } = {}) {
      if (this.verification.hidden) return;
      this.verification.hidden = true;
      this.conversation.hidden = false;
      this.pueField.value = this.pinField.value = "";
      this.update();
      this.settle();
      if (!keepFocus) this.focusInput();
    }

    showVerifyError(text) {
      this.verifyError.textContent = text;
      for (const field of [this.pueField, this.pinField]) field.setAttribute("aria-invalid", String(Boolean(text)));
    }

    async verify() {
      const body = { pue_id: this.pueField.value.trim(), pin: this.pinField.value.trim() };
      if (!body.pue_id || !body.pin) {
        this.showVerifyError(words.verify_missing);
        (body.pue_id ? this.pinField : this.pueField).focus();
        return;
      }
      this.pinField.value = "";
      const problem = await this.whileBusy(() => this.line.step("verify", body));
      if (this.verification.hidden) return;
      if (problem) {
        this.showVerifyError(problem);
        this.pinField.focus();
        this.verifyError.scrollIntoView({ block: "nearest" });
      } else {
        this.closeVerification();
      }
    }

    async skipVerification() {
      const problem = await this.whileBusy(() => this.line.step("person"));
      if (problem) this.showVerifyError(problem);
      else this.closeVerification();
    }

    async whileBusy(step) {
      const buttons = [this.verifySubmit, this.verifySkip];
      for (const one of buttons) one.disabled = true;
      this.verifySubmit.textContent = words.verify_busy;
      this.showVerifyError("");
      try {
        return this.talk.token ? await step() : words.failed;
      } finally {
        for (const one of buttons) one.disabled = false;
        this.verifySubmit.textContent = words.verify_submit;
      }
    }

    // -- hearing

    receive(state) {
      const isHistory = !this.talk.loaded;
      const wasAtEnd = this.isAtEnd();
      const { fresh, arrived } = this.talk.take(state);
      for (const [message, reply] of arrived) {
        const row = this.rows.get(message.clientId);
        if (!row) continue;
        this.rows.delete(message.clientId);
        this.rows.set(String(reply.id), row);
      }
      const heard = fresh.filter((reply) => reply.author !== "customer");
      if (heard.length || this.talk.mode !== "bot") this.showTyping(false);
      if (isHistory) this.log.setAttribute("aria-live", "off"); // What was read once is not read out again.
      const [firstUnseen] = this.talk.unseen;
      this.update();
      if (isHistory) {
        this.placed = firstUnseen ? String(firstUnseen.id) : "history";
        requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
      } else if (heard.length) {
        this.placed ??= String(heard[0].id);
        if (this.isOpen && !wasAtEnd) {
          this.placed = undefined;
          this.jump.hidden = false;
        }
      }
      this.settle();
      this.line.wake();
    }

    acked() {
      // The reply comes in a frame of its own, a moment after the acknowledgement.
      clearTimeout(this.typingEnd);
      this.typingEnd = setTimeout(() => this.showTyping(false), 2 * SECOND);
      this.update();
    }

    showTyping(isShown) {
      clearTimeout(this.typingEnd);
      this.keepingEnd(() => (this.typingRow.hidden = !isShown));
    }

    // -- where the customer reads

    /** Do something that changes heights; whoever reads at the end stays there. */
    keepingEnd(change) {
      const wasAtEnd = this.isAtEnd() && !this.talk.isEmpty;
      change();
      if (wasAtEnd) this.log.scrollTop = this.log.scrollHeight;
    }

    isAtEnd() {
      return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
    }

    jumpDown() {
      this.jump.hidden = true;
      this.log.scrollTop = this.log.scrollHeight;
      this.log.focus();
    }

    /** Bring the beginning of what is new to the top; of a history, its last question. */
    settle() {
      if (!this.placed || !this.isOpen || this.conversation.hidden) return;
      const questions = this.list.querySelectorAll(".by-customer");
      const row = this.placed === "history" ? questions[questions.length - 1] : this.rows.get(this.placed);
      this.placed = undefined;
      this.log.scrollTop = row ? row.offsetTop - 12 : this.log.scrollHeight;
    }

    // -- showing

    update() {
      this.keepingEnd(() => {
        this.updateBars();
        this.updateRows();
      });
      this.updateUnread();
    }

    updateBars() {
      const { talk } = this;
      const name = talk.consultant;
      const isWaiting = talk.mode === "waiting";
      const texts = {
        waiting: talk.position ? say("waiting", { position: talk.position }) : words.waiting_unknown,
        human: name ? say("human_named", { name }) : words.human,
      };
      this.dialog.dataset.mode = talk.mode;
      this.subtitle.textContent = talk.mode === "human" ? words.disclosure_human : words.disclosure;
      this.modeBar.hidden = !talk.withPerson && !talk.isVerified;
      this.setText(this.modeText, texts[talk.mode] || "");
      this.levelText.hidden = !talk.isVerified;
      this.levelText.replaceChildren(icon("check"), words[talk.level] || "");
      this.leaveButton.hidden = !isWaiting;
      this.verifyButton.hidden = !talk.withPerson || talk.isVerified;
      this.consultantButton.hidden = talk.withPerson;
      const isCut = this.line && !this.line.isConnected && this.line.tries > 1 && this.line.isNeeded;
      this.setText(this.offlineBar, isCut ? words.offline : "");
    }

    /** Set a text that is read out when it changes, and only then. */
    setText(element, text) {
      if (element.textContent !== text) element.textContent = text;
    }

    updateRows() {
      const { talk } = this;
      const replies = talk.sorted;
      const own = [...replies.filter((reply) => reply.author === "customer"), ...talk.outbox];
      const lastOwn = own[own.length - 1];
      const entries = [["welcome", { author: "bot", text: words.welcome, examples: talk.isEmpty }]];
      if (this.notice) entries.push(["notice", { author: "system", text: this.notice }]);
      for (const reply of replies) {
        const buttons = this.isLastWord(reply, replies) ? this.usable(reply.buttons || []) : [];
        entries.push([String(reply.id), { ...reply, buttons, state: reply === lastOwn ? "sent" : "" }]);
      }
      for (const message of talk.outbox) {
        const isOffline = message.state === "sending" && !this.line.isConnected;
        const state = isOffline ? "sending_offline" : message.state === "sent" && message !== lastOwn ? "" : message.state;
        entries.push([message.clientId, { ...message, author: "customer", state, message }]);
      }
      this.place(entries);
    }

    /** Whether a reply's buttons still answer something: nothing was said after it but notices. */
    isLastWord(reply, replies) {
      if (reply.author !== "bot" || this.talk.mode !== "bot" || this.talk.outbox.length) return false;
      return !replies.some((other) => other.id > reply.id && other.author !== "system");
    }

    usable(buttons) {
      return buttons.filter((one) => one.payload !== "verify" || !this.talk.isVerified);
    }

    place(entries) {
      const keys = new Set(entries.map(([key]) => key));
      for (const [key, row] of this.rows) {
        if (keys.has(key)) continue;
        row.remove();
        this.rows.delete(key);
      }
      let before = null;
      for (const [key, entry] of entries) {
        const row = this.rows.get(key) || make("div");
        const look = JSON.stringify({ ...entry, at: entry.at && clock(entry.at), id: 0, clientId: 0, message: 0 });
        if (row.look !== look) this.draw(row, entry);
        row.look = look;
        this.rows.set(key, row);
        const wanted = before ? before.nextSibling : this.list.firstChild;
        if (row !== wanted) this.list.insertBefore(row, wanted);
        before = row;
      }
    }

    draw(row, entry) {
      const { author, text, state, at } = entry;
      row.className = `message by-${author}${state === "failed" ? " failed" : ""}`;
      const named = author === "consultant" && entry.name;
      const name = named ? say("author_consultant_named", { name: entry.name }) : words[`author_${author}`];
      const head = make("p", { class: "author" }, ...(AUTHOR_ICONS[author] ? [icon(AUTHOR_ICONS[author])] : []), name);
      if (at) head.append(make("time", { datetime: at }, clock(at)));
      const body = make("div", { class: "body" });
      if (author === "customer") body.append(make("p", {}, text));
      else appendText(body, text, Boolean(entry.article));
      row.replaceChildren(head, body, ...this.tail(entry));
    }

    /** What stands under a message: its buttons, or how its sending went. */
    tail({ author, state, why, message, buttons = [], examples }) {
      if (state === "failed") {
        const again = button("quiet", words.retry, () => this.retry(message));
        const edit = button("quiet", words.edit, () => this.edit(message));
        return [make("p", { class: "state" }, why), make("div", { class: "ways" }, again, edit)];
      }
      if (author === "customer") return words[state] ? [make("p", { class: "state" }, words[state])] : [];
      const offered = examples ? words.examples.map((title) => ({ title, payload: null })) : buttons;
      if (!offered.length) return [];
      const label = examples ? words.examples_label : words.buttons_label;
      const made = offered.map((one) => button("choice", one.title, () => this.press(one)));
      return [make("div", { class: "choices", role: "group", "aria-label": label }, ...made)];
    }

    updateUnread() {
      const { talk } = this;
      const unseen = talk.unseen;
      if (this.isOpen && !document.hidden && talk.loaded && unseen.length) talk.look(talk.after);
      const waiting = talk.unseen.length;
      this.badge.hidden = !waiting;
      this.badge.textContent = String(waiting);
      this.launcherNote.textContent = waiting ? `, ${sayCount("unread", waiting)}` : "";
      this.noticeInTitle(talk.unseen.some((reply) => reply.author === "consultant"));
    }

    noticeInTitle(isShown) {
      const mark = `● ${words.title_notice} – `;
      const isMarked = document.title.startsWith(mark);
      if (isShown && !isMarked) document.title = mark + document.title;
      else if (!isShown && isMarked) document.title = document.title.slice(mark.length);
    }
  }

  // ---------------------------------------------------------------- start

  const bodyReady = new Promise((resolve) => {
    if (document.body) resolve();
    else document.addEventListener("DOMContentLoaded", resolve, { once: true });
  });

  const styled = (root) =>
    new Promise((resolve) => {
      // A panel without its looks still works, so a style sheet that cannot be loaded stops nothing.
      root.append(make("link", { rel: "stylesheet", href: new URL("widget.css", base).href, onload: resolve, onerror: resolve }));
    });

  const start = async () => {
    const answer = fetch(new URL("widget.json", base), { credentials: "omit" }).then((found) => found.json());
    await bodyReady;
    if (document.querySelector(TAG)) return;
    const host = make(TAG, { lang: "pl" });
    const root = host.attachShadow({ mode: "open" });
    document.body.append(host);
    const looks = styled(root);
    words = await answer;
    await looks;
    new Panel(root);
  };

  start().catch((problem) => console.warn("okienko: the widget could not start", problem));
})();
