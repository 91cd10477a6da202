"""One invented service, and what is answered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from protect.directory.enums import Channel, Fact, LanguageMode, Method, Mode, Verdict
from protect.directory.hours import State, StateUntil, parse
from protect.directory.rules import CheckSummary
from protect.matching.questions import Answers, Fit, Match, Reason, SortKey
from protect.matching.services.rows import (
    LanguageOffer,
    LastCheck,
    OpeningHours,
    PhoneNumber,
    Point,
    ServiceRow,
)

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
URL = "https://info.example.org/xx/bcdfgh"
SERVICE = ServiceRow(
    id=UUID(int=1),
    short="bcdfgh",
    name="Demo Maison des Rives",
    organisation="Demo Rives asbl",
    country="BE",
    categories=frozenset({"psychosocial"}),
    zone="Europe/Brussels",
    text_language="fr",
    points=(Point(50.6, 5.5, "Liège", address="12 rue de la Démo", postal_code="4000"),),
    opening_hours={
        Channel.PHONE: OpeningHours(parse("Mo-Fr 09:00-17:00", "Europe/Brussels", "BE"))
    },
    phones=(PhoneNumber("+3280098100"),),
    languages=(
        LanguageOffer("fr"),
        LanguageOffer("ti", LanguageMode.BY_PHONE),
        LanguageOffer("ar"),
    ),
)

PERSIAN_ON_TUESDAY = Reason(
    "language_window",
    facts={
        "language": "fa",
        "day": "2026-12-01/2",
        "from": "2026-12-01T09:00:00+01:00",
        "to": "2026-12-01T11:00:00+01:00",
    },
)


def service(**changes: Any) -> ServiceRow:
    return replace(SERVICE, **changes)


def checked(days_ago: int, verdict: Verdict = Verdict.CONFIRMED) -> ServiceRow:
    """Return the service, its number checked some days ago and due again after thirty."""
    at = AT - timedelta(days_ago)
    check = CheckSummary(verdict, at, at + timedelta(30))
    return service(
        checks={Fact.PHONE: (check,)}, last_checks={Fact.PHONE: LastCheck(at, Method.CALL)}
    )


def found(row: ServiceRow = SERVICE, *codes: str, caution: str = "") -> Match:
    return Match(
        row=row,
        verdict=Fit.ASK_FIRST,
        key=SortKey(0, 0, 0, 0, 0, 0, 0, row.id.int),
        reasons=tuple(Reason(code) for code in codes),
        caution=Reason(caution) if caution else None,
        distance_m=None,
        mode=Mode.PHONE,
        open=StateUntil(State.OPEN, None),
        contacts=(),
        valid_until=None,
    )


def answers(*steps: Match, national: tuple[Match, ...] = ()) -> Answers:
    return Answers(steps, (), {}, national, None, 1)
