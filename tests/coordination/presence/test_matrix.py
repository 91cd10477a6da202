"""The matrix of who does what where: gaps, overlaps, protected services, exports, its form."""

import csv
from datetime import date
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.http import Http404

from protect.coordination.presence import actions, axes, facts, tables
from protect.coordination.presence.actions import PresenceValues
from protect.coordination.presence.enums import FocalRole
from protect.coordination.presence.errors import PresenceChanged, PresenceRefusal
from protect.coordination.presence.matrix import MatrixQuery, build_matrix, country_lines
from protect.coordination.presence.models import FocalPoint, Presence
from protect.directory.enums import Status
from protect.directory.models import Criterion, Service, ServiceArea
from protect.reference.models import Category
from protect.trainings.base.facts import FactQuery
from tests.coordination.cast import AT
from tests.vault.views.desk import words
from tests.verification.nights import entry

pytestmark = pytest.mark.django_db
ZAGREB = "HR-21"


def make_service(name, *categories, **given):
    service = entry(name, "HR", status=Status.PUBLISHED, **given)
    service.categories.set(Category.objects.filter(pk__in=categories))
    return service


def serve_area(service, **area):
    ServiceArea.objects.create(service=service, **area)


@pytest.fixture
def house(starter):
    """Return a shelter that serves one region."""
    Service.objects.filter(country="HR").delete()
    service = make_service("Demo house", "shelter")
    serve_area(service, area_id=next(iter(axes.regions("HR"))))
    return service


def cell(matrix, need, region):
    return next(each for each in matrix.cells if (each.need, each.region) == (need, region))


def test_a_region_without_an_organisation_is_a_gap_and_one_with_two_an_overlap(house):
    first, second = list(axes.regions("HR"))[:2]
    line = make_service("Demo line", "crisis-line")
    serve_area(line, area_id=first)

    matrix = build_matrix(MatrixQuery("HR", need="safe-place"))

    assert cell(matrix, "safe-place", second).is_gap
    assert cell(matrix, "safe-place", first).is_overlap == (
        house.organisation_id != line.organisation_id
    )
    assert len(matrix.gaps) == len(axes.regions("HR")) - 1


def test_an_organisation_of_the_whole_country_leaves_no_gap(house):
    national = make_service("Demo national line", "helpline", scope="national")

    matrix = build_matrix(MatrixQuery("HR", need="talk"))

    assert not matrix.gaps
    assert {line.region for line in matrix.lines} == {""}
    assert {line.organisation for line in matrix.lines} == {national.organisation_id}


def test_unpublished_services_are_not_in_the_matrix(house):
    Service.objects.filter(pk=house.pk).update(status=Status.SUSPENDED)

    assert not country_lines("HR")


def test_a_protected_service_is_shown_no_finer_than_a_coarse_region(house, monkeypatch):
    from protect.coordination.presence import matrix

    Service.objects.filter(pk=house.pk).update(address_audience="never_stored")
    monkeypatch.setattr(matrix.lookup, "coarse_areas", lambda country: ())

    (line,) = country_lines("HR")

    assert line.region == axes.WHOLE_COUNTRY


def test_a_filter_by_group_keeps_services_that_name_the_group(house):
    assert not build_matrix(MatrixQuery("HR", group="m")).lines
    Criterion.objects.create(service=house, kind="gender", operator="includes", values=["m"])

    assert build_matrix(MatrixQuery("HR", group="m")).lines
    assert not build_matrix(MatrixQuery("HR", group="lgbtqi")).lines


def test_the_form_adds_capacity_funding_and_focal_points(cast, house):
    values = PresenceValues(
        0,
        {"safe-place": (8, date(2027, 1, 31))},
        {FocalRole.FIRST: ("Reception", "Reception@demo.example")},
    )

    actions.save_presence(cast.scope(), house.organisation, values, at=AT)

    (line,) = country_lines("HR")
    assert (line.capacity, line.funded_until) == (8, date(2027, 1, 31))
    assert FocalPoint.objects.get().mailbox == "reception@demo.example"
    with pytest.raises(PresenceChanged):
        actions.save_presence(cast.scope(), house.organisation, values, at=AT)
    assert Presence.objects.get().version == 1


def test_the_address_of_a_person_is_no_mailbox(cast, house):
    values = PresenceValues(0, {}, {FocalRole.FIRST: ("Reception", "bela@demo.example")})

    with pytest.raises(PresenceRefusal) as refusal:
        actions.save_presence(cast.scope(), house.organisation, values, at=AT)

    assert refusal.value.code == "coordination_mailbox_of_person"
    assert not Presence.objects.exists()


@pytest.mark.parametrize("name", ["bela", "chidi", "dana"])
def test_only_coordinators_of_the_country_fill_in_the_form(cast, house, name):
    with pytest.raises(Http404):
        actions.save_presence(cast.scope(name), house.organisation, PresenceValues(0), at=AT)
    assert not Presence.objects.exists()


def test_csv_and_xlsx_have_the_row_of_hashtags(cast, house):
    matrix = build_matrix(MatrixQuery("HR", need="safe-place"))

    rows = list(csv.reader(StringIO(tables.export_csv(matrix).lstrip("\ufeff"))))
    book = openpyxl.load_workbook(BytesIO(tables.export_xlsx(matrix, "ltr")))

    assert tuple(rows[1]) == tables.HASHTAGS
    assert rows[2][:3] == ["HR", house.organisation.name, "safe-place"]
    first, gaps = book.worksheets
    assert [each.value for each in first[2]] == list(tables.HASHTAGS)
    assert gaps[2][0].value == "#country+code"
    assert gaps.max_row == 2 + len(matrix.gaps)


def test_the_figure_counts_an_organisation_once_for_each_need(house):
    serve_area(house, area_id=list(axes.regions("HR"))[1])
    query = FactQuery(date(2026, 1, 1), date(2027, 1, 1), AT, frozenset({"HR"}))

    figure = facts.organisations_present(query)

    assert {key: value.numerator for key, value in figure.cells.items()} == {
        ("HR", "safe-place"): 1
    }


def test_all_users_read_the_matrix_and_coordinators_edit(cast, desks, house):
    path = f"/presence/organisations/{house.organisation_id}"

    for name, status in (("amal", 200), ("bela", 404), ("chidi", 404)):
        page = desks[name].get("/presence?country=HR")
        assert page.status_code == 200
        assert house.organisation.name in words(page)
        assert desks[name].get(path).status_code == status
        for address in ("/presence.csv", "/presence.xlsx", "/presence/focal-points"):
            assert desks[name].get(f"{address}?country=HR").status_code == 200
    saved = desks["amal"].post(
        path, **{"version": "0", "capacity-safe-place": "8", "position-first": "Reception"}
    )
    assert saved.status_code == 422
    saved = desks["amal"].post(path, **{"version": "0", "capacity-safe-place": "8"})
    assert saved.status_code == 302
    assert "8 people a month" in words(desks["bela"].get("/presence?country=HR"))


def test_a_region_of_another_country_is_left_out_and_unknown_codes_are_not_found(desks, starter):
    region = next(iter(axes.regions("BE")))

    assert desks["amal"].get(f"/presence?country=HR&region={region}").status_code == 200
    assert desks["amal"].get("/presence?country=XX").status_code == 404
    assert desks["amal"].get("/presence?country=HR&need=none").status_code == 404
