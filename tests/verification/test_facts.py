"""Health figures counted by the database equal the fact states that Python computes."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from protect.directory.enums import Channel, Fact, Freshness, Method, Status, Verdict
from protect.directory.fact_records.checks import fact_states_of_services
from protect.directory.facts.base.intervals import intervals
from protect.directory.models import FactCheck, Service
from protect.directory.rules import CheckSummary, freshness, next_check_time
from protect.kernel.ids import stable_uuid
from protect.verification.health import facts
from tests.examples import examples
from tests.vault.cast import make_person
from tests.verification.nights import NOW, checked, entry, locate

DAY = timedelta(days=1)
# Ages and intervals hit the limits exactly: 30 days of "due", three intervals of "expired".
CHECK = st.tuples(
    st.integers(0, 1),  # service
    st.sampled_from([Fact.PHONE, Fact.CAPACITY, Fact.COST, Fact.ADDRESS]),
    st.sampled_from(list(Verdict)),
    st.sampled_from([0, 1, 10, 30, 40, 60, 90, 120]),  # days ago
    st.sampled_from([1, 10, 30, 60]),  # days until the next check
)


@pytest.fixture
def services_of_two_countries(db):
    """Two published services of Malta and one of Ireland; another one is in review."""
    services = [entry("s1"), entry("s2", phone=""), entry("s3", "IE")]
    entry("s4", status=Status.REVIEW)
    locate(services[0])
    services[0].units.create(answer="yes", expires_at=NOW)
    services[1].schedules.create(channel=Channel.VISIT, expression="Mo 09:00-10:00")
    return services


def computed_counts(at=NOW) -> Counter[tuple[str, str, str]]:
    services = {each.pk: each for each in Service.objects.published().order_by("pk")}
    return Counter(
        (services[key].country_id, fact.value, each.state.value)
        for key, fact_states in fact_states_of_services(services.values(), at).items()
        for fact, each in fact_states.items()
    )


def database_counts(at=NOW) -> Counter[tuple[str, str, str]]:
    return Counter(
        {
            (country, fact.value, state.value): number
            for country, fact, state, number in facts.snapshot_rows(facts.compute_health(at))
        }
    )


@given(st.lists(CHECK, max_size=12))
@settings(
    max_examples=examples(30),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_database_counts_equal_fact_states_computed_by_service(services_of_two_countries, checks):
    FactCheck.objects.all().delete()
    for service, fact, verdict, age, validity_days in checks:
        at = NOW - age * DAY
        values = {"verdict": verdict, "next_check": at + validity_days * DAY}
        checked(services_of_two_countries[service], fact, at, **values)

    assert database_counts() == computed_counts()


@pytest.mark.django_db
def test_checks_of_the_same_instant_have_the_same_order_in_sql_and_python(
    services_of_two_countries,
):
    for verdict in (Verdict.CONFIRMED, Verdict.DISPUTED, Verdict.NOT_REACHED):
        checked(services_of_two_countries[0], Fact.COST, verdict=verdict)

    assert database_counts() == computed_counts()


def test_health_counts_published_services_only(services_of_two_countries):
    health = facts.compute_health(NOW)

    assert {country: each.services for country, each in health.items()} == {"MT": 2, "IE": 1}
    assert health["MT"].counts[Fact.PHONE].total() == 1  # the second has none


def test_oldest_check_and_median_age_use_only_current_facts(services_of_two_countries):
    service = services_of_two_countries[0]
    for fact, age in ((Fact.COST, 50), (Fact.PHONE, 20), (Fact.ADDRESS, 10)):
        checked(service, fact, NOW - age * DAY)
    checked(service, Fact.PHONE, NOW - 90 * DAY)  # outdated by the newer one above
    checked(service, Fact.LANGUAGES, NOW, verdict=Verdict.DISPUTED)

    malta = facts.compute_health(NOW)["MT"]

    assert malta.oldest == date(2026, 10, 5)
    assert malta.median_check_age_days(NOW.date()) == 20
    assert facts.compute_health(NOW)["IE"].median_check_age_days(NOW.date()) is None


def test_number_counts_as_call_tested_if_its_last_call_was_by_two_people(services_of_two_countries):
    amal, bela = make_person("amal").user, make_person("bela").user
    checked(services_of_two_countries[0], Fact.PHONE, NOW - DAY, by=amal, second_checker=bela)
    checked(services_of_two_countries[2], Fact.PHONE, NOW - DAY, by=amal, second_checker=bela)
    checked(services_of_two_countries[2], Fact.PHONE, NOW, verdict=Verdict.NOT_REACHED, by=amal)

    health = facts.compute_health(NOW)

    assert [(each.with_number, each.call_tested) for each in health.values()] == [(1, 0), (1, 1)]


def test_health_queries_do_not_depend_on_the_number_of_services(
    services_of_two_countries, django_assert_num_queries
):
    with django_assert_num_queries(5):
        facts.compute_health(NOW)
    for number in range(100):
        service = entry(f"n{number}")
        checked(service, Fact.PHONE)
    with django_assert_num_queries(5):
        facts.compute_health(NOW)


@pytest.mark.parametrize("fact", Fact)
@pytest.mark.parametrize("method", Method)
def test_nothing_older_than_ninety_days_looks_fresh(fact, method):
    """For every interval and weight of freshness.toml."""
    at = NOW - timedelta(days=90)
    interval = intervals()[fact]
    due = next_check_time(at, interval.length, interval.weights[method])

    for verdict in (Verdict.CONFIRMED, Verdict.CHANGED):
        states = {
            freshness(fact, [CheckSummary(verdict, at - age * DAY, due - age * DAY)], NOW)
            for age in range(400)
        }
        assert Freshness.FRESH not in states
        assert states <= {Freshness.DUE, Freshness.OVERDUE, Freshness.EXPIRED}


def test_health_figures_contain_no_service_names(services_of_two_countries):
    text = repr(facts.snapshot_rows(facts.compute_health(NOW)))

    assert "Demo" not in text
    assert str(stable_uuid("service", "demo", "s1")) not in text


def test_later_confirmation_keeps_a_number_call_tested(services_of_two_countries):
    amal, bela = make_person("amal").user, make_person("bela").user
    for service in (services_of_two_countries[0], services_of_two_countries[2]):
        checked(service, Fact.PHONE, NOW - 2 * DAY, by=amal, second_checker=bela)
        checked(service, Fact.PHONE, NOW - DAY, method=Method.WEB, by=amal)
    checked(
        services_of_two_countries[2],
        Fact.PHONE,
        NOW,
        verdict=Verdict.CHANGED,
        method=Method.WEB,
        by=amal,
    )

    health = facts.compute_health(NOW)

    assert sorted((each.with_number, each.call_tested) for each in health.values()) == [
        (1, 0),
        (1, 1),
    ]
