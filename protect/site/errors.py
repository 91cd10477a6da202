"""Errors of the site, of its operators and of its requests."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class DatabaseNotReady(ProtectError):
    """The database is missing, out of reach or older than the code."""

    code = "database_not_ready"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = (
        "The database cannot be used ({problem}). Nothing was changed. Remedy: run `make demo` "
        "for the demo, or check PROTECT_DATABASE_URL and run `protect migrate`."
    )


class DatabaseAway(ProtectError):
    """The database does not answer. Its record holds route and error; the operator hears of it."""

    code = "database_away"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    # Translators: shown on any page while the database cannot be reached.
    message = _(
        "This page is not available at the moment. Try again in a few minutes. If you have just "
        "sent a form, check first whether it was saved."
    )


class TooLarge(ProtectError):
    """A body of more than DATA_UPLOAD_MAX_MEMORY_SIZE. Its page says no more than "not now"."""

    code = "too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class LengthMissing(ProtectError):
    """A chunked body: its length is unknown before it ends. Browsers send none."""

    code = "length_missing"
    status = HTTPStatus.LENGTH_REQUIRED
    message = "Send the body with Content-Length. Bodies in chunks are not read here."


class FromElsewhere(ProtectError):
    """A browser says that another site sent this form. Its page says no more than "not now"."""

    code = "from_elsewhere"
    status = HTTPStatus.FORBIDDEN


class FormTooOld(ProtectError):
    """A form of the desk was sent without the secret of its session."""

    code = "form_too_old"
    status = HTTPStatus.FORBIDDEN
    # Translators: shown when somebody signed out, or signed in again, while a form was open; also
    # when the working day was over, or an account was closed meanwhile.
    message = _(
        "Your session ended while this form was open. Nothing was saved. Open the form anew."
    )


class NotHere(ProtectError):
    """There is nothing at an address of the desk, or nothing that this person may know of."""

    code = "not_found"
    status = HTTPStatus.NOT_FOUND
    # Translators: shown for a wrong address, and for what somebody may not see: the same words.
    message = _("There is nothing here, or it is not for you.")


class NotAllowed(ProtectError):
    """The user may see a thing but not do this with it."""

    code = "not_allowed"
    status = HTTPStatus.FORBIDDEN
    # Translators: shown to somebody whose role does not allow what they tried.
    message = _("Your role does not allow this. Nothing was changed.")


class Failed(ProtectError):
    """A fault of ours. Its record holds route and code, no more."""

    code = "failed"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    # Translators: shown when the program itself has failed.
    message = _("This failed on our side. Nothing was kept.")


class PortTaken(ProtectError):
    """Another program listens where the site should."""

    code = "port_taken"
    message = (
        "Something already listens on port {port} of this machine. Nothing was started. "
        "Remedy: stop it, or choose another port (`make demo PORT=8001`)."
    )


class NotTheDemo(ProtectError):
    """A command of the demo was called on a live system."""

    code = "not_the_demo"
    message = (
        "This is a live system (PROTECT_MODE=live): the demo would write into its database. "
        "Nothing was changed. Remedy: unset PROTECT_MODE, or use `protect serve`."
    )


class NotThisWay(ProtectError):
    """A GET at an address that only takes what a form sends."""

    code = "method_not_allowed"
    status = HTTPStatus.METHOD_NOT_ALLOWED
    # Translators: shown when somebody opens an address that belongs to a button.
    message = _("There is no page here: this address belongs to a button. Nothing was changed.")
