from datetime import timedelta
from uuid import uuid4

import pytest

from protect.referrals import packets
from protect.vault.errors import (
    RecordDamaged,
    TeamKeyMismatch,
)
from protect.vault.formats import fingerprint, signing
from protect.vault.formats.secrets import TeamPublicKey, TeamSecret
from protect.vault.models import DekWrap, Manifest, Sealed, TeamKey
from protect.vault.sessions.unlocked import active_key
from protect.vault.team_keys import pins
from tests.vault.cast import (
    AT,
    SAID,
)
from tests.vault.lost_ledger import rebuild_uncompared
from tests.vault.sending import (
    read,
    renew,
    send,
)
from tests.vault.traces import refused, spoilt

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


@pytest.mark.parametrize(
    "change",
    [
        {"consent": uuid4()},
        {"scope": "contact needs story"},
        {"at": AT + timedelta(seconds=1)},
        {"from_version": 2},
        {"to_version": 2},
        {"sealed_hash": bytes(32)},
        {"fingerprint": bytes(32)},
        {"signature": bytes(64)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_manifest_that_was_changed_opens_for_nobody(cast, change):
    manifest = send(cast).manifest
    Manifest.objects.filter(pk=manifest.pk).update(**change)

    for person, team in ((cast.bela, cast.shelter), (cast.amal, cast.desk)):
        with refused(RecordDamaged, reference=str(manifest.packet_id)):
            read(person, manifest, team)


def test_a_manifest_that_names_another_person_or_sender_opens_for_nobody(cast):
    manifest = send(cast).manifest
    for change in ({"person": cast.sana.user}, {"from_team": cast.far}):
        before = {name: getattr(manifest, name) for name in change}
        Manifest.objects.filter(pk=manifest.pk).update(**change)
        with refused(RecordDamaged):
            read(cast.bela, manifest, cast.shelter)
        Manifest.objects.filter(pk=manifest.pk).update(**before)
    assert read(cast.bela, manifest, cast.shelter) == SAID


def test_changed_bytes_of_the_text_or_a_wrap_do_not_open(cast):
    first, second = send(cast).manifest, send(cast).manifest
    text = Sealed.objects.get(record=first.packet)
    Sealed.objects.filter(pk=text.pk).update(ct=spoilt(text.ct))
    DekWrap.objects.filter(record=second.packet).update(wrap=b"\x01" + bytes(1169))

    for manifest in (first, second):
        with refused(RecordDamaged):
            read(cast.bela, manifest, cast.shelter)


def test_a_packet_moved_under_another_manifest_does_not_open(cast):
    first, second = send(cast).manifest, send(cast).manifest
    Sealed.objects.filter(record=second.packet).update(
        ct=bytes(Sealed.objects.get(record=first.packet).ct)
    )

    with refused(RecordDamaged):
        read(cast.bela, second, cast.shelter)


def test_a_packet_without_its_text_is_damaged_and_with_a_marked_wrap_too(cast):
    first, second = send(cast).manifest, send(cast).manifest
    Sealed.objects.filter(record=first.packet).delete()
    DekWrap.objects.filter(record=second.packet).update(damaged_at=AT, team_version=0)

    for manifest in (first, second):
        with refused(RecordDamaged):
            read(cast.bela, manifest, cast.shelter)


def test_a_signer_put_into_the_place_of_a_known_sender_is_found_out(cast):
    """Whoever writes rows can add a key of the sender's team, and sign with it."""
    key = active_key(cast.desk.pk)
    words = " ".join(fingerprint.words(TeamPublicKey(bytes(key.public))))
    pins.compare_partner_key(cast.bela.unlocked(), cast.shelter, key, words, at=AT)
    manifest = send(cast).manifest
    assert read(cast.bela, manifest, cast.shelter) == SAID
    forger = TeamSecret.generate()
    TeamKey.objects.filter(pk=key.pk).update(state="retiring")
    TeamKey.objects.create(
        team=cast.desk, version=2, public=forger.public().raw, continuity=bytes(64), created=AT
    )
    manifest.from_version = 2
    manifest.signature = signing.sign(forger.signing(), packets._message_to_sign(manifest))
    manifest.save()

    with refused(TeamKeyMismatch):
        read(cast.bela, manifest, cast.shelter)
    rebuild_uncompared()  # pin and signatures alone must do
    with refused(RecordDamaged):
        read(cast.bela, manifest, cast.shelter)


def test_a_known_sender_that_renewed_its_key_is_still_known(cast):
    before = send(cast).manifest
    renew(cast.sana, cast.desk)
    key = active_key(cast.desk.pk)
    words = " ".join(fingerprint.words(TeamPublicKey(bytes(key.public))))
    pins.compare_partner_key(cast.bela.unlocked(), cast.shelter, key, words, at=AT)
    renew(cast.sana, cast.desk)
    after = send(cast).manifest

    assert read(cast.bela, before, cast.shelter) == SAID
    assert read(cast.bela, after, cast.shelter) == SAID
