from dataclasses import fields
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from protect.directory.enums import (
    AccessibilityKind,
    Answer,
    Channel,
    CriterionKind,
    CriterionOperator,
    Fact,
    Method,
    Mode,
)
from protect.directory.hours import State
from protect.directory.hours.answers import state_at
from protect.directory.models import Criterion, Location, RequiredDocument, Schedule, Service
from protect.matching.services import store
from protect.matching.services.rows import Condition, Point, ServedArea
from protect.matching.services.store import place_name
from protect.reference.lookup.index import PlaceRow
from tests.directory.demo import TUESDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(demo_services):
    """Return a function that reads one of the invented services as it stands."""

    def one(code):
        return next(store.read([demo_services[code].pk]), None)

    return one


def test_published_services_for_the_public_are_read_in_few_queries(demo_services):
    store.lookup.place_rows(), store.lookup.areas()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        rows = list(store.read(None))

    assert len(rows) == len(demo_services) - 2
    assert len(queries) <= 15


@pytest.mark.parametrize("code", ["talk-draft", "talk-professionals"])
def test_drafts_and_services_for_professionals_are_not_read(read, code):
    assert read(code) is None


def test_a_shelter_is_known_by_the_main_town_of_its_cell_only(read):
    (point,) = read("shelter-sons-14").points

    assert (point.name, point.is_coarse, point.place) == ("Athens (Αθήνα)", True, None)
    assert (point.address, point.postal_code) == ("", "")
    assert point.areas == ("GR-I",)
    assert {"255274", "GR-ESYE31-96"} <= point.inner_places


@pytest.mark.parametrize(
    ("name", "local", "shown"),
    [
        ("Patras", ("Πάτρα",), "Patras (Πάτρα)"),
        ("Ghent", ("Gent", "Gand"), "Ghent"),
        ("Кърджали", ("Кърджали",), "Кърджали"),
    ],
)
def test_a_place_is_named_in_letters_that_most_can_read(name, local, shown):
    assert place_name(PlaceRow(1, "GR", "", name, local_names=local)) == shown


def test_an_address_for_professionals_is_shown_as_its_coarse_area(read):
    (point,) = read("talk-hidden-door").points

    assert point.is_coarse
    assert "Rue Demo" not in str(read("talk-hidden-door"))


def test_a_text_of_a_protected_service_loses_the_sentence_with_its_place(demo_services, read):
    told = "Come by day. Ring at 12 Demo Street."
    texts = dict.fromkeys(("description", "how_to_access", "restrictions", "audience_note"), told)
    services = Service.objects.filter(pk=demo_services["talk-hidden-door"].pk)
    services.update(**texts, website="https://maps.google.com/?q=36.1,15.2")

    row = read("talk-hidden-door")

    assert {getattr(row, name) for name in texts} == {"Come by day."}
    assert (row.website, "Demo Street" in str(row)) == ("", False)
    assert services.get().how_to_access == told  # at the desk it stands as it was written


def test_moving_an_address_for_professionals_changes_no_public_byte(demo_services, read):
    before = read("talk-hidden-door")
    Location.objects.filter(services__service=demo_services["talk-hidden-door"]).update(
        latitude=36.7, longitude=15.1, place=264371, address="Demo 9", city="X", zone="Europe/Malta"
    )

    assert read("talk-hidden-door") == before


def test_nothing_for_the_desk_is_in_a_row(demo_services, read):
    Service.objects.filter(pk=demo_services["talk-ar-staff"].pk).update(
        desk_notes="wrong number", source_url="https://demo.example", referral_route="by fax"
    )

    row = read("talk-ar-staff")

    assert not {"desk_notes", "source_url", "referral_route"} & {
        field.name for field in fields(row)
    }
    assert not any(text in str(row) for text in ("wrong number", "demo.example", "by fax"))


def test_a_public_place_has_its_address_and_the_areas_that_it_lies_in(read):
    assert read("talk-ar-staff").points == (
        Point(
            50.63373,
            5.56749,
            "Liège",
            2792413,
            ("BE-WLG", "BE-WAL"),
            is_exact=True,
            address="Rue Demo 1",
        ),
    )


def test_hours_are_judged_in_the_zone_of_the_place(read):
    hours = read("talk-canary").opening_hours[Channel.VISIT].hours

    assert hours.zone == "Atlantic/Canary"
    assert state_at(hours, TUESDAY.replace(hour=9, minute=30)).state is State.CLOSED


def test_hours_that_cannot_be_read_are_unknown(demo_services, read):
    Schedule.objects.filter(service=demo_services["talk-canary"]).update(expression="at times")

    hours = read("talk-canary").opening_hours[Channel.VISIT].hours

    assert state_at(hours, TUESDAY).state is State.UNKNOWN


def test_areas_carry_what_they_lie_in(read):
    assert read("talk-surroundings").areas == (
        ServedArea("BE", None, 50.58362, 5.50115, 2, ("BE-WLG", "BE-WAL")),
    )
    assert read("shelter-elsewhere").areas == (ServedArea("GR", "GR-G"),)


def test_rows_that_include_are_merged(demo_services, read):
    for code in ("refugee", "undocumented"):
        Criterion.objects.create(
            service=demo_services["talk-canary"],
            kind=CriterionKind.LEGAL_STATUS,
            operator=CriterionOperator.INCLUDES,
            values=[code],
        )

    assert read("talk-canary").conditions[CriterionKind.LEGAL_STATUS] == (
        Condition(CriterionOperator.INCLUDES, frozenset({"refugee", "undocumented"})),
    )


def test_documents_count_however_they_were_written_down(demo_services, read):
    service = demo_services["talk-canary"]
    RequiredDocument.objects.create(service=service, document="health_card")
    Criterion.objects.create(
        service=service,
        kind=CriterionKind.DOCUMENTS,
        operator=CriterionOperator.ONLY,
        values=["health_card", "id_document"],
    )

    assert read("talk-canary").documents == {"health_card", "id_document"}


def test_a_row_has_capacity_rooms_access_and_modes(read):
    shelter, line = read("shelter-rooms"), read("line-written")

    assert (shelter.capacity.available, shelter.rooms[0].oldest_boy) == (0, 14)
    assert read("housing-steps").access[AccessibilityKind.STEP_FREE] == Answer.NO
    assert line.modes == {Mode.CHAT}
    assert line.has_message_number
    assert read("talk-ar-phone").languages[0].interpreter_gender == "f"


def test_checks_come_newest_first_and_the_last_that_learnt_something_is_named(read):
    row = read("line-dead")

    assert [check.verdict for check in row.checks[Fact.PHONE]] == [
        "not_reached",
        "not_reached",
        "confirmed",
    ]
    assert row.last_checks[Fact.PHONE].at == TUESDAY - timedelta(days=11)
    assert row.last_checks[Fact.PHONE].method == Method.CALL
