from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from protect.audit.models import Entry
from protect.orgs.models import Team
from protect.vault.actions import files, packets, pins, records, recovery_kit, rotation, teams
from protect.vault.actions.packets import MISSES
from protect.vault.actions.unlocked import active_key
from protect.vault.enums import Opener
from protect.vault.errors import (
    CasesOff,
    CodeWrong,
    KeyNotReady,
    PacketClosed,
    PinChanged,
    RecordDamaged,
    RecordGone,
    TeamNotReady,
)
from protect.vault.formats import fingerprint, signing
from protect.vault.formats.codes import LinkCode
from protect.vault.formats.secrets import LinkSecret, TeamPublic, TeamSecret
from protect.vault.models import DekWrap, Manifest, Record, Sealed, SealedFile, TeamKey
from protect.vault.packets import Packet
from protect.vault.uploads.cleaning import Clean
from tests.orgs.traces import told
from tests.vault.cast import (
    AT,
    LATER,
    SAID,
    entries,
    found,
    make_person,
    must_verify,
    new_team,
)
from tests.vault.traces import everything, refused, written

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True
EXPIRES = AT + timedelta(days=30)
CONSENT = uuid4()
REASON = "urgent"


def packet_for(team: Team | None, **changes) -> Packet:
    key = active_key(team.pk) if team else None
    made = Packet(
        fields=SAID,
        consent=CONSENT,
        scope=frozenset({"contact", "needs"}),
        expires=EXPIRES,
        to_team=team.pk if team else None,
        to_version=key.version if key else None,
    )
    return replace(made, **changes)


def send(cast, packet=None, *, reason=REASON, sender=None) -> packets.Sent:
    made = packet or packet_for(cast.shelter)
    return packets.seal_packet(
        cast.amal.unlocked(), made, sender or cast.desk, at=AT, uncompared_reason=reason
    )


def compare(cast) -> None:
    key = active_key(cast.shelter.pk)
    words = " ".join(fingerprint.words(TeamPublic(bytes(key.public))))
    pins.compare(cast.amal.unlocked(), cast.desk, key, words, at=AT)


def read(person, manifest, team, at=LATER):
    return packets.open_packet(person.unlocked(), manifest, team, at=at)


def wrap_of(manifest, team=None) -> DekWrap:
    return DekWrap.objects.get(record=manifest.packet, team=team)


def renew(person, team) -> None:
    rotation.begin(person.unlocked(), team, at=AT)
    rotation.step(person.unlocked(), team, at=AT)


# --- between two teams --------------------------------------------------------------------------


def test_both_teams_open_what_travelled(cast):
    manifest = send(cast).manifest

    for person, team in (
        (cast.amal, cast.desk),
        (cast.sana, cast.desk),
        (cast.bela, cast.shelter),
        (cast.noor, cast.shelter),
    ):
        assert read(person, manifest, team) == SAID


def test_the_manifest_says_what_travelled_and_not_a_word_of_it(cast):
    manifest = send(cast).manifest

    assert (manifest.from_team, manifest.from_version) == (cast.desk, 1)
    assert (manifest.to_team, manifest.to_version) == (cast.shelter, 1)
    assert (manifest.consent, manifest.scope) == (CONSENT, "contact needs")
    assert (manifest.person_id, manifest.at, manifest.expires) == (cast.amal.pk, AT, EXPIRES)
    public = TeamPublic(bytes(active_key(cast.shelter.pk).public))
    assert bytes(manifest.fingerprint) == fingerprint.digest(public)
    assert "PLANTED" not in repr(everything())


def test_a_packet_is_a_record_of_its_own_with_its_own_key(cast):
    manifest = send(cast).manifest
    other = send(cast).manifest

    record = manifest.packet
    assert (record.kind, record.version, record.owner_team) == ("packet", 1, cast.desk)
    assert record.retention == EXPIRES.date().replace(day=1)
    assert DekWrap.objects.filter(record=record).count() == 2
    assert bytes(Sealed.objects.get(record=record).ct) != bytes(
        Sealed.objects.get(record=other.packet).ct
    )


def test_the_receivers_are_told_without_a_word_of_it(cast):
    send(cast)

    assert {to for template, to in told() if template == "work_waiting"} == {"bela", "noor"}


def test_a_team_that_it_was_not_sent_to_finds_nothing(cast):
    manifest = send(cast).manifest

    with refused(RecordGone):
        read(cast.chidi, manifest, cast.far)


@pytest.mark.parametrize("name", ["chidi", "dana", "emil"])
def test_who_is_in_neither_team_opens_nothing(cast, name):
    manifest = send(cast).manifest

    for team in (cast.desk, cast.shelter):
        with refused(KeyNotReady):
            read(cast.people[name], manifest, team)


