"""The papers of trainings as PDF: every word in the language of the paper, every time as it reads.
A file says nothing of itself: no name, no course, no date. What is printed is worked out here; how
it looks stands in `typst/`. Source: docs/adr/0026-calendars-and-paper.md."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from protect.kernel import ids, text
from protect.reference import formats, vocabulary
from protect.trainings.documents.paper import content, wording
from protect.ui import press

DASH = "–"
TEMPLATES = Path(__file__).resolve().parent / "typst"
MANY = 40  # rows, certificates, cards: above that a compiler of its own

type Sheet = dict[str, Any]  # as its template in `typst/` reads it
type Facts = Iterator[tuple[str, tuple[str, ...]]]  # label, parts of its value


def attendance_pdf(attendance_list: content.AttendanceList, tag: str) -> bytes:
    """Return the list that people sign, as many A4 pages as it needs."""
    sheet = list_sheet(attendance_list, tag)
    return press.pdf(TEMPLATES / "attendance.typ", sheet, is_large=len(sheet["rows"]) > MANY)


def certificate_pdf(certificate: content.Certificate, tag: str) -> bytes:
    return certificates_pdf([certificate], tag)


def certificates_pdf(certificates: Sequence[content.Certificate], tag: str) -> bytes:
    """Return the certificates of a training, a page each. Errors: ValueError without any."""
    if not certificates:
        raise ValueError("no certificate to print")
    sheet, is_large = certificate_sheet(certificates, tag), len(certificates) > MANY
    return press.pdf(TEMPLATES / "certificate.typ", sheet, is_large=is_large)


def code_sheet_pdf(code_sheet: content.CodeSheet, tag: str) -> bytes:
    return press.pdf(TEMPLATES / "wall.typ", wall_sheet(code_sheet, tag))


def pair_cards_pdf(cards: content.PairCards, tag: str) -> bytes:
    """Return cards to cut out, ten on an A4 page."""
    sheet = {"frame": _frame(tag, wording.CARDS), "event": cards.title, "codes": cards.codes}
    return press.pdf(TEMPLATES / "cards.typ", sheet, is_large=len(cards.codes) > MANY)


def slips_pdf(slips: content.Slips, tag: str) -> bytes:
    """Return slips to cut out, eight on an A4 page."""
    cells = [_square(each) for each in slips.addresses]
    sheet = {"frame": _frame(tag, wording.SLIPS), "event": slips.title, "slips": cells}
    return press.pdf(TEMPLATES / "slips.typ", sheet, is_large=len(cells) > MANY)


def language_of(tag: str) -> str:
    """Return the language of a paper for a reader: one that the desk is complete in."""
    tags = vocabulary.fallback_chain(tag) if tag in vocabulary.languages() else ()
    return next((each for each in tags if each in settings.DESK_LANGUAGES), "en")


def list_sheet(sheet: content.AttendanceList, tag: str) -> Sheet:
    """Return the list that people sign. `short` stands over the other pages: grant and date."""
    written = language_of(tag)
    with translation.override(written):
        when = _when(sheet.starts_at, sheet.ends_at, sheet.zone, written)
        return {
            "frame": _frame(tag, wording.ATTENDANCE, sheet),
            "facts": [*_list_facts(sheet, when)],
            "event": sheet.event,
            "short": (sheet.grant, *when),
            "code": ids.grouped(sheet.code),
            "page": str(wording.PAGE),
            "notice": sheet.notice or str(wording.NOTICE),
            "trainers": sheet.trainers,
            "is_landscape": sheet.is_landscape,
            "rows": [*_rows(sheet)],
        }


def certificate_sheet(certificates: Sequence[content.Certificate], tag: str) -> Sheet:
    """Return certificates of one training, with the letterhead of the first."""
    written, first = language_of(tag), certificates[0]
    frame = _frame(tag, wording.CERTIFICATE, None if first.is_neutral else first)
    with translation.override(written):
        return {"frame": frame, "pages": [_page(each, written) for each in certificates]}


def wall_sheet(code_sheet: content.CodeSheet, tag: str) -> Sheet:
    written = language_of(tag)
    frame = _frame(tag, wording.TEST)
    with translation.override(written):
        return {
            "frame": frame,
            "event": code_sheet.event,
            **_square(code_sheet.address),
            "moment": frame["words"]["after" if code_sheet.is_after else "before"],
            "is_after": code_sheet.is_after,
            "when": _when(*code_sheet.half_day, written) if code_sheet.half_day else (),
        }


def _frame(
    tag: str,
    words: Mapping[str, Promise],
    head: content.AttendanceList | content.Certificate | None = None,
) -> Sheet:
    """Return what all papers share; `head` carries a letterhead: its emblem and statements."""
    written, languages = language_of(tag), vocabulary.languages()
    language, emblem = languages[written], head.emblem if head else None
    with translation.override(written):
        return {
            "writing": press.Writing.of(written, language.direction, language.script),
            "banner": press.twice(wording.DEMONSTRATION) if settings.IS_DEMO else (),
            "words": {name: str(each) for name, each in words.items()},
            "picture": {"kind": emblem.kind, "data": list(emblem.picture), "alt": emblem.alt}
            if emblem
            else None,
            "statements": [
                (each.tag, languages[each.tag].direction, each.text)
                for each in (head.statements if head else ())
            ],
        }


def _list_facts(sheet: content.AttendanceList, when: tuple[str, str]) -> Facts:
    labels = {name: str(each) for name, each in wording.ATTENDANCE.items()}
    half_day: tuple[str, ...] = ()
    if sheet.half_day:
        number, total = sheet.half_day
        half_day = (str(wording.HALF_DAY).format(number=number, total=total),)
    yield labels["grant"], (sheet.grant,)
    yield labels["place"], (sheet.place,)
    yield labels["date"], (*when, *half_day)
    yield labels["trainers"], sheet.trainers


def _rows(sheet: content.AttendanceList) -> Iterator[Sheet]:
    people = (*sheet.people, *[content.Person("")] * sheet.walk_ins)
    for number, each in enumerate(people, 1):
        code = f"{sheet.code}-{number:03d}".upper()  # capitals: a smaller square
        square = {"number": number, "code": code, "qr": press.qr(code, "q")}
        yield {**square, "name": each.name, "organisation": each.organisation}


def _page(each: content.Certificate, written: str) -> Sheet:
    labels = {name: str(words) for name, words in wording.CERTIFICATE.items()}
    facts = (
        (labels["length"], (formats.duration_text(each.minutes, written),)),
        (labels["completed"], (formats.date_text(each.completed_on, written),)),
        (labels["place"], ("" if each.is_neutral else each.place,)),
        (labels["trainers"], each.trainers),
        (labels["issuer"], (each.issuer,)),
        (labels["issued"], (formats.date_text(each.issued_on, written),)),
        (labels["grant"], ("" if each.is_neutral else each.grant,)),
    )
    return {
        "holder": each.holder,
        "course": each.short_title if each.is_neutral else each.course,
        "facts": [(label, parts) for label, parts in facts if any(parts)],
        "ended": str(wording.ENDED[each.ended]) if each.ended else "",
        "number": each.number,
        **_square(each.address),
    }


def _square(url: str) -> Sheet:
    parts = urlsplit(url)
    return {"address": f"{parts.netloc}{parts.path}", "qr": press.qr(url)}


def _when(starts_at: datetime, ends_at: datetime, zone: str, written: str) -> tuple[str, str]:
    """Return day and times as the wall of the room shows them."""
    starts, ends = (at.astimezone(ZoneInfo(zone)) for at in (starts_at, ends_at))
    times = DASH.join(formats.time_text(at, written) for at in (starts, ends))
    place = formats.place_of_zone(zone, written)
    return formats.date_text(starts.date(), written), f"{text.plain_number(times)} ({place})"
