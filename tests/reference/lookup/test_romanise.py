import pytest
from hypothesis import given, strategies as st

from protect.reference.lookup.fold import fold
from protect.reference.lookup.romanise import MAX_SPELLINGS, romanise, skeletons


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Αθήνα", "athina"),
        ("Ευρυτανία", "evrytania"),
        ("Άγιος", "ayios"),  # as older maps write it
        ("София", "sofia"),
        ("Велико Търново", "veliko tarnovo"),
        ("Лейден", "leyden"),
        ("ቫሌታ", "valeta"),
        ("ማድሪድ", "madrid"),
        ("أثينا", "athina"),
        ("روما", "roma"),
        ("ডাবলিন", "dablin"),
        ("বোরিনো", "borino"),  # a vowel sign that Unicode takes apart
        ("ਡਬਲਿਨ", "dablin"),
    ],
)
def test_other_scripts_are_spelt_in_latin_letters(text, spelling):
    assert spelling in romanise(text)


def test_the_likeliest_greek_spelling_is_that_of_road_signs():
    assert romanise("Χαλκιδική")[0] == "chalkidiki"


def test_latin_text_is_only_folded():
    assert romanise("Łódź-Bałuty") == ("lodz baluty",)


def test_a_script_without_a_table_stays_as_it_is():
    assert romanise("布鲁塞尔") == ("布鲁塞尔",)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("لييج", "Liège"),
        ("ሊዬዥ", "Liège"),
        ("Лієж", "Liège"),
        ("فاليتا", "Valletta"),
        ("ቫሌታ", "Valletta"),
        ("أثينا", "Athína"),
        ("لوڈز", "Łódź"),
        ("وارسو", "Warsaw"),
        ("بولونيا", "Bologna"),
        ("خاين", "Jaén"),
        ("زغرب", "Zagreb"),
        ("মাদ্রিদ", "Madrid"),
    ],
)
def test_a_phonetic_spelling_has_the_same_consonants(typed, name):
    assert skeletons(typed) & skeletons(name)


@pytest.mark.parametrize(("typed", "name"), [("روما", "Milano"), ("مدريد", "Valencia")])
def test_different_names_do_not_share_their_consonants(typed, name):
    assert not skeletons(typed) & skeletons(name)


@given(st.text(max_size=200))
def test_spellings_are_folded_few_and_all_different(text):
    spellings = romanise(text)

    assert 1 <= len(spellings) <= MAX_SPELLINGS
    assert len(set(spellings)) == len(spellings)
    assert all(fold(spelling) == spelling for spelling in spellings if spelling.isascii())


@given(st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=1, max_size=20))
def test_arabic_letters_leave_ascii_only(text):
    assert all(spelling.isascii() for spelling in romanise(text))


@given(
    st.text(alphabet=st.characters(min_codepoint=0x1200, max_codepoint=0x1357, categories=["L"]))
)
def test_ethiopic_letters_leave_ascii_only(text):
    assert all(spelling.isascii() for spelling in romanise(text))
