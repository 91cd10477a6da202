from datetime import timedelta

import pytest

from protect.notices import actions
from protect.notices.errors import NoticeRefusal
from protect.notices.models import Outgoing
from tests.notices.conftest import AT, LINK
from tests.serving import free_port

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def state(row: Outgoing) -> tuple[bool, str, object]:
    """Return whether a mail is sent, why not, and in how long it goes again."""
    row.refresh_from_db()
    return row.sent_at is not None, row.failed_code, row.due - AT


def test_a_mail_arrives_as_automatic_plain_text(post, server):
    row = post(language="el")

    actions.send_due_mails(at=AT)

    (mail,) = server.received
    assert (mail["To"], mail["From"]) == ("amal@example.org", "tool@desk.example.org")
    assert mail["Message-ID"] == f"<{row.pk}@desk.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "el"
    assert mail["Subject"] == "Μήνυμα από το εργαλείο της δουλειάς σας"
    assert mail.get_content_type() == "text/plain"
    assert LINK in mail.get_content().splitlines()


@pytest.mark.parametrize(
    ("mood", "code", "again"),
    [
        ("refuses", "smtp_550", 1),
        ("rejects", "smtp_550", 1),  # after the text of the mail
        ("greylists", "smtp_451", 1),
        ("hangs", "timeout", 10),  # it may have taken the mail: not before the lease is over
        ("dies", "disconnected", 10),
    ],
)
def test_no_mail_is_lost_on_a_server_failure(post, server, mood, code, again):
    row = post()
    server.mood = mood

    assert actions.send_due_mails(at=AT) == actions.SendingResult(sent=0, failed=1, still_due=0)
    assert state(row) == (False, code, again * MINUTE)
    assert actions.send_due_mails(at=AT + again * MINUTE - timedelta(seconds=1)).failed == 0

    server.mood = "accepts"
    assert actions.send_due_mails(at=AT + again * MINUTE).sent == 1
    assert state(row)[:2] == (True, "")


def test_repeated_mail_has_the_same_message_id(post, server):
    post()
    server.mood = "dies"
    actions.send_due_mails(at=AT)
    server.mood = "accepts"
    actions.send_due_mails(at=AT + 10 * MINUTE)

    first, second = server.received
    assert first["Message-ID"] == second["Message-ID"]


def test_without_a_server_at_the_port_mail_waits(post, settings):
    row = post()
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": free_port()}}}

    assert actions.send_due_mails(at=AT).failed == 1
    assert state(row) == (False, "unreachable", MINUTE)


def test_a_server_that_speaks_no_tls_gets_no_mail(post, server, settings):
    row = post()
    settings.MAILERS["default"]["OPTIONS"]["use_tls"] = True

    assert actions.send_due_mails(at=AT).failed == 1
    assert state(row) == (False, "smtp_error", MINUTE)
    assert server.received == []


def test_one_bad_address_does_not_stop_the_others(post, server):
    bad = post()
    Outgoing.objects.filter(pk=bad.pk).update(to="ämal@example.org", due=AT - MINUTE)
    post("bela@example.org")

    assert actions.send_due_mails(at=AT) == actions.SendingResult(sent=1, failed=1, still_due=0)
    assert state(bad)[:2] == (False, "address_bad")
    assert server.addresses() == ["bela@example.org"]


def test_mail_with_an_unknown_template_waits(post, server):
    row = post()
    Outgoing.objects.filter(pk=row.pk).update(template="greeting_card")

    assert actions.send_due_mails(at=AT).failed == 1
    assert state(row)[:2] == (False, "template_gone")


def test_after_fourteen_days_mail_is_given_up_and_its_link_erased(post, server):
    row = post()
    server.mood = "refuses"

    Outgoing.objects.filter(pk=row.pk).update(due=AT + 13 * DAY)
    actions.send_due_mails(at=AT + 14 * DAY - MINUTE)
    row.refresh_from_db()
    assert row.given_up_at is None

    Outgoing.objects.filter(pk=row.pk).update(due=AT + 14 * DAY)
    actions.send_due_mails(at=AT + 14 * DAY)
    row.refresh_from_db()
    assert (row.given_up_at, row.failed_code, row.link) == (AT + 14 * DAY, "smtp_550", "")
    assert actions.send_due_mails(at=AT + 99 * DAY) == actions.SendingResult(
        sent=0, failed=0, still_due=0
    )


def test_the_demo_prints_mail_without_its_address(post, settings, capsys):
    settings.MAILERS = {}
    post(language="fr-BE")

    assert actions.send_due_mails(at=AT).sent == 1
    said = capsys.readouterr().out
    assert said == f"would send password_reset in fr: {LINK}\n"


def test_live_site_without_a_mail_server_leases_no_mail(post, settings):
    row = post()
    settings.MAILERS, settings.IS_DEMO = {}, False

    with pytest.raises(NoticeRefusal, match="mail_not_set"):
        actions.send_due_mails(at=AT)

    row.refresh_from_db()
    assert (row.tries, row.leased_until) == (0, None)
