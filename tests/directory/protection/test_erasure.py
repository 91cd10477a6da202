"""No location of a protected service remains. The tests store one in each row that can hold it."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models

from protect.directory.enums import Fact
from protect.directory.fact_records.values import fingerprint_of, read_facts
from protect.directory.models import (
    Accessibility,
    CostOption,
    Criterion,
    LanguageOffered,
    Location,
    Organisation,
    RequiredDocument,
    Schedule,
    ServiceAtLocation,
    ServiceText,
)
from protect.directory.protection.addresses import protect_address
from protect.directory.services.actions.texts import edit_texts, text_digest, texts_of
from protect.interchange.enums import ImportKind, RowState
from protect.interchange.models import ImportRow, ImportRun
from protect.reference.models import Area
from protect.verification.enums import Reporter
from protect.verification.models import CallTest, Correction, DuplicatePair, QueueItem
from tests.refusals import refuses
from tests.verification.nights import LATER, NOW, NUMBER, checked, entry, locate

STREET, POSTCODE = "Demo Hidden Street 77", "VLT 7777"
TOLD = f"Ring at {STREET}, then wait"
SPOT = (35.123456, 14.654321)
LINK = "https://maps.app.goo.gl/DemoHidden77"


@pytest.fixture
def service(staff):
    found = entry(
        name="Demo Haven",
        description=TOLD,
        how_to_access=f"See {LINK}",
        desk_notes=f"It is {POSTCODE}",
        source_digest="a" * 64,
    )
    locate(found, STREET, postal_code=POSTCODE, latitude=SPOT[0], longitude=SPOT[1])
    return found


def plant_text(service, staff):
    ServiceText.objects.create(
        service=service,
        field="description",
        language_id="fr",
        text=f"Sonnez : {STREET}",
        source_digest=text_digest(service.description),
        by=staff.edda.user,
        at=NOW,
    )


def plant_queue(service, staff):
    QueueItem.objects.create(
        service=service, country_id="MT", reasons=["due"], note=TOLD, opened_at=NOW
    )


def plant_call(service, staff):
    CallTest.objects.create(
        service=service,
        numbers=[NUMBER],
        heard=TOLD,
        by=staff.vito.user,
        at=NOW,
        second=staff.vera.user,
        second_heard=TOLD,
        second_at=NOW,
    )


def plant_correction(service, staff):
    Correction.objects.create(
        service=service,
        country_id="MT",
        reporter=Reporter.PROVIDER,
        facts=["address"],
        text=TOLD,
        proposed={
            "address": read_facts(service)[Fact.ADDRESS],
            "cost": {"costs": [{"note": TOLD}]},
        },
        created=NOW,
    )


def plant_pair(service, staff):
    other = entry("s2", name="Demo Other")
    first, second = sorted((service, other), key=lambda each: each.pk)
    DuplicatePair.objects.create(
        first=first,
        second=second,
        country_id="MT",
        state="merged",
        proposed_at=NOW,
        decided_by=staff.edda.user,
        decided_at=NOW,
        before={
            "winner": {
                "description": TOLD,
                "facts": {"address": read_facts(service)[Fact.ADDRESS]},
            },
            "at_locations": [{"address": STREET, "latitude": SPOT[0]}],
        },
    )


def plant_notes(service, staff):
    rows = (
        (Schedule, {"channel": "visit", "expression": "Mo-Fr 09:00-17:00; PH off"}),
        (CostOption, {"kind": "free"}),
        (Accessibility, {"kind": "step_free", "answer": "yes"}),
        (RequiredDocument, {"document": "passport"}),
        (Criterion, {"kind": "gender", "operator": "answer", "answer": "yes"}),
        (LanguageOffered, {"language_id": "fr"}),
    )
    for model, given in rows:
        model.objects.create(service=service, note=TOLD, **given)


def plant_links(service, staff):
    service.website = LINK
    service.organisation.name = f"Demo House, {STREET}"
    service.organisation.official_name = f"Maison Démo, {STREET}"
    service.organisation.save()
    service.official_name = f"Ligne Démo, {STREET}"
    service.fact_sources = {"address": [f"{LINK} ({STREET})"]}
    service.source_url = LINK
    service.save()


def plant_row_that_was_never_applied(service, staff):
    plant_row(service, staff)
    ImportRow.objects.update(service=None)


def plant_row(service, staff):
    run = ImportRun.objects.create(
        organisation=staff.office,
        source="demo",
        kind=ImportKind.CSV,
        name="demo.csv",
        by=staff.edda.user,
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


def plant_check(service, staff):
    checked(service, Fact.COST, source=TOLD)


PLANTED = [
    plant_text,
    plant_queue,
    plant_call,
    plant_correction,
    plant_pair,
    plant_row,
    plant_check,
    plant_notes,
    plant_links,
    plant_row_that_was_never_applied,
]


def everything() -> str:
    """Return all texts, numbers and JSON values of all tables as one text."""
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
def test_protecting_erases_the_address_from_every_table(staff, service, plant):
    plant(service, staff)
    assert STREET in everything()

    protect_address(staff.edda.scope, service, None, at=LATER)

    assert traces() == []
    assert not Location.objects.exists()


def test_protecting_keeps_texts_without_the_address(staff, service):
    plant_text(service, staff)
    plant_correction(service, staff)
    area = Area.objects.filter(country="MT").order_by("code").first()

    protect_address(staff.edda.scope, service, area, at=LATER)

    service.refresh_from_db()
    assert service.name == "Demo Haven"
    assert service.description == "Ring at …, then wait"
    assert service.coarse_area == area
    assert ServiceText.objects.get().text == "Sonnez : …"
    assert Correction.objects.get().facts == ["address"]
    assert list(service.phones.values_list("number", flat=True)) == [NUMBER]


def test_protecting_keeps_texts_of_other_services(staff, service):
    other = entry("s3", name="Demo Library", description=f"Beside {STREET}")
    location = locate(other, "Demo Square 1")

    protect_address(staff.edda.scope, service, None, at=LATER)

    other.refresh_from_db()
    assert other.description == f"Beside {STREET}"
    assert list(Location.objects.all()) == [location]


@pytest.mark.parametrize(
    "spelling",
    [
        "Come to Demo Hidden Str. 77, second floor",
        "See https://waze.com/ul/hsv77",
        "Or https://osm.org/go/77x",
        "We are at 35.12345, 14.65432",
    ],
)
def test_protecting_erases_other_spellings_of_the_address(staff, service, spelling):
    service.description = f"Call first. {spelling}. Bring nothing."
    service.save()
    row = service.costs.create(kind="free", note=spelling)

    protect_address(staff.edda.scope, service, None, at=LATER)

    service.refresh_from_db()
    row.refresh_from_db()
    assert service.description.startswith("Call first. ")
    assert service.description.endswith("Bring nothing.")
    assert "77" not in service.description + row.note
    assert "35.1" not in service.description + row.note


def test_protecting_keeps_hours_and_harmless_links(staff, service):
    plant_notes(service, staff)
    service.website, service.email = "https://shelter.demo.example/help", "ask.demo@demo.example"
    service.save()

    protect_address(staff.edda.scope, service, None, at=LATER)

    service.refresh_from_db()
    assert service.schedules.get().expression == "Mo-Fr 09:00-17:00; PH off"
    assert service.website == "https://shelter.demo.example/help"
    assert service.email == "ask.demo@demo.example"
    assert service.organisation.name == "Demo House"


def test_shared_location_stays_with_the_other_service(staff, service):
    location = Location.objects.get()
    other = entry("s4", name="Demo Library")
    ServiceAtLocation.objects.create(service=other, location=location)

    protect_address(staff.edda.scope, service, None, at=LATER)

    assert list(Location.objects.all()) == [location]
    assert ServiceAtLocation.objects.get().service == other


@pytest.mark.parametrize(
    "typed",
    [
        {"website": LINK},
        {"website": "https://demo.example/demo-hidden-street-77"},
        {"email": "demo.hidden.street.77@demo.example"},
        {"organisation": f"House, {STREET}"},
    ],
)
def test_links_and_organisation_names_with_an_address_are_refused(staff, typed):
    service = entry("s5", address_audience="never_stored")
    before = texts_of(service)

    with refuses("directory_tells_where"):
        edit_texts(
            staff.edda.scope,
            service,
            typed,
            seen_fingerprint=fingerprint_of(before),
            at=LATER,
        )

    service.refresh_from_db()
    assert texts_of(service) == before


def test_protected_service_cannot_move_to_an_organisation_named_by_address(staff):
    names = {"name": "Dar", "official_name": f"Dar, {STREET}"}
    place = {"source": "demo", "source_id": "dar", "country_id": "MT"}
    Organisation.objects.create(**names, **place, last_modified=NOW)
    service = entry("s5", address_audience="never_stored")
    before, house = texts_of(service), service.organisation_id

    with refuses("directory_tells_where"):
        edit_texts(
            staff.edda.scope,
            service,
            {"organisation": "Dar"},
            seen_fingerprint=fingerprint_of(before),
            at=LATER,
        )

    service.refresh_from_db()
    assert (service.organisation_id, service.version) == (house, 1)


def test_plain_website_of_a_protected_service_is_accepted(staff):
    service = entry("s5", address_audience="never_stored")
    typed = {"website": "https://shelter.demo.example/contact", "email": "ask.us.now@demo.example"}

    edit_texts(
        staff.edda.scope,
        service,
        typed,
        seen_fingerprint=fingerprint_of(texts_of(service)),
        at=LATER,
    )

    service.refresh_from_db()
    assert service.website == typed["website"]
