import pytest

from protect.directory.enums import CriterionKind, Fact, Mode


def condition(draft, kind):
    found = [each for each in draft.conditions if each.kind == kind]
    return found[0] if found else None


@pytest.mark.parametrize(
    ("cell", "operator", "values"),
    [("all", "all", ()), ("women", "only", ("f",)), ("men", "only", ("m",))],
)
def test_genders_served_become_a_criterion(draft_of, cell, operator, values):
    stated = condition(draft_of(genders_served=cell), CriterionKind.GENDER)

    assert (stated.operator, stated.values) == (operator, values)


@pytest.mark.parametrize(
    ("cell", "operator", "values"),
    [
        ("any", "all", ()),
        ("undocumented-accepted", "includes", ("undocumented",)),
        ("temporary-protection", "only", ("temporary_protection",)),
    ],
)
def test_legal_status_becomes_a_criterion(draft_of, cell, operator, values):
    stated = condition(draft_of(legal_status=cell), CriterionKind.LEGAL_STATUS)

    assert (stated.operator, stated.values) == (operator, values)


def test_blank_cells_make_no_criterion(draft_of):
    blank = draft_of(genders_served="", legal_status="unknown", tells_police="unknown")

    assert blank.conditions == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"minimum_age": "14"}, (14, None)),
        ({"maximum_age": "25"}, (None, 25)),
        ({"minimum_age": "18", "maximum_age": "25"}, (18, 25)),
        ({"audience": "girls;boys"}, (None, 17)),
        ({"audience": "boys"}, (None, 17)),
        ({"audience": "girls;boys;refugees"}, (None, 17)),
        ({"audience": "girls;boys", "maximum_age": "24"}, (None, 24)),
        ({"audience": "girls;boys", "minimum_age": "4"}, (4, 17)),
        ({"audience": "girls;boys;everyone"}, None),
        ({"audience": "women;girls"}, None),
    ],
)
def test_age_range_is_stated_or_derived_from_girls_and_boys(draft_of, changes, expected):
    stated = condition(draft_of(**changes), CriterionKind.AGE)

    assert (stated and (stated.minimum, stated.maximum)) == expected


ASYLUM = "Only for people who asked for asylum or have international protection."


def test_known_sentence_of_restrictions_becomes_a_criterion_and_is_kept(draft_of):
    draft = draft_of(restrictions=f"This is a state office. {ASYLUM}")

    stated = condition(draft, CriterionKind.LEGAL_STATUS)
    assert (stated.operator, stated.values) == ("only", ("asylum_seeker", "refugee"))
    assert draft.texts["restrictions"] == f"This is a state office. {ASYLUM}"


def test_column_takes_precedence_over_a_sentence(draft_of):
    draft = draft_of(restrictions=ASYLUM, legal_status="any")

    assert [each.operator for each in draft.conditions] == ["all"]


def test_sentence_about_people_who_use_violence_adds_a_category(draft_of):
    sentence = "People who use violence may also call this line."

    assert draft_of(restrictions=sentence).categories[-1] == "for-people-who-use-violence"


@pytest.mark.parametrize(
    ("hours", "sentence", "channel"),
    [
        ("24/7", "The hours shown are those of the telephone line: call before you go.", "phone"),
        ("24/7", "Police officers may also come to the first meeting.", "visit"),
        ("Mo-Fr 09:00-17:00", "The office is closed at some hours: call before you go.", "visit"),
    ],
)
def test_hours_day_and_night_are_for_calls_if_a_sentence_states_it(
    draft_of, hours, sentence, channel
):
    draft = draft_of(
        restrictions=sentence, opening_hours=hours, city="Liège", phones="+3242221111|voice"
    )

    assert draft.opening_hours.channel == channel


@pytest.mark.parametrize(
    "changes",
    [
        {"minimum_age": "young"},
        {"minimum_age": "-1"},
        {"maximum_age": "9" * 3000},
        {"maximum_age": "121"},
        {"maximum_age": "17.5"},
        {"minimum_age": "30", "maximum_age": "20"},
        {"minimum_age": "18", "audience": "girls;boys"},
    ],
)
def test_invalid_age_refuses_the_row(read_row, changes):
    found = read_row(**changes)

    assert (found.draft, found.troubles[0].code) == (None, "age_bad")


@pytest.mark.parametrize(
    ("audience", "categories", "takes_children"),
    [
        ("women;girls;boys", "shelter", True),
        ("everyone;girls;boys", "shelter", True),
        ("women;girls", "shelter", False),
        ("girls;boys", "shelter", False),
        ("women;girls;boys", "helpline", False),
    ],
)
def test_shelter_for_adults_girls_and_boys_accepts_children(
    draft_of, audience, categories, takes_children
):
    draft = draft_of(audience=audience, categories=categories)

    stated = condition(draft, CriterionKind.CHILDREN)
    assert (stated is not None and stated.answer == "yes") is takes_children


