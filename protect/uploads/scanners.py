"""The virus scanner: clamd, asked over a socket of this machine."""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from protect.kernel.errors import SettingError
from protect.uploads.refusal_reasons import Reason, Unfit

SECONDS = 30  # for each step of the conversation
CHUNK = 64 * 1024  # bytes
LONGEST_REPLY = 4096  # bytes
SETTING = "PROTECT_SCANNER"


class Scanner(Protocol):
    def must_pass(self, content: bytes) -> None:
        """Look at a document. Errors: Unfit, infected or scanner_away; never silence."""


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
    seconds: float = SECONDS

    def must_pass(self, content: bytes) -> None:
        """Ask the daemon. Errors: Unfit, also for an unclear answer."""
        try:
            reply = self._ask(content)
        except OSError:
            raise Unfit(Reason.SCANNER_AWAY) from None
        if reply == b"stream: OK":
            return
        is_infected = reply.startswith(b"stream: ") and reply.endswith(b" FOUND")
        raise Unfit(Reason.INFECTED if is_infected else Reason.SCANNER_AWAY)

    def _ask(self, content: bytes) -> bytes:
        with self._connected() as line:
            line.sendall(b"zINSTREAM\0")
            for at in range(0, len(content), CHUNK):
                chunk = content[at : at + CHUNK]
                line.sendall(len(chunk).to_bytes(4, "big") + chunk)
            line.sendall(bytes(4))
            return _reply(line)

    def _connected(self) -> socket.socket:
        if not self.path:
            return socket.create_connection((self.host, self.port), timeout=self.seconds)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(self.seconds)
        try:
            line.connect(self.path)
        except OSError:
            line.close()
            raise
        return line


def _reply(line: socket.socket) -> bytes:
    """Return the answer up to its zero byte; nothing when it ends before that."""
    reply = b""
    while len(reply) < LONGEST_REPLY and (part := line.recv(LONGEST_REPLY)):
        reply += part
        if b"\0" in reply:
            return reply.partition(b"\0")[0]
    return b""


def scanner_of(setting: str) -> Scanner:
    """Return the scanner that PROTECT_SCANNER names.
    `none`, `clamd:/run/clamav/clamd.ctl` or `clamd:127.0.0.1:3310`. Documents go to it in clear, so
    it has to be on this machine. Errors: SettingError."""
    if setting == "none":
        return NoScanner()
    kind, _, where = setting.partition(":")
    if kind == "clamd" and where.startswith("/"):
        return Clamd(path=where)
    host, port = _loopback(where) if kind == "clamd" else ("", 0)
    if host:
        return Clamd(host=host, port=port)
    raise SettingError(
        name=SETTING,
        problem="This is not a scanner on this machine." if setting else "Missing.",
        remedy="use clamd:/run/clamav/clamd.ctl or clamd:127.0.0.1:3310, in a demo also none.",
    )


def _loopback(where: str) -> tuple[str, int]:
    """Return host and port of this machine, nothing for any other."""
    try:
        parts = urlsplit(f"//{where}")
        host, port = parts.hostname or "", parts.port
        is_here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return "", 0
    return (host, port) if is_here and port and parts.netloc == where else ("", 0)
