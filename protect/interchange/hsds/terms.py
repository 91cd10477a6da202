"""The taxonomies and their terms; not the 211 taxonomy, because its codes are licensed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from protect.interchange.hsds.texts import stable_key, without_empty
from protect.kernel import ids, tables
from protect.reference import vocabulary

OSM_HOURS, TIME_ZONE, BY_APPOINTMENT = "osm_hours", "time_zone", "by_appointment"  # detail codes
ENGLISH = "eng"  # ISO 639-3
CROSSWALK_FILE = "hsds/open_eligibility"


class Scheme(StrEnum):
    """A taxonomy. Its value is the prefix of its terms' codes."""

    CATEGORIES = "category"
    NEEDS = "need"
    OPEN_ELIGIBILITY = "open_eligibility"
    DETAILS = "detail"


class CrosswalkRow(tables.Record):
    """The term of Open Eligibility for one of our categories, by our code."""

    term: str  # its slug: the levels of the term, joined by colons
    names: tuple[str, ...]  # one for each level
    source: str  # address of the page
    read: date  # when the page was read
    checked: date | None = None  # when the choice of the term was confirmed; None: it was not


@dataclass(frozen=True, slots=True)
class Term:
    """A taxonomy term and the categories that carry it. Schedules carry the terms of DETAILS."""

    scheme: Scheme
    code: str
    name: str
    description: str = ""
    categories: frozenset[str] = frozenset()
    excluding_categories: frozenset[str] = frozenset()  # categories that exclude the term
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


TAXONOMIES: dict[Scheme, tuple[str, str]] = {  # name and description
    Scheme.CATEGORIES: ("PROTECT categories", "Kinds of services."),
    Scheme.NEEDS: ("PROTECT needs", "What a person can ask for. Follows from the categories."),
    Scheme.OPEN_ELIGIBILITY: (
        "Open Eligibility",
        "Terms of the Open Eligibility taxonomy that mean the same as a category. Not confirmed.",
    ),
    Scheme.DETAILS: ("PROTECT details", "Values for which the standard has no field."),
}
DETAIL_TERMS = (
    Term(Scheme.DETAILS, OSM_HOURS, "Opening hours", "In OpenStreetMap's syntax, in wall time."),
    Term(Scheme.DETAILS, TIME_ZONE, "Time zone", "Of the wall time, as IANA names it."),
    Term(Scheme.DETAILS, BY_APPOINTMENT, "By appointment", "People arrange a time first."),
)


def term_id(scheme: Scheme, code: str) -> UUID:
    return ids.stable_uuid("hsds", "term", scheme, code)


def taxonomy_id(scheme: Scheme) -> UUID:
    return ids.stable_uuid("hsds", "taxonomy", scheme)


@cache
def all_terms() -> tuple[Term, ...]:
    categories = (
        Term(Scheme.CATEGORIES, code, category.name, category.hint, frozenset({code}))
        for code, category in vocabulary.categories().items()
    )
    return (*categories, *_need_terms(), *_open_eligibility_terms(), *DETAIL_TERMS)


@cache
def terms_by_id() -> dict[UUID, Term]:
    return {term.id: term for term in all_terms()}


def taxonomy_documents() -> list[dict[str, Any]]:
    return [taxonomy_document(scheme) for scheme in Scheme]


def taxonomy_document(scheme: Scheme) -> dict[str, Any]:
    name, description = TAXONOMIES[scheme]
    return {"id": str(taxonomy_id(scheme)), "name": name, "description": description}


@cache
def term_document(term: Term, *, is_full: bool = True) -> dict[str, Any]:
    """Return a term as a document; `is_full` adds the document of its taxonomy.
    The document is cached and shared: a caller copies it before changing it."""
    fields = {
        "id": str(term.id),
        "code": f"{term.scheme}:{term.code}",
        "name": term.name,
        "description": term.description or term.name,
        "parent_id": str(term.parent_id) if term.parent_id else None,
        "taxonomy": TAXONOMIES[term.scheme][0],
        "taxonomy_detail": taxonomy_document(term.scheme) if is_full else None,
        "language": ENGLISH,
    }
    return without_empty(fields)


@cache
def terms_of_categories(categories: frozenset[str]) -> tuple[Term, ...]:
    """Return the terms that a service of these categories carries."""
    terms = (term for term in all_terms() if categories & term.categories)
    return tuple(term for term in terms if not categories & term.excluding_categories)


def attribute(owner: UUID | str, entity: str, code: str, value: str) -> dict[str, Any]:
    """Return the attribute with which record `owner` of the table `entity` carries a detail."""
    term = next(detail for detail in DETAIL_TERMS if detail.code == code)
    return _attribute(owner, entity, term, value)


def attributes(owner: UUID, entity: str, categories: Iterable[str]) -> list[dict[str, Any]]:
    """Return the attributes of record `owner`: one for each term of its `categories` (codes)."""
    terms = terms_of_categories(frozenset(categories))
    return [_attribute(owner, entity, term, "") for term in terms]


def _attribute(owner: UUID | str, entity: str, term: Term, value: str) -> dict[str, Any]:
    document = {
        "id": stable_key("attribute", str(owner), term.scheme, term.code),
        "link_id": str(owner),
        "link_type": term.scheme.value,
        "link_entity": entity,
        "value": value,
        "label": term.name,
        "taxonomy_term": term_document(term, is_full=False),
    }
    return without_empty(document)


def _need_terms() -> Iterator[Term]:
    """Yield the terms of public needs with categories. The other needs only repeat categories."""
    for code, need in vocabulary.needs().items():
        if need.public and need.categories:
            categories, excluding = frozenset(need.categories), frozenset(need.never)
            yield Term(Scheme.NEEDS, code, need.name, need.hint, categories, excluding)


def _open_eligibility_terms() -> Iterator[Term]:
    """Yield the terms that the crosswalk names, and all terms above them. Errors: DataError."""
    names: dict[str, str] = {}
    categories_by_term: dict[str, set[str]] = {}
    for code, row in tables.load("interchange", CROSSWALK_FILE, CrosswalkRow).items():
        levels = row.term.split(":")
        if code not in vocabulary.categories() or len(levels) != len(row.names):
            problem = "It is no category, or `names` has not one name for each level of `term`."
            remedy = "correct it, or leave it out: a category without a term of theirs is fine."
            error = tables.bad_row_error
            raise error("interchange", CROSSWALK_FILE, code, problem=problem, remedy=remedy)
        slugs = [":".join(levels[: depth + 1]) for depth in range(len(levels))]
        names |= dict(zip(slugs, row.names, strict=True))
        categories_by_term.setdefault(row.term, set()).add(code)
    for slug, name in names.items():
        categories = frozenset(categories_by_term.get(slug, ()))
        parent = slug.rpartition(":")[0]
        yield Term(Scheme.OPEN_ELIGIBILITY, slug, name, categories=categories, parent=parent)
