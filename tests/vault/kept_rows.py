"""Rows that a test module makes once: each of its tests reads them anew and rolls back.

A module that says `CAST_IS_KEPT = True` keeps the cast; `AMAL_IS_KEPT = True` keeps Amal's account.
Nothing is committed: other connections do not see these rows.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings

from protect.orgs.models import User
from tests.choosing import commits_transactions
from tests.vault.cast import Cast, make_cast
from tests.vault.signing import Person, make_person

type KeptRows = dict[str, Any]

PEPPER = b"p" * 32
CHEAP = {"memory_kib": 19 * 1024, "passes": 1, "lanes": 1}
VAULT_SETTINGS = {
    "ARGON2": CHEAP,
    "PEPPERS": [PEPPER],
    "PASSWORD_HASHERS": ["protect.vault.sessions.hashers.PepperedArgon2"],
    "AUTHENTICATION_BACKENDS": ["protect.vault.sessions.authentication.VaultBackend"],
    "STAFF_URL": "https://desk.demo.example",
}
make_amal = partial(make_person, "amal")
MAKERS = {"CAST_IS_KEPT": make_cast, "AMAL_IS_KEPT": make_amal}


@pytest.fixture(scope="module")
def kept_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger that holds the keys of kept people. It is absent where none are kept."""
    return tmp_path_factory.mktemp("kept") / "ledger.jsonl"


@pytest.fixture(scope="module", autouse=True)
def kept_rows(request: pytest.FixtureRequest, kept_ledger: Path) -> Iterator[KeptRows]:
    """Make what the module keeps, in a transaction that is rolled back after its last test."""
    makers = {name: MAKERS[name] for name in MAKERS if getattr(request.module, name, False)}
    if not makers:
        yield {}
        return
    tests = [test for test in request.session.items if test.path == request.path]
    assert not any(map(commits_transactions, tests)), "a test that commits cannot roll back"
    request.getfixturevalue("django_db_setup")
    blocker: Any = request.getfixturevalue("django_db_blocker")
    with ExitStack() as stack:
        with blocker.unblock():
            stack.enter_context(transaction.atomic())
            with override_settings(**VAULT_SETTINGS, LEDGER=kept_ledger):
                made = {name: make() for name, make in makers.items()}
            connection.check_constraints()  # as a commit does
        yield made
        with blocker.unblock():
            transaction.set_rollback(True)
            stack.close()


@pytest.fixture
def own_ledger(settings: Any, tmp_path: Path, kept_ledger: Path) -> Path:
    """The ledger of one test, which begins as a copy of the kept one."""
    settings.LEDGER = tmp_path / "ledger.jsonl"
    if kept_ledger.exists():
        shutil.copy(kept_ledger, settings.LEDGER)
    return settings.LEDGER


@pytest.fixture
def cast(kept_rows: KeptRows, own_ledger: Path, db: None) -> Cast:
    """Three teams at work."""
    kept = kept_rows.get("CAST_IS_KEPT")
    return kept.as_it_stands() if kept else make_cast()


@pytest.fixture
def amal(kept_rows: KeptRows, own_ledger: Path, db: None) -> Person:
    """Somebody with an account of their own and no place yet."""
    kept = kept_rows.get("AMAL_IS_KEPT")
    return replace(kept, user=User.objects.get(pk=kept.user.pk)) if kept else make_amal()
