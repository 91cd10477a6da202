"""Why the directory refuses. Commands say it in English; pages of the desk in their language."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class ServiceMoveNotAllowed(ProtectError):
    code = "service_move_not_allowed"
    # Translators: {move} and {status} are codes such as publish and draft.
    message = _(
        "“{move}” is not possible for a service that is “{status}”. Nothing was changed. Reload "
        "the page."
    )


class EditConflict(ProtectError):
    """Somebody saved between a form's opening and its sending. The page shows both texts."""

    code = "directory_edit_conflict"
    # Translators: two people edited one entry of the directory at once.
    message = _(
        "Somebody else saved this entry while you were writing. Nothing of yours was saved yet, "
        "and nothing is lost: both texts stand below. Choose, then save again."
    )


class QueueMoveNotAllowed(ProtectError):
    code = "directory_queue_move_not_allowed"
    # Translators: somebody else took or finished a service in the list of what is to be checked.
    message = _(
        "Somebody else has taken or finished this meanwhile, or your half hour is over. Nothing "
        "was changed. Open the queue and take it, or the next one."
    )


class CorrectionJudged(ProtectError):
    code = "directory_correction_judged"
    # Translators: a report about a service was judged by a colleague at the same time.
    message = _(
        "A colleague has judged this report meanwhile. Nothing was changed. Open the list again."
    )


class PairDecided(ProtectError):
    code = "directory_pair_decided"
    # Translators: two entries that may be the same service; a colleague decided at the same time.
    message = _(
        "A colleague has decided about this pair meanwhile. Nothing was changed. Open it again to "
        "see how it stands."
    )


class ImportStepNotAllowed(ProtectError):
    code = "directory_import_step_not_allowed"
    # Translators: an import of a file goes through steps; this one was done or thrown away.
    message = _(
        "This import has moved on meanwhile: it was applied or thrown away. Nothing was changed. "
        "Open the list of imports to see how it stands."
    )


class NumberNotTested(ProtectError):
    code = "service_number_not_tested"
    # Translators: it keeps a service from being shown.
    message = _(
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
