"""Data of a deployment: partners, contacts, resources, ways to take part and the emblem, in TOML.
An overlay adds or replaces rows. Rows with `is_demo` are shown in the demonstration only."""

from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Literal

from django.conf import settings

from protect.content.enums import SearchKind
from protect.content.search.entries import replace_entries
from protect.kernel import tables
from protect.kernel.tables import Record
from protect.programme.enums import ResourceKind
from protect.reference import vocabulary
from protect.reference.actions import LoadResult

PACKAGE = "programme"


class Row(Record):
    is_demo: bool = False  # invented: a live site leaves it out


class Partner(Row):
    """A partner organisation of a country (ISO 3166-1 code)."""

    name: str
    country: str


class Contact(Row):
    """An address of a role in a country. A role without a contact has no row."""

    country: str
    role: Literal["coordinator", "trainings", "materials", "press"]
    office: str  # whose contact it is, such as “IOM office in Malta”
    email: str


class Resource(Row):
    """A manual, guide, film or material in one language. `countries`: none for all of them."""

    title: str
    kind: ResourceKind
    language: str
    countries: tuple[str, ...] = ()
    licence: str = ""
    file: str = ""  # name in the folder files/ beside the TOML; "": not available yet


class TakePart(Row):
    """A way to take part. Its words are the texts <code> and <code>_text of `programme-action`.
    `path`: the address of an existing form on this host, with {tag} for a language of the desk;
    "" for the form of an enquiry of this kind."""

    path: str = ""


class Emblem(Row):
    """The funder's emblem: an SVG file beside the TOML. Units: CSS pixels."""

    file: str
    alternative: str  # what a screen reader says
    width: int
    height: int


def partners() -> list[Partner]:
    return _shown(tables.load(PACKAGE, "partners", Partner))


def contacts() -> list[Contact]:
    return _shown(tables.load(PACKAGE, "contacts", Contact))


def resources() -> list[Resource]:
    return _shown(tables.load(PACKAGE, "resources", Resource))


def index_resources(report: Callable[[LoadResult], None]) -> None:
    """Store by which words each resource is found, as `protect load-data` does."""
    texts = {row.code: [row.title, row.licence] for row in resources()}
    replace_entries(SearchKind.RESOURCE, texts)


def ways_to_take_part() -> list[TakePart]:
    return _shown(tables.load(PACKAGE, "actions", TakePart))


def emblem() -> Emblem | None:
    return next(iter(_shown(tables.load(PACKAGE, "emblem", Emblem))), None)


def read_all() -> None:
    """Read every register. Errors: DataError for the first wrong row or a missing file."""
    countries, languages = vocabulary.countries(), vocabulary.languages()
    for partner in partners():
        _must_know("partners", partner.code, partner.country, countries)
    for contact in contacts():
        _must_know("contacts", contact.code, contact.country, countries)
    for resource in resources():
        _must_know("resources", resource.code, resource.language, languages)
        for country in resource.countries:
            _must_know("resources", resource.code, country, countries)
        if resource.file:
            must_find_file("resources", resource.code, f"files/{resource.file}")
    ways_to_take_part()
    if shown := emblem():
        must_find_file("emblem", shown.code, shown.file)


def must_find_file(kind: str, code: str, name: str) -> Path:
    """Return the path of a file that a row names: that of the last overlay which has it.
    Errors: DataError if no folder has it, or the name leads out of the folder."""
    if path := next(_paths(name), None):
        return path
    problem = f"The file “{name}” is missing."
    remedy = "put it beside the TOML file (docs/programme-site.md)."
    raise tables.bad_row_error(PACKAGE, kind, code, problem=problem, remedy=remedy)


def _paths(name: str) -> Iterator[Path]:
    for folder in reversed(tables.data_folders(PACKAGE)):
        path = (folder / name).resolve()
        if path.is_relative_to(folder.resolve()) and path.is_file():
            yield path


def _must_know(kind: str, code: str, value: str, known: Container[str]) -> None:
    if value not in known:
        remedy = "use a code of countries.toml or languages.toml."
        raise tables.bad_row_error(
            PACKAGE, kind, code, problem=f"“{value}” is unknown.", remedy=remedy
        )


def _shown[R: Row](rows: dict[str, R]) -> list[R]:
    return [row for row in rows.values() if settings.IS_DEMO or not row.is_demo]
