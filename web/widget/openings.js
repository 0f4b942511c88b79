import { helpSheet } from "./help.js";
import { ticketForm, transcriptForm } from "./letters.js";
import { actForForm, verificationForm } from "./verification.js";
import { words } from "./words.js";

/** What opens over the conversation: the forms, and the menu with its help. */
export class Openings {
  constructor(panel) {
    this.panel = panel;
    this.sheets = panel.sheets;
  }

  get around() {
    const { talk, steps, looks } = this.panel;
    const done = () => this.close();
    const back = () => this.sheets.close();
    return { talk, steps, looks, done, back, announce: (text) => this.panel.announce(text) };
  }

  /** Close what is open after it was done, and go on in the conversation. */
  close(notice = "") {
    const { panel } = this;
    this.sheets.close({ keepFocus: true });
    panel.update();
    panel.log.settle();
    panel.composer.hint(notice, { isGood: true });
    panel.focusInput();
  }

  verification() {
    const ends = { done: () => this.confirmed(), skipped: () => this.close(), opened: () => this.signInOpened() };
    this.sheets.open("verification", verificationForm({ ...this.around, ...ends }));
  }

  confirmed() {
    if (this.panel.talk.principals.length) this.actFor();
    else this.close();
  }

  /** The operator's own sign-in goes on in another tab, with a code that stands in the conversation. */
  signInOpened() {
    this.isSignInOpen = true;
    this.close(words.oidc_opened);
  }

  /** The identity was confirmed in another tab: a form for it has nothing to ask any more. */
  confirmedElsewhere() {
    const isAsking = this.sheets.shown === "verification" && !this.panel.steps.running;
    if (isAsking || (this.isSignInOpen && !this.sheets.isOpen)) this.confirmed();
    this.isSignInOpen = false;
  }

  actFor() {
    this.sheets.open("act-for", actForForm(this.around));
  }

  ticket() {
    this.sheets.open("ticket", ticketForm(this.around));
  }

  transcript() {
    this.sheets.open("transcript", transcriptForm({ ...this.around, done: () => this.close(words.transcript_sent) }));
  }

  /** Open the menu, or close what is open. */
  menu() {
    if (this.sheets.isOpen) {
      this.sheets.close();
      return;
    }
    const sheet = helpSheet({
      ...this.around,
      startNew: () => this.panel.changes.askNew(),
      transcript: () => this.transcript(),
      verify: () => this.verification(),
    });
    this.sheets.open("help", sheet);
  }
}
