"""Words and shapes of registrations and lists of names."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from protect.trainings.base.labels import Said
from protect.trainings.registrations import people_words
from protect.trainings.registrations.enums import Answered, RegistrationState
from protect.trainings.registrations.name_lists.checks import Wrong

REGISTRATION_SHAPES = {
    RegistrationState.UNPROVEN: "plain",
    RegistrationState.APPLIED: "open",
    RegistrationState.WAITING: "caution",
    RegistrationState.OFFERED: "info",
    RegistrationState.CONFIRMED: "good",
    RegistrationState.REFUSED: "ended",
    RegistrationState.WITHDRAWN: "ended",
    RegistrationState.CANCELLED: "ended",
}


# What became of somebody's yes to the offer of a seat, as those who plan hear it.
ANSWERED = {
    Answered.SEATED: _("The seat is theirs."),
    Answered.PASSED_ON: _("Too late: the seat was passed on. They are back at their place."),
}


def registration_state(code: str, *, place: int | None = None, is_paused: bool = False) -> Said:
    """Return the label of a registration's state, with the place on the waiting list."""
    state = RegistrationState(code)
    if state is RegistrationState.WAITING and is_paused:
        # Translators: somebody waits for a seat, did not answer an offer, and keeps the place.
        return Said(_("At rest in the line"), "plain")
    if place is not None:
        # Translators: somebody waits for a seat. {place} is their number in the line.
        return Said(
            _("Full, number {place} in line").format(place=place), REGISTRATION_SHAPES[state]
        )
    return Said(state.label, REGISTRATION_SHAPES[state])


# The columns of a list of names.
ROSTER_FIELDS = {
    "name": _("Name"),
    "email": _("E-mail address"),
    "country": _("Country"),
    "language": _("Language"),
    "sex": _("Sex"),
    "age_band": people_words.AGE,
    "profession": people_words.PROFESSION,
    "sector": people_words.SECTOR,
}


# Translators: what somebody can do about a word in a list of names that nobody understood.
WORDS = _("Write one of the words that are understood, or nothing.")


# What is wrong with a row of a list of names, and how to mend it.
ROSTER = {
    Wrong.NAME_MISSING: (_("Nothing stands here."), _("Write the name.")),
    Wrong.NAME_LONG: (_("This is too long."), _("Write at most 120 characters.")),
    Wrong.EMAIL_MISSING: (_("Nothing stands here."), _("Write the e-mail address.")),
    Wrong.EMAIL_BAD: (_("This is no e-mail address."), _("Write it like name@example.org.")),
    # Translators: {line} is the number of a line.
    Wrong.TWICE: (_("The same stands in line {line}."), _("Leave one of them out.")),
    Wrong.COUNTRY_UNKNOWN: (_("No country has this code."), _("Write two letters, such as BE.")),
    Wrong.LANGUAGE_UNKNOWN: (_("No language has this code."), _("Write a code, such as fr.")),
    Wrong.SEX_UNKNOWN: (_("This is not known."), _("Write f, m, x, or nothing.")),
    Wrong.AGE_UNKNOWN: (_("This is not known."), WORDS),
    Wrong.PROFESSION_UNKNOWN: (_("This is not known."), WORDS),
    Wrong.SECTOR_UNKNOWN: (_("This is not known."), WORDS),
}
