"""Printed codes that users type back; check letters tell typing mistakes from wrong codes.
Base32 without I, L, O and U, in groups of five: four letters and a check letter, which
is a sum in the field of 32 elements, weighted by position, plus the group's number. It
detects every wrong letter and all swapped letters or groups, and in which group.
    4K7QX-9M2TB-…   recovery code: 160 bits, eight groups; link code: 56 bits, three groups"""

import re
import unicodedata
from typing import ClassVar, Self

from protect.vault.formats.errors import Mistyped
from protect.vault.formats.secrets import Secret

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # of printed codes: no I, L, O or U
LOOKALIKE_LETTERS = str.maketrans("OIL", "011")  # typed letter to the digit that was meant
BITS_PER_LETTER, LETTERS_PER_GROUP = 5, 4  # letters in a group, without its check letter
GROUP_BITS = BITS_PER_LETTER * LETTERS_PER_GROUP
FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1: powers of x are all 31 nonzero elements
SEPARATORS = re.compile(r"[\s\-‐‑‒–—.]+")  # ignored in typed codes


class PrintedCode(Secret):
    """A secret that is printed on paper in `GROUPS` groups of letters."""

    __slots__ = ()
    GROUPS: ClassVar[int] = 0

    def printed(self) -> str:
        number = int.from_bytes(self._raw, "big") << self._unused_bit_count()
        shifts = range(GROUP_BITS * (self.GROUPS - 1), -1, -GROUP_BITS)
        groups = (number >> shift & (1 << GROUP_BITS) - 1 for shift in shifts)
        return "-".join(_encode_group(n, group) for n, group in enumerate(groups, start=1))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a typed code: any case, blanks, dashes, and digits of any script.
        Errors: Mistyped, with the first group that cannot be right."""
        plain = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
        letters = SEPARATORS.sub("", plain).upper().translate(LOOKALIKE_LETTERS)
        width = LETTERS_PER_GROUP + 1
        if len(letters) != cls.GROUPS * width:
            raise Mistyped(0)
        number = 0
        for n in range(1, cls.GROUPS + 1):
            number = number << GROUP_BITS | _decode_group(n, letters[(n - 1) * width : n * width])
        if number & (1 << cls._unused_bit_count()) - 1:
            raise Mistyped(cls.GROUPS)
        return cls((number >> cls._unused_bit_count()).to_bytes(cls.SIZE, "big"))

    @classmethod
    def _unused_bit_count(cls) -> int:
        return cls.GROUPS * GROUP_BITS - cls.SIZE * 8


class RecoveryCode(PrintedCode):
    """The code that opens a user's (without password) or recovery officer's secret: 160 bits."""

    SIZE, GROUPS = 20, 8
    __slots__ = ()


class LinkCode(PrintedCode):
    """The code that opens a packet together with a link and travels separately: 56 bits."""

    SIZE, GROUPS = 7, 3
    __slots__ = ()


def _encode_group(group_number: int, bits: int) -> str:
    shifts = range(GROUP_BITS - BITS_PER_LETTER, -1, -BITS_PER_LETTER)
    digits = [bits >> shift & 31 for shift in shifts]
    return "".join(ALPHABET[digit] for digit in [*digits, _check_digit(group_number, digits)])


def _decode_group(group_number: int, letters: str) -> int:
    digits = [ALPHABET.find(letter) for letter in letters]
    if -1 in digits or _check_digit(group_number, digits[:-1]) != digits[-1]:
        raise Mistyped(group_number)
    value = 0
    for digit in digits[:-1]:
        value = value << BITS_PER_LETTER | digit
    return value


def _check_digit(group_number: int, digits: list[int]) -> int:
    check = group_number
    for digit in digits:  # Horner: the first letter is weighted by x^4, the last by x
        check = _multiply_by_x(check ^ digit)
    return check


def _multiply_by_x(element: int) -> int:
    """Multiply by the polynomial x in the field of 32 elements."""
    doubled = element << 1
    return doubled ^ FIELD_POLYNOMIAL if doubled & 32 else doubled
