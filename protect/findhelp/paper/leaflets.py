"""Builds cards and pathways: the paper of a service, and of a place and a need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from protect.findhelp.emergency import emergency_of
from protect.findhelp.paper import content
from protect.findhelp.paper.content import Card, Danger, Facts, Frame, Pathway
from protect.findhelp.paper.lines import facts_of
from protect.kernel.text import plain_name
from protect.matching.conditions import disclosure
from protect.matching.questions import Answers, Match, Question, prepare
from protect.matching.services.rows import ServiceRow
from protect.matching.wording import reason_sentences, reason_text
from protect.reference import vocabulary
from protect.reference.formats import date_text, locale_of
from protect.ui.press import SCRIPTS, Writing, qr, twice

MOST_REASONS = 3
MOST_LINES = 3
# True when it was printed, and no longer when it is read.
PASSING = frozenset(
    {"open_now", "open_until", "opens_today", "opens_day", "closed", "answerphone"}
    | {"hours_unknown", "phone_yes", "phone_no", "phone_unknown", "cost_free"}  # say numbers, hours
)


def card_of(row: ServiceRow, tag: str, url: str, at: datetime) -> Card:
    """Return the card of a service. `url` is what its QR code opens, short and neutral."""
    written = written_in(tag)
    with translation.override(written):
        frame = frame_of(tag, row.country, url, at.astimezone(ZoneInfo(row.zone)))
        question = prepare(Question(needs=tuple(sorted(row.categories)), at=at, languages=(tag,)))
        cautions = tuple(reason_text(each, written) for each in disclosure.cautions(row, question))
        return Card(frame, replace(facts_of(row, written, at), cautions=cautions))


def pathway_of(  # noqa: PLR0913 - the answers, the words of the question, and for whom
    answers: Answers,
    place: str,
    need_name: Promise | str,
    country: str | None,
    tag: str,
    url: str,
    at: datetime,
) -> Pathway:
    """Return the pathway of a place and a need; `place` is "" for anywhere."""
    written = written_in(tag)
    zone = vocabulary.countries()[country].zone if country else settings.TIME_ZONE
    with translation.override(written):
        steps = [_answer_facts(each, written, at) for each in answers.answers]
        lines = [_answer_facts(each, written, at) for each in answers.national[:MOST_LINES]]
        shared = _shared_cautions([*steps, *lines])
        return Pathway(
            frame=frame_of(tag, country, url, at.astimezone(ZoneInfo(zone))),
            place=place,
            need=str(need_name),
            cautions=shared,
            steps=tuple(_without(shared, each) for each in steps),
            whole_country=str(content.WHOLE_COUNTRY),
            lines=tuple(_without(shared, each) for each in lines),
            call_first=str(content.CALL_FIRST),
            valid=dict(_valid([*steps, *lines], written)),
        )


def _valid(services: Sequence[Facts], written: str) -> Iterator[tuple[str, str]]:
    for day in sorted({each.until for each in services if each.until}):
        date = plain_name(date_text(datetime.fromisoformat(day).date(), written))
        yield day, str(content.VALID_UNTIL).format(date=date)


def written_in(tag: str) -> str:
    """Return the language of a paper for a reader: her own, or the nearest that we can print."""
    languages = vocabulary.languages()
    chain = vocabulary.fallback_chain(tag)
    return next(each for each in chain if languages[each].script in SCRIPTS)


def frame_of(tag: str, country: str | None, url: str, at: datetime) -> Frame:
    """Return what every paper carries. The day is that of the place."""
    written = written_in(tag)
    language = vocabulary.languages()[written]
    drafts = () if language.is_reviewed else (content.DRAFT,)
    warnings = (content.DO_NOT_RELY, *drafts)
    return Frame(
        writing=Writing.of(written, language.direction, language.script),
        mark=twice(content.DEMONSTRATION) if settings.IS_DEMO else (),
        banner=twice(*warnings) if settings.IS_DEMO else (),
        other_language=_other_language(tag, written),
        danger=Danger(emergency_of(country).number, str(content.DANGER), str(content.DANGER_NOTE)),
        as_of=str(content.AS_OF).format(date=plain_name(date_text(at.date(), written))),
        scan=str(content.SCAN),
        qr=qr(url),
        address=urlsplit(url).netloc + urlsplit(url).path,
    )


def _other_language(tag: str, written: str) -> str:
    if tag == written:
        return ""
    names = locale_of(written).languages
    return str(content.OTHER_LANGUAGE).format(
        language=plain_name(names.get(tag, vocabulary.languages()[tag].english)),
        other=plain_name(names.get(written, vocabulary.languages()[written].english)),
    )


def _answer_facts(answer: Match, written: str, at: datetime) -> Facts:
    facts = facts_of(answer.row, written, at)
    lasting = [reason for reason in answer.reasons if not _is_elsewhere(reason.code, facts)]
    texts = [text for text, _ in reason_sentences(lasting, written)]
    return replace(
        facts,
        cautions=(reason_text(answer.caution, written),) if answer.caution else (),
        reasons=tuple(texts[:MOST_REASONS]),
    )


def _is_elsewhere(code: str, facts: Facts) -> bool:
    """Return whether a reason will have passed, or the paper says it in another line."""
    if code.startswith("language_"):
        return bool(facts.languages)
    return code in PASSING or (code == "distance_around" and bool(facts.place))


def _shared_cautions(services: Sequence[Facts]) -> tuple[str, ...]:
    if len(services) < 2:
        return ()
    first, *others = services
    return tuple(each for each in first.cautions if all(each in o.cautions for o in others))


def _without(shown: tuple[str, ...], facts: Facts) -> Facts:
    left = tuple(caution for caution in facts.cautions if caution not in shown)
    return replace(facts, cautions=left)
