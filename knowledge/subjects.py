"""What a question may be about: an article, another institution, or nothing that an office could answer."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from knowledge.article import Article
from knowledge.institutions import Institution


class SubjectKind(str, Enum):
    """Whose matter a subject is."""

    ARTICLE = "article"
    INSTITUTION = "institution"
    STRANGE = "strange"


class Part(str, Enum):
    """The part of a subject that a text was taken from."""

    QUESTION = "question"
    NAME = "name"
    INDIVIDUAL = "individual"
    GUIDE = "guide"
    BODY = "body"


@dataclass(frozen=True)
class Subject:
    """A subject and its texts, by the part that each was taken from."""

    key: str
    kind: SubjectKind
    texts: Mapping[Part, Sequence[str]]

    def documents(self) -> Iterator[tuple[Part, str]]:
        """Each text with its part; blank ones are left out."""
        for part, texts in self.texts.items():
            yield from ((part, text) for text in texts if text.strip())


def of_article(article: Article) -> Subject:
    """The texts by which an article is found."""
    lists = (article.steps, article.documents, article.forms, article.deadlines, article.where)
    practical = [*(line for items in lists for line in items), article.fees]
    texts = {
        Part.QUESTION: article.questions,
        Part.NAME: (article.title, *article.aliases),
        Part.INDIVIDUAL: ("\n".join(article.individual),),
        Part.GUIDE: (article.summary, "\n".join(practical)),
        Part.BODY: (article.body,),
    }
    return Subject(article.id, SubjectKind.ARTICLE, texts)


def of_institution(institution: Institution) -> Subject:
    """The texts by which another institution's matter is recognised."""
    texts = {
        Part.QUESTION: institution.questions,
        Part.NAME: (institution.name, *institution.aliases),
        Part.GUIDE: (institution.matters,),
    }
    return Subject(institution_key(institution.id), SubjectKind.INSTITUTION, texts)


def institution_key(institution_id: str) -> str:
    """The key of an institution; an article may have the same id."""
    return f"institution:{institution_id}"


def of_strange(texts: Sequence[str]) -> Subject:
    """The texts of which none is a question for an office."""
    return Subject("", SubjectKind.STRANGE, {Part.QUESTION: texts})
