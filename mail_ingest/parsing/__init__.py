"""Parsing of mail: pure functions from bytes to values, without a socket, a database or a clock."""

from mail_ingest.parsing.contract import as_contract
from mail_ingest.parsing.guarded import parse_within
from mail_ingest.parsing.mail import parse_mail
from mail_ingest.parsing.model import Address, AttachedFile, Bounce, Limits, ParsedMail
from mail_ingest.parsing.reply import reply_text
from mail_ingest.parsing.safe_html import safe_html

__all__ = [
    "Address",
    "AttachedFile",
    "Bounce",
    "Limits",
    "ParsedMail",
    "as_contract",
    "parse_mail",
    "parse_within",
    "reply_text",
    "safe_html",
]
