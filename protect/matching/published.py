"""The published directory in this process: one snapshot, replaced after each change. Commands and
tests build it when they first need it, a server in threads (`start_snapshot_threads`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from django.db import Error

from protect.directory.enums import Answer, Mode, ServiceScope
from protect.directory.hours import State
from protect.matching import explanation, questions
from protect.matching.conditions import persons
from protect.matching.conditions.disclosure import GROUP_BY_ANSWER
from protect.matching.engine import Engine
from protect.matching.questions import LARGEST_LIMIT, Answers, Match, Question
from protect.matching.services import store
from protect.matching.services.rows import ServiceRow
from protect.matching.snapshots import current, storage
from protect.matching.snapshots.served import ServedSnapshot
from protect.reference import vocabulary

PATHWAY_LIMIT = 12  # services on a pathway; more never fit on one page
WRITTEN_BEFORE_PLACE = 4  # services to write to before a place to go to: all on the first page
# Categories of care that an injured person needs before services for a group.
CARE = {"sexual-violence-centre", "sexual-violence-counselling", "health"}
DOCTORS = frozenset({"sexual-violence-centre", "health"})  # categories: where doctors work

CURRENT: current.CurrentSnapshot = current.CurrentSnapshot()


def start_snapshot_threads() -> None:
    """Let this process, a server, read the snapshot from its file and refresh it in threads."""
    global CURRENT
    served = ServedSnapshot(storage.snapshot_path())
    served.start()
    CURRENT = served


@contextmanager
def pinned(snapshot: current.Snapshot) -> Iterator[None]:
    """Answer from one snapshot in this process until the block ends, whatever changes meanwhile."""
    global CURRENT
    previous, CURRENT = CURRENT, current.PinnedSnapshot(snapshot)
    try:
        yield
    finally:
        CURRENT = previous


def ready_version() -> int | None:
    """Return the version of the snapshot that serves now; None without one. In a server it does
    not wait for the first snapshot, and only a moment for a newer one."""
    try:
        return CURRENT.get_now().engine.version
    except Error:
        return None


def match(question: Question) -> Answers:
    """Answer a question from the newest snapshot.
    Errors: KeyError for an unknown code; django.db.Error before the first snapshot was read."""
    engine = CURRENT.get().engine
    answers = engine.answer(question)
    needs = [vocabulary.needs()[code] for code in question.needs]
    if not any(need.for_children for need in needs):
        answers = _add_services_for_group(answers, question, engine)
    if question.wishes.cannot_speak and any(need.go_there for need in needs):
        return _add_place_to_go(answers, question, engine)
    return answers


def _add_services_for_group(answers: Answers, question: Question, engine: Engine) -> Answers:
    """Add the best national line and the best other service within reach that are made for the
    person's groups with `is_served_first`, also if they answer other needs. A scope (national or
    not) is skipped if an answer within reach has it and is made for the group. The added
    services come after care for an injured person."""
    groups = sorted(persons.groups_served_first(question))
    if not groups:
        return answers
    near = [match for match in answers.answers if not match.key.is_beyond]
    made_for_group = [match for match in near if persons.groups_of(match.row) & set(groups)]
    group_answers = engine.answer(replace(question, needs=tuple(groups), limit=LARGEST_LIMIT))
    added = [*_best_of_missing_scopes(group_answers, set(map(_is_national, made_for_group)))]
    needs_care = any(vocabulary.needs()[code].go_there for code in question.needs)
    care_flags = [needs_care and not match.row.categories.isdisjoint(CARE) for match in near]
    index = [*care_flags, False].index(False)
    if not added or index >= question.limit:
        return answers
    ids = {match.row.id for match in added}
    matches = [match for match in answers.answers if match.row.id not in ids]
    matches[index:index] = added
    ends = (answers.valid_until, *(match.valid_until for match in added))
    return replace(
        answers,
        answers=tuple(matches[: question.limit]),
        national=tuple(match for match in answers.national if match.row.id not in ids),
        valid_until=min(filter(None, ends), default=None),
    )


def _best_of_missing_scopes(group_answers: Answers, present: set[bool]) -> Iterator[Match]:
    """Yield the first line for the whole country and the first other service within reach, unless
    `present` has their `_is_national`, and only if it is not known that they tell authorities."""
    near = [
        match
        for match in group_answers.within_reach
        if match.key.disclosure_group <= GROUP_BY_ANSWER[Answer.UNKNOWN] and not match.key.is_beyond
    ]
    for is_national in (scope for scope in (True, False) if scope not in present):
        yield from islice((match for match in near if _is_national(match) == is_national), 1)


def _is_national(match: Match) -> bool:
    return match.row.scope == ServiceScope.NATIONAL


def _add_place_to_go(answers: Answers, question: Question, engine: Engine) -> Answers:
    """Add the best place to go to to the answers for a person who cannot speak, after at most
    WRITTEN_BEFORE_PLACE services to write to. Contacts that cannot be written to are left out."""
    wishes = replace(question.wishes, cannot_speak=False)
    visit_question = replace(question, modes=frozenset({Mode.IN_PERSON}), wishes=wishes)
    place = next(filter(_can_go_there, engine.answer(visit_question).answers), None)
    near = [match for match in answers.answers if not match.key.is_beyond]
    if place is None or place.row.id in {match.row.id for match in near}:
        return answers
    written = explanation.contacts(place.row, questions.build_query(question))
    index = min(len(near), WRITTEN_BEFORE_PLACE)
    matches = [match for match in answers.answers if match.row.id != place.row.id]
    matches.insert(index, place._replace(contacts=written))
    return replace(
        answers,
        answers=tuple(matches[: question.limit]),
        valid_until=min(filter(None, (answers.valid_until, place.valid_until)), default=None),
    )


def _can_go_there(match: Match) -> bool:
    """Return whether it is known where a service within reach receives people."""
    is_known = any(not point.is_coarse for point in match.row.points)
    return is_known and Mode.IN_PERSON in match.row.modes and not match.key.is_beyond


def nearest_doctors(question: Question) -> list[Match]:
    """Return the places to go to where doctors work and that take the person of a question, also
    at the moment of the question as far as their hours are known: the nearest first, as far as
    people travel for care. Empty if the question names no place. Errors: as `match`."""
    if question.where is None or question.where.point is None:
        return []
    asked = replace(
        question,
        needs=tuple(sorted(DOCTORS)),
        modes=frozenset({Mode.IN_PERSON}),
        limit=LARGEST_LIMIT,
    )
    found = filter(_can_go_there, CURRENT.get().engine.answer(asked).answers)
    places = (match for match in found if match.open.state != State.CLOSED)
    return sorted(places, key=lambda match: (match.distance_m is None, match.distance_m or 0))


def service_by_code(short: str) -> ServiceRow | None:
    return CURRENT.get().row_with_short(short)


def rows() -> tuple[ServiceRow, ...]:
    """Return every public service of the current snapshot."""
    return tuple(CURRENT.get().engine.rows)


def professional_rows(country: str) -> tuple[ServiceRow, ...]:
    """Return a country's services that only professionals may see. Errors: django.db.Error."""
    return tuple(store.read_professional(country))


def snapshot_number() -> int:
    """Return a number that changes with the snapshot, for caches in this process. Unlike a version,
    which a restored backup can repeat, it is never used twice. Errors: as `match`."""
    return CURRENT.get_now().number


def forget() -> None:
    """Drop the snapshot and the cached places, after the reference tables were reloaded."""
    CURRENT.forget()
    store.forget()
