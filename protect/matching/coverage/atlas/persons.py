"""The person types of the atlas: plain cases, as data. Source: data/person_types.toml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, NonNegativeInt, model_validator

from protect.kernel import tables
from protect.matching.questions.question import Child, Person
from protect.reference import vocabulary

PACKAGE, KIND = "matching", "person_types"
NOBODY_SAID = "anyone"  # the code of the person type without any details

type Gender = Literal["f", "m", "x"]


class ChildType(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    age: NonNegativeInt | None = None  # whole years
    gender: Gender | None = None


class PersonType(tables.Record):
    """The answers of such a person. A missing key means no answer."""

    name: str
    gender: Gender | None = None
    age: NonNegativeInt | None = None  # whole years
    children: tuple[ChildType, ...] | None = None
    legal_status: str | None = None  # code of statuses.toml
    documents: frozenset[str] | None = None  # codes of documents.toml
    groups: frozenset[str] | None = None  # codes of groups.toml
    not_asked: frozenset[str] = frozenset()  # needs that a report leaves out: codes of needs.toml

    @model_validator(mode="after")
    def _known_codes(self) -> PersonType:
        checked: dict[str, tuple[Any, Mapping[str, Any]]] = {
            "legal_status": ({self.legal_status} - {None}, vocabulary.statuses()),
            "documents": (self.documents or (), vocabulary.documents()),
            "groups": (self.groups or (), vocabulary.groups()),
            "not_asked": (self.not_asked, vocabulary.needs()),
        }
        for key, (codes, words) in checked.items():
            for code in codes:
                if code not in words:
                    raise ValueError(f"{key}: {code} is not known")
        return self

    @property
    def person(self) -> Person:
        children = self.children
        return Person(
            gender=self.gender,
            age=self.age,
            children=None
            if children is None
            else tuple(Child(each.age, each.gender) for each in children),
            legal_status=self.legal_status,
            documents=self.documents,
            groups=self.groups,
        )


@cache
def types() -> Mapping[str, PersonType]:
    """Return every person type by its code, in the order of the file. Errors: DataError."""
    return tables.load(PACKAGE, KIND, PersonType)
