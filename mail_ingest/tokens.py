"""Tokens for signing in at a mailbox with XOAUTH2; they are short-lived, so they are read anew at each sign-in."""

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

from mail_ingest.errors import MailboxRefused

Token = Callable[[], str]
"""Gives the access token of this moment; raises MailboxRefused when there is none."""

FILE, COMMAND = "file:", "command:"
WITHIN = 30.0
"""Seconds that a command may take."""


def token_source(setting: str) -> Token | None:
    """Return what gives the token, or None for an empty setting: then the password counts.

    Args:
        setting: `file:/path` and `command:program arguments` are read at each sign-in; anything else is the token.
    """
    if not setting:
        return None
    if setting.startswith(FILE):
        return lambda: _from_file(Path(setting.removeprefix(FILE)))
    if setting.startswith(COMMAND):
        return lambda: _from_command(shlex.split(setting.removeprefix(COMMAND)))
    return lambda: setting


def _from_file(file: Path) -> str:
    try:
        return _checked(file.read_text(encoding="ascii"))
    except (OSError, UnicodeError) as problem:
        raise MailboxRefused(f"the token's file cannot be read: {type(problem).__name__}") from None


def _from_command(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN, check=True)
    except (OSError, ValueError, subprocess.SubprocessError) as problem:
        # What the command printed may hold the token or a secret.
        raise MailboxRefused(f"the token's command failed: {type(problem).__name__}") from None
    return _checked(done.stdout)


def _checked(text: str) -> str:
    token = text.strip()
    if not token or len(token.split()) != 1:
        raise MailboxRefused("the source of the token gives none")
    return token
