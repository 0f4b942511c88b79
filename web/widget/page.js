/**
 * The page that the widget is on: its script tag, the address that the tag names, and the bounds of a message.
 * Attributes of the tag: data-profile (the group of customers the page is for), data-open (open at once),
 * data-conversation (go on in this conversation, begun by the page).
 */
export const script = document.currentScript || document.querySelector('script[src*="widget.js"]');
export const base = new URL(".", script.src);
export const profile = script.dataset.profile || null;
export const begun = script.dataset.conversation || null;

export const LIMIT = 2000;
export const SECOND = 1000;
