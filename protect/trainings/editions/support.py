"""Support beside pages that may distress a reader: content notes, and a help line to call.

The help line is an entry of the directory. Without a number that was checked in time, 112 is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise

from protect.directory.enums import Freshness, PhoneKind, TextField
from protect.matching import published, wording
from protect.matching.questions.answer import Match
from protect.matching.questions.question import Question, Where
from protect.trainings.base import help_lines
from protect.trainings.curricula.labels import CONTENT_NOTES
from protect.trainings.curricula.models import ModuleVersion
from protect.trainings.scheduling.models import Edition

NEED = "talk"
LISTENING = {"helpline", "psychosocial"}  # categories: who is both goes first
IN_TIME = frozenset({Freshness.FRESH, Freshness.DUE})
MOST = 20  # services that are looked at


@dataclass(frozen=True, slots=True)
class Line:
    """A help line that a reader can call now or later. `fresh`: when its number was checked.

    `lang`: of the name, BCP 47. `href`: "" where the number is no link.
    """

    name: str
    lang: str
    number: str
    href: str
    fresh: str


def line_of(country: str, language: str, at: datetime) -> Line | None:
    """Return a help line of a country that answers in a language; None where only 112 is sure."""
    question = Question((NEED,), at, Where(country=country), (language,), limit=MOST)
    result = published.match(question)
    rows = sorted(
        (*result.answers, *result.national), key=lambda each: len(LISTENING - each.row.categories)
    )
    return next((line for each in rows for line in _lines(each, language)), None)


def content_notes(edition: Edition) -> list[str | Promise]:
    """Return the content notes of an edition's modules, each once, as words."""
    modules = ModuleVersion.objects.filter(courses=edition.course_version_id).order_by("pk")
    codes = dict.fromkeys(
        code for notes in modules.values_list("content_notes", flat=True) for code in notes
    )
    return [words for code, words in CONTENT_NOTES.items() if code in codes]


def _lines(match: Match, language: str) -> Iterator[Line]:
    trusted = IN_TIME | ({Freshness.UNVERIFIED} if settings.IS_DEMO else set())
    for each in match.contacts:
        if each.kind == PhoneKind.VOICE and each.freshness in trusted:
            fresh = wording.freshness_text(each.freshness, language)
            name, lang = match.row.worded(TextField.NAME, language)
            href = help_lines.href_of(each.value, each.freshness)
            yield Line(name, lang, help_lines.written(each.value), href, fresh)
