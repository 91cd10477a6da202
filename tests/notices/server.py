"""A real mail server on loopback, with the moods of real ones."""

import asyncio
import email
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.serving import free_port

SILENCE_S = 0.3  # seconds: until the sender of these tests gives up on a silent server


class MailServer:
    """Keeps what it took. `mood` is what it does next."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.mood = "accepts"
        self.in_hand = 0
        self.two_at_once = asyncio.Event()
        self.on_mail: Callable[[], None] = lambda: None
        self.port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_RCPT(  # noqa: N802 - named by aiosmtpd
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        rcpt_options: list[str],
    ) -> str:
        if self.mood == "refuses":
            return f"550 5.1.1 <{address}> unknown"
        if self.mood == "greylists":
            return f"451 4.7.1 <{address}> try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.mood == "hangs":
            await asyncio.Event().wait()
        if self.mood == "waits for two":
            await self.until_two_are_in_hand()
        self.received.append(email.message_from_bytes(envelope.content or b"", policy=default))
        self.on_mail()
        if self.mood == "dies":  # it has taken the mail and cannot say so any more
            server.transport.abort()
        return "550 5.7.1 not here" if self.mood == "rejects" else "250 OK"

    async def until_two_are_in_hand(self) -> None:
        self.in_hand += 1
        if self.in_hand == 2:
            self.two_at_once.set()
        await self.two_at_once.wait()

    def mailers(self) -> dict[str, Any]:
        """Return Django's MAILERS for this server."""
        options = {"host": "127.0.0.1", "port": self.port, "timeout": SILENCE_S}
        return {"default": {"OPTIONS": options}}

    def addresses(self) -> list[str]:
        return [str(mail["To"]) for mail in self.received]
