from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from protect.directory import rules
from protect.directory.enums import Fact, Freshness, Status, Verdict
from protect.directory.fact_records.checks import FactState, service_fact_states
from protect.directory.models import ServiceCapacity
from protect.reference.vocabulary import categories
from protect.verification import rules as verification_rules
from protect.verification.enums import QueueReason, QueueState
from protect.verification.models import QueueItem
from protect.verification.queue import priorities, queue
from protect.verification.queue.priorities import priority_of_check
from protect.verification.queue.queue import RefreshCounts, refresh_queue
from tests.verification.nights import BEFORE, NOW, checked, entry, locate, make_directory_staff

DAY = timedelta(days=1)


def check_all_facts(service, at=BEFORE, **given):
    for fact in service_fact_states(service, at):
        checked(service, fact, at, **given)


def waiting_item():
    return QueueItem.objects.waiting().get()


@pytest.mark.django_db
def test_refresh_enqueues_unchecked_services():
    service = entry()

    assert refresh_queue(at=NOW) == RefreshCounts(opened=1, waiting=1)
    assert (waiting_item().service, waiting_item().reasons) == (service, ["unverified"])
    assert refresh_queue(at=NOW + DAY) == RefreshCounts(waiting=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days_late", "reason"), [(0, "due"), (30, "due"), (31, "overdue"), (120, "expired")]
)
def test_refresh_enqueues_services_with_late_facts(days_late, reason):
    check_all_facts(entry())
    refresh_queue(at=BEFORE + DAY)
    assert not QueueItem.objects.exists()

    refresh_queue(at=BEFORE + (60 + days_late) * DAY)

    assert waiting_item().reasons == [reason]


@pytest.mark.django_db
def test_refresh_enqueues_disputed_services():
    service = entry()
    check_all_facts(service)
    checked(service, Fact.LANGUAGES, NOW, verdict=Verdict.DISPUTED)

    refresh_queue(at=NOW)

    assert waiting_item().reasons == ["disputed"]


@pytest.mark.django_db
@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUSPENDED, Status.WITHDRAWN])
def test_refresh_skips_drafts_and_withdrawn_services(status):
    service = entry()
    refresh_queue(at=BEFORE)
    service.status = status
    service.save()

    assert refresh_queue(at=NOW) == RefreshCounts(closed=1)

    item = QueueItem.objects.get()
    assert (item.state, item.closed_at, item.closed_by) == (QueueState.DONE, NOW, None)


@pytest.mark.django_db
def test_refresh_closes_items_without_remaining_reasons():
    service = entry()
    refresh_queue(at=BEFORE)
    check_all_facts(service)

    assert refresh_queue(at=NOW) == RefreshCounts(closed=1)


@pytest.mark.django_db
def test_event_reason_stays_until_the_item_is_closed():
    service = entry()
    check_all_facts(service)
    for reason in (QueueReason.MISSING, QueueReason.CONFLICT, QueueReason.CHANGED):
        queue.enqueue(service, reason, at=NOW)

    refresh_queue(at=NOW + DAY)

    assert waiting_item().reasons == ["changed", "conflict", "missing"]


@pytest.mark.django_db
def test_changed_number_stays_queued_until_its_call_test():
    staff = make_directory_staff()
    service = entry()
    check_all_facts(service)
    queue.enqueue(service, QueueReason.CHANGED, at=NOW)
    checked(
        service,
        Fact.PHONE,
        NOW,
        by=staff.vito.user,
        second_checker=staff.vera.user,
    )

    assert refresh_queue(at=NOW + DAY) == RefreshCounts(closed=1)


@pytest.mark.django_db
def test_refresh_frees_only_expired_claims():
    staff = make_directory_staff()
    entry()
    refresh_queue(at=BEFORE)
    queue.claim(staff.vito.scope, waiting_item(), at=NOW)

    assert refresh_queue(at=NOW + verification_rules.LEASE / 2).freed == 0
    assert waiting_item().claimed_by == staff.vito.user
    assert refresh_queue(at=NOW + verification_rules.LEASE).freed == 1
    assert (waiting_item().state, waiting_item().claimed_by, waiting_item().leased_until) == (
        "open",
        None,
        None,
    )


@pytest.mark.django_db
def test_refresh_does_not_close_claimed_items():
    staff = make_directory_staff()
    service = entry()
    refresh_queue(at=BEFORE)
    queue.claim(staff.vito.scope, waiting_item(), at=NOW)
    check_all_facts(service)

    assert refresh_queue(at=NOW).closed == 0
    assert waiting_item().state == QueueState.CLAIMED


