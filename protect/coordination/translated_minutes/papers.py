"""Minutes on paper: alone, or beside their translation."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from zoneinfo import ZoneInfo

from protect.coordination.base.paper_frame import paper_frame, paper_language
from protect.coordination.meetings.models import Meeting
from protect.coordination.translated_minutes.lines import ItemPairs, TextPair, item_pairs
from protect.coordination.translated_minutes.rules import TextState
from protect.kernel import tables
from protect.kernel.text import isolate_phone_numbers
from protect.reference import formats
from protect.ui import press

TEMPLATE = Path(__file__).resolve().parent / "typst" / "minutes.typ"
LARGE_PAPER = 20_000  # characters: such a paper does not delay small ones
ENGLISH = "en"


class MinutesWords(tables.Record):
    """The words of printed minutes in a language. `approved` takes {meeting}, `decision` takes
    {number}."""

    minutes: str
    draft: str
    approved: str
    present: str
    decision: str
    action: str
    owner: str
    until: str
    missing: str
    outdated: str
    empty: str
    regular: str
    round_table: str
    workshop: str


@dataclass(frozen=True, slots=True)
class Block:
    """A text as printed. `head`: the words before it; `note`: what a reader must know of it."""

    kind: str  # title, text, decision or action
    paragraphs: list[str]
    language: press.PaperLanguage
    head: str = ""
    tail: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """The minutes in one language."""

    language: press.PaperLanguage
    heading: str
    facts: list[str]
    present: str
    blocks: list[Block]
    empty: str


def minutes_pdf(meeting: Meeting, language: str | None) -> bytes:
    """Return the minutes of a meeting as PDF, beside their translation if `language` is given."""
    own = meeting.group.language
    lines = item_pairs(meeting, language or own)
    columns = [_column(meeting, lines, own, is_source=True)]
    if language:
        columns.append(_column(meeting, lines, language, is_source=False))
    rows = zip(*(column.blocks for column in columns), strict=True)
    sheet = {
        "frame": paper_frame(own),
        "group": meeting.group.name,
        "columns": columns,
        "rows": [list(row) for row in rows],
    }
    size = sum(len(pair.source.text) for line in lines for pair in line.pairs)
    return press.pdf(TEMPLATE, sheet, is_large=size > LARGE_PAPER)


def minutes_words(tag: str) -> MinutesWords:
    """Return the words of printed minutes in a language, the English ones if it has none.
    Errors: DataError."""
    words: dict[str, MinutesWords] = tables.load("coordination", "minutes_papers", MinutesWords)
    return words.get(tag, words[ENGLISH])


def _column(meeting: Meeting, lines: list[ItemPairs], tag: str, *, is_source: bool) -> Column:
    words = minutes_words(tag)
    own = None if is_source else meeting.group.language
    items = [_item_blocks(line, words, tag, own) for line in lines]
    has_text = any(line.text or line.decisions or line.actions for line in lines)
    return Column(
        language=paper_language(tag),
        heading=f"{words.minutes}: {_name(meeting, words)}",
        facts=_facts(meeting, words, tag),
        present=_present(meeting, words, tag),
        blocks=list(chain.from_iterable(items)),
        empty="" if has_text else words.empty,
    )


def _item_blocks(line: ItemPairs, words: MinutesWords, tag: str, own: str | None) -> list[Block]:
    """Return the texts of an item in a language. `own`: the language of the minutes if they are
    translated; a text without translation stays in it."""

    def block(kind: str, pair: TextPair, head: str = "", tail: str = "") -> Block:
        written_in, text, note = own or tag, pair.source.text, words.missing if own else ""
        if own and pair.state != TextState.MISSING:
            is_outdated = pair.state == TextState.OUTDATED
            written_in, text, note = tag, pair.translation, words.outdated if is_outdated else ""
        lines = [isolate_phone_numbers(each) for each in text.splitlines() if each.strip()]
        return Block(kind, lines, paper_language(written_in), head, tail, note)

    blocks = [block("title", line.title, f"{line.item.position}.")]
    if line.text:
        blocks.append(block("text", line.text))
    for decision, pair in line.decisions:
        blocks.append(block("decision", pair, words.decision.format(number=decision.number)))
    for action, pair in line.actions:
        owner = f"{action.owner.person}, {action.owner.organisation_name}"
        due = f"{words.until} {formats.date_text(action.due_on, tag)}"
        blocks.append(block("action", pair, words.action, f"{words.owner}: {owner} · {due}"))
    return blocks


def _facts(meeting: Meeting, words: MinutesWords, tag: str) -> list[str]:
    zone = ZoneInfo(meeting.zone)
    starts_at, ends_at = (each.astimezone(zone) for each in (meeting.starts_at, meeting.ends_at))
    times = f"{formats.time_text(starts_at, tag)}–{formats.time_text(ends_at, tag)}"
    facts = [formats.date_text(starts_at.date(), tag), times, meeting.place]
    version = meeting.versions.select_related("approved_in").first()
    if version and meeting.minutes_approved_at:
        facts.append(words.approved.format(meeting=_name(version.approved_in, words)))
    else:
        facts.append(words.draft)
    return [fact for fact in facts if fact]


def _present(meeting: Meeting, words: MinutesWords, tag: str) -> str:
    """Return who was there by organisation, or an empty text if it is not recorded."""
    rows = meeting.attendance.select_related("member__user")
    people: dict[str, list[str]] = {}
    for row in rows:
        people.setdefault(row.organisation_name, []).append(row.member.person)
    named = "; ".join(f"{name} ({', '.join(members)})" for name, members in people.items())
    return f"{words.present}: {named}" if named else ""


def _name(meeting: Meeting, words: MinutesWords) -> str:
    return f"{getattr(words, meeting.kind)} {meeting.number}"
