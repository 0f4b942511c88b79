"""A parsed mail as the command line prints it; the names of the fields are promised in the manual."""

from collections.abc import Sequence
from typing import Any

from mail_ingest.parsing.model import Address, AttachedFile, Bounce, ParsedMail


def as_contract(file: str, mail: ParsedMail) -> dict[str, Any]:
    """Return a mail as a value that JSON can hold; attachments come without their bytes.

    Args:
        file: the path of the mail, as it was given.
        mail: what was parsed from it.
    """
    return {
        "file": file,
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "date": mail.date.isoformat() if mail.date else None,
        "from": _addresses(mail.senders),
        "to": _addresses(mail.to),
        "cc": _addresses(mail.cc),
        "reply_to": _addresses(mail.reply_to),
        "subject": mail.subject,
        "text": mail.text,
        "reply": mail.reply,
        "lang": mail.lang,
        "auto_submitted": mail.auto_submitted,
        "bounce": mail.bounce is not None,
        "bounce_report": _report(mail.bounce) if mail.bounce else None,
        "attachments": [_file(file) for file in mail.attachments],
        "defects": list(mail.defects),
    }


def _addresses(addresses: Sequence[Address]) -> list[dict[str, str]]:
    return [{"name": address.name, "address": address.address} for address in addresses]


def _report(bounce: Bounce) -> dict[str, Any]:
    return {
        "permanent": bounce.permanent,
        "recipients": list(bounce.recipients),
        "original_ids": list(bounce.original_ids),
        "diagnostic": bounce.diagnostic,
    }


def _file(file: AttachedFile) -> dict[str, Any]:
    return {
        "filename": file.filename,
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "inline": file.inline,
    }
