"""Services in Zagreb for tests of pathways. Everything invented is called "Demo …"."""

from typing import Any
from uuid import UUID

from protect.coordination.groups.models import Group
from protect.coordination.pathways import actions
from protect.coordination.pathways.models import (
    Pathway,
    PathwayEdition,
    PathwayEntry,
    PathwayFinding,
    PathwayStep,
    PathwayTest,
)
from protect.directory import changes
from protect.directory.enums import Status
from protect.directory.models import Criterion, Organisation, Phone, Schedule, Service
from protect.kernel.ids import short_code, stable_uuid
from protect.orgs import models as orgs
from protect.orgs.models import User
from tests.coordination.cast import AT, Cast, make_group

ZAGREB = 3186886  # GeoNames
NIGHT = {"hours": "24/7"}
DAY = {"hours": "Mo-Fr 09:00-17:00; PH off"}


def make_service(code: str, **given: Any) -> Service:
    """Return a published helpline of Croatia. `given`: hours, number, gender, and columns."""
    hours, number = given.pop("hours", "24/7"), given.pop("number", f"+38501{len(code):07}")
    gender, categories = given.pop("gender", ""), given.pop("categories", ["helpline", "shelter"])
    key = stable_uuid("service", "pathway", code)
    organisation, _is_new = Organisation.objects.get_or_create(
        source="demo",
        source_id="pathways",
        defaults={"name": "Demo helpers", "country_id": "HR", "last_modified": AT},
    )
    values = {"status": Status.PUBLISHED, "released_at": AT, "scope": "national"} | given
    service = Service.objects.create(
        id=key,
        source="demo",
        source_id=code,
        short=short_code("service", str(key)),
        organisation=organisation,
        country_id="HR",
        name=f"Demo {code}",
        modes=["phone"],
        last_modified=AT,
        **values,
    )
    service.categories.set(categories)
    if number:
        Phone.objects.create(service=service, number=number, kind="voice", position=0)
    if hours:
        Schedule.objects.create(service=service, channel="phone", expression=hours)
    if gender:
        Criterion.objects.create(service=service, kind="gender", operator="only", values=[gender])
    changes.raise_version()
    return service


def plant_pathway(office: orgs.Organisation, user: User, service_key: UUID) -> dict[str, UUID]:
    """Plant a published and tested pathway of the planted group, by what an address names."""
    group = Group.objects.get(organisation=office)
    service = Service.objects.get(pk=service_key)
    moments = {"created_at": AT, "changed_at": AT, "changed_by": user}
    pathway = Pathway.objects.create(group=group, country_id=office.country, need="talk", **moments)
    step = PathwayStep.objects.create(pathway=pathway, branch="everyone", position=1)
    PathwayEntry.objects.create(step=step, service=service, position=1)
    edition = PathwayEdition(
        pathway=pathway,
        number=1,
        version=1,
        steps=[{"branch": "everyone", "note": "", "services": [str(service.pk)]}],
        agreements=[],
        published_at=AT,
        published_by=user,
    )
    edition.sealed().save()
    test = PathwayTest.objects.create(
        edition=edition, kind="call", tested_on=AT.date(), recorded_at=AT, recorded_by=user
    )
    finding = PathwayFinding.objects.create(test=test, service=service, outcome="not_reached")
    return {
        "pathway": pathway.pk,
        "pathway_step": step.pk,
        "pathway_test": test.pk,
        "pathway_finding": finding.pk,
    }


def make_services() -> dict[str, Service]:
    """Return a line for all by day and night, one for women by day, and one for men by day."""
    return {
        "night": make_service("night", number="+38518000001"),
        "women": make_service("women", number="+38518000002", gender="f", **DAY),
        "men": make_service("men", number="+38518000003", gender="m", **DAY),
    }


def make_pathway(cast: Cast, group: Group | None = None, **given: Any) -> Pathway:
    values = {"country_id": "HR", "area_id": None, "place_id": ZAGREB, "need": "safe-place"}
    group = group or make_group(cast)
    return actions.create_pathway(cast.scope(), group, values | given, at=AT)


def agree_all(cast: Cast, pathway: Pathway) -> Pathway:
    """Ask for agreement, and let all organisations agree."""
    pathway.refresh_from_db()
    row = actions.propose(cast.scope(), pathway, pathway.version, at=AT)
    for who, name in (("amal", "Demo office Croatia"), ("bela", "Demo shelter Zagreb")):
        actions.agree(cast.scope(who), row, name, row.version, at=AT)
    return row


def publish(cast: Cast, pathway: Pathway, reason: str = "") -> PathwayEdition:
    row = agree_all(cast, pathway)
    return actions.publish(cast.scope(), row, row.version, reason, at=AT)
