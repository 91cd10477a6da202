"""The public calendar and page of an edition: towns, words and a help line, no addresses."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Min, Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory.enums import Freshness, PhoneKind, TextField
from protect.directory.facts.sentences import language_name
from protect.matching import published, questions, wording
from protect.trainings.base import help_lines, labels
from protect.trainings.curricula import models, vocabulary
from protect.trainings.editions.actions.plan import seats_shown
from protect.trainings.registrations.actions.register import is_taking
from protect.trainings.scheduling import enums, queries
from protect.trainings.scheduling.models import Edition, Session

FEW = 5  # seats
COMING = [enums.EditionState.OPEN, enums.EditionState.CLOSED]
FREE = labels.StateLabel(gettext_lazy("Seats are free"), "good")
FEW_LEFT = labels.StateLabel(gettext_lazy("Few seats are left"), "caution")
FULL = labels.StateLabel(gettext_lazy("Full: there is a waiting list"), "caution")
CLOSED = labels.StateLabel(gettext_lazy("Registration is closed"), "ended")
NOT_YET = labels.StateLabel(gettext_lazy("Registration is not open yet"), "info")
CANCELLED = labels.StateLabel(gettext_lazy("Cancelled"), "ended")


class OpenLine(NamedTuple):
    edition: Edition
    sessions: list[Session]
    where: list[str | Promise]  # towns, and that it is online
    languages: list[str]
    seats: labels.StateLabel
    is_taking: bool


def coming(at: datetime, *, country: str = "", language: str = "") -> queries.EditionQuerySet:
    """Return listed editions that are to come, the next first."""
    rows = Edition.objects.listed().filter(state__in=COMING)
    if country:
        rows = rows.filter(country=country)
    if language:
        rows = rows.filter(languages=language)
    standing = Q(sessions__cancelled_at=None, sessions__ends_at__gt=at)
    dated = rows.annotate(begins=Min("sessions__starts_at", filter=standing))
    return dated.filter(begins__isnull=False).order_by("begins", "pk")


def loaded(rows: queries.EditionQuerySet) -> queries.EditionQuerySet:
    """Return editions with the relations that a line of the calendar shows."""
    half_days = Session.objects.standing().select_related("venue__place")
    return rows.select_related("host", "course_version__course").prefetch_related(
        Prefetch("sessions", half_days.order_by("starts_at", "number")), "languages"
    )


def line_of(edition: Edition, at: datetime) -> OpenLine:
    """Return the line of one edition, with the relations that it shows loaded."""
    return line(loaded(Edition.objects.filter(pk=edition.pk)).get(), at)


def line(edition: Edition, at: datetime) -> OpenLine:
    """Return the line of an edition of `loaded`."""
    sessions = list(edition.sessions.all())
    return OpenLine(
        edition=edition,
        sessions=sessions,
        where=[*_where(edition, sessions)],
        languages=sorted(language_name(each.pk) for each in edition.languages.all()),
        seats=_seats(edition, at),
        is_taking=is_taking(edition, at),
    )


def _where(edition: Edition, sessions: Iterable[Session]) -> Iterator[str | Promise]:
    yield from dict.fromkeys(each.venue.place.name for each in sessions if each.venue)
    if edition.delivery != enums.Delivery.IN_PERSON:
        # Translators: where a training is held.
        yield _("Online")


def _seats(edition: Edition, at: datetime) -> labels.StateLabel:
    if edition.state == enums.EditionState.CANCELLED:
        return CANCELLED
    if not is_taking(edition, at):
        is_early = edition.opens_at is not None and at < edition.opens_at
        return NOT_YET if is_early and edition.state == enums.EditionState.OPEN else CLOSED
    free = seats_shown(edition, at=at)["free"]
    if free is None or free > FEW:
        return FREE
    return FEW_LEFT if free else FULL


NEED = "talk"
LISTENING = {"helpline", "psychosocial"}  # categories: a service of both goes first
IN_TIME = frozenset({Freshness.FRESH, Freshness.DUE})
MOST = 20  # services that are looked at


class SupportLine(NamedTuple):
    """A help line that a reader can call now or later. `fresh`: when its number was checked.
    `lang`: of the name, BCP 47. `href`: "" where the number is no link."""

    name: str
    lang: str
    number: str
    href: str
    fresh: str


def support_line(country: str, language: str, at: datetime) -> SupportLine | None:
    """Return a help line of a country that answers in a language; None where only 112 is sure."""
    question = questions.Question(
        (NEED,), at, questions.Where(country=country), (language,), limit=MOST
    )
    result = published.match(question)
    rows = sorted(
        (*result.answers, *result.national), key=lambda each: len(LISTENING - each.row.categories)
    )
    return next((line for each in rows for line in _lines(each, language)), None)


def content_notes(edition: Edition) -> list[str | Promise]:
    """Return the content notes of an edition's modules, each once, as words."""
    modules = models.ModuleVersion.objects.filter(courses=edition.course_version_id).order_by("pk")
    codes = dict.fromkeys(
        code for notes in modules.values_list("content_notes", flat=True) for code in notes
    )
    return [words for code, words in vocabulary.CONTENT_NOTES.items() if code in codes]


def _lines(match: questions.Match, language: str) -> Iterator[SupportLine]:
    trusted = IN_TIME | ({Freshness.UNVERIFIED} if settings.IS_DEMO else set())
    for each in match.contacts:
        if each.kind == PhoneKind.VOICE and each.freshness in trusted:
            fresh = wording.freshness_text(each.freshness, language)
            name, lang = match.row.worded(TextField.NAME, language)
            href = help_lines.href_of(each.value, each.freshness)
            yield SupportLine(name, lang, help_lines.written(each.value), href, fresh)
