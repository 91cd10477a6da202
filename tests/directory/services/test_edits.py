import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.directory import rules
from protect.directory.enums import AddressReaders, Fact, Freshness, Method, Verdict
from protect.directory.fact_records.values import fingerprint_of, read_fact, read_facts
from protect.directory.models import DirectoryVersion, Location, Service
from protect.directory.rules import CheckSummary
from protect.directory.services.actions import edits
from protect.directory.services.actions.edits import Edit
from protect.verification.enums import CallState
from protect.verification.models import CallTest
from tests.examples import examples
from tests.refusals import refuses
from tests.verification.nights import (
    LATER,
    NOW,
    NUMBER,
    VALLETTA,
    checked,
    count_audit_entries,
    entry,
    locate,
)

TOMORROW = NOW + timedelta(days=1)
NEW_NUMBER = "+35621000002"


def phone(number: str) -> dict[str, str]:
    return {
        "number": number,
        "kind": "voice",
        "cost": "",
        "shown_on_bill": "unknown",
        "works_without_credit": "unknown",
    }


def criterion(kind: str, operator: str, **given) -> dict:
    blank = {"values": [], "minimum": None, "maximum": None, "answer": "", "note": ""}
    return {"kind": kind, "operator": operator, **blank, **given}


# Something that differs from what `entry` has, for every fact.
NEW = {
    Fact.PHONE: {"phones": [phone(NEW_NUMBER), phone(NUMBER)]},
    Fact.VISIT_HOURS: {"expression": "Mo-Fr 09:00-17:00", "by_appointment": True, "note": "Ring"},
    Fact.PHONE_HOURS: {"expression": "24/7", "by_appointment": False, "note": ""},
    Fact.LANGUAGES: {
        "languages": [
            {
                "language": "ti",
                "how": "phone_interpreter",
                "window": "Mo 09:00-11:00",
                "lead_minutes": 60,
                "interpreter_gender": "f",
                "from_outside": True,
                "note": "",
            }
        ]
    },
    Fact.ELIGIBILITY: {
        "criteria": [
            criterion("age", "range", minimum=18),
            criterion("gender", "only", values=["f"]),
        ],
        "areas": [{"country": "MT", "area": None, "place": None, "radius_km": None}],
        "accessibility": [{"kind": "step_free", "answer": "yes", "note": ""}],
    },
    Fact.REPORTING: {
        "criteria": [criterion("tells_police", "answer", answer="in_these_cases", note="Children")]
    },
    Fact.ADDRESS: {
        "audience": "public",
        "coarse_area": None,
        "locations": [
            {
                "place": VALLETTA,
                "city": "Valletta",
                "address": "Demo Street 7",
                "postal_code": "VLT 0001",
                "latitude": None,
                "longitude": None,
                "is_exact": False,
            }
        ],
    },
    Fact.COST: {"costs": [{"kind": "free", "note": ""}]},
    Fact.DOCUMENTS: {"criteria": [], "documents": [{"document": "id_document", "note": ""}]},
    Fact.CAPACITY: {
        "available": 2,
        "maximum": 8,
        "expires_at": TOMORROW.isoformat(),
        "units": [
            {
                "adult_gender": "f",
                "children": 2,
                "oldest_boy": 12,
                "answer": "yes",
                "expires_at": TOMORROW.isoformat(),
            }
        ],
    },
    Fact.CLINICAL: {
        "offers": [
            {
                "act": "hiv_prophylaxis",
                "window_hours": 72,
                "source": "Demo register",
                "checked": "2026-11-01",
            }
        ]
    },
}


def state(service, fact, at=LATER):
    rows = service.checks.filter(fact=fact).order_by("-at", "-pk")
    seen = [CheckSummary(row.verdict, row.at, row.next_check) for row in rows]
    return rules.freshness(fact, seen, at)


def edit(staff, service, fact, values, who="edda", **given):
    at = given.pop("at", NOW)
    seen_fingerprint = given.pop("seen_fingerprint", None) or fingerprint_of(
        read_fact(service, fact)
    )
    return edits.edit_fact(
        getattr(staff, who).scope,
        service,
        Edit(fact, values, seen_fingerprint, **given),
        at=at,
    )


