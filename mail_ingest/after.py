"""What is done with a mail in its mailbox once it was processed."""

from dataclasses import dataclass

MOVE = "move:"


@dataclass(frozen=True)
class After:
    """Flagged as seen, moved into a folder, or left as it is.

    Attributes:
        seen: whether it is flagged.
        folder: where it is moved; empty for nowhere.
    """

    seen: bool = True
    folder: str = ""


SEEN = After()


def read_after(setting: str) -> After:
    """Return what a setting means: `seen`, `leave` or `move:Folder`; raises ValueError that says so."""
    if setting == "seen":
        return SEEN
    if setting == "leave":
        return After(seen=False)
    folder = setting.removeprefix(MOVE).strip()
    if not setting.startswith(MOVE) or not folder:
        raise ValueError("takes seen, leave or move:Folder")
    return After(seen=False, folder=folder)
