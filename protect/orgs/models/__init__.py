"""Accounts, organisations, teams, memberships and invitations."""

from protect.orgs.models.organisations import Invitation, Membership, Organisation, Team, Vouch
from protect.orgs.models.users import Attempt, User, UserManager

__all__ = ["Attempt", "Invitation", "Membership", "Organisation", "Team", "User"]
__all__ += ["UserManager", "Vouch"]
