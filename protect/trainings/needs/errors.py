"""Why needs are not stored, arranged or opened."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class NeedMoveNotAllowed(ProtectError):
    code = "trainings_need_move_not_allowed"
    # Translators: {move} and {state} are labels such as: It is ordered, Booked.
    message = _(
        "“{move}” is not possible for a need that is “{state}”. Nothing was changed. Reload the "
        "page."
    )
