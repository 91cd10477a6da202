"""Ambassadors: profile and supervisor, permissions for materials, debriefs and calls. They see no
case and stand in no public list. Source: docs/adr/0033-information-sessions.md."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from protect.audit.context import AuditContext
from protect.notices import actions, enums
from protect.orgs.scope import Scope
from protect.outreach import access
from protect.outreach.enums import Mood
from protect.outreach.models import Ambassador, Debrief, InformationSession
from protect.trainings.base import access as trainings_access
from protect.trainings.scheduling.actions.bookings import host_of
from protect.trainings.scheduling.models import Resource
from protect.vault.records.personal import open_own, seal_own
from protect.vault.sessions.unlocked import Unlocked

PURPOSE = "outreach.safety_plan"
PROFILE = ("supervisor", "region", "skills", "phone", "materials")
AGREED = ("may_name", "may_picture", "may_voice")
CALLS = "/trainings/calls"
AGAIN = timedelta(minutes=10)  # sooner, a second press of the button is the same call


@transaction.atomic
def set_profile(
    scope: Scope, resource: Resource, fields: Mapping[str, object], *, at: datetime
) -> Ambassador:
    """Save `fields` of PROFILE: supervisor and skills, no permissions. Errors: PermissionDenied."""
    audit = trainings_access.planner_context(scope, resource.organisation_id, at=at)
    profile = {name: fields[name] for name in PROFILE if name in fields}
    row, _ = Ambassador.objects.update_or_create(resource=resource, defaults=profile)
    audit.record("outreach.ambassador_profile", resource)
    return row


@transaction.atomic
def agree(scope: Scope, agreed: Mapping[str, bool], *, at: datetime) -> Ambassador:
    """Save whether an ambassador's name, picture and voice may be used, for all organisations. Mail
    tells each supervisor that something was withdrawn: they check the listed materials.
    Errors: Http404, for a user who is no ambassador."""
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
            _mail_responsible_users(row.resource, enums.Template.WORK_WAITING, page, at)
    first.refresh_from_db()
    return first


def agreed_of(scope: Scope) -> dict[str, bool]:
    """Return what an ambassador agrees to, for all organisations. Errors: Http404."""
    access.own_ambassador(scope)
    rows = list(access.own_ambassadors(scope))
    return {name: any(getattr(row, name) for row in rows) for name in AGREED}


@transaction.atomic
def keep_plan(scope: Scope, text: str, *, at: datetime) -> None:
    """Seal a safety plan to its ambassador; "" deletes it. Errors: Http404; KeyNotReady."""
    row = access.own_ambassador(scope)
    if row.resource.user_id is not None:
        sealed = seal_own(row.resource.user_id, PURPOSE, row.pk, text) if text else None
        Ambassador.objects.filter(pk=row.pk).update(safety_plan=sealed)
    audit = AuditContext(at=at, actor=scope.user_id, organisation=row.resource.organisation_id)
    audit.record("outreach.ambassador_plan", row.resource)


def plan_of(unlocked: Unlocked, row: Ambassador) -> str | None:
    """Return the user's own safety plan; None without one, or when it no longer opens."""
    if row.safety_plan is None:
        return None
    return open_own(unlocked, PURPOSE, row.pk, bytes(row.safety_plan))


@transaction.atomic
def debrief(holder: access.Holder, mood: Mood, *, wants_call: bool, at: datetime) -> Debrief:
    """Save an ambassador's mood after a session."""
    row = _own_debrief(holder, at)
    row.mood, row.wants_call = mood, wants_call
    row.called_at = None if wants_call else row.called_at
    row.save(update_fields=["mood", "wants_call", "called_at"])
    if wants_call:
        _mail_responsible_users(row.resource, enums.Template.WORK_WAITING, CALLS, at)
    _context(holder, at).record("outreach.debrief", holder.session)
    return row


@transaction.atomic
def report_incident(holder: access.Holder, *, at: datetime) -> Debrief:
    """Ask the responsible user to call; details are told by phone alone."""
    row = _own_debrief(holder, at)
    reported_at = row.incident_at
    if reported_at is not None and row.called_at is None and at - reported_at < AGAIN:
        return row
    row.incident_at, row.called_at = at, None
    row.save(update_fields=["incident_at", "called_at"])
    _mail_responsible_users(row.resource, enums.Template.CALL_NOW, CALLS, at)
    _context(holder, at).record("outreach.incident", holder.session)
    return row


def asked_at(session: InformationSession, resource: Resource) -> datetime | None:
    """Return when a holder of a session asked for a call that has not come yet."""
    rows = Debrief.objects.filter(session=session, resource=resource, called_at=None)
    return rows.values_list("incident_at", flat=True).first()


@transaction.atomic
def called(scope: Scope, debrief: Debrief, *, at: datetime) -> Debrief:
    """Record that an ambassador was called. Errors: Http404, unless this user answers for them."""
    row = access.get_debrief(scope, debrief.pk)
    row.called_at = at
    row.save(update_fields=["called_at"])
    audit = AuditContext(at=at, actor=scope.user_id, organisation=row.resource.organisation_id)
    audit.record("outreach.debrief_called", row.resource)
    return row


def _own_debrief(holder: access.Holder, at: datetime) -> Debrief:
    session, resource, _actor = holder
    rows = Debrief.objects.select_for_update(of=("self",))
    return rows.get_or_create(session=session, resource=resource, defaults={"created": at})[0]


def _context(holder: access.Holder, at: datetime) -> AuditContext:
    return AuditContext(at=at, actor=holder.actor, organisation=host_of(holder.session))


def _mail_responsible_users(
    resource: Resource, template: enums.Template, page: str, at: datetime
) -> None:
    link = f"{settings.STAFF_URL}{page}"
    for person in access.responsible_users(resource):
        actions.post(at=at, to=person.email, template=template, language=person.language, link=link)
