"""Co-hosting at the desks of both organisations."""

import pytest

from protect.orgs.models import Membership
from tests.orgs.conftest import give, make_organisation
from tests.trainings.planning import make_edition, make_hall, make_trainer
from tests.vault.views.desk import words


@pytest.fixture
def other(db):
    return make_organisation("Demo Elsewhere", "MT")


def test_host_invites_and_the_other_organisation_answers(desk_of, host, other):
    edition = make_edition(host)
    pia, otto = desk_of(), desk_of("otto", organisation=other)
    address = f"/trainings/{edition.pk}"
    assert otto.get(f"{address}/co-hosting").status_code == 404
    pia.post(f"{address}/co-hosts", co_hosts=[other.pk])
    assert "Demo Elsewhere Asked" in words(pia.get(address))
    assert "Co-host a training" in words(otto.get("/"))
    assert otto.get(address).status_code == 404
    assert "Demo Academy can book" in words(otto.get(f"{address}/co-hosting"))
    otto.post(f"{address}/co-hosting", organisation=other.pk, answer="yes")
    assert otto.get(address).status_code == 200
    assert otto.post(f"{address}/co-hosts", co_hosts=[]).status_code == 403
    assert "Co-host a training" not in words(otto.get("/"))
    otto.post(f"{address}/co-hosting", organisation=other.pk, answer="no")

    assert otto.get(address).status_code == 404


def test_resources_of_a_co_host_are_listed_with_availability(desk_of, host, other):
    edition = make_edition(host)
    edition.co_hosts.add(other)
    make_trainer(other, "Demo Tove").languages.set(["fr"])
    make_hall(other, "Demo Cellar")
    session = edition.sessions.get(number=1)
    desk = desk_of()
    shown = words(desk.get(f"/trainings/sessions/{session.pk}/book"))

    assert "Demo Tove Demo Elsewhere · Free at that time" in shown
    assert "French" not in shown
    assert "Demo Cellar · Demo Elsewhere" in words(desk.get(f"/trainings/sessions/{session.pk}"))


def test_co_hosting_pages_are_not_found_for_others(desk_of, host, other):
    edition = make_edition(host)
    stranger = desk_of("otto", organisation=other)
    for page in ("co-hosts", "co-hosting"):
        assert stranger.get(f"/trainings/{edition.pk}/{page}").status_code == 404
        assert stranger.post(f"/trainings/{edition.pk}/{page}", answer="yes").status_code == 404

    assert not edition.co_hosts.exists()


def test_session_form_keeps_the_room_of_a_former_co_host(desk_of, host, other):
    edition = make_edition(host)
    session, room = edition.sessions.get(number=1), make_hall(other, "Demo Cellar")
    edition.co_hosts.add(other)
    desk, address = desk_of(), f"/trainings/sessions/{session.pk}"
    told = {"day": "2026-12-05", "clock_from": "09:00", "clock_to": "12:00", "venue": room.pk}
    desk.post(address, **told)
    booked = session.bookings.get()
    edition.co_hosts.clear()
    room.resource.is_active = False
    room.resource.save()
    shown = desk.get(address).content.decode()
    assert f'value="{room.pk}" selected' in shown
    assert desk.post(address, **told).status_code == 302
    session.refresh_from_db()

    assert (session.venue, [*session.bookings.live()]) == (room, [booked])


def test_planner_of_two_invited_organisations_answers_for_each(desk_of, host, other):
    edition, third = make_edition(host), make_organisation("Demo Third", "FR")
    otto = desk_of("otto", organisation=other)
    give(Membership.objects.get(organisation=other).user, third, "coordinator")
    edition.asked_co_hosts.set([other, third])
    address = f"/trainings/{edition.pk}/co-hosting"
    otto.post(address, organisation=third.pk, answer="yes")
    assert {*edition.co_hosts.order_by("pk")} == {third}
    shown = words(otto.get(address))
    assert shown.index("equipment of Demo Elsewhere") < shown.index("equipment of Demo Third")
    otto.post(address, organisation=third.pk, answer="no")
    assert otto.post(address, organisation=host.pk, answer="yes").status_code == 404
    assert otto.post(address, answer="yes").status_code == 404

    assert [*edition.asked_co_hosts.order_by("pk")] == [other]
    assert not edition.co_hosts.exists()


def test_co_hosting_page_of_a_past_edition_offers_only_to_end(desk_of, host, other):
    edition = make_edition(host)
    edition.co_hosts.add(other)
    edition.state = "done"
    edition.save()
    assert (
        f"/trainings/{edition.pk}/co-hosts"
        in desk_of().get(f"/trainings/{edition.pk}").content.decode()
    )
    otto = desk_of("otto", organisation=other)
    shown = words(otto.get(f"/trainings/{edition.pk}/co-hosting"))
    assert "Stop co-hosting" in shown
    otto.post(f"/trainings/{edition.pk}/co-hosting", organisation=other.pk, answer="no")

    assert not edition.co_hosts.exists()
