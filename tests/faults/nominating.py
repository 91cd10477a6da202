"""An organisation that may name people for a training: prints the address where it sends a list."""

import sys

from protect.kernel import clock
from protect.trainings.registrations.actions import nominating_organisations
from tests.trainings.planning import make_edition, make_planners, make_sender


def main() -> None:
    planners = make_planners()
    sender, edition = make_sender(planners.host), make_edition(planners.host)
    scope = planners.scope("pia")
    token = nominating_organisations.create_link(scope, sender, is_mailed=False, at=clock.now())
    sys.stdout.write(f"/trainings/en/send/{token}/{edition.code}\n")
