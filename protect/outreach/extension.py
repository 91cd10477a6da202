"""Extend trainings: pages, owners of information sessions, links for people who hold them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language

from protect.outreach import access, labels, models
from protect.outreach.actions import readiness, requests
from protect.outreach.actions.ambassadors import delete_old_debriefs
from protect.trainings.base.extension import Extension, OwnSession, SessionOwner
from protect.trainings.scheduling.models import Resource, Session


class Outreach(Extension):
    tabs = (labels.SESSIONS_PAGE,)
    pages = labels.MENU_PAGES
    night = {"forget_requests": requests.erase_old_requests, "delete_debriefs": delete_old_debriefs}

    def owner_of(self, session: Session) -> SessionOwner | None:
        """Return the organisation of an information session's request; None for other sessions."""
        rows = models.InformationSession.objects.filter(pk=session.pk)
        owner = rows.values_list("request__organisation", "request__received_at").first()
        return SessionOwner(*owner) if owner else None

    def after_booking_ended(self, session: Session, *, at: datetime) -> None:
        """Mail the planners if a holder who is no longer booked leaves a session understaffed."""
        readiness.mail_if_understaffed(session, at=at)

    def phone_numbers(self, resources: Collection[UUID]) -> Mapping[UUID, str]:
        """Return by resource the phone number of the organisation of each ambassador."""
        rows = models.Ambassador.objects.filter(pk__in=resources).order_by("pk")
        return dict(rows.values_list("pk", "phone"))

    def without_resources_not_lent(self, resources: QuerySet[Resource]) -> QuerySet[Resource]:
        """Leave out ambassadors, whom no other organisation may book."""
        return resources.exclude(pk__in=models.Ambassador.objects.values("pk"))

    def own_sessions(self, resource: Resource, token: str, at: datetime) -> Sequence[OwnSession]:
        bookings = access.recent_bookings_by_link(resource, at=at).order_by("starts_at", "pk")
        rows = models.InformationSession.objects.select_related("request__place")
        sessions = rows.in_bulk([booking.session_id for booking in bookings])
        return [
            OwnSession(
                sessions[booking.session_id].request.place.name,
                booking.session.starts_at,
                booking.session.zone,
                reverse("open_outreach:own_session", args=[get_language(), token, booking.pk]),
            )
            for booking in bookings
        ]
