import pytest

from protect.vault import enums
from protect.vault.errors import MemberKeyMismatch, RecordDamaged, TeamKeyMismatch
from protect.vault.formats import context, fingerprint, marks, signing, wraps
from protect.vault.formats.secrets import TeamPublicKey, TeamSecret, UserSecret
from protect.vault.formats.signing import KeyVersion
from protect.vault.integrity import authenticity, key_register
from protect.vault.models import RecoveryOfficer, TeamGrant, TeamKey, TeamPin, UserKey
from protect.vault.team_keys import recovery_kit, rotation
from tests.vault.cast import AT, make_person, versions
from tests.vault.lost_ledger import rebuild_uncompared
from tests.vault.traces import refused, spoilt

CAST_IS_KEPT = True


def key_of(team, version: int = 1) -> TeamKey:
    return TeamKey.objects.get(team=team, version=version)


def open_key(person, team, version: int = 1) -> TeamSecret:
    return person.unlocked().team_secret(team.pk, version)


def renew(person, team) -> TeamKey:
    """Make the next version; the older ones stay open, as before the last wrap has moved."""
    return rotation.begin_renewal(person.unlocked(), team, at=AT)


def give(key: TeamKey, secret: TeamSecret, person) -> None:
    """Wrap a secret for a person, as a writer to the database who knows their public key can."""
    bound = context.grant(
        team=key.team_id, version=key.version, user=person.pk, user_version=person.version
    )
    TeamGrant.objects.update_or_create(
        team_key=key,
        user_key=person.key,
        defaults={
            "wrap": wraps.wrap_grant(secret, person.secret.public(), bound),
            "admitted_by_id": person.pk,
            "created": AT,
        },
    )


def forge(team, person, *, version: int = 2, continuity: bytes = b"") -> TeamSecret:
    """Put a version of one's own into the database, and give it to a member."""
    secret = TeamSecret.generate()
    key = TeamKey.objects.create(
        team=team,
        version=version,
        public=secret.public().raw,
        continuity=continuity,
        state="retiring",
        created=AT,
    )
    give(key, secret, person)
    return secret


def pins_of(person) -> list[tuple[int, bytes]]:
    rows = TeamPin.objects.filter(user_key=person.key).order_by("pk")
    return [(row.version, bytes(row.mark)) for row in rows]


def mark_of(person, team, version: int = 1) -> bytes:
    digest = fingerprint.digest(TeamPublicKey(bytes(key_of(team, version).public)))
    return marks.make_pin(person.secret, KeyVersion(team.pk, version), digest)


# --- public keys and the ledger -------------------------------------------------------------------


def test_public_keys_that_the_ledger_knows_are_returned(cast):
    officer = recovery_kit.officers_by_slot(cast.office.pk)[1]

    assert authenticity.verified_team_public_key(key_of(cast.desk)).raw == bytes(
        key_of(cast.desk).public
    )
    assert authenticity.verified_user_public_key(cast.amal.key) == cast.amal.secret.public()
    assert authenticity.verified_officer_public_key(officer).raw == bytes(officer.public)


def test_a_team_key_that_the_ledger_does_not_know_is_refused(cast):
    key = key_of(cast.desk)
    for raw in (TeamSecret.generate().public().raw, b"", bytes(key.public)[:-1]):
        key.public = raw
        with refused(TeamKeyMismatch):
            authenticity.verified_team_public_key(key)
    key.public, key.version = key_of(cast.desk).public, 2
    with refused(TeamKeyMismatch, team=str(cast.desk.pk)):
        authenticity.verified_team_public_key(key)


def test_a_persons_key_that_the_ledger_does_not_know_is_refused(cast):
    key = cast.amal.key
    for raw in (UserSecret.generate().public().raw, b"", bytes(key.public)[:-1]):
        key.public = raw
        with refused(MemberKeyMismatch):
            authenticity.verified_user_public_key(key)


