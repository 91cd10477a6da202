"""Who is written to at which step, and what the mail leads to."""

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


def test_who_comes_alone_and_who_is_named_get_another_mail(edition, planners):
    assert mails_of(come(edition)) == [REGISTERED]
    assert mails_of(come(edition, sender=make_sender(planners.host))) == [NAMED]


def test_the_link_of_every_mail_opens_the_registration(edition, planners, pia):
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
def test_what_becomes_of_an_application_is_written_to_them(planners, pia, act, more):
    row = come(make_edition(planners.host, approval=Approval.OWNER))
    act(pia, row)

    assert mails_of(row) == [REGISTERED, *more]


def test_who_is_offered_a_seat_hears_of_it_once_and_of_its_lapse(edition, pia):
    first, *_, waiting, following = fill(edition, 5)
    decisions.withdraw(first, at=LATER)
    assert mails_of(waiting) == [REGISTERED, OFFERED]
    assert mails_of(following) == [REGISTERED]

    out = StringIO()
    with clock.frozen(LATER + timedelta(hours=72)):
        call_command("pass_seats_on", stdout=out)
    assert out.getvalue() == "lapsed 1, offered 1\n"
    assert mails_of(waiting) == [REGISTERED, OFFERED, CHANGED]
    assert mails_of(following) == [REGISTERED, OFFERED]


def test_who_asks_again_and_again_for_a_link_gets_one_mail_until_it_has_left(edition):
    row = come(edition)
    for _ in range(3):
        actions_mail.mail_link_reminder(edition, row.participant.email, at=LATER)
    assert mails_of(row) == [REGISTERED]
    mails = Outgoing.objects.filter(to=row.participant.email)
    mails.update(sent_at=LATER, link="")
    for _ in range(3):
        actions_mail.mail_link_reminder(edition, row.participant.email, at=LATER)

    assert mails_of(row) == [REGISTERED, REGISTERED]


def test_passing_on_again_changes_nothing(edition):
    fill(edition, 4)
    before = Outgoing.objects.count()
    out = StringIO()
    with clock.frozen(LATER):
        call_command("pass_seats_on", stdout=out)

    assert out.getvalue() == "lapsed 0, offered 0\n"
    assert Outgoing.objects.count() == before


def test_who_was_erased_is_not_written_to(edition, pia):
    row = come(edition)
    Outgoing.objects.all().delete()
    row.participant.name = row.participant.email = ""
    row.participant.erased_at = AT
    row.participant.save()
    plan.move_edition(pia, edition, EditionMove.CANCEL, at=LATER, reason="Demo")

    assert not Outgoing.objects.exists()


def test_mail_goes_in_the_language_of_whoever_gets_it(edition):
    row = come(edition)
    row.participant.language_id = "ar"
    row.participant.save()
    decisions.withdraw(row, at=LATER)

    mail = Outgoing.objects.order_by("created").last()
    assert mail.language == "ar"
    assert "/trainings/ar/own/" in mail.link


def test_with_another_secret_of_the_server_the_next_mail_opens(edition, settings):
    row = come(edition)
    settings.SECRET_KEY = "another secret of the server"
    row.refresh_from_db()
    decisions.withdraw(row, at=LATER)

    link = Outgoing.objects.order_by("created").last().link
    assert get_registration_by_token(link.rpartition("/")[2]) == row
