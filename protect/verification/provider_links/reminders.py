"""E-mails about checks: to checkers at most weekly, to services at most every 30 days.
An e-mail names no service and no number, because other people may see the inbox."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from django.conf import settings
from django.db import transaction

from protect.directory import enums, models
from protect.directory.fact_records.checks import Standing, standings_of_services
from protect.notices.actions import post_mail
from protect.notices.enums import Template
from protect.orgs.access import memberships_with, users_with
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.verification.models import ProviderLink, QueueItem, Reminder
from protect.verification.provider_links.provider_links import may_receive_mail, send_link

REMINDER_INTERVAL = timedelta(days=7)  # between two mails to the checkers of an organisation
DUE_SOON = timedelta(days=7)  # time before a fact is due
LINK_INTERVAL = timedelta(days=30)  # between two links that the job sends to one service
CHUNK_SIZE = 500  # services in one batch
# Unverified facts have no due date, and disputes are for moderators: neither causes an e-mail.
LATE_STATES = frozenset({enums.Freshness.DUE, enums.Freshness.OVERDUE, enums.Freshness.EXPIRED})


@dataclass(slots=True)
class ReminderCounts:
    """The number of e-mails of one run. Units: organisations, mails to users, links to services."""

    organisations: int = 0
    mails: int = 0
    links: int = 0


def send_reminders(*, at: datetime) -> ReminderCounts:
    """E-mail checkers weekly about waiting checks, services about facts late or nearly due.
    Each organisation and service has its own transaction: a repeated run sends nothing twice."""
    counts = ReminderCounts()
    memberships = memberships_with(Permission.VERIFY_DIRECTORY).filter(team=None)
    organisations = Organisation.objects.filter(pk__in=memberships.values("organisation"))
    for organisation in organisations.filter(state=OrganisationState.ACTIVE).order_by("pk"):
        mails = _send_digest(organisation, at=at)
        counts.mails += mails
        counts.organisations += mails > 0
    for service in _services_with_late_facts(at):
        counts.links += _send_link_once(service, at=at)
    return counts


@transaction.atomic
def _send_digest(organisation: Organisation, *, at: datetime) -> int:
    """E-mail an organisation's checkers weekly, if checks wait; return the number of e-mails."""
    locked = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    last = Reminder.objects.filter(organisation=locked).first()
    waiting = QueueItem.objects.waiting().filter(country_id=locked.country).count()
    if not waiting or (last and at.date() - last.at.date() < REMINDER_INTERVAL):
        return 0
    Reminder.objects.create(organisation=locked, at=at, waiting=waiting)
    checkers = users_with(Permission.VERIFY_DIRECTORY, organisation=locked.pk)
    checkers = checkers.filter(is_active=True)
    link = f"{settings.STAFF_URL}/directory/queue"
    for user in checkers:
        post_mail(
            at=at, to=user.email, template=Template.WORK_WAITING, language=user.language, link=link
        )
    return len(checkers)


def _services_with_late_facts(at: datetime) -> Iterator[models.Service]:
    """Yield published services with mail, a late or nearly due fact, and no recent link."""
    linked = ProviderLink.objects.filter(created__gt=at - LINK_INTERVAL).values("service")
    candidates = models.Service.objects.published().exclude(email="").exclude(pk__in=linked)
    keys = list(candidates.order_by("pk").values_list("pk", flat=True))
    for part in batched(keys, CHUNK_SIZE, strict=False):
        rows = models.Service.objects.filter(pk__in=part).order_by("pk")
        services = [service for service in rows if may_receive_mail(service)]
        standings = standings_of_services(services, at)
        for service in services:
            if any(_is_fact_late_or_due_soon(each, at) for each in standings[service.pk].values()):
                yield service


def _is_fact_late_or_due_soon(standing: Standing, at: datetime) -> bool:
    """Return whether a checked fact, not free places, is due within a week, overdue or expired."""
    if standing.fact == enums.Fact.CAPACITY or standing.check is None:
        return False
    is_soon = standing.state == enums.Freshness.FRESH and standing.check.next_check <= at + DUE_SOON
    return is_soon or standing.state in LATE_STATES


@transaction.atomic
def _send_link_once(service: models.Service, *, at: datetime) -> bool:
    """Send the link, unless one was sent within 30 days; return whether it was sent."""
    locked = models.Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    if ProviderLink.objects.filter(service=locked, created__gt=at - LINK_INTERVAL).exists():
        return False
    send_link(None, locked, at=at)
    return True
