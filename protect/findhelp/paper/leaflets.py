"""Cards of a service and pathways of a place and a need, and the facts that both print."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from protect.directory.enums import Channel, Cost, Fact, Freshness, Verdict
from protect.findhelp.answers import (
    cards,
    contacts,
    interpreters,
    limits,
    names,
    places,
    service_texts,
    topics,
    weeks,
)
from protect.findhelp.answers.emergency import caller_notes, emergency_of
from protect.findhelp.answers.first_hours import printed_sentences
from protect.findhelp.answers.sentences import reason_text
from protect.findhelp.paper import content, repeats
from protect.findhelp.paper.content import (
    Frame,
    Pathway,
    PrintedHours,
    PrintedNumber,
    PrintedText,
    ServiceFacts,
)
from protect.kernel.text import plain_isolated_name
from protect.matching.conditions import disclosure
from protect.matching.questions import (
    Answers,
    Match,
    PersonLocation,
    Question,
    Reason,
    build_query,
    freshness_at,
)
from protect.matching.services.rows import PhoneNumber as Phone, ServiceRow
from protect.reference import formats, vocabulary
from protect.ui.press import SCRIPTS, PaperLanguage, bilingual, qr_svg

LOOPBACK = {"127.0.0.1", "localhost"}
MAX_REASONS = 3  # of a service on a pathway
MAX_NATIONAL = 3  # national services on a pathway
LINES_COMPARED = 3 * MAX_NATIONAL  # the first MAX_NATIONAL of these that add something are printed
UNPRINTED_CODES = frozenset(  # reasons that may no longer hold when the paper is read
    {"open_now", "open_until", "opens_today", "opens_day", "closed", "answerphone"}
    | {"hours_unknown", "phone_yes", "phone_no", "phone_unknown", "cost_free"}  # shown elsewhere
)
PRINTABLE_STATES = frozenset({Freshness.FRESH, Freshness.DUE})  # phone numbers to print
HOURS_LABELS = {
    Channel.PHONE: (content.CALL_HOURS, Fact.PHONE_HOURS),
    Channel.VISIT: (content.VISIT_HOURS, Fact.VISIT_HOURS),
}
MAX_NUMBERS = 3  # phone numbers of a service on one paper; more are not printed


def build_card(row: ServiceRow, tag: str, url: str, at: datetime) -> content.Card:
    """Return the card of a service. Its QR code opens `url`, which is short and neutral."""
    paper_tag = printed_language(tag)
    with translation.override(paper_tag):
        frame = build_frame(tag, row.country, url, at.astimezone(ZoneInfo(row.zone)))
        facts, cautions = service_facts(row, paper_tag, at), service_cautions(row, at)
        return content.Card(frame, with_sentences(facts, row, paper_tag, cautions))


def service_cautions(row: ServiceRow, at: datetime) -> list[Reason]:
    """Return the cautions about a service for a person without known details."""
    query = build_query(Question(tuple(sorted(row.categories)), at))
    return disclosure.cautions(row, disclosure.disclosure_at(row, at), query)


def with_sentences(
    facts: ServiceFacts,
    row: ServiceRow,
    tag: str,
    cautions: Sequence[Reason],
    reasons: Sequence[str] = (),
) -> ServiceFacts:
    """Return the facts of a service with cautions and reasons, and the limits beside these."""
    texts = tuple(reason_text(caution, tag) for caution in cautions)
    stated, others = limits.texts_beside_limits(row, tag, reasons, texts)
    return replace(facts, cautions=texts, reasons=stated, limits=others)


def build_pathway(  # noqa: PLR0913 - the answers, the question in words, and the reader
    answers: Answers,
    place: str,
    need_name: Promise | str,
    country: str | None,
    tag: str,
    url: str,
    at: datetime,
    wanted: frozenset[str] = frozenset(),
) -> Pathway:
    """Return the pathway of a place and a need. `place` is "" for "anywhere"; `wanted`: the
    categories that answer the need, as for a card of a page."""
    paper_tag = printed_language(tag)
    zone = vocabulary.countries()[country].zone if country else settings.TIME_ZONE
    with translation.override(paper_tag):
        selected = select_services(answers, paper_tag, at, wanted)
        steps, lines = (
            [service.facts for service in part] for part in (selected.steps, selected.lines)
        )
        shared = _common_cautions([*steps, *lines])
        return Pathway(
            frame=build_frame(tag, country, url, at.astimezone(ZoneInfo(zone))),
            place=place,
            need=str(need_name),
            cautions=shared,
            steps=tuple(_without_cautions(shared, service) for service in steps),
            whole_country=str(content.WHOLE_COUNTRY),
            lines=tuple(_without_cautions(shared, service) for service in lines),
            repeated_from=selected.repeated_from,
            call_first=str(content.CALL_FIRST),
            valid=dict(_validity_texts([*steps, *lines], paper_tag)),
        )


class Selection(NamedTuple):
    """The services of a pathway; the fields are those of `Pathway`."""

    steps: tuple[repeats.PrintedService, ...]
    lines: tuple[repeats.PrintedService, ...]
    repeated_from: tuple[int, ...]


def select_services(
    answers: Answers, tag: str, at: datetime, wanted: frozenset[str] = frozenset()
) -> Selection:
    """Return the services that a pathway prints. `tag` must be the active language."""

    def without_repeats(
        matches: Sequence[Match], *, has_place: bool
    ) -> list[repeats.PrintedService]:
        services = [
            repeats.printed_service(
                match, _facts_of_answer(match, tag, at, wanted), tag, wanted, has_place=has_place
            )
            for match in matches
        ]
        return repeats.without_repeats(services)

    steps = without_repeats(answers.within_reach, has_place=True)
    lines = without_repeats(answers.national[:LINES_COMPARED], has_place=False)
    return Selection(tuple(steps), tuple(lines), tuple(repeats.repeated_from(steps, lines)))


def with_first_hours(pathway: Pathway, tag: str, country: str | None) -> Pathway:
    """Return a pathway with the sentences about the first hours, which stand above its steps and
    ask what cards.SHARED_CAUTIONS ask: whether the police are told."""
    texts = printed_sentences(printed_language(tag), country)
    asked = tuple(
        reason_text(Reason(code), printed_language(tag)) for code in cards.SHARED_CAUTIONS
    )
    return replace(
        pathway,
        cautions=(*texts, *(text for text in pathway.cautions if text not in asked)),
        steps=tuple(_without_cautions(asked, service) for service in pathway.steps),
        lines=tuple(_without_cautions(asked, service) for service in pathway.lines),
    )


def _validity_texts(services: Sequence[ServiceFacts], paper_tag: str) -> Iterator[tuple[str, str]]:
    """Yield each day on which a printed fact is due for a check, and the words “Valid until” it."""
    for day in sorted({service.until for service in services if service.until}):
        date = plain_isolated_name(formats.date_text(datetime.fromisoformat(day).date(), paper_tag))
        yield day, str(content.VALID_UNTIL).format(date=date)


def printed_language(tag: str) -> str:
    """Return the first language in the fallback chain of `tag` whose script can be printed."""
    languages = vocabulary.languages()
    chain = vocabulary.fallback_chain(tag)
    return next(language for language in chain if languages[language].script in SCRIPTS)


def build_frame(tag: str, country: str | None, url: str, at: datetime) -> Frame:
    """Return the parts that every paper has. `at` has to be in the time zone of the place."""
    paper_tag = printed_language(tag)
    language, number = vocabulary.languages()[paper_tag], emergency_of(country).number
    drafts = () if language.is_reviewed else (content.DRAFT,)
    day = formats.date_text(at.date(), paper_tag)
    return Frame(
        writing=PaperLanguage.of(paper_tag, language.direction, language.script),
        mark=bilingual(content.DEMONSTRATION) if settings.IS_DEMO else (),
        banner=bilingual(content.DO_NOT_RELY, *drafts) if settings.IS_DEMO else (),
        other_language=_other_language_note(tag, paper_tag),
        danger=content.EmergencyNote(
            number, str(content.DANGER), " ".join(map(str, caller_notes(paper_tag, country)))
        ),
        as_of=str(content.AS_OF).format(date=plain_isolated_name(day)),
        scan=str(content.SCAN),
        qr=_qr_of_page(url),
        address=_address_to_type(url),
        interpreter=tuple(_interpreter_lines(tag, paper_tag, country)),
    )


def _address_to_type(url: str) -> str:
    """Return the URL of a page without its scheme; "" for a site that only its computer reaches."""
    parts = urlsplit(url)
    return "" if parts.hostname in LOOPBACK else parts.netloc + parts.path


def _interpreter_lines(tag: str, paper_tag: str, country: str | None) -> Iterator[PrintedText]:
    """Yield the sentence with which a reader of `tag` asks for an interpreter in a country."""
    request = interpreters.request_at(PersonLocation(country=country), (tag,), paper_tag)
    if request:
        for line in (*request.shown, *filter(None, [request.own])):
            yield PrintedText(line.text, line.tag, line.direction)


# Making one takes 10 to 20 ms, longer than the rest of a paper's content.
_qr_of_page = lru_cache(maxsize=256)(qr_svg)


def _other_language_note(tag: str, paper_tag: str) -> str:
    if tag == paper_tag:
        return ""
    return str(content.OTHER_LANGUAGE).format(
        language=plain_isolated_name(formats.language_name(tag, paper_tag)),
        other=plain_isolated_name(formats.language_name(paper_tag, paper_tag)),
    )


def _facts_of_answer(
    answer: Match, paper_tag: str, at: datetime, wanted: frozenset[str]
) -> ServiceFacts:
    facts = service_facts(answer.row, paper_tag, at, wanted)
    lasting = [reason for reason in answer.reasons if not _is_left_out(reason.code, facts)]
    spoken = topics.languages_of_region(answer.row)
    texts = dict.fromkeys(
        reason_text(reason, paper_tag)
        for reason in lasting
        if (reason.facts or {}).get("language") not in spoken
    )
    cautions = [answer.caution] if answer.caution else []
    return with_sentences(facts, answer.row, paper_tag, cautions, [*texts][:MAX_REASONS])


def _is_left_out(code: str, facts: ServiceFacts) -> bool:
    """Return whether a reason is not printed: it soon changes, or another line says it."""
    if code.startswith("language_"):
        return bool(facts.languages)
    return code in UNPRINTED_CODES or (code == "distance_around" and bool(facts.place))


def _common_cautions(services: Sequence[ServiceFacts]) -> tuple[str, ...]:
    """Return the cautions that all these services share; () for fewer than two services."""
    if len(services) < 2:
        return ()
    first, *rest = services
    return tuple(text for text in first.cautions if all(text in other.cautions for other in rest))


def _without_cautions(shown: tuple[str, ...], facts: ServiceFacts) -> ServiceFacts:
    remaining = tuple(caution for caution in facts.cautions if caution not in shown)
    return replace(facts, cautions=remaining)


def service_facts(
    row: ServiceRow, tag: str, at: datetime, wanted: frozenset[str] = frozenset()
) -> ServiceFacts:
    """Return the facts of a service, as a paper prints them. `tag` must be the active language;
    `wanted`: as in `build_pathway`."""
    numbers = tuple(_printed_contacts(row, tag, at))[:MAX_NUMBERS]
    without_number = content.NO_NUMBER if row.phones else contacts.NUMBER_UNKNOWN
    fresh = cards.last_check_text(row, Fact.PHONE, tag, at) if numbers else str(without_number)
    languages = tuple(_language_lines(row, tag, at))
    languages_checked = cards.last_check_text(row, Fact.LANGUAGES, tag, at)
    named = names.name_views(row, tag)
    return ServiceFacts(
        name=named[0].text,
        by="".join(name.text for name in named[-1:] if name is not named[0]),
        numbers=numbers,
        fresh=fresh,
        hours=tuple(_printed_hours(row, tag, at, fresh)),
        languages_label=str(content.LANGUAGES),
        languages=languages,
        languages_fresh=languages_checked if languages and languages_checked != fresh else "",
        place=_first_address_or_area(row, tag),
        before=tuple(
            content.PrintedText(*quote) for quote in service_texts.quotes_before_going(row, tag)
        ),
        until=valid_until(row, at),
        heading=places.heading_text(row, tag, wanted),
    )


def printed_facts(row: ServiceRow) -> list[Fact]:
    """Return the printed facts of a service, which must be fresh for the paper to be valid."""
    printed = {
        Fact.PHONE: bool(row.phones),
        Fact.PHONE_HOURS: Channel.PHONE in row.opening_hours,
        Fact.VISIT_HOURS: Channel.VISIT in row.opening_hours,
        Fact.LANGUAGES: bool(row.languages),
        Fact.ADDRESS: any(not point.is_coarse for point in row.points),
    }
    return [fact for fact, is_known in printed.items() if is_known]


def valid_until(row: ServiceRow, at: datetime) -> str:
    """Return the ISO date on which a printed fact must first be checked again, in local time.
    "" if a printed fact is not fresh: the paper then states no validity."""
    printed = printed_facts(row)
    if not printed or any(freshness_at(row, fact, at) is not Freshness.FRESH for fact in printed):
        return ""
    confirming_checks = (  # the check that makes a fact fresh; an unanswered call does not
        next(check for check in row.checks[fact] if check.verdict != Verdict.NOT_REACHED)
        for fact in printed
    )
    due = min(check.next_check for check in confirming_checks)
    return due.astimezone(ZoneInfo(row.zone)).date().isoformat()


def is_printed(state: Freshness) -> bool:
    """Return whether a number in this state is printed. The demo also prints unchecked ones."""
    return state in PRINTABLE_STATES or (settings.IS_DEMO and state == Freshness.UNVERIFIED)


def _printed_contacts(row: ServiceRow, tag: str, at: datetime) -> Iterator[PrintedNumber]:
    """Yield a service's phone numbers, if checked in time; if it has none, e-mail and website."""
    if not row.phones:
        for text in filter(None, (row.email, row.website)):
            yield PrintedNumber(text, is_number=False)
    elif is_printed(state := freshness_at(row, Fact.PHONE, at)):
        for phone in row.phones:
            yield PrintedNumber(
                formats.format_number(phone.number, row.country),
                note=_kind_and_if_free_text(phone, tag),
                call_url=contacts.call_url(phone.kind, phone.number, state),
            )


