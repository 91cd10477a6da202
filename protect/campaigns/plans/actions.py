"""Campaigns and what they do on which day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language

from protect.campaigns.base import rules
from protect.campaigns.base.access import owner_context
from protect.campaigns.base.enums import ActionMark
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.plans import access, presets
from protect.campaigns.plans.models import CalendarAction, Campaign
from protect.campaigns.plans.presets import Period
from protect.orgs.scope import Scope
from protect.reference import formats

CAMPAIGN_FIELDS = (
    "name",
    "country_id",
    "audience",
    "starts_on",
    "ends_on",
    "messages",
    "channels",
)


class ActionInput(NamedTuple):
    """An action of a calendar as a user plans it. `ends_on`: its last day, also of a single day."""

    title: str
    starts_on: date
    ends_on: date
    place: str = ""


class PresetPlan(NamedTuple):
    """What planning a preset has done, in periods of the campaign. Neither: none lies in it."""

    added: list[Period]
    known: list[Period]  # in the calendar already


MARK_VERBS = {  # of the audit
    ActionMark.DONE: "complete",
    ActionMark.CANCELLED: "cancel",
    ActionMark.OPEN: "reopen",
}


@transaction.atomic
def create_campaign(
    scope: Scope, organisation: UUID, code: str, values: Mapping[str, Any], *, at: datetime
) -> Campaign:
    """Create a campaign of an organisation. `values`: by the names of CAMPAIGN_FIELDS.
    Errors: PermissionDenied; campaigns_period_reversed; campaigns_code_taken."""
    audit = owner_context(scope, organisation, at=at)
    rules.must_be_period(values["starts_on"], values["ends_on"])
    if Campaign.objects.filter(code=code).exists():
        raise CampaignRefusal("campaigns_code_taken", name=code)
    fields = {name: values[name] for name in CAMPAIGN_FIELDS}
    row = Campaign.objects.create(code=code, organisation_id=organisation, **fields)
    audit.record("campaigns.create_campaign", row)
    return row


@transaction.atomic
def change_campaign(
    scope: Scope, campaign: Campaign, values: Mapping[str, Any], *, at: datetime
) -> Campaign:
    """Change a campaign. Errors: Http404, if the user may not; campaigns_period_reversed."""
    rules.must_be_period(values["starts_on"], values["ends_on"])
    row = _lock_campaign(scope, campaign)
    for name in CAMPAIGN_FIELDS:
        setattr(row, name, values[name])
    row.save(update_fields=CAMPAIGN_FIELDS)
    owner_context(scope, row.organisation_id, at=at).record("campaigns.change_campaign", row)
    return row


@transaction.atomic
def retire_campaign(
    scope: Scope, campaign: Campaign, *, is_retired: bool, at: datetime
) -> Campaign:
    """Mark a campaign as ended, or as not ended; it stays in the list. One that is so already does
    not change. Errors: Http404, if the user may not change it."""
    row = _lock_campaign(scope, campaign)
    if (row.retired_at is not None) != is_retired:
        row.retired_at = at if is_retired else None
        row.save(update_fields=["retired_at"])
        verb = "retire" if is_retired else "revive"
        owner_context(scope, row.organisation_id, at=at).record(f"campaigns.{verb}_campaign", row)
    return row


@transaction.atomic
def plan_action(
    scope: Scope, campaign: Campaign, planned: ActionInput, *, at: datetime
) -> CalendarAction:
    """Put an action into the calendar. Errors: Http404, if the user may not change the campaign;
    campaigns_action_reversed."""
    rules.must_be_action_period(planned.starts_on, planned.ends_on)
    row = _lock_campaign(scope, campaign)
    action = CalendarAction.objects.create(campaign=row, **planned._asdict())
    owner_context(scope, row.organisation_id, at=at).record("campaigns.plan_action", action)
    return action


@transaction.atomic
def change_action(
    scope: Scope, action: CalendarAction, planned: ActionInput, *, at: datetime
) -> CalendarAction:
    """Change title, days and place of an action; whether it is done stays. Errors: Http404, if the
    user may not change its campaign; campaigns_action_reversed; campaigns_preset_planned."""
    rules.must_be_action_period(planned.starts_on, planned.ends_on)
    row = _lock_action(scope, action)
    same = row.campaign.calendar.filter(preset=row.preset, starts_on=planned.starts_on)
    if row.preset and same.exclude(pk=row.pk).exists():
        raise CampaignRefusal("campaigns_preset_planned")
    for name, value in planned._asdict().items():
        setattr(row, name, value)
    row.save(update_fields=planned._fields)
    audit = owner_context(scope, row.campaign.organisation_id, at=at)
    audit.record("campaigns.change_action", row)
    return row


@transaction.atomic
def remove_action(scope: Scope, action: CalendarAction, *, at: datetime) -> None:
    """Take an action out of the calendar, as if it had not been planned.
    Errors: Http404, if the user may not change its campaign."""
    row = _lock_action(scope, action)
    audit = owner_context(scope, row.campaign.organisation_id, at=at)
    audit.record("campaigns.remove_action", row)
    row.delete()


@transaction.atomic
def plan_preset(scope: Scope, campaign: Campaign, code: str, *, at: datetime) -> PresetPlan:
    """Put a preset into the calendar for each year in which it lies in the campaign's period, as
    one action from its first to its last day within that period. Periods that the calendar has
    already stay. Errors: Http404; KeyError for an unknown preset."""
    row = _lock_campaign(scope, campaign)
    preset = presets.presets()[code]
    periods = [
        Period(max(each.first, row.starts_on), min(each.last, row.ends_on))
        for each in presets.periods_within(preset, row.starts_on, row.ends_on)
    ]
    planned = list(row.calendar.filter(preset=code).values_list("starts_on", "ends_on"))
    plan = PresetPlan([], [])
    for period in periods:
        is_known = any(first <= period.last and period.first <= last for first, last in planned)
        (plan.known if is_known else plan.added).append(period)
    CalendarAction.objects.bulk_create(
        CalendarAction(
            campaign=row, starts_on=each.first, ends_on=each.last, title=preset.name, preset=code
        )
        for each in plan.added
    )
    if plan.added:
        audit = owner_context(scope, row.organisation_id, at=at)
        audit.record("campaigns.plan_preset", row)
    return plan


@transaction.atomic
def mark_action(
    scope: Scope, action: CalendarAction, mark: ActionMark, *, at: datetime
) -> CalendarAction:
    """Mark an action as done, cancelled or open. One that is marked so already does not change.
    Errors: Http404, if the user may not change its campaign; campaigns_action_not_begun."""
    row = _lock_action(scope, action)
    if mark is _mark_of(row):
        return row
    if mark is ActionMark.DONE and row.starts_on > rules.last_day_begun(at):
        day = formats.date_text(row.starts_on, get_language() or "en")
        raise CampaignRefusal("campaigns_action_not_begun", day=day)
    row.done_at = at if mark is ActionMark.DONE else None
    row.cancelled_at = at if mark is ActionMark.CANCELLED else None
    row.save(update_fields=["done_at", "cancelled_at"])
    audit = owner_context(scope, row.campaign.organisation_id, at=at)
    audit.record(f"campaigns.{MARK_VERBS[mark]}_action", row)
    return row


def _mark_of(action: CalendarAction) -> ActionMark:
    if action.done_at:
        return ActionMark.DONE
    return ActionMark.CANCELLED if action.cancelled_at else ActionMark.OPEN


def _lock_action(scope: Scope, action: CalendarAction) -> CalendarAction:
    rows = CalendarAction.objects.select_for_update(of=("self",)).select_related("campaign")
    return rows.get(pk=access.get_own_action(scope, action.pk).pk)


def _lock_campaign(scope: Scope, campaign: Campaign) -> Campaign:
    found = access.get_own_campaign(scope, campaign.pk)
    return Campaign.objects.select_for_update(of=("self",)).get(pk=found.pk)