def test_each_reading_stands_in_the_audit_of_both(cast):
    manifest = send(cast).manifest
    read(cast.bela, manifest, cast.shelter)

    about = Entry.objects.filter(target=f"packet:{manifest.packet_id}").order_by("action")
    assert [(row.action, row.org, row.actor_id, row.consent) for row in about] == [
        ("vault.open", cast.partner.pk, cast.bela.pk, CONSENT),
        ("vault.read", cast.office.pk, cast.bela.pk, CONSENT),
        ("vault.send", cast.office.pk, cast.amal.pk, CONSENT),
    ]
    read(cast.amal, manifest, cast.desk)
    assert entries("read") == 1
    must_verify()


def test_it_opens_until_it_expires_and_not_after(cast):
    manifest = send(cast).manifest

    assert read(cast.bela, manifest, cast.shelter, EXPIRES - timedelta(seconds=1)) == SAID
    for person, team in ((cast.bela, cast.shelter), (cast.amal, cast.desk)):
        with refused(RecordGone):
            read(person, manifest, team, EXPIRES)


def test_it_opens_after_both_teams_have_renewed_their_keys(cast):
    manifest = send(cast).manifest
    renew(cast.bela, cast.shelter)
    renew(cast.sana, cast.desk)

    assert read(cast.noor, manifest, cast.shelter) == SAID
    assert read(cast.sana, manifest, cast.desk) == SAID


def test_nothing_but_a_packet_is_sealed(cast):
    class Wider(Packet):
        pass

    fields = {name: getattr(packet_for(cast.shelter), name) for name in Packet.__slots__}
    for wrong in (SAID, Wider(**fields)):
        with refused(TypeError):
            send(cast, wrong)


@pytest.mark.parametrize("name", ["bela", "chidi", "dana"])
def test_only_who_holds_the_senders_key_sends(cast, name):
    with refused(KeyNotReady):
        packets.seal_packet(
            cast.people[name].unlocked(),
            packet_for(cast.shelter),
            cast.desk,
            at=AT,
            uncompared_reason=REASON,
        )


def test_a_packet_shows_nothing_of_itself(cast):
    assert "PLANTED" not in repr(packet_for(cast.shelter))
    assert "PLANTED" not in repr(send(cast))


# --- whom it may go to --------------------------------------------------------------------------


def test_a_key_that_was_compared_needs_no_reason(cast):
    compare(cast)

    manifest = send(cast, reason="").manifest

    assert read(cast.bela, manifest, cast.shelter) == SAID
    assert entries(f"send_uncompared_{REASON}") == 0


def test_a_key_that_nobody_compared_needs_a_reason_that_the_audit_keeps(cast):
    with refused(PinChanged, team="Demo shelter"):
        send(cast, reason="")

    send(cast)
    assert entries(f"send_uncompared_{REASON}") == 1


def test_a_changed_key_blocks_sending_whatever_the_reason(cast):
    compare(cast)
    TeamKey.objects.filter(team=cast.shelter).update(public=TeamSecret.make().public().raw)

    with refused(PinChanged, team="Demo shelter"):
        send(cast)


def test_a_key_that_was_renewed_since_it_was_looked_at_is_looked_at_again(cast):
    compare(cast)
    packet = packet_for(cast.shelter)
    renew(cast.bela, cast.shelter)

    with refused(PinChanged):
        send(cast, packet)
    manifest = send(cast, packet_for(cast.shelter), reason="").manifest
    assert manifest.to_version == 2


def test_a_receiver_that_has_no_key_or_only_practises_gets_nothing(cast):
    keyless = new_team(cast.partner, "Demo keyless")
    founding = new_team(cast.partner, "Demo founding")
    found(founding, make_person("gita"))

    for team in (keyless, founding):
        packet = packet_for(cast.shelter, to_team=team.pk, to_version=1)
        with refused(TeamNotReady):
            send(cast, packet)


def test_a_team_that_only_practises_sends_nothing(cast):
    gita = make_person("gita")
    team = new_team(cast.office, "Demo new")
    found(team, gita)

    with refused(TeamNotReady):
        packets.seal_packet(
            gita.unlocked(), packet_for(cast.shelter), team, at=AT, uncompared_reason=REASON
        )
    recovery_kit.finish(gita.scope, gita.unlocked(), team, at=AT)
    packets.seal_packet(
        gita.unlocked(), packet_for(cast.shelter), team, at=AT, uncompared_reason=REASON
    )


def test_where_cases_are_off_nothing_travels(cast, settings):
    settings.CASES = "off"

    for team in (cast.shelter, None):
        with refused(CasesOff):
            send(cast, packet_for(team))


