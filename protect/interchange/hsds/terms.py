"""The taxonomies. 211 codes are licensed: they are neither stored nor served."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from protect.interchange.hsds.texts import key_of, stated
from protect.kernel import ids, tables
from protect.reference import vocabulary

OSM_HOURS, TIME_ZONE, BY_APPOINTMENT = "osm_hours", "time_zone", "by_appointment"
ENGLISH = "eng"
CROSSWALK = "hsds/open_eligibility"


class Scheme(StrEnum):
    """A taxonomy. The codes of its terms begin with the value."""

    CATEGORIES = "category"
    NEEDS = "need"
    OPEN_ELIGIBILITY = "open_eligibility"
    DETAILS = "detail"


class Crossing(tables.Record):
    """The term of Open Eligibility for one of our categories, by our code."""

    term: str  # their slug: names of its levels, joined by colons
    names: tuple[str, ...]  # of its levels
    source: str
    read: date
    checked: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A term, and which categories carry it (details: none, rows carry those)."""

    scheme: Scheme
    code: str
    name: str
    description: str = ""
    categories: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    parent: str = ""  # the code of the term above it

    @property
    def id(self) -> UUID:
        return term_id(self.scheme, self.code)

    @property
    def parent_id(self) -> UUID | None:
        return term_id(self.scheme, self.parent) if self.parent else None

    @property
    def taxonomy_id(self) -> UUID:
        return taxonomy_id(self.scheme)


# name, description
TAXONOMIES: dict[Scheme, tuple[str, str]] = {
    Scheme.CATEGORIES: ("PROTECT categories", "Kinds of services."),
    Scheme.NEEDS: ("PROTECT needs", "What a person can ask for. Follows from the categories."),
    Scheme.OPEN_ELIGIBILITY: (
        "Open Eligibility",
        "Terms of the Open Eligibility taxonomy that mean the same as a category. Not confirmed.",
    ),
    Scheme.DETAILS: ("PROTECT details", "Values for which the standard has no field."),
}
DETAILS = (
    Term(Scheme.DETAILS, OSM_HOURS, "Opening hours", "In OpenStreetMap's syntax, in wall time."),
    Term(Scheme.DETAILS, TIME_ZONE, "Time zone", "Of the wall time, as IANA names it."),
    Term(Scheme.DETAILS, BY_APPOINTMENT, "By appointment", "People arrange a time first."),
)


def term_id(scheme: Scheme, code: str) -> UUID:
    return ids.stable_uuid("hsds", "term", scheme, code)


def taxonomy_id(scheme: Scheme) -> UUID:
    return ids.stable_uuid("hsds", "taxonomy", scheme)


@cache
def every() -> tuple[Term, ...]:
    categories = (
        Term(Scheme.CATEGORIES, code, each.name, each.hint, frozenset({code}))
        for code, each in vocabulary.categories().items()
    )
    return (*categories, *_needs(), *_crossed(), *DETAILS)


@cache
def by_id() -> dict[UUID, Term]:
    return {term.id: term for term in every()}


def taxonomies() -> list[dict[str, Any]]:
    return [taxonomy(scheme) for scheme in Scheme]


def taxonomy(scheme: Scheme) -> dict[str, Any]:
    name, description = TAXONOMIES[scheme]
    return {"id": str(taxonomy_id(scheme)), "name": name, "description": description}


@cache
def document(term: Term, *, is_full: bool = True) -> dict[str, Any]:
    """Return a term as a document; `is_full` with its taxonomy. A missing description is its name.
    The object is shared: a caller copies it before changing it."""
    return stated(
        {
            "id": str(term.id),
            "code": f"{term.scheme}:{term.code}",
            "name": term.name,
            "description": term.description or term.name,
            "parent_id": str(term.parent_id) if term.parent_id else None,
            "taxonomy": TAXONOMIES[term.scheme][0],
            "taxonomy_detail": taxonomy(term.scheme) if is_full else None,
            "language": ENGLISH,
        }
    )


@cache
def carried(categories: frozenset[str]) -> tuple[Term, ...]:
    """Return the terms that a service of these categories carries."""
    return tuple(
        term for term in every() if categories & term.categories and not categories & term.never
    )


def attribute(owner: UUID | str, entity: str, code: str, value: str) -> dict[str, Any]:
    term = next(each for each in DETAILS if each.code == code)
    return _attribute(owner, entity, term, value)


def attributes(owner: UUID, entity: str, categories: Iterable[str]) -> list[dict[str, Any]]:
    return [_attribute(owner, entity, term, "") for term in carried(frozenset(categories))]


def _attribute(owner: UUID | str, entity: str, term: Term, value: str) -> dict[str, Any]:
    return stated(
        {
            "id": key_of("attribute", str(owner), term.scheme, term.code),
            "link_id": str(owner),
            "link_type": term.scheme.value,
            "link_entity": entity,
            "value": value,
            "label": term.name,
            "taxonomy_term": document(term, is_full=False),
        }
    )


def _needs() -> Iterator[Term]:
    """Yield what the public site offers. The others repeat the categories."""
    for code, each in vocabulary.needs().items():
        if each.public and each.categories:
            categories, never = frozenset(each.categories), frozenset(each.never)
            yield Term(Scheme.NEEDS, code, each.name, each.hint, categories, never)


def _crossed() -> Iterator[Term]:
    """Yield terms of Open Eligibility and those above them. Errors: DataError."""
    names: dict[str, str] = {}
    categories_by_term: dict[str, set[str]] = {}
    for code, each in tables.load("interchange", CROSSWALK, Crossing).items():
        parts = each.term.split(":")
        if code not in vocabulary.categories() or len(parts) != len(each.names):
            raise tables.bad_row(
                "interchange",
                CROSSWALK,
                code,
                problem="It is no category, or `names` has not one name for each level of `term`.",
                remedy="correct it, or leave it out: a category without a term of theirs is fine.",
            )
        slugs = [":".join(parts[: depth + 1]) for depth in range(len(parts))]
        names |= dict(zip(slugs, each.names, strict=True))
        categories_by_term.setdefault(each.term, set()).add(code)
    for slug, name in names.items():
        carriers = frozenset(categories_by_term.get(slug, ()))
        parent = slug.rpartition(":")[0]
        yield Term(Scheme.OPEN_ELIGIBILITY, slug, name, categories=carriers, parent=parent)
