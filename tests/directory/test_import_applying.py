from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers

from protect.directory import actions
from protect.directory.actions import editing, import_applying, import_rows, queueing
from protect.directory.actions.editing import Edit
from protect.directory.enums import Audience, Fact, Freshness, ImportState, Method, Status
from protect.directory.errors import ImportStepNotAllowed
from protect.directory.importing import store
from protect.directory.models import (
    DirectoryVersion,
    ImportRow,
    Location,
    Phone,
    QueueItem,
    Service,
)
from protect.directory.standing import standing_of
from tests.directory.bringing import Bringer, csv_of, record_of, rows_of, states
from tests.directory.keeping import LATER, NOW, checked, deeds

pytestmark = pytest.mark.django_db
CHANGED = {"description": "As the file says.", "phones": "+35621000002|voice"}


def edit(keepers, service: Service, number: str = "+35621000009") -> None:
    """Change the number of a service at the desk."""
    values = {"phones": [{"number": number, "kind": "voice"}]}
    mark = editing.mark_of(editing.fact_of(service, Fact.PHONE))
    wanted = Edit(Fact.PHONE, values, mark, method=Method.CALL)
    editing.edit_fact(keepers.cora.scope, service, wanted, at=NOW)
    QueueItem.objects.all().delete()  # a changed number waits for its call


@pytest.fixture
def conflict(edda, keepers):
    """Bring a service, edit it here, and bring the next file as far as its preview."""
    edda.bring({"description": "As it was."})
    edit(keepers, Service.objects.get())
    return edda.preview(csv_of(rows_of(CHANGED)))


def decide(edda, run, *, takes_file: bool | None) -> None:
    import_rows.decide_row(edda.person.scope, run, 2, takes_file=takes_file, at=NOW)


def reasons() -> list[list[str]]:
    return list(QueueItem.objects.order_by("pk").values_list("reasons", flat=True))


def test_what_was_not_touched_here_is_brought_up_to_date(edda):
    edda.bring({}, {})

    run = edda.bring(CHANGED, {})

    service = Service.objects.get(source_id="r1")
    assert states(run) == ["update", "unchanged"]
    assert (service.description, service.phones.get().number) == (
        CHANGED["description"],
        "+35621000002",
    )
    assert (deeds("import_update"), reasons()) == (1, [])


@pytest.mark.parametrize("said", [{}, {"professionals_only": "no"}])
def test_a_file_never_shows_a_service_to_more_people(edda, said):
    edda.bring({"professionals_only": "yes"})

    run = edda.bring(CHANGED | said)

    service = Service.objects.get()
    assert states(run) == ["update"]
    assert (service.description, service.professionals_only) == (CHANGED["description"], True)


def test_a_file_may_show_a_service_to_professionals_only(edda):
    edda.bring({})

    edda.bring({"professionals_only": "yes"})

    assert Service.objects.get().professionals_only


def test_an_edit_made_here_is_never_overwritten(edda, conflict):
    edda.apply(conflict)

    service = Service.objects.get()
    assert states(conflict) == ["conflict"]
    assert (service.description, service.phones.get().number) == ("As it was.", "+35621000009")
    assert reasons() == [["conflict"]]
    assert deeds("import_update") == 0


def test_a_conflict_that_was_decided_for_the_file_is_taken_and_counts_as_unchecked(edda, conflict):
    service = Service.objects.get()
    assert standing_of(service, NOW)[Fact.PHONE].state == Freshness.FRESH
    decide(edda, conflict, takes_file=True)

    edda.at = LATER
    edda.apply(conflict)

    service.refresh_from_db()
    assert service.phones.get().number == "+35621000002"
    assert standing_of(service, LATER)[Fact.PHONE].state == Freshness.UNVERIFIED
    assert reasons() == [["changed"]]
    assert deeds("import_update") == 1


def test_a_conflict_that_was_decided_for_us_is_not_asked_again(edda, conflict):
    decide(edda, conflict, takes_file=False)
    edda.apply(conflict)

    again = edda.preview(csv_of(rows_of(CHANGED)))
    other = edda.preview(csv_of(rows_of(CHANGED | {"description": "Once more changed."})))

    assert Service.objects.get().phones.get().number == "+35621000009"
    assert (states(again), states(other)) == (["unchanged"], ["conflict"])
    assert (deeds("import_keep"), reasons()) == (1, [])


