"""A logistics team with a key and a member, for tests."""

from protect.orgs.enums import TeamState
from protect.orgs.models import Organisation, Team
from protect.trainings.needs import actions
from protect.trainings.needs.actions import StatedNeed
from protect.trainings.needs.enums import NeedKind
from protect.trainings.needs.models import Need
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition
from tests.trainings.planning import AT
from tests.vault.cast import Person, found, make_person, new_team

PLANTED = "PLANTED-NEED"
DIET = StatedNeed(NeedKind.DIET, codes=("halal", "no_nuts"), detail=f"{PLANTED} no fish")
CARE = StatedNeed(NeedKind.CHILDCARE, 2, codes=("under_3",))
INTERPRETER = StatedNeed(NeedKind.INTERPRETER, language="ti", codes=("woman",))
ACCESS = StatedNeed(NeedKind.ACCESSIBILITY, codes=("step_free",), detail=PLANTED)


def make_logistics_team(host: Organisation, who: str = "lena") -> tuple[Team, Person]:
    team, person = new_team(host, f"Demo logistics of {who}"), make_person(who)
    found(team, person)
    team.state = TeamState.ACTIVE
    team.save()
    return team, person


def assign_logistics_team(edition: Edition, who: str = "lena") -> Person:
    """Give an edition a logistics team; return a member of it."""
    team, person = make_logistics_team(edition.host, who)
    edition.logistics_team = team
    edition.save()
    return person


def store_needs(row: Registration, *said: StatedNeed) -> list[Need]:
    return actions.state_needs(row, said, at=AT)
