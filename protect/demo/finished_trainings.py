"""Invented trainings of the demo that have taken place: with tests, or with certificates."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from protect.assessments.actions import measurement, slips
from protect.assessments.actions.answers import Sheet, answer_by_slip, answer_test, form_for
from protect.assessments.models import Inquiry, Response
from protect.audit.context import AuditContext
from protect.certificates.actions import certificates
from protect.demo.consortium import pk_of
from protect.orgs.access import scope_for
from protect.orgs.models import Organisation
from protect.orgs.rules import DEMO_DOMAIN
from protect.orgs.scope import Scope
from protect.questionnaires import access, enums, words
from protect.questionnaires.rules.answers import spell
from protect.trainings.attendance.actions import attendance
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula import course_forms, models
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.documents.actions import Head, save_head
from protect.trainings.editions.actions import plan
from protect.trainings.registrations.actions import register
from protect.trainings.registrations.enums import Source
from protect.trainings.scheduling import clocks
from protect.trainings.scheduling.enums import Approval, EditionMove
from protect.trainings.scheduling.models import Edition, Venue
from protect.vault.server_keys import badge_keys

PLANNER = "dana"
NUMBER = 14  # people who are tested
SEED = 20_261_127  # the demo is the same each time it is built
KNOWN = {Phase.PRE: 0.45, Phase.POST: 0.75}  # how many questions are right, on average
SAID = (  # what some write at the end
    "Demo: more time for the interpreters' part, please.",
    "Demo: I will ask before I write anything down.",
    "Demo: the room was cold.",
)
THERE, LEFT, AWAY = AttendanceState.PRESENT, AttendanceState.LEFT_EARLY, AttendanceState.ABSENT
# Participants who get certificates, and their attendance at each half day.
PEOPLE = {
    "Demo Ines": ((THERE, None), (THERE, None)),
    "Demo Jamal": ((THERE, None), (LEFT, 150)),
    "Demo Karla": ((THERE, None), (AWAY, None)),
    "Demo Luc": ((THERE, None), (THERE, None)),
}
REVOKED = "Demo Luc"
FUNDING = {"en": "Demo: paid for by an invented fund.", "fr": "Démo : payé par un fonds inventé."}
HEAD = Head(alt="", funding=FUNDING, disclaimer={"en": "Demo: it states no person's view."})


def build_assessments(host: Organisation, *, at: datetime) -> int:
    """Build a training five weeks ago with its answers; return how many answers."""
    scope, before = planner(), at - timedelta(weeks=10)
    edition = plan_edition(host, "en", before, seat_limit=NUMBER)
    plan.move(scope, edition, EditionMove.OPEN, at=before)
    _register(edition, "learner", [f"Demo Learner {n}" for n in range(1, NUMBER + 1)], before)
    for half_day in half_days(host, (at - timedelta(weeks=5)).date()):
        plan.add_half_day(scope, edition, half_day, at=before)
    plan.move(scope, edition, EditionMove.CLOSE, at=before)
    forms = {each.code: each for each in access.published()}
    codes = edition.course_version.forms
    chosen = {Phase(phase): forms[code] for phase, code in codes.items() if code in forms}
    setup = course_forms.Chosen(SetOrder.AB, Assessment.NONE, chosen)
    measurement.choose(scope, edition, setup, at=at)
    first, *_, last = edition.sessions.order_by("starts_at")
    chance = Random(SEED)  # noqa: S311 - invented answers
    cards = slips.print_cards(scope, edition, NUMBER, at=first.starts_at)
    for phase, moment in ((Phase.PRE, first.starts_at), (Phase.POST, last.ends_at)):
        for code in cards if phase is Phase.PRE else cards[:-1]:
            _test(edition, phase, code, moment, chance)
    for token in slips.print_slips(scope, edition, NUMBER, at=last.ends_at):
        answer_by_slip(token, _evaluation(chance), at=last.ends_at)
    plan.move(scope, edition, EditionMove.FINISH, at=at)
    return Response.objects.filter(edition=edition).count()


def build_certificates(host: Organisation, *, at: datetime) -> int:
    """Build a training three weeks ago, and issue what is due; return how many certificates."""
    scope, before = planner(), at - timedelta(weeks=6)
    badge_keys.make_by_command(host, at=at)
    save_head(scope, host, HEAD, at=at)
    edition = plan_edition(host, "fr", before, seat_limit=12)
    measurement.choose(
        scope, edition, course_forms.Chosen(SetOrder.SAME, Assessment.NONE, {}), at=before
    )
    plan.move(scope, edition, EditionMove.OPEN, at=before)
    rows = _register(edition, "trained", PEOPLE, before)
    mornings = half_days(host, (at - timedelta(weeks=3)).date())
    for half_day, column in zip(mornings, zip(*PEOPLE.values(), strict=True), strict=True):
        session = plan.add_half_day(scope, edition, half_day, at=before)
        attendances = [
            attendance.AttendanceEntry(key, *each) for key, each in zip(rows, column, strict=True)
        ]
        attendance.note(scope, session, attendances, AttendanceMethod.LIST, at=at)
    for move in (EditionMove.CLOSE, EditionMove.FINISH):
        plan.move(scope, edition, move, at=at)
    audit = AuditContext(at=at, actor=None, organisation=host.pk)
    issued = certificates.issue_due(edition, audit=audit, limit=len(PEOPLE))
    for certificate in issued:
        if certificate.registration and certificate.registration.participant.name == REVOKED:
            reason = "Demo: another person signed the list"
            certificates.revoke(scope, certificate, at=at, reason=reason)
    return len(issued)


def planner() -> Scope:
    return scope_for(pk_of("user", PLANNER))


def plan_edition(host: Organisation, tag: str, at: datetime, **fields: Any) -> Edition:
    versions = models.CourseVersion.objects.published()
    version = versions.get(course__code="identify-and-communicate", language=tag)
    where = {"country_id": host.country, "zone": host.zone, "languages": [tag]}
    return plan.plan(planner(), host, version, where | {"approval": Approval.AUTO} | fields, at=at)


def half_days(host: Organisation, begin: date, venue: Venue | None = None) -> list[plan.HalfDay]:
    days = [begin + timedelta(number) for number in range(2)]
    hours = [clocks.instants(day, time(9), time(12, 30), host.zone) for day in days]
    return [plan.HalfDay(each.starts_at, each.ends_at, host.zone, venue) for each in hours]


def _register(edition: Edition, account: str, names: Iterable[str], at: datetime) -> list[UUID]:
    place = {"country": edition.country_id, "language": edition.course_version.language}
    people = (
        place | {"name": name, "email": f"{account}{number}@{DEMO_DOMAIN}"}
        for number, name in enumerate(names, 1)
    )
    entry = register.Entry(Source.APPLIED)
    return [register.register_from_form(edition, data, entry, at=at).pk for data in people]


def _test(edition: Edition, phase: Phase, code: str, moment: datetime, chance: Random) -> None:
    rows = Inquiry.objects.filter(measuring=edition.pk).select_related("form", "measuring__edition")
    inquiry, sent_key = rows.get(phase=phase), uuid4()
    form = form_for(inquiry, code, sent_key, "en")
    sent: dict[str, list[str]] = {}
    for field in form.definition.asking():
        if field.points and chance.random() < KNOWN[phase]:
            is_list = field.type in {enums.FieldType.MULTIPLE, enums.FieldType.RANKING}
            sent |= spell(field, [str(r) for r in field.right] if is_list else field.right[0])
    answer_test(inquiry, _sheet(form, sent, code, sent_key), at=moment)


def _evaluation(chance: Random) -> Sheet:
    form = access.get_form("evaluation")
    sent: dict[str, list[str]] = {}
    for field in form.definition.asking():
        if field.type in enums.STEPS:
            sent[field.key] = [str(chance.choice((3, 4, 4, 5, 5)))]
        elif field.type == enums.FieldType.SINGLE:
            sent[field.key] = [chance.choice(field.options)]
        elif field.key == "use" and chance.random() < 0.4:
            sent[field.key] = [chance.choice(SAID)]
    return _sheet(form, sent)


def _sheet(
    form: words.Form, sent: dict[str, list[str]], code: str = "", sent_key: UUID | None = None
) -> Sheet:
    answers = access.answers_of(form, access.read_answers(form, sent))
    return Sheet(form, answers, code, sent_key or uuid4())
