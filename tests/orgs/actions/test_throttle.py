from datetime import timedelta
from itertools import count

import pytest
from django.db import transaction
from hypothesis import given, settings, strategies as st
from hypothesis.extra.django import TestCase

from protect.orgs import actions, rules
from protect.orgs.actions import Browser
from protect.orgs.enums import AttemptKind
from protect.orgs.models import Attempt, User
from tests.examples import examples
from tests.orgs.conftest import AT
from tests.orgs.traces import everything

AMAL = "amal@demo.example"
HERE, ELSEWHERE = Browser("192.0.2.7"), Browser("198.51.100.9")
LINK = b"l" * 32
FREE = rules.FREE_ATTEMPTS

pytestmark = pytest.mark.django_db


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def networks():
    """Yield browsers, each in a network of its own."""
    return (Browser(f"10.{number // 256}.{number % 256}.1") for number in count())


def attempt(browser=HERE, account=AMAL, at=AT) -> float:
    user = User.objects.filter(email=account.strip().lower()).first()
    return actions.throttle_sign_in(account, user, browser, at=at)


def known(user: User, at=AT) -> Browser:
    """Return a browser that has signed in, in the network of everybody else."""
    return Browser(HERE.address, actions.remember_device(user, "", at=at))


def attack(at=AT) -> None:
    """Use up all free tries on an account, from as many networks."""
    for browser in networks():
        if attempt(browser, at=at):
            return


@pytest.fixture
def amal(db) -> User:
    return User.objects.create_user(AMAL)


def test_a_pair_of_account_and_network_waits_longer_with_every_failure():
    at, waits = AT, []
    for _ in range(12):
        waits.append(attempt(at=at))
        if waits[-1]:
            at += seconds(waits[-1])
            assert attempt(at=at) == 0

    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_an_account_waits_however_it_is_spelt_and_in_no_other_network():
    for _ in range(3):
        attempt()

    assert attempt(account=" AMAL@demo.example") == 1
    assert attempt(account="bela@demo.example") == 0
    assert attempt(ELSEWHERE) == 0


def test_a_spray_over_a_thousand_accounts_from_one_network_is_stopped():
    passed = [
        number
        for number in range(1000)
        if not attempt(
            Browser(f"192.0.2.{number % 250}"),
            f"demo{number}@demo.example",
            AT + seconds(number / 100),
        )
    ]

    assert passed[: FREE[AttemptKind.NETWORK]] == list(range(FREE[AttemptKind.NETWORK]))
    assert len(passed) == FREE[AttemptKind.NETWORK] + 3  # after 1, 2 and 4 seconds of the ten
    assert attempt(ELSEWHERE, "demo1000@demo.example", AT + seconds(10)) == 0


def test_a_spray_that_is_refused_writes_no_rows():
    for number in range(FREE[AttemptKind.NETWORK]):
        attempt(account=f"demo{number}@demo.example")
    rows = Attempt.objects.count()

    assert attempt(account="next@demo.example") == 1
    assert Attempt.objects.count() == rows


def test_attacked_account_permits_one_attempt_every_four_seconds():
    attack()
    waits = [attempt(browser) for browser in [Browser(f"172.16.{number}.1") for number in range(4)]]

    assert waits == [8, 12, 16, 20]  # `attack` was asked to wait 4


def test_queue_of_an_account_is_never_longer_than_a_minute():
    attack()
    others = networks()
    waits = [attempt(next(others)._replace(address=f"172.16.{number}.1")) for number in range(30)]

    assert max(waits) == rules.MAX_DELAY_SECONDS
    assert waits[-10:] == [rules.MAX_DELAY_SECONDS] * 10


