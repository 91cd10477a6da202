"""Traps for every test: no network, no undefined template variable, shuffled order (by plugin)."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template import base as template_base

REQUIRED = set(os.environ.get("PROTECT_TEST_REQUIRE", "").replace(",", " ").split())
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run, with the reason; fail instead where it was required."""
    absent = {
        "browser": None if CHROMIUM else "Chromium is not installed (apt install chromium)",
        "node": None if shutil.which("node") else "Node.js is not installed (apt install nodejs)",
        "postgres": None
        if os.environ.get("PROTECT_DATABASE_URL", "").startswith("postgresql")
        else "PROTECT_DATABASE_URL names no PostgreSQL",
    }
    for item in items:
        for name, reason in absent.items():
            if reason and item.get_closest_marker(name):
                if name in REQUIRED and name != "postgres":
                    pytest.fail(f"{name} is required: {reason}", pytrace=False)
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(autouse=True)
def undefined_variables_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a template that names a variable nobody gave it fail, except where it asks `if`."""
    resolve = template_base.FilterExpression.resolve

    def strict(self: Any, context: Any, ignore_failures: bool = False) -> Any:
        if not ignore_failures and isinstance(self.var, template_base.Variable):
            self.var.resolve(context)
        return resolve(self, context, ignore_failures)

    monkeypatch.setattr(template_base.FilterExpression, "resolve", strict)


@pytest.fixture
def shared_data() -> Path:
    """The folder with official schemas and starter data that stands beside a checkout."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is not here")
    return folder


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    """Forget what processes remember of the database between tests."""
    yield
    from protect.directory import matching
    from protect.findhelp import addresses
    from protect.reference.lookup import store

    matching.forget()
    addresses.forget()
    store.forget()
