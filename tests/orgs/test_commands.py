from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from protect.kernel import clock
from protect.orgs.models import Invitation, Organisation
from tests.orgs.conftest import AT
from tests.orgs.traces import refused, told

pytestmark = pytest.mark.django_db
BEGIN = {
    "name": "Demo office",
    "kind": "iom_office",
    "country": "BE",
    "zone": "Europe/Brussels",
    "email": "olga@demo.example",
}


def test_an_installation_begins_from_the_command_line_once():
    out = StringIO()

    call_command("begin", **BEGIN, stdout=out)

    assert out.getvalue() == (
        f"{Organisation.objects.get()} begins; two invitations wait to be sent\n"
    )
    assert told() == [("invitation", "olga")] * 2
    with refused("already_begun"):
        call_command("begin", **BEGIN)


def test_the_daily_command_says_what_it_forgot():
    with clock.frozen(AT):
        call_command("begin", **BEGIN, stdout=StringIO())
    out = StringIO()

    with clock.frozen(AT + timedelta(days=37)):
        call_command("forget_accounts", stdout=out)

    assert (
        out.getvalue() == "attempts forgotten: 0\ninvitations forgotten: 2\npeople forgotten: 0\n"
    )
    assert not Invitation.objects.exists()
