"""Needs of an edition for its logistics team: decrypted, counted, and on the dashboard."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from protect.directory.facts.sentences import language_name
from protect.orgs.scope import Scope
from protect.trainings.base.labels import StateLabel
from protect.trainings.needs import access, labels
from protect.trainings.needs.enums import NeedKind, NeedState
from protect.trainings.needs.models import Need
from protect.trainings.registrations import enums, rules
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Booking, Edition
from protect.trainings.scheduling.rules import LIVE_STATES, Requirements
from protect.ui.pages import panel_row

MAX_ROWS_SHOWN = 5  # editions in the dashboard panel of needs; more are not shown


@dataclass(frozen=True, slots=True, repr=False)
class NeedLine:
    """A decrypted need. `is_damaged`: decryption failed, so the team must ask again."""

    need: Need
    words: tuple[str, ...]  # language, then labels of codes; no codes if damaged
    detail: str
    is_damaged: bool
    is_booking_lost: bool  # its booking was declined or cancelled
    is_asked_again: bool  # its booking was accepted for another time or place

    @property
    def state(self) -> StateLabel:
        return labels.need_state_label(self.need, is_asked_again=self.is_asked_again)

    @property
    def is_counted_food(self) -> bool:
        """Return whether this is a food need without free text, which a number describes fully."""
        return self.need.kind == NeedKind.DIET and bool(self.words) and not self.detail


class NeedCount(NamedTuple):
    """The quantity of one need in an edition: people or children. It contains no name."""

    kind: str  # label
    word: str  # a language, the label of a code, or OWN_WORDS
    people: int


def need_lines(edition: Edition, documents: Mapping[UUID, dict[str, Any]]) -> list[NeedLine]:
    """Return an edition's needs, those to arrange first. `documents`: from `decrypt_needs`."""
    rows = Need.objects.filter(registration__edition=edition).order_by("kind", "pk")
    rows = rows.select_related("registration__participant", "language", "booking")
    to_reconfirm = _bookings_to_reconfirm(edition)
    lines = [_need_line(row, documents.get(row.pk), to_reconfirm) for row in rows]
    return sorted(
        lines, key=lambda line: line.need.state != NeedState.OPEN and not line.is_asked_again
    )


def own_need_lines(registration: Registration) -> list[tuple[Need, StateLabel]]:
    """Return a participant's needs and states, not decrypted, for own page and coordinators."""
    rows = registration.needs.select_related("booking").order_by("kind", "pk")
    to_reconfirm = _bookings_to_reconfirm(registration.edition)
    asked_again = [(row, _is_booking_asked_again(row, to_reconfirm)) for row in rows]
    return [(row, labels.need_state_label(row, is_asked_again=again)) for row, again in asked_again]


def count_needs(lines: Iterable[NeedLine], *, is_diet: bool) -> list[NeedCount]:
    """Count needs not marked unmet, of people with a seat: food (`is_diet`), or all but food."""
    counted: Counter[tuple[str, str]] = Counter()
    for line in lines:
        need = line.need
        is_coming = enums.RegistrationState(need.registration.state) in rules.SEAT_HOLDING_STATES
        is_met = need.state != NeedState.CANNOT_BE_MET
        if is_coming and is_met and (need.kind == NeedKind.DIET) is is_diet:
            own_words = [str(labels.OWN_WORDS)] if line.detail or not line.words else []
            for word in (*line.words, *own_words):  # an allergy next to “vegan” needs a question
                counted[need.kind, word] += need.quantity
    return [
        NeedCount(str(kind.label), word, counted[kind, word])
        for kind in NeedKind
        for word in sorted(word for of, word in counted if of == kind)
    ]


def _bookings_to_reconfirm(edition: Edition) -> set[tuple[UUID, str]]:
    """Return the bookings that need a new answer after a session moved: resource and role."""
    rows = Booking.objects.asked_again().filter(session__edition=edition).order_by("pk")
    return set(rows.values_list("resource", "role"))


def _is_booking_asked_again(need: Need, to_reconfirm: Collection[tuple[UUID, str]]) -> bool:
    booking = need.booking if need.state == NeedState.BOOKED else None
    return booking is not None and (booking.resource_id, booking.role) in to_reconfirm


def _need_line(
    need: Need, decrypted: dict[str, Any] | None, to_reconfirm: Collection[tuple[UUID, str]]
) -> NeedLine:
    content = decrypted or {}
    is_live = need.booking is not None and need.booking.state in LIVE_STATES
    return NeedLine(
        need=need,
        words=tuple(_language_and_code_labels(need, content)),
        detail=str(content.get("detail", "")),
        is_damaged=decrypted is None,
        is_booking_lost=need.state == NeedState.BOOKED and not is_live,
        is_asked_again=_is_booking_asked_again(need, to_reconfirm),
    )


def _language_and_code_labels(need: Need, document: Mapping[str, Any]) -> Iterator[str]:
    if need.language_id:
        yield language_name(need.language_id)
    for code in document.get("codes", []):
        yield labels.need_label(str(code))


def edition_requirements(edition: Edition, taken: int) -> Requirements:
    """Return what each session must offer; its room: the seat limit, or `taken` if larger."""
    languages = {*edition.languages.order_by("pk").values_list("pk", flat=True)}
    counts: dict[str, int] = {}
    for kind, language, number in count_requirements(edition):
        counts[kind] = counts.get(kind, 0) + number
        if language:
            languages.add(language)
    return Requirements(
        languages=frozenset(languages),
        children=counts.get(NeedKind.CHILDCARE, 0),
        needs_access=NeedKind.ACCESSIBILITY in counts,
        people=max(taken, edition.seat_limit or 0),
    )


def count_requirements(edition: Edition) -> list[tuple[str, str | None, int]]:
    """Return kind, language and summed quantity (such as children) of needs of participants with a
    seat, without needs that cannot be met."""
    states = [*map(str, rules.SEAT_HOLDING_STATES)]
    needs = Need.objects.filter(registration__edition=edition, registration__state__in=states)
    rows = needs.exclude(state=NeedState.CANNOT_BE_MET).order_by("kind", "language")
    return list(rows.values_list("kind", "language").annotate(number=models.Sum("quantity")))


def panels(scope: Scope) -> Iterator[dict[str, Any]]:
    """Yield a panel of editions with needs for this user's teams to arrange, by first session."""
    is_open = models.Q(registrations__needs__state=NeedState.OPEN)
    rows = access.arranged_editions(scope).filter(is_open).select_related("course_version")
    editions = rows.annotate(
        waiting=models.Count("registrations__needs", filter=is_open, distinct=True),
        begins=models.Min("sessions__starts_at", filter=models.Q(sessions__cancelled_at=None)),
    )
    shown = list(editions.order_by("begins", "pk")[:MAX_ROWS_SHOWN])
    if shown:
        yield {
            # Translators: heading: food, childcare and other things for participants.
            "title": _("Participants’ needs in trainings"),
            "rows": [_panel_row(need) for need in shown],
            "count": len(shown),
            "more": "",
        }


def _panel_row(edition: Any) -> dict[str, Any]:
    detail = ngettext("{n} to be arranged", "{n} to be arranged", edition.waiting)
    text, detail = edition.course_version.title, detail.format(n=edition.waiting)
    url = reverse("trainings:edition_needs", args=[edition.pk])
    verb = _("Arrange")  # For translators: a button: see to what participants need
    return panel_row(text, detail, url, verb, due=edition.begins, group="soon")
