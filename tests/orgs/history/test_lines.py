from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import translation

from protect.audit import facts
from protect.audit.actions import record
from protect.audit.models import Entry
from protect.audit.rules import SIGN_IN, organisation_chain
from protect.kernel.ids import format_short_code, short_code
from protect.orgs import actions
from protect.orgs.actions import OfferedRole
from protect.orgs.history import lines as history_lines, pages
from protect.orgs.history.pages import HistoryFilter
from protect.orgs.models import Membership
from tests.orgs.conftest import AT

pytestmark = pytest.mark.django_db
NOTE, OTHER = (f"note:{UUID(int=number)}" for number in (1, 2))


def write(world, action="vault.open", *, minute: float = 0, by="amal", target=NOTE, **more) -> None:
    values = {"organisation": world.office.pk, "chain": organisation_chain(world.office.pk)} | more
    actor = world.people[by].pk if by else None
    at = AT + timedelta(minutes=minute)
    record(at=at, action=action, actor=actor, target=target, **values)


def told(world) -> list[history_lines.Line]:
    rows = Entry.objects.order_by("chain", "-n")
    return history_lines.lines_of_entries(rows, {world.office.pk})


# --- readings that are one act ---


def test_readings_of_one_target_within_minutes_are_one_line(world):
    for minute in (0, 4, 10):
        write(world, minute=minute)

    [line] = told(world)

    assert (line.n, line.times) == (3, 3)
    assert (line.since, line.at) == (AT, AT + timedelta(minutes=10))
    with translation.override("en"):
        assert "3 times, first " in line.detail
        assert "30 Nov 2026" in line.detail


def test_readings_of_each_file_are_a_line_of_their_own(world):
    for code in ("bcdfgh", "kmnpqr", "bcdfgh"):
        write(world, f"vault.open_file.{code}")

    with translation.override("en"):
        lines = [(str(each.text), each.times) for each in told(world)]
    assert lines == [
        ("A file was opened. File bcd-fgh.", 2),
        ("A file was opened. File kmn-pqr.", 1),
    ]


def test_notes_and_files_are_called_by_their_numbers(world):
    number = format_short_code(short_code("note", str(UUID(int=1))))
    write(world)

    assert [each.name for each in told(world)] == [number]
    assert history_lines.target_name("note", UUID(int=1), ()) == number
    assert history_lines.target_name("packet", UUID(int=1), ()) == "00000000"


def test_other_entries_between_readings_do_not_split_the_line(world):
    write(world)
    write(world, target=OTHER)
    write(world, "vault.save", minute=1)
    write(world, minute=2)

    assert [(each.n, each.times) for each in told(world)] == [(4, 2), (3, 1), (2, 1)]


@pytest.mark.parametrize(
    "other",
    [
        {"by": "sana"},
        {"target": OTHER},
        {"action": "vault.open_file"},
        {"action": "vault.open_file.bcdfgh"},
        {"outcome": "record_damaged"},
        {"consent": UUID(int=9)},
        {"minute": 10.5},
    ],
)
def test_other_user_target_action_outcome_or_time_is_another_line(world, other):
    write(world)
    write(world, **other)

    assert [each.times for each in told(world)] == [1, 1]


@pytest.mark.parametrize("action", ["vault.save", "orgs.invite", "desk.note"])
def test_changes_and_refusals_have_a_line_each(world, action):
    write(world, action)
    write(world, action)

    assert [each.detail for each in told(world)] == ["", ""]


def test_an_export_and_a_check_have_every_entry(world):
    for _ in range(3):
        write(world)

    [checked] = facts.verify_chains(at=AT)

    exported = pages.entries_to_export(world.office, HistoryFilter(), last_entry=9)
    assert [each.n for each in exported] == [1, 2, 3]
    assert (checked.entries, checked.broken) == (3, None)


# --- where, and why ---


def where(world, action: str) -> list[tuple[str, ...]]:
    """Return, the oldest first, where every entry of an action says that it was."""
    rows = Entry.objects.filter(action__startswith=action).order_by("-n")
    return [
        each.where for each in reversed(history_lines.lines_of_entries(rows, {world.office.pk}))
    ]


def test_line_about_a_membership_shows_role_and_team(world):
    place = OfferedRole(world.office, world.desk, "supervisor")
    actions.invite(world.scope("dana"), place, email="demo.new@demo.example", language="en", at=AT)

    assert where(world, "orgs.invite") == [("Supervisor", "Demo desk")]


def test_line_about_an_ended_membership_shows_the_reason(world):
    actions.end_membership(world.scope("dana"), world.place("amal"), at=AT)
    actions.end_membership(world.scope("bela"), world.place("bela"), at=AT)

    assert where(world, "orgs.end_membership") == [
        ("Case worker", "Demo desk", "Removed"),
        ("Receiver", "Demo shelter", "At their own request"),
    ]


def test_line_shows_the_role_at_that_time_or_none(world):
    place = world.place("amal")
    target = f"membership:{place.pk}"
    write(world, "vault.admit", target=target)
    actions.change_role(world.scope("dana"), place, "supervisor", at=AT)
    write(world, "vault.admit", target=target)
    actions.change_role(world.scope("dana"), place, "caseworker", at=AT)

    assert where(world, "vault.admit") == [("Demo desk",), ("Supervisor", "Demo desk")]
    assert where(world, "orgs.promote_caseworker") == [("Case worker", "Demo desk")]


def test_a_role_in_the_organisation_itself_names_no_team(world):
    write(world, "orgs.membership_ready", target=f"membership:{world.place('dana').pk}")

    assert where(world, "orgs.membership_ready") == [("Administrator",)]


def test_foreign_memberships_and_other_targets_show_no_role(world):
    foreign = Membership.objects.get(user=world.chidi)
    for target in (f"membership:{foreign.pk}", f"membership:{uuid4()}", NOTE, ""):
        write(world, target=target)

    assert where(world, "vault.open") == [()] * 4


# --- refusals ---


def test_refusal_shows_its_reason_and_no_basis(world):
    write(world, "desk.note_erase", outcome="not_allowed")

    [line] = told(world)

    assert (str(line.text), str(line.why)) == (
        "A user tried to work with notes.",
        "Their role does not allow it.",
    )
    assert (line.refused, line.by_role) == ("not_allowed", False)


def test_refused_sign_in_is_not_attributed_to_the_system(world):
    target = f"user:{world.amal.pk}"
    more = {"organisation": None, "chain": SIGN_IN, "outcome": "sign_in_refused"}
    write(world, "vault.sign_in", by=None, target=target, **more)

    [line] = told(world)

    assert str(line.text) == "A person tried to sign in."
    assert (line.who, line.name) == ("a person who was not signed in", "Demo Amal")
    assert (line.kind, line.pk) == ("", "")
