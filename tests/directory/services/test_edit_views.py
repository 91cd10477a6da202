import re

import pytest

from protect.directory.enums import AddressReaders, Fact, Status
from protect.directory.fact_records.values import fingerprint_of, read_fact
from protect.directory.models import Location, Organisation, Service
from protect.directory.services.actions.edits import write_fact
from tests.directory.services.test_edits import NEW
from tests.vault.views.desk import led_to, words
from tests.verification.nights import (
    LATER,
    NOW,
    NUMBER,
    checked,
    count_audit_entries,
    entry,
    house,
    locate,
)

pytestmark = pytest.mark.django_db


def page_of(service, *more):
    return "/".join(["/directory/services", str(service.pk), *more])


def hidden(answer):
    return re.search(r'name="seen" value="([0-9a-f]*)"', answer.content.decode())[1]


@pytest.mark.parametrize("fact", list(Fact))
def test_every_fact_has_an_edit_page_with_stored_values(staff, fact):
    service = entry()
    write_fact(service, fact, NEW[fact], at=NOW)
    answer = staff.desk("edda").get(page_of(service, "facts", fact))

    assert answer.status_code == 200
    assert hidden(answer) == fingerprint_of(read_fact(service, fact))


def test_edit_page_of_an_unknown_fact_is_404(staff):
    assert staff.desk("edda").get(page_of(entry(), "facts", "shoes")).status_code == 404


def test_fact_is_saved_with_a_check_method(staff):
    service = entry()
    desk = staff.desk("edda")
    page = page_of(service, "facts", "cost")
    seen = hidden(desk.get(page))

    answer = desk.post(page, **{"seen": seen, "cost-0-kind": "free", "learnt": "web"})

    assert led_to(answer) == page_of(service)
    assert read_fact(service, Fact.COST) == {"costs": [{"kind": "free", "note": ""}]}
    assert service.checks.get().method == "web"


def test_invalid_fact_form_saves_nothing_and_keeps_the_input(staff):
    service = entry()
    desk = staff.desk("edda")
    page = page_of(service, "facts", "phone")
    typed = {"seen": hidden(desk.get(page)), "phone-0-number": "12 34 56 78 90 12"}

    answer = desk.post(page, **typed)

    assert answer.status_code == 422
    assert "12 34 56 78 90 12" in answer.content.decode()
    assert "This is not a phone number of that country." in words(answer)
    assert read_fact(service, Fact.PHONE)["phones"][0]["number"] == NUMBER


def test_preview_shows_hours_before_saving(staff):
    service = entry()
    desk = staff.desk("edda")
    page = page_of(service, "facts", "visit_hours")
    typed = {"visit-hours-way": "week", "visit-hours-mo-day": "9-12", "preview": "1"}

    said = words(desk.post(page, seen=hidden(desk.get(page)), **typed))

    assert "Monday: \u206609:00-12:00" in said
    assert "Tuesday: closed" in said
    assert "Holidays are not mentioned, so they count as unknown." in said
    assert read_fact(service, Fact.VISIT_HOURS)["expression"] == ""


def test_edit_conflict_shows_both_versions_and_can_be_resolved(staff):
    service = entry()
    edda, cora = staff.desk("edda"), staff.desk("cora")
    page = page_of(service, "facts", "cost")
    seen = hidden(edda.get(page))
    cora.post(page, **{"seen": seen, "cost-0-note": "Demo theirs"})

    met = edda.post(page, **{"seen": seen, "cost-0-note": "Demo mine"})

    assert met.status_code == 409
    for each in ("Demo theirs", "Demo mine", "Keep this version"):
        assert each in words(met)
    assert read_fact(service, Fact.COST)["costs"][0]["note"] == "Demo theirs"
    edda.post(page, **{"seen": hidden(met), "cost-0-note": "Demo mine"})
    assert read_fact(service, Fact.COST)["costs"][0]["note"] == "Demo mine"


def posted_texts(answer, **changes):
    form = answer.context["form"]
    found = {"seen": hidden(answer)}
    for bound in form:
        value = bound.value()
        if bound.name != "seen" and value not in (None, False, ""):
            found[bound.name] = value
    return found | changes


def test_saving_texts_keeps_the_freshness_of_facts(staff):
    service = entry()
    checked(service, Fact.PHONE)
    desk = staff.desk("edda")
    page = page_of(service, "texts")
    typed = posted_texts(
        desk.get(page), name="Demo Renamed", reply_days="3", organisation="Demo New House"
    )

    assert led_to(desk.post(page, **typed)) == page_of(service)
    service.refresh_from_db()
    assert (service.name, service.reply_days, service.version) == ("Demo Renamed", 3, 2)
    assert service.organisation.name == "Demo New House"
    assert service.checks.count() == 1
    assert count_audit_entries("edit_texts") == 1


