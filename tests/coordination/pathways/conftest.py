from collections.abc import Iterator

import pytest

from protect.directory.models import Service
from protect.matching import published
from tests.coordination.pathways.casting import make_services


@pytest.fixture
def services(db: None) -> Iterator[dict[str, Service]]:
    """Return the services of the cast, in a snapshot that holds nothing else."""
    published.forget()
    yield make_services()
    published.forget()
