"""A service whose number stands above on a poster, and what keeps it there."""

import pytest

from protect.directory.enums import Channel, CriterionKind, CriterionOperator
from protect.directory.hours import parse
from protect.findhelp.paper.content import Pathway, pathway_pdf
from protect.findhelp.paper.leaflets import build_pathway
from protect.matching.questions import Match
from protect.matching.services.rows import Condition, LanguageOffer, OpeningHours, PhoneNumber
from tests.findhelp.paper.demo import AT, URL, answers, found, service
from tests.ui.press.seeing import as_seen, pages

FOR_WOMEN = {CriterionKind.GENDER: (Condition(CriterionOperator.ONLY, frozenset("f")),)}
ALWAYS = {Channel.PHONE: OpeningHours(parse("24/7", "Europe/Brussels", "BE"))}
OTHER_NUMBER = {"phones": (PhoneNumber("+3228001111"),)}
LINE_NUMBERS = [PhoneNumber(f"+32800983{count:02}") for count in range(3)]


def line(name: str, **changes: object) -> Match:
    """Return a helpline without a place and hours, unless they are given."""
    return found(service(name=name, **{"points": (), "opening_hours": {}} | changes))


def sheet(*steps: Match, national: tuple[Match, ...] = (), wanted: str = "") -> Pathway:
    said = answers(*steps, national=national)
    return build_pathway(said, "", "", "BE", "en", URL, AT, frozenset(wanted.split()))


def printed_names(pathway: Pathway) -> list[str]:
    return [step.name for step in (*pathway.steps, *pathway.lines)]


@pytest.mark.parametrize(
    ("changes", "is_printed"),
    [
        ({}, False),
        ({"conditions": FOR_WOMEN}, False),
        ({"languages": (LanguageOffer("fr"),)}, False),
        ({"languages": (LanguageOffer("uk"),)}, True),
        ({"opening_hours": ALWAYS}, True),
        ({"points": service().points}, True),
        ({"categories": frozenset({"shelter"})}, True),
        ({"categories": frozenset({"work"})}, False),
        (OTHER_NUMBER, True),
        ({"phones": ()}, True),
        (
            {"conditions": {CriterionKind.LEGAL_STATUS: (Condition(CriterionOperator.ALL),)}},
            True,
        ),
    ],
)
def test_a_number_that_is_above_is_printed_again_only_if_its_service_adds_something(
    changes, is_printed
):
    steps = sheet(line("first"), line("second", **changes), wanted="psychosocial shelter").steps

    assert [step.name for step in steps] == ["first", "second"][: 1 + is_printed]


def test_a_number_for_women_above_does_not_hide_the_one_for_all():
    for_women = line("shelter", conditions=FOR_WOMEN, opening_hours=ALWAYS)
    for_all, same = line("for all"), line("24 hours", opening_hours=ALWAYS)

    assert printed_names(sheet(for_women, for_all, same)) == ["shelter", "for all"]


@pytest.mark.parametrize("step_count", [1, 30])
def test_a_national_line_is_left_out_only_beside_a_printed_step_with_its_number(step_count):
    numbers = [PhoneNumber(f"+32800982{count:02}") for count in range(step_count - 1)]
    others = [line(f"Other {number.number}", phones=(number,)) for number in numbers]
    national = tuple(
        line(f"Line {count}", phones=phones)
        for count, phones in enumerate((service().phones, *[(n,) for n in LINE_NUMBERS]))
    )

    seen = as_seen(pages(pathway_pdf(sheet(*others, line("Last"), national=national)))[0])

    assert ("Last" in seen) is (step_count == 1)  # thirty steps do not fit
    assert ("Line 0" in seen) is (step_count == 30)
    assert seen.count("0800 98 100") == 1
    assert ("Line 3" in seen) is (step_count == 1)  # in its place
