"""Papers from answers: what is printed of a service, and of a place and a need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from protect.directory.matching.answer import Answers, Found
from protect.directory.matching.rows import ServiceRow
from protect.directory.wording import reason_text, said
from protect.findhelp.emergency import emergency_of
from protect.findhelp.paper import wording
from protect.findhelp.paper.content import Card, Danger, Facts, Frame, Pathway, Writing
from protect.findhelp.paper.lines import SCRIPTS, facts_of
from protect.kernel.text import PDI
from protect.reference import vocabulary
from protect.reference.formats import date_text, locale_of

FSI = "\u2068"  # first-strong isolate: a name keeps its own direction

TALL_SCRIPTS = frozenset({"Arab", "Beng", "Ethi", "Guru", "Hans"})
MOST_REASONS = 3
MOST_LINES = 4
# True when it was printed, and no longer when it is read.
PASSING = frozenset(
    {"open_now", "open_until", "opens_today", "opens_day", "closed", "answerphone"}
    | {"hours_unknown", "phone_yes", "phone_no", "phone_unknown", "cost_free"}  # say numbers, hours
)


def card_of(row: ServiceRow, tag: str, url: str, at: datetime) -> Card:
    """Return the card of a service. `url` is what its QR code opens, short and neutral."""
    written = written_in(tag)
    with translation.override(written):
        frame = _frame(tag, row.country, url, at.astimezone(ZoneInfo(row.zone)))
        return Card(frame, facts_of(row, written, at))


def pathway_of(  # noqa: PLR0913 - the answers, the words of the question, and for whom
    answers: Answers,
    place: str,
    need_name: str,
    country: str | None,
    tag: str,
    url: str,
    at: datetime,
) -> Pathway:
    """Return the pathway of a place and a need; `place` is "" for anywhere."""
    written = written_in(tag)
    zone = vocabulary.countries()[country].zone if country else settings.TIME_ZONE
    with translation.override(written):
        return Pathway(
            frame=_frame(tag, country, url, at.astimezone(ZoneInfo(zone))),
            place=place,
            need=need_name,
            steps=tuple(_found(each, written, at) for each in answers.answers),
            whole_country=str(wording.WHOLE_COUNTRY),
            lines=tuple(_found(each, written, at) for each in answers.national[:MOST_LINES]),
            call_first=str(wording.CALL_FIRST),
        )


def written_in(tag: str) -> str:
    """Return the language of a paper for a reader: her own, or the nearest that we can print."""
    known = vocabulary.languages()
    return next(each for each in vocabulary.fallback_chain(tag) if known[each].script in SCRIPTS)


def _frame(tag: str, country: str | None, url: str, at: datetime) -> Frame:
    """Return what every paper carries. The day is that of the place."""
    written = written_in(tag)
    language = vocabulary.languages()[written]
    return Frame(
        writing=Writing(written, language.direction, language.script in TALL_SCRIPTS),
        mark=tuple(_twice(written, wording.DEMONSTRATION)) if settings.IS_DEMO else (),
        banner=tuple(_banner(written)),
        other_language=_other_language(tag, written),
        danger=Danger(emergency_of(country).number, str(wording.DANGER), str(wording.DANGER_NOTE)),
        as_of=str(wording.AS_OF).format(date=_isolated(date_text(at.date(), written))),
        scan=str(wording.SCAN),
        qr=_qr(url),
        address=_short(url),
    )


def _twice(written: str, sentence: Promise) -> Iterator[str]:
    """Yield a sentence in English, then in the language of the paper."""
    with translation.override("en"):
        yield str(sentence)
    if written != "en":
        yield str(sentence)


def _banner(written: str) -> Iterator[str]:
    """Yield what the demonstration says of itself and of its words."""
    if not settings.IS_DEMO:
        return
    sentences = [wording.DO_NOT_RELY]
    if not vocabulary.languages()[written].is_reviewed:
        sentences.append(wording.DRAFT)
    for words in zip(*(_twice(written, each) for each in sentences), strict=True):
        yield " ".join(words)


def _other_language(tag: str, written: str) -> str:
    if tag == written:
        return ""
    names = locale_of(written).languages
    return str(wording.OTHER_LANGUAGE).format(
        language=_isolated(names.get(tag, vocabulary.languages()[tag].english)),
        other=_isolated(names.get(written, vocabulary.languages()[written].english)),
    )


def _found(found: Found, written: str, at: datetime) -> Facts:
    """Return a service of the answers with what to know first, and at most three reasons."""
    facts = facts_of(found.row, written, at)
    lasting = [reason for reason in found.reasons if not _is_elsewhere(reason.code, facts)]
    texts = [text for text, _ in said(lasting, written)]
    return replace(
        facts,
        caution=reason_text(found.caution, written) if found.caution else "",
        reasons=tuple(texts[:MOST_REASONS]),
    )


def _is_elsewhere(code: str, facts: Facts) -> bool:
    """Return whether a reason will have passed, or the paper says it in another line."""
    return code in PASSING or (code.startswith("language_") and bool(facts.languages))


def _isolated(value: str) -> str:
    return f"{FSI}{value}{PDI}"


def _short(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"


def _qr(url: str) -> str:
    drawn = BytesIO()
    segno.make_qr(url, error="m", boost_error=False).save(
        drawn, kind="svg", border=0, xmldecl=False, omitsize=True, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode()
