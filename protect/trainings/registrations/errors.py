"""Why registrations and lists of names are refused."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class RegistrationMoveNotAllowed(ProtectError):
    code = "trainings_registration_move_not_allowed"
    # Translators: {move} and {state} are codes such as approve and waiting.
    message = _(
        "“{move}” is not possible for a registration that is “{state}”. Nothing was changed. "
        "Reload the page."
    )


class WithdrawLate(ProtectError):
    code = "trainings_withdraw_late"
    # Translators: somebody with a seat wants to withdraw during or after the last half day.
    message = _(
        "The last half day has begun: you cannot withdraw here any more, so that nobody who was "
        "there loses the certificate. Nothing was changed. Tell whoever organises it."
    )


class AddressTaken(ProtectError):
    code = "trainings_address_taken"
    # Translators: two people of an organisation's trainings cannot have one e-mail address.
    message = _(
        "Somebody else in your trainings has this e-mail address. Nothing was changed. If both are "
        "one person, keep the other and erase this one."
    )


class WindowClosed(ProtectError):
    code = "trainings_window_closed"
    # Translators: nobody can register for this training now.
    message = _(
        "Registration for this training is not open now. Nothing was saved. Ask whoever organises "
        "it, or choose another date in the calendar."
    )


class AlreadyRegistered(ProtectError):
    """One active registration for each edition and person; the existing one is shown."""

    code = "trainings_already_registered"
    # Translators: {state} is where the registration stands, such as: confirmed.
    message = _("This person is registered already: “{state}”. Nothing was added.")


class OverbookingNeedsReason(ProtectError):
    code = "trainings_overbooking_needs_reason"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: somebody confirms more people than there are seats.
    message = _(
        "All seats are taken. To confirm one more all the same, write why. Nothing was changed yet."
    )


class RoomFull(ProtectError):
    code = "trainings_room_full"
    # Translators: {capacity} is a number of people.
    message = _(
        "The room holds {capacity} people. Nothing was changed. Choose a larger room first, or let "
        "somebody wait."
    )


class SenderKnown(ProtectError):
    code = "trainings_sender_known"
    # Translators: somebody adds an organisation that sends people to trainings.
    message = _("An organisation of this name in this country is there already. Nothing was added.")


class SenderWithoutAddress(ProtectError):
    code = "trainings_sender_without_address"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: the link for an organisation cannot be mailed.
    message = _("This organisation has no e-mail address. Nothing was sent. Add one, or show it.")


class RosterNoTable(ProtectError):
    code = "trainings_roster_no_table"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: somebody brought a list of names as a file.
    message = _("This is no table. Nothing was read. Save the list as CSV or XLSX.")


class RosterColumnsMissing(ProtectError):
    code = "trainings_roster_columns_missing"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {columns} are names of columns: name, email.
    message = _(
        "The first row must say what stands in each column. These were not found: {columns}. "
        "Nothing was read."
    )


class RosterLong(ProtectError):
    code = "trainings_roster_long"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a list of names is too long. {found} and {most} are numbers.
    message = _("The list has {found} rows; {most} can be read at once. Nothing was read.")


class RosterEmpty(ProtectError):
    code = "trainings_roster_empty"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a list of names has no row.
    message = _("Nobody stands in this list. Nothing was read.")


class GroupLarge(ProtectError):
    code = "trainings_group_large"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: people who come together. {most} is a number.
    message = _("At most {most} people come together. Nothing was read. Make several lists.")
