/** The words that customers read, all from one data file. */
export const words = {};

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

export const say = (key, values = {}) => fill(words[key], values);

const plurals = new Intl.PluralRules("pl");
const hours = new Intl.DateTimeFormat("pl-PL", { hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat("pl-PL", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** Say a number of something in the right Polish plural. */
export const sayCount = (key, n) => fill(words[key][plurals.select(n)], { n });

export const sayClock = (at) => {
  const moment = new Date(at);
  const isToday = moment.toDateString() === new Date().toDateString();
  return (isToday ? hours : days).format(moment);
};
