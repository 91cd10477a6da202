"""Errors of the public site's commands."""

from __future__ import annotations

from http import HTTPStatus

from protect.findhelp.desk_wording import BOOK_TOO_LARGE, LANGUAGE_NOT_PRINTED, PLACE_UNKNOWN
from protect.kernel.errors import ProtectError


class NoExitReached(ProtectError):
    """No exit page answered: the fault is probably this machine's network."""

    code = "findhelp_no_exit_reached"
    status = HTTPStatus.BAD_GATEWAY
    message = (
        "None of {count} pages to leave for could be reached, so this machine probably cannot "
        "reach any. Nothing was recorded. Remedy: let it resolve names and connect to port 443, "
        "then run `protect check-exits` again."
    )


class BookTooLarge(ProtectError):
    """More services than one file can carry."""

    code = "findhelp_book_too_large"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = BOOK_TOO_LARGE


class PlaceUnknown(ProtectError):
    """A name of which no country, region or town can be meant for certain."""

    code = "findhelp_place_unknown"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = PLACE_UNKNOWN


class LanguageNotPrinted(ProtectError):
    """A language without texts, or without letters for paper."""

    code = "findhelp_language_not_printed"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = LANGUAGE_NOT_PRINTED
