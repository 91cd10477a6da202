from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from protect.directory.models import Service
from protect.reference import actions as reference
from tests.directory import demo


@pytest.fixture(scope="module")
def demo_services(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Service]]:
    """Load places and the invented services once for a file: 33,000 rows take seconds."""
    with django_db_blocker.unblock(), transaction.atomic():
        reference.load_data(lambda loaded: None)
        yield demo.load()
        transaction.set_rollback(True)
