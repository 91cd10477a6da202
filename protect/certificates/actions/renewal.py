"""Signing certificates again: with a trusted key, or for download with the holder's name. Only
key, signing time and name differ from the signed document, which is the reference. A certificate
that was changed in the database is not signed again: its row and its signed document disagree.
Source: docs/adr/0023-certificates.md."""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from protect.certificates.actions import status_lists
from protect.certificates.badges import documents, shapes, verification
from protect.certificates.badges.documents import CertificateContent
from protect.certificates.badges.issuers import Issuer
from protect.certificates.badges.status_lists import list_address
from protect.certificates.models import Certificate
from protect.vault.errors import BadgeKeyDamaged, BadgeKeyMissing
from protect.vault.server_keys.badge_keys import issuer_name, published_keys, sign_document

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
            log.error("certificate %s is not as a known key signed it: not signed anew", row.pk)
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
    row: Certificate, issuer: Issuer, holder_name: str | None = None
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
