"""The areas that a service with a hidden address serves never reveal more than its coarse area."""

import pytest

from protect.directory.enums import AddressReaders, Fact
from protect.directory.fact_records.values import read_fact
from protect.directory.facts.eligibility import BLANK_AREA, ServiceArea, widen_areas
from protect.directory.protection.addresses import write_address
from protect.directory.services.actions.edits import write_fact
from protect.interchange.hsds.entries import read_entries, without_protected_places
from protect.matching import published
from protect.matching.services import store
from protect.reference.lookup import store as lookup
from tests.directory.demo import TUESDAY

pytestmark = pytest.mark.django_db


def shelter_of(services):
    return next(
        service
        for service in services.values()
        if service.address_audience == AddressReaders.NEVER_STORED
        and service.status == "published"
        and not service.professionals_only
    )


def village_of(country):
    rows = [row for row in lookup.place_rows().values() if row.country == country]
    return min((row for row in rows if row.population), key=lambda row: (row.population, row.id))


def is_coarse(area):
    country = area["area"] and lookup.areas()[area["area"]].country_id
    return not area["place"] and (not country or area["area"] in lookup.coarse_areas(country))


def test_circle_is_widened_to_the_smallest_coarse_area_around_it():
    town = lookup.place_index().find("Warsaw", "PL").best[0]
    circle = {**BLANK_AREA, "place": town.id, "radius_km": 10}

    assert widen_areas([circle, {**circle, "radius_km": 11}]) == [{**BLANK_AREA, "area": "PL-14"}]
    assert widen_areas([{**circle, "radius_km": 400}]) == []
    assert widen_areas([{**BLANK_AREA, "area": "HR-04"}, circle]) == []
    assert widen_areas([{**BLANK_AREA, "country": "PL"}]) == [{**BLANK_AREA, "country": "PL"}]


def test_editing_the_areas_of_a_shelter_stores_a_coarse_area(demo_services):
    shelter = shelter_of(demo_services)
    village = village_of(shelter.country_id)
    fine = {**BLANK_AREA, "place": village.id, "radius_km": 3}

    write_fact(shelter, Fact.ELIGIBILITY, {"areas": [fine]}, at=TUESDAY)

    assert all(map(is_coarse, read_fact(shelter, Fact.ELIGIBILITY)["areas"]))


def test_stored_fine_area_of_a_shelter_is_published_as_a_coarse_area(demo_services):
    shelter = shelter_of(demo_services)
    village = village_of(shelter.country_id)
    shelter.areas.all().delete()
    for radius in (3, 4):
        ServiceArea.objects.create(service=shelter, place_id=village.id, radius_km=radius)

    [row] = store.read([shelter.pk])
    [entry] = read_entries(type(shelter).objects.filter(pk=shelter.pk))
    published = without_protected_places(entry).related["areas"]

    assert all(reach.area and reach.radius_km is None for reach in row.areas)
    assert [each.area_id for each in published] == [reach.area for reach in row.areas]
    assert not any(each.place_id or each.radius_km for each in published)


def test_hiding_the_address_widens_served_areas(demo_services):
    service = next(
        service
        for service in demo_services.values()
        if service.address_audience == AddressReaders.PUBLIC
    )
    village = village_of(service.country_id)
    fine = {**BLANK_AREA, "place": village.id, "radius_km": 3}
    write_fact(service, Fact.ELIGIBILITY, {"areas": [fine]}, at=TUESDAY)
    assert read_fact(service, Fact.ELIGIBILITY)["areas"] == [fine]

    write_address(service, {"audience": AddressReaders.PROFESSIONALS}, at=TUESDAY)

    assert all(map(is_coarse, read_fact(service, Fact.ELIGIBILITY)["areas"]))


def test_imported_shelters_have_only_coarse_areas(starter):
    shelters = [row for row in published.rows() if any(each.is_coarse for each in row.points)]
    named = [area for row in shelters for area in row.areas if not area.is_whole_country]

    assert len(named) > 5
    assert all(each.area in lookup.coarse_areas(each.country) for each in named)
