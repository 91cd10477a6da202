import pytest

from protect.kernel.text import plain_isolated_number


def codes(found):
    return [trouble.code for trouble in found.troubles]


@pytest.mark.parametrize(
    ("country", "cell", "expected"),
    [
        ("BE", "+3225550000|voice", [("+3225550000", "voice")]),
        ("BE", "+32 2 555.00-00", [("+3225550000", "voice")]),  # blanks and no kind
        ("BE", "02 555 00 00|voice", [("+3225550000", "voice")]),  # can be called from abroad
        ("GR", "15900|voice", [("15900", "voice")]),
        ("GR", "1056|voice", [("1056", "voice")]),
        ("ES", "016|voice;+34600000016|whatsapp", [("016", "voice"), ("+34600000016", "whatsapp")]),
        ("NL", "09008844|voice", [("09008844", "voice")]),  # as dialled: not from abroad
        ("IE", "1800666666|voice;50101|text", [("1800666666", "voice"), ("50101", "text")]),
        ("BE", "112|voice;112|voice", [("112", "voice")]),
        ("BE", "", []),
    ],
)
def test_numbers_are_stored_in_a_form_that_can_be_dialled(draft_of, country, cell, expected):
    assert draft_of(country=country, phones=cell).phones == tuple(expected)


@pytest.mark.parametrize(
    ("country", "cell", "code", "says"),
    [
        ("BE", "22194340|voice", "phone_leading_zero", "if +3222194340 is meant"),
        ("NL", "612345678|voice", "phone_leading_zero", "if +31612345678 is meant"),
        ("BE", "3222194340|voice", "phone_bad", "if +3222194340 is meant"),
        ("BE", "003222194340|voice", "phone_bad", "if +3222194340 is meant"),
        ("BE", "0032 (0)2 219 43 40|voice", "phone_bad", "if +3222194340 is meant"),
        ("BE", "+321|voice", "phone_bad", "+"),
        ("BE", "call us|voice", "phone_bad", "is not a phone number"),
        ("BE", "٠٢٥٥٥|voice", "phone_bad", "is not a phone number"),
        ("BE", "+3225550000|fax", "unknown_code", "voice"),
    ],
)
def test_undiallable_number_refuses_the_row(read_row, country, cell, code, says):
    found = read_row(country=country, phones=cell)

    assert found.draft is None
    assert codes(found) == [code]
    assert says in f"{found.troubles[0].problem} {found.troubles[0].remedy}"


ASKED = [
    # As it may be without its zero, with it; numbers that nobody is known to have.
    ("IT", "362621494", "+39 0362 621494", "+39 362 621 494"),
    ("IT", "362 621494", "+39 0362 621494", "+39 362 621 494"),
    ("IT", "331234567", "+39 0331 234567", "+39 331 234 567"),
    ("IT", "39362621494", "+39 0362 621494", "+39 362 621 494"),
    ("IT", "199123456", "+39 019 912 3456", "+39 199 123 456"),
]


@pytest.mark.parametrize(("country", "cell", "whole", "other"), ASKED)
def test_number_that_may_lack_a_zero_is_refused_with_both_readings(
    read_row, country, cell, whole, other
):
    found = read_row(country=country, phones=cell)

    assert found.draft is None
    assert codes(found) == ["phone_leading_zero"]
    assert f"{cell}” may have lost its leading zero" in found.troubles[0].problem
    assert plain_isolated_number(whole) in found.troubles[0].remedy
    assert plain_isolated_number(other) in found.troubles[0].remedy


@pytest.mark.parametrize(("country", "cell", "whole", "other"), ASKED)
def test_both_proposed_readings_of_a_lost_zero_are_accepted(draft_of, country, cell, whole, other):
    for answer in (whole, other, plain_isolated_number(whole), plain_isolated_number(other)):
        dialled = "".join(char for char in answer if char in "+0123456789")
        assert draft_of(country=country, phones=answer).phones == ((dialled, "voice"),)


@pytest.mark.parametrize(
    ("country", "cell", "expected"),
    [
        ("IT", "3471234567", "+393471234567"),  # as long as a mobile number is
        ("IT", "3451234567", "+393451234567"),  # 0345 is a prefix too, 0345 1234567 too long
        ("IT", "3980012345", "+393980012345"),  # begins like a number with its country
        ("IT", "340123456", "+39340123456"),  # short, but 0340 is no prefix
        ("IT", "0362621494", "+390362621494"),
        ("IT", "+39362621494", "+39362621494"),  # said on purpose
        ("IT", "800123456", "800123456"),
        ("ES", "912345678", "+34912345678"),
        ("ES", "612345678", "+34612345678"),
        ("PL", "221234567", "+48221234567"),
        ("GR", "2101234567", "+302101234567"),
        ("MT", "21234567", "+35621234567"),
    ],
)
def test_unambiguous_number_is_accepted(draft_of, country, cell, expected):
    assert draft_of(country=country, phones=cell).phones == ((expected, "voice"),)


@pytest.mark.parametrize(
    ("country", "cell", "expected"),
    [
        ("IT", "212345678", "+390212345678"),
        ("IT", "669812345", "+390669812345"),
        ("BE", "470123456", "+32470123456"),
        ("BG", "888123456", "+359888123456"),
        ("BG", "29812345", "+35929812345"),
        ("HR", "14567890", "+38514567890"),
        ("HR", "981234567", "+385981234567"),
        ("HU", "302345678", "+36302345678"),  # 06 is dialled first
        ("HU", "12345678", "+3612345678"),
        ("IE", "14567890", "+35314567890"),
        ("IE", "861234567", "+353861234567"),
        ("NL", "201234567", "+31201234567"),
        ("SI", "14321234", "+38614321234"),
        ("SI", "31234567", "+38631234567"),
    ],
)
def test_missing_trunk_prefix_is_proposed(read_row, country, cell, expected):
    found = read_row(country=country, phones=cell)

    assert (found.draft, codes(found)) == (None, ["phone_leading_zero"])
    assert found.troubles[0].fillers["proposal"] == expected


