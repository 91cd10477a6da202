from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from protect.audit.actions import record
from protect.audit.models import Entry
from protect.audit.queries import PAGE_SIZE
from protect.audit.rules import PLATFORM, organisation_chain
from protect.kernel.ids import format_short_code, short_code
from protect.orgs import actions
from protect.orgs.history import pages as history_pages
from protect.orgs.history.lines import lines_of_entries
from protect.orgs.history.pages import HistoryFilter
from protect.orgs.models import User
from tests.orgs.conftest import AT, make_person

pytestmark = pytest.mark.django_db
EVERYTHING = HistoryFilter()
PK = "5f0c9f3e-1c0e-4b43-9f6e-0a3a3a0d5b11"
NOTE, NUMBER = f"note:{PK}", format_short_code(short_code("note", PK))


@pytest.fixture
def officer(world):
    """Jonas reads who did what in the office."""
    return make_officer(world, "jonas", world.office)


def make_officer(world, name, organisation) -> User:
    world.people[name] = make_person(name, organisation, "protection_officer")
    return world.people[name]


def write(world, action="vault.open", *, by="amal", at=AT, **more) -> Entry:
    actor = world.people[by].pk if by else None
    values = {
        "organisation": world.office.pk,
        "chain": organisation_chain(world.office.pk),
        "target": NOTE,
    } | more
    return record(at=at, action=action, actor=actor, **values)


def told(world, asked=EVERYTHING, name="jonas"):
    return history_pages.history_page(world.scope(name), world.office, asked).entries


@pytest.mark.parametrize("name", ["amal", "sana", "dana", "chidi", "olga"])
def test_only_users_with_read_audit_see_the_history(world, name):
    write(world)

    with pytest.raises(PermissionDenied):
        told(world, name=name)


def test_entry_is_a_sentence_with_the_name_of_a_colleague(world, officer):
    write(world)

    only = told(world)[0]

    assert (str(only.text), only.who) == ("A record was opened.", "Demo Amal")
    assert (str(only.thing), only.name, only.kind) == ("Note", NUMBER, "note")
    assert (only.by_role, only.consent, only.refused) == (True, "", "")


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("chidi", "a person of another organisation"),
        (None, "the system"),
        ("amal", "Demo Amal"),
    ],
)
def test_names_of_other_organisations_are_hidden(world, officer, by, who):
    write(world, by=by)

    assert told(world)[0].who == who


@pytest.mark.parametrize(
    ("action", "by", "who"),
    [
        ("trainings.say_pictures", None, "a person without an account"),
        ("vault.seal_of_visitor", None, "a person without an account"),
        ("trainings.register", "amal", "Demo Amal"),
        ("trainings.lapse", None, "the system"),
    ],
)
def test_an_entry_names_the_system_only_for_what_no_person_did(world, officer, action, by, who):
    write(world, action, by=by)

    assert told(world)[0].who == who
    assert len(told(world, HistoryFilter(person=history_pages.SYSTEM_FILTER))) == (
        who == "the system"
    )


def test_former_member_is_named_until_the_account_is_emptied(world, officer):
    write(world)
    actions.end_membership(world.scope("dana"), world.place("amal"), at=AT)
    assert told(world, HistoryFilter(action="vault.open"))[0].who == "Demo Amal"

    User.objects.filter(pk=world.amal.pk).update(name="")

    assert told(world, HistoryFilter(action="vault.open"))[0].who == "a former member"


def test_teams_users_and_memberships_are_named(world, officer):
    place = world.place("amal")
    things = {
        f"team:{world.desk.pk}": "Demo desk",
        f"membership:{place.pk}": "Demo Amal",
        f"user:{world.dana.pk}": "Demo Dana",
        f"organisation:{world.office.pk}": "Demo office",
        f"team:{world.other_team.pk}": str(world.other_team.pk)[:8],
        f"user:{world.chidi.pk}": str(world.chidi.pk)[:8],
    }
    for target in things:
        write(world, target=target)

    assert [each.name for each in reversed(told(world))] == list(things.values())


def test_line_shows_consent_and_refusal(world, officer):
    consent = uuid4()
    write(world, consent=consent)
    write(world, outcome="record_damaged")

    refused, with_consent = told(world)

    assert (with_consent.consent, with_consent.by_role) == (str(consent)[:8], False)
    assert refused.refused == "record_damaged"


