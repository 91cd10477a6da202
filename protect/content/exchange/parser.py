"""The parser of uploaded translations: PO or XLIFF. It runs in a separate process
(`uploads.parser_process`) and imports no Django."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from translate.storage.po import pofile
from translate.storage.xliff import xlifffile

from protect.uploads.parsers import Facts, Options
from protect.uploads.refusal_reasons import Refused

MAX_UNITS = 50_000
UNREADABLE = "unreadable"


def parse(content: bytes, options: Options) -> tuple[Facts, bytes]:
    """Return the language of a file, "" if it has none, and as JSON its units: place, source and
    target. Errors: Refused."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # never in a file of a translation tool
        raise Refused(UNREADABLE)
    is_xliff = b"<xliff" in content[:4096]
    try:
        reader: Any = xlifffile if is_xliff else pofile
        file = reader.parsestring(content)
        language = str(file.gettargetlanguage() or "")[:16]
        units = list(_units(file.units, is_xliff=is_xliff))
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - the library raises many kinds for a broken file
        raise Refused(UNREADABLE) from None
    if not units:
        raise Refused("empty")
    return {"language": language}, json.dumps(units).encode()


def _units(units: Iterable[Any], *, is_xliff: bool) -> Iterator[tuple[str, str, str]]:
    for number, unit in enumerate(units):
        if number > MAX_UNITS:
            raise Refused(UNREADABLE)
        if unit.source and not unit.isheader():
            place = unit.getid() if is_xliff else unit.getcontext()
            # An XLIFF id begins with the name of its file, which ends with a control character.
            target = "" if unit.isfuzzy() else str(unit.target or "")  # unfinished
            yield str(place or "").rpartition("\x04")[2], str(unit.source), target