@pytest.mark.django_db
def test_priority_rises_with_the_number_of_dependent_settlements():
    few, many = entry("s1"), entry("s2")

    refresh_queue(at=NOW, dependents={few.pk: 3, many.pk: 40})

    assert [item.service for item in QueueItem.objects.all()] == [many, few]
    assert [item.dependents for item in QueueItem.objects.all()] == [40, 3]
    refresh_queue(at=NOW + DAY)  # dependents are not counted this time
    assert [item.dependents for item in QueueItem.objects.all()] == [40, 3]


@pytest.mark.django_db
def test_expired_free_places_alone_do_not_enqueue_a_service():
    service = entry(categories=["shelter"], address_audience="never_stored")
    ServiceCapacity.objects.create(
        service=service, available=2, updated_at=BEFORE, expires_at=BEFORE + DAY
    )
    check_all_facts(service)
    checked(service, Fact.CAPACITY, BEFORE, next_check=BEFORE + DAY)

    refresh_queue(at=NOW)
    assert not QueueItem.objects.exists()
    checked(service, Fact.CAPACITY, NOW, verdict=Verdict.DISPUTED)
    refresh_queue(at=NOW)
    assert waiting_item().reasons == ["disputed"]


@pytest.mark.django_db
def test_address_is_a_fact_to_check_only_if_it_is_not_protected():
    public_service, shelter = entry("s1"), entry("s2", address_audience="never_stored")
    locate(public_service)

    assert Fact.ADDRESS in service_fact_states(public_service, NOW)
    assert Fact.ADDRESS not in service_fact_states(shelter, NOW)
    assert Fact.CAPACITY not in service_fact_states(public_service, NOW)


@pytest.mark.django_db
def test_refresh_queries_do_not_depend_on_the_number_of_services(django_assert_num_queries):
    for number in range(10):
        entry(f"s{number}")
    refresh_queue(at=BEFORE)

    with django_assert_num_queries(17):
        refresh_queue(at=NOW)


def test_harm_weights_cover_every_fact_and_only_known_categories():
    confidence_by_fact = priorities.harm_weights()

    assert set(Fact.values) <= set(confidence_by_fact) <= {*Fact.values, *categories()}
    assert priorities.harm_of_wrong_fact(Fact.PHONE, []) == priorities.harm_of_wrong_fact(
        Fact.PHONE, ["psychosocial"]
    )
    assert priorities.harm_of_wrong_fact(
        Fact.PHONE, ["psychosocial", "helpline"]
    ) > priorities.harm_of_wrong_fact(Fact.PHONE, [])


CATEGORIES = st.sampled_from([None, "helpline", "shelter", "legal", "psychosocial"])
CONFIDENCE = st.floats(0, 1, allow_nan=False)
CONFIDENCE_BY_FACT = st.dictionaries(st.sampled_from(Fact), CONFIDENCE, min_size=1, max_size=6)


def make_fact_states(confidence_by_fact):
    return [
        FactState(fact, Freshness.DUE, confidence, None, None)
        for fact, confidence in confidence_by_fact.items()
    ]


def priority_of(confidence_by_fact, category, dependents):
    return priority_of_check(
        make_fact_states(confidence_by_fact), [category] if category else [], dependents
    )


@given(CONFIDENCE_BY_FACT, CATEGORIES, st.integers(0, 30_000), CONFIDENCE)
def test_priority_never_falls_as_confidence_falls(
    confidence_by_fact, category, dependents, confidence
):
    fact = next(iter(confidence_by_fact))
    older = confidence_by_fact | {fact: min(confidence, confidence_by_fact[fact])}

    assert priority_of(older, category, dependents) >= priority_of(
        confidence_by_fact, category, dependents
    )


@given(CONFIDENCE_BY_FACT, CATEGORIES, st.integers(1, 30_000), st.integers(0, 30_000))
def test_priority_never_falls_with_more_dependents(confidence_by_fact, category, dependents, more):
    assert priority_of(confidence_by_fact, category, dependents + more) >= priority_of(
        confidence_by_fact, category, dependents
    )


@given(CONFIDENCE_BY_FACT, CATEGORIES, st.integers(1, 30_000), st.sampled_from(Fact), CONFIDENCE)
def test_priority_never_falls_with_one_more_fact(
    confidence_by_fact, category, dependents, fact, confidence
):
    assert priority_of(
        {fact: confidence} | confidence_by_fact, category, dependents
    ) >= priority_of(confidence_by_fact, category, dependents)


@given(st.dictionaries(st.sampled_from(Fact), st.just(1.0), min_size=1), st.integers(0, 30_000))
def test_priority_is_zero_if_every_fact_is_certain(confidence_by_fact, dependents):
    assert priority_of(confidence_by_fact, "helpline", dependents) == 0


@given(st.integers(0, 4000), st.integers(0, 4000))
def test_confidence_never_rises_with_age(sooner, later):
    first, last = sorted([sooner, later])

    assert rules.confidence(1.0, last * DAY, 60 * DAY) <= rules.confidence(
        1.0, first * DAY, 60 * DAY
    )
