from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from protect.directory.enums import Fact, Status
from protect.directory.fact_records.values import read_fact
from protect.directory.models import Service
from protect.directory.services.actions.texts import texts_of
from protect.verification.models import QueueItem
from tests.directory.services.test_edit_views import posted_texts
from tests.vault.views.desk import led_to, words
from tests.verification.nights import NOW, NUMBER, checked, count_audit_entries, entry, locate

pytestmark = pytest.mark.django_db
ALL_KEEPERS = ["cora", "edda", "vito", "mona"]


def page_of(service, *more):
    return "/".join(["/directory/services", str(service.pk), *more])


def names(answer):
    return [row.service.name for row in answer.context["rows"]]


# --- the list -----------------------------------------------------------------------------------


@pytest.fixture
def shelf(staff):
    found = {
        "line": entry("s1", name="Demo Téléphone", categories=["helpline"], phone="+35621000007"),
        "legal": entry("s2", name="Demo Law Office", categories=["legal"]),
        "draft": entry("s3", name="Demo Draft", status=Status.DRAFT, phone=""),
        "abroad": entry("s4", "IE", name="Demo Abroad", phone=""),
        "hidden": entry("s5", "IE", name="Demo Hidden Abroad", status=Status.REVIEW, phone=""),
    }
    locate(found["legal"])
    found["line"].languages.create(language_id="ti")
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"line", "legal", "draft", "abroad"}),
        ("q=telephone", {"line"}),
        ("q=TÉLÉPHONE+demo", {"line"}),
        ("q=telefone", set()),  # two slips
        ("q=telephonne", {"line"}),  # one slip
        ("q=valletta", {"legal"}),
        ("q=2100+0007", {"line"}),
        ("q=%2B356+21000007", {"line"}),
        ("q=demo+house", {"line", "legal", "draft", "abroad"}),  # the organisation
        ("country=IE", {"abroad"}),
        ("status=draft", {"draft"}),
        ("kind=legal", {"legal"}),
        ("language=ti", {"line"}),
        ("q=demo&kind=legal", {"legal"}),
        ("waits=mine", {"draft"}),
        ("state=due", {"legal"}),
        ("country=XX&status=nonsense&sort=nonsense", {"line", "legal", "draft", "abroad"}),
        ("q=nothing+of+that+kind", set()),
    ],
)
def test_service_list_search_finds_services(staff, shelf, query, expected):
    QueueItem.objects.create(
        service=shelf["legal"], country_id="MT", reasons=["due", "unverified"], opened_at=NOW
    )
    answer = staff.desk("cora").get(f"/directory?{query}")

    assert set(names(answer)) == {shelf[key].name for key in expected}


def test_service_is_found_by_its_short_code(staff, shelf):
    answer = staff.desk("edda").get(f"/directory?q={shelf['legal'].short.upper()}")

    assert names(answer) == ["Demo Law Office"]


def test_renamed_service_is_found_by_its_new_name(staff, shelf):
    desk = staff.desk("edda")
    desk.get("/directory?q=law")
    answer = desk.get(page_of(shelf["legal"], "texts"))
    fields = posted_texts(answer, name="Demo Solicitors")
    desk.post(page_of(shelf["legal"], "texts"), **fields)

    assert names(desk.get("/directory?q=solicitors")) == ["Demo Solicitors"]
    assert names(desk.get("/directory?q=law")) == []


def test_member_without_a_role_finds_only_published_services(staff, shelf):
    answer = staff.desk("rita").get("/directory?q=demo")

    assert set(names(answer)) == {"Demo Téléphone", "Demo Law Office", "Demo Abroad"}
    assert "New service" not in words(answer)


def test_filters_are_kept_in_every_link_of_the_list(staff, shelf, monkeypatch):
    monkeypatch.setattr("protect.directory.services.views.services.PAGE_SIZE", 1)
    html = staff.desk("cora").get("/directory?country=MT&sort=name").content.decode()

    assert "?country=MT&amp;sort=name&amp;page=2" in html
    assert "?country=MT&amp;sort=-name" in html
    assert '<option value="MT" selected>' in html
    assert '<input type="hidden" name="sort" value="name">' in html


@pytest.mark.parametrize(
    ("sort", "first"),
    [("name", "Demo Abroad"), ("-name", "Demo Téléphone"), ("country", "Demo Abroad")],
)
def test_service_list_sorts_by_the_chosen_column(staff, shelf, sort, first):
    assert names(staff.desk("cora").get(f"/directory?sort={sort}"))[0] == first


def test_empty_service_list_explains_what_to_do(staff):
    assert "Add the first service" in words(staff.desk("edda").get("/directory"))
    assert "Add the first service" not in words(staff.desk("rita").get("/directory"))
    assert "Show all" in words(staff.desk("rita").get("/directory?q=x"))


def test_service_list_queries_do_not_depend_on_its_length(staff, shelf):
    desk = staff.desk("cora")
    desk.get("/directory?q=demo")
    few = queries(desk, "/directory?q=demo&country=MT&kind=legal")
    for number in range(30):
        entry(f"more{number}", name=f"Demo More {number}", categories=["legal"])
    many = queries(desk, "/directory?q=demo&country=MT&kind=legal")

    assert few == many <= 45


