"""Demo data: trainings that have taken place, with test results or with certificates."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from protect.assessments.actions import answers, measurement, slips
from protect.assessments.models import Inquiry, Response
from protect.audit.context import AuditContext
from protect.certificates.actions import certificates
from protect.demo.consortium import pk_of
from protect.orgs.access import scope_for
from protect.orgs.models import Organisation
from protect.orgs.rules import DEMO_DOMAIN
from protect.orgs.scope import Scope
from protect.questionnaires import access, enums, words
from protect.questionnaires.rules.answers import answer_to_post_data
from protect.trainings.attendance.actions import attendance
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula import course_forms, models
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.documents.actions import LetterheadInput, save_letterhead
from protect.trainings.editions.actions import plan
from protect.trainings.editions.actions.plan import SessionPlan
from protect.trainings.registrations.actions import register
from protect.trainings.registrations.enums import Source
from protect.trainings.scheduling import clocks
from protect.trainings.scheduling.enums import Approval, EditionMove
from protect.trainings.scheduling.models import Edition, Venue
from protect.vault.server_keys import badge_keys

PLANNER_CODE = "dana"
PARTICIPANT_COUNT = 14  # participants of the training with tests
RANDOM_SEED = 20_261_127  # so that every build makes the same demo
CORRECT_SHARE = {Phase.PRE: 0.45, Phase.POST: 0.75}  # average share of correct answers
COMMENTS = (  # comments of some participants
    "Demo: more time for the interpreters' part, please.",
    "Demo: I will ask before I write anything down.",
    "Demo: the room was cold.",
)
THERE, LEFT, AWAY = AttendanceState.PRESENT, AttendanceState.LEFT_EARLY, AttendanceState.ABSENT
# For each participant and session: state, and the minutes if the participant left early.
ATTENDANCE_BY_PERSON = {
    "Demo Ines": ((THERE, None), (THERE, None)),
    "Demo Jamal": ((THERE, None), (LEFT, 150)),
    "Demo Karla": ((THERE, None), (AWAY, None)),
    "Demo Luc": ((THERE, None), (THERE, None)),
}
REVOKED_PERSON = "Demo Luc"
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
    forms = {each.code: each for each in access.list_published_forms()}
    codes = edition.course_version.forms
    chosen_forms = {Phase(phase): forms[code] for phase, code in codes.items() if code in forms}
    setup = course_forms.ChosenQuestionnaires(SetOrder.AB, Assessment.NONE, chosen_forms)
    measurement.choose_forms(scope, edition, setup, at=at)
    first, *_, last = edition.sessions.order_by("starts_at")
    random = Random(RANDOM_SEED)  # noqa: S311 - invented answers
    cards = slips.print_cards(scope, edition, PARTICIPANT_COUNT, at=first.starts_at)
    for phase, moment in ((Phase.PRE, first.starts_at), (Phase.POST, last.ends_at)):
        for code in cards if phase is Phase.PRE else cards[:-1]:
            _answer_test(edition, phase, code, moment, random)
    for token in slips.print_slips(scope, edition, PARTICIPANT_COUNT, at=last.ends_at):
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
    return scope_for(pk_of("user", PLANNER_CODE))


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
        data = place | {"name": name, "email": f"{account}{number}@{DEMO_DOMAIN}"}
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
