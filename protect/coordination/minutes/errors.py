from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class LineChanged(ProtectError):
    """Another secretary saved this line of the minutes since it was opened."""

    code = "coordination_line_changed"
    status = HTTPStatus.CONFLICT
    message = _(
        "A colleague changed this line while you were writing. Nothing was overwritten. Compare "
        "the two texts and save again."
    )