def test_unknown_browser_may_try_at_its_turn_during_an_attack():
    attack()
    wait = attempt(ELSEWHERE)
    for number in range(600):  # many try meanwhile, also at the moment itself
        attempt(Browser(f"172.16.{number % 200}.1"), at=AT + seconds(number * wait / 600))
    attempt(Browser("172.17.0.1"), at=AT + seconds(wait))

    assert attempt(ELSEWHERE, at=AT + seconds(wait / 2)) == wait / 2  # too early costs nothing
    assert attempt(ELSEWHERE, at=AT + seconds(wait)) == 0


def test_turn_is_used_once_and_lapses_after_a_minute():
    attack()
    wait = attempt(ELSEWHERE)
    assert attempt(ELSEWHERE, at=AT + seconds(wait)) == 0
    assert attempt(ELSEWHERE, at=AT + seconds(wait)) > 0
    late = Browser("203.0.113.5")
    wait = attempt(late, at=AT)

    attempt(Browser("172.16.0.1"), at=AT + seconds(wait + 60))
    assert 0 < attempt(late, at=AT + seconds(wait + 61)) <= rules.MAX_DELAY_SECONDS


def test_a_clock_that_goes_back_lets_unknown_browsers_in():
    attack()

    assert attempt(ELSEWHERE, at=AT - timedelta(hours=1)) == 0


def test_known_device_has_a_separate_counter(amal):
    device = known(amal)
    waits = [attempt(device) for _ in range(4)]

    assert waits == [0, 0, 0, 1]
    assert attempt(known(amal)) == 0  # another device
    assert attempt() == 0  # no device, in the same network


def test_a_known_device_does_not_wait_for_its_network_or_its_account(amal):
    attack()
    for number in range(FREE[AttemptKind.NETWORK] + 5):
        attempt(account=f"demo{number}@demo.example")
    assert attempt() > 0

    assert attempt(known(amal)) == 0


def test_success_resets_the_pair_and_subtracts_one_from_network_and_account(amal):
    for _ in range(3):
        attempt()

    actions.record_success(AMAL, amal, HERE, at=AT)

    assert sorted(Attempt.objects.order_by("key").values_list("count", flat=True)) == [0, 2, 2]
    assert attempt() == 0


def test_success_of_a_known_device_changes_no_other_counter(amal):
    device = known(amal)
    attempt()
    attempt(device)

    actions.record_success(AMAL, amal, device, at=AT)

    assert sorted(Attempt.objects.order_by("key").values_list("count", flat=True)) == [0, 1, 1, 1]


def test_success_without_a_try_leaves_nothing(amal):
    actions.record_success(AMAL, amal, HERE, at=AT)

    assert Attempt.objects.count() == 0


def test_codes_are_counted_over_all_sessions_and_separately_from_passwords(amal):
    waits = [actions.throttle_second_factor(amal, HERE, at=AT) for _ in range(7)]

    assert waits == [0, 0, 0, 0, 0, 1, 1]
    assert actions.throttle_second_factor(amal, ELSEWHERE, at=AT) == 1
    assert actions.throttle_second_factor(amal, known(amal), at=AT) == 0
    assert attempt() == 0
    actions.record_success(AMAL, amal, HERE, at=AT)
    assert actions.throttle_second_factor(amal, HERE, at=AT) == 0


def test_attempts_behind_a_mailed_link_count_for_the_link_only(amal):
    attack()
    waits = [actions.throttle_link(LINK, at=AT) for _ in range(4)]

    assert waits == [0, 0, 0, 1]
    assert actions.throttle_link(b"m" * 32, at=AT) == 0


@given(st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=40))
def test_any_account_name_and_network_can_be_counted(account, network):
    wait = actions.throttle_sign_in(account, None, Browser(network, account), at=AT)

    assert 0 <= wait <= rules.MAX_DELAY_SECONDS


@pytest.mark.parametrize("which", ["attempt", "attempt_code", "attempt_link"])
def test_counting_inside_a_transaction_raises_runtime_error(amal, which):
    tries = {
        "attempt": lambda: attempt(),
        "attempt_code": lambda: actions.throttle_second_factor(amal, HERE, at=AT),
        "attempt_link": lambda: actions.throttle_link(LINK, at=AT),
    }
    with transaction.atomic(), pytest.raises(RuntimeError):
        tries[which]()

    assert Attempt.objects.count() == 0


