"""School packs: lessons for four ages, the teacher's card, the note to parents. Words are data.

A lesson is in the language of its file, a note in that of its record; pages say where a language is
missing and where nobody has reviewed the words. Source: docs/data-trainings.md.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from protect.kernel import tables
from protect.kernel.tables import Record
from protect.reference import vocabulary
from protect.trainings.vocabulary import grades

LESSONS = ("en",)  # languages of lessons_<tag>.toml
SOURCE = "en"

type Reviewed = Literal["draft", "reviewed"]


class Step(BaseModel):
    """A part of a lesson. Units: minutes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: int
    title: str
    text: str


class Lesson(Record):
    """A lesson for an age. `before` says how somebody may stay away."""

    state: Reviewed
    title: str
    minutes: int
    aims: list[str]
    needs: str
    before: str
    steps: list[Step]


class Card(Record):
    """What to do when a pupil tells of violence."""

    state: Reviewed
    title: str
    lines: list[str]
    after: str


class Note(Record):
    """The note to parents; `day` and `school` are lines to write on."""

    state: Reviewed
    title: str
    lines: list[str]
    day: str
    school: str


@cache
def lessons(tag: str) -> dict[str, Lesson]:
    """Return the lessons in a language, the youngest first. Errors: DataError.

    Also when the minutes of the steps are not those of the lesson, and when a class level names a
    pack that there is not.
    """
    kind = f"packs/lessons_{tag}"
    found = tables.load("trainings", kind, Lesson)
    for code, lesson in found.items():
        if sum(step.minutes for step in lesson.steps) != lesson.minutes:
            raise tables.bad_row(
                "trainings",
                kind,
                code,
                problem="The minutes of the steps are not those of the lesson.",
                remedy="correct one of them.",
            )
    for code, grade in grades().items():
        if grade.pack and grade.pack not in found:
            raise tables.bad_row(
                "trainings",
                "grades",
                code,
                problem=f"There is no pack “{grade.pack}”.",
                remedy=f"correct it, or add it to {kind}.toml.",
            )
    return found


@cache
def cards() -> dict[str, Card]:
    """Return the teacher's card by language. Errors: DataError."""
    return tables.load("trainings", "packs/teacher", Card)


@cache
def notes() -> dict[str, Note]:
    """Return the note to parents by language. Errors: DataError."""
    return tables.load("trainings", "packs/parents", Note)


def lesson_language(tag: str) -> str:
    """Return the language in which a reader gets lessons."""
    return _nearest(tag, LESSONS)


def card_language(tag: str) -> str:
    """Return the language in which a reader gets the teacher's card."""
    return _nearest(tag, cards())


def _nearest(tag: str, known: object) -> str:
    chain = vocabulary.fallback_chain(tag) if tag in vocabulary.languages() else ()
    return next((each for each in chain if each in known), SOURCE)  # type: ignore[operator]
