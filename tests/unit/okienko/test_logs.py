"""No line of a log holds personal data, whoever writes it."""

import json
import subprocess
import sys

from okienko.logs import mask_values

PROGRAM = """
import logging, structlog
from okienko.logs import configure
configure("DEBUG", "test")
words = ["pin 4821", {"tel": "501234567"}]
structlog.get_logger("ours").info("mail anna@wp.pl", words=words, number=7, problem=ValueError("44051401359"))
logging.getLogger("uvicorn.error").debug("> TEXT frame %s", "of a WebSocket")
logging.getLogger("websockets.client").debug("> TEXT frame")
logging.getLogger("uvicorn.error").warning("from %s", "anna@wp.pl")
try:
    raise RuntimeError("konto PL61109010140000071219812874")
except RuntimeError:
    logging.getLogger("sqlalchemy").exception("failed")
"""


def test_lines_of_our_own_and_of_libraries_are_masked() -> None:
    written = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True).stderr

    lines = [json.loads(line) for line in written.splitlines()]
    assert len(lines) == 3
    assert not any(value in written for value in ("anna@", "4821", "501234567", "44051401359", "6110901014"))
    assert lines[0]["event"] == "mail [EMAIL]"
    assert lines[0]["number"] == 7
    assert "RuntimeError: konto [KONTO]" in lines[2]["exception"]


def test_what_we_write_into_each_line_stays() -> None:
    line = {"timestamp": "2026-11-20T11:00:00.123456Z", "level": "info", "event": "mail_filed", "raw_mail": 501234567}

    assert mask_values(None, "info", dict(line)) == line
