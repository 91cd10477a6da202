"""One service in full: every fact with its label, its words and how fresh it is."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.enums import Channel, Fact
from protect.directory.facts import FACTS as FACT_TYPES
from protect.directory.facts.base.fact_type import PublicLine
from protect.findhelp.answers import cards, weeks
from protect.kernel.text import plain_number
from protect.matching import explanation, wording
from protect.matching.questions import Question, Reason, Wishes, prepare
from protect.matching.services.rows import Door, ServiceRow, Spoken
from protect.reference import vocabulary
from protect.reference.wording import CATEGORY_NAMES, GROUP_NAMES

LABELS: dict[str, Promise] = {
    # Translators: label of a fact about a service: which kinds of help it gives.
    "kinds": _("Helps with"),
    # Translators, of each below: label of a fact.
    Fact.LANGUAGES: _("Languages"),  # which languages are spoken
    Fact.VISIT_HOURS: _("Opening hours"),  # opening hours for people who come
    Fact.PHONE_HOURS: _("Telephone hours"),  # when staff answer the telephone
    Fact.ELIGIBILITY: _("For whom"),  # for which people the service is
    # Translators: label of a fact: how to begin, for example by telephone or by appointment.
    "access": _("How to get help there"),
    Fact.ADDRESS: _("Where"),  # where it is
    "links": _("Online"),  # e-mail and website
}
DOORS = {Fact.VISIT_HOURS: Channel.VISIT, Fact.PHONE_HOURS: Channel.PHONE}


class Quote(NamedTuple):
    """Words of a service, and the language that they are in: not always that of the page."""

    text: str
    tag: str
    direction: str


type Lines = tuple[str, ...]
type Quotes = tuple[Quote, ...]  # the source's own words


class FactView(NamedTuple):
    """A label and its lines. Without lines nothing is known: "Ask them"."""

    label: str
    lines: Lines = ()
    quoted: Quotes = ()
    week: tuple[tuple[str, Lines], ...] = ()
    fresh: str = ""

    @property
    def is_unknown(self) -> bool:
        return not (self.lines or self.quoted or self.week)


class SheetView(NamedTuple):
    card: cards.CardView
    cautions: tuple[str, ...]
    facts: tuple[FactView, ...]
    valid_until: datetime | None
    before: Quote  # what one must know before one goes; its text may be blank
    about: Quote  # what it does; its text may be blank

    @property
    def has_english(self) -> bool:
        quoted = (each for fact in self.facts for each in fact.quoted)
        return any(each.text and each.tag == "en" for each in (self.about, *quoted))


def sheet_of(row: ServiceRow, tag: str, at: datetime, *, is_quiet: bool = False) -> SheetView:
    needs, wishes = tuple(sorted(row.categories)), Wishes(cannot_speak=is_quiet)
    answer = explanation.explain(row, prepare(Question(needs, at, languages=(tag,), wishes=wishes)))
    ends = [midnight_after(at, row.zone), *([answer.valid_until] if answer.valid_until else [])]
    with translation.override(tag):
        return SheetView(
            card=cards.card_of(answer, tag, at),
            cautions=(_caution(answer.caution, row, tag, at),) if answer.caution else (),
            facts=tuple(_facts(row, tag, at)),
            valid_until=min(ends),
            before=quote(row, "restrictions", tag),
            about=quote(row, "description", tag),
        )


def _caution(caution: Reason, row: ServiceRow, tag: str, at: datetime) -> str:
    text = wording.reason_text(caution, tag)
    if caution.fact is None or caution.code.endswith("_unknown"):
        return text
    return f"{text} · {cards.fresh_text(row, caution.fact, tag, at)}"


def quote(row: ServiceRow, name: str, tag: str) -> Quote:
    """Return a text of a service in the language of the page, where a second person has read it."""
    text, language = row.worded(name, tag)
    return Quote(text, language, vocabulary.languages()[language].direction)


def _own(row: ServiceRow, text: str) -> Quote:
    return Quote(text, row.text_language, vocabulary.languages()[row.text_language].direction)


def midnight_after(at: datetime, zone: str) -> datetime:
    """Return the next midnight of a zone, when "today" and "tomorrow" move on."""
    day = at.astimezone(ZoneInfo(zone)) + timedelta(days=1)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def _facts(row: ServiceRow, tag: str, at: datetime) -> Iterator[FactView]:
    kinds = [str(CATEGORY_NAMES[code]) for code in sorted(row.categories & CATEGORY_NAMES.keys())]
    yield FactView(str(LABELS["kinds"]), tuple(kinds))
    spoken = tuple(_spoken(each, tag, at) for each in row.languages)
    yield _fact(Fact.LANGUAGES, row, tag, at, spoken)
    for fact, channel in DOORS.items():
        if door := row.doors.get(channel):
            yield _hours(fact, door, row, tag, at)
    yield _whom(row, tag, at)
    for fact, kind in FACT_TYPES.items():
        if kind.public_label is not None:
            line = row.public_lines.get(fact, PublicLine())
            quoted = tuple(_own(row, text) for text in line.quotes)
            yield _fact(fact, row, tag, at, tuple(map(str, line.lines)), quoted)
    if row.how_to_access:
        yield FactView(str(LABELS["access"]), quoted=(quote(row, "how_to_access", tag),))
    if row.points:
        yield _fact(Fact.ADDRESS, row, tag, at, tuple(_where(row, tag)))
    if links := tuple(filter(None, [row.email, row.website])):
        yield FactView(str(LABELS["links"]), links)


def _fact(
    fact: Fact, row: ServiceRow, tag: str, at: datetime, lines: Lines = (), quoted: Quotes = ()
) -> FactView:
    label = str(LABELS.get(fact, FACT_TYPES[fact].public_label))
    return FactView(label, lines, quoted, fresh=cards.fresh_text(row, fact, tag, at))


def _spoken(spoken: Spoken, tag: str, at: datetime) -> str:
    reason = Reason(explanation.SPOKEN[spoken.how], facts={"language": spoken.language})
    times = weeks.week_of(spoken.window, tag, at) if spoken.window else ()
    hours = "; ".join(f"{', '.join(each.days)} {', '.join(each.spans)}" for each in times)
    text = wording.reason_text(reason, tag)
    return f"{text} – {plain_number(hours)}" if hours else text


def _hours(fact: Fact, door: Door, row: ServiceRow, tag: str, at: datetime) -> FactView:
    here = at.astimezone(ZoneInfo(row.zone))
    times = weeks.week_of(door.hours, tag, here)
    rows = tuple((", ".join(each.days), each.spans) for each in times if each.days)
    lines = [span for each in times if not each.days for span in each.spans]  # 24/7
    if door.hours.by_appointment:
        lines.append(wording.reason_text(Reason("by_appointment"), tag))
    quoted = (_own(row, door.note),) if door.note else ()
    return _fact(fact, row, tag, at, tuple(lines), quoted)._replace(week=rows)


def _whom(row: ServiceRow, tag: str, at: datetime) -> FactView:
    note = quote(row, "audience_note", tag)
    parts = [part.strip() for part in note.text.split(";") if part.strip()]
    groups = ",".join(part for part in parts if part in GROUP_NAMES)
    reason = Reason("acceptance_specialised", facts={"group": groups})
    lines = (wording.reason_text(reason, tag),) if groups else ()
    others = " · ".join(part for part in parts if part not in GROUP_NAMES)
    own = (note._replace(text=others), quote(row, "admission_conditions", tag))
    quoted = tuple(each for each in own if each.text)
    return _fact(Fact.ELIGIBILITY, row, tag, at, lines, quoted)


def _where(row: ServiceRow, tag: str) -> Iterator[str]:
    for point in row.points:
        if point.is_coarse:
            yield wording.reason_text(Reason("distance_around", facts={"place": point.name}), tag)
        else:
            yield ", ".join(filter(None, [point.address, f"{point.postal_code} {point.name}"]))
