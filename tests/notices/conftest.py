"""A mail server that really listens, and mail that waits."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from protect.kernel import clock
from protect.notices import actions
from protect.notices.models import Outgoing
from tests.notices.server import MailServer

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
LINK = "https://desk.example.org/r/k4v7"


@pytest.fixture(autouse=True)
def stopped_clock() -> Iterator[None]:
    with clock.frozen(AT):
        yield


@pytest.fixture
def listening() -> Iterator[MailServer]:
    server = MailServer()
    server.controller.start()
    yield server
    server.controller.stop()


@pytest.fixture
def server(listening: MailServer, settings) -> MailServer:
    """The mail server, and settings that name it."""
    settings.MAILERS = listening.mailers()
    settings.DEFAULT_FROM_EMAIL = "tool@desk.example.org"
    return listening


@pytest.fixture
def post(db) -> Callable[..., Outgoing]:
    def post(to: str = "amal@example.org", **changes) -> Outgoing:
        asked = {"template": "password_reset", "language": "en", "link": LINK, "at": AT}
        return actions.post_mail(to=to, **(asked | changes))

    return post