def test_a_decision_does_not_outlive_another_edit(edda, keepers, conflict):
    decide(edda, conflict, takes_file=True)
    edit(keepers, Service.objects.get(), "+35621000008")

    edda.apply(conflict)

    assert Service.objects.get().phones.get().number == "+35621000008"
    assert conflict.rows.get().takes_file is None
    assert reasons() == [["conflict"]]


def test_a_decision_can_be_taken_back(edda, conflict):
    decide(edda, conflict, takes_file=True)
    decide(edda, conflict, takes_file=None)

    edda.apply(conflict)

    assert reasons() == [["conflict"]]


def test_only_conflicts_are_decided(edda):
    run = edda.preview(csv_of(rows_of({})))

    with pytest.raises(ImportStepNotAllowed):
        decide(edda, run, takes_file=True)

    assert run.rows.get().takes_file is None


def test_what_was_edited_after_the_preview_becomes_a_conflict(edda, keepers):
    edda.bring({})
    run = edda.preview(csv_of(rows_of(CHANGED)))
    assert states(run) == ["update"]
    edit(keepers, Service.objects.get())

    edda.apply(run)

    run.refresh_from_db()
    assert (states(run), run.counts) == (["conflict"], {"conflict": 1})
    assert Service.objects.get().phones.get().number == "+35621000009"


def test_a_check_made_here_makes_a_conflict_as_an_edit_does(edda):
    edda.bring({})
    checked(Service.objects.get(), Fact.PHONE)

    assert states(edda.preview(csv_of(rows_of(CHANGED)))) == ["conflict"]


def test_what_a_source_no_longer_lists_goes_to_the_queue_and_stays(edda):
    edda.bring({}, {}, {})
    Service.objects.filter(source_id="r3").update(status=Status.WITHDRAWN)

    run = edda.preview(csv_of(rows_of({})))
    effects = import_applying.effects_of(run)
    edda.apply(run)

    assert (effects.missing, effects.unchanged) == (1, 1)
    item = QueueItem.objects.get()
    assert (item.service.source_id, item.reasons) == ("r2", ["missing"])
    assert item.service.status == Status.REVIEW


def test_a_row_with_a_mistake_is_not_missing(edda):
    edda.bring({}, {})

    run = edda.preview(csv_of(rows_of({}, {"minimum_age": "young"})))
    edda.apply(run)

    assert reasons() == []


def test_what_its_source_calls_closed_goes_to_the_queue(edda):
    import json

    rows = rows_of({}, {})
    edda.bring(*rows)
    records = [record_of(rows[0]), record_of(rows[1], status="defunct")]
    run = edda.preview(json.dumps(records).encode())

    assert run.rows.get(line=2).troubles[0][0] == "record_not_active"
    edda.apply(run)
    assert [item.service.source_id for item in QueueItem.objects.all()] == ["r2"]


def test_services_of_other_sources_and_countries_are_not_missed(edda):
    Bringer(edda.keepers, source="other-list").bring({})
    edda.bring({})
    Service.objects.filter(source="other-list").update(country="IE")

    assert import_applying.missing_of(edda.preview(csv_of(rows_of({})))) == []


def test_a_service_whose_address_was_turned_gets_none_by_an_import(edda, keepers):
    place = {"city": "Valletta", "address": "Demo Street 5", "description": "At Demo Street 5."}
    edda.bring(place)
    service = Service.objects.get()
    assert Location.objects.count() == 1
    actions.protect_address(keepers.cora.scope, service, None, at=NOW)

    run = edda.preview(csv_of(rows_of(place | {"phones": "+35621000002|voice"})))
    decide(edda, run, takes_file=True)
    edda.apply(run)

    service.refresh_from_db()
    assert service.phones.get().number == "+35621000002"
    assert service.address_audience == Audience.NEVER_STORED
    assert "Demo Street" not in dump()


def test_an_address_for_professionals_stays_theirs(edda, keepers):
    place = {"city": "Valletta", "address": "Demo Street 5"}
    edda.bring(place)
    Service.objects.update(address_audience=Audience.PROFESSIONALS)
    Location.objects.update(audience=Audience.PROFESSIONALS)

    edda.bring(place | CHANGED)

    assert Service.objects.get().address_audience == Audience.PROFESSIONALS
    assert Location.objects.get().audience == Audience.PROFESSIONALS


# --- crashes --------------------------------------------------------------------------------------


