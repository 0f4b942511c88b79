"""What the receiving server found of the sender: SPF, DKIM and DMARC, from its own Authentication-Results (RFC 8601).

Anybody may write such a header into a mail. Only those of the server that the operator names are read, and of each
method the topmost one: the server puts its own above whatever came with the mail.
"""

from collections.abc import Iterator, Mapping, Sequence

METHODS = ("spf", "dkim", "dmarc")
RESULTS = frozenset(
    {"none", "pass", "fail", "softfail", "policy", "neutral", "temperror", "permerror", "bestguesspass", "quarantine"}
)
LONGEST = 10_000
"""Characters of a header that are read."""

Authentication = Mapping[str, str]
"""Results by method; a method that was not tried is missing."""


def read_authentication(headers: Mapping[str, Sequence[str]], server: str) -> Authentication:
    """Return what the named server found.

    Args:
        headers: the mail's headers by lower-case name, in the order of the mail.
        server: the server's authserv-id; empty when none is to be believed.
    """
    found: dict[str, str] = {}
    for value in headers.get("authentication-results", ()) if server else ():
        parts = _uncommented(value[:LONGEST]).split(";")
        if _authserv_id(parts[0]) == server.lower():
            for method, result in _results(parts[1:]).items():
                found.setdefault(method, result)
    return {method: found[method] for method in METHODS if method in found}


def is_forged(authentication: Authentication) -> bool:
    """Return whether the sender's domain says that the mail is not its own (DMARC)."""
    return authentication.get("dmarc") in {"fail", "quarantine"}


def _authserv_id(part: str) -> str:
    # A version number may follow the name.
    return part.split()[0].lower() if part.split() else ""


def _results(parts: Sequence[str]) -> dict[str, str]:
    """Return the results of one header; of several signatures (DKIM) one that holds is enough."""
    found: dict[str, str] = {}
    for method, result in _named(parts):
        if found.get(method) != "pass":
            found[method] = result
    return found


def _named(parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    for part in parts:
        method, _, rest = part.strip().partition("=")
        name = method.partition("/")[0].strip().lower()
        words = rest.split()
        result = words[0].lower() if words else ""
        if name in METHODS and result in RESULTS:
            yield name, result


def _uncommented(value: str) -> str:
    """Return a header without its comments, which may stand in one another, and without quoted strings."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for char in value:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif quoted:
            continue
        elif char == "(":
            depth += 1
        elif char == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            kept.append(char)
    return "".join(kept)
