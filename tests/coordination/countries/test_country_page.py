"""What a coordinator sees of a country, and who sees it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from protect.coordination.countries.country_content import Readable, country_content
from protect.coordination.pathways.models import PathwayTest
from protect.directory import changes
from protect.directory.enums import Status
from protect.directory.models import DirectoryVersion, Service
from protect.matching import published
from protect.matching.coverage.atlas import atlas
from protect.verification.models import QueueItem
from tests.coordination.cast import (
    AT,
    make_action,
    make_group,
    make_item,
    make_meeting,
    make_member,
)
from tests.coordination.mapping_cast import make_round
from tests.coordination.pathways.casting import make_pathway, make_services, publish
from tests.coordination.procedures.drafting import make_in_force, make_procedure
from tests.vault.views.desk import words

pytestmark = pytest.mark.django_db
PAGE = "/countries/HR"
DAY = AT.date()


@pytest.fixture(autouse=True)
def services(db):
    published.forget()
    atlas.forget()
    yield make_services()
    published.forget()
    atlas.forget()


def content_of(cast, name="amal"):
    changes.raise_version()
    return country_content(Readable.by(cast.scope(name), "HR"), "HR", at=AT, rows=5)


def enqueue(service, priority=1.0):
    return QueueItem.objects.create(
        service=service, country_id="HR", reasons=["overdue"], priority=priority, opened_at=AT
    )


def test_only_coordinators_of_the_country_open_its_page(desks):
    assert desks["amal"].get(PAGE).status_code == 200
    for name, address in (
        ("bela", PAGE),  # a member of its groups
        ("chidi", PAGE),  # coordinates Belgium
        ("dana", PAGE),  # administers the organisation
        ("amal", "/countries/BE"),
        ("amal", "/countries/XX"),
        ("chidi", f"{PAGE}/brief?quarter=2026-Q4&language=en"),
    ):
        assert desks[name].get(address).status_code == 404, (name, address)


def test_an_empty_country_says_what_to_do_next(desks):
    page = words(desks["amal"].get(PAGE))

    for text in (
        "Nothing is overdue. Open actions: 0.",
        "New mapping",
        "New pathway",
        "its members comment and sign it",
        "No meeting is planned.",
        "No training is planned in this country.",
    ):
        assert text in page


def test_the_page_shows_what_waits_the_most_urgent_first(cast, desks, services):
    group = make_group(cast)
    meeting = make_meeting(cast, group, day=date(2026, 12, 10))
    item = make_item(cast, meeting)
    owner = make_member(cast, group, "demo.guest@demo.example")
    make_action(cast, item, owner, text="Demo late", due_on=DAY - timedelta(3))
    make_action(cast, item, owner, text="Demo later", due_on=DAY - timedelta(1))
    make_action(cast, item, owner, text="Demo in time", due_on=DAY)
    make_procedure(cast, group, title="Demo draft")
    past = DAY - timedelta(days=1)
    make_in_force(cast, group, DAY - timedelta(days=400), past, title="Demo past review")
    make_round(cast)
    enqueue(services["men"])
    enqueue(services["night"], 7.0)

    page = words(desks["amal"].get(PAGE))

    order = [page.index(text) for text in ("Demo late", "Demo later", "Demo night", "Demo men")]
    assert order == sorted(order)
    assert page.index("Demo past review") < page.index("Demo draft")
    assert "In force, review overdue" in page
    assert "Demo mapping" in page
    assert "Demo in time" not in page
    assert "demo.guest@demo.example" not in page


def test_pathways_say_when_they_were_tested_and_that_the_directory_changed(cast, services):
    group = make_group(cast)
    changed, tested = (make_pathway(cast, group, need=need) for need in ("safe-place", "talk"))
    draft = make_pathway(cast, group, need="doctor")
    for pathway in (changed, tested):
        edition = publish(cast, pathway, "Demo reason")
        if pathway == tested:
            PathwayTest.objects.create(
                edition=edition,
                kind="call",
                tested_on=DAY - timedelta(days=400),
                recorded_at=AT,
                recorded_by=cast.people["amal"],
            )
    before = content_of(cast).pathways
    assert before[0].pathway == tested  # its test is old; nothing is changed
    assert not any(each.is_changed for each in before)

    for service in services.values():
        rows = Service.objects.filter(pk=service.pk)
        rows.update(status=Status.SUSPENDED, version=F("version") + 1)
    states = {each.pathway: each for each in content_of(cast).pathways}

    assert states[changed].is_changed
    assert states[tested].is_test_old
    assert states[draft].edition is None


def test_gaps_name_the_need_with_most_settlements_without_a_service_first(cast):
    gaps = content_of(cast).gaps

    assert gaps
    assert [each.without for each in gaps] == sorted((each.without for each in gaps), reverse=True)
    assert all(each.settlements >= each.without + each.ask_first for each in gaps)


def test_groups_of_other_organisations_are_not_shown(cast):
    group = make_group(cast)
    make_meeting(cast, group, day=date(2026, 12, 10))
    own, of_others = content_of(cast), content_of(cast, "chidi")

    assert len(own.meetings) == 1
    assert not of_others.meetings


VERSION_TABLE = DirectoryVersion._meta.db_table


def test_more_rows_need_no_more_queries(cast, services):
    def count():
        with CaptureQueriesContext(connection) as queries:
            country_content(Readable.by(scope, "HR"), "HR", at=AT, rows=5)
        # Now and then, by the clock of the machine, one asks whether the snapshot is the newest.
        return len([query for query in queries if VERSION_TABLE not in query["sql"]])

    def plant(number):
        group = make_group(cast, name=f"Demo group {number}")
        meeting = make_meeting(cast, group, day=date(2026, 12, 10))
        owner = group.members.current().get(user=cast.people["bela"])
        make_action(cast, make_item(cast, meeting), owner, due_on=DAY - timedelta(1))
        make_in_force(cast, group, title=f"Demo procedure {number}")
        publish(cast, make_pathway(cast, group), "Demo reason")
        make_round(cast)

    plant(0)
    enqueue(services["men"])
    changes.raise_version()
    scope = cast.scope()
    count()  # the snapshot of the directory is built
    few = count()
    for number in range(1, 4):
        plant(number)
    enqueue(services["night"])

    assert count() == few


def test_the_home_page_and_the_groups_lead_to_the_country(desks):
    for address in ("/", "/groups"):
        assert f'href="{PAGE}"' in desks["amal"].get(address).text
        assert f'href="{PAGE}"' not in desks["bela"].get(address).text
