"""Requests for information sessions: one form, and later changes by the asker's own link. The
link's token is derived from the request's id and the server's key: it is the same in every mail,
and a copy of the database holds only its hash. Source: docs/adr/0033-information-sessions.md."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from protect.audit.context import AuditContext
from protect.kernel.ids import drawn_code
from protect.notices.actions import post
from protect.notices.enums import Template
from protect.orgs.access import holders
from protect.orgs.enums import Permission
from protect.orgs.rules import is_demo_address
from protect.outreach import enums, errors, rules
from protect.outreach.models import SessionRequest
from protect.trainings.base import access, links
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.scheduling.actions.mail import post_once

SALT = "protect.trainings.request"
# Fields of the form; `languages` beside it.
FIELDS = (
    *("country_id", "setting", "asker", "contact_name", "contact_email", "contact_phone"),
    *("contact_language_id", "place_id", "band", "dates", "expected", "class_level"),
    *("teacher_present", "safeguarding_lead", "accepts_protocol", "has_private_room"),
)
# Fields that the asker completes later, or the desk for an asker who phones.
COMPLETED = (
    *("contact_name", "contact_phone", "dates", "expected", "class_level", "teacher_present"),
    *("safeguarding_lead", "accepts_protocol", "has_private_room"),
)


@transaction.atomic
def ask(fields: Mapping[str, Any], *, sent_key: UUID, at: datetime) -> SessionRequest:
    """Save a request and mail the asker and the country's planners. A form counts once.
    Shapes: `fields` of FIELDS, and perhaps `languages` as tags."""
    before = SessionRequest.objects.filter(sent_key=sent_key).first()
    if before is not None:
        return before
    pk = uuid4()
    row = SessionRequest.objects.create(
        pk=pk,
        code=drawn_code(),
        received_at=at,
        moved_at=at,
        token_hash=access.token_hash(token_of(pk)),
        sent_key=sent_key,
        **{name: fields[name] for name in FIELDS if name in fields},
    )
    row.languages.set(fields.get("languages", ()))
    record_step(row, "ask", at=at)
    tell_asker(row, at=at)
    tell_planners(row, at=at)
    return row


@transaction.atomic
def complete(request: SessionRequest, fields: Mapping[str, Any], *, at: datetime) -> SessionRequest:
    """Save the asker's further answers and changes, by their own link.
    Shapes: `fields` of COMPLETED, `languages`, `said`, and `edited`, which the page showed.
    Errors: RequestMoveNotAllowed, once it ended; trainings_edit_conflict."""
    row = open_locked(request, _("Write down what they say"))
    fill_in(row, fields)
    row.said = fields.get("said") or row.said
    row.save(update_fields=["said"])
    record_step(row, "complete", at=at)
    tell_planners(row, at=at)
    return row


def open_locked(request: SessionRequest, move: str) -> SessionRequest:
    """Return a request that has not ended, locked. Errors: RequestMoveNotAllowed."""
    row = SessionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    state = enums.RequestState(row.state)
    if not rules.is_open(state):
        raise errors.RequestMoveNotAllowed(state=state, move=move)
    return row


def fill_in(row: SessionRequest, fields: Mapping[str, Any]) -> None:
    """Save the given fields of COMPLETED; the others stay. Errors: trainings_edit_conflict."""
    if fields.get("edited", row.edited) != row.edited:
        raise TrainingRefusal("trainings_edit_conflict")
    names = [name for name in COMPLETED if name in fields]
    for name in names:
        setattr(row, name, fields[name])
    row.edited += 1
    row.save(update_fields=[*names, "edited"])
    if "languages" in fields:
        row.languages.set(fields["languages"])


def token_of(pk: UUID) -> str:
    """Return the token of the asker's own link to a request."""
    return salted_hmac(SALT, pk.hex, algorithm="sha256").hexdigest()


def tell_asker(row: SessionRequest, *, at: datetime) -> None:
    """Mail the asker that there is news; a demo mails only an address that does not exist."""
    to, tag = row.contact_email, row.contact_language_id
    if to and settings.PUBLIC_URL and (not settings.IS_DEMO or is_demo_address(to)):
        link = links.public_address("open_outreach:request", token_of(row.pk), tag=tag)
        post(at=at, to=to, template=Template.REQUEST_NEWS, language=tag, link=link)


def tell_planners(row: SessionRequest, *, at: datetime) -> None:
    """Mail the planners that work waits: of the organisation that took it, or of the country. One
    mail at a time, until it has left, however often the asker saves."""
    planners = holders(Permission.PLAN_TRAININGS, country=row.country_id)
    if row.organisation_id:
        planners = holders(Permission.PLAN_TRAININGS, organisation=row.organisation_id)
    link = f"{settings.STAFF_URL}/trainings/requests/{row.pk}"
    for person in planners.filter(is_active=True):
        post_once(person.email, Template.WORK_WAITING, person.language, link, at=at)


def record_step(row: SessionRequest, action: str, *, at: datetime) -> None:
    """Record an asker's action with the answering organisation, before that with the platform."""
    audit = AuditContext(at=at, actor=None, organisation=row.organisation_id)
    audit.record(f"outreach.request_{action}", row)