def test_an_officers_key_that_the_ledger_does_not_know_is_refused(cast):
    officer = RecoveryOfficer.objects.get(organisation=cast.office, slot=1)
    for raw in (UserSecret.generate().public().raw, b""):
        officer.public = raw
        with refused(MemberKeyMismatch):
            authenticity.verified_officer_public_key(officer)
    other = RecoveryOfficer.objects.get(organisation=cast.partner, slot=1)
    officer.public = other.public
    with refused(MemberKeyMismatch):
        authenticity.verified_officer_public_key(officer)


def test_an_officers_key_that_was_moved_to_another_slot_is_refused(cast):
    officer = RecoveryOfficer.objects.get(organisation=cast.office, slot=1)
    officer.slot = 2

    with refused(MemberKeyMismatch):
        authenticity.verified_officer_public_key(officer)


def test_no_public_key_is_accepted_without_a_ledger(cast, settings):
    settings.LEDGER.unlink()

    with refused(TeamKeyMismatch, team=str(cast.desk.pk)):
        authenticity.verified_team_public_key(key_of(cast.desk))
    with refused(MemberKeyMismatch):
        authenticity.verified_user_public_key(cast.amal.key)
    with refused(TeamKeyMismatch):
        open_key(cast.sana, cast.desk)


def test_bytes_that_are_no_public_key_are_refused(cast):
    key, person = key_of(cast.desk), cast.amal.key
    key.public = person.public = b"\1"
    rebuild_uncompared()

    with refused(TeamKeyMismatch, team=str(cast.desk.pk)):
        authenticity.verified_team_public_key(key)
    with refused(MemberKeyMismatch):
        authenticity.verified_user_public_key(person)


# --- secrets and the rows that they belong to -----------------------------------------------------


def test_secret_belongs_to_the_team_if_the_row_has_its_public_key(cast):
    secret = open_key(cast.sana, cast.desk)

    assert authenticity.must_be_team_secret(key_of(cast.desk), secret) is None


@pytest.mark.parametrize("has_ledger", [True, False])
def test_another_secret_than_that_of_the_row_is_refused(cast, has_ledger):
    secret = open_key(cast.sana, cast.desk)
    if not has_ledger:
        rebuild_uncompared()

    with refused(TeamKeyMismatch, team=str(cast.desk.pk)):
        authenticity.must_be_team_secret(key_of(cast.desk), TeamSecret.generate())
    with refused(TeamKeyMismatch):
        authenticity.must_be_team_secret(key_of(cast.far), secret)
    TeamKey.objects.filter(team=cast.desk).update(public=TeamSecret.generate().public().raw)
    with refused(TeamKeyMismatch):
        authenticity.must_be_team_secret(key_of(cast.desk), secret)


def test_row_and_secret_that_were_replaced_together_are_refused_by_the_ledger(cast):
    secret = TeamSecret.generate()
    TeamKey.objects.filter(team=cast.desk).update(public=secret.public().raw)

    with refused(TeamKeyMismatch):
        authenticity.must_be_team_secret(key_of(cast.desk), secret)


def test_version_retired_in_the_ledger_is_refused_in_any_row_state(cast):
    secret = open_key(cast.sana, cast.desk)
    key_register.register_retirement(enums.Owner.TEAM, cast.desk.pk, 1, at=AT)

    with refused(TeamKeyMismatch):
        authenticity.must_be_team_secret(key_of(cast.desk), secret)
    with refused(TeamKeyMismatch):
        open_key(cast.amal, cast.desk)
    assert versions(cast.desk) == {1: "active"}


# --- pins -----------------------------------------------------------------------------------------


def test_the_first_key_of_a_team_that_a_person_opens_is_pinned(cast):
    assert pins_of(cast.amal) == []

    open_key(cast.amal, cast.desk)

    assert pins_of(cast.amal) == [(1, mark_of(cast.amal, cast.desk))]