# --- forgeries ----------------------------------------------------------------------------------


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
    Sealed.objects.filter(pk=text.pk).update(ct=bytes(text.ct)[:-1] + b"x")
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
    words = " ".join(fingerprint.words(TeamPublic(bytes(key.public))))
    pins.compare(cast.bela.unlocked(), cast.shelter, key, words, at=AT)
    manifest = send(cast).manifest
    assert read(cast.bela, manifest, cast.shelter) == SAID
    forger = TeamSecret.make()
    TeamKey.objects.filter(pk=key.pk).update(state="retiring")
    TeamKey.objects.create(
        team=cast.desk, version=2, public=forger.public().raw, continuity=bytes(64), created=AT
    )
    manifest.from_version = 2
    manifest.signature = signing.sign(forger.signing(), packets._said(manifest))
    manifest.save()

    with refused(RecordDamaged):
        read(cast.bela, manifest, cast.shelter)


def test_a_known_sender_that_renewed_its_key_is_still_known(cast):
    before = send(cast).manifest
    renew(cast.sana, cast.desk)
    key = active_key(cast.desk.pk)
    words = " ".join(fingerprint.words(TeamPublic(bytes(key.public))))
    pins.compare(cast.bela.unlocked(), cast.shelter, key, words, at=AT)
    renew(cast.sana, cast.desk)
    after = send(cast).manifest

    assert read(cast.bela, before, cast.shelter) == SAID
    assert read(cast.bela, after, cast.shelter) == SAID


# --- taking back --------------------------------------------------------------------------------


def test_what_was_withdrawn_opens_for_nobody_and_is_deleted(cast):
    manifest = send(cast).manifest
    clean = Clean(content=b"%PDF-", media_type="application/pdf", name="demo.pdf")
    files.attach(manifest.packet, {}, clean, at=AT)

    packets.withdraw(cast.sana.unlocked(), manifest, at=LATER)

    for person, team in ((cast.bela, cast.shelter), (cast.amal, cast.desk)):
        with refused(RecordGone):
            read(person, manifest, team)
    for model in (DekWrap, Sealed, SealedFile):
        assert not model.objects.filter(record=manifest.packet).exists()
    assert Manifest.objects.get(pk=manifest.pk).withdrawn_at == LATER
    assert written() == [("packet", str(manifest.packet_id), "withdrawn")]


def test_a_withdrawal_is_told_and_stands_in_the_audit_of_both(cast):
    manifest = send(cast).manifest
    packets.withdraw(cast.amal.unlocked(), manifest, at=LATER)

    mails = [to for template, to in told() if template == "work_waiting"]
    assert sorted(mails) == ["bela", "bela", "noor", "noor"]
    about = Entry.objects.filter(target=f"packet:{manifest.packet_id}").exclude(action="vault.send")
    assert [(row.action, row.org, row.actor_id) for row in about.order_by("action")] == [
        ("vault.withdraw", cast.office.pk, cast.amal.pk),
        ("vault.withdrawn", cast.partner.pk, None),
    ]
    must_verify()


@pytest.mark.parametrize("name", ["bela", "chidi", "dana"])
def test_only_the_senders_own_team_takes_back(cast, name):
    manifest = send(cast).manifest

    with refused(KeyNotReady):
        packets.withdraw(cast.people[name].unlocked(), manifest, at=LATER)


def test_it_is_taken_back_once(cast):
    manifest = send(cast).manifest
    packets.withdraw(cast.amal.unlocked(), manifest, at=LATER)

    with refused(RecordGone):
        packets.withdraw(cast.amal.unlocked(), manifest, at=LATER)


def test_other_packets_stay(cast):
    first, second = send(cast).manifest, send(cast).manifest
    packets.withdraw(cast.amal.unlocked(), first, at=LATER)

    assert read(cast.bela, second, cast.shelter) == SAID


def test_whoever_left_the_receiving_team_opens_no_packet(cast):
    manifest = send(cast).manifest
    teams.leave(cast.emil.scope, cast.noor.place(cast.shelter), None, at=LATER)

    with refused(KeyNotReady):
        read(cast.noor, manifest, cast.shelter)


# --- by a link ----------------------------------------------------------------------------------


@pytest.fixture
def linked(cast) -> packets.Sent:
    return send(cast, packet_for(None), reason="")


def open_link(sent, typed=None, *, secret=None, at=LATER):
    code = typed or sent.code.printed()
    return packets.open_link(sent.manifest.packet_id, secret or sent.link, code, at=at)


def wrong_code(sent) -> str:
    while (code := LinkCode.make()) == sent.code:
        pass
    return code.printed()


def misses(sent) -> int:
    return DekWrap.objects.get(record=sent.manifest.packet, opener=Opener.LINK).misses


