"""Words and shapes for the states of trainings."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.trainings.enums import (
    BookingState,
    EditionMove,
    EditionState,
    RegistrationState,
)


class Said(NamedTuple):
    """A word, and the shape that says the same without colour."""

    word: str | Promise
    shape: str


EDITION_SHAPES = {
    EditionState.PLANNED: "plain",
    EditionState.OPEN: "open",
    EditionState.CLOSED: "info",
    EditionState.DONE: "good",
    EditionState.CANCELLED: "ended",
}
REGISTRATION_SHAPES = {
    RegistrationState.APPLIED: "open",
    RegistrationState.WAITING: "caution",
    RegistrationState.OFFERED: "info",
    RegistrationState.CONFIRMED: "good",
    RegistrationState.REFUSED: "ended",
    RegistrationState.WITHDRAWN: "ended",
    RegistrationState.CANCELLED: "ended",
}
BOOKING_SHAPES = {
    BookingState.ASKED: "open",
    BookingState.ACCEPTED: "good",
    BookingState.DECLINED: "caution",
    BookingState.CANCELLED: "ended",
}
EDITION_MOVES = {
    # Translators: a button: people can register for a training from now on.
    EditionMove.OPEN: _("Open registration"),
    # Translators: a button: nobody can register for a training any more.
    EditionMove.CLOSE: _("Close registration"),
    # Translators: a button: a training has taken place.
    EditionMove.FINISH: _("It has taken place"),
    # Translators: a button: a training does not take place.
    EditionMove.CANCEL: _("Cancel the training"),
}


def edition_state(code: str) -> Said:
    """Return how the state of an edition is said."""
    state = EditionState(code)
    return Said(state.label, EDITION_SHAPES[state])


def registration_state(code: str, *, place: int | None = None, is_paused: bool = False) -> Said:
    """Return how the state of a registration is said; who waits hears their place in the line."""
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


def booking_state(code: str) -> Said:
    """Return how the state of a booking is said."""
    state = BookingState(code)
    return Said(state.label, BOOKING_SHAPES[state])