def test_opening_the_pinned_key_again_writes_nothing(cast):
    open_key(cast.amal, cast.desk)
    before = TeamPin.objects.get(user_key=cast.amal.key)

    open_key(cast.amal, cast.desk)

    assert TeamPin.objects.get(user_key=cast.amal.key).pk == before.pk
    assert pins_of(cast.amal) == [(1, mark_of(cast.amal, cast.desk))]


def test_each_person_has_pins_of_their_own(cast):
    for person in (cast.amal, cast.sana):
        open_key(person, cast.desk)

    assert len({*pins_of(cast.amal), *pins_of(cast.sana)}) == 2
    assert pins_of(cast.sana) == [(1, mark_of(cast.sana, cast.desk))]


def test_a_newer_key_that_the_pinned_one_signed_is_pinned_in_its_place(cast):
    open_key(cast.amal, cast.desk)
    renew(cast.sana, cast.desk)
    renew(cast.sana, cast.desk)

    open_key(cast.amal, cast.desk, 3)

    assert pins_of(cast.amal) == [(3, mark_of(cast.amal, cast.desk, 3))]


def test_older_key_linked_to_the_pinned_one_opens_and_keeps_the_pin(cast):
    renew(cast.sana, cast.desk)
    open_key(cast.amal, cast.desk, 2)

    assert open_key(cast.amal, cast.desk, 1).public().raw == bytes(key_of(cast.desk).public)
    assert pins_of(cast.amal) == [(2, mark_of(cast.amal, cast.desk, 2))]


@pytest.mark.parametrize("continuity", ["empty", "zeros", "own"])
def test_a_version_that_the_pinned_one_did_not_sign_is_refused(cast, continuity):
    open_key(cast.amal, cast.desk)
    proof = {"empty": b"", "zeros": bytes(128)}.get(continuity)
    if proof is None:
        own = TeamSecret.generate()
        proof = signing.sign_next_version(KeyVersion(cast.desk.pk, 1), own, own)
    forge(cast.desk, cast.amal, continuity=proof)
    rebuild_uncompared()

    with refused(TeamKeyMismatch):
        open_key(cast.amal, cast.desk, 2)
    assert pins_of(cast.amal) == [(1, mark_of(cast.amal, cast.desk))]


def test_unregistered_version_is_refused_without_a_pin(cast):
    forge(cast.desk, cast.amal)

    with refused(TeamKeyMismatch):
        open_key(cast.amal, cast.desk, 2)
    assert pins_of(cast.amal) == []


def test_replaced_chain_is_refused_to_a_member_with_a_pin(cast):
    """Every version is replaced, each signed by its neighbours, and given to the member."""
    open_key(cast.amal, cast.desk)
    TeamKey.objects.filter(team=cast.desk).delete()
    first = forge(cast.desk, cast.amal, version=1)
    second = TeamSecret.generate()
    key = TeamKey.objects.create(
        team=cast.desk,
        version=2,
        public=second.public().raw,
        continuity=signing.sign_next_version(KeyVersion(cast.desk.pk, 1), first, second),
        created=AT,
    )
    give(key, second, cast.amal)
    assert authenticity.is_signed_successor(key_of(cast.desk, 1), key)
    rebuild_uncompared()

    for version in (1, 2):
        with refused(TeamKeyMismatch):
            open_key(cast.amal, cast.desk, version)


def test_an_older_version_put_before_the_pinned_one_is_refused(cast):
    """What an attacker makes of version 1 leads to no version that the member knows."""
    renew(cast.sana, cast.desk)
    open_key(cast.amal, cast.desk, 2)
    secret = TeamSecret.generate()
    TeamKey.objects.filter(team=cast.desk, version=1).update(public=secret.public().raw)
    give(key_of(cast.desk), secret, cast.amal)
    rebuild_uncompared()

    with refused(TeamKeyMismatch):
        open_key(cast.amal, cast.desk, 1)


