"""Errors of the site, of its operators and of its requests."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class TooLarge(ProtectError):
    """A body of more than DATA_UPLOAD_MAX_MEMORY_SIZE. Its page says no more than "not now"."""

    code = "too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class FromElsewhere(ProtectError):
    """A browser says that another site sent this form. Its page says no more than "not now"."""

    code = "from_elsewhere"
    status = HTTPStatus.FORBIDDEN


class NotHere(ProtectError):
    """There is nothing at an address of the desk, or nothing that this person may know of."""

    code = "not_found"
    status = HTTPStatus.NOT_FOUND
    # Translators: shown for a wrong address, and for what a user may not see: the same words.
    message = _("There is nothing here, or it is not for you.")


class SiteRefusal(TableRefusal):
    rows = {
        HTTPStatus.FORBIDDEN: {
            # Translators: shown to a user whose role does not allow what they tried.
            "not_allowed": _("Your role does not allow this. Nothing was changed."),
            # A form of the desk was sent without the secret of its session.
            # Translators: shown when a user signed out, or signed in again, while a form was
            # open; also when the working day was over, or an account was closed meanwhile.
            "form_too_old": _(
                "Your session ended while this form was open. Nothing was saved. Open the form "
                "anew."
            ),
        },
        HTTPStatus.METHOD_NOT_ALLOWED: {
            # Translators: shown when a user opens an address that belongs to a button.
            "method_not_allowed": _(
                "There is no page here: this address belongs to a button. Nothing was changed."
            ),
        },
        HTTPStatus.CONFLICT: {
            "port_taken": (
                "Something already listens on port {port} of this machine. Nothing was started. "
                "Remedy: stop it, or choose another port (`make demo PORT=8001`)."
            ),
            "not_the_demo": (
                "This is a live system (PROTECT_MODE=live): the demo would write into its "
                "database. Nothing was changed. Remedy: unset PROTECT_MODE, or use `protect serve`."
            ),
        },
        # A chunked body: its length is unknown before it ends. Browsers send none.
        HTTPStatus.LENGTH_REQUIRED: {
            "length_missing": (
                "Send the body with Content-Length. Bodies in chunks are not read here."
            ),
        },
        # A fault of ours. Its record holds route and code, no more.
        HTTPStatus.INTERNAL_SERVER_ERROR: {
            # Translators: shown when the program itself has failed.
            "failed": _("This failed on our side. Nothing was kept."),
        },
        HTTPStatus.SERVICE_UNAVAILABLE: {
            # It is missing, out of reach or older than the code.
            "database_not_ready": (
                "The database cannot be used ({problem}). Nothing was changed. Remedy: run `make "
                "demo` for the demo, or check PROTECT_DATABASE_URL and run `protect migrate`."
            ),
            # Its record holds route and error; the operator hears of it.
            # Translators: shown on any page while the database cannot be reached.
            "database_away": _(
                "This page is not available at the moment. Try again in a few minutes. If you "
                "have just sent a form, check first whether it was saved."
            ),
        },
    }
