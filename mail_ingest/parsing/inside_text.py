"""What programs put into a plain text that is no words: uuencoded files, PGP armour."""

import binascii
import re

MOST_FILES = 50
_BEGIN = re.compile(r"begin(?:-base64)? [0-7]{3,4} (\S.{0,200})")
_UU_LINE = re.compile(r"[ -`]{1,62}")
_SIGNED, _SIGNATURE, _SIGNATURE_END = (
    "-----BEGIN PGP SIGNED MESSAGE-----",
    "-----BEGIN PGP SIGNATURE-----",
    "-----END PGP SIGNATURE-----",
)
ENCRYPTED = "-----BEGIN PGP MESSAGE-----"


def take_files(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return a text without the uuencoded files in it, and these files as names with bytes."""
    if "\nbegin " not in f"\n{text}":
        return text, []
    lines = text.split("\n")
    kept: list[str] = []
    files: list[tuple[str, bytes]] = []
    number = 0
    while number < len(lines):
        begin = _BEGIN.fullmatch(lines[number].rstrip()) if len(files) < MOST_FILES else None
        found = _file(lines, number + 1) if begin else None
        if begin is None or found is None:
            kept.append(lines[number])
            number += 1
            continue
        content, number = found
        files.append((begin[1], content))
    return "\n".join(kept), files


def _file(lines: list[str], number: int) -> tuple[bytes, int] | None:
    """Return the bytes of a file whose first line is given, and the line after its end; None when it is none."""
    pieces: list[bytes] = []
    while number < len(lines):
        line = lines[number].rstrip("\r")
        number += 1
        if line.strip() == "end":
            return (b"".join(pieces), number) if pieces else None
        if line.strip() in {"", "`"}:
            continue
        if not _UU_LINE.fullmatch(line):
            return None
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            return None
    return None


def without_armour(text: str) -> str:
    """Return a text without the lines of a clear signature (RFC 9580, section 7); the signature is not checked."""
    if _SIGNED not in text:
        return text
    kept: list[str] = []
    state = "text"
    for line in text.split("\n"):
        bare = line.strip()
        if state == "text" and bare == _SIGNED:
            state = "head"
        elif state == "head":
            state = "signed" if not bare else state
        elif bare == _SIGNATURE:
            state = "signature"
        elif bare == _SIGNATURE_END:
            state = "text"
        elif state != "signature":
            kept.append(line.removeprefix("- ") if state == "signed" else line)
    # Armour that never ends may hold the writer's words.
    return "\n".join(kept) if state == "text" else text