def _kind_and_if_free_text(phone: Phone, tag: str) -> str:
    kind = contacts.NUMBER_NAMES.get(phone.kind) or str(contacts.NUMBER_LABELS.get(phone.kind, ""))
    free = reason_text(Reason("cost_free"), tag) if phone.cost == Cost.FREE else ""
    return " · ".join(filter(None, [kind, free]))


def _printed_hours(
    row: ServiceRow, tag: str, at: datetime, phone_check: str
) -> Iterator[PrintedHours]:
    """Yield the hours for calls and visits; a check date equal to `phone_check` is left blank."""
    for channel, (label, fact) in HOURS_LABELS.items():
        opening = row.opening_hours.get(channel)
        if opening is None:
            continue
        times = weeks.week_of(opening.hours, tag, at)
        note = reason_text(Reason("by_appointment"), tag) if opening.hours.by_appointment else ""
        if times or note:
            checked = cards.last_check_text(row, fact, tag, at)
            yield PrintedHours(str(label), times, note, checked if checked != phone_check else "")


def _language_lines(row: ServiceRow, tag: str, at: datetime) -> Iterator[content.LanguageLine]:
    for spoken in sorted(row.languages, key=lambda offer: offer.language != tag):
        times = weeks.week_of(spoken.window, tag, at) if spoken.window else ()
        yield content.LanguageLine(_language_name(spoken.language, tag), times)


def _language_name(spoken: str, tag: str) -> str:
    """Return the name of a language in the reader's language, or in English if no font has the
    letters of that name."""
    name, language = formats.language_name(spoken, tag), vocabulary.languages().get(spoken)
    if language and name == language.endonym and language.script not in SCRIPTS:
        return language.english
    return name


def _first_address_or_area(row: ServiceRow, tag: str) -> str:
    for point in row.points:
        if point.is_coarse:
            return reason_text(
                Reason("distance_around", facts={"place": names.town_name(point, tag)}), tag
            )
        return point.address_line
    return ""
