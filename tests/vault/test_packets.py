from datetime import timedelta

import pytest

from protect.audit.models import Entry
from protect.referrals import packets
from protect.referrals.packets import Packet
from protect.uploads.clean_documents import CleanDocument
from protect.vault.errors import KeyNotReady, RecordGone, TeamKeyMismatch
from protect.vault.formats import fingerprint
from protect.vault.formats.secrets import TeamPublicKey, TeamSecret
from protect.vault.models import DekWrap, Manifest, Sealed, SealedFile, TeamKey
from protect.vault.records import files
from protect.vault.sessions.unlocked import active_key
from protect.vault.team_keys import closures, members
from tests.orgs.traces import told
from tests.vault.cast import (
    AT,
    LATER,
    SAID,
    entries,
    finish_kit,
    found,
    make_person,
    must_verify,
    new_team,
)
from tests.vault.lost_ledger import rebuild_uncompared
from tests.vault.sending import (
    CONSENT,
    EXPIRES,
    REASON,
    compare,
    packet_for,
    read,
    renew,
    send,
)
from tests.vault.traces import everything, refused, written

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


# --- between two teams --------------------------------------------------------------------------


def test_both_teams_open_the_packet(cast):
    manifest = send(cast).manifest

    for person, team in (
        (cast.amal, cast.desk),
        (cast.sana, cast.desk),
        (cast.bela, cast.shelter),
        (cast.noor, cast.shelter),
    ):
        assert read(person, manifest, team) == SAID


def test_manifest_contains_no_content(cast):
    manifest = send(cast).manifest

    assert (manifest.from_team, manifest.from_version) == (cast.desk, 1)
    assert (manifest.to_team, manifest.to_version) == (cast.shelter, 1)
    assert (manifest.consent, manifest.scope) == (CONSENT, "contact needs")
    assert (manifest.person_id, manifest.at, manifest.expires) == (cast.amal.pk, AT, EXPIRES)
    public = TeamPublicKey(bytes(active_key(cast.shelter.pk).public))
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


def test_receivers_get_a_mail_without_content(cast):
    send(cast)

    assert {to for template, to in told() if template == "work_waiting"} == {"bela", "noor"}


def test_third_team_does_not_find_the_packet(cast):
    manifest = send(cast).manifest

    with refused(RecordGone):
        read(cast.chidi, manifest, cast.far)


@pytest.mark.parametrize("name", ["chidi", "dana", "emil"])
def test_user_in_neither_team_cannot_open_the_packet(cast, name):
    manifest = send(cast).manifest

    for team in (cast.desk, cast.shelter):
        with refused(KeyNotReady):
            read(cast.people[name], manifest, team)


