"""Everything that editors do to articles, in one place: drafts, reviews, publications, versions."""

from knowledge.drafts import (
    OPEN,
    add_example,
    change_draft,
    change_note,
    check_base,
    discard,
    draft_of,
    is_stale,
    locked,
    mark_of,
    open_draft,
    open_drafts,
    rebase,
    take_back,
)
from knowledge.publication import publish_draft, publish_due, restore, restore_now
from knowledge.reviewing import LEAST_REASON, approve, override, return_to_author, schedule, submit
from knowledge.versions import present, present_version, presents, version, versions

__all__ = [
    "LEAST_REASON",
    "OPEN",
    "add_example",
    "approve",
    "change_draft",
    "change_note",
    "check_base",
    "discard",
    "draft_of",
    "is_stale",
    "locked",
    "mark_of",
    "open_draft",
    "open_drafts",
    "override",
    "present",
    "present_version",
    "presents",
    "publish_draft",
    "publish_due",
    "rebase",
    "restore",
    "restore_now",
    "return_to_author",
    "schedule",
    "submit",
    "take_back",
    "version",
    "versions",
]
