"""What an action left behind, and that a refused one left nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps

from protect.audit.models import Entry
from protect.notices.models import Outgoing
from tests.refusals import refuses


def told() -> list[tuple[str, str]]:
    """Return who got which mail, without the domain."""
    rows = Outgoing.objects.order_by("template", "to")
    return [(row.template, row.to.split("@")[0]) for row in rows]


def recorded() -> list[str]:
    """Return what was recorded, oldest first in each chain."""
    return list(Entry.objects.order_by("chain", "n").values_list("action", flat=True))


def everything() -> dict[str, list[dict]]:
    """Return every row of the packages that an action writes to."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for label in ("orgs", "audit", "notices")
        for model in apps.get_app_config(label).get_models()
    }


@contextmanager
def refused(error: str | type[Exception]) -> Iterator[None]:
    """Expect a refusal after which every row of every table is as it was."""
    before = everything()
    with refuses(error):
        yield
    assert everything() == before
