"""The page of a training: what it offers as things stand, and what its sentences name."""

from __future__ import annotations

import re

import pytest

from protect.trainings.models import Edition
from tests.trainings.actions.test_registering import fill
from tests.trainings.planning import make_edition, make_sender
from tests.vault.views.desk import words

OF_TRAININGS = ("edit", "half-day", "seats", "register", "list")
OF_HALF_DAYS = ("", "/book", "/cancel")


@pytest.fixture
def edition(host):
    return make_edition(host)


def offered(desk, edition) -> set[str]:
    """Return which pages of a training and its first half day its own page leads to."""
    shown = desk.get(f"/trainings/{edition.pk}").content.decode()
    first = edition.sessions.order_by("number")[0]
    found = {name: f"/trainings/{edition.pk}/{name}" for name in OF_TRAININGS}
    found |= {name: f"/trainings/half-days/{first.pk}{name}" for name in OF_HALF_DAYS}
    return {name for name, address in found.items() if re.search(f'"{address}["?]', shown)}


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_a_training_that_is_over_offers_nothing_that_would_be_refused(desk_of, edition, state):
    fill(edition, 1)
    edition.quotas.create(sender=make_sender(edition.host), seats=1)
    desk = desk_of()
    assert offered(desk, edition) == {*OF_TRAININGS, *OF_HALF_DAYS}
    Edition.objects.update(state=state, state_reason="Demo")

    assert offered(desk, edition) == set()
    assert "Plan one like it" in words(desk.get(f"/trainings/{edition.pk}"))


def test_nobody_is_entered_while_registration_is_not_open(desk_of, edition):
    Edition.objects.update(state="planned")
    desk = desk_of()

    assert offered(desk, edition) == {*OF_TRAININGS, *OF_HALF_DAYS} - {"register", "list"}
    shown = words(desk.get(f"/trainings/{edition.pk}"))
    assert "Nobody can be entered while registration is not open." in shown


def test_half_days_have_the_numbers_that_sentences_name(desk_of, edition):
    edition.sessions.filter(number=2).update(reason="Two groups")
    shown = words(desk_of().get(f"/trainings/{edition.pk}"))

    assert "Half day 2 has no trainer." in shown
    assert re.search("1 .{,8} Tue 12 Jan.* 2 .{,8} Wed 13 Jan.* Two groups", shown)
