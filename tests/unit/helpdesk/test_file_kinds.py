"""What a file is by its bytes, and which are dangerous."""

import io
import zipfile

import pytest

from helpdesk.file_kinds import Danger, is_allowed, kind_of

PDF = b"%PDF-1.4\n%\xe2\xe3\n1 0 obj"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(name, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "claimed", "danger"),
    [
        (PDF, "wniosek.pdf", "application/pdf", None),
        (PDF, "wniosek.pdf", "application/octet-stream", None),
        (PNG, "skan.png", "image/png", None),
        (JPEG, "skan.jpg", "image/jpg", None),
        ("Dzień dobry".encode(), "list.txt", "text/plain", None),
        (b"a;b\n1;2\n", "dane.csv", "text/csv", None),
        ("MZ w sprawie leków".encode(), "list.txt", "text/plain", None),
        (archive("[Content_Types].xml", "word/document.xml"), "pismo.docx", DOCX, None),
        (b"MZ\x90\x00" + bytes(200), "skan.pdf", "application/pdf", Danger.PROGRAM),
        (b"\x7fELF" + bytes(60), "x", "", Danger.PROGRAM),
        (b"#!/bin/sh\nrm -r x", "list.txt", "text/plain", Danger.PROGRAM),
        (PDF, "faktura.pdf.exe", "application/pdf", Danger.PROGRAM),
        (b"WScript.Echo 1", "uwaga.vbs", "text/plain", Danger.PROGRAM),
        (archive("[Content_Types].xml", "word/vbaProject.bin"), "pismo.docx", DOCX, Danger.MACROS),
        (archive("[Content_Types].xml"), "pismo.docm", "", Danger.MACROS),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "_VBA_PROJECT".encode("utf-16-le"), "a.doc", "", Danger.MACROS),
        (b"<html><script>alert(1)</script>", "strona.html", "text/html", Danger.ACTIVE),
        (b"<!-- --><svg onload=alert(1)>", "obraz.png", "image/png", Danger.ACTIVE),
        (b"%PDF-1.4 /JavaScript (x)", "a.pdf", "application/pdf", Danger.ACTIVE),
        (PNG, "wniosek.pdf", "application/pdf", Danger.MISMATCH),
        (PDF, "skan.jpg", "image/jpeg", Danger.MISMATCH),
        (b"\x01\x02\x03\x04" * 100, "wniosek.pdf", "application/pdf", Danger.MISMATCH),
    ],
)
def test_danger_of_a_file(content: bytes, name: str, claimed: str, danger: Danger | None) -> None:
    assert kind_of(content, name, claimed).danger is danger


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x00", b"\xff" * 3, b"%PDF", b"<?xml", bytes(range(256))])
def test_no_bytes_make_it_raise(content: bytes) -> None:
    assert isinstance(kind_of(content, "a\x00.b.", "x/y/z;").found, str)


@pytest.mark.parametrize(
    ("content", "name", "allowed"),
    [
        (PDF, "ulotka.pdf", True),
        (archive("[Content_Types].xml", "word/document.xml"), "pismo.docx", True),
        (archive("a.txt"), "paczka.zip", False),
        (b"<html>", "strona.html", False),
        (PNG, "ulotka.pdf", False),
        (b"", "pusty.pdf", False),
    ],
)
def test_office_sends_only_documents_that_are_what_they_say(content: bytes, name: str, allowed: bool) -> None:
    assert is_allowed(kind_of(content, name, "")) is allowed
