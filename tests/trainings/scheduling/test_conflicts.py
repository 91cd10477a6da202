"""Refused bookings, and resources of other organisations."""

import pytest
from django.core.exceptions import PermissionDenied

from protect.trainings.editions.actions import plan
from protect.trainings.registrations.actions.register import (
    Origin,
    register_participant,
)
from protect.trainings.registrations.enums import Source
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.actions.bookings import BookingRequest
from protect.trainings.scheduling.enums import BookingRole
from protect.trainings.scheduling.errors import ClashBlocks, ClashNeedsReason
from protect.trainings.scheduling.forms.bookings import ConflictForm
from protect.trainings.scheduling.models import Booking
from tests.trainings.editions.test_plan import make_hall, make_trainer, session_plan
from tests.trainings.planning import AT, make_edition, make_participant, make_sender

TRAINER = BookingRole.TRAINER


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


@pytest.fixture
def edition(planners):
    return make_edition(planners.host)


def test_resources_of_another_organisation_are_refused(planners, pia, edition):
    session, other = edition.sessions.get(number=1), planners.other
    sender = make_sender(other)
    for refused in (
        lambda: bookings.book_resource(
            pia, session, BookingRequest(make_trainer(other), TRAINER), at=AT
        ),
        lambda: plan.add_session(pia, edition, session_plan(9, venue=make_hall(other)), at=AT),
        lambda: plan.move_session(pia, session, session_plan(9, venue=make_hall(other)), at=AT),
        lambda: plan.set_quota(pia, edition, sender, 1, released_at=None, at=AT),
        lambda: register_participant(
            edition,
            make_participant(edition.host),
            Origin(Source.NOMINATED, sender),
            at=AT,
        ),
    ):
        with pytest.raises(PermissionDenied):
            refused()

    assert not Booking.objects.exists()
    assert not Registration.objects.exists()
    assert not edition.quotas.exists()
    assert edition.sessions.count() == 2


def test_refusal_contains_codes_and_the_page_shows_names(planners, pia, edition):
    trainer = make_trainer(planners.host)
    one, other = edition.sessions.get(number=1), make_edition(planners.host).sessions.get(number=1)
    bookings.book_resource(pia, one, BookingRequest(trainer, TRAINER), at=AT)
    with pytest.raises(ClashBlocks) as refused:
        bookings.book_resource(pia, other, BookingRequest(trainer, TRAINER), at=AT)

    assert "Demo Trainer" not in str(refused.value) + refused.value.text()
    assert "Demo Trainer has another session then." in ConflictForm().text_of(refused.value)


def test_absent_person_is_booked_only_with_a_reason(planners, pia, edition):
    trainer, session = make_trainer(planners.host), edition.sessions.get(number=1)
    trainer.away.create(starts_at=session.starts_at, ends_at=session.ends_at)
    with pytest.raises(ClashNeedsReason) as refused:
        bookings.book_resource(pia, session, BookingRequest(trainer, TRAINER), at=AT)
    assert not Booking.objects.exists()

    assert refused.value.conflicts == (("unavailable", trainer.pk),)
    row = bookings.book_resource(
        pia, session, BookingRequest(trainer, TRAINER), at=AT, reason="They offered it"
    )
    assert row.reason == "They offered it"
