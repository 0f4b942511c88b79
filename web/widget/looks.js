import { lasting } from "./storage.js";

export const LOOKS = ["auto", "light", "dark", "contrast"];
export const SIZES = ["100", "125", "150", "200"];

/** The looks that a customer chose for every page of the site: light, dark, high contrast, and the size of the text. */
export class Looks {
  constructor(host) {
    this.host = host;
    this.isDark = window.matchMedia("(prefers-color-scheme: dark)");
    this.isContrast = window.matchMedia("(prefers-contrast: more)");
    for (const query of [this.isDark, this.isContrast]) query.addEventListener?.("change", () => this.apply());
    this.apply();
  }

  get look() {
    const chosen = lasting.get("look");
    return LOOKS.includes(chosen) ? chosen : "auto";
  }

  get size() {
    const chosen = lasting.get("size");
    return SIZES.includes(chosen) ? chosen : "100";
  }

  choose(name, value) {
    lasting.set(name, value);
    this.apply();
  }

  /** Write the choice onto the element that the style sheet looks at; without a choice the device's wish counts. */
  apply() {
    const wished = this.isDark.matches ? "dark" : "light";
    const automatic = this.isContrast.matches ? (this.isDark.matches ? "contrast" : "contrast-light") : wished;
    this.host.dataset.look = this.look === "auto" ? automatic : this.look;
    this.host.dataset.size = this.size;
  }
}
