"""An invented training of the demo that has taken place, with certificates; one was revoked."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from protect.assessments.actions import measurement
from protect.audit.context import AuditContext
from protect.certificates.actions import certificates
from protect.demo.consortium import pk_of
from protect.orgs.access import scope_for
from protect.orgs.models import Organisation
from protect.orgs.rules import DEMO_DOMAIN
from protect.trainings.attendance.actions import attendance
from protect.trainings.attendance.actions.attendance import Noted
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.base.enums import Assessment
from protect.trainings.curricula.course_forms import Chosen
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.curricula.models import CourseVersion
from protect.trainings.documents.actions import Head, save_head
from protect.trainings.editions.actions import plan
from protect.trainings.editions.actions.plan import HalfDay
from protect.trainings.registrations.actions import register
from protect.trainings.registrations.actions.register import Entry
from protect.trainings.registrations.enums import Source
from protect.trainings.scheduling.calendars import clocks
from protect.trainings.scheduling.enums import Approval, EditionMove
from protect.trainings.scheduling.models import Edition
from protect.vault.actions import badges

PLANNER = "dana"
WEEKS_AGO = 3
THERE, LEFT, AWAY = AttendanceState.PRESENT, AttendanceState.LEFT_EARLY, AttendanceState.ABSENT
# Participants, and their attendance at each half day.
PEOPLE = {
    "Demo Ines": ((THERE, None), (THERE, None)),
    "Demo Jamal": ((THERE, None), (LEFT, 150)),
    "Demo Karla": ((THERE, None), (AWAY, None)),
    "Demo Luc": ((THERE, None), (THERE, None)),
}
REVOKED = "Demo Luc"
HEAD = Head(
    alt="",
    funding={
        "en": "Demo: paid for by an invented fund.",
        "fr": "Démo : payé par un fonds inventé.",
    },
    disclaimer={"en": "Demo: what it says is nobody's view."},
)


def build_certificates(host: Organisation, *, at: datetime) -> int:
    """Build a training three weeks ago, and issue what is due; return how many certificates."""
    scope, audit = (
        scope_for(pk_of("user", PLANNER)),
        AuditContext(at=at, actor=None, organisation=host.pk),
    )
    badges.make_by_command(host, at=at)
    save_head(scope, host, HEAD, at=at)
    edition = _finished_edition(host, at)
    issued = certificates.issue_due(edition, audit=audit, limit=len(PEOPLE))
    for certificate in issued:
        if certificate.registration and certificate.registration.participant.name == REVOKED:
            reason = "Demo: somebody else signed the list"
            certificates.revoke(scope, certificate, at=at, reason=reason)
    return len(issued)


def _finished_edition(host: Organisation, at: datetime) -> Edition:
    scope, before = scope_for(pk_of("user", PLANNER)), at - timedelta(weeks=2 * WEEKS_AGO)
    version = CourseVersion.objects.published().get(
        course__code="identify-and-communicate", language="fr"
    )
    fields = {
        "country_id": host.country,
        "zone": host.zone,
        "languages": ["fr"],
        "seat_limit": 12,
        "approval": Approval.AUTO,
    }
    edition = plan.plan(scope, host, version, fields, at=before)
    measurement.choose(scope, edition, Chosen(SetOrder.SAME, Assessment.NONE, {}), at=before)
    plan.move(scope, edition, EditionMove.OPEN, at=before)
    rows = [_register(edition, number, name, before) for number, name in enumerate(PEOPLE)]
    day = (at - timedelta(weeks=WEEKS_AGO)).date()
    for number, column in enumerate(zip(*PEOPLE.values(), strict=True)):
        hours = clocks.instants(day + timedelta(number), time(9), time(12, 30), host.zone)
        half_day = HalfDay(hours.starts_at, hours.ends_at, host.zone)
        session = plan.add_half_day(scope, edition, half_day, at=before)
        attendances = [Noted(key, *each) for key, each in zip(rows, column, strict=True)]
        attendance.note(scope, session, attendances, AttendanceMethod.LIST, at=at)
    for move in (EditionMove.CLOSE, EditionMove.FINISH):
        plan.move(scope, edition, move, at=at)
    return edition


def _register(edition: Edition, number: int, name: str, at: datetime) -> UUID:
    data = {
        "name": name,
        "email": f"trained{number}@{DEMO_DOMAIN}",
        "country": edition.country_id,
        "language": "fr",
    }
    return register.register_from_form(edition, data, Entry(Source.APPLIED), at=at).pk
