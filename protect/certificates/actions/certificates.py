"""Certificates: issued by the rule, revoked, replaced. Each step is in the audit and the lists. The
edition is locked first, then its issuer: no participant gets two, no place is given twice.
Source: docs/trainings-developers.md, docs/adr/0023-certificates.md."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from protect.audit.context import AuditContext
from protect.certificates import eligibility, labels
from protect.certificates.actions import status_lists
from protect.certificates.badges import documents, issuers
from protect.certificates.errors import CertificateRefusal
from protect.certificates.models import Certificate, StatusList
from protect.notices.enums import Template
from protect.orgs.scope import Scope
from protect.trainings.base import access, errors
from protect.trainings.registrations import models, rules
from protect.trainings.registrations.actions import mail, seats
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition
from protect.vault.errors import BadgeKeyDamaged, BadgeKeyMissing
from protect.vault.server_keys.badge_keys import sign

TRIES = 5  # names that do not match, of one certificate
WITHIN = timedelta(hours=1)


@transaction.atomic
def issue(
    scope: Scope, registration: models.Registration, *, at: datetime, reason: str = ""
) -> Certificate:
    """Issue a certificate of a past edition to one participant, and mail them.
    `reason`: why they get another after theirs was revoked; it stays at the desk. Errors:
    PermissionDenied; certificates_not_due; certificates_stands; certificates_not_earned;
    trainings_reason_missing; BadgeKeyMissing; certificates_unfit."""
    audit = access.planner_context(scope, registration.edition.host_id, at=at)
    edition = _done(registration.edition_id)
    line = _line(edition, registration.pk)
    if line.was_revoked and not reason:
        raise errors.TrainingRefusal("trainings_reason_missing")
    row = _issue(edition, line, audit)
    if line.was_revoked:
        row.issued_reason = reason
        row.save(update_fields=["issued_reason"])
        audit.record("certificates.issue_again", row)
    mail.tell([registration], Template.TRAINING_CHANGED, at=at)
    return row


@transaction.atomic
def issue_due(edition: Edition, *, audit: AuditContext, limit: int) -> list[Certificate]:
    """Issue at most `limit` certificates that are due. Errors: as `issue`."""
    edition = _done(edition.pk)
    due = [each for each in eligibility.lines_of(edition) if each.is_due]
    certificates = [_issue(edition, each, audit) for each in due[:limit]]
    mail.tell([each.registration for each in due[:limit]], Template.TRAINING_CHANGED, at=audit.at)
    return certificates


@transaction.atomic
def revoke(scope: Scope, certificate: Certificate, *, at: datetime, reason: str) -> Certificate:
    """Revoke a certificate. Its public page says so; the reason stays with the planners. Without a
    signing key the page shows it at once; the status list follows with the next key.
    Errors: PermissionDenied; trainings_reason_missing; certificates_withdrawn."""
    audit = access.planner_context(scope, certificate.edition.host_id, at=at)
    row = _revoked(certificate, at=at, reason=reason)
    with suppress(BadgeKeyMissing, BadgeKeyDamaged):
        status_lists.publish(row.issuer, row.status_list, at=at)
    audit.record("certificates.revoke", row)
    if row.registration is not None:
        mail.tell([row.registration], Template.TRAINING_CHANGED, at=at)
    return row


@transaction.atomic
def replace(scope: Scope, certificate: Certificate, *, at: datetime, reason: str) -> Certificate:
    """Revoke a certificate and issue another from current data; return the new one. Errors:
    PermissionDenied; trainings_reason_missing; certificates_withdrawn; certificates_not_due;
    certificates_not_earned, after which the old one stands; BadgeKeyMissing."""
    audit = access.planner_context(scope, certificate.edition.host_id, at=at)
    row = _revoked(certificate, at=at, reason=reason)
    if row.registration_id is None:
        raise CertificateRefusal("certificates_withdrawn")
    edition = _done(row.edition_id)
    line = _line(edition, row.registration_id)
    successor = _issue(edition, line, audit)
    row.replaced_by = successor
    row.save(update_fields=["replaced_by"])
    successor.shows_name = row.shows_name
    successor.save(update_fields=["shows_name"])
    status_lists.publish(row.issuer, row.status_list, at=at)
    audit.record("certificates.replace", row)
    mail.tell([line.registration], Template.TRAINING_CHANGED, at=at)
    return successor


def _done(key: UUID) -> Edition:
    edition = seats.locked(key)
    if edition.state != EditionState.DONE:
        raise CertificateRefusal("certificates_not_due")
    return edition


def _line(edition: Edition, registration: UUID) -> eligibility.Line:
    lines = {line.registration.pk: line for line in eligibility.lines_of(edition)}
    if registration not in lines:
        raise CertificateRefusal("certificates_not_earned")
    return lines[registration]


def _issue(edition: Edition, line: eligibility.Line, audit: AuditContext) -> Certificate:
    if line.certificate is not None:
        raise CertificateRefusal("certificates_stands")
    if line.lacks:
        raise CertificateRefusal("certificates_not_earned")
    organisation = status_lists.locked(edition.host_id)
    number, index = status_lists.free_place(organisation)
    if not StatusList.objects.filter(issuer=organisation, number=number).exists():
        status_lists.publish(organisation, number, at=audit.at)
    row = Certificate(
        credential=uuid4(),
        edition=edition,
        registration=line.registration,
        issuer=organisation,
        rule=asdict(eligibility.rule_of(edition)),
        facts=asdict(line.facts),
        status_list=number,
        status_index=index,
        issued_at=audit.at,
    )
    document = documents.certificate(_made(row, edition, status_lists.issuer_of(organisation)))
    row.document = sign(organisation.pk, document, at=audit.at)
    row.save(force_insert=True)
    audit.record("certificates.issue", row)
    return row


def _made(row: Certificate, edition: Edition, issuer: issuers.Issuer) -> documents.Certificate:
    version = edition.course_version
    tag = version.language_id
    with translation.override(tag if tag in settings.DESK_LANGUAGES else "en"):
        short = version.short_title or _("Training")
        criteria = labels.rule_sentences(eligibility.rule_of(edition))
    last = edition.sessions.standing().order_by("-ends_at")[0]
    return documents.Certificate(
        id=row.credential,
        issuer=issuer,
        title=version.title,
        short_title=short,
        criteria=criteria,
        minutes=row.facts["attended"],
        day=last.ends_at.astimezone(ZoneInfo(edition.zone)).date(),  # by its clock
        issued=row.issued_at,
        status_list=row.status_list,
        status_index=row.status_index,
    )


def _revoked(certificate: Certificate, *, at: datetime, reason: str) -> Certificate:
    if not reason:
        raise errors.TrainingRefusal("trainings_reason_missing")
    seats.locked(certificate.edition_id)
    organisation = status_lists.locked(certificate.issuer_id)
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.revoked_at is not None:
        raise CertificateRefusal("certificates_withdrawn")
    row.issuer = organisation
    row.revoked_at, row.revoked_reason = at, reason
    row.save(update_fields=["revoked_at", "revoked_reason"])
    return row


@transaction.atomic
def forget(registrations: Iterable[UUID]) -> int:
    """Empty the certificates of registrations that are being erased. Return how many."""
    return Certificate.objects.filter(registration__in=registrations).update(
        registration=None, rule={}, facts={}, document={}, issued_reason="", shows_name=False
    )


@transaction.atomic
def show_name(certificate: Certificate, *, is_shown: bool, at: datetime) -> Certificate:
    """Show or hide the holder's name on the public page, as they choose by their own link."""
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.shows_name != is_shown:
        row.shows_name = is_shown
        row.save(update_fields=["shows_name"])
        audit = AuditContext(at=at, actor=None, organisation=row.issuer_id)
        audit.record("certificates.show_name" if is_shown else "certificates.hide_name", row)
    return row


@transaction.atomic
def is_named(certificate: Certificate, typed: str, *, at: datetime) -> bool:
    """Return whether a visitor typed the holder's name.
    Errors: certificates_name_asked_too_often, after TRIES."""
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.name_tried_at is None or row.name_tried_at <= at - WITHIN:
        row.name_tried_at, row.name_tries = at, 0
    if row.name_tries >= TRIES:
        raise CertificateRefusal("certificates_name_asked_too_often")
    if rules.is_same_name(typed, certificate.holder):
        return True
    row.name_tries += 1
    row.save(update_fields=["name_tries", "name_tried_at"])
    return False
