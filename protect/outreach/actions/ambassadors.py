"""Ambassadors: who answers for them, what they agree to, how they are after a session.

They see no case and stand in no public list. Source: docs/adr/0033-information-sessions.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from protect.audit.context import AuditContext
from protect.notices.actions import post
from protect.notices.enums import Template
from protect.orgs.scope import Scope
from protect.outreach import access
from protect.outreach.enums import Mood
from protect.outreach.models import Ambassador, Debrief, InformationSession
from protect.trainings.base import access as trainings_access
from protect.trainings.scheduling.actions.bookings import host_of
from protect.trainings.scheduling.models import Booking, Resource
from protect.vault.actions.own_words import open_own, seal_own
from protect.vault.actions.unlocked import Unlocked

PURPOSE = "outreach.safety_plan"
PROFILE = ("supervisor", "region", "skills", "phone", "materials")
AGREED = ("may_name", "may_picture", "may_voice")
CALLS = "/trainings/calls"
AGAIN = timedelta(minutes=10)  # sooner, a second press of the button is the same call


@transaction.atomic
def set_profile(
    scope: Scope, resource: Resource, fields: Mapping[str, Any], *, at: datetime
) -> Ambassador:
    """Say who answers for an ambassador and what they can do. What they agree to is theirs to say.

    Shapes: `fields` of PROFILE. Errors: PermissionDenied.
    """
    audit = trainings_access.planner_context(scope, resource.organisation_id, at=at)
    given = {name: fields[name] for name in PROFILE if name in fields}
    row, _ = Ambassador.objects.update_or_create(resource=resource, defaults=given)
    audit.record("outreach.ambassador_profile", resource)
    return row


@transaction.atomic
def agree(scope: Scope, agreed: Mapping[str, bool], *, at: datetime) -> Ambassador:
    """Say whether one's own name, picture and voice may be used. No is possible at any time.

    It holds for every organisation for which somebody speaks. What was withdrawn is told to the
    supervisor of each, who looks at the materials that are listed.
    Errors: Http404, for who is no ambassador.
    """
    first = access.own_ambassador(scope)
    own = access.own_ambassadors(scope).select_for_update(of=("self",))
    for row in sorted(own, key=lambda each: str(each.resource.organisation_id)):  # as chains
        withdrawn = [name for name in AGREED if getattr(row, name) and not agreed[name]]
        for name in AGREED:
            setattr(row, name, agreed[name])
        row.save(update_fields=list(AGREED))
        audit = AuditContext(at=at, actor=scope.user_id, organisation=row.resource.organisation_id)
        audit.record("outreach.ambassador_agree", row.resource)
        if withdrawn:
            page = f"/trainings/ambassadors/{row.pk}"
            _mail_who_answers(row.resource, Template.WORK_WAITING, page, at)
    first.refresh_from_db()
    return first


def agreed_of(scope: Scope) -> dict[str, bool]:
    """Return what somebody agrees to, wherever it may be. Errors: Http404, for who is none."""
    access.own_ambassador(scope)
    rows = list(access.own_ambassadors(scope))
    return {name: any(getattr(row, name) for row in rows) for name in AGREED}


@transaction.atomic
def keep_plan(scope: Scope, text: str, *, at: datetime) -> None:
    """Seal one's own safety plan to oneself; without words there is none.

    Errors: Http404, for who is no ambassador; KeyNotReady.
    """
    row = access.own_ambassador(scope)
    if row.resource.user_id is not None:
        sealed = seal_own(row.resource.user_id, PURPOSE, row.pk, text) if text else None
        Ambassador.objects.filter(pk=row.pk).update(safety_plan=sealed)
    audit = AuditContext(at=at, actor=scope.user_id, organisation=row.resource.organisation_id)
    audit.record("outreach.ambassador_plan", row.resource)


def plan_of(unlocked: Unlocked, row: Ambassador) -> str | None:
    """Return one's own safety plan; None when there is none, or it cannot be opened any more."""
    if row.safety_plan is None:
        return None
    return open_own(unlocked, PURPOSE, row.pk, bytes(row.safety_plan))


