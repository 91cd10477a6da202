from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class EditionMoveNotAllowed(ProtectError):
    code = "trainings_edition_move_not_allowed"
    message = _(  # For translators: {move} and {state} are labels such as: Open registration, Done
        "“{move}” is not possible for a training that is “{state}”. Nothing was changed. Reload "
        "the page."
    )


class BookingMoveNotAllowed(ProtectError):
    code = "trainings_booking_move_not_allowed"
    message = _(  # For translators: {move} and {state} are labels such as: They accept, Cancelled
        "“{move}” is not possible for a booking that is “{state}”. Nothing was changed. Reload the "
        "page."
    )


class BookingConflictError(ProtectError):
    """A booking has conflicts. The error carries codes and ids; only the page shows names.
    `conflicts` pairs a code of clashes.toml with the id of the resource, edition or request."""

    def __init__(self, conflicts: Sequence[tuple[str, UUID]]) -> None:
        self.conflicts = tuple(dict.fromkeys(conflicts))
        super().__init__(findings=" ".join(dict.fromkeys(code for code, _about in self.conflicts)))

    def message_with(self, sentences: str) -> str:
        """Return the message with sentences instead of codes, in the active language."""
        return str(self.message).format(findings=sentences)


class ClashBlocks(BookingConflictError):
    """A conflict that prevents a booking, even with a reason."""

    code = "trainings_clash_blocks"
    # Translators: {findings} are sentences, such as: Demo Trainer has another session then.
    message = _(
        "This cannot be booked: {findings} Nothing was changed. Choose another time, person or "
        "room."
    )


class ClashNeedsReason(BookingConflictError):
    code = "trainings_clash_needs_reason"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {findings} are sentences, such as: The room has fewer seats than the training.
    message = _("Check this first: {findings} To continue anyway, give a reason and save again.")


class ClockRefused(TableRefusal):
    """A typed time that is not valid. `where` names the wrong field: day, from, to or zone."""

    rows = {
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # Translators: {clock}: a time in the night of a clock change; a coordinator typed it.
            "trainings_clock_change": _(
                "The clocks change that night, so {clock} occurs twice or not at all. "
                "Nothing was saved. Enter another time."
            ),
            # Translators: a session ends at or before its own beginning.
            "trainings_clock_backwards": _(
                "The end must be after the start. Nothing was saved. Correct one of the two."
            ),
            # Translators: a day such as 24 November 0206, which was mistyped.
            "trainings_day_far_away": _(
                "This year cannot be right. Nothing was saved. Enter a year from 2000 to 2100."
            ),
            # Translators: a time zone is named as in the list of IANA: Europe/Brussels.
            "trainings_zone_unknown": _(
                "There is no such time zone. Nothing was saved. Choose one from the list."
            ),
        }
    }

    def __init__(self, code: str, *, where: str, **facts: str | int) -> None:
        self.where = where
        super().__init__(code, **facts)
