"""The Open Badge document of a certificate, before it is signed. It contains only what the public
page shows: no evidence, test result or address. The holder's id is derived from the certificate's
random id, so it does not identify a person; a hashed e-mail address could be guessed.
Source: Open Badges 3.0; docs/adr/0023-certificates.md."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from protect.certificates.badges import issuers, shapes, status_lists
from protect.certificates.errors import CertificateRefusal
from protect.vault.formats.badges import CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT

MINUTES_RESULT = {"type": ["ResultDescription"], "name": "Minutes", "resultType": "ext:minutes"}


@dataclass(frozen=True, slots=True)
class CertificateContent:
    """The content of a certificate. `short_title` is neutral, because wallets list it where others
    may see it. `name` is set only if the participant asked for it. `issued` has a time zone."""

    id: UUID
    issuer: issuers.Issuer
    title: str
    short_title: str
    criteria: str
    minutes: int  # attended
    day: date  # of the last session, in the edition's time zone
    issued: datetime
    status_list: int
    status_index: int
    name: str | None = None


def build_document(content: CertificateContent) -> dict[str, Any]:
    """Return the unsigned document, equal for equal content. Errors: certificates_unfit."""
    if not 0 < content.minutes <= shapes.MAX_MINUTES:
        raise CertificateRefusal("certificates_unfit", field="minutes")
    if not 0 <= content.status_index < status_lists.LIST_SIZE or content.status_list < 1:
        raise CertificateRefusal("certificates_unfit", field="status_index")
    if content.issued.tzinfo is None:
        raise CertificateRefusal("certificates_unfit", field="issued")
    document = {
        "@context": [CREDENTIALS_CONTEXT, OPEN_BADGES_CONTEXT],
        "id": f"urn:uuid:{content.id}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": content.short_title,
        "issuer": {
            "id": content.issuer.controller,
            "type": ["Profile"],
            "name": content.issuer.name,
            "url": content.issuer.address,
        },
        "validFrom": shapes.format_instant(content.issued),
        "credentialSubject": _credential_subject(content),
        "credentialStatus": [_credential_status(content)],
    }
    if wrong := shapes.first_invalid_member(shapes.Credential, document):
        raise CertificateRefusal("certificates_unfit", field=wrong)
    return document


def _credential_subject(content: CertificateContent) -> dict[str, Any]:
    identity = f"{content.issuer.controller}#{content.title}".encode(errors="surrogatepass")
    course_id = uuid5(NAMESPACE_URL, identity)  # the shape refuses a surrogate
    minutes_id, minutes = f"urn:uuid:{uuid5(course_id, 'minutes')}", str(content.minutes)
    subject: dict[str, Any] = {
        "id": f"urn:uuid:{uuid5(content.id, 'holder')}",
        "type": ["AchievementSubject"],
        "activityEndDate": shapes.format_instant(datetime.combine(content.day, time(), UTC)),
        "achievement": {
            "id": f"urn:uuid:{course_id}",
            "type": ["Achievement"],
            "achievementType": "Certificate",
            "name": content.title,
            "description": content.title,
            "criteria": {"narrative": content.criteria},
            "resultDescription": [{"id": minutes_id, **MINUTES_RESULT}],
        },
        "result": [{"type": ["Result"], "resultDescription": minutes_id, "value": minutes}],
    }
    if content.name is not None:
        holder = {"type": "IdentityObject", "identityType": "name"}
        subject["identifier"] = [{**holder, "hashed": False, "identityHash": content.name}]
    return subject


def _credential_status(content: CertificateContent) -> dict[str, str]:
    list_url = status_lists.list_address(content.issuer.address, content.status_list)
    return {
        "id": f"{list_url}#{content.status_index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": status_lists.STATUS_PURPOSE,
        "statusListIndex": str(content.status_index),
        "statusListCredential": list_url,
    }
