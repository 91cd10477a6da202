import pytest
from django.db import IntegrityError, transaction

from protect.verification.models import HealthSnapshot
from tests.verification.nights import NOW

SNAPSHOT = {
    "country_id": "MT",
    "day": NOW.date(),
    "fact": "phone",
    "freshness": "due",
    "services": 1,
}

INVALID_ROWS = [
    (
        "verification_health_once_a_day",
        lambda: [HealthSnapshot.objects.create(**SNAPSHOT) for _ in range(2)],
    ),
]


@pytest.mark.parametrize(("name", "make"), INVALID_ROWS, ids=[name for name, _ in INVALID_ROWS])
@pytest.mark.django_db
def test_database_refuses_invalid_rows(name, make):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        make()

    assert name in str(refused.value) or "verification_healthsnapshot.country_id" in str(
        refused.value
    )
