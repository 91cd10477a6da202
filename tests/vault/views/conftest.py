from __future__ import annotations

import pytest

from protect.kernel import clock


@pytest.fixture(autouse=True)
def one_clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", clock.now)  # Django's sessions expire by it
