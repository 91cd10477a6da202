"""Audited actions on organisations, teams, users and memberships; throttling, not audited."""

from protect.orgs.actions.alarms import AlarmAnswer, answer_alarm
from protect.orgs.actions.devices import forget_devices, introduce_device, remember_device
from protect.orgs.actions.invitations import (
    OfferedRole,
    accept_invitation,
    invite,
    revoke_invitation,
)
from protect.orgs.actions.memberships import apply_membership_move, change_role, end_membership
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
    apply_team_move,
    create_team,
    must_not_be_stopped,
    rename_team,
    retire_team,
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

__all__ = ["AlarmAnswer", "Browser", "NewOrganisation", "OfferedRole", "accept_invitation"]
__all__ += ["answer_alarm", "apply_membership_move", "apply_team_move", "change_profile"]
__all__ += ["change_role", "create_first_organisation", "delete_old_attempts", "end_membership"]
__all__ += ["create_team", "forget_accounts", "forget_devices", "introduce_device", "invite"]
__all__ += ["invite_first_administrator", "leave_organisation", "mark_as_live"]
__all__ += ["must_allow_demo_data", "must_match_mode", "must_not_be_stopped"]
__all__ += ["propose_organisation", "reactivate_organisation", "reactivate_user", "record_success"]
__all__ += ["remember_device", "rename_team", "retire_team", "revoke_invitation"]
__all__ += ["suspend_organisation", "suspend_user", "throttle_link", "throttle_second_factor"]
__all__ += ["throttle_sign_in", "vouch"]
