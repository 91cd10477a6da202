"""Campaigns and what they do on which day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from protect.campaigns.base import rules
from protect.campaigns.base.access import owner_context
from protect.campaigns.base.enums import ActionMark
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.plans import access, presets
from protect.campaigns.plans.models import CalendarAction, Campaign
from protect.orgs.scope import Scope

CAMPAIGN_FIELDS = (
    "name",
    "country_id",
    "audience",
    "starts_on",
    "ends_on",
    "messages",
    "channels",
)
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
    scope: Scope, campaign: Campaign, day: date, title: str, place: str = "", *, at: datetime
) -> CalendarAction:
    """Put an action into the calendar. Errors: Http404, if the user may not change the campaign."""
    row = _lock_campaign(scope, campaign)
    action = CalendarAction.objects.create(campaign=row, day=day, title=title, place=place)
    owner_context(scope, row.organisation_id, at=at).record("campaigns.plan_action", action)
    return action


@transaction.atomic
def plan_preset(scope: Scope, campaign: Campaign, code: str, *, at: datetime) -> int:
    """Put the first and the last day of a preset into the calendar, for each year in which they lie
    in the campaign's period; days that it has already stay. Return how many were added.
    Errors: Http404; KeyError for an unknown preset."""
    row = _lock_campaign(scope, campaign)
    preset = presets.presets()[code]
    periods = presets.periods_within(preset, row.starts_on, row.ends_on)
    days = {day for period in periods for day in period if row.starts_on <= day <= row.ends_on}
    known = set(row.calendar.filter(preset=code).values_list("day", flat=True))
    added = CalendarAction.objects.bulk_create(
        CalendarAction(campaign=row, day=day, title=preset.name, preset=code)
        for day in sorted(days - known)
    )
    owner_context(scope, row.organisation_id, at=at).record("campaigns.plan_preset", row)
    return len(added)


@transaction.atomic
def mark_action(
    scope: Scope, action: CalendarAction, mark: ActionMark, *, at: datetime
) -> CalendarAction:
    """Mark an action as done, cancelled or open. One that is marked so already does not change.
    Errors: Http404, if the user may not change its campaign."""
    rows = CalendarAction.objects.select_for_update(of=("self",))
    row = rows.select_related("campaign").get(pk=access.get_own_action(scope, action.pk).pk)
    if mark is _mark_of(row):
        return row
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


def _lock_campaign(scope: Scope, campaign: Campaign) -> Campaign:
    found = access.get_own_campaign(scope, campaign.pk)
    return Campaign.objects.select_for_update(of=("self",)).get(pk=found.pk)
