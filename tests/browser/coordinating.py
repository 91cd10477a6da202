"""Lets people of an organisation coordinate: run in the process that has the server's database."""

from protect.kernel import clock
from protect.orgs.enums import MembershipState
from protect.orgs.models import Membership
from protect.reference.models import Language


def main(*emails: str) -> None:
    """Give each account the role of a coordinator in its organisation; procedures are English."""
    Language.objects.get_or_create(code="en")
    for email in emails:
        first = Membership.objects.filter(user__email=email).order_by("created").first()
        assert first is not None
        Membership.objects.create(
            user=first.user,
            organisation=first.organisation,
            role="coordinator",
            state=MembershipState.ACTIVE,
            admitted_at=clock.now(),
        )
