"""A line between browser and server that a test can cut: requests get through while their answers are swallowed."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

from tests.servers.ports import free_port

CHUNK = 65_536


class CutLine:
    """Forwards connections to a loopback port.

    Attributes:
        url: where it listens.
        upgrades: how many connections became WebSockets.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", free_port()))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._swallowing = False
        self._swallow_after: bytes | None = None
        self.upgrades = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def swallow_answers(self, after: str = "") -> None:
        """Let requests through and no answer back until the line is cut.

        Args:
            after: the last answer that still gets through is the next one with these words; none when empty.
        """
        self._swallow_after = after.encode() or None
        self._swallowing = not after

    def cut(self) -> None:
        """Break every connection; new ones work again."""
        self._swallowing, self._swallow_after = False, None
        with self._lock:
            broken, self._open = self._open, set()
        for one in broken:
            _close(one)

    def __enter__(self) -> Self:
        """Give the line."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType | None
    ) -> None:
        """End the line."""
        _close(self._listener)
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                _close(near)
                continue
            with self._lock:
                self._open |= {near, far}
            for source, sink, is_answer in ((near, far, False), (far, near, True)):
                threading.Thread(target=self._forward, args=(source, sink, is_answer), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                if is_answer and self._swallowing:
                    continue
                sink.sendall(data)
                self.upgrades += is_answer and data.startswith(b"HTTP/1.1 101")
                if is_answer and self._swallow_after and self._swallow_after in data:
                    self._swallowing = True
        for one in (source, sink):
            _close(one)


def _close(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
