"""Shows what is known: as the plain text of an answer, and the body of an article as HTML for the public page."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml
from inscriptis import get_text
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt

from knowledge.article import Article
from knowledge.follow_ups import Aspect
from knowledge.forms import Form
from knowledge.glossary import Term
from knowledge.institutions import Institution
from knowledge.polish_dates import POLISH, date_in, polish_date
from knowledge.translations import TranslatedArticle

_BULLET = re.compile(r"^ +\* ", re.MULTILINE)
_TEMPLATES = Path(__file__).parent / "templates"
LONGEST_LIST = 5
"""An answer in a chat window shows no more items of a list; the page of the article has them all."""


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # Escaping follows the ending of a template: none in plain text, which is never put into a page as markup.
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(),
        trim_blocks=False,
    )
    environment.filters.update(polish_date=polish_date, date_in=date_in)
    return environment


def answer_text(article: Article, *, site: str = "") -> str:
    """The text a customer reads: summary, steps, the lists needed to act, date, source and link to the page.

    `site` is put before the path of the page, for a mail, where a path alone leads nowhere.
    """
    return _answer(article, POLISH, site=site, path=f"/wiedza/{article.id}", changed=article.changed)


def translated_text(told: TranslatedArticle, *, site: str = "") -> str:
    """The same in the words of a translation, with a remark when the Polish text is newer, and that it is binding."""
    return _answer(
        told.article,
        told.lang,
        site=site,
        path=told.path,
        changed=told.of_changed,
        notices=translation_notices(told),
        remarks=[translation_remark(told, site=site)],
    )


def translation_notices(told: TranslatedArticle) -> list[str]:
    """What must be said before a translation: that the Polish text is newer, when it is."""
    newer = words(told.lang)["outdated"].format(date=date_in(told.article.changed, told.lang))
    return [newer] if told.is_outdated else []


def translation_remark(told: TranslatedArticle, *, site: str = "") -> str:
    """What is said of every translation: that it is a help, and where the text is that counts."""
    return words(told.lang)["help"].format(address=f"{site}/wiedza/{told.article.id}")


@lru_cache(maxsize=8)
def words(lang: str) -> Mapping[str, str]:
    """The words around an article in a language that has translations."""
    found: Mapping[str, str] = yaml.safe_load((_TEMPLATES / "words" / f"{lang}.yaml").read_text(encoding="utf-8"))
    return found


def _answer(article: Article, lang: str, **values: object) -> str:
    shown: dict[str, object] = {"notices": [], "remarks": [], "longest_list": LONGEST_LIST, **values}
    return _rendered("answer.txt", article=article, lang=lang, words=words(lang), source=article.main_source, **shown)


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