def test_each_opening_is_in_the_audit_of_both_teams(cast):
    manifest = send(cast).manifest
    read(cast.bela, manifest, cast.shelter)

    about = Entry.objects.filter(target=f"packet:{manifest.packet_id}").order_by("action")
    assert [(row.action, row.organisation, row.actor_id, row.consent) for row in about] == [
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


def test_only_a_packet_object_can_be_sealed(cast):
    class Wider(Packet):
        pass

    fields = {name: getattr(packet_for(cast.shelter), name) for name in Packet.__slots__}
    for wrong in (SAID, Wider(**fields)):
        with refused(TypeError):
            send(cast, wrong)


@pytest.mark.parametrize("name", ["bela", "chidi", "dana"])
def test_only_holders_of_the_senders_key_can_send(cast, name):
    with refused(KeyNotReady):
        packets.seal_packet(
            cast.people[name].unlocked(),
            packet_for(cast.shelter),
            cast.desk,
            at=AT,
            uncompared_reason=REASON,
        )


def test_repr_of_a_packet_has_no_content(cast):
    assert "PLANTED" not in repr(packet_for(cast.shelter))
    assert "PLANTED" not in repr(send(cast))


# --- whom it may go to --------------------------------------------------------------------------


def test_a_key_that_was_compared_needs_no_reason(cast):
    compare(cast)

    manifest = send(cast, reason="").manifest

    assert read(cast.bela, manifest, cast.shelter) == SAID
    assert entries(f"send_uncompared_{REASON}") == 0


def test_uncompared_key_needs_a_reason_that_is_audited(cast):
    with refused("pin_changed", team="Demo shelter"):
        send(cast, reason="")

    send(cast)
    assert entries(f"send_uncompared_{REASON}") == 1


def test_changed_key_blocks_sending_for_any_reason(cast):
    compare(cast)
    TeamKey.objects.filter(team=cast.shelter).update(public=TeamSecret.generate().public().raw)

    with refused(TeamKeyMismatch):
        send(cast)
    rebuild_uncompared()  # the pin alone must do
    with refused("pin_changed", team="Demo shelter"):
        send(cast)


def test_key_renewed_since_the_check_must_be_checked_again(cast):
    compare(cast)
    packet = packet_for(cast.shelter)
    renew(cast.bela, cast.shelter)

    with refused("pin_changed"):
        send(cast, packet)
    manifest = send(cast, packet_for(cast.shelter), reason="").manifest
    assert manifest.to_version == 2


def test_a_receiver_that_has_no_key_or_only_practises_gets_nothing(cast):
    keyless = new_team(cast.partner, "Demo keyless")
    founding = new_team(cast.partner, "Demo founding")
    found(founding, make_person("gita"))

    for team in (keyless, founding):
        packet = packet_for(cast.shelter, to_team=team.pk, to_version=1)
        with refused("team_not_ready"):
            send(cast, packet)


def test_a_team_that_only_practises_sends_nothing(cast):
    gita = make_person("gita")
    team = new_team(cast.office, "Demo new")
    found(team, gita)

    with refused("team_not_ready"):
        packets.seal_packet(
            gita.unlocked(), packet_for(cast.shelter), team, at=AT, uncompared_reason=REASON
        )
    finish_kit(gita, team)
    packets.seal_packet(
        gita.unlocked(), packet_for(cast.shelter), team, at=AT, uncompared_reason=REASON
    )


def test_no_packet_is_sent_while_cases_are_off(cast, settings):
    settings.CASES = "off"

    for team in (cast.shelter, None):
        with refused("cases_off"):
            send(cast, packet_for(team))


# --- taking back --------------------------------------------------------------------------------


def test_withdrawn_packet_is_deleted_and_cannot_be_opened(cast):
    manifest = send(cast).manifest
    clean = CleanDocument(content=b"%PDF-", media_type="application/pdf", name="demo.pdf")
    files.attach_file(manifest.packet, {}, clean, at=AT)

    packets.withdraw(cast.sana.unlocked(), manifest, at=LATER)

    for person, team in ((cast.bela, cast.shelter), (cast.amal, cast.desk)):
        with refused(RecordGone):
            read(person, manifest, team)
    for model in (DekWrap, Sealed, SealedFile):
        assert not model.objects.filter(record=manifest.packet).exists()
    assert Manifest.objects.get(pk=manifest.pk).withdrawn_at == LATER
    assert written() == [("packet", str(manifest.packet_id), "withdrawn")]


def test_withdrawal_is_mailed_and_in_the_audit_of_both_teams(cast):
    manifest = send(cast).manifest
    packets.withdraw(cast.amal.unlocked(), manifest, at=LATER)

    mails = [to for template, to in told() if template == "work_waiting"]
    assert sorted(mails) == ["bela", "bela", "noor", "noor"]
    about = Entry.objects.filter(target=f"packet:{manifest.packet_id}").exclude(action="vault.send")
    assert [(row.action, row.organisation, row.actor_id) for row in about.order_by("action")] == [
        ("vault.withdraw", cast.office.pk, cast.amal.pk),
        ("vault.withdrawn", cast.partner.pk, None),
    ]
    must_verify()


@pytest.mark.parametrize("name", ["bela", "chidi", "dana"])
def test_only_the_sending_team_can_withdraw(cast, name):
    manifest = send(cast).manifest

    with refused(KeyNotReady):
        packets.withdraw(cast.people[name].unlocked(), manifest, at=LATER)


def test_packet_is_withdrawn_once(cast):
    manifest = send(cast).manifest
    packets.withdraw(cast.amal.unlocked(), manifest, at=LATER)

    with refused(RecordGone):
        packets.withdraw(cast.amal.unlocked(), manifest, at=LATER)


def test_packet_of_an_ended_team_stays_until_it_expires(cast):
    manifest = send(cast).manifest
    given = cast.amal.unlocked()
    closures.retire_team(cast.dana.scope, cast.desk, at=LATER)

    with refused("team_not_ready"):
        packets.withdraw(given, manifest, at=LATER)
    assert read(cast.bela, manifest, cast.shelter) == SAID


def test_other_packets_stay(cast):
    first, second = send(cast).manifest, send(cast).manifest
    packets.withdraw(cast.amal.unlocked(), first, at=LATER)

    assert read(cast.bela, second, cast.shelter) == SAID


def test_former_member_of_the_receiver_cannot_open_the_packet(cast):
    manifest = send(cast).manifest
    members.end_membership_and_access(
        cast.emil.scope, cast.noor.place(cast.shelter), None, at=LATER
    )

    with refused(KeyNotReady):
        read(cast.noor, manifest, cast.shelter)
