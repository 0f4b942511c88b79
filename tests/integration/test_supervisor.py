"""The supervisor with real processes: it restarts what dies, reports it, and leaves nothing behind."""

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from okienko.errors import PartMissing
from okienko.parts import check_ports
from okienko.settings import Settings
from okienko.supervisor import Part, Supervisor, answers
from tests.servers.ports import eventually, free_port

SERVER = """
import http.server, pathlib, os, sys
pathlib.Path(sys.argv[2]).write_text(str(os.getpid()))
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def part(tmp_path: Path) -> tuple[Part, Path]:
    port, pid_file = free_port(), tmp_path / "pid"
    command = [sys.executable, "-c", SERVER, str(port), str(pid_file)]
    return Part("server", command, answers(f"http://127.0.0.1:{port}/")), pid_file


def test_dead_part_is_started_again_and_reported_and_all_end_together(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(tmp_path / "logs", os.environ, said.append)
    server, pid_file = part(tmp_path)
    supervisor.start([server])
    supervisor.wait_ready(30)
    first = int(pid_file.read_text())
    watching = threading.Thread(target=supervisor.watch)
    watching.start()

    os.kill(first, signal.SIGKILL)
    second = eventually(lambda: (found := int(pid_file.read_text() or first)) != first and found)

    supervisor.stop()
    watching.join(30)
    supervisor.end_all()
    assert any("server ended with status -9" in line for line in said)
    assert not alive(int(second))


def test_part_that_never_gets_ready_is_named_with_its_log(tmp_path: Path) -> None:
    supervisor = Supervisor(tmp_path / "logs", os.environ, lambda line: None)
    supervisor.start([Part("mute", [sys.executable, "-c", "import time; time.sleep(60)"], lambda: False)])

    try:
        with pytest.raises(PartMissing, match=r"mute .*mute\.log"):
            supervisor.wait_ready(0.5)
    finally:
        supervisor.end_all()


def test_port_in_use_is_named_with_the_variable_that_changes_it(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = Settings(data_dir=tmp_path, web_port=taken.getsockname()[1])

        with pytest.raises(PartMissing, match="OKIENKO_WEB_PORT"):
            check_ports(settings, mail=True)
