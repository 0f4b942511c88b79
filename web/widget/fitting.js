import { isVisible } from "./elements.js";

export const isPhone = () => window.matchMedia("(max-width: 480px)").matches;

/** On a phone the panel covers the page, so the focus may not wander under it. */
export const keepFocusInside = (event, dialog, root) => {
  const stops = [...dialog.querySelectorAll("button, a[href], textarea, input, [tabindex='0']")].filter(isVisible);
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const here = root.activeElement;
  if (event.shiftKey && (here === first || here?.getAttribute("tabindex") === "-1")) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && here === last) {
    event.preventDefault();
    first.focus();
  }
};

/** Keep the full-screen panel above an on-screen keyboard. */
export const keepOverKeyboard = (dialog) => {
  const view = window.visualViewport;
  const fit = () => {
    dialog.setAttribute("aria-modal", String(isPhone()));
    if (!view || view.scale > 1.01) return; // Somebody magnifies the page: the panel stays as it is.
    dialog.style.height = isPhone() ? `${view.height}px` : "";
    dialog.style.top = isPhone() ? `${view.offsetTop}px` : "";
  };
  for (const change of ["resize", "scroll"]) view?.addEventListener(change, fit);
  fit();
};
