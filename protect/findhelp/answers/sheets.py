"""One service in full: every fact with its label, its text and when it was checked."""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.enums import Channel, Fact, PhoneKind
from protect.directory.facts import FACTS as FACT_TYPES
from protect.directory.facts.base.fact_type import PublicLine
from protect.directory.hours import Hours
from protect.findhelp.answers import cards, limits, names, service_texts, topics, weeks
from protect.findhelp.answers.contacts import breakable, number_views
from protect.matching import explanation, wording
from protect.matching.conditions import disclosure
from protect.matching.questions import Question, Reason, Wishes, build_query
from protect.matching.services.rows import LanguageOffer, OpeningHours, ServiceRow
from protect.reference.catalogue import SOURCE_LANGUAGE
from protect.reference.wording import CATEGORY_NAMES

FACT_LABELS: dict[str, Promise] = {  # on a service's page; other facts have their public_label
    "kinds": _("Helps with"),  # For translators: label of a fact: kinds of help a service gives
    # Translators, of each below: label of a fact.
    Fact.LANGUAGES: topics.LANGUAGES,
    Fact.VISIT_HOURS: topics.OPENING_HOURS,
    Fact.PHONE_HOURS: topics.TELEPHONE_HOURS,
    Fact.ELIGIBILITY: topics.FOR_WHOM_LABEL,
    "access": _("How to get help there"),  # For translators: label: how to begin, such as by phone
    Fact.ADDRESS: _("Where"),  # where it is
    "links": _("Online"),  # e-mail and website
}
# Translators: heading over a telephone line, for a person who cannot speak now.
WHEN_YOU_CAN_SPEAK = _("When you can speak")
ACCESS_PARTS = re.compile(r"(?<=[.!?;])\s+")  # between parts of a text about how to get help
WRITING_WORDS = re.compile(r"(?i)\b(?:chat|text|sms|whatsapp|message|write|e-mail|form)\b")


type Lines = tuple[str, ...]
type Quotes = tuple[service_texts.Quote, ...]  # texts of the source


class FactView(NamedTuple):
    """A fact on a service's page. Without lines, quotes and week the page says "Ask them"."""

    label: str
    lines: Lines = ()
    quoted: Quotes = ()
    week: tuple[tuple[str, Lines], ...] = ()
    fresh: str = ""

    @property
    def is_unknown(self) -> bool:
        return not (self.lines or self.quoted or self.week)


class SheetView(NamedTuple):
    """The page of one service in full: its card, cautions, facts and texts."""

    card: cards.CardView
    cautions: tuple[str, ...]
    facts: tuple[FactView, ...]
    valid_until: datetime | None
    before: Quotes  # what to know before going there
    about: Quotes  # what the service does

    @property
    def has_english(self) -> bool:
        """Return whether a text of the service on the page, except `before`, is in English."""
        quoted = (each for fact in self.facts for each in fact.quoted)
        return any(each.tag == SOURCE_LANGUAGE for each in (*self.about, *quoted))


def sheet_view(
    row: ServiceRow,
    tag: str,
    at: datetime,
    *,
    is_quiet: bool = False,
    wanted: frozenset[str] = frozenset(),
    at_any_hour: bool = False,
) -> SheetView:
    """Return the page of a service. `is_quiet`: for a visitor who cannot speak. `wanted`: the
    categories that the visitor needs, so that the page has the heading of the card. `at_any_hour`:
    as in a question; then nothing on the page changes at midnight."""
    needs, wishes = tuple(sorted(row.categories)), Wishes(cannot_speak=is_quiet)
    question = Question(needs, at, languages=(tag,), wishes=wishes, at_any_hour=at_any_hour)
    query = build_query(question)
    answer = explanation.explain(row, query)
    cautions = disclosure.cautions(row, disclosure.disclosure_at(row, at), query)
    change_times = [None if at_any_hour else midnight_after(at, row.zone), answer.valid_until]
    with translation.override(tag):
        return SheetView(
            card=cards.card_view(answer, tag, at, wanted=wanted),
            cautions=tuple(_dated_caution(caution, row, tag, at) for caution in cautions),
            facts=tuple(_fact_views(row, cautions, tag, at, is_quiet=is_quiet)),
            valid_until=min(filter(None, change_times), default=None),
            before=service_texts.quotes_before_going(row, tag),
            about=service_texts.quotes(row, "description", tag),
        )


