"""Results of the receiving server: only its own are believed."""

import pytest

from mail_ingest.authentication import is_forged, read_authentication
from mail_ingest.parsing import parse_mail

OURS = "mx.zus.example.org"


def found(*headers: str) -> dict[str, str]:
    lines = "".join(f"Authentication-Results: {header}\n" for header in headers)
    return dict(read_authentication(parse_mail(f"{lines}From: a@example.org\n\nx\n".encode()).headers, OURS))


def test_results_of_the_own_server_are_read_with_comments_and_versions() -> None:
    spf = "spf=pass (sender (IP; is) 192.0.2.1) smtp.mailfrom=a@example.org"
    header = f"{OURS} 1; {spf};\n dkim=pass header.d=x; dmarc=fail"

    assert found(header) == {"spf": "pass", "dkim": "pass", "dmarc": "fail"}


@pytest.mark.parametrize(
    "header",
    [
        "mx.attacker.example.org; dmarc=pass",
        f"{OURS}.attacker.example.org; dmarc=pass",
        f'"{OURS}"; dmarc=pass',
        f"({OURS}); dmarc=pass",
        f"{OURS}; none",
        f'{OURS}; spf=none reason="; dmarc=pass"',
        f"{OURS}; dmarc=maybe",
        "",
        ";;;",
    ],
)
def test_headers_of_others_and_words_inside_quotations_say_nothing(header: str) -> None:
    assert "dmarc" not in found(header)


def test_header_that_came_with_the_mail_does_not_outdo_the_servers_own_above_it() -> None:
    results = found(f"{OURS}; dmarc=fail", f"{OURS}; dmarc=pass; spf=pass")

    assert results == {"spf": "pass", "dmarc": "fail"}
    assert is_forged(results)


def test_one_signature_that_holds_is_enough() -> None:
    assert found(f"{OURS}; dkim=fail; dkim=pass; dkim=neutral") == {"dkim": "pass"}


def test_without_the_servers_name_nothing_is_believed() -> None:
    headers = {"authentication-results": (f"{OURS}; dmarc=pass",)}

    assert read_authentication(headers, "") == {}


def test_endless_nonsense_is_read_in_one_pass() -> None:
    assert found(f"{OURS};" + "(" * 5_000 + "\\" * 5_000) == {}
