from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.vault.errors import CodeWrong
from protect.vault.formats.credentials.codes import RecoveryCode
from protect.vault.team_keys import recovery_kit
from tests.refusals import refuses
from tests.vault import cast as casting
from tests.vault.cast import AT, LATER, entries, finish_kit, make_person, must_verify, new_team

CAST_IS_KEPT = True
WRONG = RecoveryCode(b"\x01" * 20).printed()


def typed(cast, *slots: int) -> dict[int, str]:
    return {slot: cast.codes[cast.office.pk][slot] for slot in slots}


def test_a_drill_is_in_the_audit_and_says_which_key(cast):
    recovery_kit.hold_drill(cast.sana.scope, cast.desk, typed(cast, 1, 3), at=LATER)

    entry = Entry.objects.get(action="vault.recovery_drill")
    key = recovery_kit.active_key(cast.desk.pk)
    assert (entry.actor_id, entry.organisation, entry.at) == (cast.sana.pk, cast.office.pk, LATER)
    assert entry.target == f"teamkey:{key.pk}"
    must_verify()


@pytest.mark.parametrize("name", ["amal", "chidi", "emil", "olga"])
def test_drill_is_allowed_to_admitting_members_and_managers(cast, name):
    with pytest.raises(PermissionDenied):
        recovery_kit.hold_drill(cast.people[name].scope, cast.desk, typed(cast, 1, 2), at=LATER)

    assert entries("recovery_drill") == 0


def test_a_wrong_code_is_no_drill(cast):
    with pytest.raises(CodeWrong):
        recovery_kit.hold_drill(cast.sana.scope, cast.desk, typed(cast, 1) | {2: WRONG}, at=LATER)

    assert recovery_kit.last_drill_at(cast.office.pk) is None


def test_a_team_without_a_kit_has_nothing_to_try(cast):
    team = new_team(cast.office, "Demo new")
    casting.found(team, make_person("rana"))
    recovery_kit.RecoveryHalf.objects.filter(team_key__team=team).delete()

    with refuses("kit_has_gaps"):
        recovery_kit.hold_drill(cast.dana.scope, team, typed(cast, 1, 2), at=LATER)

    assert entries("recovery_drill") == 0


def test_the_first_drill_is_due_six_months_after_the_first_kit(cast):
    finish_kit(cast.sana, cast.desk, at=LATER)

    assert recovery_kit.next_drill_due_at(cast.office.pk) == AT + recovery_kit.DRILL_INTERVAL


def test_each_drill_postpones_the_next_one(cast):
    later = AT + timedelta(days=100)
    recovery_kit.hold_drill(cast.dana.scope, cast.desk, typed(cast, 2, 3), at=later)

    assert recovery_kit.last_drill_at(cast.office.pk) == later
    assert recovery_kit.next_drill_due_at(cast.office.pk) == later + recovery_kit.DRILL_INTERVAL
    assert recovery_kit.next_drill_due_at(cast.partner.pk) == AT + recovery_kit.DRILL_INTERVAL


def test_an_organisation_without_a_kit_has_no_drill_due(cast):
    fresh = casting.make_organisation("Demo fresh", "BE")

    assert recovery_kit.next_drill_due_at(fresh.pk) is None
