"""Polish mails to an office as people write them, made from a seed: questions, greetings, encodings, files."""

import random
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import yaml

from okienko.places import ROOT

WORDS = Path(__file__).with_name("mail_words.yaml")
QUESTIONS = ROOT / "knowledge" / "questions" / "held_out"
REPLIES = 0.15
"""Share of mails that answer an earlier one of the same customer."""


def questions() -> list[str]:
    """Return the held-out questions, in a stable order."""
    found: list[str] = []
    for file in sorted(QUESTIONS.glob("*.yaml")):
        found += [str(row["q"]) for row in yaml.safe_load(file.read_text(encoding="utf-8")) if row.get("q")]
    return found


def mails(count: int, seed: int = 5) -> Iterator[bytes]:
    """Give mails; the same seed gives the same ones."""
    chance, words, asked = random.Random(seed), yaml.safe_load(WORDS.read_text(encoding="utf-8")), questions()
    sent: list[tuple[str, str, str]] = []
    for number in range(count):
        if sent and chance.random() < REPLIES:
            address, name, earlier = chance.choice(sent)
            yield _mail(chance, words, asked, number, name, address, earlier)
        else:
            name = f"{chance.choice(words['first_names'])} {chance.choice(words['last_names'])}"
            address = f"klient{number}.{seed}@example.org"
            sent.append((address, name, _message_id(number, seed)))
            yield _mail(chance, words, asked, number, name, address, "", seed)


def _message_id(number: int, seed: int) -> str:
    return f"<mail-{number}-{seed}@example.org>"


def _mail(
    chance: random.Random,
    words: Any,
    asked: list[str],
    number: int,
    name: str,
    address: str,
    earlier: str,
    seed: int = 0,
) -> bytes:
    question = chance.choice(asked)
    lines = [chance.choice(words["greetings"]), "", chance.choice(words["openings"]), "", question]
    lines += chance.sample(words["details"], chance.randint(1, 4))
    lines += ["", chance.choice(words["closings"]), name, "", *chance.choice(words["signatures"])]
    if earlier:
        lines += ["", chance.choice(words["quotations"]), *(f"> {line}" for line in words["quoted"])]
    text = "\n".join(lines)
    mail = EmailMessage()
    mail["From"], mail["To"] = f"{name} <{address}>", "cot@zus.pl"
    mail["Subject"] = ("Re: " if earlier else "") + chance.choice(words["subjects"])
    mail["Date"] = "Fri, 20 Nov 2026 12:00:00 +0100"
    mail["Message-ID"] = _message_id(number, seed or number + 1_000)
    if earlier:
        mail["In-Reply-To"] = mail["References"] = earlier
    for header in words["headers"]:
        mail[header["name"]] = header["value"]
    charset = chance.choice(["utf-8", "utf-8", "utf-8", "iso-8859-2", "cp1250"])
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    mail.set_content(text, charset=charset, cte=chance.choice(["quoted-printable", "base64"]))
    if chance.random() < 0.6:
        body = "".join(f"<p>{line or '&nbsp;'}</p>" for line in lines)
        page = f"<html><head><style>p {{margin: 0; font-family: Calibri}}</style></head><body>{body}</body></html>"
        mail.add_alternative(page, subtype="html", charset="utf-8", cte="quoted-printable")
    if chance.random() < 0.2:
        size = chance.randint(10_000, 120_000)
        mail.add_attachment(chance.randbytes(size), maintype="application", subtype="pdf", filename=words["file"])
    return mail.as_bytes()
