"""IMAPClient without the two gaps through which it loses the news of a new mail."""

from collections.abc import Sequence
from typing import Any

from imapclient import IMAPClient


class Client(IMAPClient):  # type: ignore[misc]  # IMAPClient brings no types
    """An IMAPClient that hears every EXISTS, in IDLE and outside it."""

    _unread = False

    def idle(self) -> None:
        """Begin IDLE; see RFC 2177."""
        super().idle()
        self._unread = True

    def announced(self) -> bool:
        """Whether EXISTS came with another answer since this was last asked; IMAPClient drops it unread."""
        _, data = self._imap.response("EXISTS")
        return any(item is not None for item in data)

    def _poll_socket(self, sock: Any, timeout: float | None = None) -> Sequence[Any]:
        # News that came in one piece with the server's "+ idling" lie in a buffer above the socket,
        # where waiting for the socket misses them: the first look reads the buffer without waiting.
        if self._unread:
            self._unread = False
            return [sock]
        found: Sequence[Any] = super()._poll_socket(sock, timeout)
        return found
