"""Co-hosting: invitations, answers, and bookable resources of a co-host."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from protect.notices.models import Outgoing
from protect.trainings.editions.actions import plan
from protect.trainings.editions.actions.clone import clone_edition
from protect.trainings.editions.actions.co_hosts import answer_co_hosting, set_co_hosts
from protect.trainings.scheduling import access
from protect.trainings.scheduling.actions import bookings
from protect.trainings.scheduling.actions.bookings import BookingRequest
from protect.trainings.scheduling.enums import BookingRole
from protect.trainings.scheduling.errors import ClashBlocks, EditionMoveNotAllowed
from protect.trainings.scheduling.forms.bookings import find_candidates
from protect.trainings.scheduling.models import Booking, Edition
from tests.orgs.conftest import make_organisation
from tests.outreach.requests import make_ambassador
from tests.trainings.editions.test_plan import session_plan
from tests.trainings.planning import AT, make_edition, make_hall, make_trainer

TRAINER = BookingRole.TRAINER


@pytest.fixture
def pia(planners):
    return planners.scope("pia")


@pytest.fixture
def otto(planners):
    return planners.scope("otto")


@pytest.fixture
def edition(planners):
    return make_edition(planners.host)


@pytest.fixture
def together(planners, pia, otto, edition):
    """Return an edition that the other organisation hosts, too."""
    set_co_hosts(pia, edition, [planners.other], at=AT)
    answer_co_hosting(otto, edition, planners.other, agrees=True, at=AT)
    return edition


def hosts(edition) -> tuple[list[str], list[str]]:
    rows = (edition.co_hosts, edition.asked_co_hosts)
    agreed, asked = ([*row.order_by("name").values_list("name", flat=True)] for row in rows)
    return agreed, asked


def test_invited_co_host_gets_mail_and_co_hosts_only_after_agreeing(planners, pia, otto, edition):
    set_co_hosts(pia, edition, [planners.other], at=AT)
    mail = Outgoing.objects.get()

    assert (mail.to, mail.template) == (planners.people["otto"].email, "work_waiting")
    assert mail.link.endswith(f"/trainings/{edition.pk}/co-hosting")
    assert hosts(edition) == ([], ["Demo Elsewhere"])
    assert not access.editions_of(otto).exists()
    session, wanted = (
        edition.sessions.get(number=1),
        BookingRequest(make_trainer(planners.other), TRAINER),
    )
    with pytest.raises(PermissionDenied):
        bookings.book_resource(pia, session, wanted, at=AT)
    assert not Booking.objects.exists()
    answer_co_hosting(otto, edition, planners.other, agrees=True, at=AT)

    assert hosts(edition) == (["Demo Elsewhere"], [])
    assert [*access.editions_of(otto)] == [edition]


def test_declined_co_hosting_is_not_repeated_and_agreed_one_can_end(planners, pia, otto, together):
    answer_co_hosting(otto, together, planners.other, agrees=False, at=AT)

    assert hosts(together) == ([], [])
    with pytest.raises(Http404):
        answer_co_hosting(otto, together, planners.other, agrees=True, at=AT)
    assert hosts(together) == ([], [])


def test_unchanged_co_hosts_get_no_new_mail_and_omitted_ones_end(planners, pia, together):
    Outgoing.objects.all().delete()
    set_co_hosts(pia, together, [planners.other], at=AT)
    assert hosts(together) == (["Demo Elsewhere"], [])
    assert not Outgoing.objects.exists()
    set_co_hosts(pia, together, [], at=AT)

    assert hosts(together) == ([], [])


def test_only_host_planners_invite_and_only_invited_planners_answer(planners, pia, edition):
    third = make_organisation("Demo Third", "FR")
    for name in ("tom", "otto", "chidi"):
        with pytest.raises(PermissionDenied):
            set_co_hosts(planners.scope(name), edition, [third], at=AT)
    set_co_hosts(pia, edition, [third], at=AT)
    for name, own in (("otto", planners.other), ("pia", planners.host)):
        with pytest.raises(Http404):
            answer_co_hosting(planners.scope(name), edition, own, agrees=True, at=AT)
    with pytest.raises(PermissionDenied):
        answer_co_hosting(planners.scope("otto"), edition, third, agrees=True, at=AT)

    assert hosts(edition) == ([], ["Demo Third"])


def test_past_edition_accepts_no_new_co_host(planners, pia, otto, edition):
    set_co_hosts(pia, edition, [planners.other], at=AT)
    Edition.objects.update(state="done")
    with pytest.raises(EditionMoveNotAllowed):
        answer_co_hosting(otto, edition, planners.other, agrees=True, at=AT)
    both = [planners.other, make_organisation("Demo Third", "FR")]
    with pytest.raises(EditionMoveNotAllowed):
        set_co_hosts(pia, edition, both, at=AT)

    assert hosts(edition) == ([], ["Demo Elsewhere"])


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_both_sides_can_end_co_hosting_of_a_past_edition(planners, pia, otto, together, state):
    Edition.objects.update(state=state, state_reason="Demo")
    answer_co_hosting(otto, together, planners.other, agrees=False, at=AT)
    assert hosts(together) == ([], [])
    together.co_hosts.add(planners.other)
    set_co_hosts(pia, together, [], at=AT)

    assert hosts(together) == ([], [])
    assert not access.editions_of(otto).exists()


def test_resources_of_a_co_host_can_be_booked_except_ambassadors(planners, pia, together):
    session = together.sessions.get(number=1)
    trainer, room = make_trainer(planners.other, "Demo Tove"), make_hall(planners.other)
    speaker = make_ambassador(planners.other, planners.people["otto"])
    make_trainer(make_organisation("Demo Third", "FR"))

    assert [candidate.resource for candidate in find_candidates(session, TRAINER)] == [trainer]
    with pytest.raises(PermissionDenied):
        bookings.book_resource(pia, session, BookingRequest(speaker, TRAINER), at=AT)
    bookings.book_resource(pia, session, BookingRequest(trainer, TRAINER), at=AT)
    plan.move_session(pia, session, session_plan(0, venue=room), at=AT)
    assert {*Booking.objects.live().order_by("pk").values_list("resource", flat=True)} == {
        trainer.pk,
        room.pk,
    }


def test_conflicts_of_a_co_hosts_people_show_no_details(planners, pia, otto, together):
    trainer = make_trainer(planners.other, "Demo Tove")
    theirs = make_edition(planners.other).sessions.get(number=1)
    bookings.book_resource(otto, theirs, BookingRequest(trainer, TRAINER), at=AT)
    session = together.sessions.get(number=1)
    (found,) = find_candidates(session, TRAINER)

    assert (found.co_host, found.severity_rank) == ("Demo Elsewhere", 2)
    assert theirs.training.course_version.title not in found.conflict_text
    with pytest.raises(ClashBlocks):
        bookings.book_resource(pia, session, BookingRequest(trainer, TRAINER), at=AT)
    assert session.bookings.count() == 0


def test_clone_invites_co_hosts_again_and_omits_their_rooms(planners, pia, together):
    session = together.sessions.get(number=1)
    plan.move_session(pia, session, session_plan(0, venue=make_hall(planners.other)), at=AT)
    Outgoing.objects.all().delete()
    edition = clone_edition(pia, together, session_plan(90).starts_at.date(), at=AT)

    assert hosts(edition) == ([], ["Demo Elsewhere"])
    assert {*edition.sessions.values_list("venue", flat=True)} == {None}
    assert Outgoing.objects.get().template == "work_waiting"


def test_session_keeps_its_room_after_co_hosting_but_gets_no_new_one(planners, pia, otto, together):
    session, room = together.sessions.get(number=1), make_hall(planners.other)
    plan.move_session(pia, session, session_plan(0, venue=room), at=AT)
    booked = session.bookings.get()
    answer_co_hosting(otto, together, planners.other, agrees=False, at=AT)
    plan.move_session(pia, session, session_plan(0, venue=room, link="https://x.example"), at=AT)
    assert [*session.bookings.live()] == [booked]
    other = together.sessions.get(number=2)
    with pytest.raises(PermissionDenied):
        plan.move_session(pia, other, session_plan(1, venue=room), at=AT)
    session.bookings.update(state="cancelled")
    with pytest.raises(PermissionDenied):
        plan.move_session(pia, session, session_plan(0, venue=room), at=AT)

    assert not Booking.objects.live().exists()
