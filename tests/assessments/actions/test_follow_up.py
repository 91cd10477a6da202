"""Follow-up mails need consent, and their records are deleted after the second mail."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from protect.assessments.access import get_slip
from protect.assessments.actions import follow_up
from protect.assessments.actions.answers import answer_by_slip
from protect.assessments.actions.follow_up import (
    FIRST_MAIL_AFTER,
    SECOND_MAIL_AFTER,
    agree,
    decline,
    send_due_mails,
)
from protect.assessments.actions.measurement import freeze_results
from protect.assessments.models import AnswerToken, FollowUp, Response
from protect.notices.enums import Template
from protect.notices.models import Outgoing
from protect.questionnaires.access import get_form
from protect.trainings.corrections import correct_participant
from protect.trainings.registrations.fields import CORRECTED_ATTRIBUTES
from tests.assessments.answers import fill_form
from tests.assessments.measured import AFTER as AT_THE_END, BEFORE, measure
from tests.refusals import refuses
from tests.trainings.planning import make_edition
from tests.trainings.registrations.test_decisions import come

pytestmark = pytest.mark.django_db
FIRST = AT_THE_END + FIRST_MAIL_AFTER + timedelta(days=1)
SECOND = FIRST + SECOND_MAIL_AFTER


@pytest.fixture
def edition(planners):
    edition = make_edition(planners.host, seat_limit=None)
    measure(edition)
    return edition


def follow_up_mails():
    """Return what was posted to be asked, not what entering has posted."""
    return Outgoing.objects.filter(template=Template.FOLLOW_UP)


def mailed_links():
    return [*follow_up_mails().order_by("created", "pk").values_list("link", flat=True)]


def token_in(link):
    return link.rpartition("/")[2]


def answer_by_link(link, at):
    return answer_by_slip(
        token_in(link), fill_form(get_form("follow-up"), **{"q-used": "yes"}), at=at
    )


def test_consent_leads_to_two_mails_with_one_link_and_is_deleted(edition):
    agree(come(edition), at=AT_THE_END)
    for at in (FIRST - timedelta(days=2), FIRST, FIRST, SECOND - timedelta(days=1), SECOND, SECOND):
        send_due_mails(at=at)

    assert len(mailed_links()) == 2
    assert len({*mailed_links()}) == 1
    assert not FollowUp.objects.exists()


def test_a_follow_up_needs_consent(edition):
    first, second = come(edition), come(edition)
    agree(first, at=AT_THE_END)
    agree(first, at=AT_THE_END)
    agree(second, at=AT_THE_END)
    decline(second, at=AT_THE_END)

    assert FollowUp.objects.count() == 1
    assert send_due_mails(at=FIRST) == 1
    assert follow_up_mails().get().to == first.participant.email


@pytest.mark.parametrize("at", [BEFORE, AT_THE_END + timedelta(days=40)])
def test_consent_to_follow_up_is_accepted_at_the_end_only(edition, at):
    with refuses("assessments_answers_closed"):
        agree(come(edition), at=at)

    assert not FollowUp.objects.exists()


def test_follow_up_link_answers_once_even_after_the_freeze(edition, planners):
    agree(come(edition), at=AT_THE_END)
    send_due_mails(at=FIRST)
    freeze_results(planners.scope("pia"), edition, at=FIRST)
    answer_by_link(mailed_links()[0], FIRST)
    send_due_mails(at=SECOND)
    with refuses("assessments_slip_gone"):
        answer_by_link(mailed_links()[1], SECOND)

    row = Response.objects.get()
    assert (row.phase, row.registration, row.pair) == ("follow_up", None, "")
    assert not AnswerToken.objects.exists()


def test_follow_up_link_expires(edition):
    agree(come(edition), at=AT_THE_END)
    send_due_mails(at=FIRST)
    with refuses("assessments_slip_gone"):
        get_slip(
            token_in(mailed_links()[0]), FIRST.date() + follow_up.LINK_LASTS + timedelta(days=1)
        )

    assert AnswerToken.objects.count() == 1
    assert not Response.objects.exists()


def test_late_follow_up_answer_is_refused_and_not_stored(edition):
    agree(come(edition), at=AT_THE_END)
    send_due_mails(at=FIRST)
    with refuses("assessments_slip_gone"):
        answer_by_link(mailed_links()[0], FIRST + follow_up.LINK_LASTS + timedelta(days=1))

    assert AnswerToken.objects.count() == 1
    assert not Response.objects.exists()


def test_an_erased_participant_gets_no_follow_up(edition):
    row = come(edition)
    agree(row, at=AT_THE_END)
    row.participant.name = row.participant.email = ""
    row.participant.save()

    assert send_due_mails(at=FIRST) == 0
    assert not FollowUp.objects.exists()


def test_a_slip_cannot_be_used_during_a_shuffle(edition):
    """What is written anew while somebody uses it would come back."""
    agree(come(edition), at=AT_THE_END)
    with CaptureQueriesContext(connection) as queries:
        send_due_mails(at=FIRST)

    texts = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
    locked = next(n for n, sql in enumerate(texts) if 'FROM "assessments_measuring"' in sql)
    assert all("assessments_answertoken" not in sql for sql in texts[:locked])
    assert not connection.features.has_select_for_update or "FOR UPDATE" in texts[locked]


def correct_address(planners, row, at):
    data = {name: getattr(row.participant, name) for name in CORRECTED_ATTRIBUTES}
    data["email"] = "right@demo.example"
    person = row.participant
    return correct_participant(planners.scope("pia"), person, data, edited=person.edited, at=at)


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_corrected_address_ends_the_old_link_and_gets_a_new_one(edition, planners, is_forgotten):
    row = come(edition)
    agree(row, at=AT_THE_END)
    send_due_mails(at=FIRST)
    if is_forgotten:
        send_due_mails(at=SECOND)
    wrong, until = mailed_links()[0], AnswerToken.objects.get().expires_on
    correct_address(planners, row, SECOND)

    with refuses("assessments_slip_gone"):
        get_slip(token_in(wrong), SECOND.date())
    mail = follow_up_mails().get(given_up_at=None)
    assert mail.to == "right@demo.example"
    assert get_slip(token_in(mail.link), SECOND.date()).expires_on == until
    send_due_mails(at=SECOND)
    assert {row.link for row in follow_up_mails().filter(given_up_at=None)} == {mail.link}


def test_participant_that_answered_gets_no_link_at_a_corrected_address(edition, planners):
    row = come(edition)
    agree(row, at=AT_THE_END)
    send_due_mails(at=FIRST)
    answer_by_link(mailed_links()[0], FIRST)
    correct_address(planners, row, SECOND)

    assert not follow_up_mails().filter(to="right@demo.example").exists()
    assert not AnswerToken.objects.exists()
