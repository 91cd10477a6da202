"""Mails at each step of a registration, and their links."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from protect.kernel import clock
from protect.notices.models import Outgoing
from protect.trainings.editions.actions import plan
from protect.trainings.registrations.access import get_registration_by_token
from protect.trainings.registrations.actions import decisions, mail as actions_mail
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.enums import Approval, EditionMove
from tests.trainings.planning import AT, make_edition, make_sender
from tests.trainings.registrations.test_decisions import come, fill

REGISTERED, NAMED, OFFERED, CHANGED = (
    f"training_{suffix}" for suffix in ("registered", "named", "offered", "changed")
)
LATER = AT + timedelta(hours=1)


@pytest.fixture
def edition(planners):
    return make_edition(planners.host)


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


def mails_of(row: Registration) -> list[str]:
    rows = Outgoing.objects.filter(to=row.participant.email).order_by("created", "pk")
    return list(rows.values_list("template", flat=True))


def test_applicant_and_nominated_participant_get_different_mails(edition, planners):
    assert mails_of(come(edition)) == [REGISTERED]
    assert mails_of(come(edition, sender=make_sender(planners.host))) == [NAMED]


def test_link_of_every_mail_opens_the_registration(edition, planners, pia):
    row = come(edition)
    decisions.withdraw(row, at=LATER, scope=pia)
    links = {*Outgoing.objects.values_list("link", flat=True)}

    (link,) = links
    assert get_registration_by_token(link.rpartition("/")[2]) == row


@pytest.mark.parametrize(
    ("act", "more"),
    [
        (lambda pia, row: decisions.approve(pia, row, at=LATER), [CHANGED]),
        (lambda pia, row: decisions.refuse(pia, row, at=LATER, reason="Demo"), [CHANGED]),
        (lambda pia, row: decisions.withdraw(row, at=LATER), [CHANGED]),
        (lambda pia, row: decisions.record_own_consent(row, at=LATER), []),
        (
            lambda pia, row: plan.move_edition(
                pia, row.edition, EditionMove.CANCEL, at=LATER, reason="Demo"
            ),
            [CHANGED],
        ),
    ],
)
def test_each_decision_mails_the_applicant(planners, pia, act, more):
    row = come(make_edition(planners.host, approval=Approval.OWNER))
    act(pia, row)

    assert mails_of(row) == [REGISTERED, *more]


def test_offer_and_its_expiry_are_mailed_once(edition, pia):
    first, *_, waiting, following = fill(edition, 5)
    decisions.withdraw(first, at=LATER)
    assert mails_of(waiting) == [REGISTERED, OFFERED]
    assert mails_of(following) == [REGISTERED]

    out = StringIO()
    with clock.frozen(LATER + timedelta(hours=72)):
        call_command("pass_seats_on", stdout=out)
    assert out.getvalue() == "expired offers: 1, new offers: 1\n"
    assert mails_of(waiting) == [REGISTERED, OFFERED, CHANGED]
    assert mails_of(following) == [REGISTERED, OFFERED]


def test_repeated_link_requests_send_one_mail_until_it_is_sent(edition):
    row = come(edition)
    for _ in range(3):
        actions_mail.mail_link_reminder(edition, row.participant.email, at=LATER)
    assert mails_of(row) == [REGISTERED]
    mails = Outgoing.objects.filter(to=row.participant.email)
    mails.update(sent_at=LATER, link="")
    for _ in range(3):
        actions_mail.mail_link_reminder(edition, row.participant.email, at=LATER)

    assert mails_of(row) == [REGISTERED, REGISTERED]


def test_passing_seats_on_twice_changes_nothing(edition):
    fill(edition, 4)
    before = Outgoing.objects.count()
    out = StringIO()
    with clock.frozen(LATER):
        call_command("pass_seats_on", stdout=out)

    assert out.getvalue() == "expired offers: 0, new offers: 0\n"
    assert Outgoing.objects.count() == before


def test_erased_participant_gets_no_mail(edition, pia):
    row = come(edition)
    Outgoing.objects.all().delete()
    row.participant.name = row.participant.email = ""
    row.participant.erased_at = AT
    row.participant.save()
    plan.move_edition(pia, edition, EditionMove.CANCEL, at=LATER, reason="Demo")

    assert not Outgoing.objects.exists()


def test_mail_is_in_the_language_of_the_recipient(edition):
    row = come(edition)
    row.participant.language_id = "ar"
    row.participant.save()
    decisions.withdraw(row, at=LATER)

    mail = Outgoing.objects.order_by("created").last()
    assert mail.language == "ar"
    assert "/trainings/ar/own/" in mail.link


def test_link_of_the_next_mail_works_after_a_secret_key_change(edition, settings):
    row = come(edition)
    settings.SECRET_KEY = "another secret of the server"
    row.refresh_from_db()
    decisions.withdraw(row, at=LATER)

    link = Outgoing.objects.order_by("created").last().link
    assert get_registration_by_token(link.rpartition("/")[2]) == row
