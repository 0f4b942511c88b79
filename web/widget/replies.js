import { make } from "./elements.js";
import { appendLine } from "./links.js";

const ORDERED = /^\s*(\d{1,2})[.)]\s+(.*)$/;
const BULLET = /^\s*[-–•]\s+(.*)$/;
const LONGEST_HEADING = 80;

/** Read lines as blocks: {tag: "p" | "ol" | "ul", lines, start}. */
const linesAsBlocks = (text) => {
  const blocks = [];
  let current = null;
  const begin = (tag, extra = {}) => blocks.push((current = { tag, lines: [], ...extra }));
  for (const line of text.split("\n")) {
    const numbered = ORDERED.exec(line);
    const bullet = BULLET.exec(line);
    if (numbered) {
      if (current?.tag !== "ol") begin("ol", { start: numbered[1] });
      current.lines.push(numbered[2]);
    } else if (bullet) {
      if (current?.tag !== "ul") begin("ul");
      current.lines.push(bullet[1]);
    } else if (!line.trim()) {
      current = null;
    } else {
      if (current?.tag !== "p") begin("p");
      current.lines.push(line.trim());
    }
  }
  return blocks;
};

/** Read a text as blocks; a short line with a colon before a list is the list's heading. */
const blocksOf = (text) => {
  const blocks = linesAsBlocks(text);
  return blocks.flatMap((block, place) => {
    const leadsToList = block.tag === "p" && /^[ou]l$/.test(blocks[place + 1]?.tag || "");
    const last = block.lines[block.lines.length - 1];
    if (!leadsToList || !last.endsWith(":") || last.length > LONGEST_HEADING) return [block];
    const rest = { ...block, lines: block.lines.slice(0, -1) };
    return [...(rest.lines.length ? [rest] : []), { tag: "h3", lines: [last.slice(0, -1)] }];
  });
};

const appendBlock = (parent, { tag, lines, start }) => {
  const made = make(tag, start && start !== "1" ? { start } : {});
  lines.forEach((line, place) => {
    if (tag === "ol" || tag === "ul") {
      const item = make("li");
      appendLine(item, line);
      made.append(item);
    } else {
      if (place) made.append(make("br"));
      appendLine(made, line);
    }
  });
  parent.append(made);
  return made;
};

/** Append a reply's text; that of an article begins with its title and ends with its source. */
export const appendText = (parent, text, isArticle) => {
  const blocks = blocksOf(text);
  blocks.forEach((block, place) => {
    const isTitle = isArticle && place === 0 && blocks.length > 1 && block.lines.length === 1 && block.tag === "p";
    const made = appendBlock(parent, isTitle ? { ...block, tag: "h3" } : block);
    if (isTitle) made.className = "title";
    else if (isArticle && place === blocks.length - 1 && made.querySelector("a")) made.className = "source";
  });
};

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "yi"]);

/** The attributes of a text in another language than the widget's own, so that it is read out and set as it should. */
export const languageOf = (lang) =>
  !lang || lang === "pl" ? {} : { lang, dir: RIGHT_TO_LEFT.has(lang.split("-")[0]) ? "rtl" : "ltr" };
