"""Certificates signed once more: under a trusted key, or with their holder's name.

Only key, time of signing and name differ from the signed document, which is the reference: a row
that a writer to the database changed differs from it, or fails its signature, and is not signed.
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
from protect.certificates.badges.issuers import Issuer
from protect.certificates.badges.status_lists import list_address
from protect.certificates.models import Certificate
from protect.vault.errors import BadgeKeyDamaged, BadgeKeyMissing
from protect.vault.server_keys.badge_keys import keys_of, sign, signing_name

log = logging.getLogger("protect")

BATCH = 50  # certificates in one transaction


def for_holder(certificate: Certificate, *, at: datetime) -> Mapping[str, Any]:
    """Return the document that the holder downloads, with their name where they chose so. The
    stored and published document never has it. Without a key it has no name either."""
    name = certificate.shown_name
    document: dict[str, Any] = certificate.document
    if not (name and document and _is_as_signed(certificate)):
        return document
    try:
        issuer = status_lists.issuer_of(certificate.issuer)
        unsigned = documents.certificate(_as_it_was(certificate, issuer, name))
        return sign(certificate.issuer_id, unsigned, at=at)
    except (BadgeKeyMissing, BadgeKeyDamaged):
        return document


def sign_anew(*, at: datetime) -> Counter[str]:
    """Sign certificates again whose key is distrusted, or was published under another name. Return
    how many were signed, how many were altered and stay as they are, and how many issuers have no
    key that opens."""
    done: Counter[str] = Counter()
    issuers = Certificate.objects.exclude(document={}).order_by("issuer")
    for issuer in issuers.values_list("issuer", flat=True).distinct():
        try:
            last = UUID(int=0)
            while rows := _to_sign(issuer, last):
                done += _sign(issuer, rows, at)
                last = rows[-1]
        except (BadgeKeyMissing, BadgeKeyDamaged):
            done["without_key"] += 1
    return done


def _to_sign(issuer: UUID, last: UUID) -> list[UUID]:
    """Return some certificates after `last` whose key is distrusted or published elsewhere."""
    now = signing_name(issuer)
    keys = [each for each in keys_of(issuer) if each.distrusted is None and each.controller == now]
    good = [each.address for each in keys]
    rows = Certificate.objects.filter(issuer=issuer, pk__gt=last).exclude(document={})
    rows = rows.exclude(document__proof__verificationMethod__in=good)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _sign(issuer: UUID, keys: list[UUID], at: datetime) -> Counter[str]:
    done: Counter[str] = Counter()
    organisation = status_lists.locked(issuer)
    issuer_now = status_lists.issuer_of(organisation)
    rows = Certificate.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    for row in rows:
        if not _is_as_signed(row):
            log.error("certificate %s is not as a known key signed it: not signed anew", row.pk)
            done["altered"] += 1
            continue
        row.document = sign(issuer, documents.certificate(_as_it_was(row, issuer_now)), at=at)
        row.save(update_fields=["document"])
        done["signed"] += 1
    return done


def _is_as_signed(row: Certificate) -> bool:
    """Return whether a key of its issuer signed a certificate, and the row says the same."""
    if not verification.is_genuine(row.document, keys_of(row.issuer_id)):
        return False
    document: Mapping[str, Any] = row.document
    (place,) = document["credentialStatus"]
    listed = list_address(document["issuer"]["url"], row.status_list)
    stated = (place["statusListCredential"], place["statusListIndex"], document["validFrom"])
    stored = (listed, str(row.status_index), shapes.instant(row.issued_at))
    return (*stated, document["id"]) == (*stored, f"urn:uuid:{row.credential}")


def _as_it_was(row: Certificate, issuer: Issuer, name: str | None = None) -> documents.Certificate:
    subject = row.document["credentialSubject"]
    return documents.Certificate(
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
        name=name,
    )
