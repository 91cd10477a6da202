"""Demo data: two pathways of the working group in Croatia. The one for a safe place in Zagreb was
tested; the one for someone to talk to is marked, because an invented line closes earlier since."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from protect.coordination.groups.enums import MemberRole
from protect.coordination.groups.models import Group
from protect.coordination.pathways import access as pathways, actions, arrangements, exercises
from protect.coordination.pathways.enums import Branch, Outcome
from protect.coordination.pathways.models import Pathway, PathwayEdition, PathwayStep
from protect.demo.consortium import Counts, pk_of
from protect.directory import changes
from protect.directory.enums import Fact, Status
from protect.directory.models import Organisation, Service
from protect.directory.services.actions import edits
from protect.kernel.ids import short_code, stable_uuid
from protect.orgs import rules
from protect.orgs.access import scope_for
from protect.orgs.scope import Scope
from protect.reference.models import Category

ZAGREB = 3186886  # GeoNames
COUNTRY = "HR"
AGREED = timedelta(days=40)  # ago
TESTED = timedelta(days=12)
CHANGED = timedelta(days=5)
LINE = {"by_appointment": False, "note": ""}
DAY_AND_NIGHT = LINE | {"expression": "24/7"}
UNTIL_TEN = LINE | {"expression": "Mo-Su 08:00-22:00"}
# Not a number that is in use: Croatian numbers have no area code 00.
NUMBER = {"number": "+38500000001", "kind": "voice", "cost": "free", "need": None, "note": ""}
NOTES = {
    Branch.EVERYONE: "Demo: say in which language, and ask for an interpreter.",
    Branch.NIGHT: "Demo: if nobody answers, call again after ten minutes.",
}
OUTCOMES = (Outcome.WORKED, Outcome.WORKED, Outcome.NOT_REACHED)


@transaction.atomic
def build_pathways(*, at: datetime) -> Counts:
    """Create the demo's pathways, unless they are there. Return the number of new rows by table."""
    group = Group.objects.filter(organisation=pk_of("organisation", "office_hr")).first()
    if group is None or group.pathways.exists():
        return Counter()
    scope = scope_for(pk_of("user", "orso"))
    _build_test(scope, _build_pathway(scope, group, "safe-place", None, at), at)
    line = _create_night_line(at - AGREED)
    _build_pathway(scope, group, "talk", line, at)
    edits.write_fact(line, Fact.PHONE_HOURS, UNTIL_TEN, at=at - CHANGED)
    return Counter(pathway=2, service=1)


def _create_night_line(at: datetime) -> Service:
    """Create an invented line, for professionals only as all invented services."""
    key = stable_uuid("service", "demo", "night-line")
    fields = {"source": "demo", "source_id": "night-house", "name": "Demo Night House"}
    organisation, _is_new = Organisation.objects.get_or_create(
        id=stable_uuid("organisation", "demo", "night-house"),
        defaults=fields | {"country_id": COUNTRY, "last_modified": at},
    )
    service = Service.objects.create(
        id=key,
        short=short_code("service", str(key)),
        source="demo",
        source_id="night-line",
        organisation=organisation,
        country_id=COUNTRY,
        name="Demo Night Line",
        description="Demo: a line that answered all night. Invented.",
        status=Status.PUBLISHED,
        released_at=at,
        scope="national",
        modes=["phone"],
        professionals_only=True,
        email=f"night.line@{rules.DEMO_DOMAIN}",
        last_modified=at,
    )
    service.categories.set(Category.objects.filter(pk__in=["helpline", "psychosocial"]))
    edits.write_fact(service, Fact.PHONE, {"phones": [NUMBER]}, at=at)
    edits.write_fact(service, Fact.PHONE_HOURS, DAY_AND_NIGHT, at=at)
    changes.raise_version()
    return service


def _build_pathway(
    scope: Scope, group: Group, need: str, line: Service | None, at: datetime
) -> PathwayEdition:
    values = {"country_id": COUNTRY, "area_id": None, "place_id": ZAGREB, "need": need}
    then = at - AGREED
    pathway = actions.create_pathway(scope, group, values, at=then)
    for branch, note in NOTES.items():
        for step in pathway.steps.filter(branch=branch)[:1]:
            arrangements.change_note(scope, step, note, _version(pathway), at=then)
    if line is not None:
        night = _night_step(scope, pathway, then)
        arrangements.add_service(scope, night, line.pk, _version(pathway), at=then)
    actions.propose(scope, pathway, _version(pathway), at=then)
    for days, name in enumerate(pathways.agreeing_organisations(group)):
        moment = then + timedelta(days)
        actions.agree(_scope_of(group, name), pathway, name, _version(pathway), at=moment)
    reason = "Demo: a step is kept although its hours at night are not known."
    return actions.publish(scope, pathway, _version(pathway), reason, at=then + timedelta(6))


def _scope_of(group: Group, organisation: str) -> Scope:
    """Return the scope of a member of an organisation; for guests, that of who runs the group."""
    members = group.members.current().exclude(user=None).order_by("joined_at", "pk")
    own = members.filter(organisation_name=organisation).exclude(role=MemberRole.OBSERVER).first()
    return scope_for(own.user_id if own and own.user_id else pk_of("user", "orso"))


def _night_step(scope: Scope, pathway: Pathway, at: datetime) -> PathwayStep:
    step = pathway.steps.filter(branch=Branch.NIGHT).first()
    if step is not None:
        return step
    return arrangements.add_step(scope, pathway, Branch.NIGHT, "", _version(pathway), at=at)


def _build_test(scope: Scope, edition: PathwayEdition, at: datetime) -> None:
    values = {"kind": "call", "tested_on": (at - TESTED).date()}
    test = exercises.record_test(scope, edition, values, at=at)
    keys = list(dict.fromkeys(key for step in edition.steps for key in step["services"]))
    for outcome, key in zip(OUTCOMES, keys, strict=False):
        note = "" if outcome == Outcome.WORKED else "Demo: invented finding of a test call."
        finding = {"outcome": outcome, "facts": [], "note": note, "answers": {"answered": "yes"}}
        exercises.record_finding(scope, test, UUID(key), finding, at=at)


def _version(pathway: Pathway) -> int:
    return int(Pathway.objects.values_list("version", flat=True).get(pk=pathway.pk))
