import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from protect.directory.models import Service
from tests.directory import demo
from tests.interchange.imports.uploads import Importer
from tests.verification.nights import DirectoryStaff, make_directory_staff


@pytest.fixture(scope="module")
def demo_services(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Service]]:
    """Load the invented services once for each file. The places are stored already."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo.load()
        transaction.set_rollback(True)


@pytest.fixture
def post(client: Client, demo_services: dict[str, Service]) -> Callable[..., Any]:
    """Return a function that queries the JSON interface, by default for talking in Liège."""

    def ask(body: str | None = None, **changes: Any) -> Any:
        if body is None:
            place = {"country": "BE", "name": "Liège"}
            asked = {"needs": ["talk"], "place": place, "at": demo.TUESDAY.isoformat(), **changes}
            body = json.dumps(asked)
        return client.post(
            "/match", body, content_type="application/json", headers={"host": "127.0.0.1"}
        )

    return ask


@pytest.fixture
def staff(db: None) -> DirectoryStaff:
    """Return the directory staff of Malta, and one coordinator of another country."""
    return make_directory_staff()


@pytest.fixture
def edda(staff: DirectoryStaff) -> Importer:
    """Return an editor who imports files."""
    return Importer(staff)
