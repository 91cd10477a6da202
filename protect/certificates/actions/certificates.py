"""Issuing, revoking and replacing certificates, with audit log and status lists. The edition is
locked first, then its issuer: no participant gets two certificates, no list entry is used twice.
Source: docs/trainings-developers.md, docs/adr/0023-certificates.md."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from protect.audit.context import AuditContext
from protect.certificates import eligibility, labels
from protect.certificates.actions import status_lists
from protect.certificates.badges import documents, issuers, shapes, verification
from protect.certificates.badges.documents import CertificateContent
from protect.certificates.badges.status_lists import list_address
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
from protect.vault.server_keys.badge_keys import issuer_name, published_keys, sign_document

NAME_TRIES_LIMIT = 5  # wrong names that visitors type to check one certificate
NAME_TRIES_PERIOD = timedelta(hours=1)  # after the first wrong name; then all are forgotten
ERASED_REASON = "–"  # of a revoked certificate, in place of what a coordinator wrote


@transaction.atomic
def issue_certificate(
    scope: Scope, registration: models.Registration, *, at: datetime, reason: str = ""
) -> Certificate:
    """Issue a certificate of an edition that is DONE to one participant, and mail them.
    `reason`: why they get another one after a revocation; only staff see it. Errors:
    PermissionDenied; certificates_not_due; certificates_stands; certificates_not_earned;
    trainings_reason_missing; BadgeKeyMissing; certificates_unfit."""
    audit = access.planner_context(scope, registration.edition.host_id, at=at)
    edition = _lock_done_edition(registration.edition_id)
    line = _find_eligibility(edition, registration.pk)
    if line.was_revoked and not reason:
        raise errors.TrainingRefusal("trainings_reason_missing")
    row = _issue(edition, line, audit)
    if line.was_revoked:
        row.issued_reason = reason
        row.save(update_fields=["issued_reason"])
        audit.record("certificates.issue_again", row)
    mail.mail_participants([registration], Template.TRAINING_CHANGED, at=at)
    return row


@transaction.atomic
def issue_due_certificates(
    edition: Edition, *, audit: AuditContext, limit: int
) -> list[Certificate]:
    """Issue due certificates and mail; no permission check. Errors: as `issue_certificate`."""
    edition = _lock_done_edition(edition.pk)
    due = [line for line in eligibility.list_eligibility(edition) if line.is_due][:limit]
    certificates = [_issue(edition, line, audit) for line in due]
    registrations = [line.registration for line in due]
    mail.mail_participants(registrations, Template.TRAINING_CHANGED, at=audit.at)
    return certificates


@transaction.atomic
def revoke_certificate(scope: Scope, row: Certificate, *, at: datetime, reason: str) -> Certificate:
    """Revoke a certificate. Its public page says so; only planners see the reason. Without a
    signing key, the page changes at once and the status list when there is a new key.
    Errors: PermissionDenied; trainings_reason_missing; certificates_withdrawn."""
    audit = access.planner_context(scope, row.edition.host_id, at=at)
    row = _mark_revoked(row, at=at, reason=reason)
    with suppress(BadgeKeyMissing, BadgeKeyDamaged):
        status_lists.publish_list(row.issuer, row.status_list, at=at)
    audit.record("certificates.revoke", row)
    if row.registration is not None:
        mail.mail_participants([row.registration], Template.TRAINING_CHANGED, at=at)
    return row


@transaction.atomic
def replace_certificate(
    scope: Scope, row: Certificate, *, at: datetime, reason: str
) -> Certificate:
    """Revoke a certificate, issue another from current data and return the new one. Errors:
    PermissionDenied; trainings_reason_missing; certificates_withdrawn; certificates_not_due;
    certificates_not_earned, in which case the old one stays valid; BadgeKeyMissing."""
    audit = access.planner_context(scope, row.edition.host_id, at=at)
    row = _mark_revoked(row, at=at, reason=reason)
    if row.registration_id is None:
        raise CertificateRefusal("certificates_withdrawn")
    edition = _lock_done_edition(row.edition_id)
    line = _find_eligibility(edition, row.registration_id)
    successor = _issue(edition, line, audit)
    row.replaced_by = successor
    row.save(update_fields=["replaced_by"])
    successor.shows_name = row.shows_name
    successor.save(update_fields=["shows_name"])
    status_lists.publish_list(row.issuer, row.status_list, at=at)
    audit.record("certificates.replace", row)
    mail.mail_participants([line.registration], Template.TRAINING_CHANGED, at=at)
    return successor


def _lock_done_edition(edition_id: UUID) -> Edition:
    edition = seats.lock_edition(edition_id)
    if edition.state != EditionState.DONE:
        raise CertificateRefusal("certificates_not_due")
    return edition


def _find_eligibility(edition: Edition, registration: UUID) -> eligibility.Eligibility:
    lines = {line.registration.pk: line for line in eligibility.list_eligibility(edition)}
    if registration not in lines:
        raise CertificateRefusal("certificates_not_earned")
    return lines[registration]


def _issue(edition: Edition, line: eligibility.Eligibility, audit: AuditContext) -> Certificate:
    """Create, sign and save a certificate. Errors: CertificateRefusal if it is not due."""
    if line.certificate is not None:
        raise CertificateRefusal("certificates_stands")
    if line.missing_requirements:
        raise CertificateRefusal("certificates_not_earned")
    organisation = status_lists.lock_issuer(edition.host_id)
    number, index = status_lists.draw_free_entry(organisation)
    if not StatusList.objects.filter(issuer=organisation, number=number).exists():
        status_lists.publish_list(organisation, number, at=audit.at)
    row = Certificate(
        credential=uuid4(),
        edition=edition,
        registration=line.registration,
        issuer=organisation,
        rule=asdict(eligibility.certificate_rule(edition)),
        facts=asdict(line.facts),
        status_list=number,
        status_index=index,
        issued_at=audit.at,
    )
    issuer = status_lists.current_issuer(organisation)
    document = documents.build_document(_content_of(row, edition, issuer))
    row.document = sign_document(organisation.pk, document, at=audit.at)
    row.save(force_insert=True)
    audit.record("certificates.issue", row)
    return row


def _content_of(row: Certificate, edition: Edition, issuer: issuers.Issuer) -> CertificateContent:
    version = edition.course_version
    tag = version.language_id
    with translation.override(tag if tag in settings.DESK_LANGUAGES else "en"):
        short = version.short_title or _("Training")
        criteria = labels.rule_sentences(eligibility.certificate_rule(edition))
    last = edition.sessions.not_cancelled().order_by("-ends_at")[0]
    return CertificateContent(
        id=row.credential,
        issuer=issuer,
        title=version.title,
        short_title=short,
        criteria=criteria,
        minutes=row.facts["attended"],
        day=last.ends_at.astimezone(ZoneInfo(edition.zone)).date(),  # in its time zone
        issued=row.issued_at,
        status_list=row.status_list,
        status_index=row.status_index,
    )


def _mark_revoked(certificate: Certificate, *, at: datetime, reason: str) -> Certificate:
    """Lock and mark a certificate as revoked; the caller publishes its status list."""
    if not reason:
        raise errors.TrainingRefusal("trainings_reason_missing")
    seats.lock_edition(certificate.edition_id)
    organisation = status_lists.lock_issuer(certificate.issuer_id)
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.revoked_at is not None:
        raise CertificateRefusal("certificates_withdrawn")
    row.issuer = organisation
    row.revoked_at, row.revoked_reason = at, reason
    row.save(update_fields=["revoked_at", "revoked_reason"])
    return row


@transaction.atomic
def erase_certificates(registrations: Iterable[UUID]) -> int:
    """Erase the content of certificates of registrations that are being erased; return how many."""
    rows = Certificate.objects.filter(registration__in=registrations)
    rows.exclude(revoked_at=None).update(revoked_reason=ERASED_REASON)
    return rows.update(
        registration=None, rule={}, facts={}, document={}, issued_reason="", shows_name=False
    )


@transaction.atomic
def set_name_shown(certificate: Certificate, *, is_shown: bool, at: datetime) -> Certificate:
    """Show or hide the holder's name on the public page, as the holder chose."""
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.shows_name != is_shown:
        row.shows_name = is_shown
        row.save(update_fields=["shows_name"])
        audit = AuditContext(at=at, actor=None, organisation=row.issuer_id)
        audit.record("certificates.show_name" if is_shown else "certificates.hide_name", row)
    return row


