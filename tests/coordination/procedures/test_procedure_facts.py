"""Figures about procedures: developed or reviewed in a period, and in force at its end."""

from datetime import date, timedelta

import pytest

from protect.coordination.procedures.actions import versions
from protect.coordination.procedures.facts import FACTS
from protect.coordination.procedures.models import ProcedureVersion
from protect.trainings.base.facts import FactQuery, Value
from tests.coordination.cast import AT, make_group
from tests.coordination.procedures.drafting import REVIEW_BY, TODAY, make_in_force, make_procedure

pytestmark = pytest.mark.django_db
NEW, IN_FORCE = FACTS


def query(**given):
    values = {"starts": date(2026, 11, 1), "ends": date(2026, 12, 31), "at": AT, **given}
    return FactQuery(**values)


def cells(name, **given):
    return dict(FACTS[name](query(**given)).cells)


@pytest.fixture
def group(cast):
    return make_group(cast)


def test_a_first_version_counts_as_developed_and_a_draft_not_at_all(cast, group):
    make_in_force(cast, group)
    make_in_force(cast, make_group(cast, country_id=None, members=()), kind="guideline")
    make_procedure(cast, group)

    assert cells(NEW) == {
        ("HR", "sop", "developed"): Value(1),
        ("region", "guideline", "developed"): Value(1),
    }
    assert cells(NEW, countries=frozenset({"BE"})) == {}
    assert cells(NEW, starts=date(2027, 1, 1), ends=date(2027, 2, 1)) == {}
    assert cells(NEW, at=AT - timedelta(days=1)) == {}


def test_a_later_version_and_a_review_count_as_reviewed_once(cast, group):
    first = make_in_force(cast, group, starts=TODAY - timedelta(days=60))
    versions.review_version(cast.scope(), first, REVIEW_BY, at=AT)
    second = versions.create_version(cast.scope(), first.procedure, at=AT)
    versions.put_in_force(cast.scope(), second, TODAY, REVIEW_BY, at=AT)

    assert cells(NEW) == {("HR", "sop", "reviewed"): Value(1)}
    assert cells(IN_FORCE) == {("HR", "sop", "in_time"): Value(1)}


def test_a_procedure_past_its_review_is_in_force_and_counted_apart(cast, group):
    make_in_force(cast, group, starts=date(2026, 11, 1), review_by=date(2026, 12, 1))

    assert cells(IN_FORCE) == {("HR", "sop", "overdue"): Value(1)}
    assert cells(IN_FORCE, ends=date(2026, 11, 1)) == {}


def test_a_version_put_in_force_in_the_database_alone_is_not_counted(cast, group):
    version = make_in_force(cast, group)
    ProcedureVersion.objects.filter(pk=version.pk).update(in_force_from=date(2026, 11, 2))

    assert (cells(NEW), cells(IN_FORCE)) == ({}, {})
