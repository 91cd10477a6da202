"""Create requests, ambassadors and information sessions for tests, all invented."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from protect.kernel.ids import hash_token
from protect.orgs.models import Organisation, User
from protect.outreach.actions.request_form import make_token
from protect.outreach.enums import RequestState, Setting
from protect.outreach.models import Ambassador, InformationSession, SessionRequest
from protect.trainings.editions.actions.plan import SessionPlan
from protect.trainings.scheduling import vocabulary
from protect.trainings.scheduling.models import Resource, Session, Suitability
from tests.trainings.planning import AT, NUMBERS

BRUSSELS = 2800866  # GeoNames
SCHOOL_ANSWERS = {
    "class_level": "secondary_1_3",
    "teacher_present": True,
    "safeguarding_lead": "Demo Lead",
    "accepts_protocol": True,
}
LATER = AT + timedelta(days=30)


def request_data(**change: Any) -> dict[str, Any]:
    """Return the data of a request for the action."""
    return {
        "country_id": "BE",
        "setting": Setting.SCHOOL,
        "asker": "Demo School",
        "contact_name": "Demo Teacher",
        "contact_email": "teacher@demo.example",
        "contact_language_id": "fr",
        "place_id": BRUSSELS,
        "expected": 24,
        "languages": ["fr"],
    } | change


def posted_request(**change: Any) -> dict[str, Any]:
    """Return the data that the public form posts."""
    return {
        "sent_key": uuid4(),
        "setting": "school",
        "asker": "Demo School",
        "country": "BE",
        "place": "Liège",
        "contact_name": "Demo Teacher",
        "contact_email": "teacher@demo.example",
        "contact_language": "fr",
        "expected": "24",
        "languages": ["fr"],
    } | change


def make_request(organisation: Organisation | None = None, **given: Any) -> SessionRequest:
    """Return a request of a Belgian school; of an organisation, it is agreed to."""
    pk = uuid4()
    fields = {
        "code": f"DEMO{next(NUMBERS)}",
        "country_id": "BE",
        "organisation": organisation,
        "setting": Setting.SCHOOL,
        "asker": "Demo School",
        "contact_name": "Demo Teacher",
        "contact_email": "teacher@demo.example",
        "contact_language_id": "fr",
        "place_id": BRUSSELS,
        "state": RequestState.AGREED if organisation else RequestState.RECEIVED,
        "received_at": AT,
        "moved_at": AT,
        "token_hash": hash_token(make_token(pk)),
        "sent_key": uuid4(),
    }
    return SessionRequest.objects.create(pk=pk, **fields | given)


def make_ambassador(host: Organisation, supervisor: User, user: User | None = None) -> Resource:
    """Return an ambassador who may work with minors."""
    resource = Resource.objects.create(
        organisation=host,
        kind="person",
        name=f"Demo Ambassador {next(NUMBERS)}",
        user=user,
        created=AT,
    )
    Ambassador.objects.create(resource=resource, supervisor=supervisor, phone="+32 2 000 00 00")
    for kind in vocabulary.proof_kinds():
        Suitability.objects.create(
            resource=resource,
            kind=kind,
            shown_on=date(2026, 1, 1),
            expires_on=date(2029, 1, 1),
            noted_by=supervisor,
        )
    return resource


def session_plan(start: datetime = LATER) -> SessionPlan:
    return SessionPlan(start, start + timedelta(hours=2), "Europe/Brussels")


def make_request_session(request: SessionRequest, start: datetime) -> Session:
    """Return the scheduled session of a request."""
    request.state = RequestState.SCHEDULED
    request.save(update_fields=["state"])
    return InformationSession.objects.create(
        request=request,
        numbered_in=request.pk,
        number=request.sessions.count() + 1,
        kind="school" if request.setting == Setting.SCHOOL else "community",
        count_mode="headcount",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        zone="Europe/Brussels",
    )
