"""Words and shapes for the states of trainings."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from protect.trainings.base import vocabulary


class StateLabel(NamedTuple):
    """A word, and the shape that carries the same meaning without colour."""

    word: str | Promise
    shape: str


def labelled(shapes: Mapping[Any, str]) -> Callable[[str], StateLabel]:
    """Return what labels a state by its code. Shapes: `shapes` by each state of an enum."""
    return {state: StateLabel(state.label, shapes[state]) for state in shapes}.__getitem__


UNKNOWN = "unknown"  # the cell of people of whom it is not known

# Translators: a participant's sex or age was not told, or could not be seen.
NOT_KNOWN = _("Not known")

# By code of grades.toml.
GRADES = {
    # Translators, of each below: class levels of a primary school, with the usual ages.
    "primary_1_2": _("Primary, 6 to 8 years"),
    "primary_3_5": _("Primary, 9 to 11 years"),
    # Translators, of each below: class levels of a secondary school, with the usual ages.
    "secondary_1_3": _("Secondary, 12 to 14 years"),
    "secondary_4_6": _("Secondary, 15 to 18 years"),
}


def band_name(code: str) -> str:
    if code == UNKNOWN:
        return str(NOT_KNOWN)
    if code in GRADES:
        return str(GRADES[code])
    band = vocabulary.age_bands().get(code)
    if band is None:
        return code
    if band.until is None:
        # Translators: an age band without an end. {since} is a number of years.
        return gettext("{since} years and older").format(since=band.since)
    # Translators: an age band. {since} and {until} are numbers of years.
    return gettext("{since} to {until} years").format(since=band.since, until=band.until)
