"""Why the vault refuses a key that the database holds."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class TeamKeyMismatch(ProtectError):
    """The key that stands in the database is not the one that the team has. Nothing is changed."""

    code = "key_mismatch"
    # Translators: shown when the database holds another key for a team than the team has. The same
    # page says what to do.
    message = _(
        "The stored key of this team is not the team's key. Nothing was opened, saved or changed."
    )


class MemberKeyMismatch(TeamKeyMismatch):
    """The key of a member or officer in the database is not the one that the team has signed."""

    # Translators: shown when the database holds another key for a person than the team confirmed.
    message = _(
        "The stored key of a person in this team is not the one that was confirmed. Nothing was "
        "opened, saved or changed."
    )


class PartnerKeyMismatch(TeamKeyMismatch):
    """The key of a team of another organisation in the database is not the one that it made."""

    code = "partner_key_mismatch"
    # Translators: {team} is the name of a team of another organisation. The same page says what to
    # do.
    message = _(
        "The stored key of {team} is not the key of that team. Nothing was sent to it or compared."
    )
