"""Parsing in a process of its own, with limits of time and memory that no mail can pass."""

import multiprocessing
import pickle
import resource
import threading
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from mail_ingest.parsing.mail import parse_mail, unreadable
from mail_ingest.parsing.model import Limits, ParsedMail

MEGABYTE = 1_000_000
MEMORY = 2_000
"""Megabytes that the process may take; the largest mail of the tests takes 600."""


TOO_MUCH = "took more than it may take"
LONGEST_START = 60
"""Seconds within which the process is ready."""


class GuardedParser:
    """Parses mails in one process that is started again when a mail was too much for it; safe for threads."""

    def __init__(self, limits: Limits, memory: int = MEMORY) -> None:
        """Take the limits, of which `max_seconds` is the time of a mail, and the process's memory in megabytes."""
        self._limits = limits
        self._memory = memory
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def parse(self, raw: bytes) -> ParsedMail:
        """Return what a mail says; one that takes too long or too much gives an empty mail that says so."""
        with self._lock:
            late = threading.Event()
            try:
                pipe, process = self._started()
                # It ends the process, and so also a send or a receive that waits for it.
                alarm = threading.Timer(self._limits.max_seconds, _end, (process, late))
                alarm.start()
                try:
                    pipe.send_bytes(raw)
                    parsed: ParsedMail = pipe.recv()
                finally:
                    alarm.cancel()
            except (EOFError, OSError, pickle.UnpicklingError):
                self._stop()
                seconds = self._limits.max_seconds
                return unreadable(f"not read within {seconds:g} seconds" if late.is_set() else TOO_MUCH)
            return parsed

    def close(self) -> None:
        """End the process; the next mail starts another."""
        with self._lock:
            self._stop()

    def _started(self) -> tuple[Connection, BaseProcess]:
        if self._process is None or not self._process.is_alive() or self._pipe is None:
            self._stop()
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs, self._limits, self._memory), daemon=True)
            self._process.start()
            theirs.close()
            # Its start is no part of the mail's time.
            if not self._pipe.poll(LONGEST_START):
                raise EOFError
            self._pipe.recv_bytes()
        return self._pipe, self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def _end(process: BaseProcess, late: threading.Event) -> None:
    late.set()
    process.kill()


def parse_within(raw: bytes, limits: Limits) -> ParsedMail:
    """Return what a mail says, parsed in a process of its own where the limits name seconds, else in this one."""
    return _parser(limits).parse(raw) if limits.max_seconds else parse_mail(raw, limits)


@cache
def _parser(limits: Limits) -> GuardedParser:
    return GuardedParser(limits)


def _serve(pipe: Connection, limits: Limits, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory * MEGABYTE, memory * MEGABYTE))
    pipe.send_bytes(b"ready")
    while True:
        try:
            raw = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        pipe.send(parse_mail(raw, limits))
