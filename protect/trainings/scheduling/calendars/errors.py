"""Why a day and two clock times are no session."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError

if TYPE_CHECKING:
    from protect.trainings.scheduling.calendars.clocks import Reading


class ClockRefused(ProtectError):
    """A typed time that cannot be kept. `where` names the field: day, from, to."""

    code = "trainings_clock_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a time of a session that somebody typed.
    message = _("This time cannot be used. Nothing was saved. Type another one.")

    def __init__(self, where: str, **facts: str | int) -> None:
        self.where = where
        super().__init__(**facts)


class ClockAmbiguous(ClockRefused):
    """The clocks go back, so a time comes twice. `readings` are all that may be meant."""

    code = "trainings_clock_ambiguous"
    # Translators: somebody typed a time that comes twice; {clock} is that time: 02:30.
    message = _(
        "In this night the clocks go back, and {clock} comes twice. Nothing was saved. Choose "
        "which one you mean."
    )

    def __init__(self, where: str, clock: str, readings: Sequence[Reading]) -> None:
        self.readings = tuple(readings)
        super().__init__(where, clock=clock)


class ClockSkipped(ClockRefused):
    code = "trainings_clock_skipped"
    # Translators: somebody typed a time that does not exist; {clock} and {next} are times.
    message = _(
        "In this night the clocks go forward, and {clock} does not exist. Nothing was saved. The "
        "next time that does is {next}."
    )


class EndsBeforeStart(ClockRefused):
    code = "trainings_clock_backwards"
    # Translators: a session ends at or before its own beginning.
    message = _("The end is not after the beginning. Nothing was saved. Correct one of the two.")


class DayFarAway(ClockRefused):
    code = "trainings_day_far_away"
    # Translators: a day such as 24 November 0206, which was mistyped.
    message = _("This year cannot be right. Nothing was saved. Type it with four digits.")


class ZoneUnknown(ClockRefused):
    code = "trainings_zone_unknown"
    # Translators: a time zone is named as in the list of IANA: Europe/Brussels.
    message = _("There is no such time zone. Nothing was saved. Choose one of the list.")
