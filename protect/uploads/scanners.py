"""The virus scanner: clamd, reached over a socket of this machine."""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from protect.kernel.errors import SettingError
from protect.uploads.refusal_reasons import Reason, Unfit

TIMEOUT_SECONDS = 30  # for each step of the exchange with the scanner
CHUNK_BYTES = 64 * 1024  # bytes
MAX_REPLY_BYTES = 4096  # bytes
SCANNER_SETTING = "PROTECT_SCANNER"


class Scanner(Protocol):
    def must_pass(self, content: bytes) -> None:
        """Scan a document. Errors: Unfit: INFECTED, or SCANNER_AWAY for any failure to scan."""


@dataclass(frozen=True, slots=True)
class NoScanner:
    def must_pass(self, content: bytes) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Clamd:
    """ClamAV's daemon at a path (unix socket) or at a host and port of this machine.
    Source: clamd(8), INSTREAM: chunks, each after its length in four bytes, ended by a zero."""

    path: str = ""
    host: str = ""
    port: int = 0
    seconds: float = TIMEOUT_SECONDS

    def must_pass(self, content: bytes) -> None:
        """Scan a document with clamd. Errors: Unfit, also for an unclear reply."""
        try:
            reply = self._scan(content)
        except OSError:
            raise Unfit(Reason.SCANNER_AWAY) from None
        if reply == b"stream: OK":
            return
        is_infected = reply.startswith(b"stream: ") and reply.endswith(b" FOUND")
        raise Unfit(Reason.INFECTED if is_infected else Reason.SCANNER_AWAY)

    def _scan(self, content: bytes) -> bytes:
        with self._connect() as connection:
            connection.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), CHUNK_BYTES):
                chunk = content[at : at + CHUNK_BYTES]
                connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
            connection.sendall(bytes(4))
            return _read_reply(connection)

    def _connect(self) -> socket.socket:
        if not self.path:
            return socket.create_connection((self.host, self.port), timeout=self.seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self.seconds)
        try:
            connection.connect(self.path)
        except OSError:
            connection.close()
            raise
        return connection


def _read_reply(connection: socket.socket) -> bytes:
    """Return the reply up to its zero byte; b"" if it ends, or is too long, before it."""
    reply = b""
    while len(reply) < MAX_REPLY_BYTES and (part := connection.recv(MAX_REPLY_BYTES)):
        reply += part
        if b"\0" in reply:
            return reply.partition(b"\0")[0]
    return b""


def scanner_of(setting: str) -> Scanner:
    """Return the scanner that PROTECT_SCANNER names. The setting is `none`,
    `clamd:/run/clamav/clamd.ctl` or `clamd:127.0.0.1:3310`. Documents are sent unencrypted, so the
    scanner must be on this machine. Errors: SettingError."""
    if setting == "none":
        return NoScanner()
    kind, _, address = setting.partition(":")
    if kind == "clamd" and address.startswith("/"):
        return Clamd(path=address)
    host, port = _parse_loopback_address(address) if kind == "clamd" else ("", 0)
    if host:
        return Clamd(host=host, port=port)
    raise SettingError(
        name=SCANNER_SETTING,
        problem="This is not a scanner on this machine." if setting else "Missing.",
        remedy="use clamd:/run/clamav/clamd.ctl or clamd:127.0.0.1:3310, in a demo also none.",
    )


def _parse_loopback_address(address: str) -> tuple[str, int]:
    """Return host and port of an address on this machine, "" and 0 for any other."""
    try:
        parts = urlsplit(f"//{address}")
        host, port = parts.hostname or "", parts.port
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return "", 0
    return (host, port) if is_loopback and port and parts.netloc == address else ("", 0)
