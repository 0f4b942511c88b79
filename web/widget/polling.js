import { profile, SECOND } from "./page.js";
import { request } from "./requests.js";

const TALKING = 3 * SECOND;
const IDLE = 15 * SECOND;

/** Asks for news over and over while there is no WebSocket, and posts what is on its way. */
export class Polling {
  constructor(line) {
    this.line = line;
    this.round = null;
    this.hasWorked = false;
    this.hurry = () => {};
  }

  get works() {
    return this.round !== null && this.hasWorked;
  }

  end() {
    this.round = null;
  }

  async begin() {
    if (this.round) return;
    const round = {};
    const { talk, on } = this.line;
    this.round = round;
    while (this.round === round && this.line.isNeeded) {
      await this.post();
      await this.fetchNews();
      on.changed();
      const pause = talk.withPerson || talk.outbox.length ? TALKING : IDLE;
      await new Promise((resolve) => {
        this.hurry = resolve;
        setTimeout(resolve, pause);
      });
    }
    if (this.round === round) this.round = null;
  }

  async post() {
    const { line } = this;
    const { talk, on } = line;
    for (const message of talk.outbox.filter((one) => one.state === "sending")) {
      const token = talk.token;
      if (!token) return;
      on.typing(true);
      const { text, payload, clientId } = message;
      const answer = await request("", { conversation: token, text, payload, profile, client_id: clientId });
      if (token !== talk.token) return;
      if (answer.status === 200) line.acknowledged(clientId);
      else if (answer.status >= 400 && answer.status < 500) line.refuse(clientId, answer);
      else on.typing(false);
    }
  }

  async fetchNews() {
    const { talk, on } = this.line;
    const token = talk.token;
    if (!token) {
      this.hasWorked = navigator.onLine !== false;
      return;
    }
    const answer = await request(`/${encodeURIComponent(token)}?after=${talk.after}`);
    if (token !== talk.token) return;
    this.hasWorked = answer.status === 200;
    if (answer.status === 200) on.state(answer.body);
    else if (answer.status === 404) on.lost();
  }
}
