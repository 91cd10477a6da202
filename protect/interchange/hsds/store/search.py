"""Words that a reader searches for: only what the answer shows of a service may match.

Else whoever guesses words would learn from a hit what is stored of a shelter and never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce
from operator import and_, or_

from django.db.models import Q

from protect.directory.enums import Audience
from protect.directory.queries import ServiceQuerySet
from protect.interchange.hsds.protected_texts import silent
from protect.interchange.hsds.texts import plain

COLUMNS = ("name", "description", "organisation__name")


def saying(found: ServiceQuerySet, search: str) -> ServiceQuerySet:
    """Keep the services that say every word in name, description or their organisation's name.

    What is withheld of a protected service is no place to find it by.
    """
    said = found.filter(says(search, *COLUMNS))
    protected = said.exclude(address_audience=Audience.PUBLIC).order_by("pk")
    withheld = [
        key
        for key, name, description, organisation in protected.values_list("pk", *COLUMNS)
        if not _shows(search, (plain(name), plain(silent(description)), plain(organisation)))
    ]
    return said.exclude(pk__in=withheld)


def says(search: str, *columns: str) -> Q:
    """Return the condition that every word stands in one of these columns, in any case."""
    return reduce(
        and_,
        (
            reduce(or_, (Q(**{f"{name}__iregex": re.escape(word)}) for name in columns))
            for word in search.split()
        ),
        Q(),
    )


def _shows(search: str, texts: Iterable[str]) -> bool:
    shown = "\n".join(texts)
    return all(re.search(re.escape(word), shown, re.IGNORECASE) for word in search.split())