def test_entry_without_a_target_shows_none(world, officer):
    write(world, "vault.sign_heads", by=None, target="")

    only = told(world)[0]

    assert (str(only.thing), only.name, only.by_role) == ("", "", False)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, [4, 3, 2, 1]),
        ({"person": "amal"}, [1]),
        ({"person": "system"}, [3]),
        ({"action": "vault.save"}, [2]),
        ({"action": "orgs.promote_"}, [4]),
        ({"action": "refused"}, [3]),
        ({"day": "2026-12-01"}, [4]),
        ({"day": "2026-11-30", "person": "sana"}, [2]),
        ({"before": "3"}, [2, 1]),
        ({"before": "9" * 40}, [4, 3, 2, 1]),
        ({"person": "nobody", "action": "no.such", "day": "soon", "before": "x"}, [4, 3, 2, 1]),
    ],
)
def test_entries_are_filtered_by_person_action_and_day(world, officer, fields, found):
    write(world)
    write(world, "vault.save", by="sana")
    write(world, "vault.erase_retention", by=None, outcome="record_damaged")
    write(world, "orgs.promote_supervisor", by="dana", at=AT + timedelta(days=1))
    if fields.get("person") in world.people:
        fields = {**fields, "person": str(world.people[fields["person"]].pk)}

    assert [each.n for each in told(world, HistoryFilter.from_query(fields))] == found


def test_day_filter_uses_the_time_zone_of_the_screen(world, officer):
    write(world, at=AT.replace(hour=23, minute=30))  # in Brussels half past midnight, next day
    day = date(2026, 12, 1)

    with timezone.override("Europe/Brussels"):
        assert len(told(world, HistoryFilter(day=day))) == 1
    assert told(world, HistoryFilter(day=day)) == []


def test_a_page_leads_to_the_older_ones_whatever_is_written_meanwhile(world, officer):
    for _ in range(PAGE_SIZE + 2):
        write(world, "vault.save")
    first = history_pages.history_page(world.scope("jonas"), world.office, HistoryFilter())
    write(world)

    second = history_pages.history_page(
        world.scope("jonas"), world.office, HistoryFilter(before=first.older)
    )

    assert (first.entries[0].n, first.entries[-1].n, first.older) == (PAGE_SIZE + 2, 3, 3)
    assert [each.n for each in second.entries] == [2, 1]
    assert second.older is None


def test_line_counts_entries_beyond_its_page_once(world, officer):
    write(world, "vault.open")
    write(world, "vault.open")
    for _ in range(PAGE_SIZE):
        write(world, "vault.save")
    write(world, "vault.open")

    first = history_pages.history_page(world.scope("jonas"), world.office, HistoryFilter())
    second = history_pages.history_page(
        world.scope("jonas"), world.office, HistoryFilter(before=first.older)
    )

    assert [line.times for line in first.entries] == [3, *[1] * (PAGE_SIZE - 1)]
    assert first.older == 4
    assert [(line.n, line.times) for line in second.entries] == [(3, 1)]
    assert second.older is None


def test_alarms_of_a_day_are_one_line_however_many_pages_lie_between(world, officer):
    for hour in range(3):
        write(world, "desk.note", at=AT + timedelta(hours=hour), outcome="record_damaged")
        for _ in range(3 * PAGE_SIZE):
            write(world, "vault.save", at=AT + timedelta(hours=hour))

    pages, asked = [], HistoryFilter()
    while True:
        pages.append(history_pages.history_page(world.scope("jonas"), world.office, asked))
        if pages[-1].older is None:
            break
        asked = HistoryFilter(before=pages[-1].older)

    lines = [line for page in pages for line in page.entries]
    assert [line.times for line in lines if line.is_alarm] == [3]
    assert sum(line.times for line in lines) == Entry.objects.count()
    assert [len(page.entries) for page in pages[:-1]] == [PAGE_SIZE] * (len(pages) - 1)


def test_a_page_that_is_just_full_leads_nowhere(world, officer):
    for _ in range(PAGE_SIZE):
        write(world)

    assert (
        history_pages.history_page(world.scope("jonas"), world.office, HistoryFilter()).older
        is None
    )


def test_history_page_needs_few_queries(world, officer, django_assert_max_num_queries):
    for name in ("amal", "sana", "dana"):
        write(world, by=name, target=f"user:{world.people[name].pk}")

    with django_assert_max_num_queries(7):
        assert len(told(world)) == 3


