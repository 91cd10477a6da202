"""Invented trainings of the demo, open and planned, and information sessions."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from protect.audit.context import AuditContext
from protect.demo import consortium, finished_trainings as finished
from protect.orgs.actions import must_be_for_demo
from protect.orgs.models import Organisation, User
from protect.orgs.rules import DEMO_DOMAIN
from protect.outreach import enums, models
from protect.outreach.actions import head_counts, request_form, requests
from protect.reference.models import Language, Place
from protect.trainings.curricula.actions import starter
from protect.trainings.editions.actions import plan
from protect.trainings.registrations.actions import register
from protect.trainings.registrations.enums import Source
from protect.trainings.registrations.models import Sender
from protect.trainings.scheduling import vocabulary
from protect.trainings.scheduling.actions.bookings import Wanted, answer, book
from protect.trainings.scheduling.enums import Approval, BookingMove, BookingRole, EditionMove
from protect.trainings.scheduling.models import Edition, Resource, Suitability, Venue

BRUSSELS = 2800866  # GeoNames
WEEKS_AHEAD = 5
NAMES = (
    *("Demo Aline", "Demo Bart", "Demo Célia", "Demo Dirk", "Demo Elif", "Demo Fatou"),
    *("Demo Greet", "Demo Hassan"),
)
WORK = ("social_worker", "nurse", "police_officer", "")  # codes of professions.toml
SEATS = 5
LIEGE, ANTWERP = 2792413, 2803138  # GeoNames
KEYS = UUID("5f0c1b2e-7d43-4c8b-9a1e-0d2f4b6a8c10")
AMBASSADORS = ("Demo Yara", "Demo Samuel")
COUNTED = {("secondary_1_3", "f"): 12, ("secondary_1_3", "m"): 11, ("unknown", "unknown"): 1}
KNOWN: dict[str, Any] = {
    "class_level": "secondary_1_3",
    "teacher_present": True,
    "safeguarding_lead": "Demo Lead",
    "accepts_protocol": True,
}


@transaction.atomic
def build_trainings(*, at: datetime) -> Counter[str]:
    """Build the demo's trainings where there are none. Errors: demo_only; database_was_live."""
    must_be_for_demo()
    counts: Counter[str] = Counter()
    if Edition.objects.exists():
        return counts
    scope = finished.planner()
    host = Organisation.objects.get(pk=next(iter(scope.organisations)))
    counts["versions"] = len(starter.load(host, at=at))
    day = (at + timedelta(weeks=WEEKS_AHEAD)).date()
    monday = day - timedelta(days=day.weekday())
    edition = finished.plan_edition(host, "fr", at, seat_limit=SEATS, is_listed=True)
    wanted = Wanted(_trainer(host, at), BookingRole.TRAINER)
    rows = []
    for half_day in finished.half_days(host, monday, _venue(host, at)):
        session = plan.add_half_day(scope, edition, half_day, at=at)
        rows.append(book(scope, session, wanted, at=at))
    audit = AuditContext(at=at, actor=None, organisation=host.pk)
    answer(rows[0], BookingMove.ACCEPT, audit=audit, keeps_cases_out=True)
    plan.move(scope, edition, EditionMove.OPEN, at=at)
    by_hand = Approval.OWNER
    planned = finished.plan_edition(host, "en", at, seat_limit=20, approval=by_hand, is_listed=True)
    for half_day in finished.half_days(host, monday):
        plan.add_half_day(scope, planned, half_day, at=at)
    counts["editions"] = 2
    counts["registrations"] = _register(edition, at)
    counts["requests"] = build_outreach(host, at=at)
    counts["certificates"] = finished.build_certificates(host, at=at)
    counts["answers"] = finished.build_assessments(host, at=at)
    return counts


def _venue(host: Organisation, at: datetime) -> Venue:
    hall, _ = Resource.objects.get_or_create(
        organisation=host, kind="venue", name="Demo Hall", defaults={"created": at}
    )
    defaults = {
        "place": Place.objects.get(pk=BRUSSELS),
        "address": "Demo Street 1",
        "capacity": 12,
        "is_step_free": True,
    }
    return Venue.objects.get_or_create(resource=hall, defaults=defaults)[0]


