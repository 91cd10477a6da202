"""Actions on organisations, teams, users and memberships. Each leaves an audit entry."""

from protect.orgs.actions.alarms import Answer, answer_alarm
from protect.orgs.actions.devices import end_devices, introduce_device, remember_device
from protect.orgs.actions.invitations import (
    Accepted,
    Place,
    accept_invitation,
    invite,
    revoke_invitation,
)
from protect.orgs.actions.memberships import end_membership, promote, set_membership_state
from protect.orgs.actions.modes import must_be_for_demo, must_suit_mode, note_live
from protect.orgs.actions.organisations import (
    Profile,
    create_first_organisation,
    invite_first_administrator,
    leave_organisation,
    propose_organisation,
    reactivate_organisation,
    suspend_organisation,
    vouch,
)
from protect.orgs.actions.teams import (
    found_team,
    must_not_be_stopped,
    rename_team,
    retire_team,
    set_team_state,
)
from protect.orgs.actions.throttle import (
    Browser,
    attempt,
    attempt_code,
    attempt_link,
    forget_attempts,
    succeeded,
)
from protect.orgs.actions.users import (
    Forgotten,
    change_profile,
    forget_accounts,
    reactivate_user,
    suspend_user,
)

__all__ = ["Accepted", "Answer", "Browser", "Forgotten", "Place", "Profile"]
__all__ += ["accept_invitation", "answer_alarm", "attempt", "attempt_code", "attempt_link"]
__all__ += ["change_profile", "create_first_organisation", "end_devices", "end_membership"]
__all__ += ["forget_accounts", "forget_attempts", "found_team", "introduce_device"]
__all__ += ["invite", "invite_first_administrator", "leave_organisation"]
__all__ += ["must_be_for_demo", "must_not_be_stopped", "must_suit_mode", "note_live"]
__all__ += ["promote", "propose_organisation", "reactivate_organisation", "reactivate_user"]
__all__ += ["remember_device", "rename_team", "retire_team", "revoke_invitation"]
__all__ += ["set_membership_state", "set_team_state", "succeeded", "suspend_organisation"]
__all__ += ["suspend_user", "vouch"]
