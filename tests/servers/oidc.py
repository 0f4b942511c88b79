"""A real OpenID provider in a process of its own, on loopback; anybody can sign in there as anybody."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from tests.servers.ports import eventually, free_port


@contextmanager
def provider() -> Iterator[str]:
    """Run the provider; gives its issuer."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--host", "127.0.0.1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    issuer = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _answers(issuer))
        yield issuer
    finally:
        process.terminate()
        process.wait(20)


def _answers(issuer: str) -> bool:
    try:
        url = f"{issuer}/.well-known/openid-configuration"
        return httpx2.get(url, trust_env=False, timeout=5).json()["issuer"] == issuer
    except (httpx2.HTTPError, ValueError):
        return False
