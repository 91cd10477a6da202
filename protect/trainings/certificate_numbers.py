"""The number of a certificate as it is printed on paper, and as somebody types it."""

from __future__ import annotations

import unicodedata
from uuid import UUID

from protect.kernel.ids import squeezed, western

LENGTH, GROUP = 32, 4
# Capitals of a Cyrillic or Greek keyboard that look like those on paper; letters that no number
# has and that look like its digits.
LOOK_ALIKES = str.maketrans("АВСЕОІ" + "ΑΒΕΟΙ" + "OIL", "ABCE01" + "ABE01" + "011")


def printed(credential: UUID) -> str:
    """Return a number in groups: “3F2A 91BC …”."""
    text = credential.hex.upper()
    return " ".join(text[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def read(typed: str) -> UUID | None:
    """Return the number that somebody typed, in any case, grouping, keyboard and kind of digits.

    A whole address is read too: its number is the last part. None for what cannot be one.
    """
    last = typed.strip().rstrip("/").rpartition("/")[2]
    wide = unicodedata.normalize("NFKC", last).upper().translate(LOOK_ALIKES)
    number = squeezed(western(wide))
    if len(number) != LENGTH:
        return None
    try:
        return UUID(number)
    except ValueError:
        return None
