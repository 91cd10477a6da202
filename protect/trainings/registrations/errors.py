"""Why registrations and lists of names are refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class RegistrationMoveNotAllowed(ProtectError):
    code = "trainings_registration_move_not_allowed"
    # Translators: {move} and {state} are labels such as: Refuse, Confirmed.
    message = _(
        "“{move}” is not possible for a registration that is “{state}”. Nothing was changed. "
        "Reload the page."
    )
