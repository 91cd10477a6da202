"""The help line on the page of a training."""

import pytest

from protect.directory.enums import Fact
from protect.trainings.editions.public_calendar import support_line
from tests.verification.nights import NOW, checked, entry


@pytest.mark.django_db
def test_help_line_shows_when_its_number_was_checked():
    checked(entry("line", categories=["helpline"], modes=["phone"]), Fact.PHONE, NOW)

    line = support_line("MT", "en", NOW)

    assert line is not None
    assert line.fresh.startswith("Checked by phone")
