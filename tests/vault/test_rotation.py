import pytest

from protect.notices.models import Outgoing
from protect.orgs import actions as orgs
from protect.orgs.enums import MembershipState, TeamMove, TeamState
from protect.vault.access import holds_active_key
from protect.vault.enums import KeyState
from protect.vault.errors import KeyNotReady, RecordDamaged
from protect.vault.formats import wraps
from protect.vault.formats.errors import Damaged
from protect.vault.integrity import authenticity
from protect.vault.models import (
    DekWrap,
    RecoveryHalf,
    Sealed,
    TeamGrant,
    TeamKey,
)
from protect.vault.records import records
from protect.vault.sessions.rules import STEP_UP_VALIDITY
from protect.vault.team_keys import members, rotation
from tests.vault.cast import (
    AT,
    LATER,
    OTHER,
    SAID,
    admit,
    entries,
    grants,
    make_person,
    must_verify,
    new_team,
    read,
    renew,
    versions,
    write,
)
from tests.vault.traces import refused, spoilt

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def begin(person, team) -> TeamKey:
    return rotation.begin_renewal(person.unlocked(), team, at=AT)


def step(person, team, limit=rotation.BATCH) -> rotation.Progress:
    return rotation.continue_renewal(person.unlocked(), team, at=LATER, limit=limit)


def at_version(team) -> list[int]:
    rows = DekWrap.objects.filter(team=team).order_by("team_version")
    return list(rows.values_list("team_version", flat=True))


def due(team) -> bool:
    team.refresh_from_db()
    return rotation.is_renewal_due(team)


def test_the_next_version_is_signed_by_the_one_before_and_given_to_every_member(cast):
    key = begin(cast.sana, cast.desk)

    old = TeamKey.objects.get(team=cast.desk, version=1)
    assert authenticity.is_signed_successor(old, key)
    assert not authenticity.is_signed_successor(key, old)
    assert versions(cast.desk) == {1: KeyState.RETIRING, 2: KeyState.ACTIVE}
    assert grants(cast.desk) == {
        (person.pk, version) for person in (cast.amal, cast.sana) for version in (1, 2)
    }
    assert RecoveryHalf.objects.filter(team_key=key).count() == 6
    assert cast.amal.unlocked().team_secret(cast.desk.pk, 2) != cast.amal.unlocked().team_secret(
        cast.desk.pk, 1
    )


@pytest.mark.parametrize("shown", [None, AT - STEP_UP_VALIDITY])
def test_requested_renewal_needs_a_step_up(cast, shown):
    write(cast.amal, cast.desk)
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)

    with refused("step_up_required"):
        rotation.continue_renewal_by_member(cast.sana.unlocked(shown), cast.desk, at=AT)

    assert versions(cast.desk) == {1: KeyState.ACTIVE}
    assert at_version(cast.desk) == [1]
    assert entries("rotate") == 0


def test_a_step_by_hand_moves_as_many_wraps_as_any_other(cast):
    write(cast.amal, cast.desk)
    begin(cast.sana, cast.desk)

    assert rotation.continue_renewal_by_member(
        cast.sana.unlocked(), cast.desk, at=AT
    ) == rotation.Progress(1, 0)


def test_due_renewal_continues_without_a_step_up(cast):
    write(cast.amal, cast.desk)
    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)

    rotation.continue_renewal(cast.sana.unlocked(None), cast.desk, at=AT)

    assert versions(cast.desk) == {1: KeyState.RETIRED, 2: KeyState.ACTIVE}
    assert at_version(cast.desk) == [2]


def test_renewal_is_mailed_to_admitting_members_and_audited(cast):
    begin(cast.sana, cast.desk)

    mails = Outgoing.objects.filter(template="key_rotated").order_by("to")
    assert [mail.to.partition("@")[0] for mail in mails] == ["sana"]
    assert entries("rotate") == 1
    must_verify()


@pytest.mark.parametrize("name", ["bela", "chidi", "dana", "olga"])
def test_only_key_holders_renew_the_key(cast, name):
    write(cast.amal, cast.desk)
    with refused(KeyNotReady):
        begin(cast.people[name], cast.desk)
    begin(cast.sana, cast.desk)
    with refused(KeyNotReady):
        step(cast.people[name], cast.desk)


