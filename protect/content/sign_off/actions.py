"""Confirm facts of a country, and take a confirmation back."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from protect.audit.context import AuditContext
from protect.content.errors import ContentRefusal
from protect.content.models import FactConfirmation
from protect.content.sign_off import confirmed
from protect.directory.changes import lock_version, raise_version
from protect.orgs.enums import Permission
from protect.orgs.models import Organisation
from protect.orgs.scope import Scope
from protect.reference import country_facts
from protect.reference.country_facts import CountryFact

type FactName = tuple[str, str]  # topic and key


def countries_to_confirm(scope: Scope) -> dict[str, UUID]:
    """Return the countries whose facts the user may confirm, with the organisation that does it:
    those of the organisations in which the user has the permission."""
    organisations = scope.organisations_where(Permission.CONFIRM_FACTS)
    rows = Organisation.objects.filter(pk__in=organisations).order_by("-name")
    return dict(rows.values_list("country", "pk"))


def facts_to_confirm(country: str) -> dict[FactName, CountryFact]:
    """Return the facts of a country that a person can confirm: those that a page may show, and that
    do not say what is not known."""
    facts = country_facts.consistent_facts(country, *country_facts.TOPICS)
    return {(fact.topic, fact.key): fact for fact in facts if not fact.is_gap}


@transaction.atomic
def confirm_facts(
    scope: Scope, country: str, seen: Mapping[FactName, str], role: str, *, at: datetime
) -> int:
    """Record that the user confirms facts of a country in a role, such as "lawyer", and return how
    many were new. `seen`: the digests of the facts as the user read them. Errors: PermissionDenied
    for another country than that of the user's organisation; content_fact_changed, if a fact is
    another now; match_key_missing."""
    audit = _context(scope, country, at=at)
    lock_version()  # the first lock
    current = facts_to_confirm(country)
    for name, digest in seen.items():
        if name not in current or country_facts.digest_of(country, current[name]) != digest:
            raise ContentRefusal("content_fact_changed")
    known = frozenset(confirmed.read(country))
    for row in FactConfirmation.objects.filter(country=country, digest__in=seen.values()):
        if row.digest not in known:
            audit.record("content.remove_forged", row)
            row.delete()
    new = [digest for digest in seen.values() if digest not in known]
    rows = [_confirmation(country, digest, role, audit) for digest in new]
    FactConfirmation.objects.bulk_create(rows)
    for row in rows:
        audit.record("content.confirm_fact", row)
    if rows:
        raise_version()  # makes servers read the confirmations again
    return len(rows)


@transaction.atomic
def take_back(scope: Scope, country: str, digest: str, *, at: datetime) -> None:
    """Make a fact unconfirmed again. Errors: PermissionDenied."""
    audit = _context(scope, country, at=at)
    lock_version()  # the first lock
    rows = list(FactConfirmation.objects.filter(country=country, digest=digest))
    for row in rows:
        audit.record("content.unconfirm_fact", row)
        row.delete()
    if rows:
        raise_version()  # makes servers read the confirmations again


def _confirmation(country: str, digest: str, role: str, audit: AuditContext) -> FactConfirmation:
    if audit.actor is None:
        raise ValueError("a confirmation is given by a person")
    return FactConfirmation(
        country_id=country,
        digest=digest,
        role=role,
        confirmed_by_id=audit.actor,
        confirmed_at=audit.at,
    ).sealed()


def _context(scope: Scope, country: str, *, at: datetime) -> AuditContext:
    organisation = countries_to_confirm(scope).get(country)
    if organisation is None:
        raise PermissionDenied
    return scope.audit(organisation, at=at)
