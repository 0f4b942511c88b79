"""The states of editorial work, of the learning loop and of trained models: closed sets and their legal moves."""

from collections.abc import Mapping
from enum import Enum

from helpdesk.errors import IllegalMove


class DraftStatus(str, Enum):
    """Where a draft of an article stands; the reviewer is never its author."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    """Reviewed; it is published at its time, or when somebody says so."""
    PUBLISHED = "published"
    DISCARDED = "discarded"


class OpenSource(str, Enum):
    """Why a customer's question is open: what went wrong with its answer."""

    UNKNOWN = "unknown"
    """The bot did not know."""
    UNHELPFUL = "unhelpful"
    """The customer said that the answer did not help."""
    HANDED_OVER = "handed_over"
    """The customer wanted a person right after an answer."""
    CORRECTED = "corrected"
    """A consultant said that the suggested article was not the right one."""


class GroupStatus(str, Enum):
    """What editors decided about a group of open questions."""

    OPEN = "open"
    EXAMPLE = "example"
    """It became an example of an article."""
    DRAFT = "draft"
    """An article was begun for it."""
    OUT_OF_SCOPE = "out_of_scope"
    ELSEWHERE = "elsewhere"
    """It is for another institution, whose entry got it as an example."""


class RunStatus(str, Enum):
    """Where a piece of background work stands: an evaluation or a training."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class RunKind(str, Enum):
    """What an evaluation was about."""

    RELEASE = "release"
    """What customers get now."""
    DRAFT = "draft"
    """What they would get with a draft."""
    MODEL = "model"
    """How a trained model tells the dialogue acts."""


DRAFT_MOVES: Mapping[DraftStatus, frozenset[DraftStatus]] = {
    DraftStatus.DRAFT: frozenset({DraftStatus.REVIEW, DraftStatus.DISCARDED}),
    # Who changes a draft in review, or an approved one, takes it back: another text needs another look.
    DraftStatus.REVIEW: frozenset({DraftStatus.DRAFT, DraftStatus.APPROVED, DraftStatus.DISCARDED}),
    DraftStatus.APPROVED: frozenset({DraftStatus.DRAFT, DraftStatus.PUBLISHED, DraftStatus.DISCARDED}),
    DraftStatus.PUBLISHED: frozenset(),
    DraftStatus.DISCARDED: frozenset(),
}


def check_draft_move(before: DraftStatus, after: DraftStatus) -> None:
    """Raise IllegalMove unless a draft may go from one status to the other."""
    if after not in DRAFT_MOVES[before]:
        raise IllegalMove(f"draft: {before.value} -> {after.value}")
