"""Needs of an edition as its logistics team sees them: opened, counted, and what waits."""

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
from protect.trainings.scheduling.rules import LIVE, Requirements

SHOWN = 5  # rows of a panel of the desk


@dataclass(frozen=True, slots=True, repr=False)
class NeedLine:
    """A need, opened. `is_damaged`: it does not open, and the person must be asked again."""

    need: Need
    words: tuple[str, ...]
    detail: str
    is_damaged: bool
    has_fallen_away: bool  # what was booked for it was declined or cancelled
    is_asked_again: bool  # it was accepted for another time or place

    @property
    def state(self) -> StateLabel:
        return labels.need(self.need, is_asked_again=self.is_asked_again)

    @property
    def is_plain_food(self) -> bool:
        """Return whether it is food that a count says whole: no word of their own is lost."""
        return self.need.kind == NeedKind.DIET and bool(self.words) and not self.detail


class Count(NamedTuple):
    """How many people of an edition need one thing. No name, no detail."""

    kind: str
    word: str
    people: int


def lines_of(edition: Edition, documents: Mapping[UUID, dict[str, Any]]) -> list[NeedLine]:
    """Return the needs, those to be arranged first. `documents`: as `actions.opened` gives them."""
    rows = Need.objects.filter(registration__edition=edition).select_related(
        "registration__participant", "language", "booking"
    )
    again = _asked_again(edition)
    lines = [_line(row, documents.get(row.pk), again) for row in rows.order_by("kind", "pk")]
    return sorted(
        lines, key=lambda line: line.need.state != NeedState.OPEN and not line.is_asked_again
    )


def own_lines(registration: Registration) -> list[tuple[Need, StateLabel]]:
    """Return a participant's needs for their own page: nothing sealed is opened."""
    rows = registration.needs.select_related("booking").order_by("kind", "pk")
    again = _asked_again(registration.edition)
    return [(row, labels.need(row, is_asked_again=_waits(row, again))) for row in rows]


def counts_of(lines: Iterable[NeedLine], *, is_diet: bool) -> list[Count]:
    """Return how many participants with a seat eat what, or need what else.
    The first is all that a caterer gets, the second is for the team that arranges it."""
    counted: Counter[tuple[str, str]] = Counter()
    for line in lines:
        need = line.need
        is_coming = enums.RegistrationState(need.registration.state) in rules.HOLDING
        is_met = need.state != NeedState.CANNOT_BE_MET
        if is_coming and is_met and (need.kind == NeedKind.DIET) is is_diet:
            own = [str(labels.OWN_WORDS)] if line.detail or not line.words else []
            for word in (*line.words, *own):  # an allergy beside “vegan” is asked for by name
                counted[need.kind, word] += need.quantity
    return [
        Count(str(kind.label), word, counted[kind, word])
        for kind in NeedKind
        for word in sorted(word for of, word in counted if of == kind)
    ]


def _asked_again(edition: Edition) -> set[tuple[UUID, str]]:
    """Return what waits for a new answer after a move: resources and as what they are booked."""
    rows = Booking.objects.asked_again().filter(session__edition=edition).order_by("pk")
    return set(rows.values_list("resource", "role"))


def _waits(need: Need, again: Collection[tuple[UUID, str]]) -> bool:
    booking = need.booking if need.state == NeedState.BOOKED else None
    return booking is not None and (booking.resource_id, booking.role) in again


def _line(
    need: Need, document: dict[str, Any] | None, again: Collection[tuple[UUID, str]]
) -> NeedLine:
    content = document or {}
    is_live = need.booking is not None and need.booking.state in LIVE
    return NeedLine(
        need=need,
        words=tuple(_words(need, content)),
        detail=str(content.get("detail", "")),
        is_damaged=document is None,
        has_fallen_away=need.state == NeedState.BOOKED and not is_live,
        is_asked_again=_waits(need, again),
    )


def _words(need: Need, document: Mapping[str, Any]) -> Iterator[str]:
    if need.language_id:
        yield language_name(need.language_id)
    for code in document.get("codes", []):
        yield labels.need_word(str(code))


def asked_of(edition: Edition, taken: int) -> Requirements:
    """Return what an edition needs on each session. `taken`: seats."""
    languages = {*edition.languages.order_by("pk").values_list("pk", flat=True)}
    counts: dict[str, int] = {}
    for kind, language, number in needed_in(edition):
        counts[kind] = counts.get(kind, 0) + number
        if language:
            languages.add(language)
    return Requirements(
        languages=frozenset(languages),
        children=counts.get(NeedKind.CHILDCARE, 0),
        needs_access=NeedKind.ACCESSIBILITY in counts,
        people=max(taken, edition.seat_limit or 0),
    )


def needed_in(edition: Edition) -> list[tuple[str, str | None, int]]:
    """Return kind, interpreter language and quantity of the needs of participants with a seat."""
    needs = Need.objects.filter(
        registration__edition=edition, registration__state__in=[*map(str, rules.HOLDING)]
    ).exclude(state=NeedState.CANNOT_BE_MET)
    rows = needs.order_by("kind", "language").values_list("kind", "language")
    return list(rows.annotate(number=models.Sum("quantity")))


def panels(scope: Scope) -> Iterator[dict[str, Any]]:
    """Yield the editions with needs that are not arranged yet, the next one first."""
    is_open = models.Q(registrations__needs__state=NeedState.OPEN)
    rows = access.arranged_by(scope).filter(is_open).select_related("course_version")
    editions = rows.annotate(
        waiting=models.Count("registrations__needs", filter=is_open, distinct=True),
        begins=models.Min("sessions__starts_at", filter=models.Q(sessions__cancelled_at=None)),
    )
    shown = list(editions.order_by("begins", "pk")[:SHOWN])
    if shown:
        yield {
            # Translators: heading: food, childcare and other things for participants.
            "title": _("What people need in trainings"),
            "rows": [_row(each) for each in shown],
            "count": len(shown),
            "more": "",
        }


def _row(each: Any) -> dict[str, Any]:
    detail = ngettext("{n} to be arranged", "{n} to be arranged", each.waiting)
    return {
        "text": each.course_version.title,
        "detail": detail.format(n=each.waiting),
        "url": reverse("trainings:edition_needs", args=[each.pk]),
        # Translators: a button: see to what participants need.
        "verb": _("Arrange"),
        "due": each.begins,
        "group": "soon",
    }
