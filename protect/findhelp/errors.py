"""Errors of the public site's commands."""

from __future__ import annotations

from http import HTTPStatus

from protect.findhelp.desk_wording import BOOK_TOO_LARGE, LANGUAGE_NOT_PRINTED, PLACE_UNKNOWN
from protect.kernel.errors import TableRefusal


class FindHelpRefusal(TableRefusal):
    rows = {
        HTTPStatus.BAD_GATEWAY: {
            # No exit page answered: the fault is probably this machine's network.
            "findhelp_no_exit_reached": (
                "None of {count} pages to leave for could be reached, so this machine probably "
                "cannot reach any. Nothing was recorded. Remedy: let it resolve names and "
                "connect to port 443, then run `protect check-exits` again."
            ),
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # More services than one file can carry.
            "findhelp_book_too_large": BOOK_TOO_LARGE,
            # A name of which no country, region or town can be meant for certain.
            "findhelp_place_unknown": PLACE_UNKNOWN,
            # A language without texts, or without letters for paper.
            "findhelp_language_not_printed": LANGUAGE_NOT_PRINTED,
        },
    }
