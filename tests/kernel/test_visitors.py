from __future__ import annotations

import pytest

from protect.kernel.visitors import address_of


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("127.0.0.1", "10.0.0.1, 192.0.2.7", "192.0.2.7"),  # a proxy names the visitor last
        ("127.0.0.1", "spoofed, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("192.0.2.7", "10.0.0.1", "192.0.2.7"),  # without a proxy, what is claimed does not count
        ("", "", ""),
    ],
)
def test_a_visitor_is_who_reached_us_or_whom_our_proxy_names(remote, forwarded, address):
    assert address_of({"REMOTE_ADDR": remote, "HTTP_X_FORWARDED_FOR": forwarded}) == address
