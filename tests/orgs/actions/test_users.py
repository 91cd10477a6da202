import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.orgs import actions
from protect.orgs.scope import ANONYMOUS_SCOPE
from tests.orgs.conftest import AT, give
from tests.orgs.traces import recorded, refused, told

pytestmark = pytest.mark.django_db


def test_suspended_account_has_no_permissions_until_reactivated(world):
    scope = world.scope("olga")

    closed = actions.suspend_user(scope, world.amal, at=AT)
    assert (closed.is_active, closed.suspended_at) == (False, AT)
    assert world.scope("amal").held == ()
    opened = actions.reactivate_user(scope, world.amal, at=AT)

    assert (opened.is_active, opened.suspended_at) == (True, None)
    assert world.scope("amal").held
    assert told() == [("suspended", "amal")]
    written = ["orgs.suspend_user", "orgs.reactivate_user"]
    assert actions_in("platform") == written


def test_suspension_is_in_the_history_of_each_organisation(world):
    give(world.amal, world.other, "reader")
    give(world.amal, world.office, "trainer")

    actions.suspend_user(world.scope("olga"), world.amal, at=AT)
    actions.reactivate_user(world.scope("olga"), world.amal, at=AT)

    for organisation in (world.office, world.other):
        rows = Entry.objects.of_organisation(organisation.pk).order_by("n")
        found = rows.values_list("action", "actor", "target", "organisation")
        said = (world.olga.pk, f"user:{world.amal.pk}", organisation.pk)
        assert list(found) == [("orgs.suspend_user", *said), ("orgs.reactivate_user", *said)]


def actions_in(chain: str) -> list[str]:
    rows = Entry.objects.of_chain(chain).order_by("n")
    return list(rows.values_list("action", flat=True))


@pytest.mark.parametrize("name", ["amal", "sana", "dana", "emil"])
def test_only_operators_suspend_and_reactivate_accounts(world, name):
    with refused(PermissionDenied):
        actions.suspend_user(world.scope(name), world.amal, at=AT)
    with refused(PermissionDenied):
        actions.reactivate_user(world.scope(name), world.amal, at=AT)


def test_account_cannot_be_suspended_or_reactivated_twice(world):
    scope = world.scope("olga")
    with refused("account_move_not_allowed"):
        actions.reactivate_user(scope, world.amal, at=AT)
    actions.suspend_user(scope, world.amal, at=AT)
    with refused("account_move_not_allowed"):
        actions.suspend_user(scope, world.amal, at=AT)


def test_last_operator_cannot_be_suspended(world):
    with refused("last_administrator"):
        actions.suspend_user(world.scope("olga"), world.olga, at=AT)
    give(world.emil, world.other, "operator")

    assert not actions.suspend_user(world.scope("olga"), world.olga, at=AT).is_active


def test_users_change_their_name_and_language(world):
    said = actions.change_profile(world.scope("amal"), name=" Demo  B ", language="ar", at=AT)

    assert (said.name, said.language) == ("Demo B", "ar")
    entry = Entry.objects.get()
    assert (entry.action, entry.actor_id, entry.target) == (
        "orgs.change_profile",
        world.amal.pk,
        f"user:{world.amal.pk}",
    )


def test_unchanged_profile_is_not_audited(world):
    actions.change_profile(world.scope("amal"), name="Demo Amal", language="en", at=AT)

    assert recorded() == []


@pytest.mark.parametrize(("name", "language"), [("", "en"), ("Demo", "xx"), ("a\x00", "en")])
def test_invalid_name_or_language_is_refused(world, name, language):
    with refused("detail_invalid"):
        actions.change_profile(world.scope("amal"), name=name, language=language, at=AT)


def test_anonymous_user_cannot_change_a_profile(world):
    with refused(PermissionDenied):
        actions.change_profile(ANONYMOUS_SCOPE, name="Demo", language="en", at=AT)
