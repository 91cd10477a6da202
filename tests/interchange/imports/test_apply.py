import json

import pytest

from protect.directory.enums import AddressReaders, Fact, Freshness, Method, Status
from protect.directory.fact_records import values as facts_values
from protect.directory.fact_records.checks import service_fact_states
from protect.directory.models import Location, Service
from protect.directory.protection import addresses
from protect.directory.services.actions import edits
from protect.directory.services.actions.edits import Edit
from protect.interchange.imports.actions import apply, rows as import_rows
from protect.verification.models import QueueItem
from protect.verification.queue import queue
from tests.interchange.imports.uploads import (
    CHANGED,
    Importer,
    csv_of,
    dump,
    edit,
    reasons,
    record_of,
    rows_of,
    states,
)
from tests.refusals import refuses
from tests.verification.nights import LATER, NOW, checked, count_audit_entries

pytestmark = pytest.mark.django_db


@pytest.fixture
def conflict(edda, staff):
    """Import a service, edit it here, and take the next file to its preview."""
    edda.run_import({"description": "As it was."})
    edit(staff, Service.objects.get())
    return edda.preview(csv_of(rows_of(CHANGED)))


def decide(edda, run, *, takes_file: bool | None) -> None:
    import_rows.decide_row(edda.person.scope, run, 2, takes_file=takes_file, at=NOW)


def test_import_updates_services_that_were_not_edited(edda):
    edda.run_import({}, {})

    run = edda.run_import(CHANGED, {})

    service = Service.objects.get(source_id="r1")
    assert states(run) == ["update", "unchanged"]
    assert (service.description, service.phones.get().number) == (
        CHANGED["description"],
        "+35621000002",
    )
    assert (count_audit_entries("import_update"), reasons()) == (1, [])


@pytest.mark.parametrize("said", [{}, {"professionals_only": "no"}])
def test_import_never_widens_the_audience_of_a_service(edda, said):
    edda.run_import({"professionals_only": "yes"})

    run = edda.run_import(CHANGED | said)

    service = Service.objects.get()
    assert states(run) == ["update"]
    assert (service.description, service.professionals_only) == (CHANGED["description"], True)


def test_import_may_restrict_a_service_to_professionals(edda):
    edda.run_import({})

    edda.run_import({"professionals_only": "yes"})

    assert Service.objects.get().professionals_only


def test_import_never_overwrites_an_edited_service(edda, conflict):
    edda.apply(conflict)

    service = Service.objects.get()
    assert states(conflict) == ["conflict"]
    assert (service.description, service.phones.get().number) == ("As it was.", "+35621000009")
    assert reasons() == [["conflict"]]
    assert count_audit_entries("import_update") == 0


def test_conflict_decided_for_the_file_is_written_and_counts_as_unchecked(edda, conflict):
    service = Service.objects.get()
    assert service_fact_states(service, NOW)[Fact.PHONE].state == Freshness.FRESH
    decide(edda, conflict, takes_file=True)

    edda.at = LATER
    edda.apply(conflict)

    service.refresh_from_db()
    assert service.phones.get().number == "+35621000002"
    assert service_fact_states(service, LATER)[Fact.PHONE].state == Freshness.UNVERIFIED
    assert reasons() == [["changed"]]
    assert count_audit_entries("import_update") == 1


def test_conflict_decided_for_the_directory_is_not_asked_again(edda, conflict):
    decide(edda, conflict, takes_file=False)
    edda.apply(conflict)

    again = edda.preview(csv_of(rows_of(CHANGED)))
    other = edda.preview(csv_of(rows_of(CHANGED | {"description": "Once more changed."})))

    assert Service.objects.get().phones.get().number == "+35621000009"
    assert (states(again), states(other)) == (["unchanged"], ["conflict"])
    assert (count_audit_entries("import_keep"), reasons()) == (1, [])


