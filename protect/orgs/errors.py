from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class TeamEndStopped(ProtectError):
    code = "team_end_stopped"
    # Translators: a manager wants to end a team whose stored key was found to be another one.
    message = _(
        "This team is stopped because its stored key does not match the key that the "
        "team knows. Ending the team would delete the keys needed to find the cause, so"
        " nothing was ended. Call your data protection officer. When they have resolved"
        " the alarm, you can end the team."
    )


class InvitationGone(ProtectError):
    """The invitation is unknown or can no longer be accepted; no answer may reveal why."""

    code = "invitation_gone"
    status = HTTPStatus.GONE
    message = _(  # For translators: the link of an invitation was opened too late, or twice
        "This invitation is no longer valid. If you already have an account, sign in. "
        "Otherwise ask the person who invited you to send a new invitation."
    )


class OrganisationRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # Translators: a team or organisation was given the name of another one.
            "name_taken": _("This name is already in use. Nothing was saved. Choose another name."),
            # Translators: an organisation can vouch for another one, once; two must do so.
            "vouch_not_allowed": _(
                "Your organisation cannot vouch for this one: it is the same organisation, or has "
                "vouched already. Nothing was changed. Ask another organisation to vouch."
            ),
            # Translators: shown to the person who accepts an invitation or whose role is changed.
            "already_member": _("This person is already a member here. Nothing was changed."),
            # Translators, of each below: a colleague has changed its state meanwhile.
            "organisation_move_not_allowed": _(
                "The state of this organisation has changed in the meantime. Nothing "
                "was saved. Reload the page."
            ),
            "team_move_not_allowed": _(
                "The state of this team has changed in the meantime. Nothing was saved."
                " Reload the page."
            ),
            "membership_move_not_allowed": _(
                "This person's membership has changed in the meantime. Nothing was "
                "saved. Reload the page."
            ),
            "account_move_not_allowed": _(
                "This account has changed in the meantime. Nothing was saved. Reload the page."
            ),
            # Translators: teams and invitations need an organisation that is active.
            "organisation_not_active": _(
                "This organisation is not active, so nothing was changed. Ask the "
                "people who manage it."
            ),
            # The team's stored key was found replaced, and no officer has answered the alarm.
            # Translators: of an invitation to a team whose stored key was found to be another one.
            "team_stopped": _(
                "You cannot invite people to this team: it is stopped because its "
                "stored key does not match the key that the team knows. Call your data "
                "protection officer. When they have resolved the alarm, invite again."
            ),
            # Translators: an officer says that an alarm is cleared up; it was noticed again.
            "alarm_changed": _(
                "This alarm was already answered, or it occurred again in the meantime."
                " Nothing was saved. Check the newest alarms."
            ),
            # Translators: shown to the person who wants to take back an invitation.
            "invitation_closed": _(
                "This invitation was already accepted or withdrawn. Reload the page."
            ),
            # Translators: the only person who manages an organisation, or the platform, would go.
            "last_administrator": _(
                "No other person has this role, so nothing was changed. Give the role "
                "to another person first, then try again."
            ),
            "demo_only": "Demo organisations are only created in demo mode. Nothing was done.",
            "database_was_live": (
                "A live system has worked with this database, so it cannot be a demo's. Nothing "
                "was changed. Remedy: name another database in PROTECT_DATABASE_URL, or set "
                "PROTECT_MODE=live."
            ),
            "database_of_demo": (
                "The demo was built in this database, and the passphrase of its accounts is "
                "public. A live system does not serve it. Nothing was changed. Remedy: name a "
                "new, empty database in PROTECT_DATABASE_URL, then run `protect migrate` and "
                "`protect begin`."
            ),
            "already_begun": (
                "Organisations exist already. Nothing was changed. Remedy: sign in and "
                "propose the next one; others vouch for it."
            ),
        },
        HTTPStatus.FORBIDDEN: {
            "account_suspended": _(  # For translators: shown to a user whose account was suspended
                "This account is suspended. Your work is safe. Ask your organisation."
            )
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # Translators: {field} is the name of a field, such as country, zone, name or language.
            "detail_invalid": _(
                "This entry is not valid: {field}. Nothing was saved. Correct it and try again."
            ),
            # Translators: a role such as “trainer” is held in a team or an organisation, not both.
            "role_unknown": _(
                "This role cannot be given here. Nothing was changed. Choose another role."
            ),
        },
    }
