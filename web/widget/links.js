import { make } from "./elements.js";
import { base } from "./page.js";
import { words } from "./words.js";

const ADDRESS = String.raw`https?:\/\/[^\s<>"„”]+|\/wiedza\/[a-z0-9-]+`;
const TELEPHONE = String.raw`(?:\+48 ?)?22[ -]?560[ -]?16[ -]?00(?!\d)|116[ -]?123(?![ -]?\d|,\d| zł)`;
const EMERGENCY = String.raw`112(?![,.]?\d| ?(?:zł|%|-)| \d)`;
/** What before a number makes it a part of a longer one, or the number of an article of law. */
const NOT_ALONE = /\d[ ,.-]?$|(?:art|ust|pkt|poz|§)\.? ?$/i;
const LABELLED = /^([^:]{3,60}): (https?:\/\/\S+|\/wiedza\/[a-z0-9-]+)$/i;

const resolved = (address) => {
  try {
    return new URL(address.replace(/^\//, ""), base);
  } catch {
    return null;
  }
};

export const link = (address, label) => {
  const { href } = resolved(address);
  const hint = make("span", { class: "for-ears" }, ` ${words.new_tab}`);
  return make("a", { href, target: "_blank", rel: "noopener" }, label, hint);
};

export const telephone = (number, label = number, className = null) =>
  make("a", { href: `tel:${number.replace(/[ -]/g, "").replace(/^22/, "+4822")}`, class: className }, label);

const siteOf = (address) => (address.startsWith("/") ? "" : resolved(address).hostname.replace(/^www\./, ""));

/** Append an address as a link; "site, address" becomes one link that is named after the site. */
const appendAddress = (parent, before, address) => {
  const site = siteOf(address);
  const isNamed = site && before.endsWith(`${site}, `);
  parent.append(isNamed ? before.slice(0, -site.length - 2) : before);
  parent.append(link(address, isNamed ? site : address.replace(/^https?:\/\/(www\.)?/, "")));
};

/** Append a line, its addresses and telephone numbers as links; 112 is one only where the line speaks of calling. */
export const appendLine = (parent, line) => {
  const labelled = LABELLED.exec(line);
  if (labelled && resolved(labelled[2])) {
    parent.append(link(labelled[2], labelled[1]));
    return;
  }
  const isOfCalls = new RegExp(words.calling, "iu").test(line);
  const pattern = [ADDRESS, TELEPHONE, ...(isOfCalls ? [EMERGENCY] : [])].join("|");
  let end = 0;
  for (const found of line.matchAll(new RegExp(pattern, "gi"))) {
    const isNumber = /^[+\d]/.test(found[0]);
    const address = isNumber ? found[0] : found[0].replace(/[.,;:!?)\]]+$/, "");
    const before = line.slice(end, found.index);
    const isPart = isNumber ? NOT_ALONE.test(before) : address.startsWith("/") && /[^\s(]$/.test(before);
    if (isPart || (!isNumber && !resolved(address))) continue;
    if (isNumber) parent.append(before, telephone(address));
    else appendAddress(parent, before, address);
    end = found.index + address.length;
  }
  parent.append(line.slice(end));
};
