"""Who hosts a training together: who was asked, who said yes, and what their sessions can book.

Of a co-host's people and things the host reads name and kind, and whether they are free.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.access import hosts_where
from protect.trainings.enums import BookingRole, EditionState
from protect.trainings.models import Edition, Resource, Session
from protect.trainings.queries import EditionQuerySet


def could_co_host(edition: Edition) -> QuerySet[Organisation]:
    """Return the organisations that can be asked to host an edition together with its host."""
    rows = Organisation.objects.filter(state=OrganisationState.ACTIVE)
    return rows.exclude(pk=edition.host_id).order_by("name", "pk")


def asked_to_host(scope: Scope) -> EditionQuerySet:
    """Return the editions of others to which somebody says yes or no for their organisation."""
    rows = Edition.objects.exclude(state__in=[EditionState.DONE, EditionState.CANCELLED])
    return rows.filter(asked_co_hosts__in=_mine(scope)).distinct()


def get_hosted(scope: Scope, pk: UUID) -> tuple[Edition, list[Organisation]]:
    """Return an edition of others, and for whom this person says whether they host it too.

    Who has not answered yet comes first. Errors: Http404, for who was not asked.
    """
    found = Edition.objects.select_related("host", "course_version").filter(pk=pk).first()
    if found is None:
        raise Http404
    own = Organisation.objects.filter(pk__in=_mine(scope)).order_by("name", "pk")
    rows = (found.asked_co_hosts, found.co_hosts)
    asked = [each for some in rows for each in own.filter(pk__in=some.values("pk"))]
    if not asked:
        raise Http404
    return found, asked


def is_asked(edition: Edition, organisation: Organisation) -> bool:
    """Return whether an organisation was asked to host an edition, or does."""
    both = (edition.asked_co_hosts, edition.co_hosts)
    return any(rows.filter(pk=organisation.pk).exists() for rows in both)


def offered_to(edition: Edition, session: Session | None = None) -> QuerySet[Resource]:
    """Return whom and what sessions of an edition can book: the host's, and what co-hosts bring.

    Ambassadors stand in no list outside of their own organisation. A session keeps the room that
    is booked for it, whoever hosts by now.
    """
    found = Q(organisation=edition.host_id)
    found |= Q(organisation__in=edition.co_hosts.values("pk"), ambassador=None)
    if session is not None:
        rooms = session.bookings.live().filter(role=BookingRole.ROOM)
        found |= Q(pk__in=rooms.filter(resource=session.venue_id).values("resource"))
    return Resource.objects.filter(found)


def _mine(scope: Scope) -> frozenset[UUID]:
    return hosts_where(scope, Permission.PLAN_TRAININGS)