def test_no_number_is_proposed_for_other_text(read_row):
    found = read_row(country="PL", phones="0221234567")

    assert (found.draft, codes(found)) == (None, ["phone_bad"])
    assert "proposal" not in found.troubles[0].fillers


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("email", "info at demo.example", "email_bad"),
        ("email", "a@b", "email_bad"),
        ("website", "www demo example", "website_bad"),
        ("website", "javascript:alert(1)", "website_bad"),
        ("website", "https://demo example.org", "website_bad"),
        ("website", "https://[demo", "website_bad"),
        ("source_url", "see the leaflet", "website_bad"),
    ],
)
def test_invalid_mail_or_web_address_refuses_the_row(read_row, column, value, code):
    found = read_row(**{column: value})

    assert (found.draft, codes(found), found.troubles[0].column) == (None, [code], column)


def test_landline_of_a_shelter_is_a_warning(read_row):
    found = read_row(categories="shelter", phones="+3242221733|voice")

    assert codes(found) == ["shelter_landline"]
    assert found.draft is not None


@pytest.mark.parametrize("phones", ["+32470123456|voice", "1712|voice", "+3280030030|voice"])
def test_other_numbers_of_a_shelter_are_not_a_warning(read_row, phones):
    assert codes(read_row(categories="shelter", phones=phones)) == []


BOTH = [("+3225550000", "voice"), ("+32470123456", "voice")]


@pytest.mark.parametrize(
    "cell",
    [
        "02 555 00 00 / 0470 12 34 56",
        "02 555 00 00/0470 12 34 56",
        "02/555.00.00 / 0470/12.34.56",
        "02 555 00 00, 0470 12 34 56",
        "02 555 00 00\n0470 12 34 56",
        "02 555 00 00 - 0470 12 34 56|voice",
        "+32 2 555 00 00 / +32 470 12 34 56",
    ],
)
def test_several_numbers_in_a_cell_are_split_with_a_warning(read_row, cell):
    found = read_row(country="BE", phones=cell)

    assert found.draft.phones == tuple(BOTH)
    assert codes(found) == ["phones_split"]
    assert all(number in found.troubles[0].problem for number, _kind in BOTH)


def test_numbers_separated_by_semicolons_need_no_warning(read_row):
    found = read_row(country="BE", phones="02 555 00 00; 0470 12 34 56")

    assert (found.draft.phones, codes(found)) == (tuple(BOTH), [])


def test_number_with_a_slash_is_not_split(read_row):
    found = read_row(country="BE", phones="02/555.00.00")

    assert (found.draft.phones, codes(found)) == (tuple(BOTH[:1]), [])


@pytest.mark.parametrize(
    "cell",
    [
        "02 555 00 00 / 68",  # its neighbour, or an extension
        "02 555 00 00, ask for Demo",
        "02 555 00 00 0470 12 34 56",
        "02 555 00 00 / 999 12 34 56",
        "02 123 45 67 / 0470 12 34 56",  # the first is nobody's
    ],
)
def test_cell_that_cannot_be_split_for_certain_refuses_the_row(read_row, cell):
    found = read_row(country="BE", phones=cell)

    assert found.draft is None
    assert codes(found) == ["phone_bad"]
    assert (found.number, found.troubles[0].column) == (2, "phones")
    assert found.troubles[0].remedy


@pytest.mark.parametrize(
    "typed", ["www.demo.example", "demo.example/help?a=1", "demo.example:8080"]
)
def test_web_address_without_a_scheme_gets_https_with_a_warning(read_row, typed):
    found = read_row(website=typed)

    assert found.draft.texts["website"] == f"https://{typed}"
    assert codes(found) == ["website_scheme"]


@pytest.mark.parametrize("typed", ["none", "n.v.t.", "demo example", "a@demo.example", "ftp://x.y"])
def test_other_text_gets_no_scheme(read_row, typed):
    found = read_row(website=typed)

    assert found.draft is None
    assert codes(found) == ["website_bad"]


# --- names of shelters ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Demo Refuge Liège", "Opvang Luik", "Vluchthuis Kerkstraat", "Maison rue Haute"]
)
@pytest.mark.parametrize("column", ["service", "organisation"])
def test_town_or_street_in_a_shelter_name_is_a_warning_without_quote(read_row, column, name):
    found = read_row(categories="shelter", phones="+32470123456", **{column: name})

    if "rue" in name:  # reads like an address
        assert codes(found) == ["shelter_name_tells", "cell_missing"]
        return
    assert found.draft.is_shelter
    assert codes(found) == ["shelter_name_place"]
    assert found.troubles[0].column == column
    problem_text = f"{found.troubles[0].problem} {found.troubles[0].remedy}"
    assert not any(word in problem_text for word in ("Liège", "Luik", "Kerkstraat"))


@pytest.mark.parametrize("name", ["Demo Refuge", "St Mary House", "A safe place", "Way out"])
def test_shelter_name_without_a_town_or_street_has_no_warning(read_row, name):
    assert codes(read_row(categories="shelter", service=name, phones="+32470123456")) == []


def test_name_of_another_service_may_contain_a_town(read_row):
    assert codes(read_row(service="Demo Counselling Liège")) == []
