from datetime import UTC, datetime

import pytest

from protect.kernel import clock


def test_the_clock_tells_an_aware_time():
    assert clock.now().tzinfo is UTC


def test_a_stopped_clock_stands_and_then_goes_on():
    at = datetime(2026, 11, 29, 22, 0, tzinfo=UTC)

    with clock.frozen(at):
        assert clock.now() == at

    assert clock.now() != at


def test_the_clock_is_not_stopped_at_a_time_without_a_zone():
    naive = datetime(2026, 11, 29, 22, 0)  # noqa: DTZ001 - what must be refused

    with pytest.raises(ValueError, match="time zone"), clock.frozen(naive):
        pass
