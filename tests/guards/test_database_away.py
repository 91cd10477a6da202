"""Without a database every address of each zone answers, or sends 503 with Retry-After."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from protect.findhelp import access
from protect.site import zones
from tests.choosing import few_on_sqlite
from tests.guards.matrix import STAFF, addresses, browser_of
from tests.guards.test_access_table import NONE, PUBLIC
from tests.serving import free_port
from tests.vault.views.desk import words

METHODS = ("get", "post")
DESK_ADDRESSES = dict(addresses())
# Any value of the right form: no row can be read.
VALUES = {
    "country": "BE",
    "need": "gk",
    "tag": "en",
    "language": "fr",
    "phase": "pre",
    "move": "close",
    "code": "6-8",
    "name": "none.css",
}
# Pages that find help serves from its last snapshot.
WORKING = {
    name: status
    for name, (_, status) in PUBLIC.items()
    if name.startswith(("findhelp:", "api-1:")) or name in {"desk_file", "open:keeper"}
}
PERSON = {"HTTP_ACCEPT_LANGUAGE": "en", "HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={'d' * 32}"}


@pytest.fixture
def _away(starter, db, one_connection) -> Iterator[None]:
    """Point Django at a database that refuses every connection, as if its server had stopped."""
    before = connections["default"]
    nowhere = connections.create_connection("default")
    # No server listens at the port, and no folder holds the file: each database asks one of them.
    elsewhere = {"HOST": "127.0.0.1", "PORT": str(free_port()), "NAME": "/nowhere/at/all.sqlite3"}
    nowhere.settings_dict = nowhere.settings_dict | elsewhere
    connections["default"] = nowhere
    yield
    connections["default"] = before


def ask(host: str, method: str, address: str, **given: str) -> HttpResponse:
    client = Client(headers={"host": host}, raise_request_exception=False)
    return getattr(client, method)(address, **given)


def faults(response: HttpResponse) -> list[str]:
    """Return the faults of a response without a database: another 5xx, or a missing header."""
    status = response.status_code
    if status < 500:
        return []
    found = [] if status == 503 else [f"status {status}"]
    found += [] if response.headers.get("Retry-After", "").isdigit() else ["Retry-After"]
    return found + [name for name in ("Content-Security-Policy",) if name not in response.headers]


def fail_as_lost(*_: object) -> None:
    raise OperationalError("the connection is lost")


def desk_address(name: str) -> str:
    kinds = DESK_ADDRESSES[name]
    made = {
        kind: VALUES.get(kind) or (uuid4() if kind in ("pk", "partner", "file", "service") else 1)
        for kind in kinds
    }
    if "token" in kinds:
        made["token"] = "A" * 43
    return reverse(name, urlconf=STAFF, kwargs=made)


@pytest.mark.usefixtures("_away")
def test_the_fixture_refuses_every_connection():
    with pytest.raises(OperationalError):
        connections["default"].ensure_connection()


@pytest.mark.usefixtures("_away")
@pytest.mark.parametrize("name", PUBLIC)
def test_no_public_address_fails(name):
    address, status = PUBLIC[name]
    for method in METHODS:
        response = ask("127.0.0.1", method, address)
        assert faults(response) == [], method
    if name in WORKING:
        assert ask("127.0.0.1", "get", address).status_code == status


@pytest.mark.usefixtures("_away")
@pytest.mark.parametrize("name", DESK_ADDRESSES)
def test_no_address_of_the_desk_fails_with_a_session_or_without(name):
    for method in METHODS:
        for given in ({}, PERSON):
            response = ask("localhost", method, desk_address(name), **given)
            assert faults(response) == [], (method, given)


@pytest.mark.parametrize("asker", few_on_sqlite(["keeper", "supervisor"], {"keeper"}))
def test_no_page_of_the_desk_fails_when_the_database_is_lost_during_a_request(
    world, monkeypatch, asker
):
    desk = browser_of(asker, world.cast)
    desk.client.raise_request_exception = False

    monkeypatch.setattr(zones, "show_rows_of_teams", fail_as_lost)
    statuses = set()
    for name, kinds in DESK_ADDRESSES.items():
        address = reverse(name, urlconf=STAFF, kwargs=world.arguments(name, kinds))
        for method in METHODS:
            response = getattr(desk, method)(address)
            statuses.add(response.status_code)
            assert faults(response) == [], (method, address)
    assert 503 in statuses


@pytest.mark.usefixtures("_away")
@pytest.mark.parametrize(
    ("host", "address", "tag"),
    [
        ("localhost", "/account", "ar"),
        ("127.0.0.1", "/trainings/ar/", "ar"),
        ("127.0.0.1", "/trainings/fr/own/forged", "fr"),
        ("127.0.0.1", f"/issuers/{NONE}/did.json", "ar"),
    ],
)
def test_the_page_has_the_language_of_its_address_or_of_the_browser(host, address, tag):
    """Who asks is not known: that stands in the database."""
    response = ask(host, "get", address, **PERSON | {"HTTP_ACCEPT_LANGUAGE": "ar"})

    assert response.status_code == 503
    assert f'<html lang="{tag}"' in response.content.decode()


@pytest.mark.usefixtures("_away")
def test_find_help_shows_its_general_page_for_other_failures(monkeypatch):
    monkeypatch.setattr(access, "get_page", fail_as_lost)

    response = ask("127.0.0.1", "get", "/nl/zzzzzz")

    assert response.status_code == 503
    assert '<html lang="nl"' in response.content.decode()
    assert "This page is not available" not in words(response)


@pytest.mark.usefixtures("_away")
def test_other_systems_get_a_problem_document():
    response = ask("127.0.0.1", "get", "/hsds/services")

    assert (response.status_code, response.json()["code"]) == (503, "database_away")


@pytest.mark.usefixtures("_away")
def test_the_failure_is_logged_by_route_even_before_a_view(caplog):
    ask("localhost", "get", "/account", **PERSON)

    [line] = [each.getMessage() for each in caplog.records if each.name == "protect"]
    assert line.startswith("failed route=? error=OperationalError at=protect/vault/")
    assert "ddd" not in line


def test_the_page_explains_the_failure_and_the_site_recovers(world, monkeypatch):
    desk = browser_of("keeper", world.cast)
    desk.client.raise_request_exception = False

    with monkeypatch.context() as patch:
        patch.setattr(zones, "show_rows_of_teams", fail_as_lost)
        response = desk.get("/account")

    assert "This page is not available at the moment." in words(response)
    assert "database_away" in words(response)
    assert desk.get("/account").status_code == 200


@pytest.mark.usefixtures("_away")
def test_the_page_has_its_styles():
    (style,) = re.findall(
        r'href="(/assets/[^"]+\.css)"',
        ask("localhost", "get", "/account", **PERSON).content.decode(),
    )

    assert ask("localhost", "get", style).status_code == 200
