from __future__ import annotations

import pytest


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
def test_numbers_are_kept_as_they_can_be_dialled(draft_of, country, cell, expected):
    assert draft_of(country=country, phones=cell).phones == tuple(expected)


@pytest.mark.parametrize(
    ("country", "cell", "code", "says"),
    [
        ("BE", "22194340|voice", "phone_leading_zero", "is it +3222194340?"),
        ("NL", "612345678|voice", "phone_leading_zero", "is it +31612345678?"),
        ("BE", "3222194340|voice", "phone_bad", "is it +3222194340?"),
        ("BE", "003222194340|voice", "phone_bad", "is it +3222194340?"),
        ("BE", "0032 (0)2 219 43 40|voice", "phone_bad", "is it +3222194340?"),
        ("BE", "+321|voice", "phone_bad", "+"),
        ("BE", "call us|voice", "phone_bad", "no phone number"),
        ("BE", "٠٢٥٥٥|voice", "phone_bad", "no phone number"),
        ("BE", "+3225550000|fax", "unknown_code", "voice"),
    ],
)
def test_a_number_that_cannot_be_dialled_keeps_the_row_out(read_row, country, cell, code, says):
    found = read_row(country=country, phones=cell)

    assert found.draft is None
    assert codes(found) == [code]
    assert says in f"{found.troubles[0].problem} {found.troubles[0].remedy}"


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("email", "info at demo.example", "email_bad"),
        ("email", "a@b", "email_bad"),
        ("website", "www.demo.example", "website_bad"),
        ("website", "javascript:alert(1)", "website_bad"),
        ("website", "https://demo example.org", "website_bad"),
        ("website", "https://[demo", "website_bad"),
        ("source_url", "see the leaflet", "website_bad"),
    ],
)
def test_a_bad_address_keeps_the_row_out(read_row, column, value, code):
    found = read_row(**{column: value})

    assert (found.draft, codes(found), found.troubles[0].column) == (None, [code], column)


def test_a_landline_of_a_shelter_is_pointed_out(read_row):
    found = read_row(categories="shelter", phones="+3242221733|voice")

    assert codes(found) == ["shelter_landline"]
    assert found.draft is not None


@pytest.mark.parametrize("phones", ["+32470123456|voice", "1712|voice", "+3280030030|voice"])
def test_other_numbers_of_a_shelter_are_not(read_row, phones):
    assert codes(read_row(categories="shelter", phones=phones)) == []
