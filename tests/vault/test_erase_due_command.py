"""`protect vault erase-due` ends with a VACUUM, so these tests have real transactions."""

from datetime import timedelta

import pytest

from protect.audit.models import Entry
from protect.vault.integrity import ledger
from protect.vault.models import DekWrap, Record
from protect.vault.records import erasure
from tests.vault.cast import AT, SAID, must_verify, note, read
from tests.vault.test_commands import send, vault
from tests.vault.traces import written

pytestmark = pytest.mark.django_db(transaction=True)


def test_erase_due_deletes_expired_records_and_wraps(cast):
    over, kept = note(cast.amal, cast.desk), note(cast.amal, cast.desk)
    Record.objects.filter(pk=over.pk).update(retention=AT.date().replace(month=10, day=1))
    sent, living = send(cast, days=1), send(cast, days=2)

    said = vault("erase-due", at=AT + timedelta(days=1))

    assert said == ["finished 0", "erased 1", "wraps 2"]
    assert not Record.objects.filter(pk=over.pk).exists()
    assert read(cast.sana, kept).document == SAID
    assert not DekWrap.objects.filter(record=sent.packet).exists()
    assert DekWrap.objects.filter(record=living.packet).count() == 2
    assert Entry.objects.filter(action="vault.erase_retention", target=f"note:{over.pk}").exists()
    assert written() == [("record", str(over.pk), "retention")]
    must_verify()


def test_an_erasure_that_a_crash_interrupted_is_finished_at_night(cast):
    made = note(cast.amal, cast.desk)
    line = ledger.Line("record", str(made.pk), AT.isoformat(), erasure.PERSON_REASON)
    ledger.append(line)  # and then the power failed

    assert vault("erase-due")[0] == "finished 1"
    assert vault("erase-due")[0] == "finished 0"

    assert not Record.objects.exists()
    assert Entry.objects.filter(action="vault.replay_ledger").count() == 1
