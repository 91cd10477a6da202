"""Why the vault refuses to make, use or end a key for certificates."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class BadgeKeyMissing(ProtectError):
    """The organisation has no key that certificates are signed with."""

    code = "badge_key_missing"
    # Translators: somebody wants to issue certificates of a training.
    message = _(
        "This organisation has no key for certificates yet. Whoever manages the organisation makes "
        "one; nothing was issued."
    )


class BadgeKeyRetired(ProtectError):
    """The key has ended already: its secret half is gone."""

    code = "badge_key_retired"
    # Translators: somebody ends a key for certificates, and a colleague was faster.
    message = _("This key was retired already. Nothing was changed. Reload the page.")


class BadgeKeyUnknown(ProtectError):
    """A command names a key or an organisation that is not there."""

    code = "badge_key_unknown"
    status = HTTPStatus.NOT_FOUND
    message = (
        "There is no such key, or no such active organisation. “protect badge-keys list” shows the "
        "keys. Nothing was changed."
    )


class BadgeKeyDamaged(ProtectError):
    """The secret half of a key does not open, or belongs to another."""

    code = "badge_key_damaged"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a key that certificates are signed with was damaged in the database.
    message = _(
        "The key for certificates cannot be opened. Make a new one: certificates that it signed "
        "stay valid. Nothing was issued."
    )