def _dated_caution(caution: Reason, row: ServiceRow, tag: str, at: datetime) -> str:
    text = wording.reason_text(caution, tag)
    if caution.fact is None or caution.code.endswith("_unknown"):
        return text
    return f"{text} · {cards.last_check_text(row, caution.fact, tag, at)}"


def midnight_after(at: datetime, zone: str) -> datetime:
    """Return the next midnight in a time zone, when "today" and "tomorrow" change."""
    day = at.astimezone(ZoneInfo(zone)) + timedelta(days=1)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def _fact_views(
    row: ServiceRow, cautions: Iterable[Reason], tag: str, at: datetime, *, is_quiet: bool
) -> Iterator[FactView]:
    """Yield facts in page order; unknown hours, access, address and links are left out. `is_quiet`:
    contacts for writing come first, those for calls last."""
    online = [*_online_views(row, tag, at)]
    calls = [*_call_views(row, tag, at, is_quiet=is_quiet)]
    if is_quiet:
        yield from online
    kinds = [str(CATEGORY_NAMES[code]) for code in sorted(row.categories & CATEGORY_NAMES.keys())]
    yield FactView(str(FACT_LABELS["kinds"]), tuple(kinds))
    spoken = tuple(_language_line(offer, tag, at) for offer in row.languages)
    yield _fact_view(Fact.LANGUAGES, row, tag, at, spoken)
    if visits := row.opening_hours.get(Channel.VISIT):
        yield _hours_view(Fact.VISIT_HOURS, visits, row, tag, at)
    if not is_quiet:
        yield from calls
    said = {wording.reason_text(caution, tag) for caution in cautions}
    yield _audience_view(row, said, tag, at)
    for fact, kind in FACT_TYPES.items():
        if kind.public_label is not None:
            line = row.public_lines.get(fact, PublicLine())
            quoted = tuple(service_texts.quote_of(text, row.text_language) for text in line.quotes)
            lines = tuple(str(kind.reasons[code]) for code in line.codes)
            yield _fact_view(fact, row, tag, at, lines, quoted)
    if access := _access_quotes(row, tag, is_quiet=is_quiet):
        yield FactView(str(FACT_LABELS["access"]), quoted=access)
    if row.points:
        yield _fact_view(Fact.ADDRESS, row, tag, at, tuple(_address_or_area_lines(row, tag)))
    yield from calls if is_quiet else online


def _online_views(row: ServiceRow, tag: str, at: datetime) -> Iterator[FactView]:
    """Yield e-mail and website with the hours that are stated for writing."""
    links = tuple(breakable(address) for address in (row.email, row.website) if address)
    view = FactView(str(FACT_LABELS["links"]), links)
    if row.writing_hours:
        yield _with_hours(view, row.writing_hours, row, tag, at)
    elif links:
        yield view


def _call_views(row: ServiceRow, tag: str, at: datetime, *, is_quiet: bool) -> Iterator[FactView]:
    """Yield the hours of calls; `is_quiet`: with the numbers. Without a number to call, they
    are the hours of a service that only writes."""
    opening = row.opening_hours.get(Channel.PHONE)
    view = _hours_view(Fact.PHONE_HOURS, opening, row, tag, at) if opening else None
    if not row.has_voice_number:
        yield from [view._replace(label=str(topics.OPENING_HOURS))] if view else []
    elif is_quiet:
        contacts = explanation.contacts(row, build_query(Question((), at)))
        calls = (contact for contact in contacts if contact.kind == PhoneKind.VOICE)
        numbers = tuple(number.text for number in number_views(calls, row.country, tag))
        view = view or FactView("")
        yield view._replace(label=str(WHEN_YOU_CAN_SPEAK), lines=(*numbers, *view.lines))
    elif view:
        yield view


