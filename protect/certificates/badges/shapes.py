"""The shapes of the documents that this platform issues, and the only ones that it reads. A proof
covers only members that the contexts define; an undefined or misplaced member is unsigned. So every
member is declared here, and other documents are refused before the proof is checked."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

MAX_MINUTES = 60_000  # a thousand hours
UNPRINTABLE_CATEGORIES = {"Cc", "Cs"}  # libraries differ in their canonical forms


def _check_printable(text: str) -> str:
    """Refuse control characters, such as line breaks, and blanks at the ends."""
    categories = {unicodedata.category(character) for character in text}
    if text != text.strip() or categories & UNPRINTABLE_CATEGORIES:
        raise ValueError("not printable")
    return text


def _check_date_exists(text: str) -> str:
    datetime.fromisoformat(text)
    return text


Line = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_check_printable)]
Text = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_check_printable)]
UUID_PATTERN = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
DID_PATTERN = r"did:web:[A-Za-z0-9.:%_-]{1,240}"
URL_PATTERN = r"https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~%/-]*)?"
INSTANT_PATTERN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
Urn = Annotated[str, Field(pattern=rf"^urn:uuid:{UUID_PATTERN}$")]
Did = Annotated[str, Field(pattern=rf"^{DID_PATTERN}$")]
KeyUrl = Annotated[str, Field(pattern=rf"^{DID_PATTERN}#z[1-9A-HJ-NP-Za-km-z]{{47}}$")]
Address = Annotated[str, Field(pattern=rf"^{URL_PATTERN}$")]
ListEntryUrl = Annotated[str, Field(pattern=rf"^{URL_PATTERN}#[a-z0-9]+$")]
Instant = Annotated[str, Field(pattern=rf"^{INSTANT_PATTERN}$"), AfterValidator(_check_date_exists)]
DecimalText = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,8})$")]  # minutes, or an index
CredentialsContext = Literal["https://www.w3.org/ns/credentials/v2"]
OpenBadgesContext = Literal["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]


class Shape(BaseModel):
    """A JSON object with exactly the members that its class declares."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


class Proof(Shape):
    type: Literal["DataIntegrityProof"]
    cryptosuite: Literal["eddsa-rdfc-2022"]
    created: Instant
    verification_method: KeyUrl
    proof_purpose: Literal["assertionMethod"]
    proof_value: Annotated[str, Field(pattern=r"^z[1-9A-HJ-NP-Za-km-z]{64,90}$")]


class Profile(Shape):
    id: Did
    type: tuple[Literal["Profile"]]
    name: Line
    url: Address


class Criteria(Shape):
    narrative: Text


class ResultDescription(Shape):
    id: Urn
    type: tuple[Literal["ResultDescription"]]
    name: Literal["Minutes"]
    result_type: Literal["ext:minutes"]


class Result(Shape):
    type: tuple[Literal["Result"]]
    result_description: Urn
    value: DecimalText


class Identity(Shape):
    type: Literal["IdentityObject"]
    hashed: Literal[False]
    identity_hash: Line
    identity_type: Literal["name"]


class Achievement(Shape):
    id: Urn
    type: tuple[Literal["Achievement"]]
    achievement_type: Literal["Certificate"]
    name: Line
    description: Line
    criteria: Criteria
    result_description: tuple[ResultDescription]


class Subject(Shape):
    id: Urn
    type: tuple[Literal["AchievementSubject"]]
    activity_end_date: Instant
    achievement: Achievement
    result: tuple[Result]
    identifier: tuple[Identity] | None = None


class Status(Shape):
    id: ListEntryUrl
    type: Literal["BitstringStatusListEntry"]
    status_purpose: Literal["revocation"]
    status_list_index: DecimalText
    status_list_credential: Address


class Credential(Shape):
    """A certificate, signed or not yet signed."""

    context: tuple[CredentialsContext, OpenBadgesContext] = Field(alias="@context")
    id: Urn
    type: tuple[Literal["VerifiableCredential"], Literal["OpenBadgeCredential"]]
    name: Line
    issuer: Profile
    valid_from: Instant
    credential_subject: Subject
    credential_status: tuple[Status]
    proof: Proof | None = None


class StatusListSubject(Shape):
    id: ListEntryUrl
    type: Literal["BitstringStatusList"]
    status_purpose: Literal["revocation"]
    encoded_list: Annotated[str, Field(max_length=200_000, pattern=r"^u[A-Za-z0-9_-]+$")]


class StatusList(Shape):
    """A list of revoked certificates, signed or not yet signed."""

    context: tuple[CredentialsContext] = Field(alias="@context")
    id: Address
    type: tuple[Literal["VerifiableCredential"], Literal["BitstringStatusListCredential"]]
    issuer: Did
    valid_from: Instant
    valid_until: Instant
    credential_subject: StatusListSubject
    proof: Proof | None = None


def format_instant(at: datetime) -> str:
    """Return an instant as documents write it: in UTC and whole seconds."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def read_document[S: Shape](shape: type[S], document: Mapping[str, Any]) -> S:
    """Return a document parsed into its shape. Errors: ValueError."""
    try:
        return shape.model_validate_json(json.dumps(document))
    except (TypeError, RecursionError) as error:
        raise ValueError("not plain JSON") from error


def first_invalid_member(shape: type[Shape], document: Mapping[str, Any]) -> str:
    """Return the name of the first member that does not fit the shape; "" if all fit."""
    try:
        read_document(shape, document)
    except ValidationError as error:
        location = error.errors()[0]["loc"]
        return str(location[-1]) if location else "document"
    except ValueError:
        return "document"
    return ""