def queries(desk, address):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert desk.get(address).status_code == 200
    return len(seen)


# --- the page -----------------------------------------------------------------------------------


def test_service_page_shows_facts_with_freshness_and_missing_facts(staff):
    service = entry()
    checked(service, Fact.COST)
    service.costs.create(kind="free")
    said = words(staff.desk("edda").get(page_of(service)))

    for each in (
        "Published",
        NUMBER,
        "Not checked yet",
        "Fresh",
        "by phone",
        "Nothing is recorded",
    ):
        assert each in said


def test_official_name_is_shown_to_all_and_fact_sources_to_maintainers(
    staff,
):
    sources = {"phone": ["https://demo.example/contact (2026-05)"], "texts": ["Demo list, 2025"]}
    service = entry(official_name="Ligne Démo", official_language_id="fr", fact_sources=sources)

    kept = staff.desk("edda").get(page_of(service)).content.decode()
    read = staff.desk("rita").get(page_of(service)).content.decode()

    assert '<bdi lang="fr">Ligne Démo</bdi>' in kept
    assert "Ligne Démo" in read
    assert 'href="https://demo.example/contact"' in kept
    assert "(2026-05)" in kept
    assert "Demo list, 2025" in kept
    assert "demo.example" not in read
    assert "Demo list" not in read


def test_user_without_a_role_can_only_read(staff):
    service = entry(desk_notes="Demo secret note", referral_route="Demo route")
    said = words(staff.desk("rita").get(page_of(service)))

    assert "Demo route" in said
    for each in ("Demo secret note", "Edit", "History", "Suspend", "Nobody has called"):
        assert each not in said


@pytest.mark.parametrize("who", ["rita", "zoe"])
def test_unpublished_service_is_404_for_users_of_other_countries(staff, who):
    service = entry(status=Status.REVIEW)

    assert staff.desk(who).get(page_of(service)).status_code == 404


@pytest.mark.parametrize(
    "more",
    [
        ("facts", "phone"),
        ("texts",),
        ("protect",),
        ("translations",),
        ("translations", "fr", "name"),
        ("move", "suspend"),
    ],
)
@pytest.mark.parametrize("who", ["rita", "vito", "mona", "zoe"])
def test_pages_that_change_a_service_need_a_permission(staff, who, more):
    service = entry()
    before = texts_of(service), read_fact(service, Fact.PHONE)
    desk = staff.desk(who)

    assert desk.get(page_of(service, *more)).status_code == 403
    assert desk.post(page_of(service, *more)).status_code in {403, 405}
    service.refresh_from_db()
    assert (texts_of(service), read_fact(service, Fact.PHONE)) == before
    assert service.status == Status.PUBLISHED


def test_editor_can_submit_but_not_publish(staff):
    draft = entry(status=Status.DRAFT)
    desk = staff.desk("edda")

    assert "Submit for review" in words(desk.get(page_of(draft)))
    assert desk.get(page_of(draft, "move", "publish")).status_code == 403
    desk.post(page_of(draft, "move", "submit"))
    draft.refresh_from_db()
    assert draft.status == Status.REVIEW


def test_status_change_page_describes_its_effects(staff):
    service = entry()
    answer = staff.desk("cora").get(page_of(service, "move", "suspend"))

    assert "The public no longer finds it" in words(answer)
    service.refresh_from_db()
    assert service.status == Status.PUBLISHED


def test_suspension_can_be_undone_for_ten_minutes(staff):
    service = entry()  # with a number that nobody has called
    desk = staff.desk("cora")
    desk.post(page_of(service, "move", "suspend"))
    assert "Undo" in words(desk.get(page_of(service)))

    led_to(desk.post(page_of(service, "undo")))

    service.refresh_from_db()
    assert service.status == Status.PUBLISHED
    assert count_audit_entries("suspend", "take_back") == 2
    assert page_of(service, "undo") not in desk.get(page_of(service)).content.decode()


@pytest.mark.parametrize(("who", "minutes"), [("cora", 11), ("cara", 1)])
def test_suspension_cannot_be_undone_later_or_by_others(staff, who, minutes):
    service = entry()
    staff.desk("cora").post(page_of(service, "move", "suspend"))
    other = staff.desk(who if who in staff.people else "edda", NOW + timedelta(minutes=minutes))

    assert other.post(page_of(service, "undo")).status_code in {403, 409}
    service.refresh_from_db()
    assert service.status == Status.SUSPENDED
    assert count_audit_entries("take_back") == 0


def test_history_is_shown_only_to_maintainers_of_the_country(staff):
    service = entry()
    staff.desk("cora").post(page_of(service, "move", "suspend"))
    said = words(staff.desk("edda").get(page_of(service, "history")))

    assert "A service was hidden from the public." in said
    assert staff.desk("rita").get(page_of(service, "history")).status_code == 404


@pytest.mark.parametrize("forged", [["x"], "abc", 5, None, {"phone": [1]}, {"phone": None}])
def test_malformed_sources_break_neither_the_page_nor_an_edit(staff, forged):
    service = entry()
    Service.objects.filter(pk=service.pk).update(fact_sources=forged or {})

    answer = staff.desk("edda").get(page_of(service))

    assert answer.status_code == 200
    service.refresh_from_db()
    service.drop_source("phone")
    assert service.fact_sources == {}
