"""Why the directory refuses. Staff and operators read it: plain English until the desk speaks."""

from __future__ import annotations

from http import HTTPStatus

from protect.kernel.errors import ProtectError


class ServiceMoveNotAllowed(ProtectError):
    code = "service_move_not_allowed"
    message = (
        "“{move}” is not possible for a service that is “{status}”. Nothing was changed. Reload "
        "the page."
    )


class NumberNotTested(ProtectError):
    code = "service_number_not_tested"
    message = (
        "This service has a phone number that two people have not confirmed yet. Nothing was "
        "changed. One has to call it, another has to confirm what was heard; then it can be shown."
    )


class TablesOutdated(ProtectError):
    code = "reference_tables_outdated"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = (
        "The table {table} lacks “{missing}”, which the data files have. Nothing was changed. Run "
        "`protect load-data` first."
    )


class FileTooLarge(ProtectError):
    code = "file_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    message = (
        "The file has {found} {unit}; at most {limit} are read. Nothing was read. Split it into "
        "smaller files and import one after the other."
    )


class FileEncodingUnclear(ProtectError):
    code = "file_encoding_unclear"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "The file is not {tried}. It may be: {choices}. Nothing was read. Save it as UTF-8, or "
        "preview each of them with --dry-run --encoding NAME and look at the names."
    )


class FileNotReadable(ProtectError):
    code = "file_not_readable"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = "The file cannot be read as a table: {problem} Nothing was read."


class ColumnsUnknown(ProtectError):
    code = "columns_unknown"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "The file has columns that are not known ({unknown}) or lacks some ({missing}). Nothing "
        "was read. The columns are described in protect/directory/data/services/README.md."
    )
