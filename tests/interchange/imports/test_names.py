"""Official names with their language, and the sources of single cells."""

import pytest
from django.db.models import F

from protect.directory.enums import Fact
from protect.directory.facts.base.cells import ProblemCode
from protect.directory.models import Organisation, Service
from protect.interchange.imports.actions import command
from protect.interchange.imports.files import records
from protect.interchange.imports.files.feeds import Record
from protect.interchange.imports.row import Row
from protect.interchange.imports.values.names import OfficialNames
from protect.interchange.imports.values.shelters import without_location
from tests.interchange.imports.conftest import NOW

SOURCE = "https://demo.example/contact (2026-05)"


@pytest.mark.parametrize(
    ("country", "name", "stated", "language"),
    [
        ("BG", "Демо център", "", "bg"),
        ("BG", "Demo Centre", "", None),  # in another script than the country's language
        ("IT", "Centro Demo", "", "it"),
        ("BE", "Maison Démo", "", None),  # the country has three languages
        ("BE", "Maison Démo", "fr", "fr"),
        ("ES", "Centre Demo", "ca", "ca"),
        ("IT", "", "", None),
    ],
)
def test_language_of_a_name_is_the_stated_one_or_that_of_the_country(
    draft_of, country, name, stated, language
):
    draft = draft_of(country=country, service_local=name, local_language=stated)

    assert draft.official_names == OfficialNames(name, "", language)


def test_unknown_name_language_is_refused(read_row):
    found = read_row(service_local="Démo", local_language="tlh")

    assert [trouble.code for trouble in found.troubles if trouble.refuses] == [
        ProblemCode.UNKNOWN_CODE
    ]


def test_source_of_a_cell_is_stored_for_its_fact(draft_of):
    cell = f"phones={SOURCE};minimum_age={SOURCE};cost=Demo list;service_local=known;{SOURCE}"
    draft = draft_of(fact_sources=cell, opening_hours="24/7")

    assert draft.fact_sources == {
        Fact.PHONE: [SOURCE],
        Fact.ELIGIBILITY: [SOURCE],
        Fact.COST: ["Demo list"],
        "texts": [SOURCE],
    }


def test_source_of_hours_is_stored_for_their_channel(draft_of):
    cell = f"opening_hours={SOURCE}"

    assert draft_of(fact_sources=cell).fact_sources == {Fact.PHONE_HOURS: [SOURCE]}
    there = draft_of(fact_sources=cell, city="Liège", phones="")
    assert there.fact_sources == {Fact.VISIT_HOURS: [SOURCE]}


def test_stored_sources_are_kept_without_the_column(draft_of):
    assert draft_of().fact_sources is None


def test_sources_of_a_shelter_are_dropped():
    cells = Row({"categories": "shelter", "fact_sources": f"phones={SOURCE}"})

    assert "fact_sources" not in without_location(cells).texts


@pytest.mark.django_db
def test_later_file_changes_the_official_name_of_an_organisation(run_import):
    run_import({"service_local": "Service Démo", "local_language": "fr"})
    organisation = Organisation.objects.get()
    assert organisation.official_name == ""

    run_import({"organisation_local": "Maison Démo", "local_language": "fr"})

    organisation.refresh_from_db()
    assert (organisation.official_name, organisation.official_language_id) == ("Maison Démo", "fr")
    assert organisation.version == 2
    service = Service.objects.get()
    assert (service.official_name, service.official_language_id) == ("Service Démo", "fr")


@pytest.mark.django_db
def test_feed_keeps_values_that_hsds_cannot_express(run_import):
    row = {"genders_served": "women", "service_local": "Démo", "local_language": "fr"}
    run_import(row | {"fact_sources": f"phones={SOURCE}"})
    record = {
        "id": "demo-2",
        "name": "Demo Counselling, new",
        "alternate_name": "Démo",
        "status": "active",
        "organization": {"name": "Demo House"},
        "phones": [{"number": "+3225550000", "type": "voice"}],
        "attributes": [{"taxonomy_term": {"code": "category:psychosocial"}}],
        "service_at_locations": [{"location": {"addresses": [{"country": "BE"}]}}],
    }
    table = records.records_table([Record(1, 1, record)], "demo", today=NOW.date())

    report = command.import_services(
        table, publish=True, dry_run=False, at=NOW, report_progress=lambda done, total: None
    )

    assert report.summary().startswith("updated 1")
    service = Service.objects.get()
    assert service.name == "Demo Counselling, new"
    assert service.criteria.get(kind="gender").values == ["f"]
    assert (service.official_name, service.official_language_id) == ("Démo", "fr")
    assert service.fact_sources == {"phone": [SOURCE]}


STREET = "Demo Haven, Triq Qarnita 77"


def shelter(**cells):
    return {"categories": "shelter", "phones": "", "email": "a@demo.example"} | cells


@pytest.mark.django_db
@pytest.mark.parametrize("order", [1, -1])
def test_row_of_another_service_cannot_add_an_address_to_the_organisation_name(run_import, order):
    rows = [{"organisation_local": STREET}, shelter()]

    for row in rows[::order]:
        run_import(*([row] if "categories" not in row else [{}, row]))

    [organisation] = Organisation.objects.all()
    assert Service.objects.filter(address_audience="never_stored").exists()
    assert "Qarnita" not in organisation.official_name
    assert "Qarnita" not in str(list(Organisation.objects.values()))


@pytest.mark.django_db
def test_cleaned_official_name_is_not_restored_by_an_import(run_import):
    run_import({"organisation_local": "Dar Demo Pliska 4"}, shelter())
    Organisation.objects.update(official_name="Dar Demo")  # no pattern knows such a street

    run_import({"organisation_local": "Dar Demo Pliska 4", "description": "New"}, shelter())

    assert Organisation.objects.get().official_name == "Dar Demo"


@pytest.mark.django_db
def test_renaming_an_organisation_raises_service_versions_without_an_edit(run_import):
    run_import({}, {"service": "Other"})
    before = Service.objects.all().stamps()

    run_import({"organisation_local": "Maison Démo"})

    assert all(Service.objects.all().stamps()[key] != stamp for key, stamp in before.items())
    assert not Service.objects.exclude(version=F("source_version")).exists()
