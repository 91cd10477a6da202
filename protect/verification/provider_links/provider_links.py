"""The link by which a service confirms its own entry: mailed to the service, without an account.

A mail can be forwarded. So the link opens one screen about one service and nothing else, and a
change that could harm a visitor if it were false waits for a moderator.
Source: docs/adr/0017-verification.md.
"""

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction

from protect.audit.context import AuditContext
from protect.directory import access, changes
from protect.directory.enums import Audience, Fact, Method, Status, Verdict
from protect.directory.fact_records.checks import Finding, check_fact
from protect.directory.fact_records.values import fact_of, mark_of
from protect.directory.facts import FACTS
from protect.directory.models import Service
from protect.directory.protection import address_patterns, text_checks
from protect.notices.actions import post
from protect.notices.enums import Template
from protect.orgs.enums import Permission
from protect.orgs.rules import is_demo_address
from protect.orgs.scope import Scope
from protect.reference import vocabulary
from protect.verification import enums, errors, rules
from protect.verification.checks.checks import Heard, write_heard
from protect.verification.models import Correction, ProviderLink
from protect.verification.queue.queue import enqueue

TOKEN_BYTES = 32
TOLD = (Status.REVIEW, Status.PUBLISHED)
# What a link changes at once, unless its words hold a number or a link. A wrong hour
# costs a way; a wrong number, door or promise costs more.
AT_ONCE = frozenset(code for code, fact in FACTS.items() if fact.is_changed_by_link)


