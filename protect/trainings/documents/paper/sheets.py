"""The papers of trainings as PDF, with texts and times in the language of the paper.
File metadata contains no name, course or date. This module computes what is printed;
`typst/` lays it out. Source: docs/adr/0026-calendars-and-paper.md."""

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

DASH = "–"  # between the start and the end of a session
TEMPLATES = Path(__file__).resolve().parent / "typst"
LARGE_SHEET = 40  # rows, certificates or cards; more are compiled apart: small papers do not wait

type TemplateData = dict[str, Any]  # the data of a template in `typst/`
type Facts = Iterator[tuple[str, tuple[str, ...]]]  # label, parts of its value
type LetterheadPaper = content.AttendanceList | content.Certificate | None


def attendance_pdf(attendance_list: content.AttendanceList, tag: str) -> bytes:
    """Return the attendance list for signatures, on as many A4 pages as needed."""
    sheet = attendance_data(attendance_list, tag)
    return press.pdf(TEMPLATES / "attendance.typ", sheet, is_large=len(sheet["rows"]) > LARGE_SHEET)


def certificate_pdf(certificate: content.Certificate, tag: str) -> bytes:
    return certificates_pdf([certificate], tag)


def certificates_pdf(certificates: Sequence[content.Certificate], tag: str) -> bytes:
    """Return certificates of a training, one per page. Errors: ValueError for none."""
    if not certificates:
        raise ValueError("no certificate to print")
    sheet, is_large = certificate_data(certificates, tag), len(certificates) > LARGE_SHEET
    return press.pdf(TEMPLATES / "certificate.typ", sheet, is_large=is_large)


def code_sheet_pdf(code_sheet: content.CodeSheet, tag: str) -> bytes:
    return press.pdf(TEMPLATES / "wall.typ", code_sheet_data(code_sheet, tag))


def pair_cards_pdf(cards: content.PairCards, tag: str) -> bytes:
    """Return cards to cut out, ten on an A4 page."""
    sheet = {"frame": _shared_data(tag, wording.CARDS), "event": cards.title, "codes": cards.codes}
    return press.pdf(TEMPLATES / "cards.typ", sheet, is_large=len(cards.codes) > LARGE_SHEET)


def slips_pdf(slips: content.Slips, tag: str) -> bytes:
    """Return slips to cut out, eight on an A4 page."""
    cells = [_qr_and_address(address) for address in slips.addresses]
    sheet = {"frame": _shared_data(tag, wording.SLIPS), "event": slips.title, "slips": cells}
    return press.pdf(TEMPLATES / "slips.typ", sheet, is_large=len(cells) > LARGE_SHEET)


def paper_language(tag: str) -> str:
    """Return a paper's language: the one nearest to `tag` that the desk has, else English."""
    tags = vocabulary.fallback_chain(tag) if tag in vocabulary.languages() else ()
    return next((desk_tag for desk_tag in tags if desk_tag in settings.DESK_LANGUAGES), "en")


def attendance_data(sheet: content.AttendanceList, tag: str) -> TemplateData:
    """Return the data of attendance.typ; its key `short` is the heading of all later pages."""
    language_tag = paper_language(tag)
    with translation.override(language_tag):
        when = _day_and_times(sheet.starts_at, sheet.ends_at, sheet.zone, language_tag)
        return {
            "frame": _shared_data(tag, wording.ATTENDANCE, sheet),
            "facts": [*_attendance_facts(sheet, when)],
            "event": sheet.event,
            "short": (sheet.grant, *when),
            "code": ids.format_short_code(sheet.code),
            "page": str(wording.PAGE_NUMBER),
            "notice": sheet.notice or str(wording.PRIVACY_NOTICE),
            "trainers": sheet.trainers,
            "is_landscape": sheet.is_landscape,
            "rows": [*_person_and_walk_in_rows(sheet)],
        }


def certificate_data(certificates: Sequence[content.Certificate], tag: str) -> TemplateData:
    """Return the data of certificate.typ, with the letterhead of the first if not neutral."""
    language_tag, first = paper_language(tag), certificates[0]
    frame = _shared_data(tag, wording.CERTIFICATE, None if first.is_neutral else first)
    with translation.override(language_tag):
        return {
            "frame": frame,
            "pages": [_certificate_page(row, language_tag) for row in certificates],
        }


