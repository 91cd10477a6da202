"""The world that every address of the desk is asked in."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from protect.kernel import clock
from tests.guards.matrix import World
from tests.vault.cast import make_cast


@pytest.fixture(scope="module")
def built_world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """The world, built once for a module inside one transaction that is rolled back."""
    ledger = tmp_path_factory.mktemp("world") / "ledger.jsonl"
    with (
        django_db_blocker.unblock(),
        override_settings(LEDGER=ledger, PEPPERS=[b"p" * 32]),
        pytest.MonkeyPatch.context() as patch,
        transaction.atomic(),
    ):
        patch.setattr("django.utils.timezone.now", clock.now)
        yield World(make_cast())
        transaction.set_rollback(True)


@pytest.fixture
def world(built_world: World, db: None) -> World:
    """Return the world; what a test writes into it is rolled back."""
    return built_world
