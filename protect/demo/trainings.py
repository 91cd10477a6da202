"""Demo data: upcoming trainings with registrations, and information sessions."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from protect.audit.context import AuditContext
from protect.demo import consortium, finished_trainings as finished
from protect.orgs.actions import must_allow_demo_data
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
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.enums import Approval, BookingMove, BookingRole, EditionMove
from protect.trainings.scheduling.models import Edition, Resource, Suitability, Venue

BRUSSELS = 2800866  # GeoNames
WEEKS_AHEAD = 5  # when the upcoming trainings begin
PARTICIPANT_NAMES = (
    *("Demo Aline", "Demo Bart", "Demo Célia", "Demo Dirk", "Demo Elif", "Demo Fatou"),
    *("Demo Greet", "Demo Hassan"),
)
PROFESSIONS = ("social_worker", "nurse", "police_officer", "")  # codes of professions.toml
SEAT_LIMIT = 5
LIEGE, ANTWERP = 2792413, 2803138  # GeoNames
SENT_KEY_NAMESPACE = UUID("5f0c1b2e-7d43-4c8b-9a1e-0d2f4b6a8c10")  # of the forms' `sent_key`
AMBASSADORS = ("Demo Yara", "Demo Samuel")
HEAD_COUNT = {("secondary_1_3", "f"): 12, ("secondary_1_3", "m"): 11, ("unknown", "unknown"): 1}
SCHOOL_DETAILS: dict[str, Any] = {
    "class_level": "secondary_1_3",
    "teacher_present": True,
    "safeguarding_lead": "Demo Lead",
    "accepts_protocol": True,
}


@transaction.atomic
def build_trainings(*, at: datetime) -> Counter[str]:
    """Create the demo's trainings if no edition exists. Errors: demo_only; database_was_live."""
    must_allow_demo_data()
    counts: Counter[str] = Counter()
    if Edition.objects.exists():
        return counts
    scope = finished.planner_scope()
    host = Organisation.objects.get(pk=next(iter(scope.organisations)))
    counts["versions"] = len(starter.publish_starter_curriculum(host, at=at))
    day = (at + timedelta(weeks=WEEKS_AHEAD)).date()
    monday = day - timedelta(days=day.weekday())
    edition = finished.plan_edition(host, "fr", at, seat_limit=SEAT_LIMIT, is_listed=True)
    wanted_trainer = bookings.BookingRequest(_get_or_create_trainer(host, at), BookingRole.TRAINER)
    trainer_bookings = []
    for session_plan in finished.two_mornings(host, monday, _get_or_create_venue(host, at)):
        session = plan.add_session(scope, edition, session_plan, at=at)
        trainer_bookings.append(bookings.book_resource(scope, session, wanted_trainer, at=at))
    audit = AuditContext(at=at, actor=None, organisation=host.pk)
    first = trainer_bookings[0]
    bookings.answer_booking(first, BookingMove.ACCEPT, audit=audit, keeps_cases_out=True)
    plan.move_edition(scope, edition, EditionMove.OPEN, at=at)
    fields = {"seat_limit": 20, "approval": Approval.OWNER, "is_listed": True}
    draft_edition = finished.plan_edition(host, "en", at, **fields)
    for session_plan in finished.two_mornings(host, monday):
        plan.add_session(scope, draft_edition, session_plan, at=at)
    counts["editions"] = 2
    counts["registrations"] = _register_participants(edition, at)
    counts["requests"] = build_outreach(host, at=at)
    counts["certificates"] = finished.build_certificates(host, at=at)
    counts["answers"] = finished.build_assessments(host, at=at)
    return counts


def _get_or_create_venue(host: Organisation, at: datetime) -> Venue:
    hall, _ = Resource.objects.get_or_create(
        organisation=host, kind="venue", name="Demo Hall", defaults={"created": at}
    )
    place = Place.objects.get(pk=BRUSSELS)
    defaults = {"place": place, "address": "Demo Street 1", "capacity": 12, "is_step_free": True}
    return Venue.objects.get_or_create(resource=hall, defaults=defaults)[0]


