from datetime import timedelta

from protect.notices import facts
from protect.notices.models import Outgoing
from tests.notices.conftest import AT

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOTHING = facts.UndeliveredMail(late=0, failing=0, given_up=0, reasons={})


def test_working_outbox_reports_nothing(post):
    post()

    assert facts.count_undelivered(AT) == NOTHING
    assert facts.count_undelivered(AT + HOUR - timedelta(seconds=1)) == NOTHING


def test_untried_mail_is_late_after_an_hour(post):
    post()

    assert facts.count_undelivered(AT + HOUR) == facts.UndeliveredMail(
        late=1, failing=0, given_up=0, reasons={}
    )


def test_failing_mail_is_counted_by_reason(post):
    for code in ("smtp_451", "timeout", "smtp_451"):
        Outgoing.objects.filter(pk=post().pk).update(failed_code=code, due=AT + DAY)

    found = facts.count_undelivered(AT + 2 * HOUR)

    assert (found.late, found.failing, found.given_up) == (0, 3, 0)
    assert list(found.reasons.items()) == [("smtp_451", 2), ("timeout", 1)]


def test_given_up_mail_is_reported_for_thirty_days(post):
    Outgoing.objects.filter(pk=post().pk).update(given_up_at=AT, failed_code="smtp_550", link="")

    assert facts.count_undelivered(AT + 29 * DAY).given_up == 1
    assert facts.count_undelivered(AT + 30 * DAY) == NOTHING
