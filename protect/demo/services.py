"""Demo data: invented services in every state, so that no page of the directory is empty.
They are for professionals only, so that the public pages show no invented service."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from protect.demo.consortium import pk_of
from protect.directory import changes, enums
from protect.directory.enums import Fact, Method
from protect.directory.fact_records.checks import Finding, record_check
from protect.directory.models import Organisation, Service, ServiceText
from protect.directory.services.actions import edits, texts
from protect.kernel.ids import short_code, stable_uuid
from protect.orgs import access, actions, models, rules
from protect.reference.models import Category
from protect.verification.models import DuplicatePair
from protect.verification.reports.reports import Report, report_as_member, report_as_public

SOURCE = "demo"  # `source` of the invented services and of their organisation
COUNTRY = "BE"
DAY = timedelta(days=1)
REGION = "BE-WLG"  # Liège: large enough not to reveal where a shelter is
BRUSSELS = 2800866  # GeoNames


@dataclass(frozen=True, slots=True)
class ServicePlan:
    code: str
    name: str
    description: str
    category_codes: tuple[str, ...]
    status: enums.Status = enums.Status.PUBLISHED
    facts: Mapping[Fact, Mapping[str, object]] = field(default_factory=dict)
    checks: Mapping[Fact, tuple[int, Method]] = field(default_factory=dict)  # days ago, method


HOURS = {"expression": "Mo-Fr 09:00-17:00; PH off", "by_appointment": True, "note": ""}
FREE_OF_CHARGE = {"costs": [{"kind": "free", "note": ""}]}
NO_LIMITS = {"minimum": None, "maximum": None}
NO_RULE: dict[str, object] = {**NO_LIMITS, "values": [], "answer": "", "note": ""}
ALL_GENDERS = NO_RULE | {"kind": "gender", "operator": "all"}
ADULTS = NO_RULE | {"kind": "age", "operator": "range", "minimum": 18}
ELIGIBILITY_RULES = {"criteria": [ALL_GENDERS, ADULTS]}
UNKNOWN_DETAILS = {"interpreter_gender": "", "from_outside": None, "note": ""}  # of a language
LANGUAGE_DETAILS = {
    "languages": [
        UNKNOWN_DETAILS | {"language": "fr", "how": "staff", "window": "", "lead_minutes": None},
        UNKNOWN_DETAILS
        | {"language": "ti", "how": "phone_interpreter"}
        | {"window": "Mo,Th 09:00-11:00", "lead_minutes": 60},
    ]
}
STREET = {"place": BRUSSELS, "city": "Brussels", "address": "Demo Street 5", "postal_code": ""}
NO_POINT = {"latitude": None, "longitude": None, "is_exact": False}
PUBLIC_ADDRESS = {"audience": "public", "coarse_area": None, "locations": [STREET | NO_POINT]}
PROPHYLAXIS = {"act": "hiv_prophylaxis", "window_hours": 72, "source": "Demo: confirm before use"}
CLINICAL_OFFERS = {"offers": [PROPHYLAXIS | {"checked": None}]}
SERVICE_PLANS = (
    ServicePlan(
        "advice",
        "Demo Legal Advice",
        "Demo: lawyers who advise on papers and protection. Invented.",
        ("legal",),
        facts={
            Fact.VISIT_HOURS: HOURS,
            Fact.LANGUAGES: LANGUAGE_DETAILS,
            Fact.ELIGIBILITY: ELIGIBILITY_RULES,
            Fact.COST: FREE_OF_CHARGE,
            Fact.ADDRESS: PUBLIC_ADDRESS,
        },
        checks={
            Fact.VISIT_HOURS: (3, Method.VISIT),
            Fact.LANGUAGES: (65, Method.PROVIDER),
            Fact.COST: (140, Method.PROVIDER),
            Fact.ELIGIBILITY: (400, Method.WEB),
        },
    ),
    ServicePlan(
        "advice-again",
        "Demo Legal Advices",
        "Demo: the same lawyers, brought in once more by another list. Invented.",
        ("legal",),
        facts={Fact.COST: FREE_OF_CHARGE, Fact.ADDRESS: PUBLIC_ADDRESS},
    ),
    ServicePlan(
        "garden",
        "Demo Shelter Garden",
        "Demo: a protected house. Invented.",
        ("shelter",),
        facts={Fact.ELIGIBILITY: ELIGIBILITY_RULES, Fact.COST: FREE_OF_CHARGE},
        checks={Fact.ELIGIBILITY: (20, Method.PROVIDER), Fact.COST: (20, Method.PROVIDER)},
    ),
    ServicePlan(
        "clinic",
        "Demo Clinic",
        "Demo: medical care, still being written. Invented.",
        ("health",),
        status=enums.Status.DRAFT,
        facts={Fact.CLINICAL: CLINICAL_OFFERS},
    ),
    ServicePlan(
        "circle",
        "Demo Talking Circle",
        "Demo: people who listen. Handed in, not published. Invented.",
        ("psychosocial",),
        status=enums.Status.REVIEW,
        facts={Fact.LANGUAGES: LANGUAGE_DETAILS, Fact.COST: FREE_OF_CHARGE},
    ),
    ServicePlan(
        "closed",
        "Demo Night Office",
        "Demo: taken off while it moves. Invented.",
        ("case-management",),
        status=enums.Status.SUSPENDED,
        facts={Fact.COST: FREE_OF_CHARGE},
        checks={Fact.COST: (200, Method.CALL)},
    ),
)


def build_services(*, at: datetime) -> Counter[str]:
    """Unless they exist, create the invented services and run the nightly steps.
    Errors: demo_only; database_was_live."""
    actions.must_allow_demo_data()
    if Service.objects.filter(source=SOURCE).exists():
        return Counter()
    with transaction.atomic():
        services = {plan.code: _create_service(plan, at) for plan in SERVICE_PLANS}
        _add_hidden_address_and_capacity(services["garden"], at)
        _add_description_translations(services["advice"], at)
        _add_reports(services["advice"], at)
    changes.run_nightly_steps(at=at, say=lambda name, done: None)
    # Only now: the nightly update withdraws duplicate proposals of entries that differ.
    _propose_duplicates(services["advice"], services["advice-again"], at)
    return Counter(service=len(services))


def _propose_duplicates(one: Service, other: Service, at: datetime) -> None:
    """Propose two demo entries as duplicates: the nightly search would not find them similar."""
    first, second = sorted((one, other), key=lambda each: str(each.pk))
    pair = {"first": first, "second": second, "score": 0.9, "signs": ["similar_name"]}
    DuplicatePair.objects.create(**pair, country_id=COUNTRY, proposed_at=at)


def _create_service(plan: ServicePlan, at: datetime) -> Service:
    key = stable_uuid("service", SOURCE, plan.code)
    service = Service.objects.create(
        id=key,
        short=short_code("service", str(key)),
        source=SOURCE,
        source_id=plan.code,
        organisation=_get_or_create_organisation(at),
        country_id=COUNTRY,
        name=plan.name,
        description=plan.description,
        status=plan.status,
        released_at=at if plan.status in {enums.Status.PUBLISHED, enums.Status.SUSPENDED} else None,
        professionals_only=True,
        email=f"{plan.code}@{rules.DEMO_DOMAIN}",
        website=f"https://{rules.DEMO_DOMAIN}/advice",
        referral_route="Demo: write to the address above, with the consent of the person.",
        reply_days=3,
        last_modified=at,
    )
    service.categories.set(Category.objects.filter(pk__in=plan.category_codes))
    for fact, values in plan.facts.items():
        edits.write_fact(service, fact, values, at=at)
    for fact, (days, method) in plan.checks.items():
        finding = Finding(enums.Verdict.CONFIRMED, method, by=_get_user("runa"), source="Demo")
        record_check(service, fact, finding, at=at - days * DAY)
    Service.objects.filter(pk=key).update(last_modified=at)  # the checks have set earlier times
    return service


def _get_or_create_organisation(at: datetime) -> Organisation:
    """Return the organisation of the directory that offers all services of the demo."""
    key = stable_uuid("organisation", SOURCE, "house")
    fields = {"source": SOURCE, "source_id": "house", "name": "Demo House"}
    defaults = fields | {"country_id": COUNTRY, "last_modified": at}
    return Organisation.objects.get_or_create(id=key, defaults=defaults)[0]


def _get_user(code: str) -> models.User:
    return models.User.objects.get(pk=pk_of("user", code))


def _add_hidden_address_and_capacity(service: Service, at: datetime) -> None:
    hidden = {
        "audience": enums.AddressReaders.NEVER_STORED.value,
        "coarse_area": REGION,
        "locations": [],
    }
    edits.write_fact(service, Fact.ADDRESS, hidden, at=at)
    capacity = {"available": 2, "maximum": 8, "expires_at": (at + DAY).isoformat(), "units": []}
    edits.write_fact(service, Fact.CAPACITY, capacity, at=at)
    finding = Finding(enums.Verdict.CHANGED, Method.PROVIDER, by=_get_user("sefa"), source="Demo")
    record_check(service, Fact.CAPACITY, finding, at=at)


def _add_description_translations(service: Service, at: datetime) -> None:
    state, reviewer = enums.ReviewState.REVIEWED, _get_user("dana")
    reviewed = {"state": state, "reviewed_by": reviewer, "reviewed_at": at}
    french = "Démo : des avocats conseillent sur les papiers et la protection. Inventé."
    dutch = "Demo: advocaten geven raad over papieren en bescherming. Verzonnen."
    for language, text, more in (("fr", french, reviewed), ("nl", dutch, {})):
        ServiceText.objects.create(
            service=service,
            field=enums.TranslatableField.DESCRIPTION,
            language_id=language,
            text=text,
            source_digest=texts.text_digest(service.description),
            by=_get_user("amal"),
            at=at,
            **more,
        )


def _add_reports(service: Service, at: datetime) -> None:
    costs = Report((Fact.COST.value,), "Demo: they asked me for ten euros.", "en")
    report_as_public(service, costs, at=at)
    hours = Report((Fact.VISIT_HOURS.value,), "Demo: closed on Fridays now.", "en")
    report_as_member(access.scope_for(_get_user("ines").pk), service, hours, at=at)
