import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.orgs import actions
from protect.orgs.scope import ANONYMOUS_SCOPE
from tests.orgs.conftest import AT, give
from tests.orgs.traces import recorded, refused, told

pytestmark = pytest.mark.django_db


def test_a_closed_account_may_nothing_until_it_is_opened(world):
    scope = world.scope("olga")

    closed = actions.suspend_user(scope, world.amal, at=AT)
    assert (closed.is_active, closed.suspended_at) == (False, AT)
    assert world.scope("amal").held == ()
    opened = actions.reactivate_user(scope, world.amal, at=AT)

    assert (opened.is_active, opened.suspended_at) == (True, None)
    assert world.scope("amal").held
    assert told() == [("suspended", "amal")]
    deeds = ["orgs.suspend_user", "orgs.reactivate_user"]
    assert actions_in("platform") == deeds


def test_what_becomes_of_an_account_stands_in_the_history_of_each_of_its_organisations(world):
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
def test_only_operators_close_and_open_accounts(world, name):
    with refused(PermissionDenied):
        actions.suspend_user(world.scope(name), world.amal, at=AT)
    with refused(PermissionDenied):
        actions.reactivate_user(world.scope(name), world.amal, at=AT)


def test_nothing_is_closed_or_opened_twice(world):
    scope = world.scope("olga")
    with refused("account_move_not_allowed"):
        actions.reactivate_user(scope, world.amal, at=AT)
    actions.suspend_user(scope, world.amal, at=AT)
    with refused("account_move_not_allowed"):
        actions.suspend_user(scope, world.amal, at=AT)


def test_the_last_operator_is_not_closed_out(world):
    with refused("last_administrator"):
        actions.suspend_user(world.scope("olga"), world.olga, at=AT)
    give(world.emil, world.other, "operator")

    assert not actions.suspend_user(world.scope("olga"), world.olga, at=AT).is_active


def test_people_say_how_they_are_called_and_in_which_language(world):
    said = actions.change_profile(world.scope("amal"), name=" Demo  B ", language="ar", at=AT)

    assert (said.name, said.language) == ("Demo B", "ar")
    entry = Entry.objects.get()
    assert (entry.action, entry.actor_id, entry.target) == (
        "orgs.change_profile",
        world.amal.pk,
        f"user:{world.amal.pk}",
    )


def test_the_same_name_and_language_leave_no_trace(world):
    actions.change_profile(world.scope("amal"), name="Demo Amal", language="en", at=AT)

    assert recorded() == []


@pytest.mark.parametrize(("name", "language"), [("", "en"), ("Demo", "xx"), ("a\x00", "en")])
def test_a_name_or_language_that_cannot_be_used_is_refused(world, name, language):
    with refused("detail_invalid"):
        actions.change_profile(world.scope("amal"), name=name, language=language, at=AT)


def test_nobody_has_no_account_to_change(world):
    with refused(PermissionDenied):
        actions.change_profile(ANONYMOUS_SCOPE, name="Demo", language="en", at=AT)
