import pytest

from protect.directory.models import Service
from tests.interchange.imports.uploads import apply_import, csv_of, rows_of, states
from tests.verification.nights import LATER

pytestmark = pytest.mark.django_db


def test_absent_column_keeps_stored_values_and_blank_cell_deletes_them(edda):
    whole = {
        "description": "As it was.",
        "email": "house@demo.example",
        "languages": "mt;ti",
        "opening_hours": "Mo-Fr 09:00-17:00",
        "cost": "free",
    }
    edda.run_import(whole)
    fewer = [
        {name: text for name, text in row.items() if name not in {"languages", "opening_hours"}}
        for row in rows_of({**whole, "description": "As the file says.", "email": ""})
    ]

    run = edda.preview(csv_of(fewer))
    assert states(run) == ["update"]
    apply_import(edda.person.scope, run, at=LATER)

    service = Service.objects.get()
    assert (service.description, service.email) == ("As the file says.", "")
    assert list(service.languages.order_by("language").values_list("language", flat=True)) == [
        "mt",
        "ti",
    ]
    assert service.schedules.get().expression == "Mo-Fr 09:00-17:00"
    assert service.costs.get().kind == "free"
