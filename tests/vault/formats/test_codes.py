from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from protect.vault.formats.credentials.codes import ALPHABET, LinkCode, RecoveryCode, _check_digit
from protect.vault.formats.errors import Mistyped
from tests.vault.formats.given import CASE

KINDS = pytest.mark.parametrize(
    ("kind", "size", "groups"), [(RecoveryCode, 20, 8), (LinkCode, 7, 3)]
)
RECOVERY = st.binary(min_size=20, max_size=20).map(RecoveryCode)
LETTER = st.sampled_from(ALPHABET)


@KINDS
def test_a_code_comes_back_from_paper(kind, size, groups):
    for raw in (bytes(size), b"\xff" * size, bytes(range(size))):
        code = kind(raw)

        assert kind.parse(code.printed()) == code
        assert [len(group) for group in code.printed().split("-")] == [5] * groups
        assert set(code.printed()) <= set(ALPHABET) | {"-"}


@given(RECOVERY)
def test_every_code_comes_back(code):
    assert RecoveryCode.parse(code.printed()) == code


def test_the_alphabet_has_no_look_alikes():
    assert len(set(ALPHABET)) == len(ALPHABET) == 32
    assert not set(ALPHABET) & set("ILOU")


def test_a_known_code_is_printed_as_ever():
    raw = bytes(range(20))

    assert RecoveryCode(raw).printed() == "000GN-40R48-0M308-E209K-185GH-R38EQ-1W81K-24GKX"
    assert RecoveryCode.parse(CASE["code"]).printed() == CASE["code"]


@pytest.mark.parametrize(
    "write",
    [
        str.lower,
        lambda text: text.replace("-", ""),
        lambda text: text.replace("-", " "),
        lambda text: f"  {text}\n",
        lambda text: text.replace("-", " – "),
        lambda text: text.replace("-", "‑"),  # a dash that does not break
        lambda text: text.replace("-", "."),
        lambda text: text.replace("0", "O").replace("1", "l"),
        lambda text: text.replace("0", "o").replace("1", "I"),
        lambda text: text.replace("1", "i").replace("0", "o"),
        lambda text: text.replace("1", "L"),
        lambda text: text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
        lambda text: text.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
    ],
)
def test_how_a_person_writes_it_does_not_matter(write):
    code = RecoveryCode(bytes(range(20)))

    assert {"0", "1"} <= set(code.printed())
    assert RecoveryCode.parse(write(code.printed())) == code


@given(RECOVERY, st.integers(0, 39), LETTER)
def test_every_wrong_letter_is_found_in_its_group(code, place, letter):
    letters = [*code.printed().replace("-", "")]
    is_wrong = letters[place] != letter
    letters[place] = letter

    if is_wrong:
        with pytest.raises(Mistyped) as slip:
            RecoveryCode.parse("".join(letters))
        assert slip.value.group == place // 5 + 1
    else:
        assert RecoveryCode.parse("".join(letters)) == code


@given(RECOVERY, st.integers(0, 7), st.integers(0, 4), st.integers(0, 4))
def test_two_letters_swapped_are_found(code, group, one, two):
    groups = code.printed().split("-")
    letters = [*groups[group]]
    letters[one], letters[two] = letters[two], letters[one]
    groups[group] = "".join(letters)

    if letters[one] == letters[two]:
        assert RecoveryCode.parse("-".join(groups)) == code
    else:
        with pytest.raises(Mistyped, match=rf"^group {group + 1}$"):
            RecoveryCode.parse("-".join(groups))


@given(RECOVERY, st.integers(0, 7), st.integers(0, 7))
def test_two_groups_swapped_are_found(code, one, two):
    groups = code.printed().split("-")
    groups[one], groups[two] = groups[two], groups[one]

    if one != two:
        with pytest.raises(Mistyped) as slip:
            RecoveryCode.parse("-".join(groups))
        assert slip.value.group == min(one, two) + 1


@pytest.mark.parametrize("text", ["", "-", "0" * 39, "0" * 41])
def test_a_code_of_another_length_is_said_to_be_so(text):
    with pytest.raises(Mistyped) as slip:
        RecoveryCode.parse(text)

    assert slip.value.group == 0


@pytest.mark.parametrize("letter", ["U", "u", "ß", "é", "!", "²", "_"])
def test_a_letter_that_no_code_has_is_a_slip(letter):
    printed = RecoveryCode(bytes(20)).printed()

    with pytest.raises(Mistyped):
        RecoveryCode.parse(printed[:-1] + letter)


@pytest.mark.parametrize("group", ["UU00", "U0U0", "0UU0", "00UU", "0U0U", "U00U", "UUUU", "UUU0"])
def test_letters_that_no_code_has_never_check_each_other(group):
    rest = RecoveryCode(bytes(20)).printed()[5:]

    for check in ALPHABET + "U":
        with pytest.raises(Mistyped, match=r"^group 1$"):
            RecoveryCode.parse(group + check + rest)


def test_bits_that_no_link_code_has_are_a_slip():
    """A link code has 56 bits in 60: the last group with a spare bit set is nobody's."""
    found = {}
    for letter in ALPHABET:
        for check in ALPHABET:
            with suppress(Mistyped):
                text = LinkCode(bytes(7)).printed()[:-2] + letter + check
                found[letter] = LinkCode.parse(text)

    assert found == {"0": LinkCode(bytes(7)), "G": LinkCode(bytes(6) + b"\1")}


def test_a_slip_does_not_tell_the_code():
    with pytest.raises(Mistyped) as slip:
        RecoveryCode.parse("ABCDE" * 8)

    assert str(slip.value) == f"group {slip.value.group}"


def test_spare_bits_are_a_slip_in_the_last_group():
    check = ALPHABET[_check_digit(3, [0, 0, 0, 1])]

    with pytest.raises(Mistyped, match=r"^group 3$"):
        LinkCode.parse(LinkCode(bytes(7)).printed()[:-2] + "1" + check)
