import { words } from "./words.js";

const ELEVEN_DIGITS = /(?:^|\D)(\d(?:[ -]?\d){10})(?!\d)/g;
const WEIGHTS = [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1];

/** Whether eleven digits are a PESEL number: its last digit is a checksum of the others, and it begins with a date. */
const isPesel = (digits) => {
  const figures = [...digits].map(Number);
  const month = Number(digits.slice(2, 4)) % 20;
  const day = Number(digits.slice(4, 6));
  const sum = figures.reduce((total, figure, place) => total + figure * WEIGHTS[place], 0);
  return sum % 10 === 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
};

/** Name what in a text should not be written into a chat, or return ""; the server masks far more than this knows. */
export const personalIn = (text) => {
  const numbers = [...text.matchAll(ELEVEN_DIGITS)].map((found) => found[1].replace(/\D/g, ""));
  if (numbers.some(isPesel)) return words.personal.pesel;
  return new RegExp(words.personal.pin_pattern, "iu").test(text) ? words.personal.pin : "";
};
