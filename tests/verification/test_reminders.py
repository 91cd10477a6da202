from datetime import timedelta

import pytest

from protect.directory.enums import Fact, Status, Verdict
from protect.notices.models import Outgoing
from protect.verification.enums import QueueEvent, QueueReason
from protect.verification.models import ProviderLink, QueueItem, Reminder
from protect.verification.provider_links import provider_links
from protect.verification.provider_links.provider_links import ReminderCounts, send_reminders
from protect.verification.queue import queue
from tests.verification.nights import NOW, checked, entry

DAY = timedelta(days=1)
CHECKERS = {"cora", "mona", "vera", "vito"}


def pop_mail_recipients():
    """Return whom the mails went to, and forget them."""
    found = [mail.to.partition("@")[0] for mail in Outgoing.objects.order_by("to")]
    Outgoing.objects.all().delete()
    return found


def enqueue_service(code="s1", country="MT"):
    return queue.enqueue(entry(code, country), QueueReason.UNVERIFIED, at=NOW)


def test_checkers_get_one_reminder_a_week_while_checks_wait(staff):
    enqueue_service()

    assert send_reminders(at=NOW) == ReminderCounts(organisations=1, mails=4)
    assert set(pop_mail_recipients()) == CHECKERS
    assert [send_reminders(at=NOW + days * DAY).mails for days in (1, 6)] == [0, 0]
    assert (
        send_reminders(at=NOW + 7 * DAY - timedelta(minutes=5)).mails == 4
    )  # a night that ran sooner


def test_reminder_names_no_service_and_no_number(staff):
    item = enqueue_service()
    send_reminders(at=NOW)

    mails = list(Outgoing.objects.values())
    assert {mail["template"] for mail in mails} == {"work_waiting"}
    assert {mail["link"].partition("/directory")[2] for mail in mails} == {"/queue"}
    assert item.service.name not in str(mails)
    assert Reminder.objects.get().waiting == 1


def test_no_reminder_is_sent_without_waiting_checks(staff):
    item = enqueue_service()
    queue.claim(staff.vito.scope, item, at=NOW)
    queue.close_item(staff.vito.scope, item, QueueEvent.FINISH, at=NOW)

    assert send_reminders(at=NOW) == ReminderCounts()
    assert not Reminder.objects.exists()


def test_reminders_concern_only_the_country_of_the_organisation(staff):
    enqueue_service("s1", "IE")

    send_reminders(at=NOW)

    assert pop_mail_recipients() == ["zoe"]


def test_closed_accounts_get_no_reminder(staff):
    enqueue_service()
    staff.vito.user.is_active, staff.vito.user.suspended_at = False, NOW
    staff.vito.user.save()

    send_reminders(at=NOW)

    assert set(pop_mail_recipients()) == CHECKERS - {"vito"}


@pytest.mark.parametrize(
    ("due_in", "is_written_to"), [(8, False), (7, True), (0, True), (-10, True), (-400, True)]
)
def test_service_gets_a_link_a_week_before_a_fact_is_due(staff, due_in, is_written_to):
    service = entry(email="desk@demo.example")
    due = NOW + due_in * DAY
    checked(service, Fact.COST, due - 60 * DAY)

    assert send_reminders(at=NOW).links == is_written_to
    assert ProviderLink.objects.filter(service=service, by=None).exists() == is_written_to


def test_nightly_job_sends_a_service_one_link_in_thirty_days(staff):
    service = entry(email="desk@demo.example")
    checked(service, Fact.COST, NOW - 70 * DAY)

    assert [send_reminders(at=NOW + days * DAY).links for days in (0, 1, 29, 30)] == [1, 0, 0, 1]


def test_link_sent_by_a_user_also_delays_the_nightly_link(staff):
    service = entry(email="desk@demo.example")
    checked(service, Fact.COST, NOW - 70 * DAY)
    provider_links.send_link(staff.vito.scope, service, at=NOW - 5 * DAY)

    assert send_reminders(at=NOW).links == 0


@pytest.mark.parametrize("address", ["desk@example.org", "desk@demo.example.org"])
@pytest.mark.parametrize("is_demo", [True, False])
def test_demo_sends_links_only_to_demo_addresses(staff, settings, address, is_demo):
    settings.IS_DEMO = is_demo
    service = entry(email=address, name="Demo Counselling")
    checked(service, Fact.COST, NOW - 70 * DAY)

    assert send_reminders(at=NOW).links == (not is_demo)
    assert Outgoing.objects.filter(to=address).exists() is not is_demo
    assert ProviderLink.objects.exists() is not is_demo


@pytest.mark.parametrize(
    "given", [{"email": ""}, {"status": Status.REVIEW}, {"status": Status.SUSPENDED}]
)
def test_services_without_mail_address_or_unpublished_get_no_nightly_link(staff, given):
    service = entry(**{"email": "desk@demo.example"} | given)
    checked(service, Fact.COST, NOW - 70 * DAY)

    assert send_reminders(at=NOW).links == 0


def test_unverified_and_disputed_facts_cause_no_nightly_link(staff):
    service = entry(email="desk@demo.example")
    checked(service, Fact.COST, NOW - DAY, verdict=Verdict.DISPUTED)
    checked(service, Fact.CAPACITY, NOW - 9 * DAY, next_check=NOW - 8 * DAY)
    service.units.create(answer="yes", expires_at=NOW)

    assert send_reminders(at=NOW).links == 0
    assert not QueueItem.objects.exists()
