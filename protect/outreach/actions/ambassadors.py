"""Ambassadors: profile, supervisor, permissions for materials, debriefs and calls. Ambassadors see
no case and appear in no public list. Source: docs/adr/0033-information-sessions.md."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from protect.audit.context import AuditContext
from protect.notices import enums
from protect.notices.actions import post_mail
from protect.orgs.scope import Scope
from protect.outreach import access
from protect.outreach.enums import Mood
from protect.outreach.models import Ambassador, Debrief, InformationSession
from protect.trainings.base import access as trainings_access, vocabulary
from protect.trainings.scheduling.actions.bookings import planning_organisation
from protect.trainings.scheduling.models import Resource
from protect.vault.records.personal import open_own_text, seal_own_text
from protect.vault.sessions.unlocked import Unlocked

KEY_PURPOSE = "outreach.safety_plan"  # of the key that seals a safety plan
PROFILE_FIELDS = ("supervisor", "region", "skills", "phone", "materials")
PERMISSION_FIELDS = ("may_name", "may_picture", "may_voice")  # to use these in materials
CALLS_PATH = "/trainings/calls"  # of the page of pending calls, at the desk
SAME_INCIDENT_WITHIN = timedelta(minutes=10)  # pressing again asks for no second call


@transaction.atomic
def save_profile(
    scope: Scope, resource: Resource, fields: Mapping[str, object], *, at: datetime
) -> Ambassador:
    """Save the PROFILE_FIELDS in `fields`; create a missing profile. Errors: PermissionDenied."""
    audit = trainings_access.planner_context(scope, resource.organisation_id, at=at)
    profile = {name: fields[name] for name in PROFILE_FIELDS if name in fields}
    ambassador, _ = Ambassador.objects.update_or_create(resource=resource, defaults=profile)
    audit.record("outreach.ambassador_profile", resource)
    return ambassador


@transaction.atomic
def save_permissions(scope: Scope, permissions: Mapping[str, bool], *, at: datetime) -> Ambassador:
    """Save for all organisations whether an ambassador's name, picture and voice may be used. If a
    permission was withdrawn, the responsible users get a mail to check the listed materials.
    Errors: Http404, for a user who is not an ambassador."""
    first = access.get_own_ambassador(scope)
    own = access.own_ambassadors(scope).select_for_update(of=("self",))
    in_order = sorted(own, key=lambda row: str(row.resource.organisation_id))
    for row in in_order:  # in which audit chains are locked
        current = {name for name in PERMISSION_FIELDS if getattr(row, name)}
        withdrawn = [name for name in current if not permissions[name]]
        for name in PERMISSION_FIELDS:
            setattr(row, name, permissions[name])
        row.save(update_fields=list(PERMISSION_FIELDS))
        audit = scope.audit(row.resource.organisation_id, at=at)
        audit.record("outreach.ambassador_agree", row.resource)
        if withdrawn:
            page = f"/trainings/ambassadors/{row.pk}"
            _mail_responsible_users(row.resource, enums.Template.WORK_WAITING, page, at)
    first.refresh_from_db()
    return first


def get_permissions(scope: Scope) -> dict[str, bool]:
    """Return whether the ambassador gave each permission to any organisation. Errors: Http404."""
    access.get_own_ambassador(scope)
    rows = list(access.own_ambassadors(scope))
    return {name: any(getattr(row, name) for row in rows) for name in PERMISSION_FIELDS}


@transaction.atomic
def save_safety_plan(scope: Scope, text: str, *, at: datetime) -> None:
    """Seal a safety plan for its ambassador alone; "" deletes it. Errors: Http404; KeyNotReady."""
    row = access.get_own_ambassador(scope)
    user = row.resource.user_id
    if user is not None:
        sealed = seal_own_text(user, KEY_PURPOSE, row.pk, text) if text else None
        Ambassador.objects.filter(pk=row.pk).update(safety_plan=sealed)
    audit = scope.audit(row.resource.organisation_id, at=at)
    audit.record("outreach.ambassador_plan", row.resource)


def open_safety_plan(unlocked: Unlocked, ambassador: Ambassador) -> str | None:
    """Return the user's own safety plan; None without one, or if their key no longer opens it."""
    if ambassador.safety_plan is None:
        return None
    return open_own_text(unlocked, KEY_PURPOSE, ambassador.pk, bytes(ambassador.safety_plan))


@transaction.atomic
def save_debrief(holder: access.Holder, mood: Mood, *, wants_call: bool, at: datetime) -> Debrief:
    """Save an ambassador's mood after a session; if a call is wanted, mail those responsible."""
    row = _lock_or_create_debrief(holder, at)
    row.mood, row.wants_call = mood, wants_call
    row.called_at = None if wants_call else row.called_at
    row.save(update_fields=["mood", "wants_call", "called_at"])
    if wants_call:
        _mail_responsible_users(row.resource, enums.Template.WORK_WAITING, CALLS_PATH, at)
    _session_audit_context(holder, at).record("outreach.debrief", holder.session)
    return row


@transaction.atomic
def report_incident(holder: access.Holder, *, at: datetime) -> Debrief:
    """Record an incident without details; ask the responsible users to call the ambassador."""
    row = _lock_or_create_debrief(holder, at)
    reported = row.incident_at
    if reported is not None and row.called_at is None and at - reported < SAME_INCIDENT_WITHIN:
        return row
    row.incident_at, row.called_at = at, None
    row.save(update_fields=["incident_at", "called_at"])
    _mail_responsible_users(row.resource, enums.Template.CALL_NOW, CALLS_PATH, at)
    _session_audit_context(holder, at).record("outreach.incident", holder.session)
    return row


def get_open_incident_time(session: InformationSession, resource: Resource) -> datetime | None:
    """Return when a holder reported an incident that no call has followed yet; else None."""
    rows = Debrief.objects.filter(session=session, resource=resource, called_at=None)
    return rows.values_list("incident_at", flat=True).first()


@transaction.atomic
def mark_as_called(scope: Scope, debrief: Debrief, *, at: datetime) -> Debrief:
    """Record that this user called an ambassador. Errors: Http404, unless they are responsible."""
    row = access.get_debrief_awaiting_call(scope, debrief.pk)
    row.called_at = at
    row.save(update_fields=["called_at"])
    audit = scope.audit(row.resource.organisation_id, at=at)
    audit.record("outreach.debrief_called", row.resource)
    return row


@transaction.atomic
def delete_old_debriefs(*, at: datetime) -> int:
    """Delete debriefs at the end of their retention, except if a call is due; return how many."""
    old = Debrief.objects.filter(created__lt=at - vocabulary.retention_of("debriefs"))
    return old.exclude(access.AWAITS_CALL).delete()[0]


def _lock_or_create_debrief(holder: access.Holder, at: datetime) -> Debrief:
    session, resource, _actor = holder
    rows = Debrief.objects.select_for_update(of=("self",))
    return rows.get_or_create(session=session, resource=resource, defaults={"created": at})[0]


def _session_audit_context(holder: access.Holder, at: datetime) -> AuditContext:
    organisation = planning_organisation(holder.session)
    return AuditContext(at=at, actor=holder.actor, organisation=organisation)


def _mail_responsible_users(
    resource: Resource, template: enums.Template, path: str, at: datetime
) -> None:
    link = f"{settings.STAFF_URL}{path}"
    for user in access.responsible_users(resource):
        post_mail(at=at, to=user.email, template=template, language=user.language, link=link)
