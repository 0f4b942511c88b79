import { button } from "./elements.js";
import { Field, Form, radios } from "./forms.js";
import { say, words } from "./words.js";

const required = (message) => (value) => (value ? "" : message);

/** The form for PUE identifier and PIN, and the other ways: the operator's own sign-in, or a person without either. */
export const verificationForm = ({ talk, steps, done, skipped, opened, back }) => {
  const pue = new Field({ id: "pue", label: words.pue_id, type: "text", check: required(words.pue_missing) });
  const pin = new Field({
    id: "pin", label: words.pin, hint: words.pin_hint,
    type: "password", inputmode: "numeric", check: required(words.pin_missing),
  });
  const others = [];
  const form = new Form({
    name: "verification",
    title: words.verify_title,
    notes: [words.verify_why],
    safe: words.verify_safe,
    fields: [pue, pin],
    submitLabel: words.verify_submit,
    others,
    back,
    submit: async () => {
      const body = { pue_id: pue.value, pin: pin.value };
      pin.input.value = "";
      const problem = await steps.take("verify", body);
      if (problem) pin.input.focus();
      else done();
      return problem;
    },
  });
  if (talk.oidc) {
    const title = say("oidc", { name: talk.oidc });
    others.push(button("secondary", title, () => form.run(() => signIn(steps, opened))));
  }
  if (!talk.withPerson) others.push(button("secondary", words.verify_skip, () => form.run(() => skip(steps, skipped))));
  form.submitButton.after(...others);
  return form;
};

const skip = async (steps, skipped) => {
  const problem = await steps.take("person");
  if (!problem) skipped();
  return problem;
};

/**
 * Open the operator's sign-in in a tab of its own. The tab is opened at once, while the press of the button still
 * allows it. The gateway says a code in the conversation that the tab asks for, and tells when the identity is
 * confirmed.
 */
const signIn = async (steps, opened) => {
  const tab = window.open("", "_blank");
  const { problem, body } = await steps.ask("oidc", {});
  const url = /^https?:\/\//.test(body?.url || "") ? body.url : "";
  if (!url || !tab) {
    tab?.close();
    return problem || (url ? words.oidc_blocked : words.failed);
  }
  tab.opener = null;
  tab.location = url;
  opened();
  return "";
};

/** The choice of the one on whose behalf a verified customer writes: themselves, or who gave them a mandate. */
export const actForForm = ({ talk, steps, done, back }) => {
  const options = [{ value: "", title: words.act_for_self }];
  options.push(...talk.principals.map(({ id, name }) => ({ value: String(id), title: name })));
  const chosen = String(talk.actingFor?.id ?? "");
  const choice = radios({ name: "principal", legend: words.act_for_legend, options, chosen });
  return new Form({
    name: "act-for",
    title: words.act_for_title,
    before: [choice.element],
    submitLabel: words.act_for_submit,
    back,
    submit: async () => {
      const principal = talk.principals.find(({ id }) => String(id) === choice.value);
      const problem = await steps.take("act-for", { principal: principal?.id ?? null });
      if (!problem) done();
      return problem;
    },
  });
};
