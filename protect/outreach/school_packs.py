"""School packs: lessons for four age groups, the teacher's card, the note to parents. An
office adds a language with a file of its own. Source: docs/data-trainings.md."""

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
from protect.trainings.base.help_lines import HelpLine
from protect.trainings.base.vocabulary import grades
from protect.trainings.documents.paper import sheets, wording
from protect.ui import press

LESSONS_FILE_PREFIX = "packs/lessons_"  # followed by a language tag
SOURCE_LANGUAGE = "en"

type PackState = Literal["draft", "reviewed"]
TEMPLATES = Path(__file__).resolve().parents[1] / "trainings/documents/paper/typst"
PAPER_LABELS: Mapping[str, Promise] = {
    "draft": _("Draft: not reviewed yet"),  # For translators: on paper: of a text to be reviewed
    "minutes": _("minutes"),  # For translators: how long a lesson or a part of it takes
    "aims": _("Aims"),  # For translators: head of a list: what a lesson is for
    # Translators, of each below: head.
    "needs": _("What you need"),  # what a teacher brings to a lesson
    "before": _("Before"),  # what is said before a lesson
    "numbers": _("Numbers to call"),  # telephone numbers
    "unconfirmed": _("Not confirmed"),  # For translators: beside a phone number not checked lately
}


class Step(BaseModel):
    """A part of a lesson. Units: minutes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minutes: int
    title: str
    text: str


class Lesson(tables.Record):
    """A lesson for one age group. `before` tells pupils how they can stay away."""

    state: PackState
    title: str
    minutes: int
    aims: list[str]
    needs: str  # what the teacher brings
    before: str
    steps: list[Step]


class TeacherCard(tables.Record):
    """Card with the steps for a teacher after a pupil discloses violence."""

    state: PackState
    title: str
    lines: list[str]
    after: str  # advice that the teacher, too, talks to someone


class ParentNote(tables.Record):
    """The note to parents. `day` and `school` label lines to fill in by hand."""

    state: PackState
    title: str
    lines: list[str]
    day: str
    school: str


@cache
def load_lessons(tag: str) -> dict[str, Lesson]:
    """Return a language's lessons by code, youngest group first; {} without a file. Errors:
    DataError, also for minutes or steps that do not match, or a class level's unknown lesson."""
    kind = f"{LESSONS_FILE_PREFIX}{tag}"
    rows = tables.load("outreach", kind, Lesson, is_required=tag == SOURCE_LANGUAGE)
    source = rows if tag == SOURCE_LANGUAGE else load_lessons(SOURCE_LANGUAGE)
    for code, lesson in rows.items():
        problem, remedy = _find_lesson_problem(lesson, source.get(code))
        if problem:
            raise tables.bad_row_error("outreach", kind, code, problem=problem, remedy=remedy)
    for code, grade in grades().items():
        if grade.pack and grade.pack not in source:
            problem = f"There is no lesson “{grade.pack}”."
            remedy = f"correct it, or add it to {LESSONS_FILE_PREFIX}{SOURCE_LANGUAGE}.toml."
            raise tables.bad_row_error("trainings", "grades", code, problem=problem, remedy=remedy)
    return {code: rows[code] for code in source if code in rows}


def _find_lesson_problem(lesson: Lesson, english_lesson: Lesson | None) -> tuple[str, str]:
    """Return problem and remedy, or "" twice. `english_lesson`: None if there is none."""
    if english_lesson is None:
        return "This lesson is not in English.", f"add it to lessons_{SOURCE_LANGUAGE}.toml, too."
    minutes = [step.minutes for step in lesson.steps]
    if sum(minutes) != lesson.minutes:
        return "The minutes of the steps do not add up to those of the lesson.", "correct them."
    if minutes != [step.minutes for step in english_lesson.steps]:
        remedy = "translate each step, in order."
        return "The minutes of its steps differ from the English lesson.", remedy
    return "", ""


@cache
def load_teacher_cards() -> dict[str, TeacherCard]:
    """Return the teacher's card by language. Errors: DataError."""
    return tables.load("outreach", "packs/teacher", TeacherCard)


@cache
def load_parent_notes() -> dict[str, ParentNote]:
    """Return the note to parents by language. Errors: DataError."""
    return tables.load("outreach", "packs/parents", ParentNote)


def lesson_languages(code: str) -> list[str]:
    """Return the languages in which a lesson exists, the source language first."""
    kinds = tables.data_file_names("outreach", f"{LESSONS_FILE_PREFIX}*.toml")
    available = (kind.removeprefix(LESSONS_FILE_PREFIX) for kind in kinds)
    tags = [tag for tag in available if tag in vocabulary.languages() and code in load_lessons(tag)]
    return sorted(tags, key=lambda tag: tag != SOURCE_LANGUAGE)


def pick_lesson_language(code: str, tag: str) -> str:
    """Return the language in which a reader of `tag` gets a lesson."""
    return _pick_language(tag, lesson_languages(code))


def pick_card_language(tag: str) -> str:
    """Return the language in which a reader of `tag` gets the teacher's card."""
    return _pick_language(tag, load_teacher_cards())


def _pick_language(tag: str, available: Collection[str]) -> str:
    chain = vocabulary.fallback_chain(tag) if tag in vocabulary.languages() else ()
    return next((candidate for candidate in chain if candidate in available), SOURCE_LANGUAGE)


def pack_pdf(
    lesson: Lesson, card: TeacherCard, numbers: Iterable[HelpLine], *, tag: str, card_tag: str
) -> bytes:
    """Return a PDF of a lesson in the language `tag` and the teacher's card in `card_tag`."""
    card_frame = _sheet_frame(card_tag)
    sheet = {
        "frame": _sheet_frame(tag),
        "lesson": lesson.model_dump(),
        "card": card.model_dump(),
        "card_writing": card_frame["writing"],
        "card_words": card_frame["words"],
        "numbers": [line._asdict() for line in numbers],
    }
    return press.pdf(TEMPLATES / "pack.typ", sheet)


def parent_note_pdf(note: ParentNote, *, tag: str) -> bytes:
    return press.pdf(
        TEMPLATES / "parents.typ", {"frame": _sheet_frame(tag), "note": note.model_dump()}
    )


def _sheet_frame(tag: str) -> sheets.TemplateData:
    """Return what all sheets share; its labels are English outside DESK_LANGUAGES."""
    language = vocabulary.languages()[tag]
    with translation.override(tag if tag in settings.DESK_LANGUAGES else "en"):
        return {
            "writing": press.PaperLanguage.of(tag, language.direction, language.script),
            "banner": press.bilingual(wording.DEMONSTRATION) if settings.IS_DEMO else (),
            "words": {name: str(text) for name, text in PAPER_LABELS.items()},
            "picture": None,
            "statements": (),
        }
