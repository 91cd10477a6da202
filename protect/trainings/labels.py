"""Words and shapes for the states of trainings."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.trainings.badges.verdicts import State
from protect.trainings.badges.verifying import Verdict
from protect.trainings.certified import Line, ended
from protect.trainings.enums import (
    Answered,
    AttendanceState,
    BookingState,
    EditionMove,
    EditionState,
    NeedState,
    RegistrationState,
    VersionMove,
    VersionState,
)
from protect.trainings.models import Booking, Certificate, Need
from protect.vault.models import BadgeKey


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
    RegistrationState.UNPROVEN: "plain",
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
ATTENDANCE_SHAPES = {
    AttendanceState.PRESENT: "good",
    AttendanceState.LATE: "info",
    AttendanceState.LEFT_EARLY: "info",
    AttendanceState.EXCUSED: "plain",
    AttendanceState.ABSENT: "ended",
}
NEED_SHAPES = {
    NeedState.OPEN: "open",
    NeedState.BOOKED: "good",
    NeedState.ORDERED: "good",
    NeedState.CANNOT_BE_MET: "caution",
}
# Translators: somebody wrote what they need in their own words; it stands apart.
OWN_WORDS = _("In own words: ask the team")
# Translators: nobody has written yet whether somebody was there.
NOT_NOTED = Said(_("Not noted yet"), "open")
VERDICT_SHAPES = {
    State.VALID: "good",
    State.REVOKED: "alarm",
    State.REPLACED: "ended",
    State.ALTERED: "alarm",
    State.FOREIGN: "info",
    State.UNKNOWN_ISSUER: "caution",
    State.UNDECIDED: "caution",
}
VERSION_SHAPES = {
    VersionState.DRAFT: "plain",
    VersionState.IN_REVIEW: "open",
    VersionState.PUBLISHED: "good",
    VersionState.RETIRED: "ended",
}
VERSION_MOVES = {
    # Translators: a button: the owner of a course shall read a draft.
    VersionMove.SUBMIT: _("Send to its owner"),
    # Translators: a button: a draft goes back to whoever wrote it.
    VersionMove.RETURN: _("Send back"),
    # Translators: a button: a version of a course can be used from now on.
    VersionMove.PUBLISH: _("Publish"),
    # Translators: a button: nobody shall use a version of a course for something new.
    VersionMove.RETIRE: _("Use no longer"),
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

# What became of somebody's yes to the offer of a seat, as those who plan hear it.
ANSWERED = {
    Answered.SEATED: _("The seat is theirs."),
    Answered.PASSED_ON: _("Too late: the seat was passed on. They are back at their place."),
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


def attendance_state(code: str) -> Said:
    """Return how somebody's part in a half day is said."""
    state = AttendanceState(code)
    return Said(state.label, ATTENDANCE_SHAPES[state])


def need(row: Need, *, is_asked_again: bool = False) -> Said:
    """Return how it is said what became of a need.

    `is_asked_again`: what was booked for it was accepted for another time or place.
    """
    if is_asked_again or row.reopened_at is not None:
        # Translators: the state of what somebody needs: it was arranged, then a half day moved to
        # another time or place.
        return Said(_("To be arranged again after a move"), "caution")
    state = NeedState(row.state)
    return Said(state.label, NEED_SHAPES[state])


def version_state(code: str) -> Said:
    """Return how the state of a version is said."""
    state = VersionState(code)
    return Said(state.label, VERSION_SHAPES[state])


def booking(row: Booking) -> Said:
    """Return how a booking is said: what was accepted for another time waits for a new answer."""
    if row.asked_again_at is not None:
        # Translators: the state of a booking: it was accepted, then the half day moved to another
        # time or place.
        return Said(_("Asked again after a move"), "caution")
    return booking_state(row.state)


def booking_state(code: str) -> Said:
    """Return how the state of a booking is said."""
    state = BookingState(code)
    return Said(state.label, BOOKING_SHAPES[state])


def certificate_state(row: Certificate) -> Said:
    """Return how a certificate stands."""
    state = ended(row) or State.VALID
    return Said(state.label, VERDICT_SHAPES[state])


def certified(line: Line) -> Said:
    """Return how it stands with somebody's certificate."""
    if line.is_doubtful:
        # Translators: somebody's attendance or result was corrected after the certificate.
        return Said(_("Corrected since"), "caution")
    if line.certificate is not None:
        # Translators: somebody has a certificate.
        return Said(_("Issued"), "good")
    if line.was_revoked:
        return Said(State.REVOKED.label, VERDICT_SHAPES[State.REVOKED])
    if line.is_due:
        # Translators: somebody is to get a certificate.
        return Said(_("To be issued"), "open")
    # Translators: somebody gets no certificate.
    return Said(_("No certificate"), "plain")


def key_state(key: BadgeKey) -> Said:
    """Return how a key for certificates stands."""
    if key.distrusted_at is not None:
        # Translators: of a key: somebody else may have held it.
        return Said(_("No longer trusted"), "alarm")
    if key.retired_at is not None:
        # Translators: of a key: nothing new is signed with it.
        return Said(_("Retired"), "ended")
    # Translators: of a key.
    return Said(_("In use"), "good")


def verdict(found: Verdict) -> Said:
    """Return how the result of a check is said."""
    return Said(found.state.label, VERDICT_SHAPES[found.state])
