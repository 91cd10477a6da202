"""Participants are erased on request, after their registration ended and after grant retention."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from protect.assessments.models import LinkTaken, Response
from protect.audit.models import Entry
from protect.notices.actions import post_mail
from protect.notices.enums import Template
from protect.notices.facts import count_undelivered
from protect.notices.models import Outgoing
from protect.trainings.attendance.enums import AttendanceMethod, AttendanceState
from protect.trainings.attendance.models import Attendance
from protect.trainings.base.enums import Phase
from protect.trainings.base.vocabulary import retention_of
from protect.trainings.erasure import (
    delete_ended_registrations,
    erase_participant,
    erase_participants_after_retention,
)
from protect.trainings.registrations import name_list_rows
from protect.trainings.registrations.access import get_registration_by_token
from protect.trainings.registrations.actions.decisions import record_picture_consent, withdraw
from protect.trainings.registrations.actions.mail import mail_participants
from protect.trainings.registrations.actions.name_lists import NameList, store_list
from protect.trainings.registrations.actions.register import (
    Origin as Entering,
    register_participant,
)
from protect.trainings.registrations.enums import RegistrationState, Source, WaitingRule
from protect.trainings.registrations.facts import TRAINED, person_key
from protect.trainings.registrations.models import (
    CountedPerson,
    Participant,
    Registration,
    Roster,
    WaitingMove,
)
from protect.trainings.scheduling.enums import EditionState
from tests.assessments.measured import measure, store_response
from tests.trainings.planning import AT, make_edition, make_participant, make_planners, make_sender

DAY = timedelta(days=1)
NAME, EMAIL = "Demo Zhanna Quitoriano", "zhanna.q@demo.example"

pytestmark = pytest.mark.django_db


@pytest.fixture
def planners():
    return make_planners()


def register(planners, **given) -> Registration:
    edition = make_edition(planners.host, **given)
    sender = make_sender(planners.host, name=f"Demo Sender {uuid4()}")
    person = make_participant(planners.host, name=NAME, email=EMAIL, sender=sender)
    return register_participant(edition, person, Entering(Source.APPLIED), at=AT)


def record_presence(row: Registration, planners) -> Attendance:
    return Attendance.objects.create(
        session=row.edition.sessions.order_by("number")[0],
        registration=row,
        state=AttendanceState.PRESENT,
        minutes=180,
        method=AttendanceMethod.LIST,
        confirmed_by=planners.people["pia"],
        confirmed_at=AT,
        nonce=uuid4(),
    )


def count_person(planners, email=EMAIL) -> CountedPerson:
    return CountedPerson.objects.create(
        measure=TRAINED,
        person=person_key(email),
        counted_on=AT.date(),
        country_id="BE",
        organisation=planners.host,
        cell={"sex": "f"},
    )


def test_erasure_on_request_keeps_statistics(planners):
    row = register(planners)
    record_picture_consent(row, is_allowed=True, at=AT)
    record_presence(row, planners)
    ledger = count_person(planners)
    token = row.token_hash

    erase_participant(planners.scope("pia"), row.participant, at=AT + DAY)

    person = Participant.objects.get()
    assert (person.name, person.email, person.sender_id) == ("", "", None)
    assert (person.profession, person.sector, person.age_band) == ("", "", "")
    assert person.erased_at == AT + DAY
    assert person.country_id == "BE"  # counted, not known
    row.refresh_from_db()
    assert row.state == RegistrationState.WITHDRAWN
    assert row.token_hash != token
    assert row.is_pictured is None
    assert Attendance.objects.get().minutes == 180
    ledger.refresh_from_db()
    assert CountedPerson.objects.count() == 1
    assert ledger.person != person_key(EMAIL)
    assert len(ledger.person) == 64


def test_erasure_keeps_the_registration_of_a_past_training_and_ends_its_link(planners):
    row = register(planners)
    row.edition.state = EditionState.DONE
    row.edition.save()
    erase_participant(planners.scope("pia"), row.participant, at=AT + DAY)
    mail_participants([row], Template.TRAINING_CHANGED, at=AT + DAY)

    row.refresh_from_db()
    assert row.state == RegistrationState.CONFIRMED
    with pytest.raises(Http404):
        get_registration_by_token(row.own_token())


def test_erasure_deletes_feed_named_test_and_list_rows(planners):
    row = register(planners)
    record_presence(row, planners)
    Registration.objects.update(feed_hash="demo")
    store_response(row.edition, Phase.NAMED, registration=row, answers={"q1": "demo"}, points=4)
    text = f"{NAME}, {EMAIL.upper()}\nDemo Ali, ali@demo.example\nDemo Nobody"
    store_list(row.edition, NameList(name_list_rows.read_text(text), "BE", "fr"), at=AT)

    erase_participant(planners.scope("pia"), row.participant, at=AT)

    row.refresh_from_db()
    assert row.feed_hash is None
    assert not Response.objects.exists()
    left = [list_row["cells"]["name"] for list_row in Roster.objects.get().rows]
    assert left == ["Demo Ali", "Demo Nobody"]


def test_erasure_sends_no_mail(planners):
    row = register(planners)
    mailed = Outgoing.objects.count()

    erase_participant(planners.scope("pia"), row.participant, at=AT)

    assert Outgoing.objects.count() == mailed


def test_seat_freed_by_erasure_is_offered_to_the_next(planners):
    row = register(planners, seat_limit=1)
    next_one = register_participant(
        row.edition, make_participant(planners.host), Entering(Source.APPLIED), at=AT
    )

    erase_participant(planners.scope("pia"), row.participant, at=AT + DAY)

    next_one.refresh_from_db()
    assert next_one.state == RegistrationState.OFFERED


def test_erasure_deletes_reasons_of_waiting_list_moves(planners):
    row = register(planners)
    record_presence(row, planners)
    WaitingMove.objects.create(
        registration=row,
        from_priority=0,
        to_priority=1,
        rule=WaitingRule.BY_HAND,
        reason=f"{NAME} travels far",
        actor=planners.people["pia"],
        at=AT,
    )

    erase_participant(planners.scope("pia"), row.participant, at=AT)

    assert WaitingMove.objects.count() == 0


def test_person_key_stays_if_another_host_has_the_participant(planners):
    row = register(planners)
    make_participant(planners.other, email=EMAIL)
    count_person(planners)

    erase_participant(planners.scope("pia"), row.participant, at=AT)

    assert CountedPerson.objects.get().person == person_key(EMAIL)


def test_erasing_twice_changes_nothing(planners):
    row = register(planners)
    erase_participant(planners.scope("pia"), row.participant, at=AT)

    erase_participant(planners.scope("pia"), row.participant, at=AT + DAY)

    assert Participant.objects.get().erased_at == AT
    assert Entry.objects.filter(action="trainings.erase_person").count() == 1


@pytest.mark.parametrize("name", ["tom", "otto", "chidi"])
def test_only_planners_of_the_host_erase(planners, name):
    row = register(planners)

    with pytest.raises(PermissionDenied):
        erase_participant(planners.scope(name), row.participant, at=AT)

    assert Participant.objects.get().name == NAME
    row.refresh_from_db()
    assert row.state == RegistrationState.CONFIRMED


def test_ended_registration_is_deleted_with_its_participant_after_retention(planners):
    row = register(planners)
    withdraw(row, at=AT)
    kept = retention_of("ended")

    assert delete_ended_registrations(at=AT + kept - timedelta(seconds=1)) == 0
    assert delete_ended_registrations(at=AT + kept) == 1

    assert (Registration.objects.count(), Participant.objects.count()) == (0, 0)


def test_participant_with_another_registration_is_kept(planners):
    row = register(planners)
    other = register_participant(
        make_edition(planners.host), row.participant, Entering(Source.APPLIED), at=AT
    )
    withdraw(row, at=AT)

    assert delete_ended_registrations(at=AT + retention_of("ended")) == 1

    assert Registration.objects.get() == other
    assert Participant.objects.get().name == NAME


def test_participant_withdrawn_after_a_session_is_kept_with_named_lists(planners):
    row = register(planners)
    record_presence(row, planners)
    withdraw(row, at=AT)

    assert delete_ended_registrations(at=AT + retention_of("ended")) == 0

    assert Participant.objects.get().name == NAME


def test_names_are_erased_after_the_grant_retention(planners):
    row = register(planners)
    record_presence(row, planners)
    last = max(row.edition.sessions.values_list("ends_at", flat=True))

    assert (
        erase_participants_after_retention(
            at=last + retention_of("named_lists") - timedelta(seconds=1)
        )
        == 0
    )
    assert erase_participants_after_retention(at=last + retention_of("named_lists")) == 1
    assert (
        erase_participants_after_retention(at=last + retention_of("named_lists")) == 0
    )  # a second time nothing

    assert Participant.objects.get().name == ""
    assert Attendance.objects.count() == 1


def test_queued_mail_to_an_erased_participant_is_not_sent(planners):
    row = register(planners)
    assert Outgoing.objects.filter(to=EMAIL).exists()
    account = post_mail(
        at=AT, to=EMAIL, template="password_reset", language="en", link="https://desk.demo.example/"
    )

    erase_participant(planners.scope("pia"), row.participant, at=AT + DAY)

    assert [*Outgoing.objects.filter(to=EMAIL)] == [account]
    assert not Outgoing.objects.filter(to="", given_up_at=None).exists()
    assert not count_undelivered(AT + DAY).given_up
    assert {*Outgoing.objects.filter(to="").values_list("failed_code", "link")} == {("erased", "")}


def test_erasure_deletes_the_record_of_a_taken_link(planners):
    row = register(planners)
    record_presence(row, planners)
    LinkTaken.objects.create(registration=row)

    erase_participant(planners.scope("pia"), row.participant, at=AT)

    assert Registration.objects.filter(pk=row.pk).exists()
    assert not LinkTaken.objects.exists()


def erase_on_request(planners, row):
    erase_participant(planners.scope("pia"), row.participant, at=AT)


def erase_nightly(planners, row):
    erase_participants_after_retention(
        at=max(row.edition.sessions.values_list("ends_at", flat=True)) + YEARS
    )


def delete_ended(planners, row):
    assert delete_ended_registrations(at=AT + YEARS) == 1


YEARS = retention_of("named_lists") + retention_of("ended")
LOCKED = ("measuring", "edition", "need")  # in the order that all keep
SELECTED = re.compile(r'SELECT "(?:trainings|assessments)_(\w+)"\."\w+",')


@pytest.mark.parametrize("forget", [erase_on_request, erase_nightly, delete_ended])
def test_erasure_locks_all_rows_before_deleting(planners, forget):
    row = register(planners)
    measure(row.edition)
    if forget is delete_ended:
        withdraw(row, at=AT)
    else:
        record_presence(row, planners)
    with CaptureQueriesContext(connection) as queries:
        forget(planners, row)

    texts = [query["sql"] for query in queries]
    first = next(n for n, sql in enumerate(texts) if re.match(r"DELETE|UPDATE|INSERT", sql))
    selected = [found[1] for sql in texts[:first] if (found := SELECTED.match(sql))]
    firsts = [name for name in dict.fromkeys(selected) if name in LOCKED]
    assert tuple(firsts) == LOCKED
