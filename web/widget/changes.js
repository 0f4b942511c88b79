import { lasting } from "./storage.js";
import { words } from "./words.js";

/** From one conversation to another: a new one, one that another tab has chosen, or after the server lost it. */
export class Changes {
  constructor(panel) {
    this.panel = panel;
    this.talk = panel.talk;
    this.question = panel.bars.question;
  }

  askNew() {
    this.panel.sheets.close({ keepFocus: true });
    if (this.talk.isEmpty) this.panel.focusInput();
    else this.panel.bars.ask();
  }

  closeQuestion() {
    this.question.hidden = true;
    this.panel.header.menuButton.focus();
  }

  startNew() {
    // Nobody should wait in the queue for a customer who has gone.
    if (this.talk.mode === "waiting") this.panel.steps.abandon();
    this.question.hidden = true;
    this.talk.outbox = [];
    this.talk.save();
    this.talk.switchTo(null);
    this.show();
    this.panel.focusInput();
  }

  /** Show the conversation that the talk has changed to. */
  show() {
    const { panel } = this;
    panel.log.notice = "";
    panel.log.placed = undefined;
    panel.showTyping(false);
    panel.keepingFocus(() => panel.sheets.close({ keepFocus: true }));
    panel.line.restart();
    panel.update();
  }

  /**
   * The server does not know the conversation. Another tab may have a new secret for it; otherwise a new one begins,
   * with what was not sent yet. @returns whether to go on at once.
   */
  lose() {
    const { panel, talk } = this;
    if (panel.steps.doubt()) return false;
    const stored = lasting.get("conversation");
    if (stored && stored !== talk.token) {
      talk.follow(stored);
      this.show();
      return false;
    }
    talk.switchTo(null);
    for (const message of talk.outbox) message.state = message.state === "sent" ? "sending" : message.state;
    panel.log.notice = words.lost;
    panel.keepingFocus(() => panel.sheets.close({ keepFocus: true }));
    panel.update();
    return true;
  }

  otherTab({ key, newValue }) {
    const { panel, talk } = this;
    if (key === "okienko.look" || key === "okienko.size") panel.looks.apply();
    if (key === "okienko.seen") talk.seen = Number(newValue) || 0;
    if (key === "okienko.conversation" && newValue !== talk.token) {
      talk.follow(newValue);
      this.show();
    }
    panel.update();
  }
}
