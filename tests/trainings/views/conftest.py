"""A host of trainings, and browsers at the desk for its people."""

from __future__ import annotations

import pytest

from tests.orgs.conftest import make_organisation
from tests.trainings.planning import AT
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk


@pytest.fixture
def host(db):
    return make_organisation("Demo Academy")


@pytest.fixture
def desk_of(host):
    """Return a desk for somebody with a role at the host."""

    def desk(name: str = "pia", role: str = "coordinator", organisation=host) -> Desk:
        person = make_person(name)
        serve(person, organisation, role)
        return Desk(at=AT).let_in(person)

    return desk
