"""The only shapes in which we issue, and therefore the only ones that we read. A proof covers only
members that contexts define: an undefined or misplaced member is unsigned content. So each member
is named here; everything else is refused before the proof is checked."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic.alias_generators import to_camel

MOST_MINUTES = 60_000  # a thousand hours
UNPRINTABLE = {"Cc", "Cs"}  # canonical forms of these differ between libraries


def _printable(text: str) -> str:
    if text != text.strip() or any(unicodedata.category(each) in UNPRINTABLE for each in text):
        raise ValueError("not printable")
    return text


def _of_a_calendar(text: str) -> str:
    datetime.fromisoformat(text)
    return text


Line = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_printable)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_printable)]
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
Urn = Annotated[str, StringConstraints(pattern=rf"^urn:uuid:{UUID}$")]
Did = Annotated[str, StringConstraints(pattern=r"^did:web:[A-Za-z0-9.:%_-]{1,240}$")]
Method = Annotated[
    str, StringConstraints(pattern=r"^did:web:[A-Za-z0-9.:%_-]{1,240}#z[1-9A-HJ-NP-Za-km-z]{47}$")
]
Address = Annotated[
    str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~%/-]*)?$")
]
Entry = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~%/-]*)?#[a-z0-9]+$"),
]
Instant = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    AfterValidator(_of_a_calendar),
]
Number = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,8})$")]
V2 = Literal["https://www.w3.org/ns/credentials/v2"]
OB = Literal["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]


class Shape(BaseModel):
    """An object with these members and no other."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


class Proof(Shape):
    type: Literal["DataIntegrityProof"]
    cryptosuite: Literal["eddsa-rdfc-2022"]
    created: Instant
    verification_method: Method
    proof_purpose: Literal["assertionMethod"]
    proof_value: Annotated[str, StringConstraints(pattern=r"^z[1-9A-HJ-NP-Za-km-z]{64,90}$")]


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
    value: Number


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
    id: Entry
    type: Literal["BitstringStatusListEntry"]
    status_purpose: Literal["revocation"]
    status_list_index: Number
    status_list_credential: Address


class Credential(Shape):
    """A certificate, signed or not yet."""

    context: tuple[V2, OB] = Field(alias="@context")
    id: Urn
    type: tuple[Literal["VerifiableCredential"], Literal["OpenBadgeCredential"]]
    name: Line
    issuer: Profile
    valid_from: Instant
    credential_subject: Subject
    credential_status: tuple[Status]
    proof: Proof | None = None


class Listed(Shape):
    id: Entry
    type: Literal["BitstringStatusList"]
    status_purpose: Literal["revocation"]
    encoded_list: Annotated[
        str, StringConstraints(max_length=200_000, pattern=r"^u[A-Za-z0-9_-]+$")
    ]


class StatusList(Shape):
    """A list of what was revoked, signed or not yet."""

    context: tuple[V2] = Field(alias="@context")
    id: Address
    type: tuple[Literal["VerifiableCredential"], Literal["BitstringStatusListCredential"]]
    issuer: Did
    valid_from: Instant
    valid_until: Instant
    credential_subject: Listed
    proof: Proof | None = None


def instant(at: datetime) -> str:
    """Return an instant as documents write it: UTC, whole seconds."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def read[S: Shape](shape: type[S], document: Mapping[str, Any]) -> S:
    """Return a document in its shape. Errors: ValueError."""
    try:
        return shape.model_validate_json(json.dumps(document))
    except (TypeError, RecursionError) as error:
        raise ValueError("not plain JSON") from error


def first_wrong(shape: type[Shape], document: Mapping[str, Any]) -> str:
    """Return the name of the first member that does not fit; nothing if all do."""
    try:
        read(shape, document)
    except ValidationError as error:
        location = error.errors()[0]["loc"]
        return str(location[-1]) if location else "document"
    except ValueError:
        return "document"
    return ""
