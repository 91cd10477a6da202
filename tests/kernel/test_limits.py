from datetime import UTC, datetime, timedelta

import pytest

from protect.kernel import clock, limits as limits_module
from protect.kernel.limits import RateLimiter, TooManyRequests, client_address

AT = datetime(2026, 11, 29, 21, 0, tzinfo=UTC)
SOMEBODY, ANOTHER = "192.0.2.7", "192.0.2.8"


@pytest.fixture
def limits():
    with clock.frozen(AT):
        yield RateLimiter(max_requests=3)


def test_an_address_that_asks_too_often_has_to_wait(limits):
    for _ in range(3):
        limits.count_request(SOMEBODY)

    with pytest.raises(TooManyRequests):
        limits.count_request(SOMEBODY)
    limits.count_request(ANOTHER)  # others do not


def test_each_thing_that_an_address_asks_about_is_counted_for_itself(limits):
    for _ in range(3):
        limits.count_request(SOMEBODY, "one")

    with pytest.raises(TooManyRequests):
        limits.count_request(SOMEBODY, "one")
    limits.count_request(SOMEBODY, "other")
    limits.count_request(ANOTHER, "one")


def test_after_a_minute_it_may_ask_again(limits):
    for _ in range(3):
        limits.count_request(SOMEBODY)

    with clock.frozen(AT + timedelta(minutes=1)):
        limits.count_request(SOMEBODY)


def test_the_machine_itself_is_not_counted(limits):
    for _ in range(10):
        limits.count_request("127.0.0.1")


def test_no_address_stands_in_memory_and_its_key_is_forgotten_each_hour(limits):
    limits.count_request(SOMEBODY)
    key = limits._key

    with clock.frozen(AT + timedelta(hours=1)):
        limits.count_request(ANOTHER)

    assert limits._key != key
    assert SOMEBODY.encode() not in b"".join(limits._counts)
    assert len(limits._counts) == 1


def test_a_visitor_who_has_to_wait_gets_a_page_with_the_way_out(db, monkeypatch, client):
    monkeypatch.setattr(limits_module.RATE_LIMITER, "_max_requests", 0)

    response = client.get("/en/zzzzzz", headers={"host": "127.0.0.1"}, REMOTE_ADDR=SOMEBODY)
    answer = client.post("/match", headers={"host": "127.0.0.1"}, REMOTE_ADDR=SOMEBODY)

    assert response.status_code == 429
    assert 'class="exit"' in response.content.decode()
    assert answer.json()["code"] == "too_many_requests"


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("127.0.0.1", "10.0.0.1, 192.0.2.7", "192.0.2.7"),  # a proxy names the visitor last
        ("127.0.0.1", "spoofed, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("192.0.2.7", "10.0.0.1", "192.0.2.7"),  # without a proxy, what is claimed does not count
        ("", "", ""),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),  # all that one subscriber has
        ("127.0.0.1", "2001:db8:1:2:ffff::9", "2001:db8:1:2::"),
        ("::ffff:192.0.2.7", "", "192.0.2.7"),
        ("::1", "", "::1"),
        ("no address", "", "no address"),
    ],
)
def test_the_address_of_a_visitor_is_the_remote_one_or_what_our_proxy_names(
    remote, forwarded, address
):
    assert client_address({"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}) == address
