"""Every address of the desk for everybody who could ask: access_matrix.toml says what they meet.

An address without a row fails. Each row has the statuses of GET and POST for ASKERS in their order;
POST sends nothing, so 422 means "may, and must fill in the form".
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from protect.kernel import clock
from tests.guards.matrix import ASKERS, STAFF, World, addresses, browser_of
from tests.vault.cast import make_cast

TABLE = tomllib.loads(Path(__file__).with_name("access_matrix.toml").read_text("utf-8"))
OPEN = {  # to people without a session
    "desk_file",
    "vault:sign_in",
    "vault:sign_out",
    "vault:forgot",
    "vault:forgot_sent",
    "vault:invited",
    "vault:reset",
    "vault:restart",
}
FIRST_STEPS = {"vault:second_factor", "vault:code_confirm", "vault:factor_new"}


@pytest.fixture
def world(db, settings, tmp_path, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", clock.now)
    settings.LEDGER = tmp_path / "ledger.jsonl"
    settings.PEPPERS = [b"p" * 32]
    return World(make_cast())


def met(world: World, asker: str) -> dict[str, dict[str, int]]:
    """Return the statuses of every address for somebody. What a request did is undone after it."""
    found: dict[str, dict[str, int]] = {}
    desk = browser_of(asker, world.cast)
    cookies = dict(desk.client.cookies)
    for name, kinds in addresses():
        address = reverse(name, urlconf=STAFF, kwargs=world.arguments(name, kinds))
        for method in ("get", "post"):
            desk.client.cookies.clear()
            desk.client.cookies.update(cookies)
            with transaction.atomic():
                status = getattr(desk, method)(address).status_code
                found.setdefault(name, {})[method] = status
                transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("asker", ASKERS)
def test_everybody_meets_what_the_table_says(world, asker):
    column = ASKERS.index(asker)

    expected = {
        name: {method: row[method][column] for method in ("get", "post")}
        for name, row in TABLE.items()
    }
    assert met(world, asker) == expected


def test_nobody_without_a_whole_session_gets_past_the_first_pages():
    for name, row in TABLE.items():
        for asker, shown in (("anonymous", OPEN), ("provisional", OPEN | FIRST_STEPS)):
            statuses = {row[method][ASKERS.index(asker)] for method in ("get", "post")}
            assert statuses <= {302, 405} or name in shown, (name, asker)


def test_what_is_about_something_of_others_is_not_there_for_them():
    """404, or 302 to the page that asks first who one is; never a page, and never 403."""
    with_key = {name for name, kinds in addresses() if "pk" in kinds}
    for name in with_key:
        row = TABLE[name]
        foreign = {row[method][ASKERS.index("foreign")] for method in ("get", "post")}
        assert foreign <= {404, 405}, name


def test_roles_without_keys_open_nothing_that_is_sealed():
    for name in (each for each in TABLE if each.startswith("vault:note")):
        for asker in ("admin", "officer", "colleague", "operator"):
            statuses = {TABLE[name][method][ASKERS.index(asker)] for method in ("get", "post")}
            assert statuses <= {403, 404, 405}, (name, asker)
