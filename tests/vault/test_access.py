from __future__ import annotations

import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.orgs.enums import TeamState
from protect.orgs.models import Team
from protect.vault import access
from protect.vault.enums import Kind
from protect.vault.models import Record
from tests.orgs.conftest import AT, World, make_person, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def note(team: Team) -> Record:
    return Record.objects.create(
        kind=Kind.NOTE, owner_team=team, retention=date(2027, 11, 1), created=AT, changed=AT
    )


def refusal(scope, pk, kind=Kind.NOTE) -> tuple:
    with pytest.raises(Http404) as refused:
        access.get_record(scope, pk, kind)
    return refused.value.args


def test_a_record_comes_with_its_team_and_organisation_in_one_query(
    world, django_assert_num_queries
):
    note(world.desk)
    record, scope = note(world.desk), world.scope("amal")

    with django_assert_num_queries(1):
        found = access.get_record(scope, record.pk, Kind.NOTE)
        assert (found.owner_team, found.owner_team.organisation) == (world.desk, world.office)

    assert found == record


@pytest.mark.parametrize("name", ["bela", "chidi", "dana", "emil", "olga"])
def test_a_record_is_there_for_the_members_of_its_team_alone(world, name):
    record = note(world.desk)

    assert refusal(world.scope(name), record.pk) == ()
    assert access.get_record(world.scope("sana"), record.pk, Kind.NOTE) == record


def test_foreign_missing_and_of_another_kind_cannot_be_told_apart(world):
    own, foreign, scope = note(world.desk), note(world.shelter), world.scope("amal")

    answers = {
        refusal(scope, foreign.pk),
        refusal(scope, uuid.uuid4()),
        refusal(scope, own.pk, Kind.PACKET),
    }

    assert answers == {()}


def test_a_record_of_a_retired_team_is_not_there(world):
    record = note(world.desk)
    Team.objects.filter(pk=world.desk.pk).update(state=TeamState.RETIRED, retired_at=AT)

    assert refusal(world.scope("amal"), record.pk) == ()


def test_who_may_not_work_on_files_is_refused(world):
    record = note(world.shelter)
    world.people["noor"] = make_person("noor", world.office, "caseworker", world.shelter)

    assert access.must_work(world.scope("noor"), record) is None
    for name in ("bela", "amal", "dana", "olga"):  # bela only receives, amal works elsewhere
        with pytest.raises(PermissionDenied):
            access.must_work(world.scope(name), record)
