import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from protect.directory.models import Phone, Service
from protect.interchange.enums import ImportState
from protect.interchange.imports import writer
from protect.interchange.imports.actions import apply, rows as import_rows, runs
from protect.interchange.models import ImportRow
from protect.orgs.scope import Scope
from tests.interchange.imports.uploads import (
    CHANGED,
    Importer,
    csv_of,
    dump,
    edit,
    reasons,
    rows_of,
    states,
)
from tests.refusals import refuses
from tests.verification.nights import NOW, count_audit_entries

pytestmark = pytest.mark.django_db


class Crash(Exception):
    """The process stops here."""


def crash(*args: Any, **kwargs: Any) -> None:
    raise Crash


def crash_at(time: int, real: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function fail at its nth call."""
    called = iter(range(1, 1000))

    def work(*args: Any, **kwargs: Any) -> Any:
        return crash() if next(called) == time else real(*args, **kwargs)

    return work


PHASES = [
    (apply.changes, "raise_version", 1),
    (apply.changes, "raise_version", 4),
    (writer, "write", 1),
    (writer, "write", 2),
    (apply, "_record", 1),
    (apply, "_record", 2),
    (apply, "_enqueue_conflicts", 1),
    (apply, "_enqueue_conflicts", 3),
    (apply, "enqueue", 1),
    (apply, "enqueue", 2),
    (apply.rules, "step_import", 1),
    (apply.rules, "step_import", 2),
]


@pytest.fixture
def small(monkeypatch):
    """Make the batches small, for several batches in each import."""
    monkeypatch.setattr(apply, "BATCH", 2)
    monkeypatch.setattr(import_rows, "BATCH", 2)


def prepared(edda, staff):
    """Take a file with new, updated, conflicting and missing services to its preview."""
    edda.run_import({}, {}, {}, {})
    edit(staff, Service.objects.get(source_id="r2"))
    new = [{"source_id": f"n{n}"} for n in range(3)]
    return edda.preview(csv_of(rows_of(CHANGED, CHANGED, {}, *new)[0:3] + rows_of(*new)))


def apply_in_batches(edda, run) -> Iterator[str]:
    """Apply an import in batches. Yield the stored rows before the first batch and after each."""
    yield dump()
    run = apply.begin_applying(edda.person.scope, run, at=NOW)
    yield dump()
    while run.state != ImportState.APPLIED:
        run = apply.apply_rows(edda.person.scope, run, lambda: False, at=NOW)
        yield dump()


def finish_applying(edda, run) -> None:
    """Apply the rest of an import, or all of it if it has not started."""
    run.refresh_from_db()
    if run.state == ImportState.PREVIEWED:
        run = apply.begin_applying(edda.person.scope, run, at=NOW)
    apply.apply_rows(edda.person.scope, run, lambda: True, at=NOW)


@pytest.mark.parametrize(("module", "name", "time"), PHASES)
def test_crash_leaves_whole_batches_and_the_next_call_continues(
    edda, staff, small, monkeypatch, module, name, time
):
    run = prepared(edda, staff)
    with transaction.atomic():
        whole = list(apply_in_batches(edda, run))
        transaction.set_rollback(True)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, crash_at(time, getattr(module, name)))
        with pytest.raises(Crash):
            edda.apply(run)
    assert without_random_keys(dump()) in [without_random_keys(each) for each in whole[:-1]]

    finish_applying(edda, run)

    run.refresh_from_db()
    assert without_random_keys(dump()) == without_random_keys(whole[-1])
    assert run.counts == {"create": 3, "update": 1, "conflict": 1, "unchanged": 1}
    assert sorted(reasons()) == [["conflict"], ["missing"]]
    assert (run.prepared, run.total) == (6, 6)
    assert count_audit_entries("import_create") == 4 + 3


def without_random_keys(dumped: str) -> list[str]:
    """Return a dump without the random keys."""
    rows = [row for line in filter(None, dumped.split("\n")) for row in json.loads(line)]
    return sorted(json.dumps([row["model"], row["fields"]], sort_keys=True) for row in rows)


def test_edit_while_applying_is_not_overwritten(edda, staff, small):
    edda.run_import({}, {}, {})
    run = edda.preview(csv_of(rows_of({"notes": "New."}, {"notes": "New."}, CHANGED)))
    scope = edda.person.scope
    begun = apply.begin_applying(scope, run, at=NOW)
    run = apply.apply_rows(scope, begun, lambda: False, at=NOW)
    assert (run.state, run.prepared) == (ImportState.APPLYING, 2)
    edit(staff, Service.objects.get(source_id="r3"))

    apply.apply_rows(scope, run, lambda: True, at=NOW)

    assert states(run) == ["update", "update", "conflict"]
    assert Service.objects.get(source_id="r3").phones.get().number == "+35621000009"
    assert reasons() == [["conflict"]]


def test_import_can_be_discarded_while_applying(edda, small):
    run = edda.preview(csv_of(rows_of({}, {}, {})))
    scope = edda.person.scope
    begun = apply.begin_applying(scope, run, at=NOW)
    run = apply.apply_rows(scope, begun, lambda: False, at=NOW)
    with refuses("interchange_import_step_not_allowed"):
        import_rows.decide_row(scope, run, 2, takes_file=True, at=NOW)

    runs.discard_import(scope, run, at=NOW)

    run.refresh_from_db()
    assert (run.state, run.rows.count(), Service.objects.count()) == ("discarded", 0, 2)
    with refuses("interchange_import_step_not_allowed"):
        apply.apply_rows(scope, run, lambda: True, at=NOW)


def test_abandoned_import_is_discarded_after_thirty_days(edda, small):
    run = edda.preview(csv_of(rows_of({}, {}, {})))
    scope = edda.person.scope
    begun = apply.begin_applying(scope, run, at=NOW)
    apply.apply_rows(scope, begun, lambda: False, at=NOW)

    assert runs.delete_expired_imports(at=NOW + timedelta(days=29)) == 0
    assert runs.delete_expired_imports(at=NOW + timedelta(days=30)) == 1

    run.refresh_from_db()
    assert (run.state, run.rows.count(), Service.objects.count()) == ("discarded", 0, 2)


@pytest.mark.parametrize("batches", [1, 2, 3])
def test_staging_and_validating_in_batches_gives_the_same_result(edda, small, monkeypatch, batches):
    content = csv_of(rows_of({}, {"minimum_age": "young"}, {}, {"source_id": "r1"}, {}))
    whole = edda.preview(content)
    run = edda.map(edda.begin(content))
    left = iter(range(100))
    enough = lambda: next(left) % batches != batches - 1  # noqa: E731
    while run.state != ImportState.PREVIEWED:
        taking = edda.stage_rows if run.state == ImportState.UPLOADED else edda.validate
        with monkeypatch.context() as patch:
            patch.setattr(Scope, "audit", crash_at(1, Scope.audit))
            try:
                run = taking(run, enough)
            except Crash:
                run.refresh_from_db()
        run = taking(run, enough) if run.state == taking_state(taking, edda) else run

    assert rows_told(run) == rows_told(whole)
    assert run.counts == whole.counts


def taking_state(taking, edda) -> str:
    return ImportState.UPLOADED if taking == edda.stage_rows else ImportState.MAPPED


def rows_told(run) -> list[tuple[Any, ...]]:
    columns = ("line", "source_id", "cells", "state", "troubles")
    return list(ImportRow.objects.filter(run=run).order_by("line").values_list(*columns))


def test_applying_twice_is_refused(edda, staff):
    run = edda.preview(csv_of(rows_of({})))
    Importer(staff, "cora").apply(run)
    before = dump()

    with refuses("interchange_import_step_not_allowed"):
        edda.apply(run)

    assert dump() == before
    assert (Phone.objects.count(), count_audit_entries("import_apply")) == (1, 1)