@transaction.atomic
def send_link(scope: Scope | None, service: Service, *, at: datetime) -> ProviderLink:
    """Mail a service the link to its own entry, and revoke an earlier link.
    `scope`: of the user; None for the nightly job. Units: the link works for 14 days.
    Errors: PermissionDenied; verification_link_not_possible; verification_link_only_in_demo."""
    audit = (
        AuditContext(at=at, actor=None, organisation=None)
        if scope is None
        else access.permitted_context(scope, Permission.VERIFY_DIRECTORY, service.country_id, at=at)
    )
    locked = Service.objects.select_for_update(of=("self",)).get(pk=service.pk)
    if not locked.email or locked.status not in TOLD:
        raise errors.VerificationRefusal("verification_link_not_possible")
    if not may_be_written_to(locked):
        raise errors.VerificationRefusal("verification_link_only_in_demo")
    ProviderLink.objects.filter(service=locked, revoked_at=None).update(revoked_at=at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = ProviderLink.objects.create(
        service=locked,
        token_hash=hash_of(token),
        by_id=scope.user_id if scope else None,
        created=at,
        expires=at + rules.LINK_LASTS,
    )
    post(
        at=at,
        to=locked.email,
        template=Template.SERVICE_CHECK,
        language=language_of(locked),
        link=f"{settings.STAFF_URL}/entry/{token}",
    )
    audit.record("verification.send_link", locked)
    return link


def may_be_written_to(service: Service) -> bool:
    """Return whether mail may go to the service's address: in a demo only to invented addresses."""
    return not settings.IS_DEMO or is_demo_address(service.email)


def get_link(token: str, *, at: datetime) -> ProviderLink:
    """Return an open link, its service loaded. Errors: LinkGone, whatever is the matter with it."""
    link = _lasting(token, at)
    if not asks_about(link):
        raise errors.LinkGone()
    return link


def get_answered(token: str, *, at: datetime) -> ProviderLink:
    """Return a link by which a service has answered, while it lasts. Errors: LinkGone."""
    link = _lasting(token, at)
    if link.answered_at is None:
        raise errors.LinkGone()
    return link


def _lasting(token: str, at: datetime) -> ProviderLink:
    rows = ProviderLink.objects.select_related("service", "service__organisation")
    link = rows.filter(token_hash=hash_of(token), revoked_at=None, expires__gt=at).first()
    if link is None or link.service.status not in TOLD:
        raise errors.LinkGone()
    return link


def answers_by(link: ProviderLink) -> dict[Fact, Verdict]:
    """Return the verdicts of a service by an answered link, in the order of enums.Fact."""
    if link.answered_at is None:
        return {}
    rows = link.service.checks.filter(method=Method.PROVIDER, at=link.answered_at)
    verdicts = dict(rows.order_by("pk").values_list("fact", "verdict"))
    return {fact: Verdict(verdicts[fact]) for fact in Fact if fact in verdicts}


def asks_about(link: ProviderLink) -> frozenset[Fact]:
    """Return the facts that a link may still answer: after the first answer, free places alone.
    Where a protected service is, is never asked."""
    service = link.service
    has_room = service.units.exists() or hasattr(service, "capacity")
    rest = frozenset({Fact.CAPACITY}) if has_room else frozenset()
    if link.answered_at is not None:
        return rest
    is_protected = service.address_audience == Audience.NEVER_STORED
    return frozenset(Fact) - ({Fact.ADDRESS} if is_protected else set())


@transaction.atomic
def open_link(link: ProviderLink, *, at: datetime) -> None:
    """Record when the page was first submitted: the desk sees that a person read the mail."""
    ProviderLink.objects.filter(pk=link.pk, opened_at=None).update(opened_at=at)


@transaction.atomic
def answer_link(token: str, heard: Heard, *, language: str, at: datetime) -> Correction | None:
    """Record the answers of a service; return the changes that wait for a moderator.
    Errors: LinkGone; directory_edit_conflict, when a fact has changed since; directory_tells_where.
    Nothing is saved."""
    changes.touch()
    opened = get_link(token, at=at)
    service = Service.objects.select_for_update(of=("self",)).get(pk=opened.service_id)
    rows = ProviderLink.objects.select_for_update(of=("self",)).select_related("service")
    link = rows.filter(pk=opened.pk, revoked_at=None, expires__gt=at).first()
    if link is None:
        raise errors.LinkGone()
    text_checks.must_not_tell_where(service, heard.changed)
    if not {*heard.right, *heard.changed} <= asks_about(link):
        raise errors.LinkGone()
    now = {fact: values for fact, values in heard.changed.items() if _is_harmless(fact, values)}
    finding = Finding(Verdict.CONFIRMED, Method.PROVIDER)
    write_heard(service, replace(heard, method=Method.PROVIDER, changed=now), finding, at=at)
    later = {fact: values for fact, values in heard.changed.items() if fact not in now}
    if link.answered_at is None:
        link.answered_at = at
        link.save(update_fields=["answered_at"])
    AuditContext(at=at, actor=None, organisation=None).record("verification.answer_link", service)
    return _propose(service, later, heard, language, at=at) if later else None


def hash_of(token: str) -> str:
    """Return what is stored of a token: it cannot be turned back."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def language_of(service: Service) -> str:
    """Return the language of the mail: that of the service's own texts, else of its country."""
    if service.text_language_id != "en":
        return str(service.text_language_id)
    return vocabulary.countries()[service.country_id].languages[0]


def _is_harmless(fact: Fact, values: Mapping[str, object]) -> bool:
    """Return whether a change is published at once: it cannot lead a visitor elsewhere."""
    notes = list(_notes(values))
    return fact in AT_ONCE and not any(
        address_patterns.has_number(each) or address_patterns.has_link(each) for each in notes
    )


def _notes(values: object) -> Iterator[str]:
    if isinstance(values, Mapping):
        note = values.get("note")
        if isinstance(note, str):
            yield note
        values = list(values.values())
    if isinstance(values, list):
        for each in values:
            yield from _notes(each)


def _propose(
    service: Service,
    later: Mapping[Fact, Mapping[str, object]],
    heard: Heard,
    language: str,
    *,
    at: datetime,
) -> Correction:
    """Propose changes to a moderator; until the decision the facts are shown as being checked."""
    for fact in sorted(later):
        finding = Finding(Verdict.DISPUTED, Method.PROVIDER, source=heard.source)
        check_fact(service, fact, finding, at=at)
    enqueue(service, enums.QueueReason.DISPUTED, at=at)
    return Correction.objects.create(
        service=service,
        country_id=service.country_id,
        reporter=enums.Reporter.PROVIDER,
        facts=sorted(each.value for each in later),
        proposed={fact.value: dict(values) for fact, values in later.items()},
        marks={fact.value: mark_of(fact_of(service, fact)) for fact in later},
        language=language,
        created=at,
    )
