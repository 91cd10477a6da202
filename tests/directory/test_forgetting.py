"""Nothing of where a protected service is stays: each row that could hold it is planted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models

from protect.directory.actions import protect_address
from protect.directory.actions.editing import facts_of
from protect.directory.actions.texts import digest_of
from protect.directory.enums import Fact, ImportKind, Reporter, RowState
from protect.directory.models import (
    CallTest,
    Correction,
    DuplicatePair,
    ImportRow,
    ImportRun,
    Location,
    QueueItem,
    ServiceText,
)
from protect.reference.models import Area
from tests.directory.keeping import LATER, NOW, NUMBER, checked, entry, locate, make_keepers

STREET, POSTCODE = "Demo Hidden Street 77", "VLT 7777"
TOLD = f"Ring at {STREET}, then wait"
SPOT = (35.123456, 14.654321)
LINK = "https://maps.app.goo.gl/DemoHidden77"


@pytest.fixture
def keepers(db):
    return make_keepers()


@pytest.fixture
def service(keepers):
    found = entry(
        name="Demo Haven",
        description=TOLD,
        how_to_access=f"See {LINK}",
        desk_notes=f"It is {POSTCODE}",
        source_digest="a" * 64,
    )
    locate(found, STREET, postal_code=POSTCODE, latitude=SPOT[0], longitude=SPOT[1])
    return found


def plant_text(service, keepers):
    ServiceText.objects.create(
        service=service,
        field="description",
        language_id="fr",
        text=f"Sonnez : {STREET}",
        source_digest=digest_of(service.description),
        by=keepers.edda.user,
        at=NOW,
    )


def plant_queue(service, keepers):
    QueueItem.objects.create(
        service=service, country_id="MT", reasons=["due"], note=TOLD, opened_at=NOW
    )


def plant_call(service, keepers):
    CallTest.objects.create(
        service=service, numbers=[NUMBER], heard=TOLD, by=keepers.vito.user, at=NOW
    )


def plant_correction(service, keepers):
    Correction.objects.create(
        service=service,
        country_id="MT",
        reporter=Reporter.PROVIDER,
        facts=["address"],
        text=TOLD,
        proposed={"address": facts_of(service)[Fact.ADDRESS], "cost": {"costs": [{"note": TOLD}]}},
        created=NOW,
    )


def plant_pair(service, keepers):
    other = entry("s2", name="Demo Other")
    first, second = sorted((service, other), key=lambda each: each.pk)
    DuplicatePair.objects.create(
        first=first,
        second=second,
        country_id="MT",
        state="merged",
        proposed_at=NOW,
        decided_by=keepers.edda.user,
        decided_at=NOW,
        before={
            "winner": {"description": TOLD, "facts": {"address": facts_of(service)[Fact.ADDRESS]}},
            "at_locations": [{"address": STREET, "latitude": SPOT[0]}],
        },
    )


def plant_row(service, keepers):
    run = ImportRun.objects.create(
        organisation=keepers.office,
        source="demo",
        kind=ImportKind.CSV,
        name="demo.csv",
        by=keepers.edda.user,
        created=NOW,
        expires=NOW + timedelta(days=30),
    )
    ImportRow.objects.create(
        run=run,
        line=2,
        source_id="s1",
        service=service,
        state=RowState.UPDATE,
        cells={
            "service": "Demo Haven",
            "address": STREET,
            "postal_code": POSTCODE,
            "latitude": str(SPOT[0]),
            "longitude": str(SPOT[1]),
            "description": TOLD,
        },
        troubles=[
            ["place_mismatch", "address", "{text} is far.", "correct it.", True, {"text": STREET}]
        ],
    )


def plant_check(service, keepers):
    checked(service, Fact.COST, source=TOLD)


PLANTED = [
    plant_text,
    plant_queue,
    plant_call,
    plant_correction,
    plant_pair,
    plant_row,
    plant_check,
]


def everything() -> str:
    """Return every text, number and JSON of every table, as one text."""
    found = []
    for model in apps.get_models():
        columns = [field.attname for field in model._meta.fields if is_text(field)]
        if model._meta.managed and columns:
            found += [str(row) for row in model._default_manager.order_by().values_list(*columns)]
    return "\n".join(found)


def is_text(field: models.Field) -> bool:
    return isinstance(
        field, models.CharField | models.TextField | models.JSONField | models.FloatField
    )


def traces() -> list[str]:
    stored = everything()
    wanted = (STREET, POSTCODE, str(SPOT[0]), str(SPOT[1]), LINK)
    return [each for each in wanted if each in stored]


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_an_address_is_forgotten_wherever_it_was_planted(keepers, service, plant):
    plant(service, keepers)
    assert STREET in everything()

    protect_address(keepers.edda.scope, service, None, at=LATER)

    assert traces() == []
    assert not Location.objects.exists()


def test_what_tells_nothing_stays(keepers, service):
    plant_text(service, keepers)
    plant_correction(service, keepers)
    area = Area.objects.filter(country="MT").order_by("code").first()

    protect_address(keepers.edda.scope, service, area, at=LATER)

    service.refresh_from_db()
    assert service.name == "Demo Haven"
    assert service.description == "Ring at …, then wait"
    assert service.coarse_area == area
    assert ServiceText.objects.get().text == "Sonnez : …"
    assert Correction.objects.get().facts == ["address"]
    assert list(service.phones.values_list("number", flat=True)) == [NUMBER]


def test_other_services_keep_what_they_say(keepers, service):
    other = entry("s3", name="Demo Library", description=f"Beside {STREET}")
    location = locate(other, "Demo Square 1")

    protect_address(keepers.edda.scope, service, None, at=LATER)

    other.refresh_from_db()
    assert other.description == f"Beside {STREET}"
    assert list(Location.objects.all()) == [location]
