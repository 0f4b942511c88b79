import { button, make } from "./elements.js";
import { Field, Form } from "./forms.js";
import { LIMIT } from "./page.js";
import { say, words } from "./words.js";

const MAIL_ADDRESS = /^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]{2,}$/;

const addressField = () =>
  new Field({
    id: "address", label: words.address, hint: words.address_hint,
    type: "email", autocomplete: "email", maxlength: "254",
    check: (value) => (!value ? words.address_missing : MAIL_ADDRESS.test(value) ? "" : words.address_wrong),
  });

/** The form that leaves the conversation as a message to be answered by mail. */
export const ticketForm = ({ steps, done, back }) => {
  const address = addressField();
  const text = new Field({
    id: "ticket-text", label: words.ticket_text, hint: words.ticket_text_hint,
    tag: "textarea", rows: "4", maxlength: null, autocapitalize: "sentences", spellcheck: "true",
    check: (value) => ([...value].length > LIMIT ? say("too_long", { limit: LIMIT.toLocaleString("pl-PL") }) : ""),
  });
  return new Form({
    name: "ticket",
    title: words.ticket_title,
    notes: [words.ticket_why],
    fields: [address, text],
    submitLabel: words.ticket_submit,
    back,
    submit: async () => {
      const body = { address: address.value, ...(text.value ? { text: text.value } : {}) };
      const problem = await steps.take("ticket", body);
      if (!problem) done();
      return problem;
    },
  });
};

/** The choice between a file and a mail for the transcript of the conversation. */
export const transcriptForm = ({ steps, done, announce, back }) => {
  const address = addressField();
  const download = button("secondary", words.transcript_download, () => form.run(save));
  const save = async () => {
    const problem = await steps.download();
    if (!problem) announce(words.transcript_saved);
    return problem;
  };
  const form = new Form({
    name: "transcript",
    title: words.transcript_title,
    notes: [words.transcript_why],
    before: [make("div", { class: "choices" }, download), make("h4", {}, words.transcript_mail)],
    fields: [address],
    submitLabel: words.transcript_submit,
    back,
    submit: async () => {
      const problem = await steps.take("transcript", { address: address.value });
      if (!problem) done();
      return problem;
    },
  });
  form.first = download;
  return form;
};
