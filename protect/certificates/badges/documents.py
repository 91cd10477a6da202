"""The certificate document, before it is signed.

It holds only what the public page shows: no evidence, no test result, no address. The holder's id
is derived from the certificate's random one: it leads to no person. A hashed e-mail could be
guessed. Source: Open Badges 3.0; docs/adr/0023-certificates.md."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from protect.certificates.badges import issuers, shapes, status_lists
from protect.certificates.errors import CertificateRefusal
from protect.vault.formats.badges import CREDENTIALS, OPEN_BADGES


@dataclass(frozen=True, slots=True)
class Certificate:
    """The content of a certificate. `short_title` is neutral: wallets show it in lists, where a
    bystander may read it. `name` is set only when the participant has asked for it. `issued` is
    aware."""

    id: UUID
    issuer: issuers.Issuer
    title: str
    short_title: str
    criteria: str
    minutes: int
    day: date
    issued: datetime
    status_list: int
    status_index: int
    name: str | None = None


def certificate(content: Certificate) -> dict[str, Any]:
    """Return the document without a proof, always the same. Errors: certificates_unfit."""
    if not 0 < content.minutes <= shapes.MOST_MINUTES:
        raise CertificateRefusal("certificates_unfit", field="minutes")
    if not 0 <= content.status_index < status_lists.SIZE or content.status_list < 1:
        raise CertificateRefusal("certificates_unfit", field="status_index")
    if content.issued.tzinfo is None:
        raise CertificateRefusal("certificates_unfit", field="issued")
    document = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": f"urn:uuid:{content.id}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": content.short_title,
        "issuer": {
            "id": content.issuer.controller,
            "type": ["Profile"],
            "name": content.issuer.name,
            "url": content.issuer.address,
        },
        "validFrom": shapes.instant(content.issued),
        "credentialSubject": _subject(content),
        "credentialStatus": [_status(content)],
    }
    if wrong := shapes.first_wrong(shapes.Credential, document):
        raise CertificateRefusal("certificates_unfit", field=wrong)
    return document


def _subject(content: Certificate) -> dict[str, Any]:
    named = f"{content.issuer.controller}#{content.title}"
    course = uuid5(NAMESPACE_URL, named.encode(errors="surrogatepass"))  # refused by its shape
    minutes = f"urn:uuid:{uuid5(course, 'minutes')}"
    subject: dict[str, Any] = {
        "id": f"urn:uuid:{uuid5(content.id, 'holder')}",
        "type": ["AchievementSubject"],
        "activityEndDate": shapes.instant(datetime.combine(content.day, time(), UTC)),
        "achievement": {
            "id": f"urn:uuid:{course}",
            "type": ["Achievement"],
            "achievementType": "Certificate",
            "name": content.title,
            "description": content.title,
            "criteria": {"narrative": content.criteria},
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
            {"type": ["Result"], "resultDescription": minutes, "value": str(content.minutes)}
        ],
    }
    if content.name is not None:
        identity = {"type": "IdentityObject", "identityType": "name"}
        subject["identifier"] = [{**identity, "hashed": False, "identityHash": content.name}]
    return subject


def _status(content: Certificate) -> dict[str, str]:
    listed = status_lists.list_address(content.issuer.address, content.status_list)
    return {
        "id": f"{listed}#{content.status_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": status_lists.PURPOSE,
        "statusListIndex": str(content.status_index),
        "statusListCredential": listed,
    }
