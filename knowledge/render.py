"""Shows what is known: as the plain text of an answer, and the body of an article as HTML for the public page."""

import re
from functools import lru_cache
from pathlib import Path

from inscriptis import get_text
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt

from knowledge.article import Article
from knowledge.follow_ups import Aspect
from knowledge.forms import Form
from knowledge.glossary import Term
from knowledge.institutions import Institution
from knowledge.polish_dates import polish_date

_BULLET = re.compile(r"^ +\* ", re.MULTILINE)
LONGEST_LIST = 5
"""An answer in a chat window shows no more items of a list; the page of the article has them all."""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # Escaping follows the ending of a template: none in plain text, which is never put into a page as markup.
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(),
        trim_blocks=False,
    )
    environment.filters["polish_date"] = polish_date
    return environment


def answer_text(article: Article, *, site: str = "") -> str:
    """The text a customer reads: summary, steps, the lists needed to act, date, source and link to the page.

    `site` is put before the path of the page, for a mail, where a path alone leads nowhere.
    """
    return _rendered("answer.txt", article=article, source=article.main_source, site=site, longest_list=LONGEST_LIST)


def aspect_text(article: Article, aspect: Aspect, *, site: str = "") -> str:
    """The part of an article that a follow-up asks for; the whole answer when the article does not tell that part."""
    if aspect is Aspect.SUMMARY or not getattr(article, aspect.value):
        return answer_text(article, site=site)
    return _rendered("aspect.txt", article=article, aspect=aspect.value, site=site, longest_list=LONGEST_LIST)


def form_text(form: Form, article: Article | None, *, site: str = "") -> str:
    """What a form is for and where it goes, with the article that leads through its matter."""
    return _rendered("form.txt", form=form, article=article, site=site)


def term_text(term: Term, article: Article | None, *, site: str = "") -> str:
    """What a term means, with the article that tells more."""
    return _rendered("term.txt", term=term, article=article, site=site)


def redirect_text(institution: Institution) -> str:
    """Whose matter it is, what that institution does, and how to reach it."""
    return _rendered("redirect.txt", institution=institution)


def _rendered(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values).strip() + "\n"


def body_html(article: Article) -> str:
    """The body of an article as HTML; markup and scripts in the Markdown come out as visible text."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    html: str = markdown.render(article.body)
    return html


def more_text(article: Article, *, site: str = "") -> str:
    """What `answer_text` leaves out: the whole lists, the details of the page, and the legal basis."""
    details = _BULLET.sub("- ", get_text(body_html(article)).strip())
    return _rendered("more.txt", article=article, details=details, site=site)
