"""What a writer to the database marks as damaged before a renewal, to lose it with the old key."""

from datetime import timedelta

import pytest

from protect.audit.models import Entry
from protect.notices.models import Outgoing
from protect.vault.enums import KeyState
from protect.vault.errors import KeyNotReady
from protect.vault.models import DekWrap, Record, TeamGrant
from protect.vault.team_keys import rotation
from tests.vault.adversary.database_writer import see_all_rows
from tests.vault.cast import AT, LATER, SAID, Cast, make_person, note, read, serve, versions

CAST_IS_KEPT = True

pytestmark = pytest.mark.django_db


def renew(cast: Cast, *, limit: int = 200) -> int:
    """Renew the desk's key to its end, and return in how many steps."""
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=LATER)
    steps = 1
    while rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=LATER, limit=limit).left:
        steps += 1
    see_all_rows()
    return steps


def alarms_of(record: Record) -> list[str]:
    rows = Entry.objects.alarms().of_target(record.audit_target).order_by("n")
    return list(rows.values_list("action", flat=True))


@pytest.mark.parametrize("marked_at", [AT, LATER + timedelta(days=900)], ids=["past", "future"])
def test_record_that_was_marked_as_damaged_moves_with_the_others(cast, writer, marked_at):
    record = note(cast.amal, cast.desk)
    DekWrap.objects.filter(record=record).update(damaged_at=marked_at)

    renew(cast)

    wrap = DekWrap.objects.get(record=record)
    assert (wrap.team_version, wrap.damaged_at) == (2, None)
    assert read(cast.sana, record).document == SAID
    assert alarms_of(record) == []


def test_marked_records_move_in_batches(cast, writer):
    noted = [note(cast.amal, cast.desk) for _ in range(3)]
    DekWrap.objects.update(damaged_at=AT)

    steps = renew(cast, limit=1)

    assert steps == 3
    assert versions(cast.desk) == {1: KeyState.RETIRED, 2: KeyState.ACTIVE}
    assert [read(cast.sana, record).document for record in noted] == [SAID] * 3


@pytest.mark.parametrize(
    "columns", [{"wrap": b"\x01junk"}, {"origin": b""}, {"team_version": 999}], ids=str
)
def test_officers_learn_of_a_record_that_is_left_behind(cast, writer, columns):
    petra = make_person("petra")
    serve(petra, cast.office, "protection_officer")
    record = note(cast.amal, cast.desk)
    DekWrap.objects.filter(record=record).update(damaged_at=AT, **columns)

    renew(cast)

    assert alarms_of(record) == ["audit.compare.not_moved"]
    mails = Outgoing.objects.filter(template="key_alarm")
    assert list(mails.values_list("to", flat=True)) == [petra.user.email]


def test_record_that_was_lost_before_stops_no_later_renewal_and_is_told_once(cast, writer):
    record = note(cast.amal, cast.desk)
    DekWrap.objects.filter(record=record).update(origin=b"")
    renew(cast)

    renew(cast)

    assert versions(cast.desk)[3] == KeyState.ACTIVE
    assert DekWrap.objects.get(record=record).team_version == 1
    assert alarms_of(record) == ["audit.compare.not_moved"]


def test_marked_record_waits_for_a_member_who_holds_its_version(cast, writer):
    record = note(cast.amal, cast.desk)
    DekWrap.objects.filter(record=record).update(damaged_at=AT)
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=LATER)
    TeamGrant.objects.filter(user_key=cast.sana.key, team_key__version=1).delete()

    with pytest.raises(KeyNotReady):
        rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=LATER)

    assert rotation.continue_renewal(cast.amal.unlocked(), cast.desk, at=LATER).left == 0
    assert read(cast.sana, record).document == SAID
