"""Scanned sign-in sheets are deleted after their retention period."""

from datetime import timedelta

import pytest

from protect.trainings.attendance.actions import sign_in_sheets
from protect.trainings.attendance.models import PrintedList, SignedSheet
from protect.trainings.base.vocabulary import retention_of
from protect.uploads.clean_documents import CleanDocument
from protect.vault.models import Record, SealedFile
from protect.vault.records import inbound
from tests.trainings.attending import first_session, make_filled_edition
from tests.trainings.logistics import assign_logistics_team
from tests.trainings.planning import AT

SCAN = CleanDocument(content=b"Demo scan", media_type="application/pdf", name="demo.pdf")


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.LEDGER = tmp_path / "ledger.jsonl"


@pytest.fixture
def edition(planners):
    return make_filled_edition(planners.host)[0]


def test_scanned_sheets_are_deleted_with_named_lists_without_a_key(planners, edition):
    assign_logistics_team(edition)
    session, last = first_session(edition), edition.sessions.get(number=2).ends_at
    sign_in_sheets.print_sheet(planners.scope("tom"), session, at=AT)
    team = edition.logistics_team
    record = inbound.seal_inbound(team, {}, retention=last.date(), at=AT, file=SCAN)
    SignedSheet.objects.create(
        session=session,
        media_type=SCAN.media_type,
        sha256="0" * 64,
        record=record,
        added_by=planners.people["tom"],
        added_at=AT,
    )
    over = last + retention_of("named_lists")

    assert sign_in_sheets.erase_old_sheets(at=over - timedelta(days=1)) == 0
    assert sign_in_sheets.erase_old_sheets(at=over) == 1
    for model in (SignedSheet, PrintedList, Record, SealedFile):
        assert not model.objects.exists(), model
