"""Papers that carry the letterhead, and its language."""

import pytest

from protect.trainings.attendance.actions import sign_in_sheets
from protect.trainings.attendance.actions.sign_in_sheets import sign_in_sheet
from protect.trainings.documents.actions import Letterhead, letterhead_of, save_letterhead
from protect.trainings.documents.paper.content import Sentence
from protect.trainings.documents.paper.sheets import attendance_pdf
from tests.trainings.attending import first_session
from tests.trainings.heading import make_letterhead, make_picture
from tests.trainings.planning import AT, make_edition
from tests.ui.press.seeing import as_seen, pages


@pytest.fixture
def host(planners):
    save_letterhead(planners.scope("pia"), planners.host, make_letterhead(), at=AT)
    return planners.host


def test_organisation_without_a_letterhead_has_none(planners):
    assert letterhead_of(planners.host.pk, "en") == Letterhead()


@pytest.mark.parametrize(
    ("tag", "expected_tags"), [("fr", ("fr", "en")), ("ar", ("en", "en")), ("el", ("en", "en"))]
)
def test_statement_falls_back_to_another_language(host, tag, expected_tags):
    assert (
        tuple(statement.tag for statement in letterhead_of(host.pk, tag).statements)
        == expected_tags
    )


def test_without_english_the_first_statement_is_used(planners):
    given = make_letterhead(picture=None, funding={"nl": "Demo betaald"}, disclaimer={})
    save_letterhead(planners.scope("pia"), planners.host, given, at=AT)

    assert letterhead_of(planners.host.pk, "ar") == Letterhead(
        None, (Sentence("nl", "Demo betaald"),)
    )


def test_sign_in_sheet_carries_the_letterhead(planners, host):
    session = first_session(make_edition(host))
    printed = sign_in_sheets.print_sheet(planners.scope("pia"), session, at=AT)

    given = sign_in_sheet(printed, session, "fr")
    page = as_seen(pages(attendance_pdf(given, "fr"))[0])

    assert given.emblem is not None
    assert (given.emblem.picture, given.emblem.kind) == (make_picture(), "png")
    assert "Financé par Demo Fund" in page
    assert "Views are those of Demo Academy only" in page
