"""Weekly mails: to checkers, that services wait; to services, before their facts are overdue.

A mail names no service and no number, because others may see the inbox.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from django.conf import settings
from django.db import transaction

from protect.directory import enums, models
from protect.directory.fact_records.checks import Standing, standings
from protect.notices.actions import post
from protect.notices.enums import Template
from protect.orgs.access import holders, holding
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation
from protect.verification.models import ProviderLink, QueueItem, Reminder
from protect.verification.provider_links.provider_links import may_be_written_to, send_link

A_WEEK = timedelta(days=7)
SOON = timedelta(days=7)  # before a fact is due
QUIET = timedelta(days=30)  # between two links that the clock sends to one service
CHUNK = 500  # services looked at at once
# What was never checked has no day on which it is due; a dispute is for people, not for the clock.
LATE = frozenset({enums.Freshness.DUE, enums.Freshness.OVERDUE, enums.Freshness.EXPIRED})


@dataclass(slots=True)
class Reminded:
    """What the clock mailed. Units: organisations, mails to their people, links to services."""

    organisations: int = 0
    mails: int = 0
    links: int = 0


def remind(*, at: datetime) -> Reminded:
    """Mail checkers where something waits, once a week, and services with facts nearly overdue.
    Each organisation and each service in a transaction of its own: done again, it mails nothing
    twice."""
    done = Reminded()
    keeping = holding(Permission.VERIFY_DIRECTORY).filter(team=None).values("organisation")
    rows = Organisation.objects.filter(pk__in=keeping, state=OrganisationState.ACTIVE)
    for organisation in rows.order_by("pk"):
        mails = _digest(organisation, at=at)
        done.mails += mails
        done.organisations += mails > 0
    for service in _late(at):
        done.links += _send(service, at=at)
    return done


@transaction.atomic
def _digest(organisation: Organisation, *, at: datetime) -> int:
    """Mail every user who checks for an organisation that something waits; return how many."""
    locked = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    last = Reminder.objects.filter(organisation=locked).first()
    waiting = QueueItem.objects.waiting().filter(country_id=locked.country).count()
    if not waiting or (last and at.date() - last.at.date() < A_WEEK):
        return 0
    Reminder.objects.create(organisation=locked, at=at, waiting=waiting)
    people = holders(Permission.VERIFY_DIRECTORY, organisation=locked.pk).filter(is_active=True)
    for person in people:
        post(
            at=at,
            to=person.email,
            template=Template.WORK_WAITING,
            language=person.language,
            link=f"{settings.STAFF_URL}/directory/queue",
        )
    return len(people)


def _late(at: datetime) -> Iterator[models.Service]:
    """Yield services that may be written to and have a fact that is about to be late, or is."""
    linked = ProviderLink.objects.filter(created__gt=at - QUIET).values("service")
    candidates = models.Service.objects.published().exclude(email="").exclude(pk__in=linked)
    keys = list(candidates.order_by("pk").values_list("pk", flat=True))
    for part in batched(keys, CHUNK, strict=False):
        rows = models.Service.objects.filter(pk__in=part).order_by("pk")
        services = [service for service in rows if may_be_written_to(service)]
        stand = standings(services, at)
        for service in services:
            if any(_is_late(fact, at) for fact in stand[service.pk].values()):
                yield service


def _is_late(fact: Standing, at: datetime) -> bool:
    """Return whether a checked fact is overdue, or will be within a week.
    Free places are out of date every day: they alone cause no mail."""
    if fact.fact == enums.Fact.CAPACITY or fact.check is None:
        return False
    is_soon = fact.state == enums.Freshness.FRESH and fact.check.next_check <= at + SOON
    return is_soon or fact.state in LATE


@transaction.atomic
def _send(service: models.Service, *, at: datetime) -> bool:
    locked = models.Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    if ProviderLink.objects.filter(service=locked, created__gt=at - QUIET).exists():
        return False
    send_link(None, locked, at=at)
    return True
