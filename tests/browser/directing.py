"""Changes the directory beside a server: services in Zagreb, and their hours of calls."""

from protect.directory.enums import Fact
from protect.directory.models import Service
from protect.directory.services.actions import edits
from protect.kernel import clock


def main(task: str, hours: str = "") -> str:
    """Make the services of the cast (`make`), or change the hours of the night line (`hours`).
    Return the id of the night line."""
    from tests.coordination.pathways.casting import make_services

    night = Service.objects.filter(source="demo", source_id="night").first()
    if task == "make" and night is None:
        night = make_services()["night"]
    assert night is not None
    if task == "hours":
        values = {"expression": hours, "by_appointment": False, "note": ""}
        edits.write_fact(night, Fact.PHONE_HOURS, values, at=clock.now())
    return str(night.pk)
