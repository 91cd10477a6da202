"""Needs of participants are encrypted, arranged by the team, and erased without a key."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from protect.notices.models import Outgoing
from protect.orgs.enums import TeamState
from protect.trainings import erasure
from protect.trainings.base.errors import NeedMoveNotAllowed
from protect.trainings.editions.actions import plan
from protect.trainings.needs import actions
from protect.trainings.needs.enums import NeedKind, NeedState
from protect.trainings.needs.models import Need
from protect.trainings.registrations.actions import decisions
from protect.trainings.scheduling.enums import BookingRole, EditionMove
from protect.trainings.scheduling.models import Booking, Resource
from protect.vault.errors import KeyNotReady
from protect.vault.models import Record
from tests.refusals import refuses
from tests.trainings.attending import make_filled_edition
from tests.trainings.logistics import (
    ACCESS,
    CARE,
    DIET,
    INTERPRETER,
    PLANTED,
    assign_logistics_team,
    store_needs,
)
from tests.trainings.planning import AT
from tests.vault.cast import serve

LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.LEDGER = tmp_path / "ledger.jsonl"
    return settings.LEDGER


@pytest.fixture
def edition(planners):
    return make_filled_edition(planners.host)[0]


@pytest.fixture
def lena(edition):
    return assign_logistics_team(edition)


@pytest.fixture
def row(edition, lena):
    return edition.registrations.order_by("applied_at").first()


def resource(host, kind: str, name: str) -> Resource:
    return Resource.objects.create(organisation=host, kind=kind, name=name, created=AT)


def planner(lena, host):
    serve(lena, host, "coordinator")
    return lena.scope


def everything() -> str:
    """Return all tables of the database as text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            found.append(repr(cursor.fetchall()))
    return "\n".join(found)


def test_need_is_encrypted_and_readable_by_the_team_only(edition, lena, row):
    diet, care = store_needs(row, DIET, CARE)

    assert PLANTED not in everything()
    assert "halal" not in everything()
    assert actions.decrypt_needs(lena.unlocked(), edition, at=LATER) == {
        diet.pk: DIET.to_seal,
        care.pk: CARE.to_seal,
    }
    assert (care.quantity, care.state) == (2, NeedState.OPEN)


def test_planner_enters_a_need_but_cannot_read_it(planners, edition, lena, row):
    with pytest.raises(PermissionDenied):
        actions.state_needs(row, [DIET], at=AT, scope=planners.scope("otto"))
    (need,) = actions.state_needs(row, [DIET], at=AT, scope=planners.scope("pia"))

    with pytest.raises(PermissionDenied):
        actions.mark_ordered(planners.scope("pia"), [need], at=LATER)
    need.refresh_from_db()
    assert need.state == NeedState.OPEN


def test_need_cannot_be_opened_without_a_team_key(edition, lena, row):
    store_needs(row, DIET)
    stranger = type(lena)(lena.user, lena.secret, version=9)
    with pytest.raises(KeyNotReady):
        actions.decrypt_needs(stranger.unlocked(), edition, at=LATER)


@pytest.mark.parametrize("given", ["no_team", "team_ended", "withdrawn"])
def test_edition_without_a_usable_team_key_stores_no_need(edition, lena, row, given):
    if given == "no_team":
        edition.logistics_team = None
        edition.save()
    elif given == "team_ended":
        edition.logistics_team.state, edition.logistics_team.retired_at = TeamState.RETIRED, AT
        edition.logistics_team.save()
    else:
        decisions.withdraw(row, at=AT)  # meanwhile: `row` is what their page has read before
    with refuses("trainings_needs_not_asked"):
        store_needs(row, DIET)

    assert not Need.objects.exists()
    assert not Record.objects.exists()


def test_repeated_need_replaces_an_unarranged_one(lena, row):
    first, care = store_needs(row, DIET, CARE)
    actions.mark_ordered(lena.scope, [first], at=LATER)
    store_needs(row, DIET, CARE)

    assert Need.objects.filter(kind=NeedKind.DIET).count() == 2
    assert not Need.objects.filter(pk=care.pk).exists()
    assert Record.objects.count() == 3


def test_food_order_is_made_and_undone(lena, row):
    need, access = store_needs(row, DIET, ACCESS)
    actions.mark_ordered(lena.scope, [need, access], at=LATER)
    actions.reopen_need(lena.scope, need, at=LATER)

    need.refresh_from_db()
    access.refresh_from_db()
    assert (need.state, access.state) == (NeedState.OPEN, NeedState.ORDERED)


def test_one_impossible_order_rejects_all_orders(lena, row):
    rows = store_needs(row, DIET, CARE)
    with pytest.raises(NeedMoveNotAllowed):
        actions.mark_ordered(lena.scope, rows, at=LATER)

    assert {*Need.objects.values_list("state", flat=True)} == {NeedState.OPEN}


def test_childcare_needs_of_several_people_are_one_booking(planners, lena, edition):
    first, second, _third = edition.registrations.order_by("applied_at")
    rows = [*store_needs(first, CARE), *store_needs(second, CARE)]
    scope, care = planner(lena, planners.host), resource(planners.host, "childcare", "Demo Care")
    for need in rows:
        actions.book(scope, need, care, at=LATER)

    assert [*Booking.objects.values_list("role", "quantity")] == [(BookingRole.CHILDCARE, 4)] * 2
    assert {*Need.objects.values_list("state", flat=True)} == {NeedState.BOOKED}


