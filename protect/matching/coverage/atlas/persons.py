"""The person types of the atlas: typical cases, as data. Source: data/person_types.toml."""

from collections.abc import Mapping
from functools import cache

from protect.kernel import tables
from protect.matching.interface.question import NeedCode, PersonIn

NO_DETAILS = "anyone"  # the code of the person type without any details


class PersonType(tables.Record, PersonIn):
    """The answers of a typical person. A missing key means "not answered"."""

    name: str
    not_asked: frozenset[NeedCode] = frozenset()  # needs that a report leaves out


@cache
def person_types() -> Mapping[str, PersonType]:
    """Return every person type by its code, in the order of the file. Errors: DataError."""
    return tables.load("matching", "person_types", PersonType)