def code_sheet_data(code_sheet: content.CodeSheet, tag: str) -> TemplateData:
    language_tag = paper_language(tag)
    frame = _shared_data(tag, wording.CODE_SHEET)
    session_times = code_sheet.session_times
    with translation.override(language_tag):
        return {
            "frame": frame,
            "event": code_sheet.event,
            **_qr_and_address(code_sheet.address),
            "moment": frame["words"]["after" if code_sheet.is_after else "before"],
            "is_after": code_sheet.is_after,
            "when": _day_and_times(*session_times, language_tag) if session_times else (),
        }


def _shared_data(
    tag: str, words: Mapping[str, Promise], paper: LetterheadPaper = None
) -> TemplateData:
    """Return the template data that all papers share; emblem and statements come from `paper`."""
    language_tag, languages = paper_language(tag), vocabulary.languages()
    language, statements = languages[language_tag], paper.statements if paper else ()
    picture = None
    if paper and (emblem := paper.emblem):
        picture = {"kind": emblem.kind, "data": list(emblem.picture), "alt": emblem.alt}
    with translation.override(language_tag):
        return {
            "writing": press.PaperLanguage.of(language_tag, language.direction, language.script),
            "banner": press.bilingual(wording.DEMONSTRATION) if settings.IS_DEMO else (),
            "words": {name: str(text) for name, text in words.items()},
            "picture": picture,
            "statements": [(row.tag, languages[row.tag].direction, row.text) for row in statements],
        }


def _attendance_facts(sheet: content.AttendanceList, when: tuple[str, ...]) -> Facts:
    """Yield label and values for the head of a sign-in sheet: grant, place, date, trainers."""
    labels = {name: str(text) for name, text in wording.ATTENDANCE.items()}
    if sheet.session_number:
        number, total = sheet.session_number
        when = (*when, str(wording.SESSION_NUMBER).format(number=number, total=total))
    yield labels["grant"], (sheet.grant,)
    yield labels["place"], (sheet.place,)
    yield labels["date"], when
    yield labels["trainers"], sheet.trainers


def _person_and_walk_in_rows(sheet: content.AttendanceList) -> Iterator[TemplateData]:
    people = (*sheet.people, *[content.Person("")] * sheet.walk_ins)
    for number, person in enumerate(people, 1):
        code = f"{sheet.code}-{number:03d}".upper()  # capitals: a smaller square
        square = {"number": number, "code": code, "qr": press.qr_svg(code, "q")}
        yield {**square, "name": person.name, "organisation": person.organisation}


def _certificate_page(certificate: content.Certificate, language_tag: str) -> TemplateData:
    labels = {name: str(words) for name, words in wording.CERTIFICATE.items()}
    facts = (
        (labels["length"], (formats.duration_text(certificate.minutes, language_tag),)),
        (labels["completed"], (formats.date_text(certificate.completed_on, language_tag),)),
        (labels["place"], ("" if certificate.is_neutral else certificate.place,)),
        (labels["trainers"], certificate.trainers),
        (labels["issuer"], (certificate.issuer,)),
        (labels["issued"], (formats.date_text(certificate.issued_on, language_tag),)),
        (labels["grant"], ("" if certificate.is_neutral else certificate.grant,)),
    )
    return {
        "holder": certificate.holder,
        "course": certificate.short_title if certificate.is_neutral else certificate.course,
        "facts": [(label, parts) for label, parts in facts if any(parts)],
        "ended": str(wording.ENDED[certificate.invalid_state]) if certificate.invalid_state else "",
        "number": certificate.number,
        **_qr_and_address(certificate.address),
    }


def _qr_and_address(url: str) -> TemplateData:
    """Return `address`, to print without its scheme, and `qr`, the QR code of the whole URL."""
    parts = urlsplit(url)
    return {"address": f"{parts.netloc}{parts.path}", "qr": press.qr_svg(url)}


def _day_and_times(start: datetime, end: datetime, zone: str, tag: str) -> tuple[str, str]:
    """Return the day, and the times with the name of the zone's city, in the time of `zone`."""
    start, end = (at.astimezone(ZoneInfo(zone)) for at in (start, end))
    times = text.plain_isolated_number(DASH.join(formats.time_text(at, tag) for at in (start, end)))
    return formats.date_text(start.date(), tag), f"{times} ({formats.zone_city_name(zone, tag)})"
