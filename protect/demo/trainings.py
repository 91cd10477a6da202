"""Demo data: upcoming trainings with registrations, trainings that have taken place, with test
results or with certificates, and information sessions."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from protect.assessments.actions import answers, measurement, slips
from protect.assessments.models import Inquiry, Response
from protect.audit.context import AuditContext
from protect.certificates.actions import certificates
from protect.demo import consortium
from protect.orgs import actions, rules
from protect.orgs.access import scope_for
from protect.orgs.models import Organisation, User
from protect.orgs.scope import Scope
from protect.outreach.actions import head_counts, request_form, requests
from protect.outreach.enums import Setting
from protect.outreach.models import Ambassador, SessionRequest
from protect.questionnaires import access, enums, words
from protect.questionnaires.rules.answers import answer_to_post_data
from protect.reference.models import Language, Place
from protect.trainings.attendance.actions import attendance
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula import course_forms, models
from protect.trainings.curricula.actions import starter
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.documents.actions import LetterheadInput, save_letterhead
from protect.trainings.editions.actions import plan
from protect.trainings.editions.actions.plan import SessionPlan
from protect.trainings.registrations.actions import register
from protect.trainings.registrations.enums import Source
from protect.trainings.registrations.models import Sender
from protect.trainings.scheduling import clocks, vocabulary
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.enums import Approval, BookingMove, BookingRole, EditionMove
from protect.trainings.scheduling.models import Edition, Resource, Suitability, Venue
from protect.vault.server_keys import badge_keys

PLANNER_CODE = "dana"  # of the person who plans the trainings, in consortium.toml
PARTICIPANT_COUNT = 14  # participants of the training with tests
RANDOM_SEED = 20_261_127  # so that every build makes the same demo
CORRECT_SHARE = {Phase.PRE: 0.45, Phase.POST: 0.75}  # average share of correct answers
COMMENTS = (  # comments of some participants
    "Demo: more time for the interpreters' part, please.",
    "Demo: I will ask before I write anything down.",
    "Demo: the room was cold.",
)
PRESENT, LEFT_EARLY = AttendanceState.PRESENT, AttendanceState.LEFT_EARLY
ABSENT = AttendanceState.ABSENT
# For each participant and session: state, and the minutes if the participant left early.
ATTENDANCE_BY_PERSON = {
    "Demo Ines": ((PRESENT, None), (PRESENT, None)),
    "Demo Jamal": ((PRESENT, None), (LEFT_EARLY, 150)),
    "Demo Karla": ((PRESENT, None), (ABSENT, None)),
    "Demo Luc": ((PRESENT, None), (PRESENT, None)),
}
REVOKED_PERSON = "Demo Luc"  # participant whose certificate is revoked
FUNDING = {"en": "Demo: paid for by an invented fund.", "fr": "Démo : payé par un fonds inventé."}
DISCLAIMER = {"en": "Demo: it states no person's view."}
LETTERHEAD = LetterheadInput(alt="", funding=FUNDING, disclaimer=DISCLAIMER)


def build_assessments(host: Organisation, *, at: datetime) -> int:
    """Create a training of five weeks ago with responses; return the number of responses."""
    scope, planned_at = planner_scope(), at - timedelta(weeks=10)
    edition = plan_edition(host, "en", planned_at, seat_limit=PARTICIPANT_COUNT)
    plan.move_edition(scope, edition, EditionMove.OPEN, at=planned_at)
    names = [f"Demo Learner {n}" for n in range(1, PARTICIPANT_COUNT + 1)]
    _register_all(edition, "learner", names, planned_at)
    for session_plan in two_mornings(host, (at - timedelta(weeks=5)).date()):
        plan.add_session(scope, edition, session_plan, at=planned_at)
    plan.move_edition(scope, edition, EditionMove.CLOSE, at=planned_at)
    forms = {form.code: form for form in access.list_published_forms()}
    codes = edition.course_version.forms
    chosen_forms = {Phase(phase): forms[code] for phase, code in codes.items() if code in forms}
    setup = course_forms.ChosenQuestionnaires(SetOrder.AB, Assessment.NONE, chosen_forms)
    measurement.choose_forms(scope, edition, setup, at=at)
    first, *_, last = edition.sessions.order_by("starts_at")
    random = Random(RANDOM_SEED)  # noqa: S311 - invented answers
    cards = slips.create_card_codes(scope, edition, PARTICIPANT_COUNT, at=first.starts_at)
    for phase, moment in ((Phase.PRE, first.starts_at), (Phase.POST, last.ends_at)):
        for code in cards if phase is Phase.PRE else cards[:-1]:
            _answer_test(edition, phase, code, moment, random)
    for token in slips.create_slips(scope, edition, PARTICIPANT_COUNT, at=last.ends_at):
        answers.answer_by_slip(token, _random_evaluation(random), at=last.ends_at)
    plan.move_edition(scope, edition, EditionMove.FINISH, at=at)
    return Response.objects.filter(edition=edition).count()


def build_certificates(host: Organisation, *, at: datetime) -> int:
    """Create a key, a letterhead, a past training and its certificates; return their number."""
    scope, planned_at = planner_scope(), at - timedelta(weeks=6)
    badge_keys.make_key_as_operator(host, at=at)
    save_letterhead(scope, host, LETTERHEAD, at=at)
    edition = plan_edition(host, "fr", planned_at, seat_limit=12)
    setup = course_forms.ChosenQuestionnaires(SetOrder.SAME, Assessment.NONE, {})
    measurement.choose_forms(scope, edition, setup, at=planned_at)
    plan.move_edition(scope, edition, EditionMove.OPEN, at=planned_at)
    rows = _register_all(edition, "trained", ATTENDANCE_BY_PERSON, planned_at)
    mornings = two_mornings(host, (at - timedelta(weeks=3)).date())
    columns = zip(*ATTENDANCE_BY_PERSON.values(), strict=True)
    for session_plan, column in zip(mornings, columns, strict=True):
        session = plan.add_session(scope, edition, session_plan, at=planned_at)
        entries = zip(rows, column, strict=True)
        attendances = [attendance.AttendanceEntry(pk, *entry) for pk, entry in entries]
        attendance.record_attendance(scope, session, attendances, AttendanceMethod.LIST, at=at)
    for move in (EditionMove.CLOSE, EditionMove.FINISH):
        plan.move_edition(scope, edition, move, at=at)
    audit = AuditContext(at=at, actor=None, organisation=host.pk)
    limit = len(ATTENDANCE_BY_PERSON)
    issued = certificates.issue_due_certificates(edition, audit=audit, limit=limit)
    for certificate in issued:
        if certificate.registration and certificate.registration.participant.name == REVOKED_PERSON:
            reason = "Demo: another person signed the list"
            certificates.revoke_certificate(scope, certificate, at=at, reason=reason)
    return len(issued)


def planner_scope() -> Scope:
    return scope_for(consortium.pk_of("user", PLANNER_CODE))


def plan_edition(host: Organisation, tag: str, at: datetime, **fields: Any) -> Edition:
    """Create an edition of the demo's course in the language `tag`. `fields`: more values."""
    versions = models.CourseVersion.objects.published()
    version = versions.get(course__code="identify-and-communicate", language=tag)
    defaults = {"country_id": host.country, "zone": host.zone, "languages": [tag]}
    defaults |= {"approval": Approval.AUTO}
    return plan.create_edition(planner_scope(), host, version, defaults | fields, at=at)


