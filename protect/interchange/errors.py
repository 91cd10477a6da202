"""Refusals of imports and exports, in the reader's language."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class FileTooLarge(ProtectError):
    code = "file_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    message = _(
        "The file has {found} {unit}; at most {limit} are read. Nothing was read. Split it into "
        "smaller files and import one after the other."
    )


class FileTooManyCells(FileTooLarge):
    # Translators: a table that an editor imports; {limit} is a number of cells.
    message = _(
        "The file has more than {limit} cells. Nothing was read. Delete columns that are not "
        "needed, or split it into smaller files and import one after the other."
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
    message = _("The file cannot be read as a table: {problem} Nothing was read.")


class InterchangeRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # Translators: an import of a file goes through steps; this one was done or thrown away.
            "interchange_import_step_not_allowed": _(
                "This import was applied or discarded in the meantime. Nothing was changed. Open "
                "the list of imports to see its state."
            ),
            # Translators: a file waits sealed for the person who brought it, for two days.
            "interchange_import_file_gone": _(
                "The file of this import cannot be opened: it is sealed to the person who uploaded "
                "it, and kept for 48 hours. Nothing was stored of it. Discard this import and "
                "upload the file again."
            ),
            # Translators: --demo is written so on a command line.
            "interchange_export_needs_demo": _(
                "This is a demonstration: nothing in it was checked. Nothing was written. To write "
                "a file for the public all the same, add --demo; the file says what it is."
            ),
            # Translators: {problem} is a sentence such as "No space left on device: services.csv."
            "interchange_file_not_writable": _(
                "{problem} Nothing was written. Choose another place."
            ),
        },
        HTTPStatus.SERVICE_UNAVAILABLE: {
            "reference_tables_outdated": (
                "The table {table} lacks “{missing}”, which the data files have. Nothing was "
                "changed. Run `protect load-data` first."
            ),
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            "columns_unknown": _(
                "The file has columns that are not known ({unknown}) or lacks some ({missing}). "
                "Nothing was read. The columns are described in "
                "protect/directory/data/services/README.md."
            ),
            # Translators: {found} says what does not fit, such as “page 2 of 3 is missing”.
            "feed_changed": _(
                "This feed changed while it was fetched: {found}. Nothing was read. Fetch all "
                "of its pages again, one right after the other, and bring all of them in one "
                "ZIP file."
            ),
            # Translators: {missing} are names of columns of ours, such as “Name of the service”.
            "interchange_import_columns_missing": _(
                "These columns are needed and nothing stands for them: {missing}. Nothing was "
                "stored. Choose a column of the file for each."
            ),
            # Translators: {columns} are numbers of columns of a file, from 1, such as “3, 5”.
            "interchange_import_places_unnamed": _(
                "Rows of this file may be shelters, and something that looks like addresses "
                "stands in columns that are not named as such: {columns}. Nothing was stored. "
                "Map the columns anew: say that each is street and number, or tick it among the "
                "columns that say where a service is. Or take it out of the file."
            ),
            # Translators: {source} is the short name of a list, as an editor typed it.
            "interchange_import_source_reserved": _(
                "“{source}” is our name for what was written here. Nothing was stored. Give the "
                "list another name."
            ),
            # Translators: {option} is the name of an option such as area, {value} what was typed.
            "interchange_export_condition_unknown": _(
                "Nothing is known as {option} “{value}”. Nothing was written. Give its code."
            ),
        },
    }
