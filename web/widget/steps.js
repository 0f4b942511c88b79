import { reasonOf, request } from "./requests.js";
import { words } from "./words.js";

/** The steps beside the talk: confirming the identity, waiting, leaving, the transcript. Each goes over HTTP. */
export class Steps {
  constructor(talk, line, on) {
    this.talk = talk;
    this.line = line;
    this.on = on;
    this.running = 0;
  }

  path(name) {
    return `/${encodeURIComponent(this.talk.token)}/${name}`;
  }

  /** Do a step and take in the state that it leads to. @returns "" or why it failed. */
  async take(name, body = {}) {
    return (await this.ask(name, body)).problem;
  }

  /** Do a step. @returns {{problem: string, body: any}} */
  async ask(name, body) {
    if (!(await this.line.begin())) return { problem: words.failed, body: null };
    const token = this.talk.token;
    this.running += 1;
    const answer = await request(this.path(name), body);
    this.running -= 1;
    this.settleDoubt();
    if (token !== this.talk.token) return { problem: "", body: null };
    if (answer.status === 404) {
      this.on.lost();
      this.line.restart();
      return { problem: words.lost, body: null };
    }
    if (answer.status !== 200 && answer.status !== 202) return { problem: reasonOf(answer), body: null };
    this.talk.adopt(answer.body?.conversation);
    if (answer.body?.replies) this.on.state(answer.body);
    // Confirming the identity changes the secret of the conversation; the open connection knows the old one.
    if (token !== this.talk.token) this.line.restart();
    return { problem: "", body: answer.body };
  }

  /** A step may be changing the secret at the moment at which the old one is found to be unknown: judge afterwards. */
  doubt() {
    this.isDoubted = this.running > 0;
    return this.isDoubted;
  }

  settleDoubt() {
    if (!this.isDoubted || this.running > 0) return;
    this.isDoubted = false;
    this.line.restart();
  }

  /** Let a waiting conversation go without waiting for the answer: its customer begins another one. */
  abandon() {
    request(this.path("leave"), {});
  }

  /** Save the conversation as a text file. @returns "" or why it failed. */
  async download() {
    const answer = await request(this.path("transcript.txt"));
    if (answer.status !== 200 || !(answer.body instanceof Blob)) return reasonOf(answer);
    const file = URL.createObjectURL(answer.body);
    const anchor = document.createElement("a");
    anchor.href = file;
    anchor.download = `${words.transcript_file}-${new Date().toISOString().slice(0, 10)}.txt`;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(file), 60_000);
    return "";
  }
}
