"""Links, sent by e-mail, by which a service confirms its own entry without an account. E-mails can
be forwarded. So a link opens only the page of one service, and a change that could harm a visitor
if it were false waits for a moderator. Nightly e-mails, to checkers at most weekly and to services
at most every 30 days, name no service and no number, because other people may see the inbox.
Source: docs/adr/0017-verification.md."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import batched

from django.conf import settings
from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory import access, changes
from protect.directory.enums import AddressReaders, Fact, Freshness, Method, Status, Verdict
from protect.directory.fact_records.checks import (
    FactState,
    Finding,
    fact_states_of_services,
    record_check,
)
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.facts import FACTS
from protect.directory.models import Service
from protect.directory.protection import address_patterns, text_checks
from protect.kernel.ids import hash_token
from protect.notices.actions import post_mail
from protect.notices.enums import Template
from protect.orgs.access import memberships_with, users_with
from protect.orgs.enums import OrganisationState, Permission
from protect.orgs.models import Organisation, User
from protect.orgs.rules import is_demo_address
from protect.orgs.scope import Scope
from protect.reference import vocabulary
from protect.verification import enums, errors, rules
from protect.verification.checks.checks import CheckResult, write_result
from protect.verification.models import Correction, ProviderLink, QueueItem, Reminder
from protect.verification.queue.queue import enqueue

TOKEN_BYTES = 32
LINKABLE_STATUSES = (Status.REVIEW, Status.PUBLISHED)
# Facts that a service changes at once by its link, unless a note contains a number or a link.
# Other facts wait for a moderator, because a wrong value does more harm.
FACTS_CHANGED_AT_ONCE = frozenset(code for code, fact in FACTS.items() if fact.is_changed_by_link)
REMINDER_INTERVAL = timedelta(days=7)  # between two mails to the checkers of an organisation
DUE_SOON = timedelta(days=7)  # time before a fact is due
LINK_INTERVAL = timedelta(days=30)  # between two links that the job sends to one service
CHUNK_SIZE = 500  # services in one batch
# Unverified facts have no due date, and disputes are for moderators: neither causes an e-mail.
LATE_STATES = frozenset({Freshness.DUE, Freshness.OVERDUE, Freshness.EXPIRED})


@transaction.atomic
def send_link(scope: Scope | None, service: Service, *, at: datetime) -> ProviderLink:
    """Send a service the link to its own entry by e-mail, and revoke earlier links. `scope`: of a
    user; None for the nightly job or a service that asks for a new link. Links last 14 days.
    Errors: PermissionDenied; verification_link_not_possible; verification_link_only_in_demo."""
    audit, country = AuditContext(at=at, actor=None, organisation=None), service.country_id
    if scope is not None:
        audit = access.permitted_context(scope, Permission.VERIFY_DIRECTORY, country, at=at)
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    if not locked.email or locked.status not in LINKABLE_STATUSES:
        raise errors.VerificationRefusal("verification_link_not_possible")
    if not may_receive_mail(locked):
        raise errors.VerificationRefusal("verification_link_only_in_demo")
    ProviderLink.objects.filter(service=locked, revoked_at=None).update(revoked_at=at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    by, expires = scope.user_id if scope else None, at + rules.LINK_VALIDITY
    link = ProviderLink.objects.create(
        service=locked, token_hash=hash_token(token), by_id=by, created=at, expires=expires
    )
    url, language = f"{settings.STAFF_URL}/entry/{token}", mail_language(locked)
    post_mail(at=at, to=locked.email, template=Template.SERVICE_CHECK, language=language, link=url)
    audit.record("verification.send_link", locked)
    return link


def may_receive_mail(service: Service) -> bool:
    """Return whether e-mail may be sent to a service: in a demo only to invented addresses."""
    return not settings.IS_DEMO or is_demo_address(service.email)


def get_open_link(token: str, *, at: datetime) -> ProviderLink:
    """Return a link with facts to answer (after the first answer only free places), with its
    service. Errors: LinkGone."""
    link = _get_valid_link(token, at)
    if not facts_to_answer(link):
        raise errors.LinkGone()
    return link


def get_answered_link(token: str, *, at: datetime) -> ProviderLink:
    """Return a valid link that a service has answered. Errors: LinkGone."""
    link = _get_valid_link(token, at)
    if link.answered_at is None:
        raise errors.LinkGone()
    return link


def _get_valid_link(token: str, at: datetime) -> ProviderLink:
    """Return a valid link, answered or not, of a service in review or published, or raise."""
    rows = ProviderLink.objects.select_related("service", "service__organisation")
    link = rows.filter(token_hash=hash_token(token), revoked_at=None, expires__gt=at).first()
    if link is None or link.service.status not in LINKABLE_STATUSES:
        raise errors.LinkGone()
    return link


def verdicts_of_link(link: ProviderLink) -> dict[Fact, Verdict]:
    """Return the verdicts of a link's first answers, in the order of enums.Fact; {} for none."""
    if link.answered_at is None:
        return {}
    rows = link.service.checks.filter(method=Method.PROVIDER, at=link.answered_at)
    verdicts = dict(rows.order_by("pk").values_list("fact", "verdict"))
    return {fact: Verdict(verdicts[fact]) for fact in Fact if fact in verdicts}


def facts_to_answer(link: ProviderLink) -> frozenset[Fact]:
    """Return the facts that a link may still answer: after the first answer at most free places.
    The address is left out if it is never stored."""
    service = link.service
    has_capacity = service.units.exists() or hasattr(service, "capacity")
    facts_after_answer = frozenset({Fact.CAPACITY}) if has_capacity else frozenset()
    if link.answered_at is not None:
        return facts_after_answer
    is_protected = service.address_audience == AddressReaders.NEVER_STORED
    return frozenset(Fact) - ({Fact.ADDRESS} if is_protected else set())


