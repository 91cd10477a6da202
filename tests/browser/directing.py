"""Changes the directory beside a server: services in Zagreb, their hours of calls, and whose
organisation works in Croatia."""

from protect.directory.enums import Fact
from protect.directory.models import Service
from protect.directory.services.actions import edits
from protect.kernel import clock
from protect.orgs.models import Membership


def main(task: str, value: str = "") -> str:
    """Make the services of the cast, and let the organisation of the user with the e-mail address
    `value` work in Croatia (`make`), or change the hours of the night line to `value` (`hours`).
    Return the id of the night line."""
    from tests.coordination.pathways.casting import make_services

    night = Service.objects.filter(source="demo", source_id="night").first()
    if task == "make":
        night = night or make_services()["night"]
        for membership in Membership.objects.filter(user__email=value):
            membership.organisation.country = "HR"
            membership.organisation.save(update_fields=["country"])
    assert night is not None
    if task == "hours":
        values = {"expression": value, "by_appointment": False, "note": ""}
        edits.write_fact(night, Fact.PHONE_HOURS, values, at=clock.now())
    return str(night.pk)
