"""How people leave, and what a refusal looks like from outside."""

import pytest
from django.http import Http404

from protect.orgs.enums import (
    EndReason,
    MembershipState,
)
from protect.orgs.models import Membership, User
from tests.orgs.conftest import AT


def refusal(ask) -> tuple:
    with pytest.raises(Http404) as refused:
        ask()
    return refused.value.args


def leave(user: User) -> None:
    Membership.objects.filter(user=user).update(
        state=MembershipState.LEFT, ended_at=AT, end_reason=EndReason.REMOVED
    )
