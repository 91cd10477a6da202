"""What trainings bring to the desk: their word in the navigation, and what waits."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from protect.orgs.scope import Scope
from protect.trainings.base.access import seen_hosts
from protect.trainings.needs import pages
from protect.trainings.registrations import enums, models
from protect.trainings.registrations.access import registrations_of
from protect.trainings.scheduling import access
from protect.trainings.scheduling.enums import BookingState
from protect.trainings.scheduling.models import Booking, Edition

# Translators: in the navigation: courses for professionals.
WORD = (gettext_lazy("Trainings"), "trainings:edition_list")
SHOWN = 5  # rows of a panel

type Panel = dict[str, Any]


def nav(scope: Scope) -> list[tuple[Any, str]]:
    return [WORD] if seen_hosts(scope) else []


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    list_url, own_url = reverse("trainings:edition_list"), reverse("trainings:own_booking_list")
    rows = registrations_of(scope).filter(state=enums.RegistrationState.APPLIED)
    rows = rows.select_related("participant", "edition__course_version").order_by("applied_at")
    # Translators: heading: people who want to take part in a training.
    yield from _panel(_("Registrations to decide"), rows, list_url)
    asked = access.asked_to_host(scope).select_related("host", "course_version")
    # Translators: heading: another organisation asks to host a training with it.
    yield from _panel(_("Host a training together"), asked.order_by("created", "pk"))
    dates = access.own_bookings(scope).filter(
        state=BookingState.ASKED, ends_at__gt=at, session__cancelled_at=None
    )
    # Translators: heading: days on which a trainer or interpreter is asked to work.
    yield from _panel(_("Dates to say yes or no to"), dates.order_by("starts_at", "pk"), own_url)
    yield from pages.panels(scope)


def _panel(title: str, rows: QuerySet[Any], more: str = "") -> Iterator[Panel]:
    shown = [_row(each) for each in rows[:SHOWN]]
    if shown:
        yield {"title": title, "rows": shown, "count": rows.count(), "more": more}


def _row(each: models.Registration | Edition | Booking) -> dict[str, Any]:
    # Translators: a button: say yes or no to a date, or to another organisation that asks.
    verb = _("Answer")
    if isinstance(each, models.Registration):
        url = reverse("trainings:registration", args=[each.pk])
        text, detail = each.participant.name, each.edition.course_version.title
        # Translators: a button: say yes or no to an applicant.
        verb, due = _("Decide"), each.applied_at
    elif isinstance(each, Edition):
        url = reverse("trainings:co_hosting", args=[each.pk])
        text, detail, due = each.course_version.title, each.host.name, each.created
    else:
        url, edition = reverse("trainings:own_booking_list"), each.session.edition
        text = edition.course_version.title if edition else each.session.get_kind_display()
        detail, due = each.get_role_display(), each.starts_at
    row = {"text": text, "detail": detail, "url": url, "verb": verb, "due": due}
    return row | {"group": "soon"}
