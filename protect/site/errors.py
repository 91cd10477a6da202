"""What an operator can cause and mend."""

from __future__ import annotations

from http import HTTPStatus

from protect.kernel.errors import ProtectError


class DatabaseNotReady(ProtectError):
    """The database is missing, out of reach or older than the code."""

    code = "database_not_ready"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = (
        "The database cannot be used ({problem}). Nothing was changed. Remedy: run `make demo` "
        "for the demo, or check PROTECT_DATABASE_URL and run `protect migrate`."
    )


class TooLarge(ProtectError):
    """A body of more than DATA_UPLOAD_MAX_MEMORY_SIZE. Its page says no more than "not now"."""

    code = "too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


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
