from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied

from protect.directory.enums import AddressReaders, Fact
from protect.directory.models import Service
from protect.verification import rules
from protect.verification.enums import QueueEvent, QueueReason, QueueState
from protect.verification.models import QueueItem
from protect.verification.queue import queue
from tests.refusals import refuses
from tests.verification.nights import BEFORE, NOW, checked, count_audit_entries, entry

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
APPLY_EVENT = {
    QueueEvent.CLAIM: lambda scope, item, at: queue.claim(scope, item, at=at),
    QueueEvent.RELEASE: lambda scope, item, at: queue.release_claim(scope, item, at=at),
    QueueEvent.FINISH: lambda scope, item, at: queue.close_item(
        scope, item, QueueEvent.FINISH, at=at
    ),
    QueueEvent.NO_ANSWER: lambda scope, item, at: queue.close_item(
        scope, item, QueueEvent.NO_ANSWER, at=at
    ),
    QueueEvent.HAND_OVER: lambda scope, item, at: queue.hand_over_item(scope, item, "Demo", at=at),
}


@pytest.fixture
def item(staff):
    return queue.enqueue(entry(), QueueReason.UNVERIFIED, at=NOW)


def make_item(state, staff, holder="vito"):
    """Return an item in a state; a claimed one is held by `holder` for half an hour from NOW."""
    item = queue.enqueue(entry(), QueueReason.UNVERIFIED, at=BEFORE)
    is_closed = state in {QueueState.DONE, QueueState.NOT_REACHED, QueueState.HANDED_ON}
    QueueItem.objects.filter(pk=item.pk).update(
        state=state,
        claimed_by=staff.people[holder].user if state == QueueState.CLAIMED else None,
        leased_until=NOW + rules.LEASE if state == QueueState.CLAIMED else None,
        closed_at=BEFORE if is_closed else None,
    )
    return QueueItem.objects.get(pk=item.pk)


def stored_rows():
    return list(QueueItem.objects.order_by("pk").values())


@pytest.mark.parametrize(("state", "event"), [*product(QueueState, QueueEvent)])
def test_queue_item_allows_only_the_events_of_the_table(staff, state, event):
    item = make_item(state, staff)
    before = stored_rows()
    # A holder may claim again to renew the lease; the table does not list this.
    is_renewal = (state, event) == (QueueState.CLAIMED, QueueEvent.CLAIM)

    if (state, event) in rules.NEXT_QUEUE_STATES or is_renewal:
        APPLY_EVENT[event](staff.vito.scope, item, NOW)
        item.refresh_from_db()
        assert item.state == rules.NEXT_QUEUE_STATES.get((state, event), QueueState.CLAIMED)
    else:
        with refuses("verification_queue_move_not_allowed") as refusal:
            APPLY_EVENT[event](staff.vito.scope, item, NOW)
        assert refusal.value.code == "verification_queue_move_not_allowed"
        assert stored_rows() == before
        assert count_audit_entries("queue_claim", f"queue_{event.value}") == 0


@pytest.mark.parametrize("event", QueueEvent)
def test_item_claimed_by_another_user_cannot_be_changed(staff, event):
    item = make_item(QueueState.CLAIMED, staff, holder="vera")
    before = stored_rows()

    with refuses("verification_queue_move_not_allowed"):
        APPLY_EVENT[event](staff.vito.scope, item, NOW + rules.LEASE - MINUTE)

    assert stored_rows() == before


@pytest.mark.parametrize("event", [each for each in QueueEvent if each != QueueEvent.CLAIM])
def test_expired_claim_cannot_be_released_or_closed(staff, event):
    item = make_item(QueueState.CLAIMED, staff)
    before = stored_rows()

    with refuses("verification_queue_move_not_allowed"):
        APPLY_EVENT[event](staff.vito.scope, item, NOW + rules.LEASE)

    assert stored_rows() == before


@pytest.mark.parametrize("name", ["vera", "vito"])
def test_item_can_be_claimed_again_after_half_an_hour(staff, name):
    item = make_item(QueueState.CLAIMED, staff)
    at = NOW + rules.LEASE

    claimed_item = queue.claim(staff.people[name].scope, item, at=at)

    assert claimed_item.claimed_by == staff.people[name].user
    assert claimed_item.leased_until == at + rules.LEASE


