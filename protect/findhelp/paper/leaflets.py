"""Cards of a service and pathways of a place and a need, and what both say of a service."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from protect.directory.enums import Channel, Cost, Fact, Freshness, Verdict
from protect.findhelp.answers import cards, weeks
from protect.findhelp.emergency import emergency_of
from protect.findhelp.paper import content
from protect.findhelp.paper.content import Facts, Frame, Number, Pathway
from protect.kernel.text import plain_name
from protect.matching.conditions import disclosure
from protect.matching.questions import Answers, Match, Question, Reason, freshness_at, prepare
from protect.matching.services.rows import Number as Phone, ServiceRow
from protect.matching.wording import reason_sentences, reason_text
from protect.reference import formats, vocabulary
from protect.ui.press import SCRIPTS, Writing, qr, twice

MOST_REASONS = 3
MOST_LINES = 3
# True when it was printed, and no longer when it is read.
PASSING = frozenset(
    {"open_now", "open_until", "opens_today", "opens_day", "closed", "answerphone"}
    | {"hours_unknown", "phone_yes", "phone_no", "phone_unknown", "cost_free"}  # say numbers, hours
)
CHECKED = frozenset({Freshness.FRESH, Freshness.DUE})
DOORS = {
    Channel.PHONE: (content.CALL_HOURS, Fact.PHONE_HOURS),
    Channel.VISIT: (content.VISIT_HOURS, Fact.VISIT_HOURS),
}
MOST_NUMBERS = 3


def card_of(row: ServiceRow, tag: str, url: str, at: datetime) -> content.Card:
    """Return the card of a service. `url` is what its QR code opens, short and neutral."""
    written = written_in(tag)
    with translation.override(written):
        frame = frame_of(tag, row.country, url, at.astimezone(ZoneInfo(row.zone)))
        cautions = tuple(reason_text(each, written) for each in cautions_of(row, at))
        return content.Card(frame, replace(facts_of(row, written, at), cautions=cautions))


def cautions_of(row: ServiceRow, at: datetime) -> list[Reason]:
    return disclosure.cautions(row, prepare(Question(tuple(sorted(row.categories)), at)))


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
        date = plain_name(formats.date_text(datetime.fromisoformat(day).date(), written))
        yield day, str(content.VALID_UNTIL).format(date=date)


def written_in(tag: str) -> str:
    """Return the language of a paper for a reader: her own, or the nearest that we can print."""
    languages = vocabulary.languages()
    chain = vocabulary.fallback_chain(tag)
    return next(each for each in chain if languages[each].script in SCRIPTS)


def frame_of(tag: str, country: str | None, url: str, at: datetime) -> Frame:
    """Return what every paper carries. The day is that of the place."""
    written = written_in(tag)
    language, number = vocabulary.languages()[written], emergency_of(country).number
    drafts = () if language.is_reviewed else (content.DRAFT,)
    return Frame(
        writing=Writing.of(written, language.direction, language.script),
        mark=twice(content.DEMONSTRATION) if settings.IS_DEMO else (),
        banner=twice(content.DO_NOT_RELY, *drafts) if settings.IS_DEMO else (),
        other_language=_other_language(tag, written),
        danger=content.Danger(number, str(content.DANGER), str(content.DANGER_NOTE)),
        as_of=str(content.AS_OF).format(date=plain_name(formats.date_text(at.date(), written))),
        scan=str(content.SCAN),
        qr=qr(url),
        address=urlsplit(url).netloc + urlsplit(url).path,
    )


def _other_language(tag: str, written: str) -> str:
    if tag == written:
        return ""
    names = formats.locale_of(written).languages
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


def facts_of(row: ServiceRow, tag: str, at: datetime) -> Facts:
    """Return what a paper says about a service. The active language must be that of `tag`."""
    numbers = tuple(_numbers(row, tag, at))[:MOST_NUMBERS]
    fresh = cards.fresh_text(row, Fact.PHONE, tag, at) if numbers else str(content.NO_NUMBER)
    tongues = tuple(_tongues(row, tag, at))
    spoken = cards.fresh_text(row, Fact.LANGUAGES, tag, at)
    return Facts(
        name=row.name,
        by="" if row.organisation == row.name else row.organisation,
        numbers=numbers,
        fresh=fresh,
        hours=tuple(_doors(row, tag, at, fresh)),
        languages_label=str(content.LANGUAGES),
        languages=tongues,
        languages_fresh=spoken if tongues and spoken != fresh else "",
        place=_place(row, tag),
        before=row.restrictions,
        until=until(row, at),
    )


def printed_facts(row: ServiceRow) -> list[Fact]:
    """Return the facts of a service that a paper prints, and that must be fresh."""
    printed = {
        Fact.PHONE: bool(row.phones),
        Fact.PHONE_HOURS: Channel.PHONE in row.doors,
        Fact.VISIT_HOURS: Channel.VISIT in row.doors,
        Fact.LANGUAGES: bool(row.languages),
        Fact.ADDRESS: any(not point.is_coarse for point in row.points),
    }
    return [fact for fact, is_told in printed.items() if is_told]


def until(row: ServiceRow, at: datetime) -> str:
    """Return the day on which the first fact of a paper is to be checked again, as ISO 8601.
    "" where any of them is not fresh: then a paper promises nothing. The day is that of the
    place."""
    printed = printed_facts(row)
    if not printed or any(freshness_at(row, fact, at) is not Freshness.FRESH for fact in printed):
        return ""
    standing = (  # the check that makes a fact fresh: an unanswered call is none
        next(each for each in row.checks[fact] if each.verdict != Verdict.NOT_REACHED)
        for fact in printed
    )
    due = min(check.next_check for check in standing)
    return due.astimezone(ZoneInfo(row.zone)).date().isoformat()


def is_printed(state: Freshness) -> bool:
    """Return whether a number is printed: only a checked one, in the demo an unchecked one too."""
    return state in CHECKED or (settings.IS_DEMO and state == Freshness.UNVERIFIED)


def _numbers(row: ServiceRow, tag: str, at: datetime) -> Iterator[Number]:
    if not row.phones:
        yield from (Number(text, is_number=False) for text in (row.email, row.website) if text)
    elif is_printed(freshness_at(row, Fact.PHONE, at)):
        for phone in row.phones:
            yield Number(cards.grouped(phone.number, row.country), note=_note(phone, tag))


def _note(phone: Phone, tag: str) -> str:
    kind = cards.NAMES.get(phone.kind) or str(cards.LABELS.get(phone.kind, ""))
    free = reason_text(Reason("cost_free"), tag) if phone.cost == Cost.FREE else ""
    return " · ".join(filter(None, [kind, free]))


def _doors(row: ServiceRow, tag: str, at: datetime, phone_fresh: str) -> Iterator[content.Hours]:
    """Yield the hours of phone and door. `phone_fresh` stands at the number and is not repeated."""
    for channel, (label, fact) in DOORS.items():
        door = row.doors.get(channel)
        if door is None:
            continue
        times = weeks.week_of(door.hours, tag, at)
        note = reason_text(Reason("by_appointment"), tag) if door.hours.by_appointment else ""
        if times or note:
            fresh = cards.fresh_text(row, fact, tag, at)
            yield content.Hours(str(label), times, note, fresh if fresh != phone_fresh else "")


def _tongues(row: ServiceRow, tag: str, at: datetime) -> Iterator[content.Tongue]:
    for spoken in sorted(row.languages, key=lambda each: each.language != tag):
        times = weeks.week_of(spoken.window, tag, at) if spoken.window else ()
        yield content.Tongue(_language_name(spoken.language, tag), times)


def _language_name(spoken: str, tag: str) -> str:
    """Return a language by its own name, or in the reader's words where no font here has it."""
    language = vocabulary.languages().get(spoken)
    if language is None:
        return spoken
    if language.script in SCRIPTS:
        return language.endonym
    return str(formats.locale_of(tag).languages.get(spoken, language.english))


def _place(row: ServiceRow, tag: str) -> str:
    for point in row.points:
        if point.is_coarse:
            return reason_text(Reason("distance_around", facts={"place": point.name}), tag)
        town = " ".join(filter(None, (point.postal_code, point.name)))
        return ", ".join(filter(None, (point.address, town)))
    return ""
