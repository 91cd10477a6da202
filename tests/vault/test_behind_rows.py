"""Every action as the application's role, seeing only its person's teams: nothing is missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from protect.referrals import packets
from protect.referrals.packets import Packet
from protect.uploads.clean_documents import CleanDocument
from protect.vault.errors import CodeWrong, RecordGone
from protect.vault.formats import fingerprint
from protect.vault.formats.credentials.codes import LinkCode
from protect.vault.formats.secrets import TeamPublicKey
from protect.vault.models import DekWrap, Manifest, Record
from protect.vault.records import erasure, files, records
from protect.vault.rows import show_rows_of_teams
from protect.vault.sessions.unlocked import active_key
from protect.vault.team_keys import members, pins, rotation
from tests.vault.cast import AT, LATER, OTHER, SAID, entries, read, write
from tests.vault.role import make_role, working_as

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
CAST_IS_KEPT = True
EXPIRES = AT + timedelta(days=30)


@pytest.fixture
def as_person(cast):
    """Work in a request of somebody's."""
    role = make_role()

    @contextmanager
    def working(person=None) -> Iterator[None]:
        with working_as(role):
            show_rows_of_teams(person.scope.teams if person else ())
            yield

    return working


def send(cast, team) -> packets.SentPacket:
    packet = Packet(
        fields=SAID,
        consent=cast.amal.pk,
        scope=frozenset({"contact"}),
        expires=EXPIRES,
        to_team=team.pk if team else None,
        to_version=1 if team else None,
    )
    return packets.seal_packet(
        cast.amal.unlocked(), packet, cast.desk, at=AT, uncompared_reason="urgent"
    )


def test_records_and_files_are_saved_read_and_searched(cast, as_person):
    clean = CleanDocument(content=b"demo", media_type="application/pdf", name="demo.pdf")
    with as_person(cast.amal):
        record = write(cast.amal, cast.desk)
        document = files.attach_file(record, SAID, clean, at=AT)
        records.save_record(cast.amal.unlocked(), record, document, seen=1, at=AT)

    with as_person(cast.sana):
        opened = read(cast.sana, record)
        (file,) = map(UUID, opened.document[files.KEYS_FIELD])
        assert (
            files.read_attached_file(cast.sana.unlocked(), record, document, file, at=AT)[1]
            == b"demo"
        )
        assert (
            len(records.scan_records(cast.sana.unlocked(), cast.desk, "case", bool, at=AT).opened)
            == 1
        )


def test_another_teams_record_does_not_exist(cast, as_person):
    record = write(cast.amal, cast.desk)

    with as_person(cast.chidi), pytest.raises(RecordGone):
        read(cast.chidi, record)


def test_packet_is_sent_read_and_withdrawn(cast, as_person):
    with as_person(cast.amal):
        manifest = send(cast, cast.shelter).manifest
    with as_person(cast.noor):
        opened = packets.open_packet(cast.noor.unlocked(), manifest, cast.shelter, at=LATER)
        assert opened == SAID
    with as_person(cast.chidi), pytest.raises(RecordGone):
        packets.open_packet(cast.chidi.unlocked(), manifest, cast.far, at=LATER)
    with as_person(cast.sana):
        packets.withdraw(cast.sana.unlocked(), manifest, at=LATER)
    with as_person(cast.noor), pytest.raises(RecordGone):
        packets.open_packet(cast.noor.unlocked(), manifest, cast.shelter, at=LATER)

    assert Manifest.objects.get(pk=manifest.pk).withdrawn_at == LATER
    assert not DekWrap.objects.filter(record=manifest.packet).exists()


def test_link_opens_without_any_team(cast, as_person):
    with as_person(cast.amal):
        sent = send(cast, None)
    pk, code = sent.manifest.packet_id, sent.code.printed()

    with as_person():
        assert packets.open_link(pk, sent.link, code, at=LATER) == SAID
        with pytest.raises(CodeWrong):
            packets.open_link(pk, sent.link, LinkCode.generate().printed(), at=LATER)
    assert DekWrap.objects.get(record=pk, team=None).misses == 1


def test_a_key_is_renewed_with_what_was_received(cast, as_person):
    record, manifest = write(cast.bela, cast.shelter), send(cast, cast.shelter).manifest
    with as_person(cast.bela):
        rotation.begin_renewal(cast.bela.unlocked(), cast.shelter, at=AT)
        assert rotation.continue_renewal(
            cast.bela.unlocked(), cast.shelter, at=AT
        ) == rotation.Progress(2, 0)
    with as_person(cast.noor):
        assert read(cast.noor, record).document == SAID
        opened = packets.open_packet(cast.noor.unlocked(), manifest, cast.shelter, at=LATER)
        assert opened == SAID


def test_partner_key_is_compared_and_pinned(cast, as_person):
    key = active_key(cast.shelter.pk)
    words = " ".join(fingerprint.words(TeamPublicKey(bytes(key.public))))
    with as_person(cast.amal):
        pins.compare_partner_key(cast.amal.unlocked(), cast.desk, key, words, at=AT)
    with as_person(cast.sana):
        assert pins.find_pin(cast.sana.unlocked(), cast.desk, cast.shelter.pk).compared


def test_manager_without_a_team_removes_a_member(cast, as_person):
    record = write(cast.amal, cast.desk)
    with as_person(cast.dana):
        members.end_membership_and_access(
            cast.dana.scope, cast.amal.place(cast.desk), None, at=LATER
        )
    with as_person(cast.sana):
        assert rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=LATER).left == 0
        records.save_record(cast.sana.unlocked(), record, OTHER, seen=1, at=LATER)


def test_records_are_erased_by_retention_and_by_a_member(cast, as_person):
    old, wrong = write(cast.amal, cast.desk), write(cast.amal, cast.desk)
    with as_person(cast.amal):
        erasure.erase_record(cast.amal.unlocked(), wrong, reason=erasure.PERSON_REASON, at=LATER)
    with as_person():
        assert erasure.erase_due_records(at=AT.replace(year=2027, month=12, day=1)) == 1

    assert not Record.objects.filter(pk__in=[old.pk, wrong.pk]).exists()
    assert (entries("erase_person"), entries("erase_retention")) == (1, 1)
