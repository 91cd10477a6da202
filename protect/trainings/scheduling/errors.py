"""Why editions, bookings and times are refused."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class EditionMoveNotAllowed(ProtectError):
    code = "trainings_edition_move_not_allowed"
    # Translators: {move} and {state} are codes such as open and done.
    message = _(
        "“{move}” is not possible for a training that is “{state}”. Nothing was changed. Reload "
        "the page."
    )


class BookingMoveNotAllowed(ProtectError):
    code = "trainings_booking_move_not_allowed"
    # Translators: {move} and {state} are codes such as accept and cancelled.
    message = _(
        "“{move}” is not possible for a booking that is “{state}”. Nothing was changed. Reload the "
        "page."
    )


class CasesNotKeptOut(ProtectError):
    """A trainer has not confirmed the rule that no real case enters role-play."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "trainings_cases_not_kept_out"
    message = _("Nothing was noted. Tick that no real case enters role-play, and say yes again.")


class Clashing(ProtectError):
    """A booking has conflicts. The error carries codes and ids; only the page shows names.

    `conflicts` pairs a code of clashes.toml with the resource that it is about.
    """

    def __init__(self, conflicts: Sequence[tuple[str, UUID]]) -> None:
        self.conflicts = tuple(dict.fromkeys(conflicts))
        super().__init__(findings=" ".join(dict.fromkeys(code for code, _about in self.conflicts)))

    def saying(self, sentences: str) -> str:
        """Return the message with sentences in place of codes, in the active language."""
        return str(self.message).format(findings=sentences)


class ClashBlocks(Clashing):
    code = "trainings_clash_blocks"
    # Translators: {findings} are sentences, such as: Demo Trainer has another session then.
    message = _(
        "This cannot be booked: {findings} Nothing was changed. Choose another time or somebody "
        "else."
    )


class ClashNeedsReason(Clashing):
    code = "trainings_clash_needs_reason"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {findings} are sentences, such as: The room has fewer seats than the training.
    message = _(
        "Look at this first: {findings} If it shall be so all the same, write why, and save again."
    )
