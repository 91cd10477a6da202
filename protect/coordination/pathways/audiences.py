"""For whom alone a service says that it is: for one gender, or for children."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.enums import CriterionKind, CriterionOperator
from protect.matching.questions import ADULT_AGE, CHILD_PROTECTION
from protect.matching.services.rows import ServiceRow

CATEGORIES_OF_CHILDREN = frozenset({CHILD_PROTECTION, "missing-children"})
GENDER_OF_WORD = {"women": "f", "men": "m"}  # in the audience of a service
CHILDREN_WORDS = frozenset({"girls", "boys"})  # the same
EVERYONE = "everyone"  # the same
SEPARATOR = re.compile(r"[;,]")
FOR_GENDER = {
    # Translators, of each below: a service that helps no other people.
    frozenset({"f"}): _("For women only"),
    frozenset({"m"}): _("For men only"),
}
FOR_CHILDREN = _("For children only")  # For translators: a service that helps no adults


def stated_limit(row: ServiceRow, gender: str | None, *, is_adult: bool) -> Promise | None:
    """Return for whom alone a service is, if the person is not one of them; else None. `gender`: f,
    m, x; None: not said."""
    if is_adult and is_for_children(row):
        return FOR_CHILDREN
    genders = genders_of(row)
    return FOR_GENDER.get(genders) if gender is not None and gender not in genders else None


def is_for_children(row: ServiceRow) -> bool:
    """Return whether a service says that it helps no adults, or is for children and names no
    adults."""
    oldest = [each.maximum for each in row.conditions.get(CriterionKind.AGE, ())]
    ages = [age for age in oldest if age is not None]
    if ages:
        return max(ages) < ADULT_AGE
    named = _audience(row)
    names_adults = not named.isdisjoint({*GENDER_OF_WORD, EVERYONE})
    names_children = bool(named & CHILDREN_WORDS) or not named
    is_of_children = not row.categories.isdisjoint(CATEGORIES_OF_CHILDREN)
    return names_children and is_of_children and not names_adults


def genders_of(row: ServiceRow) -> frozenset[str]:
    """Return the genders to which a service limits its help, by its conditions, else by the words
    of its source; empty if it takes all, or if that is not known."""
    stated = row.conditions.get(CriterionKind.GENDER, ())
    if stated:
        only = (each.values for each in stated if each.operator == CriterionOperator.ONLY)
        return frozenset().union(*only)
    named = _audience(row)
    if EVERYONE in named or named >= GENDER_OF_WORD.keys():
        return frozenset()
    return frozenset(gender for word, gender in GENDER_OF_WORD.items() if word in named)


def _audience(row: ServiceRow) -> frozenset[str]:
    """Return the words of the source for the people of a service, such as “girls”."""
    return frozenset(word.strip() for word in SEPARATOR.split(row.audience_note) if word.strip())