def test_later_edit_voids_a_conflict_decision(edda, staff, conflict):
    decide(edda, conflict, takes_file=True)
    edit(staff, Service.objects.get(), "+35621000008")

    edda.apply(conflict)

    assert Service.objects.get().phones.get().number == "+35621000008"
    assert conflict.rows.get().takes_file is None
    assert reasons() == [["conflict"]]


def test_conflict_decision_can_be_reset(edda, conflict):
    decide(edda, conflict, takes_file=True)
    decide(edda, conflict, takes_file=None)

    edda.apply(conflict)

    assert reasons() == [["conflict"]]


def test_only_conflicts_can_be_decided(edda):
    run = edda.preview(csv_of(rows_of({})))

    with refuses("interchange_import_step_not_allowed"):
        decide(edda, run, takes_file=True)

    assert run.rows.get().takes_file is None


def test_edit_after_the_preview_becomes_a_conflict(edda, staff):
    edda.run_import({})
    run = edda.preview(csv_of(rows_of(CHANGED)))
    assert states(run) == ["update"]
    edit(staff, Service.objects.get())

    edda.apply(run)

    run.refresh_from_db()
    assert (states(run), run.counts) == (["conflict"], {"conflict": 1})
    assert Service.objects.get().phones.get().number == "+35621000009"


def test_check_makes_a_conflict_like_an_edit(edda):
    edda.run_import({})
    checked(Service.objects.get(), Fact.PHONE)

    assert states(edda.preview(csv_of(rows_of(CHANGED)))) == ["conflict"]


def test_service_missing_from_the_file_is_queued_and_kept(edda):
    edda.run_import({}, {}, {})
    Service.objects.filter(source_id="r3").update(status=Status.WITHDRAWN)

    run = edda.preview(csv_of(rows_of({})))
    effects = apply.import_effects(run)
    edda.apply(run)

    assert (effects["missing"], effects["unchanged"]) == (1, 1)
    item = QueueItem.objects.get()
    assert (item.service.source_id, item.reasons) == ("r2", ["missing"])
    assert item.service.status == Status.REVIEW


def test_service_in_an_invalid_row_is_not_missing(edda):
    edda.run_import({}, {})

    run = edda.preview(csv_of(rows_of({}, {"minimum_age": "young"})))
    edda.apply(run)

    assert reasons() == []


def test_service_that_its_source_calls_closed_is_queued(edda):

    rows = rows_of({}, {})
    edda.run_import(*rows)
    records = [record_of(rows[0]), record_of(rows[1], status="defunct")]
    run = edda.preview(json.dumps(records).encode())

    assert run.rows.get(line=2).troubles[0][0] == "record_not_active"
    edda.apply(run)
    assert [item.service.source_id for item in QueueItem.objects.all()] == ["r2"]


def test_services_of_other_sources_and_countries_are_not_missing(edda):
    Importer(edda.staff, source="other-list").run_import({})
    edda.run_import({})
    Service.objects.filter(source="other-list").update(country="IE")

    assert apply.find_missing_services(edda.preview(csv_of(rows_of({})))) == []


def test_import_adds_no_address_to_a_protected_service(edda, staff):
    place = {"city": "Valletta", "address": "Demo Street 5", "description": "At Demo Street 5."}
    edda.run_import(place)
    service = Service.objects.get()
    assert Location.objects.count() == 1
    addresses.protect_address(staff.cora.scope, service, None, at=NOW)

    run = edda.preview(csv_of(rows_of(place | {"phones": "+35621000002|voice"})))
    decide(edda, run, takes_file=True)
    edda.apply(run)

    service.refresh_from_db()
    assert service.phones.get().number == "+35621000002"
    assert service.address_audience == AddressReaders.NEVER_STORED
    assert "Demo Street" not in dump()


