"""The pages of translated articles, and the list of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from knowledge.polish_dates import POLISH
from knowledge.render import body_html, translation_notices, words
from knowledge.translations import TranslatedArticle
from web.knowledge.page_words import has_words, page_words
from web.knowledge.shelf import Shelf, shelf_of
from web.knowledge.showing import missing, show

UKRAINIAN = "uk"
"""The language that articles are translated into; its pages stand below `/wiedza/uk`."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Version:
    """The same article in another language, named in that language."""

    lang: str
    path: str
    name: str


def versions(article_id: str, languages: Sequence[str]) -> Sequence[Version]:
    """Return where an article stands in the languages named."""
    return [
        Version(lang, f"/wiedza/{article_id}" if lang == POLISH else f"/wiedza/{lang}/{article_id}", name)
        for lang in languages
        if has_words(lang)
        for name in [str(page_words(lang)["this_language"])]
    ]


@router.get(f"/wiedza/{UKRAINIAN}", response_class=HTMLResponse)
def translations(request: Request) -> HTMLResponse:
    """Show which topics there are in Ukrainian."""
    listed = shelf_of(request).translations(UKRAINIAN)
    return show(request, "translations.html", f"/wiedza/{UKRAINIAN}", lang=UKRAINIAN, topics=listed)


@router.get(f"/wiedza/{UKRAINIAN}/{{article_id}}", response_class=HTMLResponse)
def translation(request: Request, article_id: str) -> HTMLResponse:
    """Show one topic in Ukrainian."""
    shelf = shelf_of(request)
    told, original = shelf.translated(article_id, UKRAINIAN), shelf.article(article_id)
    if told is None or original is None:
        return missing(request)
    article = told.article
    polish = versions(article.id, [POLISH])
    return show(
        request,
        "article.html",
        told.path,
        lang=told.lang,
        article=article,
        changed=told.of_changed,
        body=body_html(article),
        related=_related(shelf, told),
        versions=polish,
        notices=translation_notices(told),
        remark={
            "text": words(told.lang)["help"].format(address="").strip(),
            "path": polish[0].path,
            "name": original.title,
        },
        forms=[(symbol, shelf.base.forms.by_symbol(symbol)) for symbol in article.forms],
        pin_help=None,
        events=[],
    )


def _related(shelf: Shelf, told: TranslatedArticle) -> Sequence[tuple[str, str]]:
    """The related topics that are translated too, then all others."""
    near = [one for name in told.article.related if (one := shelf.translated(name, told.lang))]
    known = {told.article.id, *(one.article.id for one in near)}
    rest = [one for one in shelf.translations(told.lang) if one.article.id not in known]
    return [(one.path, one.article.title) for one in (*near, *rest)]
