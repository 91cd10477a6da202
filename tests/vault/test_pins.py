import pytest

from protect.vault.enums import Kind
from protect.vault.errors import FingerprintDiffers, KeyNotReady, TeamKeyMismatch
from protect.vault.formats import fingerprint, signing
from protect.vault.formats.secrets import TeamPublicKey, TeamSecret
from protect.vault.formats.signing import KeyVersion
from protect.vault.integrity import authenticity
from protect.vault.models import Record, TeamKey
from protect.vault.records import records
from protect.vault.sessions.unlocked import active_key
from protect.vault.team_keys import pins, rotation
from protect.vault.team_keys.pins import PartnerPin
from tests.vault.cast import AT, LATER, entries, must_verify, new_team, versions
from tests.vault.lost_ledger import rebuild_uncompared
from tests.vault.traces import refused

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


def words_of(key: TeamKey) -> str:
    return " ".join(fingerprint.words(TeamPublicKey(bytes(key.public))))


def digest_of(key: TeamKey) -> str:
    return fingerprint.digest(TeamPublicKey(bytes(key.public))).hex()


def find_pin(cast) -> PartnerPin | None:
    return pins.find_pin(cast.amal.unlocked(), cast.desk, cast.shelter.pk)


def compare(cast, words=None) -> TeamKey:
    key = active_key(cast.shelter.pk)
    pins.compare_partner_key(cast.amal.unlocked(), cast.desk, key, words or words_of(key), at=AT)
    return key


def must_match(cast, key=None, at=LATER) -> PartnerPin:
    partner = key or active_key(cast.shelter.pk)
    return pins.must_match_pin(cast.amal.unlocked(), cast.desk, partner, at=at)


def swap(cast) -> TeamKey:
    """Put another public key in the place of the partner's, as a writer of rows could."""
    forged = TeamSecret.generate().public().raw
    TeamKey.objects.filter(team=cast.shelter).update(public=forged)
    return TeamKey.objects.get(team=cast.shelter)


def renew(cast) -> TeamKey:
    key = rotation.begin_renewal(cast.bela.unlocked(), cast.shelter, at=AT)
    rotation.continue_renewal(cast.bela.unlocked(), cast.shelter, at=AT)
    return key


def test_two_teams_that_never_met_know_nothing_of_each_other(cast):
    assert find_pin(cast) is None


def test_what_was_compared_by_phone_is_known_to_the_whole_team(cast):
    key = compare(cast)

    pin = PartnerPin(1, digest_of(key), AT.isoformat())
    assert find_pin(cast) == pin
    assert pins.find_pin(cast.sana.unlocked(), cast.desk, cast.shelter.pk) == pin
    assert pins.find_pin(cast.amal.unlocked(), cast.desk, cast.far.pk) is None
    assert pins.find_pin(cast.bela.unlocked(), cast.shelter, cast.desk.pk) is None
    assert entries("compare_pin") == 1
    must_verify()


def test_other_words_pin_nothing(cast):
    key = active_key(cast.shelter.pk)
    for words in ("", words_of(active_key(cast.far.pk)), words_of(key).rsplit(" ", 1)[0]):
        with refused(FingerprintDiffers):
            pins.compare_partner_key(cast.amal.unlocked(), cast.desk, key, words, at=AT)


def test_words_may_be_typed_in_any_case(cast):
    key = active_key(cast.shelter.pk)
    compare(cast, f" {words_of(key).upper()} ")

    assert find_pin(cast).compared


def test_nobody_else_reads_or_writes_what_a_team_knows(cast):
    key = compare(cast)
    for name in ("bela", "chidi", "dana"):
        person = cast.people[name].unlocked()
        with refused(KeyNotReady):
            pins.find_pin(person, cast.desk, cast.shelter.pk)
        with refused(KeyNotReady):
            pins.compare_partner_key(person, cast.desk, key, words_of(key), at=AT)


def test_a_team_without_a_key_compares_nothing(cast):
    key = active_key(cast.shelter.pk)
    team = new_team(cast.office, "Demo new")

    with refused("team_not_ready"):
        pins.compare_partner_key(cast.amal.unlocked(), team, key, words_of(key), at=AT)


def test_a_key_that_is_seen_first_is_pinned_and_not_compared(cast):
    key = active_key(cast.shelter.pk)

    pin = must_match(cast)

    assert pin == find_pin(cast) == PartnerPin(1, digest_of(key), "")


