"""Browsers at the real desk, each at a moment that a test chooses."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from protect.kernel import clock
from protect.vault.enums import SessionEvent
from protect.vault.sessions import browser_sessions
from protect.vault.sessions.browser_sessions import BrowserSession
from protect.vault.sign_in.cookies import SESSION_KEY, UNLOCK_COOKIE
from tests.vault import cast
from tests.vault.signing import AT, Person

HOST = "localhost"
TAGS = re.compile(r"<[^>]+>")


@dataclass
class Desk:
    """One browser. `at` moves on when a test says so; `entry` is what `let_in` has opened."""

    at: datetime = AT
    client: Client = field(default_factory=lambda: Client(headers={"host": HOST}))
    entry: BrowserSession | None = None

    def get(self, address: str, **headers: str) -> HttpResponse:
        with clock.frozen(self.at):
            return self.client.get(address, headers=headers)

    def post(self, address: str, *, from_: str = "127.0.0.1", **fields: Any) -> HttpResponse:
        """Send a form, from an address of the network."""
        with clock.frozen(self.at):
            return self.client.post(address, fields, REMOTE_ADDR=from_)

    def sign_in(self, person: Person) -> "Desk":
        """Sign somebody in with passphrase and app; a code works once in its half minute."""
        self.post("/sign-in", email=person.user.email, password=person.password)
        answer = self.post("/sign-in/second-factor", totp=person.totp(self.at))
        assert answer.headers.get("Location") == "/", words(answer)
        return self

    def let_in(self, person: cast.Person, *, stepped_up: bool = True) -> "Desk":
        """Open a session for somebody of the cast, whose secret we know, without a passphrase."""
        entry = self._provisional(person)
        opened = browser_sessions.unlock_with_new_token(
            entry, person.secret, SessionEvent.PASS, at=self.at
        )
        if stepped_up:
            browser_sessions.record_identity_proof(opened, at=self.at)
        with clock.frozen(self.at):
            self.client.force_login(person.user)
        self._carry(opened)
        self.entry = opened
        return self

    def begin(self, person: cast.Person) -> "Desk":
        """Let somebody come as far as the second factor."""
        self._carry(self._provisional(person))
        return self

    def _provisional(self, person: cast.Person) -> BrowserSession:
        return browser_sessions.begin_session(
            person.user, person.version, person.secret, at=self.at
        )

    def _carry(self, entry: BrowserSession) -> None:
        """Put the two cookies of a session into the browser."""
        with clock.frozen(self.at):
            session = self.client.session
            session[SESSION_KEY] = str(entry.session.pk)
            session.save()
        assert entry.token
        self.client.cookies[UNLOCK_COOKIE] = entry.token.text()


def words(response: HttpResponse) -> str:
    """Return what a page says, without its tags."""
    return " ".join(TAGS.sub(" ", response.content.decode()).split())


def led_to(response: HttpResponse) -> str:
    """Return where a page sends somebody, without what stands behind the question mark."""
    return response.headers.get("Location", "").partition("?")[0]
