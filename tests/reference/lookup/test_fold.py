import pytest
from hypothesis import given, strategies as st

from protect.reference.lookup.fold import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Łódź", "LODZ"),
        ("Ħaż-Żebbuġ", "haz zebbug"),
        ("Ærø", "aero"),
        ("Straße", "STRASSE"),
        ("İzmir", "izmir"),
        ("L'Aquila", "l’aquila"),
        ("Saint-Josse-ten-Noode", "saint josse ten noode"),
        ("Brussel·les", "brusselles"),
        ("Vilaseŀla", "vilasella"),
        ("  Sint  Niklaas ", "sint niklaas"),
        ("Αθήνα", "ΑΘΗΝΑ"),
        ("Пермь Ё", "пермь е"),
    ],
)
def test_case_accents_and_punctuation_do_not_matter(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("بروكسل", "بروکسل"),  # Arabic and Persian kaf
        ("لييج", "لیىج"),  # three forms of yeh
        ("القاهرة", "القاهره"),  # teh marbuta
        ("أثينا", "اثينا"),  # hamza
        ("آرل", "ارل"),
        ("مُدَرِّس", "مدرس"),  # harakat
        ("مـــدرس", "مدرس"),  # tatweel
        ("می\u200cروم", "میروم"),  # zero-width non-joiner
        ("ہیگ", "هيگ"),  # Urdu heh
        ("سۆفیا", "سوفيا"),  # Kurdish o
    ],
)
def test_variants_of_arabic_letters_are_one(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ሐኀሀ", "ሀሀሀ"),
        ("ሑኁ", "ሁሁ"),
        ("ሠላም", "ሰላም"),
        ("ሦስት", "ሶስት"),
        ("ዐዲስ", "አዲስ"),
        ("ዒ", "ኢ"),
        ("ፀሐይ", "ጸሀይ"),
        ("ፆ", "ጾ"),
        ("ኣዲስ ሃገር", "አዲስ ሀገር"),
    ],
)
def test_ethiopic_letters_of_one_sound_are_one(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "digits", ["٠١٢٣٤", "۰۱۲۳۴", "০১২৩৪", "०१२३४", "01234", "𝟎𝟏𝟐𝟑𝟒", "０１２３４"]
)
def test_digits_of_every_script_become_ascii(digits):
    assert fold(digits) == "01234"


def test_vowel_signs_of_indic_scripts_stay():
    assert fold("ডাবলিন") != fold("ডবলন")


@pytest.mark.parametrize("nothing", ["", " ", "—·'", "\u200f\u200c", "\ufe0f"])
def test_a_text_without_letters_folds_to_nothing(nothing):
    assert fold(nothing) == ""


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_words_fold_the_same_alone_and_together(one, other):
    assert fold(f"{one} {other}").split() == fold(one).split() + fold(other).split()


@given(st.text(st.characters(categories=["L"], max_codepoint=0x17F, exclude_characters="µ")))
def test_european_latin_letters_become_ascii(text):
    assert fold(text).isascii()
