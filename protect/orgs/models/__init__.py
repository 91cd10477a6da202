"""People, the organisations and teams that they work for, and how they come in."""

from __future__ import annotations

from protect.orgs.models.attempts import Attempt
from protect.orgs.models.joining import Invitation, Vouch
from protect.orgs.models.organisations import Membership, Organisation, Team
from protect.orgs.models.users import User, UserManager

__all__ = [
    "Attempt",
    "Invitation",
    "Membership",
    "Organisation",
    "Team",
    "User",
    "UserManager",
    "Vouch",
]
