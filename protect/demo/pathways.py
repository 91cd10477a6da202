"""Demo data: two pathways of the working group in Croatia. The one for a safe place in Zagreb was
tested; the one for someone to talk to is marked, because an invented line closes earlier since.
The directory proposes their services. Findings of the test are of invented services only."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

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
UNTIL_TEN = LINE | {"expression": "Mo-Su 08:00-22:00"}
NOTES = {
    Branch.EVERYONE: "Demo: say in which language, and ask for an interpreter.",
    Branch.NIGHT: "Demo: if nobody answers, call again after ten minutes.",
}


class ServicePlan(NamedTuple):
    """An invented service, for professionals only as all invented services."""

    code: str
    name: str
    description: str
    categories: tuple[str, ...]
    number: str  # not in use: Croatian numbers have no area code 00
    branch: Branch = Branch.NIGHT
    hours: str = "24/7"


NIGHT_LINE = ServicePlan(
    "night-line",
    "Demo Night Line",
    "Demo: a line that answered all night. Invented.",
    ("helpline", "psychosocial"),
    "+38500000001",
)
HOUSES = {
    ServicePlan(
        "night-shelter",
        "Demo Night Shelter",
        "Demo: beds for women, men and children, also at night. Invented.",
        ("shelter",),
        "+38500000002",
    ): Outcome.WORKED,
    ServicePlan(
        "day-shelter",
        "Demo Day Shelter",
        "Demo: beds for women and children. Invented.",
        ("shelter",),
        "+38500000003",
        Branch.EVERYONE,
        "Mo-Fr 08:00-20:00",
    ): Outcome.NOT_REACHED,
}
FINDING = "Demo: invented finding of a test call."


@transaction.atomic
def build_pathways(*, at: datetime) -> Counts:
    """Create the demo's pathways, unless they are there. Return the number of new rows by table."""
    group = Group.objects.filter(organisation=pk_of("organisation", "office_hr")).first()
    if group is None or group.pathways.exists():
        return Counter()
    scope = scope_for(pk_of("user", "orso"))
    houses = {plan: _create_service(plan, at - AGREED) for plan in HOUSES}
    _build_test(scope, _build_pathway(scope, group, "safe-place", houses, at), houses, at)
    line = _create_service(NIGHT_LINE, at - AGREED)
    _build_pathway(scope, group, "talk", {NIGHT_LINE: line}, at)
    edits.write_fact(line, Fact.PHONE_HOURS, UNTIL_TEN, at=at - CHANGED)
    return Counter(pathway=2, service=3)


def _create_service(plan: ServicePlan, at: datetime) -> Service:
    key = stable_uuid("service", "demo", plan.code)
    fields = {"source": "demo", "source_id": "night-house", "name": "Demo Night House"}
    organisation, _is_new = Organisation.objects.get_or_create(
        id=stable_uuid("organisation", "demo", "night-house"),
        defaults=fields | {"country_id": COUNTRY, "last_modified": at},
    )
    service = Service.objects.create(
        id=key,
        short=short_code("service", str(key)),
        source="demo",
        source_id=plan.code,
        organisation=organisation,
        country_id=COUNTRY,
        name=plan.name,
        description=plan.description,
        status=Status.PUBLISHED,
        released_at=at,
        scope="national",
        modes=["phone"],
        professionals_only=True,
        email=f"{plan.code}@{rules.DEMO_DOMAIN}",
        last_modified=at,
    )
    service.categories.set(Category.objects.filter(pk__in=plan.categories))
    phone = {"number": plan.number, "kind": "voice", "cost": "free", "need": None, "note": ""}
    edits.write_fact(service, Fact.PHONE, {"phones": [phone]}, at=at)
    edits.write_fact(service, Fact.PHONE_HOURS, LINE | {"expression": plan.hours}, at=at)
    changes.raise_version()
    return service


def _build_pathway(
    scope: Scope, group: Group, need: str, invented: Mapping[ServicePlan, Service], at: datetime
) -> PathwayEdition:
    values = {"country_id": COUNTRY, "area_id": None, "place_id": ZAGREB, "need": need}
    then = at - AGREED
    pathway = actions.create_pathway(scope, group, values, at=then)
    for branch, note in NOTES.items():
        for step in pathway.steps.filter(branch=branch)[:1]:
            arrangements.change_note(scope, step, note, _version(pathway), at=then)
    for plan, service in invented.items():
        step = _step_of(scope, pathway, plan.branch, then)
        arrangements.add_service(scope, step, service.pk, _version(pathway), at=then)
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


def _step_of(scope: Scope, pathway: Pathway, branch: Branch, at: datetime) -> PathwayStep:
    step = pathway.steps.filter(branch=branch).first()
    if step is not None:
        return step
    return arrangements.add_step(scope, pathway, branch, "", _version(pathway), at=at)


def _build_test(
    scope: Scope, edition: PathwayEdition, invented: Mapping[ServicePlan, Service], at: datetime
) -> None:
    values = {"kind": "call", "tested_on": (at - TESTED).date()}
    test = exercises.record_test(scope, edition, values, at=at)
    for plan, service in invented.items():
        outcome = HOUSES[plan]
        note = "" if outcome == Outcome.WORKED else FINDING
        finding = {"outcome": outcome, "facts": [], "note": note, "answers": {"answered": "yes"}}
        exercises.record_finding(scope, test, service.pk, finding, at=at)


def _version(pathway: Pathway) -> int:
    return int(Pathway.objects.values_list("version", flat=True).get(pk=pathway.pk))