@transaction.atomic
def matches_holder_name(certificate: Certificate, typed_name: str, *, at: datetime) -> bool:
    """Return whether a visitor typed the holder's name.
    Errors: certificates_name_asked_too_often, after NAME_TRIES_LIMIT wrong names."""
    row = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if row.name_tried_at is None or row.name_tried_at <= at - NAME_TRIES_PERIOD:
        row.name_tried_at, row.name_tries = at, 0
    if row.name_tries >= NAME_TRIES_LIMIT:
        raise CertificateRefusal("certificates_name_asked_too_often")
    if rules.is_same_name(typed_name, certificate.holder):
        return True
    row.name_tries += 1
    row.save(update_fields=["name_tries", "name_tried_at"])
    return False


# Signing certificates again: with a trusted key, or for download with the holder's name. Only
# key, signing time and name differ from the signed document, which is the reference. A certificate
# that was changed in the database is not signed again: its row and its signed document disagree.
log = logging.getLogger("protect")
BATCH_SIZE = 50  # certificates in one transaction


def document_for_holder(certificate: Certificate, *, at: datetime) -> Mapping[str, Any]:
    """Return the document that the holder downloads, with their name if they chose so. The stored
    document never has it; without a signing key, or if altered, the download has none either."""
    name = certificate.shown_name
    document: dict[str, Any] = certificate.document
    if not (name and document and _matches_signed_document(certificate)):
        return document
    try:
        issuer = status_lists.current_issuer(certificate.issuer)
        unsigned = documents.build_document(_signed_content(certificate, issuer, name))
        return sign_document(certificate.issuer_id, unsigned, at=at)
    except (BadgeKeyMissing, BadgeKeyDamaged):
        return document


