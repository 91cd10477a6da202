from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class FileTooLarge(ProtectError):  # of an import or a list of names: its bytes, rows or columns
    code = "file_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    message = _(
        "The file has {found} {unit}; the limit is {limit}. Nothing was read. Split it "
        "into smaller files and import them one after the other."
    )


class FileTooManyCells(FileTooLarge):
    message = _(  # For translators: a table that an editor imports; {limit} is a number of cells
        "The file has more than {limit} cells. Nothing was read. Delete columns that "
        "you do not need, or split the file and import the parts one after the other."
    )


class FileEncodingUnclear(ProtectError):
    code = "file_encoding_unclear"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "The file is not in {tried}. It may be in: {choices}. Nothing was read. Save it as UTF-8, "
        "or preview each encoding with --dry-run --encoding NAME and look at the names."
    )


class FileNotReadable(ProtectError):
    code = "file_not_readable"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _("The file cannot be read: {problem} Nothing was read.")


class InterchangeRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # Translators: an import of a file has several steps; this one was done or discarded.
            "interchange_import_step_not_allowed": _(
                "This step is no longer possible, because the import has changed in the meantime. "
                "Nothing was changed. Check the state of the import in the list of imports."
            ),
            # Translators: an uploaded file is sealed for its uploader, for two days.
            "interchange_import_file_gone": _(
                "The file of this import cannot be opened: only the person who uploaded"
                " it can open it, for 48 hours. Nothing from it was stored. Discard "
                "this import and upload the file again."
            ),
            # Translators: --demo is written so on a command line.
            "interchange_export_needs_demo": _(
                "This is a demonstration: its data were not checked. Nothing was written. To write "
                "a public file anyway, add --demo; the file will be marked as a demonstration."
            ),
            # Translators: {problem} is a sentence such as "No space left on device: services.csv."
            "interchange_file_not_writable": _(
                "{problem} Nothing was written. Choose another location."
            ),
        },
        HTTPStatus.SERVICE_UNAVAILABLE: {
            "reference_tables_outdated": (
                "The table {table} lacks “{missing}”, which the data files have. Nothing was "
                "changed. Run `protect load-data` first."
            )
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            "columns_unknown": _(
                "The file has unknown columns ({unknown}) or lacks required columns "
                "({missing}). Nothing was read. The columns are described in "
                "protect/directory/data/services/README.md."
            ),
            # Translators: {found} says what does not fit, such as “page 2 of 3 is missing”.
            "feed_changed": _(
                "This feed changed while it was being downloaded: {found}. Nothing was read. "
                "Download all its pages again without a break and upload them in one ZIP file."
            ),
            # Translators: {missing} are names of columns of ours, such as “Name of the service”.
            "interchange_import_columns_missing": _(
                "These required columns are not mapped: {missing}. Nothing was stored. "
                "Choose a column of the file for each of them."
            ),
            # Translators: {columns} are numbers of columns of a file, from 1, such as “3, 5”.
            "interchange_import_places_unnamed": _(
                "Rows of this file may be shelters, and these columns seem to contain addresses "
                "but are not marked as such: {columns}. Nothing was stored. Map the columns again: "
                "tick them at “Other columns with addresses”, or choose one of them at “Street and "
                "number”. Or delete them from the file."
            ),
            # Translators: {source} is the short name of a list, as an editor typed it.
            "interchange_import_source_reserved": _(
                "“{source}” is reserved for services that were entered here. Nothing "
                "was stored. Give the list another name."
            ),
            # Translators: {option} is the name of an option such as area, {value} what was typed.
            "interchange_export_condition_unknown": _(
                "There is no {option} “{value}”. Nothing was written. Enter its code."
            ),
        },
    }