def two_mornings(host: Organisation, begin: date, venue: Venue | None = None) -> list[SessionPlan]:
    """Plan a session from 9:00 to 12:30 on `begin` and on the next day, by default without a
    venue."""
    days = [begin + timedelta(number) for number in range(2)]
    hours = [clocks.session_times(day, time(9), time(12, 30), host.zone) for day in days]
    return [SessionPlan(times.starts_at, times.ends_at, host.zone, venue) for times in hours]


def _register_all(edition: Edition, account: str, names: Iterable[str], at: datetime) -> list[UUID]:
    """Register people under numbered addresses that begin with `account`; return their ids."""
    place = {"country": edition.country_id, "language": edition.course_version.language}
    origin, pks = register.Origin(Source.APPLIED), []
    for number, name in enumerate(names, 1):
        data = place | {"name": name, "email": f"{account}{number}@{rules.DEMO_DOMAIN}"}
        pks.append(register.register_from_form(edition, data, origin, at=at).pk)
    return pks


def _answer_test(edition: Edition, phase: Phase, code: str, at: datetime, random: Random) -> None:
    """Answer a test for the card `code`: about CORRECT_SHARE of it right, the rest left blank."""
    rows = Inquiry.objects.filter(measuring=edition.pk).select_related("form", "measuring__edition")
    inquiry, sent_key = rows.get(phase=phase), uuid4()
    form = answers.get_form_for_participant(inquiry, code, sent_key, "en")
    sent: dict[str, list[str]] = {}
    for field in form.definition.questions():
        if field.points and random.random() < CORRECT_SHARE[phase]:
            is_list = field.type in {enums.FieldType.MULTIPLE, enums.FieldType.RANKING}
            right = [str(answer) for answer in field.right] if is_list else field.right[0]
            sent |= answer_to_post_data(field, right)
    answers.answer_test(inquiry, _fill_form(form, sent, code, sent_key), at=at)


