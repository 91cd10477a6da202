"""Parameters of the HSDS interface, validated strictly: a typo must not widen an answer."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja.errors import ValidationError
from pydantic import BaseModel, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from protect.interchange.hsds.filters import Conditions
from protect.interchange.hsds.schemas import INSTANT, KEY

DEFAULT_SIZE, LARGEST_SIZE = 50, 1000  # of a page, in records
LAST_PAGE = 1_000_000_000
LONGEST = 200  # characters of a search
SHOWN = r"^[^\x00]*$"  # no database takes the sign of nothing
POSTCODE = r"^[A-Za-z0-9][A-Za-z0-9 -]{0,15}$"
METRES = r"^[0-9]{1,8}(\.[0-9]{1,3})?$"
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})")
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def _refused(problem: str) -> PydanticCustomError:
    return PydanticCustomError("refused", "{problem}", {"problem": problem})


def _yes_or_no(text: Any) -> Any:
    if text not in {"true", "false"}:
        raise _refused("true or false")
    return text == "true"


def _whole(text: Any) -> Any:
    if not re.fullmatch(r"[0-9]{1,10}", str(text)):
        raise _refused("a whole number in digits")
    return int(text)


def _moment(text: Any) -> Any:
    """Return an instant in UTC, within what databases know: not all take every offset."""
    problem = "a date-time of RFC 3339, such as 2026-11-24T09:00:00Z; a + is written %2B"
    if not MOMENT.fullmatch(str(text)):
        raise _refused(problem)
    try:
        moment = datetime.fromisoformat(str(text).upper())
    except ValueError:
        raise _refused(problem) from None
    return min(max(moment, FIRST), LAST).astimezone(UTC)


def _key(text: Any) -> Any:
    try:
        uuid = UUID(str(text))
    except ValueError:
        uuid = None
    if str(uuid) != str(text).lower():
        raise _refused("a UUID, written with hyphens")
    return uuid


# No `type` statements: OpenAPI would then have a reference where a parameter has its shape.
Flag = Annotated[bool, BeforeValidator(_yes_or_no)]
Moment = Annotated[datetime | None, BeforeValidator(_moment), WithJsonSchema(INSTANT)]
Key = Annotated[UUID | None, BeforeValidator(_key), WithJsonSchema(KEY)]
Postcode = Annotated[
    str | None, Field(pattern=POSTCODE), WithJsonSchema({"type": "string", "pattern": POSTCODE})
]
Metres = Annotated[
    str | None, Field(pattern=METRES), WithJsonSchema({"type": "string", "pattern": METRES})
]
PageNumber = Annotated[int, Field(ge=1, le=LAST_PAGE), BeforeValidator(_whole)]
PageSize = Annotated[int, Field(ge=1, le=LARGEST_SIZE), BeforeValidator(_whole)]


class NothingIn(BaseModel):
    """No parameter at all."""


class PagedIn(BaseModel):
    """Which part of a list, and in which form."""

    search: Annotated[
        str, Field(max_length=LONGEST, pattern=SHOWN, description="Words; each must occur.")
    ] = ""
    page: Annotated[PageNumber, Field(description="From 1. Past the end it is empty.")] = 1
    per_page: Annotated[PageSize, Field(description="Records of a page.")] = DEFAULT_SIZE
    format: Annotated[
        Literal["json", "ndjson"],
        Field(description="ndjson streams every record, one a line, without pages."),
    ] = "json"

    def conditions(self) -> Conditions:
        return Conditions(search=self.search)


class CarriedIn(PagedIn):
    """Records by what they carry."""

    taxonomy_term_id: Annotated[Key, Field(description="Carries this term.")] = None
    taxonomy_id: Annotated[Key, Field(description="Carries any term of this taxonomy.")] = None
    full: Annotated[Flag, Field(description="With all that hangs on a record.")] = False

    def conditions(self) -> Conditions:
        term, taxonomy = self.taxonomy_term_id, self.taxonomy_id
        return super().conditions()._replace(taxonomy_term=term, taxonomy=taxonomy)


class OrganisationsIn(CarriedIn):
    full_service: Annotated[Flag, Field(description="With its services in full.")] = False


class OrganisationIn(BaseModel):
    full_service: Annotated[Flag, Field(description="With its services in full.")] = False


class ChangedIn(CarriedIn):
    """Services by organisation and date of change."""

    organization_id: Annotated[Key, Field(description="Run by this organisation.")] = None
    modified_after: Annotated[
        Moment, Field(description="Changed at this instant or later; so also withdrawn.")
    ] = None

    def conditions(self) -> Conditions:
        owner, since = self.organization_id, self.modified_after
        return super().conditions()._replace(organisation=owner, modified_after=since)


class ServicesIn(ChangedIn):
    minimal: Annotated[
        Flag, Field(description="No more than id and last_modified; all on one page unless asked.")
    ] = False


class SitesIn(ChangedIn):
    """Services at locations, by postcode and distance."""

    postcode: Annotated[Postcode, Field(description="Serves this postcode.")] = None
    proximity: Annotated[Metres, Field(description="Metres from the middle of the postcode.")] = (
        None
    )

    def conditions(self) -> Conditions:
        metres = None if self.proximity is None else float(self.proximity)
        return super().conditions()._replace(postcode=self.postcode or "", proximity_m=metres)


class TermsIn(PagedIn):
    """Terms by their taxonomy and parent."""

    taxonomy_id: Annotated[Key, Field(description="Of this taxonomy.")] = None
    top_only: Annotated[Flag, Field(description="Only terms without a parent.")] = False
    parent_id: Annotated[Key, Field(description="Right below this term.")] = None


def must_be_known(request: HttpRequest, shape: type[BaseModel]) -> None:
    """Refuse an unknown or repeated parameter: no condition is lost by a typo."""
    unknown = f"not known here. Known: {', '.join(shape.model_fields) or 'none'}"
    problems = {name: unknown for name in request.GET if name not in shape.model_fields}
    problems |= {name: "once is enough" for name, texts in request.GET.lists() if len(texts) > 1}
    if problems:
        raise refusal_of(problems)


def must_measure_from_somewhere(parameters: SitesIn) -> None:
    """Refuse a distance from nowhere. Errors: ValidationError."""
    if parameters.proximity is not None and parameters.postcode is None:
        raise refusal_of({"proximity": "metres from a postcode; give postcode, too"})


def refusal_of(problems: dict[str, str]) -> ValidationError:
    return ValidationError(
        [{"loc": ("query", "parameters", name), "msg": text} for name, text in problems.items()]
    )
