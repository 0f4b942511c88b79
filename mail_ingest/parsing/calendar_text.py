"""One readable line about a calendar invitation (RFC 5545); the file itself stays an attachment."""

from mail_ingest.datafiles import wording

SEARCHED = 20_000
LONGEST = 300
_ESCAPES = {"\\n": " ", "\\N": " ", "\\,": ",", "\\;": ";", "\\\\": "\\"}


def invitation(source: str) -> str:
    """Return what a calendar file invites to, when and where; an empty string when it tells none of it."""
    found: dict[str, str] = {}
    inside = False
    for line in _unfolded(source[:SEARCHED]):
        name, _, value = line.partition(":")
        name = name.split(";")[0].strip().upper()
        inside = inside or (name == "BEGIN" and value.strip().upper() == "VEVENT")
        if inside and name in {"SUMMARY", "DTSTART", "LOCATION"}:
            found.setdefault(name, _plain(value))
    parts = [found.get("SUMMARY", ""), _time(found.get("DTSTART", "")), found.get("LOCATION", "")]
    said = ", ".join(part for part in parts if part)
    return f"{wording('invitation')}: {said}"[:LONGEST] if said else ""


def _unfolded(source: str) -> list[str]:
    return source.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "").split("\n")


def _plain(value: str) -> str:
    for written, meant in _ESCAPES.items():
        value = value.replace(written, meant)
    return " ".join(value.split())


def _time(value: str) -> str:
    """Return 20260603T101200Z as 2026-06-03 10:12 (UTC); other forms as they are."""
    day, _, time = value.partition("T")
    if len(day) != 8 or not day.isdigit():
        return value
    clock = f" {time[:2]}:{time[2:4]}" if time[:4].isdigit() else ""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}{clock}{' (UTC)' if time.endswith('Z') else ''}"
