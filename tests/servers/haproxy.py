"""A real HAProxy with the configuration file of `deploy/`, its places filled in through the environment."""

import grp
import os
import pwd
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from okienko.places import ROOT
from tests.servers.ports import eventually, free_port, listens

PROGRAM = Path("/usr/sbin/haproxy")
CONFIG = ROOT / "deploy" / "haproxy" / "haproxy.cfg"


@dataclass(frozen=True)
class Proxy:
    """A running proxy.

    Attributes:
        port: where it takes HTTPS.
        plain: where it takes HTTP.
        certificate: whom its certificate is signed by: itself.
    """

    port: int
    plain: int
    figures: int
    certificate: Path
    socket: Path

    def says(self, command: str) -> str:
        """Return what it answers to a command of the operator."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.socket))
            line.sendall(f"{command}\n".encode())
            return b"".join(iter(lambda: line.recv(65_536), b"")).decode()

    def state(self, backend: str, server: str) -> str:
        """Return how it sees a node: UP, DOWN…"""
        for line in self.says("show stat").splitlines():
            fields = line.split(",")
            if fields[:2] == [backend, server]:
                return fields[17]
        raise LookupError(f"{backend}/{server}")


def environment(folder: Path, node_a: int, node_b: int) -> dict[str, str]:
    """Return what the configuration wants to know."""
    return {
        "PROXY_ADDRESS": f"127.0.0.1:{free_port()}",
        "PROXY_PLAIN": f"127.0.0.1:{free_port()}",
        "PROXY_FIGURES": f"127.0.0.1:{free_port()}",
        "PROXY_CERTIFICATE": str(certificate(folder)),
        "PROXY_USER": "haproxy" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name,
        "PROXY_GROUP": "haproxy" if os.geteuid() == 0 else grp.getgrgid(os.getegid()).gr_name,
        "PROXY_CONNECTIONS": "500",
        "PROXY_LOG": "stderr",
        "PROXY_SOCKET": str(folder / "admin.sock"),
        "WEB_NODE_A": f"127.0.0.1:{node_a}",
        "WEB_NODE_B": f"127.0.0.1:{node_b}",
    }


@contextmanager
def haproxy(folder: Path, node_a: int, node_b: int) -> Iterator[Proxy]:
    """Run the proxy in front of two nodes on loopback."""
    places = environment(folder, node_a, node_b)
    port, plain, figures = (
        int(places[name].rpartition(":")[2]) for name in ("PROXY_ADDRESS", "PROXY_PLAIN", "PROXY_FIGURES")
    )
    with (folder / "haproxy.log").open("wb") as log:
        # -db keeps it in the foreground, so that nothing outlives the test.
        command = [PROGRAM, "-db", "-f", CONFIG]
        server = subprocess.Popen(command, env={**os.environ, **places}, stdout=log, stderr=log)
    try:
        eventually(lambda: listens(port) or server.poll() is not None)
        assert server.poll() is None, (folder / "haproxy.log").read_text(encoding="utf-8")
        yield Proxy(port, plain, figures, Path(places["PROXY_CERTIFICATE"]), Path(places["PROXY_SOCKET"]))
    finally:
        server.terminate()
        server.wait(30)


def certificate(folder: Path) -> Path:
    """Write a certificate for 127.0.0.1 and its key into one file, as HAProxy wants them."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    file = folder / "okienko.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    return file
