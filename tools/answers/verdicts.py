"""Find the first answer to each question, and judge whether a rape crisis worker would accept it.

A capital and a small place of each country, the needs of the public site, five people, by day and
at night. The rules of a country in rules.toml say what is accepted. Of the rules for a question,
the first that names its answer judges it. If none names it, it is wrong and no reason is known;
without any rule for the question it is not judged.
"""

import csv
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from protect.findhelp.answers.limits import FOR_OTHERS, audience_rank
from protect.interchange.imports.outcomes import service_key
from protect.matching.questions import Answers, Person, PersonLocation, Question, Wishes
from protect.reference import vocabulary
from protect.reference.formats import country_name
from protect.reference.lookup import store

ROOT = Path(__file__).resolve().parents[2]
RULES = Path(__file__).with_name("rules.toml")
PAGE = ROOT / "docs/answers.md"
STARTER = ROOT / "protect/directory/data/services/services.csv"
DAY, NIGHT = "2026-12-01T10:00", "2026-12-05T02:00"  # a Tuesday and a Saturday, local time
PEOPLE = {  # the person, and whether the person cannot speak
    "woman": (Person(gender="f"), False),
    "man": (Person(gender="m"), False),
    "LGBTQI+": (Person(groups=frozenset({"lgbtqi"})), False),
    "girl of 15": (Person(gender="f", age=15), False),
    "cannot speak": (Person(), True),
}
PLACES = {  # GeoNames ids: a capital, and a place far from it, on an island or at a border
    "BE": {"Brussels": 2800866, "Bastogne": 2802583},
    "BG": {"Sofia": 727011, "Harmanli": 730442},
    "ES": {"Madrid": 3117735, "Melilla": 2513947},
    "GR": {"Athens": 264371, "Mytilene": 256866},
    "HR": {"Zagreb": 3186886, "Metković": 3195222},
    "HU": {"Budapest": 3054643, "Záhony": 713929},
    "IE": {"Dublin": 2964574, "Dingle": 2964782},
    "IT": {"Rome": 3169070, "Lampedusa": 2524459},
    "MT": {"Valletta": 2562305, "Victoria": 2562619},
    "NL": {"Amsterdam": 2759794, "Ter Apel": 2746475},
    "PL": {"Warsaw": 756135, "Hajnówka": 771158},
    "SI": {"Ljubljana": 3196359, "Metlika": 3195214},
}
MARKS = {"right": "✓", "weak": "~", "wrong": "✗", "not judged": "?"}
NO_ANSWER, HELPER_PAGE = "none", "page"  # in the place of the id of a service
NAME_LENGTH = 30  # characters of a name in a table
NO_REASON = "no reason is named"
CAUSES = ("missing data: ", "data: ", "order: ")  # each reason begins with one of these
DAY_TEXT, NIGHT_TEXT = (instant.replace("T", " at ") for instant in (DAY, NIGHT))
INTRODUCTION = f"""\
# First answers, judged

This page is written by `make answers`; do not edit it. It is for country offices and developers:
what a visitor reads first, in a capital and in a small place of each country, and whether a worker
of a rape crisis centre of that country would accept it as the first answer. All questions are asked
of the starter directory, in English, on {DAY_TEXT}, a Tuesday; ☾ names the first answer on
{NIGHT_TEXT}, a Saturday, where it is another. The emergency number stands above every answer
and is not judged.

The judgements are the rules in `tools/answers/rules.toml`. They were made at a desk, from what the
directory and public pages say of each service; no worker of these countries has signed one yet.
`✓` right, `~` weak: it helps, but a worker would name another first, `✗` wrong, `?` not judged.
What is weak or wrong has its reason below the table of its country: *missing data* names what the
directory does not have, *data* what its columns cannot say, *order* the rule that puts it first."""

type Match = Callable[[Question], Answers]
type Rule = Mapping[str, Any]
type Rules = Mapping[str, Sequence[Rule]]  # by country; "all": for every country


class Case(NamedTuple):
    country: str
    place: str
    need: str
    person: str

    def question(self, instant: str) -> Question:
        """Return the question at a local time of its country."""
        zone = ZoneInfo(vocabulary.countries()[self.country].zone)
        person, cannot_speak = PEOPLE[self.person]
        place = store.place_rows()[PLACES[self.country][self.place]]
        return Question(
            needs=(self.need,),
            at=datetime.fromisoformat(instant).replace(tzinfo=zone),
            where=PersonLocation.at_place(place),
            languages=("en",),
            person=person,
            wishes=Wishes(cannot_speak=cannot_speak),
        )


