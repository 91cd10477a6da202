"""Co-hosting of an edition: the host invites organisations, and each accepts or declines."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from protect.notices.enums import Template
from protect.orgs.access import users_with
from protect.orgs.enums import Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.editions.actions.plan import must_not_be_over
from protect.trainings.registrations.actions.seats import lock_edition
from protect.trainings.scheduling import access as scheduling_access, models
from protect.trainings.scheduling.actions.mail import post_once


@transaction.atomic
def set_co_hosts(
    scope: Scope, edition: models.Edition, organisations: Iterable[Organisation], *, at: datetime
) -> models.Edition:
    """Set the co-hosts of an edition. New organisations are invited; omitted ones stop co-hosting,
    but bookings of their resources stay. Errors: PermissionDenied; EditionMoveNotAllowed, for a
    new organisation after the edition is over."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    row = lock_edition(edition.pk)
    keys = {organisation.pk for organisation in organisations}
    invitable = list(scheduling_access.possible_co_hosts(row).filter(pk__in=keys))
    agreed = list(row.co_hosts.filter(pk__in=keys).order_by("pk"))
    previous = [*agreed, *row.asked_co_hosts.order_by("pk")]
    newly_invited = [organisation for organisation in invitable if organisation not in previous]
    if newly_invited:
        must_not_be_over(row, _("Co-host a training"))
    row.co_hosts.set(agreed)
    row.asked_co_hosts.set(
        [organisation for organisation in invitable if organisation not in agreed]
    )
    for organisation in newly_invited:
        _invite_planners(row, organisation, at)
    audit.record("trainings.co_hosts", row)
    return row


@transaction.atomic
def answer_co_hosting(
    scope: Scope, edition: models.Edition, organisation: Organisation, *, agrees: bool, at: datetime
) -> None:
    """Accept or decline an invitation to co-host. An organisation can decline at any time.
    Errors: PermissionDenied; Http404, for an organisation that was not invited;
    EditionMoveNotAllowed, for accepting after the edition is over."""
    audit = access.planner_context(scope, organisation.pk, at=at)
    row = lock_edition(edition.pk)
    if not scheduling_access.is_invited_or_co_host(row, organisation):
        raise Http404
    if agrees:
        must_not_be_over(row, _("Co-host a training"))
    row.asked_co_hosts.remove(organisation)
    (row.co_hosts.add if agrees else row.co_hosts.remove)(organisation)
    audit.record("trainings.co_host_yes" if agrees else "trainings.co_host_no", row)


def _invite_planners(edition: models.Edition, organisation: Organisation, at: datetime) -> None:
    link = f"{settings.STAFF_URL}/trainings/{edition.pk}/co-hosting"
    for planner in users_with(Permission.PLAN_TRAININGS, organisation=organisation.pk):
        post_once(planner.email, Template.WORK_WAITING, planner.language, link, at=at)
