"""Mail servers as settings name them."""

import pytest

from mail_ingest.errors import BadServerUrl
from mail_ingest.server_url import MailServer, Tls, read_server_url


@pytest.mark.parametrize(
    ("url", "kind", "server"),
    [
        ("imap://u:p@h:1143/INBOX?tls=no", "imap", MailServer("h", 1143, Tls.NO, "u", "p")),
        ("imaps://u%40d:p%2Fq@h/Poczta", "imap", MailServer("h", 993, Tls.FROM_START, "u@d", "p/q", "Poczta")),
        ("imap://u:p@h", "imap", MailServer("h", 143, Tls.STARTTLS, "u", "p")),
        ("smtp://h", "smtp", MailServer("h", 25, Tls.WHEN_OFFERED)),
        ("smtps://u:p@h:4650", "smtp", MailServer("h", 4650, Tls.FROM_START, "u", "p")),
    ],
)
def test_url_names_server_user_and_encryption(url: str, kind: str, server: MailServer) -> None:
    assert read_server_url(url, kind) == server


@pytest.mark.parametrize("url", ["", "http://h", "smtp://h", "imap://", "imap://h:99999", "imap://u:tajne@h?tls=x"])
def test_bad_url_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(BadServerUrl) as refusal:
        read_server_url(url, "imap")

    assert "tajne" not in str(refusal.value)
    assert "tajne" not in repr(MailServer("h", 1, Tls.NO, "u", "tajne"))