def test_planner_books_an_interpreter_for_the_language(planners, lena, row):
    (need,) = store_needs(row, INTERPRETER)
    voice = resource(planners.host, "person", "Demo Interpreter")
    with pytest.raises(PermissionDenied):
        actions.book(lena.scope, need, voice, at=LATER)
    assert not Booking.objects.exists()
    actions.book(planner(lena, planners.host), need, voice, at=LATER)

    assert {*Booking.objects.values_list("role", "language")} == {(BookingRole.INTERPRETER, "ti")}


def test_unmet_need_is_mailed_with_an_alternative(lena, row):
    (need,) = store_needs(row, DIET)
    sent = Outgoing.objects.count()
    with refuses("trainings_reason_missing"):
        actions.mark_unmet(lena.scope, need, "", at=LATER)
    actions.mark_unmet(lena.scope, need, "Bring your own, there is a fridge", at=LATER)

    need.refresh_from_db()
    assert (need.state, need.told_at) == (NeedState.CANNOT_BE_MET, LATER)
    assert Outgoing.objects.count() == sent + 1
    assert "fridge" not in repr([*Outgoing.objects.values_list()])


def test_unmet_need_is_not_mailed_after_the_start(edition, lena, row):
    (need,) = store_needs(row, DIET)
    begun = edition.sessions.get(number=1).starts_at
    with refuses("trainings_need_told_too_late"):
        actions.mark_unmet(lena.scope, need, "Something else", at=begun)

    need.refresh_from_db()
    assert (need.state, need.alternative) == (NeedState.OPEN, "")


def test_needs_are_erased_after_a_withdrawal(planners, lena, row, caplog, ledger):
    (diet, care) = store_needs(row, DIET, CARE)
    scope, carer = planner(lena, planners.host), resource(planners.host, "childcare", "Demo Care")
    actions.book(scope, care, carer, at=LATER)
    actions.mark_unmet(scope, diet, f"{PLANTED} instead", at=LATER)
    decisions.withdraw(row, at=LATER)

    form = everything() + caplog.text + ledger.read_text("utf-8")
    assert PLANTED not in form
    assert not Need.objects.exists()
    assert not Record.objects.exists()
    assert [*Booking.objects.values_list("quantity", flat=True)] == [2, 2]


def test_needs_are_erased_14_days_after_the_last_session(edition, lena, row):
    store_needs(row, DIET, CARE)
    last = edition.sessions.get(number=2).ends_at

    assert actions.erase_old_needs(at=last + timedelta(days=13)) == 0
    assert actions.erase_old_needs(at=last + timedelta(days=14)) == 2
    assert PLANTED not in everything()
    assert not Record.objects.exists()


def test_erasure_day_moves_with_the_training(planners, edition, lena, row):
    store_needs(row, DIET)
    session = edition.sessions.get(number=2)
    session.starts_at += timedelta(days=60)
    session.ends_at += timedelta(days=60)
    session.save()

    assert actions.erase_old_needs(at=AT + timedelta(days=80)) == 0
    assert Need.objects.get().purge_on == session.ends_at.date() + timedelta(days=14)
    assert Record.objects.get().retention == Need.objects.get().purge_on.replace(day=1)


def test_needs_of_ended_registrations_are_erased_nightly(planners, edition, lena, row):
    store_needs(row, DIET)
    plan.move_edition(
        planners.scope("pia"), edition, EditionMove.CANCEL, at=LATER, reason="No room"
    )
    actions.erase_old_needs(at=LATER)

    assert not Need.objects.exists()
    assert not Record.objects.exists()


def test_erasure_on_request_deletes_sealed_needs(planners, edition, lena, row):
    store_needs(row, DIET)
    erasure.erase_participant(planners.scope("pia"), row.participant, at=LATER)

    assert not Record.objects.exists()


def test_erasure_after_a_cancelled_training_deletes_sealed_needs(planners, edition, lena, row):
    store_needs(row, DIET)
    plan.move_edition(
        planners.scope("pia"), edition, EditionMove.CANCEL, at=LATER, reason="No room"
    )
    erasure.erase_participant(planners.scope("pia"), row.participant, at=LATER)

    assert not Need.objects.exists()
    assert not Record.objects.exists()


def test_logistics_team_cannot_change_while_sealed_needs_exist(planners, edition, lena, row):
    store_needs(row, DIET)
    pia, team = planners.scope("pia"), edition.logistics_team
    with refuses("trainings_needs_sealed"):
        plan.edit_edition(pia, edition, {"logistics_team": None}, edited=1, at=LATER)

    edition.refresh_from_db()
    assert (edition.logistics_team, edition.edited) == (team, 1)
    actions.erase_needs([row], at=LATER)
    assert plan.edit_edition(pia, edition, {"logistics_team": None}, edited=1, at=LATER).edited == 2


def test_nightly_erasure_locks_needs_before_their_sealed_records(edition, lena, row):
    """As by whoever erases somebody: else two would wait for each other."""
    store_needs(row, DIET)
    session = edition.sessions.get(number=2)
    session.ends_at += timedelta(days=60)
    session.save()
    with CaptureQueriesContext(connection) as queries:
        actions.erase_old_needs(at=LATER)

    texts = [query["sql"] for query in queries]
    changed = next(n for n, sql in enumerate(texts) if sql.startswith('UPDATE "vault_record"'))
    before = [sql for sql in texts[:changed] if re.match(r'SELECT "trainings_\w+"\."\w+",', sql)]
    assert any('FROM "trainings_need"' in sql for sql in before)
    assert any("LIMIT 21" in sql and 'FROM "trainings_edition"' in sql for sql in before)
