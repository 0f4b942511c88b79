"""Letters to customers: composing one gives a value; sending it is the outbox's work."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from helpdesk import moments
from helpdesk.letter_html import as_html

LONGEST_SUBJECT = 500
FALLBACK_LANGUAGE = "en"
"""Of letters to those whose language we have no letter in."""


@dataclass(frozen=True)
class Letter:
    """A letter ready to be sent; the subject is one line, and `html` says the same as `body`, or is empty."""

    subject: str
    body: str
    html: str = ""


def render(name: str, **context: object) -> Letter:
    """Compose a letter from its folder `templates/mail/<name>/`.

    Args:
        name: `acknowledgement` (number, subject), `answer` (number, subject, text, consultant, and
            `helpful` and `unhelpful`, the links by which it is rated, where it asks for that), `answer_waits` (number,
            link, expires), `language` (number,
            subject, lang, and `article` for what is known in that language), `feedback` (number, kind, title, law,
            answer_by), one of an e-visit (`helpdesk.visit_letters`), or one that answers a mail by itself
            (`mail_ingest.answering`).
        context: what the templates name.

    Raises:
        jinja2.TemplateNotFound: when there is no such letter.
        jinja2.UndefinedError: when the context lacks something that the letter names.
    """
    templates = _environment()
    given: dict[str, object] = {**context, "language": letter_language(str(context.get("lang", "")))}
    subject = " ".join(templates.get_template(f"{name}/subject.txt").render(given).split())
    body = templates.get_template(f"{name}/body.txt").render(given).strip()
    page = f"{name}/body.html"
    html = templates.get_template(page).render({**given, "heading": subject}) if page in _pages() else ""
    return Letter(subject[:LONGEST_SUBJECT], f"{body}\n", html)


def letter_language(lang: str) -> str:
    """Return the language of the short letter for those who wrote in `lang`."""
    known = (files("helpdesk") / "templates" / "mail" / "language" / f"{lang}.txt") if lang.isalpha() else None
    return lang if known is not None and known.is_file() else FALLBACK_LANGUAGE


@cache
def _pages() -> frozenset[str]:
    return frozenset(_environment().list_templates(extensions=["html"]))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("helpdesk", "templates/mail"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(),  # plain text is not escaped: that would put &quot; into it
        trim_blocks=True,
        lstrip_blocks=True,
    )
    moments.add_filters(environment)
    environment.filters["as_html"] = as_html
    return environment
