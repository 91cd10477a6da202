"""Pages to leave for, on loopback: each path is a mood of a real site."""

import datetime
import gzip
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from protect.reference.vocabulary.checks import MAX_EXIT_BYTES

PAGE = b"<!doctype html><title>Demo weather</title>"
HTML = "text/html; charset=utf-8"


MOODS: dict[str, dict[str, Any]] = {
    "fine": {},
    "other": {},
    "full": {"body": PAGE.ljust(MAX_EXIT_BYTES)},
    "heavy": {"body": PAGE.ljust(MAX_EXIT_BYTES + 1)},
    "packed": {"body": gzip.compress(b" " * (MAX_EXIT_BYTES + 1)), "encoding": "gzip"},
    "odd": {"body": b"\x1f not really", "encoding": "gzip"},
    "short": {"length": 5000},
    "picture": {"body": b"GIF89a", "kind": "image/gif"},
    "missing": {"status": 404},
    "moved": {"status": 301, "location": "/fine"},
    "circle": {"status": 302, "location": "/circle"},
    "nowhere": {"status": 302, "location": "https://[bad"},
    "astray": {"status": 302, "location": "http://demo.example/"},
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.say(**MOODS[self.path.strip("/")])

    def say(
        self,
        *,
        body: bytes = PAGE,
        status: int = 200,
        kind: str = HTML,
        encoding: str = "",
        location: str = "",
        length: int = 0,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(body)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def site(certificate: Path | None = None) -> Iterator[str]:
    """Run the pages and return where, with TLS if there is a certificate."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    if certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http{'s' if certificate else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def self_signed(folder: Path) -> Path:
    """Make a certificate for 127.0.0.1 that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Demo site")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "demo.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
