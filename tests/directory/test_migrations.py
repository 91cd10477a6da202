from __future__ import annotations

from importlib import import_module

from django.apps import apps

from tests.directory.keeping import BEFORE, NOW, entry

FILL = import_module("protect.directory.migrations.0003_released_at_fill")


def test_what_was_shown_before_gets_the_day_of_its_last_change_and_keeps_it(db):
    shown = entry("s1", status="suspended")
    draft = entry("s2", status="review")
    known = entry("s3", status="suspended", released_at=NOW)

    for _ in range(2):
        FILL.fill(apps, None)

    for service, expected in ((shown, BEFORE), (draft, None), (known, NOW)):
        service.refresh_from_db()
        assert service.released_at == expected