@pytest.mark.parametrize(
    ("audience", "is_specialised"),
    [("lgbtqi", True), ("lgbtqi;women", False), ("lgbtqi;everyone", False), ("women", False)],
)
def test_only_a_service_solely_for_lgbtqi_people_is_specialised(draft_of, audience, is_specialised):
    draft = draft_of(audience=audience)

    stated = condition(draft, CriterionKind.GROUP)
    assert (stated is not None) is is_specialised
    assert draft.texts["audience_note"] == audience.replace(";", ", ")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"tells_police": "yes"}, ("yes", "")),
        ({"tells_police": "no"}, ("no", "")),
        (
            {"tells_police": "in-these-cases", "restrictions": "Grave cases."},
            ("in_these_cases", "Grave cases."),
        ),
        ({"categories": "police"}, ("yes", "")),
        ({"categories": "police", "tells_police": "no"}, ("yes", "")),
    ],
)
def test_reporting_to_police_is_stated_or_a_duty_of_the_police(draft_of, changes, expected):
    stated = condition(draft_of(**changes), CriterionKind.TELLS_POLICE)

    assert (stated.answer, stated.note) == expected


def test_reporting_to_migration_authority_is_read_separately(draft_of):
    draft = draft_of(categories="police", tells_migration_authority="no")

    assert condition(draft, CriterionKind.TELLS_MIGRATION).answer == "no"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", []),
        ("free", [{"kind": "free", "note": ""}]),
        ("Free (80 number)", [{"kind": "free", "note": "Free (80 number)"}]),
        ("standard call rate", [{"kind": "", "note": "standard call rate"}]),
        ("advice free, local rate", [{"kind": "", "note": "advice free, local rate"}]),
    ],
)
def test_cost_is_free_or_the_words_of_the_source(draft_of, cell, expected):
    assert draft_of(cost=cell).facts[Fact.COST]["costs"] == expected


@pytest.mark.parametrize(
    ("changes", "modes"),
    [
        ({"phones": ""}, []),
        ({}, [Mode.PHONE]),
        ({"how_to_access": "Call or chat"}, [Mode.PHONE, Mode.CHAT]),
        ({"phones": "+32470123456|whatsapp"}, [Mode.TEXT]),
        ({"phones": "", "description": "Write by WhatsApp."}, [Mode.TEXT]),
        ({"city": "Liège"}, [Mode.IN_PERSON, Mode.PHONE]),
        ({"city": "Liège", "categories": "helpline"}, [Mode.PHONE]),
        (
            {"categories": "helpline", "how_to_access": "Call or visit."},
            [Mode.IN_PERSON, Mode.PHONE],
        ),
        ({"how_to_access": "Call, or visit a police station"}, [Mode.PHONE]),
        ({"phones": "", "how_to_access": "Visit the website"}, []),
        ({"categories": "shelter", "phones": ""}, [Mode.IN_PERSON]),
        ({"phones": "", "description": "Outreach at night."}, [Mode.OUTREACH]),
    ],
)
def test_modes_follow_from_the_cells_of_a_row(draft_of, changes, modes):
    assert list(draft_of(**changes).modes) == modes


@pytest.mark.parametrize(
    ("column", "value", "nearest"),
    [
        ("categories", "sheltr", "shelter"),
        ("country", "BEL", "BE"),
        ("genders_served", "woman", "women"),
        ("legal_status", "undocumented", "undocumented-accepted"),
        ("tells_police", "sometimes", "in-these-cases"),
        ("tells_migration_authority", "ja", "yes"),
        ("audience", "child", "girls"),
        ("professionals_only", "maybe", "no"),
        ("confidence", "mid", "medium"),
        ("location_precision", "door", "city"),
    ],
)
def test_unknown_code_suggests_similar_codes(read_row, column, value, nearest):
    found = read_row(**{column: value})

    trouble = found.troubles[0]
    assert (found.draft, trouble.code, trouble.column) == (None, "unknown_code", column)
    assert nearest in trouble.remedy


def test_european_code_of_greece_is_read(draft_of):
    assert draft_of(country="EL", phones="15900").country == "GR"


@pytest.mark.parametrize(
    ("changes", "is_reference"),
    [
        ({"categories": "emergency"}, True),
        ({"categories": "emergency;police", "source_id": "be-002"}, True),
        ({"categories": "emergency;police"}, False),  # not in countries.toml: nothing is lost
        ({"categories": "emergency;housing"}, False),
        ({"categories": "police", "source_id": "be-002"}, False),
    ],
)
def test_emergency_numbers_are_reference_data(read_row, changes, is_reference):
    found = read_row(**changes)

    assert (found.state == "reference") is is_reference
    assert (found.draft is None) is is_reference


def test_service_with_an_emergency_category_loses_only_that_category(draft_of):
    assert draft_of(categories="emergency;housing").categories == ("housing",)
