"""Content of the public calendar and of an edition's public page: towns, but no addresses."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from django.conf import settings
from django.db.models import Min, Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from protect.directory.enums import Fact, Freshness, PhoneKind, TranslatableField
from protect.directory.facts.sentences import language_name
from protect.matching import published, questions, wording
from protect.trainings.base import help_lines, labels
from protect.trainings.curricula import models, vocabulary
from protect.trainings.editions.actions.plan import seat_counts
from protect.trainings.registrations.actions.register import is_registration_open
from protect.trainings.scheduling import enums, queries
from protect.trainings.scheduling.models import Edition, Session

FEW_SEATS = 5  # the most free seats that are announced as few
LISTED_STATES = [enums.EditionState.OPEN, enums.EditionState.CLOSED]  # of upcoming editions
SEATS_AVAILABLE = labels.StateLabel(gettext_lazy("Seats available"), "good")
FEW_LEFT = labels.StateLabel(gettext_lazy("Few seats left"), "caution")
FULL = labels.StateLabel(gettext_lazy("Full: there is a waiting list"), "caution")
CLOSED = labels.StateLabel(gettext_lazy("Registration is closed"), "ended")
NOT_OPEN_YET = labels.StateLabel(gettext_lazy("Registration is not open yet"), "info")
CANCELLED = labels.StateLabel(gettext_lazy("Cancelled"), "ended")


class CalendarEntry(NamedTuple):
    """An edition as the public calendar shows it."""

    edition: Edition
    sessions: list[Session]  # not cancelled, by start
    where: list[str | Promise]  # towns, and “Online”
    languages: list[str]  # names
    seats: labels.StateLabel  # or why registration is not possible now
    is_taking: bool  # accepts registrations now


def coming(at: datetime, *, country: str = "", language: str = "") -> queries.EditionQuerySet:
    """Return listed, open or closed editions with uncancelled sessions after `at`; "": any."""
    rows = Edition.objects.listed().filter(state__in=LISTED_STATES)
    if country:
        rows = rows.filter(country=country)
    if language:
        rows = rows.filter(languages=language)
    is_upcoming = Q(sessions__cancelled_at=None, sessions__ends_at__gt=at)
    upcoming = rows.annotate(begins=Min("sessions__starts_at", filter=is_upcoming))
    return upcoming.filter(begins__isnull=False).order_by("begins", "pk")


def with_relations(rows: queries.EditionQuerySet) -> queries.EditionQuerySet:
    """Load the relations that a calendar entry shows."""
    sessions = Session.objects.not_cancelled().select_related("venue__place")
    return rows.select_related("host", "course_version__course").prefetch_related(
        Prefetch("sessions", sessions.order_by("starts_at", "number")), "languages"
    )


def load_entry(edition: Edition, at: datetime) -> CalendarEntry:
    """Return the calendar entry of one edition, with the relations that it shows loaded."""
    return build_entry(with_relations(Edition.objects.filter(pk=edition.pk)).get(), at)


def build_entry(edition: Edition, at: datetime) -> CalendarEntry:
    """Return the calendar entry of an edition loaded by `with_relations`."""
    sessions = list(edition.sessions.all())
    return CalendarEntry(
        edition=edition,
        sessions=sessions,
        where=[*_place_names(edition, sessions)],
        languages=sorted(language_name(language.pk) for language in edition.languages.all()),
        seats=_seat_label(edition, at),
        is_taking=is_registration_open(edition, at),
    )


def _place_names(edition: Edition, sessions: Iterable[Session]) -> Iterator[str | Promise]:
    yield from dict.fromkeys(session.venue.place.name for session in sessions if session.venue)
    if edition.delivery != enums.Delivery.IN_PERSON:
        yield _("Online")  # For translators: where a training is held


def _seat_label(edition: Edition, at: datetime) -> labels.StateLabel:
    """Return the label of an edition's free seats, or of why there is no registration now."""
    if edition.state == enums.EditionState.CANCELLED:
        return CANCELLED
    if not is_registration_open(edition, at):
        is_early = edition.opens_at is not None and at < edition.opens_at
        return NOT_OPEN_YET if is_early and edition.state == enums.EditionState.OPEN else CLOSED
    free = seat_counts(edition, at=at)["free"]
    if free is None or free > FEW_SEATS:
        return SEATS_AVAILABLE
    return FEW_LEFT if free else FULL


SUPPORT_NEED_CODE = "talk"  # code of a need in matching: support_line finds its help line
LISTENING_CATEGORIES = {"helpline", "psychosocial"}  # a service in both comes first
# Freshness of a number to show; the demonstration also shows UNVERIFIED ones.
TRUSTED_FRESHNESS = frozenset({Freshness.FRESH, Freshness.DUE})
MATCH_LIMIT = 20  # services of which one is shown as the help line


class SupportLine(NamedTuple):
    """A help line that a reader can call. `fresh`: when its number was checked, in words.
    `lang`: of the name, BCP 47. `href`: "" if the number must not be a link."""

    name: str
    lang: str
    number: str
    href: str
    fresh: str


def support_line(country: str, language: str, at: datetime) -> SupportLine | None:
    """Return a help line, preferably in this language; None if no number was checked in time."""
    place, languages = questions.PersonLocation(country=country), (language,)
    question = questions.Question((SUPPORT_NEED_CODE,), at, place, languages, limit=MATCH_LIMIT)
    result = published.match(question)
    matches = [*result.answers, *result.national]
    matches.sort(key=lambda match: len(LISTENING_CATEGORIES - match.row.categories))
    return next((line for match in matches for line in _support_lines(match, language)), None)


def content_notes(edition: Edition) -> list[str | Promise]:
    """Return an edition's content notes as words, each once; not codes that offices added."""
    modules = models.ModuleVersion.objects.filter(courses=edition.course_version_id).order_by("pk")
    codes = set(chain.from_iterable(modules.values_list("content_notes", flat=True)))
    return [words for code, words in vocabulary.CONTENT_NOTE_LABELS.items() if code in codes]


def _support_lines(match: questions.Match, language: str) -> Iterator[SupportLine]:
    """Yield a line for each voice number of a matched service that was checked in time."""
    trusted = TRUSTED_FRESHNESS | ({Freshness.UNVERIFIED} if settings.IS_DEMO else set())
    for contact in match.contacts:
        if contact.kind == PhoneKind.VOICE and contact.freshness in trusted:
            last_check = match.row.last_checks.get(Fact.PHONE)
            freshness = wording.freshness_text(contact.freshness, language, last_check)
            name, lang = match.row.translated_text(TranslatableField.NAME, language)
            href = help_lines.phone_href(contact.value, contact.freshness)
            yield SupportLine(name, lang, help_lines.format_number(contact.value), href, freshness)