def test_link_and_code_together_open_a_packet_and_the_sender_sees_it(cast, linked):
    assert open_link(linked, linked.code.printed().lower()) == SAID
    assert open_link(linked) == SAID

    opened = Entry.objects.filter(action="vault.open_link")
    assert [(row.org, row.actor_id) for row in opened.order_by("n")] == [(cast.office.pk, None)] * 2
    assert read(cast.amal, linked.manifest, cast.desk) == SAID
    must_verify()


def test_neither_link_nor_code_is_stored(linked):
    kept = repr(everything())

    assert linked.link.text() not in kept
    assert linked.code.printed() not in kept
    assert repr(linked.link.reveal())[2:-1] not in kept


def test_a_slip_of_the_pen_is_told_and_not_counted(linked):
    typed = linked.code.printed()
    slip = ("A" if typed[0] != "A" else "B") + typed[1:]

    with refused(CodeWrong, group=1):
        open_link(linked, slip)
    with refused(CodeWrong, group=0):
        open_link(linked, typed[:-1])
    assert misses(linked) == 0


def test_four_wrong_codes_are_counted_and_the_right_one_still_opens(linked):
    for count in range(1, MISSES):
        with pytest.raises(CodeWrong):
            open_link(linked, wrong_code(linked))
        assert misses(linked) == count

    assert open_link(linked) == SAID


def test_the_fifth_wrong_code_deletes_the_wrap_and_nothing_opens_any_more(cast, linked):
    for _ in range(MISSES - 1):
        with pytest.raises(CodeWrong):
            open_link(linked, wrong_code(linked))
    with pytest.raises(PacketClosed):
        open_link(linked, wrong_code(linked))

    assert not DekWrap.objects.filter(opener=Opener.LINK).exists()
    with refused(PacketClosed):
        open_link(linked)
    assert read(cast.amal, linked.manifest, cast.desk) == SAID


def test_another_link_is_a_miss_too(linked):
    with pytest.raises(CodeWrong):
        open_link(linked, secret=LinkSecret.make())
    assert misses(linked) == 1


def test_a_link_of_another_packet_opens_nothing(cast, linked):
    other = send(cast, packet_for(None), reason="")

    with pytest.raises(CodeWrong):
        packets.open_link(other.manifest.packet_id, linked.link, linked.code.printed(), at=LATER)


def test_a_link_wrap_moved_to_another_packet_opens_nothing_there(cast, linked):
    other = send(cast, packet_for(None), reason="")
    DekWrap.objects.filter(record=other.manifest.packet, opener=Opener.LINK).delete()
    DekWrap.objects.filter(opener=Opener.LINK).update(record=other.manifest.packet)

    with pytest.raises(CodeWrong):
        packets.open_link(other.manifest.packet_id, linked.link, linked.code.printed(), at=LATER)


def test_a_link_closes_when_it_expires_and_its_wrap_goes(linked):
    assert open_link(linked, at=EXPIRES - timedelta(seconds=1)) == SAID
    with pytest.raises(PacketClosed):
        open_link(linked, at=EXPIRES)

    assert not DekWrap.objects.filter(opener=Opener.LINK).exists()


def test_a_withdrawn_link_is_closed(cast, linked):
    packets.withdraw(cast.amal.unlocked(), linked.manifest, at=LATER)

    with refused(PacketClosed):
        open_link(linked)


def test_a_packet_that_never_was_looks_like_a_closed_one(cast):
    with refused(PacketClosed):
        packets.open_link(uuid4(), LinkSecret.make(), LinkCode.make().printed(), at=LATER)


def test_a_packet_to_a_team_has_no_link(cast):
    sent = send(cast)

    assert (sent.link, sent.code) == (None, None)
    with refused(PacketClosed):
        packets.open_link(
            sent.manifest.packet_id, LinkSecret.make(), LinkCode.make().printed(), at=LATER
        )


def test_a_forged_packet_does_not_open_by_its_link(linked):
    Manifest.objects.filter(pk=linked.manifest.pk).update(scope="contact needs story")

    with pytest.raises(RecordDamaged):
        open_link(linked)


def test_a_links_text_that_is_missing_is_damaged(linked):
    Sealed.objects.filter(record=linked.manifest.packet).delete()

    with pytest.raises(RecordDamaged):
        open_link(linked)


def test_a_miss_is_never_counted_in_a_transaction_that_its_refusal_would_end():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        packets.open_link(uuid4(), LinkSecret.make(), LinkCode.make().printed(), at=LATER)


def test_a_case_is_never_the_packet(cast):
    """Sealing a packet touches no record of the sender's but its list of pins."""
    case = records.seal(
        cast.amal.unlocked(),
        records.Writing(kind="case", team=cast.desk),
        SAID,
        retention=EXPIRES.date(),
        at=AT,
    )
    send(cast)

    assert DekWrap.objects.filter(record=case).count() == 1
    assert set(Record.objects.order_by("pk").values_list("kind", flat=True)) == {
        "case",
        "packet",
        "pins",
    }
