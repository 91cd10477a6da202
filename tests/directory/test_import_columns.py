from __future__ import annotations

import pytest

from protect.directory.actions import editing, import_applying, import_rows
from protect.directory.actions.editing import Edit
from protect.directory.enums import Fact, Method
from protect.directory.models import (
    QueueItem,
    Service,
)
from tests.directory.bringing import Bringer, csv_of, rows_of, states
from tests.directory.keeping import LATER, NOW, make_keepers

pytestmark = pytest.mark.django_db
CHANGED = {"description": "As the file says.", "phones": "+35621000002|voice"}


@pytest.fixture
def keepers(db):
    return make_keepers()


@pytest.fixture
def edda(keepers):
    return Bringer(keepers)


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


def test_a_file_without_a_column_leaves_what_stands_and_an_empty_cell_takes_it_away(edda):
    whole = {
        "description": "As it was.",
        "email": "house@demo.example",
        "languages": "mt;ti",
        "opening_hours": "Mo-Fr 09:00-17:00",
        "cost": "free",
    }
    edda.bring(whole)
    fewer = [
        {name: text for name, text in row.items() if name not in {"languages", "opening_hours"}}
        for row in rows_of({**whole, "description": "As the file says.", "email": ""})
    ]

    run = edda.preview(csv_of(fewer))
    assert states(run) == ["update"]
    import_applying.apply_import(edda.person.scope, run, at=LATER)

    service = Service.objects.get()
    assert (service.description, service.email) == ("As the file says.", "")
    assert list(service.languages.order_by("language").values_list("language", flat=True)) == [
        "mt",
        "ti",
    ]
    assert service.schedules.get().expression == "Mo-Fr 09:00-17:00"
    assert service.costs.get().kind == "free"