@transaction.atomic
def record_first_submission(link: ProviderLink, *, at: datetime) -> None:
    """Record the first submission of the page, so that the desk sees that the mail was read."""
    ProviderLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=at)


@transaction.atomic
def record_answers(
    token: str, result: CheckResult, *, language: str, at: datetime
) -> Correction | None:
    """Record the answers of a service; return the changes that wait for a moderator, if any.
    Errors: LinkGone; directory_edit_conflict, when a fact has changed since, unless its change
    waits for a moderator; directory_tells_where. After an error nothing is saved."""
    changes.raise_version()
    link_before_lock = get_open_link(token, at=at)
    service = Service.objects.select_for_update(of=("self",)).get(pk=link_before_lock.service_id)
    rows = ProviderLink.objects.select_for_update(of=("self",)).select_related("service")
    link = rows.filter(pk=link_before_lock.pk, revoked_at=None, expires__gt=at).first()
    if link is None:
        raise errors.LinkGone()
    text_checks.refuse_address_text(service, result.changed)
    if not {*result.confirmed, *result.changed} <= facts_to_answer(link):
        raise errors.LinkGone()
    if link.answered_at is None:
        link.answered_at = at
        link.save(update_fields=["answered_at"])
    AuditContext(at=at, actor=None, organisation=None).record("verification.answer_link", service)
    return write_service_result(service, result, language=language, at=at)


def write_service_result(
    service: Service, result: CheckResult, *, by: User | None = None, language: str, at: datetime
) -> Correction | None:
    """Write what a service says about its own entry: at once what cannot mislead a visitor, the
    rest as changes that wait for a moderator, which are returned. `by`: the user of the service at
    the desk; None for a link. Call it in a transaction in which the service is locked.
    Errors: directory_edit_conflict, unless the change waits for a moderator."""
    changed = result.changed.items()
    published = {fact: values for fact, values in changed if _is_published_at_once(fact, values)}
    finding = Finding(Verdict.CONFIRMED, Method.PROVIDER, by, source=result.source)
    published_result = replace(result, method=Method.PROVIDER, changed=published)
    write_result(service, published_result, finding, at=at)
    proposed = {fact: values for fact, values in changed if fact not in published}
    if not proposed:
        return None
    return _propose(service, replace(result, changed=proposed), language, at=at)


def mail_language(service: Service) -> str:
    """Return the language of a service's texts; for English, the first language of its country."""
    if service.text_language_id != "en":
        return str(service.text_language_id)
    return vocabulary.countries()[service.country_id].languages[0]


def _is_published_at_once(fact: Fact, values: Mapping[str, object]) -> bool:
    """Return whether a change is published at once, because it cannot mislead a visitor."""
    notes = list(_iterate_notes(values))
    return fact in FACTS_CHANGED_AT_ONCE and not any(
        address_patterns.has_number(note) or address_patterns.has_link(note) for note in notes
    )


def _iterate_notes(values: object) -> Iterator[str]:
    """Yield every text under a key "note" in the values of a fact, at any depth."""
    if isinstance(values, Mapping):
        note = values.get("note")
        if isinstance(note, str):
            yield note
        values = list(values.values())
    if isinstance(values, list):
        for value in values:
            yield from _iterate_notes(value)


def _propose(service: Service, result: CheckResult, language: str, *, at: datetime) -> Correction:
    """Store the changes of a result as a report for a moderator, its source as the text. Until the
    decision, pages show the facts as being checked."""
    for fact in sorted(result.changed):
        finding = Finding(Verdict.DISPUTED, Method.PROVIDER, source=result.source)
        record_check(service, fact, finding, at=at)
    enqueue(service, enums.QueueReason.DISPUTED, at=at)
    return Correction.objects.create(
        service=service,
        country_id=service.country_id,
        reporter=enums.Reporter.PROVIDER,
        facts=sorted(fact.value for fact in result.changed),
        proposed={fact.value: dict(values) for fact, values in result.changed.items()},
        marks={fact.value: fingerprint_of(read_fact(service, fact)) for fact in result.changed},
        text=result.source,
        language=language,
        created=at,
    )


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


def _services_with_late_facts(at: datetime) -> Iterator[Service]:
    """Yield published services with mail, a late or nearly due fact, and no recent link."""
    linked = ProviderLink.objects.filter(created__gt=at - LINK_INTERVAL).values("service")
    candidates = Service.objects.published().exclude(email="").exclude(pk__in=linked)
    keys = list(candidates.order_by("pk").values_list("pk", flat=True))
    for part in batched(keys, CHUNK_SIZE, strict=False):
        rows = Service.objects.filter(pk__in=part).order_by("pk")
        services = [service for service in rows if may_receive_mail(service)]
        fact_states = fact_states_of_services(services, at)
        for service in services:
            if any(
                _is_fact_late_or_due_soon(fact_state, at)
                for fact_state in fact_states[service.pk].values()
            ):
                yield service


def _is_fact_late_or_due_soon(fact_state: FactState, at: datetime) -> bool:
    """Return whether a checked fact, not free places, is due within a week, overdue or expired."""
    if fact_state.fact == Fact.CAPACITY or fact_state.check is None:
        return False
    is_soon = fact_state.state == Freshness.FRESH and fact_state.check.next_check <= at + DUE_SOON
    return is_soon or fact_state.state in LATE_STATES


@transaction.atomic
def _send_link_once(service: Service, *, at: datetime) -> bool:
    """Send the link, unless one was sent within 30 days; return whether it was sent."""
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    if ProviderLink.objects.filter(service=locked, created__gt=at - LINK_INTERVAL).exists():
        return False
    send_link(None, locked, at=at)
    return True
