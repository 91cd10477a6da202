"""Co-hosting of an edition: the host invites organisations, and each accepts or declines."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from protect.notices.enums import Template
from protect.orgs.access import holders
from protect.orgs.enums import Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.trainings.base import access
from protect.trainings.editions.actions.plan import must_go_on
from protect.trainings.registrations.actions.seats import locked
from protect.trainings.scheduling import access as scheduling_access, models
from protect.trainings.scheduling.actions.mail import post_once


@transaction.atomic
def ask_co_hosts(
    scope: Scope, edition: models.Edition, wanted: Iterable[Organisation], *, at: datetime
) -> models.Edition:
    """Set the co-hosts of an edition. New organisations are invited; omitted ones no longer host.
    Bookings of an omitted organisation's resources stay.
    Errors: PermissionDenied; EditionMoveNotAllowed, for a new organisation once it is over."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    row = locked(edition.pk)
    keys = {each.pk for each in wanted}
    chosen = list(scheduling_access.could_co_host(row).filter(pk__in=keys))
    agreed = list(row.co_hosts.filter(pk__in=keys).order_by("pk"))
    before = [*agreed, *row.asked_co_hosts.order_by("pk")]
    new = [each for each in chosen if each not in before]
    if new:
        must_go_on(row, _("Host a training together"))
    row.co_hosts.set(agreed)
    row.asked_co_hosts.set([each for each in chosen if each not in agreed])
    for each in new:
        _tell(row, each, at)
    audit.record("trainings.co_hosts", row)
    return row


@transaction.atomic
def answer_co_hosting(
    scope: Scope, edition: models.Edition, organisation: Organisation, *, agrees: bool, at: datetime
) -> None:
    """Accept or decline an invitation to co-host; an organisation can decline at any time.
    Errors: PermissionDenied; Http404, for an organisation that was not invited;
    EditionMoveNotAllowed, when it accepts once the edition is over."""
    audit = access.planner_context(scope, organisation.pk, at=at)
    row = locked(edition.pk)
    if not scheduling_access.is_asked(row, organisation):
        raise Http404
    if agrees:
        must_go_on(row, _("Host a training together"))
    row.asked_co_hosts.remove(organisation)
    if agrees:
        row.co_hosts.add(organisation)
    else:
        row.co_hosts.remove(organisation)
    audit.record("trainings.co_host_yes" if agrees else "trainings.co_host_no", row)


def _tell(edition: models.Edition, organisation: Organisation, at: datetime) -> None:
    link = f"{settings.STAFF_URL}/trainings/{edition.pk}/co-hosting"
    for person in holders(Permission.PLAN_TRAININGS, organisation=organisation.pk):
        post_once(person.email, Template.WORK_WAITING, person.language, link, at=at)
