"""DKIM signatures (RFC 6376) on our mail, by which receivers see that it is the office's and was not changed."""

from collections.abc import Callable
from pathlib import Path

import dkim

from mail_ingest.errors import BadDkimKey

Signer = Callable[[bytes], bytes]
"""Returns a mail with what it adds in front."""

RELAXED = (b"relaxed", b"relaxed")
"""Relays may fold headers anew and take blanks from the ends of lines without breaking the signature."""


def unsigned(content: bytes) -> bytes:
    """Leave a mail as it is; where the relay signs, or nobody does."""
    return content


def dkim_signer(key_file: Path, *, selector: str, domain: str) -> Signer:
    """Return what signs mails.

    Args:
        key_file: the RSA private key in PEM form.
        selector: names the public key in the DNS: `<selector>._domainkey.<domain>`.
        domain: that of the office's address.

    Raises:
        BadDkimKey: the file cannot be read or holds no such key; so a missing signature is noticed at start.
    """
    try:
        key = key_file.read_bytes()
        signer = _signer(key, selector.encode("ascii"), domain.encode("idna"))
        signer(b"From: a@example.org\r\n\r\nx\r\n")
    except OSError as problem:
        raise BadDkimKey(f"the DKIM key cannot be read: {problem.strerror}") from None
    except (dkim.DKIMException, UnicodeError, ValueError) as problem:
        raise BadDkimKey(f"no usable DKIM key: {type(problem).__name__}") from None
    return signer


def _signer(key: bytes, selector: bytes, domain: bytes) -> Signer:
    def sign(content: bytes) -> bytes:
        signature: bytes = dkim.sign(content, selector, domain, key, canonicalize=RELAXED)
        return signature + content

    return sign
