import pytest

from tests.orgs.conftest import make_organisation
from tests.trainings.planning import AT, Planners, make_planners
from tests.vault.cast import make_person, serve
from tests.vault.views.desk import Desk


@pytest.fixture
def planners(db: None) -> Planners:
    """Return who plans and trains for two organisations."""
    return make_planners()


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
