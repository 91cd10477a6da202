"""The published directory in this process: one snapshot, replaced after each change."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from uuid import UUID

from django.db import Error

from protect.directory.enums import Mode, PhoneKind
from protect.directory.service_models import Stamp
from protect.kernel import clock
from protect.matching.engine import Engine
from protect.matching.questions import Answers, Match, PersonLocation, Question
from protect.matching.services import store
from protect.matching.services.rows import ServiceRow
from protect.reference import vocabulary

PATHWAY_LIMIT = 12  # services on a pathway; more never fit on one page
WRITTEN_BEFORE_PLACE = 4  # services to write to before a place to go to: all on the first page
VERSION_CHECK_SECONDS = 0.05  # shortest time between two reads of the version


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of the directory; immutable, replaced as a whole."""

    engine: Engine
    rows_by_short_code: Mapping[str, ServiceRow]
    stamps: Mapping[UUID, Stamp]

    @classmethod
    def read(cls, version: int) -> "Snapshot":
        """Read all stamps, then all rows; `refreshed` rereads services that changed between."""
        stamps = store.stamps()
        rows = tuple(store.read(None))
        engine, now = Engine(rows, version), clock.now()
        engine.precompute_hours(now)
        engine.warm_up(now)
        return cls(engine, {row.short: row for row in rows}, stamps)

    def refreshed(self, version: int) -> "Snapshot":
        """Return a snapshot in which changed services were read again."""
        stamps = store.stamps()
        changed_ids = [key for key, stamp in stamps.items() if self.stamps.get(key) != stamp]
        changed_rows = list(store.read(changed_ids))
        removed_ids = self.stamps.keys() - stamps.keys()
        kept = [row for row in self.rows_by_short_code.values() if row.id not in removed_ids]
        engine = self.engine.with_changes(changed_rows, removed_ids, version)
        engine.precompute_hours(clock.now())
        return Snapshot(engine, {row.short: row for row in (*kept, *changed_rows)}, stamps)


class CurrentSnapshot:
    """The newest snapshot, shared by all threads; one thread at a time refreshes it."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock = seconds
        self._lock = Lock()
        self._checked_at = float("-inf")
        self._snapshot: Snapshot | None = None

    def get(self) -> Snapshot:
        """Return the snapshot; check at most every VERSION_CHECK_SECONDS for a newer version.
        Errors: django.db.Error, only before the first snapshot was read."""
        snapshot = self._snapshot
        if snapshot is not None and self._clock() - self._checked_at < VERSION_CHECK_SECONDS:
            return snapshot
        if not self._lock.acquire(blocking=snapshot is None):
            return snapshot or self.get()  # another thread is already reading it
        try:
            self._snapshot = self._refreshed(self._snapshot)
        except Error:
            if self._snapshot is None:
                raise
        finally:
            self._checked_at = self._clock()
            self._lock.release()
        return self._snapshot

    def forget(self) -> None:
        """Drop the snapshot; the next question reads everything again."""
        self._snapshot = None
        self._checked_at = float("-inf")

    def _refreshed(self, old: Snapshot | None) -> Snapshot:
        newest_version = store.version()
        if old is None:
            return Snapshot.read(newest_version)
        return old if old.engine.version == newest_version else old.refreshed(newest_version)


CURRENT = CurrentSnapshot()


def match(question: Question) -> Answers:
    """Answer a question from the newest snapshot.
    Errors: KeyError for an unknown code; django.db.Error before the first snapshot was read."""
    engine = CURRENT.get().engine
    answers = engine.answer(question)
    needs = (vocabulary.needs()[code] for code in question.needs)
    if question.wishes.cannot_speak and any(need.go_there for need in needs):
        return _add_place_to_go(answers, question, engine)
    return answers


def _add_place_to_go(answers: Answers, question: Question, engine: Engine) -> Answers:
    """Return the answers for a person who cannot speak with the best place to go to, after at most
    WRITTEN_BEFORE_PLACE services to write to. Its numbers for calls are left out."""
    wishes = replace(question.wishes, cannot_speak=False)
    going = replace(question, modes=frozenset({Mode.IN_PERSON}), wishes=wishes)
    place = next(filter(_can_go_there, engine.answer(going).answers), None)
    near = [match for match in answers.answers if not match.key.is_beyond]
    if place is None or place.row.id in {match.row.id for match in near}:
        return answers
    written = tuple(each for each in place.contacts if each.kind != PhoneKind.VOICE)
    index = min(len(near), WRITTEN_BEFORE_PLACE)
    found = [match for match in answers.answers if match.row.id != place.row.id]
    found.insert(index, place._replace(contacts=written))
    return replace(
        answers,
        answers=tuple(found[: question.limit]),
        valid_until=min(filter(None, (answers.valid_until, place.valid_until)), default=None),
    )


def _can_go_there(match: Match) -> bool:
    """Return whether it is known where a service within reach receives people."""
    is_known = any(not point.is_coarse for point in match.row.points)
    return is_known and Mode.IN_PERSON in match.row.modes and not match.key.is_beyond


def match_for_print(
    where: PersonLocation | None, need: str, *, language: str, at: datetime
) -> Answers:
    """Answer a need at a place, without details of a person, for printing. Errors: as `match`."""
    return match(Question((need,), at, where, (language,), limit=PATHWAY_LIMIT))


def service_by_code(short: str) -> ServiceRow | None:
    return CURRENT.get().rows_by_short_code.get(short)


def rows() -> tuple[ServiceRow, ...]:
    """Return every public service of the current snapshot."""
    return tuple(CURRENT.get().engine.rows)


def professional_rows(country: str) -> tuple[ServiceRow, ...]:
    """Return a country's services that only professionals may see. Errors: django.db.Error."""
    return tuple(store.read_professional(country))


def version() -> int:
    """Return the directory version of the current snapshot."""
    return CURRENT.get().engine.version


def forget() -> None:
    """Drop the snapshot and the cached places, after the reference tables were reloaded."""
    CURRENT.forget()
    store.forget()