def test_comparing_later_keeps_one_list(cast):
    must_match(cast)
    pins.must_match_pin(cast.amal.unlocked(), cast.desk, active_key(cast.far.pk), at=AT)
    compare(cast)

    record = Record.objects.get(owner_team=cast.desk, kind=Kind.PINS)
    document = records.read(cast.amal.unlocked(), record).document
    assert set(document) == {str(cast.shelter.pk), str(cast.far.pk)}
    assert record.version == 3


def test_the_same_key_matches_without_writing_anything(cast):
    compare(cast)
    before = Record.objects.get(kind=Kind.PINS).version

    assert must_match(cast).compared == AT.isoformat()
    assert Record.objects.get(kind=Kind.PINS).version == before


def test_another_key_is_refused_and_what_was_known_stays(cast):
    compare(cast)
    forged = swap(cast)

    with refused(TeamKeyMismatch):
        must_match(cast, forged)
    rebuild_uncompared()  # the pin alone must do
    with refused("pin_changed", team="Demo shelter"):
        must_match(cast, forged)


def test_the_words_of_a_key_that_the_ledger_does_not_know_are_not_compared(cast):
    forged = swap(cast)

    with refused(TeamKeyMismatch):
        pins.compare_partner_key(cast.amal.unlocked(), cast.desk, forged, words_of(forged), at=AT)
    with refused(TeamKeyMismatch):
        must_match(cast, forged)


def test_a_renewed_key_that_the_pinned_one_signed_keeps_what_was_compared(cast):
    compare(cast)
    renew(cast)
    newest = renew(cast)

    assert must_match(cast) == PartnerPin(3, digest_of(newest), AT.isoformat())
    assert find_pin(cast).version == 3


def test_a_renewal_that_nobody_signed_is_another_key(cast):
    compare(cast)
    renew(cast)
    newest = renew(cast)
    TeamKey.objects.filter(team=cast.shelter, version=2).update(continuity=bytes(64))

    with refused("pin_changed"):
        must_match(cast, newest)


def test_a_renewal_signed_with_a_key_that_was_swapped_is_another_key(cast):
    compare(cast)
    newest = renew(cast)
    TeamKey.objects.filter(team=cast.shelter, version=1).update(
        public=TeamSecret.generate().public().raw
    )

    with refused(TeamKeyMismatch):
        must_match(cast, newest)
    rebuild_uncompared()
    with refused("pin_changed"):
        must_match(cast, newest)


def test_a_renewal_that_only_the_newer_key_signed_is_another_key(cast):
    """A writer to the database appends a version of their own to a partner's chain."""
    compare(cast)
    forged = TeamSecret.generate()
    old = active_key(cast.shelter.pk)
    TeamKey.objects.filter(pk=old.pk).update(state="retiring")
    key = TeamKey.objects.create(
        team=cast.shelter,
        version=2,
        public=forged.public().raw,
        continuity=signing.sign_next_version(KeyVersion(cast.shelter.pk, 1), forged, forged),
        created=AT,
    )

    with refused(TeamKeyMismatch):
        must_match(cast, key)
    rebuild_uncompared()
    with refused("pin_changed"):
        must_match(cast, key)


def test_a_version_left_out_breaks_the_chain(cast):
    compare(cast)
    renew(cast)
    newest = renew(cast)
    TeamKey.objects.filter(team=cast.shelter, version=2).delete()

    with refused("pin_changed"):
        must_match(cast, newest)


def test_an_older_version_than_the_pinned_one_is_another_key(cast):
    old = active_key(cast.shelter.pk)
    renew(cast)
    must_match(cast)

    with refused("pin_changed"):
        must_match(cast, TeamKey.objects.get(pk=old.pk))


def test_what_a_team_knows_moves_to_its_own_next_version(cast):
    compare(cast)
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT)

    assert find_pin(cast).compared == AT.isoformat()
    assert versions(cast.desk) == {1: "retired", 2: "active"}


def test_a_version_follows_the_one_before_it_and_no_other(cast):
    first = active_key(cast.shelter.pk)
    second, third = renew(cast), renew(cast)

    assert authenticity.is_signed_successor(first, second)
    assert authenticity.is_signed_successor(second, third)
    assert not authenticity.is_signed_successor(first, third)
    assert not authenticity.is_signed_successor(first, active_key(cast.far.pk))
    second.version = 5  # in memory: the signature names the version
    assert not authenticity.is_signed_successor(first, second)
