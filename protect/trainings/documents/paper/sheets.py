"""From plain values to sheets: every word in the language of the paper, every time as it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from protect.kernel.ids import grouped
from protect.kernel.text import plain_number
from protect.reference import vocabulary
from protect.reference.formats import date_text, duration_text, place_of_zone, time_text
from protect.trainings.documents.paper import content, wording
from protect.ui.press import Writing, qr, twice

DASH = "–"


@dataclass(frozen=True, slots=True)
class Frame:
    writing: Writing
    banner: tuple[str, ...]  # of the demonstration, in English first; empty when live
    words: Mapping[str, str]
    picture: Mapping[str, str | list[int]] | None  # emblem: kind, data, alt
    statements: tuple[tuple[str, str, str], ...]  # tag, direction, text


@dataclass(frozen=True, slots=True)
class Row:
    """A line to sign: empty ones have a number and a code as well."""

    number: int
    code: str
    qr: str
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class ListSheet:
    frame: Frame
    facts: tuple[tuple[str, tuple[str, ...]], ...]  # label, parts of its value
    event: str
    short: tuple[str, ...]  # grant and date, over the other pages
    code: str
    page: str
    notice: str
    trainers: tuple[str, ...]
    is_landscape: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Page:
    holder: str
    course: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]  # label, parts of its value
    ended: str  # "" while it counts
    number: str
    address: str
    qr: str


@dataclass(frozen=True, slots=True)
class CertificateSheet:
    """Certificates with one frame: the words and the emblem are the same on all."""

    frame: Frame
    pages: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class WallSheet:
    frame: Frame
    event: str
    address: str
    qr: str
    moment: str  # before or after, in words
    is_after: bool
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CardSheet:
    frame: Frame
    event: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    address: str
    qr: str


@dataclass(frozen=True, slots=True)
class SlipSheet:
    frame: Frame
    event: str
    slips: tuple[Slip, ...]


def language_of(tag: str) -> str:
    """Return the language of a paper for a reader: one that the desk is complete in."""
    tags = vocabulary.fallback_chain(tag) if tag in vocabulary.languages() else ()
    return next((each for each in tags if each in settings.DESK_LANGUAGES), "en")


def list_sheet(attendance_list: content.AttendanceList, tag: str) -> ListSheet:
    written = language_of(tag)
    with translation.override(written):
        when = _when(
            attendance_list.starts_at, attendance_list.ends_at, attendance_list.zone, written
        )
        return ListSheet(
            frame=_frame(
                written, wording.ATTENDANCE, attendance_list.emblem, attendance_list.statements
            ),
            facts=tuple(_list_facts(attendance_list, when)),
            event=attendance_list.event,
            short=(attendance_list.grant, *when),
            code=grouped(attendance_list.code),
            page=str(wording.PAGE),
            notice=attendance_list.notice or str(wording.NOTICE),
            trainers=attendance_list.trainers,
            is_landscape=attendance_list.is_landscape,
            rows=tuple(_rows(attendance_list)),
        )


def certificate_sheet(certificates: tuple[content.Certificate, ...], tag: str) -> CertificateSheet:
    """Return certificates of one training, with the letterhead of the first."""
    written, first = language_of(tag), certificates[0]
    head = () if first.is_neutral else (first.emblem, first.statements)
    with translation.override(written):
        frame = _frame(written, wording.CERTIFICATE, *head)
        return CertificateSheet(frame, tuple(_page(each, written) for each in certificates))


def wall_sheet(code_sheet: content.CodeSheet, tag: str) -> WallSheet:
    written = language_of(tag)
    with translation.override(written):
        frame = _frame(written, wording.TEST)
        return WallSheet(
            frame,
            event=code_sheet.event,
            address=_short(code_sheet.address),
            qr=qr(code_sheet.address),
            moment=frame.words["after" if code_sheet.is_after else "before"],
            is_after=code_sheet.is_after,
            when=_when(*code_sheet.half_day, written) if code_sheet.half_day else (),
        )


def card_sheet(cards: content.PairCards, tag: str) -> CardSheet:
    written = language_of(tag)
    with translation.override(written):
        frame = _frame(written, wording.CARDS)
    return CardSheet(frame, cards.title, tuple(cards.codes))


def slip_sheet(slips: content.Slips, tag: str) -> SlipSheet:
    written = language_of(tag)
    with translation.override(written):
        frame = _frame(written, wording.SLIPS)
    cells = tuple(Slip(_short(each), qr(each)) for each in slips.addresses)
    return SlipSheet(frame, slips.title, cells)


def _frame(
    written: str,
    words: Mapping[str, Promise],
    emblem: content.Emblem | None = None,
    statements: tuple[content.Sentence, ...] = (),
) -> Frame:
    languages = vocabulary.languages()
    return Frame(
        writing=_writing(written),
        banner=twice(wording.DEMONSTRATION) if settings.IS_DEMO else (),
        words={name: str(each) for name, each in words.items()},
        picture={"kind": emblem.kind, "data": list(emblem.picture), "alt": emblem.alt}
        if emblem
        else None,
        statements=tuple(
            (each.tag, languages[each.tag].direction, each.text) for each in statements
        ),
    )


def _writing(written: str) -> Writing:
    language = vocabulary.languages()[written]
    return Writing.of(written, language.direction, language.script)


def _list_facts(
    attendance_list: content.AttendanceList, when: tuple[str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    labels = {name: str(each) for name, each in wording.ATTENDANCE.items()}
    half_day: tuple[str, ...] = ()
    if attendance_list.half_day:
        number, total = attendance_list.half_day
        half_day = (str(wording.HALF_DAY).format(number=number, total=total),)
    yield labels["grant"], (attendance_list.grant,)
    yield labels["place"], (attendance_list.place,)
    yield labels["date"], (*when, *half_day)
    yield labels["trainers"], attendance_list.trainers


def _rows(attendance_list: content.AttendanceList) -> Iterator[Row]:
    people = [(each.name, each.organisation) for each in attendance_list.people]
    for number, (name, organisation) in enumerate(
        [*people, *[("", "")] * attendance_list.walk_ins], 1
    ):
        code = f"{attendance_list.code}-{number:03d}".upper()  # capitals: a smaller square
        yield Row(number, code, qr(code, "q"), name, organisation)


def _page(each: content.Certificate, written: str) -> Page:
    labels = {name: str(words) for name, words in wording.CERTIFICATE.items()}
    facts = (
        (labels["length"], (duration_text(each.minutes, written),)),
        (labels["completed"], (date_text(each.completed_on, written),)),
        (labels["place"], ("" if each.is_neutral else each.place,)),
        (labels["trainers"], each.trainers),
        (labels["issuer"], (each.issuer,)),
        (labels["issued"], (date_text(each.issued_on, written),)),
        (labels["grant"], ("" if each.is_neutral else each.grant,)),
    )
    return Page(
        holder=each.holder,
        course=each.short_title if each.is_neutral else each.course,
        facts=tuple((label, parts) for label, parts in facts if any(parts)),
        ended=str(wording.ENDED[each.ended]) if each.ended else "",
        number=each.number,
        address=_short(each.address),
        qr=qr(each.address),
    )


def _when(starts_at: datetime, ends_at: datetime, zone: str, written: str) -> tuple[str, str]:
    """Return day and times as the wall of the room shows them."""
    starts, ends = (at.astimezone(ZoneInfo(zone)) for at in (starts_at, ends_at))
    times = DASH.join(time_text(at, written) for at in (starts, ends))
    place = place_of_zone(zone, written)
    return date_text(starts.date(), written), f"{plain_number(times)} ({place})"


def _short(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"
