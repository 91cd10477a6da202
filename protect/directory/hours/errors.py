"""Refusals of opening hours."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class BadHours(ProtectError):
    """The text is not the opening-hours syntax of OpenStreetMap, or a part that we do not judge.

    `position` counts characters from 1.
    """

    code = "directory.bad_hours"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {expression} is what was typed, for example "Mo-Fr 9-17".
    message = _("These opening hours cannot be read from character {position} on: {expression}")

    def __init__(self, *, position: int, expression: str) -> None:
        super().__init__(position=position, expression=expression)
