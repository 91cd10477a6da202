"""The report of a round: frozen versions, hidden numbers, PDF and DOCX; comparison and figures."""

import zipfile
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pypdf
import pytest
from django.utils import translation
from docx import Document

from protect.coordination.mappings import actions, facts, figures, findings, reports
from protect.coordination.mappings.errors import MappingRefusal, ReportChanged
from protect.coordination.mappings.models import MappingReport
from protect.coordination.mappings.report_content import PARTS, build_content
from protect.coordination.mappings.report_files import report_docx, report_pdf
from protect.coordination.mappings.report_words import Block, report_words
from protect.coordination.minutes.enums import ActionState
from protect.trainings.base.facts import FactQuery
from tests.coordination.cast import AT
from tests.coordination.mapping_cast import (
    make_finding,
    make_interview,
    make_round,
    recommendation_values,
)

TEXTS = {part: f"Demo text of {part}." for part in PARTS} | {"language": "en"}


@pytest.fixture
def row(cast):
    row = make_round(cast)
    make_interview(cast, row)
    return row


@pytest.fixture
def draft(cast, row):
    make_finding(cast, row)
    draft = reports.begin_report(cast.scope(), row, "en", at=AT)
    return reports.save_report(cast.scope(), draft, TEXTS, 0, at=AT)


def test_an_issued_version_never_changes_and_the_next_begins_with_its_texts(cast, row, draft):
    issued = reports.issue_report(cast.scope(), draft, draft.version, at=AT)
    before = report_words(issued)
    make_interview(cast, row)

    with pytest.raises(MappingRefusal) as refusal:
        reports.save_report(cast.scope(), issued, TEXTS | {"method": "Demo"}, 1, at=AT)

    assert refusal.value.code == "coordination_report_issued"
    assert report_words(MappingReport.objects.get(pk=issued.pk)) == before
    following = reports.begin_report(cast.scope(), row, "en", at=AT)
    assert (following.number, following.method) == (2, "Demo text of method.")
    assert report_words(following).blocks != before.blocks


def test_two_writers_of_a_draft_never_overwrite_each_other(cast, draft):
    with pytest.raises(ReportChanged):
        reports.save_report(cast.scope(), draft, TEXTS | {"gaps": "Demo other"}, 0, at=AT)

    draft.refresh_from_db()
    assert draft.gaps == "Demo text of gaps."


def test_texts_that_a_colleague_changed_since_are_read_before_the_report_is_issued(cast, draft):
    seen = draft.version
    reports.save_report(cast.scope(), draft, TEXTS | {"gaps": "Demo other"}, seen, at=AT)

    with pytest.raises(MappingRefusal) as refusal:
        reports.issue_report(cast.scope(), draft, seen, at=AT)

    assert refusal.value.code == "coordination_report_newer"
    draft.refresh_from_db()
    assert (draft.issued_at, draft.gaps) == (None, "Demo other")


def test_a_report_without_interviews_is_not_issued(cast):
    draft = reports.begin_report(cast.scope(), make_round(cast), "en", at=AT)

    with pytest.raises(MappingRefusal) as refusal:
        reports.issue_report(cast.scope(), draft, draft.version, at=AT)

    assert refusal.value.code == "coordination_report_empty"
    draft.refresh_from_db()
    assert draft.issued_at is None


def test_small_numbers_of_people_are_not_in_the_frozen_content(cast, row):
    make_interview(cast, row, people={"women": 6, "men": 2})

    content = build_content(row)["figures"]

    assert content["people"] == {"women": None, "men": None}
    assert content["people_total"] == 15
    assert content["methods"] == {"service": 2, "focus_group": 0, "informant": 0}


def test_the_owner_in_a_report_is_a_function_and_no_person(cast, row):
    finding = make_finding(cast, row)
    findings.add_recommendation(cast.scope(), finding, recommendation_values(), at=AT)

    (line,) = build_content(row)["recommendations"]

    assert line["owner"] == "Demo shelter · Head of the shelter"


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_the_docx_opens_and_has_texts_and_numbers(draft, tag):
    with translation.override(tag):
        words = report_words(draft)
        content = report_docx(words)

    document = Document(BytesIO(content))
    paragraphs = [each.text for each in document.paragraphs]
    assert paragraphs[0] == "Demo mapping"
    assert "Demo text of introduction." in paragraphs
    assert document.tables[0].rows[1].cells[1].text == "1"
    assert document.core_properties.author == ""
    with zipfile.ZipFile(BytesIO(content)) as file:
        assert file.testzip() is None
        xml = file.read("word/document.xml").decode()
        assert not any("vba" in name.lower() for name in file.namelist())
    assert ("<w:bidi/>" in xml) == (tag == "ar")


def test_control_characters_of_pasted_texts_do_not_break_the_docx(draft):
    with translation.override("en"):
        words = report_words(draft)
    control = "a\x01b\x1bc\ufffe"
    blocks = (Block("heading", control), Block("typed", control))
    blocks += (Block("table", control, (control,), ((control,),)),)
    words = replace(words, title=control, lead=(control,), blocks=blocks)

    document = Document(BytesIO(report_docx(words)))

    assert {each.text for each in document.paragraphs} == {"a b c "}
    assert document.tables[0].rows[1].cells[0].text == "a b c "


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_the_pdf_has_title_texts_and_findings(draft, tag):
    with translation.override(tag):
        content = report_pdf(report_words(draft))

    text = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)
    assert "Demo mapping" in text
    assert "Demo text of method." in text
    assert "Demo: no bed for men" in text


def test_a_round_is_compared_with_the_one_before_it(cast, row):
    earlier = make_round(
        cast,
        title="Demo earlier",
        starts_on=AT.date() - timedelta(400),
        ends_on=AT.date() - timedelta(380),
    )
    make_interview(cast, earlier)
    finding = make_finding(cast, earlier)
    done = findings.add_recommendation(cast.scope(), finding, recommendation_values(), at=AT)
    findings.add_recommendation(cast.scope(), finding, recommendation_values(), at=AT)
    findings.set_recommendation_state(cast.scope(), done, ActionState.DONE, at=AT)
    make_interview(cast, row)
    make_finding(cast, row)

    comparison = figures.compare(earlier, row)

    assert comparison.methods[0][1:] == (1, 2)
    (need,) = comparison.needs
    assert (need.need, need.answers_then, need.answers_now) == ("safe-place", 2, 4)
    assert (len(need.findings_then), len(need.findings_now)) == (1, 1)
    assert (comparison.done, len(comparison.recommendations)) == (1, 2)


def test_figures_count_rounds_and_interviews_by_country_and_period(cast, row, draft):
    reports.issue_report(cast.scope(), draft, draft.version, at=AT)
    year = FactQuery(date(2026, 1, 1), date(2027, 1, 1), AT)
    elsewhere = FactQuery(date(2026, 1, 1), date(2027, 1, 1), AT, frozenset({"BE"}))
    before = FactQuery(date(2025, 1, 1), date(2026, 1, 1), AT)

    rounds = facts.mapping_rounds(year)
    assert {cell: value.numerator for cell, value in rounds.cells.items()} == {("HR", "issued"): 1}
    asked = facts.mapping_interviews(year)
    assert {cell: value.numerator for cell, value in asked.cells.items()} == {("HR", "service"): 1}
    for query in (elsewhere, before):
        assert not facts.mapping_rounds(query).cells
        assert not facts.mapping_interviews(query).cells


def test_a_closed_round_can_still_be_coded_and_reported(cast, row):
    actions.close_round(cast.scope(), row, is_closed=True, at=AT)

    assert make_finding(cast, row).number == 1
