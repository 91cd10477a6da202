"""What a writer to the database does before a member leaves, so that the key is not renewed."""

import pytest

from protect.orgs.enums import MembershipState
from protect.orgs.models import Membership, Team
from protect.vault.formats import context, sealed, wraps
from protect.vault.formats.errors import Damaged
from protect.vault.integrity import key_checks
from protect.vault.models import Admission, DekWrap, Sealed, TeamGrant
from protect.vault.records.records import seal_context, wrap_context
from protect.vault.team_keys import members, rotation
from tests.vault.adversary.database_writer import see_all_rows
from tests.vault.cast import LATER, Person, note

CAST_IS_KEPT = True

pytestmark = pytest.mark.django_db

WRITTEN = {
    "grant_deleted": {},
    "place_waits": {"state": MembershipState.PENDING, "admitted_at": None},
    "role_without_keys": {"role": "coordinator"},
}


def hide_grant(person: Person, team: Team, columns: dict[str, object]) -> TeamGrant:
    """Delete each row that says a member holds the key, and return the copy that they keep."""
    copy = TeamGrant.objects.select_related("team_key").get(
        user_key__user=person.pk, team_key__team=team
    )
    TeamGrant.objects.filter(pk=copy.pk).delete()
    Admission.objects.filter(holder=person.pk).delete()
    if columns:
        Membership.objects.filter(user=person.pk, team=team).update(**columns)
    return copy


def opens(person: Person, copy: TeamGrant, wrap: DekWrap) -> bool:
    """Return whether the copy of a grant opens what is sealed, as its former member could."""
    team, version = copy.team_key.team_id, copy.team_key.version
    bound = context.grant(team=team, version=version, user=person.pk, user_version=1)
    secret = wraps.unwrap_grant(bytes(copy.wrap), person.secret, bound)
    text = Sealed.objects.get(record=wrap.record)
    try:
        bound = wrap_context(wrap.record, wrap.version, team, version)
        dek = wraps.unwrap_dek(bytes(wrap.wrap), secret, bound)
    except Damaged:
        return False
    return bool(sealed.unseal(bytes(text.ct), dek, seal_context(wrap.record, text)))


@pytest.mark.parametrize("columns", WRITTEN.values(), ids=WRITTEN)
def test_member_whose_grant_was_deleted_cannot_read_what_is_written_after_they_left(
    cast, writer, columns
):
    copy = hide_grant(cast.amal, cast.desk, columns)

    members.end_membership_and_access(
        cast.dana.scope, cast.amal.place(cast.desk), cast.sana.unlocked(), at=LATER
    )
    see_all_rows()
    record = note(cast.sana, cast.desk)

    wrap = DekWrap.objects.select_related("record").get(record=record)
    assert wrap.team_version == 2
    assert not opens(cast.amal, copy, wrap)


def test_departure_without_a_grant_makes_the_renewal_due_for_colleagues(cast, writer):
    hide_grant(cast.amal, cast.desk, {})

    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=LATER)

    see_all_rows()
    assert rotation.is_renewal_due(Team.objects.get(pk=cast.desk.pk))


@pytest.mark.parametrize("columns", WRITTEN.values(), ids=WRITTEN)
def test_beginning_anew_without_a_grant_makes_the_renewal_due(cast, writer, columns):
    hide_grant(cast.amal, cast.desk, columns)

    members.remove_access_of_user(cast.amal.pk, actor=cast.amal.pk, at=LATER)

    see_all_rows()
    assert rotation.is_renewal_due(Team.objects.get(pk=cast.desk.pk))


def test_place_written_as_waiting_keeps_no_grant_when_its_person_begins_anew(cast, writer):
    Membership.objects.filter(user=cast.amal.pk).update(state=MembershipState.PENDING)

    members.remove_access_of_user(cast.amal.pk, actor=cast.amal.pk, at=LATER)

    see_all_rows()
    assert not TeamGrant.objects.filter(user_key=cast.amal.key).exists()
    assert rotation.is_renewal_due(Team.objects.get(pk=cast.desk.pk))


def test_operators_find_a_signed_member_whose_grant_was_deleted(cast, writer):
    TeamGrant.objects.filter(user_key=cast.amal.key).delete()
    place = cast.amal.place(cast.desk)

    faults = [fault[:3] for fault in key_checks.find_faults()]

    assert faults == [("membership", place.pk, "no_grant")]
