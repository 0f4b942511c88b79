"""Sealing: personal data that must be kept is encrypted before it reaches the database, and opened when it is read."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from helpdesk.errors import SealBroken

MOST_KEYS = 3
"""Keys that are tried when a value is looked for; more than one is needed only until `rotate` has run."""
_PURPOSE = b"okienko: values that are looked up by equality"
_SIGNING = b"okienko: signatures"


class Sealer:
    """Seals and opens personal data with the operator's Fernet keys.

    Args:
        keys: Fernet keys (32 bytes, URL-safe base64), the newest first: it seals, all of them open.
            At most `MOST_KEYS`.

    Raises:
        ValueError: a key is none, there is no key, or there are too many.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not 0 < len(keys) <= MOST_KEYS:
            raise ValueError(f"one to {MOST_KEYS} keys are needed")
        each = [Fernet(key) for key in keys]
        self._newest, self._fernet = each[0], MultiFernet(each)
        self._lookups = [_lookup_cipher(key) for key in keys]
        self._signing = [_derived(key, _SIGNING, 32) for key in keys]

    def __repr__(self) -> str:
        return "Sealer(…)"

    def seal(self, text: str) -> str:
        """Return the text encrypted and authenticated; twice the same text gives two different seals."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the sealed text; raises SealBroken when it was sealed with an unknown key, or changed."""
        return _opened(self._fernet, sealed.encode()).decode()

    def seal_bytes(self, content: bytes) -> bytes:
        """Return bytes encrypted and authenticated, 57 to 72 bytes longer than they were."""
        # A token's base64 would be a third longer, which counts for mails and attachments.
        return base64.urlsafe_b64decode(self._fernet.encrypt(content))

    def open_bytes(self, sealed: bytes) -> bytes:
        """Return the sealed bytes; raises SealBroken."""
        return _opened(self._fernet, base64.urlsafe_b64encode(sealed))

    def seal_for_lookup(self, text: str, key: int = 0) -> str:
        """Return the text sealed so that the same text always gives the same seal (AES-SIV, RFC 5297).

        Who sees the database learns which rows hold equal values, and nothing else of them.

        Args:
            text: what is sealed.
            key: the how-manieth of the keys, 0 for the newest; the newest too where there is none.
        """
        cipher = self._lookups[key if key < len(self._lookups) else 0]
        # AES-SIV refuses an empty text, and an empty address hides nothing.
        return base64.urlsafe_b64encode(cipher.encrypt(text.encode(), None)).decode() if text else ""

    def open_lookup(self, sealed: str) -> str:
        """Return a text that was sealed for look-ups; raises SealBroken."""
        if not sealed:
            return ""
        for cipher in self._lookups:
            try:
                return cipher.decrypt(base64.urlsafe_b64decode(sealed), None).decode()
            except (InvalidTag, ValueError):
                continue
        raise SealBroken

    def signatures(self, text: str) -> Sequence[bytes]:
        """Return the signatures of a text (HMAC-SHA256) under each key, the newest first; they hide nothing of it."""
        return [hmac.digest(key, text.encode(), hashlib.sha256) for key in self._signing]

    def renew(self, sealed: str) -> str:
        """Return a seal made with the newest key: the same one when it is already so; raises SealBroken."""
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return self.seal(self.open(sealed))
        return sealed

    def renew_bytes(self, sealed: bytes) -> bytes:
        """Do likewise with sealed bytes."""
        try:
            self._newest.decrypt(base64.urlsafe_b64encode(sealed))
        except InvalidToken:
            return self.seal_bytes(self.open_bytes(sealed))
        return sealed

    def renew_lookup(self, sealed: str) -> str:
        """Do likewise with a text that was sealed for look-ups."""
        return self.seal_for_lookup(self.open_lookup(sealed))


def new_key() -> str:
    """Return a fresh Fernet key."""
    return Fernet.generate_key().decode()


def _opened(fernet: MultiFernet, token: bytes) -> bytes:
    try:
        return fernet.decrypt(token)
    except InvalidToken:
        raise SealBroken from None


def _lookup_cipher(key: str) -> AESSIV:
    return AESSIV(_derived(key, _PURPOSE, 64))


def _derived(key: str, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length=length, salt=None, info=purpose).derive(base64.urlsafe_b64decode(key))
