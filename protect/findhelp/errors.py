"""Errors of commands and papers for staff; visitors never see them."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import TableRefusal


class FindHelpRefusal(TableRefusal):
    rows = {
        HTTPStatus.BAD_GATEWAY: {
            # No exit page answered; the cause is probably the network of this machine.
            "findhelp_no_exit_reached": (
                "None of {count} pages to leave for could be reached, so this machine probably "
                "cannot reach any. Nothing was recorded. Remedy: let it resolve names and "
                "connect to port 443, then run `protect check-exits` again."
            )
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # Translators: {found} and {limit} are numbers of services; a file would be too large.
            "findhelp_book_too_large": _(
                "This directory would contain {found} services; one file can hold "
                "{limit}. No file was made. Print one region or district at a time."
            ),
            # Translators: {found} and {limit} are numbers of kilobytes; {smaller} lists regions.
            "findhelp_file_too_large": _(
                "The file would have {found} kB; it may have {limit} kB, so that it can be sent "
                "to a phone. No file was made. Files of these regions would be small enough: "
                "{smaller}"
            ),
            # Translators: {name} is the code of a language.
            "findhelp_no_pages": _(
                "No pages about rights are released in “{name}” or a language that replaces it. "
                "Nothing was made. Release the pages under “Pages” first."
            ),
            # Translators: {name} is what a user typed as a country, region or town.
            "findhelp_place_unknown": _(
                "“{name}” is not clearly one country, region or town. Nothing was "
                "made. Type the code of a country (MT) or of a region (BE-WLG), or its whole name."
            ),
            # Translators: {name} is the code of a language in which a user wants to print.
            "findhelp_language_not_printed": _(
                "Nothing can be printed in “{name}”: there are no texts or no fonts for"
                " it yet. Nothing was made. These languages can be printed: {known}"
            ),
        },
    }
