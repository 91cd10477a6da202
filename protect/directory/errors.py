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


class CallNotPossible(ProtectError):
    """A call test stands differently than whoever records or confirms it believes."""

    code = "directory_call_not_possible"
    # Translators: two people must call a number, one after the other.
    message = _(
        "This is not possible now: the service has no number, a call of somebody else waits "
        "already, or a colleague was faster. Nothing was changed. Open the list of calls to see "
        "how it stands."
    )


class SecondPersonNeeded(ProtectError):
    code = "directory_second_person_needed"
    # Translators: two people must call a number; the same person tries to be the second.
    message = _(
        "You made the first call yourself. Nothing was changed. Somebody else has to call, and "
        "to compare both calls."
    )


class ReaderNeeded(ProtectError):
    """A translation is confirmed by somebody who has not written it."""

    code = "directory_reader_needed"
    # Translators: a translated text is confirmed by a second person.
    message = _(
        "You wrote this translation yourself. Nothing was changed. Somebody else who reads the "
        "language has to confirm it."
    )


class LinkGone(ProtectError):
    """Unknown, used, ended and expired look the same."""

    code = "directory_link_gone"
    status = HTTPStatus.GONE
    # Translators: a service opened a link from a mail too late, or once more.
    message = _("This link no longer works. Nothing was changed. We send you a new one in time.")


class LinkNotPossible(ProtectError):
    code = "directory_link_not_possible"
    # Translators: a link is mailed to a service, with which it confirms its own entry.
    message = _(
        "No link can be sent to this service: it has no e-mail address, or is not to be shown. "
        "Nothing was sent. Add the address of the service, never of one person."
    )


class LinkOnlyInDemo(ProtectError):
    """In a demo a mail would go to the address of a real service."""

    code = "directory_link_only_in_demo"
    # Translators: a link is mailed to a service, with which it confirms its own entry.
    message = _(
        "This is a demonstration: real services are never written to. Nothing was sent. Try it "
        "with one of the invented services, whose names begin with “Demo”."
    )


class TellsWhere(ProtectError):
    """A text about a service whose address is never stored resembles one. It is not kept."""

    code = "directory_tells_where"
    # Translators: a text about a shelter, typed by somebody, is refused.
    message = _(
        "Something you wrote looks like an address or a map link. Where this service is, is never "
        "stored. Nothing was saved. Take it out, then save again."
    )


class ReportNotSafe(ProtectError):
    """A report holds what must not be stored: it may say where a shelter is, or lead there."""

    code = "directory_report_not_safe"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: somebody reports that something about a service is wrong.
    message = _(
        "Your text looks like an address, a map link or another thing that reports must not hold. "
        "Nothing was kept. Take it out and say only what is wrong."
    )


class ReportIncomplete(ProtectError):
    code = "directory_report_incomplete"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: somebody sends or judges a report without saying what it is about.
    message = _("Choose at least one thing that is wrong. Nothing was kept.")


class CorrectionJudged(ProtectError):
    code = "directory_correction_judged"
    # Translators: a report about a service was judged by a colleague at the same time.
    message = _(
        "A colleague has judged this report meanwhile. Nothing was changed. Open the list again."
    )


class PairNotPossible(ProtectError):
    code = "directory_pair_not_possible"
    # Translators: two entries of the directory were to be laid side by side.
    message = _(
        "These two cannot be compared: they are of two countries, or one of them is gone, or both "
        "are the same entry. Choose another."
    )


class PairDecided(ProtectError):
    code = "directory_pair_decided"
    # Translators: two entries that may be the same service; a colleague decided at the same time.
    message = _(
        "A colleague has decided about this pair meanwhile. Nothing was changed. Open it again to "
        "see how it stands."
    )


class MergeHidesPublished(ProtectError):
    code = "directory_merge_hides_published"
    # Translators: two entries of the directory become one.
    message = _(
        "The public sees the other entry, and not this one. Nothing was changed. Keep the entry "
        "that the public sees."
    )


class MergeEdited(ProtectError):
    code = "directory_merge_edited"
    # Translators: somebody wants to take back that two entries became one. {facts}: for example
    # “Telephone, Cost”.
    message = _(
        "This was changed after the merging: {facts}. Nothing was taken back, and nothing is lost: "
        "both entries are still there. Mend the entry that remained by hand."
    )


