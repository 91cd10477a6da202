"""The data in which the access matrix requests every address of the desk."""

import copy
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings

from protect.kernel import clock
from tests.guards.matrix import World
from tests.vault.cast import make_cast

PEPPERS = [b"p" * 32]


@pytest.fixture(scope="module")
def built_world(
    django_db_setup, django_db_blocker, tmp_path_factory
) -> Iterator[tuple[World, Path]]:
    """The world and its ledger, built once for a module in a transaction that is rolled back."""
    ledger = tmp_path_factory.mktemp("world") / "ledger.jsonl"
    with django_db_blocker.unblock(), transaction.atomic():
        with (
            override_settings(LEDGER=ledger, PEPPERS=PEPPERS),
            pytest.MonkeyPatch.context() as patch,
        ):
            patch.setattr("django.utils.timezone.now", clock.now)
            world = World(make_cast())
        yield world, ledger
        transaction.set_rollback(True)


@pytest.fixture
def world(built_world, db, settings, tmp_path, monkeypatch) -> World:
    """Return the world with accounts reloaded and a copy of its ledger; rows are rolled back."""
    built, ledger = built_world
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    settings.PEPPERS, settings.LEDGER = PEPPERS, tmp_path / "ledger.jsonl"
    if ledger.exists():
        shutil.copy(ledger, settings.LEDGER)
    copied = copy.copy(built)
    copied.cast = built.cast.as_it_stands()
    return copied
