/** Make an element; strings among the children become text, never markup. */
export const make = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    const isLeftOut = value === false || value === null || value === undefined;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (!isLeftOut) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
};

const ICONS = {
  counter: ["M4 20h16M6 20V11a6 6 0 0 1 12 0v9", "M9 12.5h6M9 15.5h4"],
  person: ["M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z", "M5 20a7 7 0 0 1 14 0"],
  info: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z", "M12 11v5M12 7.6v.3"],
  menu: ["M4 7h16M4 12h16M4 17h16"],
  close: ["M6 6l12 12M18 6L6 18"],
  send: ["M4 12h15M13 6l6 6-6 6"],
  check: ["M5 12.5l4.5 4.5L19 7.5"],
  down: ["M6 10l6 6 6-6"],
  back: ["M20 12H5M11 6l-6 6 6 6"],
  phone: ["M6 4h4l2 5-2.5 1.5a11 11 0 0 0 4 4L15 12l5 2v4a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2Z"],
};

export const icon = (name) => {
  const namespace = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(namespace, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  for (const line of ICONS[name]) {
    const path = document.createElementNS(namespace, "path");
    path.setAttribute("d", line);
    drawing.append(path);
  }
  return drawing;
};

export const button = (className, label, onclick, ...children) =>
  make("button", { type: "button", class: className, onclick }, ...(children.length ? children : [label]));

export const iconButton = (className, label, onclick, name) => {
  const made = button(className, label, onclick, icon(name));
  made.setAttribute("aria-label", label);
  made.title = label;
  return made;
};

/** Set a text that is read out when it changes, and only then. */
export const setText = (element, text) => {
  if (element.textContent !== text) element.textContent = text;
};

export const isVisible = (element) => element.isConnected && element.getClientRects().length > 0;

/** Mark a button as busy without disabling it: a disabled button would drop the keyboard's focus. */
export const setBusy = (element, isBusy) => element.setAttribute("aria-disabled", String(isBusy));