@pytest.mark.parametrize("spoil", ["mark", "of_another_person", "version", "gone_row"])
def test_a_pin_that_does_not_match_is_refused(cast, spoil):
    for person in (cast.amal, cast.sana):
        open_key(person, cast.desk)
    mine = TeamPin.objects.filter(user_key=cast.amal.key)
    other = TeamPin.objects.get(user_key=cast.sana.key)
    changed = {
        "mark": {"mark": bytes(32)},
        "of_another_person": {"mark": bytes(other.mark)},
        "version": {"version": 2},
        "gone_row": {"version": 7},
    }
    mine.update(**changed[spoil])

    with refused(TeamKeyMismatch):
        open_key(cast.amal, cast.desk)


def test_a_gap_in_the_chain_between_pin_and_key_is_refused(cast):
    open_key(cast.amal, cast.desk)
    renew(cast.sana, cast.desk)
    renew(cast.sana, cast.desk)
    TeamKey.objects.filter(team=cast.desk, version=2).delete()

    with refused(TeamKeyMismatch):
        open_key(cast.amal, cast.desk, 3)


def test_damaged_grant_is_reported_as_damage_not_mismatch(cast):
    grant = TeamGrant.objects.get(team_key=key_of(cast.desk), user_key=cast.amal.key)
    TeamGrant.objects.filter(pk=grant.pk).update(wrap=spoilt(grant.wrap))

    with refused(RecordDamaged, reference=str(grant.pk)):
        open_key(cast.amal, cast.desk)


def test_secret_of_another_team_in_a_grant_is_refused(cast):
    """A writer to the database who holds the key of a team of their own."""
    give(key_of(cast.desk), open_key(cast.chidi, cast.far), cast.amal)

    with refused(TeamKeyMismatch):
        open_key(cast.amal, cast.desk)


def test_pins_go_with_the_key_of_the_person(cast):
    gita = make_person("gita")
    give(key_of(cast.desk), open_key(cast.sana, cast.desk), gita)
    open_key(gita, cast.desk)
    assert TeamPin.objects.filter(user_key=gita.key).exists()

    others = TeamPin.objects.exclude(user_key=gita.key).count()

    TeamGrant.objects.filter(user_key__user=gita.pk).delete()
    UserKey.objects.filter(user=gita.pk).delete()

    assert TeamPin.objects.count() == others


# --- which version follows which ------------------------------------------------------------------


@pytest.mark.parametrize(
    "continuity", [lambda proof: b"", lambda proof: proof[:64], lambda proof: proof[64:] * 2]
)
def test_a_version_follows_only_with_the_signatures_of_both(cast, continuity):
    old, new = key_of(cast.desk), renew(cast.sana, cast.desk)
    assert authenticity.is_signed_successor(old, new)

    new.continuity = continuity(bytes(new.continuity))

    assert not authenticity.is_signed_successor(old, new)


def test_key_of_another_size_is_no_successor(cast):
    old, new = key_of(cast.desk), renew(cast.sana, cast.desk)
    new.public = b"\1"

    assert not authenticity.is_signed_successor(old, new)
    assert not authenticity.is_signed_successor(new, old)


def test_versions_are_linked_in_both_directions_if_each_was_signed(cast):
    for _ in range(3):
        renew(cast.sana, cast.desk)

    for ends in ((1, 4), (4, 1), (2, 3), (3, 3)):
        assert authenticity.are_versions_linked(cast.desk.pk, ends)
    assert not authenticity.are_versions_linked(cast.desk.pk, (1, 5))
    assert not authenticity.are_versions_linked(cast.desk.pk, (0, 2))
    assert not authenticity.are_versions_linked(cast.far.pk, (1, 2))
    TeamKey.objects.filter(team=cast.desk, version=3).update(continuity=bytes(128))
    assert not authenticity.are_versions_linked(cast.desk.pk, (1, 4))
    assert authenticity.are_versions_linked(cast.desk.pk, (1, 2))
    assert not authenticity.are_versions_linked(cast.desk.pk, (2, 3))