class Cell(NamedTuple):
    """The first answer to a question, and how it is judged."""

    case: Case
    answer: str  # source id of a service, NO_ANSWER or HELPER_PAGE
    name: str
    at_night: str  # the first answer at night, as `answer`
    verdict: str  # a key of MARKS
    reason: str  # why it is weak or wrong, else ""

    @property
    def text(self) -> str:
        """Return the cell of a table."""
        is_long = len(self.name) > NAME_LENGTH
        name = f"{self.name[:NAME_LENGTH].rstrip(' (,')}…" if is_long else self.name
        night = f" ☾ {self.at_night}" if self.at_night != self.answer else ""
        code = f" ({self.answer})" if "-" in self.answer else ""
        return f"{MARKS[self.verdict]} {name}{code}{night}".replace("|", "/")


def read_rules() -> Rules:
    with RULES.open("rb") as file:
        rules: Rules = tomllib.load(file)
    return rules


def judge_all(match: Match, rules: Rules) -> list[Cell]:
    """Return the cells of all questions, answered by `match`."""
    return [
        _judge(match, rules, Case(country, place, need.code, person))
        for country, places in PLACES.items()
        for place in places
        for need in public_needs()
        for person in PEOPLE
    ]


def public_needs() -> list[vocabulary.Need]:
    return [need for need in vocabulary.needs().values() if need.public]


def _judge(match: Match, rules: Rules, case: Case) -> Cell:
    answer, name = _first_answer(match, case, DAY)
    at_night, _ = _first_answer(match, case, NIGHT)
    verdict, reason = verdict_of(answer, case, [*rules.get(case.country, ()), *rules["all"]])
    return Cell(case, answer, name, at_night, verdict, reason)


def _first_answer(match: Match, case: Case, instant: str) -> tuple[str, str]:
    """Return the source id and the name of what a visitor reads first."""
    if vocabulary.needs()[case.need].page:
        return HELPER_PAGE, "page for helpers"
    question = case.question(instant)
    answers = match(question)
    is_quiet = question.wishes.cannot_speak  # then a line that is made for others is folded
    for found_match in (*answers.within_reach, *answers.national):
        if not is_quiet or audience_rank(found_match.row, question) != FOR_OTHERS:
            return source_ids()[found_match.row.id], found_match.row.name
    return NO_ANSWER, "no service"


@cache
def source_ids() -> Mapping[UUID, str]:
    """Return the ids of the rows of the starter directory by the ids of their services."""
    with STARTER.open(encoding="utf-8", newline="") as file:
        ids = [row["source_id"] for row in csv.DictReader(file)]
    return {service_key("starter", source_id): source_id for source_id in ids}


def verdict_of(answer: str, case: Case, rules: Iterable[Rule]) -> tuple[str, str]:
    """Return the verdict on an answer, and the reason if it is weak or wrong."""
    matching_rules = [rule for rule in rules if _is_for(rule, case)]
    for rule in matching_rules:
        if answer in rule.get("right", ()):
            return "right", ""
        for verdict in ("weak", "wrong"):
            if reason := rule.get(verdict, {}).get(answer):
                return verdict, reason
    return ("wrong", NO_REASON) if matching_rules else ("not judged", "")


def _is_for(rule: Rule, case: Case) -> bool:
    """Return whether a rule is for a question; a key that it does not have is for all."""
    return (
        case.need in rule.get("needs", (case.need,))
        and rule.get("place", case.place) == case.place
        and case.person in rule.get("people", (case.person,))
    )


def page(cells: Sequence[Cell]) -> str:
    """Return docs/answers.md."""
    counts = Counter(cell.verdict for cell in cells)
    total = ", ".join(f"{counts[verdict]} {verdict}" for verdict in MARKS)
    parts = [INTRODUCTION, f"Of {len(cells)} first answers: {total}."]
    for country, of_country in groupby(cells, key=lambda cell: cell.case.country):
        parts += [f"## {country_name(country, 'en')}", *_country_parts([*of_country])]
    return "\n\n".join(parts) + "\n"


def _country_parts(cells: Sequence[Cell]) -> Iterator[str]:
    """Yield the table of a country, and the list of what is weak or wrong."""
    lines = [("place and need", *PEOPLE), ("---",) * (1 + len(PEOPLE))]
    for row, of_row in groupby(cells, key=lambda cell: cell.case[1:3]):
        lines.append((", ".join(row), *(cell.text for cell in of_row)))
    yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
    flawed: dict[tuple[str, ...], list[Case]] = {}
    for cell in cells:
        if cell.reason:
            name = f"{cell.name} ({cell.answer})" if "-" in cell.answer else cell.name
            flawed.setdefault((MARKS[cell.verdict], name, cell.reason), []).append(cell.case)
    yield "\n".join(
        f"- {mark} {_cases_text(cases)}: {name}. {reason[0].upper()}{reason[1:]}"
        for (mark, name, reason), cases in sorted(flawed.items(), key=lambda item: item[0][0])
    )


def _cases_text(cases: Sequence[Case]) -> str:
    """Return the questions of a list in few words: "Sofia, Harmanli; doctor; woman, man"."""
    return "; ".join(", ".join(dict.fromkeys(part)) for part in list(zip(*cases, strict=True))[1:])
