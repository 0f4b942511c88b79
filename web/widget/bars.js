import { button, icon, make, setText } from "./elements.js";
import { say, sayCount, words } from "./words.js";

/** The bars under the header: a lost connection, where the customer stands, the question before a new conversation. */
export class Bars {
  /** `doings`: verify(), leave(), actFor(), startNew(), closeQuestion(). */
  constructor(talk, doings) {
    this.talk = talk;
    this.modeText = make("span", { role: "status" });
    this.levelText = make("span", { class: "level", hidden: true });
    this.verifyButton = button("quiet", words.verify, doings.verify);
    this.actButton = button("quiet", words.act_for_change, doings.actFor);
    this.leaveButton = button("quiet", words.leave, doings.leave);
    const ways = make("div", { class: "ways" }, this.verifyButton, this.actButton, this.leaveButton);
    this.modeBar = make("div", { class: "bar", hidden: true }, this.modeText, this.levelText, ways);
    this.offlineBar = make("div", { class: "bar offline", role: "status" });
    this.element = make("div", { class: "bars" }, this.offlineBar, this.modeBar, this.buildQuestion(doings));
  }

  buildQuestion(doings) {
    const yes = button("primary", words.new_yes, doings.startNew);
    const no = button("secondary", words.new_no, doings.closeQuestion);
    this.question = make("div", { class: "bar question", role: "group", "aria-labelledby": "question", hidden: true });
    this.question.append(make("p", { id: "question" }, words.new_question), make("div", { class: "ways" }, yes, no));
    return this.question;
  }

  ask() {
    this.question.hidden = false;
    this.question.querySelector("button").focus();
  }

  get waitingText() {
    const { position, waitMinutes } = this.talk;
    const place = position ? say("waiting", { position }) : words.waiting_unknown;
    if (waitMinutes === null) return place;
    return `${place}. ${waitMinutes < 1 ? words.wait_short : sayCount("wait_minutes", waitMinutes)}`;
  }

  get modeWords() {
    const name = this.talk.consultant;
    if (this.talk.mode === "waiting") return this.waitingText;
    if (this.talk.mode === "human") return name ? say("human_named", { name }) : words.human;
    return "";
  }

  get levelWords() {
    const { actingFor, level } = this.talk;
    return actingFor ? say("acting_for", { name: actingFor.name }) : words[level] || "";
  }

  update(isCut) {
    const { talk } = this;
    this.modeBar.hidden = !talk.withPerson && !talk.isVerified;
    setText(this.modeText, this.modeWords);
    this.levelText.hidden = !talk.isVerified;
    if (this.levelText.textContent !== this.levelWords) this.levelText.replaceChildren(icon("check"), this.levelWords);
    this.leaveButton.hidden = talk.mode !== "waiting";
    this.verifyButton.hidden = !talk.withPerson || talk.isVerified;
    this.actButton.hidden = !talk.isVerified || !talk.principals.length;
    setText(this.offlineBar, isCut ? words.offline : "");
  }
}
