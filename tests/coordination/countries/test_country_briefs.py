"""The coordination brief of a quarter: words, file, command; and the figures of contracts."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from protect.coordination.countries.brief_words import brief_words
from protect.coordination.countries.country_briefs import FACTS, brief_report
from protect.coordination.countries.country_content import Readable
from protect.coordination.countries.forms import Quarter, last_quarters
from protect.coordination.minutes import actions as minutes
from protect.kernel import clock
from protect.matching import published
from protect.matching.coverage.atlas import atlas
from protect.trainings.base.facts import FactQuery
from tests.coordination.cast import AT, make_action, make_group, make_item, make_meeting
from tests.coordination.pathways.casting import make_services
from tests.coordination.procedures.drafting import make_in_force

QUARTER = Quarter(2026, 4)
CONTRACTS = {  # each line of the contracts, and the figures that answer it
    "meetings by kind": ["meetings_held"],
    "organisations attending": ["organisations_attending"],
    "actions done in time": ["actions_done_in_time"],
    "mappings": ["mappings"],
    "SOPs or guidelines developed or reviewed and in force": [
        "procedures_developed_or_reviewed",
        "procedures_in_force",
    ],
    "pathways published and tested": ["pathways_published", "pathways_tested"],
    "services with a plan": ["services_with_plan"],
    "services adapted": ["services_adapted"],
}


@pytest.fixture
def services(db):
    published.forget()
    atlas.forget()
    yield make_services()
    published.forget()
    atlas.forget()


def cells_of(report, heading):
    """Return the rows of the table under a heading, [] without a table."""
    blocks = list(report.blocks)
    at = next(n for n, block in enumerate(blocks) if block.text == heading)
    return list(blocks[at + 1].rows)


def report_of(cast, tag="en", quarter=QUARTER):
    return brief_report(Readable.by(cast.scope(), "HR"), "HR", quarter, tag, at=AT)


def test_quarters_follow_each_other_over_years():
    assert Quarter.of(date(2026, 12, 31)) == QUARTER
    assert (QUARTER.starts, QUARTER.ends) == (date(2026, 10, 1), date(2027, 1, 1))
    assert Quarter(2027, 1).previous() == QUARTER
    assert QUARTER.next() == Quarter(2027, 1)
    assert [each.code for each in last_quarters(date(2026, 2, 1))][:2] == ["2026-Q1", "2025-Q4"]
    for wrong in ("2026-Q5", "2026", "1926-Q1", "2026-Q1 "):
        with pytest.raises(ValueError, match=wrong):
            Quarter.parse(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("line", CONTRACTS)
def test_each_line_of_the_contracts_has_its_figures(line):
    query = FactQuery(QUARTER.starts, QUARTER.ends, AT, frozenset({"HR"}))
    for name in CONTRACTS[line]:
        figure = FACTS[f"coordination.{name}"](query)
        assert figure.unit
        assert "country" in figure.axes
    if line == "meetings by kind":
        assert "kind" in figure.axes


def test_the_brief_has_the_decisions_of_its_quarter_and_names_no_person(cast, services):
    group = make_group(cast)
    for day in (date(2026, 9, 29), date(2026, 11, 3)):
        meeting = make_meeting(cast, group, day=day)
        item = make_item(cast, meeting)
        minutes.record_decision(cast.scope(), item, f"Demo decision of {day}", at=AT)
    owner = group.members.current().get(user=cast.people["bela"])
    make_action(cast, item, owner, text="Demo late", due_on=AT.date() - timedelta(1))
    make_in_force(cast, group, title="Demo procedure")
    make_meeting(cast, group, day=date(2026, 12, 10))

    report = report_of(cast)

    words = brief_words()["en"]
    decided = [row[0] for row in cells_of(report, words.decisions)]
    assert decided == ["2. Demo decision of 2026-11-03"]
    assert [row[:2] for row in cells_of(report, words.actions)] == [
        ("Demo late", "Demo shelter Zagreb")
    ]
    figures = dict(cells_of(report, words.figures))
    assert figures[words.meetings_held] == "1"
    assert figures[words.procedures_in_force] == "1"
    assert figures[words.actions_done_in_time] == "0 of 1"
    assert len(cells_of(report, words.meetings)) == 1
    text = str(report)
    for person in cast.people.values():
        assert person.name not in text
        assert person.email not in text


@pytest.mark.parametrize("tag", ["en", "hr", "el", "ar"])
def test_a_brief_of_nothing_says_so_in_each_language(cast, services, tag):
    report = report_of(cast, tag)

    assert report.title.startswith(brief_words()[tag].title)
    nothing = [block for block in report.blocks if block.text == brief_words()[tag].none]
    assert len(nothing) == 6  # all but figures and gaps


def test_the_form_of_the_page_prints_a_brief(desks, services):
    found = desks["amal"].get("/countries/HR/brief?quarter=2026-Q4&language=hr")
    assert found.content.startswith(b"%PDF")
    assert 'filename="demo-coordination-hr-2026-q4.pdf"' in found["Content-Disposition"]

    refused = desks["amal"].get("/countries/HR/brief?quarter=1926-Q4&language=hr")
    assert refused.status_code == 422
    assert not refused.content.startswith(b"%PDF")


@pytest.mark.django_db
def test_the_command_writes_the_present_quarter(services, tmp_path, capsys):
    file = tmp_path / "brief.pdf"
    with clock.frozen(AT):
        call_command("coordination", "brief", country="hr", language="hr", output=str(file))
    assert file.read_bytes().startswith(b"%PDF")
    assert "2026-Q4 HR hr" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("country", {"country": "XX"}),
        ("language", {"language": "xx"}),
        ("quarter", {"quarter": "2026-5"}),
        ("output", {"output": "/nowhere/brief.pdf"}),
    ],
)
def test_a_wrong_option_is_refused_with_its_code_and_a_remedy(services, tmp_path, code, given):
    file = tmp_path / "brief.pdf"
    options = {"country": "HR", "output": str(file), **given}
    with (
        clock.frozen(AT),
        pytest.raises(CommandError, match=rf"\[coordination_brief_{code}\].*Use: "),
    ):
        call_command("coordination", "brief", **options)
    assert not file.exists()
