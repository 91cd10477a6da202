"""Secrets that are printed and typed again, so written that a slip is told from a wrong code.

Base32 without I, L, O and U, in groups of five: four letters and one that checks them. The check
letter is a sum in the field of 32 elements, weighted by place, plus the number of the group: every
single wrong letter, every two letters swapped and every two groups swapped are found, and the
person is told in which group to look.

    4K7QX-9M2TB-…   recovery code: 160 bits, eight groups; link code: 56 bits, three groups
"""

import re
import unicodedata
from typing import ClassVar, Self

from protect.vault.formats.errors import Mistyped
from protect.vault.formats.secrets import Secret

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans("OIL", "011")
BITS, LETTERS = 5, 4  # bits in a letter; letters in a group before the one that checks
GROUP_BITS = BITS * LETTERS
FIELD = 0b100101  # x^5 + x^2 + 1: x runs through all 31 elements
NO_LETTER = re.compile(r"[\s\-‐‑‒–—.]+")


class Code(Secret):
    """A secret on paper. The number of bytes makes the number of groups."""

    __slots__ = ()
    GROUPS: ClassVar[int] = 0

    def printed(self) -> str:
        """Return the code as it is printed."""
        number = int.from_bytes(self._raw, "big") << self._spare()
        shifts = range(GROUP_BITS * (self.GROUPS - 1), -1, -GROUP_BITS)
        groups = (number >> shift & (1 << GROUP_BITS) - 1 for shift in shifts)
        return "-".join(_group(n, group) for n, group in enumerate(groups, start=1))

    @classmethod
    def typed(cls, text: str) -> Self:
        """Return the code that a person typed: any case, blanks, dashes and digits of any script.
        Errors: Mistyped, with the first group that cannot be right."""
        plain = "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
        letters = NO_LETTER.sub("", plain).upper().translate(LOOKALIKES)
        width = LETTERS + 1
        if len(letters) != cls.GROUPS * width:
            raise Mistyped(0)
        number = 0
        for n in range(1, cls.GROUPS + 1):
            number = number << GROUP_BITS | _value(n, letters[(n - 1) * width : n * width])
        if number & (1 << cls._spare()) - 1:
            raise Mistyped(cls.GROUPS)
        return cls((number >> cls._spare()).to_bytes(cls.SIZE, "big"))

    @classmethod
    def _spare(cls) -> int:
        return cls.GROUPS * GROUP_BITS - cls.SIZE * 8


class RecoveryCode(Code):
    """What opens a person's secret when the password is forgotten: 160 bits."""

    SIZE, GROUPS = 20, 8
    __slots__ = ()


class LinkCode(Code):
    """What opens a packet together with a link, sent another way: 56 bits."""

    SIZE, GROUPS = 7, 3
    __slots__ = ()


def _group(n: int, group: int) -> str:
    digits = [group >> shift & 31 for shift in range(GROUP_BITS - BITS, -1, -BITS)]
    return "".join(ALPHABET[digit] for digit in [*digits, _check(n, digits)])


def _value(n: int, letters: str) -> int:
    digits = [ALPHABET.find(letter) for letter in letters]
    if -1 in digits or _check(n, digits[:-1]) != digits[-1]:
        raise Mistyped(n)
    value = 0
    for digit in digits[:-1]:
        value = value << BITS | digit
    return value


def _check(n: int, digits: list[int]) -> int:
    check = n
    for digit in digits:  # Horner: the first letter is weighted by x^4, the last by x
        check = _times_x(check ^ digit)
    return check


def _times_x(element: int) -> int:
    doubled = element << 1
    return doubled ^ FIELD if doubled & 32 else doubled
