"""Planners correct a participant; a link sent to a wrong address ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models.signals import pre_save
from django.http import Http404

from protect.audit.models import Entry
from protect.kernel.ids import hash_token
from protect.notices.models import Outgoing
from protect.trainings import erasure
from protect.trainings.corrections import correct_participant
from protect.trainings.registrations.access import get_registration_by_token
from protect.trainings.registrations.actions.calendar_feed import create_feed_link
from protect.trainings.registrations.actions.mail import mail_own_links
from protect.trainings.registrations.facts import person_key
from protect.trainings.registrations.fields import CORRECTED_ATTRIBUTES
from protect.trainings.registrations.models import CountedPerson, Participant
from tests.refusals import refuses
from tests.trainings.planning import AT, make_edition, make_participant
from tests.trainings.registrations.test_decisions import come

NOW = AT + timedelta(hours=1)


@pytest.fixture
def row(planners):
    return come(make_edition(planners.host))


def correction_data(**more):
    data = {"name": "Demo Nora", "email": "nora@demo.example", "country_id": "BE"}
    data |= {"language_id": "fr", "sex": "f", "profession": "nurse"}
    return dict.fromkeys(CORRECTED_ATTRIBUTES, "") | data | more


def correct(planners, person, edited=0, who="pia", **more):
    return correct_participant(
        planners.scope(who), person, correction_data(**more), edited=edited, at=NOW
    )


def count_person(planners, email, **more):
    given = {"measure": "trained", "counted_on": AT.date(), "country_id": "BE", "cell": {}}
    given |= {"organisation": planners.host} | more
    return CountedPerson.objects.create(person=person_key(email), **given)


def test_correction_is_stored_and_audited_without_personal_data(planners, row):
    correct(planners, row.participant, email=row.participant.email)

    person = Participant.objects.get()
    assert (person.name, person.sex, person.profession, person.edited) == (
        *("Demo Nora", "f", "nurse"),
        1,
    )
    entry = Entry.objects.get(action="trainings.correct_person")
    assert entry.target == f"participant:{person.pk}"
    assert "Nora" not in str(vars(entry))


def test_correction_with_the_same_address_keeps_links_and_sends_no_mail(planners, row):
    Outgoing.objects.all().delete()
    correct(planners, row.participant, email=row.participant.email.upper())

    assert get_registration_by_token(row.own_token()) == row
    assert not Outgoing.objects.exists()


def test_corrected_address_ends_old_links_and_gets_a_new_link(planners, row):
    before, link = row.participant.email, row.own_token()
    create_feed_link(row, at=AT)
    correct(planners, row.participant)

    row.refresh_from_db()
    with pytest.raises(Http404):
        get_registration_by_token(link)
    assert get_registration_by_token(row.own_token()) == row
    assert row.feed_hash is None
    waits = Outgoing.objects.filter(sent_at=None, given_up_at=None)
    assert [(mail.to, row.own_token() in mail.link) for mail in waits] == [
        ("nora@demo.example", True)
    ]
    assert not Outgoing.objects.filter(to=before).exists()


def test_later_mail_contains_the_new_link(planners, row):
    correct(planners, row.participant)
    row.refresh_from_db()
    mail_own_links([row], at=NOW)

    row.refresh_from_db()
    assert row.token_hash == hash_token(row.own_token())
    waits = Outgoing.objects.exclude(link="").order_by("pk")
    assert {row.own_token() in mail.link for mail in waits} == {True}


def test_correction_keeps_mail_of_another_host_to_the_address(planners, row):
    make_participant(planners.other, email=row.participant.email)
    correct(planners, row.participant)

    assert Outgoing.objects.filter(to=row.participant.email, given_up_at=None).exists()


def test_correction_to_the_address_of_another_participant_is_refused(planners, row):
    other = make_participant(planners.host)
    before = Participant.objects.filter(pk=row.participant_id).values().get()
    with refuses("trainings_address_taken") as refused:
        correct(planners, row.participant, email=other.email.upper())

    assert refused.value.code == "trainings_address_taken"
    assert Participant.objects.filter(pk=row.participant_id).values().get() == before
    assert get_registration_by_token(row.own_token()) == row
    assert not Entry.objects.filter(action="trainings.correct_person").exists()


def test_two_hosts_may_store_the_same_address(planners, row):
    make_participant(planners.other, email="nora@demo.example")

    assert correct(planners, row.participant).email == "nora@demo.example"


def test_outdated_correction_is_refused(planners, row):
    correct(planners, row.participant)
    with refuses("trainings_edit_conflict"):
        correct(planners, row.participant, edited=0, name="Demo Other")

    assert Participant.objects.get().name == "Demo Nora"


def test_correction_of_an_erased_participant_is_refused(planners, row):
    erasure.erase_participant(planners.scope("pia"), row.participant, at=AT)
    with refuses("trainings_edit_conflict"):
        correct(planners, row.participant)

    assert Participant.objects.get().name == ""


@pytest.mark.parametrize("who", ["tom", "otto", "chidi"])
def test_only_planners_of_the_host_correct(planners, row, who):
    with pytest.raises(PermissionDenied):
        correct(planners, row.participant, who=who)

    assert Participant.objects.get().edited == 0


def test_counted_person_is_moved_to_the_corrected_address(planners, row):
    ledger = count_person(planners, row.participant.email)
    correct(planners, row.participant)

    ledger.refresh_from_db()
    assert ledger.person == person_key("nora@demo.example")


def test_person_counted_under_the_corrected_address_counts_once(planners, row):
    count_person(planners, row.participant.email)
    first = count_person(planners, "nora@demo.example", organisation=planners.other)
    correct(planners, row.participant)

    assert CountedPerson.objects.get() == first


def test_correction_keeps_counts_of_another_host(planners, row):
    ledger = count_person(planners, row.participant.email, organisation=planners.other)
    correct(planners, row.participant)

    ledger.refresh_from_db()
    assert ledger.person == person_key(row.participant.email)


def test_address_taken_concurrently_is_refused(planners, row):
    def take(sender, instance, **more):
        pre_save.disconnect(take, sender=Participant)
        make_participant(planners.host, email=instance.email)

    pre_save.connect(take, sender=Participant)
    with refuses("trainings_address_taken"):
        correct(planners, row.participant)

    assert get_registration_by_token(row.own_token()) == row
    assert Participant.objects.get(pk=row.participant_id).edited == 0
