"""The eleven complaints about other directories, each with the solution in this one."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from protect.directory.enums import (
    AddressReaders,
    Channel,
    CriterionKind,
    Fact,
    Freshness,
    LanguageMode,
    Method,
    Status,
)
from protect.directory.fact_records import values
from protect.directory.fact_records.checks import service_fact_states
from protect.directory.hours import State, parse
from protect.directory.hours.answers import state_at
from protect.directory.models import Service, ServiceCapacity
from protect.directory.services.actions import edits
from protect.directory.services.actions.edits import Edit
from protect.interchange.hsds import services
from protect.matching.services.rows import LanguageOffer
from protect.verification.enums import QueueReason
from protect.verification.models import QueueItem
from protect.verification.queue.queue import refresh_queue
from tests.interchange.imports.uploads import csv_of, rows_of
from tests.matching import cast
from tests.matching.cast import TUESDAY, answers, codes, only, opening_hours, stating
from tests.verification.nights import BEFORE, LATER, NOW, checked, entry, locate

DAY = timedelta(days=1)
BRUSSELS = ZoneInfo("Europe/Brussels")


def values_of(service: Service, fact: Fact, method: Method | None, **changed: object) -> Edit:
    found = values.read_fact(service, fact)
    return Edit(fact, found | changed, values.fingerprint_of(found), method=method)


@pytest.mark.django_db
def test_dead_entries_late_facts_are_dated_and_queued():
    service = entry()
    for fact in service_fact_states(service, BEFORE):
        checked(service, fact, BEFORE)

    refresh_queue(at=BEFORE + 200 * DAY)

    states = {state.state for state in service_fact_states(service, BEFORE + 200 * DAY).values()}
    assert states == {Freshness.EXPIRED}
    assert QueueItem.objects.get().reasons == [QueueReason.EXPIRED]


@pytest.mark.django_db
def test_confirming_without_a_change_counts_as_a_check(staff):
    service = entry()
    checked(service, Fact.PHONE, NOW - 100 * DAY)
    before = values.read_fact(service, Fact.PHONE)

    edit = values_of(service, Fact.PHONE, Method.CALL)
    assert not edits.edit_fact(staff.edda.scope, service, edit, at=NOW)

    assert values.read_fact(service, Fact.PHONE) == before
    assert service_fact_states(service, LATER)[Fact.PHONE].state is Freshness.FRESH


@pytest.mark.django_db
def test_checks_are_kept_on_an_edit_of_another_fact(staff):
    service = entry()
    checked(service, Fact.PHONE, NOW - DAY)

    costs = [{"kind": "free", "note": ""}]
    edits.edit_fact(
        staff.edda.scope,
        service,
        values_of(service, Fact.COST, None, costs=costs),
        at=NOW,
    )

    states = service_fact_states(service, LATER)
    assert states[Fact.PHONE].state is Freshness.FRESH
    assert states[Fact.COST].state is Freshness.UNVERIFIED


@pytest.mark.django_db
def test_free_places_are_for_professionals_and_expire():
    service = entry(categories=["psychosocial"])
    ServiceCapacity.objects.create(
        service=service, available=3, maximum=5, updated_at=NOW, expires_at=NOW + DAY
    )
    rows = Service.objects.filter(pk=service.pk).order_by("pk")

    [public] = services.documents(rows, at=NOW)
    [members] = services.documents(rows, at=NOW, for_members=True)
    [later] = services.documents(rows, at=NOW + 2 * DAY, for_members=True)

    assert not public.get("capacities")
    assert [member["available"] for member in members["capacities"]] == [3]
    assert not later.get("capacities")


def test_by_appointment_is_not_closed_and_next_opening_is_dated():
    friday = datetime(2026, 11, 27, 18, tzinfo=BRUSSELS)
    alone = parse("", "Europe/Brussels", "BE", by_appointment=True)
    weekdays = cast.service(opening_hours={Channel.VISIT: opening_hours("Mo-Fr 09:00-17:00")})

    assert state_at(alone, friday).state is State.BY_APPOINTMENT
    reasons = {each.code: each for each in cast.match_of(weekdays, at=friday).reasons}
    assert reasons["opens_day"].facts["day"].startswith("2026-11-30")  # Monday, not “tomorrow”


def test_answers_serve_the_need_and_give_reasons():
    fitting, other = cast.service(1), cast.service(2, categories=frozenset({"legal"}))

    found = answers(fitting, other)

    assert [answer.row for answer in found.answers] == [fitting]
    assert all(answer.reasons for answer in found.answers)


def test_language_with_hours_counts_only_in_its_hours():
    window = parse("Tu 09:00-11:00", "Europe/Brussels", "BE")
    row = cast.service(languages=(LanguageOffer("ti", LanguageMode.STAFF, window=window),))

    during = codes(row, languages=("ti",), at=TUESDAY)
    after = codes(row, languages=("ti",), at=TUESDAY + timedelta(hours=3))

    assert "language_staff" in during
    assert "language_staff" not in after
    assert "language_window" in after


def test_stated_limit_excludes_and_missing_limit_does_not():
    women = stating(cast.service(1), CriterionKind.GENDER, only("f"))
    silent = stating(cast.service(2), CriterionKind.GENDER, ())

    found = answers(women, silent, gender="m")

    assert [answer.row for answer in found.answers] == [silent]


@pytest.mark.django_db
def test_secret_address_is_never_stored(edda):
    edda.run_import(
        {"categories": "shelter", "city": "Valletta", "address": "Demo Hidden Street 77"}
    )

    service = Service.objects.get()
    assert service.address_audience == AddressReaders.NEVER_STORED
    assert not service.at_locations.exists()
    assert "Hidden" not in str(Service.objects.values().get())


@pytest.mark.django_db
def test_import_invents_no_service_for_an_organisation(edda):
    edda.apply(edda.preview(csv_of(rows_of({"service": ""}))))

    assert not Service.objects.exists()


@pytest.mark.django_db
def test_filters_are_kept_in_the_form_and_in_the_url(staff):
    locate(entry("s1", status=Status.PUBLISHED))

    page = staff.desk("cora").get("/directory?country=MT&status=published&q=Demo")

    text = page.content.decode()
    assert 'value="Demo"' in text
    assert '<option value="MT" selected>' in text
    assert '<option value="published" selected>' in text
