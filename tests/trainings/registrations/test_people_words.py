"""Recognition of typed countries, languages, professions, sectors and ages."""

from collections import defaultdict

import pytest
from django.utils import translation
from hypothesis import given, strategies as st

from protect.reference import vocabulary as reference
from protect.reference.lookup.fold import fold
from protect.trainings.base import vocabulary as base_vocabulary
from protect.trainings.registrations import people_words
from protect.trainings.registrations.people_words import (
    read_age_band,
    read_country,
    read_language,
    read_profession,
    read_sector,
)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("social_worker", "social_worker"),
        ("Social worker", "social_worker"),
        (" INFIRMIÈRE ", "nurse"),
        ("Sage-femme", "midwife"),
        ("قابلة", "midwife"),
        ("Медицинска сестра", "nurse"),
        ("-", ""),
        ("Not said", ""),
        ("demo astronaut", None),
    ],
)
def test_profession_is_recognised_in_common_spellings(typed, code):
    assert read_profession(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Santé", "health"), ("ONG", "civil_society"), ("ngo", "civil_society"), ("moon", None)],
)
def test_sector_is_recognised_in_common_spellings(typed, code):
    assert read_sector(typed) == code


@pytest.mark.parametrize(
    ("typed", "band"),
    [
        ("25-49", "25-49"),
        ("25–49", "25-49"),
        ("25 to 49 years", "25-49"),
        ("50+", "50-up"),
        ("50-up", "50-up"),
        ("34", "25-49"),
        ("٣٤", "25-49"),
        ("18", "18-24"),
        ("11", None),
        ("1990", None),
        ("young", None),
    ],
)
def test_age_is_recognised_as_years_or_band(typed, band):
    assert read_age_band(typed) == band


@pytest.mark.parametrize("named", [people_words.profession_records, people_words.sector_records])
def test_no_word_means_two_codes(named):
    meant = defaultdict(set)
    for code, record in named().items():
        for word in (code, *record.names):
            meant[fold(word)].add(code)

    assert {word: codes for word, codes in meant.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(
    ("choices", "understand"),
    [
        (people_words.profession_choices, read_profession),
        (people_words.sector_choices, read_sector),
        (people_words.age_band_choices, read_age_band),
    ],
)
def test_labels_of_all_desk_languages_are_recognised(choices, understand, settings):
    for tag in settings.DESK_LANGUAGES:
        with translation.override(tag):
            assert {code: understand(word) for code, word in choices()} == {
                code: code for code, _word in choices()
            }


@given(st.integers(16, 999))
def test_every_age_belongs_to_one_band(years):
    band = base_vocabulary.participant_age_bands()[read_age_band(str(years)) or ""]

    assert band.since <= years
    assert band.until is None or years <= band.until


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("be", "BE"),
        ("Belgium", "BE"),
        ("Belgique", "BE"),
        ("  BELGIË ", "BE"),
        ("بلجيكا", "BE"),
        ("Österreich", None),  # not of the consortium
        ("B", None),
        ("", ""),
    ],
)
def test_country_is_recognised_by_code_and_name(typed, code):
    assert read_country(typed) == code


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("fr", "fr"),
        ("French", "fr"),
        ("français", "fr"),
        ("Frans", "fr"),
        ("tigrinya", "ti"),
        ("ትግርኛ", "ti"),
        ("Klingon", None),
        ("", ""),
    ],
)
def test_language_is_recognised_by_tag_and_name(typed, tag):
    assert read_language(typed) == tag


def test_every_code_is_recognised_as_itself():
    for code in reference.countries():
        assert read_country(code) == code
    for tag in reference.languages():
        assert read_language(tag) == tag