def test_a_team_without_a_key_has_nothing_to_renew(cast):
    team = new_team(cast.office, "Demo new")

    assert not rotation.is_renewal_due(team)
    for attempt in (begin, step):
        with refused("team_not_ready"):
            attempt(cast.sana, team)


def test_wraps_move_in_batches_that_any_key_holder_can_continue(cast):
    made = [write(cast.amal, cast.desk, {"n": number}) for number in range(5)]
    begin(cast.sana, cast.desk)

    assert step(cast.sana, cast.desk, limit=2) == rotation.Progress(2, 3)
    assert at_version(cast.desk) == [1, 1, 1, 2, 2]
    assert due(cast.desk)
    assert step(cast.amal, cast.desk, limit=2) == rotation.Progress(2, 1)
    assert step(cast.sana, cast.desk, limit=2) == rotation.Progress(1, 0)

    assert at_version(cast.desk) == [2] * 5
    assert versions(cast.desk) == {1: KeyState.RETIRED, 2: KeyState.ACTIVE}
    assert not due(cast.desk)
    assert [read(cast.amal, record).document["n"] for record in made] == list(range(5))


def test_older_versions_of_a_record_move_too(cast):
    record = write(cast.amal, cast.desk)
    records.save_record(cast.amal.unlocked(), record, OTHER, seen=1, at=AT)
    begin(cast.sana, cast.desk)

    assert step(cast.sana, cast.desk) == rotation.Progress(2, 0)
    assert at_version(cast.desk) == [2, 2]


def test_people_go_on_reading_and_saving_meanwhile(cast):
    first, second = (write(cast.amal, cast.desk, {"n": number}) for number in range(2))
    begin(cast.sana, cast.desk)
    step(cast.sana, cast.desk, limit=1)

    for record in (first, second):
        records.save_record(cast.amal.unlocked(), record, OTHER, seen=1, at=LATER)
        assert read(cast.sana, record).document == OTHER
    third = write(cast.amal, cast.desk)
    assert sorted(at_version(cast.desk)) == [1, 2, 2, 2, 2]

    step(cast.sana, cast.desk)
    assert read(cast.sana, third).document == SAID
    assert not due(cast.desk)


def test_what_was_moved_is_tagged_anew_and_seals_the_same_text(cast):
    record = write(cast.amal, cast.desk)
    text = bytes(Sealed.objects.get(record=record).ct)
    before = DekWrap.objects.get(record=record)
    begin(cast.sana, cast.desk)

    step(cast.sana, cast.desk)

    after = DekWrap.objects.get(record=record)
    assert bytes(Sealed.objects.get(record=record).ct) == text
    assert bytes(after.wrap) != bytes(before.wrap)
    assert bytes(after.origin) != bytes(before.origin)
    DekWrap.objects.filter(pk=after.pk).update(origin=bytes(before.origin))
    with refused(RecordDamaged):
        read(cast.amal, record)


def test_the_old_version_retires_with_its_grants_and_halves(cast):
    write(cast.amal, cast.desk)
    begin(cast.sana, cast.desk)
    step(cast.sana, cast.desk)

    assert {version for _, version in grants(cast.desk)} == {2}
    assert not RecoveryHalf.objects.filter(team_key__team=cast.desk, team_key__version=1).exists()
    assert RecoveryHalf.objects.filter(team_key__team=cast.desk, team_key__version=2).count() == 6
    assert entries("retire_key") == 1


def test_a_step_with_nothing_to_do_changes_nothing(cast):
    write(cast.amal, cast.desk)
    before = (versions(cast.desk), grants(cast.desk), entries("retire_key"))

    assert step(cast.sana, cast.desk) == rotation.Progress(0, 0)
    assert (versions(cast.desk), grants(cast.desk), entries("retire_key")) == before