def _trainer(host: Organisation, at: datetime) -> Resource:
    trainer, _ = Resource.objects.get_or_create(
        organisation=host, kind="person", name="Demo Trainer", defaults={"created": at}
    )
    trainer.languages.set(Language.objects.filter(pk__in=["fr", "nl"]).order_by("pk"))
    return trainer


def _register(edition: Edition, at: datetime) -> int:
    sender, _ = Sender.objects.get_or_create(
        kept_by=edition.host,
        country_id=edition.country_id,
        name="Demo Welcome Centre",
        defaults={"language_id": "fr", "created": at},
    )
    for number, name in enumerate(NAMES):
        by = sender if number % 2 else None
        data = {
            "name": name,
            "email": f"participant{number}@{DEMO_DOMAIN}",
            "country": edition.country_id,
            "language": "fr",
            "sender": by,
            "profession": WORK[number % len(WORK)],
        }
        when = at - timedelta(days=len(NAMES) - number)
        entry = register.Entry(Source.NOMINATED if by else Source.APPLIED, by, sent_key=uuid4())
        register.register_from_form(edition, data, entry, at=when)
    return len(NAMES)


def build_outreach(host: Organisation, *, at: datetime) -> int:
    """Build three requests in three states; return how many."""
    scope = finished.planner()
    _request_session("Demo College", LIEGE, at - timedelta(days=8))
    centre = _request_session(
        "Demo Welcome Centre", ANTWERP, at - timedelta(days=2), enums.Setting.RECEPTION_CENTRE
    )
    requests.agree(scope, centre, at=at)
    school = _request_session("Demo Lyceum", LIEGE, at - timedelta(days=20), **KNOWN)
    requests.agree(scope, school, at=at - timedelta(days=18))
    people = [Wanted(each, BookingRole.AMBASSADOR, payment="50 €") for each in _people(host, at)]
    start = (at - timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    half_day = plan.HalfDay(start, start + timedelta(hours=2), host.zone)
    early = at - timedelta(days=17)
    session = requests.schedule(scope, school, half_day, people, at=early)
    for booking in session.bookings.order_by("pk"):
        audit = AuditContext(at=early, actor=None, organisation=host.pk)
        answer(booking, BookingMove.ACCEPT, audit=audit)
    head_count = head_counts.Declared(uuid5(KEYS, "count"), COUNTED, answered=22, could_name=15)
    head_counts.declare(scope, session, head_count, at=at)
    return 3


def _request_session(
    asker: str, place: int, at: datetime, setting: enums.Setting = enums.Setting.SCHOOL, **more: Any
) -> models.SessionRequest:
    data = {
        "country_id": "BE",
        "setting": setting,
        "asker": asker,
        "contact_name": "Demo Contact",
        "contact_email": f"contact@{DEMO_DOMAIN}",
        "contact_language_id": "fr",
        "place_id": place,
        "expected": 24,
        "languages": ["fr"],
    }
    return request_form.ask(data | more, sent_key=uuid5(KEYS, asker), at=at)


def _people(host: Organisation, at: datetime) -> list[Resource]:
    supervisor = User.objects.get(pk=consortium.pk_of("user", finished.PLANNER))
    people = []
    for name in AMBASSADORS:
        resource = Resource.objects.create(organisation=host, kind="person", name=name, created=at)
        resource.languages.set(Language.objects.filter(pk__in=["fr", "ar"]))
        models.Ambassador.objects.create(
            resource=resource, supervisor=supervisor, phone="+32 2 000 00 00"
        )
        Suitability.objects.bulk_create(
            Suitability(
                resource=resource,
                kind=kind,
                shown_on=at.date() - timedelta(days=100),
                expires_on=at.date() + timedelta(days=500),
                noted_by=supervisor,
            )
            for kind in vocabulary.for_minors()
        )
        people.append(resource)
    return people
