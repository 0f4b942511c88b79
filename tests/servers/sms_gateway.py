"""A gateway of text messages that speaks HTTP and keeps what it is given."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "invented-token"


@dataclass
class SmsSite:
    """The messages that were delivered, by their keys, and how often anything was asked.

    Attributes:
        answer: the status with which every message is answered; 200 takes it.
        words: what is said with a refusal.
    """

    answer: int = 200
    words: str = ""
    url: str = ""
    asked: int = 0
    delivered: dict[str, tuple[str, str]] = field(default_factory=dict)

    def take(self, headers: dict[str, str], body: bytes) -> int:
        self.asked += 1
        if headers.get("authorization") != f"Bearer {TOKEN}":
            return 401
        if self.answer == 200:
            message = json.loads(body)
            self.delivered.setdefault(headers["idempotency-key"], (message["to"], message["text"]))
        return self.answer


@contextmanager
def sms_site() -> Iterator[SmsSite]:
    """Run a gateway on a free loopback port."""
    site = SmsSite()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the server's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = site.take({name.lower(): value for name, value in self.headers.items()}, body)
            words = site.words.encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", site.url)
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}/messages"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
