from collections.abc import Iterator
from uuid import UUID

import pytest

from protect.audit.actions import record
from protect.audit.models import Entry
from protect.audit.rules import organisation_chain
from protect.orgs.models import User
from tests.audit.tampering import forget_everything
from tests.audit.writing import AMALS, AT, SAFE_HOUSE


@pytest.fixture
def amal(db: None) -> User:
    return User.objects.create(id=AMALS, email="amal@demo.example")


@pytest.fixture
def five(amal: User) -> list[Entry]:
    """Five entries in the chain of Amal's organisation, each column filled."""
    return [
        record(
            at=AT,
            chain=organisation_chain(SAFE_HOUSE),
            action="orgs.invite",
            actor=amal.pk,
            organisation=SAFE_HOUSE,
            target=f"team:{UUID(int=number)}",
            consent=UUID(int=99),
        )
        for number in range(5)
    ]


@pytest.fixture
def committed(transactional_db: None) -> Iterator[None]:
    """Let a test commit, and empty the record afterwards."""
    yield
    forget_everything()
