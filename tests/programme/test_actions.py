from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from protect.audit.models import Entry
from protect.notices.models import Outgoing
from protect.programme import access
from protect.programme.actions import (
    SentForm,
    erase_old_enquiries,
    move_enquiry,
    save_enquiry,
)
from protect.programme.enums import EnquiryKind, EnquiryMove, EnquiryState
from protect.programme.errors import ProgrammeRefusal
from protect.programme.models import Enquiry
from protect.trainings.base.vocabulary import retention_of
from tests.orgs.conftest import make_organisation
from tests.programme.enquiring import make_enquiry
from tests.trainings.planning import AT
from tests.vault.cast import make_person, serve

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def coordinator(name, country):
    person = make_person(name)
    serve(person, make_organisation(f"Demo office {country}", country), "coordinator")
    return person


@pytest.fixture
def cora():
    return coordinator("cora", "BE")


def test_an_enquiry_tells_the_coordinators_of_its_country_alone(cora):
    coordinator("mira", "MT")

    enquiry = make_enquiry("BE")

    (mail,) = Outgoing.objects.filter(link__contains="/enquiries/")
    assert (mail.to, mail.template) == (cora.user.email, "work_waiting")
    assert mail.link.endswith(f"/enquiries/{enquiry.pk}")
    assert Entry.objects.filter(action="programme.enquire").count() == 1


def test_a_form_that_is_sent_twice_is_saved_once():
    form = SentForm(EnquiryKind.GROUP, "BE", "en", "Demo", "demo@example.org", "Demo message")
    key = uuid4()

    first, second = (save_enquiry(form, sent_key=key, at=AT) for _ in range(2))

    assert first == second
    assert Enquiry.objects.count() == 1


def test_a_coordinator_answers_and_takes_it_back(cora):
    enquiry = make_enquiry("BE")

    answered = move_enquiry(cora.scope, enquiry, EnquiryMove.ANSWER, at=LATER)
    assert (answered.state, answered.moved_at) == (EnquiryState.ANSWERED, LATER)
    assert answered.organisation.country == "BE"
    reopened = move_enquiry(cora.scope, enquiry, EnquiryMove.REOPEN, at=LATER)

    assert reopened.state == EnquiryState.NEW
    actions = Entry.objects.filter(action__startswith="programme.enquiry_")
    assert [*actions.order_by("pk").values_list("action", flat=True)] == [
        "programme.enquiry_answer",
        "programme.enquiry_reopen",
    ]


def test_a_move_that_is_not_possible_changes_nothing(cora):
    enquiry = make_enquiry("BE")

    with pytest.raises(ProgrammeRefusal) as refused:
        move_enquiry(cora.scope, enquiry, EnquiryMove.REOPEN, at=LATER)

    enquiry.refresh_from_db()
    assert refused.value.code == "programme_enquiry_move_not_allowed"
    assert (enquiry.state, enquiry.moved_at) == (EnquiryState.NEW, AT)
    assert not Entry.objects.filter(action__startswith="programme.enquiry_").exists()


def test_a_coordinator_of_another_country_sees_and_changes_nothing():
    enquiry = make_enquiry("BE")
    mira = coordinator("mira", "MT")

    assert not access.visible_enquiries(mira.scope).exists()
    with pytest.raises(PermissionDenied):
        move_enquiry(mira.scope, enquiry, EnquiryMove.ANSWER, at=LATER)
    enquiry.refresh_from_db()
    assert enquiry.state == EnquiryState.NEW


def test_a_trainer_of_the_country_sees_no_enquiry():
    make_enquiry("BE")
    tara = make_person("tara")
    serve(tara, make_organisation("Demo academy", "BE"), "trainer")

    assert not access.visible_enquiries(tara.scope).exists()


def test_what_the_sender_typed_is_erased_a_year_after_the_last_step():
    old, recent = (
        make_enquiry(at=AT - retention_of("enquiry_sender") - timedelta(days=1)),
        make_enquiry(),
    )

    assert erase_old_enquiries(at=AT) == 1
    assert erase_old_enquiries(at=AT) == 0

    old.refresh_from_db()
    recent.refresh_from_db()
    assert (old.sender, old.reply_to, old.message) == ("", "", "")
    assert recent.sender
    assert old.state == EnquiryState.NEW  # it still counts


@pytest.mark.parametrize("change", [{"sender": ""}, {"moved_at": AT - timedelta(days=1)}])
def test_the_database_refuses_an_enquiry_that_is_half_erased_or_moved_before_it_came(change):
    enquiry = make_enquiry()

    with pytest.raises(IntegrityError), transaction.atomic():
        Enquiry.objects.filter(pk=enquiry.pk).update(**change)


def test_more_enquiries_of_a_day_bring_no_further_mail_until_one_is_answered(cora):
    first = make_enquiry("BE")
    make_enquiry("BE", at=LATER)
    assert Outgoing.objects.filter(link__contains="/enquiries/").count() == 1

    for enquiry in Enquiry.objects.all():
        move_enquiry(cora.scope, enquiry, EnquiryMove.ANSWER, at=LATER)
    last = make_enquiry("BE", at=LATER)

    links = {mail.link for mail in Outgoing.objects.filter(link__contains="/enquiries/")}
    assert {link.rpartition("/")[2] for link in links} == {str(first.pk), str(last.pk)}