@pytest.mark.parametrize("fact", list(Fact))
def test_written_fact_values_are_read_back(staff, fact):
    service = entry()

    assert edit(staff, service, fact, NEW[fact])

    assert read_fact(service, fact) == NEW[fact]
    service.refresh_from_db()
    assert (service.version, service.last_modified) == (2, NOW)
    assert count_audit_entries(f"edit_{fact}") == 1


def test_fact_values_round_trip_through_json(staff):
    service = entry()
    for fact, values in NEW.items():
        edit(staff, service, fact, values)

    found = json.loads(json.dumps(read_facts(service)))

    assert found == {fact.value: values for fact, values in NEW.items()}


@pytest.mark.parametrize("fact", list(Fact))
def test_writing_stored_values_changes_nothing(staff, fact):
    service = entry()
    edit(staff, service, fact, NEW[fact])
    number = DirectoryVersion.objects.get().number

    assert not edit(staff, service, fact, NEW[fact], at=LATER)

    service.refresh_from_db()
    assert (service.version, service.last_modified) == (2, NOW)
    assert count_audit_entries(f"edit_{fact}") == 1
    assert service.checks.count() == 1  # that it was edited, once
    assert DirectoryVersion.objects.get().number > number  # locked, in order


def test_unchanged_rows_keep_their_ids(staff):
    service = entry()
    before = service.phones.get(number=NUMBER).pk

    edit(staff, service, Fact.PHONE, NEW[Fact.PHONE])

    assert service.phones.get(number=NUMBER).pk == before
    assert [each.number for each in service.phones.all()] == [NEW_NUMBER, NUMBER]


def test_edit_without_a_check_makes_the_fact_unverified(staff):
    service = entry()
    checked(service, Fact.PHONE)

    edit(staff, service, Fact.PHONE, NEW[Fact.PHONE])

    assert state(service, Fact.PHONE) is Freshness.UNVERIFIED


def test_edited_fact_loses_its_earlier_source(staff):
    service = entry(fact_sources={"phone": ["https://demo.example (2026)"], "cost": ["Demo list"]})

    edit(staff, service, Fact.PHONE, NEW[Fact.PHONE])

    service.refresh_from_db()
    assert service.fact_sources == {"cost": ["Demo list"]}


def test_edit_with_a_method_is_a_check_by_one_person(staff):
    service = entry()

    edit(
        staff,
        service,
        Fact.PHONE,
        NEW[Fact.PHONE],
        method=Method.CALL,
        source="Demo call",
    )

    check = service.checks.get()
    assert (check.verdict, check.method, check.source) == (Verdict.CHANGED, "call", "Demo call")
    assert (check.by, check.second_checker) == (staff.edda.user, None)
    assert state(service, Fact.PHONE) is Freshness.FRESH


def test_confirming_without_an_edit_is_a_check_and_keeps_the_version(staff):
    service = entry()
    values = read_fact(service, Fact.COST)

    assert not edit(staff, service, Fact.COST, values, method=Method.PROVIDER)

    service.refresh_from_db()
    assert service.checks.get().verdict == Verdict.CONFIRMED
    assert service.version == 1


def test_waiting_call_test_lapses_when_the_numbers_change(staff):
    service = entry()
    call = CallTest.objects.create(
        service=service, numbers=[NUMBER], heard="Demo", by=staff.vito.user, at=NOW
    )

    edit(staff, service, Fact.COST, NEW[Fact.COST])
    call.refresh_from_db()
    assert call.state == CallState.WAITING

    edit(staff, service, Fact.PHONE, NEW[Fact.PHONE], at=LATER)
    call.refresh_from_db()
    assert (call.state, call.ended_at) == (CallState.LAPSED, LATER)


def test_second_editor_of_a_changed_fact_gets_a_conflict(staff):
    service = entry()
    seen_fingerprint = fingerprint_of(read_fact(service, Fact.COST))
    edit(staff, service, Fact.COST, NEW[Fact.COST])

    paid = {"costs": [{"kind": "paid", "note": "10 euros"}]}

    with refuses("directory_edit_conflict") as refusal:
        edit(
            staff,
            service,
            Fact.COST,
            paid,
            who="cora",
            seen_fingerprint=seen_fingerprint,
            at=LATER,
        )

    assert refusal.value.code == "directory_edit_conflict"
    assert read_fact(service, Fact.COST) == NEW[Fact.COST]
    assert count_audit_entries("edit_cost") == 1
    assert service.checks.count() == 1


