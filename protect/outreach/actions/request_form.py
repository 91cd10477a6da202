"""Requests for information sessions: the public form, and later changes by the asker's own link.
The link's token is derived from the request's id and a server key. Only its hash is stored.
Source: docs/adr/0033-information-sessions.md."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from protect.audit.context import AuditContext
from protect.kernel.ids import generate_code, hash_token
from protect.notices.actions import post_mail
from protect.notices.enums import Template
from protect.orgs.access import users_with
from protect.orgs.enums import Permission
from protect.orgs.rules import is_demo_address
from protect.outreach import enums, errors, rules
from protect.outreach.models import SessionRequest
from protect.trainings.base import links
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.scheduling.actions.mail import post_once

LINK_SALT = "protect.trainings.request"  # of the tokens of askers' own links
# Fields that the asker completes later, or that staff enter for an asker who phones.
LATER_FIELDS = (
    *("contact_name", "contact_phone", "dates", "expected", "class_level", "teacher_present"),
    *("safeguarding_lead", "accepts_protocol", "has_private_room"),
)
# Fields of the public form, except `languages`.
FORM_FIELDS = (
    *("country_id", "setting", "asker", "contact_email", "contact_language_id", "place_id"),
    *("band", *LATER_FIELDS),
)


@transaction.atomic
def save_request(fields: Mapping[str, Any], *, sent_key: UUID, at: datetime) -> SessionRequest:
    """Save a request and mail the asker and the country's planners, or return the saved request of
    `sent_key`. Shapes: `fields` has keys of FORM_FIELDS, and may have `languages` as tags."""
    saved_request = SessionRequest.objects.filter(sent_key=sent_key).first()
    if saved_request is not None:
        return saved_request
    pk = uuid4()
    request = SessionRequest.objects.create(
        pk=pk,
        code=generate_code(),
        received_at=at,
        moved_at=at,
        token_hash=hash_token(make_token(pk)),
        sent_key=sent_key,
        **{name: fields[name] for name in FORM_FIELDS if name in fields},
    )
    request.languages.set(fields.get("languages", ()))
    record_asker_action(request, "ask", at=at)
    mail_asker(request, at=at)
    mail_planners(request, at=at)
    return request


@transaction.atomic
def save_further_answers(
    request: SessionRequest, fields: Mapping[str, Any], *, at: datetime
) -> SessionRequest:
    """Save answers that the asker sends by their own link. Shapes: `fields` has keys of
    LATER_FIELDS, `languages`, `said` (free text), and `edited` (version shown on the page).
    Errors: RequestMoveNotAllowed, once the request has ended; trainings_edit_conflict."""
    # Translators: name of an action on a request: enter what the requester says by phone.
    row = lock_open_request(request, _("Enter the requester’s answers"))
    save_later_fields(row, fields)
    row.said = fields.get("said") or row.said
    row.save(update_fields=["said"])
    record_asker_action(row, "complete", at=at)
    mail_planners(row, at=at)
    return row


def lock_open_request(request: SessionRequest, move_label: str) -> SessionRequest:
    """Lock and return an open request. Errors: RequestMoveNotAllowed, naming `move_label`."""
    row = SessionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    state = enums.RequestState(row.state)
    if not rules.is_open(state):
        raise errors.RequestMoveNotAllowed(state=state, move=move_label)
    return row


def save_later_fields(request: SessionRequest, fields: Mapping[str, Any]) -> None:
    """Save the LATER_FIELDS and `languages` in `fields`. Errors: trainings_edit_conflict."""
    if fields.get("edited", request.edited) != request.edited:
        raise TrainingRefusal("trainings_edit_conflict")
    names = [name for name in LATER_FIELDS if name in fields]
    for name in names:
        setattr(request, name, fields[name])
    request.edited += 1
    request.save(update_fields=[*names, "edited"])
    if "languages" in fields:
        request.languages.set(fields["languages"])


def make_token(request_id: UUID) -> str:
    """Return the token of the asker's own link to a request."""
    return salted_hmac(LINK_SALT, request_id.hex, algorithm="sha256").hexdigest()


def mail_asker(request: SessionRequest, *, at: datetime) -> None:
    """Mail the asker that there is news. A demo mails only to an address that cannot exist."""
    to, tag = request.contact_email, request.contact_language_id
    if to and settings.PUBLIC_URL and (not settings.IS_DEMO or is_demo_address(to)):
        link = links.public_address("open_outreach:request", make_token(request.pk), tag=tag)
        post_mail(at=at, to=to, template=Template.REQUEST_NEWS, language=tag, link=link)


def mail_planners(request: SessionRequest, *, at: datetime) -> None:
    """Mail the planners that work waits: those of the organisation that took the request, else
    of the country. A planner gets no second mail before the first is sent."""
    planners = users_with(Permission.PLAN_TRAININGS, country=request.country_id)
    if request.organisation_id:
        planners = users_with(Permission.PLAN_TRAININGS, organisation=request.organisation_id)
    link = f"{settings.STAFF_URL}/trainings/requests/{request.pk}"
    for person in planners.filter(is_active=True):
        post_once(person.email, Template.WORK_WAITING, person.language, link, at=at)


def record_asker_action(request: SessionRequest, action: str, *, at: datetime) -> None:
    """Record an asker's action for the organisation that took the request, else the platform."""
    audit = AuditContext(at=at, actor=None, organisation=request.organisation_id)
    audit.record(f"outreach.request_{action}", request)
