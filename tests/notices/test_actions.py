from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from protect.kernel import clock
from protect.notices import actions
from protect.notices.errors import NoticeRefusal
from protect.notices.models import Outgoing
from tests.notices.conftest import AT

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def test_posted_mail_is_a_due_row(post):
    row = Outgoing.objects.get(pk=post().pk)

    assert (row.due, row.tries, row.sent_at) == (AT, 0, None)


def test_rolled_back_transaction_posts_no_mail(post, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waking, transaction.atomic():
        post()
        transaction.set_rollback(True)

    assert not Outgoing.objects.exists()
    assert waking == []


@pytest.mark.parametrize(
    "to",
    ["", "amal", "a@b@c.org", "amal@example.org\nBcc: x@example.org", f"a@{'b.' * 125}example.org"],
)
def test_an_address_that_mail_cannot_go_to_is_refused(post, to):
    with pytest.raises(NoticeRefusal, match="mail_address_bad"):
        post(to)

    assert not Outgoing.objects.exists()


@pytest.mark.parametrize("bad", [{"template": "greeting_card"}, {"link": ""}, {"link": "x"}])
def test_invalid_link_or_template_writes_nothing(post, bad):
    with pytest.raises(ValueError, match=r"greeting_card|link"):
        post(**bad)

    assert not Outgoing.objects.exists()


def test_commit_of_posted_mail_enqueues_one_sending_task(
    post, server, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        post()
        assert not DBTaskResult.objects.exists()

    assert DBTaskResult.objects.get().task_path == "protect.notices.tasks.wake"


def test_mail_is_sent_although_the_queue_is_broken(
    post, server, settings, caplog, django_capture_on_commit_callbacks
):
    settings.TASKS = {"default": {"BACKEND": "no.such.queue"}}
    with django_capture_on_commit_callbacks(execute=True):
        post()

    assert "InvalidTaskBackend" in caplog.text
    assert actions.send_due_mails(at=AT) == actions.SendingResult(sent=1, failed=0, still_due=0)
    assert server.addresses() == ["amal@example.org"]


def test_sending_stops_at_the_limit_and_counts_mail_still_due(post, server):
    for number in range(4):
        post(f"a{number}@example.org", at=AT + number * MINUTE)
    at = AT + 2 * MINUTE

    assert actions.send_due_mails(at=at, limit=2) == actions.SendingResult(
        sent=2, failed=0, still_due=1
    )
    assert actions.send_due_mails(at=at) == actions.SendingResult(sent=1, failed=0, still_due=0)
    assert actions.send_due_mails(at=at) == actions.SendingResult(sent=0, failed=0, still_due=0)
    assert server.addresses() == [f"a{number}@example.org" for number in range(3)]


def test_sending_stops_when_it_may_not_continue(post, server):
    post("amal@example.org")
    post("bela@example.org")

    swept = actions.send_due_mails(at=AT, can_continue=lambda: not server.received)

    assert swept == actions.SendingResult(sent=1, failed=0, still_due=1)
    assert Outgoing.objects.waiting().get().tries == 0


def test_lease_starts_when_its_mail_is_sent(post, server):
    post()
    post()
    minutes = iter([0, 9])
    with ExitStack() as slow:

        def is_asked_before_each() -> bool:
            slow.enter_context(clock.frozen(AT + next(minutes) * MINUTE))
            return True

        actions.send_due_mails(at=AT, limit=2, can_continue=is_asked_before_each)

    assert sorted(Outgoing.objects.values_list("sent_at", flat=True)) == [AT, AT + 9 * MINUTE]


def test_mail_leased_by_another_worker_is_skipped_until_the_lease_ends(post, server):
    row = post()
    Outgoing.objects.filter(pk=row.pk).update(leased_until=AT + 10 * MINUTE, tries=1)

    assert actions.send_due_mails(at=AT + 9 * MINUTE).sent == 0
    assert actions.send_due_mails(at=AT + 10 * MINUTE).sent == 1


def test_worker_with_an_expired_lease_overwrites_nothing(post, server):
    row = post()
    first = actions._lease_next_mail(AT)
    second = actions._lease_next_mail(AT + 10 * MINUTE)
    assert actions._send_mail(second, AT + 10 * MINUTE)

    server.mood = "refuses"
    assert not actions._send_mail(first, AT + 11 * MINUTE)

    row.refresh_from_db()
    assert (row.sent_at, row.failed_code) == (AT + 10 * MINUTE, "")


def test_a_link_is_erased_when_sent_and_the_address_thirty_days_later(post, server):
    row = post()
    actions.send_due_mails(at=AT)

    row.refresh_from_db()
    assert (row.link, row.to) == ("", "amal@example.org")
    assert actions.erase_old_addresses(at=AT + 30 * DAY) == 0
    assert actions.erase_old_addresses(at=AT + 30 * DAY + MINUTE) == 1
    row.refresh_from_db()
    assert row.to == ""


def test_the_address_of_waiting_mail_is_never_erased(post):
    row = post()

    assert actions.erase_old_addresses(at=AT + 400 * DAY) == 0
    row.refresh_from_db()
    assert row.to == "amal@example.org"


def test_task_results_are_deleted_a_day_after_their_end(db):
    for status, finished in (
        ("SUCCESSFUL", AT - DAY - MINUTE),
        ("FAILED", AT - DAY - MINUTE),
        ("SUCCESSFUL", AT),
        ("READY", None),
    ):
        DBTaskResult.objects.create(
            status=status, finished_at=finished, args_kwargs={}, task_path="x", backend_name="x"
        )

    assert actions.delete_finished_tasks(at=AT) == 2
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["READY", "SUCCESSFUL"]
