"""Pages of a member whose grant a writer to the database has deleted: nothing calls a key good."""

import pytest

from protect.audit.models import Entry
from protect.orgs.enums import MembershipState
from protect.vault.enums import KeyState, Owner
from protect.vault.formats.secrets import TeamSecret
from protect.vault.integrity import key_register
from protect.vault.models import TeamGrant, TeamKey
from protect.vault.team_keys import rotation
from tests.vault.adversary.database_writer import DatabaseWriter, see_all_rows
from tests.vault.cast import AT, Cast, versions
from tests.vault.views.desk import Desk, words

CAST_IS_KEPT = True

pytestmark = pytest.mark.django_db


def overwrite_key(writer: DatabaseWriter, cast: Cast) -> None:
    TeamGrant.objects.filter(user_key=cast.amal.key).delete()
    writer.replace_team_public(cast.desk)


def insert_version(writer: DatabaseWriter, cast: Cast) -> None:
    """Insert a version 2 that no member was given."""
    TeamKey.objects.filter(team=cast.desk).update(state=KeyState.RETIRING)
    public = TeamSecret.generate().public().raw
    TeamKey.objects.create(team=cast.desk, version=2, public=public, created=AT)
    writer.let_ledger_be_rebuilt()


@pytest.mark.parametrize("page", ["", "/notes", "/notes/new"])
@pytest.mark.parametrize("attack", [overwrite_key, insert_version])
def test_no_page_calls_a_forged_key_healthy_to_a_member_without_a_grant(cast, writer, attack, page):
    attack(writer, cast)

    answer = Desk().let_in(cast.amal).get(f"/teams/{cast.desk.pk}{page}")

    see_all_rows()
    assert answer.status_code == 409
    assert "key_mismatch" in words(answer)
    assert "Active" not in words(answer)
    assert Entry.objects.alarms().filter(target=f"team:{cast.desk.pk}").exists()


def test_retired_version_that_is_written_back_is_refused_without_a_grant(cast, writer):
    rotation.begin_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    rotation.continue_renewal(cast.sana.unlocked(), cast.desk, at=AT)
    key_register.register_retirement(Owner.TEAM, cast.desk.pk, 1, at=AT)  # as the commit would
    TeamKey.objects.filter(team=cast.desk, version=2).delete()
    TeamKey.objects.filter(team=cast.desk, version=1).update(state=KeyState.ACTIVE)
    TeamGrant.objects.filter(team_key__team=cast.desk).delete()

    answer = Desk().let_in(cast.amal).get(f"/teams/{cast.desk.pk}")

    assert answer.status_code == 409


def test_member_without_a_grant_sees_the_team_while_its_key_is_the_right_one(cast, writer):
    TeamGrant.objects.filter(user_key=cast.amal.key).delete()

    answer = Desk().let_in(cast.amal).get(f"/teams/{cast.desk.pk}")

    assert answer.status_code == 200
    assert cast.amal.place(cast.desk).state == MembershipState.ACTIVE
    assert versions(cast.desk) == {1: KeyState.ACTIVE}
