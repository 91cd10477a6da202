from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from protect.audit.models import Entry
from protect.referrals import packets
from protect.referrals.packets import MAX_WRONG_CODES
from protect.vault.enums import Opener
from protect.vault.errors import CodeWrong, RecordDamaged
from protect.vault.formats.credentials.codes import LinkCode
from protect.vault.formats.secrets import LinkSecret
from protect.vault.models import DekWrap, Manifest, Record, Sealed
from protect.vault.records import records
from tests.refusals import refuses
from tests.vault.cast import (
    AT,
    LATER,
    SAID,
    must_verify,
)
from tests.vault.sending import (
    EXPIRES,
    packet_for,
    read,
    send,
)
from tests.vault.traces import everything, refused

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


@pytest.fixture
def linked(cast) -> packets.SentPacket:
    return send(cast, packet_for(None), reason="")


def open_link(sent, typed=None, *, secret=None, at=LATER):
    code = typed or sent.code.printed()
    return packets.open_link(sent.manifest.packet_id, secret or sent.link, code, at=at)


def wrong_code(sent) -> str:
    while (code := LinkCode.generate()) == sent.code:
        pass
    return code.printed()


def misses(sent) -> int:
    return DekWrap.objects.get(record=sent.manifest.packet, opener=Opener.LINK).misses


def test_link_and_code_together_open_a_packet_and_the_sender_sees_it(cast, linked):
    assert open_link(linked, linked.code.printed().lower()) == SAID
    assert open_link(linked) == SAID

    opened = Entry.objects.filter(action="vault.open_link")
    assert [(row.organisation, row.actor_id) for row in opened.order_by("n")] == [
        (cast.office.pk, None)
    ] * 2
    assert read(cast.amal, linked.manifest, cast.desk) == SAID
    must_verify()


def test_neither_link_nor_code_is_stored(linked):
    kept = repr(everything())

    assert linked.link.text() not in kept
    assert linked.code.printed() not in kept
    assert repr(linked.link.reveal())[2:-1] not in kept


def test_mistyped_code_is_reported_and_not_counted(linked):
    typed = linked.code.printed()
    slip = ("A" if typed[0] != "A" else "B") + typed[1:]

    with refused(CodeWrong, group=1):
        open_link(linked, slip)
    with refused(CodeWrong, group=0):
        open_link(linked, typed[:-1])
    assert misses(linked) == 0


def test_four_wrong_codes_are_counted_and_the_right_one_still_opens(linked):
    for count in range(1, MAX_WRONG_CODES):
        with pytest.raises(CodeWrong):
            open_link(linked, wrong_code(linked))
        assert misses(linked) == count

    assert open_link(linked) == SAID


def test_the_fifth_wrong_code_deletes_the_wrap_and_nothing_opens_any_more(cast, linked):
    for _ in range(MAX_WRONG_CODES - 1):
        with pytest.raises(CodeWrong):
            open_link(linked, wrong_code(linked))
    with refuses("packet_closed"):
        open_link(linked, wrong_code(linked))

    assert not DekWrap.objects.filter(opener=Opener.LINK).exists()
    with refused("packet_closed"):
        open_link(linked)
    assert read(cast.amal, linked.manifest, cast.desk) == SAID


def test_wrong_link_counts_as_a_wrong_code(linked):
    with pytest.raises(CodeWrong):
        open_link(linked, secret=LinkSecret.generate())
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
    with refuses("packet_closed"):
        open_link(linked, at=EXPIRES)

    assert not DekWrap.objects.filter(opener=Opener.LINK).exists()


def test_a_withdrawn_link_is_closed(cast, linked):
    packets.withdraw(cast.amal.unlocked(), linked.manifest, at=LATER)

    with refused("packet_closed"):
        open_link(linked)


def test_unknown_packet_is_refused_like_a_closed_one(cast):
    with refused("packet_closed"):
        packets.open_link(uuid4(), LinkSecret.generate(), LinkCode.generate().printed(), at=LATER)


def test_a_packet_to_a_team_has_no_link(cast):
    sent = send(cast)

    assert (sent.link, sent.code) == (None, None)
    with refused("packet_closed"):
        packets.open_link(
            sent.manifest.packet_id, LinkSecret.generate(), LinkCode.generate().printed(), at=LATER
        )


def test_a_forged_packet_does_not_open_by_its_link(linked):
    Manifest.objects.filter(pk=linked.manifest.pk).update(scope="contact needs story")

    with pytest.raises(RecordDamaged):
        open_link(linked)


def test_missing_text_of_a_linked_packet_is_damage(linked):
    Sealed.objects.filter(record=linked.manifest.packet).delete()

    with pytest.raises(RecordDamaged):
        open_link(linked)


def test_open_link_refuses_to_run_inside_a_transaction():
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        packets.open_link(uuid4(), LinkSecret.generate(), LinkCode.generate().printed(), at=LATER)


def test_sealing_a_packet_touches_no_other_record(cast):
    """Sealing a packet touches no record of the sender's but its list of pins."""
    case = records.seal_record(
        cast.amal.unlocked(),
        records.NewRecord(kind="case", team=cast.desk),
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
