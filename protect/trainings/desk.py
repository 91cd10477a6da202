from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from protect.orgs.scope import Scope
from protect.trainings.base.access import visible_hosts
from protect.trainings.needs import pages
from protect.trainings.registrations import enums, models
from protect.trainings.registrations.access import visible_registrations
from protect.trainings.scheduling import access
from protect.trainings.scheduling.enums import BookingState
from protect.trainings.scheduling.models import Booking, Edition

# Translators: in the navigation: courses for professionals.
NAVIGATION_ENTRY = (gettext_lazy("Trainings"), "trainings:edition_list")
PANEL_ROWS = 5  # at most in one panel

type Panel = dict[str, Any]


def nav(scope: Scope) -> list[tuple[Any, str]]:
    """Return the navigation entry, for users who plan or train."""
    return [NAVIGATION_ENTRY] if visible_hosts(scope) else []


def panels(scope: Scope, request: HttpRequest, at: datetime) -> Iterator[Panel]:
    """Yield panels: applications, co-hosting invitations, own bookings to answer, needs."""
    list_url, own_url = reverse("trainings:edition_list"), reverse("trainings:own_booking_list")
    rows = visible_registrations(scope).filter(state=enums.RegistrationState.APPLIED)
    rows = rows.select_related("participant", "edition__course_version").order_by("applied_at")
    # Translators: heading: people who want to take part in a training.
    yield from _build_panel(_("Registrations to decide"), rows, list_url)
    invitations = access.co_hosting_invitations(scope).select_related("host", "course_version")
    # Translators: heading: another organisation asks to host a training with it.
    yield from _build_panel(_("Co-host a training"), invitations.order_by("created", "pk"))
    unanswered = access.own_bookings(scope).filter(
        state=BookingState.ASKED, ends_at__gt=at, session__cancelled_at=None
    )
    # Translators: heading: days on which a trainer or interpreter is asked to work.
    yield from _build_panel(_("Dates to answer"), unanswered.order_by("starts_at", "pk"), own_url)
    yield from pages.panels(scope)


def _build_panel(title: str, rows: QuerySet[Any], list_url: str = "") -> Iterator[Panel]:
    """Yield a panel with the first of these rows; nothing if there are none."""
    panel_rows = [_build_row(item) for item in rows[:PANEL_ROWS]]
    if panel_rows:
        yield {"title": title, "rows": panel_rows, "count": rows.count(), "more": list_url}


def _build_row(item: models.Registration | Edition | Booking) -> dict[str, Any]:
    verb = _("Answer")  # For translators: a button: say yes or no to a date or to an organisation
    if isinstance(item, models.Registration):
        url = reverse("trainings:registration", args=[item.pk])
        text, detail = item.participant.name, item.edition.course_version.title
        verb, due = _("Decide"), item.applied_at  # For translators: a button: about an applicant
    elif isinstance(item, Edition):
        url = reverse("trainings:co_hosting", args=[item.pk])
        text, detail, due = item.course_version.title, item.host.name, item.created
    else:
        url, edition = reverse("trainings:own_booking_list"), item.session.edition
        text = edition.course_version.title if edition else item.session.get_kind_display()
        detail, due = item.get_role_display(), item.starts_at
    row = {"text": text, "detail": detail, "url": url, "verb": verb, "due": due}
    return row | {"group": "soon"}
