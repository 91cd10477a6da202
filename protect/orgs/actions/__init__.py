"""Audited actions on organisations, teams, users and memberships; throttling, not audited."""

from protect.orgs.actions.alarms import AlarmExplanation, answer_alarm
from protect.orgs.actions.devices import forget_devices, introduce_device, remember_device
from protect.orgs.actions.invitations import (
    OfferedRole,
    accept_invitation,
    invite,
    revoke_invitation,
)
from protect.orgs.actions.memberships import change_role, end_membership, set_membership_state
from protect.orgs.actions.modes import mark_as_live, must_allow_demo_data, must_match_mode
from protect.orgs.actions.organisations import (
    NewOrganisation,
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
    delete_old_attempts,
    record_success,
    throttle_link,
    throttle_second_factor,
    throttle_sign_in,
)
from protect.orgs.actions.users import (
    change_profile,
    forget_accounts,
    reactivate_user,
    suspend_user,
)

__all__ = ["AlarmExplanation", "Browser", "NewOrganisation", "OfferedRole", "accept_invitation"]
__all__ += ["answer_alarm", "change_profile", "change_role", "create_first_organisation"]
__all__ += ["delete_old_attempts", "end_membership", "forget_accounts", "forget_devices"]
__all__ += ["found_team", "introduce_device", "invite", "invite_first_administrator"]
__all__ += ["leave_organisation", "mark_as_live", "must_allow_demo_data", "must_match_mode"]
__all__ += ["must_not_be_stopped", "propose_organisation", "reactivate_organisation"]
__all__ += ["reactivate_user", "record_success", "remember_device", "rename_team", "retire_team"]
__all__ += ["revoke_invitation", "set_membership_state", "set_team_state", "suspend_organisation"]
__all__ += ["suspend_user", "throttle_link", "throttle_second_factor", "throttle_sign_in", "vouch"]
