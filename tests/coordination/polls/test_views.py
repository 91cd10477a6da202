"""Pages of a poll of dates."""

import pytest

from protect.coordination.polls.models import DateAnswer, DatePoll
from tests.coordination.cast import make_desks, make_group, make_poll

DAYS = {"day_1": "2026-12-10", "day_2": "2026-12-11"}
FIELDS = {"kind": "regular", "title": "Demo", "clock_from": "10:00", "clock_to": "12:00"}


@pytest.fixture
def desks(cast):
    return make_desks(cast)


@pytest.fixture
def group(cast):
    return make_group(cast)


def test_a_poll_needs_two_days(desks, group):
    page = f"/groups/{group.pk}/polls/new"

    refused = desks["amal"].post(page, **(FIELDS | {"day_1": "2026-12-10"}))

    assert refused.status_code == 422
    assert not DatePoll.objects.exists()
    assert desks["amal"].post(page, **FIELDS, **DAYS).status_code == 302
    assert DatePoll.objects.get().dates.count() == 2


def test_a_day_in_the_past_is_refused_with_what_was_typed(desks, group):
    refused = desks["amal"].post(
        f"/groups/{group.pk}/polls/new", **(FIELDS | DAYS | {"day_2": "2020-01-01"})
    )

    assert refused.status_code == 422
    assert "day_2" in refused.context["form"].errors
    assert "lies in the past" in refused.text
    assert "2020-01-01" in refused.text
    assert not DatePoll.objects.exists()


def test_a_member_answers_and_the_page_shows_who_comes(cast, desks, group):
    poll = make_poll(cast, group)
    first, second = poll.dates.all()
    page = f"/groups/polls/{poll.pk}"
    assert "Choose this date" not in desks["bela"].get(page).text

    desks["bela"].post(f"{page}/answer", **{f"reply-{first.pk}": "yes", f"reply-{second.pk}": "x"})

    assert [(each.date, each.reply) for each in DateAnswer.objects.all()] == [(first, "yes")]
    text = desks["amal"].get(page).text
    assert "1 comes" in text
    assert "Choose this date" in text


def test_an_open_poll_waits_on_the_start_page_until_it_is_answered(cast, desks, group):
    poll = make_poll(cast, group)
    assert f"/groups/polls/{poll.pk}" in desks["bela"].get("/").text

    reply = f"reply-{poll.dates.first().pk}"
    desks["bela"].post(f"/groups/polls/{poll.pk}/answer", **{reply: "no"})

    assert f"/groups/polls/{poll.pk}" not in desks["bela"].get("/").text
