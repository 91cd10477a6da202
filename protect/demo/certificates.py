"""An invented training of the demo that has taken place, with certificates; one was revoked."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from protect.audit.context import AuditContext
from protect.demo.consortium import pk_of
from protect.orgs.access import scope_for
from protect.orgs.models import Organisation
from protect.orgs.rules import DEMO_DOMAIN
from protect.trainings.actions import attending, certifying, choosing, entering, planning
from protect.trainings.actions.attending import Noted
from protect.trainings.actions.choosing import Chosen
from protect.trainings.actions.entering import Entry
from protect.trainings.actions.heading import Head, save_head
from protect.trainings.actions.planning import HalfDay
from protect.trainings.calendars import clocks
from protect.trainings.enums import (
    Approval,
    Assessment,
    AttendanceMethod,
    AttendanceState,
    EditionMove,
    SetOrder,
    Source,
)
from protect.trainings.models import CourseVersion, Edition
from protect.vault.actions import badges

PLANNER = "dana"
WEEKS_AGO = 3
THERE, LEFT, AWAY = AttendanceState.PRESENT, AttendanceState.LEFT_EARLY, AttendanceState.ABSENT
# Who was there, and what was noted of each half day.
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
    edition = _held(host, at)
    made = certifying.issue_due(edition, audit=audit, limit=len(PEOPLE))
    for each in made:
        if each.registration and each.registration.participant.name == REVOKED:
            reason = "Demo: somebody else signed the list"
            certifying.revoke(scope, each, at=at, reason=reason)
    return len(made)


def _held(host: Organisation, at: datetime) -> Edition:
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
    edition = planning.plan(scope, host, version, fields, at=before)
    choosing.choose(scope, edition, Chosen(SetOrder.SAME, Assessment.NONE, {}), at=before)
    planning.move(scope, edition, EditionMove.OPEN, at=before)
    rows = [_entered(edition, number, name, before) for number, name in enumerate(PEOPLE)]
    day = (at - timedelta(weeks=WEEKS_AGO)).date()
    for number, noted in enumerate(zip(*PEOPLE.values(), strict=True)):
        found = clocks.instants(day + timedelta(number), time(9), time(12, 30), host.zone)
        half_day = HalfDay(found.starts_at, found.ends_at, host.zone)
        session = planning.add_half_day(scope, edition, half_day, at=before)
        said = [Noted(key, *each) for key, each in zip(rows, noted, strict=True)]
        attending.note(scope, session, said, AttendanceMethod.LIST, at=at)
    for move in (EditionMove.CLOSE, EditionMove.FINISH):
        planning.move(scope, edition, move, at=at)
    return edition


def _entered(edition: Edition, number: int, name: str, at: datetime) -> UUID:
    told = {
        "name": name,
        "email": f"trained{number}@{DEMO_DOMAIN}",
        "country": edition.country_id,
        "language": "fr",
    }
    return entering.enter_told(edition, told, Entry(Source.APPLIED), at=at).pk