class MergeTooOld(ProtectError):
    code = "directory_merge_too_old"
    # Translators: somebody wants to take back that two entries became one.
    message = _(
        "A merging can be taken back for 30 days, and these are over. Nothing was changed. Begin "
        "a new entry if there are two services after all."
    )


class ImportStepNotAllowed(ProtectError):
    code = "directory_import_step_not_allowed"
    # Translators: an import of a file goes through steps; this one was done or thrown away.
    message = _(
        "This import has moved on meanwhile: it was applied or thrown away. Nothing was changed. "
        "Open the list of imports to see how it stands."
    )


class NoWayToReach(ProtectError):
    code = "directory_service_not_reachable"
    # Translators: it keeps a service from being shown.
    message = _(
        "This service has no number, e-mail address, website or public address: whoever found it "
        "could do nothing. Nothing was changed. Add a way to reach it; then it can be shown."
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
    message = _(
        "The file has {found} {unit}; at most {limit} are read. Nothing was read. Split it into "
        "smaller files and import one after the other."
    )


class FileTooManyCells(FileTooLarge):
    # Translators: a table that somebody imports; {limit} is a number of cells.
    message = _(
        "The file has more than {limit} cells. Nothing was read. Delete columns that nobody needs, "
        "or split it into smaller files and import one after the other."
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


class ColumnsUnknown(ProtectError):
    code = "columns_unknown"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(
        "The file has columns that are not known ({unknown}) or lacks some ({missing}). Nothing "
        "was read. The columns are described in protect/directory/data/services/README.md."
    )


class FeedChanged(ProtectError):
    """Pages of a feed come from different states of it."""

    code = "feed_changed"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {found} says what does not fit, such as “page 2 of 3 is missing”.
    message = _(
        "This feed changed while it was fetched: {found}. Nothing was read. Fetch all of its pages "
        "again, one right after the other, and bring all of them in one ZIP file."
    )


class ImportFileGone(ProtectError):
    """The file of an import cannot be opened any more, or not by this person."""

    code = "directory_import_file_gone"
    # Translators: a file waits sealed for the person who brought it, for two days.
    message = _(
        "The file of this import cannot be opened: it is sealed to the person who brought it, and "
        "kept for 48 hours. Nothing was stored of it. Throw this import away and bring the file "
        "again."
    )


class NothingMapped(ProtectError):
    """A mapping lacks columns without which no row can be read."""

    code = "directory_import_columns_missing"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {missing} are names of columns of ours, such as “Name of the service”.
    message = _(
        "These columns are needed and nothing stands for them: {missing}. Nothing was stored. "
        "Choose a column of the file for each."
    )


class PlacesUnnamed(ProtectError):
    """Rows may be shelters, and a column that seems to hold addresses is not named as one."""

    code = "directory_import_places_unnamed"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {columns} are numbers of columns of a file, from 1, such as “3, 5”.
    message = _(
        "Rows of this file may be shelters, and something that looks like addresses stands in "
        "columns that are not named as such: {columns}. Nothing was stored. Map the columns anew: "
        "say that each is street and number, or tick it among the columns that say where a service "
        "is. Or take it out of the file."
    )


class SourceReserved(ProtectError):
    """A file is said to be from a source whose name stands for our own entries."""

    code = "directory_import_source_reserved"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {source} is the short name of a list, as somebody typed it.
    message = _(
        "“{source}” is our name for what was written here. Nothing was stored. Give the list "
        "another name."
    )


class ExportNeedsDemo(ProtectError):
    code = "directory_export_needs_demo"
    # Translators: --demo is written so on a command line.
    message = _(
        "This is a demonstration: nothing in it was checked. Nothing was written. To write a file "
        "for everybody all the same, add --demo; the file says what it is."
    )


class ExportConditionUnknown(ProtectError):
    code = "directory_export_condition_unknown"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {option} is the name of an option such as area, {value} what was typed.
    message = _("Nothing is known as {option} “{value}”. Nothing was written. Give its code.")


class FileNotWritable(ProtectError):
    code = "directory_file_not_writable"
    # Translators: {problem} is a sentence such as "No space left on device: services.csv."
    message = _("{problem} Nothing was written. Choose another place.")
