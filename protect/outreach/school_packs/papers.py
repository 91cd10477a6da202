"""School packs on paper: a lesson with the teacher's card, and the note to parents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.outreach.school_packs.lessons import Card, Lesson, Note
from protect.reference import vocabulary
from protect.trainings.documents.paper import wording
from protect.ui import press
from protect.ui.press import Writing, twice

TEMPLATES = Path(__file__).resolve().parents[2] / "trainings/documents/paper/typst"
WORDS: Mapping[str, Promise] = {
    # Translators: on paper: a text that no native reader or specialist has reviewed.
    "draft": _("Draft: not reviewed yet"),
    # Translators: how long a lesson or a part of it takes.
    "minutes": _("minutes"),
    # Translators: head of a list: what a lesson is for.
    "aims": _("Aims"),
    # Translators: head: what a teacher brings to a lesson.
    "needs": _("You need"),
    # Translators: head: what is said before a lesson.
    "before": _("Before"),
    # Translators: head: telephone numbers.
    "numbers": _("Numbers to call"),
    # Translators: beside a telephone number that nobody has checked lately.
    "unconfirmed": _("Not confirmed"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts that both papers share."""

    writing: Writing
    banner: tuple[str, ...]
    words: Mapping[str, str]
    picture: None = None
    statements: tuple[()] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number on the teacher's card: its line, and whether it was checked."""

    number: str
    whose: str
    is_checked: bool


@dataclass(frozen=True, slots=True)
class PackSheet:
    """A lesson and the card, as they are printed. `card_writing`: the card's own language."""

    frame: Frame
    lesson: dict[str, object]
    card: dict[str, object]
    card_writing: Writing
    card_words: Mapping[str, str]  # the same as the frame's, in the card's language
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class NoteSheet:
    """The note to parents, as it is printed."""

    frame: Frame
    note: dict[str, object]


def pack_pdf(
    lesson: Lesson, card: Card, numbers: tuple[Number, ...], *, tag: str, card_tag: str
) -> bytes:
    """Return a lesson and the teacher's card: A4 pages. `tag` is the lesson's language."""
    sheet = PackSheet(
        _frame(tag),
        lesson.model_dump(),
        card.model_dump(),
        _writing(card_tag),
        _frame(card_tag).words,
        numbers,
    )
    return press.pdf(TEMPLATES / "pack.typ", sheet)


def note_pdf(note: Note, *, tag: str) -> bytes:
    """Return the note to parents: one A4 page."""
    return press.pdf(TEMPLATES / "parents.typ", NoteSheet(_frame(tag), note.model_dump()))


def _frame(tag: str) -> Frame:
    written = tag if tag in settings.DESK_LANGUAGES else "en"
    with translation.override(written):
        banner = twice(wording.DEMONSTRATION) if settings.IS_DEMO else ()
        return Frame(_writing(tag), banner, {name: str(each) for name, each in WORDS.items()})


def _writing(tag: str) -> Writing:
    language = vocabulary.languages()[tag]
    return Writing.of(tag, language.direction, language.script)
