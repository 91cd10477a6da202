"""Records that tests save, damage and look at in their rows."""

from protect.vault.models import DekWrap, Sealed
from protect.vault.records import records
from tests.vault.cast import (
    LATER,
    OTHER,
)


def save(person, record, document=OTHER, seen=1):
    return records.save_record(person.unlocked(), record, document, seen=seen, at=LATER)


def wrap_of(record, version=1) -> DekWrap:
    return DekWrap.objects.get(record=record, version=version)


def text_of(record, version=1) -> Sealed:
    return Sealed.objects.get(record=record, version=version)


def damage(row, field: str, value: bytes) -> None:
    type(row).objects.filter(pk=row.pk).update(**{field: value})


def flipped(blob, at: int = -1) -> bytes:
    changed = bytearray(bytes(blob))
    changed[at] ^= 1
    return bytes(changed)
