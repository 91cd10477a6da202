from datetime import timedelta

from protect.notices import facts
from protect.notices.models import Outgoing
from tests.notices.conftest import AT

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOTHING = facts.UndeliveredMail(late=0, failing=0, given_up=0, reasons={})


def test_an_outbox_in_order_says_nothing(post):
    post()

    assert facts.count_undelivered(AT) == NOTHING
    assert facts.count_undelivered(AT + HOUR - timedelta(seconds=1)) == NOTHING


def test_mail_that_no_worker_takes_is_late_after_an_hour(post):
    post()

    assert facts.count_undelivered(AT + HOUR) == facts.UndeliveredMail(
        late=1, failing=0, given_up=0, reasons={}
    )


def test_what_is_tried_in_vain_is_counted_with_its_reasons(post):
    for code in ("smtp_451", "timeout", "smtp_451"):
        Outgoing.objects.filter(pk=post().pk).update(failed_code=code, due=AT + DAY)

    found = facts.count_undelivered(AT + 2 * HOUR)

    assert (found.late, found.failing, found.given_up) == (0, 3, 0)
    assert list(found.reasons.items()) == [("smtp_451", 2), ("timeout", 1)]


def test_what_was_given_up_is_said_for_thirty_days(post):
    Outgoing.objects.filter(pk=post().pk).update(given_up_at=AT, failed_code="smtp_550", link="")

    assert facts.count_undelivered(AT + 29 * DAY).given_up == 1
    assert facts.count_undelivered(AT + 30 * DAY) == NOTHING