def sign_again(*, at: datetime) -> Counter[str]:
    """Sign again all certificates whose key is distrusted or was published under another name.
    Return how many were `signed` or `altered` (not signed), and how many issuers `without_key`."""
    done: Counter[str] = Counter()
    issuers = Certificate.objects.exclude(document={}).order_by("issuer")
    for issuer in issuers.values_list("issuer", flat=True).distinct():
        try:
            last_id = UUID(int=0)
            while rows := _certificates_to_sign(issuer, last_id):
                done += _sign_batch(issuer, rows, at)
                last_id = rows[-1]
        except (BadgeKeyMissing, BadgeKeyDamaged):
            done["without_key"] += 1
    return done


def _certificates_to_sign(issuer: UUID, after_id: UUID) -> list[UUID]:
    """Return a batch of ids, after `after_id`, of certificates that must be signed again."""
    current_name = issuer_name(issuer)
    keys = [key for key in published_keys(issuer) if key.distrusted is None]
    trusted_addresses = [key.address for key in keys if key.controller == current_name]
    rows = Certificate.objects.filter(issuer=issuer, pk__gt=after_id).exclude(document={})
    rows = rows.exclude(document__proof__verificationMethod__in=trusted_addresses)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE])


@transaction.atomic
def _sign_batch(issuer: UUID, certificate_ids: list[UUID], at: datetime) -> Counter[str]:
    """Sign certificates again, except altered ones; count them by “signed” and “altered”."""
    done: Counter[str] = Counter()
    issuer_now = status_lists.current_issuer(status_lists.lock_issuer(issuer))
    rows = Certificate.objects.select_for_update(of=("self",)).filter(pk__in=certificate_ids)
    for row in rows.order_by("pk"):
        if not _matches_signed_document(row):
            log.error("certificate %s does not match its signature: not signed again", row.pk)
            done["altered"] += 1
            continue
        unsigned = documents.build_document(_signed_content(row, issuer_now))
        row.document = sign_document(issuer, unsigned, at=at)
        row.save(update_fields=["document"])
        done["signed"] += 1
    return done


def _matches_signed_document(row: Certificate) -> bool:
    """Return whether a row agrees with its document, which a key of its issuer signed."""
    if not verification.is_genuine(row.document, published_keys(row.issuer_id)):
        return False
    document: Mapping[str, Any] = row.document
    (entry,) = document["credentialStatus"]
    stated = (entry["statusListCredential"], entry["statusListIndex"], document["validFrom"])
    list_url = list_address(document["issuer"]["url"], row.status_list)
    stored = (list_url, str(row.status_index), shapes.format_instant(row.issued_at))
    return (*stated, document["id"]) == (*stored, f"urn:uuid:{row.credential}")


def _signed_content(
    row: Certificate, issuer: issuers.Issuer, holder_name: str | None = None
) -> CertificateContent:
    """Return the content that a signed document states, with the issuer's current address."""
    subject = row.document["credentialSubject"]
    return CertificateContent(
        id=row.credential,
        issuer=replace(issuer, name=row.document["issuer"]["name"]),
        title=subject["achievement"]["name"],
        short_title=row.document["name"],
        criteria=subject["achievement"]["criteria"]["narrative"],
        minutes=int(subject["result"][0]["value"]),
        day=date.fromisoformat(subject["activityEndDate"][:10]),
        issued=row.issued_at,
        status_list=row.status_list,
        status_index=row.status_index,
        name=holder_name,
    )
