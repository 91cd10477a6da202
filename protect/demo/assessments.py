"""An invented, finished training of the demo with tests and evaluations."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID, uuid4

from protect.assessments.actions import measurement, slips
from protect.assessments.actions.answers import Sheet, answer_by_slip, answer_test, form_for
from protect.assessments.models import Inquiry, Response
from protect.demo.consortium import pk_of
from protect.orgs.access import scope_for
from protect.orgs.models import Organisation
from protect.orgs.rules import DEMO_DOMAIN
from protect.questionnaires.access import answers_of, get_form, published, read_answers
from protect.questionnaires.enums import FieldType
from protect.questionnaires.rules.fields import spell
from protect.questionnaires.words import Form
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula.course_forms import Chosen
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.curricula.models import CourseVersion
from protect.trainings.editions.actions import plan
from protect.trainings.editions.actions.plan import HalfDay
from protect.trainings.registrations.actions import register
from protect.trainings.registrations.actions.register import Entry
from protect.trainings.registrations.enums import Source
from protect.trainings.scheduling.calendars import clocks
from protect.trainings.scheduling.enums import Approval, EditionMove
from protect.trainings.scheduling.models import Edition

PLANNER = "dana"
WEEKS_AGO = 5
NUMBER = 14  # people
SEED = 20_261_127  # the demo is the same each time it is built
KNOWN = {Phase.PRE: 0.45, Phase.POST: 0.75}  # how many questions are right, on average
SAID = (  # what some write at the end
    "Demo: more time for the interpreters' part, please.",
    "Demo: I will ask before I write anything down.",
    "Demo: the room was cold.",
)


def build_assessments(host: Organisation, *, at: datetime) -> int:
    """Build a training five weeks ago with its answers; return how many answers."""
    scope = scope_for(pk_of("user", PLANNER))
    edition = _finished_edition(host, at)
    forms = {each.code: each for each in published()}
    codes = edition.course_version.forms
    chosen = {Phase(phase): forms[code] for phase, code in codes.items() if code in forms}
    setup = Chosen(SetOrder.AB, Assessment.NONE, chosen)
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


def _finished_edition(host: Organisation, at: datetime) -> Edition:
    scope, before = scope_for(pk_of("user", PLANNER)), at - timedelta(weeks=2 * WEEKS_AGO)
    version = CourseVersion.objects.published().get(
        course__code="identify-and-communicate", language="en"
    )
    fields = {
        "country_id": host.country,
        "zone": host.zone,
        "languages": ["en"],
        "seat_limit": NUMBER,
        "approval": Approval.AUTO,
    }
    edition = plan.plan(scope, host, version, fields, at=before)
    plan.move(scope, edition, EditionMove.OPEN, at=before)
    for number in range(1, NUMBER + 1):
        data = {
            "name": f"Demo Learner {number}",
            "email": f"learner{number}@{DEMO_DOMAIN}",
            "country": host.country,
            "language": "en",
        }
        register.register_from_form(edition, data, Entry(Source.APPLIED), at=before)
    day = (at - timedelta(weeks=WEEKS_AGO)).date()
    for number in range(2):
        hours = clocks.instants(day + timedelta(number), time(9), time(12, 30), host.zone)
        half_day = HalfDay(hours.starts_at, hours.ends_at, host.zone)
        plan.add_half_day(scope, edition, half_day, at=before)
    plan.move(scope, edition, EditionMove.CLOSE, at=before)
    return edition


def _test(edition: Edition, phase: Phase, code: str, moment: datetime, chance: Random) -> None:
    rows = Inquiry.objects.filter(measuring=edition.pk).select_related("form", "measuring__edition")
    inquiry, sent_key = rows.get(phase=phase), uuid4()
    form = form_for(inquiry, code, sent_key, "en")
    sent: dict[str, list[str]] = {}
    for field in form.definition.asking():
        if field.points and chance.random() < KNOWN[phase]:
            is_list = field.type in {FieldType.MULTIPLE, FieldType.RANKING}
            sent |= spell(field, [str(r) for r in field.right] if is_list else field.right[0])
    answer_test(inquiry, _sheet(form, sent, code, sent_key), at=moment)


def _evaluation(chance: Random) -> Sheet:
    form = get_form("evaluation")
    sent: dict[str, list[str]] = {}
    for field in form.definition.asking():
        if field.type in {FieldType.SCALE, FieldType.RATING}:
            sent[field.key] = [str(chance.choice((3, 4, 4, 5, 5)))]
        elif field.type == FieldType.SINGLE:
            sent[field.key] = [chance.choice(field.options)]
        elif field.key == "use" and chance.random() < 0.4:
            sent[field.key] = [chance.choice(SAID)]
    return _sheet(form, sent)


def _sheet(
    form: Form, sent: dict[str, list[str]], code: str = "", sent_key: UUID | None = None
) -> Sheet:
    answers = answers_of(form, read_answers(form, sent))
    return Sheet(form, answers, code, sent_key or uuid4())
