"""From a line of a file to a row that may be stored, and from there to what would become of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_noop as _

from protect.directory.facts.base.cells import Cells, Code, Trouble
from protect.interchange.enums import RowState
from protect.interchange.imports.files import texts
from protect.interchange.imports.files.reader import Line
from protect.interchange.imports.mapping import proposal
from protect.interchange.imports.mapping.proposal import Columns
from protect.interchange.imports.rows import drafts
from protect.interchange.imports.rows.drafts import ID_COLUMNS, Read
from protect.interchange.imports.rows.report import Outcome
from protect.interchange.imports.values import code_words
from protect.interchange.imports.values.code_words import Chosen
from protect.interchange.imports.values.place_names import Atlas

MADE_OF = "*"  # in the words for source_id: of which columns an id is made where there is none
# Found before a row was stored: nothing that is left in it would show them again.
CARRIED = frozenset(
    {
        Code.ROW_SHAPE,
        Code.RECORD_INVALID,
        Code.RECORD_NOT_ACTIVE,
        Code.SHELTER_PLACE_DROPPED,
        Code.SHELTER_NAME_TELLS,
        Code.NO_SOURCE_ID,
    }
)
# By the user who looks at the row.
MENDED = frozenset({Code.ROW_SHAPE, Code.RECORD_INVALID, Code.SHELTER_NAME_TELLS})
STATES = {
    Outcome.CREATED: RowState.CREATE,
    Outcome.UPDATED: RowState.UPDATE,
    Outcome.UNCHANGED: RowState.UNCHANGED,
    Outcome.CONFLICT: RowState.CONFLICT,
    Outcome.ERROR: RowState.ERROR,
    Outcome.REFERENCE: RowState.REFERENCE,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """The mapping of a file, and what the directory has of its source."""

    columns: Columns  # ours → the file's
    chosen: Chosen
    country: str  # of the organisation: that of every row, where no column says it
    atlas: Atlas
    protected: Collection[str] = frozenset()  # ids of services with an address that is never stored
    foreign: Mapping[str, str] = field(default_factory=dict)  # ids of services elsewhere → country
    fills_country: bool = False  # a row that names none is in that of the organisation
    spots: Sequence[str] = ()  # columns that are not stored and hold addresses

    @property
    def id_columns(self) -> Sequence[str]:
        """Of which columns an id is made."""
        names = self.chosen.get("source_id", {}).get(MADE_OF, "")
        return names.split() or ID_COLUMNS


def cells_of(line: Line, plan: Plan) -> dict[str, str]:
    """Return a line under our columns: without markup, with our codes where they are plain."""
    cells = {
        ours: texts.plain(text) for ours, text in proposal.cells_of(line, plan.columns).items()
    }
    if plan.fills_country and not cells.get("country"):
        cells["country"] = plan.country
    return code_words.coded(cells, plan.chosen)


def may_be_shelter(line: Line, plan: Plan) -> bool:
    """Return whether nothing may be stored of where the service of a line is."""
    return drafts.must_hide(Cells(cells_of(line, plan)), plan.protected, plan.id_columns)


def kept(line: Line, plan: Plan) -> Cells:
    """Return a line as it may be stored: a shelter's without its address."""
    spots = [text for name in plan.spots if (text := line.cells.get(name, ""))]
    return drafts.kept(
        replace(line, cells=cells_of(line, plan)),
        plan.atlas,
        protected=plan.protected,
        spots=spots,
        id_columns=plan.id_columns,
    )


def judged(line: Line, plan: Plan, carried: Sequence[Trouble], *, is_twice: bool) -> Read:
    """Return a stored row as a draft with all its faults."""
    if any(each.code is Code.ROW_SHAPE for each in carried):
        source_id = line.cells.get("source_id", "")
        return Read(line.number, source_id, line.cells, tuple(carried), None)
    read = drafts.read(line, plan.atlas, is_twice=is_twice, protected=plan.protected)
    troubles = [*_still(carried, read.troubles), *read.troubles]
    country = read.draft.country if read.draft else plan.country
    country = plan.foreign.get(read.source_id, country)
    if country != plan.country:
        troubles.append(_not_yours(country, plan.country))
    if any(trouble.refuses for trouble in troubles):
        return replace(read, troubles=tuple(troubles), draft=None, is_reference=False)
    return replace(read, troubles=tuple(troubles))


def carried(troubles: Sequence[Trouble], *, is_mended: bool = False) -> list[Trouble]:
    """Return the faults of a row that no edit removes. `is_mended`: the user edited the row."""
    return [
        each for each in troubles if _is_carried(each) and not (is_mended and each.code in MENDED)
    ]


def _is_carried(trouble: Trouble) -> bool:
    # Of a shelter the city was looked up before it was dropped: no other row says it so.
    is_of_shelter = trouble.code is Code.PLACE_UNKNOWN and "text" not in trouble.facts
    return trouble.code in CARRIED or is_of_shelter


def _still(carried: Sequence[Trouble], new: Sequence[Trouble]) -> Iterator[Trouble]:
    """Yield the carried faults whose codes are not among the new ones."""
    codes = {each.code for each in new}
    yield from (each for each in carried if each.code not in codes)


def _not_yours(country: str, yours: str) -> Trouble:
    return Trouble(
        Code.COUNTRY_NOT_YOURS,
        "country",
        _("This service is in {country}; you keep the directory of {yours}."),
        _("leave it to those who keep that country."),
        refuses=True,
        facts={"country": country, "yours": yours},
    )
