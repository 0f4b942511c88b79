"""The keys that seal personal data: the operator's own, or one made on this machine for the demonstration."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from helpdesk.sealing import Sealer, new_key
from okienko.errors import BadSetting
from okienko.settings import PREFIX, Settings

FILE = "secret.key"


def build_sealer(settings: Settings) -> Sealer:
    """Return what seals with the keys of the settings, else with the key file of the data folder, made when missing.

    Raises:
        BadSetting: the key file holds no Fernet key.
    """
    try:
        return Sealer(key_texts(settings))
    except ValueError:
        file = settings.data_dir / FILE
        raise BadSetting(f"{file} holds no Fernet key; restore it, or set {PREFIX}SECRET_KEYS") from None


def key_texts(settings: Settings) -> Sequence[str]:
    """Return the keys themselves, the newest first: those of the settings, else that of the data folder."""
    return settings.secret_keys.get_secret_value().split() or _own_key(settings.data_dir / FILE).split()


def _own_key(file: Path) -> str:
    # Several processes start at once: the first one's file counts, complete before it has its name.
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    if not file.exists():
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as out:
            out.write(new_key())
        with suppress(FileExistsError):
            os.link(draft, file)
        draft.unlink()
    return file.read_text(encoding="ascii")
