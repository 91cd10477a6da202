"""The codes printed on an edition's cards: the key recognises them, so no list is stored.

A card is a number, permuted by the key. The holder of the key turns a code back into its number;
where that is below the number of printed cards, the card is real. Without the key a code says
nothing, and an invented code meets a card once in 27⁸ ÷ cards.
Source: NIST SP 800-38G (FF1), over 27⁸ numbers, with HMAC-SHA-256 as its function.
"""

from __future__ import annotations

import hmac

from protect.assessments.statistics.codes import LENGTH, VALUES, checked
from protect.kernel.ids import ALPHABET

LETTERS = (LENGTH - 1) // 2  # of each half of a code; its last character checks
HALF: int = len(ALPHABET) ** LETTERS
ROUNDS = 10


def code_of(number: int, key: bytes) -> str | None:
    """Return the code of a card; None for the two numbers of 29 whose code nothing can check."""
    left, right = divmod(number, HALF)
    for turn in range(ROUNDS):
        left, right = right, (left + _turned(turn, right, key)) % HALF
    return checked(_spelled(left) + _spelled(right))


def number_of(code: str, key: bytes) -> int:
    """Return the number of a card. Of a code that was never printed it is a number by chance."""
    left, right = _value(code[:LETTERS]), _value(code[LETTERS : 2 * LETTERS])
    for turn in reversed(range(ROUNDS)):
        left, right = (right - _turned(turn, left, key)) % HALF, left
    return left * HALF + right


def codes_from(first: int, count: int, key: bytes) -> tuple[list[str], int]:
    """Return the codes of `count` cards from a number on, and the number after the last."""
    codes: list[str] = []
    number = first
    while len(codes) < count:
        codes += filter(None, [code_of(number, key)])
        number += 1
    return codes, number


def _turned(turn: int, half: int, key: bytes) -> int:
    message = b"card" + bytes([turn]) + half.to_bytes(4)
    return int.from_bytes(hmac.digest(key, message, "sha256")) % HALF


def _spelled(half: int) -> str:
    letters = ""
    for _ in range(LETTERS):
        half, digit = divmod(half, len(ALPHABET))
        letters = ALPHABET[digit] + letters
    return letters


def _value(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * len(ALPHABET) + VALUES[letter]
    return value
