"""Orders of copies, and the log of copies and of reach. A correction is a new entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from protect.audit.context import AuditContext
from protect.campaigns.base import rules
from protect.campaigns.base.access import country_context, country_organisation, owner_context
from protect.campaigns.base.enums import CopySource, OrderMove, OrderState, PaperSize, PlaceKind
from protect.campaigns.base.errors import CampaignRefusal
from protect.campaigns.base.log_entries import LogEntry, LogQuerySet
from protect.campaigns.distribution import access
from protect.campaigns.distribution.models import CopyRun, Distribution, Order, Reach
from protect.campaigns.materials.access import get_material
from protect.campaigns.materials.actions import must_be_live
from protect.campaigns.materials.models import Material
from protect.campaigns.plans.access import get_campaign
from protect.campaigns.plans.models import Campaign
from protect.campaigns.press.access import get_file
from protect.campaigns.press.models import PressFile
from protect.campaigns.press.outdated import file_states
from protect.orgs.access import must_be_signed_in
from protect.orgs.scope import Scope

REACH_FIELDS = ("method", "people", "day", "evidence", "explanation", "action")
ORDER_FIELDS = ("language_id", "size", "copies", "destination", "needed_by")


@dataclass(frozen=True, slots=True)
class OrderInput:
    country: str
    language: str  # BCP 47
    size: PaperSize
    copies: int
    destination: str
    needed_by: date | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """Copies that were given out. `explanation`: why there were more than the log has."""

    copies: int
    day: date
    place: str
    explanation: str = ""
    place_kind: PlaceKind = PlaceKind.OTHER


@transaction.atomic
def place_order(scope: Scope, material: Material, order: OrderInput, *, at: datetime) -> Order:
    """Order copies of a material for a place in a country of the user.
    Errors: Http404; PermissionDenied; campaigns_material_taken_down."""
    audit = country_context(scope, order.country, at=at)
    found = get_material(scope, material.pk)
    must_be_live(Material.objects.select_for_update(of=("self",)).get(pk=found.pk))
    row = Order.objects.create(
        material=found,
        country_id=order.country,
        language_id=order.language,
        size=order.size,
        copies=order.copies,
        destination=order.destination,
        needed_by=order.needed_by,
        organisation_id=country_organisation(scope, order.country),
        ordered_at=at,
        ordered_by_id=must_be_signed_in(scope),
        moved_at=at,
    )
    audit.record("campaigns.place_order", row)
    return row


@transaction.atomic
def send_order(scope: Scope, order: Order, file: PressFile, *, at: datetime) -> Order:
    """Mark an order as sent, with copies of a file of its material and country; another language
    or size than was ordered is allowed, if that is what there is. Errors: Http404;
    campaigns_material_taken_down; campaigns_order_move_not_allowed;
    campaigns_file_of_other_order; campaigns_file_number_wrong."""
    row = _move(scope, order, OrderMove.SEND, at)
    must_be_live(Material.objects.select_for_update(of=("self",)).get(pk=row.material_id))
    found = _file_for(scope, row, file)
    _must_be_right(found, at)
    row.file = found
    row.save(update_fields=["state", "moved_at", "file"])
    country_context(scope, row.country_id, at=at).record("campaigns.send_order", row)
    return row


@transaction.atomic
def correct_order(
    scope: Scope,
    order: Order,
    values: Mapping[str, Any],
    file: PressFile | None = None,
    *,
    at: datetime,
) -> Order:
    """Correct an order that waits or was sent. `values`: by the names of ORDER_FIELDS; `file`:
    whose copies were sent, None to keep it as it is. Errors: Http404;
    campaigns_order_move_not_allowed; campaigns_file_of_other_order; campaigns_file_number_wrong."""
    moved_at = order.moved_at
    row = _move(scope, order, OrderMove.CORRECT, at)
    row.moved_at = moved_at
    for name in ORDER_FIELDS:
        setattr(row, name, values[name])
    if file is not None and row.state == OrderState.SENT and file.pk != row.file_id:
        row.file = _file_for(scope, row, file)
        _must_be_right(row.file, at)
    row.save(update_fields=[*ORDER_FIELDS, "file"])
    country_context(scope, row.country_id, at=at).record("campaigns.correct_order", row)
    return row


@transaction.atomic
def send_and_log_order(
    scope: Scope, order: Order, file: PressFile, given: Given, *, at: datetime
) -> Distribution:
    """Mark an order as sent and record in the same step that its copies were given out, which ends
    it. Errors: as `send_order` and `distribute_order`; then nothing is stored."""
    row = send_order(scope, order, file, at=at)
    return distribute_order(scope, row, given, at=at)


@transaction.atomic
def reopen_order(scope: Scope, order: Order, *, at: datetime) -> Order:
    """Let an order wait again that was cancelled, or marked as sent by mistake: by the log, no
    copies of it were given out. Errors: Http404; campaigns_order_move_not_allowed;
    campaigns_order_has_copies; campaigns_material_taken_down."""
    row = _move(scope, order, OrderMove.REOPEN, at)
    must_be_live(Material.objects.select_for_update(of=("self",)).get(pk=row.material_id))
    rules.must_be_without_copies(access.copies_of_order(row))
    row.file = None
    row.save(update_fields=["state", "moved_at", "file"])
    country_context(scope, row.country_id, at=at).record("campaigns.reopen_order", row)
    return row


@transaction.atomic
def cancel_order(scope: Scope, order: Order, *, at: datetime) -> Order:
    """Cancel an order. Errors: Http404; campaigns_order_move_not_allowed."""
    row = _move(scope, order, OrderMove.CANCEL, at)
    row.save(update_fields=["state", "moved_at"])
    country_context(scope, row.country_id, at=at).record("campaigns.cancel_order", row)
    return row


@transaction.atomic
def distribute_order(scope: Scope, order: Order, given: Given, *, at: datetime) -> Distribution:
    """Record that the copies of an order were given out at its destination, which ends it.
    Errors: Http404; campaigns_order_move_not_allowed; campaigns_copies_exceed."""
    row = _move(scope, order, OrderMove.DISTRIBUTE, at)
    row.save(update_fields=["state", "moved_at"])
    return _store_distribution(scope, PressFile.objects.get(orders=row), given, at, order=row)


@transaction.atomic
def record_run(
    scope: Scope, file: PressFile, source: CopySource, copies: int, day: date, *, at: datetime
) -> CopyRun:
    """Record copies that were printed or received. Errors: Http404; PermissionDenied."""
    row = _lock_file(scope, file)
    audit = country_context(scope, row.country_id, at=at)
    entry = CopyRun.objects.create(
        file=row, source=source, copies=copies, day=day, **_entered(scope, at)
    )
    audit.record("campaigns.record_run", entry)
    return entry


@transaction.atomic
def distribute(scope: Scope, file: PressFile, given: Given, *, at: datetime) -> Distribution:
    """Record copies that were given out or put up at a place.
    Errors: Http404; PermissionDenied; campaigns_copies_exceed."""
    return _store_distribution(scope, file, given, at)


@transaction.atomic
def correct_distribution(
    scope: Scope, entry: Distribution, given: Given, *, at: datetime
) -> Distribution:
    """Replace an entry by a corrected one; both stay. Errors: Http404; PermissionDenied;
    campaigns_copies_exceed; campaigns_corrected_meanwhile."""
    found = access.get_distribution(scope, entry.pk)
    return _store_distribution(scope, found.file, given, at, order=found.order, corrects=found)


@transaction.atomic
def correct_run(
    scope: Scope, entry: CopyRun, copies: int, explanation: str, *, at: datetime
) -> CopyRun:
    """Replace an entry about printed copies by a corrected one. `explanation`: why fewer copies
    were printed than given out, if so. Errors: Http404; PermissionDenied;
    campaigns_fewer_than_distributed; campaigns_corrected_meanwhile."""
    found = access.get_run(scope, entry.pk)
    file = _lock_file(scope, found.file)
    _must_be_current(CopyRun.objects.all(), found)
    counted = access.copies_of(file)
    available = counted.available - found.copies + copies
    rules.must_cover_distributed(available, counted.distributed, explanation)
    row = CopyRun.objects.create(
        file=file,
        source=found.source,
        copies=copies,
        day=found.day,
        corrects=found,
        explanation=explanation,
        **_entered(scope, at),
    )
    country_context(scope, file.country_id, at=at).record("campaigns.correct_run", row)
    return row


@transaction.atomic
def collect_copies(scope: Scope, file: PressFile, *, is_collected: bool, at: datetime) -> PressFile:
    """Record that the copies of a file were taken back from where they were, or that they are in
    use again. A file for which this is so already does not change.
    Errors: Http404; PermissionDenied."""
    row = _lock_file(scope, file)
    audit = country_context(scope, row.country_id, at=at)
    if (row.collected_at is not None) != is_collected:
        row.collected_at = at if is_collected else None
        row.save(update_fields=["collected_at"])
        audit.record(f"campaigns.{'collect' if is_collected else 'reuse'}_copies", row)
    return row


@transaction.atomic
def record_reach(
    scope: Scope, campaign: Campaign, values: Mapping[str, Any], *, at: datetime
) -> Reach:
    """Record how many people a campaign reached. `values`: country, by the names of REACH_FIELDS,
    and is_another: that it is no figure which the log has already.
    Errors: Http404; PermissionDenied; campaigns_reach_repeated."""
    found = get_campaign(scope, campaign.pk)
    if not values.get("is_another") and access.has_same_reach(found, values):
        raise CampaignRefusal("campaigns_reach_repeated")
    row = Reach.objects.create(
        campaign=found,
        organisation_id=country_organisation(scope, values["country"]),
        country_id=values["country"],
        **{name: values.get(name) for name in REACH_FIELDS},
        **_entered(scope, at),
    )
    country_context(scope, row.country_id, at=at).record("campaigns.record_reach", row)
    return row


@transaction.atomic
def correct_reach(scope: Scope, entry: Reach, values: Mapping[str, Any], *, at: datetime) -> Reach:
    """Replace an entry about reach by a corrected one of the same campaign, organisation and
    country; both stay. `values`: by the names of REACH_FIELDS.
    Errors: Http404, if another organisation made the entry; campaigns_corrected_meanwhile."""
    found = access.get_reach(scope, entry.pk)
    Reach.objects.select_for_update(of=("self",)).get(pk=found.pk)
    _must_be_current(Reach.objects.all(), found)
    row = Reach.objects.create(
        campaign=found.campaign,
        organisation_id=found.organisation_id,
        country_id=found.country_id,
        corrects=found,
        **{name: values.get(name) for name in REACH_FIELDS},
        **_entered(scope, at),
    )
    owner_context(scope, found.organisation_id, at=at).record("campaigns.correct_reach", row)
    return row


def _store_distribution(
    scope: Scope,
    file: PressFile,
    given: Given,
    at: datetime,
    order: Order | None = None,
    corrects: Distribution | None = None,
) -> Distribution:
    row = _lock_file(scope, file)
    audit: AuditContext = country_context(scope, row.country_id, at=at)
    if corrects is not None:
        _must_be_current(Distribution.objects.all(), corrects)
    counted = access.copies_of(row)
    others = counted.distributed - (corrects.copies if corrects else 0)
    rules.must_have_copies(given.copies, counted.available, others, given.explanation)
    entry = Distribution.objects.create(
        file=row,
        order=order,
        copies=given.copies,
        day=given.day,
        place=given.place,
        place_kind=given.place_kind,
        explanation=given.explanation,
        corrects=corrects,
        **_entered(scope, at),
    )
    audit.record(f"campaigns.{'correct' if corrects else 'record'}_distribution", entry)
    return entry


def _file_for(scope: Scope, order: Order, file: PressFile) -> PressFile:
    """Return a file of the material and country of an order. Errors: Http404;
    campaigns_file_of_other_order."""
    found = get_file(scope, file.pk)
    if (found.material_id, found.country_id) != (order.material_id, order.country_id):
        raise CampaignRefusal("campaigns_file_of_other_order")
    return found


def _must_be_right(file: PressFile, at: datetime) -> None:
    """Check that each number on a file is still one to call. Errors:
    campaigns_file_number_wrong."""
    (state,) = file_states(PressFile.objects.filter(pk=file.pk), at)
    if state.is_wrong:
        raise CampaignRefusal("campaigns_file_number_wrong")


def _must_be_current(rows: LogQuerySet, entry: LogEntry) -> None:
    """Check that no entry corrects this one. Errors: campaigns_corrected_meanwhile."""
    if rows.filter(corrects=entry.pk).exists():
        raise CampaignRefusal("campaigns_corrected_meanwhile")


def _entered(scope: Scope, at: datetime) -> dict[str, datetime | UUID]:
    return {"entered_at": at, "entered_by_id": must_be_signed_in(scope)}


def _lock_file(scope: Scope, file: PressFile) -> PressFile:
    found = get_file(scope, file.pk)
    return PressFile.objects.select_for_update(of=("self",)).get(pk=found.pk)


def _move(scope: Scope, order: Order, move: OrderMove, at: datetime) -> Order:
    """Return the locked order in its new state; the caller saves it."""
    found = access.get_order(scope, order.pk)
    row = Order.objects.select_for_update(of=("self",)).get(pk=found.pk)
    row.state = rules.order_state_after(OrderState(row.state), move)
    row.moved_at = at
    return row