def test_edit_conflict_shows_zero_reply_days(staff):
    service = entry()
    desk = staff.desk("edda")
    page = page_of(service, "texts")
    typed = posted_texts(desk.get(page), reply_days="3")
    Service.objects.filter(pk=service.pk).update(reply_days=0)

    differences = desk.post(page, **typed).context["differences"]

    assert [(standing, mine) for _, standing, mine in differences] == [("0", "3")]


def test_conflicting_texts_are_shown_side_by_side(staff):
    service = entry()
    desk = staff.desk("edda")
    page = page_of(service, "texts")
    typed = posted_texts(desk.get(page), name="Demo Mine")
    Service.objects.filter(pk=service.pk).update(name="Demo Theirs")

    met = desk.post(page, **typed)

    assert met.status_code == 409
    assert [(standing, mine) for _, standing, mine in met.context["differences"]] == [
        ("Demo Theirs", "Demo Mine")
    ]
    service.refresh_from_db()
    assert service.name == "Demo Theirs"


def test_service_that_becomes_a_shelter_loses_its_address(staff):
    service = entry(description="Ring at Demo Street 5 twice")
    locate(service)
    desk = staff.desk("edda")
    page = page_of(service, "texts")
    refused = desk.post(page, **posted_texts(desk.get(page), categories=["shelter"]))
    assert refused.status_code in {409, 422}
    assert Location.objects.count() == 1

    typed = posted_texts(desk.get(page), categories=["shelter"], description="Ring twice")
    assert led_to(desk.post(page, **typed)) == page_of(service)

    service.refresh_from_db()
    assert service.address_audience == AddressReaders.NEVER_STORED
    assert not Location.objects.exists()


def test_new_service_is_a_draft(staff):
    desk = staff.desk("edda")
    typed = {
        "country": "MT",
        "name": "Demo New",
        "organisation": house().name,
        "categories": ["legal"],
        "scope": "local",
        "text_language": "en",
    }
    answer = desk.post("/directory/services/new", **typed)

    made = Service.objects.get(name="Demo New")
    assert led_to(answer) == page_of(made)
    assert (made.status, made.organisation, made.source) == (Status.DRAFT, house(), "desk")
    assert [category.pk for category in made.categories.all()] == ["legal"]
    assert count_audit_entries("create_service") == 1


def test_service_cannot_be_created_in_another_country(staff):
    answer = staff.desk("edda").post(
        "/directory/services/new",
        country="IE",
        name="Demo New",
        organisation="Demo",
        categories=["legal"],
        scope="local",
        text_language="en",
    )

    assert answer.status_code == 422
    assert not Service.objects.exists()
    assert staff.desk("rita").get("/directory/services/new").status_code == 403


def test_address_is_deleted_only_after_confirmation(staff):
    service = entry()
    locate(service)
    desk = staff.desk("edda", LATER)
    page = page_of(service, "protect")

    assert "Earlier backups" in words(desk.get(page))
    assert Location.objects.exists()
    desk.post(page, area="")
    service.refresh_from_db()
    assert service.address_audience == AddressReaders.NEVER_STORED
    assert not Location.objects.exists()
    assert "Never store its address" not in words(desk.get(page_of(service)))


def test_shelter_cannot_be_created_at_an_organisation_named_by_address(staff):
    other = entry("o1").organisation
    Organisation.objects.filter(pk=other.pk).update(official_name="Dar Demo, Triq Qarnita 77")
    desk = staff.desk("edda")
    typed = {
        "country": "MT",
        "name": "Demo Haven",
        "organisation": other.name,
        "categories": ["shelter"],
        "scope": "local",
        "text_language": "en",
    }

    answer = desk.post("/directory/services/new", **typed)

    assert answer.status_code == 409
    assert not Service.objects.filter(address_audience="never_stored").exists()


@pytest.mark.parametrize(("audience", "is_warned"), [("public", False), ("never_stored", True)])
def test_editor_is_warned_that_a_served_area_was_widened(staff, audience, is_warned):
    service = entry()
    Service.objects.filter(pk=service.pk).update(address_audience=AddressReaders[audience.upper()])
    desk, page = staff.desk("edda"), page_of(service, "facts", "eligibility")
    typed = {"seen": hidden(desk.get(page)), "eligibility-area-0-name": "Sliema", "learnt": "web"}

    said = words(desk.get(led_to(desk.post(page, **typed))))

    assert ("only a larger region around it is stored, or none" in said) is is_warned
    assert bool(read_fact(service, Fact.ELIGIBILITY)["areas"]) is not is_warned
