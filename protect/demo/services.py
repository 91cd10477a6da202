"""Invented services of the demo, in every state, so that no page of the directory is empty.

They are for professionals only: the public pages show real rows and nothing that is made up.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from protect.demo.consortium import pk_of
from protect.directory.changes import keep_true
from protect.directory.enums import Audience, Fact, Method, ReviewState, Status, TextField, Verdict
from protect.directory.fact_records.checks import Finding, check_fact
from protect.directory.models import Organisation, Service, ServiceText
from protect.directory.services.actions import edits, texts
from protect.kernel.ids import short_code, stable_uuid
from protect.orgs import access, rules
from protect.orgs.actions import must_be_for_demo
from protect.orgs.models import User
from protect.reference.models import Category
from protect.verification.models import DuplicatePair
from protect.verification.reports.reports import Report, report_as_member, report_as_public

SOURCE = "demo"
COUNTRY = "BE"
DAY = timedelta(days=1)
REGION = "BE-WLG"  # Liège: large enough to be told of a shelter
BRUSSELS = 2800866  # GeoNames


@dataclass(frozen=True, slots=True)
class Plan:
    code: str
    name: str
    description: str
    kinds: tuple[str, ...]
    status: Status = Status.PUBLISHED
    facts: Mapping[Fact, Mapping[str, object]] = field(default_factory=dict)
    checks: Mapping[Fact, tuple[int, Method]] = field(default_factory=dict)  # days ago, how


HOURS = {"expression": "Mo-Fr 09:00-17:00; PH off", "by_appointment": True, "note": ""}
FREE = {"costs": [{"kind": "free", "note": ""}]}
ANY: dict[str, object] = {"values": [], "minimum": None, "maximum": None, "answer": "", "note": ""}
TAKES = {
    "criteria": [
        ANY | {"kind": "gender", "operator": "all"},
        ANY | {"kind": "age", "operator": "range", "minimum": 18},
    ]
}
UNSAID = {"interpreter_gender": "", "from_outside": None, "note": ""}
SPOKEN = {
    "languages": [
        UNSAID | {"language": "fr", "how": "staff", "window": "", "lead_minutes": None},
        UNSAID
        | {"language": "ti", "how": "phone_interpreter"}
        | {"window": "Mo,Th 09:00-11:00", "lead_minutes": 60},
    ]
}
STREET = {"place": BRUSSELS, "city": "Brussels", "address": "Demo Street 5", "postal_code": ""}
POINT = {"latitude": None, "longitude": None, "is_exact": False}
WHERE = {"audience": "public", "coarse_area": None, "locations": [STREET | POINT]}
PROPHYLAXIS = {"act": "hiv_prophylaxis", "window_hours": 72, "source": "Demo: confirm before use"}
CLINICAL = {"offers": [PROPHYLAXIS | {"checked": None}]}
PLANS = (
    Plan(
        "advice",
        "Demo Legal Advice",
        "Demo: lawyers who advise on papers and protection. Invented.",
        ("legal",),
        facts={
            Fact.VISIT_HOURS: HOURS,
            Fact.LANGUAGES: SPOKEN,
            Fact.ELIGIBILITY: TAKES,
            Fact.COST: FREE,
            Fact.ADDRESS: WHERE,
        },
        checks={
            Fact.VISIT_HOURS: (3, Method.VISIT),
            Fact.LANGUAGES: (65, Method.PROVIDER),
            Fact.COST: (140, Method.PROVIDER),
            Fact.ELIGIBILITY: (400, Method.WEB),
        },
    ),
    Plan(
        "advice-again",
        "Demo Legal Advices",
        "Demo: the same lawyers, brought in once more by another list. Invented.",
        ("legal",),
        facts={Fact.COST: FREE, Fact.ADDRESS: WHERE},
    ),
    Plan(
        "garden",
        "Demo Shelter Garden",
        "Demo: a protected house. Invented.",
        ("shelter",),
        facts={Fact.ELIGIBILITY: TAKES, Fact.COST: FREE},
        checks={Fact.ELIGIBILITY: (20, Method.PROVIDER), Fact.COST: (20, Method.PROVIDER)},
    ),
    Plan(
        "clinic",
        "Demo Clinic",
        "Demo: medical care, still being written. Invented.",
        ("health",),
        status=Status.DRAFT,
        facts={Fact.CLINICAL: CLINICAL},
    ),
    Plan(
        "circle",
        "Demo Talking Circle",
        "Demo: people who listen. Handed in, not published. Invented.",
        ("psychosocial",),
        status=Status.REVIEW,
        facts={Fact.LANGUAGES: SPOKEN, Fact.COST: FREE},
    ),
    Plan(
        "closed",
        "Demo Night Office",
        "Demo: taken off while it moves. Invented.",
        ("case-management",),
        status=Status.SUSPENDED,
        facts={Fact.COST: FREE},
        checks={Fact.COST: (200, Method.CALL)},
    ),
)


def build_services(*, at: datetime) -> Counter[str]:
    """Make the invented services where there are none. Errors: demo_only; database_was_live."""
    must_be_for_demo()
    if Service.objects.filter(source=SOURCE).exists():
        return Counter()
    with transaction.atomic():
        services = {plan.code: _service(plan, at) for plan in PLANS}
        _free_places(services["garden"], at)
        _translate(services["advice"], at)
        _report(services["advice"], at)
    keep_true(at=at, say=lambda name, done: None)
    # After the nightly run, which withdraws proposals of entries that are not alike.
    _pair(services["advice"], services["advice-again"], at)
    return Counter(service=len(services))


def _pair(one: Service, other: Service, at: datetime) -> None:
    """Propose two demo entries as duplicates: the nightly search would not find them alike."""
    first, second = sorted((one, other), key=lambda each: str(each.pk))
    pair = {"first": first, "second": second, "score": 0.9, "signs": ["similar_name"]}
    DuplicatePair.objects.create(**pair, country_id=COUNTRY, proposed_at=at)


def _service(plan: Plan, at: datetime) -> Service:
    key = stable_uuid("service", SOURCE, plan.code)
    service = Service.objects.create(
        id=key,
        short=short_code("service", str(key)),
        source=SOURCE,
        source_id=plan.code,
        organisation=_house(at),
        country_id=COUNTRY,
        name=plan.name,
        description=plan.description,
        status=plan.status,
        released_at=at if plan.status in {Status.PUBLISHED, Status.SUSPENDED} else None,
        professionals_only=True,
        email=f"{plan.code}@{rules.DEMO_DOMAIN}",
        website=f"https://{rules.DEMO_DOMAIN}/advice",
        referral_route="Demo: write to the address above, with the consent of the person.",
        reply_days=3,
        last_modified=at,
    )
    service.categories.set(Category.objects.filter(pk__in=plan.kinds))
    for fact, values in plan.facts.items():
        edits.write_fact(service, fact, values, at=at)
    for fact, (days, method) in plan.checks.items():
        finding = Finding(Verdict.CONFIRMED, method, by=_person("runa"), source="Demo")
        check_fact(service, fact, finding, at=at - days * DAY)
    Service.objects.filter(pk=key).update(last_modified=at)  # not when it was last checked
    return service


def _house(at: datetime) -> Organisation:
    key = stable_uuid("organisation", SOURCE, "house")
    named = {"source": SOURCE, "source_id": "house", "name": "Demo House"}
    defaults = named | {"country_id": COUNTRY, "last_modified": at}
    return Organisation.objects.get_or_create(id=key, defaults=defaults)[0]


def _person(code: str) -> User:
    return User.objects.get(pk=pk_of("user", code))


def _free_places(service: Service, at: datetime) -> None:
    hidden = {"audience": Audience.NEVER_STORED.value, "coarse_area": REGION, "locations": []}
    edits.write_fact(service, Fact.ADDRESS, hidden, at=at)
    room = {"available": 2, "maximum": 8, "expires_at": (at + DAY).isoformat(), "units": []}
    edits.write_fact(service, Fact.CAPACITY, room, at=at)
    finding = Finding(Verdict.CHANGED, Method.PROVIDER, by=_person("sefa"), source="Demo")
    check_fact(service, Fact.CAPACITY, finding, at=at)


def _translate(service: Service, at: datetime) -> None:
    read = {"state": ReviewState.REVIEWED, "reviewed_by": _person("dana"), "reviewed_at": at}
    for language, text, more in (
        ("fr", "Démo : des avocats conseillent sur les papiers et la protection. Inventé.", read),
        ("nl", "Demo: advocaten geven raad over papieren en bescherming. Verzonnen.", {}),
    ):
        ServiceText.objects.create(
            service=service,
            field=TextField.DESCRIPTION,
            language_id=language,
            text=text,
            source_digest=texts.digest_of(service.description),
            by=_person("amal"),
            at=at,
            **more,
        )


def _report(service: Service, at: datetime) -> None:
    costs = Report((Fact.COST.value,), "Demo: they asked me for ten euros.", "en")
    report_as_public(service, costs, at=at)
    hours = Report((Fact.VISIT_HOURS.value,), "Demo: closed on Fridays now.", "en")
    report_as_member(access.scope_for(_person("ines").pk), service, hours, at=at)
