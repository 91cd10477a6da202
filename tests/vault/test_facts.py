from datetime import timedelta

import pytest
from django.db.models import Model

from protect.audit.actions import record
from protect.audit.rules import PLATFORM, organisation_chain
from protect.orgs import alarms
from protect.orgs.actions import AlarmAnswer, answer_alarm
from protect.orgs.actions.alarms import add_alarm
from protect.orgs.enums import OrganisationState, TeamState
from protect.orgs.models import Organisation, Team
from protect.vault import facts
from protect.vault.integrity import heads
from protect.vault.models import DekWrap, Record, RecoveryHalf, RecoveryOfficer
from protect.vault.team_keys import members, recovery_kit, rotation
from tests.vault.cast import AT, LATER, Cast, make_person, new_team, note, serve, wait_in

CAST_IS_KEPT = True

pytestmark = pytest.mark.django_db
QUIET = {"drills_due": 3}  # nobody has practised yet


def differs(at=LATER) -> dict[str, int]:
    """Return what is otherwise than when everybody just works."""
    found = facts.count_vault_state(at=at)
    return {code: number for code, number in found.items() if number != QUIET.get(code, 0)}


def test_working_teams_need_only_a_drill(cast):
    note(cast.amal, cast.desk)

    assert differs() == {}


def key_is_missing(cast: Cast) -> None:
    new_team(cast.office, "Demo new")


def kit_is_unfinished(cast: Cast) -> None:
    team = new_team(cast.office, "Demo new")
    place = wait_in(cast.sana, team, "supervisor")
    members.make_first_key(cast.sana.unlocked(), place, at=AT)


def somebody_left(cast: Cast) -> None:
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)


def somebody_waits(cast: Cast) -> None:
    wait_in(make_person("ines"), cast.desk)


def officer_changed(cast: Cast) -> None:
    recovery_kit.appoint_officer(cast.dana.scope, cast.office, 2, at=AT)


def key_is_being_renewed(cast: Cast) -> None:
    note(cast.amal, cast.desk)
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)


def wrap_is_damaged(cast: Cast) -> None:
    made = note(cast.amal, cast.desk)
    DekWrap.objects.filter(record=made).update(damaged_at=AT)


def month_is_over(cast: Cast) -> None:
    made = note(cast.amal, cast.desk)
    Record.objects.filter(pk=made.pk).update(retention=AT.date().replace(month=10, day=1))


@pytest.mark.parametrize(
    ("happens", "shows"),
    [
        (key_is_missing, {"teams_without_key": 1}),
        (kit_is_unfinished, {"teams_founding": 1, "kits_incomplete": 1}),
        (somebody_left, {"teams_rotation_due": 1}),
        (somebody_waits, {"people_waiting": 1}),
        (officer_changed, {"officers_missing": 1, "kits_incomplete": 1}),
        (key_is_being_renewed, {"wraps_to_move": 1}),
        (wrap_is_damaged, {"wraps_damaged": 1}),
        (month_is_over, {"records_overdue": 1}),
    ],
)
def test_due_and_unfinished_work_is_counted(cast, happens, shows):
    happens(cast)

    assert differs() == shows


@pytest.mark.parametrize("happens", [key_is_missing, kit_is_unfinished, somebody_waits])
def test_ended_teams_and_organisations_are_not_counted(cast, happens):
    happens(cast)
    Team.objects.exclude(pk__in=[cast.shelter.pk, cast.far.pk]).update(
        state=TeamState.RETIRED, retired_at=AT
    )

    assert differs() == {"drills_due": 2}


@pytest.mark.parametrize("action", recovery_kit.CODES_PROVED_ACTIONS)
def test_a_drill_counts_for_six_months(cast, action):
    record(
        at=AT,
        chain=organisation_chain(cast.office.pk),
        action=action,
        actor=None,
        organisation=cast.office.pk,
    )

    assert differs() == {"drills_due": 2}
    assert differs(at=AT + timedelta(days=183)) == {}


def test_suspended_organisation_needs_no_officers(cast):
    RecoveryOfficer.objects.filter(organisation=cast.office).delete()
    Organisation.objects.filter(pk=cast.office.pk).update(
        state=OrganisationState.SUSPENDED, suspended_at=AT
    )

    assert differs() == {"drills_due": 2}


def test_a_kit_with_a_half_too_few_is_incomplete(cast):
    half: Model | None = RecoveryHalf.objects.filter(team_key__team=cast.desk).first()
    assert half
    half.delete()

    assert differs() == {"kits_incomplete": 1}


def test_unanswered_alarms_count_once_for_each_target_and_organisation(cast):
    officer = make_person("petra")
    serve(officer, cast.office, "protection_officer")
    target = f"team:{cast.shelter.pk}"
    for organisation, at in ((cast.office, AT), (cast.partner, AT), (cast.office, LATER)):
        add_alarm(organisation.pk, target, "key_mismatch", action="vault.open", actor=None, at=at)
    assert differs() == {"alarms_open": 2}

    seen = alarms.unanswered_alarms([cast.office.pk])[0].n
    answer = AlarmAnswer(target, "key_mismatch", "Demo cause")
    answer_alarm(officer.scope, cast.office, answer, seen=seen, at=LATER)

    assert differs() == {"alarms_open": 1}


def test_heads_were_signed_when_the_audit_says_so(db):
    assert facts.heads_signed_at() is None

    for at in (AT, LATER):
        record(at=at, chain=PLATFORM, action=heads.SIGN_HEADS_ACTION, actor=None, organisation=None)

    assert facts.heads_signed_at() == LATER
