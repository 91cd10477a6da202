"""Invented information sessions of the demo: asked for, agreed to, scheduled and counted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from protect.audit.context import AuditContext
from protect.demo.consortium import pk_of
from protect.orgs.access import scope_for
from protect.orgs.models import Organisation, User
from protect.orgs.rules import DEMO_DOMAIN
from protect.outreach.actions import head_counts, requests
from protect.outreach.actions.request_form import ask
from protect.outreach.enums import Setting
from protect.outreach.models import Ambassador, SessionRequest
from protect.reference.models import Language
from protect.trainings.editions.actions.plan import HalfDay
from protect.trainings.scheduling import vocabulary
from protect.trainings.scheduling.actions.bookings import Wanted, answer
from protect.trainings.scheduling.enums import BookingMove, BookingRole
from protect.trainings.scheduling.models import Resource, Suitability

PLANNER = "dana"
LIEGE, ANTWERP = 2792413, 2803138  # GeoNames
KEYS = UUID("5f0c1b2e-7d43-4c8b-9a1e-0d2f4b6a8c10")
NAMES = ("Demo Yara", "Demo Samuel")
COUNTED = {("secondary_1_3", "f"): 12, ("secondary_1_3", "m"): 11, ("unknown", "unknown"): 1}
KNOWN: dict[str, Any] = {
    "class_level": "secondary_1_3",
    "teacher_present": True,
    "safeguarding_lead": "Demo Lead",
    "accepts_protocol": True,
}


def build_outreach(host: Organisation, *, at: datetime) -> int:
    """Build three requests in three states; return how many."""
    scope = scope_for(pk_of("user", PLANNER))
    _request_session("Demo College", LIEGE, at - timedelta(days=8))
    centre = _request_session(
        "Demo Welcome Centre", ANTWERP, at - timedelta(days=2), Setting.RECEPTION_CENTRE
    )
    requests.agree(scope, centre, at=at)
    school = _request_session("Demo Lyceum", LIEGE, at - timedelta(days=20), **KNOWN)
    requests.agree(scope, school, at=at - timedelta(days=18))
    people = [Wanted(each, BookingRole.AMBASSADOR, payment="50 €") for each in _people(host, at)]
    start = (at - timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    half_day = HalfDay(start, start + timedelta(hours=2), host.zone)
    early = at - timedelta(days=17)
    session = requests.schedule(scope, school, half_day, people, at=early)
    for booking in session.bookings.order_by("pk"):
        audit = AuditContext(at=early, actor=None, organisation=host.pk)
        answer(booking, BookingMove.ACCEPT, audit=audit)
    head_count = head_counts.Declared(uuid5(KEYS, "count"), COUNTED, answered=22, could_name=15)
    head_counts.declare(scope, session, head_count, at=at)
    return 3


def _request_session(
    asker: str, place: int, at: datetime, setting: Setting = Setting.SCHOOL, **more: Any
) -> SessionRequest:
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
    return ask(data | more, sent_key=uuid5(KEYS, asker), at=at).request


def _people(host: Organisation, at: datetime) -> list[Resource]:
    supervisor = User.objects.get(pk=pk_of("user", PLANNER))
    people = []
    for name in NAMES:
        resource = Resource.objects.create(organisation=host, kind="person", name=name, created=at)
        resource.languages.set(Language.objects.filter(pk__in=["fr", "ar"]))
        Ambassador.objects.create(resource=resource, supervisor=supervisor, phone="+32 2 000 00 00")
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