def test_import_keeps_an_address_for_professionals(edda, staff):
    place = {"city": "Valletta", "address": "Demo Street 5"}
    edda.run_import(place)
    Service.objects.update(address_audience=AddressReaders.PROFESSIONALS)
    Location.objects.update(audience=AddressReaders.PROFESSIONALS)

    edda.run_import(place | CHANGED)

    assert Service.objects.get().address_audience == AddressReaders.PROFESSIONALS
    assert Location.objects.get().audience == AddressReaders.PROFESSIONALS


def test_import_does_not_open_a_second_queue_item(edda, conflict):
    queue.enqueue(Service.objects.get(), queue.QueueReason.DUE, at=LATER)

    edda.apply(conflict)

    assert reasons() == [["conflict", "due"]]


# --- what no column of a file can say -------------------------------------------------------------

SAID = {
    "languages": "mt;ar",
    "opening_hours": "Mo-Fr 09:00-17:00",
    "genders_served": "women",
    "tells_police": "no",
}
AS_EDITED = {
    Fact.LANGUAGES: {
        "languages": [
            {"language": "mt", "how": "staff", "window": "", "note": "On request."},
            {"language": "ti", "how": "staff", "window": ""},
        ]
    },
    Fact.VISIT_HOURS: {"expression": "Tu 10:00-12:00"},
    Fact.PHONE_HOURS: {"expression": "Mo-Su 08:00-20:00"},
    Fact.ELIGIBILITY: {
        "criteria": [
            {"kind": "gender", "operator": "all", "values": [], "note": "Ask for the women's day."},
            {"kind": "group", "operator": "specialised", "values": ["roma"]},
        ]
    },
}


@pytest.fixture
def edited(edda, staff):
    """Import a service, store its facts again here, and take the next file to its preview."""
    edda.run_import(SAID)
    service = Service.objects.get()
    for fact, values in AS_EDITED.items():
        fingerprint = facts_values.fingerprint_of(facts_values.read_fact(service, fact))
        wanted = Edit(fact, values, fingerprint, method=Method.CALL)
        edits.edit_fact(staff.cora.scope, service, wanted, at=NOW)
    return edda.preview(csv_of(rows_of(SAID | {"genders_served": "all", "cost": "free"})))


def stands() -> dict[str, list[object]]:
    service = Service.objects.get()
    return {
        "languages": sorted(service.languages.values_list("language", "note")),
        "hours": sorted(service.schedules.values_list("channel", "expression")),
        "criteria": sorted(service.criteria.values_list("kind", "note")),
        "costs": sorted(service.costs.values_list("kind", "note")),
    }


def test_edited_facts_are_a_conflict_and_are_kept(edda, edited):
    before = stands()
    assert states(edited) == ["conflict"]

    edda.apply(edited)

    assert stands() == before
    assert before["hours"] == [("phone", "Mo-Su 08:00-20:00"), ("visit", "Tu 10:00-12:00")]


def test_decision_for_the_file_keeps_values_that_no_column_holds(edda, edited):
    decide(edda, edited, takes_file=True)

    edda.apply(edited)

    service = Service.objects.get()
    door = service.schedules.get(expression="Mo-Fr 09:00-17:00").channel
    other = {"phone": ("visit", "Tu 10:00-12:00"), "visit": ("phone", "Mo-Su 08:00-20:00")}[door]
    assert stands() == {
        "languages": [("ar", ""), ("mt", "On request.")],
        "hours": sorted([(door, "Mo-Fr 09:00-17:00"), other]),
        "criteria": [
            ("gender", "Ask for the women's day."),
            ("group", ""),
            ("tells_police", ""),
        ],
        "costs": [("free", "")],
    }


def test_service_without_edits_is_overwritten_completely(edda):
    edda.run_import(SAID)

    edda.run_import(SAID | {"languages": "fr", "opening_hours": "", "genders_served": ""})

    assert stands() == {
        "languages": [("fr", "")],
        "hours": [],
        "criteria": [("tells_police", "")],
        "costs": [],
    }
