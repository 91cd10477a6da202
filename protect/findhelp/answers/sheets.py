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
    "languages": _("Languages"),  # which languages are spoken
    "visit": _("Opening hours"),  # opening hours for people who come
    "phone": _("Telephone hours"),  # when staff answer the telephone
    "whom": _("For whom"),  # for which people the service is
    # Translators: label of a fact: how to begin, for example by telephone or by appointment.
    "access": _("How to get help there"),
    "where": _("Where"),  # where it is
    "links": _("Online"),  # e-mail and website
}
FACTS = {
    "languages": Fact.LANGUAGES,
    "visit": Fact.VISIT_HOURS,
    "phone": Fact.PHONE_HOURS,
    "whom": Fact.ELIGIBILITY,
    "where": Fact.ADDRESS,
}


class Quote(NamedTuple):
    """Words of a service, and the language that they are in: not always that of the page."""

    text: str
    tag: str
    direction: str


class FactView(NamedTuple):
    """A label and its lines. Without lines nothing is known: "Ask them"."""

    label: str
    lines: tuple[str, ...] = ()
    quoted: tuple[Quote, ...] = ()  # the source's own words
    week: tuple[tuple[str, tuple[str, ...]], ...] = ()
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
    question = prepare(Question(needs, at, languages=(tag,), wishes=wishes))
    answer = explanation.explain(row, question)
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
    direction = vocabulary.languages()[row.text_language].direction
    return Quote(text, row.text_language, direction)


def midnight_after(at: datetime, zone: str) -> datetime:
    """Return the next midnight of a zone, when "today" and "tomorrow" move on."""
    day = at.astimezone(ZoneInfo(zone)) + timedelta(days=1)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def _facts(row: ServiceRow, tag: str, at: datetime) -> Iterator[FactView]:
    kinds = [str(CATEGORY_NAMES[code]) for code in sorted(row.categories & CATEGORY_NAMES.keys())]
    yield FactView(str(LABELS["kinds"]), tuple(kinds))
    spoken = tuple(_spoken(each, tag, at) for each in row.languages)
    yield _fact("languages", row, tag, at, lines=spoken)
    for key, channel in (("visit", Channel.VISIT), ("phone", Channel.PHONE)):
        if door := row.doors.get(channel):
            yield _hours(key, door, row, tag, at)
    yield _whom(row, tag, at)
    for code, fact in FACT_TYPES.items():
        if fact.public_label is not None:
            yield _public_line(row, code, str(fact.public_label), tag, at)
    if row.how_to_access:
        yield FactView(str(LABELS["access"]), quoted=(quote(row, "how_to_access", tag),))
    if row.points:
        yield _fact("where", row, tag, at, lines=tuple(_where(row, tag)))
    links = tuple(filter(None, [row.email, row.website]))
    if links:
        yield FactView(str(LABELS["links"]), links)


def _fact(
    key: str,
    row: ServiceRow,
    tag: str,
    at: datetime,
    *,
    lines: tuple[str, ...] = (),
    quoted: tuple[Quote, ...] = (),
) -> FactView:
    return FactView(
        str(LABELS[key]), lines, quoted, fresh=cards.fresh_text(row, FACTS[key], tag, at)
    )


def _spoken(spoken: Spoken, tag: str, at: datetime) -> str:
    reason = Reason(explanation.SPOKEN[spoken.how], facts={"language": spoken.language})
    times = weeks.week_of(spoken.window, tag, at) if spoken.window else ()
    hours = "; ".join(f"{', '.join(each.days)} {', '.join(each.spans)}" for each in times)
    text = wording.reason_text(reason, tag)
    return f"{text} – {plain_number(hours)}" if hours else text


def _hours(key: str, door: Door, row: ServiceRow, tag: str, at: datetime) -> FactView:
    here = at.astimezone(ZoneInfo(row.zone))
    times = weeks.week_of(door.hours, tag, here)
    rows = tuple((", ".join(each.days), each.spans) for each in times if each.days)
    lines = [span for each in times if not each.days for span in each.spans]  # 24/7
    if door.hours.by_appointment:
        lines.append(wording.reason_text(Reason("by_appointment"), tag))
    quoted = (_own(row, door.note),) if door.note else ()
    return _fact(key, row, tag, at, lines=tuple(lines), quoted=quoted)._replace(week=rows)


def _whom(row: ServiceRow, tag: str, at: datetime) -> FactView:
    note = quote(row, "audience_note", tag)
    parts = [part.strip() for part in note.text.split(";") if part.strip()]
    groups = ",".join(part for part in parts if part in GROUP_NAMES)
    reason = Reason("acceptance_specialised", facts={"group": groups})
    lines = (wording.reason_text(reason, tag),) if groups else ()
    others = " · ".join(part for part in parts if part not in GROUP_NAMES)
    own = (note._replace(text=others), quote(row, "admission_conditions", tag))
    quoted = tuple(each for each in own if each.text)
    return _fact("whom", row, tag, at, lines=lines, quoted=quoted)


def _public_line(row: ServiceRow, fact: Fact, label: str, tag: str, at: datetime) -> FactView:
    line = row.public_lines.get(fact, PublicLine())
    quoted = tuple(_own(row, text) for text in line.quotes)
    fresh = cards.fresh_text(row, fact, tag, at)
    return FactView(label, tuple(map(str, line.lines)), quoted, (), fresh)


def _where(row: ServiceRow, tag: str) -> Iterator[str]:
    for point in row.points:
        if point.is_coarse:
            yield wording.reason_text(Reason("distance_around", facts={"place": point.name}), tag)
        else:
            yield ", ".join(filter(None, [point.address, f"{point.postal_code} {point.name}"]))
