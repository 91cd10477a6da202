"""Places where a person does not want to go: quarters, what lies near, and who is told of it."""

import pytest

from protect.findhelp.addresses import find_place_codes
from protect.matching import published
from protect.matching.avoidance import build_avoidance
from protect.matching.conditions.places import avoids_places, is_only_remote
from protect.matching.conditions.truth import NO, UNKNOWN, YES
from protect.matching.questions import Wishes, build_query
from protect.reference.lookup import index, store
from tests.findhelp.test_details import text_of
from tests.findhelp.test_views import body
from tests.matching.cast import question

EIXAMPLE, BARCELONA, ANTWERP, BORGERHOUT, GHENT = 6544100, 3128760, 2803138, 2801471, 2797656


def truths_around(place):
    """Return, of each public service at one point, what is said of it to whom avoids a place, with
    its distance from the centre in kilometres and its settlement."""
    query = build_query(question(avoid=build_avoidance([str(place)])))
    for row in published.rows():
        if len(row.points) == 1 and not row.points[0].is_coarse and not is_only_remote(row):
            [point] = row.points
            here = index.PlaceRow(0, "", "", "", (), 0, point.latitude, point.longitude)
            km = index.distance_km(here, store.place_rows()[place])
            yield avoids_places(row, query), km, point.place


def test_the_town_of_an_avoided_quarter_is_never_surely_outside(starter, db):
    around = [(truth, km) for truth, km, place in truths_around(EIXAMPLE) if place == BARCELONA]

    assert {truth for truth, km in around if km < 1.5} == {NO}
    assert {truth for truth, km in around if km > 1.5} <= {UNKNOWN}
    far = [truth for truth, km, place in truths_around(BORGERHOUT) if place == ANTWERP and km > 5]
    assert set(far) <= {UNKNOWN}
    assert {truth for truth, _, place in truths_around(BORGERHOUT) if place == GHENT} == {YES}


def test_a_service_near_an_avoided_place_is_never_outside_it(starter, db):
    brussels = store.place_index().find("Brussels", "BE").best[0].id
    near = [truth for truth, km, place in truths_around(brussels) if km < 5 and place != brussels]

    assert near
    assert YES not in near


def test_a_part_of_a_name_that_few_have_is_meant_too(db):
    names = {store.place_rows()[int(code)].name for code in find_place_codes("Molenbeek", "BE")}

    assert {"Molenbeek-Saint-Jean", "Molenbeek-Wersbeek"} <= names
    assert len(find_place_codes("Saint", "BE")) < 3


def test_a_town_is_avoided_with_its_parts(db):
    avoided = build_avoidance([str(ANTWERP)])

    assert str(BORGERHOUT) in avoided.codes
    assert not avoided.towns & avoided.codes
    assert build_avoidance([]) is None


@pytest.mark.parametrize("typed", ["Limburg", "LIMBURG , Xyzzyville"])
def test_the_page_says_which_places_it_understood(public, code, typed):
    sent = public.post(f"/en/{code('Genk', 'BE')}-gk", {"avoid": typed})

    shown = text_of(body(public.get(sent.headers["Location"])))

    assert "Places where you do not want to go: Limburg · Limbourg" in shown


def test_every_settlement_and_area_of_a_name_is_avoided(db):
    for country, name in {("IT", "Villanova"), ("BE", "Luxembourg"), ("PL", "Lubusz")}:
        codes = find_place_codes(name, country)
        homonyms = {
            str(row.id)
            for row in store.place_rows().values()
            if row.country == country and name in {row.name, *row.local_names, *row.names}
        }
        areas = {
            area.code
            for area in store.areas().values()
            if area.country_id == country and name in {area.name, *area.names.split("|")}
        }
        assert homonyms | areas <= set(codes)
        assert Wishes(avoid=build_avoidance(codes)).avoid.codes >= homonyms | areas
