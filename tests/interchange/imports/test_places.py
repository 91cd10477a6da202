import pytest

LIEGE, BRUSSELS = 180_000, 1_000_000
AT_LIEGE = {"latitude": "50.63", "longitude": "5.57"}


def codes(found):
    return [trouble.code for trouble in found.troubles]


@pytest.mark.parametrize("name", ["Liège", "liege", "Luik", "LÜTTICH"])
def test_city_is_found_by_any_of_its_names(draft_of, name):
    spot = draft_of(city=name).location

    assert (spot.place.id, spot.city) == (LIEGE, name)


def test_misspelt_city_is_not_found(read_row):
    found = read_row(city="Liège-Bains")

    assert codes(found) == ["place_unknown"]
    assert (found.draft.location.place, found.draft.location.city) == (None, "Liège-Bains")


def test_homonyms_are_listed_and_none_is_chosen(read_row):
    found = read_row(city="Saint-Nicolas")

    [trouble] = found.troubles
    assert (trouble.code, found.draft.location.place) == ("place_ambiguous", None)
    assert "BE-WLG" in trouble.problem
    assert "BE-WLX" in trouble.problem


def test_coordinates_choose_among_homonyms(draft_of):
    spot = draft_of(city="Saint-Nicolas", latitude="49.9", longitude="5.6").location

    assert (spot.place.area, spot.latitude, spot.longitude) == ("BE-WLX", 49.9, 5.6)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"city": "Liège", "latitude": "5.57", "longitude": "50.63"}, "swapped"),
        ({"latitude": "5.57", "longitude": "50.63"}, "swapped"),
        ({"city": "Liège", "latitude": "41.9", "longitude": "12.5"}, "correct the city"),
        ({"latitude": "41.9", "longitude": "12.5"}, "correct the city"),
        ({"city": "Liège", "latitude": "50.63"}, "latitude first"),
        ({"city": "Liège", "latitude": "50,63", "longitude": "5,57"}, "latitude first"),
        ({"city": "Liège", "latitude": "nan", "longitude": "5.57"}, "latitude first"),
        ({"city": "Liège", "latitude": "95", "longitude": "5.57"}, "latitude first"),
    ],
)
def test_distant_point_refuses_the_row(read_row, changes, says):
    found = read_row(**changes)

    [trouble] = found.troubles
    assert (found.draft, trouble.code) == (None, "place_mismatch")
    assert says in trouble.remedy


def test_message_about_a_distant_point_shows_both_points(read_row):
    [trouble] = read_row(city="Liège", latitude="41.9", longitude="12.5").troubles

    assert "41.9, 12.5" in trouble.problem
    assert "50.63373, 5.56749" in trouble.problem


def test_row_without_a_place_has_no_location(draft_of):
    assert draft_of().location is None


def test_point_without_a_city_is_stored(draft_of):
    spot = draft_of(**AT_LIEGE).location

    assert (spot.place, spot.latitude, spot.longitude) == (None, 50.63, 5.57)


@pytest.mark.parametrize(
    "text", ["national", "National", "Belgium", "België", "Arlon and national"]
)
def test_national_words_mean_the_whole_country(draft_of, text):
    draft = draft_of(area_served=text)

    assert (draft.scope, draft.areas, draft.texts["area_note"]) == (
        "national",
        (("BE", None, None),),
        "",
    )


@pytest.mark.parametrize("text", ["national (several regions)", "national; named: Liège, Arlon"])
def test_remark_about_a_national_area_is_stored_for_the_desk(draft_of, text):
    draft = draft_of(area_served=text)

    assert draft.areas == (("BE", None, None),)
    assert draft.texts["desk_notes"] == f"area_served: {text}"


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        ("Wallonia", [(None, "BE-WAL", None)]),
        ("Flanders and Brussels", [(None, "BE-VLG", None), (None, None, BRUSSELS)]),
        ("Luxembourg province", [(None, "BE-WLX", None)]),
        ("Liège province", [(None, "BE-WLG", None)]),  # the region, not the town
        ("Liège city", [(None, None, LIEGE)]),  # the town, not the region
        ("Limburg", [(None, "BE-VLI", None)]),  # a town is also called so, in another language
        ("Arlon, Brussels", [(None, None, 29_000), (None, None, BRUSSELS)]),
    ],
)
def test_known_area_names_are_found_without_a_note(draft_of, text, areas):
    draft = draft_of(area_served=text)

    assert (draft.scope, list(draft.areas), draft.texts["area_note"]) == ("local", areas, "")


def test_remark_in_brackets_is_ignored_when_finding_areas(draft_of):
    draft = draft_of(area_served="Wallonia and Brussels (French-speaking)")

    assert len(draft.areas) == 2
    assert draft.texts["area_note"] == ""
    assert draft.texts["desk_notes"].endswith("Wallonia and Brussels (French-speaking)")


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        ("Liège", [(None, None, LIEGE)]),  # town or province: within the town both hold
        ("Liège area", [(None, None, LIEGE)]),
        ("Brussels; also takes people from Flanders", [(None, None, BRUSSELS)]),
        ("Brussels and surroundings", [(None, None, BRUSSELS)]),
        ("Saint-Nicolas", []),
        ("Arlon reception centre", []),
        ("the south", []),
        ("Luxemburg province", []),
    ],
)
def test_uncertain_area_is_stored_as_a_note(draft_of, text, areas):
    draft = draft_of(area_served=text)

    assert (list(draft.areas), draft.texts["area_note"]) == (areas, text)


def test_own_town_of_the_service_decides_homonyms(draft_of):
    draft = draft_of(
        city="Saint-Nicolas", latitude="49.9", longitude="5.6", area_served="Saint-Nicolas"
    )

    assert draft.areas == ((None, None, 9_000),)


def test_blank_area_is_unknown(draft_of):
    draft = draft_of(area_served="")

    assert (draft.areas, draft.texts["area_note"], draft.scope) == ((), "", "local")
