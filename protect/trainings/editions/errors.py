"""Why editions and their seats are refused."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class EditionNotEnded(ProtectError):
    """Finishing cannot be undone, so it waits for the end of the last half day."""

    code = "trainings_edition_not_ended"
    # Translators: somebody says that a training has taken place, or freezes its results.
    message = _(
        "This training has not ended yet. Nothing was changed. Come back after its last half day. "
        "If that one does not take place, cancel or move it first."
    )


class SeatsAboveRoom(ProtectError):
    code = "trainings_seats_above_room"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a training would have more seats than its smallest room holds.
    message = _(
        "The smallest room holds {capacity} people. If there shall be more seats all the same, "
        "write why, and save again."
    )


class SeatsBelowTaken(ProtectError):
    code = "trainings_seats_below_taken"
    # Translators: {taken} is a number of seats of a training.
    message = _(
        "{taken} seats are taken already, offers among them. Nothing was changed. Choose at least "
        "that number, or withdraw registrations first."
    )


class QuotaBelowConfirmed(ProtectError):
    code = "trainings_quota_below_confirmed"
    # Translators: {taken} is a number of seats that an organisation has taken.
    message = _(
        "{taken} seats of this organisation are taken already. Nothing was changed. Choose at "
        "least that number, or withdraw registrations first."
    )


class QuotasAboveSeats(ProtectError):
    code = "trainings_quotas_above_seats"
    # Translators: {seats} is the number of seats of a training.
    message = _(
        "Together the organisations would have more seats than the training: {seats}. Nothing was "
        "changed."
    )