def test_target_history_shows_entries_that_the_user_may_read(world, officer):
    write(world)
    write(world, "vault.save", at=AT + timedelta(minutes=1))
    write(world, target=f"team:{world.desk.pk}")
    elsewhere = {"organisation": world.other.pk, "chain": organisation_chain(world.other.pk)}
    write(world, "vault.read", by="chidi", **elsewhere)

    rows = history_pages.get_target_entries(
        world.scope("jonas"), "note", UUID(NOTE.partition(":")[2])
    )

    assert [each.action for each in rows] == ["vault.save", "vault.open"]


def test_actions_of_the_platform_are_in_the_history(world, officer):
    target = f"organisation:{world.office.pk}"
    write(world, "orgs.suspend_organisation", by="olga", chain=PLATFORM, target=target)

    rows = history_pages.get_target_entries(world.scope("jonas"), "organisation", world.office.pk)

    assert lines_of_entries(rows, {world.office.pk})[0].who == "a person of another organisation"


@pytest.mark.parametrize("name", ["dana", "olga", "emil"])
def test_target_without_readable_entries_is_not_found(world, name):
    write(world)

    with pytest.raises(Http404) as foreign:
        history_pages.get_target_entries(world.scope(name), "note", UUID(NOTE.partition(":")[2]))
    with pytest.raises(Http404) as missing:
        history_pages.get_target_entries(world.scope(name), "note", uuid4())

    assert foreign.value.args == missing.value.args


def test_an_export_has_every_entry_once_and_none_that_came_later(world, officer, monkeypatch):
    monkeypatch.setattr(history_pages, "CHUNK", 2)
    for _ in range(5):
        write(world)

    found = list(history_pages.entries_to_export(world.office, HistoryFilter(), last_entry=4))

    assert [each.n for each in found] == [1, 2, 3, 4]


def test_export_applies_the_filters(world, officer):
    write(world)
    write(world, "vault.save")

    found = list(
        history_pages.entries_to_export(
            world.office, HistoryFilter(action="vault.save"), last_entry=9
        )
    )

    assert [each.n for each in found] == [2]


def test_person_filter_offers_current_and_former_members(world, officer):
    actions.end_membership(world.scope("dana"), world.place("amal"), at=AT)

    names = [name for _, name in history_pages.colleague_choices(world.office)]

    assert names == ["Demo Amal", "Demo Bela", "Demo Dana", "Demo Jonas", "Demo Sana"]


def test_target_is_found_by_its_number(world, officer):
    notes = [f"note:{uuid4()}" for _ in range(3)]
    for target in (*notes, notes[1], f"file:{uuid4()}"):
        write(world, target=target)
    number = format_short_code(short_code("note", notes[1].removeprefix("note:")))

    assert history_pages.find_targets_by_number(world.office, "note", number.upper()) == [notes[1]]
    assert history_pages.find_targets_by_number(world.office, "note", "bcd-fg") == []
    found = history_pages.history_page(
        world.scope("jonas"), world.office, HistoryFilter.from_query({"number": number})
    )
    assert {f"{each.kind}:{each.pk}" for each in found.entries} == {notes[1]}


def test_file_actions_are_in_the_history_of_their_note(world, officer):
    note = uuid4()
    for action in ("vault.open", "vault.open_file.bcdfgh", "vault.open_file.kmnpqr"):
        write(world, action, target=f"note:{note}")

    assert len(history_pages.get_target_entries(world.scope("jonas"), "note", note)) == 3
    found = history_pages.history_page(
        world.scope("jonas"), world.office, HistoryFilter(action="vault.open_file")
    )
    assert [each.n for each in found.entries] == [3, 2]


def test_all_targets_with_the_same_number_are_found(world, monkeypatch):
    notes = sorted(f"note:{uuid4()}" for _ in range(2))
    for target in notes:
        write(world, target=target)
    monkeypatch.setattr(
        history_pages, "short_code", lambda kind, pk: "bcdfgh"
    )  # no pair is at hand

    assert history_pages.find_targets_by_number(world.office, "note", "bcd fgh") == notes


def test_number_is_searched_in_one_organisation_only(world, monkeypatch):
    write(world)
    monkeypatch.setattr(history_pages, "short_code", lambda kind, pk: "bcdfgh")

    assert history_pages.find_targets_by_number(world.other, "note", "bcd-fgh") == []
