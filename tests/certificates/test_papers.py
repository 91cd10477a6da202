"""The PDF of a certificate contains the Open Badge; its metadata does not identify the holder."""

import json
from io import BytesIO

import pikepdf
import pytest
from pypdf import PdfReader

from protect.certificates import access
from protect.certificates.actions import certificates
from protect.certificates.badges.files import certificate_from_bytes
from protect.certificates.badges.verification import State, verify
from protect.certificates.papers import trainer_names, write_pdf
from protect.kernel import clock
from protect.trainings.documents.actions import save_letterhead
from protect.trainings.scheduling.enums import BookingRole, BookingState
from tests.certificates.badges.test_command import run
from tests.certificates.issued import make_key, published_documents
from tests.trainings.documents.paper.demo import text_by_poppler
from tests.trainings.finished import AT, LATER, attend, make_done_edition
from tests.trainings.heading import make_letterhead
from tests.trainings.planning import make_booked_resources, make_hall, make_trainer
from tests.ui.press.seeing import as_seen, pages


@pytest.fixture
def row(planners):
    make_key(planners.host)
    holder = attend(make_done_edition(planners.host), 360, planners.people["pia"], name="Demo Noor")
    certificate = certificates.issue_certificate(planners.scope("pia"), holder, at=AT)
    return access.get_certificate_by_credential(certificate.credential)


@pytest.fixture
def pdf(row):
    return write_pdf(row, row.document, "en")


def test_the_pdf_holds_the_badge_as_it_was_signed(row, pdf):
    found = certificate_from_bytes(pdf)

    assert found == row.document
    assert verify(found, *published_documents(row), at=LATER).state is State.VALID


def test_verify_command_reads_the_pdf(row, pdf, tmp_path, settings):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdf)
    lists = []
    for number, document in enumerate(published_documents(row)[0]):
        lists.append(tmp_path / f"list{number}.json")
        lists[-1].write_text(json.dumps(document), "utf-8")

    told = run(str(path), *[word for file in lists for word in ("--status", str(file))], at=LATER)

    assert told[0] == "result valid"
    assert "minutes 360" in told


def test_the_paper_shows_holder_course_and_address_of_the_check(row, pdf):
    text = text_by_poppler(pdf)

    for expected in ("Demo Noor", "Demo course A", str(row.credential)[:8], "certificates/"):
        assert expected in text, text
    assert "Protection in practice" not in text  # the neutral title only


def test_full_version_prints_title_grant_town_and_donor_with_the_same_badge(planners, row):
    row.edition.grant_number = "GA 101000000"
    row.edition.sessions.update(venue=make_hall(planners.host))
    save_letterhead(planners.scope("pia"), planners.host, make_letterhead(), at=AT)

    full = write_pdf(row, row.document, "en", is_full=True)

    (page,) = map(as_seen, pages(full))
    for text in ("Protection in practice", "GA 101000000", "Leuven", "Funded by Demo Fund"):
        assert text in page, page
    assert certificate_from_bytes(full) == row.document
    neutral = as_seen(pages(write_pdf(row, row.document, "en"))[0])
    assert not any(text in neutral for text in ("GA 101000000", "Leuven", "Demo Fund"))


def test_a_revoked_certificate_is_marked_on_paper(planners, row):
    certificates.revoke_certificate(planners.scope("pia"), row, at=LATER, reason="Demo reason")
    row.refresh_from_db()

    page = as_seen(pages(write_pdf(row, row.document, "en"))[0])

    assert "Revoked" in page
    assert "Demo reason" not in page


def test_a_replaced_certificate_is_marked_on_paper(planners, row):
    certificates.replace_certificate(planners.scope("pia"), row, at=LATER, reason="Demo reason")
    row.refresh_from_db()

    assert "Replaced by another" in as_seen(pages(write_pdf(row, row.document, "en"))[0])


def test_the_paper_names_the_trainers_that_accepted(row):
    session = row.edition.sessions.order_by("number").first()
    make_booked_resources(session)
    said_yes = make_trainer(row.edition.host, "Demo Trainer Yes")
    session.bookings.create(
        resource=said_yes,
        role=BookingRole.TRAINER,
        state=BookingState.ACCEPTED,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        created=AT,
    )

    assert trainer_names(row.edition) == ("Demo Trainer Yes",)


def test_pdf_metadata_does_not_identify_the_holder(pdf):
    with pikepdf.open(BytesIO(pdf)) as opened:
        said = f"{opened.docinfo!r}{opened.Root.get('/Metadata')!r}"
        files = list(opened.attachments)

    assert "Noor" not in said
    assert files == ["certificate.json"]


def test_the_same_certificate_is_the_same_file(row, pdf):
    with clock.frozen(LATER):
        assert write_pdf(row, row.document, "en") == pdf


@pytest.mark.parametrize("tag", ["fr", "nl", "ar"])
def test_certificate_is_one_page_in_each_desk_language(row, tag):
    assert len(PdfReader(BytesIO(write_pdf(row, row.document, tag))).pages) == 1
