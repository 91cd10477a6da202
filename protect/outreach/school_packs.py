"""School packs: lessons for four ages, the teacher's card, the note to parents. An office adds a
language by a file of its own. Source: docs/data-trainings.md."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict

from protect.kernel import tables
from protect.reference import vocabulary
from protect.trainings.base.help_lines import Line
from protect.trainings.base.vocabulary import grades
from protect.trainings.documents.paper import sheets, wording
from protect.ui import press

KIND = "packs/lessons_"  # and a language
SOURCE = "en"

type Reviewed = Literal["draft", "reviewed"]
TEMPLATES = Path(__file__).resolve().parents[1] / "trainings/documents/paper/typst"
WORDS: Mapping[str, Promise] = {
    # Translators: on paper: a text that no native reader or specialist has reviewed.
    "draft": _("Draft: not reviewed yet"),
    # Translators: how long a lesson or a part of it takes.
    "minutes": _("minutes"),
    # Translators: head of a list: what a lesson is for.
    "aims": _("Aims"),
    # Translators, of each below: head.
    "needs": _("You need"),  # what a teacher brings to a lesson
    "before": _("Before"),  # what is said before a lesson
    "numbers": _("Numbers to call"),  # telephone numbers
    # Translators: beside a telephone number that has not been checked lately.
    "unconfirmed": _("Not confirmed"),
}


class Step(BaseModel):
    """A part of a lesson. Units: minutes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: int
    title: str
    text: str


class Lesson(tables.Record):
    """A lesson for an age. `before` says how a pupil may stay away."""

    state: Reviewed
    title: str
    minutes: int
    aims: list[str]
    needs: str
    before: str
    steps: list[Step]


class Card(tables.Record):
    """Steps for a teacher when a pupil tells of violence."""

    state: Reviewed
    title: str
    lines: list[str]
    after: str


class Note(tables.Record):
    """The note to parents; `day` and `school` are lines to write on."""

    state: Reviewed
    title: str
    lines: list[str]
    day: str
    school: str


@cache
def lessons(tag: str) -> dict[str, Lesson]:
    """Return the lessons of a language, the youngest age first. Errors: DataError, also for minutes
    or steps that do not fit, and for a class level with a pack that there is not."""
    kind = f"{KIND}{tag}"
    rows = tables.load("outreach", kind, Lesson, is_ours=tag == SOURCE)
    source = rows if tag == SOURCE else lessons(SOURCE)
    for code, lesson in rows.items():
        problem, remedy = _wrong_with(lesson, source.get(code))
        if problem:
            raise tables.bad_row("outreach", kind, code, problem=problem, remedy=remedy)
    for code, grade in grades().items():
        if grade.pack and grade.pack not in source:
            problem = f"There is no pack “{grade.pack}”."
            remedy = f"correct it, or add it to {KIND}{SOURCE}.toml."
            raise tables.bad_row("trainings", "grades", code, problem=problem, remedy=remedy)
    return {code: rows[code] for code in source if code in rows}


def _wrong_with(lesson: Lesson, source: Lesson | None) -> tuple[str, str]:
    if source is None:
        return "This lesson is not in English.", f"add it to lessons_{SOURCE}.toml, too."
    minutes = [step.minutes for step in lesson.steps]
    if sum(minutes) != lesson.minutes:
        return "The minutes of the steps are not those of the lesson.", "correct one of them."
    if minutes != [step.minutes for step in source.steps]:
        return "Its steps are not those of the English lesson.", "translate each step, in order."
    return "", ""


@cache
def cards() -> dict[str, Card]:
    """Return the teacher's card by language. Errors: DataError."""
    return tables.load("outreach", "packs/teacher", Card)


@cache
def notes() -> dict[str, Note]:
    """Return the note to parents by language. Errors: DataError."""
    return tables.load("outreach", "packs/parents", Note)


def lesson_languages(code: str) -> list[str]:
    """Return the languages of a lesson, the source first."""
    translated = (kind.removeprefix(KIND) for kind in tables.kinds("outreach", f"{KIND}*.toml"))
    tags = [tag for tag in translated if tag in vocabulary.languages() and code in lessons(tag)]
    return sorted(tags, key=lambda tag: tag != SOURCE)


def lesson_language(code: str, tag: str) -> str:
    """Return the language in which a reader gets a lesson."""
    return _nearest(tag, lesson_languages(code))


def card_language(tag: str) -> str:
    """Return the language in which a reader gets the teacher's card."""
    return _nearest(tag, cards())


def _nearest(tag: str, available: Collection[str]) -> str:
    chain = vocabulary.fallback_chain(tag) if tag in vocabulary.languages() else ()
    return next((each for each in chain if each in available), SOURCE)


def pack_pdf(
    lesson: Lesson, card: Card, numbers: Iterable[Line], *, tag: str, card_tag: str
) -> bytes:
    """Return a lesson and the teacher's card: A4 pages. `tag` is the lesson's language."""
    of_card = _frame(card_tag)
    sheet = {
        "frame": _frame(tag),
        "lesson": lesson.model_dump(),
        "card": card.model_dump(),
        "card_writing": of_card["writing"],
        "card_words": of_card["words"],
        "numbers": [line._asdict() for line in numbers],
    }
    return press.pdf(TEMPLATES / "pack.typ", sheet)


def note_pdf(note: Note, *, tag: str) -> bytes:
    return press.pdf(TEMPLATES / "parents.typ", {"frame": _frame(tag), "note": note.model_dump()})


def _frame(tag: str) -> sheets.Sheet:
    language = vocabulary.languages()[tag]
    with translation.override(tag if tag in settings.DESK_LANGUAGES else "en"):
        return {
            "writing": press.Writing.of(tag, language.direction, language.script),
            "banner": press.twice(wording.DEMONSTRATION) if settings.IS_DEMO else (),
            "words": {name: str(each) for name, each in WORDS.items()},
            "picture": None,
            "statements": (),
        }