@transaction.atomic
def debrief(
    scope: Scope, session: InformationSession, mood: Mood, *, wants_call: bool, at: datetime
) -> Debrief:
    """Say how one is after a session, in one word. Errors: Http404, for who did not hold it."""
    resource = access.own_part(scope, session)
    audit = AuditContext(at=at, actor=scope.user_id, organisation=host_of(session))
    return _debrief(session, resource, mood, audit, wants_call=wants_call)


@transaction.atomic
def debrief_by_link(booking: Booking, mood: Mood, *, wants_call: bool, at: datetime) -> Debrief:
    """Say the same without an account. Shapes: as `access_bookings.get_held_by_link` gives it."""
    audit = AuditContext(at=at, actor=None, organisation=host_of(booking.session))
    return _debrief(
        access.session_of(booking), booking.resource, mood, audit, wants_call=wants_call
    )


@transaction.atomic
def report_incident(scope: Scope, session: InformationSession, *, at: datetime) -> Debrief:
    """Tell who answers for them at once that something happened; what it was is told by phone.

    Errors: Http404, for who does not hold the session.
    """
    resource = access.own_part(scope, session)
    return _report(
        session, resource, AuditContext(at=at, actor=scope.user_id, organisation=host_of(session))
    )


@transaction.atomic
def report_incident_by_link(booking: Booking, *, at: datetime) -> Debrief:
    """Tell the same without an account. Shapes: as `access_bookings.get_held_by_link` gives it."""
    return _report(
        access.session_of(booking),
        booking.resource,
        AuditContext(at=at, actor=None, organisation=host_of(booking.session)),
    )


def asked_at(session: InformationSession, resource: Resource) -> datetime | None:
    """Return when somebody pressed the button of a session and waits for the call since."""
    rows = Debrief.objects.filter(session=session, resource=resource, called_at=None)
    return rows.values_list("incident_at", flat=True).first()


@transaction.atomic
def called(scope: Scope, debrief: Debrief, *, at: datetime) -> Debrief:
    """Note that somebody was called. Errors: Http404, for who does not answer for them."""
    row = access.get_debrief(scope, debrief.pk)
    row.called_at = at
    row.save(update_fields=["called_at"])
    audit = AuditContext(at=at, actor=scope.user_id, organisation=row.resource.organisation_id)
    audit.record("outreach.debrief_called", row.resource)
    return row


def _debrief(
    session: InformationSession,
    resource: Resource,
    mood: Mood,
    audit: AuditContext,
    *,
    wants_call: bool,
) -> Debrief:
    row = _own_debrief(session, resource, audit.at)
    row.mood, row.wants_call = mood, wants_call
    row.called_at = None if wants_call else row.called_at
    row.save(update_fields=["mood", "wants_call", "called_at"])
    if wants_call:
        _mail_who_answers(row.resource, Template.WORK_WAITING, CALLS, audit.at)
    audit.record("outreach.debrief", session)
    return row


def _report(session: InformationSession, resource: Resource, audit: AuditContext) -> Debrief:
    row = _own_debrief(session, resource, audit.at)
    asked = row.incident_at
    if asked is not None and row.called_at is None and audit.at - asked < AGAIN:
        return row
    row.incident_at, row.called_at = audit.at, None
    row.save(update_fields=["incident_at", "called_at"])
    _mail_who_answers(row.resource, Template.CALL_NOW, CALLS, audit.at)
    audit.record("outreach.incident", session)
    return row


def _own_debrief(session: InformationSession, resource: Resource, at: datetime) -> Debrief:
    rows = Debrief.objects.select_for_update(of=("self",))
    return rows.get_or_create(session=session, resource=resource, defaults={"created": at})[0]


def _mail_who_answers(resource: Resource, template: Template, page: str, at: datetime) -> None:
    """Mail the named supervisor; while they cannot sign in, those who plan for the organisation."""
    link = f"{settings.STAFF_URL}{page}"
    for person in access.who_answers(resource):
        post(at=at, to=person.email, template=template, language=person.language, link=link)
