"""Why the public site's own commands refuse."""

from __future__ import annotations

from http import HTTPStatus

from protect.kernel.errors import ProtectError


class NoExitReached(ProtectError):
    """Not one page to leave for answered: that says more of this machine than of them."""

    code = "findhelp_no_exit_reached"
    status = HTTPStatus.BAD_GATEWAY
    message = (
        "None of {count} pages to leave for could be reached, so this machine probably cannot "
        "reach any. Nothing was recorded. Remedy: let it resolve names and connect to port 443, "
        "then run `protect check-exits` again."
    )
