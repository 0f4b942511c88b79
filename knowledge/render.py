"""Shows an article: as the plain text of an answer, and its body as HTML for the public page."""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markdown_it import MarkdownIt

from knowledge.article import Article
from knowledge.polish_dates import polish_date

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
    template = _environment().get_template("answer.txt")
    text = template.render(article=article, source=article.main_source, site=site, longest_list=LONGEST_LIST)
    return text.strip() + "\n"


def body_html(article: Article) -> str:
    """The body of an article as HTML; markup and scripts in the Markdown come out as visible text."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    html: str = markdown.render(article.body)
    return html
