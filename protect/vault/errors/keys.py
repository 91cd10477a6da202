"""Why the vault refuses a key that the database holds."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class TeamKeyMismatch(ProtectError):
    """The key that stands in the database is not the one that the team has. Nothing is changed."""

    code = "key_mismatch"
    has_own_page = True
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


class FingerprintDiffers(ProtectError):
    """The words that were typed are not those of the key that would be let in."""

    code = "fingerprint_differs"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: two people compare six words, by phone or side by side.
    message = _("These are not the words of this person's key. Nobody was let in. Compare again.")


class OfficerWordsDiffer(FingerprintDiffers):
    """The words that an officer read out are not those of the key in that officer's place."""

    # Translators: a supervisor compares six words with recovery officer {slot}, by phone.
    message = _(
        "These are not the words of the key that stands in the place of officer {slot}. The kit "
        "was not finished. Compare again. If they differ once more, tell your data protection "
        "officer: somebody else may hold that place."
    )


class SignaturesBroken(ProtectError):
    """A ledger is not rebuilt over unsigned keys."""

    code = "signatures_broken"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "Keys or grants that nobody has signed: {count}. Nothing was written. They are named by "
        "protect vault verify-keys; put them right first (docs/operating.md, “A key mismatch”)."
    )


class PlacesWrong(ProtectError):
    """A ledger is not rebuilt from ended places without an audit entry of their end."""

    code = "places_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "Places that end after now, or for a reason that is none: {count}. Nothing was written. "
        "The rows are in orgs_membership; put them right first (docs/operating.md, “A key "
        "mismatch”)."
    )


class PartnerKeyMismatch(TeamKeyMismatch):
    """The key of a team of another organisation in the database is not the one that it made."""

    code = "partner_key_mismatch"
    # Translators: {team} is the name of a team of another organisation. The same page says what to
    # do.
    message = _(
        "The stored key of {team} is not the key of that team. Nothing was sent to it or compared."
    )
