"""That a refused action left nothing: in no table of ours, and not in the ledger."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db import transaction

from protect.vault import enums
from protect.vault.integrity import key_register, ledger
from tests.refusals import refuses

PACKAGES = ("orgs", "audit", "notices", "vault")
KEY_LINES = {*enums.Owner, *key_register.RETIREMENT_KINDS.values(), key_register.RESTORED_KIND}


def everything() -> dict[str, list[dict]]:
    """Return every row that an action of the vault can write to, and the ledger."""
    found = {
        model.__name__: [_plain(row) for row in model._default_manager.order_by("pk").values()]
        for label in PACKAGES
        for model in apps.get_app_config(label).get_models()
    }
    return {**found, "ledger": list(ledger.read_lines())}


@contextmanager
def refused(error: str | type[Exception], **facts: object) -> Iterator[None]:
    """Expect a refusal after which every row of every table is as it was."""
    before = everything()
    with refuses(error) as caught:
        yield
    assert everything() == before
    for name, value in facts.items():
        assert caught.value.facts[name] == value


def spoilt(stored: bytes) -> bytes:
    """Return bytes of which the last is another one, whatever it was."""
    return bytes(stored)[:-1] + bytes([bytes(stored)[-1] ^ 1])


def then_fail(call: Callable[[], object]) -> None:
    """Do something in a transaction that a failure then rolls back."""
    with transaction.atomic():
        call()
        raise RuntimeError("the power failed")


def written() -> list[tuple[str, str, str]]:
    """Return what the ledger says is gone for good: what, id and reason of each line."""
    return [
        (line.what, line.id, line.reason)
        for line in ledger.read_lines(settings.LEDGER)
        if line.what not in KEY_LINES
    ]


def key_lines(what: str) -> list[tuple[str, str]]:
    """Return what the ledger says of keys in one kind of line: id and reason of each."""
    return [(line.id, line.reason) for line in ledger.read_lines() if line.what == what]


def _plain(row: dict) -> dict:
    return {
        name: bytes(value) if isinstance(value, memoryview) else value
        for name, value in row.items()
    }
