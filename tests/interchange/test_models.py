from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from protect.interchange.models import ImportRow, ImportRun, SourceMapping
from protect.orgs.models import User
from tests.orgs.conftest import make_organisation
from tests.verification.nights import LATER, NOW


@pytest.fixture
def world(db):
    made = SimpleNamespace(
        office=make_organisation("Demo Malta", "MT"),
        user=User.objects.create(email="edda@x.example"),
    )
    made.run = run(made)
    made.run.save()
    return made


def run(world, **changes):
    given = {"organisation": world.office, "source": "demo", "kind": "csv", "name": "demo.csv"}
    return ImportRun(by=world.user, created=NOW, expires=LATER, **given | changes)


def row(world, **changes):
    given = {"run": world.run, "line": 2, "source_id": "a", "cells": {}, "state": "create"}
    return ImportRow(**given | changes)


def mapping(world):
    return SourceMapping(
        organisation=world.office, source="demo", columns={}, by=world.user, at=NOW
    )


INVALID_ROWS = [
    ("interchange_mapping_once", lambda w: [mapping(w), mapping(w)]),
    (
        "interchange_import_sealed_only_until_mapped",
        lambda w: [run(w, sealed=b"\x01sealed", state="mapped")],
    ),
    ("interchange_import_applied_has_a_date", lambda w: [run(w, state="applied")]),
    ("interchange_import_applied_has_a_date", lambda w: [run(w, applied_at=NOW)]),
    ("interchange_row_once_in_a_run", lambda w: [row(w), row(w, source_id="b")]),
    (
        "interchange_row_only_conflicts_are_decided",
        lambda w: [row(w, takes_file=True, decided_version=1)],
    ),
    (
        "interchange_row_decided_about_a_version",
        lambda w: [row(w, state="conflict", takes_file=True)],
    ),
    ("interchange_row_decided_about_a_version", lambda w: [row(w, decided_version=1)]),
]


@pytest.mark.parametrize(("name", "make"), INVALID_ROWS)
def test_database_refuses_invalid_rows(world, name, make):
    *standing, bad = make(world)
    for each in standing:
        each.save()
    before = type(bad)._default_manager.count()

    with pytest.raises(IntegrityError), transaction.atomic():
        bad.save(force_insert=True)

    assert type(bad)._default_manager.count() == before


@pytest.mark.parametrize(
    "make",
    [
        lambda w: run(w, sealed=b"\x01sealed"),
        lambda w: run(w, state="applied", applied_at=NOW),
        lambda w: row(w, state="conflict"),
        lambda w: row(w, state="conflict", takes_file=False, decided_version=3),
        mapping,
    ],
)
def test_database_accepts_valid_rows(world, make):
    good = make(world)
    good.save(force_insert=True)

    assert type(good)._default_manager.filter(pk=good.pk).exists()
