"""Visits to find-help, eight of them from a trial; each is tested in eight languages."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from protect.kernel.ids import short_code
from protect.reference import vocabulary

LANGUAGES = ("en", "fr", "ar", "ti", "uk", "fa", "bg", "el")
TUESDAY = datetime(2026, 12, 1, 9, tzinfo=UTC)  # 10:00 in Brussels, 11:00 in Sofia
SATURDAY_NIGHT = datetime(2026, 12, 5, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor's choices, the service that must be among the first three answers, and why."""

    name: str
    place: int  # GeoNames id
    need: str
    first: str  # source id in the starter directory
    why: str
    answers: dict[str, Any] = field(default_factory=dict)  # to the form; empty: not filled in
    is_quiet: bool = False
    limit: str = ""  # code of a limit that the first three must state
    at: datetime = TUESDAY

    def address(self, tag: str) -> str:
        need = vocabulary.needs()[self.need].short
        quiet = "/q" if self.is_quiet else ""
        return f"/{tag}/{short_code('place', self.place)}-{need}{quiet}"


VISITS = (
    Visit("hurt in Madrid", 3117735, "hurt-now", "es-244", "a crisis centre, day and night"),
    Visit("a doctor in Brussels", 2800866, "doctor", "be-007", "care after rape, day and night"),
    Visit(
        *("a safe place in Ljubljana", 3196359, "safe-place", "si-013"),
        "the crisis centre; that it is for women is said to a man, too",
        limit="gender_f",
    ),
    Visit(
        *("a mother in Sofia", 727011, "child", "bg-005"),
        "the line for children, although an adult asks",
        answers={"gender": "f", "age": "35"},
    ),
    Visit(
        *("a gay man in Ljubljana", 3196359, "talk", "si-014"),
        "counselling that takes men",
        answers={"gender": "m", "applies": ["lgbtqi"]},
    ),
    Visit(
        *("silent in Dublin", 2964574, "hurt-now", "ie-002"),
        "the rape crisis line answers in writing; no police",
        is_quiet=True,
    ),
    Visit("from Eritrea in Valletta", 2562305, "talk", "mt-201", "care after sexual assault"),
    Visit("someone to talk to in Athens", 264371, "talk", "gr-003", "the line for women"),
    Visit(
        *("a man in Łódź", 3093133, "talk", "pl-003"),
        "a line for everyone, day and night",
        answers={"gender": "m"},
    ),
    Visit(
        *("a girl near Plovdiv", 728193, "child", "bg-005"),
        "the line for children",
        answers={"gender": "f", "age": "15"},
    ),
    Visit("papers in Liège", 2792413, "law-papers", "be-039", "legal help for migrants"),
    Visit(
        *("hurt in Warsaw at night", 756135, "hurt-now", "pl-003"),
        "open at night; nothing closed stands before it",
        at=SATURDAY_NIGHT,
    ),
    Visit("hurt in Bolzano", 3181913, "hurt-now", "it-001", "the national line, not Rome"),
    Visit(
        *("no papers in Amsterdam", 2759794, "doctor", "nl-003"),
        "care after rape, also without papers",
        answers={"status": "undocumented", "gender": "f"},
    ),
)
