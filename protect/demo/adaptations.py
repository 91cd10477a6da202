"""Demo data: three invented services in Croatia with adaptation checks in different states. Like
all invented services they are for professionals only, so that no public page shows them."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from protect.coordination.adaptations import actions
from protect.coordination.adaptations.check_topics import topics
from protect.coordination.adaptations.enums import ReviewVerdict
from protect.coordination.adaptations.models import Adaptation
from protect.coordination.adaptations.step_outcomes import StepOutcome, complete_step
from protect.demo.consortium import Counts, pk_of
from protect.directory.enums import Fact, Status
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.models import Organisation, Service
from protect.directory.services.actions.edits import write_fact
from protect.kernel.ids import short_code, stable_uuid
from protect.orgs import models as orgs
from protect.orgs.access import scope_for
from protect.orgs.scope import Scope
from protect.reference.models import Category

SOURCE = "demo-adaptations"  # `source` of the invented services
NO_RULE: dict[str, Any] = {
    "values": [],
    "minimum": None,
    "maximum": None,
    "answer": "",
    "note": "",
}
ONLY_RESIDENTS = NO_RULE | {
    "kind": "legal_status",
    "operator": "only",
    "values": ["eu_citizen", "residence_permit"],
}
CROATIAN = {
    "language": "hr",
    "how": "staff",
    "window": "",
    "lead_minutes": None,
    "interpreter_gender": "",
    "from_outside": None,
    "note": "",
}
TIGRINYA = CROATIAN | {"language": "ti", "how": "phone_interpreter", "lead_minutes": 60}
FACTS = {
    Fact.ELIGIBILITY: {"criteria": [ONLY_RESIDENTS]},
    Fact.LANGUAGES: {"languages": [CROATIAN]},
    Fact.COST: {"costs": [{"kind": "low", "note": ""}]},
}
WEAK = {"interpreters": "no", "papers": "no", "cost": "partly", "opening": "partly"}
WEAK |= {"procedure": "no", "staff_trained": "partly", "sons_age": "partly"}
PLANNED = ("interpreters", "papers", "cost", "procedure")


class CheckPlan(NamedTuple):
    """A service, and how far its check is."""

    code: str
    name: str
    answers: int  # topics that are answered
    is_planned: bool = False
    is_reviewed: bool = False


PLANS = (
    CheckPlan("counselling", "Demo counselling centre Zagreb", 6),
    CheckPlan("legal-aid", "Demo legal aid Zagreb", 14, is_planned=True),
    CheckPlan("day-centre", "Demo day centre Zagreb", 14, is_planned=True, is_reviewed=True),
)


@transaction.atomic
def build_checks(*, at: datetime) -> Counts:
    """Create the demo's services that adapt, unless they are there. Return the number of new rows
    by table."""
    if Service.objects.filter(source=SOURCE).exists():
        return Counter()
    coordinator = scope_for(pk_of("user", "orso"))
    own, peer = scope_for(pk_of("user", "rocio")), scope_for(pk_of("user", "hedda"))
    offering = orgs.Organisation.objects.get(pk=pk_of("organisation", "partner_cedar"))
    reviewing = orgs.Organisation.objects.get(pk=pk_of("organisation", "partner_grove"))
    for plan in PLANS:
        service = _create_service(plan, at)
        actions.name_organisation(coordinator, service, offering, at=at)
        check = actions.begin_check(own, service, reviewing, at=at - timedelta(60))
        _answer(own, check, plan.answers, at)
        if plan.is_planned:
            _plan(own, check, at)
        if plan.is_reviewed:
            verdict, comment = ReviewVerdict.AGREED, "Demo: small steps that can be done."
            actions.review_plan(peer, check, verdict, comment, at=at - timedelta(30))
            _end_steps(own, check, at)
    return Counter(service=len(PLANS), adaptation=len(PLANS))


def _create_service(plan: CheckPlan, at: datetime) -> Service:
    key = stable_uuid("service", SOURCE, plan.code)
    house = stable_uuid("organisation", SOURCE, "cedar")
    fields = {"source": SOURCE, "source_id": "cedar", "name": "Demo partner Cedar"}
    defaults = fields | {"country_id": "HR", "last_modified": at}
    organisation, _is_new = Organisation.objects.get_or_create(id=house, defaults=defaults)
    service = Service.objects.create(
        id=key,
        short=short_code("service", str(key)),
        source=SOURCE,
        source_id=plan.code,
        organisation=organisation,
        country_id="HR",
        name=plan.name,
        description="Demo: a service that changes in small steps. Invented.",
        status=Status.PUBLISHED,
        released_at=at,
        professionals_only=True,
        email=f"{plan.code}@demo.example",
        last_modified=at,
    )
    service.categories.set(Category.objects.filter(pk="psychosocial"))
    for fact, values in FACTS.items():
        write_fact(service, fact, values, at=at)
    return service


def _answer(scope: Scope, check: Adaptation, number: int, at: datetime) -> None:
    for code in list(topics())[:number]:
        values = {"topic": code, "value": WEAK.get(code, "yes"), "note": "", "version": 0}
        actions.save_answer(scope, check, values, at=at - timedelta(59))


def _plan(scope: Scope, check: Adaptation, at: datetime) -> None:
    owner = orgs.User.objects.get(pk=pk_of("user", "rocio"))
    for number, code in enumerate(PLANNED):
        values = {
            "topic": code,
            "text": f"Demo: {topics()[code].en.step}",
            "function": "Head of counselling",
            "owner": owner,
            "due_on": at.date() + timedelta(21 * number - 7),
        }
        actions.add_step(scope, check, values, at=at - timedelta(50))
    actions.finish_plan(scope, check, at=at - timedelta(45))


def _end_steps(scope: Scope, check: Adaptation, at: datetime) -> None:
    """End steps in each way: a fact at once, one that waits for a moderator, one in dispute."""
    outcomes = {
        "interpreters": ("languages", [CROATIAN, TIGRINYA]),
        "papers": ("criteria", [NO_RULE | {"kind": "legal_status", "operator": "all"}]),
        "cost": None,
    }
    for code, change in outcomes.items():
        step = check.steps.get(topic=code)
        stored = read_fact(check.service, Fact(step.fact))
        values = stored | {change[0]: change[1]} if change else None
        answer = "yes" if change else ""
        outcome = StepOutcome(values, fingerprint_of(stored), "Demo: done", answer)
        complete_step(scope, step, outcome, at=at - timedelta(3))
