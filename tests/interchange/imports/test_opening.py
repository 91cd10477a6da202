import pytest


def test_readable_hours_are_stored_unchanged(draft_of):
    draft = draft_of(opening_hours="Mo-Fr 09:00-17:00")

    assert draft.opening_hours == ("phone", "Mo-Fr 09:00-17:00", False, "")


def test_blank_hours_make_no_schedule(draft_of):
    assert draft_of().opening_hours is None


def test_unreadable_hours_are_stored_as_a_note(read_row):
    found = read_row(opening_hours="weekdays nine to five")

    [trouble] = found.troubles
    assert (trouble.code, trouble.refuses) == ("hours_bad", False)
    assert found.draft.opening_hours == ("phone", "", False, "weekdays nine to five")


def test_hours_that_override_their_holiday_rule_are_a_warning(read_row):
    found = read_row(opening_hours="PH off; Mo-Fr 09:00-17:00")

    assert [trouble.code for trouble in found.troubles] == ["hours_doubtful"]
    assert found.draft.opening_hours.expression == "PH off; Mo-Fr 09:00-17:00"


@pytest.mark.parametrize(
    ("changes", "channel"),
    [
        ({}, "phone"),  # a line without a place
        ({"city": "Liège"}, "visit"),
        ({"city": "Liège", "categories": "helpline"}, "phone"),
        ({"city": "Liège", "categories": "helpline", "address": "Demo Street 5"}, "visit"),
        ({"city": "Liège", "categories": "shelter"}, "phone"),  # nobody knows its door
        ({"city": "Liège", "categories": "shelter", "phones": ""}, "visit"),
    ],
)
def test_channel_of_hours_follows_from_the_location(draft_of, changes, channel):
    assert draft_of(opening_hours="24/7", **changes).opening_hours.channel == channel


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By appointment at the clinic", True),
        ("Make an appointment first", True),
        ("Book a visit in advance.", True),
        ("Call or e-mail for an appointment", True),
        ("Call or appointment", False),
        ("Walk in without appointment", False),
        ("Call", False),
    ],
)
def test_visits_are_by_appointment_only_if_no_other_way_is_offered(draft_of, text, expected):
    opening = draft_of(city="Liège", how_to_access=text, opening_hours="24/7").opening_hours

    assert opening.by_appointment is expected


def test_phone_line_that_gives_appointments_is_open_to_callers(draft_of):
    opening = draft_of(how_to_access="Call for an appointment.", opening_hours="24/7").opening_hours

    assert (opening.channel, opening.by_appointment) == ("phone", False)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", ()),
        ("fr;nl", (("fr", ""), ("nl", ""))),
        ("el;ar[Mo,Th 09:00-11:00]", (("el", ""), ("ar", "Mo,Th 09:00-11:00"))),
        (
            "ar[Mo 09:00-11:00; Th 14:00-16:00];fa",
            (("ar", "Mo 09:00-11:00; Th 14:00-16:00"), ("fa", "")),
        ),
        ("pso", (("pso", ""),)),  # a sign language that no interface has
        ("fr;fr", (("fr", ""),)),
    ],
)
def test_languages_are_read_with_their_hours(draft_of, cell, expected):
    assert draft_of(languages=cell).languages == expected


@pytest.mark.parametrize("cell", ["ar[mornings]", "ar[]"])
def test_language_with_unreadable_hours_is_not_imported_but_noted(read_row, cell):
    found = read_row(languages=f"fr;{cell}", notes="A note.")

    assert [trouble.code for trouble in found.troubles] == ["window_bad"]
    assert found.draft.languages == (("fr", ""),)
    assert found.draft.texts["desk_notes"] == f"A note.\nlanguages: {cell}"


@pytest.mark.parametrize(
    ("cell", "nearest"),
    [("arabic", "ar"), ("العربية الفصحى", "ar"), ("tigrigna", "ti"), ("fra", "fr")],
)
def test_unknown_language_suggests_the_three_nearest(read_row, cell, nearest):
    found = read_row(languages=cell)

    [trouble] = found.troubles
    proposals = trouble.remedy.removeprefix("write one of: ").removesuffix(".").split(", ")
    assert (found.draft, trouble.code, len(proposals)) == (None, "unknown_code", 3)
    assert nearest in proposals


def test_language_with_a_stray_bracket_refuses_the_row(read_row):
    found = read_row(languages="fr]")

    assert (found.draft, found.troubles[0].code) == (None, "unknown_code")