def test_neither_address_nor_account_nor_device_is_stored(amal):
    device = known(amal)
    for browser in (HERE, device):
        attempt(browser)
    actions.throttle_second_factor(amal, device, at=AT)

    stored = str(everything()["Attempt"])
    for part in ("amal", "192.0.2", str(amal.pk), device.devices[:22]):
        assert part not in stored
    assert device.devices[:22] not in str(everything())


def test_counter_keys_change_each_day(settings):
    for _ in range(4):
        attempt()
    tomorrow = AT + timedelta(days=1)
    today = set(Attempt.objects.values_list("key", flat=True).order_by("key"))
    assert attempt(at=tomorrow) == 0

    settings.SECRET_KEY = "another secret of more than thirty-two letters"
    assert attempt() == 0

    assert len(today) == 3
    assert Attempt.objects.count() == 9


def test_counters_are_deleted_after_a_day():
    attempt()
    attempt(ELSEWHERE, "bela@demo.example", AT + timedelta(hours=1))

    assert actions.delete_old_attempts(at=AT + timedelta(days=1)) == 3
    assert actions.delete_old_attempts(at=AT + timedelta(days=1, hours=1)) == 3
    assert Attempt.objects.count() == 0


steps = st.floats(0, 20, allow_nan=False).map(seconds)
strangers = st.integers(0, 40).map(lambda number: Browser(f"172.16.{number}.1"))


class UnderAttack(TestCase):
    """Whatever strangers do, from as many networks as they like."""

    @settings(max_examples=examples(6), deadline=None)
    @given(st.lists(st.tuples(st.booleans(), strangers, steps), max_size=25), st.booleans())
    def test_attack_does_not_delay_a_known_device(self, tries, is_same_network):
        attack()
        device, at, mine, last = known(User.objects.create_user(AMAL)), AT, 0, AT
        for is_mine, stranger, step in tries:
            at += step
            if not is_mine:
                attempt(device._replace(devices="") if is_same_network else stranger, at=at)
                continue
            alone = rules.remaining_seconds(mine, last, at, free=FREE[AttemptKind.DEVICE])
            assert attempt(device, at=at) == alone
            if not alone:
                mine, last = mine + 1, at

    @settings(max_examples=examples(6), deadline=None)
    @given(st.lists(st.tuples(strangers, steps), min_size=1, max_size=40))
    def test_attempts_of_strangers_on_one_account_are_bounded(self, tries):
        attack()
        at, passed = AT, 0
        for stranger, step in tries:
            at += step
            passed += attempt(stranger, at=at) == 0
        # Turns that were given in the longest line may be kept for a minute and come together.
        lasted = at - AT + seconds(rules.MAX_DELAY_SECONDS) + rules.TURN_VALIDITY

        assert passed <= 1 + lasted // rules.TURN_INTERVAL

    @settings(max_examples=examples(6), deadline=None)
    @given(
        st.lists(st.tuples(strangers, steps), max_size=15),
        st.lists(st.tuples(strangers, st.floats(0, 1)), max_size=15),
    )
    def test_new_browser_that_waits_may_try(self, before, meanwhile):
        attack()
        at = AT
        for stranger, step in before:
            at += step
            attempt(stranger, at=at)
        wait = attempt(ELSEWHERE, at=at)
        for stranger, part in sorted(meanwhile, key=lambda each: each[1]):
            attempt(stranger, at=at + seconds(wait * part))

        assert 0 <= wait <= rules.MAX_DELAY_SECONDS
        if 0 < wait < rules.MAX_DELAY_SECONDS:  # else the line was full, and no turn was given
            assert attempt(ELSEWHERE, at=at + seconds(wait)) == 0
