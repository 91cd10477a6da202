import pytest
from django.test import Client

from protect.findhelp import addresses
from protect.reference.lookup import store


@pytest.fixture
def public(starter, db) -> Client:
    """A browser without script on the find-help site."""
    return Client(headers={"host": "127.0.0.1"})


@pytest.fixture
def code(db):
    """Return the address code of a settlement."""

    def of(name: str, country: str) -> str:
        matches = store.place_index().find(name, country=country)
        return addresses.place_spot(matches.best[0].id).code

    return of