@pytest.mark.parametrize("field", ["wrap", "origin"])
def test_a_damaged_wrap_is_marked_and_the_rotation_goes_on(cast, field):
    torn, whole = write(cast.amal, cast.desk), write(cast.amal, cast.desk)
    row = DekWrap.objects.get(record=torn)
    before = bytes(getattr(row, field))
    DekWrap.objects.filter(pk=row.pk).update(**{field: before[:-1] + bytes([before[-1] ^ 1])})
    begin(cast.sana, cast.desk)

    assert step(cast.sana, cast.desk).left == 0

    row.refresh_from_db()
    assert (row.damaged_at, row.team_version) == (LATER, 1)
    assert bytes(getattr(row, field)) == before[:-1] + bytes([before[-1] ^ 1])
    assert versions(cast.desk)[1] == KeyState.RETIRED
    with refused(RecordDamaged, reference=str(torn.pk)):
        read(cast.amal, torn)
    assert read(cast.amal, whole).document == SAID


def test_a_wrap_whose_text_is_missing_is_marked_too(cast):
    torn, whole = write(cast.amal, cast.desk), write(cast.amal, cast.desk)
    Sealed.objects.filter(record=torn).delete()
    begin(cast.sana, cast.desk)

    assert step(cast.sana, cast.desk).left == 0
    assert DekWrap.objects.get(record=torn).damaged_at == LATER
    assert read(cast.amal, whole).document == SAID


def test_a_damaged_grant_of_who_renews_marks_nothing(cast):
    """Else one flipped bit in one row would lose every file of the team."""
    record = write(cast.amal, cast.desk)
    begin(cast.sana, cast.desk)
    grant = TeamGrant.objects.get(user_key__user=cast.sana.pk, team_key__version=1)
    TeamGrant.objects.filter(pk=grant.pk).update(wrap=b"\x01" + spoilt(grant.wrap)[1:])

    with refused(RecordDamaged, reference=str(grant.pk)):
        step(cast.sana, cast.desk)

    assert step(cast.amal, cast.desk).left == 0
    assert read(cast.amal, record).document == SAID


def test_a_record_forged_with_the_public_key_is_not_moved(cast):
    record = write(cast.amal, cast.desk)
    DekWrap.objects.filter(record=record).update(origin=b"")
    begin(cast.sana, cast.desk)

    step(cast.sana, cast.desk)

    assert DekWrap.objects.get(record=record).damaged_at == LATER


def test_former_member_opens_nothing_with_copies_of_older_rows(cast):
    """A copy of grants, wraps and texts from before, and the person's own secret."""
    record = write(cast.amal, cast.desk)
    held = cast.amal.unlocked()
    secret = held.team_secret(cast.desk.pk, 1)
    copy = DekWrap.objects.get(record=record)
    members.end_membership_and_access(
        cast.sana.scope, cast.amal.place(cast.desk), cast.sana.unlocked(), at=AT
    )
    step(cast.sana, cast.desk)
    saved = records.save_record(cast.sana.unlocked(), record, OTHER, seen=1, at=LATER)

    bound = records.wrap_context(saved, 1, cast.desk.pk, 1)
    assert wraps.unwrap_dek(bytes(copy.wrap), secret, bound)  # what was read, was read
    for version in (1, 2):
        row = DekWrap.objects.get(record=record, version=version)
        for team_version in (1, 2):
            bound = records.wrap_context(saved, version, cast.desk.pk, team_version)
            with pytest.raises(Damaged):
                wraps.unwrap_dek(bytes(row.wrap), secret, bound)
    with refused(KeyNotReady):
        records.open_record(held, record, at=LATER)
    assert read(cast.sana, record).document == OTHER