@pytest.mark.parametrize("name", ["edda", "rita", "zoe"])
@pytest.mark.parametrize("event", QueueEvent)
def test_only_verifiers_of_the_country_can_change_queue_items(staff, name, event):
    item = make_item(QueueState.CLAIMED, staff, holder=name)
    before = stored_rows()

    with pytest.raises(PermissionDenied):
        APPLY_EVENT[event](staff.people[name].scope, item, NOW)

    assert stored_rows() == before


def test_service_has_one_queue_item_for_all_reasons(staff):
    service = entry()
    first = queue.enqueue(service, QueueReason.MISSING, at=BEFORE)
    second = queue.enqueue(service, QueueReason.DISPUTED, at=NOW)

    assert first.pk == second.pk
    assert (second.reasons, second.opened_at) == (["disputed", "missing"], BEFORE)
    assert second.priority > 0


def test_finished_service_can_be_enqueued_again(staff, item):
    queue.claim(staff.vito.scope, item, at=NOW)
    queue.close_item(staff.vito.scope, item, QueueEvent.FINISH, at=NOW)

    again = queue.enqueue(item.service, QueueReason.CONFLICT, at=NOW)

    assert again.pk != item.pk
    assert again.reasons == ["conflict"]


def test_reason_added_during_a_check_opens_a_new_item(staff, item):
    queue.claim(staff.vito.scope, item, at=NOW)
    queue.enqueue(item.service, QueueReason.DISPUTED, at=NOW + MINUTE)

    finish, later = QueueEvent.FINISH, NOW + 2 * MINUTE
    queue.close_item(staff.vito.scope, item, finish, seen_reasons=["unverified"], at=later)

    (new_item,) = QueueItem.objects.waiting()
    assert (new_item.reasons, new_item.opened_at) == (["disputed"], NOW + 2 * MINUTE)


def test_handed_over_item_keeps_its_opening_time_and_note(staff, item):
    queue.claim(staff.vito.scope, item, at=NOW)

    waiting = queue.hand_over_item(staff.vito.scope, item, "They speak Somali only.", at=NOW)

    item.refresh_from_db()
    assert (item.state, item.closed_by) == (QueueState.HANDED_ON, staff.vito.user)
    assert (waiting.note, waiting.opened_at) == ("They speak Somali only.", item.opened_at)
    assert (waiting.priority, waiting.reasons) == (item.priority, item.reasons)
    assert list(QueueItem.objects.free(NOW)) == [waiting]


def test_hand_over_note_with_an_address_is_refused_after_protection(staff, item):
    queue.claim(staff.vito.scope, item, at=NOW)
    stale = QueueItem.objects.select_related("service").get(pk=item.pk)
    Service.objects.update(address_audience=AddressReaders.NEVER_STORED)
    before = stored_rows()

    with refuses("directory_tells_where"):
        queue.hand_over_item(staff.vito.scope, stale, "They are at Demo Street 5.", at=NOW)

    assert stored_rows() == before


def test_every_queue_event_is_audited(staff, item):
    scope = staff.vito.scope
    queue.claim(scope, item, at=NOW)
    queue.release_claim(scope, item, at=NOW)
    queue.claim(scope, item, at=NOW)
    queue.close_item(scope, item, QueueEvent.NO_ANSWER, at=NOW)

    assert (
        count_audit_entries("queue_claim"),
        count_audit_entries("queue_let_go", "queue_miss"),
    ) == (2, 2)


def test_disputed_number_has_higher_priority_than_unchecked_cost(staff):
    disputed_service, unchecked_service = entry("s1"), entry("s2")
    for fact in Fact:
        if fact != Fact.PHONE:
            checked(disputed_service, fact)
        if fact != Fact.COST:
            checked(unchecked_service, fact)

    items = [
        queue.enqueue(each, QueueReason.UNVERIFIED, at=NOW)
        for each in (disputed_service, unchecked_service)
    ]

    assert items[0].priority > items[1].priority