def test_editors_of_different_facts_do_not_conflict(staff):
    service = entry()
    seen_fingerprint = fingerprint_of(read_fact(service, Fact.COST))
    edit(staff, service, Fact.PHONE, NEW[Fact.PHONE])

    assert edit(
        staff,
        service,
        Fact.COST,
        NEW[Fact.COST],
        who="cora",
        seen_fingerprint=seen_fingerprint,
        at=LATER,
    )


def test_editors_who_save_equal_values_do_not_conflict(staff):
    service = entry()
    seen_fingerprint = fingerprint_of(read_fact(service, Fact.COST))
    edit(staff, service, Fact.COST, NEW[Fact.COST])

    assert not edit(
        staff,
        service,
        Fact.COST,
        NEW[Fact.COST],
        seen_fingerprint=seen_fingerprint,
        at=LATER,
    )


@pytest.mark.parametrize("who", ["vito", "mona", "rita", "zoe"])
def test_only_editors_of_the_country_can_edit(staff, who):
    service = entry()
    before = read_facts(service)

    with pytest.raises(PermissionDenied):
        edit(staff, service, Fact.COST, NEW[Fact.COST], who=who)

    assert read_facts(service) == before
    assert count_audit_entries("edit_cost") == 0


def test_omitted_key_keeps_its_value(staff):
    service = entry()
    edit(staff, service, Fact.ELIGIBILITY, NEW[Fact.ELIGIBILITY])

    edit(staff, service, Fact.ELIGIBILITY, {"criteria": []}, at=LATER)

    assert read_fact(service, Fact.ELIGIBILITY) == NEW[Fact.ELIGIBILITY] | {"criteria": []}


@pytest.mark.parametrize("is_told", [True, False])
def test_address_of_a_shelter_is_never_written(staff, is_told):
    service = entry(categories=["shelter"])
    audience = AddressReaders.NEVER_STORED if is_told else AddressReaders.PUBLIC
    values = NEW[Fact.ADDRESS] | {"audience": audience.value}

    edit(staff, service, Fact.ADDRESS, values)

    service.refresh_from_db()
    assert not Location.objects.exists()
    assert read_fact(service, Fact.ADDRESS)["audience"] == AddressReaders.NEVER_STORED
    assert read_fact(service, Fact.ADDRESS)["locations"] == []


def test_editing_an_address_keeps_a_shared_location_for_other_services(staff):
    service, other = entry(), entry("s2")
    location = locate(service)
    other.at_locations.create(location=location)

    edit(staff, service, Fact.ADDRESS, NEW[Fact.ADDRESS])

    assert [location.location for location in other.at_locations.order_by("pk")] == [location]
    assert service.at_locations.get().location.address == "Demo Street 7"


def test_hiding_a_shared_location_raises_the_version_of_all_its_services(staff):
    service, other = entry(), entry("s2")
    other.at_locations.create(location=locate(service))
    before = Service.objects.stamps()
    values = read_fact(service, Fact.ADDRESS) | {"audience": "professionals"}

    edit(staff, service, Fact.ADDRESS, values)

    other.refresh_from_db()
    assert (other.last_modified, other.version) == (NOW, before[other.pk][1] + 1)
    assert other.source_version == other.version  # no import takes this for an edit
    assert Service.objects.stamps()[service.pk][1] == before[service.pk][1] + 1


ACTS = st.lists(st.tuples(st.sampled_from(list(NEW)), st.booleans(), st.booleans()), max_size=6)


@settings(
    max_examples=examples(13),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(ACTS, st.sampled_from(list(Fact)))
def test_editing_other_facts_keeps_the_freshness_of_a_fact(staff, acts, fact):
    service = entry(f"s{datetime.now(tz=UTC).timestamp()}")
    checked(service, fact)
    before = state(service, fact), read_fact(service, fact)

    for minutes, (other, is_new, is_checked) in enumerate(acts):
        if other is not fact:
            values = NEW[other] if is_new else read_fact(service, other)
            method = Method.WEB if is_checked else None
            at = NOW + timedelta(minutes=minutes)
            edit(staff, service, other, values, method=method, at=at)

    assert (state(service, fact), read_fact(service, fact)) == before
