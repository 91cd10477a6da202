from datetime import UTC, datetime, timedelta

import pytest

from protect.kernel import clock, limits as limits_module
from protect.kernel.limits import RateLimiter, TooManyRequests, client_address

AT = datetime(2026, 11, 29, 21, 0, tzinfo=UTC)
ADDRESS, OTHER_ADDRESS = "192.0.2.7", "192.0.2.8"


@pytest.fixture
def limits():
    with clock.frozen(AT):
        yield RateLimiter(max_requests=3)


def test_address_above_the_limit_is_refused(limits):
    for _ in range(3):
        limits.count_request(ADDRESS)

    with pytest.raises(TooManyRequests):
        limits.count_request(ADDRESS)
    limits.count_request(OTHER_ADDRESS)  # others do not


def test_subjects_of_an_address_are_counted_separately(limits):
    for _ in range(3):
        limits.count_request(ADDRESS, "one")

    with pytest.raises(TooManyRequests):
        limits.count_request(ADDRESS, "one")
    limits.count_request(ADDRESS, "other")
    limits.count_request(OTHER_ADDRESS, "one")


def test_limit_is_lifted_after_a_minute(limits):
    for _ in range(3):
        limits.count_request(ADDRESS)

    with clock.frozen(AT + timedelta(minutes=1)):
        limits.count_request(ADDRESS)


def test_loopback_requests_are_not_counted(limits):
    for _ in range(10):
        limits.count_request("127.0.0.1")


def test_addresses_are_hashed_with_a_key_replaced_each_hour(limits):
    limits.count_request(ADDRESS)
    key = limits._key

    with clock.frozen(AT + timedelta(hours=1)):
        limits.count_request(OTHER_ADDRESS)

    assert limits._key != key
    assert ADDRESS.encode() not in b"".join(limits._counts)
    assert len(limits._counts) == 1


def test_refused_visitor_gets_a_page_with_the_exit(db, monkeypatch, client):
    monkeypatch.setattr(limits_module.RATE_LIMITER, "_max_requests", 0)

    response = client.get("/en/zzzzzz", headers={"host": "127.0.0.1"}, REMOTE_ADDR=ADDRESS)
    answer = client.post("/match", headers={"host": "127.0.0.1"}, REMOTE_ADDR=ADDRESS)

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
