"""Errors of organisations, teams and invitations."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class OrganisationMoveNotAllowed(ProtectError):
    code = "organisation_move_not_allowed"
    # Translators: somebody else has suspended, activated or ended this organisation meanwhile.
    message = _("This organisation has moved on. You changed nothing. Reload the page.")


class TeamMoveNotAllowed(ProtectError):
    code = "team_move_not_allowed"
    # Translators: somebody else has changed the state of this team meanwhile.
    message = _("This team has moved on. You changed nothing. Reload the page.")


class MembershipMoveNotAllowed(ProtectError):
    code = "membership_move_not_allowed"
    # Translators: somebody else has admitted or removed this person meanwhile.
    message = _(
        "This person's place in the team has changed. You changed nothing. Reload the page."
    )


class OrganisationNotActive(ProtectError):
    code = "organisation_not_active"
    # Translators: teams and invitations need an organisation that is active.
    message = _(
        "This organisation is not active, so nothing was changed. Ask the people who run it."
    )


class TeamStopped(ProtectError):
    """A stored key of the team was another one, and no officer has answered the alarm."""

    code = "team_stopped"
    # Translators: somebody wants to invite to a team whose stored key was found to be another one.
    message = _(
        "This team is stopped: its stored key was not the one that the team knows. So nobody can "
        "be invited to it. Call your data protection officer. When they have said that the alarm "
        "is cleared up, invite again."
    )


class TeamEndStopped(ProtectError):
    """An alarm about the team's key waits for an officer: ending the team would delete its keys."""

    code = "team_end_stopped"
    # Translators: somebody wants to end a team whose stored key was found to be another one.
    message = _(
        "This team is stopped: its stored key was not the one that the team knows. Ending it would "
        "delete the keys by which the cause can be found, so nothing was ended. Call your data "
        "protection officer. When they have said that the alarm is cleared up, end the team."
    )


class AlarmChanged(ProtectError):
    code = "alarm_changed"
    # Translators: an officer says that an alarm is cleared up, and it was noticed again meanwhile.
    message = _(
        "This alarm was answered already, or noticed again meanwhile. Nothing was written. Look at "
        "the newest alarms."
    )


class DetailInvalid(ProtectError):
    code = "detail_invalid"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {field} is the name of a field, such as country, zone, name or language.
    message = _("This cannot be used: {field}. Nothing was saved. Correct it and try again.")


class NameTaken(ProtectError):
    code = "name_taken"
    # Translators: a team or organisation was given the name of another one.
    message = _("This name is already used. Nothing was saved. Choose another name.")


class VouchNotAllowed(ProtectError):
    code = "vouch_not_allowed"
    # Translators: an organisation can vouch for another one, once; two different ones must do so.
    message = _(
        "Your organisation cannot vouch here: it may be its own, or has vouched already. Nothing "
        "was changed. Ask another organisation to vouch."
    )


class RoleUnknown(ProtectError):
    code = "role_unknown"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a role such as “trainer” is held in a team or in an organisation, not in both.
    message = _("This role cannot be given here. Nothing was changed. Choose another role.")


class AlreadyMember(ProtectError):
    code = "already_member"
    # Translators: shown to the person who accepts an invitation or whose role is changed.
    message = _("There is already a place here for this person. Nothing was changed.")


class InvitationGone(ProtectError):
    """Unknown, expired, accepted and revoked look the same: a guess learns nothing."""

    code = "invitation_gone"
    status = HTTPStatus.GONE
    # Translators: the link of an invitation was opened too late, or twice.
    message = _(
        "This invitation does not work any more. If you have made your account, sign in. If not, "
        "ask the person who invited you to send a new one."
    )


class InvitationClosed(ProtectError):
    code = "invitation_closed"
    # Translators: shown to the person who wants to take back an invitation.
    message = _("This invitation was already used or taken back. Reload the page.")


class AccountMoveNotAllowed(ProtectError):
    code = "account_move_not_allowed"
    # Translators: somebody else has closed or opened this account meanwhile.
    message = _("This account has changed. You changed nothing. Reload the page.")


class AccountSuspended(ProtectError):
    code = "account_suspended"
    status = HTTPStatus.FORBIDDEN
    # Translators: shown to somebody whose account was suspended.
    message = _("This account is closed for now. Your work is safe. Ask your organisation.")


class LastAdministrator(ProtectError):
    code = "last_administrator"
    # Translators: the only person who manages an organisation, or runs the platform, would go.
    message = _(
        "Nobody else holds this role. Nothing was changed. Give it to somebody else first; then "
        "try again."
    )


class DemoOnly(ProtectError):
    code = "demo_only"
    message = "Demo organisations are only made in the demo. Nothing was made."


class DatabaseWasLive(ProtectError):
    code = "database_was_live"
    message = (
        "A live system has worked with this database, so it cannot be a demo's. Nothing was "
        "changed. Remedy: name another database in PROTECT_DATABASE_URL, or set PROTECT_MODE=live."
    )


class DatabaseOfDemo(ProtectError):
    code = "database_of_demo"
    message = (
        "The demo was built in this database, and the passphrase of its accounts is public. A live "
        "system does not serve it. Nothing was changed. Remedy: name a new, empty database in "
        "PROTECT_DATABASE_URL, then run `protect migrate` and `protect begin`."
    )


class AlreadyBegun(ProtectError):
    code = "already_begun"
    message = (
        "There are organisations already. Nothing was changed. Remedy: sign in and propose the "
        "next one; others vouch for it."
    )
