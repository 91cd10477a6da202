"""A service and a question with nothing special about them, changed as a test needs it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from protect.directory.enums import (
    Answer,
    Channel,
    CriterionKind,
    CriterionOperator,
    Fact,
    Freshness,
    Mode,
    Verdict,
)
from protect.directory.hours import parse
from protect.directory.rules import CheckSummary
from protect.matching.costs import WeighedRow, weigh_row
from protect.matching.explanation import explain
from protect.matching.questions import (
    Answers,
    Match,
    Person,
    PersonLocation,
    Question,
    Wishes,
    build_query,
)
from protect.matching.services.rows import (
    Condition,
    OpeningHours,
    PhoneNumber,
    Point,
    ServedArea,
    ServiceRow,
)
from tests.matching import oracle

TUESDAY = datetime.fromisoformat("2026-11-24T10:00:00+01:00")
LIEGE = PersonLocation("BE", 50.63373, 5.56749, ("BE-WLG", "BE-WAL"), 2792413)
INTERVAL = timedelta(days=90)
AGES = {  # days ago of a check in each state
    Freshness.FRESH: 10,
    Freshness.DUE: 100,
    Freshness.OVERDUE: 150,
    Freshness.EXPIRED: 300,
    Freshness.DISPUTED: 1,
}


def seen(state: Freshness) -> tuple[CheckSummary, ...]:
    """Return checks that are in a state on TUESDAY."""
    if state is Freshness.UNVERIFIED:
        return ()
    at = TUESDAY - timedelta(days=AGES[state])
    verdict = Verdict.DISPUTED if state is Freshness.DISPUTED else Verdict.CONFIRMED
    return (CheckSummary(verdict, at, at + INTERVAL),)


def checks(state: Freshness) -> dict[Fact, tuple[CheckSummary, ...]]:
    """Return checks of every fact in one state."""
    return {fact: seen(state) for fact in Fact} if seen(state) else {}


def opening_hours(expression: str, **flags: bool) -> OpeningHours:
    return OpeningHours(parse(expression, "Europe/Brussels", "BE", **flags))


def only(*values: str) -> tuple[Condition, ...]:
    return (Condition(CriterionOperator.ONLY, frozenset(values)),)


def until(years: int) -> tuple[Condition, ...]:
    return (Condition(CriterionOperator.RANGE, maximum=years),)


def says(answer: Answer) -> tuple[Condition, ...]:
    return (Condition(CriterionOperator.ANSWER, answer=answer),)


EVERYONE = (Condition(CriterionOperator.ALL),)


def service(number: int = 1, **changes: Any) -> ServiceRow:
    """Return a counselling service in Liège: all facts fresh, open, nobody reported."""
    plain = ServiceRow(
        id=UUID(int=number),
        short=f"demo{number}",
        name=f"Demo service {number}",
        organisation="Demo organisation",
        country="BE",
        categories=frozenset({"psychosocial"}),
        zone="Europe/Brussels",
        modes=frozenset({Mode.IN_PERSON}),
        points=(Point(50.64, 5.57, "Liège", 2792413, ("BE-WLG", "BE-WAL"), is_exact=True),),
        opening_hours={Channel.VISIT: opening_hours("24/7")},
        phones=(PhoneNumber("+320000000001"),),
        areas=(ServedArea("BE"),),
        conditions={
            CriterionKind.TELLS_POLICE: says(Answer.NO),
            CriterionKind.TELLS_MIGRATION: says(Answer.NO),
        },
        checks=checks(Freshness.FRESH),
    )
    return replace(plain, **changes)


def stating(row: ServiceRow, kind: CriterionKind, conditions: tuple[Condition, ...]) -> ServiceRow:
    """Return a row that states something of a kind; nothing, where there is no condition."""
    others = {key: value for key, value in row.conditions.items() if key != kind}
    return replace(row, conditions=others | ({kind: conditions} if conditions else {}))


def question(**changes: Any) -> Question:
    """Return "someone to talk to, in Liège, on a Tuesday morning", changed."""
    person = {key: changes.pop(key) for key in Person.__slots__ if key in changes}
    wishes = {key: changes.pop(key) for key in Wishes.__slots__ if key in changes}
    plain = Question(needs=("talk",), at=TUESDAY, where=LIEGE)
    return replace(plain, person=Person(**person), wishes=Wishes(**wishes), **changes)


def weighed(row: ServiceRow, **changes: Any) -> WeighedRow:
    return weigh_row(row, build_query(question(**changes)))


def match_of(row: ServiceRow, **changes: Any) -> Match:
    return explain(row, build_query(question(**changes)))


def answers(*rows: ServiceRow, **changes: Any) -> Answers:
    return oracle.answer(oracle.Rows(1, rows), question(**changes))


def codes(row: ServiceRow, **changes: Any) -> list[str]:
    return [reason.code for reason in match_of(row, **changes).reasons]


def minutes_of(row: ServiceRow, code: str, **changes: Any) -> int:
    """Return what one reason costs."""
    return next(
        reason.minutes for reason in match_of(row, **changes).reasons if reason.code == code
    )
