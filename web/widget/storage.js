/** A storage that may be forbidden or full: then nothing is remembered, and nothing breaks. */
const storage = (area) => ({
  get(key) {
    try {
      return area().getItem(`okienko.${key}`);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) area().removeItem(`okienko.${key}`);
      else area().setItem(`okienko.${key}`, value);
    } catch {
      // The conversation goes on without being remembered.
    }
  },
});

/** What every tab of the site shares, and what only this tab knows. */
export const lasting = storage(() => window.localStorage);
export const passing = storage(() => window.sessionStorage);

export const parsed = (json, otherwise) => {
  try {
    return JSON.parse(json) ?? otherwise;
  } catch {
    return otherwise;
  }
};

export const newId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
