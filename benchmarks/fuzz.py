"""A long search for mails that the parser or the reply finder cannot bear.

Usage: `.venv/bin/python -m benchmarks.fuzz [--seconds 600] [--seed 1] [--plain]`. Where the fuzzer atheris is
installed it follows the branches of our code and of the standard library's mail parser; else, or with `--plain`, mails
of the corpus are cut, joined and damaged at random. What is found is written to `tests/mail/fuzz-*.eml`, with an empty
expectation beside it: from then on the tests want it read without failure.
"""

import argparse
import hashlib
import importlib.util
import json
import re
import sys
import time
import traceback
import unicodedata
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from random import Random
from tempfile import mkdtemp

CORPUS = Path(__file__).parents[1] / "tests" / "mail"
LONGEST = 20_000
"""Bytes of a made mail."""
SLOW = 2.0
"""Processor seconds that no mail of that size may take."""
MOST_FINDINGS = 20
NO_WIDTH = dict.fromkeys(map(ord, "\u200b\ufeff\u2060\r"))
TOKENS = [
    *(
        b"\n\n",
        b"\r",
        b"\0",
        b"\xff",
        b"=?utf-8?Q?",
        b"?=",
        b"=?iso-2022-jp?B?GyRC?=",
        b"; charset=utf-7",
        b"; charset=idna",
    ),
    *(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n", b"Content-Type: message/rfc822\n\n", b"--b--\n", b"--b\n"),
    *(
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: x-uuencode\n",
        b"\nbegin 644 a\n#0V%T\n`\nend\n",
    ),
    *(
        b"Content-Type: application/ms-tnef\n\n\x78\x9f\x3e\x22\x01\x00",
        b"filename*0*=utf-8''%",
        b"<blockquote type=cite>",
    ),
    *(
        b"<table><td rowspan=9>",
        b"<div id=divRplyFwdMsg>",
        b"<div class=gmail_quote>",
        b"<!--",
        b"&#x110000;",
        b"\n> ",
        b"\n-- \n",
    ),
    *(b"\nOn 1 Jan 2026 at 10:00, A <a@example.org> wrote:\n", b"\nFrom: a@example.org\nSent: 1\nTo: b\nSubject: c\n"),
    *(
        b"\n-----Original Message-----\n",
        b"\nSent from my iPhone\n",
        b"\nW dniu 1.1.2026 o 10:00 pisze:\n",
        b" " * 200,
    ),
    *(
        "ąęłść".encode(),
        b"\xed\xa0\x80",
        "\u202e\ue010\ue011".encode(),
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: x\n\n",
    ),
]


class Wrong(Exception):
    """A mail was read, but not as promised."""


def check(raw: bytes) -> None:
    """Parse one mail and raise when anything is not as promised."""
    from mail_ingest.parsing import as_contract, parse_mail, safe_html

    began = time.process_time()
    mail = parse_mail(raw)
    if any(defect.startswith(("not readable", "body not readable")) for defect in mail.defects):
        raise Wrong(mail.defects)
    json.dumps(as_contract("fuzz", mail), ensure_ascii=False).encode("utf-8")
    safe_html(mail.html).encode("utf-8")
    if not words(mail.reply) <= words(mail.text):
        raise Wrong("the reply holds words that the text does not")
    if any(not is_safe(file.filename) for file in mail.attachments):
        raise Wrong("a file's name holds a folder or an invisible character")
    if time.process_time() - began > SLOW:
        raise Wrong("slow")


def is_safe(name: str) -> bool:
    """Whether a file's name holds no folder and only characters that are seen."""
    unseen = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return name not in {"", ".", ".."} and not any(c in "/\\" or unicodedata.category(c) in unseen for c in name)


def words(text: str) -> set[str]:
    """Return the words of a text, without the characters of no width that the reply finder leaves out."""
    return set(re.findall(r"\w+", text.translate(NO_WIDTH)))


def mails(chance: Random, whole: list[bytes]) -> Iterator[bytes]:
    """Give mails of the corpus, damaged: cut, joined with others, with bytes changed and troublesome pieces set in."""
    while True:
        made = bytearray(chance.choice(whole))
        for _ in range(chance.randrange(1, 8)):
            place = chance.randrange(len(made) + 1)
            deed = chance.randrange(5)
            if deed == 0:
                made[place:place] = chance.choice(TOKENS) * chance.choice((1, 1, 1, 2, 50))
            elif deed == 1:
                other = chance.choice(whole)
                start = chance.randrange(len(other))
                made[place:] = other[start:]
            elif deed == 2:
                del made[place : place + chance.randrange(1, 200)]
            elif deed == 3:
                made[place:place] = made[place : place + chance.randrange(1, 400)] * chance.randrange(1, 5)
            elif made:
                made[min(place, len(made) - 1)] = chance.randrange(256)
        yield bytes(made[:LONGEST])


def keep(raw: bytes, problem: BaseException) -> Path:
    """Write a finding into the corpus and tell of it; returns its file."""
    file = CORPUS / f"fuzz-{hashlib.sha256(raw).hexdigest()[:12]}.eml"
    file.write_bytes(raw)
    file.with_suffix(".yml").write_text("{}\n", encoding="utf-8")
    last = "".join(traceback.format_exception(problem)[-3:])
    print(f"found {file.name}: {last}", flush=True)
    return file


def run_plain(seconds: float, seed: int) -> int:
    """Damage mails at random for some seconds; returns how many findings there were."""
    whole = [file.read_bytes() for file in sorted(CORPUS.glob("*.eml"))]
    end = time.monotonic() + seconds
    tried = found = 0
    for raw in mails(Random(seed), whole):
        if time.monotonic() > end or found >= MOST_FINDINGS:
            break
        tried += 1
        try:
            check(raw)
        except Exception as problem:  # whatever goes wrong is what is looked for
            keep(raw, problem)
            found += 1
    print(f"{tried} mails tried in {seconds:.0f} s, {found} findings")
    return found


def run_atheris(seconds: float, seed: int) -> None:
    """Let atheris search; it ends the process at the first finding."""
    import atheris

    with atheris.instrument_imports(include=["mail_ingest", "email"]):
        import_module("mail_ingest.parsing")

    def one(raw: bytes) -> None:
        try:
            check(raw)
        except Exception as problem:
            keep(raw, problem)
            raise

    corpus = mkdtemp()
    options = [f"-max_total_time={int(seconds)}", f"-seed={seed}", f"-max_len={LONGEST}", "-timeout=20"]
    atheris.Setup([sys.argv[0], *options, corpus, str(CORPUS)], one)
    atheris.Fuzz()


def main() -> None:
    """Read the command line and search."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--plain", action="store_true", help="do not use atheris, even where it is installed")
    given = options.parse_args()
    if given.plain or importlib.util.find_spec("atheris") is None:
        sys.exit(1 if run_plain(given.seconds, given.seed) else 0)
    run_atheris(given.seconds, given.seed)


if __name__ == "__main__":
    main()
