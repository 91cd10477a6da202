"""Read the official names of a row, in their own language, and the sources of its cells. Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from protect.directory.enums import Channel, Fact
from protect.directory.facts import FACTS
from protect.directory.facts.base.cells import Cells
from protect.directory.service_models import TEXTS
from protect.reference import vocabulary
from protect.reference.lookup.place_names import LATIN, is_written_in

NAMES = ("service_local", "organisation_local")
# One source in a cell: “phones=https://example.org/contact (2024-05-09)”.
SOURCE = re.compile(r"(?P<column>[a-z_]+)=(?P<source>.+)", re.DOTALL)
COMMON_KNOWLEDGE = "known"  # in place of a source: an official name beyond doubt
MAX_SOURCE_LENGTH = 600  # characters
FACT_BY_COLUMN: Mapping[str, Fact] = {
    "phones": Fact.PHONE,
    "languages": Fact.LANGUAGES,
    **dict.fromkeys(("genders_served", "minimum_age", "maximum_age"), Fact.ELIGIBILITY),
    **dict.fromkeys(("legal_status", "area_served"), Fact.ELIGIBILITY),
    **dict.fromkeys(("tells_police", "tells_migration_authority"), Fact.REPORTING),
    **dict.fromkeys(("city", "address", "postal_code"), Fact.ADDRESS),
    **{column: code for code, fact in FACTS.items() for column in fact.columns},
}
HOURS_BY_CHANNEL = {Channel.VISIT: Fact.VISIT_HOURS, Channel.PHONE: Fact.PHONE_HOURS}


class OfficialNames(NamedTuple):
    """The official names of a service and of its organisation; "" = not known."""

    service: str
    organisation: str
    language: str | None  # of both, BCP 47; None = not known


def read_official_names(cells: Cells, country: str) -> OfficialNames:
    service, organisation = (cells[column] for column in NAMES)
    return OfficialNames(service, organisation, _read_language(cells, country))


def _read_language(cells: Cells, country: str) -> str | None:
    """Return the language of the official names: the stated one, else that of the country if it
    has only one and writes it in the script of the names; None if it is not known."""
    names = "".join(cells[column] for column in NAMES)
    if stated := cells["local_language"]:
        if stated in vocabulary.languages():
            return stated
        tags = {tag: tag for tag in vocabulary.languages()}
        cells.refuse_unknown_code("local_language", stated, tags)
    official = vocabulary.countries()[country].languages
    if not names or len(official) != 1:
        return None
    is_latin = vocabulary.languages()[official[0]].script == LATIN
    return official[0] if is_latin == is_written_in(LATIN, names) else None


def read_fact_sources(cells: Cells, channel: Channel) -> dict[str, list[str]] | None:
    """Return, by fact or TEXTS, the sources of cells that do not come from the row's source; None
    if the file has no column for them. `channel`: whose hours the row states. A part
    without a column name is a source of the texts."""
    if "fact_sources" not in cells.texts:
        return None
    sources: dict[str, list[str]] = {}
    for part in cells.split_list("fact_sources"):
        match = SOURCE.fullmatch(part)
        column, source = (match["column"], match["source"].strip()) if match else ("", part)
        key: str = FACT_BY_COLUMN.get(column, TEXTS)
        key = HOURS_BY_CHANNEL[channel] if column == "opening_hours" else key
        if source != COMMON_KNOWLEDGE and source not in sources.setdefault(key, []):
            sources[key].append(source[:MAX_SOURCE_LENGTH])
    return {key: texts for key, texts in sources.items() if texts}
