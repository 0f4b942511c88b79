"""Sealing: personal data that must be kept is encrypted before it reaches the database, and opened when it is read."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from helpdesk.errors import SealBroken


class Sealer:
    """Seals and opens texts with the operator's Fernet keys.

    Args:
        keys: Fernet keys (32 bytes, URL-safe base64), the newest first: it seals, all of them open.

    Raises:
        ValueError: a key is none, or there is no key.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one key is needed")
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def __repr__(self) -> str:
        return "Sealer(…)"

    def seal(self, text: str) -> str:
        """Return the text encrypted and authenticated; twice the same text gives two different seals."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the sealed text; raises SealBroken when it was sealed with an unknown key, or changed."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise SealBroken from None


def new_key() -> str:
    """Return a fresh Fernet key."""
    return Fernet.generate_key().decode()
