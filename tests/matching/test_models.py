"""Each constraint of what is kept of the atlas, tried with a row that it must refuse."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from protect.matching.models import CoverageSnapshot

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 24)
INVALID_ROWS = [
    ("matching_coverage_once_a_day", "test_figures_of_a_slice_are_stored_once_a_day")
]  # which test tries it


def kept(**given):
    fields = {"country_id": "MT", "day": DAY, "need": "talk", "language": "", "person": "woman"}
    numbers = {"settlements": 70, "fits": 1, "asks": 2, "gap_people": 3}
    return CoverageSnapshot.objects.create(**fields | numbers | given)


def test_figures_of_a_slice_are_stored_once_a_day():
    kept()

    refused = pytest.raises(IntegrityError, match=r"matching_coverage_once_a_day|UNIQUE")
    with refused, transaction.atomic():
        kept()

    kept(day=date(2026, 11, 25))
    kept(language="ti")
    assert CoverageSnapshot.objects.count() == 3
