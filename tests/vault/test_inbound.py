"""What people without keys say to a team: anybody seals it, only the team opens it."""

import pytest

from protect.orgs.enums import TeamState
from protect.uploads.clean_documents import CleanDocument
from protect.vault.errors import KeyNotReady, RecordGone
from protect.vault.models import DekWrap, Record, SealedFile
from protect.vault.records import inbound
from protect.vault.team_keys import rotation
from tests.refusals import refuses
from tests.vault.cast import AT, LATER, MONTH, entries, must_verify
from tests.vault.traces import everything

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True
SAID = {"codes": ["PLANTED-IN-CLEAR"], "detail": "PLANTED too"}
CLEAN = CleanDocument(content=b"PLANTED scan", media_type="application/pdf", name="PLANTED.pdf")


@pytest.fixture
def record(cast):
    return inbound.seal_inbound(cast.desk, SAID, retention=MONTH, at=AT)


def opened(cast, person, record):
    return inbound.open_documents(person.unlocked(), cast.desk, [record.pk], at=LATER)


def test_inbound_message_is_sealed_without_a_secret_and_opened_by_members(cast, record):
    for person in (cast.amal, cast.sana):
        assert opened(cast, person, record) == {record.pk: SAID}

    assert (entries("seal"), entries("scan")) == (1, 2)
    must_verify()


def test_rows_of_an_inbound_message_contain_no_text(cast, record):
    inbound.seal_inbound(cast.desk, SAID, retention=MONTH, at=AT, file=CLEAN)

    assert "PLANTED" not in repr(everything())


def test_other_users_cannot_open_an_inbound_message(cast, record):
    with pytest.raises(KeyNotReady):
        opened(cast, cast.chidi, record)
    assert inbound.open_documents(cast.chidi.unlocked(), cast.far, [record.pk], at=LATER) == {}


def test_renewal_moves_inbound_messages(cast, record):
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=LATER)
    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=LATER)

    assert DekWrap.objects.get(record=record).team_version == 2
    assert opened(cast, cast.amal, record) == {record.pk: SAID}


def test_a_file_comes_with_it(cast):
    record = inbound.seal_inbound(cast.desk, {}, retention=MONTH, at=AT, file=CLEAN)
    about, content = inbound.open_file(cast.amal.unlocked(), record, at=LATER)

    assert (about.name, content) == (CLEAN.name, CLEAN.content)


def test_a_record_without_a_file_says_so(cast, record):
    with pytest.raises(RecordGone):
        inbound.open_file(cast.amal.unlocked(), record, at=LATER)


def test_changed_inbound_message_is_left_out(cast, record):
    record.versions.update(ct=b"\x01" + bytes(80))

    assert opened(cast, cast.amal, record) == {}


@pytest.mark.parametrize("state", [TeamState.FOUNDING, TeamState.NO_KEY, TeamState.RETIRED])
def test_team_that_is_not_ready_gets_no_message(cast, state):
    cast.desk.state, cast.desk.retired_at = state, AT if state == TeamState.RETIRED else None
    cast.desk.save()
    with refuses("team_not_ready"):
        inbound.seal_inbound(cast.desk, SAID, retention=MONTH, at=AT)

    assert not Record.objects.filter(kind="inbound").exists()
    assert not inbound.can_receive(cast.desk)


def test_inbound_message_is_erased_once_without_a_key(cast):
    record = inbound.seal_inbound(cast.desk, SAID, retention=MONTH, at=AT, file=CLEAN)
    inbound.erase_inbound(record.pk, reason="retention", at=LATER)

    assert not Record.objects.filter(kind="inbound").exists()
    assert not SealedFile.objects.exists()
    assert entries("erase_retention") == 1
    with pytest.raises(RecordGone):
        inbound.erase_inbound(record.pk, reason="retention", at=LATER)
    assert entries("erase_retention") == 1  # told once


def test_retention_month_can_be_changed(cast, record):
    inbound.set_retention([record.pk], MONTH.replace(year=2030, day=17))

    record.refresh_from_db()
    assert record.retention.isoformat() == "2030-11-01"
