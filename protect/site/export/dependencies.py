"""What the pages of an export read of the directory: the questions that they ask, with their
answers, and the services that they show."""

import json
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple, Self

from protect.directory.enums import Mode
from protect.matching.engine import Engine
from protect.matching.questions import Answers, Person, PersonLocation, Question, Wishes
from protect.matching.services.rows import ServiceRow
from protect.matching.snapshots.current import Snapshot

DIGEST_LENGTH = 16  # hexadecimal digits
# Texts of a row, which matching does not read.
TEXTS = (
    *("name", "organisation", "description", "audience_note", "how_to_access", "restrictions"),
    "admission_conditions",
)


class AnswerRecord(NamedTuple):
    """The services of an answer, and a digest of their order and of the counts of others."""

    services: tuple[str, ...]  # ids
    digest: str


class Reads(NamedTuple):
    """What one page reads."""

    questions: tuple[str, ...]  # keys
    services: tuple[str, ...]  # ids of services that it reads by their codes


class ReadLog:
    """What pages read, in the order in which they are drawn."""

    def __init__(self) -> None:
        self.answers: dict[str, AnswerRecord] = {}  # by key of the question, of all pages
        self._questions: dict[str, None] = {}
        self._services: dict[str, None] = {}

    def note_answers(self, question: Question, answers: Answers) -> None:
        key = question_key(question)
        self.answers[key] = record_answers(answers)
        self._questions[key] = None

    def note_service(self, row: ServiceRow) -> None:
        self._services[str(row.id)] = None

    def take(self) -> Reads:
        """Return what was read since the last call."""
        reads = Reads(tuple(self._questions), tuple(self._services))
        self._questions, self._services = {}, {}
        return reads


class RecordedEngine(Engine):
    """An engine that notes each question and its answers."""

    log: ReadLog

    @classmethod
    def of_engine(cls, engine: Engine, log: ReadLog) -> Self:
        recorded = cls.of_snapshot(engine.snapshot, engine.version)
        recorded.log = log
        return recorded

    def answer(self, question: Question) -> Answers:
        answers = super().answer(question)
        self.log.note_answers(question, answers)
        return answers


@dataclass(frozen=True, slots=True)
class RecordedSnapshot(Snapshot):
    """A snapshot that notes what is read of it."""

    log: ReadLog = field(default_factory=ReadLog)

    @classmethod
    def of_snapshot(cls, snapshot: Snapshot) -> Self:
        log = ReadLog()
        engine = RecordedEngine.of_engine(snapshot.engine, log)
        return cls(engine, snapshot.load_stamps, log=log)

    def row_with_short(self, short: str) -> ServiceRow | None:
        row = Snapshot.row_with_short(self, short)
        if row is not None:
            self.log.note_service(row)
        return row


def record_answers(answers: Answers) -> AnswerRecord:
    lists = answers.answers, answers.near_misses, answers.national
    rows = [[match.row for match in matches] for matches in lists]
    return record_rows(rows, answers.counts_by_reason)


def record_rows(
    lists: Iterable[Iterable[ServiceRow]], counts_by_reason: Mapping[str, int]
) -> AnswerRecord:
    """Return the record of an answer of which the services in its lists are known."""
    ids_of_lists = [[str(row.id) for row in rows] for rows in lists]
    text = json.dumps([ids_of_lists, counts_by_reason])
    services = dict.fromkeys(service for ids in ids_of_lists for service in ids)
    return AnswerRecord(tuple(services), sha256(text.encode()).hexdigest()[:DIGEST_LENGTH])


def question_key(question: Question) -> str:
    """Return a question as text, without its instant. Errors: ValueError if it says more than the
    questions of a mirror do, such as the age of a person."""
    where = question.where
    place = where and [where.country, where.latitude, where.longitude, where.areas, where.place]
    wishes = question.wishes
    key = json.dumps(
        [
            *(question.needs, place, question.languages, sorted(question.modes)),
            *(wishes.cannot_speak, wishes.wants_silence, question.limit, question.at_any_hour),
            sorted(question.person.groups or ()),  # whom a page about rights is for
        ]
    )
    if parse_question(key, question.at) != question:
        raise ValueError("a question of a mirror says nothing of a person but groups")
    return key


def parse_question(key: str, at: datetime) -> Question:
    """Return the question of a key at an instant."""
    needs, place, languages, modes, *asked = json.loads(key)
    cannot_speak, wants_silence, limit, any_hour, groups = asked
    where = None
    if place is not None:
        country, latitude, longitude, areas, number = place
        where = PersonLocation(country, latitude, longitude, tuple(areas), number)
    return Question(
        needs=tuple(needs),
        at=at,
        where=where,
        languages=tuple(languages),
        person=Person(groups=frozenset(groups) if groups else None),
        modes=frozenset(map(Mode, modes)),
        wishes=Wishes(cannot_speak=cannot_speak, wants_silence=wants_silence),
        limit=limit,
        at_any_hour=any_hour,
    )


class ServiceRecord(NamedTuple):
    """What decides whether a question could have a service as an answer, and its stamp, which is
    another one after each change."""

    stamp: str
    matching: str  # digest of what matching reads of it: not names, numbers and texts
    categories: tuple[str, ...]
    countries: tuple[str, ...]  # of its address and of the areas that it serves
    is_national: bool


def record_services(
    snapshot: Snapshot, earlier: Mapping[str, ServiceRecord]
) -> dict[str, ServiceRecord]:
    """Return a record of each service by its id. `earlier`: those of an earlier export; a service
    with the same stamp still has the same record."""
    stamps = snapshot.load_stamps()
    records = {}
    for row in snapshot.engine.rows:
        key, stamp = str(row.id), str(stamps[row.id])
        known = earlier.get(key)
        records[key] = known if known and known.stamp == stamp else _record_row(row, stamp)
    return records


def _record_row(row: ServiceRow, stamp: str) -> ServiceRecord:
    countries = {row.country, *(served.country for served in row.areas)}
    return ServiceRecord(
        stamp,
        _matching_digest(row),
        tuple(sorted(row.categories)),
        tuple(sorted(filter(None, countries))),
        row.scope == "national",
    )


def _matching_digest(row: ServiceRow) -> str:
    """Return a digest of a row without the texts that only pages show. Matching reads whether a
    service has a contact, not which: `engine/columns/facets.py: reduce_row`."""
    without: dict[str, Any] = dict.fromkeys(TEXTS, "")
    without |= {name: str(bool(getattr(row, name))) for name in ("email", "website", "area_note")}
    without["phones"] = tuple(replace(phone, number="") for phone in row.phones)
    reduced = replace(row, translations={}, **without)
    return sha256(json.dumps(_plain(reduced)).encode()).hexdigest()[:DIGEST_LENGTH]


def _plain(value: object) -> object:
    """Return a value as lists and texts, the same in each process: sets have no order there."""
    if is_dataclass(value):
        return [_plain(getattr(value, each.name)) for each in fields(value)]
    if isinstance(value, Mapping):
        return sorted([str(key), json.dumps(_plain(each))] for key, each in value.items())
    if isinstance(value, Set):
        return sorted(json.dumps(_plain(each)) for each in value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return str(value)


def may_concern(question: Question, services: Iterable[ServiceRecord], wanted: set[str]) -> bool:
    """Return whether one of some services could be an answer to a question. `wanted`: categories
    that answer its needs."""
    country = question.where.country if question.where else None
    return any(
        (country is None or country in service.countries)
        and (service.is_national or not wanted.isdisjoint(service.categories))
        for service in services
    )