def _random_evaluation(random: Random) -> answers.FilledForm:
    form = access.get_form("evaluation")
    sent: dict[str, list[str]] = {}
    for field in form.definition.questions():
        if field.type in enums.SCALE_TYPES:
            sent[field.key] = [str(random.choice((3, 4, 4, 5, 5)))]
        elif field.type == enums.FieldType.SINGLE:
            sent[field.key] = [random.choice(field.options)]
        elif field.key == "use" and random.random() < 0.4:
            sent[field.key] = [random.choice(COMMENTS)]
    return _fill_form(form, sent)


def _fill_form(
    form: words.Form, sent: dict[str, list[str]], code: str = "", sent_key: UUID | None = None
) -> answers.FilledForm:
    """Return a form filled with `sent`, which is shaped like posted data."""
    values = access.to_answers(form, access.read_answers(form, sent))
    return answers.FilledForm(form, values, code, sent_key or uuid4())


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
    actions.must_allow_demo_data()
    counts: Counter[str] = Counter()
    if Edition.objects.exists():
        return counts
    scope = planner_scope()
    host = Organisation.objects.get(pk=next(iter(scope.organisations)))
    counts["versions"] = len(starter.publish_starter_curriculum(host, at=at))
    day = (at + timedelta(weeks=WEEKS_AHEAD)).date()
    monday = day - timedelta(days=day.weekday())
    edition = plan_edition(host, "fr", at, seat_limit=SEAT_LIMIT, is_listed=True)
    wanted_trainer = bookings.BookingRequest(_get_or_create_trainer(host, at), BookingRole.TRAINER)
    trainer_bookings = []
    for session_plan in two_mornings(host, monday, _get_or_create_venue(host, at)):
        session = plan.add_session(scope, edition, session_plan, at=at)
        trainer_bookings.append(bookings.book_resource(scope, session, wanted_trainer, at=at))
    audit = AuditContext(at=at, actor=None, organisation=host.pk)
    first = trainer_bookings[0]
    bookings.answer_booking(first, BookingMove.ACCEPT, audit=audit, keeps_cases_out=True)
    plan.move_edition(scope, edition, EditionMove.OPEN, at=at)
    fields = {"seat_limit": 20, "approval": Approval.OWNER, "is_listed": True}
    draft_edition = plan_edition(host, "en", at, **fields)
    for session_plan in two_mornings(host, monday):
        plan.add_session(scope, draft_edition, session_plan, at=at)
    counts["editions"] = 2
    counts["registrations"] = _register_participants(edition, at)
    counts["requests"] = build_outreach(host, at=at)
    counts["certificates"] = build_certificates(host, at=at)
    counts["answers"] = build_assessments(host, at=at)
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
            "email": f"participant{number}@{rules.DEMO_DOMAIN}",
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
    scope = planner_scope()
    _request_session("Demo College", LIEGE, at - timedelta(days=8))
    two_days_ago, setting = at - timedelta(days=2), Setting.RECEPTION_CENTRE
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
    asker: str, place: int, at: datetime, setting: Setting = Setting.SCHOOL, **more: Any
) -> SessionRequest:
    data = {
        "country_id": "BE",
        "setting": setting,
        "asker": asker,
        "contact_name": "Demo Contact",
        "contact_email": f"contact@{rules.DEMO_DOMAIN}",
        "contact_language_id": "fr",
        "place_id": place,
        "expected": 24,
        "languages": ["fr"],
    }
    return request_form.save_request(data | more, sent_key=uuid5(SENT_KEY_NAMESPACE, asker), at=at)


def _create_ambassadors(host: Organisation, at: datetime) -> list[Resource]:
    supervisor = User.objects.get(pk=consortium.pk_of("user", PLANNER_CODE))
    people = []
    for name in AMBASSADORS:
        resource = Resource.objects.create(organisation=host, kind="person", name=name, created=at)
        resource.languages.set(Language.objects.filter(pk__in=["fr", "ar"]))
        fields = {"supervisor": supervisor, "phone": "+32 2 000 00 00"}
        Ambassador.objects.create(resource=resource, **fields)
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
