"""Why reference data are refused."""

from __future__ import annotations

from http import HTTPStatus

from protect.kernel.errors import ProtectError


class ShortCodeTaken(ProtectError):
    """Two things would stand at one address. Printed codes must stay, so nothing is loaded."""

    code = "short_code_taken"
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    message = (
        "{first} and {second} share the short code {short}. Nothing was loaded. Remedy: report "
        "it; one of the two must be left out of the data until the code's length is raised."
    )