def dump(*leaving: str) -> str:
    """Return every row of the directory as text."""
    models = apps.get_app_config("directory").get_models()
    return "\n".join(
        serializers.serialize("json", model._default_manager.order_by("pk"))
        for model in models
        if model.__name__ not in leaving
    )


class Crash(Exception):
    """The process ends here."""


def crash(*args: Any, **kwargs: Any) -> None:
    raise Crash


def crash_at(time: int, real: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function work until it is called for the nth time."""
    called = iter(range(1, 1000))

    def work(*args: Any, **kwargs: Any) -> Any:
        return crash() if next(called) == time else real(*args, **kwargs)

    return work


PHASES = [
    (import_applying, "touch", 1),
    (store, "write", 1),
    (store, "write", 2),
    (import_applying, "_record", 1),
    (import_applying, "_record", 2),
    (import_applying, "_enqueue_conflicts", 1),
    (import_applying, "enqueue", 1),
    (import_applying.rules, "step_import", 1),
]


@pytest.fixture
def small(monkeypatch):
    """Let batches be small, so that there are several."""
    monkeypatch.setattr(import_applying, "BATCH", 2)
    monkeypatch.setattr(import_rows, "BATCH", 2)


def prepared(edda, keepers):
    """Bring a file that creates, updates, conflicts and misses as far as its preview."""
    edda.bring({}, {}, {}, {})
    edit(keepers, Service.objects.get(source_id="r2"))
    new = [{"source_id": f"n{n}"} for n in range(3)]
    return edda.preview(csv_of(rows_of(CHANGED, CHANGED, {}, *new)[0:3] + rows_of(*new)))


@pytest.mark.parametrize(("module", "name", "time"), PHASES)
def test_a_crash_in_the_middle_leaves_nothing_half_saved_and_is_started_again(
    edda, keepers, small, monkeypatch, module, name, time
):
    run = prepared(edda, keepers)
    before, version = dump(), DirectoryVersion.objects.get().number
    with monkeypatch.context() as patch:
        patch.setattr(module, name, crash_at(time, getattr(module, name)))
        with pytest.raises(Crash):
            edda.apply(run)
    assert dump() == before

    edda.apply(run)

    run.refresh_from_db()
    assert run.counts == {"create": 3, "update": 1, "conflict": 1, "unchanged": 1}
    assert sorted(reasons()) == [["conflict"], ["missing"]]
    assert DirectoryVersion.objects.get().number == version + 1


@pytest.mark.parametrize("batches", [1, 2, 3])
def test_a_file_that_is_taken_in_and_judged_in_pieces_ends_as_one_that_is_not(
    edda, small, monkeypatch, batches
):
    content = csv_of(rows_of({}, {"minimum_age": "young"}, {}, {"source_id": "r1"}, {}))
    whole = edda.preview(content)
    run = edda.map(edda.begin(content))
    left = iter(range(100))
    enough = lambda: next(left) % batches != batches - 1  # noqa: E731
    while run.state != ImportState.PREVIEWED:
        taking = edda.take_in if run.state == ImportState.UPLOADED else edda.judge
        with monkeypatch.context() as patch:
            patch.setattr(import_rows, "trace_of", crash_at(1, import_rows.trace_of))
            try:
                run = taking(run, enough)
            except Crash:
                run.refresh_from_db()
        run = taking(run, enough) if run.state == taking_state(taking, edda) else run

    assert rows_told(run) == rows_told(whole)
    assert run.counts == whole.counts


def taking_state(taking, edda) -> str:
    return ImportState.UPLOADED if taking == edda.take_in else ImportState.MAPPED


def rows_told(run) -> list[tuple[Any, ...]]:
    columns = ("line", "source_id", "cells", "state", "troubles")
    return list(ImportRow.objects.filter(run=run).order_by("line").values_list(*columns))


def test_whoever_applies_second_is_told_and_changes_nothing(edda, keepers):
    run = edda.preview(csv_of(rows_of({})))
    Bringer(keepers, "cora").apply(run)
    before = dump()

    with pytest.raises(ImportStepNotAllowed):
        edda.apply(run)

    assert dump() == before
    assert (Phone.objects.count(), deeds("import_apply")) == (1, 1)


def test_an_item_of_the_queue_is_not_opened_twice(edda, conflict):
    queueing.enqueue(Service.objects.get(), queueing.QueueReason.DUE, at=LATER)

    edda.apply(conflict)

    assert reasons() == [["conflict", "due"]]
