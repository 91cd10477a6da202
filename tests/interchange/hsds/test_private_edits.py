"""Data for professionals changes no public byte, not even the time of the last change."""

from dataclasses import replace

import pytest

from protect.directory.enums import (
    AddressReaders,
    Fact,
    Method,
    StatusChange,
    TranslatableField,
    Verdict,
)
from protect.directory.fact_records.checks import Finding, record_check
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.models import DirectoryVersion
from protect.directory.protection.addresses import protect_address
from protect.directory.services import name_search
from protect.directory.services.actions import translations
from protect.directory.services.actions.edits import Edit, edit_fact, write_fact
from protect.directory.services.actions.status import change_status
from protect.directory.services.actions.texts import edit_texts, texts_of
from protect.directory.services.actions.translations import TranslationInput
from protect.kernel import clock
from protect.matching import published
from tests.directory.services.test_edits import NEW, TOMORROW
from tests.verification.nights import LATER, NOW, VALLETTA, entry, locate

pytestmark = pytest.mark.django_db
HAMRUN = {
    "place": VALLETTA,
    "city": "Demotown",
    "address": "Demo Lane 9",
    "postal_code": "HMR 0001",
    "latitude": 35.88,
    "longitude": 14.48,
    "is_exact": True,
}


@pytest.fixture
def service(staff):
    """Return a service with an entrance and an address for professionals."""
    made = entry(
        "hidden",
        phone="",
        description="Demo help",
        email="desk@demo.example",
        address_audience=AddressReaders.PROFESSIONALS,
    )
    locate(made, audience=AddressReaders.PROFESSIONALS)
    record_check(made, Fact.COST, Finding(Verdict.CONFIRMED, Method.CALL), at=NOW)
    made.refresh_from_db()
    return made


def moved(service):
    return read_fact(service, Fact.ADDRESS) | {"locations": [HAMRUN]}


def edit(staff, service, fact, values, method=None):
    seen_fingerprint = fingerprint_of(read_fact(service, fact))
    edit_fact(staff.edda.scope, service, Edit(fact, values, seen_fingerprint, method), at=LATER)


def write(staff, service, **texts):
    edit_texts(
        staff.edda.scope,
        service,
        texts,
        seen_fingerprint=fingerprint_of(texts_of(service)),
        at=LATER,
    )


def draft(staff, service):
    seen = translations.segment_fingerprint(
        translations.get_segment(service, TranslatableField.DESCRIPTION, "fr")
    )
    wording = TranslationInput(TranslatableField.DESCRIPTION, "fr", "Démo aide", seen)
    translations.save_translation(staff.edda.scope, service, wording, at=LATER)


def room(staff, service):
    values = {"available": 2, "maximum": 8, "expires_at": TOMORROW.isoformat(), "units": []}
    write_fact(service, Fact.CAPACITY, values, at=LATER)


def check(fact, verdict=Verdict.CONFIRMED):
    def do(staff, service):
        record_check(service, fact, Finding(verdict, Method.VISIT), at=LATER)

    return do


PRIVATE = {
    "moved": lambda k, s: edit(k, s, Fact.ADDRESS, moved(s)),
    "moved and checked": lambda k, s: edit(k, s, Fact.ADDRESS, moved(s), Method.VISIT),
    "taken away": lambda k, s: edit(k, s, Fact.ADDRESS, {"locations": []}),
    "confirmed": check(Fact.ADDRESS),
    "disputed": check(Fact.ADDRESS, Verdict.DISPUTED),
    "never stored": lambda k, s: protect_address(k.edda.scope, s, None, at=LATER),
    "route": lambda k, s: write(k, s, referral_route="Demo: by fax", reply_days=3),
    "notes": lambda k, s: write(k, s, desk_notes="Demo: ask for the director"),
    "room": room,
    "translation": draft,
}


def public(read, service):
    """Return all public data: the answers of the standard, and the data of the pages."""
    published.forget()
    row = published.service_by_code(service.short)
    lists = [
        read("/hsds/services", format="ndjson", full="true"),
        read("/hsds/services", minimal="true"),
        read("/hsds/services", modified_after=LATER.isoformat().replace("+00:00", "Z")),
        read("/hsds/organizations", full="true"),
        read("/hsds/service_at_locations"),
    ]
    seen = row and replace(row, capacity=None, rooms=())  # no page tells free places
    return [*lists, read(f"/hsds/services/{service.pk}"), seen]


@pytest.mark.parametrize("change", PRIVATE.values(), ids=PRIVATE.keys())
def test_private_edit_does_not_change_public_documents(staff, service, read, change):
    with clock.frozen(LATER):
        before, number = public(read, service), DirectoryVersion.objects.get().number

        change(staff, service)

        assert public(read, service) == before
        assert DirectoryVersion.objects.get().number > number


PUBLIC = {
    **{
        fact.value: (lambda k, s, fact=fact: edit(k, s, fact, NEW[fact]))
        for fact in Fact
        if fact != Fact.CAPACITY
    },
    "name": lambda k, s: write(k, s, name="Demo Other"),
    "words": lambda k, s: write(k, s, restrictions="Demo: not on Mondays"),
    "checked": check(Fact.COST),
    "off": lambda k, s: change_status(k.cora.scope, s, StatusChange.SUSPEND, at=LATER),
}


@pytest.mark.parametrize("change", PUBLIC.values(), ids=PUBLIC.keys())
def test_public_edit_updates_last_modified(staff, service, read, change):
    with clock.frozen(LATER):
        before = public(read, service)

        change(staff, service)

        assert public(read, service) != before
    service.refresh_from_db()
    assert service.last_modified == LATER


def test_edit_of_a_suspended_service_does_not_update_last_modified(staff, service, read):
    with clock.frozen(LATER):
        change_status(staff.cora.scope, service, StatusChange.SUSPEND, at=NOW)
        service.refresh_from_db()
        before = read(f"/hsds/services/{service.pk}")

        edit(staff, service, Fact.VISIT_HOURS, NEW[Fact.VISIT_HOURS])
        check(Fact.COST)(staff, service)

        assert read(f"/hsds/services/{service.pk}") == before
        service.refresh_from_db()
        change_status(staff.cora.scope, service, StatusChange.RESUME, at=LATER)
    service.refresh_from_db()
    assert service.last_modified == LATER


def test_desk_search_finds_a_service_by_its_new_private_address(staff, service):
    assert name_search.find("demotown") == []

    edit(staff, service, Fact.ADDRESS, moved(service))

    assert name_search.find("demotown") == [service.pk]


def test_resuming_a_service_updates_last_modified(staff, service, read):
    write(staff, service, professionals_only=True)
    read(f"/hsds/services/{service.pk}", status=404)
    service.refresh_from_db()

    write(staff, service, professionals_only=False)

    assert read(f"/hsds/services/{service.pk}")["last_modified"] == "2026-11-24T11:00:00.000Z"


def test_every_edit_of_a_draft_updates_last_modified(staff):
    made = entry("draft", status="draft", released_at=None)

    write(staff, made, desk_notes="Demo: ask again")

    made.refresh_from_db()
    assert made.last_modified == LATER
