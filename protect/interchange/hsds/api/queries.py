"""Parameters of the HSDS API, validated strictly, so that a typing error does not widen a query."""

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
from protect.kernel.ids import parse_uuid

DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE = 50, 1000  # records
MAX_PAGE_NUMBER = 1_000_000_000
MAX_LENGTH = 200  # characters of a text parameter
NO_NUL_PATTERN = r"^[^\x00]*$"  # PostgreSQL refuses the character NUL
POSTCODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9 -]{0,15}$"
METRES_PATTERN = r"^[0-9]{1,8}(\.[0-9]{1,3})?$"
RFC_3339 = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})")
# An instant before the first or after the last is replaced by it.
FIRST_INSTANT, LAST_INSTANT = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def _parameter_error(expected_form: str) -> PydanticCustomError:
    return PydanticCustomError("refused", "{problem}", {"problem": expected_form})


def _parse_true_or_false(text: object) -> bool:
    if text not in {"true", "false"}:
        raise _parameter_error("true or false")
    return text == "true"


def _parse_whole_number(text: Any) -> Any:
    if not re.fullmatch(r"[0-9]{1,10}", str(text)):
        raise _parameter_error("a whole number in digits")
    return int(text)


def _parse_instant(text: Any) -> Any:
    """Return an RFC 3339 date-time in UTC; beyond FIRST_INSTANT or LAST_INSTANT, that one."""
    problem = "a date-time of RFC 3339, such as 2026-11-24T09:00:00Z; a + is written %2B"
    if not RFC_3339.fullmatch(str(text)):
        raise _parameter_error(problem)
    try:
        moment = datetime.fromisoformat(str(text).upper())
    except ValueError:
        raise _parameter_error(problem) from None
    return min(max(moment, FIRST_INSTANT), LAST_INSTANT).astimezone(UTC)


def _parse_hyphenated_uuid(text: Any) -> Any:
    uuid = parse_uuid(str(text))
    if str(uuid) != str(text).lower():
        raise _parameter_error("a UUID, written with hyphens")
    return uuid


# Not `type` statements: OpenAPI would then show a reference in place of the parameter's schema.
# A malformed value is refused. None, or a Flag that is false: the parameter was not sent.
Flag = Annotated[bool, BeforeValidator(_parse_true_or_false)]
Moment = Annotated[datetime | None, BeforeValidator(_parse_instant), WithJsonSchema(INSTANT)]
Key = Annotated[UUID | None, BeforeValidator(_parse_hyphenated_uuid), WithJsonSchema(KEY)]
POSTCODE_SCHEMA = WithJsonSchema({"type": "string", "pattern": POSTCODE_PATTERN})
METRES_SCHEMA = WithJsonSchema({"type": "string", "pattern": METRES_PATTERN})
Postcode = Annotated[str | None, Field(pattern=POSTCODE_PATTERN), POSTCODE_SCHEMA]
Metres = Annotated[str | None, Field(pattern=METRES_PATTERN), METRES_SCHEMA]
PageNumber = Annotated[int, Field(ge=1, le=MAX_PAGE_NUMBER), BeforeValidator(_parse_whole_number)]
PageSize = Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE), BeforeValidator(_parse_whole_number)]


class NoParametersIn(BaseModel):
    """The parameters of an address that takes none."""


class PagedIn(BaseModel):
    """Parameters of a list: words to search, page and format."""

    search: Annotated[
        str,
        Field(max_length=MAX_LENGTH, pattern=NO_NUL_PATTERN, description="Words; each must occur."),
    ] = ""
    page: Annotated[PageNumber, Field(description="From 1. Past the end it is empty.")] = 1
    per_page: Annotated[PageSize, Field(description="Records of a page.")] = DEFAULT_PAGE_SIZE
    format: Annotated[
        Literal["json", "ndjson"],
        Field(description="ndjson streams every record, one a line, without pages."),
    ] = "json"

    def conditions(self) -> Conditions:
        return Conditions(search=self.search)


class TaxonomyFilterIn(PagedIn):
    """Parameters of a list of services, sites or organisations, filtered by taxonomy term."""

    taxonomy_term_id: Annotated[Key, Field(description="Carries this term.")] = None
    taxonomy_id: Annotated[Key, Field(description="Carries any term of this taxonomy.")] = None
    full: Annotated[Flag, Field(description="With all that hangs on a record.")] = False

    def conditions(self) -> Conditions:
        term, taxonomy = self.taxonomy_term_id, self.taxonomy_id
        return super().conditions()._replace(taxonomy_term=term, taxonomy=taxonomy)


class OrganisationsIn(TaxonomyFilterIn):
    full_service: Annotated[Flag, Field(description="With its services in full.")] = False


class OrganisationIn(BaseModel):  # of a request for one organisation
    full_service: Annotated[Flag, Field(description="With its services in full.")] = False


class ChangeFilterIn(TaxonomyFilterIn):
    """Parameters of a list of services or sites, filtered by organisation and time of change."""

    organization_id: Annotated[Key, Field(description="Run by this organisation.")] = None
    modified_after: Annotated[
        Moment, Field(description="Changed at this instant or later; so also withdrawn.")
    ] = None

    def conditions(self) -> Conditions:
        owner, since = self.organization_id, self.modified_after
        return super().conditions()._replace(organisation=owner, modified_after=since)


class ServicesIn(ChangeFilterIn):
    minimal: Annotated[
        Flag, Field(description="No more than id and last_modified; all on one page unless asked.")
    ] = False


class SitesIn(ChangeFilterIn):
    """Filters of services at locations by postcode and distance."""

    postcode: Annotated[Postcode, Field(description="Serves this postcode.")] = None
    proximity: Annotated[Metres, Field(description="Metres from the middle of the postcode.")] = (
        None
    )

    def conditions(self) -> Conditions:
        metres = None if self.proximity is None else float(self.proximity)
        return super().conditions()._replace(postcode=self.postcode or "", proximity_m=metres)


class TermsIn(PagedIn):
    """Filters of terms by taxonomy and parent."""

    taxonomy_id: Annotated[Key, Field(description="Of this taxonomy.")] = None
    top_only: Annotated[Flag, Field(description="Only terms without a parent.")] = False
    parent_id: Annotated[Key, Field(description="Right below this term.")] = None


def refuse_unknown_parameters(request: HttpRequest, parameters_class: type[BaseModel]) -> None:
    """Refuse an unknown or repeated parameter, so that no filter is lost by a typing error."""
    unknown = f"not known here. Known: {', '.join(parameters_class.model_fields) or 'none'}"
    problems = {name: unknown for name in request.GET if name not in parameters_class.model_fields}
    problems |= {name: "once is enough" for name, texts in request.GET.lists() if len(texts) > 1}
    if problems:
        raise query_error(problems)


def require_postcode_with_proximity(parameters: SitesIn) -> None:
    """Refuse a distance without a postcode to measure from. Errors: ValidationError."""
    if parameters.proximity is not None and parameters.postcode is None:
        raise query_error({"proximity": "metres from a postcode; give postcode, too"})


def query_error(problems: dict[str, str]) -> ValidationError:
    return ValidationError(
        [{"loc": ("query", "parameters", name), "msg": text} for name, text in problems.items()]
    )
