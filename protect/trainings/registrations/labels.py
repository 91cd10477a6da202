"""Words and shapes of registrations and lists of names."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from protect.trainings.base.labels import StateLabel
from protect.trainings.registrations.enums import Answered, RegistrationState
from protect.trainings.registrations.name_lists.checks import Mistake, Wrong

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


def registration_state(
    code: str, *, place: int | None = None, is_paused: bool = False
) -> StateLabel:
    """Return the label of a registration's state, with the place on the waiting list."""
    state = RegistrationState(code)
    if state is RegistrationState.WAITING and is_paused:
        # Translators: somebody waits for a seat, did not answer an offer, and keeps the place.
        return StateLabel(_("At rest in the line"), "plain")
    if place is not None:
        # Translators: somebody waits for a seat. {place} is their number in the line.
        return StateLabel(
            _("Full, number {place} in line").format(place=place), REGISTRATION_SHAPES[state]
        )
    return StateLabel(state.label, REGISTRATION_SHAPES[state])


# What is wrong with a name or an address in a list, and how to mend it. Of other fields: `fields`.
PROBLEMS = {
    Mistake("name", Wrong.MISSING): (_("Nothing stands here."), _("Write the name.")),
    Mistake("name", Wrong.LONG): (_("This is too long."), _("Write at most 120 characters.")),
    Mistake("email", Wrong.MISSING): (_("Nothing stands here."), _("Write the e-mail address.")),
    Mistake("email", Wrong.BAD): (
        _("This is no e-mail address."),
        _("Write it like name@example.org."),
    ),
    Mistake("email", Wrong.TWICE): (
        # Translators: {line} is the number of a line.
        _("The same stands in line {line}."),
        _("Leave one of them out."),
    ),
}
