import pytest

from protect.reference import formats, vocabulary
from protect.reference.lookup.alphabets import group_by_letter, sort_key


@pytest.mark.parametrize(
    ("tag", "ordered"),
    [
        ("uk", "Бельгія Болгарія Греція Ґонта Європа Ирій Ірландія Іспанія Їжакевич Йорк Хорватія"),
        ("sl", "Celje Cerknica Črnomelj Domžale Sežana Šentjur Zreče Žalec"),
        ("mt", "Birkirkara Ċirkewwa Fgura Ġgantija Gudja Għarb Hawaii Ħamrun Żurrieq Zurich"),
        ("pl", "Lublin Łódź Sopot Śrem Zabrze Źródła Żary"),
        ("hu", "Cegléd Csorna Györk Gyula Ócsa Oroszlány Ózd Ököritó Szeged Zirc Zselic"),
        ("el", "Άρτα Βόλος Ελλάδα Έσση Ζάκυνθος Ωρωπός"),
        ("fa", "آتن آرتا ارستال بلژیک پرتغال چک ژاپن کرواسی گرجستان یونان"),
        ("ar", "إسبانيا ألمانيا آيرلندا إيطاليا بلجيكا"),
        ("en", "Čakovec Celje Łódź Lublin Řím Žalec Zurich"),
        ("tr", "Çorlu İrlanda Şile"),
    ],
)
def test_names_are_in_the_order_of_the_alphabet(tag, ordered):
    names = ordered.split()

    assert sorted(set(names), key=lambda name: sort_key(name, tag)) == names


@pytest.mark.parametrize(
    ("tag", "ordered", "headings"),
    [
        ("uk", "Іванград Ірландія Ібі Йорк Їжа Ирій Біла", "Б И І Ї Й"),
        ("fa", "کرواسی گرجستان ارستال أنتيريو آتن چک", "آ ا چ ک گ"),
        ("hr", "Čakovec Celje Ljubljana Lovran Žminj Élan", "C Č E L Lj Ž"),
        ("en", "Łask Lublin Łódź Élan Ħamrun Hal 's-Heerenberg (Ath)", "A E H L S"),
        ("el", "Άρτα Αθήνα Έσση Ωρωπός", "Α Ε Ω"),
        ("ti", "ሓለፋ ሀገር", "ሀ"),
    ],
)
def test_names_are_under_the_first_letter_that_readers_expect(tag, ordered, headings):
    names = sorted(ordered.split(), key=lambda name: sort_key(name, tag))

    groups = group_by_letter([(name, name) for name in names], tag)

    assert [letter for letter, _named in groups] == headings.split()
    assert [name for _letter, group in groups for name, _value in group] == names


def test_words_come_before_longer_words_and_equal_spellings_keep_one_order():
    names = ["San Ġwann", "San Ġwann Nord", "Sanġ", "Sant"]

    assert sorted(names, key=lambda name: sort_key(name, "mt")) == names
    assert sort_key("Elena", "en")[0] == sort_key("Eléna", "en")[0]


def test_letters_of_every_alphabet_are_single_groups_of_lower_case():
    for row in vocabulary.languages().values():
        groups = [group.split() for group in row.alphabet.split("|") if row.alphabet]
        letters = [letter for group in groups for letter in group]
        assert all(len(group) > 1 for group in groups), row.tag
        assert len(set(letters)) == len(letters), row.tag
        assert row.alphabet == row.alphabet.casefold(), row.tag


def test_countries_are_sorted_for_readers_of_ukrainian():
    names = [formats.country_name(code, "uk") for code in vocabulary.countries()]

    first, *_, last = sorted(names, key=lambda name: sort_key(name, "uk"))

    assert (first, last) == ("Бельгія", "Хорватія")