def _access_quotes(row: ServiceRow, tag: str, *, is_quiet: bool) -> Quotes:
    """Return how to get help there; `is_quiet`: only the parts that name a way to write, if the
    text is in English and has such parts."""
    text, language = row.translated_text("how_to_access", tag)
    if is_quiet and language == SOURCE_LANGUAGE:
        parts = [part for part in ACCESS_PARTS.split(text) if WRITING_WORDS.search(part)]
        text = " ".join(parts).rstrip(";, ")
    return service_texts.quotes_of_text(text, language, tag)


def _fact_view(
    fact: Fact, row: ServiceRow, tag: str, at: datetime, lines: Lines = (), quoted: Quotes = ()
) -> FactView:
    label = str(FACT_LABELS.get(fact, FACT_TYPES[fact].public_label))
    return FactView(label, lines, quoted, fresh=cards.last_check_text(row, fact, tag, at))


def _language_line(spoken: LanguageOffer, tag: str, at: datetime) -> str:
    reason = Reason(explanation.LANGUAGE_REASONS[spoken.how], facts={"language": spoken.language})
    times = weeks.week_of(spoken.window, tag, at) if spoken.window else ()
    hours = weeks.week_text(times, tag)
    text = wording.reason_text(reason, tag)
    return f"{text} – {hours}" if hours else text


def _hours_view(
    fact: Fact, opening: OpeningHours, row: ServiceRow, tag: str, at: datetime
) -> FactView:
    quoted = (service_texts.quote_of(opening.note, row.text_language),) if opening.note else ()
    view = _with_hours(_fact_view(fact, row, tag, at, (), quoted), opening.hours, row, tag, at)
    if opening.hours.by_appointment:
        appointment = wording.reason_text(Reason("by_appointment"), tag)
        view = view._replace(lines=(*view.lines, appointment))
    return view


def _with_hours(
    view: FactView, opening: Hours, row: ServiceRow, tag: str, at: datetime
) -> FactView:
    """Return a fact with the week of some hours; hours of every day are one more line."""
    times = weeks.week_of(opening, tag, at.astimezone(ZoneInfo(row.zone)))
    rows = tuple((", ".join(entry.days), entry.spans) for entry in times if entry.days)
    lines = [span for entry in times if not entry.days for span in entry.spans]
    return view._replace(lines=(*view.lines, *lines), week=rows)


def _audience_view(row: ServiceRow, said: Collection[str], tag: str, at: datetime) -> FactView:
    """Return which people a service is for, by its own note, and what it asks before admission.
    `said`: cautions, which stand above."""
    text, language = row.translated_text("audience_note", tag)
    words = dict.fromkeys(limits.split_audience(text))
    texts = [*limits.audience_texts(row, tag, words)]
    stated, limited = limits.texts_beside_limits(row, tag, texts, said)
    papers = (wording.reason_text(reason, tag) for reason in topics.papers_to_ask(row, None))
    lines = tuple(dict.fromkeys([*limited, *stated, *papers]))
    others = " · ".join(word for word in words if word not in limits.AUDIENCE_WORDS)
    own = (service_texts.quote_of(others, language),) if others else ()
    admission = service_texts.quotes(row, "admission_conditions", tag)
    return _fact_view(Fact.ELIGIBILITY, row, tag, at, lines, (*own, *admission))


def _address_or_area_lines(row: ServiceRow, tag: str) -> Iterator[str]:
    for point in row.points:
        if point.is_coarse:
            yield wording.reason_text(
                Reason("distance_around", facts={"place": names.town_name(point, tag)}), tag
            )
        else:
            yield point.address_line
