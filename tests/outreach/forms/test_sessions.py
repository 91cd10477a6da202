"""Candidates for an information session are ranked by language, region and availability."""

from datetime import timedelta

import pytest

from protect.outreach.forms.sessions import active_people, rank_candidates
from protect.outreach.models import Ambassador
from protect.outreach.rules import candidate_rank
from protect.trainings.scheduling.enums import BookingRole
from protect.trainings.scheduling.models import Suitability
from tests.outreach.requests import make_ambassador, make_request, make_request_session
from tests.trainings.planning import AT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter")]


@pytest.fixture
def host(planners):
    return planners.host


@pytest.fixture
def request_(host):
    found = make_request(host)
    found.languages.set(["ar", "fr"])
    return found


@pytest.fixture
def speaker(planners, host):
    """Return a maker of ambassadors with languages and a region."""

    def make(*languages: str, region: str = ""):
        made = make_ambassador(host, planners.people["pia"])
        made.languages.set(languages)
        Ambassador.objects.filter(pk=made.pk).update(region=region)
        return made

    return make


def test_more_wanted_languages_rank_before_being_near(host, request_, speaker):
    none, near = speaker("nl"), speaker("fr", region="bruxelles")
    far, both = speaker("fr", region="Liège"), speaker("fr", "ar", "nl")
    found = rank_candidates(active_people(host), request_)

    ranked = [row.candidate.resource for row in found]
    assert [resource for resource in ranked if resource in (none, near, far, both)] == [
        both,
        near,
        far,
        none,
    ]
    first = next(row for row in found if row.candidate.resource == both)
    assert (first.spoken_languages, first.lacking_languages) == (["ar", "fr", "nl"], [])
    assert "Arabic, Dutch, French" in first.label_html


def test_region_matches_its_code_or_that_of_a_parent_area(host, request_, speaker):
    area = request_.place.area
    made = speaker("nl", region=area.code.lower())

    found = {
        ranked.candidate.resource: ranked
        for ranked in rank_candidates(active_people(host), request_)
    }
    assert found[made].is_near
    assert area.code.lower() in found[made].label_html


def test_candidate_with_a_conflict_ranks_last_and_shows_it(host, request_, speaker):
    busy, free = speaker("fr", "ar"), speaker()
    session = make_request_session(request_, AT)
    other = make_request_session(make_request(host), AT + timedelta(hours=1))
    other.bookings.create(
        resource=busy,
        role=BookingRole.AMBASSADOR,
        starts_at=other.starts_at,
        ends_at=other.ends_at,
        created=AT,
    )
    found = rank_candidates(
        active_people(host).filter(pk__in=Ambassador.objects.values("pk")), request_, session
    )

    assert [ranked.candidate.resource for ranked in found] == [free, busy]
    assert "has another session then" in found[1].label_html


def test_expired_vetting_ranks_last_and_booked_people_are_left_out(host, request_, speaker):
    over, valid, booked = speaker("fr", "ar"), speaker(), speaker("fr")
    Suitability.objects.filter(resource=over).delete()
    session = make_request_session(request_, AT)
    session.bookings.create(
        resource=booked,
        role=BookingRole.AMBASSADOR,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        created=AT,
    )
    rows = active_people(host).filter(pk__in=Ambassador.objects.values("pk"))

    assert order_of(rows, request_, session) == [valid, over]


def order_of(rows, request_, session):
    return [ranked.candidate.resource for ranked in rank_candidates(rows, request_, session)]


def test_number_of_queries_does_not_grow_with_candidates(
    host, request_, speaker, django_assert_max_num_queries
):
    session = make_request_session(request_, AT)
    for _ in range(12):
        speaker("fr")
    with django_assert_max_num_queries(12):
        assert len(rank_candidates(active_people(host), request_, session)) >= 12


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((1, 0, True), (0, 2, True)),  # what is not possible stands last, whatever they speak
        ((0, 0, False), (1, 0, True)),  # languages before region
        ((1, 1, True), (1, 0, False)),  # region before what needs a reason
        ((1, 0, True), (1, 1, True)),
    ],
)
def test_sort_order_of_two_candidates(first, second):
    one, other = (
        candidate_rank(lacking, weight, is_near=near) for lacking, weight, near in (first, second)
    )

    assert one < other
