import { make } from "./elements.js";
import { sayCount, words } from "./words.js";

/** What has not been looked at yet: the number on the launcher, and a word in the page's title when a person wrote. */
export class Unread {
  constructor(talk) {
    this.talk = talk;
    this.badge = make("span", { class: "badge", "aria-hidden": "true", hidden: true });
    this.note = make("span", { class: "for-ears" });
    this.elements = [this.badge, this.note];
  }

  update({ isShown }) {
    const { talk } = this;
    if (isShown && talk.unseen.length) talk.look(talk.after);
    const count = talk.unseen.length;
    this.badge.hidden = !count;
    this.badge.textContent = String(count);
    this.note.textContent = count ? `, ${sayCount("unread", count)}` : "";
    this.inTitle(talk.unseen.some((reply) => reply.author === "consultant"));
  }

  inTitle(isShown) {
    const mark = `● ${words.title_notice} – `;
    const isMarked = document.title.startsWith(mark);
    if (isShown && !isMarked) document.title = mark + document.title;
    else if (!isShown && isMarked) document.title = document.title.slice(mark.length);
  }
}
