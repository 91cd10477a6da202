"""Pathways are counted once, in the period and country of their editions and tests."""

from datetime import date

import pytest

from protect.coordination.pathways import actions, exercises, facts
from protect.trainings.base.facts import FactQuery
from tests.coordination.cast import AT
from tests.coordination.pathways.casting import agree_all, make_pathway, publish

pytestmark = pytest.mark.django_db


def test_published_and_tested_pathways_are_counted_once(cast, services):
    pathway = make_pathway(cast)
    publish(cast, pathway)
    row = agree_all(cast, pathway)
    edition = actions.publish(cast.scope(), row, row.version, at=AT)
    for kind in ("call", "call", "tabletop"):
        values = {"kind": kind, "tested_on": date(2026, 11, 29)}
        exercises.record_test(cast.scope(), edition, values, at=AT)
    november = FactQuery(date(2026, 11, 1), date(2026, 12, 1), AT)
    october = FactQuery(date(2026, 10, 1), date(2026, 11, 1), AT)

    published, tested = (count(november) for count in facts.FACTS.values())

    assert {key: cell.numerator for key, cell in published.cells.items()} == {
        ("HR", "safe-place"): 1
    }
    assert {key: cell.numerator for key, cell in tested.cells.items()} == {
        ("HR", "call"): 1,
        ("HR", "tabletop"): 1,
    }
    assert all(count(october).cells == {} for count in facts.FACTS.values())
