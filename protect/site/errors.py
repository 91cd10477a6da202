"""Errors of requests, of the site and of its operator's commands."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class BodyTooLarge(ProtectError):
    """A body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE. Its page only says "not now"."""

    code = "too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class CrossSiteForm(ProtectError):
    """The browser says that another site sent this form. Its page only says "not now"."""

    code = "from_elsewhere"
    status = HTTPStatus.FORBIDDEN


class NotFound(ProtectError):
    """An address of the desk has nothing, or nothing that this user may know of."""

    code = "not_found"
    status = HTTPStatus.NOT_FOUND
    # Translators: shown for a wrong address, and for what a user may not see: the same words.
    message = _("This page does not exist, or you do not have access to it.")


class SiteRefusal(TableRefusal):
    rows = {
        HTTPStatus.FORBIDDEN: {
            # Translators: shown to a user whose role does not allow what they tried.
            "not_allowed": _("Your role does not allow this. Nothing was changed."),
            # A form of the desk was sent without the CSRF secret of its session.
            # Translators: shown when a user signed out, or signed in again, while a form was
            # open; also when the working day was over, or an account was closed meanwhile.
            "form_too_old": _(
                "Your session ended while this form was open. Nothing was saved. Open "
                "the form again."
            ),
        },
        HTTPStatus.METHOD_NOT_ALLOWED: {
            # Translators: shown when a user opens an address that belongs to a button.
            "method_not_allowed": _(
                "This address has no page: it is used only when a button is pressed. "
                "Nothing was changed."
            )
        },
        HTTPStatus.CONFLICT: {
            "port_taken": (
                "Something already listens on port {port} of this machine. Nothing was started. "
                "Remedy: stop it, or choose another port (`make demo PORT=8001`)."
            ),
            # Of `protect export-public`, which keeps what was there until it is complete.
            "export_needs_demo": (
                "This is a demonstration, whose numbers were not checked. Nothing was written. "
                "Remedy: add --demo if these pages are to be shown as a demonstration."
            ),
            "export_not_an_export": (
                "{folder} exists and holds no whole export of this command. Nothing was changed. "
                "Remedy: name a new or empty folder, or remove this one."
            ),
            "export_of_other_site": (
                "{folder} holds an export of another site ({name}). Nothing was changed. Remedy: "
                "name another folder: each site has a folder and a host of its own."
            ),
            "export_running": (
                "Another export to {folder} is running. Nothing was changed. Remedy: wait for it."
            ),
            "export_snapshot_old": (
                "The database cannot be read, and the snapshot file {file} is older than {days} "
                "days: services may have been withdrawn since. Nothing was changed. Remedy: repair "
                "the database, then export again."
            ),
            "export_damaged": (
                "{count} files of {folder} are missing or changed, such as {file}. Remedy: export "
                "again."
            ),
            "export_too_old": (
                "The export {folder} had to be made anew before {moment}: a fact that it shows may "
                "be out of date. Remedy: export again."
            ),
            "not_the_demo": (
                "This is a live system (PROTECT_MODE=live): the demo would write into its "
                "database. Nothing was changed. Remedy: unset PROTECT_MODE, or use `protect serve`."
            ),
        },
        # The length of a chunked body is unknown before its end. Browsers send no such bodies.
        HTTPStatus.LENGTH_REQUIRED: {
            "length_missing": (
                "Send the body with Content-Length. Bodies in chunks are not read here."
            )
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            "export_country_unknown": (
                "There is no country “{name}” here. Nothing was written. Remedy: use the code of "
                "one of these: {known}"
            ),
            "export_area_unknown": (
                "The chosen countries have no region “{name}”. Nothing was written. Remedy: use "
                "one of these codes: {known}"
            ),
            "export_has_no_areas": (
                "The site “{name}” has no pages of places. Nothing was written. Remedy: leave out "
                "--area; --country bounds what it shows of countries."
            ),
            "export_no_host": (
                "No host is set for the site “{name}”. Nothing was written. Remedy: set "
                "PROTECT_PUBLIC_HOSTS, or PROTECT_PROGRAMME_HOSTS for the site of the programme."
            ),
            "export_language_unknown": (
                "This site has no language “{name}”. Nothing was written. Remedy: use one of "
                "these: {known}"
            ),
        },
        # A fault of the program. Its log line holds only route and code.
        HTTPStatus.INTERNAL_SERVER_ERROR: {
            # Translators: shown when the program itself has failed.
            "failed": _("This failed on our side. Nothing was kept."),
            # A page links to another that the site does not have.
            "export_page_missing": (
                "{path} answers “{status}”. The earlier export stays. Remedy: look at the error "
                "output; the page that links there is wrong."
            ),
        },
        HTTPStatus.SERVICE_UNAVAILABLE: {
            # The database is missing, unreachable or older than the code.
            "database_not_ready": (
                "The database cannot be used ({problem}). Nothing was changed. Remedy: run `make "
                "demo` for the demo, or check PROTECT_DATABASE_URL and run `protect migrate`."
            ),
            "export_not_written": (
                "{folder} cannot be written ({problem}). The earlier export stays. Remedy: free "
                "space, or let this user write in the folder above it."
            ),
            "export_no_directory": (
                "The database cannot be used ({problem}), and there is no snapshot file. Nothing "
                "was changed. Remedy: start the database, or set PROTECT_SNAPSHOT_FOLDER to the "
                "folder in which the server keeps its file."
            ),
            "export_no_texts": (
                "The site “{name}” has no texts that can be read: they are released at the desk "
                "and are in the database. The earlier export stays. Remedy: start the database; "
                "before the first export, release the texts."
            ),
            "export_snapshot_refused": (
                "The database cannot be used, and the snapshot file {file} is refused ({problem}). "
                "Nothing was changed. Remedy: start the database and run `protect write-snapshot`."
            ),
            # Its log line holds route and error; the operator reads it.
            # Translators: shown while the database cannot be reached; not on pages of find help.
            "database_away": _(
                "This page is not available at the moment. Try again in a few minutes. If you "
                "have just sent a form, check first whether it was saved."
            ),
        },
    }
