"""What a writer to the database does with the keys of officers and members."""

from uuid import uuid4

import pytest

from protect.orgs import access
from protect.orgs.enums import MembershipState
from protect.orgs.models import Membership
from protect.vault.errors import (
    FingerprintDiffers,
    MemberKeyMismatch,
    TeamKeyMismatch,
)
from protect.vault.formats.secrets import UserSecret
from protect.vault.models import Admission, TeamKey, UserKey
from protect.vault.team_keys import members, recovery_kit, rotation
from tests.vault.cast import (
    AT,
    appoint_officers,
    finish_kit,
    found,
    make_person,
    new_team,
    wait_in,
)
from tests.vault.traces import refused
from tests.vault.views.desk import Desk, words

CAST_IS_KEPT = True

pytestmark = pytest.mark.django_db


def test_overwritten_officer_gets_no_half_at_a_renewal(cast, writer):
    for slot in (1, 2):
        writer.replace_officer(cast.office, slot)

    with refused(MemberKeyMismatch):
        rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)

    assert writer.secrets_opened() == []


def test_overwritten_officer_gets_no_half_when_the_kit_is_finished(cast, writer, ledger_state):
    if ledger_state == "rebuilt":
        pytest.skip("officers whom no team has signed yet are known from the ledger alone (ADR 40)")
    team = new_team(cast.office, "Demo new")
    found(team, cast.amal)
    for slot in (1, 2):
        writer.replace_officer(cast.office, slot)

    with refused(MemberKeyMismatch):
        finish_kit(cast.amal, team)

    assert writer.secrets_opened() == []


@pytest.mark.parametrize("is_moved", [False, True], ids=["inserted", "moved_to_a_lower_slot"])
def test_officers_of_an_attacker_get_no_half_when_the_kit_is_finished(
    cast, writer, ledger_state, is_moved
):
    """Rows of officers under new ids, or honest ones in another slot: no appointment is known."""
    from protect.vault.models import RecoveryHalf, RecoveryOfficer

    rows = RecoveryOfficer.objects.filter(organisation=cast.office)
    old = {row.slot: row for row in rows}
    read_out = {f"words_{slot}": " ".join(recovery_kit.officer_words(old[slot])) for slot in old}
    Admission.objects.filter(holder__in=[row.pk for row in old.values()]).delete()
    rows.delete()
    RecoveryHalf.objects.filter(team_key__team=cast.desk).delete()
    for slot in (1, 2, 3):
        secret = UserSecret.generate()
        writer.officers.append(secret)
        pk = old[slot % 3 + 1].pk if is_moved else uuid4()
        row = RecoveryOfficer(
            pk=pk, organisation=cast.office, slot=slot, confirmed_at=AT, created=AT
        )
        row.public, row.wrapped = secret.public().raw, bytes(old[slot].wrapped)
        row.save(force_insert=True)
    writer.let_ledger_be_rebuilt()

    answer = Desk().let_in(cast.sana).post(f"/teams/{cast.desk.pk}/kit", **read_out)

    code = (
        "key_mismatch"
        if ledger_state == "ledger"
        else "If they still differ, tell your data protection officer:"
    )
    assert answer.status_code == (409 if ledger_state == "ledger" else 422)
    assert code in words(answer)
    assert writer.secrets_opened() == []


def test_manager_who_was_inserted_appoints_officers_who_get_no_half(cast, writer):
    """They appoint by the pages, so the ledger knows the keys: only the words differ."""
    from protect.vault.models import RecoveryHalf

    rita = make_person("rita")
    papers = {
        f"words_{slot}": " ".join(recovery_kit.officer_words(officer))
        for slot, officer in recovery_kit.officers_by_slot(cast.office.pk).items()
    }
    Membership.objects.create(
        user=rita.user,
        organisation=cast.office,
        role="organisation_admin",
        state=MembershipState.ACTIVE,
        created=AT,
        admitted_at=AT,
    )
    codes = appoint_officers(access.scope_for(rita.pk), cast.office)
    for slot, officer in recovery_kit.officers_by_slot(cast.office.pk).items():
        writer.officers.append(recovery_kit.open_officer_secret(officer, codes[slot]))
    sana, page = Desk().let_in(cast.sana), f"/teams/{cast.desk.pk}/kit"

    asked, answer = words(sana.get(page)), sana.post(page, **papers)

    assert "by \u2068Demo Rita\u2069" in asked
    assert answer.status_code == 422
    assert "If they still differ, tell your data protection officer:" in words(answer)
    assert not RecoveryHalf.objects.filter(team_key__team=cast.desk).exists()
    assert writer.secrets_opened() == []


def test_officers_appointed_since_the_kit_was_finished_get_no_half_at_a_renewal(cast, writer):
    from protect.vault.models import RecoveryOfficer

    rows = RecoveryOfficer.objects.filter(organisation=cast.office, slot__in=(1, 2))
    rows.delete()
    appoint_officers(cast.dana.scope, cast.office)  # others, whom the team has not signed

    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)

    key = TeamKey.objects.get(team=cast.desk, version=2)
    assert not key.halves.exists()


def test_overwritten_key_of_a_member_stops_the_renewal(cast, writer):
    writer.replace_user_public(cast.amal.pk)

    with refused(MemberKeyMismatch):
        rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)

    assert writer.secrets_opened() == []


def test_newer_key_written_for_a_member_stops_the_renewal(cast, writer):
    secret = make_person("stranger").secret
    UserKey.objects.create(user=cast.amal.user, version=2, public=secret.public().raw, created=AT)
    writer.users.append((cast.amal.pk, secret))

    with refused(MemberKeyMismatch):
        rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)

    assert writer.secrets_opened() == []


def test_person_whose_key_was_overwritten_is_not_let_in_by_the_words_they_read_out(cast, writer):
    gita = make_person("gita")
    place, said = wait_in(gita, cast.desk), gita.words
    writer.replace_user_public(gita.pk)

    with refused((FingerprintDiffers, MemberKeyMismatch)):
        members.admit_to_team(cast.sana.scope, cast.sana.unlocked(), place, words=said, at=AT)

    answer = Desk().let_in(gita).get(f"/teams/{cast.desk.pk}")
    assert answer.status_code == 409
    assert writer.secrets_opened() == []


def test_halves_of_another_secret_restore_no_team(cast, writer, ledger_state):
    from protect.vault.formats import context, secrets, wraps
    from protect.vault.formats.secrets import UserPublicKey
    from protect.vault.models import RecoveryHalf, RecoveryOfficer

    gita = make_person("gita")
    place = wait_in(gita, cast.desk, "supervisor")
    secret = writer.replace_team_public(cast.desk)
    key = TeamKey.objects.get(team=cast.desk)
    for slot, half in zip((1, 2), secrets.split_team_secret(secret), strict=True):
        officer = RecoveryOfficer.objects.get(organisation=cast.office, slot=slot)
        bound = context.half(team=cast.desk.pk, version=1, pair="12", slot=slot)
        wrap = wraps.wrap_half(half, UserPublicKey(bytes(officer.public)), bound)
        RecoveryHalf.objects.filter(team_key=key, pair="12", slot=slot).update(wrap=wrap)
    codes = cast.codes[cast.office.pk]
    typed = {slot: codes[slot] for slot in (1, 2)}

    # Rebuilt, the ledger knows the forged key: then the signatures of the team's members differ.
    kind = MemberKeyMismatch if ledger_state == "rebuilt" else TeamKeyMismatch
    with pytest.raises(kind) as caught:
        members.restore_team(gita.unlocked(), place, typed, at=AT)
    assert caught.type is kind