def _get_or_create_trainer(host: Organisation, at: datetime) -> Resource:
    trainer, _ = Resource.objects.get_or_create(
        organisation=host, kind="person", name="Demo Trainer", defaults={"created": at}
    )
    trainer.languages.set(Language.objects.filter(pk__in=["fr", "nl"]).order_by("pk"))
    return trainer


def _register_participants(edition: Edition, at: datetime) -> int:
    """Register participants, every second one nominated; return their number."""
    country, new = edition.country_id, {"language_id": "fr", "created": at}
    sender, _ = Sender.objects.get_or_create(
        kept_by=edition.host, country_id=country, name="Demo Welcome Centre", defaults=new
    )
    for number, name in enumerate(PARTICIPANT_NAMES):
        nominator = sender if number % 2 else None
        data = {
            "name": name,
            "email": f"participant{number}@{DEMO_DOMAIN}",
            "country": country,
            "language": "fr",
            "sender": nominator,
            "profession": PROFESSIONS[number % len(PROFESSIONS)],
        }
        when = at - timedelta(days=len(PARTICIPANT_NAMES) - number)
        source = Source.NOMINATED if nominator else Source.APPLIED
        origin = register.Origin(source, nominator, sent_key=uuid4())
        register.register_from_form(edition, data, origin, at=when)
    return len(PARTICIPANT_NAMES)


def build_outreach(host: Organisation, *, at: datetime) -> int:
    """Create three session requests in three states; return how many."""
    scope = finished.planner_scope()
    _request_session("Demo College", LIEGE, at - timedelta(days=8))
    two_days_ago, setting = at - timedelta(days=2), enums.Setting.RECEPTION_CENTRE
    centre = _request_session("Demo Welcome Centre", ANTWERP, two_days_ago, setting)
    requests.agree_to_request(scope, centre, at=at)
    school = _request_session("Demo Lyceum", LIEGE, at - timedelta(days=20), **SCHOOL_DETAILS)
    requests.agree_to_request(scope, school, at=at - timedelta(days=18))
    ambassadors, role = _create_ambassadors(host, at), BookingRole.AMBASSADOR
    people = [bookings.BookingRequest(person, role, payment="50 €") for person in ambassadors]
    start = (at - timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    session_plan = plan.SessionPlan(start, start + timedelta(hours=2), host.zone)
    scheduled_at = at - timedelta(days=17)
    session = requests.schedule_session(scope, school, session_plan, people, at=scheduled_at)
    for booking in session.bookings.order_by("pk"):
        audit = AuditContext(at=scheduled_at, actor=None, organisation=host.pk)
        bookings.answer_booking(booking, BookingMove.ACCEPT, audit=audit)
    sent_key = uuid5(SENT_KEY_NAMESPACE, "count")
    head_count = head_counts.Declaration(sent_key, HEAD_COUNT, answered=22, could_name=15)
    head_counts.save(scope, session, head_count, at=at)
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
    return request_form.save_request(data | more, sent_key=uuid5(SENT_KEY_NAMESPACE, asker), at=at)


def _create_ambassadors(host: Organisation, at: datetime) -> list[Resource]:
    supervisor = User.objects.get(pk=consortium.pk_of("user", finished.PLANNER_CODE))
    people = []
    for name in AMBASSADORS:
        resource = Resource.objects.create(organisation=host, kind="person", name=name, created=at)
        resource.languages.set(Language.objects.filter(pk__in=["fr", "ar"]))
        fields = {"supervisor": supervisor, "phone": "+32 2 000 00 00"}
        models.Ambassador.objects.create(resource=resource, **fields)
        Suitability.objects.bulk_create(
            Suitability(
                resource=resource,
                kind=kind,
                shown_on=at.date() - timedelta(days=100),
                expires_on=at.date() + timedelta(days=500),
                noted_by=supervisor,
            )
            for kind in vocabulary.proofs_for_minors()
        )
        people.append(resource)
    return people
