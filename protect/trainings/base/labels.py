from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from protect.trainings.base import vocabulary


class StateLabel(NamedTuple):
    """The word for a state, and the shape that carries the same meaning without colour."""

    word: str | Promise
    shape: str


def make_state_labeller(shapes: Mapping[Any, str]) -> Callable[[str], StateLabel]:
    """Return a function from the code of a state to its label, given the shape of each state."""
    return {state: StateLabel(state.label, shapes[state]) for state in shapes}.__getitem__


UNKNOWN = "unknown"  # the category of people whose answer is not known

UNKNOWN_LABEL = _("Not known")  # For translators: a participant's sex or age, not told or not seen

# By code of grades.toml.
GRADE_LABELS = {
    # Translators, of each below: class levels of a primary school, with the usual ages.
    "primary_1_2": _("Primary, 6 to 8 years"),
    "primary_3_5": _("Primary, 9 to 11 years"),
    # Translators, of each below: class levels of a secondary school, with the usual ages.
    "secondary_1_3": _("Secondary, 12 to 14 years"),
    "secondary_4_6": _("Secondary, 15 to 18 years"),
}


def age_band_name(code: str) -> str:
    """Return the label of an age band, a class level or the unknown category."""
    if code == UNKNOWN:
        return str(UNKNOWN_LABEL)
    if code in GRADE_LABELS:
        return str(GRADE_LABELS[code])
    band = vocabulary.age_bands().get(code)
    if band is None:
        return code
    if band.until is None:
        # Translators: an age band without an end. {since} is a number of years.
        return gettext("{since} years and older").format(since=band.since)
    # Translators: an age band. {since} and {until} are numbers of years.
    return gettext("{since} to {until} years").format(since=band.since, until=band.until)
