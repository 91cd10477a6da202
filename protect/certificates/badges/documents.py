"""The certificate itself, before it is signed.

No evidence, no result of a test and no address of the participant stands in it: only what the
public page shows as well. Its holder has an id drawn from the certificate's own random one, which
leads to nobody; a hashed e-mail could be guessed.
Source: Open Badges 3.0; docs/adr/0023-certificates.md.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from protect.certificates.badges.content import Certificate
from protect.certificates.badges.errors import CertificateUnfit
from protect.certificates.badges.shapes import MOST_MINUTES, Credential, first_wrong, instant
from protect.certificates.badges.status_lists import SIZE, Purpose, list_address
from protect.vault.formats.badges import CREDENTIALS, OPEN_BADGES


def certificate(made: Certificate) -> dict[str, Any]:
    """Return the document, without a proof. The same certificate always gives the same one.

    Errors: CertificateUnfit for what no verifier would read as it was meant.
    """
    if not 0 < made.minutes <= MOST_MINUTES:
        raise CertificateUnfit(field="minutes")
    if not 0 <= made.status_index < SIZE or made.status_list < 1:
        raise CertificateUnfit(field="status_index")
    if made.issued.tzinfo is None:
        raise CertificateUnfit(field="issued")
    document = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": f"urn:uuid:{made.id}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": made.short_title,
        "issuer": {
            "id": made.issuer.controller,
            "type": ["Profile"],
            "name": made.issuer.name,
            "url": made.issuer.address,
        },
        "validFrom": instant(made.issued),
        "credentialSubject": _subject(made),
        "credentialStatus": [_status(made, purpose) for purpose in Purpose],
    }
    wrong = first_wrong(Credential, document)
    if wrong:
        raise CertificateUnfit(field=wrong)
    return document


def _subject(made: Certificate) -> dict[str, Any]:
    named = f"{made.issuer.controller}#{made.title}"
    course = uuid5(NAMESPACE_URL, named.encode(errors="surrogatepass"))  # refused by its shape
    minutes = f"urn:uuid:{uuid5(course, 'minutes')}"
    subject: dict[str, Any] = {
        "id": f"urn:uuid:{uuid5(made.id, 'holder')}",
        "type": ["AchievementSubject"],
        "activityEndDate": instant(datetime.combine(made.day, time(), UTC)),
        "achievement": {
            "id": f"urn:uuid:{course}",
            "type": ["Achievement"],
            "achievementType": "Certificate",
            "name": made.title,
            "description": made.title,
            "criteria": {"narrative": made.criteria},
            "resultDescription": [
                {
                    "id": minutes,
                    "type": ["ResultDescription"],
                    "name": "Minutes",
                    "resultType": "ext:minutes",
                }
            ],
        },
        "result": [
            {"type": ["Result"], "resultDescription": minutes, "value": str(made.minutes)},
        ],
    }
    if made.name is not None:
        subject["identifier"] = [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": made.name,
                "identityType": "name",
            }
        ]
    return subject


def _status(made: Certificate, purpose: Purpose) -> dict[str, str]:
    listed = list_address(made.issuer.address, made.status_list, purpose)
    return {
        "id": f"{listed}#{made.status_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose.value,
        "statusListIndex": str(made.status_index),
        "statusListCredential": listed,
    }