def test_member_who_leaves_during_a_renewal_holds_no_current_version(cast):
    gita = make_person("gita")
    admit(cast.desk, cast.sana, gita)
    record = write(cast.amal, cast.desk)
    members.end_membership_and_access(cast.dana.scope, gita.place(cast.desk), None, at=AT)
    begin(cast.sana, cast.desk)
    held = cast.amal.unlocked().team_secret(cast.desk.pk, 2)

    members.end_membership_and_access(cast.dana.scope, cast.amal.place(cast.desk), None, at=AT)
    while step(cast.sana, cast.desk, limit=1).left or due(cast.desk):
        pass

    assert versions(cast.desk) == {
        1: KeyState.RETIRED,
        2: KeyState.RETIRED,
        3: KeyState.ACTIVE,
    }
    assert grants(cast.desk) == {(cast.sana.pk, 3)}
    row = DekWrap.objects.get(record=record)
    with pytest.raises(Damaged):
        wraps.unwrap_dek(bytes(row.wrap), held, records.wrap_context(record, 1, cast.desk.pk, 3))
    assert cast.desk.state == TeamState.ACTIVE


def test_a_renewal_that_is_asked_for_begins_with_the_next_step(cast):
    write(cast.amal, cast.desk)
    orgs.apply_team_move(cast.desk, TeamMove.ASK_ROTATION, actor=None, at=AT)

    assert due(cast.desk)
    assert step(cast.amal, cast.desk) == rotation.Progress(1, 0)
    assert not due(cast.desk)
    assert versions(cast.desk) == {1: KeyState.RETIRED, 2: KeyState.ACTIVE}
    assert cast.desk.state == TeamState.ACTIVE


def test_a_team_that_has_no_records_renews_in_one_step(cast):
    begin(cast.sana, cast.desk)
    assert due(cast.desk)

    assert step(cast.sana, cast.desk) == rotation.Progress(0, 0)
    assert versions(cast.desk) == {1: KeyState.RETIRED, 2: KeyState.ACTIVE}


def test_three_versions_live_beside_each_other_and_one_is_left(cast):
    made = []
    for _ in range(3):
        made.append(write(cast.amal, cast.desk))
        begin(cast.sana, cast.desk)
    assert versions(cast.desk) == {
        1: KeyState.RETIRING,
        2: KeyState.RETIRING,
        3: KeyState.RETIRING,
        4: KeyState.ACTIVE,
    }
    assert [read(cast.amal, record).document for record in made] == [SAID] * 3

    assert step(cast.amal, cast.desk) == rotation.Progress(3, 0)
    assert {version for _, version in grants(cast.desk)} == {4}
    assert [read(cast.sana, record).document for record in made] == [SAID] * 3


def test_renewal_gives_no_key_to_waiting_members(cast):
    members.remove_access_of_user(cast.amal.pk, actor=None, at=AT)

    begin(cast.sana, cast.desk)

    assert grants(cast.desk) == {(cast.sana.pk, 1), (cast.sana.pk, 2)}
    assert cast.amal.place(cast.desk).state == MembershipState.PENDING


def test_an_older_key_of_a_member_is_not_given_the_next_version(cast):
    """Another person may hold it: the key from before the member forgot everything."""
    before = cast.amal.key
    members.remove_access_of_user(cast.amal.pk, actor=None, at=AT)
    renew(cast.amal)
    words = cast.amal.words
    place = cast.amal.place(cast.desk)
    members.admit_to_team(cast.sana.scope, cast.sana.unlocked(), place, words=words, at=AT)

    begin(cast.sana, cast.desk)

    given = TeamGrant.objects.filter(team_key__team=cast.desk, team_key__version=2)
    assert {grant.user_key_id for grant in given} == {cast.amal.key.pk, cast.sana.key.pk}
    assert before.pk not in {grant.user_key_id for grant in given}


def test_an_erased_record_does_not_stop_a_renewal(cast):
    gone, kept = write(cast.amal, cast.desk), write(cast.amal, cast.desk)
    begin(cast.sana, cast.desk)
    gone.delete()

    assert step(cast.sana, cast.desk) == rotation.Progress(1, 0)
    assert read(cast.amal, kept).document == SAID


def test_key_holders_have_the_active_key(cast):
    assert holds_active_key(cast.amal.unlocked(), cast.desk)
    assert not holds_active_key(cast.bela.unlocked(), cast.desk)
    begin(cast.sana, cast.desk)
    TeamGrant.objects.filter(user_key__user=cast.amal.pk, team_key__version=2).delete()
    assert not holds_active_key(cast.amal.unlocked(), cast.desk)
